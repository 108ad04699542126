"""How details are given, how a slip is put right, and how a yes is said."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import assents, heard, user_acts
from writ_dspy.simulate.manner.words import EVERYDAY, stem, stems, usual, words
from writ_dspy.task import Slot, Task
from writ_dspy.trial import ChangesMind, WrongFirst

AT_ONCE = 0.8
"""Share of the details in the first message, from which on they are given at once."""
SHARE = 0.5
"""Share of its telling words by which a detail is given."""
ONE_BY_ONE = 0.7
"""Share of the messages with a detail that give just one, from which on they are given one by one: a word of one may stand in another."""
_VALUE = re.compile(r"[#$]?\b[\w.@-]*\d[\w.@-]*\b")
_CODE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|#?\b\w*\d\w*(?:-\w*\d\w*)*\b")
_WORD = re.compile(r"[a-z0-9#$@._'-]+")


def disclosure(task: Task, domain: Domain, texts: Sequence[str]) -> tuple[str, float] | None:
    """Share of the details, of those that can be recognized, that the first message gives; None with less than two.

    Of what a trial has the user change its mind about, or give wrong, it is what is to be said first.
    """
    given = [index for index in given_in(task, domain, texts) if index is not None]
    if len(given) < 2:
        return None
    number = given.count(0) / len(given)
    if number >= AT_ONCE:
        return "all at once", number
    alone = [given.count(index) == 1 for index in set(given)]
    return "one thing at a time" if sum(alone) >= ONE_BY_ONE * len(alone) else "on request", number


def given_in(task: Task, domain: Domain, texts: Sequence[str]) -> list[int | None]:
    """For each detail the message that gives it first, if any does."""
    slots = {slot.marks or (slot.text,): slot for slot in _first(task)}
    places = {name.lower(): code.lower() for code, name in domain.pack.places.items()}
    lowers = [text.lower() for text in texts]
    return [
        next((index for index, lower in enumerate(lowers) if gives(slot, lower, domain.pack.mentions, places)), None)
        for slot in slots.values()
    ]


def _first(task: Task) -> Iterator[Slot]:
    """The details as they are to be given first."""
    instead: dict[str, str] = {}
    for trial in task.behaviour.trials if task.behaviour else ():
        if isinstance(trial, ChangesMind):
            instead[trial.slot] = trial.mark
        elif isinstance(trial, WrongFirst):
            instead[trial.slot] = trial.wrong
    for index, request in enumerate(task.requests):
        for slot in request.slots:
            mark = instead.get(f"{index}:{slot.key}")
            yield slot if mark is None else replace(slot, marks=(mark.lower(),))


def gives(slot: Slot, lower: str, mentions: Callable[[str, str], bool], places: dict[str, str]) -> bool:
    """Whether a text gives a detail: every number and id of it, and half of its other telling words, in whatever form."""
    marks = slot.marks or tuple(word for word in _WORD.findall(slot.text.lower()) if len(word) > 3)
    exact = [mark for mark in marks if _VALUE.search(mark)]
    if not all(mark.lower().strip("#$.") in lower or mentions(mark, lower) for mark in exact):
        return False
    other = [mark for mark in marks if mark not in exact]
    said = sum(_said(mark.lower(), lower, places) or mentions(mark, lower) for mark in other)
    return not other or said >= SHARE * len(other)


def _said(mark: str, lower: str, places: dict[str, str]) -> bool:
    if len(mark) > 3 and mark in lower:
        return True
    code = next((code for name, code in places.items() if mark in name), None)
    return (code is not None and re.search(rf"\b{code}\b", lower) is not None) or stems(mark) <= stems(
        lower
    ) != frozenset()


def correction(texts: Sequence[str], known: str, repeated: Collection[str] = ()) -> tuple[str, float]:
    """How often the user gives a number or an address and then nearly the same one: of two so alike, one was a slip.

    Args:
        texts: What the user said; two values of one text are compared.
        known: In lower case, what the user may say: two alike that both stand there are two.
        repeated: What the other side named first: two alike of these are two.
    """
    number = 0
    for text in texts:
        pairs = itertools.combinations(codes(text), 2)
        number += sum(
            _alike(*pair) and not all(one in known for one in pair) and not all(one in repeated for one in pair)
            for pair in pairs
        )
    return "corrects a slip" if number else "none", float(number)


def codes(text: str) -> dict[str, None]:
    """The numbers and addresses of a text, in lower case and in order."""
    return dict.fromkeys(code.lower().strip("#.") for code in _CODE.findall(text))


def _alike(one: str, other: str) -> bool:
    """Of one length of five or more, and different in one place."""
    return len(one) == len(other) >= 5 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def confirmation(turns: Sequence[Turn]) -> tuple[str, float] | None:
    """How the user answers when asked for a yes: with a question first, with what it says yes to, or plainly.

    The number is how many of the proposal's own words a yes repeats, on average; None where there is no yes to be seen.
    """
    repeats = list[int]()
    asked = False
    for before, answer in _answers(turns):
        if assents(answer, before) or ("?" not in answer and assents(answer)):  # also where it repeats an earlier list
            repeats.append(repeated(answer, before))
        elif _asks(answer, before):
            asked = True
    if not repeats:
        return None
    number = sum(repeats) / len(repeats)
    return "asks once more" if asked else "repeats the key detail" if number >= 1 else "plain yes", number


def _answers(turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """(what asks for a yes, what the user answers); what is answered by a question is still open behind the reply to it."""
    last, open_ = "", False
    for turn in turns:
        if turn.role == "agent" and turn.text:
            last = turn.text
            open_ = "handover" not in heard(last).kinds and (open_ or "proposal" in heard(last).kinds)
        elif turn.role == "user" and open_:
            yield last, turn.text
            open_ = _asks(turn.text, last) and not assents(turn.text, last)


_WOULD_KNOW = re.compile(
    r"(?i)\b(?:(?:tell|remind) me|let me know|(?:want|need|like|love|have) to know|wonder(?:ing)?|curious)\b"
)


def _asks(answer: str, before: str) -> bool:
    """Whether an answer asks something, be it without a question mark: "tell me how much that is"; who wants something else asks nothing."""
    if "?" in answer:
        return True
    kinds = {act.kind for act in user_acts(answer, before)}
    return "correction" not in kinds and ("question" in kinds or _WOULD_KNOW.search(answer) is not None)


def repeated(answer: str, before: str) -> int:
    """Values of a proposal, and names in it, that a yes to it repeats."""
    values = {code.lower().strip("#$.") for code in _VALUE.findall(before)}
    said = {code.lower().strip("#$.") for code in _VALUE.findall(answer)}
    return len(values & said) + len(_told(before) & stems(answer))


def _told(before: str) -> set[str]:
    """Stems of the words of a proposal that stand for what is proposed: not what everybody says, and not the deed."""
    deeds = {stem(deed) for deed in heard(before).all_deeds} | _LITTLE
    return {stem(word) for word in words(before) if len(word) > 3 and usual(word) < EVERYDAY} - deeds


_LITTLE_WORDS = """proceed confirm confirmation agree approve item items order orders reservation booking flight flights ticket total
    payment details detail listed following summary request requested return exchange refund cancel cancellation modify update account
    number"""
_LITTLE = frozenset(map(stem, _LITTLE_WORDS.split()))
"""Words of any proposal."""
