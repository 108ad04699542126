"""How a service agent talks about declared records: questions, names, the details of a write, and what was done."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import Side, leaves
from writ_dspy.domains.declared.lenses import flat
from writ_dspy.domains.declared.model import Attribute, Write
from writ_dspy.domains.declared.schema import Schema, day
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.spinning import chosen
from writ_dspy.task import Call, Json

_HOLE = re.compile(r"\{([\w.]+)\}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_Find = Callable[[str, Mapping[str, Json]], Row | None]


class DeclaredPhrases:
    """The `Phrases` of a declared domain; words vary with the call, never by chance."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.questions: Mapping[str, tuple[str, ...]] = questions(schema)
        self.about: Mapping[str, str] = about(schema)

    def name(self, view: str, row: Row) -> str:
        """With its id."""
        table = self._schema.of_view.get(view, self._schema.spec.user)
        return self._schema.name(table, row)

    def measure(self, attribute: str, value: Json) -> str:
        """As the attribute says."""
        return self._schema.said(self._schema.any_attribute(attribute), value)

    def superlative(self, attribute: str, most: bool) -> str:
        """The word before a noun."""
        return self._schema.superlative(attribute, most)

    def details(self, call: Call, seen: Seen) -> str:
        """The declared sentence, as far as its records were seen."""
        write = self._schema.spec.writes[call.tool]

        def find(table: str, keys: Mapping[str, Json]) -> Row | None:
            return seen.find(self._schema.view(table), **keys)

        leads = self._schema.leads
        lead = chosen(random.Random(call.text), leads[zlib.crc32(call.text.encode()) % len(leads)])
        return lead.format(it=self._filled(write.details, write, call, find))

    def report(self, call: Call, result: str) -> str:
        """The declared sentence, with what the tool returned."""
        write = self._schema.spec.writes[call.tool]
        try:
            shown = json.loads(result)
        except ValueError:
            shown = {}
        row = flat(shown) if isinstance(shown, Mapping) else {}

        def result_of(match: re.Match[str]) -> str:
            field = match[1].removeprefix("result.")
            if field == match[1]:
                return str(match[0])
            known = self._schema.attribute(write.returns, field) if write.returns else None
            return self._schema.said(known, row.get(field, ""))

        return self._filled(_HOLE.sub(result_of, write.report), write, call, lambda *_: None)

    def renderings(self, call: Call) -> Sequence[tuple[str, ...]]:
        """Every argument but the user."""
        write = self._schema.spec.writes[call.tool]
        found = []
        for name, value in call.args.items():
            kind = write.kinds.get(name, "")
            if kind != self._schema.spec.user:
                each = value if isinstance(value, list) else [value]
                worked = self.worked(write, name, value)
                found += [tuple(text.lower() for text in (*self.forms(kind, one), *worked)) for one in each]
        return tuple(found)

    def forms(self, kind: str, value: Json) -> tuple[str, ...]:
        """The ways in which an argument's value is said."""
        about = self._schema.spec.values.get(kind)
        shown = (
            str(value),
            *((about.shown(value),) if about and about.type == "money" else ()),
            *(about.words.get(str(value), ()) if about else ()),
        )
        return (*shown, day(value)) if isinstance(value, str) and _DATE.fullmatch(value) else shown

    def worked(self, write: Write, name: str, value: Json) -> tuple[str, ...]:
        """How an argument is said that is worked out."""
        return (self._argument(write, name, value),) if name in write.worked else ()

    def _shown(self, kind: str, value: Json) -> str:
        """The one in which an agent says it."""
        about = self._schema.spec.values.get(kind)
        if isinstance(value, str) and _DATE.fullmatch(value):
            return self._schema.day(value)
        return about.shown(value) if about else str(value)

    def _filled(self, template: str, write: Write, call: Call, find: _Find) -> str:
        """A declared sentence; what was not seen is left to its id."""
        args, schema = call.args, self._schema

        def fill(match: re.Match[str]) -> str:
            table, _, field = match[1].partition(".")
            if table in args and not field:
                return self._argument(write, table, args[table])
            if table in schema.spec.values:
                taken = schema.argument_of(write, Side(table, field)) if field else None
                parts = [args[taken]] if taken and taken in args else self._group(write, table, args)
                return ", ".join(map(str, parts)) if parts else str(match[0])
            argument = schema.of_kind(write, table)
            if argument is None or argument not in args:
                return str(match[0])
            keys = args[argument] if isinstance(args[argument], list) else [args[argument]]
            return wording.listing([self._record(table, key, field, find) for key in keys])

        return str(_HOLE.sub(fill, template))

    def _argument(self, write: Write, name: str, value: Json) -> str:
        """An argument as it is said; what is worked out, as the first field that it is worked out of."""
        text = write.worked.get(name)
        if text is not None:
            sides = leaves(self._schema.operand(text))
            known = (
                self._schema.attribute(side.table, side.attribute)
                for side in sides
                if side.table in self._schema.spec.tables
            )
            return self._schema.said(next((one for one in known if one), None), value)
        each = value if isinstance(value, list) else [value]
        return wording.listing([self._shown(write.kinds.get(name, ""), one) for one in each])

    def _group(self, write: Write, name: str, args: Mapping[str, Json]) -> list[Json]:
        """The parts of a value with fields, in their order."""
        taken = [self._schema.argument_of(write, Side(name, field)) for field in self._schema.spec.values[name].fields]
        return [args[one] for one in taken if one and one in args]

    def _record(self, table: str, key: Json, field: str, find: _Find) -> str:
        about = self._schema.spec.tables[table]
        row = find(table, {about.key: key})
        if not field:
            return self._schema.name(table, row or {about.key: key})
        return self._schema.say(table, field, row[field]) if row and field in row else "what the record shows"


