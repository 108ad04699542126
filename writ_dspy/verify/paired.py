"""Whether each detail is still said of its own thing, and a place in a row is still the same: of two things, which is which.

Where a sentence says something of several things or people, what follows each is its own. Details that trade places are found, and an
end of the price that changes for one of them; a detail that only goes elsewhere is not judged, as it may be told in another order.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.values import values

_THING = re.compile(
    r"\b(?:for|with|replace|swap|exchange) (?:the|my) (?P<thing>[\w-]+(?: [\w-]+){0,2}?)(?=,|:| the\b| i'd\b| i want\b| take\b| it\b| with\b| for\b)|"
    r"(?:^|[;,:] |\band )(?:the|my) (?P<item>[\w-]+(?: [\w-]+){0,2}?)(?=: )"
)
_PERSON = re.compile(r"\b[A-Z][\w'-]+ [A-Z][\w'-]+(?=,? (?:born\b|\(|date of birth))")
_WORD = re.compile(r"[a-z0-9][\w'/-]*")
_SMALL_WORDS = """the a an and or of in on at for to with as is are be it i i'd you that this one ones my your me have please like want would
    also then so but by from version variant stock available can could take get give make born finally lastly"""
_SMALL = frozenset(_SMALL_WORDS.split())
_CHEAP = re.compile(r"\b(?:cheapest|least expensive|lowest(?:[- ]priced?)?|most affordable)\b")
_DEAR = re.compile(r"\b(?:dearest|most expensive|priciest|highest(?:[- ]priced?)?|costliest)\b")
_RANKS = ("first", "second", "third", "fourth", "fifth")
_RANK = re.compile(
    r"\b(?P<rank>first|second|third|fourth|fifth|[1-5](?:st|nd|rd|th))[ -](?P<what>flight|leg|segment|line|passenger|traveler|item|order|booking|reservation|cheapest|dearest|lowest|highest|priciest|most expensive|least expensive|best|largest|smallest)\b"
)
_ENDS = re.compile(r"\b(?:cheapest|dearest|lowest|highest|priciest|most expensive|least expensive|largest|smallest)\b")
_NOT_ALL = re.compile(
    r"\b(?:not (?:all|both)|only one|just one|any one|one or the other)(?: of (?:them|these|those))?\b(?=\W*(?:$|[.,;!]))"
)
_NEXT = re.compile(
    r"\b(?:second|third|fourth|fifth|[2-5](?:nd|rd|th)|next|runner-up|(?:number|no\.?) (?:two|three|[2-5])|one (?:up|down)|but one|after|behind|two|three)\b|#[2-5]"
)


def paired(given: str, new: str) -> Iterator[str]:
    """Details that trade places, an end of the price that changes for one thing of several, and a place in a row that is another."""
    yield from _ranked(given.lower(), new.lower())
    if (
        re.search(r", (?:and )?[^.]* and ", given)
        and _NOT_ALL.search(new.lower())
        and not _NOT_ALL.search(given.lower())
    ):
        yield "all of a list, and now not all: turned around"
    things = _things(given)
    was, now = _parts(given, things), _parts(new, things)
    if len(things) < 2 or was is None or now is None:
        return
    own = [_telling(part) - _other(was, at) for at, part in enumerate(was)]
    moved = {
        (first, second)
        for first in range(len(things))
        for second in range(len(things))
        if first != second and own[first] & (_telling(now[second]) - _other(now, second))
    }
    if any((second, first) in moved for first, second in moved):
        yield "what is said of one thing and of another, swapped"
    for before, after in zip(was, now, strict=True):
        ends = [(bool(_CHEAP.search(part)), bool(_DEAR.search(part))) for part in (before, after)]
        if ends[0] != ends[1] and all(one != other for one, other in ends):
            yield "the end of the price of one of them: turned around"


def _things(given: str) -> list[str]:
    """The things or people of whom a sentence says something each, in lower case."""
    people = [match[0].lower() for match in _PERSON.finditer(given)]
    found = people if len(people) > 1 else [match["thing"] or match["item"] for match in _THING.finditer(given.lower())]
    return found if len(set(found)) == len(found) else []


def _parts(text: str, things: list[str]) -> list[str] | None:
    """What is said of each thing, behind it or, where the sentence begins so, before it; None where one is not named just once."""
    lower = text.lower()
    for item in reversed(values(lower)):
        if item.quantity == "date":
            lower = f"{lower[: item.start]} day{int(item.number)} {f'year{item.year}' if item.year else ''} {lower[item.end :]}"
    if not things or any(lower.count(thing) != 1 for thing in things):
        return None
    spots = sorted((lower.index(thing), thing) for thing in things)
    starts = [start for start, _ in spots]
    ends = [start + len(thing) for start, thing in spots]
    before = (
        _CHEAP.search(lower, 0, starts[0])
        or _DEAR.search(lower, 0, starts[0])
        or re.search(r"\bsame\b|\bday\d", lower[: starts[0]])
    )
    if before:
        found = [lower[low:high] for low, high in zip([0, *ends[:-1]], starts, strict=True)]
    else:
        found = [lower[low:high] for low, high in zip(ends, [*starts[1:], len(lower)], strict=True)]
    by_thing = {thing: part for (_, thing), part in zip(spots, found, strict=True)}
    return [by_thing[thing] for thing in things]


def _telling(part: str) -> frozenset[str]:
    return frozenset(_WORD.findall(part)) - _SMALL


def _other(parts: list[str], at: int) -> frozenset[str]:
    """The telling words of all other parts."""
    return frozenset[str]().union(*(_telling(part) for place, part in enumerate(parts) if place != at))


def _ranked(given: str, new: str) -> Iterator[str]:
    was, now = _places(given), _places(new)
    for what, ranks in was.items():
        if what in now and not ranks & now[what]:
            yield f"the {_RANKS[min(ranks)]} {what}, and now the {_RANKS[min(now[what])]}"
        elif what not in now and _ENDS.fullmatch(what) and min(ranks) > 0 and not _NEXT.search(new):
            yield f"the {_RANKS[min(ranks)]} {what} is missing"


def _places(text: str) -> dict[str, set[int]]:
    """The places in a row that a text names, from zero, by what stands in the row."""
    found: dict[str, set[int]] = {}
    for match in _RANK.finditer(text):
        rank = int(match["rank"][0]) - 1 if match["rank"][0].isdigit() else _RANKS.index(match["rank"])
        found.setdefault(match["what"], set()).add(rank)
    return found
