"""One text as a whole inside another: what a pattern of it would find, without compiling one for each text."""

from __future__ import annotations

from collections.abc import Iterator


def places(part: str, text: str) -> Iterator[int]:
    """Where a part begins in a text; no two places overlap."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + len(part))


def is_whole(
    part: str, text: str, before: str = "", after: str = "", endings: tuple[str, ...] = ("",), spaced: str = ""
) -> bool:
    r"""Whether a part stands in a text with no letter, digit or underscore beside it.

    Args:
        part: As it is written in the text; not empty.
        text: What it may stand in.
        before: More signs that may not stand right before it: `(?<![\w…])`.
        after: More signs that may not stand right behind it: `(?![\w…])`.
        endings: What may belong to it.
        spaced: The text with other signs for spaces, where it counts as the same.
    """
    where = spaced or text
    place = where.find(part)
    while place >= 0:
        end = place + len(part)
        if not _joins(text[place - 1 : place], before) and any(
            text.startswith(ending, end) and not _joins(text[end + len(ending) : end + len(ending) + 1], after)
            for ending in endings
        ):
            return True
        place = where.find(part, place + 1)
    return False


def ends_whole(part: str, text: str) -> bool:
    """Whether a part stands in a text with no letter, digit or underscore right behind it."""
    return any(not _joins(text[place + len(part) : place + len(part) + 1], "") for place in places(part, text))


def _joins(sign: str, more: str) -> bool:
    return sign != "" and (sign.isalnum() or sign == "_" or sign in more)
