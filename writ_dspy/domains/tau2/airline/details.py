"""A write in words, argument by argument, for the user to check. Wording varies with the call."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.airline.wording import CABINS, KINDS, TRIPS, airport, clock, day, lasting, money, town
from writ_dspy.task import Call, Json

LEADS = {
    "book_reservation": (
        "Here is what I would book:",
        "This is the booking I would make:",
        "Please check the booking details:",
        "The reservation would be:",
        "[Just to|To] confirm, I would book this:",
        "The booking would look like this:",
        "[So|Okay,] I would book the following:",
        "Before I book, please [check this|have a look]:",
    ),
    "update_reservation_flights": (
        "This is the change I would make:",
        "After the change, the trip would look like this:",
        "Here is the change:",
        "[Just to|To] confirm, I would change it to this:",
        "[After the change|Once changed], the reservation would be:",
        "Before I change anything, please check this:",
        "[So|Okay,] I would change the reservation like this:",
    ),
    "update_reservation_baggages": (
        "This is what I would do about the bags on {trip}:",
        "I would update the bags on {trip} like this:",
        "[Just to|To] confirm the bags on {trip}:",
        "The bags on {trip} would be:",
        "[So|Okay,] for the checked bags on {trip} I would enter:",
    ),
    "update_reservation_passengers": (
        "The passengers of {trip} would then be:",
        "These passengers would then be on {trip}:",
        "Please check the passengers' names and birth dates for {trip}:",
        "I would update the passengers of {trip} like this:",
        "[Just to|To] confirm, the passengers of {trip} would be:",
        "After the change, the passenger list of {trip} would be:",
    ),
}
"""What leads to the lines of a write."""
SENTENCES = {
    "cancel_reservation": (
        "I would cancel your [whole|entire] trip from {start} to {end}, reservation {name}, and refund {refund} to the original payment method.",
        "I would cancel reservation {name} ({start} to {end}) completely; {refund} would be refunded to the original payment method.",
        "[Just to|To] confirm, I would cancel reservation {name} from {start} to {end}, all of it, and you would get {refund} back the way you paid.",
        "[That|This] would cancel all flights of reservation {name}, {start} to {end}, with a refund of {refund} to the original payment method.",
        "[So|Okay,] I would cancel all of reservation {name}, your trip from {start} to {end}. The refund of {refund} goes to the original payment method.",
        "[If that's okay|As you asked], I would cancel {name}, your trip from {start} to {end}, with all its flights. You would get {refund} back on the original payment method.",
    ),
    "send_certificate": (
        "I can send you a travel certificate of {amount} [as a gesture|for the trouble|to make up for it].",
        "As compensation, I can offer you a travel certificate of {amount}.",
        "I can offer you {amount} as a travel certificate, saved in your profile.",
        "To make up for it, I can send you a {amount} travel certificate.",
        "For the trouble, I would send you a travel certificate worth {amount}.",
    ),
}
"""Writes that one sentence tells."""
LINES: dict[str, tuple[str, ...]] = {
    "trip": (
        "reservation {name}: {start} to {end}",
        "{name}, your trip from {start} to {end}",
        "reservation {name} ({start} - {end})",
        "your trip {name}, {start} to {end}",
        "{name}, the reservation from {start} to {end}",
        "your {start} to {end} trip, {name}",
    ),
    "route": (
        "{kind} from {start} to {end}",
        "{start} to {end}, {kind}",
        "route: {start} to {end} ({kind})",
        "{kind}, {start} to {end}",
        "{kind}, from {start} to {end}",
    ),
    "cabin": (
        "cabin: {cabin}",
        "class: {cabin}",
        "seats in {cabin}",
        "all seats in {cabin}",
        "all flights in {cabin}",
        "{cabin} class",
    ),
    "no bags": ("checked bags: 0", "checked luggage: 0", "checked baggage: 0"),
    "free bags": (
        "checked bags: {total}, free of charge",
        "bags to check in: {total}, free of charge",
        "checked bags: {total} in total, no extra charge",
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
    "lands": ("lands at {time}", "arrives at {time}", "gets in at {time}"),
    "passenger": (
        "passenger: {name}, born {born}",
        "{name} (date of birth {born})",
        "passenger {name}, born {born}",
        "{name}, born {born}",
        "{name}, born on {born}",
        "passenger: {name} ({born})",
        "{name}, date of birth {born}",
    ),
    "bags": (
        "checked bags: {total} in total, {paid} of them paid",
        "checked bags: {total}, {paid} of them paid",
        "checked bags: {total} in total, {paid} beyond the free allowance",
        "bags to check in: {total}, {paid} of them paid",
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
        "{amount} on {method}",
        "{amount} from {method}",
        "paid with {method}: {amount}",
    ),
    "settled": (
        "paid with or refunded to {method}",
        "charged or refunded to {method}",
        "payment or refund by {method}",
        "any difference goes through {method}",
    ),
    "charged": ("charged to {method}", "paid with {method}", "payment by {method}"),
    "refunded": ("refunded to {method}", "the refund goes to {method}", "{method} receives the refund"),
    "unused": (
        "nothing is charged to {method}",
        "nothing to pay with {method}",
    ),
    "total": ("total: {amount}", "the total comes to {amount}", "that is {amount} in total"),
    "charge": (
        "additional charge: {amount}",
        "you pay {amount} more",
        "it costs {amount} more",
        "price difference: {amount} more to pay",
    ),
    "refund": (
        "refund: {amount}",
        "you get {amount} back",
        "you get a refund of {amount}",
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
    if (told := _sentence(call, seen)) is not None:
        return told
    lead = worded(call, LEADS[call.tool], trip=_named_trip(call, seen))
    lines = list(_lines(call, seen))
    number = zlib.crc32(f"layout{call.text}".encode())
    if len(lines) <= _SHORT and number % 2:
        return f"{lead} {'; '.join(lines)}."
    mark = _MARKS[number % len(_MARKS)]
    return "\n".join([lead, *(f"{mark.format(place)}{line}" for place, line in enumerate(lines, 1))])


def _sentence(call: Call, seen: Seen) -> str | None:
    """A write that takes one sentence; None for the others."""
    args = call.args
    if call.tool == "send_certificate":
        return worded(call, SENTENCES[call.tool], amount=money(args["amount"]))
    if call.tool != "cancel_reservation":
        return None
    record = seen.find("reservation", reservation_id=args["reservation_id"])
    if record is None:
        return (
            f"I would cancel all of reservation {args['reservation_id']}, and refund it to the original payment method."
        )
    ends = {"start": airport(record["origin"]), "end": airport(record["destination"])}
    return worded(call, SENTENCES[call.tool], name=args["reservation_id"], refund=money(record["paid"]), **ends)


def _lines(call: Call, seen: Seen) -> Iterator[str]:
    args = call.args
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    if call.tool not in _TRIP_LEADS:
        yield from _trip(call, args, record)
    flights = args.get("flights", ())
    for before, flight in zip((None, *flights), flights, strict=False):
        line = _say(call, "flight", number=flight["flight_number"], date=day(flight["date"]))
        yield ", ".join(
            (f"{line}{_connects(seen, before, flight) if before else ''}", *_times(call, flight, flights, seen))
        )
    for person in args.get("passengers", ()):
        name = f"{person['first_name']} {person['last_name']}"
        yield _say(call, "passenger", name=name, born=day(person["dob"], year=True))
    yield from _bags(call, args, record)
    if "insurance" in args:
        yield _say(call, f"insurance {args['insurance']}")
    yield from _payments(call, args, record, seen)


_TRIP_LEADS = frozenset({"update_reservation_passengers", "update_reservation_baggages"})
"""Writes of which the lead names the trip: no list of people or bags has a trip in it."""


def _named_trip(call: Call, seen: Seen) -> str:
    """As in "reservation 75ENHJ from Philadelphia (PHL) to Denver (DEN)"."""
    name = call.args.get("reservation_id", "")
    record = seen.find("reservation", reservation_id=name)
    ends = f" from {airport(record['origin'])} to {airport(record['destination'])}" if record else ""
    return f"reservation {name}{ends}"


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
    if "cabin" in args:
        yield _say(call, "cabin", cabin=CABINS[args["cabin"]])


def _payments(call: Call, args: dict[str, Json], record: Row | None, seen: Seen) -> Iterator[str]:
    """What pays or is paid back, and how much it comes to."""
    parts = args.get("payment_methods", ())
    for payment in parts:
        method = payment_name(payment["payment_id"], seen)
        line = _say(call, "payment", amount=money(payment["amount"]), method=method)
        yield f"{line}{_lost(payment, seen)}"
    if len(parts) > 1:
        yield _say(call, "total", amount=money(sum(payment["amount"] for payment in parts)))
    if "payment_id" in args:
        method = payment_name(args["payment_id"], seen)
        total = _change(call, args, record, seen) if record else None
        goes = "settled" if total is None else "charged" if total > 0 else "refunded" if total < 0 else "unused"
        yield _say(call, goes, method=method)
        if total is not None and call.tool == "update_reservation_flights":
            kind = "charge" if total > 0 else "refund" if total < 0 else "even"
            yield _say(call, kind, amount=money(abs(total)))


_ENDS = (("departure", "arrival"), ("departure", "via_arrival"), ("via_departure", "arrival"))
"""When a flight leaves and lands: alone, as the first of a connection, as its second."""


def _times(call: Call, flight: Json, flights: Sequence[Json], seen: Seen) -> Iterator[str]:
    """When a flight leaves and lands, as far as it was seen; of the first of a connection, also where."""
    leg = {key: flight[key] for key in ("flight_number", "date")}
    for row in seen.rows("options"):
        shown = row["flights"]
        if leg not in shown or (len(shown) > 1 and not all(one in flights for one in shown)):
            continue
        leaves, lands = _ENDS[0 if len(shown) == 1 else 1 + shown.index(leg)]
        yield _say(call, "leaves", time=clock(row[leaves]))
        over = f" in {town(row['via'])}" if lands == "via_arrival" else ""
        yield f"{_say(call, 'lands', time=clock(row[lands]))}{over}"
        return


def _connects(seen: Seen, first: Json, second: Json) -> str:
    """That two flights are one connection, and how long one waits in between."""
    row = seen.find("options", flights=[first, second])
    return f" (connecting flight, after a wait of {lasting(row['wait'])})" if row else ""


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


_DIGITS = 4


def payment_name(method: str, seen: Seen) -> str:
    """As in "your Visa ending in 7447", "your gift card ending in 1234": by its end where the user has others of its kind, by its id where these end so, too."""
    row, kind = seen.find("payment_methods", id=method), method.rsplit("_", 1)[0]
    alike = {other["id"]: other for other in seen.rows("payment_methods") if other["source"] == kind}
    end = _end(row or {"id": method})
    by_id = row is None or sum(_end(other) == end for other in alike.values()) > 1
    if row and row["source"] == "credit_card":
        name = f"your {str(row['brand']).capitalize()} ending in {end}"
    else:
        name = f"your {KINDS.get(kind, 'payment method')}" + (
            f" ending in {end}" if len(alike) > 1 and not by_id else ""
        )
    return f"{name} ({method})" if by_id else name


def _end(row: Row) -> str:
    return str(row.get("last_four") or row["id"])[-_DIGITS:]


def held(row: Row) -> str:
    """A method with what is on it, without the rest of the user's beside it."""
    if row["source"] == "credit_card":
        return f"your {str(row['brand']).capitalize()} ending in {row['last_four']}"
    balance = f" with a balance of {money(row['amount'])}" if "amount" in row else ""
    return f"your {KINDS.get(str(row['source']), 'payment method')}{balance}"


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
