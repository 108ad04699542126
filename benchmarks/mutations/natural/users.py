"""How users talk."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.natural.talking import more
from benchmarks.mutations.talks import Talk, agent, ended, put, said, user
from benchmarks.mutations.wrong.answers import refuses

USER = Family("the user's manner", wrong=False)


@USER("The user insists, and the agent holds.")
def user_insists_and_agent_holds(talk: Talk, rng: random.Random) -> Made:
    at = talk.answer
    if at is None or not refuses(talk) or at + 1 >= len(talk.turns):
        return None
    topic, why = talk.task.requests[0].topic, talk.task.outcomes[0].refusal
    pleas = (
        "Oh come on, can't you make an exception?",
        "Please, this really matters to me.",
        "I don't accept that. Do it anyway.",
    )
    return put(
        talk.turns,
        at + 1,
        user(rng.choice(pleas)),
        agent(f"I'm sorry, I can't make an exception for {topic}: {why}. Is there anything else?"),
    )


@USER("The user is disappointed, and takes it.")
def user_accepts_the_refusal(talk: Talk, rng: random.Random) -> Made:
    at = talk.answer
    if at is None or not refuses(talk) or at + 1 >= len(talk.turns):
        return None
    words = ("That's a pity, but I understand.", "Too bad. Thanks for checking.", "Hm, okay, I expected that.")
    return put(
        talk.turns, at + 1, user(rng.choice(words)), agent("Thank you for your understanding. Is there anything else?")
    )


def speaking(edit: Callable[[str, random.Random], str]) -> Make:
    """All that the user says, in another manner."""

    def make(talk: Talk, rng: random.Random) -> Made:
        turns = list(talk.turns)
        for at in talk.heard:
            turns[at] = replace(turns[at], text=edit(turns[at].text, rng))
        return turns

    return make


SLIPS = (
    ("the ", "teh "),
    ("and ", "adn "),
    ("please", "plese"),
    ("with ", "wiht "),
    ("that ", "taht "),
    ("because", "becuase"),
    ("would ", "woudl "),
)


def _slips(text: str, _rng: random.Random) -> str:
    """Slips of the fingers in words, not in what stands in quotes: a title with one is another title."""
    parts = re.split(r'("[^"]*")', text)
    for right, wrong in SLIPS:
        parts[::2] = [part.replace(right, wrong) for part in parts[::2]]
    return "".join(parts)


USER.add("user in small letters", speaking(lambda text, _rng: text[:1].lower() + text[1:]), "The same words.")
USER.add("user without a full stop", speaking(lambda text, _rng: text.rstrip(".")), "The same words.")
USER.add(
    "user with exclamation marks", speaking(lambda text, _rng: re.sub(r"\.(?=\s|$)", "!", text)), "The same words."
)
USER.add("user with typos", speaking(_slips), "The same words, mistyped.")
USER.add("user with an emoji", speaking(lambda text, rng: f"{text} {rng.choice('😊🙂🙏😅')}"), "The same words.")
USER.add(
    "user says please",
    speaking(lambda text, _rng: f"{text} Please." if not text.endswith("?") else text),
    "The same words.",
)
USER.add(
    "user sighs",
    speaking(
        lambda text, rng: (
            f"{rng.choice(('Well, ', 'Uh, ', 'Okay, ', 'Right, '))}{text[:1].lower() if not text.startswith(('I ', 'I' + chr(39))) else text[:1]}{text[1:]}"
        )
    ),
    "The same words.",
)


def beside(texts: Sequence[str], which: str = "any") -> Make:
    """One more sentence of the user."""

    def make(talk: Talk, rng: random.Random) -> Made:
        at = talk.heard[0] if which == "first" else talk.heard[-1] if which == "last" else rng.choice(talk.heard)
        return said(talk.turns, at, f"{talk.turns[at].text} {rng.choice(texts)}")

    return make


BESIDE: Mapping[str, tuple[Sequence[str], str]] = {
    "greets": (("Nice to meet you.", "I hope you are well.", "Good to reach somebody."), "first"),
    "is upset": (("I'm really annoyed about this.", "This is driving me crazy.", "I've had a terrible day, honestly."), "first"),
    "is lonely": (("It's nice to talk to somebody, I've been alone all week.", "Sorry for chatting so much."), "any"),
    "talks of the weather": (("It's raining cats and dogs here.", "What a sunny morning it is."), "any"),
    "says thanks": (("Thank you so much for your help.", "I really appreciate it."), "last"),
    "says goodbye warmly": (("Bye, and have a nice day!", "Take care!", "Have a good one."), "last"),
    "is in a hurry": (("I only have a few minutes.", "Please be quick, my train leaves soon."), "first"),
    "praises": (("You're doing great.", "That's excellent service."), "any"),
}  # fmt: skip
for _name_, (_texts_, _which) in BESIDE.items():
    USER.add(f"user {_name_}", beside(_texts_, _which), "It says nothing about the matter.")


@USER("It may say who it is in more than one way.")
def user_gives_more_correct_facts(talk: Talk, rng: random.Random) -> Made:
    facts = [
        fact.text
        for fact in talk.task.facts
        if fact.key in ("email", "name", "zip", "user_id", "first_name", "last_name")
    ]
    if not facts or talk.known is None:
        return None
    at = max(i for i in talk.heard if i < talk.known)
    return said(talk.turns, at, f"{talk.turns[at].text} {rng.choice(facts)}")


@USER("A short answer twice is no repetition.")
def same_short_user_answer_twice(talk: Talk, rng: random.Random) -> Made:
    if talk.known is None or talk.turns[talk.known - 1].role != "user":
        return None
    word = rng.choice(("Yes.", "Okay.", "Sure."))
    return put(
        talk.turns,
        talk.known,
        agent("Is that spelled right?"),
        user(word),
        agent("Good. May I look it up now?"),
        user(word),
    )


@USER("It is the same order.")
def order_id_without_hash(talk: Talk, _rng: random.Random) -> Made:
    if not talk.retail:
        return None
    turns = list(talk.turns)
    for at in talk.heard:
        turns[at] = replace(turns[at], text=re.sub(r"#(?=[Ww]\d{7})", "", turns[at].text))
    return turns


@USER("It asks what it may ask, and is told what is so.")
def user_asks_about_policy(talk: Talk, rng: random.Random) -> Made:
    pair = rng.choice(
        (
            (
                "Can returned items go back to a gift card?",
                "Yes, a refund goes either to the original payment method or to a gift card that you have.",
            ),
            ("Can I cancel an order that has arrived?", "No, only pending orders can be cancelled."),
        )
        if talk.retail
        else (
            ("How much is travel insurance?", "It is $30 per passenger."),
            ("How many passengers can be on one booking?", "At most five."),
        )
    )
    return more(talk, (pair[0], f"{pair[1]} Is there anything else?"))


@USER("The talk may end with the agent's report, the user says no more.")
def user_leaves_with_a_word(talk: Talk, rng: random.Random) -> Made:
    if talk.last is None or talk.turns[talk.last - 1].role != "user":
        return None
    bye = rng.choice(
        ("No, that's it. Bye!", "That's all, thank you.", "Nothing else, thanks a lot.", "All good now, cheers.")
    )
    return ended(talk, [*talk.turns[: talk.last - 1], user(bye), agent("Goodbye!")])
