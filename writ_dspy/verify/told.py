"""What was owed to the user and told: each answer as a value in its role, each refusal with its ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Tell
from writ_dspy.verify.case import Case, short
from writ_dspy.verify.refusals import refused_with_ground
from writ_dspy.verify.sentences import asks, denied, is_pronoun, sentences, stands

_ROLES = {
    "price": r"prices?|priced|fares?|costs?|totals?|amounts?|sum|comes? to|paid|pay|charged?|spent|worth|cheapest|dearest|expensive",
    "refund": r"refund\w*|(?:money |get |gets |paid |comes? )?back|reimburse\w*|return\w*|credited",
    "balance": r"balance|remaining|left on",
    "fee": r"fees?|shipping|handling|tax(?:es)?|surcharge|penalty|deposit|tip|insurance|bags?|baggage|luggage",
    "limit": r"limit|budget|maximum|at most|under|over|below|above|less than|more than",
    "reference": r"reference|numbers?|id|flight|gate|seat|room|row|page|code",
}
"""What an amount can be, by the words before it."""
_APART = {"price": {"balance", "fee", "limit", "reference"}, "refund": {"balance", "fee", "limit", "reference"}}
"""Roles that are no answer to a question about the first."""
_HEADS = re.compile("|".join(rf"(?P<{role}>\b(?:{words})\b)" for role, words in _ROLES.items()), re.IGNORECASE)
_NUMBERS = {"money": "money", "count": "count"}
"""Styles of answers that are numbers -> the quantity in which they are told."""
_CORRECTS = re.compile(
    r"\b(?:or|not|no|actually|rather|instead|correction|I mean|I meant|but (?:what|the \w+|it|that|you))\b",
    re.IGNORECASE,
)
_LITTLE = frozenset(
    [
        "in", "for", "as", "is", "and", "per", "total", "usd", "altogether", "to", "on", "at", "with", "from", "by",
        "of", "the", "or", "each", "it", "that",
    ]
)  # fmt: skip
"""Words behind a bare number that are no unit of it."""
_OTHER_UNITS = frozenset(
    [
        "look-up", "look", "lookup", "read", "call", "search", "record", "day", "hour", "minute", "dollar", "time",
        "people", "person", "passenger", "step", "moment", "second", "thing", "question",
    ]
)  # fmt: skip
"""What is counted beside the things that a user asks the number of."""


def communicated(case: Case) -> Iterator[Finding]:
    """What the user asked to know was told as it is; a refusal gives its ground. Silence never passes."""
    spoken = [(at, turn.text) for at, turn in enumerate(case.talk.turns) if turn.role == "agent" and turn.text.strip()]
    found = list(_owed(case, spoken))
    yield from found
    if not spoken and not found and not case.task.gold and case.knows("ending"):
        yield Finding("communicated", case.last, "silence", "an answer")


def _owed(case: Case, spoken: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    """Of all that is to be told, what was not."""
    tells: Sequence[Tell | None] = case.task.goal.tells
    answers: Sequence[str] = case.task.told[: len(tells)]
    if not tells:  # a task that does not say what each is an answer to
        answers = case.task.told
        tells = [None] * len(answers)
    for index, (tell, answer) in enumerate(zip(tells, answers, strict=True)):
        yield from _answered(case, spoken, index, tell, answer)
    yield from refused_with_ground(case, spoken)


def _answered(
    case: Case, spoken: Sequence[tuple[int, str]], index: int, tell: Tell | None, answer: str
) -> Iterator[Finding]:
    """One answer: stated as a whole value in its role, once it was read, and nothing else stated in its place."""
    told, early, wrong = False, None, None
    for at, text in spoken:
        for start, end in sentences(text):
            sentence = text[start:end]
            if not _states(case, sentence, tell, answer):
                other = None if _of_others(case, text, index) else _instead(case, sentence, tell, answer, at)
                wrong = other or _denies(sentence, tell, answer, at) or wrong
                continue
            if tell is not None and not _read(case, at, index):
                early = at
                continue
            contrary = _contrary(sentence, tell, answer)
            told, wrong = told or not contrary, (at, short(sentence.strip(), 90)) if contrary else wrong
    if not told:
        what = f"{answer!r}" + (f" as the {tell.topic}" if tell is not None else "")
        if early is not None:
            yield Finding("communicated", early, "an answer before it was read", f"{what} once it was read")
        else:
            saw = f"{wrong[1]!r}" if wrong else "no message with it"
            yield Finding("communicated", wrong[0] if wrong else case.last, saw, f"the user told {what}")
    elif wrong is not None:
        yield Finding("communicated", wrong[0], wrong[1], f"one answer: {answer!r}")


def _read(case: Case, at: int, index: int) -> bool:
    """Whether all that an answer rests on was read before a turn."""
    place = len(case.task.goal.decisions) + index
    if place >= len(case.read_by):
        return True
    turn = case.read_by[place]
    return turn is not None and turn < at


def _of_others(case: Case, text: str, index: int) -> bool:
    """Whether a message names records, and none on which an answer rests: "the total" in it is another's."""
    record, place = case.domain.pack.called.record, len(case.task.goal.decisions) + index
    if not record or place >= len(case.task.outcomes):
        return False
    own = "".join(call.text for call in case.task.outcomes[place].trace).lower()
    named = [match[0] for match in compiled(record).finditer(text.lower())]
    return bool(named) and not any(key in own for key in named)


