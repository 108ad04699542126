"""What the models are sent: everything once, in an order that a cache can use, in as few tokens as were promised."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import dspy
import pytest

from tests.programs.test_goal import asks_alternatives
from tests.propose.proposed import firsts
from tests.simulate.playing import play
from tests.standins.engines import ScriptedEngine
from writ_dspy.conversation import Turn, conversation_from_json, conversation_to_json
from writ_dspy.dataset.messages import to_messages
from writ_dspy.domains import NAMES, load
from writ_dspy.lm import Connection
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.diversifier import DiversifierProgram, asked
from writ_dspy.programs.guide import guide, spoken
from writ_dspy.programs.records import looked_up
from writ_dspy.programs.tables import tabled
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.toolbox import adds, toolbox
from writ_dspy.programs.user import UserProgram
from writ_dspy.programs.user import asked as asked_of_user
from writ_dspy.signatures.proposer import ReadRequest
from writ_dspy.signatures.user import SpeakAsUser
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.briefing import situation, task_instructions
from writ_dspy.task import DIMENSIONS, Behaviour, Slot, Task
from writ_dspy.trial import ChangesMind

MOST = 90_000
"""Input tokens of one conversation over all four roles, at four letters each: 88,500 over talks of 27 turns. Scripted talks are longer
than a model's, and these tasks harder than most; the schema sent twice, one more reading and results as JSON came to 150,000."""
ADAPTER = StructuredAdapter()
AGENT = ModelAgent(Connection.over(ScriptedEngine(lambda _: "")), guided=True)


def sent(signature: type[dspy.Signature], inputs: dict[str, Any]) -> str:
    """All messages of one request."""
    return "\n".join(message["content"] for message in ADAPTER.format(signature, [], inputs))


@cache
def talked(name: str) -> tuple[tuple[Task, tuple[Turn, ...]], ...]:
    """Some tasks with a talk about each, in which the agent keeps notes."""
    found = []
    for task in assign(list(firsts(name)[::3]), 3):
        note = "The order is known; the options have to be read and compared next."
        turns = play(task).talk.turns
        found.append((task, tuple(dataclasses.replace(t, thought=note) if t.role == "agent" else t for t in turns)))
    return tuple(found)


def of_agent(task: Task, turns: tuple[Turn, ...]) -> list[str]:
    """Each request that a guided agent makes in a talk."""
    domain = load(task.domain)
    steps = [index for index, turn in enumerate(turns) if turn.role == "agent"]
    return [sent(AGENT._signature(domain), AGENT.asked(task, domain, turns[:index])) for index in steps]


@pytest.mark.parametrize("name", NAMES)
def test_each_call_of_an_agent_begins_as_the_one_before(name: str) -> None:
    """Nine tenths at least are a prefix that the server has in its cache."""
    for task, turns in talked(name):
        for before, after in pairwise(of_agent(task, turns)):
            same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
            assert same >= 0.9 * len(before)


def test_a_conversation_costs_no_more_than_was_promised() -> None:
    """Over both domains, with a guided agent and all roles played by models: voice, reading, user and agent."""
    costs = []
    for name in NAMES:
        known = guide(name, "base")
        for task, turns in talked(name):
            told = [asked_of_user(task, turns[:index]) for index, turn in enumerate(turns) if turn.role == "user"]
            texts = [
                *of_agent(task, turns),
                *(sent(UserProgram().speak.signature, inputs) for inputs in told),
                sent(DiversifierProgram().diversify.signature, asked(task, ["a baker", "sunny", "likes lists"])),
                sent(ReadRequest, {"toolbox": f"{known.tools}\n{known.bare}", "examples": known.read_examples,
                                   "records": looked_up(spoken(task.identity, task.requests), load(name)),
                                   "request": spoken(task.identity, task.requests), "objection": ""}),
            ]  # fmt: skip
            costs.append(sum(map(len, texts)) / 4)

    assert sum(costs) / len(costs) <= MOST


