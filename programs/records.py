"""What a reader is shown beside a request: the records that it names, and the options of the things that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from writ_dspy.domains import Domain, Row, load, observe
from writ_dspy.programs.tables import EMPTY, tabled
from writ_dspy.task import Call, Json

VALUES = 8
"""Values of an option that are shown."""


def looked_up(text: str, domain: Domain) -> str:
    """The records that a text names by an id, as an agent would look them up, and the options of what it names; empty when it names none.

    A name is a word that a read tool takes as its only argument and finds something by.
    """
    words = dict.fromkeys(word.strip("\"'“”‘’()[]<>.,:;!?") for word in text.split())
    world = domain.world()
    found: dict[str, None] = {}
    for tool, argument in _by_one(domain):
        for word in filter(None, words):
            call = Call.of(tool, {argument: word})
            seen = observe(domain, world, call)
            if not seen.error and any(seen.views.values()):
                found[f"{call}:\n{EMPTY.sub('', tabled(seen.text))}"] = None
    plain = " ".join(re.findall(r"\w+(?:['’/-]\w+)*", text.lower()))
    named = (line for name, line in _options(domain.name) if re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", plain))
    return "\n".join([*found, *named])


def _by_one(domain: Domain) -> Iterator[tuple[str, str]]:
    """The read tools that take one argument, with its name."""
    for tool, params in domain.params.items():
        if domain.kinds[tool] == "read" and len(params.model_fields) == 1:
            yield tool, next(iter(params.model_fields))


@cache
def _options(domain_name: str) -> tuple[tuple[str, str], ...]:
    """What the things of a list differ by, each thing by its name in lower case: which options a lamp has, and which a shoe.

    A list is what a read tool shows that takes no argument; a thing is looked up by another field of its row. A field
    that all things have is none of its options.
    """
    domain = load(domain_name)
    lists = (tool for tool, params in domain.params.items() if domain.kinds[tool] == "read" and not params.model_fields)
    listed = [row for tool in lists for rows in domain.read(Call.of(tool, {})).views.values() for row in rows]
    lines = []
    for tool, argument in _by_one(domain):
        known: list[tuple[str, str, tuple[Row, ...]]] = []
        for thing, key in [(row, name) for row in listed for name in row]:
            seen = domain.read(Call.of(tool, {argument: thing[key]}))
            names = [value for other, value in thing.items() if other != key and isinstance(value, str)]
            known += [(name, view, rows) for name in names for view, rows in seen.views.items() if len(rows) > 1]
        fields = [frozenset(one) for _, _, rows in known for one in rows]
        common = fields[0].intersection(*fields) if fields else frozenset[str]()
        for name, view, rows in known:
            options = dict.fromkeys(key for one in rows for key in one if key not in common)
            shown = "; ".join(f"{key}: {_some(one.get(key) for one in rows)}" for key in options)
            if shown:
                lines.append((name.lower(), f"{name}, {view} of {tool} by {shown}"))
    return tuple(lines)


def _some(values: Iterable[Json]) -> str:
    """The first of them, each once."""
    texts = list(dict.fromkeys(str(value) for value in values if value is not None))
    return ", ".join([*texts[:VALUES], *(["…"] if len(texts) > VALUES else [])])
