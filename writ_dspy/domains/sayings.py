"""How people say what a decision rests on: values in their usual forms, the extreme of an attribute, and what has no value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import MONTHS, UNITS, values
from writ_dspy.domains.whole import is_whole
from writ_dspy.task import Scalar

_AT = r"(?<!\bat\s)(?<!\bat\sthe\s)"
_NOT_OF_ORDER = r"(?! (?:and|time|name|names|digits?|numbers?|letters?|four|three|two|night|week|month|year|of all|class|thing|order|one i|,))"
_AS_CAN_BE = r"\b[^.;!?,]{0,40}? as (?:possible|(?:it|they|i|you|we|one) (?:can|could|may|might|gets?|comes?|find|offer|have|goes?)\b|can be|they come|any\b|ever)"
"""Goes on from "as cheap", and makes it the cheapest."""
_CHEAP = rf"\bas (?:cheap|cheaply|little|low|affordable){_AS_CAN_BE}|\b(?:cheap\w*|inexpensive|affordable|low(?:est|er)?[- ]?(?:priced?|cost|fare)?|bargain|{_AT}least|best (?:price|fare|deal|value|rate)|economical)\b"
_DEAR = rf"\btop[- ](?:version|model|one|price|priced|of the (?:line|range))\b|\bas (?:expensive|dear|pricey|costly|high){_AS_CAN_BE}|\b(?:dearest|priciest|costliest|highest|biggest|largest|greatest|{_AT}most)\b"
_EARLY = rf"\bas (?:early|soon){_AS_CAN_BE}|\b(?:first{_NOT_OF_ORDER}|earliest|early|soonest|oldest)\b"
_LATE = rf"\bas late{_AS_CAN_BE}|\b(?:last{_NOT_OF_ORDER}|latest|late|newest|recent|recently|furthest)\b"
_THAN_ALL = r"\b[^.!?;]{0,30}\bthan (?:(?:all|any) (?:of )?)?(?:the |my |its )?(?:others?|rest|other \w+)\b"
"""Behind a comparative that makes it the end of all: "holds more items than the others"."""
_FEW = rf"\b(?:fewest|smallest|shortest|{_AT}least|lowest|minimum|minimal|emptiest)\b|\b(?:fewer|less|lower|smaller|shorter){_THAN_ALL}"
_MANY = rf"\b(?:{_AT}most|largest|biggest|longest|highest|greatest|maximum|fullest)\b|\b(?:more|higher|larger|bigger|longer){_THAN_ALL}"
_TAKEN = r"(?:full|crowded|booked|busy|packed|occupied|people|passengers|travell?ers|others?)\b"
"""What there is the less of, the more seats are free."""
EXTREMES: tuple[tuple[str, str, str], ...] = (
    (
        r"seats",
        rf"\bas (?:few(?! {_TAKEN})|full|crowded|busy){_AS_CAN_BE}|\b(?:(?:fewest|{_AT}least)(?! {_TAKEN})|lowest|minimum|fullest|busiest|most {_TAKEN})\b|\b(?:fewer|less)(?! {_TAKEN}){_THAN_ALL}",
        rf"\bas (?:many(?! {_TAKEN})|much (?:room|space)|empty|roomy|few {_TAKEN}){_AS_CAN_BE}|\b(?:{_AT}most(?! {_TAKEN})|largest|biggest|highest|greatest|maximum|emptiest|roomiest|(?:fewest|least) {_TAKEN})\b|\bmore(?! {_TAKEN}){_THAN_ALL}",
    ),
    (r"depart|arriv|created|date|time", _EARLY, _LATE),
    (
        r"duration",
        rf"\bas (?:quick|quickly|fast|short|swift|brief){_AS_CAN_BE}|\b(?:shortest|fastest|quickest|swiftest|{_AT}least|as little time|(?:short|fast|quick) (?:flight|trip|route|journey|connection)s?|shorter)\b",
        rf"\bas (?:long|slow){_AS_CAN_BE}|\b(?:longest|slowest|{_AT}most)\b",
    ),
    (r"amount$|balance", rf"{_CHEAP}|\b(?:smallest|emptiest)\b", rf"{_DEAR}|\b(?:fullest|richest)\b|\bmore{_THAN_ALL}"),
    (r"price|fare|paid|amount|total$|cost", _CHEAP, _DEAR),
    (r"", _FEW, _MANY),
)
"""Names of attributes, and how their least and their most are said; the first that fits counts."""
_SIZES = {
    "s": r"small|s", "m": r"medium|m", "l": r"large|l", "xl": r"extra[ -]large|x[ -]?large|xl", "xxl": r"xxl|2xl|double xl",
    "xs": r"extra[ -]small|x[ -]?small|xs", "gray": r"gr[ae]y", "grey": r"gr[ae]y",
}  # fmt: skip
_UNITS = {
    "inch": r"in(?:ch(?:es)?)?\b|\"|”", "inches": r"in(?:ch(?:es)?)?\b|\"|”", "ft": r"ft|foot|feet", "l": r"l|liters?|litres?",
    "liter": r"l|liters?|litres?", "liters": r"l|liters?|litres?", "ml": r"ml|millilit(?:er|re)s?", "hours": r"h|hours?|hrs?", "mm": r"mm|millimet(?:er|re)s?",
    "gb": r"gb|gigs?|gigabytes?", "tb": r"tb|terabytes?", "lbs": r"lbs?|pounds?", "degrees": r"degrees?|°", "mp": r"mp|megapixels?|mega",
    "cups": r"cups?", "bar": r"bars?", "piece": r"pieces?|pcs?", "x": r"x|times", "mah": r"mah", "w": r"w|watts?",
}  # fmt: skip
_MEASURED = re.compile(rf"(?:{'|'.join(_UNITS.values())})$")
"""A unit of what is measured: an amount that somebody limits has none of these."""
_MEASURE = re.compile(r"(?!\d\d:)(\d+(?:[.,]\d+)?)(?:-(\d+))?[\s-]?([a-z]+)?\b.*")
_ID = re.compile(r"#?[A-Za-z_]*\d[\w]{4,}|(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6}|[a-z_]+_\d{4,}")
ASKING = re.compile(
    r"\?|\b(?:tell|told|know|hear|what|how (?:much|big|many|high|large|long)|which|confirm|curious|interested|look up|look at|check|find out|see (?:if|whether|what|how)|quote me|read me|list|remind|wonder\w*|much|share|say|give me|help me to|wondering|question (?:is|would be)|i need (?:is|to know)|(?:need|want|like|love)(?: to (?:have|get))? the (?:\w+ )?(?:price|total|sum|amount|number|figure|balance|cost|name|date))\b"
)
"""Words by which a user asks to be told something."""
_WORD = re.compile(r"[a-z0-9]+")
_DIGIT = re.compile(r"\d")
_ANSWERS = frozenset(("yes", "no"))
"""Values that stand in many a sentence about something else: said only with what they are the answer to."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::\d\d)?")
_ELSEWISE = re.compile(r"[A-Z]{2,3}|\d{4}-\d\d-\d\d|\d\d:\d\d.*|\d.*")
"""What is often said without its letters: codes, dates, times, measures."""


