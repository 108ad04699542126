"""Random databases and random decisions over the small domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import strategies as st

from tests.evidence.small_worlds import COLORS, IDS, Base, find, opened, rows, show
from writ_dspy.task import (
    AnyOf,
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Json,
    Listed,
    Lookup,
    Only,
    Op,
    Picked,
    Policy,
    Query,
    ReadCall,
    Record,
    Requirement,
    Said,
    Term,
    Where,
)

numbers = st.integers(1, 4)
colors = st.sampled_from(COLORS)
ORDERS: Sequence[Op] = ("is", "is not", "<", "<=", ">", ">=")
PRICES = tuple(((color,), index * 3) for index, color in enumerate(COLORS))
Form = Literal["only", "best", "every"]


@st.composite
def bases(draw: st.DrawFn) -> Base:
    """One person with up to two keys, up to three refs behind them, up to two parts behind each ref."""

    def table(tool: str, names: Sequence[str], least: int, most: int) -> tuple[dict[str, Json], ...]:
        chosen = draw(st.lists(st.sampled_from(names), min_size=least, max_size=most, unique=True))
        return rows(tool, *((name, draw(colors), draw(numbers)) for name in chosen))

    few = draw(st.sampled_from((0, 1, 1)))
    base: Base = {find(): table("find", ("k1", "k2"), 1, 2)}
    base |= {opened(key): table("open", ("r1", "r2", "r3"), few, 3) for key in ("k1", "k2")}
    return base | {show(f"r{i}"): table("show", (f"c{2 * i}", f"c{2 * i + 1}"), few, 2) for i in (1, 2, 3)}


@st.composite
def wheres(draw: st.DrawFn, earlier: Sequence[Query]) -> tuple[Where, ...]:
    """Up to two predicates: on constants, on what an earlier query picked, or on a count or a sum of that."""
    found: list[Where] = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
        told: list[st.SearchStrategy[Where]] = [
            colors.map(lambda color: Where("color", "is", Said(color))),
            st.builds(Where, st.just("n"), st.sampled_from(ORDERS), st.builds(Said, numbers)),
        ]
        if earlier:
            query = draw(st.sampled_from(earlier))
            many = isinstance(query, Every)
            color, n = Picked(query, "color"), Picked(query, "n")
            told.append(st.just(Where("color", "in" if many else "is", color)))
            amount = Computed("sum" if many else "at_least_zero", (n,))
            told.append(st.sampled_from(ORDERS).map(lambda op, a=amount: Where("n", op, a)))
        found.append(draw(st.one_of(told)))
    return tuple(found)


@st.composite
def query_over(
    draw: st.DrawFn, sources: tuple[ReadCall, ...], earlier: Sequence[Query], forms: Sequence[Form]
) -> Query:
    """A query of one of these forms over these sources."""
    where = draw(wheres(earlier))
    form = draw(st.sampled_from(forms))
    if form == "best":
        return Best(sources, "n", draw(st.booleans()), where)
    return Only(sources, where) if form == "only" else Every(sources, where)


@st.composite
def chains(draw: st.DrawFn) -> list[Query]:
    """Queries for people, for refs behind them and for parts behind those; each may pick by the earlier."""
    forms: tuple[Form, ...] = ("only", "best", "every")
    who = draw(query_over((ReadCall("find", (("name", Said("ann")),), "keys"),), (), forms))
    earlier = [who]
    if draw(st.booleans()):
        other = (ReadCall("open", (("key", Said("k2")),), "refs"),)
        earlier.append(draw(query_over(other, (), forms)))
    behind = (ReadCall("open", (("key", Picked(who, "key")),), "refs"),)
    refs = draw(query_over(behind, earlier, ("every", "every", "only", "best")))
    term: Term = Picked(refs, "ref")
    if not isinstance(refs, Every) and draw(st.booleans()):
        term = Listed((term, Said("r1")))
    sources = (ReadCall("show", (("ref", term),), "parts"),)
    if draw(st.integers(0, 3)) == 0:
        sources += (ReadCall("show", (("ref", Said("r2")),), "parts"),)
    parts = draw(query_over(sources, [*earlier, refs], forms))
    return [*earlier, refs, parts]


@st.composite
def requirements(draw: st.DrawFn, queries: Sequence[Query]) -> Requirement:
    """A condition on what one of the queries found, or one of two conditions on the same."""
    query = draw(st.sampled_from(queries))

    def check(rule: str) -> Check:
        if isinstance(query, Every):
            left: Term = Computed(draw(st.sampled_from(("count", "sum"))), (Picked(query, "n"),))
            return Check(left, draw(st.sampled_from(ORDERS)), Said(draw(numbers)), rule)
        if draw(st.booleans()):
            return Check(Picked(query, "color"), "is", Said(draw(colors)), rule, transfer=True)
        return Check(Picked(query, "n"), draw(st.sampled_from(ORDERS)), Policy(draw(numbers), rule), rule)

    return AnyOf((check("one"), check("other")), "either") if draw(st.booleans()) else check("alone")


@st.composite
def decisions(draw: st.DrawFn, depth: int = 1) -> Decision:
    """A write whose arguments are picked, computed, looked up and listed, under up to one requirement."""
    queries = draw(chains())
    part = queries[-1]
    args: list[tuple[str, Term]] = [("code", Picked(part, IDS["show"]))]
    query = draw(st.sampled_from(queries))
    n = Picked(query, "n")
    more: list[Term] = [
        Said("please"),
        Computed("sum", (n, Said(2))),
        Computed("count", (n,)),
        Computed("concat", (n, Picked(part, "n"))),
        Computed("difference", (Said(10), Computed("sum", (n,)))),
    ]
    if not isinstance(query, Every):
        more.append(Lookup(PRICES, (Picked(query, "color"),), "the price list"))
        more.append(Record((("n", n), ("both", Listed((n, Policy("free", "a rule")))))))
    if draw(st.booleans()):
        args.append(("more", draw(st.sampled_from(more))))
    requires = tuple(draw(requirements(queries)) for _ in range(draw(st.sampled_from((0, 0, 1, 2)))))
    otherwise = draw(decisions(depth=0)) if depth and draw(st.integers(0, 3)) == 0 else None
    return Decision("put", tuple(args), requires, otherwise)
