"""Counterfactual witnesses: the proof that a counted read is necessary.

For each read that *decides* there is a database that agrees with ours on every other read of the evidence, keeps what
the user said true, and gives another outcome; its results are ones that the tools could return. A read that only
*locates* leads to a record that shows itself what it was found by: whatever else it could have shown, that record would
contradict it. It has to be made, since nobody would know of the record, but with that read it settles nothing more.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Observation, Row, Views
from writ_dspy.errors import DomainError
from writ_dspy.evidence.apart import apart
from writ_dspy.evidence.counterfactuals import Looks, changes, others_records
from writ_dspy.evidence.found import Empty, Found, Unresolved
from writ_dspy.evidence.instead import instead
from writ_dspy.evidence.inventions import Copy, Winner, copies
from writ_dspy.evidence.links import Told, bears_out, told
from writ_dspy.evidence.resolve import comes_to, fresh
from writ_dspy.evidence.values import replaced
from writ_dspy.evidence.worlds import Database, Promising, Sketch
from writ_dspy.task import Best, Call, Decision, Json, Only, Outcome, Picked, Query

LIMIT = 200
"""Changes tried for one read before it counts as unproven."""
FIRST = 30
"""Of these, so many before records trade places."""
Changed: TypeAlias = Mapping[Call, tuple[Views, Observation]]
"""Reads of a changed database: the rows wished for, and a real result to take the rest from."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A result that one read could have shown, and the other outcome that it gives."""

    read: Call
    change: str
    outcome: str
    results: tuple[tuple[Call, str], ...] = ()
    """What the read would have returned instead, then what the records return that it leads to and that are not ours."""
    locates: bool = False
    """The read only finds a record: these results contradict what another read of the evidence shows."""


class _Proof(NamedTuple):
    """A witness before it is put in words."""

    read: Call
    name: str
    changed: Changed
    world: Database
    came: tuple[Call | None, str]
    """The other outcome: a call, or the rule by which it is refused."""
    locates: bool


def certify(decision: Decision, outcome: Outcome, domain: Domain) -> tuple[Witness, ...]:
    """One witness per read of the evidence.

    Raises:
        Unresolved: A read has no witness: the stated burden would be too large.
    """
    search = Search(decision, domain, outcome.evidence)
    return tuple(search.told(proof) for proof in search.proofs(outcome.evidence))


def locating(decision: Decision, outcome: Outcome, domain: Domain) -> tuple[Call, ...]:
    """The reads of the evidence that only locate.

    Raises:
        Unresolved: As `certify`.
    """
    proofs = Search(decision, domain, outcome.evidence).proofs(outcome.evidence)
    return tuple(proof.read for proof in proofs if proof.locates)


