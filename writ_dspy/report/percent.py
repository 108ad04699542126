"""A share in percent that never claims all or nothing falsely."""

from __future__ import annotations


def percent(share: float, digits: int = 0) -> str:
    """The share with so many decimals, and with more where it would read as 0 % or 100 % without being that.

    Args:
        share: From 0 to 1.
        digits: Decimals where they do.
    """
    for more in range(digits, 17):
        text = f"{share:.{more}%}"
        if float(text[:-1]) / 100 not in (0.0, 1.0) or share in (0.0, 1.0):
            return text
    return f"{100 * share:g}%"
