"""Preference pairs: one talk, two steps; the one is part of what was accepted, and a check rejects the other at that very step."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import pytest
from pyarrow.parquet import read_table

from tests.simulate.playing import Played, play, some_of
from writ_dspy.conversation import StopReason, Turn
from writ_dspy.dataset.drafts import Drafts
from writ_dspy.dataset.formats import convert
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.missteps import CARELESS, SOURCES, Talk, without
from writ_dspy.dataset.pairs import COLUMNS, MOST, REJECTED, STEPWISE, Pair, pairs, record, schema, step_findings
from writ_dspy.dataset.rows import row
from writ_dspy.errors import ConfigError
from writ_dspy.evidence.resolve import decide
from writ_dspy.simulate.loop import played as made_by
from writ_dspy.simulate.loop import world_after
from writ_dspy.simulate.scripted import CarelessAgent
from writ_dspy.task import Call
from writ_dspy.train import Episode
from writ_dspy.verify.checks import CHECKS, verify

EXPECTED = {
    "one read too early": {"identified_before_write"},
    "without a yes": {"confirmed_before_write"},
    "the second best": {"no_unwanted_write"},
    "another value": {"no_unwanted_write"},
    "granted against policy": {"no_unwanted_write"},
    "against the user's condition": {"no_unwanted_write"},
}
"""Checks of which one finds fault with each source of the certificate."""


source = attrgetter("source")


@pytest.fixture(scope="module")
def found(played: list[Played]) -> list[Pair]:
    """All pairs of some of the conversations, of every source; what policy denies is among them."""
    denied = [item for item in played if any(outcome.denied for outcome in item.task.outcomes)]
    some = {item.task.id: item for item in (*played[::8], *denied[:3])}
    return [pair for item in some.values() for pair in pairs(item.task, item.talk, item.domain, most=len(SOURCES))]


@pytest.mark.parametrize("few", [4, pytest.param(10**6, marks=pytest.mark.slow)])
@pytest.mark.long
def test_every_pair_is_proven(found: list[Pair], few: int) -> None:
    """The whole talk of the chosen step is accepted; the rejected step has a finding at its turn that the chosen one has not."""
    some = [pair for _, alike in groupby(sorted(found, key=source), source) for pair in islice(alike, few)]
    talks = {id(pair.talk): pair.talk for pair in some}
    accepted = {key: verify(*talk).accepted for key, talk in talks.items()}
    for pair in some:
        task, talk, domain = pair.talk
        before = talk.turns[: pair.turn]
        made = made_by(domain, world_after(domain, before), pair.rejected)
        judged = verify(task, replace(talk, turns=(*before, *made), stop=StopReason.CUT_OFF), domain)
        here = {(one.check, one.saw) for one in judged.findings if one.turn == pair.turn}

        assert accepted[id(pair.talk)]
        assert talk.turns[pair.turn] == pair.chosen
        assert pair.findings
        assert {(one.check, one.saw) for one in pair.findings} <= here
        assert not step_findings(pair.talk, pair.turn, pair.chosen)


def test_every_source_of_the_certificate_makes_pairs(found: list[Pair]) -> None:
    """Each of them, with the check that it is about; and most habits of the careless agent."""
    by_source: dict[str, Counter[str]] = {}
    for pair in found:
        by_source.setdefault(pair.source, Counter()).update({finding.check for finding in pair.findings})

    for source, checks in EXPECTED.items():
        assert sum(by_source[source][check] for check in checks), source
    assert sum(source.startswith(CARELESS) for source in by_source) >= 8


def test_a_write_too_early_is_the_right_one(found: list[Pair]) -> None:
    """Its arguments are those of the gold: what is wrong is the moment alone."""
    early = [pair for pair in found if pair.source == "one read too early"]

    assert early
    for pair in early:
        (call,) = pair.rejected.calls
        assert call in pair.talk.task.gold
        assert pair.chosen.calls
        assert "identified_before_write" in {finding.check for finding in pair.findings}


def test_the_second_best_is_best_without_the_best(found: list[Pair]) -> None:
    """By brute force: some row that was shown is taken from the world, and the decision then comes to this write."""
    second = [pair for pair in found if pair.source == "the second best"]

    assert second
    for pair in second:
        task, _, domain = pair.talk
        (call,) = pair.rejected.calls
        rows = [
            row
            for outcome in task.decided
            for read in outcome.trace
            for some in domain.read(read).views.values()
            for row in some
        ]
        assert call not in task.gold
        assert any(_comes_to(pair.talk, call, row) for row in rows)


def _comes_to(at: Talk, call: Call, row: dict[str, object]) -> bool:
    for decision in at.task.goal.decisions:
        try:
            if decide(decision, at.domain, without(row, at.domain)).call == call:
                return True
        except Exception:  # noqa: BLE001, S112 - without other rows it comes to nothing
            continue
    return False


def test_what_is_granted_was_refused(found: list[Pair]) -> None:
    """The chosen step refuses in words, the rejected one is a write of a tool whose decision policy, or the user's condition, stops."""
    stops = {
        "granted against policy": lambda outcome: outcome.denied,
        "against the user's condition": lambda outcome: outcome.own,
    }
    granted = [pair for pair in found if pair.source in stops]

    assert {pair.source for pair in granted} == set(stops)
    for pair in granted:
        refused = {decision.tool for decision, outcome in pair.talk.decisions() if stops[pair.source](outcome)}
        assert pair.chosen.text
        assert {call.tool for call in pair.rejected.calls} <= refused


