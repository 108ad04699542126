"""Narrowed: a yes that keeps back a part of what was listed, is given for a part alone, or names another value in passing.

The parts are those of the write: the things, people and legs in its lists, and those of its record that it names no part of. How
a yes in general is read, `simulate.acts` says; here only what stands in it about these parts counts.
"""

# Longer than 400 lines by a few: the ways to narrow a yes are tried on the same parts of a write, one after another.

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.fields import Fields
from writ_dspy.simulate.acts.lexicon import SINGLE
from writ_dspy.task import Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.recorded import polarity
from writ_dspy.verify.refutable import KINDS
from writ_dspy.verify.vocabulary import vocabulary

_NAMES = ("name", "product_name", "title")
"""Fields by which people name a part, the first that it has; a person goes by the first name, a journey by its number."""
_THE = r"(?:(?:for|with|to|of|on|my|the|this|that|our|your|just) )*"
_END = r"(?=\s*(?:[.,;:!?)…–—-]|$|though\b|please\b|yet\b|thanks?\b|then\b|for now\b|of course\b|after all\b|at all\b|anyway\b|out\b|here\b))"
_KEEPS = r"(?:keep|keeping|hold(?:ing)? on ?to|hang(?:ing)? on ?to|retain(?:ing)?|hold(?:ing)? back)"
_STAYS = (
    r"(?:(?:(?:can|should|shall|will|must|may|has to|is to|is going to|'ll|would|better) )*(?:just |simply |rather |please )*(?:stays?|staying|remains?|is staying|is mine|are mine|(?:still|will still|'s still) (?:flies|fly|flying|goes|go|going|travels?|travelling))\b(?! (?:in|at) (?:the|a) )"
    r"|i(?:'d| would|'ll| will|'m| am| want to| prefer to)?(?: \w+){0,2}? (?:keep|keeping|hold on|hang on|holding on)\b|(?:is |are )?not (?:part of|included|in) (?:it|this|that)\b)"
)
_EXCEPT = (
    r"(?:except(?:ing)?(?: for)?|apart from|aside from|other than|(?:all|everything|everyone|everybody|anything|any of it) but|without|minus|excluding|save for|bar(?:ring)?"
    r"|leav(?:e|ing) out|skip(?:ping)?|omit(?:ting)?|leaving|not counting|with the exception of|do(?:n't| not) (?:touch|include|send|take|return|cancel|exchange|change|book))"
)
_OUT = r"(?:out(?: of (?:it|this|that))?|off|alone|aside|untouched|be|as it is|as is|where it is|here)"
_ONLY = r"(?:only|just|solely|exclusively|merely|nobody but|no one but|nothing but)"
_ALONE = r"(?:alone|only|by (?:him|her|it|them)self|on (?:his|her|its) own|and (?:nobody|no one|nothing) else|and that's (?:it|all)|first\b(?! (?:name|class)))(?! (?:would|will|could|should|is|was|has|had|costs?|made|makes)\b)"
_GIVES = r"(?:yes|yeah|yep|sure|okay|ok|fine|alright|all right|please|agreed|go ahead|go for it|do it|do that|proceed|book it|book that|approved|confirmed|good)"
_NEVER = re.compile(
    r"\b(?:not|no|never|nothing|can't|cannot|won't|why|would(?:n't)? have|had|did|live|do|get by|manage|used to|instead of|rather than|if)\b|n't\b"
)
"""Ahead of a word of keeping or going without, and it is none of this act."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of one kind."""

    kind: str
    names: tuple[tuple[str, ...], ...]
    """How each may be called, in lower case."""
    given_up: bool
    """Whether the write gives them up, or changes them for others, so that to keep one is to leave it out."""


