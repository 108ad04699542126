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
from writ_dspy.domains.whole import is_whole
from writ_dspy.task import Json
from writ_dspy.verify.able import able
from writ_dspy.verify.acted import acted
from writ_dspy.verify.addressed import addressed, copied
from writ_dspy.verify.afterwards import afterwards
from writ_dspy.verify.against import against
from writ_dspy.verify.ahead import ahead
from writ_dspy.verify.answered import answered
from writ_dspy.verify.ascribed import ascribed
from writ_dspy.verify.balances import balanced
from writ_dspy.verify.besides import besides
from writ_dspy.verify.beyond import beyond
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.clocked import clocked
from writ_dspy.verify.compared import miscounted
from writ_dspy.verify.contents import misplaced
from writ_dspy.verify.contrasted import contrasted
from writ_dspy.verify.counted import counted
from writ_dspy.verify.days import shifts
from writ_dspy.verify.done import claimed_done
from writ_dspy.verify.entire import in_scope
from writ_dspy.verify.extremes import other_end
from writ_dspy.verify.failed import claimed_failed
from writ_dspy.verify.featured import featured
from writ_dspy.verify.flown import flown
from writ_dspy.verify.granted import granted
from writ_dspy.verify.greeted import greeted
from writ_dspy.verify.ground import Ground, numbers_in, policy_values
from writ_dspy.verify.hung import hung
from writ_dspy.verify.itemized import itemized
from writ_dspy.verify.likened import likened
from writ_dspy.verify.looked import looked
from writ_dspy.verify.loosened import loosened
from writ_dspy.verify.means import of_means
from writ_dspy.verify.message import Message, wishes_of
from writ_dspy.verify.misnamed import misnamed
from writ_dspy.verify.named import unknown_names
from writ_dspy.verify.options import told_of_options
from writ_dspy.verify.outdated import outdated
from writ_dspy.verify.parted import parted
from writ_dspy.verify.perceived import perceived
from writ_dspy.verify.plain import made_up
from writ_dspy.verify.portrayed import portrayed
from writ_dspy.verify.pretexts import pretexts
from writ_dspy.verify.priced import priced
from writ_dspy.verify.recorded import misdescribed
from writ_dspy.verify.refuted import refuted
from writ_dspy.verify.remarked import remarked
from writ_dspy.verify.retold import retold
from writ_dspy.verify.roled import roled
from writ_dspy.verify.ruled import ruled
from writ_dspy.verify.searched import searched
from writ_dspy.verify.sentences import is_example, planned, put_so, sentences
from writ_dspy.verify.shown import Leaves, in_leaves
from writ_dspy.verify.sometime import sometime
from writ_dspy.verify.stated import REFUND_TAKES, misstated, refund_time
from writ_dspy.verify.strange import strange
from writ_dspy.verify.subject import hours_of, subject_of
from writ_dspy.verify.sums import derived_money, is_rounded, misreckoned, turned, unlike
from writ_dspy.verify.tabled import tabled
from writ_dspy.verify.tailed import tailed
from writ_dspy.verify.tallied import untold
from writ_dspy.verify.tariffs import tariffs
from writ_dspy.verify.tied import (
    COMPARES,
    beside,
    bracketed,
    is_loose,
    is_of_another,
    is_of_parts,
    is_of_thing,
    is_of_whole,
    named_in,
    owner,
    places_of,
    without_addends,
)
from writ_dspy.verify.timed import timed
from writ_dspy.verify.undated import undated
from writ_dspy.verify.units import foreign_money, misdated
from writ_dspy.verify.unlimited import unlimited
from writ_dspy.verify.unnamed import unnamed
from writ_dspy.verify.unread import unread

