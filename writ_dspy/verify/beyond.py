"""Beyond this conversation: what was before it, what comes after it, who sits behind the desk, how the user lives, how the world goes.

An agent knows none of these. Each topic is read by who does what and when, and not by the things that are named (`verify.strange` knows
those): an earlier contact has a time before today or somebody else, a later one somebody who gets in touch, a change back something that can
be done again. What the user or a tool has spoken of in the same words is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import Written, bag, written
from writ_dspy.verify.sentences import HEDGED, sentences
from writ_dspy.verify.speech import ENGLISH, Kind, kind_of

_AGO = (
    r"(?:yesterday|last (?:week|month|year|night|time|summer|winter|\w+day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|the other day|earlier this (?:week|month|year)"
    r"|(?:\w+ )?(?:days|weeks|months) ago|twice|(?:two|three|several|many) times|this morning)"
)
_THEM = r"(?:someone|somebody|an?(?: \w+)? (?:agent|colleague|specialist|representative|expert|supervisor|manager)|(?:my|our|the) (?:\w+ ){0,2}(?:agent|colleague|team|desk|department|supervisor|manager|specialist|staff)s?)"
_REACH = r"(?:call|calls|ring|rings|phone|text|contact|contacts|write to|get back to|gets back to|get in touch|be in touch|reach out|reaches out|follow up|follows up|touch base)"
_SAID = r"(?:told|wrote(?: to)?|called|contacted|phoned|e-?mailed|spoke(?:n)? (?:to|with)|talked (?:to|with)|messaged|visited|asked|reached out to)"
_DUE = r"(?:unpaid|overdue|outstanding|past due|in arrears|disputed|declined|bounced|blocked|frozen|suspended)"
_FILE = r"(?:your|the|this) (?:\w+ )?(?:file|account|profile|record)"
_LIFE = r"(?:birthday|anniversary|wedding|marriage|engagement|graduation|graduating|retirement|pregnancy|new (?:job|baby|home|house)|vacation|holidays?|exams?|recovery|moving house|move)"
_BACK = r"(?:undo(?:ne)?|revers(?:e|ed)|revert(?:ed)?|roll(?:ed)? (?:it |this |that |everything )?back|tak(?:e|en) (?:it |this |that )?back|restor(?:e|ed)|reinstat(?:e|ed)|chang(?:e|ed) (?:it |this |that )?back|back out|withdraw(?:n)?)"
_SOON = r"(?:tomorrow|tonight|soon|next (?:week|month|year|time|\w+day)|later|every (?:day|week|hour)|daily|over time|the longer|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|any (?:day|minute|moment))"
_OFTEN = r"(?:often|rarely|seldom|hardly ever|almost never|usually|almost always|nearly always|always|frequently|most of the time|as a rule|(?:nine|eight|nineteen|ninety) (?:in|out of) (?:ten|twenty|a hundred)|are rare|is rare|best record)"

_STATED: tuple[Kind, ...] = (
    kind_of("told wrote called spoken contacted phoned emailed spoke talked messaged visited asked reached call chat message contact remember promised",
            rf"you(?:'ve| have|'d| had)? (?:already )?{_SAID} (?:us|me|our|my|one of)\b[^.;\n]*\b{_AGO}", rf"you(?:'ve| have|'d| had)? (?:already )?{_SAID} (?:my|our|a|another|one of) (?:\w+ )?(?:colleague|agent|team|desk|department|specialist|supervisor|manager)s?",
            rf"(?:your|the|that) (?:call|chat|message|visit|contact|e-?mail) (?:from |of )?{_AGO}", r"last (?:week|month|year|time|\w+day)'?s (?:call|chat|message|visit)", r"i remember you", r"(?:my|our|another|a|the) (?:\w+ )?(?:colleague|agent|team)(?: \w+)? (?:has |have |had )?(?:already )?promised"),
    kind_of("call calls ring rings phone text contact contacts write get gets touch reach reaches follow follows hear expect",
            rf"{_THEM}(?:'ll| will| is going to| are going to)? (?:\w+ )?{_REACH}\b", rf"we(?:'ll| will) (?:\w+ )?(?:{_REACH})\b", r"you(?:'ll| will) (?:\w+ )?hear from (?:us|me|my|our|the)(?!\b[^.;\n]*\b(?:e-?mail|inbox|instructions)\b)", r"expect (?:a|our|my) (?:\w+ )?(?:call|text|visit|letter)"),
    kind_of("undo undone reverse reversed revert reverted roll rolled take taken restore restored reinstate reinstated change changed back withdraw",
            rf"(?:can|could|may|will|'ll|able to|possible to|days? to|hours? to|weeks? to|time to) (?:still |always |easily |simply |just |be |even )*{_BACK}\b", rf"{_BACK} (?:at )?(?:any ?time|whenever|within|until|later)"),
    kind_of("flagged tagged marked annotated note notes remark comment flag marker tag entry",
            rf"(?:flagged|tagged|marked|annotated) {_FILE}", rf"{_FILE} (?:is|has been|was) (?:now )?(?:flagged|tagged|marked|annotated)", rf"(?:an?|the|this) (?:\w+ )?(?:note|remark|comment|flag|marker|tag) (?:[\w' ]{{0,30}} )?(?:on|in|to|under) {_FILE}"),
    kind_of("birthday anniversary wedding marriage engagement graduation graduating retirement pregnancy job baby home house vacation holiday holidays exam exams recovery move moving",
            rf"(?:congratulations|congrats|happy|enjoy|good luck|all the best|best wishes|hope|nice that|great that|glad that|lovely that)\b[^.!\n]*\b{_LIFE}", rf"(?:it's|is|was|are) (?:for|on) your {_LIFE}", r"moving house is"),
    kind_of("knows know aware informed notified told message messages mail email e text copy",
            r"(?!(?:you|i|we|it|they|he|she|that|this|who|there|she|nobody)\b)(?:[a-z]+|(?:everyone|everybody|the others|all) (?:else )?(?:on|in) (?:the|your) \w+|the other passengers|your (?:bank|family|wife|husband|airline|hotel)) (?:now |already |also )*(?:knows|(?:is|are) aware|(?:has|have|was|were)(?: now| already| also| been)* (?:told|informed|notified)|(?:has |have )?(?:got|received|gotten)) (?:about|of|an?) ?(?:it|this|that|the (?:change|trip|booking|cancellation|order|new)|message|e-?mail|mail|text|copy|note)\b",
            r"(?:i|we)(?:'ve| have)? (?:also |just |already )*(?:sent word|passed (?:it|this|that|the word) on|let (?!you\b)(?:\w+ ){1,3}know)(?: about| to| of)?\b"),
    kind_of("saved save saves cheaper dearer compared", r"(?:sav(?:e|ed|es)|cheaper|dearer|more expensive|less)\b[^.;\n]*\b(?:compared (?:to|with)|than) (?:yesterday|last (?:week|month|year)|tomorrow)"),
    kind_of("price prices fare fares rate rates cost costs expensive dearer demand expire expires ends runs",
            rf"(?:prices?|fares?|rates?|costs?|it|this|that)(?:'ll| will)?[^.;\n]{{0,40}}? (?:ris(?:e|es|ing)|go(?:es)? up|climb(?:s|ing)?|increas(?:e|es|ing)|double|be (?:more expensive|higher|dearer|gone))\b[^.;\n]*\b{_SOON}",
            rf"(?:{_SOON}|after (?:that|this|today|midnight)|otherwise|then),? (?:the |these |our )?(?:prices?|fares?) (?:ris|go|climb|increas)\w+", r"demand is (?:\w+ )?(?:high|strong|growing|rising)", r"(?:offer|deal|price|fare|balance|gift cards?|points|discount) (?:\w+ )?(?:expires?|runs? out|ends)"),
    kind_of("late time schedule delay delays delayed punctual cancellations cancelled crowded",
            rf"(?:late|on time|on schedule|delay(?:s|ed)?|punctual|cancellations?|crowded)\b[^.;\n]*\b{_OFTEN}", rf"\b{_OFTEN}\b[^.;\n]*\b(?:late|on time|on schedule|delayed|punctual|crowded)"),
    kind_of("customers people buyers users passengers travelers", r"(?<!how )(?:most|many|other|few|plenty of) (?:of our )?(?:customers|people|buyers|users) (?:pay|love|like|take|choose|use|have|return|complain|ask|buy|prefer|are|do|get)"),
    kind_of("company team shift years", r"i(?:'ve| have) been (?:with|at|in) (?:the|this|our) (?:\w+ )?(?:company|team|job|business|department)"),
    kind_of("invoice invoices bill bills balance payment payments charge account chargeback billing error dispute",
            rf"(?:your|an?|the|this|one of your|some) (?:\w+ ){{0,2}}(?:invoices?|bills?|balance|payments?|charges?|account) (?:is|are|was|were|has been|looks) (?:still |already |now )?{_DUE}", r"(?:open|unpaid|overdue|outstanding|late|failed|missed) (?:invoice|bill|payment|balance|charge)s?\b", r"chargebacks?", r"billing (?:error|issue|problem|mistake)"),
    kind_of("down offline slow broken unavailable outage lost misplaced mislaid mixed double duplicate accidental charge", r"(?:our|the) (?:system|server|website|computer|site)s? (?:was|were|is|are|has been|had been) (?:down|offline|slow|broken|unavailable)", r"(?:we|i)(?:'ve| have)? (?:lost|misplaced|mislaid|mixed up) (?:your|the)", r"(?:double|duplicate|wrong|accidental) charge", r"outage"),
    kind_of("discontinued recalled phased", r"(?:is|are|being|been|was|were|get|gets) (?:\w+ )?(?:discontinued|recalled|phased out)"),
    kind_of("if had wait hurry act unless", r"if you(?:'d| had) \w+[^.;\n]*\b(?:would(?:'ve| have)|'d have|could have)\b[^.;\n]*", r"(?:if you|unless you|when you) (?:wait|hurry|act|hesitate|delay)\b[^.;\n]*\b(?:lose|pay|cost|costs|save|expires?|miss|gone)\b"),
    kind_of("supervisor manager audited reviewed monitored approval", r"(?:is|are|be|gets?) (?:\w+ )?(?:audited|monitored|reviewed|approved|double-checked) by", r"(?:requests?|cases?|changes?|orders?) (?:like this |of this kind )?(?:are|is) (?:\w+ )?(?:audited|monitored|reviewed)"),
)  # fmt: skip
"""What stands there as so, in whatever sentence: told, asked with "did you know", or made a condition."""
_LATER = 1
"""A contact that may come after something else: "once it has arrived, you'll hear from us"."""
_THIRD = next(number for number, kind in enumerate(_STATED) if "aware" in kind.cues)
"""What somebody else knows: words that occur anywhere do not make it so, only the user's own."""
_OPENLY = frozenset({_LATER, 2})
"""Those of them that may be asked: a contact, or a change back."""
_DENIED = re.compile(
    r"\b(?:not|never|no|nobody|cannot|unable|without|nor)\b(?!\s+(?:only|just))|n't\b|\bwhether\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:^|(?<=[.!?,] ))(?i:(?:hello|hi|hey|greetings|good (?:morning|afternoon|evening))[,!]? )?(?:(?i:this is|i['’]m|i am|it['’]s) (?P<name>[A-Z][a-z]+)(?=(?:,| (?i:from|with|at|of|speaking|here|your|on)\b))|(?i:hello|hi|greetings) from (?P<other>[A-Z][a-z]+))"
)
"""Somebody who says their name."""


