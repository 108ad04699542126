"""What an amount, a time, a thing or a record is said to be: right values in their role, and in another one."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping

from benchmarks.mutations.facts import Told, records, results
from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, added
from writ_dspy.task import Call, Json

Roles = Callable[[Talk, int], Iterator[Told]]
"""Of a talk and one of its writes: whether it is so, and ways to say it in the report."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KINDS = {"credit_card": "credit card", "gift_card": "gift card", "paypal": "PayPal account", "certificate": "certificate"}  # fmt: skip


def money(amount: float) -> str:
    return f"${amount:,.2f}" if amount % 1 else f"${amount:,.0f}"


def result(talk: Talk, write: int) -> Mapping[str, Json]:
    """What a write returned."""
    return next((shown for shown in results_at(talk, write) if isinstance(shown, dict)), {})


def results_at(talk: Talk, at: int) -> Iterator[Json]:
    """What one call returned, if that is a record."""
    if talk.turns[at + 1].text[:1] in "{[":
        yield json.loads(talk.turns[at + 1].text)


def everybody(talk: Talk, write: int) -> Iterator[Told]:
    """What all pay together, and each."""
    call = talk.call(write)
    people = len(call.args.get("passengers", ()))
    if call.tool != "book_reservation" or people < 2:
        return
    record = result(talk, write)
    each, whole = sum(row["price"] for row in record["flights"]), sum(row["amount"] for row in record["payment_history"])  # fmt: skip
    if each * people != whole:
        return
    all_ = ("In total you pay {sum}.", "Altogether that is {sum}.", "All of you together pay {sum}.", "The whole booking costs {sum}.", "For all passengers it comes to {sum}.", "The grand total is {sum}.")  # fmt: skip
    one = ("Each of you pays {sum}.", "That is {sum} per person.", "Per passenger it comes to {sum}.", "It costs {sum} for each passenger.", "A single ticket is {sum}.", "Everybody pays {sum}.")  # fmt: skip
    yield True, [form.format(sum=money(whole)) for form in all_]
    yield True, [form.format(sum=money(each)) for form in one]
    yield False, [form.format(sum=money(each)) for form in all_]
    yield False, [form.format(sum=money(whole)) for form in one]


def _clock(text: str) -> str:
    hour, minute = int(text[:2]), text[3:5]
    return f"{hour % 12 or 12}:{minute} {'AM' if hour < 12 else 'PM'}"


def times(talk: Talk, write: int) -> Iterator[Told]:
    """When a flight leaves and lands."""
    numbers = [str(one["flight_number"]) for one in talk.call(write).args.get("flights", ())]
    rows = [row for shown in results(talk, "search_direct_flight") for row in shown if row["flight_number"] in numbers]
    for row in rows:
        leaves, lands = _clock(row["scheduled_departure_time_est"]), _clock(row["scheduled_arrival_time_est"])
        if leaves != lands:
            key = row["flight_number"]
            out = ("{key} leaves at {time}.", "{key} takes off at {time}.", "Departure of {key} is at {time}.", "You set off with {key} at {time}.", "{key} departs at {time} local time.", "Take-off of {key}: {time}.")  # fmt: skip
            in_ = ("{key} lands at {time}.", "{key} arrives at {time}.", "Arrival of {key} is at {time}.", "With {key} you get there at {time}.", "{key} touches down at {time}.", "{key} reaches its destination at {time}.")  # fmt: skip
            yield True, [form.format(key=key, time=leaves) for form in out]
            yield True, [form.format(key=key, time=lands) for form in in_]
            yield False, [form.format(key=key, time=lands) for form in out]
            yield False, [form.format(key=key, time=leaves) for form in in_]


def swaps(talk: Talk, call: Call) -> Iterator[tuple[Mapping[str, Json], Mapping[str, Json]]]:
    """The old and the new of each item that is exchanged."""
    found = {key: row for shown in results(talk, "get_product_details") for key, row in shown["variants"].items()}
    rows = {row["item_id"]: row for order in results(talk, "get_order_details") for row in order["items"]}
    for old, new in zip(call.args.get("item_ids", ()), call.args.get("new_item_ids", ()), strict=False):
        if old in rows and new in found:
            yield rows[old], found[new]


def old_and_new(talk: Talk, write: int) -> Iterator[Told]:
    """What the old thing was, and what the new one is."""
    pairs = list(swaps(talk, talk.call(write)))
    if len(pairs) == 1 and abs(pairs[0][0]["price"] - pairs[0][1]["price"]) > 0.01:
        (one, new) = pairs[0]
        name = str(one["name"]).lower()
        now = ("The new {name} costs {sum}.", "The new one is {sum}.", "The {name} that you get costs {sum}.", "The replacement is priced at {sum}.", "Your new {name} comes to {sum}.")  # fmt: skip
        was = ("The old {name} cost {sum}.", "The old one was {sum}.", "You paid {sum} for the old one.", "The {name} that you give back was {sum}.", "Your previous {name} had a price of {sum}.")  # fmt: skip
        for forms, right, wrong in ((now, new, one), (was, one, new)):
            yield True, [form.format(name=name, sum=money(right["price"])) for form in forms]
            yield False, [form.format(name=name, sum=money(wrong["price"])) for form in forms]


