"""Patterns whose search skips to where a match can begin find what `re` finds."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

import writ_dspy.domains
import writ_dspy.simulate
import writ_dspy.verify
from writ_dspy.patterns import Pattern, beginning
from writ_dspy.patterns.beginning import compiled, op, parser

APART = ("writ_dspy.domains.example", "writ_dspy.domains.served", "writ_dspy.domains.tau2.benchmark")
"""What needs more than the package to be imported."""
SKIPS = r"\b(?:cheaper|less|twice)\b"


def patterns() -> list[tuple[str, int]]:
    """Every pattern that a module of the rooms which judge and speak has a name for, alone or in a table."""
    found = set[tuple[str, int]]()
    for room in (writ_dspy.domains, writ_dspy.simulate, writ_dspy.verify):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.startswith(APART):
                stack: list[Any] = list(vars(importlib.import_module(module.name)).values())
                while stack:
                    value = stack.pop()
                    if isinstance(value, Pattern):
                        found.add((value.pattern, value.asked))
                    elif type(value) in (tuple, list, dict):
                        stack += value.values() if type(value) is dict else value
    return sorted(found)


def written(items: Any, rng: random.Random) -> str:
    """A text that a pattern likely matches: each part as it could be written, edges left out."""
    return "".join([one(item, rng) for item in items])


def one(item: Any, rng: random.Random) -> str:
    kind, what = item
    if kind is op.LITERAL:
        return rng.choice((chr(what), chr(what).swapcase()))
    if kind is op.IN:
        literals = [chr(code) for sort, code in what if sort is op.LITERAL]
        return rng.choice((*literals, *"aZ7_ -ſK"))
    if kind is op.BRANCH:
        return written(rng.choice(what[1]), rng)
    if kind is op.SUBPATTERN:
        return written(what[3], rng)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return "".join(written(what[2], rng) for _ in range(rng.randint(what[0], min(what[1], what[0] + 2))))
    return rng.choice("a1 .é") if kind in (op.ANY, op.NOT_LITERAL) else ""


def spans(pattern: re.Pattern[str], text: str) -> Iterator[list[tuple[int, int]]]:
    for match in pattern.finditer(text):
        yield [match.span(number) for number in range(pattern.groups + 1)]


def test_every_pattern_finds_what_re_finds_wherever_it_stands() -> None:
    """On texts made of each pattern itself, in either case, amid signs of all sorts: the same matches, group by group."""
    rng, found = random.Random(7), 0
    for pattern, flags in rng.sample(patterns(), 400):
        fast, plain, tree = compiled(pattern, flags), re.compile(pattern, flags), parser.parse(pattern, flags)
        text = "".join(
            rng.choice(("", " ", "x", "“", "\n")) + written(tree, rng) + rng.choice(" .aſ’") for _ in range(6)
        )

        assert list(spans(fast, text)) == list(spans(plain, text)), (pattern, text)
        place = rng.randint(0, len(text))
        ours, theirs = fast.search(text, 1, place), plain.search(text, 1, place)
        assert (ours and ours.span()) == (theirs and theirs.span()), (pattern, text)
        assert (fast.flags, fast.groupindex, fast.pattern) == (plain.flags, plain.groupindex, plain.pattern)
        found += plain.search(text) is not None
    assert found > 120, "the texts hold what the patterns look for"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bsure", "ſure"), (r"\bkeep", "\u212aeep"), (r"\bit\b", "ıt İt"), ("(?i:s)oon", "ſoon"), ("ſ", "Sun"), (r"[^a]b", "Ab xb"), (r"(?<=x)\d+|\bno", "x12 NO"),
        (r"(?:a|)b", "b ab"), (r"(?:a*)(?:c?)d", "d"), (r"(?!x)[w-z]y", "xyzy"), (r"\W*!", "a !"), (r"é|\bok", "É OK"), (r"[а-я]+s?|\bto", "Дом TO"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.IGNORECASE | re.ASCII])
def test_letters_that_stand_for_others_and_parts_that_may_be_missing_are_found(
    pattern: str, text: str, flags: int
) -> None:
    """Where case is ignored some letters beyond ASCII are s, k and i; what may be nothing is not what a match begins with."""
    assert list(spans(compiled(pattern, flags), text)) == list(spans(re.compile(pattern, flags), text))


def test_every_sign_that_a_letter_stands_for_is_found() -> None:
    """No sign of Unicode that `re` takes for an ASCII sign is skipped."""
    every = "".join(chr(code) for code in range(0x1_1000) if not 0xD800 <= code < 0xE000)
    for sign in "skiabcxyz019_$":
        form = rf"\B{re.escape(sign)}|\b{re.escape(sign)}"
        assert compiled(form, re.IGNORECASE).findall(every) == re.findall(form, every, re.IGNORECASE)


def test_a_skip_is_added_where_re_has_none() -> None:
    """Whole words of either case get one; what `re` skips to itself, or what can be nothing, stays as `re` compiles it."""
    assert compiled(SKIPS) != re.compile(SKIPS)
    assert compiled("word", re.IGNORECASE) != re.compile("word", re.IGNORECASE)
    for same in ("word", "[abc]d", r"\b(?:x|)", r"\Z", r"\b."):
        assert compiled(same) == re.compile(same)


def test_a_python_that_nobody_looked_at_compiles_as_re_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code that is filled in is private to each Python."""
    monkeypatch.setattr(beginning, "_KNOWN", ())

    assert compiled(SKIPS) == re.compile(SKIPS)


def test_a_pattern_that_is_wrong_is_as_wrong_as_in_re() -> None:
    """The error is that of `re`."""
    with pytest.raises(re.error, match="unterminated"):
        compiled("(a")
