"""Plays each kind of mutation over the conversations, and counts what the verifier accepts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from multiprocessing import get_context

from benchmarks.measured import CORES
from benchmarks.mutations.chosen import chosen
from benchmarks.mutations.kinds import Kind
from benchmarks.mutations.talks import (
    DOMAINS,
    ElsewhereError,
    Talk,
    cell_talks,
    cells,
    cells_of,
    handed_over,
    packed,
    replayed,
    unpacked,
    written,
)
from writ_dspy.conversation import Conversation, Finding, Turn
from writ_dspy.domains import Domain, find, load, places
from writ_dspy.errors import WritError
from writ_dspy.propose.mix import Cell
from writ_dspy.task import Json
from writ_dspy.verify import verify

MOST = 24
"""Conversations per kind."""


@dataclass(slots=True)
class Score:
    """What came of one kind."""

    kind: str
    tried: int = 0
    accepted: int = 0
    crashed: int = 0
    """Conversations on which the verifier stumbled instead of judging."""
    checks: Counter[str] = field(default_factory=Counter)
    """In how many rejected conversations each check found something."""
    missed: list[str] = field(default_factory=list)
    """Examples that were judged wrongly, as differences with the findings."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant with its verdict."""

    base: Talk
    made: Conversation
    findings: tuple[Finding, ...]
    crash: str = ""
    """What the verifier raised instead of judging."""

    @property
    def accepted(self) -> bool:
        return not self.findings and not self.crash


_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a verifier that stumbles raises; it has to judge whatever it is given."""


def mutants(kind: Kind, talks: Sequence[Talk], seed: int, most: int) -> Iterator[tuple[Talk, Conversation]]:
    """Up to `most` conversations of one kind, each from another base."""
    order = random.Random(f"{seed}/{kind.name}")
    for item in order.sample(list(talks), len(talks)):
        made = mutant(kind, item, seed)
        if made is not None:
            yield item, made
            most -= 1
        if not most:
            return


def mutant(kind: Kind, item: Talk, seed: int) -> Conversation | None:
    """What a kind makes of one conversation, or None."""
    try:
        made = kind.make(item, random.Random(f"{seed}/{kind.name}/{item.talk.id}"))
    except ElsewhereError:
        return None
    turns = made.turns if isinstance(made, Conversation) else made
    if turns is None or any(call.tool in foreign(item.domain) for turn in turns for call in turn.calls):
        return None
    if not isinstance(made, Conversation):
        calls = [(i, turn.calls) for i, turn in enumerate(made) if turn.calls]
        same = calls == [(i, turn.calls) for i, turn in enumerate(item.turns) if turn.calls]
        made = replace(item.talk, turns=tuple(made if same else replayed(item.domain, made)))
    same = made.turns == item.turns and made.stop is item.talk.stop
    return None if same and kind.name != "as it is" else made


@cache
def foreign(domain: Domain) -> frozenset[str]:
    """Tools of τ²'s two houses that a domain has not: a kind that calls one is written for them."""
    return frozenset(tool for name in DOMAINS for tool in load(name).kinds) - domain.kinds.keys()


def judged(kind: Kind, talks: Sequence[Talk], seed: int, most: int) -> Iterator[Judged]:
    """The verdicts on one kind; what the verifier refuses to look at, with a reason, counts as a finding of `replay`."""
    for item, made in mutants(kind, talks, seed, most):
        try:
            yield Judged(item, made, verify(item.task, made, item.domain).findings)
        except WritError as error:
            yield Judged(item, made, (Finding("replay", 0, str(error), "a conversation that can be judged"),))
        except _FAULTS as error:
            yield Judged(item, made, (), repr(error))


def score(kind: Kind, talks: Sequence[Talk], seed: int, most: int) -> Score:
    """All of one kind, counted."""
    found = Score(kind.name)
    for one in judged(kind, talks, seed, most):
        found.tried += 1
        found.accepted += one.accepted
        found.crashed += bool(one.crash)
        found.checks.update({finding.check for finding in one.findings})
        if (one.accepted == kind.wrong or one.crash) and len(found.missed) < 3:
            found.missed.append(difference(one))
    return found


