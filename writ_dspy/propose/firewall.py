"""The contamination firewall: no task touches what an official task of its domain touches, in any release, nor repeats one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from writ_dspy.domains import Domain, load
from writ_dspy.domains.footprint import Footprint, mark, of_call, of_state
from writ_dspy.task import Call, Json, Task

GRAM = 8
"""Words in a row that two instructions may not share."""


@dataclass(frozen=True)
class Firewall:
    """What the official tasks of one split use, in each release of them that is known."""

    split: str
    prints: tuple[Footprint, ...]
    """One for each release, the oldest first."""

    @property
    def users(self) -> frozenset[str]:
        """Of any release."""
        return frozenset[str]().union(*(one.users for one in self.prints))

    @property
    def records(self) -> frozenset[str]:
        """Of any release."""
        return frozenset[str]().union(*(one.records for one in self.prints))

    @property
    def releases(self) -> str:
        """By their names, as every claim about them has to say."""
        return named([one.release for one in self.prints])

    def breach(self, task: Task, user_id: str, delta: Mapping[str, str]) -> str | None:
        """What the task shares with the official ones, and of which releases; or None."""
        if found := self._of(lambda one: user_id in one.users):
            return f"user {user_id} is in the official {self.split} tasks of {found}"
        text = words(" ".join([str(fact.value) for fact in task.facts] + [call.text for call in task.gold]))
        shared = next((record for record in sorted(text) if any(record in one.records for one in self.prints)), None)
        if shared:
            found = self._of(lambda one: shared in one.records)
            return f"record {shared} is in the official {self.split} tasks of {found}"
        calls = {of_call(call) for call in task.gold}
        if found := self._of(lambda one: not calls.isdisjoint(one.writes)):
            return f"repeats a gold write of the official {self.split} tasks of {found}"
        if delta and (found := self._of(lambda one: of_state(delta) in one.end_states)):
            return f"repeats an end state of the official {self.split} tasks of {found}"
        if gram := self.repeated(task.instruction):
            found = self._of(lambda one: mark(gram) in one.grams)
            return f"repeats {GRAM} words of an official {self.split} instruction of {found}"
        return None

    def repeated(self, text: str) -> str:
        """The first words in a row that a text shares with an official instruction; empty if there are none."""
        return next((gram for gram in grams(text) if any(mark(gram) in one.grams for one in self.prints)), "")

    def _of(self, holds: Callable[[Footprint], bool]) -> str:
        """The releases of which something holds, by name; empty if it holds of none."""
        return named([one.release for one in self.prints if holds(one)])


def named(releases: Sequence[str]) -> str:
    """Releases in a sentence."""
    return f"release {releases[0]}" if len(releases) == 1 else f"releases {', '.join(releases)}" if releases else ""


@cache
def firewall(domain_name: str, split: str) -> Firewall:
    """The firewall against one official split; built once per process.

    The releases that a domain brings tables of are held by these; tasks that are installed and of none of them are looked at
    themselves.

    Raises:
        DomainError: The domain has no such split.
    """
    domain = load(domain_name)
    tasks, shipped = domain.official(split), tuple(domain.footprints(split))
    if domain.release in {one.release for one in shipped}:
        return Firewall(split, shipped)
    return Firewall(split, (*shipped, footprint(domain, tasks, domain.release or domain.version)))


def releases(domain: Domain) -> list[str]:
    """Which releases of its official tasks a firewall knows; none for a domain that has no such tasks."""
    if not domain.splits:
        return []
    shipped = [one.release for one in domain.footprints(domain.splits[0])]
    return shipped if domain.release in shipped else [*shipped, domain.release or domain.version]


def footprint(domain: Domain, tasks: Sequence[Json], release: str) -> Footprint:
    """What these tasks use, worked out from their texts and by playing their gold."""
    users, records = _entities(domain, tasks)
    golds = [[_call(domain, action) for action in _writes(domain, task)] for task in tasks]
    return Footprint(
        release,
        len(tasks),
        frozenset(users),
        frozenset(records),
        frozenset(of_call(call) for calls in golds for call in calls),
        frozenset(of_state(_end_state(domain, calls)) for calls in golds if calls),
        frozenset(mark(gram) for task in tasks for gram in grams(_instruction(task))),
    )


def words(text: str) -> frozenset[str]:
    """Tokens that could be ids."""
    return frozenset(re.findall(r"[#\w@.-]+", text))


def grams(text: str) -> Iterator[str]:
    """Every run of `GRAM` lower-case words."""
    tokens = re.findall(r"[a-z0-9']+", text.lower())
    for start in range(len(tokens) - GRAM + 1):
        yield " ".join(tokens[start : start + GRAM])


def _entities(domain: Domain, tasks: Sequence[Json]) -> tuple[set[str], set[str]]:
    """Users and records that the text of the tasks names, with all records of those users."""
    users: set[str] = set()
    records: set[str] = set()
    for task in tasks:
        theirs, named = domain.pack.traces(domain, json.dumps(task, ensure_ascii=False))
        users |= theirs
        records |= named
    return users, records.union(*(domain.pack.records(domain, user) for user in users))


def _writes(domain: Domain, task: Json) -> list[Json]:
    actions = (task.get("evaluation_criteria") or {}).get("actions") or []
    return [action for action in actions if domain.kinds.get(action["name"]) == "write"]


def _call(domain: Domain, action: Json) -> Call:
    return domain.canonical(action["name"], action["arguments"])


def _end_state(domain: Domain, calls: list[Call]) -> Mapping[str, str]:
    world = domain.world()
    for call in calls:
        world.call(call)
    return world.delta()


def _instruction(task: Json) -> str:
    scenario = task["user_scenario"]["instructions"]
    if isinstance(scenario, str):
        return scenario
    return " ".join(str(scenario.get(key) or "") for key in ("reason_for_call", "task_instructions"))
