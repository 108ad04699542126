"""What an evaluation on the official tasks came to, and which two may be compared.

FOLDER/evaluation.json       the release of the tasks, and all else that decides the figures
FOLDER/simulations.jsonl     one line per simulation that was scored; append-only
FOLDER/usage.json            what the calls of each model came to
FOLDER/results.json          the same as τ²-bench writes it, once all is done: for `writ verify`
"""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.lm.usage import Usage, read_totals
from writ_dspy.report.passing import Rate, pass_hat_k
from writ_dspy.report.tables import Table, plain
from writ_dspy.shown import counted
from writ_dspy.store.files import changing, disk, read_text, replacing
from writ_dspy.store.jsonl import Log, encode
from writ_dspy.store.parsed import parsed
from writ_dspy.task import Json

if TYPE_CHECKING:
    from rich.console import RenderableType

MANIFEST, SIMULATIONS, USAGE, LOCK = "evaluation.json", "simulations.jsonl", "usage.json", "evaluation.lock"
OWN = ("agent", "trials")
"""What two evaluations may differ in and still be compared: who is evaluated, and how often."""
SAME = 1 - 1e-6
"""τ² counts a reward from here on as passed."""


@dataclass(frozen=True, repr=False)
class Evaluated:
    """The figures of one folder."""

    folder: Path
    about: Mapping[str, Json]
    tries: Mapping[str, Mapping[str, tuple[bool, ...]]]
    """By domain and task: whether each trial that is scored passed, in their order."""
    stops: Mapping[str, int]
    """How many simulations ended how."""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    wanted: int = 0
    """Simulations in all."""

    @property
    def scored(self) -> int:
        """Simulations that have a reward."""
        return sum(len(tries) for tasks in self.tries.values() for tries in tasks.values())

    @property
    def owed(self) -> int:
        """Simulations that are not scored yet."""
        return self.wanted - self.scored

    def pass_hat(self, k: int, domain: str | None = None) -> Rate | None:
        """pass^k averaged over tasks: of one domain, or of all, where each task counts the same, whatever its domain.

        None where no task has k trials.
        """
        return pass_hat_k(
            [
                (sum(tries), len(tries))
                for name, tasks in self.tries.items()
                if domain in (None, name)
                for tries in tasks.values()
            ],
            k,
        )

    @property
    def cost(self) -> float:
        """USD, of the models that have a price."""
        return sum(used.cost for used in self.usage.values())

    @property
    def tokens(self) -> int:
        """Read and written by all models."""
        return sum(used.input_tokens + used.output_tokens for used in self.usage.values())

    def __str__(self) -> str:
        return plain(render(self))

    def __repr__(self) -> str:
        return f"<evaluation of {self.about['agent']['model']}: {self.pass_hat(1)}>"

    def __rich__(self) -> RenderableType:
        return render(self)

    def to_json(self) -> dict[str, Json]:
        """Every figure, with the release of the tasks that it is of."""
        ks = range(1, int(self.about["trials"]) + 1)
        groups: list[tuple[str, str | None]] = [*((name, name) for name in self.tries), ("task-weighted", None)]
        rates = {
            name: {f"pass^{k}": found and found.to_json() for k in ks for found in [self.pass_hat(k, domain)]}
            for name, domain in groups
        }
        return {
            "folder": str(self.folder), "about": dict(self.about), "rates": rates, "interval": "Wilson over tasks, 95 %",
            "simulations": self.scored, "owed": self.owed, "ended": dict(self.stops), "tokens": self.tokens, "USD": round(self.cost, 6),
            "usage": {role: used.to_json() for role, used in self.usage.items()},
            "tasks": {name: {key: list(map(int, tries)) for key, tries in tasks.items()} for name, tasks in self.tries.items()},
        }  # fmt: skip


def comparable(about: Mapping[str, Json], place: Path, other: Evaluated) -> None:
    """Refuse to set an evaluation beside one that does not measure the same.

    Args:
        about: The manifest of the one.
        place: Its folder.
        other: The other.

    Raises:
        ConfigError: The release of their tasks differs, or who the user is, or another condition; says what.
    """
    here, there = json.loads(json.dumps(about)), other.about
    lines = [
        f"{name} is {json.dumps(here.get(name))} in {place} and {json.dumps(there.get(name))} in {other.folder}"
        for name in dict.fromkeys([*here, *there])
        if name not in OWN and here.get(name) != there.get(name)
    ]
    if lines:
        raise ConfigError(f"These two evaluations cannot be compared: {'; '.join(lines)}. Evaluate both alike.")


def read(folder: Path) -> Evaluated:
    """The evaluation in a folder, as far as it has come.

    Raises:
        StoreError: It holds none, or a file of it is spoiled.
    """
    about = _manifest(folder)
    if about is None:
        raise StoreError(
            f"{folder} holds no evaluation: it has no {MANIFEST}. Name a folder that `writ evaluate … --out FOLDER` made."
        )
    log = Log(folder / SIMULATIONS)
    log.scan()
    tries: dict[str, dict[str, dict[int, bool]]] = {domain: {} for domain in about["tasks"]}
    stops: Counter[str] = Counter()
    for record in log.records():
        tries[record["domain"]].setdefault(record["task_id"], {})[record["trial"]] = record["reward"] >= SAME
        stops[record["stop"]] += 1
    found = {
        domain: {key: tuple(good for _, good in sorted(some.items())) for key, some in tasks.items()}
        for domain, tasks in tries.items()
    }
    wanted = sum(one["count"] for one in about["tasks"].values()) * int(about["trials"])
    with disk(folder, "cannot read"):
        return Evaluated(folder, about, found, dict(stops), read_totals(folder / USAGE), wanted)


