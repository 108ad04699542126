"""How hard the tasks of a run are for a student: pass^k by domain and kind, and over writes, burden and denied requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from writ_dspy.lm.usage import Usage, read_totals
from writ_dspy.report.counting import USAGE
from writ_dspy.report.passing import Rate, pass_hat_k, rate
from writ_dspy.report.tables import Table, one_line, plain
from writ_dspy.shown import counted, shown
from writ_dspy.store.judged import is_crash, standing
from writ_dspy.store.run import CRASH, Run
from writ_dspy.task import KINDS, Json, Kind

if TYPE_CHECKING:
    from rich.console import RenderableType

BURDENS = (0, 3, 5, 9)
"""Where the bands of burden begin in the table; JSON has every burden."""
T = TypeVar("T", bound="int | tuple[object, ...]")
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


class Cell(NamedTuple):
    """Where a task stands."""

    domain: str
    kind: Kind
    writes: int
    burden: int
    denied: int


class Played(NamedTuple):
    """One task, with what became of the tries that are judged."""

    task_id: str
    cell: Cell
    passed: int
    tries: int


@dataclass(frozen=True, repr=False)
class Difficulty:
    """What a student's tries came to."""

    name: str
    """Of the calibration."""
    student: str
    user: str
    tries: int
    """That each task was to have."""
    tasks: tuple[Played, ...]
    """Those with a try that is judged, in the order in which they are kept."""
    total: int
    """All tasks."""
    crashed: int = 0
    """Conversations that crashed, and that no later one has replaced: of no rate."""
    crash: str = ""
    """The first of these, in one line."""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """By role: what the calls of its model came to."""

    def __str__(self) -> str:
        return plain(render(self))

    def __repr__(self) -> str:
        return f"<difficulty for {self.student}: {self.headline}>"

    def __rich__(self) -> RenderableType:
        return render(self)

    def pass_hat(self, k: int) -> Rate | None:
        """pass^k over all tasks; None where no task has had k tries."""
        return _pass_hat(self.tasks, k)

    @property
    def headline(self) -> str:
        parts = [f"pass^{k} {found}" for k in sorted({1, self.tries}) if (found := self.pass_hat(k)) is not None]
        return ", ".join(parts) or "nothing is judged yet"

    def to_json(self) -> dict[str, Json]:
        """Every cell, each of the three axes alone, and each task with Wilson's interval over its tries."""
        return {
            "calibration": self.name,
            "student": self.student,
            "user": self.user,
            "tries": self.tries,
            "tasks_of_run": self.total,
            "crashed": self.crashed,
            "crash": self.crash,
            "interval": "Wilson, 95 %",
            "usage": {role: used.to_json() for role, used in self.usage.items()},
            "total": self._rates(self.tasks),
            "by_cell": [cell._asdict() | self._rates(ones) for cell, ones in _split(self.tasks, lambda cell: cell)],
            "by_writes": [
                {"writes": n} | self._rates(ones) for n, ones in _split(self.tasks, lambda cell: cell.writes)
            ],
            "by_burden": [
                {"burden": n} | self._rates(ones) for n, ones in _split(self.tasks, lambda cell: cell.burden)
            ],
            "by_denied": [
                {"denied": n} | self._rates(ones) for n, ones in _split(self.tasks, lambda cell: cell.denied)
            ],
            "tasks": [_task(one) for one in self.tasks],
        }

    def _rates(self, ones: Sequence[Played]) -> dict[str, Json]:
        sums = {"tasks": len(ones), "tries": sum(one.tries for one in ones), "passed": sum(one.passed for one in ones)}
        found = {f"pass^{k}": _pass_hat(ones, k) for k in range(1, self.tries + 1)}
        return sums | {name: seen and seen.to_json() for name, seen in found.items()}


def _pass_hat(ones: Sequence[Played], k: int) -> Rate | None:
    return pass_hat_k([(one.passed, one.tries) for one in ones], k)


def _split(ones: Sequence[Played], by: Callable[[Cell], T]) -> list[tuple[T, list[Played]]]:
    """The groups that there are, in order."""
    found: dict[T, list[Played]] = {}
    for one in ones:
        found.setdefault(by(one.cell), []).append(one)
    return sorted(found.items(), key=lambda item: item[0])


