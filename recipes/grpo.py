"""Reinforcement learning with TRL's GRPO: the policy plays tasks of a run against the user, and the verifier's verdict is the reward.

    writ export runs/sample --format env
    python recipes/grpo.py --tasks runs/sample/env --model Qwen/Qwen3-0.6B --out runs/policy

The same command on one GPU, on several (`accelerate launch recipes/grpo.py …`), and on a CPU with `--cpu`. It takes `pip install trl jmespath`; on
a GPU, `--vllm` samples faster. Each rollout has a world of its own and the scripted user, which needs no model; the reward asks none either.

The reward is 1.0 for a conversation in which no check finds anything, else 0.0. A group of rollouts that all get the same teaches nothing, so take
tasks that the policy passes sometimes (`writ calibrate`, `writ export --band 0.2:0.8`), or begin with `--shaped`, which gives a rejected
rollout up to 0.5 for the reads and writes that it made of those that the task takes.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

from writ_dspy.errors import WritError
from writ_dspy.train.trl import environments

COLUMNS = ("prompt", "environment", "task", "run_seed")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(description="Train a policy on tasks of a run; the verdict is the reward.")
    asked.add_argument("--tasks", required=True, help="folder that `writ export --format env` made")
    asked.add_argument(
        "--model", required=True, help="a folder, or a name on the Hub; its chat template has to know tools"
    )
    asked.add_argument("--out", required=True, help="folder of the trained policy")
    asked.add_argument("--user", default="scripted", help="scripted, or the URL of a model that speaks for the user")
    asked.add_argument("--shaped", action="store_true", help="reward a rejected rollout for how far it came")
    asked.add_argument("--steps", type=int, default=200)
    asked.add_argument("--lr", type=float, default=1e-6)
    asked.add_argument(
        "--generations", type=int, default=8, help="rollouts of each task, among which they are compared"
    )
    asked.add_argument("--batch", type=int, default=8, help="rollouts at a time on each device")
    asked.add_argument("--accumulate", type=int, default=4, help="batches of a step")
    asked.add_argument("--tokens", type=int, default=8192, help="of one rollout, tool results included")
    asked.add_argument("--calls", type=int, default=40, help="tool calls of one rollout, what is said included")
    asked.add_argument("--vllm", action="store_true", help="sample with vLLM, in the same process")
    asked.add_argument("--cpu", action="store_true")
    asked.add_argument("--seed", type=int, default=0)
    return asked.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Train, and save the policy with its tokenizer."""
    asked = arguments(given)
    _check(asked)
    rows = _tasks(asked.tasks)
    words = _loaded(AutoTokenizer, asked.model)
    vllm = {"use_vllm": True, "vllm_mode": "colocate"} if asked.vllm else {}
    trainer = GRPOTrainer(
        model=_loaded(AutoModelForCausalLM, asked.model, dtype="float32" if asked.cpu else "bfloat16"),
        processing_class=words,
        train_dataset=rows,
        environment_factory=_environments(asked, rows),
        args=GRPOConfig(
            output_dir=asked.out,
            max_steps=asked.steps,
            learning_rate=asked.lr,
            num_generations=asked.generations,
            per_device_train_batch_size=asked.batch,
            gradient_accumulation_steps=asked.accumulate,
            max_completion_length=asked.tokens,
            max_tool_calling_iterations=asked.calls,
            gradient_checkpointing=not asked.cpu,
            bf16=not asked.cpu,
            use_cpu=asked.cpu,
            save_strategy="no",
            logging_steps=1,
            report_to=[],
            seed=asked.seed,
            **vllm,
        ),
    )
    print(f"{len(rows)} tasks; the policy calls {len(trainer.tools)} tools, `say` among them")
    trainer.train()
    rewards = [line["reward"] for line in trainer.state.log_history if "reward" in line]
    print(f"mean reward: {rewards[0]:.3f} in the first step, {rewards[-1]:.3f} in the last of {len(rewards)}")
    trainer.model.save_pretrained(asked.out)
    words.save_pretrained(asked.out)
    print(f"the policy is in {asked.out}")
    return 0


def _check(asked: argparse.Namespace) -> None:
    """Refuse what cannot be meant."""
    for name in ("steps", "lr", "batch", "accumulate", "tokens", "calls"):
        if not getattr(asked, name) > 0:
            sys.exit(f"--{name} {getattr(asked, name)}: give more than 0.")
    if asked.generations < 2:
        sys.exit(f"--generations {asked.generations}: a rollout is compared with others of its task; give 2 or more.")


def _tasks(folder: str) -> Any:
    """The tasks to learn from, whole; they have to be there."""
    try:
        splits = load_dataset(folder)
    except (OSError, ValueError) as error:
        sys.exit(f"--tasks {folder}: no dataset ({_short(error)}). Give what `writ export RUN --format env` made.")
    rows = splits.get("train")
    if rows is None:
        sys.exit(f"--tasks {folder} has no split `train`: there is nothing to learn from.")
    if lacking := [name for name in COLUMNS if name not in rows.column_names]:
        sys.exit(f"--tasks {folder} has no column {lacking[0]!r}: give what `writ export RUN --format env` made.")
    return rows


def _environments(asked: argparse.Namespace, rows: Any) -> dict[str, type]:
    """A class for each domain of the tasks; one of your own has to be known here, as it was where they were made."""
    try:
        domains = sorted({json.loads(task)["domain"] for task in rows["task"]})
        return environments(*domains, user=asked.user, shaped=asked.shaped)
    except WritError as error:
        sys.exit(str(error))
    except (ValueError, LookupError, TypeError) as error:
        sys.exit(
            f"--tasks {asked.tasks}: the column 'task' holds no task ({error!r:.80}). Give what `writ export RUN --format env` made."
        )


def _loaded(kind: Any, model: str, **more: Any) -> Any:
    """A tokenizer, or a model."""
    try:
        return kind.from_pretrained(model, **more)
    except (OSError, ValueError) as error:
        sys.exit(f"--model {model}: it cannot be loaded ({_short(error)}). Give a folder, or a name on the Hub.")


def _short(error: Exception) -> str:
    """Its first line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


if __name__ == "__main__":
    sys.exit(main())
