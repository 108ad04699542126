"""Roles and answers: a yes is held against the write that it is about, and a right value against what it is said to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import pytest

from benchmarks.mutations.questions import NO, QUESTIONS, YES, Questions
from benchmarks.mutations.roles import ROLES, Roles
from benchmarks.mutations.talks import Talk, agent, put, said, user
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.proposal import asks_for_yes

FEW = 8
"""Sentences of each sort, spread over all."""


@pytest.fixture(scope="module")
def talks(played: list[Played]) -> list[Talk]:
    """What was played, as the mutations see it."""
    return [Talk(item.task, item.talk, natural=False) for item in played]


def found(talk: Talk, turns: Sequence[Turn], at: int) -> list[str]:
    """What is found in a message of the agent, which may be about the write that follows it."""
    case = Case(talk.task, replace(talk.talk, turns=tuple(turns)), talk.domain)
    return [str(finding) for finding in grounded(case) if finding.turn == at]


def spread(items: Sequence[tuple[Talk, list[Turn], int]]) -> Iterator[tuple[Talk, list[Turn], int]]:
    return islice(items, 0, None, max(1, len(items) // FEW))


def asked(talks: Sequence[Talk], questions: Questions, *, right: bool) -> list[tuple[Talk, list[Turn], int]]:
    """Each question behind each proposal, with a plain answer that is right or wrong."""
    made = []
    for talk in talks:
        for write in talk.writes:
            at = talk.reply(write)
            for so, forms in questions(talk, talk.call(write)):
                for place, form in enumerate(forms):
                    answers = YES if so is right else NO
                    text = answers[(place + write) % len(answers)]
                    made.append((talk, put(talk.turns, at, user(form), agent(text)), at + 1))
    return made


def reported(talks: Sequence[Talk], roles: Roles, *, right: bool) -> list[tuple[Talk, list[Turn], int]]:
    """Each sentence at the end of the report of a write."""
    made = []
    for talk in talks:
        for write in talk.writes:
            at = talk.report(write)
            if at is None or any(write < other < at for other in talk.writes) or at < talk.reads[-1]:
                continue
            if asks_for_yes(talk.turns[at].text):
                continue  # it goes on with another write, of which its end would tell
            for so, forms in roles(talk, write):
                made += [(talk, said(talk.turns, at, f"{talk.turns[at].text}\n{form}"), at) for form in forms if so is right]  # fmt: skip
    return made


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.long
def test_an_answer_is_held_against_the_write(talks: list[Talk], name: str) -> None:
    """Whatever is asked about a proposed write, a wrong yes or no is found (but one of ten: some could be right of another read), and a right one passes."""
    right, wrong = (asked(talks, QUESTIONS[name], right=so) for so in (True, False))

    assert right
    assert [what for one in spread(right) if (what := found(*one))] == []
    judged = list(spread(wrong))
    missed = [turns[at - 1 : at + 1] for talk, turns, at in judged if not found(talk, turns, at)]
    assert len(missed) <= max(1, len(judged) // 10) if name != "the cheapest" else len(missed) < len(judged)


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.long
def test_a_value_is_told_in_its_role(talks: list[Talk], name: str) -> None:
    """Amounts, times, things and days of a report: so they pass, in another role they are found."""
    right, wrong = (reported(talks, ROLES[name], right=so) for so in (True, False))

    assert right
    assert [what for one in spread(right) if (what := found(*one))] == []
    tried = list(spread(wrong))
    missed = [turns[at].text for talk, turns, at in tried if not found(talk, turns, at)]
    assert len(missed) <= len(tried) // 4, missed  # the day of another leg is told rightly


OPEN = (
    ("Is it free, or do I pay for the bag?", "Yes."), ("Would the bag be free for gold members?", "Yes."), ("Isn't it cheaper?", "Yes."), ("Is it cheaper? And is it direct?", "Yes."),
    ("Did my old one cost more? I don't remember.", "Yes."), ("Is it dearer?", "Yes, but only the second one."), ("Is it nonstop?", "Good question; I'd have to look that up."), ("Is it loud?", "No."),
    ("Is there nothin' extra to pay?", "Yes."), ("How much is it?", "Yes."), ("Is it cheaper than the other one?", "No."),
)  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), OPEN)
def test_what_a_write_cannot_tell_is_not_judged(talks: list[Talk], question: str, answer: str) -> None:
    """Two things at once, a case that is only supposed, what is not known, a part, or no yes at all."""
    some = [talk for talk in talks if talk.writes][::5]
    made = [(talk, put(talk.turns, talk.reply(write), user(question), agent(f"{answer} Shall I go ahead?")), talk.reply(write) + 1) for talk in some for write in talk.writes[:1]]  # fmt: skip

    assert made
    assert [talk.task.id for talk, turns, at in made if found(talk, turns, at)] == []
