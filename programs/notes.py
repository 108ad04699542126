"""What a guided agent is told beside the policy: a teacher's notes that grow with the talk, and are never ahead of it.

A note's calls hold only what the customer has said or a tool has shown by then; of what is still to be asked for it names the
kind ("reservation id"), never the value, and no longer than until it is said. Nothing stands there of a request that was not
brought up yet, though a word of it may have been said of another, nor of what the customer wants instead or wants to be told
before they say so; and no search by which nobody would look before they know what is looked for. Whoever knew more would
ask for conditions that nobody mentioned, and a trajectory would teach that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.sayings import ASKING
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.talk import shown
from writ_dspy.signatures.goal import conditions
from writ_dspy.simulate.behaviour import discloses
from writ_dspy.simulate.manner.words import sentences, stem, stems, words
from writ_dspy.simulate.raised import brought_up, ended
from writ_dspy.simulate.trials.dealing import VOLUNTEERED
from writ_dspy.task import Best, Call, Every, Only, Outcome, ReadCall, Request, Said, Slot, Task, in_own_words
from writ_dspy.trial import ChangesMind, WrongFirst

NOTHING = "(nothing yet)"
READS = "Read next, in one step: "
DISTINCT = 4
"""Letters of what nobody says by chance: "yes" and "2" are said of anything."""
ENOUGH = 0.3
"""Share of a detail's own words that says it."""


def notes(task: Task, domain: Domain, turns: Sequence[Turn]) -> str:
    """Where each request that the customer has brought up stands, and what a careful reader reads next, as far as they can be known by now.

    How a request ends stands there when its reads are made and all that it rests on is said.
    """
    talk = _Talk(domain, turns)
    up = [index for index in range(len(task.requests)) if index in brought_up(task, domain, turns)]
    told = [_Told(task, domain, index, talk) for index in up]
    lines = [line for one in told for line in _lines(one, turns)]
    reads = dict.fromkeys(call for one in told for call in _reads(one))
    due = [call for call in reads if talk.identified or call.tool not in domain.pack.personal or _names(domain, reads)]
    if up and not talk.identified and not _names(domain, reads):
        lines.insert(0, "First identify the customer.")
    if due:
        lines.append(f"{READS}{'; '.join(map(shown, due))}.")
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or NOTHING


def _names(domain: Domain, reads: Iterable[Call]) -> bool:
    """Whether one of the reads says who the customer is."""
    return any(domain.pack.identifies(call, domain.read(call).text) for call in reads)


class _Talk:
    """What can be known by now."""

    def __init__(self, domain: Domain, turns: Sequence[Turn]) -> None:
        self._mentions = domain.pack.mentions
        self.users = "\n".join(turn.text for turn in turns if turn.role == "user")
        self._said = self.users.lower()
        self._read = "\n".join(turn.text for turn in turns if turn.role == "tool").lower()
        self.made = {call for turn in turns for call in turn.calls}
        answered = [(call, answer) for turn, answer in itertools.pairwise(turns) for call in turn.calls]
        went = [(call, answer) for call, answer in answered if not answer.error]
        self.identified = any(domain.pack.identifies(call, answer.text) for call, answer in went)
        self._done = [domain.effect(call) for call, _ in went if domain.kinds.get(call.tool) == "write"]
        self._effect = domain.effect

    def did(self, call: Call) -> bool:
        """Whether a write of the same effect was made."""
        return self._effect(call) in self._done

    def said(self, value: object) -> bool:
        """Whether the customer has said the value."""
        return self._mentions(str(value), self._said)

    def known(self, value: object) -> bool:
        """Whether the customer has said the value, or a tool has shown it."""
        return self.said(value) or str(value).lower() in self._read or self._mentions(str(value), self._read)


