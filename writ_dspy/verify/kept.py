"""What code can know of a sentence in other words: its numbers, dates, ids, names and form, and that nothing of it is turned around.

Which words it uses is the speaker's business. Whether all sentences together still mean the goal, a reading of them has to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.postal import STATES
from writ_dspy.domains.postal import spellings as written
from writ_dspy.domains.sayings import BARE_DAY, WEATHER, on_day
from writ_dspy.domains.values import MONTHS, Value, values
from writ_dspy.shown import counted
from writ_dspy.verify.fidelity import misshapen
from writ_dspy.verify.turned import turned

LONGEST = 3.0, 30
"""How many times as many words a sentence may have, and how many more."""
_ID = re.compile(
    r"(?<![\w@.])#?(?!\d+(?:st|nd|rd|th)\b)(?=[\w-]*\d)(?=[\w#-]*[A-Za-z_#])[\w-]{3,}\b|[\w.+-]+@[\w-]+(?:\.\w+)+"
)
_CAPITAL = re.compile(r"(?<![\w@#.'’])[A-Z][\w-]*\w")
_PLAIN = "AM PM OK Okay Yes No Hi Hello Hey Thanks Thank Please PS P.S Well And But So Oh TV PC USB LED ID ZIP DOB ASAP FYI BTW TBH ETA"
_NO_NAMES = frozenset(_PLAIN.split())
"""Words with a capital that name nobody."""


def lost(given: str, new: str, known: str, ranges: Mapping[str, str] | None = None) -> list[str]:
    """What a rewording does not keep, in plain words that say what to mend; empty if it keeps all.

    Args:
        given: The sentence.
        new: The same in other words.
        known: All that its speaker says anywhere: what stands there is no news.
        ranges: Other spellings of a name, such as the code of a place; lower case.
    """
    given, new, known = map(_coded, (given, new, known))
    return [
        *misshapen(given, new), *_long(given, new), *_values(given, new, known), *_ids(given, new, known),
        *_names(given, _with_months(given, new), known, ranges or {}), *turned(given, new),
    ]  # fmt: skip


def _with_months(given: str, new: str) -> str:
    """The rewording with each day of the sentence that it names by its weekday ("Monday, the 20th") as the sentence has it."""
    dates = [item for item in values(given) if item.quantity == "date"]

    def spelled(match: re.Match[str]) -> str:
        found = (item for item in dates if on_day(match, (item.year or 2024, *item.date)))
        return next((given[item.start : item.end] for item in found), match[0])

    return BARE_DAY.sub(spelled, new)


_STATE = re.compile(
    rf"\b(?P<name>{'|'.join(name.title() for name in STATES.values())})(?=,? \d{{5}}\b)|\bUnited States(?: of America)?\b|\bU\.S\.A\.?(?!\w)"
)
_CODES = {name: code for code, name in STATES.items()}


def _coded(text: str) -> str:
    """The text with the state of each address, and the country, as their codes, and each number apart from what it counts ("130-degree")."""
    text = re.sub(r"(?<![\w-])(\d+)-(?=[a-z]{3,}\b)", r"\1 ", text)
    return _STATE.sub(lambda match: _CODES[match["name"].lower()] if match["name"] else "USA", text)


def _long(given: str, new: str) -> Iterator[str]:
    before, after = len(given.split()), len(new.split())
    if after > LONGEST[0] * before + LONGEST[1]:
        yield f"{counted(after, 'word')} for {before}: say it shorter"


def _values(given: str, new: str, known: str) -> Iterator[str]:
    was, now = values(given), values(new)
    days = _days(new, [item for item in (*was, *now, *values(known)) if item.quantity == "date"])
    for item in was:
        if (
            _counts(item)
            and not any(_same(item, other) for other in now)
            and not (item.quantity == "date" and item.date in days)
        ):
            yield f"{given[item.start : item.end]} is missing"
    told = (*was, *values(known))
    for item in now:
        if (
            _counts(item)
            and not _beside(item, known)
            and not any(_same(item, other) for other in told)
            and not (item.quantity == "count" and _ordinal(int(item.number), known))
            and not (_OTHER.search(new[: item.start]) and item.number in _left(told))
            and not _pointing(item, new, f"{given} {known}")
        ):
            yield f"{new[item.start : item.end]} was said nowhere: leave it out"
    for month, day in days:
        if not any(item.quantity == "date" and item.date == (month, day) for item in told):
            yield f"the {day} was said nowhere: leave it out"


_POINTS = re.compile(r"\b(?:those|these|them|all|the|us|both of the|just the|only the) \Z", re.IGNORECASE)
_LIST = re.compile(r"[^.;:!?,]+(?:, [^.;:!?,]+)*,? (?:and|or|as well as) [^.;:!?,]+")
_PARTED = re.compile(r", (?:and |or )?|,? (?:and|or|as well as) ")
_LAST = re.compile(r"\b(?:last|final|first) \Z", re.IGNORECASE)


def _pointing(item: Value, new: str, known: str) -> bool:
    """Whether a number counts what stands there, and is no news: "those two" of a list, the "last four" of a card, "one day" of "a day"."""
    if item.quantity == "duration":
        unit = next((name for minutes, name in _UNITS.items() if item.number == minutes), None)
        return unit is not None and re.search(rf"\ban? (?:\w+ )?{unit}\b", known.lower()) is not None
    if item.quantity != "count":
        return False
    if _LAST.search(new, max(0, item.start - 8), item.start):
        return any(len(run) == item.number for run in re.findall(r"(?<!\w)[A-Z0-9]{2,6}(?!\w)", known))
    if _announced(item, new):
        return True
    if not _POINTS.search(new, max(0, item.start - 12), item.start):
        return False
    return item.number in {len(_PARTED.split(found)) for found in _LIST.findall(known)}


_BEHIND = re.compile(r"(?: people| persons| passengers| travelers)?(?: \w+)?\s*[:–—-]\s+")
_ASIDE = re.compile(r"(?:who(?:se)?|whom|which|that|born|date of birth|dob|all|both|aged?)\b")


def _announced(item: Value, new: str) -> bool:
    """Whether a number counts the list right behind it: "for three: me, Ann, who is saved, and Bo, born May 2"."""
    before = _BEHIND.match(new, item.end)
    if before is None:
        return False
    listed = re.split(r"[.!?;](?:\s|\Z)", new[before.end() :])[0]
    parts = [part for part in _PARTED.split(listed) if part and not _ASIDE.match(part.lower())]
    return item.number == sum(1 for part in parts if not part.strip()[:1].isdigit())


_UNITS = {Decimal(60): "hour", Decimal(1440): "day", Decimal(7 * 1440): "week"}
"""Minutes of a duration of one, and what it is called."""
_OTHER = re.compile(r"\b(?:other|remaining) \Z")


def _left(told: Sequence[Value]) -> set[Decimal]:
    """What is left of a count when another is taken off: of three bags one goes, "the other two" stay."""
    counts = {item.number for item in told if item.quantity == "count"} | {Decimal(1)}
    return {most - less for most in counts for less in counts if most > less}


_DAY = re.compile(
    r"\b(?:the|or|and|until|to|through|between|from|by|on) (?:the )?(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)\b"
)


def _days(text: str, dates: Sequence[Value]) -> list[tuple[int, int]]:
    """Days that a text names without their month, where all that is said names one month only: "the 18th or the 19th"."""
    months = {item.date[0] for item in dates}
    if len(months) != 1:
        return []
    taken = [(item.start, item.end) for item in values(text)]
    found = (match for match in _DAY.finditer(text.lower()))
    month = months.pop()
    return [
        (month, int(match["day"]))
        for match in found
        if not any(start <= match.start("day") < end for start, end in taken)
    ]


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _ordinal(number: int, text: str) -> bool:
    """Whether a text numbers something so: who says "the second line" may say "line two"."""
    return 1 <= number <= len(_ORDINALS) and re.search(rf"\b{_ORDINALS[number - 1]} [a-z]", text.lower()) is not None


def _counts(item: Value) -> bool:
    """Whether a value is one for sure: "one" is often no number."""
    return item.quantity != "count" or item.number > 1


_SMALL = ("of", "and", "or", "more", "other", "people", "person")


def _beside(item: Value, known: str) -> bool:
    """Whether a small number counts what nothing of the matter is about: "there are three of us", "I have two minutes"."""
    if item.quantity == "duration":
        return item.number <= 60
    return (
        item.quantity == "count"
        and item.number <= 12
        and item.unit != ""
        and (item.unit in _SMALL or item.unit not in known.lower())
    )


def _same(one: Value, other: Value) -> bool:
    """The same number, whatever it counts: "two bags" and "two to check in"."""
    return one.quantity == other.quantity and one.number == other.number


def _ids(given: str, new: str, known: str) -> Iterator[str]:
    now = new.lower()
    for found in _ID.findall(given):
        if found.lower() not in now:
            yield f"{found} is missing"
    for found in _ID.findall(new):
        if found.lower() not in known.lower() and not values(found):
            yield f"{found} was said nowhere: leave it out"


def _names(given: str, new: str, known: str, spellings: Mapping[str, str]) -> Iterator[str]:
    now, said = new.lower(), known.lower()
    for name in _capitals(given):
        if name.lower() in MONTHS:  # of a date, which is held as one
            continue
        lower = name.lower()
        if spellings.get(lower, lower) not in now and not any(one in now for one in written(lower)):
            yield f"{name} is missing"
    for name in _capitals(_LIKENED.sub("", WEATHER.sub("", new))):
        lower = name.lower()
        if spellings.get(lower, lower) not in said and not any(one in said for one in written(lower)):
            yield f"the name {name} was said nowhere: leave it out"


_LIKENED = re.compile(
    r"\b(?:as|like) (?:an?|any|every) (?:[a-z]+ ){0,2}(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?! the\b| \d)"
)
"""A day of the week that something is likened to: "sad as a rainy Sunday"."""


def _capitals(text: str) -> Iterator[str]:
    """Words with a capital that do not only begin a sentence."""
    for match in _CAPITAL.finditer(text):
        before = text[: match.start()].rstrip(" \"'“‘(-–")
        if before and before[-1] not in ".!?:;\n…" and match[0] not in _NO_NAMES:
            yield match[0].removesuffix("'s").removesuffix("’s")
