"""`writ optimize` and `writ programs` as they are called: one message for what cannot work, and figures for what did."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.calls import start, until, writ
from tests.standins.server import Fault, StandIn
from tests.standins.synthetic import RULES, Synthetic, tasks_for
from writ_dspy.cli import optimize as cli_optimize
from writ_dspy.lm import Connection
from writ_dspy.optimize.ledger import CALLS
from writ_dspy.programs.compiled import SHIPPED, best, found

NOWHERE = "sglang://127.0.0.1:9/model"
SPLIT = ("--split", "0.5,0.25,0.25")


@pytest.fixture
def synthetic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Synthetic]:
    """The engines behind the connections that a call makes, in a folder of its own."""
    tasks = tasks_for("user")
    made: list[Synthetic] = []

    def connect(settings: Any, *, role: str) -> Connection:
        made.append(Synthetic("user", tasks))
        return Connection.over(made[-1], settings, role=role)

    monkeypatch.setattr("writ_dspy.lm.connect", connect)
    monkeypatch.setattr(cli_optimize, "_tasks", lambda *_: tasks)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WRIT_PROGRAMS", str(tmp_path / "programs"))
    return made


@pytest.mark.long
def test_a_run_is_told_and_its_program_is_listed_and_used(synthetic: list[Synthetic], tmp_path: Path) -> None:
    """Progress, before and after, the diff, the picture; then `writ programs` has it, and `--auto` takes it."""
    done = writ("optimize", "user", "--lm", NOWHERE, "--reflection-lm", NOWHERE, "--rollouts", 60, *SPLIT)
    folder = tmp_path / "runs" / "optimize-user-gepa"
    (path,) = (tmp_path / "programs").glob("user--model--*.json")
    asked = sum(sum(engine.calls.values()) for engine in synthetic)

    assert done.code == 0, done.err
    assert "search: " in done.err
    assert "/60 rollouts, " in done.err
    assert all(f"+- {rule.text}" in done.out for rule in RULES["user"])
    assert all(
        word in done.out
        for word in ("better on tasks that it had not seen", "held out, 5 tasks", "95 %", "━", "held-out")
    )
    assert f"--program user={path.stem} --mode free" in done.out
    assert {"outcome.json", "diff.txt", "score.png"} <= {one.name for one in folder.iterdir()}
    assert len((folder / CALLS).read_text().splitlines()) == asked

    again = writ("optimize", "user", "--lm", NOWHERE, "--reflection-lm", NOWHERE, "--rollouts", 60, *SPLIT, "--json")
    assert json.loads(again.out) == json.loads((folder / "outcome.json").read_text())
    assert sum(sum(engine.calls.values()) for engine in synthetic) == asked

    listed, rows = writ("programs"), json.loads(writ("programs", "--json").out)["programs"]
    (row,) = (one for one in rows if one["role"] == "user")
    shipped = {one.path.stem for one in found(SHIPPED)}
    assert {one["name"] for one in rows} == {path.stem} | shipped
    assert row["name"] == path.stem
    assert row["provenance"]["heldout"]["after"]["mean"] > row["provenance"]["heldout"]["before"]["mean"]
    assert f"{row['provenance']['heldout']['after']['mean']:.3f}" in listed.out
    assert row["digest"] in listed.out
    taken = best("user", "model")
    assert taken is not None
    assert taken.path == path

    other = writ("optimize", "user", "--lm", NOWHERE, "--reflection-lm", NOWHERE, "--rollouts", 60, *SPLIT, "--seed", 1)
    assert (other.code, other.err.count("\n")) == (2, 1)
    assert "seed is 0 there and 1 here" in other.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("judge",), "no role 'judge'; there are proposer, composer, diversifier, user, agent"),
        (("user", "--optimizer", "magic"), "no optimizer 'magic'; there are gepa, miprov2, simba, bootstrap"),
        (("user",), "pass --reflection-lm URL"),
        (("user", "--optimizer", "bootstrap", "--rollouts", "9"), "do not reach for one candidate"),
        (("user", "--optimizer", "bootstrap", "--tasks", "1"), "leave no training"),
        (("user", "--optimizer", "bootstrap", "--split", "0.5,0.5,0"), "no held-out tasks"),
        (("user", "--optimizer", "bootstrap", "--split", "half"), "write three shares"),
        (("user", "--optimizer", "bootstrap", "--objective", "nice"), "write NAME=WEIGHT"),
        (("user", "--optimizer", "bootstrap", "--objective", "nice=1"), "no objective 'nice'"),
        (("user", "--optimizer", "bootstrap", "--mode", "surface"), "no mode 'surface' for optimizing"),
        (("user", "--optimizer", "bootstrap", "--concurrency", "0"), "concurrency = 0"),
        (("user", "--optimizer", "bootstrap", "--run", "gone", "--tasks", "3"), "leave out --tasks"),
        (("user", "--optimizer", "bootstrap", "--run", "gone"), "gone"),
        (("user", "--optimizer", "bootstrap", "--domain", "tau2:moon"), "no domain tau2:moon"),
        (("user", "--optimizer", "bootstrap", "--tasks", "6", "--out", "file/run"), "Choose another --out"),
        (("user", "--optimizer", "bootstrap", "--lm", "nonsense"), "'nonsense' is no model URL"),
        (("user", "--optimizer", "bootstrap", "--lm", ""), "the model URL is empty"),
        (("user", "--reflection-lm", ""), "the model URL is empty"),
        (("user", "--optimizer", "bootstrap", "--split", "nan,nan,nan"), "three shares that add up to 1"),
        (("user", "--optimizer", "bootstrap", "--objective", "accepted=nan"), "with weights from 0"),
        (("user", "--optimizer", "bootstrap", "--objective", "accepted=inf"), "with weights from 0"),
        (("user", "--optimizer", "bootstrap", "--rollouts", "1000000000000"), "rollouts = 1000000000000"),
        (("user", "--optimizer", "bootstrap", "--tasks", "1000000000000"), "or for fewer tasks"),
        (("user", "--optimizer", "bootstrap", "--tasks", "6", "--lm", "local:/no/such.gguf"), "such.gguf"),
        (("user", "--optimizer", "bootstrap", "--tasks", "6", "--programs", "file/p"), "Choose another --programs"),
        (("user", "--optimizer", "bootstrap", "--tasks", "6", "--ray", "127.0.0.1:9"), "--ray"),
    ],
)
def test_bad_requests_cost_one_line(
    args: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, nothing asked of the model, and nothing on disk."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WRIT_PROGRAMS", str(tmp_path / "programs"))
    (tmp_path / "file").write_text("")
    with StandIn() as server:
        done = writ("optimize", "--lm", server.url, *args)

        assert not server.requests
    assert done.code == 2, done.err
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert says in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, as for the other verbs; and no folder."""
    monkeypatch.setenv("WRIT_PROGRAMS", str(tmp_path / "programs"))
    done = writ(
        "optimize", "user", "--lm", NOWHERE, "--optimizer", "bootstrap", "--tasks", 6, "--out", tmp_path / "run"
    )

    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "127.0.0.1:9" in done.err
    assert not list(tmp_path.iterdir())


