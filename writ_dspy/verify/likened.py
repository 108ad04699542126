"""Likened: a comparison without a figure is one of price, time or number, or in words that a record, the policy or the user has.

"It's a bit warmer than yours", "which holds more", "half of what the others cost": what no record tells of two things, nobody here can compare.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import vocabulary

_MEASURED = bag("""cheaper dearer pricier costlier later earlier sooner longer shorter faster slower quicker better lower higher further easier simpler larger smaller fuller emptier roomier nearer
    closer clearer lighter after under over other whether either neither rather however never ever together altogether another further upper later whichever whatever whoever wherever
    former latter per number order answer matter offer cover customer member passenger traveler consider remember prefer enter transfer differ however remainder winner neither""")
_AS_SO = re.compile(
    r"(?:\b(?:a (?:bit|little|lot)|much|far|slightly|even|somewhat|way|considerably|noticeably)|(?:\b(?:is|are|it['’]s|that['’]s|they['’]re)|,? only|, and)) (?P<word>(?!(?:older|newer) than (?:\d+|an?|one|two|three|a few) (?:hour|day|week|month|year)s?\b)[a-z]{3,}er)(?: than\b[^.;,!?]*)?(?=\s*(?:[.,;:!)]|\Z|\bthan\b|\band\b|\btoo\b|\bas well\b))",
    re.IGNORECASE,
)
_DOES_MORE = re.compile(
    r"\b(?:which|and|as|since|because|(?:the|that|this|your) (?:new|other|old|first|second|cheaper|dearer)? ?(?:one|version|model|item))(?: also)? (?P<verb>(?!costs?\b|comes?\b|takes?\b|arrives?\b|lands?\b|leaves?\b|departs?\b|is\b|has\b|was\b|flies\b|runs?\b|needs?\b|adds?\b|makes?\b|goes\b)[a-z]{3,}s) (?:a (?:bit|lot|little) |much |even |far )?(?:more|less|further|longer|better|faster|harder|louder|quieter)\b(?! than \$?\d)(?=\s*(?:[.,;:!)]|\Z|\bthan\b|\band\b))",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?<!up more than )(?<!up less than )(?<!up over )(?:half|a third|a quarter|twice|double|three times) (?:of )?(?:what|the price|the cost|the fare|as much|as expensive|as cheap)\b",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"\b(?:more|less|better|higher|lower) than (?:we|i|others|most|anyone|people) (?:usually|normally|generally|typically|often|ever)?\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|nothing|none|if|whether|would you|hope|wish|enjoy)\b|n['’]t\b", re.IGNORECASE)


def likened(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that compares what no record does."""
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        found = [match for form in (_AS_SO, _DOES_MORE, _TIMES, _USUAL) for match in form.finditer(sentence)]
        if any(not _NOT.search(sentence, 0, match.start()) and not _known(ground, match) for match in found):
            yield sentence, "a comparison that the records bear out"


def _known(ground: Ground, match: re.Match[str]) -> bool:
    """Whether the quality that is compared is measured, or was spoken of."""
    groups = match.groupdict()
    if word := groups.get("word"):
        lower = word.lower()
        own = vocabulary(ground.domain)
        stem = lower.removesuffix("er")[:5]
        return (
            lower in _MEASURED
            or lower in own.own | own.first | own.last
            or any(re.search(rf"\b{stem}", text) for text in ground.heard)
        )
    if verb := groups.get("verb"):
        return any(verb.lower()[:4] in text for text in ground.heard)
    return any(match[0].lower() in text for text in ground.heard)
