"""One kind clause to who tells of something sad or annoying; the scripted agent says it once, and goes on."""

from __future__ import annotations

import random

from writ_dspy import patterns as re

_KINDS: tuple[tuple[re.Pattern, tuple[str, ...]], ...] = (
    (
        re.compile(r"\b(?:funeral|passed away|died|death|bereave\w+)\b"),
        ("My condolences.", "I'm very sorry for your loss."),
    ),
    (
        re.compile(
            r"\b(?:flu|ill|illness|sick|sickness|surgery|surgeon|operation|infections?|hospital\w*|injur\w+|unwell|fever|disease|virus|"
            r"pneumonia|diagnos\w+|accident|broke (?:my|her|his|a)|(?:my|the|her|his) doctor)\b"
        ),
        ("I'm sorry to hear that.", "I'm so sorry to hear that."),
    ),
    (
        re.compile(r"\b(?:storms?|hurricanes?|blizzards?|floods?|flooding|tornado\w*|typhoons?|cyclones?|earthquakes?|wildfires?)\b"),
        ("I understand, safety comes first.", "That's understandable, better to stay safe."),
    ),
    (
        re.compile(
            r"\bflights?\b[^.!?]*\b(?:cancell?ed|scrapped|delayed|called off|late)\b|\bcancell?ed [^.!?]*\bflights?\b|"
            r"\bwent wrong\b|\bdid(?: not|n't) go (?:as|to) plan\w*|\bawful\b|\bstranded\b"
        ),
        ("I'm sorry about the trouble that you had.", "I'm sorry to hear of this trouble."),
    ),
)  # fmt: skip
"""What people tell of, with what is said to it; the first that fits."""
KIND_WORDS = tuple(text for _, texts in _KINDS for text in texts)


def kind_word(text: str, rng: random.Random) -> str:
    """What to say first to a message that tells of death, illness, a storm or a trip gone wrong; nothing to any other."""
    lower = text.lower().replace("’", "'")
    return next((rng.choice(texts) for pattern, texts in _KINDS if pattern.search(lower)), "")
