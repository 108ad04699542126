"""How a user words things: fillers, courtesies, haste, slang, slips of the keyboard, another first language."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.spinning import chosen
from writ_dspy.simulate.behaviour import COURTESY, MISSPELLED, has
from writ_dspy.simulate.manner.words import EVERYDAY, usual
from writ_dspy.simulate.scripted.elaborating import elaborations
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
_ASIDE = "[By the way,|Oh, and by the way,|On another note,]"
SMALL_TALK = (
    f"{_ASIDE} it's [nice|pleasant|a relief] not to wait in a phone queue [for once|this time].",
    f"{_ASIDE} my [neighbor|brother|aunt|roommate|colleague] told me to [simply|just] write to you.",
    f"{_ASIDE} I'm writing this from a [train|waiting room|café], so my answers may take [a moment|a bit longer].",
    f"{_ASIDE} my [daughter|son|nephew|sister] [usually|normally] does this kind of thing for me.",
    f"{_ASIDE} I type with [two fingers|one finger|one thumb], so I'm a bit slow.",
    f"{_ASIDE} I'm [on my lunch break|cooking], so I may be typing with one hand.",
    f"{_ASIDE} this is my [very first|second|third] chat with a [support|help] desk.",
    f"{_ASIDE} my [dog|parrot|little boy|baby] keeps [interrupting|distracting] me while I write this.",
    f"{_ASIDE} it's [loud|noisy|busy] [here|around me], so writing suits me better than a call.",
    f"{_ASIDE} I [always|usually] put off things like this, so I'm glad to [get to it|do it] [now|today].",
    f"{_ASIDE} I didn't know that [one can|you can] [do|sort out] this in a chat.",
)
"""Remarks on the writing itself: what has nothing to do with it, nobody tells a service desk."""
HASTE = (
    "I'm in a hurry, I have a train to catch.", "Please make it quick, I'm about to leave the house.", "I need this done quickly, before my lunch break is over.",
    "I'm short on time, so just the essentials please.", "I have to be out of the door in ten minutes, so quickly please.",
    "I'm in a hurry, so let's keep it short.", "I'm in a rush, my meeting starts soon.", "Can we do this quickly?",
    "I need this done as fast as possible.", "I'm short on time today.", "I have no time for long explanations.",
    "I need this sorted asap.", "My cab is waiting, so let's do this right away.", "I've got five minutes, hurry if you can.",
)  # fmt: skip
COURTESIES = {
    "wish": ("Thanks a lot!", "I'd really appreciate it.", "Many thanks in advance.", "Thank you for looking into it.", "Thanks for your help."),
    "bye": ("Thanks a lot!", "Thank you so much.", "Thanks for your help.", "I'm grateful for your patience.", "I appreciate your time."),
    "query": ("Thank you for your patience.", "Thank you.", "I appreciate your patience.", "Thanks for checking.", "Sorry to bother you with that."),
}  # fmt: skip
_CURT = frozenset({"no", "objects", "insists"})
"""Moments of who does not agree: nobody thanks for that."""
ANY_COURTESIES = (
    "Thanks a lot!", "Thank you so much.", "Thank you.", "Thanks.", "Thanks for your help.", "I appreciate it.", "Thanks for taking care of it.", "Many thanks.",
    "I'm grateful for your help.", "Thank you for your time.", "Much appreciated, thanks.", "Thanks again.",
)  # fmt: skip
"""Courtesies by moment, and those of any other."""
SHORT_COURTESIES = ("Thank you.", "Thanks.", "Thanks a lot.", "Many thanks.", "Thanks again.")
_ALWAYS_COURTEOUS = frozenset({"wish", "bye", "query"})
_THANKED = ("thank", "thanks", "thx")
"""Words of thanks, which only who has given some gives again."""
_COURTEOUS = 0.5
"""How often a polite user adds a courtesy to what is none of these; to every fact, nobody does."""
_DRAWL = 0.55
"""How often slang begins a later message."""
FOREIGN_STARTS = (
    "I am not sure how to say it good in English.", "My English is not so good, I try my best.", "If is possible, please use easy words.",
    "I write with help of a dictionary.", "Ask me again if something is not clear, my English is still weak.", "Since long time I make this by phone.",
    "I am wanting to do this today.", "Is the first time that I write here, I hope I make it right.", "I make this for the first time in a chat.",
    "My English is not perfect, please write simple words for me.", "Sorry for my English, I learn it since long time but slowly.",
)  # fmt: skip
SLANG_GREETINGS = ("Hey,", "Hey there,", "Hey hey,", "Hey, hi,", "Hey folks,")
SLANG_STARTS = {
    "wish": ("Btw,", "Yeah so,", "Oh yeah,"), "answer": ("Yeah so,", "Ok so,", "Yeah,", "Alright,", "Hmm ok,"), "yes": ("Cool,", "Ok cool,", "Great,"), "bye": ("Cool,", "Ok cool,"),
    "query": ("Wait,", "Hmm,"),
}  # fmt: skip
"""What slang begins a message of each moment with; nobody says yes to a question."""
GREETED = re.compile(
    r"^(?:(?:hi|hey|hello)(?: there|, support)?(?:[,!.]|(?= \w))\s*|(?:good (?:day|morning|afternoon|evening)|greetings)[,!.]\s*)",
    re.IGNORECASE,
)
"""A greeting before something else."""
SLANG_ENDS = ("thx", "thx a lot", "thx so much")
_TELLS_IDENTITY = re.compile(r"\d{3}|@|[a-z]_\d|\b(?=[A-Z]*\d)[A-Z\d]{6}\b")
"""Who somebody is, or which record is meant: nobody has thought twice about such an answer."""
_PERSON = re.compile(r"([A-Z][a-z]+) (?:can't|cannot|has|isn't|is|won't|will|couldn't|wants|stays)\b")
_TWO_CAPITALS = re.compile(r"([A-Z]\w*) (?!I\b)([A-Z]\w*)")
"""A name of two words, or an everyday word that leads up to one: "Enter Rafael"."""
_SMALL = re.compile(r"(?:My|Our|Your|The|An?|This|That|These|Those|Its|On|To|From|With|For|By|In|At|Of)\b")
"""Words that are no names, though one follows: "My PayPal account"."""
_ENDED = frozenset({"wish", "answer", "bye"})
"""Moments of a message that may end so."""
_MISSPELT = (
    "It woud be graet if that works.", "I realy hope that is possible.", "I jsut hope that works.",
)  # fmt: skip
"""For a first message in which no word was one to misspell."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a message; `keep` are lower-case texts that styling must leave standing."""

    text: str
    keep: tuple[str, ...] = ()


