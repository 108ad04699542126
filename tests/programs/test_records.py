"""What a reader of a request is shown beside it: records that are named, options of things, and what an earlier reading lacked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.programs.proposing import connection, field
from tests.programs.test_proposer import Misreading
from tests.propose.proposed import proposed
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.programs.guide import guide, spoken
from writ_dspy.programs.reader import Reader
from writ_dspy.programs.reading import misread
from writ_dspy.programs.records import looked_up
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.signatures.forms import AskedGoal
from writ_dspy.signatures.goal import to_asked
from writ_dspy.task import Call


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
    """A server that answers alike to like prompts answers another one; what could not be acted on is said, what differs is not."""
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
    assert told["an argument left out"] == told["another tool"]
    assert not any(name in told["another tool"] for name in load(task.domain).kinds)


SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a search that is not there": lambda goal: goal["searches"].clear(),
    "an argument left out": lambda goal: goal["decisions"][0]["arguments"].pop(),
    "another tool": lambda goal: goal["decisions"][0].update(tool="cancel_pending_order"),
}


def test_whoever_words_it_is_told_in_which_sentences_to_be_plainer() -> None:
    """By their keys, of the wish that was taken otherwise and of no other."""
    task = next(t for t in proposed("tau2:retail") if len(t.goal.decisions) > 1)
    for index in range(len(task.goal.decisions)):
        data = to_asked(task.goal).model_dump()
        data["decisions"][index]["arguments"] = data["decisions"][index]["arguments"][:1]
        wrong = misread(task, AskedGoal.model_validate(data), load(task.domain), guide(task.domain, "base").tables)
        assert wrong is not None
        keys = wrong.advice.partition("more plainly in ")[2].split(", ")
        own = [
            one
            for one in given(task)
            if one.key.partition(":")[0] in {str(n) for n, r in enumerate(task.requests) if r.decision == index}
        ]
        assert keys == [one.key for one in own]
