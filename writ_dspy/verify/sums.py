"""Arithmetic over the amounts of a message: what follows from those that were read needs no reading of its own."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.ground import policy_fees, stems
from writ_dspy.verify.message import Message

ABOUT = re.compile(
    r"(?:\b(?:about|approximately|approx\.?|around|roughly|nearly|almost|some)|[~≈])\s*\$?\Z", re.IGNORECASE
)
"""Stands before an amount that is rounded."""
_OR_SO = re.compile(
    r"[^.;:!?\n\d]{0,16}\b(?:roughly|approximately|or so|give or take|more or less|or thereabouts)\b", re.IGNORECASE
)
_SHARES = frozenset(
    ("passenger", "person", "people", "traveler", "traveller", "adult", "ticket", "seat", "item", "bag", "piece")
)
"""Things whose number an amount is multiplied by."""
_BEST = re.compile(
    r"\b(?:(?P<low>cheapest|lowest|least expensive|smallest|(?P<early>earliest|soonest)|(?P<short>shortest|quickest|fastest))"
    r"|(?P<high>most expensive|highest|dearest|priciest|(?P<late>latest)|(?P<long>longest|slowest)))\b",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\b(?:ahead of|the next one|follow(?:s|ed by)|runner-up|second|(?:after|behind) (?:it|that|that one)(?= (?:comes?|is|are|ranks?)\b)|(?:then|next) comes?)\b",
    re.IGNORECASE,
)
_PARTS = 12
"""Amounts of a message that sums are formed of, at most."""
_MOST = 16
"""Amounts of a conversation that a total is formed of, at most."""


def derived_money(found: Sequence[Value], known: Sequence[Value], message: Message) -> frozenset[Decimal]:
    """Money that follows: from the decisions, or by arithmetic over the amounts of the message and the one before."""
    stated = [value.number for value in found if value.quantity == "money" or _plain_amount(value)]
    sure = {abs(value.number) for value in known} | {n for n in stated if n in message.amounts}
    plain = {value.number for value in found if _plain_amount(value)}
    sure |= {number for number in plain if message.ground.is_money(number)}
    before = {abs(number) for number in message.operands}
    todo = [abs(number) for number in stated if abs(number) not in sure]
    factors = message.wishes.factors | {
        int(value.number) for value in found if value.unit in _SHARES and 1 < value.number < 10
    }
    factors |= _party(found, message) if todo else set()
    fees = [fee for fee, words in policy_fees(message.ground.domain) if words & stems(message.text)] if todo else []
    known_before = _literal(before, message) if todo else set()
    if todo:
        read = [number for number in stated if abs(number) in sure]
        ends = [line[at] for line in _lines(found, message.text) for at in {0, -1} if abs(line[at]) in sure]
        runs = _runs(stated, sure) | _runs(read, sure) | _runs(ends[::2], sure) | _runs(ends[1::2], sure)
        runs |= _chains(found, message.text, sure) | _products(found, message, sure)
        sure.update(number for number in todo if number in runs)
        pairs = {
            abs(abs(one) - abs(other))
            for one, other in itertools.combinations({*read, *known_before, *(sure & set(todo))}, 2)
        }
        pairs |= _to_limits(found, message, sure)
        if _IN_ALL.search(message.text):
            moved = sorted(message.ground.moved)[-_MOST:]
            pairs |= {one + other for one, other in itertools.combinations(moved, 2)}
        few = {value.number for value in found if value.quantity == "count" and 1 < value.number <= _PARTY}
        pairs |= {fee * count for fee in fees for count in few}
        sure.update(number for number in todo if number in pairs)
        rounded = {abs(value.number) for value in found if is_rounded(message.text, value)}
        sure.update(number for number in rounded if any(abs(run - number) < 1 for run in runs | pairs))
        todo = [number for number in todo if number not in sure]
    while todo:
        base = sorted(sure | (before & known_before))[:_PARTS]
        follows = _combined(base, factors)
        follows |= {number + fee * count for number in base for fee in fees for count in factors}
        fresh = [number for number in todo if number in follows and number not in sure]
        if not fresh:
            break
        sure.update(fresh)
        todo = [number for number in todo if number not in sure]
    return frozenset(message.amounts | (sure - {abs(value.number) for value in known}))


_EVERYBODY = re.compile(r"\b(?:all|both)(?: of (?:you|us|them))?\b|\b(?:of you|of us|of them)\b", re.IGNORECASE)


def _party(found: Sequence[Value], message: Message) -> set[int]:
    """How many people a message counts as all of them, and on how many a trip that is wanted was read to be, where it tells a total."""
    text, ground = message.text, message.ground
    told = {
        int(value.number)
        for value in found
        if value.quantity == "count"
        and 1 < value.number < 10
        and _EVERYBODY.search(text, max(0, value.start - 4), value.end + 7)
    }
    if not (_IN_ALL.search(text) or _EVERYBODY.search(text)):
        return told
    keys = {token.lower() for token in ground.domain.pack.ids(f"{text} {message.wishes.args.upper()}")}
    looks = (look.data for key in keys for look in ground.looks(key) if isinstance(look.data, dict))
    people = (data.get(ground.fields.party) for data in looks)
    return told | {len(rows) for rows in people if isinstance(rows, list) and len(rows) > 1}


def is_rounded(text: str, value: Value) -> bool:
    """Whether a value is said to be no more than near."""
    return ABOUT.search(text, 0, value.start) is not None or _OR_SO.match(text, value.end) is not None


def _plain_amount(value: Value) -> bool:
    """Whether a number without a sign of money may be an amount, as in "(404 + 417)"."""
    return value.quantity == "count" and not value.unit and value.number > 12


def _lines(found: Sequence[Value], text: str) -> list[list[Decimal]]:
    """The amounts of each line of a message: the columns of a table."""
    lines: dict[int, list[Decimal]] = {}
    for value in found:
        if value.quantity == "money":
            lines.setdefault(text.count("\n", 0, value.start), []).append(value.number)
    return list(lines.values())


def _chains(found: Sequence[Value], text: str, sure: Collection[Decimal]) -> set[Decimal]:
    """What each row of amounts with signs between them comes to: "$436.96 - $45.13 + $54.85"."""
    results: set[Decimal] = set()
    total, last = None, None
    for value in found:
        between = text[last.end : value.start].strip(" *()") if last is not None else ""
        sign = {"+": 1, "-": -1, "−": -1, "–": -1}.get(between)
        known = abs(value.number) in sure
        if known and total is not None and sign is not None:
            total += sign * abs(value.number)
            results.add(abs(total))
        else:
            total = abs(value.number) if known else None
        last = value
    return results


_AT = re.compile(r"(?:,? [a-z]+){0,4},? (?:at|for|of|@)[ *_(]+", re.IGNORECASE)
"""Between so many things and what each of them costs: "four more at $50"."""
_TIMES = ("×", "x", "*", "·", "times")


def _products(found: Sequence[Value], message: Message, sure: Collection[Decimal]) -> set[Decimal]:
    """What each product that is written out comes to, one side of which is an amount that is known: "4 × $50", "three times $146"."""
    results: set[Decimal] = set()
    for one, other in itertools.pairwise(found):
        sides, between = {one.quantity, other.quantity}, message.text[one.end : other.start]
        each = one.quantity == "count" and other.quantity == "money" and _AT.fullmatch(between)
        if (between.strip(" _()") not in _TIMES and not each) or not sides <= {"money", "count"}:
            continue
        amounts = {abs(value.number) for value in (one, other) if value.quantity == "money" or "money" not in sides}
        if any(number in sure or message.ground.has(Value("money", number, 0, 0)) for number in amounts):
            results.add(abs(one.number * other.number))
    return results


_IN_ALL = re.compile(
    r"\b(?:in (?:total|all)|total(?:s|ling|ing)?|altogether|together|combined|all told|overall|sum|add(?:s|ed|ing)? up|amount(?:s|ing)? to)\b"
    r"|\b(?:with|counting|including|adding|plus|on top of) (?:the|your|both|that of) [^.;!?\n$]{2,40}?,? (?:that|this|it|which|you|they) (?:now )?(?:makes?|brings?|comes? to|gets? to)\b"
    r"|\b(?:makes|brings) (?:it|that|this|them|the two|both|the refunds?) (?:come )?(?:to )?\$",
    re.IGNORECASE,
)
"""Beside what several writes come to, each of which was told of before."""
_SIGN = re.compile(
    r"[a-z ]{0,14}?[*_ ]*(?P<sign>[+−–×·=]|(?<= )[-x*](?= )|\b(?:plus|minus|times)\b)[*_ ]*", re.IGNORECASE
)
_CENTS = Decimal("0.03")
"""By how much a written result may miss, as it is rounded."""


def misreckoned(text: str, found: Sequence[Value]) -> Iterator[tuple[str, Decimal]]:
    """(as quoted, what it comes to) for each calculation that is written out with a result that it does not have: "4 × $50 = $250"."""
    terms: list[Decimal] = []
    begin, signs = 0, 0
    for one, other in itertools.pairwise(found):
        sign = _SIGN.fullmatch(text, one.end, other.start)
        amounts = {one.quantity, other.quantity} <= {"money", "count"}
        if sign is None or not amounts:
            terms = []
            continue
        if not terms:
            terms, begin, signs = [one.number], one.start, 0
        match sign["sign"].lower():
            case "=":
                total = sum(terms, Decimal(0))
                if signs and abs(abs(total) - abs(other.number)) > _CENTS:
                    yield text[begin : other.end], total
                terms = []
            case "×" | "x" | "*" | "·" | "times":
                terms[-1] *= other.number
                signs += 1
            case "+" | "plus":
                terms.append(other.number)
                signs += 1
            case _:
                terms.append(-other.number)
                signs += 1


_EACH_SO = re.compile(
    r"[*_)]* (?:each|apiece|(?:per|a) (?:person|head|passenger|travell?er|ticket|seat))[*_)]*,?(?: (?:or|that is|i\.e\.|=|–|and|(?P<so>so)))? ?\(?[*_]*",
    re.IGNORECASE,
)
"""Between what each costs and what all do."""
_TOGETHER = re.compile(
    r"[*_)]* (?:together|altogether|in all|in total|all told|combined|for (?:all|both|everybody|everyone|the (?:two|three|four|five)))\b",
    re.IGNORECASE,
)


def unlike(message: Message, found: Sequence[Value]) -> Iterator[tuple[str, str]]:
    """(as quoted, what is wanted) for what all cost beside what each does, where that is less, or another number of people than there are."""
    money = [value for value in found if value.quantity == "money"]
    for each, every in itertools.pairwise(money):
        between = message.text[each.end : every.start]
        link = _EACH_SO.fullmatch(between)
        if link is None or not _TOGETHER.match(message.text, every.end):
            continue
        times = abs(every.number) / abs(each.number) if each.number else Decimal(0)
        known = _party(found, message) | message.wishes.factors - {1}
        if (times < 1 and not link["so"]) or (
            known and 1 < times < 10 and times == times.to_integral_value() and int(times) not in known
        ):
            yield message.text[each.start : every.end], "what that comes to for as many as there are"


_LIMIT = re.compile(
    r"\b(?:limit|budget|cap|ceiling|max(?:imum)?|under|over|below|above|beyond|within|inside|shy|short|spare|left|room|cushion|headroom)\b",
    re.IGNORECASE,
)
_NEAR = 36
"""Letters behind an amount, within which stands that it is how far something is from a limit."""


def _to_limits(found: Sequence[Value], message: Message, sure: Collection[Decimal]) -> set[Decimal]:
    """How far known amounts are from those that the user ever named, where the message tells of a limit: "$19 under yours"."""
    told = any(
        _LIMIT.search(message.text, value.end, value.end + _NEAR) for value in found if value.quantity == "money"
    )
    limits = {value.number for value in message.ground.values if value.quantity in ("money", "count")} if told else ()
    return {abs(limit - number) for limit in limits if limit > _PARTY for number in sure}


_PARTY = 12
"""What is larger counts no people or things, but is an amount."""
_FARTHER = re.compile(
    r"[*_]* (?:(?:or|hours?|minutes?) )?(?:more|less|dearer|cheaper|higher|lower|extra|above|below|over|under|later|earlier|longer|shorter|behind|ahead|on top)\b",
    re.IGNORECASE,
)
"""Behind what is no second one's own, but how far it is from the best."""
_HALF_A_YEAR = 600
"""Between two days as month and day: 308 and 1108."""
_STOP = re.compile(r"[.!?:]\s|\n")
_BY_CLOCK = re.compile(r"(?: \w+){0,2}? (?:in|of) the day\b", re.IGNORECASE)
"""Behind an earliest or latest that goes by the time of day, on whichever day."""


