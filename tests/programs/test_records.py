"""What a reader of a request is shown beside it: records that are named, options of things, and what an earlier reading lacked."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.programs.proposing import connection, field
from tests.programs.test_proposer import Misreading
from tests.propose.proposed import proposed
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.domains.tau2.airline.booking import BookTrip
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.guide import EXAMPLES, guide, spoken
from writ_dspy.programs.reader import Reader
from writ_dspy.programs.reading import Misread, misread
from writ_dspy.programs.records import looked_up
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.signatures.forms import AskedGoal
from writ_dspy.signatures.goal import to_asked
from writ_dspy.signatures.proposer import ReadRequest
from writ_dspy.task import Call, Goal, Listed, Said, Task


def test_a_reader_is_told_whose_names_of_fields_count() -> None:
    """A record calls a thing's name otherwise than the view does by whose fields a search chooses."""
    known, record = guide("tau2:retail", "base"), looked_up("It is #W7293142.", load("tau2:retail"))
    assert "\nname | product_id" in record
    assert '"product_name"' in known.tools
    assert '"name"' not in known.tools.partition("view items: ")[2].partition("\n")[0]
    assert "called as the views of the toolbox call them" in " ".join(ReadRequest.instructions.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_is_shown_the_records_that_the_words_name(name: str) -> None:
    """Those whose id is a word of the text and no other, as the tools return them; in punctuation or not."""
    domain = load(name)
    named = 0
    for task in proposed(name):
        text = spoken(task.identity, task.requests)
        words = {word.strip("\"'“”‘’()[]<>.,:;!?") for word in text.split()}
        shown = looked_up(text, domain)
        for call in {call for outcome in task.outcomes for call in outcome.trace}:
            if len(call.args) == 1:
                value = str(*call.args.values())
                assert (f"{call}:\n" in shown) == (value in words)
                named += value in words
        assert looked_up(" ".join(f"({word}),' " for word in text.split()), domain) == shown
        assert "get_" not in looked_up(" ".join(word for word in text.split() if word.isalpha()), domain).replace(
            " of get_", ""
        )

    assert named > len(proposed(name)) / 2


def test_the_options_of_a_thing_are_shown_where_its_order_is_not() -> None:
    """Whoever reads "the same boots in leather" learns by what boots differ, and no stock, price or id; of what is not named, nothing."""
    domain = load("tau2:retail")
    products = domain.read(Call.of("list_all_product_types", {})).views["products"]
    general = {"product_id", "product_name", "item_id", "price", "available"}
    for product in products[::7]:
        name = str(product["name"])
        rows = domain.read(Call.of("get_product_details", {"product_id": product["product_id"]})).views["variants"]
        for text in (f"I want another {name}.", f"Two {name.lower()}s, please", f"(the {name.upper()})"):
            (line,) = looked_up(text, domain).splitlines()
            assert line.startswith(f"{name}, variants of get_product_details by ")
            shown = dict(part.split(": ") for part in line.partition(" by ")[2].split("; "))
            assert set(shown) == {key for row in rows for key in row} - general
            for key, values in shown.items():
                assert {value for value in values.split(", ") if value != "…"} <= {row.get(key) for row in rows}
        assert not looked_up(f"I want another x{name}.", domain)
    assert not looked_up("The one I got last week, in leather.", domain)
    both = looked_up("the hiking boots and the desk lamp of #W8808563", domain)
    assert both.startswith("get_order_details(order_id='#W8808563'):")
    assert both.count("get_product_details") == 2


@pytest.mark.parametrize("name", NAMES)
def test_the_toolbox_names_all_that_can_be_said_of_a_wish_without_a_tool(name: str) -> None:
    """A route changes at either end: a reader that was shown only one of them could not state the other."""
    domain, known = load(name), guide(name, "base")
    named = {
        line.partition("(")[0]: line.partition("(")[2].partition(")")[0].split(", ") for line in known.bare.splitlines()
    }
    seen = 0
    for recipe in domain.pack.denials:
        for user in domain.pack.users(domain)[::9]:
            draft = recipe.draft(domain, user, Dial(2, "knows ids"), random.Random(user))
            if draft is not None and draft.decisions[0].bare and draft.decisions[0].tool not in domain.kinds:
                seen += 1
                assert {argument for argument, _ in draft.decisions[0].args} <= set(named[draft.decisions[0].tool])
    assert seen > len(named)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_shows_what_is_wanted_instead(name: str) -> None:
    """Of a tool of the domain, with the words for it; only one, as it is long."""
    examples = [line for line in guide(name, "base").read_examples.split("\n\n") if '"otherwise":{' in line]
    assert len(examples) == 1
    goal = AskedGoal.model_validate_json(examples[0].partition("\nGoal: ")[2])
    assert goal.decisions[0].tool in load(name).kinds


def test_a_second_reader_is_told_what_the_first_lacked_and_not_what_is_meant() -> None:
    """A server that answers alike to like prompts answers another one; the argument that differs is named, and no value or tool that is meant."""
    task = next(t for t in proposed("tau2:retail") if "new_item_ids" in dict(t.goal.decisions[0].args))
    told = {}
    for case, spoil in SPOILED.items():
        line, engine = connection(Misreading([task], spoil))
        with pytest.raises(Rejected):
            asyncio.run(Reader(line).read_back(task, spoken(task.identity, task.requests), load(task.domain), 1))
        first, second = (field(request, "objection") for request in engine.requests)
        assert not first
        told[case] = second
    assert "no search" in told["a search that is not there"]
    left_out = task.goal.decisions[0].args[-1][0]
    assert left_out.replace("_", " ") in told["an argument left out"]
    assert "deed" in told["another tool"]
    gold = [leaf for leaf in leaves(task.gold[0].args) if isinstance(leaf, str) and len(leaf) > 3]
    assert not any(value in said for value in gold for said in told.values())
    assert not any(name in told["another tool"] for name in load(task.domain).kinds)


SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a search that is not there": lambda goal: goal["searches"].clear(),
    "an argument left out": lambda goal: goal["decisions"][0]["arguments"].pop(),
    "another tool": lambda goal: goal["decisions"][0].update(tool="cancel_pending_order"),
}


