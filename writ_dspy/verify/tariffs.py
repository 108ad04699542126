"""Tariffs: what policy has a thing cost each time, and how many of it are free for each, are told as policy has them.

Both are read from the text of the policy: "Each extra baggage is 50 dollars", and "2 free checked bags for each economy passenger" under
a line that names the members it holds for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import UNITS, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences

_FEE = re.compile(r"\b(?P<what>[a-z]+)s? (?:is|are|costs?) [^.;]*?\b(?:per|each|every)\b|\b(?:each|every) (?:\w+ )*?(?P<that>[a-z]+)s? (?:is|are|costs?)\b", re.IGNORECASE)  # fmt: skip
_FREE = re.compile(r"(?P<n>\d+) free (?:\w+ )*?(?P<what>\w+?)s? (?:for|per) (?:each |every )?(?P<whose>[a-z ]+?) passengers?\b", re.IGNORECASE)  # fmt: skip
_MEMBER = re.compile(r"\b(?P<tier>\w+) members?\b", re.IGNORECASE)
_STEM = 3
"""Letters by which a word of the policy is known in another form: "baggage", "bags"."""
_EACH = r"(?:per|for each|for every|each|every|an?|apiece)"
_NUMBER = rf"(?:\d|{'|'.join(UNITS[:10])}|no)"
_OPEN = re.compile(r"\?\s*\Z|\b(?:if|not|no longer|instead|used to|would have|other|rather)\b|n['’]t\b", re.IGNORECASE)


def tariffs(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each price of one, or number of free ones, that policy has otherwise.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    fees, free = _of(ground.domain)
    if not (fees or free) or not ("$" in text or "free" in text or "check" in text):
        return
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if wanted := _fee(fees, sentence) or _allowance(ground, free, sentence):
            yield sentence, wanted


@lru_cache(maxsize=16)
def _of(domain: Domain) -> tuple[Mapping[str, frozenset[float]], tuple[tuple[str, str, str, int], ...]]:
    """The beginning of a word -> what one costs; (tier, beginning of a word, whose, how many are free)."""
    fees: dict[str, frozenset[float]] = {}
    free: list[tuple[str, str, str, int]] = []
    tier = ""
    for line in domain.policy.splitlines():
        amounts = {float(value.number) for value in values(line) if value.quantity == "money"}
        match = _FEE.search(line) if len(amounts) == 1 else None
        if match is not None:
            word = (match["what"] or match["that"]).lower()[:_STEM]
            fees[word] = fees.get(word, frozenset()) | amounts
        tiers = [match["tier"].lower() for match in _MEMBER.finditer(line)]
        tier = tiers[-1] if tiers else tier
        free += [
            (tier, match["what"].lower()[:_STEM], match["whose"].lower().strip(), int(match["n"]))
            for match in _FREE.finditer(line)
        ]
    return fees, tuple(free)


_BESIDE = r"(?:(?!\b(?:refund\w*|total|back|fare|price|ticket|sum)\b)[^.;$(\n]){0,30}\(\$(?P<n>\d+(?:\.\d\d)?)(?! (?:of|from|minus|plus|\+))"
"""Behind a thing: what all of it comes to, in brackets: "one of them paid ($50)"."""


def _fee(fees: Mapping[str, frozenset[float]], sentence: str) -> str:
    for word, amounts in fees.items():
        beside = re.compile(rf"\b{word}[a-z]*\b{_BESIDE}", re.IGNORECASE)
        others = re.compile("|".join(rf"\b{other}" for other in fees if other != word) or r"(?!)", re.IGNORECASE)
        for match in beside.finditer(sentence) if "($" in sentence else ():
            alone = not others.search(re.split(r"[;$\n]", sentence[: match.start("n") - 1])[-1])
            whole = any(float(match["n"]) % amount == 0 for amount in amounts)
            if alone and not (whole or _OPEN.search(sentence)):
                return f"${min(amounts):g} each, as policy has it"
        told = re.compile(
            rf"(?<!with )(?<!and )(?<!plus )\b{word}[a-z]*(?: (?:is|are|costs?|would be|will be|comes? (?:to|at)|at|for))*\W{{0,3}}[:(–—-]?\s?\$(?P<n>\d+(?:\.\d\d)?)(?: {_EACH} (?:passenger|person|travell?er|piece|one|bag)\b| each\b)"
            rf"|\$(?P<m>\d+(?:\.\d\d)?) {_EACH} (?:(?:extra|additional|checked|paid|further) )*{word}[a-z]*\b",
            re.IGNORECASE,
        )
        for match in told.finditer(sentence):
            if float(match["n"] or match["m"]) not in amounts and not _OPEN.search(sentence):
                return f"${min(amounts):g}, as policy has it"
    return ""


def _allowance(ground: Ground, free: tuple[tuple[str, str, str, int], ...], sentence: str) -> str:
    if not free or _OPEN.search(sentence):
        return ""
    whose = "|".join(sorted({re.escape(row[2]) for row in free}, key=len, reverse=True))
    words = "|".join(sorted({row[1] for row in free}))
    told = re.compile(
        rf"\b(?:each|every|an?|one) (?P<whose>{whose}) passenger (?:has|gets|may (?:check|take|bring)(?: in)?|can (?:check|take|bring)(?: in)?|is (?:allowed|entitled to)) (?P<n>{_NUMBER})(?: free)?(?: checked)?(?: (?:{words})\w*\b|(?=[\W]*\Z|[.,;]))(?! (?:more|extra|at)\b)"
        rf"|(?P<m>{_NUMBER}) free (?:checked )?(?:{words})\w* {_EACH} (?P<of>{whose}) passenger",
        re.IGNORECASE,
    )
    match = told.search(sentence)
    if match is None:
        return ""
    number = (match["n"] or match["m"]).lower()
    count = 0 if number == "no" else int(number) if number.isdigit() else UNITS.index(number)
    tiers = _tiers(ground, {row[0] for row in free}, sentence)
    right = {row[3] for row in free if row[0] in tiers and row[2] == (match["whose"] or match["of"]).lower()}
    return "" if count in right or not right else f"{' or '.join(map(str, sorted(right)))}, as policy has it"


def _tiers(ground: Ground, tiers: set[str], sentence: str) -> set[str]:
    """The kinds of members that a sentence names, or that were read; all of them, where neither is known."""
    named = {tier for tier in tiers if re.search(rf"\b{re.escape(tier)}\b", sentence.lower())}
    rows = (look.data for found in ground.shown for looks in found.looks.values() for look in looks)
    read = {str(value) for row in rows if isinstance(row, dict) for value in row.values() if isinstance(value, str)}
    return named or tiers & read or tiers
