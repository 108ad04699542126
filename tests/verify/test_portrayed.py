"""What is told of a declared record that is named is what was read of it: title, place, state, number; and of a write, what it did."""

from __future__ import annotations

import pytest

from tests.domains.library import library
from writ_dspy.conversation import Turn
from writ_dspy.domains import Seen, load
from writ_dspy.task import Call
from writ_dspy.verify.ascribed import ascribed
from writ_dspy.verify.ground import Ground

HOLD = {
    "hold_id": "H10001",
    "pickup_branch": "Harbor",
    "position": 3,
    "status": "waiting",
    "title": "The Early Meadows",
}
OTHER = {
    "hold_id": "H10002",
    "pickup_branch": "Station",
    "position": 7,
    "status": "in transit",
    "title": "On Silver Rivers",
}
COPY = {"copy_id": "C10001", "branch": "Old Mill", "status": "lent", "title": "The Early Meadows"}
MOVED = (Call.of("change_pickup", {"hold_id": "H10001", "pickup_branch": "Station"}), '{"hold_id": "H10001"}')


def _wrong(sentence: str, *made: tuple[Call, str]) -> list[str]:
    domain, seen = library(), Seen()
    titles = sorted({book["title"] for book in domain.tables["books"].values()})
    first, second = titles[:2]
    seen.add(Call.of("get_hold", {"hold_id": "H10001"}), {"holds": (HOLD | {"title": first},)})
    seen.add(Call.of("get_hold", {"hold_id": "H10002"}), {"holds": (OTHER | {"title": second},)})
    seen.add(Call.of("get_book", {"book_id": "B1001"}), {"copies": (COPY | {"title": first},)})
    assert domain.pack.facts is not None
    text = sentence.replace("{first}", first).replace("{second}", second)
    return [saw for saw, _ in domain.pack.facts(text, seen, made)]


@pytest.mark.parametrize(
    "sentence",
    [
        'I would cancel hold H10001 on "{first}".', 'That is "{first}" (hold H10001).', 'Hold H10001, titled "{first}", is waiting.', "Hold H10001 is still waiting.",
        'Hold H10001 on "{first}" is waiting, and hold H10002 on "{second}" is in transit.', 'I would place a hold on copy C10001 of "{first}" at Old Mill, for pickup at Harbor.',
        'The highest is hold H10002 on "{second}" (7 places), ahead of hold H10001 (3 places).', "Hold H10001 is not in transit.", "Only if hold H10001 is in transit, it cannot be moved.",
        'I cancel hold H10001, and place one on "{second}" for you.', "Hold H10001 would be at most 5 places from the front.", "Copy C10001 is for pickup at Harbor.", "Hold H10009 is in transit.",
    ],
)  # fmt: skip
def test_what_was_read_may_be_told(sentence: str) -> None:
    """In whatever words; and what is told of another record, of a case, or of what was never read is no matter of it."""
    assert _wrong(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        'I would cancel hold H10001 on "{second}".', 'That is "{second}" (hold H10001).', 'Hold H10001, titled "{second}", is waiting.', "Hold H10001 is in transit.",
        'Hold H10001 on "{first}" is waiting, and hold H10002 on "{second}" is waiting.', 'I would place a hold on copy C10001 of "{first}" at Hilltop, for pickup at Harbor.',
        'The highest is hold H10002 on "{second}" (8 places), ahead of hold H10001 (3 places).',
    ],
)  # fmt: skip
def test_what_is_so_of_another_is_found(sentence: str) -> None:
    """The title, the place, the state or the number is one that the record never had."""
    assert len(_wrong(sentence)) == 1


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Hold H10001 will now be picked up at Station.", False), ("Hold H10001 will now be picked up at Hilltop.", True), ("Hold H10001 will now be picked up at Old Mill.", True),
        ("Hold H10001 was moved from Harbor.", False), ("Hold H10001 now goes to Station instead of Harbor.", False), ("The branch of hold H10002 is Hilltop.", False),
    ],
)  # fmt: skip
def test_a_write_did_what_it_was_called_with(sentence: str, wrong: bool) -> None:
    """A value of the same kind in the stead of the one that was written is found, and where it was before may be told."""
    assert bool(_wrong(sentence, MOVED)) is wrong


def test_requests_are_called_as_they_are_declared() -> None:
    """A request may be taken up in the words of its declaration, whatever the user said: the pickup of the hold."""
    said, ground = Ground(library()), Ground(load("tau2:airline"))
    for one in (said, ground):
        one.hear(Turn("user", "I'd like to collect it elsewhere."))

    assert not list(ascribed(said, "Okay, the pickup of the hold."))
    assert list(ascribed(ground, "Okay, the pickup of the kettle."))
