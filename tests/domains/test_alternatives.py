"""Clauses of which one of several alternatives is enough: counted, refused, judged and examined as one thing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import spec, variant, written
from tests.simulate.playing import play
from writ_dspy.domains import Before, Dial, Domain, Views, find, observe
from writ_dspy.domains.declared import load
from writ_dspy.domains.declared.person import meet
from writ_dspy.domains.declared.policies import rules
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.errors import ConfigError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.examine.alternatives import judged, without
from writ_dspy.examine.declaring import declaration_holds
from writ_dspy.examine.talks import Talk, talks_are_judged
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import AnyOf, Json, Kind
from writ_dspy.verify.checks import verify

BECAUSE = "a loan is renewed a third time only for juniors, for adult books, or in an illness while nobody waits"
ANY: list[Any] = [
    "loan.renewals < 2",
    "member.kind is junior",
    {"check": "loan.people_waiting <= 0", "when": "says.reason is illness"},
    {"check": "loan.branch is Harbor", "when": "loan.renewals < 3"},
]


def _changed() -> dict[str, Any]:
    changed = spec()
    changed |= {"domain": "town:alternatives", "never": [], "writes": {"renew_loan": changed["writes"]["renew_loan"]}}
    changed["values"]["reason"] = {
        "noun": "reason",
        "of": ["illness", "a journey"],
        "say": ["the reason is {}", "I ask because of {}"],
    }
    renewing = changed["writes"]["renew_loan"]
    renewing["says"] = {"reason": "reason"}
    renewing["clauses"] = [renewing["clauses"][1], {"any": ANY, "because": BECAUSE}]
    del renewing["batch"]
    return changed


@cache
def _domain(folder: Path) -> Domain:
    return variant(folder, _changed())


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    """The library, whose renewals are granted on one of four grounds."""
    return _domain(tmp_path_factory.mktemp("alternatives"))


Edit = Callable[[dict[str, Any]], object]
FLAWS: list[tuple[Edit, str]] = [
    (lambda c: c.update(any=ANY[:1]), r"writes\.renew_loan\.clauses\.1 .*`any` has a single alternative: make it the `check`"),
    (lambda c: c.update(check="loan.renewals < 2"), r"writes\.renew_loan\.clauses\.1 .*name either a `check`, or in `any`"),
    (lambda c: c.pop("any"), r"writes\.renew_loan\.clauses\.1 .*name either a `check`, or in `any`"),
    (lambda c: c.update(any=[ANY[0], "loan.renewals = 2"]), r"clauses\.1\.any\.1\.check: .* has none of is not, is"),
    (lambda c: c.update(any=[ANY[0], "hold.status is waiting"]), r"clauses\.1\.any\.1\.check: no argument of it is a hold"),
    (lambda c: c.update(any=[ANY[0], {"check": ANY[1], "when": "says.mood is bad"}]), r"clauses\.1\.any\.1\.when: its `says` has no mood; there are reason"),
    (lambda c: c.update(any=[ANY[0], {"check": ANY[1], "wen": "x"}]), r"clauses\.1\.any\.1\.wen: there is no such key; did you mean when\?"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "says"), FLAWS, ids=[says[-40:] for _, says in FLAWS])
def test_a_flaw_is_named_by_its_path(edit: Edit, says: str, tmp_path: Path) -> None:
    """Of each alternative as of any key."""
    changed = _changed()
    edit(changed["writes"]["renew_loan"]["clauses"][1])
    with pytest.raises(ConfigError, match=says):
        load(written(tmp_path, changed))


@pytest.mark.parametrize(
    ("kind", "says"),
    [("pickup", r"says\.reason: 'pickup' is none: .*there are pickup_branch, reason"), ("loan", r"says\.reason: 'loan' is none")],
)  # fmt: skip
def test_what_is_said_is_a_value(kind: str, says: str, tmp_path: Path) -> None:
    """With values that a user can name."""
    changed = _changed()
    changed["writes"]["renew_loan"]["says"] = {"reason": kind}
    with pytest.raises(ConfigError, match=rf"writes\.renew_loan\.{says}"):
        load(written(tmp_path, changed))


def _some(domain: Domain, seed: int, users: int = 30) -> Iterator[Wish]:
    rng = random.Random(seed)
    asked = next(one for one in domain.pack.recipes if isinstance(one, Asked) and one.tool == "renew_loan")
    for user in rng.sample(list(domain.pack.users(domain)), users):
        person = meet(asked.schema, domain, user, rng)
        for memory in ("knows ids", "knows none"):
            known = list(wishes(person, asked.tool, asked.write, memory, 4, rng))
            yield from rng.sample(known, min(4, len(known)))


def _keeps(wish: Wish) -> list[bool]:
    """Which alternatives hold, worked out by hand."""
    row, reason = wish.pointers[0].row, wish.groups["says"].values["reason"]
    return [
        row["renewals"] < 2,
        wish.person.profile["kind"] == "junior",
        row["people_waiting"] <= 0 and reason == "illness",
        row["branch"] == "Harbor" and row["renewals"] < 3,
    ]


def test_alternatives_are_one_thing(domain: Domain) -> None:
    """What is counted as kept by hand, by the engine, by the goal and by the rule is the same; so are its reads."""
    seen = Counter[str]()
    for wish in _some(domain, 1):
        kept, broken = _keeps(wish), wish.broken()
        if broken is None:  # kept by two that rest on different reads: nobody could tell which of them are needed
            row = wish.pointers[0].row
            assert kept[1]
            assert any((kept[0], *kept[2:], row["branch"] == "Harbor", row["renewals"] < 3))
            continue
        assert (1 in broken) is not any(kept)
        try:
            outcome = decide(wish.decision(), domain, domain.read)
        except Unresolved:
            continue
        ground = wish.ground(broken) if broken else None
        assert outcome.refusal == (None if ground is None else wish.write.clauses[ground].because)
        assert len(outcome.evidence) == wish.burden(ground)
        assert len(judged(domain, domain.pack.rules, wish)) == len(broken)
        seen.update(
            ["denied"] if not any(kept) else [f"by {index}" for index, one in enumerate(kept) if one and sum(kept) == 1]
        )
    assert min(seen[key] for key in ("denied", "by 0", "by 1", "by 2")) >= 2


def test_what_nobody_heard_is_not_judged(domain: Domain) -> None:
    """A reason in words that are not declared may be any; one that is declared counts, and two at once do not."""
    wish = next(
        one for one in _some(domain, 2, 80) if one.broken() == [1] and one.pointers[0].row["people_waiting"] <= 0
    )
    call = domain.canonical(wish.tool, dict(wish.values))
    world = domain.world()

    def look(tool: str, args: Json) -> Views:
        return observe(domain, world, domain.canonical(tool, args)).views

    def told(heard: str) -> int:
        before = Before(call, look, wish.person.id, (), heard)
        return len([found for rule in domain.pack.rules for found in rule(before)])

    assert told("I am going on a journey.") == 1
    assert told("The reason is illness.") == 0
    assert told("My leg is broken.") == 0
    assert told("It was to be a journey, then came the illness.") == 0


def test_a_near_miss_meets_exactly_one(domain: Domain) -> None:
    """The twin of what is denied for want of all of them says one thing otherwise, and is granted by one of them alone."""
    recipe = next(one for one in domain.pack.refusing if isinstance(one, Asked) and one.tool == "renew_loan")
    rng, seen = random.Random(3), Counter[str]()
    for user in rng.sample(list(domain.pack.users(domain)), 120):
        draft = recipe.draft(domain, user, Dial(3, "half-remembers", refuse=True), rng)
        if draft is None or draft.legal is None:
            continue
        outcome = decide(draft.decisions[0], domain, domain.read)
        if outcome.refusal != BECAUSE:
            continue
        assert any(isinstance(need, AnyOf) and need.rule == BECAUSE for need in draft.decisions[0].requires)
        assert decide(draft.legal.decisions[0], domain, domain.read).call is not None
        seen["loan" if draft.facts[1].value != draft.legal.facts[1].value else "reason"] += 1
    assert sum(seen.values()) >= 3


@pytest.mark.parametrize(("kind", "writes", "burden", "denied"), [("normal", 1, 3, 0), ("no-write", 0, 3, 1)])
def test_tasks_with_alternatives_are_accepted(
    kind: Kind, writes: int, burden: int, denied: int, tmp_path: Path
) -> None:
    """Granted and denied ones, played by the scripts; the agent asks for the reason that no argument takes. Doing it all the same is found, by the rule."""
    only = find(str(written(tmp_path, _changed() | {"domain": "town:renewals"})))
    tasks = fill(Cell(domain=only.name, kind=kind, writes=writes, burden=burden, denied=denied, count=2), 3, None).tasks
    assert len(tasks) == 2
    assert any("reason" in task.instruction.lower() or "because" in task.instruction.lower() for task in tasks)
    talks = [Talk(task, play(task).talk) for task in assign(tasks, 3)]
    for one in talks:
        assert not verify(one.task, one.talk, only).findings
    blind = replace(only, pack=replace(only.pack, rules=()))
    assert "pack.rules" not in {flaw.part for flaw in talks_are_judged(only, talks)}
    assert ("pack.rules" in {flaw.part for flaw in talks_are_judged(blind, talks)}) == bool(denied)


def test_an_alternative_that_never_decides_is_named(tmp_path: Path) -> None:
    """Advice for one that holds of no record alone; none for those that do."""
    changed, where = _changed(), "writes.renew_loan.clauses.1"
    changed["writes"]["renew_loan"]["clauses"][1]["any"] = [*ANY[:3], "loan.branch is Moon"]
    found = [flaw for flaw in declaration_holds(variant(tmp_path, changed)) if flaw.part.startswith(where)]
    assert [flaw.part for flaw in found] == [f"{where}.any.3"]
    assert "never decides" in found[0].says
    assert not found[0].grave


def test_a_rule_without_an_alternative_is_found(domain: Domain) -> None:
    """What an alternative allows, the rule must allow by it, and by it alone."""
    wish = next(one for one in _some(domain, 4, 80) if one.broken() == [] and one.kept_by(1) == [0])
    assert not judged(domain, domain.pack.rules, wish)
    assert judged(domain, rules(without(wish, 1, 0)), wish)
    assert not judged(domain, rules(without(wish, 1, 1)), wish)
