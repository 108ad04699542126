"""What the fields of the airline's records say in words, for who explains a decision by them."""

from __future__ import annotations

from collections.abc import Callable

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.airline.details import held
from writ_dspy.domains.tau2.airline.rules import DAY_AGO, TODAY
from writ_dspy.domains.tau2.airline.wording import CABINS, counted, day, joined, money
from writ_dspy.task import Call, Json

_STATUS = {
    "landed": "has landed", "flying": "is in the air", "cancelled": "was canceled by the airline", "delayed": "is delayed",
    "on time": "is on time",
}  # fmt: skip


def stands(view: str, row: Row, field: str) -> tuple[str, str] | None:
    """Of whom and what a field says; None where nobody would say it."""
    value: Json = row.get(field)
    if view in ("reservation", "segments", "passengers") and field in _RESERVATION:
        said = _RESERVATION[field](value)
        return (f"reservation {row['reservation_id']}", said) if said else None
    match view, field:
        case "status", "status" if value in _STATUS:
            return f"flight {row['flight_number']} on {day(row['date'])}", _STATUS[value]
        case "profile", "membership":
            return "you", f"are a {value} member"
        case "payment_methods", "amount":
            return held(row).split(" with a balance")[0], f"has {money(value)} on it"
        case "options", _ if field.startswith("seats_"):
            flights = joined([flight["flight_number"] for flight in row["flights"]])
            cabin = CABINS[field.removeprefix("seats_")]
            return f"{flights} on {day(row['date'])}", f"has {counted(int(value), f'{cabin} seat')} left"
    return None


def entitles(call: Call, seen: Seen) -> tuple[str, str] | None:
    """The fact on which the clause turns that allows a write to a reservation, as that stands now; None for other writes."""
    row = seen.find("reservation", reservation_id=call.args.get("reservation_id"))
    if row is None:
        return None
    whom = f"reservation {row['reservation_id']}"
    match call.tool:
        case "cancel_reservation":
            return _canceled(whom, row, seen)
        case "update_reservation_flights" if call.args["flights"] != row["flights"]:
            return whom, _in_cabin(row["cabin"])
        case "update_reservation_flights":
            return whom, "has not been flown yet"
        case "update_reservation_passengers":
            return "the number of passengers", "stays the same"
        case "update_reservation_baggages":
            return "you", "are only adding bags"
    return None


def _in_cabin(cabin: str) -> str:
    return f"is in {CABINS[cabin]}{' class' if cabin == 'business' else ''}"


def _canceled(whom: str, row: Row, seen: Seen) -> tuple[str, str] | None:
    """One of the four grounds; insurance, which covers not every reason, only where no other is there."""
    if row["cabin"] == "business":
        return whom, _in_cabin("business")
    if row["created_at"] >= DAY_AGO:
        return whom, "was booked within the last 24 hours"
    for flight in row["flights"]:
        status = seen.find("status", flight_number=flight["flight_number"], date=flight["date"])
        if status is not None and status["status"] == "cancelled":
            return stands("status", status, "status")
    return (whom, "has travel insurance, which covers your reason") if row["insurance"] == "yes" else None


_RESERVATION: dict[str, Callable[[Json], str]] = {
    "cabin": _in_cabin,
    "created_at": lambda value: f"was booked on {day(value)}",
    "insurance": lambda value: "has travel insurance" if value == "yes" else "has no travel insurance",
    "first_date": lambda value: f"{'leaves only on' if value > TODAY else 'started on'} {day(value)}",
    "passenger_count": lambda value: f"is for {counted(int(value), 'passenger')}",
    "total_baggages": lambda value: f"has {counted(int(value), 'checked bag') if value else 'no checked bags'}",
    "segment_count": lambda value: f"consists of {counted(int(value), 'flight')}",
    "flight_type": lambda value: "is a round trip" if value == "round_trip" else "is a one-way trip",
    "status": lambda value: "has already been canceled" if value == "cancelled" else "",
}
"""What each field of a reservation says of it."""
