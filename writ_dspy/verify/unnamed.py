"""Unnamed: what is told of a record that goes by what is in it, as `it`, or as one of all; and of the account that was found.

A state is that of the record at some time: what was read last need not be what is told. An account that no look-up found has neither a
state nor anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import singular
from writ_dspy.task import Json
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.recorded import polarity
from writ_dspy.verify.sentences import planned, sentences
from writ_dspy.verify.subject import Subject, own_id, put_next
from writ_dspy.verify.vocabulary import vocabulary

_SUPPOSED = re.compile(
    r"\b(?:if|once|when|whenever|until|unless|whether|after|before|while|would|could|as soon as|that|says?|said|think|thought|not|never|only)\b[^,;:]{0,40}\Z|n['’]t\b[^,;:]{0,20}\Z",
    re.IGNORECASE,
)
"""Ahead of a state that is supposed, denied, or somebody's word."""
_ON_THE_WAY = r"(?:on (?:its|the) way(?! (?:back|to)\b)|in transit|shipped|dispatched|sent out|out for delivery)"
_THERE = r"(?:arrived|received|with you(?: already| by now)?|at your (?:door|place))"
_CONTRARY = {"way": ("delivered", "cancelled", "return requested", "exchange requested"), "there": ("pending", "processed", "cancelled")}  # fmt: skip
"""How people tell a state, and the states that it is not."""


def unnamed(case: Case, index: int, ground: Ground) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells of a record, without its number, what was not read of it.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
    """
    text = case.talk.turns[index].text
    recent, trip = "", _spoken_of(case, index, ground)
    following = put_next(case, index, ground)
    for start, end in sentences(text) if ground.shown else ():
        sentence = text[start:end].strip()
        trips = dict.fromkeys(key for _, key in _records(ground, sentence) if _trip(ground, key))
        trip = next(iter(trips)) if len(trips) == 1 else "" if trips or _leaves(ground, trip, sentence) else trip
        told = following is None or not planned(text, start)
        if trip and told and not sentence.endswith("?") and (wanted := _of_trip(ground, trip, sentence, following)):  # fmt: skip
            yield sentence, wanted
        if not sentence.endswith("?") and not planned(text, start):
            wanted = _with_a_thing(ground, sentence) or _it_is(ground, sentence, recent) or _in_short(ground, sentence)
            wanted = wanted or _each(ground, sentence) or _its_class(ground, sentence) or _membership(ground, sentence)
            if wanted := wanted or _account(ground, sentence) or _for_both(ground, sentence):
                yield sentence, wanted
        named = _named(ground, sentence)
        recent = named[-1][1] if named else recent


# ----------------------------------------------------------------------------- the trip that is spoken of


def _spoken_of(case: Case, index: int, ground: Ground) -> str:
    """The trip that the turns before named last, in lower case; empty where several were named, or another was read, since then."""
    since = ""
    for turn in reversed(case.talk.turns[:index]):
        if turn.role == "tool":
            since += turn.text
            continue
        keys = {key for _, key in _records(ground, turn.text) if _trip(ground, key)}
        if keys:
            read = {key for one in case.domain.pack.ids(since) if _trip(ground, key := one.lower())}
            return min(keys) if len(keys) == 1 and read <= keys else ""
    return ""


_SHIFTS = re.compile(
    r"\b(?:next|as for|as to|now (?:to|for|about)|other|second|third|back to|regarding|concerning|your \w+ (?:request|wish|question|point))\b",
    re.IGNORECASE,
)


def _leaves(ground: Ground, key: str, sentence: str) -> bool:
    """Whether a sentence that names no trip goes on to another one: by its words, or by a flight that is none of this trip's."""
    flights = re.findall(r"\b[A-Z]{3}\d{3}\b", sentence)
    own = " ".join(map(str, _trip(ground, key))) if flights else ""
    return any(flight not in own for flight in flights) or _SHIFTS.search(sentence) is not None


def _trip(ground: Ground, key: str) -> list[Mapping[str, Json]]:
    """A reservation as each result shows it."""

    def work() -> list[Mapping[str, Json]]:
        looks = (look.data for look in ground.looks(key) if isinstance(look.data, dict))
        return [data for data in looks if ground.fields.legs in data and own_id(ground.domain, data).lower() == key]

    return ground.once(("trip", key), work)


