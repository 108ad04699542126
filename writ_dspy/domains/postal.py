"""How the words of an address are written short, and long: "Apt 3" is "apartment 3"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re

SHORT = {
    "apartment": "apt", "suite": "ste", "floor": "fl", "building": "bldg", "street": "st", "avenue": "ave", "road": "rd", "drive": "dr",
    "lane": "ln", "boulevard": "blvd", "court": "ct", "square": "sq", "parkway": "pkwy", "highway": "hwy", "place": "pl", "terrace": "ter",
}  # fmt: skip
"""A word of addresses -> its abbreviation by the postal services of the United States (USPS Publication 28, appendices B and C2)."""
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
"""The code of each state of the United States, and of its capital's district -> its name in lower case."""
_LONG = {short: word for word, short in SHORT.items()}


@lru_cache(maxsize=512)
def spellings(text: str) -> tuple[str, ...]:
    """A lower-case part of an address as it is, and with its word of that kind written the other way."""
    words = text.split()
    others = [
        " ".join([*words[:at], other, *words[at + 1 :]]) for at, word in enumerate(words) for other in _others(word)
    ]
    return (text, *others)


def _others(word: str) -> tuple[str, ...]:
    """How else a word of addresses is written; an abbreviation also with its stop."""
    if word in SHORT:
        return (SHORT[word], f"{SHORT[word]}.")
    return (_LONG[word], f"{word}.") if word in _LONG else ()


_NUMBERED = re.compile(r"([A-Za-z]{3,}) (\d{1,5}[A-Za-z]?)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def numbered(value: str, said: Sequence[str]) -> bool:
    """Whether a word with its number, such as a door's, was said with something between them: "just the suite: it's 685"."""
    match = _NUMBERED.fullmatch(value)
    if match is None:
        return False
    word, number = (re.compile(rf"(?<![\w#]){re.escape(part)}(?!\w)", re.IGNORECASE) for part in match.groups())
    return any(word.search(one) and number.search(one) for text in said for one in _SENTENCE.split(text))
