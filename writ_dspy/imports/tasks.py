"""What is known of a task that is none of a run: an official one of τ²-bench, one that a file brings along, one of a row.

Each becomes a task with what it has, and says what is unknown of it. No task at all is a task that says nothing.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from writ_dspy.domains import Domain
from writ_dspy.errors import StoreError, brief
from writ_dspy.imports.chat import canonical
from writ_dspy.shown import counted
from writ_dspy.store.parsed import parsed
from writ_dspy.task import (
    Axes,
    Call,
    Decision,
    Goal,
    Json,
    Kind,
    Listed,
    Outcome,
    Record,
    Said,
    Slot,
    Task,
    Tell,
    Term,
    untold,
)
from writ_dspy.verify.scope import NOTHING, Known, Unknown

OFFICIAL: Unknown = frozenset({"evidence", "wishes", "manner", "refusals", "transfer"})
"""What an official task does not say. Its list of calls is one way to its end state: a transfer in it may also be a refusal."""
OF_ROW: Unknown = frozenset({"wishes", "manner"})
"""What a row does not say of its task: the goal itself, and what the user said last."""
ROW_KEYS = ("gold_actions", "evidence", "refusals", "told", "user_scenario")
"""Columns of a row, of which all together say what its task comes to."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a conversation is judged by."""

    task: Task
    unknown: Unknown


def without(domain: Domain, task_id: str = "") -> Basis:
    """No task: only what holds for any conversation is judged."""
    return Basis(untold(domain.name, task_id), NOTHING)


def official(form: Mapping[str, Json], domain: Domain, task_id: str) -> Basis:
    """A task in τ²-bench's form, its own or one that was made for it.

    Raises:
        StoreError: It has not that form; names the field.
    """
    wanted = form.get("evaluation_criteria")
    if not isinstance(wanted, Mapping):
        raise StoreError(f"task {task_id}: `evaluation_criteria` is {brief(wanted)}. Write an object with `actions`.")
    actions = _records(wanted.get("actions"), f"task {task_id}: `actions`")
    made = [
        (one.get("name"), one.get("arguments")) for one in actions if one.get("requestor", "assistant") == "assistant"
    ]
    told = _list(wanted.get("communicate_info"), f"task {task_id}: `communicate_info`")
    return _of_actions(task_id, domain, made, told, _scenario(form.get("user_scenario")))


def of_tau1(info: Mapping[str, Json], domain: Domain, task_id: str) -> Basis:
    """A task as τ-bench writes it beside a trajectory.

    Raises:
        StoreError: It has not that form; names the field.
    """
    actions = _records(info.get("actions"), f"task {task_id}: `actions`")
    made = [(one.get("name"), one.get("kwargs", one.get("arguments"))) for one in actions]
    told = _list(info.get("outputs"), f"task {task_id}: `outputs`")
    return _of_actions(task_id, domain, made, told, f"You are {info.get('user_id', '')}. {info.get('instruction', '')}")


def of_row(row: Mapping[str, Json], domain: Domain) -> Basis:
    """The task of a row that `writ export` wrote, as far as its columns say it.

    Raises:
        StoreError: A column says something else; names it.
    """
    gold_actions, evidence, refusals, told, scenario = (_column(row, name) for name in ROW_KEYS)
    task_id = str(row.get("task_id"))
    try:
        gold = [canonical(domain, one["name"], one["arguments"]) for one in gold_actions]
        sets = [
            (one.get("decision"), tuple(canonical(domain, r["name"], r["arguments"]) for r in one["reads"]))
            for one in evidence
        ]
        refused = [(one["tool"], str(one["rule"]), bool(one["transfer"])) for one in refusals]
    except (KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"task {task_id}: gold_actions, evidence or refusals has another form ({error!r}). Export it again."
        ) from error
    decided = [(tool, reads) for tool, reads in sets if tool is not None]
    if len(decided) != len(gold) + len(refused):
        raise StoreError(
            f"task {task_id}: `evidence` is about {counted(len(decided), 'decision')}, and there are {len(gold)} `gold_actions` and "
            f"{len(refused)} `refusals`. Export it again."
        )
    outcomes = [*_matched(decided, gold, refused)]
    tells = [Outcome(None, None, reads, reads) for tool, reads in sets if tool is None]
    goal = Goal(
        tuple(_decision(one) for one in outcomes),
        tuple(Tell(text, Said(text)) for text in map(str, told[: len(tells)])),
    )
    task = _whole(task_id, domain, goal, (*outcomes, *tells), told, _scenario(scenario), _known(scenario))
    return Basis(task, OF_ROW)


