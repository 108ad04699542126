"""One task of a run with its conversation, as the rows of the map look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.simulate.acts import heard
from writ_dspy.task import AnyOf, Call, Check, Computed, Decision, Outcome, Picked, Said, Task
from writ_dspy.trial import Trial

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


class Shown:
    """A task and what was said about it; each question about it is worked out once."""

    def __init__(self, task: Task, turns: tuple[Turn, ...]) -> None:
        self.task, self.turns = task, turns

    @cached_property
    def parts(self) -> list[object]:
        """Every part of the goal."""
        return parts(self.task.goal)

    @cached_property
    def gold(self) -> tuple[Call, ...]:
        """The writes."""
        return self.task.gold

    def wrote(self, *tools: str) -> list[Call]:
        """The writes with one of these tools."""
        return [call for call in self.gold if call.tool in tools]

    @cached_property
    def decided(self) -> list[tuple[Decision, Outcome]]:
        """Each decision with what it comes to."""
        return list(zip(self.task.goal.decisions, self.task.decided, strict=True))

    @cached_property
    def denied(self) -> dict[str, str]:
        """Rule of each denied request -> the tool that was wanted."""
        return {outcome.refusal or "": wish.tool for wish, outcome in self.decided if outcome.denied}

    @property
    def levels(self) -> int:
        """Alternatives of the decision that has the most, itself included."""
        return max((sum(1 for _ in alternatives(wish)) for wish, _ in self.decided), default=0)

    @property
    def batches(self) -> bool:
        """Whether one wish asks for several writes."""
        return any(not request.opening for request in self.task.requests)

    @property
    def ambiguous(self) -> bool:
        """Whether several records fit what was said first, and one more detail tells which of them is meant."""
        return any(slot.key == "which" for request in self.task.requests for slot in request.slots)

    @cached_property
    def checks(self) -> list[Check]:
        """Every condition, those of alternatives included."""
        return [part for part in self.parts if isinstance(part, Check)]

    def texts(self, role: str) -> list[str]:
        """What one side said."""
        return [turn.text for turn in self.turns if turn.role == role and turn.text]

    def says(self, role: str, pattern: str) -> bool:
        """Whether one side says something of the kind."""
        return any(re.compile(pattern, re.IGNORECASE).search(text) for text in self.texts(role))

    def level(self, dimension: str) -> str:
        """How the user behaves; nothing where nobody was assigned a behavior."""
        behaviour = self.task.behaviour
        return dict(behaviour.levels).get(dimension, "") if behaviour else ""

    @property
    def trials(self) -> tuple[Trial, ...]:
        """How the user makes it hard."""
        return self.task.behaviour.trials if self.task.behaviour else ()

    def dealt(self, kind: type[Trial]) -> bool:
        """Whether the user was dealt a trial of this kind."""
        return any(isinstance(trial, kind) for trial in self.trials)

    @cached_property
    def errors(self) -> list[int]:
        """Turns of tool results that are errors."""
        return [index for index, turn in enumerate(self.turns) if turn.role == "tool" and turn.error]

    @property
    def transferred(self) -> bool:
        """Whether the agent hands the user over."""
        domain = load(self.task.domain)
        return any(domain.transfers(call) for turn in self.turns for call in turn.calls)

    @cached_property
    def refusals(self) -> int:
        """Messages of the agent that refuse."""
        return sum("refusal" in heard(text).kinds for text in self.texts("agent"))

    @cached_property
    def insists(self) -> bool:
        """Whether the user keeps to a wish after the agent refused it: the same request is refused in two messages."""
        told: list[str] = []
        for turn in self.turns:
            if turn.role == "agent" and turn.intent and turn.intent.kind in ("refuse", "hold"):
                told += [about for about in turn.intent.about if about.isdigit()]
        return len(told) > len(set(told))

    @cached_property
    def reconsiders(self) -> bool:
        """Whether the user wants something else than what it was just asked to confirm."""
        return any(turn.intent is not None and "no" in turn.intent.about for turn in self.turns if turn.role == "user")

    @cached_property
    def told(self) -> list[object]:
        """The terms of what the user asks to be told."""
        return [tell.term for tell in self.task.goal.tells]

    @property
    def sums(self) -> int:
        """Decisions and answers over which the largest sum that is told runs."""
        return max(
            (len([p for p in parts(t) if isinstance(p, Picked)]) for t in self.told if isinstance(t, Computed)),
            default=0,
        )

    @cached_property
    def own(self) -> list[Check]:
        """Conditions of the user's own."""
        return [check for check in self.checks if check.own]

    def interleaved(self) -> bool:
        """Whether the user brings up a request after its first message while an earlier one is still open."""
        done, opened = set[int](), list[int]()
        for index, turn in enumerate(self.turns):
            if turn.role == "agent" and turn.intent and turn.intent.kind in ("refuse", "answer"):
                done |= {int(about) for about in turn.intent.about if about.isdigit()}
            for call in turn.calls:
                done |= {
                    n
                    for n, r in enumerate(self.task.requests)
                    if r.decision is not None and self.task.outcomes[r.decision].call == call
                }
            if turn.role == "user" and turn.intent:
                new = [int(about.split(":")[0]) for about in turn.intent.about if about.endswith(":opening")]
                fresh = [one for one in new if one not in opened]
                if index and fresh and any(one not in done for one in opened):
                    return True
                opened += fresh
        return False


def alternatives(wish: Decision | None) -> Iterator[Decision]:
    """A decision, what is wanted in its place, and so on."""
    while wish is not None:
        yield wish
        wish = wish.otherwise


def said_in(check: Check | AnyOf) -> bool:
    """Whether a condition holds a value that the user says."""
    checks = check.checks if isinstance(check, AnyOf) else (check,)
    return any(isinstance(term, Said) for one in checks for term in (one.left, one.right))


@dataclass(frozen=True, slots=True)
class Row:
    """One phenomenon of the official tasks."""

    domain: str
    name: str
    share: str
    """Share of the official tasks of the domain that show it, by one reader's labels."""
    sign: str
    """By what a task of ours is known to show it."""
    holds: Callable[[Shown], bool]