def turned(text: str) -> str:
    """A comparison whose best is worse than its second, as the text has it; else nothing."""
    bests = list(_BEST.finditer(text))
    if not bests:
        return ""
    found = values(text)
    ends = [*(match.start() for match in bests[1:]), len(text)]
    wrong = (_turned(text, match, end, found) for match, end in zip(bests, ends, strict=True))
    return next(filter(None, wrong), "")


def _turned(text: str, match: re.Match[str], end: int, found: Sequence[Value]) -> str:
    """One comparison, which ends where the next one begins."""
    by_clock = _BY_CLOCK.match(text, match.end()) is not None
    if (match["early"] or match["late"]) and not by_clock and (days := _days_turned(text, match, end, found)):
        return days
    what = "time" if match["early"] or match["late"] else "duration" if match["short"] or match["long"] else "money"
    told = [value for value in found if value.quantity == what and match.start() < value.start < end]
    second = _SECOND.search(text, match.end(), end)
    before = [value for value in told if second is not None and value.start < second.start()]
    after = [value for value in told if second is not None and value.start > second.start()]
    start = max(_stops(text, match.start()), default=0)
    if second is not None and not before:  # "the mouse ($150.58) is the cheapest, ahead of …"
        ahead = [value for value in found if value.quantity == what and start <= value.start < match.start()]
        before = ahead[-1:]
    if not before or not after or re.search(r"[.!?]\s", text[match.end() : after[0].start]):
        return ""
    if what == "time" and not by_clock and (len(before) > 1 or not _one_day(text[start : after[0].end + 20])):
        return ""
    if _FARTHER.match(text, after[0].end):
        return ""
    best, other = before[-1].number, after[0].number
    return text[match.start() : after[0].end] if (best > other if match["low"] else best < other) else ""


