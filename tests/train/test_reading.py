"""The experiment of `recipes/reading`, without training: what it makes of tasks and talks is what it says; `tests/trainers/reading.py` trains."""

from __future__ import annotations

import importlib.util
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from writ_dspy.dataset.splits import split_key
from writ_dspy.domains import Domain, full, load
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Task
from writ_dspy.train import Episode

FOLDER = Path(__file__).parents[2] / "recipes" / "reading"


@pytest.fixture(scope="module")
def recipe() -> Iterator[dict[str, ModuleType]]:
    """Its modules that need no torch; they find each other as they do when it is run."""
    sys.path.insert(0, str(FOLDER))
    yield {name: importlib.import_module(name) for name in ("talks", "compact", "outcomes", "reading")}
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def desk() -> Domain:
    return load(full(str(FOLDER / "desk" / "desk.yaml")))


@pytest.fixture(scope="module")
def tasks(recipe: dict[str, ModuleType], desk: Domain) -> list[Task]:
    """A few of every kind that the experiment has."""
    found = []
    for one in recipe["talks"].CELLS:
        cell = Cell(domain=desk.name, kind=one.kind, writes=one.writes, burden=one.burden, count=3)
        found += fill(cell, 3, None).tasks
    return found


def exit_of(
    recipe: dict[str, ModuleType], words: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str]]:
    """The exit code of the command, and the lines of what it says to the one who asked."""
    code = recipe["reading"].main(words)
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.slow
def test_the_bridge_loses_nothing(recipe: dict[str, ModuleType], desk: Domain, tasks: list[Task]) -> None:
    """What the scripted agent says and calls comes back from its tokens as it was, and is worth 1.0 in an episode."""
    compact, talks = recipe["compact"], recipe["talks"]
    found = talks.played(tasks, desk, 1, 0)

    assert len(found) == len(tasks)
    for one in found:
        episode, bridge, heard = Episode(one.task, run_seed=0), compact.Bridge(desk), 0
        episode.reset()
        for turn in one.talk.turns:
            if turn.role != "agent":
                continue
            for other in episode.turns[heard:]:
                if other.role != "agent":
                    bridge.heard(other)
            heard = len(episode.turns)
            again = bridge.turn(bridge.acted(turn)[:-1])
            assert (again.text, again.calls) == (turn.text, turn.calls)
            episode.act(again)
        assert episode.reward() == 1.0, episode.verdict().findings


@pytest.mark.slow
def test_tokens_do_not_tell_the_answer(recipe: dict[str, ModuleType], desk: Domain, tasks: list[Task]) -> None:
    """A slot is named by when its value was first seen, so which record is right shows in no name: it is the first, and it is not."""
    compact, talks = recipe["compact"], recipe["talks"]
    heavy = [task for task in tasks if task.kind == "read-heavy"]
    chosen = set()
    for one in talks.played(heavy, desk, 1, 0):
        bridge = compact.Bridge(desk)
        for turn in one.talk.turns:
            _ = bridge.acted(turn) if turn.role == "agent" else bridge.heard(turn)
        (call,) = one.task.gold
        chosen.add(bridge.slots[next(iter(call.args.values()))][2:-1])

    assert len(chosen) > 1


def test_text_that_holds_no_value_is_kept(recipe: dict[str, ModuleType], desk: Domain) -> None:
    """Spaces, marks and line breaks come back; what a model says that is no turn is None."""
    compact = recipe["compact"]
    text = 'Well, hold on: is it "The Quiet Maps" (due March 4)?\nIt\'s number 3 - H12345; (yes/no)?'
    bridge = compact.Bridge(desk)
    tokens = [compact.SAY, *bridge._said(text)]

    assert bridge.turn(tokens).text == text
    assert "<T1>" in tokens
    assert "@03-04" in tokens
    assert "#3" in tokens
    for odd in ([], [compact.SAY], [compact.USER, "x"], [compact.CALL, "<no_such_tool>", "<H1>"], ["x", "y"]):
        assert bridge.turn(odd) is None


@pytest.mark.slow
def test_nobody_is_on_both_sides(recipe: dict[str, ModuleType], desk: Domain, tasks: list[Task]) -> None:
    """Held-out users are in no talk that is learned from, and what is longer than learned is learned by neither set."""
    talks = recipe["talks"]
    learned, held = talks.sides(tasks, desk)

    assert not {split_key(task, desk) for task in learned} & {split_key(task, desk) for task in held}
    assert all(talks.cell_of(task).learned for task in learned)


def test_intervals_are_of_the_mean(recipe: dict[str, ModuleType]) -> None:
    """The bootstrap's interval is that of the normal approximation where there are many tasks, and a point where all are alike."""
    outcomes = recipe["outcomes"]
    values = [float(index % 5 == 0) for index in range(400)]
    low, high = outcomes.interval(values, 4000)
    reach = 1.96 * statistics.pstdev(values) / 400**0.5

    assert low == pytest.approx(0.2 - reach, abs=0.006)
    assert high == pytest.approx(0.2 + reach, abs=0.006)
    assert outcomes.interval([1.0] * 9, 100) == (1.0, 1.0)


def test_a_line_that_was_cut_off_is_owed(recipe: dict[str, ModuleType], tmp_path: Path) -> None:
    """What was played is read back as it was; a torn last line counts as not played."""
    outcomes = recipe["outcomes"]
    path = tmp_path / "played.jsonl"
    one = outcomes.Outcome("a", 1.0, 0.5, 1.0, ("policy",))
    outcomes.Played(path).add("mixed", 0, [one, outcomes.Outcome("b", 0.0, 0.0, 0.0, ())])
    path.write_text(path.read_text()[:-20])
    again = outcomes.Played(path)

    assert again["mixed", 0, "a"] == one
    assert ("mixed", 0, "b") not in again


@pytest.mark.parametrize(
    ("words", "says"),
    [(["--tasks", "3"], "--tasks 3: give"), (["--seeds", "0"], "--seeds 0: give"), (["--minutes", "0"], "--minutes 0.0: give"), (["--epochs", "nan"], "--epochs nan: give"),
     (["--domain", "tau2:moon"], "tau2:moon")],
)  # fmt: skip
def test_bad_input_is_one_line(
    recipe: dict[str, ModuleType], words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The value and the remedy, exit 2, and no folder."""
    code, said = exit_of(recipe, ["--out", str(tmp_path / "out"), *words], capsys)

    assert code == 2
    assert len(said) == 1
    assert says in said[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_what_is_not_installed_is_named(
    recipe: dict[str, ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with the command that installs it."""
    code, said = exit_of(recipe, ["--out", str(tmp_path / "out")], capsys)

    assert code == 2
    assert said == ["error: --model tiny: there is no torch here. It takes `pip install torch`."]
    assert not (tmp_path / "out").exists()
