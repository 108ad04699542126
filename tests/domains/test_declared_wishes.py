"""What a user of a declared domain wants is held against the task in the words of the declaration: deeds, records, values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from tests.domains.library import library
from tests.simulate.playing import play
from writ_dspy import patterns as re
from writ_dspy.conversation import Conversation
from writ_dspy.domains.declared.asked import value_words
from writ_dspy.domains.declared.model import Value
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

BRANCHES = ("Harbor", "Old Mill", "Station", "Market Hall", "Hilltop", "Orchard")


@cache
def _played(tool: str, count: int) -> list[tuple[Task, Conversation]]:
    """Accepted conversations about one write alone."""
    domain = library()
    cell = Cell(domain=domain.name, kind="normal", writes=1, burden=3, count=60)
    tasks = [
        task
        for task in fill(cell, 5, None).tasks
        if [call.tool for call in task.gold] == [tool] and len(task.requests) == 1
    ]
    made = [(task, play(task).talk) for task in assign(tasks, 5)[: 3 * count]]
    return [one for one in made if not verify(*one, domain).findings][:count]


def _saying(task: Task, talk: Conversation, text: str) -> Conversation:
    """The user says more in the last message before the write."""
    write = next(index for index, turn in enumerate(talk.turns) if any(call in task.gold for call in turn.calls))
    at = max(index for index, turn in enumerate(talk.turns[: write - 2]) if turn.role == "user")
    turn = replace(talk.turns[at], text=f"{talk.turns[at].text} {text}")
    return replace(talk, turns=(*talk.turns[:at], turn, *talk.turns[at + 1 :]))


@pytest.mark.parametrize(
    ("tool", "wrong", "right"),
    [
        ("renew_loan", "But I don't want to renew it.", "I hope that I can renew it."),
        ("renew_loan", "And I'd like to cancel a hold, too.", "I couldn't renew the loan online."),
        ("renew_loan", "Please put a book on hold for me as well.", "Last year I had a book on hold here, and that went well."),
        ("renew_loan", "You can forget what I asked for.", "Don't forget to tell me when it's done."),
        ("cancel_hold", "I don't want to cancel it after all.", "I no longer want the book."),
        ("cancel_hold", "And I want to renew a loan.", "I want to get this done."),
        ("change_pickup", "And I want to get rid of one of my holds.", "I'd like to get rid of this errand."),
    ],
)  # fmt: skip
def test_a_deed_is_wished_for_and_called_off_in_declared_words(tool: str, wrong: str, right: str) -> None:
    """One that the task has not is refused, and so is a no to its own; remarks beside it are none."""
    domain, refused = library(), 0
    for task, talk in _played(tool, 3):
        assert not verify(task, _saying(task, talk, right), domain).findings
        refused += "user_faithful" in {one.check for one in verify(task, _saying(task, talk, wrong), domain).findings}
    assert refused >= 2


def _another(task: Task) -> str:
    """A branch that the task does not speak of."""
    own = f"{task.instruction} {task.gold}"
    return next(branch for branch in BRANCHES if branch not in own)


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        (lambda task: f"I want to pick it up at {_another(task)}.", True),
        (lambda task: f"Pickup at {task.gold[0].args['pickup_branch']} is what I want.", False),
        (lambda task: f"I live near {_another(task)}, by the way.", False),
    ],
)  # fmt: skip
def test_values_exclude_each_other(says: Callable[[Task], str], wrong: bool) -> None:
    """Who chooses a branch that the task has not wants something else than the task."""
    domain = library()
    for task, talk in _played("change_pickup", 3):
        assert bool(verify(task, _saying(task, talk, says(task)), domain).findings) is wrong


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("i want to renew it", "renew a loan"), ("please have my loan renewed", "renew a loan"), ("queue up for it", "place a hold"), ("keep my loan for longer", "renew a loan"),
        ("drop one of my holds", "cancel a hold"), ("move it to the harbor branch", "change where a hold is picked up"), ("is this the right place for it", ""), ("one more time, then i'm done with it", ""),
        ("my place in line", ""), ("i keep it in the morning", ""),
    ],
)  # fmt: skip
def test_how_a_deed_is_asked_for(text: str, deed: str) -> None:
    """By the words of one of its phrases in their order, whatever stands for the record."""
    wishes = library().pack.sayings.wishes
    assert [name for name, pattern in wishes.items() if re.compile(pattern).search(text)] == ([deed] if deed else [])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Please use my e-mail, it's ana@example.org.", False),
        ("The e-mail is ana@example.org.", False),
        ("You find me by the e-mail address that I gave.", False),
        ("Please tell me by e-mail.", True),
        ("I'd rather have an e-mail.", True),
    ],
)
def test_a_word_for_what_the_user_has_is_no_value(text: str, named: bool) -> None:
    """Who is known by an address has not chosen to be written to."""
    contact = Value(noun="contact", of=("phone call", "e-mail"))
    assert bool(re.compile(value_words(contact)["e-mail"]).search(text.lower())) is named
