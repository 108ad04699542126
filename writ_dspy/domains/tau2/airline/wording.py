"""How values of the airline are said: dates, cities, cabins, money; and how they are recognized in a text."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.sayings import dated
from writ_dspy.domains.spinning import chosen
from writ_dspy.domains.values import values, within
from writ_dspy.domains.whole import is_whole
from writ_dspy.task import Json, Op

CITIES = {
    "SFO": "San Francisco", "JFK": "New York", "LAX": "Los Angeles", "ORD": "Chicago", "DFW": "Dallas",
    "DEN": "Denver", "SEA": "Seattle", "ATL": "Atlanta", "MIA": "Miami", "BOS": "Boston", "PHX": "Phoenix",
    "IAH": "Houston", "LAS": "Las Vegas", "MCO": "Orlando", "EWR": "Newark", "CLT": "Charlotte",
    "MSP": "Minneapolis", "DTW": "Detroit", "PHL": "Philadelphia", "LGA": "LaGuardia",
}  # fmt: skip
NICKNAMES = {
    "PHL": ("philly",), "SFO": ("sf", "san fran", "frisco"), "LAS": ("vegas",), "JFK": ("nyc", "kennedy"), "ORD": ("o'hare", "chi-town"), "MSP": ("twin cities",),
}  # fmt: skip
"""What people call a town, or its airport, beside its name."""
AROUND = {"LGA": ("new york",), "EWR": ("new york",)}
"""Airports that also serve a town which another one is named after."""
CABINS = {"basic_economy": "basic economy", "economy": "economy", "business": "business"}
TRIPS = {"one_way": "one way", "round_trip": "round trip"}
KINDS = {"credit_card": "credit card", "gift_card": "gift card", "certificate": "travel certificate"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = (
    r"(?:extra |more |additional |checked |free |paid |other )*"
    r"(?:bag|suitcase|piece|passenger|people|person|travell?er)"
)
_COVER = r"(?:travel |trip )?(?:insurance|cover(?:age)?|protection)"
_DECLINED = (
    rf"(?:(?:no|without|skip|decline|not|don't|do not|won't|leave out|pass on|drop|forget)\b[^.!?;]{{0,40}}?\b{_COVER}"
    rf"|\b{_COVER}\? (?:no|nah|nope|not for me|hard pass)\b|\bleave (?:the |that )?{_COVER} out\b)"
)
_METHOD = r"\b(?:credit_card|gift_card|certificate)_\d+\b"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_USER_ID = r"\b[a-z]+_[a-z]+_\d{4}\b"
_KEY = r"[A-Z0-9](?<!\w.)(?:(?<=H)AT\d{3}\b|(?=[A-Z0-9]{5}\b)(?:(?<=[A-Z])|(?=[0-9]*[A-Z]))[A-Z0-9]{5})"
_ID = re.compile(f"{_METHOD}|{_MAIL}|{_USER_ID}|{_KEY}")
_PLAIN_ID = re.compile(f"{_METHOD}|{_USER_ID}|{_KEY}")
_KEYS = re.compile(_KEY)
_USER = re.compile(_USER_ID)
_WORDS = frozenset(
    [
        "PLEASE",
        "THANKS",
        "CANCEL",
        "REFUND",
        "TRAVEL",
        "FLIGHT",
        "TICKET",
        "SUNDAY",
        "MONDAY",
        "FRIDAY",
        "BOSTON",
        "DALLAS",
        "DENVER",
        "AGENTS",
        "RETURN",
        "CHANGE",
        "SHOULD",
        "CANNOT",
        "REALLY",
        "ALWAYS",
        "BEFORE",
        "SYSTEM",
        "POLICY",
        "NUMBER",
        "AMOUNT",
        "UPDATE",
        "BOOKED",
        "HUMANS",
        "PERSON",
        "LISTEN",
        "ANSWER",
    ]
)


_SPACED = re.compile(r"\s+([,.!?;])")
_COMMAS = re.compile(r",+([,.!?])")


def spin(rng: random.Random, text: str, **values: object) -> str:
    """One reading of a text with alternatives: `[a|b]` becomes a or b, innermost first; then `{name}`s."""
    return sentence(chosen(rng, text).format(**values))


@lru_cache(maxsize=1024)
def sentence(text: str) -> str:
    """Single spaces, no space before punctuation, a capital at the start."""
    text = _COMMAS.sub(r"\1", _SPACED.sub(r"\1", " ".join(text.split())))
    return text[:1].upper() + text[1:]


def low(text: str) -> str:
    """A sentence to go on with after a colon; "I" stays a capital."""
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


def joined(items: Sequence[str], word: str = "and") -> str:
    """As in "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def day(date: str, *, year: bool = False) -> str:
    """As in "May 25", or "April 5, 1990"."""
    parsed = dt.date.fromisoformat(date[:10])
    return f"{MONTHS[parsed.month - 1]} {parsed.day}" + (f", {parsed.year}" if year else "")


