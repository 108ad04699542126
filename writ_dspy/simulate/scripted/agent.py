"""The scripted agent: follows policy as a careful human would, and says only what it has read.

It knows the task's typed plan (which reads settle a decision, in which order), but takes every value from what its
own calls returned: each message is worked out by resolving the goal against the observations alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.acts import assents, takes_leave
from writ_dspy.simulate.scripted import holding, plan
from writ_dspy.simulate.scripted.framing import Framing
from writ_dspy.simulate.scripted.meeting import objects
from writ_dspy.simulate.scripted.naming import called, joined
from writ_dspy.simulate.scripted.replies import (
    AGAIN,
    ALL_THE_SAME,
    ANEW,
    AS_LISTED,
    BACK_AGAIN,
    CAN_HELP,
    FOUND,
    FOUND_YOU,
    HANDOVER,
    HELP,
    HELP_DO,
    INSTEAD,
    LOOKS,
    MORE,
    OBJECTED,
    PROCEED,
    SEVERAL,
    SURE,
    UNKNOWN,
)
from writ_dspy.simulate.scripted.sympathy import KIND_WORDS, with_kind_word
from writ_dspy.simulate.scripted.telling import THAT
from writ_dspy.simulate.trials.dealing import mistaken
from writ_dspy.simulate.trials.disputed import alone
from writ_dspy.task import Call, Outcome, Request, Task
from writ_dspy.trial import ChangesMind, WrongFirst

WHICH = "which"
"""Key of the detail that tells which of several records is meant; nobody asks for it before they have been seen."""
_HELP_DO = 0.55
"""How often a first message is answered by what it asks for, and not just by "that"."""
NUMBERS = ("none", "one", "two", "three", "four", "five")


class ScriptedAgent:
    """Satisfies the `Agent` protocol without a model."""

    name = "scripted"

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The next careful step: ask, read, compare and propose, write, report."""
        return Desk(task, domain, turns, seed).next()


