"""Clauses that the tools keep themselves: what a refusal has in common, and what every call that went through lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.declared.conditions import Condition, Side, compares
from writ_dspy.drafting.calls import Tool, Tried
from writ_dspy.drafting.words import words
from writ_dspy.task import Json, Op

LEAST = 3
"""Refusals with the same words, and calls that went through, below which nothing is concluded."""
FEW = 8
"""Values of a field of which one may be what matters."""
Look = Callable[[Tried, Side], Json]
"""(call, side) -> what the side comes to for that call."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A refusal of a tool, and the condition that tells its calls from those that went through."""

    tool: str
    because: str
    count: int
    check: str
    """As a clause has it; empty where no one field tells."""


def grounds(tool: Tool, sides: Sequence[Side], look: Look, today: str) -> Iterator[Ground]:
    """Each ground on which a tool refuses, the most frequent first.

    Args:
        tool: With its calls.
        sides: Fields of the records that its arguments name, and arguments.
        look: Reads them.
        today: As ISO has it; empty where nobody says.
    """
    fine = [one for one in tool.tried if not one.error]
    refused: dict[str, list[Tried]] = {}
    for one in tool.tried:
        if one.error:
            refused.setdefault(said(one), []).append(one)
    for text, calls in sorted(refused.items(), key=lambda item: -len(item[1])):
        found = _told(calls, fine, sides, look, today, text) if min(len(calls), len(fine)) >= LEAST else None
        yield Ground(tool.name, text, len(calls), str_of(found) if found else "")


def said(refused: Tried) -> str:
    """A refusal as a ground: without what the call names, numbers, capital and full stop."""
    text = refused.text.removeprefix("Error: ").partition("\n")[0]
    for value in refused.call.args.values():
        text = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", "", text) if str(value) else text
    text = re.sub(r"\s*\S*\d\S*", "", text).strip(" .!'\"")
    text = " ".join(re.sub(r"\s+([.,;:!?])", r"\1", text).split())
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def str_of(condition: Condition) -> str:
    """A condition as a declaration has it."""
    right = condition.right
    shown = str(right) if isinstance(right, Side) else str(right).lower() if isinstance(right, bool) else str(right)
    return f"{condition.left} {condition.op} {shown}"


def _told(refused: Sequence[Tried], fine: Sequence[Tried], sides: Sequence[Side], look: Look, today: str, text: str) -> Condition | None:  # fmt: skip
    """The condition that all calls that went through keep and all refused ones break; of several, the one of whose field the refusal speaks."""
    found: list[Condition] = []
    for side in sides:
        bad, good = [look(one, side) for one in refused], [look(one, side) for one in fine]
        if any(value is None or isinstance(value, list | Mapping) for value in (*bad, *good)):
            continue
        found += [one for one in _of_field(side, bad, good, today) if _tells(one, refused, fine, look)]
        found += [
            one
            for other in sides
            if other.table == "args" and side.table != "args"
            for one in (Condition(side, "is not", other), Condition(side, "is", other))
            if _tells(one, refused, fine, look)
        ]
    spoken = set(text.lower().split())
    ranked = sorted(found, key=lambda one: (-len(spoken & _words(one)), isinstance(one.right, Side)))
    clear = [one for one in ranked if spoken & _words(one)]
    return clear[0] if clear else ranked[0] if len({one.left for one in ranked}) == 1 else None


def _of_field(side: Side, bad: Sequence[Json], good: Sequence[Json], today: str) -> Iterator[Condition]:
    kinds = {type(value) for value in (*bad, *good)}
    numbers = kinds <= {int, float}
    if len(set(good)) == 1 and not numbers:
        yield Condition(side, "is", good[0])
    if len(set(bad)) == 1 and len(set(good)) < FEW and isinstance(bad[0], str | bool):
        yield Condition(side, "is not", bad[0])
    if numbers:
        bounds = [Condition(side, "<", min(bad)), Condition(side, ">", max(bad)), Condition(side, "<=", max(good)), Condition(side, ">=", min(good))]  # fmt: skip
        yield from sorted(
            bounds, key=lambda one: one.right != 0
        )  # something or nothing is likelier than a number met by chance
    if kinds == {str} and today and all(re.fullmatch(r"\d{4}-\d\d-\d\d.*", value) for value in (*bad, *good)):
        ops: tuple[Op, ...] = (">", ">=", "<", "<=")
        for op in ops:
            if all(compares(v, op, today) for v in good) and not any(compares(v, op, today) for v in bad):
                yield Condition(side, op, "today")


def _tells(condition: Condition, refused: Sequence[Tried], fine: Sequence[Tried], look: Look) -> bool:
    if condition.right == "today":
        return True  # it was compared with the day when it was found

    def held(one: Tried) -> bool | None:
        return condition.holds(lambda side: look(one, side))

    return all(held(one) for one in fine) and all(held(one) is False for one in refused)


def _words(condition: Condition) -> set[str]:
    held = {word for side in condition.sides[:1] for word in words(side.attribute).split()}
    if isinstance(condition.right, str):
        held |= set(condition.right.lower().split())
    return held - {"id", "name", "is", "not", "the", "a"}