def clock(time: str) -> str:
    """As in "8:00 AM", from `08:00:00` or `08:00:00+1`."""
    hour, minute = int(time[:2]), time[3:5]
    return f"{hour % 12 or 12}:{minute} {'AM' if hour < 12 else 'PM'}" + (
        " the next day" if time.endswith("+1") else ""
    )


def airport(code: str) -> str:
    """As in "Houston (IAH)"."""
    return f"{CITIES[code]} ({code})" if code in CITIES else code


def town(code: str) -> str:
    """As in "Houston"; with the code where other airports serve the town, too."""
    shared = any(CITIES[code].lower() in towns for towns in AROUND.values())
    return airport(code) if shared else CITIES[code]


def named(code: str) -> tuple[str, ...]:
    """What of `town` tells it from other airports, in lower case."""
    return (CITIES[code].lower(),) if town(code) == CITIES[code] else (CITIES[code].lower(), code.lower())


def money(amount: float) -> str:
    """As in "$1,250"; cents only where there are some."""
    return f"${amount:,.0f}" if amount == round(amount) else f"${amount:,.2f}"


def limited(attribute: str, op: Op, value: Json) -> str:
    """How flights or trips are told that keep to a limit: "at $270 or less per person", "leaving before 3:00 PM"."""
    if attribute.startswith("price_") and op in ("<=", ">="):
        return f"at {money(value)} or {'less' if op == '<=' else 'more'} per person"
    if attribute.startswith("seats_") and op == ">=":
        return "with a free seat" if value == 1 else f"with seats for {NUMBERS[value]}"
    if attribute == "departure" and op in ("<", ">="):
        return f"leaving before {clock(value)}" if op == "<" else f"leaving at {clock(value)} or later"
    if attribute == "cabin" and op == "is":
        return f"in {CABINS[value]}"
    if attribute == "flight_type" and op == "is":
        return f"that are {TRIPS[value]}"
    if attribute == "source" and op == "is":
        return f"that are {KINDS[value]}s"
    return "that are still to come" if attribute == "first_date" and op == ">" else ""


def counted(number: int, noun: str) -> str:
    """As in "two bags", "one bag"."""
    return f"{NUMBERS[number] if number < len(NUMBERS) else number} {noun}{'' if number == 1 else 's'}"


def lasting(minutes: int) -> str:
    """As in "3 h 20 min", "8 hours", "45 min"."""
    hours = minutes // 60
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60:02d} min" if minutes % 60 else f"{hours} hour{'' if hours == 1 else 's'}"


