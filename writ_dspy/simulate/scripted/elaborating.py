"""What a talkative user adds: more words on the matter at hand, never another story, so that nothing in it contradicts anything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from writ_dspy import patterns as re

LONG = 17
"""Words from which on a message is long enough."""
AGAIN = 1
"""How often one user says the same thing in other words, at most; after that, nothing is added."""
_Family = tuple[str, ...]
"""Parts of one sentence: alternatives of each, divided by `|`."""
_FAMILIES: Mapping[str, tuple[_Family, ...]] = {
    "wish": (
        ("I've been meaning to", "write to you about this|get this sorted|bring this up|take care of it|see to it", "for a while|for days|since last week|for some time now"),
        ("I tried to", "do it on my own|work it out by myself|find it on the website", "first|before writing|earlier", "but got nowhere|but I'd rather have you do it|and then thought I'd ask you"),
        ("It would", "be good|be a relief|put my mind at ease", "to get this settled|to have it out of the way|to see that done|to know that it's taken care of"),
        ("I'm not sure|I don't know", "how this usually works|what you need from me for it"),
    ),
    "answer": (
        ("I hope|I think|I guess|I suppose", "that's all you need for this|that's clear enough|that gives you enough to go on|that's what you were asking for|that answers your question|that makes it clear what I mean", "but just ask if not|but I can say more if you need it|but tell me if I should go into it more"),
        ("Just tell me if|Let me know if|Just say so if", "anything about it is unclear|you need to know more|something is missing|I left anything out|I forgot something", "and I'll try to put it better|and I'll add what I can|and I'll do my best to explain"),
        ("If you need|In case you need", "more on that,|more details on that,|anything else for this,|more than that,", "just ask|just tell me|feel free to ask"),
    ),
    "choice": (
        ("That", "works best for me|fits my plans best|would suit me best|makes the most sense for me", "as things look right now|from what I can see today|with everything else that's going on"),
        ("I've", "thought about it|gone back and forth on it|given it some thought", "for a while now|since yesterday|quite a bit", "and that's what I'd like|and that's what I want|so I'm sure about it|and that's my choice"),
        ("It took me a while to", "decide on that|settle on that|make up my mind", "but now I'm sure of it|but that's what I want|but that's my choice"),
        ("I hope|I think|I guess", "that's clear enough|that gives you enough to go on|that makes it clear what I mean", "but just ask if not|but I can say more if you need it|but tell me if I should go into it more"),
    ),
    "identity": (
        ("I hope I|Hopefully I", "typed that right|copied that correctly|got that down right|didn't misspell it", "because I'm typing on my phone|since I don't have my glasses on|as these things are so easy to mix up"),
        ("I had to|I just had to", "look that up|check that|hunt for that a bit|scroll around for that", "before I could answer|to be on the safe side|since I can never remember it"),
        ("That should be", "all you need to find it|enough to find it|what you need to look it up", "but tell me if it isn't|but let me know if nothing comes up|but just ask if you need more"),
        ("Just tell me if|Let me know if|Just say so if", "you can't find it|nothing comes up|anything looks odd on your side", "and I'll have another look|and I'll check it once more|and I'll look for it again"),
    ),
    "yes": (
        ("That's|This is", "just what I had in mind|what I was hoping for", "when I wrote to you"),
        ("I'm glad|It's good|I'm happy", "this is so easy to arrange|we could sort this out|it can be done right here|there's a way to do this", "just by writing to you|with a few messages|in one go"),
        ("That", "takes a load off my mind|saves me a lot of trouble|makes my day a lot easier", "and I can cross it off my list|and I can stop worrying about it|and it's one thing less to think about"),
        ("I thought it would be|I expected it to be", "more complicated|a lot more work|much more of a hassle", "than this|than it turned out to be"),
    ),
    "query": (
        ("I", "like to be certain|prefer to be sure|want to be clear about it", "before I agree to anything|before anything is final|before I say yes"),
        ("It's just that I", "want to understand it fully|like to be careful|would hate to get it wrong|don't do this every day"),
        ("I'd rather ask", "once too often|one more time|twice", "than be surprised later|than regret it"),
    ),
    "bye": (
        ("I", "won't keep you any longer|won't take up more of your time|will let you get on with your day"),
        ("It's good|I'm glad", "to know where I stand|to have an answer"),
        ("You", "were easy to talk to|took the time to go through it with me|were quick to answer"),
    ),
}  # fmt: skip
"""What is added to a message of each moment; a family is one thing to say, in many wordings."""


def elaborations(moment: str, words: int, told: str, rng: random.Random) -> Iterator[str]:
    """What a talkative user adds to a message of so many words: enough to make it long, two sentences at most, and nothing twice.

    Args:
        moment: Of the message: `wish`, `answer`, `choice` (an answer over which one may have thought), `identity` (one that tells an
            id, an address or a number), `yes`, `query` or `bye`; nothing is added to others.
        words: How long it is without.
        told: All that the user has said before, in lower case.
        rng: For the choice.
    """
    families = list(_FAMILIES.get(moment, ()))
    rng.shuffle(families)
    used = {family: len(_begun(family).findall(told)) for family in families}
    for family in [family for family in sorted(families, key=used.__getitem__) if used[family] < AGAIN][:2]:
        fresh = [text for text in wordings(family) if text.lower() not in told]
        if words >= LONG:
            return
        if not fresh:
            continue
        enough = [text for text in fresh if words + len(text.split()) >= LONG]  # one remark is less idle than two
        chosen = rng.choice(enough or fresh)
        words += len(chosen.split())
        yield chosen


@cache
def _begun(family: _Family) -> re.Pattern:
    """How a sentence of the family begins, in lower case."""
    first, second = ("|".join(map(re.escape, part.lower().split("|"))) for part in family[:2])
    return re.compile(rf"\b(?:{first}) (?:{second})")


def wordings(family: Sequence[str]) -> list[str]:
    """All sentences of a family; a comma stands before "but" and "so"."""
    texts = (" ".join(parts) for parts in itertools.product(*(part.split("|") for part in family)))
    return [f"{text.replace(' but ', ', but ').replace(' so I', ', so I')}." for text in texts]


def every(moment: str) -> list[str]:
    """All that may be added to a message of this moment."""
    return [text for family in _FAMILIES[moment] for text in wordings(family)]


MOMENTS = tuple(_FAMILIES)