class _Told:
    """What the customer has said of one request that is brought up."""

    def __init__(self, task: Task, domain: Domain, index: int, talk: _Talk) -> None:
        self.task, self.domain, self.index, self.talk = task, domain, index, talk
        self.request = in_own_words(task).requests[index]
        number = self.request.decision
        self.decision = None if number is None else task.goal.decisions[number]
        self.outcome = None if number is None else task.outcomes[number]
        self.tells = self.request.tells if _asked_for(self.request, talk) else ()
        self.values = [part.value for part in parts(self.decision) if isinstance(part, Said)] if self.decision else []

    @property
    def done(self) -> bool:
        """Whether the write that it comes to was made."""
        return self.outcome is not None and self.outcome.call is not None and self.talk.did(self.outcome.call)

    @property
    def asked(self) -> list[Slot]:
        """The details to ask for: those by which the write is made, and none that only the customer's own conditions hold."""
        free = _free(self) | {*VOLUNTEERED}
        return [slot for slot in self.request.slots if slot.key not in free]

    @property
    def open(self) -> list[Slot]:
        """The details to ask for that are not said yet."""
        return [slot for slot in self.asked if not self.gave(slot)]

    @property
    def instead(self) -> Slot | None:
        """What the customer wants instead, while it is unsaid."""
        slot = next((slot for slot in self.request.slots if slot.key.startswith("fallback")), None)
        return None if slot is None or discloses(slot, self.talk.users) else slot

    def gave(self, slot: Slot) -> bool:
        """Whether the customer has said something for a detail, be it what they take back later."""
        return self._discloses(slot) or self._otherwise(slot)

    def said(self, value: object) -> bool:
        """Whether a value was said, in whatever words: one that no detail spells out is said by all of them."""
        telling = [slot for slot in self._details if self.tells_of(slot, value)]
        if len(str(value)) >= DISTINCT and self.talk.said(value):
            return True
        return all(map(self._discloses, telling or self._details))

    def knows(self, value: object) -> bool:
        """Whether a value can be known: it was said or shown, and what is for the customer to say was not shown alone."""
        return self.talk.known(value) and (value not in self.values or self.said(value))

    def _discloses(self, slot: Slot) -> bool:
        """Whether a detail was said: by its values, by its marks where these are nobody's by chance, or by enough of its own words."""
        spelled = [value for value in self.values if self.tells_of(slot, value) and len(str(value)) >= DISTINCT]
        if spelled and all(map(self.talk.said, spelled)):
            return True
        by_chance = spelled and all(len(mark) < DISTINCT for mark in slot.marks)
        if not by_chance and discloses(slot, self.talk.users):
            return True
        own = _own_words(slot, self.request)
        said = own & stems(self.talk.users)
        numbers = any(char.isdigit() for value in spelled for char in str(value))
        return not numbers and len(said) > 1 and len(said) >= ENOUGH * len(own)

    @property
    def _details(self) -> list[Slot]:
        return [slot for slot in self.request.slots if slot.key not in VOLUNTEERED]

    def tells_of(self, slot: Slot, value: object) -> bool:
        """Whether a detail spells a value out."""
        return self.domain.pack.mentions(str(value), slot.text.lower())

    def _otherwise(self, slot: Slot) -> bool:
        """Whether the customer has said what they take back later."""
        ref, heard = f"{self.index}:{slot.key}", self.talk.users.lower()
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        first = [one.mark for one in trials if isinstance(one, ChangesMind) and one.slot == ref]
        wrong = [one.wrong for one in trials if isinstance(one, WrongFirst) and one.slot == ref]
        return any(text.lower() in heard for text in (*first, *wrong))


def _own_words(slot: Slot, request: Request) -> frozenset[str]:
    """Stems of the longer words that a detail has and nothing else of its request."""
    others = " ".join((request.opening, *(one.text for one in request.slots if one is not slot)))
    return frozenset(stem(word) for word in words(slot.text) if len(word) >= DISTINCT) - stems(others)


def _lines(told: _Told, turns: Sequence[Turn]) -> Iterator[str]:
    """What is still to be asked for, or how the request ends; of one that is settled only that it is."""
    about = f"About {told.request.topic}:"
    outcome = told.outcome
    if told.done:
        yield f"{about} done."
    elif outcome is None:
        yield f"{about} {_open(told) or 'it is asked for below.'}" if told.tells else f"{about} {_open(told)}"
    elif outcome.attempt and told.instead:
        yield f"{about} {_open(told)}"
        yield "If it cannot be done as it was asked for, say why, and ask what the customer wants instead."
    elif told.talk.made.issuperset(outcome.trace) and _all_said(told):
        again = outcome.call is None and ended(told.task, told.domain, told.index, turns)
        yield f"{about} {_ending(outcome, told.request, told.domain, again=again)}"
    else:
        yield f"{about} {_open(told)}"
    if told.tells:
        yield f"The customer asks to be told: {', '.join(told.task.goal.tells[tell].topic for tell in told.tells)}."


def _open(told: _Told) -> str:
    """What to take from the customer."""
    keys = dict.fromkeys(slot.key.replace("_", " ") for slot in told.open)
    if keys:
        return f"ask the customer, unless it was said: {', '.join(keys)}."
    return "all that it takes was said."


