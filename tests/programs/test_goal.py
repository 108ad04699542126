"""Goals as models write them: there and back, nonsense named, and read for what they come to."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import Any

import pytest
from pydantic import ValidationError

from tests.propose.proposed import proposed
from tests.propose.test_denied import drafted
from writ_dspy.codec import parts
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.errors import DomainError
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.lm.schema import lint
from writ_dspy.programs.guide import guide
from writ_dspy.programs.limits import limits
from writ_dspy.programs.reading import flat, misread
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.signatures.composer import ComposeGoal
from writ_dspy.signatures.forms import AskedGoal, GoalForm
from writ_dspy.signatures.goal import by_policy, derived, to_asked, to_form, to_goal
from writ_dspy.signatures.proposer import PhraseRequest, ReadRequest
from writ_dspy.task import Goal, Lookup, Said, Task

Json = Any
CELLS = {
    "tau2:retail": (("normal", 1, 2), ("normal", 1, 3), ("read-heavy", 1, 4), ("read-heavy", 1, 5), ("no-write", 0, 3)),
    "tau2:airline": (
        ("normal", 1, 3), ("read-heavy", 1, 4), ("read-heavy", 1, 8), ("read-heavy", 1, 13), ("write-intensive", 2, 3),
        ("no-write", 0, 3), ("no-write", 0, 6),
    ),
}  # fmt: skip


@cache
def some_of(name: str, count: int) -> list[Task]:
    """Tasks of one domain, of all kinds: so many of each cell, and a few more."""
    cells = [
        Cell.model_validate({"domain": name, "kind": k, "writes": w, "burden": b, "count": count})
        for k, w, b in CELLS[name]
    ]
    return [*proposed(name), *(task for cell in cells for task in fill(cell, 11, "base").tasks)]


def tables_of(task: Task) -> dict[str, Any]:
    return {part.rule: part.table for part in parts(task.goal) if isinstance(part, Lookup)}


@pytest.mark.parametrize("count", [4, pytest.param(16, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
def test_every_goal_survives_the_way_through_its_form(name: str, count: int) -> None:
    """Goal -> form -> JSON -> form -> goal is the identity, types of values included."""
    tasks = some_of(name, count)

    assert len(tasks) > 5 * count + 12
    for task in tasks:
        form = GoalForm.model_validate_json(to_form(task.goal).model_dump_json())
        again = to_goal(form, tables_of(task))
        assert repr(again) == repr(task.goal)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_reader_can_know_comes_to_the_same_gold(name: str) -> None:
    """Without requirements, and without what policy works out, each goal is still told from every other one."""
    domain, tasks, tables = load(name), proposed(name), guide(name, "base").tables
    for task in tasks:
        form = AskedGoal.model_validate_json(to_asked(task.goal).model_dump_json())
        assert misread(task, form, domain, tables) is None
    wants = {task.id: (task.gold, task.told, [d.refusal for d in task.decided]) for task in tasks}
    for task in tasks:
        for other in tasks:
            if wants[task.id] != wants[other.id] and task.gold:
                assert misread(task, to_asked(other.goal), domain, tables) is not None


@pytest.mark.parametrize("name", NAMES)
def test_what_is_denied_is_read_as_what_it_is(name: str) -> None:
    """Each clause's request comes back from its form and from a reading, and is told from every other one, by each word that is said."""
    domain = load(name)
    tasks = [next(drafted(name, recipe)) for recipe in domain.pack.denials]
    for task in tasks:
        again = to_goal(GoalForm.model_validate_json(to_form(task.goal).model_dump_json()), tables_of(task))
        assert repr(again) == repr(task.goal)
        for other in tasks:
            form = AskedGoal.model_validate_json(to_asked(other.goal).model_dump_json())
            assert (misread(task, form, domain, {}) is None) == (task is other)


