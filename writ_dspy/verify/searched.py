"""Searched: what a sentence says of a day, a route or a row of what was searched for is so of the rows that the searches showed.

A seat count beside a day and a fare, a class that is sold out, a place from which nothing goes, how many days were looked through: each is held
against every search that it can mean, and is found only where none of them bears it out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.shown import Shown
from writ_dspy.verify.subject import own_id

_ITEM = re.compile(r"[;()\n|]|(?<!\d),(?!\d)|,(?= [A-Z])|\band\b")
_SEATS = re.compile(
    r"[*_]* (?:(?:free|open|available|more|business|basic|economy|class)[ -])*(?:seats?|left|free(?! (?:checked |extra |of )?(?:bag|baggage|luggage|charge)))\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?P<cabin>basic economy|economy|business)(?: class)?(?: cabin| seats?| fares?)? (?:is|are|was|were) (?:already |all |completely |entirely |totally |quite )*(?:sold out|fully booked|booked out|booked up|gone|full)\b"
    r"|\b(?:there (?:is|are) no|no|not a single|not one) (?P<none>basic economy|economy|business)(?: class)? seats?(?: are| is)? (?:left|available|free|to be had)(?! (?:for|on)\b)",
    re.IGNORECASE,
)
_OF_ONE = re.compile(
    r"\b(?:it|that|this|one|flights?|connections?|which|departures?|trip)\b(?:(?! and | but )[^.;,]){0,40}\Z",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|nearly|almost|if|unless|whether|would|could|for (?:two|three|four|five|both|all|you))\b|n['’]t\b|\?\s*\Z",
    re.IGNORECASE,
)
_NO_WAY = re.compile(
    r"\b(?P<place>[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*)(?: \([A-Z]{3}\))? (?:has|offers|shows) no (?P<how>non-?stops?|direct|one-stops?)\b"
    r"|\b(?:no|not a single|not one) (?P<kind>non-?stops?|direct|one-stops?)(?: (?:flights?|connections?|options?))?(?: (?:go|goes|leaves?|runs?|flies|fly|is|are))?(?: \w+)? (?:from|out of) (?P<from>[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*)"
)
_DAYS = re.compile(
    r"\b(?:all|out of(?: the)?|of the|of these|through (?:all )?(?:the|these|those)?|each of the|every one of the|on all|any of the|gives? (?:me|us)|leaves (?:me|us)|that['’]s|that is|makes?|window of|range of)\s+\Z",
    re.IGNORECASE,
)
"""Before a number of days that are all of those that were looked at, or asked for."""


_ENDS = 2
"""Days that a stretch is named by."""


def searched(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that no search which it can mean bears out.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    asked = [found for found in ground.shown if isinstance(found.call.args.get("date"), str)]
    if not asked and sum(value.quantity == "date" for value in ground.values) < _ENDS:
        return
    for start, end in sentences(text):
        sentence = text[start:end]
        wanted = (
            _beside_fare(ground, asked, sentence)
            or _sold_out(asked, sentence)
            or _nothing_goes(ground, asked, sentence)
            or _so_many_days(ground, asked, sentence)
            or _more_stops(asked, ground, sentence)
            or _all_at(ground, asked, text[:start], sentence)
        )
        if wanted:
            yield sentence.strip(), wanted


def _rows(found: Shown) -> Iterator[Row]:
    yield from (row for rows in found.views.values() for row in rows if "duration" in row)


def _day(found: Shown) -> tuple[int, int]:
    day = str(found.call.args["date"])
    return (int(day[5:7]), int(day[8:10])) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else (0, 0)


def _cabins(row: Row, fare: float) -> list[str]:
    """The cabins in which a row costs so much."""
    return [name.removeprefix("price_") for name, value in row.items() if name.startswith("price_") and value == fare]


_WITH = re.compile(r"\bwith (?:the )?\Z", re.IGNORECASE)
"""Before as many seats as are needed: "the earliest one with two free seats"."""


def _beside_fare(ground: Ground, asked: Sequence[Shown], sentence: str) -> str:
    """A number of seats that stands with one day and one fare, and that no row of that day and that fare has."""
    found = values(sentence)
    seats = [item for item in found if item.quantity == "count" and _SEATS.match(sentence, item.end)]
    for item in seats:
        begin, end = _around(sentence, item)
        inside = [other for other in found if begin <= other.start and other.end <= end]
        days = {other.date for other in inside if other.quantity == "date"}
        fares = {float(other.number) for other in inside if other.quantity == "money"}
        if (
            len(days) != 1
            or len(fares) != 1
            or sum(one in inside for one in seats) != 1
            or re.search(r"[A-Z]{3}\d{3}", sentence[begin:end])
        ):
            continue
        (day,), (fare,) = days, fares
        rows = [row for shown in asked if _day(shown) == day for row in _rows(shown) if _cabins(row, fare)]
        free = [number for row in rows for number in _free(ground, row, fare)]
        enough = _WITH.search(sentence, 0, item.start) and any(item.number <= number for number in free)
        if rows and item.number not in free and not enough:
            held = sorted(set(free))
            return f"the seats that were read of it: {' or '.join(map(str, held))}"
    return ""


def _free(ground: Ground, row: Row, fare: float) -> set[int]:
    """The seats of a row, and of each of its legs, in the cabins in which it costs so much."""
    cabins = _cabins(row, fare)
    found = [row.get(f"seats_{cabin}") for cabin in cabins]
    legs = row.get(ground.fields.legs)
    for leg in legs if isinstance(legs, list | tuple) else ():
        seats = leg.get(ground.fields.seats) if isinstance(leg, Mapping) else None
        found += [seats.get(cabin) for cabin in cabins] if isinstance(seats, Mapping) else []
    return {number for number in found if isinstance(number, int)}


def _around(sentence: str, item: Value) -> tuple[int, int]:
    """The stretch between a day and the next one in which a number stands."""
    days = [one.start for one in values(sentence) if one.quantity == "date"]
    begin = max((at for at in days if at <= item.start), default=0)
    return begin, min((at for at in days if at > item.start), default=len(sentence))


def _sold_out(asked: Sequence[Shown], sentence: str) -> str:
    """A class that is said to be gone on days on which every search showed room in it."""
    match = _GONE.search(sentence)
    days = {value.date for value in values(sentence) if value.quantity == "date"}
    if match is None or not days or _NOT.search(sentence) or re.search(r"[A-Z]{3}\d{3}", sentence):
        return ""
    if _OF_ONE.search(sentence[: match.start()]):
        return ""
    near = min(days, key=lambda day: abs(_place(sentence, day) - match.start()))
    cabin = f"seats_{(match['cabin'] or match['none']).lower().replace(' ', '_')}"
    most = [
        max(int(str(row.get(cabin) or 0)) for row in rows)
        for shown in asked
        if _day(shown) == near and (rows := [*_rows(shown)])
    ]
    return f"as many seats as were read: {min(most)}" if most and min(most) > 0 else ""


def _place(sentence: str, day: tuple[int, int]) -> int:
    return next(value.start for value in values(sentence) if value.quantity == "date" and value.date == day)


def _nothing_goes(ground: Ground, asked: Sequence[Shown], sentence: str) -> str:
    """A place from which nothing is said to go, though every search from there showed something."""
    fields = ground.fields
    match = _NO_WAY.search(sentence)
    if match is None or re.search(
        r"\b(?:under|below|within|up to|before|after|with|for less|that|which|business|economy|left)\b|\$",
        sentence[match.end() :],
    ):
        return ""
    place = match["place"] or match["from"]
    codes = {code for code, name in ground.domain.pack.places.items() if place in (code, name)}
    codes |= {code for code, towns in ground.domain.pack.around.items() if place.lower() in towns}
    kind = "one" if (match["how"] or match["kind"]).lower().startswith("one") else "direct"
    days = {value.date for value in values(sentence) if value.quantity == "date"}
    mine = [
        shown
        for shown in asked
        if kind in shown.call.tool and shown.call.args.get(fields.start) in codes and (not days or _day(shown) in days)
    ]
    ends = {
        code
        for code, name in ground.domain.pack.places.items()
        if re.search(rf"\bto {re.escape(name)}\b|\bto {code}\b", sentence)
    }
    mine = [shown for shown in mine if not ends or shown.call.args.get(fields.end) in ends]
    return (
        "the flights that were read from there"
        if mine and all(any(True for _ in _rows(shown)) for shown in mine)
        else ""
    )


def _so_many_days(ground: Ground, asked: Sequence[Shown], sentence: str) -> str:
    """A number of days that are neither all that were searched, for one route or for all of them, nor a stretch that was named."""
    told = [
        value
        for value in values(sentence)
        if value.quantity == "duration" and value.unit == "day" and _DAYS.search(sentence, 0, value.start)
    ]
    if not told:
        return ""
    routes: dict[str, set[str]] = {}
    for shown in asked:
        route = " ".join(str(value) for name, value in sorted(shown.call.args.items()) if name != "date")
        routes.setdefault(route, set()).add(str(shown.call.args["date"]))
    sizes = {len(days) for days in routes.values()} | ({len(set().union(*routes.values()))} if routes else set())
    dates = [value for value in ground.values if value.quantity == "date"]
    for value in told:
        number = int(value.number / 1440)
        stretches = _stretches(dates)
        if number > 1 and (sizes or stretches) and number not in sizes | stretches and not ground.heard_of(value):
            return f"as many days as were looked at: {' or '.join(map(str, sorted(sizes | stretches)))}"
    return ""


def _stretches(dates: Sequence[Value]) -> set[int]:
    """How many days lie from one that the user named to another, both counted."""
    days = sorted({value.date for value in dates})
    found = set()
    for (month, day), (other, last) in itertools.combinations(days, 2):
        if month == other:
            found.add(last - day + 1)
    return found


_STOPS = re.compile(
    r"\b(?:has|have|with|makes?|involves?|needs?|is an?|are|there (?:is|are)) (?:two|three|2|3)[ -](?:stops?|stop-?overs?|layovers?|changes of planes?)\b(?! (?:in (?:all|total)|altogether|both ways|there and back))",
    re.IGNORECASE,
)


def _more_stops(asked: Sequence[Shown], ground: Ground, sentence: str) -> str:
    """More stops than any option has that was found, or any trip that was read on one way."""
    fields = ground.fields
    match = _STOPS.search(sentence)
    if match is None or _NOT.search(sentence) or re.search(r"\b(?:each|total|one (?:way|on))\b", sentence):
        return ""
    rows = [row for shown in asked for row in _rows(shown)]
    legs = [flights for row in rows if isinstance(flights := row.get(fields.legs), list)]
    looks = [look.data for shown in ground.shown for looks in shown.looks.values() for look in looks]
    trips = [data for data in looks if isinstance(data, dict) and own_id(ground.domain, data)]
    ways = [-(-len(flights) // (1 + (trip.get(fields.ways) == fields.both_ways))) for trip in trips if isinstance(flights := trip.get(fields.legs), list)]  # fmt: skip
    longest = max((*map(len, legs), *ways), default=0)
    return f"{longest - 1} stop at most, as was read" if legs and longest < _THIRD else ""


_THIRD = 3
"""As many flights as a way with two stops has."""
_AT = re.compile(
    r"\b(?:both|all|they|these|the (?:two|three|four)|every one|each)(?: of (?:them|these|those|which))?(?: (?:both|all|only))? (?P<verb>leaves?|departs?|takes? off|starts?|arrives?|lands?|gets? (?:in|there))(?: only| just)? (?P<side>before|after|later than|earlier than) \Z",
    re.IGNORECASE,
)


def _all_at(ground: Ground, asked: Sequence[Shown], before: str, sentence: str) -> str:
    """An hour before, or after, which all options are said to go that were named just before, though none of them does."""
    named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", before))
    hours = [value for value in values(sentence) if value.quantity == "time"]
    match = _AT.search(sentence[: hours[0].start]) if len(hours) == 1 and named else None
    if match is None or _NOT.search(sentence[: match.start()]) or re.search(r"[A-Z]{3}\d{3}", sentence):
        return ""
    side = "arrives" if match["verb"].lower()[0] in "alg" and not match["verb"].lower().startswith("le") else "departs"
    told = int(hours[0].number)
    rows = [row for shown in asked for row in _rows(shown) if _flights(ground, row) and _flights(ground, row) <= named]
    times = [minutes for row in rows if (minutes := _minutes(row.get(side))) is not None]
    later = match["side"].lower() in ("after", "later than")
    wrong = times and not any((minutes > told) if later else (minutes < told) for minutes in times)
    return "the hours that were read" if wrong else ""


def _flights(ground: Ground, row: Row) -> set[str]:
    legs = row.get(ground.fields.legs)
    return {str(leg.get(ground.fields.leg)) for leg in legs if isinstance(leg, Mapping)} if isinstance(legs, list | tuple) else set()  # fmt: skip


def _minutes(value: object) -> int | None:
    clock = re.search(r"(\d\d):(\d\d)", str(value))
    return 60 * int(clock[1]) + int(clock[2]) if clock else int(value) if isinstance(value, int | float) else None
