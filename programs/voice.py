"""What makes a voice and the sentences in it of use: nothing of the case in the one, every fact in the others."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from writ_dspy.domains import Domain
from writ_dspy.errors import RoleError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.propose.accept import words_are_fair
from writ_dspy.signatures.diversifier import MANNERS, Diversify
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import Behaviour, Task
from writ_dspy.verify.kept import lost

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
    shown = (Diversify.instructions, objection, *manner(behaviour_of(task)), *(one.text for one in given(task)))
    known, own = frozenset[tuple[str, str]]().union(*map(shingles, shown)), shingles(voice)
    if len(own & known) >= ECHO * max(1, len(own)):
        raise Rejected("a voice of no use", "the voice repeats what was given; say who the person is")


_SHE = re.compile(
    r"\b(?P<who>[Hh]e|[Ss]he)\b|\b(?P<own>[Hh]is|[Hh]er)\b(?= (?!(?:to|and|in|on|at|with|for|from|that|when|if|or|but|by|as|is|was)\b)[a-z])|"
    r"\b(?P<them>[Hh]im|[Hh]er)\b|\b(?P<theirs>[Hh]is|[Hh]ers)\b|\b(?P<self>[Hh]im|[Hh]er)self\b"
)
_NEITHER = {"who": "this person", "own": "their", "them": "them", "theirs": "theirs", "self": "themselves"}


def neither(voice: str) -> str:
    """A voice without he and she: who finds it may not know the customer's first name, and another one goes with it as well."""

    def said(match: re.Match[str]) -> str:
        word = _NEITHER[match.lastgroup or "who"]
        return word[0].upper() + word[1:] if match[0][0].isupper() else word

    return _SHE.sub(said, voice)


def shingles(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of neighboring words."""
    return frozenset(itertools.pairwise(re.findall(r"[a-z']+", text.lower())))


@dataclass(frozen=True)
class Known:
    """What a customer says, against which each new sentence is held."""

    text: str
    """All given sentences: a number, id or name that stands in one of them is no news."""
    spellings: Mapping[str, str]
    """Other spellings of a name, such as the code of a place; lower case."""


def check_sentence(before: str, after: str, known: Known) -> None:
    """A sentence says what it said: no value, id or name of it came, went or was turned around; its words are free.

    Raises:
        Rejected: It does not; says what to mend.
    """
    wrong = lost(before, after, known.text, known.spellings)
    if wrong:
        raise Rejected(
            f"a changed fact: {_kind(wrong[0])}", f'"{after}" is not what "{before}" says: {"; ".join(wrong)}'
        )


def check_together(task: Task, texts: Mapping[str, str], domain: Domain) -> None:
    """All sentences together state what the goal needs and give nothing away.

    Raises:
        Rejected: They do not.
    """
    identity = dataclasses.replace(task.identity, text=texts[plan.IDENTITY])
    rest = " ".join(text for key, text in texts.items() if key != plan.IDENTITY)
    added = " ".join(word for word in identity.text.split() if word.lower() not in task.identity.text.lower())
    try:  # what who they are has gained is no longer who they are
        words_are_fair(dataclasses.replace(task, identity=identity, instruction=f"{rest} {added}"), domain)
    except Unresolved as reason:
        raise Rejected("a changed fact", str(reason)) from reason


def known_of(task: Task, domain: Domain) -> Known:
    """What this customer says of anything, and how the domain's places may be spelled."""
    places = {code.lower(): name.lower() for code, name in domain.pack.places.items()}
    words = {word: code for code, name in places.items() for word in name.split()}
    return Known(" ".join(one.text for one in given(task)), words | places)


def _kind(fault: str) -> str:
    """The fault without the words that it is about, so that like faults count together."""
    for sign in (
        "is missing",
        "said nowhere",
        "turned around",
        "says no to",
        "to stay as it is",
        "is wanted",
        "say it shorter",
        "plainly",
        "swapped",
        "the other way",
    ):
        if sign in fault:
            return _KINDS.get(sign, sign)
    return fault


_KINDS = {
    "is missing": "a value or name is missing",
    "said nowhere": "a value or name that nobody said",
    "is wanted": "a limit turned around",
    "says no to": "denied, or no longer",
    "to stay as it is": "kept or changed, the other way round",
    "say it shorter": "far too long",
    "plainly": "a limit no longer plain",
    "swapped": "names swapped",
    "the other way": "turned around",
}
