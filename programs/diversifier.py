"""The diversifier with a model: each user gets a voice, and the sentences of the task in it; code checks every fact.

The levels of the behaviour dimensions stay as the quota dealt them. A voice that cannot be had within the tries leaves
the task in its scripted wording, with the reason counted.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import dspy

from writ_dspy.accept import words_are_fair
from writ_dspy.behaviour import COURTESY, DIGRESSION, FOREIGN, MISSPELLED, URGENCY, has
from writ_dspy.domains import Domain, load
from writ_dspy.errors import RoleError
from writ_dspy.evidence import Unresolved
from writ_dspy.fidelity import Keep, faults, plain
from writ_dspy.lm import Connection
from writ_dspy.programs.surface import Vocabularies
from writ_dspy.programs.tries import ROOM, TRIES, Rejected, attempt, derive, together
from writ_dspy.programs.wording import by_key, given
from writ_dspy.scripted import plan
from writ_dspy.signatures.diversifier import MANNERS, Diversify
from writ_dspy.signatures.proposer import GivenSentence
from writ_dspy.task import Behaviour, Task

NEAR = 0.7
"""Share of words that two voices may have in common (Jaccard)."""
LONGEST = 60
"""Words of a voice."""
WHO = (
    "a retired teacher", "a night-shift nurse", "a student between lectures", "a plumber on a building site",
    "a father of twins", "a freelance illustrator", "a bank clerk", "a choir leader", "a truck driver on a break",
    "a lawyer in training", "a gardener", "a startup founder", "a baker after an early shift", "a grandmother",
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
    "uses old-fashioned words", "avoids the word I", "compares things with the weather", "counts points off",
    "asks rather than states", "repeats the key word", "writes as one speaks on the phone", "loves dashes",
    "never uses exclamation marks", "puts the reason first", "puts the reason last",
)  # fmt: skip


@dataclass
class Diversified:
    """The tasks in their order, and why some keep their scripted wording."""

    tasks: list[Task]
    scripted: Counter[str] = field(default_factory=Counter)


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

    def __init__(self, connection: Connection, program: DiversifierProgram | None = None) -> None:
        self._connection = connection
        self._program = program or DiversifierProgram()
        self._words = Vocabularies()
        self.name = connection.model_name

    async def diversify(self, tasks: Sequence[Task], seed: int) -> Diversified:
        """Each task with a voice and a wording in its behaviour, in the order given.

        Voices are compared in that order, so that the result does not depend on which reply came first; one that is
        too near to an earlier one is asked for once more.

        Raises:
            RoleError: A task has no behaviour yet; levels are dealt by `behaviour.assign` first.
        """
        done = Diversified(list(tasks))
        voices: list[frozenset[str]] = []
        pending = list(range(len(tasks)))
        for objection in ("", "the voice is too near to another customer's; find quite another person"):
            pending = await self._round(done, voices, pending, seed, objection)
        done.scripted["a voice too near to another"] += len(pending)
        done.scripted = +done.scripted
        return done

    async def _round(
        self, done: Diversified, voices: list[frozenset[str]], pending: Sequence[int], seed: int, objection: str
    ) -> list[int]:
        """Voices for these tasks; which of them are too near to one that was there before."""

        async def settled(index: int) -> Behaviour | Rejected:
            try:
                return await self._voiced(done.tasks[index], derive(seed, objection), objection)
            except Rejected as rejected:
                return rejected

        near: list[int] = []
        results = await together(settled(index) for index in pending)
        for index, behaviour in zip(pending, results, strict=True):
            if isinstance(behaviour, Rejected):
                done.scripted[behaviour.reason] += 1
                continue
            words = frozenset(re.findall(r"[a-z']+", behaviour.voice.lower()))
            if any(len(words & other) >= NEAR * len(words | other) for other in voices):
                near.append(index)
            else:
                voices.append(words)
                done.tasks[index] = dataclasses.replace(done.tasks[index], behaviour=behaviour)
        return near

    async def _voiced(self, task: Task, seed: int, first_objection: str) -> Behaviour:
        """The behaviour with a voice and a wording.

        Raises:
            Rejected: None that keeps the facts and the levels came within the tries.
        """
        behaviour, domain, sentences = _behaviour(task), load(task.domain), given(task)
        rng, keep = random.Random(f"{seed}/{task.id}"), _keep(task, domain, self._words.of(domain))
        manner = [levels[behaviour[dimension]] for dimension, levels in MANNERS.items()]

        async def once(number: int, objection: str) -> Behaviour:
            reply = await self._connection.predict(
                self._program.diversify,
                seed=derive(seed, task.id, number),
                max_tokens=max(
                    self._connection.settings.max_tokens,
                    ROOM if self._connection.settings.thinking else _room(sentences),
                ),
                manner=manner,
                seeds=[rng.choice(WHO), rng.choice(MOOD), rng.choice(HABIT)],
                sentences=sentences,
                objection=objection or first_objection,
            )
            voice = " ".join(reply.voice.split())
            _speaks_of_nothing(voice, task, domain)
            if any(plain(line) in plain(voice) for line in manner):
                raise Rejected("a voice of no use", "the voice repeats the manner; say who the person is")
            texts = by_key(sentences, reply.rewritten)
            for sentence in sentences:
                _keeps_the_levels(sentence.text, texts[sentence.key], behaviour)
                _keeps_the_facts(sentence.text, texts[sentence.key], keep)
            _gives_nothing_away(task, texts, domain)
            wording = tuple((sentence.key, texts[sentence.key]) for sentence in sentences)
            return dataclasses.replace(behaviour, voice=voice, wording=wording)

        return await attempt(TRIES, once)


def _room(sentences: Sequence[GivenSentence]) -> int:
    """Tokens for a voice and every sentence twice over: a reply that is longer has lost its way."""
    return 300 + sum(len(one.key) + len(one.text) + 40 for one in sentences) * 2 // 3


def _behaviour(task: Task) -> Behaviour:
    """The behaviour that was dealt.

    Raises:
        RoleError: There is none.
    """
    if task.behaviour is None:
        raise RoleError(f"task {task.id} has no behaviour to be voiced: call `behaviour.assign` on the tasks first.")
    return task.behaviour


# ----------------------------------------------------------------------------- checks


def _speaks_of_nothing(voice: str, task: Task, domain: Domain) -> None:
    """A voice is there, is short, and holds nothing of the case."""
    lower = voice.lower()
    if not voice or len(voice.split()) > LONGEST:
        raise Rejected("a voice of no use", f"the voice has {len(voice.split())} words; write 5 to {LONGEST}")
    facts = (str(fact.value) for fact in task.facts)
    found = next((fact for fact in facts if domain.pack.mentions(fact, lower)), None)
    found = found or next(iter(re.findall(r"\d+", voice) or sorted(domain.pack.ids(voice))), None)
    if found:
        raise Rejected("a fact in the voice", f"the voice speaks of {found!r}; it is about the person, not the case")


def _keeps_the_facts(before: str, after: str, keep: Keep) -> None:
    """No fact of the sentence came or went."""
    wrong = faults(before, after, keep)
    if wrong:
        raise Rejected(f"a changed fact: {_kind(wrong[0])}", f"{after!r} for {before!r}: {'; '.join(wrong)}")


def _kind(fault: str) -> str:
    """The fault without the words that it is about, so that like faults count together."""
    named = re.match(r"without the \w+|with a new \w+", fault)
    return named[0] if named else re.sub(r" ?\d+ ?|:.*|'.*", " ", fault).strip()


def _keep(task: Task, domain: Domain, words: frozenset[str]) -> Keep:
    """What stays in each sentence: the vocabulary of the domain, the details and the facts."""
    slots = (task.identity, *(slot for request in task.requests for slot in request.slots))
    values = tuple(str(fact.value) for fact in task.facts)
    return Keep(words, slots=slots, values=values, mentions=domain.pack.mentions)


def _keeps_the_levels(before: str, after: str, behaviour: Behaviour) -> None:
    """Nothing in the words contradicts a level that the verifier looks for."""
    forbidden = (
        ("tone", behaviour["tone"] == "blunt", COURTESY),
        ("language", behaviour["language"] != "typos", _MISTYPED),
        ("language", behaviour["language"] != "non-native", FOREIGN),
        ("patience", behaviour["patience"] == "patient", URGENCY),
        ("digression", behaviour["digression"] == "none", DIGRESSION),
    )
    for dimension, applies, words in forbidden:
        if applies and has(words, after) and not has(words, before):
            raise Rejected(
                f"against its {dimension}", f"{after!r} does not go with {dimension} {behaviour[dimension]!r}"
            )
    most = {"terse": 12, "medium": 25, "chatty": 45}[behaviour["verbosity"]]
    if len(after.split()) > max(most, round(1.3 * len(before.split()))):
        raise Rejected("against its verbosity", f"{after!r} is too long for a {behaviour['verbosity']} customer")


_MISTYPED = tuple(set(MISSPELLED.values()) - {"form"})


def _gives_nothing_away(task: Task, texts: dict[str, str], domain: Domain) -> None:
    identity = dataclasses.replace(task.identity, text=texts[plan.IDENTITY])
    rest = " ".join(text for key, text in texts.items() if key != plan.IDENTITY)
    try:
        words_are_fair(dataclasses.replace(task, identity=identity, instruction=rest), domain)
    except Unresolved as reason:
        raise Rejected("a changed fact", str(reason)) from reason
