"""How the scripted user makes it hard, as its trials have it; and what every message of it goes through."""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Sequence
from typing import TypeVar

from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.behaviour import COURTESY, DIGRESSION, has
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.hearing import Hearing
from writ_dspy.simulate.scripted.style import Sentence, styled
from writ_dspy.simulate.scripted.wording import BACK_TO, CHANGED, LET_BE, MISTAKEN, PUSH, SHOW_AGAIN, YIELD
from writ_dspy.task import Behaviour, Slot, Task, in_own_words
from writ_dspy.trial import (
    AsksForHuman,
    ChangesMind,
    Feels,
    ForbidsTransfer,
    Insists,
    LeavesSubject,
    ObjectsToPrice,
    WrongFirst,
)

PLAIN = Behaviour((
    ("disclosure", "on request"), ("memory", "knows none"), ("verbosity", "medium"), ("tone", "neutral"),
    ("patience", "patient"), ("language", "plain"), ("correction", "none"), ("change of mind", "none"),
    ("digression", "none"), ("confirmation", "plain yes"),
))  # fmt: skip
"""How a user without a behaviour talks."""
_WEIGHED = frozenset({"choice", "return_choice", "version", "cabin"})
"""Keys of what one may have thought about for a while."""
_LOOKED_UP = frozenset({"order", "reservation", "address"})
"""Keys of what one may have looked up to tell it."""
_WHOLE = 4
"""Words that one says at least who is not terse."""
_SECOND = 2
T = TypeVar("T")