def narrowed(case: Case, step: Step, reply: str) -> str:
    """What a reply, in lower case, leaves out or says otherwise of a write; nothing where it is a yes to all of it."""
    text = reply.replace("’", "'")
    for group in groups(case, step):
        for names in group.names:
            if _keeps_back(text, names, given_up=group.given_up):
                return f"a yes to all that is listed, {names[0]} included"
        if name := _alone(case, text, group) or _some_way(case, step, text, group) or _some_rows(case, text, group):
            return f"a yes to all that is listed, not to {name} alone"
    if _HANGS.search(text):
        return "a yes that hangs on nothing"
    if _BUT_FOR.search(text):
        return "a yes to all that is listed, as it is listed"
    return _other_value(case, step, text)


_BUT_FOR = re.compile(
    r"\b(?:half|a third|a quarter|part|most)(?: of (?:it|that|this|them))? (?:on|onto|to|with|from) (?:the|my|a)\b|"
    r"\b(?:except(?: for)?|apart from|but for|aside from|save for|bar) (?:just )?(?:one|an?|two|some|a few|the (?:first|last)|that one|a couple of) (?:(?:little|small|minor|tiny|final) )*(?:things?|points?|details?|lines?|items?|bits?|entry|bullets?)\b"
    r"|\bwith (?:just |only )?(?:one|an?|some|two|a few) (?:(?:little|small|tiny|minor|slight) )*(?:changes?|exceptions?|differences?|corrections?|tweaks?|modifications?|adjustments?)\b"
    r"|\b(?:at|for) (?:half|a third|a quarter|double|twice)(?: of)? (?:the|that|this) (?:price|cost|amount|fare|fee)\b|\bbut (?:i|we)(?:'ll| will| won't)? (?:pay (?:nothing|anything|a cent)|not pay)\b"
)
"""A yes to all but a part that has no name, or to the same with a change."""
_HANGS = re.compile(
    r"\b(?:if|provided|assuming|unless|as long as)\b[^.!?]*,? that is\W*$|\b(?:until|till|after|once|when)\b[^.!?]*,? then (?:yes|yeah|sure|okay|ok)\b"
    r"|\b(?:probably|perhaps|maybe|possibly) (?:yes|yeah|yep)\b|\b(?:yes|yeah),? (?:probably|perhaps|maybe|possibly)\W*$|\bi(?:'ll| will|'d| would)? (?:\w+ )?(?:tell|let) you (?:know |the rest )?(?:tomorrow|later|tonight|next week|another (?:day|time)|in the morning)\b|\bi'll (?:call|write|come|get) (?:you )?back\b(?! (?:later |another time |again )?(?:for|about|with|if|when|to (?:ask|book))\b)|\blike i(?:'d| would) (?:ever )?(?:pay|do|want|agree)\b|\bpigs (?:can|could|might|will) fly\b"
)
"""A yes that depends on something, is put off, or is none at all but for its words."""


def groups(case: Case, step: Step) -> Iterator[Group]:
    """The parts of a write, kind by kind."""
    record = record_of(case, step)
    covered: set[str] = set()
    cancels = "cancel" in step.call.tool
    for name, value in step.call.args.items():
        if isinstance(value, list) and value and not name.startswith("new_"):
            rows = [_row(record, part) if isinstance(part, str) else (name, part) for part in value]
            covered |= {field for field, _ in rows}
            names = tuple(found for _, row in rows if (found := called(case.fields, row)))
            if names:
                yield Group(name, names, given_up=isinstance(value[0], str))
    for field, value in record.items():
        if isinstance(value, list) and field not in covered and field not in step.call.args:
            names = tuple(found for row in value if isinstance(row, dict) and (found := called(case.fields, row)))
            if names:
                yield Group(field, names, given_up=cancels)


_THE_OTHER = re.compile(r"\b(?:the|my|that) other (?P<what>[a-z-]{3,})\b")

_LEAVES = re.compile(r"\b(?:think|thinking|decide|look|consider|see|later|another (?:day|time)|keep|keeping|stays?)\b")
_WANTS = re.compile(
    r"\b(?:take|swap|instead|rather|want|make|give|use|wait|no|not|first|before|exchange|return|cancel|change|prefer|should|please)\b|n't\b"
)
"""Words by which the other one may be meant to come into the place of this one, or ahead of it."""


