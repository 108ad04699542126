"""What a proposing model is told of a domain and of one customer: tools, views, examples, records.

All of it is drawn from the domain itself: its recipes draft requests, and what their reads show is what a model sees.
"""

# Longer than 400 lines: tools, views, examples and records are four parts of one prompt, and share how a row is put.
from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from writ_dspy.codec import parts
from writ_dspy.domains import Dial, Domain, Draft, Recipe, Row, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import resolve
from writ_dspy.programs.toolbox import adds
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import DIALS, Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.propose.users import MEMORIES, users_for
from writ_dspy.signatures.composer import DetailForm, WishForm
from writ_dspy.signatures.goal import Table, Tables, to_asked, to_form
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import Call, Fact, Goal, Json, Kind, Lookup, Outcome, Request, Slot, Task, Where

LOOKED, SEEN = 60, 2
"""Users asked for a draft of each recipe, and drafts of it that are enough."""
EXAMPLES = 3
"""Requests that are granted, with their goals; each more is read with every request, and the schema holds the form anyway."""
CHAINED = 15
"""Users asked for a draft in which something is wanted instead."""
WISHED = 20
"""Users asked for a wish that no tool meets: together they name each of its arguments."""
ROWS = 3
"""Rows of a view that are shown of one read; the code that resolves a goal sees them all."""
KINDS = 6
"""Kinds of rows of one view at most: beyond, it is a name, and no kind."""
READS = 5
"""Reads that are shown per tool of one customer's surroundings."""
MET = 12
"""Customers drawn for one composition until there is one with whom its cell can be met."""
DRAFTS = 30
"""Drafts of one customer that are looked at."""
SHOWN = 4
"""Tasks of a kind of which those are chosen that a composer is shown."""


