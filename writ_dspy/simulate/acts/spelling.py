"""Words of assent and dissent as people really type them: drawn out, or with one slip of the keyboard."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.lexicon import KNOWN

_FORGIVEN = """absolutely definitely certainly exactly precisely proceed continue confirm confirmed agree agreed approve approved
    correct perfect please thanks alright incorrect wrong cancel instead different however unless ahead sounds works looks nothing
    anything never actually because sorry course great second moment booking approval permission cheaper expensive"""
_ENDINGS = ("s", "d", "ed", "ing", "r", "er", "ly", "al", "es", "ion", "able", "ment", "ness", "ity")
_ENGLISH = """greet greats treat chance cancer conform conformed wring thinks thank words sounds rounds pounds bounds world curse
    coarse source force works forks world hooks books cooks booking looking notching bought agreeing degree degreed aged
    argue argued approves thinking note movement recond seconds record moments through heads head bread dread forever
    server neuter sever lever fever inset steady teal instep unlace pleas release pleased phase correctly corrected
    collect connect prefect corrects counted proceeds process process precede preceded concede actual factually costs
    court coerce scoured great grate create ahmed certainty chapter curses extensive grant whoever locks loops loose
    newer nerve noting story worst worse booting"""
_REAL = frozenset(_ENGLISH.split())
"""English words that are one slip away from one of these."""


_STUTTER = re.compile(r"([a-z]{1,2})-(?=\1[a-z])")


@lru_cache(maxsize=256)
def spelled(word: str) -> str:
    """The listed word that is meant, else the word itself."""
    for shorter in (re.sub(r"(.)\1{2,}", r"\1\1", word), re.sub(r"(.)\1{2,}", r"\1", word)):
        if shorter != word and shorter in KNOWN:
            return shorter
    if word.endswith("in") and f"{word}g" in KNOWN:
        return f"{word}g"
    stutter = _STUTTER.match(word)
    if stutter:
        return spelled(word[stutter.end() :])
    if "-" in word:
        joined = word.replace("-", "")
        return joined if joined in KNOWN else word
    if len(word) < 4 or word in _REAL:
        return word
    for form in (word, *_without_one(word)):
        meant = _SLIPS.get(form)
        if meant is not None and _slip(word, meant):
            return meant
    return word


def _slip(word: str, meant: str) -> bool:
    longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
    ending = longer[len(shorter) :]
    if longer.startswith(shorter) and ending in _ENDINGS and (ending not in ("d", "r") or shorter[-1] == "e"):
        return False  # another form of it, not a slip
    return (word[0] == meant[0] or sorted(word) == sorted(meant)) and abs(len(word) - len(meant)) <= 1


def _without_one(word: str) -> list[str]:
    return [word[:index] + word[index + 1 :] for index in range(len(word))]


_SLIPS: dict[str, str] = {}
for _word in _FORGIVEN.split():
    for _form in (_word, *_without_one(_word)):
        _SLIPS.setdefault(_form, _word)
