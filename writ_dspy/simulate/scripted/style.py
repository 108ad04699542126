"""How a user words things: fillers, courtesies, haste, slang, slips of the keyboard, another first language."""

from __future__ import annotations

import random
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.simulate.behaviour import COURTESY, MISSPELLED, has
from writ_dspy.task import Behaviour

GREETINGS = (
    "Hi",
    "Hello",
    "Hello there",
    "Good morning",
    "Good afternoon",
    "Hi there",
    "Good evening",
    "Greetings",
    "Hi, support",
)
CHATTER = (
    "I've been a customer here for ages and normally everything runs smoothly",
    "My sister told me you sort these things out within minutes, so here I am",
    "I was going through my inbox this morning when I noticed it",
    "Things have been a bit chaotic at home lately, so bear with me",
    "I meant to write last week but life got in between",
    "I tried to find this on the website first and gave up after a while",
    "I usually do this kind of thing on my phone, but today it's the laptop",
    "My neighbor recommended chatting instead of calling",
    "I hope I'm in the right place for this sort of question",
    "I had a long day at work and finally found a quiet moment for it",
    "I wrote everything down beforehand so that nothing gets mixed up",
    "I talked it over with my partner last night and we are both of one mind",
    "It took me a moment to gather all the details",
    "This has been sitting on my to-do list since Monday",
    "I always like to double-check before anything gets changed",
    "You would not believe how many tabs I have open right now",
    "My reading glasses are upstairs, so forgive me if I misread something",
    "A colleague went through the very same procedure in spring",
    "Last year I had a similar case and it ended well",
    "I keep a little notebook for conversations like this one",
    "Between us, my memory for numbers was better when I was younger",
    "The kids are asleep, which gives me half an hour of peace",
    "I nearly called the hotline, but the music there drives me up the wall",
    "My husband usually handles such matters, he's away this month",
    "It rained all afternoon, a good occasion for paperwork",
    "I've just come back from the gym and sat down with a tea",
    "Somebody ought to write a manual about this",
    "I must say your chat opens faster than I expected",
    "Friends keep telling me that I overthink these matters",
    "I moved some money around yesterday and then remembered this",
    "Our printer broke, otherwise I'd have the paper in front of me",
    "I'm on the sofa with the cat and a pile of old letters",
    "It isn't the end of the world, I simply want it off my mind",
    "My cousin works in support too, so I know how busy you are",
    "I've set an alarm so that I won't forget about dinner",
    "Whoever designed this form deserves a medal, it's easy to use",
)
WHEN = (
    "Earlier today", "This morning", "Yesterday", "Last night", "On Monday", "The other day", "A week ago",
    "Over the weekend", "Just before lunch", "On my way home", "After breakfast", "Late on Friday",
)  # fmt: skip
WHAT = (
    "my neighbor came over to borrow a ladder", "I ran into an old friend at the market", "the bus was late again",
    "I finally cleaned out the garage", "somebody left a bicycle in our hallway", "we tried the new bakery on the corner",
    "my phone needed another update", "I watered the plants twice by mistake", "the elevator got stuck for a while",
    "I found a recipe for lentil soup", "our choir practiced for the summer concert", "the dog next door would not stop barking",
    "I lost my keys and found them in the fridge", "the power went out for a minute", "my nephew taught me a card trick",
    "we painted the kitchen a pale yellow", "I went for a walk around the lake", "the mail came much later than usual",
)  # fmt: skip
"""With `WHEN`, remarks for a conversation so long that `CHATTER` is used up."""
LONG = 14
"""Words that a talkative user's message has at least."""
SMALL_TALK = (
    "By the way, the weather here is wonderful today, first sunny day in weeks.",
    "Funny enough, my dog just climbed onto the keyboard.",
    "Fun fact: I'm writing this from a train with terrible coffee.",
    "Unrelated, but my football team won last night, so I'm in a good mood.",
    "On another note, it's my birthday on Sunday and the house is full of balloons.",
    "Random, but do you also have construction noise outside all day?",
    "Off topic: my daughter lost her first tooth this morning!",
    "By the way, I finally finished the novel everybody talks about.",
    "Funny enough, I dreamt about airports and parcels last night.",
    "Fun fact, my garden has more tomatoes than I can eat this year.",
    "On another note, the traffic this morning was unbelievable.",
    "Off topic, but I've just started learning the ukulele.",
    "Unrelated, but I think my cat understands every word I type.",
    "Random, but I just baked a cake and it actually rose.",
)
HASTE = (
    "I'm in a hurry, so let's keep it short.", "I'm in a rush, my meeting starts soon.", "Can we do this quickly?",
    "I need this done as fast as possible.", "I'm short on time today.", "I have no time for long explanations.",
    "I need this sorted asap.", "My cab is waiting, so let's do this right away.", "I've got five minutes, hurry if you can.",
)  # fmt: skip
COURTESIES = (
    "Thanks a lot!", "Thank you so much.", "I'd really appreciate it.", "Thanks for your help.", "Many thanks in advance.",
    "I'm grateful for your patience.", "Thank you for looking into it.", "I appreciate your time.", "Thanks, that's kind of you.",
)  # fmt: skip
FOREIGN_STARTS = (
    "I am not sure how to say it good in English.", "I have one doubt that I want to ask.", "If is possible, I explain my case.",
    "It is needed for me since yesterday.", "Explain me if something is not clear.", "Since long time I make this by phone.",
    "I am wanting to fix this today.", "You can tell me how I can do it, no?", "I make this first time in chat.",
)  # fmt: skip
SLANG_GREETINGS = ("Hey,", "Hey there,", "Hey hey,", "Hey, hi,", "Hey folks,")
SLANG_STARTS = ("Yeah so,", "Btw,", "Cool,", "Ya,", "Yep,")
GREETED = re.compile(
    r"^(?:(?:hi|hey|hello)(?: there|, support)?(?:[,!.]|(?= \w))\s*|(?:good (?:day|morning|afternoon|evening)|greetings)[,!.]\s*)",
    re.IGNORECASE,
)
"""A greeting before something else."""
SLANG_ENDS = ("thx", "that'd be cool", "gonna wait here", "lemme know", "kinda need it", "gotta love chat support")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a message; `keep` are lower-case texts that styling must leave standing."""

    text: str
    keep: tuple[str, ...] = ()


def styled(  # noqa: C901 - one line per dimension
    sentences: list[Sentence], behaviour: Behaviour, rng: random.Random, before: str
) -> str:
    """The message as this user would write it; every `keep` text still stands in it.

    Args:
        sentences: What is to be said.
        behaviour: How.
        rng: Draws the fillers.
        before: All that this user has said so far; empty for the first message.
    """
    first = not before
    done = [_ungreeted(sentence) if index or not first else sentence for index, sentence in enumerate(sentences)]
    if behaviour["tone"] == "blunt":
        done = [_blunt(sentence) for sentence in done]
    if behaviour["language"] == "non-native":
        done = [_without_articles(sentence, rng) for sentence in done]
    if behaviour["language"] == "typos":
        done = [Sentence(_mistyped(s.text, s.keep, rng, 1.0 if first else 0.35), s.keep) for s in done]
    extra: list[str] = []
    if behaviour["verbosity"] == "chatty":
        extra += _remarks(sum(len(sentence.text.split()) for sentence in done), before.lower(), rng, first=first)
    if first and behaviour["patience"] == "hurried":
        extra.append(rng.choice(HASTE))
    if first and behaviour["digression"] == "small talk":
        extra.append(rng.choice(SMALL_TALK))
    if first and behaviour["language"] == "non-native":
        extra.append(rng.choice(FOREIGN_STARTS))
    for text in extra:
        done.insert(rng.randint(1, len(done)) if done else 0, Sentence(text))
    text = " ".join(sentence.text for sentence in done)
    greeted = has(("hi", "hello", "hey", "good morning", "good afternoon", "good evening"), text[:16])
    if first and not greeted and behaviour["verbosity"] != "terse" and behaviour["tone"] != "blunt":
        greeting, mark = rng.choice(GREETINGS), rng.choice((", ", "! ", ". "))
        text = f"{greeting}{mark}{_within(text) if mark == ', ' else text}"
    if behaviour["tone"] == "polite" and not has(COURTESY, text):
        text = f"{text} {'Thank you.' if behaviour['verbosity'] == 'terse' else rng.choice(COURTESIES)}"
    chat = bool(done) and done[-1].text in extra
    return _accented(text, tuple(keep for s in sentences for keep in s.keep), behaviour, rng, first=first, chat=chat)


def _within(text: str) -> str:
    """A sentence as it goes on after a comma; a name keeps its capital."""
    name = re.match(r"I\b|[A-Z]{2}|\W|[A-Z]\w* (?!I\b)[A-Z]", text)
    return text if name else f"{text[:1].lower()}{text[1:]}"


def _remarks(words: int, told: str, rng: random.Random, *, first: bool) -> list[str]:
    """What a talkative user adds to so many words: always something, and enough for a long message; nothing twice.

    The store does not run out: it holds two remarks for each message of a conversation of 200 turns.
    """
    fresh = [text for text in CHATTER if text.lower() not in told]
    rng.shuffle(fresh)
    if len(fresh) < 2:
        rest = [(what.lower() in told, f"{when} {what}") for when in WHEN for what in WHAT]
        rng.shuffle(rest)
        fresh += [text for _, text in sorted(rest, key=lambda item: item[0]) if text.lower() not in told]
    chosen: list[str] = []
    for text in fresh:
        if len(chosen) >= (2 if first else 1) and words >= LONG:
            break
        chosen.append(f"{text}.")
        words += len(text.split())
    return chosen


def _accented(
    text: str, keep: tuple[str, ...], behaviour: Behaviour, rng: random.Random, *, first: bool, chat: bool
) -> str:
    """With the accent of this user; `chat`: the last sentence is small talk, after which slang makes no sense."""
    if behaviour["language"] == "casual":
        start = (
            f"{rng.choice(SLANG_GREETINGS)} " if first else "" if rng.random() < 0.5 else f"{rng.choice(SLANG_STARTS)} "
        )
        rest = GREETED.sub("", text, count=1) if first and GREETED.match(text) else text
        text = _checked(f"{start}{_within(rest)}", text, keep)
        if rng.random() < 0.3 and behaviour["verbosity"] != "terse" and not (chat or text.endswith(("?", "!"))):
            text = f"{text.rstrip('.')}, {rng.choice(SLANG_ENDS)}."
    tokens = set(re.findall(r"[a-z']+", text.lower()))
    if behaviour["language"] == "typos" and first and not tokens & set(MISSPELLED.values()):
        text = f"{text} Jsut tell me if taht helps."
    return text


def _ungreeted(sentence: Sentence) -> Sentence:
    """Without a greeting, which stands at the start of a conversation alone."""
    text = GREETED.sub("", sentence.text, count=1)
    if text == sentence.text or not GREETED.match(sentence.text):
        return sentence
    return Sentence(_checked(text[:1].upper() + text[1:], sentence.text, sentence.keep), sentence.keep)


def _blunt(sentence: Sentence) -> Sentence:
    """Without courtesies; a sentence that was nothing else is dropped by its emptiness."""
    text = re.sub(r"(?i)(,? ?\b(please|kindly)\b,?)", " ", sentence.text)
    text = re.sub(r"(?i),? *\b(thanks|thank you)( a lot| so much| very much)?(?=[.!?]|$)", "", text)
    text = re.sub(r"(?i)[^.!?]*\b(thank you|thanks|appreciate|grateful|sorry to bother)\b[^.!?]*[.!?]?", "", text)
    text = re.sub(r"\s{2,}", " ", re.sub(r"\s+([.,!?])", r"\1", text)).strip()
    if sentence.text[:1].isupper():
        text = text[:1].upper() + text[1:]
    return Sentence(_checked(text, sentence.text, sentence.keep), sentence.keep)


def _without_articles(sentence: Sentence, rng: random.Random) -> Sentence:
    def drop(match: re.Match[str]) -> str:
        return "" if rng.random() < 0.6 else match.group()

    text = re.sub(r"\b(the|a|an) (?=[a-z])", drop, sentence.text)
    return Sentence(_checked(text, sentence.text, sentence.keep), sentence.keep)


def _mistyped(text: str, keep: tuple[str, ...], rng: random.Random, share: float) -> str:
    """Some words misspelled, courtesies never: they must stay recognizable."""
    count = 0

    def slip(match: re.Match[str]) -> str:
        nonlocal count
        word = match.group()
        wrong = MISSPELLED.get(word.lower())
        if wrong is None or word.lower() in ("please", "thanks") or count >= 2 or rng.random() > share:
            return word
        count += 1
        return wrong if word.islower() else wrong.capitalize()

    return _checked(re.sub(r"(?<![\w@#.])[A-Za-z]+(?![\w@])", slip, text), text, keep)


def _checked(new: str, old: str, keep: tuple[str, ...]) -> str:
    """The new text if all that must stand still stands in it, else the old one."""
    lower, before = new.lower(), old.lower()
    return new if new.strip() and all(text in lower for text in keep if text in before) else old
