"""Claims: a true one passes however it is written, a false one does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Finding
from writ_dspy.domains.values import MONTHS, Value, values
from writ_dspy.verify import verify
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded

Claim = tuple[Played, int, str]
Write = Callable[[Value], str | None]


def said(item: Played, at: int, text: str) -> list[Finding]:
    """What is found when the agent's turn reads so."""
    return list(grounded(Case(item.task, item.saying(at, text), item.domain)))


def messages(item: Played) -> Iterator[tuple[int, str]]:
    for at, turn in enumerate(item.talk.turns):
        if turn.role == "agent" and turn.text:
            yield at, turn.text


def rewritten(text: str, write: Write) -> str:
    """The text with every value written in another way."""
    for value in reversed(values(text)):
        other = write(value)
        if other is not None:
            text = f"{text[: value.start]}{other}{text[value.end :]}"
    return text


def in_words(value: Value) -> str | None:
    return f"{value.number:.2f} dollars" if value.quantity == "money" and value.number >= 0 else None


def without_cents(value: Value) -> str | None:
    whole = value.number == value.number.to_integral_value()
    return f"${int(value.number)}" if value.quantity == "money" and whole and value.number >= 0 else None


def iso(value: Value) -> str | None:
    if value.quantity != "date" or value.through:
        return None
    month, day = value.date
    return f"{value.year or 2024}-{month:02d}-{day:02d}"


def day_first(value: Value) -> str | None:
    if value.quantity != "date" or value.through:
        return None
    month, day = value.date
    return f"{day} {MONTHS[month - 1].capitalize()}" + (f" {value.year}" if value.year else "")


def on_24_hours(value: Value) -> str | None:
    return f"{int(value.number) // 60:02d}:{int(value.number) % 60:02d}" if value.quantity == "time" else None


@pytest.fixture(scope="module")
def some(played: list[Played]) -> list[Played]:
    """A third of them, of every kind."""
    return played[::3]


@pytest.mark.parametrize("write", [in_words, without_cents, iso, day_first, on_24_hours])
def test_a_true_claim_passes_in_any_form(write: Write, some: list[Played]) -> None:
    """Amounts, dates and times are compared as values: written in another way they are as true as before."""
    changed = [
        (item, at, other) for item in some for at, text in messages(item) if (other := rewritten(text, write)) != text
    ]

    assert changed
    assert [str(found) for item, at, text in changed for found in said(item, at, text)] == []


def test_the_most_that_policy_allows_may_be_told_whatever_was_read(played: list[Played]) -> None:
    """A limit of the policy counts no passengers that were read; the same number without a limit does."""
    airline = (one for one in played if one.domain.name == "tau2:airline" and len(one.talk.turns) > 12)
    tools = ("get_user_details", "get_reservation_details", "cancel_reservation")  # a search shows numbers of any size
    item = next(one for one in airline if all(call.tool in tools for turn in one.talk.turns for call in turn.calls))
    at = [index for index, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text][-1]

    assert said(item, at, "A reservation can have at most five passengers.") == []
    assert said(item, at, "Your reservation has five passengers.") != []


