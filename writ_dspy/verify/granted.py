"""Granted: what a service costs, who may do what, on which grounds something is done, and when money comes back, are as the policy has it.

Each is read by its role in the sentence: something is sent or fetched at nobody's cost; somebody behind the desk alone, or after all, can do it;
a third ground stands beside those of the policy; a case that no rule on refunds knows brings money back. What the user or a tool said is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.ground import Ground, policy_fees
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences

_FREE = re.compile(
    r"\b(?:free of (?:charge|cost)|for free|at no (?:extra |additional |further )?(?:cost|charge)|(?:costs?|cost) (?:you )?(?:nothing|no extra)|without (?:any )?(?:extra |additional )?(?:cost|charge|fee)s?|(?:is|are|comes?|goes?|ships?|travels?) free\b(?! to)|no (?:shipping|postage|delivery|return|collection|pick-?up) (?:costs?|fees?|charges?)|(?:on|at) our (?:cost|expense)|we (?:pay|cover|bear|take over) (?:the|for|all)|you (?:don['’]t|do not|won['’]t) (?:have to )?pay (?:for|anything for))\b"
    r"|\b(?:prepaid|pre-paid|postage-paid|post-paid|free) (?:return |shipping |postage |mailing )?(?:labels?|boxe?s?|envelopes?|stamps?|pick-?up|collection|shipping|delivery|postage)\b",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"\b(?:send(?:ing|s)?|sent|ship(?:ping|ped|s|ment)?|mail(?:ing|ed)?|post(?:ing|age|ed)?|fetch(?:ed)?|collect(?:ed|ion|s|ing)?|pick(?:ed|s|ing)?[ -]?up|deliver(?:y|ed|s)?|courier|drop(?:ping|ped)?[ -]?off|labels?|box|boxes|envelopes?|packag(?:e|ing)|parcel|pack(?:ed|ing)|return shipping|(?:the|your) return)\b",
    re.IGNORECASE,
)
_COSTS = re.compile(r"\b(?:free|cost\w*|charge|fee|prepaid|postage|shipping)\b")
_NOT = re.compile(
    r"\b(?:not|never|cannot|no longer|whether|if you (?:ask|mean)|you (?:said|asked|mentioned))\b|(?<!do)(?<!wo)n['’]t\b|\?\s*\Z",
    re.IGNORECASE,
)
_BEHIND = r"(?:supervisors?|managers?|human(?: agents?)?|colleagues?|specialists?|superiors?|team leads?|head office|headquarters|back office|(?:airport|check-in|counter|gate|ground|store|shop|billing|front desk) ?(?:staff|agents?|team|desk|counter)?|call cent(?:er|re)|hotline|phone line|bank|airline|carrier|courier|warehouse|customer (?:service|care))"
_OTHERS_CAN = re.compile(
    rf"\b(?:only |just )?(?:an?|the|our|my|your|another|one of (?:our|my)) (?:\w+ )?{_BEHIND} (?:there )?(?:(?:can|could|may|might|will)(?! not\b)(?:(?: still| perhaps| probably| also| always| easily)* (?:do|make|change|cancel|help|add|remove|approve|refund|override|waive|grant|arrange|take|book|issue|handle|decide|allow|sort|be able|put|give|fix|lift|authori[sz]e|reverse|undo|move|switch|reroute))|(?:is|are) (?:still |also |perhaps )?(?:able|allowed|authori[sz]ed|permitted|entitled) to)\b"
    rf"|\bonly (?:an?|the|our|my|your)? ?(?:\w+ )?{_BEHIND}\b|\b(?:with|through|from|by|at) (?:an?|the|our|your) (?:\w+ )?{_BEHIND} (?:it|this|that) (?:is|would be|will be) (?:possible|allowed)\b"
    rf"|\b(?:it|this|that|which) (?:can|could|may) (?:still |only )?be (?:done|changed|cancelled|added|removed|arranged|approved|refunded|made) (?:\w+ )?(?:by|at|through|with) (?:an?|the|our|your) (?:\w+ )?{_BEHIND}\b",
    re.IGNORECASE,
)
_CANNOT = re.compile(r"\b(?:not even|neither|nor|no|not|cannot|unable)\b|n['’]t\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"”\n]{3,60})[\"”]")
_THIRD = re.compile(
    r"[\"'”’*]*,? (?:or|and|nor) (?:also |because |even )?[\"'“*]*(?P<third>[a-z][a-z' -]{3,40}?)[\"'”*]*(?=[.,;:)?!]| is\b| are\b| as\b|\Z)",
    re.IGNORECASE,
)
_IN_CASE = re.compile(
    r"\b(?:if|should|in case|when|whenever|as soon as) (?:the|an?|any|your|his|her|their) (?P<what>[\w'’-]+(?: [\w'’-]+)?) (?P<does>[\w'’-]+)\b[^.;:?!]{0,50}?,\s*(?:then )?(?:you(?:['’]ll| will| can| are)? (?:also |still |then |automatically |simply )?(?:get|receive|have|be refunded|be paid|claim|refunded)|(?:the|your) (?:money|\$[\d.,]+|fare|price|amount|fee) (?:comes|goes|is|will be)|we(?:['’]ll| will)? (?:refund|pay|return|credit|give))\b(?P<rest>[^.;?!]*)",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:back|refund\w*|money|paid|credited|reimburs\w*|free)\b|\$", re.IGNORECASE)
_PRICED = bag(
    "price prices fare fares total difference new version item items cost costs flight flights order trip reservation booking return exchange refund amount airline cheaper one change"
)
_LACKING = re.compile(
    r"\bwithout (?:an?|any) (?P<what>[a-z][a-z -]{3,30}?)(?=,| such as\b| like\b| for (?:example|instance)\b| (?:a|an|the|you|one|it|no|we|this|that)\b)",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\b(?:can(?:not)?|may|must|is|are)\b|n['’]t\b", re.IGNORECASE)
_SMALL = bag(
    "a an any the of or and stop stops transfer call further other more problem doubt question hurry rush extra valid good proper acceptable accepted eligible covered sound recognized"
)
_EXAMPLES = re.compile(
    r"\b(?:without|needs?|requires?|takes?|short of|only (?:for|with|on)|calls? for) (?:an? |any |one |the )?(?:\w+ )?(?:reasons?|grounds?|causes?),? (?:such as|like|e\.g\.,?|for (?:example|instance),?|namely|i\.e\.,?) (?P<named>[^.;:!?()]+)",
    re.IGNORECASE,
)
"""Tells by examples which reasons count."""
_AS_WELL_AS = re.compile(r",\s*(?:(?:and|or) )?| (?:and|or) |/")
_SAME = {
    "health": bag("illness ill sick sickness injury injured medical hospital disease"),
    "weather": bag("storm storms snow hurricane fog flood floods ice"),
}
"""Words for what a policy calls otherwise."""


def granted(ground: Ground, text: str, *, transfers: bool = False) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that grants, or withholds, what the policy does not.

    Args:
        ground: What is known by then, with whose policy it is.
        text: The message.
        transfers: The user is to be handed over, so that others may well do it.
    """
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        wanted = (
            _sent_free(ground, sentence)
            or ("" if transfers else _by_others(sentence))
            or _on_grounds(ground, sentence)
            or _money_back(ground, sentence)
            or _lacking(ground, sentence)
            or _ill_exemplified(ground, sentence)
            or _insured_later(ground, sentence)
            or _fee(ground, sentence)
            or _each_bag(ground, sentence)
            or _included(ground, sentence)
            or _by_a_trick(ground, sentence)
            or _at_the_door(ground, sentence)
            or _for_everyone(ground, sentence)
            or _paid_back_there(ground, sentence)
        )
        if wanted:
            yield sentence, wanted


