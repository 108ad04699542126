"""Ahead of what is known: the agent names a thing of the records before the user spoke of it or a tool showed it.

That the thing turns up later in a record is no excuse: by then it had not been read. Things are the names that records of the domain have
("Wall Clock"); who has used any telling word of one ("the clock") has spoken of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.simulate.spoken import spoken, words_of
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import denied, is_example, sentences
from writ_dspy.verify.vocabulary import vocabulary

_NONE = re.compile(r"\b(?:no|any|without)\s+(?:\w+\s+)?\Z")
"""Stands before what is not there."""


def ahead(ground: Ground, text: str) -> Iterator[str]:
    """Each thing of a message that nobody and no tool has named by then, as it is quoted.

    A thing that the message denies ("we have no lamps"), or gives as an example, is none.
    """
    names = _names(ground.domain)
    if names is None:
        return
    lower = text.lower()
    for start, end in sentences(lower):
        for match in names.finditer(lower, start, end):
            begins, ends = match.start() - start, match.end() - start
            left_out = is_example(text, match.start()) or denied(lower[start:end], begins, ends)
            left_out = left_out or _NONE.search(lower, start, match.start()) is not None
            if not left_out and not _spoken_of(ground, match[0]):
                yield text[match.start() : match.end()]


def _spoken_of(ground: Ground, name: str) -> bool:
    """Whether policy has the name, or a telling word of it was said or read."""
    policy, *rest = ground.texts
    if name in policy:
        return True
    return bool(spoken(name.split(), words_of(*rest), words_of(*ground.heard)))


@lru_cache(maxsize=16)
def _names(domain: Domain) -> re.Pattern | None:
    """The names of things of a domain, in lower case, in the singular or the plural; None where it has none."""
    things = sorted(vocabulary(domain).things, key=lambda name: (-len(name), name))
    if not things:
        return None
    forms = (re.escape(name).replace(r"\ ", "[ -]").replace(r"\-", "[ -]?").removesuffix("s") for name in things)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?:s|es)?(?![\w-])")
