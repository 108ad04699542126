"""How a yes, a no or a small number is said: alone where it answers a question, beside what it counts elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import found as searching
from writ_dspy.domains.sayings import says_none
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Scalar

_TWO = Decimal(2)
SMALL = 12
"""Numbers up to this stand for many things: they count beside their noun only."""
_ELSE = re.compile(
    r"^(?:stop|layover|stopover|connection|flight|leg|way|people|person|passenger|traveler|traveller|adult|kid|child|friend|day|night|week|month|year|hour|minute|dollar|buck|order|reservation|booking|trip|ticket|"
    r"seat|card|certificate|voucher|item|thing|time|digit|mind|colleague|that|which|who|with|on|from|at|by)$"
)
"""What a number counts that is not what was asked for; whatever else stands behind it, it may count that."""
_NO_THING = r"(?! (?!(?:thanks?|thx|thank|need|please|pls|not|i|we|it|that|this|for|sir|ma'am|madam|way|nope|really|absolutely)\b)[a-z])"
"""A no right before a word is a no to what that names: "no stopovers"."""
_BARE = {
    "yes": r"^\W*(?!(?:ok|okay),? so\W*$)(?:yes|yeah|yep|sure|okay|ok|definitely|absolutely|of course|i do)(?:\W+[\w']+){0,3}\W*$",
    "no": rf"^\W*(?:no\b{_NO_THING}|nope|nah|none|not\b(?! (?:the|my|an?|with|in|to|by)\b)|i don't|don't\b(?! (?:use|charge|put|bill|take|book|go|send)\b)|skip\b{_NO_THING}|without\b{_NO_THING})(?:\W+[\w']+){{0,3}}\W*$",
    "0": rf"^\W*(?:no\b{_NO_THING}|no (?:checked |extra |more )?(?:ones|any)\b|nope|none|zero|nothing|not any|0)(?:\W+[\w']+){{0,2}}\W*$"
    r"|^\W*(?:none|zero)(?: [a-z']+){0,2},(?:(?!\b(?:one|two|three|four|five|but|only|except)\b)[^\d])*$",
}


def as_answer(value: Scalar, noun: str | None) -> Callable[[str], bool] | None:
    """How a value is said where it is asked for: a yes, a no, a number, which counts nothing else than what was asked."""
    if str(value) in _BARE:
        return searching(_BARE[str(value)])
    if isinstance(value, str) or value > SMALL:
        return None
    number = Decimal(repr(value))
    counted = re.compile(noun) if noun else None

    def counts(item: Value) -> bool:
        named = counted is not None and counted.search(item.unit) is not None
        return item.number == number and (named or _ELSE.match(item.unit) is None)

    def answers(text: str) -> bool:
        if number == _TWO and _PAIR.search(text):
            return not values(text)
        found = [
            item
            for item in values(text)
            if not (_PRONOUN.match(text, item.start) or _EACH_ONE.search(text, 0, item.start))
        ]
        return all(item.quantity == "count" for item in found) and any(map(counts, found))

    return answers


_PRONOUN = re.compile(
    r"one (?:that|which|who|with|on|in|from|for|at|by|of)\b(?! (?:my|our|those|them|these|us|me|him|her|course|all|total|each|every\w*|both|top|board|(?:the )?(?:two|three|four|five|six|whole|lot)|now)\b)"
)
"""A one that counts nothing: "one that leaves early"; "one in total" and "one for each" count."""
_EACH_ONE = re.compile(
    r"\b(?:every|each|any|no|which|that|this|the (?:same|other|last|first|right|wrong))(?: single)? \Z"
)
"""Before a one that stands for a thing: "every single one"."""
_PAIR = re.compile(
    r"\b(?:a )?(?:couple|pair)\b(?!(?: of)? (?:days?|weeks?|hours?|minutes?|more (?:questions?|things?)|things?|questions?)\b)"
)
"""Two of something, in words that are no number."""


def small(value: float, noun: re.Pattern | None, domain: Domain) -> Callable[[str], bool]:
    """A small number is one of something that can be counted, or money."""
    number, mentions = Decimal(repr(value)), domain.pack.mentions
    single = (
        re.compile(
            rf"\b(?:an?|single|the one|lone)(?! (?:couple|pair|few|dozen|bunch|lot)\b)(?: \w+)?(?: \w+)? ?(?:{noun.pattern})"
        )
        if noun
        else None
    )

    def said_in(text: str) -> bool:
        found = [item for item in values(text) if item.number == number]
        if any(item.quantity == "money" for item in found):
            return True
        if value == 1 and single is not None and single.search(text):
            return True
        if value == 0 and mentions("0", text):
            return True  # "nothing to check" names no bag
        if noun is None or not noun.search(text):
            return False
        if number == _TWO and _PAIR.search(text):
            return True
        if found and value:
            return _counted(number, noun, text)
        return bool(found) or mentions(str(value), text) or (value == 0 and says_none(noun.pattern, text))

    return said_in


def _counted(number: Decimal, noun: re.Pattern, text: str) -> bool:
    """Whether it is the number nearest before a noun, or one behind a noun that has none before it: in "the one who flies, two bags" two are counted."""
    found = [item for item in values(text) if item.quantity == "count"]
    if any(item.number == number and item.unit in _UNCOUNTED and not _THE.search(text[: item.start]) for item in found):
        return True
    for match in noun.finditer(text):
        before = [
            item for item in found if item.start < match.end() and not _STOP.search(text, item.end, match.start())
        ]
        nearest = before[-1:] or [item for item in found if item.start >= match.end()]
        if any(item.number == number for item in nearest):
            return True
    return False


_STOP = re.compile(r"[.;!?\n]")
_UNCOUNTED = frozenset(("", "in", "more", "extra", "additional", "total", "each", "altogether", "apiece", "per", "on"))
"""Behind a number that counts nothing else: "add two bags, so three in total"."""
_THE = re.compile(r"\b(?:the|that|this) \Z")
