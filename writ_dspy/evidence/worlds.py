"""Databases that differ from ours in one read of the evidence, as a resolver reads them.

Reads that are no evidence may differ as well: two records can trade places, of which one was read.

`Sketch` is quick: the changed rows as they were wished for, and invented records as plain copies. `Database` is what a
witness rests on: every result in it is one that its tool could return, and whatever two results say of each other agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from writ_dspy.domains import Domain, Observation, Row, Views
from writ_dspy.evidence.counterfactuals import Looks
from writ_dspy.evidence.found import NONE, Empty, Found, Hit, Plan, Unresolved, Wheres
from writ_dspy.evidence.inventions import Copy
from writ_dspy.evidence.links import Told, bears_out, told
from writ_dspy.evidence.resolver import Resolver, Result
from writ_dspy.evidence.values import MARK, leaves, replaced
from writ_dspy.task import Call, Check, Query


class Impossible(Unresolved):
    """No tool could return that."""


class Promising(Resolver):
    """A resolver for which an `Only` that had a row on the real world must still have one.

    A query that never looked at the changed read comes to what it came to on the real world.
    """

    def __init__(
        self, domain: Domain, read: Callable[[Call], Observation], held: set[int], real: Resolver,
        changed: frozenset[Call],
    ) -> None:  # fmt: skip
        super().__init__(domain, read)
        self._held, self._real, self._changed = held, real, changed

    def query(self, query: Query) -> Found:
        same = self._real.untouched(query, self._changed)
        if same is not None:
            return same
        try:
            return super().query(query)
        except Empty as empty:
            if id(query) in self._held:
                raise Unresolved("a row that the user promised is gone") from empty
            raise

    def _noting(self, work: Callable[[], Result]) -> tuple[Result, frozenset[Call]]:
        """Only of the real world is it asked which reads were looked at."""
        return work(), NONE

    def holds(self, check: Check) -> tuple[bool, frozenset[Call]]:
        same = self._real.still_holds(check, self._changed)
        return super().holds(check) if same is None else same

    def _plan(self, query: Query) -> Plan:
        plan = self._real.planned(query, self._changed)
        if plan is None:
            return super()._plan(query)
        self._plans[id(query)] = plan
        self._consulted |= plan.consulted
        return plan

    def passed(self, key: tuple[int, Call, str]) -> tuple[Observation, Wheres, list[Hit]] | None:
        return self._real.passed(key)


def _original(call: Call) -> tuple[Call, dict[str, str]]:
    """The real call that a call with invented ids stands for, and the invented names by the real ones."""
    names = {value.lstrip(MARK): value for value in leaves(call.args) if str(value).startswith(MARK)}
    return Call.of(call.tool, replaced(call.args, {new: old for old, new in names.items()})), names


def _copied(call: Call, views: Views, copy: Copy, names: Mapping[str, str]) -> Views:
    return {view: copy(call.tool, view, rows, names) for view, rows in views.items()}


class Sketch:
    """Reads as on the real world, but for those that are changed; an invented id reads as a copy of the record it stands for."""

    def __init__(
        self, domain: Domain, changed: Mapping[Call, Observation], copy: Copy, looks: Looks,
        known: dict[tuple[Copy, Call], Observation],
    ) -> None:  # fmt: skip
        self._domain, self._changed = domain, changed
        self._copy, self._looks, self._known = copy, looks, known
        self.invented = False
        """Whether an invented record has been read."""

    def read(self, call: Call) -> Observation:
        """What the call shows in this world; of an invented record, only views that the decision looks at."""
        changed = self._changed.get(call)
        if changed is not None:
            return changed
        if MARK not in call.text:
            return self._domain.read(call)
        self.invented = True
        known = self._known.get((self._copy, call))
        if known is not None:
            return known
        real, names = _original(call)
        changed = self._changed.get(real)
        source = self._domain.read(real) if changed is None else changed
        views = {view: rows for view, rows in source.views.items() if (call.tool, view) in self._looks.views}
        found = Observation(source.text, source.error, _copied(call, views, self._copy, names))
        if changed is None:
            self._known[self._copy, call] = found
        return found


class Database:
    """Results that tools could return: the changed read, and every record that it leads to and that is not ours."""

    def __init__(
        self, domain: Domain, evidence: frozenset[Call], changed: Mapping[Call, tuple[Views, Observation]], copy: Copy,
        tools: frozenset[str],
    ) -> None:  # fmt: skip
        self._domain, self._copy = domain, copy
        self._evidence, self._tools = evidence, tools
        self._wished: dict[Call, list[tuple[str, Row]]] = {}
        self.results: dict[Call, Observation] = {}
        """What differs from our database."""
        for read, (views, real) in changed.items():
            self._keep(read, composed(domain, read, views, real))

    def read(self, call: Call) -> Observation:
        """What the call shows; raises `Impossible` for a record that no tool could show like that."""
        known = self.results.get(call)
        if known is not None:
            return known
        if call in self._evidence:
            return self._domain.read(call)
        real, names = _original(call)
        source = self._domain.read(real)
        views = _copied(call, source.views, self._copy, names) if names else source.views
        wished = self._wished.get(call, ())
        if not names and all(bears_out(source, view, row) for view, row in wished):
            return source
        if source.error:
            raise Impossible(f"{real} shows no record")
        return self._keep(call, composed(self._domain, call, _fitted(views, wished), source))

    def _keep(self, call: Call, found: Observation) -> Observation:
        self.results[call] = found
        for other, view, row in told(self._domain, call, found, self._tools):
            self._wished.setdefault(other, []).append((view, row))
        return found

    def contradictions(self, said: Mapping[Call, list[Told]]) -> Iterator[Told]:
        """What a result of this database says of another read that this one does not bear out.

        Args:
            said: What the evidence says of other reads, by the read that says it.
        """
        for other, wished in self._wished.items():
            if other in self.results or other in self._evidence:
                seen = self.read(other)
                yield from ((other, view, row) for view, row in wished if not bears_out(seen, view, row))
        for speaker, found in said.items():
            if speaker not in self.results:
                for other, view, row in found:
                    if other in self.results and not bears_out(self.results[other], view, row):
                        yield other, view, row


def composed(domain: Domain, call: Call, views: Views, real: Observation) -> Observation:
    """The rows as the tool would return them; as they are where the domain does not say how to write its results.

    Raises:
        Impossible: The tool could not.
    """
    compose = domain.pack.integrity.compose.get(call.tool)
    if compose is None:
        return Observation(real.text, False, views)
    found = compose(call, views, real)
    if found is None:
        raise Impossible(f"no database makes {call} show that")
    return found


def _fitted(views: Views, wished: Iterable[tuple[str, Row]]) -> Views:
    """The views with a row for each wish: the only one of its view made to fit, or one that nearly does, or one more."""
    fitted = dict(views)
    for view, row in wished:
        rows = fitted.get(view, ())
        if any(all(other.get(key) == value for key, value in row.items()) for other in rows):
            continue
        if len(rows) == 1:
            fitted[view] = ({**rows[0], **row},)
        elif rows:
            near = max(range(len(rows)), key=lambda i: sum(rows[i].get(key) == value for key, value in row.items()))
            fitted[view] = (*rows[:near], {**rows[near], **row}, *rows[near + 1 :])
        else:
            fitted[view] = (row,)
    return fitted
