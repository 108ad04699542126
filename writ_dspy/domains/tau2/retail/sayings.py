"""How a customer says what has no value of its own: which items, "the original method", why, and what is asked for."""

from __future__ import annotations

from writ_dspy.domains.sayings import ELSEWISE_PAID, PAID_BY, Sayings

_ORIGINAL = (
    r"\boriginal\w*\b|\b(?:method|card|account|way|whatever|what|how|one|payment|it|same)\b[^.!?;]{0,30}\b(?:pa(?:id|yed)|charged|billed|used|(?<!to )(?<!must )(?<!should )(?<!will )(?<!'ll )(?<!would )pay)\b(?!, but| (?:to|with|by|through|from) (?:a|my|the) )|\b(?:method|card|account|way|whatever|what|how|one|payment)\b[^.!?;]{0,20}\b(?:order(?:e?d|ing)|bought|purchased|placed)\b[^.!?;]{0,20}\b(?:with|by|through|on|using)\b(?! (?:a|my|the) )|\b(?:pa(?:id|yed)|pay) (?:with|by|for|through)\b(?!.*\b(?:paypal|gift card|credit card)\b)|"
    r"\bsame (?:method|card|account|payment|way)\b|\b(?:where|place|way) (?:it|that|the money) came from\b|\b(?:like|as|how|the way|where|what|whatever|however) (?:i|we) (?:\w+ ){0,2}(?:paid|payed|pay|used)\b|\bsame (?:\w+ )?as (?:when|before|back then|last time|the order|i |we )|\b(?:like|as) (?:before|last time|back then)\b|\b(?:payment )?method (?:of|on|from) (?:(?:the|that|my) )?(?:order|purchase)\b|\bhow i pa(?:id|yed)\b|\b(?:as|like)(?: (?:on|in|for|with|at))? (?:the|that|this|my|its)(?: \w+)? (?:order|purchase)\b"
)
_NOUNS: dict[str, str] = {
    "Smartphone": r"smart ?phones?|phones?|cell ?phones?|mobile", "Bicycle": r"bicycles?|bikes?", "E-Reader": r"e-?readers?", "T-Shirt": r"t-?shirts?|tees?|shirts?",
    "Headphones": r"head ?phones?|headset", "Luggage Set": r"luggage|suitcases?", "Backpack": r"back ?packs?|rucksack|pack", "Grill": r"grills?|barbecue|bbq",
    "Wireless Earbuds": r"ear ?buds?|ear ?phones?", "Dumbbell Set": r"dumbbells?|weights?", "Running Shoes": r"shoes|sneakers|trainers|runners",
    "Sneakers": r"sneakers|shoes|trainers", "Bookshelf": r"book ?shel(?:f|ves)|book ?case|shelf", "Hiking Boots": r"boots", "Sunglasses": r"sun ?glasses|shades|glasses",
    "Tea Kettle": r"kettle", "Electric Kettle": r"kettle", "Skateboard": r"skate ?board|board", "Notebook": r"notebooks?", "Makeup Kit": r"make-?up",
    "Fleece Jacket": r"fleece|jacket", "Air Purifier": r"purifier", "Laptop": r"laptop|notebook computer|computer", "LED Light Bulb": r"bulbs?|led lights?|light bulbs?",
}  # fmt: skip
_PRODUCTS = (
    "Action Camera", "Air Purifier", "Backpack", "Bicycle", "Bluetooth Speaker", "Bookshelf", "Coffee Maker", "Cycling Helmet", "Desk Lamp", "Digital Camera",
    "Dumbbell Set", "E-Reader", "Electric Kettle", "Electric Toothbrush", "Espresso Machine", "Fleece Jacket", "Gaming Mouse", "Garden Hose", "Grill", "Headphones",
    "Hiking Boots", "Indoor Security Camera", "Jigsaw Puzzle", "LED Light Bulb", "Laptop", "Luggage Set", "Makeup Kit", "Mechanical Keyboard", "Office Chair",
    "Patio Umbrella", "Perfume", "Pet Bed", "Portable Charger", "Running Shoes", "Skateboard", "Smart Thermostat", "Smart Watch", "Smartphone", "Sneakers",
    "Sunglasses", "T-Shirt", "Tablet", "Tea Kettle", "Vacuum Cleaner", "Wall Clock", "Water Bottle", "Wireless Earbuds", "Wristwatch", "Yoga Mat",
)  # fmt: skip
_PLURALS = "|".join(rf"(?:\w+ )?{name.lower().rpartition(' ')[2]}s" for name in _PRODUCTS if not name.endswith("s"))
_ONE = r"(?:the|my|an?|this|that|these|those|both|another|one|two|three|new)"


