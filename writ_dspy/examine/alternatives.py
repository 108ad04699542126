"""Alternatives of clauses: each of them decides something, and the rule that is made of the clause knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from writ_dspy.domains import Before, Domain, Views, observe
from writ_dspy.domains.declared.policies import rules
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.domain import Rule
from writ_dspy.examine.flaws import Flaw
from writ_dspy.shown import counted
from writ_dspy.task import Json


def alternatives_hold(
    domain: Domain, where: str, number: int, found: Sequence[tuple[Wish, Sequence[int]]]
) -> Iterator[Flaw]:  # fmt: skip
    """Alternatives of a clause that never decide, and those that the rule made of it does not know."""
    counts = [(wish, broken) for wish, broken in found if any(one.number == number for one in wish.clauses())]
    for index, one in enumerate(counts[0][0].write.clauses[number].any if counts else ()):
        alone = [(wish, broken) for wish, broken in counts if wish.kept_by(number) == [index]]
        if not alone:
            yield Flaw(
                f"{where}.any.{index}",
                f"`{one.check}` never decides: of {counted(len(counts), 'request')} that users could make none is allowed by it alone, so no task shows it; add a record of which it alone holds",
                grave=False,
            )
            continue
        wish = next((wish for wish, broken in alone if not broken), None)
        if wish is None:
            continue
        if judged(domain, domain.pack.rules, wish):
            yield Flaw(f"{where}.any.{index}", f"the rule denies what `{one.check}` allows, as for {dict(wish.values)}")
        elif not judged(domain, rules(without(wish, number, index)), wish):
            yield Flaw(f"{where}.any.{index}", f"without `{one.check}` the rule still allows {dict(wish.values)}")


def without(wish: Wish, number: int, index: int) -> Schema:
    """The declaration without one alternative."""
    spec, write = wish.schema.spec, wish.write
    clause = write.clauses[number]
    left = (*clause.any[:index], *clause.any[index + 1 :])
    clauses = (*write.clauses[:number], clause.model_copy(update={"any": left}), *write.clauses[number + 1 :])
    writes = {**spec.writes, wish.tool: write.model_copy(update={"clauses": clauses})}
    return Schema(spec.model_copy(update={"writes": writes}), wish.schema.records)


def judged(domain: Domain, by: Sequence[Rule], wish: Wish) -> list[tuple[str, str]]:
    """What rules find in the write that a wish comes to, on a fresh world, once the user has said all of it."""
    world = domain.world()

    def look(tool: str, args: Mapping[str, Json]) -> Views:
        return observe(domain, world, domain.canonical(tool, args)).views

    heard = " ".join(fact.text for fact in wish.facts)
    before = Before(domain.canonical(wish.tool, dict(wish.values)), look, wish.person.id, (), heard)
    return [found for rule in by for found in rule(before)]
