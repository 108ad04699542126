"""Strange things: what the agent speaks of as if it were there, though nobody and nothing here has a word of it.

An agent knows the policy, its tools, the records and what the user says. A thing that is none of these, and no word of any service talk
(`verify.everyday`), it has made up, where it speaks of it as part of the matter: as the house's or the user's own ("our app", "your bank"), as
what does or did something ("the plumber needs", "the factory has burned down"), or as what the user is asked to handle, or the agent has
handled ("please fax the affidavit", "I have put a brochure in the envelope"). Any language has more nouns than a list: a figure of speech, a
remark or an image ("the watch wins by a mile", "enjoy the sunshine", "the shorter battery life") claims no thing, and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.postal import SHORT
from writ_dspy.verify.everyday import ENDS, QUALITY, STATES, is_everyday
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import is_example, sentences
from writ_dspy.verify.vocabulary import vocabulary

_CODED = re.compile(r"\S*[@_/\d#]\S*|\"[^\"\n]*\"|“[^”\n]*”")
"""Ids, amounts, addresses, links, and what is quoted: no words."""
_TOKEN = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*|[^\sA-Za-z]")
_POINTS = bag("the a an your our my this these those its their another each every some both")
"""Stands before the name of a thing."""
_SPOKEN_OF = bag("my these those this that his her their")
"""Those before what was just spoken of, or is the agent's own in a figure of speech: "those buttons", "my lips are sealed"."""
_PLACES = bag("by from at with in on under via of through per into onto near inside behind")
_DOES = bag("will would can could may might should must has have had is are was were won't can't isn't aren't hasn't")
"""Stands behind a thing that does something."""
_WITHOUT = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|unable|nothing|rather than|instead of|lack)\b|n['’]t\b",
    re.IGNORECASE,
)
"""What is said not to be there is not made up."""
_WISHES = re.compile(r"\b(?:enjoy(?:ing|ed)?|wish(?:ing)?|luck|fun|congratulations)\b", re.IGNORECASE)
"""What is wished is the user's own affair."""
_WHATEVER = re.compile(
    r"\b(?:what|anything|something|nothing|everything)(?: (?!our\b)\w+| ?['’]s){0,4} (?:on|in|off|from|at|up|under)(?: \w+)? (?:your )?\Z",
    re.IGNORECASE,
)
"""Before where what is still wanted is said to be: a figure of speech ("what else is on your plate?")."""
_WILL = bag("will would can could may might should must won't can't")
_HEDGES = bag("not also now already still just only soon then")
_TURNED_TO = re.compile(
    r"\b(?:tell|ask|show|bring|give|contact|call|inform|notify|visit|hope(?: that)?)\s\Z", re.IGNORECASE
)
"""Right before somebody or something of the user's that is to be turned to."""
_FINDS = re.compile(r"\b(?:find|found|look(?:ed)? up)\b[^.!?;]*\b(?:in|on|at)(?: our)?\s\Z", re.IGNORECASE)
"""Before the place where users find what they know of themselves: "in your confirmation or on our website"."""
_ASKS = bag("needs wants requires asks")
_BEHIND = "along|through|round|over|across|around|between|among|behind|past|towards?|into|in|on|at|from|with|by|about|for|of|to|under|down|up"
_HANDLED = re.compile(
    r"(?:\A|[.!?,;:]\s+)\s*(?:then |first |now |so |and )?please\s+[a-z]+\s(?:[^.!?;:]*\s)?\Z"
    r"|\b(?:I|we)(?:['’]ve|\s+have|\s+had|['’]ll|\s+will)\s+(?:just |already |also |now |then )?(?!been?\b)[a-z]+\s"
    rf"(?:(?!(?:{_BEHIND})\b)[^\s.!?;:]+\s+)*\Z"
    r"|\b(?:needs?|needed|requires?|required|includes?|comes? with|calls? for)\s(?:[^.!?;:,]*\s)?\Z"
    r"|\bvia\s(?:the |an? )?\Z",
    re.IGNORECASE,
)
"""Stands before what the user is asked to take up, what the agent takes up itself, or what something needs or brings."""
_PREFIX = re.compile(r"(?:multi|non|pre|re|self|mis|un|co|sub|over|under|out|in)-?(?=\w{3})")
_TAIL = re.compile(r"'(?:s|ll|ve|re|d|m)?$")


class Strange(NamedTuple):
    """A word for a thing that the domain does not have."""

    word: str
    """In lower case, without a possessive ending."""
    phrase: str
    """As it stands in the message, with what it belongs to."""
    acts: bool
    """It is only told to do something."""


