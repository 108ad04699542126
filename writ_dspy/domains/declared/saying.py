"""How declared values are recognized in words: forms of each value, ids, extremes, deeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.declared import asked
from writ_dspy.domains.declared.schema import Schema, day
from writ_dspy.domains.disputes import Grounds
from writ_dspy.domains.listing import Deeds
from writ_dspy.domains.observed import Row
from writ_dspy.domains.sayings import Sayings
from writ_dspy.domains.values import within
from writ_dspy.domains.whole import is_whole

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
LIMIT = "condition"
"""Key of the detail that is a limit of the user's own."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def mentions(schema: Schema) -> Callable[[str, str], bool]:
    """(value, lower-case text) -> the text states it, as it is written, as declared, as a day or as an amount."""
    forms = _declared(schema)

    @lru_cache(maxsize=8192)
    def spelled(value: str) -> tuple[str, ...]:
        lower = value.lower()
        found = [lower, *forms.get(lower, ())]
        if _NUMBER.fullmatch(value):
            found += [f"{float(value):,.2f}", f"{float(value):.2f}", f"{float(value):g}"]
            if float(value).is_integer():
                found += [f"{float(value):,.0f}", f"{float(value):.0f}"]
        return tuple(dict.fromkeys(found))

    @lru_cache(maxsize=4096)
    def dated(value: str) -> re.Pattern | None:
        """The day in words, with no other year behind it than its own."""
        if not _DATE.fullmatch(value):
            return None
        month, _, number = day(value).lower().partition(" ")
        months, days = rf"(?:{month}|{month[:3]}t?\.?)", rf"{number}(?:st|nd|rd|th)?"
        words = rf"{months} {days}|{days}(?: of)? {months}"
        signs = rf"0?{int(value[5:7])}/0?{number}(?:/(?:{value[:4]}|{value[2:4]}))?"
        return re.compile(
            rf"(?<![\w#/.-])(?:(?:{words})(?![\w-])(?!,? (?!{value[:4]}\b)(?:19|20)\d\d\b)|{signs}(?![\w/-]))"
        )

    def mentioned(value: str, lower: str) -> bool:
        when = dated(value)
        if when is not None and when.search(lower):
            return True
        if when is not None and _is_within(value, lower):
            return True
        return any(is_whole(form, lower, "#-", "-") for form in spelled(value) if form)

    return mentioned


def _is_within(value: str, lower: str) -> bool:
    """Who names the first and the last of some days has named those between them."""
    number = 100 * int(value[5:7]) + int(value[8:])
    return any(first.number <= number <= last.number for first, last in within(lower))


def _declared(schema: Schema) -> dict[str, list[str]]:
    """Value in lower case -> the other ways in which people say it."""
    found: dict[str, list[str]] = {}
    tables = (one.words for table in schema.spec.tables.values() for one in table.attributes.values())
    for words in (*tables, *(value.words for value in schema.spec.values.values())):
        for value, forms in words.items():
            found.setdefault(value.lower(), []).extend(form.lower() for form in forms)
    return found


def stands(schema: Schema) -> Callable[[str, Row, str], tuple[str, str] | None]:
    """(view, row, field) -> the record by its name, and what is declared to be so of it."""

    def told(view: str, row: Row, field: str) -> tuple[str, str] | None:
        name = schema.of_view.get(view)
        about = schema.attribute(name, field) if name else None
        if name is None or about is None or not about.stands or row.get(field) is None:
            return None
        return schema.name(name, row), about.stands[0].replace("{}", schema.say(name, field, row[field]))

    return told