def date_texts(date: str) -> tuple[str, ...]:
    """Lower-case renderings of a date; one of another year than 2024 always names it."""
    parsed = dt.date.fromisoformat(date)
    month, number = MONTHS[parsed.month - 1].lower(), parsed.day
    ordinal = f"{number}{'th' if 10 <= number % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    if parsed.year == 2024:
        return (date, f"{month} {number}", f"{month} {ordinal}", f"{number} {month}", f"{ordinal} of {month}")
    year = parsed.year
    return (
        date, f"{month} {number}, {year}", f"{month} {number} {year}", f"{month} {ordinal}, {year}",
        f"{month} {ordinal} {year}", f"{number} {month} {year}", f"{ordinal} of {month} {year}",
        f"{ordinal} of {month}, {year}", f"{parsed.month:02d}/{number:02d}/{year}",
        f"{parsed.month}/{number}/{year}",
    )  # fmt: skip


def amount_texts(amount: float) -> tuple[str, ...]:
    """Lower-case renderings of a sum of money."""
    whole = int(amount) if amount == int(amount) else amount
    return tuple(dict.fromkeys((f"${whole:,}", f"${whole}", f"${amount:,.2f}", f"${amount:.2f}", f"{whole} dollar")))


TODAY = "2024-05-15"
"""The policy's own day."""


def from_today(date: str) -> tuple[str, ...]:
    """A day to come as it is said from today: "tomorrow", "in three days", "a week from today"; nothing for one that is too far off."""
    ahead = (dt.date.fromisoformat(date) - dt.date.fromisoformat(TODAY)).days
    if not 1 <= ahead <= FAR:
        return ()
    if ahead == 1:
        return ("tomorrow",)
    found = [f"in {NUMBERS[ahead]} days", f"{NUMBERS[ahead]} days from now", f"{NUMBERS[ahead]} days from today"]
    return ("a week from today", "in a week", "a week from now", *found) if ahead == 7 else tuple(found)


FAR = 10
"""Days ahead that people still count from today."""
_CABIN_BAG = r"(?:(?:carry|hand|cabin)[ -]?(?:ons?|luggage|baggage|bags?)(?: (?:bags?|luggage|baggage|items?))?)"
_WORDS_FOR = {
    "economy": r"(?<!\w)(?<!basic )(?<!basic-)economy(?!\w)",
    "certificate": r"\bcertificates?\b",
    "yes": rf"^(?!.*{_DECLINED})(?s:.*)\b{_COVER}",
    "no": _DECLINED,
    "LGA": r"\b(?:lga|la ?guardia)\b",
    "LAX": r"\b(?:lax|los angeles|l\.a\.|la(?! (?:guardia|la)\b))(?!\w)",
    "0": rf"\b(?:no|zero|without(?: any)?|(?:don't|do not) (?:have|need)(?: any)?) {_COUNTED}(?!\w* (?:more|beyond|besides|except|than|over)\b)"
    rf"|\b{_CABIN_BAG} (?:only|alone)\b|\b(?:only|just|nothing but|solely)(?: (?:bring|bringing|take|taking|have|got|need|carry|with))?(?: (?:an?|one|my|our|the|some))? {_CABIN_BAG}\b"
    rf"|\b(?:take|get|remove|drop|lose)(?: off)? all(?: of)?(?: (?:the|my|our|those|these))? {_COUNTED}"
    r"|\b(?:none|nothing|zero)(?: (?:to|for (?:me|us) to|will|is|are))?(?: (?:be|being))? check(?:ed|ing)?\b"
    r"|(?:n't|\bnot)(?: \w+){0,3}? check(?:ing)? (?:in )?(?:anything|a thing)\b",
}
"""Values that are said in a way of their own."""


_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMED = re.compile(r"\d{2}:\d{2}:\d{2}(\+1)?")
_COUNT = re.compile(r"[1-9]\d*(\.\d+)?")


@lru_cache(maxsize=2048)
def _spelled(value: str) -> tuple[str, ...]:
    """The forms of a value in a lower-case text; none where only `_pattern` knows them."""
    if value in _WORDS_FOR or value in CABINS or value in TRIPS or value in KINDS or _COUNT.fullmatch(value):
        return ()
    if value in CITIES:
        return value.lower(), CITIES[value].lower(), *NICKNAMES.get(value, ())
    if _DATED.fullmatch(value):
        ahead = from_today(value)
        return (
            *date_texts(value),
            *ahead,
            *(text.replace("a week", "week") for text in ahead),  # not everybody says articles
            *(text.replace(word, str(number)) for text in ahead for number, word in enumerate(NUMBERS) if word in text),
        )
    return tuple(_times(value)) if _TIMED.fullmatch(value) else (value.lower(),)


