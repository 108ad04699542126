"""What a user wants, typed: terms, queries, decisions, goals, tasks and behaviours. Frozen data, no I/O."""

# Longer than 400 lines by a few: the types of a task refer to each other, and are read together.

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias, cast

from writ_dspy.trial import Trial

Scalar: TypeAlias = str | int | float | bool
Json: TypeAlias = Any  # whatever json.loads returns; narrowed where it is used

COMPOSED = "composed"
"""The recipe of a task that a model thought up."""

Kind = Literal["write-intensive", "read-heavy", "normal", "no-write"]
KINDS: tuple[Kind, ...] = ("write-intensive", "read-heavy", "normal", "no-write")

# ----------------------------------------------------------------------------- calls


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call; hashable, because the arguments are kept as JSON text."""

    tool: str
    text: str
    """The arguments as a JSON object, keys in the tool's own order."""

    def __hash__(self) -> int:
        """By the arguments alone: a text knows its hash, and few tools are called with the same."""
        return hash(self.text)

    @classmethod
    def of(cls, tool: str, args: Mapping[str, Json]) -> Call:
        return cls(tool, _written(args))

    @property
    def args(self) -> dict[str, Json]:
        """A fresh dict at every access."""
        try:
            return {name: _copied(value) if isinstance(value, _NESTED) else value for name, value in _parsed(self.text)}
        except RecursionError:  # deeper than anything that a tool takes, but not than what JSON can be
            return cast("dict[str, Json]", json.loads(self.text))

    def __str__(self) -> str:
        return f"{self.tool}({', '.join(f'{key}={value!r}' for key, value in self.args.items())})"


_written = json.JSONEncoder(ensure_ascii=False).encode
"""As `json.dumps`, which makes an encoder for each text."""


_NESTED = (dict, list)


@lru_cache(8192)
def _parsed(text: str) -> tuple[tuple[str, Json], ...]:
    """Arguments by their names; what lies in them is copied for who gets it."""
    return tuple(json.loads(text).items())


def _copied(data: Json) -> Json:
    """The same lists and objects anew."""
    if isinstance(data, list):
        return [_copied(each) if isinstance(each, _NESTED) else each for each in data]
    if isinstance(data, dict):
        return {name: _copied(each) if isinstance(each, _NESTED) else each for name, each in data.items()}
    return data


@lru_cache(4096)
def are_arguments(text: str) -> bool:
    """Whether a text is a JSON object, as the arguments of a call are."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


# ----------------------------------------------------------------------------- terms and queries


@dataclass(frozen=True, slots=True)
class Said:
    """A value that the user states."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Policy:
    """A value that the domain's policy fixes."""

    value: Scalar
    rule: str
    """The clause that fixes it, in a few words."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A field of the row (`Only`, `Best`) or of all rows (`Every`: a list) that a query finds."""

    query: Query
    field: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, item by item."""

    items: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object, field by field."""

    fields: tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """A value worked out from other terms.

    `sum` and `product` take scalars or lists of numbers (flattened); `difference` is first minus second;
    `at_least_zero` clips one number; `count` is the length of a list; `concat` joins lists.
    """

    op: Literal["sum", "product", "difference", "at_least_zero", "count", "concat"]
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value read off a table of the policy, by one or more keys."""

    table: tuple[tuple[tuple[Scalar, ...], Scalar], ...]
    keys: tuple[Term, ...]
    rule: str


Op = Literal["is", "is not", "<", "<=", ">", ">=", "in", "ends with", "contains"]


@dataclass(frozen=True, slots=True)
class Where:
    """A typed predicate on one attribute of a row; a row without the attribute does not pass."""

    attribute: str
    op: Op
    value: Term


@dataclass(frozen=True, slots=True)
class ReadCall:
    """A read whose rows a query looks at.

    An argument whose term resolves to a list fans out: one call per value, in order.
    """

    tool: str
    args: tuple[tuple[str, Term], ...]
    view: str
    """Which rows of the observation: a name that the tool's lens declares."""


@dataclass(frozen=True, slots=True)
class Only:
    """The one row that passes; the user states that there is exactly one."""

    sources: tuple[ReadCall, ...]
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """The row with the least (or most) `by` among all that pass; a tie is no answer."""

    sources: tuple[ReadCall, ...]
    by: str
    most: bool = False
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    """All rows that pass, in reading order."""

    sources: tuple[ReadCall, ...]
    where: tuple[Where, ...] = ()


