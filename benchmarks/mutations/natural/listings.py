"""Proposals written anew from the call, as a person would write them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import date

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, said
from benchmarks.mutations.wrong.changes import method_name
from writ_dspy.task import Call, Json

LISTINGS = Family("lists written anew", wrong=False)
Write = Callable[[Talk, Call], "str | None"]
STATES = {
    "NY": "New York", "CA": "California", "TX": "Texas", "IL": "Illinois", "FL": "Florida", "AZ": "Arizona", "PA": "Pennsylvania",
    "OH": "Ohio", "CO": "Colorado", "WA": "Washington", "IN": "Indiana", "NC": "North Carolina", "DC": "District of Columbia",
}  # fmt: skip


def rewritten(talk: Talk, rng: random.Random, write: Write) -> Made:
    """One proposal in other words, where its message holds nothing else that has to be said."""
    for turn in rng.sample(talk.writes, len(talk.writes)):
        at = talk.proposal(turn)
        reports = {talk.report(other) for other in talk.writes if other < turn}
        named = re.search(r"\b\d{10}\b", talk.turns[talk.reply(turn)].text)
        if named:
            continue  # the user repeats an id of the list
        held = [text for text in talk.task.told if text.removesuffix(".00") in talk.turns[at].text.replace(",", "")]
        text = None if at in reports or held or talk.natural else write(talk, talk.call(turn))
        if text is not None:
            return said(talk.turns, at, text)
    return None


def city(talk: Talk, code: str) -> str:
    airports = json.loads(talk.domain.read(talk.domain.canonical("list_all_airports", {})).text)
    return next(one["city"] for one in airports if one["iata"] == code)


def day(text: str, form: str = "%B {day}") -> str:
    when = date.fromisoformat(text)
    return when.strftime(form).format(day=when.day)


def method(talk: Talk, key: str) -> str:
    """A method by its name, as far as the agent has read it."""
    row = talk.profile["payment_methods"][key]
    read = str(row.get("last_four", "")) in talk.said
    return f"your {method_name(row) if read else row['source'].replace('_', ' ')}"


def _book(talk: Talk, call: Call, form: str) -> str | None:
    if call.tool != "book_reservation":
        return None
    args = call.args
    names = [f"{one['first_name']} {one['last_name']}" for one in args["passengers"]]
    born = [day(one["dob"], "%b {day}, %Y") for one in args["passengers"]]
    flights = ", ".join(f"{one['flight_number']} on {day(one['date'])}" for one in args["flights"])
    trip = "round trip" if args["flight_type"] == "round_trip" else "one-way trip"
    cabin = args["cabin"].replace("_", " ")
    bags, paid = args["total_baggages"], args["nonfree_baggages"]
    money = " and ".join(
        f"${one['amount']:,} on {method(talk, one['payment_id'])} ({one['payment_id']})"
        for one in args["payment_methods"]
    )
    origin, destination = (f"{city(talk, args[end])} ({args[end]})" for end in ("origin", "destination"))
    if form == "fields":
        people = "".join(f"\n  - {name}, born {when}" for name, when in zip(names, born, strict=True))
        return (
            f"Here's your booking, please have a look:\n- Trip: {trip}, {origin} to {destination}\n- Cabin: {cabin.title()}\n- Flights: {flights}"
            f"\n- Passengers:{people}\n- Checked bags: {bags} (of which {paid} paid)\n- Insurance: {args['insurance'].title()}\n- Payment: {money}"
            "\n\nDo you confirm that I should book this?"
        )  # fmt: skip
    people = " and ".join(f"{name} (born {when})" for name, when in zip(names, born, strict=True))
    luggage = (
        "no checked bags"
        if not bags
        else f"{bags} checked bag{'s' * (bags > 1)}, {'all of them free' if not paid else f'{paid} of them at $50'}"
    )
    insured = "with travel insurance" if args["insurance"] == "yes" else "without travel insurance"
    return (
        f"I'd book a {trip} from {origin} to {destination} in {cabin} for {people}: {flights}, with {luggage}, {insured}, and charge {money}."
        " Is that what you want, and may I book it?"
    )


def _cancel_trip(talk: Talk, call: Call, form: str) -> str | None:
    if call.tool != "cancel_reservation":
        return None
    key = call.args["reservation_id"]
    record = talk.record(key)
    way = f"from {city(talk, record['origin'])} to {city(talk, record['destination'])}"
    if form == "fields":
        return f"This is what I would do:\n- Action: cancel the reservation\n- Reservation: {key} ({way})\n- Refund: to the original payment method, in 5 to 7 business days\n\nDo you agree?"
    return f"I can cancel your whole reservation {key} {way}; the money would go back to the original payment method within 5 to 7 business days. Would you like me to do that?"


def _bags(talk: Talk, call: Call, form: str) -> str | None:
    if call.tool != "update_reservation_baggages":
        return None
    args = call.args
    paid = args["nonfree_baggages"]
    cost = f"{paid} of them at $50 each" if paid else "all of them free"
    if form == "fields":
        return f"Please check:\n- Reservation: {args['reservation_id']}\n- Checked bags in total: {args['total_baggages']}\n- Paid bags: {paid}\n- Payment: {method(talk, args['payment_id'])} ({args['payment_id']})\n\nIs this right, and may I go ahead?"
    return f"I'd set reservation {args['reservation_id']} to {args['total_baggages']} checked bags in total, {cost}, with {method(talk, args['payment_id'])} ({args['payment_id']}). Shall I?"


def _people(_talk: Talk, call: Call, form: str) -> str | None:
    if call.tool != "update_reservation_passengers":
        return None
    people = [f"{one['first_name']} {one['last_name']}, date of birth {one['dob']}" for one in call.args["passengers"]]
    if form == "fields":
        return (
            f"The passengers of reservation {call.args['reservation_id']} would then be:\n"
            + "\n".join(f"{n}. {one}" for n, one in enumerate(people, start=1))
            + "\n\nIs that correct, and may I change it?"
        )
    return f"On reservation {call.args['reservation_id']} I would put these passengers: {'; '.join(people)}. May I make that change?"


def _item(talk: Talk, key: str, *, ids: bool) -> str:
    products = talk.domain.tables["products"].values()
    product = next(product for product in products if key in product["variants"])
    item = product["variants"][key]
    options = ", ".join(f"{name} {value}" for name, value in item["options"].items())
    return f"{product['name']} ({f'item {key}, ' if ids else ''}{options}, ${item['price']:.2f})"


def _old(talk: Talk, order: str, key: str, *, ids: bool) -> str:
    item = next(one for one in talk.record(order)["items"] if one["item_id"] == key)
    options = ", ".join(f"{name} {value}" for name, value in item["options"].items())
    return f"{item['name']} ({f'item {key}, ' if ids else ''}{options}, ${item['price']:.2f})"


def _items(talk: Talk, call: Call, *, ids: bool) -> str | None:
    args: dict[str, Json] = call.args
    if "item_ids" not in args:
        return None
    order, pay = args["order_id"], args["payment_method_id"]
    how = f"{method(talk, pay)} ({pay})"
    if call.tool == "return_delivered_order_items":
        listed = "\n".join(f"- {_old(talk, order, key, ids=ids)}" for key in args["item_ids"])
        return f"I'll file this return for order {order}, with the refund to {how}:\n{listed}\n\nDo you agree?"
    pairs = zip(args["item_ids"], args["new_item_ids"], strict=True)
    listed = "\n".join(f"- your {_old(talk, order, old, ids=ids)} -> {_item(talk, new, ids=ids)}" for old, new in pairs)
    verb, rule = (
        ("exchange", "Items of an order can be exchanged only once, so please make sure that these are all.")
        if call.tool.startswith("exchange")
        else ("modify", "The items of an order can be modified only once, so please make sure that these are all.")
    )
    return f"I'd {verb} the following in order {order}, the difference settled with {how}:\n{listed}\n{rule}\n\nIs that right, and may I go ahead?"


def _address(_talk: Talk, call: Call, *, spelled: bool) -> str | None:
    args = call.args
    if "address1" not in args:
        return None
    state = STATES.get(args["state"], args["state"]) if spelled else args["state"]
    where = ", ".join(
        part
        for part in (args["address1"], args["address2"], args["city"], f"{state} {args['zip']}", args["country"])
        if part
    )
    what = (
        f"the shipping address of order {args['order_id']}"
        if "order_id" in args
        else "the default address in your profile"
    )
    return f"I'd change {what} to: {where}. Is that correct, and shall I save it?"


def _cancel_order(talk: Talk, call: Call) -> str | None:
    if call.tool != "cancel_pending_order":
        return None
    pay = talk.record(call.args["order_id"])["payment_history"][0]["payment_method_id"]
    when = "immediately" if pay.startswith("gift_card") else "within 5 to 7 business days"
    why = "it was ordered by mistake" if "mistake" in call.args["reason"] else "it is no longer needed"
    return f"You want to cancel order {call.args['order_id']} because {why}, and the refund goes to {method(talk, pay)} {when}. Shall I cancel it?"


@LISTINGS("Every detail stands in it, as a field.")
def natural_listing_airline_fields(talk: Talk, rng: random.Random) -> Made:
    return _either(talk, rng, "fields")


@LISTINGS("Every detail stands in it, in a sentence.")
def natural_listing_airline_prose(talk: Talk, rng: random.Random) -> Made:
    return _either(talk, rng, "prose")


def _either(talk: Talk, rng: random.Random, form: str) -> Made:
    writers = (_book, _cancel_trip, _bags, _people)
    return (
        None
        if talk.retail
        else rewritten(
            talk, rng, lambda item, call: next((text for one in writers if (text := one(item, call, form))), None)
        )
    )


@LISTINGS("Every item stands in it with its id.")
def natural_listing_retail_with_ids(talk: Talk, rng: random.Random) -> Made:
    return rewritten(talk, rng, lambda item, call: _items(item, call, ids=True)) if talk.retail else None


@LISTINGS("Every item stands in it with its name, its options and its price.")
def natural_listing_retail_without_item_ids(talk: Talk, rng: random.Random) -> Made:
    return rewritten(talk, rng, lambda item, call: _items(item, call, ids=False)) if talk.retail else None


@LISTINGS("Every line of the address stands in it.")
def natural_listing_of_an_address(talk: Talk, rng: random.Random) -> Made:
    return rewritten(talk, rng, lambda item, call: _address(item, call, spelled=False))


@LISTINGS("The state by its name is the same state.")
def state_spelled_out(talk: Talk, rng: random.Random) -> Made:
    return rewritten(talk, rng, lambda item, call: _address(item, call, spelled=True))


@LISTINGS("The order and the reason stand in it, and where the money goes.")
def natural_listing_of_a_cancellation(talk: Talk, rng: random.Random) -> Made:
    return rewritten(talk, rng, _cancel_order) if talk.retail else None


@LISTINGS("The question stands before the list.")
def question_before_the_list(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        at = talk.proposal(write)
        head, sep, ask = talk.turns[at].text.rpartition("\n")
        if sep and ask.endswith("?") and not re.search(r"\bthis\b", ask):
            return said(talk.turns, at, f"{ask} {head}")
    return None