_OTHERS = (
    r"(?!(?:\w+ ){0,3}(?:card|visa|mastercard|amex|express|paypal|account|gift|credit|debit|certificate|vouchers?|method|order|reservation|booking|trip|flights?|"
    r"difference|price|fees?|fare|amount|total|rest|remainder|bags?|insurance|one|same|money|refund|balance|credits?|profile|file|wallet|records?)\b)"
)
ELSEWISE_PAID = (
    r"\bsend (?:you |them )?(?:a|the) (?:check|cheque)\b|\bhouse account\b|"
    rf"\b(?:bill|invoice|charge|debit)(?:ing|ed)? (?:(?:it|this|that|them|everything|all of it) )?(?:to )?(?:my|our|his|her|their) {_OTHERS}\w+|"
    rf"\b(?:send|mail|forward) (?:the|an|your) (?:bill|invoice) to\b|\b(?:my|our|the) {_OTHERS}\w+ (?:is paying|pays|will pay|is going to pay|covers|will cover|should pay|can pay)(?: for)?(?: (?:it|this|that|them|the|all|everything|me|us)\b|\W*$)|"
    r"\b(?:pay|paying|paid|settle)\b[^.;!?]{0,24}\b(?:by|with|in|on|via|through) (?:an? |my |the )?(?:personal |bank |paper )?(?:checks?|installments?|instalments?|rates|invoice|"
    r"direct debit|person|coins|euros?|pounds|points|rewards?|western union|cash ?app|alipay|wechat|revolut|pix)\b|\b(?:company|corporate|office) (?:card|account|credit card)\b"
)
"""Paying by means that no shop here takes, or by somebody else's: who bills a person bills no method."""


