"""Form: a malformed conversation is found and never raises; who gives a user id has said who they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.simulate.playing import WHOLE, Played
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.dataset.messages import official_messages, to_messages
from writ_dspy.task import Call
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import verify
from writ_dspy.verify.deeds import authenticated_first
from writ_dspy.verify.form import well_formed
from writ_dspy.verify.jointly import left_out

Spoil = Callable[[Played], list[Turn]]


def checks(item: Played, turns: list[Turn] | tuple[Turn, ...]) -> set[str]:
    talk = replace(item.talk, turns=tuple(turns))
    return {finding.check for finding in verify(item.task, talk, item.domain).findings}


def after_first_read(item: Played, *extra: Turn) -> list[Turn]:
    """With turns put in behind the first result."""
    at = next(i for i, turn in enumerate(item.talk.turns) if turn.role == "tool") + 1
    return [*item.talk.turns[:at], *extra, *item.talk.turns[at:]]


def called(item: Played, tool: str, **args: object) -> list[Turn]:
    """With one more call, and the answer that a fresh world gives."""
    call = Call.of(tool, args)
    result = item.domain.world().call(call)
    return after_first_read(item, Turn("agent", calls=(call,)), Turn("tool", result.text, error=result.error))


def read_tool(item: Played) -> str:
    return {"tau2:retail": "get_order_details", "tau2:airline": "get_reservation_details"}[item.domain.name]


def without_result(item: Played) -> list[Turn]:
    at = next(i for i, turn in enumerate(item.talk.turns) if turn.role == "tool")
    return [*item.talk.turns[:at], *item.talk.turns[at + 1 :]]


def without_a_user_turn(item: Played) -> list[Turn]:
    at = max(i for i, turn in enumerate(item.talk.turns) if turn.role == "user")
    return [*item.talk.turns[:at], *item.talk.turns[at + 1 :]]


def a_call_first(item: Played) -> list[Turn]:
    at = next(i for i, turn in enumerate(item.talk.turns) if turn.calls)
    return [*item.talk.turns[at : at + 2], *item.talk.turns[:at], *item.talk.turns[at + 2 :]]


MALFORMED: dict[str, Spoil] = {
    "an unknown tool": lambda item: called(item, "lookup_history", limit=5),
    "an argument too many": lambda item: called(
        item, read_tool(item), verbose=True, order_id="#W1", reservation_id="A"
    ),
    "an argument of a wrong type": lambda item: called(
        item, read_tool(item), order_id=["#W1"], reservation_id={"a": 1}
    ),
    "no arguments": lambda item: called(item, read_tool(item)),
    "an orphan result": lambda item: after_first_read(item, Turn("tool", "{}")),
    "a result at the start": lambda item: [Turn("tool", "{}"), *item.talk.turns],
    "no result": without_result,
    "the agent twice": without_a_user_turn,
    "the user twice": lambda item: [item.talk.turns[0], *item.talk.turns],
    "a call first": a_call_first,
    "a program for the calculator": lambda item: called(item, "calculate", expression="import os; os.system('ls')"),
    "words for the calculator": lambda item: called(item, "calculate", expression="the price of two lamps"),
    "nothing for the calculator": lambda item: called(item, "calculate", expression="()"),
}


@pytest.fixture(scope="module")
def some(played: list[Played]) -> list[Played]:
    """One with writes of each domain, and one without."""
    wanted = [("tau2:retail", True), ("tau2:airline", True), ("tau2:airline", False)]
    return [
        next(item for item in played if item.domain.name == name and bool(item.task.gold) is writes)
        for name, writes in wanted
    ]


@pytest.mark.parametrize("spoil", list(MALFORMED.values()), ids=list(MALFORMED))
def test_a_malformed_conversation_is_found(spoil: Spoil, some: list[Played]) -> None:
    """Unknown tools, arguments that do not fit, lost and orphan results, missing turns: a finding, never an exception."""
    assert ["well_formed" in checks(item, spoil(item)) for item in some] == [True] * len(some)


@pytest.mark.parametrize("tool", ["search_onestop_flight", "search_direct_flight", "get_reservation_details"])
def test_a_read_that_failed_is_judged(played: list[Played], tool: str) -> None:
    """What a tool refused shows nothing of any other read, whatever follows it."""
    item = next(item for item in played if item.domain.name == "tau2:airline" and item.task.gold)
    call = Call.of(tool, {})
    result = item.domain.world().call(call)
    turns = (item.talk.turns[0], Turn("agent", calls=(call,)), Turn("tool", result.text, error=result.error))
    before = next(i for i, turn in enumerate(item.talk.turns) if any(one in item.task.gold for one in turn.calls))
    write = item.talk.turns[before : before + 2]
    found = verify(item.task, replace(item.talk, turns=(*turns, *write)), item.domain)

    assert result.error
    assert "identified_before_write" in {finding.check for finding in found.findings}


def test_a_refused_write_among_those_made_together_is_judged(played: list[Played]) -> None:
    """It is none of them, so that no yes to a part of them leaves it out."""
    tools = ("update_reservation_flights", "update_reservation_passengers", "modify_pending_order_address")
    seen = 0
    for item in played:
        turns, world = list(item.talk.turns), item.domain.world()
        at = next((i for i, turn in enumerate(turns) if any(call.tool in tools for call in turn.calls)), None)
        if at is None:
            continue
        for call in (call for turn in turns[: at + 1] for call in turn.calls):
            world.call(call)
        (write,) = turns[at].calls
        name = next(name for name in write.args if name.endswith("_id") and name != item.domain.pack.whose)
        unknown = Call.of(write.tool, {**write.args, name: "ZZZZZZ"})
        results = [world.call(write), world.call(unknown)]
        if [one.error for one in results] != [False, True]:
            continue
        more = [Turn("tool", one.text, error=one.error) for one in results]
        made = (*turns[: at + 2], turns[at], more[0], replace(turns[at], calls=(unknown,)), more[1], *turns[at + 2 :])
        case = Case(item.task, replace(item.talk, turns=made), item.domain)
        refused = next(step for step in case.steps if step.call == unknown)

        assert len(case.together(refused)) == 2
        assert left_out(case, refused, "yes, but leave the second one as it is") == ""
        assert "no_unwanted_write" in checks(item, made)
        seen += 1
    assert seen >= 3


def test_no_disorder_raises(some: list[Played]) -> None:
    """Turns dropped, doubled, shuffled, emptied and retold in any way are judged, and what is accepted makes a row."""
    rng = random.Random(5)
    garbage = ("", "{", "null", "[]", '{"order_id": 1}', "Error: no", '"x"', "3")
    for item in some:
        for _ in range(60 if WHOLE else 10):
            turns = list(item.talk.turns)
            for _ in range(rng.randint(1, 4)):
                at = rng.randrange(len(turns))
                match rng.randrange(5):
                    case 0:
                        turns.pop(at)
                    case 1:
                        turns.insert(at, turns[rng.randrange(len(turns))])
                    case 2:
                        turns[at] = replace(turns[at], text=rng.choice(garbage))
                    case 3:
                        turns[at] = Turn("agent", calls=(Call.of(rng.choice(list(item.domain.kinds)), {}),))
                    case _:
                        rng.shuffle(turns)
            talk = replace(item.talk, turns=tuple(turns))

            assert not verify(item.task, talk, item.domain).accepted or to_messages(talk, item.domain)


def test_nothing_at_all_is_judged(some: list[Played]) -> None:
    """A conversation without a turn did not come to its end."""
    assert "completed" in checks(some[0], [])


def test_a_talk_that_breaks_off_is_not_completed(some: list[Played]) -> None:
    """After its last call the agent has to say something."""
    at = max(i for i, turn in enumerate(some[0].talk.turns) if turn.calls)

    assert "completed" in checks(some[0], some[0].talk.turns[: at + 2])
    assert "completed" in checks(
        some[0], [replace(turn, text="") for turn in some[0].talk.turns if turn.role == "agent"]
    )


def test_an_agent_may_greet_first(played: list[Played]) -> None:
    """A talk that the agent opens is accepted, and its row and its record for τ² begin with that greeting."""
    for item in played[::6]:
        talk = replace(item.talk, turns=(Turn("agent", "Hi! How can I help you today?"), *item.talk.turns))
        official = official_messages(talk)

        assert {finding.check for finding in verify(item.task, talk, item.domain).findings} <= {"said_before_used"}
        assert [message["role"] for message in to_messages(talk, item.domain)[:3]] == ["system", "assistant", "user"]
        assert [message["role"] for message in official[:2]] == ["assistant", "user"]


def found_early(item: Played, turns: list[Turn]) -> list[str]:
    talk: Conversation = replace(item.talk, turns=tuple(turns), stop=StopReason.USER_DONE)
    return [finding.wanted for finding in authenticated_first(Case(item.task, talk, item.domain))]


def test_the_airline_is_content_with_a_user_id_that_owns_the_record(played: list[Played]) -> None:
    """Policy asks for the id from the user, not for a look at the profile; another's record, or no id, is found."""
    item = next(item for item in played if item.domain.name == "tau2:airline")
    record, other = list(item.domain.tables["reservations"].values())[:2]
    call = Call.of("get_reservation_details", {"reservation_id": record["reservation_id"]})
    read = [Turn("agent", calls=(call,)), Turn("tool", item.domain.world().call(call).text), Turn("agent", "I see.")]

    assert found_early(item, [Turn("user", f"I am {record['user_id']}."), *read]) == []
    assert found_early(item, [Turn("user", "I am somebody."), *read])
    assert found_early(item, [Turn("user", f"I am {other['user_id']}."), *read])
    assert found_early(item, [*read, Turn("user", f"I am {record['user_id']}.")])


def test_a_shop_shows_its_catalog_to_customers_it_knows(played: list[Played]) -> None:
    """Product information comes after authentication, also where the user gives a user id; afterwards it is free."""
    item = next(item for item in played if item.domain.name == "tau2:retail" and item.task.gold)
    call = Call.of("list_all_product_types", {})
    look = [Turn("agent", calls=(call,)), Turn("tool", item.domain.world().call(call).text)]
    known = after_first_read(item, *look)

    assert found_early(item, [Turn("user", "I am mia_garcia_4516."), *look, *item.talk.turns])
    assert found_early(item, known) == []


def test_well_formed_finds_nothing_in_what_the_scripts_say(played: list[Played]) -> None:
    """Scripted conversations have their form."""
    assert [str(found) for item in played for found in well_formed(Case(item.task, item.talk, item.domain))] == []