class Search:
    """The search for witnesses of one decision."""

    def __init__(self, decision: Decision, domain: Domain, evidence: tuple[Call, ...]) -> None:
        self._decision, self._domain = decision, domain
        self._evidence = frozenset(evidence)
        self._real, self._outcome = fresh(decision, domain)
        self._came = comes_to(decision, self._real)
        self._held = {id(query) for query, _ in self._real.answers if isinstance(query, Only)}
        self._looks = Looks(decision, domain, self._real, evidence)
        self._copies = copies(decision, self._outcome, self._looks, tuple(self._winners()), self._real)
        self._invented: dict[tuple[Copy, Call], Observation] = {}
        """What a record that stands for an unchanged one shows."""
        self._picked: dict[int, list[str]] = {}
        """By query, the fields that the decision picks of what it finds."""
        for part in parts(decision):
            if isinstance(part, Picked):
                self._picked.setdefault(id(part.query), []).append(part.field)
        self._tools = frozenset(self._looks.tools)
        self._said: dict[Call, list[Told]] = {
            call: list(told(domain, call, domain.read(call), self._tools)) for call in evidence
        }
        """What each read of the evidence says of others."""

    def _winners(self) -> Iterator[Winner]:
        for query, found in self._real.answers:
            if isinstance(query, Best):
                hit = found.hits[0]
                tool = next(source.tool for source in query.sources if source.view == hit.view)
                yield Winner(query, tool, hit.view, hit.row)

    def proofs(self, evidence: Iterable[Call]) -> Iterator[_Proof]:
        """A proof for each read.

        Raises:
            Unresolved: A read has none.
        """
        for read in evidence:
            proof = self._proven(read)
            if proof is None:
                raise Unresolved(
                    f"{read} is counted as evidence, but no change to it was found that changes the outcome"
                )
            yield proof

    def witness(self, read: Call) -> Witness | None:
        """A result of this read alone that changes the outcome, or None when none was found."""
        proof = self._proven(read)
        return None if proof is None else self.told(proof)

    def _proven(self, read: Call) -> _Proof | None:
        asked = self._asked(read)
        finds: _Proof | None = None
        for name, changed in itertools.islice(self._changes(read), LIMIT):
            seen = {call: Observation(real.text, False, views) for call, (views, real) in changed.items()}
            contradicted = not all(bears_out(seen[read], view, row) for view, row in asked)
            for copy in self._flips(seen) if not (contradicted and finds) else ():
                proof = self._proof(read, name, changed, copy)
                if proof is not None and not proof.locates:
                    return proof
                finds = finds or proof
                if contradicted and finds:
                    break
        return finds

    def _asked(self, read: Call) -> list[tuple[str, Row]]:
        """What other reads of the evidence say of this one."""
        said = (told for call, found in self._said.items() if call != read for told in found)
        return [(view, row) for other, view, row in said if other == read]

    def _changes(self, read: Call) -> Iterator[tuple[str, Changed]]:
        """What the read could have shown instead; also, that a record not read could be the one that was meant."""
        real = self._domain.read(read)
        found = changes(read, real.views, self._decision, self._real, self._looks)
        if self._outcome.call is None:  # another user's real records may well be in order
            others = itertools.islice(others_records(self._domain, read, real.views, self._looks), 20)
            found = itertools.chain(itertools.islice(found, 12), others, found)
        single = ((name, {read: (views, real)}) for name, views in found)
        yield from itertools.islice(single, FIRST)
        for other in self._others(read):
            yield f"what {other} shows, and the other way round", self._swapped(read, other)
        yield from single

    def _others(self, read: Call) -> list[Call]:
        """Reads like this one that are no evidence: a query looked at all of them, and promises that one row fits."""
        alike: set[Call] = set()
        for query, found in self._real.answers:
            if isinstance(query, Only) and read in found.hits[0].support:
                alike |= {call for call in self._real.consulted(query) if call.tool == read.tool}
        return sorted(alike - {read, *self._evidence}, key=str)

    def _swapped(self, one: Call, other: Call) -> Changed:
        """The two records under each other's ids."""
        names: dict[str, str] = {}
        for name, value in one.args.items():
            if isinstance(value, str) and value != other.args.get(name):
                names |= {value: other.args[name], other.args[name]: value}
        pairs = ((one, self._domain.read(other)), (other, self._domain.read(one)))
        return {call: (_renamed(real.views, names), real) for call, real in pairs}

    def _flips(self, seen: Mapping[Call, Observation]) -> Iterator[Copy]:
        """The ways to invent records in which the change seems to give another outcome.

        Leaves out where the change breaks what the user said.
        """
        changed = frozenset(seen)
        for copy in self._copies:
            world = Sketch(self._domain, seen, copy, self._looks, self._invented)
            resolver = Promising(self._domain, world.read, self._held, self._real, changed)
            if copy is self._copies[0] and self._idle(seen, resolver):
                return
            with contextlib.suppress(Unresolved, DomainError, TypeError):  # no sense in it, as an id of another type
                if comes_to(self._decision, resolver)[:2] != self._came[:2]:
                    yield copy
            if not world.invented:
                return

    def _idle(self, seen: Mapping[Call, Observation], resolver: Promising) -> bool:
        """Whether each query that looked at these reads still finds the same, or none may: then nothing else changes."""
        for query, found in self._real.answers:
            touched = any(
                source.tool == call.tool
                and shown.views.get(source.view) is not self._domain.read(call).views.get(source.view)
                for source in query.sources
                for call, shown in seen.items()
            )
            if touched and not seen.keys().isdisjoint(self._real.consulted(query)):
                try:
                    now = resolver.query(query)
                except Empty:
                    return False
                except (Unresolved, DomainError, TypeError):
                    return True  # it breaks what the user said, or makes no sense
                if self._picks(query, now) != self._picks(query, found):
                    return False
        return True

    def _picks(self, query: Query, found: Found) -> list[list[Json]]:
        """What the decision picks of the rows that a query found."""
        fields = self._picked[id(query)]
        return [[hit.row.get(field) for field in fields] for hit in found.hits]

    def _proof(self, read: Call, name: str, changed: Changed, copy: Copy) -> _Proof | None:
        """The change as results that tools could return, if it gives another outcome as such."""
        try:
            world = Database(self._domain, self._evidence, changed, copy, self._tools)
            resolver = Promising(self._domain, world.read, self._held, self._real, frozenset(changed))
            came = comes_to(self._decision, resolver)
            if came[:2] == self._came[:2]:
                return None
            other = self._call(*came[:2])
        except (Unresolved, DomainError, TypeError):
            return None
        locates = next(world.contradictions(self._said), None) is not None
        return _Proof(read, name, changed, world, (other, came[2]), locates)

    def _call(self, args: Json, attempt: int) -> Call | None:
        """The call that a decision comes to."""
        decision = self._decision
        for _ in range(attempt):
            decision = decision.otherwise or decision
        if args is None:
            return None
        checked = decision.tool and not decision.bare
        return self._domain.canonical(decision.tool, args) if checked else Call.of(decision.tool, args)

    def told(self, proof: _Proof) -> Witness:
        """A proof in words."""
        read, results, (other, rule) = proof.read, proof.world.results, proof.came
        shown = proof.name
        if len(proof.changed) == 1:
            before, after = self._domain.read(read).views, results[read].views
            looked = {view for tool, view in self._looks.views if tool == read.tool}
            shown = instead(read, before, after, self._looks.used, looked, self._looks.integrity) or proof.name
        outcome = f"refused: {rule}" if other is None else str(other)
        if other is not None and self._outcome.call:
            outcome = apart(self._outcome.call, other)
        texts = tuple((call, seen.text) for call, seen in results.items())
        return Witness(read, shown, outcome, texts, proof.locates)


def _renamed(views: Views, names: Mapping[str, str]) -> Views:
    return {view: tuple(replaced(row, names) for row in rows) for view, rows in views.items()}
