"""Refusals and answers that are not those of the task."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, added, agent, said
from benchmarks.mutations.wrong.claims import anywhere
from writ_dspy.domains.values import values

DENIES = re.compile(r"\b(?:not|cannot|unable|unfortunately|afraid)\b|n['’]t\b", re.IGNORECASE)
ANSWER = Family("claims: the answer", wrong=True, by=("communicated", "grounded"))


def answering(talk: Talk, rng: random.Random, texts: Sequence[str]) -> Made:
    """The message that refuses or tells reads otherwise, and none after it says once more what it said."""
    at = talk.answer
    if at is None or _again(talk, at):
        return None
    return said(talk.turns, at, f"{rng.choice(texts)} Is there anything else I can help you with?")


def _again(talk: Talk, at: int) -> bool:
    """Whether the agent names a value of a message once more later on, or refuses once more, to one who insists."""
    if any(DENIES.search(talk.turns[later].text) for later in talk.messages if later > at):
        return True
    told = {(value.quantity, value.number) for value in values(talk.turns[at].text)}
    return any(
        (value.quantity, value.number) in told
        for later in talk.messages
        if later > at
        for value in values(talk.turns[later].text)
    )


def refuses(talk: Talk) -> bool:
    return any(outcome.refusal for outcome in talk.task.outcomes) and not talk.task.gold


@ANSWER("Nothing was done.", "grounded", "communicated")
def promises_a_forbidden_thing(talk: Talk, rng: random.Random) -> Made:
    topic = talk.task.requests[0].topic
    return (
        answering(
            talk, rng, (f"Good news: {topic} is done, it has gone through.", f"I have taken care of {topic} for you.")
        )
        if refuses(talk)
        else None
    )


@ANSWER("Something else is the reason.", "communicated", "grounded")
def refuses_for_a_wrong_reason(talk: Talk, rng: random.Random) -> Made:
    topic = talk.task.requests[0].topic
    texts = (
        f"I can't do {topic}, because today is a public holiday and your account is blocked.",
        f"{topic.capitalize()} isn't possible, since our computers are down.",
        f"I'm sorry, {topic} only works for members of our club.",
    )
    return answering(talk, rng, texts) if refuses(talk) else None


@ANSWER("No reason, no refusal.", "communicated")
def no_refusal_at_all(talk: Talk, rng: random.Random) -> Made:
    return answering(talk, rng, ("Okay, noted.", "Thank you for telling me.", "All right.")) if refuses(talk) else None


@ANSWER("A refusal without its ground.", "communicated")
def refuses_without_a_reason(talk: Talk, rng: random.Random) -> Made:
    topic = talk.task.requests[0].topic
    return (
        answering(talk, rng, (f"I can't help you with {topic}.", f"Sorry, {topic} is not possible."))
        if refuses(talk)
        else None
    )


@ANSWER("A refusal that leaves it open.", "communicated")
def refusal_left_open(talk: Talk, rng: random.Random) -> Made:
    topic = talk.task.requests[0].topic
    return (
        answering(
            talk,
            rng,
            (
                f"I'll see what I can do about {topic}, and you'll hear from us.",
                f"Let me get back to you about {topic} tomorrow.",
            ),
        )
        if refuses(talk)
        else None
    )


@ANSWER("A legal request is refused.", "end_state", "grounded")
def refuses_legal_request(talk: Talk, rng: random.Random) -> Made:
    if len(talk.writes) != 1:
        return None
    write = talk.writes[0]
    texts = (
        "I'm sorry, but policy does not allow me to do that.",
        "I'm afraid that this is not possible.",
        "I can't do that for you.",
    )
    rest = [turn for i, turn in enumerate(talk.turns) if i > (talk.report(write) or write + 1)]
    return [*talk.turns[: talk.proposal(write)], agent(rng.choice(texts)), *rest]


def told(talk: Talk) -> str | None:
    """The amount or count that is asked for."""
    return next((text for text in talk.task.told if re.search(r"\d", text)), None)


def retold(talk: Talk, pattern: str, new: Callable[[str], str]) -> Made:
    """Wherever the answer stands, in a pattern with `VALUE` for it, something else is said."""
    value = told(talk)
    if value is None:
        return None
    spelled = rf"(?<![\d.,]){re.escape(value)}(?!\d)"
    if "." in value:
        forms = {value, value.removesuffix(".00"), f"{float(value):,.2f}", f"{float(value):,.2f}".removesuffix(".00")}
        spelled = rf"(?<![\d.,])(?:{'|'.join(sorted(map(re.escape, forms), key=len, reverse=True))})(?!\d|[.,]\d)"
    turns, changed = list(talk.turns), False
    for at in talk.messages:
        text = re.sub(pattern.replace("VALUE", spelled), lambda match: new(match[0]), turns[at].text)
        if text != turns[at].text:
            turns, changed = said(turns, at, text), True
    return turns if changed else None


SENTENCE = r"(?:[^.!?\n]|\.(?=\d))*\$?VALUE(?:[^.!?\n]|\.(?=\d))*[.!]"


@ANSWER("Another number is the answer.")
def another_number_told(talk: Talk, rng: random.Random) -> Made:
    return retold(talk, "VALUE", lambda _old: f"{rng.randrange(200, 900)}.{rng.randrange(10, 99)}")


@ANSWER("It says that this is not the answer.")
def answer_negated(talk: Talk, rng: random.Random) -> Made:
    nots = ("is certainly not", "is anything but", "isn't")
    return retold(talk, r"\bis \$?VALUE", lambda old: f"{rng.choice(nots)} {old.removeprefix('is ')}")


@ANSWER("The answer stands inside another number.")
def answer_inside_another_number(talk: Talk, _rng: random.Random) -> Made:
    return retold(talk, SENTENCE, lambda _old: f"Reference number 7{told(talk)}3x for your files.")


@ANSWER("Right beside wrong.")
def wrong_answer_beside_the_right_one(talk: Talk, rng: random.Random) -> Made:
    return retold(talk, r"\$?VALUE", lambda old: f"{old}, or rather ${rng.randrange(100, 800)}.17")


@ANSWER("The value is told of something else.")
def answer_told_of_something_else(talk: Talk, _rng: random.Random) -> Made:
    return retold(talk, SENTENCE, lambda _old: f"The shipping fee is {told(talk)}, but what you asked about is 42.")


@ANSWER("The answer is never given.")
def answer_left_out(talk: Talk, _rng: random.Random) -> Made:
    numbers = {value.number for value in values(f"${told(talk) or 0}")}
    says = [at for at in talk.messages if any(value.number in numbers for value in values(talk.turns[at].text))]
    return None if len(says) > 1 else retold(talk, SENTENCE, lambda _old: "I have found that out now.")


@ANSWER("The amount is in another unit.")
def answer_in_another_unit(talk: Talk, _rng: random.Random) -> Made:
    return retold(talk, r"\$VALUE", lambda old: f"{old.removeprefix('$')} points")


@ANSWER("Nothing was read by then.")
def answer_told_before_reading(talk: Talk, rng: random.Random) -> Made:
    value = told(talk)
    at = next((i for i in talk.messages if talk.reads and i < talk.reads[0]), None)
    return (
        None
        if value is None or at is None
        else added(
            talk.turns, at, rng.choice((f"I guess the answer will be {value}.", f"It must be {value}, I'd say."))
        )
    )


@ANSWER("A sum that is wrong.", "grounded")
def calculation_wrong(talk: Talk, rng: random.Random) -> Made:
    at = anywhere(talk, rng)
    if at is None or at == 0:
        return None
    a, b = rng.randrange(120, 480), rng.randrange(120, 480)
    return added(talk.turns, at, f"By my calculation {a} + {b} = ${a + b + 90}.")
