"""How each tool's answer becomes rows. A row repeats its parent, so that predicates stay flat."""

from __future__ import annotations

import datetime as dt
import json

from writ_dspy.domains.observed import Row, Views
from writ_dspy.task import Call, Json

CLASSES = ("basic_economy", "economy", "business")


def whole(number: float) -> int | float:
    """Dollars as they are paid: 100, not 100.0."""
    return int(number) if number == int(number) else number


def user(_call: Call, text: str) -> Views:
    """`get_user_details`: profile, payment_methods, reservations, saved_passengers."""
    data = json.loads(text)
    profile = {
        "user_id": data["user_id"],
        **data["name"],
        "dob": data["dob"],
        "membership": data["membership"],
        "email": data["email"],
        "reservation_count": len(data["reservations"]),
    }
    profile["passenger"] = {key: profile[key] for key in ("first_name", "last_name", "dob")}
    owner = {"user_id": data["user_id"], "membership": data["membership"]}
    methods = [
        owner | method | ({"amount": whole(method["amount"])} if "amount" in method else {})
        for method in data["payment_methods"].values()
    ]
    return {
        "profile": (profile,),
        "payment_methods": tuple(methods),
        "reservations": tuple(owner | {"reservation_id": item} for item in data["reservations"]),
        "saved_passengers": tuple(owner | person | {"passenger": person} for person in data["saved_passengers"]),
    }


def reservation(_call: Call, text: str) -> Views:
    """Any answer that shows a whole reservation: reservation, segments, passengers."""
    data = json.loads(text)
    row = _summary(data)
    segments = []
    for position, flight in enumerate(data["flights"], start=1):
        own = {key: flight[key] for key in ("flight_number", "date", "price")}
        ends = {"from": flight["origin"], "to": flight["destination"], "position": position}
        segments.append(
            row | own | ends | {"flight": {"flight_number": flight["flight_number"], "date": flight["date"]}}
        )
    people = [
        row | person | {"passenger": person, "position": position}
        for position, person in enumerate(data["passengers"], start=1)
    ]
    return {"reservation": (row,), "segments": tuple(segments), "passengers": tuple(people)}


def _summary(data: Json) -> dict[str, Json]:
    """The reservation as one row, its segments as `from_1`, `to_1`, `flight_1`, `date_1`, … for chains."""
    kept = (
        "reservation_id",
        "user_id",
        "origin",
        "destination",
        "flight_type",
        "cabin",
        "insurance",
        "created_at",
        "total_baggages",
        "nonfree_baggages",
    )
    row: dict[str, Json] = {key: data[key] for key in kept}
    flights = data["flights"]
    dates = [flight["date"] for flight in flights]
    legs = [{"flight_number": flight["flight_number"], "date": flight["date"]} for flight in flights]
    ends = [flight["destination"] for flight in flights]
    turn = ends.index(data["destination"]) + 1 if data["destination"] in ends else len(flights)
    row |= {
        "status": data["status"] or "active",
        "passenger_count": len(data["passengers"]),
        "paid": whole(sum(payment["amount"] for payment in data["payment_history"])),
        "payment_id": data["payment_history"][0]["payment_id"] if data["payment_history"] else "",
        "fare": sum(flight["price"] for flight in flights),
        "first_date": min(dates),
        "last_date": max(dates),
        "segment_count": len(flights),
        "flights": legs,
        "outbound_flights": legs[:turn],
        "return_flights": legs[turn:],
    }
    row |= {
        "outbound_fare": sum(flight["price"] for flight in flights[:turn]),
        "return_fare": sum(flight["price"] for flight in flights[turn:]),
    }
    for number, flight in enumerate(flights, start=1):
        row |= {
            f"from_{number}": flight["origin"],
            f"to_{number}": flight["destination"],
            f"flight_{number}": flight["flight_number"],
            f"date_{number}": flight["date"],
        }
    return row


def direct(call: Call, text: str) -> Views:
    """`search_direct_flight`: options of one leg."""
    return {"options": tuple(_option(call, [leg]) for leg in json.loads(text))}


def onestop(call: Call, text: str) -> Views:
    """`search_onestop_flight`: options of two legs."""
    return {"options": tuple(_option(call, legs) for legs in json.loads(text))}


def _option(call: Call, legs: list[Json]) -> Row:
    """One way to fly; prices are sums over its legs and seats the fewest on any leg; of two legs, where one changes and how long that takes."""
    asked = call.args
    dates = [leg["date"] or asked["date"] for leg in legs]
    departs = _moment(dates[0], legs[0]["scheduled_departure_time_est"])
    arrives = _moment(dates[-1], legs[-1]["scheduled_arrival_time_est"])
    row: dict[str, Json] = {f"price_{cabin}": sum(int(leg["prices"][cabin]) for leg in legs) for cabin in CLASSES}
    row |= {f"seats_{cabin}": min(int(leg["available_seats"][cabin]) for leg in legs) for cabin in CLASSES}
    row |= {
        "flights": [
            {"flight_number": leg["flight_number"], "date": date} for leg, date in zip(legs, dates, strict=True)
        ],
        "origin": asked["origin"],
        "destination": asked["destination"],
        "date": asked["date"],
        "stops": len(legs) - 1,
        "departure": legs[0]["scheduled_departure_time_est"],
        "arrival": legs[-1]["scheduled_arrival_time_est"],
        "departs": departs.isoformat(),
        "arrives": arrives.isoformat(),
        "duration": int((arrives - departs).total_seconds()) // 60,
    }
    if len(legs) == 1:
        row["flight_number"] = legs[0]["flight_number"]
    else:
        lands = _moment(dates[0], legs[0]["scheduled_arrival_time_est"])
        leaves = _moment(dates[-1], legs[-1]["scheduled_departure_time_est"])
        row |= {
            "via": legs[0]["destination"],
            "via_arrival": legs[0]["scheduled_arrival_time_est"],
            "via_departure": legs[-1]["scheduled_departure_time_est"],
            "wait": int((leaves - lands).total_seconds()) // 60,
        }
    return row


def _moment(date: str, time: str) -> dt.datetime:
    """The moment of a scheduled time; `+1` is on the day after."""
    at = dt.datetime.fromisoformat(f"{date}T{time.removesuffix('+1')}")
    return at + dt.timedelta(days=1) if time.endswith("+1") else at


def status(call: Call, text: str) -> Views:
    """`get_flight_status`: the flight on that date."""
    return {"status": (call.args | {"status": text},)}


def airports(_call: Call, text: str) -> Views:
    """`list_all_airports`: code and city of each."""
    return {"airports": tuple(json.loads(text))}


LENSES = {
    "get_user_details": user,
    "get_reservation_details": reservation,
    "search_direct_flight": direct,
    "search_onestop_flight": onestop,
    "get_flight_status": status,
    "list_all_airports": airports,
    "book_reservation": reservation,
    "cancel_reservation": reservation,
    "update_reservation_baggages": reservation,
    "update_reservation_flights": reservation,
    "update_reservation_passengers": reservation,
}


def atom(call: Call, text: str) -> Call:
    """A write that shows the whole reservation stands for reading it; a read stands for itself."""
    if LENSES.get(call.tool) is reservation and not text.startswith("Error"):
        return Call.of("get_reservation_details", {"reservation_id": json.loads(text)["reservation_id"]})
    return call


def identifies(call: Call, text: str) -> str | None:
    """Reading a profile by the user id that the user gave establishes who the user is."""
    if call.tool != "get_user_details" or text.startswith("Error"):
        return None
    return str(json.loads(text)["user_id"])