_OWN = r"(?:(?:the|an?|my|our|that|this|your|his|her|their|some|any|same|other|another|new|old|original|personal|own|one|two|all|both|saved|single|second|first|good|whole|full|regular)\s+|\w+'s\s+)*"
HERE = "\u2038"
"""Stands for the value in a text that a pattern of `Sayings.stands` is looked for in."""
PAID_BY = (
    rf"(?:^\W*|[:(,–-]\s*){_OWN}{HERE}(?=\W*$|\W*(?:please|pls|then|for|ending|ends|that|which|with|thanks|thank|instead|again|too|it|on|of|from|in|and|or|but|first|not|ok|okay|"
    r"will|would|should|must|can|could|shall|has to|ought|pays?|covers?|works?|does|i|my|no|yes|"
    rf"(?:is|'s|was|be)(?: \w+)? (?:fine|ok|okay|good|best|right|great|perfect|better|easiest|what|the|where|preferred)|sounds)\b|\W*\d)"
    r"|(?<!short )(?<!low )(?<!tight )(?<!high )(?<!out )\b(?:with|by|in|on|onto|to|from|via|through|using|use|uses|charge|charged|debit|bill|try|prefer|pick|choose|select|apply|against|off|want|"
    r"rather|for|is|was|it's|its|be|instead|and|then|or|not|nor|like|take|taking|put|putting|make|go|goes|first|plus|pays?|paying|accept|no|only|just|please|pls|yes|yeah|actually|well|sure|okay|ok|"
    rf"mean|meant|say|said|than|into)\W+(?:(?:from|to|on) )?{_OWN}{HERE}(?! (?:compan(?:y|ies)|bills?|debts?|statements?|issuers?|fraud|reader|flow|registers?|cow|crop)\b)"
)
"""Where what pays, or is paid back to, stands; a thing that is sent, given, spent or blown pays nothing, and neither does one that something is told of."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """A domain's own ways of saying things."""

    forms: Mapping[Scalar, str] = field(default_factory=dict)
    """Value -> a pattern beside its usual renderings ("single ticket" for one way)."""
    counted: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> a pattern of the noun behind its number; without one, small numbers say nothing."""
    ideas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Slot key -> patterns of what it can say without a value; the first that its sentence shows is what it says."""
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Slot key -> patterns of what it can say beside its values: each that its sentence shows."""
    either: str = ""
    """A pattern of sentences that leave open what `extra` says."""
    cues: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> a pattern of the words that show that a product or a status is said of it."""
    again: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> a pattern that refers to what was said of it before ("the same card")."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> a pattern of an agent's question about it, to which a bare yes, no or number is an answer."""
    which: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> a pattern of an agent's question which one it is; what tells it apart is an answer without its noun."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Slot key -> what a finding calls it, where the key does not do."""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is chosen -> its values, each with a pattern of how a user names it; who names one has chosen against the others."""
    stands: Mapping[str, str] = field(default_factory=dict)
    """A key of `choices` -> a pattern of the places where a value stands in that role, `HERE` in its stead; without one, wherever it is named."""
    things: Mapping[str, str] = field(default_factory=dict)
    """What a wish can be about, with a pattern of how a user names it; who names one may still want others."""
    wishes: Mapping[str, str] = field(default_factory=dict)
    """A deed -> a pattern of how a user asks for it."""
    wished_by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Write tool -> the deeds that are asked for with it, the deed itself first."""
    looks: str = ""
    """A pattern of what versions of a thing differ in: colors, materials, measures."""
    kept: str = ""
    """A pattern of what can be kept as it is, where that calls a wish off: "the flights", where they were to change."""
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A deed -> the nouns that stand for all that it is about."""
    extremes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Attribute -> patterns of how its least and its most are said, beside those of `EXTREMES`."""
    open: Mapping[str, str] = field(default_factory=dict)
    """A key of `choices`, or a pattern of the task's own words -> a pattern of what that is about, which a user may say does not matter."""
    counted_things: Mapping[str, str] = field(default_factory=dict)
    """A pattern of nouns that can be counted -> one of the names of the arguments that say how many."""

    def in_role(self, role: str, named: re.Match[str]) -> bool:
        """Whether a value of a choice, as it was found in a text, stands there in its role."""
        pattern, text = self.stands.get(role), named.string
        return pattern is None or bool(re.search(pattern, f"{text[: named.start()]}{HERE}{text[named.end() :]}"))


