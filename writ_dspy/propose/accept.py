"""From a draft to a task: what must hold before a goal may be asked of anybody.

The goal resolves on a fresh world, its dials are met, its gold obeys the policy, every read of its evidence has a
witness, its words state all that it needs and give nothing away, and it passes the contamination firewall.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from writ_dspy.codec import goal_id, identify, parts
from writ_dspy.domains import Before, Domain, Draft, Views, Wished, World, observe
from writ_dspy.domains.sayings import says_none, states
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide, resolve
from writ_dspy.evidence.witness import locating
from writ_dspy.propose.firewall import Firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.shown import counted
from writ_dspy.simulate.behaviour import COURTESY, MISSPELLED, has
from writ_dspy.task import (
    Axes,
    Call,
    Decision,
    Goal,
    Json,
    Kind,
    Outcome,
    Picked,
    Said,
    Scalar,
    Slot,
    Task,
    Tell,
    Where,
)


def accept(draft: Draft, cell: Cell, domain: Domain, wall: Firewall | None) -> Task:
    """The draft as a task of this cell.

    Raises:
        Unresolved: It is none, with the reason.
        DomainError: A term makes no valid argument.
    """
    settled = settle_goal(draft, cell.kind, domain)
    axes = settled.axes
    if axes.writes < cell.writes and axes.denied > cell.denied:
        raise Unresolved("it should be allowed, but is refused")
    if axes.writes != cell.writes:
        raise Unresolved(f"{counted(axes.writes, 'write')} where {cell.writes} were asked for")
    if axes.denied != cell.denied:
        raise Unresolved(f"{counted(axes.denied, 'denied request')} where {cell.denied} were asked for")
    if len(draft.decisions) > max(1, cell.writes + cell.denied):
        raise Unresolved("more requests than were asked for")
    if axes.burden != cell.burden:
        raise Unresolved("another burden than was asked for")
    meant_in_any_order(settled, draft.user_id, domain)
    task = _task(draft, cell.kind, domain, settled)
    words_are_fair(task, domain)
    _knows_the_user_first(task, domain)
    written = _obeys_policy(task, draft.user_id, domain)
    odd = domain.pack.at_odds(_wished(draft, task, written, domain))
    if odd:
        raise Unresolved(odd)
    if wall is not None:
        breach = wall.breach(task, draft.user_id, written.delta())
        if breach:
            raise Unresolved(breach)
    wishes = (*task.goal.decisions, *(tell.decision for tell in task.goal.tells))
    outcomes = tuple(_certified(wish, out, domain) for wish, out in zip(wishes, task.outcomes, strict=True))
    if draft.legal is not None and not settle_goal(draft.legal, "normal", domain).axes.writes:
        raise Unresolved("the twin that should be legal is refused as well")
    return identify(dataclasses.replace(task, outcomes=outcomes))


def accept_twins(
    draft: Draft, legal: Draft, refused: Cell, granted: Cell, domain: Domain, wall: Firewall | None
) -> tuple[Task, Task]:
    """A draft that is refused and one that is granted as tasks of these cells, each with a link to the other.

    The refusal is proven only after all the reads that the other needs. Who the user is counts for a write, not for a
    refusal, so those reads may be missing.

    Raises:
        Unresolved, DomainError: As `accept`; or the refusal is seen before.
    """
    task = accept(draft, refused, domain, wall)
    other = accept(legal, granted, domain, wall)
    spared = set(other.outcomes[0].evidence) - set(task.outcomes[0].evidence)
    if not all(domain.pack.identifies(call, domain.read(call).text) for call in spared):
        raise Unresolved("the refusal is seen before the reads that its twin needs")
    return (
        dataclasses.replace(task, twin=goal_id(other), owner=draft.user_id),
        dataclasses.replace(other, twin=goal_id(task), owner=draft.user_id),
    )


def _certified(wish: Decision, outcome: Outcome, domain: Domain) -> Outcome:
    """The outcome, whose every read has a witness, with the reads that only locate named."""
    return dataclasses.replace(outcome, locates=locating(wish, outcome, domain))


def meant_in_any_order(settled: Settled, user_id: str, domain: Domain) -> None:
    """No wish comes to another write once a later one is done: a user may bring up the later one first.

    "To the address in my profile" is two addresses where the profile's is changed as well. Two writes of one record are asked for in
    their order ("and once that is done, …"), and what cannot be done any more is no matter of meaning.

    Raises:
        Unresolved: One does.
    """
    records = set(domain.pack.records(domain, user_id))
    wishes = [
        (wish, out.call)
        for wish, out in zip(settled.goal.decisions, settled.outcomes, strict=False)
        if out.call is not None
    ]
    for place, (_, later) in enumerate(wishes[1:], 1):
        for wish, call in wishes[:place]:
            same = records & set(map(str, call.args.values())) & set(map(str, later.args.values()))
            if not same and _once_done(wish, later, domain) not in (None, call):
                raise Unresolved(f"{call.tool} comes to another call once {later.tool} is done")


def _once_done(wish: Decision, write: Call, domain: Domain) -> Call | None:
    """The write that a wish comes to after another one; None where it comes to none."""
    world = domain.world()
    world.call(write)
    try:
        return decide(wish, domain, lambda call: observe(domain, world, call)).call
    except (Unresolved, DomainError):
        return None


def _knows_the_user_first(task: Task, domain: Domain) -> None:
    """A careful reader of the evidence identifies the user before opening a personal record."""
    for call in (call for outcome in task.outcomes for call in outcome.trace):
        if domain.pack.identifies(call, domain.read(call).text):
            return
        if call.tool in domain.pack.personal:
            raise Unresolved("a personal record would be read before the user is known")


def _identified_first(outcome: Outcome, said: AbstractSet[str], domain: Domain) -> Outcome:
    """The outcome with the look-up of the user before all else in its trace, in whatever order a goal writes its sides down.

    A look-up by what the user says rests on no other read, so whoever takes care can make it first.
    """
    first = [
        call
        for call in outcome.trace
        if said >= set(map(str, call.args.values())) and domain.pack.identifies(call, domain.read(call).text)
    ]
    return dataclasses.replace(outcome, trace=(*first, *(call for call in outcome.trace if call not in first)))


def _obeys_policy(task: Task, user_id: str, domain: Domain) -> World:
    """The world after the gold, which breaks none of the domain's rules, each judged just before its write."""
    world = domain.world()
    written: list[Call] = []
    heard = f"{task.identity.text}\n{task.instruction}"

    def look(tool: str, args: Mapping[str, Json]) -> Views:
        return observe(domain, world, domain.canonical(tool, args)).views

    for call in task.gold:
        before = Before(call, look, user_id, tuple(written), heard)
        for saw, _ in (broken for rule in domain.pack.rules for broken in rule(before)):
            raise Unresolved(f"the gold breaks the policy: {saw}")
        world.call(call)
        written.append(call)
    return world


