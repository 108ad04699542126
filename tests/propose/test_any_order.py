"""The wishes of a task mean the same in whatever order a user brings them up."""

from __future__ import annotations

import itertools

import pytest

from tests.propose.proposed import proposed
from writ_dspy.domains import Domain, load, observe
from writ_dspy.domains.tau2.retail.address import ADDRESS
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide, resolve
from writ_dspy.propose.accept import Settled, meant_in_any_order
from writ_dspy.task import Axes, Call, Decision, Goal, Only, Picked, ReadCall, Said, Task

RETAIL = "tau2:retail"


def orders(task: Task, domain: Domain) -> list[frozenset[Call]]:
    """The writes that a task comes to, each resolved just before it is made, in every order in which all can be made."""
    found = []
    for order in itertools.permutations(zip(task.goal.decisions, task.outcomes, strict=False)):
        world, made = domain.world(), set[Call]()
        for wish, outcome in order:
            try:
                call = decide(wish, domain, lambda read, world=world: observe(domain, world, read)).call  # type: ignore[misc]
            except (Unresolved, DomainError):
                break
            if call is None and outcome.call is not None:
                break  # what is canceled first cannot be upgraded any more
            if call is not None:
                if world.call(call).error:
                    break
                made.add(call)
        else:
            found.append(frozenset(made))
    return found


@pytest.mark.parametrize("name", [RETAIL, "tau2:airline"])
def test_every_order_comes_to_the_same_writes(name: str) -> None:
    """By brute force over all orders."""
    several = [task for task in proposed(name) if len(task.gold) > 1]

    assert several
    for task in several:
        assert set(orders(task, load(name))) == {frozenset(task.gold)}


def test_an_address_that_another_wish_changes_is_turned_down() -> None:
    """An address on file is another one once the file has been changed."""
    domain = load(RETAIL)
    me, order = next(
        (key, order)
        for key, row in domain.tables["users"].items()
        for order in row["orders"]
        if domain.tables["orders"][order]["status"] == "pending"
    )
    on_file = Only((ReadCall("get_user_details", (("user_id", Said(me)),), "profile"),))
    line = {"address2": Said("Apt 656")}
    fields = [(field, Picked(on_file, field)) for field in ADDRESS]
    to_order = Decision("modify_pending_order_address", (("order_id", Said(order)), *fields))
    to_profile = Decision(
        "modify_user_address", (("user_id", Said(me)), *((field, line.get(field, term)) for field, term in fields))
    )
    goal = Goal((to_order, to_profile))
    outcomes, values = resolve(goal, domain)
    settled = Settled(goal, outcomes, values, Axes(2, 2, 2, 0))

    with pytest.raises(Unresolved, match="modify_pending_order_address comes to another call"):
        meant_in_any_order(settled, me, domain)
    alone = Goal((to_order,))
    meant_in_any_order(Settled(alone, *resolve(alone, domain), Axes(1, 2, 2, 0)), me, domain)
