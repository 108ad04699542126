"""Aimed spoiled talks: an accepted conversation with one thing wrong that one part of the pack has to notice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from writ_dspy import patterns as re
from writ_dspy.conversation import Conversation, Finding, Turn
from writ_dspy.domains import Domain, World
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.examine.flaws import Flaw
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Call, Record, Task
from writ_dspy.verify.checks import verify

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Talk:
    """A task and a conversation about it."""

    task: Task
    talk: Conversation


@dataclass(frozen=True, slots=True)
class Spoil:
    """A conversation with one thing wrong."""

    part: str
    """Of the pack: what has to notice."""
    case: str
    """What was done, and by which ground it is wrong."""
    check: str
    """Whose finding it has to be."""
    talk: Talk


def played(tasks: Sequence[Task], domain: Domain) -> Iterator[tuple[Talk, tuple[Finding, ...]]]:
    """Each task played by the scripts, with what the verifier finds."""
    for task in assign(tasks, 0):
        talk = asyncio.run(converse(job(task, 0, 0), domain, ScriptedUser(), ScriptedAgent()))
        yield Talk(task, talk), tuple(verify(task, talk, domain).findings)


def talks_are_judged(domain: Domain, talks: Sequence[Talk]) -> Iterator[Flaw]:
    """Parts of the pack that let every talk pass that they alone could have noticed."""
    noticed: dict[tuple[str, str], bool] = {}
    for talk in talks:
        for spoil in (
            *_writes_anyway(domain, talk),
            *_too_soon(domain, talk),
            *_of_another(domain, talk),
            *_invented(domain, talk),
            *_misquoted(domain, talk),
        ):
            key = (spoil.part, spoil.case)
            if noticed.get(key):
                continue
            found = {finding.check for finding in verify(spoil.talk.task, spoil.talk.talk, domain).findings}
            noticed[key] = spoil.check in found
    for (part, case), good in noticed.items():
        if not good:
            yield Flaw(part, f"{case}, and nobody notices")


def _played_on(domain: Domain, talk: Conversation, end: int) -> World:
    """A world as it is at a turn."""
    world = domain.world()
    for turn in talk.turns[:end]:
        for call in turn.calls:
            world.call(call)
    return world


def _inserted(domain: Domain, talk: Talk, place: int, call: Call) -> Talk:
    """The talk with one more call before a turn of the agent."""
    result = _played_on(domain, talk.talk, place).call(call)
    turns = (
        *talk.talk.turns[:place],
        Turn("agent", calls=(call,)),
        Turn("tool", result.text, error=result.error),
        *talk.talk.turns[place:],
    )
    return replace(talk, talk=replace(talk.talk, turns=turns))


def _writes_anyway(domain: Domain, talk: Talk) -> Iterator[Spoil]:
    """What policy denies is done all the same, where it was refused."""
    for decision, outcome in zip(talk.task.goal.decisions, talk.task.decided, strict=True):
        if not outcome.denied or decision.bare or outcome.refusal == "not found":
            continue
        try:
            args, _ = Resolver(domain, domain.read).term(Record(decision.args))
            call = domain.canonical(decision.tool, args)
        except (Unresolved, DomainError):
            continue
        place = max(index for index, turn in enumerate(talk.talk.turns) if turn.role == "agent" and turn.text)
        yield Spoil(
            "pack.rules",
            f"{decision.tool} is called though {outcome.refusal}",
            "policy",
            _inserted(domain, talk, place, call),
        )


def _too_soon(domain: Domain, talk: Talk) -> Iterator[Spoil]:
    """A personal record is read before anybody is known."""
    for _, call, _ in talk.talk.steps():
        if domain.pack.identifies(call, domain.read(call).text):  # that is how anybody becomes known
            continue
        if domain.kinds.get(call.tool) == "read" and any(record in call.text for record in _owned(domain, talk.task)):
            first = next(index for index, turn in enumerate(talk.talk.turns) if turn.role == "agent")
            yield Spoil(
                "pack.personal",
                f"{call.tool} is called before the user is known",
                "authenticated_first",
                _inserted(domain, talk, first, call),
            )
            return


def _owned(domain: Domain, task: Task) -> set[str]:
    user = _user(domain, task)
    return {str(key) for key in domain.pack.records(domain, user)} | {user} if user else set()


def _user(domain: Domain, task: Task) -> str | None:
    reads = (call for outcome in task.outcomes for call in outcome.trace)
    known = (domain.pack.identifies(call, domain.read(call).text) for call in reads)
    return next((user for user in known if user), None)


def _of_another(domain: Domain, talk: Talk) -> Iterator[Spoil]:
    """A record of somebody else is read."""
    user = _user(domain, talk.task)
    if user is None:
        return
    mine = _owned(domain, talk.task)
    theirs = {
        str(key)
        for other in list(domain.pack.users(domain))[:60]
        if other != user
        for key in domain.pack.records(domain, other)
    } - mine
    for _, call, _ in talk.talk.steps():
        named = [record for record in mine - {user} if f'"{record}"' in call.text]
        if domain.kinds.get(call.tool) != "read" or not named:
            continue
        table = next((rows for rows in domain.tables.values() if named[0] in rows), {})
        other = next((key for key in sorted(theirs) if key in table), None)
        if other is not None:
            place = max(index for index, turn in enumerate(talk.talk.turns) if turn.role == "agent" and turn.text)
            stranger = Call(call.tool, call.text.replace(named[0], other))
            yield Spoil(
                "pack.owner",
                f"{call.tool} shows a record of somebody else",
                "authenticated_first",
                _inserted(domain, talk, place, stranger),
            )
            return


def _shifted(name: str) -> Iterator[str]:
    """The same name with other digits."""
    for shift in range(1, 9):
        yield name.translate({ord(str(digit)): str((digit + shift) % 10) for digit in range(10)})


def _invented(domain: Domain, talk: Talk) -> Iterator[Spoil]:
    """The agent names an id that there is not."""
    known = {key for table in domain.tables.values() for key in table}
    for index, turn in enumerate(talk.talk.turns):
        if turn.role != "agent" or not turn.text:
            continue
        named = next(
            (word for word in re.findall(r"[#\w-]+", turn.text) if word in known and _DIGIT.search(word)), None
        )
        if named is None:
            continue
        strange = next((made for made in _shifted(named) if made not in known), None)
        if strange is None:
            continue
        turns = list(talk.talk.turns)
        turns[index] = replace(turn, text=f"I have {strange} here, too. {turn.text}")
        yield Spoil(
            "pack.ids",
            f"the agent speaks of {_DIGIT.sub('0', strange)}, which nobody named",
            "grounded",
            replace(talk, talk=replace(talk.talk, turns=tuple(turns))),
        )
        return


def _misquoted(domain: Domain, talk: Talk) -> Iterator[Spoil]:
    """A proposal lists another record than the one that is then written to."""
    for call in talk.task.gold:
        place = next((index for index, turn in enumerate(talk.talk.turns) if call in turn.calls), None)
        if place is None:
            continue
        before = [
            index for index in range(place) if talk.talk.turns[index].role == "agent" and talk.talk.turns[index].text
        ]
        ids = [
            str(value)
            for value in call.args.values()
            if isinstance(value, str) and any(value in table for table in domain.tables.values())
        ]
        text = talk.talk.turns[before[-1]].text if before else ""
        named = next((value for value in ids if value in text), None)
        answered = [turn.text for turn in talk.talk.turns[before[-1] : place] if turn.role == "user"] if before else []
        if named is None or any(named in text for text in answered):  # who says yes to the record by its id means that
            continue
        table = next(rows for rows in domain.tables.values() if named in rows)
        other = next(key for key in table if key != named)
        turns = list(talk.talk.turns)
        for index in before:  # also where it was listed before, for one who asks once more
            turns[index] = replace(turns[index], text=turns[index].text.replace(named, other))
        yield Spoil(
            "pack.phrases.renderings",
            f"the proposal of {call.tool} names another record than is written to",
            "confirmed_before_write",
            replace(talk, talk=replace(talk.talk, turns=tuple(turns))),
        )
