"""Every benchmark runs. How fast anything is, no test says."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import gpu, prompts, stages
from benchmarks.measured import Row
from benchmarks.results import in_short, number, results, with_stages
from tests.standins.server import process
from writ_dspy.verify.checks import CHECKS

ROOT = Path(__file__).parents[1]
PLACE = ["machine: a machine", "commit: abc", "date: 2026-01-01"]
WANTED = (
    "trajectories on 2 cores, empty folder to written dataset: wall",
    "trajectories on 2 cores, empty folder to written dataset: CPU",
    "trajectories on 2 cores, empty folder to written dataset: peak memory",
    "| tasks accepted |",
    "| dataset on disk |",
    "| killed with -9, resumed | same bytes, 0 records lost, 0 doubled |",
    "| memory per concurrent conversation",
    "| of these, came to their end | 100 of 100 |",
    *(
        f"{what}, tau2:{name}"
        for name in ("retail", "airline")
        for what in (
            "| fresh world",
            "| fresh world, the gold played, the end state read",
            "| hash of the whole database",
            "| end states of gold whose hash is `get_db_hash()`'s",
            "| verify one conversation",
            "| the same once more",
        )
    ),
    "| accepted conversations with official reward 1.0 |",
    "| accepted by us, official reward below 1.0 | 0 |",
    "| official reward 1.0, rejected by us |",
    "| accepted by both |",
    "| `import writ_dspy`",
    "| `writ --help`",
    "| installed packages of the light install",
)


def test_the_prompts_are_counted_role_by_role() -> None:
    """Each role, all of them together, and what a cache finds of an agent's prompt, which is what was promised."""
    *roles, whole, _, other = prompts.rows()
    numbers = [row.ours for row in (*roles, whole)]

    assert len(roles) == 5
    assert all(isinstance(number, int) and number > 0 for number in numbers)
    assert abs(sum(numbers[:-1]) - numbers[-1]) <= len(roles)  # type: ignore[arg-type, operator]
    assert other.met


@pytest.mark.slow
def test_the_benchmark_for_a_gpu_runs_against_any_server(tmp_path: Path) -> None:
    """Here a stand-in, at a small load: every row, and as many conversations as were asked for."""
    page = tmp_path / "gpu.md"
    with process() as url:
        gpu.main([url, "--loads", "3", "--out", str(page)])
    text = page.read_text(encoding="utf-8")

    assert "| 3 played in " in text
    assert all(f"{what}, 3 at once |" in text for what in ("per minute", "per second", "in the cache", "included"))


@pytest.mark.slow
def test_a_quick_run_produces_every_row(tmp_path: Path) -> None:
    """All rows are there, and those that time has no part in are met."""
    page = tmp_path / "results.md"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.run", "--quick", "--out", str(page)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")

    assert not [what for what in WANTED if what not in text]


@pytest.mark.slow
def test_the_stages_add_up_to_the_whole() -> None:
    """Each stage and each check has its time, and together they take what the process took."""
    start = time.process_time()
    spent = stages.profile(6)
    whole = time.process_time() - start

    assert {stage for _, _, stage in stages.PLACES} <= spent.keys()
    assert {f"verify: `{check.__name__}`" for check in CHECKS} <= spent.keys()
    assert 0.8 * whole < sum(spent.values()) <= whole
    assert stages.page(spent, 6).count("%") > len(stages.PLACES)


def test_a_stage_leaves_out_what_is_timed_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a coroutine goes on later, and where the work inside raises."""
    ticks = iter(range(100))
    monkeypatch.setattr(stages.time, "process_time", lambda: next(ticks))
    clock = stages.Clock()

    def fail() -> None:
        raise ValueError

    async def later() -> None:
        with contextlib.suppress(ValueError):
            clock.timed("inner", fail)()

    asyncio.run(clock.timed("outer", later)())

    assert clock.spent == {"outer": 3, "inner": 1}


def test_stages_take_the_place_of_those_before() -> None:
    """In the page as it was written, before what follows."""
    page = with_stages("# Results\n\n## On a GPU\n\nnone\n", "first")

    assert page.index("first") < page.index("## On a GPU")
    assert with_stages(page, "second") == page.replace("first", "second")


def test_a_ratio_needs_two_numbers() -> None:
    """What τ² cannot do has no ratio; a target is an upper bound, or the wanted text."""
    assert Row("t", "w", "ms", 2.0, 50.0, 5.0).ratio == 25.0
    assert Row("t", "w", "ms", 2.0, "not installed").ratio is None
    assert [Row("t", "w", "ms", ours, None, 5.0).met for ours in (4.0, 6.0)] == [True, False]
    assert [Row("t", "w", "", ours, None, "3 of 3").met for ours in ("3 of 3", "2 of 3")] == [True, False]
    assert Row("t", "w", "ms", 2.0).met is None


def test_the_short_table_is_a_part_of_the_results() -> None:
    """It stands in the page word for word, with key rows alone."""
    rows = [Row("t", "shown", "ms", 0.01234, 50.0, key=True), Row("t", "left out", "ms", 1.0)]

    assert in_short(rows, PLACE) in results(rows, PLACE)
    assert "left out" not in in_short(rows, PLACE)
    assert "| shown | 0.0123 ms | 50 ms | 4,052× |" in in_short(rows, PLACE)


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234 s"), (0.0, "0 s"), (3.14159, "3.14 s"), (None, "none")])
def test_a_number_has_three_digits_that_count(value: float | None, text: str) -> None:
    """Rounded for reading, with its unit."""
    assert number(value, "s") == text
