"""Claims: what the agent states about the world was said, read, fixed by policy, or follows from that.

A claim is compared as a value (`writ_dspy.domains.values`), within its clause and with the record that the clause
names. What cannot be parsed is not judged.
"""

# Longer than 400 lines: which values of a message are judged, and by what, is read together.

from __future__ import annotations

import datetime as dt
import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains.observed import Seen
from writ_dspy.domains.values import Value, values
from writ_dspy.domains.whole import is_whole, places
from writ_dspy.task import Json
from writ_dspy.verify.ahead import ahead
from writ_dspy.verify.answered import answered
from writ_dspy.verify.beyond import beyond
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.compared import miscounted
from writ_dspy.verify.contrasted import contrasted
from writ_dspy.verify.days import shifts
from writ_dspy.verify.done import claimed_done
from writ_dspy.verify.extremes import other_end
from writ_dspy.verify.failed import claimed_failed
from writ_dspy.verify.ground import Ground, numbers_in, policy_values
from writ_dspy.verify.itemized import itemized
from writ_dspy.verify.message import Message, wishes_of
from writ_dspy.verify.named import unknown_names
from writ_dspy.verify.options import told_of_options
from writ_dspy.verify.plain import made_up
from writ_dspy.verify.recorded import misdescribed
from writ_dspy.verify.refuted import refuted
from writ_dspy.verify.retold import retold
from writ_dspy.verify.roled import roled
from writ_dspy.verify.ruled import ruled
from writ_dspy.verify.sentences import is_example, planned, put_so, sentences
from writ_dspy.verify.shown import Leaves, in_leaves
from writ_dspy.verify.stated import misstated, refund_time
from writ_dspy.verify.strange import strange
from writ_dspy.verify.subject import hours_of
from writ_dspy.verify.sums import derived_money, is_rounded, misreckoned, turned
from writ_dspy.verify.tallied import untold
from writ_dspy.verify.units import foreign_money, misdated
from writ_dspy.verify.unread import unread

_ENDING = re.compile(r"\bend(?:s|ing)\s+(?:in|with)\s+[“\"'*]*(\w*\d\w*)", re.IGNORECASE)
_COMPARES = re.compile(
    r"→|->|\bvs\b|\bversus\b|\b(?:current\w*|original\w*|previous\w*|instead|differ\w*|compared|than|was|were|old|chang\w+|modif\w+"
    r"|mov(?:e|ed|ing)|switch\w*|replac\w+|exchang\w+|upgrad\w+|rebook\w*|swap\w*|trad(?:e[sd]?|ing)|becom\w+|turn\w* into)\b",
    re.IGNORECASE,
)
"""Words of a clause that is about another record besides the one that it names."""
_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|(?:next|following|previous|same) (?:day|week|\w+day)|days? (?:before|after|later|earlier|ago)"
    r"|weeks? (?:before|after|later|earlier|ago)|last 24 hours)\b",
    re.IGNORECASE,
)
"""Words by which a date is known from another one."""
_ELSE = re.compile(
    r"(?:,|;|\b(?:and|but|while|whereas|so|since|because|as))\s+(?:there(?:\s(?:is|are|was|were)|['’]s)"
    r"|(?:we|I)(?:\s(?:have|found|see)|['’]ve found)\s+an?|an?\s(?!total|refund|price|fee|charge|difference)(?:[\w-]+\s){1,4}(?:is|was)\s(?:in stock|available|on offer)"
    r"|the\s(?:[a-z]{3,}est|next|other|second|best)(?:\s\w+)?\s(?:from|to|on|via|out of|into))\b",
    re.IGNORECASE,
)
"""Where a sentence that named a record begins to speak of something that it has no name for."""
_OTHER_ONE = re.compile(
    r"\b(?:(?:the|an?|your|its) (?:\w+ )?others?|another|the (?:second|next|runner-up|former|latter|rest))\b",
    re.IGNORECASE,
)
"""Between a record and a value, it goes over to one that has no name here."""
_ADDS = re.compile(r"\$\d[\d,.]*\s*(?:\+|plus|and)\s*\$\d")
"""Amounts that are added up: each is of one of the records named before."""
_GOES_ON = re.compile(
    r"(?:[,;–—]|\s)\s*(?:(?:and|so|but|therefore|hence|which means|which is why)\s+(?:that\s+)?(?:I|we)|so)\b",
    re.IGNORECASE,
)
"""Where a sentence that told a value goes on to what is done: the record named behind it is that of the deed."""
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)*_\d{4,}\b")
"""What looks like an id in any domain."""
_BAGS = re.compile(
    r"[^\w\n]{1,3}(?:(?:free|checked|extra|additional|paid|more|of|your|the|them|complimentary)\W{1,2}){0,3}(?:bags?|baggage|luggage|suitcases?)\b",
    re.IGNORECASE,
)
_BAGS_BEFORE = re.compile(r"(?:bags?|baggage|luggage)(?: to check in)?[^.;\d\n]{0,20}\Z", re.IGNORECASE)
_EACH = re.compile(r"[^().,;\d\n]{0,50}\b(?:per|each|every)\b", re.IGNORECASE)
_LONG = frozenset(("year", "month", "week", "star", "yen", "euro", "pound", "mile", "point", "out"))
"""What even a small number of is a claim."""
_ROWS = frozenset(
    [
        "option", "variant", "version", "flight", "connection", "record", "result", "choice", "item", "product",
        "fare", "row", "entry", "combination", "itinerary", "alternative", "match", "search", "look", "lookup",
        "order", "reservation", "payment", "segment", "passenger", "airport", "direct", "one-stop", "onestop",
        "nonstop", "possibility", "possible", "different", "available", "other", "candidate", "departure", "leg",
        "listing",
    ]
)  # fmt: skip
"""What results are counted in."""
_LIMIT = re.compile(r"\b(?:at most|up to|(?:no )?more than|(?:maximum|limit) of|limited to)\s+\Z", re.IGNORECASE)
"""Stands before the most that policy allows, whatever was read."""
_STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|had|costs?|takes?|includes?|comes?|leaves?|departs?|arrives?|did|does|cannot)\b"
)
"""Verbs of a sentence that states something."""


