"""What a goal resolves to; its evidence is the smallest set that identifies it, held against brute force."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings

from tests.evidence.small_goals import PRICES, bases, decisions
from tests.evidence.small_worlds import (
    HIGH,
    Base,
    Databases,
    Meaning,
    NoAnswer,
    SmallWorld,
    TooMany,
    find,
    opened,
    rows,
    show,
    small_domain,
)
from writ_dspy.domains import Result
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Ambiguous, Empty, Refused, Unfounded, Unresolved, observing
from writ_dspy.evidence.identify import identified, missing
from writ_dspy.evidence.resolve import decide, resolve
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.witness import certify
from writ_dspy.task import (
    AnyOf,
    Best,
    Call,
    Check,
    Computed,
    Decision,
    Every,
    Goal,
    Json,
    Listed,
    Lookup,
    Only,
    Op,
    Picked,
    Policy,
    ReadCall,
    Record,
    Said,
    Tell,
    Term,
    Where,
)

SETTINGS = settings(deadline=None, derandomize=True, database=None)
NUMBERS = range(1, 6)

# ----------------------------------------------------------------------------- goals as recipes write them

WHO = Only((ReadCall("find", (("name", Said("ann")),), "keys"),))
REFS = Every((ReadCall("open", (("key", Picked(WHO, "key")),), "refs"),))
RED_REFS = dataclasses.replace(REFS, where=(Where("color", "is", Said("red")),))
HOME = Only((ReadCall("open", (("key", Said("k2")),), "refs"),))
BEHIND = (ReadCall("show", (("ref", Picked(REFS, "ref")),), "parts"),)
GREEN = Only(BEHIND, (Where("color", "is", Said("green")),))
CHEAPEST, DEAREST = Best(BEHIND, "n"), Best(BEHIND, "n", most=True)
OTHER_COLOR = Where("color", "is not", Picked(WHO, "color"))
SHELVES: Base = {
    find(): rows("find", ("k1", "red", 2)),
    opened("k1"): rows("open", ("r1", "red", 3), ("r2", "blue", 1), ("r3", "red", 2)),
    opened("k2"): rows("open", ("r4", "blue", 4)),
    show("r1"): rows("show", ("c1", "red", 3), ("c2", "green", 4)),
    show("r2"): rows("show", ("c3", "blue", 2)),
    show("r3"): rows("show", ("c4", "red", 1)),
    show("r4"): rows("show", ("c5", "red", 4)),
}
ALL = {find(), opened("k1"), show("r1"), show("r2"), show("r3")}


def put(term: Term, *requires: Check | AnyOf, otherwise: Decision | None = None, **more: Term) -> Decision:
    """A decision to put something."""
    return Decision("put", (("code", term), *more.items()), requires, otherwise)


def pick(query: Only | Best | Every) -> Picked:
    """The code of what a query finds."""
    return Picked(query, "code")


def check(left: Term, op: Op, right: Json) -> Check:
    """A clause that compares with a constant."""
    return Check(left, op, Policy(right, "a clause"), "a clause")


TOTAL = Computed("sum", (Picked(Every(BEHIND), "n"),))
GOALS: dict[str, tuple[Decision, set[Call]]] = {
    "a value that is said needs nothing": (put(Said("c1")), set()),
    "Only needs the source that holds its row": (put(pick(GREEN)), {find(), opened("k1"), show("r1")}),
    "least needs all its sources": (put(pick(CHEAPEST)), ALL),
    "most needs all its sources": (put(pick(DEAREST)), ALL),
    "Every needs all its sources": (put(pick(Every(BEHIND))), ALL),
    "a where by a nested query needs that too": (
        put(pick(Best(BEHIND, "n", where=(Where("n", "<", Picked(HOME, "n")),)))),
        {*ALL, opened("k2")},
    ),
    "a sum needs all it adds": (put(pick(GREEN), more=TOTAL), ALL),
    "a count needs all it counts": (put(pick(GREEN), more=Computed("count", (pick(Every(BEHIND)),))), ALL),
    "a table of the policy needs its keys": (
        put(Said("c1"), more=Lookup(PRICES, (Picked(HOME, "color"),), "prices")),
        {opened("k2")},
    ),
    "a record needs all its fields": (
        put(pick(GREEN), more=Record((("a", Picked(HOME, "ref")), ("b", Listed((Picked(WHO, "n"),)))))),
        {find(), opened("k1"), show("r1"), opened("k2")},
    ),
    "a condition that holds needs its reads": (
        put(Said("c1"), check(Picked(HOME, "color"), "is", "blue")),
        {opened("k2")},
    ),
    "a condition that fails needs no more": (
        put(pick(CHEAPEST), check(Picked(HOME, "n"), "<", 3)),
        {opened("k2")},
    ),
    "one of two conditions needs what both rest on": (
        put(
            Said("c1"),
            AnyOf((check(Picked(WHO, "n"), ">", 3), check(Picked(WHO, "color"), "is", "red")), "x"),
        ),
        {find()},
    ),
    "what is wanted otherwise needs the failure too": (
        put(pick(CHEAPEST), check(Picked(HOME, "n"), "<", 3), otherwise=put(pick(GREEN))),
        {opened("k2"), find(), opened("k1"), show("r1")},
    ),
    "none found needs all that was searched": (
        put(pick(Best(BEHIND, "n", where=(Where("n", ">", Said(4)),)))),
        ALL,
    ),
    "a fan-out by color needs the colors": (
        put(pick(Best((ReadCall("show", (("ref", Picked(RED_REFS, "ref")),), "parts"),), "n", most=True))),
        ALL - {show("r2")},
    ),
}


@pytest.mark.parametrize("name", GOALS)
def test_evidence_is_the_smallest_set(name: str) -> None:
    """Brute force over all other databases finds no other set as small, and none smaller."""
    decision, wanted = GOALS[name]
    domain = small_domain(SHELVES)
    outcome = decide(decision, domain, domain.read)
    databases = Databases(decision, SHELVES, NUMBERS)

    assert (outcome.call, outcome.attempt) == databases.outcome
    assert set(outcome.evidence) == wanted
    assert len(outcome.evidence) == len(wanted)
    assert databases.smallest() == [frozenset(wanted)]


# ----------------------------------------------------------------------------- random goals


@pytest.mark.parametrize("examples", [80, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_decision_comes_to_what_it_means(examples: int) -> None:
    """The resolver agrees with a plain reading of the definitions, also on which goals have no answer."""
    settings(SETTINGS, max_examples=examples)(given(bases(), decisions())(_means))()


def _means(base: Base, decision: Decision) -> None:
    domain = small_domain(base)
    try:
        meant = Meaning(lambda call, _: base.get(call, ())).outcome(decision)
    except NoAnswer:
        with pytest.raises(Ambiguous):
            decide(decision, domain, domain.read)
        return
    outcome = decide(decision, domain, domain.read)

    assert (outcome.call, outcome.attempt) == meant
    assert (outcome.call is None) is (outcome.refusal is not None)
    assert len(set(outcome.evidence)) == len(outcome.evidence)


@pytest.mark.parametrize("examples", [50, pytest.param(2000, marks=pytest.mark.slow)])
def test_evidence_identifies_the_outcome(examples: int) -> None:
    """No database that agrees with ours on the evidence, and with what the user said, gives another outcome.

    Where each read of the evidence is necessary by itself, it is also the only smallest set that identifies.
    """
    settings(SETTINGS, max_examples=examples)(given(bases(), decisions())(_identifies))()


def _identifies(base: Base, decision: Decision) -> None:
    domain = small_domain(base)
    try:
        outcome = decide(decision, domain, domain.read)
        databases = Databases(decision, base, NUMBERS)
        changed = [rival.changed for rival in databases.rivals()]
    except (Unresolved, TooMany):
        return
    evidence = frozenset(outcome.evidence)

    assert all(reads & evidence for reads in changed)
    if all(frozenset({read}) in changed for read in evidence):
        assert Databases(decision, base, NUMBERS).smallest() == [evidence]


def test_an_empty_fan_out_keeps_its_evidence() -> None:
    """That there is nothing to read is known only from the reads that show it."""
    base: Base = {find(): SHELVES[find()], opened("k1"): ()}
    domain = small_domain(base)
    outcome = decide(put(pick(CHEAPEST)), domain, domain.read)

    assert outcome.refusal == "not found"
    assert Databases(put(pick(CHEAPEST)), base, NUMBERS).smallest() == [frozenset({find(), opened("k1")})]
    assert set(outcome.evidence) == {find(), opened("k1")}


def test_a_fanned_out_row_keeps_the_evidence_of_its_predicate() -> None:
    """In which records to look is known only from the reads that the choice rests on."""
    same = Every((ReadCall("open", (("key", Said("k1")),), "refs"),), (Where("color", "is", Picked(HOME, "color")),))
    decision = put(pick(Only((ReadCall("show", (("ref", Picked(same, "ref")),), "parts"),))))
    base = SHELVES | {opened("k1"): rows("open", ("r2", "blue", 1), ("r3", "red", 2))}
    domain = small_domain(base)
    outcome = decide(decision, domain, domain.read)
    wanted = {opened("k1"), opened("k2"), show("r2")}

    assert outcome.call == Call.of("put", {"code": "c3"})
    assert Databases(decision, base, NUMBERS).smallest() == [frozenset(wanted)]
    assert set(outcome.evidence) == wanted


# ----------------------------------------------------------------------------- goals that are no task


@pytest.mark.parametrize(
    ("decision", "kind", "why"),
    [
        (put(pick(Only(BEHIND, (Where("color", "is", Said("red")),)))), Ambiguous, "2 rows match"),
        (
            put(pick(Best(BEHIND, "n", where=(Where("code", "in", Listed((Said("c1"), Said("c9")))),)))),
            None,
            "",
        ),
        (put(Picked(GREEN, "weight")), Unfounded, "shows no 'weight'"),
        (put(Said("c1"), more=Lookup((), (Said("x"),), "fees")), Unfounded, "'fees' has no entry"),
        (
            put(
                Said("c1"),
                AnyOf((check(Picked(WHO, "n"), "<", 9), check(Picked(HOME, "n"), "<", 9)), "either"),
            ),
            Unfounded,
            "rest on different reads",
        ),
        (Decision("stop", (("code", Said("c1")),)), Refused, "stop never works"),
    ],
    ids=["two rows", "one row", "field", "table", "alternatives", "tool"],
)
def test_a_goal_fails_with_its_reason(decision: Decision, kind: type[Unresolved] | None, why: str) -> None:
    """What keeps a goal from being a task has a type of its own, and says what it saw."""
    if kind is None:
        assert resolve(Goal((decision,)), small_domain(SHELVES))[0][0].call is not None
        return
    with pytest.raises(kind, match=why):
        resolve(Goal((decision,)), small_domain(SHELVES))


@pytest.mark.parametrize(("who", "home"), [("<", ">"), (">", "<"), (">", ">")])
def test_alternatives_may_rest_on_different_reads(who: Op, home: Op) -> None:
    """The one that holds is enough; that none holds takes all of their reads. Each of them has a witness."""
    either = AnyOf((check(Picked(WHO, "n"), who, 9), check(Picked(HOME, "n"), home, 9)), "either")
    decision, domain = put(Said("c1"), either), small_domain(SHELVES)
    outcome = decide(decision, domain, domain.read)
    wanted = {find()} if who == "<" else {opened("k2")} if home == "<" else {find(), opened("k2")}

    assert (outcome.call is None) == (who == home)
    assert set(outcome.evidence) == wanted
    assert [proof.read for proof in certify(decision, outcome, domain)] == list(outcome.evidence)


@pytest.mark.parametrize("most", [False, True])
def test_a_tie_is_no_answer(most: bool) -> None:
    """Two rows that are both best make the goal ambiguous; a tie further down does not."""
    end, n = (show("r1"), 4) if most else (show("r3"), 1)
    best = put(pick(Best(BEHIND, "n", most=most)))
    tied = small_domain(SHELVES | {end: (*SHELVES[end], *rows("show", ("c8", "blue", n)))})
    below = small_domain(SHELVES | {show("r1"): rows("show", ("c1", "red", 2), ("c2", "green", 4))})

    with pytest.raises(Ambiguous, match=f"tie at n = {n}"):
        decide(best, tied, tied.read)
    assert decide(best, below, below.read).call is not None


def test_none_found_is_a_refusal_with_its_evidence() -> None:
    """A decision that finds no row is refused; a tell that finds none is no task."""
    nothing = Only(BEHIND, (Where("n", "is", Said(HIGH)),))
    domain = small_domain(SHELVES)
    outcome = decide(put(pick(nothing)), domain, domain.read)
    with pytest.raises(Empty, match="n is 50") as error:
        Resolver(domain, domain.read).query(nothing)

    assert (outcome.call, outcome.refusal, set(outcome.evidence)) == (None, "not found", ALL)
    assert error.value.promised
    assert error.value.needs == ALL


def test_what_may_be_told_is_decided_like_a_write() -> None:
    """A tell has evidence and a value, of which what it requires is part; one that is refused is no task."""
    domain = small_domain(SHELVES)
    allowed = Tell("part", pick(CHEAPEST), requires=(check(Picked(HOME, "n"), "is", 4),))
    outcomes, told = resolve(Goal((), (allowed,)), domain)
    nothing = Tell("part", pick(Only(BEHIND, (Where("n", "is", Said(HIGH)),))))
    forbidden = Tell("part", pick(CHEAPEST), requires=(check(Picked(HOME, "n"), "is", 5),))

    assert told == ("c4",)
    assert (outcomes[0].call, set(outcomes[0].evidence)) == (None, {*ALL, opened("k2")})
    for tell, why in ((nothing, "not found"), (forbidden, "a clause")):
        with pytest.raises(Refused, match=f"part.* may not be: {why}"):
            resolve(Goal((), (tell,)), domain)


def test_a_write_that_spoils_a_later_decision_is_refused() -> None:
    """Decisions are resolved again after the writes before them, and must come to the same."""

    class Burning(SmallWorld):
        """A world whose parts are gone after the first write."""

        def call(self, call: Call) -> Result:
            gone = call.tool == "show" and self.delta()
            return Result("[]") if gone else super().call(call)

    first, second = put(Said("c9")), put(pick(GREEN))
    domain = dataclasses.replace(small_domain(SHELVES), new_world=lambda: Burning(SHELVES))
    outcomes, _ = resolve(Goal((second, first)), domain)

    assert [outcome.call is None for outcome in outcomes] == [False, False]
    with pytest.raises(Refused, match=r"decision 1 \(put\) comes to something else"):
        resolve(Goal((first, second)), domain)


def test_only_reads_are_evidence() -> None:
    """A query over a write is refused before it runs."""
    query = Only((ReadCall("put", (("code", Said("c1")),), "parts"),))
    with pytest.raises(DomainError, match="put of tests:shelves is no read tool"):
        resolve(Goal((put(pick(query)),)), small_domain(SHELVES))


# ----------------------------------------------------------------------------- what an agent has seen


def test_every_proper_subset_of_the_evidence_misses_something() -> None:
    """An outcome is identified by its evidence and whatever else was read, and by no part of the evidence."""
    domain = small_domain(SHELVES)
    outcome = decide(put(pick(CHEAPEST)), domain, domain.read)
    atoms = {call: domain.pack.atom(call, domain.read(call).text) for call in outcome.evidence}

    assert identified(outcome, [*atoms.values(), opened("k2")], domain)
    for size in range(len(atoms)):
        for chosen in itertools.combinations(atoms, size):
            seen = [atoms[call] for call in chosen]
            assert set(missing(outcome, seen, domain)) == set(atoms) - set(chosen)


def test_the_same_record_seen_in_another_way_counts() -> None:
    """A call that shows what a counted read shows stands for it; one that shows another record does not."""
    base = SHELVES | {find("ann b"): SHELVES[find()], find("bob"): rows("find", ("k2", "red", 2))}
    domain = small_domain(base)
    outcome = decide(put(Picked(WHO, "key")), domain, domain.read)
    alias, other = (domain.pack.atom(call, domain.read(call).text) for call in (find("ann b"), find("bob")))

    assert outcome.evidence == (find(),)
    assert identified(outcome, [alias], domain)
    assert missing(outcome, [other], domain) == (find(),)


@pytest.mark.parametrize("name", GOALS)
def test_the_evidence_alone_resolves(name: str) -> None:
    """From what a careful reader saw it comes to the same, and without one counted read it does not."""
    decision, _ = GOALS[name]
    domain = small_domain(SHELVES)
    outcome = decide(decision, domain, domain.read)
    seen = {call: domain.read(call) for call in (*outcome.trace, *outcome.evidence)}

    def call_without(read: Call | None) -> Call | None:
        try:
            return decide(decision, domain, observing({c: o for c, o in seen.items() if c != read})).call
        except Unresolved:
            return None

    assert call_without(None) == outcome.call
    if outcome.call is not None and not outcome.attempt:
        assert all(call_without(read) != outcome.call for read in outcome.evidence)
