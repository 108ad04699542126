"""The verifier: what it accepts is right, and every check rejects its own spoiled conversation, and only that one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pytest

from tests.simulate.playing import Played, some_of
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.domains.values import values
from writ_dspy.evidence.identify import missing
from writ_dspy.simulate.acts import heard
from writ_dspy.task import Call
from writ_dspy.trial import ChangesMind
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import CHECKS, verify
from writ_dspy.verify.consent import confirmed_before_write
from writ_dspy.verify.deeds import provenance

Spoil = Callable[[Played], Conversation | None]
"""A spoiled copy, or None when this conversation has nothing to spoil in that way."""
ADDRESS = ("modify_user_address", "modify_pending_order_address", "update_reservation_passengers")
"""Writes that change nothing when they are made twice."""


# ----------------------------------------------------------------------------- how to spoil


def index_of(item: Played, fits: Callable[[Turn], bool]) -> int | None:
    return next((index for index, turn in enumerate(item.talk.turns) if fits(turn)), None)


def is_write(item: Played, turn: Turn) -> bool:
    return bool(turn.calls) and item.domain.kinds[turn.calls[0].tool] == "write"


def with_turns(item: Played, turns: list[Turn] | tuple[Turn, ...], **changes: object) -> Conversation:
    return replace(item.talk, turns=tuple(turns), **changes)  # type: ignore[arg-type]


def texts(value: object) -> list[str]:
    """Every text inside JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


def replayed(item: Played, turns: list[Turn]) -> list[Turn]:
    """The turns with the results that a fresh world gives in this order."""
    world = item.domain.world()
    found = list(turns)
    for i, turn in enumerate(found):
        if turn.calls:
            result = world.call(turn.calls[0])
            found[i + 1] = Turn("tool", result.text, error=result.error)
    return found


def tool_result_edited(item: Played) -> Conversation | None:
    turns = list(item.talk.turns)
    at = max((i for i, turn in enumerate(turns) if turn.role == "tool"), default=None)
    if at is None:
        return None
    turns[at] = replace(turns[at], text=f"{turns[at].text} ")
    return with_turns(item, turns)


def write_left_out(item: Played) -> Conversation | None:
    writes = [i for i, turn in enumerate(item.talk.turns) if is_write(item, turn)]
    return with_turns(item, item.talk.turns[: writes[-1]] + item.talk.turns[writes[-1] + 2 :]) if writes else None


def written_twice(item: Played) -> Conversation | None:
    at = index_of(item, lambda turn: bool(turn.calls) and turn.calls[0].tool in ADDRESS)
    if at is None or len(item.task.gold) > 1:
        return None
    turns, call = item.talk.turns, item.talk.turns[at].calls[0]
    listing = max(i for i in range(at) if turns[i].role == "agent" and turns[i].text)
    again = [
        Turn("agent", f"Once more. {turns[listing].text}"), Turn("user", "Yes, go ahead with it once again."),
        Turn("agent", calls=(call,)), turns[at + 1],
    ]  # fmt: skip
    return with_turns(item, [*turns[: at + 2], *again, *turns[at + 2 :]])


def read_moved_behind_write(item: Played) -> Conversation | None:
    """A source that did not win is read only after the write: a lucky guess."""
    turns = list(item.talk.turns)
    at = index_of(item, lambda turn: is_write(item, turn))
    if at is None or item.task.axes.burden < 4 or item.task.axes.writes != 1:
        return None
    for i in range(at - 1, 0, -1):
        reads = [call for call in turns[i].calls if call in item.task.outcomes[0].evidence]
        paid = str(turns[at].calls[0].args.get("payment_method_id"))
        if any(paid in turn.text for turn in turns[:i] if turn.role == "tool") and paid in turns[i + 1].text:
            continue  # the order shows how it was paid: the profile tells nothing more
        if reads and item.domain.pack.identifies(reads[0], turns[i + 1].text) is None:
            later = turns[:i] + turns[i + 2 : at + 2] + turns[i : i + 2] + turns[at + 2 :]
            talk = with_turns(item, replayed(item, later))
            case = Case(item.task, talk, item.domain)
            if not [*provenance(case), *confirmed_before_write(case)]:  # nothing before the write used its values
                return talk
    return None