def extreme(attribute: str, *, most: bool, own: Sayings) -> re.Pattern:
    """How the least or the most of an attribute is said, in a lower-case text; `own` is how it is in this domain."""
    return _extreme(attribute, most, own.extremes.get(attribute, ("", ""))[most])


@lru_cache(maxsize=256)
def _extreme(attribute: str, most: bool, own: str) -> re.Pattern:
    usual = next(pair[1 + most] for pair in EXTREMES if re.search(pair[0], attribute))
    return re.compile(f"{usual}|{own}" if own else usual)


_NONE_OF = (
    r"(?:\b(?:no|none|zero|without|never|neither|nor|not(?! (?:only|just|merely|more|less|fewer)\b))\b|n[’']t\b)"
    r"(?:(?!\b(?:and|but|one|two|three|four|five|six|seven|eight|nine|ten)\b)[^.!?;,\d]){0,30}?"
)
_NONE_AT_ALL = r"(?:\W{1,3}|\W+(?:is|are|will be|would be|make it|at)\W+)(?:none|zero|not any|no)(?:\W+(?:at all|please|thanks?|thank you))?\W*(?:[.!;]|\Z)"
_NOT_MORE = r"(?! (?:more|beyond|besides|except|other|apart|than|but|over)\b)"
"""What does not follow a thing of which there is none: "no bags beyond the two" are two."""
_NOT_NEEDED = (
    r"\W+(?:\w+\W+){0,2}?(?:\w*n[’']t|not)(?: be)?(?: being)? (?:needed|necessary|required|wanted|checked|coming)\b"
)


_NONE_OF_THEM = r"[^.!?]{0,30}\b(?:i|we)(?:'ll| will| now| only)* (?:need|want|take|have|bring|check)(?: in)? none\b|[^.!?]{0,30}\b(?:i|we) (?:don't|won't|do not|will not) (?:need|want|take|bring|check) (?:any|(?:even |a single )?one|a single)\b(?! (?:more|other|further))"
"""Behind the thing, what the user does with none of it: "fewer bags, I need none now"."""


_DROP = r"(?<!n't )(?<!not )(?<!never )(?<!without )\b(?:drop|remov|delet|cancel|scrap|los|strip|rid of|tak\w* off)(?:e|p?ing|l?ing)?\b"
_EACH = r"(?<!n't take )(?<!not take )\b(?:all|each|every)(?: single| last| and every| one)?(?: of)?(?: (?:the|my|our|those|these|its))?"
_GONE = r"(?:off|away|gone|removed|dropped|cancell?ed|deleted|scrapped|(?:gotta|got to|ha(?:s|ve) to|must|should|can|needs? to|may) go\b(?! (?:on|with|to|in|into|along|there|by|through|as|free|up)\b))(?!\w)"
_BUT_ONE = r"(?![^.;!?]{{0,12}}\b(?:but|except|save|apart|besides|until)\b)"
_EACH_GONE = (
    rf"{_DROP}(?: (?:off|me|us|please|now|just|away))* {_EACH} (?:{{thing}}){_BUT_ONE}|{_EACH} (?:{{thing}}){_BUT_ONE}[^.;!?]{{{{0,30}}}}\b{_GONE}|"
    rf"(?:{{thing}})(?:\W+(?:is|are|come|comes|go|goes))?\W+all (?:of them )?{_GONE}|"
    rf"{_DROP}[^.;,!?]{{{{0,24}}}}(?:{{thing}}),? (?:the (?:whole )?lot|all of them|every (?:single |last )?one)\b"
)
"""Each one of a thing taken off, which leaves none."""


