"""Preference pairs and episodes, in the hands of TRL: real steps of DPO, KTO and GRPO on the CPU. Run by job.py, as consumers.py is."""

import os
from functools import lru_cache
from pathlib import Path

import pytest
import torch
import trl
from datasets import Dataset, load_dataset
from tiny import model, tokenizer
from trl import DPOConfig, DPOTrainer, GRPOConfig, GRPOTrainer

from writ_dspy.train.trl import environment, environments

RUN = Path(os.environ["WRIT_RUN"])
TEMPLATE = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()
LENGTH = 32768


@lru_cache(maxsize=1)
def pairs() -> Dataset:
    """As a stranger loads them."""
    found: Dataset = load_dataset(str(RUN / "pairs"), split="train")
    return found


@lru_cache(maxsize=1)
def tasks() -> Dataset:
    found: Dataset = load_dataset(str(RUN / "env"), split="train")
    return found


@lru_cache(maxsize=1)
def words():  # noqa: ANN201 - a tokenizer of transformers
    return tokenizer(({"prompt": row["prompt"], "tools": row["tools"]} for row in pairs().select(range(8))), TEMPLATE)


def settings(place: Path) -> dict[str, object]:
    return {
        "output_dir": str(place), "per_device_train_batch_size": 2, "max_steps": 2, "use_cpu": True, "bf16": False, "report_to": [],
        "logging_steps": 1, "save_strategy": "no",
    }  # fmt: skip


COLUMNS = ["prompt", "chosen", "rejected", "tools"]


def moved(before: dict[str, torch.Tensor], after: torch.nn.Module) -> bool:
    return any(not torch.equal(before[name], value) for name, value in after.state_dict().items())


def copied(net: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in net.state_dict().items()}


def test_dpo_takes_two_steps(tmp_path: Path) -> None:
    """On the pairs as they are, with tools in the prompt: the loss is finite, and the weights move."""
    net = model(words(), LENGTH)
    before = copied(net)
    trainer = DPOTrainer(
        model=net,
        ref_model=model(words(), LENGTH),
        args=DPOConfig(max_length=None, **settings(tmp_path)),
        train_dataset=pairs().select_columns(COLUMNS).select(range(4)),
        processing_class=words(),
    )
    shown = words().decode(trainer.train_dataset[0]["prompt_ids"])
    trainer.train()

    assert pairs()[0]["tools"][0]["function"]["name"] in shown
    assert all(torch.isfinite(torch.tensor(line["loss"])) for line in trainer.state.log_history if "loss" in line)
    assert trainer.state.global_step == 2
    assert moved(before, trainer.model)


def test_kto_takes_two_steps(tmp_path: Path) -> None:
    """The same pairs: TRL itself makes a good and a bad example of each."""
    from trl import KTOConfig, KTOTrainer

    net = model(words(), LENGTH)
    before = copied(net)
    trainer = KTOTrainer(
        model=net,
        ref_model=model(words(), LENGTH),
        args=KTOConfig(max_length=None, **settings(tmp_path)),
        train_dataset=pairs().select_columns(COLUMNS).select(range(4)),
        processing_class=words(),
    )
    trainer.train()

    assert len(trainer.train_dataset) == 8
    assert trainer.state.global_step == 2
    assert moved(before, trainer.model)


@pytest.mark.parametrize("several", [False, True])
def test_grpo_takes_a_step_on_episodes(tmp_path: Path, several: bool) -> None:
    """`environment_factory`, for one domain and for both: rollouts are played and rewarded, and the tools stand in the prompt."""
    rows = tasks() if several else tasks().filter(lambda row: row["environment"] == "retail")
    trainer = GRPOTrainer(
        model=model(words(), LENGTH),
        train_dataset=rows.select(range(2)),
        environment_factory=environments(shaped=True) if several else environment("retail"),
        processing_class=words(),
        args=GRPOConfig(
            num_generations=2,
            max_completion_length=48,
            max_tool_calling_iterations=2,
            **(settings(tmp_path) | {"max_steps": 1}),
        ),
    )
    names = {tool.__name__ for tool in trainer.tools}
    trainer.train()
    (line, *_) = [line for line in trainer.state.log_history if "reward" in line]

    assert {"say", "get_order_details"} <= names
    assert line["reward"] == 0.0  # a model that was never trained
    assert trainer.state.global_step == 1


def test_the_tools_that_trl_sees_are_those_of_the_domain() -> None:
    """Name, parameters and what is required, as `transformers` reads them off the methods."""
    from transformers.utils import get_json_schema

    from writ_dspy.domains import load

    for name in ("retail", "airline"):
        made = environment(name)()
        for schema in load(name).tools:
            function = schema["function"]
            seen = get_json_schema(getattr(made, function["name"]))["function"]

            assert seen["name"] == function["name"]
            assert [*seen["parameters"]["properties"]] == [*function["parameters"]["properties"]]
            assert seen["parameters"].get("required", []) == function["parameters"].get("required", [])
            for key, about in function["parameters"]["properties"].items():
                assert seen["parameters"]["properties"][key]["type"] == about["type"]
        assert get_json_schema(made.say)["function"]["parameters"]["required"] == ["text"]
