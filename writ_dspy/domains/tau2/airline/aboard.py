"""How a proposal names the passengers of a write: who comes, who goes, who gets another name, and when they were born."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, compiled, date, either, found, has_date, stands
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.values import values
from writ_dspy.domains.whole import places
from writ_dspy.task import Json

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")


def passengers(args: dict[str, Json], record: Row | None, seen: Seen) -> Iterator[Detail]:
    """Each by name and birth date; who stays on a reservation need only not be told otherwise.

    Args:
        args: Of the write.
        record: The reservation, where there is one.
        seen: What was read.
    """
    held = [
        (row["first_name"], row["last_name"], row["dob"])
        for row in seen.rows("passengers")
        if record and row["reservation_id"] == record["reservation_id"]
    ]
    now = [(person["first_name"], person["last_name"], person["dob"]) for person in args.get("passengers", ())]
    left = [person for person in held if person not in now]
    pairs = [(before, one) for one in now if one not in held for before in left if before[2] == one[2]]
    renamed = {one: told for before, one in pairs if (told := _renamed(before, one, held)) is not None}
    firsts = [first for first, _, _ in (*held, *now)]
    gone = [
        *(stands(first if firsts.count(first) == 1 else f"{first} {last}") for first, last, _ in left),
        *renamed.values(),
    ]
    for person in args.get("passengers", ()):
        name = f"{person['first_name']} {person['last_name']}"
        named = (person["first_name"], person["last_name"], person["dob"])
        if named in held:
            yield Detail(
                f"{name}, who stays",
                either(stands(name), *gone),
                either(_misborn(name, person["dob"], firsts), _leaves(name)),
            )  # "Mei Lee becomes Mei Garcia" says that the rest stays
            continue
        told = renamed.get(named)
        you = _is_the_user(person, args, seen)
        yours = _YourBirth(person["dob"], _behind(person, firsts), _years(args, seen)) if you else None
        if told is None and yours is not None:
            told = either(_as_you([one["first_name"] for one in args["passengers"] if one is not person]), yours.right)
        other = next((_named_otherwise(before, one) for before, one in pairs if one == named), None) if told else None
        yield Detail(name, either(stands(name), told) if told else stands(name), other, kind="passenger")
        born = _born(name, person["dob"], [f"{p['first_name']} {p['last_name']}" for p in args["passengers"]])
        same = any(day == person["dob"] for first, last, day in held if (first, last, day) not in now)
        implied = [told] if told else []
        yield Detail(
            f"{name}, born {person['dob']}",
            either(born, _unless_born(name, [one["dob"] for one in args["passengers"]]), *implied)
            if same
            else either(born, *(implied if you else [])),
            _of_another(person, yours),
            kind="passenger",
        )


def _as_you(others: Sequence[str]) -> Test:
    """Whether a text counts whom it talks to among the travelers: beside the others' names, or behind a word for who travels.

    The user knows the own name and birth date, and the profile has them.
    """
    ways = [
        r"\b(?:passengers?|travell?ers?|travell?ing|flying)\W{1,4}(?:(?:are|is|would be|just|only)\W+)*you(?:rself)?\b(?!['’])",
        r"\b(?:just|only) you\b(?! (?:can|could|know|may|need|have|want))|\bfor you alone\b",
    ]
    names = "|".join(re.escape(name.lower()) for name in others)
    if names:
        ways += [
            rf"\byou(?:rself)?(?: \([^)\n]*\))?(?:,? (?:and|&|plus) |, )(?:{names})\b",
            rf"\b(?:{names})\b[^.;\n]{{0,60}}(?:,? and|&|,) you(?:rself)?\b(?!['’])(?! [a-z])",
        ]
    return found("|".join(ways))


def _is_the_user(person: dict[str, Json], args: dict[str, Json], seen: Seen) -> bool:
    """Whether a passenger is whoever holds the profile."""
    held = seen.find("profile", user_id=args.get("user_id"))
    return held is not None and all(held[name] == person[name] for name in ("first_name", "last_name", "dob"))


def _years(args: dict[str, Json], seen: Seen) -> frozenset[str]:
    """Years in which somebody flies: a day of another one behind a person is that of the birth."""
    held = [row["date"] for row in seen.rows("segments")]
    return frozenset(str(day)[:4] for day in (*(flight["date"] for flight in args.get("flights", ())), *held))


_BEHIND_YOU = (
    r"\b(?:you(?:rself)?|{name})(?:,? (?:alone|only|yourself|too|as well|as (?:the|our|my) (?:\w+ )?(?:passenger|travell?er)))*"
    r"(?:(?P<apart>[^\w.!?;\n]{{2,4}})|\s)(?P<birth>(?:(?:and|with|whose|your|the) )*(?:born|birth ?date|birthday|date of birth|dob|birth)\b\W+(?:(?:on|is|was|the|as)\W+)*)?\Z"
)
"""What leads from the one who is talked to, to a birth date: "for you (born …)", "yourself, date of birth …"."""
_LEAD = 70
"""Letters of it, at most."""


def _behind(person: Json, firsts: Sequence[str]) -> re.Pattern:
    """What leads to the birth date of the one who is talked to, who is called by the first name as well, where nobody else is."""
    first = person["first_name"]
    return compiled(_BEHIND_YOU.format(name=re.escape(first.lower()) if firsts.count(first) == 1 else "yourself"))


@dataclass(frozen=True, slots=True)
class _YourBirth:
    """The birth date of the passenger who is talked to, as it stands behind "you"."""

    day: str
    behind: re.Pattern
    """What leads to it."""
    years: frozenset[str]
    """In which somebody flies."""

    def right(self, text: str) -> bool:
        """It stands there."""
        return any(self._told(text))

    def wrong(self, text: str) -> bool:
        """Only others stand there."""
        told = list(self._told(text))
        return bool(told) and not any(told)

    def _told(self, text: str) -> Iterator[bool]:
        """For each birth date behind "you", whether it is the right one."""
        day = int(self.day[5:7] + self.day[8:10])
        for item in values(text):
            lead = self.behind.search(text, max(0, item.start - _LEAD), item.start) if item.quantity == "date" else None
            if lead is None:
                continue
            if lead["birth"] or (lead["apart"] and item.year is not None and str(item.year) not in self.years):
                yield int(item.number) == day and item.year in (None, int(self.day[:4]))


Person = tuple[str, str, str]
"""First name, last name, date of birth."""
_TO_NAME = r"\b(?:to|be|becomes?|into|as|is|read|reads|with|for)\b|->|→|=>"


def _renamed(before: Person, now: Person, held: Sequence[Person]) -> Test | None:
    """A sentence says which of the two names somebody will have, and names the person by the other one or by what it was: "Anya's last name, from Lee to Li".

    What it was is enough where nobody else on the reservation is called so, and the person is named beside it.
    """
    changed = [(old, new) for old, new in zip(before[:2], now[:2], strict=True) if old != new]
    if len(changed) != 1:
        return None
    old, new = (re.escape(name.lower()) for name in changed[0])
    kept = stands(before[0] if before[0] == now[0] else before[1])
    becomes = compiled(rf"(?:{_TO_NAME})\W{{1,6}}(?:(?:say|read|be|now|the|\w+ name)\W+)*{new}\b")
    away = compiled(rf"(?:{_TO_NAME})\W{{1,6}}(?:\w+ ){{0,1}}{old}\b")
    only = sum(changed[0][0] in person[:2] for person in held) == 1
    was, whole = stands(changed[0][0]), stands(" ".join(before[:2]))
    return lambda text: any(
        (kept(part) or (only and was(part) and whole(text))) and becomes.search(part) and not away.search(part)
        for part in _SENTENCES.split(text)
    )


def _named_otherwise(before: Person, now: Person) -> Test | None:
    """Somebody whose last name changes becomes somebody else: "Omar Anderson becomes Omar Rosso"."""
    first, old, new = (re.escape(name.lower()) for name in (now[0], before[1], now[1]))
    if before[0] != now[0]:
        return None
    return found(rf"(?:\bbecomes?|->|→|=>|\b(?:changed|renamed|corrected) (?:in)?to) {first} (?!{old}\b|{new}\b)[a-z]+")


def _born(name: str, day: str, names: Sequence[str]) -> Test:
    """The birth date stands behind the name, before the next one."""
    lower, others = name.lower(), [other.lower() for other in names if other != name]
    right = date(day)

    def given(text: str) -> bool:
        for place in places(lower, text):
            behind = place + len(lower)
            ends = [end for other in others if (end := text.find(other, behind)) >= 0]
            if right(text[behind : min(ends, default=len(text))]):
                return True
        return False

    return given


def _leaves(name: str) -> Test:
    """Somebody who stays is said to go."""
    lower = re.escape(name.lower())
    return found(
        rf"\b{lower}[^\w\n]{{1,3}}(?:(?:is|goes|comes|would be|will be|gets) )?(?:out|off|removed|replaced|taken off)\b"
        rf"|\b(?:instead of|in place of|remove|replace|replacing|removing) {lower}\b"
    )


_BIRTH = re.compile(r"\bborn\b|\bbirth|\bdob\b")


_SENTENCE_ENDS = re.compile(r"[.!?;]\s|\n")


def _misborn(name: str, day: str, firsts: Sequence[str]) -> Test:
    """Another birth date stands behind the person's name, before the sentence ends or somebody else is named."""
    right, lower = date(day), name.lower()
    others = [first.lower() for first in firsts if not lower.startswith(first.lower())]

    def denied(text: str) -> bool:
        for place in places(lower, text):
            behind = _SENTENCE_ENDS.split(text[place + len(lower) :], maxsplit=1)[0]
            own = behind[: min((end for other in others if (end := behind.find(other)) >= 0), default=len(behind))]
            if _BIRTH.search(own) is not None and has_date(own) and not right(own):
                return True
        return False

    return denied