def _states(case: Case, sentence: str, tell: Tell | None, answer: str) -> bool:
    number = None if tell is not None and tell.style == "text" else _number(answer)
    if number is None and tell is None:  # a word that has to occur: it may be what is denied
        return _word(answer).search(sentence) is not None or _names(case, sentence, answer)
    if number is None:
        return all(_names(case, sentence, part) for part in answer.split(", "))
    style = tell.style if tell is not None else "any"
    return any(
        _right(value, number, style)
        and not is_pronoun(sentence, value)
        and stands(sentence, value.start, value.end)
        and _in_role(sentence, value, tell)
        for value in values(sentence)
    ) or (tell is None and _names(case, sentence, answer))


def _names(case: Case, sentence: str, text: str) -> bool:
    """Whether a sentence states a text as a whole, or in another usual form of it."""
    found = _whole(text).search(sentence.replace(",", "") if "," not in text else sentence)
    if found is not None:
        return stands(found.string, found.start(), found.end())
    return case.domain.pack.mentions(text, sentence.lower()) and stands(sentence, len(sentence), len(sentence))


def _right(value: Value, number: Decimal, style: str) -> bool:
    """Whether a value is the number, in a quantity that the answer can have."""
    if abs(value.number) != abs(number):
        return False
    if style == "money":
        return value.quantity == "money" or (value.quantity == "count" and (value.unit in _LITTLE or not value.unit))
    if style == "count":
        return value.quantity == "count" and value.unit not in _OTHER_UNITS
    return value.quantity in ("money", "count", "duration", "percent")


def _in_role(sentence: str, value: Value, tell: Tell | None) -> bool:
    """Whether the last word before an amount that says what it is says nothing but what was asked for."""
    if tell is None or tell.style != "money":
        return True
    asked = _HEADS.search(tell.topic)
    topic = asked.lastgroup if asked and asked.lastgroup else "price"
    heads = [
        match
        for match in _HEADS.finditer(sentence, 0, value.start)
        if not re.search(r"[,(]", sentence[match.end() : value.start])
    ]
    role = heads[-1].lastgroup if heads else None
    if role == "reference" or role in _APART.get(topic, ()):
        return role != "reference" and role is not None and role == topic
    return True


def _instead(case: Case, sentence: str, tell: Tell | None, answer: str, at: int) -> tuple[int, str] | None:
    """A sentence that states another amount as the one thing asked for, in so many words."""
    number = _number(answer)
    if tell is None or number is None or tell.style not in _NUMBERS:
        return None
    others = {_number(text) for text in case.task.told}
    quantity = _NUMBERS[tell.style]
    named = re.escape(tell.topic)
    subject = re.compile(
        rf"\b(?:(?:the|your|its) {named}(?: price| fare| amount)?|the (?:number|count) of {named}) (?:is|was|comes to|will be)\b",
        re.IGNORECASE,
    )
    for match in subject.finditer(sentence):
        value = next((value for value in values(sentence) if value.start >= match.end()), None)
        near = value is not None and len(sentence[match.end() : value.start].split()) <= 3
        if (
            value is None
            or not near
            or value.quantity != quantity
            or abs(value.number) in others
            or case.domain.pack.ids(sentence)
        ):
            continue
        if stands(sentence, value.start, value.end) and _read(case, at, case.task.goal.tells.index(tell)):
            return at, short(sentence.strip(), 90)
    return None


def _denies(sentence: str, tell: Tell | None, answer: str, at: int) -> tuple[int, str] | None:
    """A sentence that denies the answer, in so many words."""
    number = _number(answer)
    if tell is None or number is None or tell.style != "money" or asks(sentence):
        return None
    about = re.search(rf"\b{re.escape(tell.topic)}\b", sentence, re.IGNORECASE)
    for value in values(sentence) if about else ():
        if _right(value, number, tell.style) and denied(sentence, value.start, value.end):
            return at, short(sentence.strip(), 90)
    return None


def _contrary(sentence: str, tell: Tell | None, answer: str) -> bool:
    """Whether the sentence that tells an amount or a number goes on to another one in its place."""
    number = _number(answer)
    if number is None or not number:
        return False
    found = values(sentence)
    first = next((value for value in found if abs(value.number) == abs(number)), None)
    if first is None:
        return False
    for other in found:
        if other.start <= first.end or other.quantity not in ("money", "count") or abs(other.number) == abs(number):
            continue
        between = sentence[first.end : other.start]
        bare = other.quantity == "count" and other.unit and other.unit not in _LITTLE
        ratio = abs(other.number) / abs(number)
        whole = ratio == ratio.to_integral_value() or (other.number and (1 / ratio) == (1 / ratio).to_integral_value())
        whole = whole and (tell is None or tell.style != "count")  # an amount may be told for one and for all
        if not bare and not whole and len(between.split()) <= 8 and _CORRECTS.match(between.lstrip(" ,.–—-(:")):
            return True
    return False


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "")) if len(text) < 12 else None
    except InvalidOperation:
        return None


@lru_cache(maxsize=4096)
def _word(word: str) -> re.Pattern:
    """The word, or another form of it."""
    stem = word.removesuffix("e")
    ends = "(?:s|es|ed|ing)?" if stem == word else "(?:e|es|ed|ing)"
    return re.compile(rf"\b{re.escape(stem)}{ends}\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _whole(text: str) -> re.Pattern:
    return re.compile(
        rf"(?<![\w#]){re.escape(text.replace(',', '') if ', ' not in text else text)}(?!\w|\.\w)", re.IGNORECASE
    )
