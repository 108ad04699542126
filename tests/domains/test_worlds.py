"""A copy-on-write world is τ²'s own environment: same answers, same hash, a base that nothing can change."""

from __future__ import annotations

import functools
import gc
import itertools
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataset.by_hand import airline, retail
from writ_dspy.domains.overlay import Overlay, dump, leaned
from writ_dspy.domains.tau2.adapter import Tau2State
from writ_dspy.domains.worlds import Memory, RememberedWorld
from writ_dspy.task import Call, Json

DOMAINS = {"retail": retail, "airline": airline}
both = pytest.mark.parametrize("name", DOMAINS)
READER = {
    "order_id": "get_order_details",
    "user_id": "get_user_details",
    "reservation_id": "get_reservation_details",
}


class Stock:
    """τ²'s own environment over a whole copy of the database."""

    def __init__(self, name: str) -> None:
        from tau2.environment.environment import Environment

        gc.disable()  # a third of the time of a thaw goes into collecting what is still being made
        database = pickle.loads(_frozen(name))  # noqa: S301 - our own bytes
        gc.enable()
        self.name, self.environment = name, Environment(name, "", state(name)._parts.toolkit(database))

    def answer(self, call: Call) -> tuple[str, bool]:
        """Text and error flag, as τ² gives them."""
        from tau2.data_model.message import ToolCall

        reply = self.environment.get_response(ToolCall(id="1", name=call.tool, arguments=call.args))
        return reply.content, reply.error

    def digest(self) -> str:
        """τ²'s own hash, worked out by τ²."""
        return str(self.environment.get_db_hash())

    def records(self, places: Iterable[str]) -> dict[str, str]:
        """Some records as they are now, as a world's delta writes them; what is gone is empty."""
        found = {}
        for place in places:
            table, key = place.split("/", 1)
            record = getattr(self.environment.tools.db, table).get(key)
            found[place] = "" if record is None else dump(record)
        return found

    def undo(self, world: RememberedWorld) -> None:
        """Put back what a world changed that hashes the same, which is all that has changed here too."""
        for table, key in (place.split("/", 1) for place in world.delta()):
            records, base = getattr(self.environment.tools.db, table), getattr(state(self.name)._base, table)
            if key in base:
                records[key] = base[key].model_copy(deep=True)
            else:
                del records[key]


@functools.cache
def _frozen(name: str) -> bytes:
    """The database as τ² loads it, before any world has seen it."""
    return pickle.dumps(state(name)._parts.database(), protocol=pickle.HIGHEST_PROTOCOL)


def new_world(name: str, *, guarded: bool = False) -> RememberedWorld:
    """A world; a guarded one has a memory of its own, and gets a copy of whatever a tool looks at."""
    world = DOMAINS[name]().world()
    assert isinstance(world, RememberedWorld)
    if not guarded:
        return world
    own = Tau2State(state(name)._parts, state(name)._base, guarded=True)
    return RememberedWorld(Memory(lambda: own, own.play, world._memory.writes))


@functools.cache
def state(name: str) -> Tau2State:
    """A state of no world, for what all of them share."""
    world = DOMAINS[name]().world()
    assert isinstance(world, RememberedWorld)
    found = world._memory.state()
    assert isinstance(found, Tau2State)
    return found


@pytest.fixture(autouse=True, scope="module")
def _the_base_never_changes() -> Iterator[None]:
    """Whatever the tests of this file did, each base hashes as it did when τ² loaded it."""
    yield
    for name in DOMAINS:
        assert state(name)._base.get_hash() == Stock(name).digest(), f"the base of {name} has changed"


def _answer(world: RememberedWorld, call: Call) -> tuple[str, bool]:
    result = world.call(call)
    return result.text, result.error


@functools.cache
def gold_calls(name: str) -> tuple[tuple[Call, ...], ...]:
    """The gold actions of every official task, reads and writes, as τ² would replay them."""
    tasks = DOMAINS[name]().official("base")
    golds = [(task["evaluation_criteria"] or {}).get("actions") or [] for task in tasks]
    return tuple(tuple(Call.of(action["name"], action["arguments"]) for action in gold) for gold in golds)


def _writes(name: str, calls: tuple[Call, ...]) -> list[Call]:
    return [call for call in calls if DOMAINS[name]().kinds.get(call.tool) == "write"]


def _readers(name: str, call: Call) -> list[Call]:
    """Reads of the records that a write names."""
    kinds = DOMAINS[name]().kinds
    return [Call.of(tool, {key: call.args[key]}) for key, tool in READER.items() if key in call.args and tool in kinds]


# ----------------------------------------------------------------------------- official tasks