Query: TypeAlias = Only | Best | Every
Term: TypeAlias = Said | Policy | Picked | Listed | Record | Computed | Lookup

# ----------------------------------------------------------------------------- goals


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that must hold before a write is allowed; `rule` names the policy clause."""

    left: Term
    op: Op
    right: Term
    rule: str
    transfer: bool = False
    """When it fails, policy asks for a transfer to a human rather than a refusal."""
    own: bool = False
    """The user's own condition: when it fails, nothing forbids the write, the user does not want it."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the checks holds; they may rest on different reads."""

    checks: tuple[Check, ...]
    rule: str


Requirement: TypeAlias = Check | AnyOf


@dataclass(frozen=True, slots=True)
class Decision:
    """One write call, its arguments as terms, and what must hold for it to be allowed."""

    tool: str
    args: tuple[tuple[str, Term], ...]
    requires: tuple[Requirement, ...] = ()
    otherwise: Decision | None = None
    """What the user wants instead when this one finds no row or is not allowed."""
    bare: bool = False
    """A wish that a clause denies, whatever its details would be: `args` hold only what the user says of it, under names of their own
    where no argument stands for it, and `tool` is the write asked for or, where there is none, what is asked for in a word or two."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Something that the user asks to be told."""

    topic: str
    """A word or two that any answer must contain."""
    term: Term
    style: Literal["text", "money", "count"] = "text"
    requires: tuple[Requirement, ...] = ()
    """What must hold before it may be told."""

    @property
    def decision(self) -> Decision:
        """The tell as a decision without a tool, so that it is resolved and certified like one."""
        return Decision("", (("value", self.term),), self.requires)


@dataclass(frozen=True, slots=True)
class Goal:
    """What the user wants: decisions in the order in which they come up, and things to be told."""

    decisions: tuple[Decision, ...]
    tells: tuple[Tell, ...] = ()


# ----------------------------------------------------------------------------- tasks


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the user knows and can say."""

    key: str
    """Snake case, unique within the task: `email`, `zip`, `order_id`."""
    value: Scalar
    text: str
    """A sentence in the first person that states it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One detail of a request that can be disclosed on its own."""

    key: str
    text: str
    """A sentence in the first person that discloses it."""
    marks: tuple[str, ...] = ()
    """Words of which each must occur for the detail to count as disclosed (lower case)."""


@dataclass(frozen=True, slots=True)
class Request:
    """How the user asks for one decision, or for something to be told."""

    decision: int | None
    """Index into `Goal.decisions`; None when the user only asks to be told."""
    tells: tuple[int, ...]
    """Indices into `Goal.tells` that this request asks for."""
    topic: str
    """Two to five words that name the request ("the desk lamp return")."""
    word: str
    """One word of `topic` that any answer to the request must contain ("lamp")."""
    opening: str
    """The first sentence about it, without the details; empty where the request before it asks for this, too: one of a batch."""
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """How hard a task is, on the axes that are dialled."""

    writes: int
    """Gold writes; 0 for a no-write task."""
    burden: int
    """Reads in the largest evidence set of its decisions: those that decide, and those that only locate."""
    search_reads: int
    """Reads that the reference reader makes over the whole task."""
    denied: int = 0
    """Decisions that come to a refusal which is not the user's own: policy forbids it, or there is no such thing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one decision comes to on a fresh world."""

    call: Call | None
    """The gold write; None when it must be refused."""
    refusal: str | None
    """The rule that forbids it, or `not found`; None when there is a call."""
    evidence: tuple[Call, ...]
    """The smallest set of reads that identifies the outcome."""
    trace: tuple[Call, ...]
    """Reads in the order in which a careful reader makes them; contains the evidence."""
    transfer: bool = False
    """Refused by a rule that asks for a transfer to a human."""
    attempt: int = 0
    """Which alternative of the decision came true: 0 the decision itself, 1 its `otherwise`, and so on."""
    locates: tuple[Call, ...] = ()
    """Reads of the evidence that only find a record: another read of it shows all that they could settle."""
    own: bool = False
    """Refused by a condition of the user's own."""

    @property
    def denied(self) -> bool:
        """Refused by policy, or because there is no such thing."""
        return self.refusal is not None and not self.own


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How this user talks and discloses: one level per dimension (see `DIMENSIONS`)."""

    levels: tuple[tuple[str, str], ...]
    slip: tuple[str, str] | None = None
    """With `correction`: the key of a fact and the wrong value that is said first."""
    voice: str = ""
    """Who talks, and how, in a sentence or two that a model wrote; no fact of the task."""
    wording: tuple[tuple[str, str], ...] = ()
    """Sentences of the task in this user's own words, by what they say: `identity`, `0:opening`, `0:{slot key}`."""
    trials: tuple[Trial, ...] = ()
    """How this user makes it hard."""

    def __getitem__(self, dimension: str) -> str:
        return dict(self.levels)[dimension]


