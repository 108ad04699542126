"""How the scripted agent says things as people do: deeds as verbs, methods and versions by their names, answers without the list again."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.airline.details import payment_name
from writ_dspy.domains.tau2.airline.wording import day
from writ_dspy.domains.tau2.retail.details import numbered
from writ_dspy.domains.tau2.retail.wording import traits
from writ_dspy.simulate.scripted import ScriptedAgent
from writ_dspy.simulate.scripted.elaborating import LONG, MOMENTS, elaborations
from writ_dspy.simulate.scripted.naming import called, doing
from writ_dspy.task import Call


@pytest.mark.parametrize(
    ("topic", "deed"),
    [
        ("the cabin change", "change the cabin"),
        ("the reservation cancellations", "cancel the reservations"),
        ("the address change for the order", "change the address for the order"),
        ("the cancellation of part of the order", "cancel part of the order"),
        ("the change of items", "change the items"),
        ("the exchange of one item", "exchange the item"),
        ("the change to the order", "change the order"),
        ("the return and exchange from the order", "return and exchange items from the order"),
        ("bringing back the order", "bring back the order"),
        ("the renewal of the loans", "renew the loans"),
        ("that cancellation", ""),
        ("the booking", ""),
        ("the group booking", ""),
        ("the profile address", ""),
        ("the question about the fare", ""),
        ("that", ""),
    ],
)
def test_a_topic_is_said_as_a_deed_with_its_object(topic: str, deed: str) -> None:
    """Where it names no deed, or nothing that the deed is done to, it stays a noun."""
    assert doing(topic) == deed


def held(*methods: Row) -> Seen:
    """A profile that was read with these methods."""
    seen = Seen()
    seen.add(Call.of("get_user_details", {"user_id": "mia_li_3668"}), {"payment_methods": list(methods)})
    return seen


def gift(number: str) -> Row:
    """A gift card."""
    return {"id": f"gift_card_{number}", "source": "gift_card", "amount": 100}


@pytest.mark.parametrize(
    ("methods", "name"),
    [
        ([gift("1234567")], "your gift card"),
        ([gift("1234567"), gift("7654321")], "your gift card ending in 4567"),
        ([gift("1234567"), gift("7654567")], "your gift card (gift_card_1234567)"),
        ([], "your gift card (gift_card_1234567)"),
    ],
)
def test_a_method_is_told_by_its_id_only_where_nothing_else_tells_it_apart(methods: Sequence[Row], name: str) -> None:
    """Its kind does where there is one of it, its end where no other ends so."""
    assert payment_name("gift_card_1234567", held(*methods)) == name


def test_items_have_their_ids_where_two_of_an_order_read_alike() -> None:
    """And seldom else."""
    shirt = {
        "order_id": "#W1",
        "product_id": "1",
        "product_name": "T-Shirt",
        "color": "red",
        "size": "M",
        "price": 20.0,
    }
    seen, call = Seen(), Call.of("return_delivered_order_items", {"order_id": "#W1", "item_ids": ["1"]})
    seen.add(call, {"items": [shirt | {"item_id": "1"}, shirt | {"item_id": "2", "color": "blue"}]})
    alike = Seen()
    alike.add(call, {"items": [shirt | {"item_id": "1"}, shirt | {"item_id": "2"}]})

    assert not numbered(call, seen)
    assert numbered(call, alike)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"color": "black", "size": "M"}, ["black", "size M"]),
        ({"size": "large", "waterproof": "no"}, ["large", "not waterproof"]),
        ({"zoom": "5x", "storage": "SD card"}, ["5x zoom", "SD card"]),
        ({"ram": "8GB", "storage": "256GB SSD"}, ["8GB RAM", "256GB SSD"]),
        ({"brand": "Brand B", "backlight": "none"}, ["Brand B", "no backlight"]),
        ({"battery type": "AA batteries", "gender": "men"}, ["AA batteries", "for men"]),
    ],
)
def test_a_version_is_told_as_in_a_shop(options: dict[str, str], told: list[str]) -> None:
    """The name of an option stands there where its value says little without it."""
    assert traits(options) == told


def test_who_only_asks_about_a_list_does_not_get_it_again(played: list[Played]) -> None:
    """One sentence answers, and the yes is asked for; who wants to hear it once more does."""
    short = again = asked = 0
    for item in played:
        turns = item.talk.turns
        for at, turn in enumerate(turns[:-1]):
            before, answer = turns[at - 1], turns[at + 1]
            if turn.intent is None or turn.intent.about != ("query",) or before.intent is None or not answer.text:
                continue
            once_more = [*turns[:at], replace(turn, text="Could you read that to me once more, please?")]
            repeated = asyncio.run(ScriptedAgent().act(item.task, item.domain, once_more, item.talk.seed))
            asked += 1
            short += not _lists(before, answer) and len(answer.text) < len(before.text) / 2
            again += _lists(before, repeated)

    assert short > asked / 2
    assert again == asked


def _lists(before: Turn, answer: Turn) -> bool:
    """Whether the last line of a list stands in the answer."""
    lines = before.text.splitlines()
    return len(lines) > 1 and lines[-2].rpartition(". ")[2] in answer.text


def test_nobody_is_wished_well_as_helped_after_a_no(played: list[Played]) -> None:
    """Who leaves right after a refusal is thanked; "glad I could help" is for who got something."""
    refused = 0
    for item in played:
        said = [turn for turn in item.talk.turns if turn.role == "agent" and turn.intent]
        if len(said) > 1 and said[-1].intent.kind == "close" and said[-2].intent.kind in ("refuse", "hold"):  # type: ignore[union-attr]
            refused += 1

            assert not any(word in said[-1].text.lower() for word in ("glad", "happy", "welcome", "pleasure")), said[-1]
    assert refused


@pytest.mark.parametrize(("key", "name"), [("reservation_id_5", "the reservation id"), ("user_id", "the user id"), ("zip", "the zip code")])  # fmt: skip
def test_a_value_is_called_what_it_is(key: str, name: str) -> None:
    """Not by which of several it is among the facts of a task."""
    assert called(key) == name


@pytest.mark.parametrize("moment", MOMENTS)
def test_who_is_talkative_adds_one_remark_where_one_is_enough(moment: str) -> None:
    """Two remarks behind a short answer are idle; where none is that long, a second one may follow."""
    for seed in range(20):
        added = list(elaborations(moment, 12, "", random.Random(seed)))

        assert len(added) == 1
        assert 12 + len(added[0].split()) >= LONG


def test_nobody_says_yes_to_what_stays_as_it_is(played: list[Played]) -> None:
    """Of flights that are changed in one direction, the day of the other one is no detail to agree to."""
    seen = 0
    for item in played:
        tables, turns = item.domain.tables, item.talk.turns
        for said, done in itertools.pairwise(turns):
            call = done.calls[0] if done.calls else None
            if call is None or call.tool != "update_reservation_flights" or said.intent is None:
                continue
            held = {leg["date"] for leg in tables["reservations"][call.args["reservation_id"]]["flights"]}  # type: ignore[index, call-overload, union-attr]
            kept = held & {leg["date"] for leg in call.args["flights"]}
            seen += 1
            assert not any(word in said.text for date in kept for word in (day(date), date)), said.text
    assert seen
