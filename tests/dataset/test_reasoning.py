"""Reasoning: what is told of a comparison is what was read by then, in its place, and only where it is asked for."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.calls import MIX, writ
from tests.conftest import Played
from writ_dspy.conversation import Turn
from writ_dspy.dataset.messages import GREETING
from writ_dspy.dataset.reasoning import reasonings
from writ_dspy.run.synth import synthesize

Told = list[tuple[Played, int, str]]
MONEY = re.compile(r"\$([\d,]+(?:\.\d\d)?)")


@pytest.fixture(scope="module")
def told(played: list[Played]) -> Told:
    """Of all conversations each turn with a reasoning."""
    return [(one, turn, text) for one in played for turn, text in reasonings(one.task, one.talk, one.domain).items()]


def test_most_tasks_that_compare_have_a_comparison(told: Told, played: list[Played]) -> None:
    """Read-heavy tasks are comparisons: at least two of three of them tell one (others follow one chain of look-ups); it stands at turns of the agent alone."""
    heavy = {one.task.id for one in played if one.task.kind == "read-heavy"}
    have = {one.task.id for one, _, _ in told}

    assert len(heavy & have) >= 2 / 3 * len(heavy) > 0
    assert all(one.talk.turns[turn].role == "agent" for one, turn, _ in told)


def test_every_id_and_amount_was_read_or_said_before(told: Told) -> None:
    """Nothing is ahead of the talk: each id and amount stands in a turn before it.

    A connection costs what its two legs do, a trip that for all who fly, with insurance and bags; a price difference is that of
    something told with its price and something read.
    """
    amounts = 0
    for one, turn, text in told:
        before = "\n".join(item.text for item in one.talk.turns[:turn])
        assert all(key in before or key.lstrip("#") in before for key in one.domain.pack.ids(text)), text
        read = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", before)}
        shown = [float(amount.replace(",", "")) for amount in MONEY.findall(text)]
        for wanted in shown:
            legs = one.task.domain == "tau2:airline" and any(
                (wanted - 30 * insured * count - 50 * bags) / count - leg in {0.0} | read
                for count, insured, bags in itertools.product(range(1, 6), (0, 1), range(5))
                for leg in read
            )
            owed = "price difference" in text and any(round(price - wanted, 2) in read for price in shown)
            assert wanted in read or legs or owed, (wanted, text)
            amounts += 1

    assert amounts > 50


def test_the_first_one_told_is_the_best(told: Told) -> None:
    """The amounts of a comparison by price stand in order, best first."""
    checked = 0
    for _, _, text in told:
        for word, shown in re.findall(
            r"The (cheapest|most expensive) of \d+[^:]*: (.*?)(?:; \d+ more)?\.(?: |$)", text
        ):
            prices = [float(MONEY.findall(item)[-1].replace(",", "")) for item in shown.split("; ") if "$" in item]
            checked += len(prices) > 1
            assert prices == sorted(prices, reverse=word == "most expensive"), text
    assert checked > 10


def test_without_its_reads_nothing_is_told(told: Told) -> None:
    """A talk that leaves out what was read before the turn, or what the user said, has no such reasoning at that turn."""
    for one, turn, text in told[:40]:
        turns = tuple(
            dataclasses.replace(item, text="Error: not now", error=True)
            if index < turn and item.role == "tool"
            else item
            for index, item in enumerate(one.talk.turns)
        )
        blind = dataclasses.replace(one.talk, turns=turns)
        silent = dataclasses.replace(
            one.talk, turns=tuple(Turn("user", "Hm.") if item.role == "user" else item for item in one.talk.turns)
        )

        assert reasonings(one.task, blind, one.domain).get(turn) != text
        assert text not in reasonings(one.task, silent, one.domain).values() or text.startswith("Of ")


def test_messages_have_it_where_it_is_asked_for(tmp_path: Path) -> None:
    """By default there is none, and no opening; asked for, each stands in its place, and the other columns stay aligned."""
    run = synthesize(mix=MIX, out=tmp_path / "run", workers=1).folder

    def rows(*words: str) -> dict[str, dict[str, object]]:
        assert writ("export", str(run), *words).code == 0
        tables = [pq.read_table(path) for path in (run / "dataset").glob("*/*.parquet")]
        return {one["trajectory_id"]: one for table in tables for one in table.to_pylist()}

    plain, full = rows(), rows("--reasoning", "brief", "--opening", "--format", "sharegpt", "--format", "openai")
    manifest = json.loads((run / "dataset" / "manifest.json").read_text())
    thoughts = 0
    for key, one in plain.items():
        before, after = [list(map(json.loads, item["messages"])) for item in (one, full[key])]
        bare = [{name: value for name, value in item.items() if name != "reasoning_content"} for item in after]
        thoughts += sum("reasoning_content" in item for item in after)

        assert all("reasoning_content" not in item for item in before)
        assert after[1] == {"role": "assistant", "content": GREETING}
        assert [bare[0], *bare[2:]] == before
        assert len(full[key]["matters"]) == len(after)
        assert [full[key]["matters"][0], *full[key]["matters"][2:]] == one["matters"]
    assert thoughts > 0
    assert (manifest["shape"]["reasoning"], manifest["shape"]["opening"]) == (True, True)
    assert "reasoning_content" not in (run / "exports" / "openai.jsonl").read_text()
    first = pq.read_table(next((run / "sharegpt").glob("*.parquet"))).to_pylist()[0]["conversations"][0]
    assert first["from"] == "human"


def test_another_kind_of_reasoning_is_refused(tmp_path: Path) -> None:
    """With the value and what there is; nothing is written."""
    run = synthesize(mix=MIX, out=tmp_path / "run", workers=1).folder
    before = (run / "dataset" / "manifest.json").read_bytes()
    found = writ("export", str(run), "--reasoning", "long")

    assert found.code == 2
    assert "--reasoning long: there is none or brief" in found.err
    assert (run / "dataset" / "manifest.json").read_bytes() == before
