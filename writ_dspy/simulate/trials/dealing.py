"""Which trials a task is dealt: by its place in the quota, as far as what it asks for allows them."""

from __future__ import annotations

import random

from writ_dspy.domains import load
from writ_dspy.domains.spinning import spin
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.trials.disputed import alone, disputes
from writ_dspy.task import Task
from writ_dspy.trial import Claim, Insists, Trial

ROUNDS = (1, 2, 3, 2, 4, 1, 3, 5, 2, 1)
"""How often users insist, in turn."""


def deal(task: Task, turn: int, seed: int) -> tuple[Trial, ...]:
    """The trials of a task: every second turn may have some.

    Args:
        task: The task; it keeps its goal, its facts and its words.
        turn: Its place in the quota.
        seed: The run's seed, for the words.
    """
    if turn % 2:
        return ()
    rng = random.Random(f"{seed}/trials/{task.id}")
    insists = _insists(task, ROUNDS[turn // 2 % len(ROUNDS)], rng)
    return (insists,) if insists else ()


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