def _sent_free(ground: Ground, sentence: str) -> str:
    """That something is sent or fetched at no cost, of which nobody has said anything."""
    match = _FREE.search(sentence)
    if (
        match is None
        or _SENT.search(sentence) is None
        or _NOT.search(sentence)
        or re.search(r"\b(?:bags?|baggage|luggage)\b", sentence, re.IGNORECASE)
    ):
        return ""
    said = any(
        _COSTS.search(heard) and _SENT.search(heard)
        for heard in (*ground.heard, *(found.lower for found in ground.shown if len(found.lower) < _TEXT))
    )
    ruled = any(_FREE.search(line) and _SENT.search(line) for line in ground.domain.policy.split("\n"))
    return "" if said or ruled else "what policy has on the cost of that"


_TEXT = 400
"""Letters of a result that is a text, and no record."""


def _by_others(sentence: str) -> str:
    """That somebody else can do what cannot be done here."""
    match = _OTHERS_CAN.search(sentence)
    if (
        match is None
        or sentence.endswith("?")
        or _CANNOT.search(
            re.split(r"[,;:]|\band\b", sentence[max(0, match.start() - 20) : match.start()])[-1] + match[0]
        )
    ):
        return ""
    return (
        ""
        if re.search(r"\bif (?:any|you|the airline)\b", sentence[: match.start()])
        else "what can be done here: nobody else can do more by the policy"
    )


