"""Options: what a sentence says of the connections that it names, or of the one that is put or was written: seats, length, where it begins.

An option is a row of a search that was read. A sentence that names none, and stands where no write does, tells of no option.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.values import UNITS, Value, values
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, subject_at

_OPEN = re.compile(
    r"\b(?:if|would|could|whether|unless|not|no|never|at least|at most|enough|for (?:all|both|the) \w+ of you|need\w*|want\w*|ask\w*|layover|wait\w*|apart)\b|n['’]t\b"
)
_SEATS = re.compile(r" (?:(?:free|open|available|more|business|basic|economy|class)[ -])*seats?\b")
_LEFT = re.compile(r"\bseats?(?: \w+){0,4},? (?:with |at |is |are |namely )?\Z")
"""Before a number that tells how many are left: "the most seats in economy, 19"."""
_PARTY = 9
"""As many seats may be what is needed, and no count of those that are left."""
_TAKES = re.compile(
    r"\b(?:tak(?:es|ing|e)|lasts|lasting|long|in the air|on (?:the|your) way|travel time|duration|flight time|total time)\b"
)
_YOUR_WAY = re.compile(r"\byou(?:'ll| will| would)? be (?:on (?:the|your) way|in the air|travell?ing|flying) for\b")
"""Of the trip that is booked, whenever it is said."""
_LONG = re.compile(r" (?:long|in the air|of (?:travel|flying)|in total)\b")
_FROM = r"\b(?:leav(?:es|ing)|depart(?:s|ing)|starts?|starting|takes off|taking off|sets off)(?: from| out of| in)? (?:the )?"


def told_of_options(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells of an option what its row does not.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    if not ground.shown or not any(
        cue in text.lower() for cue in ("seat", "hour", "minute", "leav", "depart", "start")
    ):
        return
    subject = subject_at(case, index, ground, news)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        lower = sentence.lower().replace("’", "'")
        if not sentence.endswith("?") and (wanted := _by_leg(case, ground, sentence, subject(start))):
            yield sentence, wanted
            continue
        if sentence.endswith("?") or _OPEN.search(lower):
            continue
        about = subject(start)
        if about is None and _YOUR_WAY.search(lower) and not case.domain.pack.ids(sentence):
            about = _booked(case, index, ground)
            if about is None and any(item.quantity == "duration" for item in values(lower)):
                yield sentence, "a trip that was booked"
                continue
        rows = _on_its_day(ground, lower, _options(case, ground, sentence, about))
        if (
            rows
            and not case.domain.pack.ids(sentence)
            and (_OTHERS.search(lower) or _to_elsewhere(case, lower, rows) or _on_other_days(ground, lower, rows))
        ):
            continue  # of one that goes unnamed
        if rows and (
            wanted := _seats(ground, lower, rows, [*_legs(case, ground, sentence, rows)]) or _length(lower, rows)
        ):
            yield sentence, wanted
        elif rows and not case.domain.pack.ids(sentence) and (wanted := _begins(case, lower, rows)):
            yield sentence, wanted  # a flight that is named may be the second one


def _booked(case: Case, index: int, ground: Ground) -> Subject | None:
    """The last write of flights that was made before a message."""
    made = [
        step
        for step in case.writes
        if step.turn < index and not step.fresh.error and step.call.args.get(ground.fields.legs)
    ]
    return Subject(case.domain, ground, made[-1]) if made else None


def _options(case: Case, ground: Ground, sentence: str, subject: Subject | None) -> list[Row]:
    """The rows of the options that a sentence names by a flight; else those of the write."""
    fields = ground.fields
    named = {token.upper() for token in case.domain.pack.ids(sentence)}
    all_ = [
        row
        for found in ground.shown
        for rows in found.views.values()
        for row in rows
        if isinstance(row.get(fields.legs), list) and "duration" in row
    ]
    flights = {str(row[fields.leg]) for option in all_ for row in option[fields.legs]}
    if named & flights:
        return [option for option in all_ if named & {str(row[fields.leg]) for row in option[fields.legs]}]
    if subject is None or fields.legs not in subject.args:
        return []
    own = {(str(row.get(fields.leg)), str(row.get("date"))) for row in subject.flights}
    return [
        option for option in all_ if {(str(row[fields.leg]), str(row["date"])) for row in option[fields.legs]} <= own
    ]


_OTHERS = re.compile(
    r"\b(?:others?|another|second|next|third|runner-up|rest|remaining|else|alternatives?|than|behind|followed|ahead|each|every|all|both|those|these|them|respectively)\b"
)


def _to_elsewhere(case: Case, lower: str, rows: Sequence[Row]) -> bool:
    """Whether a sentence names a place that none of the options touches."""
    every = [part for row in rows for part in (row, *row[case.fields.legs])]
    touched = {str(value) for part in every for value in part.values() if isinstance(value, str)}
    places = case.domain.pack.places.items()
    return any(
        re.search(rf"\b(?:to|into) (?:{re.escape(name.lower())}|{code.lower()})\b", lower)
        for code, name in places
        if touched.isdisjoint((code, name))
    )


def _on_other_days(ground: Ground, lower: str, rows: Sequence[Row]) -> bool:
    """Whether a sentence tells the seats of several days, on some of which none of the options goes."""
    if sum(item.quantity == "count" and _SEATS.match(lower, item.end) is not None for item in values(lower)) < 2:
        return False
    days = {value.date for value in values(lower) if value.quantity == "date"}
    return not days <= {_month_and_day(flight) for row in rows for flight in row[ground.fields.legs]}


def _on_its_day(ground: Ground, lower: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Those of the options that go on a day which a sentence names; all, where it names none."""
    days = {value.date for value in values(lower) if value.quantity == "date"}
    if not days:
        return rows
    return [row for row in rows if days & {_month_and_day(flight) for flight in row[ground.fields.legs]}]


