"""Other words for the same goal, without a model: what the recipes say when they draft it again."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from writ_dspy.domains import Dial, Domain, Draft, Memory
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import Request, Task

DRAFTS = 400
"""Drafts of each recipe for each burden; the same goal turns up in some of them."""


def rephrasings(task: Task, domain: Domain, seed: int) -> dict[str, list[str]]:
    """Sentences that say what the task's own say, by the references of `scripted.plan`, sorted; empty where none were found.

    They come from drafts for the same user of which a request has the same decision, tells and details. Nothing else is
    promised of them: whoever uses one has to check that it fits.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for draft in _drafts(task, domain, random.Random(f"{seed}/rephrase/{task.id}")):
        for index, own in enumerate(task.requests):
            if _same(task, own, draft):
                (other,) = draft.requests
                found[plan.IDENTITY].add(draft.identity.text)
                found[plan.opening(index)].add(other.opening)
                for slot in other.slots:
                    found[plan.detail(index, slot.key)].add(slot.text)
    return {key: sorted(texts) for key, texts in found.items()}


def _drafts(task: Task, domain: Domain, rng: random.Random) -> Iterator[Draft]:
    user = _user(task, domain)
    names = set(task.recipe.split("+"))
    recipes = [one for one in (*domain.pack.recipes, *domain.pack.questions, *domain.pack.denials) if one.name in names]
    refused = any(outcome.call is None for outcome in task.decided)
    sizes = {len(outcome.evidence) for outcome in task.outcomes}
    burdens = sorted(sizes | {size + 1 for size in sizes} if refused else sizes)
    fallback = any(decision.otherwise for decision in task.goal.decisions)
    for recipe in recipes if user else ():
        for burden in burdens:
            dial = Dial(burden, cast("Memory", task.memory), fallback, refused)
            made = (recipe.draft(domain, user, dial, rng) for _ in range(DRAFTS))
            yield from (draft for draft in made if draft is not None)


def _user(task: Task, domain: Domain) -> str:
    """The user's id, as the reads of the task establish it; empty where none does."""
    calls = (call for outcome in task.outcomes for call in outcome.trace)
    return next(filter(None, (domain.pack.identifies(call, domain.read(call).text) for call in calls)), "")


def _same(task: Task, own: Request, draft: Draft) -> bool:
    """Whether the draft asks for what this request asks for, detail by detail."""
    decisions = () if own.decision is None else (task.goal.decisions[own.decision],)
    return (
        draft.decisions == decisions
        and draft.tells == tuple(task.goal.tells[index] for index in own.tells)
        and [[slot.key for slot in one.slots] for one in draft.requests] == [[slot.key for slot in own.slots]]
    )
