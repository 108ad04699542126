"""Values as people write them: amounts of money, dates, times, durations, percentages and counts in running text.

Compared as values, never as strings: `$527`, `527.00 USD` and `527 dollars` are one amount, `May 5` and `2024-05-05` one
date. Neutral to any domain; ids, names and the words for a domain's own values are the domain's (`Pack.ids`,
`Pack.mentions`).
"""

# Longer than 400 lines by a few: the forms of values are one table, and whoever reads one has to see the others.

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from writ_dspy import patterns as re
from writ_dspy.domains.numbered import numbered

Quantity = Literal["money", "date", "time", "duration", "percent", "count"]

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a text, and where it stands."""

    quantity: Quantity
    number: Decimal
    """Money in dollars, a duration in minutes, a time in minutes after midnight, a percentage, or a count; a date as
    `MMDD`."""
    start: int
    end: int
    year: int | None = None
    """Of a date, where the text names it."""
    unit: str = ""
    """Of a count, the word that follows it, in lower case and singular; of a duration in days, `day` or `business day`."""
    through: bool = False
    """The second end of a range (`5 to 7 business days`, `May 17 through 23`)."""

    def same(self, other: Value, year: int | None = None) -> bool:
        """Whether both are one value; a date without its year is one of `year`, or of any year without that."""
        if self.quantity != other.quantity or self.number != other.number:
            return False
        if self.quantity != "date":
            return self.quantity != "duration" or self.unit == other.unit
        mine, theirs = self.year or year, other.year or year
        return mine is None or theirs is None or mine == theirs

    @property
    def date(self) -> tuple[int, int]:
        """Month and day of a date."""
        return divmod(int(self.number), 100)


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SMALL = rf"(?:(?:{_alternatives(TENS)})(?:[ -](?:{_alternatives(UNITS[1:10])}))?|{_alternatives(UNITS)})"
_WORDED = rf"(?:(?:(?:an?|{_SMALL}) hundred(?: and)?(?: {_SMALL})?|(?:an?|{_SMALL}) thousand(?:,? {_SMALL} hundred)?)|{_SMALL})"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_CENTS = rf"(?:,? (?:and )?(?P<c>\d{{1,2}}|{_SMALL})[ -]?(?:cents?\b|¢))"
_LOOSE_CENTS = rf"(?: (?P<loose>[1-9]\d|(?:{_alternatives(TENS)})(?:[ -](?:{_alternatives(UNITS[1:10])}))?|{_alternatives(UNITS[10:])})(?=\W*(?:$|[\n.,;:!?)]|[-–—] |(?:is|was|for|to|on|in|at|or|that|really|extra|more|back|please|total|altogether)\b)))"
"""What is left out of "three dollars fifty" has nothing behind it that the number could count."""
_MONTH = rf"(?:(?P<month>{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d|:\d|\.\d|\s?[ap]\.?m\b)"
_UNIT = r"(?:[^\S\n](?P<unit>[a-z]+\b)(?!\d))?"
_FORMS: tuple[tuple[str, Quantity, str, str], ...] = (
    ("1", "date", "-", r"(?P<year>\d{4})-(?P<m>\d{2})-(?P<day>\d{2})(?!\d|-\d)"),
    ("1", "date", "/", r"(?P<m>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?![\d/])"),
    ("1", "date", "/", r"(?P<m>0?[1-9]|1[0-2])/(?P<day>[0-3]?\d)(?![\w/]|\.\d)"),
    ("1", "date", "/", r"(?!24/7|16/9)(?P<day>1[3-9]|2\d|3[01])/(?P<m>0?[1-9]|1[0-2])(?![\w/]|\.\d)"),
    ("a", "date", "", rf"{_MONTH}\s(?:the\s)?{_DAY}(?:(?:,\s?|\s)(?P<year>(?:19|20)\d\d)(?!\d))?"),
    (
        "1",
        "date",
        r"st|nd|rd|th|[^\S\n][adfjmnos]",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[^\S\n](?:of\s)?{_MONTH}(?:,?\s(?P<year>(?:19|20)\d\d)(?!\d))?",
    ),
    (
        "1",
        "time",
        r":|\s?[ap]",
        r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?)?\s?(?P<half>[ap])\.?m\b\.?",
    ),
    (
        "1",
        "time",
        r":|\s?o| [ia]",
        r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?(?:\s?o'?clock)? (?P<part>in the (?:morning|afternoon|evening)|at night)\b",
    ),
    ("1", "time", ":", r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?:\+1)?(?![\d:])"),
    ("1", "time", r"\s?o", r"(?P<hour>\d{1,2})\s?o'?clock\b"),
    (
        "a",
        "time",
        "",
        rf"(?P<worded>{'|'.join(UNITS[1:13])})\s(?:(?P<half>[ap])\.?m\b\.?|(?:o'?clock )?(?<!one )(?P<part>in the (?:morning|afternoon|evening)|at night)\b)",
    ),
    ("a", "time", "", r"(?P<noon>noon|midnight)\b"),
    (
        "$",
        "money",
        "",
        rf"(?P<sign>(?<!\d)[-−])?(?:(?<=\d)[-−–])?(?:(?:US)?\$\s?|USD\s?)(?P<n>{_DIGITS})(?P<k>k\b)?{_CENTS}?",
    ),
    (
        "1a",
        "money",
        r"[,.]|\s?[bdu]",
        rf"(?P<n>{_DIGITS}|{_WORDED})\s?(?:US\s)?(?:dollars?|USD|bucks?)\b(?:{_CENTS}|{_LOOSE_CENTS})?",
    ),
    ("1a", "money", "[ -]?[c¢]", rf"(?P<n>)(?P<c>\d{{1,2}}|{_SMALL})[ -]?(?:cents?\b|¢)"),
    ("1a", "percent", r"[,.]|\s?[%p]", rf"(?P<n>{_DIGITS}|{_WORDED})\s?(?:%|percent\b|per cent\b)"),
    (
        "1",
        "duration",
        r"\.|\s?h",
        r"(?P<h>\d+(?:\.\d+)?)\s?(?:hours?|hrs?|h)\b\.?(?:,?\s(?:and\s)?(?P<min>\d+)\s?(?:minutes?|mins?|m)\b)?",
    ),
    ("1a", "duration", r"[\s-]?m", rf"(?P<min>\d+|{_WORDED})[\s-]?(?:minutes?|mins?)\b"),
    ("a", "duration", "", rf"(?P<hw>{_WORDED})[\s-]hours?(?P<plus> and a half\b)?\b"),
    ("a", "duration", "", rf"(?P<hw>{_WORDED})(?P<plus>[\s-]and[\s-]a[\s-]half)[\s-]hours?\b"),
    ("1a", "duration", r"[\s-]?[bdw]", rf"(?P<d>\d+|{_WORDED})[\s-]?(?P<unit>(?:business|working)\s)?days?\b"),
    ("1", "count", "", rf"(?P<n>{_DIGITS})(?![\w:/@%]|[.,]\d|-\w){_UNIT}"),
    ("a", "count", "", rf"(?P<n>{_WORDED})(?![\w-]){_UNIT}"),
)
"""What a form begins with (a digit, a letter, a sign of money), what it states, what stands right behind its first digits,
as far as two signs tell it, and how it is written; at a place where a value can begin, the first form that fits is the value."""
_BEGINNING = {
    first: tuple(
        (quantity, re.compile(behind if first == "1" else "", re.IGNORECASE), re.compile(form, re.IGNORECASE))
        for begin, quantity, behind, form in _FORMS
        if first in begin
    )
    for first in "1a$"
}
_WORDS, _MONEY = (tuple((quantity, form) for quantity, _, form in _BEGINNING[first]) for first in "a$")
_NO_DATE = tuple((quantity, form) for quantity, _, form in _BEGINNING["a"] if quantity != "date")
_RUN = re.compile(r"\d+")
_MONTHS = frozenset(name[:3] for name in MONTHS)
_RANGED = re.compile(r"st|nd|rd|th|[,:]|\s?[-–—.…arotu]", re.IGNORECASE)
"""What stands right behind the first digits of a range."""


@lru_cache(maxsize=4096)
def _forms_behind(signs: str) -> tuple[bool, tuple[tuple[Quantity, re.Pattern], ...]]:
    """Whether digits with these two signs behind them can begin a range, and the forms that they can begin."""
    fit = tuple((quantity, form) for quantity, behind, form in _BEGINNING["1"] if behind.match(signs))
    return _RANGED.match(signs) is not None, fit


def _forms_at(text: str, place: int) -> tuple[bool, tuple[tuple[Quantity, re.Pattern], ...]]:
    """Whether a range can begin here, and the forms that can: a look at two signs spares most of the searches."""
    if run := _RUN.match(text, place):
        return _forms_behind(text[run.end() : run.end() + 2])
    if not text[place].isalpha() or text[place] == "U":
        return False, _MONEY
    word = text[place : place + 3].lower()
    return True, _WORDS if not word.isascii() or word in _MONTHS else _NO_DATE


_STARTERS = frozenset(
    (*MONTHS, *(name[:3] for name in MONTHS), "sept", *UNITS, *TENS, "a", "an", "noon", "midnight", "usd")
)


def _started() -> str:
    """Whole words with which a value can begin, by their first letter; "a" and "an" only of "a hundred"."""
    words = sorted(_STARTERS - {"a", "an"}, key=len, reverse=True)
    by_letter = {first: [word[1:] for word in words if word[0] == first] for first in _LETTERS}
    by_letter["a"].append("n?(?= (?:hundred|thousand))")
    each = (f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in by_letter.items())
    return rf"(?:{'|'.join(each)})(?![^\W\d_])"


_LETTERS = "".join(sorted({word[0] for word in _STARTERS}))
_TOKEN = re.compile(
    rf"\d(?<![\w.,:/#@$]\d)|\$|[-−–](?:US)?\$|(?<![^\W\d_])(?=[{_LETTERS}{_LETTERS.upper()}])(?:US\$|{_started()})"
)
"""Where a value can begin: a digit begins none inside a word or a longer number, and a letter none inside a word."""
_MODAL = re.compile(r"\b(?:I|you|we|they|he|she|it|that|this|which|who)\s\Z", re.IGNORECASE)
"""Words after which "may 5" is no date."""
_VERB = re.compile(r"\s(?:also|not|still|only|be|have|need|require|lead|take|work|cost|change|apply|seem|\w+ly)\b")
"""Words before which "1 may" is no date."""
_DATED = re.compile(
    r"(?:\b(?:on|from|to|until|till|through|thru|by|between|dated?|day|before|after|than|earliest|latest|(?:between|from) \d{1,2}/\d{1,2} and)|[(:-])\W{0,3}\Z",
    re.IGNORECASE,
)
"""What stands before "5/7" where that is a day."""
_BETWEEN = re.compile(r"[ ]?(?:-|–|to|through|until|till)[ ]?", re.IGNORECASE)
_WEEKDAY = r"(?:(?:on )?(?:the )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_RANGE_END = re.compile(
    rf"(?:[-–—]|[ ][-–—][ ]|,?[ ](?:(?:and )?(?:all the way |right |up |on )?(?:to|through|thru|until|till|til)(?: and including)?)[ ]{_WEEKDAY}(?:the[ ])?)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:/,.]\d|\s?[ap]\.?m\b|\s(?:{'|'.join(MONTHS)}))",
    re.IGNORECASE,
)
_TO = rf",?[ ]?(?:[-–—]|\.\.+|…|(?:(?:and )?(?:all the way |right |up |on )?(?:to|through|thru|until|untill|till|til)(?: and including)?\b)),?[ ]?{_WEEKDAY}(?:the )?"
_DAYS_TO = re.compile(_TO, re.IGNORECASE)
_DAYS_AND = re.compile(rf",? (?:and|&|to) {_WEEKDAY}(?:the )?", re.IGNORECASE)
_AMONG = re.compile(rf"\b(?:between|from) {_WEEKDAY}(?:the )?\Z", re.IGNORECASE)
"""Right before the first day of a range whose second one stands behind an "and"."""
_EARLIEST = re.compile(
    r"\b(?:earliest|soonest|not before|(?:no|not) (?:earlier|sooner) than|(?:start|begin)\w* (?:on |from |with )?|on or after|any ?time (?:from|after)|from)[^.!?\n\d]{0,14}\Z",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:latest|not after|(?:no|not) (?:later|after)(?: than)?|end(?:s|ing)?|on or before|by|until|till|to|through|at most|last)\b[^.!?\n\d]{0,14}\Z",
    re.IGNORECASE,
)
_AT_THE_EARLIEST = re.compile(
    r"\s?(?:at (?:the )?(?:earliest|soonest)|or later|or after|onwards?)\b[^.!?\n\d]{0,24}", re.IGNORECASE
)
_AT_THE_LATEST = re.compile(r"\s?(?:at (?:the )?latest|or (?:earlier|before|sooner)|inclusive)\b", re.IGNORECASE)
"""The two ends of a range, each said by itself: "no earlier than May 19 and by May 23 at the latest"."""
_AND_DAY = re.compile(
    rf" (?:and|&) {_WEEKDAY}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:/,.]\d|\s?[ap]\.?m\b|\s(?:of |{'|'.join(MONTHS)}))",
    re.IGNORECASE,
)
_OR_DAY = re.compile(
    rf"(?:,|,? (?:or|and|&)),?[ ]{_WEEKDAY}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?=[^\w\s:/$%@#-]*(?:$|\n|[ ](?:or|and|but|so|both|either|whichever|whatever|works?|would|will|are|is|please|if|at|depending)\b|[,.;!?)][ ]))(?!,[ ]?\d{{4}}|,?[ ]\d+[ ][a-z])",
    re.IGNORECASE,
)
"""Another day of the month that was just named: "May 19 or 20"."""
_FROM_DAY = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?=(?P<to>{_TO}|,? and {_WEEKDAY}(?:the )?)(?P<last>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)",
    re.IGNORECASE,
)
"""The first day of a range that names its month behind the second: "the 19th to the 21st of May"."""
_FROM = re.compile(
    r"(?P<d>\d+)(?:\s?[-–]\s?|\sto\s|\sor\s)(?=\d+[\s-]?(?P<unit>(?:business|working)\s)?days?\b)"
    rf"|(?P<w>{_SMALL})\s(?:to|or)\s(?={_SMALL}[\s-](?P<wunit>(?:business|working)\s)?days?\b)",
    re.IGNORECASE,
)


_FROM_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?(?=\s?(?:[-–—]|to\b|until\b|till\b)\s?(?P<end>\d{1,2})(?::(?P<past>[0-5]\d))?\s?(?P<half>[ap])\.?m\b)",
    re.IGNORECASE,
)
"""The first time of a range that says only behind the second which half of the day it is: "2:00–5:00 PM"."""


@lru_cache(maxsize=2048)
def values(text: str) -> tuple[Value, ...]:
    """Every value in the text, in the order in which they stand; no two overlap."""
    found: list[Value] = []
    end = 0
    points = numbered(text)
    for token in _TOKEN.finditer(text):
        if token.start() < end or token.start() in points or not _begins(text, token):
            continue
        for value in _at(text, token.start()):
            last = found[-1] if found else None
            ranged = last is not None and last.quantity == value.quantity and _ranged(text, last, value)
            found.append(replace(value, through=True) if ranged else value)
            end = value.end
    return tuple(found)


def within(text: str) -> Iterator[tuple[Value, Value]]:
    """The first and the last of each range of days."""
    found = values(text)
    for first, last in itertools.pairwise(found):
        if last.through and first.quantity == last.quantity == "date" and first.number <= last.number:
            yield first, last


def _ranged(text: str, first: Value, last: Value) -> bool:
    """Whether two values that follow each other are the ends of a range; days have more ways to say so than other values."""
    if _BETWEEN.fullmatch(text, first.end, last.start):
        return True
    if first.quantity != "date" or last.start - first.end > 40:
        return False
    if _DAYS_TO.fullmatch(text, first.end, last.start):
        return True
    if _DAYS_AND.fullmatch(text, first.end, last.start):
        return _AMONG.search(text, max(0, first.start - 30), first.start) is not None
    opened = _EARLIEST.search(text, max(0, first.start - 40), first.start) or _AT_THE_EARLIEST.fullmatch(
        text, first.end, last.start
    )
    closed = _LATEST.search(text, first.end, last.start) or _AT_THE_LATEST.match(text, last.end)
    return bool(opened and closed)


def _begins(text: str, token: re.Match[str]) -> bool:
    """Whether a value can begin at this token."""
    first = token.start()
    before = text[first - 1 : first]
    if not token[0].isdigit():
        inner = before == "_" or (
            before == "-" and not text[first - 2 : first - 1].isdigit()
        )  # "May 19-May 23" is a range
        return token[0].endswith("$") or (token[0].lower() in _STARTERS and not inner)
    return (
        before != "-" or not text[first - 2 : first - 1].isalpha()
    )  # a range, or a negative number; "iPhone-5" is a name


def _at(text: str, place: int) -> Iterator[Value]:
    """The value that begins here, with the end of a range that has no unit of its own."""
    ranged, forms = _forms_at(text, place)
    if ranged and (low := _FROM.match(text, place)):
        unit = "business day" if low["unit"] or low["wunit"] else "day"
        span = low.span("d") if low["d"] else low.span("w")
        yield Value("duration", _worded(low["d"] or low["w"]) * 1440, *span, unit=unit)
        yield from _at(text, low.end())
        return
    if ranged and (early := _FROM_DAY.match(text, place)) and _is_range(text, early):
        month = 1 + [name[:3] for name in MONTHS].index(early["month"][:3].casefold())
        yield Value("date", Decimal(100 * month + int(early["day"])), *early.span("day"))
        yield from (replace(value, through=True) for value in _at(text, early.start("last")))
        return
    if ranged and (begins := _FROM_TIME.match(text, place)) and (time := _half_of_end(begins)) is not None:
        yield time
        return
    for quantity, pattern in forms:
        match = pattern.match(text, place)
        value = _read(quantity, match) if match else None
        if value is None or (quantity == "date" and _is_modal(text, match)):
            continue
        yield value
        last = _RANGE_END.match(text, value.end) if quantity == "date" else None
        if last is None and quantity == "date" and _AMONG.search(text, max(0, place - 30), place):
            last = _AND_DAY.match(text, value.end)
        if last is not None and 1 <= int(last["day"]) <= 31:
            number = Decimal(100 * value.date[0] + int(last["day"]))
            yield Value("date", number, *last.span("day"), value.year, through=True)
        elif quantity == "date" and value.year is None:
            yield from _or_days(text, value)
        return


def _or_days(text: str, first: Value) -> Iterator[Value]:
    """The days that are named behind a date without their month."""
    place = first.end
    while (found := _OR_DAY.match(text, place)) and int(first.number) % 100 < int(found["day"]) <= 31:
        yield Value("date", Decimal(100 * first.date[0] + int(found["day"])), *found.span("day"))
        place = found.end()


def _is_range(text: str, match: re.Match[str]) -> bool:
    """Whether two numbers before a month are days of it, the later one behind."""
    joined = "and" not in match["to"].lower() or "to" in match["to"].lower()
    among = joined or _AMONG.search(text, max(0, match.start() - 30), match.start()) is not None
    return among and 1 <= int(match["day"]) < int(match["last"]) <= 31


def _is_modal(text: str, match: re.Match[str] | None) -> bool:
    """Whether "may" is a verb beside a number: "you may 5 times", "option 1 may lead to"."""
    if match is None or "may" not in match[0]:
        return False
    if match[0].startswith("may"):
        return _MODAL.search(text, 0, match.start()) is not None
    return match[0].endswith("may") and _VERB.match(text, match.end()) is not None


def _read(quantity: str, match: re.Match[str]) -> Value | None:
    part, span = match.groupdict(), match.span()
    if quantity == "date":
        month = (
            int(part["m"]) if part.get("m") else 1 + [name[:3] for name in MONTHS].index(part["month"][:3].casefold())
        )
        day, year = int(part["day"]), int(part["year"]) if part.get("year") else None
        if match[0].count("/") == 1 and day <= 12 and not _DATED.search(match.string[max(0, span[0] - 20) : span[0]]):
            return None  # "1/2 price" is no second of January
        try:
            dt.date(year or 2024, month, day)  # a leap year, where none is named
        except ValueError:
            return None
        return Value("date", Decimal(100 * month + day), *span, year)
    if quantity == "time":
        minutes = _minutes(part)
        return None if minutes is None else Value("time", Decimal(minutes), *span)
    if quantity == "duration":
        return _lasting(part, span)
    cents = part.get("c") or part.get("loose")
    number = _worded(part["n"] or "0") + (_worded(cents) / 100 if cents else 0)
    if quantity == "money" and not part.get("sign") and match[0][0] in "-−–":  # of a range
        span = (span[0] + 1, span[1])
    if quantity == "money":
        number = number * 1000 if part.get("k") else number
        return Value("money", -number if part.get("sign") else number, *span)
    if quantity == "percent":
        return Value("percent", number, *span)
    unit = (part.get("unit") or "").lower()
    if unit:
        span = match.span("n")
    return Value("count", number, *span, unit=singular(unit))


def _minutes(part: dict[str, str | None]) -> int | None:
    if part.get("noon"):
        return 720 if str(part["noon"]).lower() == "noon" else 0
    hour, minute = int(part.get("hour") or _worded(part.get("worded") or "0")), int(part.get("minute") or 0)
    half = (part.get("half") or "").lower()
    if named := part.get("part"):  # "6 in the evening"
        half = "a" if "morning" in named.lower() or (named.lower() == "at night" and not 6 <= hour < 12) else "p"
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return 60 * hour + minute if hour < 24 else None


def _lasting(part: dict[str, str | None], span: tuple[int, int]) -> Value:
    if part.get("d"):
        unit = "business day" if part.get("unit") else "day"
        return Value("duration", _worded(str(part["d"])) * 1440, *span, unit=unit)
    hours = Decimal(str(part["h"])) if part.get("h") else _worded(part["hw"]) if part.get("hw") else Decimal(0)
    minutes = _worded(str(part["min"])) if part.get("min") else Decimal(0)
    return Value("duration", hours * 60 + minutes + (30 if part.get("plus") else 0), *span)


def _worded(text: str | None) -> Decimal:
    """A number in digits or in words."""
    text = str(text).lower().replace(",", "")
    if text[:1].isdigit():
        return Decimal(text)
    total, current = 0, 0
    for word in re.split(r"[\s-]+", text):
        if word in UNITS:
            current += UNITS.index(word)
        elif word in TENS:
            current += 20 + 10 * TENS.index(word)
        elif word in ("a", "an"):
            current += 1
        elif word == "hundred":
            current *= 100
        elif word == "thousand":
            total, current = 1000 * current, 0
    return Decimal(total + current)


def singular(word: str) -> str:
    """A noun in lower case without the s of several: `copies` is `copy`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


def _half_of_end(begins: re.Match[str]) -> Value | None:
    """The first time of such a range: in the half of the second, or in the other one where it would be after that."""
    hour, end = int(begins["hour"]), int(begins["end"])
    if not (1 <= hour <= 12 and 1 <= end <= 12):
        return None
    noon = 720 if begins["half"].lower() == "p" else 0
    last = 60 * (end % 12) + int(begins["past"] or 0) + noon
    minutes = 60 * (hour % 12) + int(begins["minute"] or 0) + noon
    if minutes > last:
        minutes = (minutes + 720) % 1440
    return Value("time", Decimal(minutes), *begins.span())
