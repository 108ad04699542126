"""Near-duplicates: conversations in which nearly the same is said and done.

What is compared is the words of user and agent and the agent's calls, in runs of three words. The system prompt, the
tools and what the tools return are left out: conversations of one domain share them, whatever they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from writ_dspy.conversation import Conversation

Sketch: TypeAlias = tuple[int, ...]
"""MinHash signature: of two, the share of places with equal values estimates the Jaccard similarity of their runs."""

PLACES = 256
"""The estimate is off by 0.025 at a similarity of 0.8 (one standard deviation)."""
RUN = 3
"""Words of a run."""
_MISSED = 1e-4
"""Chance that two conversations that are just alike are not compared at all."""
_SEED = 1


def sketch(talk: Conversation) -> Sketch:
    """The signature of a conversation; the same everywhere."""
    from rensa import RMinHash

    minhash = RMinHash(PLACES, _SEED)
    minhash.update(sorted(set(_runs(talk))))
    return tuple(minhash.digest())


def _runs(talk: Conversation) -> Iterator[str]:
    words: list[str] = []
    for turn in talk.turns:
        if turn.role == "tool":
            continue
        words += re.findall(r"\w+", turn.text.lower())
        for call in turn.calls:
            words += [call.tool, *re.findall(r"\w+", str(call.args).lower())]
    return (" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def similarity(one: Sketch, other: Sketch) -> float:
    """Estimated share of common runs among all runs of both."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def duplicates(sketches: Iterable[tuple[str, Sketch]], threshold: float) -> dict[str, tuple[str, float]]:
    """What is nearly the same as something kept before it: its key, with that one's and how similar they are.

    Args:
        sketches: By key; the first of several that are alike is kept.
        threshold: Similarity from which two count as the same, in (0, 1].
    """
    band = _band(threshold)
    kept: dict[str, Sketch] = {}
    bands: dict[tuple[int, Sketch], list[str]] = {}
    found: dict[str, tuple[str, float]] = {}
    for key, mine in sketches:
        places = [(at, mine[at : at + band]) for at in range(0, len(mine), band)]
        near = dict.fromkeys(other for place in places for other in bands.get(place, ()))
        like, other = max(((similarity(mine, kept[name]), name) for name in near), default=(0.0, ""))
        if like >= threshold:
            found[key] = other, like
            continue
        kept[key] = mine
        for place in places:
            bands.setdefault(place, []).append(key)
    return found


def _band(threshold: float) -> int:
    """How many places in a row have to agree for two to be compared: as many as miss next to nothing.

    Source:
        The S-curve of banding: J. Leskovec et al., Mining of Massive Datasets, ch. 3.4.
    """
    return next((n for n in (8, 4, 2) if (1 - threshold**n) ** (PLACES // n) <= _MISSED), 1)
