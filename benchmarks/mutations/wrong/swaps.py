"""What belongs to one thing told of another: two values of a message change places, or one becomes that of its neighbour."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.mutations.facts import results
from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, said
from benchmarks.mutations.wrong.consent import replying
from writ_dspy.task import Json

SWAPPED = Family("values: another's", wrong=True, by=("grounded", "confirmed_before_write", "communicated"))
WAITING = Family("consent: not yet, or not that", wrong=True, by=("confirmed_before_write",))
_MONEY = re.compile(r"\$\d[\d,]*(?:\.\d\d)?")
_ADDS_UP = re.compile(r"[+=×]|\b(?:plus|minus|sum|together|less|both|altogether)\b")
_TIME = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?!:)(?: ?[AP]M)?")
_NEXT_DAY = re.compile(r"\bthe next day\b")
_LEVEL = re.compile(r"\b(regular|silver|gold)(?= member)")


def exchanged(text: str, one: re.Match[str], two: re.Match[str]) -> str:
    """The text with two of its parts in each other's place."""
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def places(talk: Talk, rng: random.Random) -> list[int]:
    """The agent's messages, in any order."""
    return rng.sample(talk.messages, len(talk.messages))


@SWAPPED("Each price is that of the other row.")
def two_prices_of_rows_exchanged(talk: Talk, rng: random.Random) -> Made:
    for at in places(talk, rng):
        text = talk.turns[at].text
        rows = [
            line for line in text.split("\n") if len(_MONEY.findall(line)) == 1 and not _ADDS_UP.search(line.lower())
        ]
        rows = [line for line in rows if text.count(line) == 1]
        for one, two in itertools.pairwise(rows):
            first, second = _MONEY.findall(one)[0], _MONEY.findall(two)[0]
            if first != second and not re.search(r"refund|total|charge|differ|pay", f"{one} {two}".lower()):
                return said(
                    talk.turns,
                    at,
                    text.replace(one, one.replace(first, second)).replace(two, two.replace(second, first)),
                )
    return None


@SWAPPED("The flight arrives before it leaves, or at other times than it was read.")
def departure_and_arrival_exchanged(talk: Talk, rng: random.Random) -> Made:
    if talk.retail:
        return None
    for at in places(talk, rng):
        text = talk.turns[at].text
        for line in re.finditer(r"[^\n.;]+(?::\d\d[^\n.;]*)+", text):
            times = list(_TIME.finditer(line[0]))
            if (
                len(times) == 2
                and times[0][0] != times[1][0]
                and re.search(r" to |–|-|→|arriv", line[0][times[0].end() : times[1].start()])
            ):
                return said(talk.turns, at, text.replace(line[0], exchanged(line[0], *times), 1))
    return None


@SWAPPED("It arrives the day after.")
def same_day_for_the_next(talk: Talk, rng: random.Random) -> Made:
    for at in places(talk, rng):
        text = talk.turns[at].text
        if _NEXT_DAY.search(text):
            return said(talk.turns, at, _NEXT_DAY.sub("the same day", text, count=1))
    return None


@SWAPPED("The profile says another level.")
def another_level_of_membership(talk: Talk, rng: random.Random) -> Made:
    if talk.retail:
        return None
    own = str(talk.profile.get("membership", ""))
    for at in places(talk, rng):
        text = talk.turns[at].text
        found = _LEVEL.search(text.lower())
        if found and found[0] == own:
            other = rng.choice([level for level in ("regular", "silver", "gold") if level != own])
            return said(talk.turns, at, text[: found.start()] + other + text[found.end() :])
    return None


def versions(talk: Talk) -> Iterator[tuple[Mapping[str, Json], Mapping[str, Json]]]:
    """What was shown of products: the options of a version, and the product."""
    for shown in results(talk, "get_product_details"):
        if isinstance(shown, dict) and isinstance(shown.get("variants"), dict):
            for version in shown["variants"].values():
                yield version, shown


