"""Counterfactual witnesses: the proof that a counted read is necessary.

For each read of an evidence set there is a database that agrees with ours on every other read, keeps what the user
said true, and gives another outcome. A witness changes the rows of that one read; ids that the change invents are
read as records that do not exist in ours.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from writ_dspy.domains import Domain, Observation
from writ_dspy.errors import DomainError
from writ_dspy.evidence.counterfactuals import MARK, Copy, Looks, changes, copies, leaves, others_records, replaced
from writ_dspy.evidence.resolve import Empty, Found, Resolver, Unresolved, settle
from writ_dspy.task import Call, Decision, Only, Outcome, Query

LIMIT = 200
"""Changes tried for one read before it counts as unproven."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A change to the rows of one read, and the other outcome that it gives."""

    read: Call
    change: str
    outcome: str


def certify(decision: Decision, outcome: Outcome, domain: Domain) -> tuple[Witness, ...]:
    """One witness per read of the evidence.

    Raises:
        Unresolved: A read has no witness: the stated burden would be too large.
    """
    search = Search(decision, domain)
    found = []
    for read in outcome.evidence:
        proof = search.witness(read)
        if proof is None:
            raise Unresolved(f"{read} is counted as evidence, but no change to it alone changes the outcome")
        found.append(proof)
    return tuple(found)


def witness(decision: Decision, domain: Domain, read: Call) -> Witness | None:
    """A change to this read alone that changes the outcome, or None when none was found."""
    return Search(decision, domain).witness(read)


class Search:
    """The search for witnesses of one decision."""

    def __init__(self, decision: Decision, domain: Domain) -> None:
        self._decision, self._domain = decision, domain
        self._real = Resolver(domain, domain.read)
        self._outcome = settle(decision, self._real, domain)
        self._held = {id(query) for query, _ in self._real.answers if isinstance(query, Only)}
        self._looks = Looks(decision)
        self._copies = copies(decision, self._outcome, self._looks)
        self._invented: dict[tuple[Copy, Call], Observation] = {}
        """What a record that stands for an unchanged one shows."""

    def witness(self, read: Call) -> Witness | None:
        """A change to this read alone that changes the outcome, or None when none was found."""
        original = self._domain.read(read)
        found = changes(read, original.views, self._decision, self._real, self._looks)
        if self._outcome.call is None:  # another user's real records may well be in order
            real = itertools.islice(others_records(self._domain, read, original.views, self._looks), 20)
            found = itertools.chain(itertools.islice(found, 12), real, itertools.islice(found, 8))
        for name, views in itertools.islice(found, LIMIT):
            for other in self._outcomes(read, Observation(original.text, False, views)):
                if (other.call, other.attempt) != (self._outcome.call, self._outcome.attempt):
                    return Witness(read, name, str(other.call or f"refused: {other.refusal}"))
        return None

    def _outcomes(self, read: Call, observation: Observation) -> Iterator[Outcome]:
        """What the decision comes to with this read changed: for each way to invent records, if it looks at any.

        Leaves out where the change breaks what the user said.
        """
        for copy in self._copies:
            world = _Changed(self._domain, read, observation, copy, self._looks, self._invented)
            resolver = _Promising(self._domain, world.read, self._held, self._real, read)
            with contextlib.suppress(Unresolved, DomainError, TypeError):  # no sense in it, as an id of another type
                yield settle(self._decision, resolver, self._domain)
            if not world.invented:
                return


class _Promising(Resolver):
    """A resolver for which an `Only` that had a row on the real world must still have one.

    A query that never looked at the changed read comes to what it came to on the real world.
    """

    def __init__(
        self, domain: Domain, read: Callable[[Call], Observation], held: set[int], real: Resolver, changed: Call
    ) -> None:
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


class _Changed:
    """Reads as on the real world, but for one; an invented id reads as a copy of the record it stands for."""

    def __init__(
        self, domain: Domain, read: Call, observation: Observation, copy: Copy, looks: Looks,
        known: dict[tuple[Copy, Call], Observation],
    ) -> None:  # fmt: skip
        self._domain, self._read, self._observation = domain, read, observation
        self._copy, self._looks, self._known = copy, looks, known
        self.invented = False
        """Whether an invented record has been read."""

    def read(self, call: Call) -> Observation:
        """What the call shows in this world; of an invented record, only views that the decision looks at."""
        if call == self._read:
            return self._observation
        if MARK not in call.text:
            return self._domain.read(call)
        self.invented = True
        known = self._known.get((self._copy, call))
        if known is not None:
            return known
        names = {value.lstrip(MARK): value for value in leaves(call.args) if str(value).startswith(MARK)}
        real = Call.of(call.tool, replaced(call.args, {new: old for old, new in names.items()}))
        source = self._observation if real == self._read else self._domain.read(real)
        views = {
            view: tuple(new for index, row in enumerate(rows) for new in self._copy(call.tool, row, names, index))
            for view, rows in source.views.items()
            if (call.tool, view) in self._looks.views
        }
        found = Observation(source.text, source.error, views)
        if source is not self._observation:
            self._known[self._copy, call] = found
        return found
