"""Recorded: what a sentence says in plain words of a field of one record, or of what the user has, is what was read.

A state, a cabin, insurance, a route, stock, a method on file, how many records there are. A clause is judged by the one record that it
names; what asks, wishes, compares, changes or supposes states nothing, and neither does a field that was not read.
"""

# Longer than 400 lines: each field of a record is looked for in the same clauses, with the same words that leave a clause open.

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.domains.whole import places
from writ_dspy.task import Json
from writ_dspy.verify.began import when_made
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.refutable import KINDS, LISTS
from writ_dspy.verify.sentences import planned, put_so, sentences
from writ_dspy.verify.vocabulary import vocabulary

Record = Mapping[str, Json]
_PART = re.compile(r",\s+|;\s+|\s+[–—-]+\s+|\s+(?=(?:and|but|while|whereas|so|because|since|though|although)\s)|[()]")
_OPEN = re.compile(
    r"\b(?:if|whether|unless|until|once|when|after|before|then|would|could|can|may|might|should|must|shall|will|want\w*|ask\w*|request\w*|wish\w*|like|prefer\w*|need\w*|said|told|mentioned"
    r"|look\w*|search\w*|instead|than|chang\w+|switch\w*|mov\w+|upgrad\w+|downgrad\w+|modif\w+|convert\w*|replac\w+|rebook\w*|exchang\w*|swap\w*|add\w*|only|any|all|every|each|other|another"
    r"|policy|rules?|eligib\w*|possible|fares?|prices?|costs?|difference|cheap\w*|options?|propos\w+|confirm\w*|plan\w*|about|let me|to be|instead of|per)\b|['’](?:ll|d)\b"
    r"|\bgets? (?:[\w$-]+ ){1,4}free\b|\bmembers?\b.*\bfree\b|\bfree\b.*\bmembers?\b"
)
"""Words of a clause that states no fact, or one of more than a record as it is."""
_SEEN = re.compile(
    r"\b(?:i|we) can (?:also )?(?:see|tell|confirm)(?: here| now)?(?: that)?\b|\bas (?:i|we|you) can see\b"
)
_STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|had|carries|holds?|comes?|goes|flies|fly|sits?|stays?|remains?|shows?|includes?|included|takes?|took|bought|booked|leaves?|stands|isn't|hasn't|don't|didn't|doesn't|lacks?)\b|['’](?:s|re|ve)\b"
)
_PAST = re.compile(r"\b(?:was|were|had|before|previously|earlier|originally|used to)\b")
_GOES_ON = re.compile(
    r"^(?:and |but |while |so )?(?:(?:it|which|that one|this one|there|you|they|everyone|everybody|all of you|has|have|is|was|with|without|no)\b"
    r"|(?:your|the|an?) (?:\S+ ){1,3}(?:order|trip|flight|booking|reservation|ticket|one)$)"
)
"""How a part goes on about the record that the one before named."""
_NOT = re.compile(r"\b(?:not|no|never|isn't|neither|nor|without|no longer|nothing)\b|n['’]t\b")
_BE = r"(?:is|was|'s|are|has been|shows(?: up)?(?: here)?(?: as)?|is (?:marked|listed|shown) as|stands at)"
_SOFT = r"(?:(?:already|still|now|currently|your|the|an?|my|one of your|also|indeed|actually) )*"


_ITS_STATE = re.compile(
    r"\b(?:its|the|whose) status is (?:still |currently |now |already )?[\"“']?(?P<state>[a-z]+)", re.IGNORECASE
)


