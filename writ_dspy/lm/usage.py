"""What a role's model calls came to: tokens, seconds, failures, money."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from writ_dspy.errors import StoreError, brief
from writ_dspy.store.files import disk, read_text, replacing
from writ_dspy.store.parsed import parsed

Price = tuple[float, float, float]
"""USD per million tokens: input, cached input, output."""


@dataclass(slots=True)
class Usage:
    """Counters of one connection; they add up over roles, workers and runs."""

    calls: int = 0
    """Replies received, usable or not."""
    retries: int = 0
    """Requests that were sent again."""
    input_tokens: int = 0
    """Prompt tokens, those found in the server's cache included."""
    cached_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    """Sum of the time from sending a request to having its reply; waiting for a turn is not in it."""
    bad_replies: Counter[str] = field(default_factory=Counter)
    """Replies that could not be used, by reason."""
    redraws: int = 0
    """Replies that were asked for anew because of what an earlier one was: unusable, or sent back."""
    sent_back: Counter[str] = field(default_factory=Counter)
    """Sentences, voices, goals, readings and messages that code refused, by reason; asked for anew while there were tries left."""
    turned_down: Counter[str] = field(default_factory=Counter)
    """Replies that could be read, and that code turned down for good, by reason: what they should have become is lost."""
    cost: float = 0.0
    """USD, where a price was given."""

    def add(self, tokens: tuple[int, int, int], seconds: float, price: Price | None = None) -> None:
        """One reply, with its input, cached and output tokens."""
        given, cached, made = tokens
        self.calls += 1
        self.input_tokens += given
        self.cached_tokens += cached
        self.output_tokens += made
        self.seconds += seconds
        if price:
            self.cost += ((given - cached) * price[0] + cached * price[1] + made * price[2]) / 1e6

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls, self.retries + other.retries, self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens, self.output_tokens + other.output_tokens,
            self.seconds + other.seconds, self.bad_replies + other.bad_replies, self.redraws + other.redraws,
            self.sent_back + other.sent_back, self.turned_down + other.turned_down, self.cost + other.cost,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        return {
            "calls": self.calls, "retries": self.retries, "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens, "output_tokens": self.output_tokens,
            "seconds": round(self.seconds, 3), "bad_replies": dict(sorted(self.bad_replies.items())),
            "redraws": self.redraws, "sent_back": dict(sorted(self.sent_back.items())),
            "turned_down": dict(sorted(self.turned_down.items())), "cost": round(self.cost, 6),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The inverse of `to_json`; an older writ wrote no `redraws` and no `sent_back`.

        Raises:
            ValueError: It is none; names the field.
        """
        values: dict[str, Any] = {}
        for name, kind in _KINDS.items():
            value = data.get(name, _LATER.get(name)) if isinstance(data, Mapping) else data
            counts = value.values() if isinstance(value, dict) else ()
            if type(value) not in kind or not all(type(count) is int for count in counts):
                raise ValueError(f"`{name}` is {brief(value)}")
            values[name] = Counter(value) if isinstance(value, dict) else value
        return cls(**values)


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("calls", "retries", "input_tokens", "cached_tokens", "output_tokens", "redraws"), (int,)),
    **dict.fromkeys(("seconds", "cost"), (int, float)),
    **dict.fromkeys(("bad_replies", "sent_back", "turned_down"), (dict,)),
}
_LATER: dict[str, Any] = {"redraws": 0, "sent_back": {}}


def read_totals(path: Path) -> dict[str, Usage]:
    """What the roles of a run have used so far; nothing if there is no such file yet.

    Raises:
        StoreError: The file cannot be read, or holds something else.
    """
    with disk(path, "cannot read"):
        text = read_text(path, "replace") or "{}"
    try:
        return {str(role): Usage.from_json(data) for role, data in parsed(text).items()}
    except (ValueError, AttributeError) as error:
        raise StoreError(f"{path} holds no token counts ({error}). Delete it: counting starts anew.") from error


def write_totals(path: Path, totals: Mapping[str, Usage]) -> None:
    """Keep them; the file appears whole or not at all."""
    with disk(path, "cannot write"), replacing(path) as file:
        text = json.dumps({role: used.to_json() for role, used in totals.items()}, indent=2)
        file.write(f"{text}\n".encode())