def refused_unread(item: Played) -> Conversation | None:
    """The refusal stands, but the last read that it rests on was never made."""
    if item.task.gold or not item.task.goal.decisions or item.task.axes.burden < 3:
        return None
    turns = list(item.talk.turns)
    for read in reversed(item.task.outcomes[0].evidence):
        at = index_of(item, lambda turn, read=read: read in turn.calls)  # type: ignore[misc]
        if at is not None and item.domain.pack.identifies(read, turns[at + 1].text) is None:
            talk = with_turns(item, turns[:at] + turns[at + 2 :])
            if not list(provenance(Case(item.task, talk, item.domain))):
                return talk
    return None


def id_invented(item: Played) -> Conversation | None:
    tool, key, value = {
        "tau2:retail": ("get_order_details", "order_id", "#W0000000"),
        "tau2:airline": ("get_reservation_details", "reservation_id", "ZZZZZ9"),
    }[item.domain.name]
    call = Call.of(tool, {key: value})
    turns = item.talk.turns
    at = max((i for i, turn in enumerate(turns) if turn.role == "tool"), default=None)
    known = (
        item.domain.pack.identifies(turn.calls[0], turns[i + 1].text) for i, turn in enumerate(turns) if turn.calls
    )
    if at is None or not any(known) or any(outcome.transfer for outcome in item.task.decided):
        return None
    result = item.domain.world().call(call)
    extra = (Turn("agent", calls=(call,)), Turn("tool", result.text, error=True))
    return with_turns(item, item.talk.turns[: at + 1] + extra + item.talk.turns[at + 1 :])


def looked_before_authentication(item: Played) -> Conversation | None:
    """The record that the user named is opened before the user is identified."""
    turns = list(item.talk.turns)
    calls = [i for i, turn in enumerate(turns) if turn.calls]
    if len(calls) < 2 or item.domain.name != "tau2:retail":
        return None
    first, second = calls[0], calls[1]
    said = " ".join(turn.text for turn in turns[:first] if turn.role == "user")
    order = turns[second].calls[0].args.get("order_id")
    if order is None or order not in said or is_write(item, turns[second]):
        return None
    pair, other = turns[first : first + 2], turns[second : second + 2]
    return with_turns(item, turns[:first] + other + turns[first + 2 : second] + pair + turns[second + 2 :])


def transferred_for_nothing(item: Played) -> Conversation | None:
    """In place of a farewell the user is handed over."""
    last = item.talk.turns[-1].intent
    if any(outcome.transfer for outcome in item.task.decided) or last is None or last.kind != "close":
        return None
    call = item.domain.canonical(TRANSFER.tool, {"summary": f"The user asked for {item.task.requests[0].topic}."})
    extra = (Turn("agent", calls=(call,)), Turn("tool", "Transfer successful"), Turn("agent", TRANSFER.text))
    return with_turns(item, item.talk.turns[:-1] + extra)


def transfer_without_the_sentence(item: Played) -> Conversation | None:
    if not any(outcome.transfer for outcome in item.task.decided):
        return None
    turns = [
        replace(turn, text="Please hold the line.") if turn.text == TRANSFER.text else turn for turn in item.talk.turns
    ]
    return with_turns(item, turns)


def _hidden(pattern: str, text: str) -> str:
    """With other words, in turn, for what fits: the same word over and over is no message."""
    fillers = cycle(("that", "it", "this one", "the one"))
    return re.sub(pattern, lambda _: next(fillers), text)


def detail_unlisted(item: Played) -> Conversation | None:
    at = index_of(item, lambda turn: is_write(item, turn))
    if at is None:
        return None
    turns = list(item.talk.turns)
    groups = item.domain.pack.phrases.renderings(turns[at].calls[0])
    hidden = groups[-1]
    places = item.domain.pack.places  # a route tells which reservation it is, too
    words = [f"(?i:{re.escape(word)})" for word in (*hidden, *places.values())] + [rf"\b{code}\b" for code in places]
    words.insert(
        0, r"\b(?:(?:Visa|Mastercard)[\w ]*|ending in )\d{4}\b"
    )  # a card by its brand or last digits is named, too
    if any(word in turn.text.lower() for turn in turns if turn.role == "user" for word in hidden):
        return None  # the user would seem to know it by magic
    if any("original" in turn.text.lower() for turn in turns if turn.role == "user"):
        return None  # how the order was paid, the record says
    for i in range(at):
        if turns[i].role == "agent" and turns[i].text:
            turns[i] = replace(turns[i], text=_hidden("|".join(words), turns[i].text))
    return with_turns(item, turns)


