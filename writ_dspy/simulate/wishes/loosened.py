"""What the task fixes, said to be open: a limit that may be exceeded, a day, a cabin or a method that does not matter, another day instead.

Each is read by what it is about (`Sayings.open`, limits and days beside them) and by words that leave a thing open; a task that leaves it open
itself, in whichever words, is not contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.limits import UNDECIDED
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import Wanted, compiled

LIMIT = r"(?:(?:price |spending |upper )?(?:limits?|caps?|ceiling|budgets?|maximum|max)|(?:amount|number|figure|price|sum) (?:i|we) (?:said|named|gave|mentioned|set))"
DAY = r"(?:(?:travel |departure |exact )?dates?|days?|timing)"
_NOT = r"(?:(?:do|does|is|are|was|need)(?: not|n't)|no longer|never|hardly)"
_FINE = r"(?:fine|ok|okay|alright|all right|acceptable|no problem|not a problem|possible|good|welcome|works?|will do|would do|do|does|suits?)"


@lru_cache(maxsize=64)
def _open(noun: str) -> re.Pattern:
    """How a thing of this name is left open."""
    one = rf"(?:{noun})"
    return re.compile(
        rf"\b{one}\b[^.;!?,]{{0,14}}? {_NOT}(?: \w+){{0,2}}? (?:matter|matters|important|an issue|a (?:concern|problem|must|big deal)|relevant|set in stone|fixed|firm|strict|final|carved|bother\w*|worry|play)\b"
        rf"|\b{one}(?: \w+)? (?:is|are|'s|can be|would be)(?: (?:also|totally|quite|really|very|all|completely|just))* (?:flexible|open|negotiable|secondary|irrelevant|up to you|your (?:call|choice)|all the same|all one|(?:no|not a|no longer an?|hardly an?) (?:concern|issue|object|matter|problem)|only (?:an? )?(?:rough|approximate|guide\w*|suggestion)|(?:an? )?(?:rough|approximate))\b"
        rf"|\bnot (?:tied|bound|married|wedded) to (?:the|those|these|that|this|my) (?:\w+ )?{one}\b"
        rf"|\b(?:any|whatever|whichever)(?: other| of (?:my|the|your|those|these))? (?:\w+ )?{one}\b[^.;!?]{{0,20}}?\b(?:{_FINE}|you (?:like|have|want|find|can find|prefer|choose)|(?:i|we) don't (?:mind|care))\b"
        rf"|\b(?:whatever|whichever|any|use whatever|use any)(?: other)? {one} (?:you (?:like|have|want|find|can find|prefer|choose)|there is)\b"
        rf"|\b(?:don't|do not|couldn't|not) (?:really |much |actually )?(?:care|mind|fussy|picky|particular|fussed)(?: (?:about|which|what|how many))? (?:\w+ ){{0,2}}?{one}\b"
        rf"|\b(?:flexible|easy|easygoing|relaxed) (?:with|about|on|as to|regarding|when it comes to) (?:the |my )?(?:\w+ )?{one}\b|\bleave (?:the |my )?{one} (?:up )?to you\b"
        rf"|\b(?:take|treat|see|regard|consider) (?:the|my|that) {one} (?:\w+ ){{0,3}}?(?:rough|guide\w*|approximat\w*|loosely|suggestion|ballpark)\b"
        rf"|\b(?:too|so|overly) (?:strict|fussy|picky|precise|particular) (?:about|with|on) (?:the|my) (?:\w+ )?{one}\b"
        rf"|\bwith or without (?:an? |any |the )?{one}\b|\b{one} or (?:not|no \w+|none)\b"
    )  # fmt: skip


_MORE = re.compile(
    r"\b(?:go|going|goes|be|come|comes|spend|pay|end up|stretch)(?: (?:out|up|a bit|a little|slightly|somewhat|even|also))* (?:over|above|beyond|past) (?:the |my |that |what )?(?:price )?(?:limit|cap|budget|amount|maximum|i said|it\b|that\b)"
    rf"|\b(?:a (?:bit|little|touch|tad|few \w+)|slightly|somewhat|some|ten|twenty|thirty|fifty|a hundred) (?:more|above|over|higher|extra)\b[^.;!?]{{0,40}}\b{_FINE}\b"
    r"|\b(?:forget|ignore|drop|disregard|scrap|lift|raise|stretch|exceed|extend|increase)(?:ing)? (?:about )?(?:the|my|that|any) (?:\w+ )?(?:limit|cap|budget|ceiling|maximum)\b"
    r"|\b(?:(?:wouldn't|don't|do not|would not) mind (?:paying|spending)|(?:happy|willing|ready|prepared) to (?:pay|spend))(?: \w+)? (?:more|extra)\b|\b(?:limit|cap|budget) has (?:some|a (?:bit|little) of) (?:slack|room|leeway)\b"
    r"|\bgive or take\b|\bballpark\b|\broughly that (?:amount|much)\b"
)
"""How a limit is given up."""
_WHATEVER = re.compile(
    r"\b(?:whatever|whichever(?: one)?|any(?:thing| one| (?:other )?(?:version|variant|model|option|colou?r|size|kind))?)(?: that)? (?:you (?:have|find|can find|like|want|offer)|is|are|'s)(?: (?:in stock|available|left|there|handy|easiest))*(?: for me)? (?:will do|would do|does it|is fine|works?|suits?)\b"
)
_LEFT_OPEN = re.compile(r"\b(?:whatever|whichever|any (?:of|one|day|time)|anything)\b")
_DENIED = re.compile(r"\b(?:not|never|no|cannot|nor|without|refuse\w*|unable)\b[^,;.!?]{0,28}\Z|n't\b[^,;.!?]{0,28}\Z")
_MOVED = re.compile(
    r"\b(?:(?:an?|one|two|three|a few|a couple of|some) (?:days?|nights?|weeks?) (?:later|earlier|before|after|sooner)|the (?:next|following|previous|preceding|other) (?:day|morning|week|weekend)|the (?:day|week|weekend|night|morning) (?:after|before)(?: that)?)\b"
    r"(?=\W*(?:$|please|instead|too|though|would|will|is|works?|suits?|even|as well|then|rather|if|come|to be|might|could)\b|\W*$)"
)
"""Another day than the one that was named, counted from it."""
_RATHER = re.compile(
    r"\b(?:fine|too|as well|suits?|better|works?|instead|rather|could|can|make it|make that|prefer|nicer|ideal|would do|please)\b"
)
OPEN = re.compile(
    r"\b(?:issue|problem|concern|important|irrelevant|secondary|open|easy|relaxed|tied|bound|guide\w*|slack|room|leeway|all the same|willing|prepared|happy to|matter|matters|flexible|negotiable|up to you|whatever|whichever|any|care|mind|fussy|picky|particular|strict|stone|limit|cap|budget|amount|rough\w*|ballpark|give or take|a (?:bit|little) more|more than that|"
    r"or not|with or without|(?:day|night|week)s? (?:later|earlier|before|after|sooner)|(?:next|following|previous) (?:day|morning|week|weekend)|the (?:day|week|weekend) (?:after|before))\b"
)
"""A quick look for words that leave something open."""


def loosened(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """What the task fixes, left open or moved, as (place, saw, wanted)."""
    groups: dict[int, list[Part]] = {}
    for part in fresh:
        groups.setdefault(part.sentence, []).append(part)
    for group in groups.values():
        text = " ".join(part.text for part in group)
        if any(part.asked for part in group) or not OPEN.search(text):
            continue
        for noun, saw in _fixed(wanted):
            pattern = _open(noun)
            match = pattern.search(text)
            if noun is DAY and any(value.quantity == "date" for value in values(text)):
                continue  # "any day from May 17 to May 26" names them
            if match and _NO_TROUBLE.search(match.group()) and _states_it(wanted, saw, turn):
                continue
            if match and not pattern.search(wanted.text) and not _DENIED.search(text[: match.start()]):
                yield group[0].start, match.group(), f"the {saw} that its task sets"
        match = _MORE.search(text) if wanted.limited else None
        if match and not _DENIED.search(text[: match.start()]) and not _MORE.search(wanted.text):
            yield group[0].start, match.group(), "the limit that its task sets"
        match = _WHATEVER.search(text)
        if (
            match
            and wanted.ends | wanted.deeds
            and not _LEFT_OPEN.search(wanted.text)
            and not _DENIED.search(text[: match.start()])
        ):
            yield group[0].start, match.group(), "what its task sets"
        yield from _moved(wanted, group, turn, heard)


def _fixed(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Patterns of what the task fixes, each with its name."""
    if wanted.limited:
        yield LIMIT, "limit"
    if wanted.days:
        yield DAY, "day"
    sayings = wanted.domain.pack.sayings
    for role, noun in sayings.open.items():
        values = sayings.choices.get(role)
        if values is not None and len(wanted.choices(role)) > 1 and _left_to(wanted, values):
            continue  # the task itself takes either
        if values is not None and wanted.choices(role) and not wanted.choices(role) & UNDECIDED:
            yield noun, role
        elif values is None and compiled(role).search(wanted.text):
            yield noun, "detail"


