"""An agent's replies as turns: several look-ups of one reply are made one after the other, as policy has it, for one request."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.domains.library import library
from tests.propose.proposed import firsts
from tests.simulate.playing import play
from tests.standins.engines import ScriptedEngine, prompt
from writ_dspy.conversation import (
    Conversation,
    Finding,
    StopReason,
    Turn,
    conversation_from_json,
    conversation_to_json,
    flaw,
)
from writ_dspy.dataset.messages import to_messages
from writ_dspy.domains import NAMES, Domain, load
from writ_dspy.lm import BadReply, Connection
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.user import EMPTY, ModelUser
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import played
from writ_dspy.simulate.scripted import ScriptedAgent
from writ_dspy.task import Call, Task
from writ_dspy.verify.checks import verify

RETAIL = "tau2:retail"


def orders(count: int) -> list[str]:
    """Ids of that many orders of the retail domain."""
    return sorted(load(RETAIL).tables["orders"])[:count]


def look_up(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"thought": "each of them", "action": {"kind": "look up", "calls": list(calls)}}


def acting(*replies: dict[str, Any]) -> tuple[ModelAgent, ScriptedEngine]:
    """An agent whose model gives these replies, the last again and again."""
    left = list(replies)
    engine = ScriptedEngine(lambda _: json.dumps(left.pop(0) if len(left) > 1 else left[0]))
    return ModelAgent(Connection.over(engine)), engine


def talked(agent: ModelAgent, domain: Domain, task: Task, until: int) -> tuple[Turn, ...]:
    """A talk in which the agent acts until it says something, or that often."""
    turns, world = [Turn("user", "Hello, I'd like to know where my orders are.")], domain.world()
    for _ in range(until):
        turns += played(domain, world, asyncio.run(agent.act(task, domain, turns, 7)))
        if not turns[-1].calls and turns[-1].role == "agent":
            break
    return tuple(turns)


@pytest.fixture(scope="module")
def task() -> Task:
    return firsts(RETAIL)[0]


SAY = {"thought": "done", "action": {"kind": "say", "text": "Both are on their way."}}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_look_ups_of_one_reply_become_turns_of_one_call(count: int, task: Task) -> None:
    """In their order, each with its own result, for a single request; the next reply sees all of the results."""
    domain = load(RETAIL)
    agent, engine = acting(look_up(*({"kind": "get_order_details", "order_id": one} for one in orders(count))), SAY)
    turns = talked(agent, domain, task, count + 1)

    calls = [turn.calls for turn in turns if turn.role == "agent" and turn.calls]
    assert calls == [(Call.of("get_order_details", {"order_id": one}),) for one in orders(count)]
    assert [turn.role for turn in turns[1:-1]] == ["agent", "tool"] * count
    assert len(engine.requests) == 2
    assert all(one in prompt(engine.requests[1]).partition("each of them")[2] for one in orders(count))
    assert [turn.thought for turn in turns if turn.role == "agent"] == ["each of them", *[""] * (count - 1), "done"]


def test_a_look_up_that_fails_ends_those_behind_it(task: Task) -> None:
    """They may have rested on the same mistake, so the agent is asked again, with the error before it."""
    domain, (good, other) = load(RETAIL), orders(2)
    wrong = [{"kind": "get_order_details", "order_id": one} for one in (good, "#W0000000", other)]
    agent, engine = acting(look_up(*wrong), SAY)
    turns = talked(agent, domain, task, 4)

    assert [turn.error for turn in turns if turn.role == "tool"] == [False, True]
    assert len(engine.requests) == 2
    assert turns[-1].text == "Both are on their way."


def test_a_talk_that_was_broken_off_goes_on_with_what_was_asked_for(task: Task) -> None:
    """What is still to be looked up is kept with the talk, and with no other; no row has it."""
    domain, (first, second) = load(RETAIL), orders(2)
    agent, _ = acting(look_up(*({"kind": "get_order_details", "order_id": one} for one in (first, second))))
    turns = talked(agent, domain, task, 1)
    talk = Conversation("t.0", task.id, turns, StopReason.USER_DONE, 1, "model", "scripted")
    again = conversation_from_json(json.loads(json.dumps(conversation_to_json(talk))))
    fresh, engine = acting(SAY)

    assert again == talk
    assert asyncio.run(fresh.act(task, domain, again.turns, 7)).calls == (
        Call.of("get_order_details", {"order_id": second}),
    )
    assert not engine.requests
    ended = dataclasses.replace(talk, turns=(*turns, Turn("agent", "I have seen the first.")))
    assert second not in json.dumps(to_messages(ended, domain), default=str)
    spoiled = conversation_to_json(talk)
    spoiled["turns"][1]["ahead"] = [["get_order_details", 7]]
    assert "`turns.1.ahead`" in str(flaw(spoiled))


@pytest.mark.parametrize(
    "calls",
    [
        [],
        [{"kind": "cancel_pending_order", "order_id": "#W1", "reason": "no longer needed"}],
        [{"kind": "say", "text": "Hi."}],
        [{"kind": "get_order_details"}],
    ],
    ids=["none", "a write", "a message", "an argument missing"],
)
def test_what_is_no_list_of_look_ups_is_drawn_again(calls: list[dict[str, Any]], task: Task) -> None:
    """Nothing of it is made: a write comes alone, after its yes."""
    agent, engine = acting(look_up(*calls))

    with pytest.raises(BadReply):
        asyncio.run(agent.act(task, load(RETAIL), [Turn("user", "Hello.")], 7))
    assert len(engine.requests) == 3
    assert ["the last reply was unparsable (" in prompt(request) for request in engine.requests] == [False, True, True]


WRONG = (
    Finding("grounded", 1, "'$9' in 'You have $9.'", "an amount that was said, read, or follows from that"),
    Finding("clean", 1, "thoughts", "what is said to a customer"),
)


def test_an_agent_is_told_why_a_step_was_not_taken(task: Task) -> None:
    """At the end of its prompt, behind all that it was given the first time, and again with what else goes wrong meanwhile."""
    domain, turns = load(RETAIL), [Turn("user", "Hello.")]
    agent, engine = acting({"thought": "", "action": {"kind": "dance"}}, SAY)
    first, first_engine = acting(SAY)
    asyncio.run(first.act(task, domain, turns, 7))
    said = asyncio.run(agent.act_again(task, domain, turns, 8, Turn("agent", "You have $9."), WRONG))

    assert said.text == "Both are on their way."
    shown, again = (prompt(request) for request in engine.requests)
    for text in (shown, again):
        assert 'Your message "You have $9." was not sent.' in text
        assert all(f"- {fault.saw}; wanted: {fault.wanted}" in text for fault in WRONG)
    assert "the last reply was unparsable" in again
    assert "the last reply was unparsable" not in shown
    plain = prompt(first_engine.requests[0])
    assert plain.count("objection") == 0
    assert shown.startswith(plain[: plain.index("[[ ## conversation ## ]]")])
    usage = agent.connection.usage
    assert (usage.redraws, dict(usage.sent_back)) == (2, {"clean": 1, "grounded": 1})


def test_a_call_that_was_not_made_is_named(task: Task) -> None:
    agent, engine = acting(SAY)
    call = Call.of("get_order_details", {"order_id": "#W1"})
    early = Finding("authenticated_first", 1, str(call), "the customer identified first")
    refused = Turn("agent", calls=(call,))
    asyncio.run(agent.act_again(task, load(RETAIL), [Turn("user", "Hello.")], 8, refused, (early,)))
    shown = prompt(engine.requests[0])

    assert "Your call get_order_details(order_id='#W1') was not made." in shown
    assert "- wanted: the customer identified first" in shown
    assert shown.count(str(call)) == 1


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ('{"leave": false}', "without message"),
        ("Sure, here is what I say.", "the reply is no JSON object"),
        ('{"message": "", "leave": false}', EMPTY),
    ],
)
def test_a_customer_is_told_what_was_wrong_with_a_reply(reply: str, told: str, task: Task) -> None:
    """Asked the same again, a model would say the same again."""
    replies = [reply, '{"message": "Hello.", "leave": false}']
    engine = ScriptedEngine(lambda _: replies.pop(0))
    said = asyncio.run(ModelUser(Connection.over(engine)).speak(task, load(RETAIL), [], 7))

    assert said == Turn("user", "Hello.")
    assert [told in prompt(request) for request in engine.requests] == [False, True]


def test_the_same_look_up_twice_is_made_once(task: Task) -> None:
    """Its result would be the same."""
    domain, (one,) = load(RETAIL), orders(1)
    agent, _ = acting(look_up(*2 * [{"kind": "get_order_details", "order_id": one}]), SAY)

    assert [turn.role for turn in talked(agent, domain, task, 3)] == ["user", "agent", "tool", "agent"]


@pytest.mark.parametrize("name", NAMES)
def test_only_tools_that_change_nothing_may_come_together(name: str) -> None:
    """By the form that is sent: a grammar lets no write into the list."""
    domain = load(name)
    agent, _ = acting(SAY)
    form = json.dumps(agent._signature(domain).output_fields["action"].annotation.__args__[-1].model_json_schema())

    assert "look up" in form
    assert {tool for tool in domain.kinds if f'"const": "{tool}"' in form} == {
        tool for tool, kind in domain.kinds.items() if kind == "read"
    }


def told(domain: Domain) -> str:
    """All that a model is told that serves here."""
    agent, _ = acting(SAY)
    signature = agent._signature(domain)
    return "\n".join([signature.instructions, *agent.asked(firsts(RETAIL)[0], domain, ()).values()])


def test_whoever_serves_a_desk_of_ones_own_hears_nothing_of_shops_and_airlines() -> None:
    """Least of all the sentence of another house: this one's own stands in its policy."""
    domain = library()
    words = told(domain).lower()

    assert domain.pack.transfer is not None
    assert domain.pack.transfer.text.lower() in words
    assert "human agent" not in words
    assert not [word for word in ("flight", "cabin", "item", "payment", "address", "order ") if word in words]


