"""What an agent has to put forward before a write: each argument in the forms in which it counts, and what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.declared.fitting import HOLE
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.phrases import DeclaredPhrases
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.listing import Detail, Test, compiled, either, found, money, stands
from writ_dspy.domains.observed import Seen
from writ_dspy.task import Call

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
                tests: list[Test] = [stands(form) for form in forms if form]
                if name in write.worked and isinstance(one, int | float) and not isinstance(one, bool):
                    tests.append(money(one))
                denied = _denied(place, forms) if place else None
                details.append(
                    Detail(forms[0].lower(), either(*tests), denied, rival=found(any_place) if any_place else None)
                )
        return tuple(details)

    return listed


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
