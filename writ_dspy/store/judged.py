"""Which verdicts of a run count: those about the task and the conversation that the run holds now.

A verdict names the digests of the two records that it judged. It counts as long as both are kept as they were. Where its
conversation is gone or has another digest, it counts for nothing and the conversation is owed again; so too where its
task is gone, which is then proposed again. A task that was changed is an error: nobody can say what it was.

A verdict of a run that was made before verdicts named digests counts as long as its conversation and its task are kept;
`Standing.undated` says how many there are.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

from writ_dspy.codec import from_json
from writ_dspy.errors import WritError
from writ_dspy.shown import counted
from writ_dspy.store.jsonl import Record, canonical
from writ_dspy.store.records import SpoiledError
from writ_dspy.store.run import CRASH, Name, Run

T = TypeVar("T")
DIGEST, TASK_DIGEST = "digest", "task_digest"
"""In a verdict: of the conversation that it judged, and of its task."""
GONE = "the conversation is gone"
CHANGED = "the conversation has changed since it was judged"
TASK_GONE = "the task is gone"
TASK_CHANGED = "the task has changed since it was judged"


@dataclass
class Standing:
    """What the verdicts of a run come to."""

    counted: dict[str, bool] = field(default_factory=dict)
    """Conversations whose verdict counts, each with whether it accepts, in the order of the verdicts."""
    void: Counter[str] = field(default_factory=Counter)
    """Verdicts that count for nothing, by the reason."""
    changed: dict[str, None] = field(default_factory=dict)
    """Tasks that are not what they were when a conversation about them was judged."""
    undated: list[str] = field(default_factory=list)
    """Of those that count, the ones that name no digest."""

    @property
    def accepted(self) -> int:
        """How many conversations are accepted."""
        return sum(self.counted.values())


def standing(run: Run) -> Standing:
    """What the verdicts of a run come to now."""
    found = Standing()
    for record in run.records("verdicts"):
        why = fault(run, record)
        if why:
            found.void[why] += 1
            if why == TASK_CHANGED:
                found.changed.setdefault(record["task_id"])
        else:
            found.counted[record["id"]] = record["accepted"]
            if DIGEST not in record:
                found.undated.append(record["id"])
    return found


def verdicts(run: Run) -> Iterator[Record]:
    """The verdicts that count, in the order in which they were kept."""
    return (record for record in run.records("verdicts") if fault(run, record) is None)


def fault(run: Run, record: Record) -> str | None:
    """Why a verdict does not count; None for one that does."""
    if run.digest("tasks", record["task_id"]) is None:
        return TASK_GONE
    if not _same(run, "tasks", record["task_id"], record.get(TASK_DIGEST)):
        understood(
            run, "tasks", run.get("tasks", record["task_id"]), from_json
        )  # changed, and perhaps no task any more
        return TASK_CHANGED
    if run.digest("conversations", record["id"]) is None:
        return GONE
    return None if _same(run, "conversations", record["id"], record.get(DIGEST)) else CHANGED


def remarks(run: Run, found: Standing) -> Iterator[str]:
    """What is to be said of verdicts that do not count, or that count unproven, in a line each."""
    if found.void:
        why = "; ".join(f"{number:,} x {reason}" for reason, number in sorted(found.void.items()))
        total = found.void.total()
        about = "it was" if total == 1 else "they were"
        yield f"{counted(total, 'verdict counts', 'verdicts count')} for nothing, and what {about} about is owed again: {why}."
    for key in found.changed:
        yield str(run.spoiled("tasks", key, TASK_CHANGED))
    if found.undated:
        yield (
            f"{counted(len(found.undated), 'verdict does', 'verdicts do')} not say what was judged, since an older writ wrote that down; "
            f"each counts as it stands. To have these conversations judged again: writ simulate {shlex.quote(str(run.folder))}"
        )


def understood(run: Run, name: Name, record: Record, read: Callable[[Record], T]) -> T:
    """What a kept record says, by whoever reads it.

    Raises:
        StoreError: It says something else; names its line, and how to go on.
    """
    try:
        return read(record)
    except (LookupError, TypeError, ValueError, AttributeError, WritError) as error:
        why = str(error) if isinstance(error, WritError) else f"it is none of the {name}: {error!r:.100}"
        raise run.spoiled(name, record["id"], why) from error


def traced(run: Run, results: Iterable[T]) -> Iterator[T]:
    """The results of workers; what one of them says of a record that it cannot use gets its file and line.

    Raises:
        StoreError: A record cannot be used.
    """
    try:
        yield from results
    except SpoiledError as error:
        raise run.spoiled(cast("Name", error.name), error.key, error.why) from error


def is_crash(key: str) -> bool:
    """Whether a conversation with this id crashed: it has no verdict, and another attempt is owed."""
    return CRASH in key


def _same(run: Run, name: Name, key: str, digest: str | None) -> bool:
    """Whether a record is the one with that digest, however its line is written; an older run names none."""
    return digest is None or digest == run.digest(name, key) or digest == canonical(run.get(name, key)).hex()
