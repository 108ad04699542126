"""Flown: a place that stands with a flight, a connection or a trip is one where it begins, stops or ends, and on the side that is said.

A flight's two ends are those that were read of it, a trip's those of its record, or of the call that is put. A place that a trip or an
option with that flight ends at may stand for the whole way: "HAT176 to Phoenix, by way of Detroit".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, hours_of, put_next, records_of, subject_at

_NUMBER = re.compile(r"\b[A-Z]{2,3}\d{2,4}\b")
_BETWEEN = re.compile(r"[*_,;/+&\s]*(?:and|then|plus|→|->|–|-)?[*_,;/+&\s]*", re.IGNORECASE)
"""Between the flights of one connection."""
_LEADS = r"[*_`]*(?:,|:| \(|\s–|\s-)?[*_`\s]*(?:(?:going|flying|goes|flies|it goes|which goes|nonstop|direct|one[- ]way|round[- ]trip|flight|trip)\s+)*"
_TO = r"[*_`\s]*(?:→|->|=>|–|—|-|↔|\bto\b)[*_`\s]*"
_WISHED = re.compile(
    r"\b(?:not|no|never|instead|rather|if|would you|search\w*|look\w*|want\w*|wish\w*|ask\w*|unless|or)\b|n['’]t\b",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:return|back|home|inbound|reverse|opposite)\b", re.IGNORECASE)
_TRIP = re.compile(
    r"\b(?:one[- ]way|round[- ]trip|(?:new )?booking|route|journey|itinerary|trip|reservation)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Map:
    """Where the flights that were read go."""

    ground: Ground

    @cached_property
    def places(self) -> re.Pattern:
        return _places(self.ground.domain)

    def codes(self, match: re.Match[str], name: str) -> frozenset[str]:
        """The airports that a place may be."""
        code = match[f"{name}code"]
        return frozenset({code}) if code else _names(self.ground.domain).get(match[name], frozenset())

    @cached_property
    def routes(self) -> Mapping[str, set[tuple[str, str]]]:
        """By flight number, in lower case: from where to where, as it was read."""
        fields = self.ground.fields
        found: dict[str, set[tuple[str, str]]] = {}
        for shown in self.ground.shown:
            for key, looks in shown.looks.items():
                for look in looks:
                    data = look.data if isinstance(look.data, dict) else {}
                    if data.get(fields.leg) and data.get(fields.start) and data.get(fields.end):
                        found.setdefault(key, set()).add((str(data[fields.start]), str(data[fields.end])))
        return found

    @cached_property
    def wholes(self) -> Mapping[str, set[tuple[str, str]]]:
        """By flight number, in lower case: from where to where the trips and options go that it is a part of."""
        fields = self.ground.fields
        found: dict[str, set[tuple[str, str]]] = {}
        for shown in self.ground.shown:
            rows = [row for view in shown.views.values() for row in view]
            rows += [look.data for looks in shown.looks.values() for look in looks if isinstance(look.data, dict)]
            for row in rows:
                flights = row.get(fields.legs)
                if isinstance(flights, list) and row.get(fields.start) and row.get(fields.end):
                    way = (str(row[fields.start]), str(row[fields.end]))
                    ways = {way, way[::-1]} if row.get(fields.ways) == fields.both_ways else {way}
                    for leg in flights:
                        key = str(leg.get(fields.leg)).lower() if isinstance(leg, dict) else ""
                        found.setdefault(key, set()).update(ways)
        return found

    def groups(self, text: str) -> Iterator[tuple[int, Sequence[str]]]:
        """Where each flight, or connection of several, ends that was read, with its numbers in lower case."""
        found = [match for match in _NUMBER.finditer(text) if match[0].lower() in self.routes]
        group: list[str] = []
        for one, other in itertools.zip_longest(found, found[1:]):
            group.append(one[0].lower())
            if other is None or not _BETWEEN.fullmatch(text, one.end(), other.start()):
                yield one.end(), group
                group = []


@lru_cache(maxsize=16)
def _names(domain: Domain) -> Mapping[str, frozenset[str]]:
    """Each way to call a place, with the airports that it may be."""
    found: dict[str, set[str]] = {}
    for code, name in domain.pack.places.items():
        for form in (code, name, *map(str.title, domain.pack.around.get(code, ()))):
            found.setdefault(form, set()).add(code)
    return {form: frozenset(codes) for form, codes in found.items()}


@lru_cache(maxsize=16)
def _places(domain: Domain) -> re.Pattern:
    """A place, with its code in brackets behind it where that is told."""
    return re.compile(_place(domain, "a"))


def _place(domain: Domain, name: str) -> str:
    forms = "|".join(sorted(map(re.escape, _names(domain)), key=len, reverse=True))
    codes = "|".join(sorted(domain.pack.places))
    return rf"\b(?P<{name}>{forms})\b(?:,? ?\((?P<{name}code>{codes})\))?"


@lru_cache(maxsize=16)
def _behind(domain: Domain) -> Sequence[re.Pattern]:
    """What may stand right behind the number of a flight: both of its ends, or one."""
    one, two = _place(domain, "a"), _place(domain, "b")
    return (
        re.compile(rf"{_LEADS}(?:from )?{one}{_TO}{two}"),
        re.compile(rf"{_LEADS}(?:to|into) {two}(?! \d)"),
        re.compile(rf"{_LEADS}(?:from|out of) {one}(?! \d)"),
    )


@lru_cache(maxsize=16)
def _pair(domain: Domain) -> re.Pattern:
    return re.compile(rf"{_place(domain, 'a')}{_TO}{_place(domain, 'b')}")


@lru_cache(maxsize=16)
def _by_the_hour(domain: Domain) -> re.Pattern:
    """From a place at an hour to another at another."""
    hour = r"\d{1,2}(?::\d\d)? ?[AP]M"
    return re.compile(
        rf"{_place(domain, 'a')},? (?:at )?(?P<leaves>{hour}){_TO}{_place(domain, 'b')},? (?:at )?(?P<lands>{hour})"
    )


@lru_cache(maxsize=16)
def _via(domain: Domain) -> re.Pattern:
    return re.compile(rf"[*_`,(\s]*(?:via|through|by way of|with a (?:stop|change|layover) in|changing (?:planes )?in|stopping in) {_place(domain, 'a')}")  # fmt: skip


def flown(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that lets a flight or a trip go where it does not.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    if not case.domain.pack.places or not ground.shown:
        return
    read, subject_of = Map(ground), subject_at(case, index, ground, news)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if (
            read.places.search(sentence)
            and (wanted := misrouted(read, sentence) or _of_trip(read, subject_of(start), sentence))
        ) or (wanted := _in_class((subject_of(start), put_next(case, index, ground)), sentence)):
            yield sentence, wanted


def misrouted(read: Map, sentence: str) -> str:
    """What is wanted of a sentence that lets a flight, or a record, that it names go where it does not."""
    return _of_flights(read, sentence) or _of_record(read, sentence) or _at_hours(read, sentence)


def _of_flights(read: Map, sentence: str) -> str:
    """The ends of a flight, or of a connection, where others stand right behind its number, or behind "via"."""
    both, to, out = _behind(read.ground.domain)
    for end, group in read.groups(sentence):
        legs = [read.routes[number] for number in group]
        if via := _via(read.ground.domain).match(sentence, end):
            touched = {place for leg in legs for route in leg for place in route}
            if len(group) > 1 and touched.isdisjoint(read.codes(via, "a")):
                return f"a stop of {' and '.join(group).upper()}"
            continue
        match = both.match(sentence, end) or to.match(sentence, end) or out.match(sentence, end)
        if match is None:
            continue
        first, last = (read.routes[number] for number in (group[0], group[-1]))
        own = {(one, two) for one, _ in first for _, two in last}
        if not any(_fits(read, match, way) for way in own.union(*(read.wholes.get(one, ()) for one in group))):
            return f"where {' and '.join(group).upper()} goes, as it was read"
    return ""


def _fits(read: Map, match: re.Match[str], way: tuple[str, str]) -> bool:
    """Whether each end that is told is that of the way."""
    told = match.groupdict()
    return all(not told.get(name) or end in read.codes(match, name) for name, end in zip("ab", way, strict=True))


_BESIDE = r"[*_`]*(?:,|:| \(|\s–|\s-)[*_`\s]*"


def _of_record(read: Map, sentence: str) -> str:
    """The ends of a trip, where others stand right behind the number of its record."""
    fields = read.ground.fields
    pair = _pair(read.ground.domain)
    for token in re.finditer(r"\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6}\b", sentence):
        for _, data in records_of(read.ground, (token[0].lower(),)):
            lead = re.compile(_BESIDE).match(sentence, token.end())
            match = pair.match(sentence, lead.end()) if lead else None
            ends = (data.get(fields.start), data.get(fields.end))
            if match and all(isinstance(end, str) for end in ends):
                ways = [ends, ends[::-1]] if _BACK.search(sentence) else [ends]
                right = any(one in read.codes(match, "a") and two in read.codes(match, "b") for one, two in ways)
                flights = data.get(fields.legs)
                legs = [(leg.get(fields.start), leg.get(fields.end)) for leg in flights if isinstance(leg, dict)] if isinstance(flights, list) else []  # fmt: skip
                legs += [leg[::-1] for leg in legs] if len(ways) > 1 else []
                leg = any(one in read.codes(match, "a") and two in read.codes(match, "b") for one, two in legs)
                if not right and not leg:
                    return f"from {ends[0]} to {ends[1]}, as {token[0]} goes"
    return ""


def _minutes(text: str) -> int | None:
    told: Sequence[Value] = [value for value in values(text) if value.quantity == "time"]
    return int(told[0].number) if told else None


def _at_hours(read: Map, sentence: str) -> str:
    """The places of a flight that was read with two hours, where one of the two that are told with these is another."""
    for match in _by_the_hour(read.ground.domain).finditer(sentence):
        leaves, lands = _minutes(match["leaves"]), _minutes(match["lands"])
        routes = {
            route
            for number, known in read.routes.items()
            if leaves in hours_of(read.ground, number, "depart") and lands in hours_of(read.ground, number, "arriv")
            for route in known
        }
        one, other = read.codes(match, "a"), read.codes(match, "b")
        if any((a in one) != (b in other) for a, b in routes) and not any(a in one and b in other for a, b in routes):
            return "the places that were read with these hours"
    return ""


_NEAR = 40
"""Letters around two places in which a word for the whole trip stands."""
_DENIES = re.compile(r"\b(?:sorry|cannot|can['’]t|unable|not possible)\b", re.IGNORECASE)


def _of_trip(read: Map, subject: Subject | None, sentence: str) -> str:
    """The ends of the trip that is put, or was written, where a line that names no record tells others."""
    fields = read.ground.fields
    match = _pair(read.ground.domain).search(sentence)
    if match is None or subject is None or not (subject.final or subject.made) or _NUMBER.search(sentence):
        return ""
    ends = tuple(subject.args.get(name) or subject.before.get(name) for name in (fields.start, fields.end))
    near = _TRIP.search(sentence[max(0, match.start() - _NEAR) : match.end() + _NEAR])
    if not near or not all(isinstance(end, str) for end in ends) or _WISHED.search(sentence[: match.start()]):
        return ""
    if _DENIES.search(sentence):
        return ""
    told = [(a, b) for a in read.codes(match, "a") for b in read.codes(match, "b")]
    others = _trips(read.ground, ends)
    if ends in told or any(pair in others for pair in told) or _BACK.search(sentence):
        return ""
    legs = [(leg.get(fields.start), leg.get(fields.end)) for leg in subject.flights]
    legs += [route for leg in subject.flights for route in read.routes.get(str(leg.get(fields.leg)).lower(), ())]
    return "" if any(pair in legs for pair in told) else f"from {ends[0]} to {ends[1]}, as the trip goes"


_CLASS = re.compile(r"\b(?:basic economy|economy|business)\b(?! (?:fares?|prices?|seats?)\b)", re.IGNORECASE)


def _in_class(subjects: Sequence[Subject | None], sentence: str) -> str:
    """The class of a booking that is put, or was made, where a line that describes the trip tells another."""
    booked = {
        one.cabin for one in subjects if one and (one.final or one.made) and one.step.call.tool.startswith("book")
    }
    found = list(_CLASS.finditer(sentence)) if re.search(r"\b(?:one[- ]way|round[- ]trip)\b", sentence, re.IGNORECASE) else []  # fmt: skip
    told = {match[0].lower() for match in found}
    if not booked or len(told) != 1 or _WISHED.search(sentence[: found[0].start()]) or sentence.endswith("?"):
        return ""
    return "" if booked & told else f"{' or '.join(sorted(booked))}, as it is called with"


def _trips(ground: Ground, own: tuple[object, ...]) -> set[tuple[str, str]]:
    """From where to where the other trips go that were read, and the searches that were made."""
    fields = ground.fields
    found: set[tuple[str, str]] = set()
    for shown in ground.shown:
        rows = [shown.call.args, *(look.data for looks in shown.looks.values() for look in looks)]
        for row in rows:
            if isinstance(row, Mapping) and row.get(fields.start) and row.get(fields.end) and (fields.legs in row or "date" in row):  # fmt: skip
                found.add((str(row[fields.start]), str(row[fields.end])))
    return found - {own, own[::-1]}
