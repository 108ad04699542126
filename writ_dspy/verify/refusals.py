"""Refusals: a request that is denied is denied in words, and for the reason that denies it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.domains import Domain
from writ_dspy.domains.disputes import NO_GROUNDS, Grounds
from writ_dspy.domains.values import Value, values
from writ_dspy.evidence.found import NOT_FOUND, Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.acts.deeds import alike, stem
from writ_dspy.task import AnyOf, Check, Decision, Json, Outcome, Policy, Request, Said, Term
from writ_dspy.verify.case import Case, short
from writ_dspy.verify.headcount import in_terms

_DENIES = re.compile(
    r"\b(?:not|no|none|nothing|never|neither|nor|cannot|unable|impossible|without|unfortunately|sorry|afraid|regret|declin\w+"
    r"|ineligible|unavailable|exceed\w*|only|beyond|outside|refus\w+|fail\w*|lacks?)\b|n['’]t\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\bnone of\b|\bno such\b|(?:\b(?:no|not|none|nothing|never|cannot|unable|neither)\b|n['’]t\b)[^.!?]{0,60}"
    r"\b(?:match\w*|found|find|locat\w*|exist\w*|record|fits?|qualif\w*|meets?|there|see|in stock|lists?|shows?|offers?|available)\b"
    r"|\b(?:searche?d?|looked)\b[^.!?]{0,60}\b(?:without|nothing|none)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z][a-z'’-]+")
_ANY_REQUEST = frozenset(
    stem(word)
    for word in [
        "the",
        "that",
        "this",
        "from",
        "for",
        "of",
        "one",
        "order",
        "orders",
        "reservation",
        "items",
        "item",
        "request",
        "pending",
        "delivered",
        "your",
        "user",
    ]
)
"""Words of topics and tools that are in any of them."""
_COMMON = frozenset(
    [
        "a", "about", "already", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "can", "cannot",
        "change", "changed", "do", "does", "for", "from", "gave", "get", "has", "have", "if", "in", "into", "is", "it",
        "its", "may", "me", "more", "most", "must", "no", "none", "not", "of", "on", "one", "only", "or", "other",
        "part", "so", "still", "than", "that", "the", "their", "them", "there", "this", "those", "to", "was", "were",
        "what", "while", "will", "with", "would", "you", "your", "request", "possible", "allowed", "want", "wanted",
        "need", "needed", "go", "going", "made", "make", "customer", "user", "human", "agent", "which", "who", "even",
        "also", "too", "they", "he", "she", "left", "up", "out", "another", "again", "after", "before", "new",
    ]
)  # fmt: skip
"""Words that are in many reasons of any desk, and tell none from another."""
_KIN = (
    "above over exceed more less higher beyond limit maximum budget max under within cap ceiling afford",
    "cover insufficient enough short suffice enough balance fund low",
    "stock sold unavailable available availability inventory",
    "differ different same original identical",
    "once already twice second",
    "remove removed reduce fewer lower drop decrease subtract",
    "belong else's someone owner other's customer's own yours",
    "customer themselves himself herself yourself own owner holder person behalf belong verified authenticated customer's someone's somebody's else's",
    "find found locate match exist record",
)
"""Words that say the same thing of a reason of any desk, or its other side."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a request is denied, as far as it can be recognized in words."""

    rule: str
    words: frozenset[str]
    wanted: tuple[Json, ...]
    """What the rule asks for."""
    found: tuple[Json, ...]
    """What stands there instead."""
    kept: tuple[Json, ...]
    """What the record has, and has to keep."""


