"""Deeds in words: what no call did is found in anybody's words, and what was done, or not claimed, passes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tests.domains.library import library
from tests.simulate.playing import Played, play
from tests.verify.saying import MISREPORTED, NOTHING_DONE, REPORTED, UNDONE
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.clean import clean
from writ_dspy.verify.reported import deeds_told


def found(item: Played, at: int, sentence: str) -> bool:
    """Whether anything is found when an agent's message goes on so."""
    case = Case(item.task, item.saying(at, f"{item.talk.turns[at].text} {sentence}"), item.domain)
    return any(finding.turn == at for finding in grounded(case))


def message(item: Played, after: int = 0) -> int | None:
    """The agent's next message from a turn on."""
    talk = enumerate(item.talk.turns)
    return next((at for at, turn in talk if at >= after and turn.role == "agent" and turn.text), None)


def report(item: Played, tool: str) -> int | None:
    """The message right after a write."""
    wrote = next(at for at, turn in enumerate(item.talk.turns) if turn.calls and turn.calls[0].tool == tool)
    return message(item, wrote + 1)


@pytest.fixture(scope="module")
def two(played: list[Played]) -> list[Played]:
    """One of each domain."""
    return [next(item for item in played if item.domain.name == name) for name in ("tau2:retail", "tau2:airline")]


def test_a_deed_that_no_call_did_is_found(two: list[Played]) -> None:
    """Whoever is said to have done it, in whatever form: before the first call nothing was done."""
    opening = [(item, message(item)) for item in two]

    assert [text for text in UNDONE for item, at in opening if at is not None and not found(item, at, text)] == []


def test_what_claims_no_deed_passes(two: list[Played]) -> None:
    """Looking, reading, asking, wishing, denying and making a condition are no deeds."""
    opening = [(item, message(item)) for item in two]

    assert [text for text in NOTHING_DONE for item, at in opening if at is not None and found(item, at, text)] == []


@pytest.mark.parametrize("tool", list(REPORTED))
def test_a_report_says_what_was_done_and_nothing_else(tool: str, played: list[Played]) -> None:
    """Right after a write it may be told in any words, and no other deed may."""
    every = [item for item in played if [call.tool for call in item.task.gold] == [tool]][:1]
    told = [(item, at) for item in every if (at := report(item, tool)) is not None]

    assert [text for text in REPORTED[tool] for item, at in told if found(item, at, text)] == []
    assert [text for text in MISREPORTED[tool] for item, at in told if not found(item, at, text)] == []


def test_a_look_that_failed_is_no_word_on_a_later_write(played: list[Played]) -> None:
    """Once a look found nothing, that may be told, and what was done after it is still said to be done."""
    looked = [item for item in played if any(turn.error for turn in item.talk.turns) and len(item.task.gold) == 1]
    wrote = [item for item in looked if all(one.call for one in item.task.decided)][:4]
    told = [(item, report(item, item.task.gold[0].tool)) for item in wrote]

    assert told
    for item, at in told:
        assert at is not None
        assert found(item, at, "Your request didn't go through.")
        assert not found(item, at, "I was unable to find the first entry that you gave me.")


@pytest.mark.parametrize(
    "text", ["That did not work, and no change was made.", "Sorry, an error came up and it wasn't entered."]
)
def test_a_report_that_begins_with_a_failure_is_of_what_was_done_just_now(played: list[Played], text: str) -> None:
    """The write went through, and nothing else was spoken of yet."""
    smooth = [item for item in played if item.task.gold and not any(turn.error for turn in item.talk.turns)][:4]
    told = [(item, report(item, item.task.gold[0].tool)) for item in smooth]

    assert told
    for item, at in told:
        assert at is not None
        turns = list(item.talk.turns)
        turns[at] = replace(turns[at], text=text)
        case = Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)
        assert any(finding.turn == at for finding in grounded(case))


def test_a_report_in_a_list_is_no_proposal(played: list[Played]) -> None:
    """While another write is to come, what the first one did may be told point by point; what none did may not."""
    several = [(item, message(item, first_write(item) + 1)) for item in played if len(item.task.gold) > 1][:4]
    told = [(item, at) for item, at in several if at is not None]

    assert told
    assert [item.task.id for item, at in told if found(item, at, "In short:\n- It has been processed.")] == []
    assert all(found(item, at, "In short:\n- I have issued a voucher.") for item, at in told)


def first_write(item: Played) -> int:
    kinds = item.domain.kinds
    return next(at for at, turn in enumerate(item.talk.turns) if turn.calls and kinds[turn.calls[0].tool] == "write")


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("I've cancelled the trip and refunded the fare.", ["cancelled", "refunded"]),
        ("Your bag has just been added, and it's paid.", ["added", "paid"]),
        ("Done! The exchange went through.", ["done", "exchanged"]),
        ("I was able to cancel it.", ["canceled"]),
        ("If it has been shipped, it was sent by mail.", []),
        ("You said it was booked by mistake.", []),
        ("The order that was returned cost more.", []),
        ("Has it been changed, or was it cancelled?", []),
        ("Here is what I would do: set the pickup of the bike to noon.", []),
        ("These are the details: put your name on the list.", []),
        ("I've set the pickup of the bike to noon.", ["set"]),
        ("Cancelled the order, and refunded it.", ["cancelled"]),
    ],
)  # fmt: skip
def test_deeds_are_read_from_sentences(text: str, verbs: list[str]) -> None:
    """Active and passive, in a row, by their noun; what is asked, told of the user, or a condition is none."""
    assert [deed.verb for deed in deeds_told(text)] == verbs


def test_a_sentence_in_another_language_is_found(two: list[Played]) -> None:
    """However few of its words are little ones; names, lists and data are no language."""
    strange = ("Ich habe Ihre zweite Bestellung ebenfalls storniert.", "Votre commande sera annulée demain matin.")
    fine = (
        "- traveler: Viktor Duarte, November 25, 1993",
        "Enjoy Miami, Isabella!",
        "Blue, wireless, noise cancelling, silicone.",
    )
    for item in two:
        at = message(item) or 0
        seen = []
        for text in (*strange, *fine):
            turns = list(item.talk.turns)
            turns[at] = replace(turns[at], text=f"{turns[at].text}\n{text}")
            case = Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)
            seen.append(any("language" in finding.wanted for finding in clean(case)))

        assert seen == [True] * len(strange) + [False] * len(fine)


def test_a_state_that_was_read_of_another_record_is_no_word_on_what_was_done() -> None:
    """Behind a write, the record that was read as waiting may be told so; the one that was just cancelled may not."""
    domain = library()
    cell = Cell(domain=domain.name, kind="write-intensive", writes=2, burden=3, count=12)
    tasks = itertools.chain.from_iterable(fill(cell, seed, None).tasks for seed in range(8, 20))
    task = next(one for one in tasks if [call.tool for call in one.gold] == ["cancel_hold", "change_pickup"])
    item = play(task)
    cancelled, moved = (str(call.args["hold_id"]) for call in task.gold)
    at = report(item, "change_pickup")

    assert at is not None
    for text in ("Hold {} is still waiting.", "Please note that hold {} is still waiting."):
        assert not found(item, at, text.format(moved)), text
        assert found(item, at, text.format(cancelled)), text
