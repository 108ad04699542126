"""Composing with a model: it invents a goal over real records, and code treats what it wrote as any other draft."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dspy

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Draft
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.lm import Connection
from writ_dspy.programs.guide import Surroundings, guide, surroundings
from writ_dspy.programs.tries import ROOM, TRIES, Rejected, attempt, derive
from writ_dspy.propose.accept import accept
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import MEMORIES
from writ_dspy.signatures.forms import GoalForm
from writ_dspy.signatures.goal import Tables, to_goal
from writ_dspy.signatures.proposer import ComposeGoal, WishForm
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Fact,
    Goal,
    Listed,
    ReadCall,
    Record,
    Request,
    Said,
    Scalar,
    Slot,
    Task,
    Term,
    Where,
)


class ComposerProgram(dspy.Module):
    """Composes a goal with the words in which it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.compose = dspy.Predict(ComposeGoal)

    async def aforward(self, **inputs: Any) -> dspy.Prediction:
        """As `ComposeGoal`."""
        return await self.compose.acall(**inputs)


class Composer:
    """Composes goals over real records; what it writes is a draft like any other."""

    def __init__(
        self, connection: Connection, program: ComposerProgram | None = None, split: str | None = "base"
    ) -> None:
        self._connection = connection
        self._program = program or ComposerProgram()
        self._split = split
        self.name = connection.model_name

    async def compose(self, cell: Cell, domain: Domain, user_id: str, seed: int) -> Task:
        """A task of this cell for this user.

        Raises:
            Rejected: The user has no records to ask about, or no goal was accepted; with the reason of `accept`.
        """
        around = surroundings(domain, user_id, cell, seed)
        if around is None:
            raise Rejected("the user has no matching records")
        known = guide(domain.name, self._split)
        wall = firewall(domain.name, self._split) if self._split else None

        async def once(number: int, objection: str) -> Task:
            reply = await self._connection.predict(
                self._program.compose,
                seed=derive(seed, user_id, number),
                max_tokens=max(self._connection.settings.max_tokens, ROOM),
                policy=domain.policy,
                toolbox=known.tools,
                examples=known.composed_examples,
                records=around.records,
                identity=around.identity.text,
                kind=cell.kind,
                writes=cell.writes,
                denied=cell.denied,
                burden=cell.burden,
                memory=MEMORIES[seed % len(MEMORIES)],
                objection=objection,
            )
            try:
                return accept(drafted(reply.goal, reply.wishes, around, domain, known.tables), cell, domain, wall)
            except (Unresolved, DomainError) as reason:
                raise Rejected(_gist(reason), str(reason)) from reason
            except (TypeError, IndexError) as reason:  # terms of types that do not go together, such as a sum of names
                raise Rejected("terms that do not go together", str(reason)) from reason

        return await attempt(TRIES, once, self._connection.usage)


def drafted(form: GoalForm, wishes: Sequence[WishForm], around: Surroundings, domain: Domain, tables: Tables) -> Draft:
    """The draft that a model wrote; its facts are what its goal says.

    Raises:
        DomainError: The goal or a wish refers to what is not there.
    """
    goal = to_goal(form, tables)
    asked = Counter(wish.decision for wish in wishes if wish.decision is not None)
    if asked != Counter(range(len(goal.decisions))) or {i for w in wishes for i in w.tells} != set(
        range(len(goal.tells))
    ):
        raise DomainError(
            f"wishes: they ask for decisions {sorted(asked.elements())}; ask once for each, and for each tell."
        )
    return Draft(
        user_id=around.user_id,
        recipe="composed",
        decisions=goal.decisions,
        requests=tuple(_request(wish, domain, f"wishes[{index}]") for index, wish in enumerate(wishes)),
        facts=(*around.facts, *_facts(goal, around)),
        identity=around.identity,
        tells=goal.tells,
    )


def _request(wish: WishForm, domain: Domain, place: str) -> Request:
    """One wish as a request.

    Raises:
        DomainError: It has no word to know it by, or a detail under a key that no agent asks for.
    """
    keys = [detail.key for detail in wish.details]
    known = domain.pack.phrases.questions
    strange = next((key for key in keys if key not in known or key == "identity" or keys.count(key) > 1), None)
    if strange is not None:
        raise DomainError(
            f"{place}.details: {strange!r} is no key, or given twice; keys are {', '.join(sorted(known))}."
        )
    if not wish.word or wish.word.lower() not in wish.topic.lower().split():
        raise DomainError(f"{place}.word = {wish.word!r} is no word of the topic {wish.topic!r}; take one of them.")
    if not wish.opening.strip() or not all(detail.text.strip() for detail in wish.details):
        raise DomainError(f"{place}: an empty sentence; say something in each.")
    slots = tuple(Slot(detail.key, detail.text) for detail in wish.details)
    return Request(wish.decision, tuple(wish.tells), wish.topic, wish.word, wish.opening, slots)


def _facts(goal: Goal, around: Surroundings) -> Iterator[Fact]:
    """A fact for every value that the goal says and the identity does not, named by what it stands for."""
    stated = {fact.value for fact in around.facts}
    keys: Counter[str] = Counter(fact.key for fact in around.facts)
    for name, value in _said(goal):
        if value not in stated:
            stated.add(value)
            key = re.sub(r"\W+", "_", name.lower()).strip("_") or "value"
            keys[key] += 1
            number = f"_{keys[key]}" if keys[key] > 1 else ""
            yield Fact(f"{key}{number}", value, f"The {key.replace('_', ' ')} is {value}.")


def _said(goal: Goal) -> Iterator[tuple[str, Scalar]]:
    """Every said value with the attribute, argument or field that it is said for."""
    for part in parts(goal):
        named: tuple[tuple[str, Term], ...] = ()
        match part:
            case Where(attribute, _, term):
                named = ((attribute, term),)
            case ReadCall(_, args) | Decision(_, args):
                named = args
            case Record(fields):
                named = fields
            case Check(left, _, right):
                named = (("limit", left), ("limit", right))
        for name, term in named:
            yield from ((name, value) for value in _direct(term))


def _direct(term: Term) -> Iterator[Scalar]:
    """The values said in a term itself, not in its searches; a record's fields are parts of their own."""
    match term:
        case Said(value):
            yield value
        case Computed(_, items) | Listed(items):
            for item in items:
                yield from _direct(item)


def _gist(reason: Exception) -> str:
    """The reason without the values of one goal, so that like reasons count together."""
    return re.sub(r"'[^']*'|\[[^]]*\]|\([^)]*\)|\S*\d\S*", "…", str(reason))[:90]
