"""How a sentence of the scripted user ties in with what has happened by the time that it is said."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.task import Slot

_IN_CASE = re.compile(
    r"(?:And if|If|Should|In case|Otherwise|Failing that|Alternatively|Not in stock|No stock)\b[^,?:;.]*[,?:]\s+(?:then )?",
    re.IGNORECASE,
)
"""The case for which a second choice is named."""


def as_it_failed(slot: Slot) -> str:
    """A second choice by who has just heard that the first one fails: "If that's sold out, I'll take the red one" is "Then I'll take the red one"."""
    lead = _IN_CASE.match(slot.text)
    if lead is None:
        return slot.text
    rest = slot.text[lead.end() :]
    rest = rest if re.match(r"I\b|[A-Z]{2}", rest) else f"{rest[:1].lower()}{rest[1:]}"
    text = f"Then {rest}"
    return text if all(mark in text.lower() for mark in slot.marks) else slot.text
