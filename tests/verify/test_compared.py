"""A number of options, or of look-ups, is that of the choice that it is told of, and not of all that was read."""

from __future__ import annotations

import pytest

from writ_dspy.domains import Result, load
from writ_dspy.domains.values import values
from writ_dspy.verify.compared import miscounted
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sums import turned

THERE, BACK = (("LAS", "DEN"), ("PHX", "DEN")), (("DEN", "PHX"),)
DAYS = ("2024-05-26", "2024-05-27", "2024-05-28")


@pytest.fixture(scope="module")
def read() -> tuple[Ground, int, str]:
    """Two searches to Denver on one day, and three back: all of it, how many options there are to Denver, and one of them."""
    domain = load("tau2:airline")
    ground = Ground(domain)
    rows: list[dict[str, object]] = []
    for ends, days in ((THERE, ("2024-05-17",)), (BACK, DAYS)):
        for origin, destination in ends:
            for day in days:
                args = {"origin": origin, "destination": destination, "date": day}
                call = domain.canonical("search_onestop_flight", args)
                seen = domain.read(call)
                ground.read(call, Result(seen.text, seen.error))
                rows += [dict(row) for row in seen.views["options"] if ends == THERE]
    flights = rows[0]["flights"]
    assert isinstance(flights, list | tuple)
    return ground, len(rows), " and ".join(flight["flight_number"] for flight in flights)


def flaws(ground: Ground, clause: str) -> list[str]:
    """What is wrong with the numbers of a clause."""
    keys = [key for key in sorted(ground.domain.pack.ids(clause)) if ground.looks(key.lower())]
    named = [key.lower() for key in keys]
    return [wrong for value in values(clause) if (wrong := miscounted(ground, clause, named, value))]


SENTENCES = (
    "Out of {rows} options ({looks} look-ups), the cheapest is {flight} at $686.",
    "I compared {rows} options from {looks} searches, and {flight} is the shortest.",
    "{flight} comes out first to arrive of the {rows} flights that {looks} look-ups showed.",
    "The cheapest of {rows} connections in {looks} lookups is {flight}.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_numbers_of_this_choice_are_right(read: tuple[Ground, int, str], sentence: str) -> None:
    """As many as there are, or fewer: what does not fit the wish counts for nothing."""
    ground, rows, flight = read

    assert flaws(ground, sentence.format(rows=rows, looks=2, flight=flight)) == []
    assert flaws(ground, sentence.format(rows=rows - 1, looks=2, flight=flight)) == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_numbers_of_the_whole_talk_are_wrong(read: tuple[Ground, int, str], sentence: str) -> None:
    """What was searched the other way round is no option of the way there, nor its search a look at it."""
    ground, rows, flight = read
    every = ground.rows("option")

    assert every > rows
    assert flaws(ground, sentence.format(rows=rows, looks=5, flight=flight)) == [
        "at most 2, which were read for this choice"
    ]
    assert flaws(ground, sentence.format(rows=every, looks=2, flight=flight)) == [
        f"at most {rows}, which were read for this choice"
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "I made 5 look-ups in all, and the cheapest way there is {flight}.",
        "{flight} is the cheapest, and 3 bags are free.",
        "Out of 2 options, {flight} is the longest at 40 flights.",
        "Out of 2 options, {flight} is the longest and has 40 flights.",
        "Out of 2 options (2 look-ups), {flight} is the cheapest, 900 miles long.",
        "After 5 searches I found 40 options.",
        "I have looked at 5 options.",
    ],
)
def test_other_numbers_are_not_of_a_choice(read: tuple[Ground, int, str], sentence: str) -> None:
    """Look-ups of the whole talk, other things, and what names no record: they are judged elsewhere, or not at all."""
    ground, _, flight = read

    assert flaws(ground, sentence.format(flight=flight)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Among 2 copies, the latest is copy A with March 8, followed by copy B with March 27. It is due on March 8.", True),
        ("Among 2 copies, the earliest is copy A with March 8, followed by copy B with March 27. It is due on March 8.", False),
        ("A at March 8 is the latest, ahead of B at March 2.", False),
        ("A at March 8 is the earliest, ahead of B at March 2.", True),
        ("The earliest is A with December 30, followed by B with January 2.", False),
    ],
)  # fmt: skip
def test_the_first_of_two_days_is_the_first(text: str, wrong: bool) -> None:
    """A comparison of two days says which is the earlier; across the turn of a year nobody knows."""
    assert bool(turned(text)) is wrong
