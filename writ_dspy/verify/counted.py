"""Counted: a number of things, of a trip's people or of free seats is that of the record beside which it stands, or of the list behind it.

Only whole numbers of a thing that the record holds as a list are judged, where the words take all of it: "all five items in order #W1",
"that order has two items:", "there are three passengers on it".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import UNITS
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, records_of

_MANY = rf"(?P<many>\d{{1,2}}|{'|'.join(UNITS[1:13])})"
_THINGS = r"(?:(?:different|single|separate|ordered) )?(?P<what>items?|products?|articles?|things?|pieces?)"
_PARTS = r"(?P<who>passengers?|travell?ers?|people|flights|legs|segments)"
_WHOLE = re.compile(
    rf"\b(?:(?:all|all of the|of the|the|these|its|with|has|have|holds?|contains?|includes?|lists?|shows?|there are|for) {_MANY} {_THINGS})\b(?! (?:that|which|you|to|left|other|more|from another))(?P<rest>[^.;!?\n]*)",
    re.IGNORECASE,
)
_IN = re.compile(r"\A(?: that (?:are|were))? (?:in|on|of|from) (?:it\b|(?:your |the |this |that )?(?:order )?#?(?P<key>[A-Z]*\d{5,})|(?:the|this|that|your) order\b)", re.IGNORECASE)  # fmt: skip
_THERE = re.compile(
    rf"\b(?P<verb>there are|has|have|with|lists?|shows?|holds?|(?:is |was |are )?for(?: all)?|consists? of|covers?|includes?|of|all|the) {_MANY} {_PARTS}\b"
    rf"|\b{_MANY.replace('many', 'number')} {_PARTS.replace('who', 'which')} (?:are|were) (?:booked|on it|listed|registered|named)\b",
    re.IGNORECASE,
)
_AMONG = re.compile(
    rf"\b(?:among|out of|of)(?: the| your| all)? {_MANY} (?P<what>orders|reservations|bookings)\b", re.IGNORECASE
)
_OPEN = re.compile(r"\b(?:if|could|(?-i:may)|might|at most|up to|no more than|limit|maximum|policy|other|only|not|never|each|per|any|should|want\w*|needs?)\b|n['’]t\b|\?\s*\Z", re.IGNORECASE)  # fmt: skip
_DEED = re.compile(r"\b(?:return|exchang|swap|cancel|modif|list|refund)\w*", re.IGNORECASE)
_FREED = re.compile(r"\bfree\b|\bseats?\b|\badd\w*|\bchang\w*|\bfound\b|\bsearch\w*|\bnew\b", re.IGNORECASE)
_MEASURES = r"(?:seats?|places?|stops?|hours?|minutes?|days?|weeks?|months?|dollars?|cents?|bags?|people|persons?|passengers?|travell?ers?|adults?|points?|years?|left)\b"
"""What much of something is told by; the list behind it is of the thing that has so many."""
_LISTED = re.compile(
    rf"\b(?:has|have|are|is|holds?|contains?|includes?|these|following|found|lists?|shows?) (?:exactly |just |only |the |these )?{_MANY} (?:(?!{_MEASURES})[a-z-]+ ){{0,3}}?(?!{_MEASURES})[a-z-]{{2,}}s(?<!\bthis)(?: [^.:;\n]{{0,40}})?:[*_]*[ \t]*\n(?P<rows>(?:[ \t]*\n)?(?:[ \t]*(?:[-*•]|\d{{1,2}}[.)])[ \t][^\n]*(?:\n|\Z))+)",
    re.IGNORECASE,
)
_ROW = re.compile(r"([ \t]*)(?:[-*•]|\d{1,2}[.)])[ \t]")
_INLINE = re.compile(
    rf"\b(?P<verb>there are|are|has|have|found) (?:exactly |just |only )?{_MANY} (?:[a-z-]+ ){{0,2}}?(?P<what>non-?stops?|(?:non-?stop|direct) flights?|orders|reservations|bookings)(?: [^.:;\n]{{0,30}})?: (?P<list>[^.;!?\n]+(?:\.\d+[^.;!?\n]*)*)",
    re.IGNORECASE,
)
_ONES = re.compile(
    rf"\b{_MANY} (?:[a-z-]+ ){{0,3}}?[a-z-]+s\b[^:;.\n]{{0,60}}: (?P<list>one (?:from|on|to|with|at|in|via|for|by|of|leaving|is|costs?|that|which)\b[^;!?\n]*)",
    re.IGNORECASE,
)
"""So many, told one by one: "two connections: one from Boston, and one from Newark"."""
_ONE = re.compile(r"(?:\A|, |\band )(?:the other )?one (?:from|on|to|with|at|in|via|for|by|of|leaving|is|costs?|that|which)\b|\bthe other\b|\banother\b|\ba (?:second|third|fourth)\b", re.IGNORECASE)  # fmt: skip
_YOURS = re.compile(
    rf"\b(?:of your|you(?: currently)? have|you've got|I (?:can )?see|there are) [*_]*{_MANY} (?P<what>orders?|reservations?|bookings?)(?:[*_]+|(?: in (?:your|the) (?:profile|account)| on (?:your|the) (?:account|profile)| with us| on file| in all| in total))*(?=[*_]*(?:[.,:;]| and | \w+ (?:are|have|is|has)\b|\Z))",
    re.IGNORECASE,
)
_SEATS = re.compile(
    rf"\b{_MANY} (?:(?:free|open|available|remaining|economy|business|basic) ){{1,2}}seats?\b", re.IGNORECASE
)
_SINGLED = re.compile(
    r"\A(?:the|your) (?:[\w-]+ ){1,4}?(?:is|are|was|were|has|have|comes?|leaves?|costs?)\b", re.IGNORECASE
)
"""Picks one out instead of naming all: "there are seven: the first booked is …, then comes …"."""
_FLIGHT = re.compile(r"\b[A-Z]{2,3}\d{2,4}\b")
_NEEDED = re.compile(
    r"\b(?:at least|for|need\w*|want\w*|your|enough|the|least|than|all|same|no|fewer|under|over|both|each)\s*\Z",
    re.IGNORECASE,
)


def counted(ground: Ground, text: str, subject: Subject | None) -> Iterator[tuple[str, str]]:
    """(as quoted, what is wanted) for each number of things that the record, or the list, beside it refutes.

    Args:
        ground: What is known by then.
        text: What the agent says.
        subject: The write that the message speaks of, if it speaks of one.
    """
    fields = ground.fields
    if not ground.shown:
        return
    yield from _rows(text)
    recent = ""
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        keys = sorted(key for key in map(str.lower, ground.domain.pack.ids(sentence)) if any(_list(ground, key, name) for name in (fields.parts, fields.party)))  # fmt: skip
        recent = keys[0] if len(keys) == 1 else recent if not keys else ""
        if sentence.endswith("?"):
            continue
        loose = _OPEN.search(sentence) is not None
        if wanted := _one_by_one(sentence) or _each_priced(sentence):
            yield sentence, wanted
        wanted = _people(ground, sentence, recent, keys) or "" if loose else _things(ground, sentence, recent, subject) or _people(ground, sentence, recent, keys) or _inline(ground, sentence) or _seats(ground, sentence) or _held(ground, sentence)  # fmt: skip
        if wanted:
            yield sentence, wanted


def _number(word: str) -> int:
    return int(word) if word.isdigit() else UNITS.index(word.lower())


def _list(ground: Ground, key: str, name: str) -> Sequence[Mapping[str, Json]]:
    """The things that a record lists, as it was read last."""
    for _, data in records_of(ground, [key]):
        rows = data.get(name)
        if isinstance(rows, list) and rows and name in data:
            return [row for row in rows if isinstance(row, dict)]
    return ()


@lru_cache(maxsize=16)
def _across(nouns: str) -> re.Pattern:
    """Behind things of several records: "all five items in delivered orders"."""
    return re.compile(
        rf"\A(?: that (?:are|were))? (?:in|of|from|across) (?:[a-z]+ ){{0,3}}(?:{nouns})s\b", re.IGNORECASE
    )


def _things(ground: Ground, sentence: str, recent: str, subject: Subject | None) -> str:
    """A number of all the things of an order which it has not."""
    fields = ground.fields
    for match in _WHOLE.finditer(sentence):
        if _across(ground.domain.pack.called.nouns).match(match["rest"]):
            continue
        inside = _IN.match(match["rest"])
        key = (inside["key"] or "") if inside else ""
        own = f"#{key}".lower() if key else recent
        rows = _list(ground, own, fields.parts) or _list(ground, own.lstrip("#"), fields.parts)
        told, ids = _number(match["many"]), subject.args.get(fields.taken) if subject is not None else None
        known = {len(rows), len({str(row.get("name")) for row in rows})} if rows else set[int]()
        taken = len(ids) if isinstance(ids, list) else 0
        of_all = inside is not None or re.match(r"(?:has|holds?|contains?|includes?)\b", match[0], re.IGNORECASE)
        if of_all and known and told > max(known):
            return f"{max(known)}, as many as were read"
        told_of = inside is not None or (match["what"].lower() != "products" and _DEED.search(sentence) is not None)
        if (
            told_of
            and match[0].lower().startswith("all ")
            and (known or (taken and inside is None))
            and told not in known | {taken}
        ):
            return f"{taken or max(known)}, as many as there are"
        if of_all and known and told < min(known) and told != taken and not match[0].lower().startswith(("the", "these", "with", "for", "of")):  # fmt: skip
            return f"{max(known)}, as many as were read"
    return ""


def _people(ground: Ground, sentence: str, recent: str, keys: Sequence[str]) -> str:
    """A number of people, or of flights, that the trip named has not."""
    fields = ground.fields
    for match in _THERE.finditer(sentence):
        what, many = match["who"] or match["which"], match["many"] or match["number"]
        rows = _list(ground, recent, fields.legs if what.lower() in ("flights", "legs", "segments") else fields.party)
        stands = (
            keys or match["number"] or re.match(r"there are|has|have|lists?|shows?|consists?", match[0], re.IGNORECASE)
        )
        clause = re.split(r"[,;:(]|\b(?:because|since|and|but)\b", sentence[: match.start()])[-1] + match[0]
        if rows and stands and _number(many) != len(rows) and not _OPEN.search(clause) and not _FREED.search(clause):
            return f"{len(rows)} {what}, as they were read"
    return ""


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """A number right before a list of another length."""
    for match in _LISTED.finditer(text):
        rows = [row[1] for row in map(_ROW.match, match["rows"].split("\n")) if row]
        top = [indent for indent in rows if len(indent) == min(map(len, rows))]
        if len(top) != _number(match["many"]) and len(top) > 1:
            yield match[0].split("\n")[0], f"{len(top)}, as many as are listed"


def _inline(ground: Ground, sentence: str) -> str:
    """A number of flights, or records, right before as many of them as there are."""
    match = _INLINE.search(sentence)
    if match is None or _SINGLED.match(match["list"]):
        return ""
    ids = {token for token in ground.domain.pack.ids(match["list"]) if "_" not in token and "@" not in token}
    flights = "flight" in match["what"].lower() or "stop" in match["what"].lower()
    own = {token for token in ids if (_FLIGHT.fullmatch(token) is not None) is flights}
    return f"{len(own)}, as many as are named" if len(own) > 1 and len(own) != _number(match["many"]) else ""


def _one_by_one(sentence: str) -> str:
    """A number of things that are then told one by one, as fewer or more."""
    match = _ONES.search(sentence)
    if match is None or re.search(rf"\b(?:{'|'.join(UNITS[2:13])}|both|rest|others|each)\b", match["list"].lower()):
        return ""
    listed = len(_ONE.findall(match["list"]))
    return f"{listed}, as many as are told" if listed > 1 and listed != _number(match["many"]) else ""


_PRICED = re.compile(
    rf"\b(?<!of the ){_MANY} (?:[a-z-]+ ){{1,4}}?(?:are|were) (?:still )?(?:available|in stock|left|to be had|on offer): (?P<list>[^;!?\n]+)",
    re.IGNORECASE,
)
_AT_A_PRICE = re.compile(r"\$\d[\d,]*(?:\.\d\d)?")
_LAST = re.compile(r",? and (?=[^,]*\Z)|, (?!\d{3}\b)")


def _each_priced(sentence: str) -> str:
    """A number of things that are to be had, right before as many of them as there are, each with its price."""
    match = _PRICED.search(sentence)
    parts = _LAST.split(match["list"]) if match else []
    if not match or len(parts) < 2 or any(len(_AT_A_PRICE.findall(part)) != 1 for part in parts):
        return ""
    return f"{len(parts)}, as many as are listed" if _number(match["many"]) != len(parts) else ""


def _held(ground: Ground, sentence: str) -> str:
    """A number of all that the user has which is not as long as the list that was read, or a part of it that is longer."""
    for match, whole in (
        # "there are two" answers what was asked, which may be about a kind of them
        *((one, not one[0].lower().startswith("there are")) for one in _YOURS.finditer(sentence)),
        *((one, False) for one in _AMONG.finditer(sentence)),
    ):
        sizes = {len(one) for one in _lists(ground, match["what"].lower().removesuffix("s"))}
        made = {size + number for size in sizes for number in range(len(ground.moved) + 1)}
        told = _number(match["many"])
        if sizes and (told > max(made) or (whole and told not in made)):
            return f"{max(sizes)}, as many as were read"
    return ""


def _lists(ground: Ground, noun: str) -> Iterator[list[Json]]:
    """What accounts that were read list of the user's own records: by that name, or all that there is of them."""
    whose, records = ground.domain.pack.whose, ground.domain.pack.records
    for data in (look.data for found in ground.shown for looks in found.looks.values() for look in looks):
        user = data.get(whose) if isinstance(data, dict) else None
        if not isinstance(data, dict) or user not in ground.domain.pack.users(ground.domain):
            continue
        own = set(records(ground.domain, str(user)))
        lists = {
            name: one for name, one in data.items() if isinstance(one, list) and one and own.issuperset(map(str, one))
        }
        named = [one for name, one in lists.items() if name.startswith(noun)]
        yield from named or (lists.values() if len(lists) == 1 else ())


def _seats(ground: Ground, sentence: str) -> str:
    """A number of free seats that none of the flights named last before it had, in any cabin, on any day."""
    for match in _SEATS.finditer(sentence):
        before = [one for one in _FLIGHT.finditer(sentence, 0, match.start()) if ground.looks(one[0].lower())]
        if not before or _NEEDED.search(sentence, max(0, match.start() - 20), match.start()):
            continue
        begin = max((one.end() for one in _SEATS.finditer(sentence, 0, match.start())), default=0)
        named = [one[0].lower() for one in before if one.start() >= begin]
        known = {seats for key in named for seats in _free(ground, key)}
        if known and _number(match["many"]) not in known:
            return f"as many seats as were read of {' and '.join(key.upper() for key in named)}"
    return ""


def _free(ground: Ground, key: str) -> Iterator[int]:
    for look in ground.looks(key):
        seats = look.data.get(ground.fields.seats) if isinstance(look.data, dict) else None
        yield from (number for number in (seats.values() if isinstance(seats, dict) else ()) if isinstance(number, int))
