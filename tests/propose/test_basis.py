"""What a requirement rests on: invented rules are found, and no rule that a recipe takes from policy."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest

from writ_dspy.codec import from_json, to_json
from writ_dspy.domains import Draft, load
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.basis import rests_on_policy
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import AnyOf, Check, Decision, Only, Picked, Policy, ReadCall, Said, Task, Where

DIALS = {"no-write": (0, 2), "normal": (1, 2), "read-heavy": (1, 4)}


def drawn(name: str, kind: str, count: int = 4) -> list[Task]:
    """Tasks of recipes."""
    writes, burden = DIALS[kind]
    return fill(Cell(domain=name, kind=kind, writes=writes, burden=burden, count=count), 3, "base").tasks


def user_of(task: Task) -> str:
    """Whoever is looked up in the task."""
    domain = load(task.domain)
    if task.owner:
        return task.owner
    calls = [call for outcome in task.outcomes for call in outcome.trace]
    return next((user for call in calls if (user := domain.pack.identifies(call, domain.read(call).text))), "")


@pytest.mark.parametrize("kind", DIALS)
@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_what_recipes_take_from_policy_has_a_basis(name: str, kind: str) -> None:
    """Granted and refused, in both domains; also where the user's own condition is not met."""
    for task in drawn(name, kind):
        rests_on_policy(task, user_of(task), load(name))


def order(decision: Decision) -> Only:
    """The search for the order that a decision is about, named by its id."""
    for one in decision.requires:
        for check in one.checks if isinstance(one, AnyOf) else (one,):
            for side in (check.left, check.right):
                if isinstance(side, Picked) and side.query.sources[0].view == "order" and isinstance(side.query, Only):
                    return side.query
    raise AssertionError(decision)


def ordinary(kept: Callable[[Task], bool] = lambda _: True) -> Task:
    """A change of an order that is allowed."""
    cell = Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=60)
    return next(
        task
        for task in fill(cell, 3, "base").tasks
        if task.goal.decisions[0].tool in ("cancel_pending_order", "modify_pending_order_address")
        and task.memory == "knows ids"
        and kept(task)
    )


def closed(task: Task) -> list[str]:
    """The customer's orders that the tool no longer changes."""
    orders = load(task.domain).tables["orders"]
    return [key for key, one in orders.items() if one["user_id"] == user_of(task) and one["status"] != "pending"]


def on_its_way() -> Task:
    """The same change, asked of one of those."""
    task = ordinary(lambda task: bool(closed(task)) and task.goal.decisions[0].otherwise is None)
    mine = order(task.goal.decisions[0]).sources[0].args[0][1]
    assert isinstance(mine, Said)
    return from_json(json.loads(json.dumps(to_json(task)).replace(str(mine.value), closed(task)[0])))


def with_rule(task: Task, rule: Check) -> Task:
    """The task with one more requirement, resolved anew."""
    (decision,) = task.goal.decisions
    one = dataclasses.replace(decision, requires=(rule, *decision.requires))
    draft = Draft(user_of(task), "composed", (one,), task.requests, task.facts, task.identity)
    domain = load(task.domain)
    for kind in ("no-write", "normal"):
        try:
            return settle_draft(draft, kind, domain)
        except Unresolved:
            continue
    raise AssertionError(rule)


SPOILED: dict[str, tuple[Callable[[Task], Check], str]] = {
    "a refusal for an invented rule": (
        lambda task: Check(Picked(order(task.goal.decisions[0]), "status"), "is", Policy("processed", "r"), "only processed orders"),
        "nothing forbids",
    ),
    "an invented limit": (
        lambda task: Check(Picked(order(task.goal.decisions[0]), "order_id"), "is", Policy("#W1", "r"), "only the first order"),
        "nothing forbids",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILED)
def test_a_refusal_without_a_basis_is_found(case: str) -> None:
    """A lawful change that an invented rule refuses; neither policy nor tool has anything against it."""
    spoil, says = SPOILED[case]
    task = ordinary()
    spoiled = with_rule(task, spoil(task))

    assert spoiled.gold == ()
    with pytest.raises(Unresolved, match=says):
        rests_on_policy(spoiled, user_of(task), load(task.domain))


def test_a_refusal_for_an_invented_reason_is_found_where_the_tool_refuses_anyway() -> None:
    """What is true of the order is told by another reason than the one that forbids its cancellation."""
    task = on_its_way()
    rule = Check(Picked(order(task.goal.decisions[0]), "order_id"), "is", Policy("#W1", "r"), "only the first order")
    spoiled = with_rule(task, rule)

    assert spoiled.outcomes[0].refusal == "only the first order"
    with pytest.raises(Unresolved, match="is not why the policy forbids it"):
        rests_on_policy(spoiled, user_of(task), load(task.domain))


def test_a_condition_of_the_user_s_own_needs_no_policy() -> None:
    """A number that the user says may refuse anything."""
    task = ordinary()
    own = Check(
        Picked(order(task.goal.decisions[0]), "total"),
        "<",
        Said(0.01),
        "it costs more than the customer wants",
        own=True,
    )

    rests_on_policy(with_rule(task, own), user_of(task), load(task.domain))


def test_an_invented_rule_that_holds_may_add_no_read() -> None:
    """A further read that policy does not ask for would only raise the burden."""
    task = ordinary()
    rule = "the catalog has to have it"
    source = ReadCall("list_all_product_types", (), "products")
    domain = load(task.domain)
    row = domain.read(domain.canonical("list_all_product_types", {})).views["products"][0]
    found = Only((source,), (Where("name", "is", Policy(row["name"], "r")),))
    spoiled = with_rule(task, Check(Picked(found, "name"), "is", Policy(row["name"], "r"), rule))

    assert spoiled.gold == task.gold
    assert spoiled.axes.burden == task.axes.burden + 1
    with pytest.raises(Unresolved, match=rule):
        rests_on_policy(spoiled, user_of(task), load(task.domain))