def says_none(thing: str, lower: str) -> bool:
    """Whether a lower-case text says that there is none of a thing, before its name or right behind it; `thing` is a pattern."""
    return _none_of(thing).search(lower) is not None


def says_some(thing: str, lower: str) -> bool:
    """Whether a lower-case text names a thing without saying there that there is none of it: "waterproof for not waterproof" does."""
    return _compiled(rf"\b(?:{thing})\b").search(_none_of(thing).sub(" ", lower)) is not None


@lru_cache(maxsize=512)
def _none_of(thing: str) -> re.Pattern:
    gone = _EACH_GONE.format(thing=thing)
    return _compiled(
        f"{_NONE_OF}(?:{thing}){_NOT_MORE}|(?:{thing})(?:{_NONE_AT_ALL}|{_NOT_NEEDED}|{_NONE_OF_THEM})|{gone}"
    )


def states(
    value: Scalar, lower: str, mentions: Callable[[str, str], bool], sayings: Sayings, *, strict: bool = False
) -> bool:
    """Whether a lower-case text states a value, in whichever form; in a usual one, if it is to be strict."""
    if isinstance(value, bool):
        return False
    if not isinstance(value, str):
        return _numbers(value, lower)
    numeric = value[:1].isdigit()  # as a date and a time begin
    if numeric and _DATE.fullmatch(value):
        return mentions(value, lower) or (_DIGIT.search(lower) is not None and dated(value, lower))
    if numeric and (clock := _CLOCK.fullmatch(value)):
        at = 60 * int(clock[1]) + int(clock[2])
        return mentions(value, lower) or any(item.quantity == "time" and item.number == at for item in values(lower))
    own = sayings.forms.get(value)
    if own is not None and value in _ANSWERS:
        return _compiled(own).search(lower) is not None
    if own is not None:
        return mentions(value, lower) or (not strict and _compiled(own).search(lower) is not None)
    if not _hinted(value, lower):
        return False
    return mentions(value, lower) or _otherwise(value)(lower)


def _hinted(value: str, lower: str) -> bool:
    """Whether a text can state a value at all: a quick look before the slow one."""
    hints = _hints(value)
    return not hints or any(hint in lower for hint in hints)


@lru_cache(maxsize=8192)
def _hints(value: str) -> tuple[str, ...]:
    """Beginnings of words of which a text that states a value holds one; none where it may hold none of them."""
    words = _WORD.findall(value.lower())
    if _ELSEWISE.fullmatch(value) or value.lower() in _SIZES or not words or len(words[0]) == 1:
        return ()
    return tuple(word[:4] for word in words if len(word) > 1)


def dated(value: str, lower: str) -> bool:
    """The day itself, or as one of a list that names its month once: "May 22 or 23", "the 22nd or 23rd of May"."""
    month, day = value[5:7], value[8:]
    if any(item.quantity == "date" and f"{int(item.number):04}" == month + day for item in values(lower)):
        return True
    name = MONTHS[int(month) - 1]
    if name[:3] not in lower:
        return False
    also = rf"{int(day)}(?:st|nd|rd|th)?\b(?!\s?(?:[ap]\.?m|%|:|bags?|checked|dollars))"
    gap = r"[^.;!?\n$]{0,24}?(?:\bor|\band|,|/|&)\s?(?:the )?"
    return (
        _compiled(rf"\b{name[:3]}[a-z]*\.? \d{{1,2}}{gap}{also}|\b{also}{gap}\d{{1,2}}\S* (?:of )?{name[:3]}").search(
            lower
        )
        is not None
    )


_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BARE_DAY = re.compile(
    rf"(?<!\w)(?:(?:(?P<week>{'|'.join(_WEEK)})[, ]+(?:the )?|the )(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?:,? an? (?P<after>{'|'.join(_WEEK)}))?)"
    rf"(?![\w-])(?! (?:of (?!this month|the month)|bags?|legs?|flights?|one\b|time|reservation|booking|order|passenger|{'|'.join(MONTHS)}))",
    re.IGNORECASE,
)
"""A day without its month: "Monday, the 20th"."""