class Desk(Framing):
    """One turn of the agent."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> None:
        super().__init__(task, domain, turns, random.Random(f"{seed}/agent/{len(turns)}"))
        self.last_said = next((turn.text for turn in reversed(turns) if turn.role == "agent" and turn.text), "")

    def next(self) -> Turn:
        transfer = self.domain.pack.transfer
        if transfer and transfer.tool in self.now.used:
            return self._say(transfer.text, "close", ())
        if plan.IDENTITY not in self.now.said:
            index = self.current()
            asked = self.task.requests[0 if index is None else index]
            lead = self._called(HELP, HELP_DO, asked, often=_HELP_DO) if self._grants(asked) else self._pick(LOOKS)
            return self._say(f"{lead} {self._question(plan.IDENTITY)}", "ask", (plan.IDENTITY,))
        if (wrong := self._mistaken()) and any(
            seen.error and wrong.wrong in call.text for call, seen in self.now.reads.items()
        ):
            return self._unknown(wrong)
        index = self.current()
        if index is None:
            return self._wrap_up()
        request = self.task.requests[index]
        if request.decision is None:
            return self._inform(index, request)
        return self._serve(index, request, self.task.outcomes[request.decision])

    def _grants(self, request: Request) -> bool:
        """Whether a request comes to something: nobody says first that they can help with what policy denies."""
        return request.decision is None or not self.task.outcomes[request.decision].denied

    # ------------------------------------------------------------------ one request

    def current(self) -> int | None:
        """The first request that is opened and not finished; one that is to be denied waits for the next message, if there is more to do."""
        open_ = [
            index
            for index, request in enumerate(self.task.requests)
            if plan.opening(index) in self.now.said and not self._finished(index, request)
        ]
        recent = sorted(
            open_, key=lambda index: -plan.opened_at(self.turns, index)
        )  # who has left a subject is served there first
        return next((index for index in recent if not self._denied(index)), recent[-1] if recent else None)

    def _serve(self, index: int, request: Request, outcome: Outcome) -> Turn:
        asking = (
            outcome.attempt and plan.detail(index, "fallback") not in self.now.said and self._slot(request, "fallback")
        )
        reads = self._first_attempt(request).trace if asking else outcome.trace
        step = (
            self._first_read(outcome) or self._ask(index, request) or self._which(index, request) or self._read(reads)
        )
        if step is not None:
            return step
        if asking:
            reason = self._why_not(request)
            return self._say(f"{reason} {self._pick(INSTEAD)}", "ask", (plan.detail(index, "fallback"),))
        for tell in request.tells:
            step = self._read(self.task.outcomes[len(self.task.goal.decisions) + tell].trace)
            if step is not None:
                return step
        if outcome.call is None:
            return self._refuse(index, request, outcome)
        return self._decide(index, request, self._as_said(request, outcome.call))

    def _decide(self, index: int, request: Request, call: Call) -> Turn:
        key = str(request.decision)
        if call in self.now.refused:
            text = f"I'm sorry, but the system did not accept this. {self._pick(MORE)}"
            return self._say(text, "failed", (str(index),))
        mind = self._mind(request)
        if self.now.proposals.get(key) and not (mind and self._changes_now(mind)) and self._agreed():
            return Turn("agent", calls=(call,))
        details = self.domain.pack.phrases.details(call, self.now.seen)
        first = Call(call.tool, mind.first) if mind is not None else call
        if call != first and self.domain.pack.phrases.details(first, self.now.seen) in self._last_list(details):
            reason = (
                self._reason(request) if _chosen_anew(mind) else self._compared_for(request, _otherwise(call, first))
            )
            reason = tuple(text for text in reason if text)
            lead = (self._pick(SURE), *reason[:-1], f"{reason[-1]}\n") if reason else (f"{self._pick(ANEW)}\n",)
            return self._say(self._put(details, *lead), "propose", (key,))
        why = self.domain.pack.comes_of(call, self.now.seen) if objects(self.last_user.text) else ""
        if self.now.proposals.get(key) and why:
            return self._say(f"{self._pick(OBJECTED, why=why)} {self._pick(PROCEED)}", "propose", (key,))
        if self.now.proposals.get(key):
            doubt = _doubt(self.last_user.text, request.topic) if "?" in self.last_user.text else "repetition"
            doubt = "not final" if doubt == "final" and call.tool not in self.domain.pack.final else doubt
            said = " ".join(turn.text for turn in self.turns if turn.role == "agent")
            fresh = [text for text in AGAIN[doubt] if text.partition("[")[0] not in said]  # not the same message twice
            answer = self._pick(fresh or AGAIN[doubt])
            if doubt == "repetition":
                return self._say(self._put(details, f"{answer}\n"), "propose", (key,))
            return self._say(f"{answer} {self._pick(PROCEED)}", "propose", (key,))  # the list stands
        told = call != first or not _chosen_anew(mind)  # of another thing than is wanted, nothing was worked out
        wanted = self.task.outcomes[request.decision or 0].call or call
        reason = self._reason(request, _otherwise(call, wanted)) if told else ()
        before = (*self._reports(), *self._fallen(index, request), *reason)
        return self._say(self._put(details, *before), "propose", (key,), reports=True)

    def _last_list(self, details: str) -> str:
        """The last message that put a list, this one or one before it; one that only answers a question about it leaves it standing."""
        put = (
            turn
            for turn in reversed(self.turns)
            if turn.role == "agent" and turn.intent and turn.intent.kind == "propose"
        )
        return next((turn.text for turn in put if details in turn.text or "\n" in turn.text), "")

    def _agreed(self) -> bool:
        """By what the message before asks, or its question alone: what stands before that may be long."""
        return any(assents(self.last_user.text, said) for said in (self.last_said, self.last_said.rpartition("\n")[2]))

    def _refuse(self, index: int, request: Request, outcome: Outcome) -> Turn:
        transfer = self.domain.pack.transfer
        if transfer and f"handover:{index}" in self.now.told:
            summary = f"The user asks for {request.topic}; {outcome.refusal}."
            return Turn("agent", calls=(self.domain.canonical(transfer.tool, {"summary": summary}),))
        reports = " ".join(self._reports(index))
        reason = " ".join(self._all_fallen(request))
        reason += f" {self._pick(ALL_THE_SAME)}" if outcome.own else ""
        end = self._pick(HANDOVER if outcome.transfer else MORE)
        kind = "handover" if outcome.transfer else "more"
        turn = self._say(f"{reports} {reason} {end}".strip(), kind, (), reports=True)
        return Turn(
            "agent", turn.text, intent=Intent("refuse" if kind == "more" else kind, (str(index), *self._reported()))
        )

    def _inform(self, index: int, request: Request) -> Turn:
        outcomes = [self.task.outcomes[len(self.task.goal.decisions) + tell] for tell in request.tells]
        for outcome in outcomes:
            step = self._first_read(outcome) or self._ask(index, request) or self._read(outcome.trace)
            if step is not None:
                return step
        text = " ".join((*self._reports(), *self._tells(request), self._pick(MORE)))
        return self._say(text, "answer", (str(index),), reports=True)

    def _wrap_up(self) -> Turn:
        reports = self._reports()
        if reports:
            return self._say(f"{' '.join(reports)} {self._pick(MORE)}", "more", (), reports=True)
        leaving = self._leaves()
        refused = [] if leaving else self._refused()
        pressed = holding.pressed(self.task, self.domain, refused, self.turns, self._resolver()) if refused else None
        if pressed is not None:
            return self._hold(pressed)
        if leaving or takes_leave(self.last_user.text, self.last_said) or self._all_done():
            return self._say(self._farewell(), "close", ())
        return self._say(self._pick(MORE), "more", ())

    def _hold(self, index: int) -> Turn:
        """The no once more, to who does not take it for an answer."""
        topic = self._topic(self.task.requests[index])
        denied = alone(self.task, index)
        known = self._lately(denied[0], denied[1].refusal) if denied else self._resolver()
        text = holding.answer(self.task, self.domain, index, self.turns, known, topic, self.rng)
        more = f" {self._pick(MORE)}" if self.rng.random() < 0.4 else ""
        return self._say(f"{text}{more}", "hold", (str(index),))

    def _all_done(self) -> bool:
        return all(self._finished(index, request) for index, request in enumerate(self.task.requests))

    # ------------------------------------------------------------------ steps

    def _first_read(self, outcome: Outcome) -> Turn | None:
        """Authenticate as soon as the user has said who they are."""
        first = outcome.trace[0] if outcome.trace else None
        if first is None or any(not seen.error for seen in self.now.reads.values()):
            return None
        pack = self.domain.pack
        if first.tool in pack.known_only:  # the answer lies in the catalog, which only known customers are told of
            first = pack.look_up({fact.key: fact.value for fact in self.task.facts}) or first
        identifies = pack.identifies(first, self.domain.read(first).text)
        return self._look(first) if identifies else None

    def _read(self, trace: Sequence[Call]) -> Turn | None:
        unread = next((call for call in trace if call not in self.now.reads), None)
        return self._look(unread) if unread else None

    def _look(self, call: Call) -> Turn:
        """A read with what the user has said; where that is wrong, nobody can know it yet."""
        wrong = self._mistaken()
        return Turn("agent", calls=(mistaken(self.domain, call, wrong.right, wrong.wrong) if wrong else call,))

    def _unknown(self, wrong: WrongFirst) -> Turn:
        """Nothing was found by what the user gave."""
        key = next((fact.key for fact in self.task.facts if str(fact.value).lstrip("#") == wrong.right), "value")
        return self._say(self._pick(UNKNOWN, what=called(key), value=wrong.wrong), "ask", (wrong.slot,))

    def _first_attempt(self, request: Request) -> Outcome:
        """What the decision comes to without its fallback."""
        first = self.task.goal.decisions[request.decision or 0]
        return settle(replace(first, otherwise=None), Resolver(self.domain, self.domain.read), self.domain)

    def _ask(self, index: int, request: Request) -> Turn | None:
        """Ask for what is missing, a few things at a time; who answers one thing at a time is asked like that."""
        owed = dict.fromkeys(key for key in self._owed(index, request) if key != WHICH)
        if "trip" in owed:  # whether there is a way back is not known yet
            owed = dict.fromkeys(key for key in owed if not key.startswith("return_"))
        if not owed:
            return None
        topic, back = self._topic(request), self._left(index)
        keys, asked = self._next_keys(index, [*owed]), self._asked_of(index, request)
        lead = (
            self._pick(BACK_AGAIN, topic="your other request" if topic == THAT else topic)
            if back
            else self._taken()
            if asked
            else self._greeting()
        )
        text = " ".join((*self._reports(), self._asking(keys, request, lead, more=asked and not back)))
        return self._say(text, "ask", tuple(plan.detail(index, key) for key in keys), reports=True)

    def _which(self, index: int, request: Request) -> Turn | None:
        """Look at all that may be meant, and where several are, ask which one; only what the user knows tells them apart."""
        if WHICH not in self._owed(index, request):
            return None
        several, told_by = self._may_be_meant(request)
        look = Resolver(self.domain, self.domain.read)
        look.query(several)
        step = self._read(list(look.trace))
        if step is not None:
            return step
        hits = self._resolver().query(several).hits
        names = [self._apart(hit.view, hit.row, told_by) for hit in hits]
        text = self._pick(SEVERAL, count=NUMBERS[len(names)], names=joined(names))
        return self._say(" ".join((*self._reports(), text)), "ask", (plan.detail(index, WHICH),), reports=True)

    def _greeting(self) -> str:
        """By name where it is known, once, when the account was found; who asked something is told that it is being looked into."""
        if any(told.startswith("ask:") and ":" in told[4:] for told in self.now.told):
            return ""
        if all(seen.error for seen in self.now.reads.values()):
            return ""
        name = self._first_name()
        asked = "?" in self.last_user.text and not self.now.told
        found = self._pick(FOUND_YOU, name=name) if name else self._pick(FOUND)
        index = self.current()
        helps = CAN_HELP if index is None or self._grants(self.task.requests[index]) else LOOKS
        return f"{found} {self._pick(helps)}" if asked else found

    # ------------------------------------------------------------------ words

    def _reports(self, index: int | None = None) -> list[str]:
        """What was done, or is refused, and has not been told yet, with what the user asked to be told about it; `index` is told elsewhere."""
        parts: list[str] = []
        for request in self._unreported():
            call = self.task.outcomes[request.decision or 0].call
            if call is not None:
                parts.append(self.domain.pack.phrases.report(call, self.now.written[call]))
            tells = [text for one in self._all_done_with(request) for text in self._tells(one)]
            tells = [text for text in tells if not (_AMOUNT.search(text) and _told_in(text, parts))]
            parts += [self._as_listed(text) for text in tells]
        return parts + [
            self._why_not(request)
            for number, request in enumerate(self.task.requests)
            if number in self._unrefused() and number != index
        ]

    def _as_listed(self, text: str) -> str:
        """An answer; where its amount stood in what the user has just agreed to, it is no news."""
        listed = " ".join(turn.text for turn in self.turns if turn.intent and turn.intent.kind == "propose")
        again = _AMOUNT.search(text) is not None and _told_in(text, [listed])
        return f"{self.rng.choice(AS_LISTED)} {text[:1].lower()}{text[1:]}" if again else text

    def _all_done_with(self, request: Request) -> list[Request]:
        """The requests that one wish comes to, once the last of them is done: what they come to together is not told before."""
        together = [self.task.requests[index] for index in self.task.together(self.task.requests.index(request))]
        done = (self.task.outcomes[one.decision or 0].call in self.now.written for one in together)
        return together if all(done) else []

    def _was_kind(self) -> bool:
        """Whether a kind word was said before."""
        return any(word in turn.text for turn in self.turns if turn.role == "agent" for word in KIND_WORDS)

    def _say(self, text: str, kind: str, about: tuple[str, ...], *, reports: bool = False) -> Turn:
        done = reports and bool(self._unreported())  # what was on their mind is out of the world
        if kind != "close" and not done and not self._was_kind():
            text = with_kind_word(text, self.last_user.text, self.rng)
        if kind != "close":
            text = f"{self._stays()} {text}".strip()
        return Turn("agent", text, intent=Intent(kind, (*about, *(self._reported() if reports else ()))))


_DOUBTS = {
    "repetition": re.compile(r"\b(?:again|once more|repeat\w*|recap|sum|summar\w+|list\w*|read)\b", re.IGNORECASE),
    "money": re.compile(r"\b(?:fees?|charg\w+|costs?|pay\w*|prices?|money|surcharges?)\b", re.IGNORECASE),
    "final": re.compile(r"\b(?:final|binding|undo\w*|irrevers\w*|revers\w*|revok\w*|no way back)\b", re.IGNORECASE),
    "effect": re.compile(r"\b(?:effect|effective|at once|right away|immediately|when)\b", re.IGNORECASE),
}
"""What is asked before a yes, by its words; what has none of these is about how far the change goes."""


_AMOUNT = re.compile(r"\$\d[\d,]*(?:\.\d+)?")


def _told_in(text: str, parts: Sequence[str]) -> bool:
    """Whether the amounts of a sentence stand in the last of others: nobody is told the same twice."""
    return bool(parts) and set(_AMOUNT.findall(text)) <= set(_AMOUNT.findall(parts[-1]))


def _chosen_anew(mind: ChangesMind | None) -> bool:
    """Whether what the user names first is another thing than it wants, so that what was found for that says nothing of it."""
    return mind is not None and mind.slot.partition(":")[2] in ("version", "items")


def _otherwise(call: Call, other: Call) -> list[str]:
    """Names of the arguments that two writes do not share."""
    mine, others = call.args, other.args
    return [name for name in {**mine, **others} if mine.get(name) != others.get(name)]


def _doubt(text: str, topic: str) -> str:
    """What a user who does not agree yet wants to know; neither the topic nor the rest of what they say is part of the question."""
    asked = " ".join(re.findall(r"[^.?!]*\?", text)).replace(topic, "")
    return next((name for name, pattern in _DOUBTS.items() if pattern.search(asked)), "extent")