@contextmanager
def held(folder: Path, about: Mapping[str, Json]) -> Iterator[Log]:
    """The folder's log of simulations, for this process alone and for exactly this evaluation; made if it is missing.

    Raises:
        StoreError: It is in use, or another evaluation's; names what differs. Nothing was changed then.
    """
    refuse_other(folder, about)
    with ExitStack() as stack:
        with disk(folder, "cannot make the folder"):
            folder.mkdir(parents=True, exist_ok=True)
        with disk(folder / LOCK, "cannot lock"):
            lock = stack.enter_context(changing(folder / LOCK))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreError(
                    f"{folder} is being worked on by another process. Wait, or use another --out."
                ) from error
        refuse_other(folder, about)
        log = Log(folder / SIMULATIONS)
        log.scan()
        log.open_to_append(stack)
        log.repair()
        with disk(folder / MANIFEST, "cannot write"), replacing(folder / MANIFEST) as file:
            file.write(f"{json.dumps(about, indent=2, ensure_ascii=False)}\n".encode())
        yield log


def refuse_other(folder: Path, about: Mapping[str, Json]) -> None:
    """Refuse a folder that holds something else; trials may be added to what is there.

    Raises:
        StoreError: It does.
    """
    there = _manifest(folder)
    if there is None:
        if folder.exists() and any(entry.name not in (LOCK, SIMULATIONS) for entry in folder.iterdir()):
            raise StoreError(f"{folder} is not empty and holds no evaluation. Nothing was changed. Use another --out.")
        return
    wanted = json.loads(json.dumps(about))
    lines = [
        f"{name} is {json.dumps(there.get(name))} there and {json.dumps(wanted.get(name))} here"
        for name in dict.fromkeys([*there, *wanted])
        if name != "trials" and there.get(name) != wanted.get(name)
    ]
    if lines:
        raise StoreError(f"{folder} holds another evaluation: {'; '.join(lines)}. Use another --out.")


def trials_of(folder: Path) -> int:
    """Trials that an evaluation there was to have; 0 where there is none."""
    there = _manifest(folder)
    return 0 if there is None else int(there["trials"])


def keep(log: Log, record: Mapping[str, Json]) -> None:
    """One more simulation; it is on disk when this returns."""
    key, line = encode(log.path, record)
    log.append({key: line})


def write_results(folder: Path, log: Log, tasks: Mapping[str, Sequence[Json]]) -> None:
    """Each domain's simulations as one file in τ²-bench's own form."""
    runs: dict[str, list[Json]] = {domain: [] for domain in tasks}
    for record in log.records():
        if record["simulation"]:
            runs[record["domain"]].append(record["simulation"])
    for domain, some in tasks.items():
        path = folder / f"{domain}.json"
        about = {"environment_info": {"domain_name": domain}}
        with disk(path, "cannot write"), replacing(path) as file:
            text = json.dumps({"info": about, "tasks": some, "simulations": runs[domain]}, ensure_ascii=False)
            file.write(text.encode())


def _manifest(folder: Path) -> dict[str, Json] | None:
    path = folder / MANIFEST
    with disk(path, "cannot read"):
        text = read_text(path, "replace") if folder.is_dir() else None
    if text is None:
        return None
    try:
        found: Any = parsed(text)
        if not isinstance(found, dict) or not {"agent", "tasks", "trials"} <= found.keys():
            raise ValueError("it names no agent, tasks or trials")
    except ValueError as error:
        raise StoreError(
            f"{path} is no manifest of an evaluation ({error}). Restore it, or use another --out."
        ) from error
    return found


# ----------------------------------------------------------------------------- tables


def render(found: Evaluated) -> RenderableType:
    """For a terminal or a notebook."""
    from rich.console import Group
    from rich.text import Text

    about = found.about
    head = f"{about['agent']['model']} on τ²-bench, release {about['release']} of its tasks, split {about['split']}"
    beside = (
        f"user: {about['user']['model']}; {about['environment']}; {found.scored:,} of {found.wanted:,} simulations scored; "
        f"{counted(found.tokens, 'token')}{f', {found.cost:.4f} USD' if found.cost else ''}"
    )
    return Group(Text(head, style="bold"), Text(beside), *filter(None, [_rates(found), _stops(found)]))


def _rates(found: Evaluated) -> Table:
    ks = [k for k in range(1, int(found.about["trials"]) + 1) if found.pass_hat(k) is not None]
    table = Table("domain", ">tasks", *(f"pass^{k}" for k in ks))
    for name, tasks in found.tries.items():
        table.add(name, len(tasks), *(str(found.pass_hat(k, name) or "–") for k in ks))
    if len(found.tries) > 1:
        count = sum(len(tasks) for tasks in found.tries.values())
        table.add("all, task-weighted", count, *(str(found.pass_hat(k) or "–") for k in ks))
    return table


def _stops(found: Evaluated) -> Table:
    table = Table("ended by", ">simulations")
    for name, count in sorted(found.stops.items(), key=lambda item: -item[1]):
        table.add(name, f"{count:,}")
    return table
