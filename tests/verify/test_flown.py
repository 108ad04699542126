"""A flight, a connection and a trip go where they were read to go, in whatever form that is told."""

from __future__ import annotations

import json

import pytest

from writ_dspy.domains import Result, load
from writ_dspy.task import Call
from writ_dspy.verify.flown import Map, misrouted
from writ_dspy.verify.ground import Ground


def _flight(number: str, ends: str, leaves: str, lands: str) -> dict[str, object]:
    kinds = ("basic_economy", "economy", "business")
    return {
        "flight_number": number, "origin": ends[:3], "destination": ends[3:], "status": "available", "date": "2024-05-20",
        "scheduled_departure_time_est": leaves, "scheduled_arrival_time_est": lands,
        "available_seats": dict.fromkeys(kinds, 9), "prices": dict.fromkeys(kinds, 50),
    }  # fmt: skip


@pytest.fixture(scope="module")
def read() -> Map:
    """A direct flight, a connection by way of Detroit, and a round trip that is booked."""
    domain = load("tau2:airline")
    ground = Ground(domain)
    direct = [_flight("HAT111", "CLTPHX", "05:00:00", "07:30:00")]
    pair = [[_flight("HAT333", "CLTDTW", "08:00:00", "10:00:00"), _flight("HAT444", "DTWPHX", "12:00:00", "15:00:00")]]
    args = {"origin": "CLT", "destination": "PHX", "date": "2024-05-20"}
    for tool, rows in (("search_direct_flight", direct), ("search_onestop_flight", pair)):
        ground.read(Call.of(tool, args), Result(json.dumps(rows)))
    key, trip = next((key, row) for key, row in domain.tables["reservations"].items() if row["origin"] == "ATL" and row["destination"] != "CLT")  # fmt: skip
    ground.read(Call.of("get_reservation_details", {"reservation_id": key}), Result(json.dumps(trip)))
    return Map(ground)


def _trip(read: Map) -> tuple[str, str, str]:
    """The number of the trip that was read, where it goes, and where it does not."""
    data = next(iter(read.ground.shown[-1].looks.values()))[0].data
    assert isinstance(data, dict)
    places = read.ground.domain.pack.places
    return str(data["reservation_id"]), places[str(data["destination"])], places["CLT"]


RIGHT = (
    "HAT111, Charlotte (CLT) → Phoenix (PHX), 5:00 AM – 7:30 AM, $50", "HAT333 and HAT444 via DTW", "HAT333 and HAT444 from Charlotte to Phoenix, by way of Detroit", "- HAT333: Charlotte to Detroit",
    "HAT333 to Phoenix, with a change in Detroit", "HAT111 to Phoenix leaves at 5:00 AM.", "- Charlotte (CLT) 5:00 AM to Phoenix (PHX) 7:30 AM", "From HAT111 to HAT333.",
    "You asked for Boston; HAT111 goes from Charlotte.", "HAT333, CLT–DTW, and HAT444, DTW–PHX", "HAT111 from CLT",
)  # fmt: skip
WRONG = (
    "HAT111, Charlotte (CLT) → Dallas (DFW), 5:00 AM – 7:30 AM, $50", "HAT333 and HAT444 via ORD", "HAT333 and HAT444 from Boston to Phoenix", "- HAT333: Charlotte to Chicago",
    "HAT111 to Boston leaves at 5:00 AM.", "- Charlotte (CLT) 5:00 AM to Miami (MIA) 7:30 AM", "HAT444: Phoenix to Detroit", "| HAT333 | CLT – LAX |".replace(" | ", ", "), "HAT111 from Phoenix to Charlotte", "HAT333 → PHX and HAT111, Denver to Phoenix",
    "HAT333 and HAT444, with a stop in Newark",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_where_a_flight_goes_may_be_told(read: Map, text: str) -> None:
    """Both ends, one of them, a stop, the whole way."""
    assert misrouted(read, text) == ""


@pytest.mark.parametrize("text", WRONG)
def test_where_no_flight_goes_is_found(read: Map, text: str) -> None:
    """Another end, another stop, the way round."""
    assert misrouted(read, text)


def test_a_record_goes_from_its_own_origin(read: Map) -> None:
    """What stands right behind its number are its ends, in this order."""
    key, there, nowhere = _trip(read)
    assert misrouted(read, f"- reservation {key} (Atlanta (ATL) – {there})") == ""
    assert misrouted(read, f"- reservation {key}: from Atlanta to {there}") == ""
    assert misrouted(read, f"- reservation {key} (Atlanta (ATL) – {nowhere})")
    assert misrouted(read, f"- reservation {key}: {there} to Atlanta")