def of_another(case: Case, step: Step, sentence: str) -> bool:
    """Whether a sentence, in lower case, leaves a thing beside the only one of its name that is written to for later, or as it is: "the other shirt"."""
    match = _THE_OTHER.search(sentence)
    if match is None or not _LEAVES.search(sentence) or _WANTS.search(sentence):
        return False
    what = match["what"]
    called_so = [
        names
        for one in case.together(step)
        for group in groups(case, one)
        if group.kind in one.call.args
        for names in group.names
        if any(what in re.findall(r"[a-z]+", name) for name in names)
    ]
    return len(called_so) == 1


def record_of(case: Case, step: Step) -> Mapping[str, Json]:
    """What was read of the record that is written to, before it was."""
    for key in (
        str(value) for name, value in step.call.args.items() if name.endswith("_id") and isinstance(value, str)
    ):
        for table in case.domain.tables.values():
            found = table.get(key)
            if (
                isinstance(found, Mapping)
                and any(isinstance(value, list) for value in found.values())
                and case.fields.purse not in found
            ):
                return found
    return {}


def _row(record: Mapping[str, Json], key: str) -> tuple[str, Json]:
    """The field of a record in which a row has this key, and the row."""
    for field, rows in record.items():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and key in [value for name, value in row.items() if name.endswith("_id")]:
                return field, row
    return "", None


def called(fields: Fields, row: Json) -> tuple[str, ...]:
    """How a part may be called; nothing where it has no name."""
    if not isinstance(row, dict):
        return ()
    name = next(
        (str(row[field]).lower() for field in (*_NAMES, fields.given, fields.leg) if isinstance(row.get(field), str)),
        "",
    )
    if not name:
        return ()
    more = f"{name} {str(row[fields.family]).lower()}" if fields.family in row else ""
    last = name.split()[-1] if " " in name and fields.given not in row else ""
    short = name.rpartition(" ")[0] if last in SINGLE else ""  # the dumbbells; "set it up" names no dumbbell set
    last = "" if last in SINGLE else last
    return tuple(form for form in (name, more, last, short) if form)


@lru_cache(maxsize=2048)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern, re.Pattern, re.Pattern]:
    """How a reply keeps a part, goes without it, and names it."""
    one = rf"(?:{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))})(?:s|es)?\b(?!'s\b)"
    keeps = rf"\b{_KEEPS} {_THE}{one}|\b{one},? {_STAYS}"
    refuses = rf"\b(?:no|nope) (?:to|for|on|as for) {_THE}{one}|\b{one}(?:\W+is|'s)?\W*[:,–—-]\W*(?:(?:a|that's a) )?(?:no|nope|nah)\b(?! (?:other|more|problem|doubt|extra|worr|matter|question|need|issue|hurry|rush|objection|charge|cost|fee|longer|one|bags?|insurance))"
    without = (
        rf"{refuses}|\b{_EXCEPT} {_THE}{one}|\b(?:leave|take|keep|leaving|let) {_THE}{one}(?: \w+)? {_OUT}\b|\bnot {_THE}{one}{_END}"
        rf"|\b{one} (?:won't|can't|isn't|doesn't|aren't|cannot|(?:will|can|is|does|are) not) (?:be |going to )*(?:make it|join\w*|there|come|coming|fly\w*|go|going|travel\w*)\b(?! to\b)"
        rf"|\b{one} (?:is|are|stays) out\b(?! (?:on|at)\b)|\b{one} (?:is |are |does |will |can |do )?(?:not |n't )?(?:excluded|excepted|left out|come|coming|flying|going|travel\w*|part of (?:it|this|that)|included)\b"
    )
    return re.compile(keeps), re.compile(without), re.compile(rf"\b{one}")


