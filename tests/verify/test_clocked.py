"""An hour that is told of a flight is one of its own, and an hour past no midnight is not the next day's."""

from __future__ import annotations

import json

import pytest

from writ_dspy.domains import Result, load
from writ_dspy.task import Call
from writ_dspy.verify.clocked import clocked
from writ_dspy.verify.ground import Ground


def _flight(number: str, leaves: str, lands: str, date: str = "2024-05-20") -> dict[str, object]:
    ends = {"origin": "DTW", "destination": "MSP", "status": "available", "date": date}
    hours = {"scheduled_departure_time_est": leaves, "scheduled_arrival_time_est": lands}
    kinds = ("basic_economy", "economy", "business")
    return {"flight_number": number, **ends, **hours, "available_seats": dict.fromkeys(kinds, 9), "prices": dict.fromkeys(kinds, 50)}  # fmt: skip


@pytest.fixture(scope="module")
def read() -> Ground:
    """A flight by day, one past midnight, and a connection whose second flight leaves on the day after."""
    ground = Ground(load("tau2:airline"))
    direct = [_flight("HAT111", "05:00:00", "07:30:00"), _flight("HAT222", "22:00:00", "01:30:00+1")]
    pair = [[_flight("HAT333", "19:00:00", "21:00:00"), _flight("HAT444", "06:00:00", "09:00:00", "2024-05-21")]]
    args = {"origin": "DTW", "destination": "MSP", "date": "2024-05-20"}
    for tool, rows in (("search_direct_flight", direct), ("search_onestop_flight", pair)):
        ground.read(Call.of(tool, args), Result(json.dumps(rows)))
    return ground


RIGHT = (
    "HAT111, DTW–MSP, 5:00 AM to 7:30 AM, $50", "- HAT222 on May 20, leaves at 10:00 PM, lands at 1:30 AM the next day", "| DTW → MSP | HAT111 | May 20, 5:00 AM | May 20, 7:30 AM | $50 |",
    "HAT333 and HAT444: 7:00 PM to 9:00 AM the next day.", "You would land with HAT111 before 8:00 AM.", "HAT444 arrives at 9:00 AM the following day.", "HAT111 instead of the one at 6:00 AM.",
    "Outbound HAT111 Detroit (DTW) 5:00 AM → Minneapolis (MSP) 7:30 AM, back HAT222 10:00 PM – 1:30 AM (+1)", "HAT111 was booked at 4:36 PM on May 2.", "HAT333 lands at 9:00 PM, and then you leave at 6:00 AM.",
)  # fmt: skip
WRONG = (
    "HAT111, DTW–MSP, 5:00 AM to 7:30 AM (+1), $50", "- HAT111 on May 20, is there at 7:30 AM a day later", "HAT111 departing May 20, arrives at 7:30 AM (next day)", "HAT444 on May 21, lands at 9:00 AM the following day",
    "HAT111, 6:00 AM to 7:30 AM", "HAT111 takes off at 5:00 PM.", "- HAT222 on May 20, leaves at 10:00 PM, lands at 1:30 PM the next day", "HAT222, May 20, departs at 5:00 AM",
    "| DTW → MSP | HAT111 | May 20, 5:00 AM | May 20, 8:30 AM | $50 |", "HAT111 Detroit (DTW) 5:00 AM → Minneapolis (MSP) 9:30 AM",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_its_own_hours_are_right(read: Ground, text: str) -> None:
    assert list(clocked(read, text)) == []


@pytest.mark.parametrize("text", WRONG)
def test_hours_of_another_flight_or_day_are_found(read: Ground, text: str) -> None:
    assert list(clocked(read, text))
