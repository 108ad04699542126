"""What a customer has said by now, request by request and detail by detail, and what else can be known of a talk.

A detail is said by its values, by its marks, or by enough of its own words, with slips of the hand put right. What was said before
its request was brought up was said of something else; and a word that anybody says of anything ("five minutes between rounds", "no
other day") tells a detail only beside another word of its own, or in answer to a question for it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.sayings import ASKING
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide_fresh
from writ_dspy.programs.attributed import alike, said_of
from writ_dspy.simulate.behaviour import discloses, place_of
from writ_dspy.simulate.manner import put_right
from writ_dspy.simulate.manner.words import sentences, stem, stems, usual, words
from writ_dspy.simulate.raised import raised_at
from writ_dspy.simulate.trials.dealing import VOLUNTEERED
from writ_dspy.task import (
    AnyOf,
    Call,
    Decision,
    Outcome,
    ReadCall,
    Requirement,
    Said,
    Scalar,
    Slot,
    Task,
    Tell,
    in_own_words,
)
from writ_dspy.trial import ChangesMind, WrongFirst
from writ_dspy.verify.needs import needs

DISTINCT = 4
"""Letters of what nobody says by chance: "yes" and "2" are said of anything."""
ENOUGH = 0.3
"""Share of a detail's own words that says it."""
COMMON = 100_000
"""How often the dictionary has met a word that may be said of something else."""
EVERYWHERE = 2_000_000
"""How often it has met one that says nothing of anything ("from", "well", "that")."""


class Message(NamedTuple):
    """What the customer wrote, and what the agent had said before it."""

    at: int
    """Its turn."""
    asked: str
    text: str


class Talk:
    """What can be known by now."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn]) -> None:
        turns = put_right(task, turns)
        self.task, self.domain, self.turns = task, domain, turns
        self.raised = raised_at(task, domain, turns)
        self._said = "\n".join(turn.text for turn in turns if turn.role == "user").lower()
        self._read = "\n".join(turn.text for turn in turns if turn.role == "tool").lower()
        self.made = {call for turn in turns for call in turn.calls}
        answered = [(call, answer) for turn, answer in itertools.pairwise(turns) for call in turn.calls]
        went = [(call, answer) for call, answer in answered if not answer.error]
        self._failed = [call.text for call, answer in answered if answer.error]
        self.identified = any(domain.pack.identifies(call, answer.text) for call, answer in went)
        self.stated = any(domain.pack.stated(turn.text) for turn in turns if turn.role == "user")
        """Whether the customer has said who they are, where policy asks for no more than that."""
        self._done = [domain.effect(call) for call, _ in went if domain.kinds.get(call.tool) == "write"]

    @cached_property
    def heard(self) -> str:
        """All that was said, in lower case."""
        return "\n".join(turn.text for turn in self.turns if turn.role != "tool").lower()

    def messages(self, start: int = 0) -> Iterator[Message]:
        """The customer's, from that turn on."""
        asked = ""
        for at, turn in enumerate(self.turns):
            if turn.role == "user" and at >= start:
                yield Message(at, asked, turn.text)
            asked = turn.text if turn.role == "agent" and turn.text else asked

    @cached_property
    def unanswered(self) -> Sequence[Turn]:
        """What came after the agent's last words: a message of the customer's, and the calls made since."""
        at = max((at for at, turn in enumerate(self.turns) if turn.role == "agent" and turn.text), default=-1)
        return self.turns[at + 1 :]

    def did(self, call: Call) -> bool:
        """Whether a write of the same effect was made."""
        return self.domain.effect(call) in self._done

    def said(self, value: object) -> bool:
        """Whether the customer has said the value."""
        return self.domain.pack.mentions(str(value), self._said)

    def known(self, value: object) -> bool:
        """Whether the customer has said the value, or a tool has shown it."""
        return self.said(value) or str(value).lower() in self._read or self.domain.pack.mentions(str(value), self._read)

    def vain(self, value: str) -> bool:
        """Whether nothing was found by it."""
        return any(value in text for text in self._failed)

    def slips(self) -> Iterator[WrongFirst]:
        """What the customer has given wrong and not put right yet."""
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        for one in trials:
            if isinstance(one, WrongFirst) and self.said(one.wrong) and not self.said(one.right):
                yield one


