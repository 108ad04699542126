"""Conceded: what policy denies is not done all the same, this once, on the quiet, or at another time.

A concession has a mark of its own: it goes against what stands before it ("still", "all the same"), counts itself as a single case ("just this
once"), lets the rule go ("waive", "bend", "look the other way"), or puts the deed off to where the rule would not see it ("ask once more tomorrow").
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.verify.noise import Written, bag
from writ_dspy.verify.sentences import sentences

_WORDS = bag("""exception exceptions anyway anyhow regardless nevertheless nonetheless same still quietly secretly quiet once time trick loophole workaround way waive waived bend bending overlook
    pass eye tomorrow next again later rule rules behind between promise though somehow backdoor month even nobody come courtesy favor favour kindness us house rules bending over above beyond against""")
_NOT = re.compile(
    r"\b(?:not|no|never|cannot|unable|neither|nor|without|nobody|wish|if i could|instead|rather than)\b|n't\b"
)
_WILL = r"(?:i|we)(?:'ll| will| can| could| shall|'m going to| am going to|'m| am)(?: (?:just|gladly|happily|simply|certainly|then|now|still))*"
_DO = r"(?:do|make|get|put|let|see|arrange|grant|allow|approve|have|push|squeeze|slip|run|sort|manage|book|change|cancel|add|remove|process|enter|refund|return|exchange)\w*"
_IT = r"(?:(?:to it that )?(?:it|that|this|you|yours|your \w+|the \w+))\b"
_ALL_THE_SAME = r"(?:anyway|anyhow|all the same|just the same|regardless|nevertheless|nonetheless|after all|despite (?:that|it|the \w+)|in spite of (?:that|it)|even so|quietly|secretly|on the quiet|without anyone noticing|as an exception|by way of exception|for once|(?:just|only) this (?:once|one time|time))"
_THIS_ONCE = r"(?:(?:just|only) (?:for )?this (?:once|one time|time)|for once|as an exception|by way of exception|between (?:us|you and me|ourselves))"
_CONCEDES = (
    re.compile(rf"\b{_WILL} {_DO} {_IT}[^.;:]*\b{_ALL_THE_SAME}"),
    re.compile(rf"\b{_THIS_ONCE},? {_WILL}\b|\b{_WILL} [^.;:]*\b(?:just (?:for )?this once|as an exception|by way of exception|between us)\b"),
    re.compile(rf"\b(?:still|however|but|yet|nevertheless|nonetheless|even so),? (?:[^.;]{{0,60}}?\b)?{_WILL} {_DO} {_IT}[^.;:]*\b(?:for you|done|through|happen|quietly|somehow)\b"),
    re.compile(r"\b(?:i|we)(?:'ll|'d| will| can| could|'m going to| am going to)?(?: \w+)? (?:make|grant|allow|arrange)(?: you)? (?:an|one|this|another|a (?:small|little|one-time|single)) exception\b"),
    re.compile(r"\b(?:i|we)(?:'ll| will| can| could|'m going to)(?: \w+)? (?:waive|bend|ignore|overlook|bypass|skip|stretch|relax|drop|suspend|get around|work around) (?:the|this|that|it|our|a|your) ?(?:rules?|policy|polic\w+|price|fee|limit|condition|requirement|restriction|difference|once)?\b"),
    re.compile(r"\b(?:turn a blind eye|look the other way|let (?:it|this|that|you) (?:pass|slide|slip|through)|close (?:an|my) eyes?|(?:nobody|no one) (?:will|has to|needs to) (?:know|notice|see)|our little secret|just this (?:once|one time)|(?<!not )(?<!n't )(?<!never )(?<!without )(?:bending|stretching|relaxing|ignoring) (?:the|our|a|this) (?:\w+ )?(?:rules?|policy|limit))\b"),
    re.compile(r"\b(?:there(?:'s| is)|i know|i have) (?:an?|one) (?:\w+ )?(?:trick|loophole|back ?door|workaround|way around (?:it|this|that|the \w+))\b"),
    re.compile(r"\b(?:ask|write|call|try|come back|contact|message|book|come)\b[^.;?]{0,30}?\b(?:again|once more|tomorrow|next (?:week|month|time|year)|later|another time|in a (?:day|week|few \w+))\b[^.;?]{0,25}?\b(?:then|and|it(?:'ll| will)|i(?:'ll| will)|we(?:'ll| will))\b[^.;?]{0,20}?\b(?:allowed|possible|work|put|do|done|go|grant(?:ed)?|approved?|permitted|change|cancel|waive|let|fine|accepted)\b"),
    re.compile(r"\bas an? (?:courtesy|favou?r|kindness)\b|\b(?:is|are|be|goes|one['’]s|it['’]s) on (?:us|the house|me)\b(?! to\b)"),
    re.compile(r"\beven (?:if|though) (?:it|that|this)(?:['’]s| is| goes) (?:over|above|beyond|against) (?:the|our|your) (?:limit|rules?|policy|allowance|maximum)\b"),
    re.compile(r"\b(?:rule|policy)\b[^.;?]{0,30}\b(?:doesn't|does not|won't|need not|needn't) (?:have to )?(?:apply|count|hold|matter|bind)\w*(?: to| for)? (?:you|this|us|here|today)\b"),
)  # fmt: skip
_BUT = 2
"""The one that says so by the deed alone."""
_DEED = re.compile(r"\b(book|chang|cancel|add|remov|refund|return|exchang|swap|modif)")
_DENY_THEMSELVES = (5, len(_CONCEDES) - 1)
"""Those that say so by a no."""


def concession(said: Written) -> str:
    """The sentence of a message that grants against a rule what the rule denies."""
    if _WORDS.isdisjoint(said.bag):
        return ""
    for start, end in sentences(said.text):
        sentence = said.text[start:end]
        lower = sentence.lower().replace("’", "'")
        if lower.rstrip().endswith("?"):
            continue
        for number, pattern in enumerate(_CONCEDES):
            match = pattern.search(lower)
            if match and number == _BUT and _instead(said.text[:start] + sentence[: match.start()], match[0]):
                continue
            if match and (number in _DENY_THEMSELVES or not _NOT.search(lower, 0, match.end())):
                return sentence.strip()
    return ""


def _instead(before: str, granted: str) -> bool:
    """Whether what is granted is another deed than was spoken of before: "it can't be returned, but I can cancel it for you"."""
    own, others = _DEED.search(granted), {match[1] for match in _DEED.finditer(before.lower())}
    return own is not None and bool(others) and own[1] not in others