def beyond(ground: Ground, text: str) -> Iterator[str]:
    """What a message states of things before, behind and after this conversation."""
    said = written(text)
    kinds = [(number, kind) for number, kind in enumerate(_STATED) if not kind.cues.isdisjoint(said.bag)]
    for start, end in sentences(text) if kinds else ():
        lower = text[start:end].lower().replace("’", "'")
        for number, kind in kinds:
            match = kind.pattern.search(lower)
            if match is None or _DENIED.search(lower, 0, match.end()):
                continue
            if number in _OPENLY and lower.rstrip().endswith("?"):
                continue
            if number == _LATER and HEDGED.search(lower, 0, match.start()):
                continue
            known = _known(ground, match[0]) if number != _THIRD else any(match[0] in heard for heard in ground.heard)
            if not known:
                yield text[start:end].strip()
                break
    yield from _names_itself(ground, said)


def _names_itself(ground: Ground, said: Written) -> Iterator[str]:
    """The agent gives itself a name."""
    for match in _NAMED.finditer(said.text):
        name = (match["name"] or match["other"]).lower()
        if name not in ENGLISH and not any(name in text for text in ground.texts):
            yield match[0].strip()


_WISHES = bag("happy enjoy congratulations congrats good luck best wishes hope nice great glad lovely goes went well")


_MOVED = re.compile(
    r"\b(?:mov(?:ed|ing) (?:in|out|house|home|flat|to a)|new (?:place|flat|apartment|address|house|home)|relocat\w+)\b"
)
"""Whoever says so has a new home."""


def _known(ground: Ground, said: str) -> bool:
    """Whether the user or a tool has spoken in these words."""
    telling = [
        word[: max(3, min(6, len(word) - 1))]
        for word in written(said).words
        if word not in ENGLISH and word not in _WISHES and len(word) > 3
    ]
    spoken = frozenset().union(*(written(text).bag for text in ground.texts[1:]))
    spoken |= frozenset(("home", "house") if _MOVED.search("\n".join(ground.heard)) else ())
    return bool(telling) and all(any(word.startswith(begin) for word in spoken) for begin in telling)
