"""Pairs of opposites that a wish can turn on, each with many ways to say it: from which end, how often, which way, same or other.

A pole is what the words mean after every no that reaches them: "not direct" and "with a stop" are one. What is said of neither is
not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.verify.degrees import opposites
from writ_dspy.verify.negation import Clause, clauses, wanted


@dataclass(frozen=True)
class Axis:
    """Two poles; what says the first and what says the second."""

    name: str
    first: re.Pattern
    second: re.Pattern
    heads: bool = False
    """It is said of a noun ("the same cabin"), and compared by it."""
    excludes: bool = True
    """Who denies one pole means the other: what is not direct has a stop."""
    cases: bool = False
    """In a case that may come about, it counts what has to hold for the wish."""


def _axis(
    name: str, first: str, second: str, *, heads: bool = False, excludes: bool = True, cases: bool = False
) -> Axis:
    return Axis(name, re.compile(rf"\b(?:{first})\b"), re.compile(rf"\b(?:{second})\b"), heads, excludes, cases)


_FLY = r"(?:depart\w*|tak(?:es?|ing) ?off|departures?|sets? off|setting off|heads? out|leav(?:es?|ing)(?= (?:before|after|at|by|from|first|last|earl|late|no|in the|on))|goes|off the ground)"
_LAND = r"(?:arriv\w*|lands?|landing|gets? (?:in|there)|getting (?:in|there)|touch\w* down|reach\w*|comes in|in the earliest)"
_THERE = r"(?:home|there|back|in|out|off)"
_PLANE = r"(?:flight|plane|departure|one out)(?= (?:out |there |back )?(?:on|from|to|in|that day|of the day)\b)"

AXES = (
    _axis(
        "price",
        r"cheapest|cheaper|least expensive|lowest(?:[- ]\w+)?|(?:costs?|costing) (?:the |me |us )?least|most affordable|best (?:price|fare|deal|value)|the least (?:i|you|money|costly)|least costly|bottom price",
        r"dearest|dearer|pricier|more expensive|priciest|costliest|most expensive|highest(?:[- ](?:priced?|fare|cost))?|(?:costs?|costing) (?:the |me |us )?most|most costly|top[- ]price\w*|(?<!least )expensive one",
        heads=False,
    ),
    _axis(
        "order",
        rf"earliest|soonest|(?:very )?first to|first (?:one )?(?:that |to )?(?={_FLY}|{_LAND})|{_FLY} first|{_LAND} first|{_THERE} first|first {_PLANE}|earlier (?:one|flight|departure)",
        rf"latest|(?:very )?last to|last (?:one )?(?:that |to )?(?={_FLY}|{_LAND})|{_FLY} last|{_LAND} last|{_THERE} last|last {_PLANE}|later (?:one|flight|departure)",
    ),
    _axis("end of the flight", _FLY, _LAND, excludes=False),
    _axis(
        "stops",
        r"(?:one|a|1|single|two|some|any|with|no more than one|exactly one)[- ](?:(?!no |not |without )\w+ )?(?:stops?|layovers?|stopovers?|connections?)|stops|layovers?|stopovers?|connections?|connecting|break the (?:trip|journey)|change planes",
        r"direct|non-?stop|straight (?:through|there)|in one go",
    ),
    _axis("end of the id", r"(?:begins?|starts?|beginning|starting|opens)(?= (?:with|in|by))|first(?= (?:\w+ )?(?:digits?|letters?|numbers?|characters?|signs?|two|three|four))|in front",
          r"(?:ends?|finish\w*|ending|closes)(?: \w+)?(?= (?:with|in|by|on|on a)\b)|last(?= (?:\w+ )?(?:digits?|letters?|numbers?|characters?|signs?|two|three|four|bit|part))|final(?= (?:\w+ )?(?:digits?|letters?))"),
    _axis("way", r"way (?:there|out)|outbound|outward|onward|flight (?:there|out)|going out|heading out|trip out|first leg|leg out",
          r"way (?:back|home)|inbound|flight (?:back|home)|coming back|flying home|trip (?:back|home)|return (?:flight|leg|trip|journey)|last leg|leg (?:back|home)"),
    _axis("trip", r"round[- ]?trip\w*|there and back|return ticket|both ways", r"one[- ]way|single ticket|way only"),
    _axis("same", r"same|identical|equal|match\w*|alike", r"other|others|another|(?<!only thing )(?<!only thing that's )different|differ\w*|elsewhere", heads=True),
    _axis("new", r"new|replacement", r"old|previous|former|current|existing", heads=True),
    _axis("number of the line", r"first(?= (?:\w+ )?line)|line one", r"second(?= (?:\w+ )?line)|line two"),
    _axis("more", r"more(?= (?:\w+ )*(?:bags?|checked|luggage))|additional|extra|on top|add(?:ing|itional)?|put(?:ting)? (?:\w+ ){0,4}bags? (?:on|onto|in|to)|(?:passengers?|people|persons?|travell?ers?|bags?) more", r"fewer|(?:passengers?|people|persons?|travell?ers?|bags?) (?:less|fewer)|cut(?:ting)?(?: \w+){0,2} (?:down|back)|(?:take|taking|get) (?:\w+ ){0,3}bags? off|remov\w+ (?:\w+ ){0,3}bags?|less(?= (?:\w+ )*(?:bags?|checked|luggage|than what))|reduc\w*|instead of (?=\w+ bags?)"),
    _axis("bags", r"checked|(?:to|can|and|will|we|i) check(?: in)?|check(?:ing)?(?= (?:\w+ )?(?:bags?|in))|in the hold", r"carry[- ]?ons?|hand luggage|cabin bags?", excludes=False),
    _axis("in total", r"in total|altogether|all told|overall|all in all|(?:only|just)(?= (?:\w+ ){1,5}bags?)|(?:counting|including) (?:the|those|what|my|all)(?: \w+){0,3} (?:i|we)(?:'ve)?(?: already)? (?:have|got|booked)", r"on top|additional|extra|further|more(?= (?:checked )?bags?)", excludes=False),
    _axis("stays", r"(?:everything|the rest|all the rest|everything else|all else|nothing else|the others?|other \w+|rest of (?:it|them|the \w+))(?: \w+){0,2}? (?:stays?|remains?|is the same|the same|unchanged|as (?:it|they) (?:is|are))|"
          r"(?:keep|leave|leaving|keeping)(?: \w+){0,2}? (?:everything|rest|remaining|else|others?|other lines)",
          r"(?:everything|the rest|everything else|all else)(?: \w+){0,2}? (?:changes?|(?:would|will) be new)|(?:replace|change|switch|changing|replacing|touch\w*)(?: \w+){0,2}? (?:everything|rest|remaining|else|others?)"),
    _axis("whether it can be", r"available|in stock|possible|can(?= (?:\w+ )?(?:be (?:done|had|changed|arranged)|do (?:that|it|this)|manage))|enough|cover\w*|could(?= (?:\w+ )?(?:be had|get))|(?:you|they) (?:still )?have(?= (?:that|it|the))|works? out|works",
          r"unavailable|out of stock|(?:you(?:'re| are|'ve run| run)|runs?|running) out of|sold out|impossible|insufficient|falls? short|fall short|too little|runs? out|can(?:'t|not)(?= (?:\w+ )?(?:be (?:done|had|changed|arranged)|do (?:that|it|this)|manage))", cases=True),
    _axis("delivered", r"delivered|arrived|received", r"undelivered|pending|on (?:its|the) way|not yet (?:here|delivered)|in transit", excludes=False),
    _axis("what happened", r"cancell?ed|called off|scrapped|cancellation", r"delayed|late|postponed|rescheduled|held up", excludes=False),
    _axis("who flies", r"stays? on|joins?|comes? along|coming along|flies|takes the seat|put (?:\w+ )?in|new passenger", r"drops? out|stays? home|stay home|take (?:\w+ )?off|remove\w*|can't (?:make|come|travel|fly)|isn't coming|won't be (?:flying|coming|travell?ing)|out of the booking", excludes=False),
    _axis("right", r"right(?=(?: (?:first|last|full|new|shipping|delivery))? (?:one|address|line|zip|unit|name|street))|correct|proper", r"wrong|incorrect|mistaken"),
    _axis("purpose", r"accident\w*|by mistake|in error|unintention\w+|a mistake|(?:did not|didn't|never) mean\w*(?: to)?", r"on purpose|deliberate\w*|intentional\w*", excludes=False),
    _axis("sequence", r"(?<!\w )(?:once|as soon as|after|when)", r"(?<!\w )(?:before|ahead of|prior to)", excludes=False),
    _axis("put on it", r"put (?:it|that|this|them|all|everything|the \w+) (?:\w+ )?on(?:to)?|charge|debit", r"take (?:it|that|this|them|all|everything|the \w+) (?:\w+ )?off(?: of)?|uncharge", excludes=False),
    _axis("upkeep", r"replac\w+|swap\w*|exchang\w*|substitut\w*|switch\w*", r"keep(?=(?: \w+){0,2} (?:traveler|passenger|item|order|reservation)s?\b)", excludes=False),
    _axis("scope", r"only|just|solely|nothing (?:but|except)|no (?:other|more)|and that's it|nobody else", r"(?:everything|anything|everyone|anyone|all) (?:but|except|save|bar)|even if|even when", excludes=False),
    _axis("class", r"upgrad\w+|move (?:\w+ )?up|higher (?:class|cabin)", r"downgrad\w+|move (?:\w+ )?down|lower (?:class|cabin)", excludes=False),
    _axis("whole", r"all of (?:it|them)|the whole|everything|entire(?:ly)?|completely|in full", r"none of (?:it|them)|(?:a )?parts? of|some of|half of|not all|a few of|partly", excludes=False),
    _axis("nothing more", r"nothing else|nobody else|no one else|not with anything else|that's (?:all|it)|exactly|no more and no less|only me|just me", r"something else|somebody else|someone else|among other things|maybe more|or more|more than one|not (?:only|just) me|bags? more|(?:more|extra|additional) (?:checked )?bags?", excludes=False),
    _axis("each", r"each|per (?:person|passenger|travell?er|head)|a (?:head|person)|apiece", r"in all|in total|altogether|(?:all|us|everybody|everyone|both) together|all told|overall|for (?:all|everybody|everyone)(?: of us)?", excludes=False),
    _axis("fixed", r"fixed|not flexible|can't be moved", r"(?<!not )flexible|negotiable", excludes=False),
    _axis("content", r"(?<!not )(?<!n't )(?<!too )(?<!very )(?<!really )(?:happy|pleased|satisfied|glad)", r"unhappy|displeased|dissatisfied|disappointed|(?:not|\w+n't)(?: too| very| really)? (?:happy|pleased|satisfied|glad)", excludes=False),
    _axis("money back", r"refund\w*|money back|reimburs\w*", r"charge[ds]?|bill(?:ed)?|debit\w*", excludes=False),
    _axis("flow of money", r"refund of|money back|\$[\d,.]+ (?:or more |at least )?back|(?:get|getting|have|expect) (?:\w+ ){0,2}\$[\d,.]+ (?:or more |at least )?back|(?:return|give me)(?: \w+){0,2}(?= \$)", r"(?:to pay|pays?|paying|charged?|bill(?:ed)?|cost me)(?= (?:(?:up to|at most|at least|over|more than|no more than|an?|extra|me) ){0,2}\$)", excludes=False),
    _axis("pace", r"sooner|faster|quicker|speed\w*(?: \w+){0,2} up|rush\w*|expedit\w*|hurry(?:ing)? up", r"slow\w*(?: \w+){0,2} down|slower|later|delay\w*|hold (?:\w+ )?(?:back|up)", excludes=False),
    _axis("worth", r"(?:worth|has|have|with|having|holds?|holding) (?:the )?most|(?:highest|biggest|largest) (?:balance|value|amount|gift card|certificate)|most (?:money|value|credit|on it)", r"(?:worth|has|have|with|having|holds?|holding) (?:the )?least|(?:lowest|smallest) (?:balance|value|amount|gift card|certificate)|least (?:money|value|credit|on it)", excludes=False),
    _axis("that kind", r"(?:that|this|same|its)(?= (?:product|kind|type|sort|category)\b)", r"(?:different|another|other|any other)(?= (?:product|kind|type|sort|category)\b)", excludes=False),
    _axis("to keep", r"(?:want|like|going|prefer|intend|rather) to keep|(?<!rest )(?<!else )(?<!others )(?<!stuff )(?<!things )(?<!items )(?<!ones )i'm keeping(?! the (?:rest|others?)| every)|keep(?:ing)? (?:those|these|them|it)\b(?! (?:as|at|in|on|under|below|within|to|short|simple|the))", r"(?:don't|do not) (?:want|need)(?! to| the (?:rest|others?)| anything| any)|no longer (?:want|need)"),
    _axis("sequence of", r"before(?: (?:it|they|you|we|i|that|the|this|my|is|are|has|have|gets?|been|even|actually))*", r"(?:after|once|as soon as)(?: (?:it|they|you|we|i|that|the|this|my|is|are|has|have|gets?|been|even|actually))*", heads=True, excludes=False),
    _axis("what it costs", r"(?:something|one|ones|anything|version|variant)(?: that| which)? (?:costs?|costing|for) less|spent too much", r"(?:something|one|ones|anything|version|variant)(?: that| which)? (?:costs?|costing|for) more|spent too little", excludes=False),
    _axis("together", r"(?:on|in) (?:one|the same|a single|the one) (?:reservation|booking)|together", r"separate(?:ly)?|(?:reservations?|bookings?) of (?:their|our|its|his|her) own|(?:their|our) own (?:reservation|booking)s?|each (?:on|in) (?:a|their|our)", excludes=False),
    _axis("level", r"(?:low|lower)(?=[ -](?:brightness|noise|power|heat|volume|pressure|speed|level|light|setting|profile)\b)", r"(?:high|higher)(?=[ -](?:brightness|noise|power|heat|volume|pressure|speed|level|light|setting|profile)\b)", heads=True),
    _axis("taken off", r"tak(?:e|ing) (?:[\w'-]+ ){1,5}off|drop(?:ping)?|remov\w+|leav(?:e|ing) out", r"keep(?:ing)? (?:[\w'-]+ ){1,3}(?:on|in)"),
    _axis("flights", r"(?:one|a single) flight(?= of\b| only\b| on\b)", r"(?:all|every one)(?: of)?(?: the| its| my)? flights|every flight", excludes=False),
    _axis("there", r"put|add|enter|include", r"remove|delete|erase|ignore", excludes=False),
    _axis("the case", r"if not|otherwise|or else", r"if so|if yes", excludes=False),
    _axis("part of the name", r"(?:first|given) name", r"(?:last|family) name|surname", excludes=False),
    _axis("either", r"either(?: \w+)? (?:is )?(?:fine|okay|ok|good|all right|works?)|both (?:are )?(?:fine|okay|ok|work)", r"neither|none of (?:them|the two)", excludes=False),
    *(_axis(name, one, other, excludes=False) for name, one, other in opposites()),
)  # fmt: skip

_HEAD = re.compile(r"\W+(?:\w+(?:st|ly) )?(?P<head>[a-z]+)")


@lru_cache(maxsize=8192)
def poles(text: str) -> frozenset[tuple[str, str, bool]]:
    """(axis, what it is said of, whether it is the first pole) of every pole that a text takes."""
    all_ = clauses(text)
    return frozenset(found for place in range(len(all_)) for found in _of(all_, place))


def _of(all_: tuple[Clause, ...], place: int) -> list[tuple[str, str, bool]]:
    clause = all_[place]
    found: list[tuple[str, str, bool]] = []
    for axis in AXES:
        for pattern, first in ((axis.first, True), (axis.second, False)):
            for match in pattern.finditer(clause.text):
                denied = clause.denied(*match.span()) and not (axis.heads and clause.spared is not None)
                if axis.cases and clause.conditional:
                    side = wanted(all_, place, holds=first != denied)
                    found += [] if side is None else [(axis.name, "", side)]
                    continue
                if denied and clause.conditional:
                    continue
                if denied and not axis.excludes:
                    found.append((f"not {axis.name}", "", first))
                    continue
                head = _HEAD.match(clause.text, match.end()) if axis.heads else None
                found.append((axis.name, head["head"].removesuffix("s") if head else "", first != denied))
    return found
