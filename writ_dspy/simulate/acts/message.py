"""An agent's message, as far as the answer to it depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.agent import CANNOT, SORRY, agent_events, intended
from writ_dspy.simulate.acts.asking import IDENTITY
from writ_dspy.simulate.acts.clauses import Clause, clauses
from writ_dspy.simulate.acts.deeds import deeds, stem
from writ_dspy.simulate.acts.lexicon import CODES


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a turn does, with the span of the text that it rests on."""

    kind: str
    start: int
    end: int


class Asked(NamedTuple):
    """A sentence that asks for something."""

    text: str
    """In lower case, with the list that it leads to."""
    kinds: frozenset[str]
    """As what it asks."""
    before: str
    """The sentence before it, to which "it" and "one of them" point."""


_OFFERED = re.compile(
    r"\b(?:(?:shall|should|may|can|could|will|would|'ll|'d) (?:i|we)|(?:i|we)(?:'ll|'d| will| would| can| could)|let me|(?:like|want|wish) me to)\b([^.?!\n]*)"
)


@dataclass(frozen=True)
class Heard:
    """What an agent's message does, and what it names."""

    text: str
    acts: tuple[Act, ...]
    kinds: frozenset[str]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case."""
        lower = self.text.lower()
        return frozenset(_WORD.findall(lower)) | frozenset(_ID.findall(lower))

    @cached_property
    def offered(self) -> frozenset[str]:
        """The words behind "shall I", "let me" or the like: what the agent says that it would do."""
        return frozenset(_WORD.findall(" ".join(match[1] for match in _OFFERED.finditer(self.text.lower()))))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its words without their endings: what an answer can repeat."""
        return frozenset(map(stem, self.words))

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Its sentences that ask for something."""
        sentences: dict[int, list[Clause]] = {}
        for part in clauses(self.text):
            sentences.setdefault(part.sentence, []).append(part)
        found, before = list[Asked](), ""
        for parts in sentences.values():
            start, end = parts[0].start, parts[-1].end
            below = _BELOW.match(self.text, end)
            kinds = {act.kind for act in self.acts if start <= act.start < end and act.kind in _ASKS}
            if kinds or any(_needs(part, leads=below is not None) for part in parts):
                text = self.text[start : below.end() if below else end].lower()
                found.append(Asked(text, frozenset(kinds or {"question"}), before))
            before = self.text[start:end].lower()
        return tuple(found)

    @cached_property
    def deeds(self) -> frozenset[str]:
        """Stems of the deeds that the sentences with a proposal, or with what the agent would do, name."""
        asked = [act for act in self.acts if act.kind == "proposal"]
        parts = clauses(self.text)
        near = {
            part.sentence for part in parts if any(act.start <= part.start < act.end for act in asked) or intended(part)
        }
        return frozenset(deed for part in parts if part.sentence in near for deed in deeds(part))

    @cached_property
    def all_deeds(self) -> frozenset[str]:
        """Stems of all deeds that it names."""
        return frozenset(deed for part in clauses(self.text) for deed in deeds(part))

    def limits(self, named: tuple[str, ...]) -> bool:
        """Whether it limits the act by just these words itself ("… and change it if it is in business")."""
        return bool(named) and any({stem(word) for word in named} <= limit for limit in self._limits)

    @cached_property
    def _limits(self) -> tuple[frozenset[str], ...]:
        asked = [act for act in self.acts if act.kind == "proposal"]
        found, parts = list[frozenset[str]](), clauses(self.text)
        limited = {part.sentence for part in parts if part.link == "IF" or not _SOME.isdisjoint(part.words)}
        for part in parts:
            proposed = any(act.start <= part.start for act in asked) and part.sentence in limited
            if proposed and part.words[0] != "you":
                found.append(frozenset(stem(each) for word in part.words for each in word.split()))
        return tuple(found)

    def contradicts(self, words: str) -> bool:
        """Whether words count a thing, name an id or a day otherwise than it does, which counts, names or dates such a thing, too."""
        if not _SHARES.search(words):
            for number, nouns in _counted(_ARTICLE.sub("the ", words)):
                told = frozenset[int]().union(*(self._counts.get(noun, ()) for noun in nouns))
                if told and number not in told:
                    return True
        named = {match[1]: match[0] for match in _CODE.finditer(words)}
        if any(f"{token}" not in self._codes and letters in self._codes.values() for letters, token in named.items()):
            return True
        days = {int(match[1] or match[2]) for match in _DAY.finditer(words)}
        return bool(days - self._days) and bool(self._days)

    @cached_property
    def _counts(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, nouns in _counted(_OUT_OF.sub("", self.text.lower())):
            for noun in nouns:
                found.setdefault(noun, set()).add(number)
        return found

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {match[0]: match[1] for match in _CODE.finditer(self.text.lower())}

    @cached_property
    def _days(self) -> frozenset[int]:
        lower = self.text.lower()
        dated = _DAY.search(lower) is not None or _ISO.search(lower) is not None
        return frozenset(int(match[0]) for match in _NUMBER.finditer(lower)) if dated else frozenset()

    def turned_down(self, words: Iterable[str], *, some: bool = False) -> bool:
        """Whether it names these words, and only where it says that something cannot be done.

        Args:
            words: The words.
            some: Whether it is enough that it names some of them, and the others nowhere.
        """
        down, rest = self._turned_down
        said = {stem(word) for word in words}
        return bool(said & down) and said.isdisjoint(rest) if some else bool(said) and said <= down

    @cached_property
    def denies(self) -> bool:
        """Whether it says, with regret, that something cannot be done, whatever it proposes beside that."""
        lines = self.text.lower().split("\n")
        return "refusal" in self.kinds or any(CANNOT.search(line) and SORRY.search(line) for line in lines)

    @cached_property
    def _turned_down(self) -> tuple[frozenset[str], frozenset[str]]:
        """The words of what cannot be done, the lines that lead to it included, and those of all else."""
        down, rest, led = set[str](), set[str](), set[str]()
        for part in self.text.lower().split("\n"):
            words = set(map(stem, _WORD.findall(part)))
            if CANNOT.search(part):
                down |= words | led
            elif _HEAD.fullmatch(part.strip()):
                rest |= led
                led = words
                continue
            else:
                rest |= words | led
            led = set()
        rest |= led
        return frozenset(down - rest), frozenset(rest)

    @cached_property
    def open(self) -> bool:
        """Whether it asks for a detail of the act, beside a yes to it."""
        asked = (self.text[act.start : act.end].lower() for act in self.acts if act.kind == "question")
        return "proposal" in self.kinds and any(_DETAIL.search(text) for text in asked)

    @cached_property
    def wants_address(self) -> bool:
        """Whether it asks for an address, beside whatever else."""
        asked = (self.text[act.start : act.end].lower() for act in self.acts if act.kind == "question")
        return any(_ADDRESS.search(text) for text in asked)

    @cached_property
    def stranger(self) -> bool:
        """Whether it asks who the user is."""
        asked = (self.text[act.start : act.end].lower() for act in self.acts if act.kind == "question")
        return any(IDENTITY.search(text) for text in asked)

    @cached_property
    def options(self) -> bool:
        """Whether it asks which of several options shall be proceeded with."""
        asked = (self.text[act.start : act.end].lower() for act in self.acts if act.kind in ("question", "proposal"))
        return "proposal" in self.kinds and any(_OPTION.search(text) for text in asked)

    @cached_property
    def minds(self) -> bool:
        """Whether it asks for an objection, so that "no" is a yes."""
        return _OBJECTION.search(self.text) is not None


_HEAD = re.compile(r"(?:#+ |\*\*)?(?:\d[.)] )?[^.!?|•]{3,60}?(?:\*\*:?|:|:\*\*)?(?<![,;])")
"""A line that leads to what is said below it."""
_NEED, _I, _INFORM = CODES["NEED"], CODES["I"], CODES["INFORM"]
_ASKS = frozenset({"question", "offer", "proposal"})
_BELOW = re.compile(r"[ *_]*:[ *_]*(?:\n\s*(?:[-•*]|\d+[.)])[^\n]*)+")
"""The lines of a list that a sentence leads to."""


def _needs(part: Clause, *, leads: bool) -> bool:
    """Whether a clause says what has to be known: "I need …", "I have to ask for …", "it would help to know which …".

    Args:
        part: The clause.
        leads: Whether its sentence leads to a list: then "please let me know:" is enough.
    """
    if leads and _INFORM in part.codes:
        return True
    needed = next(
        (place for place, word in enumerate(part.words) if part.codes[place] == _NEED or word in _ASKED_FOR), None
    )
    first = needed is not None and _I in part.codes[:needed]
    return first or ("know" in part.words and not _KNOWN.isdisjoint(part.codes[part.words.index("know") :]))


_ASKED_FOR = frozenset({"ask", "require"})
_KNOWN = frozenset({CODES["WH"], CODES["IF"]})
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("no zero none", "a an one", *["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
    )
    for word in words.split()
}
_COUNT = re.compile(
    rf"(?<![-\w$.#/])(?!(?<=\b(?:the|any) )one)(?!(?<=\b(?:this|that|only|just) )one)({'|'.join(_NUMBERS)}|\d{{1,2}})(?![\w.,:/-]) ([a-z][a-z-]*\w)(?: ([a-z][a-z-]*\w))?"
)
_OUT_OF = re.compile(r"\bout of \d+ \w+|\blook-ups\b")
"""How many were looked at."""
_ARTICLE = re.compile(r"\ban? ")
_LABELED = re.compile(r"\b([a-z]{3,})s?:[ *]{1,3}(\d{1,2})(?![\w.,:/-])")
_LITTLE = """on in of to for and or is are at with by from the that it as which who i you we my your not but if so may item items thing things order orders"""
_JOINING = frozenset(_LITTLE.split())
"""Words that a number before them does not count, or counts whatever they are."""
_SHARES = re.compile(r"\b(?:free|paid|extra|additional|more|each|of them|of these|per|first|second)\b")
"""Words of a clause that counts some of what the proposal counts."""
_CODE = re.compile(r"\b([a-z]{2,})\d{2,}\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = re.compile(rf"\b{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?\b|\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


def _counted(lower: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The numbers of a text with the stems of the words that they may count."""
    for match in _COUNT.finditer(lower):
        number = _NUMBERS[match[1]] if match[1] in _NUMBERS else int(match[1])
        words = match.group(2, 3) if match[2] not in _JOINING else ()
        yield number, tuple(stem(word) for word in words if word and word not in _JOINING)
    for match in _LABELED.finditer(lower):
        yield int(match[2]), (stem(match[1]),)


_ID = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")
_WORD = re.compile(r"[a-z]+(?=_)|[\w'@.-]*\w")
_DETAIL = re.compile(r"\b(?:which|what|specify|choose|preferred|preference|payment)\b")
_SOME = frozenset({"any", "every", "each", "eligible"})
"""Words that leave it to what is found whether a record is meant."""
_ADDRESS = re.compile(r"\b(?:address|street|zip|postal code|where)\b")
_OPTION = re.compile(r"\b(?:options?|choices?|one of (?:these|them|the)|which one|which of)\b")
_OBJECTION = re.compile(
    r"(?i)\bobjections?\b[^.?\n]*\?|\b(?:do|would) you mind\b|\bany (?:concerns?|problems?) (?:with|if)\b[^.\n]*\?"
)


_CALLED = re.compile(r",\s+(?:(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+)?[A-Z][\w'-]+(?=\s*\?)")
"""The name of whom a question is put to: it asks for nothing more."""


@lru_cache(maxsize=1024)
def heard(text: str) -> Heard:
    """An agent's message, read."""
    plain = _CALLED.sub(lambda name: " " * len(name[0]), text)
    acts = tuple(Act(*item) for item in agent_events(plain))
    return Heard(text, acts, frozenset(act.kind for act in acts))
