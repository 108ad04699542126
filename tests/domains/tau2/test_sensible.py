"""What customers ask for is what somebody would: nothing that does not fit, no less for more, no stop or price for its own sake, and nothing that no tool does."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice

import pytest

from writ_dspy.domains import Dial, Draft, Row, Seen, Views, Wished, load, observe
from writ_dspy.domains.tau2.airline.agreeing import Stay, at_odds, stays
from writ_dspy.domains.tau2.airline.booking import _route
from writ_dspy.domains.tau2.airline.hunts import REGIONS, STATES
from writ_dspy.domains.tau2.retail.sensible import fits, less_for_more
from writ_dspy.evidence.resolve import resolve
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Best, Check, Decision, Goal, Json, Kind, Picked, Task, Tell


def row(price: float, **options: str) -> Row:
    return {"price": price, "item_id": "1", "available": True, "product_id": "2", **options}


@pytest.mark.parametrize(
    ("old", "new", "named", "right"),
    [
        (row(9, size="11", color="red"), row(5, size="11", color="blue"), (), True),
        (row(9, size="11", color="red"), row(5, size="6", color="red"), (), False),
        (row(9, size="11", color="red"), row(5, size="6", color="red"), ("size", "6"), True),
        (row(9, size="50ml"), row(5, size="30ml"), (), True),
        (row(9, gender="women"), row(5, gender="men"), (), False),
    ],
)
def test_what_is_worn_keeps_its_size(old: Row, new: Row, named: tuple[str, ...], right: bool) -> None:
    """Where nobody asks for another one; of what is poured, one may take less."""
    assert fits(new, old, named) is right


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        (row(5, storage="64GB"), row(9, storage="32GB"), True),
        (row(9, storage="64GB"), row(5, storage="32GB"), False),
        (row(5, storage="1TB SSD"), row(9, storage="512GB SSD"), True),
        (row(5, resolution="2K"), row(9, resolution="1080p"), True),
        (row(5, resolution="1080p"), row(9, resolution="2K"), False),
        (row(5, zoom="10x", resolution="20MP"), row(9, zoom="5x", resolution="30MP"), False),
        (row(5, color="red"), row(9, color="blue"), False),
    ],
)
def test_nobody_pays_more_for_less(old: Row, new: Row, worse: bool) -> None:
    """Less of one thing for more of another is a choice, and so is a color."""
    assert less_for_more(new, old) is worse


def drafts(recipe: str, dial: Dial, name: str = "tau2:retail") -> Iterator[Draft]:
    domain, rng = load(name), random.Random(recipe)
    one = next(one for one in domain.pack.recipes if one.name == recipe)
    found = (one.draft(domain, user, dial, rng) for user in domain.pack.users(domain))
    return (draft for draft in found if draft is not None)


@pytest.mark.parametrize(("recipe", "asked"), [("exchange items", False), ("change item", True)])
def test_what_is_left_on_a_card_is_asked_only_of_what_charges_it(recipe: str, asked: bool) -> None:
    """An exchange is only requested, and changes no balance."""
    tells: list[Tell] = [
        tell for burden in (4, 5) for draft in drafts(recipe, Dial(burden, "knows none")) for tell in draft.tells
    ]

    assert tells
    assert any(tell.topic == "balance" for tell in tells) is asked


def _conditions(decision: Decision) -> Iterator[Best]:
    for check in decision.requires:
        if (
            isinstance(check, Check)
            and check.own
            and isinstance(check.left, Picked)
            and isinstance(check.left.query, Best)
        ):
            yield check.left.query


def test_a_condition_on_another_version_is_not_met_by_the_own_one() -> None:
    """Who would buy another version instead has this one already."""
    domain, seen = load("tau2:retail"), 0
    for burden in (3, 4):
        for draft in islice(drafts("cancel order", Dial(burden, "half-remembers")), 12):
            for best in _conditions(draft.decisions[0]):
                resolver = Resolver(domain, domain.read)
                (found,) = resolver.query(best).hits
                items = {
                    item
                    for _, answer in resolver.answers
                    for hit in answer.hits
                    if hit.view == "items"
                    for item in [hit.row["item_id"]]
                }
                seen += 1

                assert found.row["item_id"] not in items
    assert seen


def _orders(task: Task, place: int) -> str:
    domain = load(task.domain)
    term = dict(task.goal.decisions[place].args).get("order_id")
    return str(Resolver(domain, domain.read).term(term)[0]) if term is not None else ""


def test_no_order_is_spoken_of_in_two_wishes() -> None:
    """What was cancelled is not changed afterwards, though that would be denied for another reason."""
    cell = Cell(domain="tau2:retail", kind="write-intensive", writes=2, burden=4, denied=1, count=8)
    tasks = fill(cell, 3, "base").tasks

    assert tasks
    for task in tasks:
        orders = [order for place in range(len(task.goal.decisions)) if (order := _orders(task, place))]
        denied = {order for order, outcome in zip(orders, task.decided, strict=False) if outcome.denied}
        granted = {order for order, outcome in zip(orders, task.decided, strict=False) if not outcome.denied}
        assert denied.isdisjoint(granted)


def _searched(draft: Draft) -> Iterator[tuple[set[str], set[tuple[str, str]]]]:
    """The tools that look for one flight, and the routes that they look on."""
    (outcome,), _ = resolve(Goal(draft.decisions, ()), load("tau2:airline"))
    calls = [call for call in outcome.trace if call.tool.startswith("search_")]
    if calls:
        yield {call.tool for call in calls}, {(call.args["origin"], call.args["destination"]) for call in calls}


def test_nobody_asks_for_a_stop_that_could_be_had_without() -> None:
    """Flights with one stop are looked for alone only where no flight goes straight."""
    straight = {(one["origin"], one["destination"]) for one in load("tau2:airline").tables["flights"].values()}
    alone = 0
    for burden in (4, 5, 7):
        for draft in islice(drafts("move to another flight", Dial(burden, "knows ids"), "tau2:airline"), 25):
            for tools, routes in _searched(draft):
                if tools == {"search_onestop_flight"}:
                    alone += 1
                    assert straight.isdisjoint(routes)

    assert alone > 5


DEAR = re.compile(r"\b(?:most expensive|priciest|dearest)\b(?P<behind>.*)")


@pytest.mark.parametrize("recipe", ["exchange items", "change item", "return dearest item"])
def test_who_wants_the_dearest_says_why(recipe: str) -> None:
    """Behind the wish, or before it where one of several things is to be given away; once in a request."""
    seen = 0
    for draft in drafts(recipe, Dial(5, "knows none")):
        for text in (slot.text for slot in draft.requests[0].slots if slot.key in ("version", "items")):
            if match := DEAR.search(text):
                seen += 1
                given = re.search(r"present|gift|friend", draft.requests[0].opening)
                assert re.search(r", (?:as|since|because) ", match["behind"]) or given, text
                assert DEAR.search(match["behind"]) is None, text

    assert seen


@pytest.mark.parametrize("recipe", ["book a trip", "cancel a trip"])
def test_who_speaks_as_one_who_flies_is_a_passenger(recipe: str) -> None:
    """Of what is booked, and of what is cancelled for reasons of one's own."""
    domain, seen = load("tau2:airline"), 0
    for draft in islice(drafts(recipe, Dial(2, "knows ids"), "tau2:airline"), 40):
        (outcome,), _ = resolve(Goal(draft.decisions, ()), domain)
        user = domain.tables["users"][draft.user_id]["name"]
        if outcome.call is not None:
            held = domain.tables["reservations"].get(str(outcome.call.args.get("reservation_id")), outcome.call.args)
            names = {(one["first_name"], one["last_name"]) for one in held["passengers"]}
            seen += 1
            assert (user["first_name"], user["last_name"]) in names

    assert seen > 10


