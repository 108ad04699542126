"""How a proposal names the cabin of a trip, and the one that it is left for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, compiled, either, found
from writ_dspy.domains.observed import Row
from writ_dspy.task import Json

_BASIC = r"basic[ _-]economy"
_CABIN = {
    "basic_economy": _BASIC,
    "economy": r"(?<!basic )(?<!basic-)(?<!basic_)(?<!premium )economy",
    "business": r"business(?! days?)",
}
_OTHER = {
    "first": r"first[ -]class",
    "premium": r"premium economy",
}
_LABEL = r"(?:\b(?:cabin|class|seats? in|sit in|fly(?:ing)? in|travel in|booked in|now in|still in|stays? in|remains? in|switch(?:ed)? to|move (?:you|us|everyone) to|(?:up|down)grad\w+ (?:\w+ ){0,3}to)\b\W{0,4}(?:class |cabin )?)"
_FLOWN_IN = r"\b(?:trips?|one[ -]way|flights?|booking|itinerary|put \w+(?: \w+){0,2}? into (?=[a-z]*\d)[a-z0-9]{6}|(?:move|rebook|put|book) (?:you|them|everyone|both of you|all of you)),? in (?:the )?"
"""What is put into a cabin, ahead of it."""
_FORMER = r"\b(?:current(?:ly)?|existing|original(?:ly)?|previous(?:ly)?|old|former(?:ly)?|from|not|instead of|rather than)\b[^.\n;,]{0,30}?"
"""What stands before a cabin that is left, or is none."""
_BECOMES = r"(?: class| cabin)?\W{0,3}(?:to|->|→|=>|into)\W"


def cabin(args: dict[str, Json], record: Row | None) -> Iterator[Detail]:
    """The cabin of a write, and what tells another one.

    Args:
        args: Of the write.
        record: The reservation, where there is one.
    """
    own = args["cabin"]
    others = "|".join(form for name, form in (*_CABIN.items(), *_OTHER.items()) if name != own)
    flown = rf"{_FLOWN_IN}(?:{others})\b(?! (?:would|costs?|is|are|was|were|starts?|fares?)\b)|\bin (?:{others})(?: class)?,? for (?:you|both|everyone|all)\b"
    denied = found(rf"{_LABEL}(?:{others})\b|\b(?:{others})(?: cabin| class)? throughout\b|{flown}")
    right = found(rf"(?:{_LABEL}|{_FLOWN_IN})(?:{_CABIN[own]})\b|\b(?:{_CABIN[own]})(?: cabin| class)? throughout\b")
    left = compiled(rf"{_FORMER}(?:{others})\b|\b(?:{others})\b{_BECOMES}")
    named = found(rf"\b(?:{_CABIN[own]})\b")
    back = found(
        rf"\b(?:{_CABIN[own]})\b{_BECOMES}{{1,3}}(?:{others})\b"
        rf"|\b(?:{others})(?: class| cabin)?,? (?:instead of|rather than|in place of) (?:the |your |in )*(?:{_CABIN[own]})\b"
    )

    def contrary(text: str) -> bool:
        """Another cabin where this one should be; a line that names both, such as a row with old and new, is none."""
        if not denied(text) or right(text):
            return False
        return any(denied(line) and not named(line) for line in left.sub("", text).split("\n"))

    put = found(rf"\b(?:in|into|to) (?:the |your )?(?:{others})\b|\b(?:{others}) (?:class|cabin|seats?|tickets?)\b")
    yield Detail(
        own.replace("_", " "),
        (lambda _: True) if record is not None and record.get("cabin") == own else named,
        either(
            contrary,
            back,
            _kept_in_another(own, others, kept=record is None or record.get("cabin") == own, held=record is not None),
            _row_of_another(
                own,
                others,
                [row["flight_number"].lower() for row in args.get("flights", ())],
                put=right if record is not None else None,
            ),
        ),
        asked=lambda text: not named(text) and put(left.sub("", text)),
    )


_KEPT = r"(?:stay(?:s|ing)?|remain(?:s|ing)?|kept|keep(?:s|ing)?|unchanged|the same|as (?:before|(?:it|they) (?:is|are|was|were)|now|booked))"
_ALLOWS = r"\b(?:bags?|baggage|luggage)\b"
_MIGHT = re.compile(r"\b(?:would|if|not|no|only|than|while|whereas|otherwise|instead)\b|n't\b|\?")
_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+|;|,\s+(?:and|but)\b")


def _kept_in_another(own: str, others: str, *, kept: bool, held: bool) -> Test:
    """A sentence keeps the trip in a cabin that it does not have, or counts the free bags of the trip by another one.

    Args:
        own: The cabin of the write.
        others: A pattern of the others.
        kept: Whether no other cabin is left for it.
        held: Whether there is a reservation, whose cabin can be kept.
    """
    mine, other = found(rf"\b(?:{_CABIN[own]})\b"), found(rf"\b(?:{others})\b")
    stays, free = found(rf"\b{_KEPT}\b"), compiled(rf"\bfree\b.*\b(?:in|per) (?:{others})\b")
    alone = compiled(rf"\s*(?:[-•*]|\d{{1,2}}[.)])\s*(?:in )?(?:{others})(?: class| cabin)?\W*")

    def denied(text: str) -> bool:
        if not kept:
            return False
        parts = [part for part in _CLAUSE.split(text) if other(part) and not mine(part) and not _MIGHT.search(part)]
        if any((held and stays(part)) or (found(_ALLOWS)(part) and free.search(part)) for part in parts):
            return True
        return not mine(text) and any(alone.fullmatch(line) for line in text.split("\n"))

    return denied


_ENTRY = re.compile(r"[,;:·|()]|\s[–—-]\s|\s\+\s")
_FLIGHT = re.compile(r"\bhat\d{3}\b")
_PAST = re.compile(r"\b(?:now|current\w*|old|from|was|before|so far|until|original\w*|instead|would|if|cancel\w*)\b")
"""Words of a row that tells what there was, or what might be."""


_NEW_ONE = re.compile(r"\bnew (?:[\w-]+ ){0,3}(?:booking|reservation|trip|ticket)\b")


def _row_of_another(own: str, others: str, flights: Sequence[str], *, put: Test | None) -> Test:
    """A row of a list gives another cabin by itself among what it holds, and none gives the right one: "- HAT087, May 30, business".

    A row about a new booking is of none that is held, and where a sentence puts the reservation that is held into the right cabin
    (`put`), a row without a flight tells in which one it is so far.
    """
    held = put is not None
    other, right = (compiled(rf"\W*(?:{form})(?: class| cabin)?\W*") for form in (others, _CABIN[own]))

    def gives(line: str, form: re.Pattern) -> bool:
        return any(form.fullmatch(part) for part in _ENTRY.split(line))

    def denied(text: str) -> bool:
        lines = [
            line for line in text.split("\n") if len(_ENTRY.split(line)) > 1 and not line.rstrip().endswith(("?", "!"))
        ]
        if any(gives(line, right) for line in lines):
            return False
        told = (line for line in lines if not _PAST.search(line) and not (held and _NEW_ONE.search(line)))
        so_far = put is not None and put(text)
        ours = (
            line
            for line in told
            if set(_FLIGHT.findall(line)) <= {*flights} and not (so_far and not _FLIGHT.search(line))
        )
        return any(gives(line, other) and "per " not in line for line in ours)

    return denied
