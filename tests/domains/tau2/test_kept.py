"""Who travels, the bags and the insurance: a proposal that tells them otherwise contradicts a write that leaves them as they are."""

from __future__ import annotations

import pytest

from writ_dspy.domains import Seen
from writ_dspy.domains.tau2.airline.kept import kept
from writ_dspy.task import Call, Json

MIA, RAJ, EVE = ({"first_name": first, "last_name": last, "dob": "1990-01-01"} for first, last in (("Mia", "Li"), ("Raj", "Brown"), ("Eve", "Martin")))  # fmt: skip


def faults(tool: str, people: list[dict[str, str]], text: str, insurance: str = "no") -> list[str]:
    """What a text says otherwise of Mia's reservation, or of her booking, for these people; she also knows Eve."""
    seen, record = Seen(), {"reservation_id": "ABC123", "total_baggages": 2, "insurance": insurance}
    rows = tuple({**one, "reservation_id": "ABC123"} for one in people)
    seen.add(Call.of("get_user_details", {}), {"profile": ({**MIA, "user_id": "mia"},), "saved_passengers": (EVE, RAJ)})
    seen.add(Call.of("get_reservation_details", {}), {"passengers": rows})
    args: dict[str, Json] = {"passengers": people} if tool == "book_reservation" else {"reservation_id": "ABC123"}
    found = kept(tool, args, None if tool == "book_reservation" else record, seen)
    return [item.name for item in found if item.denied is not None and item.denied(text.lower())]


BOOK, MOVE, CANCEL = "book_reservation", "update_reservation_flights", "cancel_reservation"


@pytest.mark.parametrize(
    ("tool", "people", "right", "wrong"),
    [
        (BOOK, [MIA, RAJ], "Insurance: yes, for both of you", "Insurance: yes, for Raj only"),
        (BOOK, [MIA, RAJ], "For you and Raj.", "Only for you."),
        (BOOK, [MIA, RAJ], "Just for you and Raj.", "Just for Raj."),
        (BOOK, [MIA, RAJ], "The passengers are you and Raj Brown.", "The passengers are you and Eve Martin."),
        (BOOK, [MIA, RAJ], "Passengers: Mia Li and Raj Brown", "Passengers: Mia Li, Raj Brown and Eve Martin"),
        (BOOK, [EVE], "The passenger is Eve Martin, with no insurance.", "The passengers are you and Eve Martin, with no insurance."),
        (BOOK, [EVE], "I'd book it for Eve only.", "Travelers: you and Eve"),
        (MOVE, [MIA, RAJ], "Business as before, for Mia Li and Raj Brown, with your 2 bags", "Business as before, for Raj Brown only, with your 2 bags"),
        (MOVE, [MIA, RAJ], "You both stay in economy, with 2 checked bags.", "You both stay in economy, with 3 checked bags."),
        (MOVE, [MIA, RAJ], "- Bags: 2 (no change)", "- Bags: 1 (no change)"),
        (MOVE, [MIA], "It stays without insurance.", "It stays in economy, with insurance."),
        (MOVE, [MIA], "Without insurance a change costs the same.", "The insurance is included."),
        (CANCEL, [MIA, RAJ], "Cancel ABC123 for Mia Li and Raj Brown", "Cancel ABC123 for Raj Brown only (you stay on it)"),
    ],
)  # fmt: skip
def test_what_stays_is_told_as_it_is(tool: str, people: list[dict[str, str]], right: str, wrong: str) -> None:
    """The same words about all, or with the number that there is, contradict nothing."""
    assert faults(tool, people, right) == []
    assert faults(tool, people, wrong) != []


@pytest.mark.parametrize(
    "text",
    [
        "Your bags and the insurance stay.", "The change doesn't affect your insurance.", "The insurance isn't dropped.", "1 checked bag for Raj only is free.",
        "Only you can tell.", "Only Raj's name was misspelled.", "You may take up to 4 checked bags.", "With 2 free bags per passenger, nothing is due.",
        "The passengers don't include Eve.", "Only you and Raj are on it.",
    ],
)  # fmt: skip
def test_other_words_on_these_say_nothing_else(text: str) -> None:
    """What is denied, asked, allowed, or of one person's bag."""
    assert faults(MOVE, [MIA, RAJ], text, insurance="yes") == []


def test_an_insurance_that_there_is_does_not_go() -> None:
    """Dropped, lost or left out."""
    for text in ("The insurance will be dropped, your bags stay.", "You'd fly without insurance then."):
        assert faults(MOVE, [MIA, RAJ], text, insurance="yes") == ["the insurance as it is"]
