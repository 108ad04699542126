"""More trainers, asked by their own loaders' code: verl's SFT, NeMo AutoModel, torchtune, ms-swift, slime. Run by job.py.

Each has to hand on every text, name and argument of every row, and to learn from the assistant's words alone where it says
what is learned. What a loader imports beside the reading of data, and never calls here, is a stand-in.
"""

import json
import os
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
from datasets import load_dataset
from loss import Row, missing
from tiny import tokenizer

for absent in ("ray", "torchaudio", "httpx"):
    sys.modules.setdefault(absent, MagicMock(__spec__=ModuleSpec(absent, None), __path__=[]))

RUN = Path(os.environ["WRIT_RUN"])
SIDES = ("train", "test")
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QWEN = Path(find_spec("trl").submodule_search_locations[0]) / "chat_templates" / "qwen3_training.jinja"  # type: ignore[union-attr, index]


@lru_cache(maxsize=1)
def rows() -> dict[str, Row]:
    """The rows by id, as a stranger loads them."""
    return {row["trajectory_id"]: row for row in load_dataset(str(RUN / "dataset"), split="train+test")}


def plain(side: str) -> list[Row]:
    """The `hermes` form of one side."""
    return list(load_dataset(str(RUN / "hermes"), split=side))


def hermes(side: str) -> str:
    return str(RUN / "hermes" / f"{side}-00000-of-00001.parquet")


def lines(side: str) -> str:
    return str(RUN / "exports" / ("openai.jsonl" if side == "train" else "openai-test.jsonl"))


def by_line(side: str) -> list[Row]:
    """The rows in the order of OpenAI's file, which has no ids: that of the dataset."""
    return list(load_dataset(str(RUN / "dataset"), split=side))


def hollow(name: str) -> None:
    """Let modules of a package be imported without what its `__init__` imports."""
    found = find_spec(name)
    assert found is not None
    module = ModuleType(name)
    module.__path__ = list(found.submodule_search_locations or ())
    module.__spec__ = found
    sys.modules[name] = module


def assistants(row: Row) -> list[str]:
    return [message["content"] for message in row["messages"] if message["role"] == "assistant"]


@pytest.mark.parametrize("side", SIDES)
def test_verl_trains_on_hermes(side: str) -> None:
    """MultiTurnSFTDataset takes every row of `hermes`: all of it is tokenized, and the assistant alone is learned."""
    from omegaconf import OmegaConf

    sys.modules.setdefault(
        "verl.models.transformers.qwen2_vl", MagicMock()
    )  # for pictures; made for another transformers
    from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset

    words = tokenizer(plain(side)[:4], CHATML)
    settings = OmegaConf.create({"max_length": 100_000, "pad_mode": "no_padding", "truncation": "error"})
    work = MultiTurnSFTDataset(hermes(side), words, settings)
    assert len(work) == len(plain(side))
    for index, row in enumerate(plain(side)):
        made = work[index]
        assert not missing({"messages": row["messages"], "tools": []}, words.decode(made["input_ids"]))
        learned = words.decode([token for token, on in zip(made["input_ids"], made["loss_mask"], strict=True) if on])
        assert learned == "".join(f"{text}<|im_end|>\n" for text in assistants(row))


@pytest.mark.parametrize("side", SIDES)
def test_nemo_automodel_reads_openais_file(side: str) -> None:
    """ChatDataset takes every line: tools, calls and results are rendered whole, and what users and tools say is not learned."""
    from nemo_automodel.components.datasets.llm.chat_dataset import ChatDataset

    words = tokenizer(by_line(side)[:4], QWEN.read_text())
    work = ChatDataset(lines(side), words)
    assert len(work) == len(by_line(side))
    for index, row in enumerate(by_line(side)):
        made = work[index]
        assert not missing(row, words.decode(made["input_ids"]))
        learned = words.decode([token for token in made["labels"] if token != -100])
        assert all(text in learned for text in assistants(row))
        others = [message["content"] for message in row["messages"] if message["role"] in ("system", "tool")]
        assert not any(text in learned for text in others if len(text) > 80)


@pytest.mark.parametrize("side", SIDES)
def test_torchtune_reads_hermes(side: str) -> None:
    """chat_dataset, in OpenAI's style, hands its tokenizer every message of every row, and masks all but the assistant's."""
    hollow("torchtune")
    from torchtune.datasets._chat import chat_dataset

    def transform(sample: dict[str, Any]) -> dict[str, Any]:
        """A model's tokenizer, which is given torchtune's messages."""
        return {"tokens": sample["messages"], "mask": [message.masked for message in sample["messages"]]}

    work = chat_dataset(
        transform,
        source="parquet",
        data_files=hermes(side),
        split="train",
        conversation_column="messages",
        conversation_style="openai",
    )
    assert len(work) == len(plain(side))
    for sample, row in zip(work._data, plain(side), strict=True):
        made = transform(work._prepare_sample._message_transform(sample))
        assert [(one.role, one.text_content) for one in made["tokens"]] == [
            (one["role"], one["content"]) for one in row["messages"]
        ]
        assert made["mask"] == [one["role"] != "assistant" for one in row["messages"]]


@pytest.mark.parametrize("side", SIDES)
def test_ms_swift_reads_openais_file(side: str) -> None:
    """Its own loader drops no line and no part: texts, calls with their arguments, results and tools come out as they went in."""
    from swift.dataset import load_dataset as load

    made, _ = load(lines(side), load_from_cache_file=False, strict=True)
    assert len(made) == len(by_line(side))
    for found, row in zip(made, by_line(side), strict=True):
        wanted: list[tuple[str, Any]] = []
        for message in row["messages"]:
            if message["content"] or "tool_calls" not in message:
                wanted.append((message["role"].replace("tool", "tool_response"), message["content"]))
            wanted += [("tool_call", call["function"]) for call in message.get("tool_calls", ())]
        seen = [
            (one["role"].replace("tool_response", "tool").replace("tool", "tool_response") if one["role"] != "tool_call" else "tool_call",
             json.loads(one["content"]) if one["role"] == "tool_call" and isinstance(one["content"], str) else one["content"])
            for one in found["messages"]
        ]  # fmt: skip
        assert seen == wanted
        tools = [json.loads(tool) if isinstance(tool, str) else tool for tool in found["tools"]]
        assert tools == row["tools"]


@pytest.mark.parametrize("side", SIDES)
def test_slime_trains_on_hermes(side: str) -> None:
    """Its Dataset and its loss mask take every row of `hermes`: all is tokenized, and the assistant alone is learned."""
    place = os.environ.get("WRIT_SLIME")
    if not place:
        pytest.skip("slime is on no index: name a checkout of it in $WRIT_SLIME")
    sys.path.insert(0, place)
    hollow("slime")
    from slime.utils.data import Dataset
    from slime.utils.mask_utils import MultiTurnLossMaskGenerator

    words = tokenizer(plain(side)[:4], CHATML)
    work = Dataset(hermes(side), words, None, None, prompt_key="messages")
    mask = MultiTurnLossMaskGenerator(words, tokenizer_type="qwen")
    assert len(work) == len(plain(side))
    for index, row in enumerate(plain(side)):
        tokens, learned = mask.get_loss_mask(work[index].prompt, tools=None)
        assert not missing({"messages": row["messages"], "tools": []}, words.decode(tokens))
        text = words.decode([token for token, on in zip(tokens, learned, strict=True) if on])
        assert text == "".join(f"{text}<|im_end|>\n" for text in assistants(row))
