"""Echoed: the values that a yes names have to be those of the write, and what it is given for has to be all of it.

Judged is a clause that speaks of nothing but the write: one made of words of agreeing, of the write's own words and of values of the sorts
that a write has. "The wedding is on the 23rd" says nothing of a flight, "on the 23rd, please" does.
"""

# Longer than 400 lines: the sorts of values that a yes may name are judged by one rule, and are read together.

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.values import UNITS, values
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.narrowed import Group, called, groups, record_of
from writ_dspy.verify.vocabulary import vocabulary

_AGREES = """a an the my our your his her their this that these those it its i we you he she they there here of all everything everybody everyone yes
    yeah yep yup sure ok okay cool fine alright right correct good great perfect please go ahead proceed do confirm confirmed agree agreed
    approve approved accept absolutely exactly indeed definitely certainly course sounds sound looks look works work suits suit is are be
    being s d ll m re ve will can may how what like want would need have take book make use put charge charged pay pays give get keep leave
    add send change done in on with for to by at from and as up off also too well then only just alone both me us one ones version model
    variant option itself now again still so but thank thanks instead goes comes come listed said shown stands booking reservation flight
    flights trip ticket order cancellation exchange return refund size color colour material style card certificate account payment paypal
"""
_FRAME = frozenset(_AGREES.split())
"""Words of a clause that only agrees, or says how; "flight" and "order" are what it is about."""
_FRAMED = frozenset((word[:1], *sorted(word)) for word in _FRAME)
"""Their letters: "wiht" is one of them, too."""
_DUTY = re.compile(r"\b(?:have|has|had|need|needs) to\b")
"""What somebody has to do is no word on the write."""
_CLAUSE = re.compile(r"[.!?;:\n]+(?:\s+|\Z)|,\s+|\s+[–—-]+\s+")
_WORD = re.compile(r"[a-z0-9#_$%'.-]*[a-z0-9]")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MANY = {"both": 2, "a couple": 2, **{word: number for number, word in enumerate(UNITS[:13])}}
_NUMBER = rf"(?P<n>{'|'.join(_MANY)}|\d{{1,2}})"


@dataclass(frozen=True, slots=True)
class Named:
    """A value that a clause names."""

    start: int
    end: int
    fault: str = ""
    """What it should have been; nothing where it is the write's own."""
    of: str = ""
    """Which of several things of its sort it is a value of: a color, a size."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write, as its proposal put it forward."""

    domain: Domain
    call: Call
    args: Mapping[str, Json]
    """Of the call, read once."""
    record: Mapping[str, Json]
    groups: Sequence[Group]
    proposal: str
    """What the agent has said since the list began, in lower case."""
    reply: str

    @property
    def fields(self) -> Fields:
        """What fields are called here."""
        return self.domain.pack.fields

    @property
    def flights(self) -> Sequence[Json]:
        """Those that it sets, or those of its record."""
        fields = self.fields
        found = self.args.get(fields.legs, self.record.get(fields.legs))
        return found if isinstance(found, list) else ()

    @property
    def people(self) -> int:
        """How many it is for; 0 where that is no matter of it."""
        fields = self.fields
        found = self.args.get(fields.party, self.record.get(fields.party))
        return len(found) if isinstance(found, list) else 0


def echoed(case: Case, step: Step, proposal: str, reply: str) -> str:
    """What a reply that says yes names otherwise than the write has it; nothing where all that it names is the write's own.

    Args:
        case: The case.
        step: The write.
        proposal: What the agent has said since the list began, in lower case.
        reply: What the user answered, in lower case.
    """
    text = reply.replace("’", "'")
    write = Write(
        case.domain, step.call, step.call.args, record_of(case, step), tuple(groups(case, step)), proposal, text
    )
    own = _own_words(write)
    for clause in _CLAUSE.split(text):
        found = [list(sort(write, clause)) for sort in _SORTS]
        if not any(named.fault for sort in found for named in sort) or not _closed(clause, found, own):
            continue
        for sort in found:
            for of in {named.of for named in sort}:
                faults = [named.fault for named in sort if named.of == of]
                if all(faults):
                    return faults[0]
    return ""


