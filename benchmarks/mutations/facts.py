"""Sentences about what was read of a record, a profile or a choice, as it is and as it is not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, added
from writ_dspy.task import Json

Told = tuple[bool, Sequence[str]]
"""Whether it is so, and ways to say it."""
Facts = Callable[[Talk], Iterator[Told]]
STATES = ("pending", "processed", "delivered", "cancelled")
CABINS = ("economy", "business", "basic economy")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


def results(talk: Talk, tool: str = "") -> Iterator[Json]:
    """What the calls returned, in order."""
    for at in sorted((*talk.reads, *talk.writes)):
        if (not tool or talk.call(at).tool == tool) and talk.turns[at + 1].text[:1] in "{[":
            yield json.loads(talk.turns[at + 1].text)


def records(talk: Talk) -> Mapping[str, Mapping[str, Json]]:
    """Orders or reservations, as they were shown last."""
    key = "order_id" if talk.retail else "reservation_id"
    return {shown[key]: shown for shown in results(talk) if isinstance(shown, dict) and key in shown}


def status(talk: Talk) -> Iterator[Told]:
    """The state of an order."""
    forms = (
        "Order {key} is {state}.", "{key} is already {state}.", "The {state} order is {key}.", "As for {key}, that one is {state}.", "I can see that {key} is {state}.",
        "{key} is your {state} order.", "{key} has been {state} already.", "On our side {key} shows up as {state}.", "{key}, which is {state}, is the one that I mean.", "{key} is {state} and the rest is as you know.",
    )  # fmt: skip
    for key, shown in records(talk).items() if talk.retail else ():
        if shown["status"] in STATES and sum(key in str(found) for found in results(talk)) == 1:
            for state in STATES[:3]:
                yield state == shown["status"], [form.format(key=key, state=state) for form in forms]


def cabin(talk: Talk) -> Iterator[Told]:
    """The cabin of a reservation."""
    forms = (
        "Reservation {key} is in {cabin}.", "You fly {cabin} on {key}.", "{key} is a {cabin} booking.", "The seats on {key} are {cabin}.", "{key}, your {cabin} trip, is all set.", "On {key}, everyone sits in {cabin}.",
        "{key} is booked as {cabin}.", "The cabin on {key} is {cabin}.", "Everybody on {key} has a {cabin} seat.", "You have {cabin} on {key}.",
    )  # fmt: skip
    for key, shown in records(talk).items() if not talk.retail else ():
        for name in CABINS:
            yield name == shown["cabin"].replace("_", " "), [form.format(key=key, cabin=name) for form in forms]


def insurance(talk: Talk) -> Iterator[Told]:
    """Whether a reservation is insured."""
    with_it = (
        "{key} has travel insurance.", "Travel insurance is included in {key}.", "{key} was booked with insurance.", "There's insurance on {key}.", "You have insurance on {key}.", "{key} comes with travel insurance.",
        "{key} carries travel insurance.", "You took out insurance for {key}.",
    )  # fmt: skip
    without = (
        "There is no insurance on {key}.", "{key} was booked without insurance.", "{key} isn't insured.", "{key} has no travel insurance.", "No insurance comes with {key}.", "You didn't take insurance for {key}.",
        "{key} lacks travel insurance.", "You have no insurance on {key}.",
    )  # fmt: skip
    for key, shown in records(talk).items() if not talk.retail else ():
        insured = shown["insurance"] == "yes"
        yield insured, [form.format(key=key) for form in with_it]
        yield not insured, [form.format(key=key) for form in without]


def route(talk: Talk) -> Iterator[Told]:
    """Where a trip goes."""
    forms = ("{key} goes from {start} to {end}.", "{key} takes you to {end}.", "The trip to {end} is {key}.", "On {key} you fly out of {start}.", "Your {end} trip is {key}.", "{key} is the flight to {end}.", "With {key} you get to {end}.", "{key} leaves from {start}.")  # fmt: skip
    found = list(records(talk).items()) if not talk.retail else []
    for key, shown in found:
        ends = {row[name] for row in shown["flights"] for name in ("origin", "destination")}
        yield True, [form.format(key=key, start=shown["origin"], end=shown["destination"]) for form in forms]
        for _, other in found:
            if not {other["origin"], other["destination"]} & ends:
                yield False, [form.format(key=key, start=other["origin"], end=other["destination"]) for form in forms]


def stock(talk: Talk) -> Iterator[Told]:
    """Whether a version can be had."""
    there = ("The {name} (item {key}) is in stock.", "Item {key} is available.", "We have the {name} ({key}) in stock.", "The {name} {key} is still available.", "{key} is on offer right now.", "There are still some of {key} available.", "Item {key} can be ordered.", "The version {key} is available.")  # fmt: skip
    gone = (
        "The {name} (item {key}) is out of stock.", "Item {key} is no longer available.", "The {name} {key} is sold out.", "We don't have the {name} ({key}) in stock.", "Item {key} isn't available.", "Item {key} has run out.",
        "Item {key} is unavailable at the moment.", "Item {key} is not to be had any more.",
    )  # fmt: skip
    for shown in results(talk, "get_product_details") if talk.retail else ():
        name = shown["name"].lower()
        for key, row in list(shown["variants"].items())[:4]:
            yield row["available"], [form.format(key=key, name=name) for form in there]
            yield not row["available"], [form.format(key=key, name=name) for form in gone]


def methods(talk: Talk) -> Iterator[Told]:
    """What a profile holds to pay with."""
    none = ("There is no {kind} on your profile.", "You have no {kind} with us.", "I don't see a {kind} on file.", "No {kind} is saved in your profile.", "Your account doesn't list a {kind}.", "I find no {kind} in your profile.", "A {kind} isn't among your payment methods.", "You do not have a {kind} on file.")  # fmt: skip
    some = ("There is a {kind} on your profile.", "You have a {kind} with us.", "I see a {kind} on file.", "A {kind} is saved in your profile.", "Your account has a {kind}.", "There's also a {kind} in your account.", "A {kind} is on file.", "I can see a {kind} in your profile.")  # fmt: skip
    kinds = {"credit_card": "credit card", "gift_card": "gift card", "paypal" if talk.retail else "certificate": "PayPal account" if talk.retail else "travel certificate"}  # fmt: skip
    for shown in results(talk, "get_user_details"):
        held = {row["source"] for row in shown["payment_methods"].values()}
        for kind, name in kinds.items():
            yield kind not in held, [form.format(kind=name) for form in none]
            yield kind in held, [form.format(kind=name) for form in some]


def counts(talk: Talk) -> Iterator[Told]:
    """How many records a profile lists."""
    forms = ("You have {number} {noun} with us.", "Your profile lists {number} {noun}.", "Altogether there are {number} {noun} on your account.", "In total you have {number} {noun}.", "There are {number} {noun} in your name.", "Your account shows {number} {noun}.", "There are {number} {noun} on file.", "Your {number} {noun} are all listed.")  # fmt: skip
    noun = "orders" if talk.retail else "reservations"
    for shown in results(talk, "get_user_details"):
        size = len(shown[noun])
        if 1 < size < 10 and not any("book" in talk.call(write).tool for write in talk.writes):
            for number in (size, size + 1, size + 2):
                yield number == size, [form.format(number=NUMBERS[number], noun=noun) for form in forms]


FACTS: Mapping[str, Facts] = {
    "status of an order": status, "cabin": cabin, "insurance": insurance, "route": route, "stock": stock, "methods on file": methods, "how many records": counts,
}  # fmt: skip


def stating(facts: Facts, *, so: bool) -> Make:
    """A sentence that is so, or is not, in the last message or in one that reports."""

    def make(talk: Talk, rng: random.Random) -> Made:
        said = [forms for true, forms in facts(talk) if true is so]
        places = [at for at in (talk.last, *(talk.report(write) for write in talk.writes[-1:])) if at is not None]
        places = [at for at in places if not talk.reads or at > talk.reads[-1]]
        return added(talk.turns, rng.choice(places), rng.choice(rng.choice(said))) if said and places else None

    return make


def declare(family: Family, why: str, *, so: bool) -> None:
    """One kind for each sort of fact."""
    for name, facts in FACTS.items():
        family.add(f"{'plainly' if so else 'wrongly'} told: {name}", stating(facts, so=so), why)
