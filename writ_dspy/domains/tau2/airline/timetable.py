"""Which flights a search can return: on which day they leave, when they arrive, and how a wished one reads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache

from writ_dspy.domains.integrity import Span
from writ_dspy.domains.observed import Observation, Row, Views
from writ_dspy.domains.tau2.airline.lenses import CLASSES, direct, onestop
from writ_dspy.domains.tau2.airline.wording import CITIES
from writ_dspy.task import Call, Json

DIRECT, ONE_STOP = "search_direct_flight", "search_onestop_flight"
LATEST = {DIRECT: 1, ONE_STOP: 2}
"""Days after the day of the search on which a flight may arrive: each leg may land on the day after it leaves."""
NEW = "~HAT"
BLANK: dict[str, Json] = {
    **{f"price_{cabin}": 200 for cabin in CLASSES},
    **{f"seats_{cabin}": 9 for cabin in CLASSES},
    "departure": "08:00:00",
    "duration": 180,
}
"""An ordinary flight, for what a wish leaves open."""
MINUTE = dt.timedelta(minutes=1)


def search_bounds(call: Call, _: Sequence[Row], attribute: str) -> Span | None:
    """A flight that a search finds leaves on the day of the search, between the airports of the search."""
    match attribute:
        case "date" | "origin" | "destination" | "departs" | "arrives":
            return _of_the_day(call, attribute)
        case "duration":
            return Span(1, (LATEST[call.tool] + 1) * 24 * 60 - 1)
        case "stops":
            return Span(LATEST[call.tool] - 1, LATEST[call.tool] - 1)
        case "price_basic_economy" | "price_economy" | "price_business":
            return Span(LATEST[call.tool], None)  # a dollar for each leg
        case "seats_basic_economy" | "seats_economy" | "seats_business":
            return Span(0, None)
    return None


@lru_cache(maxsize=16384)
def _of_the_day(call: Call, attribute: str) -> Span | None:
    args = call.args
    if attribute not in ("departs", "arrives"):
        return Span(args[attribute], args[attribute])
    day = _day(args["date"])
    if day is None:
        return None
    last = day + dt.timedelta(days=LATEST[call.tool] if attribute == "arrives" else 0)
    return Span(f"{args['date']}T00:0{attribute == 'arrives':d}:00", f"{last.isoformat()}T23:59:59")


def _day(text: str) -> dt.date | None:
    """An agent, or a goal, may search for anything."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def found_flights(call: Call, views: Views, real: Observation) -> Observation | None:
    """The flights found, each as the search shows it; what never was at that time is a new flight."""
    rows, wished = real.views.get("options", ()), views["options"]
    times = {(row["flight_number"], row["departs"], row["arrives"]) for row in rows if "flight_number" in row}
    texts = [json.dumps(legs) for legs in json.loads(real.text)] if wished[: len(rows)] != rows else []
    known = {id(row): text for row, text in zip(rows, texts, strict=False)}
    shown, parts, taken = [], [], set()
    for row in wished[len(rows) :] if not texts else wished:
        new = row
        if id(row) not in known:
            legs = _legs(call, row, times)
            if legs is None:
                return None
            known[id(row)] = json.dumps(legs)
            new = (direct if call.tool == DIRECT else onestop)(call, f"[{known[id(row)]}]")["options"][0]
        taken.add(_name(new))
        shown.append(new)
        parts.append(known[id(row)])
    if not texts:
        taken |= {_name(row) for row in rows}
        shown = [*rows, *shown]
        parts = [real.text[1:-1], *parts] if rows else parts
    return Observation(f"[{', '.join(parts)}]", False, {"options": tuple(shown)}) if len(taken) == len(shown) else None


def _name(row: Row) -> tuple[str, ...]:
    return tuple(flight["flight_number"] for flight in row["flights"])


