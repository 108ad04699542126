"""A domain examined as a whole: drafts and tasks are made, played and judged, and every part is tried on them."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from writ_dspy.conversation import Finding
from writ_dspy.domains import Dial, Domain, Draft, Recipe, places
from writ_dspy.domains.declared import read
from writ_dspy.domains.declared.building import STOCK, code_of_data, source
from writ_dspy.errors import DomainError, WritError, boundary
from writ_dspy.examine.declaring import declaration_holds, nothing_drafted, schema_of
from writ_dspy.examine.fields import fields_hold
from writ_dspy.examine.flaws import Flaw
from writ_dspy.examine.probing import pack_holds, views_of
from writ_dspy.examine.talks import Talk, played, talks_are_judged
from writ_dspy.examine.trying import answers_hold, tools_hold
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.shown import counted
from writ_dspy.task import Task

TASKS = 40
"""Of the default mix: enough to see every kind, few enough to wait for."""
TRIES = 400
"""Drafts for one more task before a cell counts as dry: a quarter of what a run tries, so that a domain as large as a shop is examined in minutes."""
MEMORIES = ("knows ids", "half-remembers", "knows none")
VARIED = 0.35
"""Share of the sequences of three words in all requests that are different, at least."""
_TALKS = "talks"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of it."""

    flaws: tuple[Flaw, ...]
    tasks: int
    accepted: int
    filled: tuple[tuple[str, int, int], ...]
    """Cell, tasks found, tasks wanted."""
    distinct: float | None
    """Share of the sequences of three words in all requests that are different; None without tasks."""

    @property
    def holds(self) -> bool:
        """Nothing grave was found."""
        return not any(flaw.grave for flaw in self.flaws)


def examine(domain: Domain, tasks: int = TASKS, *, tell: Progress = lambda _: None) -> Examined:
    """Examine a domain; takes some ten seconds, and minutes where the declaration is large.

    Args:
        domain: The domain.
        tasks: How many of its default mix are made and played.
        tell: Told of each step.
    """
    schema = schema_of(domain)
    tell("reading")
    flaws = list(fields_hold(schema, domain)) if schema else []
    if any(flaw.grave for flaw in flaws):  # a recipe would break off at each, and say less
        return Examined(tuple(dict.fromkeys(flaws)), 0, 0, (), None)
    tell(f"drafting by {counted(len(_recipes(domain)), 'recipe')}")
    idle: list[Recipe] = []
    drafts = list(_drafts(domain, flaws, idle))
    broken = any(flaw.grave for flaw in flaws)
    filled = [] if broken else list(_filled(_without(domain, idle), tasks, flaws, tell))
    made = [task for one in filled for task in one.tasks]
    tell(f"playing {counted(len(made), 'task')}")
    accepted = _played(made, domain, flaws)
    tell("trying the tools")
    flaws += tools_hold(domain, [call for task in made for call in task.gold])
    place = places.met().get(domain.name, "")
    if place.endswith(places.ENDINGS) and read(Path(place)).tools.tau2 not in STOCK:  # then they can be made anew
        spec, path = read(Path(place)), Path(place)
        written = [call for task in made for call in task.gold]
        flaws += answers_hold(lambda: source(spec, path), code_of_data(spec, path), written)
    tell("probing")
    flaws += pack_holds(domain, drafts, made)
    flaws += talks_are_judged(domain, accepted)
    flaws += () if broken else declaration_holds(domain)
    common = [recipe for recipe in domain.pack.recipes if recipe not in domain.pack.rare]
    flaws += () if broken else (nothing_drafted(domain, recipe) for recipe in idle if recipe in common)
    flaws += _dials(filled, own=bool(schema and schema.spec.dials))
    distinct = _distinct(made)
    if distinct is not None and distinct < VARIED:
        flaws.append(
            Flaw(
                "wording",
                f"{distinct:.0%} of the sequences of three words are different, and {VARIED:.0%} are wanted: add phrases",
                grave=False,
            )
        )
    cells = tuple((str(one.cell), len(one.tasks), one.cell.count) for one in filled)
    flaws.sort(key=lambda flaw: flaw.part == _TALKS)  # what is rejected follows from something: that comes first
    return Examined(tuple(dict.fromkeys(flaws)), len(made), len(accepted), cells, distinct)


