"""Edits of airline records that leave the database in order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.evidence.other.reading import CABINS, Json, Tables
from tests.evidence.other.records import Patch, changed, paying, wallets
from writ_dspy.task import Call

FLYING = ("available", "on time", "flying", "landed", "cancelled", "delayed")
DAYS = ("2024-05-10", "2024-05-14", "2024-05-16", "2024-05-17", "2024-05-21", "2024-05-29")


def flyer(tables: Tables, user: Json, shown: set[Json]) -> Iterator[Patch]:
    key, paid = user["user_id"], paying(tables, user, shown)
    for membership in ("regular", "silver", "gold"):
        yield {"users": {key: changed(user, membership=membership)}}
    yield {"users": {key: changed(user, dob="1971-02-03")}}
    for n, person in enumerate(user["saved_passengers"]):
        new = [*user["saved_passengers"][:n], changed(person, dob="1972-03-04"), *user["saved_passengers"][n + 1 :]]
        yield {"users": {key: changed(user, saved_passengers=new)}}
    yield from wallets(user, "users", "amount", paid)
    for old in user["reservations"]:
        for change in _trips(tables, tables["reservations"][old]):
            new = changed(change, reservation_id="ZZZ" + old[-3:][::-1])
            more = changed(user, reservations=[*user["reservations"], new["reservation_id"]])
            yield {"users": {key: more}, "reservations": {new["reservation_id"]: new}}
    for old in (old for old in user["reservations"] if old not in shown):
        other = next(u for u in tables["users"].values() if u is not user)
        rest = changed(user, reservations=[name for name in user["reservations"] if name != old])
        given = changed(tables["reservations"][old], user_id=other["user_id"])
        method = next(iter(other["payment_methods"]))
        given["payment_history"] = [changed(payment, payment_id=method) for payment in given["payment_history"]]
        taken = changed(other, reservations=[*other["reservations"], old])
        yield {"users": {key: rest, other["user_id"]: taken}, "reservations": {old: given}}


def _trips(tables: Tables, trip: Json) -> Iterator[Json]:
    """The trip as it is, and as it could have been booked."""
    yield changed(trip)
    for cabin, insurance in itertools.product(CABINS, ("yes", "no")):
        yield changed(trip, cabin=cabin, insurance=insurance)
    for status in (None, "cancelled"):
        yield changed(trip, status=status)
    for created in ("2024-04-01T10:00:00", "2024-05-13T10:00:00", "2024-05-15T11:00:00", "2024-05-15T14:59:00"):
        if created[:10] <= trip["flights"][0]["date"]:
            yield changed(trip, created_at=created)
    for bags in (0, 1, 3, 9, 12):
        yield changed(trip, total_baggages=bags, nonfree_baggages=min(bags, trip["nonfree_baggages"]))
    for people in (
        trip["passengers"][:1],
        trip["passengers"][:-1],
        [*trip["passengers"], {"first_name": "Zoe", "last_name": "Ash", "dob": "1990-01-01"}],
    ):
        if people:
            yield _seats(trip, people)
    for n, person in enumerate(trip["passengers"]):
        new = [*trip["passengers"][:n], changed(person, dob="1970-01-01"), *trip["passengers"][n + 1 :]]
        yield changed(trip, passengers=new)
        new = [*trip["passengers"][:n], changed(person, first_name="Zoe"), *trip["passengers"][n + 1 :]]
        yield changed(trip, passengers=new)
    for step in (-2000, -400, -100, -20, 20, 100, 400, 2000, 20_000):
        yield from _paid(trip, step)
    yield from _dated(tables, trip)


def _seats(trip: Json, people: list[Json]) -> Json:
    fare = sum(leg["price"] for leg in trip["flights"]) + 30 * (trip["insurance"] == "yes")
    more = fare * (len(people) - len(trip["passengers"]))
    history = [
        *trip["payment_history"][:-1],
        changed(trip["payment_history"][-1], amount=max(1, trip["payment_history"][-1]["amount"] + more)),
    ]
    return changed(trip, passengers=people, payment_history=history)


def _paid(trip: Json, step: int) -> Iterator[Json]:
    """Another price of the first flight, and so of the trip."""
    price, last = trip["flights"][0]["price"] + step, trip["payment_history"][-1]
    amount = last["amount"] + step * len(trip["passengers"])
    if price > 0 and amount > 0:
        legs = [changed(trip["flights"][0], price=price), *trip["flights"][1:]]
        yield changed(trip, flights=legs, payment_history=[*trip["payment_history"][:-1], changed(last, amount=amount)])


def _dated(tables: Tables, trip: Json) -> Iterator[Json]:
    """On other days, on other flights of the same route, and elsewhere."""
    legs = trip["flights"]
    for day in DAYS:
        if day >= trip["created_at"][:10]:
            yield changed(
                trip, flights=[changed(leg, date=max(leg["date"], day) if n else day) for n, leg in enumerate(legs)]
            )
            yield changed(trip, flights=[*legs[:-1], changed(legs[-1], date=max(day, legs[-1]["date"]))])
            if day >= legs[0]["date"]:
                yield changed(trip, flights=[legs[0], *(changed(leg, date=day) for leg in legs[1:])])
    for flight in tables["flights"].values():
        ends = (legs[0]["origin"], legs[0]["destination"])
        if (flight["origin"], flight["destination"]) == ends and flight["flight_number"] != legs[0]["flight_number"]:
            yield changed(trip, flights=[changed(legs[0], flight_number=flight["flight_number"]), *legs[1:]])
    for flight in list(tables["flights"].values())[::11]:
        if trip["flight_type"] == "one_way":
            leg = {key: flight[key] for key in ("flight_number", "origin", "destination")}
            new = changed(legs[0], **leg)
            yield changed(trip, flights=[new], origin=leg["origin"], destination=leg["destination"])
    if len(legs) > 1:
        yield changed(trip, flights=legs[:1])
    if legs[-1]["destination"] != legs[0]["origin"]:
        back = [changed(leg, origin=leg["destination"], destination=leg["origin"]) for leg in reversed(legs)]
        yield changed(trip, flights=[*legs, *back], flight_type="round_trip")
    yield changed(trip, flights=[*legs, *(changed(leg, date=legs[-1]["date"]) for leg in legs)])


def reservation(tables: Tables, trip: Json, shown: set[Json]) -> Iterator[Patch]:
    key, user = trip["reservation_id"], tables["users"][trip["user_id"]]
    for new in _trips(tables, trip):
        yield {"reservations": {key: new}}
    for other in (name for name in user["reservations"] if name not in shown and name != key):
        two = tables["reservations"][other]
        yield {"reservations": {key: changed(two, reservation_id=key), other: changed(trip, reservation_id=other)}}


def status(flight: Json, date: str) -> Iterator[Patch]:
    for status in FLYING:
        day = {"status": status} if status == "cancelled" else changed(flight["dates"][date], status=status)
        yield {"flights": {flight["flight_number"]: changed(flight, dates={**flight["dates"], date: day})}}


def flights(tables: Tables, call: Call) -> Iterator[Patch]:
    """A new flight, or a new connection, on that day alone; or another price, or no seat, on a flight that is there."""
    origin, destination, date = (call.args[name] for name in ("origin", "destination", "date"))
    later = f"2024-05-{int(date[-2:]) + 1:02d}"
    prices, seats = (1, 20, 60, 150, 400, 99_999), (9, 0)
    times = (
        ("00:00:00", "00:10:00"), ("00:00:00", "23:58:00"), ("09:30:00", "11:00:00"), ("13:05:00", "13:20:00"),
        ("15:01:00", "15:02:00"), ("20:30:00", "21:00:00"), ("23:58:00", "23:59:00"), ("23:50:00", "23:59:00+1"),
        ("01:00:00", "23:59:00+1"), ("06:30:00", "07:00:00"), ("11:15:00", "12:00:00"),
    )  # fmt: skip
    for price, (leaves, lands), seat in itertools.product(prices, times, seats):
        day = {
            "status": "available",
            "prices": dict.fromkeys(CABINS, price),
            "available_seats": dict.fromkeys(CABINS, seat),
        }
        if call.tool == "search_direct_flight":
            yield {"flights": {"HAT901": _flight("HAT901", origin, destination, leaves, lands, {date: day})}}
            continue
        middle = f"{leaves[:6]}30"
        one = _flight("HAT901", origin, "ZZZ", leaves, middle, {date: day})
        two = _flight("HAT902", "ZZZ", destination, f"{leaves[:6]}45", lands, {date: day})
        yield {"flights": {"HAT901": one, "HAT902": two}}
        if lands.endswith("+1"):
            one = _flight("HAT901", origin, "ZZZ", leaves, "00:05:00+1", {date: day})
            two = _flight("HAT902", "ZZZ", destination, "00:10:00", lands, {later: day})
            yield {"flights": {"HAT901": one, "HAT902": two}}
    for flight in tables["flights"].values():
        if flight["origin"] == origin and flight["destination"] == destination and date in flight["dates"]:
            for price, seat in itertools.product(prices, seats):
                day = {"status": "available", "prices": dict.fromkeys(CABINS, price)}
                day["available_seats"] = dict.fromkeys(CABINS, seat)
                yield {"flights": {flight["flight_number"]: changed(flight, dates={**flight["dates"], date: day})}}


def _flight(number: str, origin: str, destination: str, leaves: str, lands: str, dates: Json) -> Json:
    return {
        "flight_number": number, "origin": origin, "destination": destination, "scheduled_departure_time_est": leaves,
        "scheduled_arrival_time_est": lands, "dates": dates,
    }  # fmt: skip
