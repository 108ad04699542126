"""Steps before they are taken: a right one passes at its place, a wrong one is found there, and nobody learns what only the task says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.simulate.playing import Played, play, transfer
from tests.verify.test_played import played as played_by_model
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import load
from writ_dspy.task import Call
from writ_dspy.verify.checks import verify
from writ_dspy.verify.stepwise import step_faults

Steps = Iterator[tuple[int, tuple[Turn, ...]]]


def steps(item: Played) -> Steps:
    """Each step of the agent, with all turns up to it."""
    turns = item.talk.turns
    return ((at, turns[: at + 1]) for at, turn in enumerate(turns) if turn.role == "agent")


@pytest.mark.parametrize("hinted", [True, False])
def test_steps_of_an_accepted_talk_pass(hinted: bool, played: list[Played]) -> None:
    """None is refused for what comes later: reads that are still to be made, a hand-over, an end."""
    for item in played[::5]:
        assert verify(item.task, item.talk, item.domain).accepted
        for at, turns in steps(item):
            assert step_faults(item.task, item.domain, turns, hinted) == [], (item.talk.id, at)


def writes(item: Played) -> list[int]:
    """The turns of its writes that succeeded."""
    turns = item.talk.turns
    return [
        at
        for at, turn in enumerate(turns)
        if turn.calls and item.domain.kinds[turn.calls[0].tool] == "write" and not turns[at + 1].error
    ]


def last_of(turns: tuple[Turn, ...], role: str) -> int:
    return max(at for at, turn in enumerate(turns) if turn.role == role and turn.text)


def no_yes(item: Played, at: int) -> tuple[Turn, ...]:
    """The write, and the answer before it is none."""
    turns = list(item.talk.turns[: at + 1])
    heard = last_of(tuple(turns), "user")
    turns[heard] = replace(turns[heard], text="No, leave it as it is.")
    return tuple(turns)


def invented(item: Played, at: int) -> tuple[Turn, ...]:
    """Instead of the write, words of an amount that nobody has heard of."""
    return (*item.talk.turns[:at], Turn("agent", "I see that you have paid $98,765.43 for it."))


def early(item: Played, at: int) -> tuple[Turn, ...]:
    """The write at once, before anything was looked up."""
    return (item.talk.turns[0], item.talk.turns[at])


def markup(item: Played, at: int) -> tuple[Turn, ...]:
    """Instead of the write, thoughts."""
    return (*item.talk.turns[:at], Turn("agent", "<think>What now?</think> One moment."))


@pytest.mark.parametrize("hinted", [True, False])
@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (no_yes, "confirmed_before_write"),
        (invented, "grounded"),
        (early, "confirmed_before_write"),
        (markup, "clean"),
    ],
)
def test_a_wrong_step_is_found_before_it_is_taken(
    spoil: Callable[[Played, int], tuple[Turn, ...]],
    check: str,
    hinted: bool,
    played: list[Played],
) -> None:
    """With and without the task; what is said of it is what the verifier says of the conversation afterwards."""
    tried = 0
    for item in played[::6]:
        for at in writes(item)[:1]:
            turns = spoil(item, at)
            found = step_faults(item.task, item.domain, turns, hinted)
            ends = (*turns, Turn("tool", item.talk.turns[at + 1].text)) if turns[-1].calls else turns
            after = verify(item.task, replace(item.talk, turns=ends), item.domain).findings
            assert check in {finding.check for finding in found}, item.talk.id
            assert set(found) <= set(after) or not hinted
            assert {finding.turn for finding in found} == {len(turns) - 1}
            tried += 1
    assert tried >= 4


def test_what_only_the_task_says_is_told_to_nobody_who_may_not_know_it(played: list[Played]) -> None:
    """A write that was agreed on by all rules, but is not what the customer's task wants: its gold is a teacher's secret."""
    tried = 0
    for item in played:
        other = next((one for one in played if one.task != item.task and one.domain is item.domain), None)
        if other is None or not writes(item):
            continue
        turns = item.talk.turns[: writes(item)[0] + 1]
        hinted = step_faults(other.task, item.domain, turns, hinted=True)
        assert "no_unwanted_write" in {finding.check for finding in hinted}, item.talk.id
        assert step_faults(other.task, item.domain, turns, hinted=False) == [], item.talk.id
        tried += 1
        if tried == 6:
            break
    assert tried == 6


@pytest.mark.parametrize("hinted", [True, False])
def test_a_hand_over_is_not_asked_for_before_its_time(hinted: bool) -> None:
    """It is due at the end; and the sentence that goes with it follows the call."""
    task = transfer()
    item = play(task)
    calls = [turns for _, turns in steps(item) if turns[-1].calls and item.domain.transfers(turns[-1].calls[0])]

    assert calls
    assert all(not step_faults(task, item.domain, turns, hinted) for _, turns in steps(item))
    after = (*item.talk.turns[: len(calls[0]) + 1], Turn("agent", "Is there anything else?"))
    assert "policy" in {finding.check for finding in step_faults(task, item.domain, after, hinted)}


def test_an_unknown_tool_and_wrong_arguments_are_no_crash(played: list[Played]) -> None:
    """The environment answers those; what is found, if anything, is of this step."""
    item = played[0]
    for call in (Call.of("no_such_tool", {}), Call.of(next(iter(item.domain.kinds)), {"odd": 1})):
        turns = (item.talk.turns[0], Turn("agent", calls=(call,)))
        found: list[Finding] = step_faults(item.task, item.domain, turns, hinted=True)
        assert all(finding.turn == 1 for finding in found)


def test_a_write_answers_for_its_proposal() -> None:
    """A proposal of what the user has not said is a fault once it is acted upon, and is told then, where it can still be put right."""
    task, talk = played_by_model()["cd93"]
    turns, domain = talk.turns, load(task.domain)
    at = max(i for i, turn in enumerate(turns) if turn.calls and domain.kinds[turn.calls[0].tool] == "write")
    listed = at - 2
    spoiled = replace(
        turns[listed],
        text=turns[listed].text.replace("Should it become the same address as the one on your order? Then", "Then"),
    )
    wrong = (*turns[:listed], spoiled, *turns[listed + 1 : at + 1])

    assert step_faults(task, domain, turns[: at + 1], hinted=True) == []
    assert step_faults(task, domain, wrong[: listed + 1], hinted=True) == []
    assert {(finding.check, finding.turn) for finding in step_faults(task, domain, wrong, hinted=True)} == {
        ("said_before_used", listed)
    }
