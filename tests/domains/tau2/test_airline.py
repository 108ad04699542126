"""What the airline pack promises: lenses show records, drafts resolve as dialled, words match the goal."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, TypeAlias, cast

import pytest

from writ_dspy.codec import from_json, parts, to_json
from writ_dspy.domains import Before, Dial, Draft, Recipe, Seen, Views, World, load, observe
from writ_dspy.domains.sayings import extreme
from writ_dspy.domains.tau2.airline import chains, hunts, rules, slots
from writ_dspy.domains.tau2.airline.lenses import CLASSES
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import resolve
from writ_dspy.task import Call, Goal, Outcome, Picked, Said

Memory: TypeAlias = Literal["knows ids", "half-remembers", "knows none"]
Asked: TypeAlias = Mapping[str, Mapping[str, Sequence[int]]]
DOMAIN = load("tau2:airline")
PACK = DOMAIN.pack
USERS = PACK.users(DOMAIN)
MEMORIES = ("knows ids", "half-remembers", "knows none")
RECIPES = {recipe.name: recipe for recipe in (*PACK.recipes, *PACK.questions)}
ALL, FEW = range(2, 17), (3, 4, 5, 8, 12, 16)
PLAIN: Asked = {
    "book a trip": dict.fromkeys(MEMORIES, ALL),
    "cancel a trip": {"knows ids": (2,), "half-remembers": (2,), "knows none": (2, 3, 4, 5, 6, 7)},
    "move within a limit, or cancel": dict.fromkeys(MEMORIES, FEW),
    "cancel a disrupted trip": {"knows ids": (3,), "half-remembers": (3,), "knows none": (3,)},
    "cancel and rebook": dict.fromkeys(MEMORIES, FEW),
    "change the cabin": {"knows ids": (3, 4, 5, 6), "half-remembers": (4, 6), "knows none": (3, 4, 5, 6, 7)},
    "move to another flight": dict.fromkeys(MEMORIES, range(3, 17)),
    "add checked bags": {"knows ids": (2,), "half-remembers": (2,), "knows none": (2, 4, 6)},
    "change the cabin and add bags": {"knows ids": (4,), "half-remembers": (4,), "knows none": (4, 6)},
    "swap a passenger": {"knows ids": (2, 3), "half-remembers": (2, 3), "knows none": (2, 4, 6)},
    "compensation for a canceled flight": {"knows ids": (3,), "half-remembers": (3,), "knows none": (3,)},
    "upgrade, then cancel": {"knows ids": (4,), "half-remembers": (4,), "knows none": (4,)},
    "upgrade, then move": {"knows ids": (4, 6), "half-remembers": (4, 6), "knows none": (4, 6)},
    "cancel, or move within a limit, or move": dict.fromkeys(MEMORIES, (5, 7)),
    "move within a limit, or move, or cancel": dict.fromkeys(MEMORIES, (5, 7)),
    "cancel every trip of a kind": {"knows none": (3, 5, 6, 8)},
    "add bags to every trip of a kind": {"knows none": (3, 4, 5, 7)},
    "change the cabin of every trip of a kind": {"knows none": (7, 8, 9, 10)},
    "cancel one of two alike": {"knows none": (2,)},
    "add bags to one of two alike": {"knows none": (2,)},
    "correct a passenger's name": {"knows ids": (2,), "half-remembers": (2,), "knows none": (2,)},
    "ask for a total": dict.fromkeys(MEMORIES, (2, 3, 5, 8)),
    "ask for the lowest fare": dict.fromkeys(MEMORIES, FEW),
    "ask for a flight's status": {"knows ids": (2,), "half-remembers": (3,), "knows none": (3, 5, 7)},
}
"""Recipe -> memory -> burdens that at least one of 150 users gives; not every burden that some user gives."""
FALLBACK: Asked = {
    "book a trip": dict.fromkeys(MEMORIES, (2, 7, 13)),
    "cancel a trip": dict.fromkeys(MEMORIES, (3, 9)),
    "change the cabin": {"knows ids": (4,)},
    "move to another flight": {"knows ids": (3, 9), "half-remembers": (5,), "knows none": (5,)},
    "add checked bags": {"knows ids": (2,), "half-remembers": (2,), "knows none": (2,)},
    "swap a passenger": dict.fromkeys(MEMORIES, (2,)),
}
REFUSED: Asked = {
    "book a trip": dict.fromkeys(MEMORIES, (2, 4, 9, 16)),
    "cancel a trip": {"knows ids": (2, 3, 5)},
    "cancel a disrupted trip": {"knows ids": (2,)},
    "move to another flight": {"knows ids": (2, 6)},
    "change the cabin": {"knows ids": (4,)},
    "add checked bags": dict.fromkeys(MEMORIES, (2,)),
}
TWINNED = {
    "book a trip",
    "move to another flight",
    "change the cabin",
    "add checked bags",
}
RARE = ("cancel a delayed trip and be compensated", "replace a delayed flight and be compensated")
"""Only a handful of users has a delayed flight of which nothing was flown."""


def _points(asked: Asked) -> list[tuple[str, str, int]]:
    return [(name, memory, burden) for name, row in asked.items() for memory in row for burden in row[memory]]


def _dial(burden: int, memory: str, *, fallback: bool = False, refuse: bool = False) -> Dial:
    return Dial(burden, cast("Memory", memory), fallback, refuse)


@cache
def _sample(size: int) -> tuple[str, ...]:
    return tuple(random.Random(11).sample(USERS, size))


def _drafts(recipe: Recipe, dial: Dial, wanted: int = 2, tries: int = 150) -> Iterator[Draft]:
    """The first few drafts for a fixed sample of users."""
    found = (recipe.draft(DOMAIN, user, dial, random.Random(f"{user}{dial}")) for user in _sample(tries))
    return itertools.islice((draft for draft in found if draft is not None), wanted)


def _outcomes(draft: Draft) -> tuple[Outcome, ...]:
    """Of the decisions, or of the tells when there is no decision."""
    outcomes, _ = resolve(Goal(draft.decisions, draft.tells), DOMAIN)
    return outcomes[: len(draft.decisions)] or outcomes


@cache
def _resolved(name: str, dial: Dial, wanted: int = 2) -> list[tuple[Draft, tuple[Outcome, ...]]]:
    """Drafts that are tasks; a few are not (a tie, or a second write on what the first has changed)."""
    found = []
    for draft in _drafts(RECIPES[name], dial, 4 * wanted):
        try:
            found.append((draft, _outcomes(draft)))
        except Unresolved:
            continue
        if len(found) == wanted:
            break
    return found


@cache
def _plain() -> tuple[tuple[Draft, tuple[Outcome, ...]], ...]:
    """A couple of legal drafts per recipe, memory and burden, with what they come to."""
    return tuple(pair for name, memory, burden in _points(PLAIN) for pair in _resolved(name, _dial(burden, memory)))


def _gold() -> list[tuple[Call, Seen]]:
    """Gold writes with what was read for them, each once."""
    found: dict[Call, Seen] = {}
    for _, outcomes in _plain():
        for outcome in outcomes:
            if outcome.call is not None and outcome.call not in found:
                seen = Seen()
                for call in outcome.trace:
                    seen.add(call, DOMAIN.read(call).views)
                found[outcome.call] = seen
    return list(found.items())


def _asked(draft: Draft) -> str:
    return " ".join(
        text for request in draft.requests for text in (request.opening, *(slot.text for slot in request.slots))
    )


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


# ----------------------------------------------------------------------------- lenses


def test_profile_shows_what_the_tool_shows() -> None:
    """Every payment method, reservation and saved passenger of a profile is a row, with its values."""
    for user in _sample(40):
        observation = DOMAIN.read(DOMAIN.canonical("get_user_details", {"user_id": user}))
        data, views = json.loads(observation.text), observation.views

        assert [row["id"] for row in views["payment_methods"]] == list(data["payment_methods"])
        assert [row["reservation_id"] for row in views["reservations"]] == data["reservations"]
        assert [row["passenger"] for row in views["saved_passengers"]] == data["saved_passengers"]
        assert views["profile"][0]["passenger"] == data["name"] | {"dob": data["dob"]}
        assert all(
            row.get("amount", 0) == data["payment_methods"][row["id"]].get("amount", 0)
            for row in views["payment_methods"]
        )


def test_reservation_rows_hold_the_whole_reservation() -> None:
    """Segments and passengers are rows, parts of a round trip meet at the destination, and sums are sums."""
    for key in list(DOMAIN.tables["reservations"])[:200]:
        observation = DOMAIN.read(DOMAIN.canonical("get_reservation_details", {"reservation_id": key}))
        data, row = json.loads(observation.text), observation.views["reservation"][0]

        assert row["paid"] == sum(payment["amount"] for payment in data["payment_history"])
        assert row["flights"] == row["outbound_flights"] + row["return_flights"]
        assert bool(row["return_flights"]) == (data["flight_type"] == "round_trip")
        assert row["outbound_fare"] + row["return_fare"] == row["fare"]
        assert data["flights"][len(row["outbound_flights"]) - 1]["destination"] == data["destination"]
        assert [part["price"] for part in observation.views["segments"]] == [leg["price"] for leg in data["flights"]]
        assert [part["passenger"] for part in observation.views["passengers"]] == data["passengers"]
        assert all(row.items() <= part.items() for part in observation.views["passengers"])


@pytest.mark.parametrize(("tool", "legs"), [("search_direct_flight", 1), ("search_onestop_flight", 2)])
def test_options_add_up_their_legs(tool: str, legs: int) -> None:
    """Price is the sum and seats the fewest over the legs; a night flight lands on the next day."""
    nights = 0
    for date, (origin, destination) in itertools.product(
        ("2024-05-16", "2024-05-29"), (("SFO", "JFK"), ("DEN", "MIA"), ("IAH", "BOS"), ("DFW", "LAX"))
    ):
        call = DOMAIN.canonical(tool, {"origin": origin, "destination": destination, "date": date})
        observation = DOMAIN.read(call)
        for raw, row in zip(json.loads(observation.text), observation.views["options"], strict=True):
            flown = raw if legs == 2 else [raw]
            nights += row["arrives"][:10] > row["departs"][:10]

            assert row["price_economy"] == sum(leg["prices"]["economy"] for leg in flown)
            assert row["seats_business"] == min(leg["available_seats"]["business"] for leg in flown)
            assert [leg["flight_number"] for leg in row["flights"]] == [leg["flight_number"] for leg in flown]
            assert 30 < row["duration"] < 48 * 60
            assert row["departs"] < row["arrives"]
            assert row["stops"] == legs - 1
    assert nights or legs == 1


def test_plain_text_reads_have_rows() -> None:
    """The status of a flight and the list of airports, which are no records, are rows as well."""
    status = DOMAIN.read(DOMAIN.canonical("get_flight_status", {"flight_number": "HAT001", "date": "2024-05-03"}))
    airports = DOMAIN.read(DOMAIN.canonical("list_all_airports", {}))

    assert status.views["status"] == ({"flight_number": "HAT001", "date": "2024-05-03", "status": "cancelled"},)
    assert {"iata": "IAH", "city": "Houston"} in airports.views["airports"]


def test_atoms_stand_for_records() -> None:
    """A write that shows a reservation stands for reading it; a refused one stands for itself."""
    world = DOMAIN.world()
    write = DOMAIN.canonical("cancel_reservation", {"reservation_id": "4WQ150"})
    read = DOMAIN.canonical("get_reservation_details", {"reservation_id": "4WQ150"})
    wrong = DOMAIN.canonical("cancel_reservation", {"reservation_id": "ABCDEF"})

    assert PACK.atom(write, world.call(write).text) == read == PACK.atom(read, world.call(read).text)
    assert PACK.atom(wrong, world.call(wrong).text) == wrong
    assert PACK.identifies(DOMAIN.canonical("get_user_details", {"user_id": "nobody"}), "Error: no") is None


# ----------------------------------------------------------------------------- drafts


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.long
def test_drafts_resolve_to_writes_of_the_asked_burden(name: str) -> None:
    """For every claimed memory and burden some user gives a legal draft with evidence of that size."""
    for memory, burdens in PLAIN[name].items():
        for burden in burdens:
            found = _resolved(name, _dial(burden, memory))
            met = [outcomes for _, outcomes in found if max(len(o.evidence) for o in outcomes) == burden]

            assert met, (memory, burden)
            assert all(o.refusal is None for outcomes in met for o in outcomes)


@pytest.mark.parametrize("point", _points(FALLBACK), ids=str)
def test_fallbacks_come_true(point: tuple[str, str, int]) -> None:
    """With a fallback the first wish is impossible, the second is granted, and a slot discloses it."""
    name, memory, burden = point
    found = _resolved(name, _dial(burden, memory, fallback=True))

    assert found
    for draft, (outcome,) in found:
        assert (outcome.attempt, outcome.refusal) == (1, None)
        assert "fallback" in {slot.key for slot in draft.requests[0].slots}


@pytest.mark.parametrize("point", _points(REFUSED), ids=str)
def test_refusals_refuse_and_their_twins_write(point: tuple[str, str, int]) -> None:
    """A refusal needs exactly its burden; its legal twin has the same reads and differs in one said value."""
    name, memory, burden = point
    found = _resolved(name, _dial(burden, memory, refuse=True))

    assert found
    for draft, (outcome,) in found:
        assert outcome.call is None
        assert outcome.refusal
        assert len(outcome.evidence) == burden
        if name in TWINNED:
            assert draft.legal is not None
            (legal,) = _outcomes(draft.legal)
            said, other = (
                {(part.value) for part in parts(side.decisions) if isinstance(part, Said)}
                for side in (draft, draft.legal)
            )
            assert legal.call is not None
            assert set(outcome.evidence) <= set(legal.evidence)
            assert set(outcome.trace) == set(legal.trace)
            assert len(said - other) <= 1


def test_flown_trips_are_transferred() -> None:
    """A trip of which a flight was flown is for a human agent; the other refusals are not."""
    flown = _resolved("cancel a disrupted trip", _dial(2, "knows ids", refuse=True))
    plain = _resolved("cancel a trip", _dial(3, "knows ids", refuse=True))

    assert flown
    assert all(outcome.transfer for _, (outcome,) in flown)
    assert not any(outcome.transfer for _, (outcome,) in plain)


@pytest.mark.parametrize("name", RARE)
def test_rare_pairs_exist(name: str) -> None:
    """A delayed trip is changed first and compensated then, with $50 for each passenger."""
    found = [
        _outcomes(draft)
        for burden in (3, 4, 5)
        for user in USERS
        if (draft := RECIPES[name].draft(DOMAIN, user, _dial(burden, "half-remembers"), random.Random(5)))
    ]

    assert found
    for first, second in found:
        assert first.call is not None
        assert second.call is not None
        assert second.call.args["amount"] % 50 == 0


def test_every_write_tool_is_asked_for() -> None:
    """Each write tool of the domain is written by at least two recipes, pairs included."""
    made: dict[str, set[str]] = {tool: set() for tool, kind in DOMAIN.kinds.items() if kind == "write"}
    for draft, outcomes in _plain():
        for outcome in outcomes:
            if outcome.call is not None:
                made[outcome.call.tool].add(draft.recipe)
    made["send_certificate"] |= set(RARE)

    assert {
        tool: names for tool, names in made.items() if len(names) < 2 and tool != "update_reservation_passengers"
    } == {}
    assert made["update_reservation_passengers"]


def test_drafts_are_a_function_of_the_seed() -> None:
    """Equal seeds give equal drafts, and a goal survives JSON."""
    for name in PLAIN:
        burden = PLAIN[name]["knows none"][0]
        one, two = (next(_drafts(RECIPES[name], _dial(burden, "knows none"))) for _ in range(2))

        assert one == two
        assert from_json(to_json(Goal(one.decisions, one.tells))) == Goal(one.decisions, one.tells)


# ----------------------------------------------------------------------------- words


def test_words_state_all_that_is_said_and_no_answer() -> None:
    """Identity and requests state every said value, give no picked text away, and name no strange id."""
    for draft, outcomes in _plain():
        spoken = f"{draft.identity.text} {_asked(draft)}"
        said = {part.value for part in parts((draft.decisions, draft.tells)) if isinstance(part, Said)}
        known = PACK.ids(" ".join(map(str, [*said, *(fact.value for fact in draft.facts)])))
        answers = [
            leaf
            for decision, outcome in zip(draft.decisions, outcomes, strict=False)
            for name, term in decision.args
            if outcome.call is not None and any(isinstance(part, Picked) for part in parts(term))
            for leaf in _leaves(outcome.call.args.get(name))
            if isinstance(leaf, str) and len(leaf) > 3 and leaf not in said
        ]

        assert [value for value in said if not PACK.mentions(str(value), spoken.lower())] == []
        assert [leaf for leaf in answers if PACK.mentions(leaf, _asked(draft).lower())] == []
        assert PACK.ids(spoken) <= known


def test_nobody_names_two_limits_for_one_fare() -> None:
    """Who caps what the whole trip may cost caps no flight's price beside it: it would be one wish said twice, in two numbers."""
    met = 0
    for user_id, seed in itertools.product(USERS[:40], range(6)):
        dial, rng = Dial(5, "knows ids"), random.Random(f"{user_id}/{seed}")
        draft = RECIPES["book a trip"].draft(DOMAIN, user_id, dial, rng)
        slots = [slot for request in draft.requests for slot in request.slots] if draft else []
        if any(slot.key == "budget" for slot in slots):
            met += 1
            assert len(re.findall(r"\$[\d,]+", " ".join(slot.text for slot in slots))) == 1, slots
    assert met > 5


