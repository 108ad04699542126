"""Drafts from wishes: how they are opened, which details they have, and what the user knows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import Side, leaves
from writ_dspy.domains.declared.person import Person
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.domain import Dial, Draft
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import Decision, Fact, Request, Slot, Tell

ASKS_TOO = 0.3
"""Of wishes of which something may be asked to be told, the share that asks."""


def composed(name: str, wish: Wish, dial: Dial, rng: random.Random) -> Draft:
    """A wish in words."""
    tells, asked = told(wish, rng)
    return drafted(
        name, wish.person, dial, [wish.decision()], [request(wish, rng, 0, range(len(tells)), asked)], wish.facts, wish.touches, tells
    )  # fmt: skip


def request(wish: Wish, rng: random.Random, decision: int, tells: Iterable[int] = (), more: Iterable[Slot] = ()) -> Request:  # fmt: skip
    """How the user asks for it."""
    write = wish.write
    opening = spin(rng, *wish.schema.openings, do=chosen(rng, rng.choice(write.do)))
    slots = tuple(words.slot(rng) for words in wish.words)
    return Request(decision, tuple(tells), write.topic, write.word, opening, (*slots, *more))


def told(wish: Wish, rng: random.Random) -> tuple[tuple[Tell, ...], tuple[Slot, ...]]:
    """What the user wants to be told along with it, now and then: something that follows from what has to be read anyway."""
    if not wish.write.tells or wish.limits or wish.broken() or rng.random() >= ASKS_TOO:
        return (), ()
    one = rng.choice(wish.write.tells)
    operand = wish.schema.operand(one.value)
    if wish.looks(operand) - wish.proof(None) or any(not _is_known(wish, side) for side in leaves(operand)):
        return (), ()
    style = {"money": "money", "count": "count"}.get(one.type, "text")
    slot = Slot("question", spin(rng, *wording.BESIDES, it=chosen(rng, rng.choice(one.ask))), (one.word.lower(),))
    return (Tell(one.word, wish.worked(operand), style),), (slot,)  # type: ignore[arg-type]  # one of three


def _is_known(wish: Wish, side: Side) -> bool:
    return wish.value(side) is not None


def drafted(
    name: str, person: Person, dial: Dial, decisions: Sequence[Decision], requests: Sequence[Request], facts: Iterable[Fact],
    touches: Iterable[str], tells: Sequence[Tell] = (),
) -> Draft:  # fmt: skip
    """The draft; facts that are stated twice count once, and a second one of the same kind gets a number."""
    known: dict[str, Fact] = {fact.key: fact for fact in person.facts}
    for fact in facts:
        key, number = fact.key, 1
        while key in known and known[key].value != fact.value:
            number += 1
            key = f"{fact.key}_{number}"
        known.setdefault(key, replace(fact, key=key))
    return Draft(
        person.id, name, tuple(decisions), tuple(requests), tuple(known.values()), person.identity, tuple(tells), dial.memory, frozenset(touches),
    )  # fmt: skip