def misdescribed(case: Case, index: int, ground: Ground) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that says of a record what was not read of it.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
    """
    text = case.talk.turns[index].text
    recent = ""
    for start, end in sentences(text) if ground.shown else ():
        sentence = text[start:end].strip()
        keys = _keys(case, ground, sentence)
        told = _ITS_STATE.search(sentence) if recent and not keys else None
        whole = sentence if told is None else f"{recent.upper()} has status {told['state']}"
        recent = keys[0] if len(keys) == 1 else recent if not keys else ""
        if sentence.endswith("?") or planned(text, start) or put_so(text, start, end):
            if planned(text, start) and (wanted := _beside_key(case, ground, sentence, keys, planned_so=True)):
                yield sentence, wanted
            continue
        if (
            wanted := _of_records(case, ground, whole)
            or _found_on(ground, sentence)
            or _taken_off(ground, sentence, recent)
            or _no_such_state(case, index, ground, sentence)
            or when_made(ground, sentence, recent)
            or _beside_key(case, ground, sentence, keys)
            or _so_many_on(ground, sentence, keys or ([recent] if recent else []))
            or _brand(ground, sentence)
            or _of_profile(ground, sentence)
        ):
            yield sentence, wanted


# ----------------------------------------------------------------------------- records


def _of_records(case: Case, ground: Ground, sentence: str) -> str:
    keys = _keys(case, ground, sentence)
    if not keys or len(keys) > 4:
        return ""
    if len(keys) == 1 and (wanted := _in_stock(ground, keys[0], sentence.lower().replace("’", "'"))):
        return wanted
    last: list[str] = []
    whole = [sentence] if len(keys) == 1 and "," in sentence else []
    for part in (*_PART.split(sentence), *whole):
        lower = _SEEN.sub("", part.lower().replace("’", "'")).strip()
        own = [key for key in keys if key in lower]
        if not own and (len(keys) > 1 or not _GOES_ON.match(lower)):
            continue
        last = own or last or keys
        if not own and len(last) == 1:
            lower = f"{last[0]} {lower}"
        if len(last) == 1 and not _OPEN.search(lower) and (wanted := _company(ground, last[0], part)):
            return wanted
        if (
            len(last) == 1
            and not _OPEN.search(lower)
            and (wanted := _of_one(case, ground, last[0], _nameless(case, part, lower)))
        ):
            return wanted
    return ""


def _nameless(case: Case, part: str, lower: str) -> str:
    """A lower-case part without the first names that spell the code of a place: "for Mia Jackson" goes nowhere."""
    for code in case.domain.pack.places:
        name = code.capitalize()
        if name != code and re.search(rf"\b{re.escape(name)}\b", part):
            lower = re.sub(rf"\b{re.escape(code.lower())}\b", "they", lower)
    return lower


_APPOSED = r"(?:(?:,|:)\s|\s\()(?:(?:which is|still|already|currently|now|status:?)\s)*"


@lru_cache(maxsize=64)
def _state_after(states: frozenset[str]) -> re.Pattern:
    return re.compile(rf"[*_]*{_APPOSED}[*_]*(?P<state>{_one_of(states)})[*_]*(?=[),;.]|,? and\b|\s*\Z)", re.IGNORECASE)


def _beside_key(case: Case, ground: Ground, sentence: str, keys: list[str], *, planned_so: bool = False) -> str:
    """A state right beside the id of a record, with nothing said in between: "(#W1, processed, and #W2, pending)".

    In a list of what would be done, only a state that no write brings about is the one as it is.
    """
    states = vocabulary(case.domain).states.get("status", frozenset())
    if planned_so:
        deeds = tuple(tool.partition("_")[0][:5] for tool, kind in case.domain.kinds.items() if kind == "write")
        states = frozenset(state for state in states if not state.startswith(deeds))
    for key in keys if states else ():
        after = (_state_after(states).match(sentence, place + len(key)) for place in places(key, sentence.lower()))
        match = next(filter(None, after), None)
        own = {str(data["status"]).lower() for data in _own(ground, key) if data.get("status")}
        if match and own and not any(one.startswith(match["state"].lower()) for one in own):
            return f"what was read of {key}: {' or '.join(sorted(own))}"
    return ""


_ON_RECORD = re.compile(
    r"\b(?:your|the|these|those|all) (?P<bags>\w+) (?:checked |free |paid )?bags? (?:stays?|remains?|is|are|has to|have to|will stay|come)\b"
    r"|\b(?:i (?:can )?(?:see|find|count)|there (?:is|are)|it (?:has|shows|lists)) (?:just |only |exactly )?(?P<seen>\w+)(?: of them| checked bags?| bags?)? (?:on|in) (?:the|your|this|that) (?:reservation|booking|order|trip)\b",
    re.IGNORECASE,
)


def _said_so(ground: Ground, number: object) -> bool:
    """Whether the user has said so many bags, of whatever kind."""
    return any(
        number == other.number and other.unit in ("bag", "checked", "suitcase", "piece", "free", "extra", "luggage")
        for other in ground.values
    )


def _so_many_on(ground: Ground, sentence: str, keys: list[str]) -> str:
    """A number of what is on a record that none of its fields has, and nobody has said."""
    own_fields = ground.fields
    match = _ON_RECORD.search(sentence)
    told = next(
        (item for item in values(sentence) if match and item.start in (match.start("bags"), match.start("seen"))), None
    )
    if match is None or told is None or told.quantity != "count" or _said_so(ground, told.number):
        return ""
    shown = [
        look.data
        for found in ground.shown
        for looks in found.looks.values()
        for look in looks
        if isinstance(look.data, dict)
    ]
    records = [data for key in keys for data in _own(ground, key)] or [
        data for data in shown if own_fields.bags in data or own_fields.parts in data
    ]
    bags = match["bags"] is not None or "bag" in sentence.lower() or any("bag" in heard for heard in ground.heard[-1:])
    fields = [
        value
        for data in records
        for name, value in data.items()
        if isinstance(value, int) and (not bags or "bag" in name)
    ]
    sizes = [len(value) for data in records for value in data.values() if isinstance(value, list) and not bags]
    known = {*fields, *sizes, *(one - other for one in fields for other in fields)}
    return (
        ""
        if not records or int(told.number) in known
        else f"as many as were read: {' or '.join(map(str, sorted(one for one in known if one >= 0)))}"
    )


_WITH = re.compile(r"\bwith (?P<who>[A-Z][a-z]+ [A-Z][a-z]+)\b")
_ON_IT = re.compile(r"\b(?:on|in) (?:your |the )?(?:\w+ )?(?P<key>[A-Z0-9]{5,}): (?P<who>[A-Z][a-z]+ [A-Z][a-z]+)\b")


def _company(ground: Ground, key: str, part: str) -> str:
    """What is wanted of a clause that lets somebody come along on a trip who is not on it."""
    for data in _own(ground, key):
        rows = data.get(ground.fields.party)
        people = (
            {f"{row.get(ground.fields.given)} {row.get(ground.fields.family)}" for row in rows if isinstance(row, dict)}
            if isinstance(rows, list)
            else set()
        )
        for match in _WITH.finditer(part):
            if (
                people
                and match["who"] not in people
                and any(match["who"].split()[0] in name for name in _everybody(ground))
            ):
                return f"with {' and '.join(sorted(people))}"
    return ""


_OFF = re.compile(
    r"\b(?P<who>[A-Z][a-z]+(?: [A-Z][a-z]+)?) (?:is|has been|was) (?:now |already )?(?:off|no longer on|removed from|taken off)(?: (?P<key>[A-Z0-9]{6})\b| (?:it|the booking|the reservation|the trip|(?:the|your|its) (?:passenger )?list)\b)(?! and (?!is\b|now\b)| but )"
)


def _taken_off(ground: Ground, sentence: str, recent: str) -> str:
    """What is wanted of a sentence that has somebody taken off a trip who is still on it."""
    fields = ground.fields
    match = _OFF.search(sentence)
    data = (_own(ground, (match["key"] or recent).lower()) or [{}])[-1] if match else {}
    rows = data.get(fields.party)
    people = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    names = {str(row.get(fields.given)) for row in people} | {f"{row.get(fields.given)} {row.get(fields.family)}" for row in people}  # fmt: skip
    return f"what was read of it: {match['who']} is on it" if match and match["who"] in names else ""


def _found_on(ground: Ground, sentence: str) -> str:
    """What is wanted of a sentence that finds somebody on a trip: "I found her on your reservation ABC123: Emma Davis"."""
    match = _ON_IT.search(sentence)
    for data in _own(ground, match["key"].lower()) if match else ():
        rows = data.get(ground.fields.party)
        people = (
            [f"{row.get(ground.fields.given)} {row.get(ground.fields.family)}" for row in rows if isinstance(row, dict)]
            if isinstance(rows, list)
            else []
        )
        if match and people and match["who"] not in people:
            return f"what was read of {match['key']}: {' and '.join(people)}"
    return ""


@lru_cache(maxsize=8)
def _stated(words: frozenset[str]) -> re.Pattern:
    listed = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(
        rf"\b(?:both|your|the|these|those|its)(?: \w+)? (?:flights?|orders?|reservations?|bookings?|trips?)(?: \w+)? (?:is|are|was|were) (?:now |already |still |currently |all |both )*(?P<state>{listed})\b"
        rf"|\b(?:both|all)(?: \w+)? (?:flights?|orders?|reservations?|bookings?|trips?) (?:is|are|was|were) (?:now |already |still |currently )*(?P<these>{listed})\b"
    )


def _no_such_state(case: Case, index: int, ground: Ground, sentence: str) -> str:
    """What is wanted of a sentence that tells a state in which nothing that was read is, and of which the user said nothing."""
    lower = sentence.lower().replace("’", "'")
    states = vocabulary(case.domain).states.get("status", frozenset())
    match = _stated(states).search(lower) if states else None
    if match is None or _OPEN.search(lower) or _NOT.search(lower):
        return ""
    state = match["state"] or match["these"]
    shown = any(state in found.lower for found in ground.shown)
    return "" if shown or state in case.heard(index).lower() else "a state that was read"


_BRACKETS = re.compile(r"\([^()\n]*\)")
_CARD = re.compile(
    r"\b(?P<brand>visa|master ?card|american express|amex|discover)(?: \w+)?,? (?:which |that )?(?:ending|ends|with the last (?:four )?digits)(?: in| with)? (?P<last>\d{4})\b",
    re.IGNORECASE,
)


def _brand(ground: Ground, sentence: str) -> str:
    """What is wanted of a sentence that calls a card by another brand."""
    fields = ground.fields
    for match in _CARD.finditer(sentence):
        said = match["brand"].lower().replace(" ", "")
        rows = (row for row in ground.seen.rows(fields.purse) if str(row.get(fields.digits)) == match["last"])
        brands = {
            str(row[fields.brand]).lower().replace(" ", "").replace("_", "") for row in rows if row.get(fields.brand)
        }
        if brands and said not in brands:
            return f"the {' or '.join(sorted(brands))} that ends in {match['last']}"
    return ""


def _everybody(ground: Ground) -> set[str]:
    """The people on all that was read."""
    fields = ground.fields
    return {
        str(row.get(fields.given))
        for found in ground.shown
        for rows in found.views.values()
        for row in rows
        if row.get(fields.given)
    }


def _keys(case: Case, ground: Ground, sentence: str) -> list[str]:
    """The records of a sentence of which something was read, in lower case."""
    tokens = (token.lower() for token in case.domain.pack.ids(sentence) if "_" not in token and "@" not in token)
    return [token for token in dict.fromkeys(tokens) if ground.looks(token)]


def _own(ground: Ground, key: str) -> list[Record]:
    """A record as each result shows it, where it goes by an id; what only has a number, such as a flight, is many things."""
    found = (look.data for look in ground.looks(key) if isinstance(look.data, dict))
    return [
        data
        for data in found
        if any(name.endswith("_id") and str(value).lower() == key for name, value in data.items())
    ]


def _of_one(case: Case, ground: Ground, key: str, lower: str) -> str:
    """What is wanted in place of what a clause says of one record."""
    looks = _own(ground, key)
    if not looks:
        return ""
    merged: dict[str, Json] = {}
    for data in looks:
        merged |= data
    if _STATES.search(lower) is None and ":" not in lower and not _GOES_ON.match(lower.removeprefix(f"{key} ")):
        return ""
    past = looks if _PAST.search(lower) or _NOT.search(lower) else [merged]
    for name, few in vocabulary(case.domain).states.items():
        held = {str(data[name]).lower().replace("_", " ") for data in past if data.get(name)}
        if held and (wanted := _state(name, held, few, key, lower)):
            return wanted
    outside = _BRACKETS.sub(" ", lower)  # what stands in them describes one thing, which need not be the record's own
    for name, value in merged.items():
        if value in ("yes", "no") and (said := polarity(name, outside)) is not None and said != (value == "yes"):
            return f"what was read of {key}: {name.replace('_', ' ')} {value}"
    return _places(case, merged, lower)


_SPACED = {ord("_"): " ", ord("-"): " "}
_WHICH = "\ua66e"
"""Stands in a clause for each sign of the record's key, so that one pattern serves all records; a letter that nobody writes."""