@pytest.mark.parametrize(
    ("name", "named"), [(RETAIL, "items and their options"), ("tau2:airline", "flights with dates")]
)
def test_what_a_list_names_is_told_by_the_domain(name: str, named: str) -> None:
    words = told(load(name))

    assert named in words
    assert "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON." in words


class Speaking:
    """A guided agent whose model gets every message and every write right, as the script has them, and is asked for no look-up."""

    name = "speaking"

    def __init__(self, *, guided: bool = True) -> None:
        self.model = ModelAgent(Connection.over(ScriptedEngine(lambda _: "")), guided=guided)
        self.asked: list[Turn] = []

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        step = self.model.unasked(task, domain, turns)
        if step is None:
            step = await ScriptedAgent().act(task, domain, turns, seed)
            self.asked.append(step)
        return step


@pytest.mark.parametrize("name", NAMES)
def test_a_guided_agent_is_asked_for_no_look_up_that_is_due(name: str) -> None:
    """Each is made when it can be known, alone, in an order that every check accepts; what is left to the model is words and writes."""
    domain, made = load(name), 0
    for task in assign(list(firsts(name)), 3):
        agent = Speaking()
        one = play(task, agent)
        assert verify(task, one.talk, domain).accepted, task.id
        reads = [call for turn in agent.asked for call in turn.calls if domain.kinds[call.tool] == "read"]
        assert not reads, (task.id, reads)
        made += sum(len(turn.calls) for turn in one.talk.turns) - sum(len(turn.calls) for turn in agent.asked)
        free = Speaking(guided=False)
        play(task, free)
        assert any(domain.kinds[call.tool] == "read" for turn in free.asked for call in turn.calls)
    assert made > 20
