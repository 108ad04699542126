"""What nobody asks for, whatever it costs: shoes of another size for their price, or less of a thing for more money."""

from __future__ import annotations

from collections.abc import Collection

from writ_dspy import patterns as re
from writ_dspy.domains.observed import Row

_FITTED = ("size", "frame size", "gender", "skin tone")
"""Options by which a thing fits somebody, or does not."""
_WORN = re.compile(r"X*[SML]|\d+|small|medium|large|\D+")
"""Values of a size that has to fit; of so many milliliters, one may take fewer."""
_MEASURED = ("RAM", "ram", "storage", "resolution", "battery life", "zoom", "pressure", "processor", "screen size")
"""Options of which more is better."""
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(TB|p\b)?")


def fits(new: Row, old: Row, named: Collection[str] = ()) -> bool:
    """Whether a version fits whom the old one fits.

    Args:
        new: The version.
        old: The item that it is to replace.
        named: Options that the customer asks for: these may be other ones.
    """
    fitted = (name for name in _FITTED if name in old and name not in named and _WORN.fullmatch(str(old[name])))
    return all(new.get(name) == old[name] for name in fitted)


def less_for_more(new: Row, old: Row) -> bool:
    """Whether a version costs more than the item, and has less of something and more of nothing."""
    pairs = [(_amount(str(new[name])), _amount(str(old[name]))) for name in _MEASURED if name in new and name in old]
    steps = [theirs - mine for theirs, mine in pairs if theirs is not None and mine is not None]
    return bool(new["price"] > old["price"] and any(step < 0 for step in steps) and all(step <= 0 for step in steps))


def _amount(value: str) -> float | None:
    """The number of a value, in one unit: a terabyte is a thousand gigabytes, and 2K is more than 1080p."""
    match = _NUMBER.search(value)
    if match is None:
        return None
    return float(match[1]) * {"TB": 1000, "p": 0.001}.get(match[2] or "", 1)
