"""A conversation as the few tokens that a model of under a million weights can learn: the bridge between `Episode` and `tiny.py`.

Words stay as they were said, each with the space before it. What is replaced is values: an id, a card number or a title becomes a slot, named by its
kind and by the order in which the conversation showed it (`<H2>`: the second hold); a date is one token, however it is
written; a number is one token. A tool's answer is its values without the names of fields, a call is the tool and its arguments in
the order of the schema. Nothing is left out that a decision rests on, and nothing is put in that the agent could not see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.task import Call

PAD, UNKNOWN, USER, RESULT, SAY, CALL, END = "<pad>", "<unk>", "<user>", "<result>", "<say>", "<call>", "<end>"
SPECIAL = (PAD, UNKNOWN, USER, RESULT, SAY, CALL, END)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
YEAR = 2026
VALUES = re.compile(
    r' ?(?:(?P<id>\b[A-Z]\d{4,5}\b)|(?P<card>\b\d\d-\d{3}-\d{3}\b)|"(?P<title>[^"\n]+)"|'
    rf"(?P<day>\b{YEAR}-\d\d-\d\d\b)|(?P<spoken>\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b)|(?P<number>\b\d+\b))"
)
WORDS = re.compile(r" ?\w+| ?[^\w\s]|\n")


@dataclass
class Bridge:
    """One conversation on its way to tokens and back; it knows the values that were shown so far, by slot."""

    domain: Domain
    slots: dict[str, str] = field(default_factory=dict)
    """Slot by value."""

    def heard(self, turn: Turn) -> list[str]:
        """What the user or a tool said, as tokens."""
        if turn.role == "user":
            return [USER, *self._said(turn.text), END]
        return [RESULT, *self._shown(turn.text), END]

    def acted(self, turn: Turn) -> list[str]:
        """What the agent said or called."""
        if not turn.calls:
            return [SAY, *self._said(turn.text), END]
        (call,) = turn.calls
        return [CALL, f"<{call.tool}>", *(token for value in call.args.values() for token in self._value(value)), END]

    def turn(self, tokens: Sequence[str]) -> Turn | None:
        """The agent's turn that such tokens stand for; None where they are none."""
        if len(tokens) < 2 or tokens[0] not in (SAY, CALL):
            return None
        values = {slot: value for value, slot in self.slots.items()}
        if tokens[0] == SAY:
            return Turn("agent", "".join(_spoken(token, values) for token in tokens[1:]).strip())
        tool = tokens[1].strip("<>")
        schemas = {one["function"]["name"]: one["function"]["parameters"] for one in self.domain.tools}
        if tool not in schemas:
            return None
        args = [values.get(token, token).strip() for token in tokens[2:]]
        return Turn("agent", calls=(Call.of(tool, dict(zip(schemas[tool]["properties"], args, strict=False))),))

    def _said(self, text: str) -> Iterator[str]:
        """Words as they are, values as slots."""
        end = 0
        for found in VALUES.finditer(text):
            yield from WORDS.findall(text[end : found.start()])
            yield self._of(found)
            end = found.end()
        yield from WORDS.findall(text[end:])

    def _of(self, found: re.Match[str]) -> str:
        kind, value = str(found.lastgroup), found[str(found.lastgroup)]
        if kind == "number":
            return f"#{int(value)}"
        if kind == "day":
            return f"@{value[5:]}"
        if kind == "spoken":
            month, day = value.split()
            return f"@{MONTHS.index(month) + 1:02}-{int(day):02}"
        return self._slot({"id": value[0], "card": "K", "title": "T"}[kind], value)

    def _slot(self, letter: str, value: str) -> str:
        known = sum(slot[1] == letter for slot in self.slots.values())
        return self.slots.setdefault(value, f"<{letter}{known + 1}>")

    def _shown(self, text: str) -> Iterator[str]:
        """The values of a tool's answer, in order; text that is no JSON as it is."""
        try:
            found = json.loads(text)
        except ValueError:
            return self._said(f" {text}")
        return self._value(found)

    def _value(self, value: Any) -> Iterator[str]:
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from self._value(one)
        elif isinstance(value, str) and " " in value:
            yield self._slot("T", value)
        else:
            yield from self._said(f" {value}")


def _spoken(token: str, values: dict[str, str]) -> str:
    """A token as it is said, with the space before it."""
    if token in values:
        value = values[token]
        return f' "{value}"' if token.startswith("<T") else f" {value}"
    if token.startswith("@"):
        month, day = token[1:].split("-")
        return f" {MONTHS[int(month) - 1]} {int(day)}"
    return f" {token[1:]}" if token.startswith("#") and len(token) > 1 else token


@dataclass(frozen=True)
class Tokens:
    """A conversation as a row to learn from."""

    tokens: tuple[str, ...]
    learned: tuple[bool, ...]
    """Whether it is the agent's: what the loss looks at."""


def tokens_of(turns: Iterable[Turn], domain: Domain) -> Tokens:
    """All of a conversation up to the agent's last word."""
    bridge, tokens, learned = Bridge(domain), list[str](), list[bool]()
    for turn in turns:
        some = bridge.acted(turn) if turn.role == "agent" else bridge.heard(turn)
        tokens += some
        learned += [turn.role == "agent"] * len(some)
    last = max(index for index, mine in enumerate(learned) if mine) + 1
    return Tokens(tuple(tokens[:last]), tuple(learned[:last]))


def vocabulary(rows: Iterable[Tokens]) -> list[str]:
    """Every token that occurs, the special ones first."""
    seen = {token for row in rows for token in row.tokens}
    return [*SPECIAL, *sorted(seen - set(SPECIAL))]


def quantity(token: str) -> tuple[str, float] | None:
    """The kind and the amount of a token that can be compared: a number, or a date in days."""
    if token.startswith("#") and token[1:].isdigit():
        return "#", float(token[1:])
    if re.fullmatch(r"@\d\d-\d\d", token):
        return "@", float(date(YEAR, int(token[1:3]), int(token[4:])).toordinal())
    return None
