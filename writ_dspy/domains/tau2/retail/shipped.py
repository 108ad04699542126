"""How a proposal names the address that an order or a profile gets, and the one that it has until then."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, either, found, stands
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.postal import STATES
from writ_dspy.domains.whole import is_whole, places
from writ_dspy.task import Json

_CODE_AHEAD = re.compile(r"\b([a-z]{2}),? \Z")
_STATE_AHEAD = re.compile(r",\s?([a-z]{2}),? \Z")
"""Two letters behind a comma: "leave the ZIP at 92101" names no state."""
_SHORT = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "boulevard": "blvd", "court": "ct", "place": "pl",
    "highway": "hwy", "parkway": "pkwy", "circle": "cir", "terrace": "ter", "square": "sq", "suite": "ste", "apartment": "apt",
}  # fmt: skip
"""Words of an address as the post shortens them."""


_POSTED = re.compile(rf"\b({'|'.join((*_SHORT, *_SHORT.values()))})\b\.?")


@lru_cache(maxsize=2048)
def _posted(text: str) -> str:
    """A lower-case text with the words of an address as the post shortens them."""
    return _POSTED.sub(lambda match: _SHORT.get(match[1], match[1]), text)


def _street(line: str) -> Test:
    """A line of an address, its words long or short."""
    whole = stands(_posted(line.lower()))
    return lambda text: whole(_posted(text))


_CODES = frozenset(map(str.lower, STATES))


def _unit(number: str) -> Test:
    """The number alone, as one: "#4b" is "apt 4b"."""
    marked = found(rf"(?:#|\bno\.) ?{re.escape(number)}\b")
    return lambda text: number in text and marked(text)


def _held_otherwise(args: dict[str, Json], held: Row | None, seen: Seen) -> Test | None:
    """Another address that was read is told as the one that is there until now."""
    known = {str(row["address1"]).lower() for row in seen.every() if row.get("address1")}
    others = known - {str(row["address1"]).lower() for row in (args, held) if row}
    if held is None or not others:
        return None
    one = "|".join(map(re.escape, sorted(others)))
    return found(
        rf"\b(?:now|current(?:ly)?|from|old|previous(?:ly)?|so far|until now|replac(?:es|ing)|instead of)\b[^.;\n]{{0,30}}?(?:{one})\b"
    )


def address(args: dict[str, Json], held: Row | None, seen: Seen) -> Iterator[Detail]:
    """Street, door, city, state and zip code, each for itself.

    Args:
        args: Of the write.
        held: The record whose address it is.
        seen: What was read.
    """
    yield Detail(args["address1"], _street(args["address1"]), _held_otherwise(args, held, seen))
    if args["address2"]:
        yield Detail(args["address2"], either(_street(args["address2"]), _unit(args["address2"].lower().split()[-1])))
    yield Detail(args["city"], stands(args["city"]))
    code, zip_code = str(args["state"]).lower(), str(args["zip"])
    name = STATES.get(str(args["state"]), code)
    again = f"(?=.*{re.escape(name)})" if name == str(args["city"]).lower() else ""
    right = rf"(?:state|,)\W{{0,3}}{re.escape(code)}\b|{re.escape(name)}\b{again}"

    def codes(text: str, ahead: re.Pattern = _CODE_AHEAD) -> set[str]:
        """What stands before the zip code as two letters."""
        before = (
            ahead.search(text, max(0, place - 6), place)
            for place in places(zip_code, text)
            if is_whole(zip_code[-1:], text[place + len(zip_code) - 1 : place + len(zip_code) + 1])
        )
        return {match[1] for match in before if match is not None and match[1] in _CODES}

    yield Detail(
        args["state"],
        either(found(rf"(?s)\b(?:{right})"), lambda text: code in codes(text)),
        lambda text: bool(codes(text, _STATE_AHEAD) - {code}),
    )
    yield Detail(zip_code, stands(zip_code))
