"""What a question is about that an airline agent asks, by the slot that answers it."""

from __future__ import annotations

_BACK = r"\b(?:return\w*|back|home(?:ward)?|inbound|second leg)\b"
_WAY = rf"(?:(?!{_BACK})[^.?!\n])*"
"""A stretch of a sentence that does not speak of the way back."""
_DAY = r"\b(?:dates?|days?|when|week|departure day)\b(?! of birth)"
_CHOICE = (
    r"\bprefer\w*|\bpreferences?\b|\bmatters?\b|\bpriorit\w+|\bcriteri\w+|\b(?:non-?stop|direct|stops?|stopovers?|layovers?|connections?)\b|"
    r"\b(?:cheap|fast|quick|short|earl|lat|pric)\w*|\btimes?\b|\bmorning\b|\bevening\b|\b(?:choose|pick|select|decide)\b|\bwhich\b[^.?!\n]{0,30}\b(?:flights?|options?)\b|\bwhich (?:one|of (?:them|these|those))\b(?:(?! to )[^.?!\n])*\b(?:like|prefer|book|suits?|works?|choose|take)\b|"
    r"\bcertain flight\b|\bflight (?:number )?in mind\b|\boption (?:\d|[a-c])\b"
)

ABOUT: dict[str, str] = {
    "identity": (
        r"\buser[ -]?(?:id|name)\b|\b(?:account|profile|member(?:ship)?|customer) (?:id|number|name)\b|\bidentif\w+|\bverif\w+|\bauthenticat\w+|"
        r"\bwho (?:am i|you are|i am|is this)\b|\byour (?:full |first |last )?name\b|\bidentity\b|\byour (?:user |account |profile )?id\b|\b(?:find|locate|access|open|look up|pull up) your (?:profile|account)\b"
    ),
    "reservation": (
        r"(?<!on the )(?<!on your )\b(?:reservation|booking)s?\b|\bconfirmation (?:number|code|id)s?\b|\bitinerary\b|\bwhich (?:trip|flight)\b|\bpnr\b|\breference\b|\bthe trip\b|\bbooking (?:id|number)\b|"
        r"\bwhich (?:one|of (?:these|those|them|your))\b[^.?!\n]*\b(?:cancel|change|mean|modify|about|concern\w*|return|exchange|talking)\b"
    ),
    "route": (
        r"\bwhere\b|\borigin\b|\bdestinations?\b|\bairports?\b|\bcit(?:y|ies)\b|\broute\b|\b(?:flying|departing|traveling|travelling|fly|depart|travel|leav\w+) (?:from|to)\b"
    ),
    "part": (
        r"\bparts?\b|\b(?:whole|entire) (?:trip|journey|itinerary|reservation)\b|\ball of it\b|\beverything\b|\bboth (?:ways|directions|legs|flights)\b|\b(?:one|which) (?:direction|leg|way)\b|"
        r"\bways? (?:there|back|out)\b|\boutbound\b|\binbound\b|\breturn\b|\bwhich\b[^.?!\n]{0,30}\bflights?\b"
    ),
    "dates": rf"(?:^|[.?!:\n,;]|\band\b){_WAY}{_DAY}",
    "return_dates": rf"{_DAY}[^.?!\n]*{_BACK}|{_BACK}[^.?!\n]*{_DAY}",
    "choice": _CHOICE,
    "return_choice": rf"(?:{_CHOICE})[^.?!\n]*{_BACK}|{_BACK}[^.?!\n]*(?:{_CHOICE})",
    "trip": r"\bone[ -]?way\b|\bround[ -]?trip\b|\breturn (?:flight|trip|ticket)\b|\bboth ways\b|\b(?:trip type|type of (?:trip|ticket|flight))\b|\bcoming back\b",
    "cabin": r"\bcabins?\b|\bclass(?:es)?\b|\beconomy\b|\bbusiness\b",
    "passengers": (
        r"(?<!per )(?<!a )\b(?:passengers?|travel+ers?)\b|\bwho(?:'s| is| are| will| else)\b[^.?!\n]*|\b(?:people|person|adults?|companions?)\b|\b(?:travel\w*|fly\w*|com\w+) (?:with|alone)\b|\bdates? of birth\b|"
        r"\bbirth ?dates?\b|\b(?:full )?names\b|\bhow many (?:tickets|seats|of you)\b"
    ),
    "bags": r"\bbags?\b|\bbaggage\b|\bluggage\b|\bsuitcases?\b|\bpieces?\b",
    "insurance": r"\binsur\w+|\bcoverage\b|\bprotection\b",
    "payment": r"\bpay\w*|\bcards?\b|\bcertificates?\b|\bvouchers?\b|\bcharg\w+|\bmethods?\b|\bbill(?:ed|ing)?\b|\brefund\w*\b",
    "budget": r"\blimits?\b|\bbudget\b|\bmaximum\b|\bmax\b|\b(?:at|the) most\b|\bup to\b|\bspend\b|\bprice (?:cap|range|ceiling)\b|\bhow much\b|\bceiling\b",
    "which": r"\bwhich (?:one|of (?:them|these|those|the (?:two|three|four)))\b[^.?!\n]*\b(?:mean|is it|about|take|talking|referring)\b|\bthe (?:first|former) or the (?:second|latter)\b",
    "reason": r"\breasons?\b|\bwhy\b|\bwhat (?:made|makes|led|happened)\b|\bbecause\b|\bcause\b",
    "person": r"\bwhich (?:passenger|travel+er|name|person|of (?:the|them))\b|\bwhose\b|\bwho\b(?! (?:am i|you are|i am|is this))|\bpassengers?\b|\btravel+ers?\b",
    "details": r"\bdetails?\b|\bnew (?:passenger|travel+er|name|person)\b|\bnames?\b|\bbirth\b|\binstead\b|\bspell\w*|\bcorrect\b|\bdob\b|\breplac\w+",
    "flight": r"\bflights?\b|\bwhat happened\b|\bdates?\b|\bdelay\w*|\bcancell?(?:ed|ation)\b",
    "wish": r"\bwhat (?:can|could|would|should|may|shall)\b|\bhow (?:can|could|may|should|would)\b|\bhop(?:e|ing)\b|\bexpect\w*|\blooking for\b|\blike\b|\bcompensat\w+|\bresol\w+",
    "condition": r"\bconditions?\b|\bconditional\w*|\bdepend\w*|\bcheck\b|\bcircumstances?\b|\bfor certain\b|\bunless\b|\bprovided\b|\bcriteri\w+|\bfirst\b",
    "fallback": (
        r"\balternativ\w+|\binstead\b|\bsecond (?:choice|option)\b|\bback-?up\b|\botherwise\b|\bplan b\b|\bin that case\b|\bnext best\b|"
        r"\b(?:not|n't|isn't|cannot|can't|un)[^.?!\n]{0,20}(?:possible|allowed|work|available|an option)\w*|\bhow (?:should|shall|would|do)\b[^.?!\n]*\b(?:proceed|continue|go on)\b|"
        r"\bwhat (?:would|should|shall|do|can|could|may)\b[^.?!\n]*\b(?:do|like|prefer|rather|next|want)\b"
    ),
    "scope": r"\bwhich\b|\bwhat\b|\bexactly\b|\bprecisely\b|\bknow\b|\blook (?:up|at|into)\b|\btrips?\b|\bbookings?\b|\bdates?\b|\binformation\b|\binclude\b",
}
"""Slot key -> a pattern of what a question in lower case speaks of that the slot answers."""