@pytest.mark.parametrize("name", NAMES)
def test_the_prompt_of_an_agent_holds_no_schema(name: str) -> None:
    """The request carries it; the prompt names every tool with its arguments, in a few words."""
    domain, (task, turns) = load(name), talked(name)[0]
    text = of_agent(task, turns)[0]

    assert '"$defs"' not in text
    assert '"type": "object"' not in text
    for tool, params in domain.params.items():
        line = next(line for line in text.splitlines() if line.startswith(f'- {{kind: "{tool}"'))
        assert all(f"{argument}:" in line for argument in params.model_fields)


@pytest.mark.parametrize("name", NAMES)
def test_a_user_is_told_everything_once_and_who_they_are(name: str) -> None:
    """Its own name, its requests numbered, each detail under its name, and what it does not know."""
    for task, _ in talked(name):
        text = situation(task)
        assert re.match(r"You are [A-Z]\w+ [A-Z]\w+\. ", text)
        for number, request in enumerate(task.requests, 1):
            assert f"\n{number}. {request.opening}\n" in f"{text}\n"
            for slot in request.slots:
                assert f"   - {slot.key.replace('_', ' ')}: {slot.text}" in text
        said = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("   - ")]
        assert len(set(said)) == len(said)
        assert ("You do not know: " in text) == (task.memory != "knows ids")


def test_as_most_people_talk_is_not_said() -> None:
    """A user without any peculiarity gets rules alone; no level contradicts them."""
    task = talked("tau2:retail")[0][0]
    usual = {"verbosity": "medium", "tone": "neutral", "confirmation": "plain yes"}
    levels = {name: usual.get(name, every[0]) for name, every in DIMENSIONS.items()}
    told = task_instructions(dataclasses.replace(task, behaviour=Behaviour(tuple(levels.items()))))

    assert len(told) < 450
    assert "invent no fact" not in told


@pytest.mark.long
def test_what_a_user_wants_instead_is_asked_for_where_it_is_named() -> None:
    """Who is told to ask for "what you want instead" finds on the sheet what that is."""
    seen = set()
    for name in NAMES:
        for task in assign([*firsts(name), *(one for one, _ in asks_alternatives(name))], 3):
            behaviour = task.behaviour
            assert behaviour
            levels = dict(behaviour.levels) | {"change of mind": "has a fallback"}
            dealt = dataclasses.replace(task, behaviour=dataclasses.replace(behaviour, levels=tuple(levels.items())))
            named = any(slot.key.startswith("fallback") for request in task.requests for slot in request.slots)
            assert ("what you want instead" in task_instructions(dealt)) == named
            seen.add(named)
    assert seen == {True, False}


def behaving(**levels: str) -> Task:
    """A task whose user is as most are, but for these levels."""
    usual = {"verbosity": "medium", "tone": "neutral", "confirmation": "plain yes"}
    whole = {name: levels.get(name, usual.get(name, every[0])) for name, every in DIMENSIONS.items()}
    return dataclasses.replace(talked("tau2:retail")[0][0], behaviour=Behaviour(tuple(whole.items())))


def test_no_manner_contradicts_another() -> None:
    """Whoever talks a lot in a hurry is told how that goes together; nobody is told to name at once what they give when asked for it."""
    both = asked_of_user(behaving(verbosity="chatty", patience="hurried"), [])["manner"]
    assert "talkative though you are in a hurry" in both
    assert "it shows" not in both
    assert "it shows" in asked_of_user(behaving(patience="hurried"), [])["manner"]
    assert "though" not in asked_of_user(behaving(verbosity="chatty"), [])["manner"]
    for level in DIMENSIONS["disclosure"]:
        assert "name them" not in asked_of_user(behaving(disclosure=level), [])["manner"]


