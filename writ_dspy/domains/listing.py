"""What has to be listed before a write: each detail in the forms in which it counts, and what would contradict it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains.values import UNITS, values

Test = Callable[[str], bool]


DAY = "day"
"""The kind of a detail that all of what is compared may share."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One detail of a write."""

    name: str
    """What a finding calls it."""
    given: Test
    """Whether a lower-case text states it, as a whole value in its role."""
    denied: Test | None = None
    """Whether a lower-case text states another value in its role."""
    spoken: Test | None = None
    """Whether the talk before, in lower case, leaves no doubt about it, so that it need not be listed again."""
    kind: str = ""
    """What it is one of: where a list names one item or passenger, it has to name all."""
    rival: Test | None = None
    """Whether a lower-case list names any value in its role, so that one named before the list does not count."""
    foreign: Test | None = None
    """Whether it names a value in its role that no detail of the write has."""
    implied: Test | None = None
    """Whether a lower-case text leaves no doubt about it without stating it: the flights tell the route."""
    asked: Test | None = None
    """Whether a lower-case question for a yes names another value in its role; beside a list, others may be compared."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """How the writes of a domain are called."""

    verbs: Mapping[str, str] = field(default_factory=dict)
    """Write tool -> a pattern of words of which a proposal of it has one."""
    record: str = ""
    """A pattern of ids of records that a write can be about."""
    nouns: str = "record"
    """A pattern of what such a record is called, in lower case."""


_DIGIT = re.compile(r"\d")
_COLON = re.compile(r"(\d):(?!\d)")
"""A colon that ends what it follows, and is no part of a time."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern:
    """A pattern, worked out once."""
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def stands(word: str) -> Test:
    """The word or phrase stands there whole."""
    lower = word.lower()

    def given(text: str) -> bool:
        start = text.find(lower)
        while start >= 0:
            before, after = text[start - 1 : start], text[start + len(lower) : start + len(lower) + 1]
            if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
                return True
            start = text.find(lower, start + 1)
        return False

    return given


@lru_cache(maxsize=1024)
def found(pattern: str) -> Test:
    """The pattern occurs."""
    return lambda text: compiled(pattern).search(text) is not None


@lru_cache(maxsize=1024)
def either(*tests: Test) -> Test:
    """One of them."""
    return lambda text: any(test(text) for test in tests)


@lru_cache(maxsize=4096)
def money(amount: float) -> Test:
    """The amount, however it is spelled, in dollars or as a bare number."""
    cents = round(100 * abs(amount))
    return lambda text: any(
        item.quantity in ("money", "count") and round(100 * abs(item.number)) == cents for item in values(text)
    )


@lru_cache(maxsize=1024)
def date(day: str) -> Test:
    """The date, in any form; without its year where it is one of the present year."""
    number, year = int(day[5:7] + day[8:10]), int(day[:4])
    return lambda text: any(one == number and named in (None, year) for one, named in dates(text))


_STOPS = re.compile(r"(?<=[.!?;])\s+|\n+|;")
_CLAUSES = re.compile(
    r",\s+(?:and|but|so|which|while|though|plus)\s+|\s+(?:and|but|while)\s+(?=\$|(?:i|we|you|it|that|the|your)\b)|\s+[–—-]+\s+|:\s+"
)
"""Where a clause ends inside a sentence; what it says of money is said of the amounts in it."""
_CHARGES = re.compile(
    r"(?<!was )(?<!were )(?<!originally )\bcharg(?:e|es|ed|ing)\b|\bpay(?:s|ing)?\b(?! ?pal)|\bowe\b|(?<!you're )(?<!you are )(?<!now )\bowed\b|\bdue\b|\bcollect\w*"
    r"|\b(?:taken|tak(?:es?|ing)|comes?|coming|drawn|deducted|debited) (?:from|out of)\b"
)
_MONEY = re.compile(r"[$¢]|usd|dollar|buck|cent", re.IGNORECASE)
"""Without one of these, nothing is an amount of money."""
_COSTS = re.compile(
    r"\bcosts?\b(?! more than\b)(?:[^.;\n]|\.\d){0,20}\b(?:extra|more|additional)\b|\b(?:extra|additional) (?:cost|fee)s?\b"
)
_REFUNDS = re.compile(
    r"(?<!n't )(?<!not )(?<!n't be )(?<!not be )(?<!never )(?<!no )\brefund(?:s|ed|ing)?\b|(?<!goes )(?<!go )(?<!going )(?<!sent )(?<!read )(?<!send )(?<!look )\bback\b|\b(?:goes|go|going) back (?:to|on|onto|into) (?!us\b)|\bcredit(?:s|ed|ing)?\b(?! cards?\b)|\bin your favou?r\b|\breimburs\w+|\byou(?:'re| are)(?: now)? owed\b|\byou(?:'ll| will| would)? (?:get|receive)\b"
)