def _wished(draft: Draft, task: Task, world: World, domain: Domain) -> Wished:
    """All that the user of a draft asks for, beside the world in which it is done."""

    def before(tool: str, args: Mapping[str, Json]) -> Views:
        return domain.read(domain.canonical(tool, args)).views

    def after(tool: str, args: Mapping[str, Json]) -> Views:
        return observe(domain, world, domain.canonical(tool, args)).views

    return Wished(draft.user_id, task.instruction.lower(), draft.touches, task.gold, before, after)


class Settled(NamedTuple):
    """What a draft comes to on a fresh world, before it has its words: most drafts end here."""

    goal: Goal
    outcomes: tuple[Outcome, ...]
    values: tuple[Json, ...]
    """To be told."""
    axes: Axes


def settle_goal(draft: Draft, kind: Kind, domain: Domain) -> Settled:
    """The draft resolved on a fresh world, whatever its dials come to.

    Raises:
        Unresolved: Its goal does not resolve, or a decision comes to the contrary of what its kind says.
    """
    goal = Goal(draft.decisions, draft.tells)
    outcomes, values = resolve(goal, domain)
    outcomes = tuple(
        _identified_first(outcome, {str(fact.value) for fact in draft.facts}, domain) for outcome in outcomes
    )
    decided = outcomes[: len(goal.decisions)]
    gold = [outcome.call for outcome in decided if outcome.call is not None]
    if kind == "no-write" and gold:
        raise Unresolved("it should be refused, but is allowed")
    denied = [outcome for outcome in decided if outcome.denied]
    if kind != "no-write" and len(gold) + len(denied) != len(decided):
        raise Unresolved("the user's own condition is not met, where all should be granted or denied")
    if denied and len(decided) > 1 and any(outcome.transfer for outcome in denied):
        raise Unresolved("a hand-over to a human, where other requests wait")
    if any(first.call == second.call for i, first in enumerate(decided) for second in decided[:i] if first.call):
        raise Unresolved("two decisions come to the same write")
    judged = decided or outcomes
    reads = {call for outcome in outcomes for call in outcome.trace}
    axes = Axes(len(gold), max(len(outcome.evidence) for outcome in judged), len(reads), len(denied))
    return Settled(goal, outcomes, values, axes)


def settle_draft(draft: Draft, kind: Kind, domain: Domain) -> Task:
    """The draft as a task, whatever its dials come to; without an id.

    Raises:
        Unresolved: As `settle_goal`.
    """
    return _task(draft, kind, domain, settle_goal(draft, kind, domain))


