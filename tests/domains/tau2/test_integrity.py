"""Which results the tools can return: lenses read backwards, bounds that hold, links that the database bears out."""

from __future__ import annotations

import itertools
import json

import pytest

from writ_dspy.domains import Domain, load
from writ_dspy.domains.tau2.airline.timetable import DIRECT, ONE_STOP
from writ_dspy.domains.tau2.retail.integrity import alike
from writ_dspy.evidence.bounds import may_pass
from writ_dspy.evidence.links import bears_out, standing_in, told
from writ_dspy.task import Call

NAMES = ("tau2:retail", "tau2:airline")
AIRPORTS = ("EWR", "ATL", "SEA", "JFK", "DEN")


def reads(domain: Domain) -> list[Call]:
    """Reads of every tool that has results to write, of records spread over the database."""
    tables = domain.tables

    def some(table: str, tool: str, key: str) -> list[tuple[str, dict[str, str]]]:
        names = sorted(tables[table])
        return [(tool, {key: name}) for name in names[:: max(1, len(names) // 60)]]

    calls = some("users", "get_user_details", "user_id")
    if domain.name == "tau2:retail":
        calls += some("orders", "get_order_details", "order_id") + some("products", "get_product_details", "product_id")
        people = [tables["users"][args["user_id"]] for tool, args in calls if tool == "get_user_details"]
        calls += [("find_user_id_by_email", {"email": person["email"]}) for person in people]
        calls += [
            ("find_user_id_by_name_zip", {**person["name"], "zip": person["address"]["zip"]}) for person in people
        ]
        calls.append(("list_all_product_types", {}))
    else:
        calls += some("reservations", "get_reservation_details", "reservation_id")
        calls += some("flights", "get_flight_status", "flight_number")
        calls = [(tool, args | {"date": "2024-05-14"} if "status" in tool else args) for tool, args in calls]
        for tool, (origin, destination) in itertools.product((DIRECT, ONE_STOP), itertools.permutations(AIRPORTS, 2)):
            calls.append((tool, {"origin": origin, "destination": destination, "date": "2024-05-21"}))
    return [domain.canonical(tool, args) for tool, args in calls]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_can_be_written(name: str) -> None:
    """From its own rows, each real result is written again, character by character."""
    domain = load(name)
    compose = domain.pack.integrity.compose
    for call in reads(domain):
        seen = domain.read(call)
        found = compose[call.tool](call, seen.views, seen)

        assert found is not None
        assert (found.text, found.views) == (seen.text, seen.views)


@pytest.mark.parametrize("name", NAMES)
def test_bounds_and_links_hold_on_the_database(name: str) -> None:
    """Every value that is read lies within its bounds, and what a result says of another read is what that shows."""
    domain = load(name)
    integrity = domain.pack.integrity
    tools = frozenset(link.other for link in integrity.links)
    for call in reads(domain):
        seen = domain.read(call)
        for view, rows in seen.views.items():
            bounds = integrity.bounds.get((call.tool, view))
            for attribute, value in (item for row in rows for item in row.items()):
                assert bounds is None or may_pass(bounds(call, (), attribute), "is", value), (call, attribute, value)
                assert value in integrity.closed.get((view, attribute), (value,))
        for other, view, row in itertools.islice(told(domain, call, seen, tools), 40):
            assert bears_out(domain.read(other), view, row), (call, other, row)


def test_a_flight_of_another_day_cannot_be_written() -> None:
    """A wished flight leaves on the day of the search and arrives after it leaves, or is none."""
    domain = load("tau2:airline")
    call = domain.canonical(DIRECT, {"origin": "JFK", "destination": "SEA", "date": "2024-05-21"})
    seen = domain.read(call)
    base = dict(seen.views["options"][0]) | {"flights": [{"flight_number": "~HAT", "date": "2024-05-30"}]}
    wishes = [
        {"departs": "2024-05-30T06:00:00"}, {"departure": "23:30:00"}, {"arrives": "2024-05-21T00:30:00"},
        {"duration": 30}, {"price_economy": 1}, {"seats_business": 0},
    ]  # fmt: skip
    for wish in wishes:
        found = domain.pack.integrity.compose[DIRECT](call, {"options": (*seen.views["options"], base | wish)}, seen)
        assert found is not None
        row = found.views["options"][-1]

        assert row["departs"][:10] == row["date"] == row["flights"][0]["date"] == "2024-05-21"
        assert row["arrives"] > row["departs"]
        assert domain.views(call, found.text) == found.views
        assert None not in [value for key, value in json.loads(found.text)[-1].items() if key != "date"]
    for wish in ({"price_economy": 0}, {"duration": 0}, {"seats_business": -1}, {"duration": 3000}):
        views = {"options": (base | wish,)}
        assert domain.pack.integrity.compose[DIRECT](call, views, seen) is None


def test_records_that_cannot_be_are_not_written() -> None:
    """Another user's profile, two versions alike, options that only some versions have, a status that is none."""
    domain = load("tau2:retail")
    compose = domain.pack.integrity.compose
    product = domain.canonical("get_product_details", {"product_id": min(domain.tables["products"])})
    order = domain.canonical("get_order_details", {"order_id": min(domain.tables["orders"])})
    page, bought = domain.read(product), domain.read(order)
    versions, row = page.views["variants"], dict(bought.views["order"][0])
    wrong = (
        (product, page, {**page.views, "variants": (*versions, {**versions[0], "item_id": "~1"})}),
        (product, page, {**page.views, "variants": ({**versions[0], "scent": "rose"}, *versions[1:])}),
        (product, page, {**page.views, "variants": ({**versions[0], "price": -1.0}, *versions[1:])}),
        (product, page, {**page.views, "variants": ()}),
        (order, bought, {**bought.views, "order": ({**row, "status": "lost"},)}),
        (order, bought, {**bought.views, "order": ({**row, "order_id": "#W0"},)}),
        (order, bought, {**bought.views, "order": (row, row)}),
    )

    for call, seen, views in wrong:
        assert compose[call.tool](call, views, seen) is None


def test_what_follows_from_a_change_follows() -> None:
    """A canceled order has its refund and its parcel, a dearer item another total and payment."""
    domain = load("tau2:retail")
    pending = next(key for key, order in domain.tables["orders"].items() if order["status"] == "pending")
    call = domain.canonical("get_order_details", {"order_id": pending})
    seen = domain.read(call)
    row, items = dict(seen.views["order"][0]), seen.views["items"]
    compose = domain.pack.integrity.compose["get_order_details"]
    canceled = compose(call, {**seen.views, "order": ({**row, "status": "cancelled"},)}, seen)
    dearer = compose(call, {**seen.views, "items": ({**items[0], "price": 999.5}, *items[1:])}, seen)
    assert canceled is not None
    assert dearer is not None
    found, total = json.loads(canceled.text), dearer.views["order"][0]["total"]

    assert [entry["transaction_type"] for entry in found["payment_history"]] == ["payment", "refund"]
    assert len(found["fulfillments"]) == 1
    assert {item["order_status"] for item in canceled.views["items"]} == {"cancelled"}
    assert total == round(row["total"] - items[0]["price"] + 999.5, 2)
    assert json.loads(dearer.text)["payment_history"][0]["amount"] == total


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("color", "dial color", True), ("frame color", "color", True), ("RAM", "ram", True), ("color", "color", True),
        ("color", "color temperature", False), ("size", "material", False), ("frame color", "lens color", False),
    ],
)  # fmt: skip
def test_options_that_are_called_alike(one: str, other: str, *, same: bool) -> None:
    """An option means another where the words that name it end in the other's name."""
    assert alike(one, other) is same


@pytest.mark.parametrize(("day", "state", "can_be"), [
    ("2024-05-04", "landed", True), ("2024-05-04", "cancelled", True), ("2024-05-04", "available", False), ("2024-05-04", "flying", False),
    ("2024-05-15", "flying", True), ("2024-05-15", "landed", True),
    ("2024-05-20", "available", True), ("2024-05-20", "landed", False),
])  # fmt: skip
def test_a_flight_is_in_a_state_that_its_day_allows(day: str, state: str, can_be: bool) -> None:
    """What left eleven days ago can have been canceled, but not be for sale; what leaves in five days has not landed."""
    domain = load("tau2:airline")
    flight = next(iter(domain.tables["flights"]))
    call = domain.canonical("get_flight_status", {"flight_number": flight, "date": day})
    found = domain.pack.integrity.compose[call.tool](call, {"status": ({"status": state},)}, domain.read(call))

    assert (found is not None) == can_be


def test_an_order_shows_the_paypal_account_that_paid_and_no_card() -> None:
    """Nobody has two of the one; of cards there are several, with balances that only the profile tells."""
    domain, seen = load("tau2:retail"), set[str]()
    for order in domain.tables["orders"].values():
        call = domain.canonical("get_order_details", {"order_id": order["order_id"]})
        known = standing_in(domain, [call])
        shown = {row["source"] for views in known.values() for row in views.get("payment_methods", ())}
        paid = domain.read(call).views["order"][0]["payment_source"]
        seen.add(paid)
        assert shown == ({"paypal"} if paid == "paypal" else set())
    assert len(seen) == 3
    for user in domain.tables["users"].values():
        assert sum(method["source"] == "paypal" for method in user["payment_methods"].values()) < 2
