"""Refuted: what the record says otherwise is found in anybody's words, and what it bears out passes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence

import pytest

from tests.simulate.playing import Played
from writ_dspy.task import Call, Json
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded

DIRECT = (
    "It's a nonstop flight.",
    "You won't have to change planes.",
    "It flies there without any stop.",
    "There are no layovers on this trip.",
    "You fly there direct.",
)
STOPPING = (
    "It has one stop.",
    "You'll have to change planes.",
    "There is a layover on this trip.",
    "It's a one-stop connection.",
)
CHEAPER = (
    "You save money with the new one.",
    "The new one is cheaper.",
    "The old one was more expensive.",
    "The new version costs less.",
)
DEARER = ("The new one is more expensive.", "The new version costs you more.", "The old one was cheaper.")
FREE = (
    "This was free of charge.",
    "You pay nothing at all for this.",
    "It cost you nothing.",
    "Nothing was charged for it.",
)
ACTIVE = (
    "It stays active.",
    "You still keep it.",
    "The {what} will still be there when you need it.",
    "The {what} remains valid.",
)
ARRIVED = ("The refund has arrived.", "You have already received the money.", "The money is already back on your card.")
OPEN = ("Would you have preferred a nonstop flight?", "You asked for a nonstop flight.", "If it was free of charge, you'd see it there.", "Not all travelers like that.", "Have a good evening!",
        "Your refund takes a few days.", "There is no order without a number.", "Too dear, so there is no booking.", "You said that you leave on a Monday.")  # fmt: skip


def found(item: Played, at: int, sentence: str) -> bool:
    """Whether anything is found when an agent's message begins so."""
    case = Case(item.task, item.saying(at, f"{sentence} {item.talk.turns[at].text}"), item.domain)
    return any(finding.turn == at for finding in grounded(case))


def reports(played: Sequence[Played], *tools: str) -> Iterator[tuple[Played, int, Call, dict[str, Json]]]:
    """The message right after a write, with the write and what it returned."""
    for item in played:
        turns = item.talk.turns
        for at, turn in enumerate(turns[:-2]):
            if turn.calls and turn.calls[0].tool in tools and turns[at + 2].text and turns[at + 1].text.startswith("{"):
                yield item, at + 2, turn.calls[0], json.loads(turns[at + 1].text)


def judged(few: Sequence[tuple[Played, int]], true: Sequence[str], false: Sequence[str]) -> None:
    """Each false sentence is found and no true one."""
    assert few
    assert [text for text in true for item, at in few if found(item, at, text)] == []
    assert [text for text in false for item, at in few if not found(item, at, text)] == []


def test_stops_are_those_of_the_trip(played: list[Played]) -> None:
    """A trip of one flight each way is nonstop, one of two each way is not."""
    trips: dict[bool, list[tuple[Played, int]]] = {True: [], False: []}
    for item, at, _, shown in reports(played, "book_reservation", "update_reservation_flights"):
        flights, ways = len(shown["flights"]), 2 if shown["flight_type"] == "round_trip" else 1
        if flights in (ways, 2 * ways):
            trips[flights == ways].append((item, at))

    judged(trips[False][:2], STOPPING, DIRECT)
    judged(trips[True][:2], DIRECT, STOPPING)


def test_heads_days_and_times_are_those_that_were_booked(played: list[Played]) -> None:
    """As many people as are on the booking, the weekday it leaves on, the time of day of its flight."""
    item, at, _, shown = next(reports(played, "book_reservation"))
    people, day = len(shown["passengers"]), shown["flights"][0]["date"]
    words = ("one", "two", "three", "four", "five", "six")
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    right = dt.date.fromisoformat(str(day)).weekday()
    true = (f"The booking covers {words[people - 1]} passengers.", f"You leave on a {names[right]}.")
    other = next(
        day for day in range(7) if day not in {dt.date.fromisoformat(row["date"]).weekday() for row in shown["flights"]}
    )
    false = (
        f"The booking covers {words[people]} passengers.",
        f"There are {words[people + 1]} seats in your name now.",
        f"Your party of {words[people + 1]} is booked.",
        f"You leave on a {names[other]}.",
        f"Your departure is on {names[other]}.",
    )

    judged([(item, at)], true, false)


def test_a_comparison_goes_by_the_prices_that_were_read(played: list[Played]) -> None:
    """The new item is cheaper or dearer as its price says, and only what differs differs."""
    sides: dict[bool, list[tuple[Played, int]]] = {True: [], False: []}
    for item, at, call, _ in reports(played, "exchange_delivered_order_items", "modify_pending_order_items"):
        old, new = _prices(item, call)
        if len(old) == 1 and old != new:
            sides[new < old].append((item, at))

    for cheaper, few in sides.items():
        judged(
            few[:2],
            CHEAPER if cheaper else DEARER,
            (*DEARER, "The new one costs the same.") if cheaper else (*CHEAPER, *FREE),
        )


def _prices(item: Played, call: Call) -> tuple[list[float], list[float]]:
    variants = {
        key: row["price"]
        for product in item.domain.tables["products"].values()
        for key, row in product["variants"].items()
    }
    order = item.domain.tables["orders"][str(call.args["order_id"])]
    own = {row["item_id"]: row["price"] for row in order["items"]}
    return [own[key] for key in call.args["item_ids"]], [variants[key] for key in call.args["new_item_ids"]]


