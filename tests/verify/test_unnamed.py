"""What is told of a record without its number, in a row of a table, or leg by leg, is what was read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.verify.test_flown import _flight
from tests.verify.test_granted import _at, _report
from tests.verify.test_played import played
from writ_dspy.conversation import Turn
from writ_dspy.domains import Result, load
from writ_dspy.task import Call
from writ_dspy.verify.began import when_made
from writ_dspy.verify.contents import misplaced
from writ_dspy.verify.counted import counted
from writ_dspy.verify.entire import in_scope
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.itemized import itemized
from writ_dspy.verify.options import told_of_options
from writ_dspy.verify.tabled import tabled
from writ_dspy.verify.unnamed import unnamed

RETAIL, AIRLINE = load("tau2:retail"), load("tau2:airline")


def _found(ground: Ground, text: str) -> list[tuple[str, str]]:
    """What is found in a message at the first agent turn of some talk, with this known."""
    domain = ground.domain
    task, talk = next(one for one in played().values() if one[0].domain == domain.name)
    at = next(index for index, turn in enumerate(talk.turns) if turn.role == "agent" and turn.text)
    case, _, _ = _at(task, talk, at, text)
    return [*unnamed(case, at, ground)]


def _orders() -> Mapping[str, object]:
    return {str(key): row for key, row in RETAIL.tables["orders"].items()}


@pytest.fixture(scope="module")
def shop() -> tuple[Ground, str, str, str]:
    """Two orders of other states and things: the delivered one, its thing that only it has, and the pending one."""
    rows = RETAIL.tables["orders"]
    done = next(key for key, row in rows.items() if row["status"] == "delivered" and len(row["items"]) == 2)
    thing = str(rows[done]["items"][0]["name"]).lower()
    open_ = next(key for key, row in rows.items() if row["status"] == "pending" and thing not in str(row).lower())
    ground = Ground(RETAIL)
    ground.read(
        Call.of("find_user_id_by_email", {"email": "wrong.one@example.com"}),
        Result("Error: user not found", error=True),
    )
    ground.read(Call.of("find_user_id_by_email", {"email": "right.one@example.com"}), Result("anna_muster_1234"))
    for key in (done, open_):
        call = Call.of("get_order_details", {"order_id": key})
        ground.read(call, RETAIL.read(call))
    return ground, str(done), thing, str(open_)


STATES = (
    ("The order with the {thing} is already delivered, so it can't be cancelled.", "The order with the {thing} is already processed, so it can't be cancelled."),
    ("I found your order {done}. It is delivered, so it can be returned.", "I found your order {done}. It is pending, so it can be cancelled."),
    ("**First ({done}):** it has already been delivered, so it can't be cancelled.", "**First ({done}):** it has already been cancelled, so that is that."),
    ("**1. Return, order {done} (delivered)**", "**1. Return, order {done} (on its way)**"), ("Order {open} (pending)", "Order {open} (arrived)"),
    ("If it is pending, {done} can be cancelled.", "{open} comes first. It is cancelled, and that's it."),
    ("I found your account under right.one@example.com.", "I found your account under wrong.one@example.com."), ("There is no account under wrong.one@example.com.", "The account under wrong.one@example.com is yours."),
    ("You wrote wrong.one@example.com first, sorry.", "I have verified you by other.one@example.com now."),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), STATES)
def test_a_state_without_a_number_is_that_of_the_record(
    shop: tuple[Ground, str, str, str], right: str, wrong: str
) -> None:
    """By what is in it, as `it`, in everyday words; and the account is the one that was found."""
    ground, done, thing, open_ = shop
    assert _found(ground, right.format(done=done, thing=thing, open=open_)) == []
    assert _found(ground, wrong.format(done=done, thing=thing, open=open_))


@pytest.fixture(scope="module")
def trip() -> tuple[Ground, str, str]:
    """A trip in business of somebody else than the user, who is a silver member; with its number and passenger."""
    rows = AIRLINE.tables["reservations"]
    users = AIRLINE.tables["users"]
    key, row = next((key, row) for key, row in rows.items() if row["cabin"] == "business" and len(row["passengers"]) == 1 and users[row["user_id"]]["membership"] == "silver" and row["passengers"][0]["first_name"] != users[row["user_id"]]["name"]["first_name"])  # fmt: skip
    ground = Ground(AIRLINE)
    for tool, args in (
        ("get_user_details", {"user_id": row["user_id"]}),
        ("get_reservation_details", {"reservation_id": key}),
    ):
        call = Call.of(tool, args)
        ground.read(call, AIRLINE.read(call))
    person = row["passengers"][0]
    return ground, str(key), f"{person['first_name']} {person['last_name']}"


TRIPS = (
    ("You have reservations with us, each a trip in business.", "You have reservations with us, each a trip in economy."),
    ("The reservation is in business, so it can be cancelled.", "The reservation is in economy without insurance."),
    ("That's {key}, on May 22 in business, with one passenger.", "That's {key}, on May 22 in basic economy, with one passenger."),
    ("I'd move {key} from business to economy.", "It's {key}, which is in economy."), ("{key} is in business, for {name}.", "{key} is in business, for {name} and you."),
    ("With your silver membership, two bags are free.", "With your gold membership, three bags are free."), ("Even as a gold member you could not do that.", "As a regular member you have no free bag."),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), TRIPS)
def test_a_class_and_a_membership_are_those_that_were_read(
    trip: tuple[Ground, str, str], right: str, wrong: str
) -> None:
    """Of each trip, of the trip, behind its number; and who is on it."""
    ground, key, name = trip
    assert _found(ground, right.format(key=key, name=name)) == []
    assert _found(ground, wrong.format(key=key, name=name))


HEAD = "| Flight | Departs | Arrives | Basic economy | Economy | Business |\n|---|---|---|---|---|---|\n"


@pytest.fixture(scope="module")
def flights() -> Ground:
    ground = Ground(AIRLINE)
    ground.hear(Turn("user", "On May 20, please."))
    one, two = _flight("HAT333", "CLTDTW", "08:00:00", "10:00:00"), _flight("HAT444", "DTWPHX", "12:00:00", "15:00:00")
    one["available_seats"], two["available_seats"] = (
        dict.fromkeys(("basic_economy", "economy", "business"), many) for many in (15, 18)
    )
    rows = [
        {
            **_flight("HAT111", "CLTPHX", "05:00:00", "07:30:00"),
            "prices": {"basic_economy": 76, "economy": 126, "business": 367},
        }
    ]
    args = {"origin": "CLT", "destination": "PHX", "date": "2024-05-20"}
    ground.read(Call.of("search_direct_flight", args), Result(json.dumps(rows)))
    ground.read(Call.of("search_onestop_flight", args), Result(json.dumps([[one, two]])))
    return ground


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("| HAT111 | 5:00 AM | 7:30 AM | $76 | $126 | $367 |", True), ("| HAT111 | 5:00 AM | 7:30 AM | $76 | $126 | $376 |", False), ("| HAT111 | 5:00 AM | 8:30 AM | $76 | $126 | $367 |", False),
        ("| HAT111 | 5:00 AM | 7:30 AM | $126 | $76 | $367 |", False), ("| HAT111 | 5:00 AM | 7:30 AM | – | 2 × $126 = $252 | $367 |", True), ("| HAT999 | 5:00 AM | 7:30 AM | $70 | $120 | $300 |", True),
    ],
)  # fmt: skip
def test_a_row_of_a_table_is_of_its_flight(flights: Ground, row: str, *, right: bool) -> None:
    """Each fare in the column of its class, each hour on its side; sums and what was not read are left."""
    assert ([*tabled(flights, f"These go:\n\n{HEAD}{row}\n")] == []) is right


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("The fullest connection to Phoenix has 15 seats left on the first flight and 18 on the second.", True), ("The connection to Phoenix has 18 seats left on the first flight and 15 on the second.", False),
        ("HAT333 and HAT444 have 15 seats left on the first flight and 17 on the second.", False), ("You need at least 13 seats on the first flight.", True), ("The best one to Phoenix has 13 seats left on its first flight.", False),
    ],
)  # fmt: skip
def test_seats_are_told_of_their_own_flight(flights: Ground, said: str, *, right: bool) -> None:
    """On the first and on the second, as they were read there."""
    task, talk = next(one for one in played().values() if one[0].domain == AIRLINE.name)
    at = next(index for index, turn in enumerate(talk.turns) if turn.role == "agent" and turn.text)
    case, _, _ = _at(task, talk, at, said)
    assert ([*told_of_options(case, at, flights, [])] == []) is right


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Only two connections cost $520 or less: one from Boston on May 21 ($519), and one from Newark ($513).", True), ("Only three connections cost $520 or less: one from Boston on May 21 ($519), and one from Newark ($513).", False),
        ("3 checked bags: one is free, the other two cost $50 each.", True), ("I see two orders: one with a lamp, one with a desk.", True), ("I see three orders: one with a lamp, one with a desk.", False),
    ],
)  # fmt: skip
def test_what_is_told_one_by_one_is_as_many(flights: Ground, said: str, *, right: bool) -> None:
    assert ([*counted(flights, said, None)] == []) is right


def test_a_bracket_with_a_state_lists_as_many_things(shop: tuple[Ground, str, str, str]) -> None:
    """Behind the state that may stand there first."""
    ground, done, thing, _ = shop
    other = str(RETAIL.tables["orders"][done]["items"][1]["name"]).lower()  # type: ignore[index, call-overload]
    assert not [*misplaced(ground, f"{done} (delivered; {thing} and {other})")]
    assert [*misplaced(ground, f"{done} (delivered; {thing} and two {other}s)")]


def test_a_day_behind_how_long_ago_is_that_of_the_record(trip: tuple[Ground, str, str]) -> None:
    """The same day in brackets."""
    ground, key, _ = trip
    day = str(AIRLINE.tables["reservations"][key]["created_at"])[:10]  # type: ignore[index, call-overload]
    right, wrong = (
        f"It was made more than 24 hours ago (on {day}).",
        "It was made more than 24 hours ago (on 2024-05-01).",
    )
    assert when_made(ground, right, key.lower()) == ""
    assert when_made(ground, wrong, key.lower())


def test_options_behind_a_price_and_on_both_sides_of_an_arrow_are_those_of_the_thing() -> None:
    """Each side of a change has its own price, and its own options."""
    table = RETAIL.tables["products"]
    key, row = next((key, row) for key, row in table.items() if row["name"] == "Desk Lamp")
    ground, call = Ground(RETAIL), Call.of("get_product_details", {"product_id": str(key)})
    ground.read(call, RETAIL.read(call))
    prices = [one["price"] for one in row["variants"].values()]
    one, two = [each for each in row["variants"].values() if prices.count(each["price"]) == 1][:2]
    first, second = (", ".join(each["options"].values()) for each in (one, two))
    line = "- **Desk Lamp:** {} → {}: ${} → ${}"
    assert [*itemized(ground, line.format(first, second, one["price"], two["price"]))] == []
    assert [*itemized(ground, line.format(second, first, one["price"], two["price"]))]
    assert [*itemized(ground, f"- **Desk Lamp:** ${one['price']} ({first})")] == []
    assert [*itemized(ground, f"- **Desk Lamp:** ${one['price']} ({second})")]


SCOPES = (
    ("exchange_delivered", "An email tells you how to send the old ones back.", "You may keep the old ones."),
    ("exchange_delivered", "Please send the old items back.", "There's no need to send the old items back."),
    ("modify_user_address", "Your profile has the new address; open orders keep theirs.", "Your profile has the new address, and your open orders follow along."),
    ("modify_user_address", "It's used for orders that you place from now on.", "It's saved in your profile and for all open orders."),
)  # fmt: skip


@pytest.mark.parametrize(("tool", "right", "wrong"), SCOPES)
def test_what_a_write_leaves_is_left(tool: str, right: str, wrong: str) -> None:
    """The old things go back, and orders keep their address."""
    task, talk, at = _report(tool)
    for text, fault in ((right, False), (wrong, True)):
        case, ground, news = _at(task, talk, at, text)
        assert bool([*in_scope(case, at, ground, news)]) is fault


def test_what_an_order_cost_is_not_what_another_one_did(shop: tuple[Ground, str, str, str]) -> None:
    """In the brackets behind its number, where both are named."""
    ground, done, _, other = shop
    first, second = (RETAIL.tables["orders"][key]["items"][0]["price"] for key in (done, other))  # type: ignore[index, call-overload]
    told = "You have order {} (${:,.2f}) and order {} (${:,.2f})."

    assert not [*misplaced(ground, told.format(done, first, other, second))]
    assert len([*misplaced(ground, told.format(done, second, other, first))]) == 2