def styled(  # noqa: C901 - one line per dimension
    sentences: list[Sentence],
    behaviour: Behaviour,
    rng: random.Random,
    before: str,
    moment: str = "answer",
    *,
    digresses: bool = False,
    weighed: bool = False,
    looked_up: bool = False,
) -> str:
    """The message as this user would write it; every `keep` text still stands in it.

    Args:
        sentences: What is to be said.
        behaviour: How this user talks. Who is in a hurry adds nothing, however talkative.
        rng: Chooses the fillers.
        before: All that this user has said so far; empty for the first message.
        moment: What the message is: `wish`, `answer`, `yes`, `query`, `bye`, or anything else.
        digresses: Whether this is the message in which who makes small talk makes it.
        weighed: Whether it answers what one may have thought about.
        looked_up: Whether it tells who they are, or a record, by what may have to be looked up.
    """
    first = not before
    done = [_ungreeted(sentence) if index or not first else sentence for index, sentence in enumerate(sentences)]
    if behaviour["tone"] == "blunt":
        done = [_blunt(sentence) for sentence in done]
    if behaviour["language"] == "non-native":
        done = [_without_articles(sentence, rng) for sentence in done]
    if behaviour["language"] == "typos":
        done = [Sentence(_mistyped(s.text, s.keep, rng, 1.0 if first else 0.35), s.keep) for s in done]
    said, hurried, last = len(done), behaviour["patience"] == "hurried", done[-1:]
    if behaviour["verbosity"] == "chatty" and not hurried:
        words = sum(len(sentence.text.split()) for sentence in done)
        told = " ".join(one.text for one in done)
        matter = moment
        if moment == "answer":
            by_number = _TELLS_IDENTITY.search(told)
            matter = "identity" if by_number and looked_up else "choice" if weighed and not by_number else moment
        done += [Sentence(text) for text in elaborations(matter, words, before.lower(), rng)]
    strays = digresses and behaviour["digression"] == "small talk"
    if strays:
        done.append(Sentence(chosen(rng, rng.choice(SMALL_TALK))))
    if first and behaviour["language"] == "non-native":
        done.insert(min(1, said), Sentence(rng.choice(FOREIGN_STARTS)))
        said += 1
    if first and hurried:
        haste = rng.choice(HASTE)
        if strays:  # who strays comes back to it
            done.append(Sentence(f"Anyway, {_within(haste)}"))
        else:
            done.insert(rng.choice((min(1, said), said)), Sentence(haste))
    text, keep = " ".join(sentence.text for sentence in done), tuple(keep for s in sentences for keep in s.keep)
    if first and behaviour["verbosity"] != "terse" and behaviour["tone"] != "blunt":
        text = _greeted(text, keep, rng)
    due = moment not in _CURT and (first or moment in _ALWAYS_COURTEOUS or rng.random() < _COURTEOUS)
    if behaviour["tone"] == "polite" and due and not has(COURTESY, text):
        terse = behaviour["verbosity"] == "terse"
        among = SHORT_COURTESIES if terse else COURTESIES.get(moment, ANY_COURTESIES)
        fit = [one for one in among if has(_THANKED, before) or "again" not in one.lower()]
        text = f"{text} {rng.choice([one for one in fit if one not in before] or fit)}"
    added = done[-1:] != last
    return _accented(text, keep, behaviour, rng, Ends(moment, first, added))


