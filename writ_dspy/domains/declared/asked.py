"""How users ask for what is declared: patterns of the deeds that a write can be asked for, and of the values that exclude each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.declared.model import Value, Write
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.sayings import HERE

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
MOST = 8
"""Ways to say one phrase that are looked at."""
_LIGHT = frozenset(
    """a an the my me i i'd to in into on onto of for from with at by up out off it that which where is are be been was get have has one some several another other
    new same please would want need like and or""".split()  # noqa: SIM905
)
"""Words that a deed can be asked for without."""
_PLAIN = frozenset(
    "put take bring make give go keep see hear know pay change do set let find tell say show".split()  # noqa: SIM905
)
"""Verbs of so many deeds that one of them and "it" ask for none in particular."""
_IT = r"it|them|one|(?:this|that|these|those)(?!\W+(?!(?:now|then|please|too|as|for|to|at|on|in|back|off|up|if|when|and|or|but|again|today|tomorrow|after|by|with|instead|anyway|either|any)\b)[a-z])"
"""What stands for a record; before a noun, it points at something else."""
_PASSIVE = r"(?:\W+(?:to|be|being|get|please|now|also)\b)*\W+"
_WORDED = r"\W+(?:(?:a|an|the|my|one|of)\W+)*"
"""Words without weight behind a verb that has none."""
_COMMON = frozenset(["none", "no", "yes", "all", "any", "other", "both", "one", "same", "standard", "normal"])
"""Values that are words of many a sentence."""


def wishes(schema: Schema) -> dict[str, str]:
    """A deed, as its write is first asked for -> a pattern of how a user asks for it, whatever stands for the record."""
    nouns = _nouns(schema)
    return {deed(write): "|".join(_asked(write, nouns)) for write in schema.spec.writes.values()}


def wished_by(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Write tool -> the deed that is asked for with it."""
    return {tool: (deed(write),) for tool, write in schema.spec.writes.items()}


def about(schema: Schema) -> dict[str, tuple[str, ...]]:
    """A deed -> the nouns of what it is about."""
    tables = {name: table for name, table in schema.spec.tables.items() if name != schema.spec.user}
    found: dict[str, tuple[str, ...]] = {}
    for write in schema.spec.writes.values():
        nouns = [tables[kind].noun for kind in write.kinds.values() if kind in tables]
        found[deed(write)] = tuple(dict.fromkeys(noun.lower().split()[-1] for noun in (*nouns, write.word)))
    return found


def kept(schema: Schema) -> str:
    """What can be kept though it is to be changed: where something is asked for by keeping it, anything."""
    return r"(?s:.*)" if any(_KEEPS.search(text) for write in schema.spec.writes.values() for text in write.do) else ""


_KEEPS = re.compile(r"\b(?:keep|leave|hold on|hang on|stay|stick)\b")


def choices(schema: Schema) -> dict[str, dict[str, str]]:
    """Value that an argument takes -> each of those there are, with a pattern of how it is named."""
    taken = {kind for write in schema.spec.writes.values() for kind in write.kinds.values()}
    found = {
        name: value_words(value) for name, value in schema.spec.values.items() if name in taken and not value.fields
    }
    return {name: values for name, values in found.items() if len(values) > 1}


CHOSEN = (
    r"\b(?:want|wants|like|love|prefer|rather|need|choose|pick|take|make|change|switch|move|send|sent|put|set|use|collect|fetch|please|let's|(?:can|should|must|may|could) go|is|be)\b[^.;!?]*"
    rf"{HERE}|{HERE}[^.;!?]*\b(?:please|instead|works|is (?:fine|better|best|good|what)|would be|suits|rather)\b|^\W*(?:(?:no|yes|well|actually|ok|okay|at|to|in|on|for|the|by)\W+)*{HERE}\W*$"
)
"""Where a value is chosen, and not only spoken of."""


def deed(write: Write) -> str:
    """What a write is called where a user asks for it."""
    return next(_ways(write.do[0]))


