"""What is alleged around a denial: made-up grounds, limits, ways round it and promised news are found; what policy and records give is not."""

from __future__ import annotations

import re

import pytest

from tests.verify.test_spoken import talks
from writ_dspy.domains import load
from writ_dspy.verify.alleged import alleged
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground

MADE_UP = {
    "918f0b": (
        "Since the warehouse has already packed it, I can't cancel it.", "I can't cancel it, because the item was on sale.", "As our carrier is picking it up, I can't change the address.", "I can't change it on a weekend.", "I can't change the order online.",
        "I can't return it for orders above $500.", "Only pending orders can be cancelled, within the same state.", "In a store they could still do it.", "If you write again on a weekday, somebody else may be able to.", "After 30 days we could look at it again.",
        "I'll write to you as soon as it's back.", "I'll let you know if the price drops.", "I can put you on the waiting list.", "I'll follow up by e-mail.",
    ),
    "4d6b21": (
        "I can't cancel it, since it's not sponsored.", "Since you checked in online, I can't cancel it.", "As the flight is overbooked, I can't change it.", "Because you booked through a partner, I can't change it.", "I can't cancel it so close to departure.", "I can't cancel the reservation without a doctor's note.",
        "I can't change the cabin for fares under $200.", "With a doctor's note it would be another matter.", "At the airport desk they can sometimes help. The airport desk could still do it.", "If you don't show up, we refund half.", "The next change is free.",
        "Send us a screenshot and we'll look at it again.",
    ),
}  # fmt: skip
SO = {
    "918f0b": (
        "Since the order is already delivered, I can't cancel it.", "I can't change it, because only pending orders can be changed.", "As it has been processed, I can't cancel it any more.", "Since an exchange was initiated, I can't return it.", "I can't split the payment, as it has to be one method.", "I can't add items to it.",
        "I can't do that, not even on a weekend.", "Nobody else could do it either.", "I'll let you know as soon as it's done.", "I can't put you on a waiting list.", "We'll e-mail you the steps.", "I can't exchange it, because that version is out of stock.",
        "I can't speak for the weekend.", "I'm afraid I can't do that, as you asked for something else.",
    ),
    "4d6b21": (
        "I can't cancel it, since it's not eligible.", "Since it's a basic economy ticket, I can't change the flights.", "I can't cancel it, because it was booked more than 24 hours ago, without insurance.", "As part of the trip has been flown, I can't cancel it.", "I can't take a passenger off, since their number has to stay the same.",
        "I can't remove bags, as they can only be added.", "Even a human agent could not do it.", "I can't change the cabin of one flight alone, because it has to be the same on all of them.", "I won't book it, because the fare is above your limit.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SO))
def test_a_denial_rests_on_what_is_there(name: str) -> None:
    """Each sentence by itself, once all of a talk is known."""
    task, talk = talks(name)[0]
    domain = load(task.domain)
    case, ground = Case(task, talk, domain), Ground(domain)

    def found(text: str) -> bool:
        return bool(list(alleged(case, ground, text)))

    assert [text for text in MADE_UP[name] if not found(text)] == []
    assert [text for text in SO[name] if found(text)] == []


@pytest.mark.parametrize("name", sorted(SO))
def test_a_clause_may_stand_in_the_other_words_that_its_domain_has(name: str) -> None:
    """What the domain itself has said in place of a rule brings in no word that is strange to it; a word more does."""
    task, talk = talks(name)[0]
    domain = load(task.domain)
    case, ground = Case(task, talk, domain), Ground(domain)
    clauses = [plain(clause) for held in domain.pack.held.values() for clause in held.again]

    assert [text for text in clauses if list(alleged(case, ground, f"I can't do that, because {text}."))] == []
    assert all(list(alleged(case, ground, f"I can't do that, because in our warehouse {text}.")) for text in clauses)


def plain(clause: str) -> str:
    """A clause with the first of each of its choices."""
    return re.sub(r"\[([^]|]*)[^]]*\]", r"\1", clause)