def strange(ground: Ground, text: str) -> Iterator[str]:
    """Each thing of a message that neither the domain nor anybody so far has spoken of, as it is quoted."""
    aside = any(not lexicon(ground.domain).knows(word) for said in ground.heard[-1:] for word in written(said).bag)
    for found in _candidates(text, ground.domain):
        if aside and found.acts:
            continue  # an answer in kind to what is no matter of the domain: "the needles click away at every gate"
        if not _spoken_of(ground, found.word):
            yield found.phrase


def _spoken_of(ground: Ground, word: str) -> bool:
    """Whether the user or a tool has used each part of the word, or one that begins like it."""
    known = lexicon(ground.domain)
    parts = [part for part in word.split("-") if not known.knows(part)] or [word]
    return all(any(_holds(text, part) for text in ground.texts[1:]) for part in parts)


def _holds(text: str, part: str) -> bool:
    """Whether a lower-case text has the word, one that begins like it, or its abbreviation."""
    short = SHORT.get(part.removesuffix("s"))
    return part[: max(4, len(part) - 2)] in text or (short is not None and re.search(rf"\b{short}\b", text) is not None)


@lru_cache(maxsize=256)
def _candidates(text: str, domain: Domain) -> tuple[Strange, ...]:
    """The words for things that the domain does not know, in one message."""
    known = lexicon(domain)
    new = {word for word in written(text).bag if not known.knows(word)}
    if not new:
        return ()
    return tuple(
        found
        for start, end in sentences(text)
        if not new.isdisjoint(written(text[start:end]).bag)
        for found in _in_sentence(text, start, end, known)
    )


def _in_sentence(text: str, start: int, end: int, known: Lexicon) -> Iterator[Strange]:
    sentence = _CODED.sub(" # ", text[start:end].replace("’", "'"))
    found = list(_TOKEN.finditer(sentence))
    tokens = [match[0] for match in found]
    words = [_plain(token.lower()) if token[0].isalpha() else "" for token in tokens]
    unknown = {word for word in words if word and not known.knows(word)}
    if not unknown or 2 * sum(word in unknown for word in words) > sum(map(bool, words)):
        return  # nothing new, or another language
    for run in _things(tokens, words):  # who and where a capital names is judged by `verify.named`
        at = next((at for at in run if words[at] in unknown and not (at and tokens[at].istitle())), None)
        if at is None:
            continue
        first, last = max(0, run[0] - 1), run[-1]
        begin, end = found[first].start(), found[last].end()
        if _part_of_the_matter(sentence[:begin], words, at, run, known) and not _left_out(sentence, begin, end):
            pointer = words[run[0] - 1] if run[0] else ""
            acts = pointer not in ("our", "your") and _HANDLED.search(sentence[:begin]) is None
            yield Strange(words[at], " ".join(tokens[first : last + 1]), acts)


def _part_of_the_matter(before: str, words: list[str], at: int, run: range, known: Lexicon) -> bool:
    """Whether a thing belongs to somebody here, does something, or is handled, so that it is told of as being there."""
    pointer = words[run[0] - 1] if run[0] else ""
    if pointer == "our":
        return _FINDS.search(before) is None
    if pointer in _SPOKEN_OF:
        return False
    behind = words[at + 1] if at + 1 < len(words) else ""
    acts = behind in _ASKS or (behind in STATES and not behind.endswith("s"))
    acts = acts or (behind in _DOES and _goes_on(words, at + 2))
    acts = acts or (words[at].endswith("s") and at + 1 == run[-1] and _verb_of(words, at + 1, run))
    if not acts and not all(word in QUALITY or word.endswith("ly") for word in words[at + 1 : run.stop]):
        return False  # a word for what the thing is like: "the shorter battery life"
    others = words[run[0] : at]
    if pointer == "your":
        if _WHATEVER.search(before):
            return False
        told = acts or _HANDLED.search(before) is not None or _TURNED_TO.search(before) is not None
        return (
            told and _WISHES.search(before) is None and not _verb_of(words, at, run)
        )  # not "it just misses your mark"
    if any(map(known.own, others)) or _verb_of(words, at, run):
        return False  # "the passenger swap", "the sensor sells"
    return acts or (pointer not in _PLACES and _HANDLED.search(before) is not None)


