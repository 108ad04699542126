"""The limits that a customer sets, as values that can be compared however they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.codec import parts
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.signatures.goal import conditions
from writ_dspy.task import Best, Check, Computed, Decision, Every, Json, Only, Picked, Said, Scalar, Term

SIDES = {"<": "below", "<=": "below", ">": "above", ">=": "above"}
_ACROSS = {"below": "above", "above": "below"}


def limits(decision: Decision) -> frozenset[tuple[str, Scalar]]:
    """The customer's own limits: from which side, and at which value; whether the value itself passes is a matter of words."""
    return frozenset(map(limit_of, conditions(decision)))


def filters(decision: Decision) -> frozenset[tuple[str, Scalar]]:
    """The said values by which its searches choose, as limits.

    "The fastest that costs at most $300" may be read as a search below $300, or as the fastest on that condition; whether both
    find the same is another matter.
    """
    return frozenset(
        limit_of(Check(Picked(query, one.attribute), one.op, one.value, ""))
        for query in parts(decision.args)
        if isinstance(query, (Best, Only, Every))
        for one in query.where
        if any(isinstance(term, Said) for _, term in summands(one.value, 1))
    )


def limit_of(check: Check) -> tuple[str, Scalar]:
    """The side and the value of a condition, however it is written.

    "New - old <= 20", "new <= old + 20" and "old - new >= -20" are one limit: the numbers that are said stand on one
    side, as a value that is not negative.
    """
    side = SIDES.get(check.op)
    if side is None:
        said = check.right if isinstance(check.right, Said) else check.left
        return check.op, said.value if isinstance(said, Said) else 0
    terms = [*summands(check.left, 1), *summands(check.right, -1)]
    texts = [(sign, term.value) for sign, term in terms if isinstance(term, Said) and isinstance(term.value, str)]
    if texts:
        sign, text = texts[0]
        return side if sign < 0 else _ACROSS[side], text
    value = -sum(
        sign * term.value for sign, term in terms if isinstance(term, Said) and not isinstance(term.value, str)
    )
    turned = value < 0 or (value == 0 and _first(terms) < 0)
    return (_ACROSS[side] if turned else side, abs(value))


def _first(terms: Sequence[tuple[int, Term]]) -> int:
    """The sign of one of them, the same one in whichever order and on whichever side they stand."""
    picked = [(term.query.sources[0].tool, term.field, sign) for sign, term in terms if isinstance(term, Picked)]
    return min(picked)[-1] if len({name[:2] for name in picked}) == len(picked) > 1 else 1


def summands(term: Term, sign: int) -> Iterator[tuple[int, Term]]:
    """What is added up, each with its sign."""
    if isinstance(term, Computed) and term.op in ("sum", "difference"):
        for index, part in enumerate(term.args):
            yield from summands(part, -sign if term.op == "difference" and index else sign)
    else:
        yield sign, term


def held(check: Check) -> Term:
    """What is held against the value that is said."""
    return check.left if isinstance(check.right, Said) or not isinstance(check.left, Said) else check.right


def amount(check: Check, resolver: Resolver) -> Json:
    """What is held against the limit, from the side that the limit is written from."""
    terms = [*summands(check.left, 1), *summands(check.right, -1)]
    values = [(sign, resolver.term(term)[0]) for sign, term in terms if not isinstance(term, Said)]
    if any(isinstance(value, (str, list)) for _, value in values):
        return [value for _, value in values]
    total = sum(sign * value for sign, value in values)
    return total if SIDES.get(check.op) == limit_of(check)[0] else -total
