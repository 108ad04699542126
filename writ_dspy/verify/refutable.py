"""How people tell, without a value, what a record can refute: stops, heads, times of day, states, payments, comparisons.

Only language stands here; `refuted` compares with what was read.
"""

from __future__ import annotations

from writ_dspy import patterns as re

DENIED = re.compile(r"\b(?:not|never|neither|would|could|might|should|must)\b|n['’]t\b", re.IGNORECASE)
"""The same within one clause, up to a comma."""
OPEN = re.compile(
    r"\b(?:if|whether|when(?:ever)?|unless|until|once|(?-i:may)|looking for|search\w*|prefer\w*"
    r"|you(?:['’]d| had| have|['’]ve)? (?:want|ask|said|mention|request|wish|look|like|told)\w*)\b",
    re.IGNORECASE,
)
"""Words after which a sentence no longer states that a thing is so."""
NEXT = re.compile(
    r"\b(?:would|I (?:can|could|will)|I['’]ll|let me (?:confirm|summari[sz]e|sum up|list)|before I|as for|about your|regarding|next|another|other|also)\b|\n\s*(?:[-•*|]|\d+[.)])\s",
    re.IGNORECASE,
)
"""With which a message goes over from what was just written to something else."""
_STOPS = r"(?:stops?|stop-?overs?|lay-?overs?|connections?|plane changes?)"
DIRECT = re.compile(
    r"\b(?:is|are|['’]s|['’]re|be|booked|on|fl(?:y|ies)|go(?:es)?|travel) (?:now |all |both |on |an? )*(?:non-?stop|direct (?:flight|connection|route|trip|one)s?)\b"
    rf"|\bfl(?:y|ies) (?:you )?(?:there |straight )?(?:direct(?:ly)?|through|non-?stop)\b|\b(?:without|with no|no|zero) (?:any |a |single )*(?:{_STOPS}\b|chang\w+ (?:of )?(?:planes?|aircraft))"
    r"|\b(?:(?:wo|do|need)n['’]t|will not|do not|no need to)(?: have to| need to)? (?:change|switch) (?:planes?|flights?|aircraft)",
    re.IGNORECASE,
)
BROKEN = re.compile(
    rf"\b(?:is|are|['’]s|['’]re) (?:now |all |both |an? )*(?:one-?stop|connecting)\b|\b(?:with|has|have|includes?|involves?|makes?|there (?:is|are|will be)|there['’]s) (?:an? |one |1 |single |short |two |2 )+{_STOPS}\b(?! (?:per|each|every|a|on each|on every) day)"
    r"|\byou(?:['’]ll| will)?(?: have to| need to)? (?:change|switch) (?:planes?|flights?)\b",
    re.IGNORECASE,
)
HEADS = frozenset(("traveler", "traveller", "passenger", "person", "people", "adult", "seat", "guest"))
NOT_ALL = re.compile(
    r"\b(?:more|other|another|additional|extra|left|available|free|remaining|up to|at most|maximum|per|each|open|first|changed|new|bags?)\b",
    re.IGNORECASE,
)
"""Beside a number of people that is not all of them."""
PARTS = {"morning": (180, 750), "afternoon": (690, 1140), "evening": (960, 1439), "night": (1140, 360), "dark": (1050, 420), "noon": (660, 780), "midday": (660, 780)}  # fmt: skip
"""From when to when each part of a day lasts at most, in minutes."""
PART = re.compile(
    r"\b(?P<verb>leav\w+|depart\w*|tak(?:es?|ing) off|fl(?:y|ies)|goes?|is|are|['’]s|arriv\w+|land\w*|gets?|reach\w*)\b(?: (?!not\b)[\w()]+){0,4}?"
    rf" (?:in the|at|an?|by|late|early|after|mid|around)[ -](?P<part>{'|'.join(PARTS)})\b",
    re.IGNORECASE,
)
ARRIVES = re.compile(r"arriv|land|get|reach", re.IGNORECASE)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = re.compile(
    r"\b(?:leav\w+|depart\w*|tak(?:es?|ing) off|fl(?:y|ies|ying|ight)|set off|return\w*|(?:come|coming|get|fly) back|outbound|trip)\b[^.;\n\d]{0,25}?"
    rf"\b(?P<day>{'|'.join(DAYS)})\b",
    re.IGNORECASE,
)
GONE = re.compile(
    r"\b(?:it|(?:the|your|this|that) (?:order|reservation|booking|trip|ticket)|[#\w]*\d\w*|(?-i:[A-Z]{4,8}))\b(?: (?:still|will|just|simply|also))*"
    r" (?:stays?|remains?|stands?|is|are|will be|be|keeps?|continues?)(?: (?:still|to be|fully|otherwise|now))* (?:active|valid|there|open|in place|in effect|alive|intact|untouched|on (?:its|the) way|yours|standing|good|current)\b"
    r"|\byou(?: can| may|['’]ll| will)?(?: still)? keep (?:it|(?:the|your|this|that) (?:order|reservation|booking|trip)|[#\w]*\d\w*|(?-i:[A-Z]{4,8}))(?! in mind)"
    r"|\b(?:it|(?:the|your|this|that) (?:order|reservation|booking|trip|flight|parcel)) (?:will|is going to)(?: still| now| then| simply| just)* (?:be (?:shipped|delivered|sent|dispatched)|ship|arrive|leave|take place|go ahead)\b",
    re.IGNORECASE,
)
STILL = re.compile(r"\b(?:stays?|remains?|stands?|still|keeps?|continues?|will)\b", re.IGNORECASE)
PAID = re.compile(
    r"\b(?:(?:originally|had|you|initially|first|was|were)(?: (?:originally|had|initially|all))* (?:paid|bought|purchased|charged|ordered)|(?:the )?original payment(?: method)?(?: \w+){0,3}? (?:is|was))\b"
    r"[^.;\n]{0,40}?\b(?:with|by|using|via|through|from|to|on|is|was) (?:your |the |an? |that )?(?P<kind>pay ?pal|gift card|credit card|visa|mastercard|(?:travel )?certificate)\b",
    re.IGNORECASE,
)
KINDS = {"pay": "paypal", "gif": "gift_card", "cre": "credit_card", "vis": "credit_card", "mas": "credit_card", "cer": "certificate", "tra": "certificate"}  # fmt: skip
_METHOD = r"(?P<kind>pay ?pal|gift card|credit card|(?:travel )?certificate)"
MISNAMED = re.compile(
    rf"\b{_METHOD}(?: account)?\W{{1,3}}(?:with (?:the )?)?(?:id |number )?(?P<id>(?:credit_card|gift_card|paypal|certificate)_\d+)",
    re.IGNORECASE,
)
"""A method by its kind, with the id of one beside it."""
_GOES = r"\b(?:refund(?:s|ed|ing)?|back|return(?:s|ed)?|credit(?:s|ed)|charg(?:e|es|ed|ing)|billed|goes|sent|deducted|transferred|on (?:its|the) way|reach(?:es)?|arrives?|lands?)\b"
MOVES = re.compile(
    rf"{_GOES}[^.;\n?]{{0,40}}?\b(?:to|on|onto|from|via|using|with|reach) (?:your|the|that|this|his|her) (?:original |own |same )?{_METHOD}\b(?! balance)(?!\W{{1,3}}\w*_\d)",
    re.IGNORECASE,
)
"""Money that moves by a method that is named by its kind alone."""
_AT_ONCE = r"\b(?:right away|immediately|instantly|at once|straight away|within (?:seconds|minutes)|this (?:minute|second|moment))\b"
_GAP = r"(?:(?!\b(?:other|others|while|whereas|but|immediate\w*)\b)[^.;,\n?])"
"""Between a method and how long it takes: nothing that goes over to another one."""
SOON = re.compile(
    rf"(?:{_GOES}|\brefund\b){_GAP}{{0,60}}\b(?P<kind>pay ?pal|credit card)\b{_GAP}{{0,40}}?{_AT_ONCE}",
    re.IGNORECASE,
)
LATE = re.compile(
    rf"(?:{_GOES}|\brefund\b){_GAP}{{0,60}}\bgift card\b{_GAP}{{0,40}}?\b(?:in|within|takes?|after)(?: about| around| up to)? \d+(?: ?(?:to|-|–) ?\d+)? (?:business |working )?(?:days?|weeks?|hours?)\b",
    re.IGNORECASE,
)
IMMEDIATE = re.compile(r"\bimmediate(?:ly)? if\b[^.\n]*\bgift card\b[^.\n]*\botherwise\b", re.IGNORECASE)
"""A policy that refunds gift cards at once, and nothing else."""
CAME = re.compile(
    r"\b(?:refund|money|reimbursement|funds)\b(?: \w+){0,4}? (?:(?:has|have)(?: \w+)?|is(?: already)?|['’]s(?: already)?|are(?: already)?) (?:arrived|landed|reached you\w*|come (?:in|through)|been paid out|been deposited|in your (?:bank|account|wallet)|on your (?:card|statement)|back (?:on|in|with|already))\b|\b(?:refund|money) (?:has |have )?(?:already )?(?:reached|got to) you\b"
    r"|\byou(?:['’]ve| have) (?:already |just |now )*(?:received|gotten|got) (?:the|your|that|all) (?:full )?(?:money|refund|funds)\b",
    re.IGNORECASE,
)
FREE = re.compile(
    r"\b(?:is|was|['’]s|came|were|are|went through)(?: (?:all|completely|entirely|totally|now))* (?:free(?: of charge)?|at no (?:extra |additional )?(?:cost|charge)|for free)(?! (?:of |up|to|as)(?!charge))\b"
    r"|\b(?:cost|costs|pay|paid|owe|owed|charged)(?: you)? (?:absolutely )?(?:nothing|no money|not a cent|\$?0(?:\.00)?(?= (?:in all|for (?:it|this|that)|$)))|\bfree of charge\b|\bno charges? (?:for|on) (?:this|that|the|your) (?:booking|trip|change|exchange|reservation|order|flights?)\b|\bnothing (?:was|is|has been|had to be|to be) (?:charged|paid|billed|due|pay)\b"
    r"|\b(?:did|do|have|had|need)(?:n['’]t| not)?(?: to| have to)? pay anything\b",
    re.IGNORECASE,
)
_HOLDER = r"(?:it|you|them|(?:your|the|that|this) (?:[\w-]+ ){0,2}?(?P<kind>pay ?pal|gift card|credit card|certificate|visa|mastercard|card|account|balance)\b|(?:credit_card|gift_card|paypal|certificate)_\d+)"
TAKEN = re.compile(
    rf"\bnothing (?:was|is|has been|had to be|has to be) (?:taken|drawn|withdrawn|collected|subtracted|deducted|debited|spent|used) (?:from|off|out of|with) {_HOLDER}",
    re.IGNORECASE,
)
"""That no money was moved away from a method or a person: no word on whether the write was made."""
NO_MORE = re.compile(
    r"\b(?:no|without(?: any| an?)?) (?:extra|additional|further) (?:charges?|costs?|payments?)\b|\bno (?:charge|cost)s? (?:for|to) (?:you|this|that|the (?:change|exchange|swap))\b",
    re.IGNORECASE,
)
BACK = re.compile(
    r"\byou(?:['’]ll| will| even| also)* (?:get|receive|are getting|got) (?:some |a bit of |even )*money back\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"\b(?:bags?|baggage|luggage|insurance|fees?|shipping|return label|later|name|until|cancel\w*|certificate)\b",
    re.IGNORECASE,
)
_THE_NEW = (
    r"\bnew (?:\w+ ){0,3}?(?:is|are|was|were|costs?|comes?)(?: (?:out|at|even|a bit|a little|slightly|also|you))*"
)
_THE_OLD = r"\bold (?:\w+ ){0,3}?(?:is|are|was|were|costs?)(?: (?:even|a bit|a little|slightly|also|you))*"
_DEARER = r"(?:more|dearer|pricier|costlier|higher)"
_CHEAPER = r"(?:cheaper|less|lower)"
_BEFORE = r"(?:than|as|to) (?:what you (?:paid|have|had|chose)|(?:your|the|its) (?:old|current|original|previous|present|first|existing|other order's) ?)\b"
_IT_IS = r"\b(?:it|this|that|that one|this one|the replacement|the exchange)(?: is|'s|’s| was| costs?| comes? (?:out|to|in))(?: (?:out|at|even|a bit|a little|slightly|also|you|actually|much))*"
LESS = re.compile(
    rf"{_THE_NEW} {_CHEAPER}\b|{_IT_IS} {_CHEAPER}\b[^.;,\n]{{0,15}}? {_BEFORE}|{_THE_OLD} {_DEARER}\b|\byou(?:['’]ll|['’]ve|['’]re)?(?: will| have| are| also| even)* sav(?:e|ed|ing) (?:some )?(?:money|with|on)\b",
    re.IGNORECASE,
)
MORE = re.compile(
    rf"{_THE_NEW} {_DEARER}\b|{_IT_IS} {_DEARER}\b[^.;,\n]{{0,15}}? {_BEFORE}|{_THE_OLD} {_CHEAPER}\b", re.IGNORECASE
)
EQUAL = re.compile(
    rf"{_IT_IS} (?:exactly |just )?(?:the|at the) same(?: price| amount)? {_BEFORE}|{_THE_NEW} (?:exactly |just )?(?:the|at the) same(?: price)?\b(?! (?:color|size|material|model|type))|\b(?:no|without(?: an?y?)?) (?:price )?difference(?: in price)?\b|\bsame price as\b",
    re.IGNORECASE,
)
ONLY_IN = re.compile(
    r"\bdiffers? only\b|\bonly differs?\b|\b(?:apart|aside) from\b[^.;\n]*\b(?:identical|the same|unchanged|equal|no different)\b|\b(?:identical|the same|unchanged)\b[^.;\n]*\b(?:apart from|aside from|except|but for)\b"
    r"|\bonly (?:difference|change)\b[^.;\n]*\b(?:is|was)\b|\bonly the (?:\w+ ){1,4}?(?:differs?|is different|chang\w+|is new)\b|\bnothing (?:but|except|besides)\b[^.;\n]*\b(?:differs?|changes?|changed|is different)\b",
    re.IGNORECASE,
)
ALL_SAME = re.compile(
    r"\b(?:all(?: of (?:them|these|those))?|they all|everything|each of them)(?: \w+)? (?:cost|costs|are priced|are|have|come at) (?:exactly |just )?(?:the|at the)? ?same(?: price| amount)?\b(?! (?:color|size|route|day|brand))"
    r"|\bno difference in price\b",
    re.IGNORECASE,
)
ONLY_ONE = re.compile(
    r"\b(?:that|this|it)(?: is| was|['’]s) (?:your|the) only (?P<one>order|reservation|booking|trip)\b(?=(?: on (?:your|file)| with us| we have)?[^\w\s]| on (?:your|file)| with us|$)"
    r"|\b(?:you (?:have|hold)|you['’]ve got|there (?:is|are)|there['’]s) (?:no|not any) (?P<none>(?:other |further |more |remaining )?(?:order|reservation|booking|trip)s?(?: left| remaining)?)(?= (?:on|in|under|with) (?:your|us|file)|[.!,]|$)",
    re.IGNORECASE,
)
LISTS = {"order": "order", "reservation": "reserv", "booking": "reserv", "trip": "reserv"}
"""What people call their records, with the field of a profile that lists them."""


