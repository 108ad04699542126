"""A wish, what is wanted instead of it, and limits: read the same in every way that comes to the same."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.programs.test_goal import asks_alternatives
from tests.propose.proposed import proposed
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.guide import guide
from writ_dspy.programs.limits import limit_of
from writ_dspy.programs.reading import misread
from writ_dspy.signatures.forms import AskedGoal
from writ_dspy.signatures.goal import to_asked, to_form
from writ_dspy.task import Check, Computed, Only, Op, Picked, ReadCall, Said, Scalar, Term

Json = Any
STOCK = {"attribute": "available", "op": "is", "value": {"kind": "policy", "value": True, "rule": "in stock"}}


def _levels(decision: Json) -> list[Json]:
    """A wish and what is wanted instead of it, in order."""
    return [] if decision is None else [decision, *_levels(decision["otherwise"])]


def _chosen(data: Json, level: Json) -> Json:
    """The search that one wish of a chain takes its new version from; it stands in a list."""
    (term,) = next(one["value"]["items"] for one in level["arguments"] if one["name"] == "new_item_ids")
    return next(search for search in data["searches"] if search["name"] == term["search"])


def _in_stock(search: str) -> Json:
    picked = {"kind": "picked", "search": search, "field": "available"}
    return {"kind": "check", "left": picked, "op": "is", "right": {"kind": "said", "value": True}, "rule": "", "transfer": False, "own": True}  # fmt: skip


def _exists(search: str, least: int = 1) -> Json:
    picked = {"kind": "picked", "search": search, "field": "item_id"}
    left = {"kind": "computed", "op": "count", "args": [picked]}
    return {"kind": "check", "left": left, "op": ">=", "right": {"kind": "said", "value": least}, "rule": "", "transfer": False, "own": True}  # fmt: skip


def _filter_stock(data: Json, level: Json) -> None:
    search = _chosen(data, level)
    search["where"] = [*(one for one in search["where"] if one["attribute"] != "available"), STOCK]


def _any_in_stock(data: Json, level: Json) -> None:
    """All rows in stock, if there is one; of the cheapest there is always one at most."""
    _filter_stock(data, level)
    search = _chosen(data, level)
    if search["kind"] == "only":
        search["kind"] = "every"
        (argument,) = (one for one in level["arguments"] if one["name"] == "new_item_ids")
        argument["value"] = argument["value"]["items"][0]
        level["only_if"].append(_exists(search["name"]))


def _another(data: Json, level: Json) -> None:
    """A version that is not the one."""
    search = _chosen(data, level)
    search["where"] = [*search["where"], {"attribute": "item_id", "op": "is", "value": {"kind": "said", "value": "0"}}]


CHAINS: dict[str, tuple[Callable[[Json, Json], object], bool]] = {
    "filtered": (_filter_stock, True),
    "on condition": (lambda data, level: level["only_if"].append(_in_stock(_chosen(data, level)["name"])), True),
    "if there is one": (_any_in_stock, True),
    "only if sold out": (lambda data, level: level["only_if"].append(_in_stock(_chosen(data, level)["name"]) | {"op": "is not"}), False),
    "if there are two": (lambda data, level: level["only_if"].append(_exists(_chosen(data, level)["name"], 2)), False),
    "another one": (_another, False),
}  # fmt: skip


@pytest.mark.parametrize("case", CHAINS)
@pytest.mark.long
def test_that_the_first_choice_has_to_be_in_stock_may_be_said_or_not(case: str) -> None:
    """Whoever asks for another version "if that is sold out" is read the same with a filter, a condition, or neither; any other one is not.

    Each way is tried on every level of every chain, alone and on all levels at once.
    """
    change, same = CHAINS[case]
    domain, tables = load("tau2:retail"), guide("tau2:retail", "base").tables
    seen = Counter[int]()
    for task, index in asks_alternatives("tau2:retail"):
        plain = to_asked(task.goal).model_dump()["decisions"][index]
        if not all(any(one["name"] == "new_item_ids" for one in level["arguments"]) for level in _levels(plain)):
            continue
        depth = len(_levels(plain))
        for chosen in [*((number,) for number in range(depth)), tuple(range(depth))]:
            data = to_asked(task.goal).model_dump()
            levels = _levels(data["decisions"][index])
            if any(len(_items(level)) != 1 for level in levels):
                continue
            for number in chosen:
                change(data, levels[number])
            seen[depth] += 1
            found = misread(task, AskedGoal.model_validate(data), domain, tables)
            assert (found is None) == same, (task.id, chosen, found)
    assert seen[2]
    assert seen[3]


def _items(level: Json) -> list[Json]:
    value = next(one["value"] for one in level["arguments"] if one["name"] == "new_item_ids")
    return list(value["items"]) if value["kind"] == "listed" else [None, None]


def test_a_limit_is_the_same_however_it_is_written() -> None:
    """A difference and a sum, either side first; the other direction and another number are other limits."""
    old, new = (
        Picked(Only((ReadCall(tool, (), "rows"),)), "price") for tool in ("get_order_details", "get_product_details")
    )

    def limit(left: Term, op: Op, right: Term) -> tuple[str, Scalar]:
        return limit_of(Check(left, op, right, ""))

    for value in (0, 20, 20.5):
        said = Said(value)
        ways = [
            limit(Computed("difference", (new, old)), "<=", said),
            limit(said, ">=", Computed("difference", (Computed("sum", (new,)), Computed("sum", (old,))))),
            limit(new, "<=", Computed("sum", (old, said))),
            limit(Computed("sum", (said, old)), ">=", new),
            limit(Computed("difference", (old, new)), ">=", Said(-value)),
            limit(Computed("difference", (new, said)), "<", old),
        ]
        others = [
            limit(new, ">=", Computed("sum", (old, said))),
            limit(Computed("difference", (new, old)), "<=", Said(value + 1)),
        ]
        assert len(set(ways)) == 1
        assert not set(others) & set(ways)
    assert limit(new, "<=", old) == limit(old, ">=", new) != limit(old, "<=", new)
    assert limit(Said("2024-05-20"), ">", new) == limit(new, "<", Said("2024-05-20"))


def _demanded(level: Json) -> list[Json]:
    """What policy demands of something that is picked."""
    return [
        one
        for one in level["requires"]
        if one["kind"] == "check" and not one["own"] and one["left"]["kind"] == "picked"
    ]


def _said(level: Json) -> Json:
    """A wish as a reader may state it, in the names of the whole goal."""
    own = [one for one in level["requires"] if one["kind"] == "check" and one["own"]]
    other = None if level["otherwise"] is None else _said(level["otherwise"])
    return {"tool": level["tool"], "arguments": level["arguments"], "only_if": own, "otherwise": other}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.long
def test_what_policy_demands_may_be_said_or_not(name: str) -> None:
    """A seat, a balance, an open order: as a filter or a condition it adds nothing. Its opposite is a condition that nobody set."""
    domain, tables = load(name), guide(name, "base").tables
    seen = Counter[str]()
    tasks = {task.id: task for task in (*proposed(name), *(task for task, _ in asks_alternatives(name)))}
    for task in tasks.values():
        whole = to_form(task.goal).model_dump()
        places = [
            (n, k) for n, one in enumerate(whole["decisions"]) if not one["bare"] for k, _ in enumerate(_levels(one))
        ]
        for number, depth in places:
            for check in _demanded(_levels(whole["decisions"][number])[depth]):
                for way in ("condition", "filter", "opposite"):
                    data = copy.deepcopy(whole)
                    tells = [{key: value for key, value in one.items() if key != "requires"} for one in data["tells"]]
                    asked = {
                        "searches": data["searches"],
                        "decisions": list(map(_said, data["decisions"])),
                        "tells": tells,
                    }
                    level = _levels(asked["decisions"][number])[depth]
                    if way != "filter":
                        level["only_if"].append(
                            check | {"own": True} | ({"op": _OPPOSITE[check["op"]]} if way == "opposite" else {})
                        )
                    elif check["right"]["kind"] in ("said", "policy"):
                        search = next(one for one in asked["searches"] if one["name"] == check["left"]["search"])
                        where = {"attribute": check["left"]["field"], "op": check["op"], "value": check["right"]}
                        search["where"] = [*search["where"], where]
                    seen[way] += 1
                    found = misread(task, AskedGoal.model_validate(asked), domain, tables)
                    assert (found is None) == (way != "opposite"), (task.id, way, check["left"]["field"], found)
    assert min(seen.values()) > 20


_OPPOSITE = {
    "is": "is not",
    "is not": "is",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "in": "is not",
    "contains": "is not",
}
