"""Claims: what the agent states about the world was said, read, fixed by policy, or follows from that.

A claim is compared as a value (`writ_dspy.domains.values`), within its clause and with the record that the clause
names. What cannot be parsed is not judged.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Call
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.done import claimed_done, claimed_failed
from writ_dspy.verify.ground import Ground, Leaves, in_leaves, numbers_in

_CLAUSE = re.compile(r"\n+|(?<=[.!?])\s+(?=[A-Z“\"(*-])|;\s+")
_ENDING = re.compile(r"\bend(?:s|ing)\s+(?:in|with)\s+[“\"'*]*(\w*\d\w*)", re.IGNORECASE)
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)*_\d{4,}\b")
"""What looks like an id in any domain."""
_PARTS = 12
"""Amounts of a message that sums are formed of, at most."""


@dataclass(slots=True)
class Message:
    """One agent message with the ground at its turn."""

    turn: int
    text: str
    ground: Ground
    amounts: frozenset[Decimal]
    """Money that follows from the gold, and from what was written."""
    factors: frozenset[int]
    """How many people or things the decisions are about."""
    operands: tuple[Decimal, ...]
    """Amounts stated just before."""


def grounded(case: Case) -> Iterator[Finding]:
    """Every amount, date, time, duration, id, large count and deed that the agent states is known to be so by then."""
    ground = Ground(case.domain)
    steps: dict[int, list[Step]] = {}
    for step in case.steps:
        steps.setdefault(step.turn, []).append(step)
    news: list[Step] = []
    amounts = frozenset[Decimal]()
    factors = _factors(case)
    recent: list[tuple[Decimal, ...]] = []
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "user":
            ground.hear(turn)
            recent.append(_money(turn))
        elif turn.role == "agent" and turn.text.strip():
            operands = tuple(itertools.chain.from_iterable(recent[-3:]))
            amounts = _amounts(case, ground) if news else amounts
            message = Message(index, turn.text, ground, amounts, factors, operands)
            yield from _stated(case, message)
            yield from claimed_done(case, index, turn.text)
            yield from claimed_failed(case, index, turn.text, news)
            news = []
            recent.append(_money(turn))
        for step in steps.get(index, ()):
            ground.read(step.call, step.recorded)
            news.append(step)


def _money(turn: Turn) -> tuple[Decimal, ...]:
    return tuple(value.number for value in values(turn.text) if value.quantity == "money")


def _amounts(case: Case, ground: Ground) -> frozenset[Decimal]:
    found = case.domain.pack.amounts
    calls = dict.fromkeys((*case.task.gold, *(step.call for step in case.writes)))
    told = {value.number for text in case.task.told for value in values(text)}
    return frozenset(Decimal(repr(round(amount, 2))) for call in calls for amount in found(call, ground.seen)) | told


def _factors(case: Case) -> frozenset[int]:
    calls: Iterable[Call] = (*case.task.gold, *(step.call for step in case.writes))
    sizes = {len(value) for call in calls for value in call.args.values() if isinstance(value, list)}
    return frozenset({*sizes, 1})


def _stated(case: Case, message: Message) -> Iterator[Finding]:
    yield from _ids(case, message)
    found = values(message.text)
    known = [value for value in found if value.quantity == "money" and message.ground.has(value)]
    derived = _derived(found, known, message)
    for start, end in _clauses(message.text):
        inside = [value for value in found if start <= value.start < end]
        if inside:
            yield from _in_clause(case, message, (start, end), inside, derived)


def _in_clause(
    case: Case, message: Message, span: tuple[int, int], inside: Sequence[Value], derived: frozenset[Decimal]
) -> Iterator[Finding]:
    """Each value of a clause is known, and those about one record were read of it in one look."""
    clause = message.text[slice(*span)]
    named = _named(case, message.ground, clause, span[0])
    about: dict[frozenset[tuple[int, str]], list[Value]] = {}
    for value in inside:
        quote = message.text[value.start : value.end]
        wanted = _wanted(message, value, clause, derived)
        if wanted:
            yield Finding("grounded", message.turn, f"{quote!r} in {short(clause.strip(), 90)!r}", wanted)
        elif value.quantity in ("money", "date", "time") and not _follows(message, value, derived):
            owners = _owner(value, inside, named)
            if owners:
                about.setdefault(owners, []).append(value)
    for owners, bound in about.items():
        keys = {key for _, key in owners}
        looks = message.ground.looks_at(keys)
        own = [value for value in bound if not _wished(message, value, looks)]
        several = len({value.quantity for value in own}) < len(own)
        each = [look for key in keys for look in message.ground.looks_at((key,))]
        held = all(any(in_leaves(value, look) for look in each) for value in own)
        if not (held if several else any(all(in_leaves(value, look) for value in own) for look in looks)):
            quoted = ", ".join(repr(message.text[value.start : value.end]) for value in own)
            saw = f"{quoted} in {short(clause.strip(), 90)!r}"
            yield Finding("grounded", message.turn, saw, f"what was read of {' and '.join(sorted(keys))}")


def _clauses(text: str) -> list[tuple[int, int]]:
    ends = [0, *itertools.chain.from_iterable(match.span() for match in _CLAUSE.finditer(text)), len(text)]
    return [(ends[i], ends[i + 1]) for i in range(0, len(ends), 2)]


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
    return abs(value.number) in derived or message.ground.said(value)


def _wanted(message: Message, value: Value, clause: str, derived: frozenset[Decimal]) -> str:
    """What is missing for the value to be known, or nothing."""
    ground = message.ground
    if value.quantity == "count":
        return _counted(message, value)
    follows = value.quantity == "money" and abs(value.number) in derived
    follows = follows or (value.quantity == "duration" and _lasts(message, value, clause))
    if not follows and value.quantity in ("duration", "percent"):
        follows = ground.knows(message.text[value.start : value.end])  # an option of a product, say
    return "" if follows or ground.has(value) else f"a {value.quantity} that was said, read, or follows from that"


def _named(case: Case, ground: Ground, clause: str, start: int) -> list[tuple[int, str]]:
    """The records that a clause names and that were read, with their places; payment methods own no price or date."""
    lower = clause.lower()
    tokens = {token.lower() for token in case.domain.pack.ids(clause)}
    keys = {token for token in tokens if token in ground.looks and "_" not in token and "@" not in token}
    keys |= {key for key in ground.people if key in lower}
    return [(start + match.start(), key) for key in keys for match in re.finditer(re.escape(key), lower)]


def _counted(message: Message, value: Value) -> str:
    """Small numbers are everywhere and judge nothing; a large one has to be a number of something."""
    ground, number = message.ground, value.number
    if number <= 12 or number != number.to_integral_value():
        return ""
    quote = message.text[value.start : value.end]
    if ground.has(value) or int(number) in ground.sizes or ground.knows(quote.replace(",", "")):
        return ""
    rows = sum(size * times for size, times in ground.sizes.items())
    if (number <= rows and value.unit) or number in set(numbers_in(ground.all.words)):
        return ""
    return "a number that was said, read or can be counted"


def _derived(found: Sequence[Value], known: Sequence[Value], message: Message) -> frozenset[Decimal]:
    """Money that follows: from the decisions, or by arithmetic over the amounts of the message and the one before."""
    stated = [value.number for value in found if value.quantity == "money"]
    sure = {abs(value.number) for value in known} | {n for n in stated if n in message.amounts}
    before = {abs(number) for number in message.operands}
    todo = [abs(number) for number in stated if abs(number) not in sure]
    while True:
        base = sorted(sure | (before & _literal(before, message)))[:_PARTS]
        follows = _combined(base, message.factors)
        fresh = [number for number in todo if number in follows and number not in sure]
        if not fresh:
            return frozenset(message.amounts | (sure - {abs(value.number) for value in known}))
        sure.update(fresh)


def _literal(numbers: Iterable[Decimal], message: Message) -> set[Decimal]:
    said = {value.number for value in message.ground.values if value.quantity in ("money", "count")}
    return {
        number
        for number in numbers
        if number in message.ground.all.money or number in said or number in message.amounts
    }


def _combined(base: Sequence[Decimal], counts: Iterable[int]) -> set[Decimal]:
    """Sums of up to four amounts, differences of two, and each times a count of people or things."""
    found: set[Decimal] = set(base)
    for size in (2, 3, 4):
        found.update(sum(parts, Decimal(0)) for parts in itertools.combinations(base, size))
    found.update(abs(a - b) for a, b in itertools.combinations(base, 2))
    return {number * count for number in found for count in counts}


def _lasts(message: Message, value: Value, clause: str) -> bool:
    """Whether a duration is the time between two moments that were read of the records named."""
    if value.unit:
        return False
    times: set[int] = set()
    for text in (clause, message.text):
        keys = {token.lower() for token in message.ground.domain.pack.ids(text)}
        times.update(itertools.chain.from_iterable(look.times for look in message.ground.looks_at(keys)))
    minutes = {Decimal((late - early) % 1440) for early, late in itertools.permutations(times, 2)}
    return value.number in minutes or value.number in message.ground.all.numbers


def _ids(case: Case, message: Message) -> Iterator[Finding]:
    """Every id-like token was said or read; a part of one is the end of one that was."""
    for token in sorted({*case.domain.pack.ids(message.text), *_CODE.findall(message.text)}):
        if not message.ground.knows(token) and not message.ground.knows(token.lstrip("#")):
            yield Finding("grounded", message.turn, token, "an id that was said or read")
    for match in _ENDING.finditer(message.text):
        if not message.ground.knows_end(match[1]):
            yield Finding("grounded", message.turn, match[0], "the end of an id that was said or read")