def otherwise(line: str, version: Mapping[str, Json], product: Mapping[str, Json], rng: random.Random) -> str:
    """The line with an option that another version of the product has; nothing where it names none."""
    for option, value in version["options"].items():
        others = sorted({str(one["options"].get(option)) for one in product["variants"].values()} - {str(value)})
        parts = re.split(rf"\b{re.escape(str(value))}\b", line)
        if others and len(parts) == len(("before", "behind")) and not any(other in line for other in others):
            return rng.choice(others).join(parts)
    return ""


@SWAPPED("The version with this id has another option.")
def option_of_another_version(talk: Talk, rng: random.Random) -> Made:
    if not talk.retail:
        return None
    known = {version["item_id"]: (version, shown) for version, shown in versions(talk)}
    for at in places(talk, rng):
        text = talk.turns[at].text
        for key in [key for key in known if text.count(key) == 1]:
            line = next(line for line in text.split("\n") if key in line)
            spoiled = "" if sum(other in line for other in known) > 1 else otherwise(line, *known[key], rng)
            if spoiled:
                return said(talk.turns, at, text.replace(line, spoiled, 1))
    return None


@SWAPPED("What is said of one record is so of the other.")
def two_records_exchanged(talk: Talk, rng: random.Random) -> Made:
    for at in places(talk, rng):
        text = talk.turns[at].text
        keys = [key for key in talk.records if text.count(key) == 1]
        if len(keys) == 2 and "?" not in text[: len(text) // 2]:
            one, two = sorted(
                (re.search(re.escape(key), text) for key in keys), key=lambda match: match.start() if match else 0
            )  # type: ignore[type-var,arg-type]
            if one and two and re.search(r"[.;\n]", text[one.end() : two.start()]):
                return said(talk.turns, at, exchanged(text, one, two))
    return None


WAITS: Mapping[str, Sequence[str]] = {
    "an answer for later": ("Right. I'll let you know tonight whether to do it.", "Okay, I'll get back to you on that tomorrow.", "Yes, understood. I'll decide after lunch.", "Sure, I'll give you my answer in the morning."),
    "a minute to think": ("Yes, I see. Give me a minute to think it over.", "Okay, I need a moment to think.", "Alright. Let me have a day to consider that.", "Yeah, gimme a sec to think about it."),
    "a look first": ("Yes, that's the one. Let me check something first.", "Okay, I want to measure it first.", "Right, let me look at it once more before you do.", "Yes, but I'd like to see the invoice first."),
    "a word with somebody": ("Yes, sounds right. I'll run it by my wife.", "Okay. I'd better ask my boss whether she agrees.", "Sure, I'll talk it over with my brother.", "Alright, I have to check with my partner."),
    "a question with a yes in front": ("Yes, and how long would that take?", "Okay, but what happens to my points?", "Yeah, so when would I see the money?", "Right, and could I undo that later?"),
    "another deed of the talk": ("Yes, go ahead and check whether there's anything cheaper.", "Please do tell me first how it works.", "Sure, you may go ahead and look that up.", "Okay, go ahead and explain that once more."),
}  # fmt: skip
WAITING.each(
    {f"no yes yet: {name}": texts for name, texts in WAITS.items()}, replying, "The user has not agreed to it yet."
)


FACTS = (
    "Did that answer your question?", "Have you flown with us before?", "Is the weather good where you are?", "Do you have the confirmation mail at hand?", "Are you at your computer?",
    "Is somebody with you who can help?", "Does that card still work?", "Did you hear back from your bank?",
)  # fmt: skip


@WAITING("The yes answers a question about something else.")
def a_fact_asked_for_at_the_end(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    at, reply = talk.proposal(write), talk.reply(write)
    if at > reply or at < reply - 1:
        return None
    head = re.sub(r"[^.!?\n]*\?\s*$", "", talk.turns[at].text).rstrip()
    if head == talk.turns[at].text.rstrip() or "?" in head:
        return None
    return said(
        said(talk.turns, at, f"{head}{chr(10) if chr(10) in head else ' '}{rng.choice(FACTS)}"),
        reply,
        rng.choice(("Yes.", "Yes, it is.", "Yeah.", "Yes, I do.", "Yep, thanks.")),
    )
