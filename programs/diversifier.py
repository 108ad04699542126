"""The diversifier with a model: each user gets a voice, and the sentences of the task in it; code checks every fact.

The levels of the behaviour dimensions stay as the quota dealt them. A sentence that no try gets right keeps its scripted
wording, a task for which no voice comes keeps all of it; the reasons are counted.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import dspy

from writ_dspy.domains import Domain, load
from writ_dspy.lm import Connection, Usage
from writ_dspy.programs.guide import spoken
from writ_dspy.programs.tries import ROOM, TRIES, Line, Rejected, attempt, derive, fault_of
from writ_dspy.programs.voice import (
    behaviour_of,
    check_sentence,
    check_together,
    check_voice,
    known_of,
    manner,
    neither,
)
from writ_dspy.programs.wording import check_copies, check_kept, given, keyed
from writ_dspy.signatures.diversifier import Diversify
from writ_dspy.signatures.proposer import GivenSentence
from writ_dspy.task import Behaviour, Task, in_own_words
from writ_dspy.verify.fidelity import same

NEAR = 0.7
"""Share of words that two voices may have in common (Jaccard)."""
TOO_NEAR = "the voice is too near to another customer's; find quite another person"
WHO = (
    "a retired teacher", "a night-shift nurse", "a student between lectures", "a plumber on a building site",
    "a parent of twins", "a freelance illustrator", "a bank clerk", "a choir leader", "a truck driver on a break",
    "a lawyer in training", "a gardener", "a startup founder", "a baker after an early shift", "a grandparent",
    "a violin maker", "a tour guide", "a lab technician", "a football coach", "a librarian", "a chef",
    "an electrician", "a yoga instructor", "a farmer", "a radio host", "a taxi owner", "a chemist",
    "a ship's cook", "an archivist", "a photographer", "a kindergarten teacher",
)  # fmt: skip
MOOD = (
    "dry humor", "sunny", "skeptical", "tidy-minded", "absent-minded", "proud of being precise", "easily amused",
    "a little tired", "formal", "chummy", "thinks aloud", "gets to the point", "cautious", "optimistic", "grumpy",
    "a worrier", "methodical", "laconic",
)  # fmt: skip
HABIT = (
    "starts with the result", "likes lists", "says right, then", "ends on a short sentence", "prefers verbs",
    "uses old-fashioned words", "begins with what it is about", "compares things with the weather", "counts points off",
    "prefers short words", "repeats the key word", "writes as one speaks on the phone", "loves dashes",
    "never uses exclamation marks", "puts the reason first", "puts the reason last",
)  # fmt: skip
_UNLIKE = {
    "laconic": ("chatty",), "gets to the point": ("chatty",), "thinks aloud": ("terse",), "formal": ("casual",),
    "chummy": ("blunt",), "sunny": ("blunt",), "grumpy": ("polite",), "uses old-fashioned words": ("casual", "non-native"),
    "proud of being precise": ("typos",), "ends on a short sentence": ("chatty",), "writes as one speaks on the phone": ("terse",),
    "compares things with the weather": ("terse",),
}  # fmt: skip
"""Of each seed the levels of a manner that it contradicts."""

Reader: TypeAlias = Callable[[Task, str, Domain, int], Awaitable[None]]
"""Reads a request as a task's customer says it, with a seed; raises `Rejected` where it does not come to the task's goal."""


@dataclass
class Diversified:
    """The tasks in their order, and by their ids what became of those whose words are not all new."""

    tasks: list[Task]
    scripted: dict[str, str] = field(default_factory=dict)
    """Why there is no voice, and all stays in its scripted wording."""
    partly: dict[str, str] = field(default_factory=dict)
    """Why, with a voice, some sentence stays as it was."""

    def add(self, one: Voiced) -> None:
        """One more task."""
        self.tasks.append(one.task)
        self.scripted |= {one.task.id: one.scripted} if one.scripted else {}
        self.partly |= {one.task.id: one.partly} if one.partly else {}


class Voiced(NamedTuple):
    """A task, and what of its words is not new."""

    task: Task
    scripted: str = ""
    """Why there is no voice, and all stays in its scripted wording."""
    partly: str = ""
    """Why, with a voice, some sentence stays as it was."""


VOICE = dspy.InputField(desc="who talks, and how: it stays")
_Settled: TypeAlias = tuple[Behaviour, str] | Rejected
"""A behaviour with a voice, and why some sentences stay as they were; or why there is no voice."""


class DiversifierProgram(dspy.Module):
    """Finds a voice and the sentences in it."""

    def __init__(self) -> None:
        super().__init__()
        self.diversify = dspy.Predict(Diversify)

    async def aforward(
        self, manner: list[str], seeds: list[str], sentences: list[GivenSentence], objection: str = ""
    ) -> dspy.Prediction:
        """As `Diversify`."""
        return await self.diversify.acall(manner=manner, seeds=seeds, sentences=sentences, objection=objection)


class ModelDiversifier:
    """Rewrites how users talk, never what they say."""

    def __init__(
        self, connection: Connection, program: DiversifierProgram | None = None, read: Reader | None = None
    ) -> None:
        self._connection = connection
        self._program = program or DiversifierProgram()
        self._read = read
        self._voiced_as: dict[type[dspy.Signature], type[dspy.Signature]] = {}
        self.name = connection.model_name

    async def diversify(self, tasks: Sequence[Task], seed: int) -> Diversified:
        """Each task with a voice and a wording in its behaviour, in the order given (see `voicing`)."""
        done = Diversified([])

        async def given() -> AsyncGenerator[Task]:
            for task in tasks:
                yield task

        async with aclosing(self.voicing(given(), seed)) as voiced:
            async for task in voiced:
                done.add(task)
        return done

    async def voicing(
        self, tasks: AsyncGenerator[Task], seed: int, voices: Iterable[str] = ()
    ) -> AsyncGenerator[Voiced]:
        """Each task with a voice and a wording in its behaviour, in the order in which they come, as soon as it can be.

        Voices are compared in that order, with those before, so that the result does not depend on which reply came
        first; one that is too near to an earlier one is asked for once more.

        Args:
            tasks: With behaviors; each is begun when it comes.
            seed: Of the run.
            voices: Of tasks that came before these.

        Raises:
            RoleError: A task has no behaviour yet; levels are dealt by `behaviour.assign` first.
        """
        known = [_words(voice) for voice in voices]
        async with Line[tuple[Task, _Settled]]() as line:

            async def settled(task: Task) -> tuple[Task, _Settled]:
                return task, await self._settled(task, seed, "")

            async def feed() -> None:
                async with aclosing(tasks):
                    async for task in tasks:
                        line.begin(settled(task))

            line.feed(feed())
            async for task, found in line:
                yield await self._apart(task, found, known, seed)

    async def _apart(self, task: Task, found: _Settled, known: list[frozenset[str]], seed: int) -> Voiced:
        """What becomes of a task, given the voices before it; its own one joins them."""
        for objection in (TOO_NEAR, ""):
            if isinstance(found, Rejected):
                return Voiced(task, scripted=found.reason)
            behaviour, left = found
            words = _words(behaviour.voice)
            if not any(len(words & other) >= NEAR * len(words | other) for other in known):
                known.append(words)
                return Voiced(dataclasses.replace(task, behaviour=behaviour), partly=left)
            if objection:
                found = await self._settled(task, seed, objection)
        return Voiced(task, scripted="a voice too near to another")

    async def _settled(self, task: Task, seed: int, objection: str) -> _Settled:
        try:
            return await self._voiced(task, derive(seed, objection), objection)
        except Rejected as rejected:
            return rejected

    async def _voiced(self, task: Task, seed: int, first_objection: str) -> tuple[Behaviour, str]:
        """The behaviour with a voice and a wording, and why some sentences stay as they were, if any do.

        Raises:
            Rejected: No voice of use came within the tries.
        """
        found, rng = _Found(task), random.Random(f"{seed}/{task.id}")
        grown: list[str] = []

        async def once(number: int, objection: str) -> None:
            nonlocal grown
            grown = grown if found.voice else seeds(rng, found.dealt)  # who has a voice stays that person
            told = objection or first_objection
            inputs = asked(task, grown, told, found.due)
            reply = await self._connection.predict(
                self._program.diversify,
                seed=derive(seed, task.id, number),
                signature=self._signature(spoken_by=found.voice),
                max_tokens=max(
                    self._connection.settings.max_tokens,
                    ROOM if self._connection.settings.thinking else _room(found.due),
                ),
                **(inputs | {"voice": found.voice} if found.voice else inputs),
            )
            found.take(reply, told, self._connection.usage)
            if self._read is not None and found.texts:
                await _read_back(self._read, found, derive(seed, task.id, number, "read"))

        left = ""
        try:
            await attempt(TRIES, once, self._connection.usage)
        except Rejected as last:
            if not found.voice:
                raise
            left = last.reason
        return found.behaviour(), left

    def _signature(self, *, spoken_by: str) -> type[dspy.Signature]:
        """The predictor's signature; of a person who is found it asks for sentences alone."""
        base: type[dspy.Signature] = self._program.diversify.signature
        if not spoken_by:
            return base
        if base not in self._voiced_as:
            self._voiced_as[base] = base.delete("voice").append("voice", VOICE, str)
        return self._voiced_as[base]