def _closed(clause: str, found: Sequence[Sequence[Named]], own: frozenset[str]) -> bool:
    """Whether a clause speaks of the write alone."""
    rest = list(clause)
    for sort in found:
        for named in sort:
            rest[named.start : named.end] = " " * (named.end - named.start)
    if _DUTY.search(clause):
        return False
    words = (part for word in _WORD.findall("".join(rest)) for part in (word.split("'") if word not in own else ()))
    return all(word in own or word.strip("#$.") in own or _letters(word) in _FRAMED for word in words if word)


def _letters(word: str) -> tuple[str, ...]:
    """What two letters that change places leave as it is."""
    return (word[:1], *sorted(word))


def _own_words(write: Write) -> frozenset[str]:
    """The words of the write's values, of what they are called by, and of what is done."""
    fields = write.fields
    parts = " ".join(form for group in write.groups for names in group.names for form in names)
    places = " ".join(
        write.domain.pack.places.get(str(write.args.get(name)), "") for name in (fields.start, fields.end)
    )
    text = f"{write.call.text} {parts} {places} {write.record.get(fields.party, '')}".lower().replace("_", " ")
    return frozenset(_WORD.findall(text)) | frozenset(re.findall(r"[a-z]+|\d+", text))


# ----------------------------------------------------------------------------- things


@lru_cache(maxsize=16)
def _variants(domain: Domain) -> Mapping[str, Mapping[str, str]]:
    """Id of an item -> the options of its version."""
    found: dict[str, Mapping[str, str]] = {}
    for table in domain.tables.values():
        for row in table.values():
            for field in row.values() if isinstance(row, Mapping) else ():
                for key, one in field.items() if isinstance(field, Mapping) else ():
                    if isinstance(one, Mapping) and isinstance(
                        options := one.get(domain.pack.fields.features), Mapping
                    ):
                        found[key] = {str(name).lower(): str(value).lower() for name, value in options.items()}
    return found


_GIVES_UP = re.compile(r"\b(?:swap|exchang|replac|return|send|chang|turn)\w*\b")


def _options(write: Write, clause: str) -> Iterator[Named]:
    """A version of a thing: "the white one", "in size L"."""
    fields = write.fields
    known = _variants(write.domain)
    new, old = ([known[key] for key in _ids(write.args.get(name)) if key in known] for name in (fields.replacing, fields.taken))  # fmt: skip
    wanted = [*new, *(old if not new or _GIVES_UP.search(clause) else ())] or old
    own = {value for one in wanted for value in one.values()}
    clause = _masked(write, clause)
    choices = vocabulary(write.domain).options
    others = {(value, name) for one in (*new, *old) for name in one for value in choices.get(name, ())}
    for value, option in sorted(others, key=lambda one: (-len(one[0]), one)):
        if value not in clause or value in _FRAME or value in ("no", "none"):
            continue
        ahead = rf"(?:(?:in|size|an?|the|{re.escape(option)}) )" + ("" if len(value) < 3 or value.isdigit() else "?")
        for match in re.finditer(rf"(?<![\w'-]){ahead}{re.escape(value)}(?![\w'-])(?: {re.escape(option)}\b)?", clause):
            ours = any(value in one.split() or one == value for one in own)
            listed = ", ".join(sorted({one[option] for one in wanted if option in one}))
            yield Named(*match.span(), "" if ours else f"a yes to {option} {listed} as listed, not to {value}", option)


def _masked(write: Write, clause: str) -> str:
    """A clause without the names of things, as long as it was: an espresso machine need not be of that type."""
    listed = (form for group in write.groups for names in group.names for form in names)
    sold = (name for name in _sold(write.domain) if " " in name and name in clause)  # "the digital camera order"
    for form in sorted({*listed, *sold}, key=len, reverse=True):
        clause = clause.replace(form, " " * len(form))
    return clause


def _ids(value: Json) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else ()


def _pieces(write: Write, clause: str) -> Iterator[Named]:
    """How many of a thing: "two pairs"."""
    fields = write.fields
    ids = _ids(write.args.get(fields.replacing, write.args.get(fields.taken)))
    known = Counter(ids) if ids else Counter()
    for match in re.finditer(rf"\b{_NUMBER}(?: more| extra)? (?:pairs?|copies|units|sets|of each)\b", clause):
        if known and _count(match["n"]) not in known.values():
            yield Named(*match.span(), "a yes to the number of pieces as listed")


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _MANY[word]


