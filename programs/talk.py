"""A conversation as text for a prompt: it only ever grows at its end, so that a server can reuse the prefix.

A record that a tool shows once more, as each write does, stands there by what has changed in it; which fields are empty in each
record of a kind is told with the first one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from writ_dspy.conversation import Turn
from writ_dspy.programs.tables import EMPTY, tabled
from writ_dspy.task import Call, Json

Side = Literal["agent", "user"]
_NOBODY_YET = "(nothing yet)"


def as_text(turns: Sequence[Turn], side: Side, *, thoughts: bool = True) -> str:
    """One paragraph per turn, as that side sees it: a user sees no tool call, no result and no note.

    Args:
        turns: Of the conversation.
        side: Whose prompt it is for.
        thoughts: Whether an agent sees what it thought at each step.
    """
    shown_ = _for_agent(turns, thoughts) if side == "agent" else map(_for_user, turns)
    return "\n".join(filter(None, shown_)) or _NOBODY_YET


def _for_user(turn: Turn) -> str:
    if turn.role == "user":
        return f"CUSTOMER: {turn.text}"
    return f"AGENT: {turn.text}" if turn.role == "agent" and turn.text else ""


def _for_agent(turns: Sequence[Turn], thoughts: bool) -> Iterator[str]:
    records: dict[str, str] = {}
    empty = set[str]()
    for turn in turns:
        if turn.role == "tool":
            name, text = _names(turn.text), _changed(records.get(_names(turn.text), ""), turn.text)
            line = EMPTY.search(text)
            yield f"RESULT: {text.replace(line[0], '', 1) if line and line[0] in empty else text}"
            empty |= {line[0]} if line else set()
            if name:
                records[name] = turn.text
            continue
        if thoughts and turn.thought:
            yield f"YOUR NOTE: {turn.thought}"
        yield _for_user(turn)
        yield from (f"CALL: {shown(call)}" for call in turn.calls)


@lru_cache(maxsize=4096)
def _names(text: str) -> str:
    """What a result calls the record that it shows: its first field, an id; empty where it shows none."""
    record = _record(text)
    first, value = next(iter(record.items()), ("", None))
    return f"{first} {value}" if first.endswith("id") and isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _changed(before: str, text: str) -> str:
    """A result, or, where it is shorter, what it has otherwise than the same record had before."""
    whole, was, now = tabled(text), _record(before), _record(text)
    if not was or not was.keys() <= now.keys():
        return whole
    new = {key: value for key, value in now.items() if key not in was or was[key] != value}
    said = f", but\n{tabled(json.dumps(new, ensure_ascii=False))}" if new else ", unchanged"
    short = f"{_names(text)}: as it stands above{said}"
    return short if len(short) < len(whole) else whole


def _record(text: str) -> dict[str, Json]:
    """The object that a result is; none where it is something else."""
    try:
        data = json.loads(text) if text[:1] == "{" else None
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def shown(call: Call) -> str:
    """A call as `tool {"argument": …}`."""
    return f"{call.tool} {call.text}"