def test_slots_can_be_asked_for_and_recognized() -> None:
    """Each slot has at least four questions, its marks occur in it, and no template shows through."""
    for draft, _ in _plain():
        for request in draft.requests:
            assert request.word in request.topic.split()
            for slot in request.slots:
                assert len(PACK.phrases.questions[slot.key]) >= 4
                assert slot.marks
                assert all(mark == mark.lower() and mark in slot.text.lower() for mark in slot.marks), slot
            for text in filter(None, (request.opening, *(slot.text for slot in request.slots))):
                assert not re.search(r"[\[\]{}|]|\s[.,?]|,\.|\.\.", text), text
                assert text[-1] in ".?!", text


def test_facts_are_sentences_with_their_values() -> None:
    """Fact keys are unique within a draft, and each text is a sentence."""
    for draft, _ in _plain():
        keys = [fact.key for fact in draft.facts]

        assert len(keys) == len(set(keys)), keys
        assert all(re.fullmatch(r"[a-z_0-9]+", key) for key in keys)
        assert all(fact.text[0].isupper() and fact.text[-1] in ".?!" for fact in draft.facts)


def test_openings_and_slots_are_varied() -> None:
    """Recipes open in many ways, and mean pairwise Jaccard of word sets is at most a quarter."""
    openings: dict[str, set[str]] = {}
    for draft, _ in _plain():
        openings.setdefault(draft.recipe, set()).add(draft.requests[0].opening)
    texts = [set(re.findall(r"[a-z']+", _asked(draft).lower())) for draft, _ in _plain()]
    pairs = random.Random(3).sample(list(itertools.combinations(texts, 2)), 4000)

    rare = {recipe.name for recipe in PACK.rare}  # too few users have two trips alike
    assert {name: len(found) for name, found in openings.items() if len(found) < 5 and name not in rare} == {}
    assert sum(len(one & two) / len(one | two) for one, two in pairs) / len(pairs) <= 0.25


