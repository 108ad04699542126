"""Hung: a limit, a number of times, a group or an exception that is hung onto what can or cannot be done, and that no policy has.

Policy denies and allows most things flatly. What is added to that ("not in the last week", "once", "below gold", "unless a supervisor does it")
is a rule of its own: its length of time, its membership and its people have to be those of a sentence of the policy, or the user's own words.
What is said not to matter ("not even a supervisor", "whatever your membership") adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import UNITS, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences

_RULE = re.compile(
    r"\b(?:can(?:not)?|can['’]t|may|could|possible|impossible|allowed|permitted|able|unable|never|nobody|no one|none|no exceptions?|stays?|keeps?|remains?|fixed|locked|final|rules?|free)\b",
    re.IGNORECASE,
)
"""Words of a clause that says what can, cannot or need not be done."""
_ASKED = re.compile(
    r",\s*(?:so|and|but)?\s*(?=(?:which|what|who|where|when|how|could|can|would|do|does|is|are|shall|may|should)\b[^?]*\?)",
    re.IGNORECASE,
)
"""Where a question begins behind a statement."""
_CONCEDES = re.compile(
    r"\b(?:even|neither|nor|regardless|whatever|whichever|whoever|no matter|whether|just like|as well as)\b[^,;:.]{0,40}\Z",
    re.IGNORECASE,
)
"""Before what is named as making no difference."""
_SAID = re.compile(
    r"\b(?:you|he|she|they|somebody|someone)(?:['’]d| had| have|['’]ve)? (?:said|told|mentioned|asked|wrote|wanted?|were told|was told|read|heard|hope\w*)\b",
    re.IGNORECASE,
)
"""Somebody else's word of it."""