def _goes_on(words: list[str], at: int) -> bool:
    """Whether what stands behind "is", "has" or "will" is a deed, rather than a quality or a number."""
    rest = [word for word in words[at : at + 3] if word and word not in _HEDGES]
    if words[at - 1] == "would" and rest[:1] == ["be"]:
        rest = rest[1:]  # "the runner-up would be …" only says which one it is
        return bool(rest) and (rest[0] in STATES or rest[0].endswith(("ing", "ed", "en")))
    return bool(rest) and (
        rest[0] in STATES or rest[0] == "be" or rest[0].endswith(("ing", "ed", "en")) or words[at - 1] in _WILL
    )


def _verb_of(words: list[str], at: int, run: range) -> bool:
    """Whether the last word of several is what the one before it does: "the skateboard wins", "where your requests stand"."""
    if at != run[-1] or at == run[0]:
        return False
    many = words[at - 1].endswith("s") and not words[at - 1].endswith(("ss", "us"))
    one = words[at].endswith("s") and not words[at].endswith("ss")
    return many != one


def _plain(word: str) -> str:
    """A word without what is drawn together with it; "isn't" denies, whatever it is that is not."""
    return "not" if word.endswith("n't") else _TAIL.sub("", word)


def _left_out(sentence: str, start: int, end: int) -> bool:
    """Whether a thing is denied, or shows what such a thing is like."""
    return _WITHOUT.search(sentence, 0, end) is not None or is_example(sentence, start)


def named_things(text: str) -> Iterator[list[str]]:
    """The words of each phrase that names a thing, in lower case; the last ones may tell what it does."""
    tokens = _TOKEN.findall(_CODED.sub(" # ", text.replace("’", "'")))
    words = [_plain(token.lower()) if token[0].isalpha() else "" for token in tokens]
    yield from (words[run.start : run.stop] for run in _things(tokens, words))


def _things(tokens: list[str], words: list[str]) -> Iterator[range]:
    """The places of the words that name a thing: behind a pointing word or a preposition, or in front of what it does."""
    at = 0
    while at < len(words):
        begins = words[at] in _POINTS or words[at] in _PLACES
        first = at + begins
        last = first
        while last < len(words) and words[last] and words[last] not in ENDS:
            last += 1
        named = at == 0 and 0 < last < len(words) and words[last] in _DOES and not tokens[0].islower()
        if last > first and (begins or named):
            yield range(first, last)
        at = max(last, at + 1)


class Lexicon:
    """The words that bring in nothing new in a domain; each is looked up once."""

    def __init__(self, domain: Domain) -> None:
        words = vocabulary(domain)
        self._own = words.own | words.first | words.last | {part for place in words.places for part in place.split()}
        self._known: dict[str, bool] = {}

    def own(self, word: str) -> bool:
        """Whether the domain itself has the word."""
        return any(form in self._own for form in _forms(word))

    def sounds(self, word: str) -> bool:
        """Whether a word sounds like one of the domain's own."""
        return _sound(word) in self._sounds

    @cached_property
    def _sounds(self) -> frozenset[str]:
        return frozenset(sound for word in self._own if len(sound := _sound(word)) >= _HEARD)

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, names nothing in particular, or something of the domain."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = len(word) < 3 or self._looks_up(word)
        return known

    def _looks_up(self, word: str) -> bool:
        if "'" in word and (short := _plain(word)) != word:
            return self.knows(short)
        if any(map(self._holds, _forms(word))):
            return True
        parts = word.split("-")
        if len(parts) > 1:
            return all(map(self.knows, parts))
        if any(word[:at] in self._own and self._holds(word[at:]) for at in range(4, len(word) - 2)):
            return True  # "birthday", of "birth" and "day"
        shorter = _PREFIX.sub("", word, count=1)
        return shorter != word and any(map(self._holds, _forms(shorter)))

    def _holds(self, word: str) -> bool:
        return is_everyday(word) or word in self._own


_HEARD = 3
"""Consonants by which a word can be told by its sound."""
_SPELLINGS = (("ght", "t"), ("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"))


def _sound(word: str) -> str:
    """Its consonants, spelled in one way: "flite" and "flight" are the same."""
    for written_, heard in _SPELLINGS:
        word = word.replace(written_, heard)
    return re.sub(r"(.)\1+", r"\1", word[:1] + re.sub(r"[aeiouyhw']", "", word[1:]))


@lru_cache(maxsize=16)
def lexicon(domain: Domain) -> Lexicon:
    """That of a domain, worked out once."""
    return Lexicon(domain)


def _forms(word: str) -> Iterator[str]:
    """A word, its singular and its plural."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
        yield word[:-2] if word.endswith("es") else word[:-1]
        yield f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    else:
        yield f"{word}s"
