"""Looked: an agent has looked at nothing but what its tools show, and has spoken to nobody but the user.

"I compared the prices of other shops" names a place to look that no tool reaches. What can be looked at is what policy, tools and records have a
word for, what the user spoke of, and what any talk is made of (options, dates, all of it); another thing was not looked at, by whatever verb.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH
from writ_dspy.verify.vocabulary import vocabulary

_I = r"(?<![\w'’])(?:I|[Ww]e)(?:['’]ve|['’]m| have| had| was| did| am)?(?: been)?(?:,? (?:just|now|also|already|even|quickly|too|personally|carefully|briefly|then|once|of course|of my own accord|\w+ly))*,? "
_LOOK = r"(?:checked|compared|read|studied|examined|inspected|searched|browsed|scanned|consulted|researched|verified|double-checked|reviewed|watched|monitored|tested|googled|followed|(?:looked|gone|went|been|checked|searched|browsed|dug|peeked|listened|read)(?: again| back| once more)? (?:at|through|into|over|in|on|to|with|up|across|under)|(?:had|taken|took|done|did|made) an? (?:\w+ )?(?:look|check|search|comparison|glance|enquiry|inquiry|call|test|listen) (?:at|of|on|in|into|through|to|with|over|for))"
_LOOKED = re.compile(rf"{_I}{_LOOK}\s(?P<at>[^.;:!?,—–\n]+)")
_TURN = r"(?:asked|called|phoned|rung|rang|contacted|consulted|messaged|e-?mailed|texted|talked (?:to|with)|spoken (?:to|with)|spoke (?:to|with)|been in touch with|heard (?:from|back from)|checked (?:it |this |that )?with|confirmed (?:it |this |that )?with|cleared (?:it |this |that )?with|verified (?:it |this |that )?with|met (?:with )?|got word from)"
_TURNED = re.compile(
    rf"{_I}{_TURN}\s(?P<whom>(?:the|my|our|a|an|another|one of (?:my|our)|some|somebody|someone|everyone|your)\b(?: [\w'’-]+){{0,4}})"
)
_STOPS = re.compile(
    r"\b(?:and|but|so|because|that|which|who|where|when|while|as|since|if|to|for|about|before|after|until|by|against|without|like|now|again|here|just|yet|in case|one by one|than|is|are|was|were|has|have|you|i|it)\b|\w+(?:ed|ing) (?=with\b|to\b|on\b|under\b|in\b|by\b|at\b|before\b|after\b)|['’]s\b|[(\"“*]"
)
"""Where what was looked at ends, and what it was looked at for begins."""
_CODED = re.compile(r"[\w.+-]*[\d@#_$][\w.@-]*|\b[A-Z]{2,}\b|\b[A-Z][a-z]+\b")
"""Ids, amounts, addresses and names."""
_ELSEWHERE = bag("""weather forecast news internet web website websites online social media traffic map maps manual manuals reviews ratings phone shop shops store stores shelf shelves company companies airline airlines bank banks market
    competitor competitors competition warehouse courier couriers carrier carriers supplier suppliers manufacturer factory airport crew pilot driver gate counter branch office department team colleague colleagues
    supervisor supervisors manager managers boss headquarters specialist expert lawyer doctor family friend neighbor neighbour recording recordings camera footage tape chat chats letter letters""")  # fmt: skip
"""Where people look and whom they ask, and no tool does."""
_PAST = re.compile(
    r"\b(?:last|old|earlier|previous|past|former) (?:\w+ )?(?:calls?|chats?|conversations?|talks?|visits?|letters?|tickets?|complaints?)\b"
)
_SPARED = re.compile(
    r"\b(?:if|whether|would|could|should|never|not|cannot|unless|once)\b|n['’]t\b|\?\s*$", re.IGNORECASE
)
_MINE = re.compile(r"\byour (?:husband|wife|son|daughter|mother|father|companion|partner)\b")


def looked(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells of a look, or a word with somebody, that no tool makes."""
    if _CUES.isdisjoint(written(text).bag):
        return
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        seen = _SEES.search(sentence)
        if seen and not _SPARED.search(sentence, 0, seen.end()) and not _shown(ground, seen["what"]):
            yield sentence, "what a tool showed"
        if _SPARED.search(sentence):
            continue
        turned = _TURNED.search(sentence)
        if turned and not _heard(ground, turned["whom"]):
            yield sentence, "nobody but the user is spoken to"
        elif any(_out_of_reach(ground, match["at"]) for match in _LOOKED.finditer(sentence)):
            yield sentence, "a look at what a tool shows"


_SEES = re.compile(
    r"\b(?:I|[Ww]e) (?:can |do |could )?(?:also |even |indeed |clearly )?(?:see|find|read|notice) (?:here |there |in (?:your|the) \w+ )?that (?P<what>(?:an?|some) [\w-]+)(?: [\w-]+)? (?:was|were|has been|have been|had been|is|are|has|have|had)\b"
)
"""What the agent says it sees."""


def _shown(ground: Ground, what: str) -> bool:
    """Whether a tool has shown such a thing, or the domain has a word for it."""
    words = [word for word in written(what).words if word not in ENGLISH and len(word) > 2]
    begins = [word[: max(4, len(word) - 2)] for word in words]
    return all(any(begin in found.lower for found in ground.shown) or _reachable(ground.domain, word) for begin, word in zip(begins, words, strict=True))  # fmt: skip


_CUES = bag("""see notice find checked compared read studied examined inspected searched browsed scanned consulted researched verified double-checked reviewed watched monitored tested googled followed looked gone went been dug peeked
    listened look check search comparison glance enquiry inquiry call test listen asked called phoned rung rang contacted messaged emailed e-mailed texted talked spoken spoke heard confirmed cleared met got""")  # fmt: skip


def _heard(ground: Ground, whom: str) -> bool:
    """Whether whom was turned to is one of the talk."""
    words = [word for word in written(whom).words if word not in ENGLISH and len(word) > 2]
    return not words or all(any(word in heard for heard in ground.heard) for word in words)


def _out_of_reach(ground: Ground, at: str) -> bool:
    """Whether what was looked at is nothing that a tool shows, the user has named or a talk is made of."""
    lower = at.lower()
    if _PAST.search(lower) and not any(word in heard for heard in ground.heard for word in ("call", "chat", "spoke")):
        return True
    chunk = _STOPS.split(_CODED.sub(" ", at), maxsplit=1)[0].lower()
    words = [word.removesuffix("'s").removesuffix("’s") for word in written(chunk).words if len(word) > 2]
    told = [word for word in words if word not in ENGLISH and not word.endswith(("ly", "teen", "ty"))]
    return any(word in _ELSEWHERE or not _reachable(ground.domain, word) for word in told if not _spoken(ground, word))


def _spoken(ground: Ground, word: str) -> bool:
    begin = word[: max(4, len(word) - 2)]
    return any(begin in text for text in ground.texts[1:])


@lru_cache(maxsize=4096)
def _reachable(domain: Domain, word: str) -> bool:
    own = vocabulary(domain).own
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), f"{word}s", f"{word[:-3]}y"}
    if word.endswith("est"):  # "the priciest one"
        forms |= {word[:-3], word[:-2], f"{word[:-4]}y", f"{word[:-4]}e", f"{word[:-4]}ey"}
    return not forms.isdisjoint(own) or not forms.isdisjoint(EVERYDAY)