MENTIONED = (
    ("2024-05-16", "i'd leave tomorrow"), ("2024-05-18", "in three days, that's fixed"), ("2024-05-22", "i'd leave week from today"),
    ("2024-05-25", "on may 25 or later"), ("2024-05-25", "the 25th of may"), ("2024-05-03", "on may 3rd"),
    ("2024-05-22", "any day from may 20 to may 26"), ("2024-05-22", "between may 20 and may 26"),
    ("1990-04-05", "born april 5, 1990"), ("IAH", "to houston"), ("EWR", "from ewr"), ("basic_economy",
    "basic economy"),
    ("business", "in business class"), ("one_way", "a one-way ticket"), ("round_trip", "my round trips"),
    ("08:00:00", "at 8:00 am"), ("15:30:00", "15:30"), ("yes", "with travel insurance, please"),
    ("no", "no travel insurance"), ("no", "i'll pass on the insurance"), ("2", "two checked bags"), ("0",
    "no checked bags"),
    ("300", "at most $300 per person"), ("1250", "$1,250"), ("credit_card", "my credit card"), ("7447",
    "ending in 7447"),
)  # fmt: skip
UNMENTIONED = (
    ("2024-05-17", "i'd leave tomorrow"), ("2024-05-18", "in thirteen days"), ("2024-05-22", "in two weeks"),
    ("2024-05-25", "on may 2 5"), ("2024-05-27", "from may 20 to may 26"), ("1990-04-05", "on april 5"),
    ("economy", "in basic economy"), ("yes", "no travel insurance"), ("no", "with travel insurance"), ("8",
    "at 8:00 am"),
    ("16", "on may 16"), ("1", "one way, one stop"), ("300", "$1,300"), ("IAH", "to iahx"), ("Mia",
    "mia_li_3668"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "text"), MENTIONED)