def test_a_user_is_told_once_what_holds_for_every_user() -> None:
    """The rules stand in the instructions, what it remembers with what it knows; its manner has neither, line by line."""
    for task, _ in talked("tau2:airline"):
        manner = asked_of_user(task, [])["manner"]
        assert all(line.startswith("- ") for line in manner.splitlines())
        for told in (
            "background is yours to invent",
            "look things up",
            "end the conversation",
            "the ids that you need",
        ):
            assert told not in manner
        assert "without numbers\n" in SpeakAsUser.instructions
    assert asked_of_user(behaving(disclosure="on request"), [])["manner"].count("\n") == 0


def test_who_is_asked_for_several_details_at_once_knows_how_many_to_give() -> None:
    """An agent asks for all in one message: whoever gives a detail when asked gives all of them, and only who says one thing at a time does not."""
    told = {
        level: asked_of_user(behaving(disclosure=level), [])["manner"]
        for level in ("on request", "one thing at a time")
    }
    assert all("asked for several at once" in text for text in told.values())
    assert "give all of them" in told["on request"]
    assert "answer with one of them" in told["one thing at a time"]


def test_a_message_may_be_as_long_as_the_manner_wants() -> None:
    """No bound stands beside the message: "all details in the first one" takes more than four sentences."""
    described = SpeakAsUser.output_fields["message"].json_schema_extra["desc"]
    assert "sentence" not in described
    assert "goodbye" not in described
    assert "as many as they need" in SpeakAsUser.instructions


def test_a_note_to_the_user_stands_in_brackets_of_its_own() -> None:
    """What is not to be said is told from what is: the prompt says what such brackets are, and no sentence has any."""
    assert "square brackets are for you alone" in SpeakAsUser.instructions
    noted = 0
    for task, _ in talked("tau2:airline"):
        said = [slot.text for request in task.requests for slot in request.slots]
        assert not any("[" in text for text in said)
        noted += situation(task).count("[a note to you: ")
    texts = ("It's me and Ivan.", "It's me, Noah, and my friend.", "It's for me.")
    (task, _), *_ = talked("tau2:airline")
    for text, wanted in zip(texts, (1, 1, 0), strict=True):
        slot = Slot("passengers", text)
        request = dataclasses.replace(task.requests[0], slots=(slot,))
        alone = dataclasses.replace(task, requests=(request,), behaviour=None)
        assert situation(alone).count(f'{text} [a note to you: "me" is ') == wanted


def test_a_trial_names_the_wish_that_it_is_about() -> None:
    """By what the wish is called; where two are called so, with the words that bring it up, in the user's own voice."""
    task = next(one for name in NAMES for one, _ in talked(name) if len(one.requests) == 1)
    behaviour, slot = task.behaviour, task.requests[0].slots[0]
    assert behaviour
    changes = ChangesMind(0, f"1:{slot.key}", "I mean the espresso machine.", "espresso machine", "{}")
    other = dataclasses.replace(task.requests[0], topic="something else")
    told = []
    for first in (other, task.requests[0]):
        own = dataclasses.replace(behaviour, trials=(changes,), wording=(("1:opening", "My second thing, then."),))
        two = dataclasses.replace(task, requests=(first, task.requests[0]), behaviour=own)
        told.append(task_instructions(two))

    key, topic = slot.key.replace("_", " "), task.requests[0].topic
    assert f'say this about the {key} of {topic}: "I mean' in told[0]
    assert f'say this about the {key} of {topic} ("My second thing, then."): "I mean' in told[1]


def test_what_a_user_invents_has_no_number_in_it() -> None:
    """Whoever chats of what a sandwich cost is refused for an amount that nobody knows; each prompt says so where it allows chatting."""
    for name in NAMES:
        for task, _ in talked(name):
            told = task_instructions(task)
            allowed = next(one for one in told.split(";") if "is yours to invent" in one)
            assert "without numbers or amounts" in allowed