def grounded(case: Case) -> Iterator[Finding]:
    """Every amount, date, time, id, name, place, state, count and deed that the agent states is known to be so by then."""
    ground = Ground(case.domain)
    steps: dict[int, list[Step]] = {}
    for step in case.steps:
        steps.setdefault(step.turn, []).append(step)
    news: list[Step] = []
    wishes = wishes_of(case)
    recent: list[tuple[Decimal, ...]] = []
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "user":
            ground.hear(turn)
            recent.append(_money(turn))
        elif turn.role == "agent" and turn.text.strip():
            operands = tuple(itertools.chain.from_iterable(recent[-3:]))
            yield from _stated(Message(case, index, ground, wishes, operands))
            for sentence, wanted in refuted(case, index, ground, news):
                yield Finding("grounded", index, short(sentence, 90), wanted)
            for sentence, wanted in (
                *misdescribed(case, index, ground),
                *contrasted(case, index, ground, news),
                *(other_end(case, index) if case.knows("gold") else ()),
                *answered(case, index, ground, news),
                *roled(case, index, ground, news),
                *told_of_options(case, index, ground, news),
                *unread(case, index, ground, news),
                *ruled(ground, turn.text),
                *itemized(ground, turn.text),
                *retold(case, index, ground, news),
            ):
                yield Finding("grounded", index, short(sentence, 90), wanted)
            yield from claimed_done(case, index, turn.text, news)
            yield from claimed_failed(case, index, turn.text, news)
            news = []
            recent.append(_money(turn))
        for step in steps.get(index, ()):
            ground.read(step.call, step.fresh)
            news.append(step)


def _money(turn: Turn) -> tuple[Decimal, ...]:
    return tuple(value.number for value in values(turn.text) if value.quantity == "money")


def _unheard_of(message: Message) -> Iterator[Finding]:
    """Ids, names, facts and things that nobody and nothing here has spoken of."""
    yield from _ids(message)
    for quote, wanted in unknown_names(message.ground, message.text):
        yield Finding("grounded", message.turn, quote, wanted)
    for quote in made_up(message.ground, message.text):
        yield Finding("grounded", message.turn, short(quote, 90), "what was said or read, or can be known here")
    for quote in beyond(message.ground, message.text):
        yield Finding("grounded", message.turn, short(quote, 90), "what this conversation can know")
    for quote in ahead(message.ground, message.text):
        wanted = "only what the user or a tool has named by then"
        yield Finding("grounded", message.turn, short(quote, 90), wanted)
    for quote in strange(message.ground, message.text):
        yield Finding(
            "grounded", message.turn, short(quote, 90), "things that policy, a tool or the user has spoken of"
        )


def _stated(message: Message) -> Iterator[Finding]:
    yield from _unheard_of(message)
    if wrong := turned(message.text):
        yield Finding("grounded", message.turn, short(wrong, 90), "the best of two ahead of the second")
    found = [_by_the_clock(message.text, value) for value in values(message.text)]
    for quote, result in misreckoned(message.text, found):
        yield Finding("grounded", message.turn, quote, f"what that comes to: {result:,.2f}")
    for quote, right in misdated(message.case.domain, message.text, found):
        yield Finding("grounded", message.turn, quote, f"{right}, on which that day falls")
    for quote in foreign_money(message.text, message.case.heard(message.turn)):
        yield Finding("grounded", message.turn, quote, "amounts in the currency in which they were read")
    known = [value for value in found if value.quantity == "money" and message.ground.has(value)]
    derived = (
        derived_money(found, known, message)
        if known or any(value.number > 12 or value.quantity == "money" for value in found)
        else frozenset()
    )
    message.ground.told.update(
        abs(value.number) for value in found if value.quantity == "money" and abs(value.number) in derived
    )
    starts = [value.start for value in found]
    for start, end in sentences(message.text):
        inside = found[bisect_left(starts, start) : bisect_left(starts, end)]
        clause = message.text[start:end]
        lower = clause.lower()
        keys = [key for key in message.named if key in lower]
        plans = planned(message.text, start) or put_so(message.text, start, end)
        for quote, wanted in misstated(message.ground, message.text, clause, keys, message.wishes.args, plans=plans):
            yield Finding("grounded", message.turn, f"{quote!r} in {short(clause.strip(), 90)!r}", wanted)
        judged = len(inside) + len(keys)
        message.case.claims["judged"] += judged
        if not judged and _STATES.search(lower) and not lower.rstrip().endswith("?"):
            message.case.claims["open"] += 1
        if inside:
            yield from _in_clause(message, (start, end), inside, derived)


