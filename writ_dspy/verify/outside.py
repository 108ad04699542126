"""Outside: a service that the user orders and that has nothing to do with what is served here, such as a taxi or a hotel room.

What a thing is, the domain's own words tell, as for the agent (`verify.strange`): one that neither policy, tools and records nor the task has a
word for, and that is no word of any desk. Only orders count; what a user tells of is small talk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import assents
from writ_dspy.simulate.manner.words import USUAL, usual
from writ_dspy.simulate.wishes import Wanted
from writ_dspy.simulate.wishes.dropped import KIN
from writ_dspy.simulate.wishes.parts import Part, bare, parts, sentences
from writ_dspy.verify.strange import Lexicon, lexicon

_ORDER = re.compile(
    r"(?:^(?:(?:and|also|oh|then|plus|so|please|just|kindly|by the way|while you're at it|in addition|additionally|hey|well)\W+)*|\b(?:please|(?:can|could|would|will) you|need you to|want you to|like you to)(?: (?:please|also|kindly|just|maybe))*\W+)"
    r"(?:(?P<odd>block|freeze|merge|wrap|gift-wrap|giftwrap|reorder|install|repair|rent|hire|subscribe|enrol+|register|print|laminate|engrave)|"
    r"book|reserve|order(?! (?:number |no\.? ?|nr\.? ?|id )?#?\w*\d|\W*[:#])|arrange|organi[sz]e|get|send|mail|add|put|include|sign|file|fix|hold|upgrade|deliver|call|buy|store|insure|ship|leave|throw in|set up)\b(?!(?: (?:and|or|&) \w+)?(?:['’]s? | (?:is|are|was|were|has|had|isn't|wasn't|comes?|came|goes|went|takes|took|keeps?|kept|due)\b))(?P<what>[^.;!?]*)"
)
"""An order for something to be done; the odd verbs are what no desk of a shop or an airline does. What has a verb of its own behind it is a noun: "rent's due"; and so is an order with its id."""
_NEED = re.compile(
    r"\b(?:i|we)(?:(?:'d| would)(?: also| really)? (?:need|want|like|love|require)|(?:'ll)?(?: also| really)? (?:need|want|require))"
    r"(?: to (?:have|get|order|book|reserve))? (?P<what>(?:an?|some|two|the) [^.;!?]*)"
)
"""What is needed or would be liked. What somebody likes as a habit ("I like a clean bed") is no order, and what is theirs already is asked of nobody."""
_MINE = re.compile(r"\W*(?:(?:me|us) )?(?:(?:all|back|over|out|up|off|in) )*(?:my|our) ")
_BACK = re.compile(r"\bback\b")
_MORE = re.compile(r"\b(?:and|also|too|as well|plus|another|additionally|in addition|besides|while you)\b")
"""Words of a wish that comes on top of what was put forward."""
_KNOWN_ONE = re.compile(
    r"\W*(?:rid of\b|(?:it|them|that|this|these|those|everything|both)\b(?! \w+ (?:with|in|for) (?:an?|some)\b))"
)
"""What is ordered is known already, and only what becomes of it is said."""
_TOGETHER = re.compile(r"\bwith (?:him|her|them|each other|(?:my|our) [a-z]+)\W*\Z")
"""What is had with somebody of one's own is had elsewhere: "a long breakfast with him"."""
_FOR_WHOM = re.compile(r"\bfor (?:my|our|him|her|them)\b")
"""Begins the words for who gets it: "for my dear friend"."""
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_WHILE = frozenset(["sec", "secs", "second", "seconds", "minute", "moment", "tick"])
_NOT_SERVED = _WHILE | frozenset(
    [
        "idea",
        "hand",
        "look",
        "bit",
        "word",
        "go",
        "break",
        "favor",
        "favour",
        "nap",
        "sleep",
        "rest",
        "drink",
        "smoke",
        "breather",
        "breath",
        "shower",
        "hug",
        "bed",
        "holiday",
        "vacation",
        "air",
        "peace",
        "quiet",
        "luck",
        "miracle",
        "paper",
        "papers",
    ]
)
"""What people ask for, need or hold as they talk, and order at no desk: time, a helping hand, rest, their own papers."""


def ordered_outside(wanted: Wanted, text: str, heard: str) -> Iterator[tuple[str, str]]:
    """Each thing that a user's turn orders and that is none of this domain, as (saw, wanted).

    Args:
        wanted: What the task wants.
        text: The turn.
        heard: All that the agent has said before, in lower case.
    """
    said = sentences(text)
    for part in parts(text):
        if part.asked or part.supposed or bare(said[part.sentence]) in wanted.sentences or _own(part, said, text):
            continue
        for thing in _things(part, wanted.domain):
            begin = thing[: max(5, len(thing) - 2)]
            if begin not in wanted.text and begin not in heard:
                yield thing, "only wishes that its task has"
                break


def _own(part: Part, said: Sequence[str], text: str) -> bool:
    """Whether what is ordered is the user's own, by whatever name: to come back, or what a yes in the same turn is to ("yes, send me my sailor gear")."""
    match = _ORDER.search(part.text)
    if match is None or match["odd"] or not _MINE.match(match["what"]):
        return False
    return _BACK.search(match["what"]) is not None or (not _MORE.search(said[part.sentence]) and assents(text))


@lru_cache(maxsize=1024)
def _things(part: Part, domain: Domain) -> tuple[str, ...]:
    """What a part orders that the domain has no word for."""
    match = _ORDER.search(part.text) or (_NEED.search(part.text) if not part.tells else None)
    if match is None or part.denied(match.start("what")):
        return ()
    known = lexicon(domain)
    odd = match["odd"] if match.re is _ORDER.compiled else None
    if odd:
        return (f"{odd}{match['what']}".rstrip()[:_SHORT],)
    if _KNOWN_ONE.match(match["what"]) or _TOGETHER.search(match["what"]):
        return ()
    words = _WORD.findall(_FOR_WHOM.split(match["what"])[0])[:_NEAR]
    if set(words[:_HEAD]) & (_NOT_SERVED if match.re is _NEED.compiled else _WHILE):
        return ()  # "a clean bed": how it is to be is no thing of its own; "give me a sec to find it"
    return tuple(
        word for word in words
        if len(word) > 2 and not known.knows(word) and not _mistyped(word, known) and word not in _NOT_SERVED and not KIN.fullmatch(word)
    )  # fmt: skip


def _mistyped(word: str, known: Lexicon) -> bool:
    """Whether a known word is one slip away: two letters that changed places, or one too many; or sounds the same ("flite")."""
    swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
    longer = len(word) > _LONG and any(known.knows(word[:i] + word[i + 1 :]) for i in range(len(word)))
    return longer or any(map(known.knows, swapped)) or (usual(word) < USUAL and known.sounds(word))


_LONG = 5
_SHORT = 40
_HEAD = 4
"""Words behind the verb among which the thing itself stands, and what only says how it is."""
_NEAR = 6
"""Words behind the verb among which its object stands."""