@pytest.mark.parametrize("recipe", ["add checked bags", "swap a passenger", "make an order cheaper", "change item"])
def test_what_is_named_at_first_could_be_meant(recipe: str) -> None:
    """Nobody has second thoughts about the card for bags that are free, nor wants "the same one" of several things."""
    name = "tau2:airline" if recipe in ("add checked bags", "swap a passenger") else "tau2:retail"
    domain = load(name)
    for draft in islice(drafts(recipe, Dial(4, "knows none"), name), 30):
        (outcome,), _ = resolve(Goal(draft.decisions, ()), domain)
        if outcome.call is None:
            continue
        seen = Seen()
        for call in outcome.trace:
            seen.add(call, domain.read(call).views)
        told = list(domain.pack.others(outcome.call, seen))
        record = seen.find("reservation", reservation_id=outcome.call.args.get("reservation_id"))
        free = record is not None and outcome.call.args.get("nonfree_baggages") == record["nonfree_baggages"]

        assert not (free and any(other.slot == "payment" for other in told))
        assert not any("the same one" in other.text for other in told)


def _traveled(task: Task, name: str) -> tuple[list[Stay], set[str]]:
    """The trips that a traveler has once all is written, and which of them are new or on other days."""
    domain, world = load("tau2:airline"), load("tau2:airline").world()
    for call in task.gold:
        assert not world.call(call).error

    def after(tool: str, args: Mapping[str, Json]) -> Views:
        return observe(domain, world, domain.canonical(tool, args)).views

    def before(tool: str, args: Mapping[str, Json]) -> Views:
        return domain.read(domain.canonical(tool, args)).views

    trips, known = stays(name, after), stays(name, before)
    fresh = {key for key, trip in trips.items() if key not in known or known[key].first != trip.first}
    return list(trips.values()), fresh


