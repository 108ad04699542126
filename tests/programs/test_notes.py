"""A guided agent's notes: of use at every step, and never ahead of the talk."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from functools import cache

import pytest

from benchmarks.mutations.talks import written
from tests.propose.proposed import firsts
from tests.simulate.playing import play
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.notes import NOTHING, brought_up, notes
from writ_dspy.programs.talk import shown
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Request, Slot, Task

TALKS = (*NAMES, "by a person")


@cache
def talks(which: str) -> list[tuple[Task, tuple[Turn, ...]]]:
    if which == "by a person":
        return [(talk.task, talk.turns) for talk in written()]
    return [(task, play(task).talk.turns) for task in assign(list(firsts(which)[::3]), 3)]


@pytest.mark.parametrize("which", TALKS)
def test_a_note_holds_nothing_that_was_not_said_or_read(which: str) -> None:
    """No id, number or date stands in it before the customer has said it or a tool has shown it; a write may be worked out."""
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            heard = "\n".join(turn.text for turn in turns[:index] if turn.role != "agent").lower()
            for line in notes(task, domain, turns[:index]).splitlines():
                if "After the yes" in line or "it cannot be done" in line:
                    continue
                values = re.findall(r'"([^"]*\d[^"]*)"', line.partition("{")[2])
                assert all(value.lower() in heard or domain.pack.mentions(value, heard) for value in values), line


@pytest.mark.parametrize("which", TALKS)
def test_how_a_request_ends_is_told_only_when_its_reads_are_made(which: str) -> None:
    """Before that nobody can know it; and no note speaks of a condition that the customer may still add."""
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            text = notes(task, domain, turns[:index])
            made = {call for turn in turns[:index] for call in turn.calls}
            for request in task.requests:
                outcome = None if request.decision is None else task.outcomes[request.decision]
                if outcome and outcome.call and f"After the yes: {shown(outcome.call)}." in text:
                    assert made.issuperset(outcome.trace)
            assert "may add" not in text
            for line in text.splitlines():
                assert not re.search(r"take from the customer .*\b(?:budget|condition|fallback)\b", line)


@pytest.mark.parametrize("which", TALKS)
def test_the_notes_hold_each_step_when_it_is_due(which: str) -> None:
    """Every right write, and every read that settles it, stands in the notes of the step at which it was made.

    Of a request in a person's own words some may not be recognized: then there is no note, and never a wrong one.
    """
    met: Counter[str] = Counter()
    lacking = 0
    for task, turns in talks(which):
        domain = load(task.domain)
        due = {
            call for outcome in task.outcomes for call in (*outcome.trace, *([outcome.call] if outcome.call else []))
        }
        for index, turn in enumerate(turns):
            for call in due.intersection(turn.calls):
                there = shown(call) in notes(task, domain, turns[:index])
                assert there or which == "by a person", (task.id, index)
                met[domain.kinds[call.tool]] += there
                lacking += not there
    assert lacking <= 0.1 * met.total()
    assert met["read"] > 10
    assert met["write"] > 3


@pytest.mark.parametrize("name", NAMES)
def test_a_request_stands_in_the_notes_once_it_is_brought_up_and_not_before(name: str) -> None:
    """Whichever words two requests share: what the script meant by its messages says which of them it spoke of."""
    several = 0
    for task, turns in talks(name):
        domain = load(task.domain)
        several += len(task.requests) > 1
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            abouts = [ref for turn in turns[:index] if turn.intent and turn.role == "user" for ref in turn.intent.about]
            spoken = {int(ref.partition(":")[0]) for ref in abouts if ref[:1].isdigit() and ":" in ref}
            assert brought_up(task, domain, turns[:index]) == spoken, (task.id, index)
    assert several


SAID = (
    ("Hello. I need to change an order.", {0}),
    ("It is in #W1111111. Pay with my PayPal, please.", {0}),
    ("That PayPal account is the right one.", {0}),
    ("Next, change another item for me, in W2222222.", {0, 1}),
)


def test_what_was_said_of_one_request_brings_up_no_other() -> None:
    """A way to pay that is the other one's, too, is none of its own; an id is, with its sign or without; so is the word once more, afterwards."""
    task = next(task for task, _ in talks("tau2:retail") if len(task.goal.decisions) == 1 and task.gold)
    own = [Slot("order", f"It is #W{n * 7}.", (f"#W{n * 7}",)) for n in "12"]
    pay = Slot("payment", "Use my PayPal account.", ("paypal",))
    requests = (
        Request(0, (), "a change", "change", "I would like to change something that I ordered.", (own[0],)),
        Request(0, (), "another change", "change", "One more change is needed in what I bought.", (own[1], pay)),
    )
    two, domain = dataclasses.replace(task, requests=requests), load(task.domain)
    turns = list[Turn]()
    for text, up in SAID:
        turns.append(Turn("user", text))
        assert brought_up(two, domain, turns) == up, text
        turns.append(Turn("agent", "I see."))
    done = [Turn("user", "Change an order."), Turn("agent", calls=(task.gold[0],)), Turn("tool", "{}")]

    assert brought_up(two, domain, [*done, Turn("user", "Now the next change, please.")]) == {0, 1}
    assert brought_up(two, domain, [done[0], Turn("user", "That change, please.")]) == {0}


@pytest.mark.parametrize("name", NAMES)
def test_a_request_that_nobody_has_brought_up_is_no_note(name: str) -> None:
    """At first there is none; a read stands in the notes once."""
    for task, turns in talks(name):
        domain = load(task.domain)
        assert notes(task, domain, [Turn("user", "Hello, can you help me?")]) == NOTHING
        reads = [line.partition(". ")[2] for line in notes(task, domain, turns).splitlines() if ". Then read " in line]
        assert len(set(reads)) == len(reads) > 0
