"""Plain facts, counts and rules: what nobody can know here is found in anybody's words, and what claims nothing passes."""

from __future__ import annotations

import pytest

from tests.simulate.playing import Played
from tests.verify.saying import AS_THE_RULES_ARE, MADE_UP, NO_SUCH_RULE, NOTHING_MADE_UP
from writ_dspy.verify.bearing import ASKED_FOR
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.noise import written
from writ_dspy.verify.policy import policy

UNSEEN = (
    "A trip that was delayed may always be cancelled.", "You can cancel as long as you haven't checked in.", "You need the receipt for a return.",
    "Return shipping is paid by the customer.", "Shipping costs are not refunded.", "We match the prices of other shops.", "Insurance covers lost bags as well.", "Opened items cannot be returned.", "Refunds above $500 need approval.",
)  # fmt: skip
"""Rules in words that policy has, too, only of other things: known to be let through."""


def found(item: Played, at: int, sentence: str) -> bool:
    """Whether anything is found when an agent's message goes on so."""
    case = Case(item.task, item.saying(at, f"{item.talk.turns[at].text} {sentence}"), item.domain)
    return any(finding.turn == at for check in (grounded, policy) for finding in check(case))


def last(item: Played) -> int:
    """The agent's last message."""
    return max(at for at, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)


@pytest.fixture(scope="module")
def opening(played: list[Played]) -> list[tuple[Played, int]]:
    """The first message in one conversation of each domain, in which the user asks for nothing on top."""
    plain = [
        item
        for item in played
        if item.talk.turns[1].text  # it speaks before it has read anything
        and not any(written(turn.text).bag & ASKED_FOR for turn in item.talk.turns if turn.role == "user")
    ]
    two = [next(item for item in plain if item.domain.name == name) for name in ("tau2:retail", "tau2:airline")]
    return [
        (item, next(at for at, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text))
        for item in two
    ]


def test_what_nobody_can_know_is_found(opening: list[tuple[Played, int]]) -> None:
    """Weather, seats, gates, parcels, stock, reviews, histories and numbers of records, before anything was read."""
    assert [text for text in MADE_UP for item, at in opening if not found(item, at, text)] == []


def test_what_claims_nothing_of_the_kind_passes(opening: list[tuple[Played, int]]) -> None:
    """The same things asked for, wished, denied or left open."""
    assert [text for text in NOTHING_MADE_UP for item, at in opening if found(item, at, text)] == []


def test_rules_presents_opinions_and_promises_of_ones_own_are_found(opening: list[tuple[Played, int]]) -> None:
    """A rule that policy does not have, in whatever form; those that are known to be let through are named."""
    missed = {text for text in NO_SUCH_RULE for item, at in opening if not found(item, at, text)}

    assert missed <= set(UNSEEN)


def test_what_policy_has_an_agent_say_passes(opening: list[tuple[Played, int]]) -> None:
    """Refusing, asking, thanking and leaving the choice are no rules of one's own."""
    assert [text for text in AS_THE_RULES_ARE for item, at in opening if found(item, at, text)] == []


def test_numbers_of_what_is_left_or_owned_are_those_that_were_read(played: list[Played]) -> None:
    """The seats that a search showed and the records that a profile lists may be told, and no other number of them."""
    item = next(
        item
        for item in played
        if item.domain.name == "tau2:airline" and any('"available_seats"' in turn.text for turn in item.talk.turns)
    )
    at = last(item)
    text = next(turn.text for turn in item.talk.turns if '"available_seats"' in turn.text)
    seats = int(text.split('"available_seats": {"basic_economy": ')[1].split(",")[0])
    owner = next((turn for turn in item.talk.turns if turn.role == "tool" and '"reservations"' in turn.text), None)

    assert not found(item, at, f"There are {seats} seats left on it.")
    assert found(item, at, "There are 431 seats left on it.")
    assert not found(item, at, "I see one with 71 free seats. Reservations can be changed.")
    assert found(item, at, "I see 71 reservations of yours.")
    assert owner is None or found(item, at, "You have 67 reservations with us.")
