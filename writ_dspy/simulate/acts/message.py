"""An agent's message, as far as the answer to it depends on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from writ_dspy.simulate.acts.agent import agent_events, intended
from writ_dspy.simulate.acts.asking import IDENTITY
from writ_dspy.simulate.acts.clauses import clauses
from writ_dspy.simulate.acts.deeds import deeds, stem


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a turn does, with the span of the text that it rests on."""

    kind: str
    start: int
    end: int


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
    def stems(self) -> frozenset[str]:
        """Its words without their endings: what an answer can repeat."""
        return frozenset(map(stem, self.words))

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

    @cached_property
    def open(self) -> bool:
        """Whether it asks for a detail of the act, beside a yes to it."""
        asked = (self.text[act.start : act.end].lower() for act in self.acts if act.kind == "question")
        return "proposal" in self.kinds and any(_DETAIL.search(text) for text in asked)

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


_ID = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")
_WORD = re.compile(r"[a-z]+(?=_)|[\w'@.-]*\w")
_DETAIL = re.compile(r"\b(?:which|what|specify|choose|preferred|preference|payment)\b")
_SOME = frozenset({"any", "every", "each", "eligible"})
"""Words that leave it to what is found whether a record is meant."""
_OPTION = re.compile(r"\b(?:options?|choices?|one of (?:these|them|the)|which one|which of)\b")
_OBJECTION = re.compile(
    r"(?i)\bobjections?\b[^.?\n]*\?|\b(?:do|would) you mind\b|\bany (?:concerns?|problems?) (?:with|if)\b[^.\n]*\?"
)


@lru_cache(maxsize=2048)
def heard(text: str) -> Heard:
    """An agent's message, read."""
    acts = tuple(Act(*item) for item in agent_events(text))
    return Heard(text, acts, frozenset(act.kind for act in acts))