def _days_turned(text: str, match: re.Match[str], end: int, found: Sequence[Value]) -> str:
    """A comparison of two days, each side of it one: the earliest with a later day than the second."""
    second = _SECOND.search(text, match.end(), end)
    if second is None:
        return ""
    start = max(_stops(text, match.start()), default=0)
    stop = _STOP.search(text, second.end(), end)
    days = [
        value for value in found if value.quantity == "date" and start <= value.start < (stop.start() if stop else end)
    ]
    before = [value for value in days if value.start < second.start()]
    after = [value for value in days if value.start > second.start()]
    if len(before) != 1 or len(after) != 1 or abs(before[0].number - after[0].number) > _HALF_A_YEAR:
        return ""  # another year may be meant
    wrong = before[0].number > after[0].number if match["low"] else before[0].number < after[0].number
    return text[match.start() : after[0].end] if wrong else ""


def _stops(text: str, until: int) -> list[int]:
    """Where sentences end before a place."""
    return [stop.end() for stop in _STOP.finditer(text, 0, until)]


def _one_day(text: str) -> bool:
    """Whether a text names no two days."""
    return len({value.number for value in values(text) if value.quantity == "date"}) < 2


def _runs(stated: Sequence[Decimal], sure: Collection[Decimal]) -> set[Decimal]:
    """Sums of amounts that stand one after the other: a list with its total."""
    found: set[Decimal] = set()
    for first in range(len(stated)):
        total = Decimal(0)
        for number in stated[first:]:
            if abs(number) not in sure:
                break
            total += number
            found.add(abs(total))
    return found


def _literal(numbers: Iterable[Decimal], message: Message) -> set[Decimal]:
    said = {value.number for value in message.ground.values if value.quantity in ("money", "count")}
    return {
        number for number in numbers if message.ground.is_money(number) or number in said or number in message.amounts
    }


def _combined(base: Sequence[Decimal], counts: Iterable[int]) -> set[Decimal]:
    """Sums of up to four amounts, differences of two, and each times a count of people or things."""
    found: set[Decimal] = set(base)
    for size in (2, 3, 4):
        found.update(sum(parts, Decimal(0)) for parts in itertools.combinations(base, size))
    found.update(abs(a - b) for a, b in itertools.combinations(base, 2))
    return {number * count for number in found for count in counts}
