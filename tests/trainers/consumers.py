"""What trainers make of an exported dataset, asked of their own code. Run by job.py, in the trainers' environment."""

import json
import os
import re
import sys
from datetime import datetime
from functools import lru_cache, partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
import torch
import trl
from datasets import Dataset, load_dataset
from loss import Row, missing, said
from tiny import END, model, tokenizer
from trl import SFTConfig, SFTTrainer

from writ_dspy.dataset.tokens import counter

for absent in ("ray", "torchaudio"):  # imported beside the readers, by what is never called here
    sys.modules.setdefault(absent, MagicMock(__spec__=ModuleSpec(absent, None), __path__=[]))

RUN = Path(os.environ["WRIT_RUN"])
ROOT = Path(__file__).parents[2]
TEMPLATES = Path(trl.__file__).parent / "chat_templates"


@lru_cache(maxsize=1)
def dataset() -> Dataset:
    """The default configuration, as a stranger loads it."""
    found: Dataset = load_dataset(str(RUN / "dataset"), split="train+test")
    return found


@lru_cache(maxsize=1)
def rows() -> list[Row]:
    return list(dataset())


def template(name: str) -> str:
    return (TEMPLATES / f"{name}.jinja").read_text()


# ----------------------------------------------------------------------------- chat templates

RENDER = (
    "qwen2_5", "qwen3", "qwen3_instruct_2507", "qwen3_6", "qwen3_8", "llama3_1", "llama3_2", "glm4moe", "gptoss", "gemma4",
    "nemotron_3_nano", "qwen3_training",
)  # fmt: skip
"""Templates of models that call tools, as TRL ships them."""


def test_a_loss_would_show() -> None:
    """Whatever is taken out of a rendering, or moved, is missed."""
    row = rows()[0]
    texts = [next(iter(ways)) for _, ways in said(row)]
    names = [tool["function"]["name"] for tool in row["tools"]]

    assert not missing(row, "\n".join([*names, *texts]))
    assert missing(row, "\n".join([*names, *texts[::-1]]))
    assert missing(row, "\n".join(texts))
    assert all(missing(row, "\n".join(names + texts).replace(text, "")) for text in texts if len(text) > 3)


@pytest.mark.parametrize("name", RENDER)
def test_a_chat_template_loses_nothing(name: str) -> None:
    """Every text, tool, call and argument of every row is in what the template renders, in order."""
    words = tokenizer([rows()[0]], template(name))
    for row in rows():
        text = words.apply_chat_template(row["messages"], tools=row["tools"], tokenize=False)
        assert not missing(row, text), text
        assert "None" not in text.replace("None of", "") or "None" in json.dumps(row)


