"""A task's sentences given to a model to be worded anew, and what comes back taken for a task again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence

from writ_dspy.codec import identify
from writ_dspy.programs.tries import Rejected, fault_of
from writ_dspy.signatures.proposer import GivenSentence, Sentence
from writ_dspy.simulate.behaviour import discloses, place_of
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.style import as_opening
from writ_dspy.task import Slot, Task
from writ_dspy.verify.fidelity import same

_FIRST_PERSON = " me myself my mine I"
"""What a brief says by "you"."""
_SECOND = {
    "you": ("me", "I"), "your": ("my",), "yours": ("mine",), "yourself": ("myself",), "you're": ("I'm",), "you've": ("I've",), "you'd": ("I'd",), "you'll": ("I'll",),
}  # fmt: skip
_TO_YOU = re.compile(r"\b(?:you(?:r|rs|rself|'re|'ve|'d|'ll)?)(?!['\w])", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d,.:/-]*\d|\d")


def given(task: Task) -> list[GivenSentence]:
    """All that the user says, by the references of `scripted.plan`, with what recognizes each detail."""
    sentences = [GivenSentence(key=plan.IDENTITY, text=task.identity.text, keep=kept(task.identity))]
    for index, request in enumerate(task.requests):
        if request.opening:
            text = as_opening(request.opening, first=index == 0)
            sentences.append(GivenSentence(key=plan.opening(index), text=text, keep=[]))
        sentences += [
            GivenSentence(key=plan.detail(index, slot.key), text=slot.text, keep=kept(slot)) for slot in request.slots
        ]
    return sentences


GOES_ON = "…"
"""Behind a text to be kept that is only the beginning of a word."""
_REST = re.compile(r"\w*")


def kept(slot: Slot) -> list[str]:
    """The marks as they are spelled in the sentence; one that only begins a word says so."""
    return list(dict.fromkeys(_spelled(mark, slot.text) for mark in slot.marks))


def _spelled(mark: str, text: str) -> str:
    at = place_of(mark, text)
    if at < 0:
        return mark
    end = at + len(mark)
    rest = _REST.match(text, end)
    return text[at:end] + (GOES_ON if rest and rest[0] not in ("", "s") and mark[-1:].isalpha() else "")


def by_key(sentences: Sequence[GivenSentence], rewritten: Sequence[Sentence]) -> dict[str, str]:
    """The new sentences by key: each given one once, and no other.

    Raises:
        Rejected: One is missing, empty, twice there, or was not asked for; it lacks what it had to keep; or most of
            them are the given ones.
    """
    texts = keyed(sentences, rewritten)
    for sentence in sentences:
        check_kept(sentence, texts.get(sentence.key, ""))
    check_copies(sentences, texts)
    return texts


def keyed(sentences: Sequence[GivenSentence], rewritten: Sequence[Sentence]) -> dict[str, str]:
    """The new sentences by key, as many as came.

    Raises:
        Rejected: One is twice there, or was not asked for.
    """
    texts = {sentence.key: " ".join(sentence.text.split()) for sentence in rewritten}
    strange = sorted({sentence.key for sentence in rewritten} - {sentence.key for sentence in sentences})
    if strange or len(texts) != len(rewritten):
        twice = strange or sorted(key for key in texts if [one.key for one in rewritten].count(key) > 1)
        raise Rejected(
            "keys that were not asked for",
            f"give back each key that is asked for once, and no other; wrong: {', '.join(twice)}",
        )
    return texts


def check_kept(sentence: GivenSentence, text: str) -> None:
    """The sentence is there, and has what it had to keep.

    Raises:
        Rejected: It is not, or has not.
    """
    if not text:
        raise Rejected("a detail is missing: left out", f"{sentence.key} did not come back")
    lost = [kept for kept in sentence.keep if place_of(kept.removesuffix(GOES_ON), text) < 0]
    if lost:
        words = ", ".join(f'"{part}"' for part in lost)
        raise Rejected("a detail is missing: its words", f'{sentence.key} ("{text}") has to hold {words}')


def check_copies(sentences: Sequence[GivenSentence], texts: Mapping[str, str]) -> None:
    """At most half of the sentences are the given ones: a short one may have no other words.

    Raises:
        Rejected: More are; names them.
    """
    copied = [one.key for one in sentences if one.key in texts and same(one.text, texts[one.key])]
    if 2 * len(copied) > len(sentences):
        advice = f"too many sentences came back as they were given; say these in other words: {', '.join(copied)}"
        raise Rejected("the same words again", advice, keys=copied)


def _by_the_customer(brief: str) -> str:
    """A brief, and what it says by "you" in the customer's own words: "gets you there first" is "gets me there first"."""
    said = brief + _FIRST_PERSON * (re.search(r"\byou\b", brief, re.IGNORECASE) is not None)

    def told(way: int) -> str:
        return _TO_YOU.sub(lambda found: (forms := _SECOND[found[0].lower()])[way % len(forms)], brief)

    return "\n".join((said, told(0), told(1)))


