"""What a value is of: the day of the week that a date falls on, and the currency of an amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import Value

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"\b(?!thus\b)(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\b\.?"
_AHEAD = re.compile(rf"{_DAY},?\s?(?:the\s)?\Z", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:,?\s?\(?|\s(?:is|falls on|will be|was)\s(?:an?\s)?){_DAY}(?=[).,;:!?\s]|\Z)", re.IGNORECASE)
_NEAR = 12
"""Letters before a date in which its day of the week stands."""
_YEAR = re.compile(r"\b20\d\d(?=-\d\d-\d\d\b)|(?<=\d, )20\d\d\b")
_CODES = "EUR|GBP|JPY|CHF|CAD|AUD|NZD|INR|CNY|RMB|MXN|BRL|SEK|NOK|DKK|PLN|CZK|HUF|TRY|ZAR|KRW|SGD|HKD|RUB|ILS|AED|THB"
_COINS = "dollars?|pounds?|francs?|pesos?|crowns?|yen|yuan|rupees?|reais|real|kron(?:er|or|a|e)|rubles?|won|lira|zloty|euros?"
_LAND = "canadian|australian|new zealand|hong kong|singapore|mexican|brazilian|swiss|british|japanese|chinese|indian|swedish|norwegian|danish|euro(?:pean)?|foreign"
_FOREIGN = re.compile(
    rf"(?:[£€¥₹₩₽]|\b(?:{_CODES})|\b(?:C|CA|A|AU|NZ|HK|MX)\$)\s?\d[\d,.]*"
    rf"|\$?\b\d[\d,.]*\s?(?:[£€¥₹₩₽]|\b(?:{_CODES})\b|(?i:(?:{_LAND}) (?:{_COINS})|euros?|quid)\b)"
    r"|(?:(?<=cost )|(?<=costs )|(?<=pay )|(?<=comes to )|(?<=refund of )|(?<=price of )|(?<=total of )|(?<=amount of ))\d[\d,.]* (?i:pounds|francs|pesos|yen|yuan|rupees)\b"
)


def misdated(
    domain: Domain,
    text: str,
    found: Sequence[Value],
    read: Callable[[int, int], Collection[int]] = lambda _month, _day: (),
) -> Iterator[tuple[str, str]]:
    """Dates beside a day of the week on which they do not fall: what the text says, and what would be right.

    Args:
        domain: Whose policy knows the year of today.
        text: The message.
        found: Its values.
        read: (month, day) -> the years in which that day was read: a day without a year is one of these.
    """
    for value in found:
        if value.quantity != "date":
            continue
        years = read(*value.date)
        year = value.year or (min(years) if len(years) == 1 else None if years else _current(domain.policy))
        if year is None:
            continue
        said = _AHEAD.search(text, max(0, value.start - _NEAR), value.start) or _BEHIND.match(text, value.end)
        if said is None:
            continue
        right = dt.date(year, *value.date).strftime("%A")
        if right[:3].lower() != said[1].lower():
            yield text[min(said.start(), value.start) : max(said.end(), value.end)].strip(" ,("), right


def foreign_money(text: str, heard: str) -> Iterator[str]:
    """Amounts in a currency that nobody spoke of."""
    for match in _FOREIGN.finditer(text):
        sign = re.sub(r"[\d\s,.]", "", match[0])
        if sign.lower() not in heard.lower():
            yield match[0]


@lru_cache(maxsize=64)
def _current(policy: str) -> int | None:
    """The year of today, where policy names one year."""
    years = set(_YEAR.findall(policy))
    return int(years.pop()) if len(years) == 1 else None
