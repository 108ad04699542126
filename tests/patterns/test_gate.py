"""A gate lets every pattern through that is found, whatever the text, and few besides."""

from __future__ import annotations

import gc
import random
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.simulate.playing import Played
from writ_dspy import patterns
from writ_dspy.patterns import Gate, Pattern
from writ_dspy.patterns.required import required
from writ_dspy.patterns.text import folded
from writ_dspy.verify.checks import verify
from writ_dspy.verify.refuted import _GATE

HITS = (
    (r"\bnon-?stop\b", "It is NONSTOP."), (r"(?<!\w)\$5\b", "so ($5)"), (r"\bleav\w+", "Leaving now"), (r"refund(?:s|ed)?$", "a refunded"),
    (r"(?i)\bis\b", "İſ ıs IS"), (r"(?i)sk", "ſK"), (r"\d\d?(?:st|nd)", "the ٣st"), (r"(?:the |a )?(?:dog|cat)s?\b", "cats"), (r"x{2,3}y", "xxxy"),
    (r"(?<=never )again|once", "at once"), (r"^(?:well|so),? no\b", "So no"), (r"(?m)^no$", "yes\nno\nyes"), (r"a(?!b)c", "ac"), (r"[’']s\b", "it’s"),
    (r"(?i)(?-i:A)b", "AB"), (r"(a|b)\1c", "aac"), (r"(?=.*zebra)\w", "a zebra"), (r"café|thé", "le thé"), (r"[^\W\d]\.", "é."), (r"(?:\W|_)id\b", "_id"),
)  # fmt: skip
WORDS = (
    "The",
    "a",
    "flight",
    "HAT012",
    "$5.20",
    "no",
    "can't",
    "it’s",
    "refund",
    "W1234567",
    "(yes)",
    "two,",
    "return?",
    "–",
    "naïve",
    "İ",
    "ſo",
    "x_y",
)


def sentences(number: int) -> list[str]:
    """Sentences of words that stand in patterns, in any case and with any signs between them."""
    rng = random.Random(11)
    known = sorted({word for one in _patterns() for word in re.findall(r"[A-Za-z']{2,}", one.pattern)})
    return [
        rng.choice((" ", " ", ", ", "-", "\n")).join(
            rng.choice((str, str.upper, str.capitalize))(rng.choice(known if rng.random() < 0.7 else WORDS))
            for _ in range(rng.randint(1, 12))
        )
        + rng.choice((".", "?", "", " "))
        for _ in range(number)
    ]


def _patterns() -> list[Pattern]:
    gc.unfreeze()  # what was imported may be kept from the collector, which then does not know it
    return [found for found in gc.get_objects() if isinstance(found, Pattern)]


def lets_through(pattern: Pattern, text: str) -> bool:
    """Whether a gate with the pattern alone is open for a text."""
    return bool(Gate([pattern], lambda one: one).open(text))


@pytest.mark.parametrize(("pattern", "text"), HITS)
def test_what_is_found_is_let_through(pattern: str, text: str) -> None:
    """Edges of words, other cases, lookarounds and repetitions require no more than a text that holds the pattern has."""
    flags = patterns.IGNORECASE
    assert re.search(pattern, text, flags)

    assert lets_through(patterns.compile(pattern, flags), text)


def test_every_pattern_of_the_package_is_let_through_where_it_is_found() -> None:
    """No gate hides a match of any pattern that is in use."""
    every = _patterns()
    gate = Gate(every, lambda one: one)

    assert len(every) > 300
    for text in sentences(25):
        kept = set(map(id, gate.open(text)))
        hidden = [one.pattern for one in every if id(one) not in kept and one.search(text)]
        assert hidden == [], text


PIECES = some.sampled_from(
    (
        r"\b",
        "a",
        "Ab",
        "no",
        r"\d",
        r"\s",
        "[xy]",
        "(?:no|yes)",
        "(?:a|bc)?",
        r"\w+",
        "(?!a)",
        r"(?<!\w)",
        "é",
        "’",
        "[,;]",
        ".",
        "a{2}",
        "$",
    )
)


@given(some.lists(PIECES, min_size=1, max_size=7), some.text("aAbBcnoyesxX 1é’,;.\n", max_size=24))
def test_whatever_a_pattern_is_made_of_no_match_is_hidden(pieces: list[str], text: str) -> None:
    """A gate is open for each text that the pattern is found in."""
    pattern = "".join(pieces)

    if re.search(pattern, text, re.IGNORECASE):
        assert lets_through(Pattern(pattern, re.IGNORECASE), text)


def test_a_folded_letter_is_every_letter_that_case_ignores() -> None:
    """What `re` takes for an ASCII letter where case is ignored is one in a folded text; marks are no part of a word."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))

    assert all(folded(char) in "abcdefghijklmnopqrstuvwxyz" for char in re.findall("[a-z]", every, re.IGNORECASE))
    assert not [char for char in re.findall(r"\w", every) if unicodedata.category(char)[0] in "PSZ" and char != "_"]


def test_a_gate_is_shut_where_nothing_is_said_of_it() -> None:
    """A sentence without their words opens few of the patterns that a record could refute."""
    shut = [
        text
        for text in ("Could you tell me more?", "I can help with that.", "Thank you for waiting.")
        if len(_GATE.open(text)) > 3
    ]

    assert shut == []
    assert required(r"\w+", 0) == ()


def test_a_verdict_compiles_no_pattern_anew(played: list[Played], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a conversation was judged, no pattern has to be compiled to judge it again."""
    few = played[::40]
    for item in few:
        verify(item.task, item.talk, item.domain)
    compiled: list[object] = []
    monkeypatch.setattr(re._compiler, "compile", lambda *args: compiled.append(args) or pytest.fail(str(args)))  # type: ignore[attr-defined]

    for item in few:
        verify(item.task, item.talk, item.domain)
    assert compiled == []
