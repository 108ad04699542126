"""A certificate holds results that the tools could return, names what only locates, and counts no idle search."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json

import pytest

from tests.evidence.small_worlds import opened, rows, show, small_domain
from tests.evidence.test_resolve import pick, put
from tests.propose.proposed import proposed
from writ_dspy.domains import Domain, Views, load
from writ_dspy.domains.tau2.airline.timetable import DIRECT, ONE_STOP
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.identify import identified, missing
from writ_dspy.evidence.resolve import decide
from writ_dspy.evidence.witness import Witness, certify
from writ_dspy.task import (
    Best,
    Call,
    Decision,
    Every,
    Json,
    Listed,
    Only,
    Outcome,
    Picked,
    Policy,
    ReadCall,
    Said,
    Task,
    Where,
)

NAMES = ("tau2:retail", "tau2:airline")


def _decided(task: Task) -> list[tuple[Decision, Outcome]]:
    wishes = (*task.goal.decisions, *(tell.decision for tell in task.goal.tells))
    return list(zip(wishes, task.outcomes, strict=True))


@functools.cache
def _proven(name: str) -> tuple[tuple[Outcome, tuple[Witness, ...]], ...]:
    """Each outcome of the tasks of one domain, proven anew; several tests look at it."""
    domain = load(name)
    return tuple((out, certify(wish, out, domain)) for task in proposed(name) for wish, out in _decided(task))


def _plain(views: Views) -> Json:
    return json.loads(json.dumps({view: list(shown) for view, shown in views.items()}))


@pytest.mark.parametrize("name", NAMES)
def test_a_witness_is_what_tools_return(name: str) -> None:
    """Each result of a witness is read by its lens, and written from what the lens shows comes out the same."""
    domain = load(name)
    compose = domain.pack.integrity.compose
    for _, proofs in _proven(name):
        for proof in proofs:
            assert proof.results[0][0] == proof.read
            assert proof.results[0][1] != domain.read(proof.read).text
            for call, text in proof.results:
                shown = dataclasses.replace(domain.read(proof.read), text=text, views=domain.views(call, text))
                again = compose[call.tool](call, shown.views, shown)
                assert again is not None
                assert _plain(again.views) == _plain(shown.views)


def test_flights_of_a_witness_leave_on_the_day_of_the_search() -> None:
    """A flight that a search is said to find leaves on that day, arrives later, and has every field filled."""
    domain = load("tau2:airline")
    seen = 0
    for _, proofs in _proven("tau2:airline"):
        for call, text in (result for proof in proofs for result in proof.results):
            for row in domain.views(call, text)["options"] if call.tool in (DIRECT, ONE_STOP) else ():
                seen += 1
                assert row["departs"][:10] == row["date"] == row["flights"][0]["date"] == call.args["date"]
                assert row["departs"] < row["arrives"] < f"{call.args['date'][:8]}{int(row['date'][8:]) + 3:02d}"
                assert all(value not in ("", None, []) for value in row.values())

    assert seen > 100


@pytest.mark.parametrize("name", NAMES)
def test_a_task_names_the_reads_that_only_locate(name: str) -> None:
    """They are some of the evidence, at least one read decides, and proving anew names the same ones."""
    found = 0
    for outcome, proofs in _proven(name):
        located = tuple(proof.read for proof in proofs if proof.locates)
        found += len(located)

        assert outcome.locates == located
        assert set(located) < set(outcome.evidence)
    assert found


def test_who_was_found_by_an_address_is_told_by_the_profile() -> None:
    """Once the profile is read, the look-up of its e-mail settles nothing more; without it, it does."""
    domain = load("tau2:retail")
    user, record = next((key, user) for key, user in domain.tables["users"].items() if len(user["orders"]) > 1)
    who = Only((ReadCall("find_user_id_by_email", (("email", Said(record["email"])),), "user"),))
    profile = ReadCall("get_user_details", (("user_id", Picked(who, "user_id")),), "profile")
    short = Decision("modify_user_address", _address(Picked(who, "user_id"), None))
    full = Decision("modify_user_address", _address(Picked(who, "user_id"), Only((profile,))))
    found = {}
    for decision in (short, full):
        outcome = decide(decision, domain, domain.read)
        found[len(outcome.evidence)] = [proof.locates for proof in certify(decision, outcome, domain)]

    assert user
    assert found == {1: [False], 2: [True, False]}


def _address(user: Picked, known: Only | None) -> tuple[tuple[str, Said | Picked], ...]:
    fields = ("address1", "address2", "city", "state", "country", "zip")
    return (("user_id", user), *((name, Picked(known, name) if known else Said("1 Elm Street")) for name in fields))


def test_the_best_of_three_each_found_by_its_own_search() -> None:
    """A search that leads to a loser could have led to a record that wins: each of them is proven."""
    base = {opened(f"k{n}"): rows("open", (f"r{n}", "red", 1)) for n in (1, 2, 3)}
    base |= {show(f"r{n}"): rows("show", (f"c{n}", "blue", number)) for n, number in ((1, 5), (2, 2), (3, 9))}
    domain = small_domain(base)
    ways = [Only((ReadCall("open", (("key", Said(f"k{n}")),), "refs"),)) for n in (1, 2, 3)]
    pages = tuple(ReadCall("show", (("ref", Picked(way, "ref")),), "parts") for way in ways)
    for most in (False, True):
        decision = put(pick(Best(pages, "n", most=most)))
        outcome = decide(decision, domain, domain.read)

        assert len(outcome.evidence) == 6
        assert len(certify(decision, outcome, domain)) == 6


# ----------------------------------------------------------------------------- days


ROUTES = (("JFK", "SEA"), ("EWR", "LAX"), ("BOS", "MIA"), ("SFO", "ATL"), ("ORD", "DEN"))


def _hunt(
    by: str, *, most: bool, first: int, tools: tuple[str, ...] = (DIRECT,), route: tuple[str, str] = ROUTES[0]
) -> Best:
    """The best flight of a week."""
    dates = Listed(tuple(Said(f"2024-05-{day}") for day in range(first, first + 7)))
    args = (("origin", Said(route[0])), ("destination", Said(route[1])), ("date", dates))
    seats = Where("seats_economy", ">=", Policy(1, "one seat per passenger"))
    return Best(tuple(ReadCall(tool, args, "options") for tool in tools), by, most, (seats,))


def _booking(query: Best) -> Decision:
    fields = ("flights", "price_economy")
    return Decision("", tuple((name, Picked(query, name)) for name in fields))


def _days(outcome: Outcome) -> list[int]:
    return sorted({int(call.args["date"][8:]) for call in outcome.evidence})


def _could(query: Best, best: str) -> list[int]:
    """Days whose search could return a flight that is as good, from what the tools write down of times."""
    found = set()
    for source in query.sources:
        dates = dict(source.args)["date"]
        assert isinstance(dates, Listed)
        for day in (int(str(date.value)[8:]) for date in dates.items if isinstance(date, Said)):
            late = day + (query.by == "arrives") * (1 if source.tool == DIRECT else 2)
            if f"2024-05-{late:02d}T23:59:59" >= best if query.most else f"2024-05-{day:02d}T00:00:00" <= best:
                found.add(day)
    return sorted(found)


@pytest.mark.parametrize("tools", [(DIRECT,), (ONE_STOP,), (DIRECT, ONE_STOP)])
@pytest.mark.parametrize(("by", "most"), list(itertools.product(("departs", "arrives"), (False, True))))
def test_only_days_that_could_hold_a_better_flight_count(by: str, tools: tuple[str, ...], *, most: bool) -> None:
    """Of a week, the searches that count are those that could show a flight as good as the winner."""
    domain, judged = load("tau2:airline"), 0
    for first, route in itertools.product((16, 19, 23), ROUTES):
        query = _hunt(by, most=most, first=first, tools=tools, route=route)
        try:
            outcome = decide(_booking(query), domain, domain.read)
        except Unresolved:
            continue  # a tie
        all_rows = [
            row
            for tool in tools
            for day in range(first, first + 7)
            for row in domain.read(
                domain.canonical(tool, {"origin": route[0], "destination": route[1], "date": f"2024-05-{day}"})
            ).views["options"]
            if row["seats_economy"] >= 1
        ]
        if not all_rows:
            continue  # nobody flies there
        best = (max if most else min)(row[by] for row in all_rows)
        judged += 1
        assert _days(outcome) == _could(query, best)
        assert len(_days(outcome)) < 7
        assert set(outcome.evidence) == set(outcome.trace)
    assert judged


def test_by_price_every_day_counts() -> None:
    """What a ticket costs is not bounded by the day."""
    domain = load("tau2:airline")
    decisions = [_booking(_hunt("price_economy", most=False, first=first)) for first in range(16, 25)]
    for decision in decisions:
        try:
            outcome = decide(decision, domain, domain.read)
        except Unresolved:
            continue
        assert len(_days(outcome)) == 7
        assert not any(proof.locates for proof in certify(decision, outcome, domain))


def test_who_reads_what_is_needed_or_more_knows_enough() -> None:
    """The first day alone identifies the first departure; all days do, too; the last day alone does not."""
    domain = load("tau2:airline")
    for first in range(16, 25):
        decision = _booking(_hunt("departs", most=False, first=first))
        try:
            outcome = decide(decision, domain, domain.read)
        except Unresolved:
            continue
        week = [
            domain.canonical(DIRECT, {"origin": "JFK", "destination": "SEA", "date": f"2024-05-{day}"})
            for day in range(first, first + 7)
        ]

        assert identified(outcome, outcome.evidence, domain, decision)
        assert identified(outcome, week, domain, decision)
        assert not identified(outcome, week[-1:], domain, decision)


# ----------------------------------------------------------------------------- one read for two


def _legs(domain: Domain) -> tuple[Call, list[Json]]:
    for day in range(16, 30):
        call = domain.canonical(ONE_STOP, {"origin": "JFK", "destination": "SEA", "date": f"2024-05-{day}"})
        shown = json.loads(domain.read(call).text)
        if shown:
            return call, shown[0]
    raise AssertionError("there is a connection from JFK to SEA on some day")


def test_a_connection_shows_what_two_searches_show() -> None:
    """Where single flights are wanted, one search that shows both legs counts for the searches of each; no less does."""
    domain = load("tau2:airline")
    connection, legs = _legs(domain)
    searches, fares = [], []
    for leg in legs:
        args = {"origin": leg["origin"], "destination": leg["destination"], "date": leg["date"]}
        searches.append(domain.canonical(DIRECT, args))
        source = ReadCall(DIRECT, tuple((name, Said(value)) for name, value in args.items()), "options")
        fares.append(Only((source,), (Where("flight_number", "is", Said(leg["flight_number"])),)))
    decision = Decision("", tuple((f"fare_{n}", Picked(fare, "price_business")) for n, fare in enumerate(fares)))
    outcome = decide(decision, domain, domain.read)
    cheapest = Best(fares[0].sources, "price_business")
    ranked = Decision("", (("fare", Picked(cheapest, "price_business")),))

    assert set(outcome.evidence) == set(searches)
    assert identified(outcome, [connection], domain, decision)
    assert identified(outcome, [connection, searches[0]], domain, decision)
    assert missing(outcome, [searches[0]], domain, decision) == (searches[1],)
    assert not identified(outcome, [connection], domain)
    assert not identified(decide(ranked, domain, domain.read), [connection], domain, ranked)


# ----------------------------------------------------------------------------- product pages


def test_pages_without_the_option_are_no_evidence() -> None:
    """Of an order, "in size S" means products that come in sizes: no other page counts."""
    domain = load("tau2:retail")
    judged = 0
    for key, order in domain.tables["orders"].items():
        sized = {item["product_id"] for item in order["items"] if "size" in item["options"]}
        everything = {item["product_id"] for item in order["items"]}
        like = [name for item in order["items"] for name in item["options"] if name.endswith(" size")]
        if not sized or sized == everything or like or judged > 20:
            continue
        items = Every((ReadCall("get_order_details", (("order_id", Said(key)),), "items"),))
        pages = (ReadCall("get_product_details", (("product_id", Picked(items, "product_id")),), "variants"),)
        found = Every(pages, (Where("size", "is", Said("S")),))
        outcome = decide(Decision("", (("ids", Picked(found, "item_id")),)), domain, domain.read)
        read = {call.args["product_id"] for call in outcome.evidence if call.tool == "get_product_details"}
        judged += 1

        assert read == sized
    assert judged > 5