def _list(value: Json, what: str) -> list[Json]:
    """A list, or none where nothing is said."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise StoreError(f"{what} is {brief(value)}. Write a list, or null.")
    return value


def _records(value: Json, what: str) -> list[Mapping[str, Json]]:
    for index, one in enumerate(found := _list(value, what)):
        if not isinstance(one, Mapping):
            raise StoreError(f"{what}.{index} is {brief(one)}. Write an object with `name` and its arguments.")
    return found


def _column(row: Mapping[str, Json], name: str) -> Json:
    value = row.get(name)
    if isinstance(value, str):
        try:
            value = parsed(value)
        except ValueError as error:
            raise StoreError(f"column `{name}` is no JSON ({error}). Export it again.") from error
    if not isinstance(value, dict if name == "user_scenario" else list):
        raise StoreError(f"column `{name}` is {brief(value)}. Export it again.")
    return value


def _matched(
    decided: Sequence[tuple[str, tuple[Call, ...]]], gold: Sequence[Call], refused: Sequence[tuple[str, str, bool]]
) -> Iterator[Outcome]:
    """Which decisions are refused and which come to which write: the order is kept, and a write goes with reads of its records."""

    def fit(places: tuple[int, ...]) -> tuple[int, int]:
        named = sum(decided[place][0] == tool for place, (tool, _, _) in zip(places, refused, strict=True))
        rest = [reads for place, (_, reads) in enumerate(decided) if place not in places]
        return named, sum(len(_values(call) & _values(*reads)) for call, reads in zip(gold, rest, strict=True))

    chosen = max(itertools.combinations(range(len(decided)), len(refused)), key=fit)
    writes, no = iter(gold), iter(refused)
    for place, (_, reads) in enumerate(decided):
        if place in chosen:
            _, rule, transfer = next(no)
            yield Outcome(None, rule, reads, reads, transfer)
        else:
            yield Outcome(next(writes), None, reads, reads)


def _values(*calls: Call) -> set[str]:
    return {str(value) for call in calls for value in call.args.values() if isinstance(value, str)}


def _of_actions(
    task_id: str, domain: Domain, made: Sequence[tuple[Json, Json]], told: Sequence[Json], text: str
) -> Basis:
    for name, args in made:
        if not isinstance(name, str) or not isinstance(args, Mapping):
            raise StoreError(f"task {task_id}: an action is {brief([name, args])}. Write its name and its arguments.")
    calls = [canonical(domain, name, args) for name, args in made]
    outcomes = [Outcome(call, None, (), ()) for call in calls if domain.kinds.get(call.tool) == "write"]
    return Basis(_task(task_id, domain, outcomes, told, text, text), OFFICIAL)


def _task(
    task_id: str, domain: Domain, outcomes: Sequence[Outcome], told: Sequence[Json], text: str, known: str
) -> Task:
    goal = Goal(tuple(map(_decision, outcomes)))
    return _whole(task_id, domain, goal, tuple(outcomes), told, text, known)


def _whole(
    task_id: str, domain: Domain, goal: Goal, outcomes: tuple[Outcome, ...], told: Sequence[Json], text: str, known: str
) -> Task:
    writes = sum(outcome.call is not None for outcome in outcomes)
    kind: Kind = "normal" if writes else "no-write"
    burden = max((len(outcome.evidence) for outcome in outcomes), default=0)
    return Task(
        task_id, domain.name, kind, goal, (), Slot("identity", known), (), text, outcomes, tuple(map(str, told)),
        Axes(writes, burden, 0), "", "imported",
    )  # fmt: skip


def _decision(outcome: Outcome) -> Decision:
    if outcome.call is None:
        return Decision("", ())
    return Decision(outcome.call.tool, tuple((name, _term(value)) for name, value in outcome.call.args.items()))


def _term(value: Json) -> Term:
    if isinstance(value, Mapping):
        return Record(tuple((str(name), _term(one)) for name, one in value.items()))
    if isinstance(value, list):
        return Listed(tuple(map(_term, value)))
    return Said("" if value is None else value)


def _scenario(scenario: Json) -> str:
    """All that a user scenario says, as one text."""
    if isinstance(scenario, str):
        return scenario
    if isinstance(scenario, Mapping):
        return "\n".join(filter(None, map(_scenario, scenario.values())))
    return json.dumps(scenario) if isinstance(scenario, list) else ""


def _known(scenario: Mapping[str, Json]) -> str:
    told = scenario.get("instructions")
    return str(told.get("known_info") or "") if isinstance(told, Mapping) else ""


def scored_by(task_id: str, record: Mapping[str, Json], forms: Sequence[Json]) -> str:
    """Which of these tasks a simulation was about: the one that its reward was worked out by, where that is another.

    Results that were merged or renumbered name a task by a number that it no longer has. The reward lists the calls, the
    assertions and the texts that it looked for, which are those of one task.
    """
    reward = record.get("reward_info")
    looked_for = _looked_for(reward) if isinstance(reward, Mapping) else {}
    if not looked_for:
        return task_id
    fitting = [
        str(form.get("id"))
        for form in forms
        if isinstance(form, Mapping) and all(_asked(form, name) == wanted for name, wanted in looked_for.items())
    ]
    return fitting[0] if fitting and task_id not in fitting else task_id


def _looked_for(reward: Mapping[str, Json]) -> dict[str, list[str]]:
    """What a reward was worked out by; only what it says."""
    found = {}
    for name, part, key in (
        ("actions", "action_checks", "action"),
        ("nl_assertions", "nl_assertions", "nl_assertion"),
        ("communicate_info", "communicate_checks", "info"),
    ):
        checks = reward.get(part)
        if isinstance(checks, list) and checks and all(isinstance(one, Mapping) for one in checks):
            found[name] = [_plain(one.get(key)) for one in checks]
    return found


def _asked(form: Mapping[str, Json], name: str) -> list[str]:
    wanted = form.get("evaluation_criteria")
    values = wanted.get(name) if isinstance(wanted, Mapping) else None
    return [_plain(value) for value in values] if isinstance(values, list) else []


def _plain(value: Json) -> str:
    """An action by its id, name and arguments; any other value as it is."""
    if isinstance(value, Mapping):
        value = [value.get("action_id"), value.get("name"), value.get("arguments")]
    return json.dumps(value, sort_keys=True)


class Officials:
    """The official tasks of a domain by id, each made once."""

    def __init__(self, domain: Domain, forms: Sequence[Json] | None = None) -> None:
        self._domain = domain
        given = domain.official("base") if forms is None else forms
        self._forms = {str(form["id"]): form for form in given if isinstance(form, Mapping) and "id" in form}
        self._made: dict[str, Basis] = {}

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._forms

    def __getitem__(self, task_id: str) -> Basis:
        if task_id not in self._made:
            name = f"{self._domain.name}/{task_id}"
            self._made[task_id] = official(self._forms[task_id], self._domain, name)
        return self._made[task_id]

    @property
    def ids(self) -> list[str]:
        """Of all tasks."""
        return list(self._forms)


def ending(basis: Basis, *, ended: bool, handed_over: bool) -> Unknown:
    """What is unknown of a conversation whose record may end before it did."""
    more: set[Known] = set()
    if not ended:
        more.add("manner")
        if handed_over:
            more.add("ending")
    return basis.unknown | more
