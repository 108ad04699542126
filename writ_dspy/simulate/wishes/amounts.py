"""Amounts, days, times and numbers: one that the task does not have, a limit turned around, and a limit given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from writ_dspy import patterns as re
from writ_dspy.domains.postal import spellings
from writ_dspy.domains.sayings import BARE_DAY
from writ_dspy.domains.values import Value, values
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.limits import bounded, direction
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import COUNTS, Wanted, compiled

FREE = re.compile(
    r"\b(?:price|cost|fare|money|budget|amount|expense|limit)s?\b[^.;!?]{0,20}\b(?:does(?:n't| not)|"
    r"do(?:n't| not)|is no|isn't|no|is not|are no|not)\b[^.;!?]{0,12}\b(?:matter|object|issue|problem|"
    r"concern|important|limit|relevant)\b|"
    r"\b(?:no matter|whatever|regardless of|don't care|do not care|not care|never mind|irrespective of|"
    r"doesn't matter|not matter)\b[^.;!?]{0,25}\b(?:prices?|costs?|fares?|expensive|takes to pay|how much|"
    r"cheap|what (?:it|that|they|this) costs?)\b|"
    r"\b(?:no|without (?:a|any)|any) (?:price )?limit\b|\bmoney is no\b|\bspend (?:whatever|as much)\b|"
    r"\bat any (?:price|cost)\b|\bwhatever it costs\b"
)
_DIGITS = re.compile(r"\b(?:ending|ends?|last (?:\w+ )?digits?(?: are)?|finishing)\b[^.;!?\d]{0,12}(\d{3,5})\b")
_STREET = re.compile(
    r"\b(\d{1,5} (?!to |for |and |or |at |into |by |from )(?:(?!on |at |in |of |the )[a-z]+ ){1,2}(?:street|st|avenue|ave|road|rd|drive|lane|ln|"
    r"boulevard|blvd|court|way|place|square|highway))\b"
)
_UNIT = re.compile(r"\b(suite|apt|apartment|unit)\.? (?:number )?(?:is |should be )?#?(\d+)\b")
WORDED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|"
    r"thousand)\b"
)
_CENTS = re.compile(r"\.\d\d$")
_FEW = 12
"""Numbers up to this stand for many things."""
_MADE_UP = re.compile(
    r"\b(?:we|there|it|that)(?:'re| are|'s| is|'ll be| will be| would be)\b|\bof us\b|\b(?:is|are|am|'s|'re|will be|comes?|joins?|fl(?:y|ies)|travels?) (?:all )?(?:coming|going|flying|traveling|travelling|joining|"
    r"along|with (?:me|us)|too|as well)\b|\b(?:people|persons|passengers|travell?ers|adults|bags|suitcases)\b"
)
"""How many there are, said and not wished for: a wish where the task's own write says how many."""
_WE_ARE = re.compile(r"we are|there are|we're|it's for")
_GROUP = re.compile(r"\b(?:team|party|group|family|band|crew|class|bunch|company|total|crowd) of\W+$")
_OF_THEM = re.compile(r"\s+of (?:them|those|these)\b")
_YES_NO = re.compile(r"^(?:so )?(?:is|are|was|would|will|does|do) (?:it|that|this|the|they|my|there|i|we)\b")
_OWN_LIFE = re.compile(r"\b(?:spent|earn\w*|won|lost|make|makes|made|owed?|saved|bet|raised|borrowed)\b")
"""What a user does with money elsewhere."""