def _drafts(domain: Domain, flaws: list[Flaw], idle: list[Recipe]) -> Iterator[Draft]:
    """What each recipe drafts for some users; a recipe that raises is a flaw, and one that never drafts is idle."""
    users = list(domain.pack.users(domain))
    for recipe in _recipes(domain):
        rng, found = random.Random(recipe.name), 0
        for user in rng.sample(users, min(40, len(users))):
            for memory in MEMORIES:
                try:
                    with boundary(DomainError, f"the recipe {recipe.name!r}"):
                        draft = recipe.draft(domain, user, Dial(rng.randint(2, 6), memory), rng)  # type: ignore[arg-type]  # one of three
                except WritError as error:
                    flaws.append(
                        Flaw(
                            f"recipe {recipe.name}",
                            f"{str(error.__cause__ or error)[:160]} ({type(error.__cause__ or error).__name__}). {views_of(domain)}",
                        )
                    )
                    return
                if draft is not None:
                    found += 1
                    yield draft
            if found > 3:
                break
        if not found:
            idle.append(recipe)


def _recipes(domain: Domain) -> tuple[Recipe, ...]:
    return (*domain.pack.recipes, *domain.pack.questions, *domain.pack.denials)


def _without(domain: Domain, idle: Sequence[Recipe]) -> Domain:
    """The domain without the recipes that drafted nothing for anybody: asking them again and again takes most of the time."""
    kept: dict[str, Any] = {
        name: tuple(recipe for recipe in getattr(domain.pack, name) if recipe not in idle) or getattr(domain.pack, name)
        for name in ("recipes", "questions", "denials")
    }
    return dataclasses.replace(domain, pack=dataclasses.replace(domain.pack, **kept))


def _filled(domain: Domain, tasks: int, flaws: list[Flaw], tell: Progress) -> Iterator[Filled]:
    cells = default_mix(domain.name, tasks).cells
    for number, cell in enumerate(cells, start=1):
        tell(f"proposing, cell {number} of {len(cells)}")
        try:
            with boundary(DomainError, f"filling {cell}"):
                yield fill(cell, 0, None, domain=domain, tries=TRIES)
        except WritError as error:
            flaws.append(Flaw("recipes", f"{error.__cause__ or error}"[:200]))
            return


def _played(tasks: Sequence[Task], domain: Domain, flaws: list[Flaw]) -> list[Talk]:
    """The talks that are accepted; what the verifier rejects of the scripts' own is a flaw, one for each check."""
    ended = 0
    accepted: list[Talk] = []
    rejected: dict[str, list[tuple[Talk, Finding]]] = {}
    try:
        with boundary(DomainError, "playing"):
            for talk, findings in played(tasks, domain):
                ended += 1
                accepted += () if findings else (talk,)
                for finding in findings[:1]:
                    rejected.setdefault(finding.check, []).append((talk, finding))
    except WritError as error:
        cause = error.__cause__ or error
        flaws.append(Flaw(_TALKS, f"a scripted talk broke off: {type(cause).__name__} {str(cause)[:120]}"))
    for check, found in rejected.items():
        talk, first = found[0]
        flaws.append(
            Flaw(
                _TALKS,
                f"{len(found)} of {ended} of the scripts' own are rejected by {check}, such as {talk.task.recipe!r}: saw {first.saw}; wanted {first.wanted}",
            )
        )
    return accepted


def _dials(filled: Sequence[Filled], *, own: bool) -> Iterator[Flaw]:
    """Cells that are not full; of the dials that suit most domains, one that is empty here is no fault of this one's."""
    some = any(one.tasks for one in filled)
    for one in filled:
        if one.dry:
            yield Flaw("dials", f"dry: {one.dry}", grave=not one.tasks and (own or not some))


def _distinct(tasks: Sequence[Task]) -> float | None:
    """Share of the sequences of three words that are different, over all requests."""
    seen, all_ = set[tuple[str, ...]](), 0
    for task in tasks:
        words = task.instruction.lower().split()
        runs = list(zip(words, words[1:], words[2:], strict=False))
        seen.update(runs)
        all_ += len(runs)
    return len(seen) / all_ if all_ else None