@pytest.mark.parametrize("name", NAMES)
def test_each_word_of_a_denied_wish_counts(name: str) -> None:
    """A reading with another value, with one less, or on a condition is another request; a capital letter makes none."""
    domain = load(name)
    seen = 0
    for task in (next(drafted(name, recipe)) for recipe in domain.pack.denials):
        data = to_asked(task.goal).model_dump()
        (decision,) = data["decisions"]
        for argument in decision["arguments"] if task.goal.decisions[0].bare else ():
            if argument["value"]["kind"] == "said":
                seen += 1
                said = argument["value"]["value"]
                for value, same in ((str(said).upper(), True), (f"{said}1", False)):
                    argument["value"]["value"] = value
                    assert (misread(task, AskedGoal.model_validate(data), domain, {}) is None) == same
                argument["value"]["value"] = said
                one_less = [other for other in decision["arguments"] if other is not argument]
                short = data | {"decisions": [decision | {"arguments": one_less}]}
                assert misread(task, AskedGoal.model_validate(short), domain, {}) is not None

    assert seen


NONSENSE: dict[str, tuple[Callable[[Json], object], str]] = {
    "an unknown search": (lambda form: form["searches"].clear(), "no search"),
    "a name twice": (lambda form: form["searches"].append(form["searches"][0]), "does not name this search alone"),
    "nothing read": (lambda form: form["searches"][0]["sources"].clear(), "reads nothing"),
    "nothing asked": (lambda form: form["decisions"].clear(), "asks for at least one"),
    "no tool": (lambda form: form["decisions"][0].update(tool=""), "name the write tool"),
    "an argument twice": (
        lambda form: form["decisions"][0]["arguments"].append(form["decisions"][0]["arguments"][0]),
        "twice",
    ),
    "a sum of nothing": (
        lambda form: form["decisions"][0]["arguments"][0].update(value={"kind": "computed", "op": "sum", "args": []}),
        "sum of 0 terms",
    ),
    "an unknown table": (
        lambda form: form["decisions"][0]["arguments"][0].update(
            value={"kind": "looked up", "rule": "fees", "keys": [{"kind": "said", "value": 1}]}
        ),
        "no table 'fees'",
    ),
    "any of nothing": (
        lambda form: form["decisions"][0]["requires"].append({"kind": "any of", "checks": [], "rule": "r"}),
        "never holds",
    ),
    "a tell without a topic": (
        lambda form: form["tells"].append(
            {"topic": " ", "style": "text", "value": {"kind": "said", "value": 1}, "requires": []}
        ),
        "topic is empty",
    ),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_named_with_its_place(case: str) -> None:
    """A form that is well typed and means nothing says where, what and what to do."""
    spoil, message = NONSENSE[case]
    task = next(task for task in proposed("tau2:retail") if len(task.goal.decisions) == 1)
    form = to_form(task.goal).model_dump()
    spoil(form)

    with pytest.raises(DomainError, match=message):
        to_goal(GoalForm.model_validate(form), tables_of(task))


def test_a_form_takes_no_strange_field() -> None:
    """What is not in the schema is refused, also in a term."""
    with pytest.raises(ValidationError):
        GoalForm.model_validate(
            {"searches": [], "decisions": [], "tells": [{"topic": "t", "style": "text", "value": {"kind": "guess"}}]}
        )


@pytest.mark.parametrize("signature", [ComposeGoal, PhraseRequest, ReadRequest], ids=lambda item: item.__name__)
def test_schemas_can_be_enforced(signature: Any) -> None:
    """The lint finds nothing, and the name of each kind comes first in its object."""
    sent = StructuredAdapter().response_format(signature)["json_schema"]["schema"]

    assert lint(sent) == []
    for part in sent["$defs"].values():
        if "properties" in part:
            assert "kind" not in part["properties"] or next(iter(part["properties"])) == "kind"
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])


def more_bags() -> Goal:
    """A goal that few of the tasks have."""
    domain = load("tau2:airline")
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == "add checked bags")
    drafts = (recipe.draft(domain, user, Dial(2, "knows ids"), random.Random(0)) for user in domain.pack.users(domain))
    draft = next(draft for draft in drafts if draft is not None)
    return Goal(draft.decisions, draft.tells)


