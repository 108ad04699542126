"""What code asks of a clause that a model states for a sentence of the policy: records that break exactly it, and some that keep all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.declared.conditions import ARGS, Condition, Side
from writ_dspy.domains.declared.fitting import flaws
from writ_dspy.domains.declared.model import Clause, Declared
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.drafting.places import rows_of, values_of
from writ_dspy.examine.declaring import some_wishes
from writ_dspy.programs.tries import Rejected
from writ_dspy.shown import shown
from writ_dspy.verify.refusals import own_words

SHOWN, MOST = 5, 140
"""Values of a field that a model is shown; letters of a ground."""
_NUMBERS = {
    "no": 0, "none": 0, "zero": 0, "without": 0, "one": 1, "once": 1, "single": 1, "two": 2, "twice": 2, "three": 3, "thrice": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clause for a write."""

    tool: str
    check: str
    when: str
    because: str

    def clause(self, sentence: str) -> dict[str, Any]:
        """As a declaration has it."""
        when = {"when": self.when} if self.when else {}
        return {"check": self.check, **when, "because": self.because, "policy": sentence}


def fields(domain: Domain, schema: Schema) -> dict[str, dict[str, list[str]]]:
    """Write -> `table.attribute` or `args.name` that a condition of it may name -> some values."""
    found: dict[str, dict[str, list[str]]] = {}
    for tool, write in schema.spec.writes.items():
        names = {schema.spec.user, *write.kinds.values()} & schema.spec.tables.keys()
        names |= {holder for part, holder in schema.holder.items() if part in names}
        here: dict[str, list[str]] = {f"{ARGS}.{name}": [] for name in write.kinds}
        for name in sorted(names):
            for field in _fields(domain, schema, name):
                here[f"{name}.{field}"] = [str(value) for value in values_of(domain, schema, name, field)[:SHOWN]]
        found[tool] = here
    return found


def _fields(domain: Domain, schema: Schema, name: str) -> Iterable[str]:
    return sorted({field for row in rows_of(domain, schema, name) for field in row} - {schema.spec.tables[name].key})


def judge(domain: Domain, schema: Schema, sentence: str, one: Proposal) -> None:
    """Pass, where a clause can be what a sentence says.

    Raises:
        Rejected: It cannot; says why.
    """
    where = f"{one.tool}: `{one.check}`" + (f" when `{one.when}`" if one.when else "")
    if one.tool not in schema.spec.writes:
        raise Rejected("it is about no write", f"{one.tool!r} is no write; writes are {', '.join(schema.spec.writes)}")
    _ground(schema, one)
    index = len(schema.spec.writes[one.tool].clauses)
    variant = _with(schema, one)
    wrong = next((why for at, why in flaws(variant.spec) if at.startswith(f"writes.{one.tool}.clauses.{index}")), None)
    if wrong:
        raise Rejected("it is no condition of this write", f"{where}: {wrong}")
    for condition in map(variant.condition, variant.spec.writes[one.tool].clauses[index].conditions.values()):
        _known(domain, schema, condition, where)
        _numbers(condition, sentence, where)
    found = [broken for wish in some_wishes(variant, domain, one.tool) if (broken := wish.broken()) is not None]
    if not found:
        raise Rejected("no record has what it looks at", f"{where}: no record was found that has these fields")
    if not any(broken == [index] for broken in found):
        raise Rejected(
            "nothing breaks exactly it", f"{where}: of {len(found)} requests none breaks it and nothing else"
        )
    if not any(not broken for broken in found):
        raise Rejected(
            "nothing keeps it", f"{where}: all of {len(found)} requests break it, so nothing would ever be granted"
        )


def _with(schema: Schema, one: Proposal) -> Schema:
    """The declaration with one more clause."""
    write = schema.spec.writes[one.tool]
    clause = Clause(check=one.check, when=one.when, because=one.because)
    write = write.model_copy(update={"clauses": (*write.clauses, clause)})
    spec: Declared = schema.spec.model_copy(update={"writes": {**schema.spec.writes, one.tool: write}})
    return Schema(spec, schema.records)


def _ground(schema: Schema, one: Proposal) -> None:
    text = one.because
    if not 0 < len(text) <= MOST or shown(text, line=True) != text or re.search(r"[*_`#<>{}|\[\]]", text):
        raise Rejected(
            "its ground is no plain text", f"{text!r}: write the ground in plain words, at most {MOST} letters"
        )
    if not own_words(text, schema.spec.writes[one.tool].topic):
        raise Rejected(
            "its ground says nothing of its own", f"{text!r}: say what stands in the way, beside the request"
        )


def _known(domain: Domain, schema: Schema, condition: Condition, where: str) -> None:
    """Fields that there are, and constants that some record has."""
    there = {name for names in fields(domain, schema).values() for name in names}
    for side in condition.sides:
        if str(side) not in there:
            raise Rejected("it names a field that there is not", f"{where}: no record has {side}")
    left, right = condition.left, condition.right
    plain = isinstance(right, str) and condition.op in ("is", "is not")
    if plain and isinstance(left, Side) and left.table != ARGS:
        values = [str(value) for value in values_of(domain, schema, left.table, left.attribute)]
        if values and right not in values:
            raise Rejected("no record has that value", f"{where}: {left} is {', '.join(values[:SHOWN])}, never {right}")  # fmt: skip


def _numbers(condition: Condition, sentence: str, where: str) -> None:
    """A number of the condition is one of the sentence, or next to it."""
    right = condition.right
    if isinstance(right, bool) or not isinstance(right, int | float):
        return
    said = {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)}
    said |= {float(_NUMBERS[word]) for word in re.findall(r"[a-z]+", sentence.lower()) if word in _NUMBERS}
    near = {number + more for number in said or {0.0} for more in (-1, 0, 1)} if isinstance(right, int) else said
    if float(right) not in near | {0.0}:
        raise Rejected("it holds a number that the sentence does not say", f"{where}: the sentence says no {right}")