def test_whoever_words_it_is_told_in_which_sentences_to_be_plainer() -> None:
    """By their keys, of the wish that was taken otherwise and of no other; for an argument whose value is said, that sentence is among them."""
    seen = 0
    for task in proposed("tau2:retail"):
        for index, decision in enumerate(task.goal.decisions):
            data = to_asked(task.goal).model_dump()
            data["decisions"][index]["arguments"] = data["decisions"][index]["arguments"][:1]
            wrong = misread(task, AskedGoal.model_validate(data), load(task.domain), guide(task.domain, "base").tables)
            if wrong is None:
                continue
            own = [
                one
                for one in given(task)
                if one.key.partition(":")[0] in {str(n) for n, r in enumerate(task.requests) if r.decision == index}
            ]
            assert set(wrong.keys) <= {one.key for one in own}
            assert ", ".join(wrong.keys) in wrong.advice
            term = dict(decision.args).get(wrong.name)
            if isinstance(term, Said):
                saying = {one.key for one in own if load(task.domain).pack.mentions(str(term.value), one.text.lower())}
                assert saying <= set(wrong.keys)
                assert len(wrong.keys) < len(own)
                seen += bool(saying)
    assert seen


METHODS = 3
"""Ways to pay for one booking: a certificate, a gift card, and the rest by card."""


def bookings() -> Iterator[Task]:
    """Bookings paid with several methods, of which policy works out what each pays."""
    domain = load("tau2:airline")
    (recipe,) = (one for one in domain.pack.recipes if isinstance(one, BookTrip))
    found = 0
    for seed, user in enumerate(domain.pack.users(domain)):
        draft = recipe.draft(domain, user, Dial(3, "knows ids"), random.Random(seed))
        if draft is None or found == METHODS:
            continue
        paid = dict(draft.decisions[0].args)["payment_methods"]
        if isinstance(paid, Listed) and len(paid.items) == METHODS:
            found += 1
            yield dataclasses.replace(
                proposed(domain.name)[0],
                goal=Goal(draft.decisions, draft.tells),
                requests=draft.requests,
                identity=draft.identity,
            )


def test_what_each_method_pays_need_not_be_read() -> None:
    """Policy works it out: with the amounts or without, the reading is the same. Another method, or one less, is another reading."""
    seen = 0
    tables = guide("tau2:airline", "base").tables
    for task in bookings():
        data = to_asked(task.goal).model_dump()
        (paid,) = (one for one in data["decisions"][0]["arguments"] if one["name"] == "payment_methods")
        records = paid["value"]["items"]
        bare = [record | {"fields": record["fields"][:1]} for record in records]
        assert [[field["name"] for field in record["fields"]] for record in bare] == [["payment_id"]] * METHODS

        def read(items: list[Any], task: Task = task, paid: Any = paid, data: Any = data) -> Misread | None:
            paid["value"]["items"] = items
            return misread(task, AskedGoal.model_validate(data), load(task.domain), tables)

        assert read(records) is None
        assert read(bare) is None
        for spoiled in (bare[:2], bare[1:], [bare[0], bare[0], bare[2]]):
            wrong = read(spoiled)
            assert wrong is not None
            assert wrong.keys == ("0:payment",)
            assert "payment methods" in wrong.again
        seen += 1
    assert seen


@pytest.mark.parametrize("name", NAMES)
def test_the_toolbox_shows_every_way_to_pay_and_what_a_list_holds(name: str) -> None:
    """A gift card has other fields than a credit card, by other names in each domain; nobody has to guess them, or those of a list of records."""
    domain, tools = load(name), guide(name, "base").tools
    rows = [json.loads(line.partition(": ")[2]) for line in tools.splitlines() if "view payment_methods" in line]
    every = {
        (row["source"], key)
        for user in domain.pack.users(domain)
        for row in domain.read(Call.of("get_user_details", {"user_id": user})).views["payment_methods"]
        for key in row
    }
    assert {(row["source"], key) for row in rows for key in row} == every
    assert len(rows) == len({row["source"] for row in rows})
    if name == "tau2:airline":
        (booking,) = (line for line in tools.splitlines() if line.startswith("book_reservation("))
        for shape in ("payment_methods: [{payment_id, amount}]", "flights: [{flight_number, date}]"):
            assert shape in booking


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_a_few_examples_show_how_things_are_found_and_told(name: str) -> None:
    """One of all, the best, and every one; a tell and a deed; and no word of what an agent asks for, which only who composes needs."""
    known = guide(name, "base")
    examples = known.read_examples.split("\n\n")
    assert len(examples) <= EXAMPLES + 3
    for kind in ('"kind":"only"', '"kind":"best"', '"kind":"every"', '"tells":[{', '"decisions":[{'):
        assert any(kind in one for one in examples), kind
    assert "Keys of details" not in known.tools
    assert known.keys.startswith("Keys of details: ")
