"""What is true to say: the policy, and what was read."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.natural.talking import opening, saying
from benchmarks.mutations.talks import Talk, added
from benchmarks.mutations.wrong.claims import Place, anywhere, closing

TRUE = Family("true statements", wrong=False)
RULES: Mapping[str, tuple[Sequence[str], Place, str]] = {
    "hours in the data": (("All times are EST.", "The times that I name are EST."), anywhere, "retail"),
    "exchange rule": (("Delivered orders can be returned or exchanged, pending ones changed or cancelled.", "Only pending orders can be cancelled."), anywhere, "retail"),
    "reasons for a cancellation": (("The reason has to be either that it is no longer needed or that it was ordered by mistake.",), opening, "retail"),
    "who is served": (("I can only help with your own account.", "I can help one customer per conversation."), opening, "retail"),
    "insurance price": (("Travel insurance is $30 per passenger.", "The insurance costs 30 dollars per passenger."), opening, "airline"),
    "extra bags": (("Each extra bag costs $50.", "Bags beyond the allowance are $50 each."), opening, "airline"),
    "passengers per booking": (("A reservation can have at most five passengers.",), opening, "airline"),
    "cabins": (("There are three cabins: basic economy, economy and business.", "All flights of a reservation have to be in the same cabin."), opening, "airline"),
    "basic economy": (("Basic economy flights cannot be modified, but the cabin can be changed.",), opening, "airline"),
}  # fmt: skip
for _name, (_texts, _place, _domain) in RULES.items():
    TRUE.add(f"policy told: {_name}", saying(_texts, _place, _domain), "The policy says so.")


def stating(text: Callable[[Talk, random.Random], str | None], place: Place = closing) -> Make:
    """A true sentence, worked out from what was read."""

    def make(talk: Talk, rng: random.Random) -> Made:
        at, sentence = place(talk, rng), text(talk, rng)
        return None if at is None or sentence is None else added(talk.turns, at, sentence)

    return make


def _read(talk: Talk, tool: str) -> list[str]:
    """Keys of the records that were read."""
    return [
        next(iter(talk.call(i).args.values()))
        for i in talk.reads
        if talk.call(i).tool == tool and not talk.turns[i + 1].error
    ]


def _name(talk: Talk, rng: random.Random) -> str | None:
    if not any(talk.call(i).tool == "get_user_details" for i in talk.reads):
        return None
    name = talk.profile["name"]
    return rng.choice(
        (
            f"Thank you, {name['first_name']}.",
            f"Your account is in the name of {name['first_name']} {name['last_name']}.",
        )
    )


def _count(talk: Talk, _rng: random.Random) -> str | None:
    if not any(talk.call(i).tool == "get_user_details" for i in talk.reads) or any(
        "book" in talk.call(i).tool for i in talk.writes
    ):
        return None
    noun = "orders" if talk.retail else "reservations"
    return f"I see {len(talk.records)} {noun} in your profile." if len(talk.records) > 1 else None


def _untouched(talk: Talk) -> list[str]:
    """Orders that were read, and that no write changes."""
    written = {talk.call(i).args.get("order_id") for i in talk.writes}
    return [key for key in _read(talk, "get_order_details") if key not in written]


def _status(talk: Talk, rng: random.Random) -> str | None:
    keys = _untouched(talk)
    if not keys:
        return None
    key = rng.choice(keys)
    return f"Order {key} is {talk.record(key)['status']}."


def _item(talk: Talk, rng: random.Random) -> str | None:
    keys = _untouched(talk)
    if not keys:
        return None
    key = rng.choice(keys)
    item = rng.choice(talk.record(key)["items"])
    return f"In order {key} there is the {item['name'].lower()} (item {item['item_id']}) at ${item['price']:.2f}."


def _total(talk: Talk, rng: random.Random) -> str | None:
    keys = _untouched(talk)
    if not keys:
        return None
    key = rng.choice(keys)
    items = talk.record(key)["items"]
    return (
        f"The {len(items)} items of order {key} come to ${sum(item['price'] for item in items):,.2f} together."
        if len(items) > 1
        else None
    )


def _cabin(talk: Talk, rng: random.Random) -> str | None:
    changed = {talk.call(i).args.get("reservation_id") for i in talk.writes}
    keys = [key for key in _read(talk, "get_reservation_details") if key not in changed]
    if not keys:
        return None
    key = rng.choice(keys)
    record = talk.record(key)
    return f"Reservation {key} is in {record['cabin'].replace('_', ' ')} and has {len(record['passengers'])} passenger{'s' * (len(record['passengers']) > 1)}."


def _membership(talk: Talk, _rng: random.Random) -> str | None:
    if talk.retail or not any(talk.call(i).tool == "get_user_details" for i in talk.reads):
        return None
    return f"You are a {talk.profile['membership']} member."


def _own_words(talk: Talk, rng: random.Random) -> str | None:
    facts = [
        fact
        for fact in talk.task.facts
        if str(fact.value).lower() in " ".join(talk.turns[i].text for i in talk.heard).lower()
        and len(str(fact.value)) > 4
    ]
    return f"You told me {rng.choice(facts).value}, thank you." if facts else None


for _key, _text in {
    "the user's name": _name, "how many records": _count, "status of an order": _status, "price of an item": _item,
    "sum of an order": _total, "cabin of a reservation": _cabin, "membership": _membership, "the user's own words": _own_words,
}.items():  # fmt: skip
    TRUE.add(f"true: {_key}", stating(_text), "It was read, or follows from what was read.")
