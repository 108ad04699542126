"""Supervised fine-tuning with TRL on the rows of a run: the assistant's turns alone, with the tools in the prompt.

    python recipes/sft.py --data runs/sample/dataset --model Qwen/Qwen3-0.6B --out runs/model

The same command on one GPU, on several (`accelerate launch recipes/sft.py …`), and on a CPU with `--cpu`. It takes `pip install trl`,
and `peft` for `--lora`. Nothing of writ is imported: rows are plain chat messages.

Before the first step it prints a row as the model sees it, with what is learned marked, so that a template which learns the wrong
words is seen at once. Rows that are longer than `--max-length` are left out whole and counted: a row that is cut off would teach the
agent to stop in the middle.

Packing is off unless asked for. It fills each sequence with several rows, which saves padding where rows are short; these rows are thousands of
tokens long, and all of a batch of one is learned from anyway. With `--packing`, TRL's `bfd` keeps rows whole and flattens the batch, which is
right only with FlashAttention 2 or 3: other kernels let one conversation read the one before it. So it is refused without one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

COLUMNS = ["messages", "tools"]
SHOWN = 100
"""Letters of a stretch in the sample of the mask."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(description="Fine-tune a model on a run's rows: the assistant's turns alone.")
    asked.add_argument("--data", required=True, help="a run's dataset folder, or a published dataset")
    asked.add_argument(
        "--model", required=True, help="a folder, or a name on the Hub; its chat template has to know tools"
    )
    asked.add_argument("--out", required=True, help="folder of the tuned model")
    asked.add_argument("--epochs", type=float, default=2)
    asked.add_argument("--steps", type=int, default=-1, help="stop after so many steps; -1: after the epochs")
    asked.add_argument("--lr", type=float, default=1e-5)
    asked.add_argument("--batch", type=int, default=1, help="rows at a time on each device")
    asked.add_argument("--accumulate", type=int, default=16, help="batches of a step")
    asked.add_argument("--max-length", type=int, default=32768, help="tokens; longer rows are left out")
    asked.add_argument("--packing", action="store_true", help="several rows to a sequence; needs FlashAttention")
    asked.add_argument(
        "--lora", type=int, default=0, help="rank of a LoRA adapter, which is merged at the end; 0: all weights"
    )
    asked.add_argument("--cpu", action="store_true")
    asked.add_argument("--seed", type=int, default=0)
    return asked.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Train, and save the model with its tokenizer."""
    asked = arguments(given)
    _check(asked)
    splits = dict(_sides(asked.data))
    words = _loaded(AutoTokenizer, asked.model)
    attention = {"attn_implementation": "flash_attention_2"} if asked.packing else {}
    if asked.packing and asked.cpu:
        sys.exit(
            "--packing with --cpu: rows of a sequence would read each other without FlashAttention. Leave one out."
        )
    net = _loaded(AutoModelForCausalLM, asked.model, dtype="float32" if asked.cpu else "bfloat16", **attention)
    sides = {side: _fitting(rows, words, asked.max_length, side) for side, rows in splits.items()}
    trainer = SFTTrainer(
        model=net,
        processing_class=words,
        train_dataset=sides["train"],
        eval_dataset=sides.get("test"),
        peft_config=_adapter(asked.lora),
        args=SFTConfig(
            output_dir=asked.out,
            assistant_only_loss=True,
            max_length=asked.max_length,
            packing=asked.packing,
            num_train_epochs=asked.epochs,
            max_steps=asked.steps,
            learning_rate=asked.lr,
            lr_scheduler_type="cosine",
            warmup_steps=0.03,
            per_device_train_batch_size=asked.batch,
            per_device_eval_batch_size=asked.batch,
            gradient_accumulation_steps=asked.accumulate,
            gradient_checkpointing=not asked.cpu,
            bf16=not asked.cpu,
            use_cpu=asked.cpu,
            eval_strategy="epoch" if "test" in sides else "no",
            save_strategy="no",
            logging_steps=1,
            report_to=[],
            seed=asked.seed,
        ),
    )
    print("what is learned of the first row:")
    for learned, text in stretches(trainer, words):
        print(f"{'  learned │' if learned else '          │'} {_short(text)}")
    trainer.train()
    tuned = trainer.model.merge_and_unload() if asked.lora else trainer.model
    tuned.save_pretrained(asked.out)
    words.save_pretrained(asked.out)
    print(f"the tuned model is in {asked.out}")
    return 0


def _check(asked: argparse.Namespace) -> None:
    """Refuse what cannot be meant."""
    for name in ("epochs", "lr", "batch", "accumulate", "max_length"):
        if not getattr(asked, name) > 0:
            sys.exit(f"--{name.replace('_', '-')} {getattr(asked, name)}: give more than 0.")
    for name, least in (("steps", -1), ("lora", 0)):
        if getattr(asked, name) < least or (name == "steps" and asked.steps == 0):
            sys.exit(f"--{name} {getattr(asked, name)}: give a number from 1, or leave it out.")


def _sides(data: str) -> Iterator[tuple[str, Any]]:
    """The splits that there are, of messages and tools alone; they have to be there."""
    try:
        splits = load_dataset(data)
    except (OSError, ValueError) as error:  # of what is no dataset, and of what is none on the Hub
        sys.exit(f"--data {data}: no dataset ({_short(str(error))}). Give a run's dataset folder.")
    for side, rows in splits.items():
        if lacking := [name for name in COLUMNS if name not in rows.column_names]:
            sys.exit(
                f"--data {data} has no column {lacking[0]!r}: give a run's dataset folder, not another of its forms."
            )
        yield side, rows.select_columns(COLUMNS)
    if "train" not in splits:
        sys.exit(f"--data {data} has no split `train`: there is nothing to learn from.")


def _loaded(kind: Any, model: str, **more: Any) -> Any:
    """A tokenizer, or a model."""
    try:
        return kind.from_pretrained(model, **more)
    except (OSError, ValueError) as error:
        sys.exit(f"--model {model}: it cannot be loaded ({_short(str(error))}). Give a folder, or a name on the Hub.")


def _fitting(rows: Any, words: Any, most: int, side: str) -> Any:
    """The rows that are no longer than the limit, under the template with which they are learned."""
    fits = rows.filter(
        lambda row: len(words.apply_chat_template(row["messages"], tools=row["tools"], return_dict=False)) <= most
    )
    print(f"{side}: {len(fits)} rows; {len(rows) - len(fits)} are longer than {most} tokens and left out")
    if not len(fits):
        sys.exit(f"no row of {side} has at most {most} tokens: raise --max-length.")
    return fits


def _adapter(rank: int) -> Any:
    if not rank:
        return None
    from peft import LoraConfig

    return LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")


def stretches(trainer: Any, words: Any) -> Iterator[tuple[bool, str]]:
    """The first row of a batch as the model sees it: what is learned, and what is only read, in turn."""
    batch = next(iter(trainer.get_train_dataloader()))
    ids, labels = batch["input_ids"][0].tolist(), batch["labels"][0].tolist()
    for learned, tokens in groupby(zip(ids, labels, strict=True), key=lambda one: one[1] != -100):
        yield learned, words.decode([token for token, _ in tokens])


def _short(text: str) -> str:
    """In one line."""
    line = " ".join(text.split())
    return line if len(line) <= 2 * SHOWN else f"{line[:SHOWN]} … {line[-SHOWN:]}"


if __name__ == "__main__":
    sys.exit(main())