def _task(draft: Draft, kind: Kind, domain: Domain, settled: Settled) -> Task:
    goal, outcomes, values, axes = settled
    requests = tuple(dataclasses.replace(r, slots=tuple(map(_marked, r.slots))) for r in draft.requests)
    told = [tell_text(tell, value) for tell, value in zip(goal.tells, values, strict=True)]
    said = (part for r in draft.requests for part in (r.opening, *(slot.text for slot in r.slots)))
    instruction = " ".join(filter(None, said))
    return Task(
        id="",
        domain=domain.name,
        kind=kind,
        goal=goal,
        facts=draft.facts,
        identity=draft.identity,
        requests=requests,
        instruction=instruction,
        outcomes=outcomes,
        told=tuple(told),
        axes=axes,
        memory=_memory(goal, draft, domain),
        recipe=draft.recipe,
    )


def _marked(slot: Slot) -> Slot:
    """The slot with words by which its disclosure is recognized: the longest ones, unless its recipe names some."""
    if slot.marks:
        return slot
    words = [word for word in re.findall(r"[a-z$#][\w.-]{3,}\b", slot.text.lower()) if word not in MISSPELLED]
    words = [word for word in words if not has(COURTESY, word)] or [slot.text.lower()]
    return dataclasses.replace(slot, marks=tuple(sorted(dict.fromkeys(words), key=lambda word: -len(word))[:2]))


def _memory(goal: Goal, draft: Draft, domain: Domain) -> str:
    """What the user remembers of the ids of records, as the goal shows it."""
    found = parts(goal)
    if any(isinstance(part, Where) and part.op == "ends with" for part in found):
        return "half-remembers"
    said = ids_of((part.value for part in found if isinstance(part, Said)), domain)
    records = {token for token in said if token not in draft.identity.text}
    return "knows ids" if records else "knows none"


def wants(task: Task) -> str:
    """What two tasks that ask for the same have in common, however they are worded; where nothing is written, their goal."""
    return f"{sorted(map(str, task.gold)) or goal_id(task)} {task.told} {task.axes.burden}"


def tell_text(tell: Tell, value: Json) -> str:
    """What a message must contain so that the user has been told; thousands without commas, as τ² compares them."""
    if tell.style == "money":
        return f"{value:.2f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def ids_of(values: Iterable[object], domain: Domain) -> frozenset[str]:
    """The ids among values, each looked at by itself.

    Beside others a token may pass for a word of a sentence: an id in capitals next to an airport's code for a shouted one.
    """
    return frozenset().union(*(domain.pack.ids(str(value)) for value in values))


def words_are_fair(task: Task, domain: Domain) -> None:
    """The words state every said value, name no id that the user does not know, and give no picked answer away."""
    mentions, ids, sayings = domain.pack.mentions, domain.pack.ids, domain.pack.sayings
    spoken = f"{task.identity.text} {task.instruction}".lower()
    said = {part.value for part in parts(task.goal) if isinstance(part, Said)}
    unsaid = sorted(
        {
            value
            for value in said
            if not mentions(str(value), spoken)
            and not states(value, spoken, mentions, sayings)
            and (
                isinstance(value, str)
                or value != 0
                or not any(says_none(thing, spoken) for thing in sayings.counted.values())
            )
        },
        key=str,
    )
    if unsaid:
        raise Unresolved(f"the request does not state {', '.join(_with_its_use(value, task) for value in unsaid)}")
    known = ids_of((*(fact.value for fact in task.facts), *said), domain)
    strange = ids(f"{task.identity.text} {task.instruction}") - known
    if strange:
        raise Unresolved(f"the request names {min(strange)}, which the user does not know")
    for answer in _answers(task):
        if answer not in said and mentions(answer, task.instruction.lower()):
            raise Unresolved(f"the request gives the answer {answer!r} away")


def _with_its_use(value: Scalar, task: Task) -> str:
    """A value and what it says: `'no' (insurance)`."""
    used = [name for decision in task.goal.decisions for name, term in decision.args if term == Said(value)]
    used += [p.attribute for p in parts(task.goal) if isinstance(p, Where) and p.value == Said(value)]
    plain = str(value).replace("_", " ") if str(value).replace("_", "").isalpha() else str(value)
    return f"{plain!r}{f' ({used[0]})' if used else ''}".replace("_", " ")


def _answers(task: Task) -> Iterator[str]:
    """Values that the goal picks from evidence and that end up in a gold write."""
    for decision, outcome in zip(task.goal.decisions, task.decided, strict=True):
        if outcome.call is None:
            continue
        args = outcome.call.args
        for name, term in decision.args:
            if any(isinstance(part, Picked) for part in parts(term)):
                yield from (str(leaf) for leaf in _texts(args.get(name)) if len(leaf) > 3)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
