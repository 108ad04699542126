"""Alleged: what an agent alleges around a denial or an end, and nothing here has: grounds, circumstances, ways round it, and news to come.

The ground of a denial is told in words of the policy, of the records, or of the user; one that speaks of a warehouse or a partner is made up.
A denial holds at any hour and for any fare, here as elsewhere; nobody else could do it; and once the talk is over, nobody writes to the user.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.verify.case import Case
from writ_dspy.verify.everyday import EVERYDAY, QUALITY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import sentences

_DENIES = re.compile(
    r"\b(?:cannot|unable|impossible|not (?:able|possible|allowed|an option)|no way)\b|\b(?:ca|is|wo|are|could)n't\b", re.IGNORECASE
)  # fmt: skip
_GROUNDS = (
    re.compile(
        r"\b(?:because|since|given that|seeing that|due to the fact that|now that|(?:\A|(?<=, )|(?<=but )|(?<=and ))as) (?!(?:you (?:asked|wanted|wished|said|say|know|see|mentioned|requested)|it stands|it is|things|i|we|said|for|much|soon|long|well|far|of|before|agreed|mentioned|always|usual)\b)(?P<what>[^,;:.!?()]{6,140})(?=,)"
    ),
    re.compile(
        r"(?:,| so)? (?:because|since|given that|due to the fact that|seeing that|(?<=, )as) (?!(?:you (?:asked|wanted|wished|said|say|know|see|mentioned|requested)|it stands|it is|things|i|we|said|for|much|soon|long|well|far|of|before|agreed|mentioned|always|usual|then)\b)(?P<what>[^,;:.!?()]{6,140})(?=[.;:,!]|\Z)"
    ),
)
"""The clause that gives a denial its ground, ahead of it or behind it."""
_TELLS = bag("""
    stock stand stands asked wanted told divided split replaced started begun flown undone made passed meant listed mentioned consists holds held afraid unfortunately anymore less
    more shorter longer placed belongs belong shipped sent gone away processed recorded shown covers covered apply applies allows allow allowed possible impossible touched reversed
    reopened restored brought lost finished over done final complete completed settled settles taken used once twice already still yet same whole half part parts kept keep keeps
    removed added separate single together different another others short shown cheaper dearer higher lower above below exceed exceeds exceeded reached reach tied bound fixed locked permitted accepted accepts refunded owner owned regular silver gold member whoever whichever whatever
    set based existing past future later earlier late early decided decides stay stays remain remains first second third fourth fifth last next many several both three four five seven eight nine eleven twelve new old current present active open today yesterday own real actual exact right wrong true
    eligible ineligible qualify qualifies initiated