def test_usual_renderings_are_mentions(value: str, text: str) -> None:
    """A value in a usual rendering counts as stated."""
    assert PACK.mentions(value, text)


@pytest.mark.parametrize(("value", "text"), UNMENTIONED)
def test_other_values_are_no_mentions(value: str, text: str) -> None:
    """A part of another value, or its opposite, does not count as stated."""
    assert not PACK.mentions(value, text)


def test_ids_are_found_and_shouting_is_not() -> None:
    """Every kind of id is a token; capital words and dates are none."""
    text = "mia_li_3668: NO6JO3, VAAOXJ, HAT170 on 2024-05-25, credit_card_4421486, certificate_7504069, a@b.com"

    assert PACK.ids(text) == {
        "mia_li_3668", "NO6JO3", "VAAOXJ", "HAT170", "credit_card_4421486", "certificate_7504069", "a@b.com",
    }  # fmt: skip
    assert PACK.ids("YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON.") == frozenset()


# ----------------------------------------------------------------------------- phrases


def test_details_list_what_a_careful_agent_must_list() -> None:
    """The details of a write contain a rendering of every argument, even when little was seen."""
    for call, seen in _gold():
        for text in (PACK.phrases.details(call, seen).lower(), PACK.phrases.details(call, Seen()).lower()):
            missing = [forms for forms in PACK.phrases.renderings(call) if not any(form in text for form in forms)]

            assert missing == [], text


