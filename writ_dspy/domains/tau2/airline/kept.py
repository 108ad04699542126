"""What a proposal says of what its write leaves as it is or takes as a whole: who travels, the bags, the insurance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, either, found
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.values import UNITS
from writ_dspy.task import Json

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_BAG = r"(?:bags?|pieces? of (?:baggage|luggage)|suitcases?)"
_ASIDE = re.compile(rf"\b{_BAG}\b|\b(?:seat|meal|special|not|isn't|name|birth)\b")
"""Words of a sentence in which somebody is named alone for another matter than the trip."""
_NOT_SO = re.compile(r"\b(?:not|no|never|without|instead|rather|unlike|besides?|other|if|whether|could)\b|n't\b|\?")


def kept(tool: str, args: Mapping[str, Json], record: Row | None, seen: Seen) -> Iterator[Detail]:
    """What is the same after a write, and contradicts it when it is told otherwise.

    Args:
        tool: Of the write.
        args: Of the write.
        record: The reservation, where there is one.
        seen: What was read.
    """
    people = _people(args, record, seen)
    if people and tool != "update_reservation_passengers":
        yield Detail("all who travel, and nobody else", lambda _: True, _party(people, seen))
    if record is not None and tool == "update_reservation_flights":
        yield Detail("the bags as they are", lambda _: True, _bags(record["total_baggages"]))
        yield Detail("the insurance as it is", lambda _: True, _insurance(record["insurance"] == "yes"))


Person = tuple[str, str]
"""First name, last name, in lower case."""


def _people(args: Mapping[str, Json], record: Row | None, seen: Seen) -> list[Person]:
    """Who travels by the write, or by the reservation that it names."""
    rows: Sequence[Mapping[str, Json]] = args.get("passengers") or [
        row for row in seen.rows("passengers") if record and row["reservation_id"] == record["reservation_id"]
    ]
    return list(dict.fromkeys((str(row["first_name"]).lower(), str(row["last_name"]).lower()) for row in rows))


def _called(person: Person) -> str:
    """A pattern of a person's name, in full or the first one."""
    return rf"{re.escape(person[0])}(?: {re.escape(person[1])})?"


def _party(people: Sequence[Person], seen: Seen) -> Test:
    """One of several is said to travel alone, or somebody else to travel with them."""
    user = next(((str(row["first_name"]).lower(), str(row["last_name"]).lower()) for row in seen.rows("profile")), None)
    known = {
        (str(row["first_name"]).lower(), str(row["last_name"]).lower())
        for view in ("saved_passengers", "passengers")
        for row in seen.rows(view)
    }
    firsts = {first for first, _ in people}
    tests: list[Test] = []
    if len(people) > 1:
        tests.append(_alone([*map(_called, people)], you=user in people))
    strangers = [_called(one) for one in sorted(known) if one[0] not in firsts and one != user]
    if user is not None and user not in people:
        strangers.append(r"you(?:rself)?(?=,? (?:and|&)\b)")
    if strangers:
        tests.append(_with(strangers))
    return either(*tests) if tests else lambda _: False


def _alone(names: Sequence[str], *, you: bool) -> Test:
    one = "|".join(names)
    ways = [
        rf"\b(?:for|with) (?:{one})(?: \([^)\n]*\))? (?:only|alone)\b",
        rf"\b(?:only|just) (?:for )?(?:{one})\b(?!'s\b|,? (?:and|&|or)\b|, (?:{one})\b)",
    ]
    if you:
        ways += [
            r"\b(?:for|passengers?:?|travell?ers?:?) you (?:only|alone)\b",
            r"\b(?:only|just) (?:for )?you\b(?! (?:can|could|know|need|have|may|must|want|are|will|would|asked|'re)\b)(?!['’]|,? (?:and|&|or)\b)",
        ]
    said = re.compile("|".join(ways))
    return lambda text: any(
        not _ASIDE.search(part, 0, match.end()) for part in _SENTENCES.split(text) for match in said.finditer(part)
    )


def _with(strangers: Sequence[str]) -> Test:
    """The passengers are said to be, or to include, one of these."""
    said = re.compile(
        rf"\b(?:passengers|travell?ers)\b(?:\W+(?:are|would be|will be|and)\b)?[^.;?\n]{{0,80}}?\b(?:{'|'.join(strangers)})\b"
    )
    return lambda text: any(
        not _NOT_SO.search(part, 0, match.end()) for part in _SENTENCES.split(text) for match in said.finditer(part)
    )


def _bags(total: int) -> Test:
    """The trip is said to be with, or to keep, another number of bags."""
    count = rf"(\d{{1,2}}|{'|'.join(UNITS[:13])}|no)"
    said = re.compile(
        rf"\b(?:with|keeps?|keeping|stays?|remains?) (?:the |your |all )*{count} (?:checked )?{_BAG}\b(?! (?:free|each|per|allowed|allowance)\b)"
        rf"|\A\W*(?:checked )?bags?\W{{1,4}}(?:still |unchanged,? |stays? (?:at )?)?{count}\s*(?:\Z|[,;(.])"
    )

    def denied(text: str) -> bool:
        return any(
            (match[1] or match[2]) not in (str(total), *_words(total))
            for part in _SENTENCES.split(text)
            if not _NOT_SO.search(part.replace("no ", ""))
            for match in said.finditer(part)
        )

    return denied


def _words(number: int) -> tuple[str, ...]:
    return (*(UNITS[number : number + 1]), *(("no",) if number == 0 else ()))


_INSURANCE = r"(?:travel )?insurance"
_GOES = rf"\b{_INSURANCE} (?:(?:will|would|is|gets|has to|must) (?:be )?)*(?:dropped|removed|cancell?ed|lost|lapses?|ends?|go(?:es)?|gone|taken off)\b|\b(?:without|drops?|dropping|remov\w+|los(?:e|es|ing)) (?:the |your )?{_INSURANCE}\b"
_COMES = rf"\b(?:with|add(?:s|ing|ed)?|plus|including|includes?) (?:the |your )?{_INSURANCE}\b|\b{_INSURANCE} (?:(?:will|would|is|gets) (?:be )?)*(?:added|included|kept)\b|\b{_INSURANCE} (?:stays?|remains?)\W*(?:$|[.,;])"


def _insurance(held: bool) -> Test:
    """The insurance that there is is said to go, or one that there is none of to be there."""
    said = found(_GOES if held else _COMES)
    return lambda text: any(said(part) and not _NOT_SO.search(_without(part)) for part in _SENTENCES.split(text))


def _without(part: str) -> str:
    """A sentence without the word that the insurance may go by itself."""
    return re.sub(rf"\bwithout (?=(?:the |your )?{_INSURANCE})", "", part)