def _legs(call: Call, row: Row, known: set[tuple[str, str, str]]) -> Json | None:
    """The wished flight as one leg or two; None where the timetable has no room for it."""
    day = _day(call.args["date"])
    times = None if day is None else _times({**BLANK, **row}, day)
    if times is None or day is None:
        return None
    departs, arrives = times
    if (arrives.date() - day).days > LATEST[call.tool] or call.args["origin"] == call.args["destination"]:
        return None
    prices = {cabin: _whole(row, f"price_{cabin}") for cabin in CLASSES}
    seats = {cabin: _whole(row, f"seats_{cabin}") for cabin in CLASSES}
    stops = call.tool == ONE_STOP
    if min(prices.values()) < 1 + stops or min(seats.values()) < 0:
        return None
    first, second = _numbers(row)
    ends = call.args["origin"], call.args["destination"]
    if not stops:
        same = (first, departs.isoformat(), arrives.isoformat()) in known
        return _leg(first if same else _new(first), ends, times, prices, seats, None)
    over = next(code for code in CITIES if code not in ends)
    stopover = _stopover(departs, arrives)
    if stopover is None:
        return None
    landing, leaving = stopover
    half = {cabin: price // 2 for cabin, price in prices.items()}
    rest = {cabin: price - half[cabin] for cabin, price in prices.items()}
    return [
        _leg(_new(first), (ends[0], over), (departs, landing), half, seats, day),
        _leg(_new(second), (over, ends[1]), (leaving, arrives), rest, seats, leaving.date()),
    ]


def _new(number: str) -> str:
    """A flight number that no real flight has."""
    return number if number.startswith("~") else f"~{number}"


def _whole(row: Row, name: str) -> int:
    value = row.get(name, BLANK[name])
    return int(value) if type(value) in (int, float) else int(BLANK[name])


def _numbers(row: Row) -> tuple[str, str]:
    """The numbers of its first and its last flight."""
    wished = [flight["flight_number"] for flight in row.get("flights", ()) if isinstance(flight, dict)]
    first = str(wished[0] if wished else row.get("flight_number", NEW))
    return first, str(wished[-1]) if len(wished) > 1 else f"{first}B"


def _leg(
    number: str, ends: tuple[str, str], times: tuple[dt.datetime, dt.datetime], prices: dict[str, int],
    seats: dict[str, int], day: dt.date | None,
) -> dict[str, Json]:  # fmt: skip
    departs, arrives = times
    later = "+1" if arrives.date() > departs.date() else ""
    return {
        "flight_number": number,
        "origin": ends[0],
        "destination": ends[1],
        "status": "available",
        "scheduled_departure_time_est": f"{departs:%H:%M:%S}",
        "scheduled_arrival_time_est": f"{arrives:%H:%M:%S}{later}",
        "date": day and day.isoformat(),
        "available_seats": seats,
        "prices": prices,
    }


def _times(row: Row, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
    """When it leaves and arrives: what was wished, of times that no longer agree with each other.

    `departs`, `arrives` and `duration` agree on a real row, `departure` and `arrival` repeat two of them; the one that
    disagrees was wished for. A row that was copied from another day is moved to this one.
    """
    departs, arrives = (_moment(row.get(name)) for name in ("departs", "arrives"))
    minutes = row["duration"] if type(row["duration"]) is int else BLANK["duration"]
    lasting = dt.timedelta(minutes=minutes)
    if departs is None or arrives is None:
        start = _moment(f"{day.isoformat()}T{row['departure']}") or departs
        return None if start is None or minutes < 1 else (start, start + lasting)
    move = day - departs.date()
    departs, arrives = departs + move, arrives + move
    if arrives - departs == lasting:
        if row["departure"] != f"{departs:%H:%M:%S}":
            start = _moment(f"{day.isoformat()}T{row['departure']}")
            return None if start is None else (start, start + lasting)
    elif row["departure"] != f"{departs:%H:%M:%S}" or row.get("arrival", "")[:8] == f"{arrives:%H:%M:%S}":
        arrives = departs + lasting  # another departure, or another duration
    elif arrives <= departs:
        midnight = dt.datetime.combine(day, dt.time())
        departs = max(midnight, arrives - lasting)
    return (departs, arrives) if arrives > departs else None


def _moment(text: Json) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _stopover(departs: dt.datetime, arrives: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """When the first leg lands and the second leaves: on the day of departure, or on the next if it takes two."""
    midnight = dt.datetime.combine(departs.date() + dt.timedelta(days=1), dt.time())
    if arrives - midnight >= dt.timedelta(days=1):
        return midnight + 30 * MINUTE, midnight + 60 * MINUTE
    room = min(arrives, midnight) - departs
    if room < 3 * MINUTE:
        return None
    landing, leaving = (departs + room * part / 3 for part in (1, 2))
    return landing.replace(second=0), leaving.replace(second=0)
