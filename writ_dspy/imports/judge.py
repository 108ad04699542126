"""Judging conversations that others made, and those of a run once more, from its files.

verify("results.json")                     τ²-bench's or τ-bench's, by official tasks
verify("rows.jsonl", run="runs/first")     rows, by the tasks of a run
verify("runs/first"), verify("hf:me/set")  a run or a published set, from what it holds
verify(task, talk)                         one conversation, by a task that is at hand
"""

# Longer than 400 lines by a few: what is judged, by which task, and what comes of it are one road, and read together.

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, overload

from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, Finding, StopReason, conversation_from_json
from writ_dspy.domains import Domain, all_names, exists, full, known, load
from writ_dspy.errors import ConfigError, StoreError, WritError, boundary, brief
from writ_dspy.imports import documents, files, tasks
from writ_dspy.imports.chat import chat
from writ_dspy.imports.files import Given
from writ_dspy.imports.printing import reprinted
from writ_dspy.imports.tasks import Basis, Officials
from writ_dspy.publish import published
from writ_dspy.run import synth
from writ_dspy.shown import counted
from writ_dspy.store.files import disk
from writ_dspy.store.judged import is_crash, understood
from writ_dspy.store.parsed import parsed
from writ_dspy.store.places import path_of
from writ_dspy.store.run import Run
from writ_dspy.task import Json, Task
from writ_dspy.verify.checks import CHECKS, Outcome, Verdict
from writ_dspy.verify.checks import verify as verdict_of
from writ_dspy.verify.scope import WHOLE, Unknown