def _month_and_day(flight: Row) -> tuple[int, int]:
    day = str(flight.get("date", ""))
    return (int(day[5:7]), int(day[8:10])) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else (0, 0)


def _legs(case: Case, ground: Ground, sentence: str, rows: Sequence[Row]) -> Iterator[Row]:
    """What the searches that showed these options tell of each flight that a sentence names."""
    flights = {token.lower() for token in case.domain.pack.ids(sentence)}
    own = {id(row) for row in rows}
    for found in ground.shown:
        if any(id(row) in own for shown in found.views.values() for row in shown):
            for key in flights:
                yield from (look.data for look in found.looks.get(key, ()))


def _of_a_leg(ground: Ground, legs: Sequence[Row], cabins: Collection[str], item: Value) -> bool:
    """Whether one flight of a connection has as many seats in such a cabin, where all of it has fewer."""
    seats = ground.fields.seats
    kept = [leg[seats] for leg in legs if isinstance(leg.get(seats), Mapping)]
    return any(free.get(name.removeprefix("seats_")) == item.number for free in kept for name in cabins)


def _seats(ground: Ground, lower: str, rows: Sequence[Row], legs: Sequence[Row]) -> str:
    cabins = {name for row in rows for name in row if name.startswith("seats_")}
    named = {name for name in cabins if name.removeprefix("seats_").replace("_", " ") in lower}
    if len(named) > 1 and "seats_basic_economy" in named and lower.count("economy") == lower.count("basic economy"):
        named -= {"seats_economy"}
    known = {row[name] for row in rows for name in named or cabins if name in row}
    told = [item for item in values(lower) if item.quantity == "count" and _of_seats(lower, item)]
    unheld = (item for item in told if int(item.number) not in known)
    wrong = next((item for item in unheld if not _of_a_leg(ground, legs, named or cabins, item)), None)
    return "" if wrong is None else f"{' or '.join(map(str, sorted(known)))} seats, as they were read"


_WANTED = re.compile(r"\b(?:with|for|has|have|had|having)(?: (?:the|your|all|enough))? \Z")
"""Before as many seats as are needed."""


def _of_seats(lower: str, item: Value) -> bool:
    if item.number <= _PARTY and (_WANTED.search(lower[: item.start]) or " left" not in lower):
        return False
    return _SEATS.match(lower, item.end) is not None or _LEFT.search(lower[: item.start]) is not None


