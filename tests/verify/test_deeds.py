"""Deeds: what a tool refused was unwanted only where the user had not agreed to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import proposal
from writ_dspy.verify.deeds import no_unwanted_write


def refused_again(item: Played, answer: str, attempts: int = 1) -> Played | None:
    """The last write is proposed once more, answered so, and tried again; None where the tool does not refuse it."""
    turns = item.talk.turns
    writes = [i for i, turn in enumerate(turns) if turn.calls and item.domain.kinds[turn.calls[0].tool] == "write"]
    if len(writes) != 1 or any(outcome.attempt for outcome in item.task.decided):
        return None  # what is put instead of something else begins with why that is not done
    (at,) = writes
    call = turns[at].calls[0]
    world = item.domain.world()
    world.call(call)
    result = world.call(call)
    if not result.error:
        return None
    listing = proposal(Case(item.task, item.talk, item.domain), call)
    if listing is None:
        return None
    tried = (Turn("agent", calls=(call,)), Turn("tool", result.text, error=True)) * attempts
    more = (Turn("agent", turns[listing].text), Turn("user", answer), *tried)
    return replace(item, talk=replace(item.talk, turns=(*turns[: at + 2], *more, *turns[at + 2 :])))


def found(played: list[Played], answer: str, attempts: int = 1) -> Iterator[list[str]]:
    for item in played:
        changed = refused_again(item, answer, attempts)
        if changed is not None:
            yield [finding.wanted for finding in no_unwanted_write(Case(changed.task, changed.talk, changed.domain))]


@pytest.mark.parametrize("answer", ["Yes, please go ahead.", "Yes.", "Sure, do that once more, please."])
def test_what_the_user_agreed_to_and_the_tool_refused_is_not_unwanted(answer: str, played: list[Played]) -> None:
    """It was proposed, the user said yes, and nothing was changed."""
    verdicts = list(found(played, answer))

    assert len(verdicts) > 5
    assert [wanted for wanted in verdicts if wanted] == []


@pytest.mark.parametrize(("answer", "attempts"), [("No, leave it as it is.", 1), ("Wait, what for?", 1), ("Yes.", 2)])
def test_a_refused_write_takes_a_yes_of_its_own(answer: str, attempts: int, played: list[Played]) -> None:
    """Without a yes it was unwanted, refused or not; and what was refused is not tried again on the same yes."""
    verdicts = list(found(played, answer, attempts))

    assert len(verdicts) > 5
    assert all(wanted == ["it once only"] for wanted in verdicts)