def test_pairs_are_few_different_and_the_same_again(played: list[Played]) -> None:
    """Of one conversation not more than asked for, each of another source; the same conversation gives the same pairs."""
    for item in some_of(played, 3):
        first = list(pairs(item.task, item.talk, item.domain))

        assert len(first) <= MOST
        assert len({pair.source for pair in first}) == len(first)
        assert list(pairs(item.task, item.talk, item.domain)) == first


@pytest.mark.long
def test_a_rejected_conversation_is_set_right_at_its_first_fault(played: list[Played]) -> None:
    """The chosen step is what the careful agent does there, and the whole talk that follows is accepted."""
    made = [
        pair
        for item in played[::2]
        for pair in pairs(item.task, play(item.task, CarelessAgent()).talk, item.domain, most=1)
    ]
    corrected = [pair for pair in made if pair.source == REJECTED]

    assert len(corrected) >= 5
    for pair in corrected:
        verdict = verify(*pair.talk)
        assert not verdict.accepted
        assert pair.turn == min(finding.turn for finding in verdict.findings)
        assert pair.talk.talk.turns[pair.turn] == pair.rejected
        assert {finding.check for finding in pair.findings} <= STEPWISE
        assert not step_findings(pair.talk, pair.turn, pair.chosen)


def test_a_step_without_fault_is_never_rejected(played: list[Played]) -> None:
    """Each step of an accepted conversation, judged where it stands, has no finding: so nothing right is ever called wrong."""
    for item in some_of(played, 4):
        at = Talk(item.task, item.talk, item.domain)
        for index, turn in at.agent():
            assert not step_findings(at, index, turn)
        at_end = len(item.talk.turns)
        assert not step_findings(at, at_end, Turn("agent", "Thank you, goodbye."))


def test_checks_that_look_at_the_end_judge_no_step() -> None:
    """What a cut would make them find says nothing of the step."""
    assert {check.__name__ for check in CHECKS} > STEPWISE
    assert not STEPWISE & {"completed", "end_state", "communicated", "user_faithful", "replay"}


def test_a_row_begins_as_the_dataset_does(found: list[Pair]) -> None:
    """The prompt and the chosen step are the messages of the accepted conversation; each side is one message of the assistant."""
    for pair in found[::7]:
        made = record(pair, "train")
        task, talk, domain = pair.talk
        whole = to_messages(talk, domain)
        count = len(made["prompt"])

        assert [*made] == [*COLUMNS] == schema().names
        assert [json.loads(one) for one in (*made["prompt"], *made["chosen"])] == whole[: count + 1]
        assert [json.loads(one)["role"] for one in (*made["chosen"], *made["rejected"])] == ["assistant", "assistant"]
        assert made["chosen"] != made["rejected"]
        assert made["task_id"] == task.id


def test_the_forms_of_a_run_take_the_run(tmp_path: Path) -> None:
    """From rows alone they cannot be made; the message says so."""
    with Drafts(tmp_path) as drafts, pytest.raises(ConfigError, match="made from a run folder"):
        convert({}, drafts, ["pairs"])


@pytest.mark.long
def test_an_exported_task_is_played(small_run: Path, tmp_path: Path) -> None:
    """`--format env` and `pairs`, through the command: each one of the one plays, and the other stands with its finding."""
    from tests.calls import writ

    out = tmp_path / "set"
    writ(
        "export",
        small_run,
        "--out",
        out,
        "--format",
        "env",
        "--format",
        "pairs",
        "--test-share",
        "0.3",
        "--workers",
        "1",
    )
    env = [one for path in sorted(out.glob("env/*.parquet")) for one in read_table(path).to_pylist()]
    ones = [one for path in sorted(out.glob("pairs/*.parquet")) for one in read_table(path).to_pylist()]
    firsts = {one["task_id"]: json.loads(one["messages"][1])["content"] for path in out.glob("*/*.parquet") if path.parent.name in ("retail", "airline") for one in read_table(path).to_pylist()}  # fmt: skip

    assert {task["task_id"] for task in env} == firsts.keys()
    for task in env:
        assert Episode(domain=task["environment"]).reset(**task) == firsts[task["task_id"]]
        assert task["prompt"][-1] == {"role": "user", "content": ""}
    assert len({one["pair_id"] for one in ones}) == len(ones) >= len(env)
    assert all(one["check"] in STEPWISE and one["saw"] for one in ones)
    assert {one["split"] for one in ones} == {"train", "test"}
    sides = {task["task_id"]: task["split"] for task in env}
    assert all(sides[one["task_id"]] == one["split"] for one in ones if one["task_id"] in sides)


def test_a_row_says_which_messages_matter(played: list[Played]) -> None:
    """One word per message: every gold write, each read of the evidence once, and a refusal wherever something is denied."""
    for item in played:
        made = row(item.task, item.talk, item.domain)
        marked = Counter(made["matters"])
        told = zip(made["messages"], made["matters"], strict=True)

        assert marked["write"] == len(item.task.gold)
        assert marked["evidence"] >= 1
        assert bool(marked["refusal"]) is any(outcome.refusal is not None for outcome in item.task.decided)
        assert all(message["role"] == "assistant" for message, why in told if why)
