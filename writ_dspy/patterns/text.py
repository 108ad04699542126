"""A text as the sieve sees it: how its words begin, folded so that whatever a pattern matches in any case is the same."""

from __future__ import annotations

import re
from functools import lru_cache

_ODD = str.maketrans("ſıİK", "siik")
"""What is an ASCII letter where case is ignored, and does not become one by `lower`."""
START = 4
"""Letters by which a word is known: many patterns leave open how a word ends."""
_STARTS = re.compile(rf"\b\w{{1,{START}}}").findall


def folded(text: str) -> str:
    """The text in lower case."""
    return text.lower() if text.isascii() else text.translate(_ODD).lower()


@lru_cache(maxsize=2048)
def starts(text: str) -> frozenset[str]:
    """How the words of a text begin; the short ones whole."""
    return frozenset(_STARTS(folded(text)))