class Rewording:
    """A task on its way into a model's words: what holds is kept, and only the rest is asked for again."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._given = given(task)
        self._texts: dict[str, str] = {}
        self._before = frozenset(_NUMBER.findall(f"{task.identity.text} {task.instruction}"))

    @property
    def asked(self) -> list[GivenSentence]:
        """All sentences, as the brief tells all of it; those that hold in their new words."""
        return [one.model_copy(update={"text": self._texts.get(one.key, one.text)}) for one in self._given]

    def told(self, objection: str) -> str:
        """An objection with the keys that are asked for again, where the others hold."""
        if not objection or not self._texts:
            return objection
        left = ", ".join(one.key for one in self._given if one.key not in self._texts)
        if not left:
            return f"{objection}. The sentences hold as they now stand: give none of them back, only a new brief"
        return (
            f"{objection}. Give back {left} in new words, and a new brief; the other sentences hold as they now stand"
        )

    def reopen(self, keys: Collection[str], *, brief: bool = False) -> None:
        """Ask for these sentences again; for all of them where none is named; for none of them where it is the `brief` that does not hold."""
        self._texts = {key: text for key, text in self._texts.items() if brief or (keys and key not in keys)}

    def take(self, rewritten: Sequence[Sentence], brief: str) -> Task:
        """The task in these words and those that held before, with the id of its new content.

        Raises:
            Rejected: A detail is missing, or a number has come in; tells of each sentence that has to be mended.
        """
        said = keyed(self._given, rewritten)
        copies = fault_of(check_copies, self._given, said | self._texts)
        faults = [copies]
        for one in self._given:
            if one.key in self._texts:
                continue
            text = said.get(one.key, "")
            fault = fault_of(check_kept, one, text) or fault_of(self._check_numbers, text)
            faults.append(fault)
            if fault is None and not (copies and one.key in copies.keys):
                self._texts[one.key] = text
        brief = " ".join(brief.split())
        faults.append(fault_of(self._check_brief, brief))
        wrong = [fault for fault in faults if fault is not None]
        if wrong:
            raise Rejected(wrong[0].reason, "; ".join(dict.fromkeys(fault.advice for fault in wrong)))
        return self._worded(brief)

    def _check_numbers(self, text: str) -> None:
        strange = sorted(set(_NUMBER.findall(text)) - self._before)
        if strange:
            raise Rejected("a number that nobody said", f'leave {strange[0]} out of "{text}": nobody said it')

    def _check_brief(self, brief: str) -> None:
        said = _by_the_customer(brief)
        silent = next((s for r in self._task.requests for s in r.slots if not discloses(s, said)), None)
        if silent is not None:
            lost = ", ".join(f'"{part}"' for part in kept(silent) if place_of(part.removesuffix(GOES_ON), said) < 0)
            advice = f'the brief has to tell what "{silent.text}" says, with {lost or "its words"} in it'
            raise Rejected("a detail is missing: in the brief", advice)
        if not re.search(r"\byou\b", brief, re.IGNORECASE):
            raise Rejected("the brief is not in the second person", 'write the brief as "You want to …"')
        self._check_numbers(brief)

    def _worded(self, brief: str) -> Task:
        task, texts = self._task, self._texts
        requests = tuple(
            dataclasses.replace(
                request,
                opening=texts.get(plan.opening(index), ""),
                slots=tuple(dataclasses.replace(s, text=texts[plan.detail(index, s.key)]) for s in request.slots),
            )
            for index, request in enumerate(task.requests)
        )
        identity = dataclasses.replace(task.identity, text=texts[plan.IDENTITY])
        return identify(dataclasses.replace(task, identity=identity, requests=requests, instruction=brief))
