"""Addressed: a street that was read goes with the door, the city, the state and the zip code that were read with it.

A street that the user named may be anywhere, so it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.listing import unmarked
from writ_dspy.domains.postal import STATES, numbered
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, own_id, records_of

_DOOR = r"(?:Suite|Ste|Apt|Apartment|Unit|#)\.?\s?\w+"
_BEHIND = re.compile(
    rf"(?:,?\s(?P<unit>{_DOOR}))?(?:,|\sin)\s(?P<city>(?!(?:Suite|Ste|Apt|Apartment|Unit)\b)[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)*)"
    rf"(?:,\s(?:(?P<state>[A-Z]{{2}}\b)|(?P<name>{'|'.join(name.title() for name in STATES.values())})))?(?:,?\s(?P<zip>\d{{5}})\b)?"
    rf"(?P<end>[.;)]?(?:\s|\Z)|,\s)"
)
"""What stands behind a street, up to the city at least."""
_CITY, _STATE, _ZIP = "city", "state", "zip"
_LAST = re.compile(r"[.;)]|\s*(?:\n|\Z)")
"""The end of an address that ends at its city."""


def addressed(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(address, what is wanted) for each street that is told with something that was not read with it.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    text, said, names = unmarked(text), "\n".join(ground.heard), ground.fields
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
                for field, value in _told(names, behind).items()
                if value.lower() not in said and not (field == names.unit and numbered(value, ground.heard))
            }
            if not any(all(_same(row.get(field), value) for field, value in told.items()) for row in rows):
                row = rows[0]
                whole = ", ".join(
                    str(row[field]) for field in (names.street, names.unit, _CITY, _STATE, _ZIP) if row.get(field)
                )
                yield text[place.start() : behind.end()].strip(), f"the address as it was read: {whole}"


def _streets(ground: Ground) -> Mapping[str, list[Mapping[str, Json]]]:
    """By the street, the addresses that were read."""
    found: dict[str, list[Mapping[str, Json]]] = {}
    for row in ground.seen.every():
        if isinstance(row.get(ground.fields.street), str) and isinstance(row.get(_CITY), str):
            found.setdefault(str(row[ground.fields.street]), []).append(row)
    return found


def _told(names: Fields, behind: re.Match[str]) -> dict[str, str]:
    parts = {"unit": names.unit, _CITY: _CITY, _STATE: _STATE, _ZIP: _ZIP}
    told = {field: behind[part] for part, field in parts.items() if behind[part]}
    if behind["name"]:
        told[_STATE] = next(code for code, name in STATES.items() if name.title() == behind["name"])
    return told


def _same(read: Json, told: str) -> bool:
    """Whether a part of an address is the one that was read; of a door, the number counts."""
    if read is None:
        return True
    own, other = str(read).lower().split(), told.lower().replace(".", "").replace("#", "").split()
    return own == other or bool(own[-1:] == other[-1:] and any(map(str.isdigit, told)))


_SOURCE = re.compile(
    r"\b(?:as|same as|taken|copied|like|the (?:one|same)|address|that) (?:(?:it )?(?:is|stands) )?(?:on|in|from|with) (?:your |the )?(?:order )?(?P<order>#?[A-Z]+\d{5,})\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:from:|now:|currently|so far|old|replaces?|instead of|not|until now|was|would be changed|change)\b|n['’]t\b|\?\s*\Z",
    re.IGNORECASE,
)


def copied(ground: Ground, text: str, subject: Subject | None) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each order that the address of a write is said to come from, and that has another.

    Args:
        ground: What is known by then.
        text: What the agent says.
        subject: The write that it is about, if it is about one.
    """
    street = subject.args.get(ground.fields.street) if subject is not None else None
    for start, end in sentences(text) if isinstance(street, str) else ():
        sentence = text[start:end].strip()
        match = _SOURCE.search(sentence)
        if match is None or str(street) not in sentence or _OLD.search(sentence):
            continue
        if subject is not None and match["order"].lstrip("#") in own_id(ground.domain, subject.args):
            continue
        for _, data in records_of(ground, (match["order"].lower(),)):
            address = data.get("address")
            if isinstance(address, Mapping) and address.get(ground.fields.street) not in (None, street):
                yield (
                    sentence,
                    f"the order whose address it is: {match['order']} goes to {address[ground.fields.street]}",
                )
