"""The details of a request in a user's words, each a sentence that can be said on its own."""

from __future__ import annotations

import random

from writ_dspy.domains.tau2.airline.wording import CABINS, counted, day, money, spin
from writ_dspy.task import Slot

COVERED = (
    ("I've come down with the flu", "flu"),
    ("I broke my leg, and the cast stays on until after that trip", "leg"),
    ("my doctor told me not to fly that week", "doctor"),
    ("I'm too ill to travel that week", "ill"),
    ("I need surgery that week", "surgery"),
    ("a storm is forecast for that day", "storm"),
    ("they predict a hurricane over there", "hurricane"),
    ("there's a flood warning over there", "flood"),
    ("I have a bad infection", "infection"),
    ("my daughter was taken to the hospital", "hospital"),
)
"""Reasons of health and weather, each with the word that shows it was said."""
OTHER = (
    ("my plans have changed", "plans"),
    ("the meeting was called off", "meeting"),
    ("I have to work that week", "work"),
    ("I decided to drive instead", "drive"),
    ("a friend's wedding was moved", "wedding"),
    ("I simply don't feel like going anymore", "feel"),
    ("the conference isn't taking place", "conference"),
    ("my boss needs me here", "boss"),
    ("my hosts can't have guests that week", "hosts"),
    ("I found a better use for the money", "money"),
)
"""Reasons that no insurance covers."""
STORMY = (
    ("a storm is forecast for that day", "storm"),
    ("there's a storm warning for the day of the flight", "storm"),
    ("they expect a blizzard on the day of the flight", "blizzard"),
)
"""Reasons of the weather of one day, after which one may well travel."""
THAT_DAY = (
    ("I have to work on the day of the flight", "work"),
    ("an exam of mine was moved to that day", "exam"),
    ("my appointment at the consulate was moved to that day", "appointment"),
    ("a family event has come up on that day", "event"),
    ("there's a meeting on the day of the flight after all", "meeting"),
    ("I can't go on the day that I booked", "day"),
)
"""Those of who might still travel on another day."""


def more_bags_each_slot(rng: random.Random, number: int) -> Slot:
    """Bags on top of those of each of several trips."""
    text = spin(
        rng,
        "[[Add|Please add|I need] {bags} to each of them[.|, on top of what there is.]|[Each of them gets|It's for each of them:] "
        "{bags} more than now.]",
        bags=counted(number, "checked bag"),
    )
    return Slot("bags", text, ("bag", "each"))


def reason_slot(rng: random.Random, *, covered: bool, among: tuple[tuple[str, str], ...] = ()) -> Slot:
    """Why a trip is canceled.

    Args:
        rng: For the choice and its words.
        covered: Whether an insurance would cover it.
        among: The reasons that suit what else the user says; all of them by default.
    """
    phrase, mark = rng.choice(among or (COVERED if covered else OTHER))
    text = spin(
        rng,
        "[The reason is that {phrase}.|It's because {phrase}.|{phrase}, so I'm not going.|{phrase}, that's "
        "why.|Well, {phrase}.|To be honest, {phrase}.|Sadly, {phrase}.|You see, {phrase}.]",
        phrase=phrase,
    )
    return Slot("reason", text, (mark,))


def trip_slot(rng: random.Random, parts: int) -> Slot:
    """One way or round trip."""
    if parts == 1:
        words = (
            "[One way, please|It's a one way trip|Just one way|A one-way ticket is all I need|I only need "
            "one way|Make it one way|One way is enough|I'm not coming back the same way, so one way]."
        )
        return Slot("trip", spin(rng, words), ("one",))
    words = (
        "[A round trip, please|It's a round trip|Round trip|I need a round trip|Make it a round-trip "
        "ticket|I'll need a round trip|There and back, so a round trip]."
    )
    return Slot("trip", spin(rng, words), ("round",))


def new_cabin_slot(rng: random.Random, cabin: str) -> Slot:
    """The cabin of a new booking."""
    text = spin(
        rng,
        "[I'd like|I want|Make it|It should be|Let it be|The cabin should be|I "
        "prefer|Let's go with|I'd go for] {cabin}[.| class.|, please.|, if you have it.]",
        cabin=CABINS[cabin],
    )
    return Slot("cabin", text, (CABINS[cabin],))


