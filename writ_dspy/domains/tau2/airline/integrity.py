"""Which results the airline's tools can return: each `compose` is a lens read backwards, over a real result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from writ_dspy.domains.integrity import Integrity, Link, Shown
from writ_dspy.domains.observed import Observation, Row, Views
from writ_dspy.domains.tau2.airline.lenses import CLASSES, direct, reservation, status, user
from writ_dspy.domains.tau2.airline.rules import MOST_PASSENGERS, TODAY
from writ_dspy.domains.tau2.airline.timetable import DIRECT, ONE_STOP, found_flights, search_bounds
from writ_dspy.domains.tau2.airline.wording import CITIES
from writ_dspy.domains.tau2.composing import composing, method_id
from writ_dspy.task import Call, Json

STATUSES = ("available", "on time", "delayed", "cancelled", "flying", "landed")
BEFORE = ("landed", "cancelled", "delayed")
AFTER = ("available", "on time", "delayed", "cancelled")
"""States of a flight on a day before today, and after it."""
MEMBERSHIPS = ("regular", "silver", "gold")
YES_NO = ("yes", "no")
TRIP = {
    "cabin": CLASSES,
    "insurance": YES_NO,
    "flight_type": ("one_way", "round_trip"),
    "status": ("active", "cancelled"),
}
CLOSED = {
    **{(view, name): values for view in ("reservation", "segments", "passengers") for name, values in TRIP.items()},
    ("profile", "membership"): MEMBERSHIPS,
    ("payment_methods", "source"): ("credit_card", "gift_card", "certificate"),
    ("status", "status"): STATUSES,
}
FREE = frozenset(
    {
        "user_id", "reservation_id", "flight_number", "payment_id", "id", "email", "first_name", "last_name", "last_four",
    }
)  # fmt: skip
PERSON = ("first_name", "last_name", "dob")
METHODS = {"credit_card": {"brand", "last_four"}, "gift_card": {"amount"}, "certificate": {"amount"}}


def user_text(call: Call, views: Views, real: Observation) -> str | None:
    """A profile, with a reservation, a payment method and a saved passenger for each row."""
    profile, me, data = views["profile"], call.args["user_id"], json.loads(real.text)
    ids = [row["reservation_id"] for row in views["reservations"]]
    if len(profile) != 1 or profile[0]["user_id"] != me or len(set(ids)) < len(ids):
        return None
    base = real.views if "profile" in real.views else user(call, real.text)
    row = _wished(profile[0], base["profile"][0])
    methods: dict[str, Json] = {}
    for method in views["payment_methods"]:
        bare = {name: value for name, value in method.items() if name not in ("user_id", "membership")}
        bare["id"] = method_id(bare["id"], bare["source"])
        kept = METHODS.get(bare["source"])
        if kept is None or set(bare) != kept | {"id", "source"} or bare.get("amount", 0) < 0 or bare["id"] in methods:
            return None
        if "amount" in bare:
            bare["amount"] = float(bare["amount"])
        methods[bare["id"]] = bare
    if row["membership"] not in MEMBERSHIPS or not _is_day(row["dob"]):
        return None
    people = [_wished(person, None) for person in views["saved_passengers"]]
    data["saved_passengers"] = [{name: person[name] for name in PERSON} for person in people]
    data |= {"user_id": me, "dob": row["dob"], "membership": row["membership"], "email": row["email"]}
    data["name"] = {name: row[name] for name in data["name"]}
    return json.dumps(data | {"payment_methods": methods, "reservations": ids})


def _wished(row: Row, real: Row | None) -> Row:
    """The row with its person as `passenger` tells it, where that is what was wished to be different."""
    person = row["passenger"]
    same = real is None or person == real["passenger"]
    return row if same and real is not None else {**row, **person}


def _is_day(text: Json) -> bool:
    try:
        return bool(dt.date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False


def reservation_text(call: Call, views: Views, real: Observation) -> str | None:
    """A reservation with its flights and passengers; what was paid is what they come to."""
    rows, name = views["reservation"], call.args["reservation_id"]
    if len(rows) != 1 or rows[0]["reservation_id"] != name or not views["passengers"]:
        return None
    base = real.views if "reservation" in real.views else reservation(call, real.text)
    old, data = base["reservation"][0], json.loads(real.text)
    row = dict(rows[0])
    for part in (*views["segments"], *views["passengers"]):
        row |= {key: part[key] for key in old if part.get(key, old[key]) != old[key] and row[key] == old[key]}
    if any(row[key] not in values for key, values in TRIP.items()) or not _flights(data, row, old, views, base):
        return None
    data["passengers"] = _people(row, old, views["passengers"], base["passengers"])
    kept = ("user_id", "origin", "destination", "flight_type", "cabin", "insurance", "created_at")
    bags = {key: row[key] for key in ("total_baggages", "nonfree_baggages")}
    bags["nonfree_baggages"] = min(bags.values())
    data |= {key: row[key] for key in kept} | bags | {"reservation_id": name}
    data["status"] = None if row["status"] == "active" else row["status"]
    if (
        min(bags.values()) < 0
        or not 1 <= len(data["passengers"]) <= MOST_PASSENGERS
        or not _is_moment(row["created_at"])
    ):
        return None
    _pay(data, row, old)
    return json.dumps(data)


def _people(row: dict[str, Json], old: Row, rows: Sequence[Row], was: Sequence[Row]) -> list[dict[str, Json]]:
    """The passengers, as many as are wished for: the last ones leave, new ones come by other first names."""
    count = row["passenger_count"]
    people = [{key: _wished(person, None)[key] for key in PERSON} for person in rows]
    if count == old["passenger_count"] or len(rows) != len(was) or type(count) is not int or count < 1:
        return people
    more = [{**people[-1], "first_name": f"~{people[-1]['first_name']}{n}"} for n in range(count - len(people))]
    return [*people[:count], *more]


def _flights(data: Json, row: dict[str, Json], old: Row, views: Views, base: Views) -> bool:
    """The flights as the segments, or the summary, wish them to be; dates in order, after the booking."""
    legs = []
    for number, part in enumerate(views["segments"]):
        was = base["segments"][number] if number < len(base["segments"]) else part
        leg = {key: part[key] for key in ("flight_number", "date", "price")}
        leg |= {"origin": part["from"], "destination": part["to"]}
        place = f"_{number + 1}"
        for key, name in (("flight_number", "flight"), ("date", "date"), ("origin", "from"), ("destination", "to")):
            if row.get(name + place) != old.get(name + place) and part is was:
                leg[key] = row[name + place]
        legs.append({key: leg[key] for key in data["flights"][0]})
    for name, which in (("first_date", 0), ("last_date", -1)):
        if legs and row[name] != old[name]:
            legs[which]["date"] = row[name]
    if row["segment_count"] != old["segment_count"] and len(legs) == old["segment_count"]:
        legs = _stops(legs, row["segment_count"])
    days = [leg["date"] for leg in legs]
    if not legs or not all(map(_is_day, days)) or days != sorted(days) or days[0] < row["created_at"][:10]:
        return False
    wished = (row["paid"] - old["paid"]) / max(1, len(views["passengers"]))
    wished = wished or row["fare"] - old["fare"]
    step = int(wished // 1) if wished < 0 else -int(-wished // 1)
    legs[0]["price"] += step
    data["flights"] = legs
    return all(type(leg["price"]) is int and leg["price"] > 0 for leg in legs)


def _stops(legs: list[dict[str, Json]], count: int) -> list[dict[str, Json]]:
    """As many legs, by way of more airports or fewer; none where that cannot be."""
    while 1 <= count < len(legs):
        one, two, *rest = legs
        price = one["price"] + two["price"]
        legs = [
            one | {"flight_number": f"~{one['flight_number']}", "destination": two["destination"], "price": price},
            *rest,
        ]
    while len(legs) < count <= len(legs) + 4:
        *kept, last = legs
        over = next(code for code in CITIES if code not in (last["origin"], last["destination"]))
        half = last["price"] // 2
        first = last | {"flight_number": f"~{last['flight_number']}A", "destination": over, "price": half}
        legs = [
            *kept,
            first,
            last | {"flight_number": f"~{last['flight_number']}B", "origin": over, "price": last["price"] - half},
        ]
    return legs if len(legs) == count else []


def _is_moment(text: str) -> bool:
    """A time up to now."""
    try:
        return dt.datetime.fromisoformat(text).isoformat() == text and text[:10] <= TODAY
    except (TypeError, ValueError):
        return False


def _pay(data: Json, row: Row, old: Row) -> None:
    """The payments of fares, insurance and bags; a change of the head count or of a price changes the last of them."""
    seats = len(data["passengers"])
    due = (sum(leg["price"] for leg in data["flights"]) + 30 * (row["insurance"] == "yes")) * seats
    was = (old["fare"] + 30 * (old["insurance"] == "yes")) * old["passenger_count"]
    payments = data["payment_history"]
    if payments:
        more = due - was + 50 * (data["nonfree_baggages"] - old["nonfree_baggages"])
        payments[-1]["amount"] = max(1, payments[-1]["amount"] + more)


def status_text(call: Call, views: Views, _: Observation) -> str | None:
    """The state of a flight, as it can be by its day: what should have left long ago is not to be had, what leaves later has not landed."""
    rows, day = views["status"], str(call.args["date"])
    can_be = BEFORE if day < TODAY else AFTER if day > TODAY else STATUSES
    return str(rows[0]["status"]) if len(rows) == 1 and rows[0]["status"] in can_be else None


def _of_user(_: Call, seen: Observation) -> Iterator[Shown]:
    for row in seen.views["reservations"]:
        shown = {key: row[key] for key in ("reservation_id", "user_id")}
        yield {"reservation_id": row["reservation_id"]}, "reservation", shown


def _of_reservation(_: Call, seen: Observation) -> Iterator[Shown]:
    row = seen.views["reservation"][0]
    owner = {"user_id": row["user_id"]}
    yield owner, "reservations", owner | {"reservation_id": row["reservation_id"]}
    for payment in json.loads(seen.text)["payment_history"]:
        yield owner, "payment_methods", owner | {"id": payment["payment_id"]}


def _of_search(_: Call, seen: Observation) -> Iterator[Shown]:
    for row in seen.views["options"]:
        for flight in row["flights"]:
            yield flight, "status", {"status": "available"}


def _of_stopover(_: Call, seen: Observation) -> Iterator[Shown]:
    """Each leg as the direct search for it shows it."""
    for legs in json.loads(seen.text):
        for leg in legs:
            args = {"origin": leg["origin"], "destination": leg["destination"], "date": leg["date"]}
            alone = direct(Call.of(DIRECT, args), json.dumps([leg]))
            yield args, "options", alone["options"][0]


INTEGRITY = Integrity(
    compose={
        "get_user_details": composing(user, user_text),
        "get_reservation_details": composing(reservation, reservation_text),
        DIRECT: found_flights,
        ONE_STOP: found_flights,
        "get_flight_status": composing(status, status_text),
    },
    single=frozenset(
        {("get_user_details", "profile"), ("get_reservation_details", "reservation"), ("get_flight_status", "status")}
    ),
    bounds={(tool, "options"): search_bounds for tool in (DIRECT, ONE_STOP)},
    links=(
        Link("get_user_details", "get_reservation_details", _of_user),
        Link("get_reservation_details", "get_user_details", _of_reservation),
        Link(DIRECT, "get_flight_status", _of_search),
        Link(ONE_STOP, "get_flight_status", _of_search),
        Link(ONE_STOP, DIRECT, _of_stopover, stands=True),
    ),
    closed=CLOSED,
    free=FREE,
)
"""A flight found by a search leaves on the day of the search; profiles and reservations refer to each other."""
