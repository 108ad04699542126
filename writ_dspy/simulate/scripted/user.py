"""The scripted user: knows its goal and facts, discloses and confirms as its behaviour says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.linking import as_it_failed
from writ_dspy.simulate.scripted.proposals import Weighed
from writ_dspy.simulate.scripted.style import Sentence
from writ_dspy.simulate.scripted.trying import Trying
from writ_dspy.simulate.scripted.wording import (
    ACCEPT,
    AND_ANOTHER,
    AND_MORE,
    ASK_ONCE_MORE,
    BYE,
    CONFIRM,
    CONFIRM_DETAIL,
    CORRECTED,
    LEAVE,
    NEXT,
    NOT_SO,
    NOT_YET,
    SEVERAL_THINGS,
    STILL,
    UNCLEAR,
    WAIT,
    WRONG,
)
from writ_dspy.task import Call, Request, Slot, Task
from writ_dspy.trial import LeavesSubject

_GOES_ON = re.compile(r"(?:and|then|after that|afterwards|also|next)\b", re.IGNORECASE)
"""How a wish begins that follows from the one before, and needs no other lead."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CODE = re.compile(r"_\d|^\d{6,}$")
_LONGEST = 80
"""Words of wishes with all their details that one message tells."""
_NUMBERS = ("one", "two", "three", "four", "a few")
VOLUNTEERED = ("question", "scope", "condition", "budget")
"""Keys of slots that a user brings up by itself."""


class ScriptedUser:
    """Satisfies the `User` protocol without a model."""

    name = "scripted"

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        """The next message: what was asked for, a confirmation, the next wish, or a farewell."""
        return _Speaker(task, domain, turns, seed).next()