def other_cabin_slot(rng: random.Random, cabin: str) -> Slot:
    """Another cabin on a trip that is booked."""
    text = spin(
        rng,
        "[I'd like|It should be|Make it|I want|Move it all to|Switch it to|All seats should be "
        "in|The new cabin would be] {cabin}[.| on all flights.| for the whole trip.|, with the same "
        "flights.|, everything else stays as it is.]",
        cabin=CABINS[cabin],
    )
    return Slot("cabin", text, (CABINS[cabin],))


def bags_slot(rng: random.Random, number: int) -> Slot:
    """All the bags of a new booking."""
    words = (
        "[I'll have|There will be|I need|I'd bring|Put me down for|I'd check in|That's with|I'm taking] "
        "{bags}[.| in total.|, that's all.]"
        if number
        else "[There are no checked bags|I have no checked bags|No checked bags|I'm traveling with no "
        "checked bags|I pack light, no checked bags|I need no checked bags at all|It's carry-on only, no "
        "checked bags]."
    )
    return Slot("bags", spin(rng, words, bags=counted(number, "checked bag")), ("bag",))


def more_bags_slot(rng: random.Random, number: int) -> Slot:
    """Bags on top of those that a trip has."""
    count, noun = counted(number, "bag").split()
    text = spin(
        rng,
        f"[I want to add|Please add|It would be|I need|Put on|I'm bringing|That's|Make it] {count} [more|"
        f"extra|additional] {noun} [on top of what is booked|to check in|besides those booked|"
        "on that trip].",
    )
    return Slot("bags", text, (count,))


def insurance_slot(rng: random.Random, *, insured: bool) -> Slot:
    """Insured or not."""
    words = (
        "[Please add travel insurance, too|I do want travel insurance|Please include travel insurance|I'd like "
        "the travel insurance too|With travel insurance, please|Insurance: yes please, I want the travel "
        "insurance|Better safe than sorry, so with travel insurance]."
        if insured
        else "[No travel insurance|I don't need travel insurance|Skip the travel insurance|Without "
        "insurance, please|I'll pass on the insurance|Please leave out the travel insurance|No insurance "
        "for me]."
    )
    return Slot("insurance", spin(rng, words), ("insurance",))


def fare_limit_slot(rng: random.Random, limit: int) -> Slot:
    """The most that the flights may cost one passenger."""
    text = spin(
        rng,
        "[The fare must not be above|I don't want a fare higher than|The flights should cost no more than|"
        "My limit for the fare is|I pay a fare of at most|The ticket price has to stay within|I'm not "
        "willing to go over a fare of] {limit} [per person|each|for each traveler][.|, otherwise leave it.]",
        limit=money(limit),
    )
    return Slot("budget", text, (f"{limit:,}",))


def refund_slot(rng: random.Random, limit: int) -> Slot:
    """The least that a change must bring back."""
    text = spin(
        rng,
        "[I only do it if I get back|It has to return|I expect a refund of|It should bring me back|The "
        "refund must come to] [at least {limit}|{limit} or more][.| for everybody together.| in total.| "
        "overall.]",
        limit=money(limit),
    )
    return Slot("budget", text, (f"{limit:,}",))


def surcharge_slot(rng: random.Random, limit: int) -> Slot:
    """The most that a change may cost on top."""
    text = spin(
        rng,
        "[I'd pay on top|I'm ready to add|It may cost me extra|My limit for the surcharge is|I can put in "
        "another] [at most {limit}|{limit} at the most][.| for everybody together.| in total.| overall.]",
        limit=money(limit),
    )
    return Slot("budget", text, (f"{limit:,}",))


def dear_fallback_slot(rng: random.Random) -> Slot:
    """Economy, when the first cabin is above the limit."""
    text = spin(
        rng,
        "[If that's over my limit|If it comes to more than that|Should it cost more|If the price is above "
        "my limit|In case it's too much], [then |][make it|book|switch to|take|I'll go with] economy[ "
        "instead||, whatever it costs][.|, chosen the same way.]",
    )
    return Slot("fallback", text, ("economy",))


def money_fallback_slot(rng: random.Random) -> Slot:
    """Economy, when a change in business does not pay."""
    text = spin(
        rng,
        "[If that's not possible|If the money doesn't work out|Should that fail|If business can't do "
        "that], [then |][move us to|make it|put us in|take] economy [instead|seats instead][.|, chosen the "
        "same way.|, whatever they cost.]",
    )
    return Slot("fallback", text, ("economy",))