@lru_cache(maxsize=16)
def _grounds(domain: Domain) -> tuple[tuple[str, ...], ...]:
    """The phrases that a policy quotes as alternatives of each other: "either 'no longer needed' or 'ordered by mistake'"."""
    found = re.findall(r"either ['\"]([\w ]+)['\"] or ['\"]([\w ]+)['\"]", domain.policy)
    return tuple(found)


def _on_grounds(ground: Ground, sentence: str) -> str:
    """A further ground beside those that policy lists."""
    lower = sentence.lower()
    for few in _grounds(ground.domain):
        places = [(lower.find(one), one) for one in few]
        if min(at for at, _ in places) < 0:
            continue
        last = max(at + len(one) for at, one in places)
        third = _THIRD.match(sentence, last)
        inside = [quote.lower().strip(".,") for quote in _QUOTED.findall(sentence)]
        strange = [quote for quote in inside if quote not in few and not ground.knows(quote)]
        if strange or (
            third
            and "reason" not in third["third"]
            and third["third"].lower().split()[0] not in _GOES_ON
            and "either" not in third["third"]
        ):
            return f"{' or '.join(few)}, which are all that policy has"
    return ""


_GOES_ON = bag(
    "which what i you we is are that it please if shall should would do does tell let whichever nothing other neither none so then not just the"
)


def _money_back(ground: Ground, sentence: str) -> str:
    """A case in which money is said to come back, of which no rule on refunds knows."""
    match = _IN_CASE.search(sentence)
    if (
        match is None
        or not _BACK.search(match[0][match.end("does") - match.start() :])
        or re.search(r"\bwould\b|n['’]t\b|\bno\b|\bnot\b", match[0])
    ):
        return ""
    words = written(f"{match['what']} {match['does']}").words
    if not _PRICED.isdisjoint(words):
        return ""
    rules = [line.lower() for line in re.split(r"\n+|(?<=[.!?])\s+", ground.domain.policy) if "refund" in line.lower()]
    known = any(word[:5] in rule for word in words[:1] for rule in rules)
    return "" if known else "a refund that policy has"


def _ill_exemplified(ground: Ground, sentence: str) -> str:
    """A reason that is said to count, of which no rule knows: "without a valid reason such as a family event"."""
    match = _EXAMPLES.search(sentence)
    policy = ground.domain.policy.lower()
    for example in _AS_WELL_AS.split(match["named"].partition(", which")[0]) if match else ():
        words = [word for word in written(example).words if word not in _SMALL and len(word) > 2]
        meant = {word for word in words if word[:5] in policy} | {
            word for rule, same in _SAME.items() for word in words if rule in policy and word in same
        }
        if words and not meant:
            return "a reason that policy knows"
    return ""


def _lacking(ground: Ground, sentence: str) -> str:
    """A rule that holds without something of which neither policy nor anybody has spoken."""
    for match in _LACKING.finditer(sentence):
        if re.search(r"\b(?:i|we|you|let)\b", sentence[: match.start()], re.IGNORECASE):
            continue  # how something is done here
        words = [word for word in written(match["what"]).words if word not in _SMALL]
        strange = [word for word in words if not any(word[:5] in text for text in ground.texts)]
        if strange and len(strange) * 2 >= len(words) and _BOUND.search(sentence):
            return "a rule that policy has"
    return ""