DIMENSIONS: dict[str, tuple[str, ...]] = {
    "disclosure": ("all at once", "on request", "one thing at a time"),
    "memory": ("knows ids", "half-remembers", "knows none"),
    "verbosity": ("terse", "medium", "chatty"),
    "tone": ("polite", "neutral", "blunt"),
    "patience": ("patient", "hurried"),
    "language": ("plain", "casual", "typos", "non-native"),
    "correction": ("none", "corrects a slip"),
    "change of mind": ("none", "has a fallback"),
    "digression": ("none", "small talk"),
    "confirmation": ("plain yes", "repeats the key detail", "asks once more"),
}
GOAL_DIMENSIONS = ("memory", "change of mind")
"""Dimensions that the goal itself fixes: what the user knows, and whether it names a fallback."""


@dataclass(frozen=True, slots=True)
class Task:
    """One request by one user in one domain."""

    id: str
    """`{domain slug}-{hash of all that follows except twin, behaviour and owner}`."""
    domain: str
    kind: Kind
    goal: Goal
    facts: tuple[Fact, ...]
    identity: Slot
    """How the user says who they are."""
    requests: tuple[Request, ...]
    instruction: str
    """The request in plain words, in the second person, as a simulated user would be briefed."""
    outcomes: tuple[Outcome, ...]
    """One per decision, then one per tell (a tell has no call and no refusal)."""
    told: tuple[str, ...]
    """What the agent must say: one per tell."""
    axes: Axes
    memory: str
    """Level of the `memory` dimension that the goal was built for."""
    recipe: str
    """Names of the recipes that drafted it, joined by `+`."""
    twin: str | None = None
    """Of a near miss: the `codec.goal_id` of the task from which it differs in one thing that the user says, one of them refused."""
    behaviour: Behaviour | None = None
    owner: str | None = None
    """Of a task with a twin: the user whom both are about, whom its own reads need not show."""

    def __hash__(self) -> int:
        """By its id alone, which stands for nearly all of it: what is remembered of a task is looked up at every turn."""
        return hash(self.id)

    @property
    def gold(self) -> tuple[Call, ...]:
        """The write calls that the goal resolves to on a fresh world, in order."""
        return tuple(outcome.call for outcome in self.outcomes if outcome.call is not None)

    def together(self, request: int) -> range:
        """The requests that come up in one sentence: those of a batch, or a single one."""
        first = next(index for index in range(request, -1, -1) if self.requests[index].opening or not index)
        last = first + 1
        while last < len(self.requests) and not self.requests[last].opening:
            last += 1
        return range(first, last)

    @property
    def decided(self) -> tuple[Outcome, ...]:
        """The outcomes of the decisions, without those of the tells."""
        return self.outcomes[: len(self.goal.decisions)]


def untold(domain: str, task_id: str = "") -> Task:
    """A task that says nothing, for a conversation that is judged by itself."""
    return Task(
        task_id, domain, "no-write", Goal(()), (), Slot("identity", ""), (), "", (), (), Axes(0, 0, 0), "", "imported"
    )


@lru_cache(256)
def in_own_words(task: Task) -> Task:
    """The task with the sentences that this user has words of its own for; what they say stays the same."""
    if task.behaviour is None or not task.behaviour.wording:
        return task
    own = dict(task.behaviour.wording)
    requests = tuple(
        replace(
            request,
            opening=own.get(f"{index}:opening", request.opening),
            slots=tuple(replace(slot, text=own.get(f"{index}:{slot.key}", slot.text)) for slot in request.slots),
        )
        for index, request in enumerate(task.requests)
    )
    return replace(
        task, identity=replace(task.identity, text=own.get("identity", task.identity.text)), requests=requests
    )