WEATHER = re.compile(
    rf"\b(?:{'|'.join(MONTHS)}) (?:weather|showers?|rains?|sun(?:shine)?|cold|heat|snows?|winds?|storms?|fog|fools?|flowers?|mood|blues|madness)\b",
    re.IGNORECASE,
)
"""A month that says how something is, and not when."""


def on_day(match: re.Match[str], date: tuple[int, int, int]) -> bool:
    """Whether a day without its month can be a date: it has its number, and its weekday where one is named."""
    week = match["week"] or match["after"]
    try:
        right = dt.date(*date)
    except ValueError:
        return False
    return int(match["day"]) == right.day and (week is None or _WEEK[right.weekday()] == week.lower())


def _numbers(value: float, lower: str) -> bool:
    number = Decimal(repr(value))
    found = (item for item in values(lower) if item.number == number)
    return any(
        item.quantity == "money" or (item.quantity == "count" and not _MEASURED.match(item.unit)) for item in found
    )


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern)


@lru_cache(maxsize=8192)
def _otherwise(value: str) -> Callable[[str], bool]:
    """Forms that any domain's values have: measures with another unit word, ids by their end, words in another order."""
    lower = value.lower()
    if lower in _SIZES:
        size = _compiled(rf"(?<![\w'])(?:{_SIZES[lower]})(?![\w'])")
        return lambda text: size.search(text) is not None
    if _ID.fullmatch(value):
        key = lower.lstrip("#")
        return lambda text: is_whole(key, text)
    measure = _MEASURE.fullmatch(lower)
    if measure:
        number = UNITS[int(measure[1])] if measure[1].isdigit() and int(measure[1]) < len(UNITS) else measure[1]
        form = _measured(measure)
        return lambda text: (measure[1] in text or number in text) and _compiled(form).search(text) is not None
    words = _WORD.findall(lower)
    if 1 < len(words) < 5:
        tests = [
            _letter(word, words[place - 1]) if word in _SAME_AS_A_WORD else None for place, word in enumerate(words)
        ]
        short = next(iter(_ACRONYM.findall(value)), "").lower()
        return lambda text: (
            (bool(short) and is_whole(short, text))
            or all(test(text) if test else is_whole(word, text) for word, test in zip(words, tests, strict=True))
        )
    return lambda text: is_whole(lower, text)


_ACRONYM = re.compile(r"\A[A-Z]{3,}(?= [a-z]+\Z)")
"""Names its thing alone: HEPA, of a HEPA filter."""
_SAME_AS_A_WORD = frozenset(("a", "i"))
"""Letters of a name that are words of any talk, too."""


def _letter(letter: str, before: str) -> Callable[[str], bool]:
    """Whether a letter stands as one: behind the word that it belongs to ("brand A"), or where no word follows it ("C or A")."""
    form = _compiled(rf"(?<!\w){re.escape(before)}\W{{1,3}}{letter}(?!['’\w])|(?<!\w){letter}(?=\W*$|[^\w\s'’])")
    return lambda text: form.search(text) is not None


def measured(value: str) -> Callable[[str], bool] | None:
    """Whether a lower-case text states a measure, with whichever word for its unit: "2-liter" and "2 liters"; None where a value is none."""
    measure = _MEASURE.fullmatch(value.lower())
    if measure is None or not (measure[2] or measure[3] in _UNITS):
        return None
    form = _compiled(_measured(measure))
    return lambda text: form.search(text) is not None


_GROUPED = 4
"""Digits of a number in which thousands may be set apart."""


def _measured(measure: re.Match[str]) -> str:
    number, to, unit = measure[1], measure[2], measure[3] or ""
    spelled = re.escape(number) if len(number) < _GROUPED or not number.isdigit() else f"{number[:-3]},?{number[-3:]}"
    if number.isdigit() and int(number) < len(UNITS):
        spelled = rf"(?:{spelled}|{UNITS[int(number)]})"
    if to:
        return rf"(?<![\w.,]){spelled}\s?(?:-|–|to)\s?{to}(?!\w)"
    if not unit:
        return rf"(?<![\w.,$]){spelled}(?![\w]|[.,]\d)"
    return rf"(?<![\w.,]){spelled}[\s-]?(?:{_UNITS.get(unit, re.escape(unit))})(?!\w)"
