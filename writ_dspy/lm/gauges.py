"""What SGLang's replicas tell of themselves, as one line of figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Counts = Mapping[str, float]
"""Metrics of one replica by name."""
_METRIC = re.compile(r"^sglang:(\w+)(?:\{[^}]*\})? (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stats:
    """What all replicas together do; the rates are of the last seconds."""

    seconds: float
    """Since they were ready."""
    replicas: int
    """Those that run."""
    down: tuple[str, ...]
    """One message for each replica that ended behind the router; it is not started again."""
    running: int
    """Requests in generation."""
    queued: int
    input_rate: float
    """Prompt tokens each second, cached ones included."""
    output_rate: float
    """Generated tokens each second."""
    input_tokens: int
    """Since the start, as the next two."""
    cached_tokens: int
    output_tokens: int

    @property
    def cache_hit(self) -> float | None:
        """Share of all prompt tokens that were in the cache, in [0, 1]; None before the first."""
        return self.cached_tokens / self.input_tokens if self.input_tokens else None

    @classmethod
    def of(
        cls,
        *,
        seconds: float,
        since: float,
        before: Sequence[Counts],
        after: Sequence[Counts],
        up: Sequence[Counts],
        down: tuple[str, ...],
    ) -> Stats:
        """Stats from what was counted by all replicas `since` seconds ago, by all until now, and by those that run."""

        def told(name: str, counts: Sequence[Counts]) -> int:
            return int(sum(each.get(name, 0) for each in counts))

        def rate(name: str) -> float:
            return (told(name, after) - told(name, before)) / max(since, 1e-9)

        return cls(
            seconds=seconds,
            replicas=len(up),
            down=down,
            running=told("num_running_reqs", up),
            queued=told("num_queue_reqs", up),
            input_rate=rate("prompt_tokens_total"),
            output_rate=rate("generation_tokens_total"),
            input_tokens=told("prompt_tokens_total", after),
            cached_tokens=told("cached_tokens_total", after),
            output_tokens=told("generation_tokens_total", after),
        )


def read(metrics: str) -> Counts:
    """SGLang's metrics by name, summed over their labels."""
    summed: dict[str, float] = {}
    for name, value in _METRIC.findall(metrics):
        summed[name] = summed.get(name, 0.0) + float(value)
    return summed