def detail_never_said(item: Played) -> Conversation | None:
    """How to pay was never said; the agent goes by what it cannot know."""
    turns = list(item.talk.turns)
    if item.task.behaviour is None or item.task.behaviour["verbosity"] == "chatty":
        return None  # who speaks at length would not answer in so few words
    if any(isinstance(trial, ChangesMind) for trial in item.task.behaviour.trials):
        return None  # it would be said later on
    users, said = item.domain.tables["users"], "".join(turn.text for turn in turns)
    if any(len(row["payment_methods"]) < 2 for key, row in users.items() if key in said):
        return None  # an only means need but be agreed to
    for index, request in enumerate(item.task.requests):
        about = f"{index}:payment"
        said = [
            i for i, turn in enumerate(turns) if turn.role == "user" and turn.intent and turn.intent.about == (about,)
        ]
        at = said[0] if said else None
        outcome = item.task.outcomes[request.decision] if request.decision is not None else None
        if at and outcome is not None and outcome.call is not None and not outcome.attempt:
            turns[at] = replace(turns[at], text="That is up to you.")
            return with_turns(item, turns)
    return None


def text_beside_call(item: Played) -> Conversation | None:
    at = index_of(item, lambda turn: bool(turn.calls))
    if at is None:
        return None
    turns = list(item.talk.turns)
    turns[at] = replace(turns[at], text="One moment, please.")
    return with_turns(item, turns)


def answer_kept_back(item: Played) -> Conversation | None:
    if not item.task.goal.tells:
        return None
    told = item.task.told[0].lower()
    amounts = {value.number for value in values(told)}
    turns = [
        replace(turn, text="I have that for you now.")
        if turn.role == "agent"
        and (told in turn.text.lower() or any(value.number in amounts for value in values(turn.text)))
        else turn
        for turn in item.talk.turns
    ]
    changed = [i for i, (a, b) in enumerate(zip(turns, item.talk.turns, strict=True)) if a != b]
    written = [i for i, turn in enumerate(turns) if is_write(item, turn)]
    return with_turns(item, turns) if len(changed) == 1 and changed[0] > max(written, default=0) else None


def id_made_up_by_user(item: Played) -> Conversation | None:
    turns = list(item.talk.turns)
    token = "#W7777777" if item.domain.name == "tau2:retail" else "credit_card_7777777"
    at = max(i for i, turn in enumerate(turns) if turn.role == "user")
    turns[at] = replace(turns[at], text=f"{turns[at].text} Mind {token}, too.")
    return with_turns(item, turns)


def left_before_the_write(item: Played) -> Conversation | None:
    at = index_of(item, lambda turn: is_write(item, turn))
    if at is None or len(item.task.gold) != 1 or item.task.goal.tells:
        return None
    listing = max(i for i in range(at) if item.talk.turns[i].role == "agent" and item.talk.turns[i].text)
    return with_turns(item, item.talk.turns[: listing + 2])


def cut_off(item: Played) -> Conversation | None:
    return with_turns(item, item.talk.turns, stop=StopReason.TURN_LIMIT)


def asked_to_calculate_words(item: Played) -> Conversation | None:
    """A calculator is given what is no arithmetic, and says so."""
    at = max((i for i, turn in enumerate(item.talk.turns) if turn.role == "tool"), default=None)
    if at is None or any(outcome.transfer for outcome in item.task.decided):
        return None
    call = Call.of("calculate", {"expression": "the sum of it all"})
    result = item.domain.world().call(call)
    extra = (Turn("agent", calls=(call,)), Turn("tool", result.text, error=result.error))
    return with_turns(item, item.talk.turns[: at - 1] + extra + item.talk.turns[at - 1 :])


def thought_aloud(item: Played) -> Conversation | None:
    """The end of a thought stands before the last message."""
    if any(outcome.transfer for outcome in item.task.decided):
        return None
    last = item.talk.turns[-1]
    return with_turns(item, (*item.talk.turns[:-1], replace(last, text=f"That is all.</think> {last.text}")))