_LEAVES = re.compile(r"\bleav(?:es?|ing)\b|\b(?:is|are|be|has|have|what['’]s) left\b|\bremain\w*")
"""In a clause that draws the sum of what the sentence tells, which may go either way."""


def turned(flows: Mapping[int, int]) -> Test:
    """A sentence says that an amount is charged which is refunded, or the other way round.

    Args:
        flows: Amount in cents -> 1 where the user pays it, -1 where the user gets it.
    """

    def denied(text: str) -> bool:
        ways: dict[int, set[int]] = {}
        before = ""
        for sentence in _STOPS.split(text):
            led = before if _IT.match(sentence) else ""
            for amounts, way in _ways(sentence, [cents for cents in _cents(led) if cents in flows]):
                for cents in amounts:
                    ways.setdefault(cents, set()).add(way)
            before = sentence
        # What is paid for an upgrade may come back with the cancellation behind it: both ways contradict nothing.
        return any(told == {-flows[cents]} for cents, told in ways.items() if cents in flows)

    return denied


_IT = re.compile(
    r"\W*(?:it|this|that|(?:the|this|that) (?:amount|sum|money|total|difference))(?:'s|'ll| (?:is|was|will|would|gets?|goes|has))\b(?! (?:not|never)\b)"
)
"""Begins a sentence that tells where the amount goes that the one before it names."""


def _ways(sentence: str, led: list[int]) -> Iterator[tuple[list[int], int]]:
    """The amounts of a sentence, in cents, with their way; a sentence without one tells that of the one to which it points back."""
    whole = _way(sentence)
    if _MONEY.search(sentence) is None:
        if whole and len(set(led)) == 1:
            yield led, whole
        return
    told = [(_cents(clause), _way(clause), clause) for clause in _CLAUSES.split(sentence)]
    apart = any(amounts and way for amounts, way, _ in told)
    for amounts, own, clause in told:
        way = own or (0 if apart or _LEAVES.search(clause) else whole)
        if way:  # neither, or both: that is not told apart
            yield amounts, way


def _cents(text: str) -> list[int]:
    return [round(100 * abs(item.number)) for item in values(text) if item.quantity == "money"]


def _way(text: str) -> int:
    """1 where a lower-case text charges, -1 where it refunds; 0 where it does neither, or both."""
    charges = _CHARGES.search(text) is not None or _COSTS.search(text) is not None
    return charges - (_REFUNDS.search(text) is not None)


_REPLACED = re.compile(
    r"\b(?:instead of|rather than|in place of|and not)\b(?:(?!\b(?:to|on|with|from)\b)[^.,;:!?\n)]){0,50}"
)


def without_replaced(test: Test) -> Test:
    """A test of a text without what is named only as not taken: "to your gift card instead of the Visa"."""
    return lambda text: test(_REPLACED.sub(" ", text))


_PAYS = re.compile(r"\bpay(?!pal)\w*|\bcharg\w+|\btotal\b|\bcovers?\b|\bamount\b|\bdue\b")
_ASIDE = re.compile(r"\bbags?\b|\bbaggage\b|\bluggage\b|\binsurance\b|\bper\b|\beach\b")
_BALANCE = re.compile(r"\bbalance\W*(?:(?:of|is)\W*)?\$?[\d,.]+")


_END = 4
"""Digits by which people tell a card."""


def by_its_end(number: str, methods: Iterable[Mapping[str, Any]], kind: str, digits: str) -> Test:
    """A method by the last digits of its id, where none of the others ends so, by id or by its field `digits`: "the gift card ending in 9274"."""
    end = number[-_END:]
    alike = sum(str(row.get("id", "")).endswith(end) or str(row.get(digits, "")) == end for row in methods)
    if not end.isdigit() or alike > 1:
        return lambda _: False
    return found(rf"\b{kind}\b,? (?:\w+ )?(?:ending|that ends|with the last digits)(?: in| with)? {end}\b")


