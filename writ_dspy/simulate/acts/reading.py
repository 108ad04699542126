"""Turns into acts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.simulate.acts.clauses import clauses
from writ_dspy.simulate.acts.message import Act, heard
from writ_dspy.simulate.acts.relating import searches
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import events
from writ_dspy.simulate.acts.weighing import weigh

_BROKEN_OFF = re.compile(r"(?i)\W*(?:ok|okay|alright|all right|right|well|yeah),? so\W*")
"""Words that open a sentence, which never came: no yes to anything."""


_PLAIN_QUESTION = "Shall I go ahead?"
"""What a mere "OK?" behind a list asks."""


@lru_cache(maxsize=1024)
def user_acts(text: str, before: str | None = None) -> tuple[Act, ...]:
    """What a user's turn does.

    Args:
        text: The turn.
        before: The agent's message that it answers; None if that is not known, which is read as a question for a yes.
    """
    return () if _BROKEN_OFF.fullmatch(text) else _weighed(text, before).acts()


_PAUSES = frozenset({"stop", "hold"})
"""What a no rests on that only has the other wait for the question, or the thought, that follows."""


@lru_cache(maxsize=1024)
def only_asks(text: str, before: str) -> bool:
    """Whether a turn asks something, has the other wait for that, thanks or talks, and leaves what was put forward as it was."""
    stand = _weighed(text, before)
    kinds = {act.kind for act in stand.beside}
    if "question" not in kinds:
        return False
    rejects = stand.stance == "~" or (stand.stance == "-" and stand.by not in _PAUSES)
    return not rejects and kinds.isdisjoint({"dissent", "correction", "request"})


def _weighed(text: str, before: str | None) -> Stance:
    """Where a turn ends up, clause by clause."""
    stand, first = Stance(heard(before) if before is not None else None), True
    for part in clauses(text):
        yes = stand.stance
        for event in events(part, first=first):
            weigh(stand, event)
            first = first and event.kind in ("hello", "thanks", "actually", "polite")
        beside = yes == "+" and (part.link == "AND" or stand.at is None or stand.at.sentence != part.sentence)
        if not beside and searches(stand, part):
            stand.sought = part
        if stand.sought is not None and stand.stance in ("", "+") and stand.for_act:
            stand.stance, stand.at = "~", stand.sought
        stand.before = part
        stand.earlier.append(part)
    return stand


def assents(text: str, before: str | None = None) -> bool:
    """Whether a user's turn agrees to what it was asked, without a condition, a doubt or a change, by its last word."""
    return any(act.kind == "assent" for act in user_acts(text, before))


def takes_leave(text: str, before: str) -> bool:
    """Whether a user's turn says goodbye, or answers that there is nothing else."""
    kinds = {act.kind for act in user_acts(text, before)}
    done = "farewell" in kinds or ("offer" in heard(before).kinds and bool(kinds & {"answer", "thanks"}))
    bids = "refusal" in heard(before).kinds and "farewell" not in kinds and _bids(text)
    return done and not bids and not kinds & {"request", "question", "assent", "correction"}


def _bids(text: str) -> bool:
    """Whether a turn still wants done what cannot be done: "take him off and let me run"."""
    return any(event.kind in _DEEDS for part in clauses(text) for event in events(part, first=False))


_DEEDS = frozenset({"act", "actit", "go"})
"""What a clause says that bids do something."""


def agreed(turns: Sequence[Turn], proposal: int, write: int, listed: str = "", *, begun: bool = False) -> int | None:
    """The user's turn that agrees to what turn `proposal` put forward, if nothing later takes that back before turn `write`.

    A no, a condition or a change counts where it answers a proposal or comes unasked; what answers a question about
    something else changes nothing.

    Args:
        turns: The talk.
        proposal: The turn that asks for the yes.
        write: The turn up to which it has to hold.
        listed: What a message that asks for a yes and names no deed ("do you confirm?") asks it for.
        begun: Whether that is the first part of a list of which the message is the rest.
    """
    before, said, found = "", proposal, None
    for index in range(proposal, write):
        turn = turns[index]
        if turn.role == "agent" and turn.text:
            before, said = turn.text, index
        elif turn.role == "user":
            asked = heard(before)
            elsewhere = asked.kinds
            proposed = "proposal" in elsewhere
            whole = f"{listed}\n{before}" if listed and proposed and (begun or not asked.all_deeds) else before
            bare = said == proposal and not proposed  # a mere "OK?" behind the list
            kinds = {act.kind for act in user_acts(turn.text, None if bare else whole)}
            if (
                bare and "assent" not in kinds
            ):  # what the list does not name may be beside it: "yes. My English is not so good"
                kinds = {act.kind for act in user_acts(turn.text, f"{listed}\n{before}\n{_PLAIN_QUESTION}")}
            if "assent" in kinds:
                found = index
            elif kinds & {"dissent", "conditional", "correction"} and (
                "proposal" in elsewhere or "question" not in elsewhere
            ):
                found = None
    return found