@lru_cache(maxsize=8192)
def _pattern(value: str) -> re.Pattern:
    """What a value looks like that is said in more ways than can be listed."""
    if value in _WORDS_FOR:
        return re.compile(_WORDS_FOR[value], re.DOTALL)
    if value in CABINS or value in TRIPS or value in KINDS:
        return re.compile(rf"(?<!\w)(?:{value.replace('_', '[ _-]')})s?(?!\w)")
    return _number(value)


def _times(value: str) -> list[str]:
    hour, minute = int(value[:2]), value[3:5]
    half, short = ("am" if hour < 12 else "pm"), f"{hour % 12 or 12}"
    texts = [
        f"{short}:{minute} {half}",
        f"{short}:{minute}{half}",
        f"{hour:02d}:{minute}",
        f"{hour}:{minute}",
        value,
    ]
    if minute == "00":
        texts += [f"{short} {half}", f"{short}{half}", f"{short} o'clock"] + (["noon"] if hour == 12 else [])
    return texts


def _number(value: str) -> re.Pattern:
    """Digits that are no part of a date, a time or a longer number; small counts also as words."""
    amount = float(value)
    whole = f"{int(amount)}|{int(amount):,}" if amount == int(amount) else f"{amount:.2f}|{amount:,.2f}|{value}"
    cents = r"(?:\.00?)?" if amount == int(amount) else ""
    digits = rf"(?<![\w.,:/-])(?<!may )\$?(?:{whole}){cents}(?![\w:/]|[.,]\d|-\d|(?:st|nd|rd|th|\s?[ap]m)\b)"
    if amount == int(amount) and 0 < amount < len(NUMBERS):
        digits += rf"|\b{NUMBERS[int(amount)]} {_COUNTED}"
    return re.compile(digits)


def mentions(value: str, text: str) -> bool:
    """Whether a lower-case text states the value in a usual rendering; a range of dates states each day."""
    plain = _spelled(value)
    if any(is_whole(one, text) for one in plain) if plain else _pattern(value).search(text):
        return True
    if value.startswith("2024-05-") and len(value) == 10:
        if dated(value, text):
            return True
        day = 100 * int(value[5:7]) + int(value[8:])
        return any(first.number <= day <= last.number for first, last in within(text))
    if _DATED.fullmatch(value):  # a birth date: with its year, however it is written
        month_day, year = 100 * int(value[5:7]) + int(value[8:]), int(value[:4])
        return any(item.quantity == "date" and item.number == month_day and item.year == year for item in values(text))
    return False


def user_ids(text: str) -> frozenset[str]:
    """The user ids in a text: by giving one, a user of the airline says who they are."""
    return frozenset(_USER.findall(text.lower())) if "_" in text else frozenset()


@lru_cache(maxsize=1024)
def ids(text: str) -> frozenset[str]:
    """Every id-like token: payment methods, e-mails, user ids, flight numbers, reservation ids.

    Six capital letters may also be a shouted word: they count unless they are a known word or stand among
    others.
    """
    found = set()
    for match in (_ID if "@" in text else _PLAIN_ID if "_" in text else _KEYS).finditer(text):
        token = match[0]
        if token.isalpha() and token.isupper():
            around = text[max(0, match.start() - 12) : match.start()].split()[-1:] + text[match.end() :].split()[:1]
            shouted = [
                word
                for word in around
                if len(word.strip(".,!?")) > 2 and word.isupper() and word.strip(".,!?").isalpha()
            ]
            if token in _WORDS or (shouted and not all(len(word.strip(".,!?")) == 6 for word in shouted)):
                continue
        found.add(token)
    return frozenset(found)
