"""`recipes/reading` from end to end at a toy size: both ways, stopped and gone on with. Run by job.py, as recipes.py is."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import trl
from tiny import model, tokenizer

from writ_dspy.codec import from_json
from writ_dspy.conversation import Turn
from writ_dspy.domains import full, load
from writ_dspy.train import Episode

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "recipes" / "reading"))  # behind this folder, which has a `tiny` of its own

from talks import SEED, Talk, mannered, played  # noqa: E402
from tuned import Chat, turn_of  # noqa: E402

DESK = ROOT / "recipes" / "reading" / "desk" / "desk.yaml"
TEMPLATE = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()
TOY = ("--tasks", 150, "--seeds", 1, "--test", 2)


def run(out: Path, *words: object) -> str:
    """What the recipe prints; it has to succeed."""
    given = [sys.executable, ROOT / "recipes" / "reading" / "reading.py", "--out", out, *TOY, *words]
    done = subprocess.run(list(map(str, given)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tasks, which both ways share."""
    folder = tmp_path_factory.mktemp("reading") / "out"
    run(folder, "--steps", 2)
    return folder


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "played.jsonl").read_text().splitlines()]


def test_two_models_are_trained_and_played(out: Path) -> None:
    """One model of each set, every held-out task played once by each, and a table with every kind and an interval."""
    found, text = lines(out), (out / "results.md").read_text()
    rows = [line for line in text.splitlines() if "| accepted |" in line]

    assert {path.name for path in (out / "models").iterdir()} == {"write-only-0.pt", "mixed-0.pt"}
    assert len({(one["set"], one["task"]) for one in found}) == len(found)
    assert {one["task"] for one in found if one["set"] == "mixed"} == {
        one["task"] for one in found if one["set"] == "write-only"
    }
    assert len(rows) == 4
    assert all(re.search(r"\d+ \[-?\+?\d+, \+?\d+\] \| \d+ \[", line) for line in rows)


def test_it_goes_on_where_it_was(out: Path) -> None:
    """What was played is not played again; what is missing is, by the model that is there, and comes to the same."""
    before, weights = lines(out), {path: path.read_bytes() for path in (out / "models").iterdir()}
    path = out / "played.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    run(out, "--steps", 2)

    assert lines(out) == before
    assert {path: path.read_bytes() for path in weights} == weights


def test_minutes_become_steps(out: Path) -> None:
    """Six seconds of CPU for two models are a few steps of each, whatever torch takes to load."""
    other = out.with_name("minutes")
    other.mkdir()
    for name in ("tasks.jsonl", "sets.json"):
        (other / name).write_bytes((out / name).read_bytes())
    run(other, "--minutes", 0.1, "--test", 1)

    assert 1 < int((other / "steps.json").read_text()) < 100


def test_a_folder_that_was_begun_otherwise_is_left_alone(out: Path) -> None:
    """Models of two lengths in one table would compare nothing: one line, exit 2, and all is as it was."""
    before = lines(out)
    given = [sys.executable, ROOT / "recipes" / "reading" / "reading.py", "--out", out, *TOY, "--steps", 3]
    done = subprocess.run(list(map(str, given)), capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "--steps 3" in done.stderr
    assert "was begun with 2" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert lines(out) == before


def test_the_sets_hold_equal_tokens(out: Path) -> None:
    """Of both, within the length of a talk; and only one has talks that compare places in a queue."""
    sets = json.loads((out / "sets.json").read_text())
    sizes = {name: sum(len(tokens) for tokens, _ in rows) for name, rows in sets.items()}
    longest = max(len(tokens) for rows in sets.values() for tokens, _ in rows)
    compared = {name: sum(" queue" in tokens for tokens, _ in rows) for name, rows in sets.items()}

    assert abs(sizes["mixed"] - sizes["write-only"]) <= longest * 2
    assert (compared["write-only"], compared["mixed"] > 0) == (0, True)


class Told(Chat):
    """Answers with what the scripted agent said in these talks, written as a model writes it."""

    def __init__(self, talks: list[Talk]) -> None:
        self.left = {one.task.id: [turn for turn in one.talk.turns if turn.role == "agent"] for one in talks}

    def _answers(self, episodes: Sequence[Episode]) -> list[str]:
        return [as_text(self.left[episode.task.id].pop(0)) for episode in episodes]


def as_text(turn: Turn) -> str:
    calls = [json.dumps({"name": call.tool, "arguments": call.args}) for call in turn.calls]
    return f"<think>\nhm\n</think>\n\n{turn.text}" + "".join(f"\n<tool_call>\n{call}\n</tool_call>" for call in calls)


def test_a_right_answer_is_worth_one(out: Path) -> None:
    """Texts of a model become turns and calls: those of the scripted agent are accepted, of every kind; garbage ends the episode at 0."""
    tasks = [from_json(json.loads(line)) for line in (out / "tasks.jsonl").read_text().splitlines()][::20]
    talks = played([mannered(task) for task in tasks], load(full(str(DESK))), 1, SEED)
    told = Told(talks)
    right = list(told.play([one.task for one in talks]))

    assert len(right) == len(talks) > 4
    assert all((one.reward, one.read, one.right) == (1.0, 1.0, 1.0) for one in right), right
    for text in (
        "",
        "<tool_call>\n{oh}\n</tool_call>",
        '<tool_call>\n{"name": "get_hold"}\n</tool_call>',
        "<think>\nso\n</think>",
    ):
        assert turn_of(text) is None


def test_a_chat_model_is_tuned_and_played(out: Path) -> None:
    """The other way with a tiny random model: sets as rows, `recipes/sft.py` twice, episodes by its own template."""
    other = out.with_name("tuned")
    other.mkdir()
    (out / "tasks.jsonl").rename(other / "tasks.jsonl")
    domain = load(full(str(DESK)))
    texts = [{"policy": domain.system_prompt, "tools": list(domain.tools)}]
    words = tokenizer(texts, TEMPLATE)
    words.save_pretrained(other / "base")
    model(words, 65536).save_pretrained(other / "base")
    said = run(other, "--model", other / "base", "--domain", DESK, "--cpu", "--epochs", 0.05, "--answer", 4)

    assert "learned │" in said
    assert {path.name for path in (other / "models").iterdir()} == {"write-only-0", "mixed-0"}
    assert len(lines(other)) == len({(one["set"], one["task"]) for one in lines(other)})
    assert "| accepted |" in (other / "results.md").read_text()