def test_policy_is_told_from_what_the_user_decides() -> None:
    """Of a flight booking the fees are worked out; of a change of bags the number is not."""
    goals = [*(task.goal for task in some_of("tau2:airline", 4)), more_bags()]
    kept: Counter[str] = Counter()
    for decision in (decision for goal in goals for decision in goal.decisions):
        for name, term in decision.args:
            kept[f"{decision.tool}.{name}"] += not derived(term)
            if any(isinstance(leaf, Said) for leaf in parts(term)) and not by_policy(term):
                assert not derived(term)

    assert kept["update_reservation_baggages.nonfree_baggages"] == kept["book_reservation.nonfree_baggages"] == 0
    assert kept["update_reservation_baggages.total_baggages"]
    assert kept["book_reservation.payment_methods"]


def limited() -> Task:
    """A task with a limit of its customer's own."""
    return next(task for name in NAMES for task in proposed(name) if any(map(limits, task.goal.decisions)))


def test_a_condition_that_is_no_number_is_compared_too() -> None:
    """A reader may hold a text against something; it is another condition, and no reason to stop."""
    task = limited()
    domain, data = load(task.domain), to_asked(task.goal).model_dump()
    for decision in data["decisions"]:
        for check in decision["only_if"]:
            side = "right" if check["right"]["kind"] == "said" else "left"
            check.update(op="is", **{side: {"kind": "said", "value": "no"}})
    found = misread(task, AskedGoal.model_validate(data), domain, guide(task.domain, "base").tables)

    assert found is not None
    assert found.gist == "the condition"


@pytest.mark.parametrize("spoil", ["the other side", "another number", "left out"])
def test_a_limit_read_otherwise_is_another_request(spoil: str) -> None:
    """A customer's own condition is compared as a value with its side; a reading that turns it around is none of the goal."""
    task = limited()
    domain, asked = load(task.domain), to_asked(task.goal)
    other_side = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

    def spoiled(check: Any) -> list[Any]:
        if spoil == "left out":
            return []
        if spoil == "the other side":
            return [check | {"op": other_side[check["op"]]}]
        side = "right" if check["right"]["kind"] == "said" else "left"
        return [check | {side: {"kind": "said", "value": check[side]["value"] + 7}}]

    data = asked.model_dump()
    for decision in data["decisions"]:
        decision["only_if"] = [new for check in decision["only_if"] for new in spoiled(check)]
    found = misread(task, AskedGoal.model_validate(data), domain, guide(task.domain, "base").tables)

    assert misread(task, asked, domain, guide(task.domain, "base").tables) is None
    assert found is not None
    assert found.gist == "the condition"


def asks_alternatives(name: str) -> list[tuple[Task, int]]:
    """Tasks with a wish that has another way, and where it stands."""
    found = []
    for task in some_of(name, 4):
        found += [(task, index) for index, wish in enumerate(task.goal.decisions) if wish.otherwise is not None]
    return found


def test_a_way_that_only_policy_has_need_not_be_read() -> None:
    """The customer asks for a change; that an order on its way back can only be exchanged, the agent knows. What is said has to be read."""
    seen = Counter[bool]()
    for name in NAMES:
        domain, tables = load(name), guide(name, "base").tables
        for task, index in asks_alternatives(name):
            said = any(
                slot.key.startswith("fallback")
                for request in task.requests
                if request.decision == index
                for slot in request.slots
            )
            data = to_asked(task.goal).model_dump()
            data["decisions"][index]["otherwise"] = None
            seen[said] += 1
            assert (misread(task, AskedGoal.model_validate(data), domain, tables) is None) == (not said)
            assert misread(task, to_asked(task.goal), domain, tables) is None
    assert seen[True]
    assert seen[False]


def test_the_way_that_is_open_may_be_read_alone_where_the_customer_names_none() -> None:
    """The record shows a reader that the order can only be exchanged. With another item, or in place of what is said, it is another wish."""
    seen = Counter[bool]()
    for name in NAMES:
        domain, tables = load(name), guide(name, "base").tables
        for task, index in asks_alternatives(name):
            wish = task.goal.decisions[index]
            said = any(
                slot.key.startswith("fallback") for r in task.requests if r.decision == index for slot in r.slots
            )
            data = to_asked(task.goal).model_dump()
            data["decisions"][index] = data["decisions"][index]["otherwise"]
            seen[said] += 1
            assert (misread(task, AskedGoal.model_validate(data), domain, tables) is None) == (not said)
            if not said and wish.otherwise is not None:
                for argument in data["decisions"][index]["arguments"]:
                    right, argument["value"] = argument["value"], {"kind": "said", "value": "1"}
                    assert misread(task, AskedGoal.model_validate(data), domain, tables) is not None
                    argument["value"] = right
    assert seen[True]
    assert seen[False]