def difference(one: Judged) -> str:
    """What differs from the conversation that it was made of, and what was found."""
    before, after = [_line(turn) for turn in one.base.turns], [_line(turn) for turn in one.made.turns]
    new = [line for line in after if line not in before]
    gone = [line for line in before if line not in after]
    moved = ["~ the same turns in another order"] if not new and not gone else []
    lines = [*(f"- {line}" for line in gone), *(f"+ {line}" for line in new), *moved]
    return "\n".join(
        [
            one.made.task_id,
            *lines,
            *(f"! {finding}" for finding in one.findings),
            *([f"! crash {one.crash}"] if one.crash else []),
        ]
    )


def _line(turn: Turn) -> str:
    text = turn.text if turn.role != "tool" else f"{turn.text[:120]}"
    return f"{turn.role}: {text}{' '.join(map(str, turn.calls))}"


# ----------------------------------------------------------------------------- many at once


def bases(seed: int, per_cell: int, pool: ProcessPoolExecutor, domain: str = "") -> list[Talk]:
    """Scripted conversations, made in several processes, and the natural ones of this folder; of another domain only its own scripted ones."""
    dealt = cells_of(domain, per_cell) if domain else cells(per_cell)
    work = [(cell, seed, 100 * number) for number, cell in enumerate(dealt)]
    made = [item for share in pool.map(_cell, work) for item in unpacked(share)]
    return made if domain else made + handed_over(seed, 2 * per_cell) + written()


def _cell(work: tuple[Cell, int, int]) -> list[tuple[Json, Json, bool]]:
    return packed(cell_talks(*work))


def sound(talks: Sequence[Talk]) -> list[Talk]:
    """Those that the verifier accepts as they are: only from them does a rejection say anything about a mutation."""
    return [item for item in talks if verify(item.task, item.talk, item.domain).accepted]


_TALKS: list[Talk] = []
_SOUND: list[Talk] = []


def _knows(met: Mapping[str, str]) -> None:
    """Where the domains of others are."""
    for place in met.values():
        find(place)


def _ready(met: Mapping[str, str], data: Sequence[tuple[Json, Json, bool]]) -> None:
    _knows(met)
    _TALKS[:] = unpacked(data)
    _SOUND[:] = sound(_TALKS)


def _scores(work: tuple[Sequence[str], int, int]) -> list[Score]:
    names, seed, most = work
    every = {kind.name: kind for kind in chosen(())}
    kinds = [every[name] for name in names]
    return [score(kind, _SOUND if kind.wrong else _TALKS, seed, most) for kind in kinds]


def fuzz(
    names: Sequence[str], seed: int, per_cell: int, most: int, extra: Sequence[Talk] = (), domain: str = ""
) -> list[tuple[Kind, Score]]:
    """All kinds that were asked for, on all cores that we may use.

    Args:
        names: Of kinds, of families, or how they begin.
        seed: Of the tasks, the talks and every choice.
        per_cell: Tasks per cell.
        most: Conversations per kind.
        extra: Conversations beside the scripted ones.
        domain: A domain by name or place, in place of τ²'s two.
    """
    kinds = list(chosen(names))
    own = find(domain).name if domain else ""  # from here on every process knows where it is
    with ProcessPoolExecutor(CORES, get_context("spawn"), initializer=_knows, initargs=(places.met(),)) as pool:
        data = packed([*bases(seed, per_cell, pool, own), *extra])
    work = [([kind.name for kind in kinds[start : start + 8]], seed, most) for start in range(0, len(kinds), 8)]
    with ProcessPoolExecutor(CORES, get_context("spawn"), initializer=_ready, initargs=(places.met(), data)) as pool:
        scores = {one.kind: one for share in pool.map(_scores, work) for one in share}
    return [(kind, scores[kind.name]) for kind in kinds]