@pytest.mark.parametrize("hashed", [16, pytest.param(1, marks=pytest.mark.slow)])
@both
def test_official_tasks_replay_as_on_stock(name: str, hashed: int) -> None:
    """Every gold action of every official task is answered as by τ² itself, and leaves the same records behind.

    τ² takes a tenth of a second to hash all of them, so it does that after each sixteenth task here.
    """
    stock, fresh = Stock(name), new_world(name).digest()
    writing = 0
    for calls in gold_calls(name):
        world = new_world(name)
        for call in calls:
            assert _answer(world, call) == stock.answer(call)
        if _writes(name, calls):
            writing += 1
            assert stock.records(world.delta()) == world.delta()
            if writing % hashed == 0:
                assert world.digest() == stock.digest()
            stock.undo(world)
        else:
            assert world.delta() == {}

    assert stock.digest() == fresh
    assert (len(gold_calls(name)), writing > 20) == ({"retail": 114, "airline": 50}[name], True)


@both
def test_a_read_after_a_write_is_answered_freshly(name: str) -> None:
    """Remembered answers stand for the fresh world only: a write is seen at once, by its own world."""
    changed = 0
    for calls in gold_calls(name):
        for write in _writes(name, calls):
            reads = _readers(name, write)
            writer, bystander = new_world(name), new_world(name)
            before = [_answer(writer, read) for read in reads]
            assert [_answer(bystander, read) for read in reads] == before  # now they are remembered
            writer.call(write)
            after = [_answer(writer, read) for read in reads]
            fresh = new_world(name)

            assert after == [
                (result.text, result.error)
                for result in (writer._state.answer(writer._log, read, writes=False) for read in reads)
            ]
            assert [_answer(bystander, read) for read in reads] == before
            assert [_answer(fresh, read) for read in reads] == before
            assert (bystander.delta(), fresh.delta()) == ({}, {})
            changed += after != before

    assert changed > 30


@both
def test_a_write_by_the_other_world_stays_there(name: str) -> None:
    """Two worlds that write in turns end as if each had been alone."""
    golds = [_writes(name, calls) for calls in gold_calls(name)]
    golds = [calls for calls in golds if calls][:20]
    for first, second in itertools.pairwise(golds):
        one, other = new_world(name), new_world(name)
        for index in range(max(len(first), len(second))):
            for world, calls in ((one, first), (other, second)):
                if index < len(calls):
                    world.call(calls[index])
        alone = [new_world(name), new_world(name)]
        for world, calls in zip(alone, (first, second), strict=True):
            for call in calls:
                world.call(call)

        assert [one.delta(), other.delta()] == [world.delta() for world in alone]


# ----------------------------------------------------------------------------- every tool, any arguments


def known_values(name: str) -> dict[str, list[Json]]:
    """Values that occur in the database or in gold actions, by argument."""
    pools: dict[str, list[Json]] = {}
    for calls in gold_calls(name):
        for call in calls:
            for key, value in call.args.items():
                pools.setdefault(key, []).append(value)
    tables = DOMAINS[name]().tables
    for table, key in (("users", "user_id"), ("orders", "order_id"), ("reservations", "reservation_id")):
        pools.setdefault(key, []).extend(list(tables.get(table, ()))[:40])
    pools.setdefault("product_id", []).extend(list(tables.get("products", ()))[:20])
    return pools


def parameters(name: str) -> dict[str, dict[str, Json]]:
    """The parameters of each tool, from its schema."""
    specs = [tool["function"] for tool in DOMAINS[name]().tools]
    return {spec["name"]: spec["parameters"].get("properties", {}) for spec in specs}


junk = st.one_of(
    st.none(),
    st.integers(-3, 99),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.lists(st.text(max_size=3), max_size=2),
)


@st.composite
def tool_calls(draw: st.DrawFn, name: str) -> Call:
    """A gold action, one with an argument replaced, or any tool with fitting, odd or no arguments."""
    pools, params = known_values(name), parameters(name)
    if draw(st.booleans()):
        call = draw(st.sampled_from([call for calls in gold_calls(name) for call in calls if call.args]))
        args = call.args
        key = draw(st.sampled_from(sorted(args)))
        if draw(st.booleans()):
            args[key] = draw(st.one_of(junk, st.sampled_from(pools[key])))
        return Call.of(call.tool, args)
    tool = draw(st.sampled_from([*sorted(params), "no_such_tool"]))
    chosen = {
        key: draw(st.sampled_from(pools[key]) if key in pools and draw(st.integers(0, 5)) else junk)
        for key in params.get(tool, ())
        if draw(st.integers(0, 9))
    }
    return Call.of(tool, chosen)


