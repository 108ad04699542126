"""The airline's policy in code: every clause that the tools do not enforce themselves.

Source: `policy.md` of τ²-bench's airline. A rule yields (saw, wanted) for each clause that the write would
break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Before, Topic
from writ_dspy.domains.observed import Row, Views
from writ_dspy.domains.tau2.airline import wording
from writ_dspy.domains.tau2.airline.wording import CABINS
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json

TODAY, TOMORROW = wording.TODAY, "2024-05-16"
DAY_AGO = "2024-05-14T15:00:00"
FREE = {
    ("regular", "basic_economy"): 0, ("regular", "economy"): 1, ("regular", "business"): 2,
    ("silver", "basic_economy"): 1, ("silver", "economy"): 2, ("silver", "business"): 3,
    ("gold", "basic_economy"): 2, ("gold", "economy"): 3, ("gold", "business"): 4,
}  # fmt: skip
"""Free checked bags per passenger, by membership and cabin."""
BAG, INSURANCE, CANCELLED, DELAYED = 50, 30, 100, 50
"""Dollars: per extra bag, per insured passenger, per passenger of a cancelled and of a delayed flight."""
MOST_PASSENGERS = 5
FLOWN = ("landed", "flying")
HEALTH_OR_WEATHER = re.compile(
    r"\b(?:health|sick|ill|illness|unwell|flu|fever|doc(?:tors?)?|hospital|surgery|medical|injur\w+|brok(?:e|en) "
    r"my|broken (?:leg|arm|ankle|foot|knee|wrist|hip|rib|bone|collarbone|shoulder|toe|finger|hand|back)|fractur\w+|sprain\w+|concussion|"
    r"pneumonia|disease|virus|diagnos\w+|covid|infection|"
    r"weather|storms?|hurricane|tornado|snow\w*|blizzard|flood\w*|ice)\b"
)
ASKED = re.compile(
    r"\b(?:compensat\w+|certificates?|vouchers?|make (?:it )?up for|goodwill|gesture|reimburse\w*|credits?"
    r"|make (?:it|this|that) up to (?:me|us)|owed? (?:me |us )?(?:something|anything|some)|owed something|(?:something|anything) for (?:that|this|it|my|our|the) ?(?:trouble\w*|hassle|wait)?|get for (?:that|this|it))\b"
)

Flights = list[dict[str, str]]


def _profile(before: Before) -> Row | None:
    return _first(before.look("get_user_details", {"user_id": before.user_id or ""}), "profile")


def _record(before: Before) -> Row | None:
    """The reservation that the write names, as it is now."""
    return _first(
        before.look("get_reservation_details", {"reservation_id": before.call.args["reservation_id"]}),
        "reservation",
    )


def _first(views: Views, view: str) -> Row | None:
    return next(iter(views.get(view, ())), None)


def free_bags(membership: str, cabin: str, passengers: int) -> int:
    """Checked bags that cost nothing."""
    return FREE[membership, cabin] * passengers


def statuses(before: Before, record: Row) -> list[str]:
    """Status of each segment, in order."""
    found = []
    for flight in record["flights"]:
        row = _first(before.look("get_flight_status", flight), "status")
        found.append(row["status"] if row else "unknown")
    return found


def own_account(before: Before) -> Iterator[tuple[str, str]]:
    """A user changes only their own reservations, and books and is compensated only in their own name."""
    args = before.call.args
    owner = args.get("user_id")
    if "reservation_id" in args:
        record = _record(before)
        owner = record["user_id"] if record else None
    if owner != before.user_id:
        yield (
            f"a write on the account of {owner}",
            f"only writes on the account of {before.user_id}, who was identified",
        )


def own_payment(before: Before) -> Iterator[tuple[str, str]]:
    """At most one certificate, one credit card and three gift cards; no certificate for a change."""
    args = before.call.args
    kinds = [payment["payment_id"].rsplit("_", 1)[0] for payment in args.get("payment_methods", [])]
    for kind, most in (("certificate", 1), ("credit_card", 1), ("gift_card", 3)):
        if kinds.count(kind) > most:
            yield (
                f"{counted(kinds.count(kind), 'payment')} by {kind}",
                f"at most {most} of that kind in one reservation",
            )
    if args.get("payment_id", "").startswith("certificate"):
        yield f"payment by {args['payment_id']}", "a single gift card or credit card for a change"


def bags_paid(before: Before) -> Iterator[tuple[str, str]]:
    """Exactly the bags beyond the free allowance are paid for; bags are added, never removed."""
    args, profile = before.call.args, _profile(before)
    if profile is None or "nonfree_baggages" not in args:
        return
    if before.call.tool == "book_reservation":
        cabin, passengers, kept = args["cabin"], len(args["passengers"]), 0
    else:
        record = _record(before)
        if record is None:
            return
        cabin, passengers, kept = record["cabin"], record["passenger_count"], record["total_baggages"]
    if args["total_baggages"] < kept:
        yield f"{counted(args['total_baggages'], 'checked bag')} instead of {kept}", "bags can be added but not removed"
    due = max(0, args["total_baggages"] - free_bags(profile["membership"], cabin, passengers))
    if args["nonfree_baggages"] != due:
        yield (
            f"{counted(args['nonfree_baggages'], 'paid bag')} out of {args['total_baggages']}",
            f"{due}: {profile['membership']} member, {CABINS[cabin]}, {counted(passengers, 'passenger')}",
        )


def booking_fits(before: Before) -> Iterator[tuple[str, str]]:
    """A booking has at most five passengers, and flights that lead where its trip type says."""
    if before.call.tool != "book_reservation":
        return
    args = before.call.args
    if len(args["passengers"]) > MOST_PASSENGERS:
        yield f"{counted(len(args['passengers']), 'passenger')}", f"at most {MOST_PASSENGERS} in one reservation"
    if not leads(before, args["flights"], args["origin"], args["destination"], args["flight_type"]):
        yield (
            f"flights {_numbers(args['flights'])}",
            f"a {args['flight_type']} from {args['origin']} to {args['destination']}",
        )


def change_fits(before: Before) -> Iterator[tuple[str, str]]:
    """Basic economy keeps its flights, flown trips keep their cabin, and every trip its ends and its type."""
    if before.call.tool != "update_reservation_flights":
        return
    args, record = before.call.args, _record(before)
    if record is None:
        return
    if record["status"] == "cancelled":
        yield "a change to a cancelled reservation", "only active reservations are changed"
    changed = args["flights"] != record["flights"]
    if changed and record["cabin"] == "basic_economy":
        yield "other flights in basic economy", "basic economy flights cannot be modified (the cabin can)"
    if args["cabin"] != record["cabin"] and any(status in FLOWN for status in statuses(before, record)):
        yield (
            f"cabin {args['cabin']}",
            f"{record['cabin']}: the cabin cannot be changed once a flight has been flown",
        )
    if changed and not leads(
        before, args["flights"], record["origin"], record["destination"], record["flight_type"], record
    ):
        yield (
            f"flights {_numbers(args['flights'])}",
            (
                f"the whole {record['flight_type']} from {record['origin']} to {record['destination']}, "
                f"ends and type unchanged"
            ),
        )


def cancellable(before: Before) -> Iterator[tuple[str, str]]:
    """Canceled are unflown trips: business, insured for the reason, fresh, or canceled by the airline."""
    if before.call.tool != "cancel_reservation":
        return
    record = _record(before)
    if record is None:
        return
    now = statuses(before, record)
    if record["status"] == "cancelled":
        yield "a second cancellation", "one cancellation per reservation"
    if any(status in FLOWN for status in now):
        yield "a cancellation after a flight was flown", "a transfer to a human agent"
    covered = record["insurance"] == "yes" and HEALTH_OR_WEATHER.search(before.heard.lower())
    if not (record["cabin"] == "business" or covered or record["created_at"] >= DAY_AGO or "cancelled" in now):
        yield (
            f"{record['cabin']}, insurance {record['insurance']}, booked {record['created_at']}",
            "business, insured with a health or weather reason, booked within 24 hours, or cancelled by the airline",
        )


def compensated(before: Before) -> Iterator[tuple[str, str]]:
    """Certificates are asked for, and worth what one of the user's disrupted trips is worth."""
    if before.call.tool != "send_certificate":
        return
    if not ASKED.search(before.heard.lower()):
        yield "a certificate that nobody asked for", "compensation only when the user asks for it"
    due = {amount for record in _records(before) for amount in _due(before, record)}
    if before.call.args["amount"] not in due:
        amounts = " or ".join(f"${amount}" for amount in sorted(due)) or "none"
        yield (
            f"a certificate of ${before.call.args['amount']}",
            (
                f"{amounts}: silver or gold, insured or business; $100 a passenger for a cancelled flight, "
                f"$50 for a delayed"
                " one after the reservation was changed or cancelled"
            ),
        )


