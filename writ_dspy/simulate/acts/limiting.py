"""How the contributions move the stance that limit a yes: to a part, to another time, to other words than those of the proposal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from writ_dspy.simulate.acts.approving import WEAK
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.scope import comes_first
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import Event

_LINES = frozenset({"point", "item", "line", "part", "half", "bit", "thing", "entry", "bullet", "section"})
"""What a place in a list is a place of: "the first point" is no first flight."""
_PLACES = frozenset({"first", "second", "third", "last", "other", "top", "bottom", "upper", "lower", "next"})
_TIMES = frozenset(f"{day}day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")) | {
    "tomorrow",
    "tonight",
}
_SORRY = frozenset({"sorry", "oops", "whoops", "pardon", "apologies", "excuse"})

_DELAY = frozenset({"late", "delay", "slow", "long", "wait", "silence"})
"""What is excused with a reason is the time that the answer took."""

_OF_ITSELF = over("^(?:ADV|SO|AND)* I |QUESTION")
"""A clause about the user, and not about what was proposed."""


_OTHERS_OF_OURS = over(
    "^(?:AND|SO|ADV)* (?:I (?:ADV|BE|HAVE)* (?:x|ACT|KEEP|NEED) (?:ADV|THIS|DET|OF|SMALL)* ELSE|(?:ADV|THIS|DET|OF)* ELSE x? I (?:x|ACT|KEEP|NEED))"
)
"""A clause that tells what the user does with all else."""


def miscounted(stand: Stance, event: Event) -> bool:
    """Whether a clause in the sentence of a yes, or a "that is …", counts or dates something otherwise than the proposal."""
    asked, clause = stand.asked, event.clause
    if asked is None or stand.stance != "+" or clause.asked or not clause.codes.strip(_PLAIN):
        return False
    named = stand.same_sentence(event) or clause.codes.startswith(_THAT_IS)
    if not named or _OF_ITSELF.search(clause.codes) or clause.link.endswith(("REASON", "IF", "ONCE", "BEFORE")):
        return False
    words = [word for phrase in clause.words for word in phrase.split()]
    return asked.contradicts(" ".join(words))


_PLAIN = CODES["YES"] + CODES["GO"] + CODES["PLEASE"] + CODES["OKAY"]
_THAT_IS = CODES["THIS"] + CODES["BE"]


def part(stand: Stance, event: Event) -> None:
    """What is right, or agreed to, in part only."""
    if not stand.for_act or (stand.asked is not None and stand.asked.options):
        if stand.informs:
            stand.other("answer", event)
    elif stand.stance == "" or (stand.stance == "+" and not stand.small_talk(event)):
        stand.take("?", event)


def share(stand: Stance, event: Event) -> None:
    """A yes to some lines of the list; to "the first flight", where that was proposed, is a yes to all."""
    asked = stand.asked.words if stand.asked is not None else frozenset[str]()
    words = [word for phrase in event.clause.words for word in phrase.split()]
    if stand.stance == "+" and not stand.same_sentence(event) and _OTHERS_OF_OURS.match(event.clause.codes):
        return  # "we use all the other things"
    named = _PLACES.intersection(words)
    of = {after for place, after in pairwise(words) if place in _PLACES} & _LINES
    if named and named | of <= asked:
        return
    if (
        stand.for_act
        and stand.stance == "+"
        and stand.same_sentence(event)
        and not (stand.asked and stand.asked.options)
    ):
        stand.take("?", replace(event, kind="part"))
    else:
        part(stand, replace(event, kind="part"))


def rest(stand: Stance, event: Event) -> None:
    """What the user still has to look at, or doubts, beside what is right."""
    if stand.for_act and stand.stance in ("", "+"):
        stand.take("?" if stand.stance else "-", event)


def later(stand: Stance, event: Event) -> None:
    """A yes that is promised for another day is none today; beside one that was given it is about something else."""
    if stand.for_act and (not stand.stance or (stand.stance == "+" and stand.same_sentence(event))):
        put_off(stand, event)


def consults(stand: Stance, event: Event) -> None:
    """To ask someone else first, or to answer later, puts a yes off; by itself it is none."""
    if stand.for_act and stand.stance == "+" and comes_first(" ".join(event.clause.words)):
        put_off(stand, event)
        return
    later(stand, event) if stand.stance or not stand.for_act else stand.take("-", event)


def put_off(stand: Stance, event: Event) -> None:
    """To do it at another time than now, unless that was proposed, or asked for."""
    asked = stand.asked
    named = asked is not None and (asked.open or _proposed(stand, event))
    if stand.for_act and not named:
        stand.take("?", event)
    elif stand.for_act and not stand.stance:
        stand.take("+", event)
    elif stand.informs:
        stand.other("answer", event)


def _proposed(stand: Stance, event: Event) -> bool:
    """Whether the message before named the time."""
    times = {word for word in event.clause.words if word in _TIMES or word[0].isdigit()}
    return bool(times) and stand.asked is not None and times <= stand.asked.words


def present(stand: Stance, event: Event) -> None:
    """To be there, or to have seen what was written, is what the "yes" of the same sentence says."""
    stand.other("answer", event)
    listens = stand.by == "go" and not {"listening", "reading"}.isdisjoint(event.clause.words)
    if stand.stance == "+" and (listens or stand.by in ("yes", *WEAK)) and stand.same_sentence(event):
        stand.stance = ""


def astray(stand: Stance, event: Event) -> None:
    """What was said before was not meant for the agent, or the user did not hear what it was asked.

    Who is called by a pet name right behind thanks is whom the user thanks.
    """
    led = stand.before
    thanked = led is not None and led.sentence == event.clause.sentence and CODES["THANKS"] in led.codes
    if thanked and len(event.clause.words) == 1:
        return
    if event.clause.asked:
        stand.other("question", event)
    if stand.stance == "+":
        stand.stance = ""


def apart(stand: Stance, event: Event) -> None:
    """To excuse what was said as meant for someone else takes it back."""
    led = stand.before is not None and stand.before.sentence == event.clause.sentence and stand.before.words
    words = {*event.clause.words, *(led or ())}
    if not _SORRY.isdisjoint(words) and _DELAY.isdisjoint(words):
        astray(stand, event)
