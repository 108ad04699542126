"""How a user words the flight that is wanted: the airports, the days, the stopovers."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.tau2.airline.wording import MONTHS, airport, day, from_today, joined, spin, town

_CAPITAL = re.compile(rf"(?:I|{'|'.join(MONTHS)})\b")
NEW_YORK = {"EWR", "JFK", "LGA"}
AREAS = {
    frozenset(NEW_YORK): "the New York area",
    frozenset({"MIA", "MCO"}): "Florida",
    frozenset({"SFO", "LAX"}): "California",
}
"""What several airports are called together, by who does not mind which of them it is."""
DIRECT_WORDS = (
    "[Direct flights only|It must be nonstop|I only want to fly direct|No stopovers|Nonstop flights only|I "
    "don't want to change planes, so direct only][, please||, please|, I can't do layovers]."
)
STOP_WORDS = (
    "[With one stop, as there's no direct flight|There's no direct flight, I know, so with one stop|I've seen that there's no direct flight, "
    "so I want one with one stop|As there are no direct flights, it has to be one with one stop|There are no direct flights on that route, so "
    "please look at those with one stop|Since no direct flight goes that way, with one stop, please]."
)
"""Who knows that no flight goes straight there; nobody asks for a stop that could be had without."""
EITHER_WORDS = (
    "[Direct or with one stop, either is fine|A stop is fine if it helps, direct is fine too|I don't mind "
    "whether it's nonstop or has one stop|Please look at direct and one-stop flights|Consider nonstop "
    "flights as well as those with one stop]."
)


def place(codes: Sequence[str], rng: random.Random) -> str:
    """One airport, or a choice of them."""
    if len(codes) == 1:
        return rng.choice((town(codes[0]), airport(codes[0]), town(codes[0])))
    names = [rng.choice((town(code), airport(code))) for code in codes]
    listed = joined(names, "or")
    area = AREAS.get(frozenset(codes))
    if area:
        return rng.choice((f"{area} ({listed})", f"anywhere in {area}, so {listed},"))
    return rng.choice((f"either {listed}", listed, f"{listed}, whichever works,"))


def day_from_today(date: str, rng: random.Random) -> str:
    """One day in words, as seen from today; nothing for a day that is too far off."""
    texts = from_today(date)
    if not texts:
        return ""
    text = (
        "[It has to be|I'd travel|I want to fly|I'd leave|I have to travel|The flight should be] {when}[, only that day||, "
        "that's fixed|]."
    )
    return spin(rng, text, when=rng.choice(texts))


def days_text(dates: tuple[str, ...], rng: random.Random) -> str:
    """The days in words."""
    first, last = day(dates[0]), day(dates[-1])
    if len(dates) == 1:
        text = (
            "[It has to be on|I'd travel on|I want to fly on|The date is|I'd leave on|I'm thinking of|It's "
            "for|The day is|That's on|I have to travel on] {first}[, only that day||, that's fixed|]."
        )
    elif len(dates) == 2:
        text = (
            "[[Either|It can be|I could go on|I can do|It would be|I'm free on] {first} or {last}|{first} "
            "or {last}[ works| is fine| suits me]|Both {first} and {last} are possible|I have {first} and "
            "{last} to choose from]."
        )
    else:
        span = "[from {first} to {last}|from {first} through {last}|between {first} and {last}]"
        text = (
            f"[[I can leave any day|My dates are flexible:|I'm free|I can travel any day|Whichever day, as "
            f"long as it's|I could go any day] {span}.|[Any day|Anything|Whatever] {span} [works|is fine|"
            f"suits me|will do].]"
        )
    return spin(rng, text, first=first, last=last)


def onward(text: str) -> str:
    """A sentence to go on with after a few words; a month keeps its capital, and so does "I"."""
    return text if _CAPITAL.match(text) else f"{text[:1].lower()}{text[1:]}"


def stops_text(rng: random.Random, *, direct: bool, one_stop: bool) -> str:
    """Which kinds of connection to look at."""
    return spin(rng, EITHER_WORDS if direct and one_stop else DIRECT_WORDS if direct else STOP_WORDS)
