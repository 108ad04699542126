"""The recipes from end to end, as a reader runs them, with a tiny random model on the CPU. Run by job.py, as consumers.py is.

A run's rows and tasks, then `recipes/sft.py`, `recipes/grpo.py`, and `writ evaluate` of the tuned model behind a server: on a GPU it is the same
three commands.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
import torch
import trl
from datasets import load_dataset
from tiny import model, tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

RUN = Path(os.environ["WRIT_RUN"])
PYTHON = os.environ["WRIT_PYTHON"]
"""The Python in whose environment writ is installed; the trainers' has only what episodes take."""
ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "recipes"))

import grpo  # noqa: E402
import sft  # noqa: E402

TEMPLATE = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()


def run(*words: object) -> str:
    """What a command prints; it has to succeed."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few thousand random weights, in a folder as any other."""
    place = tmp_path_factory.mktemp("tiny") / "model"
    rows = load_dataset(str(RUN / "dataset"), split="train").select(range(8))
    words = tokenizer(({"messages": row["messages"], "tools": row["tools"]} for row in rows), TEMPLATE)
    words.save_pretrained(place)
    model(words, 65536).save_pretrained(place)
    return place


@pytest.fixture(scope="session")
def tuned(tiny: Path) -> tuple[Path, str]:
    """The same after two steps of SFT, and what the recipe printed."""
    out = tiny.with_name("tuned")
    said = run(
        sys.executable, "recipes/sft.py", "--data", RUN / "dataset", "--model", tiny, "--out", out,
        "--steps", 2, "--accumulate", 1, "--max-length", 65536, "--lr", 1e-2, "--cpu",
    )  # fmt: skip
    return out, said


def moved(one: Path, other: Path) -> bool:
    before, after = (AutoModelForCausalLM.from_pretrained(place).state_dict() for place in (one, other))
    return any(not torch.equal(before[name], after[name]) for name in before)


def test_sft_learns_the_assistants_turns_alone(tiny: Path, tuned: tuple[Path, str]) -> None:
    """The weights move; the printed mask marks every assistant's text, and none of what others say."""
    out, said = tuned
    learned = [line for line in said.splitlines() if line.startswith("  learned │")]
    read = [line for line in said.splitlines() if line.startswith("          │")]

    assert moved(tiny, out)
    assert "0 are longer than 65536 tokens" in said
    assert len(learned) >= 3
    assert not any("<|im_start|>user" in line or "tool_response" in line for line in learned)
    assert any("<|im_start|>user" in line for line in read)
    assert AutoTokenizer.from_pretrained(out).chat_template


WITHOUT_TORCHAO = """
import importlib.util, runpy, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "torchao" else find(name, *more)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a script as if the torchao were not there that torchtune brings, which peft finds too old."""


def test_sft_with_an_adapter(tiny: Path) -> None:
    """LoRA ends in a model that loads without it."""
    out = tiny.with_name("adapted")
    run(
        sys.executable, "-c", WITHOUT_TORCHAO, "recipes/sft.py", "--data", RUN / "dataset", "--model", tiny, "--out", out,
        "--steps", 3, "--accumulate", 1, "--max-length", 65536, "--lr", 1e-2, "--lora", 2, "--cpu",
    )  # fmt: skip

    assert moved(tiny, out)


