"""Users who give up, add to, or call off what they want, in words of their own; and replies that only sound like a yes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, behind, said

LOOSE = Family("the user: what it gives up", wrong=True, by=("user_faithful",))
HEDGED = Family("consent: only in sound", wrong=True, by=("confirmed_before_write",))
When = Callable[[Talk], bool]


def words(talk: Talk) -> str:
    """All details of a task, in lower case."""
    return " ".join(slot.text for request in talk.task.requests for slot in request.slots).lower()


def writes(talk: Talk, *tools: str) -> bool:
    return any(tool in call.tool for call in talk.task.gold for tool in tools)


def slot(talk: Talk, key: str) -> bool:
    return any(slot.key == key for request in talk.task.requests for slot in request.slots)


def limited(talk: Talk) -> bool:
    return bool(
        re.search(r"\$\d", words(talk))
        and re.search(r"no more than|at most|under|less than|at or below|below|above|higher|won't pay", words(talk))
    )


def flies(talk: Talk) -> bool:
    return writes(talk, "book_reservation", "update_reservation_flights") and slot(talk, "dates")


def between(texts: Sequence[str], when: When) -> Make:
    """One sentence more in a message that is no yes."""

    def make(talk: Talk, rng: random.Random) -> Made:
        if not when(talk):
            return None
        replies = {talk.reply(write) for write in talk.writes}
        at = rng.choice([i for i in talk.heard if i not in replies and i != talk.heard[-1]] or talk.heard[:1])
        return said(talk.turns, at, behind(talk.turns[at].text, rng.choice(texts)))

    return make


def replying(texts: Sequence[str], when: When, *, added: bool = False) -> Make:
    """Another reply to one proposal, or one sentence more behind it."""

    def make(talk: Talk, rng: random.Random) -> Made:
        if not talk.writes or not when(talk):
            return None
        at = talk.reply(rng.choice(talk.writes))
        text = rng.choice(texts)
        return said(talk.turns, at, f"{talk.turns[at].text} {text}" if added else text)

    return make


def any_talk(_talk: Talk) -> bool:
    return True


GIVEN_UP: Mapping[str, tuple[Sequence[str], When]] = {
    "a limit that may be exceeded": (("If it comes out slightly above my limit, that's still fine.", "You can go over the limit if you have to.", "I could stretch the budget by a hundred, by the way.", "A bit more than that would be okay, too."), limited),
    "a limit that is none": (("Take the limit as a rough guide only.", "The amount I named isn't set in stone.", "Forget the cap, I just want it done.", "Roughly that amount, give or take fifty."), limited),
    "a day that is open": (("The date is flexible, by the way.", "Any other day would do just as well.", "Whatever day you like, I don't mind."), flies),
    "a day beside it": (("A day later would suit me even better.", "I could also leave the day before.", "Make it the next day, please.", "The weekend after would be fine, too."), flies),
    "a day without its month": (("Make it the 3rd instead.", "The 2nd suits me better, please.", "I'd rather fly on Saturday, the 1st."), flies),
    "stops that do not matter": (("Stops don't matter to me, though.", "With or without a layover, it's all the same to me.", "Two stops would be fine as well, please."), lambda talk: flies(talk) and bool(re.search("stop|direct|layover", words(talk))) and not re.search("either|whether|or with|or has|or without", words(talk))),
    "a cabin that is open": (("Any class will do, really.", "The cabin is up to you.", "I don't mind the class."), lambda talk: writes(talk, "book_reservation") and slot(talk, "cabin")),
    "a cabin gone for": (("I'd go for first class instead.", "Let's opt for premium economy, please."), lambda talk: writes(talk, "book_reservation") and slot(talk, "cabin")),
    "the second best": (("No, the second cheapest.", "Give me the second cheapest, please."), lambda talk: "cheapest" in words(talk) and "second" not in words(talk)),
    "a version left open": (("Or just any version that you have will do.", "Whatever you have in stock will do."), lambda talk: slot(talk, "version") and writes(talk, "exchange", "items") and not re.search("whatever|any ", words(talk))),
    "somebody who comes along": (("My sister is coming along, so one more seat.", "Put it in my mother's name instead.", "My colleague flies in my place."), lambda talk: writes(talk, "book_reservation")),
    "insurance in other words": (("I'd feel safer insured, so put that on.", "Travel protection would be good to have, so include it."), lambda talk: bool(talk.task.gold) and any(call.args.get("insurance") == "no" for call in talk.task.gold) and not any(call.args.get("insurance") == "yes" for call in talk.task.gold)),
    "no insurance in other words": (("Scrap the insurance, it's a waste of money.", "Leave the travel protection out.", "I don't need to be insured any more."), lambda talk: any(call.args.get("insurance") == "yes" for call in talk.task.gold) and not any(call.args.get("insurance") == "no" for call in talk.task.gold)),
    "a request called off without its name": (("You know what, forget about the second thing.", "We can skip one of the two.", "Only the first request matters now."), lambda talk: len(talk.task.gold) > 1),
    "all of it called off": (("Let's not do this after all.", "You can forget what I asked for.", "On reflection, I won't do it."), lambda talk: len(talk.task.gold) == 1),
    "the same for another": (("And the same for my sister's, please.", "I meant the other one, not this one."), lambda talk: bool(talk.writes) and "same" not in words(talk)),
    "a service that is none here": (("I need a hotel room there, too, please book one.", "And book a taxi to the airport, please.", "And order me a pizza, please.", "Please order a vegan meal for me."), any_talk),
    "a deed of no desk": (("Also gift-wrap everything, please.", "And block my credit card while you're at it.", "Merge my two accounts, please.", "And reorder the same thing once more."), any_talk),
    "a fact that nobody told": (("I already know that there are exactly 37 of them.", "The total is $2,341.10, I know that already."), any_talk),
}  # fmt: skip
SOUNDS: Mapping[str, tuple[Sequence[str], When, bool]] = {
    "a search before it": (("Find the cheapest and give me that.", "Look for an earlier one and take it.", "Check the others and go ahead with the best of them."), any_talk, False),
    "all but one thing": (("All good except for one thing.", "Do it, with one small change.", "Yes, apart from the last line.", "Sure, with a few small corrections."), any_talk, False),
    "hanging on something": (("If my bank allows it, that is.", "Provided my wife agrees, that is."), any_talk, True),
    "then yes": (("Hold it until the weekend, then yes.", "Probably yes, I'll call back.", "Once I've asked my wife, then yes."), any_talk, False),
    "begun only": (("Okay, so.", "Ok so...", "Alright, so."), any_talk, False),
    "for a feast": (("Yes, for Christmas Eve.", "Yes, on New Year's Day.", "Yes, for Halloween."), flies, False),
    "for less": (("Sure, at half the price.", "Yes, but I pay nothing for it."), any_talk, False),
}  # fmt: skip
for _name, (_texts, _when) in GIVEN_UP.items():
    LOOSE.add(f"user gives up: {_name}", between(_texts, _when), "Its task sets it, or has no such wish.")
for _name, (_texts, _when, _added) in SOUNDS.items():
    HEDGED.add(
        f"no yes: {_name}",
        replying(_texts, _when, added=_added),
        "It is no yes to what was listed, as it was listed, now.",
    )