def hung(ground: Ground, text: str, *, transfers: bool = False) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that hangs onto a rule what policy does not.

    Args:
        ground: What is known by then, with whose policy it is.
        text: The message.
        transfers: The user is to be handed over, so that others may well do it.
    """
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        lower = _stated(sentence).lower().replace("’", "'")
        if (later := _LATER_COSTS.search(lower)) and f"${later['amount']}" not in ground.domain.policy:
            yield sentence, "no fee, of which policy has none"
        if not lower or _RULE.search(lower) is None or _SAID.search(lower):
            continue
        wanted = _for_a_time(ground, lower) or _so_often(ground, lower) or _for_some(lower)
        wanted = wanted or _for_a_fee(ground, lower) or _of_a_kind(ground, lower)
        wanted = wanted or ("" if transfers else _at_a_place(ground, lower))
        if wanted := wanted or ("" if transfers else _but_for(lower)):
            yield sentence, wanted


def _stated(sentence: str) -> str:
    """What of a sentence is stated: a question only as far as a statement stands before it."""
    if not sentence.endswith("?"):
        return sentence
    asked = _ASKED.search(sentence)
    return sentence[: asked.start()] if asked else ""


# ----------------------------------------------------------------------------- for how long

_MANY = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}|a few|several|a couple of)"
_UNIT = r"(?P<unit>minute|hour|hr|day|week|fortnight|month|year)s?"
_EVENT = r"(?:(?:the|your|its|that|this|any) )?(?:\w+ )?(?:departure|take-?off|flight|trip|travel|journey|booking|purchase|payment|order|ordering|delivery|shipping|shipment|dispatch|arrival|receipt|check-?in|(?:it|you|they|(?:the|your) \w+) (?:is|was|are|were|has been|have been|leaves?|departs?|flies|fly|ships?|arrives?|book(?:ed)?|order(?:ed)?|travel|land))\b"
_SPAN = re.compile(
    rf"\b(?:in|within|during|inside|throughout) (?:the|its|your) (?:very )?(?:last|first|final|opening) (?:few |{_MANY} )?{_UNIT}\b"
    rf"|\b(?:up to|until|till|as late as|as early as|no later than|at least|at most|less than|more than|fewer than|within|from|starting)? ?{_MANY} {_UNIT.replace('unit', 'ahead')} (?:before|prior to|ahead of|after|of|from|following) {_EVENT}"
    rf"|\b(?:once|after|when|if|until|unless|as long as) (?:it|they|that|this|(?:the|your|an?|that) \w+)(?:'s| is| are|'re) (?:over |more than |at least |less than |under |not yet )?{_MANY} {_UNIT.replace('unit', 'age')} old\b"
    rf"|\b{_MANY} {_UNIT.replace('unit', 'early')} (?:in advance|ahead of time|beforehand)\b"
)
"""A length of time within which, or from which on, something can or cannot be done."""


def _for_a_time(ground: Ground, lower: str) -> str:
    """That something holds for a time of which neither policy nor the user has spoken."""
    for match in _SPAN.finditer(lower):
        unit = next(found for found in match.groups() if found)
        spoken = any(re.search(rf"\b{unit}s?\b", text) for text in ground.heard)
        if not (spoken or _concedes(lower, match.start()) or _lasts_so(ground.domain, lower, match[0], unit)):
            return "a rule that holds for as long as policy has it"
    return ""


_MONEY = re.compile(r"refund|money|\bback\b")


@lru_cache(maxsize=16)
def _lengths(domain: Domain) -> tuple[tuple[int, bool], ...]:
    """The lengths of time that a policy has, in minutes, each with whether money takes so long."""
    parts = (part for part in re.split(r"\n+", domain.policy.lower()) if part)
    return tuple(
        (int(value.number), _MONEY.search(part) is not None)
        for part in parts
        for value in values(part)
        if value.quantity == "duration"
    )


_IN_MINUTES = {"minute": 1, "hour": 60, "hr": 60, "day": 1440, "week": 10080, "fortnight": 20160}
_SPELLED = {word: count for count, word in enumerate(("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)}  # fmt: skip


def _lasts_so(domain: Domain, lower: str, phrase: str, unit: str) -> bool:
    """Whether policy has a time as long, of money where a sentence is about that: 24 hours are a day."""
    told = re.search(rf"(?P<many>\w+) {unit}", phrase)
    word = told["many"] if told else ""
    many = int(word) if word.isdigit() else _SPELLED.get("a" if word in ("an", "one", "first", "last") else word, 0)
    length = many * _IN_MINUTES.get(unit, 0)
    return any(length == own and (not money or _MONEY.search(lower)) for own, money in _lengths(domain))


def _concedes(lower: str, place: int) -> bool:
    return _CONCEDES.search(lower[:place]) is not None


# ----------------------------------------------------------------------------- how often

_DEED = r"(?:changed?|modif\w+|cancell?ed|add(?:ed)?|upgrad\w+|mov(?:e|ed)|rebooked?|updat\w+|redirect\w*|rerouted?|us(?:e|ed)|exchang\w+|swap\w*|adjust\w*|edit(?:ed)?|return(?:ed)?|correct(?:ed)?|done|made|altered)"
_OFTEN = re.compile(
    rf"\b(?:can|may|could)(?: \w+){{0,2}}? (?:be )?{_DEED}(?: (?!and\b|or\b|but\b)[\w'-]+){{0,4}}? (?:only |just |exactly |no more than |at most |up to )?(?:(?<!at )(?<!than )(?:once|twice)|an? single time|(?:one|two|three|four|five|\d) times?)"
    r"(?=\s*(?:[.,;:!?)]|\Z|per\b|a (?:day|week|month|year)\b|each\b|only\b|at (?:the )?most\b|for free\b|free of charge\b|(?:before|after) (?:departure|delivery|booking)\b))"
    rf"|\b(?:only|just) (?:once|twice) (?:can|may) .{{0,40}}?\b{_DEED}\b"
)
"""So many times, and no more: "the flights can be changed once"."""
_ONCE = re.compile(r"once per (?P<record>\w+)|only be called once")
_KEPT_FREE = re.compile(r"\b(?:address\w*|payment|method|profile|account)\b")
_ITEMS = re.compile(r"\b(?:items?|exchang\w+|products?|variants?|versions?|options?)\b")
_AT_A_TIME = re.compile(
    r"\b(?:up to|at most|only|no more than|not more than|a maximum of|just) (?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|\d\d) (?:[\w-]+ ){0,2}?[a-z]+s?\b(?:(?! and | but )[^.;:!?]){0,30}?\b(?:at a time|at once|in one go|per (?:request|call|chat|conversation|customer|person|day|week|month|year)|(?:a|each|every) (?:day|week|month|year))\b"
)
_AGAIN = re.compile(
    r"\b(?:can|may|could)(?: still| always| then| also| only| easily)* be (?:exchanged|modified|changed|swapped|edited)(?: only| just| then)? (?:again|a second time|once more|anew|any ?time)\b"
)


def _so_often(ground: Ground, lower: str) -> str:
    """That something can be done so many times, where policy has no such number, or again, where it can be done once."""
    policy = ground.domain.policy.lower()
    once = _ONCE.search(policy)
    of_items = once and (_ITEMS.search(lower) or not _KEPT_FREE.search(lower))
    often = _OFTEN.search(lower)
    set_so = (
        not once
        and re.search(r"\b(?:once|twice|(?:one|two|three|four|five) times?)\b|(?<![\d$])[1-9] times?\b", policy)
        is not None
    )
    if often and not (of_items or set_so) and not _concedes(lower, often.start()):
        return "a rule that policy has: no number of times is set for that"
    at_a_time = _AT_A_TIME.search(lower)
    if at_a_time and not (_heard(ground, at_a_time) or _numbered(policy, at_a_time[0])):
        return "a rule that policy has: no such number is set"
    again = _AGAIN.search(lower) if once and not _KEPT_FREE.search(lower) else None
    return f"a rule of the policy: {once[0]}" if again and once else ""


def _numbered(policy: str, phrase: str) -> bool:
    """Whether policy has such a number of the same: "at most 5 holds"."""
    told = re.search(rf"\b(?P<many>\d+|{'|'.join(UNITS[2:])}) (?P<rest>[^.;]*)", phrase)
    word = told["many"] if told else ""
    number = int(word) if word.isdigit() else UNITS.index(word) if word in UNITS else 0
    spelled = UNITS[number] if number < len(UNITS) else str(number)
    things = [thing[:4] for thing in re.findall(r"[a-z]{4,}", told["rest"])] if told else []
    near = re.findall(rf"\b(?:{number}|{spelled})\b[^.\n]{{0,60}}", policy)
    return any(thing in part for part in near for thing in things)


def _heard(ground: Ground, match: re.Match[str] | None) -> bool:
    return match is not None and any(match[0] in text for text in ground.heard)


# ----------------------------------------------------------------------------- for whom

_LEVEL = r"(?:gold|silver|regular)\b"
_SOME = re.compile(
    rf"\b(?:below|under|beneath|short of|above|over|other than|except(?: for)?|but not|apart from|excluding) (?:the )?{_LEVEL}"
    rf"|\b(?:unless|except when|except if|only (?:if|when)) you(?:'re| are|'d be)? (?:an? )?{_LEVEL}"
    rf"|\b(?:only|just|solely|reserved) (?:for |to |by )?(?:our |the )?(?:\w+ and |\w+ or )?{_LEVEL}"
    rf"|\b(?:for|to|by|of) (?:our )?{_LEVEL} (?:and {_LEVEL} )?(?:members?|customers?|passengers?|travell?ers?)\b"
    rf"|\A\W*(?:as an? )?{_LEVEL} (?:and {_LEVEL} |or {_LEVEL} )?(?:members?|customers?) (?:can|may|are|get|have)\b"
)
"""Some of all members."""
_MATTERS = re.compile(
    r"\b(?:free|allowances?|includ\w+|charges?|costs?|compensat\w+|certificates?|vouchers?|gestures?|extra|entitle\w*|get|gets)\b|\$"
)
"""What policy makes a matter of membership: free bags, and compensation."""


_EVERY = re.compile(
    r"\bfree\b[^.;:]{0,40}\b(?:for|to) (?:all|every|each|any)(?:body|one)?\b(?: (?:of )?(?:our |the )?(?:members?|customers?|users?|membership|level)s?\b|(?=\W*\Z))"
)


def _for_some(lower: str) -> str:
    """That something holds for some members alone, in what policy has alike for all; or for all, where it tells them apart."""
    if _EVERY.search(lower) and "bag" in lower and re.search(r"\b(?:gold|silver|regular)\b", lower) is None:
        return "the free bags of each membership, as policy has them"
    match = _SOME.search(lower)
    if match is None or _MATTERS.search(lower) or _concedes(lower, match.start()):
        return ""
    return "a rule that holds for every member, as policy has it"


# ----------------------------------------------------------------------------- for a fee, at a place, of some

_CAN_BE = r"\b(?:can|may|could|possible|allowed|permitted|able)\b"
_A_FEE = re.compile(
    rf"{_CAN_BE}[^.;:]{{0,60}}?\b(?:for|against|with|subject to|on payment of|by paying) an? (?:\w+ )?(?:fee|surcharge|penalty|extra charge|additional charge|handling charge|service charge)\b"
)
_LATER_COSTS = re.compile(
    r"\b(?:a|any|every|each|the) (?:second|third|further|later|other|next|additional|new) (?:\w+ )?(?:change|exchange|modification|correction|update|swap)(?: \w+){0,4}? (?:would |will )?(?:cost|costs|be charged|comes? at)(?: you)? (?:only |another |an extra )?\$(?P<amount>\d+)"
)
"""What a deed costs by itself, beside what is bought."""
_PLACE = r"(?:at|by|through|via|in|from|over) (?:the|an?|our|your|any) (?:nearest |local )?(?:airport|check-?in(?: (?:desk|counter))?|counter|gate|ticket office|front desk|(?:\w+ )?branch|shop|store|website|web ?site|app|hotline|phone|call cent(?:er|re)|post office)|by (?:phone|mail|post|fax|letter)|in (?:writing|person)|online"
_THERE = re.compile(rf"{_CAN_BE}[^.;:]{{0,50}}?\b(?:only |just |still |also |solely |be |done )*(?P<place>{_PLACE})\b")
"""Somewhere else than here, where it can be done."""
_A_KIND = re.compile(
    r"\b(?:of|on|in|for|from) (?:an?|your|any|this|that) (?P<kind>insured|uninsured|one[- ]way|round[- ]trip|discounted|prepaid|paid|shared|group) (?:reservation|booking|trip|ticket|order)s? (?P<can>cannot|can't|may not|can never|can|may)(?: \w+)? (?:be )?(?P<deed>[a-z]+)"
)
"""Records of some kind, which a rule singles out."""


def _for_a_fee(ground: Ground, lower: str) -> str:
    """A fee for what policy does without one."""
    fee = _A_FEE.search(lower)
    fee = None if fee and re.search(r"\b(?:not|no|nor|neither|without|cannot)\b|n't\b", fee[0]) else fee
    words = re.findall(r"\b(?:fee|surcharge|penalty|charge|cost)", fee[0]) if fee else []
    known = any(re.search(rf"\b{word}", text) for word in words[-1:] for text in (ground.domain.policy.lower(), *ground.heard))  # fmt: skip
    return "" if fee is None or known or _concedes(lower, fee.start()) else "no fee, of which policy has none"


def _at_a_place(ground: Ground, lower: str) -> str:
    """A place, or a way, at which something can be done, and that neither policy nor the user has spoken of."""
    there = _THERE.search(lower)
    if there is None or _concedes(lower, there.start()) or re.search(r"\b(?:not|no|nor|neither|never)\b|n't\b", there[0]):  # fmt: skip
        return ""
    word = there["place"].split()[-1]
    known = any(word in text for text in (ground.domain.policy.lower(), *ground.heard))
    return "" if known else "what can be done here, which is all that policy has"


def _of_a_kind(ground: Ground, lower: str) -> str:
    """That some records can or cannot be dealt with, which policy does not tell from the others."""
    some = _A_KIND.search(lower)
    stem = some["kind"].replace("-", " ")[:5] if some else ""
    rules = (part for part in re.split(r"\n+|(?<=[.!?])\s+", ground.domain.policy.lower()) if stem in part)
    known = any(some["deed"][:5] in part for part in rules) if some else True
    return "" if known else "a rule that holds for every record, as policy has it"


# ----------------------------------------------------------------------------- but for whom

_STAFF = r"(?:(?:human|live|real|senior|other|different|second|duty) ){0,2}(?:agents?|supervisors?|managers?|colleagues?|specialists?|superiors?|team leads?|(?:head|back) office|headquarters|representatives?|operators?|staff(?: members?)?)"
_UNLESS = re.compile(
    rf"\b(?:unless|except(?: if| when| where)?|save) (?:an?|the|our|my|some|one of our|one of my) (?:\w+ )?{_STAFF} (?:does|do|makes?|made|approves?|approved|allows?|allowed|agrees?|agreed|decides?|decided|steps? in|handles?|grants?|changes?|cancels?|permits?|intervenes?|looks?|has|have|is|are|says?|signs?|did)\b"
    rf"|\b(?:unless|except) (?:it(?:'s| is) )?(?:done |handled |made |approved |changed )?(?:by|with|through) (?:an?|the|our|my) (?:\w+ )?{_STAFF}"
    rf"|\b(?:an?|the|our|my|only an?|only the) {_STAFF} (?:would|will|'d|'ll|has|have|needs?|might|may|could) (?:have to|need to|to|be able to|be the one|be needed)\b"
)
"""Somebody behind the desk who can do what cannot be done."""


def _but_for(lower: str) -> str:
    match = _UNLESS.search(lower)
    return "" if match is None or _concedes(lower, match.start()) else "nobody else can do more by the policy"