def _one_of(few: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, few), key=len, reverse=True))


@lru_cache(maxsize=64)
def _status_of(few: frozenset[str]) -> re.Pattern:
    """What says of a record that it is in one of these states."""
    one, which = _one_of(few), f"{_WHICH}+"
    return re.compile(
        rf"{which}(?:,? (?:which|that one|that|this one|it))? {_BE} {_SOFT}(?P<is>{one})(?= (?:order|one|reservation|booking|flight|already|now|too|as well)\b|\W*$|,)"
        rf"|{which}: (?P<row>{one})\W*$|\b(?:the|your|that|this) (?P<of>{one}) (?:order|reservation|booking|flight|one) (?:is|was) {_SOFT}#?{which}"
        rf"|{which} (?:has|with) (?:the )?status (?P<has>{one})\b|\b(?:that|this) one is {_SOFT}(?P<one>{one})\W*$"
    )


@lru_cache(maxsize=256)
def _value_of(few: frozenset[str]) -> re.Pattern:
    return re.compile(rf"\b(?:{_one_of(few)})\b(?! days?\b)")


def _state(name: str, held: set[str], few: frozenset[str], key: str, lower: str) -> str:
    """A value of a field that a clause tells of the record, and that it does not have."""
    plain = lower.translate(_SPACED)
    if name == "status":
        which = key.translate(_SPACED)
        found = _status_of(few).search(plain.replace(which, _WHICH * len(which)))
        said = next((word for word in found.groups() if word), "") if found else ""
        at = found.start() if found else 0
    else:
        told = list(_value_of(few).finditer(plain))
        if not told or any(match[0] in held for match in told):
            denied = [
                match
                for match in told
                if match[0] in held and _NOT.search(plain[max(0, match.start() - 18) : match.start()])
            ]
            return (
                f"what was read: {name.replace('_', ' ')} {' or '.join(sorted(held))}"
                if denied and len(told) == 1 and len(held) == 1
                else ""
            )
        said, at = told[0][0], told[0].start()
    if (
        not said
        or any(said == one or one.startswith(f"{said} (") for one in held)
        or _NOT.search(plain[max(0, at - 18) : at])
        or (name == "status" and _NOT.search(plain))
    ):
        return ""
    return f"what was read of {key}: {' or '.join(sorted(held))}"