class Told:
    """What the customer has said of one request that is brought up."""

    def __init__(self, talk: Talk, index: int) -> None:
        self.talk, self.index = talk, index
        self.task, self.domain = talk.task, talk.domain
        self._requests = in_own_words(self.task).requests
        self.request = self._requests[index]
        self._messages = list(talk.messages(talk.raised[index]))
        self._users = "\n".join(message.text for message in self._messages)
        number = self.request.decision
        self.decision = None if number is None else self.task.goal.decisions[number]
        self.outcome = None if number is None else self.task.outcomes[number]
        self._asked_at = self._asked_to_tell()
        self.tells = () if self._asked_at is None else self.request.tells
        self.values = _said_in(self.decision)

    @property
    def done(self) -> bool:
        """Whether the write that it comes to was made."""
        return self.outcome is not None and self.outcome.call is not None and self.talk.did(self.outcome.call)

    @property
    def unreported(self) -> bool:
        """Whether it was made since the agent's last words."""
        call = self.outcome.call if self.outcome is not None else None
        made = (one for turn in self.talk.unanswered for one in turn.calls)
        return call is not None and any(self.domain.effect(one) == self.domain.effect(call) for one in made)

    @property
    def topic(self) -> str:
        """What the request is called: without the words of its details that nobody has named yet."""
        heard = f"{self.talk.heard}\n{self.request.opening.lower()}"
        unsaid = {
            word for slot in self.request.slots for mark in slot.marks for word in mark.split() if word not in heard
        }
        return " ".join(word for word in self.request.topic.split() if word.lower() not in unsaid)

    @property
    def asked(self) -> list[Slot]:
        """The details to ask for: those by which the write is made, and none that only the customer's own conditions hold."""
        free = self._free() | {*VOLUNTEERED}
        return [slot for slot in self.request.slots if slot.key not in free]

    @property
    def open(self) -> list[Slot]:
        """The details to ask for that are not said yet."""
        return [slot for slot in self.asked if not self.gave(slot)]

    @property
    def instead(self) -> Slot | None:
        """What the customer wants instead, while it is unsaid."""
        slot = next((slot for slot in self.request.slots if slot.key.startswith("fallback")), None)
        return None if slot is None or self.discloses(slot) else slot

    @property
    def all_said(self) -> bool:
        """Whether the customer has said all that the decision, as far as it is known, rests on; of what is denied whatever its details are, all that one would ask for."""
        if self.known is None or self.open:
            return False
        return self.known.bare or all(map(self.said, _said_in(self.known)))

    @cached_property
    def known(self) -> Decision | None:
        """The decision without what only the customer's own words add, as long as they have not said it: a condition, and what is wanted instead."""
        if self.decision is None:
            return None
        unsaid = [one for one in self.decision.requires if _own(one) and not all(map(self.said, _said_in(one)))]
        requires = tuple(one for one in self.decision.requires if one not in unsaid)
        otherwise = None if self.instead else self.decision.otherwise
        return dataclasses.replace(self.decision, requires=requires, otherwise=otherwise)

    @property
    def comes_to(self) -> Outcome | None:
        """How the request ends by what was said; None where that comes to nothing."""
        if self.known is None or self.known == self.decision:
            return self.outcome
        try:
            return decide_fresh(self.known, self.domain)
        except Unresolved:
            return None

    @property
    def untold(self) -> list[str]:
        """What the customer asked to be told and was not told since, in the word or two of it that an answer has."""
        since = [turn.text.lower() for turn in self.talk.turns[self._asked_at or 0 :] if turn.role == "agent"]
        tells = [self.task.goal.tells[tell] for tell in self.tells]
        return [tell.topic for tell in tells if not any(_tells(tell, text) for text in since)]

    def gave(self, slot: Slot) -> bool:
        """Whether the customer has said something for a detail, be it what they take back later; what nothing was found by is nothing.

        Where a detail decides nothing, and leads to no record, whatever they answered will do.
        """
        if self.discloses(slot) or self._otherwise(slot):
            return True
        idle = self.decision is not None and self.decision.bare and not self.leads(slot)
        return idle and any(map(partial(_asks, slot), self._messages))

    def leads(self, slot: Slot, tool: str = "") -> bool:
        """Whether a detail spells a value by which a record is found, be it one that this tool shows."""
        reads = (part.args for part in parts(self.decision) if isinstance(part, ReadCall) and tool in ("", part.tool))
        return any(self.tells_of(slot, value) for value in _said_in(tuple(reads)))

    def said(self, value: object) -> bool:
        """Whether a value was said, in whatever words: one that no detail spells out is said by all that one asks for."""
        details = [slot for slot in self.request.slots if slot.key not in VOLUNTEERED]
        telling = [slot for slot in details if self.tells_of(slot, value)]
        if len(str(value)) >= DISTINCT and self.talk.said(value):
            return True
        held = [slot for slot in self.request.slots if slot not in details and self.tells_of(slot, value)]
        if not telling and not held and self.tells_of(self.task.identity, value):
            return self.talk.said(value)  # a name of three letters tells who it is, and nothing of a request
        return all(map(self.discloses, telling or held or details))

    def knows(self, value: object) -> bool:
        """Whether a value can be known: it was said or shown, and what is for the customer to say was not shown alone."""
        return self.talk.known(value) and (value not in self.values or self.said(value))

    def tells_of(self, slot: Slot, value: object) -> bool:
        """Whether a detail spells a value out."""
        return self.domain.pack.mentions(str(value), slot.text.lower())

    def discloses(self, slot: Slot) -> bool:
        """Whether a detail was said: by its values, by its marks where these are nobody's by chance, or by enough of its own words."""
        if self._first_said(slot):
            return False
        if alike(self._requests, self.index, slot) and not self.leads(slot):
            heard = said_of(self._requests, self.index, [(one.asked, one.text) for one in self._messages])
            return discloses(slot, "\n".join(heard))
        spelled = [value for value in self.values if self.tells_of(slot, value) and len(str(value)) >= DISTINCT]
        if slot.text.lower() in self._users.lower() or (spelled and all(map(self._spelled, spelled))):
            return True
        own = self._own_words(slot)
        by_chance = spelled and all(len(mark) < DISTINCT for mark in slot.marks)
        if not by_chance and discloses(slot, self._users) and self._meant(slot, own):
            return True
        if not spelled and self._as_an_idea(slot):
            return True
        said = max((len(own & stems(message.text)) for message in self._messages), default=0)
        numbers = any(_has_digit(str(value)) for value in spelled)
        return not numbers and said > 1 and said >= ENOUGH * len(own)

    def _first_said(self, slot: Slot) -> bool:
        """Whether what was said of a detail is still what the customer takes back later."""
        ref = f"{self.index}:{slot.key}"
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        mark = next((one.mark.lower() for one in trials if isinstance(one, ChangesMind) and one.slot == ref), "")
        at = next((message.at for message in self._messages if mark and mark in message.text.lower()), None)
        return at is not None and not any(
            message.at > at and (slot.text.lower() in message.text.lower() or _marked(slot, message.text))
            for message in self._messages
        )

    def _as_an_idea(self, slot: Slot) -> bool:
        """Whether a detail without a value was said in other words that the domain knows for it: "just me" of who travels alone."""
        ideas = (compiled(one) for one in self.domain.pack.sayings.ideas.get(slot.key, ()))
        meant = next((one for one in ideas if one.search(slot.text.lower())), None)
        if meant is None or meant.search(self.request.opening.lower()):
            return False
        return any(meant.search(text) for message in self._messages for text in sentences(message.text.lower()))

    def _spelled(self, value: object) -> bool:
        """Whether a value was said; one without a digit, such as a cabin, is said of any request."""
        if _has_digit(str(value)):
            return self.talk.said(value)
        return self.domain.pack.mentions(str(value), self._users.lower())

    def _meant(self, slot: Slot, own: frozenset[str]) -> bool:
        """Whether a detail's marks were said of it, where others say them too, or the opening does: beside another word of it, or in answer."""
        beside = own.difference(*map(stems, slot.marks))
        common = len(slot.marks) == 1 and usual(slot.marks[0]) >= COMMON and beside
        if not common and not _marked(slot, self.request.opening):
            return True
        return any(
            bool(beside & stems(one.text)) or _asks(slot, one) for one in self._messages if _marked(slot, one.text)
        )

    def _own_words(self, slot: Slot) -> frozenset[str]:
        """Stems of the words that a detail has and nothing else of its task."""
        others = [one.opening for one in self._requests]
        others += [one.text for request in self._requests for one in request.slots if one != slot]
        own = frozenset(stem(word) for word in words(slot.text) if len(word) >= DISTINCT and usual(word) < EVERYWHERE)
        return own - stems(" ".join(others))

    def _otherwise(self, slot: Slot) -> bool:
        """Whether the customer has said what they take back later, and something may still be found by it."""
        ref, heard = f"{self.index}:{slot.key}", self._users.lower()
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        first = [one.mark for one in trials if isinstance(one, ChangesMind) and one.slot == ref]
        wrong = [one.wrong for one in trials if isinstance(one, WrongFirst) and one.slot == ref]
        return any(text.lower() in heard for text in (*first, *(one for one in wrong if not self.talk.vain(one))))

    def _asked_to_tell(self) -> int | None:
        """Where the customer asked to be told something, be it beside a deed: in a question that holds a word of theirs for it."""
        marks = [mark.lower() for slot in self.request.slots if slot.key in VOLUNTEERED for mark in slot.marks]
        for message in self._messages:
            asked = [text for text in sentences(message.text.lower()) if ASKING.search(text)]
            named = any(mark in text for text in asked for mark in marks)
            if self.request.decision is None or not marks or named or any(map(self._asks_for_it, asked)):
                return message.at
        return None

    def _asks_for_it(self, text: str) -> bool:
        """Whether a question is the one that the customer has, in whatever words: "how much will I get?"."""
        owed = needs(self.task, self.domain)[self.index]
        return any(need.slot in VOLUNTEERED and need.late and need.said_in(text) for need in owed)

    def _free(self) -> frozenset[str]:
        """The keys of details that the write does not need: those of the customer's own conditions.

        What is denied whatever its details are needs none of them, but who does not know that yet asks for all.
        """
        decision = self.decision
        if decision is None or decision.bare:
            return frozenset()
        needed = {part.value for part in parts(decision.args) if isinstance(part, Said)}
        own = {part.value for part in parts((decision.requires, decision.otherwise)) if isinstance(part, Said)} - needed
        return frozenset(
            slot.key
            for slot in self.request.slots
            if any(self.tells_of(slot, value) for value in own)
            and not any(self.tells_of(slot, value) for value in needed)
        )


def _own(one: Requirement) -> bool:
    """Whether it is a condition that the customer sets."""
    return all(check.own for check in (one.checks if isinstance(one, AnyOf) else (one,)))


def _said_in(value: object) -> list[Scalar]:
    """All that the customer says in it."""
    return [part.value for part in parts(value) if isinstance(part, Said)]


def _marked(slot: Slot, text: str) -> bool:
    return bool(slot.marks) and all(place_of(mark, text) >= 0 for mark in slot.marks)


def _asks(slot: Slot, message: Message) -> bool:
    """Whether a message answers one that speaks of the detail."""
    called = stems(slot.key.replace("_", " ")).union(*map(stems, slot.marks))
    return not called.isdisjoint(stems(message.asked))


def _tells(tell: Tell, text: str) -> bool:
    """Whether a message may be the answer: it has the word for it, and a number where one is asked for."""
    return tell.topic.lower() in text and (tell.style == "text" or _has_digit(text))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
