"""What the data shows by itself: which field is the key of a table, what its ids look like, which fields name records of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy import patterns as re
from writ_dspy.task import Json

Record = Mapping[str, Json]
MOST_SHAPES = 3
"""Forms of ids that one pattern names; more of them are no pattern."""
MOST_NAMED = 40
"""Ids without digits that a pattern names one by one."""
SURE = 0.9
"""Share of a field's values that have to be ids of one table for the field to name its records."""
_RUNS = re.compile(r"\d+|[a-z]+|[A-Z]+|.", flags=0)


@dataclass
class Found:
    """A table of the state."""

    part: str
    """What the state calls it."""
    name: str
    """What a declaration calls one record."""
    key: str
    records: Mapping[str, Record]
    references: dict[str, str] = field(default_factory=dict)
    """Field -> the part whose records it names, one in each record."""
    lists: dict[str, str] = field(default_factory=dict)
    """Field -> the part whose records it lists."""

    @property
    def ids(self) -> Sequence[str]:
        """In the order of the state."""
        return list(self.records)


def tables(state: Mapping[str, Mapping[str, Record]]) -> dict[str, Found]:
    """The tables whose records hold their own ids, by what the state calls them, with what joins them."""
    found = {
        part: Found(part, singular(part, key), key, records)
        for part, records in state.items()
        if (key := key_of(records))
    }
    homes = {part: frozenset(one.records) for part, one in found.items()}
    for one in found.values():
        for name, values in columns(one.records.values()).items():
            if name == one.key:
                continue
            plain = [value for value in values if isinstance(value, str) and value]
            listed = [each for value in values if isinstance(value, list) for each in value]
            one.references |= _joined(name, plain, homes)
            one.lists |= _joined(name, listed, homes)
    return found


def _joined(name: str, values: Sequence[Json], homes: Mapping[str, frozenset[str]]) -> dict[str, str]:
    for part, ids in homes.items():
        if values and sum(isinstance(value, str) and value in ids for value in values) >= SURE * len(values):
            return {name: part}
    return {}


def key_of(records: Mapping[str, Record]) -> str:
    """The field that holds each record's own id; empty where none does."""
    first = next(iter(records.values()), {})
    held = [name for name in first if all(record.get(name) == key for key, record in records.items())]
    return held[0] if held else ""


def leaves(record: Json, name: str = "") -> Iterator[tuple[str, Json]]:
    """Each plain value in a record, however deep, with the name of its field."""
    if isinstance(record, Mapping):
        for key, value in record.items():
            yield from leaves(value, str(key))
    elif isinstance(record, list):
        for one in record:
            yield from leaves(one, name)
    elif record is not None:
        yield name, record


def columns(records: Iterable[Record]) -> dict[str, list[Json]]:
    """Field -> its values, in the order of the records; those that are absent left out."""
    found: dict[str, list[Json]] = {}
    for record in records:
        for name, value in record.items():
            if value is not None:
                found.setdefault(name, []).append(value)
    return found


def singular(part: str, key: str = "") -> str:
    """One of what a part of the state holds: what its key is named after, where that begins alike; else by its ending."""
    stem = re.sub(r"_?(?:id|number|no|code|key)$", "", key)
    if stem and stem != part and stem[:2] == part[:2]:
        return stem
    for ending, one in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", "")):
        if part.endswith(ending) and not part.endswith(("ss", "us", "is")) and len(part) > len(ending) + 1:
            return part.removesuffix(ending) + one
    return part


def plural(noun: str) -> str:
    """Several of a noun, where that is not the noun with an s; else empty."""
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else ""


def shape(ids: Iterable[str]) -> str:
    """A pattern that every id matches: what all have in common as it is, digits and letters by their number; empty where they have no form."""
    ids = list(ids)
    if 0 < len(ids) <= MOST_NAMED and not any(re.search(r"\d|[^\w-]", one) or one.lower() == one for one in ids):
        return "|".join(sorted(ids, key=lambda one: (-len(one), one)))  # codes of letters have no form but themselves
    forms: dict[tuple[str, ...], list[list[str]]] = {}
    for one in ids:
        runs = _RUNS.findall(one)
        forms.setdefault(tuple(_class(run) for run in runs), []).append(runs)
    if not forms or len(forms) > MOST_SHAPES:
        return ""
    found = ["".join(_run([runs[place] for runs in all_]) for place in range(len(all_[0]))) for all_ in forms.values()]
    whole = "|".join(found)
    return whole if re.search(r"\\d", whole) else ""  # words would be ids wherever they are said


def _class(run: str) -> str:
    return "d" if run.isdigit() else "a" if run.islower() else "A" if run.isupper() else run


def _run(runs: Sequence[str]) -> str:
    if len(set(runs)) == 1 and not runs[0].isdigit():
        return re.escape(runs[0]).replace(r"\-", "-").replace(r"\#", "#")
    sizes = sorted({len(run) for run in runs})
    size = f"{{{sizes[0]}}}" if len(sizes) == 1 else f"{{{sizes[0]},{sizes[-1]}}}"
    sort = r"\d" if runs[0].isdigit() else "[a-z]" if runs[0].islower() else "[A-Z]"
    return f"{sort}{'' if size == '{1}' else size}"
