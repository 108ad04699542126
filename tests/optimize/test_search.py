"""Every optimizer finds the known optimum of a synthetic model, within its budget, and what it says it spent is true."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dspy
import pytest
from dspy.evaluate import evaluate as evaluating
from dspy.lm15 import Request

from tests.standins.synthetic import RULES, Synthetic, play, tasks_for, with_every_rule
from writ_dspy.errors import ConfigError, LMError, RoleError, StoreError
from writ_dspy.lm import Connection
from writ_dspy.lm.server import conversation
from writ_dspy.optimize import OPTIMIZERS, Budget, Outcome, Progress, optimize
from writ_dspy.optimize.candidate import Candidate, put, state_of
from writ_dspy.optimize.ledger import CALLS, ROLLOUTS, Ledger
from writ_dspy.optimize.meter import Fair, Meter
from writ_dspy.optimize.metric import Metric
from writ_dspy.optimize.outcome import change, estimate, read
from writ_dspy.optimize.plan import deal
from writ_dspy.optimize.students import Rollout
from writ_dspy.programs import compiled
from writ_dspy.task import Task

SPLIT = (0.5, 0.25, 0.25)
ROLES = ("agent", "user", "proposer", "diversifier")
FEW = 60
"""Rollouts that are enough to see how an optimizer behaves."""
known = functools.cache(tasks_for)


def run(
    folder: Path, role: str = "user", optimizer: str = "gepa", rollouts: int = FEW, *,
    before: Callable[[Request], None] | None = None, threads: int = 4, **more: Any,
) -> tuple[Outcome, Synthetic]:  # fmt: skip
    engine = Synthetic(role, known(role), before=before)
    line = Connection.over(engine, role=role)
    asked = {"reflection": line, "tasks": known(role), "split": SPLIT, "programs": folder / "programs"} | more
    return optimize(
        role,
        line,
        optimizer=optimizer,
        budget=asked.pop("budget", Budget(rollouts)),
        folder=folder,
        threads=threads,
        **asked,
    ), engine


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """What the first run tells of itself."""
    return []


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, told: list[Progress]) -> tuple[Outcome, Synthetic]:
    """A run with each rollout after the other, and its model."""
    return run(tmp_path_factory.mktemp("finished"), progress=told.append, threads=1)


@pytest.fixture(scope="module")
def finished(first: tuple[Outcome, Synthetic]) -> Outcome:
    """That run, which several tests look at."""
    return first[0]


Found = Callable[..., tuple[Outcome, Synthetic]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, first: tuple[Outcome, Synthetic]) -> Found:
    """Runs of an optimizer for a role, each made once."""

    @functools.cache
    def made(optimizer: str, role: str, rollouts: int) -> tuple[Outcome, Synthetic]:
        if (optimizer, role, rollouts) == ("gepa", "user", FEW):
            return first
        return run(tmp_path_factory.mktemp("found"), role, optimizer, rollouts, threads=1)

    return made


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


# ----------------------------------------------------------------------------- the optimum


SHORT = {"gepa": FEW, "miprov2": 75, "simba": 84, "bootstrap": FEW}
"""Budgets that end each of them early, and yet are enough for a customer's two rules."""
QUICK = [
    pytest.param(name, few, marks={"gepa": (), "simba": pytest.mark.slow}.get(name, pytest.mark.long))
    for name, few in SHORT.items()
]
BUDGETS = [
    *QUICK,
    *(pytest.param(name, 250, marks=pytest.mark.slow, id=f"{name}-250") for name in OPTIMIZERS),
]
PAIRS = [
    *((name, "user", rollouts) for name, rollouts in SHORT.items() if name != "simba"),
    *(
        pytest.param(name, role, 250, id=f"{name}-{role}-250", marks=pytest.mark.slow)
        for name in OPTIMIZERS
        for role in ROLES
    ),
]
CUTS = [
    ("gepa", 40, FEW),
    pytest.param("bootstrap", 40, FEW, marks=pytest.mark.slow),  # what is bought is kept by one ledger, whoever asks
    *(
        pytest.param(optimizer, at, 250, marks=pytest.mark.slow, id=f"{optimizer}-{at}-250")
        for optimizer in OPTIMIZERS
        for at in (3, 40, 131)
    ),
]