_ON_LEG = re.compile(
    r"\b(?P<many>\d{1,2}) (?:(?:free|open|available|economy|business|basic|more) )*(?:seats? )?(?:(?:left|free|available|open) )?(?:on|for|in) (?:the |its |your )?(?P<which>first|second)(?: (?:flight|leg|segment|one|part))?\b"
)
_PLACE_IN_ROW = {"first": 0, "second": 1}


def _by_leg(case: Case, ground: Ground, sentence: str, subject: Subject | None) -> str:
    """So many seats on the first, or the second, flight of a connection, where none that is meant has as many there.

    Meant are those that the sentence names, or that go to a place that it names; else the one that is put, or was written.
    """
    fields = ground.fields
    lower = sentence.lower().replace("’", "'")
    told = list(_ON_LEG.finditer(lower))
    if not told or re.search(r"\b(?:if|at least|need\w*|want\w*|not|unless)\b|n't\b", lower):
        return ""
    rows = [row for row in _options(case, ground, sentence, None) if len(row[fields.legs]) > 1]
    rows = rows or _going_to(case, ground, lower)
    rows = rows or [row for row in _options(case, ground, sentence, subject) if len(row[fields.legs]) > 1]
    seats = [_seats_by_leg(ground, row) for row in _on_its_day(ground, lower, rows)]
    for match in told:
        known = {number for legs in seats for number in legs[_PLACE_IN_ROW[match["which"]]]}
        if known and int(match["many"]) not in known:
            return f"{' or '.join(map(str, sorted(known)))} seats there, as they were read"
    return ""


def _going_to(case: Case, ground: Ground, lower: str) -> list[Row]:
    """The connections that end at the places that a sentence names."""
    fields = ground.fields
    ends = {code for code, name in case.domain.pack.places.items() if re.search(rf"\bto (?:{re.escape(name.lower())}|{code.lower()})\b", lower)}  # fmt: skip
    rows = (row for found in ground.shown for view in found.views.values() for row in view)
    return [row for row in rows if isinstance(row.get(fields.legs), list) and "duration" in row and len(row[fields.legs]) > 1 and row.get(fields.end) in ends]  # fmt: skip


def _seats_by_leg(ground: Ground, row: Row) -> Sequence[set[int]]:
    """The free seats on each flight of a connection, in any class."""
    fields = ground.fields
    found: list[set[int]] = []
    for leg in row[fields.legs]:
        looks = (look.data for look in ground.looks(str(leg[fields.leg]).lower()))
        kept = [data[fields.seats] for data in looks if isinstance(data, dict) and data.get("date") == leg.get("date") and isinstance(data.get(fields.seats), Mapping)]  # fmt: skip
        found.append({number for seats in kept for number in seats.values() if isinstance(number, int)})
    return found


def _length(lower: str, rows: Sequence[Row]) -> str:
    if not _TAKES.search(lower):
        return ""
    known = {int(row["duration"]) for row in rows}
    told = [
        item
        for item in values(lower)
        if item.quantity == "duration"
        and item.unit == ""
        and (_TAKES.search(lower[max(0, item.start - 25) : item.start]) or _LONG.match(lower, item.end))
    ]
    wrong = next((item for item in told if int(item.number) not in known), None)
    halves = [match for match in _HALF.finditer(lower) if _TAKES.search(lower[max(0, match.start() - 25) : match.start()])]  # fmt: skip
    half = any(60 * _hours(match["hours"]) + 30 not in known for match in halves)
    return f"a length that was read: {' or '.join(map(str, sorted(known)))} minutes" if wrong or half else ""


_HALF = re.compile(rf"\b(?P<hours>\d{{1,2}}|{'|'.join(UNITS[1:13])}) and a half hours\b")


def _hours(word: str) -> int:
    return int(word) if word.isdigit() else UNITS.index(word)


def _begins(case: Case, lower: str, rows: Sequence[Row]) -> str:
    fields = case.fields
    places = case.domain.pack.places
    own = {str(row[fields.start]) for row in rows} | {places.get(str(row[fields.start]), "") for row in rows}
    for code, name in places.items():
        if (
            code not in own
            and name not in own
            and re.search(rf"{_FROM}(?:{re.escape(name.lower())}|{code.lower()})\b", lower)
        ):
            return f"from {' or '.join(sorted(str(row[fields.start]) for row in rows[:3]))}"
    return ""
