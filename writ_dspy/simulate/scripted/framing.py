"""How the scripted agent frames what it says: how it takes an answer, asks for details, puts a list for a yes, and takes its leave."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.spinning import chosen
from writ_dspy.simulate.scripted.meeting import Meeting
from writ_dspy.simulate.scripted.naming import joined
from writ_dspy.simulate.scripted.replies import (
    ABOUT,
    ALL_AT_ONCE,
    FAREWELL,
    GOT_IT,
    GOT_IT_FROM,
    GOT_SOUGHT,
    PROCEED,
    SETTLED,
    THANKS,
    THANKS_TO,
    WANTED,
    WANTED_NEXT,
    WELL,
    WELL_FOR,
)
from writ_dspy.simulate.scripted.telling import THAT
from writ_dspy.task import Request, Task

FEW = 3
"""Questions that still read well one behind the other; more of them stand in a list."""
_BY_NAME = 0.3
_BY_WORD = 0.35
_SETTLED = 0.5
"""How often the user's name is used, a detail is called by its word, and it is said what was settled."""
_MARKS = ("- ", "- ", "• ", "* ", "{}. ", "{}) ")
"""What a line of a list begins with."""


class Framing(Meeting):
    """The frame of one message."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], rng: random.Random) -> None:
        super().__init__(task, domain, turns, rng)
        self.last_user = next((turn for turn in reversed(turns) if turn.role == "user"), Turn("user"))

    # ------------------------------------------------------------------ asking

    def _asking(self, keys: Sequence[str], topic: str, lead: str) -> str:
        """All that is to be asked, behind a lead or the topic: one question behind the other, in one sentence, or in a list."""
        if len(keys) <= FEW:
            opening = lead or ("" if topic == THAT else self._pick(ABOUT, topic=topic))
            return f"{opening} {' '.join(self._wanted(keys, WANTED if opening and not lead else WANTED_NEXT))}".strip()
        opening = f"{lead} {self._pick(ALL_AT_ONCE, topic=topic)}".strip()
        mark = self.rng.choice(_MARKS)
        lines = (f"{mark.format(number)}{self._question(key)}" for number, key in enumerate(keys, 1))
        return "\n".join((opening, *lines))

    def _wanted(self, keys: Sequence[str], forms: Sequence[str]) -> list[str]:
        """Questions for a few details; those that there is a word for may stand in one sentence of these forms."""
        words = [self._sought(key) for key in keys]
        if all(words) and self.rng.random() < _BY_WORD:
            return [self._pick(forms, sought=joined(words))]
        return [self._question(key) for key in keys]

    def _sought(self, key: str) -> str:
        """What a detail is called; nothing where there is no word for it."""
        patterns = self.domain.pack.sought.get(key, ())
        return chosen(self.rng, self.rng.choice(patterns)) if patterns else ""

    def _taken(self) -> str:
        """That an answer was understood: in a word, with the user's name, or with what was answered."""
        about = self.last_user.intent.about if self.last_user.intent else ()
        answered = [word for ref in about if (word := self._sought(ref.partition(":")[2]))]
        if answered and self.rng.random() < _BY_WORD:
            return self._pick(GOT_SOUGHT, sought=answered[-1])
        return self._by_name(GOT_IT_FROM, GOT_IT)

    # ------------------------------------------------------------------ a yes, and a farewell

    def _put(self, details: str, *before: str) -> str:
        """A list for a yes, behind what is said first."""
        lead = " ".join(part for part in before if part)
        between = "" if not lead or lead.endswith("\n") else " "
        return f"{lead}{between}{details}\n{self._pick(PROCEED)}"

    def _farewell(self) -> str:
        """Thanks, what was settled if anything was, and a goodbye; nobody is glad where nothing of what was asked for came."""
        helped = self.now.written or any(told.startswith("answer:") for told in self.now.told)
        parts = [self._by_name(WELL_FOR, WELL) if helped else self._by_name(THANKS_TO, THANKS)]
        topics = [self._topic(request) for request in self.task.requests if self._granted(request)]
        if topics and topics[-1] != THAT and self.rng.random() < _SETTLED:
            fresh = [form for form in SETTLED if form.partition(" ")[0] != parts[0].partition(" ")[0]]
            parts.append(self._pick(fresh, topic=topics[-1]))  # not "I was happy to help" twice
        return " ".join((*parts, self._pick(FAREWELL)))

    def _granted(self, request: Request) -> bool:
        """Whether just what was asked for is done, and nothing in its place."""
        if request.decision is None:
            return False
        call = self.task.outcomes[request.decision].call
        return call in self.now.written and call.tool == self.task.goal.decisions[request.decision].tool

    def _by_name(self, to_name: Sequence[str], plain: Sequence[str]) -> str:
        """A sentence to the user by name now and then, once the name was read."""
        profile = next(self.now.seen.rows("profile"), None)
        name = str(profile.get("first_name") or "") if profile else ""
        return self._pick(to_name, name=name) if name and self.rng.random() < _BY_NAME else self._pick(plain)
