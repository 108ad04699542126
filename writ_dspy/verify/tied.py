"""Tied: which record a value of a sentence is told of, by syntax; what nothing ties is held against none."""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value
from writ_dspy.domains.whole import places
from writ_dspy.verify.message import Message
from writ_dspy.verify.shown import Leaves, in_leaves

COMPARES = re.compile(
    r"→|->|\bvs\b|\bversus\b|\b(?:current\w*|original\w*|previous\w*|instead|differ\w*|compared|than|was|were|(?!(?-i:(?<=[a-z] )Old [A-Z]))old|chang\w+|modif\w+"
    r"|mov(?:e|ed|ing)|switch\w*|replac\w+|exchang\w+|upgrad\w+|rebook\w*|swap\w*|trad(?:e[sd]?|ing)|becom\w+|turn\w* into)\b",
    re.IGNORECASE,
)
"""Words of a clause that is about another record besides the one that it names; the Old Mill is a place."""
_AS_CHANGED = re.compile(r"\W*with (?:that|this|it) (?:changed|replaced|switched)\b[,:]", re.IGNORECASE)
"""Ahead of a whole list that is put anew: what follows is about what it names."""
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
_GOES_ON = re.compile(
    r"(?:[,;–—]|\s)\s*(?:(?:and|so|but|therefore|hence|which means|which is why)\s+(?:that\s+)?(?:I|we)|so)\b",
    re.IGNORECASE,
)
"""Where a sentence that told a value goes on to what is done: the record named behind it is that of the deed."""
_ANOTHERS = re.compile(
    r"\b(?:after|ahead of|behind|than|over|beside|compared (?:to|with)|from|unlike|whereas)\b[^.;$\d]{0,30}?\b(?:ones?|others?|another|next|rest|runner-up|second)\b[^.;,$\d]{0,18}\Z",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"(?:\b(?:against|versus|vs\.?|compared (?:to|with)|beats?|unlike)|(?:\band|,|;|\bor|\bthe) (?:one|another|(?:the )?other(?: one)?) (?:for|at|of|with|worth|over|totall?ing|costing|on|leaving|that (?:is|was|costs?|totals)))[\s(*_]*\Z",
    re.IGNORECASE,
)
"""Right before a value, it says that it is of something else than the record named: "($3,524.38 against $341.25)", "and one for $341.25"."""


def is_of_another(text: str, value: Value) -> bool:
    """Whether a value is told of a choice that goes unnamed, beside the one that is named: "after the one at $924.50"."""
    before = text[max(0, value.start - 70) : value.start]
    return _ANOTHERS.search(before) is not None or _AGAINST.search(before) is not None


def is_of_whole(message: Message, value: Value, keys: set[str], named: Sequence[tuple[int, str]]) -> bool:
    """Whether a value is that of a record which the clause names, too, and which holds the record that it stands behind."""
    for whole in {key for _, key in named} - set(keys):
        for look in message.ground.looks(whole):
            if keys & look.leaves.words and in_leaves(value, look.leaves):
                return True
    return False


_IN_BRACKETS = re.compile(r"(?<!\d)[a-z\"”)*] ?\([*_]*\Z", re.IGNORECASE)


def is_of_parts(message: Message, value: Value, keys: set[str], *, tied: bool) -> bool:
    """Whether a value was read of a part of a record alone: a time of a reservation's flight, a price behind what it is of, "the kettle ($91.13)"."""
    if value.quantity != "time" and not (
        value.quantity == "money" and not tied and _IN_BRACKETS.search(message.text, 0, value.start)
    ):
        return False
    whole = [look.leaves for key in keys if _goes_by_id(message, key) for look in message.ground.looks(key)]
    parts = {word for leaves in whole for word in leaves.words if message.ground.looks(word)}
    return any(in_leaves(value, look.leaves) for part in parts for look in message.ground.looks(part))


def is_of_thing(message: Message, value: Value) -> bool:
    """Whether a price ends the brackets behind a thing that was read with it, in whichever record: "order #W1 and the kettle (red, $91.13)"."""
    begin = message.text.rfind("(", 0, value.start)
    if value.quantity != "money" or begin < 0 or ")" in message.text[begin : value.start]:
        return False
    if not message.text.startswith(")", value.end):
        return False
    head = message.text[:begin].rstrip().lower()
    return any(
        in_leaves(value, leaves)
        and any(len(word) > 2 and word[-1:].isalpha() and head.endswith(f" {word}") for word in leaves.words)
        for leaves in message.ground.every()
    )


_PLUS = re.compile(r"[*_)]*\s?\+\s?[*_(]*\$?\d")
_BEHIND_PLUS = re.compile(r"\d[*_)]*\s?\+\s?[*_(]*\Z")


