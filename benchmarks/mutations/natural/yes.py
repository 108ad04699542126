"""Ways to agree, and exchanges around a yes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, agent, put, said, user

YES = Family("yes: the reply", wrong=False)
AROUND = Family("yes: the exchange", wrong=False)


def agreeing(texts: Sequence[str]) -> Make:
    """Every reply to a proposal reads so."""

    def make(talk: Talk, rng: random.Random) -> Made:
        if not talk.writes:
            return None
        turns = list(talk.turns)
        for write in talk.writes:
            turns = said(turns, talk.reply(write), rng.choice(texts))
        return turns

    return make


PLAIN = (
    "Sure.", "Sure, go right ahead.", "Perfect, thanks.", "I agree.", "I approve.", "Confirm.", "Of course.", "Great, thank you!",
    "That's fine.", "Fine by me.", "Alright.", "Please.", "Y", "👍", "Make it so.", "Approved.", "I'm happy with that.",
    "Everything you listed is accurate.", "Exactly, thank you.", "Works for me.", "You have my go.",
    "Yes - don't change anything else though.", "Yes, that all looks right. When will I get the refund?",
     "Yes. Do not do anything else, please.", "Please proceed.", "Yes please",
    "All correct, please submit it.", "Yes!", "Yep, do that.", "Sounds good.", "That's right.", "Let's do it.", "Yes, no problem.",
    "No other items. Yes, go ahead.",
)  # fmt: skip
for _text in PLAIN:
    YES.add(f"yes as {_text!r}", agreeing((_text,)), "A reader takes this for a yes.")

GROUPS: Mapping[str, Sequence[str]] = {
    "in capitals": ("YES", "YES PLEASE", "OK GO AHEAD"),
    "with typos": ("yess plese do it", "Yes, taht's rihgt, go ahed", "yea sure go ahaed"),
    "with an emoji": ("Yes 👍", "Go for it! 🙏", "Yep ✅"),
    "with a tag question": ("Yes, do it, would you?", "Go ahead. Quick as you can, yeah?", "Yes please, that's all right, isn't it?"),
    "with a question after it": ("Yes, go ahead. How long will it take?", "Sure, do it. Will I get an e-mail?", "Please go ahead. Can you tell me when it's done?"),
    "with relief": ("Finally! Yes, do it.", "What a relief, yes please.", "Oh good. Yes, go ahead."),
    "with small talk": ("Yes, go ahead. My cat has just jumped on the keyboard.", "Sure, do it, I'm making tea meanwhile.", "Yes please! It's lovely weather here today."),
    "in slang": ("Yup, hit it.", "Aight, go for it.", "Yeah, let's roll."),
    "formally": ("I hereby confirm the above.", "You have my explicit consent to proceed.", "I confirm that all details are correct and authorize you to proceed."),
    "from a non-native": ("Yes, is correct, please make it.", "Ok yes, you can do.", "Yes, I am agree, do please."),
    "with no for something else": ("No, nothing else to add. Go ahead.", "No changes. Yes, please do it.", "Nothing to correct there, so yes."),
    "with I don't mind": ("I don't mind, go ahead.", "Yes, I don't see anything wrong with it.", "Can't complain, yes, go for it."),
    "as if impatient": ("Yes, yes, just do it already.", "Yes! How often do I have to say it? Go ahead.", "Of course, that's why I'm here. Do it."),
    "read and confirmed": ("I've checked every line: it's right. Go ahead.", "I read it twice, all good, please do it.", "Just compared it with my notes. Correct, proceed."),
    "grateful": ("Yes, that would be wonderful, thank you so much!", "Please do, you're a great help.", "Yes, thanks a million."),
    "as absolutely": ("Absolutely.", "Definitely, yes.", "By all means.", "Certainly, please."),
    "and waits": ("Yes. I'll wait here.", "Yes, I can hold.", "Yes please! My coffee is getting cold, so no hurry."),
    "with a courtesy": ("Yes, if you would be so kind.", "Yes, if it isn't too much trouble.", "Yes, if you'd be so nice."),
    "with a word for later": ("Yes, go ahead. I'll look at the mail tomorrow.", "Yes. I told my wife already.", "Yes. Let me know when it's done."),
    "reluctant but clear": ("Not happy about the price, but yes, do it.", "Well, if there's no other way: yes, go ahead.", "It's more than I hoped, but okay, go ahead."),
}  # fmt: skip
YES.each({f"yes {name}": texts for name, texts in GROUPS.items()}, agreeing, "A reader takes this for a yes.")


@YES("The user repeats what it agrees to.")
def yes_repeating_the_record(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        args = talk.call(write).args
        key = args.get("order_id") or args.get("reservation_id")
        if key:
            return said(
                talk.turns,
                talk.reply(write),
                rng.choice((f"Yes, for {key}, please.", f"{key}, exactly. Go ahead.", f"Yes, do that with {key}.")),
            )
    return None


@YES("There are no bags in it.")
def yes_and_no_bags(talk: Talk, rng: random.Random) -> Made:
    if any(talk.call(write).args.get("total_baggages") for write in talk.writes):
        return None
    return agreeing(("Yes, please go ahead and don't book any bags.", "Yes, and no bags, please."))(talk, rng)


@YES("Each yes is the same word.")
def same_yes_twice(talk: Talk, rng: random.Random) -> Made:
    return (
        agreeing((rng.choice(("Yes.", "Yes, please.", "Yes, go ahead.")),))(talk, rng) if len(talk.writes) > 1 else None
    )


# ----------------------------------------------------------------------------- more than one turn


def exchange(talk: Talk, rng: random.Random, *turns: tuple[str, str]) -> Made:
    """Before the yes: the user says something, and the agent answers."""
    write = talk.any_write(rng)
    if write is None:
        return None
    asked, answer = rng.choice(turns)
    return put(talk.turns, talk.reply(write), user(asked), agent(answer))


@AROUND("The question is answered, and then the user agrees.")
def user_asks_back_before_yes(talk: Talk, rng: random.Random) -> Made:
    return exchange(
        talk, rng, ("And nothing else changes, right?", "That's right, nothing else changes. Shall I go ahead?"),
        ("Do I need to do anything for that?", "No, you don't have to do anything. May I proceed?"),
        ("Is that everything that I asked for?", "Yes, as listed above. Do you confirm?"),
    )  # fmt: skip


@AROUND("The user needs a moment, and agrees then.")
def user_needs_a_moment(talk: Talk, rng: random.Random) -> Made:
    return exchange(
        talk, rng, ("Hold on, let me read that.", "Of course, take your time. Just tell me whether I may proceed."),
        ("One second, please.", "Sure. Let me know whether that is right."), ("Let me check that against my notes.", "Certainly. Do you confirm the details?"),
    )  # fmt: skip


@AROUND("The agent waits politely and asks again.")
def agent_waits_and_asks_again(talk: Talk, rng: random.Random) -> Made:
    return exchange(
        talk, rng, ("Hmm.", "Take your time. Shall I go ahead with it as listed?"), ("...", "Are you still with me? May I go ahead as listed?"),
        ("Uh, sorry, what?", "I was asking whether I may go ahead with the details above. Do you confirm?"),
    )  # fmt: skip


@AROUND("Refused first, then agreed to after all: the last word counts.")
def no_then_yes(talk: Talk, rng: random.Random) -> Made:
    return exchange(
        talk, rng, ("No, wait, I need to think.", "I understand. Tell me when you have decided: shall I go ahead as listed?"),
        ("I'm not sure yet.", "That's all right. Shall I leave it, or may I go ahead as listed above?"),
    )  # fmt: skip


@AROUND("After the yes the agent asks for a moment's patience.")
def agent_thanks_before_the_write(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    pairs = (
        ("Thank you. One moment, please.", "Sure."),
        ("Thanks, I'll take care of it now.", "Great, thanks."),
        ("Perfect, give me a second.", "No problem."),
    )
    first, second = rng.choice(pairs)
    return put(talk.turns, talk.reply(write) + 1, agent(first), user(second))


@AROUND("The user agrees, and remarks on the weather before the write.")
def small_talk_after_the_yes(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    pairs = (
        ("Thank you! I hope you have a good day so far.", "I do, thanks, it's sunny here."),
        ("Thanks. How is your day?", "Busy, but fine."),
    )
    first, second = rng.choice(pairs)
    return put(talk.turns, talk.reply(write) + 1, agent(first), user(second))


def _split(text: str, at: Callable[[list[str]], int]) -> tuple[str, str] | None:
    lines = text.split("\n")
    cut = at(lines)
    head, tail = "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip()
    return (head, tail) if head and tail else None


@AROUND(
    "The list and its question come in two messages in a row.",
    debatable="Chat formats know no second message of one side without an answer between, and well_formed holds them to it.",
)
def listing_in_two_messages(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    at = talk.proposal(write)
    parts = _split(talk.turns[at].text, lambda lines: len(lines) - 1)
    return None if parts is None else [*talk.turns[:at], agent(parts[0]), agent(parts[1]), *talk.turns[at + 1 :]]


@AROUND("The user nods between the list and the question.")
def listing_split_across_two_turns(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    at = talk.proposal(write)
    parts = _split(talk.turns[at].text, lambda lines: len(lines) - 1)
    if parts is None:
        return None
    nod = user(rng.choice(("I'm following.", "Okay, I see.", "Got it so far.")))
    return [*talk.turns[:at], agent(parts[0]), nod, agent(parts[1]), *talk.turns[at + 1 :]]


@AROUND("The half that was listed first and the half that was listed then make one list.")
def half_the_list_in_each_turn(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        at = talk.proposal(write)
        lines = talk.turns[at].text.split("\n")
        if len(lines) > 6:
            parts = _split(talk.turns[at].text, lambda lines: len(lines) // 2)
            if parts:
                nod = user(rng.choice(("Yes, so far that's right.", "Okay, and the rest?", "Fine, go on.")))
                return [
                    *talk.turns[:at],
                    agent(f"{parts[0]}\nIs that right so far?"),
                    nod,
                    agent(f"And further:\n{parts[1]}"),
                    *talk.turns[at + 1 :],
                ]
    return None


@AROUND("The agent repeats its list on request, and the user agrees then.")
def listed_again_on_request(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    again = talk.turns[talk.proposal(write)].text
    ask = rng.choice(("Could you repeat that?", "Sorry, once more, please.", "Can I see that list again?"))
    return put(talk.turns, talk.reply(write), user(ask), agent(f"Of course.\n{again}"))


@AROUND("One yes covers all that was listed, one write after the other.")
def one_yes_for_all_writes(talk: Talk, rng: random.Random) -> Made:
    found = apart(talk)
    if found is None:
        return None
    first, second = found
    start, end, again = talk.proposal(first), talk.report(first), talk.proposal(second)
    lists = [_split(talk.turns[at].text, lambda lines: len(lines) - 1) for at in (start, again)]
    if lists[0] is None or lists[1] is None or end is None or any(first < read < end for read in talk.reads):
        return None  # what is read before the report may be what the second write needs
    if any(text in talk.turns[end].text for text in talk.task.told):
        return None  # the report that falls away holds an answer
    if _records(talk, first) & _records(talk, second):
        return None  # what the second list tells of the record is so only after the first write
    both = agent(f"{lists[0][0]}\n{lists[1][0]}\nMay I go ahead with both (yes/no)?")
    yes = user(rng.choice(("Yes, please do both.", "Yes to both of them.", "Yes, go ahead with all of that.")))
    return [
        *talk.turns[:start], agent(WHAT_ELSE), *talk.turns[end + 1 : again],
        both, yes, *talk.turns[first : first + 2], *talk.turns[second:],
    ]  # fmt: skip


def _records(talk: Talk, write: int) -> set[str]:
    """The records that a write is about."""
    return {
        str(talk.call(write).args[name]) for name in ("order_id", "reservation_id") if name in talk.call(write).args
    }


WHAT_ELSE = "I have what I need for that. Is there anything else you'd like me to take care of at the same time?"


def apart(talk: Talk) -> tuple[int, int] | None:
    """Two writes in a row, the user asking for the second after the report on the first."""
    for first, second in itertools.pairwise(talk.writes):
        end, again = talk.report(first), talk.proposal(second)
        plain = talk.proposal(first) == first - 2 and again == second - 2
        if end is not None and end < again and talk.turns[end + 1].role == "user" and plain:
            return first, second
    return None
