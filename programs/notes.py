"""What a guided agent is told beside the policy: a teacher's notes that grow with the talk, and are never ahead of it.

A note's calls hold only what the customer has said or a tool has shown by then; of what is still to be asked for it names the
kind ("reservation id"), never the value. Whoever knew more would ask for conditions that nobody mentioned, and a trajectory
would teach that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.talk import shown
from writ_dspy.simulate.leaving import unspoken
from writ_dspy.task import Call, Outcome, Request, Said, Task

NOTHING = "(nothing yet)"


def notes(task: Task, domain: Domain, turns: Sequence[Turn]) -> str:
    """The steps of a careful reader for each request that the customer has brought up, as far as they can be known by now.

    Each read stands there once. How a request ends stands there when its reads are made and all that it rests on is said.
    """
    talk = _Talk(domain, turns)
    silent = list(unspoken(task, turns))
    seen: set[Call] = set()
    lines = [
        line for request in task.requests if request not in silent for line in _steps(request, task, domain, talk, seen)
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or NOTHING


class _Talk:
    """What can be known by now."""

    def __init__(self, domain: Domain, turns: Sequence[Turn]) -> None:
        self._mentions = domain.pack.mentions
        self._said = "\n".join(turn.text for turn in turns if turn.role == "user").lower()
        self._read = "\n".join(turn.text for turn in turns if turn.role == "tool").lower()
        self.made = {call for turn in turns for call in turn.calls}

    def said(self, value: object) -> bool:
        """Whether the customer has said the value."""
        return self._mentions(str(value), self._said)

    def known(self, value: object) -> bool:
        """Whether the customer has said the value, or a tool has shown it."""
        return self.said(value) or str(value).lower() in self._read or self._mentions(str(value), self._read)


def _steps(request: Request, task: Task, domain: Domain, talk: _Talk, seen: set[Call]) -> Iterator[str]:
    """The details to ask for, the reads, and how the request ends."""
    goal = len(task.goal.decisions)
    outcomes = [task.outcomes[goal + tell] for tell in request.tells]
    decided = None if request.decision is None else task.outcomes[request.decision]
    if decided is not None:
        outcomes = [decided, *outcomes]
    asked = ", ".join(_asked(request, task, domain))
    about = f"About {request.topic}: "
    yield f"{about}take from the customer {asked}." if asked else f"{about}hear what the customer says."
    reads = [call for call in dict.fromkeys(call for one in outcomes for call in one.trace) if call not in seen]
    seen.update(reads)
    yield from (f"Then read {shown(call)}." for call in reads if all(map(talk.known, leaves(call.args))))
    if decided is not None and request.decision is not None and talk.made.issuperset(decided.trace):
        rests_on = [part.value for part in parts(task.goal.decisions[request.decision]) if isinstance(part, Said)]
        if all(map(talk.said, rests_on)):
            yield _ending(decided, request, domain)
    told = [task.goal.tells[tell].topic for tell in request.tells]
    if told:
        yield f"If the customer asks for it, tell: {', '.join(told)}."


def _asked(request: Request, task: Task, domain: Domain) -> Iterator[str]:
    """Names of the details that the write needs; those that only the customer's own conditions hold are not asked for."""
    free: frozenset[str] = frozenset()
    if request.decision is not None:
        decision = task.goal.decisions[request.decision]
        needed = {str(part.value) for part in parts(decision.args) if isinstance(part, Said)}
        added = {str(part.value) for part in parts((decision.requires, decision.otherwise)) if isinstance(part, Said)}
        mentions = domain.pack.mentions
        free = frozenset(
            slot.key
            for slot in request.slots
            if any(mentions(value, slot.text.lower()) for value in added - needed)
            and not any(mentions(value, slot.text.lower()) for value in needed)
        )
    yield from dict.fromkeys(slot.key.replace("_", " ") for slot in request.slots if slot.key not in free)


def _ending(outcome: Outcome, request: Request, domain: Domain) -> str:
    if outcome.call is not None:
        return f"List every detail of the change and ask for a yes. After the yes: {shown(outcome.call)}. Report it."
    transfer = domain.pack.transfer
    end = f"call {transfer.tool}" if outcome.transfer and transfer else "say so and offer further help"
    return f"What was said and read comes to it that {outcome.refusal}: it cannot be done; name {request.word!r} and the reason, then {end}."
