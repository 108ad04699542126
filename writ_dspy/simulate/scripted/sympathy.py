"""One kind clause to who tells of something sad or annoying; the scripted agent says it once, and goes on."""

from __future__ import annotations

import random

from writ_dspy import patterns as re
from writ_dspy.simulate.trials.saying import KNOWN

_WHO = (
    r"(?:i|we|he|she|they|who|(?:my|our|his|her|their|the) (?:\w+ )?(?:mother|father|mom|mum|dad|parents?|wife|husband|partner|spouse|brother|sister|son|daughter|kids?|child|children|"
    r"baby|aunt|uncle|cousin|niece|nephew|friend|boss|colleague|fianc\w+|boyfriend|girlfriend|grand\w+|in-laws?|family|dog|cat))"
)
"""Who can be ill or die: a battery can die, too, and nobody is sorry for it."""
_KINDS: tuple[tuple[re.Pattern, tuple[str, ...]], ...] = (
    (
        re.compile(rf"\b(?:funeral|passed away|death (?:in|of)|bereave\w+)\b|\b{_WHO} (?:has |have |just |recently |suddenly )*died\b"),
        ("My condolences.", "I'm very sorry for your loss."),
    ),
    (
        re.compile(
            rf"\b{_WHO}(?:'m|'s|'re| am| is| are| was| were| got| fell| feel| feels| has been| have been| became)?(?: very| really| so| quite| too| pretty| seriously)* (?:ill|sick|unwell)\b(?! of| and tired)|"
            r"\b(?:the flu|illness|surgery|surgeon|infection|hospital\w*|a fever|disease|pneumonia|diagnos\w+|car accident|in an accident|had an accident|"
            r"(?:i|he|she|we|they)(?: was| were| got|'ve been| have been| has been) (?:badly )?injured|broke (?:my|her|his) (?:leg|arm|ankle|foot|hand|wrist|hip|knee|shoulder|back|rib|ribs|finger|toe|nose|collarbone))\b"
        ),
        ("I'm sorry to hear that.", "I'm so sorry to hear that."),
    ),
    (
        re.compile(r"\b(?:storms?|hurricanes?|blizzards?|floods?|flooding|tornado\w*|typhoons?|cyclones?|earthquakes?|wildfires?)\b"),
        ("I understand, safety comes first.", "That's understandable, better to stay safe."),
    ),
    (
        re.compile(
            r"\bflights? (?:home |back |there |out )?(?:was|were|is|are|got|has been|have been|had been|gets)(?: just| now| also| already)? (?:cancell?ed|scrapped|delayed|called off|(?:\w+ )*late\b)|"
            r"\b(?:you|they|the airline)(?:'ve| have| had)?(?: just| already)? cancell?ed (?:my|our) flights?\b|"
            r"\bwent (?:\w+ )?wrong\b|\bdid(?: not|n't) go (?:as|to) plan\w*|\bawful\b|\bstranded\b"
        ),
        ("I'm sorry about the trouble that you had.", "I'm sorry to hear of this trouble."),
    ),
    (
        re.compile(KNOWN["upset"]),
        ("I understand that this is frustrating.", "I'm sorry that this has been so annoying for you.", "I can see why you are upset."),
    ),
    (
        re.compile(KNOWN["anxious"]),
        ("There's no need to worry, we'll go through it step by step.", "I understand that this makes you nervous; let's take it one step at a time."),
    ),
    (
        re.compile(KNOWN["lonely"]),
        ("I'm glad that you wrote, and happy to be of help.", "Thank you for telling me, it's good that you are here."),
    ),
)  # fmt: skip
"""What people tell of, with what is said to it; the first that fits."""
KIND_WORDS = tuple(text for _, texts in _KINDS for text in texts)


_RELIEVED = re.compile(r"\b(?:stop|stopped|without|no more|no need to) worr\w+|\bsleep (?:well|better|again)\b")
"""Words of a worry that is over."""
_GREETED = re.compile(r"(?:Hello|Hi there), ")


def with_kind_word(text: str, heard: str, rng: random.Random) -> str:
    """An answer behind a kind word to what was heard, if that calls for one; a greeting stays first.

    Args:
        text: The answer.
        heard: What the user said.
        rng: For the choice.
    """
    word = kind_word(heard, rng)
    if not word:
        return text
    greeting = _GREETED.match(text)
    rest = text[greeting.end() :] if greeting else text
    rest = f"{rest[:1].upper()}{rest[1:]}"
    return f"{greeting[0].rstrip(', ')}. {word} {rest}" if greeting else f"{word} {rest}"


def kind_word(text: str, rng: random.Random) -> str:
    """What to say first to a message that tells of death, illness, a storm or a trip gone wrong; nothing to any other."""
    lower = _RELIEVED.sub(" ", text.lower().replace("’", "'"))
    return next((rng.choice(texts) for pattern, texts in _KINDS if pattern.search(lower)), "")