@pytest.mark.parametrize(("optimizer", "role", "rollouts"), PAIRS)
@pytest.mark.long
def test_every_optimizer_finds_the_optimum(optimizer: str, role: str, rollouts: int, found: Found) -> None:
    """On the held-out tasks the compiled program is as good as the one with every rule, and the seed is not."""
    outcome, engine = found(optimizer, role, rollouts)
    held = deal(known(role), (9, 4, 5), 0)[2]
    best = play(role, held, with_every_rule(role))

    assert outcome.kept
    assert outcome.path is not None
    assert outcome.heldout.before.mean < 0.9
    assert outcome.heldout.after.mean == pytest.approx(sum(best) / len(best), abs=0.01)
    total = outcome.ledger["total"]
    assert (total["calls"], total["tokens"]) == (sum(engine.calls.values()), engine.tokens)
    assert total["rollouts"] == len(lines(outcome.folder / ROLLOUTS)) <= rollouts
    assert len(lines(outcome.folder / CALLS)) == total["calls"]
    program = compiled.fresh(role)
    compiled.load(outcome.path, program)
    assert play(role, held, program) == pytest.approx([1] * len(held), abs=0.1)


def test_reflection_finds_the_rules(finished: Outcome) -> None:
    """GEPA's instructions hold both rules, and the diff shows them and nothing else."""
    added = [line[3:] for line in finished.diff.splitlines() if line.startswith("+- ")]

    assert sorted(added) == sorted(rule.text for rule in RULES["user"])
    assert finished.diff == (finished.folder / "diff.txt").read_text()
    assert read(finished.folder)["heldout"]["after"]["mean"] == finished.heldout.after.mean
    assert (finished.folder / "score.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.long
def test_the_seed_wins_if_nothing_beats_it(tmp_path: Path) -> None:
    """A reflection model without ideas leaves the program as it is: no file, no diff, one line."""
    line = Connection.over(Synthetic("agent", known("agent")), role="reflection")  # its rules fit another role
    outcome, _ = run(tmp_path, reflection=line, rollouts=36)

    assert not outcome.kept
    assert (outcome.path, outcome.diff) == (None, "")
    assert outcome.heldout.before == outcome.heldout.after
    assert "nothing beat" in outcome.verdict


# ----------------------------------------------------------------------------- what it may not do


@pytest.mark.parametrize(("optimizer", "rollouts"), BUDGETS)
def test_no_optimizer_sees_a_held_out_task(optimizer: str, rollouts: int, found: Found) -> None:
    """Nothing of a held-out task stands in what an optimizer asks, or in a prompt of another task."""
    outcome, engine = found(optimizer, "user", rollouts)
    *_, held = deal(known("user"), (9, 4, 5), 0)
    others = {task.id for task in known("user")} - {task.id for task in held}
    requests = [text for who, text in engine.asked if who != "user"]

    for record in lines(outcome.folder / ROLLOUTS):
        assert (record["purpose"] == "held-out") == (record["task"] not in others)
    assert not [task.id for task in held for text in requests if task.id in text or task.instruction in text]


@pytest.mark.parametrize(("optimizer", "rollouts"), QUICK)
def test_no_budget_is_exceeded(optimizer: str, rollouts: int, found: Found) -> None:
    """Whatever an optimizer would like, so many rollouts begin and no more; the best so far is measured."""
    outcome, _ = found(optimizer, "user", rollouts)

    assert outcome.ledger["total"]["rollouts"] <= rollouts
    assert outcome.heldout.tasks == 5


@pytest.mark.parametrize("tokens", [75_000, pytest.param(100_000, marks=pytest.mark.slow), 130_000])
def test_no_token_budget_is_exceeded(tokens: int, tmp_path: Path) -> None:
    """The same for tokens, and what is left is enough to measure the best program."""
    outcome, engine = run(tmp_path, budget=Budget(250, tokens))

    assert engine.tokens == outcome.ledger["total"]["tokens"] <= tokens
    assert outcome.heldout.tasks == 5


def test_too_few_tokens_say_so(tmp_path: Path) -> None:
    """One that does not reach for the program as it is ends in one clear message."""
    with pytest.raises(ConfigError, match="before the program as it is could be measured"):
        run(tmp_path, budget=Budget(250, 9_000))


# ----------------------------------------------------------------------------- resuming


class Killed(BaseException):
    """As an interrupt."""


@pytest.mark.parametrize(("optimizer", "at", "rollouts"), CUTS)
@pytest.mark.long
def test_a_run_that_was_interrupted_ends_as_one_that_was_not(
    optimizer: str, at: int, rollouts: int, found: Found, tmp_path: Path
) -> None:
    """The same program, scores and ledger; only what was under way is asked again."""
    whole, engine = found(optimizer, "user", rollouts)
    seen = iter(range(10**6))

    def kill(_: Request) -> None:
        if next(seen) == at:
            raise Killed

    with pytest.raises(Killed):
        run(tmp_path / "cut", "user", optimizer, rollouts, before=kill, threads=1)
    kept = len(lines(tmp_path / "cut" / CALLS))
    resumed, rest = run(tmp_path / "cut", "user", optimizer, rollouts, threads=1)

    assert kept >= at
    assert sum(rest.calls.values()) == sum(engine.calls.values()) - kept
    names = ("diff", "heldout", "validation", "history", "tried", "candidates", "kept")
    assert [getattr(resumed, name) for name in names] == [getattr(whole, name) for name in names]
    assert _counts(resumed) == _counts(whole)


def _counts(outcome: Outcome) -> dict[str, Any]:
    return {name: row | {"seconds": 0} for name, row in outcome.ledger.items()}


@pytest.mark.long
def test_a_finished_run_asks_nothing_more(finished: Outcome) -> None:
    """The same command once more reads everything from the folder."""
    again, engine = run(finished.folder)

    assert sum(engine.calls.values()) == 0
    assert again.to_json() == finished.to_json()


@pytest.mark.slow
def test_a_larger_budget_goes_on(tmp_path: Path) -> None:
    """What the smaller one bought is not paid for again, and the larger one holds."""
    small, _ = run(tmp_path, rollouts=28)
    large, engine = run(tmp_path, rollouts=60)

    assert small.ledger["total"]["rollouts"] <= 28 < large.ledger["total"]["rollouts"] <= 60
    assert sum(engine.calls.values()) == large.ledger["total"]["calls"] - small.ledger["total"]["calls"]
    assert large.validation.after.mean > small.validation.after.mean


def test_another_run_in_the_same_folder_is_refused(finished: Outcome) -> None:
    """Whatever decides the result is named with both values, and nothing is asked."""
    folder = finished.folder
    other = compiled.fresh("user")
    put({name: (f"{text} Be brief.", []) for name, (text, _) in state_of(other).items()}, other)
    for changed, name in (
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"objectives": {"accepted": 1.0, "tokens": 1.0}}, "objectives is"),
        ({"optimizer": "bootstrap"}, 'optimizer is "gepa" there and "bootstrap" here'),
        ({"tasks": known("user")[1:]}, "data is"),
        ({"mode": "guided"}, 'mode is "free" there and "guided" here'),
    ):
        with pytest.raises(StoreError, match=name):
            run(folder, before=never, **changed)
    for place, value, name in (
        ("writ_dspy.optimize.folder.METRIC_VERSION", "0", "metric is "),
        ("writ_dspy.programs.compiled.fresh", lambda _: other, "program is "),
        ("writ_dspy.lm.Connection.model_name", "another", "lm is "),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, value)
            with pytest.raises(StoreError, match=name):
                run(folder, before=never)


