"""Read back: a published set gives the statistics of its run, and any set can stand beside another."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import writ
from tests.publish.calls import MIX, NAME, connected, files_of
from tests.standins.hub import StandIn
from tests.standins.hub_repos import Blob, Change, Repo
from writ_dspy.domains import load
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.lm.usage import Usage
from writ_dspy.publish import published
from writ_dspy.publish.hub import Place
from writ_dspy.publish.published import Published
from writ_dspy.publish.stage import stage
from writ_dspy.publish.upload import Plan, send
from writ_dspy.report import census
from writ_dspy.report.census import Census, count, rows_of, spread
from writ_dspy.report.summary import Rejection, Report, Tally
from writ_dspy.run.synth import Synthesis, synthesize
from writ_dspy.run.synth import load as load_run
from writ_dspy.task import KINDS

pytest.importorskip("matplotlib", reason="a card has plots: pip install 'writ-dspy[publish]'")
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own

WRIT_2K = ("domain", "trajectory_type", "has_user_script", "messages", "tools")
OTHER = "others/writ-2k"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """With a careless agent, so that some are rejected."""
    return synthesize(mix=MIX, agent="careless", out=tmp_path_factory.mktemp("made") / "run", workers=1)


@pytest.fixture(scope="module")
def hub(run: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """A Hub with that run, and with a set in the layout of WRIT-2K made of its rows."""
    folder = tmp_path_factory.mktemp("hub")
    with connected(folder) as one:
        send(stage(run.folder, NAME, "v1", folder / "staged"), Plan(NAME))
        writ_2k(one, [row for _, table in rows_of(files_of(run.folder)) for row in table.to_pylist()])
        yield one


def public(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the public set has it: structs, in which Arrow fills what is absent with null."""
    messages = [json.loads(message) for message in row["messages"]]
    for message in messages:
        for call in message.get("tool_calls", ()):
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
    return {name: row[name] for name in WRIT_2K} | {"messages": messages}


def writ_2k(hub: StandIn, rows: list[dict[str, Any]]) -> None:
    """Publish rows as the public set has them: few columns, one file, no manifest."""
    import io

    import pyarrow as pa
    from pyarrow.parquet import write_table

    data = io.BytesIO()
    write_table(pa.Table.from_pylist(list(map(public, rows))), data)
    digest = hashlib.sha256(data.getvalue()).hexdigest()
    hub.objects[digest] = data.getvalue()
    hub.repos[OTHER] = Repo(OTHER, private=False)
    hub.repos[OTHER].commit("main", [Change("data/train-0.parquet", Blob.beside(digest, len(data.getvalue())))], {})


# ----------------------------------------------------------------------------- our own


@pytest.mark.usefixtures("hub")
def test_a_published_set_gives_the_report_of_its_run(run: Synthesis) -> None:
    """Report and census of `hf:` equal those of the run, at the branch, the tag and the commit."""
    theirs = load_run(run.folder).report()
    by_name = published.load(f"hf:{NAME}")
    assert isinstance(by_name, Published)
    for name in (NAME, f"{NAME}@v1", f"{NAME}@{by_name.commit}"):
        found = published.load(f"hf:{name}")
        assert isinstance(found, Published)
        assert found.report() == dataclasses.replace(theirs, crash="")
        assert found.census() == count(rows_of(files_of(run.folder)))

    assert theirs.rejections
    assert by_name.census().rows == theirs.total.accepted == sum(len(side) for side in by_name.dataset().values())


def test_the_census_agrees_with_the_columns(run: Synthesis) -> None:
    """What is counted from messages is what the columns say."""
    rows = [row for _, table in rows_of(files_of(run.folder)) for row in table.to_pylist()]
    found = count(rows_of(files_of(run.folder)))

    for name, column in (
        ("turns", "num_turns"),
        ("calls", "num_tool_calls"),
        ("writes", "writes"),
        ("burden", "burden"),
    ):
        assert getattr(found, name) == dict(sorted(Counter(row[column] for row in rows).items()))
    assert found.tasks == len({row["task_id"] for row in rows})
    assert found.splits == {side: n for side in ("train", "test") if (n := sum(row["split"] == side for row in rows))}
    report = run.report()
    accepted = {(d.partition(":")[2], k): tally.accepted for (d, k), tally in report.by_kind.items() if tally.accepted}
    assert dict(found.kinds) == accepted