def ids(schema: Schema) -> Callable[[str], frozenset[str]]:
    """Every id of the domain, and every value by which a user is found, in a text."""
    shapes = [rf"(?<![\w-])(?:{table.id})(?![\w-])" for table in schema.spec.tables.values() if table.id]
    pattern = re.compile("|".join([r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", *shapes]))
    return lambda text: frozenset(match[0] for match in pattern.finditer(text))


def deeds(schema: Schema) -> dict[str, str]:
    """Write tool -> a pattern of the participles that say it was done."""
    return {tool: "|".join(re.escape(word) for word in write.done) for tool, write in schema.spec.writes.items()}


def called(schema: Schema) -> Deeds:
    """How the writes are called: their verbs, in any form, and their nouns."""
    record = "|".join(f"(?:{table.id})" for table in schema.spec.tables.values() if table.id).lower()
    called_so = (text for name, table in schema.spec.tables.items() for text in (table.noun, schema.plural(name)))
    nouns = frozenset(text.lower().split()[-1] for text in called_so)
    return Deeds(
        {tool: _verbs((*write.do, *write.done, write.topic), nouns) for tool, write in schema.spec.writes.items()},
        record,
        "|".join(re.escape(schema.spec.tables[name].noun.lower()) for name in schema.own) or "record",
    )


def grounds(schema: Schema) -> Grounds:
    """What records are called, and the participles of writes: words of most grounds here."""
    nouns = (text for name, table in schema.spec.tables.items() for text in (table.noun, schema.plural(name)))
    done = (word for write in schema.spec.writes.values() for word in write.done)
    return Grounds(frozenset(word for text in (*nouns, *done) for word in text.lower().split()))


_PLAIN = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "have",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "one",
        "or",
        "the",
        "this",
        "that",
        "to",
        "up",
        "where",
        "which",
        "with",
        "new",
        "old",
        "be",
        "are",
        "was",
    ]
)


def _verbs(texts: tuple[str, ...], nouns: frozenset[str]) -> str:
    """A pattern of the words of some phrases, in any of their forms.

    What a record is called is that noun alone: who speaks of a "booking" has booked nothing, and a cancellation of one books none.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in re.sub(r"[\[\]|{}]", " ", text.lower()).split():
            if word in nouns:
                found.setdefault(rf"\b{re.escape(word)}(?:e?s)?\b")
            elif word not in _PLAIN:
                alike = [noun for noun in sorted(nouns) if noun.startswith(_stem(word))]
                apart = rf"(?!(?:{'|'.join(map(re.escape, alike))})\b)" if alike else ""
                found.setdefault(rf"\b{apart}{re.escape(_stem(word))}\w*")
    return "|".join(found)


def _stem(word: str) -> str:
    for ending in ("ation", "ing", "led", "ed", "al", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def sayings(schema: Schema) -> Sayings:
    """Values in other words, and how the first and the last of an attribute are said."""
    forms: dict[str | int | float | bool, str] = {}
    for value, others in _declared(schema).items():
        forms[value] = rf"\b(?:{'|'.join(re.escape(form) for form in others)})\b"
    extremes: dict[str, tuple[str, str]] = {}
    for table in schema.spec.tables.values():
        for name, about in table.attributes.items():
            if about.least or about.most:
                extremes[name] = (_tails(about.least), _tails(about.most))
    ideas = {
        name: tuple(_owned(said) for said in value.own.values())
        for name, value in schema.spec.values.items()
        if value.own
    }
    choices = asked.choices(schema)
    return Sayings(
        forms=forms, extremes=extremes, ideas=ideas, counted=_counted(schema),
        wishes=asked.wishes(schema), wished_by=asked.wished_by(schema), about=asked.about(schema), kept=asked.kept(schema), choices=choices, stands=dict.fromkeys(choices, asked.CHOSEN),
    )  # fmt: skip


_BEHIND = re.compile(r"\{\}\s+(?:\[([^\[\]]+)\]|([a-z]+))")


def _counted(schema: Schema) -> dict[str, str]:
    """Detail -> a pattern of what its number counts: the words behind it in limits, and the nouns of values that are numbers."""
    found: dict[str, list[str]] = {}
    for write in schema.spec.writes.values():
        for text in (text for only in write.only for text in only.say):
            for several, one in _BEHIND.findall(text):
                found.setdefault(LIMIT, []).extend(filter(None, (*several.split("|"), one)))
    for name, value in schema.spec.values.items():
        if any(isinstance(one, int) and not isinstance(one, bool) for one in value.of):
            found.setdefault(name, []).append(value.noun.split()[-1])
    return {key: _of_nouns(nouns) for key, nouns in found.items()}


def _of_nouns(nouns: list[str]) -> str:
    stems = dict.fromkeys(re.escape(noun.lower().removesuffix("s")) for noun in nouns)
    return rf"\b(?:{'|'.join(f'{stem}s?' for stem in stems)})\b"


def _owned(patterns: tuple[str, ...]) -> str:
    """A pattern of the longest words of what stands for a value of the user's own."""
    found = []
    for text in patterns:
        words = sorted(set(re.findall(r"[a-z]{4,}", re.sub(r"\[[^\]]*\]", " ", text.lower()))) - _PLAIN, key=len)
        found += [rf"\b{re.escape(word)}\b" for word in words[-1:]]
    return "|".join(dict.fromkeys(found)) or r"(?!)"


def _tails(tails: tuple[str, ...]) -> str:
    """A pattern of declared ends: the words of one of them, in their order."""
    found = []
    for text in tails:
        words = [re.escape(word) for word in re.sub(r"[\[\]|]", " ", text.lower()).split() if word not in _PLAIN]
        found.append(r"\b" + r"\b\W+(?:\w+\W+){0,2}?".join(words) + r"\b")
    return "|".join(found) or r"(?!)"
