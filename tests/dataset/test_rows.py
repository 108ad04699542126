"""Rows: what is exported is what happened; and a user's tasks stay on one side of the split."""

from __future__ import annotations

import dataclasses
import json
from typing import cast

import pytest

from tests.dataset.by_hand import airline, parts, retail, retail_tasks, stranger, talk_of
from writ_dspy.codec import identify
from writ_dspy.conversation import Turn
from writ_dspy.dataset.messages import CALLS, call_id, to_messages
from writ_dspy.dataset.rows import COLUMNS, content_sha256, row, schema
from writ_dspy.dataset.splits import split, split_key, split_keys
from writ_dspy.errors import StoreError
from writ_dspy.simulate.manner import measured
from writ_dspy.simulate.manner import to_json as to_manner
from writ_dspy.task import Behaviour, Call, Json


def test_a_row_has_every_column_and_its_hash_covers_each() -> None:
    """Columns are those of `COLUMNS`, in order, and a change to any of them changes the hash."""
    made = parts()["retail", "train"][0]

    assert list(made) == list(COLUMNS) == schema().names
    for name in set(COLUMNS) - {"content_sha256"}:
        assert content_sha256({**made, name: "changed"}) != made["content_sha256"]
    assert content_sha256({**made, "content_sha256": "changed"}) == made["content_sha256"]


def test_a_row_tells_of_its_task() -> None:
    """Axes, gold, evidence, answers and behaviour in the columns are those of the task."""
    task = retail_tasks()[0]
    talk = talk_of(task, retail())
    made = row(task, talk, retail())
    kinds = [retail().kinds[call.tool] for turn in talk.turns for call in turn.calls]

    assert (made["writes"], made["burden"]) == (1, len(task.outcomes[0].evidence))
    assert (made["num_read_calls"], made["num_write_calls"]) == (kinds.count("read"), kinds.count("write"))
    assert json.loads(made["gold_actions"]) == [{"name": task.gold[0].tool, "arguments": task.gold[0].args}]
    decision, question = json.loads(made["evidence"])
    assert decision["decision"] == "return_delivered_order_items"
    assert [Call.of(call["name"], call["arguments"]) for call in decision["reads"]] == list(task.outcomes[0].evidence)
    assert question["question"] == "price"
    assert json.loads(made["told"]) == list(task.told)
    assert json.loads(made["behavior"]) == dict(cast("Behaviour", task.behaviour).levels)
    seen = {name: tuple(level) for name, level in json.loads(made["behavior_seen"]).items()}
    assert seen == {
        name: (level,) if number is None else (level, number)
        for name, (level, number) in to_manner(measured(task, retail(), talk.turns)).items()
    }
    assert json.loads(made["user_scenario"])["instructions"]["reason_for_call"] == task.instruction
    assert (made["agent_model"], made["user_model"], made["seed"]) == ("scripted", "scripted", 7)
    assert (made["domain"], made["kind"], made["trajectory_type"]) == ("retail", "read-heavy", "read-heavy")
    assert made["tools"] == list(retail().tools)


def test_the_id_of_a_row_is_its_own() -> None:
    """Another word, another behaviour, another speaker or try makes another id; the split and the versions do not."""
    task = retail_tasks()[0]
    talk = talk_of(task, retail())
    other = dataclasses.replace(task.behaviour or Behaviour(()), slip=None)
    turns = (dataclasses.replace(talk.turns[0], text=f"{talk.turns[0].text} Please."), *talk.turns[1:])
    ids = [
        row(*changed, retail())["trajectory_id"]
        for changed in (
            (task, talk),
            (task, dataclasses.replace(talk, turns=turns)),
            (dataclasses.replace(task, behaviour=other), talk),
            (dataclasses.replace(task, behaviour=None), talk),
            (task, dataclasses.replace(talk, agent="guided:another")),
            (task, dataclasses.replace(talk, id=f"{task.id}.1")),
        )
    ]
    same = row(task, talk, retail(), side="test", checks="0", writ="0.0.1")

    assert len(set(ids)) == len(ids)
    assert all(key.startswith(f"{task.id}.") for key in ids)
    assert (same["trajectory_id"], same["split"], same["checks_version"], same["writ_version"]) == (
        ids[0],
        "test",
        "0",
        "0.0.1",
    )


def test_a_refusal_is_in_its_row() -> None:
    """A decision that must be refused stands in `refusals` with its rule, and has no gold."""
    task = retail_tasks()[0]
    refused = dataclasses.replace(task.outcomes[0], call=None, refusal="only the owner may", transfer=True)
    twin = dataclasses.replace(task, outcomes=(refused, *task.outcomes[1:]), kind="no-write", twin=task.id)
    made = row(twin, talk_of(twin, retail()), retail(), twin=task.id)

    assert json.loads(made["refusals"]) == [
        {"tool": "return_delivered_order_items", "rule": "only the owner may", "transfer": True}
    ]
    assert (made["gold_actions"], made["twin"]) == ("[]", task.id)