MANIFEST = "run.json"
"""File by which a folder is known as a run."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One conversation with its verdict."""

    index: int
    """Its place in the order of what was given, from 0."""
    place: str
    """Where it stands: a file, with the line, row or item."""
    task_id: str | None
    """As it was given; None without a task."""
    verdict: Verdict
    talk: Conversation
    reward: float | None = None
    """What the benchmark that made it gave for it, where the file says so."""

    def to_json(self) -> dict[str, Json]:
        """A flat record."""
        found = self.verdict.to_json()
        return {
            "index": self.index, "place": self.place, "task_id": self.task_id, "accepted": self.verdict.accepted,
            "findings": found["findings"], "not_applicable": list(self.verdict.not_applicable),
            "not_judged": dict(self.verdict.not_judged), "reward": self.reward,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piped:
    """What stood on standard input."""

    data: bytes

    def __str__(self) -> str:
        return "standard input"


class Verification(Sequence[Judged]):
    """Conversations with their verdicts, in the order in which they were given."""

    def __init__(self, judged: Iterable[Judged]) -> None:
        self._judged = tuple(judged)

    def __len__(self) -> int:
        return len(self._judged)

    @overload
    def __getitem__(self, index: int) -> Judged: ...
    @overload
    def __getitem__(self, index: slice) -> Verification: ...
    def __getitem__(self, index: int | slice) -> Judged | Verification:
        return Verification(self._judged[index]) if isinstance(index, slice) else self._judged[index]

    def __repr__(self) -> str:
        return f"<{self.accepted:,} of {counted(len(self), 'conversation')} accepted>"

    @property
    def accepted(self) -> int:
        """How many are."""
        return sum(one.verdict.accepted for one in self._judged)

    def outcomes(self) -> dict[str, Counter[Outcome]]:
        """By check: how many conversations it failed, did not apply to, could not judge in part, and passed."""
        names = [check.__name__ for check in CHECKS]
        return {name: Counter(one.verdict.outcome(name) for one in self._judged) for name in names}

    def to_json(self) -> dict[str, Json]:
        """What `writ verify --json` prints."""
        checks = {name: dict(found) for name, found in self.outcomes().items()}
        return {
            "accepted": self.accepted, "rejected": len(self) - self.accepted, "checks": checks,
            "conversations": [one.to_json() for one in self._judged],
        }  # fmt: skip


@overload
def verify(source: Task, talk: Conversation, domain: Domain | None = None) -> Verdict: ...
@overload
def verify(
    source: Any, talk: None = None, domain: str | None = None, *, run: str | os.PathLike[str] | None = None
) -> Verification: ...
def verify(
    source: Any,
    talk: Conversation | None = None,
    domain: Domain | str | None = None,
    *,
    run: str | os.PathLike[str] | None = None,
) -> Verdict | Verification:
    """Judge conversations: those of a file, a run or a published set, or one at hand; no model takes part.

    Args:
        source: A path, or several; the folder of a run; `hf:OWNER/NAME`; rows or messages as JSON gives them back; or a task.
        talk: With a task: the conversation about it.
        domain: Whose tools were called, where nothing else says it: a name, or with a task the domain itself.
        run: A run whose tasks the `task_id` of rows name.

    Raises:
        ConfigError: What is given names nothing, or a task or domain that there is not.
        StoreError: A file cannot be read or has another form; names the file, the line and the field.
    """
    if isinstance(source, Task):
        if not isinstance(talk, Conversation):
            raise ConfigError(f"talk = {brief(talk)}: give the conversation about the task, as verify(task, talk).")
        own = load(source.domain) if domain is None or isinstance(domain, str) else domain
        return verdict_of(source, talk, own)
    if talk is not None:
        raise ConfigError(
            f"source = {brief(source)}: give a task, as verify(task, talk), or leave the conversation out."
        )
    if isinstance(domain, Domain):
        domain = domain.name
    judge = Judge(None if run is None else path_of(run, "run"), domain)
    return Verification(judge.all(_sources(source)))


def _called(source: Any) -> str:
    """As an error names what was given."""
    return str(source) if isinstance(source, str | os.PathLike | Piped) else "source"


def _more(source: Any) -> str:
    """What to do about a source without a conversation."""
    if isinstance(source, str | os.PathLike) and (Path(source) / MANIFEST).exists():
        return f"Make some: {synth.load(source).remedy}"
    return f"Give {documents.FORMS}."


def _sources(source: Any) -> list[Any]:
    """One or several; rows and messages are one source."""
    if isinstance(source, str | os.PathLike):
        return [source]
    if isinstance(source, Mapping):
        return [source]
    if isinstance(source, Sequence) and source:
        return list(source) if all(isinstance(one, str | os.PathLike) for one in source) else [source]
    if isinstance(source, Sequence):
        raise ConfigError("source = []: there is nothing in it to judge. Give one row, or one message, or more.")
    raise ConfigError(
        f"source = {brief(source)}: give a path, hf:OWNER/NAME, rows, messages, or a task with its conversation."
    )


class Judge:
    """Judges what is given by the tasks of a run, of a file, or of the benchmark."""

    def __init__(self, run: Path | None, domain: str | None) -> None:
        self._run = None if run is None else Run.read(run)
        self._domain = None if domain is None else named_domain(full(domain), "--domain")
        self._officials: dict[tuple[str, int], Officials] = {}

    def all(self, sources: Iterable[Any]) -> Iterator[Judged]:
        """Each conversation of each source, in order."""
        index = 0
        for source in sources:
            before = index
            for one in self._of(source):
                yield replace(one, index=index)
                index += 1
            if index == before:
                raise StoreError(
                    f"{_called(source)} holds no conversation, so there is nothing to judge. {_more(source)}"
                )

    def _of(self, source: Any) -> Iterator[Judged]:
        if isinstance(source, Piped):
            yield from map(self.given, files.piped(source.data, str(source)))
            return
        if not isinstance(source, str | os.PathLike):
            yield from map(self.given, files.given(source, "source"))
            return
        text = os.fspath(source)
        if text.startswith(published.PREFIX):
            yield from map(self.given, _rows_of(text))
            return
        path = path_of(source, "FILE")
        with disk(path, "cannot read"):
            there, ours = path.exists(), (path / MANIFEST).exists()
        if not there:
            raise ConfigError(f"{path} is not there. Name {documents.FORMS}; the folder of a run; or hf:OWNER/NAME.")
        if ours:
            yield from _of_run(Run.read(path))
        else:
            yield from map(self.given, files.conversations(path))

    def given(self, one: Given) -> Judged:
        """One conversation, with the task that it names.

        Raises:
            ConfigError: It names a task or a domain that there is not, or none where one is needed.
            StoreError: It has another form.
        """
        try:
            domain, basis = self._basis(one)
            talked = chat(one.messages, domain, one.name)
        except WritError as error:
            raise type(error)(f"{one.place}: {error}") from error
        turns = reprinted(talked.turns, domain)
        stop = StopReason.CUT_OFF if one.limit else talked.stop
        handed = stop is StopReason.TRANSFERRED
        unknown = tasks.ending(basis, ended=talked.ended and not one.limit, handed_over=handed)
        if one.name == "traj":
            unknown |= {"tools"}
        key = str(one.record.get("trajectory_id") or one.record.get("id") or one.place)
        talk = Conversation(key, basis.task.id, turns, stop, 0, "imported", "imported", error=one.limit)
        found = _verdict(basis.task, talk, domain, unknown)
        return Judged(0, one.place, basis.task.id or None, found, talk, _reward(one.record))

    def _basis(self, one: Given) -> tuple[Domain, Basis]:
        key = one.task_id
        prefix, slash, number = key.partition("/")
        if slash and exists(known(prefix)):
            return load(prefix), self._official(load(prefix), number, None)
        if self._run is not None and key:
            return self._of_run(self._run, key)
        domain = self._domain_of(one)
        if one.forms is not None:
            return domain, self._official(domain, tasks.scored_by(key, one.record, one.forms), one.forms)
        if one.tau1 is not None:
            return domain, tasks.of_tau1(one.tau1, domain, f"{domain.name}/{key}")
        if all(one.record.get(name) is not None for name in tasks.ROW_KEYS):
            return domain, tasks.of_row(one.record, domain)
        if not key or one.name == "traj":
            return domain, tasks.without(domain)
        return domain, self._official(domain, key, None)

    def _of_run(self, run: Run, key: str) -> tuple[Domain, Basis]:
        if run.digest("tasks", key) is None:
            raise ConfigError(
                f"`task_id` {brief(key)} is no task of {run.folder}. Name the run that it is of, an official task as "
                "tau2:airline/7, or leave `task_id` out for the checks that need no task."
            )
        task: Task = understood(run, "tasks", run.get("tasks", key), from_json)
        return load(task.domain), Basis(task, WHOLE)

    def _official(self, domain: Domain, key: str, forms: Sequence[Json] | None) -> Basis:
        place = (domain.name, 0 if forms is None else id(forms))
        if place not in self._officials:
            self._officials[place] = Officials(domain, forms)
        found = self._officials[place]
        if key not in found:
            span = f" ({found.ids[0]} to {found.ids[-1]})" if found.ids else ""
            where = "the official tasks" if forms is None else "the tasks of this file"
            raise ConfigError(
                f"`task_id` {brief(key)} is none of {where} of {domain.name}{span}. A task of a "
                "run is found with --run RUN, an official one as tau2:airline/7; without a `task_id`, the checks that need no "
                "task judge."
            )
        return found[key]

    def _domain_of(self, one: Given) -> Domain:
        """The one that the record names, else the one that was asked for, else the one that has the tools that it lists; of several, the run's."""
        if one.domain:
            found = named_domain(one.domain, "`domain`")
            if self._domain is not None and found.name != self._domain.name:
                raise ConfigError(f"--domain is {self._domain.name}, and this is of {found.name}. Leave --domain out.")
            return found
        listed = _tools(one.record.get("tools"))
        if self._domain is not None:
            called = _tools_called(one.record.get("messages")) or listed
            others = [name for name in all_names() if called and called <= load(name).kinds.keys()]
            if others and called.isdisjoint(self._domain.kinds):
                raise ConfigError(
                    f"--domain is {self._domain.name}, and this calls {min(called)}, a tool of {' or '.join(others)}. "
                    f"Give --domain {others[0]}."
                )
            return self._domain
        fitting = [name for name in all_names() if listed and listed <= load(name).kinds.keys()]
        if len(fitting) > 1 and self._run is not None:
            fitting = [name for name in fitting if name in self._run.manifest.get("domains", ())]
        if len(fitting) == 1:
            return load(fitting[0])
        named = one.record.get("task_id")
        of_run = isinstance(named, str) and named.startswith("tau2-")
        first = (
            f"`task_id` {brief(named)} looks like a task of a run: name it with --run RUN. Or name"
            if of_run
            else "Name"
        )
        raise ConfigError(
            f"nothing says whose tools these are. {first} the domain, one of those that can be judged: "
            f"--domain {' or --domain '.join(all_names())}"
        )


def named_domain(name: str, where: str) -> Domain:
    """A domain by its name, or by the last part of it.

    Raises:
        ConfigError: There is none.
    """
    if not exists(known(name)):
        raise ConfigError(f"{where} {brief(name)}: there is no such domain. Choose one of {', '.join(all_names())}.")
    return load(name)


def _tools_called(messages: Json) -> set[str]:
    """Names of the tools that messages call; none where they are something else."""
    turns = [turn for turn in messages if isinstance(turn, dict)] if isinstance(messages, list) else []
    calls = [call for turn in turns for call in turn.get("tool_calls") or () if isinstance(call, dict)]
    names = [call["function"].get("name") for call in calls if isinstance(call.get("function"), dict)]
    return {name for name in names if isinstance(name, str)}


def _tools(listed: Json) -> set[str]:
    """Names of the tools that a row lists, as JSON or as text; none where it lists something else."""
    found = set()
    listed = _said(listed)
    for tool in listed if isinstance(listed, list) else ():
        inner = _said(tool)
        inner = inner.get("function", inner) if isinstance(inner, Mapping) else {}
        found.add(str(inner.get("name")) if isinstance(inner, Mapping) else "")
    return found


def _said(value: Json) -> Json:
    """What a text says as JSON; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return parsed(value)
    except ValueError:
        return None


def _verdict(task: Task, talk: Conversation, domain: Domain, unknown: Unknown) -> Verdict:
    """The verdict; a conversation that cannot be laid out is rejected for that."""
    try:
        with boundary(StoreError, f"judging {talk.id}"):
            return verdict_of(task, talk, domain, unknown)
    except StoreError as error:
        finding = Finding("replay", max(0, len(talk.turns) - 1), str(error), "a conversation that can be played again")
        return Verdict(talk.id, task.id, (finding,))


def _of_run(run: Run) -> Iterator[Judged]:
    """A run's own conversations, each by its task."""
    for key in run.kept("conversations"):
        if is_crash(key):
            continue
        talk = understood(run, "conversations", run.get("conversations", key), conversation_from_json)
        if run.digest("tasks", talk.task_id) is None:
            continue  # it is owed again
        task: Task = understood(run, "tasks", run.get("tasks", talk.task_id), from_json)
        found = _verdict(task, talk, load(task.domain), WHOLE)
        yield Judged(0, f"{run.folder}, {key}", task.id, found, talk)


def _rows_of(source: str) -> Iterator[Given]:
    """The rows of a published set."""
    found = published.load(source)
    if not isinstance(found, published.Published):
        raise ConfigError(f"{source} names no published set. Write hf:OWNER/NAME.")
    for split, rows in found.dataset().items():
        for number, row in enumerate(rows):
            yield from files.given(row, f"{source}, {split} row {number}")


def _reward(record: Mapping[str, Json]) -> float | None:
    info = record.get("reward_info")
    value = info.get("reward") if isinstance(info, Mapping) else record.get("reward")
    return float(value) if isinstance(value, int | float) else None
