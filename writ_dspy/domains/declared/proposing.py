"""What an agent has to put forward before a write: each argument in the forms in which it counts, and what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.declared.fitting import HOLE
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.phrases import DeclaredPhrases
from writ_dspy.domains.declared.schema import Schema, day
from writ_dspy.domains.listing import Detail, Test, compiled, date, either, found, money, stands
from writ_dspy.domains.observed import Seen
from writ_dspy.domains.values import values
from writ_dspy.task import Call, Json

AFTER = 2
"""Words behind a number among which what it counts is looked for."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+(?:['-]\w+)*")


def listing(schema: Schema) -> Callable[[Call, Seen], Sequence[Detail]]:
    """(write, what was read) -> every argument but the user; another declared value in its place contradicts it."""
    phrases = DeclaredPhrases(schema)
    places = {
        (tool, name): (_place(schema, write, name, kind), _place(schema, write, name, kind, certain=True))
        for tool, write in schema.spec.writes.items()
        for name, kind in write.kinds.items()
        if kind in schema.spec.values
    }

    strangers = {
        (tool, name): _strangers(schema, write, name)
        for tool, write in schema.spec.writes.items()
        for name in write.args
    }

    def listed(call: Call, _seen: Seen) -> Sequence[Detail]:
        write = schema.spec.writes[call.tool]
        details: list[Detail] = []
        for name, value in call.args.items():
            kind = write.kinds.get(name, "")
            if kind == schema.spec.user:
                continue
            any_place, place = places.get((call.tool, name), (None, None))
            for one in value if isinstance(value, list) else [value]:
                forms = [*phrases.forms(kind, one), *phrases.worked(write, name, one)]
                tests = [_given(form, one, strangers[call.tool, name]) for form in forms if form]
                if name in write.worked and isinstance(one, int | float) and not isinstance(one, bool):
                    tests.append(money(one))
                denied = _denied(place, forms) if place else None
                details.append(
                    Detail(forms[0].lower(), either(*tests), denied, rival=found(any_place) if any_place else None)
                )
        return tuple(details)

    return listed


def _given(form: str, value: Json, strangers: frozenset[str]) -> Test:
    """A form of a value as a whole; a day is one in any form, and a number counts nothing else that is declared."""
    if isinstance(value, str) and DATE.fullmatch(value):
        return date(value) if form in {value, day(value)} else stands(form)
    number = isinstance(value, int | float) and _NUMBER.fullmatch(form)  # an id of digits is a text
    return counted(float(form), strangers) if number else stands(form)


@lru_cache(maxsize=1024)
def counted(number: float, strangers: frozenset[str]) -> Test:
    """The number stands there, and none of these is what it counts: the 2 of "2 items" is no number of copies."""

    def given(text: str) -> bool:
        return any(
            value.quantity == "count"
            and float(value.number) == number
            and not strangers.intersection(
                _stem(word) for word in _WORD.findall(text[value.end : value.end + 40])[:AFTER]
            )
            for value in values(text)
        )

    return given


def _strangers(schema: Schema, write: Write, name: str) -> frozenset[str]:
    """Stems of what is counted in this domain, beside what an argument is."""
    spec, kind = schema.spec, write.kinds.get(name, "")
    nouns = [noun for table, about in spec.tables.items() for noun in (about.noun, schema.plural(table))]
    nouns += [value.noun for other, value in spec.values.items() if other != kind]
    nouns += [one.unit for table in spec.tables.values() for one in table.attributes.values()]
    own = spec.values[kind].noun if kind in spec.values else ""
    behind = write.details.partition(f"{{{name}}}")[2][:40].partition("{")[0]
    named = {_stem(word) for word in _WORD.findall(f"{own} {name.replace('_', ' ')} {behind}".lower())}
    return frozenset(_stem(noun.split()[-1].lower()) for noun in nouns if noun) - named


def _stem(word: str) -> str:
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word.removesuffix("s")


def _denied(place: str, forms: Sequence[str]) -> Test:
    """Another value, and not this one, stands in its place."""
    right = {form.lower() for form in forms}

    def denied(text: str) -> bool:
        named = {match["value"] for match in compiled(place).finditer(text)}
        return bool(named) and not named & right

    return denied


def _place(schema: Schema, write: Write, name: str, kind: str, *, certain: bool = False) -> str:
    """A pattern of any of the declared values behind the words that stand before it in the declared details.

    Args:
        certain: Only where these are two words, which hardly stand before anything else.
    """
    value = schema.spec.values[kind]
    forms = [str(one) for one in value.of if not isinstance(one, dict)]
    forms += [form for words in value.words.values() for form in words]
    before = _before(write.details, name)
    if not forms or not before or (certain and len(before) < 2):
        return ""
    values = "|".join(re.escape(form.lower()) for form in sorted(forms, key=len, reverse=True))
    lead = r"\W+".join(re.escape(word) for word in before)
    return rf"\b{lead}\W+(?:\w+\W+)??(?P<value>{values})\b"


def _before(template: str, name: str) -> list[str]:
    """The last word or two before an argument in a template."""
    for match in HOLE.finditer(template):
        if match[1] == name:
            lead = template[: match.start()].rpartition("}")[2]
            return [word.lower() for word in _WORD.findall(lead)[-2:]]
    return []


def spoken(schema: Schema) -> tuple[str, ...]:
    """What an agent says as it is declared: grounds in all their words, what records are called, and how writes are put and told."""
    spec = schema.spec
    found = [text for name, table in spec.tables.items() for text in (table.noun, schema.plural(name))]
    found += [schema.noun(name, field) for name, table in spec.tables.items() for field in table.attributes]
    found += [value.noun for value in spec.values.values()]
    for write in spec.writes.values():
        found += [write.topic, *write.done, HOLE.sub(" ", write.details), HOLE.sub(" ", write.report)]
        found += [text for clause in write.clauses for text in (clause.because, *clause.again)]
        found += [text for only in write.only for text in only.because]
    return (*found, *(text for never in spec.never for text in (never.topic, never.because)))
