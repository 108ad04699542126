"""Tasks worded by a model that a test plays: what comes through, what is turned down, and how a cell is filled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from dspy.lm15 import Request as LMRequest

from tests.programs.proposing import Perfect, asked_for, connection, field, phrase
from tests.propose.proposed import proposed, wider
from tests.simulate.playing import play
from writ_dspy.domains import NAMES, load
from writ_dspy.errors import LMError
from writ_dspy.lm import Usage
from writ_dspy.programs.guide import spoken
from writ_dspy.programs.proposer import ModelProposer, Phraser, ProposerProgram, _settling, with_spare
from writ_dspy.programs.tries import Line, Rejected, attempt, derive
from writ_dspy.programs.wording import given
from writ_dspy.propose.firewall import grams
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

Json = Any


@pytest.mark.parametrize("name", NAMES)
def test_a_perfect_model_words_every_task(name: str) -> None:
    """All come through in one wording and two readings; goal, gold and facts stand, words and ids are new."""
    tasks = proposed(name)
    model = Perfect(tasks)
    line, engine = connection(model)

    async def all_of_them() -> list[Task]:
        phraser = Phraser(line)
        return await asyncio.gather(*(phraser.phrase(task, load(name), 3) for task in tasks))

    worded = asyncio.run(all_of_them())

    for before, after in zip(tasks, worded, strict=True):
        same = ("domain", "kind", "goal", "facts", "outcomes", "told", "axes", "memory", "recipe", "twin")
        assert all(getattr(before, part) == getattr(after, part) for part in same)
        assert after.id != before.id
        assert after.instruction != before.instruction
        assert spoken(after.identity, after.requests) != spoken(before.identity, before.requests)
    assert model.asked == {"brief": len(tasks), "reading": 2 * len(tasks)}
    assert all(request.config.response_format for request in engine.requests)
    assert len({task.id for task in worded}) == len(tasks)


@pytest.mark.parametrize("name", NAMES)
def test_worded_tasks_are_played_to_an_accepted_end(name: str) -> None:
    """The scripted roles talk about a worded task as about any other, and the verifier accepts it."""
    tasks = proposed(name)[::4]
    for task in assign([phrase(Perfect(tasks), task) for task in tasks], 2):
        played = play(task)
        assert verify(task, played.talk, played.domain).findings == ()


def test_wording_is_a_function_of_the_replies() -> None:
    """The same replies and seed give the same ids and ask with the same seeds."""
    tasks = proposed("tau2:retail")[:3]
    runs = []
    for _ in range(2):
        line, engine = connection(Perfect(tasks))
        ids = [asyncio.run(Phraser(line).phrase(task, load(task.domain), 7)).id for task in tasks]
        runs.append((ids, [request.config.seed for request in engine.requests]))

    assert runs[0] == runs[1]
    assert len(set(runs[0][1])) == len(runs[0][1])


class Spoiled(Perfect):
    """As `Perfect`, with every wording spoiled in one way."""

    def __init__(self, tasks: Sequence[Task], spoil: Callable[[Json], object]) -> None:
        super().__init__(tasks)
        self.spoil = spoil

    def brief(self, request: LMRequest) -> Json:
        said = super().brief(request)
        self.spoil(said)
        return said


def edit(old: str, new: str, where: str = "rewritten") -> Callable[[Json], object]:
    """Replace a text in all sentences, or in the brief."""

    def spoil(said: Json) -> None:
        if where == "brief":
            said["brief"] = said["brief"].replace(old, new)
        else:
            for one in said["rewritten"]:
                one["text"] = one["text"].replace(old, new)

    return spoil


SPOILED: dict[str, tuple[Callable[[Json], object], str]] = {
    "a detail dropped": (lambda said: said["rewritten"].pop(), "a detail is missing: left out"),
    "a detail emptied": (lambda said: said["rewritten"][-1].update(text=" "), "a detail is missing: left out"),
    "a detail without its words": (
        lambda said: said["rewritten"][-1].update(text="As before."),
        "a detail is missing: its words",
    ),
    "a key invented": (
        lambda said: said["rewritten"].append({"key": "0:mood", "text": "I am sad."}),
        "keys that were not asked for",
    ),
    "a key twice": (lambda said: said["rewritten"].append(said["rewritten"][0]), "keys that were not asked for"),
    "an id added": (
        lambda said: said["rewritten"][1].update(text=said["rewritten"][1]["text"] + " It was #W9999999."),
        "a number that nobody said",
    ),
    "the given words": (
        lambda said: [one.update(text=one["text"].removeprefix("Well, ")) for one in said["rewritten"]],
        "the same words again",
    ),
    "a detail missing in the brief": (
        lambda said: said.update(brief="You want what I said."),
        "a detail is missing: in the brief",
    ),
    "a brief in the first person": (
        lambda said: said.update(brief=said["brief"].replace("You want this. ", "")),
        "the brief is not in the second person",
    ),
}


def simple_task() -> Task:
    """A retail task with one decision, an order and items."""
    return next(
        task
        for task in proposed("tau2:retail")
        if len(task.goal.decisions) == 1 and len(task.requests[0].slots) > 2 and "you" not in task.instruction.lower()
    )


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_wording_is_turned_down(case: str) -> None:
    """Each way to spoil has a reason of its own, after three tries, the later ones with the verifier's words."""
    spoil, reason = SPOILED[case]
    task = simple_task()
    line, engine = connection(Spoiled([task], spoil))

    with pytest.raises(Rejected) as caught:
        asyncio.run(Phraser(line).phrase(task, load(task.domain), 1))

    assert caught.value.reason == reason
    assert len(engine.requests) == 3
    assert field(engine.requests[0], "objection") == ""
    assert all(field(request, "objection").startswith(caught.value.advice) for request in engine.requests[1:])


