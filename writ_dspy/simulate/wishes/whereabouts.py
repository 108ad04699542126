"""Where and when else: places that nobody named, months and seasons of no day of the task, and what only the shop's own system shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.sayings import WEATHER
from writ_dspy.domains.values import MONTHS, values
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import Wanted

AWAY = re.compile(r"\b(?:from|to|into|via|through|out of|destination|origin|departure|make (?:it|that)|instead)\b")
"""A quick look for words beside which a place is wished for."""
_GOES = (
    r"(?:fly|flies|flying|flights?|go|going|goes|get|leav\w+|depart\w*|start\w*|begin\w*|travel\w*|trip|journey|tickets?|seats?|land\w*|arriv\w+|head\w*|route\w*|be|is|it|mean|meant|"
    r"rather|instead|want|need|book|rebook|change|move|switch|redirect|make|prefer|but|no|sorry|actually|rather)"
)
_PLACE = r"(?P<place>[A-Z][a-zA-Zé'-]+(?: (?:de |of |City|[A-Z][a-z]+))?)"
_WAYS = (
    re.compile(rf"\b(?i:{_GOES})\W+(?:\w+\W+){{0,2}}?(?:from|to|into|via|through|out of|in)\s+{_PLACE}"),
    re.compile(rf"^\W*(?i:from|to|via|into)\s+{_PLACE}"),
    re.compile(rf"\b(?i:make|made) (?:it|that|this)\s+{_PLACE}"),
    re.compile(
        rf"\b{_PLACE} (?:as|for) (?:the|my|our) (?:new )?(?:destination|origin|start\w*|departure|arrival|stop|airport)"
    ),
    re.compile(
        rf"\b(?i:destination|origin|departure(?: airport| city)?|starting point|arrival airport) (?:is|should be|has to be|must be|was|would be)\s+(?:in )?{_PLACE}"
    ),
    re.compile(rf"\b{_PLACE} instead\b"),
)
"""How a place is wished for as an end of a way, or in between."""
_NO_PLACES = frozenset(
    (
        *MONTHS, *(name[:3] for name in MONTHS), "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i", "i'm", "i'd", "i'll", "paypal", "visa",
        "mastercard", "amex", "american", "apple", "google", "mr", "mrs", "ms", "dr", "god", "english", "ok", "okay", "am", "pm", "please", "thanks", "thank", "yes", "no",
        "my", "the", "it", "that", "this", "a", "an", "you", "your", "her", "his", "our", "we", "can", "what", "which", "business", "economy", "basic", "christmas", "easter",
    )
)  # fmt: skip
"""Words with a capital that are no places."""


def elsewhere(wanted: Wanted, fresh: Sequence[Part], heard: Heard, text: str) -> Iterator[tuple[int, str, str]]:
    """A place that is wished for and that neither the task nor the agent names, whether or not the domain has it."""
    if not wanted.domain.pack.places:
        return
    for part in fresh:
        if part.asked or part.supposed or part.tells or not AWAY.search(part.text):
            continue
        written = text[part.start : part.end]
        for way in _WAYS:
            match = way.search(written)
            if match is None or part.denied(match.start("place")) or _is_known(wanted, heard, match["place"]):
                continue
            yield part.start, match["place"], "a place that its task has"
            break


def _is_known(wanted: Wanted, heard: Heard, name: str) -> bool:
    lower = name.lower()
    words = [lower, lower.split()[0]]
    if words[-1] in _NO_PLACES:
        return True
    places = wanted.domain.pack.places
    names = {*words, *(code.lower() for code, city in places.items() if city.lower() in words)}
    names |= {places[word.upper()].lower() for word in words if word.upper() in places}
    return any(
        word in known
        for word in names
        for known in (wanted.text, wanted.gold, wanted.records, heard.text, wanted.domain.policy.lower())
    )


SEASON = re.compile(
    rf"\b(?P<month>{'|'.join(MONTHS)})\b|\b(?:(?:next|following|coming) (?:month|year|summer|winter|spring|fall|autumn|season)|(?:the |this |over |in |until |to )(?:summer|autumn|winter|springtime|christmas|"
    r"easter|thanksgiving|new year)|(?:a|one|two|three|a few|several|some) (?:weeks?|months?) (?:later|earlier))\b"
)
"""A time that is no day."""
_IN = re.compile(
    r"\b(?:in|of|for|until|till|by|this|next|early|late|mid|to|from|since|during|about|end of|beginning of|before|after|around)(?:[ -]the)?[ -]$"
)
_FITS = re.compile(r"\b(?:works?|suits?|better|instead|how about|what about|would be|it is|fits)\b")
_GOING = re.compile(
    r"\b(?:go|fly|travel|leave|depart|return|move|push|postpone|shift|reschedule|rebook|book|do it|make it|change|switch|date|trip|flight|be (?:in|over|the|on|next))\b"
)
_AWAY_THEN = re.compile(r"\b(?:i|we)(?:'ll| will) be\b|\b(?:call|write|talk|know|hear)\b")
"""What a user will do by itself."""
_MODAL = ("may", "march")


def seasons(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """A month or a season that is wished for and holds no day of the task; only where the task is about days."""
    months = {
        value.date[0]
        for value in (*wanted.said_values, *values(wanted.gold))
        if value.quantity == "date" and (value.year or 2024) >= 2024
    }
    if not months:
        return
    for part in fresh:
        if (
            part.asked
            or part.supposed
            or part.tells
            or not ((part.wills and _GOING.search(part.text)) or _FITS.search(part.text))
            or _AWAY_THEN.search(part.text)
        ):
            continue
        for match in SEASON.finditer(part.text):
            month, before = match["month"], part.text[: match.start()]
            if month in _MODAL and not _IN.search(before):
                continue
            known = month is not None and MONTHS.index(month) + 1 in months
            if WEATHER.match(part.text, match.start()):
                continue
            if known or match.group() in wanted.text or match.group() in heard.text or part.denied(match.start()):
                continue
            if (
                re.match(r"\s(?:the )?\d", part.text[match.end() :])
                or re.search(r"\d(?:st|nd|rd|th)?(?: of)? $", before)
                or after(turn, part, match.end())
            ):
                continue  # a day, which is compared as one
            yield part.start, match.group(), "a time that its task has"


_SYSTEM = r"(?:system|database|data ?base|tools?|back ?-?end|api|inventory|server|source code|internal (?:\w+ )?(?:records?|files?|notes?|screen)|crm)"
LOOKED_UP = re.compile(
    rf"\byour (?:\w+ )?{_SYSTEM} (?:\w+ly )?(?:says?|shows?|lists?|tells?|returns?|returned|has|holds|reports?|contains?|gives?|gave|records?|marks?)\b|"
    rf"\bi(?:'ve| have)? (?:\w+ )?(?:looked|checked|peeked|searched|went|gone|dug|logged|hacked|queried|read|browsed|opened|got|accessed|called|ran|seen|saw)\b[^.;!?]{{0,16}}\b(?:your|the) (?:\w+ )?{_SYSTEM}\b|"
    rf"\b(?:in|inside|from|on) your (?:\w+ )?{_SYSTEM}\W+(?:i|we) (?:can )?(?:see|saw|found|find|read|know)\b|"
    rf"\bi (?:can )?(?:see|saw|found|read|know)\b[^.;!?]{{0,30}}\b(?:in|inside|from|on) your (?:\w+ )?{_SYSTEM}\b|\bi (?:have|got|had) access to your\b|"
    rf"\baccording to your (?:\w+ )?{_SYSTEM}\b|\bi can see the record\b"
)
"""What a customer would have to be behind the counter for."""


_ECHO = re.compile(r"your (?:\w+ )?(?:system|inventory|records?|files?) |according to your")
_LONG = re.compile(r"\b[a-z]{5,}\b|#?\b\w*\d\w*\b")


KNOWS = re.compile(r"\b(?:i|we) already know\b|\b(?:i|we) know (?:that|it|this)? ?already\b")


def known_already(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """A value that the user says to know, and that neither the task nor the agent has told."""
    known = {abs(item.number) for item in (*wanted.said_values, *heard.values)}
    sentences_ = {part.sentence for part in fresh if KNOWS.search(part.text) and not part.asked and not part.supposed}
    for part in fresh:
        for item in values(part.text) if part.sentence in sentences_ else ():
            if (
                item.quantity in ("money", "time", "count", "date")
                and item.number > 1
                and abs(item.number) not in known
            ):
                yield part.start, part.text[item.start : item.end], "only what a customer can know"


def looked_up(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """The user claims to have seen the shop's own data; what the agent told of it may be repeated."""
    for part in fresh:
        match = None if part.asked or part.supposed else LOOKED_UP.search(part.text)
        if match is None or part.denied(match.end()) or match.group() in wanted.text:
            continue
        if _ECHO.match(match.group()) and any(word in heard.text for word in _LONG.findall(part.text[match.end() :])):
            continue  # what the agent told of it is repeated
        yield part.start, match.group(), "only what a customer can see"


COMPANY = re.compile(r"\b(?:along|with (?:me|us)|of us|joins?|joining|too|as well|party|group|team|family)\b")
"""A quick look for words by which somebody else comes along."""
