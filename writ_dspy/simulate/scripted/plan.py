"""Where a conversation stands: read off its turns, so that the scripted roles need no memory of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Observation, Seen, Views
from writ_dspy.simulate.behaviour import discloses
from writ_dspy.task import Call, Task, in_own_words

IDENTITY = "identity"
_INSISTS = "insists "


def opening(request: int) -> str:
    """Reference to the opening of a request."""
    return f"{request}:opening"


def detail(request: int, key: str) -> str:
    """Reference to one slot of a request."""
    return f"{request}:{key}"


def opened_at(turns: Sequence[Turn], request: int) -> int:
    """The turn in which the user brought a request up, as far as its intents say it; -1 where they do not."""
    ref = opening(request)
    return next((index for index, turn in enumerate(turns) if turn.intent and ref in turn.intent.about), -1)


def insists(request: int, number: int) -> str:
    """Reference to one round of insisting on a request that was denied."""
    return f"{request}:{_INSISTS}{number}"


def insisted(refs: Sequence[str]) -> bool:
    """Whether what was said was such a round."""
    return any(_INSISTS in ref for ref in refs)


@dataclass
class Standing:
    """What has happened so far."""

    said: set[str] = field(default_factory=set)
    """References to all that the user has disclosed."""
    reads: dict[Call, Observation] = field(default_factory=dict)
    """Reads made, with what they showed but for what was written before them: a plan counts that itself."""
    shown: dict[Call, Observation] = field(default_factory=dict)
    """The reads as they would be now: a write that shows its record whole stands for reading it again."""
    seen: Seen = field(default_factory=Seen)
    written: dict[Call, str] = field(default_factory=dict)
    """Writes made, with what the tool returned."""
    refused: set[Call] = field(default_factory=set)
    """Writes that the tool refused."""
    told: set[str] = field(default_factory=set)
    """`{intent}:{request}` of each agent message so far."""
    proposals: dict[str, int] = field(default_factory=dict)
    """How often each decision was put to the user, by index."""
    used: set[str] = field(default_factory=set)
    """Generic tools called."""


def standing(task: Task, domain: Domain, turns: Sequence[Turn]) -> Standing:
    """Read the standing off the turns; works for users without intents too, by the words that mark each detail."""
    now, task = Standing(), in_own_words(task)
    for index, turn in enumerate(turns):
        if turn.role == "user":
            now.said |= set(turn.intent.about) if turn.intent else _disclosed(task, turn.text)
        elif turn.role == "agent" and turn.intent:
            for about in turn.intent.about:
                now.told.add(f"{turn.intent.kind}:{about}")
                if turn.intent.kind == "propose":
                    now.proposals[about] = now.proposals.get(about, 0) + 1
        for call in turn.calls:
            _took(now, domain, call, turns[index + 1] if index + 1 < len(turns) else None)
    return now


def _took(now: Standing, domain: Domain, call: Call, result: Turn | None) -> None:
    if result is None or result.role != "tool":
        return
    kind = domain.kinds.get(call.tool, "generic")
    if kind == "generic":
        now.used.add(call.tool)
        return
    if kind == "write" and result.error:
        now.refused.add(call)
    elif kind == "write":
        now.written[call] = result.text
    views: Views = {} if result.error else _views(domain, call, result.text)
    if kind == "read":
        before = domain.read(call) if now.written and not result.error else None
        now.reads[call] = before if before and not before.error else Observation(result.text, result.error, views)
    now.shown[domain.pack.atom(call, result.text) if kind == "write" else call] = Observation(
        result.text, result.error, views
    )
    now.seen.add(call, views)


def _views(domain: Domain, call: Call, text: str) -> Views:
    """Rows of a result; taken from the domain's memory when the text is the same as on a fresh world."""
    if domain.kinds.get(call.tool) == "read":
        known = domain.read(call)
        if known.text == text:
            return known.views
    return domain.views(call, text)


def _disclosed(task: Task, text: str) -> set[str]:
    said = {IDENTITY} if discloses(task.identity, text) else set()
    for index, request in enumerate(task.requests):
        details = {detail(index, slot.key) for slot in request.slots if discloses(slot, text)}
        if details or request.word.lower() in text.lower():
            said |= details | {opening(index)}
    return said
