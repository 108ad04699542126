"""What was played, kept line by line, and the table that it comes to."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from talks import CELLS, SETS, cell_of

from writ_dspy.task import Task
from writ_dspy.train import Episode

FIGURES = {"accepted": "reward", "writes made": "right", "reads made": "read"}
"""Lines of the table for each kind, and the field of an outcome that each is the mean of."""
DRAWS = 10_000
"""Bootstrap samples of an interval."""


@dataclass(frozen=True)
class Outcome:
    """What came of one episode."""

    task: str
    reward: float
    """1.0 if no check found anything."""
    read: float
    """Share of the reads that the outcome rests on, that were made."""
    right: float
    """Share of the writes that the task asks for, that were made."""
    found: tuple[str, ...]
    """Checks that found something."""


def outcome(episode: Episode) -> Outcome:
    """Of an episode that was played to its end, or given up."""
    task, verdict = episode.task, episode.verdict()
    made = {call for turn in episode.turns for call in turn.calls}
    wanted = {call for one in task.outcomes for call in one.evidence}
    found = tuple(sorted({finding.check for finding in verdict.findings}))
    return Outcome(task.id, episode.reward(), _share(wanted, made), _share(task.gold, made), found)


def _share(wanted: Iterable[object], made: Iterable[object]) -> float:
    wanted, made = set(wanted), set(made)
    return len(wanted & made) / len(wanted) if wanted else 1.0


class Played:
    """The outcomes so far, by set, seed and task; a line that was cut off is played again."""

    def __init__(self, path: Path) -> None:
        self._path, self._found = path, dict[tuple[str, int, str], Outcome]()
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            try:
                data = json.loads(line)
                key = (data.pop("set"), data.pop("seed"), data["task"])
                self._found[key] = Outcome(**data | {"found": tuple(data["found"])})
            except (ValueError, KeyError, TypeError):
                continue

    def __contains__(self, key: tuple[str, int, str]) -> bool:
        return key in self._found

    def __getitem__(self, key: tuple[str, int, str]) -> Outcome:
        return self._found[key]

    def add(self, name: str, seed: int, outcomes: Iterable[Outcome]) -> None:
        """Keep each as it comes."""
        torn = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" if torn else "")
            for one in outcomes:
                file.write(json.dumps({"set": name, "seed": seed, **asdict(one)}) + "\n")
                file.flush()
                self._found[name, seed, one.task] = one

    def rate(self, name: str, seed: int, tasks: Collection[str]) -> float:
        """Share of accepted episodes of one model in these tasks."""
        return sum(self[name, seed, task].reward for task in tasks) / len(tasks)


def table(played: Played, tasks: Sequence[Task], seeds: int, about: Mapping[str, object]) -> str:
    """In Markdown: accepted by kind, what was written and read, the difference, each seed for itself, and what the checks found."""
    lines = [*(f"- {name}: {value}" for name, value in about.items()), ""]
    lines += [f"| held-out tasks | in percent | {' | '.join(SETS)} | difference |", "| --- | --- | --- | --- | --- |"]
    spread = []
    for name in dict.fromkeys(cell.name for cell in CELLS):
        some = [task.id for task in tasks if cell_of(task).name == name]
        for what, field in FIGURES.items():
            means = {side: _means(played, side, some, seeds, field) for side in SETS}
            both = [after - before for before, after in zip(*(means[side] for side in SETS), strict=True)]
            figures = [*(_figure(means[side]) for side in SETS), _figure(both, sign="+")]
            lines.append(f"| {f'{name} ({len(some)})' if field == 'reward' else ''} | {what} | {' | '.join(figures)} |")
        rates = {side: [played.rate(side, seed, some) for seed in range(seeds)] for side in SETS}
        each = "; ".join(f"{side} {', '.join(f'{100 * rate:.0f}' for rate in rates[side])}" for side in SETS)
        spread.append(f"- {name}, accepted by seed: {each}")
    found = [f"- findings, {side}: {_findings(played, side, tasks, seeds)}" for side in SETS]
    return "\n".join([*lines, "", *spread, *found]) + "\n"


def _means(played: Played, side: str, tasks: Sequence[str], seeds: int, field: str) -> list[float]:
    """Of each task, over all seeds."""
    return [sum(getattr(played[side, seed, task], field) for seed in range(seeds)) / seeds for task in tasks]


def _findings(played: Played, side: str, tasks: Sequence[Task], seeds: int) -> str:
    """The checks that found something in most episodes of a set's models."""
    episodes = [played[side, seed, task.id] for seed in range(seeds) for task in tasks]
    counts = Counter(check for episode in episodes for check in episode.found)
    most = ", ".join(f"{check} {count}" for check, count in counts.most_common(6))
    return f"{most or 'none'}, of {len(episodes)} episodes"


def _figure(values: Sequence[float], sign: str = "") -> str:
    """A mean over tasks with its interval, in percent."""
    low, high = interval(values)
    mean = sum(values) / len(values)
    return f"{100 * mean:{sign}.0f} [{100 * low:{sign}.0f}, {100 * high:{sign}.0f}]"


def interval(values: Sequence[float], draws: int = DRAWS) -> tuple[float, float]:
    """95 % of the means of samples with replacement: the percentile bootstrap over tasks."""
    rng, size = random.Random(0), len(values)
    means = sorted(sum(rng.choices(values, k=size)) / size for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws) - 1]
