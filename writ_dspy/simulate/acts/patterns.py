"""Patterns over the categories of a clause, written with the names of `lexicon`."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.lexicon import CODES

_ADVERBS = "VERY|ACTUALLY|SURE|ALSO|HURRY|PLEASE|HEDGE|FIRST"
_LOOP = re.compile(r"\(\?:([^()]*)\)\*")
_MACROS = {
    "ADV": f"(?:{_ADVERBS})*",
    "NEG": "(?:NOT|NO|NONE)",
    "END": "(?:THANKS|PLEASE|HURRY|VERY|ALSO|SURE|SMALL|OF|DET|AN|I|YOU|THIS|FIRST|HELLO|OKAY|YES)*$",
    "IMPER": "(?:ADV|AND|SO|ONLY|LET I|LET|DO|THIS)* (?:YOU MODAL|MODAL YOU|I ADV DO? ADV (?:MODAL|WANT|NEED|HAVE SMALL) (?:SMALL|YOU|ADV|HAVE|I)*)? (?:ADV|HELP I)* SMALL? ADV",
}


def over(pattern: str) -> re.Pattern:
    """A compiled pattern: names stand for categories, `_` for any one, `x` and `#` for content, spaces for nothing."""
    for name in ("END", "IMPER", "NEG"):
        pattern = re.sub(rf"\b{name}\b", f" {_MACROS[name]} ", pattern)
    pattern = re.sub(r"\bADV\b", f" {_MACROS['ADV']} ", _LOOP.sub(_flat, pattern))
    text = re.sub(r"[A-Z]{2,}|\bI\b", lambda match: CODES[match.group()], pattern)
    return re.compile(text.replace(" ", "").replace("_", "."))


def _flat(loop: re.Match[str]) -> str:
    """A loop over a loop takes exponential time where a word is said forty times; one over its parts matches the same."""
    return f"(?:{'|'.join(_ADVERBS if part.strip() == 'ADV' else part for part in loop[1].split('|'))})*"


def rule(kind: str, need: str, pattern: str) -> tuple[str, int, re.Pattern]:
    """A kind with its pattern, and the categories without which it need not be tried."""
    return kind, bits("".join(CODES[name] for name in need.split())), over(pattern)


def bits(codes: str) -> int:
    """The set of categories, one bit each; content and numbers count as one."""
    found = 0
    for code in codes:
        found |= _BITS[code]
    return found


_BITS = {code: 1 << index for index, code in enumerate(CODES.values())} | {"x": 1 << len(CODES), "#": 1 << len(CODES)}