def test_reports_say_what_was_done() -> None:
    """The report of a write names the record or the amount, and ends a sentence."""
    for call, _ in _gold():
        result = DOMAIN.world().call(call)
        text = PACK.phrases.report(call, result.text)

        assert not result.error
        assert text[-1] == "."
        assert re.search(r"\b[A-Z0-9]{6}\b|\$\d", text)


def test_rows_have_names() -> None:
    """A noun phrase names each kind of row by what tells it apart."""
    call = DOMAIN.canonical("get_user_details", {"user_id": "mia_li_3668"})
    views = DOMAIN.read(call).views

    assert PACK.phrases.name("payment_methods", views["payment_methods"][0]).startswith("your Visa ending in 7447")
    assert "NO6JO3" in PACK.phrases.name("reservations", views["reservations"][0])
    assert PACK.phrases.measure("duration", 200) == "3 h 20 min"
    assert PACK.phrases.superlative("price_business", most=False) == "cheapest"


# ----------------------------------------------------------------------------- rules


def _findings(call: Call, user: str | None, written: tuple[Call, ...] = (), heard: str = "") -> list[str]:
    world = DOMAIN.world()
    for before in written:
        world.call(before)
    return [wanted for _, wanted in _judge(world, call, user, written, heard)]


def _judge(
    world: World, call: Call, user: str | None, written: tuple[Call, ...], heard: str
) -> Iterator[tuple[str, str]]:
    def look(tool: str, args: Mapping[str, object]) -> Views:
        return observe(DOMAIN, world, DOMAIN.canonical(tool, args)).views

    before = Before(call, look, user, written, heard)
    for rule in PACK.rules:
        yield from rule(before)