class Trying:
    """What is left to say of one user's trials, in one turn."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> None:
        self.task, self.domain, self.turns = in_own_words(task), domain, turns
        self.behaviour = task.behaviour or PLAIN
        self.rng = random.Random(f"{seed}/user/{len(turns)}")
        self.mine = [turn for turn in turns if turn.role == "user"]
        self.said = {about for turn in self.mine if turn.intent for about in turn.intent.about}
        """What this user has said so far, by its own notes."""
        self.hearing = Hearing(self.task, domain, turns, self.said)

    def _pick(self, choices: Sequence[str], topic: str, detail: str = "") -> str:
        """One of the sentences that suit this user: short for a terse one, courteous only for a polite one."""
        filled = [text.format(topic=topic, detail=detail) for text in choices]
        if self.behaviour["verbosity"] == "terse":
            short = max(6, *sorted(len(text.split()) for text in filled)[:3])
            filled = [text for text in filled if len(text.split()) <= short]
        if self.behaviour["verbosity"] == "medium":
            filled = [text for text in filled if len(text.split()) >= _WHOLE] or filled
        if self.behaviour["tone"] != "polite":
            filled = [text for text in filled if not has(COURTESY, text)]
        before = " ".join(turn.text.lower() for turn in self.mine)
        return self.rng.choice([text for text in filled if text.lower() not in before] or filled)

    def _message(self, sentences: list[Sentence], about: Sequence[str], moment: str = "") -> Turn:
        before = " ".join(turn.text for turn in self.mine)
        moment = moment or _moment(about)
        told = [*sentences, *self._asides(moment)]
        strays = moment in ("wish", "answer") and len(self.mine) >= self._straying() and not has(DIGRESSION, before)
        weighed = any(ref.rpartition(":")[2] in _WEIGHED for ref in about)
        looked_up = any(ref == plan.IDENTITY or ref.rpartition(":")[2] in _LOOKED_UP for ref in about)
        text = styled(
            told, self.behaviour, self.rng, before, moment, digresses=strays, weighed=weighed, looked_up=looked_up
        )
        return Turn("user", text, intent=Intent("say", tuple(about)))

    def _straying(self) -> int:
        """Messages after which who makes small talk makes it: as few as leave it a place."""
        latest = {"all at once": 1, "on request": 2}.get(self.behaviour["disclosure"], 3)
        return zlib.crc32(self.task.id.encode()) % latest

    # ------------------------------------------------------------------ beside what is said

    def _asides(self, moment: str) -> list[Sentence]:
        """What this user adds to its first or its second message, where these tell something."""
        said: list[Sentence] = []
        for trial in self.behaviour.trials:
            match trial:
                case Feels(_, text, late):
                    place = _SECOND if late else 1
                case AsksForHuman(text):
                    place = _SECOND
                case ForbidsTransfer(text):
                    place = 1
                case _:
                    continue
            if self.behaviour["disclosure"] == "all at once":  # there may be no second message but a yes
                place = 1
            if moment in ("wish", "answer") and len(self.mine) + 1 >= place and not self._spoke(text):
                said.append(Sentence(text, (text.lower(),)))
        return said

    def _objection(self, decision: int) -> Turn | None:
        """What to say to the price of a write before agreeing to it; None where there is nothing, or it was said."""
        trial = self._trial(ObjectsToPrice)
        if trial is None or trial.decision != decision or self._spoke(trial.text):
            return None
        return self._message([Sentence(trial.text, (trial.text.lower(),))], ("query",), "objects")

    def _leaves(self, asked: Sequence[str]) -> int | None:
        """The request that this user brings up instead of what it is asked for; None where it stays with the subject."""
        trial = self._trial(LeavesSubject)
        if trial is None or plan.IDENTITY not in self.said or plan.opening(trial.other) in self.said:
            return None
        return (
            trial.other if any(ref.startswith(f"{trial.request}:") and ref not in self.said for ref in asked) else None
        )

    # ------------------------------------------------------------------ wrong first

    def _sentence(self, ref: str, slot: Slot) -> Sentence:
        """A detail in its sentence; at first another one, or with a wrong value, if that is one of the trials."""
        mind, trial = self._trial(ChangesMind), self._trial(WrongFirst)
        if mind is not None and mind.slot == ref and not self._changed(mind):
            return Sentence(mind.text, (mind.mark,))
        if trial is None or trial.slot != ref or self._spoke(trial.right) or self._spoke(trial.wrong):
            return Sentence(slot.text, tuple(mark.lower() for mark in slot.marks))
        return Sentence(slot.text.replace(trial.right, trial.wrong), (trial.wrong.lower(),))

    def _change(self, decision: int) -> Turn | None:
        """What this user wants instead of what it said first, at the first proposal; None where it has nothing to change.

        However right the list may look: what is wanted may have been named for another request.
        """
        mind = self._trial(ChangesMind)
        if mind is None or mind.decision != decision or self._changed(mind) or mind.slot not in self.said:
            return None
        index, key = mind.slot.split(":", 1)
        slot = next(slot for slot in self.task.requests[int(index)].slots if slot.key == key)
        wanted = Sentence(slot.text, tuple(mark.lower() for mark in slot.marks))
        parts = [Sentence(self._pick(CHANGED, "")), wanted, Sentence(self._pick(SHOW_AGAIN, ""))]
        return self._message(parts, ("no", mind.slot))

    def _changed(self, mind: ChangesMind) -> bool:
        """Whether this user has changed its mind by now."""
        return any(turn.intent is not None and turn.intent.about == ("no", mind.slot) for turn in self.mine)

    def _put_right(self) -> Turn | None:
        """The right value, once nothing was found by the wrong one."""
        trial = self._trial(WrongFirst)
        if trial is None or not self._spoke(trial.wrong) or self._spoke(trial.right):
            return None
        pairs = itertools.pairwise(self.turns)
        if not any(after.error and any(trial.wrong in call.text for call in turn.calls) for turn, after in pairs):
            return None
        if trial.slot == plan.IDENTITY:
            slot = self.task.identity
        else:
            index, key = trial.slot.split(":", 1)
            slot = next(slot for slot in self.task.requests[int(index)].slots if slot.key == key)
        sorry = Sentence(self._pick(MISTAKEN, ""))
        return self._message([sorry, self._sentence(trial.slot, slot)], (trial.slot,))

    def _spoke(self, value: str) -> bool:
        """Whether this user has said a value."""
        return any(value.lower() in turn.text.lower() for turn in self.mine)

    # ------------------------------------------------------------------ insisting

    def _insist(self) -> Turn | None:
        """The next round of who does not take a no for an answer; None where nothing of theirs was denied, or they let it be by now."""
        trial = self._trial(Insists)
        if trial is None or trial.request in self.hearing.open or trial.request not in self.hearing.opened:
            return None
        rounds = [plan.insists(trial.request, number) for number in range(len(trial.claims))]
        number = next((number for number, ref in enumerate(rounds) if ref not in self.said), None)
        if number is None:
            return None
        topic = self.task.requests[trial.request].topic
        now = self._insisted or "refusal" in self.hearing.kinds
        claim = trial.claims[number].text
        sentences = [Sentence(claim, (claim.lower(),))]
        if not now:  # what "but" would be said against is long ago
            plain = claim.removeprefix("But ")
            plain = f"{plain[:1].upper()}{plain[1:]}"
            sentences = [Sentence(self._pick(BACK_TO, topic)), Sentence(plain, (plain.lower(),))]
        if self.behaviour["verbosity"] != "terse":
            sentences.append(Sentence(self._pick(PUSH, topic)))
        return self._message(sentences, (rounds[number],))

    @property
    def _insisted(self) -> bool:
        """Whether the last thing that this user said was such a round."""
        about = self.mine[-1].intent.about if self.mine and self.mine[-1].intent else ()
        return plan.insisted(about)

    def _yields(self) -> list[Sentence]:
        """What to say first after the last round, or to a no that is met with none."""
        if self._insisted:
            return [Sentence(self._pick(YIELD, ""))]
        return [Sentence(self._pick(LET_BE, ""))] if "refusal" in self.hearing.kinds else []

    def _trial(self, kind: type[T]) -> T | None:
        return next((trial for trial in self.behaviour.trials if isinstance(trial, kind)), None)


def _moment(about: Sequence[str]) -> str:
    """What kind of message it is, by what it is about; see `styled`."""
    if plan.insisted(about):
        return "insists"
    for kind in ("yes", "query", "yields", "bye", "no", "wait", "handed over"):
        if kind in about:
            return kind
    return "wish" if any(ref.endswith(":opening") for ref in about) else "answer"