def part_slot(rng: random.Random, part: str) -> Slot:
    """Which part of a trip moves to other flights."""
    words, mark = {
        "whole": (
            (
                "[All of it should move|The whole trip has to be on another flight, all of it|I need other "
                "flights for all of it|I'd like to change all of it]"
            ),
            "all of it",
        ),
        "outbound": (
            (
                "[Only the way there changes|It's just the way there|The way there should move, nothing "
                "else|Leave the rest alone, the way there has to change]"
            ),
            "way there",
        ),
        "return": (
            (
                "[Only the way back changes|It's just the way back|The way back should move, nothing else|"
                "Leave the rest alone, the way back has to change]"
            ),
            "way back",
        ),
    }[part]
    return Slot("part", spin(rng, f"{words}[.|, please.]"), (mark,))


def cost_slot(rng: random.Random) -> Slot:
    """That the user wants to know what a change costs."""
    text = spin(
        rng,
        "[Please tell me|I'd also like to know|Let me know|And tell me] [the extra cost|how much the extra "
        "cost is|what extra cost that means][.| for me.]",
    )
    return Slot("scope", text, ("cost",))


def total_slot(rng: random.Random) -> Slot:
    """That the user wants to know what a booking costs."""
    text = spin(
        rng,
        "[Please also tell me|I'd also like to know|And let me know|I'm curious to hear, too,] [the total|"
        "the total price|what the total is|the total cost][.| of the booking.| in dollars.]",
    )
    return Slot("scope", text, ("total",))


def left_slot(rng: random.Random) -> Slot:
    """That the user wants to know what remains on the gift card."""
    text = spin(
        rng,
        "[Please also tell me|I'd also like to know|And let me know|I'm curious to hear, too,] [what is left on my gift card after that|how "
        "much is left on my gift card then|what's left on my gift card afterwards].",
    )
    return Slot("scope", text, ("left",))


def both_slot(rng: random.Random) -> Slot:
    """That the user wants to know what two changes cost together."""
    text = spin(
        rng,
        "[Please also tell me|I'd also like to know|And let me know] [the total for both|what the total of the two is|the total that both cost "
        "me][.|, the cabin and the bags.]",
    )
    return Slot("scope", text, ("total",))


def apart_slot(rng: random.Random) -> Slot:
    """That the user wants to know how far the price of a new trip is from what the old one brings back."""
    text = spin(
        rng,
        "[Please also tell me|I'd also like to know|And let me know] [the difference between what I get back and what I pay|what the difference of "
        "the two is: the refund and the new price|the difference between the refund and the new booking].",
    )
    return Slot("scope", text, ("difference",))


def flight_slot(rng: random.Random, date: str, what: str, number: str = "") -> Slot:
    """Which flight had a problem: "my flight on May 12 was canceled"."""
    text = spin(
        rng,
        "[My {flight} on {date} {what}|It was about the {flight} on {date}: it {what}|The {flight} of "
        "{date} {what}|On {date} my {flight} {what}][.|, which is awful.|, and nobody told me why.|, and I "
        "lost a lot of time.]",
        flight=f"flight {number}" if number else "flight",
        date=day(date),
        what=what,
    )
    return Slot("flight", text, (str(int(date[8:])),))


def ordinal_flight_slot(rng: random.Random, number: int) -> Slot:
    """Which flight of a trip was canceled, by its place."""
    place = ("first", "second", "third", "fourth")[number - 1]
    text = spin(
        rng,
        "[The {place} flight of it was canceled|Its {place} flight was canceled by you|You canceled the "
        "{place} flight on it|I mean the {place} flight, which got canceled][.|, which is awful.|, and "
        "nobody told me why.|, and I lost a lot of time.]",
        place=place,
    )
    return Slot("flight", text, (place,))


def wish_slot(rng: random.Random) -> Slot:
    """That the user asks for compensation."""
    text = spin(
        rng,
        "[I'd like compensation|I think I deserve compensation|I'm asking for compensation|Please "
        "compensate me|I want to be compensated|I expect compensation][ for that| for the trouble| for the "
        "inconvenience| for all this|].",
    )
    return Slot("wish", text, ("compensat",))
