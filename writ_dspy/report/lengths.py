"""How long the accepted conversations of a run are, as the rows of its dataset would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from writ_dspy.conversation import conversation_from_json
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.tokens import estimate
from writ_dspy.domains import load
from writ_dspy.report.census import spread
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import understood
from writ_dspy.store.run import Run

TURNS, CALLS, TOKENS = "messages of user and assistant", "tool calls", "tokens, estimated"


MOST = 1000
"""Conversations that are measured: it takes a millisecond or two for each."""


def lengths(run: Run, accepted: Sequence[str]) -> dict[str, Mapping[str, float]]:
    """Least, median, mean, 95th percentile and most of each length; nothing where nothing is accepted.

    Of very many, some that stand evenly apart are measured, and the names say so.

    Raises:
        StoreError: A conversation makes no row; names its line.
    """
    counts: dict[str, Counter[int]] = {name: Counter() for name in (TURNS, CALLS, TOKENS)}
    domains: dict[str, str] = {}

    def measure(record: Record) -> tuple[int, int, int]:
        task = record["task_id"]
        if task not in domains:
            domains[task] = understood(run, "tasks", run.get("tasks", task), lambda one: str(one["domain"]))
        domain = load(domains[task])
        messages = to_messages(conversation_from_json(record), domain)
        turns = sum(message["role"] in ("user", "assistant") for message in messages)
        calls = sum(len(message.get("tool_calls", ())) for message in messages)
        return turns, calls, estimate(messages, domain.tools)

    some = accepted if len(accepted) <= MOST else [accepted[place * len(accepted) // MOST] for place in range(MOST)]
    for key in some:
        for name, number in zip(
            counts, understood(run, "conversations", run.get("conversations", key), measure), strict=True
        ):
            counts[name][number] += 1
    note = "" if len(some) == len(accepted) else f" ({len(some):,} of {len(accepted):,})"
    return {f"{name}{note}": found for name, histogram in counts.items() if (found := spread(histogram))}
