"""Goals composed by a model that a test plays: what `accept` lets through, and what it does not."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from dspy.lm15 import Request as LMRequest

from tests.programs.proposing import connection, field
from tests.simulate.playing import play
from tests.standins.engines import ScriptedEngine
from writ_dspy.codec import parts
from writ_dspy.domains import NAMES, Dial, Draft, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.lm import Connection
from writ_dspy.programs.composer import LOOKS, Composer, ComposerProgram
from writ_dspy.programs.guide import allowed, customer, guide, surroundings, wish
from writ_dspy.programs.tries import TRIES, Rejected
from writ_dspy.propose.accept import accept
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.users import MEMORIES
from writ_dspy.signatures.forms import AskedGoal, GoalForm
from writ_dspy.signatures.goal import Tables, to_asked, to_form, to_goal
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import KINDS, Best, Goal, Said, Task
from writ_dspy.verify.checks import verify

Json = Any


@functools.cache
def drafts(name: str, user: str) -> list[tuple[Draft, Task]]:
    """Scripted drafts of one user that are accepted for the cell of their domain."""
    domain, cell = load(name), CELL[name]
    wall, found = firewall(name, "base"), []
    for recipe in (*domain.pack.recipes, *domain.pack.questions):
        for memory in MEMORIES:
            draft = recipe.draft(domain, user, Dial(cell.burden, memory), random.Random(1))
            if draft is not None:
                try:
                    found.append((draft, accept(dataclasses.replace(draft, legal=None), cell, domain, wall)))
                except (Unresolved, DomainError):
                    continue
    return found


def as_reply(draft: Draft) -> Json:
    """The goal and wishes of a submission."""
    form = to_form(Goal(draft.decisions, draft.tells))
    return {"goal": form.model_dump(), "wishes": [wish(request).model_dump() for request in draft.requests]}


def submitting(reply: Json, reading: Json | None = None) -> Callable[[LMRequest], str]:
    """A model that always submits this, and reads this out of any words; by default, what was meant."""

    def answer(request: LMRequest) -> str:
        if "step" in json.dumps(request.config.response_format):
            return json.dumps({"idea": "", "step": {"kind": "submit", **reply}})
        meant = to_goal(GoalForm.model_validate(reply["goal"]), known_tables())
        return json.dumps({"reading": "", "goal": reading or to_asked(meant).model_dump()})

    return answer


@functools.cache
def known_tables() -> Tables:
    """The tables of both policies."""
    return {**guide("tau2:retail", "base").tables, **guide("tau2:airline", "base").tables}


def composing(engine: ScriptedEngine) -> list[LMRequest]:
    """The requests in which a goal was asked for."""
    return [request for request in engine.requests if "step" in json.dumps(request.config.response_format)]


CELL = {
    "tau2:retail": Cell(domain="tau2:retail", kind="read-heavy", writes=1, burden=4, count=2),
    "tau2:airline": Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=2),
}


def sample(name: str) -> tuple[str, Draft, Task]:
    """A user, an accepted draft of theirs, and the task it makes."""
    domain = load(name)
    for user in allowed(domain, "base"):
        found = drafts(name, user)
        if found:
            return user, *found[0]
    raise AssertionError(name)


@pytest.mark.parametrize(("users", "most"), [(1, 6), pytest.param(12, 10**6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["tau2:retail", pytest.param("tau2:airline", marks=pytest.mark.slow)])
def test_a_perfect_composer_is_accepted(name: str, users: int, most: int) -> None:
    """What a recipe drafts, written as a model writes it, comes to the same gold, evidence and axes."""
    domain, cell, count = load(name), CELL[name], 0
    for user in allowed(domain, "base")[:users]:
        for draft, task in drafts(name, user)[:most]:
            line, engine = connection(submitting(as_reply(draft)))
            made = asyncio.run(Composer(line).compose(cell, domain, user, 5)).task
            assert (made.gold, made.axes, made.outcomes) == (task.gold, task.axes, task.outcomes)
            assert {fact.value for fact in made.facts} >= {p.value for p in parts(made.goal) if isinstance(p, Said)}
            assert made.identity.marks == draft.identity.marks
            assert engine.requests[0].config.response_format
            played = play(*assign([made], 2))
            assert verify(played.task, played.talk, domain).findings == ()
            count += 1
    assert count >= 3


def foreign(reply: Json, name: str, user: str) -> None:
    """The first said id becomes that of another user's record."""
    domain = load(name)
    table = "orders" if name == "tau2:retail" else "reservations"
    taken = firewall(name, "base").records
    other = next(k for k, v in domain.tables[table].items() if v["user_id"] != user and k not in taken)
    argument = "order_id" if table == "orders" else "reservation_id"
    text = json.dumps(reply["goal"])
    said = next(
        part["value"]["value"]
        for search in reply["goal"]["searches"]
        for source in search["sources"]
        for part in source["arguments"]
        if part["name"] == argument and part["value"]["kind"] == "said"
    )
    reply["goal"] = json.loads(text.replace(said, other))
    for one in reply["wishes"]:
        for item in one["details"]:
            item["text"] = item["text"].replace(said, other)