_CALLED = re.compile(
    r"(?:\b(?:it|this|that|this one|that one|(?:the|your|this|that) (?:trip|booking|reservation|ticket))(?:['’]s| is| was)|(?:\A|[,;:(]\s[*_]*|\b(?:and|but)\s)(?:is|being))"
    r"(?: (?:still|only|just|booked|also|in|an?|now))* [*_\"“]*(?P<cabin>basic economy|economy|business)[*_\"”]*(?: class)?(?: (?:booking|reservation|ticket|trip|one))?(?=[*_\"”]*(?:[,.;:)!]|\s(?:and|so|but|with|without|which|that|it)\b|\s*\Z))",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if|unless|whether|when|once|only|would|could|can|cannot|until|or|new|instead|than|either|cheapest|option\w*|search\w*|said|say\w*|think|thought|book)\b|n['’]t\b|['’]d\b",
    re.IGNORECASE,
)
_INSURED = re.compile(
    r"\b(?:you|it|this|that|(?:the|your|this|that) (?:trip|booking|reservation|ticket))(?:['’]ve| have| has|['’]s| is| was| had| comes)(?: got)?\b|\b(?:there is|there['’]s|and has|, has|is)\b",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\b(?:cover\w*|reasons?|claim|polic\w+|add\w*|buy|bought|purchas\w*|book\w*|at the time)\b", re.IGNORECASE
)


def _of_trip(ground: Ground, key: str, sentence: str, following: Subject | None) -> str:
    """A class, or insurance, of the trip that is spoken of, told without its number, and that it never had."""
    fields = ground.fields
    looks = _trip(ground, key)
    if following is not None and following.step.call.tool.startswith("book"):
        return ""  # what is put next has a class and insurance of its own
    called = _CALLED.search(sentence)
    if called and not _SUPPOSES.search(sentence[: called.start()] + called[0]):
        held = {str(data[fields.grade]).replace("_", " ") for data in looks if data.get(fields.grade)}
        to_be = {following.cabin} if following is not None else set()
        if held and called["cabin"].lower() not in held | to_be:
            return f"the class that was read of {key.upper()}: {' or '.join(sorted(held))}"
    kept = {str(data[fields.cover]) for data in looks if data.get(fields.cover) in ("yes", "no")}
    for part in re.split(r"[,;:()]|\b(?:and|but)\b", sentence) if len(kept) == 1 else ():
        said = polarity(fields.cover, part.lower()) if _INSURED.search(part) else None
        if said is not None and said is not ("yes" in kept) and not _SUPPOSES.search(part) and not _RULE.search(part):
            return f"what was read of {key.upper()}: insurance {kept.pop()}"
    return ""


def _named(ground: Ground, sentence: str) -> list[tuple[int, str]]:
    """Where each record that was read stands, and its id in lower case."""
    found = ((match.end(), match[0].lower()) for match in re.finditer(r"#?\b[A-Z0-9]{5,}\b", sentence))
    return [(end, key) for end, key in found if _statuses(ground, key)]


def _statuses(ground: Ground, key: str) -> set[str]:
    """The states in which a record was, at any time."""

    def work() -> set[str]:
        looks = (look.data for look in ground.looks(key) or ground.looks(f"#{key}"))
        own = (data for data in looks if isinstance(data, dict) and any(name.endswith("_id") and str(value).lower().lstrip("#") == key.lstrip("#") for name, value in data.items()))  # fmt: skip
        return {str(data["status"]).lower() for data in own if data.get("status")}

    return ground.once(("statuses", key), work)


@lru_cache(maxsize=16)
def _states(domain: Domain) -> str:
    found = vocabulary(domain).states.get("status", frozenset())
    return "|".join(sorted(map(re.escape, found), key=len, reverse=True)) or r"(?!)"


_ALREADY = r"(?:(?:already|still|now|currently|also|indeed|only|just|marked as|listed as|shown as) )*"


