"""A careless agent: the scripted one with one bad habit per conversation. It exists to feed the verifier."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.task import Call, Json, Outcome, Task

HABITS = (
    "none", "writes early", "skips the confirmation", "guesses", "talks while calling", "writes twice",
    "skips authentication", "keeps answers to itself", "gives up", "invents an id", "reads too little", "claims without doing",
)  # fmt: skip
"""Each conversation shows one, drawn by its seed; `none` is as good as the scripted agent."""


class CarelessAgent:
    """Satisfies the `Agent` protocol, badly."""

    name = "careless"

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The scripted agent's turn, spoiled by this conversation's habit where it applies."""
        desk = Desk(task, domain, turns, seed)
        habit = random.Random(f"{seed}/habit").choice(HABITS)
        return spoiled(habit, desk, desk.next())


def spoiled(  # noqa: C901, PLR0911, PLR0912 - one case per habit
    habit: str, desk: Desk, turn: Turn
) -> Turn:
    """The turn as this habit would have it; the turn itself where the habit does not show."""
    kind = turn.intent.kind if turn.intent else "call"
    call = turn.calls[0] if turn.calls else None
    reading = call is not None and desk.domain.kinds.get(call.tool) == "read"
    outcome = _current(desk)
    gold = outcome.call if outcome else None
    match habit:
        case "writes early" if reading and desk.now.reads and gold:
            return Turn("agent", calls=(gold,))
        case "skips the confirmation" if kind == "propose" and gold:
            return Turn("agent", calls=(gold,))
        case "guesses" if kind == "propose" and gold and not desk.now.written and not desk.now.refused:
            return Turn("agent", calls=(_other(desk, gold),))
        case "talks while calling" if reading:
            return Turn("agent", "One moment, I am looking that up.", turn.calls)
        case "writes twice" if kind in ("more", "close") and desk.now.written:
            if sum(item.calls == (next(iter(desk.now.written)),) for item in desk.turns) < 2:
                return Turn("agent", calls=(next(iter(desk.now.written)),))
        case "skips authentication" if kind == "ask" and not desk.now.reads:
            later = [item for item in (outcome.trace if outcome else ()) if _who(desk, item) is None]
            if later:
                return Turn("agent", calls=(later[-1],))
        case "keeps answers to itself" if kind in ("answer", "more", "refuse"):
            return Turn("agent", "That is taken care of. Anything else?", intent=turn.intent)
        case "gives up" if desk.now.reads and kind == "call" and not desk.now.written:
            return Turn("agent", "That should be all set now. Goodbye!", intent=Intent("close"))
        case "invents an id" if reading and len(desk.now.reads) == 1 and call is not None and call.args:
            return Turn("agent", calls=(_invented(call),))
        case "reads too little" if reading and outcome and call == outcome.trace[-1] and gold:
            return Turn("agent", calls=(gold,))
        case "claims without doing" if call is not None and call == gold:
            return Turn(
                "agent", "All done, it went through. Anything else?", intent=Intent("failed", (str(_index(desk)),))
            )
    return turn


def _who(desk: Desk, call: Call) -> str | None:
    return desk.domain.pack.identifies(call, desk.domain.read(call).text)


def _index(desk: Desk) -> int:
    return desk.current() or 0


def _current(desk: Desk) -> Outcome | None:
    index = desk.current()
    decision = desk.task.requests[0 if index is None else index].decision
    return None if decision is None else desk.task.outcomes[decision]


def _other(desk: Desk, call: Call) -> Call:
    """The call with its last id replaced by another of the same kind that was read."""
    args = call.args
    for key in reversed(list(args)):
        for row in desk.now.seen.every():
            for value in row.values():
                if isinstance(value, str) and value != args[key] and _alike(value, args[key]):
                    return Call.of(call.tool, args | {key: [value] if isinstance(args[key], list) else value})
    return call


def _alike(value: str, other: Json) -> bool:
    """Same length and the same first letters: another id of the same kind."""
    other = other[0] if isinstance(other, list) and other else other
    return isinstance(other, str) and value != other and len(value) == len(other) and value[:2] == other[:2]


def _invented(call: Call) -> Call:
    """The call with the last digits of its last argument changed."""
    args = call.args
    key = list(args)[-1]
    return Call.of(call.tool, args | {key: f"{str(args[key])[:-3]}999"})