_TODAY = re.compile(r"\b(?:current|present) (?:time|date|day)\b|\btoday(?: is|'s date)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guide:
    """Constant for a domain and a split, so that it heads every prompt and its prefix stays in the cache."""

    tools: str
    keys: str
    """What an agent asks for, by the names of details: who composes a request needs them, and nobody who reads one."""
    bare: str
    """Wishes that no tool meets: who reads a request has to know them, and nobody may compose one."""
    read_examples: str
    tables: Tables
    """Tables of the policy, which no model has to copy."""
    domain: str
    split: str | None

    def composed(self, kind: Kind, denied: int = 0) -> str:
        """Goals with their words and what they come to, for whoever composes one of this kind."""
        return _composed_examples(self.domain, self.split, kind, denied=denied > 0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One customer, as the lenses show what belongs to them."""

    user_id: str
    identity: Slot
    facts: tuple[Fact, ...]
    """What the identity states."""
    records: str


def allowed(domain: Domain, split: str | None) -> tuple[str, ...]:
    """Users that no official task touches, in the domain's order."""
    taken = firewall(domain.name, split).users if split else frozenset[str]()
    return tuple(user for user in domain.pack.users(domain) if user not in taken)


@cache
def guide(domain_name: str, split: str | None) -> Guide:
    """What holds for every customer of the domain; built once per process."""
    domain = load(domain_name)
    rng = random.Random(domain_name)
    users = allowed(domain, split)
    shown: dict[str, dict[str, Row]] = {}
    tables: dict[str, Table] = {}
    examples: list[tuple[int, Draft]] = []
    denied: dict[str, Draft] = {}
    for draft, outcomes in _some_of_each(domain, users, rng):
        tables |= {part.rule: part.table for part in parts(draft.decisions) if isinstance(part, Lookup)}
        for call in (call for outcome in outcomes for call in outcome.trace):
            _remember(shown.setdefault(call.tool, {}), domain.read(call).views)
        if all(outcome.call is not None for outcome in outcomes[: len(draft.decisions)]):
            examples.append((len(to_form(Goal(draft.decisions, draft.tells)).model_dump_json()), draft))
        elif draft.decisions[0].bare:
            denied.setdefault(draft.recipe, draft)
    chosen = [*_varied(examples), *_chain(domain, users), *_denied(domain, denied.values())]
    return Guide(
        "\n".join(
            [
                *(_described(tool["function"], domain, shown, users) for tool in domain.tools),
                *_now(domain),
            ]
        ),
        _keys(domain),
        "\n".join(_bare(domain, users)),
        "\n\n".join(_read_example(draft) for draft in chosen),
        tables,
        domain_name,
        split,
    )


@cache
def _composed_examples(domain_name: str, split: str | None, kind: Kind, *, denied: bool) -> str:
    """Two tasks of the kind and one of another, short and unlike each other, each headed by its dials and evidence."""
    other: Kind = "normal" if kind == "no-write" else "no-write"
    own, others = _tasks(domain_name, split, kind, denied=denied), _tasks(domain_name, split, other, denied=False)
    known = set[str]()
    return "\n\n".join(map(_composed_example, [*_unlike(own, 2, known), *_unlike(others, 1, known)]))


def _tasks(domain_name: str, split: str | None, kind: Kind, *, denied: bool) -> list[Task]:
    """A few tasks of a kind off the official ones, with whole writes, at the first points of the default mix."""
    points = [dial for dial in DIALS[domain_name, kind] if (dial[2] > 0) == denied]
    found: list[Task] = []
    for writes, burden, number in dict.fromkeys(points or DIALS[domain_name, kind]):
        if len(found) >= SHOWN:
            break
        cell = Cell(domain=domain_name, kind=kind, writes=writes, burden=burden, denied=number, count=SHOWN)
        found += (task for task in fill(cell, 0, split).tasks if not any(one.bare for one in task.goal.decisions))
    return found


def _unlike(tasks: Sequence[Task], count: int, known: set[str]) -> list[Task]:
    """Short ones that differ in tools and terms from each other and from what is known; one whose customer knows ids first."""
    chosen: list[Task] = []
    left = sorted(tasks, key=lambda task: len(to_form(task.goal).model_dump_json()))
    while left and len(chosen) < count:
        ids_first = [task for task in left if task.memory == "knows ids"] if "ids" not in known else []
        best = max(ids_first or left, key=lambda task: min(3, len(_traits(task.goal) - known)))
        chosen.append(best)
        known |= _traits(best.goal) | ({"ids"} if ids_first else set())
        left.remove(best)
    return chosen


def _traits(goal: Goal) -> set[str]:
    """The tools that a goal uses, and how it finds and checks."""
    tools = {decision.tool for decision in goal.decisions} or {"tell"}
    return tools | {part.op if isinstance(part, Where) else type(part).__name__ for part in parts(goal)}


def surroundings(domain: Domain, user_id: str, cell: Cell, seed: int) -> Surroundings | None:
    """What this customer could ask about at such a burden; None when no recipe has anything for them."""
    rng = random.Random(f"{seed}/{user_id}")
    reads: dict[Call, None] = {}
    first: Draft | None = None
    burdens = sorted({2, 3, max(2, cell.burden - 1), cell.burden})
    pack = domain.pack
    recipes = (*pack.recipes, *pack.questions, *(pack.denials if cell.denied else ()))
    for draft, outcomes in itertools.islice(_drafts(domain, user_id, rng, recipes, burdens), DRAFTS):
        first = first or draft
        reads.update(dict.fromkeys(call for outcome in outcomes for call in outcome.trace))
    if first is None:
        return None
    facts = tuple(fact for fact in first.facts if str(fact.value).lower() in first.identity.text.lower())
    by_tool = {tool: [call for call in reads if call.tool == tool][:READS] for tool in domain.kinds}
    personal_first = sorted(by_tool, key=lambda tool: tool not in domain.pack.personal)
    shown = "\n".join(observed(domain, call) for tool in personal_first for call in by_tool[tool])
    return Surroundings(user_id, first.identity, facts, shown)


def customer(domain: Domain, cell: Cell, seed: int, split: str | None) -> str | None:
    """A customer off the official tasks of whom a recipe can ask something of this cell's burden; None where none was found."""
    rng = random.Random(seed)
    users = users_for(cell, domain, firewall(domain.name, split) if split else None)
    drawn = (rng.choice(users) for _ in range(MET if users else 0))
    return next((user for user in drawn if _can_meet(domain, user, cell, rng)), None)


def _can_meet(domain: Domain, user: str, cell: Cell, rng: random.Random) -> bool:
    """Whether some draft of the customer has the cell's burden, granted or refused as its kind wants."""
    refused = cell.kind == "no-write"
    recipes = list((*domain.pack.recipes, *domain.pack.questions) if refused else domain.pack.recipes)
    rng.shuffle(recipes)
    ways = (
        (recipe, Dial(cell.burden + (rng.randint(0, 1) if refused else 0), memory, refuse=refused))
        for recipe, memory in itertools.product(recipes, MEMORIES)
    )
    for draft, outcomes in _resolved(domain, user, rng, ways):
        granted = any(outcome.call is not None for outcome in outcomes[: len(draft.decisions)])
        if granted != refused and max(len(outcome.evidence) for outcome in outcomes) == cell.burden:
            return True
    return False


def _some_of_each(
    domain: Domain, users: Sequence[str], rng: random.Random
) -> Iterator[tuple[Draft, tuple[Outcome, ...]]]:
    """Drafts of every recipe, each of another user."""
    for recipe in (*domain.pack.recipes, *domain.pack.questions, *domain.pack.denials):
        asked = rng.sample(users, min(LOOKED, len(users)))
        drafts = (next(_drafts(domain, user, rng, (recipe,), (2, 3, 4, 5)), None) for user in asked)
        yield from itertools.islice((draft for draft in drafts if draft is not None), SEEN)


def _drafts(
    domain: Domain, user: str, rng: random.Random, recipes: Iterable[Recipe], burdens: Iterable[int]
) -> Iterator[tuple[Draft, tuple[Outcome, ...]]]:
    """Drafts for one user that resolve, one per recipe and way to ask, in random order."""
    ways = list(itertools.product(recipes, burdens, MEMORIES))
    rng.shuffle(ways)
    yield from _resolved(domain, user, rng, ((recipe, Dial(burden, memory)) for recipe, burden, memory in ways))


def _resolved(
    domain: Domain, user: str, rng: random.Random, ways: Iterable[tuple[Recipe, Dial]]
) -> Iterator[tuple[Draft, tuple[Outcome, ...]]]:
    """Of the drafts that are asked for those that resolve."""
    for recipe, dial in ways:
        draft = recipe.draft(domain, user, dial, rng)
        if draft is None:
            continue
        try:
            outcomes, _ = resolve(Goal(draft.decisions, draft.tells), domain)
        except (Unresolved, DomainError):
            continue
        yield draft, outcomes


def _remember(views: dict[str, Row], seen: Mapping[str, tuple[Row, ...]]) -> None:
    """The row of each view that shows the most."""
    for name, rows in seen.items():
        for row in rows:
            if len(row) > len(views.get(name, ())):
                views[name] = row


def _varied(examples: list[tuple[int, Draft]]) -> list[Draft]:
    """Drafts that show, for their length, the most of how something is found, checked and told; which tools there are stands elsewhere."""
    chosen: list[Draft] = []
    known: set[str] = set()
    left = sorted(examples, key=lambda item: item[0])
    while left and len(chosen) < EXAMPLES:
        gains = [len(_forms(draft) - known) / length for length, draft in left]
        if max(gains) == 0:
            break
        _, draft = left.pop(gains.index(max(gains)))
        chosen.append(draft)
        known |= _forms(draft)
    return chosen


def _forms(draft: Draft) -> set[str]:
    """How a draft finds, checks and tells."""
    goal = Goal(draft.decisions, draft.tells)
    return _traits(goal) - {decision.tool for decision in goal.decisions}


def _chain(domain: Domain, users: Sequence[str]) -> list[Draft]:
    """The shortest draft of a wish with what is wanted instead, where the customer says both."""
    rng = random.Random(f"{domain.name} chain")
    found: list[tuple[int, int, Draft]] = []
    for recipe in domain.pack.recipes:
        ways = ((recipe, Dial(2, "knows ids", fallback=True)),)
        drafts = (
            next(_resolved(domain, user, rng, ways), None) for user in rng.sample(users, min(CHAINED, len(users)))
        )
        for draft, _ in filter(None, drafts):
            said = any(slot.key.startswith("fallback") for request in draft.requests for slot in request.slots)
            first = draft.decisions[0]
            if said and first.tool in domain.kinds and first.otherwise is not None:
                found.append((len(_read_example(draft)), len(found), draft))
    return [draft for *_, draft in sorted(found)[:1]]


def _denied(domain: Domain, denied: Iterable[Draft]) -> Iterator[Draft]:
    """The first draft that asks a tool for what is denied, and the first that asks for what no tool does."""
    for tools in (True, False):
        yield from itertools.islice((one for one in denied if (one.decisions[0].tool in domain.kinds) == tools), 1)


# ----------------------------------------------------------------------------- words


def _now(domain: Domain) -> list[str]:
    """The line of the policy that says what day it is: "in five days" is counted from it."""
    found = (line for line in domain.policy.splitlines() if _TODAY.search(line))
    return [f"From the policy: {line.strip()}" for line in itertools.islice(found, 1)]


def _described(
    tool: Mapping[str, Json], domain: Domain, shown: Mapping[str, Mapping[str, Row]], users: Sequence[str]
) -> str:
    """One tool in a few lines: its arguments, what it does, its views."""
    properties = tool["parameters"].get("properties", {})
    kind = domain.kinds[tool["name"]]
    given = ", ".join(f"{name}{_shape(one, tool['parameters'])}" for name, one in properties.items())
    purpose = _purpose(tool)
    lines = [f"{tool['name']}({given}) [{kind}]{f': {purpose}' if adds(tool['name'], purpose) else ''}"]
    if kind == "read":
        views: dict[str, tuple[Row, ...]] = {name: (row,) for name, row in shown.get(tool["name"], {}).items()}
        lines += [f"  view {line}" for line in _views(views | _kinds_of_rows(tool, domain, users), KINDS)]
    return "\n".join(lines)


def _purpose(tool: Mapping[str, Json]) -> str:
    """The first sentence of its description: how an agent has to go about it is no matter of what is asked for."""
    return re.split(r"(?<=\.)\s", " ".join(str(tool["description"]).split()), maxsplit=1)[0]


def _shape(parameter: Mapping[str, Json], schema: Mapping[str, Json]) -> str:
    """The fields of an argument that is a list of records: `: [{payment_id, amount}]`; nothing of any other."""
    every = [parameter.get("items", {}), *parameter.get("items", {}).get("anyOf", ())]
    named = (schema.get("$defs", {}).get(one["$ref"].rpartition("/")[2], {}) if "$ref" in one else one for one in every)
    fields: Mapping[str, Json] = next((one["properties"] for one in named if one.get("properties")), {})
    return f": [{{{', '.join(fields)}}}]" if fields else ""


def _kinds_of_rows(tool: Mapping[str, Json], domain: Domain, users: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """Of each view of what is looked up by a user's id whose rows come in a few kinds, with fields of their own, one row of each kind.

    A kind is a value of one field, such as the source of a way to pay, that settles which other fields there are.
    """
    arguments, found = list(tool["parameters"].get("properties", {})), dict[str, list[Row]]()
    for user in users if len(arguments) == 1 else ():
        seen = domain.read(Call.of(tool["name"], {arguments[0]: user}))
        if seen.error:  # it is looked up by something else
            break
        for name, rows in seen.views.items():
            found.setdefault(name, []).extend(rows)
    kinds = {name: _kinds(rows) for name, rows in found.items()}
    return {name: rows for name, rows in kinds.items() if rows}


def _kinds(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first row of each kind, or none where there are no kinds."""
    fields = frozenset[str].intersection(*map(frozenset, rows)) if rows else frozenset[str]()
    for field in (name for row in rows[:1] for name in row if name in fields):
        shapes: dict[Json, set[frozenset[str]]] = {}
        for row in rows:
            if isinstance(row[field], str):
                shapes.setdefault(row[field], set()).add(frozenset(row))
        several = len(set(map(frozenset, rows))) > 1
        if several and 1 < len(shapes) <= KINDS and all(len(one) == 1 for one in shapes.values()):
            return tuple(next(row for row in rows if row[field] == kind) for kind in shapes)
    return ()


def _bare(domain: Domain, users: Sequence[str]) -> Iterator[str]:
    """Wishes that no tool meets, by the names that decisions give them, and all that a customer may say of each."""
    rng = random.Random(f"{domain.name} wishes")
    asked = rng.sample(users, min(WISHED, len(users)))
    wishes: dict[str, dict[str, None]] = {}
    for recipe, user in itertools.product(domain.pack.denials, asked):
        draft = recipe.draft(domain, user, Dial(2, "knows ids"), rng)
        if draft is not None and draft.decisions[0].bare and draft.decisions[0].tool not in domain.kinds:
            decision = draft.decisions[0]
            wishes.setdefault(decision.tool, {}).update(dict.fromkeys(name for name, _ in decision.args))
    for place, (name, args) in enumerate(sorted(wishes.items())):
        yield f"{name}({', '.join(args)}) [no tool]{'' if place else ': what customers ask for, and no tool does'}"


def _keys(domain: Domain) -> str:
    """What an agent of this domain can ask for."""
    return f"Keys of details: {', '.join(key for key in domain.pack.phrases.questions if key != plan.IDENTITY)}."


def observed(domain: Domain, call: Call) -> str:
    """A read call with what it shows, view by view."""
    return "\n".join([str(call), *(f"  {line}" for line in _views(domain.read(call).views))])


def _views(views: Mapping[str, Sequence[Row]], most: int = ROWS) -> Iterator[str]:
    """Each view with its first rows; what every row repeats from the first view is named once."""
    first = next(iter(views), "")
    for name, rows in views.items():
        whole = views[first][0] if name != first and views[first] else {}
        shared = {key for key, value in whole.items() if all(row.get(key) == value for row in rows)}
        also = f" (each also with the fields of {first})" if len(shared) > len(whole) / 2 else ""
        for row in rows[:most]:
            kept = {key: value for key, value in row.items() if not also or key not in shared}
            yield f"{name}{also}: {json.dumps(kept, ensure_ascii=False, separators=(',', ':'))}"
        if len(rows) > most:
            yield f"{name}: {len(rows) - most} more"


def _read_example(draft: Draft) -> str:
    goal = to_asked(Goal(draft.decisions, draft.tells))
    return f"Request: {spoken(draft.identity, draft.requests)}\nGoal: {goal.model_dump_json()}"


def _composed_example(task: Task) -> str:
    goal, axes = to_form(task.goal), task.axes
    wishes = ", ".join(wish(request).model_dump_json() for request in task.requests)
    reads = [f"{len(outcome.evidence)} ({'; '.join(map(str, outcome.evidence))})" for outcome in task.outcomes]
    return (
        f"Kind: {task.kind}, writes: {axes.writes}, denied: {axes.denied}, burden: {axes.burden}\nReads that count: {', '.join(reads)}\n"
        f"Identity: {task.identity.text}\nGoal: {goal.model_dump_json()}\nWishes: [{wishes}]"
    )


def wish(request: Request) -> WishForm:
    """A request as a model writes one."""
    return WishForm(
        decision=request.decision,
        tells=list(request.tells),
        topic=request.topic,
        word=request.word,
        opening=request.opening,
        details=[DetailForm(key=slot.key, text=slot.text) for slot in request.slots],
    )


def spoken(identity: Slot, requests: Iterable[Request]) -> str:
    """All that the user says, at once."""
    return " ".join(
        filter(None, [identity.text, *(text for r in requests for text in (r.opening, *(s.text for s in r.slots)))])
    )