def never(_: Request) -> None:
    raise AssertionError("a model was asked")


# ----------------------------------------------------------------------------- what breaks


def test_a_verifier_that_crashes_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no bad prompt: the run ends with what broke, and goes on once that is repaired."""
    with monkeypatch.context() as patch:
        patch.setattr("writ_dspy.optimize.students.verify", lambda *_: 1 / 0)
        with pytest.raises(RoleError, match=r"rollouts broke, more than 10%.*ZeroDivisionError.*goes on"):
            run(tmp_path, rollouts=28)
    outcome, _ = run(tmp_path, rollouts=28)

    assert outcome.heldout.tasks == 5


def test_a_server_that_dies_stops_the_run(tmp_path: Path) -> None:
    """The role's, and the one that reflects."""

    def dead(_: Request) -> None:
        raise LMError("the server is gone")

    with pytest.raises(RoleError, match="the server is gone"):
        run(tmp_path / "role", before=dead)
    line = Connection.over(Synthetic("user", known("user"), before=dead), role="reflection")
    with pytest.raises(RoleError, match=r"the reflection model broke: .*the server is gone"):
        run(tmp_path / "reflection", reflection=line)


@pytest.mark.slow  # the next one overcomes several
def test_a_single_crash_is_overcome(tmp_path: Path) -> None:
    """It stands in the ledger, and the rollout is played once more."""
    seen = iter(range(10**6))

    def once(_: Request) -> None:
        if next(seen) == 2:
            raise LMError("a hiccup")

    outcome, _ = run(tmp_path, before=once)

    assert outcome.ledger["total"]["crashed"] == 1
    assert outcome.validation.tasks == 4
    assert outcome.heldout.after.mean == pytest.approx(1, abs=0.01)