@pytest.mark.parametrize("name", NAMES)
def test_a_result_in_a_prompt_lacks_no_value(name: str) -> None:
    """Every value that a tool returned stands in the table, as it was returned."""
    seen = 0
    for _, turns in talked(name):
        for turn in turns:
            if turn.role == "tool" and turn.text[:1] in "{[":
                short = tabled(turn.text)
                assert all(str(leaf) in short for leaf in leaves(json.loads(turn.text)))
                assert len(short) <= len(turn.text)
                seen += short != turn.text
    assert seen > 3
    nested = '{"v": {"a": {"id": "a", "x": {"y": 1, "z": 2}}, "b": {"id": "b", "x": {"y": 3, "z": 4}}}}'
    assert tabled(nested) == "v: \nid | x(y | z)\na | 1 | 2\nb | 3 | 4"
    assert tabled('[{"in": "A, B", "n": 1},{"in": "A, B", "n": 2},{"in": "A, B", "n": 3}]').startswith(
        '\nn; each with in "A, B"'
    )
    assert tabled("emma_santos_8025") == "emma_santos_8025"
    assert tabled("{no json") == "{no json"


ORDER = {
    "order_id": "#W1",
    "status": "pending",
    "address": {"zip": "1", "city": "Here"},
    "items": list(range(40)),
    "note": None,
}


def results(*records: Any) -> list[str]:
    """What an agent is shown of results that come one after the other."""
    turns = [turn for one in records for turn in (Turn("user", "Go on."), Turn("tool", json.dumps(one)))]
    text = as_text(turns, "agent")
    assert as_text(turns[:-2], "agent") in (text[: len(as_text(turns[:-2], "agent"))], "(nothing yet)")
    return [one.partition("\nCUSTOMER: ")[0] for one in text.split("RESULT: ")[1:]]


def test_a_record_that_is_shown_again_is_shown_by_what_has_changed() -> None:
    """A write repeats its whole record; what stands above already need not be read twice. Another record is shown whole."""
    moved = ORDER | {"address": {"zip": "2", "city": "There"}}
    first, second, third, other = results(ORDER, moved, moved, ORDER | {"order_id": "#W2"})

    assert first == tabled(json.dumps(ORDER))
    assert second == 'order_id #W1: as it stands above, but\naddress: {"zip":"2","city":"There"}'
    assert third == "order_id #W1: as it stands above, unchanged"
    assert other == tabled(json.dumps(ORDER | {"order_id": "#W2"}))
    assert results({"name": "Lamp", "price": 1}, {"name": "Lamp", "price": 2})[1] == tabled(
        '{"name": "Lamp", "price": 2}'
    )
    less = {"order_id": "#W1", "status": "gone"}
    assert results(ORDER, less)[1] == tabled(json.dumps(less))


def test_empty_fields_are_told_with_the_first_record_of_a_kind() -> None:
    """Another one of that kind has them empty, too; one in which fewer are empty says which."""
    one, two = (
        {"order_id": f"#W{n}", "sum": n, "items": list(range(40)), "reason": None, "back": None} for n in (1, 2)
    )
    three = {"order_id": "#W3", "sum": 3, "items": list(range(40)), "reason": None, "back": None, "new": None}
    first, second, third = results(one, two, three)

    assert first.endswith("\nreason, back: null")
    assert "null" not in second
    assert second.startswith('order_id: "#W2"')
    assert third.endswith("\nreason, back, new: null")


@pytest.mark.parametrize(
    ("name", "sentence", "more"),
    [
        ("get_order_details", "Get the details of an order.", False),
        ("cancel_order", "Cancel some of the orders.", False),
        ("get_order_details", "Get the status and details of an order.", True),
        ("cancel_order", "Cancel a pending order.", True),
        ("find_user", "If the user is not found, an error comes back.", True),
    ],
)
def test_what_a_name_says_is_not_said_again(name: str, sentence: str, *, more: bool) -> None:
    """Nothing is left out that has a word of its own."""
    assert adds(name, sentence) == more


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_a_write_changed_is_missing(name: str) -> None:
    """Whatever the write, what it changed stands in its result as it was returned."""
    shorter = 0
    for _, turns in talked(name):
        for index, turn in enumerate(turns):
            if turn.role == "tool" and turn.text[:1] == "{":
                before = "\n".join(one.text for one in turns[:index] if one.role == "tool")
                said = as_text(turns[: index + 1], "agent").rpartition("RESULT: ")[2]
                new = [leaf for leaf in leaves(json.loads(turn.text)) if str(leaf) not in before]
                assert all(str(leaf) in said for leaf in new)
                shorter += len(said) < len(tabled(turn.text))
    assert shorter


