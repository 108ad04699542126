"""Clean: nothing stands in a message that no conversation may hold.

What a text may not look like is in `noise`, what nobody may say in `speech`; here stands who may say what. Emoji, lists, signatures,
quotes and links at the end, a missing full stop and short messages said twice are all fine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts.lexicon import KNOWN
from writ_dspy.verify import noise, private, speech
from writ_dspy.verify.case import Case, short
from writ_dspy.verify.manners import rude
from writ_dspy.verify.vocabulary import vocabulary

LONG = 12
"""Words of a message that nobody says twice in a row without being asked to."""
SUBJECT = 0.4
"""The share of a statement's telling words that are the domain's or the user's, below which it is off the subject."""
OFTEN = 3
"""How often in a row an agent may say a shorter one; a single word, and what a user answers, twice as often."""
_STATES = frozenset(["is", "are", "was", "were", "has", "have", "had", "it's", "there's"])
_PEOPLE = frozenset(
    [
        "i",
        "me",
        "my",
        "we",
        "us",
        "our",
        "you",
        "your",
        "yours",
        "i'm",
        "i've",
        "i'll",
        "i'd",
        "we're",
        "we've",
        "we'll",
        "you're",
        "you've",
        "you'll",
        "let's",
    ]
)
_THANKS = frozenset(["thank", "thanks", "appreciate", "appreciated", "grateful", "sorry", "apologize", "apologies"])
"""Words of an agent that a customer may answer with "you're welcome"."""
_POINTING = frozenset(["it", "it's", "its", "this", "that", "that's", "these", "those", "they", "both", "he", "she"])
_ONCE_MORE = re.compile(
    r"\?|\b(?:again|repeat|once more|one more time|list|say that|come again|pardon|what was)\b", re.IGNORECASE
)


def clean(case: Case) -> Iterator[Finding]:
    """No message holds what no one would say or could read: markup, placeholders, leaks, secrets, abuse, babble, broken ends."""
    shown, known, words = _shown(case), _vocabulary(case), _names(case.domain)
    foreign, heard, languages, thanked = frozenset[str](), frozenset[str](), set[bool](), False
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "tool":
            continue
        text = turn.text.strip()
        if not text and not turn.calls:
            yield Finding("clean", index, "an empty turn", "a text or a call")
            continue
        message = noise.written(turn.text)
        for saw, wanted in _form_of(case, index, message):
            yield Finding("clean", index, short(saw, 60), wanted)
        if strange := _other_letters(turn, foreign, shown):
            yield Finding("clean", index, f"letters that are {', '.join(sorted(strange)).lower()}", "the user's script")
        if turn.role == "user":
            foreign |= noise.scripts(text)
            heard |= message.bag
            languages.add(bool(speech.foreign(message, words)))
            said = _users(message, case.domain, thanked=thanked)
        else:
            thanked = thanked if not text else not _THANKS.isdisjoint(message.bag)
            said = _agents(message, heard, case.domain)
            if True not in languages and (saw := speech.foreign(message, words)):
                yield Finding("clean", index, repr(saw), "the user's language")
            if not turn.calls and (saw := noise.breaks_off(message, known)):
                yield Finding("clean", index, f"…{saw!r}", "a message that does not break off")
        for saw, wanted in said:
            yield Finding("clean", index, repr(short(saw, 60)), wanted)
    yield from _repeated(case)


def _form_of(case: Case, turn: int, said: noise.Written) -> Iterator[tuple[str, str]]:
    """What is wrong with the form of a message, as far as no result says it."""
    return ((saw, wanted) for saw, wanted in _form(said) if not _is_read(case, turn, saw))


_BRACKETED = re.compile(r"\((?P<first>[^(),;]+)[^()]*\)")


def _is_read(case: Case, turn: int, saw: str) -> bool:
    """Whether what looks like a stage direction is a value in brackets that a result has by then: "hold H1 (waiting)"."""
    match = _BRACKETED.fullmatch(saw)
    if match is None:
        return False
    value = f'"{match["first"].strip().lower()}"'
    return any(step.turn < turn and value in step.recorded.text.lower() for step in case.steps)


@lru_cache(maxsize=1024)
def _form(said: noise.Written) -> tuple[tuple[str, str], ...]:
    """What is wrong with the form of a message, whoever said it."""
    looks = (
        (noise.markup, "plain words, without tags and tokens"),
        (noise.code, "a message in words"),
        (noise.aside, "what is meant for the other side alone"),
        (noise.placeholder, "the value itself"),
        (noise.invisible, "signs that can be read"),
        (noise.babble, "a message that says things once"),
    )
    return tuple((saw, wanted) for look, wanted in looks if (saw := look(said)))


def _other_letters(turn: Turn, foreign: frozenset[str], shown: frozenset[str]) -> frozenset[str]:
    """Scripts of a message that the talk is not in: a user may write in any, but not in two at once."""
    strange = noise.scripts(turn.text)
    if turn.role == "user":
        return strange if not foreign and _in_latin(turn.text) else frozenset()
    return strange - foreign - shown