_LATER = re.compile(
    r"\binsurance\b[^.;?!]{0,20}?\b(?:can|could|may) (?:still |also |always |even )?be (?:added|bought|taken out|purchased|included|arranged|put on)\b[^.;?!]*?\b(?:later|after(?:wards)?|until|till|up to|before (?:departure|you (?:fly|leave|travel))|any ?time|once|separately)\b"
    r"|\b(?:you|we|i) (?:can|could|may) (?:still |also |always )?(?:add|buy|take out|purchase|get) (?:the |travel |an? )*insurance\b[^.;?!]*?\b(?:later|after(?:wards)?|until|till|up to|before (?:departure|you (?:fly|leave|travel))|any ?time|separately)\b",
    re.IGNORECASE,
)


def _insured_later(ground: Ground, sentence: str) -> str:
    """That insurance can be had after the booking, where policy has it with that alone."""
    if "cannot add insurance after" not in ground.domain.policy or sentence.endswith("?"):
        return ""
    match = _LATER.search(sentence)
    return (
        "a rule of the policy: no insurance after the booking"
        if match and not _CANNOT.search(match[0]) and not _CANNOT.search(sentence[: match.start()])
        else ""
    )


_FEE = re.compile(
    r"\b(?P<what>(?:service|processing|handling|restocking|shipping|delivery|postage|transaction|admin(?:istration|istrative)?|convenience) (?:fee|charge|surcharge)|(?:booking|rebooking|change|modification|cancell?ation|exchange|return) fee) (?:of|is|was|will be|comes to|amounts to|:) ?\$?(?P<amount>\d[\d,]*(?:\.\d\d)?)(?![\d%])",
    re.IGNORECASE,
)
_EACH_BAG = re.compile(
    r"\b(?:each|every|per|an?|any|one) (?:extra|additional|further|paid) (?:checked )?bag (?:is|costs?|comes to|will be|would be|at)(?: you)? \$(?P<amount>\d[\d,]*(?:\.\d\d)?)(?!\d)",
    re.IGNORECASE,
)


def _fee(ground: Ground, sentence: str) -> str:
    """A fee by a name of its own, which neither the policy nor anybody has."""
    match = _FEE.search(sentence)
    if match is None or _CANNOT.search(sentence[: match.start()]) or sentence.endswith("?"):
        return ""
    if not float(match["amount"].replace(",", "")):
        return ""
    return "" if any(match["what"].lower() in text for text in ground.texts) else f"no {match['what'].lower()}"


def _each_bag(ground: Ground, sentence: str) -> str:
    """Another price of a bag than the policy has."""
    match = _EACH_BAG.search(sentence)
    prices = {amount for amount, words in policy_fees(ground.domain) if any(word.startswith("bag") for word in words)}
    if match is None or not prices or _NOT.search(sentence):
        return ""
    told = Decimal(match["amount"].replace(",", ""))
    return "" if told in prices else f"what a bag costs: ${' or $'.join(map(str, sorted(prices)))}"


_EXTRA = re.compile(
    r"\b(?P<what>(?:return )?shipping|postage|delivery|handling|tax(?:es)?|vat|customs|duties|freight)(?: (?:costs?|charges?|fees?))?,? (?:is |are |was |were )?(?:already |all |both )?(?:included|extra|excluded|on top|not included|comes? on top|(?:are|is) added)\b"
    r"|\b(?:includ(?:es|ed|ing)|plus|excluding|without) (?:the |all |any )?(?P<which>(?:return )?shipping(?! (?:zip|post|address|city|state|country))|postage|handling|tax(?:es)?|vat|customs|duties|freight)\b",
    re.IGNORECASE,
)


def _included(ground: Ground, sentence: str) -> str:
    """A cost that is said to be in an amount, or on top of it, of which nobody has spoken."""
    match = _EXTRA.search(sentence)
    word = (match["what"] or match["which"]).lower().split()[-1][:4] if match else ""
    spoken = any(word in text for text in (*ground.heard, *(found.lower for found in ground.shown if len(found.lower) < _TEXT)))  # fmt: skip
    return "" if match is None or spoken or "?" in sentence else "costs that policy has"


_WAY_BACK = re.compile(
    r"\byou(?:['’]re| are)?(?: \w+)? (?:can|could|may|able to|free to|welcome to) (?:also |still |always |just |simply |even )*(?P<verb>[a-z]+)\b(?P<how>[^.;?!]*?)\b(?:and|to) (?:you(?:['’]ll| will)? )?(?:get|have|receive|claim|be paid|be given) (?:all of |half of )?(?:the|your) (?:\w+ )?(?:money|amount|price|cost|fare|refund)\b",
    re.IGNORECASE,
)
_WAYS = bag("cancel return send ask request contact come write exchange choose give take bring let say tell")
"""Verbs by which money comes back, or is asked for."""