def without_addends(text: str, own: list[Value], looks: Sequence[Leaves]) -> list[Value]:
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


def bracketed(text: str, value: Value, named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The record that shares a value's parentheses: "silver ($158.90, item 9624127908) for black ($153.25, item …)"."""
    begin, end = text.rfind("(", 0, value.start), text.find(")", value.end)
    if begin < 0 or end < 0 or ")" in text[begin : value.start] or "(" in text[value.end : end]:
        return frozenset()
    if COMPARES.search(text, begin, end):
        named = named_in(text[begin:end], [(at, key) for at, key in named if begin < at < end])
    return frozenset((at, key) for at, key in named if begin < at < end)


def beside(text: str, value: Value, named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The record that a value is given for, or that stands in parentheses right behind it: "$101 for HAT076", "$464 (HAT190)"."""
    if any(at < value.start and _ON.fullmatch(text, at + len(key), value.start) for at, key in named):
        return frozenset()  # it is told of the one ahead of it: "HAT290 on May 18 with HAT229"
    return frozenset((at, key) for at, key in named if _FOR.fullmatch(text, value.end, at))


_FOR = re.compile(
    r"\W{0,3}\([\W_]{0,3}(?:(?:item|product|order|reservation|flight)(?: (?:id|number|no\.?))?[\W_]{1,3})?|[*_]* (?:for|on|with|via) (?:(?:the|your|flight|order|reservation|item|trip) ){0,2}[*_#]*",
    re.IGNORECASE,
)
_ON = re.compile(r"[*_]* (?:on|at|of|from|for) [*_]*", re.IGNORECASE)
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


def is_loose(message: Message, value: Value, owners: frozenset[tuple[int, str]], inside: Sequence[Value]) -> bool:
    """Whether nothing ties a value to the records that stand next to it; `inside` as in `_apart`."""
    if _apart(message, value, [at for at, _ in owners], inside):
        return True
    flight = len(owners) == 1 and not any(_goes_by_id(message, key) for _, key in owners)
    if flight and _of_connection(message.text, value) and message.ground.read_of(value):
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
            or _of_others(text, value)
            or (value.year is not None and _OF_YOU.search(text, after, value.start) is not None)
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


_OF_YOU = re.compile(
    r"\byou(?:rself)?(?: (?:alone|yourself))?(?:,? \(|,? [–—-] |, |,? (?=born|whose|with))"
    r"(?:(?:born|whose|with|the|your|birth ?date|birthday|date of birth|dob|on|is)\b:?\s)*\Z",
    re.IGNORECASE,
)
"""Right before a date that is of whom the message talks to, whoever was named ahead: "HAT205, you (born October 19, 1970)"."""
_OTHERS = re.compile(
    r"\((?P<who>(?:an?|another|any|every|each) (?:[\w-]+ ){1,7}?(?=(?:starts?|begins?|costs?|is|goes|runs|comes)\b)|(?:[\w-]+ ){1,7}?(?=(?:start|begin|cost|are|go|run|come)\b))\w+[^()]*\Z",
    re.IGNORECASE,
)
"""A remark in brackets whose subject is several things, or any of them: "($151; the connections with one stop start at $298)"."""


def _of_others(text: str, value: Value) -> bool:
    """Whether a value is told in brackets behind a record, of things that are more than that one."""
    match = _OTHERS.search(text, max(0, value.start - 90), value.start)
    return match is not None and not _STILL_IT.search(match["who"].rstrip())


_CONNECTION = re.compile(r"\b(?:connections?|one[- ]stops?)\b", re.IGNORECASE)


def _of_connection(text: str, value: Value) -> bool:
    """Whether a price is told in brackets of connections, which are more than the one flight ahead: "$151 (one stop: $298 and up)"."""
    begin, end = text.rfind("(", 0, value.start), text.find(")", value.end)
    if value.quantity != "money" or begin < 0 or end < 0 or text.rfind(")", 0, value.start) > begin:
        return False
    return _CONNECTION.search(text, begin, end) is not None


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


def owner(value: Value, inside: Sequence[Value], named: Sequence[tuple[int, str]]) -> frozenset[tuple[int, str]]:
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


def places_of(message: Message, clause: str, start: int) -> list[tuple[int, str]]:
    """The records that a clause names, with their places."""
    lower = clause.lower()
    keys = [key for key in message.named if key in lower]
    return [(start + place, key) for key in keys for place in places(key, lower)]


def named_in(clause: str, every: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The records that a clause is about alone; none where it names one, and compares that with another."""
    heading = _AS_CHANGED.match(clause)
    begin = heading.end() if heading else 0
    return [] if len({key for _, key in every}) == 1 and COMPARES.search(clause, begin) else every