@pytest.mark.long
def test_what_always_breaks_is_in_no_score(tmp_path: Path) -> None:
    """A task that no program gets through is counted as often as it broke, and the best program is found without it."""
    broken = deal(known("user"), (9, 4, 5), 0)[1][0].id

    def cursed(_: Request) -> None:
        if conversation.get().startswith(broken):
            raise LMError("it never answers")

    outcome, _ = run(tmp_path, before=cursed, crashes=0.5)
    crashes = [record for record in lines(tmp_path / ROLLOUTS) if record["crash"]]

    assert outcome.ledger["total"]["crashed"] == len(crashes) > 2
    assert {(record["task"], record["score"]) for record in crashes} == {(broken, None)}
    assert outcome.validation.tasks == 3
    assert outcome.heldout.after.mean == pytest.approx(1, abs=0.01)


@pytest.mark.long
def test_a_program_that_does_not_fit_loses(tmp_path: Path) -> None:
    """Demonstrations that leave no room are no crash: the program as it was stands, and the run ends as usual."""

    def small(request: Request) -> None:
        if len(request.messages) > 2:
            raise LMError("400: request (5000 tokens) exceeds the available context size (4096 tokens)")

    outcome, _ = run(tmp_path, optimizer="bootstrap", before=small, rollouts=40)

    assert not outcome.kept
    assert outcome.candidates > 1
    assert outcome.ledger["total"]["crashed"] == 0


def test_of_equals_the_best_in_training_is_chosen(tmp_path: Path) -> None:
    """Validation comes first and the seed stands against its equals; a task that was not tried lifts nobody."""
    train, validation = ("a", "b", "c"), ("v", "w")
    with Ledger(tmp_path) as ledger:
        meter = Meter(
            ledger, Fair("user"), Budget(9), compiled.fresh("user"),
            train=train, validation=validation, crashes=0.1, progress=None,
        )  # fmt: skip
        tried = {
            "worse at validation": ({"a": 1.0, "b": 1.0, "c": 1.0}, 0.8),
            "one easy task": ({"a": 1.0}, 0.9),
            "better on all": ({"a": 0.9, "b": 0.9, "c": 0.9}, 0.9),
            "the same, later": ({"a": 0.9, "b": 0.9, "c": 0.9}, 0.9),
        }
        meter.seed.train.update(dict.fromkeys(train, 0.5))
        meter.seed.validation.update(dict.fromkeys(validation, 0.4))
        for number, (name, (scores, mean)) in enumerate(tried.items(), 1):
            meter.candidates[name] = Candidate(number, {}, scores, dict.fromkeys(validation, mean))

        assert meter.best() is meter.candidates["better on all"]
        meter.seed.validation.update(dict.fromkeys(validation, 0.9))
        assert meter.best() is meter.seed


def test_what_broke_is_scored_as_usual() -> None:
    """An optimizer that compares two programs sees no difference where one of them was unlucky."""
    task = known("user")[0]
    fair = Fair("user")
    fair.usual = lambda key: 0.7 if key == task.id else 0.0
    broken = Rollout("user", task, crash="the server is gone")

    assert fair.judge(broken).score == fair.scalar(None, dspy.Prediction(rollout=broken)) == 0.7
    assert "says nothing about the instructions" in fair.judge(broken).feedback
    assert Metric("user").judge(broken).score == 0


def test_dspy_is_left_as_it_was(tmp_path: Path) -> None:
    """Its patience with slow rollouts is switched off for the run alone."""
    seen = set()

    def look(_: Request) -> None:
        seen.add(evaluating.ParallelExecutor)

    before = evaluating.ParallelExecutor, dspy.settings.lm
    run(tmp_path, before=look, rollouts=24)

    assert before == (evaluating.ParallelExecutor, dspy.settings.lm)
    assert before[0] not in seen


