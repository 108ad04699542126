"""What a sentence tells of a record that it names by its id: its title, its place, its state, a number; and of a write that was just made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains.declared import asked
from writ_dspy.domains.declared.conditions import Side
from writ_dspy.domains.declared.model import Attribute, Table
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.task import Call

NEAR = 3
"""Words ahead of a number among which one says that it is a limit, or what is to come."""
MOST = 400
"""Different values of a field above which it is no matter of words."""
Told = Iterator[tuple[str, str]]
"""What is told, and what was read."""
_HOLE = re.compile(r"\{([\w.]+)\}")
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_LEADS = frozenset("a an the of on for at in by to with is called titled named book title about my your it its".split())  # noqa: SIM905
"""Words that may stand between an id and what the record is called."""
_OPEN = re.compile(
    r"\b(?:if|only|unless|once|until|would|could|should|may|might|must|not|never|no longer|instead|rather|used to|was|were|had been|before|from)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words of what is not told as it is now."""
_CASE = re.compile(r"\b(?:if|unless|once|when|whether|as long as|provided|suppose|were)\b", re.IGNORECASE)
"""Words ahead of a record with which a case is put."""
_TO_BE = re.compile(r"\b(?:i|we)(?: would| will|['’]d|['’]ll)\b", re.IGNORECASE)
"""Words ahead of a record with which a write is put."""
_AT = re.compile(r"\bat (?:the )?[A-Z]")
_BEFORE = re.compile(
    r"\b(?:from|instead|rather|not|never|was|were|before|old|previous\w*|until|would|could|if)\b|n['’]t\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:more|another|most|least|than|up to|after|then|makes?|would|will|limit|maximum|of|each|every|per|in all|total|together)\b", re.IGNORECASE)  # fmt: skip


class _Named(NamedTuple):
    """A record that a sentence names."""

    table: str
    key: str
    start: int
    end: int


def facts(schema: Schema) -> Callable[[str, Seen, Sequence[tuple[Call, str]]], Told]:
    """(sentence, what was read, the writes just made with their results) -> what it tells otherwise than it is."""
    names = {name: _calling(schema, name, table) for name, table in schema.spec.tables.items() if table.id}
    choices = asked.choices(schema)

    def told(sentence: str, seen: Seen, made: Sequence[tuple[Call, str]]) -> Told:
        named = list(_ids(schema, sentence))
        for index, one in enumerate(named):
            rows = _rows(schema, seen, one)
            if not rows:
                continue
            until = named[index + 1].start if index + 1 < len(named) else len(sentence)
            behind, ahead = sentence[one.end : until], sentence[: one.start]
            found = list(names[one.table](behind, ahead, rows))
            if _TO_BE.search(ahead) and len(_AT.findall(behind)) == 1:  # where the write takes place
                found = [(saw, right) for saw, right in found if f"at {saw}" not in behind]
            if not _CASE.search(re.split(r"[,;:]", ahead)[-1]):
                found += [*_states(schema, one.table, behind, rows), *_numbers(schema, one.table, behind, rows)]
            yield from ((saw, f"what was read of {one.key}: {right}") for saw, right in found)
        yield from _of_writes(schema, choices, sentence, named, made)

    return told


def _ids(schema: Schema, sentence: str) -> Iterator[_Named]:
    found = [
        _Named(name, match[0], match.start(), match.end())
        for name, table in schema.spec.tables.items()
        if table.id
        for match in _id(table.id).finditer(sentence)
    ]
    return iter(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=64)
def _id(pattern: str) -> re.Pattern:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")


def _rows(schema: Schema, seen: Seen, named: _Named) -> list[Row]:
    key = schema.spec.tables[named.table].key
    return [row for row in seen.rows(schema.view(named.table)) if str(row.get(key)) == named.key]


# ----------------------------------------------------------------------------- what it is called


def _calling(schema: Schema, name: str, table: Table) -> Callable[[str, str, Sequence[Row]], Told]:
    """By the fields that stand in the name of a record: in quotes, or behind the word that stands before them there."""
    fields: list[tuple[str, bool, re.Pattern]] = []
    for match in _HOLE.finditer(table.name):
        forms = _values(schema, name, match[1])
        if match[1] == table.key or not forms:
            continue
        quoted = table.name[: match.start()].endswith('"')
        before = re.findall(r"[a-z]+", table.name[: match.start()].lower())[-1:]
        words = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
        lead = rf"(?:{'|'.join({*before, 'of', 'on', 'called', 'titled', 'is'} if quoted else before)})"
        if before:
            fields.append((match[1], quoted, re.compile(rf"^(?P<gap>.*?)\b{lead}\W+(?:the\W+)?(?P<value>{words})(?!\w)", re.IGNORECASE)))  # fmt: skip

    def called(behind: str, ahead: str, rows: Sequence[Row]) -> Told:
        for field, quoted, pattern in fields:
            match = pattern.search(behind)
            gap = _QUOTED.sub(" ", match["gap"]) if match else ""
            if match and _LEADS.issuperset(re.findall(r"[a-z']+", gap.lower())) and not re.search(r"[.;!?]", gap):
                yield from _other(field, match["value"], rows)
            bracket = re.search(r"[\"“]([^\"”]+)[\"”]\s*\((?:\w+\s){0,2}\Z", ahead) if quoted else None
            if bracket and bracket[1].lower() in _values(schema, name, field):
                yield from _other(field, bracket[1], rows)

    return called


