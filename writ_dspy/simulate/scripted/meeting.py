"""How the scripted agent sees through what a user makes hard: what was mistaken, changed, left or asked beside the matter."""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.conversation import Intent
from writ_dspy.simulate.behaviour import discloses
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.replies import NO_TRANSFER, STAYS
from writ_dspy.simulate.scripted.telling import Teller
from writ_dspy.simulate.trials.disputed import alone
from writ_dspy.simulate.trials.saying import KNOWN
from writ_dspy.task import Call, Request, in_own_words
from writ_dspy.trial import ChangesMind, WrongFirst


class Meeting(Teller):
    """What stands out of the user's trials, by what was said."""

    def _as_said(self, request: Request, call: Call) -> Call:
        """The write as the user wants it so far: with what it named first, until it changes its mind."""
        mind = self._mind(request)
        return call if mind is None or self._changed(mind) else Call(call.tool, mind.first)

    def _mind(self, request: Request) -> ChangesMind | None:
        """Where the user has named something else first."""
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        minds = (trial for trial in trials if isinstance(trial, ChangesMind) and trial.decision == request.decision)
        return next(
            (mind for mind in minds if any(mind.mark in text.lower() for text in self._told_of(mind.slot))), None
        )

    def _changed(self, mind: ChangesMind) -> bool:
        """Whether the user has named what it wants after all since it named something else."""
        return self._changed_in(mind, self._told_of(mind.slot))

    def _changes_now(self, mind: ChangesMind) -> bool:
        """Whether the last message does so: whatever yes it holds is none to the list before it."""
        told, last = self._told_of(mind.slot), next(turn for turn in reversed(self.turns) if turn.role == "user")
        now = bool(told) and told[-1] == last.text
        return now and self._changed_in(mind, told) and not self._changed_in(mind, told[:-1])

    def _changed_in(self, mind: ChangesMind, said: Sequence[str]) -> bool:
        index, key = mind.slot.split(":", 1)
        slot = next(slot for slot in in_own_words(self.task).requests[int(index)].slots if slot.key == key)
        first = next((place for place, text in enumerate(said) if mind.mark in text.lower()), len(said))
        return any(discloses(slot, text) for text in said[first + 1 :])

    def _told_of(self, slot: str) -> list[str]:
        """The user's messages that tell a detail, as far as they say of themselves what they are about; the same word may stand for another request."""
        said = (turn for turn in self.turns if turn.role == "user")
        return [turn.text for turn in said if turn.intent is None or slot in turn.intent.about]

    def _refused(self) -> list[int]:
        """The requests that were denied for good, in that order; the one that the user insisted on just now comes last."""
        told = (about for turn in self.turns if turn.role == "agent" and turn.intent for about in _denials(turn.intent))
        found = [index for index in dict.fromkeys(told) if alone(self.task, index) is not None]
        spoke = next((turn for turn in reversed(self.turns) if turn.role == "agent" and turn.text), None)
        held = spoke.intent.about if spoke and spoke.intent and spoke.intent.kind == "hold" else ()
        return sorted(found, key=lambda index: str(index) in held)  # whoever goes on goes on about the same

    def _mistaken(self) -> WrongFirst | None:
        """What the user got wrong and has not put right."""
        said = " ".join(turn.text.lower() for turn in self.turns if turn.role == "user")
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        wrong = (trial for trial in trials if isinstance(trial, WrongFirst))
        return next((one for one in wrong if one.wrong.lower() in said and one.right.lower() not in said), None)

    def _leaves(self) -> bool:
        """Whether the user's last message is their last: by what it says of itself, else by its words."""
        turn = next((turn for turn in reversed(self.turns) if turn.role == "user"), None)
        if turn is None:
            return False
        return "bye" in turn.intent.about if turn.intent else _ENDS.search(turn.text.lower()) is not None

    def _left(self, index: int) -> bool:
        """Whether the user left a request for another one after the agent last asked about it."""
        asked = [
            at
            for at, turn in enumerate(self.turns)
            if turn.intent and turn.intent.kind == "ask" and _about(turn.intent, index)
        ]
        others = (plan.opened_at(self.turns, other) for other in range(len(self.task.requests)) if other != index)
        return bool(asked) and any(opened > asked[-1] for opened in others)

    def _stays(self) -> str:
        """What to say first to who has just asked for a human, or forbidden to be handed over."""
        spoke = max((index for index, turn in enumerate(self.turns) if turn.role == "agent" and turn.text), default=-1)
        said = " ".join(turn.text.lower() for turn in self.turns[spoke + 1 :] if turn.role == "user")
        if _FORBIDS.search(said):
            return self._pick(NO_TRANSFER)
        return self._pick(STAYS) if _HUMAN.search(said) else ""


_FORBIDS, _HUMAN, _OBJECTS = (
    re.compile(KNOWN[name]) for name in ("forbids a transfer", "asks for a human", "objects to a price")
)


_ENDS = re.compile(
    r"\bthat(?:'s| is| was| will be|'ll be) (?:it|all|everything)(?: (?:then|for (?:now|today)|from me|i (?:need|want|came|have)\w*\b[^.?!]*))?\s*[.!,]*(?: thanks| thank you)?\s*[.!]*$"
    r"|\b(?:that|this) (?:covers|settles) (?:it|everything)\b|\b(?:i'm|i am|we're|we are) (?:done|finished)(?: here)?\s*[.!]*$|\bi'll leave it (?:there|at that)\b"
    r"|\bnothing (?:else|more)(?: from (?:me|my side)|, (?:thanks|thank you))?\s*[.!]*$|\bno more questions\b"
)
"""What closes a talk whatever was asked before it, without a word of goodbye."""


def _about(intent: Intent, index: int) -> bool:
    return any(about.startswith(f"{index}:") for about in intent.about)


def objects(text: str) -> bool:
    """Whether a user does not see why something costs what it costs."""
    return "?" in text and _OBJECTS.search(text.lower()) is not None


def _denials(intent: Intent) -> list[int]:
    """The requests that a message of this agent denies."""
    own = [int(intent.about[0])] if intent.kind == "refuse" else []
    return own + [int(about.removeprefix("refused ")) for about in intent.about if about.startswith("refused ")]
