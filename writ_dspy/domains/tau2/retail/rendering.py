"""How retail values look in running text: which texts state a value, and which tokens of a text are ids."""

from __future__ import annotations

import re
from functools import lru_cache

STATES = {
    "AL": "alabama",
    "AK": "alaska",
    "AZ": "arizona",
    "AR": "arkansas",
    "CA": "california",
    "CO": "colorado",
    "CT": "connecticut",
    "DC": "district of columbia",
    "DE": "delaware",
    "FL": "florida",
    "GA": "georgia",
    "HI": "hawaii",
    "IA": "iowa",
    "ID": "idaho",
    "IL": "illinois",
    "IN": "indiana",
    "KS": "kansas",
    "KY": "kentucky",
    "LA": "louisiana",
    "MA": "massachusetts",
    "MD": "maryland",
    "ME": "maine",
    "MI": "michigan",
    "MN": "minnesota",
    "MO": "missouri",
    "MS": "mississippi",
    "MT": "montana",
    "NC": "north carolina",
    "ND": "north dakota",
    "NE": "nebraska",
    "NH": "new hampshire",
    "NJ": "new jersey",
    "NM": "new mexico",
    "NV": "nevada",
    "NY": "new york",
    "OH": "ohio",
    "OK": "oklahoma",
    "OR": "oregon",
    "PA": "pennsylvania",
    "RI": "rhode island",
    "SC": "south carolina",
    "SD": "south dakota",
    "TN": "tennessee",
    "TX": "texas",
    "UT": "utah",
    "VA": "virginia",
    "VT": "vermont",
    "WA": "washington",
    "WI": "wisconsin",
    "WV": "west virginia",
    "WY": "wyoming",
}
OTHER_WORDS = {
    "USA": ("usa", "united states", "the us", "u.s."),
    "pending": ("pending", "not shipped", "hasn't shipped", "haven't shipped"),
    "delivered": ("delivered", "received", "arrived"),
    "no longer needed": ("no longer need", "no longer needed", "don't need", "do not need", "not needed"),
    "ordered by mistake": ("mistake", "by accident", "accidentally"),
    "True": ("in stock", "available"),
    "False": ("out of stock", "sold out", "not available", "unavailable"),
}
"""Values with renderings that are not spelled like them."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_ID = re.compile(
    r"""[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+          # e-mail addresses
      | \#?\b[Ww]\d{7}\b                            # orders
      | \b(?:credit_card|gift_card|paypal)_\d+\b    # payment methods
      | \b[a-z]+_[a-z]+_\d{3,5}\b                   # users
      | \b\d{10}\b                                  # items and products
      | \b\d{12}\b                                  # shipments""",
    re.VERBOSE,
)


def mentions(value: str, lower_text: str) -> bool:
    """The lower-case text states the value: as it is, or in another usual rendering, as whole words."""
    return _pattern(value).search(lower_text) is not None


def ids(text: str) -> frozenset[str]:
    """Every id-like token; an order number always as `#W…`, however it was written."""
    found = (match[0] for match in _ID.finditer(text))
    return frozenset("#W" + token.lstrip("#")[1:] if re.fullmatch(r"#?[Ww]\d{7}", token) else token for token in found)


@lru_cache(maxsize=4096)
def _pattern(value: str) -> re.Pattern[str]:
    if value in STATES:  # "in", "or", "me" are words too: a code counts only in front of a zip
        return re.compile(rf"\b{STATES[value]}\b|\b{value.lower()},? \d{{5}}\b")
    if _NUMBER.fullmatch(value):
        return re.compile(_number(value))
    forms = OTHER_WORDS.get(value) or (_plain(value),)
    return re.compile("|".join(rf"(?<![\w'-]){_escape(form)}(?:s|es)?(?![\w'])" for form in forms))


def _plain(value: str) -> str:
    return value.lower().removeprefix("#").replace("_", " ") if "@" not in value else value.lower()


def _escape(form: str) -> str:
    """Spaces may be underscores, as in `gift_card`; an order id may have lost its `#`."""
    return re.escape(form).replace(r"\ ", "[ _]")


def _number(value: str) -> str:
    """Digits as a whole number, with or without cents of zero and a comma for thousands."""
    whole, _, cents = value.partition(".")
    digits = whole if len(whole) < 4 else f"(?:{whole}|{int(whole):,})"
    if not cents.strip("0"):
        return rf"(?<![\w.,]){digits}(?:\.00?)?(?![\w]|[.,]\d)"
    return rf"(?<![\w.,]){digits}\.{re.escape(cents.ljust(2, '0'))}(?!\w)"
