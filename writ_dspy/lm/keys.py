"""Names of variables told from the keys that belong into them: whoever pastes a key has it neither shown nor stored."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(
    r"\b(?:(?:sk|pk|rk|xai|nvapi|glpat|pplx|csk|key|xox[a-z])-[\w-]{4,}"
    r"|(?:hf|gsk|r8|fw|sk|api_org|gh[opsur]|github_pat)_\w{8,}"
    r"|AIza[\w-]{12,}|(?:AKIA|ASIA)[0-9A-Z]{12,}|eyJ[\w-]{8,}(?:\.[\w-]+)*)"
)
"""How the keys of model services, and tokens beside them, begin."""
_LONG = 16
"""Letters and digits without an underscore that no name has where digits, or both cases, are mixed in."""


def is_name(text: str) -> bool:
    """Whether this is the name of an environment variable, and no key that looks like one.

    What is set under that name decides; where nothing is, its look does.
    """
    if not _NAME.fullmatch(text):
        return False
    return text in os.environ or not (_KEY.fullmatch(text) or any(map(_random, text.split("_"))))


def masked(text: str) -> str:
    """The text without the keys in it."""
    return _KEY.sub("…", text)


def hidden(text: str, words: Iterable[str], *, strays: bool = False) -> str:
    """The text without those of the words of a call, or parts of them, that are keys by their looks.

    A word that means something else may begin as a key does, such as the folder `key-facts`; so its letters tell, too.

    Args:
        text: Such as an error about the call.
        words: Of the call.
        strays: The words at fault mean nothing here, so that whatever could be a key counts as one.
    """
    parts = {part for word in words for part in re.split(r"[=:/,;\s]+", word.lstrip("-"))}
    alone = {word.lstrip("-") for word in words} if strays else set()
    for part in sorted(filter(None, parts), key=len, reverse=True):
        marked, random = _KEY.fullmatch(part), any(map(_random, re.split("[-_.]", part)))
        if (marked and (random or part in alone)) or (random and strays):
            text = text.replace(part, "…")
    return text


def bare(key: str) -> str:
    """The key without what copying and files of settings leave around it: blanks, quotes, the word `Bearer`."""
    return re.sub(r"^bearer\s+", "", key.strip().strip("\"'`“”‘’").strip(), flags=re.IGNORECASE)


def _random(part: str) -> bool:
    if len(part) < _LONG:
        return False
    digits, capitals = sum(map(str.isdigit, part)), sum(map(str.isupper, part))
    return 2 <= digits < len(part) or (len(part) >= 20 and 2 <= capitals <= len(part) - 2)
