"""The proposer without a model: drafts goals over the database until each cell of a mix is met exactly.

A draft becomes a task only if its goal resolves, its dials are met, every read of its evidence has a witness, its
words state all that the goal needs and nothing that gives the answer away, and it passes the contamination firewall.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy.behaviour import COURTESY, MISSPELLED, has
from writ_dspy.domains import Before, Dial, Domain, Draft, Memory, Recipe, Views, load, observe
from writ_dspy.errors import DomainError
from writ_dspy.evidence import Unresolved, resolve
from writ_dspy.firewall import Firewall, firewall
from writ_dspy.mix import Cell
from writ_dspy.task import (
    Axes,
    Call,
    Decision,
    Fact,
    Goal,
    Json,
    Picked,
    Request,
    Said,
    Slot,
    Task,
    Tell,
    Where,
    identify,
    parts,
)
from writ_dspy.witness import certify

MEMORIES: tuple[Memory, ...] = ("knows ids", "half-remembers", "knows none")
TRIES_PER_TASK = 1500
"""Drafts tried for one more task before a cell counts as dry."""
FALLBACK_EVERY = 7
"""Every so many tasks, one gets a conditional fallback where a recipe has one."""
QUESTION_EVERY = 3
"""Of the no-write tasks, every so many only asks to be told something."""


@dataclass
class Filled:
    """The tasks of one cell, and why drafts were turned down."""

    cell: Cell
    tasks: list[Task] = field(default_factory=list)
    turned_down: Counter[str] = field(default_factory=Counter)

    @property
    def dry(self) -> str | None:
        """Why the cell has fewer tasks than wanted, or None when it is full."""
        if len(self.tasks) >= self.cell.count:
            return None
        reasons = "; ".join(f"{count} x {reason}" for reason, count in self.turned_down.most_common(3))
        return f"{self.cell}: {len(self.tasks)} of {self.cell.count} found. Drafts turned down: {reasons or 'none could be made'}"


def fill(cell: Cell, seed: int, split: str | None) -> Filled:
    """Tasks for one cell, a function of the cell, the seed and the firewall's split alone.

    Args:
        cell: What to make.
        seed: The run's seed.
        split: Official split whose entities and texts are off limits; None takes the firewall down.
    """
    domain = load(cell.domain)
    wall = firewall(cell.domain, split) if split else None
    users = _users(cell, domain, wall)
    filled, known, luck = Filled(cell), set[str](), Luck()
    for index in range(cell.count):
        task = _one_more(cell, domain, wall, users, f"{seed}/{cell}/{index}", index, filled.turned_down, known, luck)
        if task is None:
            break
        filled.tasks.append(task)
        known |= _signatures(task)
    return filled


def _users(cell: Cell, domain: Domain, wall: Firewall | None) -> list[str]:
    """Users who may be drawn: off the firewall, and with enough records of their own for so many writes.

    For a large burden, one with more records stands in the list more often.
    """
    users: list[str] = []
    for user in domain.pack.users(domain):
        if wall is None or user not in wall.users:
            record = domain.tables["users"][user]
            owned = sum(len(value) for key, value in record.items() if key in ("orders", "reservations"))
            if owned >= min(cell.writes - (cell.writes < 3), 4):
                users += [user] * max(1, min(owned, cell.burden) if cell.burden > 3 or cell.writes > 1 else 1)
    return users


def _one_more(  # noqa: PLR0913, PLR0917 - what one search needs
    cell: Cell, domain: Domain, wall: Firewall | None, users: Sequence[str], seed: str, index: int,
    turned_down: Counter[str], known: set[str], luck: Luck,
) -> Task | None:  # fmt: skip
    rng = random.Random(seed)
    for attempt in range(TRIES_PER_TASK):
        draft = _draft(cell, domain, rng.choice(users), index, attempt, rng, luck)
        if draft is None:
            turned_down["the user has no matching records"] += 1
            continue
        try:
            task = accept(draft, cell, domain, wall)
        except (Unresolved, DomainError) as reason:
            turned_down[_gist(reason)] += 1
            luck.judged(draft.recipe, False)
            continue
        luck.judged(draft.recipe, True)
        if known & _signatures(task):
            turned_down["the same goal again"] += 1
            continue
        return task
    return None


def _draft(cell: Cell, domain: Domain, user: str, index: int, attempt: int, rng: random.Random, luck: Luck) -> Draft | None:
    """One draft that aims at the cell; memory and fallback follow a quota, given up after many failed attempts."""
    patient = attempt < TRIES_PER_TASK // 3
    memory = MEMORIES[index % 3] if patient else rng.choice(MEMORIES)
    fallback = attempt < 60 and cell.kind != "no-write" and index % FALLBACK_EVERY == FALLBACK_EVERY - 1
    recipes = domain.pack.recipes
    dial = Dial(cell.burden, memory, fallback)
    if cell.kind == "no-write" and index % QUESTION_EVERY == QUESTION_EVERY - 1 and patient:
        recipes = domain.pack.questions
    elif cell.kind == "no-write":  # a refusal can rest on one read less than what was asked for would
        dial = Dial(cell.burden + rng.randint(0, 1), memory, refuse=True)
    if cell.kind != "write-intensive":
        recipe = luck.pick(recipes, index, rng)
        draft = recipe.draft(domain, user, dial, rng)
        luck.note(recipe, draft is not None)
        return draft
    return _combined(cell, domain, user, dial, index, rng, luck)


class Luck:
    """How often each recipe had something to offer in one cell, so that hopeless ones are asked less often."""

    def __init__(self) -> None:
        self._tried: Counter[str] = Counter()
        self._found: Counter[str] = Counter()

        self._met: Counter[tuple[str, str]] = Counter()

    def met(self, user: str, memory: str, found: bool) -> None:
        """Remember whether a user had enough to ask for."""
        self._met[user, memory] += 4 if found else -1

    def hopeless(self, user: str, memory: str) -> bool:
        """Asked a few times more often than it was worth."""
        return self._met[user, memory] <= -2

    def _weight(self, recipe: str) -> float:
        """Its rate of success, but never so little or so much that one recipe would rule the cell."""
        return min(0.5, max(1, self._found[recipe] + 1) / (self._tried[recipe] + 4))

    def judged(self, recipe: str, accepted: bool) -> None:
        """What became of its draft weighs more than that there was one."""
        self._found[recipe] += 4 if accepted else -1

    def note(self, recipe: Recipe, found: bool) -> None:
        self._tried[recipe.name] += 1
        self._found[recipe.name] += found

    def pick(self, recipes: Sequence[Recipe], index: int, rng: random.Random) -> Recipe:
        """Each write tool gets its turn; otherwise any recipe, the more often the more it has found."""
        tools = sorted({recipe.tool for recipe in recipes})
        if rng.random() < 0.15:
            return rng.choice([recipe for recipe in recipes if recipe.tool == tools[index % len(tools)]])
        weights = [self._weight(recipe.name) for recipe in recipes]
        return rng.choices(recipes, weights)[0]


def _combined(cell: Cell, domain: Domain, user: str, dial: Dial, index: int, rng: random.Random, luck: Luck) -> Draft | None:
    """Drafts of one user with as many decisions as wanted, the largest burden as wanted, and no record in common.

    The hardest comes first: a user who has none is not asked for the rest.
    """
    if luck.hopeless(user, dial.memory):
        return None
    recipes = list(domain.pack.recipes)
    rng.shuffle(recipes)
    tools = sorted({recipe.tool for recipe in recipes})
    recipes.sort(key=lambda recipe: recipe.tool != tools[index % len(tools)])  # each write tool comes first in its turn
    chosen: list[Draft] = []
    left = cell.writes
    for recipe in (*recipes, *recipes, *recipes):
        asked = dial if not chosen else dataclasses.replace(dial, burden=rng.randint(2, min(dial.burden, 4)), fallback=False)
        draft = recipe.draft(domain, user, asked, rng)
        if draft is None or len(draft.decisions) > left or any(draft.touches & other.touches for other in chosen):
            continue
        burden = _burden(draft, domain)
        if burden == dial.burden or (chosen and 0 < burden < dial.burden):
            chosen.append(draft)
            left -= len(draft.decisions)
            if left == 0:
                luck.met(user, dial.memory, True)
                rng.shuffle(chosen)
                return _merged(chosen)
        if not chosen and recipe is recipes[-1]:
            break
    luck.met(user, dial.memory, False)
    return None


def _burden(draft: Draft, domain: Domain) -> int:
    """The largest evidence set of its decisions; 0 when it does not resolve to writes only."""
    try:
        outcomes, _ = resolve(Goal(draft.decisions), domain)
    except (Unresolved, DomainError):
        return 0
    return 0 if any(outcome.call is None for outcome in outcomes) else max(len(outcome.evidence) for outcome in outcomes)


def _merged(drafts: Sequence[Draft]) -> Draft:
    """One draft out of several of the same user."""
    decisions: list[Decision] = []
    tells: list[Tell] = []
    requests: list[Request] = []
    facts: dict[str, Fact] = {}
    for draft in drafts:
        shift, told = len(decisions), len(tells)
        for request in draft.requests:
            decision = None if request.decision is None else request.decision + shift
            requests.append(dataclasses.replace(request, decision=decision, tells=tuple(i + told for i in request.tells)))
        decisions += draft.decisions
        tells += draft.tells
        for fact in draft.facts:
            same = facts.get(fact.key, fact).value == fact.value
            key = fact.key if same else f"{fact.key}_{len(facts) + 1}"
            facts[key] = dataclasses.replace(fact, key=key)
    memory = next((name for name in MEMORIES if any(draft.memory == name for draft in drafts)), drafts[0].memory)
    first = drafts[0]
    return Draft(
        first.user_id, "+".join(draft.recipe for draft in drafts), tuple(decisions), tuple(requests),
        tuple(facts.values()), first.identity, tuple(tells), memory,
    )  # fmt: skip


def accept(draft: Draft, cell: Cell, domain: Domain, wall: Firewall | None) -> Task:
    """The draft as a task of this cell.

    Raises:
        Unresolved: It is none, with the reason.
        DomainError: A term makes no valid argument.
    """
    task = settle_draft(draft, cell.kind, domain)
    if task.axes.writes != cell.writes or len(task.goal.decisions) != max(cell.writes, min(1, len(task.goal.decisions))):
        raise Unresolved(f"{task.axes.writes} writes where {cell.writes} were asked for")
    if task.axes.burden != cell.burden:
        raise Unresolved("another burden than was asked for")
    _words_are_fair(task, domain)
    _obeys_policy(task, draft.user_id, domain)
    if wall is not None:
        breach = wall.breach(task, draft.user_id, _delta(task.gold, domain))
        if breach:
            raise Unresolved(breach)
    wishes = (*task.goal.decisions, *(tell.decision for tell in task.goal.tells))
    for wish, outcome in zip(wishes, task.outcomes, strict=True):
        certify(wish, outcome, domain)
    return task if draft.legal is None else _twinned(task, settle_draft(draft.legal, "normal", domain))


def _twinned(task: Task, legal: Task) -> Task:
    """The task with a link to the legal one, if its refusal takes as many reads to prove as the other takes to do."""
    if not legal.gold:
        raise Unresolved("the twin that should be legal is refused as well")
    return dataclasses.replace(task, twin=legal.id) if legal.axes.burden <= task.axes.burden else task


def _obeys_policy(task: Task, user_id: str, domain: Domain) -> None:
    """The gold breaks none of the domain's rules, each judged just before its write."""
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


