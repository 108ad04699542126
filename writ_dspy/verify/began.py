"""Began: the day on which a record is told to have been made is the one that was read of it.

The record is the one that the sentence names, or that was named last; where none is, the day may be that of any record that was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground

_MADE = re.compile(
    r"\b(?P<subject>\S+ )?(?P<adverb>(?:originally|first|only|just|initially|already) )?(?P<verb>booked|made|placed|created|bought|ordered|purchased|reserved)"
    r"(?: (?:it|this|that|them|yours|only|just|back|this one|that one|yourself|through us))*(?: at \d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?)?,? on (?:\w+day,? )?[*_]*\Z",
    re.IGNORECASE,
)
_CREATED = re.compile(
    r"\b(?:creation|booking|purchase|order)(?:'s)? date(?: of (?:it|this|that))?(?: is|:| of)? ?[*_]*\Z|\b(?:dates|goes) (?:from|back to) [*_]*\Z|\b(?:booked|made|placed|created|bought|ordered|purchased|reserved)\b[^.;()]{0,30}\b(?:hours?|days?|weeks?) ago,? [(–-]?\s?(?:namely |that is |it was )?on [*_]*\Z",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:changes?|payments?|refunds?|requests?|modifications?|exchange|return|calls?|offer|transfer|certificate)\b[^.;,]{0,25}\Z|\b(?:to be|can be|could be|will be|would be|be|if|when|unless|not|you are|you're|they are|everyone is|all)(?: \w+)? \Z|\b(?:if|when|unless|whether)(?: \w+){0,4} \Z|n't (?:\w+ )?\Z",
    re.IGNORECASE,
)
"""Ahead of the verb: something else that was made, or nothing that was."""
_BEGAN = re.compile(r"created|booked|placed|ordered")
"""A field that holds when a record came about."""


def when_made(ground: Ground, sentence: str, key: str) -> str:
    """What is wanted of a sentence that tells a day on which the record did not come about.

    Args:
        ground: What is known by then.
        sentence: What the agent says.
        key: The record that it speaks of, in lower case; empty, where that is open.
    """
    lower = sentence.lower().replace("’", "'")
    told = [value for value in values(lower) if value.quantity == "date" and _tells(lower, value)]
    if not told:
        return ""
    every = list(_records(ground))
    own = [data for name, data in every if name == key]
    known = {day for data in own or [data for _, data in every] for day in _began(data)}
    others = {day for data in own or [data for _, data in every] for day in _days(ground, data)}
    wrong = next((value for value in told if known and value.date not in known | others), None)
    return "" if wrong is None else "the day that was read on which it was made"


def _tells(lower: str, value: Value) -> bool:
    """Whether words tell right before a day that something was made on it."""
    made = _MADE.search(lower[: value.start])
    if made is None:
        return _CREATED.search(lower[: value.start]) is not None
    start = made.start("adverb") if made["adverb"] else made.start("verb")
    return _OTHER.search(lower[:start]) is None


def _records(ground: Ground) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Each record that has a day on which it began, with each of its ids in lower case."""
    for found in ground.shown:
        for key, looks in found.looks.items():
            for look in looks:
                if isinstance(look.data, dict) and any(map(_BEGAN.search, look.data)):
                    yield key, look.data


def _began(data: Mapping[str, Json]) -> set[tuple[int, int]]:
    fields = (str(value) for name, value in data.items() if _BEGAN.search(name))
    return {(int(one[5:7]), int(one[8:10])) for one in fields if re.match(r"\d{4}-\d\d-\d\d", one)}


def _days(ground: Ground, data: Mapping[str, Json]) -> set[tuple[int, int]]:
    """The days on which its parts take place: somebody is booked on a flight, and on a day."""
    rows = data.get(ground.fields.legs)
    days = (str(row.get("date")) for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))
    return {(int(one[5:7]), int(one[8:10])) for one in days if re.match(r"\d{4}-\d\d-\d\d", one)}
