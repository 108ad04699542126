"""What one turn of the user wants beside its task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.wishes.amounts import FREE, WORDED, amounts
from writ_dspy.simulate.wishes.choices import choices, things
from writ_dspy.simulate.wishes.deeds import KEEP, OPPOSITE, STAYS, deeds
from writ_dspy.simulate.wishes.dropped import KIN, MORE, more_or_less
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.looks import looks
from writ_dspy.simulate.wishes.loosened import OPEN, loosened
from writ_dspy.simulate.wishes.others import (
    NAMED,
    RULES,
    SOMEBODY,
    SUPERLATIVE,
    answers,
    ends,
    persons,
    place_names,
    routes,
    rules,
)
from writ_dspy.simulate.wishes.parts import bare, parts, sentences
from writ_dspy.simulate.wishes.wanted import Wanted, compiled
from writ_dspy.simulate.wishes.whereabouts import (
    AWAY,
    COMPANY,
    KNOWS,
    LOOKED_UP,
    SEASON,
    elsewhere,
    known_already,
    looked_up,
    seasons,
)


def strays(wanted: Wanted, before: Sequence[Turn], text: str) -> Iterator[tuple[str, str]]:
    """Each statement of a turn that the task contradicts or does not hold, as (saw, wanted); none of its own sentences.

    Args:
        wanted: What the task wants.
        before: The turns before it.
        text: What the user says.
    """
    yield from _strays(wanted, tuple(item.text for item in before if item.role == "agent" and item.text), text)


@lru_cache(maxsize=512)
def _strays(wanted: Wanted, said: tuple[str, ...], text: str) -> tuple[tuple[str, str], ...]:
    """The same by what the agent has said: the loop asks as a turn is spoken, the verifier once more when all is."""
    new = {
        number
        for number, said in enumerate(sentences(text))
        if said and bare(said) not in wanted.sentences and speaks(said, wanted.domain)
    }
    if not new:
        return ()
    turn = parts(text)
    fresh = [part for part in turn if part.sentence in new]
    heard = Heard(said)
    found = [
        *choices(wanted, fresh, turn, heard), *things(wanted, fresh, heard), *looks(wanted, fresh, turn, heard),
        *deeds(wanted, fresh, turn, heard),
        *amounts(wanted, fresh, turn, heard), *ends(wanted, fresh, turn), *persons(wanted, fresh, heard),
        *rules(fresh), *routes(wanted, fresh, heard), *elsewhere(wanted, fresh, heard, text), *seasons(wanted, fresh, turn, heard),
        *looked_up(wanted, fresh, heard), *known_already(wanted, fresh, heard), *answers(wanted, fresh, heard), *loosened(wanted, fresh, turn, heard), *more_or_less(wanted, fresh, turn, heard),
    ]  # fmt: skip
    return tuple((saw, meant) for _place, saw, meant in sorted(found))


@lru_cache(maxsize=2048)
def speaks(sentence: str, domain: Domain) -> bool:
    """Whether a lower-case sentence holds anything that a wish could be about: a quick look, for most hold nothing."""
    return any(pattern.search(sentence) for pattern in _of(domain))


_ANYWHERE = (
    re.compile(r"(?<![\w#@.])(?:\d{1,4}|\d[\d,]+\.\d\d)(?![\w@])|\$\s?\d|\d(?:st|nd|rd|th|l|ml|gb|tb|k)\b|\d[ap]m\b"),
    WORDED,
    FREE,
    SUPERLATIVE,
    SOMEBODY,
    NAMED,
    RULES,
    OPPOSITE,
    KEEP,
    STAYS,
    AWAY,
    SEASON,
    LOOKED_UP,
    COMPANY,
    KNOWS,
    OPEN,
    MORE,
    KIN,
)


@lru_cache(maxsize=16)
def _of(domain: Domain) -> tuple[re.Pattern, ...]:
    """What wishes can be about, those of the domain, too."""
    sayings = domain.pack.sayings
    patterns = [pattern for values in sayings.choices.values() for pattern in values.values()]
    patterns += [*sayings.things.values(), *sayings.wishes.values()] + ([sayings.looks] if sayings.looks else [])
    places = [place_names(domain)] if domain.pack.places else []
    return (*_ANYWHERE, *map(compiled, patterns), *places)