def refused_with_ground(case: Case, spoken: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    """Each denied request was denied, with the reason that denies it; a transfer speaks for itself.

    It is denied once that was read: before, a denial is of something else ("I come to no entry"). What is denied need not be named where one reason denies one request: "that order has been delivered already, so I can't".
    """
    requests = {request.decision: request for request in case.task.requests}
    decided = list(enumerate(zip(case.task.goal.decisions, case.task.decided, strict=True)))
    same = Counter(outcome.refusal for _, (_, outcome) in decided if outcome.call is None and not outcome.transfer)
    for index, (decision, outcome) in decided:
        if outcome.call is not None or outcome.refusal is None or outcome.transfer:
            continue
        known = case.known_by(outcome)
        denials = [(at, text) for at, text in spoken if at > known and _DENIES.search(text)]
        if not denials:
            yield Finding("communicated", case.last, "no refusal", f"a refusal, since {outcome.refusal}")
            continue
        request = requests.get(index)
        reason = _reason(decision, outcome, request.topic if request else "", case.domain)
        given = [text for _, text in denials if _gives(text, reason, case.domain)]
        if not given:
            at, text = denials[-1]
            yield Finding("communicated", at, short(text, 100), f"the reason for the refusal: {outcome.refusal}")
        elif (
            request is not None
            and same[outcome.refusal] > 1
            and not any(_about(text, request, decision) for text in given)
        ):
            yield Finding(
                "communicated", case.last, "one refusal for several requests", f"a refusal that names {request.topic}"
            )


def _about(text: str, request: Request, decision: Decision) -> bool:
    """Whether a message names what a request is about: the deed in any of its forms, its topic, or a detail that tells it from others."""
    lower = text.lower()
    words = {stem(word) for word in re.findall(r"[a-z]+", f"{request.word} {request.topic} {decision.tool}".lower())}
    deeds = {other for word in words - _ANY_REQUEST for other in alike(word)}
    return not deeds.isdisjoint(map(stem, re.findall(r"[a-z]+", lower))) or any(
        mark in lower for slot in request.slots for mark in slot.marks if any(map(str.isdigit, mark))
    )


def _gives(text: str, reason: Reason, domain: Domain) -> bool:
    """Whether a message names the reason: what was found, what is asked for, or the rule in some words."""
    text = in_terms(text)
    lower = text.lower()
    if reason.rule == NOT_FOUND:
        return _NOTHING.search(text) is not None
    if _mentioned(text, reason.wanted, domain):
        return True
    if _mentioned(text, reason.found, domain):
        only = re.search(r"\bonly\s+(?:an?\s+)?[\w\s]{0,20}", lower)
        return only is None or not _mentioned(only[0], reason.found, domain) or len(reason.found) > 1
    if any(_STAYS.search(part) and _mentioned(part, reason.kept, domain) for part in _SENTENCE.split(text)):
        return True
    if _SCOPE.search(reason.rule) and _BEYOND.search(lower):
        return True
    return bool(
        reason.words & set(map(_stem, _WORD.findall(_NOT_YOURS.sub(" owner ", _ONE_ONLY.sub(" single ", lower)))))
    )


_SCOPE = re.compile(r"^only the .* can be (?:changed|modified)\b")
"""A rule that lists all that can be done: whatever else is asked for is beyond that."""
_BEYOND = re.compile(
    r"\b(?:beyond|outside) (?:of )?(?:what|the things|my|our|anything)\b|\bnot (?:something|anything|one of the things|among (?:the things|what)|part of what|in (?:my|our) (?:power|hands)|within)\b"
    r"|(?:n['’]t|\bnot) (?:something|anything|one of the things|among the things|part of what|in (?:my|our) (?:power|hands)|within)\b|\bno (?:way|option|means|possibility) (?:for me |here )*(?:to|for|of)\b"
    r"|(?:\b(?:cannot|can not|unable to|not able to|no influence on)|n['’]t) (?:\w+ ){0,2}?(?:change|alter|influence|affect|touch|adjust|speed)\b"
)
"""Says that something is none of what can be done here."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_STAYS = re.compile(
    r"\b(?:ha(?:s|ve) to|must|needs? to|ha(?:s|ve) got to|will|can only|is to) (?:\w+ )?(?:stay|remain|be|keep|hold|stick|fly)\b|\b(?:stays?|remains?|fixed|set in stone)\b(?! (?:in|with) (?:touch|us|me)\b)",
    re.IGNORECASE,
)
"""Says that something keeps the value it has: "made for two, and two it has to stay"."""
_ONE_ONLY = re.compile(
    r"\b(?:only|just|exactly|(?:no )?more than|at most)\b[^.;!?]{0,40}?\bone\b(?! (?:that|which|who|of)\b)"
)
"""Other words for a single one."""
_NOT_YOURS = re.compile(
    r"(?:\bnot|n['’]t) (?:yours\b|(?:\w+ ){0,3}?(?:on|in|under) your (?:account|name|profile)\b)|\bonly (?:he|she|they) can\b"
    r"|(?<!you )(?<!you'd )(?<!you would )\b(?:has|have|needs?) to (?:come from|contact us|get in touch|reach out|(?:ask|write to|call) us)\b"
)
"""Other words for what belongs to somebody else."""


def _mentioned(text: str, known: Sequence[Json], domain: Domain) -> bool:
    found, lower = values(text), text.lower()
    return any(_stated(value, found, lower, domain) for value in known)


def _stated(value: Json, found: Sequence[Value], lower: str, domain: Domain) -> bool:
    if isinstance(value, bool) or value in ("yes", "no", "", None, 0, 1):
        return False
    if isinstance(value, int | float):
        return any(other.quantity in ("money", "count") and abs(float(other.number)) == abs(value) for other in found)
    text = str(value)
    dates = values(text[:10]) if text[:4].isdigit() else ()
    if dates and dates[0].quantity == "date":
        return any(other.same(dates[0]) for other in found)
    return len(text) > 2 and domain.pack.mentions(text, lower)


@lru_cache(maxsize=1024)
def _reason(decision: Decision, outcome: Outcome, topic: str, domain: Domain) -> Reason:
    rule = outcome.refusal or ""
    checks: list[Check] = []
    wish: Decision | None = decision
    while wish is not None:
        for need in wish.requires:
            if need.rule == rule:
                checks += need.checks if isinstance(need, AnyOf) else (need,)
        wish = wish.otherwise
    resolver = Resolver(domain, domain.read)
    found, kept = list[Json](), list[Json]()
    for check in checks:
        found += _worked_out(resolver, check.left)
        kept += [] if check.op != "is" or isinstance(check.right, Said | Policy) else _worked_out(resolver, check.right)
    wanted = [check.right.value for check in checks if isinstance(check.right, Said | Policy)]
    wanted += [float(value.number) for value in values(rule) if value.quantity == "money"]
    return Reason(rule, own_words(rule, topic, domain.pack.grounds), tuple(wanted), tuple(found), tuple(kept))


def _worked_out(resolver: Resolver, term: Term) -> list[Json]:
    """The values of one side of a check; none where it cannot be told."""
    try:
        value, _ = resolver.term(term)
    except Unresolved:
        return []
    return value if isinstance(value, list) else [value]


def own_words(rule: str, topic: str, grounds: Grounds = NO_GROUNDS) -> frozenset[str]:
    """Stems by which a ground is known when it is said: beside those of what the request is about, and of most grounds."""
    return _words(rule, grounds) - set(map(_stem, _WORD.findall(topic.lower())))


@lru_cache(maxsize=1024)
def _words(rule: str, grounds: Grounds) -> frozenset[str]:
    """Stems of the words that tell the rule from others, with those that say the same."""
    every, common = set(_WORD.findall(rule.lower())), _COMMON | grounds.common
    found = every - common
    for line in (*_KIN, *grounds.kin):
        kin = set(line.split())
        if {_stem(word) for word in kin} & {_stem(word) for word in every}:
            found |= kin - common
    return frozenset(map(_stem, found))


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "led", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