def test_what_stays_as_it_is_in_the_record_adds_nothing_to_a_denied_wish() -> None:
    """Copied from the record that is named. What stands in another record, is chosen, or is said, would be a wish more."""
    domain, tables = load("tau2:airline"), guide("tau2:airline", "base").tables
    recipe = next(one for one in domain.pack.denials if one.name == "denied: cabin after a flown flight")
    task, another = islice((one for one in drafted("tau2:airline", recipe) if one.memory == "knows ids"), 2)
    data, other = to_asked(task.goal).model_dump(), to_asked(another.goal).model_dump()["searches"][0]
    (decision,) = data["decisions"]
    own = next(one["value"] for one in decision["arguments"] if one["name"] == "reservation_id")
    search = next(one for one in data["searches"] if one["name"] == own["search"])
    assert search["sources"] != other["sources"]
    best = search | {"kind": "best", "name": "chosen", "by": "total_baggages", "most": True}
    data["searches"] += [search | {"name": "other", "sources": other["sources"]}, best]

    def with_flights(value: Json) -> bool:
        more = decision | {"arguments": [*decision["arguments"], {"name": "flights", "value": value}]}
        return misread(task, AskedGoal.model_validate(data | {"decisions": [more]}), domain, tables) is None

    assert with_flights(own | {"field": "flights"})
    assert with_flights({"kind": "listed", "items": [own | {"field": "origin"}]})
    assert not with_flights(own | {"field": "flights", "search": "other"})
    assert not with_flights(own | {"field": "flights", "search": "chosen"})
    assert not with_flights({"kind": "said", "value": "HAT001"})
    assert not with_flights(
        {"kind": "listed", "items": [own | {"field": "origin"}, {"kind": "said", "value": "HAT001"}]}
    )


def test_a_list_of_passengers_may_be_written_as_a_search_and_one_more() -> None:
    """`[every saved one, the new one]` is one list, whether its parts are rows or lists of rows; another order or one less is not it."""
    wanted = [{"first_name": "Ava"}, {"first_name": "Bo"}]

    assert flat([[{"first_name": "Ava"}], {"first_name": "Bo"}]) == wanted
    assert flat([wanted]) == wanted
    assert flat("Ava") == "Ava"
    assert flat([[{"first_name": "Ava"}]]) != wanted


def test_a_limit_may_be_read_as_a_filter_or_as_a_condition() -> None:
    """Who also makes $300 a condition of "the fastest for at most $300" has read the same; who makes another number one has not."""
    seen = 0
    for task in some_of("tau2:airline", 4):
        domain, tables = load(task.domain), guide(task.domain, "base").tables
        for index, wish in enumerate(task.goal.decisions):
            form = to_asked(Goal((wish,), ())).model_dump()
            search = next((one for one in form["searches"] if any(_is_limit(item) for item in one["where"])), None)
            if search is None or wish.bare:
                continue
            seen += 1
            where = next(item for item in search["where"] if _is_limit(item))
            for more in (0, 7):
                data = to_asked(task.goal).model_dump()
                name = next(one["name"] for one in data["searches"] if where in one["where"])
                picked = {"kind": "picked", "search": name, "field": where["attribute"]}
                value = where["value"] | {"value": where["value"]["value"] + more}
                check = {"kind": "check", "left": picked, "op": where["op"], "right": value, "rule": "", "transfer": False, "own": True}  # fmt: skip
                data["decisions"][index]["only_if"].append(check)
                found = misread(task, AskedGoal.model_validate(data), domain, tables)
                assert (found is None) == (more == 0), found
    assert seen


def _is_limit(where: dict[str, Any]) -> bool:
    return (
        where["op"] in ("<=", "<", ">", ">=")
        and where["value"]["kind"] == "said"
        and isinstance(where["value"]["value"], int)
    )
