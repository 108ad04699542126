"""A published dataset as the pages show it: what its rows say, without a task to prove anew.

All of its conversations were accepted. The evidence of each decision stands in a row; its witnesses do not, and neither does what the
checks found in others. Of a set that somebody else made, a row holds less, and what it does not say is None, never zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from writ_dspy.errors import StoreError
from writ_dspy.shown import shown
from writ_dspy.task import Json
from writ_dspy.view.index import STATES, TEXT, Names, safe

KINDS = ("domain", "kind", "check", "rule", "recipe", "tool", "trial", "agent", "stop")


class Rows:
    """The rows of one set.

    Args:
        name: Of the set.
        rows: As `datasets` gives them; each is read once for the table, and again when it is looked at.
        report: Of the run that it was published from; empty where that is not known.
        more: What the set is, in a few words.
    """

    def __init__(
        self, name: str, rows: Sequence[Mapping[str, Any]], report: Mapping[str, Json], more: Mapping[str, Json]
    ) -> None:
        self.name, self._rows, self._report, self._more = name, rows, report, more

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def document(self) -> dict[str, Json]:
        """All rows in columns."""
        names = {kind: Names() for kind in KINDS}
        columns: dict[str, list[Any]] = {}
        for number in range(len(self._rows)):
            try:
                for column, value in _columns(self._rows[number], number, names):
                    columns.setdefault(column, []).append(value)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise StoreError(
                    f"{self.name}: row {number} is no trajectory ({error!r:.100}). `writ view` shows sets with `messages` of "
                    "role and content, such as those of `writ publish`."
                ) from error
        return {"names": {name: some.texts for name, some in names.items()}, "columns": columns}

    @cached_property
    def report(self) -> dict[str, Json]:
        """What the run came to, where that is known."""
        empty = {
            "owed": 0,
            "tasks_owed": 0,
            "dry": [],
            "findings": [],
            "manner": [],
            "lengths": {},
            "per_accepted": {},
            "trials": [],
        }
        found: dict[str, Json] = safe(empty | dict(self._report))
        return found

    def about(self) -> dict[str, Json]:
        """What the set is."""
        tasks = {row_task(one) for one in self.document["columns"]["id"]}
        return {"name": self.name, "tasks": len(tasks), "wanted": len(tasks), **self._more}

    def talk(self, number: int) -> dict[str, Json] | None:
        """One row as a conversation; None where there is none."""
        if not 0 <= number < len(self._rows):
            return None
        found: dict[str, Json] = safe(_talk(self._rows[number], number))
        return found


def row_task(key: str) -> str:
    """The task of a conversation, by its id."""
    return key.rpartition(".")[0] or key


def _columns(row: Mapping[str, Any], number: int, names: Mapping[str, Names]) -> Iterator[tuple[str, Any]]:
    messages = _messages(row)
    words = " ".join(next((one.get("content") or "" for one in messages if one.get("role") == "user"), "").split())
    lists = {
        "rules": ("rule", [one["rule"] for one in _read(row, "refusals")]),
        "tools": ("tool", [one["name"] for one in _read(row, "gold_actions")]),
        "trials": ("trial", [one["trial"] for one in _read(row, "trials")]),
        "checks": ("check", []),
    }
    yield "id", shown(_id(row, number), line=True)
    yield "state", STATES.index("accepted")
    yield "domain", names["domain"].number(str(row.get("domain", "")))
    yield "kind", names["kind"].number(str(row.get("trajectory_type", "")))
    for name in ("writes", "burden", "denied"):
        yield name, row.get(name)
    for column, (kind, texts) in lists.items():
        yield column, [names[kind].number(text) for text in dict.fromkeys(texts)]
    yield "recipe", names["recipe"].number(str(row.get("recipe", "")))
    yield "twin", shown(str(row.get("twin") or ""), line=True)
    yield "text", shown(words if len(words) <= TEXT else f"{words[: TEXT - 1]}…", line=True)
    yield "messages", sum(one.get("role") in ("user", "assistant") and bool(one.get("content")) for one in messages)
    yield "calls", sum(one.get("role") == "tool" for one in messages)
    yield "agent", names["agent"].number(str(row.get("agent_model", "")))
    yield "stop", names["stop"].number("")


def _talk(row: Mapping[str, Any], number: int) -> dict[str, Json]:
    turns, read, written = _turns(row)
    behaviour, seen = (dict(_read(row, name) or {}) for name in ("behavior", "behavior_seen"))
    scenario = dict(_read(row, "user_scenario") or {})
    gold = [_call(one) for one in _read(row, "gold_actions")]
    instructions = scenario.get("instructions")
    asked = instructions.get("reason_for_call", "") if isinstance(instructions, dict) else str(instructions or "")
    key = _id(row, number)
    return {
        "id": key, "task": row_task(key), "domain": row.get("domain", ""), "kind": row.get("trajectory_type", ""),
        "recipe": row.get("recipe", ""), "writes": row.get("writes"), "burden": row.get("burden"), "denied": row.get("denied"),
        "reads": row.get("search_reads"), "twin": row.get("twin") or "", "instruction": asked, "facts": [],
        "told": list(_read(row, "told")), "gold": gold, "agent": row.get("agent_model", ""), "user": row.get("user_model", ""),
        "seed": row.get("seed"), "stop": "", "error": "", "judged": True, "accepted": True, "findings": [], "not_judged": [],
        "voice": "", "turns": turns, "published": True,
        "behavior": [[name, level, *(seen.get(name) or [""])[:1], (seen.get(name) or ["", None])[-1] if len(seen.get(name) or []) > 1 else None]
                     for name, level in behaviour.items()],
        "trials": [[one["trial"], [], one.get("asked"), one.get("seen")] for one in _read(row, "trials")],
        "decisions": list(_decisions(row, read, written)),
    }  # fmt: skip


def _turns(row: Mapping[str, Any]) -> tuple[list[Json], dict[str, int], dict[str, list[int]]]:
    """The chat; the turn at which each read was first made, by its text; and the turns of each write tool."""
    kinds = {one["name"]: "write" for one in _read(row, "gold_actions")}
    evidence = {_call(read) for one in _read(row, "evidence") for read in one["reads"]}
    turns: list[Json] = []
    read: dict[str, int] = {}
    written: dict[str, list[int]] = {}
    for message in _messages(row):
        if message.get("role") == "system":
            continue
        calls = []
        for one in message.get("tool_calls") or ():
            function = one["function"]
            args = function["arguments"]
            args = json.loads(args) if isinstance(args, str) else args
            text = _call({"name": function["name"], "arguments": args})
            if text in evidence:
                read.setdefault(text, len(turns))
            if function["name"] in kinds:
                written.setdefault(function["name"], []).append(len(turns))
            kind = "read" if text in evidence else kinds.get(function["name"], "")
            calls.append({"tool": function["name"], "args": args, "kind": kind})
        role = {"assistant": "agent"}.get(str(message.get("role")), str(message.get("role")))
        turn = {"role": role, "text": message.get("content") or "", "calls": calls}
        turns.append({name: value for name, value in turn.items() if value})
    return turns, read, written


def _decisions(row: Mapping[str, Any], read: Mapping[str, int], written: Mapping[str, list[int]]) -> Iterator[Json]:
    """What was decided, and by which reads; its write or its refusal where only one can be meant."""
    every, refusals, gold = (list(_read(row, name)) for name in ("evidence", "refusals", "gold_actions"))
    locates = [{_call(one) for one in some["reads"]} for some in _read(row, "locates")] or [set[str]()] * len(every)
    for some, finds in zip(every, locates, strict=False):
        name = str(some.get("decision") or some.get("question") or "")
        writes = [one for one in gold if one["name"] == name]
        refused = [one for one in refusals if one["tool"] == name]
        alone = len(writes) == 1 and not refused and len(written.get(name, ())) == 1
        denied = refused[0] if len(refused) == 1 and not writes else None
        yield {
            "name": name, "gold": _call(writes[0]) if alone else None, "refusal": denied and denied["rule"],
            "told": "" if some.get("decision") else name, "own": False, "transfer": bool(denied and denied.get("transfer")),
            "write": written[name][0] if alone else None, "refused": [], "failed": "",
            "evidence": [
                {"read": text, "turn": read.get(text), "change": None, "outcome": None, "locates": text in finds}
                for text in map(_call, some["reads"])
            ],
        }  # fmt: skip


def _id(row: Mapping[str, Any], number: int) -> str:
    return str(row.get("trajectory_id") or f"row-{number}")


def _messages(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(one) if isinstance(one, str) else dict(one) for one in row["messages"]]


def _read(row: Mapping[str, Any], name: str) -> Any:
    """A column of JSON; empty where the set has none."""
    return json.loads(row[name]) if row.get(name) else []


def _call(one: Mapping[str, Any]) -> str:
    args = ", ".join(f"{name}={value!r}" for name, value in one["arguments"].items())
    return f"{one['name']}({args})"
