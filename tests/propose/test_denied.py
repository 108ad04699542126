"""Denied requests: each clause has its own, they stand beside what is granted, and their number is met exactly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import play
from writ_dspy.codec import identify
from writ_dspy.domains import NAMES, Dial, Domain, Recipe, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.witness import certify
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.mix import Cell, point_of
from writ_dspy.propose.proposer import fill
from writ_dspy.propose.users import MEMORIES
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Kind, Task
from writ_dspy.verify import verify

CLAUSES = [pytest.param(name, recipe, id=recipe.name) for name in NAMES for recipe in load(name).pack.denials]
CELLS: list[tuple[Kind, int, int, int]] = [
    ("normal", 1, 3, 1), ("read-heavy", 1, 4, 1), ("write-intensive", 2, 4, 2), ("no-write", 0, 3, 1),
]  # fmt: skip


def drafted(name: str, recipe: Recipe) -> Iterator[Task]:
    """The first tasks that a recipe makes of users in random order."""
    domain, rng = load(name), random.Random(recipe.name)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, len(users)):
        draft = recipe.draft(domain, user, Dial(6, rng.choice(MEMORIES), refuse=True), rng)
        if draft is not None:
            try:
                yield settle_draft(draft, "no-write", domain)
            except (Unresolved, DomainError):
                continue


def proven(task: Task, domain: Domain) -> bool:
    """Whether each read of the refusal has a witness: a record with which it would come to something else."""
    try:
        return len(certify(task.goal.decisions[0], task.outcomes[0], domain)) == len(task.outcomes[0].evidence)
    except Unresolved:
        return False


def test_no_cell_is_empty_by_chance() -> None:
    """Where few drafts fit, a cell is tried on before it counts as dry; who looks at less says so, and finds it dry."""
    cell = Cell(domain="tau2:airline", kind="no-write", writes=0, burden=4, denied=1, count=1)

    assert fill(cell, 9, "base").dry is None
    short = fill(cell, 9, "base", tries=100)
    assert short.dry
    assert sum(short.turned_down.values()) == 100


@pytest.mark.parametrize(("name", "recipe"), CLAUSES)
def test_each_clause_denies(name: str, recipe: Recipe) -> None:
    """It is refused, by no condition of the user's own, and every read on which that rests has a witness; who asks is looked up in any case."""
    task = next(task for task in drafted(name, recipe) if proven(task, load(name)))

    assert (task.axes.writes, task.axes.denied) == (0, 1)
    assert task.outcomes[0].denied
    assert task.outcomes[0].trace


@cache
def filled(name: str, kind: Kind, writes: int, burden: int, denied: int) -> list[Task]:
    """Some tasks of a cell, with behaviours."""
    cell = Cell(domain=name, kind=kind, writes=writes, burden=burden, denied=denied, count=4)
    return assign(fill(cell, 3, "base").tasks, 3, 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell[0]} denied={cell[3]}")
def test_the_number_of_denied_requests_is_met(name: str, cell: tuple[Kind, int, int, int]) -> None:
    """Beside the writes, neither more nor fewer; and never a hand-over where other requests wait."""
    tasks = filled(name, *cell)

    assert len(tasks) == 4
    for task in tasks:
        assert point_of(task) == (name, *cell)
        assert (
            Counter(outcome.denied for outcome in task.decided) == Counter({True: cell[3], False: cell[1]}) - Counter()
        )
        assert not any(outcome.transfer for outcome in task.decided) or len(task.decided) == 1


@pytest.mark.parametrize("name", NAMES)
def test_clauses_take_turns(name: str) -> None:
    """Four tasks of a cell are denied by four clauses, or nearly."""
    rules = {outcome.refusal for task in filled(name, "normal", 1, 3, 1) for outcome in task.decided if outcome.denied}

    assert len(rules) >= 3


NATURAL = (
    "Unfortunately our policy doesn't allow {topic}, because {rule}. Is there anything else I can do for you?",
    "I looked into {topic}, and I'm not able to do it, as {rule}. Do you need anything else?",
)
SPOILED = (
    "I've taken care of {topic} for you. Anything else?",
    "I'm afraid I can't help with {topic}. Anything else?",
    "I'm afraid {topic} isn't possible, because our system is down today. Anything else?",
    "Is there anything else I can help you with?",
    "Sure, {topic} is possible, and I'll see to it right after our talk. Anything else?",
)


@pytest.mark.parametrize(("name", "recipe"), CLAUSES)
def test_a_refusal_may_be_worded_freely_and_needs_its_ground(name: str, recipe: Recipe) -> None:
    """Other words for it are accepted; a false promise, a deed that was none, silence, no reason and a made-up one are not."""
    domain = load(name)
    (task,) = assign([identify(next(task for task in drafted(name, recipe) if proven(task, domain)))], 3, 0)
    assert task.behaviour
    task = replace(task, behaviour=replace(task.behaviour, trials=()))  # who insists hears the ground once more
    played, rule = play(task), task.outcomes[0].refusal
    assert rule
    assert verify(task, played.talk, domain).accepted
    for number, form in enumerate((*NATURAL, *SPOILED)):
        text = form.format(topic=task.requests[0].topic, rule=rule)
        turns = [
            replace(turn, text=text) if turn.role == "agent" and rule in turn.text else turn
            for turn in played.talk.turns
        ]
        verdict = verify(task, replace(played.talk, turns=tuple(turns)), domain)

        assert verdict.accepted == (number < len(NATURAL)), (text, [str(finding) for finding in verdict.findings])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell[0]} denied={cell[3]}")
def test_what_is_denied_is_denied_in_words(name: str, cell: tuple[Kind, int, int, int]) -> None:
    """The scripted roles are accepted, and the agent gives the clause for each."""
    for task in filled(name, *cell)[:2]:
        played = play(task)
        verdict = verify(task, played.talk, played.domain)

        assert verdict.accepted, [str(finding) for finding in verdict.findings]
        for outcome in (outcome for outcome in task.decided if outcome.denied):
            assert any(outcome.refusal in turn.text for turn in played.talk.turns if turn.role == "agent")
