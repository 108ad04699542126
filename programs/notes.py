"""What a guided agent is told beside the policy: a teacher's notes that grow with the talk, and are never ahead of it.

A note's calls hold only what the customer has said or a tool has shown by then; of what is still to be asked for it names the
kind ("reservation id"), never the value, and no longer than until it is said. Nothing stands there of a request that was not
brought up yet, though a word of it may have been said of another, nor of what the customer wants instead or wants to be told
before they say so. Whoever knew more would ask for conditions that nobody mentioned, or leave out what anybody would ask for, and a
trajectory would teach that. One of the notes is the next step.

The look-ups that are due by then are no notes: nobody has to choose them, so they are made (`look_ups`). There is no search
among them by which nobody would look before they know what is looked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.listed import stage
from writ_dspy.programs.talk import shown
from writ_dspy.programs.told import Talk, Told
from writ_dspy.signatures.goal import conditions
from writ_dspy.simulate.leaving import leaves_with
from writ_dspy.simulate.raised import ended
from writ_dspy.simulate.trials.shown import asks_for_human, insists
from writ_dspy.task import Best, Call, Every, Only, Outcome, ReadCall, Said, Slot, Task
from writ_dspy.trial import Insists, WrongFirst

NOTHING = "(nothing yet)"
NEXT = "NEXT: "
SETTLED = "All that was brought up is settled: ask whether there is anything else."
PARTED = "All that was brought up is settled, and the customer takes leave: say goodbye."
HOLD = " Answer what the customer claims, and keep to the no."
REPORT = " just now: say so first, with what the tool showed of it."
HUMAN = "The customer asks for a human: say that you can take care of it yourself, and do."
LISTS = "list every detail of the change and ask for a yes."


class Line(NamedTuple):
    """A note."""

    text: str
    due: int
    """How urgent what it holds is: nothing to be done, something, something that was listed, who the customer is, or what they have agreed to."""


IDLE, DUE, LISTED, IDENTIFY, AGREED = range(5)


def notes(task: Task, domain: Domain, turns: Sequence[Turn]) -> str:
    """Where each request that the customer has brought up stands, as far as it can be known by now.

    How a request ends stands there when its reads are made and all that it rests on is said.
    """
    lines, due = _standing(task, domain, turns)
    if lines and not due and not any(line.due for line in lines):
        lines.append(Line(PARTED if leaves_with(turns) else SETTLED, DUE))
    return _numbered(lines) or NOTHING


def look_ups(task: Task, domain: Domain, turns: Sequence[Turn]) -> list[Call]:
    """What a careful agent reads next, in its order, as far as it can be known by now: who the customer is comes first.

    None where a change that the customer has agreed to comes before.
    """
    lines, due = _standing(task, domain, turns)
    return [] if any(line.due == AGREED for line in lines) else due


def _standing(task: Task, domain: Domain, turns: Sequence[Turn]) -> tuple[list[Line], list[Call]]:
    """The notes but for the last, and the look-ups that are due."""
    talk = Talk(task, domain, turns)
    up = [Told(talk, index) for index in range(len(task.requests)) if index in talk.raised]
    lines = [line for told in up for line in _lines(told)]
    who = [slip for slip in talk.slips() if slip.slot == "identity"]
    reads = [call for reads in (_mistaken, _reads) for told in up for call in reads(told)]
    identifying = [call for call in reads if _identifies(domain, call) or any(slip.wrong in call.text for slip in who)]
    known = talk.identified or bool(identifying)
    stated = talk.stated and not any(talk.vain(slip.wrong) for slip in who)
    due = [
        one
        for one in dict.fromkeys((*identifying, *reads))
        if known or (stated and one.tool not in domain.pack.personal)
    ]
    if asks_for_human(task, [turn.text for turn in talk.unanswered if turn.role == "user"]):
        lines.insert(0, Line(HUMAN, DUE))
    if up and not known:
        lines.insert(0, Line(f"First identify the customer.{_nothing_by(who, talk)}", IDENTIFY))
    return lines, due


def _numbered(lines: Sequence[Line]) -> str:
    """The lines, of which the first of the most urgent is next."""
    most = max((line.due for line in lines), default=IDLE)
    at = next((place for place, line in enumerate(lines) if line.due == most), -1) if most else -1
    return "\n".join(f"{place + 1}. {NEXT if place == at else ''}{line.text}" for place, line in enumerate(lines))


def _identifies(domain: Domain, call: Call) -> bool:
    """Whether a read says who the customer is."""
    return bool(domain.pack.identifies(call, domain.read(call).text))


def _lines(told: Told) -> Iterator[Line]:
    """What is still to be asked for, or how the request ends; of one that is settled only that it is."""
    about = f"About {told.topic}:"
    outcome, made = told.comes_to, told.talk.made
    if told.done:
        yield Line(f"{about} done{REPORT if told.unreported else '.'}", IDLE)
    elif told.outcome is None:
        yield Line(f"{about} {_open(told)}", DUE if told.open else IDLE)
    elif outcome is not None and _denied(told, outcome):
        again = _insists(told)
        yield Line(f"{about} refused, and it stays so: {outcome.refusal}.{HOLD * again}", DUE if again else IDLE)
    elif told.outcome.attempt and told.instead and (outcome is None or outcome.call is None):
        yield Line(f"{about} {_open(told)}", DUE if told.open else IDLE)
        yield Line("If it cannot be done as it was asked for, say why, and ask what the customer wants instead.", DUE)
    elif outcome is not None and made.issuperset(outcome.trace) and told.all_said:
        yield _ending(about, outcome, told)
    elif told.open or not told.talk.identified or any(True for reads in (_mistaken, _reads) for _ in reads(told)):
        yield Line(f"{about} {_open(told)}", DUE if told.open else IDLE)
    else:
        yield Line(f"{about} {_all_asked(told)}", DUE)
    if told.untold:
        yield Line(f"The customer asks to be told: {', '.join(told.untold)}.", DUE)


def _insists(told: Told) -> bool:
    """Whether the customer holds on to what was refused with one of their claims."""
    task = told.task
    trials = task.behaviour.trials if task.behaviour else ()
    own = any(isinstance(one, Insists) and one.request == told.index for one in trials)
    return own and any(insists(task, told.domain, turn.text) for turn in told.talk.unanswered if turn.role == "user")


def _denied(told: Told, outcome: Outcome) -> bool:
    """Whether the customer was told that it cannot be done."""
    return outcome.call is None and not told.done and ended(told.task, told.domain, told.index, told.talk.turns)


def _open(told: Told) -> str:
    """What to take from the customer."""
    keys = dict.fromkeys(slot.key.replace("_", " ") for slot in told.open)
    if keys:
        slips = (slip for slip in told.talk.slips() if slip.slot.startswith(f"{told.index}:"))
        return f"ask the customer, unless it was said: {', '.join(keys)}.{_nothing_by(slips, told.talk)}"
    return "all that it takes was said."


def _all_asked(told: Told) -> str:
    """What follows where nothing is left to ask for, nor a look-up whose arguments are known: nobody can know how it ends, and it is not settled."""
    unsaid = _unsaid_tools(told)
    if any(call not in told.talk.made and call.tool not in unsaid for call in _trace(told)):
        return "all that it takes was said: look up what it rests on."
    return LISTS


def _nothing_by(slips: Iterable[WrongFirst], told: Talk) -> str:
    """What of it the customer gave in vain."""
    return "".join(f" Nothing was found by {slip.wrong}: ask for it again." for slip in slips if told.vain(slip.wrong))


def _reads(told: Told) -> Iterator[Call]:
    """The reads that are still to be made, whose arguments are known."""
    unsaid = _unsaid_tools(told)
    for call in _trace(told):
        if call in told.talk.made or call.tool in unsaid or _waits(told, call):
            continue
        if all(map(told.knows, leaves(call.args))):
            yield call


def _mistaken(told: Told) -> Iterator[Call]:
    """The look-ups by what the customer gave wrong: nobody can know yet that nothing is found by it."""
    for slip in told.talk.slips():
        for call in _trace(told):
            asked = Call.of(call.tool, json.loads(call.text.replace(slip.right, slip.wrong)))
            if asked != call and asked not in told.talk.made and all(map(told.talk.known, leaves(asked.args))):
                yield asked


def _trace(told: Told) -> list[Call]:
    """The reads that settle a request, and what is to be told with it."""
    goal = len(told.task.goal.decisions)
    outcomes = [told.outcome, *(told.task.outcomes[goal + tell] for tell in told.tells)]
    return list(dict.fromkeys(call for one in outcomes if one is not None for call in one.trace))


def _waits(told: Told, call: Call) -> bool:
    """Whether a search is ahead of the customer: which one is made, and over what, hangs on details that they have not said.

    A record of the customer's own is looked up once it is named, or all that tells which it is was said; what is paid with, or who
    travels, changes no search.
    """
    if _identifies(told.domain, call):
        return False
    if call.tool in told.domain.pack.personal:
        leading = any(told.leads(slot, call.tool) for slot in told.open)
        return leading and not all(map(told.talk.said, leaves(call.args)))
    beside = _beside(told, call.tool)
    return any(slot not in beside for slot in told.open)


def _beside(told: Told, tool: str) -> list[Slot]:
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


def _unsaid_tools(told: Told) -> frozenset[str]:
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


def _ending(about: str, outcome: Outcome, told: Told) -> Line:
    request, domain = told.request, told.domain
    if outcome.call is not None:
        change = shown(outcome.call)
        match stage(told.task, domain, told.talk.turns, outcome.call):
            case "agreed":
                return Line(f"{about} the yes is there. Now call {change}. Report it.", AGREED)
            case "listed":
                again = "it was listed. Answer what the customer asks or minds, list anew what that changes, and ask once more for a plain yes"
                return Line(f"{about} {again}. After the yes: {change}. Report it.", LISTED)
            case "open":
                return Line(f"{about} {LISTS} After the yes: {change}. Report it.", DUE)
    if outcome.own:
        return Line(
            f"{about} the customer's own condition does not hold: {outcome.refusal}. Say so, and leave it undone.", DUE
        )
    transfer = domain.pack.transfer
    end = f"call {transfer.tool}" if outcome.transfer and transfer else "offer further help"
    no = (
        f"by what was said and read, it cannot be done: {outcome.refusal}. Say so, name {request.word!r} and the reason"
    )
    return Line(f"{about} {no}, then {end}.", DUE)