def _in_clause(
    message: Message, span: tuple[int, int], inside: Sequence[Value], derived: frozenset[Decimal]
) -> Iterator[Finding]:
    """Each value of a clause is known, and those about one record were read of it in one look."""
    clause = message.text[slice(*span)]
    every_place = _places(message, clause, span[0])
    named = _named(clause, every_place)
    about: dict[frozenset[tuple[int, str]], list[Value]] = {}
    tied: list[Value] = []
    for value in inside:
        quote = message.text[value.start : value.end]
        wanted = _wanted(message, value, clause, derived)
        if wanted and _weighed_unseen(message, value, inside):
            message.case.unjudged["grounded"] += 1
        elif wanted and not is_example(message.text, value.start):
            yield Finding("grounded", message.turn, f"{quote!r} in {short(clause.strip(), 90)!r}", wanted)
        elif value.quantity in ("money", "date", "time") and not _follows(message, value, derived):
            near = [(at, key) for at, key in named if value.quantity != "money" or " " not in key]
            close = _bracketed(message.text, value, every_place) or _beside(message.text, value, named)
            tied += [value] if close else []
            owners = close or _owner(value, inside, near)
            if owners and not _loose(message, value, owners, () if close else inside):
                about.setdefault(owners, []).append(value)
    for owners, bound in about.items():
        keys = {key for _, key in owners}
        looks = message.ground.looks_at(keys)
        own = _without_addends(message.text, bound, looks)
        free = [value for value in own if value not in tied and _of_another(message.text, value)]
        own = [value for value in own if not (value in free or _wished(message, value, looks))]
        if _COMPARES.search(clause) or _ADDS.search(clause):  # of any record that the clause names
            every = message.ground.looks_at([key for _, key in named], apart=True)
            own = [value for value in own if value in tied or not any(in_leaves(value, look) for look in every)]
        several = len(keys) > 1 or len({value.quantity for value in own}) < len(own)
        own = [
            value
            for value in own
            if not (_of_whole(message, value, keys, named) or _of_parts(message, value, keys, tied=value in tied))
        ]
        each = [look for key in keys for look in message.ground.looks_at((key,))]
        held = all(any(in_leaves(value, look) for look in each) for value in own)
        if not (held if several else any(all(in_leaves(value, look) for value in own) for look in looks)):
            quoted = ", ".join(repr(message.text[value.start : value.end]) for value in own)
            saw = f"{quoted} in {short(clause.strip(), 90)!r}"
            yield Finding("grounded", message.turn, saw, f"what was read of {' and '.join(sorted(keys))}")


_ANOTHERS = re.compile(
    r"\b(?:after|ahead of|behind|than|over|beside|compared (?:to|with)|from|unlike|whereas)\b[^.;$\d]{0,30}?\b(?:ones?|others?|another|next|rest|runner-up|second)\b[^.;,$\d]{0,18}\Z",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"(?:\b(?:against|versus|vs\.?|compared (?:to|with)|beats?|unlike)|(?:\band|,|;|\bor|\bthe) (?:one|another|(?:the )?other(?: one)?) (?:for|at|of|with|worth|over|totall?ing|costing|on|leaving|that (?:is|was|costs?|totals)))[\s(*_]*\Z",
    re.IGNORECASE,
)
"""Right before a value, it says that it is of something else than the record named: "($3,524.38 against $341.25)", "and one for $341.25"."""


def _of_another(text: str, value: Value) -> bool:
    """Whether a value is told of a choice that goes unnamed, beside the one that is named: "after the one at $924.50"."""
    before = text[max(0, value.start - 70) : value.start]
    return _ANOTHERS.search(before) is not None or _AGAINST.search(before) is not None


def _weighed_unseen(message: Message, value: Value, inside: Sequence[Value]) -> bool:
    """Whether an amount is held against one that the user named, and nothing says what the user wanted compared with it."""
    if value.quantity != "money" or message.case.knows("wishes"):
        return False
    return any(other is not value and other.quantity == "money" and message.ground.heard_of(other) for other in inside)


def _of_whole(message: Message, value: Value, keys: set[str], named: Sequence[tuple[int, str]]) -> bool:
    """Whether a value is that of a record which the clause names, too, and which holds the record that it stands behind."""
    for whole in {key for _, key in named} - set(keys):
        for look in message.ground.looks(whole):
            if keys & look.leaves.words and in_leaves(value, look.leaves):
                return True
    return False


