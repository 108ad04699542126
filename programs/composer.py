"""Composing with a model: it invents a goal over real records, and code treats what it wrote as any other draft.

The model goes by steps: it looks at records, tries what a goal comes to, and submits one with its words. What it submits
goes through the same `accept` as a recipe's draft; its refusals rest on policy (`propose.basis`); and its words are read
back by a reader who does not see the goal.
"""

# Longer than 400 lines by a few: a look, a try and a submission share one log, and are read together.

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import dspy

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Draft, observe
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import resolve
from writ_dspy.lm import BadReply, Connection, Refused
from writ_dspy.programs.guide import Surroundings, guide, observed, spoken, surroundings
from writ_dspy.programs.reader import Reader
from writ_dspy.programs.tries import ROOM, SAID, TRIES, Rejected, derive, unusable
from writ_dspy.propose.accept import accept
from writ_dspy.propose.basis import rests_on_policy
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.users import MEMORIES
from writ_dspy.shown import counted
from writ_dspy.signatures.composer import ComposeGoal, LookCall, LookStep, SubmitStep, TryStep, WishForm
from writ_dspy.signatures.forms import GoalForm
from writ_dspy.signatures.goal import Tables, to_goal
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import (
    COMPOSED,
    Check,
    Computed,
    Decision,
    Fact,
    Goal,
    Listed,
    Outcome,
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
from writ_dspy.verify.checks import verify

LOOKS = 6
"""Looks and tries that one composition may take, beside its submissions."""
CALLS = 4
"""Read calls of one look."""


class ComposerProgram(dspy.Module):
    """Composes a goal with the words in which it is asked for, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.compose = dspy.Predict(ComposeGoal)

    async def aforward(self, **inputs: Any) -> dspy.Prediction:
        """As `ComposeGoal`."""
        return await self.compose.acall(**inputs)


@dataclass(frozen=True, slots=True)
class Composed:
    """A task, and the cell that it meets: the one that was asked for, or another one that is open."""

    task: Task
    cell: Cell


@dataclass
class _Log:
    """What the steps of one composition came to, as the model is shown it."""

    seen: list[str] = field(default_factory=list)
    objections: Counter[str] = field(default_factory=Counter)
    last: str = ""
    """The last goal that was tried or submitted, with its words."""
    looks: int = LOOKS
    tries: int = TRIES
    asked_anew: bool = False
    """Whether the last step was turned down."""

    def __str__(self) -> str:
        against = [f"{number} x {text}" for text, number in self.objections.items()]
        parts = [*self.seen, *(["Turned down so far:", *against] if against else [])]
        return "\n".join([*parts, *([f"The last goal: {self.last}"] if self.last else [])])

    @property
    def left(self) -> str:
        looks = f"{counted(self.looks, 'look or try', 'looks or tries')} and " if self.looks else "no look or try, and "
        return looks + counted(self.tries, "submission")

    def turn_down(self, why: Rejected) -> None:
        self.tries -= 1
        self.asked_anew = True
        self.objections[why.advice] += 1


class Composer:
    """Composes goals over real records; what it writes is a draft like any other.

    Args:
        connection: To the model.
        program: A compiled one, or that of the package.
        split: Official split whose entities and texts are off limits.
        reader: Who reads the words back; the same model, as a reader who sees nothing but the words, by default.
    """

    def __init__(
        self,
        connection: Connection,
        program: ComposerProgram | None = None,
        split: str | None = "base",
        reader: Reader | None = None,
    ) -> None:
        self._connection = connection
        self._program = program or ComposerProgram()
        self._split = split
        self._reader = reader or Reader(connection, split=split)
        self.name = connection.model_name

    async def compose(
        self, cell: Cell, domain: Domain, user_id: str, seed: int, others: Sequence[Cell] = ()
    ) -> Composed:
        """A task of this cell for this user; or of another cell that is open, where the goal came to that.

        Every submission that is sent back is counted in the connection's usage, by its reason.

        Raises:
            Rejected: The user has no records to ask about, or no goal was accepted; with the last reason.
        """
        around = surroundings(domain, user_id, cell, seed)
        if around is None:
            raise Rejected("the user has no matching records")
        known, log = guide(domain.name, self._split), _Log()
        last = Rejected("not tried")
        number = 0
        while log.tries:
            self._connection.usage.redraws += log.asked_anew
            try:
                reply = await self._connection.predict(
                    self._program.compose,
                    seed=derive(seed, user_id, number),
                    max_tokens=max(self._connection.settings.max_tokens, ROOM),
                    policy=domain.policy,
                    toolbox=f"{known.tools}\n{known.keys}",
                    examples=known.composed(cell.kind, cell.denied),
                    records=around.records,
                    identity=around.identity.text,
                    kind=cell.kind,
                    writes=cell.writes,
                    denied=cell.denied,
                    burden=cell.burden,
                    memory=MEMORIES[seed % len(MEMORIES)],
                    log=str(log),
                    left=log.left,
                )
                number += 1
                step = reply.step
                if isinstance(step, SubmitStep):
                    log.last = step.model_dump_json(exclude={"kind"})
                    return await self._submitted(step, around, domain, cell, others, derive(seed, user_id, number))
                if not log.looks:
                    raise Rejected("no looks or tries are left", "no looks or tries are left; submit a goal")
                log.looks, log.asked_anew = log.looks - 1, False
                log.seen.append(self._explored(step, domain, around.user_id, log))
            except BadReply as bad:
                number += 1
                last = Rejected(f"the reply is {bad.reason}", unusable(bad))
                log.turn_down(last)
            except Refused as refused:
                raise Rejected(f"the server refuses the prompt: {refused.what[:SAID]}") from refused
            except Rejected as rejected:
                last = rejected
                log.turn_down(last)
                self._connection.usage.sent_back[last.reason] += not last.counted
                last.counted = True
        raise last

    def _explored(self, step: LookStep | TryStep, domain: Domain, user_id: str, log: _Log) -> str:
        """What a look shows, or what a goal comes to."""
        if isinstance(step, LookStep):
            return "\n".join(shown(call, domain, user_id) for call in step.calls[:CALLS]) or "look: no call was given"
        log.last = step.goal.model_dump_json()
        try:
            goal = to_goal(step.goal, guide(domain.name, self._split).tables)
            return f"Tried: {outline(goal, resolve(goal, domain)[0])}"
        except (Unresolved, DomainError, TypeError, IndexError) as reason:
            return f"Tried: it comes to nothing: {reason}"

    async def _submitted(
        self, step: SubmitStep, around: Surroundings, domain: Domain, cell: Cell, others: Sequence[Cell], seed: int
    ) -> Composed:
        """The task that was submitted.

        Raises:
            Rejected: It is none.
        """
        wall = firewall(domain.name, self._split) if self._split else None
        tables = guide(domain.name, self._split).tables
        try:
            draft = drafted(step.goal, step.wishes, around, domain, tables)
            goal = Goal(draft.decisions, draft.tells)
            met = meets(goal, resolve(goal, domain)[0], (cell, *others))
            task = accept(draft, met, domain, wall)
            rests_on_policy(task, around.user_id, domain)
        except (Unresolved, DomainError) as reason:
            raise Rejected(_gist(reason), str(reason)) from reason
        except (TypeError, IndexError) as reason:  # terms of types that do not go together, such as a sum of names
            raise Rejected("terms that do not go together", str(reason)) from reason
        await plays_well(task, domain, seed)
        await self._reader.read_back(task, spoken(task.identity, task.requests), domain, seed, exact=True)
        return Composed(task, met)


async def plays_well(task: Task, domain: Domain, seed: int) -> None:
    """The scripted roles play the task, and the verifier finds nothing: whoever plays it right is not rejected for its words.

    Raises:
        Rejected: It finds something; names the first finding.
    """
    (whole,) = assign([task], seed)
    talk = await converse(job(whole, 0, seed), domain, ScriptedUser(), ScriptedAgent())
    finding = next(iter(verify(whole, talk, domain).findings), None)
    if finding is not None:
        raise Rejected(
            f"a right talk is rejected: {finding.check}",
            f"a right talk about it is rejected ({finding.check}): it says {finding.saw!r}, where there should be "
            f"{finding.wanted}. Use words in the topic that the customer says in the opening or a detail",
        )


# ----------------------------------------------------------------------------- what a goal comes to


Dials: TypeAlias = tuple[int, int, int]
"""Writes, denied requests and burden."""


def meets(goal: Goal, outcomes: Sequence[Outcome], cells: Sequence[Cell]) -> Cell:
    """The first cell whose dials the goal meets.

    Raises:
        Rejected: None; says what the goal comes to.
    """
    asked, came = cells[0], dials(goal, outcomes)
    found = next((cell for cell in cells if (cell.writes, cell.denied, cell.burden) == came), None)
    if found is not None:
        return found
    writes, denied, burden = came
    if writes != asked.writes:
        gist, what, wanted = "another number of writes", counted(writes, "write"), asked.writes
    elif denied != asked.denied:
        gist, what, wanted = "another number of denied requests", counted(denied, "denied request"), asked.denied
    else:
        gist, what, wanted = "another burden", f"a burden of {burden}", asked.burden
    are = "was" if wanted == 1 or gist == "another burden" else "were"
    raise Rejected(gist, f"{what} where {wanted} {are} asked for. {outline(goal, outcomes)}")


def dials(goal: Goal, outcomes: Sequence[Outcome]) -> Dials:
    """Where a goal with these outcomes stands."""
    decided = outcomes[: len(goal.decisions)]
    granted = sum(outcome.call is not None for outcome in decided)
    denied = sum(outcome.denied for outcome in decided)
    return granted, denied, max(len(outcome.evidence) for outcome in decided or outcomes)


def outline(goal: Goal, outcomes: Sequence[Outcome]) -> str:
    """What each decision and tell comes to, with the reads that count, in words for a model."""
    writes, denied, burden = dials(goal, outcomes)
    lines = [f"it comes to {counted(writes, 'write')}, {counted(denied, 'denied request')} and a burden of {burden}."]
    for index, outcome in enumerate(outcomes):
        tell = index - len(goal.decisions)
        name = f"decision {index} ({goal.decisions[index].tool})" if tell < 0 else f"tell {tell}"
        refused = f"{'refused by their own condition' if outcome.own else 'denied'}: {outcome.refusal}"
        what = f"done as {outcome.call}" if outcome.call else refused if tell < 0 else "told"
        reads = "; ".join(map(str, outcome.evidence)) or "none"
        lines.append(f"{name} is {what}. Its {counted(len(outcome.evidence), 'read')}: {reads}.")
    return " ".join(lines)


def shown(asked: LookCall, domain: Domain, user_id: str) -> str:
    """What a read call shows; nothing of another customer."""
    args = {argument.name: argument.value for argument in asked.arguments}
    try:
        call = domain.canonical(asked.tool, args)
        seen = domain.read(call)
    except DomainError as reason:
        return f"look: {reason}"

    def look(tool: str, arguments: Any) -> Any:
        return observe(domain, domain.world(), domain.canonical(tool, arguments)).views

    whose = domain.pack.identifies(call, seen.text) or user_id
    if call.tool in domain.pack.personal:
        whose = domain.pack.owner(call, look) or user_id
    if whose != user_id:
        return f"{call}: this belongs to another customer and is not shown"
    return f"{call}: {seen.text}" if seen.error else observed(domain, call)


# ----------------------------------------------------------------------------- what a model wrote


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
        recipe=COMPOSED,
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
