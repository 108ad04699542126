"""The scripted user: knows its goal and facts, discloses and confirms as its behaviour says."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.behaviour import COURTESY, has
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.style import Sentence, styled
from writ_dspy.simulate.scripted.wording import ACCEPT, ASK_ONCE_MORE, BYE, CONFIRM, CONFIRM_DETAIL, CORRECTED, NEXT
from writ_dspy.task import Behaviour, Request, Slot, Task, in_own_words

PLAIN = Behaviour((
    ("disclosure", "on request"), ("memory", "knows none"), ("verbosity", "medium"), ("tone", "neutral"),
    ("patience", "patient"), ("language", "plain"), ("correction", "none"), ("change of mind", "none"),
    ("digression", "none"), ("confirmation", "plain yes"),
))  # fmt: skip
"""How a user without a behaviour talks."""
VOLUNTEERED = ("question", "scope", "condition", "budget")
"""Keys of slots that a user brings up by itself."""


class ScriptedUser:
    """Satisfies the `User` protocol without a model."""

    name = "scripted"

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        """The next message: what was asked for, a confirmation, the next wish, or a farewell."""
        return _Speaker(task, domain, turns, seed).next()


class _Speaker:
    """One turn of one user."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> None:
        self.task, self.domain, self.turns = in_own_words(task), domain, turns
        self.behaviour = task.behaviour or PLAIN
        self.rng = random.Random(f"{seed}/user/{len(turns)}")
        self.mine = [turn for turn in turns if turn.role == "user"]
        self.said = {about for turn in self.mine if turn.intent for about in turn.intent.about}

    def next(self) -> Turn | None:
        if not self.mine:
            return self._first()
        intent = self._heard()
        if intent.kind == "close" or "bye" in self.said:
            return None
        if intent.kind == "ask":
            return self._answer(tuple(about for about in intent.about if about == plan.IDENTITY or ":" in about))
        if intent.kind == "propose":
            return self._confirm(int(intent.about[0]))
        if intent.kind == "handover":
            return self._message([Sentence(self._pick(ACCEPT, ""))], ())
        return self._next_wish()

    # ------------------------------------------------------------------ what to say

    def _first(self) -> Turn:
        level, requests = self.behaviour["disclosure"], self.task.requests
        if level == "all at once":
            sentences, about = self._identity()
            wishes = [self._wish(index, whole=True) for index in range(len(requests))]
            parts = [item for part, _ in wishes for item in part]
            order = [*parts, *sentences] if self.rng.random() < 0.5 else [*sentences, *parts]
            return self._message(order, (*about, *(item for _, items in wishes for item in items)))
        sentences, about = self._wish(0, whole=False)
        if level == "on request" and self.rng.random() < 0.35:
            extra, more = self._identity()
            sentences, about = [*sentences, *extra], [*about, *more]
        return self._message(sentences, about)

    def _wish(self, index: int, *, whole: bool) -> tuple[list[Sentence], list[str]]:
        request = self.task.requests[index]
        sentences = [Sentence(request.opening, (request.word.lower(),))]
        about = [plan.opening(index)]
        for slot in request.slots if whole else self._volunteered(request):
            sentences.append(_sentence(slot))
            about.append(plan.detail(index, slot.key))
        return sentences, about

    def _volunteered(self, request: Request) -> list[Slot]:
        """Conditions and side questions come with the wish: no agent would know to ask for them."""
        offered = [slot for slot in request.slots if slot.key in VOLUNTEERED and request.decision is not None]
        if len(offered) == len(request.slots):
            return []
        return offered[:1] if self.behaviour["disclosure"] == "one thing at a time" else offered

    def _identity(self) -> tuple[list[Sentence], list[str]]:
        slot, slip = self.task.identity, self.behaviour.slip
        if slip is None or plan.IDENTITY in self.said:
            return [_sentence(slot)], [plan.IDENTITY]
        right = str(next(fact.value for fact in self.task.facts if fact.key == slip[0]))
        wrong = Sentence(slot.text.replace(right, slip[1]), (slip[1].lower(),))
        return [wrong, Sentence(self.rng.choice(CORRECTED).format(right=right), (right.lower(),))], [plan.IDENTITY]

    def _answer(self, asked: tuple[str, ...]) -> Turn:
        """What was asked for; one thing only, if that is how this user is."""
        wanted = [item for item in asked if item not in self.said] or list(asked)
        if self.behaviour["disclosure"] == "one thing at a time":
            wanted = wanted[:1]
        sentences: list[Sentence] = []
        about: list[str] = []
        for item in wanted:
            if item == plan.IDENTITY:
                more, refs = self._identity()
            else:
                index, key = item.split(":", 1)
                request = self.task.requests[int(index)]
                slots = [slot for slot in request.slots if slot.key == key]
                more = [_sentence(slot) for slot in slots] or [Sentence(request.opening, (request.word.lower(),))]
                refs = [item]
            sentences += more
            about += refs
        return self._message(sentences, about)

    def _confirm(self, decision: int) -> Turn:
        listed = self.turns[-1].text
        request = next((r for r in self.task.requests if r.decision == decision), self.task.requests[0])
        topic = request.topic
        level = self.behaviour["confirmation"]
        puts = sum(t.role == "agent" and self._put(t) is not None for t in self.turns)
        if level == "asks once more" and puts == 1:
            return self._message([Sentence(self._pick(ASK_ONCE_MORE, topic))], ("query",))
        detail = self._detail(decision, listed) if level == "repeats the key detail" else None
        if detail:
            text = self._pick(CONFIRM_DETAIL, topic, detail)
            return self._message([Sentence(text, (detail.lower(),))], ("yes",))
        return self._message([Sentence(self._pick(CONFIRM, topic), ("yes",))], ("yes",))

    def _pick(self, choices: Sequence[str], topic: str, detail: str = "") -> str:
        """One of the sentences that suit this user: short for a terse one, courteous only for a polite one."""
        filled = [text.format(topic=topic, detail=detail) for text in choices]
        if self.behaviour["verbosity"] == "terse":
            short = max(6, *sorted(len(text.split()) for text in filled)[:3])
            filled = [text for text in filled if len(text.split()) <= short]
        if self.behaviour["tone"] != "polite":
            filled = [text for text in filled if not has(COURTESY, text)]
        before = " ".join(turn.text.lower() for turn in self.mine)
        return self.rng.choice([text for text in filled if text.lower() not in before] or filled)

    def _detail(self, decision: int, listed: str) -> str | None:
        """A detail of the write, in the words in which the agent listed it."""
        call = self.task.outcomes[decision].call
        if call is None:
            return None
        lower = listed.lower()
        found = [
            listed[lower.index(text) : lower.index(text) + len(text)]
            for group in self.domain.pack.phrases.renderings(call)
            for text in group
            if len(text) > 2 and text in lower
        ]
        found = [text for text in found if any(char.isdigit() for char in text)] or found
        found.sort(key=len, reverse=True)
        return self.rng.choice(found[: max(1, len(found) // 2)]) if found else None

    def _next_wish(self) -> Turn:
        for index in range(len(self.task.requests)):
            if plan.opening(index) not in self.said:
                sentences, about = self._wish(index, whole=False)
                lead = Sentence(self.rng.choice(NEXT))
                return self._message([lead, *sentences] if self.rng.random() < 0.6 else sentences, about)
        topic = self.rng.choice(self.task.requests).topic
        return self._message([Sentence(self._pick(BYE, topic))], ("bye",))

    def _message(self, sentences: list[Sentence], about: Sequence[str]) -> Turn:
        before = " ".join(turn.text for turn in self.mine)
        text = styled(sentences, self.behaviour, self.rng, before)
        return Turn("user", text, intent=Intent("say", tuple(about)))

    # ------------------------------------------------------------------ what was heard

    def _heard(self) -> Intent:
        """What the agent's last message asks of the user, by its words; a script says beside them what they are about."""
        last = next((turn for turn in reversed(self.turns) if turn.role == "agent" and turn.text), Turn("agent"))
        kinds, about = heard(last.text).kinds, last.intent.about if last.intent else ()
        if "handover" in kinds:
            return Intent("handover" if "proposal" in kinds else "close")
        if "farewell" in kinds and not kinds & {"question", "offer", "proposal"}:
            return Intent("close")
        decision = self._put(last)
        if decision is not None:
            return Intent("propose", (str(decision),))
        asked = tuple(item for item in about if item == plan.IDENTITY or ":" in item)
        owed = asked or tuple(self._owed())
        if owed and (asked or "question" in kinds or plan.IDENTITY in owed):
            return Intent("ask", owed)
        return Intent("more") if "bye" not in self.said else Intent("close")

    def _put(self, turn: Turn) -> int | None:
        """The decision that an agent's message puts to the user for a yes."""
        kinds = heard(turn.text).kinds
        if "proposal" not in kinds or "handover" in kinds:
            return None
        if turn.intent and turn.intent.kind == "propose":
            return int(turn.intent.about[0])
        return self._listed(turn.text.lower())

    def _listed(self, lower: str) -> int | None:
        """The decision whose details the agent has listed and that the user has not yet agreed to."""
        for index, outcome in enumerate(self.task.decided):
            if outcome.call is None:
                continue
            groups = self.domain.pack.phrases.renderings(outcome.call)
            if all(any(text in lower for text in group) for group in groups):
                return index
        return None

    def _owed(self) -> list[str]:
        """Everything not yet disclosed about what has been opened."""
        owed = [] if plan.IDENTITY in self.said else [plan.IDENTITY]
        for index, request in enumerate(self.task.requests):
            if plan.opening(index) in self.said:
                owed += [ref for slot in request.slots if (ref := plan.detail(index, slot.key)) not in self.said]
        return owed


def _sentence(slot: Slot) -> Sentence:
    return Sentence(slot.text, tuple(mark.lower() for mark in slot.marks))
