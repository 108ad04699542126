"""How retail values look in running text: which texts state a value, and which tokens of a text are ids."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.postal import STATES, spellings
from writ_dspy.domains.whole import is_whole

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
_PLURAL = ("", "s", "es")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+"
_KEYS = r"""\#?\b[Ww]\d{7}\b                            # orders
      | \b(?:credit_card|gift_card|paypal)_\d+\b    # payment methods
      | \b[a-z]+_[a-z]+_\d{3,5}\b                   # users
      | \b\d{10}\b                                  # items and products
      | \b\d{12}\b                                  # shipments"""
_KEY = re.compile(_KEYS, re.VERBOSE)
_KEY_OR_MAIL = re.compile(f"{_MAIL} | {_KEYS}", re.VERBOSE)
_DIGIT = re.compile(r"\d")
_ORDER = re.compile(r"#?[Ww]\d{7}")


def mentions(value: str, lower_text: str) -> bool:
    """The lower-case text states the value: as it is, or in another usual rendering, as whole words."""
    forms = _forms(value)
    if not forms:
        return _pattern(value).search(lower_text) is not None
    if _NUMBER.fullmatch(value):
        return any(form in lower_text for form in forms) and _pattern(value).search(lower_text) is not None
    spaced = lower_text.replace("_", " ") if "_" in lower_text else lower_text
    return any(is_whole(form, lower_text, "'-", "'", _PLURAL, spaced if " " in form else "") for form in forms)


@lru_cache(maxsize=1024)
def ids(text: str) -> frozenset[str]:
    """Every id-like token; an order number always as `#W…`, however it was written."""
    if "@" not in text and _DIGIT.search(text) is None:
        return frozenset()
    found = (match[0] for match in (_KEY_OR_MAIL if "@" in text else _KEY).finditer(text))
    return frozenset("#W" + token.lstrip("#")[1:] if _ORDER.fullmatch(token) else token for token in found)


@lru_cache(maxsize=1024)
def _forms(value: str) -> tuple[str, ...]:
    """What a text that states a value holds; a number is more than that, and a state is known by its pattern alone."""
    if value in STATES:
        return ()
    if _NUMBER.fullmatch(value):
        whole = value.partition(".")[0]
        return whole, f"{int(whole):,}"
    return OTHER_WORDS.get(value) or spellings(_plain(value))


@lru_cache(maxsize=4096)
def _pattern(value: str) -> re.Pattern:
    """A state, or a number."""
    if value in STATES:  # "in", "or", "me" are words too: a code counts only in front of a zip
        return re.compile(rf"\b{STATES[value]}\b|\b{value.lower()},? \d{{5}}\b")
    return re.compile(_number(value))


def _plain(value: str) -> str:
    """Spaces may be underscores, as in `gift_card`; an order id may have lost its `#`."""
    return value.lower().removeprefix("#").replace("_", " ") if "@" not in value else value.lower()


def _number(value: str) -> str:
    """Digits as a whole number, with or without cents of zero and a comma for thousands."""
    whole, _, cents = value.partition(".")
    digits = whole if len(whole) < 4 else f"(?:{whole}|{int(whole):,})"
    if not cents.strip("0"):
        return rf"(?<![\w.,]){digits}(?:\.00?)?(?![\w]|[.,]\d)"
    return rf"(?<![\w.,]){digits}\.{re.escape(cents.ljust(2, '0'))}(?!\w)"
