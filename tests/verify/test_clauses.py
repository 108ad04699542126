"""Every clause of both policies has a check whose spoiled conversation it rejects, or a written reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from pages.clauses import CLAUSES, Clause
from tests.simulate.playing import Played
from tests.verify.test_checks import (
    done_before_it_was,
    is_write,
    replayed,
    text_beside_call,
    transferred_for_nothing,
)
from writ_dspy.conversation import Turn
from writ_dspy.task import Call, Json
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import CHECKS

Spoil = Callable[[Played], list[Turn] | None]
ONCE = ("modify_pending_order_items", "exchange_delivered_order_items", "return_delivered_order_items")
KNOWN = {check.__name__: check for check in CHECKS}


def says(text: str) -> Spoil:
    """The agent says so before its last message."""

    def spoil(item: Played) -> list[Turn] | None:
        *turns, last = item.talk.turns
        return None if last.role != "agent" else [*turns, replace(last, text=f"{text} {last.text}")]

    return spoil


def written(item: Played) -> int | None:
    return next((i for i, turn in enumerate(item.talk.turns) if is_write(item, turn)), None)


def before_write(text: str, role: str) -> Spoil:
    """The last message of one side before the first write becomes another."""

    def spoil(item: Played) -> list[Turn] | None:
        at, turns = written(item), list(item.talk.turns)
        if at is None:
            return None
        place = max(i for i in range(at) if turns[i].role == role and turns[i].text)
        turns[place] = replace(turns[place], text=text)
        return turns

    return spoil


def unsaid(*keys: str) -> Spoil:
    """Neither the user's sentences that hold a detail, nor the agent's question for it, are said."""

    def spoil(item: Played) -> list[Turn] | None:
        slots = [slot for request in item.task.requests for slot in request.slots if slot.key in keys and slot.marks]
        if not slots or not item.task.gold:
            return None
        marks = [mark.lower() for slot in slots for mark in slot.marks]

        def cut(turn: Turn) -> Turn:
            if turn.role == "tool" or not turn.text or "\n" in turn.text:
                return turn
            kept = [
                part
                for part in re.split(r"(?<=[.!?])\s+", turn.text)
                if not any(mark in part.lower() for mark in marks)
            ]
            return replace(turn, text=" ".join(kept) or "Well.")

        at = written(item) or 0
        return [cut(turn) if turn.role == "user" and i < at else turn for i, turn in enumerate(item.talk.turns)]

    return spoil


def without(tool: str) -> Spoil:
    """The reads with one tool are never made."""

    def spoil(item: Played) -> list[Turn] | None:
        turns = item.talk.turns
        gone = {i for i, turn in enumerate(turns) if turn.calls and turn.calls[0].tool == tool}
        return (
            [t for i, t in enumerate(turns) if i not in gone and i - 1 not in gone] if gone and item.task.gold else None
        )

    return spoil


def made_twice(item: Played) -> list[Turn] | None:
    """The first write comes again, at once."""
    at, turns = written(item), list(item.talk.turns)
    return None if at is None else replayed(item, [*turns[: at + 2], *turns[at : at + 2], *turns[at + 2 :]])


def late_look_up(item: Played) -> list[Turn] | None:
    calls = [i for i, turn in enumerate(item.talk.turns) if turn.calls]
    if len(calls) < 3 or calls[1] != calls[0] + 2 or item.domain.name != "tau2:retail":
        return None
    turns, at = item.talk.turns, calls[0]
    return [*turns[:at], *turns[at + 2 : at + 4], *turns[at : at + 2], *turns[at + 4 :]]


def called_first(tool: str, **args: Json) -> Spoil:
    """A call stands before all others."""

    def spoil(item: Played) -> list[Turn] | None:
        at = next((i for i, turn in enumerate(item.talk.turns) if turn.calls), None)
        if at is None or tool not in item.domain.kinds:
            return None
        call = Call.of(tool, args)
        found = Turn("tool", item.domain.world().call(call).text)
        return [*item.talk.turns[:at], Turn("agent", calls=(call,)), found, *item.talk.turns[at:]]

    return spoil


def anothers_order(item: Played) -> list[Turn] | None:
    if item.domain.name != "tau2:retail" or not item.task.gold:
        return None
    turns = list(item.talk.turns)
    own = {str(leaf) for turn in turns if turn.calls for leaf in turn.calls[0].args.values()}
    other = next(
        key for key in item.domain.tables["orders"] if key not in own and key not in " ".join(t.text for t in turns)
    )
    call = Call.of("get_order_details", {"order_id": other})
    at = max(i for i, turn in enumerate(turns) if turn.role == "tool")
    return [
        *turns[: at + 1],
        Turn("agent", calls=(call,)),
        Turn("tool", item.domain.world().call(call).text),
        *turns[at + 1 :],
    ]


def other_arguments(tool: str, change: Callable[[dict[str, Json]], dict[str, Json]]) -> Spoil:
    """A write is made with other arguments."""

    def spoil(item: Played) -> list[Turn] | None:
        at, turns = written(item), list(item.talk.turns)
        if at is None or turns[at].calls[0].tool != tool:
            return None
        call = turns[at].calls[0]
        turns[at] = replace(turns[at], calls=(Call.of(call.tool, change(call.args)),))
        return replayed(item, turns)

    return spoil


def on_a_record(tool: str, fits: Callable[[Json], bool], args: Callable[[Json], dict[str, Json]]) -> Spoil:
    """A user gives an id, and one of their reservations is written to."""

    def spoil(item: Played) -> list[Turn] | None:
        if item.domain.name != "tau2:airline":
            return None
        record = next(one for one in item.domain.tables["reservations"].values() if fits(one))
        call = Call.of(tool, args(record))
        result = item.domain.world().call(call)
        return [
            Turn("user", f"I am {record['user_id']}."), Turn("agent", calls=(call,)),
            Turn("tool", result.text, error=result.error), Turn("agent", "Is there anything else?"),
        ]  # fmt: skip

    return spoil


def of(spoil: Callable[[Played], object]) -> Spoil:
    """The turns of a conversation that another table spoils."""
    return lambda item: list(talk.turns) if (talk := spoil(item)) is not None else None  # type: ignore[attr-defined]


def nothing_refused(item: Played) -> list[Turn] | None:
    if item.task.gold or not item.task.goal.decisions or any(outcome.transfer for outcome in item.task.decided):
        return None
    return [
        replace(turn, text="Okay, noted.") if turn.role == "agent" and turn.text else turn for turn in item.talk.turns
    ]


def no_user_id(item: Played) -> list[Turn] | None:
    if item.domain.name != "tau2:airline":
        return None
    calls = [i for i, turn in enumerate(item.talk.turns) if turn.calls]
    if len(calls) < 2 or item.talk.turns[calls[1]].calls[0].tool != "get_reservation_details":
        return None
    said = [
        replace(t, text=re.sub(r"\w+_\w+_\d{4}", "myself", t.text)) if t.role == "user" else t for t in item.talk.turns
    ]
    return said[: calls[0]] + said[calls[0] + 2 :]


def reminder_gone(item: Played) -> list[Turn] | None:
    """Where something could have been forgotten, and nobody asked whether it was."""
    orders = item.domain.tables.get("orders", {})
    whole = (
        len(orders[call.args["order_id"]]["items"]) <= len(call.args["item_ids"])
        for call in item.task.gold
        if call.tool in ONCE[:2]
    )
    turns = [
        replace(turn, text=re.sub(r"(?<=[.\n ])[^.\n]*\bonly once\b[^.\n]*\.", "", turn.text))
        for turn in item.talk.turns
    ]
    asked = ("all of them", "all the items", "every item", "should be included", "further change")
    if any(whole) or any(text in turn.text for turn in turns for text in asked):
        return None
    return turns if turns != list(item.talk.turns) else None


def a_day_later(args: dict[str, Json]) -> dict[str, Json]:
    first, *rest = args["passengers"]
    return args | {"passengers": [first | {"dob": "1931-02-03"}, *rest]}


def economy_kept(record: Json) -> bool:
    """A trip that no rule lets go."""
    early = record["created_at"] < "2024-05-14" and all(flight["date"] > "2024-05-20" for flight in record["flights"])
    return bool(record["cabin"] == "economy" and record["insurance"] == "no" and early and record["status"] is None)


SPOILS: dict[str, tuple[Spoil, ...]] = {
    "the list is replaced by a bare question": (before_write("Shall I go ahead (yes/no)?", "agent"),),
    "the user's yes becomes “No, wait.”": (before_write("No, wait.", "user"),),
    "a text stands beside a call": (of(text_beside_call),),
    "the refusal becomes “Okay, noted.”": (nothing_refused,),
    "one write is made a second time": (made_twice,),
    "the change is made a second time": (lambda item: made_twice(item) if item.task.gold and item.task.gold[0].tool in ONCE else None,),
    "the farewell becomes a hand-over": (of(transferred_for_nothing),),
    "the deed is claimed in the first message": (of(done_before_it_was),),
    "the first look-up comes after the next read": (late_look_up,),
    "the catalog is read first": (called_first("list_all_product_types"),),
    "an order of another customer is read": (anothers_order,),
    "the order is never read": (without("get_order_details"),),
    "the reservation is never read": (without("get_reservation_details"),),
    "the reminder is cut out": (reminder_gone,),
    "the user says no user id": (no_user_id,),
    "a passenger is born on another day": (other_arguments("book_reservation", a_day_later),),
    "the booking flies elsewhere": (other_arguments("book_reservation", lambda args: args | {"destination": "ORD" if args["destination"] != "ORD" else "DEN"}),),
    "one bag more is paid": (other_arguments("book_reservation", lambda args: args | {"nonfree_baggages": args["nonfree_baggages"] + 1}),),
    "a basic economy trip gets other flights": (
        on_a_record(
            "update_reservation_flights", lambda one: one["cabin"] == "basic_economy",
            lambda one: {"reservation_id": one["reservation_id"], "cabin": "basic_economy", "flights": [{"flight_number": "HAT001", "date": "2024-05-20"}], "payment_id": "gift_card_1"},
        ),
    ),
    "a trip that stays is canceled": (on_a_record("cancel_reservation", economy_kept, lambda one: {"reservation_id": one["reservation_id"]}),),
    "a certificate is sent for nothing": (on_a_record("send_certificate", economy_kept, lambda one: {"user_id": one["user_id"], "amount": 100}),),
    **{
        f"what the user said of `{key}` is cut out": (unsaid(key, *more),)
        for key, more in (("reason", ()), ("payment", ()), ("refund", ()), ("route", ("trip",)), ("bags", ()), ("insurance", ()))
    },
}  # fmt: skip
"""By the words of the table; `says: …` needs no entry."""


def spoil_of(clause: Clause) -> tuple[Spoil, ...]:
    return (says(clause.spoil.removeprefix("says: ")),) if clause.spoil.startswith("says: ") else SPOILS[clause.spoil]


known_faults: dict[tuple[str, str], list[str]] = {}


def faults(check: str, item: Played) -> list[str]:
    """What a check finds in a talk as it was: looked at once for all clauses."""
    key = check, item.task.id
    if key not in known_faults:
        known_faults[key] = [str(one) for one in KNOWN[check](Case(item.task, item.talk, item.domain))]
    return known_faults[key]


@pytest.mark.parametrize(
    "clause", [one for one in CLAUSES if one.check], ids=lambda one: f"{one.domain}-{one.text[:48]}"
)
def test_each_clause_has_a_conversation_that_its_check_rejects(clause: Clause, played: list[Played]) -> None:
    """Of the conversations of its domain that can be spoiled so, its check rejects each of the first that it is shown, and none as it was."""
    mine = [item for item in played if item.domain.name == f"tau2:{clause.domain}"]
    spoiled = [(item, turns) for item in mine for spoil in spoil_of(clause) if (turns := spoil(item)) is not None][:6]
    check = KNOWN[clause.check]
    seen = [
        bool(list(check(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain))))
        for item, turns in spoiled
    ]

    assert spoiled, "no sample can be spoiled in this way"
    assert sum(seen) * 3 >= len(seen), "many are rejected; a list may have been read out before"
    assert [item.task.id for item, _ in spoiled if faults(clause.check, item)] == []


def test_a_clause_without_a_check_says_why() -> None:
    """Every row of the table has a check with a spoiled conversation, or a reason."""
    assert [one.text for one in CLAUSES if not (one.check and one.spoil) and not one.why] == []
    assert {one.check for one in CLAUSES if one.check} <= set(KNOWN)
    assert {one.spoil for one in CLAUSES if one.spoil and not one.spoil.startswith("says: ")} == set(SPOILS)
