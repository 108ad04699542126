"""τ²-bench's retail, declared in part, agrees with the retail that was written by hand: on what is granted, and on what is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from tests.simulate.playing import play
from writ_dspy.domains import Before, Dial, Domain, Draft, Memory, Views, find, load, observe
from writ_dspy.domains.declared import load as declared_load
from writ_dspy.domains.declared.person import meet
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Call, Json, Kind
from writ_dspy.verify.checks import verify

FILE = Path(__file__).parent / "declarations" / "retail.yaml"


def test_grants_and_refusals_are_those_of_the_domain_by_hand() -> None:
    """Of all seven writes: what is granted breaks none of its rules and is done by its tools; what a clause denies they refuse."""
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
                    assert not result.error
                    assert len(outcome.evidence) == wish.burden(None)
                seen[f"{wish.tool} {bool(broken)}"] += 1
    assert len(seen) >= 12


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


GENERIC = ("cancel order", "reship order", "move home", "repay order", "return items")
"""Recipes by hand whose requests a declaration can make in the same words: by number, or by the end of one."""
ACROSS = ("cancel and carry over", "move with an order", "return dearest item")
"""Those of two wishes that rest on one order, and of what is the dearest in all of them."""


def _as_first_paid(folder: Path) -> Domain:
    """The same declaration, but that a refund goes to where the order was paid from."""
    spec = yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - plain texts
    returning = spec["writes"]["return_delivered_order_items"]
    returning["args"]["payment_method_id"] = "order.paid_with"
    returning["clauses"] = returning["clauses"][:1]
    returning["details"] = returning["details"].replace("{method}", "{payment_method_id}")
    path = folder / "retail.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return declared_load(path)


def _without_finder(evidence: Iterable[Call]) -> frozenset[Call]:
    """Either look-up of the user is the same."""
    return frozenset(call for call in evidence if not call.tool.startswith("find_user"))


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["knows ids", "half-remembers"])
@pytest.mark.parametrize("name", GENERIC)
def test_certificates_are_those_of_the_recipes_by_hand(name: str, memory: Memory, tmp_path: Path) -> None:
    """For each write that both make for a user, the smallest set of reads that identifies it is the same."""
    by_hand, domains = load("tau2:retail"), (find(str(FILE)), _as_first_paid(tmp_path))
    recipe = next(one for one in by_hand.pack.recipes if one.name == name)
    rng, compared = random.Random(4), 0
    for burden in (2, 3, 4):
        for user in rng.sample(list(by_hand.pack.users(by_hand)), 40):
            draft = recipe.draft(by_hand, user, Dial(burden, memory), rng)
            if draft is None or len(draft.decisions) != 1:
                continue
            try:
                outcome = decide(draft.decisions[0], by_hand, by_hand.read)
            except (Unresolved, DomainError):
                continue
            if outcome.call is None or any(call.tool == "get_product_details" for call in outcome.evidence):
                continue  # refused, or on a price of the catalog, which is a wish of another kind
            found = {
                _without_finder(decide(wish.decision(), domain, domain.read).evidence)
                for domain in _paid_alike(domains, outcome.evidence, memory)
                for wish in _wishes(domain, recipe.tool, user, memory, burden, rng)
                if wish.broken() == [] and domain.canonical(recipe.tool, dict(wish.values)) == outcome.call
            }
            if found:
                assert _without_finder(outcome.evidence) in found
                compared += 1
    assert compared >= 3


def _paid_alike(domains: Sequence[Domain], evidence: Iterable[Call], memory: Memory) -> Sequence[Domain]:
    """The declarations by which it can be said where the money goes: who reads no profile for that lets it go where it came from."""
    if memory != "knows ids":
        return domains
    return domains[:1] if any(call.tool == "get_user_details" for call in evidence) else domains[1:]


def _wishes(domain: Domain, tool: str, user: str, memory: Memory, burden: int, rng: random.Random) -> Iterator[Wish]:
    asked = next(one for one in domain.pack.recipes if isinstance(one, Asked) and one.tool == tool)
    person = meet(asked.schema, domain, user, rng)
    return wishes(person, tool, asked.write, memory, burden, rng)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACROSS)
def test_wishes_that_rest_on_several_orders_are_those_of_the_recipes_by_hand(name: str, tmp_path: Path) -> None:
    """For each write of such a request that both make for a user, the smallest set of reads that identifies it is the same."""
    by_hand, domain = load("tau2:retail"), _as_first_paid(tmp_path)
    recipe = next(one for one in by_hand.pack.recipes if one.name == name)
    memory: Memory = "knows none" if name == "return dearest item" else "knows ids"
    rng, compared = random.Random(6), Counter[str]()
    for burden in (3, 4, 5):
        for user in rng.sample(list(by_hand.pack.users(by_hand)), 120):
            draft = recipe.draft(by_hand, user, Dial(burden, memory), rng)
            for decision in draft.decisions if draft is not None else ():
                outcome = decide(decision, by_hand, by_hand.read)
                if outcome.call is None or compared[decision.tool] == 8:
                    continue
                found = {
                    _without_finder(decide(wish.decision(), domain, domain.read).evidence)
                    for wish in _wishes(domain, decision.tool, user, memory, burden, rng)
                    if wish.broken() == [] and domain.canonical(wish.tool, dict(wish.values)) == outcome.call
                    and (name != "return dearest item" or wish.pointers[0].inner is not None)
                }  # fmt: skip
                if found:
                    assert _without_finder(outcome.evidence) in found
                    compared[decision.tool] += 1
    wanted = 1 if name == "return dearest item" else 2
    assert sum(count >= 4 for count in compared.values()) == wanted, compared


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "memory", "burdens"),
    [
        ("ask about an order", "knows ids", (2,)),
        ("ask about an order", "half-remembers", (3,)),
        ("ask about all orders", "knows none", (4, 5, 6)),
    ],
)
def test_questions_come_to_the_same(name: str, memory: Memory, burdens: Sequence[int]) -> None:
    """Total, state, items and tracking of an order; sums and counts of all of a state, and the price of the dearest thing in them."""
    by_hand, domain = load("tau2:retail"), find(str(FILE))
    recipe = next(one for one in by_hand.pack.questions if one.name == name)
    rng, same, fields = random.Random(7), 0, set[str]()
    for burden in burdens:
        for user in rng.sample(list(by_hand.pack.users(by_hand)), 200):
            draft = recipe.draft(by_hand, user, Dial(burden, memory), rng)
            if draft is None:
                continue
            value, reads = _told(draft, by_hand)
            made = (
                ask.draft(domain, user, Dial(burden, memory), rng) for ask in domain.pack.questions for _ in range(12)
            )
            if (value, reads) in {_told(one, domain) for one in made if one is not None}:
                same += 1
                fields.add(draft.tells[0].topic)
    assert same >= 10
    assert fields >= ({"total", "status", "items"} if name == "ask about an order" else {"total", "items", "orders", "price"}), fields  # fmt: skip


def _told(draft: Draft, domain: Domain) -> tuple[str, frozenset[Call]]:
    """What a question is answered by, and the reads that it rests on."""
    task = settle_draft(draft, "no-write", domain)
    return " ".join(task.told), frozenset().union(*(_without_finder(outcome.evidence) for outcome in task.outcomes))