""")  # fmt: skip
"""What grounds are told with, whatever they are."""
_WORD = re.compile(r"[a-z]{4,}")
_CIRCUMSTANCE = re.compile(
    r"(?:\b(?:cannot|unable to|not able to|not possible to|impossible to)|n't) (?!speak|say|tell|see|promise|find|confirm|judge|comment|know|check|look)(?:\w+ )[^.;:!?]{0,70}?\b"
    r"(?P<what>online|(?:here )?in (?:the|this) chat|by chat|on (?:an? )?(?:weekends?|weekdays?|sundays?|saturdays?|mondays?|holidays?|public holidays?)|at (?:night|this (?:hour|time of day))|out of (?:hours|season)|during (?:the )?(?:holidays|weekend|peak season|sale)|so (?:close|near|shortly|soon) (?:to|before|after) (?:departure|take-?off|delivery|shipping|the (?:flight|trip))|(?:this|that|so) late|at (?:such )?short notice|in high season"
    r"|for (?:orders|fares|trips|flights|tickets|items|bookings|amounts|purchases) (?:of|under|over|above|below|up to|from|worth|less than|more than) \$?\d[\d,.]*|without an? (?:doctor's note|medical certificate|receipt|proof|invoice|code|signature|letter|form|note)|(?:below|under|above) (?:gold|silver)|within the same (?:state|city|country|week|month|day))(?=\W*(?:[.,;:!?]|\Z|so\b|but\b|and\b|since\b|because\b|as\b|if\b))"
    r"|\bonly [^.;:!?]{3,70}? can be [a-z]+[^.;:!?]{0,50}?,? (?P<only>online|within the same (?:state|city|country)|on (?:an? )?(?:weekdays?|weekends?)|or their (?:lawyers?|spouses?|partners?|families|relatives)|in (?:a|the) (?:store|branch|shop))(?=\W*(?:[.,;:!?]|\Z))"
)
"""Where or when, or for whom, something is denied, as if it were possible otherwise."""
_SOMEBODY = r"(?:(?:some(?:body|one)|anybody|another (?:agent|colleague)|a (?:different|human) (?:agent|colleague)) ?(?:else)?|they|(?:the|our|a|an) (?:airport|check-?in|ticket|service|store|shop|branch|phone)(?: (?:desk|counter|staff|team|office|clerk))?|(?:the|our) (?:desk|counter|stores?|shops?|branches))"
_HOPES = re.compile(
    rf"\b{_SOMEBODY}(?: there)? (?:may|might|can|could|would|will|should) (?:\w+ ){{0,2}}?(?:be able|help|do (?:it|that|this|more|so|something)|still|make|change it|sort|look|find a way|agree|allow)\b"
    r"|\bwould be (?:another|a different|a whole other) (?:matter|story|thing|case)\b"
    r"|\b(?:after|in|within) (?:another )?(?:\d+|a few|some|two|three) (?:days|weeks|months) (?:we|i|you) (?:could|can|may|might|would)\b"
    r"|\b(?:the|your|every) next (?:change|exchange|bag|flight|trip|order|return|cancellation) (?:is|would be|will be|comes) (?:free|on us|cheaper)\b"
    r"|\bif you (?:do not|don't) (?:show up|fly|turn up|appear|board)\b[^.!?]{0,40}\b(?:refund|money|pay|back|free)\w*"
    r"|\bif you (?:write|call|try|ask|come) (?:to us |in )?(?:again|back)\b[^.!?]{0,60}\b(?:may|might|can|could|would|will)\b"
    r"|\bnext time (?:i|we) (?:can|could|may|might|will|'ll)\b|\bsend us (?:a |an |the |your )?(?:screenshot|photo|picture|proof|letter|note|scan)s?\b"
)
"""A way round a denial."""
_FOR_A_WORD = re.compile(
    r"\bi(?:'ll| will|'m going to| am going to| can) (?:then |also |gladly |personally )?(?:write|drop you a line|send you a (?:message|note|reminder|text)|e-?mail|text|message|ping|phone|call|notify|alert|remind)(?: (?:to )?you)?\b[^.!?]{0,20}?\b(?:as soon as|when|once|if|the moment|whenever|later|tomorrow|next|again)\b"
    r"|\bi(?:'ll| will|'m going to| can) (?:let you know|tell you|inform you|update you|get back to you|come back to you|be in touch|reach out(?: to you)?)(?: by [a-z-]+| personally| again)? (?:as soon as|when|once|if|the moment|whenever) (?:(?:the|a|its?|their|that|any|some|your) )?(?:\w+ )?(?:prices?|fares?|seats?|stock|version|item|something|more|others?|is back|it's back|it is back|it's (?:ready|there|available|in stock)|it is (?:ready|there|available|in stock)|arrives?|changes|drops?|opens?|comes? (?:back|in))\b"
    r"|\bi(?:'ll| will|'m going to| can) (?:follow up|get in touch|be in touch|reach out)\b(?! on (?:that|this|it) (?:now|next)\b)"
    r"|\b(?:i|we)(?:'ll| will| can| could|'ve| have) (?:\w+ )?(?:put|place|add|keep|sign) you (?:up )?(?:on|to|for|in) (?:the|our|a) (?:wait(?:ing)?[ -]?list|queue|list|alerts?|stand-?by list)\b"
)
"""News of which the agent says that it will send them."""
_SPARED = re.compile(r"\b(?:nor|neither|even|no matter|regardless|whether|wish|not)\b|n't\b")


def alleged(case: Case, ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that alleges what nothing here has.

    Args:
        case: The conversation.
        ground: What is known by then.
        text: The message.
    """
    hands_over = any(case.domain.transfers(step.call) for step in case.steps)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        lower = sentence.lower().replace("’", "'")
        if not sentence.endswith("?"):
            if _DENIES.search(lower) and _strange_ground(case, ground, lower):
                yield sentence, "the ground that policy or the records give"
            if _circumstance(ground, lower):
                yield sentence, "a denial that holds in any case, as policy has it"
        if not hands_over and _spoken(_HOPES, lower):
            yield sentence, "no way round what policy denies"
        if _spoken(_FOR_A_WORD, lower):
            yield sentence, "no promise: nobody writes to the user after the talk"


def _spoken(pattern: re.Pattern, lower: str) -> bool:
    """Whether a sentence says so and does not deny it."""
    match = pattern.search(lower)
    if match is None or _SPARED.search(lower[: match.start()]):
        return False
    return match[0].startswith("if you") or not _SPARED.search(match[0].partition(" ")[2])


@lru_cache(maxsize=16)
def _known(domain: Domain) -> frozenset[str]:
    """The stems of the words of a policy, of its clauses in other words, and of those that grounds are told with in any words."""
    little = {word for word in EVERYDAY if word not in QUALITY}
    clauses = (domain.policy, *(again for held in domain.pack.held.values() for again in held.again))
    return frozenset(stem(word) for word in (*_WORD.findall(" ".join(clauses).lower()), *_TELLS, *little))


def _strange_ground(case: Case, ground: Ground, lower: str) -> bool:
    """Whether the ground that a denial gives holds a word that neither policy, nor a record, nor the user has."""
    for pattern in _GROUNDS:
        for match in pattern.finditer(lower):
            strange = [
                word
                for word in _WORD.findall(match["what"].replace("n't", ""))
                if stem(word) not in _known(ground.domain)
            ]
            if strange and not all(_has(case, ground, word) for word in strange):
                return True
    return False


def _has(case: Case, ground: Ground, word: str) -> bool:
    refusals = ((outcome.refusal or "").lower() for outcome in case.task.decided)
    return any(stem(word) in text for text in (*ground.texts, *refusals))


def _circumstance(ground: Ground, lower: str) -> bool:
    match = _CIRCUMSTANCE.search(lower)
    if match is None or re.search(r"\b(?:even|whether|neither|nor|either)\b", match[0]):
        return False
    what = match["what"] or match["only"]
    return not any(what in text for text in ground.heard)
