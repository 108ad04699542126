"""A calibration measures a student whose ability is known, loses nothing, spends no more than it may, and changes no run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.calls import start, writ
from tests.standins.server import Fault, StandIn
from tests.standins.student import Student
from writ_dspy import synthesize
from writ_dspy.dataset.calibrated import Band, Tries
from writ_dspy.dataset.messages import to_messages
from writ_dspy.domains import load as domain_of
from writ_dspy.errors import StoreError
from writ_dspy.lm.endpoint import RoleLMs
from writ_dspy.report.passing import rate
from writ_dspy.run.dry import write_dry
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import Synthesis, load
from writ_dspy.store.run import Run
from writ_dspy.task import Task
from writ_dspy.train.calibration import Calibration, calibrate

N, K, ABILITY = 8, 3, 0.5


def ability(_: Task) -> float:
    return ABILITY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A run; whoever changes it takes a copy."""
    return synthesize(n=N, seed=5, out=tmp_path_factory.mktemp("calibrated") / "run", workers=1)


@pytest.fixture(scope="module")
def student(made: Synthesis) -> Student:
    return Student(made.tasks(), K + 1, made.settings.seed, ability)


@pytest.fixture(scope="module")
def server(student: Student) -> Iterator[StandIn]:
    with StandIn(student) as server:
        yield server


