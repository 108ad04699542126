"""Bounds: what a policy limits is not told as if it were free: how many, how often, which of a kind, all alike, or no more by then.

Each bound is read from the policy ("at most one travel certificate", "can only be called once per order", "must be the same across all the
flights"). A sentence that says of the same matter that more can be done, or another number, turns it round, in whatever words it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain

_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_N = rf"(?:{'|'.join(_COUNTS)}|\d{{1,2}})"
_NOT = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nothing|cannot|unable|without|impossible|instead of|rather than|fewer|less)\b|n't\b"
)
_MAY = re.compile(
    r"\b(?:can|may|could|might|able|possible|allowed|permitted|works?|fine|free to|allows?|permits?|accepts?|holds?|fits?|welcome|open)\b"
)
_CLAUSE = re.compile(r"[;:]\s|,\s+(?=(?:so|but|and|while|because|since|as|though|which)\b(?! can\b))")


_NO_MORE_THAN = re.compile(r"\b(?:no|not) more than(?= (?:\d|[a-z]+ [a-z]))")


def unbound(domain: Domain, lower: str) -> str:
    """What is wanted of a lower-case sentence that tells what the policy bounds without its bound, or nothing."""
    for part in _CLAUSE.split(lower):
        clause = _NO_MORE_THAN.sub("at most", part)
        each = _ANY.search(clause)
        stands = each is not None and each["each"] and not clause[: each.start()].endswith(("not ", "n't "))
        if stands and (wanted := _any_one(domain, clause)):
            return wanted
        if not _MAY.search(clause):
            continue
        if wanted := _not_alike(domain, clause) or _other_than_saved(domain, clause):
            return wanted
        if _NOT.search(clause):
            continue
        wanted = _too_many(domain, clause) or _too_often(domain, clause) or _any_one(domain, clause)
        wanted = wanted or _still(domain, clause) or _later(domain, clause) or _other_kind(domain, clause)
        if wanted := wanted or _more_of(domain, clause):
            return wanted
    return ""


# ----------------------------------------------------------------------------- how many

_EVERY = r"(?:as many|any number of|an unlimited number of|unlimited|an arbitrary number of|however many)"
_POINTED = r"(?<!your )(?<!the )(?<!these )(?<!those )(?<!of )(?<!all )(?<!both )(?<!other )(?<![$\d.,])"
"""Not behind what points at some that there are: "one of your three certificates"."""
_APART = re.compile(r"\b(?:reservations|bookings|separate\w*|split|each of|trips)\b")
"""Words for several records, each of which has a bound of its own."""
_HELD = re.compile(r"\b(?:have|has|hold|there (?:is|are))\b(?! (?:at most|up to))")


@lru_cache(maxsize=16)
def _most(domain: Domain) -> Mapping[str, int]:
    """What there can be of, in the singular -> how many at most: "certificate" -> 1."""
    found = re.finditer(rf"at most (?P<n>{_N}) (?P<what>[a-z]+(?: [a-z]+)?)\b", domain.policy.lower())
    return {match["what"].split()[-1].removesuffix("s"): _number(match["n"]) for match in found}


@lru_cache(maxsize=16)
def _most_of(domain: Domain) -> Mapping[str, int]:
    """The same by what each is called in full: "credit card" -> 1."""
    found = re.finditer(rf"at most (?P<n>{_N}) (?P<what>[a-z]+ [a-z]+)\b", domain.policy.lower())
    return {match["what"].removesuffix("s"): _number(match["n"]) for match in found}


def _number(word: str) -> int:
    return _COUNTS.get(word) or int(word)


def _too_many(domain: Domain, clause: str) -> str:
    for what, most in _most(domain).items():
        if what not in clause or _APART.search(clause):
            continue
        every = re.search(rf"\b{_EVERY} (?:[a-z-]+ ){{0,2}}?{what}s?\b", clause)
        told = re.search(rf"(?P<only>\b(?:only|just|at most|up to|a maximum of|at the most) )?{_POINTED}\b(?P<n>{_N}) (?P<kind>travel |gift |credit )?{what}s?\b", clause)  # fmt: skip
        number = _number(told["n"]) if told else most
        held = _HELD.search(clause) is not None and what != "passenger"
        if told and number == _most_of(domain).get(f"{told['kind'] or ''}{what}"):
            continue
        if every or (told and number != most and (told["only"] or (number > most and not held))):
            return f"a rule of the policy: at most {most} {what}{'s' if most > 1 else ''}"
    return ""


# ----------------------------------------------------------------------------- how often

_ONCE = re.compile(
    r"(?P<deeds>[a-z]+(?: or [a-z]+)*) (?P<record>[a-z]+) tools? can only be called once per (?P=record)"
)
_TIMES = re.compile(
    rf"\b(?:twice|(?:{_N}|several|many|multiple|any number of|a few|countless) times|as often as|as many times as|more than once|again and again|over and over|repeatedly|more often)\b"
)
_ALIKE = {"exchange": r"exchang\w+|swap\w*", "modify": r"modif\w+|chang\w+"}
_FREE_OF = re.compile(r"\b(?:address\w*|payment|method|profile)\b")
"""What may be changed more than once."""


@lru_cache(maxsize=16)
def _once(domain: Domain) -> tuple[re.Pattern, str] | None:
    """The deeds that can be done once per record, with the record."""
    match = _ONCE.search(domain.policy.lower())
    if match is None:
        return None
    deeds = "|".join(_ALIKE.get(deed, deed) for deed in match["deeds"].split(" or "))
    return re.compile(rf"\b(?:{deeds}|(?:this|it|that) (?:works|can be done|is possible))\b"), match["record"]


_SO_MANY = re.compile(
    rf"\b(?:only|up to|at most|as many as|a maximum of) (?!one\b|1\b){_N} (?:item )?(?:exchanges|modifications|changes|swaps)\b"
)


def _too_often(domain: Domain, clause: str) -> str:
    once = _once(domain)
    if once is None or _FREE_OF.search(clause) or not (_TIMES.search(clause) or _SO_MANY.search(clause)):
        return ""
    deeds, record = once
    return f"a rule of the policy: once per {record}" if deeds.search(clause) else ""


# ----------------------------------------------------------------------------- all alike

_SAME = re.compile(
    r"(?P<what>[a-z]+)(?: class)? must (?:be|remain) the same across all (?:the |of the )?(?P<over>[a-z]+)s\b"
)
_DIFFERS = re.compile(
    r"\b(?:differ|differs|vary|varies|mix|mixed|combine|different|(?:doesn't|don't|needn't|not|does not|do not)(?: have to| need to)? be the same|(?:its|their) own)\b"
)
_AMONG = r"(?:between|among|across|for each|on each|for every|on every|per|from \w+ to|of each|each|one \w+ (?:to|and) (?:the next|another))"


@lru_cache(maxsize=16)
def _alike(domain: Domain) -> tuple[tuple[str, str], ...]:
    return tuple((match["what"], match["over"]) for match in _SAME.finditer(domain.policy.lower()))


def _not_alike(domain: Domain, clause: str) -> str:
    for what, over in _alike(domain):
        differs = _DIFFERS.search(clause)
        if what not in clause or differs is None or re.search(r"\b(?:cannot|can't|may not|mustn't|never)\b", clause):
            continue
        if re.search(rf"\b{_AMONG}\b[^.;]*\b(?:{over}|segment|leg|way|direction)s?\b", clause):
            return f"a rule of the policy: the {what} is the same on all {over}s"
    return ""


# ----------------------------------------------------------------------------- which of a kind

_BINDS = re.compile(r"\b(?:either|only|must|not acceptable|single|given|covered)\b")
_ANY = re.compile(
    r"\b(?:accepts? any (?P<taken>reason)s?\b|(?:any|every|each|whatever) (?P<each>reason)s?(?: \w+)? (?:is|counts as|works as|qualifies as)(?: an?)? (?:covered|valid|accepted|acceptable|eligible|good|insured|allowed)\b|(?:any|whatever|whichever|every)(?: other| kind of| type of| sort of)? (?P<what>[a-z]+)(?: [a-z]+)? ?(?:(?:that |which )?(?:you|they) (?:like|want|wish|choose|prefer|please|give|name|have in mind)|at all|whatsoever|of your choice|is fine|is okay|is ok|is accepted|will do|goes|works|is enough|is good enough|counts|or\b))"
)
_SAVED = re.compile(
    r"\b(?:on file|saved|in (?:your|the) profile|on (?:your|the) (?:profile|account)|existing|of yours)\b"
)
_MONEY = re.compile(r"\brefund\w*|\bmoney back\b|\b(?:go|goes|sent|credited) (?:back )?(?:to|onto) (?:the )?any\b")


@lru_cache(maxsize=16)
def _bound_words(domain: Domain) -> frozenset[str]:
    """The words of the sentences of a policy that bind a choice."""
    parts = re.split(r"\n+|(?<=[.!?])\s+", domain.policy.lower())
    return frozenset(word for part in parts if _BINDS.search(part) for word in re.findall(r"[a-z]+", part))


_CHOSEN = frozenset(
    ["reason", "reasons", "card", "cards", "method", "methods", "payment", "status", "product", "products"]
)


def _any_one(domain: Domain, clause: str) -> str:
    match = _ANY.search(clause)
    what = (match["what"] or match["taken"] or match["each"]) if match else ""
    if what not in _CHOSEN or what not in _bound_words(domain) or _SAVED.search(clause.split(" or ", maxsplit=1)[0]):
        return ""
    money = what in ("card", "cards", "method", "methods", "payment")
    if money and not (_MONEY.search(clause) and "refund must" in domain.policy.lower()):
        return ""
    return f"a rule of the policy, which does not leave the {what} open"


_UNSAVED = re.compile(
    r"\b(?:even|also|too|one|card|method|account)\b[^.;,]*\b(?:(?:isn't|is not|aren't|are not|not|wasn't)(?: yet)? (?:on file|saved|in your profile|on your (?:profile|account)|registered|stored)|(?:somebody|someone) else's)\b"
)
_IN_PROFILE = re.compile(r"must already be in (?:the )?user profile|existing gift card|already be in")


def _other_than_saved(domain: Domain, clause: str) -> str:
    """That money goes to, or comes from, what is not in the profile."""
    denied = re.search(r"\b(?:cannot|can't|only|must|has to|have to|unless|if)\b", clause)
    if denied or not _UNSAVED.search(clause) or not _IN_PROFILE.search(domain.policy.lower()):
        return ""
    return "a rule of the policy: only payment methods of the profile"


# ----------------------------------------------------------------------------- no more by then

_NO_MORE = re.compile(r"not be able to (?P<deeds>[a-z]+(?: or [a-z]+)*) the (?P<record>[a-z]+) any ?more")
_BY_THEN = re.compile(
    r"\b(?:after|once|even when|following|when)\b[^.;]*\b(?:change[ds]?|modif\w+|exchange[ds]?|swap\w*)\b|\bafterwards?\b|\bafter that\b|\blater on\b"
)
_FURTHER = re.compile(
    r"\b(?:further|more|other|additional) (?:changes?|modifications?)\b[^.;]*\b(?:possible|can|may|allowed|fine)\b|\bmore (?:can|may) be (?:changed|modified)\b|\b(?:can|may) (?:still |always )?(?:change|modify) (?:it|the order|that order|more)\b[^.;]*\bafter"
)


def _still(domain: Domain, clause: str) -> str:
    """That a record can be dealt with still, after what closes it."""
    match = _NO_MORE.search(domain.policy.lower())
    if (
        match is None
        or match["record"] not in clause
        or re.search(r"\b(?:before|until|unless|return\w*|only)\b", clause)
    ):
        return ""
    stems = "|".join(re.sub(r"(?:el|y|e)$", "", deed) + r"\w*ed" for deed in match["deeds"].split(" or "))
    done = re.search(rf"\b(?:can|may|could)(?: still| also| always| even)* be (?:{stems}|changed)\b", clause)
    if (done and _BY_THEN.search(clause)) or (_FURTHER.search(clause)):
        return f"a rule of the policy: after that, no change of the {match['record']}"
    return ""


_NOT_AFTER = re.compile(r"cannot (?P<verb>[a-z]+) (?P<what>[a-z]+) after (?:the )?(?:initial )?(?P<event>[a-z]+)")
_LATER = re.compile(
    r"\b(?:(?:at )?any ?time|later|afterwards|still|whenever|up to|until|before (?:the )?(?:departure|flight|trip)|after (?:the )?(?:initial )?booking|once (?:it is |it's )?booked|existing)\b"
)


def _later(domain: Domain, clause: str) -> str:
    """That what can be had with an event alone, can be had after it."""
    for match in _NOT_AFTER.finditer(domain.policy.lower()):
        stem = re.sub(r"(?:y|e)$", "", match["verb"])
        deed = re.search(rf"\b(?:can|may|could)\b[^.;]*?\b(?:{stem}\w*|buy|bought|get|purchased?|taken? out)\b", clause)
        if match["what"] in clause and deed and _LATER.search(clause):
            return f"a rule of the policy: no {match['what']} after the {match['event']}"
    return ""


# ----------------------------------------------------------------------------- of what kind, and of how many

_NO_KIND = re.compile(r"cannot be any change of (?P<what>[a-z]+) types?")
_KIND = r"(?:(?:an?|the|any|some) )?(?:(?:completely|entirely|totally|very|quite) )?(?:different|another|other|any|new)(?: \w+)? (?:kind|type|sort)s? of (?:products?|items?|things?|articles?)|(?:a |an )?(?:different|another|other|any) (?:products?|(?:product|item) types?)"
_INTO = re.compile(
    rf"\b(?:can|may|could|free to)\b[^.;]*\b(?:exchange|swap|change|replace|turn|trade|modif)\w*\b[^.;]*\b(?:for|with|into|to|by|against) {_KIND}\b"
)


def _other_kind(domain: Domain, clause: str) -> str:
    """That a thing can be had in place of one of another kind."""
    match = _NO_KIND.search(domain.policy.lower())
    return f"a rule of the policy: no other type of {match['what']}" if match and _INTO.search(clause) else ""


_FIXED_NUMBER = re.compile(r"cannot modify the number of (?P<what>[a-z]+?)s\b")
_NOTHING_ELSE = re.compile(r"you can take actions to modify its (?P<what>[a-z ,]+?), but nothing else")
_TO_ONE_MADE = r"\b(?:later|afterwards|still|existing|after (?:the )?booking|any ?time|whenever)\b"


def _more_of(domain: Domain, clause: str) -> str:
    """That what a record holds can become more, or fewer."""
    policy = domain.policy.lower()
    for match in _FIXED_NUMBER.finditer(policy):
        what = rf"(?:{match['what']}|travell?er|person|people|companion)s?"
        told = re.search(rf"\b{what} (?:can|may|could) (?:\w+ )?be (?:\w+ )?(?:added|removed|dropped)\b|\b(?:can|may|could) (?:\w+ )?(?:add|remove|drop) (?:\w+ ){{1,2}}{what}\b", clause)  # fmt: skip
        if told and re.search(_TO_ONE_MADE, clause):
            return f"a rule of the policy: the number of {match['what']}s stays"
    told = re.search(r"\b(?:can|may|could) (?:\w+ )?add (?:more|new|other|another|further|extra|any) (?:new )?items? to (?:an?|the|your|this|that|any)\b[^.;]*\border|\b(?:more|new|other|further|extra) items (?:can|may|could) (?:\w+ )?be added\b", clause)  # fmt: skip
    return "a rule of the policy: nothing is added to an order" if told and _NOTHING_ELSE.search(policy) else ""
