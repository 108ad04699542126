"""Numbers of what a choice was made of: so many options from so many look-ups are those of this choice, not of the whole talk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.values import Value, singular, values
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.shown import Shown

_OPTIONS = frozenset(
    ("option", "variant", "version", "flight", "connection", "alternative", "itinerary", "choice", "possibility")
)
"""What the rows are called that one is chosen from."""
_LOOKS = frozenset(("look", "lookup", "search", "searche"))
"""What the calls are called that show them."""
_BEST = re.compile(
    r"\b(?:\w+est|(?:most|least) \w+|first to (?:arrive|depart|leave)|last to (?:arrive|depart|leave)|best|only)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def miscounted(ground: Ground, clause: str, keys: Collection[str], value: Value) -> str:
    """What is wrong with a number of options, or of look-ups, from which the records with these keys are said to be the best.

    A read belongs to the choice if it shows rows as those of the records that are named, and asked for one of the same things
    as a read that shows one of them: a search the other way round answers another question. Where a read asks for one thing alone,
    every read of its kind may belong to it.
    """
    if not value.unit or not keys or not _BEST.search(clause):
        return ""
    if re.search(
        rf"\b(?:with|at|by|has|having|counts?) (?:{int(value.number)}|[a-z]+) {re.escape(value.unit)}s?\b",
        clause.lower(),
    ):
        return ""  # what the best one has: "with 4 flights", "the longest at 4 flights"
    looks = value.unit in _LOOKS
    units = {other.unit for other in values(clause) if other.unit} - _LOOKS
    if looks and not units:
        return ""  # of the whole talk, perhaps
    first = [found for found in ground.shown if any(key in found.looks for key in keys)]
    views = {view for found in first for view, rows in found.views.items() if any(_names(row, keys) for row in rows)}
    called = {view: singular(view.split("_")[0]) for view in views}
    if not (looks or value.unit in _OPTIONS or value.unit in called.values()):
        return ""
    named = [view for view, unit in called.items() if unit in units]
    most = max((_most(ground, view, first, looks=looks) for view in named or views), default=None)
    return f"at most {most}, which were read for this choice" if most is not None and value.number > most else ""


def _names(row: Row, keys: Collection[str]) -> bool:
    """Whether a row has one of the keys, itself or in a part of it."""
    shown = str(list(row.values())).lower()
    return any(key in shown for key in keys)


def _most(ground: Ground, view: str, first: Sequence[Shown], *, looks: bool) -> int:
    """How many rows of a view, or calls that show some, belong to the choice among which these showed its records."""
    asked = [_asked(found) for found in first if view in found.views]
    family = {found.call: found for found in ground.shown if view in found.views and _alike(_asked(found), asked)}
    return len(family) if looks else sum(len(found.views[view]) for found in family.values())


def _asked(found: Shown) -> Mapping[str, Json]:
    """What a call asked for, its day left out: many days are looked at for one choice."""
    args = found.call.args
    return {name: value for name, value in args.items() if not (isinstance(value, str) and _DATE.fullmatch(value))}


def _alike(one: Mapping[str, Json], others: Iterable[Mapping[str, Json]]) -> bool:
    """Whether two calls ask for one of the same things, or for one thing alone."""
    return len(one) < 2 or any(one.items() & other.items() for other in others)
