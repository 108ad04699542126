"""The way of `--model NAME`: rows, tuned by `recipes/sft.py`, and episodes by chat messages and tools.

The template has to write calls as Qwen's does: `<tool_call>{"name": …, "arguments": …}</tool_call>`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from outcomes import Outcome, outcome
from talks import SEED, SETS, mannered, played
from transformers import AutoModelForCausalLM, AutoTokenizer

from writ_dspy.conversation import Turn
from writ_dspy.dataset.messages import numbered
from writ_dspy.dataset.parquet import write_tables
from writ_dspy.dataset.rows import row, schema, table
from writ_dspy.domains import Domain
from writ_dspy.simulate.loop import Limits
from writ_dspy.task import Call, Task
from writ_dspy.train import Episode

SFT = Path(__file__).parents[1] / "sft.py"
CALLED = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
TURNS, TOGETHER = 80, 32
"""Where an episode is cut off; episodes that are played at a time."""


class Tuned:
    """Makes the sets once, and a model at a time."""

    def __init__(
        self, asked: argparse.Namespace, domain: Domain, learned: Sequence[Task], tell: Callable[[str], None]
    ) -> None:
        self.asked, self.domain, self.tell = asked, domain, tell
        self.words = AutoTokenizer.from_pretrained(asked.model)
        self.counts = self._sets(learned)

    @staticmethod
    def takes(_: Task) -> bool:
        """Every one."""
        return True

    def model(self, name: str, seed: int) -> Chat:
        """Tuned on a set; what was tuned before is read back."""
        out = self.asked.out / "models" / f"{name}-{seed}"
        if not (out / "tokenizer_config.json").exists():  # the last thing that the recipe writes
            self.tell(f"{name}, seed {seed}: tuning")
            words = ["--data", self.asked.out / "sets" / name, "--model", self.asked.model, "--out", out]
            words += ["--seed", seed, "--epochs", self.asked.epochs, *(["--cpu"] if self.asked.cpu else [])]
            subprocess.run([sys.executable, str(SFT), *map(str, words)], check=True)  # noqa: S603 - a recipe of ours
        return Chat(out, self.domain, self.asked)

    def about(self) -> dict[str, object]:
        """What the table should be read with."""
        return {
            "model": self.asked.model,
            "sets": self.counts,
            "training": f"{self.asked.epochs:g} epochs of recipes/sft.py",
        }

    def _sets(self, learned: Sequence[Task]) -> str:
        """Two sets of equal tokens, as the model's own template counts them; made once, and kept."""
        keep = self.asked.out / "sets" / "counts.json"
        if not keep.exists():
            self.tell("playing the tasks to learn from")
            talks = played([mannered(task) for task in learned], self.domain, 1, SEED)
            rows = [row(one.task, one.talk, self.domain, side="train") for one in talks]
            sizes = [
                len(self.words.apply_chat_template(one["messages"], tools=one["tools"], return_dict=False))
                for one in rows
            ]
            order = random.Random(SEED).sample(range(len(rows)), len(rows))
            read = [index for index in order if rows[index]["kind"] == "read-heavy"]
            write = [index for index in order if rows[index]["kind"] != "read-heavy"]
            budget = min(sum(sizes[index] for index in write), 2 * sum(sizes[index] for index in read))
            half = budget // 2
            sets = (_first(write, sizes, budget), _first(write, sizes, half) + _first(read, sizes, half))
            for name, some in zip(SETS, sets, strict=True):
                folder = self.asked.out / "sets" / name
                folder.mkdir(parents=True, exist_ok=True)
                with (folder / "train.parquet").open("wb") as file:
                    write_tables(file, schema(), [table(rows[index] for index in some)])
            counts = [f"{len(some)} talks, {sum(sizes[index] for index in some):,} tokens" for some in sets]
            keep.write_text(json.dumps("; ".join(f"{name}: {count}" for name, count in zip(SETS, counts, strict=True))))
        return str(json.loads(keep.read_text()))


class Chat:
    """A tuned model as the agent of episodes, many at a time."""

    def __init__(self, folder: Path, domain: Domain, asked: argparse.Namespace) -> None:
        self.domain, self.words = domain, AutoTokenizer.from_pretrained(folder)
        self.net = AutoModelForCausalLM.from_pretrained(folder, dtype="float32" if asked.cpu else "bfloat16")
        self.net = self.net.eval().to("cpu" if asked.cpu else "cuda")
        self.most = asked.answer

    def play(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Each task once, with the scripted user in the manner of the task."""
        for begin in range(0, len(tasks), TOGETHER):
            some = [mannered(task) for task in tasks[begin : begin + TOGETHER]]
            episodes = [Episode(task, run_seed=SEED, limits=Limits(turns=TURNS)) for task in some]
            for episode in episodes:
                episode.reset()
            going = [episode for episode in episodes if not episode.done]
            while going:
                turns = zip(going, map(turn_of, self._answers(going)), strict=True)
                going = [
                    episode for episode, turn in turns if turn and (episode.act(turn) is not None) and not episode.done
                ]
            yield from map(outcome, episodes)

    @torch.inference_mode()
    def _answers(self, episodes: Sequence[Episode]) -> list[str]:
        prompts = [
            self.words.apply_chat_template(
                _messages(episode), tools=list(self.domain.tools), add_generation_prompt=True, tokenize=False
            )
            for episode in episodes
        ]
        batch = self.words(prompts, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False)
        batch = {name: batch[name].to(self.net.device) for name in ("input_ids", "attention_mask")}
        made: Any = self.net.generate(
            **batch, max_new_tokens=self.most, do_sample=False, pad_token_id=self.words.pad_token_id
        )
        texts: list[str] = self.words.batch_decode(made[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
        return texts


def _messages(episode: Episode) -> list[dict[str, Any]]:
    """The talk so far, as rows have it."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": episode.domain.system_prompt}]
    for turn, calls in numbered(episode.conversation()):
        if turn.role == "tool":
            ((key, call),) = calls
            messages.append({"role": "tool", "content": turn.text, "tool_call_id": key, "name": call.tool})
            continue
        made = [
            {"id": key, "type": "function", "function": {"name": call.tool, "arguments": call.args}} for key, call in calls
        ]  # fmt: skip
        role = "assistant" if turn.role == "agent" else "user"
        messages.append({"role": role, "content": turn.text, **({"tool_calls": made} if made else {})})
    return messages


def turn_of(text: str) -> Turn | None:
    """The agent's turn that a generated text is; None where it is none."""
    text = THOUGHT.sub("", text)
    calls = []
    for found in CALLED.findall(text):
        try:
            data = json.loads(found)
            calls.append(Call.of(data["name"], dict(data["arguments"])))
        except (ValueError, KeyError, TypeError):
            return None
    said = CALLED.sub("", text).strip()
    return Turn("agent", said, calls=tuple(calls)) if said or calls else None


def _first(order: Sequence[int], sizes: Sequence[int], budget: int) -> list[int]:
    """From the front, as many whole rows as fit."""
    taken, held = [], 0
    for index in order:
        if held + sizes[index] <= budget:
            taken.append(index)
            held += sizes[index]
    return taken
