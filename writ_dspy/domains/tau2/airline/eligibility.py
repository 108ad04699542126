"""Whether a trip may be canceled: what has to be read, and what must hold."""

from __future__ import annotations

from dataclasses import replace

from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, changeable
from writ_dspy.domains.tau2.airline.rules import DAY_AGO, FLOWN, TODAY, TOMORROW
from writ_dspy.task import AnyOf, Check, Decision, Every, Only, Picked, Policy, ReadCall, Requirement, Where

RULE = (
    "it can only be canceled if it is business, was booked within the last 24 hours, was canceled by the "
    "airline, or is insured for the reason given"
)


def eligible(trip: Trip, *, covered: bool) -> AnyOf:
    """One look at the reservation shows that it may be canceled."""
    checks = [
        Check(trip.pick("cabin"), "is", Policy("business", "business trips can be canceled"), RULE),
        Check(trip.pick("created_at"), ">=", Policy(DAY_AGO, "booked within 24 hours"), RULE),
    ]
    if covered:
        checks.append(Check(trip.pick("insurance"), "is", Policy("yes", "insured for health and weather"), RULE))
    return AnyOf(tuple(checks), RULE)


def may_cancel(row: Row, *, covered: bool) -> bool:
    """Whether one look at the reservation shows that it may be canceled."""
    return bool(row["cabin"] == "business" or row["created_at"] >= DAY_AGO or (covered and row["insurance"] == "yes"))


def status_reads(trip: Trip, numbers: range | list[int]) -> tuple[ReadCall, ...]:
    """One look at the status of each of these segments."""
    return tuple(
        ReadCall(
            "get_flight_status",
            (("flight_number", trip.pick(f"flight_{n}")), ("date", trip.pick(f"date_{n}"))),
            "status",
        )
        for n in numbers
    )


def segment_status(profile: Profile, row: Row) -> list[str]:
    """What these looks show."""
    return [
        profile.domain.read(profile.domain.canonical("get_flight_status", flight)).views["status"][0]["status"]
        for flight in row["flights"]
    ]


def thorough(trip: Trip, *, covered: bool) -> tuple[Requirement, ...]:
    """All four ways to be eligible, on the status of every segment and on the reservation together."""
    statuses = Every(status_reads(trip, range(1, trip.row["segment_count"] + 1)))
    source = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "reservation")
    both = Only((source,), (Where("flight_1", "in", Picked(statuses, "flight_number")),))
    same = replace(trip, query=both)
    cancelled = Check(Picked(statuses, "status"), "contains", Policy("cancelled", "canceled by the airline"), RULE)
    return (AnyOf((*eligible(same, covered=covered).checks, cancelled), RULE),)


def past(row: Row) -> list[int]:
    """Numbers of the segments up to today."""
    return [number for number in range(1, row["segment_count"] + 1) if row[f"date_{number}"] <= TODAY]


def unflown(trip: Trip, numbers: list[int]) -> tuple[Requirement, ...]:
    """None of these segments was flown: it is for a later day, or its status says so."""
    found: list[Requirement] = []
    rule = "part of the trip has already been flown, which a human agent has to look at"
    for number in numbers:
        segment = Only(
            (ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "segments"),),
            (Where("position", "is", Policy(number, "each segment in turn")),),
        )
        args = (("flight_number", Picked(segment, "flight_number")), ("date", Picked(segment, "date")))
        status = Only((ReadCall("get_flight_status", args, "status"),))
        later = Check(Picked(status, "date"), ">=", Policy(TOMORROW, "not before tomorrow"), rule, transfer=True)
        for flown in FLOWN:
            grounded = Check(Picked(status, "status"), "is not", Policy(flown, "flown"), rule, transfer=True)
            found.append(AnyOf((later, grounded), rule))
    return tuple(found)


def cancellation(profile: Profile, trip: Trip, more: tuple[Requirement, ...], *, dated: bool = True) -> Decision:
    """The write, after what must hold for any change; `dated` if dates alone show that nothing was flown."""
    first = changeable(profile, trip) if dated else changeable(profile, trip)[:-1]
    return Decision("cancel_reservation", (("reservation_id", trip.pick("reservation_id")),), (*first, *more))