_IN_BRACKETS = re.compile(r"(?<!\d)[a-z\"”)*] ?\([*_]*\Z", re.IGNORECASE)


def _of_parts(message: Message, value: Value, keys: set[str], *, tied: bool) -> bool:
    """Whether a value was read of a part of a record alone: a time of a reservation's flight, a price behind what it is of, "the kettle ($91.13)"."""
    if value.quantity != "time" and not (
        value.quantity == "money" and not tied and _IN_BRACKETS.search(message.text, 0, value.start)
    ):
        return False
    whole = [look.leaves for key in keys if _goes_by_id(message, key) for look in message.ground.looks(key)]
    parts = {word for leaves in whole for word in leaves.words if message.ground.looks(word)}
    return any(in_leaves(value, look.leaves) for part in parts for look in message.ground.looks(part))


_PLUS = re.compile(r"[*_)]*\s?\+\s?[*_(]*\$?\d")
_BEHIND_PLUS = re.compile(r"\d[*_)]*\s?\+\s?[*_(]*\Z")


def _without_addends(text: str, own: list[Value], looks: Sequence[Leaves]) -> list[Value]:
    """The values without those that are added to one which was read of the record: the other leg of a connection, say."""
    added = [
        value
        for value in own
        if value.quantity == "money"
        and (_PLUS.match(text, value.end) or _BEHIND_PLUS.search(text, max(0, value.start - 12), value.start))
    ]
    if not any(in_leaves(value, look) for value in added for look in looks):
        return own
    return [value for value in own if value not in added or any(in_leaves(value, look) for look in looks)]


