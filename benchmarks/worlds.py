"""A database of one's own: how long it takes to get one, to use it, and to name its state."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Any

# Before τ² is imported: it would load a `.env` of the user's.
os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")

from benchmarks.measured import Row, Size, cpu
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import NAMES, Domain, World, load
from writ_dspy.run.synth import Synthesis
from writ_dspy.task import Task


def rows(size: Size, run: Synthesis) -> Iterator[Row]:
    """Fresh worlds, gold played, and digests, for each domain."""
    for name in NAMES:
        domain, environment = load(name), _environment(name)
        golds = [task for task in run.tasks() if task.domain == name and task.gold]
        golds.sort(key=lambda task: -len(task.gold))
        yield from _fresh(size, domain, environment)
        yield _gold(size, domain, environment, golds[0])
        yield from _digest(size, domain, environment, golds[: size.talks])


def _environment(name: str) -> Any:
    return importlib.import_module(f"tau2.domains.{short_name(name)}.environment").get_environment


def _fresh(size: Size, domain: Domain, environment: Any) -> Iterator[Row]:
    ours = cpu(domain.world, 5, size.worlds) * 1e3
    base = environment().tools.db
    loaded = cpu(environment, size.repeats) * 1e3
    copied = cpu(lambda: base.model_copy(deep=True), size.repeats) * 1e3
    note = "a record is copied when it is first fetched; `the gold played` pays for that"
    what = f"fresh world, {domain.name}, against"
    yield Row("worlds", f"{what} `get_environment()`", "ms CPU", ours, loaded, 0.2, note, key=True)
    yield Row("worlds", f"{what} a deep copy of the database", "ms CPU", ours, copied, 0.2)


def _gold(size: Size, domain: Domain, environment: Any, task: Task) -> Row:
    def ours() -> None:
        _played(domain, task).delta()

    def stock() -> None:
        _played_by_tau2(environment, task).get_db_hash()

    what = f"fresh world, the gold played, the end state read, {domain.name}"
    note = f"{len(task.gold)} writes; ours reads what differs, τ² hashes the whole"
    return Row("worlds", what, "ms CPU", cpu(ours, 5, 20) * 1e3, cpu(stock, size.repeats) * 1e3, note=note)


def _digest(size: Size, domain: Domain, environment: Any, tasks: list[Task]) -> Iterator[Row]:
    world, real = _played(domain, tasks[0]), _played_by_tau2(environment, tasks[0])
    ours, stock = cpu(world.digest, 5) * 1e3, cpu(real.get_db_hash, size.repeats) * 1e3
    what = f"hash of the whole database, {domain.name}, against `get_db_hash()`"
    yield Row("worlds", what, "ms CPU", ours, stock)
    equal = sum(_played(domain, task).digest() == _played_by_tau2(environment, task).get_db_hash() for task in tasks)
    whole = f"{len(tasks)} of {len(tasks)}"
    what = f"end states of gold whose hash is `get_db_hash()`'s, {domain.name}"
    yield Row("worlds", what, "", f"{equal} of {len(tasks)}", target=whole)


def _played(domain: Domain, task: Task) -> World:
    world = domain.world()
    for call in task.gold:
        world.call(call)
    return world


def _played_by_tau2(environment: Any, task: Task) -> Any:
    real = environment()
    for call in task.gold:
        real.make_tool_call(call.tool, **call.args)
    return real
