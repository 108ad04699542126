"""Which verdicts of a run count: those about the task and the conversation that the run holds now.

A verdict names the digests of the two records that it judged. It counts as long as both are kept as they were. Where its
conversation is gone or has another digest, it counts for nothing and the conversation is owed again; so too where its
task is gone, which is then proposed again. A task that was changed is an error: nobody can say what it was.

A verdict of a run that was made before verdicts named digests counts as long as its conversation and its task are kept;
`Standing.undated` says how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from writ_dspy.store.jsonl import Record, canonical
from writ_dspy.store.run import CRASH, Name, Run

DIGEST, TASK_DIGEST = "digest", "task_digest"
"""In a verdict: of the conversation that it judged, and of its task."""
GONE = "the conversation is gone"
CHANGED = "the conversation has changed since it was judged"
TASK_GONE = "the task is gone"
TASK_CHANGED = "the task has changed since it was judged"
_FINDING = {"check": str, "turn": int, "saw": str, "wanted": str}


@dataclass
class Standing:
    """What the verdicts of a run come to."""

    counted: dict[str, bool] = field(default_factory=dict)
    """Conversations whose verdict counts, each with whether it accepts, in the order of the verdicts."""
    void: Counter[str] = field(default_factory=Counter)
    """Verdicts that count for nothing, by the reason."""
    undated: list[str] = field(default_factory=list)
    """Of those that count, the ones that name no digest."""

    @property
    def accepted(self) -> int:
        """How many conversations are accepted."""
        return sum(self.counted.values())


def standing(run: Run) -> Standing:
    """What the verdicts of a run come to now.

    Raises:
        StoreError: A verdict is none; names its line.
    """
    found = Standing()
    for record in run.records("verdicts"):
        why = fault(run, record)
        if why:
            found.void[why] += 1
        else:
            found.counted[record["id"]] = record["accepted"]
            if DIGEST not in record:
                found.undated.append(record["id"])
    return found


def verdicts(run: Run) -> Iterator[Record]:
    """The verdicts that count, in the order in which they were kept.

    Raises:
        StoreError: A verdict is none; names its line.
    """
    return (record for record in run.records("verdicts") if fault(run, record) is None)


def fault(run: Run, record: Record) -> str | None:
    """Why a verdict does not count; None for one that does.

    Raises:
        StoreError: It is no verdict.
    """
    wrong = next(_wrong(record), None)
    if wrong:
        raise run.spoiled("verdicts", record["id"], wrong)
    if run.digest("tasks", record["task_id"]) is None:
        return TASK_GONE
    if not _same(run, "tasks", record["task_id"], record.get(TASK_DIGEST)):
        return TASK_CHANGED
    if run.digest("conversations", record["id"]) is None:
        return GONE
    return None if _same(run, "conversations", record["id"], record.get(DIGEST)) else CHANGED


def is_crash(key: str) -> bool:
    """Whether a conversation with this id crashed: it has no verdict, and another attempt is owed."""
    return CRASH in key


def _same(run: Run, name: Name, key: str, digest: str | None) -> bool:
    """Whether a record is the one with that digest, however its line is written; an older run names none."""
    return digest is None or digest == run.digest(name, key) or digest == canonical(run.get(name, key)).hex()


def _wrong(record: Record) -> Iterator[str]:
    """What makes a record no verdict."""
    if not isinstance(record.get("task_id"), str):
        yield _is("task_id", record, "a text")
    if not isinstance(record.get("accepted"), bool):
        yield _is("accepted", record, "true or false")
    for name in ("checks", DIGEST, TASK_DIGEST):
        if not isinstance(record.get(name, ""), str):
            yield _is(name, record, "a text")
    findings = record.get("findings")
    if not isinstance(findings, list):
        yield _is("findings", record, "a list")
        return
    for finding in findings:
        for name, kind in _FINDING.items():
            if not isinstance(finding, dict) or type(finding.get(name)) is not kind:
                yield f"`findings` holds {str(finding)[:60]!r}, which has no `{name}` as a check writes it"
    if record["accepted"] is bool(findings):
        yield f"`accepted` is {str(record['accepted']).lower()}, and there are {len(findings)} `findings`"


def _is(name: str, record: Record, wanted: str) -> str:
    return f"`{name}` is {str(record[name])[:60]!r}, not {wanted}" if name in record else f"no `{name}`"