def difficulty(run: Run, name: str) -> Difficulty:
    """What the tries of a calibration came to so far.

    Args:
        run: The calibration, which is a run.
        name: What it is called.
    """
    cells = {record["id"]: _cell(record) for record in run.records("tasks")}
    passed: Counter[str] = Counter()
    tries: Counter[str] = Counter()
    counted_now = standing(run).counted
    for key, good in counted_now.items():
        tries[key.rpartition(".")[0]] += 1
        passed[key.rpartition(".")[0]] += good
    lost = [key for key in run.kept("conversations") if is_crash(key) and key.partition(CRASH)[0] not in counted_now]
    first = one_line(f"{lost[0]}: {run.get('conversations', lost[0])['error']}") if lost else ""
    models = run.manifest.get("lms", {})
    played = [Played(key, cell, passed[key], tries[key]) for key, cell in cells.items() if tries[key]]
    student, user = (_name(models, role, run.manifest) for role in ("agent", "user"))
    wanted = int(run.manifest.get("tries", 1))
    crashed = len({key.partition(CRASH)[0] for key in lost})
    return Difficulty(
        name, student, user, wanted, tuple(played), len(cells), crashed, first, read_totals(run.folder / USAGE)
    )


def _name(models: Mapping[str, Json], role: str, manifest: Mapping[str, Json]) -> str:
    return str(models[role]["model"]) if models.get(role) else str(manifest.get(role, "scripted"))


def _cell(record: Json) -> Cell:
    axes = record["axes"]
    return Cell(record["domain"], record["kind"], axes["writes"], axes["burden"], axes.get("denied", 0))


def _task(one: Played) -> dict[str, Json]:
    found = rate([1.0] * one.passed + [0.0] * (one.tries - one.passed))
    bounds = {"rate": found.value, "low": round(found.low, 4), "high": round(found.high, 4)} if found else {}
    return {"task_id": one.task_id, "passed": one.passed, "tries": one.tries, **bounds}


# ----------------------------------------------------------------------------- tables


def render(found: Difficulty) -> RenderableType:
    """For a terminal or a notebook."""
    from rich.console import Group
    from rich.text import Text

    head = f"{found.student} with the user {found.user}: {found.headline}"
    beside = (
        f"{counted(len(found.tasks), 'task')} of {found.total:,} played, {counted(found.tries, 'try', 'tries')} each"
    )
    beside += f"; {counted(found.crashed, 'conversation')} crashed" if found.crashed else ""
    crash = [Text(f"\nfirst crash: {shown(found.crash)}", style="red")] if found.crash else []
    return Group(Text(head, style="bold"), Text(beside), *filter(None, _tables(found)), *crash)


def _tables(found: Difficulty) -> Iterator[Table]:
    yield _kinds(found)
    yield _over(found)
    yield _passed(found)


def _kinds(found: Difficulty) -> Table:
    ks = sorted({1, found.tries})
    table = Table("domain", "kind", ">tasks", *(f"pass^{k}" for k in ks))
    for (domain, place), ones in _split(found.tasks, lambda cell: (cell.domain, _ORDER[cell.kind])):
        table.add(domain, KINDS[place], len(ones), *(str(_pass_hat(ones, k) or "–") for k in ks))
    return table


def _over(found: Difficulty) -> Table:
    """Writes and burden down, and what is denied across."""
    table = Table("writes", "burden", ">tasks", "pass^1, none denied", ">tasks", "pass^1, some denied")
    for (writes, low), ones in _split(found.tasks, lambda cell: (cell.writes, _band(cell.burden))):
        sides = [[one for one in ones if bool(one.cell.denied) is denied] for denied in (False, True)]
        high = next((after - 1 for after in BURDENS if after > low), None)
        cells = [(len(side) or "", str(_pass_hat(side, 1) or "–")) for side in sides]
        table.add(writes, f"{low}–{high}" if high else f"{low}+", *cells[0], *cells[1])
    return table


def _band(burden: int) -> int:
    return max(low for low in BURDENS if low <= burden)


def _passed(found: Difficulty) -> Table:
    """How many tasks were passed how often: where a band would cut."""
    table = Table("tries passed", ">tasks", "")
    counts = Counter(one.passed for one in found.tasks if one.tries == found.tries)
    most = max(counts.values(), default=0)
    for passed in range(found.tries + 1 if counts else 0):
        table.add(f"{passed} of {found.tries}", counts[passed], "█" * -(-counts[passed] * 24 // most))
    return table