_NO_TROUBLE = re.compile(r"\bmind (?:changing|switching)\b")
"""What is no trouble is what was wished, told once more."""


def _states_it(wanted: Wanted, role: str, turn: Sequence[Part]) -> bool:
    """Whether the turn itself names the value that the task has, beside what else would be no trouble: "one stop, I don't mind changing planes"."""
    values = wanted.domain.pack.sayings.choices.get(role, {})
    own = [compiled(values[value]) for value in wanted.choices(role) if value in values] if values else []
    return any(form.search(part.text) for form in own for part in turn if not part.denies)


def _left_to(wanted: Wanted, choice: Mapping[str, str]) -> bool:
    """Whether a detail of the task says of a choice that either of its values will do."""
    either = wanted.domain.pack.sayings.either
    open_ = [detail for detail in wanted.details if either and compiled(either).search(detail)]
    return any(compiled(pattern).search(detail) for detail in open_ for pattern in choice.values())


def _moved(wanted: Wanted, group: Sequence[Part], turn: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """Another day, counted from the one that the task names."""
    for part in group if wanted.days else ():
        match = _MOVED.search(part.text)
        if match is None or part.supposed or part.remark or (part.tells and not _RATHER.search(part.text)):
            continue
        known = match.group() in wanted.text or match.group() in heard.text
        if (
            not known
            and _RATHER.search(part.text)
            and not part.denied(match.start())
            and not after(turn, part, match.end())
        ):
            yield part.start, match.group(), "a day that its task has"
