"""How one model of one server wants to be asked, learned from what it refuses.

OpenAI's protocol has as many dialects as servers: one knows `max_tokens` under another name, one takes no temperature, one
calls a seed an extra input, one has no place for a system message. A refusal that names such a field is no word about
what is asked: the field is renamed or left out, and the request is sent once more. What did not help is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

Body = dict[str, Any]
LIMIT, LIMIT_NOW = "max_tokens", "max_completion_tokens"
_SPARED = (
    "seed", "temperature", "top_p", "parallel_tool_calls", "tool_choice", "reasoning_effort", "chat_template_kwargs",
    "frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "stop", "strict",
)  # fmt: skip
"""Fields without which a request still asks for the same thing, if less exactly."""
_RENAME, _BACK = f"{LIMIT_NOW} for {LIMIT}", f"{LIMIT} for {LIMIT_NOW}"
_FOLD = "system text in the first message"
_SYSTEM = re.compile(
    r"\b(?:system|developer)\b.{0,60}\b(?:role|message|prompt|instruction)s?\b|\brole\b.{0,60}\b(?:system|developer)\b"
    r"|\broles? must alternate|\bonly\b.{0,30}\broles?\b|\bmessages\W{1,4}0\W{1,4}role\b",
    re.IGNORECASE,
)


class Dialect:
    """What is changed of each request; `said` applies it, `objection` finds what a refusal asks to change."""

    def __init__(self, *, official: bool = False) -> None:
        self.changes: dict[str, None] = {_RENAME: None} if official else {}
        """As a reader sees them, in the order in which they were learned."""

    def __str__(self) -> str:
        return ", ".join(self.changes)

    def said(self, body: Mapping[str, Any], kept: Collection[str] = ()) -> Body:
        """The request as this model takes it; fields that are `kept` stay whatever was learned."""
        whole = dict(body)
        if LIMIT_NOW in whole:
            whole.setdefault(LIMIT, whole.pop(LIMIT_NOW))
        for change in self.changes:
            field = change.removeprefix("without ")
            if field == "strict":
                whole = _lax(whole)
            elif field != change and field not in kept:
                whole.pop(field, None)
        if _RENAME in self.changes and LIMIT in whole:
            whole[LIMIT_NOW] = whole.pop(LIMIT)
        return _folded(whole) if _FOLD in self.changes else whole

    def objection(self, sent: Body, told: str, kept: Collection[str] = ()) -> Iterator[str]:
        """The changes that a refusal of this request may ask for, likeliest first."""
        for field in _SPARED:
            there = "tools" in sent if field == "strict" else field in sent and field not in kept
            if there and _named(field).search(told):
                yield f"without {field}"
        if (LIMIT in sent or LIMIT_NOW in sent) and _named(LIMIT if LIMIT in sent else LIMIT_NOW).search(told):
            yield _RENAME if LIMIT in sent else _BACK
        if any(message.get("role") == "system" for message in sent["messages"]) and _SYSTEM.search(told):
            yield _FOLD

    def guesses(self, sent: Body) -> list[str]:
        """What may be wrong with a plain request that was refused without a word that says it."""
        left_out = [f"without {field}" for field in ("seed", "temperature", "top_p") if field in sent]
        return [change for change in (_FOLD, *left_out, _RENAME) if change not in self.changes]

    def take(self, change: str) -> None:
        """Ask so from now on."""
        if change == _BACK:
            self.changes.pop(_RENAME, None)
        else:
            self.changes[change] = None

    def undo(self, change: str) -> None:
        """Ask as before: the change did not help."""
        if change == _BACK:
            self.changes[_RENAME] = None
        else:
            self.changes.pop(change, None)


@cache
def _named(field: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){field}(?![\w-])")


def _lax(body: Body) -> Body:
    """Without `strict` in the functions, which servers that do not know it may refuse."""
    tools = [
        {**tool, "function": {key: value for key, value in tool["function"].items() if key != "strict"}}
        for tool in body.get("tools", ())
    ]
    return {**body, "tools": tools} if tools else body


def _folded(body: Body) -> Body:
    """System messages put before the words of the first message of the user."""
    system = [message["content"] for message in body["messages"] if message["role"] == "system"]
    rest = [message for message in body["messages"] if message["role"] != "system"]
    if system and rest:
        rest[0] = {**rest[0], "content": "\n\n".join([*system, rest[0]["content"]])}
    return {**body, "messages": rest or [{"role": "user", "content": "\n\n".join(system)}]}
