"""The scripted user answers what is said: another agent's words in four styles, wrong proposals, and long natural messages."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulate.foreign import Foreign, hears_all, listed, spoiled
from tests.simulate.foreign_words import PUTS, STYLES
from tests.simulate.playing import Played, play
from writ_dspy.conversation import Intent, Turn
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.acts import assents
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.scripted import ScriptedUser
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.task import Call
from writ_dspy.trial import ChangesMind, LeavesSubject
from writ_dspy.verify.case import Case
from writ_dspy.verify.deeds import end_state, no_unwanted_write

QUESTIONS = Path(__file__).with_name("natural_questions.tsv")
"""What agents ask for in their own words: domain, slot keys, message."""


def answer(item: Played, turns: Sequence[Turn]) -> Turn | None:
    """What the user says to a talk."""
    return asyncio.run(ScriptedUser().speak(item.task, item.domain, turns, item.talk.seed))


def told(item: Played) -> set[str]:
    """References to all that the user told."""
    notes = (turn.intent.about for turn in item.talk.turns if turn.role == "user" and turn.intent)
    return {about for note in notes for about in note if ":" in about or about == "identity"}


def _served(item: Played, style: int) -> None:
    """Another agent comes to the right end state, and is told what ours is told."""
    if not hears_all(item.task):
        return
    other = play(item.task, Foreign(style))
    case = Case(other.task, other.talk, other.domain)

    assert not other.talk.error
    assert not [*end_state(case), *no_unwanted_write(case)], (STYLES[style], other.talk.id)
    heard = {ref for ref in told(other) if not ref.endswith(":again")}
    assert heard >= told(item), (STYLES[style], other.talk.id)
    # who is asked to check all of it may say at once what they want instead
    assert all(ref.endswith(":fallback") for ref in heard - told(item)), (STYLES[style], other.talk.id)


def test_another_agent_is_served_as_ours_is(played: list[Played]) -> None:
    """It shows no intent, and words every act in its own way: the end state is right, and the same facts are told."""
    assert sum(hears_all(item.task) for item in played) > len(played) / 2
    for index, item in enumerate(played):
        _served(item, index % len(STYLES))


def _proposals(item: Played) -> list[tuple[int, Call]]:
    """Turns at which a write is put to the user, with the write."""
    found = []
    for index, turn in enumerate(item.talk.turns):
        if turn.intent and turn.intent.kind == "propose":
            call = item.task.outcomes[int(turn.intent.about[0])].call
            assert call is not None
            found.append((index, call))
    return found


def _never_agrees_to_another(item: Played, rng: random.Random) -> int:
    """A proposal with one value changed gets no yes, in whatever words; the right one gets one, a last question, or the change of mind that is dealt."""
    count = 0
    trials = item.task.behaviour.trials if item.task.behaviour else ()
    changes = [("no", trial.slot) for trial in trials if isinstance(trial, ChangesMind)]
    for index, call in _proposals(item):
        desk = Desk(item.task, item.domain, item.talk.turns[:index], 0)
        for what, other in (("", call), *spoiled(call, item.domain, rng)):
            style = rng.randrange(len(STYLES) + 1)
            text = f"{item.domain.pack.phrases.details(other, desk.now.seen)}\nShall I go ahead (yes/no)?"
            if style < len(STYLES):
                text = rng.choice(PUTS[style]).format(list=listed(other, desk, style))
            reply = answer(item, [*item.talk.turns[:index], Turn("agent", text)])

            assert reply is not None
            assert reply.intent is not None
            yes = assents(reply.text, text)
            assert yes is not bool(what) or reply.intent.about in [("query",), *changes], (what, text, reply.text)
            count += bool(what)
    return count


def test_a_wrong_proposal_is_never_agreed_to(played: list[Played]) -> None:
    """Each argument of each write in turn: the user says what they want instead."""
    rng = random.Random(3)

    assert sum(_never_agrees_to_another(item, rng) for item in played[::4]) >= 60


def test_no_intent_of_the_agent_is_looked_at(played: list[Played]) -> None:
    """With another intent beside the agent's words, or none, the user says the same."""
    for item in played[::5]:
        turns = item.talk.turns
        for index, turn in enumerate(turns):
            if turn.role == "user" and index:
                for meant in (None, Intent("close"), Intent("ask", ("identity",))):
                    before = [replace(one, intent=meant) if one.role == "agent" else one for one in turns[:index]]
                    assert answer(item, before) == turn


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8])
def test_three_hundred_tasks_with_another_agent(seed: int) -> None:
    """Over 300 tasks of the default mix, in all four styles; and no wrong proposal is agreed to."""
    rng, count = random.Random(seed), 0
    for cell in default_mix(["tau2:retail", "tau2:airline"], 300).cells:
        for task in assign(fill(cell, seed, "base").tasks, seed, count):
            item = play(task)
            for style in range(len(STYLES)):
                _served(item, style)
            _never_agrees_to_another(item, rng)
            count += 1

    assert count == 300


ASKED = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("domain", "keys", "text"), ASKED, ids=[text[-40:] for _, _, text in ASKED])
def test_a_natural_question_gets_what_it_asks_for(played: list[Played], domain: str, keys: str, text: str) -> None:
    """Of what a user holds back, it tells all that is asked for, and nothing else."""
    wanted, count = set(keys.split(",")), 0
    for item in played:
        first = next((turn for turn in item.talk.turns if turn.role == "user"), None)
        if domain not in item.domain.name or first is None or first.intent is None:
            continue
        behaviour, said = item.task.behaviour, set(first.intent.about)
        held = {slot.key for slot in item.task.requests[0].slots if f"0:{slot.key}" not in said}
        held |= set() if "identity" in said else {"identity"}
        if not wanted <= held or behaviour is None or behaviour["disclosure"] != "on request":
            continue
        if any(
            isinstance(trial, LeavesSubject) for trial in behaviour.trials
        ):  # who leaves a subject speaks of another
            continue
        reply = answer(item, [first, Turn("agent", text.replace("\\n", "\n"))])

        assert reply is not None
        assert reply.intent is not None
        assert {ref.split(":", 1)[-1] for ref in reply.intent.about} == wanted, (item.task.id, reply.text)
        count += 1
    if not count:
        pytest.skip("no task of the sample holds all of this back")
