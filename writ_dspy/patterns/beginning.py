r"""Compiles as `re` does, and tells its engine with which signs a match can begin, so that a search skips all other places.

`re` works that out by itself only where case counts and nothing stands before the first sign; nearly every pattern here begins with `\b`
or ignores case, and then each place of a text is tried: half of the time that the verifier spends in patterns. The skip is a part of
the compiled code that `re` has for this, the same one, filled in for more patterns; what is found does not change.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

compiler, engine, op, parser = (import_module(name) for name in ("re._compiler", "_sre", "re._constants", "re._parser"))
"""What `re` itself is made of."""
_KNOWN = ((3, 11), (3, 12), (3, 13))
"""Pythons whose compiled code has been looked at; it is documented nowhere, so a later one compiles as `re` does, and is slower."""
_ASCII = 128
_ALL = (1 << _ASCII) - 1
_TOO_MANY = 100
"""ASCII signs with which a match can begin, from which on a skip is not worth its while."""
_HAS_SET = 4
"""In the head of compiled code: a set of first signs follows."""
_HEAD = 5
"""Code, length, kind, least and most signs of a match."""
_WORDS = 8
"""Of 32 bits each: the first 256 signs."""


def _bits(signs: Iterable[str]) -> int:
    return sum(1 << ord(sign) for sign in set(signs))


def _category(pattern: str) -> int:
    return _bits(sign for sign in map(chr, range(_ASCII)) if re.match(pattern, sign))


_IGNORECASE, _NO_UNICODE = int(re.IGNORECASE), int(re.ASCII)
"""As numbers: the flags that `re` names are of a class whose arithmetic takes a third of the time that a pattern takes to compile."""
_FOLDED = _bits("sSkKiI")
"""What letters beyond ASCII can stand for where case is ignored."""
_CATEGORIES = {
    op.CATEGORY_DIGIT: _category(r"\d"), op.CATEGORY_NOT_DIGIT: _category(r"\D"), op.CATEGORY_SPACE: _category(r"\s"),
    op.CATEGORY_NOT_SPACE: _category(r"\S"), op.CATEGORY_WORD: _category(r"\w"), op.CATEGORY_NOT_WORD: _category(r"\W"),
}  # fmt: skip
_REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_EDGES = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT})


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern of `re`, which finds the same, sooner."""
    if sys.version_info[:2] not in _KNOWN:
        return re.compile(pattern, flags)
    flags = int(flags)
    try:
        tree = parser.parse(pattern, flags)
    except RecursionError:
        return re.compile(pattern, flags)
    flags |= tree.state.flags
    code = list(map(int, compiler._code(tree, flags)))  # noqa: SLF001 - see `_KNOWN`
    least, kind = code[3], code[2]
    first, nothing = _first(tree, flags)
    if not (kind or nothing or flags & _NO_UNICODE) and least and first.bit_count() <= _TOO_MANY:
        signs = _set_of(first)
        code = [code[0], code[1] + len(signs), _HAS_SET, *code[3:_HEAD], *signs, *code[_HEAD:]]
    names = tree.state.groupdict
    by_number: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        by_number[number] = name
    return engine.compile(pattern, flags, code, tree.state.groups - 1, names, tuple(by_number))  # type: ignore[no-any-return]


def _set_of(first: int) -> list[int]:
    """Code of a set: these signs, and all beyond ASCII."""
    bits = first | _ALL << _ASCII
    words = [bits >> 32 * place & 0xFFFFFFFF for place in range(_WORDS)]
    return [int(op.CHARSET), *words, int(op.RANGE), 2 * _ASCII, sys.maxunicode, int(op.FAILURE)]


def _first(items: Iterable[Any], flags: int) -> tuple[int, bool]:
    """The ASCII signs with which parts in a row can begin, as bits; and whether they can be nothing at all."""
    found = 0
    for item in items:
        more, nothing = _first_of(item, flags)
        found |= more
        if not nothing:
            return found, False
    return found, True


def _first_of(item: Any, flags: int) -> tuple[int, bool]:  # noqa: PLR0911 - one line a kind of part
    """The same of one part; more than there are where it is not looked into."""
    kind, what = item
    if kind is op.LITERAL:
        return _literal(what, flags), False
    if kind is op.IN:
        return _any_of(what, flags), False
    if kind in (op.ANY, op.NOT_LITERAL):
        return _ALL, False
    if kind in _EDGES:
        return 0, True
    if kind is op.BRANCH:
        each = [_first(branch, flags) for branch in what[1]]
        return _joined(found for found, _ in each), any(nothing for _, nothing in each)
    if kind is op.SUBPATTERN:
        return _first(what[3], (flags | what[1]) & ~what[2])
    if kind is op.ATOMIC_GROUP:
        return _first(what, flags)
    if kind in _REPEATS:
        more, nothing = _first(what[2], flags)
        return more, nothing or not what[0]
    return _ALL, True


def _literal(code: int, flags: int) -> int:
    if code >= _ASCII:
        return _FOLDED if flags & _IGNORECASE else 0
    sign = chr(code)
    return _bits((sign.lower(), sign.upper()) if flags & _IGNORECASE else sign)


def _any_of(items: list[Any], flags: int) -> int:
    found = 0
    for kind, what in items:
        if kind is op.LITERAL:
            found |= _literal(what, flags)
        elif kind is op.RANGE:
            found |= _joined(_literal(code, flags) for code in range(what[0], min(what[1], _ASCII) + 1))
        elif kind is op.CATEGORY:
            found |= _CATEGORIES[what]
    if (op.NEGATE, None) not in items:
        return found
    return _ALL if flags & _IGNORECASE else _ALL & ~found


def _joined(parts: Iterable[int]) -> int:
    found = 0
    for part in parts:
        found |= part
    return found
