"""A number of things, people, flights or free seats is that of the record beside it; a report names the record that was written."""

from __future__ import annotations

import json

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import Result, load
from writ_dspy.task import Call
from writ_dspy.verify.case import Step
from writ_dspy.verify.counted import counted
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.subject import Subject


def _read(name: str, tool: str, argument: str, key: str) -> Ground:
    domain = load(name)
    ground, call = Ground(domain), Call.of(tool, {argument: key})
    ground.read(call, domain.read(call))
    return ground


@pytest.fixture(scope="module")
def order() -> tuple[Ground, str]:
    """An order of four different things."""
    orders = load("tau2:retail").tables["orders"]
    key = next(
        str(key) for key, row in orders.items() if len({one["name"] for one in row["items"]}) == len(row["items"]) == 4
    )  # type: ignore[index, call-overload, union-attr]
    return _read("tau2:retail", "get_order_details", "order_id", key), key


@pytest.fixture(scope="module")
def trip() -> tuple[Ground, str]:
    """A trip of three people on two flights."""
    trips = load("tau2:airline").tables["reservations"]
    key = next(str(key) for key, row in trips.items() if (len(row["passengers"]), len(row["flights"])) == (3, 2))  # type: ignore[index, call-overload, arg-type]
    return _read("tau2:airline", "get_reservation_details", "reservation_id", key), key


ITEMS = (
    "All {many} items in order {key} are in stock.", "Order {key} has {many} items.", "The return of all {many} items of {key} is requested.", "Of the {many} items in {key}, just one comes in red.",
)  # fmt: skip


def test_things_of_several_orders_are_not_those_of_the_write(order: tuple[Ground, str]) -> None:
    """Nor is any other "in" behind them an order."""
    ground, key = order
    first = json.loads(ground.domain.read(ground.shown[0].call).text)["items"][0]["item_id"]
    call = Call.of("return_delivered_order_items", {"order_id": key, "item_ids": [first], "payment_method_id": "x"})
    done = Turn("tool", "{}")
    write = Subject(ground.domain, ground, Step(0, call, done, Result("{}"), (), call, None), made=False)
    assert [*counted(ground, f"All three items in order {key} go back.", write)]
    assert not [*counted(ground, "I'd return the dearest of all three items in delivered orders.", write)]


PEOPLE = ("{key} is for {many} passengers.", "There are {many} passengers on {key}.", "For {key}, {many} passengers were booked.", "{key} lists {many} travelers, and that stays.")  # fmt: skip


@pytest.mark.parametrize("text", ITEMS)
def test_as_many_things_as_the_order_has(order: tuple[Ground, str], text: str) -> None:
    ground, key = order
    assert list(counted(ground, text.format(key=key, many="four"), None)) == []
    assert list(counted(ground, text.format(key=key, many="six"), None))


@pytest.mark.parametrize("text", PEOPLE)
def test_as_many_people_as_the_trip_has(trip: tuple[Ground, str], text: str) -> None:
    ground, key = trip
    assert list(counted(ground, text.format(key=key, many="three"), None)) == []
    assert list(counted(ground, text.format(key=key, many="five"), None))


OPEN = (
    "Please tell me which two items in {key} you mean.", "The two items from {key} that you named are in stock.", "A trip may have up to five passengers.", "I found two flights for your trip.", "Are there five passengers on it?",
)  # fmt: skip


@pytest.mark.parametrize("text", OPEN)
def test_a_part_or_another_matter_is_left_open(order: tuple[Ground, str], trip: tuple[Ground, str], text: str) -> None:
    for ground, key in (order, trip):
        assert list(counted(ground, text.format(key=key), None)) == []


def test_a_list_is_as_long_as_its_head_says(order: tuple[Ground, str]) -> None:
    rows = "That order has {many} things:\n\n- a lamp\n- a chair\n\nWhich one is it?"
    assert list(counted(order[0], rows.format(many="two"), None)) == []
    assert list(counted(order[0], rows.format(many="three"), None))


SOME = (
    "the first booked is {a}, then comes {b}",
    "the cheapest of them is {a}, followed by {b}",
    "your oldest one was {a}, the next {b}",
)


@pytest.mark.parametrize("some", SOME)
def test_who_picks_out_some_of_many_names_no_list(some: str) -> None:
    ground = Ground(load("tau2:airline"))
    first, second = list(map(str, ground.domain.tables["reservations"]))[:2]
    user = str(ground.domain.tables["reservations"][first]["user_id"])  # type: ignore[index, call-overload]
    call = Call.of("get_user_details", {"user_id": user})
    ground.read(call, ground.domain.read(call))
    said = "There are seven reservations to choose from: {}."
    assert list(counted(ground, said.format(some.format(a=first, b=second)), None)) == []
    assert list(counted(ground, said.format(f"{first} and {second}"), None))