def names_payment(text: str) -> bool:
    """Whether a line of a lower-case text tells an amount that is paid; a balance, a price of a part and nothing are none."""
    return any(
        item.quantity == "money" and item.number
        for line in text.split("\n")
        if "$" in line and _PAYS.search(line) and not _ASIDE.search(line)
        for item in values(unbalanced(line))
    )


def unbalanced(text: str) -> str:
    """A lower-case text without what is left on a method."""
    return _BALANCE.sub("", text)


def paid_otherwise(method: str, amount: float, of: Sequence[tuple[str, float]], held: float = 0) -> Test:
    """A line tells another amount than this as the one that the method pays.

    Args:
        method: Its id.
        amount: What it pays.
        of: All that is paid, each with its method: their sum may stand there, too.
        held: What is on the method, which may.
    """
    others = [other.lower() for other, _ in of if other != method]
    right = {round(100 * one) for one in (amount, sum(part for _, part in of), held)}

    def denied(text: str) -> bool:
        for line in text.split("\n"):
            if method.lower() not in line or not names_payment(line) or any(other in line for other in others):
                continue
            told = {round(100 * item.number) for item in values(unbalanced(line)) if item.quantity == "money"}
            if told and right.isdisjoint(told):
                return True
        return False

    return denied


def dated_between(first: int, last: int) -> Test:
    """A text names a date of these years, or one without its year."""
    return lambda text: any(year is None or first <= year <= last for _, year in dates(text))


def dated_apart(days: Iterable[str]) -> Test:
    """A text names another date than these days, of their years or without its year."""
    known = {(int(day[5:7] + day[8:10]), int(day[:4])) for day in days}
    years = {year for _, year in known}
    return lambda text: any(
        year in years and (one, year) not in known
        if year is not None
        else not any((one, each) in known for each in years)
        for one, year in dates(text)
    )


def has_date(text: str) -> bool:
    """Whether a text names a date."""
    return bool(dates(text))


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[tuple[int, int | None], ...]:
    """The dates in a text, as `MMDD` and the year where it is named."""
    if _DIGIT.search(text) is None:
        return ()
    return tuple((int(item.number), item.year) for item in values(_COLON.sub(r"\1 ", text)) if item.quantity == "date")


def numeral(number: int) -> str:
    """A pattern of a small number, in digits or as a word."""
    word = UNITS[number] if number < len(UNITS) else ""
    return rf"(?<![\w.,$-])(?:{number}{'|' + word if word else ''})(?![\w%]|[.,]\d)"


_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=[^\s*_])([^*\n]*?[^\s*_])\1(?![\w*_])|(?<!`)`([^`\n]+)`(?!`)")
"""Bold, italics and code around words within a line: "Raj **Lee** becomes Raj **Li**"; a row's star has a space behind it, and a fence is none."""


_ROW = re.compile(r"(?m)^[ \t]*\|[ \t]*([^|\n]*\w[^|\n]*?)[ \t:]*\|[ \t]*([^|\n]*\w[^|\n]*?)[ \t]*\|[ \t]*$")
"""A row of a table of two columns, the first of which says what stands in the second."""


@lru_cache(maxsize=2048)
def unmarked(text: str) -> str:
    """A text without the marks of emphasis and of a table with two columns, which make nothing else of what they set, and with plain apostrophes."""
    if "*" in text or "_" in text or "`" in text:
        text = _EMPHASIS.sub(lambda match: match[2] or match[3], text)
    if "|" in text:
        text = _ROW.sub(r"\1: \2", text)
    return text.replace("’", "'")


def listed(details: Sequence[Detail], text: str) -> list[Detail]:
    """The details that a lower-case text states, or leaves no doubt about."""
    plain = unmarked(text)
    return [
        one for one in details if _passes(one.given, plain) or (one.implied is not None and _passes(one.implied, plain))
    ]


@lru_cache(maxsize=2048)
def _passes(test: Test, text: str) -> bool:
    """Whether a text passes; one message is looked at as a list, as a part of one, and for what it denies.

    Tests of the same are one object, so whoever asks next finds the answer.
    """
    return test(text)