_GONE = re.compile(
    r"\b(?:out of stock|sold out|unavailable|discontinued)\b|\b(?:no longer|not|isn't|aren't|never)(?: \w+){0,2} (?:available|in stock|to be had|on offer)\b"
    r"|\b(?:don't|do not|no longer|can't) (?:have|carry|offer|be had|get)\b|\b(?:has|have) run out\b|\bnone (?:is|are) left\b"
)
_THERE = re.compile(
    r"\b(?:is|are|'s|still|both)(?: \w+){0,2} (?:available|in stock|on offer)\b|\bhave (?:\S+ ){0,8}?in stock\b|\bthere are (?:still )?some\b|\bcan be (?:had|ordered)\b"
)


_SUPPOSED = re.compile(
    r"\b(?:if|whether|unless|until|once|when|would|could|might|should|none|any(?! ?more\b)|other|others|was|were|check\w*|wish\w*|only)\b"
)


def _in_stock(ground: Ground, key: str, lower: str) -> str:
    """What is wanted of a sentence that says of a thing that it can be had, or that it cannot."""
    known = [
        look.data["available"]
        for look in ground.looks(key)
        if isinstance(look.data, dict) and isinstance(look.data.get("available"), bool)
    ]
    if not known or _SUPPOSED.search(lower):
        return ""
    lower = _stocked(lower, key)
    gone = _GONE.search(lower) is not None
    there = not gone and _THERE.search(lower) is not None and not _NOT.search(lower)
    if known[-1] and gone:
        return f"what was read of {key}: it is available"
    return f"what was read of {key}: it is not available" if there and not known[-1] else ""


