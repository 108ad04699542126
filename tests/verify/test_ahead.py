"""Ahead of what is known: a thing of the records is named once the user or a tool has named it, and not before."""

from __future__ import annotations

import pytest

from tests.simulate.playing import Played, some_of
from tests.verify.test_plain import found, opening
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, load
from writ_dspy.task import Call
from writ_dspy.verify.ahead import ahead
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.vocabulary import vocabulary

__all__ = ["opening"]

SPOILED = (
    "I'd be happy to help with the {thing} change.", "Is it about the {thing} that you bought?", "For the {thing} exchange, let me ask: which item or items is this about?",
    "I see that the {thing} was part of an order.", "About your {thing} order: what is its number?",
)  # fmt: skip
NATURAL = (
    "I'd be happy to help with the change.", "We have no {thing} on record for you.", "A description helps, such as {thing} or a color.", "It isn't the {thing}, is it?",
    "Which product is it about?",
)  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Domain:
    """The domain whose records name things."""
    return load("tau2:retail")


def test_a_thing_is_named_by_nobody_before_it_is_known(shop: Domain) -> None:
    """Each thing that the records name, in each sentence, asked or told; nothing is said of it where it is denied or an example."""
    things = sorted(name for name in vocabulary(shop).things if name not in shop.policy.lower())
    quiet = [text for text in SPOILED for thing in things if not [*ahead(Ground(shop), text.format(thing=thing))]]
    loud = [text for text in NATURAL for thing in things if [*ahead(Ground(shop), text.format(thing=thing))]]

    assert len(things) > 40
    assert quiet == []
    assert loud == []


def test_who_has_named_it_may_have_it_named(shop: Domain) -> None:
    """By the user in words of their own, in the singular or the plural, or by a tool; what is shown later is no excuse."""
    text = "I can change the wall clock for you."
    said, other, read = Ground(shop), Ground(shop), Ground(shop)
    said.hear(Turn("user", "Two of the clocks are broken."))
    other.hear(Turn("user", "Two of the lamps are broken."))
    call = Call.of("list_all_product_types", {})
    before = [*ahead(read, text)]
    read.read(call, shop.read(call))

    assert before == ["wall clock"]
    assert not [*ahead(said, text)]
    assert [*ahead(other, text)]
    assert not [*ahead(read, text)]


def test_the_check_sees_it_though_a_later_record_holds_it(played: list[Played]) -> None:
    """In whole conversations: what is first shown by a later read is found in the first message, and in no message as it was."""
    shop = some_of([item for item in played if item.domain.name == "tau2:retail"], 18)
    tried = 0
    for item in shop:
        at = next(at for at, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)
        ground = Ground(item.domain)
        for turn in item.talk.turns[:at]:
            if turn.role == "user":
                ground.hear(turn)
        later = " ".join(turn.text.lower() for turn in item.talk.turns[at:] if turn.role == "tool")
        shown_first = any(turn.role == "tool" for turn in item.talk.turns[:at])
        names = [
            thing for thing in sorted(vocabulary(item.domain).things) if thing in later and [*ahead(ground, thing)]
        ]
        if names and not shown_first:
            tried += 1
            assert found(item, at, f"I can look into the {names[0]} order.")

    assert tried > 5


def test_a_domain_without_names_of_things_has_none_to_find() -> None:
    """The airline's records name people and places alone."""
    assert [*ahead(Ground(load("tau2:airline")), "I'd be happy to help with the wall clock.")] == []
