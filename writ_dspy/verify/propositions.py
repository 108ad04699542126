"""Propositions: what a sentence can say of a write that is so or not so, without naming a value that could be looked up.

Each topic says which words take it up and whether it holds of a write. The same topics judge a statement ("it is the cheaper of the two")
and an answer, which states what the question asks or its contrary. What a write does not tell holds neither way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import values
from writ_dspy.verify.noise import bag
from writ_dspy.verify.refutable import DAYS, KINDS, PARTS
from writ_dspy.verify.subject import Subject, item, options, price
from writ_dspy.verify.vocabulary import vocabulary

Holds = Callable[[Subject, "re.Match[str]", str], "bool | None"]
"""(the write, where it is taken up, the sentence in lower case) -> whether it is so."""


class Topic(NamedTuple):
    """One thing that is so of a write or not."""

    cues: frozenset[str]
    """Words of which a sentence has one."""
    pattern: re.Pattern
    holds: Holds
    plain: re.Pattern | None = None
    """How a statement puts it, where it stands in no answer; without one only answers are judged."""
    versus: bool = False
    """It compares with what was before, so that the sentence may name that."""


_LUGGAGE = r"(?:bags?|baggage|luggage|suitcases?)"
_FREE = r"(?:free(?: of charge)?|included|complimentary|at no (?:extra |additional )?(?:cost|charge)|for (?:free|nothing)|nothing|on the house)"
_PAID = r"(?:pay|paid|paying|(?<!no )(?<!extra )(?<!additional )costs?(?! (?:me |us )?nothing)|charged|charging|billed|(?<!free of )(?<!no )charge|extra|fees?)"


def _bags(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    """Whether all bags are free; None where some are, or there are none."""
    fields = subject.fields
    total, paid = subject.args.get(fields.bags), subject.args.get(fields.paid_bags)
    if not isinstance(total, int) or not isinstance(paid, int):
        return None
    had, had_paid = subject.before.get(fields.bags, 0), subject.before.get(fields.paid_bags, 0)
    total, paid = total - (had if isinstance(had, int) else 0), paid - (had_paid if isinstance(had_paid, int) else 0)
    return None if total <= 0 or 0 < paid < total else paid <= 0


def _direct(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    legs, ways = len(subject.flights), subject.ways
    return None if not ways or legs not in (ways, 2 * ways) else legs == ways


def _cabin(subject: Subject, match: re.Match[str], _text: str) -> bool | None:
    return match["cabin"].replace("-", " ") == subject.cabin if subject.cabin else None


def _insured(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    fields = subject.fields
    told = subject.args.get(fields.cover, subject.before.get(fields.cover))
    return {"yes": True, "no": False}.get(str(told))


def _part_of_day(subject: Subject, match: re.Match[str], text: str) -> bool | None:
    """Inside the core of a part of the day, outside its wide bounds, or neither."""
    lands = _LANDS.search(text) is not None
    times = subject.hours("arriv" if lands else "depart")
    if len(subject.flights) > 1 or len(times) != 1:
        return None
    (time,), (first, last) = times, PARTS[match["part"]]
    early, late = _CORES[match["part"]]
    if early <= time <= late:
        return True
    inside = first <= time <= last if first < last else time >= first or time <= last
    return None if inside else False


_LANDS = re.compile(r"\b(?:arriv\w*|land\w*|gets? (?:in|there)|get (?:in|there)|reach\w*)\b")
_CORES = {"morning": (300, 690), "afternoon": (750, 1020), "evening": (1080, 1320), "night": (1320, 1439), "dark": (1290, 1439), "noon": (690, 750), "midday": (690, 750)}  # fmt: skip


def _weekday(subject: Subject, match: re.Match[str], text: str) -> bool | None:
    if any(value.quantity == "date" for value in values(text)) or not subject.days:
        return None
    known = {day.weekday() for day in subject.days}
    inside = DAYS.index(match["day"]) in known
    return None if inside and len(known) > 1 else inside


def _dated(subject: Subject, match: re.Match[str], text: str) -> bool | None:
    value = next((value for value in values(text) if value.quantity == "date" and value.end > match.start()), None)
    if value is None or not subject.days:
        return None
    days = {(day.month, day.day) for day in subject.days}
    inside = value.date in days
    return None if inside and len(days) > 1 else inside


def _method(subject: Subject, match: re.Match[str], _text: str) -> bool | None:
    return KINDS[match["kind"][:3]] in subject.methods if subject.methods else None


def _less(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    return None if subject.rise is None else subject.rise < 0


def _more(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    return None if subject.rise is None else subject.rise > 0


def _option(subject: Subject, match: re.Match[str], text: str) -> bool | None:
    """Whether a version that is taken has the value: under the option that the sentence names, or any that may have it."""
    value = match["value"]
    taken = [options(subject.fields, new) for _, new in subject.swaps]
    known = vocabulary(subject.domain).options
    names = {name for row in taken for name in row if value in known.get(name, ())}
    names = {name for name in names if name in text} or names
    if not names or len(taken) != 1:
        return None
    return any(taken[0].get(name) == value for name in names)


def _person(subject: Subject, match: re.Match[str], _text: str) -> bool | None:
    name = match["name"]
    if not subject.people:
        return None
    return any(str(row.get(subject.fields.given)).lower() == name for row in subject.people)


def _both_ways(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    return None if subject.fields.ways not in subject.args else subject.ways == 2


def _in_stock(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    known = [item(subject.ground, str(new.get(subject.fields.part))) for _, new in subject.swaps]
    told = {bool(row["available"]) for row in known if row is not None and "available" in row}
    return told.pop() if len(told) == 1 else None


def _cheapest(subject: Subject, _match: re.Match[str], _text: str) -> bool | None:
    """Of all that were read beside it; where it is not, a wish for the cheapest of a kind may have left no other, unless more than half are cheaper."""
    fields = subject.fields
    if len(subject.swaps) != 1:
        return None
    new = subject.swaps[0][1]
    rows = next((rows for found in reversed(subject.ground.shown) for rows in found.views.values() if sum(row.get(fields.part) == new.get(fields.part) for row in rows) == 1 and len(rows) > 1), ())  # fmt: skip
    rest = [price(row) for row in rows if row.get("available", True) and row.get(fields.part) != new.get(fields.part)]
    below = sum(other < price(new) for other in rest)
    sought = any(_SOUGHT.search(said) for said in subject.ground.heard[:-1])
    return None if not rest or (sought and 0 < below <= len(rest) / 2) else not below


_SOUGHT = re.compile(
    r"\b(?:cheap\w*|(?:least|less) expensive|lowest|low[- ]priced|inexpensive|affordable|budget|bargain|under|below|at most|up to|no more than|less than)\b"
)
"""How somebody says that the price decides."""


def _not(holds: Holds) -> Holds:
    """The contrary."""

    def contrary(subject: Subject, match: re.Match[str], text: str) -> bool | None:
        held = holds(subject, match, text)
        return None if held is None else not held

    return contrary


_OF_TWO = r"(?:(?:of|between) (?:the two|both|them)|than (?:your|the|my|its|his|her) (?:old|current|previous|present|first|original|existing)\b|than (?:what|the one) (?:that )?(?:i|you) (?:\w+ )?(?:had|have|has|paid|give|gave|send|sent|return|own|bought)|than before)"
_NEW = r"(?:(?:the|your|my) (?:new|replacement|other new) ?(?:\w+ ){0,2}?|it|this|that|that one|this one)"
_IS = r"(?:is|are|was|costs?|comes?|came|'s)(?: (?:out|at|even|an?|the|bit|little|slightly|also|you|me|actually|much|somewhat|in|to|now|then|quite))*"
_LESS = (
    rf"\b{_NEW}(?: one)? {_IS} (?:cheaper|less(?: expensive)?|lower)\b[^.;,\n]{{0,20}}?(?: {_OF_TWO})|\b(?:the|your|my) new (?:\w+ ){{0,2}}?{_IS} (?:cheaper|less(?: expensive)?|lower)\b(?! than (?:the|any|all|most|every) (?:other|next|rest|second)s?)"
    rf"|\b(?:spend|pay|spent|paid|paying|spending) less\b[^.;,\n]{{0,20}} (?:before|{_OF_TWO})|\b(?:for|with|on) (?:the|your) new\b[^.;\n]{{0,25}} (?:spend|pay|spent|paid|paying|spending) less\b(?! than the (?:other|next|rest|second))|\b(?:spend|pay|spent|paid|paying|spending) less (?:for|with|on) (?:the|your) new\b|\bprice (?:went|goes|has gone|comes|came) down\b"
)
_MORE = (
    rf"\b{_NEW}(?: one)? {_IS} (?:dearer|pricier|costlier|more(?: expensive)?|higher)\b[^.;,\n]{{0,20}}?(?: {_OF_TWO})|\b(?:the|your|my) new (?:\w+ ){{0,2}}?{_IS} (?:dearer|pricier|costlier|more(?: expensive)?|higher)\b(?! than (?:the|any|all|most|every) (?:other|next|rest|second)s?)"
    rf"|\b(?:spend|pay|spent|paid|paying|spending) more\b[^.;,\n]{{0,20}} (?:before|{_OF_TWO})|\b(?:for|with|on) (?:the|your) new\b[^.;\n]{{0,25}} (?:spend|pay|spent|paid|paying|spending) more\b(?! than the (?:other|next|rest|second))|\b(?:spend|pay|spent|paid|paying|spending) more (?:for|with|on) (?:the|your) new\b|\bprice (?:went|goes|has gone|came|comes) up\b"
)
_COMES_BACK = r"\b(?:cheaper|less expensive|costs? less|cost (?:me |you )?less|money back|get (?:(?:something|anything)(?! (?:in|by|on|from|to)\b)|a refund|any money|some money|some|a bit)\b(?: of money)?(?: back)?|(?:something|anything|money) (?:coming |comes? |paid )?back|coming back|refunded|refund|getting (?:something|anything|money) back|(?:save|saving) (?:anything|something|money))\b"
_PAY_MORE = r"\b(?:more expensive|dearer|pricier|costlier|costs? (?:me |you )?(?:more|extra|anything|something)|pay(?:ing)? (?:more|extra|the difference|a difference|anything|something|on top|for (?:it|that|this))|(?:anything|something|more) to pay|charged(?! (?:to|on|with))|extra (?:costs?|charges?)|owe)\b"
_WAY_BACK = (
    r"(?:round[- ]?trip|return (?:flight|ticket|trip|leg)|(?:way|flight|trip) (?:back|home)|both ways|there and back)"
)

_DAY = rf"(?:{'|'.join(DAYS)})"
_FLIES = r"(?:fly|flies|flying|flights?|trip|travel\w*|leav\w+|leave|depart\w*|set(?:ting)? off|take off)"
_BAGS = bag("bag bags baggage luggage suitcase suitcases")
_TOPICS: tuple[Topic, ...] = (
    Topic(_BAGS, re.compile(rf"\b{_LUGGAGE}\b.*\b{_FREE}(?!\w)|\b{_FREE} (?:\w+ )?{_LUGGAGE}\b"), _bags, re.compile(rf"\b(?:the|your|all|both) (?:\w+ )?{_LUGGAGE} (?:is|are|comes?) (?:\w+ )?{_FREE}")),
    Topic(_BAGS, re.compile(rf"\b{_LUGGAGE}\b.*\b{_PAID}\b|\b{_PAID}\b.*\b{_LUGGAGE}\b"), _not(_bags)),
    Topic(bag("nonstop stop direct directly straight stops stopover layover planes"), re.compile(r"\b(?:non-?stop|direct(?:ly)?(?! (?:to|from|back|into))|straight (?:through|there|flight|connection)|without (?:an? |any )?(?:stop|stop-?over|lay-?over|change|changing|connection)s?)\b"), _direct),
    Topic(bag("stop stops stopover over stopovers layover layovers connection connections connecting planes plane change switch"), re.compile(r"(?<!without )(?<!without an )(?<!without a )\b(?:stop-?overs?|lay-?overs?|(?<!direct )(?<!nonstop )connections?|connecting|(?:an?|any|one) stops?|(?<!nonstop )stops (?:on|in|at|over|some)|(?:change|switch) (?:planes?|aircraft|flights?))\b"), _not(_direct)),
    Topic(bag("economy business"), re.compile(r"\b(?P<cabin>basic[- ]economy|economy|business)\b(?! (?:day|trip|hour)s?)"), _cabin),
    Topic(bag("insurance insured"), re.compile(r"\binsur(?:ance|ed)\b(?! (?:cover|pay|policy|against))"), _insured),
    Topic(bag("morning afternoon evening night noon midday"), re.compile(rf"\b(?P<part>{'|'.join(PARTS)})\b"), _part_of_day),
    Topic(bag(" ".join(DAYS)), re.compile(rf"\b(?P<day>{'|'.join(DAYS)})\b"), _weekday, re.compile(rf"\b{_FLIES}\b[^.;\n\d]{{0,40}}?\b{_DAY}\b|\b{_DAY}\b[^.;\n\d]{{0,40}}?\b{_FLIES}\b|\b(?:it's|that's|it is|that is) (?:on )?(?:(?:an?|the) )?{_DAY}\b")),
    Topic(bag("january february march april may june july august september october november december"), re.compile(r"\b(?:on|the|of|is) "), _dated),
    Topic(bag("paypal pal card certificate"), re.compile(r"\b(?P<kind>pay ?pal|gift card|credit card|(?:travel )?certificate)\b(?! (?:balance|number))"), _method),
    Topic(bag("cheaper less back refund refunded down save saving"), re.compile(_COMES_BACK), _less, re.compile(_LESS), versus=True),
    Topic(bag("dearer pricier costlier more extra pay paying charged owe costs cost anything up expensive"), re.compile(_PAY_MORE), _more, re.compile(_MORE), versus=True),
    Topic(bag("round trip return back home ways roundtrip"), re.compile(rf"\b{_WAY_BACK}\b"), _both_ways),
    Topic(bag("way"), re.compile(r"\b(?:one[- ]way|(?:only|just) (?:the way|the flight|one way) ?(?:there|out)?)\b"), _not(_both_ways)),
    Topic(bag("stock available out"), re.compile(r"(?<!out of )\b(?:in stock|available)\b"), _in_stock),
    Topic(bag("cheapest expensive"), re.compile(r"\b(?:cheapest|least expensive)\b(?! (?:\w+ )?(?:that|in|with|from|which|for|of)\b(?! (?:you have|all|them|those)))"), _cheapest),
)  # fmt: skip


def propositions(
    text: str, words: frozenset[str], domain: Domain, people: frozenset[str]
) -> Iterator[tuple[Topic, re.Match[str]]]:
    """What a question in lower case takes up, with its words and the first names of people that were read of."""
    luggage = not _BAGS.isdisjoint(words)  # what the bags cost, the trip does not
    for topic in _TOPICS:
        if (
            luggage is (topic.cues is _BAGS)
            and not topic.cues.isdisjoint(words)
            and (match := topic.pattern.search(text))
        ):
            yield topic, match
    for word in words & (vocabulary(domain).first | people):
        if match := re.search(rf"\b(?P<name>{re.escape(word)})\b(?!['’]s)", text):
            yield _WHO, match
    pattern = _choices(domain)
    match = pattern.search(text) if pattern is not None else None
    if match is not None:
        yield _WHAT, match


_WHO = Topic(frozenset(), re.compile(r"\b"), _person)
_WHAT = Topic(frozenset(), re.compile(r"\b"), _option)


@lru_cache(maxsize=16)
def _choices(domain: Domain) -> re.Pattern | None:
    """The values of options that are words, longest first."""
    few = {
        value for name in vocabulary(domain).options.values() for value in name if value not in ("none", "no", "yes")
    }
    few = {value for value in few if len(value) > 2 and re.fullmatch(r"[a-z]+(?:[ -][a-z]+)*", value)}
    listed = "|".join(re.escape(value) for value in sorted(few, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<![\w/-])(?P<value>{listed})(?![\w/-])") if listed else None


def stated(text: str, words: frozenset[str], domain: Domain) -> Iterator[tuple[Topic, re.Match[str]]]:
    """What a statement in lower case says of a write in so many words."""
    for topic in _TOPICS:
        if topic.plain is None or topic.cues.isdisjoint(words):
            continue
        plain = topic.plain.search(text)
        if plain is not None:
            yield topic, topic.pattern.search(text) or plain
    if (pattern := _told_choices(domain)) is not None and not _TOLD.isdisjoint(words):
        for match in pattern.finditer(text):
            yield _WHAT, match


_TOLD = bag("new now get getting have receive it it's replacement")


@lru_cache(maxsize=16)
def _told_choices(domain: Domain) -> re.Pattern | None:
    """How a statement gives the new version a value: "the new one is black", "you get it in black"."""
    choices = _choices(domain)
    if choices is None:
        return None
    value = choices.pattern
    names = "|".join(sorted((re.escape(name) for name in vocabulary(domain).options), key=len, reverse=True))
    whose = rf"(?:(?:the|its|your) (?:{names}) (?:of (?:the|your) (?:new|replacement) (?:\w+ ){{0,2}}?)?(?:is now|is)|(?:the|your) (?:new|replacement) (?:\w+ ){{0,3}}?(?:is|comes in)|(?:you(?:'ll)?(?: will)? (?:get|have|receive)) (?:it|one|the new one) in|what you(?:'re| are)? (?:get|getting|receive) (?:now )?is|(?:it|the new one) comes in|it's the|it is the|it's now|it is now|now the (?:{names}) is)"
    return re.compile(rf"\b{whose} (?:an? )?{value}(?= (?:one|now|version|model)\b|\s*[.!,;]|\s*$)")