_GOES_OVER = re.compile(
    r"(?:;|\s[-–—]+\s|,?\s(?:but|while|whereas|though|although)\b|,\s(?:and|so)\b|,\s(?=(?:the|your|our|its|two|three|four|five|both|all|another|one)\b[^,;]{0,60}?\b(?:is|are|costs?|comes?|was|were)\b))"
    r"(?!\s*(?:is|are|isn't|aren't|was|it|it's|they|that|which|not|no longer|currently|still|so|thus|therefore|unfortunately|sadly|can't|cannot|also|out|available|in stock)\b)"
)
"""How a sentence goes over to what is so of something else."""


def _stocked(lower: str, key: str) -> str:
    """The stretch of a sentence that says whether a thing can be had: that in which it is named, not that before or behind it on others."""
    starts = [0, *(match.end() for match in _GOES_OVER.finditer(lower)), len(lower)]
    stretches = [lower[start:end] for start, end in itertools.pairwise(starts)]
    return next((stretch for stretch in stretches if key in stretch), lower)


_WHERE_NOT = re.compile(
    r"\b(?:not|rather than|instead of) (?:for )?(?:one |a trip |the one )?(?:from|to|between) [^,.;:!?]*"
)
"""Where a trip does not go, beside where it goes: "from Seattle to Dallas, not from Newark to Chicago"."""