@lru_cache(maxsize=16)
def _thing_is(domain: Domain) -> re.Pattern:
    return re.compile(
        rf"\b(?:the|your|that) (?:order|one) (?:with|containing|that (?:has|holds|contains|includes)) (?:the |your |an? )(?P<thing>[a-z][a-z' -]{{2,30}}?) (?:is|was|has been) {_ALREADY}(?P<state>{_states(domain)})\b(?! (?:by|for)\b)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=16)
def _it(domain: Domain) -> re.Pattern:
    return re.compile(
        rf"(?:\A|[:;,.(*]\s?|\b(?:and|but|so|because|since|as)\s)(?P<it>it(?:['’]s| is| was| has(?: already)? been)|which (?:is|was)) {_ALREADY}[\"“'*]*(?P<state>{_states(domain)})\b(?=[\"”'*]*(?:[,.;:)]|\s+(?:and|so|now|already)\b|\s*\Z))",
        re.IGNORECASE,
    )


def _differs(told: str, own: set[str]) -> str:
    state = told.lower().replace("canceled", "cancelled")
    return f"its state: {' or '.join(sorted(own))}" if own and not any(one.startswith(state) for one in own) else ""


def _known(ground: Ground, key: str) -> set[str]:
    """The states of a record, where they are such as the domain's records have."""
    own, states = _statuses(ground, key), re.compile(rf"(?:{_states(ground.domain)})\b|\w+ requested")
    return own if all(map(states.match, own)) else set()


def _with_a_thing(ground: Ground, sentence: str) -> str:
    """The state of the only order that was read with a thing in it."""
    match = _thing_is(ground.domain).search(sentence)
    if match is None or _SUPPOSED.search(sentence[: match.start()]):
        return ""
    thing = singular(match["thing"].lower())
    rows = (look.data for found in ground.shown for looks in found.looks.values() for look in looks)
    held = {own_id(ground.domain, data).lower() for data in rows if isinstance(data, dict) and "status" in data and thing in _things(ground, data)} - {""}  # fmt: skip
    return _differs(match["state"], _known(ground, held.pop())) if len(held) == 1 else ""


def _things(ground: Ground, data: Mapping[str, Json]) -> set[str]:
    rows = data.get(ground.fields.parts)
    return {singular(str(row.get("name")).lower()) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()  # fmt: skip


def _it_is(ground: Ground, sentence: str, recent: str) -> str:
    """The state of the record named last before, where `it` is said to be in another."""
    for match in _it(ground.domain).finditer(sentence):
        before = [key for end, key in _named(ground, sentence) if end <= match.start()]
        key = before[-1] if before else recent
        if key and not _SUPPOSED.search(sentence[: match.start("it")]) and (wanted := _differs(match["state"], _known(ground, key))):  # fmt: skip
            return wanted
    return ""


_SHORT = re.compile(
    rf"[*_`]*(?:,|\s\(|:|\s(?:is|has|was)\b)\s?(?:(?:which is|which has|is|has|was|still|already|now|been|just|currently) )*(?:(?P<way>{_ON_THE_WAY})|(?P<there>{_THERE}))(?=[*_`]*(?:[),;.]|\s+(?:and|so|but|since)\b|\s*\Z))",
    re.IGNORECASE,
)


def _in_short(ground: Ground, sentence: str) -> str:
    """The state of an order, where another one is told in everyday words right behind its number: "#W1 (on its way)"."""
    for end, key in _named(ground, sentence):
        match, own = _SHORT.match(sentence, end), _statuses(ground, key)
        kind = match.lastgroup if match else None
        if match and kind and own and all(any(one.startswith(not_so) for not_so in _CONTRARY[kind]) for one in own):
            return f"its state: {' or '.join(sorted(own))}"
    return ""


_CLASS = r"(?P<cabin>basic economy|economy|business)"
_EACH = re.compile(
    rf"\b(?:each|both|all(?: (?:of them|two|three|four|five))?|every one)\b[^.;:?!]{{0,40}}?\b(?:in|is|are|of) {_CLASS}\b",
    re.IGNORECASE,
)
_IN_CLASS = re.compile(
    rf"\b(?:the|your|this|that) (?:reservation|booking|trip|ticket) is (?:booked )?(?:in |an? )?{_CLASS}\b(?! (?:fare|price|seat)s?\b)",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\b(?:can|could|would|may|if|fares?|search\w*|options?|not|no|free|instead)\b|\$", re.IGNORECASE)


_ITS_CLASS = re.compile(
    rf"(?P<between>[^.;!?\n]{{0,90}}?)\b(?:in|is|,) {_CLASS}\b(?! (?:fare|price|seat)s?\b)", re.IGNORECASE
)
_MOVES = re.compile(
    r"\b(?:chang\w*|upgrad\w*|downgrad\w*|mov\w*|switch\w*|would|will|can\w*|could|if|into|instead|new|economy|business|not|no|search\w*|look\w*|option\w*|put|book|add|want\w*|ask\w*|become\w*|shall|should|seats?)\b|n['’]t\b|['’]d\b|\$|→|->",
    re.IGNORECASE,
)


def _its_class(ground: Ground, sentence: str) -> str:
    """A class that is told of a record behind its number, as it is, and that it never had."""
    fields = ground.fields
    for end, key in _records(ground, sentence):
        match = _ITS_CLASS.match(sentence, end)
        if match is None or _MOVES.search(match["between"]) or _MOVES.search(sentence[:end]):
            continue
        looks = (look.data for look in ground.looks(key) if isinstance(look.data, dict))
        held = {str(row[fields.grade]).replace("_", " ") for row in looks if own_id(ground.domain, row).lower() == key and row.get(fields.grade)}  # fmt: skip
        if held and match["cabin"].lower() not in held:
            return f"the class that was read: {' or '.join(sorted(held))}"
    return ""


def _each(ground: Ground, sentence: str) -> str:
    """A class that is told of each trip, or of "the trip", where none that was read has it."""
    fields = ground.fields
    each = (
        _EACH.search(sentence) if re.search(r"\b(?:reservations|bookings|trips)\b", sentence, re.IGNORECASE) else None
    )
    match = each or _IN_CLASS.search(sentence)
    if match is None or _NOT_SO.search(sentence if each else sentence[: match.end()]):
        return ""
    rows = (look.data for found in ground.shown for looks in found.looks.values() for look in looks)
    held = {str(row[fields.grade]).replace("_", " ") for row in rows if isinstance(row, dict) and own_id(ground.domain, row) and row.get(fields.grade)}  # fmt: skip
    wrong = held and match["cabin"].lower() not in held
    return f"the classes that were read: {' and '.join(sorted(held))}" if wrong else ""


_LEVEL = re.compile(r"\b(?:with|under|on|thanks to|by) (?:your |a |the )?(?P<level>[a-z]+) membership\b|\bas an? (?P<member>[a-z]+) member\b", re.IGNORECASE)  # fmt: skip


def _membership(ground: Ground, sentence: str) -> str:
    """A membership by which something is told for the user, who has another."""
    fields = ground.fields
    match = _LEVEL.search(sentence)
    levels = vocabulary(ground.domain).states.get(fields.rank, frozenset())
    told = (match["level"] or match["member"]).lower() if match else ""
    if told not in levels or re.search(r"\b(?:if|would|were|could|even|not|unless|only)\b|n['’]t\b|['’]d\b", sentence, re.IGNORECASE):  # fmt: skip
        return ""
    own = {str(row[fields.rank]) for row in ground.seen.every() if row.get(fields.rank)}
    return f"the membership that was read: {' or '.join(sorted(own))}" if own and told not in own else ""


_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NOT_FOUND = re.compile(
    r"\b(?:no|not|nothing|nobody|none|never|unable|cannot|without|unknown|neither|nor|fail\w*|couldn|wrong|typo|sorry|empty|instead|rather than|for example|e\.g|like|said|gave|wrote|sent|mean\w*|new)\b|n['’]t\b",
    re.IGNORECASE,
)


def _account(ground: Ground, sentence: str) -> str:
    """An e-mail address under which an account is said to be, though it was looked up in vain, or the account has another."""
    told = [match[0].rstrip(".").lower() for match in _MAIL.finditer(sentence)]
    if len(told) != 1 or _NOT_FOUND.search(_MAIL.sub(" ", sentence)):
        return ""
    asked = [found for found in ground.shown if str(found.call.args.get("email", "")).lower() == told[0]]
    known = any(told[0] in found.lower for found in ground.shown)
    found_by = any(not found.lower.startswith("error") for found in asked)
    others = any("email" in found.call.args and not found.lower.startswith("error") for found in ground.shown) or any('"email"' in found.lower for found in ground.shown)  # fmt: skip
    if known or found_by or not (asked or others):
        return ""
    return "the e-mail address under which the account was found"


_AND_YOU = re.compile(r"\bfor (?P<name>[A-Z][\w'’-]+ [A-Z][\w'’-]+) and (?:for )?you(?:rself)?\b(?! (?:can|may|have|are|would|will|could|do|want|need|paid|get)\b)")  # fmt: skip


def _for_both(ground: Ground, sentence: str) -> str:
    """The user on a trip with somebody, that was read with that other one alone."""
    match = _AND_YOU.search(sentence)
    for _, key in _records(ground, sentence) if match and ground.own_name else ():
        rows = next((look.data.get(ground.fields.party) for look in reversed(ground.looks(key)) if isinstance(look.data, dict)), None)  # fmt: skip
        names = {f"{row.get(ground.fields.given)} {row.get(ground.fields.family)}".lower() for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()  # fmt: skip
        if match and match["name"].lower() in names and ground.own_name not in names:
            return f"who is on it: {' and '.join(sorted(name.title() for name in names))}"
    return ""


def _records(ground: Ground, sentence: str) -> list[tuple[int, str]]:
    found = ((match.end(), match[0].lower()) for match in re.finditer(r"\b[A-Z0-9]{6}\b", sentence))
    return [(end, key) for end, key in found if ground.looks(key)]
