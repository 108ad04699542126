"""Which trials a task is dealt: by its place in the quota, as far as what it asks for allows them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Seen, load
from writ_dspy.domains.spinning import spin
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.trials.disputed import alone, disputes
from writ_dspy.simulate.trials.saying import FEELS, FORBIDS, HUMAN, OBJECTS
from writ_dspy.task import Best, Call, Outcome, Slot, Task
from writ_dspy.trial import (
    FEELINGS,
    AsksForHuman,
    ChangesMind,
    Claim,
    Feels,
    ForbidsTransfer,
    Insists,
    LeavesSubject,
    ObjectsToPrice,
    Trial,
    WrongFirst,
)

ROUNDS = (1, 2, 3, 2, 4, 1, 3, 5, 2, 1)
"""How often users insist, in turn."""
TWO = 3
"""One in so many of those who are dealt a trial is dealt a second one."""
IDENTITY = "identity"


def deal(task: Task, turn: int, seed: int, *, slips: bool = False, at_once: bool = False) -> tuple[Trial, ...]:
    """The trials of a task: every second turn has some, two at most.

    Args:
        task: The task; it keeps its goal, its facts and its words.
        turn: Its place in the quota.
        seed: The run's seed, for the words.
        slips: Whether its user makes a slip already, and so gives nothing else wrong.
        at_once: Whether its user tells all at once, and so is never asked for what it could leave.
    """
    if turn % 2:
        return ()
    rng, number = random.Random(f"{seed}/trials/{task.id}"), turn // 2
    insists = _insists(task, ROUNDS[number % len(ROUNDS)], rng)
    most = 1 + (number % TWO == 0)
    found: list[Trial] = [insists] if insists else []
    tried: set[object] = {make for make, barred in ((_wrong_first, slips), (_leaves, at_once)) if barred}
    for place in range(len(_OTHERS)):
        make = _OTHERS[(number + place) % len(_OTHERS)]
        if len(found) == most or make in tried:
            continue
        tried.add(make)
        one = make(task, number, rng)
        found += [one] if one else []
    return tuple(found)


def slipped(value: str, rng: random.Random) -> str | None:
    """A value with one of its digits changed, so that it is plainly wrong but of the same form; None where it has too few."""
    places = [index for index, char in enumerate(value) if char.isdigit()]
    if len(places) < 2:
        return None
    place = rng.choice(places)
    wrong = str((int(value[place]) + rng.randint(1, 9)) % 10)
    return value[:place] + wrong + value[place + 1 :]


# ----------------------------------------------------------------------------- one trial each


def _insists(task: Task, rounds: int, rng: random.Random) -> Insists | None:
    """Against one of the refusals; what the record says otherwise comes first, no claim comes twice."""
    denied = [(index, found) for index in range(len(task.requests)) if (found := alone(task, index)) is not None]
    if not denied:
        return None
    index, (decision, outcome) = rng.choice(denied)
    domain = load(task.domain)
    known = disputes(domain, decision, outcome.refusal or "", Resolver(domain, domain.read))
    first = [name for name, one in known.items() if one.words]
    rng.shuffle(first)
    rest = [*first[1:], *(name for name, one in known.items() if not one.words)]
    rng.shuffle(rest)
    chosen = [*first[:1], *rest][:rounds]
    claims = ((name, rng.choice(known[name].dispute.claims), known[name].words) for name in chosen)
    return Insists(index, tuple(Claim(name, spin(rng, text, **words)) for name, text, words in claims))


def _wrong_first(task: Task, _number: int, rng: random.Random) -> WrongFirst | None:
    """A value that the user says and a read looks something up by: with another digit, nothing is found."""
    domain, places = load(task.domain), list(_slots(task))
    rng.shuffle(places)
    for ref, slot in places:
        for fact in task.facts:
            right = str(fact.value)
            bare = right.lstrip("#")
            wrong = slipped(bare, rng) if bare in slot.text else None
            if wrong is None or sum(bare in other.text for _, other in places) > 1:
                continue
            if all(wrong not in str(other.value) for other in task.facts) and _misses(task, domain, ref, right, wrong):
                return WrongFirst(ref, bare, wrong)
    return None


def _slots(task: Task) -> Iterator[tuple[str, Slot]]:
    yield IDENTITY, task.identity
    for index, request in enumerate(task.requests):
        yield from ((f"{index}:{slot.key}", slot) for slot in request.slots)


def _misses(task: Task, domain: Domain, ref: str, right: str, wrong: str) -> bool:
    """Whether the reads of the request that look for a value find nothing by the wrong one; false where none looks for it.

    Whoever has found a record for another request, by whatever words, need not look it up again, and so never meets the error.
    """
    request = task.requests[0 if ref == IDENTITY else int(ref.partition(":")[0])]
    if request.decision is None:
        return False
    told = len(task.goal.decisions)
    own = {request.decision, *(told + tell for tell in request.tells)}
    calls = _by(right, task.outcomes[request.decision])
    others = (outcome for index, outcome in enumerate(task.outcomes) if index not in own)
    known = ref != IDENTITY and any(_by(right, outcome) for outcome in others)
    return bool(calls) and not known and all(domain.read(mistaken(domain, call, right, wrong)).error for call in calls)


def _by(value: str, outcome: Outcome) -> list[Call]:
    """The reads that look something up by a value."""
    return [call for call in outcome.trace if value in map(str, call.args.values())]


def mistaken(domain: Domain, call: Call, right: str, wrong: str) -> Call:
    """A read with a wrong value in the place of the right one; the sign before an id stays."""
    args = {name: _put(value, right, wrong) for name, value in call.args.items()}
    return domain.canonical(call.tool, args)


def _put(value: object, right: str, wrong: str) -> object:
    if isinstance(value, str) and value.lstrip("#") == right.lstrip("#"):
        return value.replace(right.lstrip("#"), wrong)
    return value


def _feels(_task: Task, number: int, rng: random.Random) -> Feels:
    feeling = FEELINGS[number // len(_OTHERS) % len(FEELINGS)]
    return Feels(feeling, spin(rng, *FEELS[feeling]), rng.random() < 0.5)


def _objects(task: Task, _number: int, rng: random.Random) -> ObjectsToPrice | None:
    """To one of the writes that take money."""
    domain = load(task.domain)
    seen = _read(domain, (call for outcome in task.outcomes for call in outcome.trace))
    calls = [(index, outcome.call) for index, outcome in enumerate(task.decided)]
    paid = [
        index
        for index, call in calls
        if call is not None and domain.pack.comes_of(call, seen) and not _wants_the_dearest(task, index, domain)
    ]
    return ObjectsToPrice(rng.choice(paid), spin(rng, *OBJECTS)) if paid else None


def _wants_the_dearest(task: Task, index: int, domain: Domain) -> bool:
    """Whether a wish is for what costs the most: whoever asks for that is not surprised by the price."""
    queries = (part for part in parts(task.goal.decisions[index]) if isinstance(part, Best))
    return any(query.most and re.search(domain.pack.money, query.by) for query in queries)


def _changes(task: Task, _number: int, rng: random.Random) -> ChangesMind | None:
    """Of one of the writes that come true as they were asked for, a detail that may as lawfully be another one at first."""
    domain, found = load(task.domain), list[ChangesMind]()
    for index, request in enumerate(task.requests):
        outcome = task.outcomes[request.decision] if request.decision is not None else None
        if outcome is None or outcome.call is None or outcome.attempt or request.decision is None:
            continue
        if (
            len(task.together(index)) > 1
        ):  # of several records, a detail is told once for all: another one is another wish for each
            continue
        for other in domain.pack.others(outcome.call, _read(domain, outcome.trace)):
            slots = [slot for slot in request.slots if slot.key == other.slot]
            text, said = spin(rng, other.text), " ".join(slot.text.lower() for slot in slots)
            if len(slots) == 1 and other.mark not in said:
                ref = f"{index}:{other.slot}"
                found.append(ChangesMind(request.decision, ref, text, other.mark, other.call.text))
    return rng.choice(found) if found else None


def _leaves(task: Task, _number: int, rng: random.Random) -> LeavesSubject | None:
    """For another request that has nothing to do with it: each was drafted by itself, and both come to writes of another sort."""
    if len(task.recipe.split("+")) != len(task.requests):
        return None
    calls = [task.outcomes[one.decision].call if one.decision is not None else None for one in task.requests]
    found: list[LeavesSubject] = []
    for index, (call, after) in enumerate(itertools.pairwise(calls)):
        asked = [slot for slot in task.requests[index].slots if slot.key not in VOLUNTEERED]
        if call is not None and after is not None and call.tool != after.tool and asked:
            found.append(LeavesSubject(index, index + 1))
    return rng.choice(found) if found else None


VOLUNTEERED = ("question", "scope", "condition", "budget", "fallback")
"""Keys of slots that no agent asks for before it has looked."""


def _read(domain: Domain, trace: Iterable[Call]) -> Seen:
    """What some reads show: of another value for a write, nothing but what is read for that write."""
    seen = Seen()
    for call in dict.fromkeys(trace):
        seen.add(call, domain.read(call).views)
    return seen


def _human(task: Task, _number: int, rng: random.Random) -> AsksForHuman | None:
    return None if _transfers(task) else AsksForHuman(spin(rng, *HUMAN))


def _forbids(task: Task, _number: int, rng: random.Random) -> ForbidsTransfer | None:
    return None if _transfers(task) else ForbidsTransfer(spin(rng, *FORBIDS))


def _transfers(task: Task) -> bool:
    return any(outcome.transfer for outcome in task.decided)


_OTHERS: Sequence[Callable[[Task, int, random.Random], Trial | None]] = (
    _changes, _leaves, _wrong_first, _changes, _leaves, _feels, _objects, _changes, _leaves, _human, _wrong_first, _changes, _leaves, _feels,
    _objects, _forbids,
)  # fmt: skip
"""Those that need no denial, in turn; what few tasks allow comes more often."""