class _Speaker(Trying):
    """One turn of one user."""

    def next(self) -> Turn | None:
        if not self.mine:
            return self._first()
        heard = self.hearing
        if "bye" in self.said or heard.transferred:
            return None
        if "handover" in heard.kinds:
            return (
                None
                if "handed over" in self.said
                else self._message([Sentence(self._pick(ACCEPT, ""))], ("handed over",))
            )
        if heard.ends and not self._unopened():
            return None
        if right := self._put_right():
            return right
        asked = heard.asked
        if heard.puts:
            reply = self._to_proposal([ref for ref in asked if ref not in self.said])
            if reply is not None:
                return reply
        if asked and not (self._insisted and self.said.issuperset(asked)):  # what was told is in the way of no refusal
            return self._leave(asked) or self._answer(asked)
        return self._unasked()

    def _leave(self, asked: Sequence[str]) -> Turn | None:
        """Another wish first, instead of an answer."""
        other = self._leaves(asked)
        if other is None:
            return None
        sentences, about = self._wish(other, whole=False)
        return self._message([Sentence(self._pick(LEAVE, "")), *sentences], about)

    def _unasked(self) -> Turn:
        """What to say to a message that asks for no detail: what is owed, the next wish, the same again, or a farewell."""
        heard = self.hearing
        if heard.waits:
            return self._message([Sentence(self._pick(WAIT, ""))], ("wait",))
        owed = heard.owed()
        if owed and (heard.kinds & {"question", "proposal"} or plan.IDENTITY in owed):
            return self._answer(owed)
        again = next((index for index in heard.open if _again(index) not in self.said), None)
        if again is not None and heard.kinds & {"question", "proposal", "offer"}:
            return self._again(again)
        if heard.open and "report" in heard.kinds and "offer" not in heard.kinds:
            return self._answer(owed) if owed else self._message([Sentence(self._pick(WAIT, ""))], ("wait",))
        return self._insist() or self._next_wish()

    def _unopened(self) -> bool:
        return any(plan.opening(index) not in self.said for index in range(len(self.task.requests)))

    # ------------------------------------------------------------------ what to say

    def _first(self) -> Turn:
        level, requests = self.behaviour["disclosure"], self.task.requests
        if level == "all at once":
            sentences, about = self._identity()
            wishes = [self._wish(index, whole=True) for index, request in enumerate(requests) if request.opening]
            wishes = self._at_once(wishes)
            parts = self._in_a_row([part for part, _ in wishes], sum(bool(request.opening) for request in requests))
            order = [*parts, *sentences] if self.rng.random() < 0.5 else [*sentences, *parts]
            return self._message(order, (*about, *(item for _, items in wishes for item in items)))
        sentences, about = self._wish(0, whole=False)
        if level == "on request" and self.rng.random() < 0.35:
            extra, more = self._identity()
            sentences, about = [*sentences, *extra], [*about, *more]
        return self._message(sentences, about)

    def _at_once(self, wishes: list[tuple[list[Sentence], list[str]]]) -> list[tuple[list[Sentence], list[str]]]:
        """As many of the wishes, each with all its details, as one message takes; the others come one by one."""
        words, kept = 0, 0
        for part, _ in wishes:
            words += sum(len(sentence.text.split()) for sentence in part)
            if kept and words > _LONGEST:
                break
            kept += 1
        return wishes[:kept]

    def _in_a_row(self, wishes: list[list[Sentence]], total: int) -> list[Sentence]:
        """Several wishes with a seam between each two, behind how many there are, those that come later included."""
        if len(wishes) == 1:
            return wishes[0]
        row = [Sentence(self._pick(SEVERAL_THINGS, _NUMBERS[min(total, len(_NUMBERS)) - 1])), *wishes[0]]
        for place, wish in enumerate(wishes[1:]):
            row += [Sentence(self._pick(AND_MORE if place else AND_ANOTHER, "")), *wish]
        return row

    def _wish(self, index: int, *, whole: bool) -> tuple[list[Sentence], list[str]]:
        request = self.task.requests[index]
        sentences = [Sentence(request.opening, (request.word.lower(),))]
        about = [plan.opening(one) for one in self.task.together(index)]
        for slot in request.slots if whole else self._volunteered(request):
            sentences.append(self._sentence(plan.detail(index, slot.key), slot))
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
            return [self._sentence(plan.IDENTITY, slot)], [plan.IDENTITY]
        right = str(next(fact.value for fact in self.task.facts if fact.key == slip[0]))
        text = f"{slot.text.replace(right, slip[1])} {self.rng.choice(CORRECTED).format(right=right)}"
        return [Sentence(text, (slip[1].lower(), right.lower()))], [
            plan.IDENTITY
        ]  # in one breath: nothing comes between

    def _answer(self, asked: Sequence[str]) -> Turn:
        """What was asked for; one thing only, if that is how this user is."""
        if self.behaviour["disclosure"] == "one thing at a time":
            asked = [*asked[:1], *self._brings_up(asked[0])]
        return self._message(*self._told(asked))

    def _brings_up(self, ref: str) -> list[str]:
        """What this user would say by itself of the same request and has not said yet: the next of it, along with an answer."""
        if ref == plan.IDENTITY:
            return []
        index, key = ref.split(":", 1)
        slots = self.task.requests[int(index)].slots
        refs = [plan.detail(int(index), slot.key) for slot in slots if slot.key in VOLUNTEERED]
        return [one for one in refs if one not in self.said and one != ref][:1] if key not in VOLUNTEERED else []

    def _told(self, refs: Sequence[str]) -> tuple[list[Sentence], list[str]]:
        """The details, each in its sentence."""
        sentences: list[Sentence] = []
        about: list[str] = []
        for item in refs:
            if item == plan.IDENTITY:
                more, names = self._identity()
            else:
                index, key = item.split(":", 1)
                request = self.task.requests[int(index)]
                slots = [slot for slot in request.slots if slot.key == key]
                if key == "fallback" and "refusal" in self.hearing.kinds:
                    slots = [replace(slot, text=as_it_failed(slot)) for slot in slots]
                more = [self._sentence(item, slot) for slot in slots] or [
                    Sentence(request.opening, (request.word.lower(),))
                ]
                names = [item]
            sentences += more
            about += names
        return sentences, about

    def _to_proposal(self, asked: list[str]) -> Turn | None:
        """A yes if this is what the user wants, else what it is that they want; None where nothing of theirs is proposed."""
        weighed = self.hearing.weighed
        if not weighed or (not weighed[0].right and not weighed[0].now and asked):
            return None
        best = weighed[0]
        if changed := self._change(best.decision):
            return changed
        if not best.right:
            return self._correct(best)
        if self._trial(LeavesSubject) is not None:  # what was left comes once this is settled
            own = next((str(i) for i, one in enumerate(self.task.requests) if one.decision == best.decision), "")
            asked = [ref for ref in asked if ref.partition(":")[0] == own]
        return self._objection(best.decision) or self._confirm(best.decision, asked)

    def _correct(self, weighed: Weighed) -> Turn:
        """What is otherwise than the user wants, or was not said, once more in their words."""
        place = next(i for i, r in enumerate(self.task.requests) if r.decision == weighed.decision)
        index = self.task.together(place)[0]
        request = self.task.requests[index]
        keys = self.hearing.keys(weighed.differs or weighed.lacking)
        slots = [slot for slot in request.slots if slot.key in keys] or list(request.slots)
        lead = self._pick(WRONG if weighed.differs else UNCLEAR, request.topic)
        sentences = [Sentence(lead), *(self._sentence(plan.detail(index, slot.key), slot) for slot in slots)]
        if not request.slots:
            sentences.append(Sentence(request.opening, (request.word.lower(),)))
        sentences.append(
            Sentence(self._pick(NOT_SO if weighed.differs else NOT_YET, ""))
        )  # last, since "let's go with economy" may be taken for a yes
        return self._message(sentences, ("no", *(plan.detail(index, slot.key) for slot in slots)))

    def _again(self, index: int) -> Turn:
        """The whole wish once more: nothing has come of it."""
        sentences, about = self._wish(self.task.together(index)[0], whole=True)
        return self._message([Sentence(self._pick(STILL, "")), *sentences], (*about, _again(index)))

    def _confirm(self, decision: int, asked: list[str]) -> Turn:
        listed = self.hearing.text
        request = next((r for r in self.task.requests if r.decision == decision), self.task.requests[0])
        topic = request.topic
        level = self.behaviour["confirmation"]
        if level == "asks once more" and self.hearing.proposals() == 1:
            asked = [text for text in ASK_ONCE_MORE if self._changes(decision) or "change" not in text]
            asked = [text for text in asked if self._final(decision) or "final" not in text]
            return self._message([Sentence(self._pick(asked, topic))], ("query",))
        detail = self._detail(decision, listed) if level == "repeats the key detail" else None
        if detail:
            text = self._pick(CONFIRM_DETAIL, topic, detail)
            yes = Sentence(text, (detail.lower(),))
        else:
            yes = Sentence(self._pick(CONFIRM, topic), ("yes",))
        more, about = self._told([ref for ref in asked if not ref.endswith(":fallback")])  # what is done needs none
        return self._message([yes, *more], ("yes", *about))

    def _final(self, decision: int) -> bool:
        """Whether the write is one after which no other is possible: of another one, nobody asks that."""
        call = self.task.outcomes[decision].call
        return call is not None and call.tool in self.domain.pack.final

    def _changes(self, decision: int) -> bool:
        """Whether the write is done to a record that there is: of a new one, nobody asks what else it changes."""
        call = self.task.outcomes[decision].call
        keys = {str(value) for name, value in call.args.items() if name != self.domain.pack.whose} if call else set()
        known = any(not keys.isdisjoint(table) for table in self.domain.tables.values())
        return known and call is not None and "cancel" not in call.tool

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
            if len(text) > 2 and text in lower and (text[0].isalnum() or text[0] in "#$")
        ]
        before = " ".join(turn.text.lower() for turn in self.mine)
        agreed = " ".join(turn.text for turn in self.mine if turn.intent and "yes" in turn.intent.about)
        found = [text for text in found if text not in agreed]  # once is enough
        kept = self._as_before(call)
        which = [text for text in found if self.domain.pack.ids(text)]
        found = [text for text in found if text.lower() not in kept] or which  # nobody says yes to what stays as it is
        found = [text for text in found if any(char.isdigit() for char in text)] or found
        found = [text for text in found if not self.domain.pack.ids(text)] or found  # which record it is, nobody doubts
        found = [text for text in found if not _YEAR.search(text)] or found  # a birthday is no key detail
        found = [text for text in found if not _CODE.search(text)] or found  # nor does anybody spell out a long number
        found = [
            text for text in found if text.lower() in before
        ] or found  # what they asked for, before what was found
        found.sort(key=len, reverse=True)
        return self.rng.choice(found[: max(1, len(found) // 2)]) if found else None

    def _as_before(self, call: Call) -> frozenset[str]:
        """What the record that is written has already, in the words of a list."""
        ids = {str(value) for name, value in call.args.items() if name != self.domain.pack.whose}
        records = (row for table in self.domain.tables.values() for key, row in table.items() if key in ids)
        record = next((row for row in records if isinstance(row, dict)), None)
        if record is None:
            return frozenset()
        held = {name: record.get(name, value) for name, value in call.args.items()}
        return frozenset(
            text for group in self.domain.pack.phrases.renderings(Call.of(call.tool, held)) for text in group
        )

    def _next_wish(self) -> Turn:
        for index in range(len(self.task.requests)):
            if plan.opening(index) not in self.said:
                sentences, about = self._wish(index, whole=self.behaviour["disclosure"] == "all at once")
                lead = Sentence(self.rng.choice(NEXT))
                goes_on = _GOES_ON.match(sentences[0].text) is not None
                sentences = [lead, *sentences] if not goes_on and self.rng.random() < 0.6 else sentences
                return self._message([*self._yields(), *sentences], about)
        bye = Sentence(self._pick(BYE, self.task.requests[-1].topic))
        return self._message([*self._yields(), bye], ("yields", "bye") if self._insisted else ("bye",))


def _again(request: int) -> str:
    """Reference to a request that was repeated as a whole."""
    return f"{request}:again"