_OWN = r" address|:? \S+@|,? (?:is|it['’]s|that['’]s) \S+@"
"""Behind the word for something of the user's own, by which they are found: "my e-mail, it's ana@example.org"."""


def value_words(value: Value) -> dict[str, str]:
    """Values that are words; what is a number or a day is held against the task elsewhere."""
    found: dict[str, str] = {}
    for one in value.of:
        forms = [str(one).lower(), *(form.lower() for form in value.words.get(str(one), ()))]
        some = [re.escape(form) for form in forms if _WORD.match(form) and form not in _COMMON and "{" not in form]
        if some and isinstance(one, str):
            found[one.lower()] = rf"(?<!\bmy )(?<!\byour )\b(?:{'|'.join(some)})\b(?!{_OWN})"
    return found


def _nouns(schema: Schema) -> dict[str, str]:
    """Each form of what records are called -> a pattern of all its forms."""
    found: dict[str, str] = {}
    for name, table in schema.spec.tables.items():
        one, many = table.noun.lower().split()[-1], schema.plural(name).lower().split()[-1]
        found |= dict.fromkeys((one, many), f"{re.escape(one)}|{re.escape(many)}")
    return found


def _ways(phrase: str) -> Iterator[str]:
    """The ways to say it, choices worked out."""
    parts = _CHOICE.split(phrase)
    options = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return (" ".join("".join(way).split()) for way in itertools.islice(itertools.product(*options), MOST))


def _asked(write: Write, nouns: Mapping[str, str]) -> Iterator[str]:
    """Patterns of each phrase: its words in their order, with what is between them; and the record ahead of what is done to it."""
    seen: set[tuple[str, ...]] = set()
    for phrase in write.do:
        for way in _ways(phrase):
            words = _WORD.findall(way.lower())
            telling = tuple(word for word in words if word not in _LIGHT)
            if telling and telling not in seen:
                seen.add(telling)
                yield from _patterns(words, telling, nouns)


def _patterns(words: Sequence[str], telling: tuple[str, ...], nouns: Mapping[str, str]) -> Iterator[str]:
    record = next((index for index, word in enumerate(telling) if word in nouns), None)
    others = [word for word in telling if word not in nouns]
    if not others:
        return
    stands = len(others) > 1 or others[0] not in _PLAIN
    found, place = "", 0
    for index, word in enumerate(telling):
        here = words.index(word, place)
        ahead, place = [one for one in words[place:here] if one in _LIGHT], here
        gap = "" if index == 0 else _PASSIVE if index - 1 == record == 0 else _gap(ahead)
        it = rf"|(?:\W+(?:{'|'.join(dict.fromkeys(['all', 'of', *ahead]))}))*\W+(?:{_IT})" if index else f"|{_IT}"
        if word not in nouns:
            found += gap + _forms(word)
        else:
            found += rf"(?:{gap}(?:{nouns[word]}){it if stands and index == record else ''})"
    light = next((word for word in words[: words.index(telling[0])] if word in ("get", "have")), "")
    yield rf"\b{f'(?:{light}{_WORDED})?' if light else ''}{found}\b"
    if record == 1 and len(telling) == 2:
        it = rf"|{_IT}" if stands else ""
        yield rf"\b(?:{nouns[telling[1]]}{it}){_PASSIVE}{_forms(telling[0])}\b"


def _gap(own: Sequence[str]) -> str:
    """What may stand between two words of a phrase: a few words, and no others lead on to something else than those of the phrase do."""
    leads = "|".join(one for one in _LEADS if one not in own)
    return rf"(?:\W+(?!(?:{leads})\b)[\w'-]+){{0,4}}?\W+"


_LEADS = (
    "for",
    "in",
    "to",
    "at",
    "on",
    "with",
    "from",
    "into",
    "onto",
    "than",
    "whether",
    "if",
    "that",
    "and",
    "but",
    "so",
    "because",
)


def _forms(word: str) -> str:
    """A word in any form of a verb."""
    stem = word
    for ending in ("ing", "led", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            break
    return rf"{re.escape(stem)}{re.escape(stem[-1])}?(?:e|es|s|ed|ing)?"