def _bracketed(text: str, value: Value, named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The record that shares a value's parentheses: "silver ($158.90, item 9624127908) for black ($153.25, item …)"."""
    begin, end = text.rfind("(", 0, value.start), text.find(")", value.end)
    if begin < 0 or end < 0 or ")" in text[begin : value.start] or "(" in text[value.end : end]:
        return frozenset()
    if _COMPARES.search(text, begin, end):
        named = _named(text[begin:end], [(at, key) for at, key in named if begin < at < end])
    return frozenset((at, key) for at, key in named if begin < at < end)


def _beside(text: str, value: Value, named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The record that a value is given for, or that stands in parentheses right behind it: "$101 for HAT076", "$464 (HAT190)"."""
    return frozenset((at, key) for at, key in named if _FOR.fullmatch(text, value.end, at))


_FOR = re.compile(
    r"\W{0,3}\([\W_]{0,3}|[*_]* (?:for|on|with|via) (?:(?:the|your|flight|order|reservation|item|trip) ){0,2}[*_#]*",
    re.IGNORECASE,
)
_TELLS = r"(?:is|are|was|were|has|have|had|costs?|leaves?|departs?|lands?|arrives?|takes?|goes|comes?|gets?|flies|fly|offers?|there['’]s|there (?:is|are))"
_NEW_CLAUSE = re.compile(
    rf"(?:[,;:–—]|\s(?=(?:and|but|while|whereas|plus|though)\s))\s*(?:(?:and|but|while|whereas|plus|though|so|then)\s+)?"
    rf"(?P<who>(?:(?!{_TELLS}\b)[\w#'’*%$-]+\s+){{1,9}}?){_TELLS}\b",
    re.IGNORECASE,
)
"""Where a clause with a subject of its own begins."""
_STILL_IT = re.compile(
    r"\b(?:it|its|that|which|this|they|their|both|each|fares?|prices?|total|costs?|amount|refund|difference|charge|fee|departures?|arrivals?|flights?|legs?|status|seats?|cabin|class|order|reservation|booking|trip|one)\s*\Z",
    re.IGNORECASE,
)
"""At the end of a subject that goes on about the record named before."""
_FINITE = re.compile(rf"[*\s]*(?:\([^)]*\)\s*)?(?:(?:then|also|already|now|only|itself)\s+)*{_TELLS}\b", re.IGNORECASE)
_BOUNDARY = re.compile(r"[,;:–—]\s|\s(?:and|but|while|whereas|so|then|though)\s", re.IGNORECASE)


def _loose(message: Message, value: Value, owners: frozenset[tuple[int, str]], inside: Sequence[Value]) -> bool:
    """Whether nothing ties a value to the records that stand next to it; `inside` as in `_apart`."""
    if _apart(message, value, [at for at, _ in owners], inside):
        return True
    return bool(inside) and _is_paid(message, value, {key for _, key in owners})


_FOR_ONE = re.compile(
    r"[*_]*,? (?:for|on|with) (?:the )?(?:one|first|second|other|former|latter)\b(?! (?:of|\w*\d))", re.IGNORECASE
)
"""Behind a value that is of one of several that were named: "$199 for the one and $126 for the other"."""


def _apart(message: Message, value: Value, places: Sequence[int], inside: Sequence[Value]) -> bool:
    """Whether the sentence goes over to something else between a record and a value, and the value was read of something.

    Args:
        message: What the agent says.
        value: A value of it.
        places: Where the records stand that are nearest.
        inside: The values of its sentence; none where syntax ties it to the record.
    """
    text = message.text
    if _FOR_ONE.match(text, value.end) and max(places) < value.start:
        return message.ground.read_of(value)
    if max(places) < value.start:
        after = max(places)
        parted = (
            _ELSE.search(text, after, value.start) is not None
            or _OTHER_ONE.search(text, after, value.start) is not None
            or (bool(inside) and (_of_its_own(text, after, value.start) or _is_subject(text, value)))
        )
    elif min(places) > value.end:
        before = min(places)
        parted = _GOES_ON.search(text, value.end, before) is not None or (
            bool(inside)
            and (
                _subject_behind(text, value.end, before)
                or _nearer(value, inside, before)
                or _OF_SOMEBODY.search(text, 0, value.start) is not None
                or _in_closed_brackets(text, value, before)
            )
        )
    else:
        parted = False
    return parted and message.ground.read_of(value)


def _in_closed_brackets(text: str, value: Value, place: int) -> bool:
    """Whether a value stands in brackets behind something else, ahead of a record: "you (born November 28, 1968), Raj Lopez (…)"."""
    shut = text.find(")", value.end, place)
    return shut >= 0 and text.rfind("(", 0, value.start) > text.rfind(")", 0, value.start)


def _of_its_own(text: str, begin: int, end: int) -> bool:
    """Whether a clause with another subject begins between a record and a value."""
    return any(not _STILL_IT.search(match["who"].rstrip()) for match in _NEW_CLAUSE.finditer(text, begin, end))


_AHEAD = re.compile(
    r"(?:[,;:–—]|\b(?:and|but|so|while|plus|then))\s*(?:(?:and|but|so|while|plus|then)\s+)?(?:(?:the|your|that|those|these|all)\s+)*[*_]*\Z",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"[*_]*\s(?:(?:now|then|also|will|would|of it|of that)\s)*(?:be |been )?(?:go|goes|went|comes?|returns?|returned|refunded|credited|charged|is|are|was|were|has|have|gets?|stays?|remains?)\b",
    re.IGNORECASE,
)


def _is_subject(text: str, value: Value) -> bool:
    """Whether an amount begins a clause of its own, as what moves: "you're on HAT198, and $1,799 goes to your card"."""
    ahead = _AHEAD.search(text, max(0, value.start - 20), value.start)
    return value.quantity == "money" and ahead is not None and _MOVES.match(text, value.end) is not None


_MOVED = re.compile(
    r"[*_]*,? (?:(?:is|was|were|will be|being|now|then|to be|in total|all) )*(?:back|returned|refunded|credited|charged|going|goes|coming|comes|extra|more|less|off|on top)\b",
    re.IGNORECASE,
)


def _is_paid(message: Message, value: Value, keys: set[str]) -> bool:
    """Whether an amount is one that moves, beside what is only bought for it: "HAT198 on May 21 it is, with $1,799 returned"."""
    if value.quantity != "money" or _MOVED.match(message.text, value.end) is None or not message.ground.read_of(value):
        return False
    return not any(_goes_by_id(message, key) for key in keys)


def _goes_by_id(message: Message, key: str) -> bool:
    """Whether a record was read that has an id of its own; what only has a number, such as a flight, is many things."""
    found = (look.data for look in message.ground.looks(key) if isinstance(look.data, dict))
    return any(name.endswith("_id") and str(field).lower() == key for data in found for name, field in data.items())


_OF_SOMEBODY = re.compile(r"\b(?:her|his|their|its)\s(?:[\w-]+\s){1,4}(?:is |was |of )?[(*_:,]*\Z", re.IGNORECASE)
"""Before a value that is of somebody, or something, named before, whoever is named behind it: "her date of birth (August 3, 1975) and the others"."""


def _subject_behind(text: str, begin: int, place: int) -> bool:
    """Whether a record that stands behind a value is the subject of a clause of its own: "you land at 5:30 PM, and HAT261 leaves at …"."""
    key = re.compile(r"[#\w]+").match(text, place)
    return (
        key is not None
        and _FINITE.match(text, key.end()) is not None
        and _BOUNDARY.search(text, begin, place) is not None
    )


def _nearer(value: Value, inside: Sequence[Value], place: int) -> bool:
    """Whether another amount stands nearer to a record that is named behind both: "the cheapest is $45.39, the second $46.00 (…)"."""
    return value.quantity == "money" and any(
        other.quantity == "money" and value.start < other.start < place for other in inside
    )


def _owner(value: Value, inside: Sequence[Value], named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The records that a value is about: the last ones named before it, or the first after it; as a group, if no value parts them."""
    groups: list[list[tuple[int, str]]] = []
    for place, key in sorted(named):
        last = groups[-1][-1][0] if groups else 0
        parted = any(last < other.start < place for other in inside)
        if groups and not parted:
            groups[-1].append((place, key))
        else:
            groups.append([(place, key)])
    before = [group for group in groups if group[0][0] < value.start]
    return frozenset(before[-1] if before else groups[0] if groups else ())


def _wished(message: Message, value: Value, looks: Sequence[Leaves]) -> bool:
    """Whether a date or time is what the user asked for, and none that was read of the record."""
    return message.ground.said(value) and not any(in_leaves(value, look) for look in looks)


def _follows(message: Message, value: Value, derived: frozenset[Decimal]) -> bool:
    """Whether an amount needs no record: the user or policy named it, or it follows from others."""
    if value.quantity != "money":
        return False
    return not value.number or abs(value.number) in derived or message.ground.said(value)


def _wanted(message: Message, value: Value, clause: str, derived: frozenset[Decimal]) -> str:
    """What is missing for the value to be known, or nothing."""
    ground = message.ground
    if value.quantity == "time" and _by_name(message.text, value):
        return ""
    if value.quantity == "duration" and _counts_days(message, value, clause):
        return ""
    if value.quantity == "count":
        return (
            untold(ground, message.text, clause, value)
            or miscounted(ground, clause, [key for key in message.named if key in clause.lower()], value)
            or _guessed(message, value)
            or _counted(message, value, derived)
        )
    if ground.has(value):
        if value.quantity == "duration" and not ground.heard_of(value) and not refund_time(ground, clause, value):
            return "a time of refund that policy gives"
        return ""
    match value.quantity:
        case "money":
            follows = (
                not value.number
                or abs(value.number) in derived
                or _nearly(message, value)
                or abs(value.number) in message.ground.told
                or _is_difference(message, value, clause)
            )
        case "date":
            follows = _relative(message, value, clause)
        case "duration":
            follows = _lasts(message, value, clause) or ground.words_hold(value) or _is_span(message, value)
        case "percent":
            follows = ground.words_hold(value)
        case _:
            follows = False
    what = "an amount" if value.quantity == "money" else f"a {value.quantity}"
    return "" if follows else f"{what} that was said, read, or follows from that"


_PAST = re.compile(r"\b(?P<part>(?:(?:half|(?:a )?quarter|ten|twenty|five) past|(?:a )?quarter to))\s\Z", re.IGNORECASE)
_MINUTES = {"half past": 30, "quarter past": 15, "five past": 5, "ten past": 10, "twenty past": 20, "quarter to": -15}


def _by_the_clock(text: str, value: Value) -> Value:
    """A time with the part of an hour that stands before it: "half past eight in the morning"."""
    told = _PAST.search(text, 0, value.start) if value.quantity == "time" else None
    if told is None:
        return value
    return replace(value, number=(value.number + _MINUTES[told["part"].lower().removeprefix("a ")]) % 1440)


_LASTING = re.compile(
    r"\b(?:tak(?:e|es|en|ing)|took|within(?! \$)|refund\w*|reimburs\w*|money|credit\w*|arriv\w+|deliver\w*|ship\w*|process\w*|wait\w*|valid|expires?|ago|allow|needs?|lasts?|hours?|notice|deadline|guarantee\w*|policy)\b",
    re.IGNORECASE,
)


_TO_ACT = re.compile(r"\s(?:to\s(?!choose|pick|compare|search|look|check)|window\b|period\b|return\b)", re.IGNORECASE)
"""Behind days that somebody is given for something."""
_COUNTED = 31
"""Days that anybody counts off a calendar, at most."""


def _counts_days(message: Message, value: Value, clause: str) -> bool:
    """Whether days are counted, and are no time that something takes: "exactly one day where it fits", "on your two days"."""
    if _DATES_OF.search(message.text, 0, value.start):
        return True  # which they are was said
    if (
        value.unit != "day"
        or value.number > _COUNTED * 1440
        or _LASTING.search(clause)
        or _TO_ACT.match(message.text, value.end)
    ):
        return False
    message.case.unjudged["grounded"] += 1
    return True


_TOLD_AS_TIME = re.compile(
    r"(?:\b(?:at|by|until|till|before|after|around|past|to|from|is|of|near|right|exactly|almost|between|and|or|12|for)|[-–—,:(/|=→])\s*[*_]*\Z",
    re.IGNORECASE,
)


def _by_name(text: str, value: Value) -> bool:
    """Whether noon or midnight names what something is like, and no hour of anything: "midnight shopping"."""
    word = text[value.start : value.end].lower()
    return word in ("noon", "midnight") and _TOLD_AS_TIME.search(text, max(0, value.start - 12), value.start) is None


def _is_span(message: Message, value: Value) -> bool:
    """Whether days are no time that something takes: "(+1 day)", "on all three days", "over 13 days ago"."""
    text, days = message.text, int(value.number / 1440)
    if text[value.start - 1 : value.start] == "+":
        return True
    if re.search(r"\b(?:all|these|those|both|the|other|of) \Z", text[: value.start], re.IGNORECASE):
        return value.unit == "day" and days <= 14
    ago = re.match(r"\s(?:ago|before|after|later|earlier|apart|in advance)\b", text[value.end :])
    known = set(message.ground.dates()) if ago else set()
    return any(abs((one - other).days) == days for one in known for other in known)


def _nearly(message: Message, value: Value) -> bool:
    """Whether an amount that is said to be rounded is near one that was read."""
    ranged = value.through or message.text[value.end : value.end + 2].lstrip()[:1] in ("-", "–")
    if not (ranged or is_rounded(message.text, value)):
        return False
    near = max(Decimal(1), value.number / 20) if ranged else Decimal(1)
    return any(abs(abs(number) - value.number) < near for leaves in message.ground.every() for number in leaves.money)


_DIFFERENCE = re.compile(r"\bdifference\b", re.IGNORECASE)


def _is_difference(message: Message, value: Value, clause: str) -> bool:
    """Whether an amount that is called a difference is one between a price that the clause tells and another of the same thing, as of its version."""
    if _DIFFERENCE.search(clause) is None:
        return False
    told = [other.number for other in values(clause) if other.quantity == "money" and message.ground.read_of(other)]
    return any(
        abs(abs(one - other) - abs(value.number)) < Decimal("0.005")
        for one in told
        for other in _related(message.ground.seen, one)
    )


def _related(seen: Seen, number: Decimal) -> Iterator[Decimal]:
    """The same field of what shares an id with what has this number: the prices of the other versions of a product."""
    rows = [(row, {(key, value) for key, value in row.items() if key.endswith("_id")}) for row in seen.every()]
    for row, ids in rows:
        for field in [field for field, value in row.items() if _decimal(value) == number]:
            yield from (_decimal(other[field]) for other, theirs in rows if ids & theirs and field in other)


def _decimal(value: Json) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else Decimal("NaN")


def _relative(message: Message, value: Value, clause: str) -> bool:
    """Whether a date is some days from one that is known, and the talk says so."""
    month, day = value.date
    try:
        date = dt.date(value.year or 2024, month, day)
    except ValueError:
        return False
    recent = (clause, *message.ground.heard[-2:])
    moves = {move for text in recent for move in shifts(text)}
    if moves and any((date - known).days in moves for known in message.ground.dates()):
        return True
    if not _RELATIVE.search(message.text) and not (message.ground.heard and _RELATIVE.search(message.ground.heard[-1])):
        return False
    return any(abs((date - known).days) <= 7 for known in message.ground.dates())


def _places(message: Message, clause: str, start: int) -> list[tuple[int, str]]:
    """The records that a clause names, with their places."""
    lower = clause.lower()
    keys = [key for key in message.named if key in lower]
    return [(start + place, key) for key in keys for place in places(key, lower)]


def _named(clause: str, every: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The records that a clause is about alone; none where it names one, and compares that with another."""
    return [] if len({key for _, key in every}) == 1 and _COMPARES.search(clause) else every


_GUESS = re.compile(
    r"\b(?:I(?:['’]d| would)? (?:guess|say|bet|suppose|reckon|assume|imagine)|my (?:best )?guess|must be|(?:is|it['’]s) (?:probably|presumably|likely))\b",
    re.IGNORECASE,
)


def _guessed(message: Message, value: Value) -> str:
    """What is wanted in place of a number that the agent says without having read anything."""
    near = message.text[max(0, value.start - 35) : value.start], message.text[value.end : value.end + 15]
    if message.ground.shown or not any(map(_GUESS.search, near)):
        return ""
    return "an answer that was read, and no guess"


def _counted(message: Message, value: Value, derived: frozenset[Decimal]) -> str:
    """Small numbers are everywhere and judge nothing; a large one has to be a number of something."""
    ground, number = message.ground, value.number
    quote = message.text[value.start : value.end]
    if number == number.to_integral_value() and (few := _too_many(message, value)):
        return few
    small = number <= 12 or number != number.to_integral_value()
    if value.unit in _LONG and number != 1 and not _is_no_measure(message, value):
        known = (other for other in (*ground.values, *policy_values(ground.domain)) if other.unit == value.unit)
        told = any(other.number == number for other in known) or ground.knows(f"{quote} {value.unit}")
        return "" if told or ground.measures(number, value.unit) else "a number that was said, read or can be counted"
    if small:
        return ""
    if ground.has(value) or ground.is_money(number) or number in derived or ground.knows(quote.replace(",", "")):
        return ""
    sizes = ground.sizes()
    rows = sum(size * times for size, times in sizes.items())
    if int(number) in sizes or (number <= rows and value.unit in _ROWS) or number <= ground.rows(value.unit):
        return ""
    if any(number in set(numbers_in(leaves.words)) for leaves in ground.every()):
        return ""
    if number == number.to_integral_value() and is_whole(str(int(number)), message.wishes.args, ".-", ".-"):
        return ""  # what a wish comes to, such as the bags that there are and those that are added
    return "a number that was said, read or can be counted"


_OF_THE_TALK = re.compile(r"\b(?:all|both|these|those|other|the|your)\s\Z", re.IGNORECASE)
"""Before a number of points that were spoken of, and are collected nowhere: "I've been through all four points"."""
_OLD = re.compile(r"\sweeks?(?:\s(?:old|ago|earlier|later|before|after|apart)\b)", re.IGNORECASE)


def _is_no_measure(message: Message, value: Value) -> bool:
    """Whether a unit is none here ("seven out and three back", "all four points"), or the weeks are those between two known days."""
    text = message.text
    if value.unit == "point" and _OF_THE_TALK.search(text, 0, value.start):
        return True
    if value.unit == "out":
        return not text.startswith(" out of", value.end)
    if value.unit != "week" or _OLD.match(text, value.end) is None:
        return False
    days, known = int(value.number * 7), set(message.ground.dates())
    near = 3 if is_rounded(text, value) else 0
    return any(abs(abs((one - other).days) - days) <= near for one in known for other in known)


_PER = re.compile(r"\b(?:one|an?|each|every|per|single) (?:reservation|booking|order)\b[^.;]{0,20}\Z", re.IGNORECASE)


def _too_many(message: Message, value: Value) -> str:
    """What is wrong with a number of things that the domain knows the numbers of, or that were read one by one."""
    ground, number = message.ground, int(value.number)
    said = any(value.number == other.number and other.quantity == "count" for other in ground.values)
    if said or not value.unit or number > 9999 or is_whole(str(number), message.wishes.args, ".-", ".-"):
        return ""
    fixed = any(other.number == number and other.unit == value.unit for other in policy_values(ground.domain))
    if fixed and (_LIMIT.search(message.text, 0, value.start) or _PER.search(message.text[: value.start])):
        return ""
    allowed = ground.domain.pack.allowed(_unit(message.text, value), ground.seen)
    if allowed is not None:
        return "" if number in allowed else "a number of them that was said or read, or that policy allows"
    rows = ground.rows(value.unit)
    return f"at most {rows}, which were read" if 0 < rows < number and not ground.read_of(value) else ""


def _unit(text: str, value: Value) -> str:
    """What is counted, in so many words: `bag`, or `bag each` where it is said of each person."""
    after, before = text[value.end : value.end + 60], text[max(0, value.start - 40) : value.start]
    bags = _BAGS.match(after) or _BAGS_BEFORE.search(before)
    return ("bag each" if _EACH.match(after) else "bag") if bags else value.unit


_DATES_OF = re.compile(
    r"\b(?:your|these|those|both|either of (?:your|the|these|those)|on(?: only| just| exactly)?)\s+\Z", re.IGNORECASE
)


def _lasts(message: Message, value: Value, clause: str) -> bool:
    """Whether a duration is the time between two moments that were read of the records named, or that the message names."""
    if value.unit:
        return False
    times = {int(other.number) for other in values(message.text) if other.quantity == "time"}
    for text in (clause, message.text):
        keys = {token.lower() for token in message.ground.domain.pack.ids(text)}
        times.update(itertools.chain.from_iterable(look.times for look in message.ground.looks_at(keys)))
    minutes = {Decimal((late - early) % 1440) for early, late in itertools.permutations(times, 2)}
    return value.number in minutes or message.ground.read_of(value) or int(value.number) in _waits(message)


def _waits(message: Message) -> set[int]:
    """The minutes between two flights that are wanted or booked: from where one lands to where the next one leaves."""
    ground = message.ground
    flights = {token.lower() for token in ground.domain.pack.ids(message.wishes.args.upper())}
    return {
        (leaves - lands) % 1440
        for one, other in itertools.permutations(filter(ground.looks, flights), 2)
        for lands in hours_of(ground, one, "arriv")
        for leaves in hours_of(ground, other, "depart")
    }


_CALLED = re.compile(
    r"\b(?:ticket|reference|case|confirmation|receipt|transaction|tracking|incident|request)(?: (?:number|code|id|no\.))*(?: is|:|,| of)? [#“\"']?(?P<code>(?=[\w-]*\d)[A-Z\d][A-Z\d-]{3,})\b"
)
"""A code by which something is to be found again."""


def _ids(message: Message) -> Iterator[Finding]:
    """Every id-like token was said or read; a part of one is the end of one that was."""
    for token in sorted({*message.tokens, *_CODE.findall(message.text)}):
        if not message.ground.knows(token) and not message.ground.knows(token.lstrip("#")):
            if is_example(message.text, max(0, message.text.lower().find(token.lstrip("#").lower()))):
                continue
            yield Finding("grounded", message.turn, token, "an id that was said or read")
    for match in _CALLED.finditer(message.text):
        if not message.ground.knows(match["code"]) and not is_example(message.text, match.start("code")):
            yield Finding("grounded", message.turn, match[0], "an id that was said or read")
    for match in _ENDING.finditer(message.text):
        if not message.ground.knows_end(match[1]):
            yield Finding("grounded", message.turn, match[0], "the end of an id that was said or read")
