"""A phrase tried out: requests are drafted with it alone, played by the scripts, and judged as any conversation is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.codec import identify
from writ_dspy.conversation import Finding
from writ_dspy.domains import Dial, Domain, Recipe
from writ_dspy.domains.declared.model import Declared
from writ_dspy.domains.declared.pack import pack
from writ_dspy.domains.declared.questions import Told
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.drafting.places import Place, alone
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.examine.talks import played
from writ_dspy.propose.accept import settle_draft, words_are_fair
from writ_dspy.task import Task

ENOUGH, USERS = 2, 40
"""Requests that a phrase is tried in, and users for whom one is looked for."""
BURDENS = (2, 3, 4, 5)


class Stage:
    """Tries phrases of one domain."""

    def __init__(self, domain: Domain, schema: Schema) -> None:
        self.domain, self.schema = domain, schema
        self.names: frozenset[str] | None = None
        """Texts of the data that are names, once somebody asked."""

    def tried(self, place: Place, phrase: str) -> tuple[int, Finding | None]:
        """In how many requests a phrase was tried, and the first thing that is wrong with one of them."""
        schema = self._schema(place, phrase)
        variant = replace(self.domain, pack=pack(schema))
        tasks: list[Task] = []
        for task in self._tasks(place, phrase, schema, variant):
            tasks.append(task)
            if len(tasks) == ENOUGH:
                break
        for _, findings in played(tasks, variant):
            if findings:
                return len(tasks), findings[0]
        return len(tasks), None

    def _schema(self, place: Place, phrase: str) -> Schema:
        schema = Schema(alone(self.schema.spec, place.path, phrase), self.schema.records)
        if place.kind == "openings":
            schema.openings = (phrase.replace("{}", "{do}"),)
        elif place.kind == "leads":
            schema.leads = (phrase.replace("{}", "{it}"),)
        return schema

    def _tasks(self, place: Place, phrase: str, schema: Schema, variant: Domain) -> Iterator[Task]:
        marks = _marks(phrase)
        for recipe in _recipes(place, schema):
            rng, users = random.Random(f"{place}/{phrase}"), list(variant.pack.users(variant))
            for user in rng.sample(users, min(USERS, len(users))):
                for burden in BURDENS:
                    draft = recipe.draft(variant, user, Dial(burden, "knows none"), rng)
                    if draft is None:
                        continue
                    try:
                        task = settle_draft(draft, "no-write" if isinstance(recipe, Told) else "normal", variant)
                        words_are_fair(task, variant)
                    except (Unresolved, DomainError):
                        continue
                    if place.kind in ("leads", "questions") or any(mark in task.instruction.lower() for mark in marks):
                        yield identify(task)
                        break


def _recipes(place: Place, schema: Schema) -> list[Recipe]:
    """The recipes that may speak so."""
    spec: Declared = schema.spec
    if place.kind == "ask":
        return [Told(schema, place.path[1])] if place.path[1] in schema.own else []
    if place.path[0] == "writes":
        return [Asked(schema, place.path[1])]
    asked = [Asked(schema, tool) for tool in spec.writes]
    if place.path[0] in ("openings", "leads"):
        return list(asked)
    about = place.path[1]
    return [one for one in asked if about in one.write.kinds.values()]


def _marks(phrase: str) -> list[str]:
    """The longest pieces of each way to say a phrase that hold no choice and no value."""
    pieces = [piece.strip(" .,!?") for piece in re.split(r"\[[^\[\]]*\]|\{\}", phrase.lower())]
    long = sorted(filter(None, pieces), key=len)
    choices = [one for group in re.findall(r"\[([^\[\]]*)\]", phrase.lower()) for one in group.split("|") if one]
    return long[-1:] or choices