def _places(case: Case, record: Record, lower: str) -> str:
    """A place that a clause lets a trip begin or end at, and that is none of its."""
    fields = case.fields
    if not isinstance(record.get(fields.start), str) or not isinstance(record.get(fields.end), str):
        return ""
    rows = record.get(fields.legs)
    ends = {str(record[name]) for name in (fields.start, fields.end)}
    ends |= (
        {str(row[name]) for row in rows if isinstance(row, dict) for name in (fields.start, fields.end) if name in row}
        if isinstance(rows, list)
        else set()
    )
    legs = ends > {record[fields.start], record[fields.end]} or not rows  # else nothing tells where it stops
    ways = "from|to|into|out of|via|for" if legs else "from|to|into|out of|for"
    lower = _WHERE_NOT.sub("", lower)
    for code, name in case.domain.pack.places.items():
        if (code.lower() not in lower and name.lower() not in lower) or code in ends:
            continue
        if any(case.domain.pack.places.get(end) == name for end in ends):
            continue
        if code.lower() not in lower and any(name.lower() in case.domain.pack.around.get(end, ()) for end in ends):
            continue  # a town that another airport of the trip serves, too
        place = rf"(?:{re.escape(code.lower())}|{re.escape(name.lower())})"
        if re.search(rf"\b(?:{ways}) {place}\b|\b{place} (?:trip|flight|booking|reservation)\b", lower):
            return f"a trip from {record[fields.start]} to {record[fields.end]}"
    return ""


# ----------------------------------------------------------------------------- fields that are yes or no


@lru_cache(maxsize=64)
def _poles(name: str) -> tuple[re.Pattern, re.Pattern, re.Pattern]:
    stem = re.escape(name.replace("_", " ")[:5])
    word = rf"{stem}\w*"
    rest = r"(?! (?:that|which|against|cover\w*|would|will|can|could|from|claim|policy|rule|for (?:that|this|such|it|the reason|these))\b)"
    no = (
        rf"\b(?:no|without|minus|skip\w*|declin\w*|lacks?|lacking|omit\w*|drop\w*|not|never|nor|don't want|didn't)(?: (?:have|has|take|took|buy|add|come|see|include|carry|the|any|an?|want|with|get|need|travel|trip|also|flight|out|my|for)){{0,4}} {word}\b{rest}"
        rf"|\bun{stem}ed\b|n't (?:\w+ ){{0,3}}?{word}\b{rest}|\b{word} (?:was |is |has been )?(?:not|declined|isn't|off|no\b|wasn't|never)"
    )
    yes = (
        rf"\b(?:with|including|includes?|included|plus|has|have|had|took(?: out)?|taken(?: out)?|bought|carries|comes with|there is|there's|add|keep|want)(?: (?:the|an?|travel|trip|my|your|also|full)){{0,3}} {word}\b{rest}"
        rf"|\b(?:is|are|'re|was|were|am|i'm|fully|all) (?:also |fully |of course |all )?{stem}ed\b{rest}|(?:^|[,.:;!] ?){stem}ed\b|\b{word} (?:(?:is|was|are|comes) )?(?:also |of course |all )?(?:on\b(?! (?:top|that))|included|added|yes|active|in\b(?= (?:it|there|\w*\d)))"
    )
    return re.compile(word), re.compile(no), re.compile(yes)


def polarity(name: str, lower: str) -> bool | None:
    """Whether a text says of a field that is yes or no that it is a yes; None where it says neither, or both."""
    word, no, yes = _poles(name)
    if not word.search(lower):
        return None
    denied = no.search(lower) is not None
    told = yes.search(no.sub(" ", lower)) is not None
    return None if denied == told else told


# ----------------------------------------------------------------------------- what the user has

