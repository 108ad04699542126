"""Words of a declared domain: the year of a day where it matters, numbers that count something else, and deeds by their verbs."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import library, spec, variant
from tests.simulate.playing import play
from writ_dspy.codec import identify, parts
from writ_dspy.domains import Dial, Domain, Seen
from writ_dspy.examine.declaring import schema_of
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Best, Call
from writ_dspy.verify import verify
from writ_dspy.verify.case import Case
from writ_dspy.verify.extremes import other_end
from writ_dspy.verify.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("iso", "said"),
    [("2026-03-09", "March 9"), ("2025-12-15", "December 15"), ("2026-08-30", "August 30"), ("2025-03-09", "March 9, 2025"), ("1990-03-09", "March 9, 1990")],
)  # fmt: skip
def test_a_day_is_said_with_its_year_where_nobody_would_think_of_that_one(iso: str, said: str) -> None:
    """Half a year from today or more, and not before."""
    schema = schema_of(library())
    assert schema
    assert schema.day(iso) == said


def test_a_day_with_another_year_is_another_day() -> None:
    """Stated in any form with its own year or none, and in no form with another."""
    mentions = library().pack.mentions
    for right in (
        "it is due on march 9",
        "on march 9, 2026.",
        "by march 9, and 2025 was the year before",
        "2026-03-09",
        "it is due on march 9th",
        "on the 9th of march, then",
        "9 march 2026",
        "by mar. 9",
        "by 3/9 or 03/09/2026",
    ):
        assert mentions("2026-03-09", right), right
    for wrong in (
        "it was due on march 9, 2025",
        "march 9 2024",
        "march 90",
        "march 19",
        "2025-03-09",
        "march 19th",
        "29 march",
        "the 9th of march 2025",
        "3/9/25",
        "13/9",
        "3/90",
        "may 9",
    ):
        assert not mentions("2026-03-09", wrong), wrong


@pytest.mark.long
def test_sixty_eight_requests_repeat_less_than_half_of_their_words() -> None:
    """Of the sequences of three words in the requests of the default mix, most have not come up before."""
    tasks = [task for cell in default_mix(library().name, 68).cells for task in fill(cell, 5, None).tasks]
    words = [task.instruction.lower().split() for task in tasks]
    runs = [run for one in words for run in zip(one, one[1:], one[2:], strict=False)]
    assert len(tasks) == 68
    assert len(set(runs)) > 0.55 * len(runs)


@pytest.fixture(scope="module")
def copying(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    """The library where a hold is for a number of copies, which is no record."""
    changed: dict[str, Any] = spec()
    changed["values"]["number"] = {"noun": "number of copies", "of": [1, 2, 3], "say": ["{} of them", "I want {}"]}
    changed["writes"]["change_pickup"] |= {
        "args": {"hold_id": "hold", "pickup_branch": "number"}, "clauses": [],
        "details": "set aside {pickup_branch} copies for {hold}", "report": "That is noted.",
    }  # fmt: skip
    return variant(tmp_path_factory.mktemp("copies"), changed)


def test_a_number_of_something_else_is_no_detail(copying: Domain) -> None:
    """The 2 of "2 loans" lists no number of copies; that of "2 copies", "copies: 2" or "two of them" does."""
    call = Call("change_pickup", '{"hold_id": "H10000", "pickup_branch": 2}')
    assert copying.pack.listing
    detail = next(one for one in copying.pack.listing(call, Seen()) if one.name == "2")
    for right in (
        "i would move 2 copies of it",
        "copies: 2",
        "that is two of them",
        "2, as you said",
        "all 2 large copies",
    ):
        assert detail.given(right), right
    for wrong in (
        "you have 2 loans here",
        "of 2 other holds",
        "hold h22222",
        "it costs $2",
        "on march 2",
        "at 2:30",
        "2 books",
        "12 copies",
    ):
        assert not detail.given(wrong), wrong


def test_an_id_of_digits_is_no_number(copying: Domain) -> None:
    """It stands there as it is written, whatever stands behind it."""
    assert copying.pack.listing
    detail = copying.pack.listing(Call("change_pickup", '{"hold_id": "23677", "pickup_branch": 2}'), Seen())[0]
    assert detail.given("i would change hold 23677 (2 loans of it)")
    assert detail.given("23677 holds it")
    assert not detail.given("hold 236770")


def test_a_day_that_is_asked_for_is_told_as_one() -> None:
    """By what the attribute is called, in words; the verifier takes it, and no other day in its place."""
    domain = library()
    recipe = next(one for one in domain.pack.questions if one.name == "ask about holds")
    rng = random.Random(5)
    drafts = (recipe.draft(domain, user, Dial(2, "knows ids"), rng) for user in domain.pack.users(domain))
    tasks = (identify(settle_draft(draft, "no-write", domain)) for draft in drafts if draft)
    item = play(next(task for task in tasks if task.told[0].startswith("20")))
    iso = item.task.told[0]
    schema = schema_of(domain)
    assert schema
    told = f"The day it was placed is {schema.day(iso)}."

    assert any(told in turn.text for turn in item.talk.turns if turn.role == "agent")
    assert verify(item.task, item.talk, domain).accepted
    other = replace(
        item.talk,
        turns=tuple(replace(turn, text=turn.text.replace(told, told[:-1] + ", 2019.")) for turn in item.talk.turns),
    )
    assert not verify(item.task, other, domain).accepted


def test_the_words_of_a_ground_bring_in_nothing_new(tmp_path: Path) -> None:
    """What a declaration lets an agent say as a reason may name what policy calls otherwise; another thing may not be named."""
    changed = spec()
    changed["writes"]["cancel_hold"]["clauses"][0]["because"] = "the courier has picked it up already"
    found = vocabulary(variant(tmp_path, changed)).words

    assert "courier" in found
    assert "courier" not in vocabulary(library()).words
    assert "zeppelin" not in found


def test_who_speaks_of_a_booking_books_none(tmp_path: Path) -> None:
    """What records are called is no form of the deed that makes them, nor the deed a form of it."""
    changed = spec()
    changed["tables"]["hold"] |= {"noun": "booking", "name": 'booking {hold_id} of "{title}"'}
    changed["writes"]["place_hold"] |= {
        "do": ["book a copy"],
        "done": ["booked"],
        "topic": "the new copy",
        "word": "copy",
    }
    changed["writes"]["cancel_hold"] |= {"do": ["cancel a booking"], "topic": "the booking", "word": "booking"}
    verbs = variant(tmp_path, changed).pack.called.verbs

    for text in ("i would book copy c1", "it gets booked", "booking it for you"):
        assert bool(re.search(verbs["place_hold"], text)) is not text.startswith("booking"), text
    for text in ("i would cancel it", "your bookings", "canceling that"):
        assert re.search(verbs["cancel_hold"], text), text
    assert not re.search(verbs["cancel_hold"], "i would book it")
    assert not re.search(verbs["place_hold"], "your booking stays")


def test_a_title_calls_nothing_the_last() -> None:
    """Words in quotes are names; outside of them, the end from which nobody chose is a finding."""
    domain, rng = library(), random.Random(1)
    recipe = next(one for one in domain.pack.recipes if one.name == "renew loan")
    drafts = [recipe.draft(domain, user, Dial(5, "knows none"), rng) for user in domain.pack.users(domain)]
    wanted = [
        draft
        for draft in drafts
        if draft
        and any(isinstance(one, Best) and (one.by, one.most) == ("due_date", False) for one in parts(draft.decisions))
    ]
    item = play(identify(settle_draft(wanted[0], "read-heavy", domain)))
    at = next(index for index, turn in enumerate(item.talk.turns) if turn.intent and turn.intent.kind == "propose")

    def found(text: str) -> bool:
        turns = list(item.talk.turns)
        turns[at] = replace(turns[at], text=f"{text}\nShall I go ahead (yes/no)?")
        return bool(list(other_end(Case(item.task, replace(item.talk, turns=tuple(turns)), domain), at)))

    assert not found('It is loan L10000 of "The Latest Orchards".')
    assert found('The latest of them is loan L10000 of "The Orchards".')