def test_a_key_is_named_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to the server of --lm, for the reflection there too, and to no other."""
    monkeypatch.setenv("WRIT_PROGRAMS", str(tmp_path / "programs"))
    monkeypatch.setenv("HOUSE_KEY", "k-123")
    call = (
        "optimize",
        "user",
        "--optimizer",
        "gepa",
        "--tasks",
        6,
        "--out",
        tmp_path / "run",
        "--api-key-env",
        "HOUSE_KEY",
    )
    with StandIn(lambda _: Fault("401")) as server, StandIn() as other:
        alone = writ(*call, "--lm", server.url, "--reflection-lm", server.url)
        apart = writ(*call, "--lm", other.url, "--reflection-lm", server.url)

        assert (alone.code, apart.code) == (1, 1), alone.err + apart.err
        assert "the key that HOUSE_KEY holds: check that" in alone.err
        assert {seen.headers.get("authorization") for seen in server.requests} == {"Bearer k-123", None}
        assert {seen.headers.get("authorization") for seen in other.requests} == {"Bearer k-123"}
    assert not any("k-123" in said.err for said in (alone, apart))


def test_without_programs_it_says_how_to_make_one(tmp_path: Path) -> None:
    """An empty folder is no error."""
    done = writ("programs", tmp_path)

    assert done.code == 0
    assert "Make one: writ optimize" in done.out


@pytest.mark.slow
def test_an_interrupt_loses_nothing(tmp_path: Path) -> None:
    """^C ends with the replies that are under way; the same command pays for none of them again."""
    args = ("optimize", "user", "--optimizer", "bootstrap", "--tasks", 6, "--rollouts", 12, "--concurrency", 4)
    place = ("--out", tmp_path / "run", "--programs", tmp_path / "programs", "-d", "tau2:retail")
    with StandIn(delay=0.3) as server:
        call = start(*args, *place, "--lm", server.url)
        log = tmp_path / "run" / CALLS
        until(lambda: call.poll() is not None or (log.exists() and log.stat().st_size > 20_000))
        assert call.poll() is None, call.communicate()
        call.send_signal(signal.SIGINT)
        out, err = call.communicate()

        assert call.returncode == 130, (out, err)
        assert "the same command goes on" in err
        assert "Traceback" not in err
        kept = (tmp_path / "run" / CALLS).read_text().splitlines()
        server.delay = 0
        done = writ(*args, *place, "--lm", server.url)
    calls = (tmp_path / "run" / CALLS).read_text().splitlines()

    assert done.code == 0, done.err
    assert "nothing beat the program as it was" in done.out
    assert calls[: len(kept)] == kept