def test_a_row_belongs_to_its_own_task() -> None:
    """A conversation with another task, or over another domain, makes no row."""
    talk = talk_of(retail_tasks()[0], retail())
    for task, domain in ((retail_tasks()[1], retail()), (retail_tasks()[0], airline())):
        with pytest.raises(StoreError, match="Give it its own"):
            row(task, talk, domain)


def test_messages_are_a_chat_to_learn_from() -> None:
    """System prompt verbatim, user next, assistant last; ids match; texts are never None; no intent leaks."""
    task = retail_tasks()[0]
    said = [Turn("user", "Thanks, bye!")]
    talk = talk_of(task, retail())
    messages = to_messages(dataclasses.replace(talk, turns=(*talk.turns, *said)), retail())

    assert messages[0]["content"] == retail().system_prompt
    assert [message["role"] for message in messages[:2]] == ["system", "user"]
    assert messages == to_messages(talk, retail())
    assert messages[-1]["role"] == "assistant"
    assert all(isinstance(message["content"], str) for message in messages)
    calls = [message["tool_calls"][0] for message in messages if "tool_calls" in message]
    results = [message for message in messages if message["role"] == "tool"]
    assert [call["id"] for call in calls] == [call_id(index) for index in range(len(calls))]
    assert [result["tool_call_id"] for result in results] == [call["id"] for call in calls]
    assert [result["name"] for result in results] == [call["function"]["name"] for call in calls]
    assert [Call.of(call["function"]["name"], call["function"]["arguments"]) for call in calls] == [
        call for turn in talk.turns for call in turn.calls
    ]
    assert "secret intent" not in json.dumps(messages)


def test_ids_are_what_every_template_takes() -> None:
    """Nine letters and digits, as Mistral's templates insist; no two calls of a conversation share one, however many it has."""
    ids = [call_id(number) for number in range(CALLS)]

    assert all(len(one) == 9 and one.isascii() and one.isalnum() for one in ids)
    assert len(set(ids)) == CALLS
    with pytest.raises(StoreError, match="100,000 calls"):
        call_id(CALLS)


def test_nothing_in_a_row_is_none() -> None:
    """What does not apply is absent: templates print or trip over a None."""
    for some in parts().values():
        for made in some:
            texts = [name for name, (_, what) in COLUMNS.items() if what.startswith("JSON:")]
            assert not nulls([made, *(json.loads(made[name]) for name in texts)])


def nulls(value: Json) -> bool:
    """Whether anything in it is None."""
    if isinstance(value, dict | list):
        return any(map(nulls, value.values() if isinstance(value, dict) else value))
    return value is None


def test_a_cut_conversation_makes_no_row() -> None:
    """Without any one of its results, with one twice, cut anywhere inside a call, or begun by the agent."""
    talk = talk_of(retail_tasks()[0], retail())
    turns = talk.turns
    results = [index for index, turn in enumerate(turns) if turn.role == "tool"]
    broken = [turns[:index] + turns[index + 1 :] for index in results]
    broken += [turns[: index + 1] + turns[index:] for index in results]
    broken += [turns[:index] for index in results] + [turns[: index + 1] for index in results]
    broken += [turns[1:], (), turns[:1]]

    for some in broken:
        with pytest.raises(StoreError, match="drop it"):
            to_messages(dataclasses.replace(talk, turns=some), retail())


def test_broken_text_makes_no_row() -> None:
    """Half a surrogate pair is refused with its place, since no file could hold it."""
    talk = talk_of(retail_tasks()[0], retail())
    turns = (dataclasses.replace(talk.turns[0], text="well \ud83d"), *talk.turns[1:])
    with pytest.raises(StoreError, match=r"broken text after .*well"):
        row(retail_tasks()[0], dataclasses.replace(talk, turns=turns), retail())


# ----------------------------------------------------------------------------- splits


def test_splits_follow_users_and_twins() -> None:
    """One key per user, found through reads or through the record touched; a twin takes its legal task's."""
    orders = retail().tables["orders"]
    for task in retail_tasks():
        user = orders[task.gold[0].args["order_id"]]["user_id"]
        assert split_key(task, retail()) == f"tau2:retail/{user}"
    twin = stranger(retail(), retail_tasks()[0])
    nobody = identify(dataclasses.replace(retail_tasks()[0], outcomes=(), facts=()))
    keys = split_keys([(twin, retail()), (nobody, retail()), *((task, retail()) for task in retail_tasks())])
    assert keys[twin.id] == keys[retail_tasks()[0].id] == split_key(retail_tasks()[0], retail())
    assert split_key(twin, retail()) == retail_tasks()[0].id
    assert split_key(nobody, retail()) == nobody.id


def test_split_shares() -> None:
    """About the asked share falls to test, and a larger share only adds to it."""
    keys = [f"tau2:retail/user_{index}" for index in range(4000)]
    sides = {share: {key for key in keys if split(key, share) == "test"} for share in (0.0, 0.1, 0.5, 1.0)}

    assert sides[0.0] == set() < sides[0.1] < sides[0.5] < sides[1.0] == set(keys)
    assert abs(len(sides[0.1]) / len(keys) - 0.1) < 0.02