_COMES = re.compile(
    r"\b(?:is |are |will |can )(?:come|coming|flying|going|travel\w*|part of (?:it|this|that)|included)\b|\b(?:come|coming|flying|going|travel\w*|included)\Z"
)
_DENIED = re.compile(r"\bnot\b|n't\b|\bout\b|\bexcluded\b|\bexcepted\b")


def _keeps_back(text: str, names: tuple[str, ...], *, given_up: bool) -> bool:
    if not _spoken(text, names):
        return False
    keeps, without, _ = _patterns(names)
    for match in keeps.finditer(text) if given_up else ():
        if not _NEVER.search(_clause(text, match.start())):
            return True
    for match in without.finditer(text):
        said = match[0]
        if _COMES.search(said) and not _DENIED.search(said):
            continue  # "Mia is coming along"
        if not _NEVER.search(_clause(text, match.start())):
            return True
    return False


def _spoken(text: str, names: tuple[str, ...]) -> bool:
    """Whether any of the names stands there: few replies name a part, and the patterns of each take long to compile."""
    return any(name in text for name in names)


def _clause(text: str, place: int) -> str:
    """What stands before a place in its clause."""
    start = max(text.rfind(mark, 0, place) for mark in ".!?;,\n")
    return text[start + 1 : place]


def _alone(case: Case, text: str, group: Group) -> str:
    """The part for which alone a yes is given, where there are more."""
    if len(group.names) < 2:
        return ""
    said = [names for names in group.names if _spoken(text, names) and _patterns(names)[2].search(text)]
    if not said or len(said) == len(group.names):
        return ""
    for names in said:
        one = rf"(?:{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))})\b(?!'s\b)"
        only = rf"\b{_ONLY} {_THE}{one}|\b{one},? {_ALONE}|\b(?:one|a) (?:seat|ticket|place),? for {one}"
        if (found := re.search(only, text)) and not _NEVER.search(_clause(text, found.start())):
            return names[0]
        if group.kind != case.fields.legs and re.search(
            rf"\b(?:{_GIVES},? (?:please,? )?(?:it |that )?for|yes to) {_THE}{one}(?! and\b| or\b|,)", text
        ):
            return names[0]
    return ""


_SOME_ROWS = re.compile(
    r"\b(?:to|for|with|only|just) (?:the |these |those )?(?:first|last) (?P<count>two|three|four|five|six|2|3|4|5|6)\b(?! (?:digits?|numbers?|days?|times?|weeks?|months?|years?))"
)
_COUNTS = {
    word: count
    for count, pair in enumerate((("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6")), 2)
    for word in pair
}


def _some_rows(case: Case, text: str, group: Group) -> str:
    """How many of the parts alone a yes is given for, where the talk has no other write that could be counted."""
    found = _SOME_ROWS.search(text) if len(case.writes) == 1 else None
    if found is None or _COUNTS[found["count"]] >= len(group.names) or _NEVER.search(_clause(text, found.start())):
        return ""
    return found[0]


_WAY = r"(?:way (?:out|there|back|home)|(?:out|in)bound(?: (?:flight|leg|part|trip))?|return (?:flight|leg|part|trip)|(?:first|second|last|other) (?:leg|flight|segment|half|part|connection))"
_SOME_WAY = re.compile(
    rf"\b(?:{_ONLY}|{_EXCEPT}) {_THE}(?P<way>{_WAY})\b|\b(?P<alone>{_WAY}),? {_ALONE}|\bnot {_THE}(?P<none>{_WAY})\b{_END}"
)
"""A yes to one way of a trip, or to all of it but one."""


_MOVES = re.compile(rf"\b(?:move|change|switch|shift|reschedule|rebook|swap|put) (?:the |my |our )?(?P<way>{_WAY})\b")
_WAYS = ("way there", "way back")
"""One of each."""


