"""Timed: a flight that is told from a time to a time leaves at the first and lands at the second, on the day that is told; a fare is that of its day.

Only a pair that was read the other way round, a landing past midnight told of the same day, and a fare of another day that was searched
are found; whatever was not read is no matter of this file.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.values import UNITS, Value, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.roled import sides_of
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.shown import Shown
from writ_dspy.verify.subject import hours_of

_TO = re.compile(r"[^.;!?\n]{0,40}?(?:\b(?:to|until|till)\b|→|–|->|\s-)[^.;!?\n]{0,24}", re.IGNORECASE)
_SAME_DAY = re.compile(r"[\s*_)]*(?:(?:local time|est)\b)?[,\s(]*(?:on )?(?:the |that |on the )(?:very )?same (?:day|date|evening)\b", re.IGNORECASE)  # fmt: skip
_AT = re.compile(
    r"(?:[\s*_(:=–-]|\b(?:it|that|this|the|same|at|for|to|is|was|were|costs?|comes?|come|would|be|only|just|even|flight|fare|pair|connection|one|ones|priced|goes?|with)\b)*",
    re.IGNORECASE,
)
"""Between a day and its fare."""
_ON = re.compile(r"[*_]*,? on (?:the |\w+day,? )?[*_]*", re.IGNORECASE)
_OTHER_DAY = re.compile(r"\b(?:arriv\w*|land\w*|gets? in|there|paid|from|old|was|instead of|than)\b[^.;$]*\Z|\+[^.;|$]*\Z|(?::\d\d|\d ?[AP]M)(?: ?[AP]M)?,? on (?:the )?\Z", re.IGNORECASE)  # fmt: skip
"""Ahead of a day that is not the one on which what costs so much leaves."""
_FARTHER = re.compile(r"[*_)]* (?:more|less|cheaper|dearer|extra|back|off|over|under|above|below)\b", re.IGNORECASE)


def timed(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that turns the times of a flight, or tells a fare or a landing of another day.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    if not any('"flight_number"' in found.lower for found in ground.shown):
        return
    for start, end in sentences(text):
        sentence = text[start:end]
        wanted = (
            _turned(ground, sentence)
            or _on_another_day(ground, sentence)
            or _so_many(ground, sentence)
            or _on_no_day(ground, sentence)
        )
        if wanted:
            yield sentence.strip(), wanted


def _turned(ground: Ground, sentence: str) -> str:
    """A pair of times that was read the other way round, or with the second one on the day after."""
    told = [value for value in values(sentence) if value.quantity == "time"]
    flights = [
        (match.start(), match[0].lower())
        for match in re.finditer(r"\b[A-Z]{2,3}\d{2,4}\b", sentence)
        if hours_of(ground, match[0].lower(), "depart")
    ]
    for at, value in enumerate(told):
        before = [key for place, key in flights if place < value.start]
        number = before[-1] if before else flights[0][1] if len(flights) == 1 else ""
        leaves, lands = (hours_of(ground, number, side) for side in ("depart", "arriv")) if number else (set(), set())
        time = int(value.number)
        if at + 1 < len(told) and time in lands - leaves and int(told[at + 1].number) in leaves - lands:
            between = sentence[value.end : told[at + 1].start]
            ahead = sentence[max(0, value.start - 30) : value.start]
            if _TO.fullmatch(between) and not sides_of(f"{ahead} {between}".lower()):
                return f"the times of {number.upper()} as they were read: from when it leaves to when it lands"
        if time in lands and _SAME_DAY.match(sentence, value.end) and _past_midnight(ground, number, time):
            return f"the day on which {number.upper()} lands: the next one"
    return ""


def _past_midnight(ground: Ground, number: str, time: int) -> bool:
    """Whether a flight was read to land at a time of the day after, and never of its own."""
    told = [
        str(field)
        for look in ground.looks(number)
        if isinstance(look.data, dict)
        for name, field in look.data.items()
        if "arriv" in name and "time" in name
    ]
    clock = f"{time // 60:02d}:{time % 60:02d}"
    return any(clock in one for one in told) and all("+1" in one for one in told if clock in one)


def _on_another_day(ground: Ground, sentence: str) -> str:
    """A fare that is told of one day that was searched, and was read of others alone."""
    found = values(sentence)
    pairs = [
        (day, fare)
        for day, fare in _beside(sentence, found)
        if not _FARTHER.match(sentence, fare.end)
        and not _CHARGED.match(sentence, fare.end)
        and not _OTHER_DAY.search(sentence, max(0, day.start - 40), day.start)
    ]
    fares = _fares(ground) if pairs else {}
    for day, fare in pairs:
        own = fares.get(day.date)
        others = {amount for date, few in fares.items() if date != day.date for amount in few}
        if own and not _one_of(fare, own) and _one_of(fare, others) and not ground.heard_of(fare):
            return "a fare that was read of that day"
    return ""


_CHARGED = re.compile(
    r"[*_)]*,? (?:(?:is|was|goes|went|taken|charged|paid|refunded|back) )*(?:from|to|on|onto|off|with) (?:your|the|my)\b",
    re.IGNORECASE,
)
"""Behind an amount that is moved, and no fare."""
_FLIGHT_ON = re.compile(
    r"\b(?P<first>[A-Z]{2,3}\d{2,4})(?:[*_]*(?: and | ?\+ ?| ?/ ?)[*_]*(?P<second>[A-Z]{2,3}\d{2,4}))?[*_]*(?: from [^.;,\n]{3,40}?)?,? on (?:the |\w+day,? )?[*_]*"
)
"""A flight, or two of one connection, right ahead of the day on which they go."""
_GOES_ON = re.compile(
    r"\b(?:departure (?:is|will be)|(?:your|the) (?:flight|trip|travel day|departure) (?:is|leaves|goes|departs|starts|begins)|you(?:['’]ll| will)? (?:fly|leave|depart|travel)(?: out)?)(?: now)? on (?:the |\w+day,? )?[*_]*",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"\b(?:no|not|none|never|neither|nor|if|whether|would|could|cannot|instead|search\w*|look\w*|check\w*|ask\w*|want\w*|wish\w*|prefer\w*|wait\w*|mention\w*|said)\b|n['’]t\b|\?\s*\Z",
    re.IGNORECASE,
)
"""Words of a sentence that states no flight as it was read."""


def _on_no_day(ground: Ground, sentence: str) -> str:
    """A flight that is told of a day on which nothing has shown it, or a departure on a day on which nothing was shown to fly."""
    if " on " not in sentence or _UNREAD.search(sentence):
        return ""
    days = {value.start: value.date for value in values(sentence) if value.quantity == "date"}
    for match in _FLIGHT_ON.finditer(sentence) if days else ():
        numbers = [one for one in (match["first"], match["second"]) if one]
        known, told = _days_of(ground, numbers), days.get(match.end())
        if known and told and told not in known:
            return f"a day on which {match['first']} was read to go"
        if told and len(numbers) > 1 and (fare := _behind(sentence, match.end())):
            rows = [row for row in _dated(ground) if set(numbers) <= set(_legs(ground, row))]
            own = [amount for row in rows if _month_and_day(row["date"]) == told for amount in _prices(row)]
            other = [amount for row in rows if _month_and_day(row["date"]) != told for amount in _prices(row)]
            if own and not _one_of(fare, own) and _one_of(fare, other):
                return f"what {' and '.join(numbers)} were read to cost that day"
    goes = _GOES_ON.search(sentence) if days else None
    if goes is None or goes.end() not in days:
        return ""
    known = {day for day, _ in _flown(ground)} | {value.date for value in ground.values if value.quantity == "date"}
    return "" if days[goes.end()] in known else "a day that was read of a flight, or said"


def _days_of(ground: Ground, numbers: Sequence[str]) -> set[tuple[int, int]]:
    """The days, by month and day, on which flights were read to go: together, where that was read of them, and the day after, for those that others lead up to."""
    every = _flown(ground)
    both = [day for day, legs in every if set(numbers) <= set(legs)]
    apart = [(day, legs) for day, legs in every if numbers[0] in legs]
    if len(numbers) > 1 and both:
        return set(both)
    return {day for day, _ in apart} | {_after(day) for day, legs in apart if legs[0] != numbers[0]}


def _after(day: tuple[int, int]) -> tuple[int, int]:
    """The day after."""
    later = dt.date(2024, *day) + dt.timedelta(days=1)
    return later.month, later.day


def _behind(sentence: str, start: int) -> Value | None:
    """The fare right behind a day, by the place at which the day begins."""
    found = values(sentence)
    day = next((one for one in found if one.start == start), None)
    fares = [one for one in found if one.quantity == "money" and day and _AT.fullmatch(sentence, day.end, one.start)]
    return fares[0] if fares and not _FARTHER.match(sentence, fares[0].end) else None


def _legs(ground: Ground, row: Row) -> Sequence[str]:
    """The numbers of its flights, one after another."""
    fields = ground.fields
    legs = row.get(fields.legs)
    numbers = [str(leg.get(fields.leg)) for leg in legs if isinstance(leg, Mapping)] if isinstance(legs, list | tuple) else []  # fmt: skip
    return numbers or [str(row.get(fields.leg))]


def _flown(ground: Ground) -> Sequence[tuple[tuple[int, int], Sequence[str]]]:
    """Each day with the flights that were read to go then, one after another."""
    return ground.once("flown", lambda: list(_flights(ground)))


def _flights(ground: Ground) -> Iterator[tuple[tuple[int, int], Sequence[str]]]:
    for shown in ground.shown:
        if _is_day(asked := shown.call.args.get("date")) and (number := shown.call.args.get(ground.fields.leg)):
            yield _month_and_day(asked), [str(number)]
    for row in _dated(ground):
        yield _month_and_day(row["date"]), _legs(ground, row)


def _month_and_day(text: object) -> tuple[int, int]:
    return int(str(text)[5:7]), int(str(text)[8:10])


_NONSTOPS = re.compile(
    rf"\b(?:there (?:are|were) (?:exactly |only )?(?P<there>{'|'.join(UNITS[2:])}|\d+) (?:non-?stops?|(?:non-?stop|direct) (?:flights?|connections?))"
    rf"|(?:^|[.:;]\s)\W*(?P<go>{'|'.join(UNITS[2:])}|\d+) (?:non-?stops?|(?:non-?stop|direct) (?:flights?|connections?)) (?:go|fly|run|leave))\b(?P<rest>[^.,;\n]*)",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(r"\b(?:with|within|under|below|before|after|that|which|for|in (?:business|economy|basic)|left|free|other|more|both|each|and)\b", re.IGNORECASE)  # fmt: skip


def _so_many(ground: Ground, sentence: str) -> str:
    """A number of direct flights of one day that no search of that day showed."""
    match = _NONSTOPS.search(sentence)
    days = {value.date for value in values(match["rest"]) if value.quantity == "date"} if match else set()
    if match is None or len(days) != 1 or _QUALIFIED.search(match["rest"]):
        return ""
    (day,) = days
    word = (match["there"] or match["go"]).lower()
    told = int(word) if word.isdigit() else UNITS.index(word)
    asked = [found for found in ground.shown if "direct" in found.call.tool]
    counts = [
        len(found.views.get(ground.fields.offers, ()))
        for found in asked
        if str(found.call.args.get("date", ""))[5:] == f"{day[0]:02d}-{day[1]:02d}"
    ]
    return f"as many as were read: {' or '.join(map(str, sorted(set(counts))))}" if counts and told not in {*counts, sum(counts)} else ""  # fmt: skip


def _beside(sentence: str, found: Sequence[Value]) -> Iterator[tuple[Value, Value]]:
    """Each day with the fare right behind it, or right ahead of it: "May 18 at $832", "$832 on May 18"."""
    for one, other in itertools.pairwise(found):
        if one.quantity == "date" and other.quantity == "money" and _AT.fullmatch(sentence, one.end, other.start):
            yield one, other
        elif one.quantity == "money" and other.quantity == "date" and _ON.fullmatch(sentence, one.end, other.start):
            yield other, one


def _one_of(fare: Value, amounts: Sequence[float] | set[float]) -> bool:
    return any(abs(float(fare.number) - amount) < 0.005 for amount in amounts)


def _fares(ground: Ground) -> Mapping[tuple[int, int], set[float]]:
    """By month and day, what the flights and connections that were read cost then, for one and for a few passengers."""
    found: dict[tuple[int, int], set[float]] = {}
    for row in _dated(ground):
        day = str(row["date"])
        found.setdefault((int(day[5:7]), int(day[8:10])), set()).update(_prices(row))
    return found


def _prices(row: Row) -> set[float]:
    """What a row costs, for one and for a few passengers."""
    prices = row.get("prices")
    fields = prices.values() if isinstance(prices, Mapping) else (value for name, value in row.items() if name.startswith("price"))  # fmt: skip
    amounts = {float(value) for value in fields if isinstance(value, int | float)}
    return {amount * count for amount in amounts for count in range(1, 6)}


def _dated(ground: Ground) -> Sequence[Row]:
    """Every row, and every flight of a record, that has a day and a price."""
    return ground.once("dated", lambda: [row for shown in ground.shown for row in _dated_in(shown)])


def _dated_in(shown: Shown) -> Iterator[Row]:
    for looks in shown.looks.values():
        yield from (look.data for look in looks if isinstance(look.data, dict) and _is_day(look.data.get("date")))
    for rows in shown.views.values():
        yield from (row for row in rows if _is_day(row.get("date")))


def _is_day(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
