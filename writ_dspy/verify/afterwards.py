"""Afterwards: what is told of a record as it is now is so of it as the writes left it: who is on it, its bags, its class, its state, when it begins.

A record goes by its id, or is the one whose write is reported. What is supposed, planned or put for a yes is not told as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import UNITS, values
from writ_dspy.shown import counted
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import HEDGED, planned, put_so, sentences
from writ_dspy.verify.subject import Record, Subject, hours_of, own_id, put_next, records_of, subject_at
from writ_dspy.verify.vocabulary import vocabulary

_OPEN, _SHUT = "\ue000", "\ue001"
"""Around an id in a text that is read for what it tells of records: no text has them of its own."""
_KEY = rf"{_OPEN}(?P<key>[^{_SHUT}]+){_SHUT}[*_]*"
_NAME = r"[A-Z][a-z'’-]+(?: [A-Z][a-z'’-]+)?"
_AND = r"(?:, and |, | and )"
_WHO = rf"(?P<who>(?:{_NAME}|[Yy]ou)(?:{_AND}(?:{_NAME}|you))*)"
_OF = r"(?:(?:your|the|reservation|booking|trip) )*"
_SUPPOSED = re.compile(
    r"\b(?:so that|then|i['’]d|i['’]ll|after|before|once|if|whether|when|until|unless|said|say|says|told|want\w*|ask\w*|wish\w*|think|thought|mean\w*)\b",
    re.IGNORECASE,
)

_GOES_ON = re.compile(
    r":\s*\Z|\b(?:let me (?:confirm|read|repeat|go over|check|list)|would|shall|next|as for|now (?:for|to)|please|proposal|plan)\b|['’]d\b",
    re.IGNORECASE,
)
"""In a sentence with which a message leaves its report."""


def afterwards(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells a record otherwise than the writes left it.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    subject_of = subject_at(case, index, ground, news)
    following = put_next(case, index, ground)
    reports = True
    for place, (start, end) in enumerate(sentences(text) if ground.shown else ()):
        sentence = text[start:end].strip()
        reports = reports and not (place and _GOES_ON.search(sentence))
        if sentence.endswith("?") or planned(text, start) or put_so(text, start, end):
            continue
        subject = subject_of(start)
        own = reports and subject is not None and subject.made and not _of_another(subject, sentence)
        made = subject if own else None
        keyed = _keyed(case.domain, sentence)
        wanted = (
            _aboard(ground, keyed, made)
            or _bags(ground, keyed, made, following)
            or _in_class(sentence, made)
            or _state(ground, keyed, text)
            or _unheard_of(ground, keyed)
            or _never_read(ground, keyed)
            or _sets_off(ground, sentence, made)
            or _on_its_days(sentence, made)
        )
        if wanted:
            yield sentence, wanted


def _keyed(domain: Domain, text: str) -> str:
    """A text in which each id of a record is marked as one, without the mark in front of its number."""
    keys = {key.lstrip("#") for key in domain.pack.ids(text) if "_" not in key and "@" not in key}
    if not keys:
        return text
    longest = "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))
    return re.sub(rf"#?(?<!\w)({longest})(?!\w)", rf"{_OPEN}\1{_SHUT}", text)


def _of_another(subject: Subject, sentence: str) -> bool:
    """Whether a sentence names records of the kind that was written to, and not this one."""
    record = subject.after or subject.args
    own = own_id(subject.domain, record)
    field = next((name for name, value in record.items() if own and value == own), "")
    named = {match["key"] for match in re.finditer(_KEY, _keyed(subject.domain, sentence))}
    alike = {key for key in named if str(_record(subject.ground, key).get(field, "")).lstrip("#") == key}
    return bool(alike) and own.lstrip("#") not in alike


def _record(ground: Ground, key: str) -> Record:
    """A record as it was shown last."""
    return next((data for _, data in records_of(ground, [key.lower(), f"#{key.lower()}"])), {})


def _supposed(sentence: str, place: int) -> bool:
    before = re.split(r"[;:.]\s", sentence[:place])[-1]
    return HEDGED.search(before) is not None or _SUPPOSED.search(before) is not None


# ----------------------------------------------------------------------------- who is on it

_IS_ON = re.compile(
    rf"\b{_WHO}(?: (?:is|are|flies|fly|travels?|now|both|all|still|just))+ (?:on|as part of) {_OF}{_KEY}"
)
_FLIES_AS = re.compile(
    rf"\b{_WHO}(?: (?:now|both|all))*(?: (?:fly|flies|travels?)| (?:is|are)(?: now)? (?:booked|listed|registered|down)) as (?P<as>{_NAME})(?: (?:on|in) {_OF}{_KEY})?"
)
_NAMES = re.compile(
    rf"\b(?:names?|passengers?|travell?ers?) on {_OF}{_KEY} (?:is|are)(?: now| still)? (?P<who>{_NAME}(?:{_AND}{_NAME})*)(?=[.,;:]|\s*\Z)"
)


_OFF_LIST = re.compile(
    rf"\b{_WHO} (?:is|are|has been|have been|was|were)(?: now| already)? (?:off|no longer on|taken off|removed from|struck from|gone from) (?:the|your|its) (?:passenger )?list\b"
)


def _people(ground: Ground, record: Record) -> list[tuple[str, str]]:
    rows = record.get(ground.fields.party)
    every = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [(str(row.get(ground.fields.given)), str(row.get(ground.fields.family))) for row in every]


def _told(match: re.Match[str]) -> list[str]:
    return re.split(_AND, match["who"])


def _aboard(ground: Ground, sentence: str, made: Subject | None) -> str:
    """Somebody told to be on a trip, or to go by a name on it, who is not."""
    for pattern in (_IS_ON, _NAMES):
        for match in pattern.finditer(sentence):
            people = _people(ground, _record(ground, match["key"]))
            if people and not _supposed(sentence, match.start()):
                missing = [name for name in _told(match) if not _is_among(ground, name, people)]
                if missing:
                    return f"who is on it: {' and '.join(map(' '.join, people))}"
    if made is not None and ground.fields.party in made.args:
        for match in _OFF_LIST.finditer(sentence):
            still = [name for name in _told(match) if ground.is_name(name.split()[0]) and name.lower() != "you" and _is_among(ground, name, _people(ground, made.after))]  # fmt: skip
            if still and not _supposed(sentence, match.start()):
                return f"who is on it: {' and '.join(still)}, too"
    named = _FLIES_AS.search(sentence)
    if named is None or _supposed(sentence, named.start()):
        return ""
    people = (
        _people(ground, _record(ground, named["key"])) if named["key"] else _people(ground, made.after) if made else []
    )
    last = named["as"].split()[-1]
    firsts = [name.split()[0] for name in _told(named) if name.lower() != "you"]
    if last not in {one for _, one in people}:
        return ""
    wrong = any((first, last) not in people for first in firsts if first in {one for one, _ in people})
    return f"who is on it: {' and '.join(map(' '.join, people))}" if wrong else ""


def _is_among(ground: Ground, name: str, people: Sequence[tuple[str, str]]) -> bool:
    """Whether a name, in full or the first one, is one of these; what is no name that was read is nobody."""
    if name.lower() == "you":
        return not ground.own_name or ground.own_name in {" ".join(one).lower() for one in people}
    first, _, last = name.partition(" ")
    if not ground.is_name(first):
        return True
    return any(first == one and (not last or last == other) for one, other in people)


# ----------------------------------------------------------------------------- bags

_MANY = rf"(?P<many>\d{{1,2}}|an?|{'|'.join(UNITS[1:11])})"
_KIND = r"(?P<kind>(?:(?:free|checked|paid|complimentary) )*)"
_MORE = r"(?! (?:added|more|extra|less|too many|allow\w*|each|per)\b)"
_HAS_BAGS = re.compile(
    rf"{_KEY} (?:(?:now|still|also|then) )*(?:has|holds|carries|includes|covers)(?: now)? (?:a total of )?{_MANY} {_KIND}bags?\b{_MORE}"
)
_WITH_BAGS = re.compile(
    rf"\bwith {_MANY} (?P<kind>(?:(?:free|paid|complimentary) )?checked )bags?\b{_MORE}", re.IGNORECASE
)
_ALLOWED = re.compile(r"\b(?:allow\w*|entitle\w*|member\w*|comes?|(?-i:may)|each|every|per|passengers?|allowance)\b", re.IGNORECASE)  # fmt: skip


def _bags(ground: Ground, sentence: str, made: Subject | None, following: Subject | None) -> str:
    """A number of bags that a trip does not have; a write that is put next may have as many."""
    for match in _HAS_BAGS.finditer(sentence):
        args = following.args if following is not None else {}
        if not _supposed(sentence, match.start()) and own_id(ground.domain, args).lstrip("#") != match["key"]:
            return _so_many(ground, _record(ground, match["key"]), match)
    told = _WITH_BAGS.search(sentence) if made is not None and ground.fields.bags in made.args else None
    if told is None or made is None or _supposed(sentence, told.start()) or _ALLOWED.search(sentence):
        return ""
    return _so_many(ground, made.args, told)


def _so_many(ground: Ground, record: Record, match: re.Match[str]) -> str:
    total, paid = record.get(ground.fields.bags), record.get(ground.fields.paid_bags)
    if not isinstance(total, int) or not isinstance(paid, int):
        return ""
    word = match["many"].lower()
    told = int(word) if word.isdigit() else 1 if word in ("a", "an") else UNITS.index(word)
    kind = match["kind"].lower()
    free = "free" in kind or "complimentary" in kind
    known = {total - paid} if free else {paid} if "paid" in kind else {total, paid, total - paid}
    return "" if told in known else f"{counted(total, 'bag')}, of which {paid} cost extra"


# ----------------------------------------------------------------------------- class

_CLASS = r"(?P<cabin>basic economy|economy|business)"
_SITS = re.compile(
    rf"\b(?:you|everyone|everybody|they|all of you|both of you|the (?:two|three|four|five) of you)(?:['’]re| are| is| sit| fly| travel)(?: (?:both|all|now))* in {_CLASS}\b(?! (?:until|before|at the moment))",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\b(?:other|there|as for|instead|while|whereas|already|so far|not|no longer)\b|n['’]t\b", re.IGNORECASE)  # fmt: skip


def _in_class(sentence: str, made: Subject | None) -> str:
    """A class in which the user is told to sit by a write that has another."""
    match = _SITS.search(sentence) if made is not None and made.fields.grade in made.args else None
    if made is None or match is None or _ELSEWHERE.search(sentence) or _supposed(sentence, match.start()):
        return ""
    return "" if match["cabin"].lower() == made.cabin else f"{made.cabin}, as it was called with"


# ----------------------------------------------------------------------------- state

_HAS_STATUS = re.compile(
    rf"(?:{_KEY}[^.;:?!]{{0,30}}?)?\bstatus(?: (?:is|of|now|to|as|reads|shows|changed|has|been|set|became|went|stands|at))*:?\s*[\"“'‘*_]+(?P<state>[a-z][a-z ]+?)[\"”'’*_]+(?!\w)"
)
_BEING = re.compile(
    rf"{_KEY}(?: is| are)(?: now| already| currently)* being (?P<deed>return|exchang|cancel|ship|deliver|process|modif)\w*"
)
_NOT_YET = re.compile(
    rf"{_KEY} (?:(?:will|is going to|is about to|is to)(?: now| then| automatically)? be|gets) cancell?ed\b"
)
_ON_A_DAY = re.compile(
    rf"{_KEY} (?:will|is going to) be (?:changed|updated|moved|modified|upgraded) (?:tomorrow|tonight|next week|later(?: today)?|overnight|over the weekend|soon)\b"
)
_REVIVED = re.compile(
    rf"{_KEY} (?:is|was|has been)(?: now)? (?:(?:placed|active|open|pending|valid|running|live|booked|good)(?: once)? (?:again|anew|more)\b|reinstated|restored|revived|reactivated|brought back|un-?cancell?ed|back (?:on|in place|in force|to pending|to active)\b)"
)
_APART = {
    "cancelled": ("return", "exchang", "ship", "deliver", "process", "modif"),
    "return requested": ("cancel", "exchang", "ship", "deliver", "process", "modif"),
    "exchange requested": ("cancel", "return", "process", "modif"),
    "pending": ("return", "exchang"),
}
"""What is not done with a record, by the state that it is in."""
_PAST = re.compile(r"\b(?:from|was|were|had|previous\w*|old|until now|before|not|never|no longer)\b|n['’]t\b", re.IGNORECASE)  # fmt: skip


def _state(ground: Ground, sentence: str, text: str) -> str:
    """A state of a record that was read, or left, in another one."""
    for match in _HAS_STATUS.finditer(sentence):
        key = match["key"] or _only_key(ground, text).lstrip("#")
        told, own = match["state"], str(_record(ground, key).get("status") or "") if key else ""
        before = sentence[max(0, match.start() - 20) : match.end()]
        if own and _is_state(ground.domain, told) and not own.startswith(told) and not _PAST.search(before) and not _supposed(sentence, match.end()):  # fmt: skip
            return f"its status: {own}"
    for pattern in (_BEING, _NOT_YET, _ON_A_DAY, _REVIVED):
        told_so = pattern.search(sentence)
        if told_so is None or _supposed(sentence, told_so.start()):
            continue
        own = str(_record(ground, told_so["key"]).get("status") or "")
        if pattern is _ON_A_DAY:
            if _was_written(ground, told_so["key"]):
                return "a change that is made already"
        elif told_so["deed"] in _APART.get(own, ()) if pattern is _BEING else own == "cancelled":
            return f"its status: {own}"
    return ""


def _was_written(ground: Ground, key: str) -> bool:
    """Whether a write was made on a record."""
    wrote = (found.call.args for found in ground.shown if ground.domain.kinds.get(found.call.tool) == "write")
    return any(own_id(ground.domain, args).lstrip("#") == key for args in wrote)


def _only_key(ground: Ground, text: str) -> str:
    keys = {key for key in ground.domain.pack.ids(text) if _record(ground, key.lstrip("#")).get("status")}
    return keys.pop() if len(keys) == 1 else ""


@lru_cache(maxsize=64)
def _is_state(domain: Domain, told: str) -> bool:
    """Whether records can be in a state, by the records or by what policy quotes."""
    return told in vocabulary(domain).states.get("status", frozenset()) or f"'{told}'" in domain.policy


_IS_SO = re.compile(
    rf"{_KEY} (?:is|was|has)(?: (?:already|been|long|just|since|now|fully|partly|all))* (?P<state>flown|used|completed|travell?ed|shipped|delivered|cancell?ed|refunded|returned|exchanged|paid|unpaid|expired)\b"
)


def _never_read(ground: Ground, sentence: str) -> str:
    """A state of a record of which nothing was read, and the user said nothing."""
    match = _IS_SO.search(sentence)
    if match is None or _supposed(sentence, match.start()):
        return ""
    read = any(match["key"].lower() in found.lower for found in ground.shown)
    words = (match["state"].lower(), match["state"].lower().replace("ll", "l"))
    said = any(word in heard for heard in ground.heard for word in words)
    return "" if read or said else "a state that was read"


_KEPT_SO = re.compile(
    rf"(?:\b(?:it|everything|(?:the|your|this|that) (?:\w+ )?(?:order|reservation|booking|trip|request|return|exchange))|{_KEY})(?:['’]s| is| are| stays| remains| was put| has been put| goes)(?: now| still| just)* (?P<state>on hold|on ice|paused|suspended|frozen|parked|queued|in (?:the|a) queue|under review|in limbo|on standby|waitlisted|on (?:a|the) waiting list)\b",
    re.IGNORECASE,
)


def _unheard_of(ground: Ground, sentence: str) -> str:
    """A state between being done and not, which neither policy, nor a tool, nor the user has a word of."""
    match = _KEPT_SO.search(sentence)
    if match is None or _supposed(sentence, match.start()):
        return ""
    word = match["state"].lower().split()[-1]
    spoken = r"\b(?:on|a) hold\b|\bholds\b" if word == "hold" else rf"\b{word}"  # "hold on", says anybody
    known = any(re.search(spoken, part) for part in (*ground.texts, *_described(ground.domain)))
    return "" if known else "a state that a record has"


@lru_cache(maxsize=16)
def _described(domain: Domain) -> tuple[str, ...]:
    return (str(domain.tools).lower(),)


# ----------------------------------------------------------------------------- when it begins

_OUT = re.compile(
    r"\byou(?: both| all| two| three)?(?: will|['’]ll)?(?: both| all| now)? (?:fly out|set off|leave|depart|take off|head out) (?P<when>[^.;:!?,]*?) at\b",
    re.IGNORECASE,
)


def _sets_off(ground: Ground, sentence: str, made: Subject | None) -> str:
    """An hour at which a trip is told to begin on a day whose first flight leaves at another."""
    match = _OUT.search(sentence) if made is not None else None
    if made is None or match is None or len(made.flights) == 0:
        return ""
    found = values(sentence)
    days = [value for value in found if value.quantity == "date" and match.start("when") <= value.start <= match.end()]
    hour = next((value for value in found if value.quantity == "time" and 0 <= value.start - match.end() <= 2), None)
    if len(days) != 1 or hour is None or re.search(r"\bfrom\b", match["when"], re.IGNORECASE):
        return ""
    month, day = days[0].date
    first = next((str(row.get(ground.fields.leg)).lower() for row in made.flights if str(row.get("date")).endswith(f"-{month:02}-{day:02}")), "")  # fmt: skip
    hours = hours_of(ground, first, "depart") if first else set[int]()
    return f"when {first.upper()} leaves" if hours and int(hour.number) not in hours else ""


_FOR_A_DAY = re.compile(
    r"\b(?:booked|booking|reservation|reserved|trip|flights?|tickets?)(?: (?:is|are|now|all|both))* (?:for|on) (?:\w+day,? )?(?:the )?\Z",
    re.IGNORECASE,
)
_NOT_ITS_OWN = re.compile(r"\b(?:not|no longer|instead|from|was|were|had|until now|before|old|other|made)\b|n['’]t\b", re.IGNORECASE)  # fmt: skip


def _on_its_days(sentence: str, made: Subject | None) -> str:
    """A day that is told as that of a trip just written, on which none of its flights leaves."""
    if made is None or not made.flights or _NOT_ITS_OWN.search(sentence):
        return ""
    days = {str(row.get("date"))[-5:] for row in made.flights}
    for value in values(sentence):
        if value.quantity == "date" and _FOR_A_DAY.search(sentence[: value.start]):
            month, day = value.date
            if f"{month:02}-{day:02}" not in days and not _supposed(sentence, value.start):
                return f"the days of its flights: {', '.join(sorted(days))}"
    return ""
