"""How two values differ, told as no more than what differs."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.task import Call, Json

MOST = 3
"""Differences that are named one by one; of more, the number."""


def apart(ours: Call, other: Call) -> str:
    """The other call, with only what it does otherwise.

    As in `return_items with item_ids[1] '77' (not '42')`; two tools have nothing to compare.
    """
    if ours.tool != other.tool:
        return str(other)
    told = [f"{where} {new!r} (not {old!r})" for where, old, new in differences(ours.args, other.args)]
    more = f", and {len(told) - MOST} more" if len(told) > MOST else ""
    return f"{other.tool or 'the answer'} with {', '.join(told[:MOST])}{more}"


def differences(old: Json, new: Json, where: str = "") -> Iterator[tuple[str, Json, Json]]:
    """Each place where two values differ: its path, the old value, the new one; as deep as both have the same form."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for name in old:
            yield from differences(old[name], new[name], f"{where}.{name}" if where else name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, another) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, another, f"{where}[{place}]")
    else:
        yield where, old, new