def test_gold_keeps_the_rules() -> None:
    """No rule objects to any gold write, in order, given what the user says."""
    for draft, outcomes in _plain():
        written: tuple[Call, ...] = ()
        for outcome in outcomes:
            if outcome.call is not None:
                assert _findings(outcome.call, draft.user_id, written, _asked(draft)) == [], outcome.call
                written += (outcome.call,)


def _spoiled(tool: str, **changes: object) -> tuple[Call, str]:
    """The first gold write of a tool with other arguments, and who asked for it."""
    draft, call = next(
        (draft, outcome.call)
        for draft, outcomes in _plain()
        for outcome in outcomes
        if outcome.call is not None and outcome.call.tool == tool
    )
    return DOMAIN.canonical(tool, call.args | changes), draft.user_id


def _first(**wanted: object) -> tuple[str, str]:
    """A reservation with these values, not flown, and its owner."""
    for key, record in DOMAIN.tables["reservations"].items():
        young = min(leg["date"] for leg in record["flights"]) > "2024-05-16" and record["created_at"] < "2024-05-14"
        if young and all(record[name] == value for name, value in wanted.items()):
            return key, record["user_id"]
    raise LookupError(wanted)


ANYBODY = [{"first_name": "Ann", "last_name": "Lee", "dob": "1990-01-01"}]