def settle_draft(draft: Draft, kind: str, domain: Domain) -> Task:
    """The draft resolved on a fresh world, whatever its dials come to.

    Raises:
        Unresolved: Its goal does not resolve, or a decision comes to the contrary of what its kind says.
    """
    goal = Goal(draft.decisions, draft.tells)
    requests = tuple(dataclasses.replace(r, slots=tuple(map(_marked, r.slots))) for r in draft.requests)
    outcomes, values = resolve(goal, domain)
    decided = outcomes[: len(goal.decisions)]
    gold = [outcome.call for outcome in decided if outcome.call is not None]
    if kind == "no-write" and gold:
        raise Unresolved("it should be refused, but is allowed")
    if kind != "no-write" and len(gold) != len(decided):
        raise Unresolved(f"it should be allowed, but is refused: {next(o.refusal for o in decided if o.call is None)}")
    if any(first.call == second.call for i, first in enumerate(decided) for second in decided[:i] if first.call):
        raise Unresolved("two decisions come to the same write")
    judged = decided or outcomes
    told = [tell_text(tell, value) for tell, value in zip(goal.tells, values, strict=True)]
    refused = [r.word for r in draft.requests if r.decision is not None and decided[r.decision].call is None]
    reads = {call for outcome in outcomes for call in outcome.trace}
    instruction = " ".join(part for r in draft.requests for part in (r.opening, *(slot.text for slot in r.slots)))
    return identify(
        Task(
            id="", domain=domain.name, kind=kind, goal=goal, facts=draft.facts, identity=draft.identity,  # type: ignore[arg-type]
            requests=requests, instruction=instruction, outcomes=outcomes, told=(*told, *refused),
            axes=Axes(len(gold), max(len(outcome.evidence) for outcome in judged), len(reads)),
            memory=_memory(goal, draft, domain), recipe=draft.recipe,
        )  # fmt: skip
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
    said = " ".join(str(part.value) for part in found if isinstance(part, Said))
    records = {token for token in domain.pack.ids(said) if token not in draft.identity.text}
    return "knows ids" if records else "knows none"


def tell_text(tell: Tell, value: Json) -> str:
    """What a message must contain so that the user has been told; thousands without commas, as τ² compares them."""
    if tell.style == "money":
        return f"{value:.2f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _words_are_fair(task: Task, domain: Domain) -> None:
    """The words state every said value, name no id that the user does not know, and give no picked answer away."""
    mentions, ids = domain.pack.mentions, domain.pack.ids
    spoken = f"{task.identity.text} {task.instruction}".lower()
    said = {part.value for part in parts(task.goal) if isinstance(part, Said)}
    unsaid = [value for value in said if not mentions(str(value), spoken)]
    if unsaid:
        raise Unresolved(f"the request does not state {unsaid[0]!r}")
    known = ids(" ".join(str(fact.value) for fact in task.facts)) | ids(" ".join(str(value) for value in said))
    strange = ids(f"{task.identity.text} {task.instruction}") - known
    if strange:
        raise Unresolved(f"the request names {min(strange)}, which the user does not know")
    for answer in _answers(task):
        if answer not in said and mentions(answer, task.instruction.lower()):
            raise Unresolved(f"the request gives the answer {answer!r} away")


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


def _delta(gold: Sequence[Call], domain: Domain) -> dict[str, str]:
    world = domain.world()
    for call in gold:
        world.call(call)
    return dict(world.delta())


def _signatures(task: Task) -> set[str]:
    """What makes two tasks the same: their goal, or their words."""
    texts = {f"words {task.instruction}"}
    if task.gold:
        texts.add(f"gold {' '.join(sorted(str(call) for call in task.gold))} {task.axes.burden}")
    return texts


def _gist(reason: Exception) -> str:
    """The reason without the values of one draft, so that like reasons count together."""
    text = str(reason)
    for start in ("the request does not state", "the request gives the answer", "two rows tie", "the request names", "no row matches"):
        if text.startswith(start):
            return start
    return text.split("(", maxsplit=1)[0].split(":", maxsplit=1)[0].strip()[:80]