_RIGHT = re.compile(
    r"\b(?:is|are|looks?|sounds?|seems?|'s)\b.{0,12}\b(?:right|correct|good|fine|ok|okay|alright|great|perfect|confirmed|agreed)\b"
)
_STAYS = re.compile(
    r"\b(?:keep|keeps|stays?|leave|remains?|mine|still|unchanged|untouched|as is|as (?:it|they) (?:is|are|was|were))\b"
)
_OTHERS = re.compile(
    r"(?<!no )(?<!not )(?<!any )(?<!without )\bother (?:orders|trips|reservations|bookings|items|flights|addresses|ones)\b"
)
_RECORD = re.compile(r"\b(?:orders?|packages?|parcels?|reservations?|bookings?|trips?)\b")


def _some(write: Write, clause: str) -> Iterator[Named]:
    """Some of the things that are listed; "the order with the lamp" is one order."""
    fields = write.fields
    for group in write.groups:
        spoken = [
            form for names in group.names if (form := next((one for one in names if _stands(one, write.reply)), ""))
        ]
        if group.kind in (fields.legs, fields.party) or len({*spoken}) == len({names[0] for names in group.names}):
            continue
        for form in spoken:
            for match in re.finditer(
                rf"(?P<for>\b(?:for|about) (?:the |my |our )?)?\b{re.escape(form)}(?:s|es)?\b", clause
            ):
                alone = (match["for"] or _RIGHT.search(clause, match.end())) and not _RECORD.search(clause)
                yield Named(*match.span(), f"a yes to all that is listed, not to {form} alone" if alone else "")


def _beyond(write: Write, clause: str) -> Iterator[Named]:
    """A thing that is not listed; that it stays where it is says nothing of the write."""
    if _STAYS.search(clause):
        return
    for match in _OTHERS.finditer(clause):
        yield Named(*match.span(), "a yes to what was listed, and to nothing else")
    mine = {form for group in write.groups for names in group.names for form in names}
    for thing, forms in _sold(write.domain).items():
        for match in () if mine & {*forms} else _where(forms, clause):
            short = any(form != match[0] and form.endswith(match[0]) for form in mine)  # "the watch" is the wristwatch
            if _AS_IT_WORKS.search(f"{clause[: match.start()]}\0{clause[match.end() :]}"):
                continue
            partly = (
                not match[0].startswith(forms[0]) and thing not in str(write.record).lower()
            )  # "the right machine" for a laptop
            if not (short or partly) and not any(_stands(form, write.proposal) for form in forms):
                yield Named(*match.span(), f"a yes to what was listed, not to {thing}")


_AS_IT_WORKS = re.compile(
    r"\A\W*(?:(?:and|but|oh|by the way|as for)\W+)*(?:the|my|our|that|this|those|these)\s+(?:\w+ )?\0(?:e?s)?,? (?:still |just |really |always |never )*(?:works?|worked|runs?|is|are|was|were|does|do|has|looks?|sounds?|fits?|came|arrived|holds?)\b(?! (?:what|the|to|it|that|this|mine|also|too|in|on|for|going|supposed)\b)(?!.*\bfor (?:me|us|him|her|them)\b)"
)
"""How a thing is that nothing is asked for: "the thermostat works fine"."""


def _left(write: Write, clause: str) -> Iterator[Named]:
    """A thing of the record that the write leaves as it is, where none of its own is named: "only the kettle"."""
    own = {form for group in write.groups for names in group.names for form in names}
    taken = {name for name, value in write.args.items() if isinstance(value, list)}
    if (
        not taken
        or _STAYS.search(clause)
        or any(_stands(form, write.reply) or _short_for(form, write.reply) for form in own)
    ):
        return
    rows = (row for value in write.record.values() if isinstance(value, list) for row in value)
    for names in {called(write.fields, row) for row in rows} - {()}:
        if own.isdisjoint(names) and not any(form.endswith(names[-1]) for form in own):
            for match in _where(names, clause):
                yield Named(*match.span(), f"a yes to what was listed, not to {names[0]}")


_SHORT = 4
"""Letters of what stands for a longer word."""


def _short_for(form: str, text: str) -> bool:
    """Whether the end of a compound is named: "the watch" is the wristwatch."""
    ends = (form[at:] for at in range(1, len(form) - _SHORT + 1)) if form.isalpha() else ()
    return any(_stands(end, text) for end in ends)