def test_a_wording_that_gives_the_answer_away_is_turned_down() -> None:
    """The id of what is to be found is in no sentence, even where its digits are said in another one."""
    task = next(
        task
        for task in proposed("tau2:airline")
        if task.memory != "knows ids" and task.gold and task.gold[0].tool != "book_reservation"
    )
    answer = task.gold[0].args["reservation_id"]
    words = "".join(char for char in answer if not char.isdigit())

    def spoil(said: Json) -> None:
        said["rewritten"][1]["text"] += f" It is {answer}, I believe."

    with pytest.raises(Rejected) as caught:
        phrase(Spoiled([task], spoil), task)

    expected = {"gives the answer away", "names what the user does not know", "a number that nobody said"}
    assert caught.value.reason in (expected if words != answer else expected - {"a number that nobody said"})


def test_a_wording_near_an_official_one_is_turned_down() -> None:
    """Eight words in a row of an official instruction do not pass the firewall."""
    task = simple_task()
    told = load(task.domain).official("base")[0]["user_scenario"]["instructions"]["task_instructions"]
    words = next(gram for gram in grams(told) if not any(c.isdigit() for c in gram))

    with pytest.raises(Rejected, match="the firewall"):
        phrase(Spoiled([task], lambda said: said.update(brief=f"{said['brief']} {words}")), task)


class Misreading(Perfect):
    """As `Perfect`, with every reading spoiled in one way."""

    def __init__(self, tasks: Sequence[Task], spoil: Callable[[Json], object]) -> None:
        super().__init__(tasks)
        self.spoil = spoil

    def reading(self, request: LMRequest) -> Json:
        said = super().reading(request)
        self.spoil(said["goal"])
        return said