def compose(reply: Json, name: str, user: str) -> Rejected:
    """Why a composer who always submits this is turned down, after three tries that are counted, with reason and goal."""
    line, engine = connection(submitting(reply))
    with pytest.raises(Rejected) as caught:
        asyncio.run(Composer(line).compose(CELL[name], load(name), user, 5))
    logs = [field(request, "log") for request in composing(engine)]
    assert len(logs) == 3
    assert "The last goal" not in logs[0]
    assert f"2 x {caught.value.advice}" in logs[2]
    assert json.loads(logs[2].rpartition("The last goal: ")[2]) == reply
    assert line.usage.sent_back[caught.value.reason] == 3
    assert line.usage.redraws == 2
    return caught.value


def found(name: str, fits: Callable[[Draft], bool]) -> tuple[str, Json]:
    """A user, and an accepted goal for them as a model writes it."""
    domain = load(name)
    return next(
        (user, as_reply(draft))
        for user in allowed(domain, "base")
        for draft, _ in drafts(name, user)
        if draft.decisions and fits(draft)
    )


def first_search(reply: Json, kind: str) -> Json:
    """The first search of a kind that filters."""
    return next(search for search in reply["goal"]["searches"] if search["kind"] == kind and search["where"])


def another_status(reply: Json) -> None:
    """The requirement of a status becomes that of another one."""
    for check in reply["goal"]["decisions"][0]["requires"]:
        if check["right"]["kind"] == "policy":
            check["right"]["value"] = "lost"