@dataclass
class _Found:
    """What is of use in the replies about one task; a sentence that nobody gets right stays as it was."""

    task: Task
    voice: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    """New sentences by key."""

    def __post_init__(self) -> None:
        self.domain, self.sentences = load(self.task.domain), given(self.task)
        self.dealt, self.known = behaviour_of(self.task), known_of(self.task, self.domain)

    def take(self, reply: Any, objection: str, usage: Usage) -> None:
        """Keep what is of use of a reply to that objection; every sentence that is not counts.

        Raises:
            Rejected: Something is still missing; the first of it.
        """
        wrong = [fault for fault in (self._voice(reply, objection), *self._sentences(reply)) if fault is not None]
        if wrong:
            usage.sent_back.update(fault.reason for fault in wrong)
            first = Rejected(wrong[0].reason, "; ".join(dict.fromkeys(fault.advice for fault in wrong)))
            first.counted = True
            raise first

    def _voice(self, reply: Any, objection: str) -> Rejected | None:
        if self.voice:
            return None
        voice = neither(" ".join(reply.voice.split()))
        fault = fault_of(check_voice, voice, self.task, self.domain, objection)
        self.voice = "" if fault else voice
        return fault

    def _sentences(self, reply: Any) -> Iterator[Rejected | None]:
        try:
            said = keyed(self.sentences, reply.rewritten)
        except Rejected as wrong:
            yield wrong
            return
        copies = fault_of(check_copies, self.sentences, said | self.texts)
        for one in self.open:
            text = said.get(one.key, "")
            copied = same(one.text, text)
            fault = fault_of(check_kept, one, text)
            if fault is None and not copied:
                fault = fault_of(check_sentence, one.text, text, self.known)
            if fault is None and not (copied and copies):  # as few words as these may be the customer's own already
                self.texts[one.key] = text
            yield fault
        yield copies
        yield self._together()

    def _together(self) -> Rejected | None:
        """What all sentences together lack or give away; those that bring it about are open again, and no other."""
        fault = fault_of(check_together, self.task, self._whole(), self.domain)
        if fault is None:
            return None
        new, self.texts = self.texts, {}
        for key, text in new.items():
            self.texts[key] = text
            if fault_of(check_together, self.task, self._whole(), self.domain) is not None:
                del self.texts[key]
        blamed = [f'"{text}"' for key, text in new.items() if key not in self.texts]
        return Rejected(fault.reason, f"{', '.join(blamed)}: {fault.advice}")

    @property
    def open(self) -> list[GivenSentence]:
        """The sentences that have no new words yet."""
        return [one for one in self.sentences if one.key not in self.texts]

    @property
    def due(self) -> list[GivenSentence]:
        """The sentences to ask for: those that are open; all of them while there is nobody to say them."""
        return self.open if self.voice else self.sentences

    def _whole(self) -> dict[str, str]:
        return {one.key: self.texts.get(one.key, one.text) for one in self.sentences}

    def behaviour(self) -> Behaviour:
        """As it was dealt, with this voice and wording."""
        wording = tuple(self._whole().items()) if self.texts else ()
        return dataclasses.replace(self.dealt, voice=self.voice, wording=wording)


