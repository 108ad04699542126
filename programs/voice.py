"""What makes a voice and the sentences in it of use: nothing of the case in the one, every fact and level in the others."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Mapping

from writ_dspy.domains import Domain
from writ_dspy.errors import RoleError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.programs.surface import Vocabularies
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.propose.accept import words_are_fair
from writ_dspy.signatures.diversifier import MANNERS, Diversify
from writ_dspy.simulate.behaviour import COURTESY, DIGRESSION, FOREIGN, MISSPELLED, URGENCY, has
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import Behaviour, Task
from writ_dspy.verify.fidelity import Keep, faults, plain

LONGEST = 60
"""Words of a voice."""
ECHO = 0.6
"""Share of a voice's pairs of neighboring words that stand in what its speaker was given, from which on it is an echo."""


def behaviour_of(task: Task) -> Behaviour:
    """The behaviour that was dealt.

    Raises:
        RoleError: There is none.
    """
    if task.behaviour is None:
        raise RoleError(f"task {task.id} has no behaviour to be voiced: call `behaviour.assign` on the tasks first.")
    return task.behaviour


def manner(behaviour: Behaviour) -> list[str]:
    """The levels that show in how a sentence is said, in plain words."""
    return [levels[behaviour[dimension]] for dimension, levels in MANNERS.items()]


def check_voice(voice: str, task: Task, domain: Domain, objection: str = "") -> None:
    """A voice is there, is short, is no echo of the prompt, whose objection is given, and holds nothing of the case.

    Raises:
        Rejected: It does not.
    """
    lower = voice.lower()
    if not voice or len(voice.split()) > LONGEST:
        raise Rejected("a voice of no use", f"the voice has {len(voice.split())} words; write 5 to {LONGEST}")
    facts = (str(fact.value) for fact in task.facts)
    found = next((fact for fact in facts if domain.pack.mentions(fact, lower)), None)
    found = found or next(iter(re.findall(r"\d+", voice) or sorted(domain.pack.ids(voice))), None)
    if found:
        raise Rejected("a fact in the voice", f"the voice speaks of {found!r}; it is about the person, not the case")
    if any(plain(line) in plain(voice) for line in manner(behaviour_of(task))):
        raise Rejected("a voice of no use", "the voice repeats the manner; say who the person is")
    shown = (Diversify.instructions, objection, *(one.text for one in given(task)))
    known, own = frozenset[tuple[str, str]]().union(*map(shingles, shown)), shingles(voice)
    if len(own & known) >= ECHO * max(1, len(own)):
        raise Rejected("a voice of no use", "the voice repeats what was given; say who the person is")


def shingles(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of neighboring words."""
    return frozenset(itertools.pairwise(re.findall(r"[a-z']+", text.lower())))


def check_sentence(before: str, after: str, behaviour: Behaviour, keep: Keep) -> None:
    """A sentence goes with the levels of its speaker, and no fact of it came or went.

    Raises:
        Rejected: It does not, or one did.
    """
    _keeps_the_levels(before, after, behaviour)
    wrong = faults(before, after, keep)
    if wrong:
        raise Rejected(f"a changed fact: {_kind(wrong[0])}", f"{after!r} for {before!r}: {'; '.join(wrong)}")


def check_together(task: Task, texts: Mapping[str, str], domain: Domain) -> None:
    """All sentences together state what the goal needs and give nothing away.

    Raises:
        Rejected: They do not.
    """
    identity = dataclasses.replace(task.identity, text=texts[plan.IDENTITY])
    rest = " ".join(text for key, text in texts.items() if key != plan.IDENTITY)
    try:
        words_are_fair(dataclasses.replace(task, identity=identity, instruction=rest), domain)
    except Unresolved as reason:
        raise Rejected("a changed fact", str(reason)) from reason


def keep_of(task: Task, domain: Domain) -> Keep:
    """What stays in each sentence: the vocabulary of the domain, the details and the facts."""
    slots = (task.identity, *(slot for request in task.requests for slot in request.slots))
    values = tuple(str(fact.value) for fact in task.facts)
    return Keep(Vocabularies().of(domain), slots=slots, values=values, mentions=domain.pack.mentions)


def _kind(fault: str) -> str:
    """The fault without the words that it is about, so that like faults count together."""
    named = re.match(r"without the \w+|with a new \w+", fault)
    return named[0] if named else re.sub(r" ?\d+ ?|:.*|'.*", " ", fault).strip()


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
