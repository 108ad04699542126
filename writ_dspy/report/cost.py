"""What an accepted conversation cost: the calls of all roles' models, those for what was thrown away included."""

from __future__ import annotations

from collections.abc import Mapping

from writ_dspy.lm.usage import Usage
from writ_dspy.report.tables import Table
from writ_dspy.task import Json

ALL = "all roles"
PARTS = ("calls", "input_tokens", "cached_tokens", "output_tokens", "seconds", "cost")


def per_accepted(usage: Mapping[str, Usage], accepted: int) -> dict[str, Json]:
    """By role, and for all of them: what the models' calls came to for each accepted conversation.

    `seconds` are those that a model took to answer; calls overlap, so a run takes less. `cost` is in USD, and None for a
    role without a price. Nothing where nothing is accepted, or no model played.
    """
    if not accepted or not usage:
        return {}
    total = sum(usage.values(), Usage())
    return {
        role: {part: round(getattr(used, part) / accepted, 6) for part in PARTS} | ({} if used.cost else {"cost": None})
        for role, used in (*usage.items(), (ALL, total))
    }


def costs(found: Mapping[str, Json]) -> Table:
    """As `per_accepted` has them."""
    table = Table(
        "for each accepted, the",
        ">calls",
        ">input tokens",
        ">of them cached",
        ">output tokens",
        ">model seconds",
        ">USD",
    )
    for role, cost in found.items():
        tokens = (f"{cost[part]:,.0f}" for part in ("input_tokens", "cached_tokens", "output_tokens"))
        price = "" if cost["cost"] is None else f"{cost['cost']:.4f}"
        table.add(role, f"{cost['calls']:,.1f}", *tokens, f"{cost['seconds']:,.1f}", price)
    return table
