"""The words of a domain: names of people, places, states of records, and all else that its texts and records hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.fields import Fields
from writ_dspy.simulate.acts.lexicon import KNOWN
from writ_dspy.task import Json

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_NAME = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_FEW = 12
"""Values of a field that is a state, at most."""


@dataclass(slots=True)
class Vocabulary:
    """What may be said of a domain's records, in lower case."""

    first: set[str] = field(default_factory=set)
    last: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    """Cities."""
    states: dict[str, frozenset[str]] = field(default_factory=dict)
    """Field -> its few values, in words."""
    options: dict[str, set[str]] = field(default_factory=dict)
    """Name of an option of a thing -> its values."""
    things: set[str] = field(default_factory=set)
    """What records are called by, where that is no name of a person: "wall clock"."""
    own: set[str] = field(default_factory=set)
    """All other words of policy, tools and records."""
    words: set[str] = field(default_factory=set)
    """Those, and the words that people agree and ask with."""


@lru_cache(maxsize=16)
def vocabulary(domain: Domain) -> Vocabulary:
    """Collected once from a domain's records, policy and tools."""
    found = Vocabulary()
    seen: dict[str, Counter[str]] = {}
    strings: set[str] = set()
    for table in domain.tables.values():
        for record in table.values():
            _collect(domain.pack.fields, record, found, seen, strings, 1)
    for name, values in seen.items():
        if 1 < len(values) <= _FEW and sum(values.values()) > 2 * len(values) and all(map(_is_word, values)):
            found.states[name] = frozenset(value.replace("_", " ") for value in values)
    handover = ["a human agent"] if domain.pack.transfer else []  # whoever may hand over may say to whom
    texts = (domain.policy, json.dumps(domain.tools, ensure_ascii=False), *domain.pack.spoken, *strings, *handover)
    for text in texts:
        found.own.update(_WORD.findall(text.lower()))
    found.words |= found.own | KNOWN
    found.places |= {name.lower() for name in domain.pack.places.values()}
    found.words -= found.first | found.last
    found.things = {name for name in found.things if not set(name.split()) & (found.first | found.last | found.places)}
    found.own &= found.words
    return found


@lru_cache(maxsize=64)
def written_to(domain: Domain) -> Mapping[str, Mapping[str, Json]]:
    """Field -> the table whose records stand by it and that writes change: the order, the reservation, the loan; users left out."""
    writes = [model for tool, model in domain.params.items() if domain.kinds.get(tool) == "write"]
    named = {name for model in writes for name in model.model_fields}
    users = frozenset(domain.pack.users(domain))
    found: dict[str, Mapping[str, Json]] = {}
    for table in domain.tables.values():
        key, record = next(iter(table.items()), ("", None))
        if isinstance(record, dict) and key not in users:
            found |= {name: table for name, value in record.items() if value == key and name in named}
    return found


def _is_word(value: str) -> bool:
    return 2 < len(value) < 20 and value.replace("_", " ").replace(" ", "").isalpha() and value.islower()


def _collect(
    fields: Fields, data: Json, found: Vocabulary, seen: dict[str, Counter[str]], strings: set[str], depth: int
) -> None:
    """Take in all that lies below a record."""
    for name, value in _fields(data):
        if isinstance(value, dict | list):
            if name == fields.features and isinstance(value, dict):
                for option, choice in value.items():
                    found.options.setdefault(option.lower(), set()).add(str(choice).lower())
            _collect(fields, value, found, seen, strings, depth + 1)
        elif isinstance(value, str):
            _sort(fields, name, value.lower(), found, strings)
            if depth == 1 or name == "status":
                seen.setdefault(name, Counter())[value] += 1


def _sort(fields: Fields, name: str, value: str, found: Vocabulary, strings: set[str]) -> None:
    if name == "name" and _NAME.fullmatch(value):
        found.things.add(value)
    kinds = {fields.given: found.first, fields.family: found.last, "city": found.places}
    if name in kinds and name:
        kinds[name].add(value)
    elif "address" not in name and len(value) < 60:
        strings.add(value)


def _fields(data: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(data, Mapping):
        yield from data.items()
    elif isinstance(data, list):
        for value in data:
            yield "", value
