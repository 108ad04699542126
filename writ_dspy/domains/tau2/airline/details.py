"""A write in words, argument by argument, for the user to check. Wording varies with the call."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.airline.wording import CABINS, KINDS, TRIPS, airport, clock, day, money
from writ_dspy.task import Call, Json

LEADS = {
    "book_reservation": (
        "This is the booking as I would make it:",
        "Let me sum up the new reservation before I book it:",
        "Please check the booking details:",
        "I found what you need. The reservation would be:",
        "[Here is|This is] what I would book:",
        "With your [yes|approval], I would book this:",
        "The [new|whole] booking would [look like this|read as follows]:",
        "Before I book, [please read this|have a look at all of it, please]:",
    ),
    "cancel_reservation": (
        "This is the cancellation that I would make:",
        "Before I cancel, please check:",
        "I can cancel this for you. To be clear:",
        "Here is what would be canceled:",
        "[With your yes|If you agree], I would cancel this:",
        "The cancellation [in short|in detail]:",
        "[This is|That is] what I would cancel for you:",
    ),
    "update_reservation_flights": (
        "These are the changes that I would make:",
        "The updated itinerary would look like this:",
        "Here is the change for you to check:",
        "Let me read back the new flights and cabin:",
        "[After the change|Once changed], the reservation would be this:",
        "[With your yes|If you agree], I would change it like this:",
        "Before I change anything, [please check|have a look at] this:",
        "[So|In short], I would update the reservation as follows:",
    ),
    "update_reservation_baggages": (
        "This is the baggage change:",
        "For your checked bags I would enter:",
        "Let me confirm the luggage with you:",
        "The bags on your reservation would become:",
        "[With your yes|If you agree], I would enter this luggage:",
        "[About the bags, I would do this|This is what I would do about the bags]:",
    ),
    "update_reservation_passengers": (
        "The passenger list would read as follows:",
        "These passengers would then be on the reservation:",
        "Please check the passengers' names and birth dates:",
        "I would update the travelers like this:",
        "[With your yes|If you agree], the passengers would be:",
        "[After the change|Once changed], the passenger list would be this:",
    ),
    "send_certificate": (
        "I can offer you this as a gesture:",
        "As compensation I would send you:",
        "Here is what I can do to make up for it:",
        "I am able to issue the following:",
        "[For the trouble|To make up for it], I would send you this:",
    ),
}
LINES: dict[str, tuple[str, ...]] = {
    "certificate": (
        "a travel certificate of {amount} for {user}",
        "{amount} as a certificate, saved under {user}",
        "one voucher, that is a certificate, worth {amount}",
        "a {amount} certificate in your profile",
    ),
    "trip": (
        "reservation {name}: {start} to {end}",
        "{name}, your trip from {start} to {end}",
        "booking {name} ({start} - {end})",
        "itinerary {name}, {start} to {end}",
        "{name}, the reservation from {start} to {end}",
        "your {start} to {end} trip, {name}",
    ),
    "cancel": (
        "all of it would be canceled, with {refund} to be refunded",
        "all flights would be given up, and {refund} comes back to you",
        "complete cancellation; refund of {refund}",
        "you give up the entire trip and receive {refund}",
        "cancellation of every flight, and a refund of {refund}",
        "the whole trip would be called off, with a refund of {refund}",
    ),
    "route": (
        "{kind} from {start} to {end}",
        "{start} to {end}, {kind}",
        "route: {start} to {end} ({kind})",
        "the trip: {kind}, {start} to {end}",
        "{kind}, from {start} to {end}",
    ),
    "cabin": (
        "cabin: {cabin}",
        "class: {cabin}",
        "seats in {cabin}",
        "all seats in {cabin}",
        "{cabin} throughout",
        "{cabin} class",
        "cabin class {cabin}",
    ),
    "no bags": ("checked bags: 0", "checked luggage: 0", "checked baggage: 0"),
    "free bags": (
        "checked bags: {total} in total, free of charge",
        "bags to check in: {total}, free of charge",
        "checked bags altogether: {total}, no extra charge",
        "checked luggage: {total} in total, all free",
    ),
    "flight": (
        "flight {number} on {date}",
        "{date}: {number}",
        "{number}, {date}",
        "{number} departing {date}",
        "on {date}, flight {number}",
        "{number} on {date}",
        "{date}, {number}",
    ),
    "leaves": ("leaves at {time}", "departs at {time}", "takes off at {time}"),
    "lands": ("lands at {time}", "arrives at {time}", "is there at {time}"),
    "passenger": (
        "passenger {name}, born {born}",
        "{name} (date of birth {born})",
        "traveler: {name}, {born}",
        "for {name}, whose birthday is {born}",
        "{name}, born on {born}",
        "passenger: {name} ({born})",
        "{name}, date of birth {born}",
    ),
    "bags": (
        "checked bags: {total} in total, {paid} of them paid",
        "pieces of luggage: {total}, {paid} at a charge",
        "checked bags altogether: {total}, {paid} beyond the free allowance",
        "bags to check in: {total}, of which chargeable: {paid}",
    ),
    "insurance yes": (
        "with travel insurance",
        "travel insurance included",
        "including travel insurance",
        "travel insurance: yes",
    ),
    "insurance no": ("no travel insurance", "without travel insurance", "travel insurance: no"),
    "payment": (
        "payment: {amount} by {method}",
        "{amount} charged to {method}",
        "you pay {amount} with {method}",
        "{method} covers {amount}",
        "{amount} by {method}",
        "paid with {method}: {amount}",
    ),
    "settled": (
        "paid with or refunded to {method}",
        "charged or refunded to {method}",
        "settled on {method}",
        "charge or credit: {method}",
        "payment or refund by {method}",
        "the difference goes through {method}",
    ),
    "charged": ("charged to {method}", "paid with {method}", "payment by {method}"),
    "refunded": ("refunded to {method}", "the refund goes to {method}", "{method} receives the refund"),
    "unused": (
        "nothing is charged to {method}",
        "{method} stays as it is",
        "payment method: {method}, of which nothing is needed",
    ),
    "total": ("total: {amount}", "the total comes to {amount}", "that is {amount} in total"),
    "back": (
        "the refund goes to the original payment method",
        "the money goes back the way it was paid",
        "refunded to the original payment method",
    ),
    "charge": (
        "additional charge: {amount}",
        "you pay {amount} on top",
        "surcharge of {amount}",
        "it costs {amount} extra",
        "to pay in addition: {amount}",
    ),
    "refund": (
        "refund: {amount}",
        "you get {amount} back",
        "{amount} returned to you",
        "{amount} in your favor",
        "{amount} comes back to you",
    ),
    "even": ("no change in price", "the price stays the same", "nothing to pay"),
}
_MARKS = ("- ", "- ", "• ", "* ", "{}) ")
"""What a line begins with."""
_SHORT = 3
"""Lines that may stand in one sentence instead."""


def listing(call: Call, seen: Seen) -> str:
    """A lead and one line per detail, or a sentence of few; only what `seen` shows beyond the call itself."""
    lead, lines = worded(call, LEADS[call.tool]), list(_lines(call, seen))
    number = zlib.crc32(f"layout{call.text}".encode())
    if len(lines) <= _SHORT and number % 2:
        return f"{lead} {'; '.join(lines)}."
    mark = _MARKS[number % len(_MARKS)]
    return "\n".join([lead, *(f"{mark.format(place)}{line}" for place, line in enumerate(lines, 1))])


def _lines(call: Call, seen: Seen) -> Iterator[str]:
    args = call.args
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    if call.tool == "send_certificate":
        yield _say(call, "certificate", amount=money(args["amount"]), user=args["user_id"])
        return
    yield from _trip(call, args, record)
    flights = args.get("flights", ())
    for before, flight in zip((None, *flights), flights, strict=False):
        line = _say(call, "flight", number=flight["flight_number"], date=day(flight["date"]))
        yield ", ".join((f"{line}{_connects(seen, before, flight) if before else ''}", *_times(call, flight, seen)))
    for person in args.get("passengers", ()):
        name = f"{person['first_name']} {person['last_name']}"
        yield _say(call, "passenger", name=name, born=day(person["dob"], year=True))
    yield from _bags(call, args, record)
    if "insurance" in args:
        yield _say(call, f"insurance {args['insurance']}")
    yield from _payments(call, args, record, seen)


def _trip(call: Call, args: dict[str, Json], record: Row | None) -> Iterator[str]:
    """Which trip it is, new or old, and in which cabin."""
    ends = record or args
    if "origin" in ends:
        words = {"start": airport(ends["origin"]), "end": airport(ends["destination"])}
        if record:
            yield _say(call, "trip", name=args["reservation_id"], **words)
        else:
            yield _say(call, "route", kind=TRIPS[args["flight_type"]], **words)
    else:
        yield f"reservation {args['reservation_id']}"
    if call.tool == "cancel_reservation":
        yield _say(call, "cancel", refund=money(record["paid"])) if record else "all of it is canceled"
        yield _say(call, "back")
    if "cabin" in args:
        yield _say(call, "cabin", cabin=CABINS[args["cabin"]])


def _payments(call: Call, args: dict[str, Json], record: Row | None, seen: Seen) -> Iterator[str]:
    """What pays or is paid back, and how much it comes to."""
    parts = args.get("payment_methods", ())
    for payment in parts:
        method = payment_name(payment["payment_id"], seen.find("payment_methods", id=payment["payment_id"]))
        line = _say(call, "payment", amount=money(payment["amount"]), method=method)
        yield f"{line}{_lost(payment, seen)}"
    if len(parts) > 1:
        yield _say(call, "total", amount=money(sum(payment["amount"] for payment in parts)))
    if "payment_id" in args:
        method = payment_name(args["payment_id"], seen.find("payment_methods", id=args["payment_id"]))
        total = _change(call, args, record, seen) if record else None
        goes = "settled" if total is None else "charged" if total > 0 else "refunded" if total < 0 else "unused"
        yield _say(call, goes, method=method)
        if total is not None and call.tool == "update_reservation_flights":
            kind = "charge" if total > 0 else "refund" if total < 0 else "even"
            yield _say(call, kind, amount=money(abs(total)))


def _times(call: Call, flight: Json, seen: Seen) -> Iterator[str]:
    """When a flight leaves and lands, as far as it was seen: of a connection, a search shows the first and the last moment."""
    leg = {key: flight[key] for key in ("flight_number", "date")}
    for what, place, key in (("leaves", 0, "departure"), ("lands", -1, "arrival")):
        option = next((row for row in seen.rows("options") if row["flights"][place] == leg), None)
        if option is not None:
            yield _say(call, what, time=clock(option[key]))


def _connects(seen: Seen, first: Json, second: Json) -> str:
    """That two flights are one connection, and whether there is a night on the way."""
    if (
        seen.find("options", flights=[first, second]) is None
        or not isinstance(first, dict)
        or not isinstance(second, dict)
    ):
        return ""
    return " (connecting flight, on the following day)" if first["date"] < second["date"] else " (connecting flight)"


def _lost(payment: Json, seen: Seen) -> str:
    """What is left of a certificate, which nobody gets back."""
    method = payment["payment_id"] if isinstance(payment, dict) else ""
    row = seen.find("payment_methods", id=method, source="certificate")
    rest = row["amount"] - payment["amount"] if row and isinstance(payment, dict) else 0
    return f" (the remaining {money(rest)} is not refundable)" if rest > 0 else ""


def _say(call: Call, what: str, **words: object) -> str:
    return worded(call, LINES[what], what, **words)


def _bags(call: Call, args: dict[str, Json], record: Row | None) -> Iterator[str]:
    if "total_baggages" not in args:
        return
    extra = args["nonfree_baggages"] - (record["nonfree_baggages"] if record else 0)
    cost = f" ({money(50 * extra)})" if extra > 0 else ""
    total, paid = args["total_baggages"], args["nonfree_baggages"]
    kind = "bags" if paid else "free bags" if total else "no bags"
    yield _say(call, kind, total=total, paid=paid) + cost


def payment_name(method: str, row: Row | None) -> str:
    """As in "your Visa ending in 7447 (credit_card_1)"."""
    if row and row["source"] == "credit_card":
        return f"your {str(row['brand']).capitalize()} ending in {row['last_four']} ({method})"
    kind = KINDS.get(method.rsplit("_", 1)[0], "payment method")
    return f"your {kind} {method}" + (f" with a balance of {money(row['amount'])}" if row and "amount" in row else "")


def _change(call: Call, args: dict[str, Json], record: Row, seen: Seen) -> int | None:
    """What the user pays for a change of bags or flights, below zero what comes back; None where not every new fare was seen."""
    if call.tool == "update_reservation_baggages":
        return 50 * max(0, int(args["nonfree_baggages"]) - int(record["nonfree_baggages"]))
    total = -int(record["fare"])
    flights = args["flights"]
    while flights:
        held = seen.find("segments", reservation_id=record["reservation_id"], **flights[0])
        sold = next(((row, n) for n in (1, 2) if (row := seen.find("options", flights=flights[:n]))), None)
        if held is not None and args["cabin"] == record["cabin"]:
            total, flights = total + int(held["price"]), flights[1:]
        elif sold is not None:
            total, flights = total + int(sold[0][f"price_{args['cabin']}"]), flights[sold[1] :]
        else:
            return None
    return total * int(record["passenger_count"])