def which_way(talk: Talk, write: int) -> Iterator[Told]:
    """Whether an amount is paid or comes back."""
    call = talk.call(write)
    pairs = list(swaps(talk, call))
    if pairs and len(pairs) == len(call.args["item_ids"]):
        change = round(sum(new["price"] - one["price"] for one, new in pairs), 2)
    else:
        key = call.args.get("reservation_id", "")
        shown = [
            one
            for at in sorted((*talk.reads, *talk.writes))
            if at < write
            for one in results_at(talk, at)
            if isinstance(one, dict)
        ]
        before = next(
            (one for one in reversed(shown) if one.get("reservation_id") == key and "payment_history" in one), None
        )
        after = result(talk, write).get("payment_history")
        if call.tool != "update_reservation_flights" or before is None or not after:
            return
        change = sum(row["amount"] for row in after) - sum(row["amount"] for row in before["payment_history"])
    if change:
        text = money(abs(change))
        pays = ("You are charged {sum} for that.", "You pay {sum}.", "You owe {sum} for the change.", "{sum} is taken from your account.", "The extra charge is {sum}.", "That costs you {sum} more.")  # fmt: skip
        back = ("You get {sum} back.", "{sum} comes back to you.", "The refund is {sum}.", "We pay you back {sum}.", "You receive {sum}.", "{sum} is credited to you.")  # fmt: skip
        yield change > 0, [form.format(sum=text) for form in pays]
        yield change < 0, [form.format(sum=text) for form in back]


def balances(talk: Talk, _write: int) -> Iterator[Told]:
    """What is on which card."""
    for shown in results(talk, "get_user_details"):
        held = [row for row in shown["payment_methods"].values() if "amount" in row]
        spent = " ".join(talk.call(write).text for write in talk.writes)
        forms = ("{key} holds {sum}.", "The balance of {key} is {sum}.", "There is {sum} on {key}.", "{key} has {sum} on it.", "Your {key} is worth {sum}.", "On {key} you have {sum}.")  # fmt: skip
        for one, other in itertools.permutations(held, 2):
            if one["amount"] != other["amount"] and one["id"] not in spent:
                yield True, [form.format(key=one["id"], sum=money(one["amount"])) for form in forms]
                yield False, [form.format(key=one["id"], sum=money(other["amount"])) for form in forms]


def shares(talk: Talk, _write: int) -> Iterator[Told]:
    """What of an order costs most."""
    for key, shown in records(talk).items() if talk.retail else ():
        items = shown["items"]
        if len(items) < 2 or len({row["name"] for row in items}) < len(items) or any(key in talk.call(write).text for write in talk.writes):  # fmt: skip
            continue
        whole = sum(row["price"] for row in items)
        most = max(items, key=lambda row: row["price"])
        least = min(items, key=lambda row: row["price"])
        half = ("Most of the money in order {key} is for the {name}.", "In order {key}, the {name} makes up more than half of the price.", "The {name} accounts for the bulk of order {key}.", "The biggest part of what you paid for {key} went to the {name}.", "Of the total of {key}, most is the {name}.")  # fmt: skip
        top = ("The dearest item of order {key} is the {name}.", "In {key}, the {name} is the most expensive item.", "Nothing in order {key} costs more than the {name}.", "The {name} is the priciest thing in {key}.", "In order {key}, the {name} is what costs most.")  # fmt: skip
        low = ("The cheapest item of order {key} is the {name}.", "In {key}, the {name} costs least.", "The {name} is the least expensive thing in {key}.", "In order {key}, nothing is cheaper than the {name}.")  # fmt: skip
        beats = ("In order {key}, the {name} costs more than the {other}.", "The {name} in {key} is more expensive than the {other}.", "The {other} in {key} is cheaper than the {name}.", "In {key} you paid more for the {name} than for the {other}.")  # fmt: skip
        for row in (most, least):
            name = str(row["name"]).lower()
            if row["price"] > 0.55 * whole or (row["price"] < 0.45 * whole and row is least):
                yield row["price"] > whole / 2, [form.format(key=key, name=name) for form in half]
            yield row is most, [form.format(key=key, name=name) for form in top]
            yield row is least, [form.format(key=key, name=name) for form in low]
            other = str((least if row is most else most)["name"]).lower()
            yield row is most, [form.format(key=key, name=name, other=other) for form in beats]


def against_old(talk: Talk, write: int) -> Iterator[Told]:
    """Whether the new one is cheaper than the old one."""
    pairs = list(swaps(talk, talk.call(write)))
    if len(pairs) == 1 and abs(change := pairs[0][1]["price"] - pairs[0][0]["price"]) > 0.01:
        less = ("The new one is cheaper than your old one.", "It costs less than the one that you had.", "You spend less on it than before.", "That one is a bit cheaper than the one that you send back.", "The price went down with that.", "It is the less expensive of the two.", "Your new one costs less.")  # fmt: skip
        more = ("The new one is dearer than your old one.", "It costs more than the one that you had.", "You spend more on it than before.", "That one is a bit more expensive than the one that you send back.", "The price went up with that.", "It is the more expensive of the two.", "Your new one costs more.")  # fmt: skip
        yield change < 0, less
        yield change > 0, more


