"""How a service agent bears itself by any policy: no opinions, no presents, no promises, no airs, and no rules of its own.

Each function looks at one message and says what it saw, or nothing.
"""

# Longer than 400 lines by a few: what no policy would have an agent say, kind by kind, each a short family of patterns.

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import values
from writ_dspy.verify.conceded import concession
from writ_dspy.verify.headcount import in_terms
from writ_dspy.verify.manners import advice
from writ_dspy.verify.noise import Written, bag, written
from writ_dspy.verify.sentences import HEDGED, asks, sentences
from writ_dspy.verify.speech import first, kind_of
from writ_dspy.verify.vocabulary import vocabulary

_NEGATED = re.compile(
    r"\b(?:not|no|never|cannot|unable|neither|nor|without|unfortunately|afraid|sorry|decline|instead of|nothing|none|don|rules? out|ruled out|prohibit\w*|forbid\w*|prevents?)\b|n['’]t\b",
    re.IGNORECASE,
)

_OPINION = (
    kind_of(
        "personally opinion view experience favorite favourite recommendation advice suggestion were",
        r"personally,? i\b", r"i(?:'d| would)? personally", r"in my (?:humble |personal |honest |own )?(?:opinion|experience)", r"in my (?:humble |personal |honest )view", r"if i were you", r"were i you",
        r"if it were (?:me|up to me)", r"my (?:personal )?(?:favou?rite|recommendation|advice|suggestion) (?:is|would be|for you)",
    ),
    kind_of("recommend suggest advise", r"i(?:'d| would| can| do)? (?:highly|strongly|definitely|really|warmly|wholeheartedly|honestly) (?:recommend|suggest|advise)",
            r"i(?:'d| would)? (?:recommend|suggest|advise) (?!that (?:we|i)\b)(?!(?:the following|this)(?: (?:change|exchange|booking|cancellation|switch|swap|plan))?:)(?:the|this|that|taking|buying|choosing|getting|going (?:for|with)|you (?:take|buy|choose|get))(?! (?:\w+ )?(?:human|agent|e-?mail|website))"),
    kind_of(
        "think believe feel find love regret adore",
        r"i (?:do )?(?:think|believe|feel|find)(?: that)? (?:you should|you'd be (?:better|happier)|it(?:'s| is| would be) (?:\w+ )?(?:better|nicer|best|great|beautiful|ugly|overpriced|a (?:good|bad|great) (?:idea|choice|deal)))",
        r"you(?:'ll| will| are going to|'re going to) (?:\w+ )?(?:love (?:it|this|that|the)|adore|regret)", r"i (?:\w+ )?love (?:this|that|the) (?:\w+ )?(?:color|colour|one|model|style|choice)",
    ),
    kind_of(
        "i'd would go take pick choose get book ask lovely pretty deal disappointed",
        r"i(?:'d| would) (?:go (?:for|with)|take|pick|choose) (?:the|this|that)(?! (?:one |option )?(?:you|that you))", r"i(?:'d| would) (?:go (?:for|with)|take|pick|choose|get|book) [^.!?,;]{1,40}? (?:myself|personally|any day|every time)\b", r"if you ask me", r"(?:the )?(?:better|best|great|good|real) (?:deal|bargain|buy)(?! (?:more|less|fewer|of|[a-z]+er)\b)", r"you(?:'ll| will| won't be| will not be) (?:not be )?(?:be )?(?:disappointed|happy with (?:it|this|that)|amazed|delighted)",
        r"(?<!have a )(?<!have an )(?<!have such a )(?<!enjoy your )(?<!enjoy a )(?<!you a )(?:lovely|beautiful|gorgeous|pretty|stunning|ugly|boring) (?:colou?r|design|style|model|one|trip|city|place)",
    ),
    kind_of(
        "choice pick taste decision idea better nicest prettiest loveliest coolest finest smartest best-looking most nicer prettier uglier superior inferior overpriced beautiful worth stylish gorgeous brand",
        r"(?:great|excellent|wonderful|fantastic|lovely|superb|smart|wise|bad|poor|terrible|odd|ugly|weird|strange|silly) (?:choice|pick|taste)", r"(?:looks?|is|are) (?:so |much |far |way |a lot |really |simply |very |quite )?(?:nicer|prettier|uglier|gorgeous|stylish|ugly|tasteless|overpriced|superior|inferior)\b",
        r"(?:it|that|this|which|one)(?:'s| is) (?:by far |clearly |simply |easily )?the (?:nicest|prettiest|loveliest|coolest|finest|smartest|best-looking|most (?:beautiful|comfortable|stylish|elegant|pleasant|attractive))\b",
        r"(?:other|another|that|this) (?:brand|model|airline|shop|store|product) is (?:\w+ )?(?:better|nicer|best|worse)", r"(?:is|are|be|it's|not) (?:well |really |not )?worth (?:it|every|the (?:money|price))",
    ),
)  # fmt: skip


def opinion(said: Written) -> str:
    """A recommendation or comment of the agent's own."""
    return first(said, _OPINION)


ASKED_FOR = bag("""compensation compensate compensated compensating voucher vouchers certificate certificates goodwill gesture discount discounts coupon coupons
    reimburse reimbursed reimbursement reimbursing trouble inconvenience inconvenienced deserve owe owed amends perk perks bonus""")