MISREAD: dict[str, tuple[Callable[[Json], object], str]] = {
    "nothing": (lambda goal: goal["decisions"].clear(), "not read back: it comes to nothing"),
    "another wish": (
        lambda goal: goal["decisions"].append(goal["decisions"][0]),
        "not read back: another number of wishes",
    ),
    "another tool": (
        lambda goal: goal["decisions"][0].update(tool="cancel_pending_order"),
        "not read back: another tool",
    ),
    "a search that is not there": (lambda goal: goal["searches"].clear(), "not read back: it comes to nothing"),
    "an unknown read tool": (
        lambda goal: goal["searches"][0]["sources"][0].update(tool="look"),
        "not read back: it comes to nothing",
    ),
    "an argument left out": (
        lambda goal: goal["decisions"][0]["arguments"].pop(),
        "not read back: exchange_delivered_order_items: payment_method_id differs",
    ),
    "an alternative": (
        lambda goal: goal["decisions"][0].update(otherwise=dict(goal["decisions"][0])),
        "not read back: the alternative",
    ),
    "another item": (
        lambda goal: goal["decisions"][0]["arguments"][2]["value"].update(
            kind="listed", items=[{"kind": "said", "value": "1111111111"}]
        ),
        "not read back: exchange_delivered_order_items: new_item_ids differs",
    ),
    "names added up": (
        lambda goal: goal["decisions"][0]["arguments"][0].update(
            value={
                "kind": "computed",
                "op": "sum",
                "args": [{"kind": "said", "value": "a"}, {"kind": "said", "value": 1}],
            }
        ),
        "not read back: it comes to nothing",
    ),
}


@pytest.mark.parametrize("case", MISREAD)
def test_what_is_not_read_back_is_turned_down(case: str) -> None:
    """Two readers of each of two wordings that fail alike, then the reason; the writer is told what was taken for what."""
    spoil, reason = MISREAD[case]
    task = next(
        t
        for t in wider("tau2:retail", "read-heavy", 4)
        if [d.tool for d in t.goal.decisions] == ["exchange_delivered_order_items"]
        and t.goal.decisions[0].otherwise is None
        and not t.goal.tells
    )
    model = Misreading([task], spoil)
    line, engine = connection(model)

    with pytest.raises(Rejected) as caught:
        asyncio.run(Phraser(line).phrase(task, load(task.domain), 1))

    assert caught.value.reason == reason
    assert model.asked == {"brief": 2, "reading": 4}
    worded = [request for request in engine.requests if asked_for(request) == "brief"]
    assert field(worded[1], "objection").startswith(caught.value.advice)
    gold = [str(leaf) for leaf in task.gold[0].args["new_item_ids"]]
    assert not any(item in caught.value.advice for item in gold)


def test_only_what_is_refused_is_worded_again() -> None:
    """The sentences that hold stand in the task, whatever a second reply makes of them; the others are named, and the brief is new."""
    task = next(task for task in proposed("tau2:retail") if len(given(task)) > 4)
    model = Perfect([task])
    keys = [one.key for one in given(task)]
    asked: list[LMRequest] = []

    def reply(request: LMRequest) -> str:
        said = json.loads(model(request))
        if asked_for(request) == "brief":
            asked.append(request)
            lost = {keys[1], keys[-1]} if len(asked) == 1 else set()
            said["rewritten"] = [one for one in said["rewritten"] if one["key"] not in lost]
            if len(asked) > 1:
                for one in said["rewritten"]:
                    one["text"] = f"Now, {one['text'].removeprefix('Well, ')}"
        return json.dumps(said)

    worded = phrase(reply, task)
    first, second = asked
    assert not field(first, "objection")
    assert f"Give back {keys[1]}, {keys[-1]} in new words, and a new brief" in field(second, "objection")
    told = {one["key"]: one["text"] for one in json.loads(field(second, "sentences"))}
    after = {one.key: one.text for one in given(worded)}
    for one in given(task):
        again = one.key in (keys[1], keys[-1])
        assert after[one.key].lower().startswith("now, " if again else "well, ")
        assert again or told[one.key] == after[one.key]


