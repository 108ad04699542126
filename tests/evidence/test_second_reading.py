"""Gold and certificates against the whole database, read a second time by code that shares nothing with the resolver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.evidence.other.edits import edits
from tests.evidence.other.reading import Tables, answer, rows
from tests.evidence.other.records import patched
from tests.evidence.small_worlds import Meaning, NoAnswer, NothingFound
from writ_dspy.domains import NAMES, load
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Call, Decision, Outcome, Task

NO_SUCH_DATABASE = (NoAnswer, NothingFound, KeyError, IndexError, TypeError, StopIteration)
"""What an edit raises that breaks a promise of the user, or that makes no sense for the goal."""
NONE: frozenset[int] = frozenset()


def meaning(tables: Tables, promised: frozenset[int] = NONE) -> Meaning:
    """What goals mean on these tables."""
    return Meaning(lambda call, view: rows(tables, call, view), promised)


def wishes(task: Task) -> Iterator[tuple[Decision, Outcome]]:
    """Each decision, then each thing to be told, with what it came to."""
    yield from zip((*task.goal.decisions, *(tell.decision for tell in task.goal.tells)), task.outcomes, strict=True)


def flips(decision: Decision, outcome: Outcome, read: Call, tables: Tables) -> bool:
    """Whether some database in which only this read of the evidence comes out otherwise gives another outcome."""
    real = meaning(tables)
    meant, promised = real.outcome(decision), frozenset(real.single)
    others = [(call, answer(tables, call)) for call in outcome.evidence if call != read]
    for patch in edits(tables, read, frozenset(call for call, _ in others)):
        edited = patched(tables, patch)
        if any(answer(edited, call) != said for call, said in others):
            continue
        try:
            if meaning(edited, promised).outcome(decision) != meant:
                return True
        except NO_SUCH_DATABASE:
            continue
    return False


def proposed(name: str, number: int, seed: int) -> Iterator[Task]:
    """So many tasks of every kind and dial."""
    for cell in default_mix([name], number).cells:
        yield from fill(cell, seed, "base").tasks


def _agrees(task: Task) -> None:
    domain = load(task.domain)
    for decision, outcome in wishes(task):
        args, attempt = meaning(domain.tables).outcome(decision)
        if decision.tool:
            assert (args and domain.canonical(args.tool, args.args), attempt) == (outcome.call, outcome.attempt), (
                task.id
            )
        unproven = [str(read) for read in outcome.evidence if read not in outcome.locates
                    and not flips(decision, outcome, read, domain.tables)]  # fmt: skip
        assert unproven == [], (task.id, task.recipe)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_sixty_tasks_of_a_domain(name: str) -> None:
    """The second reading comes to the same gold, and each deciding read of the evidence alone can change it."""
    tasks = list(proposed(name, 60, 11))
    assert len(tasks) == 60
    for task in tasks:
        _agrees(task)


@pytest.mark.parametrize("name", NAMES)
def test_one_task_of_each_kind(name: str) -> None:
    """As above, for the smallest task of each kind."""
    seen: dict[str, Task] = {}
    for task in proposed(name, 8, 14):
        seen.setdefault(task.kind, task)
    assert len(seen) == 4
    for task in seen.values():
        _agrees(task)


@pytest.mark.parametrize("name", NAMES)
def test_a_read_that_is_not_needed_flips_nothing(name: str) -> None:
    """Padding is found out: another user's record, added to the evidence, changes no outcome."""
    domain = load(name)
    table, tool, key = ("orders", "get_order_details", "order_id") if name == "tau2:retail" else (
        "reservations", "get_reservation_details", "reservation_id")  # fmt: skip
    task = next(task for task in proposed(name, 8, 12) if task.kind == "normal")
    decision, outcome = next(wishes(task))
    named = {value for call in (*outcome.evidence, *outcome.trace) for value in call.args.values()}
    other = next(
        one for one, record in domain.tables[table].items() if record["user_id"] not in named and one not in named
    )

    assert not flips(decision, outcome, domain.canonical(tool, {key: other}), domain.tables)