def _where(forms: Sequence[str], clause: str) -> Iterator[re.Match[str]]:
    one = next((form for form in forms if form in clause), None)
    if one is not None:
        found = re.finditer(rf"(?<![\w-]){re.escape(one)}(?:s|es)?(?: orders?)?(?![\w-])", clause)
        yield from (match for match in found if not match[0].endswith((" order", " orders")))  # found by what it holds


def _stands(form: str, text: str) -> bool:
    return form in text and re.search(rf"(?<![\w-]){re.escape(form)}(?:s|es)?(?![\w-])", text) is not None


@lru_cache(maxsize=16)
def _sold(domain: Domain) -> Mapping[str, tuple[str, ...]]:
    """What things are called, in full and by their last word."""
    names = vocabulary(domain).things
    return {name: tuple(dict.fromkeys((name, name.split()[-1]))) for name in names if name.split()[-1] not in _FRAME}


# ----------------------------------------------------------------------------- trips

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINAL = re.compile(r"\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:bag|leg|flight|one|of)\b)")
_MOVED = re.compile(
    r"\b(?:an?|one|two|three|\d) (?:days?|weeks?|hours?) (?:earlier|later|before|after|sooner)\b|\bthe (?:day|week) (?:before|after)\b"
)


def _dates(write: Write, clause: str) -> Iterator[Named]:
    """A date, a day of the week, or a move away from it."""
    own = _own_dates(write)
    if not own:
        return
    told = {(month, day) for _, month, day in own}
    trip = {one for one in own if "-".join(f"{part:02}" for part in one) in str(write.flights)} or own
    for value in values(clause):
        if value.quantity == "date":
            yield Named(value.start, value.end, "" if value.date in told else "a yes to the dates as listed")
    for match in _ORDINAL.finditer(clause):
        right = int(match["day"]) in {day for _, day in told}
        yield Named(*match.span(), "" if right else f"a yes to the dates as listed, not to {match[0]}")
    week = {_DAYS[dt.date(*one).weekday()] for one in trip}
    for match in re.finditer(rf"\b(?:{'|'.join(_DAYS)})\b", clause):
        yield Named(*match.span(), "" if match[0] in week else f"a yes to the dates as listed, not to {match[0]}")
    for match in _MOVED.finditer(clause):
        yield Named(*match.span(), f"a yes to the dates as listed, not {match[0]}")


_FEASTS = re.compile(
    r"\b(?:for|on|at|over) (?:christmas(?: eve| day)?|new year(?:'s(?: eve| day)?)?|easter(?: sunday| monday)?|thanksgiving|halloween|valentine's(?: day)?)\b"
)


def _feasts(write: Write, clause: str) -> Iterator[Named]:
    """A feast, which no flight of the write is on, nor is it done on one: nobody who agrees has a word for it, unless it was listed."""
    for match in _FEASTS.finditer(clause):
        if write.flights or match[0].partition(" ")[2] not in write.proposal:
            yield Named(*match.span(), f"a yes to the dates as listed, not {match[0]}")


def _own_dates(write: Write) -> set[tuple[int, int, int]]:
    """Dates of the write, and those of the record where it sets none itself."""
    text = write.call.text if write.fields.legs in write.args else f"{write.call.text} {write.flights}"
    found = ((int(year), int(month), int(day)) for year, month, day in _ISO.findall(text))
    return {one for one in found if one[1] <= 12 and one[2] <= 31}


_PARTS = {"morning": (4, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (20, 29), "noon": (11, 14)}
_PART = re.compile(rf"\b(?P<part>{'|'.join(_PARTS)})(?: (?:one|flight|departure|connection))\b")


def _hours(write: Write, clause: str) -> Iterator[Named]:
    """A part of the day at which no flight of the write leaves."""
    fields = write.fields
    table = write.domain.tables.get(fields.legs, {})
    rows = [table.get(str(one.get(fields.leg))) for one in write.flights if isinstance(one, Mapping)]
    times = [next((str(value) for name, value in row.items() if "departure" in name), "") for row in rows if isinstance(row, Mapping)]  # fmt: skip
    hours = [int(time[:2]) for time in times if time[:2].isdigit()]
    for match in _PART.finditer(clause) if hours else ():
        first, last = _PARTS[match["part"]]
        right = any(first <= hour < last or first <= hour + 24 < last for hour in hours)
        yield Named(*match.span(), "" if right else f"a yes to the flights as listed, not to the {match['part']} one")


def _numbers_of(write: Write, clause: str) -> Iterator[Named]:
    """A flight by its number, which is neither the write's nor its record's."""
    fields = write.fields
    for match in re.finditer(r"\b[a-z]{3}\d{3}\b", clause) if fields.legs in write.args else ():
        if match[0].upper() in write.domain.tables.get(fields.legs, {}):
            known = match[0] in f"{write.call.text} {write.record}".lower()
            yield Named(*match.span(), "" if known else f"a yes to the flights as listed, not to {match[0].upper()}")


_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap])\.?m\.?(?= (?:one|flights?|departure|connection|fligth)\b)"
)