def few(claims: list[Claim]) -> list[Claim]:
    """At most some sixty of them, from everywhere."""
    return claims[:: 1 + len(claims) // 60]


def ten_times(value: Value) -> str | None:
    return f"${value.number * 10:,.2f}" if value.quantity == "money" and value.number > 0 else None


def in_winter(value: Value) -> str | None:
    return f"December {value.date[1]}" if value.quantity == "date" and not value.through else None


def at_night(value: Value) -> str | None:
    return "3:07 AM" if value.quantity == "time" else None


@pytest.mark.parametrize(("write", "least"), [(ten_times, 0.95), (in_winter, 0.95), (at_night, 1.0)])
@pytest.mark.long
def test_a_false_claim_does_not(write: Write, least: float, played: list[Played]) -> None:
    """With one value made false, the message is found in almost every case; what is left is true of something else."""
    false = few(
        [
            (item, at, f"{text[: value.start]}{other}{text[value.end :]}")
            for item in played
            for at, text in messages(item)
            for value in values(text)
            if (other := write(value)) is not None
        ]
    )
    found = [bool(said(*claim)) for claim in false]

    assert len(found) >= 3
    assert sum(found) >= least * len(found)


NATURAL = (
    "Confirm the address and the changes of the item: from an Intel Core i7 to Intel i5, please.",
    "I'm happy to help with that.",
    "Could you tell me your order number? It starts with #W.",
    "If you agree, I would then cancel it for you.",
    "Once it has been canceled, you'll hear from us.",
    "I have not changed anything yet.",
    "Has it been booked by somebody else?",
    "A refund takes 5 to 7 business days.",
    "One moment, please, this takes a second.",
    "I have two questions for you.",
    "Please tell me the order number (e.g., #W0000000) or the address, such as 123 Main Street.",
    "I have looked into it and checked your profile.",
    "It should be a number like '4711224488'.",
    "Please confirm whether the order has been delivered.",
    "You will get an answer as soon as the request is processed.",
    "No changes have been made.",
    "Nobody can be sure of that, but I'd guess so.",
    "Thank you, and welcome back.",
    "Your verification is complete.",
    "I understand how annoying this must be for all of you, Sir.",
    "I went through your profile, and I would like to transfer you.",
)
"""Sentences that claim nothing, or what policy says."""


@pytest.mark.parametrize("sentence", NATURAL)
@pytest.mark.long
def test_what_claims_nothing_passes(sentence: str, some: list[Played]) -> None:
    """Questions, offers, conditions and negations are no claims."""
    for item in some:
        at, text = next(messages(item))

        assert said(item, at, f"{text} {sentence}") == []


FALSE = (
    "It is shipped to Anchorage, with the Intel i5.",
    "I have just cancelled it.",
    "I've already gone ahead and changed it.",
    "There is a service fee of $77.31 for that.",
    "You have 240 days to change your mind.",
    "Please use certificate_9999999 for it.",
    "Your card ending in 0000 was charged.",
    "The policy allows this within 14 days.",
    "Thank you, Bartholomew Quill.",
    "Dear Mr. Pemberton, it's all set.",
    "It leaves from Anchorage (ANC) with a stop in Paris.",
    "Your seats are 14A and 14B, at gate B22.",
    "You can follow it at https://orders.bigshop.example.net/track.",
    "Please call 1-800-555-0199 for that.",
    "It goes to 4711 Windmill Terrace.",
    "I also waived the fee for you.",
    "I've gone ahead and reset your password, too.",
    "I have extended your warranty.",
    "All your saved cards were removed from the account.",
    "I've added a voucher to your account.",
    "All done! The change has gone through.",
    "Is that all right, Mrs. Featherstone-Hughes?",
    "I'd like to tell you that it costs $652.17.",
    "I have just sent you a text message with a code.",
    "I have just called the warehouse, and they know.",
    "It is insured for 5 years.",
    "Customers rate it 4.8 out of 5.",
    "I've processed that for you.",
    "I'm sorry, the system returned an error.",
    "The refund arrives within 24 hours.",
    "The product record shows that it ships next week.",
)


@pytest.mark.parametrize("sentence", FALSE)
@pytest.mark.long
def test_what_nobody_can_know_is_found(sentence: str, some: list[Played]) -> None:
    """Before anything was read or done, a deed, a fee, a deadline or an id is made up."""
    well = [item for item in some if not any(turn.error for turn in item.talk.turns)]
    seen = [said(item, at, f"{text} {sentence}") for item in well for at, text in [next(messages(item))]]

    assert well
    assert all(seen)


def test_a_report_that_denies_what_was_done_is_found(played: list[Played]) -> None:
    """Right after a write, its deed is not denied, nor claimed of a record that it did not touch."""
    tried = 0
    for item in played:
        for at, text in messages(item):
            before = item.talk.turns[at - 2]
            if (
                at < 2
                or not before.calls
                or before.calls[0].tool not in item.domain.pack.deeds
                or len(item.task.gold) > 1
            ):
                continue
            tried += 1
            deed = "modified" if item.domain.name == "tau2:retail" else "changed"
            other = "#W0000000" if item.domain.name == "tau2:retail" else "ZZZZZ9"
            own = {"cancel_pending_order": "cancelled", "cancel_reservation": "cancelled", "book_reservation": "booked",
                   "return_delivered_order_items": "returned", "exchange_delivered_order_items": "exchanged"}  # fmt: skip
            word = own.get(before.calls[0].tool, deed)

            assert said(item, at, f"{text} It was not {word}.")
            assert said(item, at, f"{text} I have {word} {other}, too.")
    assert tried > 5


def test_the_best_is_not_behind_the_second(played: list[Played]) -> None:
    """A comparison turned around is found by its own amounts."""
    turned = {"cheapest": "most expensive", "most expensive": "cheapest"}
    false = few(
        [
            (item, at, text.replace(word, turned[word], 1))
            for item in played
            for at, text in messages(item)
            for word in turned
            if re.search(rf"\b{word}\b.*\$.*(?:ahead of|the next one|follows|followed by).*\$", text.split("\n")[0])
            and len({value.number for value in values(text) if value.quantity == "money"}) > 1
        ]
    )
    found = [said(*claim) for claim in false]

    assert len(found) >= 3
    assert sum(map(bool, found)) >= 0.6 * len(found)


def test_claims_are_counted(some: list[Played]) -> None:
    """A verdict says how many claims were judged, and how many statements hold nothing that is; a further one of either adds to it."""
    item = max(some, key=lambda each: len(each.talk.turns))
    before = dict(verify(item.task, item.talk, item.domain).claims)
    at, text = next(messages(item))
    turns = list(item.talk.turns)
    turns[at] = replace(turns[at], text=f"{text} Our service is kind. It costs $1,000 or $2,000.")
    after = dict(verify(item.task, replace(item.talk, turns=tuple(turns)), item.domain).claims)

    assert before["judged"] > 5
    assert after["judged"] == before["judged"] + 2
    assert after["open"] == before.get("open", 0) + 1
