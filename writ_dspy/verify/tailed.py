"""Tailed: what hangs behind a state or an amount without a value of its own is borne out by nothing, or said by the user.

"It is pending, and not paid yet", "in business class, half flown", "$97 back, half of it as a voucher", "less the postage": states stand in the
records, amounts are shared by the calls, and a refund comes in the form that policy has.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences

_STATE = r"\b(?:is|are|was|were|been)(?: still| already| now| also| marked as| listed as| shown as)* [\"“*]*(?:pending|delivered|processed|cancell?ed|available|landed|flown(?: yet)?|in (?:basic economy|economy|business)(?: class)?)[\"”*]*"
_PART = r"(?:paid|sent|left|flown|made|sold|held|lost|taken|put|kept|packed|[a-z]+(?:ed|ing))"
_HANGS = re.compile(
    rf"{_STATE}(?:,| and|, and|,? but)(?: (?:and|was|were|is|are|just|only|now))* (?P<tail>(?:not|half|partly|partially|just|nearly|almost) (?:been )?{_PART}\b[^.;:!?,]*|(?:was|were|is|are) {_PART}\b[^.;:!?,]*|(?:waiting|changed|delayed|packed|paid|held|moved|on hold)\b[^.;:!?,]*|and (?:was|were) {_PART}\b[^.;:!?,]*)(?=\s*(?:[.,;:!)]|\Z|\bso\b))",
    re.IGNORECASE,
)
_OWN_STATES = re.compile(
    r"\b(?:cancell?ed|delivered|booked|insured|covered|pending|processed|returned|requested|exchanged|according|including|included|containing|regarding|holding|using|unchanged|shipped|refunded)\b|\d",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"(?:,| -|–|—|\() ?(?:and )?(?:half|most|part|some|a (?:third|quarter|part|bit|little)|the (?:rest|bulk|remainder|other half)) of (?:it|that|this|which|the (?:amount|money|refund|sum))\b(?![^.;]*\$\d)",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\bas (?:an? )?(?P<form>store credit|vouchers?|credit notes?|coupons?|cash|points|miles|bank transfer|check|cheque|discount)\b",
    re.IGNORECASE,
)
_DEDUCTS = re.compile(
    r"\b(?:less|minus|after deducting|not counting|before|plus|apart from) (?:the|an?|our|your|any) (?:usual |small |little |normal |\w+ )?(?P<what>postage|(?:shipping|delivery)(?! (?:zip|post|address|city|state|country))|handling|packing|restocking|surcharge|tip|commission|duty|duties|(?:service|handling|booking|processing|transaction|bank|card|cancellation|change) (?:charges?|fees?|costs?))\b",
    re.IGNORECASE,
)
_ONCE_CHECKED = re.compile(
    r"\b(?:once|after|as soon as|when) (?:we|they|our \w+|the warehouse)(?:['’]ve| have| has)?(?: had)? (?:checked|inspected|examined|tested|approved|reviewed|looked at|verified|assessed|cleared)\b",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:refund\w*|money|back|credited|card|account|repaid|paid)\b", re.IGNORECASE)
_REDUCED = re.compile(
    r"\b(?:on sale|marked down|discounted|at a discount|reduced (?:price|to|from)|special (?:price|offer)|clearance|introductory price|bargain price)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:leaves?|leaving)(?: you)? (?:a bit|a little|something|some|a few (?:dollars|cents)) (?:left|over|on it|spare|remaining)\b|\benough for (?:an?|one|another|two)(?: more)? (?:bag|ticket|trip|flight|item|order|passenger)s?\b",
    re.IGNORECASE,
)
_SOLD_OUT = re.compile(
    r"\b(?:nearly|almost|practically|as good as) (?:sold out|gone|full|fully booked|out of stock)\b|\bwon['’]t be (?:made|produced|sold|restocked)\b",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"\b(?:an?|the|our|any) (?:courier|carrier|driver|postman|messenger|delivery (?:man|service))s? (?:picks?|collects?|comes?|will|brings?|takes?|fetches|can)\b|\bdrop (?:it|them|this|the \w+)(?: off)? at\b|\bthe original (?:box|carton|packing|wrapping)\b"
    r"|\bthe new (?:\w+ ){0,3}(?:is|are)(?: already| now)* (?:on (?:its|their|the) way|shipped|dispatched|packed|coming)\b",
    re.IGNORECASE,
)
"""How a thing would go back, or come: an e-mail tells it, and no agent."""
_CASHED = re.compile(
    r"\bcan be (?:paid|cashed) out\b|\b(?:paid|cashed|exchanged|turned) (?:out )?(?:in|into|for) cash\b|\b(?:left|rest|remainder) of (?:the|your) certificate\b[^.;]*\b(?:stays?|remains?|is kept|goes back)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|nothing|without|neither|nor|cannot|if|whether|would you|or)\b|n['’]t\b", re.IGNORECASE
)
_WANTED = "what a record, a call or policy bears out"


def tailed(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that hangs onto a state, or an amount, what nothing bears out."""
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        if _of_state(ground, sentence) or _of_amount(ground, sentence):
            yield sentence, _WANTED


def _of_state(ground: Ground, sentence: str) -> bool:
    hangs = _HANGS.search(sentence)
    return (
        hangs is not None
        and not _OWN_STATES.search(hangs["tail"])
        and not _heard(ground, re.findall(_PART, hangs["tail"])[0])
    )


_FORMS = (_SHARED, _FORM, _DEDUCTS, _ONCE_CHECKED, _REDUCED, _VAGUE, _SOLD_OUT, _CARRIED, _CASHED)


def _of_amount(ground: Ground, sentence: str) -> bool:
    return any(_apart(ground, sentence, form, match) for form in _FORMS for match in form.finditer(sentence))


def _apart(ground: Ground, sentence: str, form: re.Pattern, match: re.Match[str]) -> bool:
    if _NOT.search(sentence, max(0, match.start() - 25), match.start()):
        return False
    if form is _ONCE_CHECKED:
        return _BACK.search(sentence) is not None
    if form is _SHARED:
        spoken = re.compile(r"\b(?:half|part|split|rest|third|quarter|most|some of)\b")
        return not any(map(spoken.search, ground.heard))
    if form in (_VAGUE, _SOLD_OUT, _CARRIED, _CASHED):
        return not any(match[0].lower() in heard for heard in ground.heard)
    told = match.groupdict().get("form") or match.groupdict().get("what") or match[0]
    return not _heard(ground, re.findall(r"[a-z]+", told.lower())[0 if form is not _REDUCED else -1])


def _heard(ground: Ground, word: str) -> bool:
    return any(word.lower() in heard for heard in ground.heard)