def _greeted(text: str, keep: tuple[str, ...], rng: random.Random) -> str:
    """Behind a greeting, if it has none."""
    if has(("hi", "hello", "hey", "good morning", "good afternoon", "good evening"), text[:16]):
        return text
    greeting, mark = rng.choice(GREETINGS), rng.choice((", ", "! ", ". "))
    return f"{greeting}{mark}{_within(text, keep) if mark == ', ' else text}"


@dataclass(frozen=True, slots=True)
class Ends:
    """What begins and ends a message depend on."""

    moment: str
    first: bool
    added: bool
    """The last sentence is an addition, after which slang makes no sense."""


def _within(text: str, keep: Sequence[str] = ()) -> str:
    """A sentence as it goes on after a comma; a name keeps its capital: of several words, or what is told of a person by one word that must stand."""
    if _SMALL.match(text):
        return f"{text[:1].lower()}{text[1:]}"
    alone, two = _PERSON.match(text), _TWO_CAPITALS.match(text)
    led = (
        two is not None and two[2].lower() in keep and two[1].lower() not in keep and usual(two[1].lower()) >= EVERYDAY
    )
    name = re.match(r"I\b|[A-Z]{2}|\W", text) or (two and not led) or (alone and alone[1].lower() in keep)
    return text if name else f"{text[:1].lower()}{text[1:]}"


def _accented(text: str, keep: tuple[str, ...], behaviour: Behaviour, rng: random.Random, ends: Ends) -> str:
    """With the accent of this user."""
    if behaviour["language"] == "casual":
        starts = SLANG_GREETINGS if ends.first else SLANG_STARTS.get(ends.moment, ())
        start = f"{rng.choice(starts)} " if starts and (ends.first or rng.random() < _DRAWL) else ""
        rest = GREETED.sub("", text, count=1) if ends.first and GREETED.match(text) else text
        text = _checked(f"{start}{_within(rest, keep) if start else rest}", text, keep)
        thanks = ends.moment in _ENDED and behaviour["verbosity"] != "terse" and behaviour["tone"] != "blunt"
        if thanks and rng.random() < 0.4 and not (ends.added or text.endswith(("?", "!")) or has(COURTESY, text)):
            text = f"{text.rstrip('.')}, {rng.choice(SLANG_ENDS)}."
    tokens = set(re.findall(r"[a-z']+", text.lower()))
    if behaviour["language"] == "typos" and ends.first and not tokens & set(MISSPELLED.values()):
        text = f"{text} {rng.choice(_MISSPELT)}"
    return text


def as_opening(text: str, *, first: bool) -> str:
    """The opening of a request where it stands: the first one greets, and goes on after the comma; others do not greet."""
    greeting = GREETED.match(text)
    if greeting is None:
        return text
    rest = text[greeting.end() :]
    if not first:
        return rest[:1].upper() + rest[1:]
    return f"{greeting[0]}{_within(rest) if greeting[0].rstrip().endswith(',') else rest}"


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
    text = re.sub(r"\s{2,}", " ", re.sub(r"\s+([.,:;!?])", r"\1", text)).strip()
    text = re.sub(r"(?<=[.!?] )[a-z]", lambda match: match[0].upper(), text)
    if sentence.text[:1].isupper():
        text = text[:1].upper() + text[1:]
    return Sentence(_checked(text, sentence.text, sentence.keep), sentence.keep)


def _without_articles(sentence: Sentence, rng: random.Random) -> Sentence:
    def drop(match: re.Match[str]) -> str:
        return "" if rng.random() < 0.6 else match.group()

    text = _DROPPED.sub(drop, sentence.text)
    return Sentence(_checked(text, sentence.text, sentence.keep), sentence.keep)


_DROPPED = re.compile(
    r"\b(the|a|an) (?=[a-z])(?!(?:ones?|same|others?|rest|first|second|third|last|next|most|whole|few|bit|lot|little|cheapest|priciest|very)\b)"
)
"""An article that may be left out: not where the word behind it is another one without."""


def _mistyped(text: str, keep: tuple[str, ...], rng: random.Random, share: float) -> str:
    """Some words misspelled, courtesies never: they must stay recognizable."""
    count = 0

    def slip(match: re.Match[str]) -> str:
        nonlocal count
        word = match.group()
        wrong = MISSPELLED.get(word.lower())
        if wrong is None or word.lower() in ("please", "thanks") or count >= 1 or rng.random() > share:
            return word
        count += 1
        return wrong if word.islower() else wrong.capitalize()

    return _checked(re.sub(r"(?<![\w@#.])[A-Za-z]+(?![\w@])", slip, text), text, keep)


def _checked(new: str, old: str, keep: tuple[str, ...]) -> str:
    """The new text if all that must stand still stands in it, else the old one."""
    lower, before = new.lower(), old.lower()
    return new if new.strip() and all(text in lower for text in keep if text in before) else old