"""Words with which a user asks for something on top."""
_ON_TOP = re.compile(
    r"(?<!\w)(?:vouchers?|compensat(?:ion|e)|goodwill|discounts?|coupons?|\$\d+ (?:back )?for (?:your|the) (?:trouble|wait|inconvenience|patience|delay)|(?:small|little|partial|extra) refund|bonus(?:es)?|(?:store|travel|account|flight) credit|(?:surprise|free|small|little|welcome) (?:gift|present|upgrade)|(?:travel )?certificate (?:of|for|worth) \$|waive (?:all |the |any |your |these |those )?(?:\w+ )?fees?|(?:for free|at no cost|on the house|as a (?:gift|bonus|present))(?! (?:checked )?bag)|free (?!checked|bag|bags|baggage|luggage|of|to|economy|seat|business)\w+(?= (?:with|for you|too|as well)|[.!])|\$\d+ (?:travel )?certificate)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"\b(?:(?:i|we)(?:['’]ll|['’]d| can| could| will| would| may| might| am| are|['’]m)?(?: \w+){0,3}? (?:offer|give|giving|send|issue|provide|grant|add|arrange|throw in|waive|include|treat|apply|include|be happy|like|pleased)"
    r"|(?:is|are) waiting for you|you(?:['’]ll| will| can)? (?:also )?(?:get|receive|have|claim)|as a (?:small )?(?:gesture|token|thank)|to make up for|(?:to apologi[sz]e|apology) for|for (?:your|the|this) (?:inconvenience|trouble|patience|loyalty)|on the house|how about|would you (?:like|accept|prefer)|would an?)\b",
    re.IGNORECASE,
)
_MAY_BE_GIVEN = bag(
    "voucher vouchers compensation compensate goodwill discount discounts coupon coupons bonus bonuses credit gift present upgrade certificate waive free cost house trouble refund wait patience delay"
)


def present(said: Written) -> str:
    """An offer of money or goods on top: compensation, a voucher, a discount."""
    if _MAY_BE_GIVEN.isdisjoint(said.bag):
        return ""
    for start, end in sentences(said.text):
        sentence = said.text[start:end]
        if _ON_TOP.search(sentence) and _GIVES.search(sentence) and not _NEGATED.search(sentence):
            return sentence.strip()
    return ""


def _amounts(text: str) -> frozenset[Decimal]:
    return frozenset(value.number for value in values(text) if value.quantity == "money")


_THEN = (
    r"(?:tomorrow|tonight|next (?:week|month|year|time|\w+day)|later(?: today| on| this week)?(?=[.,!]| |$)|this weekend|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|in (?:a few|some|two|three|a couple of|24|48) (?:hours|days|minutes|weeks)"
    r"|in an? (?:day|week|month|hour)(?: or (?:so|two))?|(?:by|before|at) (?:the end of the (?:day|week|month)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:after|once) my (?:shift|break)(?: is over)?)"
)
_DUE = rf"(?:{_THEN}|over ?night|this (?:evening|afternoon|week)|tonight|after lunch|(?:over|after|during) the weekend|(?:once|when) you(?:'re| are) back|in (?:an|half an|one|two|a few) (?:hours?|minutes?|days?))"
_LATER = (
    kind_of(
        "next",
        r"(?:i|we)(?:'ll| will) (?:\w+ ){0,2}?(?:waive|discount|give|credit|grant|upgrade|refund|reduce|lower|take off|drop|offer|add|throw)\b[^.?!]{0,50}? (?:on|for|with|off|at|from) your next (?:purchase|order|trip|booking|flight|visit|stay|reservation)",
    ),
    kind_of(
        "week month year tomorrow later soon hours days minutes tonight weekend",
        r"(?:tomorrow|next (?:week|month|year|time)|tonight|(?:later|some time) (?:today|tomorrow|this week)|this weekend|in (?:a few|some|two|three|24|48) (?:hours|days|minutes|weeks)),? (?:i|we)(?:'ll| will) \w+",
        r"(?:i|we)(?:'ll| will) (?:\w+ ){0,2}?(?:call|e-?mail|text|contact|get back to|follow up|reach out|notify|remind|monitor|check back|upgrade|refund|visit|write|ring)(?: \w+){0,6} (?:tomorrow|next (?:week|month|year)|tonight|later (?:today|tomorrow|this week)|this weekend|in (?:a few|some|two|three|24|48) (?:hours|days|minutes|weeks))",
    ),
    kind_of(
        "week month year tomorrow later soon hours days minutes tonight weekend day monday tuesday wednesday thursday friday saturday sunday shift break possible shortly",
        rf"(?:i|we)(?:'ll| will| can| could| are going to)\b(?![^.?!]*\?)(?![^.?!]*\b(?:flights?|fly\w*|leav\w+|depart\w*|trips?|travel\w*|dates?|search|look for|find\w*|options?|economy|business)\b)[^.?!]{{0,60}}? {_THEN}",
        rf"(?:write|come back|call|contact|ask|get in touch|check back|try)(?: \w+){{0,3}} {_THEN},? (?:and|then|so)\b",
        rf"(?:be|get|gets) (?:all )?(?:done|sorted(?: out)?|fixed|approved|settled|resolved|arranged|made)\b[^.?!]{{0,25}}? (?:{_THEN}|as soon as possible|shortly|soon)",
        rf"(?:should|will|'ll|ought to) (?:\w+ )?(?:go through|work|be possible|be okay)\b[^.?!]{{0,25}}? {_THEN}",
    ),
    kind_of("effect active visible valid place effective live ready changed updated force follow follows rest remainder remaining half second other later overnight night lunch approved approves back",
            rf"(?:takes?|take|come into|comes into|be in) (?:effect|force)\b[^.?!]{{0,20}}? {_DUE}", rf"(?:it|this|that|they|everything|the \w+)(?:'ll| will) be (?:active|valid|in place|changed|updated|visible|effective|live|ready)\b[^.?!]{{0,20}}? {_DUE}",
            rf"the (?:rest|remainder|remaining \w+|other (?:half|part|one)|second (?:half|part|one))(?: of (?:it|that|them))? (?:will|'ll|is|are|gets?|follows?|comes?)\b[^.?!]{{0,30}}? {_DUE}",
            rf"(?:i|we)(?:'ll| will| am going to| are going to) [^.?!]{{0,25}}?\bthe (?:rest|remainder|other (?:half|part|one)|second (?:half|part|one))\b[^.?!]{{0,20}}? {_DUE}",
            r"(?:once|when|as soon as) (?:our|my|the) (?:team|manager|supervisor|department|system|back office|colleague)s? (?:has|have|is|are)? ?(?:approved|confirmed|approves|confirms|signed|released|processed|checked)",
            r"(?:i|we)(?:'ll| will) \w+ (?:it|that|this)(?: off| up)? (?:later(?: on)?|in a while|another time|over ?night)(?=[.,!]|$)"),
    kind_of("see find keep push sort make leave get",
        r"(?:i|we)(?:'ll| will) (?:see to it that|find (?:a|another|some) way|keep trying|push (?:it|this|that) through|sort (?:it|this|that) out|make (?:it|this|that) happen|get (?:it|this|that) (?:done|approved|through|sorted))\b(?![^.?!]{0,40}\b(?:now|right away|at once|right here|together|step by step|bit by bit|one by one|one (?:thing|step) at a time)\b)", r"leave (?:it|this|that) (?:with|to) me"),
    kind_of("colleague colleagues team manager supervisor specialist specialists department office",
        rf"(?:a|my|our|one of our|the) (?:\w+ )?(?:colleagues?|team|manager|supervisor|specialists?|department|back office)(?: \w+)? (?:will|'ll|is going to|can|could)\b(?![^.?!]*\b(?:e-?mail|instructions|label|help|assist|answer)\b)[^.?!]{{0,60}}? {_THEN}"),
    kind_of("call back monitor eye watch remind make check look see try let take come", r"(?:i|we)(?:'ll| will) make (?:sure|certain) (?:that )?(?:this|it|that) (?:never|won't|does not|doesn't) happens?", r"(?:i|we)(?:'ll| will) (?:check (?:on|again)|let you know|take another look|come back)(?: \w+){0,6} (?:tomorrow|next (?:week|month|year)|tonight|later (?:today|this week)|this weekend|in (?:a few|some) (?:hours|days|weeks))", r"(?:i|we)(?:'ll| will) (?:call|ring) you back", r"(?:i|we)(?:'ll| will) (?:keep monitoring|keep an eye on|monitor|remind you)"),
)  # fmt: skip


_ALL_I_CAN = re.compile(
    r"\b(?:anything|something|nothing|everything|what|all|more|help)(?: else| more)?(?:,? that)? (?:I|we)(?: can| could|['’]ll| will)(?: still)? (?:do|help|assist)(?: \w+){0,3}",
    re.IGNORECASE,
)
"""What is done for the user now, whenever that is: "is there anything else I can do for you tonight?"."""


def promise(said: Written) -> str:
    """A deed promised for a time after this conversation."""
    return first(written(_ALL_I_CAN.sub(" ", said.text)) if _ALL_I_CAN.search(said.text) else said, _LATER)


_AIRS = (
    kind_of(
        "human person name's name speaking here",
        r"i(?:'m| am) (?:also |only |just )?a (?:real |actual |living |normal )?(?:human(?: being)?|person)(?! agent)", r"my name(?:'s| is) (?!on\b|in\b)\w+", r"(?:hello|hi|hey),? (?:this is|i'm|i am) \w+ (?:from|with|speaking|of) ",
        r"this is \w+ (?:speaking|from (?:the )?(?:second|customer|support|billing|returns))", r"\w+ speaking\b(?=[.!,]|$)",
    ),
    kind_of("human person talking speaking chatting", r"you(?:'re| are) (?:already )?(?:talking|speaking|chatting|writing) (?:to|with) an? (?:real |live |actual )?(?:human|person)"),
    kind_of("lunch dinner coffee break home holiday vacation", r"(?:i(?:'m| am)|we(?:'re| are)|(?:our|my) (?:people|colleagues|team) (?:is|are)) (?:just |also |still )?(?:having|at|on|eating|drinking)(?: (?:my|our|a|the|some))? (?:lunch|dinner|coffee|break|home|holiday|vacation)\b"),
    kind_of("nobody free available one", r"(?:nobody|no one|no colleague|none of (?:my|our) colleagues) (?:else )?(?:is|would be) (?:free|available|around|here|at work|on duty)\b"),
    kind_of("wrong opened first mixed", r"i (?:first |just |accidentally )?(?:opened|looked at|read|took|had|pulled up) the wrong\b", r"i (?:first )?(?:mixed|muddled) (?:it|them|that|up)\b"),
    kind_of("law legally lawyer", r"by law,? (?:they|we|you|it|the)", r"(?:the law|legally)(?:,| \w+)? (?:says|requires|demands|obliges|entitles|allows|forbids|they|you|we)\b"),
    kind_of("stolen stole thief", r"(?:somebody|someone|a thief|a neighbou?r|they) (?:has|have|must have|may have|might have|probably)? ?(?:stolen|stole|taken)\b"),
    kind_of("other airlines shops stores companies", r"i(?:'ve| have)? (?:also )?(?:tried|checked|asked|called|searched|looked at) (?:the |all |some |a few )?other (?:airlines?|shops?|stores?|companies|sellers|carriers|websites?)\b"),
    kind_of("working worked years", r"i(?:'ve| have) (?:been working|worked) (?:here|for|at|in)"),
    kind_of("wife husband son daughter kids mother father mom dad cat dog boyfriend girlfriend", r"my (?:\w+ )?(?:wife|husband|son|daughter|kids|mother|father|mom|dad|cat|dog|boyfriend|girlfriend)"),
    kind_of("office desk lunch home colleague", r"i(?:'m| am)? (?:sit|sitting|work|working|live|living|based) (?:in|at|from) (?:our|the|my) [\w ]{0,20}(?:office|desk|home|center|centre|headquarters)"),
    kind_of(
        "supervisor manager boss department team lead leader headquarters colleague director chief superior",
        r"(?:supervisor|manager|boss|department|team(?: lead(?:er)?)?|headquarters|colleague|director|chief|superior)s? (?:has|have|had|just|already|also)?\s?(?:just |already |kindly )?(?:signed off|given (?:me )?(?:the |their |his |her )?(?:okay|ok|go-ahead|permission)|approved|agreed|confirmed|authori[sz]ed|allowed|okayed|said|told|signed|granted|made an exception)",
        r"i(?:'ve| have)? (?:just |already )?(?:asked|checked with|spoken (?:to|with)|spoke (?:to|with)|talked (?:to|with)|consulted|called) (?:my|a|the|our) (?:\w+ )?(?:supervisor|manager|boss|department|team|headquarters|colleague|director)",
    ),
    kind_of("exception exceptions", r"an? (?:\w+ )?exception (?:was|has been|had been)(?: already)? (?:made|granted|approved|given|allowed)", r"(?:i|we)(?:'ve| have|'ll| will| can| could)? (?:just |gladly )?(?:make|made|making|grant|granted|approve|approved) (?:an|this|one) exception(?! (?:is|are) not)"),
)  # fmt: skip


def airs(said: Written) -> str:
    """A name, a desk, a supervisor, an exception: what no agent of this service has."""
    saw = first(said, _AIRS)
    ahead = said.text.lower().replace("’", "'").partition(saw)[0] if "exception" in saw else ""
    near = _CLAUSES.split(ahead)[-1]
    return "" if ahead and (_NEGATED.search(near + saw) or _THEIR_WORD.search(near)) else saw


_CLAUSES = re.compile(r"[.;:!?\n]|, (?:but|so|and)\b")
_THEIR_WORD = re.compile(r"\b(?:say|said|were told|mention\w*|heard|claim\w*|if|whether)\b[^,]*\Z")


_COACHED = (
    kind_of(
        "say claim pretend tell give state write lie",
        r"(?:if you|just|simply|you (?:could|can|should|may)|why don't you|better) (?:say|claim|pretend|state|write|tell (?:me|us|them))(?: that)? (?:you|it|the)(?:'re|'ve| were| are| was| have| had| got| felt| fell| is)\b[^.?!]*(?:ill|sick|health|weather|doctor|storm|covid|mistake|insur|refund|approv|cover|pays?)\b",
        r"(?:pretend|lie) (?:that|about|to)", r"(?:just |simply |then |us, |me, |and |please )claim (?:that|it|to)", r"(?:tell|give) me (?:another|a different|some other) reason\b",
    ),
    kind_of("between record", r"between (?:us|you and me),", r"off the record"),
)  # fmt: skip


def coached(said: Written) -> str:
    """Advice to say what is not true."""
    return first(said, _COACHED)


_TOPIC = bag(
    """refund refunds exchange exchanging exchanges return returns cancellation cancellations cancel cancelled canceled modification modifications modify modified
    change changes changed bag bags baggage insurance fare fares booking bookings economy business passengers certificates orders items exchanged returned upgrade upgrades"""
)
_UNIVERSAL = re.compile(
    r"\b(?:(?:at )?any ?time|as often as|as many (?:times )?as|no matter (?:when|why|how|what)|unlimited|without (?:any )?(?:limits?|restrictions?|conditions?)|for any reason|several times|more than once|(?:two|three|four|five|\d) times(?! the| \W?\d)|(?:can|may) always|whatever (?:the|your) \w+(?: is)?|twice|up to \w+ times|once more next|half of)\b",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(
    r"\b(?:twice|(?:two|three|four|five|\d) times) \$\d[\d,.]*|\$\d[\d,.]*(?: each| a (?:head|person|piece|seat|bag)| (?:per|for each) \w+)?,? (?:twice|(?:two|three|four|five|\d) times)\b",
    re.IGNORECASE,
)
"""An amount so many times, which tells a sum and nothing that may be done so often: "twice $107"."""
_FORBIDS = re.compile(
    r"\b(?:rul(?:es?|ed|ing) (?:\w+ ){0,4}?out|forbid\w*|prohibit\w*|exclud\w+|prevent\w*|bars?|barred|bans?|banned|disallow\w*|refus\w+|off the table|out of the question|impossible|off[- ]limits)\b",
    re.IGNORECASE,
)
"""Says no by a verb, or in a figure of speech: with "whatever the reason", it is as strict as it can be, and grants nothing."""
_TERMS = re.compile(
    r"\b(?:store credit|re-?stocking|cooling-off|loyalty points|(?:in|as|by) cash|by check|warrant(?:y|ies)|(?:processing|administration|administrative|service|handling|booking|change|cancellation|membership) (?:fees?|charges?)|surcharges?"
    r"|penalt(?:y|ies)|deposits?|(?:once|twice|two|three|times) (?:changes? )?(?:a|per|each|every) (?:day|week|month|year)|original packaging|(?:an?|the) (?:\w+ )?(?:fee|charge|penalty) (?:applies|is (?:charged|due|added|taken))|(?:fees|charges) apply)\b", re.IGNORECASE
)  # fmt: skip
_RULE = re.compile(
    r"\b(?:(?:(?:by|under|according to|per|as per|against) (?:our|the|company|store|airline)?\s?(?:company )?(?:policy|policies|rules?)\b|(?:our|company|the|store|shop|airline)(?:['’]s)? (?:\w+ )?(?:policy|policies|rules?|terms|guidelines|regulations?)|policy) (?:does |do |strictly |only |always |clearly )?(?:not |n['’]t )?(?:forbids?|prohibits?|allows?|permits?|requires?|states?|says?|demands?|charges?|entitles?|provides?|grants?|obliges?|lets?|means?|has|have)\b)(?P<what>[^.!?\n]*)",
    re.IGNORECASE,
)
_RULED = bag("policy policies rule rules terms guidelines regulation regulations")
_COMMON = bag(
    """the a an and or to of in on for with that this it is are be can cannot not only us me you your our we i any at as by from if has have must may will would should when
    such so its their these those there no yes do does also about because since which who one two later afterwards exception exceptions rule rules hour hours before after been being was were than then them they
    customer customers user users"""
)
_GENERAL = re.compile(
    r"\W*(?:(?:an?|any|all|only|every|each|no|some|once) )?(?:(?!the\b)[\w-]+ )?(?:returns|refunds|exchanges|items?|bookings?|members|customers|passengers|changes|modifications|cancell?ations|orders?|reservations?|fares|tickets?|insurance|bags|economy)"
    r" (?:\w+ )?(?:can(?:not|['’]t)?|may|must|are (?:only|always|never|possible|allowed|free|not)|is (?:only|always|never|possible|allowed|free|not)|always|never|only|have to|pays?|covers?)\b",
    re.IGNORECASE,
)
"""A statement about all of a kind."""
_KINDS = bag("""returns refunds exchanges item items booking bookings member members customers passengers changes modifications cancellations
    cancelations order orders reservation reservations fares ticket tickets insurance bags economy""")
_MODALS = bag("cannot can't can may must are is always never only have pay pays cover covers")
_ODD = bag("""any anytime often many matter unlimited without reason times once twice half credit restocking stocking cooling loyalty cash check warranty warranties
    fee fees surcharge surcharges penalty penalties deposit deposits day week month year packaging several more""")
_NO_RULE = re.compile(
    r"\b(?:i|we|you|your|my|me|this|these|those|here|if|once|when|currently|now)\b|[#\d]{3,}|\?\s*$", re.IGNORECASE
)
_LAW = bag(
    "possible allowed permitted always never only often times time free any all every each each like up can't cannot"
)
_EXEMPT = re.compile(r"\bbusiness\b", re.IGNORECASE)


def invented(said: Written, domain: Domain, known: frozenset[str]) -> str:
    """A rule that neither policy nor anybody in the conversation has stated.

    Args:
        said: The message.
        domain: Whose policy it would be.
        known: Words that were said by the user or shown by a tool.
    """
    ruled = not _RULED.isdisjoint(said.bag)
    odd = not _TOPIC.isdisjoint(said.bag) and not _ODD.isdisjoint(said.bag)
    binding = not _BINDING.isdisjoint(said.bag)
    general = not (_KINDS.isdisjoint(said.bag) or _MODALS.isdisjoint(said.bag))
    if not (ruled or odd or binding or general or _HABITS.search(said.text)):
        return ""
    policy = domain.policy.lower()
    stated = written(domain.policy).bag | known
    for start, end in sentences(said.text):
        sentence = said.text[start:end]
        if asks(sentence):
            continue
        if (
            _claims_rule(sentence, stated | _said_again(sentence, domain), ruled=ruled)
            or _overstates(sentence, policy, known)
            or ((hence := _HENCE.search(sentence)) and _overstates(sentence[: hence.start()], policy, known))
            or (binding and _binds(_FOLLOWS.split(sentence, maxsplit=1)[0], stated, domain))
            or _unruled(sentence, domain, known)
        ):
            return sentence.strip()
    return ""


_BEFORE_IT = re.compile(
    r"[^\w,;]*(?:(?:me|us|you) (?:do|have|make|offer|change)\b)?[^\w,;]*(?:$|[,;]|(?:and|so|but|which|because|since)\b)"
)
"""Behind a verb whose object stands before it: "that is something our policy does not allow, so …"."""


_NO_ROOM = re.compile(
    r"\b(?:no|not|any|little|much)\b(?: \w+)? (?:room|leeway|space|slack|latitude|flexibility|provision|loopholes?|discretion|allowance|way (?:a?round|past))\b",
    re.IGNORECASE,
)
"""Says of a rule only that it does not give way."""


def _claims_rule(sentence: str, stated: frozenset[str], *, ruled: bool) -> bool:
    """A sentence about what policy says, or about all of a kind, whose words nobody has used."""
    match = _RULE.search(sentence) if ruled else None
    if (
        match is not None
        and not _BEFORE_IT.match(match["what"])
        and _mostly_strange(_NO_ROOM.sub(" ", match["what"]), stated)
    ):
        return True
    return _GENERAL.match(sentence) is not None and not _NO_RULE.search(sentence) and _mostly_strange(sentence, stated)


_NEEDED = re.compile(
    r"\byou(?:['’]ll)?(?: will)? (?:need|must (?:show|bring|have|present|send))\s+(?:to (?:show|bring|have|present)\s+)?(?P<thing>(?:an?|the|your|two|some)\s+[\w' -]{3,30}?)(?=\s+(?:for|to|in|at|before|when|with)\b|[.,;!]|$)"
    r"|^\W*(?P<what>(?:an?|the|your|two)\s+[\w' -]{3,30}?)\s+(?:is|are)\s+(?:always |also )?(?:needed|required|necessary|mandatory)\b",
    re.IGNORECASE,
)
_CLASS = re.compile(
    r"^\W*(?:(?:by|under|per|according to|as per)\b[^,]{3,40},\s*)?(?P<who>(?:any(?:one|body)|every(?:one|body)|children|kids|babies|infants|students|seniors|veterans|teachers|families|employees|couples|only (?:the )?(?!you\b|one\b|a\b|two\b|once\b)[\w-]+(?: [\w-]+){0,4}?(?= (?:can|may|must)\b))(?: (?:over|under|above|below|aged|who|with|of) [\w' -]+?)?)\s+(?:can|may|must|are|is|fly|flies|pay|pays|get|gets|travel|receive|have|has)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|by|before) (?:midnight|noon|tonight|tomorrow|the end of (?:the|this) \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|\boffer (?:is (?:only )?valid|ends|expires|closes|lasts)\b|\b(?:only )?valid (?:only )?(?:today|until|for)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\b(?:i|we|let me|would|could|please|if|whether|want|like|wish|prefer)\b", re.IGNORECASE)


_BINDING = bag("""need must needed required necessary mandatory until midnight noon tonight monday tuesday wednesday thursday friday saturday sunday offer valid only anyone anybody everyone
    everybody children kids babies infants students seniors veterans teachers families employees couples""")  # fmt: skip


@lru_cache(maxsize=16)
def _limits(domain: Domain) -> tuple[frozenset[str], ...]:
    """The words of each sentence of the policy that limits something."""
    parts = re.split(r"\n+|(?<=[.!?])\s+", domain.policy)
    return tuple(written(part).bag for part in parts if re.search(r"\b(?:only|cannot|must|unless|not)\b", part))


def _binds(sentence: str, stated: frozenset[str], domain: Domain) -> bool:
    """A thing that is needed, a group that alone may, or a time until which something holds: none of which anybody has spoken of."""
    if (need := _NEEDED.search(sentence)) and not _ASKING.search(sentence):
        return _mostly_strange(need["thing"] or need["what"], stated)
    if (group := _CLASS.match(sentence)) and "$" not in sentence and not _ASKING.search(sentence, group.end("who")):
        only = group["who"].lower().startswith("only")
        return _only(sentence, domain) if only else _mostly_strange(group["who"], stated)
    until = _UNTIL.search(sentence)
    return until is not None and not _ASKING.search(sentence) and _mostly_strange(until[0], stated)


_NOUNS = r"""returns?|refunds?|exchanges?|items?|orders?|bookings?|reservations?|members?|memberships?|customers?|passengers?|travell?ers?|changes?|modifications?|cancell?ations?|fares?|prices?|tickets?|seats?|segments?
    |flights?|insurance|bags?|baggage|luggage|carry-ons?|pets?|children|upgrades?|certificates?|vouchers?|gift cards?|cards?|payments?|purchases?|shipping|shipments?|deliver(?:y|ies)|parcels?|check-in|names?|fees?|repairs?
    |products?|someone|somebody|nobody|classes|people|accounts?""".replace("\n    ", "")
_HABIT = re.compile(
    rf"\W*(?:(?:please )?(?:note|remember|mind)(?: that)? |(?:also|and|by the way|generally|normally|usually|in general|as a rule),? )?(?!(?:thanks?|your?|my|our|both|the|this|that|these|those|no|have|let|such|all (?:two|three|four|five|six|\d+))\b)(?!(?:one|two|three|four|five|six|\d+) (?:[\w-]+ ){{0,2}}(?:seats? (?:is|are)|\w+ (?:is|are) (?:included|made|listed|on it))\b)(?:(?:an?|any|all|every|each|some|most) )?(?:(?!the\b|your\b)[\w-]+ ){{0,2}}(?:{_NOUNS})"
    r"(?: (?:who|that|over|under|with|of|without|within|in|on|for|from) [\w' ]{2,30}?)? (?:(?:also|then|only|always|never|usually|normally|still) )?(?:can(?:not|['’]t)?|may|must|are|is|have to|has to|always|never|only|pays?|covers?|gets?|boards?|travels?|expires?|go(?:es)?|takes?|ships?|appl(?:y|ies)|do(?:es)?(?:n['’]t)?|come|comes|costs?|stays?|lasts?|earns?|receives?|needs?)\b",
    re.IGNORECASE,
)
"""How it is said of all of a kind that things are so."""
_WE_DO = re.compile(
    r"\bwe (?:(?:always|never|only|also|usually|normally|do not|don['’]t) )*(?:keep|hold|ship|charge|guarantee|reserve|cover|accept|match|deliver|inspect|require|refund|reimburse|send out|waive)\b",
    re.IGNORECASE,
)
_YOU_MAY = re.compile(
    r"\byou(?:['’]re| are)? (?:may|can|could|have to|must|need to|allowed to|entitled to)\b.*\b(?:once|twice|for free|free of charge|any ?time|as often|per (?:year|month|trip|person)|an? (?:day|week|month|year)|yourself|in your account|within|until|up to|every|\d+ (?:hours?|days?|weeks?|months?)|(?:two|three|four|six) (?:hours|days|weeks|months))\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:i|me|my|your|this|these|those|here|would|could|if you)\b|\bi['’]|[#\d]{4,}|(?-i:\b(?=[A-Z\d]{5,}\b)\w*[A-Z]\w*)|\$\d|\?\s*$",
    re.IGNORECASE,
)
_SHARE = 0.66
"""Of the words of a rule, as many as a sentence of the policy has that says it."""


_LISTED = re.compile(
    r":|\b(?:mentioned|said|told|asked|wanted|prefer\w*|either|looks? like|seems?|such as)\b", re.IGNORECASE
)
"""In an option, or in what somebody has said or wishes."""
_TO_COME = re.compile(
    r"\b(?:is|are|comes?) (?:(?:the|my|our|only|last|next|first|still|now|then|also|all|just|two|three|one) ?)*\b(?:things?|ones?|two|three|points?|questions?|items?|left|open|missing|next|last|remaining|to (?:come|go|settle|clarify|ask|confirm))\b(?! (?:for|until|to all|only))",
    re.IGNORECASE,
)
"""What is still to be asked, and no rule: "insurance and payment are the last two after that"."""
_MAYBE = re.compile(
    r"^\W*(?:[\w'’-]+[ ,]+){1,6}(?:may|might|could)(?: very| quite)?(?: well| still| also| indeed| possibly| perhaps)* be (?:possible|an option|on the cards|feasible|doable|available)\W*$"
    r"|\b(?:may|might|could)(?: very)?(?: well| still| also| indeed| possibly| perhaps)* not (?:quite |fully |always |even )?(?:cover (?:all|the (?:whole|full|rest)|everything|it|enough|that)|be (?:quite )?enough|suffice|stretch|go (?:far|all the way)|pay for (?:all|everything|the whole))\b",
    re.IGNORECASE,
)
"""Leaves open whether something can be done, and so states no rule."""
_LOOK_AT = re.compile(
    r"\b(?:we|i)(?:['’]ll| can| could| will|['’]d be happy to| am happy to)(?: \w+ly| surely| gladly)? (?:look (?:at|into)|take a look|help(?: you)? (?:with|out)|check|see (?:to|about|what)|assist)\b|\b(?:we|i) (?:can|could|will) (?:certainly |surely |gladly |definitely )(?:look (?:at|into)|help|check|see to)\b",
    re.IGNORECASE,
)
"""Offers to look at a wish, and so states no rule."""
_FILLING = bag("""take takes note please typically usually normally generally processed process used made done specific certain conditions condition meet met rules requirements something required require requires fine okay alright doable feasible
    unfortunately however therefore afraid sorry per under based apply applies applied case cases
    list lists noted notes point points question questions next last sorted settled ticked""")


@lru_cache(maxsize=16)
def _clauses(domain: Domain) -> tuple[frozenset[str], ...]:
    """The words of each sentence of the policy, with those of the one before it, which it may go on about."""
    parts = [part for part in re.split(r"\n+|(?<=[.!?])\s+", domain.policy) if part.strip()]
    bags = [written(part).bag for part in parts]
    return tuple(bag | before for bag, before in zip(bags, [frozenset[str](), *bags], strict=False))


def _said_again(sentence: str, domain: Domain) -> frozenset[str]:
    """The words of the clauses by which requests are refused, and of these in other words: those that deny something, for who does so."""
    negative = _NEGATED.search(sentence) is not None
    return frozenset().union(*(words for denies, words in _again(domain) if denies is negative))


@lru_cache(maxsize=16)
def _again(domain: Domain) -> tuple[tuple[bool, frozenset[str]], ...]:
    texts = [text for rule, held in domain.pack.held.items() for text in (rule, *held.again)]
    return tuple((_NEGATED.search(text) is not None, written(text).bag) for text in texts)


_ALIKE = tuple(
    bag(words)
    for words in (
        "modify modified change changed changes update updated edit alter adjust amend correct corrected replace replaced swap swapped switch switched",
        "passenger passengers traveler travelers traveller travellers person persons people somebody someone",
        "remove taken",
        "bag bags baggage luggage suitcase suitcases",
        "back undo undone reverse reversed revert reverted reinstate reinstated restore restored reopen reopened reactivate reactivated revive revived",
    )
)
"""Words for one thing: who says that a passenger can be replaced says what a policy says by "modify"."""
_OF_SAME = bag("another other else same stay stays stayed remain remains just simply freely again later off")
_BOUNDED = re.compile(
    r"\b(?:once|twice|only|within|until|before|after|up to|at (?:most|least)|per|free|fees?|hours?|days?|weeks?|always|every|any ?time|whenever)\b|[$\d]",
    re.IGNORECASE,
)
"""A limit, or the lack of one, which what a tool takes does not tell."""


@lru_cache(maxsize=16)
def _tools(domain: Domain) -> tuple[frozenset[str], ...]:
    """The words of each tool that changes something: what it is called, says of itself and takes."""
    found = [schema["function"] for schema in domain.tools]
    writes = [one for one in found if isinstance(one, dict) and domain.kinds.get(str(one["name"])) == "write"]
    return tuple(written(re.sub(r"[_\W]+", " ", str(one))).bag for one in writes)


def _says(word: str, words: frozenset[str]) -> bool:
    """Whether words hold a word, one that begins like it, or another one for the same."""
    return _supported(word, words) or any(alike & words and _supported(word, alike) for alike in _ALIKE)


_HABITS = re.compile(rf"\b(?:{_NOUNS}|we|you)\b", re.IGNORECASE)


_FORMAL = tuple(
    (re.compile(rf"(?i)\b{verb}\b"), formal)
    for verb, formal in (
        (r"t(?:ake|aken|ook|aking) (?:(?:it|them) )?(?:off|out|away)", "remove"), (r"call(?:ed|ing)? (?:(?:it|them) )?off", "cancel"),
        (r"(?:s(?:end|ent|ending)|g(?:ive|iven|iving)|hand(?:ed|ing)?) (?:(?:it|them) )?back", "return"),
        (r"put (?:(?:it|them) )?(?:on|in)", "add"), (r"go(?:es)? as (?:a|one) whole", ""), (r"off the table|out of the question", "not possible"),
    )
)  # fmt: skip
"""Everyday verbs and the words that policies have for them."""
_AFTERWARDS = tuple(
    (re.compile(rf"(?i)\b{words}"), formal)
    for words, formal in (
        (r"(?:that|which) (?:has|have|is|are|was) (?:already )?(?:been )?(?:there|made|booked|placed)(?: already)?\b", "after booking"),
        (r"already (?:made|booked|placed)\b|(?:(?:that|which) )?(?:already )?exist(?:s|ing)?(?: already)?\b", "after booking"),
        (r"once(?= (?:an?|the|it) [^.,;]*\b(?:is|was|has|have|exists)\b)", "after"),
    )
)  # fmt: skip
"""Ways to say of what is made that it is made by now: what a policy forbids for later."""


_FOLLOWS = re.compile(r",? (?:so|and so|which is why|that's why|that is why|therefore) ", re.IGNORECASE)
"""Behind a rule, what comes of it here."""
_HENCE = re.compile(
    r",? so (?:please|kindly|tell|let|make|do|think|check|is|are|have|i|we|you|it|if)\b|, (?:please|kindly)\b",
    re.IGNORECASE,
)
"""Behind a rule, what follows from it for who is talked to."""


def _unruled(sentence: str, domain: Domain, known: frozenset[str]) -> bool:
    """A habit of the house, or a right of all of a kind, that no sentence of the policy holds."""
    habit = _HABIT.match(sentence) or _WE_DO.search(sentence)
    personal = _PERSONAL.search(sentence) if habit else None
    right = _YOU_MAY.search(sentence) if not habit or personal else None
    if (habit is None or personal) and right is None:
        return False
    if _of_somebody(sentence, domain, known):
        return False
    if "?" in sentence or any(form.search(sentence) for form in (_LISTED, _TO_COME, _MAYBE, _LOOK_AT)):
        return False
    if in_terms(sentence) != sentence:
        return _unruled(in_terms(sentence), domain, known)
    begins = max(match.end() for match in (habit, right) if match)
    stop = (
        sentence.find(",", begins) if habit else (drawn.start() if (drawn := _HENCE.search(sentence, begins)) else -1)
    )
    said = sentence[: stop if stop > 0 else None]
    said_little = _COMMON | _LAW | _FILLING | _OF_SAME
    for verb, formal in (*_FORMAL, *(_AFTERWARDS if _NEGATED.search(sentence) else ())):
        said = verb.sub(formal, said)
    content = [word for word in written(said).words if word not in said_little and len(word) > 2]
    if len(content) < 2 or all(_supported(word, known) for word in content):
        return False
    again = [words for denies, words in _again(domain) if denies is (_NEGATED.search(said) is not None)]
    if len(content) > 2 and any(all(_says(word, words) for word in content) for words in again):
        return False  # two words alone stand in many a clause that says something else
    if not _BOUNDED.search(said) and any(all(_says(word, words) for word in content) for words in _tools(domain)):
        return False  # "names can be corrected": a tool does just this
    most = max(sum(_says(word, words) for word in content) for words in _clauses(domain))
    return most < _SHARE * len(content)


_CAPITAL = re.compile(r"(?<=\s)[A-Z][\w-]+")


def _of_somebody(sentence: str, domain: Domain, known: frozenset[str]) -> bool:
    """Whether a sentence names a person of the talk: it is about this case, and states no rule of the house."""
    names = vocabulary(domain)
    return any(
        word in known and (word in names.first or word in names.last)
        for word in map(str.lower, _CAPITAL.findall(sentence.replace("’", "'")))
    )


def _only(sentence: str, domain: Domain) -> bool:
    """A group that alone may do something, which no sentence of the policy says of it."""
    content = {word for word in written(sentence).words if word not in _COMMON and word not in _LAW}
    ruled = (
        words
        for words in _limits(domain)
        if len([word for word in content if _supported(word, words)]) * 4 >= 3 * len(content)
    )
    return next(ruled, None) is None


def _mostly_strange(text: str, stated: frozenset[str]) -> bool:
    content = [word for word in written(text).words if word not in _COMMON and word not in _LAW]
    strange = [word for word in content if not _says(word, stated)]
    return bool(strange) and len(strange) * 3 >= len(content)


def _overstates(sentence: str, policy: str, known: frozenset[str]) -> bool:
    """A rule without the limits that policy has, or in terms that it does not use."""
    words = written(sentence)
    if _TOPIC.isdisjoint(words.bag) or _NEGATED.search(sentence):
        return False
    always = None if _FORBIDS.search(sentence) else _UNIVERSAL.search(_MULTIPLIED.sub(" ", sentence))
    term = _TERMS.search(sentence)
    plain = sentence.replace("can ", "").replace("may ", "").replace("could ", "")
    if always and not HEDGED.search(plain.replace(always[0], "")) and not _EXEMPT.search(sentence):
        return True
    return term is not None and term[0].lower() not in policy and not written(term[0]).bag <= known


def _supported(word: str, known: frozenset[str]) -> bool:
    """Whether a word, or one with the same beginning, is known."""
    if word in known:
        return True
    begin = word[: max(4, len(word) - 3)]
    return any(
        other.startswith(begin) or (len(other) > 2 and word.startswith(other)) for other in known if len(word) > 3
    )


_PARTY = 10
"""More people than a booking has."""


def _due(amount: Decimal, granted: frozenset[Decimal]) -> bool:
    """Whether an amount is one that is granted, or a person's part of it: "$200, $100 for each passenger"."""
    return any(amount == whole or (amount and whole % amount == 0 and 1 < whole / amount < _PARTY) for whole in granted)


def looks(
    said: Written, domain: Domain, heard: frozenset[str], known: frozenset[str], granted: frozenset[Decimal] | None
) -> Iterator[tuple[str, str]]:
    """What of a message no policy would have, with what it asks for instead.

    Args:
        said: The message.
        domain: Whose agent speaks.
        heard: Words that the user has said.
        known: Those, and the words that tools have shown.
        granted: Amounts of the writes that the user is due; None where they are not known.
    """
    if saw := opinion(said) or advice(said):
        yield saw, "no recommendation or comment of one's own"
    if saw := present(said):
        if ASKED_FOR.isdisjoint(heard):
            yield saw, "nothing offered on top that the user did not ask for"
        elif granted is not None and any(not _due(amount, granted) for amount in _amounts(saw)):
            yield saw, "nothing offered on top that the user is not due"
    if saw := promise(said):
        yield saw, "what can be done now, and no promise for later"
    if saw := airs(said):
        yield saw, "nothing about oneself or others behind the desk"
    elif saw := concession(said):
        yield saw, "no exception to what policy denies"
    if saw := coached(said):
        yield saw, "no advice to say what is not so"
    if saw := invented(said, domain, known):
        yield saw, "a rule that policy has"