@pytest.mark.parametrize("name", RENDER)
def test_writ_counts_the_tokens_that_a_trainer_sees(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--tokenizer FOLDER` renders and counts as `transformers` does, but for the date that some templates print."""
    monkeypatch.setattr("writ_dspy.dataset.tokens._TODAY", datetime.now())  # noqa: DTZ005 - as transformers has it
    words = tokenizer([rows()[0]], template(name))
    words.save_pretrained(tmp_path)
    count = counter(str(tmp_path))
    for row in rows()[:6]:
        ids = words.apply_chat_template(row["messages"], tools=row["tools"], tokenize=True, return_dict=False)
        assert count(row["messages"], row["tools"]) == len(ids)


# ----------------------------------------------------------------------------- TRL


@lru_cache(maxsize=1)
def trainer() -> SFTTrainer:
    """Over the default configuration as it is loaded, on the assistant's words alone."""
    words = tokenizer(rows()[:4], template("qwen3"))
    length = 2 * max(
        len(words.apply_chat_template(row["messages"], tools=row["tools"], return_dict=False)) for row in rows()
    )  # nothing is cut off, though TRL's own template for training adds to every turn
    settings = SFTConfig(
        output_dir=os.environ.get("WRIT_OUT", "out"),
        assistant_only_loss=True,
        max_length=length,
        per_device_train_batch_size=1,
        max_steps=2,
        report_to=[],
        use_cpu=True,
        bf16=False,
        logging_steps=1,
        save_strategy="no",
        gradient_checkpointing=False,
    )
    return SFTTrainer(model=model(words, length), args=settings, train_dataset=dataset(), processing_class=words)


def test_trl_trains_two_steps_on_what_the_assistant_says() -> None:
    """Exactly the assistant's texts and calls are learned from, in every row; two steps change the weights."""
    work = trainer()
    words = work.processing_class
    for row, made in zip(rows(), work.train_dataset, strict=True):
        labels = (
            made["labels"]
            if "labels" in made
            else [
                token if mask else -100 for token, mask in zip(made["input_ids"], made["assistant_masks"], strict=True)
            ]
        )
        learned, parts = [], []
        for token, label in zip(made["input_ids"], labels, strict=True):
            if label != -100:
                learned.append(token)
            elif learned:
                parts.append(words.decode(learned))
                learned = []
        parts += [words.decode(learned)] if learned else []
        turns = [message for message in row["messages"] if message["role"] == "assistant"]
        assert len(parts) == len(turns)
        for part, turn in zip(parts, turns, strict=True):
            if "tool_calls" in turn:
                (call,) = turn["tool_calls"]
                found = json.loads(part.split("<tool_call>")[1].split("</tool_call>")[0])
                assert found == call["function"]
            else:
                assert (
                    part.replace("<think>\n\n</think>\n\n", "").removesuffix("\n").removesuffix(END) == turn["content"]
                )
        others = [message["content"] for message in row["messages"] if message["role"] in ("system", "tool")]
        assert not any(other in part for other in others if len(other) > 80 for part in parts)
    before = [weight.clone() for weight in work.model.parameters()]
    loss = work.train().training_loss
    assert 0 < loss < 20
    assert any(not torch.equal(old, new) for old, new in zip(before, work.model.parameters(), strict=True))


def test_the_readme_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ten lines, word for word but for the model: a tiny one in its place, for a step on the CPU."""
    block = re.compile(r"<!-- trainer -->\n```python\n(.*?)```", re.DOTALL)
    (code,) = block.findall((ROOT / "README.md").read_text())
    assert block.findall((ROOT / "docs" / "training.md").read_text()) == [code]
    words = tokenizer(rows()[:4], template("qwen3"))
    words.save_pretrained(tmp_path / "tiny")
    model(words, 32768).save_pretrained(tmp_path / "tiny")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "sample").symlink_to(RUN)
    monkeypatch.chdir(tmp_path)
    small = {"use_cpu": True, "bf16": False, "gradient_checkpointing": False}
    once = {"max_steps": 1, "per_device_train_batch_size": 1, "report_to": [], "save_strategy": "no"}
    monkeypatch.setattr(trl, "SFTConfig", partial(SFTConfig, **small, **once))
    names: dict[str, Any] = {}
    exec(code.replace("Qwen/Qwen3-0.6B", str(tmp_path / "tiny")), names)  # noqa: S102 - our own README

    assert names["trainer"].state.global_step == 1
    assert 0 < names["trainer"].state.log_history[-1]["train_loss"] < 20


# ----------------------------------------------------------------------------- LLaMA-Factory


def test_llamafactory_converts_and_encodes_every_row() -> None:
    """Its own converter drops no row, and its Qwen template encodes all that was said, the calls in its own form."""
    from llamafactory.data.converter import SharegptDatasetConverter
    from llamafactory.data.parser import DatasetAttr
    from llamafactory.data.template import TEMPLATES as KNOWN

    from writ_dspy.dataset.records import LLAMA_FACTORY

    attributes = DatasetAttr("file", "sharegpt")
    attributes.join(LLAMA_FACTORY)
    convert = SharegptDatasetConverter(attributes, SimpleNamespace(media_dir=""))
    words = tokenizer(rows()[:4])
    found = list(load_dataset(str(RUN / "sharegpt"), split="train+test"))
    by_id = {row["trajectory_id"]: row for row in rows()}
    assert {row["trajectory_id"] for row in found} == set(by_id)
    for example in found:
        row, made = by_id[example["trajectory_id"]], convert(example)
        assert len(made["_prompt"]) % 2 == 1
        assert len(made["_response"]) == 1
        messages = made["_prompt"] + made["_response"]
        assert len(messages) == len(row["messages"]) - 1
        pairs = KNOWN["qwen"].encode_multiturn(words, messages, made["_system"], made["_tools"])
        text = "".join(words.decode(source) + words.decode(target) for source, target in pairs)
        assert not missing(row, text), text
        calls = [call["function"] for message in row["messages"] for call in message.get("tool_calls", ())]
        targets = [words.decode(target) for _, target in pairs]
        seen = [
            json.loads(one.split("<tool_call>")[1].split("</tool_call>")[0]) for one in targets if "<tool_call>" in one
        ]
        assert seen == calls


# ----------------------------------------------------------------------------- Axolotl


def test_axolotl_tokenizes_every_row() -> None:
    """Its chat_template strategy takes the default configuration: all is there, and the assistant alone is learned."""
    from axolotl.prompt_strategies.chat_template import ChatTemplatePrompter, ChatTemplateStrategy

    words = tokenizer(rows()[:4], template("qwen2_5"))
    length = 60_000
    work = ChatTemplateStrategy(
        ChatTemplatePrompter(
            words, template("qwen2_5"), max_length=length, field_messages="messages",
            message_property_mappings={"role": "role", "content": "content"},
        ),
        tokenizer=words, train_on_inputs=False, sequence_len=length, roles_to_train=["assistant"], train_on_eos="turn",
    )  # fmt: skip
    for row in rows()[:8]:
        made = work.tokenize_prompt(row)
        assert not missing(row, words.decode(made["input_ids"]))
        learned = words.decode([token for token in made["labels"] if token != -100])
        assert all(m["content"] in learned for m in row["messages"] if m["role"] == "assistant" and m["content"])
        assert not any(
            m["content"] in learned for m in row["messages"] if m["role"] == "tool" and len(m["content"]) > 80
        )


# ----------------------------------------------------------------------------- verl


def test_verl_reads_the_tasks(tmp_path: Path) -> None:
    """Its RLHFDataset takes both files: the prompt, the ground truth, and where the interaction is told what to play."""
    from omegaconf import OmegaConf
    from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

    words = tokenizer(rows()[:4], template("qwen2_5"))
    settings = {
        "cache_dir": str(tmp_path),
        "max_prompt_length": 60_000,
        "filter_overlong_prompts": False,
        "return_raw_chat": True,
    }
    for side in ("train", "test"):
        path = RUN / "tasks" / f"{side}-00000-of-00001.parquet"
        work = RLHFDataset(str(path), words, OmegaConf.create(settings))
        wanted = list(load_dataset("parquet", data_files=str(path), split="train"))
        assert len(work) == len(wanted)
        for index, row in enumerate(wanted):
            made = work[index]
            assert made["index"] == index
            assert made["interaction_kwargs"] == row["extra_info"]["interaction_kwargs"]
            assert json.loads(made["reward_model"]["ground_truth"])["reward_basis"] == ["DB", "COMMUNICATE"]
            assert [one["role"] for one in made["raw_prompt"]] == ["system", "user"]
        assert len(collate_fn([work[0], work[len(work) - 1]])["data_source"]) == 2
