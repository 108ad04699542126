"""The folder of one run: for one process at a time, and for exactly one program, metric, data and model."""

from __future__ import annotations

import fcntl
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from writ_dspy.codec import to_json
from writ_dspy.errors import StoreError
from writ_dspy.lm import Connection
from writ_dspy.optimize.ledger import digest
from writ_dspy.optimize.metric import METRIC_VERSION
from writ_dspy.optimize.plan import PARTS, Plan, Splits
from writ_dspy.programs import compiled
from writ_dspy.store.files import disk
from writ_dspy.store.parsed import parsed
from writ_dspy.task import Json
from writ_dspy.verify.checks import CHECKS_VERSION
from writ_dspy.version import __version__

MANIFEST, LOCK, LOG = "optimize.json", "optimize.lock", "log.txt"


def writable(folder: Path) -> None:
    """Make the folder, and find out whether one may write there.

    Raises:
        StoreError: One may not.
    """
    with disk(folder, "cannot write to"):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def manifest(plan: Plan, parts: Splits, connection: Connection, reflection: Connection | None) -> dict[str, Json]:
    """All that decides what a run comes to, but for its budget."""
    return {
        "role": plan.role,
        "program": compiled.digest(compiled.fresh(plan.role)),
        "metric": METRIC_VERSION,
        "objectives": dict(plan.objectives),
        "data": data_digest(parts),
        "tasks": {name: len(part) for name, part in zip(PARTS, parts, strict=True)},
        "lm": compiled.Sampling.of(connection).model_dump(),
        "reflection": compiled.Sampling.of(reflection).model_dump() if reflection else None,
        "optimizer": plan.optimizer,
        "seed": plan.seed,
        "mode": plan.mode,
        "checks": CHECKS_VERSION,
        "writ": __version__,
        "dspy": version("dspy"),
    }


def data_digest(parts: Splits) -> str:
    """Of the tasks, and of what each is for."""
    texts = {name: sorted(json.dumps(to_json(task), sort_keys=True) for task in part)
             for name, part in zip(PARTS, parts, strict=True)}  # fmt: skip
    return digest(texts)


@contextmanager
def held(folder: Path, wanted: Mapping[str, Json]) -> Iterator[None]:
    """The folder, for this process alone and for exactly this run.

    Raises:
        StoreError: It is in use, or another run's; names what differs.
    """
    path = folder / LOCK
    with disk(path, "cannot lock"):
        lock = path.open("a")
    with lock:
        try:
            with disk(path, "cannot lock"):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except StoreError as error:
            if isinstance(error.__cause__, BlockingIOError):
                raise StoreError(
                    f"{folder} is being worked on by another process. Wait, or use another --out."
                ) from error
            raise
        with disk(folder / MANIFEST, "cannot read or write"):
            _same(folder / MANIFEST, wanted)
        yield


def _same(path: Path, wanted: Mapping[str, Json]) -> None:
    normal = json.loads(json.dumps(wanted))
    if not path.exists():
        draft = path.with_name(f"{path.name}.tmp")
        draft.write_text(json.dumps(normal, indent=2) + "\n", encoding="utf-8")
        draft.replace(path)
        return
    try:
        there = parsed(path.read_bytes())
        names = dict.fromkeys([*normal, *there])
        differing = [
            f"{name} is {_brief(there.get(name))} there and {_brief(normal.get(name))} here"
            for name in names
            if there.get(name) != normal.get(name)
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} is no manifest ({error}). Restore it, or use another --out.") from error
    if differing:
        raise StoreError(f"{path.parent} holds another run: {'; '.join(differing)}. Use another --out.")


def _brief(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