def _some_way(case: Case, step: Step, text: str, group: Group) -> str:
    """The way of a trip for which alone a yes is given, or which is left out; a change of one way may be called so."""
    fields = case.fields
    if group.kind != fields.legs or len(group.names) < 2:
        return ""
    held, flown = record_of(case, step).get(fields.legs), step.call.args.get(fields.legs)
    moved = _MOVES.search(text)
    if (
        moved
        and any(_changes_alone(fields, way, held, flown) for way in _WAYS)
        and not _changes_alone(fields, moved["way"], held, flown)
    ):
        return f"the {moved['way']}"
    found = _SOME_WAY.search(text)
    if found is None or _NEVER.search(_clause(text, found.start())):
        return ""
    way = found["way"] or found["alone"]
    if way and _changes_alone(fields, way, held, flown):
        return ""
    return f"the {way or found['none']}"


_THERE = re.compile(r"\b(?:out|there|outbound|first)\b")


def _changes_alone(fields: Fields, way: str, held: Json, flown: Json) -> bool:
    """Whether the flights of this way of a trip change, and those of the other stay as they are."""
    if not isinstance(held, list) or not isinstance(flown, list) or not held or not flown:
        return False
    before = [(row.get(fields.leg), row.get("date")) for row in held if isinstance(row, dict)]
    now = [(row.get(fields.leg), row.get("date")) for row in flown if isinstance(row, dict)]
    changes, stays = (now[0], now[-1]) if _THERE.search(way) else (now[-1], now[0])
    return changes not in before and stays in before


# ----------------------------------------------------------------------------- another value in passing

_METHOD = re.compile(
    r"\b(?P<kind>pay ?pal|gift[ -]?card|credit card|visa|mastercard|(?:travel )?certificate|voucher|cash|store credit|bank transfer|cheque)\b"
)
_TOWARDS = re.compile(
    r"\b(?:to|on|onto|with|via|by|using|use|charge|from|through|take|in|as|for|make it|pick|choose|fly|flying|keep it|put it on)(?: (?:my|the|that|our|a|an))?(?: (?:own|other|old|saved|new))?\W*\Z"
    r"|(?:^|[.!?,;–—-])\s*(?:(?:yes|yeah|sure|okay|ok|fine|alright|great|perfect|go ahead|and|so|then|please|that's|it's|we fly|we take|i take|the|my)\W+)*\Z"
)
"""How a reply names what it takes a thing to be: behind such a word, or at the head of its clause."""
_NOT_IT = re.compile(
    r"\b(?:not|no|never|than|instead of|rather than|of|was|were|had|too|out of|leaving|off|wanted|considered|thought|but|isn't|unlike|until now|before|other|more|without|about|surrender\w*|giv(?:e|es|ing) up|gave up|conced\w*|drop\w*|forget|let(?:ting)? go|skip\w*|pass on|goodbye|farewell|adieu)\b(?:\W+\w+){0,2}\W*\Z|n't\b(?:\W+\w+){0,2}\W*\Z"
    r"|\b(?:won't|will not|don't|do not|no longer|needn't|stop(?:ped)?|not going to) (?:insist\w*|demand\w*|ask\w*|push\w*|press\w*|fight\w*|argue\w*|need\w*|pursue)(?: \w+){0,3} \Z"
    r"|\b(?:he|she|they|(?:my|our|his|her) \w+) (?:would (?:like|love|prefer)|wants?) (?:me|us) to(?:\W+\w+){0,2}\W*\Z"
)
_LEFT = re.compile(r"\bfrom(?: \w+)?\W*\Z")
"""What stands before a cabin that is left."""
_WAS = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:was|were|had|would|wouldn't|could|isn't|is not|won't|is too|didn't|off|gone|(?:can|could|may)(?:not|n't)|was worth|stays out|remains out|balance|number|ending)\b"
)