# ----------------------------------------------------------------------------- questions


def questions(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Slot key -> what an agent asks to learn it."""
    spec = schema.spec
    ways = [
        " and ".join(f"your {schema.noun(spec.user, field)}" for field in fields)
        for fields in schema.user.identify.values()
    ]
    known = " or ".join(dict.fromkeys(ways))
    found = {"identity": tuple(text.format(known=known) for text in wording.QUESTIONS["identity"])}
    found |= {key: texts for key, texts in wording.QUESTIONS.items() if key != "identity"}
    for name, table in spec.tables.items():
        picked = name in schema.sought | schema.looked_for or (
            name in schema.holder and schema.holder[name] not in schema.own
        )
        forms = wording.QUESTIONS_CHOICE if picked else wording.QUESTIONS_RECORD
        found[name] = tuple(text.format(noun=table.noun) for text in forms)
        if name in schema.sought | schema.looked_for:
            found[schema.pool(name)] = found[name]
        for like in (like for write in spec.writes.values() for like in write.alike.values()):
            found[like.table] = tuple(
                text.format(noun=spec.tables[like.table].noun) for text in wording.QUESTIONS_INSTEAD
            )
    told = {kind for write in spec.writes.values() for kind in write.says.values()}
    for name, value in spec.values.items():
        forms = wording.QUESTIONS_SAID if name in told else wording.QUESTIONS_VALUE
        found[name] = value.ask or tuple(text.format(noun=value.noun) for text in forms)
    for name, texts in spec.phrases.questions.items():
        found[name] = (*found[name], *(chosen(random.Random(text), text) for text in texts))
    return found


def about(schema: Schema) -> dict[str, str]:
    """Slot key -> a pattern of what a question speaks of that the slot answers."""
    spec = schema.spec
    fields = {schema.noun(spec.user, field) for fields in schema.user.identify.values() for field in fields}
    found = dict(wording.ABOUT)
    found["identity"] = "|".join(
        [rf"\b{re.escape(field.lower())}s?\b" for field in sorted(fields)]
        + [
            r"\bidentif\w+|\bidentity\b|\bverif\w+|\bauthenticat\w+|\bwho (?:am i|you are|i am|is this)\b|\b(?:find|locate|open|look up|pull up) your (?:account|profile|record)\b"
        ]
    )
    for name, table in spec.tables.items():
        found[name] = "|".join(
            [*_nouns(table.noun, schema.plural(name)), *_attributes(table.attributes), r"\bwhich one\b"]
        )
        if name in schema.sought | schema.looked_for:
            found[schema.pool(name)] = found[name]
    for name, value in spec.values.items():
        found[name] = "|".join(_nouns(value.noun, f"{value.noun}s"))
    return found


def _nouns(*nouns: str) -> list[str]:
    """The nouns, and the last word of each."""
    words = dict.fromkeys(word for noun in nouns for word in (noun.lower(), noun.lower().split()[-1]))
    return [rf"\b{re.escape(word)}(?:s|es)?\b" for word in words]


def _attributes(attributes: Mapping[str, Attribute]) -> list[str]:
    return [
        rf"\b{re.escape((one.noun or name.replace('_', ' ')).lower())}s?\b"
        for name, one in attributes.items()
        if one.point
    ]