def _product(name: str) -> str:
    """How a product is named: in full, or by its last word behind an article."""
    whole = name.lower().replace("-", "[- ]?").replace("smart", "smart ?")
    last = whole.rpartition(" ")[2]
    return rf"\b{whole}s?\b" if last in _COMMON or " " not in whole else rf"\b{whole}s?\b|\b{_ONE} (?:\w+ )?{last}s?\b"


_COMMON = {
    "maker",
    "set",
    "machine",
    "bed",
    "cleaner",
    "mat",
    "kit",
    "bulb",
    "charger",
    "bottle",
    "watch",
    "chair",
    "speaker",
    "camera",
}
"""Last words that name no product by themselves, or several."""
_IT = r"(?:it|them|that|this|those|these|both|everything|(?:the|my|that|this|one|all|an?) [\w# -]{1,40}?)"
_PARCEL = (
    r"(?:it|them|that|this|these|those|both|everything|(?:the|my|that|this|both|an?) (?:\w+ )?"
    r"(?:orders?|packages?|parcels?|items?|things?|delivery|shipment)(?: \S+)?)"
)
_ASKED_FOR: dict[str, str] = {
    "cancel": r"\bcancel\w*\b|\bcall(?:ing)? (?:it |that |the order )?off\b|\bscrap (?:it|the|that|my)\b",
    "return": rf"\breturn(?:ing)?\b(?! (?:policy|label|address|time|of))|\b(?:send|give|take)(?:ing)? {_IT} back\b|"
    rf"\b(?:send|give|take)(?:ing)? back\b",
    "exchange": r"\bexchang\w+\b|\bswap\w*\b|\breplac(?:e|ing|ement)\b|\btrad(?:e|ing) (?:it|them|in|my|the)\b|"
    r"\bswitch (?:it|them|my \w+) (?:for|to|out)\b",
    "ship": rf"\b(?:ship|send|deliver|redirect)(?:ping|ing)? {_PARCEL} (?:to|somewhere)\b|\b(?:change|update|"
    rf"modify|correct|fix|touch)(?:ing)? .{{0,24}}\baddress\b|\baddress\b.{{0,30}}\b(?:changed|updated|corrected|"
    rf"fixed)\b",
    "move the account": r"\b(?:change|update|modify|correct|edit|make|set|save)\b.{0,40}\b(?:default|profile|account|main|"
    r"home) address\b|\bmy (?:default|profile|account|main|home) address\b.{0,30}\b(?:changed|updated|"
    r"corrected)\b",
    "order": r"^(?:\w+ ){0,2}order (?:me|another|an?|one|two|some|it again)\b|\b(?:buy|purchase|want to order|"
    r"like to order) (?:me )?(?:a|an|another|one more|some|two)\b",
    "run the account": (
        r"\bupgrad\w* (?:my|the|our) (?:membership|account|status)\b|"
        r"\b(?:close|delete|deactivate|remove|terminate|cancel) (?:my|the|this|our) (?:\w+ )?(?:account|"
        r"profile|membership|subscription)\b|\bunsubscribe\b|"
        r"\b(?:phone number|e-?mail(?: address)?|password|last name)\b.{0,20}\b(?:chang|updat|reset)\w+|"
        r"\b(?:chang|updat|reset)\w* (?:my|the|our) (?:phone|e-?mail|password|last name)\b"
    ),
}
SAYINGS = Sayings(
    forms={
        **{name: rf"\b(?:{words})\b" for name, words in _NOUNS.items()},
        "no longer needed": r"\b(?:no longer|longer|anymore|any more|unneeded|unnecessary|changed my mind|not needed)\b|\b(?:n't|not|never) (?:really )?(?:need|want|have use)\w*\b|\bno (?:need|use)\b|\bplans? changed\b|\bno (?:more|further|real|longer any) (?:need|use)\b|\b(?:can|could|will|'ll) (?:do|manage|live|get by|cope) without\b|\bstopped (?:needing|using)\b",
        "ordered by mistake": r"\b(?:mistake|mistaken\w*|accident\w*|error|unintentional\w*|oops|wrongly|inadvertently|mess(?:ed|ing)? up|messed (?:it|this|that|things) up|screw(?:ed)? up|slip(?:ped)?|mis-?click\w*|mix(?:ed)?[ -]up)\b|\bwrong (?:one|thing|button|version|item|size|colou?r|model|product|option|order|kind)\b|\b(?:didn't|did not|never) (?:(?:really|even|actually) )?(?:meant?|intend(?:ed)?|want(?:ed)?) (?:to|it|that|this|them|the)\b",
        "USA": r"\b(?:u\.?s\.?a?|united states|america|states)\b|(?<![\w#-])\d{5}(?![\w-])",  # a zip code is of no other country here
        "New York": r"\b(?:nyc|manhattan)\b", "Los Angeles": r"\bl\.?a\b", "San Francisco": r"\b(?:sf|san fran)\b", "Philadelphia": r"\bphilly\b", "Washington": r"\bd\.?c\b",
        "credit_card": r"(?<!gift )(?<!gift-)(?<!cf )(?<!sd )(?<!xd )(?<!sim )(?<!memory )(?<!graphics )\b(?:cards?(?! (?:storage|slot|reader))|visa|mastercard|amex)\b",
        "gift_card": r"\bgift[ -]?cards?\b",
        "paypal": r"\bpay ?pal\b",
        "wood": r"\bwood(?:en)?\b", "gold": r"\bgold(?:en)?\b",
        "bagged": r"\bbagged\b|\b(?:with|uses|takes|has|have|having) (?:a |the |dust )*bags?\b", "bagless": r"\bbag-?less\b|\b(?:no|without|needs no) (?:a |any |dust )*bags?\b",
        "delivered": r"\b(?:delivered|received?|arrived|got|already have|delivery)\b|\b(?:that|which|it|already|has|have|just) (?:already )?c[ao]me\b(?! (?:to|from)\b)|\bcame (?:already|in|here|today|yesterday|last|broken|with)\b",
        "pending": r"\b(?:pending|waiting|still|on its way|open|unshipped|undelivered|(?:yet|still) to (?:be|come|ship|go|leave|arrive)\w*|to be (?:shipped|sent|delivered|dispatched)|in the works)\b|(?:n't|\bnot)(?: yet)?(?: even| been| actually)*(?: yet)? (?:shipped|arrived|come|gone (?:out|off)|left|go out|ship|leave|delivered|sent|dispatched|posted|mailed|here|out)\b",
        "cancelled": r"\bcancel\w*\b",
        "processed": r"\bprocess\w*\b",
    },
    ideas={
        "payment": (_ORIGINAL,),
        "refund": (_ORIGINAL,),
        "items": (
            r"\b(?:re-?order|in stock|available|still (?:sell|carry|have|stock))\b",
            r"(?<!refund )(?<!put )(?<!send )(?<!charge )(?<!wrote )\beverything(?! (?:runs|down|is|was|went|gets?|i needed|else|has|about)\b)|\b(?:goes?|going|come|send|sending|return\w*|take|give)\b[^.!?;,]{0,30}\b(?:entirely|altogether|in full|as a whole|completely)\b|\b(?:it|that|this) all\b|\ball (?:goes|go|going|has to go|must go) back\b|\b(?:nothing|none|not (?:a|one) (?:single )?(?:thing|piece|item)) (?:from|of|in) (?:it|that|this|(?:the|my|that|this) order|order|#)[^.!?;,]{0,20}\b(?:stay\w*|remain\w*|keep\w*)\b|\ball of #|\b(?:all|each|every)(?: one| single)? (?:(?:of )?(?:it|them|the items|those|these|the things|its items)|(?:the )?(?:items?|things?|products?|articles?|pieces?))\b|\b(?:whole|entire|complete|full) (?:order|thing|lot|purchase|delivery|package|parcel)\b|\b(?:whole|entirety) of (?:it|that|this|#|(?:the|my|that) (?:order|purchase))|\bthe lot\b|\b(?:all|whatever|anything|everything)(?: that| there| which)?(?:'s| is| was| were| are| lies| came)(?: there)? (?:inside|(?:in|inside|within|on) (?:it|them|there|that|this|the (?:order|box|parcel|package|orders)|(?:the )?order|#\w+))\b(?! (?:that|which|over|above|under|except|but|apart|besides|is (?:\w+ ){0,2}(?:over|above|under))\b)|\b(?:all|whatever|everything|anything) (?:that |which )?(?:it|they|(?:the|that|those) orders?) (?:contains?|holds?|includes?|has|have)\b|\b(?:all|whole|entire|complete|full)(?: of)?(?: (?:its|their|the))? contents?\b|\b(?:to|till) the (?:very )?last (?:item|thing|piece|one)\b|\b(?:n't|not|never) (?:keep|keeping)(?: back)? (?:anything|any|a thing|one)(?: of| from|\W*$)",
        ),
        "address": (
            r"\bdefault\b|\bon file\b|\bprofile\b|\bmy account\b|\bsaved\b|\bhome address\b|\bmain address\b|\bregistered\b",
            r"\bcancell?ed\b|\b(?:address|one|that)\b[^.!?;,]{0,20} (?:order|purchase|one|parcel)\b (?:that |which )?(?:i|we)(?:'m|'ve|'d| am| are| have| just| now| also| want to| asked to| asked you to| wanted to| like to| will|'ll)* cancel\w*",
            r"\bsame (?:new )?address\b|\bthat (?:same |new )?address\b|\bidentical\b|\blive there\b|\b(?:for|of|on|with) the (?:other )?order\b(?! (?:number|id|no)\b)|\bsame (?:again|there|one|for)\b|\bthere too\b|\bas well\b|\blikewise\b",
        ),
        "version": (r"\bsame\b(?! (?:procedure|story|thing|problem|question|time|day|week)\b)|\bidentical\b|\bmatch\w*\b",),
        "order": (r"\ball (?:of )?(?:my|the)\b|\beach of\b|\bevery\b",),
        "fallback": (_ORIGINAL, r"\breturn\w*\b", r"\bcancel\w*\b", r"\bdefault\b"),
        "question": (
            r"\b(?:what|how much|which|how big)\b[^.?!]{0,24}\b(?:(?:can|should|may|might|do|will|would|shall|am) (?:i|we) (?:to )?(?:be )?(?:expect\w*|get(?:ting)?|see|receiv\w+)(?! instead)|coming (?:my|our) way|(?:pay|paying|give|giving|send|sending)(?: (?:me|us))? back|(?:pay|paying|give|giving) (?:me|us))\b|\brefund\w*\b|\bhow much (?:it|that|this)(?:'ll| will| would|'s going to|'s gonna| is going to)? be\b|\bhow much (?:will|would|is) (?:it|that|this)(?: going to| gonna)? be\b|\bhow much\b[^.?!]{0,12}\b(?:i|we)\b[^.?!]{0,10}\b(?:see|get|receive|be (?:paid|given|owed|sent))\b|\bhow much\b[^.?!]{0,18}\bfor (?:me|us)(?=\W*$)|\b(?:amount|sum|figure|money)\b[^.?!]{0,12}\b(?:you|i|we)(?:'ll| will| would| are going to|'re going to|'d| can| shall)? (?:send|give|pay|transfer|get|receive|see|expect)\b|\bmoney back\b|\bget back\b|\bcom(?:es?|ing) back\b|\bgo(?:es|ing) back to (?:me|my)\b|\breturns? to (?:me|my)\b|\bgetting back\b|\breimburs\w+",
            r"\btracking\b|\bshipment\b",
            r"\b(?:how many|number of|count of)\b.{0,30}\b(?:versions?|variants?|options?|items?|orders?|products?|kinds?|pieces?|them|there|in stock)\b",
            r"\b(?:what|which|how)\b[^.;!?]{0,30}\bsav(?:e|es|ed|ings?)\b|\bmy (?:\w+ )?savings?\b|\b(?:all in all|altogether|overall)\b|\bprices?\b|\bcosts?\b|\bhow much\b(?![^.?!]{0,20}\b(?:refund\w*|back)\b)|\btotal\b|\bpay\b|\bcome to\b|\bcame to\b",
        ),
    },
    cues={
        "order": r"\b(?:orders?|ordered|purchases?|delivery|bought|got|shipment|parcel|package|that one|the one|(?:one|which|that) (?:with|w/?|contain\w*|includ\w*|has|where)|it's the|belongs"
        r"|one (?:that |which )?(?:the |my )?\w+(?: \w+){0,3} (?:is|was|went|came) in(?:to)?)\b",
    },
    again={
        "payment": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "refund": r"\bsame (?:\w+ ){0,2}(?:card|method|account|payment|way)\b|\bthat (?:card|method|account) (?:again|too|as well)\b",
        "address": (
            r"\bsame (?:\w+ )?address\b|\baddress (?:there|in it|on it|of it|that it (?:has|goes to|ships to|is going to))\b|"
            r"\b(?:address|right one|correct one)\b.*\b(?:on|in|from|of|for|with) (?:that|this|the same|said) (?:same |very )?(?:order|purchase|parcel)\b"
        ),
        "cabin": r"\bsame (?:cabin|class)\b",
    },
    asks={
        "reason": r"\b(?:reason|why|how come|what (?:happened|made you|makes you|led))\b",
        "items": r"\b(?:which|what|items?|products?)\b",
        "payment": r"\b(?:payment|pay|method|settle|refund\w*|difference|money)\b",
        "refund": r"\b(?:refund\w*|money|credited|method)\b",
        "address": r"\baddress\b",
    },
    which={
        "version": r"\b(?:versions?|variants?|options?|instead|in (?:its|their) place|replac\w+|look(?:ing)? for|for what|into what)\b", "budget": r"\b(?:budget|limit|maximum|max|cap|ceiling)\b",
        "order": r"\b(?:which|what|whose)\b[^.?!]{0,40}\borders?\b|\border (?:number|id)\b|\b(?:which|what) (?:one|order|of (?:them|these|those|your))\b",
    },
    names={"budget": "limit", "version": "version", "question": "question"},
    choices={
        "method": {
            "credit card":
                r"(?<!gift )(?<!gift-)\b(?:credit ?cards?|credit_card\w*|debit cards?|visa|mastercard|amex|"
                r"american express|(?:my|the|that|a|which|your|other|same|this|on|by|with) cards?)\b",
            "gift card": r"\bgift[ _-]?cards?(?![a-z])",
            "paypal": r"\bpay ?pal(?![a-z])",
            "original": _ORIGINAL,
            "another":
                rf"{ELSEWISE_PAID}|\b(?:cash|bitcoins?|crypto\w*|(?:wire|bank) transfer|apple ?pay|google ?pay|venmo|zelle|klarna|"
                r"cheque|money order|afterpay|store credit|bank account)\b|\b(?:his|her|their|somebody else's|"
                r"someone else's|(?:my|our) (?:late )?\w+'s) (?:\w+ ){0,2}(?:card|account|paypal|american express|"
                r"visa|mastercard)\b",
        },
        "reason": {
            "no longer needed":
                r"(?:\b(?:no longer|(?<!did )not|never(?! (?:\w+ )?wanted))|(?<!did)n't) (?:\w+ )?(?:need|want|have (?:any )?use)\w*\b.{0,20}\b(?:it|them|anymore|"
                r"any more|order|that|longer|items?)\b|\bno longer needed\b|\bunneeded\b",
            "another": r"\b(?:cheaper|better price|lower price|less)\b[^.;!?]{0,20}\b(?:elsewhere|somewhere|other (?:shop|store|site|place)|another (?:shop|store|site|place)|online)\b|\b(?:takes|taking|took) (?:me |way |far )?(?:too long|forever|ages)\b|\btoo (?:slow|expensive|pricey|dear)\b",
            "ordered by mistake": r"(?<!find )(?<!found )(?<!see )(?<!seen )(?<!spot )(?<!notice )\b(?:by|a) mistake\b(?! on)|\bby accident\b|\baccidentally\b|\bunintentional\w*\b",
        },
    },
    stands={"method": PAID_BY},
    things={name: _product(name) for name in _PRODUCTS},
    looks=(

            r"\b(?:beige|black|blue|brown|green|gr[ae]y|navy|pink|purple|red|white|yellow|orange|silver|gold|canvas|ceramic|"
            r"cotton|polyester|nylon|leather|hardshell|softshell|rubber|bamboo|maple|"

            r"silicone|stainless steel|titanium|waterproof|usb-c|amoled|lcd|xxl|xl|xs|size (?:s|m|l|xs|xl|xxl|\d{1,2})|"
            r"(?:size |in )(?:small|medium|large)|battery|usb|ac adapter|"
        r"\d+(?:\.\d+)?[\s-]?(?:l|liters?|litres?|ml|inch(?:es)?|gb|tb|mm|lbs|mp|ft|cups|bar))\b"
    ),
    about={"cancel": ("order", "purchase"), "return": ("order", "item", "thing"), "exchange": ("item", "thing", "order"), "ship": ("address",), "move the account": ("address",)},
    kept=r"\b(?:the|my|that|this|old|same) (?:\w+ )?address(?:es)?\b",
    wishes=_ASKED_FOR,
    wished_by={
        "cancel_pending_order": ("cancel",), "return_delivered_order_items": ("return",), "exchange_delivered_order_items": ("exchange",),
        "modify_pending_order_items": ("exchange",), "modify_pending_order_address": ("ship",), "modify_user_address": ("move the account", "ship"),
        "modify_pending_order_payment": ("pay",),
    },
    open={
        "method": r"cards?|payment(?: methods?)?|methods?", r"\b(?:version|variant|option|replacement|same one|other one)\b": r"(?:other )?(?:versions?|variants?|models?)|kind of thing|product",
        r"\b(?:beige|black|blue|brown|green|gr[ae]y|navy|pink|purple|red|white|yellow|orange|silver|gold)\b": r"colou?rs?", r"\bsize\b": r"sizes?",
    },
    counted_things={rf"of (?:them|those|these|it|each)|times|copies|pieces|units|people|persons|{_PLURALS}": r"item_ids"},
)  # fmt: skip
