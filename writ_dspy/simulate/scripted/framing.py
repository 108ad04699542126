"""How the scripted agent frames what it says: how it takes an answer, asks for details, puts a list for a yes, and takes its leave."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.spinning import chosen
from writ_dspy.simulate.behaviour import has
from writ_dspy.simulate.scripted.meeting import Meeting
from writ_dspy.simulate.scripted.naming import joined
from writ_dspy.simulate.scripted.replies import (
    ABOUT,
    ABOUT_DO,
    ALL_AT_ONCE,
    ALL_AT_ONCE_DO,
    COME_BACK,
    FAREWELL,
    GOT_IT,
    GOT_IT_FROM,
    PROCEED,
    THANKED,
    THANKED_FOR,
    THANKS,
    THANKS_TO,
    THE_REST,
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
_LED = 0.6
_COME_BACK = 0.4
"""How often the user's name is used, a detail is asked for by its word, a few questions are led up to, and the user is asked to come back."""
_THANKS = ("thank", "thanks", "thx", "appreciate", "grateful")
"""What is answered with "you're welcome"."""
_MARKS = ("- ", "- ", "• ", "* ", "{}. ", "{}) ")
"""What a line of a list begins with."""


class Framing(Meeting):
    """The frame of one message."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], rng: random.Random) -> None:
        super().__init__(task, domain, turns, rng)
        self.last_user = next((turn for turn in reversed(turns) if turn.role == "user"), Turn("user"))

    # ------------------------------------------------------------------ asking

    def _asking(self, keys: Sequence[str], request: Request, lead: str, *, more: bool = False) -> str:
        """All that is to be asked, behind a lead or what it is for: one question behind the other, in one sentence, or in a list.

        Args:
            keys: Of the details.
            request: What they are of.
            lead: What is said first.
            more: Whether others of the same request were asked before.
        """
        if len(keys) <= FEW:
            led = not lead and self._topic(request) != THAT and self.rng.random() < _LED
            opening = self._called(ABOUT, ABOUT_DO, request) if led else lead
            return f"{opening} {' '.join(self._wanted(keys, request, WANTED_NEXT if lead else WANTED))}".strip()
        what = self._pick(THE_REST) if more else self._called(ALL_AT_ONCE, ALL_AT_ONCE_DO, request, often=_LED)
        opening = f"{lead} {what}".strip()
        mark = self.rng.choice(_MARKS)
        lines = (f"{mark.format(number)}{self._question(key, request)}" for number, key in enumerate(keys, 1))
        return "\n".join((opening, *lines))

    def _wanted(self, keys: Sequence[str], request: Request, forms: Sequence[str]) -> list[str]:
        """Questions for a few details; those that there is a word for may stand in one sentence of these forms."""
        words = [self._sought(key) for key in keys]
        if all(words) and self.rng.random() < _BY_WORD:
            return [self._pick(forms, sought=joined(words))]
        return [self._question(key, request) for key in keys]

    def _sought(self, key: str) -> str:
        """What a detail is called; nothing where there is no word for it."""
        patterns = self.domain.pack.sought.get(key, ())
        return chosen(self.rng, self.rng.choice(patterns)) if patterns else ""

    def _taken(self) -> str:
        """That an answer was understood: in a word, or with the user's name."""
        return self._by_name(GOT_IT_FROM, GOT_IT)

    # ------------------------------------------------------------------ a yes, and a farewell

    def _put(self, details: str, *before: str) -> str:
        """A list for a yes, behind what is said first."""
        lead = " ".join(part for part in before if part)
        between = "" if not lead or lead.endswith("\n") else " "
        return f"{lead}{between}{details}\n{self._pick(PROCEED)}"

    def _farewell(self) -> str:
        """Thanks and a goodbye; nobody is glad where nothing of what was asked for came, nor answers thanks that nobody gave."""
        thanked = has(_THANKS, self.last_user.text)
        well = (*THANKED, *WELL) if thanked else WELL
        well_for = (*THANKED_FOR, *WELL_FOR) if thanked else WELL_FOR
        parts = [self._by_name(well_for, well) if self._helped() else self._by_name(THANKS_TO, THANKS)]
        if self.rng.random() < _COME_BACK:
            parts.append(self._pick(COME_BACK))
        return " ".join((*parts, self._pick(FAREWELL)))

    def _helped(self) -> bool:
        """Whether the user leaves with what they came for: something was done or told, and the last word was not a no."""
        last = next((turn.intent for turn in reversed(self.turns) if turn.role == "agent" and turn.intent), None)
        refused = last is not None and (
            last.kind in ("refuse", "hold") or any(about.startswith("refused ") for about in last.about)
        )
        return not refused and bool(self.now.written or any(told.startswith("answer:") for told in self.now.told))

    def _by_name(self, to_name: Sequence[str], plain: Sequence[str]) -> str:
        """A sentence to the user by name now and then, once the name was read."""
        name = self._first_name()
        return self._pick(to_name, name=name) if name and self.rng.random() < _BY_NAME else self._pick(plain)