@pytest.mark.parametrize("tool", ["cancel_pending_order", "cancel_reservation"])
def test_what_was_cancelled_is_gone(tool: str, played: list[Played]) -> None:
    """It does not stay, its state is no other, and its refund has not arrived within the minute."""
    few = [(item, at) for item, at, _, shown in reports(played, tool) if "gift_card" not in json.dumps(shown)][:2]
    what = "order" if "order" in tool else "reservation"

    judged(
        few,
        (f"The {what} is cancelled now.", "The refund is on its way, as policy has it."),
        [text.format(what=what) for text in (*ACTIVE, *ARRIVED)],
    )


def test_a_state_and_a_payment_are_those_of_the_record(played: list[Played]) -> None:
    """The word for the state of an order, and what it was paid with."""
    item, at, call, shown = next(
        reports(played, "cancel_pending_order", "return_delivered_order_items", "exchange_delivered_order_items")
    )
    paid = str(shown["payment_history"][0]["payment_method_id"])
    true, false = (
        ("gift card", "PayPal")
        if paid.startswith("gift")
        else ("PayPal", "gift card")
        if paid.startswith("pay")
        else ("credit card", "PayPal")
    )

    judged(
        [(item, at)],
        (f"You had paid {call.args['order_id']} by {true}.", f'Its status is "{shown["status"]}" now.'),
        (
            f"You had paid {call.args['order_id']} by {false}.",
            "The order now stands as shipped.",
            'Its status is "processed" now.',
        ),
    )


def test_an_only_record_is_the_only_one(played: list[Played]) -> None:
    """Where a profile lists several, none of them is the only one."""
    item = next(item for item in played if any(len(json.loads(turn.text).get("orders", json.loads(turn.text).get("reservations", []))) > 1
                                               for turn in item.talk.turns if turn.role == "tool" and turn.text.startswith('{"user_id"')))  # fmt: skip
    at = max(at for at, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)
    what = "order" if item.domain.name == "tau2:retail" else "reservation"

    judged(
        [(item, at)],
        (f"That was the {what} that you named.",),
        (f"That was your only {what}.", f"You have no other {what}s.", f"There are no other {what}s on your profile."),
    )


def test_what_is_asked_supposed_or_wished_is_not_refuted(played: list[Played]) -> None:
    """Words about the same things that state nothing of a record."""
    few = [(item, at) for item, at, _, _ in reports(played, "book_reservation", "exchange_delivered_order_items")][:3]

    judged(few, OPEN, ())


def test_something_else_in_the_sentence_has_its_own_price(played: list[Played]) -> None:
    """What a sentence goes over to behind an order is not read of that order."""
    for item in played:
        shown = [turn.text for turn in item.talk.turns if turn.role == "tool" and '"variants"' in turn.text]
        order = next((str(call.args["order_id"]) for call in item.task.gold if "order_id" in call.args), "")
        if shown and order and order in "".join(turn.text for turn in item.talk.turns if turn.role == "tool"):
            price = next(iter(json.loads(shown[0])["variants"].values()))["price"]
            at = max(at for at, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)

            judged(
                [(item, at)],
                (f"I looked at {order}, and there is one in stock for ${price:,.2f}.",),
                (f"I looked at {order}, and there is one in stock for $4,321.09.",),
            )
            return
    pytest.fail("no talk with a product and an order")


OTHER = {"gift_card": "credit card", "credit_card": "PayPal account", "paypal": "gift card", "certificate": "gift card"}
CALLED = {
    "gift_card": "gift card",
    "credit_card": "credit card",
    "paypal": "PayPal account",
    "certificate": "certificate",
}


def test_money_moves_by_a_method_that_was_named(played: list[Played]) -> None:
    """By its kind alone, and by its kind beside an id; what the write names or the record was paid with is right."""
    seen = set()
    for item, at, call, shown in reports(
        played, "cancel_pending_order", "return_delivered_order_items", "book_reservation"
    ):
        known = {kind for kind in OTHER if kind in f"{call.text} {json.dumps(shown)}"}
        heard = " ".join(turn.text.lower() for turn in item.talk.turns if turn.role == "user")
        if len(known) != 1 or (kind := known.pop()) in seen or OTHER[kind].split()[0].lower() in heard:
            continue
        seen.add(kind)
        judged(
            [(item, at)],
            (f"All of the money goes to your {CALLED[kind]}.",),
            (f"All of the money goes to your {OTHER[kind]}.", f"It is the {OTHER[kind]} ({kind}_7654321)."),
        )

    assert seen


def test_a_refund_takes_the_time_of_its_method(played: list[Played]) -> None:
    """Policy refunds a gift card at once, and nothing else."""
    few = [(item, at) for item, at, *_ in reports(played, "cancel_pending_order")][:2]

    judged(
        few,
        (
            "Refunds to a gift card are immediate.",
            "Refunds to a gift card are immediate, other methods take 5 to 7 business days.",
            "A gift card gets its refund right away, while a credit card takes 5 to 7 business days.",
            "A refund to a credit card takes 5 to 7 business days.",
        ),
        (
            "The refund goes to your gift card within 5 to 7 business days.",
            "The refund goes back to your credit card right away.",
        ),
    )