def _same(name: str, calls: list[Call]) -> None:
    """Stock, plain and guarded worlds answer alike, change alike, and hash alike; reads change nothing."""
    kinds = DOMAINS[name]().kinds
    stock, plain, guarded = Stock(name), new_world(name), new_world(name, guarded=True)
    delta: dict[str, str] = {}
    for call in calls:
        wanted = stock.answer(call)
        assert _answer(plain, call) == wanted
        assert _answer(guarded, call) == wanted
        if kinds.get(call.tool) == "write":
            delta = dict(plain.delta())
        assert plain.delta() == delta
    assert guarded.delta() == delta
    assert plain.digest() == stock.digest()
    assert guarded.digest() == stock.digest()


@both
def test_every_tool_answers_as_on_stock(name: str) -> None:
    """Each tool, with gold, missing, unknown and senseless arguments, in one long session."""
    gold: dict[str, list[Call]] = {}
    for calls in gold_calls(name):
        for call in calls:
            gold.setdefault(call.tool, []).append(call)
    pools = known_values(name)
    session: list[Call] = []
    for tool, params in parameters(name).items():
        session += gold.get(tool, [])[:4]
        valid = {key: pools[key][0] for key in params if key in pools}
        session += [Call.of(tool, valid), Call.of(tool, {}), Call.of(tool, valid | {"extra": 1})]
        session += [Call.of(tool, dict.fromkeys(params, value)) for value in (None, "", "nobody", 7, [], ["x"])]
    writes = [call for call in session if DOMAINS[name]().kinds[call.tool] == "write"]

    assert {call.tool for call in session} == set(DOMAINS[name]().kinds)
    assert {call.tool for call in writes if not new_world(name).call(call).error} == {call.tool for call in writes}
    _same(name, session)


@both
@pytest.mark.parametrize("examples", [2, pytest.param(150, marks=pytest.mark.slow)])
def test_any_session_runs_as_on_stock(name: str, examples: int) -> None:
    """Random sessions, half of them spoiled gold actions, cannot tell the worlds apart."""
    sessions = st.lists(tool_calls(name), min_size=5, max_size=30)
    check = given(sessions)(lambda calls: _same(name, calls))
    settings(max_examples=examples, deadline=None, derandomize=True, database=None)(check)()


@both
def test_the_base_survives_its_worlds(name: str) -> None:
    """Scans, searches and writes, in plain and guarded worlds, leave the shared records as they were."""
    base = state(name)._base
    before = base.get_hash()
    for guarded in (False, True):
        world = new_world(name, guarded=guarded)
        for calls in gold_calls(name)[:40]:
            for call in calls:
                world.call(call)
        for tool, params in parameters(name).items():
            pools = known_values(name)
            world.call(Call.of(tool, {key: pools[key][-1] for key in params if key in pools}))
        assert world.delta()

    assert base.get_hash() == before


def test_a_guarded_table_gives_only_copies() -> None:
    """However a record leaves a guarded table, changing it does not reach the base; plain ones copy by key."""
    ways: dict[str, Any] = {
        "values": lambda table: next(iter(table.values())),
        "items": lambda table: next(iter(table.items()))[1],
        "key": lambda table: table["a"],
        "get": lambda table: table.get("a"),
        "setdefault": lambda table: table.setdefault("a"),
        "pop": lambda table: table.pop("a"),
    }
    for name, way in ways.items():
        for guarded in (True, False):
            base = {"a": {"n": [1]}}
            table: Overlay[Any] = Overlay(base, {}, guarded=guarded)
            record = way(table)
            record["n"].append(2)

            assert (base == {"a": {"n": [1]}}) is (guarded or name not in ("values", "items"))


@both
def test_a_leaned_base_holds_the_same_and_shares_what_nothing_can_change(name: str) -> None:
    plain = pickle.loads(_frozen(name))  # noqa: S301 - our own bytes
    records = [record for table in type(plain).model_fields for record in getattr(plain, table).values()]
    before, wrote = plain.model_dump_json(), [record.model_fields_set.copy() for record in records]
    assert leaned(plain).model_dump_json() == before
    assert [record.model_fields_set for record in records] == wrote
    full = [one for one in records if one.model_fields_set == type(one).model_fields.keys()]
    assert len({id(one.model_fields_set) for one in full}) == len({type(one) for one in full}) < len(full)
    own = pickle.loads(pickle.dumps(full[0]))  # noqa: S301 - our own bytes
    assert own == full[0]
    assert own.model_fields_set is not full[0].model_fields_set
    texts = [value for record in records for value in record.__dict__.values() if isinstance(value, str)]
    assert len({id(text) for text in texts}) == len(set(texts))