def _due(before: Before, record: Row) -> Iterator[int]:
    """The amounts that policy allows for one reservation."""
    profile = _profile(before)
    if profile is None or not eligible(profile["membership"], record["insurance"], record["cabin"]):
        return
    now = statuses(before, record)
    if "cancelled" in now:
        yield CANCELLED * record["passenger_count"]
    changes = {
        call.args["reservation_id"]
        for call in before.written
        if call.tool in ("cancel_reservation", "update_reservation_flights")
    }
    if record["reservation_id"] in changes:
        old = _original(before, now)
        if "delayed" in old:
            yield DELAYED * record["passenger_count"]


def _original(before: Before, now: list[str]) -> list[str]:
    """Statuses now, and of the flights that the user named (a change may have replaced a delayed one)."""
    named = re.findall(r"\bhat\d{3}\b", before.heard.lower())
    looks = (before.look("get_flight_status", {"flight_number": name.upper(), "date": TODAY}) for name in named)
    return now + [row["status"] for views in looks if (row := _first(views, "status"))]


def eligible(membership: str, insurance: str, cabin: str) -> bool:
    """Regular members without insurance in (basic) economy are not compensated."""
    return membership != "regular" or insurance == "yes" or cabin == "business"


def _records(before: Before) -> Iterator[Row]:
    for item in before.look("get_user_details", {"user_id": before.user_id or ""}).get("reservations", ()):
        row = _first(before.look("get_reservation_details", {"reservation_id": item["reservation_id"]}), "reservation")
        if row is not None:
            yield row