def sentence_unfinished(item: Played) -> Conversation | None:
    """The last message breaks off."""
    if any(outcome.transfer for outcome in item.task.decided):
        return None
    last = item.talk.turns[-1]
    return with_turns(item, (*item.talk.turns[:-1], replace(last, text=f"{last.text} Let me also mention that the")))


def amount_ten_times(item: Played) -> Conversation | None:
    """The agent states ten times an amount that it read, in a message that proposes no write and answers nothing."""
    turns = list(item.talk.turns)
    told = {text.lower() for text in item.task.told}
    for at, turn in enumerate(turns):
        later = next((after for after in turns[at + 1 :] if after.role == "agent"), None)
        money = [value for value in values(turn.text) if value.quantity == "money" and value.number > 40]
        if turn.role != "agent" or not money or item.domain.pack.ids(turn.text) & told or (later and later.calls):
            continue
        if turn.intent and turn.intent.kind == "propose":
            continue
        first = money[0]
        turns[at] = replace(turn, text=f"{turn.text[: first.start]}${first.number * 10}{turn.text[first.end :]}")
        return None if any(str(first.number) in text for text in told) else with_turns(item, turns)
    return None


def done_before_it_was(item: Played) -> Conversation | None:
    """The first message claims the deed."""
    if item.task.axes.writes != 1:
        return None
    did = {"tau2:retail": "I have already changed it.", "tau2:airline": "I have just canceled it."}[item.domain.name]
    at = index_of(item, lambda turn: turn.role == "agent" and bool(turn.text))
    turns = list(item.talk.turns)
    assert at is not None
    turns[at] = replace(turns[at], text=f"{did} {turns[at].text}")
    return with_turns(item, turns)


def id_of_nobody(item: Played) -> Conversation | None:
    """A farewell names a payment method that nobody knows."""
    turns = list(item.talk.turns)
    last = max(i for i, turn in enumerate(turns) if turn.role == "agent")
    if any(outcome.transfer for outcome in item.task.decided):
        return None
    turns[last] = replace(turns[last], text=f"{turns[last].text} I also see gift_card_7777777 there.")
    return with_turns(item, turns)


def gave_in(item: Played) -> Conversation | None:
    """After it was denied, and behind all that is done, an exception is promised all the same."""
    turns = list(item.talk.turns)
    denied = any(outcome.denied and not outcome.transfer for outcome in item.task.decided)
    refused = index_of(item, lambda turn: turn.role == "agent" and "refusal" in heard(turn.text).kinds)
    last = max((i for i, turn in enumerate(turns) if turn.role == "agent" and turn.text), default=0)
    if not denied or refused is None or last <= refused or item.task.gold:
        return None
    turns[last] = replace(turns[last], text="On second thought, there can be an exception in your case.")
    return with_turns(item, turns)


SPOILED: dict[str, tuple[Spoil, ...]] = {
    "grounded": (amount_ten_times, done_before_it_was, id_of_nobody),
    "replay": (tool_result_edited,),
    "end_state": (write_left_out,),
    "no_unwanted_write": (written_twice,),
    "identified_before_write": (read_moved_behind_write, refused_unread),
    "provenance": (id_invented,),
    "authenticated_first": (looked_before_authentication,),
    "policy": (transferred_for_nothing, transfer_without_the_sentence),
    "confirmed_before_write": (detail_unlisted,),
    "said_before_used": (detail_never_said,),
    "one_call_per_turn": (text_beside_call,),
    "communicated": (answer_kept_back,),
    "steadfast": (gave_in,),
    "user_faithful": (id_made_up_by_user,),
    "completed": (cut_off,),
    "well_formed": (asked_to_calculate_words,),
    "clean": (thought_aloud, sentence_unfinished),
}
CASES = [(name, spoil) for name, spoils in SPOILED.items() for spoil in spoils]


# ----------------------------------------------------------------------------- the tests


def test_every_check_stands_in_the_table() -> None:
    """No check is without a spoiled conversation."""
    assert set(SPOILED) == {check.__name__ for check in CHECKS}