PEOPLE = re.compile(
    r"\b(?P<few>(?:two|three|four|five|six|seven|eight|nine|\d) of you|(?:party|group|family) of (?:two|three|four|five|six|seven|eight|nine|\d))\b|"
    r"\b(?P<both>both) (?:\w+ )?(?:travell?ers|passengers|people|of you|seats|guests)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|one|\d) (?:\w+ )?(?:travell?er|passenger|person|people|adult|seat|guest)s?\b",
    re.IGNORECASE,
)
STATE = re.compile(
    r"\b(?:status(?: of (?:it|[#\w]+|(?:the|your) \w+))?(?: now)?(?: is| shows| reads|:)|(?:stands|marked|listed|shown|recorded|counts|set|shows(?: up)?|goes|runs))(?: now| currently)?(?: to| as)?(?: now| currently)? [\"“‘'*]*"
    r"(?P<state>pending|processed|delivered|cancell?ed|(?:return|exchange)[ _-]requested|shipped|open|closed|active|confirmed|processing|on hold|returned|exchanged|refunded)\b"
    r"|\b(?:it|order|reservation|booking|trip|status|[#\w]*\d\w*) (?:is still|stays|remains)(?: still| now| currently| as)* [\"“‘'*]*(?P<kept>pending|processed|delivered|shipped|open|active|on hold|processing)\b",
    re.IGNORECASE,
)
KEPT = re.compile(
    r"\bsame (?P<what>\w+(?: \w+)?) as (?:the|your|its|it|in|before)\b|\bthe (?P<which>\w+(?: \w+)?) (?:stays|remains|is) (?:exactly )?(?:the same|unchanged)\b",
    re.IGNORECASE,
)
PAST = re.compile(r"\b(?:was|were|had|before|previously|earlier|since|because)\b", re.IGNORECASE)
THEIRS = re.compile(r"\byou\b|\b(?:on|in|under) your\b|\bwith us\b|\bon file\b", re.IGNORECASE)
MY_ONLY = re.compile(r"\bonly (?:\w+ )?(?:one|order|reservation|booking|trip|thing)\b", re.IGNORECASE)