_KIND = r"(?P<kind>pay ?pal(?: account)?|gift card|credit card|(?:travel )?certificate)s?"
_PLACE = r"(?:on|in|under|with|among|to) (?:your|us|file|our|my)\b"
_NONE = re.compile(
    rf"\b(?:no|not an?|not any|(?:don't|do not|doesn't|does not) (?:see|have|find|hold|list|show) an?|isn't an?|without an?) {_KIND}\b(?=[.,!;]|$| (?:saved|{_PLACE}|is (?:saved|listed|stored|on file|in|on)))"
    rf"|\ban? {_KIND.replace('kind', 'other')} is(?: not|n't) (?:among|on|in|saved|listed)\b"
)
_SOME = re.compile(
    rf"\b(?:there is|there's|you have|you've got|i see|i (?:can )?see|your (?:profile|account) (?:has|holds|shows|lists|includes))(?: also| already| still)? (?:an?|your) {_KIND}\b(?=[.,!;]|$| (?:saved|{_PLACE}))"
    rf"|\ban? {_KIND.replace('kind', 'other')} is (?:saved|listed|stored|on file|among)\b"
)
_HAVE = r"(?:you(?:'ve| have)?(?: got)?(?: now)?|there are|there're|(?:your (?:profile|account)|i|we)(?: can)?(?: also| currently)? (?:lists?|has|shows?|holds?|see|found|find|have)|in total(?:,)? (?:you have|there are)|your)"
_TOTAL = r"(?=[.!]|$|,? (?:with us|on (?:your|file)|in (?:your|total|all)|under your|of yours|altogether|are (?:all )?(?:there|listed)))"


def _of_profile(ground: Ground, sentence: str) -> str:
    """What is wanted in place of what a sentence says of the user's methods and of how many records there are."""
    lower = sentence.lower().replace("’", "'")
    if "card" in lower or "pal" in lower or "certificate" in lower:
        kinds = _kinds(ground)
        none, some = _NONE.search(lower), _SOME.search(lower)
        for match, there in ((none, False), (some, True)):
            if match and kinds and not re.search(r"\b(?:if|whether|would|other|another|second|else)\b", lower):
                kind = KINDS[(match["kind"] or match["other"])[:3]]
                if (kind in kinds) != there:
                    return f"the methods that were read: {', '.join(sorted(kinds))}"
    return _number(ground, lower)


def _kinds(ground: Ground) -> set[str]:
    """The kinds of the methods on the profile that was read."""
    return {str(row["source"]) for row in ground.seen.rows(ground.fields.purse) if row.get("source")}


def _number(ground: Ground, lower: str) -> str:
    """As many records as the profile lists; what was opened of them may be counted, too."""
    for value in values(lower):
        if value.quantity != "count" or value.unit not in LISTS or value.number != int(value.number):
            continue
        before, after = lower[: value.start], lower[value.end :]
        noun = re.match(rf" (?:active |different |separate )?{value.unit}s?\b", after)
        if noun is None or not re.search(rf"\b{_HAVE} \Z", before) or not re.match(_TOTAL, after[noun.end() :]):
            continue
        stem, found_by_us = LISTS[value.unit], re.search(r"\b(?:i|we)\b[^.]*\Z", before) is not None
        sizes = {
            size for found in ground.shown for name, size in found.lengths.items() if name.lower().startswith(stem)
        }
        opened = {
            str(one)
            for found in ground.shown
            if found.views
            for name, one in found.call.args.items()
            if name.startswith(stem)
        }
        if (
            sizes
            and max(sizes) > 1
            and int(value.number) not in (sizes | {len(opened)} if found_by_us else sizes)
            and not _new(ground, stem, sizes, value.number)
        ):
            return f"{' or '.join(map(str, sorted(sizes)))}, as many as were read"
    return ""


def _new(ground: Ground, stem: str, sizes: set[int], number: object) -> bool:
    """Whether as many more were made in this conversation: writes whose record nothing before them showed."""
    made, before = 0, ""
    for found in ground.shown:
        key = re.search(rf'"{stem}\w*_id": "([^"]+)"', found.lower)
        made += ground.domain.kinds.get(found.call.tool) == "write" and key is not None and key[1] not in before
        before += found.lower + found.asked
    return any(size < int(str(number)) <= size + made for size in sizes)
