"""What a user could as lawfully have named in place of one detail of a write: for those who change their mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from writ_dspy.domains.declared.bound import Bound
from writ_dspy.domains.declared.conditions import ARGS, Condition, Side
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.phrases import DeclaredPhrases
from writ_dspy.domains.declared.schema import Schema, single
from writ_dspy.domains.domain import Other
from writ_dspy.domains.listing import stands
from writ_dspy.domains.observed import Seen
from writ_dspy.task import Call, Json

SHORT = 3
"""Letters below which a value, as a small number, is part of much that is said, and is not known again."""
_Others: TypeAlias = Callable[[Call, Seen], Iterable[Other]]


def others(schema: Schema) -> _Others:
    """(write, what was read) -> the other values of what is no record, as far as no clause is known to deny them."""
    phrases = DeclaredPhrases(schema)

    def found(call: Call, seen: Seen) -> Iterator[Other]:
        write = schema.spec.writes.get(call.tool)
        if write is None:
            return
        worked = {
            side.attribute
            for text in (*write.worked.values(), *write.effects.values())
            for side in _sides(schema, text)
            if side.table == ARGS
        }
        for name, kind in write.kinds.items():
            value = schema.spec.values.get(kind)
            if value is None or name not in call.args or name in worked:
                continue
            now, right = single(call.args[name]), phrases.details(call, seen).lower()
            for one in value.of:
                if one == now or isinstance(one, dict):
                    continue
                given = [one] if name in write.lists else one
                args = call.args | {name: given}
                if not all(_holds(schema, write, args, seen, one) for one in schema.clauses(write)):
                    continue
                shown, other = value.shown(one), Call.of(call.tool, args)
                wrong = phrases.details(other, seen).lower()
                apart = not stands(shown)(right) and not stands(value.shown(now))(wrong)
                if apart and len(shown) >= SHORT:  # else nobody could tell which of them is proposed
                    yield Other(kind, other, value.say[0].replace("{}", shown), shown.lower())

    return found


def _sides(schema: Schema, text: str) -> tuple[Side, ...]:
    return Condition(schema.operand(text), "is", "").sides


def _holds(schema: Schema, write: Write, args: dict[str, Json], seen: Seen, clause: Bound) -> bool:
    """Whether a clause that looks at an argument holds with these; one that looks at none holds as it did."""
    if not any(side.table == ARGS for side in clause.sides):
        return True

    def value(side: Side) -> Json:
        if side.table == ARGS:
            return args.get(side.attribute)
        argument = schema.of_kind(write, side.table)
        if argument is None:
            return None
        row = seen.find(schema.view(side.table), **{schema.spec.tables[side.table].key: single(args[argument])})
        return None if row is None else row.get(side.attribute)

    return clause.holds(value) is True
