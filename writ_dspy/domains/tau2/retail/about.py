"""What a question is about that a shop's agent asks, by the slot that answers it."""

from __future__ import annotations

_PAY = r"\bpay\w*|\bcards?\b|\bmethods?\b|\bcharg\w+|\bbill(?:ed|ing)?\b|\bsettle\w*"

ABOUT: dict[str, str] = {
    "identity": (
        r"\be-?mail\b|(?s:\A(?!.*\b(?:new address|street)\b).*\bzip\b)|\bpostal code\b|\bidentif\w+|\bidentity\b|\bverif\w+|\bauthenticat\w+|\byour (?:full |first |last )?names?\b|\bfirst (?:and last )?name\b|"
        r"\bwho (?:am i|you are|i am|is this)\b|\buser[ -]?(?:id|name)\b|\b(?:account|customer) (?:id|number|name)\b|\b(?:find|locate|access|open|look up|pull up) your (?:account|profile)\b"
    ),
    "order": r"\borders?\b|\bpurchases?\b|\bdelivery\b|\bpackage\b|\bparcel\b|\bshipment\b|\bwhich (?:one|of (?:these|those|them|your))\b[^.?!\n]*\b(?:cancel|change|mean|modify|about|concern\w*|return|exchange|talking)\b",
    "items": (
        r"\bitems?\b|\bproducts?\b|\barticles?\b|\bthings?\b|\bpieces?\b|\bwhich (?:of (?:them|these|those)|one)s?\b|\bwhat exactly\b|\b(?:included?|concerned|affected)\b|"
        r"\bwhat (?:would|do|should|is it)\b[^.?!\n]*\b(?:return|exchange|change|modify|swap|replace|send back|keep)\b|\beverything\b|\ball of\b"
    ),
    "version": (
        r"\bversions?\b|\bvariants?\b|\boptions?\b|\bcolou?rs?\b|\bsizes?\b|\bmaterial\b|\breplacements?\b|\bnew (?:item|one|product)\b|\bmodel\b|\bspecif\w+|\bfeatures?\b|\binstead\b|"
        r"\bexchange (?:it|them) for\b|\bwhich (?:one|of)\b|\bprefer\w*|\blooking for\b|\bin its place\b|\bwhat (?:would|should|do|kind|sort)\b[^.?!\n,]*\b(?:like|want|have|be)\b(?! to (?:return|exchange|change|swap|modify|send))"
    ),
    "which": r"\bwhich (?:one|of (?:them|these|those|the (?:two|three|four)))\b[^.?!\n]*\b(?:mean|is it|about|take|talking|referring)\b|\bthe (?:first|former) or the (?:second|latter)\b",
    "reason": r"\breasons?\b|\bwhy\b|\bno longer needed\b|\bby mistake\b|\bwhat (?:made|makes|led|happened)\b",
    "address": r"(?<!mail )\baddress\w*|\bwhere\b[^.?!\n]*\b(?:go|ship\w*|deliver\w*|sent|send)\b|\bstreet\b|\bship\w* to\b|\bdeliver\w* to\b|\bcity\b|\bapartment\b|\bsuite\b|\bunit\b",
    "payment": rf"{_PAY}|\bgift[ -]?cards?\b|\bpay ?pal\b|\bdifference\b|\brefund\w*",
    "refund": rf"\brefund\w*|\bmoney\b|\bcredit(?:ed)?\b|\breimburs\w+|{_PAY}",
    "condition": r"\bconditions?\b|\bconditional\w*|\bunconditional\b|\bdepend\w*|\bcheck\b|\bcircumstances?\b|\bfor certain\b|\bunless\b|\bprovided\b|\bcriteri\w+|\brules?\b|\bfirst\b",
    "budget": r"\blimits?\b|\bbudget\b|\bmaximum\b|\bmax\b|\b(?:at|the) most\b|\bup to\b|\bspend\b|\bprice (?:cap|range|ceiling)\b|\bhow much\b|\bceiling\b|\bextra\b|\bprice difference\b",
    "fallback": (
        r"\balternativ\w+|\binstead\b|\bsecond (?:choice|option)\b|\bback-?up\b|\botherwise\b|\bplan b\b|\bin that case\b|\bnext best\b|"
        r"\b(?:not|n't|isn't|cannot|can't|un)[^.?!\n]{0,20}(?:possible|allowed|work|available|an option|be done)\w*|\bhow (?:should|shall|would|do)\b[^.?!\n]*\b(?:proceed|continue|go on)\b|"
        r"\bwhat (?:would|should|shall|do|can|could|may)\b[^.?!\n]*\b(?:do|like|prefer|rather|next|want)\b"
    ),
    "question": r"\bknow\b|\bquestions?\b|\binformation\b|\bwhat\b[^.?!\n]*\b(?:look up|tell you|check|find out)\b|\bdetails?\b|\bhear\b|\btell you\b|\binterested\b|\blike me to\b",
    "product": r"\bproducts?\b|\bitems?\b|\bthings?\b|\bwhich\b|\bwhat kind\b|\bin mind\b",
}
"""Slot key -> a pattern of what a question in lower case speaks of that the slot answers."""
