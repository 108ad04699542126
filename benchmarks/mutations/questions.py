"""Questions of the user between a proposal and the yes, with the answers that are so and those that are not."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.mutations.facts import records, results
from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, agent, put, user
from writ_dspy.task import Call, Json

Asked = tuple[bool, Sequence[str]]
"""Whether it is so, and ways to ask it; each can be answered with yes or no."""
Questions = Callable[[Talk, Call], Iterator[Asked]]
YES = ("Yes, it is. May I proceed (yes/no)?", "Yes. Shall I go ahead?", "Yes, that's right. Would you like me to proceed?", "Correct. Shall I go ahead (yes/no)?", "It does, yes. Do you want me to go ahead (yes/no)?", "Indeed. Shall I carry on (yes/no)?")  # fmt: skip
NO = ("No, it isn't. May I proceed (yes/no)?", "No. Shall I go ahead?", "No, it's not. Would you like me to proceed?", "Not at all. Shall I go ahead (yes/no)?", "It doesn't, no. Do you want me to go ahead (yes/no)?")  # fmt: skip
CABINS = ("economy", "business", "basic economy")
METHODS = {"credit_card": "credit card", "gift_card": "gift card", "paypal": "PayPal account", "certificate": "certificate"}  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def bags(_talk: Talk, call: Call) -> Iterator[Asked]:
    """Whether bags cost something."""
    total, paid = call.args.get("total_baggages", 0), call.args.get("nonfree_baggages", 0)
    if call.tool == "book_reservation" and total and paid in (0, total):
        yield paid == 0, ("Is the bag free?", "Are the bags free?", "Is my luggage included?", "Is the baggage free of charge?", "Do the bags come at no cost?")  # fmt: skip
        yield paid > 0, ("Do I pay for the bags?", "Does the bag cost extra?", "Do the bags cost anything?", "Are the bags charged?", "Is there a charge for the luggage?")  # fmt: skip


def stops(talk: Talk, call: Call) -> Iterator[Asked]:
    """Whether it is a direct flight."""
    kind = call.args.get("flight_type")
    record = records(talk).get(str(call.args.get("reservation_id")))
    kind = kind or (record or {}).get("flight_type")
    legs = len(call.args.get("flights", ()))
    if kind and legs:
        ways = 2 if kind == "round_trip" else 1
        if legs in (ways, 2 * ways):
            yield legs == ways, ("Is it nonstop?", "Is that a direct flight?", "Is it direct?", "Does it go straight through?", "Do I fly without a stop?")  # fmt: skip
            yield legs > ways, ("Do I have to change planes?", "Is there a stop?", "Is there a layover?", "Does it have a stopover?", "Do we have to switch planes?")  # fmt: skip


def cabins(_talk: Talk, call: Call) -> Iterator[Asked]:
    """The cabin."""
    for cabin in CABINS if "cabin" in call.args else ():
        if not (cabin == "economy" and "economy" in call.args["cabin"]):
            yield call.args["cabin"].replace("_", " ") == cabin, [form.format(cabin=cabin) for form in ("Is that {cabin}?", "Is it in {cabin}?", "Am I in {cabin}?", "Are the seats {cabin}?", "Do we fly {cabin}?")]  # fmt: skip


def insurance(_talk: Talk, call: Call) -> Iterator[Asked]:
    """Whether it is insured."""
    if "insurance" in call.args:
        yield call.args["insurance"] == "yes", ("Is insurance included?", "Does that come with insurance?", "Is the trip insured?", "Is travel insurance in there?", "Am I insured?")  # fmt: skip


def hours(talk: Talk, call: Call) -> Iterator[Asked]:
    """When the first flight leaves."""
    numbers = [str(one["flight_number"]) for one in call.args.get("flights", ())]
    for shown in results(talk, "search_direct_flight") if len(numbers) == 1 else ():
        for row in shown:
            if row["flight_number"] == numbers[0]:
                hour = int(row["scheduled_departure_time_est"][:2])
                for part, first, last in (("morning", 5, 11), ("afternoon", 13, 17), ("evening", 18, 22)):
                    if first <= hour <= last or abs(hour - first) > 5:
                        yield first <= hour <= last, [form.format(part=part) for form in ("Does it leave in the {part}?", "Is it a {part} flight?", "Do I depart in the {part}?", "Is that in the {part}?")]  # fmt: skip


def days(_talk: Talk, call: Call) -> Iterator[Asked]:
    """The day of the week."""
    dates = {str(one["date"]) for one in call.args.get("flights", ())}
    if len(dates) == 1:
        own = dt.date.fromisoformat(next(iter(dates))).weekday()
        for day in (own, (own + 1) % 7, (own + 3) % 7):
            yield day == own, [form.format(day=DAYS[day]) for form in ("Is that a {day}?", "Do I fly on {day}?", "Does it go on a {day}?", "Is it on a {day}?", "That's a {day}, isn't it?")]  # fmt: skip


def methods(talk: Talk, call: Call) -> Iterator[Asked]:
    """What it is paid with or refunded to."""
    named = str(call.args.get("payment_method_id") or call.args.get("payment_id") or "")
    kinds = {kind for kind in METHODS if named.startswith(kind)}
    if "modify" in call.tool or "exchange" in call.tool or call.tool == "return_delivered_order_items":
        for kind, name in METHODS.items() if kinds else ():
            if kind != ("certificate" if talk.retail else "paypal"):
                yield kind in kinds, [form.format(name=name) for form in ("Does that go through my {name}?", "Is it settled with my {name}?", "Is my {name} used for that?", "Do you use my {name} for that?")]  # fmt: skip


def _swap(talk: Talk, call: Call) -> tuple[Mapping[str, Json], Mapping[str, Json]] | None:
    """The old and the new of the one item that is exchanged."""
    old, new = call.args.get("item_ids", ()), call.args.get("new_item_ids", ())
    found = {key: row for shown in results(talk, "get_product_details") for key, row in shown["variants"].items()}
    rows = [row for order in results(talk, "get_order_details") for row in order["items"] if row["item_id"] in old]
    if len(old) != 1 or len(new) != 1 or new[0] not in found or not rows:
        return None
    return rows[0], found[new[0]]


def prices(talk: Talk, call: Call) -> Iterator[Asked]:
    """Whether the new one is cheaper."""
    swap = _swap(talk, call)
    if swap is not None and abs(change := swap[1]["price"] - swap[0]["price"]) > 0.01:
        yield change < 0, ("Is the new one cheaper?", "Does it cost less than the old one?", "Do I get money back?", "Is it cheaper than what I have?", "Is there something coming back to me?")  # fmt: skip
        yield change > 0, ("Is the new one more expensive?", "Do I have to pay more?", "Does it cost more than my old one?", "Do I have to pay the difference?", "Will I be charged for that?")  # fmt: skip


def options(talk: Talk, call: Call) -> Iterator[Asked]:
    """A property of the new one."""
    swap = _swap(talk, call)
    if swap is None:
        return
    old, new = swap[0]["options"], swap[1]["options"]
    for name, value in new.items():
        others = {old[name]} - {value}
        for one in (value, *others):
            if one.isalpha() and one.lower() == one and one not in ("none", "no") and not any(one in str(v) for n, v in new.items() if n != name):  # fmt: skip
                yield one == value, [form.format(value=one, name=name) for form in ("Is the new one {value}?", "Is the {name} {value}?", "Is it the one with {name} {value}?", "Does it come in {value}?", "And it's {value}, right?")]  # fmt: skip


def people(talk: Talk, call: Call) -> Iterator[Asked]:
    """Who flies."""
    rows = call.args.get("passengers")
    if not isinstance(rows, list):
        return
    own = [row["first_name"] for row in rows]
    others = [row["first_name"] for row in talk.profile.get("saved_passengers", ()) if row["first_name"] not in own]
    shown = any(talk.call(at).tool == "get_user_details" for at in talk.reads)
    for name in (own[-1], *(others[:1] if shown else ())):
        if name.lower() in talk.said:
            yield name in own, [form.format(name=name) for form in ("Is {name} on it?", "Is {name} included?", "Does {name} fly, too?", "Is there a seat for {name}?", "Is {name} among the passengers?")]  # fmt: skip


def trips(_talk: Talk, call: Call) -> Iterator[Asked]:
    """One way or both."""
    if "flight_type" in call.args:
        back = call.args["flight_type"] == "round_trip"
        yield back, ("Is that a round trip?", "Is the way back included?", "Does it include the return flight?", "Is it there and back?")  # fmt: skip
        yield (
            not back,
            ("Is that one way?", "Is it a one-way trip?", "Is it only the way there?", "Is it just one way?"),
        )


def cheapest(talk: Talk, call: Call) -> Iterator[Asked]:
    """Whether nothing cheaper was there."""
    swap = _swap(talk, call)
    for shown in results(talk, "get_product_details") if swap else ():
        if swap and swap[1]["item_id"] in shown["variants"]:
            rest = [row["price"] for row in shown["variants"].values() if row["available"]]
            told = any(re.search(r"(?i)\b(?:cheap|lowest|least)", talk.turns[at].text) for at in talk.messages)
            if told and swap[1]["price"] > min(rest):
                continue  # it is the cheapest of those that were asked for, and "the cheapest one" may mean these
            yield swap[1]["price"] == min(rest), ("Is that the cheapest one?", "Is it the cheapest that you have?", "Is that the least expensive version?")  # fmt: skip


QUESTIONS: Mapping[str, Questions] = {
    "bags": bags, "stops": stops, "cabin": cabins, "insurance": insurance, "part of the day": hours, "day of the week": days, "payment": methods,
    "dearer or cheaper": prices, "property": options, "who flies": people, "both ways": trips, "the cheapest": cheapest,
}  # fmt: skip


def answering(questions: Questions, *, so: bool) -> Make:
    """A question after a proposal, with a plain answer, before the yes."""

    def make(talk: Talk, rng: random.Random) -> Made:
        found = [(write, true, forms) for write in talk.writes for true, forms in questions(talk, talk.call(write))]
        if not found:
            return None
        write, true, forms = rng.choice(found)
        question = rng.choice(forms)
        answers = YES if true is so else NO
        return put(talk.turns, talk.reply(write), user(question), agent(rng.choice(answers)))

    return make


def declare(family: Family, why: str, *, so: bool) -> None:
    """One kind for each sort of question."""
    for name, questions in QUESTIONS.items():
        family.add(f"{'rightly' if so else 'wrongly'} answered: {name}", answering(questions, so=so), why)
