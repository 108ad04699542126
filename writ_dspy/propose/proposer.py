"""The proposer without a model: drafts goals over the database until each cell of a mix is met exactly.

Recipes draft, `writ_dspy.propose.accept` decides which drafts are tasks, and what is missing is drafted again.
"""

from __future__ import annotations

import dataclasses
import random
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from writ_dspy.domains import Dial, Domain, Draft, Memory, Recipe, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.comparing import compared
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide_fresh
from writ_dspy.propose.accept import accept
from writ_dspy.propose.firewall import Firewall, firewall
from writ_dspy.propose.mix import MIN_BURDEN, Cell
from writ_dspy.propose.twins import Pairing, twins_of
from writ_dspy.propose.users import MEMORIES, Luck, users_for
from writ_dspy.task import Decision, Fact, Request, Task, Tell

TRIES_PER_TASK = 1500
"""Drafts tried for one more task, with ever fewer wishes about how it should come about."""
ROUNDS = 4
"""So many times as many are tried before a cell counts as dry: where one draft in a hundred fits, chance alone empties some cells."""
PATIENCE = 12
"""Drafts of the recipe whose turn it is, before any recipe may step in."""
FALLBACK_EVERY = 7
"""Every so many tasks, one gets a conditional fallback where a recipe has one."""
BATCH_EVERY = 4
"""Of the tasks with several writes, every so many begins with a wish about every record of a kind."""
RARE_EVERY = 8
"""Of the tasks with one write, every so many is first tried with a recipe that few users' records fit."""
HANDOVER_EVERY = 4
"""Of the no-write tasks with one denied request, every so many is first tried with what policy wants handed to a human."""
DENIAL_EVERY = 2
"""Of the no-write tasks with one denied request, every so many is denied by a clause that has a recipe of its own."""
COMPARED = 0.5
"""Share of the reads of a read-heavy decision that are to be compared, rather than looked up, as long as drafts come to that."""
QUESTION_EVERY = 2
"""Of the no-write tasks, every so many only asks to be told something."""


@dataclass
class Filled:
    """The tasks of one cell, and why drafts were turned down."""

    cell: Cell
    tasks: list[Task] = field(default_factory=list)
    kept: int = 0
    """Tasks of the cell that were there before, and are not among these."""
    turned_down: Counter[str] = field(default_factory=Counter)

    @property
    def dry(self) -> str | None:
        """Why the cell has fewer tasks than wanted, or None when it is full."""
        found = self.kept + len(self.tasks)
        if found >= self.cell.count:
            return None
        reasons = "; ".join(f"{count} x {reason}" for reason, count in self.turned_down.most_common(3))
        return f"{self.cell}: {found} of {self.cell.count} found. Drafts turned down: {reasons or 'none could be made'}"


def fill(
    cell: Cell, seed: int, split: str | None, shared: Sequence[Pairing] = (), domain: Domain | None = None,
    tries: int = 0,
) -> Filled:  # fmt: skip
    """Tasks for one cell, a function of these arguments alone.

    Args:
        cell: What to make.
        seed: The run's seed.
        split: Official split whose entities and texts are off limits; None takes the firewall down.
        shared: Which cells of the mix share pairs of near misses (see `twins.pairings`).
        domain: In place of the one of that name: another version of it, to be looked at.
        tries: Drafts for one more task before the cell counts as dry; 0: as many as a run tries.
    """
    domain = domain or load(cell.domain)
    wall = firewall(cell.domain, split) if split else None
    users = users_for(cell, domain, wall)
    filled, luck = Filled(cell), Luck()
    twins = twins_of(cell, shared, seed, split)
    known = {signature for twin in twins.values() for signature in _signatures(twin)}
    for index in range(cell.count):
        if index in twins:
            filled.tasks.append(twins[index])
            continue
        task = _one_more(
            cell, domain, wall, users, f"{seed}/{cell}/{index}", index, filled.turned_down, known, luck, tries
        )
        if task is None:
            break
        filled.tasks.append(task)
        known |= _signatures(task)
    return filled