@pytest.mark.parametrize(
    ("tool", "changes", "wanted"),
    [
        ("book_reservation", {"user_id": "mia_li_3668"}, "only writes on the account"),
        ("book_reservation", {"passengers": ANYBODY * 6}, "at most 5"),
        ("book_reservation", {"nonfree_baggages": 9}, "member"),
        ("book_reservation", {"destination": "XXX"}, "a one_way|a round_trip"),
        ("update_reservation_baggages", {"payment_id": "certificate_1"}, "single gift card or credit card"),
        (
            "update_reservation_flights",
            {"flights": [{"flight_number": "HAT001", "date": "2024-05-20"}]},
            "ends and type",
        ),
        ("send_certificate", {"amount": 1000}, "silver or gold"),
    ],
)
def test_each_rule_rejects_a_spoiled_write(tool: str, changes: dict[str, object], wanted: str) -> None:
    """A gold write with one wrong argument breaks the clause that it is about."""
    call, user = _spoiled(tool, **changes)

    assert re.search(wanted, " ".join(_findings(call, user, heard="compensation, please")))


def test_bags_are_not_removed() -> None:
    """Fewer checked bags than before are refused, and so is a wrong number of paid ones."""
    key, user = _first(total_baggages=2)

    def objections(total: int, paid: int) -> str:
        args = {
            "reservation_id": key,
            "total_baggages": total,
            "nonfree_baggages": paid,
            "payment_id": "credit_card_1",
        }
        return " ".join(_findings(DOMAIN.canonical("update_reservation_baggages", args), user))

    assert "not removed" in objections(1, 0)
    assert "member" in objections(30, 0)


def test_payments_are_few() -> None:
    """Two certificates in one booking are one too many."""
    call, user = _spoiled("book_reservation")
    payments = [{"payment_id": f"certificate_{number}", "amount": 1} for number in (1, 2)]
    spoiled = DOMAIN.canonical("book_reservation", call.args | {"payment_methods": payments})

    assert any("at most 1 of that kind" in text for text in _findings(spoiled, user))


def test_cancellation_needs_a_ground() -> None:
    """Economy without a covered reason stays; with insurance and a doctor's word, or in business, it goes."""
    bare, insured = _first(cabin="economy", insurance="no"), _first(cabin="economy", insurance="yes")
    business = _first(cabin="business")

    def objections(record: tuple[str, str], heard: str) -> list[str]:
        call = DOMAIN.canonical("cancel_reservation", {"reservation_id": record[0]})
        return _findings(call, record[1], heard=heard)

    assert any("business, insured" in text for text in objections(bare, "I have the flu"))
    assert any("business, insured" in text for text in objections(insured, "my plans have changed"))
    for told in ("My doctor told me not to fly", "I have broken my leg", "She fractured a rib", "It's a broken ankle"):
        assert objections(insured, told) == [], told
    assert any("business, insured" in text for text in objections(insured, "my phone is broken"))
    assert objections(business, "") == []
    assert objections((business[0], "mia_li_3668"), "") != []