def test_fields_that_differ_further_in_and_empty_ones_are_tabled() -> None:
    """Options of different products stand in a row of their own each; what is empty stands together, and nothing is left out."""
    lines = [{"id": "1", "options": {"color": "red", "for": "a: b"}}, {"id": "2", "options": {"size": "M"}}]
    said = tabled(json.dumps({"items": lines, "a": None, "b": None, "c": 0}))

    assert said == 'items: \nid | options\n1 | color: red, for: "a: b"\n2 | size: M\nc: 0\na, b: null'


def leaves(data: Any) -> list[Any]:
    """Texts and numbers of JSON."""
    if isinstance(data, dict):
        return [leaf for part in data.values() for leaf in leaves(part)]
    if isinstance(data, list):
        return [leaf for part in data for leaf in leaves(part)]
    return [] if data is None or isinstance(data, bool) else [data]


def test_an_agent_sees_its_own_notes_again_and_nobody_else_does() -> None:
    """They are kept with the conversation, stand in its next prompt, and in no user's prompt and no row; one that is guided has a supervisor's."""
    task, turns = talked("tau2:retail")[0]
    talk = dataclasses.replace(play(task).talk, turns=turns)
    free = ModelAgent(Connection.over(ScriptedEngine(lambda _: "")))
    note = next(turn.thought for turn in turns if turn.thought)

    assert conversation_from_json(json.loads(json.dumps(conversation_to_json(talk)))) == talk
    assert note in free.asked(task, load(task.domain), turns)["conversation"]
    assert note not in of_agent(task, turns)[-1]
    assert note not in str(asked_of_user(task, turns))
    assert note not in json.dumps(to_messages(talk, load(task.domain)), default=str)


@pytest.mark.parametrize("name", NAMES)
def test_what_many_tools_say_alike_is_said_once(name: str) -> None:
    """Every other word of a description is there, or in the tool's name; each tool of which there is more to say begins a line."""
    functions = [tool["function"] for tool in load(name).tools]
    text = toolbox(functions)
    sentences = re.split(r"(?<=\.)\s+", text)
    begins = {line.partition(":")[0].strip("*"): line for line in text.splitlines()}
    for one in functions:
        said = " ".join(one["description"].split())
        first = said.partition(". ")[0]
        words = set(re.findall(r"[\w'-]+", said))
        if adds(one["name"], first):
            assert re.match(rf"{one['name']}\**: {re.escape(first)}", begins[one["name"]])
        known = f"{text} {one['name'].replace('_', ' ')}".lower()
        assert sum(word.lower() not in known and word.lower().rstrip("s") not in known for word in words) <= 1
    asking = [one for one in sentences if "explicit user confirmation" in one]
    assert len(asking) == sum("explicit user confirmation" in one["description"] for one in functions[:2])


def test_what_few_tools_say_or_what_is_short_stays_where_it_is() -> None:
    """One word may differ, in three tools at least; two sentences that many share have a sign each."""
    long, other = (
        "Ask the customer for a {} before you ever do it.",
        "It can be called no more than once for each order.",
    )
    functions = [
        {"name": name, "description": f"Do {name}. {long.format(name)} {other if name != 'd' else 'Be quick.'}"}
        for name in "abcd"
    ]
    assert toolbox(functions).splitlines() == [
        "a***: Do a.",
        "b***: Do b.",
        "c***: Do c.",
        "d*: Do d. Be quick.",
        "* at a tool: Ask the customer for a … before you ever do it.",
        f"** at a tool: {other}",
    ]
    assert "at a tool" not in toolbox(functions[2:])
