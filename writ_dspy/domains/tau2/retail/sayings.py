"""How a customer says what has no value of its own: which items, "the original method", why, and what is asked for."""

from __future__ import annotations

from writ_dspy.domains.sayings import Sayings

_ORIGINAL = (
    r"\boriginal\w*\b|\b(?:method|card|account|way|whatever|what|how|one|payment|it|order|same)\b[^.!?;]{0,30}\b(?:paid|charged|billed|used|pay)\b(?!, but)|\b(?:paid|pay) (?:with|by|for|through)\b(?!.*\b(?:paypal|gift card|credit card)\b)|"
    r"\bsame (?:method|card|account|payment|way)\b|\bwhere (?:it|the money) came from\b|\b(?:payment )?method (?:of|on|from) (?:(?:the|that|my) )?(?:order|purchase)\b|\bhow i paid\b"
)
_NOUNS: dict[str, str] = {
    "Smartphone": r"smart ?phones?|phones?|cell ?phones?|mobile", "Bicycle": r"bicycles?|bikes?", "E-Reader": r"e-?readers?", "T-Shirt": r"t-?shirts?|tees?|shirts?",
    "Headphones": r"head ?phones?|headset", "Luggage Set": r"luggage|suitcases?", "Backpack": r"back ?packs?|rucksack|pack", "Grill": r"grills?|barbecue|bbq",
    "Wireless Earbuds": r"ear ?buds?|ear ?phones?", "Dumbbell Set": r"dumbbells?|weights?", "Running Shoes": r"shoes|sneakers|trainers|runners",
    "Sneakers": r"sneakers|shoes|trainers", "Bookshelf": r"book ?shel(?:f|ves)|book ?case|shelf", "Hiking Boots": r"boots", "Sunglasses": r"sun ?glasses|shades|glasses",
    "Tea Kettle": r"kettle", "Electric Kettle": r"kettle", "Skateboard": r"skate ?board|board", "Notebook": r"notebooks?", "Makeup Kit": r"make-?up",
    "Fleece Jacket": r"fleece|jacket", "Air Purifier": r"purifier", "Laptop": r"laptop|notebook computer|computer", "LED Light Bulb": r"bulbs?|led lights?|light bulbs?",
}  # fmt: skip
SAYINGS = Sayings(
    forms={
        **{name: rf"\b(?:{words})\b" for name, words in _NOUNS.items()},
        "no longer needed": r"\b(?:no longer|longer|anymore|any more|unneeded|unnecessary|changed my mind|not needed)\b|\b(?:n't|not|never) (?:really )?(?:need|want|have use)\w*\b|\bno (?:need|use)\b|\bplans? changed\b",
        "ordered by mistake": r"\b(?:mistake|mistaken\w*|accident\w*|error|unintentional\w*|oops|wrongly|inadvertently)\b|\b(?:didn't|did not|never) (?:meant?|intend(?:ed)?|want(?:ed)?) to\b",
        "credit_card": r"(?<!gift )(?<!gift-)\b(?:cards?|visa|mastercard|amex)\b",
        "gift_card": r"\bgift[ -]?cards?\b",
        "paypal": r"\bpay ?pal\b",
        "delivered": r"\b(?:delivered|received?|arrived|got|already have|delivery)\b",
        "pending": r"\b(?:pending|not (?:yet )?shipped|hasn't (?:been )?(?:shipped|arrived|come)|waiting|still|on its way|open|unshipped|not (?:here|arrived))\b",
        "cancelled": r"\bcancel\w*\b",
        "processed": r"\bprocess\w*\b",
    },
    ideas={
        "payment": (_ORIGINAL,),
        "refund": (_ORIGINAL,),
        "items": (
            r"\b(?:re-?order|in stock|available|still (?:sell|carry|have|stock))\b",
            r"(?<!refund )(?<!put )(?<!send )(?<!charge )(?<!wrote )\beverything(?! (?:runs|down|is|was|went|gets?|i needed|else|has|about)\b)|\b(?:all|each|every)(?: one| single)? (?:(?:of )?(?:it|them|the items|those|these|the things|its items)|(?:the )?(?:items?|things?|products?|articles?|pieces?))\b|\b(?:whole|entire|complete|full) (?:order|thing|lot|purchase|delivery|package|parcel)\b|\bthe lot\b",
        ),
        "address": (
            r"\bdefault\b|\bon file\b|\bprofile\b|\bmy account\b|\bsaved\b|\bhome address\b|\bmain address\b|\bregistered\b",
            r"\bcancell?ed\b",
            r"\bsame (?:new )?address\b|\bthat (?:same |new )?address\b|\bidentical\b|\blive there\b|\b(?:for|of|on|with) the (?:other )?order\b|\bsame (?:again|there|one|for)\b|\bthere too\b|\bas well\b|\blikewise\b",
        ),
        "version": (r"\bsame\b|\bidentical\b|\bmatch\w*\b|\bexchange\b",),
        "order": (r"\ball (?:of )?(?:my|the)\b|\beach of\b|\bevery\b",),
        "fallback": (_ORIGINAL, r"\breturn\w*\b", r"\bcancel\w*\b", r"\bdefault\b"),
        "question": (
            r"\brefund\w*\b|\bmoney back\b|\bget back\b|\bcoming back\b|\bgetting back\b|\breimburs\w+",
            r"\btracking\b|\bshipment\b",
            r"\b(?:how many|number of|count of)\b.{0,30}\b(?:versions?|variants?|options?|items?|orders?|products?|kinds?|pieces?|them|there|in stock)\b",
            r"\bprices?\b|\bcosts?\b|\bhow much\b|\btotal\b|\bpay\b|\bcome to\b|\bcame to\b",
        ),
    },
    cues={
        "order": r"\b(?:orders?|ordered|purchases?|delivery|bought|got|shipment|parcel|package|that one|the one|(?:one|which|that) (?:with|contain\w*|includ\w*|has|where)|it's the|belongs"
        r"|one (?:that |which )?(?:the |my )?\w+(?: \w+){0,3} (?:is|was|went|came) in(?:to)?)\b",
    },
    again={
        "payment": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "refund": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "address": r"\bsame (?:\w+ )?address\b",
        "cabin": r"\bsame (?:cabin|class)\b",
    },
    asks={
        "reason": r"\b(?:reason|why)\b",
        "items": r"\b(?:which|what|items?|products?)\b",
        "payment": r"\b(?:payment|pay|method|settle)\b",
        "refund": r"\brefund\w*\b",
    },
    names={"budget": "limit", "version": "version", "question": "question"},
)  # fmt: skip