def test_sft_leaves_out_what_is_too_long_and_refuses_to_pack_on_a_cpu(tiny: Path) -> None:
    """A row is whole or not there; where none is left, or rows would read each other, it says so."""
    base = [sys.executable, "recipes/sft.py", "--data", str(RUN / "dataset"), "--model", str(tiny), "--out", "nowhere"]
    for words, says in (
        (["--max-length", "10", "--cpu"], "raise --max-length"),
        (["--packing", "--cpu"], "FlashAttention"),
    ):
        done = subprocess.run([*base, *words], capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == 1
        assert says in done.stderr
        assert "Traceback" not in done.stderr
    assert not (ROOT / "nowhere").exists()


@pytest.mark.parametrize(
    ("recipe", "words", "says"),
    [
        (sft, ["--data", "RUN/env", "--model", "TINY"], "has no column 'messages'"),
        (sft, ["--data", "RUN/nothing", "--model", "TINY"], "no dataset"),
        (sft, ["--data", "RUN/dataset", "--model", "RUN/nothing"], "it cannot be loaded"),
        (sft, ["--data", "RUN/dataset", "--model", "TINY", "--steps", "0"], "--steps 0"),
        (sft, ["--data", "RUN/dataset", "--model", "TINY", "--batch", "0"], "--batch 0"),
        (grpo, ["--tasks", "RUN/dataset", "--model", "TINY"], "has no column 'prompt'"),
        (grpo, ["--tasks", "RUN/nothing", "--model", "TINY"], "no dataset"),
        (grpo, ["--tasks", "RUN/env", "--model", "RUN/nothing"], "it cannot be loaded"),
        (grpo, ["--tasks", "RUN/env", "--model", "TINY", "--generations", "1"], "give 2 or more"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(
    tiny: Path, tmp_path: Path, recipe: ModuleType, words: list[str], says: str
) -> None:
    """No such column, data, model or number: one line that names it, before anything is made."""
    given = [word.replace("RUN", str(RUN)).replace("TINY", str(tiny)) for word in words]
    with pytest.raises(SystemExit) as refused:
        recipe.main([*given, "--out", str(tmp_path / "out"), "--cpu"])
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_grpo_plays_episodes(tiny: Path) -> None:
    """One step on tasks of both domains, from the tuned model: rollouts are played, rewarded, and the policy is saved."""
    out = tiny.with_name("policy")
    said = run(
        sys.executable, "recipes/grpo.py", "--tasks", RUN / "env", "--model", tiny, "--out", out, "--shaped", "--cpu",
        "--steps", 1, "--generations", 2, "--batch", 2, "--accumulate", 1, "--tokens", 48, "--calls", 2,
    )  # fmt: skip

    assert "`say` among them" in said
    assert "mean reward: 0.000" in said  # a model that was never trained
    assert AutoModelForCausalLM.from_pretrained(out)


# ----------------------------------------------------------------------------- scored


class Served(BaseHTTPRequestHandler):
    """An OpenAI-compatible server for one model; as the user of τ² it says hello, and leaves when it is spoken to."""

    folder: Path

    def do_GET(self) -> None:
        self._answer({"object": "list", "data": [{"id": "tiny", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        messages, system = body["messages"], str(body["messages"][0]["content"])
        if "<scenario>" in system:
            text = "###STOP###" if any(one["role"] == "assistant" for one in messages) else "Hello, I need help."
        elif "<policy>" in system:
            text = generated(self.folder, json.dumps(messages[1:])[-400:]) or "Hm."
        else:
            text = "Hello."
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        used = {"prompt_tokens": len(system) // 4, "completion_tokens": 8, "total_tokens": len(system) // 4 + 8}
        self._answer({"id": "x", "object": "chat.completion", "model": "tiny", "choices": [choice], "usage": used})

    def _answer(self, data: dict[str, object]) -> None:
        raw = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """In silence."""


@lru_cache(maxsize=1)
def loaded(folder: Path) -> tuple[object, object]:
    return AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)


def generated(folder: Path, prompt: str) -> str:
    """A few tokens of the model."""
    words, net = loaded(folder)
    ids = words(prompt, return_tensors="pt").input_ids
    made = net.generate(ids, max_new_tokens=8, do_sample=False, pad_token_id=words.pad_token_id)
    return words.decode(made[0, ids.shape[1] :], skip_special_tokens=True).strip()


@pytest.fixture
def served(tuned: tuple[Path, str]) -> Iterator[str]:
    Served.folder = tuned[0]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/tiny"
    server.shutdown()


def test_the_tuned_model_is_scored(served: str, tmp_path: Path) -> None:
    """`writ evaluate` over a split of the official tasks: every simulation gets its reward, and the figures their release."""
    out = tmp_path / "score"
    said = run(
        PYTHON, "-m", "writ_dspy.cli.main", "evaluate", served, "--user", served, "--domain", "airline", "--split", "test",
        "-k", 1, "--concurrency", 4, "--out", out, "--json",
    )  # fmt: skip
    found = json.loads(said)

    assert (found["simulations"], found["owed"]) == (20, 0)
    assert found["about"]["release"] == "0.2.0"
    assert (
        0 <= found["rates"]["task-weighted"]["pass^1"]["value"] <= 0.75
    )  # who does nothing passes what asks for nothing
    assert found["tokens"] > 0
