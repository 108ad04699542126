"""τ²-bench's retail, declared in part, agrees with the retail that was written by hand: on what is granted, and on what is not."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.simulate.playing import play
from writ_dspy.domains import Before, Views, find, load, observe
from writ_dspy.domains.declared.person import meet
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Json, Kind
from writ_dspy.verify.checks import verify

FILE = Path(__file__).parent / "declarations" / "retail.yaml"


def test_grants_and_refusals_are_those_of_the_domain_by_hand() -> None:
    """What is granted breaks none of its rules and is done by its tools, but for refunds elsewhere; what a clause denies they refuse."""
    declared, by_hand, seen = find(str(FILE)), load("tau2:retail"), Counter[str]()
    rng = random.Random(4)
    for recipe in declared.pack.recipes:
        if not isinstance(recipe, Asked):
            continue
        for user in rng.sample(list(declared.pack.users(declared)), 12):
            person = meet(recipe.schema, declared, user, rng)
            known = list(wishes(person, recipe.tool, recipe.write, rng.choice(("knows ids", "knows none")), 4, rng))  # type: ignore[arg-type]
            for wish in rng.sample(known, min(4, len(known))):
                broken = wish.broken()
                if broken is None:
                    continue
                call, world = by_hand.canonical(wish.tool, dict(wish.values)), by_hand.world()

                def look(tool: str, args: Json) -> Views:
                    return observe(by_hand, world, by_hand.canonical(tool, args)).views  # noqa: B023 - called within its turn

                rules = [found for rule in by_hand.pack.rules for found in rule(Before(call, look, user, (), ""))]
                result = world.call(call)
                try:
                    outcome = decide(wish.decision(), declared, declared.read)
                except Unresolved:
                    continue
                if broken:
                    assert result.error
                    assert outcome.refusal == wish.write.clauses[wish.ground(broken)].because
                else:
                    assert not rules
                    assert outcome.call == call
                    assert not result.error or "original payment method" in result.text
                seen[f"{wish.tool} {bool(broken)}"] += 1
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("kind", "writes", "burden"), [("normal", 1, 3), pytest.param("read-heavy", 1, 5, marks=pytest.mark.slow)]
)
def test_tasks_over_its_tools_are_accepted(kind: Kind, writes: int, burden: int) -> None:
    """With τ²-bench's own policy, tools and data, and off its official tasks."""
    domain = find(str(FILE))
    tasks = fill(Cell(domain=domain.name, kind=kind, writes=writes, burden=burden, count=3), 2, "base").tasks
    assert len(tasks) == 3
    for task in tasks:
        assert not verify(task, play(task).talk, domain).findings