_ENDING = re.compile(r"\bend(?:s|ing)\s+(?:in|with)\s+[“\"'*]*(\w*\d\w*)", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|(?:next|following|previous|same) (?:day|week|\w+day)|days? (?:before|after|later|earlier|ago|back)"
    r"|weeks? (?:before|after|later|earlier|ago|back)|last 24 hours)\b",
    re.IGNORECASE,
)
"""Words by which a date is known from another one."""
_ADDS = re.compile(r"\$\d[\d,.]*\s*(?:\+|plus|and)\s*\$\d")
"""Amounts that are added up: each is of one of the records named before."""
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)*_\d{4,}\b")
"""What looks like an id in any domain."""
_BAGS = re.compile(
    r"[^\w\n]{1,3}(?:(?:free|checked|extra|additional|paid|more|of|your|the|them|complimentary)\W{1,2}){0,3}(?:bags?|baggage|luggage|suitcases?)\b",
    re.IGNORECASE,
)
_BAGS_BEFORE = re.compile(r"(?:bags?|baggage|luggage)(?: to check in)?[^.;\d\n]{0,20}\Z", re.IGNORECASE)
_EACH = re.compile(r"[^().,;\d\n]{0,50}\b(?:per|each|every)\b", re.IGNORECASE)
_LONG = frozenset(
    (
        "lb",
        "lbs",
        "kg",
        "kgs",
        "kilo",
        "kilogram",
        "ounce",
        "centimeter",
        "mph",
        "year",
        "month",
        "week",
        "star",
        "yen",
        "euro",
        "pound",
        "mile",
        "point",
        "out",
    )
)
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
    rules = " ".join((outcome.refusal or "").lower() for outcome in case.task.decided)
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
                *((*other_end(case, index), *unlimited(case, index)) if case.knows("gold") else ()),
                *answered(case, index, ground, news),
                *roled(case, index, ground, news),
                *told_of_options(case, index, ground, news),
                *unread(case, index, ground, news),
                *ruled(ground, turn.text),
                *itemized(ground, turn.text),
                *addressed(ground, turn.text),
                *copied(ground, turn.text, subject_of(case, index, ground, news)),
                *priced(ground, turn.text, subject_of(case, index, ground, news)),
                *timed(ground, turn.text),
                *clocked(ground, turn.text),
                *against(ground, turn.text),
                *counted(ground, turn.text, subject_of(case, index, ground, news)),
                *misnamed(case, index, news),
                *pretexts(case, index, ground, news),
                *of_means(ground, turn.text, subject_of(case, index, ground, news)),
                *misplaced(ground, turn.text),
                *retold(case, index, ground, news),
                *acted(case, index, ground),
                *looked(ground, turn.text),
                *undated(ground, turn.text),
                *parted(case, index, ground, news),
                *in_scope(case, index, ground, news),
                *afterwards(case, index, ground, news),
                *balanced(case, index, ground),
                *searched(ground, turn.text),
                *greeted(ground, turn.text),
                *granted(ground, turn.text, transfers=_transfers(case)),
                *unnamed(case, index, ground),
                *tabled(ground, turn.text),
                *tariffs(ground, turn.text),
                *flown(case, index, ground, news),
                *hung(ground, turn.text, transfers=_transfers(case)),
                *outdated(case, index, ground, news),
                *besides(case, index, ground, news),
                *featured(ground, turn.text),
                *likened(ground, turn.text),
                *loosened(ground, turn.text, rules, transfers=_transfers(case)),
                *perceived(ground, turn.text),
                *remarked(ground, turn.text),
                *sometime(ground, turn.text),
                *tailed(ground, turn.text),
                *ascribed(ground, turn.text),
                *able(ground, turn.text),
                *portrayed(case, index, ground, news),
            ):
                yield Finding("grounded", index, short(sentence, 90), wanted)
            yield from claimed_done(case, index, turn.text, news)
            yield from claimed_failed(case, index, turn.text, news)
            news = []
            recent.append(_money(turn))
        for step in steps.get(index, ()):
            ground.read(step.call, step.fresh)
            news.append(step)


