"""Does read-heavy data teach reading? Two sets of equal tokens, one of writes alone and one of writes and reads, and a model of each, seed by seed.

    python recipes/reading/reading.py --out runs/reading --minutes 40

`write-only` has tasks with one or two writes whose record the user names; `mixed` gives half of its tokens to read-heavy
tasks, in which records have to be read and compared. The models are trained alike, then play tasks of users whom neither set knows, each as
an `Episode` with the scripted user; the reward is the verdict. The table has the share of accepted episodes by kind, over all seeds, with 95 %
bootstrap intervals over tasks, and the difference between the two sets, paired over tasks.

`--model tiny` trains a transformer of under a million weights from nothing, on one core, on a small lending desk (`desk/`) with a plain user; it takes `pip
install torch`. `--model NAME` tunes a model of the Hub by `recipes/sft.py`, on retail with users of every manner; it takes `pip install trl` and a GPU.

Stopped, the same command goes on where it was. What was played is kept in `OUT/played.jsonl`, the table in `OUT/results.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes import Played, table
from talks import CELLS, SETS, cell_of, make, sides

from writ_dspy.domains import full, load
from writ_dspy.errors import ConfigError, WritError
from writ_dspy.task import Task

if TYPE_CHECKING:
    from small import Small
    from tuned import Tuned

DESK = Path(__file__).parent / "desk" / "desk.yaml"
TINY = "tiny"
LEAST = {"tasks": 100, "seeds": 1, "test": 1, "steps": 1, "answer": 1}
"""Of each number; fewer tasks would leave a line of the table without one."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(
        description="Train on writes alone, and on writes and reads; compare on held-out tasks."
    )
    asked.add_argument("--out", type=Path, required=True, help="folder of all that is made; goes on where it stopped")
    asked.add_argument("--model", default=TINY, help="tiny, or a folder or a name on the Hub that recipes/sft.py takes")
    asked.add_argument("--domain", help="where tasks come from; by default the desk for tiny, else tau2:retail")
    asked.add_argument("--tasks", type=int, default=1800, help="to learn from and to be held out, all kinds together")
    asked.add_argument("--seeds", type=int, default=3, help="models of each set")
    asked.add_argument(
        "--minutes", type=float, default=40, help="of CPU for training all tiny models, which sets the steps"
    )
    asked.add_argument("--steps", type=int, help="of each tiny model, in place of --minutes")
    asked.add_argument("--epochs", type=float, default=2, help="of each tuned model")
    asked.add_argument("--test", type=int, default=60, help="held-out tasks of each kind, at most")
    asked.add_argument("--answer", type=int, default=512, help="tokens of an answer of a tuned model, at most")
    asked.add_argument("--cpu", action="store_true", help="tune without a GPU")
    return asked.parse_args(given)


def _check(asked: argparse.Namespace) -> None:
    """Refuse what cannot be meant.

    Raises:
        ConfigError: A number is too small.
    """
    for name, least in LEAST.items():
        value = getattr(asked, name)
        if value is not None and value < least:
            raise ConfigError(f"--{name} {value}: give {least} or more.")
    for name in ("minutes", "epochs"):
        if not 0 < getattr(asked, name) < float("inf"):
            raise ConfigError(f"--{name} {getattr(asked, name)}: give more than 0.")


def tell(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


def main(given: list[str] | None = None) -> int:
    """All of it; returns an exit code."""
    asked = arguments(given)
    try:
        return experiment(asked)
    except (WritError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2


def experiment(asked: argparse.Namespace) -> int:
    """Tasks, sets, models, episodes, table."""
    _check(asked)
    domain = load(full(asked.domain or (str(DESK) if asked.model == TINY else "tau2:retail")))
    way_of = _way(asked.model)
    _begin(asked, domain.name)
    tell(f"making {asked.tasks} tasks of {domain.name}")
    tasks = make(domain, asked.tasks, asked.out / "tasks.jsonl")
    learned, held = sides([task for task in tasks if way_of.takes(task)], domain)
    chosen = list(_some(held, asked.test))
    tell(f"{len(learned)} tasks to learn from; of {len(held)} held out, {len(chosen)} are played")
    way = way_of(asked, domain, learned, tell)
    played = Played(asked.out / "played.jsonl")
    for seed in range(asked.seeds):
        for name in reversed(SETS):
            owed = [task for task in chosen if (name, seed, task.id) not in played]
            if owed:
                played.add(name, seed, way.model(name, seed).play(owed))
            rate = played.rate(name, seed, [task.id for task in chosen])
            tell(f"{name}, seed {seed}: {rate:.0%} of {len(chosen)} episodes accepted")
    text = table(played, chosen, asked.seeds, way.about())
    (asked.out / "results.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _way(model: str) -> type[Small | Tuned]:
    """How that model is trained and played.

    Raises:
        ConfigError: What it takes is not installed.
    """
    try:
        if model == TINY:
            from small import Small

            return Small
        from tuned import Tuned
    except ModuleNotFoundError as error:
        needs = "torch" if model == TINY else "trl"
        raise ConfigError(f"--model {model}: there is no {error.name} here. It takes `pip install {needs}`.") from error
    return Tuned


def _begin(asked: argparse.Namespace, domain: str) -> None:
    """Make the folder, or go on in one that was begun alike; more seeds or held-out tasks may be asked for.

    Raises:
        ConfigError: It was begun with something else.
    """
    keep = asked.out / "asked.json"
    now = {name: getattr(asked, name) for name in ("model", "tasks", "steps", "minutes", "epochs")} | {"domain": domain}
    if keep.exists():
        before = json.loads(keep.read_text())
        for name, value in now.items():
            if before.get(name) != value:
                raise ConfigError(
                    f"--{name} {value}: {asked.out} was begun with {before.get(name)}. Give that, or another --out."
                )
    asked.out.mkdir(parents=True, exist_ok=True)
    keep.write_text(json.dumps(now))


def _some(held: list[Task], most: int) -> Iterator[Task]:
    """So many of each line of the table, spread over its cells.

    Raises:
        ConfigError: There is none.
    """
    for name in dict.fromkeys(cell.name for cell in CELLS):
        tasks = sorted((task for task in held if cell_of(task).name == name), key=lambda task: task.id)
        if not tasks:
            raise ConfigError(f"no task of {name!r} is held out: ask for more with --tasks, in another --out.")
        yield from tasks[:most]


if __name__ == "__main__":
    sys.exit(main())
