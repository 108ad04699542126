"""What a text must hold for a pattern to be found in it, read off the pattern's parse tree.

A part of a pattern is read as all strings that it can be, as long as they are few; where one part ends in what cannot be
listed, what stands before and behind it must be there all the same. Letters are in lower case, `0` is any digit, a space any
character that is no part of a word. Whatever is not understood requires nothing.
"""

from __future__ import annotations

import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Sequence
from re import ASCII
from typing import Any, NamedTuple, TypeAlias
from unicodedata import category

from writ_dspy.patterns.text import START

Strings: TypeAlias = frozenset[str]

_MANY, _CLASS, _POWERS, _INSIDE, _TELLS = 400, 6, 12, 9, 0.9
_EDGE, _APART = "\b", "\a"
"""Stand between two characters of which one is part of a word and the other is not; of which not both are."""
_WORDY = frozenset("abcdefghijklmnopqrstuvwxyz_0")
_SPACED = str.maketrans({char: " " for char in map(chr, range(128)) if char not in _WORDY})
_COMMON = frozenset(
    [
        "a",
        "abou",
        "all",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "coul",
        "do",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "i",
        "if",
        "in",
        "is",
        "it",
        "just",
        "let",
        "like",
        "me",
        "my",
        "no",
        "not",
        "now",
        "of",
        "on",
        "one",
        "or",
        "orde",
        "plea",
        "so",
        "some",
        "that",
        "the",
        "them",
        "ther",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "whic",
        "will",
        "with",
        "woul",
        "you",
        "your",
    ]
)
"""Words that many sentences hold, by their starts: they tell little."""
_SHARES = {".": 0.9, ",": 0.5, "'": 0.3, "?": 0.3, "-": 0.3, "0": 0.5}


class Clause(NamedTuple):
    """One of these must be in the text."""

    starts: Strings
    """As the start of a word."""
    inside: tuple[str, ...]
    """Anywhere; `0` stands for any digit."""
    share: float
    """Guess of the share of sentences that hold one of them."""


class _Part(NamedTuple):
    """What a part of a pattern can be."""

    starts: Strings
    ends: Strings
    listed: bool = False
    """Whether `starts` is all that it can be."""
    clauses: tuple[Clause, ...] = ()


_EMPTY: Strings = frozenset(("",))
_NOTHING = _Part(_EMPTY, _EMPTY, listed=True)
_ANYTHING = _Part(_EMPTY, _EMPTY)


def required(pattern: str, flags: int) -> tuple[Clause, ...]:
    """The clauses that a text must fulfil, the one that most texts do not fulfil first; none, if nothing is known."""
    tree = parser.parse(pattern, flags)
    if tree.state.flags & ASCII:
        return ()
    found = sorted(_closed(_sequence(tree)), key=lambda clause: clause.share)
    return tuple(clause for clause in found if clause.share < _TELLS)


def _closed(part: _Part) -> tuple[Clause, ...]:
    ends = () if part.listed else _clause(part.ends)
    return (*part.clauses, *_clause(part.starts), *ends)


def _sequence(items: Iterable[tuple[Any, Any]]) -> _Part:
    part, run = _NOTHING, ""
    for code, value in items:
        symbol = _symbol(value) if code is op.LITERAL else _edge(code, value)
        if symbol is not None:
            run += symbol
            continue
        if run:
            part, run = _joined(part, _of(run)), ""
        part = _joined(part, _read(code, value))
    return _joined(part, _of(run)) if run else part


def _edge(code: Any, value: Any) -> str | None:
    """What stands for an item without width; None for an item that has some, or that requires more than an edge."""
    if code is op.AT:
        return "" if value is op.AT_NON_BOUNDARY else _EDGE if value is op.AT_BOUNDARY else _APART
    if code is op.ASSERT_NOT:
        return _APART if _no_word(value[1]) else ""
    return None


def _of(text: str) -> _Part:
    return _Part(frozenset((text,)), frozenset((text,)), listed=True)


def _joined(one: _Part, two: _Part) -> _Part:
    if two is _NOTHING:
        return one
    clauses = one.clauses + two.clauses
    few = len(one.ends) * len(two.starts) <= _MANY
    middle = frozenset([end + start for end in one.ends for start in two.starts]) if few else _EMPTY
    if one.listed and two.listed:
        return _Part(middle, middle, True, clauses) if few else _Part(one.starts, two.ends, False, clauses)
    if one.listed:
        return _Part(middle if few else one.starts, two.ends, False, clauses if few else clauses + _clause(two.starts))
    if two.listed:
        return _Part(one.starts, middle if few else two.ends, False, clauses if few else clauses + _clause(one.ends))
    between = _clause(middle) if few else _clause(one.ends) + _clause(two.starts)
    return _Part(one.starts, two.ends, False, clauses + between)


def _read(code: Any, value: Any) -> _Part:
    """One item of a parse tree that has a width, or looks at more than an edge."""
    if code is op.IN:
        return _class(value)
    if code is op.BRANCH:
        return _branch([_sequence(branch) for branch in value[1]])
    if code is op.SUBPATTERN:
        _, added, _, inner = value
        return _ANYTHING if added & ASCII else _sequence(inner)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, inner = value
        return _repeated(int(low), int(high), _sequence(inner))
    if code is op.ASSERT:
        return _NOTHING._replace(clauses=_closed(_sequence(value[1])))
    return _sequence(value) if code is op.ATOMIC_GROUP else _ANYTHING


