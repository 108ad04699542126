"""Addressed: a street that was read goes with the door, the city, the state and the zip code that were read with it.

A street that the user named may be anywhere, so it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.listing import unmarked
from writ_dspy.domains.postal import STATES, numbered
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground

_DOOR = r"(?:Suite|Ste|Apt|Apartment|Unit|#)\.?\s?\w+"
_BEHIND = re.compile(
    rf"(?:,?\s(?P<address2>{_DOOR}))?(?:,|\sin)\s(?P<city>(?!(?:Suite|Ste|Apt|Apartment|Unit)\b)[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)*)"
    rf"(?:,\s(?:(?P<state>[A-Z]{{2}}\b)|(?P<name>{'|'.join(name.title() for name in STATES.values())})))?(?:,?\s(?P<zip>\d{{5}})\b)?"
    rf"(?P<end>[.;)]?(?:\s|\Z)|,\s)"
)
"""What stands behind a street, up to the city at least."""
_STREET, _DOOR_OF, _CITY, _STATE, _ZIP = "address1", "address2", "city", "state", "zip"
_LAST = re.compile(r"[.;)]|\s*(?:\n|\Z)")
"""The end of an address that ends at its city."""


def addressed(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(address, what is wanted) for each street that is told with something that was not read with it.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    text, said = unmarked(text), "\n".join(ground.heard)
    for street, rows in _streets(ground).items():
        if street not in text or street.lower() in said:
            continue
        for place in re.finditer(re.escape(street), text):
            behind = _BEHIND.match(text, place.end())
            if behind is None or not (
                behind["state"] or behind["name"] or behind["zip"] or _LAST.match(text, behind.start("end"))
            ):
                continue  # what follows may be no city
            told = {
                field: value
                for field, value in _told(behind).items()
                if value.lower() not in said and not (field == _DOOR_OF and numbered(value, ground.heard))
            }
            if not any(all(_same(row.get(field), value) for field, value in told.items()) for row in rows):
                row = rows[0]
                whole = ", ".join(
                    str(row[field]) for field in (_STREET, _DOOR_OF, _CITY, _STATE, _ZIP) if row.get(field)
                )
                yield text[place.start() : behind.end()].strip(), f"the address as it was read: {whole}"


def _streets(ground: Ground) -> Mapping[str, list[Mapping[str, Json]]]:
    """By the street, the addresses that were read."""
    found: dict[str, list[Mapping[str, Json]]] = {}
    for row in ground.seen.every():
        if isinstance(row.get(_STREET), str) and isinstance(row.get(_CITY), str):
            found.setdefault(str(row[_STREET]), []).append(row)
    return found


def _told(behind: re.Match[str]) -> dict[str, str]:
    told = {field: behind[field] for field in (_DOOR_OF, _CITY, _STATE, _ZIP) if behind[field]}
    if behind["name"]:
        told[_STATE] = next(code for code, name in STATES.items() if name.title() == behind["name"])
    return told


def _same(read: Json, told: str) -> bool:
    """Whether a part of an address is the one that was read; of a door, the number counts."""
    if read is None:
        return True
    own, other = str(read).lower().split(), told.lower().replace(".", "").replace("#", "").split()
    return own == other or bool(own[-1:] == other[-1:] and any(map(str.isdigit, told)))
