"""What an agent reads of its tools: one line each, and what many of them say alike only once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

_SENTENCE = re.compile(r"(?<=\.) +")
MANY = 3
"""Tools that say the same before it is said once for all of them."""
LONG = 8
"""Words of a sentence of which one may differ from tool to tool."""
SIGN = "*"


def toolbox(functions: Sequence[Mapping[str, Any]]) -> str:
    """Name and description of each tool; a sentence that many of them have, up to one word, stands below, and a sign at their names.

    A sentence that says no more than the name does is left out, and so is a tool of which there is nothing to say but that: how it
    is called stands elsewhere.
    """
    said = {one["name"]: _SENTENCE.split(" ".join(one["description"].split())) for one in functions}
    shared = _shared(said)
    lines = []
    for name, sentences in said.items():
        signs = "".join(SIGN * (at + 1) for at, alike in enumerate(shared.values()) if name in alike)
        own = [one for one in sentences if not any(alike.get(name) == one for alike in shared.values())]
        own = [one for one in own if adds(name, one)]
        if own or signs:
            lines.append(f"{name}{signs}: {' '.join(own)}".removesuffix(": "))
    return "\n".join([*lines, *(f"{SIGN * (at + 1)} at a tool: {text}" for at, text in enumerate(shared))])


def adds(name: str, sentence: str) -> bool:
    """Whether a sentence tells of something what its name does not, "Get the details of an order" of `get_order_details`."""
    known = {_stem(part) for part in name.split("_")} | _LITTLE
    return not {_stem(word) for word in _WORD.findall(sentence.lower())} <= known


def _stem(word: str) -> str:
    return word.removesuffix("'s").removesuffix("s")


_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_LITTLE_WORDS = "a an the of in for to by and or all any some it its this that information info details data"
_LITTLE = frozenset(map(_stem, _LITTLE_WORDS.split()))


def _shared(said: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """What many tools say alike, with a gap for the word that differs, and who says it in which words."""
    found = defaultdict[str, dict[str, str]](dict)
    for name, sentences in said.items():
        for sentence in sentences[1:]:
            words = sentence.split()
            for at in range(len(words) * (len(words) >= LONG)):
                found[" ".join([*words[:at], "…", *words[at + 1 :]])].setdefault(name, sentence)
    taken = set[str]()
    shared: dict[str, dict[str, str]] = {}
    for text, alike in sorted(found.items(), key=lambda one: -len(one[1])):
        if len(alike) >= MANY and taken.isdisjoint(alike.values()):
            taken |= {*alike.values()}
            shared[text if len({*alike.values()}) > 1 else next(iter(alike.values()))] = alike
    return shared