def _times(write: Write, clause: str) -> Iterator[Named]:
    """A flight by its hour, at which none of the write leaves or lands."""
    fields = write.fields
    table = write.domain.tables.get(fields.legs, {})
    rows = [table.get(str(one.get(fields.leg))) for one in write.flights if isinstance(one, Mapping)]
    times = {
        str(value)[:5] for row in rows if isinstance(row, Mapping) for name, value in row.items() if "time" in name
    }
    for match in _CLOCK.finditer(clause) if times else ():
        said = f"{int(match['hour']) % 12 + 12 * (match['half'] == 'p'):02}:{match['minute'] or '00'}"
        yield Named(*match.span(), "" if said in times else f"a yes to the flights as listed, not to {match[0]}")


def _routes(write: Write, clause: str) -> Iterator[Named]:
    """A route from a place to another, of which no flight of the write leaves or lands at one."""
    fields = write.fields
    table = write.domain.tables.get(fields.legs, {})
    rows = [table.get(str(one.get(fields.leg))) for one in write.flights if isinstance(one, Mapping)]
    ends = {str(row.get(end)) for row in rows if isinstance(row, Mapping) for end in (fields.start, fields.end)}
    forms: dict[str, set[str]] = {}
    for code, name in write.domain.pack.places.items():
        forms.setdefault(name.lower(), set()).add(code)
        forms.setdefault(code.lower(), set()).add(code)
    if not ends or not any(form in clause for form in forms):
        return
    one = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    for match in re.finditer(rf"\b(?P<a>{one})(?: to | ?[-–→] ?)(?P<b>{one})\b", clause):
        wrong = next((match[way] for way in ("a", "b") if forms[match[way]].isdisjoint(ends)), "")
        yield Named(*match.span(), f"a yes to the route as listed, not with {wrong}" if wrong else "")


_OUT = r"(?:way (?:out|there)|outbound(?: (?:flight|leg|part|trip))?|first (?:leg|flight|segment|half|part|connection))"
_BACK = r"(?:way (?:back|home)|inbound(?: (?:flight|leg|part|trip))?|return (?:flight|leg|part)|(?:second|last|other) (?:leg|flight|segment|half|part|connection))"
_WAYS = re.compile(rf"\b(?:(?P<out>{_OUT})|(?P<back>{_BACK}))\b")


def _ways(write: Write, clause: str) -> Iterator[Named]:
    """One way of a trip, or one flight of several; a change of one flight alone may be called so."""
    fields = write.fields
    spoken = {match.lastgroup for match in _WAYS.finditer(write.reply)}
    before = write.record.get(fields.legs)
    kept = (
        _numbers(fields, before) & _numbers(fields, write.flights)
        if fields.legs in write.args and isinstance(before, list)
        else set()
    )
    part = bool(kept) and kept != _numbers(fields, write.flights)
    one = len(write.flights) > 1 and len(spoken) == 1 and not part
    for match in _WAYS.finditer(clause) if write.flights else ():
        yield Named(*match.span(), f"a yes to all that is listed, not to the {match[0]} alone" if one else "")


def _numbers(fields: Fields, flights: Sequence[Json]) -> set[tuple[str, str]]:
    return {(str(row.get(fields.leg)), str(row.get("date"))) for row in flights if isinstance(row, Mapping)}


# ----------------------------------------------------------------------------- people, bags

