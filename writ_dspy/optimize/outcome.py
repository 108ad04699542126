"""What optimizing came to: scores before and after with their intervals, the diff, the picture, and the files of them."""

from __future__ import annotations

import difflib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writ_dspy.errors import StoreError
from writ_dspy.optimize.candidate import State
from writ_dspy.programs.compiled import Change, Estimate
from writ_dspy.report.tables import Table, plain
from writ_dspy.shown import counted
from writ_dspy.shown import shown as safe
from writ_dspy.store.files import disk
from writ_dspy.store.parsed import parsed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import RenderableType

RESAMPLES = 4000
OUTCOME, DIFF, PICTURE = "outcome.json", "diff.txt", "score.png"


@dataclass(frozen=True)
class Outcome:
    """What one run of an optimizer came to."""

    role: str
    model: str
    optimizer: str
    heldout: Change
    """On tasks that no optimizer saw; `after` is what the best program of the search scored there."""
    validation: Change
    """On the tasks by which that program was chosen, and so too good to be true."""
    kept: bool
    """Whether it takes the place of the program as it was, which stands where nothing is better."""
    diff: str
    """Of the instructions, unified; and what demonstrations came in."""
    history: tuple[tuple[int, float], ...]
    """(rollouts made, best mean on the validation tasks)."""
    tried: tuple[tuple[int, float], ...]
    """(rollouts made, mean on the validation tasks) of every program that was measured there."""
    candidates: int
    ledger: Mapping[str, Any]
    stopped: str
    """Why the search ended, where its budget did not last."""
    path: Path | None
    """File of the compiled program; None where the program stands as it was."""
    folder: Path

    @property
    def improved(self) -> bool:
        """Whether the interval of the paired difference on the held-out tasks excludes zero."""
        gain = self.heldout.difference
        return self.kept and gain is not None and gain.low > 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        changes = {name: getattr(self, name).model_dump(mode="json") for name in ("heldout", "validation")}
        paths = {"path": str(self.path) if self.path else None, "folder": str(self.folder)}
        return {**asdict(self), **changes, **paths, "improved": self.improved, "ledger": dict(self.ledger)}

    def write(self) -> None:
        """`outcome.json`, `diff.txt` and `score.png`.

        Raises:
            StoreError: The folder cannot be written.
        """
        with disk(self.folder, "cannot write to"):
            (self.folder / DIFF).write_text(self.diff, encoding="utf-8")
            text = json.dumps(self.to_json(), indent=2, ensure_ascii=False)
            (self.folder / OUTCOME).write_text(f"{text}\n", encoding="utf-8")
            self.picture(self.folder / PICTURE)

    def draw(self, axes: Axes) -> None:
        """The score against the budget, on axes of matplotlib."""
        if self.tried:
            spent, scores = zip(*self.tried, strict=True)
            axes.scatter(spent, scores, s=22, color="0.6", label="programs tried", zorder=3)
        if self.history:
            axes.step(*zip(*self._course(), strict=True), where="post", label="best so far")
            start = self.history[0][1]
            axes.axhline(start, color="0.6", linestyle="--", linewidth=1, label="the program as it was")
        axes.set(xlabel="rollouts made", ylabel="mean score on the validation tasks", ylim=(-0.02, 1.02))
        axes.set_title(f"{self.role}, {self.optimizer}, {self.model}", fontsize=10)
        axes.legend(frameon=False, fontsize=9)

    def picture(self, path: Path) -> None:
        """The same as a file, of the kind that the suffix says."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7, 4), layout="constrained")
        self.draw(figure.add_subplot())
        figure.savefig(path, dpi=150)

    def chart(self, width: int = 64, height: int = 8) -> str:
        """The same in characters, its scale from the lowest to the highest score; nothing if nothing was measured."""
        if not self.history:
            return ""
        course = self._course()
        end = course[-1][0]
        values = [score for _, score in (*course, *self.tried)]
        low, high = min(values), max(*values, min(values) + 0.01)
        rows = [[" "] * width for _ in range(height)]

        def row(score: float) -> list[str]:
            return rows[round((high - score) / (high - low) * (height - 1))]

        for column in range(round(course[0][0] / end * (width - 1)), width):
            row(max(score for at, score in course if at <= column / (width - 1) * end + end / width))[column] = "━"
        for at, score in self.tried:
            row(score)[round(at / end * (width - 1))] = "●"
        labels = [f"{high:.3f}", *[""] * (height - 2), f"{low:.3f}"]
        lines = [f"{label:>5} │{''.join(cells).rstrip()}" for label, cells in zip(labels, rows, strict=True)]
        foot = f"{'rollouts':>{width - len(str(end)) - 1}} {end}"
        return "\n".join([*lines, f"{'':5} └{'─' * width}", f"{'':7}0{foot[1:]}"])

    def _course(self) -> list[tuple[int, float]]:
        """The best so far, to the end of the run."""
        end = max(self.ledger["total"]["rollouts"], self.history[-1][0])
        return [*self.history, (end, self.history[-1][1])]

    def __rich__(self) -> RenderableType:
        """Before and after, for rich's print."""
        from rich.console import Group
        from rich.text import Text

        sides = {"held out": self.heldout, "validation": self.validation}
        scores = (f">{name}, {counted(change.tasks, 'task')}" for name, change in sides.items())
        table = Table("score", *scores, caption="mean score [95 % interval over tasks]")
        for name in ("before", "after", "difference"):
            found = [getattr(change, name) for change in sides.values()]
            table.add(name, *(shown(one, sign=name == "difference") if one else "–" for one in found))
        heads = (">rollouts", ">broken", ">calls", ">tokens", ">seconds")
        costs = Table("spent on", *heads, caption="seconds of replies, added up")
        for name, row in self.ledger.items():
            numbers = (row["rollouts"], row["crashed"], row["calls"], row["tokens"], round(row["seconds"]))
            costs.add(name, *(f"{number:,}" for number in numbers))
        return Group(Text(safe(self.verdict), style="bold"), table, Text(f"\n{self.chart()}"), costs)

    def __str__(self) -> str:
        """The same as plain text, each row in a line."""
        return plain(self)

    @property
    def verdict(self) -> str:
        """One line."""
        what = f"{self.role} with {self.model}: "
        tried = f"{counted(self.candidates, 'program')} tried" + (f"; {self.stopped}" if self.stopped else "")
        if not self.kept:
            return f"{what}nothing beat the program as it was ({tried})."
        sure = "better" if self.improved else "better on average, but not beyond doubt"
        return f"{what}{sure} on tasks that it had not seen ({tried})."