def _in_latin(text: str) -> bool:
    """Whether a message is written in Latin letters for the most part."""
    letters = [sign for sign in text if sign.isalpha()]
    return 2 * sum(not noise.scripts(sign) for sign in letters) > len(letters)


def _identifies(what: str, domain: Domain) -> bool:
    """Whether that is how this domain finds its users: the number of a library card, say."""
    return compiled(domain.pack.phrases.about["identity"]).fullmatch(what) is not None


def _agents(said: noise.Written, heard: frozenset[str], domain: Domain) -> Iterator[tuple[str, str]]:
    """What no agent says."""
    if (saw := private.secret(said)) and not _identifies(saw, domain):
        yield saw, "nobody asked for a password, a whole card number or its code"
    looks = (
        (private.papers(said, vocabulary(domain).own), "nobody asked for what neither policy nor a tool needs"),
        (
            private.other_way(said, compiled(domain.pack.phrases.about["identity"])),
            "what users are found by, and nothing else of theirs",
        ),
        (speech.abuse(said) or rude(said), "courtesy"),
        (_astray(said, heard, domain), "something about the matter, or to the user"),
        (speech.machine(said, heard), "an agent of this service"),
        (noise.wordless(said), "words"),
        (speech.thinks(said), "what is said to the user, not what is thought of it"),
        (speech.served(said), "the agent's part, not the customer's"),
    )
    yield from ((saw, wanted) for saw, wanted in looks if saw)
    if saw := speech.stage(said) or speech.tool_named(said, domain):
        yield saw, "nothing of prompts, plans and tools"
    elif saw := speech.leaked(said, domain):
        yield saw, "policy in words for the user, not the instructions themselves"


_PARTING = frozenset(("thanks", "thank", "bye", "goodbye", "take", "have", "enjoy"))
"""How a wish at parting begins."""


def _astray(said: noise.Written, known: frozenset[str], domain: Domain) -> str:
    """A statement about the world at large: of nothing that the domain holds or the talk is about, to nobody."""
    if (
        "?" in said.text
        or _STATES.isdisjoint(said.bag)
        or not _PEOPLE.isdisjoint(said.bag)
        or said.words[0] in _POINTING | _PARTING
    ):
        return ""  # a question, a wish or an exclamation; said to somebody; about what was spoken of just now
    telling = said.bag - speech.ENGLISH
    own = len(telling & known) + len((telling - known) & (vocabulary(domain).words | noise.CLOSING))
    return said.text if len(telling) >= 3 and own <= SUBJECT * len(telling) else ""


_OWN_NOTES = re.compile(r"(?:from|in|per|as per|according to) my notes?", re.IGNORECASE)
"""A user may have written down an id; an agent speaks so of a plan that it was handed."""


def _users(said: noise.Written, domain: Domain, *, thanked: bool) -> Iterator[tuple[str, str]]:
    """What no customer says."""
    if (saw := speech.stage(said) or speech.tool_named(said, domain)) and not _OWN_NOTES.fullmatch(saw):
        yield saw, "a customer, who knows nothing of prompts, plans and tools"
    if saw := speech.serves(said) or ("" if thanked else speech.welcomes(said)):
        yield saw, "the customer's part, not the agent's"


def _shown(case: Case) -> frozenset[str]:
    """Scripts in which a tool showed something."""
    return frozenset().union(*(noise.scripts(step.recorded.text) for step in case.steps))


def _vocabulary(case: Case) -> frozenset[str]:
    """Words of the policy and of all messages but their last ones, which may be cut."""
    said = (noise.written(turn.text).words[:-1] for turn in case.talk.turns if turn.role != "tool")
    return _policy_words(case.domain).union(*said)


@lru_cache(maxsize=64)
def _names(domain: Domain) -> frozenset[str]:
    """All words and names of a domain."""
    found = vocabulary(domain)
    parts = (part for place in found.places for part in place.split())
    return frozenset({*found.words, *found.first, *found.last, *parts})


@lru_cache(maxsize=64)
def _policy_words(domain: Domain) -> frozenset[str]:
    return noise.written(domain.policy).bag | KNOWN


def _repeated(case: Case) -> Iterator[Finding]:
    """A long message said twice in a row without being asked for, or any message over and over; a yes to one write is none to the next."""
    last: dict[str, str] = {}
    times: dict[str, int] = {}
    asked = False
    wrote = {step.turn for step in case.writes}
    for index, turn in enumerate(case.talk.turns):
        if index in wrote:
            last.pop("user", None)
        text = " ".join(turn.text.split())
        if turn.role == "tool" or not text:
            continue
        same = text == last.get(turn.role)
        times[turn.role] = times.get(turn.role, 1) + 1 if same else 1
        long = len(text.split()) >= LONG and not (turn.role == "agent" and asked)
        brief = turn.role == "user" or len(text.split()) == 1
        if same and (long or times[turn.role] > (2 * OFTEN if brief else OFTEN)):
            yield Finding("clean", index, f"{short(text)!r} again", "something new")
        last[turn.role] = text
        if turn.role == "user":
            asked = _ONCE_MORE.search(text) is not None