async def _read_back(read: Reader, found: _Found, seed: int) -> None:
    """A reader gets from the customer's own sentences to the goal; else those that it took otherwise are open again, or all of them.

    Raises:
        Rejected: No reader does.
    """
    own = in_own_words(dataclasses.replace(found.task, behaviour=found.behaviour()))
    try:
        await read(found.task, spoken(own.identity, own.requests), found.domain, seed)
    except Rejected as rejected:
        for key in (rejected.keys & found.texts.keys()) or set(found.texts):
            del found.texts[key]
        raise


def _words(voice: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z']+", voice.lower()))


def seeds(rng: random.Random, behaviour: Behaviour) -> list[str]:
    """What a person grows out of: who, in which mood, with which habit; nothing of it contradicts how they talk."""
    levels = {level for _, level in behaviour.levels}
    return [
        rng.choice([one for one in every if levels.isdisjoint(_UNLIKE.get(one, ()))]) for every in (WHO, MOOD, HABIT)
    ]


def asked(
    task: Task, seeds: Sequence[str], objection: str = "", sentences: Sequence[GivenSentence] | None = None
) -> dict[str, Any]:
    """What the program is given for a task: all of its sentences, or those that are still open."""
    return {
        "manner": manner(behaviour_of(task)),
        "seeds": list(seeds),
        "sentences": given(task) if sentences is None else list(sentences),
        "objection": objection,
    }


def _room(sentences: Sequence[GivenSentence]) -> int:
    """Tokens for a voice and every sentence twice over: a reply that is longer has lost its way."""
    return 300 + sum(len(one.key) + len(one.text) + 40 for one in sentences) * 2 // 3
