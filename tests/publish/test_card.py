"""The card says what the run says, to the number, and nothing of where it was made."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.publish.calls import MIX, NAME, files_of
from writ_dspy.dataset.card import Part
from writ_dspy.dataset.rows import COLUMNS
from writ_dspy.lm.endpoint import RoleLMs
from writ_dspy.lm.usage import Usage
from writ_dspy.publish.card import Facts, card, is_ours, signed
from writ_dspy.publish.recipes import LICENSE
from writ_dspy.publish.stage import _made
from writ_dspy.report.census import count, rows_of
from writ_dspy.report.plots import draw
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import Synthesis, synthesize
from writ_dspy.store.run import Run
from writ_dspy.verify.checks import CHECKS

pytest.importorskip("matplotlib", reason="a card has plots: pip install 'writ-dspy[publish]'")

PARTS = (
    Part("default", "train", ("retail/train-*.parquet",), 9, 100, "a"),
    Part("sharegpt", "train", ("sharegpt/t",), 9, 50, "b"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """With a careless agent, so that some are rejected."""
    return synthesize(mix=MIX, agent="careless", tries=2, out=tmp_path_factory.mktemp("made") / "run", workers=1)


@pytest.fixture(scope="module")
def facts(run: Synthesis) -> Facts:
    census = count(rows_of(files_of(run.folder)))
    made = _made(Run.read(run.folder))
    return Facts(NAME, "v3", PARTS, census, run.report(), made, {}, images=("assets/axes.png",))


def head(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_the_head_is_what_the_hub_reads(facts: Facts) -> None:
    """Configurations with their files, row counts that `load_dataset` holds a set to, and no features."""
    found = head(card(facts))

    assert found["configs"] == [
        {
            "config_name": "default",
            "default": True,
            "data_files": [{"split": "train", "path": ["retail/train-*.parquet"]}],
        },
        {"config_name": "sharegpt", "data_files": [{"split": "train", "path": ["sharegpt/t"]}]},
    ]
    assert [info["splits"][0]["num_examples"] for info in found["dataset_info"]] == [9, 9]
    assert all("features" not in info for info in found["dataset_info"])
    assert found["size_categories"] == ["n<1K"]
    assert (found["license"], found["language"], found["task_categories"]) == ("mit", ["en"], ["text-generation"])


def test_the_client_takes_the_head(facts: Facts) -> None:
    """Read by the Hub's own class, nothing of it gets lost."""
    from huggingface_hub import DatasetCard

    text = card(facts)

    assert DatasetCard(text).data.to_dict() == head(text)


def test_numbers_are_those_of_the_run(facts: Facts, run: Synthesis) -> None:
    """Yield, rejections, contacts with official tasks, kinds and lengths stand there as the run counts them."""
    text, report = card(facts), run.report()
    domains = sorted({domain for domain, _ in facts.census.kinds})

    assert f"{report.total.accepted:,} accepted ({report.total.rate:.1%})" in text
    assert report.rejections
    for item in report.rejections:
        assert f"| `{item.check}` | {item.conversations} | {item.alone} |" in text
    assert len(report.contamination) == 6
    for what, number in report.contamination.items():
        assert f"| {what} | {number} |" in text
    for kind in {kind for _, kind in facts.census.kinds}:
        per = [facts.census.kinds.get((domain, kind), 0) for domain in domains]
        assert f"| `{kind}` | {' | '.join(map(str, per))} | {sum(per)} |" in text


def test_everything_is_in_it(facts: Facts) -> None:
    """Every column and check, how to load each form, how to train with each trainer, licenses and citations."""
    text = card(facts)

    assert all(f"| `{name}` | {kind} |" in text for name, (kind, _) in COLUMNS.items())
    assert all(f"`{check.__name__}`" in text for check in CHECKS)
    for words in (
        f'load_dataset("{NAME}")', f'load_dataset("{NAME}", "retail")', 'revision="v3"', "streaming=True", "datasets >= 4.7",
        "### TRL", "### Axolotl", "### LLaMA-Factory", "### OpenAI", "2606.02908", "2506.07982", "Copyright (c) 2025 Sierra",
        "none could not be accounted for", "assets/axes.png", "split `base`",
    ):  # fmt: skip
        assert words in text, words
    assert "Copyright (c) 2025 Sierra Research" in LICENSE
    assert "Permission is hereby granted" in LICENSE


def test_what_the_card_cannot_know_it_does_not_say(facts: Facts) -> None:
    """The same facts give the same text, with no date of the day and no place on this machine in it."""
    text = card(facts)

    assert card(dataclasses.replace(facts)) == text
    assert not re.findall(r"\d{4}-\d{2}-\d{2}|\b\d\d:\d\d\b", text.replace("gpt-4.1-mini-2025-04-14", "a model"))
    assert str(Path.home()) not in text
    assert is_ours(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "x",
        lambda text: text.replace("mit", "gpl", 1),
        lambda text: text.replace("## Yield", "## Rate"),
    ],
)
def test_any_change_by_hand_is_seen(change: Callable[[str], str], facts: Facts) -> None:
    """In the head and in the page; and a card without the mark is not ours."""
    assert not is_ours(change(card(facts)))
    assert not is_ours("# mine\n")
    assert is_ours(signed("---\nlicense: mit\n---\n# ours\n"))


def test_a_wall_that_was_off_is_said(facts: Facts) -> None:
    """No claim is made that the run did not keep."""
    text = card(dataclasses.replace(facts, made={**facts.made, "firewall": None}, strange=3, dropped={"too long": 4}))

    assert "was **off**" in text
    assert "No task touches" not in text
    assert "3 could not be accounted for" in text
    assert "left out of this set: too long (4)" in text


def test_models_are_named_and_servers_are_not(tmp_path: Path, facts: Facts) -> None:
    """What each role was, how it was sampled and what it used; no address, key name or folder of this machine."""
    lms = RoleLMs.of(
        None, {"agent": "sglang://10.1.2.3:30000/Qwen/Qwen3-8B", "user": f"local:{tmp_path}/tiny.gguf"}, None
    )
    settings = Settings(MIX, lms=lms, mode="guided", programs=(("agent", f"{tmp_path}/mine.json#abc123"),))
    with Run.open(tmp_path / "run", settings.manifest()) as opened:
        made = _made(opened)
    report = dataclasses.replace(facts.report, usage={"agent": Usage(12, 0, 3400, 0, 560)})
    text = card(dataclasses.replace(facts, made=made, report=report))

    assert "| model of the agent | Qwen/Qwen3-8B (temperature 0.7" in text
    assert "| model of the user | tiny.gguf" in text
    assert "| program of the agent | `mine#abc123` |" in text
    assert "12; 3,400 tokens in, 560 out" in text
    assert "the terms of that model" in text
    for hidden in ("10.1.2.3", str(tmp_path), "30000"):
        assert hidden not in text


def test_plots_are_the_same_every_time(facts: Facts) -> None:
    """Byte for byte, as PNG, without a window, and without a date."""
    first, second = draw(facts.census), draw(facts.census)

    assert first == second
    assert set(first) == {"axes.png", "lengths.png"}
    assert all(
        data.startswith(b"\x89PNG") and b"tIME" not in data and b"Software" not in data for data in first.values()
    )
