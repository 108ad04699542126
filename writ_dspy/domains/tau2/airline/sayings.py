"""How a traveler says what has no value of its own: who flies, which part of a trip, why, and what is asked for."""

from __future__ import annotations

from writ_dspy.domains.sayings import ELSEWISE_PAID, HERE, PAID_BY, Sayings

_BAG = r"\b(?:checked |check-in |extra |more |additional )*(?:bags?|suitcases?|luggage|pieces?|baggage)\b"
_HEALTH = (
    r"\b(?:flu|doc(?:tors?)?|ill|illness|sick|sickness|surgery|surgeon|operation|infections?|hospital\w*|health|medical\w*|injur\w+|unwell|fever|"
    r"disease|virus|covid|pneumonia|diagnos\w+|under the weather|(?:my|her|his|a|the) (?:leg|arm|ankle|foot|knee|wrist|hip|shoulder)|brok(?:e|en) (?:my|her|his))\b"
)
_ILL = (
    r"\b(?:flu|ill|illness|sick|sickness|surgery|infections?|injur\w+|unwell|fever|disease|virus|covid|pneumonia|diagnos\w+|under the weather|hospitali[sz]ed|(?:in|into|to) (?:the )?hospital\b(?! (?:shift|job))|"
    r"doc(?:tor)?(?:'s orders|s? (?:says?|said|won't|forbids?|told|ordered))|brok(?:e|en) (?:my|her|his))\b"
)
"""Whoever names a doctor or a hospital may work there."""
_OF_ANOTHER = rf"^(?!.*\b(?:colleague|co-?worker|workmate|team ?mate|boss|manager|supervisor|employee|assistant)s?\b(?:,? (?!(?:i|i'm|i've|me|we|we're|us|my|our)\b)[\w']+){{0,5}},? {HERE})"
"""Where a reason stands: an illness of whoever is at work with the user is none of a traveler's own, whose work it leaves to the user."""
_WEATHER = r"\b(?:storms?|stormy|hurricanes?|blizzards?|snow\w*|floods?|flooding|tornado\w*|cyclones?|typhoons?|(?:bad|severe|terrible|awful) weather|weather (?:warning|alert|forecast|is (?:bad|awful|terrible)))\b"
_AIRLINE = (
    r"\bflights?\b.*\b(?:cancel\w*|scrapped|delay\w*|called off)\b|\byou(?:'ve| have)? (?:cancel\w*|scrapped)|\bairline\b.*\b(?:cancel\w*|scrapped)|"
    r"\b(?:cancell?ed|delayed|scrapped) flight\b|\byou(?: guys| people| lot| all|'ve| have)* (?:cancel|scrap|delay|call)\w*\b(?=.*\b(?:flights?|legs?|planes?|off|it|one)\b)|\byou (?:people )?cancel\w*"
)
_THING = r"(?:wedding|meeting|conference|event|appointment|exam|party|visit|concert|reunion|interview|plan|plans|vacation|training|workshop|funeral)"
_LIFE = (
    rf"\b(?:because|due to|that's why|owing to|on account of)\b|\breason\b|\bsince (?:i|we|my|our|the|it|they|he|she)\b|\bas (?:i|we) (?:have|can't|cannot|don't|won't|need)\b|"
    rf"\b(?:my|our|the|a|this) (?:\w+ |\w+'s ){{0,2}}{_THING}\b(?! (?:starts?|begins?) (?:soon|now|in|at)\b)|\b{_THING} (?:was|is|isn't|has|got|were|fell|changed|moved)\b|\b(?:have|has|got) (?:an? |to attend )?{_THING}\b|\b(?:family|work|school|business|company|medical|personal|private) {_THING}\b|\b(?:have|need|got|has) to work\b|\bwork (?:that|this) (?:week|day|weekend)\b|\bmy boss\b|"
    r"\b(?:not|n't|don't) (?:\w+ )?feel like\b|\bhosts?\b|\b(?:use for|short on|out of|can't afford|cannot afford) (?:the |my |to )?(?:money|cash|budget|funds|it|go|trip)\b|\b(?:drive|driving|train|bus) instead\b|\bto drive\b|"
    r"\bsomething(?:'s| has| else| else's| else has)? (?:has )?(?:just |suddenly )?(?:come|came|comes) up\b|\b(?:other|different) plans\b|\bneeded (?:at|in|elsewhere|here)\b|(?:n't|\bnot|\bno longer) (?:be )?(?:mak|tak)(?:e|ing) (?:it|(?:the|this|that|my|our) (?:trip|journey|flight))\b|"
    r"\bemergency\b|\bchanged (?:my|our) minds?\b|(?:\bnot|n't|\bno longer) (?:be )?(?:going|able to (?:go|travel|fly|make)|travel\w*|fly\w*|make it|want to (?:go|travel|fly))\b|\bcan't (?:go|travel|make it|fly)\b|"
    r"\bchange of (?:plans?|heart|mind)\b|\bfell through\b|\bcalled off\b|\b(?:don't|do not|no longer) (?:want|need) (?:it|to go|the trip|this trip|to travel)\b|\bpassport\b|\bpregnan\w+|\bfuneral\b|\bdied\b|\bpassed away\b"
)
_THERE = r"(?:the |my |our )?(?:way (?:there|out)|outbound(?: (?:flight|leg|part))?|flight out|first leg)"
_BACK = r"(?:the |my |our )?(?:way back|return(?: (?:flight|trip|leg|part))?|flight (?:back|home)|inbound(?: (?:flight|leg))?)"
_WHEN = r"(?:on|in|at|between|from|if|with|before|after|the \d|\d|one\b|non|direct|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d)"
"""What an "only" or a "has to be" picks that is no part of a trip: a day, or a kind of flight."""
_ALONE = rf"(?:[^.\d]{{0,20}}\bonly\b(?! {_WHEN})|.{{0,20}}\b(?:(?:should|has to|must)(?! be {_WHEN})|needs|changes?|moves?|move)\b)"
_CHANGES = r"(?! (?:should|has to|have to|must|needs?|changes?|moves?|is|can|of|to be)\b)"
"""What does not follow the way there where that is all of a trip, and no part that changes."""
_ONLY_THERE = (
    rf"\b(?:only|just|merely|solely)(?: (?:need|want|book|booking|take|taking|fly|flying|for|the|a|one))* (?:way (?:there|out)|outbound|(?:trip|flight|journey|ticket) (?:out|there)|flying out|fly out)\b{_CHANGES}|\b(?:only|just) (?:fly|flying|go|going|travel|travelling|traveling|need to (?:fly|go|get)) (?:there|out|over)\b|"
    r"\b(?:only|just) (?:there|out|the way (?:there|out))(?=\W*$|,)|\b(?:way (?:there|out)|outbound|(?:trip|flight) (?:out|there)) only(?=\W*$|[,;:])"
)
_NO_RETURN = (
    r"(?:,|\band|\bbut|\bthere) not (?:back|home|the way back|to return)\b|"
    r"\b(?:no|without(?: an?| any| the)?|(?:don't|do not|won't|needn't|doesn't)(?: \w+){1,2}? (?:an?|any|the|my)) (?:return(?! (?:polic|of\b))|(?:way|trip|flight|ticket|journey|leg) (?:back|home))\b"
)
_STAYS_THERE = r"(?:\bnot|\bnever|n't)(?: \w+){0,3}? (?:(?:fly|flying|come|coming|go|going|head|heading|travel\w*) (?:back|home)|returning)\b(?! to (?:me|you|us|this|that)\b)"
_AND_BACK = (
    r"(?<!not )\b(?:to|into|for|out|there|over|go|fly|travel)\b[^.;!?]{0,45}?\b(?:and|then|plus)(?: (?:also|then|later|again|right|straight|i|we|she|he|they|come|comes|fly|flies|get|go|goes|return|of course))* (?:back|home)\b"
    r"(?! (?:to (?:me|us|you|my|this|that|the)\b|pain|ache|problem|office|country|address))|\b(?:need|want|like|book|take|with) (?:the|a|my) (?:way|flight|trip|journey) (?:back|home)\b"
)
"""A way with the way home behind it: "to Miami and back again"."""
_BACK_ON = (
    r"\b(?:com(?:e|ing)|fly(?:ing)?|go(?:ing)?|head(?:ing)?|get(?:ting)?|be|travel(?:l?ing)?|return(?:ing)?) (?:back |home )+(?:again )?(?:on|by|around|between|after|may|either|the \d)|"
    r"(?:^|[,;:.–-] |\band |\bplus )(?:then |again )?(?:back|home|return) (?:again |home )?(?:on |by |between |either |from )?(?:the )?(?:may \d|\d{1,2}(?:st|nd|rd|th)|\d{1,2} (?:of )?may)"
)
_ASKED_FOR: dict[str, str] = {
    "cancel": r"\bcancel(?:ing|ling|lation|led|ed)?\b(?! (?:by you|flights?)\b)|\bcall(?:ing)? (?:it|(?:the|my|our|this|that) (?:\w+ )?trip|that|everything|all of it) off\b",
    "book": r"\b(?:book|reserve|buy)(?:ing)? (?:me |us )?(?:a|an|another|one more|some|the|"
    r"two) (?:\w+ ){0,2}(?:flights?|trips?|tickets?|seats?|reservations?)\b|\bbook (?:anything|"
    r"something)\b",
    "move": r"\b(?:move|reschedule|rebook|shift|change|switch|pick|choose)(?:ing)?\b (?:it|me|us|(?:the|my|our|"
    r"this|that|other|another|new|different) (?:\w+ )?(?:flights?|dates?|days?|trips?|reservations?|"
    r"bookings?))\b(?! to (?:business|economy|basic))(?: (?:to|for) (?:another|a different|a later|"
    r"an earlier|the) (?:day|date|flight))?",
    "change the cabin": r"\bupgrad\w+\b|\bdowngrad\w+\b|\b(?:change|switch|move|put) (?:it |me |us |my seats? |the (?:cabin|"
    r"class) )?(?:to|in|into) (?:business|economy|basic|first)\b|\bchange (?:the|my|our) (?:cabin|class)\b",
    "add bags": r"\b(?:add|bring|check in|take(?! off)|put|need|want|have|get(?! rid)|book)(?:ing)?\b[^.;,]{0,30}\b(?:bags?|suitcases?|luggage)\b(?! (?:\w+ ){0,3}?(?:off|away|removed?|cancell?ed|dropped|taken)\b)",
    "remove bags": r"\b(?:remove|drop|cancel|take off|delete|get rid of|cut(?: down| back)?(?: on)?|reduce)\b[^.;,]{0,20}\b(?:bags?|suitcases?|luggage)\b|\btake\b[^.;,]{0,20}\b(?:bags?|suitcases?|luggage) off\b",
    "change passengers": r"\b(?:add|remove|change|swap|replace|drop)\b[^.;,]{0,24}\b(?:passengers?|travell?ers?)\b",
    "be compensated": r"\b(?:be )?compensat\w+\b|\b(?:want|like|give me|send me|expect|deserve|"
    r"owe me)\b[^.;,]{0,20}\b(?:vouchers?|certificates?|a? ?credit)\b(?! card)",
    "insure": r"\b(?:add|buy|get|include|want|need|take)\b[^.;,]{0,18}\b(?:insurance|coverage)\b",
    "choose seats": r"\b(?:want|like|get|give me|prefer|reserve|book|choose|assign)\b[^.;,]{0,24}\b(?:window|aisle|"
    r"exit row) (?:seat)?|\bseat assignment\b|\bcheck(?:ing)? (?:me|us) in\b",
    "run the account": (
        r"\bupgrad\w* (?:my|the|our) (?:membership|account|status)\b|"
        r"\b(?:close|delete|deactivate|terminate) (?:my|the|this|our) (?:\w+ )?(?:account|profile|"
        r"membership)\b|\b(?:chang|updat|reset)\w* (?:my|the|our) (?:phone|e-?mail|password|address)\b"
    ),
}
_PARTS = (
    r"\b(?:all|(?:the )?(?:whole|entirety|entire)) of (?:it|that|this|(?=\w*\d)[a-z0-9]{6}|(?:the|my|our|this|that) (?:trip|journey|reservation|booking|itinerary))\b|\bfrom (?:start|beginning|begin|end|first|top) to (?:finish|end|last|bottom)\b|\b(?:each|every)(?: single| last| one of its| of its)? (?:flights?|legs?|way|segments?|part)\b|\bin (?:full|its entirety|both directions)\b|\b(?:way there|outbound|there)(?:,| and| as well as| plus| along with)+ (?:the )?(?:way back|return|inbound|back)\b|\ball (?:new|other|different) flights\b|\ball (?:should|must|can|has|have|need|needs|move|moves|change|changes)\b|\beverything(?: (?:in|on|of) it)?\W*$|\b(?:whole|entire) (?:trip|thing|journey|reservation|booking|itinerary)\b|\bboth (?:ways|directions|flights|legs)\b|\beverything (?:should|has|needs|must|moves|changes)\b|\ball (?:the |my )?flights\b|\b(?:complete|full) (?:trip|journey)\b|\bthere and back\b|\boutbound and return\b",
    r"\bway there\b|\boutbound\b|\bway out\b|\bgoing out\b|\bdeparting (?:flight|leg)\b|\bfirst (?:leg|part|half)\b|\bflight (?:out|there)\b|\bgetting there\b|\boutgoing\b",
    r"\bway back\b|\breturn (?:flight|trip|leg|part|only|journey)\b|\b(?:the|my|only|just) return\b|\binbound\b|\bflight (?:back|home)\b|\b(?:trip|journey|way|leg) (?:back|home)\b",
)
"""How people say which part of a trip they mean: all of it, the way there, the way back."""
SAYINGS = Sayings(
    forms={
        "one_way": rf"\b(?:one|1)[ -]?way\b|\b(?:just |only |in )?one direction\b|\bsingle (?:ticket|trip|flight|journey)\b|{_ONLY_THERE}|{_NO_RETURN}|{_STAYS_THERE}",
        "round_trip": rf"{_AND_BACK}|{_BACK_ON}|\bround[ -]?trip|\breturn (?:ticket|trip|journey)\b|\bboth (?:ways|directions)\b|\bthere and back\b|\b(?:come|coming|fly|flying|go|going|get|be) back (?:on|by|around|may|again|after|between)\b|\b(?:coming|flying) back\b(?! (?:from|to me))|\breturn(?:ing)? (?:on|by|may|between)\b|\bout and back\b",
        "credit_card": r"(?<!gift )(?<!gift-)\b(?:cards?|visa|mastercard|amex|american express)\b",
        "gift_card": r"\bgift[ -]?cards?\b",
        "certificate": r"\b(?:certificates?|vouchers?)\b",
        "business": r"\b(?:business|biz)\b",
        "basic_economy": r"\bbasic\b(?! (?:questions?|things?|info\w*|ideas?|stuff|needs?|rules?|facts?))",
        "economy": r"(?<!basic )(?<!basic-)(?<!premium )\b(?:econ(?:omy)?|eco|coach)\b",
        "yes": r"(?<!n't )(?<!not )(?<!never )(?<!bother )\b(?:with|add|(?:throw|toss|put) in|include|want|need|get|take|have|like|buy|insured|yes|yeah|yea|yep|yup|sure|okay|ok|aye)\b(?:(?!\b(?:no|nope|nah|not|without)\b|n't\b)[^.!?;]){0,40}\b(?:insur\w+|cover(?:age)?|protection)\b(?!(?:(?!\b(?:but|bags?)\b)[^.!?;]){0,20}\b(?:no(?! (?!thanks|thank|please|way|need|sir)\w)|none|nope|nah|not|isn't|unnecessary|out|off|pass)\b)|(?:^|[.!?;,:]|\bbut\b|\band\b)(?:(?!\b(?:no|nor|nope|nah|not|without|skip|leave|drop|decline|forget)\b|n't\b)[^.!?;,]){0,30}?\b(?:insur\w+|coverage|protection)\b(?:(?!\bbut\b)[^.!?;]){0,12}\b(?:yes|yeah|yep|yup|sure|definitely|please|too|as well|included|(?:is|would be|sounds) (?:fine|good|great|welcome))\b|(?<!not )(?<!n't )\b(?:be|feel|fly|travel) insured\b|\b(?:one|two|three|four|five|six|\d+) (?:checked )?(?:bags?|suitcases?) (?:and|plus|with) (?:the |travel |some )*insurance\b|\bbut (?:the |travel |some )*insurance\W*$|\binsure (?:me|us|it|him|her|them|both|every(?:one|body)|(?:the|my|our|this) \w+)\b",
        "no": r"\b(?:no|nor|neither|nah|nope|not|without|skip|decline|don't|do not|won't|leave out|pass on|n't|forget)\b(?: (?!but\b|just\b|and\b|or\b)[\w'-]+){0,3}? \b(?:insur\w+|cover(?:age)?|protection)\b|\b(?:no|nor|neither|nah|nope|not|without|skip|decline|don't|do not|won't|leave out|pass on|n't|forget)\b(?:(?!\b(?:but|yes|yeah|just)\b|,(?: and| plus)? with\b)[^.!?;]){0,40}\b(?:insur\w+|cover(?:age)?|protection)\b(?!\W{1,3}(?:yes|yeah|yep|yup|sure|definitely|too|also|as well|included)\b)|\b(?:insur\w+|coverage|protection)\b(?:(?!\b(?:but|yes|yeah|bags?)\b)[^.!?;]){0,20}\b(?:no(?! (?!thanks|thank|please|way|need|sir)\w)|none|nope|nah|not|isn't|declined|unnecessary|pass|off|out|aside|(?:i|we)(?: \w+ly| just)? (?:(?:don't|do not|won't|will not|wouldn't)(?: \w+ly| be)? (?:need|want|take|buy|require|needing|taking)|can (?:do|live) without))\b|\buninsured\b",
    },
    counted={"bags": rf"{_BAG}|\b(?:\d|one|two|three|four|five|six|seven|eight|nine|ten) (?:to check|checked)\b(?! (?:in|out|on|my|the|it|that|this|with)\b)"},
    ideas={
        "passengers": (
            (
                r"\b(?:nobody|no one|noone) (?:but me|else)\b|\b(?:just|only|simply) (?:me|myself)\b|\b(?:ticket|book it|it's|booking|seat) (?:is )?(?:only |just )?for (?:me|myself)\b(?! and)|\bby myself\b|"
                r"\b(?:i'm|i am|i'll be|i(?:'ll| will)? (?:fly|travel|go)|fly\w*|travel\w*|going|just me|there)(?: all| completely| just| entirely| quite| only)* on my own\b|\b(?:nobody|no one|no-one|noone)(?:'s| is|'ll be| will be)?(?: else)?(?:'s| is|'ll be| will be)? (?:coming|going|flying|travell?ing|joining|along|with me)\b|\b(?:have|got|bring|bringing|take|taking) (?:nobody|no one) (?:with|along)\b|\b(?:without|no) (?:any )?compan(?:y|ions?)\b|\bunaccompanied\b|\b(?:one|a single) (?:ticket|seat) for me\b|\b(?:travel\w*|fly\w*|going) alone\b|\balone\b|\bsolo\b|\bi'?(?:m| am) the (?:only|sole|single)\b|\b(?:single|sole|only) (?:passenger|traveler|traveller)\b|"
                r"\b(?:just|only) (?:(?:little|old|plain|good|poor|lonely) ){1,2}me\b|(?<!from )\bone (?:passenger|person|traveler|traveller|adult)\b(?! (?:can|has))|\b(?:party|group) of one\b|\bi(?:'ll| will|'m| am) (?:be )?(?:fly|travel)\w* (?:alone|by myself)\b|^(?:it's |for )?me(?: only| alone)?\W*$|"
                r"\bi(?:'m| am| will be|'ll be) (?:the )?(?:passenger|traveler|traveller|one (?:flying|traveling))\b|\bmyself\b|\bmy (?:own )?details\b"
            ),
        ),
        "part": _PARTS,
        "route": _PARTS,  # as the tasks of 0.1.0 call it
        "reason": (_AIRLINE, _HEALTH, _WEATHER, _LIFE),
        "flight": (
            r"\bfirst\b|\b1st\b",
            r"\bsecond\b|\b2nd\b",
            r"\bthird\b|\b3rd\b",
            r"\bfourth\b|\b4th\b",
        ),
        "wish": (
            (
                r"\bcompensat\w+|\b(?:make|making) (?:it|this|that) up\b|\bmake up for\b|\bmake amends\b|\bgoodwill\b|\breimburs\w+|\bsomething (?:back )?for (?:the|my|that|this|all)\b|"
                r"\b(?:want|like|get|expect|deserve|give me|send me|offer\w*|ask\w* for|owed?|some|any) (?:\w+ ){0,3}(?:vouchers?|certificates?|credit)\b"
            ),
        ),
        "scope": (
            r"\bhow many\b(?=.*\b(?:together|all|every|each|over|across)\b)|\b(?:all|every|each)\b.*\bhow many\b|\bcount (?:up )?(?:the|all|my)\b|\btogether\b|\badd(?:ed|ing)? up\b|\btotal\w*\b|\baltogether\b|\bin all\b|\boverall\b|\bsum\b|\bcosts?\b|\bhow much\b|(?<!\bi )(?<!\bwe )(?<!\byou )\b(?:comes?|adds?|amounts?)(?: up)? to\b|\bset (?:me|us) back\b",
            r"\bfares?\b|\bprices?\b|\bcheapest\b|\bcosts?\b|\bhow much\b",
            r"\bcosts?\b|\bextra\b|\bsurcharge\b|\bhow much\b|\bprices?\b|\bcharged?\b|\bpay\b",
        ),
        "reservation": (r"\ball (?:of )?(?:my|the)\b|\bevery\b|\beach\b(?! (?:of (?:them|those)|way|other|person|passenger|bag)\b)|\bmy (?:only )?(?:trip|booking|reservation)s?\b",),
    },
    extra={
        "choice": (
            r"\b(?:one|1|single|exactly one|with a|via a)[ -](?:stop|layover|connection|stopover|change)\b(?!.{0,20}\b(?:either|is fine)\b)|\bone-?stop\b|\b(?:only|just|exactly) (?:one|1|a single) (?:stop|layover|connection|stopover|change)\b|\b(?:one|1|a single) (?:stop|layover|connection|stopover|change) (?:only|exactly|max)\b|\bwith (?:a )?(?:connection|layover|stopover)\b|\bconnecting\b|\bchang(?:e|ing) (?:planes |flights )?once\b|\bone change\b",
            r"(?<!not )(?<!not a )\b(?:non-?stop|direct(?:ly)?)\b|\bno (?:stop|layover|connection|stopover)s?\b|\bwithout (?:any |a )?(?:stop|layover|connection|change)\w*\b|\b(?:don't|not) (?:want to )?change planes\b",
        ),
    },
    again={
        "payment": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "refund": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "address": r"\bsame (?:\w+ )?address\b",
        "cabin": r"\bsame (?:cabin|class)\b",
    },
    asks={
        "bags": _BAG,
        "insurance": r"\binsurance\b",
        "passengers": r"\b(?:passengers?|travell?ers?|who)\b",
        "reason": r"\b(?:reason|why|how come|what (?:happened|came up|made you|makes you|led))\b",
        "cabin": r"\b(?:cabin|class)\b",
        "trip": r"\b(?:one[ -]way|round[ -]trip)\b",
        "payment": r"\b(?:pay|paying|payment|charge)\b",
    },
    either=(
        r"\b(?:non-?stop|direct)\b.{0,40}\b(?:or|and|as well as|also|too)\b.{0,30}\b(?:stop|stops|one-stop|connect\w*|layover)\b|\bstop is fine\b|\beither is fine\b|"
        r"\b(?:one[ -]stop|stops?)\b.{0,30}\b(?:or|and)\b.{0,20}\b(?:non-?stop|direct)\b"
    ),
    which={
        "dates": r"\b(?:dates?|days?|when)\b", "budget": r"\b(?:budget|limit|maximum|max|cap|ceiling)\b", "person": r"\bwho\b|\bwhich (?:passenger|of)\b", "details": r"\bwho\b|\bname\b",
        "choice": r"\b(?:which|what|how|any)\b[^.?!]{0,60}\b(?:flights?|choose|pick|select|prefer\w*|stops?|times?)\b|\b(?:non-?stop|direct|stops?|layovers?|connections?)\b",
        "reservation": r"\b(?:which|what|whose)\b[^.?!]{0,40}\b(?:reservations?|bookings?|trips?|one)\b|\b(?:reservation|booking|confirmation) (?:number|id|code)\b",
        "part": r"\b(?:whole|part|parts|outbound|return|which flights?|all of|both)\b", "wish": r"\b(?:what|how)\b[^.?!]{0,40}\b(?:like|want|expect|hop(?:e|ing)|do for you|do about|make (?:it|this) (?:right|up))\b",
    },
    names={
        "trip": "trip type", "choice": "flight", "return_choice": "return flight", "budget": "limit", "route": "route", "part": "part of the trip", "wish": "compensation",
        "scope": "question", "person": "passenger who leaves", "details": "new passenger",
    },
    choices={
        "cabin": {
            "basic economy": r"\bbasic[ _-]economy\b|\bbasic(?= (?:class|cabin|fare|is|please|ticket))",
            "economy": r"(?<!basic )(?<!basic-)(?<!premium )\b(?:economy|coach)\b",
            "business":
                r"\bbusiness(?! (?:trips?|travel\w*|meetings?|partners?|hours?|days?|matters?|reasons?|appointment|"
                r"lunch|dinner|conference|event|card|with|owner|is(?! (?:what|the (?:one|class|cabin)|better|fine|nicer|my choice))|as usual|"
                r"call))(?<!on business)(?<!my business)(?<!own business)(?<!the business)(?<!in business of)\b",
            "first": r"\bfirst[ -]class\b|\bpremium economy\b",
        },
        "trip": {
            "one way": rf"\bone[ _-]?way\b|\bsingle ticket\b|{_ONLY_THERE}|{_NO_RETURN}",
            "round trip": r"\bround[ _-]?trip\b|\breturn (?:ticket|trip)\b(?! (?:flight|part))|\b(?:come|coming|fly|flying|be|get) back (?:on|by|around)\b",
        },
        "insurance": {
            "insurance":
                r"\binsurance: yes\b|(?<!no )(?<!no travel )(?<!without )(?<!without travel )(?<!out )\b(?:with|add|(?:throw|toss|put) in|"
                r"want|need|take|have|like|include|get|put on|buy) (?:\w+ ){0,4}insurance\b(?!:)|\b(?:cover|insure|protect) (?:me|us) against\b|(?<!not )(?<!n't )(?<!un)\b(?:feel|be|fly|travel|rather|better|feel \w+) insured\b(?! (?:any|through|by|with|already|elsewhere|privately))|\b(?:add|want|include|buy|take|get|need|like|with) (?:\w+ ){0,3}(?:travel )?(?:protection|cover(?:age)?)\b(?! (?:from|page|letter|story))|\b(?:travel |trip )?protection\b.{0,40}\b(?:include|add|put|good to have)\b|\binsurance,? (?:yes|please|"
                r"too)\b|(?<!not )(?<!n't )\binsure (?:it|me|us|them|everybody|everyone|(?:the|my|our|this|that) \w+)\b",
            "no insurance":
                r"\binsurance: no\b|\b(?:scrap|drop|cancel|leave out|leave off|better without|rather without|without)(?: (?:the|any))? (?:travel )?(?:insurance|protection|cover(?:age)?)\b|\b(?:leave|take) (?:the |any )?(?:travel )?(?:protection|cover(?:age)?) (?:out|off|away)\b|"
                r"\b(?:don't|do not|no longer|needn't)(?: (?:need|want|have) to)? be (?:insured|covered)\b|\b(?:leave|keep) (?:\w+ ){0,2}insurance (?:off|out|aside)\b|\binsurance\W{1,3}no\b(?! (?:problem|worries))|\b(?:no|nor|neither|nah|nope|without|skip|decline|leave out|pass on|forget|don't (?:want|need|add|"
                r"include)|do not (?:want|need|add|include)|not (?:want|need|add)|"
                r"won't need) (?:\w+ ){0,3}insurance\b(?!:)|\b(?:insurance|protection|cover(?:age)?),? (?:i|we)(?: \w+ly| just)? (?:(?:don't|do not|won't|will not|wouldn't)(?: \w+ly| be)? (?:need|want|take|buy|require|needing|taking)|can (?:do|live) without)\b|\bwon't be needing (?:\w+ ){0,2}insurance\b",
        },
        "stops": {
            "nonstop":
                r"(?<!not )(?<!not a )(?<!no )\b(?:non-?stop|direct)\b|\bno (?:stop(?:over)?s?|layovers?|connections?)\b|"
                r"\bwithout (?:any |a )?(?:stop(?:over)?s?|layovers?|connections?)\b|\b(?:can't do|don't want(?: any)?|"
                r"don't want to) (?:layovers?|change planes)\b",
            "one stop":
                r"\b(?:one|1|a|single|exactly one)[ -](?:stop|layover|connection|stopover)\b(?! (?:either|too|"
                r"at all))|\bconnecting flights?\b",
            "more stops": r"\b(?:two|three|2|3|several|multiple) (?:stops|layovers|connections|stopovers)\b",
        },
        "part": {
            "the way there":
                rf"\b(?:only|just) (?:{_THERE})|\b(?:{_THERE})\b{_ALONE}",
            "the way back":
                rf"\b(?:only|just) (?:{_BACK})|\b(?:{_BACK})\b{_ALONE}",
            "all of it": r"(?<!\bcancel )(?<!\bcancel the )(?<!\bcancel my )(?<!\bcancel this )(?<!\bcancel that )\b(?:all of it|whole trip|entire trip|both (?:ways|directions|flights|legs))\b",
        },
        "reason": {
            "an illness": _ILL, "the weather": _WEATHER, "the airline": _AIRLINE, "something else": _LIFE,
        },
        "method": {
            "credit card":
                r"(?<!gift )(?<!gift-)\b(?:credit ?cards?|credit_card\w*|debit cards?|visa|mastercard|amex|"
                r"american express|(?:my|the|that|a|which|your|other|same|this|on|by|with) cards?)\b",
            "gift card": r"\bgift[ _-]?cards?(?![a-z])",
            "certificate": r"\b(?:travel )?(?:certificates?|certificate_\w+|vouchers?)\b",
            "another":
                rf"{ELSEWISE_PAID}|\b(?:cash|bitcoins?|crypto\w*|(?:wire|bank) transfer|pay ?pal|apple ?pay|google ?pay|venmo|zelle|"
                r"klarna|cheque|money order|(?<!collect )(?<!collecting )(?<!earn )(?<!earning )miles|bank account)\b|\b(?:his|her|their|somebody else's|someone else's|"
                r"(?:my|our) (?:late )?\w+'s) (?:\w+ ){0,2}(?:card|account|american express|visa|mastercard)\b",
            "same": r"\bsame (?:way|method|card|payment)\b",
        },
    },
    stands={"method": PAID_BY, "reason": _OF_ANOTHER},
    about={"cancel": ("trip", "reservation", "booking", "flight"), "move": ("flight", "trip", "reservation", "booking"), "add bags": ("bag", "luggage"), "change passengers": ("passenger", "traveler"), "change the cabin": ("cabin", "class")},
    wishes=_ASKED_FOR,
    wished_by={
        "cancel_reservation": ("cancel",), "book_reservation": ("book", "add bags", "insure", "change passengers", "move"),
        "update_reservation_flights": ("move", "change the cabin", "book"), "update_reservation_baggages": ("add bags",),
        "update_reservation_passengers": ("change passengers",), "send_certificate": ("be compensated",),
    },
    open={
        "cabin": r"class(?:es)?|cabins?", "stops": r"stops?|layovers?|stopovers?|connections?|non-?stops?|direct flights?|changing planes",
        "method": r"cards?|payment(?: methods?)?|methods?", "trip": r"trip type",
    },
    counted_things={
        r"bags?|suitcases?|luggage|baggage|pieces?|of (?:them|those|these)|times": r"total_baggages|passengers",
        r"passengers?|travell?ers?|tickets?|seats?|people|persons?|adults?|of us|of them": r"passengers",
    },
)  # fmt: skip