# ----------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"role": "judge"}, "no role 'judge'; there are proposer, composer, diversifier, user, agent"),
        ({"optimizer": "magic"}, "no optimizer 'magic'; there are gepa, miprov2, simba, bootstrap"),
        ({"rollouts": 20}, "20 rollouts do not reach for one candidate.*Ask for 24 rollouts or more"),
        ({"rollouts": 0}, "ask for a whole number from 1 to 1,000,000"),
        ({"reflection": None}, "pass --reflection-lm URL"),
        ({"split": (0.5, 0.5, 0.0)}, "leave no held-out tasks"),
        ({"tasks": 2}, "no held-out|no training|no validation"),
        ({"split": (0.5, 0.5, 0.5)}, "three shares that add up to 1"),
        ({"objectives": {"funny": 1.0}}, "no objective 'funny'"),
        ({"crashes": 2.0}, "crashes = 2.0"),
    ],
)
def test_bad_input_gets_one_clear_message(bad: dict[str, Any], message: str, tmp_path: Path) -> None:
    """Before any model is asked."""
    asked = {"role": "user", "optimizer": "gepa", "rollouts": 60, "tasks": known("user"), "split": SPLIT} | bad
    engine = Synthetic("user", known("user"))
    line = Connection.over(engine)
    budget = Budget(asked.pop("rollouts"))
    with pytest.raises(ConfigError, match=message):
        optimize(asked.pop("role"), line, **{"reflection": line} | asked, budget=budget, folder=tmp_path / "run")

    assert not engine.asked
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "file").write_text("")
    for place in ({}, {"programs": tmp_path / "file" / "programs"}):
        with pytest.raises(ConfigError, match=r"is no folder\. Choose another"):
            run(tmp_path / ("run" if place else "file/run"), before=never, **place)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "optuna" else object())
    with pytest.raises(
        ConfigError,
        match=r"miprov2 takes the extra `optimize`, of which optuna is missing: pip install 'writ-dspy\[optimize\]'",
    ):
        run(tmp_path, optimizer="miprov2")


# ----------------------------------------------------------------------------- figures


def test_the_picture_in_characters_shows_the_course(finished: Outcome) -> None:
    """It rises from the program as it was to the best, and ends with the run."""
    first, *_, foot = finished.chart().splitlines()

    assert first.startswith(f"{finished.history[-1][1]:.3f} │")
    assert first.endswith("━")
    assert foot.endswith(f"rollouts {finished.ledger['total']['rollouts']}")


@pytest.mark.long
def test_the_same_seed_does_the_same(finished: Outcome, tmp_path: Path) -> None:
    """Two runs differ in nothing but their folders and times."""
    second, _ = run(tmp_path, threads=1)

    for name in ("diff", "heldout", "validation", "history", "tried", "candidates", "stopped"):
        assert getattr(second, name) == getattr(finished, name)
    assert finished.path is not None
    assert second.path is not None
    assert second.path.name == finished.path.name


def test_progress_tells_of_budget_and_best(finished: Outcome, told: list[Progress]) -> None:
    """After every rollout, never less than before, and never more than the budget."""
    spent = [one.rollouts for one in told]
    best = [one.best for one in told if one.best is not None]

    assert spent == sorted(spent)
    assert best == sorted(best)
    assert best[-1] == pytest.approx(finished.validation.after.mean, abs=1e-6)
    assert list(dict.fromkeys(one.stage for one in told)) == [
        "as it is",
        "held out, before",
        "search",
        "held out, after",
    ]
    assert any("order number" in one.current for one in told)


def test_the_split_keeps_the_shares(tasks: list[Task]) -> None:
    """Every kind of task is in every part, as often as its size allows; together they are all tasks, each once."""
    third = len(tasks) // 3
    parts = deal(tasks, (third, third, len(tasks) - 2 * third), 3)

    assert sorted(task.id for part in parts for task in part) == sorted(task.id for task in tasks)
    assert [len(part) for part in parts] == [third, third, len(tasks) - 2 * third]
    for part in parts:
        assert {(task.domain, task.kind) for task in part} == {(task.domain, task.kind) for task in tasks}


def test_intervals_hold_the_mean_and_pair_the_tasks() -> None:
    """A gain that every task shares is sure, however much the tasks differ."""
    before = {str(number): number / 20 for number in range(10)}
    found = change(before, {key: value + 0.1 for key, value in before.items()} | {"another": 1.0})

    assert found.tasks == 10
    assert found.difference is not None
    assert (found.difference.low, found.difference.high) == pytest.approx((0.1, 0.1))
    assert found.before.low < found.before.mean < found.before.high
    assert estimate([0.5]).low == estimate([0.5]).high == 0.5
    uneven = {key: value**2 for key, value in before.items()}
    assert change(before, uneven) == change(dict(reversed(before.items())), uneven)
