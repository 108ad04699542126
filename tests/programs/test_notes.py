"""A guided agent's notes: of use at every step, and never ahead of the talk."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from benchmarks.mutations.talks import written
from tests.propose.proposed import firsts
from tests.simulate.playing import play
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.notes import NOTHING, notes
from writ_dspy.programs.talk import shown
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task

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
def test_a_request_that_nobody_has_brought_up_is_no_note(name: str) -> None:
    """At first there is none; a read stands in the notes once."""
    for task, turns in talks(name):
        domain = load(task.domain)
        assert notes(task, domain, [Turn("user", "Hello, can you help me?")]) == NOTHING
        reads = [line.partition(". ")[2] for line in notes(task, domain, turns).splitlines() if ". Then read " in line]
        assert len(set(reads)) == len(reads) > 0
