"""What a talkative user adds: more words on the matter at hand, never another story, so that nothing in it contradicts anything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

LONG = 17
"""Words from which on a message is long enough."""
AGAIN = 2
"""How often one user says the same thing in other words, at most; after that, nothing is added."""
_Family = tuple[str, ...]
"""Parts of one sentence: alternatives of each, divided by `|`."""
_FAMILIES: Mapping[str, tuple[_Family, ...]] = {
    "wish": (
        ("I've been meaning to", "write to you about this|get this sorted|bring this up|take care of it|see to it", "for a while|for days|since last week|for some time now"),
        ("I tried to", "do it on my own|work it out by myself|find it on the website", "first|before writing|earlier", "but got nowhere|but I'd rather have you do it|and then thought I'd ask you"),
        ("It would", "be good|be a relief|put my mind at ease", "to get this settled|to have it out of the way|to see that done|to know that it's taken care of"),
        ("I", "don't know|am not sure|can't tell", "how such things usually work with you|what you need to know for it|whether I have found the right words for it"),
    ),
    "answer": (
        ("I hope|I think|I'd say|I trust|I suppose|I believe", "that's all you need for this|that's clear enough|that gives you enough to go on|you can work with that|that is what you were asking for|that makes it clear what I mean|that answers what you wanted to know"),
        ("Do tell me if|Just tell me if|Let me know if|Just say so if|Write back if|Say a word if", "anything about it is unclear|I should put it another way|that isn't enough for you|something is missing|I left anything out|that raises a question|you want it in other words"),
        ("It took me a moment to", "put that into words|think that over|get that straight|make up my mind about it|be sure of that|look at it calmly", "but now it's settled|but there you have it|and that's my answer|and I'm happy with it|but that's how it is"),
        ("I've", "thought about it|gone over it|looked at it|considered it", "twice|more than once|carefully|from every side", "so you can rely on that|and that's what it comes to|and my mind is made up|and I'm sure of it now"),
        ("As far as I know,|To the best of my knowledge,|As I understand it,|From all that I can see,", "that's right|that's all there is to it|nothing about it is going to be different|that is how it should be|there is no more to say about it"),
        ("Forgive me if|Bear with me if", "that was too long an answer|I'm using too many words|I explain more than I have to|I say what you know already|I'm being too thorough"),
        ("I would have told you", "earlier|at once|in the first place|right at the start", "had I known that you need it|had I thought of it|but it slipped my mind|but one thing came after the other"),
        ("You can|Feel free to|By all means", "write it down just like that|put it in the way you need it|check it on your side|take it as I say it|use it as it stands"),
    ),
    "yes": (
        ("That is|This is", "just what I had in mind|exactly how I pictured it|what I was hoping for|the way I wanted it|all as I described it"),
        ("I've read it", "twice|carefully|line by line|from top to bottom|to the end", "and it all fits|and it's all there|and nothing is missing|and I'm happy with it"),
        ("I", "like|am glad", "that you listed it all in one place|how clear it is|that it is all there to read|that nothing in it was left open"),
        ("It's", "good|a relief|reassuring", "to see it all written out|to have it in front of me in full|to know what is going to happen"),
    ),
    "query": (
        ("I", "like to be certain|prefer to be sure|want to be clear about it", "before I agree to anything|before anything is final|before I say yes"),
        ("It's only that I", "want to understand it fully|take care with such things|would hate to get it wrong|don't do this every day"),
        ("I'd rather ask", "once too often|one more time|twice", "than be surprised later|than regret it"),
    ),
    "bye": (
        ("I", "won't keep you any longer|won't take up more of your time|will let you get on with your day|will leave you to your other customers"),
        ("It's good", "to know where I stand|to have an answer|to have talked it through|to have that out of my head"),
        ("You", "explained it well|were easy to talk to|took the time to go through it with me"),
    ),
}  # fmt: skip
"""What is added to a message of each moment; a family is one thing to say, in many wordings."""


def elaborations(moment: str, words: int, told: str, rng: random.Random) -> Iterator[str]:
    """What a talkative user adds to a message of so many words: enough to make it long, two sentences at most, and nothing twice.

    Args:
        moment: Of the message: `wish`, `answer`, `yes`, `query` or `bye`; nothing is added to others.
        words: How long it is without.
        told: All that the user has said before, in lower case.
        rng: For the choice.
    """
    families = list(_FAMILIES.get(moment, ()))
    rng.shuffle(families)
    used = {family: sum(told.count(lead.lower()) for lead in family[0].split("|")) for family in families}
    for family in [family for family in sorted(families, key=used.__getitem__) if used[family] < AGAIN][:2]:
        fresh = [text for text in wordings(family) if text.lower() not in told]
        if words >= LONG:
            return
        if not fresh:
            continue
        chosen = rng.choice(fresh)
        words += len(chosen.split())
        yield chosen


def wordings(family: Sequence[str]) -> list[str]:
    """All sentences of a family; a comma stands before "but" and "so"."""
    texts = (" ".join(parts) for parts in itertools.product(*(part.split("|") for part in family)))
    return [f"{text.replace(' but ', ', but ').replace(' so you', ', so you')}." for text in texts]


def every(moment: str) -> list[str]:
    """All that may be added to a message of this moment."""
    return [text for family in _FAMILIES[moment] for text in wordings(family)]


MOMENTS = tuple(_FAMILIES)