def leads(
    before: Before, flights: Flights, origin: str, destination: str, kind: str, record: Row | None = None
) -> bool:
    """Whether the flights are one way there (and one way back, later) among those on sale or already held."""
    if kind == "one_way":
        return _offered(before, flights, origin, destination, record)
    return any(
        _offered(before, flights[:cut], origin, destination, record)
        and _offered(before, flights[cut:], destination, origin, record)
        and flights[cut - 1]["date"] <= flights[cut]["date"]
        for cut in range(1, len(flights))
    )


def _offered(before: Before, flights: Flights, origin: str, destination: str, record: Row | None) -> bool:
    """A part of a trip: kept as it is, on sale as a whole, or the same legs on other flights."""
    if record is not None:
        if flights in (record["flights"], record["outbound_flights"], record["return_flights"]):
            return True
        if _legwise(before, flights, record, origin, destination):
            return True
    asked = {"origin": origin, "destination": destination, "date": flights[0]["date"]} if flights else {}
    tools = {1: "search_direct_flight", 2: "search_onestop_flight"}
    if len(flights) not in tools:
        return False
    options = before.look(tools[len(flights)], asked).get("options", ())
    return any(option["flights"] == flights for option in options)


def _legwise(before: Before, flights: Flights, record: Row, origin: str, destination: str) -> bool:
    """Each leg is kept, or replaced by a direct flight between the same airports."""
    legs = [(record[f"from_{n}"], record[f"to_{n}"], held) for n, held in enumerate(record["flights"], start=1)]
    part = (
        legs[: len(record["outbound_flights"])]
        if origin == record["origin"]
        else legs[len(record["outbound_flights"]) :]
    )
    if len(part) != len(flights) or not part or part[-1][1] != destination:
        return False
    return all(
        flight == held or _flies(before, flight, start, end)
        for flight, (start, end, held) in zip(flights, part, strict=True)
    )


def _flies(before: Before, flight: Mapping[str, Json], start: str, end: str) -> bool:
    options = before.look("search_direct_flight", {"origin": start, "destination": end, "date": flight["date"]})
    return any(option["flight_number"] == flight["flight_number"] for option in options.get("options", ()))


def _numbers(flights: Flights) -> str:
    return ", ".join(f"{flight['flight_number']} on {flight['date']}" for flight in flights)


def owner(call: Call, look: object) -> str | None:
    """The user whose record a personal call touches."""
    args = call.args
    if "user_id" in args:
        return str(args["user_id"])
    views = look("get_reservation_details", {"reservation_id": args["reservation_id"]}) if callable(look) else {}
    row = _first(views, "reservation")
    return str(row["user_id"]) if row else None


RULES = (own_account, own_payment, bags_paid, booking_fits, change_fits, cancellable, compensated)

TOPICS = {
    "cancel_reservation": (
        Topic(
            "the reason for the cancellation",
            re.compile(r"\b(?:reasons?|why)\b|\bwhat (?:happened|led|makes)\b", re.IGNORECASE),
            re.compile(
                r"\b(?:because|since|due to|reason|as (?:i|we|my|our|the)\b|so (?:i|we)\b|plans?|chang\w+ (?:my|our) mind|no longer|can['’]?t|cannot|won['’]t|unable|instead|sick|ill|flu|health|medical|doctor\w*|surgery|weather|storm\w*"
                r"|cancell?ed|delay\w*|emergency|meeting|wedding|funeral|family|mistake|accident\w*|conflict|work|job|covid|don['’]t (?:need|want)|not (?:going|needed)|rebook|other flight|that['’]s why|feel like|isn['’]t (?:taking place|on)|boss|exams?|appointments?|forecast|predict\w*|better use)\b"
                rf"|{HEALTH_OR_WEATHER.pattern}",
                re.IGNORECASE,
            ),
            "reason",
        ),
    )
}
"""What the user has to be asked for, or has said, before a write."""