def test_what_is_kept_as_it_stands_is_known_to_the_reader() -> None:
    """A flight is changed in the cabin of the reservation, which the customer need not say: it stands in what is shown."""
    tasks = [
        task
        for task in (*proposed("tau2:airline"), *wider("tau2:airline", "read-heavy", 5))
        if any(decision.tool == "update_reservation_flights" for decision in task.goal.decisions)
    ]
    shown = []
    for task in tasks:
        line, engine = connection(Perfect([task]))
        asyncio.run(Phraser(line).phrase(task, load(task.domain), 1))
        readings = [request for request in engine.requests if asked_for(request) == "reading"]
        ids = {leaf for call in task.gold for leaf in [call.args.get("reservation_id")] if leaf}
        said = [leaf for leaf in ids if leaf in spoken(task.identity, task.requests)]
        shown += [(leaf, field(request, "records")) for request in readings for leaf in said]

    assert shown
    assert all(f'reservation_id: "{leaf}"' in records and "cabin: " in records for leaf, records in shown)


def test_one_clear_reading_is_enough() -> None:
    """A first reader who errs is given a second, and the task is worded once."""
    task = simple_task()
    model = Perfect([task])
    replies = iter((False, True, False, True))

    def reply(request: LMRequest) -> str:
        said = model(request)
        if asked_for(request) == "reading" and not next(replies):
            return json.dumps({"reading": "", "goal": {"searches": [], "decisions": [], "tells": []}})
        return said

    assert phrase(reply, task).gold == task.gold
    assert model.asked == {"brief": 1, "reading": 4}


@pytest.mark.parametrize("text", ["", "no JSON", '{"rewritten": []}'])
def test_a_reply_of_no_use_is_asked_for_again(text: str) -> None:
    """Three times, then turned down as what it is."""
    line, engine = connection(lambda _: text)

    with pytest.raises(Rejected, match="the reply is"):
        asyncio.run(Phraser(line).phrase(simple_task(), load("tau2:retail"), 1))

    assert len(engine.requests) == 3


def test_tries_end_at_the_first_that_holds() -> None:
    """The objection of a failed try reaches the next one; seeds depend on all that is asked."""
    seen: list[tuple[int, str]] = []

    async def once(number: int, objection: str) -> str:
        seen.append((number, objection))
        if number < 1:
            raise Rejected("short", "write more")
        return "done"

    usage = Usage()
    assert asyncio.run(attempt(3, once, usage)) == "done"
    assert (usage.redraws, usage.sent_back) == (1, {"short": 1})
    assert seen == [(0, ""), (1, "write more")]
    assert len({derive(1, 2), derive(2, 1), derive(12), derive(1, 2, "")}) == 4
    assert 0 <= derive("x") < 2**31


def test_an_error_ends_what_is_under_way() -> None:
    """A server that fails is no reason to turn a task down: the error passes, and nothing runs on unseen."""
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise LMError("no server")

    async def both() -> None:
        async with Line[None]() as line:
            line.begin(slow())
            line.begin(attempt(3, lambda *_: fails(), Usage()))
            await anext(line)

    with pytest.raises(LMError, match="no server"):
        asyncio.run(both())

    assert ended == ["slow"]