def test_the_census_does_not_depend_on_the_order(run: Synthesis) -> None:
    """Rows in another order, in other batches, come to the same."""
    tables = list(rows_of(files_of(run.folder)))
    single = [(split, table.slice(at, 1)) for split, table in tables for at in range(len(table))]
    random.Random(1).shuffle(single)

    assert census.count(single) == census.count(tables)


TALLIES = st.builds(Tally, *[st.integers(0, 99)] * 5)
COUNTS = st.integers(0, 10**6)
TEXTS = st.text(max_size=20)
USAGE = st.builds(
    Usage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.just(1.5), st.dictionaries(TEXTS, COUNTS).map(Counter), COUNTS,
    st.dictionaries(TEXTS, COUNTS).map(Counter), st.dictionaries(TEXTS, COUNTS).map(Counter), st.just(0.25),
)  # fmt: skip
REPORTS = st.builds(
    Report,
    total=TALLIES,
    by_kind=st.dictionaries(st.tuples(TEXTS, st.sampled_from(KINDS)), TALLIES, max_size=4),
    by_writes=st.dictionaries(st.integers(0, 5), TALLIES),
    by_burden=st.dictionaries(st.integers(0, 16), TALLIES),
    rejections=st.lists(st.builds(Rejection, TEXTS, COUNTS, COUNTS, TEXTS), max_size=3).map(tuple),
    tools=st.dictionaries(st.tuples(TEXTS, TEXTS), COUNTS, max_size=4),
    redraws=COUNTS,
    owed_again=COUNTS,
    crash=TEXTS,
    contamination=st.dictionaries(TEXTS, COUNTS, max_size=3),
    wording=st.dictionaries(TEXTS, COUNTS, max_size=3),
    usage=st.dictionaries(TEXTS, USAGE, max_size=2),
    seconds=st.none() | st.just(2.5),
)


@given(REPORTS)
def test_any_report_survives_json(report: Report) -> None:
    """What is published of a report gives back the report."""
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_the_spread_is_that_of_the_sorted_values(values: list[int]) -> None:
    """Least, median, mean, 95 % and most, by brute force."""
    ordered, found = sorted(values), spread(Counter(values))

    assert found is not None
    assert (found["least"], found["most"]) == (ordered[0], ordered[-1])
    for name, share in (("median", 0.5), ("p95", 0.95)):
        assert found[name] == next(v for i, v in enumerate(ordered, 1) if i >= share * len(ordered))
    assert found["mean"] == round(sum(values) / len(values), 2)


# ----------------------------------------------------------------------------- WRIT-2K


@pytest.mark.usefixtures("hub")
def test_the_layout_of_writ_2k_gives_the_same_statistics(run: Synthesis) -> None:
    """Five columns tell as much as ours, but for what only ours say; that is empty, not zero."""
    ours, found = count(rows_of(files_of(run.folder))), published.load(f"hf:{OTHER}")
    assert isinstance(found, Published)
    theirs = found.census()

    for name in ("rows", "kinds", "turns", "calls", "tokens", "tools", "writes"):
        assert getattr(theirs, name) == getattr(ours, name), name
    assert (theirs.tasks, theirs.burden, theirs.speakers) == (None, {}, {})
    with pytest.raises(StoreError, match="how it was made is unknown"):
        found.report()


def test_messages_and_tools_as_text(run: Synthesis) -> None:
    """Older sets have both as JSON text: it is read all the same, and comes to the same."""
    import pyarrow as pa

    rows = [row for _, table in rows_of(files_of(run.folder)) for row in table.to_pylist()]
    plain = list(map(public, rows))
    as_text = [row | {name: json.dumps(row[name]) for name in ("messages", "tools")} for row in plain]
    found = [census.count([("train", pa.Table.from_pylist(some))]) for some in (plain, as_text)]

    assert found[0] == found[1]


