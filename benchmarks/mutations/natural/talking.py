"""What an agent may say beside the matter, and how it may end."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, added, agent, put, said, user
from benchmarks.mutations.wrong.answers import refuses
from benchmarks.mutations.wrong.claims import Place, anywhere, closing

AGENT = Family("the agent's manner", wrong=False)


@AGENT("Nothing was changed.")
def as_it_is(talk: Talk, _rng: random.Random) -> Made:
    return talk.turns


def saying(texts: Sequence[str], place: Place, domain: str = "") -> Make:
    """One more sentence in a message."""

    def make(talk: Talk, rng: random.Random) -> Made:
        at = place(talk, rng)
        return None if at is None or domain not in talk.task.domain else added(talk.turns, at, rng.choice(texts))

    return make


def opening(talk: Talk, _rng: random.Random) -> int | None:
    return talk.messages[0] if talk.messages else None


SAID: Mapping[str, tuple[Sequence[str], Place, str]] = {
    "apologizes": (("I'm sorry for the trouble.", "My apologies for the wait.", "Sorry that you had to ask."), anywhere, ""),
    "feels with the user": (("I understand how annoying that must be.", "I can see why you want that settled.", "That sounds stressful."), anywhere, ""),
    "thanks": (("Thank you for your patience.", "Thanks for letting me know.", "I appreciate that you checked."), anywhere, ""),
    "offers help": (("Let me know if you need anything else.", "Feel free to ask if something is unclear.", "I'm glad to help with anything else."), closing, ""),
    "wishes well": (("Have a wonderful day!", "Enjoy your day, and take care.", "All the best to you."), closing, ""),
    "stresses a word": (("Please check the details CAREFULLY.", "Please note: NOTHING happens without your yes.", "This is IMPORTANT to get right."), opening, ""),
    "says what it does next": (("I'll look into it right away.", "Let me see what I can find.", "I'll take it one step at a time."), opening, ""),
    "says that nothing happens yet": (("Nothing will be changed without your yes.", "I won't change anything before you agree.", "So far nothing has been changed."), opening, ""),
    "says that it is a machine": (("I'm an automated assistant, and I'm happy to help.", "As your virtual assistant I'll do my best."), opening, ""),
    "summary announced": (("Just to sum up: everything that you asked for has been answered.", "That should settle everything you asked for."), closing, ""),
}  # fmt: skip
for _name, (_texts, _place, _domain) in SAID.items():
    AGENT.add(f"agent {_name}", saying(_texts, _place, _domain), "It claims nothing about the world that is not so.")

# ----------------------------------------------------------------------------- endings and refusals


def ending(edit: Callable[[str, random.Random], str]) -> Make:
    """The agent's last message ends otherwise."""

    def make(talk: Talk, rng: random.Random) -> Made:
        return None if talk.last is None else said(talk.turns, talk.last, edit(talk.turns[talk.last].text, rng))

    return make


AGENT.add(
    "final message with emoji", ending(lambda text, rng: f"{text} {rng.choice('😊🙏✈👋')}"), "An emoji is no error."
)
AGENT.add(
    "final message without full stop", ending(lambda text, _rng: text.rstrip(".!?")), "In a chat nobody misses it."
)
AGENT.add(
    "final message ends with a list",
    ending(lambda text, _rng: f"{text}\nBye for now:\n- and thank you\n- and take care"),
    "A list needs no full stop.",
)
AGENT.add(
    "final message with a signature",
    ending(
        lambda text, rng: (
            f"{text}\n\nKind regards,\n{rng.choice(('Your service team', 'Customer Care', 'The travel desk'))}"
        )
    ),
    "A signature needs no full stop.",
)
AGENT.add(
    "final message with a closing quote",
    ending(lambda text, _rng: f'{text} Or, as we say: "see you soon"'),
    "A quote may end a message.",
)


def more(talk: Talk, *turns: tuple[str, str]) -> Made:
    """More pairs of turns before the user says goodbye."""
    if (
        talk.last is None
        or len(talk.heard) < 2
        or talk.turns[-1].role != "agent"
        or talk.turns[talk.last - 1].role != "user"
    ):
        return None
    at = talk.last - 1
    return put(talk.turns, at, *(turn for asked, answer in turns for turn in (user(asked), agent(answer))))


@AGENT("It asks once more whether there is anything else.")
def anything_else_twice(talk: Talk, rng: random.Random) -> Made:
    ask = "Is there anything else I can help you with?"
    return more(
        talk,
        (rng.choice(("Thanks, let me think.", "Give me a second.", "Hmm, wait.")), ask),
        (rng.choice(("Still thinking, sorry.", "Just a moment.", "Uh, one more second.")), ask),
    )


@AGENT("Thanks and welcome before the end.")
def thanks_after_the_report(talk: Talk, rng: random.Random) -> Made:
    return more(
        talk,
        (
            rng.choice(("Thanks a lot!", "Great, thank you.", "Perfect, you've been very helpful.")),
            "You're welcome! Is there anything else?",
        ),
    )


@AGENT("It asks what nobody needs to know.")
def agent_asks_one_more_question(talk: Talk, rng: random.Random) -> Made:
    return more(
        talk,
        (
            rng.choice(("Okay.", "All right.", "Good.")),
            rng.choice(
                ("How was our service today?", "Are you happy with how that went?", "Was everything clear so far?")
            ),
        ),
    )


@AGENT("All of τ²'s own talks begin so.")
def agent_greets_first(talk: Talk, _rng: random.Random) -> Made:
    return put(talk.turns, 0, agent("Hi! How can I help you today?"))


@AGENT("It says that it looks, and the user waits.")
def agent_announces_a_look(talk: Talk, rng: random.Random) -> Made:
    if talk.known is None or talk.turns[talk.known - 1].role != "user":
        return None
    pair = rng.choice(
        (
            ("Thank you. I'll look that up, one moment please.", "Sure."),
            ("Let me open your account.", "Okay, thanks."),
            ("Checking that now.", "No rush."),
        )
    )
    return put(talk.turns, talk.known, agent(pair[0]), user(pair[1]))


GROUNDED: Sequence[str] = (
    "I'm sorry, but I can't do {topic}: {why}.", "Unfortunately {topic} is not possible, because {why}.",
    "I've checked, and {why}. That's why I can't help with {topic}.", "I understand that this is not what you hoped for, but {why}, so {topic} can't be done.",
)  # fmt: skip


@AGENT("The same refusal with the same reason.")
def refusal_reworded(talk: Talk, rng: random.Random) -> Made:
    at = talk.answer
    if at is None or not refuses(talk) or talk.natural or len(talk.task.outcomes) > 1:
        return None
    text = rng.choice(GROUNDED).format(topic=talk.task.requests[0].topic, why=talk.task.outcomes[0].refusal)
    return said(talk.turns, at, f"{text[0].upper()}{text[1:]} Is there anything else I can help you with?")