def _symbol(code: int) -> str | None:
    """The character as it stands in a folded text; None for a letter beyond ASCII, whose other cases are not known here."""
    char = chr(code)
    if code < 128:
        return None if char in (_EDGE, _APART) else "0" if char.isdigit() else char.lower()
    return " " if category(char)[0] in "PSZ" and char.lower() == char.upper() else None


def _class(items: Sequence[tuple[Any, Any]]) -> _Part:
    symbols: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            found = [_symbol(value)]
        elif code is op.RANGE and value[1] - value[0] < 10:
            found = list(map(_symbol, range(value[0], value[1] + 1)))
        elif code is op.CATEGORY:
            found = [{op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_WORD: " "}.get(value)]
        else:
            return _ANYTHING
        if None in found:
            return _ANYTHING
        symbols.update(map(str, found))
    if len(symbols) > _CLASS and symbols.isdisjoint(_WORDY):
        symbols = {" "}
    return _Part(frozenset(symbols), frozenset(symbols), listed=True) if len(symbols) <= _CLASS else _ANYTHING


def _no_word(inner: Sequence[tuple[Any, Any]]) -> bool:
    """Whether what must not stand here is any character of a word, among others."""
    if len(inner) != 1 or inner[0][0] is not op.IN:
        return False
    return (op.CATEGORY, op.CATEGORY_WORD) in inner[0][1] and inner[0][1][0][0] is not op.NEGATE


def _branch(parts: Sequence[_Part]) -> _Part:
    starts = frozenset().union(*(part.starts for part in parts))
    ends = frozenset().union(*(part.ends for part in parts))
    few = max(len(starts), len(ends)) <= _MANY
    if few and all(part.listed and not part.clauses for part in parts):
        return _Part(starts, ends, listed=True)
    each = [min(_closed(part), key=lambda clause: clause.share, default=None) for part in parts]
    known = [clause for clause in each if clause is not None]
    clauses = _made([start for one in known for start in one.starts], [text for one in known for text in one.inside])
    return _Part(starts if few else _EMPTY, ends if few else _EMPTY, clauses=clauses if len(known) == len(each) else ())


def _repeated(low: int, high: int, part: _Part) -> _Part:
    if low == 0:
        optional = high == 1 and part.listed and len(part.starts) < _MANY
        return _Part(part.starts | _EMPTY, part.ends | _EMPTY, listed=True) if optional else _ANYTHING
    if part.listed and high <= _POWERS and sum(len(part.starts) ** times for times in range(low, high + 1)) <= _MANY:
        power, every = _EMPTY, set[str]()
        for times in range(1, high + 1):
            power = frozenset([text + more for text in power for more in part.starts])
            every |= power if times >= low else set()
        return _Part(frozenset(every), frozenset(every), listed=True, clauses=part.clauses)
    return part._replace(listed=False)


def _clause(strings: Strings) -> tuple[Clause, ...]:
    """What a text must hold for one of the strings to be in it; nothing, where one tells nothing."""
    if "" in strings:
        return ()
    starts: set[str] = set()
    inside: set[str] = set()
    for text in sorted(strings, key=len) if len(strings) > 1 else strings:
        plain = _plain(text) if _EDGE in text or _APART in text else text
        if plain is None:
            continue
        if marks := _marks(plain):
            if starts.isdisjoint(marks):
                starts.add(marks[0] if len(marks) == 1 else min(marks, key=lambda mark: (_share(mark), mark)))
        else:
            inside.add("0" if "0" in plain else max(plain.split(" "), key=len))
    return _made(starts, inside)


def _made(starts: Iterable[str], inside: Iterable[str]) -> tuple[Clause, ...]:
    held, anywhere = frozenset(starts), tuple(sorted(set(inside)))
    if not (held or anywhere) or "" in anywhere or len(anywhere) > _INSIDE:
        return ()
    return (Clause(held, anywhere, sum(map(_share, held)) + sum(map(_frequency, anywhere))),)


def _plain(text: str) -> str | None:
    """The string with its edges told: a space where one must be; None, if no text holds it."""
    made: list[str] = []
    edges = ""
    for char in text:
        if char in (_EDGE, _APART):
            edges += char
            continue
        wordy = char in _WORDY
        if edges and made:
            before = made[-1] in _WORDY
            if (before and wordy) or (_EDGE in edges and before == wordy):
                return None
        elif edges and wordy:
            made.append(" ")
        edges = ""
        made.append(char)
    return "".join(made) + (" " if edges and made and made[-1] in _WORDY else "")


def _marks(text: str) -> list[str]:
    """How the words begin that stand in a string whole, and how one begins that does not end in it; none with a digit."""
    _, *words = text.translate(_SPACED).split(" ")
    if words and len(words[-1]) < START:
        words.pop()
    return [word[:START] for word in words if word and "0" not in word[:START]]


def _share(mark: str) -> float:
    """Guess of the share of sentences that hold a word."""
    return 0.15 if mark in _COMMON else 0.006


def _frequency(text: str) -> float:
    """Guess of the share of sentences that hold it anywhere."""
    if len(text) == 1:
        return _SHARES.get(text, 0.9 if text in _WORDY else 0.1)
    return 0.01 if len(text) >= START else 0.2 / len(text)