def test_flown_trips_keep_cabin_and_status() -> None:
    """A trip of which a flight has landed is neither canceled nor put into another cabin."""
    key, record = next(
        (key, record)
        for key, record in DOMAIN.tables["reservations"].items()
        if record["cabin"] == "economy" and all(leg["date"] < "2024-05-11" for leg in record["flights"])
        and DOMAIN.read(DOMAIN.canonical("get_flight_status", {
            "flight_number": record["flights"][0]["flight_number"], "date": record["flights"][0]["date"],
        })).text == "landed"
    )  # fmt: skip
    flights = [{"flight_number": leg["flight_number"], "date": leg["date"]} for leg in record["flights"]]
    change = {"reservation_id": key, "cabin": "business", "flights": flights, "payment_id": "credit_card_1"}
    cancel = DOMAIN.canonical("cancel_reservation", {"reservation_id": key})

    assert "a transfer to a human agent" in _findings(cancel, record["user_id"])
    assert any(
        "flown" in text for text in _findings(DOMAIN.canonical("update_reservation_flights", change), record["user_id"])
    )


def test_basic_economy_keeps_its_flights() -> None:
    """Other flights in basic economy are refused, another cabin on the same flights is not."""
    key, user = _first(cabin="basic_economy")
    record = DOMAIN.tables["reservations"][key]
    flights = [{"flight_number": leg["flight_number"], "date": leg["date"]} for leg in record["flights"]]
    moved = [flights[0] | {"date": "2024-05-30"}, *flights[1:]]

    def objections(legs: list[dict[str, str]], cabin: str) -> list[str]:
        args = {"reservation_id": key, "cabin": cabin, "flights": legs, "payment_id": "credit_card_1"}
        return _findings(DOMAIN.canonical("update_reservation_flights", args), user)

    assert any("basic economy flights cannot be modified" in text for text in objections(moved, "basic_economy"))
    assert objections(flights, "business") == []


def test_certificates_are_asked_for_and_come_after_the_change() -> None:
    """Nobody is compensated unasked, nor for a delay before the reservation was changed or canceled."""
    recipe = RECIPES[RARE[0]]
    draft = next(
        draft for user in USERS if (draft := recipe.draft(DOMAIN, user, _dial(3, "knows ids"), random.Random(2)))
    )
    first, second = (outcome.call for outcome in _outcomes(draft))
    assert first is not None
    assert second is not None

    assert _findings(second, draft.user_id, (first,), _asked(draft)) == []
    assert any("only when the user asks" in text for text in _findings(second, draft.user_id, (first,), "hello"))
    assert any("$50" in text for text in _findings(second, draft.user_id, (), _asked(draft)))


def test_every_reason_of_a_cancellation_is_heard_as_one() -> None:
    """What users say for a reason is one to policy also where no task says so; a request alone is none."""
    (topic,) = rules.TOPICS["cancel_reservation"]

    assert topic.said is not None
    assert all(topic.said.search(text) for text, _ in (*slots.COVERED, *slots.OTHER, *slots.THAT_DAY))
    assert not topic.said.search("Please cancel reservation Q4QJCF and give me my money back.")


@pytest.mark.parametrize("tool", [hunts.DIRECT, hunts.ONE_STOP])
def test_the_timetable_says_of_a_search_what_the_search_itself_shows(tool: str) -> None:
    codes = sorted({flight["origin"] for flight in DOMAIN.tables["flights"].values()})
    pairs = list(itertools.permutations(codes, 2))
    days = [f"2024-05-{number:02d}" for number in (*range(8, 11), *range(hunts.FIRST_DAY, hunts.LAST_DAY + 1))]
    searches = random.Random(7).sample(list(itertools.product(pairs, days)), 250)
    shown = 0
    for (origin, destination), date in searches:
        rows = hunts.options(DOMAIN, tool, origin, destination, date)
        names = ("stops", *(f"seats_{cabin}" for cabin in CLASSES))
        expected = {name: max(row[name] for row in rows) for name in names} if rows else {}
        assert hunts._most(DOMAIN, tool, origin, destination, date) == expected, (origin, destination, date)
        shown += bool(rows)
    assert 20 < shown < len(searches)


def test_a_trip_that_stands_out_is_called_by_its_own_end() -> None:
    """Whatever trips are ranked by has a word for either end, which is never taken for the other end: no date is "the highest"."""
    for field, _, _ in chains.RANKS:
        for most in (False, True):
            word = PACK.phrases.superlative(field, most)

            assert extreme(field, most=most, own=PACK.sayings).search(word), (field, word)
            assert not extreme(field, most=not most, own=PACK.sayings).search(word), (field, word)