@pytest.fixture(scope="module")
def written() -> list[Task]:
    """Airline tasks with writes, of several seeds."""
    points: list[tuple[Kind, int, int]] = [("write-intensive", 2, 3), ("write-intensive", 3, 6), ("read-heavy", 1, 6)]
    cells = [
        Cell(domain="tau2:airline", kind=kind, writes=writes, burden=burden, count=8) for kind, writes, burden in points
    ]
    return [task for seed in (5, 6) for cell in cells for task in fill(cell, seed, "base").tasks]


def test_nobody_is_in_two_places_at_once(written: list[Task]) -> None:
    """A trip that is booked, or moved, meets none that one of its travelers has."""
    seen = 0
    for task in written:
        user = next(str(fact.value) for fact in task.facts if fact.key == "user_id")
        trips, fresh = _traveled(task, user)
        for one, other in combinations(trips, 2):
            if {one.reservation, other.reservation} & fresh:
                seen += 1
                assert not one.meets(other), (task.recipe, one, other)

    assert seen > 20


FIT, SICK = (
    "i'd like to cancel a trip, as my plans have changed.",
    "i'd like to cancel a trip, as i've come down with the flu.",
)


@pytest.mark.parametrize(
    ("words", "people", "days", "odd"),
    [
        (FIT, "Ann", ("2024-05-20", "2024-05-22"), True), (FIT, "Ann", ("2024-05-22", "2024-05-22"), False), (FIT, "Bob", ("2024-05-20", "2024-05-22"), False),
        (SICK, "Ann", ("2024-05-25", "2024-05-26"), True), (FIT, "Ann", ("2024-05-25", "2024-05-26"), False),
    ],
)  # fmt: skip
def test_what_two_wishes_make_nonsense_of(words: str, people: str, days: tuple[str, str], odd: bool) -> None:
    """The same traveler on two trips at once, or on another one soon after the one that is given up for an illness."""

    def world(booked: Sequence[str], cancelled: Sequence[str]) -> Callable[[str, Mapping[str, Json]], Views]:
        trips = {
            "KEPT00": ("Ann", "2024-05-19", "2024-05-21"),
            "GONE00": ("Ann", "2024-05-17", "2024-05-17"),
            "NEW000": (people, *days),
        }

        def look(tool: str, args: Mapping[str, Json]) -> Views:
            if tool == "get_user_details":
                names = ["KEPT00", "GONE00", *booked]
                return {
                    "profile": ({"first_name": "Ann", "last_name": "Ode"},),
                    "reservations": tuple({"reservation_id": name} for name in names),
                }
            name = str(args["reservation_id"])
            who, first, last = trips[name]
            row = {"status": "cancelled" if name in cancelled else "active", "first_date": first, "last_date": last}
            return {"reservation": (row,), "passengers": ({"first_name": who, "last_name": "Ode"},)}

        return look

    touched = frozenset({"reservations/GONE00", "reservations/~NEW"})
    wished = Wished("ann", words, touched, (), world((), ()), world(("NEW000",), ("GONE00",)))

    assert bool(at_odds(wished)) is odd


def test_what_stands_in_for_each_other_is_within_reach() -> None:
    """Airports of one area, or of a state to which somebody wants to get at all; never two ends of the country to start from."""
    rng, seen = random.Random(3), set()
    for _ in range(400):
        start, end = _route(rng, 6)
        for several in (codes for codes in (start, end) if len(codes) > 1):
            seen.add(several)
            assert several in REGIONS or (several in STATES and several is end)

    assert seen == {*REGIONS, *STATES}


@pytest.mark.parametrize("recipe", ["cancel order", "return items"])
def test_a_price_decides_over_one_product_alone(recipe: str) -> None:
    """Nobody gives up several things because one of them could be had for less; granted or not."""
    domain, seen = load("tau2:retail"), 0
    for refuse, burden in ((False, 3), (False, 4), (True, 3), (True, 4)):
        for draft in drafts(recipe, Dial(burden, "knows ids", refuse=refuse)):
            if any(slot.key == "condition" for slot in draft.requests[0].slots):
                seen += 1
                order = next(str(fact.value) for fact in draft.facts if fact.key == "order_id")
                assert len({item["product_id"] for item in domain.tables["orders"][order]["items"]}) == 1

    assert seen