def test_a_domain_that_writ_does_not_know() -> None:
    """Its tools are unknown, so writes are not counted; the rest is."""
    import pyarrow as pa

    row = {"domain": "telecom", "trajectory_type": "hard", "tools": [], "messages": [{"role": "user", "content": "Hi"}]}
    found = census.count([("train", pa.Table.from_pylist([row]))])

    assert (found.kinds, found.writes, found.turns) == ({("telecom", "hard"): 1}, {}, {1: 1})
    assert census.write_tools("telecom") is None
    assert census.write_tools("retail") == {tool for tool, kind in load("tau2:retail").kinds.items() if kind == "write"}


def test_rows_that_are_no_trajectories() -> None:
    """Named by what they lack, or by what stands there instead."""
    import pyarrow as pa

    with pytest.raises(StoreError, match=r"have no domain, trajectory_type, tools \(only messages\)"):
        census.count([("train", pa.table({"messages": ["x"]}))])
    bad = {name: ["retail"] for name in census.NEEDED}
    with pytest.raises(StoreError, match="holds messages or tools that are no chat"):
        census.count([("train", pa.table(bad))])


# ----------------------------------------------------------------------------- the command line


@pytest.mark.usefixtures("hub")
def test_sets_side_by_side(run: Synthesis) -> None:
    """A run, what was published of it and another set, in one table; what a set does not say is a dash."""
    ended = writ("report", run.folder, f"hf:{NAME}", f"hf:{OTHER}")
    cells = {line[:30].strip(): line.split() for line in ended.out.splitlines()}
    rows = str(count(rows_of(files_of(run.folder))).rows)

    assert ended.code == 0, ended.err
    assert cells["all"] == ["all", rows, rows, rows]
    assert cells["tasks"][-1] == "–"
    found = json.loads(writ("report", run.folder, f"hf:{NAME}", "--json").out)["sets"]
    assert found[0]["census"] == found[1]["census"]


@pytest.mark.usefixtures("hub")
def test_report_of_a_published_set(run: Synthesis) -> None:
    """The same tables as for the run, and as JSON the same numbers."""
    ours, theirs = json.loads(writ("report", run.folder, "--json").out), writ("report", f"hf:{NAME}", "--json")

    found = json.loads(theirs.out)["report"]
    assert found == {name: ours[name] for name in found}
    assert "rejected by" in writ("report", f"hf:{NAME}").out
    assert "was not published by writ" in writ("report", f"hf:{OTHER}").out


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("hf:nobody/nothing", "no such thing, or this token may not see it"),
        (f"hf:{NAME}@v9", "no such thing, or this token may not see it"),
        ("hf:nonsense", "names no dataset repository"),
    ],
)
def test_what_is_not_there(name: str, seen: str) -> None:
    """One line, exit code 2."""
    ended = writ("report", name)

    assert ended.code == 2
    assert seen in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.usefixtures("hub")
def test_a_set_stands_beside_others_only_once() -> None:
    """The same name twice is a slip."""
    with pytest.raises(ConfigError, match="name each once"):
        published.compare([f"hf:{NAME}", f"hf:{NAME}"])


@pytest.mark.parametrize("text", ["hf:me/set", "hf://datasets/me/set", "me/set", "hf:datasets/me/set"])
def test_a_name_in_any_form(text: str) -> None:
    """With and without what other tools write before it."""
    assert Place.of(text) == Place("me/set")
    assert Place.of(f"{text}@v1.0") == Place("me/set", "v1.0")


def test_an_empty_census_shows_dashes() -> None:
    """Nothing is divided by nothing."""
    nothing = Census(0, {}, None, {}, {}, {}, {}, {}, {}, {}, {})

    assert all(set(cells) <= {"0", "–"} for _, cells in census.lines([nothing]))
