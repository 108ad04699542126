"""All conversations of a run in columns, so that the browser can filter, sort and count 100,000 of them at once.

Each name (a kind, a check, a clause) stands once, in a list of its own; a column holds its number there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from writ_dspy.codec import from_json
from writ_dspy.run.looking import Row, rows
from writ_dspy.run.synth import Synthesis
from writ_dspy.shown import shown
from writ_dspy.store.jsonl import Record
from writ_dspy.task import Json
from writ_dspy.trial import name as trial_name

TEXT = 240
"""Characters of a request that can be searched, and are shown in the table."""
STATES = ("rejected", "accepted", "crashed", "not judged")


@dataclass
class Names:
    """Texts by number, each once."""

    texts: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Of a text, which gets the next one where it has none."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(shown(text, line=True))
        return found


@dataclass
class Index:
    """The conversations of a run by id, in columns."""

    rows: list[Row]
    document: dict[str, Json]
    """What the browser gets."""


def index_of(work: Synthesis) -> Index:
    """Every conversation of a run whose task is there.

    Raises:
        StoreError: A record says something else than one of its kind does.
    """
    names = {name: Names() for name in ("domain", "kind", "check", "rule", "recipe", "tool", "trial", "agent", "stop")}
    asked: dict[str, tuple[Any, ...]] = {}
    said: dict[str, tuple[int, int, int, int]] = {}

    def task(record: Record) -> None:
        asked[record["id"]] = _asked(record, names)

    def talk(record: Record) -> None:
        said[record["id"]] = _said(record, names)

    found = rows(work, task, talk)
    columns: dict[str, list[Any]] = {
        "id": [shown(row.id, line=True) for row in found],
        "state": [STATES.index(row.state) for row in found],
        "domain": [names["domain"].number(row.domain) for row in found],
        "kind": [names["kind"].number(row.kind) for row in found],
        "writes": [row.writes for row in found],
        "burden": [row.burden for row in found],
        "checks": [[names["check"].number(check) for check in row.checks] for row in found],
    }
    for place, name in enumerate(("denied", "rules", "tools", "trials", "recipe", "twin", "text")):
        columns[name] = [asked[row.task_id][place] for row in found]
    for place, name in enumerate(("messages", "calls", "agent", "stop")):
        columns[name] = [said[row.id][place] for row in found]
    return Index(found, {"names": {name: some.texts for name, some in names.items()}, "columns": columns})


def _asked(task: Record, names: dict[str, Names]) -> tuple[Any, ...]:
    """Of a task: denied requests, clauses that deny them, write tools of the gold, trials of its user, recipe, twin, first words."""
    outcomes = task["outcomes"]
    rules = [one["refusal"] for one in outcomes if one["refusal"] and not one.get("own")]
    tools = [one["call"]["tool"] for one in outcomes if one["call"]]
    trials = [trial_name(from_json(one)) for one in (task.get("behaviour") or {}).get("trials", ())]
    words = " ".join(task["instruction"].split())
    return (
        task["axes"].get("denied", 0),
        [names["rule"].number(rule) for rule in dict.fromkeys(rules)],
        [names["tool"].number(tool) for tool in dict.fromkeys(tools)],
        [names["trial"].number(trial) for trial in dict.fromkeys(trials)],
        names["recipe"].number(task["recipe"]),
        shown(task.get("twin") or "", line=True),
        shown(words if len(words) <= TEXT else f"{words[: TEXT - 1]}…", line=True),
    )


def _said(talk: Record, names: dict[str, Names]) -> tuple[int, int, int, int]:
    """Of a conversation: messages, tool calls, who spoke for the service, why it ended."""
    turns = talk["turns"]
    messages = sum(turn["role"] != "tool" and bool(turn.get("text")) for turn in turns)
    calls = sum(turn["role"] == "tool" for turn in turns)
    return messages, calls, names["agent"].number(talk["agent"]), names["stop"].number(talk["stop"])


def safe(value: Json) -> Json:
    """JSON in which every text shows what would hide or turn it."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {shown(str(key)): safe(inner) for key, inner in value.items()}
    return [safe(inner) for inner in value] if isinstance(value, list | tuple) else value


def reported(work: Synthesis) -> dict[str, Json]:
    """The report of a run with what it owes and which cells ran dry."""
    owes = {"owed": work.owed, "tasks_owed": work.tasks_owed, "dry": list(work.dry.values())}
    found: dict[str, Json] = safe(work.report().to_json() | owes)
    return found


def about(work: Synthesis) -> Iterator[tuple[str, Json]]:
    """What a run is, in a few words."""
    settings = work.settings
    yield "seed", settings.seed
    yield "tries", settings.tries
    yield "agent", settings.agent if settings.lms.agent is None else settings.lms.agent.model
    yield "tasks", work.run.count("tasks")
    yield "wanted", settings.wanted
    yield "writ", str(work.run.manifest.get("writ", ""))
    yield "checks", str(work.run.manifest.get("checks", ""))
