"""Finding conversations of a run to look at: a row about each, what may be asked of it, and ids cut short."""

from __future__ import annotations

import difflib
import random
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from writ_dspy.codec import from_json
from writ_dspy.conversation import conversation_from_json
from writ_dspy.errors import ConfigError
from writ_dspy.report.transcript import Transcript
from writ_dspy.run.synth import Synthesis
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import is_crash, understood, verdicts
from writ_dspy.task import KINDS
from writ_dspy.verify.checks import CHECKS

State: TypeAlias = Literal["accepted", "rejected", "crashed", "not judged"]
CLOSE = 3
"""Ids that are suggested."""
WORDS = 80
"""Characters of the first words of a conversation."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a conversation without reading it."""

    id: str
    task_id: str
    domain: str
    kind: str
    writes: int
    burden: int
    state: State
    checks: tuple[str, ...] = ()
    """Those that it failed, each once."""


class Span(NamedTuple):
    """Numbers from `low` to `high`."""

    low: int
    high: float

    def __str__(self) -> str:
        end = "+" if self.high == float("inf") else "" if self.high == self.low else f"-{self.high}"
        return f"{self.low}{end}"

    @classmethod
    def of(cls, option: str, text: str) -> Span:
        """Of `4`, `4-6` or `4+`.

        Raises:
            ConfigError: It is none of these.
        """
        low, dash, high = text.removesuffix("+").partition("-")
        if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (low, *([high] if dash else []))):
            raise ConfigError(f"{option} {text!r}: write a number, such as 4, or a span of them, such as 4-6 or 4+.")
        if text.endswith("+"):
            return cls(int(low), float("inf"))
        if int(high or low) < int(low):
            raise ConfigError(
                f"{option} {text!r}: no number lies between these. Write the smaller one first: {int(high)}-{int(low)}."
            )
        return cls(int(low), int(high or low))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a conversation; of each kind of question, any one answer will do."""

    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    writes: tuple[Span, ...] = ()
    burden: tuple[Span, ...] = ()
    states: tuple[State, ...] = ()

    def __call__(self, row: Row) -> bool:
        """Whether the conversation is one of these."""
        return (
            (not self.kinds or row.kind in self.kinds)
            and (not self.domains or row.domain in self.domains)
            and (not self.checks or not set(self.checks).isdisjoint(row.checks))
            and _within(row.writes, self.writes)
            and _within(row.burden, self.burden)
            and (not self.states or row.state in self.states)
        )

    def check(self, rows: Sequence[Row]) -> None:
        """Refuse a name that no conversation could have.

        Raises:
            ConfigError: There is one; what it may have meant is suggested.
        """
        failed = sorted({check for row in rows for check in row.checks})
        known = (
            ("--kind", self.kinds, KINDS),
            ("--domain", self.domains, sorted({row.domain for row in rows})),
            ("--check", self.checks, list(dict.fromkeys([*failed, *(check.__name__ for check in CHECKS)]))),
        )
        for option, names, there in known:
            for name in names:
                if name not in there:
                    raise ConfigError(f"{option} {name!r}: there is none of that name. {_did_you_mean(name, there)}")


def rows(
    work: Synthesis, task: Callable[[Record], object] | None = None, talk: Callable[[Record], object] | None = None
) -> list[Row]:
    """All conversations of a run, by id; a crashed one for each time it crashed.

    A verdict that does not count any more is none, and what is about a task that is gone is left out: it is owed.

    Args:
        work: The run.
        task: Shown the record of every task as it passes, so that nobody has to read all of them once more.
        talk: The same for the conversations that become rows.

    Raises:
        StoreError: A record says something else.
    """
    run = work.run
    tasks: dict[str, tuple[str, str, int, int]] = {}
    for record in run.records("tasks"):
        tasks[record["id"]] = understood(run, "tasks", record, _dials)
        if task is not None:
            understood(run, "tasks", record, task)
    judged = {record["id"]: understood(run, "verdicts", record, _judged) for record in verdicts(run)}
    found = []
    for record in run.records("conversations"):
        key, task_id = record["id"], understood(run, "conversations", record, lambda one: str(one["task_id"]))
        if task_id in tasks:
            state, checks = ("crashed", ()) if is_crash(key) else judged.get(key, ("not judged", ()))
            found.append(Row(key, task_id, *tasks[task_id], state, checks))
            if talk is not None:
                understood(run, "conversations", record, talk)
    return sorted(found, key=lambda row: row.id)


def _dials(record: Record) -> tuple[str, str, int, int]:
    writes, burden = record["axes"]["writes"], record["axes"]["burden"]
    if not type(writes) is type(burden) is int:
        raise TypeError(f"axes {writes} and {burden}")
    return str(record["domain"]), str(record["kind"]), writes, burden


def _judged(record: Record) -> tuple[State, tuple[str, ...]]:
    checks = tuple(dict.fromkeys(str(finding["check"]) for finding in record["findings"]))
    return ("accepted" if record["accepted"] else "rejected"), checks


def _within(number: int, spans: tuple[Span, ...]) -> bool:
    return not spans or any(low <= number <= high for low, high in spans)


# ----------------------------------------------------------------------------- some of them


def drawn(found: Sequence[Row], number: int, seed: int) -> list[Row]:
    """So many of them at random, by id."""
    chosen = random.Random(seed).sample(list(found), min(number, len(found)))
    return sorted(chosen, key=lambda row: row.id)


def named(every: Sequence[Row], text: str, where: str) -> Row:
    """The one conversation whose id is this, or starts so, the name of its domain left out or not.

    One that ended goes before its own crashes.

    Raises:
        ConfigError: There is none, or several.
    """
    if not text:
        raise ConfigError("an empty id names no conversation. Leave it out to list all of them.")
    starting = [
        row for row in every if row.id.startswith(text) or text.startswith(f"{row.id}-")
    ]  # or the id of its row
    starting = starting or [row for row in every if row.id.rpartition("-")[2].startswith(text)]
    ended = [row for row in starting if row.state != "crashed"]
    found = [row for row in starting if row.id == text] or (ended if len(ended) == 1 else starting)
    if len(found) == 1:
        return found[0]
    some = ", ".join(row.id for row in found[:CLOSE])
    if found:
        raise ConfigError(f"{len(found)} conversations of {where} start with {text!r}: {some}, … Add what follows.")
    ids = [row.id for row in every]
    close = [key for key in ids if text in key][:CLOSE] or difflib.get_close_matches(text[:200], ids, CLOSE)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise ConfigError(f"{where} has no conversation {text[:200]!r}. {hint}List them: writ show {shlex.quote(where)}")


def is_id(text: str) -> bool:
    """Whether this is a conversation's id, or the part of one that no other has, by its looks."""
    return re.fullmatch(r"(?:[a-z][\w-]*-)?[0-9a-f]{12}(?:\.\d+(?:-[\w-]+)?)?", text) is not None


def transcripts(work: Synthesis, found: Sequence[Row]) -> Iterator[Transcript]:
    """The conversations of these rows, each read from disk when its turn comes; with the verdicts that count."""
    run = work.run
    for row in found:
        talk = understood(run, "conversations", run.get("conversations", row.id), conversation_from_json)
        task = understood(run, "tasks", run.get("tasks", row.task_id), from_json)
        counts = row.state in ("accepted", "rejected")
        yield Transcript(task, talk, run.get("verdicts", row.id) if counts else None)


def first_words(work: Synthesis, row: Row) -> str:
    """What the user says first, cut to a length that a line can show."""
    talk = understood(work.run, "conversations", work.run.get("conversations", row.id), conversation_from_json)
    words = " ".join(next((turn.text for turn in talk.turns if turn.role == "user"), talk.error).split())
    return words if len(words) <= WORDS else f"{words[: WORDS - 1]}…"


def _did_you_mean(name: str, there: Sequence[str]) -> str:
    close = difflib.get_close_matches(name[:200], there, CLOSE, 0.5)
    return f"Did you mean {' or '.join(close)}?" if close else f"Choose {', '.join(there)}."
