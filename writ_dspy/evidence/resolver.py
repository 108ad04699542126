"""Terms and queries against one way of reading, each with the reads that its answer rests on.

Terms, queries and the plan of a query call each other, and are read together.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from writ_dspy.domains import Domain, Observation, Row
from writ_dspy.evidence.bounds import by_promise, falls_short, may_pass, promise
from writ_dspy.evidence.found import (
    NONE,
    Ambiguous,
    Empty,
    Found,
    Hit,
    Look,
    Missing,
    Needs,
    Plan,
    Read,
    Step,
    Unfounded,
    Wheres,
)
from writ_dspy.evidence.operators import compare, compute, field_of
from writ_dspy.task import (
    Best,
    Call,
    Check,
    Computed,
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
    Said,
    Term,
    Where,
)

Result = TypeVar("Result")


class Resolver:
    """Resolves terms and queries against one way of reading; remembers each query that it has answered."""

    def __init__(self, domain: Domain, read: Read) -> None:
        self._domain = domain
        self._read = read
        self._bounds = domain.pack.integrity.bounds
        self._found: dict[int, tuple[Query, Found, frozenset[Call]]] = {}
        self._checked: dict[int, tuple[Check, tuple[bool, Needs], frozenset[Call]]] = {}
        self._plans: dict[int, Plan] = {}
        self._passed: dict[tuple[int, Call, str], tuple[Observation, Wheres, list[Hit]]] = {}
        self._consulted: set[Call] = set()
        self.trace: dict[Call, None] = {}
        """Reads a careful reader makes, in order: `Only` stops at its row."""
        self.answers: list[tuple[Query, Found]] = []
        """Every query answered so far, innermost first."""

    def term(self, term: Term) -> tuple[Json, Needs]:
        """The value of a term and the evidence for it."""
        if isinstance(term, (Said, Policy)):
            return term.value, NONE
        if isinstance(term, Picked):
            found = self.query(term.query)
            if isinstance(term.query, Every):
                return [field_of(hit.row, term.field) for hit in found.hits], found.needs
            return field_of(found.hits[0].row, term.field), found.needs
        match term:
            case Listed(items):
                pairs = [self.term(item) for item in items]
                return [value for value, _ in pairs], _union(needs for _, needs in pairs)
            case Record(fields):
                named = [(key, *self.term(item)) for key, item in fields]
                return {key: value for key, value, _ in named}, _union(needs for _, _, needs in named)
            case Computed(op, args):
                pairs = [self.term(item) for item in args]
                return compute(op, [value for value, _ in pairs]), _union(needs for _, needs in pairs)
            case Lookup(table, keys, rule):
                pairs = [self.term(key) for key in keys]
                wanted = tuple(value for value, _ in pairs)
                row = next((value for key, value in table if key == wanted), None)
                if row is None:
                    raise Unfounded(f"the table of {rule!r} has no entry for {wanted!r}")
                return row, _union(needs for _, needs in pairs)

    def query(self, query: Query) -> Found:
        """The rows of a query.

        Raises:
            Empty: No row passes (`Only`, `Best`).
            Ambiguous: Two pass `Only`, or tie for `Best`.
        """
        known = self._found.get(id(query))
        if known is None:
            found, consulted = self._noting(lambda: self._only(query) if isinstance(query, Only) else self._scan(query))
            known = self._found[id(query)] = (query, found, consulted)  # holds the query, so that its id stays taken
            self.answers.append((query, found))
        else:
            self._consulted |= known[2]
        return known[1]

    def _noting(self, work: Callable[[], Result]) -> tuple[Result, frozenset[Call]]:
        """What some work comes to, and the reads that it looked at."""
        outer, self._consulted = self._consulted, set()
        try:
            return work(), frozenset(self._consulted)
        finally:
            self._consulted |= outer

    def untouched(self, query: Query, reads: frozenset[Call]) -> Found | None:
        """What the query came to, if it came to something without looking at any of these reads."""
        known = self._found.get(id(query))
        return known[1] if known is not None and not reads & known[2] else None

    def consulted(self, query: Query) -> frozenset[Call]:
        """The reads that a query, and those within it, looked at; none before it was answered."""
        known = self._found.get(id(query))
        return known[2] if known is not None else NONE

    def looks(self, query: Query) -> frozenset[Call]:
        """The calls whose rows a query looked through to be answered, those of queries within it left out."""
        plan, known = self._plans.get(id(query)), self._found.get(id(query))
        if plan is None or known is None:
            return NONE
        return known[2] & {look.call for look, _, _ in plan.steps if look is not None}

    def holds(self, check: Check) -> tuple[bool, Needs]:
        """Whether a condition holds, and the evidence for that."""
        found, consulted = self._noting(lambda: self._compared(check))
        self._checked[id(check)] = (check, found, consulted)
        return found

    def _compared(self, check: Check) -> tuple[bool, Needs]:
        left, needs = self.term(check.left)
        right, more = self.term(check.right)
        return compare(left, check.op, right), needs | more

    def still_holds(self, check: Check, reads: frozenset[Call]) -> tuple[bool, Needs] | None:
        """Whether a condition held, if that was seen without looking at any of these reads."""
        known = self._checked.get(id(check))
        return known[1] if known is not None and not reads & known[2] else None

    def _only(self, query: Only) -> Found:
        hits: list[Hit] = []
        plan = self._plan(query)
        everything = plan.asked
        for look, whole, _ in self._steps(plan):
            everything |= whole
            if look is None:
                continue
            everything |= {look.call}
            self._consulted.add(look.call)
            try:
                found = self._passing(plan, look)
            except Missing:
                continue
            if not hits:
                self.trace.setdefault(look.call)
            hits += found
            if len(hits) > 1:
                raise Ambiguous(f"{len(hits)} rows match where one was promised: {_show(query.where, plan.wheres)}")
        if not hits:
            raise Empty(f"no row matches {_show(query.where, plan.wheres)}", everything, promised=True)
        return Found((hits[0],), hits[0].support)

    def _scan(self, query: Best | Every) -> Found:
        plan = self._plan(query)
        needs = set(plan.asked)
        hits: list[Hit] = []
        best: Json = None
        for look, whole, promised in self._steps(plan):
            needs |= whole
            if look is None:
                continue
            if isinstance(query, Best) and best is not None and falls_short(promised, best, most=query.most):
                continue
            self.trace.setdefault(look.call)
            self._consulted.add(look.call)
            needs.add(look.call)
            found = self._passing(plan, look)
            hits += found
            if isinstance(query, Best):
                values = [value for hit in found if (value := hit.row.get(query.by)) is not None]
                best = (max if query.most else min)(values if best is None else [best, *values], default=None)
        if isinstance(query, Every):
            return Found(tuple(hits), frozenset(needs))
        ranked = [hit for hit in hits if hit.row.get(query.by) is not None]
        ranked.sort(key=lambda hit: hit.row[query.by], reverse=query.most)
        if not ranked:
            raise Empty(f"no row matches {_show(query.where, plan.wheres)}", frozenset(needs), promised=False)
        if len(ranked) > 1 and ranked[0].row[query.by] == ranked[1].row[query.by]:
            raise Ambiguous(f"two rows tie at {query.by} = {ranked[0].row[query.by]}")
        return Found((ranked[0],), frozenset(needs), tuple(ranked))

    def _passing(self, plan: Plan, look: Look) -> list[Hit]:
        """The rows of a call that pass."""
        observation = self._read_for(plan.query, look.call)
        key = (id(plan.query), look.call, look.view)
        known = self.passed(key)
        if known is not None and known[0] is observation and known[1] == plan.wheres:
            return known[2]
        rows: Sequence[Row] = observation.views.get(look.view, ())
        for name, op, value in plan.wheres:
            if op == "is":  # most are
                rows = [row for row in rows if name in row and row[name] == value]
            else:
                rows = [row for row in rows if name in row and compare(row[name], op, value)]
        support = look.support | {look.call} | plan.asked
        hits = [Hit(row, support, look.view) for row in rows]
        self._passed[key] = (observation, plan.wheres, hits)
        return hits

    def passed(self, key: tuple[int, Call, str]) -> tuple[Observation, Wheres, list[Hit]] | None:
        """The rows of an observation that passed when this was asked before."""
        return self._passed.get(key)

    def _read_for(self, query: Query, call: Call) -> Observation:
        """What a call shows this query."""
        return self._read(call)

    def _plan(self, query: Query) -> Plan:
        """What the rows of a query must pass; its calls are worked out while they are made."""
        (wheres, asked), consulted = self._noting(lambda: self._wheres(query.where))
        return Plan(query, wheres, asked, [], set(consulted))

    def _steps(self, plan: Plan) -> Iterator[Step]:
        """The calls that may show a row that passes; where some can show better rows than others, those first."""
        if id(plan.query) in self._plans:
            yield from plan.steps
            return
        looks = self._looks(plan)
        steps: Iterator[Step] = (step for step in looks if step[0] is None or self._may_pass(step[0], plan.wheres))
        query = plan.query
        if isinstance(query, Best) and any((source.tool, source.view) in self._bounds for source in query.sources):
            found = list(steps)
            calls = [(look, whole, self._promise(look, query)) for look, whole, _ in found if look is not None]
            order = by_promise([promised for _, _, promised in calls], most=query.most)
            steps = iter([*(step for step in found if step[0] is None), *(calls[index] for index in order)])
        for step in steps:
            plan.steps.append(step)
            yield step
        self._plans[id(query)] = plan

    def planned(self, query: Query, reads: frozenset[Call]) -> Plan | None:
        """How the query went about it, if none of these reads was looked at for that."""
        known = self._plans.get(id(query))
        return known if known is not None and reads.isdisjoint(known.consulted) else None

    def _may_pass(self, look: Look, wheres: Wheres) -> bool:
        """Whether the domain knows of nothing that keeps the call from showing a row that passes."""
        bounds = self._bounds.get((look.call.tool, look.view))
        if bounds is None:
            return True
        return all(may_pass(bounds(look.call, look.led, name), op, value) for name, op, value in wheres)

    def _promise(self, look: Look, query: Best) -> Json:
        """The best value that the call can show; None where there is no bound."""
        bounds = self._bounds.get((look.call.tool, look.view))
        span = bounds and bounds(look.call, look.led, query.by)
        return promise(span, most=query.most)

    def _wheres(self, where: tuple[Where, ...]) -> tuple[Wheres, Needs]:
        needs = NONE
        values: Wheres = []
        for item in where:
            value, more = self.term(item.value)
            values.append((item.attribute, item.op, value))
            needs |= more
        return values, needs

    def _looks(self, plan: Plan) -> Iterator[Step]:
        """The whole evidence behind the arguments of each source; then each of its calls, with the support for it."""
        done: set[tuple[Call, str]] = set()
        for source in plan.query.sources:
            choices, consulted = self._noting(partial(self._of_source, source))
            plan.consulted.update(consulted)
            yield None, _union(whole for _, _, whole in choices), None  # also where they come to no call at all
            for chosen in itertools.product(*([(name, *pair) for pair in pairs] for name, pairs, _ in choices)):
                args = {name: value for name, value, _, _ in chosen}
                call = self._domain.canonical(source.tool, args)
                if (call, source.view) not in done:
                    done.add((call, source.view))
                    led = tuple(row for _, _, _, rows in chosen for row in rows)
                    yield Look(call, source.view, _union(support for _, _, support, _ in chosen), led), NONE, None

    def _of_source(self, source: ReadCall) -> list[tuple[str, list[tuple[Json, Needs, tuple[Row, ...]]], Needs]]:
        return [(name, *self._choices(term)) for name, term in source.args]

    def _choices(self, term: Term) -> tuple[list[tuple[Json, Needs, tuple[Row, ...]]], Needs]:
        """A (value, support, rows) per value, several when the term fans out; and the evidence for exactly these."""
        rows: tuple[Row, ...] = ()
        if isinstance(term, Picked):
            found = self.query(term.query)
            if isinstance(term.query, Every):
                return [(field_of(hit.row, term.field), hit.support, (hit.row,)) for hit in found.hits], found.needs
            value, needs, rows = field_of(found.hits[0].row, term.field), found.needs, (found.hits[0].row,)
        else:
            value, needs = self.term(term)
        return [(item, needs, rows) for item in (value if isinstance(value, list) else [value])], needs


def _union(parts: Iterable[Needs]) -> Needs:
    return frozenset().union(*parts)


def _show(where: tuple[Where, ...], values: list[tuple[str, Op, Json]]) -> str:
    return " and ".join(f"{name} {op} {value!r}" for name, op, value in values) if where else "at all"