def amounts(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """What the task has no such amount, day, time or number for, as (place, saw, wanted)."""
    sentences: dict[int, list[Part]] = {}
    for part in fresh:
        sentences.setdefault(part.sentence, []).append(part)
    for group in sentences.values():
        if any(_gives_up(part) for part in group) and wanted.limited and not FREE.search(wanted.text):
            yield group[0].start, group[0].text[:60], "the limit that its task sets"
        for part in group:
            yield from _unknown(wanted, turn, part, heard)
            yield from _turned(wanted, group, part, heard)


def _gives_up(part: Part) -> bool:
    """Whether no price is too high; "whatever costs more than $40" sets a limit."""
    return not part.asked and any(_LIMITS.match(part.text, match.end()) is None for match in FREE.finditer(part.text))


_LIMITS = re.compile(
    r"(?: (?:me|us|you|is|was|comes?|to|even|way|well|just|at|priced))* (?:more|less|over|above|under|below|beyond|upwards?|higher|lower|at (?:least|most)|exactly|from|up to)\b[^.;!?\d]{0,16}\$?\d"
)
"""Behind a price that is spoken of: what bounds it."""


def _unknown(wanted: Wanted, turn: Sequence[Part], part: Part, heard: Heard) -> Iterator[tuple[int, str, str]]:
    if not part.asked:
        yield from ((part.start, saw, "an address that this user knows") for saw in _addresses(wanted, part, heard))
    for match in _DIGITS.finditer(part.text):
        if match[1] not in wanted.text and match[1] not in heard.text:
            yield part.start, match[1], "digits that this user knows"
    if not part.asked and (days := wanted.days):
        for match in BARE_DAY.finditer(part.text):
            right = days | {item.date[1] for item in heard.values if item.quantity == "date"}
            if int(match["day"]) not in right and not part.denied(match.start()) and not after(turn, part, match.end()):
                yield part.start, match.group(), "a day that this user knows"
    if not any(char.isdigit() for char in part.text) and not WORDED.search(part.text):
        return
    for found in values(part.text):
        cents = found.quantity == "count" and _CENTS.search(part.text[found.start : found.end])
        item = replace(found, quantity="money") if cents else found
        what = _stated(wanted, part, item)
        if what and not _known(wanted, part, item, heard) and not _left(turn, part, item):
            yield part.start, part.text[item.start : item.end + 12 * (item.quantity == "count")].strip(), what


def _addresses(wanted: Wanted, part: Part, heard: Heard) -> Iterator[str]:
    """Streets and units that nobody has named."""
    known = (wanted.text, wanted.gold, heard.text)
    for match in _STREET.finditer(part.text):
        if not any(spelling in text for spelling in spellings(match[1]) for text in known):
            yield match[1]
    for match in _UNIT.finditer(part.text):
        unit = f"{'apt' if match[1] == 'apartment' else match[1]} {match[2]}"
        if not any(unit in text for text in known):
            yield match.group()


def _stated(wanted: Wanted, part: Part, item: Value) -> str:
    """What a value has to be, if it is one that a wish rests on; nothing where a part only asks for it, or denies it."""
    if item.quantity == "money":
        asks = part.asked and not _YES_NO.match(part.text)
        elsewhere = part.tells and _OWN_LIFE.search(part.text) is not None
        return "" if asks or elsewhere else "an amount that this user knows"
    if item.quantity == "date":
        return "" if part.asked or part.denied(item.start) else "a day that this user knows"
    if item.quantity == "time":
        return "a time that this user knows" if part.wills and bounded(part.text) and wanted.timed else ""
    return "a number that its task has" if item.quantity == "count" and _counts(wanted, part, item) else ""


def _known(wanted: Wanted, part: Part, item: Value, heard: Heard) -> bool:
    if item.quantity == "count":
        return _all_as_listed(part, item, heard)
    shown = heard.values
    if not item.number or any(item.same(other) for other in (*wanted.said_values, *shown)):
        return True
    if item.quantity == "money":
        if (item.number > _FEW or item.number % 1) and any(
            abs(other.number) == item.number for other in (*wanted.said_values, *shown)
        ):
            return True
        return not part.wills and item.number in _worked_out(
            tuple({abs(other.number) for other in (*shown, *wanted.said_values) if other.quantity == "money"})
        )
    return item.quantity == "date" and _within(wanted, item)


def _all_as_listed(part: Part, item: Value, heard: Heard) -> bool:
    """Whether a yes without a deed of its own counts what the agent put forward just before: "go ahead with all four of them"."""
    if "?" not in heard.last or not (
        _GOES_AHEAD.search(part.text, 0, item.start) and _OF_THEM.match(part.text, item.end)
    ):
        return False
    return len(_LISTED.findall(heard.last)) == item.number or any(item.same(other) for other in values(heard.last))


_GOES_AHEAD = re.compile(
    r"\b(?:go(?:ing)? (?:ahead|on)|proceed|continue|do|carry out|confirm)(?: with| and do| to do)? all \Z"
)
_LISTED = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s", re.MULTILINE)
"""A line of a list."""


def _worked_out(shown: Sequence[Decimal]) -> set[Decimal]:
    """Sums and differences of two amounts."""
    if len(shown) > 40:
        return set()
    return {one + other for one, other in combinations(shown, 2)} | {
        abs(one - other) for one, other in combinations(shown, 2)
    }


def _within(wanted: Wanted, item: Value) -> bool:
    """Whether the day lies between two that the task names, or one of the right writes is on it."""
    days = sorted(
        int(other.number) for other in wanted.said_values if other.quantity == "date" and (other.year or 2024) >= 2024
    )
    if days and days[0] <= int(item.number) <= days[-1]:
        return True
    return any(item.same(other) for other in values(wanted.gold))


def _left(turn: Sequence[Part], part: Part, item: Value) -> bool:
    """Whether the value is taken back at once."""
    return any(other.quantity == item.quantity for other in values(after(turn, part, item.end)))


def _counts(wanted: Wanted, part: Part, item: Value) -> bool:
    """Whether the number is how many the user wants."""
    wished = part.wills or _WE_ARE.match(part.text) is not None
    if not (wished or _MADE_UP.search(part.text)) or part.tells or part.asked or part.denied(item.start):
        return False
    behind = part.text[item.end : item.end + 40]
    if _OF_THEM.match(behind) and part.text[: item.start].rstrip().endswith(("the", "these", "those")):
        return False  # "cancel the two of them" counts what was listed
    if _GROUP.search(part.text[: item.start]):
        behind = " people"
    if _measures(wanted, item):
        return False
    for noun, argument in wanted.domain.pack.sayings.counted_things.items():
        if compiled(COUNTS.format(noun=noun)).match(behind):
            counted = wanted.counted(noun)
            return bool(wished or counted or wanted.sets(argument)) and int(item.number) not in wanted.numbers(
                argument, counted
            )
    return False


def _measures(wanted: Wanted, item: Value) -> bool:
    """Whether a number tells a version of the task from others, as its records have it, and counts none: "three pieces" of a 3-piece set."""
    unit = re.escape(item.unit.removesuffix("s"))
    return bool(unit) and compiled(rf"\b{item.number}[ -]{unit}s?\b").search(wanted.records) is not None


_NONE_THERE = re.compile(
    r"^(?:\w+ )??(?:nothing|none|no (?:\w+ ){1,4}?|not (?:one|a|any|even)\b)(?!.*\b(?:please|pls|plz|will do|is fine|then is)\b)"
)
"""There is none, in words without a verb: a wish for none, or what the agent has just said, echoed."""
_TOLD_NONE = re.compile(r"\b(?:neither|none|no|not|nothing|cannot|unfortunately|sorry|above|over)\b|n't\b")


def _echoes(group: Sequence[Part], part: Part, item: Value, heard: Heard) -> bool:
    """Whether a part repeats with surprise, or takes note of, that there is none within a limit: "nothing under $140, really?"."""
    if part.wills or _NONE_THERE.match(part.text) is None:
        return False
    told = any(item.same(other) for other in values(heard.last)) and _TOLD_NONE.search(heard.last) is not None
    return told or any(other.asked for other in group)


def _turned(wanted: Wanted, group: Sequence[Part], part: Part, heard: Heard) -> Iterator[tuple[int, str, str]]:
    """A limit of the task, from the other side."""
    if part.asked or not bounded(part.text) or not any(char.isdigit() for char in part.text):
        return
    for item in values(part.text):
        if item.quantity not in ("money", "time", "count"):
            continue
        ways = wanted.ways.get((item.quantity if item.quantity == "time" else "money", item.number))
        if not ways or _echoes(group, part, item, heard):
            continue
        way = direction(group, part, item)
        if way is not None and way not in ways and None not in ways and not _left(group, part, item):
            yield part.start, part.text[:60], f"a limit {'below' if ways == {False} else 'above'} that"