def _reads(told: _Told) -> Iterator[Call]:
    """The reads that are still to be made, whose arguments are known."""
    goal = len(told.task.goal.decisions)
    outcomes = [told.outcome, *(told.task.outcomes[goal + tell] for tell in told.tells)]
    unsaid = _unsaid_tools(told)
    for call in dict.fromkeys(call for one in outcomes if one is not None for call in one.trace):
        if call in told.talk.made or call.tool in unsaid or _waits(told, call):
            continue
        if all(map(told.knows, leaves(call.args))):
            yield call


def _waits(told: _Told, call: Call) -> bool:
    """Whether a search is ahead of the customer: which one is made, and over what, hangs on details that they have not said.

    A record of the customer's own is looked up once it is named; what is paid with, or who travels, changes no search.
    """
    pack = told.domain.pack
    if call.tool in pack.personal or pack.identifies(call, told.domain.read(call).text):
        return False
    beside = _beside(told, call.tool)
    return any(slot not in beside for slot in told.open)


def _beside(told: _Told, tool: str) -> list[Slot]:
    """The details that spell a value of the write, and none of a search by that tool."""
    searches = [
        part
        for part in parts(told.decision)
        if isinstance(part, Only | Best | Every) and any(source.tool == tool for source in part.sources)
    ]
    searched = {part.value for part in parts(tuple(searches)) if isinstance(part, Said)}
    return [
        slot
        for slot in told.request.slots
        if any(told.tells_of(slot, value) for value in told.values)
        and not any(told.tells_of(slot, value) for value in searched)
    ]


def _all_said(told: _Told) -> bool:
    """Whether the customer has said all that the decision rests on; what is denied whatever its details are rests on none of them."""
    if told.decision is None or told.decision.bare:
        return told.decision is not None
    return not told.open and all(map(told.said, told.values))


def _unsaid_tools(told: _Told) -> frozenset[str]:
    """The tools that only a condition or an alternative of the customer's own takes which they have not said: a look-up by one would be ahead of them."""
    decision = told.decision
    if decision is None:
        return frozenset()
    own = conditions(decision)
    values = [part.value for check in own for part in parts(check) if isinstance(part, Said)]
    unsaid: list[object] = [] if all(map(told.talk.said, values)) else list(own)
    if told.instead:
        unsaid.append(decision.otherwise)
    needed = (decision.args, tuple(one for one in decision.requires if one not in own))
    return _tools(tuple(unsaid)) - _tools(needed)


def _tools(value: object) -> frozenset[str]:
    return frozenset(part.tool for part in parts(value) if isinstance(part, ReadCall))


def _asked_for(request: Request, talk: _Talk) -> bool:
    """Whether the customer has asked to be told something beside a deed, in a question that holds a word of theirs for it."""
    marks = [mark.lower() for slot in request.slots if slot.key in VOLUNTEERED for mark in slot.marks]
    asked = (text for text in sentences(talk.users.lower()) if ASKING.search(text))
    return request.decision is None or not marks or any(mark in text for text in asked for mark in marks)


def _free(told: _Told) -> frozenset[str]:
    """The keys of details that the write does not need; what is denied whatever its details are needs those by which its records are looked up."""
    decision, outcome, slots = told.decision, told.outcome, told.request.slots
    if decision is None or outcome is None:
        return frozenset()
    if decision.bare:
        used = {str(value) for call in outcome.trace for value in leaves(call.args)}
        return frozenset(slot.key for slot in slots if not any(told.tells_of(slot, value) for value in used))
    needed = {part.value for part in parts(decision.args) if isinstance(part, Said)}
    own = {part.value for part in parts((decision.requires, decision.otherwise)) if isinstance(part, Said)} - needed
    return frozenset(
        slot.key
        for slot in slots
        if any(told.tells_of(slot, value) for value in own) and not any(told.tells_of(slot, value) for value in needed)
    )


def _ending(outcome: Outcome, request: Request, domain: Domain, *, again: bool) -> str:
    if outcome.call is not None:
        return f"list every detail of the change and ask for a yes. After the yes: {shown(outcome.call)}. Report it."
    if again:
        return f"refused, and it stays so: {outcome.refusal}."
    if outcome.own:
        return f"the customer's own condition does not hold: {outcome.refusal}. Say so, and leave it undone."
    transfer = domain.pack.transfer
    end = f"call {transfer.tool}" if outcome.transfer and transfer else "offer further help"
    return f"by what was said and read, it cannot be done: {outcome.refusal}. Say so, name {request.word!r} and the reason, then {end}."