def shown(one: Estimate, *, sign: bool = False) -> str:
    """A mean and its interval."""
    plus = "+" if sign else ""
    return f"{one.mean:{plus}.3f} [{one.low:{plus}.3f}, {one.high:{plus}.3f}]"


def read(folder: Path) -> dict[str, Any]:
    """What `write` left.

    Raises:
        StoreError: There is nothing, or something else.
    """
    path = folder / OUTCOME
    with disk(path, "cannot read"):
        text = path.read_bytes()
    try:
        found = parsed(text)
    except ValueError as error:
        raise StoreError(
            f"{path} is no JSON ({error}). Delete it, and run `writ optimize` into {folder} again."
        ) from error
    return dict(found)


# ----------------------------------------------------------------------------- figures


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """The mean with its 95 % interval, by a percentile bootstrap over tasks."""
    if not values:
        return Estimate(mean=0.0, low=0.0, high=0.0)
    size = len(values)
    drawn = random.Random(seed).choices(values, k=size * RESAMPLES)
    means = sorted(sum(drawn[start : start + size]) / size for start in range(0, len(drawn), size))
    low, high = means[round(0.025 * RESAMPLES)], means[round(0.975 * RESAMPLES) - 1]
    return Estimate(mean=round(sum(values) / size, 6), low=round(low, 6), high=round(high, 6))


def change(before: Mapping[str, float], after: Mapping[str, float]) -> Change:
    """Scores of the same tasks before and after; a task that broke in either is in neither."""
    both = sorted(key for key in before if key in after)  # rollouts end in any order, resampling must not depend on it
    pairs = [(before[key], after[key]) for key in both]
    gains = [new - old for old, new in pairs]
    return Change(
        tasks=len(both), before=estimate([old for old, _ in pairs]), after=estimate([new for _, new in pairs]),
        difference=estimate(gains) if gains else None,
    )  # fmt: skip


def diff(before: State, after: State) -> str:
    """What changed in the instructions, and what demonstrations came in; nothing where nothing did."""
    lines: list[str] = []
    for name, (text, demos) in after.items():
        old, old_demos = before[name]
        lines += difflib.unified_diff(
            old.splitlines(), text.splitlines(), f"{name} before", f"{name} after", lineterm="", n=2
        )
        if len(demos) != len(old_demos):
            lines.append(f"{name}: {counted(len(old_demos), 'demonstration')} before, {len(demos)} after")
    return "".join(f"{line}\n" for line in lines)