def _one_more(  # noqa: PLR0913, PLR0917 - what one search needs
    cell: Cell, domain: Domain, wall: Firewall | None, users: Sequence[str], seed: str, index: int,
    turned_down: Counter[str], known: set[str], luck: Luck, tries: int,
) -> Task | None:  # fmt: skip
    rng = random.Random(seed)
    for number in range(tries or ROUNDS * TRIES_PER_TASK):
        # fewer tries are as patient in proportion; in the rounds after the first, anything is welcome
        attempt = number * TRIES_PER_TASK // tries if tries else min(number, TRIES_PER_TASK - 1)
        draft = _draft(cell, domain, rng.choice(users), index, attempt, rng, luck)
        if draft is None:
            turned_down["the user has no matching records"] += 1
            continue
        if cell.kind == "read-heavy" and attempt < TRIES_PER_TASK // 3 and not _compares(draft, domain):
            turned_down["its reads are look-ups for the most part"] += 1
            luck.judged(draft.recipe, False)
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


def _draft(
    cell: Cell, domain: Domain, user: str, index: int, attempt: int, rng: random.Random, luck: Luck
) -> Draft | None:
    """One draft that aims at the cell; memory and fallback follow a quota, given up after many failed attempts."""
    patient = attempt < TRIES_PER_TASK // 3
    turn = index + index // len(domain.pack.recipes)  # so that every recipe meets every memory
    memory = MEMORIES[turn % 3] if patient else rng.choice(MEMORIES)
    denied: list[Draft] = []
    if cell.denied and (cell.kind != "no-write" or cell.denied > 1 or index % DENIAL_EVERY == 0):
        found = _denials(cell, domain, user, memory, index if patient else rng.randrange(index + 1000), rng, luck)
        if found is None or cell.kind == "no-write":
            return None if found is None else _merged(found)
        denied = found
    fallback = attempt < 60 and cell.kind != "no-write" and index % FALLBACK_EVERY == FALLBACK_EVERY - 1
    dial = Dial(cell.burden, memory, fallback)
    if cell.kind == "write-intensive":
        batch = attempt < TRIES_PER_TASK // 5 and index % BATCH_EVERY == BATCH_EVERY - 1 and domain.pack.batches
        granted = _combined(cell, domain, user, dial, index, rng, luck, first=batch or ())
    else:
        granted = _single(cell, domain, user, dial, index, attempt, rng, luck)
    if granted is None or any(granted.touches & other.touches for other in denied):
        return None
    return _mixed(granted, denied, rng) if denied else granted