_BIRTH_DATE = r"\b(?:dates? of birth|birth ?dates?|birthdays?|dobs?)\b"
_REST = r"\b(?:(?:nothing|everything|anything) else|all else|(?:all|the) (?:other|remaining) (?:details|data|information)|the rest)\b"
_STAYS = r"\b(?:stay\w*|remain\w*|unchanged|unaltered|untouched|same|as is|as (?:it|they) (?:is|are|was|were)|leav(?:e|es|ing)|keep\w*|kept|left|retain\w*|(?:not|n't|without) (?:be )?(?:chang|touch|alter)\w*|does(?: not|n't) change)\b"
_AS_IT_WAS = found(rf"{_BIRTH_DATE}[^.!?\n]{{0,40}}{_STAYS}|{_STAYS}[^.!?\n]{{0,40}}{_BIRTH_DATE}")
"""A birth date that is told because it is kept, and not as another person's."""


def _unless_born(name: str, days: Sequence[str]) -> Test:
    """The birth date is said to stay, none stands behind the name, and where it stays no date stands but one of the passengers'."""
    told = compiled(rf"\b{re.escape(name.lower())}\W{{1,6}}(?:born|dob|date of birth|birth)\b")
    right = [date(day) for day in days]

    def given(text: str) -> bool:
        kept = [part for part in _SENTENCES.split(text) if _AS_IT_WAS(part)]
        other = any(has_date(part) and not any(test(part) for test in right) for part in kept)
        return _born_alike(text) and told.search(text) is None and not other

    return given


_born_alike = either(
    _AS_IT_WAS,
    found(
        rf"{_REST}[^.!?\n]{{0,40}}(?:{_STAYS}|\bchang\w+)|{_STAYS}[^.!?\n]{{0,40}}{_REST}|\bonly the (?:last |first |sur|family )?name\b"
    ),
)
"""Somebody who is on the reservation under another name keeps the birth date."""


def _of_another(person: Json, yours: _YourBirth | None) -> Test:
    """The birth date stands there, and nothing of the name, nor "you" before it where that is the person; or another one is told as "yours"."""
    born, named = person["dob"], stands(person["first_name"])
    day, year = int(born[5:7] + born[8:10]), int(born[:4])
    return lambda text: (
        (yours is not None and yours.wrong(text))
        or (
            not named(text)
            and not (yours is not None and yours.right(text))
            and not _AS_IT_WAS(text)
            and any(item.quantity == "date" and int(item.number) == day and item.year == year for item in values(text))
        )
    )
