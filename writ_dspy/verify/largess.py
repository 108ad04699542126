"""Largess: what an agent holds out to a user on top of what the user asked for: a certificate, a credit, a lower price, something free.

A certificate that pays is the user's own, and used or taken; one that is given comes from the house to the user ("I can add one to your profile"),
or makes up for something ("for the inconvenience"). It is told by who gives what to whom, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from writ_dspy import patterns as re
from writ_dspy.verify.noise import Written, bag
from writ_dspy.verify.sentences import sentences

_CUES = bag("""compensation compensate compensated voucher vouchers certificate certificates credit credits coupon coupons discount discounts discounted bonus gesture reward rewards off code free match beat
    present gift goodwill points miles perk perks upgrade rebate cashback reimburse reimbursement""")  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|no|never|cannot|unable|neither|nor|without|nothing|afraid|sorry|declin\w+|only|if you (?:want|wish) to (?:use|pay)|unless|instead of|refus\w+)\b|n't\b"
)
_GIFT = r"(?:compensations?|vouchers?|(?:travel |gift |store |flight |account |shopping )*(?:certificates?|credits?(?! card))|coupons?|discounts?|bonus(?:es)?|gestures? of goodwill|rebates?|cashback|refund on top|(?:bonus |extra |loyalty )(?:points|miles)|perks?)"
_MANY = r"(?:an?|some|another|one|your own|\$ ?\d[\d,.]*|\d+ ?(?:%|percent|dollars?)|a (?:small|little|nice|free))"
_HOUSE = r"\b(?:i|we)(?:'ll|'d| will| can| could| would| may|'m| am| are|'re| want| wish)?(?: (?:also|gladly|happily|certainly|love|like|happy|pleased|glad|able|want|going|be|to|even|still|then|just|of course))*"
_AMENDS = r"(?:for (?:the|your|all (?:the|this|your)|this) (?:\w+ )?(?:inconvenience|trouble|troubles|wait|waiting|delay|patience|loyalty|mix-up|mishap|experience|frustration|disappointment|time)|as an? (?:\w+ )?(?:gesture|thank|token|apology|compensation|excuse|sorry|consolation)\w*(?:-you)?|to make (?:it )?up (?:for|to))"
_GIVEN = (
    re.compile(rf"{_HOUSE} (?:offer|give|send|issue|grant|provide|mail|award|hand|get|make|credit)(?: you| them| him| her| out)?\b[^.;?]{{0,40}}?\b{_MANY} (?:[\w-]+ )?{_GIFT}"),
    re.compile(rf"{_HOUSE} (?:compensate|reimburse|reward|recompense|surprise) (?:you|them|him|her|your \w+)\b"),
    re.compile(rf"{_HOUSE} (?:add|put|place|load|credit)\b[^.;?]{{0,25}}?\b{_MANY} (?:[\w-]+ )?{_GIFT}\b[^.;?]{{0,30}}?\b(?:to|on|onto|in|into) your (?:profile|account|wallet)\b"),
    re.compile(rf"\b(?:would you (?:like|accept|prefer|want)|do you want|how about|what about|may i offer|can i offer|could i offer|want)(?: you)? {_MANY} (?:[\w-]+ )?{_GIFT}\b(?=[^.;]*\b{_AMENDS})"),
    re.compile(rf"\b(?:would|will|could|might) {_MANY} (?:\$ ?[\d,.]+ )?(?:[\w-]+ )?{_GIFT} (?:make|help|cheer|do|be (?:ok|okay|fine|welcome|nice|enough|all right|acceptable|of (?:help|interest)))\b"),
    re.compile(rf"\b{_GIFT}\b[^.;]{{0,40}}?\b{_AMENDS}|\b{_AMENDS}[^.;]{{0,60}}?\b{_MANY} (?:[\w-]+ )?{_GIFT}\b"),
    re.compile(rf"\byou(?:'re| are|'d be| would be| have been)(?: also| still)? (?:entitled to|eligible for|owed|due|granted|awarded)\b[^.;]{{0,15}}?\b(?:{_MANY} )?(?:[\w-]+ )?{_GIFT}\b"),
    re.compile(rf"\bthere(?:'s| is| are)\b[^.;]{{0,25}}?\b{_GIFT}\b[^.;]{{0,30}}?\b(?:for you|waiting|if you want|in it for you)\b|\byou(?:'ll| will)? (?:also )?(?:get|receive|find|earn|have)\b[^.;]{{0,15}}?{_MANY} (?:\$ ?\d+ )?{_GIFT}\b[^.;]{{0,25}}\b(?:customer|next|inbox|for free|as a|on top|from us|on us)\b"),
    re.compile(r"\b(?:as a|for a) (?:loyal|valued|good|long-time|long-standing) (?:customer|member|guest)[^.;]{0,20}? (?:you(?:'ll| will)? (?:get|receive|have)|(?:i|we)(?:'ll| will| can) (?:give|offer))\b"),
    re.compile(rf"{_HOUSE} (?:match|beat|undercut) (?:an?|any|the|their|every) (?:\w+ )?(?:price|offer|fare)s?\b"),
    re.compile(rf"{_HOUSE} (?:throw|toss) in\b|{_HOUSE} (?:knock|shave|take|cut)\b[^.;]{{0,15}}?(?:\$ ?\d[\d,.]*|%|\bpercent|\ba bit|\bsomething) off\b"),
    re.compile(r"\b(?:\d+ ?%|\w+ percent|\$ ?\d+) off\b|\b(?:use|enter|with|apply) (?:the |this |my )?(?:promo |discount |coupon )?code\b (?=\S)|\bfree (?:shipping|delivery|upgrade|express)\b(?= (?:next|on|for|with|this)\b|[.!,]|$)"),
)  # fmt: skip
"""Ways in which something is held out; the last ones are of prices."""
_SENT = re.compile(r"\b(?:has been|have been|was|were|is|are) (?:now )?(?:sent|issued|added|credited)\b")
PAYS = bag("certificate certificates credit trouble bonus discount discounts")
"""Words of a user that ask for nothing on top by themselves: a certificate may be what the user pays with."""


def held_out(said: Written) -> str:
    """The sentence of a message that holds out something on top."""
    if _CUES.isdisjoint(said.bag):
        return ""
    for start, end in sentences(said.text):
        lower = said.text[start:end].lower().replace("’", "'")
        if not (_NOT.search(lower) or _SENT.search(lower)) and any(pattern.search(lower) for pattern in _GIVEN):
            return said.text[start:end].strip()
    return ""


def asked(heard: AbstractSet[str], words: AbstractSet[str]) -> bool:
    """Whether a user's words ask for something on top, rather than name what pays."""
    return not (words - PAYS).isdisjoint(heard)
