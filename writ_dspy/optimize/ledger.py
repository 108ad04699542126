"""What optimizing cost, and what it bought: every reply and every rollout, on disk as soon as it is there.

    calls.jsonl      every reply of a model, with its tokens and what it was for
    rollouts.jsonl   every rollout: program, task, score, tokens, what it was for

A reply is found again by its request. So a run that was interrupted is simply run again: what had been asked is answered
from the file, nothing is paid for twice, and the end is that of a run that nobody interrupted.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from writ_dspy.store.files import disk
from writ_dspy.store.jsonl import Log, Record, encode

Purpose = Literal["seed", "candidate", "validation", "held-out", "reflection"]
"""The program as it was, on what is searched with; another one, on the training or on the validation tasks; either, on
the held-out tasks; or the optimizer's own questions."""
PURPOSES: tuple[Purpose, ...] = ("seed", "candidate", "validation", "held-out", "reflection")
CALLS, ROLLOUTS = "calls.jsonl", "rollouts.jsonl"


@dataclass(frozen=True)
class Budget:
    """The most that optimizing may cost, everything included: the search, both held-out measurements, reflection."""

    rollouts: int
    tokens: int | None = None
    """Prompt and reply tokens of all models; None sets no bound."""


@dataclass
class Spent:
    """What one purpose came to."""

    rollouts: int = 0
    crashed: int = 0
    """Of the rollouts, those that broke."""
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    """Of the replies, added up."""

    @property
    def tokens(self) -> int:
        """Prompt and reply."""
        return self.input_tokens + self.output_tokens


@dataclass
class Ledger:
    """Both files of one folder; safe for many threads. Open it in a `with`, which one process at a time does."""

    folder: Path
    by_purpose: dict[str, Spent] = field(default_factory=lambda: {name: Spent() for name in PURPOSES})

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._calls, self._rollouts = Log(self.folder / CALLS), Log(self.folder / ROLLOUTS)
        self._held = ExitStack()
        self._kept: dict[str, Record] = {}

    def __enter__(self) -> Self:
        for log in (self._calls, self._rollouts):
            log.scan()
            log.open_to_append(self._held)
            log.repair()
        for record in _records(self._calls):
            self._count_call(record)
        for record in _records(self._rollouts):
            self._count_rollout(record)
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def __deepcopy__(self, memo: object) -> Self:
        return self

    # ------------------------------------------------------------------ totals

    @property
    def rollouts(self) -> int:
        """All that were begun, crashed ones included."""
        return sum(spent.rollouts for spent in self.by_purpose.values())

    @property
    def tokens(self) -> int:
        """Of all replies."""
        return sum(spent.tokens for spent in self.by_purpose.values())

    @property
    def crashed(self) -> int:
        """Rollouts that broke."""
        return sum(spent.crashed for spent in self.by_purpose.values())

    def to_json(self) -> dict[str, Any]:
        """By purpose, and the sums."""
        rows = {name: asdict(spent) | {"tokens": spent.tokens} for name, spent in self.by_purpose.items()}
        total = {key: sum(row[key] for row in rows.values()) for key in rows["seed"]}
        return rows | {"total": total}

    # ------------------------------------------------------------------ calls

    def reply(self, key: str) -> Record | None:
        """What was answered to that request, if it was sent before."""
        with self._lock:
            start = self._calls.starts.get(key)
        if start is None:
            return None
        with disk(self._calls.path, "cannot read"), self._calls.path.open("rb") as file:
            file.seek(start)
            return self._calls.parse(file.readline(), 0)

    def keep_reply(self, record: Record) -> None:
        """A new reply, with its `id`, `purpose`, `tokens` (input, cached, output) and `seconds`."""
        with self._lock:
            if record["id"] not in self._calls.starts:
                self._calls.append(dict([encode(self._calls.path, record)]))
                self._count_call(record)

    # ------------------------------------------------------------------ rollouts

    def rollout(self, key: str) -> Record | None:
        """That rollout, if it came to an end before."""
        with self._lock:
            return self._kept.get(key)

    def keep_rollout(self, record: Record) -> Record:
        """A new rollout, with its `id`, `purpose` and `crash`; gets the number `n` that it has among all."""
        with self._lock:
            number = len(self._rollouts.starts) + 1
            key = f"{record['id']}.crash{number}" if record["crash"] else record["id"]
            numbered = record | {"id": key, "n": number}
            self._rollouts.append(dict([encode(self._rollouts.path, numbered)]))
            self._count_rollout(numbered)
            return numbered

    def _count_call(self, record: Record) -> None:
        spent = self.by_purpose[record["purpose"]]
        given, cached, made = record["tokens"]
        spent.calls += 1
        spent.input_tokens += given
        spent.cached_tokens += cached
        spent.output_tokens += made
        spent.seconds += record["seconds"]

    def _count_rollout(self, record: Record) -> None:
        spent = self.by_purpose[record["purpose"]]
        spent.rollouts += 1
        spent.crashed += bool(record["crash"])
        if not record["crash"]:  # what broke is owed again
            self._kept[record["id"]] = record


def _records(log: Log) -> Iterator[Record]:
    with disk(log.path, "cannot read"), log.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield log.parse(line, number)


def digest(data: Mapping[str, object] | str) -> str:
    """24 hexadecimal digits of the content."""
    text = data if isinstance(data, str) else json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