def _single(
    cell: Cell, domain: Domain, user: str, dial: Dial, index: int, attempt: int, rng: random.Random, luck: Luck
) -> Draft | None:  # fmt: skip
    """A draft of one recipe."""
    recipes = domain.pack.recipes
    asks = cell.kind == "no-write" and not cell.denied and index % QUESTION_EVERY == QUESTION_EVERY - 1
    if (asks and attempt < TRIES_PER_TASK // 3) or (
        cell.kind == "no-write" and not (cell.denied or domain.pack.conditional)
    ):
        recipes = domain.pack.questions
    elif cell.kind == "no-write":  # a refusal can rest on one read less than what was asked for would
        recipes = domain.pack.refusing or recipes
        dial = Dial(cell.burden + rng.randint(0, 1), dial.memory, refuse=True)
    recipe = recipes[index % len(recipes)] if attempt < PATIENCE else luck.pick(recipes, index, rng)
    rare = (
        domain.pack.rare
        if cell.writes and index % RARE_EVERY == RARE_EVERY - 1 and attempt < TRIES_PER_TASK // 5
        else ()
    )
    if rare:
        recipe, dial = rare[index // RARE_EVERY % len(rare)], Dial(dial.burden, "knows none")
    alone = cell.kind == "no-write" and cell.denied == 1 and attempt < TRIES_PER_TASK // 5
    if alone and index % HANDOVER_EVERY == HANDOVER_EVERY - 1 and domain.pack.handovers:
        recipe = domain.pack.handovers[index // HANDOVER_EVERY % len(domain.pack.handovers)]
        dial = Dial(cell.burden, "knows ids" if cell.burden == MIN_BURDEN else dial.memory, refuse=True)
    draft = recipe.draft(domain, user, dial, rng)
    luck.note(recipe, draft is not None)
    return draft


def _denials(
    cell: Cell, domain: Domain, user: str, memory: Memory, turn: int, rng: random.Random, luck: Luck
) -> list[Draft] | None:
    """As many requests of one user as policy is to deny, about different records: the clause whose turn it is, and others."""
    clauses = [recipe for recipe in domain.pack.denials if not luck.idle(recipe)] or list(domain.pack.denials)
    if not clauses:
        return None
    first = (turn + zlib.crc32(str(cell).encode())) % len(
        clauses
    )  # else each small cell would begin with the same clause
    others = [*clauses[:first], *clauses[first + 1 :]]
    rng.shuffle(others)
    chosen: list[Draft] = []
    for recipe in (clauses[first], *others):
        draft = recipe.draft(domain, user, Dial(cell.burden, memory, refuse=True), rng)
        luck.note(recipe, draft is not None)
        if draft is not None and not any(draft.touches & other.touches for other in chosen):
            chosen.append(draft)
        elif not chosen:
            return None  # the clause whose turn it is goes with another user
        if len(chosen) == cell.denied:
            return chosen
    return None


def _mixed(granted: Draft, denied: Sequence[Draft], rng: random.Random) -> Draft:
    """What is granted and what is denied in one draft, in any order."""
    parts = [granted, *denied]
    rng.shuffle(parts)
    return _merged(parts)


def _combined(
    cell: Cell, domain: Domain, user: str, dial: Dial, index: int, rng: random.Random, luck: Luck, *, first: Sequence[Recipe]
) -> Draft | None:  # fmt: skip
    """Drafts of one user with as many decisions as wanted, the largest burden as wanted, and no record in common.

    The hardest comes first: a user who has none is not asked for the rest. `first`: recipes one of which has to be that.
    """
    if first:
        dial = dataclasses.replace(dial, memory="knows none", fallback=False)
    kind = f"{dial.memory}{' first' if first else ''}"
    if luck.hopeless(user, kind):
        return None
    recipes = list(domain.pack.recipes)
    rng.shuffle(recipes)
    tools = sorted({recipe.tool for recipe in recipes})
    recipes.sort(key=lambda recipe: recipe.tool != tools[index % len(tools)])  # each write tool comes first in its turn
    recipes.sort(key=lambda recipe: recipe not in first)
    chosen: list[Draft] = []
    left = cell.writes
    for recipe in (*recipes, *recipes, *recipes):
        asked = (
            dial
            if not chosen
            else dataclasses.replace(dial, burden=rng.randint(2, min(dial.burden, 4)), fallback=False)
        )
        if first and not chosen and recipe not in first:
            break
        draft = recipe.draft(domain, user, asked, rng)
        if draft is None or len(draft.decisions) > left or any(draft.touches & other.touches for other in chosen):
            continue
        burden = _burden(draft, domain)
        if burden == dial.burden or (chosen and 0 < burden < dial.burden):
            chosen.append(draft)
            left -= len(draft.decisions)
            if left == 0:
                luck.met(user, kind, True)
                rng.shuffle(chosen)
                return _merged(chosen)
        if not chosen and recipe is recipes[-1]:
            break
    luck.met(user, kind, False)
    return None


def _burden(draft: Draft, domain: Domain) -> int:
    """The largest evidence set of its decisions, each on a fresh world; 0 when they do not come to writes only."""
    try:
        outcomes = [decide_fresh(decision, domain) for decision in draft.decisions]
    except (Unresolved, DomainError):
        return 0
    return (
        0 if any(outcome.call is None for outcome in outcomes) else max(len(outcome.evidence) for outcome in outcomes)
    )


def _compares(draft: Draft, domain: Domain) -> bool:
    """Whether enough of the reads of what is written are compared."""
    reads = rows = 0
    try:
        for wish in draft.decisions:
            outcome = decide_fresh(wish, domain)
            if outcome.call is not None:
                reads += len(outcome.evidence)
                rows += len(compared(wish, outcome, domain))
    except (Unresolved, DomainError):
        return True  # accepting it says what is wrong with it
    return rows >= COMPARED * reads


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
            requests.append(
                dataclasses.replace(request, decision=decision, tells=tuple(i + told for i in request.tells))
            )
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
        tuple(facts.values()), first.identity, tuple(tells), memory, frozenset().union(*(draft.touches for draft in drafts)),
    )  # fmt: skip


def _signatures(task: Task) -> set[str]:
    """What makes two tasks the same: their goal, or their words."""
    texts = {f"words {task.instruction}"}
    if task.gold:
        texts.add(f"gold {' '.join(sorted(str(call) for call in task.gold))} {task.axes.burden}")
    return texts


def _gist(reason: Exception) -> str:
    """The reason without the values of one draft, so that like reasons count together."""
    text = str(reason)
    for start in (
        "the request does not state",
        "the request gives the answer",
        "two rows tie",
        "the request names",
        "no row matches",
    ):
        if text.startswith(start):
            return start
    return text.split("(", maxsplit=1)[0].split(":", maxsplit=1)[0].strip()[:80]
