"""The step that a guided agent's notes call next: ask, look up, list, call or say goodbye, and none that is over."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path

import pytest

from tests.programs.test_notes import alone, asked_of, denied, served, told
from tests.propose.proposed import proposed
from writ_dspy.codec import from_json
from writ_dspy.conversation import Turn, conversation_from_json
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.listed import stage
from writ_dspy.programs.notes import LISTS, NEXT, PARTED, SETTLED, look_ups, notes
from writ_dspy.programs.talk import shown
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task

PLAYED = Path(__file__).parents[1] / "verify" / "played"


@cache
def played() -> list[tuple[Task, tuple[Turn, ...]]]:
    """Talks of a capable model in all roles, all of them accepted."""
    given, said = (
        [json.loads(line) for line in (PLAYED / name).read_text("utf-8").splitlines()]
        for name in ("tasks.jsonl", "conversations.jsonl")
    )
    tasks = {task.id: task for task in map(from_json, given)}
    return [(tasks[talk.task_id], talk.turns) for talk in map(conversation_from_json, said)]


def next_of(text: str) -> str:
    """The note that is next."""
    return next((line.partition(NEXT)[2] for line in text.splitlines() if NEXT in line), "")


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_the_record_that_a_refusal_rests_on_is_asked_for_until_it_is_named(name: str) -> None:
    """Whoever answers a question for it with something else has not named it; what decides nothing is then asked for no more."""
    domain, met = load(name), 0
    for task in denied(name)[:12]:
        (request,), trace = task.requests, task.outcomes[0].trace
        named = [slot for slot in request.slots if domain.pack.ids(slot.text)]
        rest = [slot for slot in request.slots if slot not in named]
        if not named or not rest or not any(domain.pack.ids(named[0].text) & domain.pack.ids(c.text) for c in trace):
            continue
        key = named[0].key.replace("_", " ")
        asked = Turn("agent", f"Which {key} is it, and what about the {rest[0].key.replace('_', ' ')}?")
        turns = served(task, [*told(task), asked, Turn("user", f"Let me see. {rest[0].text}")])
        text = notes(task, domain, turns)
        assert key in asked_of(text)
        assert key in next_of(text)
        assert SETTLED not in text
        whole = notes(task, domain, served(task, [*turns, Turn("user", " ".join(slot.text for slot in named))]))
        assert key not in asked_of(whole)
        met += "cannot be done" in whole
    assert met


@pytest.mark.long
def test_a_yes_to_the_list_is_a_call_and_nothing_less_is() -> None:
    """Of the talks that were accepted, each write is called for where it was made; a question, a no and a list of less are not taken for the yes."""
    agreed = listed = other = 0
    for task, turns in played():
        domain = load(task.domain)
        for at, call in [(i, call) for i, turn in enumerate(turns) for call in turn.calls if call in task.gold]:
            if turns[at - 1].role != "user":
                continue
            before = list(turns[: at - 1])
            agreed += stage(task, domain, turns[:at], call) == "agreed"
            for words in ("No, leave it, please.", "Wait, what does that come to?"):
                doubted = [*before, Turn("user", words)]
                found = stage(task, domain, doubted, call)
                assert found != "agreed", (task.id, at)
                listed += found == "listed"
            made = [one for turn in turns[:at] for one in turn.calls]
            for rival in (one for one in task.gold if one.tool != call.tool and one not in made):
                other += stage(task, domain, turns[:at], rival) == "agreed"
            less = [*before[:-1], Turn("agent", "Shall I go ahead?"), turns[at - 1]]
            if len(call.args) > 2 and before[-1].text and not any(t.role == "user" for t in before[1:]):
                assert stage(task, domain, less, call) == "open", (task.id, at)
    assert agreed > 60
    assert listed > 60
    assert 20 * other < agreed  # one yes to two of them


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.long
def test_the_notes_ask_for_no_yes_that_is_there(name: str) -> None:
    """Listed first; then an answer and a yes, or the call alone."""
    met = 0
    for task, turns in played():
        domain = load(task.domain)
        for at, call in [(i, call) for i, turn in enumerate(turns) for call in turn.calls if call in task.gold]:
            text = notes(task, domain, turns[:at])
            if task.domain != name or shown(call) not in text:
                continue
            if stage(task, domain, turns[:at], call) == "agreed":
                assert f"the yes is there. Now call {shown(call)}" in next_of(text), (task.id, at)
                assert LISTS not in next_of(text)
                asked = notes(task, domain, [*turns[: at - 1], Turn("user", "Wait, what does that come to?")])
                assert f"Now call {shown(call)}" not in asked
                met += 1
    assert met or name not in {"tau2:retail", "tau2:airline"}


@pytest.mark.parametrize("name", NAMES)
def test_who_takes_leave_is_asked_nothing_more(name: str) -> None:
    """After a goodbye, or a no to the offer of more; a thank you alone is neither."""
    task = alone(name)[0]
    domain, call = load(name), task.gold[0]
    keys = (slot.key for slot in task.requests[0].slots)
    turns = [*served(task, told(task, *keys)), Turn("agent", calls=(call,)), Turn("tool", "{}")]
    turns.append(Turn("agent", "That is done. Is there anything else?"))
    for words, left in (("No, that's all, bye.", True), ("Nothing else, thanks.", True), ("Hm, let me think.", False)):
        text = notes(task, domain, [*turns, Turn("user", words)])
        assert next_of(text) == (PARTED if left else SETTLED)
    assert next_of(notes(task, domain, turns[:-1])) == SETTLED


def test_nothing_is_looked_up_for_somebody_who_was_not_found() -> None:
    """Who they are comes first of what is read in a step; where it fails, only that is asked for again."""
    met = 0
    for task in assign(alone("tau2:airline", "choice", "route", "payment")[:6], 1):
        domain = load(task.domain)
        plain = dataclasses.replace(task, behaviour=None)
        keys = (slot.key for slot in plain.requests[0].slots)
        turns = told(plain, *keys)
        first, *others = look_ups(plain, domain, turns)
        assert first.tool == "get_user_details"
        met += bool(others)
        asked = [Turn("user", turns[0].text.replace(plain.identity.text, ""))]
        assert not look_ups(plain, domain, asked)
        assert "identify" in next_of(notes(plain, domain, asked))
    assert met


def test_a_request_whose_end_is_not_known_is_never_called_settled() -> None:
    """All was said but what the customer holds back, such as a condition: what was said by now is listed, and no word of the rest is told."""
    held, met = {"budget", "condition"}, 0
    for task in (one for name in ("tau2:retail", "tau2:airline") for one in proposed(name)):
        keys = {slot.key for request in task.requests for slot in request.slots}
        if len(task.requests) > 1 or not held & keys or any(key.startswith("fallback") for key in keys):
            continue
        text = notes(task, load(task.domain), served(task, told(task, *(keys - held))))
        assert SETTLED not in text
        assert "condition" not in text
        assert f"{LISTS} After the yes: " in next_of(text)
        met += task.outcomes[0].own
        whole = notes(task, load(task.domain), served(task, told(task, *keys)))
        assert ("own condition does not hold" in whole) == task.outcomes[0].own
    assert met > 2