@pytest.mark.parametrize("ended", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_results_come_in_the_order_of_the_work(ended: tuple[int, ...]) -> None:
    """All of it is under way at once, and whatever ends first waits for what was begun before it; a feed may end the line."""
    begun: list[int] = []

    async def fed() -> list[int]:
        over = [asyncio.Event() for _ in range(3)]
        all_begun = asyncio.Event()

        async def piece(index: int) -> int:
            begun.append(index)
            if len(begun) == 3:
                all_begun.set()
            await over[index].wait()
            return index

        async def feed() -> None:
            for index in range(3):
                line.begin(piece(index))
            await all_begun.wait()
            for index in ended:
                over[index].set()
                await asyncio.sleep(0)

        async with Line[int]() as line:
            line.feed(feed())
            return [index async for index in line]

    assert asyncio.run(fed()) == [0, 1, 2]
    assert sorted(begun) == [0, 1, 2]


# ----------------------------------------------------------------------------- cells


def test_survivors_fill_a_cell_and_the_rest_is_counted() -> None:
    """Spare tasks stand in for those that are turned down, in order; without enough, the cell says why it is dry."""
    cell = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=4)
    drawn = fill(with_spare(cell), 9, "base")
    bad = {drawn.tasks[1].id, drawn.tasks[2].id}
    model = Perfect(drawn.tasks)

    def reply(request: LMRequest) -> str:
        said = json.loads(model(request))
        if asked_for(request) == "brief" and model.of(" ".join(one["text"] for one in said["rewritten"])).id in bad:
            said["rewritten"].pop()
        return json.dumps(said)

    filled = asyncio.run(ModelProposer(connection(reply)[0]).fill(cell, 9, "base", drawn))

    assert [task.gold for task in filled.tasks] == [drawn.tasks[i].gold for i in (0, 3, 4)]
    assert filled.turned_down == {"a detail is missing: left out": 2}
    assert "2 x a detail is missing: left out" in str(filled.dry)
    full = asyncio.run(ModelProposer(connection(model)[0]).fill(cell, 9, "base"))
    assert [task.gold for task in full.tasks] == [task.gold for task in drawn.tasks[:4]]
    assert full.dry is None


def test_the_same_goal_counts_once() -> None:
    """Two tasks with one gold make one task of a cell, and the next one is tried."""
    cell = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=2)
    tasks = fill(cell, 9, "base").tasks

    async def make(index: int) -> Task:
        return tasks[0] if index < 2 else tasks[1]

    async def settled() -> list[Task | str]:
        return [one async for one in _settling(filled, range(5), make)]

    filled = Filled(cell)
    assert asyncio.run(settled()) == [tasks[0], "the same goal again", tasks[1]]
    assert filled.tasks == tasks
    assert filled.turned_down == {"the same goal again": 1}


def test_a_task_does_not_wait_for_those_after_it() -> None:
    """The first task of a cell is there while the others have no words yet; only those before it hold one up."""
    cell = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=3)
    tasks = fill(cell, 9, "base").tasks

    async def settled() -> list[Task]:
        over = [asyncio.Event() for _ in tasks]

        async def make(index: int) -> Task:
            await over[index].wait()
            return tasks[index]

        found = []
        over[0].set()
        async with aclosing(_settling(Filled(cell), range(3), make)) as coming:
            async for task in coming:
                assert isinstance(task, Task)
                found.append(task)
                assert len(found) == sum(event.is_set() for event in over)
                over[min(len(found), 2)].set()
        return found

    assert asyncio.run(settled()) == tasks


def test_a_cell_that_has_tasks_gets_only_what_it_lacks() -> None:
    """What is kept is neither worded again nor asked for in other words; the rest is as many as are missing."""
    cell = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=4)
    drawn = fill(with_spare(cell), 9, "base")
    model = Perfect(drawn.tasks)
    few = cell.model_copy(update={"count": 2})
    kept = asyncio.run(ModelProposer(connection(model)[0]).fill(few, 9, "base")).tasks
    before = model.asked["brief"]
    more = asyncio.run(ModelProposer(connection(model)[0]).fill(cell, 9, "base", drawn, kept))

    assert [task.gold for task in kept] == [task.gold for task in drawn.tasks[:2]]
    assert [task.gold for task in more.tasks] == [task.gold for task in drawn.tasks[2:4]]
    assert more.dry is None
    assert model.asked["brief"] == before + 2


def test_programs_show_their_predictors() -> None:
    """Optimizers find each predictor by its name, and no two have the same instructions."""
    named = dict(ProposerProgram().named_predictors())

    assert set(named) == {"phrase", "read_back"}
    assert len({predictor.signature.instructions for predictor in named.values()}) == 2
