"""Right values in the wrong place: a yes to another value, a best that is worse, a second try, an offer that nobody is due."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.conversation import Turn
from writ_dspy.domains import Dial, load
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Call
from writ_dspy.verify.bearing import ASKED_FOR, present
from writ_dspy.verify.case import Case
from writ_dspy.verify.clean import clean
from writ_dspy.verify.consent import confirmed_before_write
from writ_dspy.verify.deeds import no_unwanted_write
from writ_dspy.verify.noise import aside, written
from writ_dspy.verify.policy import policy
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.sums import turned


def writes(item: Played) -> Iterator[tuple[int, Call]]:
    """The turns of the writes, each with its call."""
    for at, turn in enumerate(item.talk.turns):
        for call in turn.calls:
            if item.domain.kinds.get(call.tool) == "write":
                yield at, call


def replied(item: Played, write: int, reply: str) -> Case:
    """The conversation with another reply before a write."""
    turns = list(item.talk.turns)
    at = max(i for i in range(write) if turns[i].role == "user")
    turns[at] = replace(turns[at], text=reply)
    return Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)


REPLIES: tuple[tuple[str, str, Callable[[Call], str | None]], ...] = (
    ("total_baggages", "Yes, please, and that makes {} bags.", lambda call: str(int(str(call.args["total_baggages"])) + 2)),
    ("insurance", "Sounds good, {} travel insurance, please.", lambda call: "without" if call.args["insurance"] == "yes" else "with"),
    ("flight_type", "Right, a {} trip, go ahead.", lambda call: "one-way" if call.args["flight_type"] == "round_trip" else "round"),
)  # fmt: skip


@pytest.mark.parametrize(("argument", "reply", "other"), REPLIES, ids=[row[0] for row in REPLIES])
def test_a_yes_to_another_value_is_none(
    played: list[Played], argument: str, reply: str, other: Callable[[Call], str | None]
) -> None:
    """A reply that agrees and names another value than the list agrees to something else."""
    cases = [(item, at, call) for item in played for at, call in writes(item) if argument in call.args][:2]

    assert cases
    for item, at, call in cases:
        found = list(confirmed_before_write(replied(item, at, reply.format(other(call)))))
        assert [finding.turn for finding in found] == [at]


def test_a_yes_that_repeats_what_was_listed_is_one(played: list[Played]) -> None:
    """The number of bags and the insurance as they were listed may stand in the yes."""
    cases = [(item, at, call) for item in played for at, call in writes(item) if "insurance" in call.args][:3]

    for item, at, call in cases:
        bags, with_it = call.args["total_baggages"], "with" if call.args["insurance"] == "yes" else "without"
        case = replied(item, at, f"Yes, {bags} {'bag' if bags == 1 else 'bags'} in all, {with_it} insurance, go ahead.")
        assert [finding for finding in confirmed_before_write(case) if finding.turn == at] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The earliest is HAT1 at 9:00 AM, ahead of HAT2 at 7:00 AM.", True), ("The earliest is HAT1 at 7:00 AM, ahead of HAT2 at 9:00 AM.", False),
        ("HAT1 is the longest at 3 h, ahead of HAT2 at 5 h.", True), ("HAT1 is the shortest at 3 h, ahead of HAT2 at 5 h.", False),
        ("The earliest in the day is HAT1 on May 26 with 3:00 AM, followed by HAT2 on May 24 with 2:00 PM.", False),
        ("HAT1 is the latest departure of the day at 6:00 PM on May 17, ahead of HAT2 at 8:00 PM on May 16.", True),
        ("The latest leaves at 1:00 AM on May 24, ahead of one at 11:00 PM on May 23.", False), ("The shortest takes 3 h. The cheapest is $90, followed by $80.", True),
    ],
)  # fmt: skip
def test_the_best_is_no_worse_than_the_second(text: str, *, wrong: bool) -> None:
    """By price, hour or duration, in each comparison of a message; hours of two days are not compared."""
    assert bool(turned(text)) is wrong


@pytest.mark.parametrize(
    ("text", "drafts"),
    [
        ("Option A: Your order is on its way.\nOption B: I can't tell.", True), ("Option 1: Thank you, goodbye!\nOption 2: Have a nice day.", True),
        ("Option A: Could you tell me which order it is?\nOption B: I don't know.", True), ("Option A: the blue one\nOption B: the red one\nTell me which you like best, if you don't know yet, I wait.", False),
        ("Option A: the red one for $20\nOption B: the blue one for $22\nWhich one do you prefer?", False), ("Option 1: HAT001 at $100\nOption 2: HAT002 at $120", False), ("There are two ways.\nOption 1: gift card\nOption 2: PayPal", False),
    ],
)  # fmt: skip
def test_two_drafts_of_a_message_are_no_choice(text: str, *, drafts: bool) -> None:
    """Options leave a choice to the user, in front of them or behind; drafts begin the message and leave none."""
    assert bool(aside(written(text))) is drafts


def test_a_write_that_was_made_is_not_tried_again(played: list[Played]) -> None:
    """The same call once more is unwanted even where the tool refuses it."""
    item = next(item for item in played if item.domain.name == "tau2:retail" and any(writes(item)))
    at, _ = next(writes(item))
    turns = [
        *item.talk.turns[: at + 2],
        item.talk.turns[at],
        Turn("tool", "Error: no", error=True),
        *item.talk.turns[at + 2 :],
    ]
    case = Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)

    assert [finding.turn for finding in no_unwanted_write(case)] == [at + 2]
    assert list(no_unwanted_write(Case(item.task, item.talk, item.domain))) == []


def test_what_was_made_takes_a_new_yes_to_be_tried_again(played: list[Played]) -> None:
    """What the user says meanwhile of other things is no yes to a second time; the same list with a yes to it is."""
    item, at = next((item, at) for item in played for at, call in writes(item) if call.tool == "cancel_pending_order")
    turns = item.talk.turns
    reported = next(index for index in range(at, len(turns)) if turns[index].role == "agent" and turns[index].text)
    listed = max(index for index in range(at) if turns[index].role == "agent" and turns[index].text)
    again = (turns[at], Turn("tool", "Error: Non-pending order cannot be cancelled", error=True))
    meanwhile = (turns[reported], Turn("user", "Okay, thanks. Let me think."))

    def found(between: tuple[Turn, ...]) -> list[int | None]:
        said = (*turns[:reported], *between, *again, *turns[reported:])
        return [one.turn for one in no_unwanted_write(Case(item.task, replace(item.talk, turns=said), item.domain))]

    assert found(meanwhile) == [reported + 2]
    assert found((*meanwhile, turns[listed], Turn("user", "Yes, please go ahead."))) == []


def test_what_is_offered_is_what_is_due(played: list[Played]) -> None:
    """Whoever asks for compensation is offered the amount of the wanted write, and no other."""
    asked = [
        item
        for item in played
        if any(call.tool == "send_certificate" for call in item.task.gold)
        and any(written(turn.text).bag & ASKED_FOR for turn in item.talk.turns[:1])
    ]
    for item in asked[:1]:
        amount = next(call.args["amount"] for call in item.task.gold if call.tool == "send_certificate")
        at = max(i for i, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)
        for told, wanted in ((amount, 0), (int(str(amount)) + 35, 1)):
            text = f"As a gesture of goodwill I can offer you a ${told} certificate."
            turns = list(item.talk.turns)
            turns[at] = replace(turns[at], text=text)
            case = Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)
            assert present(written(text))
            assert len([finding for finding in policy(case) if finding.turn == at]) == wanted


@pytest.mark.parametrize("behind", ["Please check it carefully.", "Take your time.", ""])
def test_a_question_in_front_of_its_list_asks_for_a_yes(behind: str) -> None:
    """The words "shall I do the following" are asked of the list behind it."""
    assert asks_for_yes(f"Shall I do the following for you?\nReturn\n- Order: #W1234567\n- Item: lamp\n{behind}")
    assert not asks_for_yes(f"What can I do for you?\nReturn\n- Order: #W1234567\n- Item: lamp\n{behind}")


def test_clean_finds_drafts(played: list[Played]) -> None:
    """Two drafts in one message are a finding at their turn."""
    item = played[0]
    at = max(i for i, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)
    turns = list(item.talk.turns)
    turns[at] = replace(turns[at], text=f"Option A: {turns[at].text}\nOption B: I don't know.")

    assert [f.turn for f in clean(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain))] == [at]


@cache
def paid_twice() -> Played:
    """A booking that is paid with two methods."""
    domain, rng = load("tau2:airline"), random.Random(5)
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == "book a trip")
    for user in domain.pack.users(domain):
        draft = recipe.draft(domain, user, Dial(3, "knows ids"), rng)
        try:
            task = None if draft is None else identify(settle_draft(draft, "normal", domain))
        except Unresolved:
            continue
        if task is not None and len(task.gold[0].args["payment_methods"]) > 1:
            return play(task)
    raise AssertionError("nobody pays with two methods")


def test_a_yes_may_name_one_of_two_payments() -> None:
    """Either of those that were listed; a no to one of them is none."""
    item = paid_twice()
    at, call = next(writes(item))
    methods = [payment["payment_id"] for payment in call.args["payment_methods"]]

    for method in methods:
        assert not list(confirmed_before_write(replied(item, at, f"Yes, {method} is correct, carry on.")))
    assert list(confirmed_before_write(replied(item, at, "Yes to the first payment, no to the other.")))


@pytest.mark.parametrize(
    ("reply", "agrees"),
    [
        ("All good except for one small thing.", False), ("Do it, with a few changes.", False), ("Sure, at half the price.", False), ("Yes, if my bank allows it, that is.", False),
        ("Hold it until the weekend, then yes.", False), ("Probably yes, I'll call back.", False), ("Find a cheaper one and give me that.", False),
        ("All good, no exceptions.", True), ("Do it, without any changes.", True), ("Sure, the price is half of what I feared.", True), ("Yes. I'll come back later with another question.", True),
        ("Yes, every line is right, that is what I wanted.", True), ("No other items. Yes, go ahead.", True),
    ],
)  # fmt: skip
def test_a_yes_with_a_reservation_is_none(played: list[Played], reply: str, agrees: bool) -> None:
    """All but one thing, the same with a change, for less, later or perhaps: none is a yes to what was listed."""
    cases = [(item, at) for item in played for at, _call in writes(item)][:3]

    for item, at in cases:
        found = [finding for finding in confirmed_before_write(replied(item, at, reply)) if finding.turn == at]
        assert (found == []) is agrees


def test_a_feast_is_no_day_of_a_flight(played: list[Played]) -> None:
    """A yes for Christmas Eve is none to flights in May; a word of it for other reasons is small talk."""
    item, at = next((one, at) for one in played for at, call in writes(one) if "flights" in call.args)

    assert [finding.turn for finding in confirmed_before_write(replied(item, at, "Yes, for Christmas Eve."))] == [at]
    assert not [
        one
        for one in confirmed_before_write(replied(item, at, "Yes, it's like Christmas Eve to me."))
        if one.turn == at
    ]


def test_an_address_of_another_place_is_none_that_was_listed(played: list[Played]) -> None:
    """Another place, and another house number, are no yes to the address of the list."""
    item, at = next((one, at) for one in played for at, call in writes(one) if "address1" in call.args)

    for reply in ("Yes, to my office.", "Yes, with house number 9999."):
        assert [finding.turn for finding in confirmed_before_write(replied(item, at, reply))] == [at]
    assert not [one for one in confirmed_before_write(replied(item, at, "Yes, to that address.")) if one.turn == at]


def test_a_list_that_is_read_out_again_stands_for_itself(played: list[Played]) -> None:
    """After a question the whole list again is what the yes is to: who is left out of it, or gets another's birth date, is not agreed to."""
    item, at, call = next(
        (one, at, call) for one in played for at, call in writes(one)
        if call.tool == "book_reservation" and len(call.args["passengers"]) > 1
        and "\n" in next(turn.text for turn in reversed(one.talk.turns[:at]) if turn.role == "agent" and turn.text)
        and call.args["passengers"][1]["last_name"] in next(turn.text for turn in reversed(one.talk.turns[:at]) if turn.role == "agent" and turn.text)
    )  # fmt: skip
    turns = list(item.talk.turns)
    yes = max(i for i in range(at) if turns[i].role == "user")
    proposal = max(i for i in range(yes) if turns[i].role == "agent" and turns[i].text)
    lines = turns[proposal].text.split("\n")
    people = [
        i
        for i, line in enumerate(lines)
        if call.args["passengers"][0]["last_name"] in line or call.args["passengers"][1]["last_name"] in line
    ]
    first, second = people[:2]
    born = [re.search(r"[A-Z][a-z]+ \d{1,2}, \d{4}", lines[i]) for i in (first, second)]
    assert born[0]
    assert born[1]
    swapped = list(lines)
    swapped[first], swapped[second] = (
        lines[first].replace(born[0][0], born[1][0]),
        lines[second].replace(born[1][0], born[0][0]),
    )
    left_out = [line for i, line in enumerate(lines) if i != first]

    for again, agreed_to in ((lines, True), (swapped, False), (left_out, False)):
        more = [Turn("user", "No hidden fees?"), Turn("agent", "\n".join(["No, there are none.", *again]))]
        talk = replace(item.talk, turns=(*turns[: proposal + 1], *more, *turns[yes:]))
        found = [
            finding for finding in confirmed_before_write(Case(item.task, talk, item.domain)) if finding.turn == at + 2
        ]
        assert (found == []) is agreed_to, again