@pytest.fixture
def run(made: Synthesis, tmp_path: Path) -> Path:
    shutil.copytree(made.folder, tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture(scope="module")
def done(made: Synthesis, server: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is calibrated."""
    folder = tmp_path_factory.mktemp("done") / "run"
    shutil.copytree(made.folder, folder)
    calibrate(folder, played_by(server.url), K)
    return folder


def played_by(url: str) -> RoleLMs:
    return RoleLMs.of(None, {"agent": url})


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def agrees(found: Calibration, student: Student, tries: int) -> None:
    """Each task's count is what the student solved of these tries."""
    for one in found.difficulty.tasks:
        assert one.tries == tries
        assert one.passed == sum(student.solved[f"{one.task_id}.{attempt}"] for attempt in range(tries))


@pytest.mark.long
def test_what_is_measured_is_the_students_ability(done: Path, student: Student, server: StandIn) -> None:
    """Each try comes out as the student plays it; the intervals of the whole, and of nine of ten groups and tasks, cover what it can."""
    found = calibrate(done, played_by(server.url), K)

    agrees(found, student, K)
    assert Settings.of(Run.read(found.folder)).corrections == 0  # whoever is measured is told nothing
    assert len(found.difficulty.tasks) == found.difficulty.total == N
    for k in range(1, K + 1):
        seen = found.difficulty.pass_hat(k)
        assert seen is not None
        assert seen.low <= ABILITY**k <= seen.high
    table = found.difficulty.to_json()
    groups = [one for name in ("by_cell", "by_writes", "by_burden", "by_denied") for one in table[name]]
    inside = [one["pass^1"]["low"] <= ABILITY <= one["pass^1"]["high"] for one in groups]
    assert sum(inside) >= 0.9 * len(inside)
    covered = [one["low"] <= ABILITY <= one["high"] for one in table["tasks"]]
    assert sum(covered) >= 0.9 * len(covered)
    for name in ("by_cell", "by_writes", "by_burden", "by_denied"):
        assert sum(one["tasks"] for one in table[name]) == N
        assert sum(one["passed"] for one in table[name]) == table["total"]["passed"]


def test_in_mode_chat_the_student_is_asked_as_rows_show_it(run: Path, student: Student, server: StandIn) -> None:
    """It comes to the same; what it is sent are the messages of the rows that come of it, with the tools of the domain."""
    before = len(server.requests)
    ended = writ("calibrate", run, "--lm", server.url, "-k", 1, "--mode", "chat", "--json")
    found = calibrate(run, played_by(server.url), 1, mode="chat")
    assert ended.code == 0, ended.err
    assert found.folder.name == "stand-in-chat"
    agrees(found, student, 1)
    bodies = [seen.body for seen in server.requests[before:] if "<policy>" in str(seen.body["messages"][0]["content"])]
    chats = load(found.folder).conversations()
    assert chats
    for chat in chats:
        domain = domain_of(chat.task.domain)
        rows = to_messages(chat.talk, domain)
        sent = max(
            (body for body in bodies if body["messages"][1]["content"] == rows[1]["content"]),
            key=lambda body: len(body["messages"]),
        )
        bare = [{key: value for key, value in message.items() if key != "name"} for message in rows[:-1]]
        for message in bare:
            for call in message.get("tool_calls", ()):
                call["function"]["arguments"] = json.dumps(call["function"]["arguments"], ensure_ascii=False)
        assert sent["messages"] == bare
        assert [one["function"]["name"] for one in sent["tools"]] == [one["function"]["name"] for one in domain.tools]
    with pytest.raises(StoreError, match="mode chat"):
        calibrate(run, played_by(server.url), 1, out=found.folder)


def test_the_run_stays_as_it_is(run: Path, server: StandIn) -> None:
    """Calibrated elsewhere, no byte of it changes; the calibration is a run of its own, which `show` and `report` read."""
    before = files(run)
    out = run.parent / "out"
    assert writ("calibrate", run, "--lm", server.url, "-k", 1, "--out", out).code == 0

    assert files(run) == before
    assert writ("show", out, "--rejected").code == 0
    assert json.loads(writ("report", out, "--json").out)["total"]["conversations"] == N


@pytest.mark.long
def test_a_calibration_that_is_stopped_goes_on(run: Path, student: Student, server: StandIn) -> None:
    """Its tokens spent, it begins nothing more and says what is owed; asked again it plays that alone, to the same end."""
    before = student.asked
    whole = calibrate(run, played_by(server.url), K, out=run.parent / "whole")
    cost = student.asked - before
    part = calibrate(run, played_by(server.url), K, tokens=whole.tokens // 3, concurrency=1)
    middle = student.asked - before - cost

    assert part.spent
    assert 0 < part.owed < N * K
    assert part.tokens < 2 * whole.tokens / 3  # a third, and the talk that was under way, which may be a long one
    again = calibrate(run, played_by(server.url), K, tokens=whole.tokens // 3)
    assert (again.owed, again.tokens) == (part.owed, part.tokens)
    rest = calibrate(run, played_by(server.url), K)
    assert (rest.owed, rest.spent) == (0, False)
    assert rest.difficulty.tasks == whole.difficulty.tasks
    assert student.asked - before - cost == cost
    assert middle < cost
    assert rest.tokens == whole.tokens


def test_more_tries_are_added(run: Path, student: Student, server: StandIn) -> None:
    """A larger k plays what is new; a smaller one leaves what is there."""
    calibrate(run, played_by(server.url), 1)
    before = student.asked
    more = calibrate(run, played_by(server.url), 2)
    agrees(more, student, 2)
    assert student.asked > before
    before = student.asked
    fewer = calibrate(run, played_by(server.url), 1)

    assert fewer.difficulty.tasks == more.difficulty.tasks
    assert student.asked == before


def test_a_run_that_has_grown_is_calibrated_further(run: Path) -> None:
    """The tasks that are new are played; the tries at the others stand."""
    with StandIn(Student([], 1, 5, ability)) as hopeless:
        first = calibrate(run, played_by(hopeless.url), 1)
        synthesize(n=N + 3, seed=5, out=run, workers=1, grow=True)
        more = calibrate(run, played_by(hopeless.url), 1)

    assert (first.difficulty.total, more.difficulty.total) == (N, N + 3)
    assert more.difficulty.tasks[:N] == first.difficulty.tasks
    assert more.difficulty.pass_hat(1) == rate([0.0] * (N + 3))


def test_a_calibration_lacks_no_task_that_its_run_could_not_find(run: Path) -> None:
    """What ran dry in the run is known to have run dry in its calibration, which would else seem to owe tasks."""
    cell = str(load(run).settings.mix.cells[0])
    write_dry(Run.read(run), {cell: "there are no more"})
    with StandIn(Student([], 1, 5, ability)) as hopeless:
        found = calibrate(run, played_by(hopeless.url), 1)

    assert load(found.folder).dry == {cell: "there are no more"}


def test_another_student_needs_another_folder(run: Path, server: StandIn) -> None:
    """Two models, or one with other settings, are never counted together."""
    out = run.parent / "out"
    calibrate(run, played_by(server.url), 1, out=out)
    before = files(out)
    lms = run.parent / "lms.yaml"
    lms.write_text("agent:\n  temperature: 0.1\n")
    ended = writ("calibrate", run, "--lm", server.url, "--lms", lms, "-k", 1, "--out", out)

    assert ended.code == 2
    assert "temperature 0.1" in ended.err
    assert ended.err.count("\n") == 1
    assert files(out) == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nowhere", "--lm", "URL"], 2, "nowhere"),
        (["RUN", "--lm", "URL", "-k", "0"], 2, "k = 0"),
        (["RUN", "--lm", "URL", "--tokens", "0"], 2, "tokens = 0"),
        (["RUN", "--lm", "nonsense"], 2, "no model URL"),
        (["RUN"], 2, "name the student"),
        (["RUN", "--lm", "URL", "--mode", "guided"], 2, "mode free or chat"),
        (["RUN", "--lm", "URL", "--concurrency", "0"], 2, "concurrency"),
        (["RUN", "--lm", "sglang://127.0.0.1:9/nobody"], 1, "127.0.0.1:9"),
        (["EMPTY", "--lm", "URL"], 2, "no task yet"),
        (["RUN", "--lm", "URL", "--out", "RUN"], 2, "is no calibration"),
    ],
)
def test_bad_requests_change_nothing(server: StandIn, run: Path, words: list[str], code: int, says: str) -> None:
    """One line that names the value, and no folder is made; a server that is not there is no request gone wrong."""
    empty = run.parent / "empty"
    shutil.copytree(run, empty)
    for name in ("tasks", "conversations", "verdicts"):
        (empty / f"{name}.jsonl").write_bytes(b"")
    before = files(run.parent)
    place = {"RUN": run, "EMPTY": empty, "URL": server.url}
    ended = writ("calibrate", *(place.get(word, word) for word in words))

    assert ended.code == code, ended.err
    assert says in ended.err
    assert ended.err.count("error:") == 1
    assert files(run.parent) == before


def test_a_student_that_never_answers_is_given_up(run: Path) -> None:
    """Replies that nobody can use: one message, exit 1, what crashed is owed, and no rate is made of it."""
    with StandIn(
        lambda body: Fault("refusal") if "conversation" in str(body["messages"][-1]["content"]) else {}
    ) as server:
        ended = writ("calibrate", run, "--lm", server.url, "-k", K)

    assert ended.code == 1
    assert ended.err.count("error:") == 1
    assert "Traceback" not in ended.err


def test_what_crashed_says_why(run: Path) -> None:
    """Too few tries for a streak: the reason stands in the figures, with the command that shows the talks; who is heard has none."""
    with StandIn(lambda _: Fault("refusal")) as server:
        ended = writ("calibrate", run, "--lm", server.url, "-k", 1)
    found = json.loads(writ("report", run, "--json").out)["difficulty"][0]

    assert ended.code == 1
    assert "first crash: " in ended.out
    assert f"writ show {run / 'calibrations' / 'stand-in'} --crashed" in ended.out
    assert found["crashed"] == N
    assert ".0.crash0: " in found["crash"]
    with StandIn(Student([], 1, 5, ability)) as hopeless:
        again = writ("calibrate", run, "--lm", hopeless.url, "-k", 1)
    assert again.code == 0
    assert "first crash" not in again.out


# ----------------------------------------------------------------------------- what it is for


def rows(folder: Path) -> set[str]:
    return {
        row["task_id"] for path in folder.rglob("dataset/*/*.parquet") for row in pq.read_table(path).to_pylist()
    } | {row["task_id"] for path in folder.glob("*/*.parquet") for row in pq.read_table(path).to_pylist()}


@pytest.mark.parametrize("band", ["0.3:0.7", "0:0", "1:1", "0.6:1"])
def test_a_band_keeps_the_tasks_whose_rate_lies_in_it(done: Path, student: Student, tmp_path: Path, band: str) -> None:
    """Both ends included; each that is left out says how often it was passed."""
    low, high = map(float, band.split(":"))
    wanted = {
        key.rpartition(".")[0] for key in student.solved
        if low <= sum(student.solved[f"{key.rpartition('.')[0]}.{a}"] for a in range(K)) / K <= high
    }  # fmt: skip
    out = tmp_path / "set"
    ended = writ("export", done, "--band", band, "--out", out, "--format", "env", "--workers", 1, "--json")
    if not wanted:
        assert ended.code == 2
        assert not out.exists()
        return
    made = json.loads(ended.out)

    assert rows(out) == wanted
    assert len(made["dropped"]["ids"]) == N - len(wanted)
    assert all(why.startswith("outside the band: passed ") for why in made["dropped"]["ids"].values())
    kept = json.loads((out / "manifest.json").read_text())["shape"]
    assert (kept["band"], kept["calibration"]) == ([low, high], "stand-in")
    same = writ("export", done, "--keep-shape", "--out", out, "--workers", 1, "--json")
    assert json.loads(same.out)["dropped"] == made["dropped"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--band", "0.34:0.36"], "leaves no row"),
        (["--band", "0.8:0.2"], "LOW:HIGH"),
        (["--band", "half"], "LOW:HIGH"),
        (["--band", "0:2"], "LOW:HIGH"),
        (["--band", "0:1", "--calibration", "gpt"], "no such calibration"),
        (["--calibration", "stand-in"], "add --band"),
    ],
)
def test_a_band_that_cannot_be_is_refused(done: Path, words: list[str], says: str) -> None:
    """Nothing in it, no band, no such calibration: exit 2, and nothing is written."""
    before = files(done)
    ended = writ("export", done, *words, "--workers", 1)

    assert ended.code == 2
    assert says in ended.err
    assert set(files(done)) == set(before)


def test_a_run_without_a_calibration_has_no_band(run: Path) -> None:
    """The message has the command that makes one."""
    ended = writ("export", run, "--band", "0:1")

    assert ended.code == 2
    assert f"writ calibrate {run}" in ended.err


def test_tasks_that_are_not_played_to_the_end_are_in_no_band() -> None:
    """A rate of some of the tries is not that of all of them."""
    assert Band(0, 1).lacks(None) is not None
    assert Band(0, 1).lacks(Tries(1, 2, 4)) == "not calibrated: 2 of 4 tries are judged"
    assert Band(0, 1).lacks(Tries(1, 4, 4)) is None
    assert Band(0.25, 0.25).lacks(Tries(1, 4, 4)) is None


def test_the_report_of_the_run_shows_it(done: Path) -> None:
    """Difficulty over writes, burden and what is denied, in words and in JSON; a run without one has none."""
    said, found = writ("report", done).out, json.loads(writ("report", done, "--json").out)

    assert "pass^1, some denied" in said
    assert "tries passed" in said
    (one,) = found["difficulty"]
    assert one["interval"] == "Wilson, 95 %"
    assert one["calibration"] == "stand-in"
    assert {"writes", "burden", "denied", "domain", "kind", "pass^1", f"pass^{K}"} <= one["by_cell"][0].keys()


@pytest.mark.slow
def test_a_killed_calibration_loses_nothing(made: Synthesis, tmp_path: Path) -> None:
    """Killed at some moment, again and again: what was judged stays judged, and the end is that of a call left alone."""
    shutil.copytree(made.folder, tmp_path / "run")
    student = Student(made.tasks(), 8, made.settings.seed, ability)
    with StandIn(student, delay=0.01) as server:
        words: list[Any] = ["calibrate", tmp_path / "run", "--lm", server.url, "-k", 8, "--concurrency", 4, "-q"]
        kept = 0
        for wait in (6.0, 8.0, 10.0):
            with start(*words) as process:
                try:
                    process.wait(wait)
                except Exception:  # noqa: BLE001 - it is still at it
                    process.kill()
            place = tmp_path / "run" / "calibrations" / "stand-in" / "verdicts.jsonl"
            now = len(place.read_bytes().splitlines()) if place.exists() else 0
            assert now >= kept
            kept = now
        found = calibrate(tmp_path / "run", played_by(server.url), 8)

    agrees(found, student, 8)
    assert load(tmp_path / "run").report().total.conversations == N


@pytest.mark.slow
def test_what_is_hard_is_seen_to_be_hard(tmp_path: Path) -> None:
    """A student that fails with burden: on 80 tasks the groups' intervals cover what it can, and the order is the true one."""
    run = synthesize(n=80, seed=9, out=tmp_path / "run", workers=2)
    able = lambda task: max(0.1, 0.9 - 0.1 * task.axes.burden)  # noqa: E731
    student = Student(run.tasks(), 4, run.settings.seed, able)
    with StandIn(student) as server:
        found = calibrate(run.folder, played_by(server.url), 4)

    agrees(found, student, 4)
    groups = found.difficulty.to_json()["by_burden"]
    covered = [one["pass^1"]["low"] <= max(0.1, 0.9 - 0.1 * one["burden"]) <= one["pass^1"]["high"] for one in groups]
    assert sum(covered) >= 0.9 * len(covered)
    rates = [one["pass^1"]["value"] for one in groups if one["tasks"] >= 5]
    assert rates[0] > rates[-1] + 0.2