def _by_a_trick(ground: Ground, sentence: str) -> str:
    """A way to one's money that neither policy nor the user has spoken of: "refuse it at the door and get your money back"."""
    match = _WAY_BACK.search(sentence)
    if match is None or match["verb"].lower() in _WAYS or _CANNOT.search(match[0]):
        return ""
    known = any(match["verb"].lower()[:5] in text for text in ground.texts)
    return "" if known else "a refund that policy has"


_REFUSES = re.compile(
    r"\b(?:you|the (?:customer|recipient)) (?:can|could|may|might)(?: \w+)? (?P<verb>refuse|reject|decline|turn (?:it|them|the [\w ]+?) (?:away|down)|not accept|(?:hand|give) (?:it|them|the [\w ]+?) back)\b[^.;?!]*?\b(?:at (?:the|your) door|(?:on|upon) (?:delivery|arrival)|when (?:it|they|the [\w ]+?) (?:comes?|arrives?|is delivered|are delivered)|to the (?:courier|driver|carrier|mailman))",
    re.IGNORECASE,
)


def _at_the_door(ground: Ground, sentence: str) -> str:
    """A way out at the door, where policy has none: "you can refuse it on delivery"."""
    match = _REFUSES.search(sentence)
    known = match is None or any(match["verb"].lower()[:5] in text for text in ground.texts)
    return "" if known else "what policy has a way for"


_EARNS = re.compile(
    r"\b(?:every|each|any|all) (?:cancell?ed |delayed |affected |late )?(?:flights?|trips?|passengers?|customers?|travell?ers?|members?|users?|orders?|delays?|cancell?ations?)(?: \w+){0,3}? (?:earns?|gets?|receives?|brings?|qualif(?:y|ies) for|(?:is|are) (?:due|entitled to|owed|eligible for|worth)|comes? with|gives? you|entitles?(?: \w+)? to)\b(?P<what>[^.;?!]{0,40})",
    re.IGNORECASE,
)
_GIFT = re.compile(r"\b(?:one|certificates?|vouchers?|compensation|refund)\b", re.IGNORECASE)
_EARNED_BY = re.compile(r"\b(?:silver|gold) member|regular member|only compensate if", re.IGNORECASE)


def _for_everyone(ground: Ground, sentence: str) -> str:
    """That all get what policy ties to conditions."""
    match = _EARNS.search(sentence)
    gift = match and _GIFT.search(match["what"])
    if not match or not gift or _CANNOT.search(sentence[: match.end()]) or re.search(r"\bbags?\b", sentence):
        return ""
    bound = _EARNED_BY.search(ground.domain.policy) is not None and "compensat" in ground.domain.policy
    return "what policy gives, and to whom" if bound and "certificate" in ground.domain.policy else ""


_PAID_BACK = re.compile(
    r"\b(?:is|are|gets?|will be|be|comes?)(?: \w+)? (?:refunded|returned|paid back|reimbursed|credited|back)(?: to you)? (?P<when>(?:at|on|upon|after|before) (?:the |your )?(?:check-?in|airport|gate|counter|desk|boarding|arrival|landing|departure|flight|trip|journey|delivery))\b",
    re.IGNORECASE,
)


def _paid_back_there(ground: Ground, sentence: str) -> str:
    """Money that comes back at a place, or by an event, of which no rule knows."""
    match = _PAID_BACK.search(sentence)
    if match is None or _CANNOT.search(sentence[: match.end()]) or re.search(r"\b(?:if|bags?|item|thing)\b (?:is|are) returned", sentence):  # fmt: skip
        return ""
    money = re.search(r"\$|\b(?:fee|charge|amount|money|fare|cost|price|refund\w*|reimburs\w*|credited|paid)\b", sentence, re.IGNORECASE)  # fmt: skip
    known = any(match["when"].lower().split()[-1] in text and "refund" in text for text in ground.texts[1:])
    return "a refund that policy has" if money and not known else ""
