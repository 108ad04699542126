"""Which of several requests a sentence of the customer's speaks of, where a detail of one is word for word another one's: a card, a way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.simulate.behaviour import opens, place_of
from writ_dspy.simulate.manner.words import sentences, stem, words
from writ_dspy.task import Request, Slot


def alike(requests: Sequence[Request], index: int, slot: Slot) -> bool:
    """Whether a detail is told by the same marks in another request."""
    others = (one for other, request in enumerate(requests) if other != index for one in request.slots)
    return bool(slot.marks) and any(set(one.marks) == set(slot.marks) for one in others)


def said_of(requests: Sequence[Request], index: int, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The sentences that may be about a request: none that speaks of others alone, nor one behind it that speaks of nothing.

    Args:
        requests: All that the customer has.
        index: Of the one.
        messages: Of the customer, each behind what the agent had said before it.
    """
    for asked, text in messages:
        about = _named_in(requests, asked)
        for sentence in sentences(text):
            about = _spoken_of(requests, sentence) or about
            if not about or index in about:
                yield sentence


def _spoken_of(requests: Sequence[Request], text: str) -> set[int]:
    """The requests that a text opens, calls by name, or gives a detail of that no other one has."""
    marks = [{mark.lower() for slot in request.slots for mark in slot.marks} for request in requests]
    found = _named_in(requests, text)
    for index, request in enumerate(requests):
        others = set[str]().union(*(own for other, own in enumerate(marks) if other != index))
        detailed = any(place_of(mark, text) >= 0 for mark in marks[index] - others)
        if detailed or (request.opening and opens(request, text)):
            found.add(index)
    return found


def _named_in(requests: Sequence[Request], text: str) -> set[int]:
    """The requests that a text calls by a word of their own."""
    called = [stem(request.word.lower()) for request in requests]
    said = {stem(word.lower()) for word in words(text)}
    return {index for index, word in enumerate(called) if word in said and called.count(word) == 1}