def holds(talk: Talk, _write: int) -> Iterator[Told]:
    """Which order holds a thing, and what it costs."""
    found = {key: shown for key, shown in records(talk).items() if talk.retail and not any(key in talk.call(write).text for write in talk.writes)}  # fmt: skip
    for (key, one), (other, two) in itertools.permutations(found.items(), 2):
        names = {row["name"] for row in two["items"]}
        for row in one["items"]:
            if row["name"] not in names:
                name = str(row["name"]).lower()
                forms = ("The {name} is in order {key}.", "Order {key} has the {name}.", "The {name} belongs to {key}.", "You bought the {name} with order {key}.", "{key} is the order with the {name}.", "The {name} came with {key}.")  # fmt: skip
                yield True, [form.format(name=name, key=key) for form in forms]
                yield False, [form.format(name=name, key=other) for form in forms]
    for key, one in found.items():
        for row, other_row in itertools.permutations(one["items"], 2):
            if row["price"] != other_row["price"] and row["name"] != other_row["name"]:
                forms = ("In order {key}, the {name} cost {sum}.", "The {name} of {key} was {sum}.", "You paid {sum} for the {name} in {key}.", "The {name} in order {key} is priced at {sum}.")  # fmt: skip
                yield True, [form.format(key=key, name=str(row["name"]).lower(), sum=money(row["price"])) for form in forms]  # fmt: skip
                yield False, [form.format(key=key, name=str(row["name"]).lower(), sum=money(other_row["price"])) for form in forms]  # fmt: skip


def week(talk: Talk, write: int) -> Iterator[Told]:
    """The day of the week."""
    for row in result(talk, write).get("flights", ())[:1]:
        own = dt.date.fromisoformat(row["date"])
        text = f"{own.strftime('%B')} {own.day}"
        forms = ("{date} is a {day}.", "You fly on a {day}.", "The trip begins on a {day}.", "{number} goes on {day}, {date}.", "That {date} falls on a {day}.", "Your flight is on {day}.", "It's the {day} flight.")  # fmt: skip
        for step in (0, 1, 4):
            yield step == 0, [form.format(date=text, number=row["flight_number"], day=DAYS[(own.weekday() + step) % 7]) for form in forms]  # fmt: skip


def bought(talk: Talk, write: int) -> Iterator[Told]:
    """An option of the thing that was taken."""
    pairs = list(swaps(talk, talk.call(write)))
    if len(pairs) == 1:
        one, new = pairs[0]
        forms = ("The new one is {value}.", "You get it in {value}.", "The {name} of the new one is {value}.", "It's the {value} one now.", "Now the {name} is {value}.", "Your new {thing} is {value}.")  # fmt: skip
        for name, value in new["options"].items():
            for told in {value, one["options"][name]}:
                if str(told).isalpha() and str(told).islower() and told not in ("none", "no") and not any(told in v for n, v in new["options"].items() if n != name):  # fmt: skip
                    yield told == value, [form.format(value=told, name=name, thing=str(one["name"]).lower()) for form in forms]  # fmt: skip


ROLES: Mapping[str, Roles] = {
    "each and all": everybody, "leaving and landing": times, "old and new price": old_and_new, "paid or paid back": which_way, "balance of a card": balances,
    "share of an order": shares, "against the old one": against_old, "which order holds it": holds, "day of the week": week, "property of the new one": bought,
}  # fmt: skip


_OF_ALL = (balances, shares, holds)
"""Those that speak of any record that was read, so that all must have been."""


def _alike(talk: Talk, write: int, other: int) -> bool:
    """Whether what a message says of one write may be said of another one, which it puts next: both swap items, or both are of trips."""
    one, two = talk.call(write), talk.call(other)
    return not talk.retail or ("new_item_ids" in one.args and "new_item_ids" in two.args)


def stating(roles: Roles, *, so: bool) -> Make:
    """One more sentence in the report of a write."""

    def make(talk: Talk, rng: random.Random) -> Made:
        found = [
            (at, forms)
            for write in talk.writes
            if (at := talk.report(write)) is not None
            and not any(write < other < at for other in talk.writes)
            and not any(talk.proposal(other) == at and _alike(talk, write, other) for other in talk.writes)
            and (roles not in _OF_ALL or not talk.reads or talk.reads[-1] < at)
            for true, forms in roles(talk, write)
            if true is so
        ]
        if not found:
            return None
        at, forms = rng.choice(found)
        return added(talk.turns, at, rng.choice(forms))

    return make


def declare(family: Family, why: str, *, so: bool) -> None:
    """One kind for each sort of role."""
    for name, roles in ROLES.items():
        family.add(f"{'in its role' if so else 'in another role'}: {name}", stating(roles, so=so), why)