def _transfers(case: Case) -> bool:
    """Whether the user is to be handed over, or was."""
    return any(one.transfer for one in case.task.decided) or any(
        case.domain.transfers(step.call) for step in case.steps
    )


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
    for quote, wanted in unlike(message, found):
        yield Finding("grounded", message.turn, quote, wanted)
    for quote, right in misdated(message.case.domain, message.text, found, message.ground.years_of):
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
    every_place = places_of(message, clause, span[0])
    named = named_in(clause, every_place)
    about: dict[frozenset[tuple[int, str]], list[Value]] = {}
    tied: list[Value] = []
    for value in inside:
        quote = message.text[value.start : value.end]
        wanted = _wanted(message, value, clause, derived)
        if wanted and _weighed_unseen(message, value, inside, clause):
            message.case.unjudged["grounded"] += 1
        elif wanted and not is_example(message.text, value.start):
            yield Finding("grounded", message.turn, f"{quote!r} in {short(clause.strip(), 90)!r}", wanted)
        elif value.quantity in ("money", "date", "time") and not _follows(message, value, derived):
            near = [(at, key) for at, key in named if value.quantity != "money" or " " not in key]
            close = bracketed(message.text, value, every_place) or beside(message.text, value, named)
            tied += [value] if close else []
            owners = close or owner(value, inside, near)
            if owners and not is_loose(message, value, owners, () if close else inside):
                about.setdefault(owners, []).append(value)
    for owners, bound in about.items():
        keys = {key for _, key in owners}
        looks = message.ground.looks_at(keys)
        own = without_addends(message.text, bound, looks)
        free = [value for value in own if value not in tied and is_of_another(message.text, value)]
        own = [value for value in own if not (value in free or _wished(message, value, looks))]
        own = [value for value in own if value in tied or not is_of_thing(message, value)]
        if COMPARES.search(clause) or _ADDS.search(clause):  # of any record that the clause names
            every = message.ground.looks_at([key for _, key in named], apart=True)
            own = [value for value in own if value in tied or not any(in_leaves(value, look) for look in every)]
        several = len(keys) > 1 or len({value.quantity for value in own}) < len(own)
        own = [
            value
            for value in own
            if not (is_of_whole(message, value, keys, named) or is_of_parts(message, value, keys, tied=value in tied))
        ]
        each = [look for key in keys for look in message.ground.looks_at((key,))]
        held = all(any(in_leaves(value, look) for look in each) for value in own)
        if not (held if several else any(all(in_leaves(value, look) for value in own) for look in looks)):
            quoted = ", ".join(repr(message.text[value.start : value.end]) for value in own)
            saw = f"{quoted} in {short(clause.strip(), 90)!r}"
            yield Finding("grounded", message.turn, saw, f"what was read of {' and '.join(sorted(keys))}")


_TOO_LITTLE = re.compile(
    r"\b(?:only|short|enough|covers?|covered|exceeds?|(?:more|less|higher|lower) than|above|below|over|under)\b|\bat (?:most|least)\b",
    re.IGNORECASE,
)
"""How an amount is held against another one: the balance of a means, say."""


def _weighed_unseen(message: Message, value: Value, inside: Sequence[Value], clause: str) -> bool:
    """Whether an amount is held against one that is known, and nothing says what the user wanted compared with it."""
    if value.quantity != "money" or message.case.knows("wishes"):
        return False
    others = [other for other in inside if other is not value and other.quantity == "money"]
    against = message.ground.has if _TOO_LITTLE.search(clause) else message.ground.heard_of
    return any(map(against, others))


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
    told_of = value.quantity == "duration" and (ground.has(value) or REFUND_TAKES.search(clause))
    if told_of and not ground.heard_of(value) and not refund_time(ground, clause, value):
        return "a time of refund that policy gives"
    if ground.has(value):
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
_ON_WHICH = re.compile(r"[*_]*,? (?:on which|when|where)(?! to\b)", re.IGNORECASE)
"""Behind days of the calendar: something happens on them, and nothing takes so long."""
_COUNTED = 31
"""Days that anybody counts off a calendar, at most."""


def _counts_days(message: Message, value: Value, clause: str) -> bool:
    """Whether days are counted, and are no time that something takes: "exactly one day where it fits", "on your two days"."""
    if _DATES_OF.search(message.text, 0, value.start):
        return True  # which they are was said
    if value.unit == "day" and _ON_WHICH.match(message.text, value.end):
        message.case.unjudged["grounded"] += 1
        return True
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
    ago = re.match(r"\s(?:ago|back|before|after|later|earlier|apart|in advance)\b", text[value.end :])
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


_OF_THE_TALK = re.compile(
    r"\b(?:all|both|these|those|other|the|your|last|next|first|final|remaining)\s\Z", re.IGNORECASE
)
"""Before a number of points that were spoken of, and are collected nowhere: "I've been through all four points"."""
_OLD = re.compile(
    r"\sweeks?(?:\s(?:old|ago|back|earlier|later|before|after|apart)\b(?! (?:departure|travel|take-?off|delivery|the (?:departure|trip|flight))\b))",
    re.IGNORECASE,
)


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