def test_scripted_conversations_are_accepted(played: list[Played]) -> None:
    """The careful agent and the scripted user satisfy every check, on every kind of task in both domains."""
    verdicts = [verify(item.task, item.talk, item.domain) for item in played]

    assert [str(finding) for verdict in verdicts for finding in verdict.findings] == []
    assert {item.task.kind for item in played} == {"normal", "read-heavy", "write-intensive", "no-write"}


@pytest.mark.parametrize(("name", "spoil"), CASES, ids=[f"{name}-{spoil.__name__}" for name, spoil in CASES])
def test_each_check_alone_rejects_its_spoiled_conversation(name: str, spoil: Spoil, played: list[Played]) -> None:
    """Spoiled in one way, a conversation is rejected by that one check; only words that the spoiling made false are seen, too."""
    spoiled = [(item, talk) for item in played if (talk := spoil(item)) is not None]
    found = [_found(*one) for one in some_of(spoiled, 6)]

    assert spoiled, "no sample can be spoiled in this way: enlarge CELLS"
    assert [checks for checks in found if checks - {"grounded"} != {name} - {"grounded"} or name not in checks] == []
    assert {name} in found or any(_found(*one) == {name} for one in spoiled)


def _found(item: Played, talk: Conversation) -> set[str]:
    """The checks that reject this talk about the task."""
    return {finding.check for finding in verify(item.task, talk, item.domain).findings}


def test_leaving_before_the_write_is_the_users_fault(played: list[Played]) -> None:
    """A user who goes right after the question is told so, besides the missing write."""
    spoiled = [(item, talk) for item in played if (talk := left_before_the_write(item)) is not None]
    found = [{finding.check for finding in verify(item.task, talk, item.domain).findings} for item, talk in spoiled]

    assert spoiled
    assert all("user_faithful" in checks for checks in found)


def test_silence_passes_no_refusal(played: list[Played]) -> None:
    """A no-write task is not passed by an agent that says nothing of it; who only hands over lacks the words for that."""
    refused = [item for item in played if item.task.kind == "no-write"]
    transfers = [any(outcome.transfer for outcome in item.task.outcomes) for item in refused]
    for item, transfer in zip(refused, transfers, strict=True):
        turns = [
            replace(turn, text="Hello.") if turn.role == "agent" and turn.text else turn for turn in item.talk.turns
        ]
        checks = {finding.check for finding in verify(item.task, with_turns(item, turns), item.domain).findings}

        assert ("policy" if transfer else "communicated") in checks
    assert False in transfers


def test_a_write_before_any_read_is_rejected_even_when_it_is_right(played: list[Played]) -> None:
    """A lucky guess: the gold write as the first call is rejected for its evidence, whatever else is wrong."""
    for item in played:
        if item.task.gold:
            call = item.task.gold[0]
            result = item.domain.world().call(call)
            turns = (item.talk.turns[0], Turn("agent", calls=(call,)), Turn("tool", result.text))
            checks = {finding.check for finding in verify(item.task, with_turns(item, turns), item.domain).findings}

            assert "identified_before_write" in checks


def test_evidence_is_missing_until_its_last_read(played: list[Played]) -> None:
    """Each read of an evidence set is needed: with any one left out, the outcome is not identified."""
    for item in played:
        for outcome in item.task.decided:
            atoms = [item.domain.pack.atom(call, item.domain.read(call).text) for call in outcome.evidence]

            assert missing(outcome, atoms, item.domain) == ()
            for index, call in enumerate(outcome.evidence):
                assert missing(outcome, atoms[:index] + atoms[index + 1 :], item.domain) == (call,)


def test_independent_writes_may_come_in_any_order(played: list[Played]) -> None:
    """The end state is compared, not the order of writes that do not touch each other."""
    item = next(item for item in played if len({call.tool for call in item.task.gold}) == 2 and "+" in item.task.recipe)
    spans = [i for i, turn in enumerate(item.talk.turns) if is_write(item, turn)]
    turns = list(item.talk.turns)
    turns[spans[0]], turns[spans[1]] = turns[spans[1]], turns[spans[0]]
    talk = with_turns(item, replayed(item, turns))
    checks = {finding.check for finding in verify(item.task, talk, item.domain).findings}

    assert "end_state" not in checks
    assert "replay" not in checks