def _other_value(case: Case, step: Step, text: str) -> str:
    """A value of an argument that the reply names otherwise than it was listed."""
    args = step.call.args
    for name, few in vocabulary(case.domain).states.items():
        value = args.get(name)
        if isinstance(value, str) and (
            other := _named_otherwise(text, value.replace("_", " "), tuple(sorted(few, key=len, reverse=True)))
        ):
            return f"a yes to {value.replace('_', ' ')}, not to {other}"
    for name, value in args.items():
        if value in ("yes", "no") and (said := polarity(name, text)) is not None and said != (value == "yes"):
            return f"a yes {'with' if value == 'yes' else 'without'} {name.replace('_', ' ')}"
    beside = " ".join(_paid(case, other) for other in case.together(step) if other is not step)
    return _other_method(text, _paid(case, step), beside, step.call.tool)


def _named_otherwise(text: str, value: str, few: Sequence[str]) -> str:
    found = [
        (match.start(), match[0])
        for match in re.finditer(
            rf"\b(?:{'|'.join(re.escape(one) for one in few)})\b(?! days?\b)", text.replace("_", " ")
        )
    ]
    if not found or any(word == value for _, word in found):
        return ""
    return next((word for at, word in found if _takes(text, at, at + len(word)) and not _LEFT.search(text[:at])), "")


def _takes(text: str, start: int, end: int) -> bool:
    """Whether what stands at a place is what the reply takes the act to be."""
    before = text[:start]
    return _TOWARDS.search(before) is not None and not _NOT_IT.search(before) and not _WAS.match(text[end:])


def _paid(case: Case, step: Step) -> str:
    """What names the methods with which a write pays, or pays back."""
    own = step.call.text
    return own if "payment" in own else f"{own} {record_of(case, step).get(case.fields.payments, '')}"


_ANOTHER = re.compile(
    r"\b(?:another|a different|the other|some other) (?:payment method|payment|method|card|account|gift[ -]?card|credit card|certificate)\b"
)


def _kind(name: str) -> str:
    """The kind of a method; money that no method holds, such as cash, is of its own."""
    return KINDS.get(name[:3], "certificate" if name == "voucher" else name)


def _other_method(text: str, paid: str, beside: str, tool: str) -> str:
    """A method by which this write is not paid, nor any that is made beside it."""
    another = _ANOTHER.search(text)
    if paid and another and _takes(text, *another.span()):
        return f"a yes to the payment as listed, not by {another[0]}"
    known = {kind for kind in KINDS.values() if f"{kind}_" in paid or f"_{kind}" in tool}
    named = [(match, _kind(match["kind"])) for match in _METHOD.finditer(text)]
    known |= {kind for kind in KINDS.values() if known and f"{kind}_" in beside}
    if not known or any(kind in known for _, kind in named):
        return ""
    return next(
        (f"a yes to the payment as listed, not by {match[0]}" for match, _ in named if _takes(text, *match.span())), ""
    )


_WITH_IT = re.compile(rf"(?i) (?:with|on|by|to|using|via) (?:my|the|that|our|this) {_METHOD.pattern}(?=\s*(?:[.!;,]|\Z|please\b|then\b|now\b))")  # fmt: skip
_NOT_WITH_IT = re.compile(rf"(?i)(?:,\s*|\band )(?:no|not? (?:my|the|with (?:my|the|a)|by)) {_METHOD.pattern}(?: (?:this time|today|for now|here|needed|please))?(?=\s*(?:[.!;,]|\Z))")  # fmt: skip


def without_means(call: str, reply: str) -> str:
    """A reply without the only kind of method that a write has, and without a no to one that it has not."""
    known = {kind for kind in KINDS.values() if f"{kind}_" in call}
    if len(known) != 1:
        return reply
    text = _WITH_IT.sub(lambda one: "" if _kind(one["kind"].lower()) in known else one[0], reply)
    return _NOT_WITH_IT.sub(lambda one: "" if _kind(one["kind"].lower()) not in known else one[0], text)