COMPOSED: dict[str, tuple[Callable[[Json], object], str]] = {
    "empty": (lambda reply: reply["goal"].update(decisions=[], tells=[]), "a goal asks for at least one"),
    "no wishes": (lambda reply: reply["wishes"].clear(), "ask once for each"),
    "an unknown tool": (lambda reply: reply["goal"]["decisions"][0].update(tool="sell"), "sell"),
    "a key nobody asks for": (lambda reply: reply["wishes"][0]["details"][0].update(key="mood"), "'mood' is no key"),
    "a word of no topic": (lambda reply: reply["wishes"][0].update(word="zebra"), "'zebra' is no word"),
    "an empty detail": (lambda reply: reply["wishes"][0]["details"][0].update(text=" "), "an empty sentence"),
    "a value that is not said": (
        lambda reply: [detail.update(text="Just so.") for detail in reply["wishes"][0]["details"]],
        "the request does not state",
    ),
    "an id that is not known": (
        lambda reply: reply["wishes"][0].update(opening="It is about #W9999999."),
        "which the user does not know",
    ),
    "an ambiguous search": (lambda reply: first_search(reply, "only").update(where=[]), "where one was promised"),
    "a tie": (
        lambda reply: first_search(reply, "only").update(kind="best", by="user_id", most=True, where=[]),
        "two rows tie",
    ),
    "a search without a row": (
        lambda reply: first_search(reply, "only")["where"][0].update(value={"kind": "policy", "value": "x", "rule": "r"}),
        "not found",
    ),
    "a requirement that fails": (another_status, "0 writes where 1 was asked for"),
    "a write that the tool refuses": (
        lambda reply: reply["goal"]["decisions"][0].update(tool="return_delivered_order_items", requires=[]),
        "",
    ),
    "another burden": (
        lambda reply: reply["goal"]["decisions"][0]["requires"].append(
            {
                "kind": "check", "left": {"kind": "picked", "search": "catalog", "field": "name"}, "op": "is",
                "right": {"kind": "policy", "value": "Grill", "rule": "r"}, "rule": "r", "transfer": False, "own": False,
            }
        ) or reply["goal"]["searches"].append(
            {
                "kind": "only", "name": "catalog",
                "sources": [{"tool": "list_all_product_types", "arguments": [], "view": "products"}],
                "where": [{"attribute": "name", "op": "is", "value": {"kind": "policy", "value": "Grill", "rule": "r"}}],
            }
        ),
        "a burden of",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COMPOSED)
def test_a_composed_goal_is_turned_down_with_the_reason_of_accept(case: str) -> None:
    """Three goals are asked for, the later ones with the reason."""
    spoil, reason = COMPOSED[case]
    user, reply = found("tau2:retail", lambda draft: draft.memory == "knows none" and draft.recipe == "exchange items")
    spoil(reply)

    assert reason in compose(reply, "tau2:retail", user).advice


@pytest.mark.parametrize("name", NAMES)
def test_a_record_of_another_user_is_turned_down(name: str) -> None:
    """A said id of somebody else's record is refused by the requirement, or where there is none by the policy."""
    user, reply = found(
        name, lambda draft: draft.memory == "knows ids" and len(draft.decisions[0].requires) > 0 and says_an_id(draft)
    )
    foreign(reply, name, user)

    assert compose(reply, name, user).reason.startswith(("another number of writes", "the gold breaks the policy"))


def says_an_id(draft: Draft) -> bool:
    """The order or reservation is named by its id."""
    return any(fact.key in {"order_id", "reservation_id"} for fact in draft.facts)


def test_a_user_of_the_official_tasks_is_not_drawn() -> None:
    """Users behind the firewall are no candidates, and a goal for one would not be accepted."""
    domain = load("tau2:retail")
    taken = firewall("tau2:retail", "base").users

    assert not taken & set(allowed(domain, "base"))
    assert taken & set(allowed(domain, None))


def looking(steps: list[Json], reply: Json) -> tuple[Connection, ScriptedEngine]:
    """A model that takes these steps, one after the other, and then submits."""
    left = iter(steps)

    def answer(request: LMRequest) -> str:
        if "step" in json.dumps(request.config.response_format):
            step = next(left, None)
            return json.dumps({"idea": "", "step": step}) if step else submitting(reply)(request)
        return submitting(reply)(request)

    return connection(answer)


@pytest.mark.parametrize("name", NAMES)
def test_a_composer_looks_and_tries_before_it_submits(name: str) -> None:
    """A look shows what the tool shows, of nobody else; a try says what the goal comes to; neither is a submission."""
    user, draft, task = sample(name)
    domain, reply = load(name), as_reply(draft)
    other = next(one for one in allowed(domain, "base") if one != user)
    profile = [{"tool": "get_user_details", "arguments": [{"name": "user_id", "value": one}]} for one in (user, other)]
    line, engine = looking([{"kind": "look", "calls": profile}, {"kind": "try", "goal": reply["goal"]}], reply)

    made = asyncio.run(Composer(line).compose(CELL[name], domain, user, 5))
    log = field(composing(engine)[2], "log")

    assert (made.task.gold, made.cell) == (task.gold, CELL[name])
    assert f"get_user_details(user_id={user!r})" in log
    assert f"get_user_details(user_id={other!r}): this belongs to another customer" in log
    assert f"a burden of {task.axes.burden}." in log
    assert not line.usage.sent_back


def test_looks_are_bounded() -> None:
    """Who only looks is given up after so many steps."""
    user, draft, _ = sample("tau2:retail")
    line, engine = looking([{"kind": "look", "calls": []}] * 99, as_reply(draft))
    with pytest.raises(Rejected, match="no looks"):
        asyncio.run(Composer(line).compose(CELL["tau2:retail"], load("tau2:retail"), user, 5))

    assert len(composing(engine)) == LOOKS + TRIES


def test_a_goal_goes_to_the_open_cell_that_it_meets() -> None:
    """Asked for another burden, what came out right for another cell is kept there, and for none it is turned down."""
    user, draft, task = sample("tau2:retail")
    cell = CELL["tau2:retail"]
    asked = cell.model_copy(update={"burden": 5})
    line, _ = connection(submitting(as_reply(draft)))

    made = asyncio.run(Composer(line).compose(asked, load(cell.domain), user, 5, [cell]))

    assert (made.cell, made.task.axes) == (cell, task.axes)
    with pytest.raises(Rejected, match="a burden of 4 where 5 was asked for"):
        asyncio.run(Composer(line).compose(asked, load(cell.domain), user, 5))


def test_words_that_are_read_as_another_goal_are_turned_down() -> None:
    """The dearest in the words, the cheapest in the goal: a reader comes to another record."""
    user, reply = found("tau2:retail", lambda draft: any(isinstance(part, Best) for part in parts(draft.decisions)))
    meant = to_asked(to_goal(GoalForm.model_validate(reply["goal"]), known_tables())).model_dump()
    for search in meant["searches"]:
        if search["kind"] == "best":
            search["most"] = not search["most"]
    line, _ = connection(submitting(reply, meant))

    with pytest.raises(Rejected, match="not read back"):
        asyncio.run(Composer(line).compose(CELL["tau2:retail"], load("tau2:retail"), user, 5))


@pytest.mark.parametrize("name", NAMES)
def test_customers_are_drawn_with_whom_the_cell_can_be_met(name: str) -> None:
    """Off the official tasks, a function of the seed, and not the same one for every seed."""
    domain = load(name)
    drawn = [customer(domain, CELL[name], seed, "base") for seed in range(4)]

    assert drawn == [customer(domain, CELL[name], seed, "base") for seed in range(4)]
    assert set(drawn) <= set(allowed(domain, "base"))
    assert len(set(drawn)) > 1


# ----------------------------------------------------------------------------- what a model is told


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_shows_every_read_tool_and_no_official_record(name: str) -> None:
    """Constant text: each tool, the views that recipes look at, examples that are goals; nothing behind the firewall."""
    domain, known = load(name), guide(name, "base")
    wall = firewall(name, "base")
    texts = (known.tools, known.read_examples, *(known.composed(kind) for kind in KINDS))

    assert all(f"{tool['function']['name']}(" in known.tools for tool in domain.tools)
    assert known.tools.count("  view ") >= 8
    for line in known.read_examples.splitlines():
        if line.startswith("Goal: "):
            to_goal(AskedGoal.model_validate_json(line.removeprefix("Goal: ")), known.tables)
    assert not any(user in text for user in wall.users for text in texts)
    assert not any(record in text for record in wall.records for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_surroundings_are_one_customer_s_own(name: str) -> None:
    """A function of user, cell and seed; the identity states its facts; no other user's records."""
    domain = load(name)
    users = allowed(domain, "base")
    around = [surroundings(domain, user, CELL[name], 4) for user in users[:3]]
    again = [surroundings(domain, user, CELL[name], 4) for user in users[:3]]

    assert around == again
    for user, found in zip(users, around, strict=False):
        assert found is not None
        assert user in found.records
        assert found.facts
        assert not any(f'"user_id":"{other}"' in found.records for other in users if other != user)


def test_the_program_shows_its_predictor() -> None:
    """Optimizers find it by its name."""
    assert set(dict(ComposerProgram().named_predictors())) == {"compose"}