def _other(field: str, value: str, rows: Sequence[Row]) -> Told:
    """Where no look at the record shows the value."""
    known = [str(row[field]) for row in rows if row.get(field) is not None]
    if known and value.lower() not in {one.lower() for one in known}:
        yield value, known[0]


def _values(schema: Schema, name: str, field: str) -> frozenset[str]:
    """What a field can hold, in lower case, where that is words."""
    of_it = schema.values_of(Side(name, field)) or [
        record.get(field)
        for table in schema.records.values()
        for record in table.values()
        if isinstance(record, Mapping)
    ]  # what a read shows of a record may be another one's
    every = [value for value in of_it if isinstance(value, str)]
    plain = frozenset(
        value.lower() for value in every if re.search(r"[a-zA-Z]{3}", value) and not re.search(r"\d{4}-", value)
    )
    return plain if 1 < len(plain) <= MOST else frozenset()


# ----------------------------------------------------------------------------- how it is


def _states(schema: Schema, name: str, behind: str, rows: Sequence[Row]) -> Told:
    """By what is declared to be so of it, and by the words that its values have: "is in transit"."""
    for field, about in _attributes(schema, name).items():
        if about.type != "text" or not (about.words or about.stands):
            continue
        forms = _forms(schema, name, field, about)
        lead = about.stands[0].partition("{}")[0].strip() if about.stands else "is"
        if not forms or lead not in ("is", "are", "has"):
            continue
        match = _stating(lead, tuple(forms)).search(_QUOTED.sub(" ", behind))
        if match is None or _OPEN.search(behind[: match.start()]):
            continue
        right = {str(row[field]).lower() for row in rows if row.get(field) is not None}
        if right and not right & forms[match["value"].lower()]:
            yield match[0].strip(), " or ".join(sorted(right))


@lru_cache(maxsize=256)
def _stating(lead: str, forms: tuple[str, ...]) -> re.Pattern:
    words = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(
        rf"^[^.;!?]*?\b{lead}\W+(?:(?:still|now|already|currently)\W+)?(?P<value>{words})(?![\w-])", re.IGNORECASE
    )


def _attributes(schema: Schema, name: str) -> Mapping[str, Attribute]:
    return schema.spec.tables[name].attributes


def _forms(schema: Schema, name: str, field: str, about: Attribute) -> dict[str, set[str]]:
    """What a value is called, in lower case -> the values that are called so."""
    found: dict[str, set[str]] = {}
    for value in (*_values(schema, name, field), *about.words):
        for form in (value, *about.words.get(value, ())):
            found.setdefault(form.lower(), set()).add(value.lower())
    return found


def _numbers(schema: Schema, name: str, behind: str, rows: Sequence[Row]) -> Told:
    """By a number of what an attribute counts: "2 renewals"."""
    text = _QUOTED.sub(" ", behind)
    for field, about in _attributes(schema, name).items():
        if about.type != "count" or not about.unit:
            continue
        match = re.search(rf"(?<![\w.$-])(?P<number>\d+) {re.escape(about.unit)}s?\b", text, re.IGNORECASE)
        right = {str(row[field]) for row in rows if row.get(field) is not None}
        if (
            match
            and right
            and match["number"] not in right
            and not _MORE.search(" ".join(text[: match.start()].rpartition("(")[2].split()[-NEAR:]))
        ):
            yield match[0], " or ".join(sorted(right))


# ----------------------------------------------------------------------------- what was made of it


def _of_writes(
    schema: Schema, choices: Mapping[str, Mapping[str, str]], sentence: str, named: Sequence[_Named], made: Sequence[tuple[Call, str]]
) -> Told:  # fmt: skip
    """By the value that a write was just made with, where its record alone is named, and another such value in its stead."""
    text = _QUOTED.sub(" ", sentence).lower()
    for call, result in made:
        write = schema.spec.writes.get(call.tool)
        if write is None or not named or not all(one.key in f"{call.text} {result}" for one in named):
            continue
        for argument, kind in write.kinds.items():
            own, values = str(call.args.get(argument, "")).lower(), choices.get(kind, {})
            if own not in values or re.search(values[own], text):
                continue
            for value, pattern in values.items():
                if re.search(pattern, text) and not _BEFORE.search(re.sub(pattern, " ", text)):
                    yield value, f"what {call.tool} was called with: {own}"
                    return
