"""Which deeds a clause names, in whatever form ("cancel", "canceling", "the cancellation"), and which are the same deed."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.lexicon import CODES, SINGLE

ACTS = CODES["ACT"] + CODES["CANCEL"]
"""The categories of deeds."""
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)$")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its ending, so that "canceling" repeats "cancel"; numbers without currency and ordinals."""
    word = word.strip("#$€£.,:-").removesuffix("'s")
    if any(char.isdigit() for char in word):
        return _ORDINAL.sub(r"\1", word)
    for ending in ("ing", "ed", "s", "e"):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith("ss"):
            word = word.removesuffix(ending)
    return word[:5]


_HANDY = "use make take get set process place complete put submit start request give pay charge choose select pick handle arrange initiate begin cover apply deduct split"
ANY_DEED = frozenset(stem(word) for word in (*_HANDY.split(), "go with", "go for", "take care of", "lock in"))
_NAMED = {stem(word) for word, code in SINGLE.items() if code in ACTS} - ANY_DEED
_ALIKE: dict[str, frozenset[str]] = {}
"""The deeds that go by another name: what was proposed as a switch may be agreed to as a move."""
for _names in (
    "book reserve buy purchase rebook", "change modify update edit adjust alter revise amend switch move transfer correct fix",
    "exchange swap replace trade switch change", "refund credit reimburse", "remove delete drop", "add include register",
    "send issue apply", "upgrade change", "downgrade change", "charge bill deduct", "reschedule rebook change move", "return refund",
    "ship deliver send",
):  # fmt: skip
    _group = frozenset(stem(_name) for _name in _names.split())
    for _name in _group:
        _ALIKE[_name] = _ALIKE.get(_name, frozenset()) | _group
for _name in ("get rid of", "do away with"):
    _ALIKE[stem(_name)] = frozenset(map(stem, ("cancel", "remove", "delete", "drop", "return")))


def alike(deed: str) -> frozenset[str]:
    """The stems under which a deed may be named."""
    return _ALIKE.get(deed, frozenset({deed}))


def deeds(clause: Clause) -> list[str]:
    """Stems of the deeds that a clause names, in order, nouns and "-ing" forms included; those that go with any act, too."""
    found, before = list[str](), ""
    for code, word in zip(clause.codes, clause.words, strict=True):
        if code in ACTS or (code == "x" and _is_deed(word) and not (word == "booking" and before in _RECORDED)):
            found.append(stem(word))
        before = word
    return found


_RECORDED = frozenset({"your", "my", "existing", "current", "original", "new"})
"""Before "booking" these name the record, not the deed."""


def names_deed(word: str) -> bool:
    """Whether a noun calls an act that is asked for: "the upgrade", "this cancellation"; no thing that is had, such as insurance."""
    return (SINGLE.get(word, "") in ACTS and stem(word) in _NAMED) or (_is_deed(word) and word not in _RECORDS)


_RECORDS = frozenset({"booking", "bookings"})


@lru_cache(maxsize=8192)
def _is_deed(word: str) -> bool:
    if stem(word) not in _NAMED or word in _NO_DEEDS:
        return False
    return word.endswith(("ing", "ings", "tion", "tions")) or (word.endswith("s") and word[:-1] in SINGLE)


_NO_DEEDS = frozenset({"reservation", "reservations", "bookings", "changes"})