_CROWD = re.compile(
    rf"\b(?:all )?(?:the )?{_NUMBER} (?:of us|people|persons|passengers?|travell?ers?|seats?|tickets?)\b|\bfor (?:all )?(?:the )?(?P<m>{'|'.join(_MANY)}) of (?:them|you)\b|\bboth (?:passengers|travell?ers|people)\b"
)
_ME = re.compile(r"\b(?:only|just|solely) (?:for )?(?:me|myself)\b|\b(?:me|myself) (?:only|alone)\b")


_AS_FOR = re.compile(r"^\W*(?:and |but )?(?:as for|about|regarding|concerning) (?:all )?(?:the )?\Z")
"""Before those of whom another wish was: "as for the six of us, what a pity"."""


def _people(write: Write, clause: str) -> Iterator[Named]:
    """For how many it is."""
    if not write.people:
        return
    wanted = "a yes for all who are listed, and no others"
    for match in _CROWD.finditer(clause):
        if _AS_FOR.search(clause, 0, match.start()):
            continue
        yield Named(*match.span(), "" if _count(match["n"] or match["m"] or "both") == write.people else wanted)
    for match in _ME.finditer(clause):
        yield Named(*match.span(), "" if write.people == 1 else wanted)


_WITH = re.compile(r"\b(?:for|with|and|it's|it is|that's) (?P<name>[a-z]+)\b(?!')")


def _guests(write: Write, clause: str) -> Iterator[Named]:
    """Somebody who is not listed."""
    known = vocabulary(write.domain).first
    for match in _WITH.finditer(clause) if write.people else ():
        if match["name"] in known and match["name"] not in _FRAME:
            ours = _stands(match["name"], f"{write.call.text} {write.record} {write.proposal}".lower())
            yield Named(*match.span("name"), "" if ours else f"a yes for those who are listed, not for {match['name']}")


_IN_PLACE = re.compile(r"\b(?:instead of|in place of|rather than)")


def _replaced(write: Write, clause: str) -> Iterator[Named]:
    """Somebody who is listed gives way to another."""
    fields = write.fields
    for group in write.groups if _IN_PLACE.search(clause) else ():
        if group.kind == fields.party and fields.party in write.args:
            for names in group.names:
                forms = "|".join(map(re.escape, names))
                for match in re.finditer(rf"{_IN_PLACE.pattern} (?:{forms})\b", clause):
                    yield Named(*match.span(), f"a yes for all who are listed, {names[0]} included")


_FREE = re.compile(
    r"\b(?:(?P<which>first|second|third|fourth|all|both|every|each|any) (?:of )?)?(?:the |my |our )?(?:checked )?(?:bags?|baggage|luggage|suitcases?|pieces?)\b"
    r"(?: (?:is|are|being|goes|go|comes|come|all|both))* (?:free(?: of charge)?|at no (?:extra )?(?:charge|cost)|for (?:free|nothing)|included)\b"
)
_WHICH = {"first": 1, "second": 2, "third": 3, "fourth": 4}


_OF_THEM = re.compile(rf"\b{_NUMBER} of (?:them|these|those)\b")


def _bags(write: Write, clause: str) -> Iterator[Named]:
    """A bag that is taken to be free, or fewer of them than there are."""
    fields = write.fields
    total, paid = write.args.get(fields.bags), write.args.get(fields.paid_bags)
    if not isinstance(total, int) or not isinstance(paid, int):
        return
    before = write.record.get(fields.bags)
    added = total - before if isinstance(before, int) else total
    for match in _OF_THEM.finditer(clause):
        others = rf"\b{match['n']} (?!(?:checked |free |more |extra )*(?:bags?|suitcases?|pieces?)\b)[a-z-]+s\b"
        if re.search(others, write.proposal):
            continue  # "all four changes", and then "all four of them"
        fault = "" if _count(match["n"]) in (total, added) else f"a yes to {counted(added, 'bag')} as listed"
        yield Named(*match.span(), fault)
    for match in _FREE.finditer(clause):
        right = _WHICH.get(match["which"] or "", total) <= total - paid
        yield Named(*match.span(), "" if right else f"a yes to {counted(paid, 'paid bag')} as listed")


# ----------------------------------------------------------------------------- money

_CAP = re.compile(
    r"\b(?:up to|at most|no more than|not more than|(?:a )?max(?:imum)?(?: of)?|not over|under|below|less than)\W+\Z"
)
_SPLIT = re.compile(
    r"\b(?:split|divided?|shared?|half and half|spread|fifty-fifty|in halves)(?: (?:it|that|evenly|equally|up|in half))*"
    r"(?: (?:between|among|amongst|over|across|on|into|by) (?:\S+ ){0,3}?(?:and \S+|cards|methods|both))?"
)


