"""τ²-bench's own forms: its models read our tasks, and its evaluator agrees with our gold."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator

import pytest

from benchmarks.official import Environments, official_reward, shared, stock
from tests.dataset.by_hand import airline, airline_tasks, retail, retail_tasks, step, talk_of
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.dataset.messages import GREETING, STOP, official_messages
from writ_dspy.dataset.splits import split, split_key
from writ_dspy.dataset.tau2_tasks import task_instructions, tau2_files, tau2_task, tau2_text
from writ_dspy.domains import Domain
from writ_dspy.task import DIMENSIONS, Behaviour, Call, Slot, Task


def spoiled(task: Task, domain: Domain) -> Iterator[Conversation]:
    """Without the write; with the write done otherwise; with nothing told."""
    talk = talk_of(task, domain)
    gold = next(index for index, turn in enumerate(talk.turns) if turn.calls and turn.calls[0] in task.gold)
    yield dataclasses.replace(talk, turns=talk.turns[:gold] + talk.turns[gold + 2 :])
    other = copy.deepcopy(task.gold[0].args)
    key = "reason" if "reason" in other else next(iter(other))
    other[key] = "ordered by mistake" if key == "reason" else _another(domain, key, other[key])
    call = Call.of(task.gold[0].tool, other)
    yield dataclasses.replace(talk, turns=(*talk.turns[:gold], *step(domain.world().call(call), call)))
    if task.told:
        yield dataclasses.replace(talk, turns=(*talk.turns[:-1], Turn("agent", "Done.")))


def _another(domain: Domain, key: str, value: str) -> str:
    return next(record for record in domain.tables[f"{key.removesuffix('_id')}s"] if record != value)


@pytest.mark.parametrize(
    ("environments", "count"), [(shared, 3), (stock, 1), pytest.param(stock, 3, marks=pytest.mark.slow)]
)
def test_the_official_evaluator_agrees(environments: Environments, count: int) -> None:
    """τ²'s evaluator gives a gold replay 1.0 and each spoiled one 0.0, and refuses an invented result, on whichever database.

    One that is loaded anew each time takes a second and more for it.
    """
    every = ((retail_tasks()[-1], retail()), (retail_tasks()[0], retail()), (airline_tasks()[0], airline()))
    for task, domain in every[:count]:
        talk = talk_of(task, domain)
        assert official_reward(task, talk, environments) == 1.0
        assert {official_reward(task, bad, environments) for bad in spoiled(task, domain)} == {0.0}
        invented = [Turn("tool", "invented") if turn.role == "tool" else turn for turn in talk.turns]
        with pytest.raises(ValueError, match="Expected"):
            official_reward(task, dataclasses.replace(talk, turns=tuple(invented)), environments)


def test_tau2_hears_what_was_said() -> None:
    """Its greeting comes first, its stop word last, and in between every turn once, in order."""
    talk = talk_of(retail_tasks()[0], retail())
    messages = official_messages(talk)

    assert messages[0] == {"role": "assistant", "content": GREETING}
    assert messages[-1] == {"role": "user", "content": STOP}
    roles = {"user": "user", "agent": "assistant", "tool": "tool"}
    assert [(message["role"], message["content"] or "") for message in messages[1:-1]] == [
        (roles[turn.role], turn.text) for turn in talk.turns
    ]
    assert [message.get("error") for message in messages if message["role"] == "tool"] == [
        turn.error for turn in talk.turns if turn.role == "tool"
    ]


def test_tau2_reads_our_tasks() -> None:
    """`tasks.json` is valid under τ²'s own model, which keeps every field and adds none; the splits part the tasks."""
    from tau2.data_model.tasks import Task as Official

    texts = {task.id: tau2_text(task) for task in retail_tasks()}
    wanted = {task.id: split(split_key(task, retail()), 0.4) for task in retail_tasks()}
    files = tau2_files(texts, wanted)
    tasks, sides = json.loads(files["tasks.json"]), json.loads(files["split_tasks.json"])

    assert tau2_files(dict(reversed(texts.items())), wanted) == files
    assert [Official.model_validate(task).model_dump(mode="json", exclude_none=True) for task in tasks] == tasks
    assert [task["id"] for task in tasks] == sides["base"] == sorted(task.id for task in retail_tasks())
    assert sorted(sides["train"] + sides["test"]) == sides["base"]
    assert sides["train"]
    assert sides["test"]
    assert all(wanted[key] == side for side in ("train", "test") for key in sides[side])
    assert files["tasks.json"] == json.dumps(tasks, ensure_ascii=False, indent=2) + "\n"


def test_what_is_told_is_found_by_tau2() -> None:
    """An amount is looked for without comma, sign and zeros, so that every spelling of it is found."""
    task = dataclasses.replace(retail_tasks()[0], told=("$1,234.50",))
    assert tau2_task(task)["evaluation_criteria"]["communicate_info"] == ["1234.5"]
    assert official_reward(task, talk_of(task, retail())) == 1.0


def test_every_level_has_its_words() -> None:
    """Each level of each dimension changes what the simulated user is told; what is wanted instead only if the user names it."""
    bare = retail_tasks()[0]
    first, *others = bare.requests
    spare = Slot("fallback", "If that can't be done, cancel the order.", ("cancel",))
    task = dataclasses.replace(bare, requests=(dataclasses.replace(first, slots=(*first.slots, spare)), *others))
    plain = {name: levels[0] for name, levels in DIMENSIONS.items()}

    for name, levels in DIMENSIONS.items():
        texts = [
            task_instructions(dataclasses.replace(task, behaviour=Behaviour(tuple((plain | {name: level}).items()))))
            for level in levels
        ]
        assert len(set(texts)) == len(levels)
    minds = Behaviour(tuple((plain | {"change of mind": "has a fallback"}).items()))
    assert "instead" in task_instructions(dataclasses.replace(task, behaviour=minds))
    assert "instead" not in task_instructions(dataclasses.replace(bare, behaviour=minds))
    assert "wrong@example.com" in task_instructions(task)
    assert "\n" not in task_instructions(dataclasses.replace(task, behaviour=None))