def _money(write: Write, clause: str) -> Iterator[Named]:
    """An amount that was not listed, or a limit below what is paid."""
    told = {round(100 * abs(value.number)) for value in values(write.proposal) if value.quantity == "money"}
    args = write.args.get(write.fields.purse)
    paid = [round(100 * float(one["amount"])) for one in args if isinstance(one, dict) and isinstance(one.get("amount"), int | float)] if isinstance(args, list) else []  # fmt: skip
    least = min(paid or told, default=0)
    for value in values(clause) if told else ():
        cents = round(100 * abs(value.number))
        cap = _CAP.search(clause[: value.start])
        if cap and value.quantity in ("money", "count") and not clause[value.start : value.end].endswith("bags"):
            fault = "" if cents >= least else f"a yes to ${least / 100:,.2f} as listed"
            yield Named(cap.start(), _bare_end(clause, value.start, value.end, value.unit), fault)
        elif value.quantity == "money":
            yield Named(value.start, value.end, "" if cents in told | set(paid) else "a yes to the amounts as listed")


def _bare_end(clause: str, start: int, end: int, unit: str) -> int:
    """Where an amount ends, without the word behind it."""
    return end - len(unit) if unit and clause[start:end].endswith(unit) else end


def _split(write: Write, clause: str) -> Iterator[Named]:
    """A payment that is to be parted."""
    args = write.args.get(write.fields.purse)
    if isinstance(args, list) and len(args) > 1:
        return
    for match in _SPLIT.finditer(clause):
        yield Named(*match.span(), "a yes to one payment as listed")


# ----------------------------------------------------------------------------- addresses


def _numbered(write: Write, clause: str) -> Iterator[Named]:
    """Another number of a house or a door: "Apt 309"."""
    for value in write.args.values():
        for found in re.finditer(r"\b(?:(?P<word>[a-z]{3,}) (?P<n>\d+)|(?P<m>\d+) (?P<street>[a-z]{3,}))\b", str(value).lower()) if isinstance(value, str) else ():  # fmt: skip
            right = found["n"] or found["m"]
            form = rf"\b{found['word']} (?P<said>\d+)\b" if found["word"] else rf"\b(?P<said>\d+) {found['street']}\b"
            for match in re.finditer(form, clause):
                yield Named(*match.span(), "" if match["said"] == right else f"a yes to {value} as listed")


_STREET = re.compile(
    r"\b(?P<name>[a-z]{3,}) (?:street|st|avenue|ave|road|rd|drive|lane|ln|boulevard|blvd|court|place|highway|parkway|circle|terrace|square)\b"
)
_HOME = re.compile(
    r"\b(?:to|at) (?:my|our) (?P<place>office|work(?:place)?|company|parents'?|(?:mother|father|sister|brother|friend|neighbou?r|boss)(?:'s)?(?: place| house| home)?|summer house|cottage|old (?:place|home|house|flat)|second home|hotel|school|gym)\b"
    r"|\b(?:house|street|apartment|apt|suite|unit|flat|door) number (?P<n>\d+)\b"
)


def _elsewhere(write: Write, clause: str) -> Iterator[Named]:
    """Another place or number than that of an address."""
    known = f"{write.call.text} {write.proposal}".lower()
    for match in _HOME.finditer(clause) if any("address" in name for name in write.args) else ():
        told = match["place"] or match["n"]
        yield Named(
            *match.span(), "" if re.search(rf"\b{re.escape(told)}\b", known) else "a yes to the address as listed"
        )
    for match in _STREET.finditer(clause) if any("address" in name for name in write.args) else ():
        if match["name"] not in _FRAME:
            right = re.search(rf"\b{match['name']}\b", known) is not None
            yield Named(*match.span(), "" if right else "a yes to the address as listed")


_SORTS = (
    _options,
    _pieces,
    _some,
    _beyond,
    _left,
    _dates,
    _feasts,
    _hours,
    _numbers_of,
    _times,
    _routes,
    _ways,
    _people,
    _guests,
    _replaced,
    _bags,
    _money,
    _split,
    _elsewhere,
    _numbered,
)
