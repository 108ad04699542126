"""The command line around models: what is asked wrongly costs one line, and nothing on disk."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.standins.server import Fault, StandIn
from writ_dspy.cli.main import app
from writ_dspy.errors import ConfigError
from writ_dspy.run.synth import synthesize

NOWHERE = "sglang://127.0.0.1:9/model"


def _writ(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--lm", "nonsense"), "'nonsense' is no model URL"),
        (("--lm", "ftp://127.0.0.1:1/x"), "is no model URL"),
        (("--lm", "openai://user:secret@host/x"), "holds no credentials"),
        (("--role", "agent"), "ROLE=URL"),
        (("--role", "chef=local"), "'chef' is no role"),
        (("--role", "agent=scripted", "--mode", "loud"), "there is no such mode"),
        (("--serve", "some/model", "--lm", NOWHERE), "Leave --lm out"),
        (("--serve", "some/model"), "no GPU"),
        (("--lm", NOWHERE, "--concurrency", "0"), "concurrency = 0"),
        (("--lms", "{tmp}/missing.yaml"), "missing.yaml: there is no such file"),
        (("--lms", "{tmp}/odd.yaml"), "temprature"),
        (("--role", f"agent={NOWHERE}", "--agent", "careless"), "leave one of them out"),
        (("--lm", "local"), "pip install 'writ-dspy[local]'"),
        (("--lm", "local:/no/such.gguf"), "no file /no/such.gguf"),
        (("--lm", "local:/etc"), "no file /etc"),
        (("--lm", ""), "--lm is empty: if it came from a variable of the shell, that is not set"),
        (("--lm", " "), "--lm is empty"),
        (("--role", "agent= "), "--role agent is empty"),
        (("--role", "agent="), "write --role ROLE=URL"),
        (("--lms", ""), "--lms: the path is empty"),
        (("--serve", ""), "the name of the model is empty"),
        (("--mode", "free"), "mode free says how far models go, and every role is scripted"),
        (("--mode", "free", "--role", "agent=scripted"), "every role is scripted"),
        (("--auto",), "--auto picks programs for models, and every role is scripted"),
        (("--concurrency", "4"), "concurrency 4 is for roles that models play, and every role is scripted"),
        (("--program", "agent=x"), "the agent has no model here"),
        (("--program", "wizard=x"), "there is no such role; there are proposer, composer, diversifier, user, agent"),
        (("--lm", NOWHERE, "--mode", "surface", "--program", "agent=x"), "in mode surface the script decides"),
        (("--lm", "sglang://host name:9"), "'host name' is no host"),
        (("--lms", "{tmp}/pasted.yaml"), "this is no name of a variable but, it seems, a key, and is not shown"),
        (("--lm", "sk-secret-0123456789"), "is no model URL"),
        (("--role", "agent=openai://api.example.com/v1/m", "--lms", "{tmp}/key.yaml"), "NO_SUCH_KEY"),
        (("--lm", "openai://api.example.com/v1/m", "--api-key-env", "NO_SUCH_KEY"), "NO_SUCH_KEY is not set"),
        (("--lm", "openai://api.example.com/v1/m", "--api-key-env", "sk-secret-0123456789"), "is not shown"),
        (("--lm", "openai://api.example.com/v1/m", "--api-key-env", "$KEY"), "without the $"),
        (("--api-key-env", "KEY"), "there is none. Name one, or leave it out"),
    ],
)
def test_bad_requests_cost_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], says: str
) -> None:
    monkeypatch.setattr("writ_dspy.lm.launch.visible_gpus", lambda: ())
    engine = types.ModuleType("xllamacpp") if "local:" in args[-1] else None
    monkeypatch.setitem(sys.modules, "xllamacpp", engine)
    (tmp_path / "odd.yaml").write_text(f"agent: {{model: '{NOWHERE}', temprature: 1}}")
    (tmp_path / "pasted.yaml").write_text(f"agent: {{model: '{NOWHERE}', api_key_env: sk-secret-0123456789}}")
    (tmp_path / "key.yaml").write_text("default: {api_key_env: NO_SUCH_KEY}")
    before = sorted(tmp_path.iterdir())
    out = tmp_path / "run"
    done = _writ("synth", "-n", "2", "--out", str(out), *(arg.format(tmp=tmp_path) for arg in args))
    assert done.exit_code == 2, done.output
    assert says in done.stderr
    assert done.stderr.startswith("error: ")
    assert "secret" not in done.output
    assert "Traceback" not in done.output
    assert sorted(tmp_path.iterdir()) == before


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """And leaves nothing, so that the same folder goes to the next server."""
    asked = ("synth", "-n", "2", "--out", str(tmp_path / "run"))
    for args in ((*asked, "--lm", NOWHERE), ("doctor", NOWHERE)):
        done = _writ(*args)
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1
        assert "127.0.0.1:9" in done.stderr
    assert not list(tmp_path.iterdir())
    assert _writ(*asked).exit_code == 0


@pytest.mark.parametrize("verb", ["synth", "propose", "simulate"])
def test_the_key_of_a_variable_goes_to_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """With every request, and into no file: of the key only the name of its variable is kept."""
    monkeypatch.setenv("HOUSE_KEY", "k-123")
    out = str(tmp_path / "run")
    with StandIn(sglang=False) as server:
        model = ("--role", f"agent={server.url}") if verb == "simulate" else ("--role", f"diversifier={server.url}")
        made = ("synth", "-n", "1", "-d", "retail", "--mode", "guided", "--out", out, *model)
        if verb == "simulate":
            monkeypatch.setattr("writ_dspy.programs.agent.DRAWS", 1)
            assert _writ("propose", *made[1:], "--api-key-env", "HOUSE_KEY").exit_code == 0
            server.requests.clear()
            _writ("simulate", out, *model, "--api-key-env", "HOUSE_KEY")
        else:
            done = _writ(verb, *made[1:], "--api-key-env", "HOUSE_KEY")
            assert done.exit_code == 0, done.output
        assert server.requests
        assert {seen.headers["authorization"] for seen in server.requests} == {"Bearer k-123"}
    kept = [path.read_text() for path in (tmp_path / "run").glob("*.json*")]
    assert not any("k-123" in text for text in kept)
    assert any("HOUSE_KEY" in text for text in kept)


UNFIT: list[Any] = [
    Fault("401"),
    Fault("403"),
    Fault("404"),
    Fault("402"),
    Fault("429", code="insufficient_quota"),
    Fault("400", text="unknown model"),
    Fault("garbage"),
    {"choices": []},
]


@pytest.mark.parametrize("said", UNFIT, ids=str)
def test_a_model_that_answers_nothing_is_one_line(tmp_path: Path, said: Any) -> None:
    """For a doctor as for a run: exit code 1, nothing recommended, nothing made, few requests."""
    with StandIn(lambda _: said) as server:
        for args in (("doctor", server.url), ("synth", "-n", "40", "--lm", server.url, "--out", str(tmp_path / "run"))):
            done = _writ(*args)

            assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.output
            assert done.stderr.startswith("error: cannot be used: " if args[0] == "doctor" else "error: ")
            assert f"127.0.0.1:{server.port}" in done.stderr
        assert server.counts["requests"] <= 8
    assert not list(tmp_path.iterdir())


WILD = "no \x1b]0;title\x07 \x1b[2J\x9b2J such\n\nmodel \u202e\u200b[red]red[/]"


@pytest.mark.parametrize(
    "said",
    [Fault("400", text=WILD), Fault("404", text=WILD), Fault("garbage", text=WILD), {"choices": [], "x": WILD}],
    ids=str,
)
def test_what_a_server_says_is_shown_on_one_line(tmp_path: Path, said: Any) -> None:
    """Its escapes, controls and line breaks are seen, and do nothing."""
    with StandIn(lambda _: said) as server:
        for args in (("doctor", server.url), ("synth", "-n", "2", "--lm", server.url, "--out", str(tmp_path / "run"))):
            done = _writ(*args)

            assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
            assert not set("\x1b\x07\x9b\u202e\u200b") & set(done.output)
            assert "title" in done.stderr
            assert "[red]red[/]" in done.stderr


@pytest.mark.parametrize("listed", [[], None, "none", [{}], [3]])
def test_a_server_that_lists_no_model_is_asked_for_none(listed: object) -> None:
    """Unless one is named, which may be served all the same."""
    with StandIn(models={"data": listed}) as server:
        unnamed, named = _writ("doctor", server.url.removesuffix("/stand-in")), _writ("doctor", server.url)

    assert (unnamed.exit_code, unnamed.stdout, unnamed.stderr.count("\n")) == (1, "", 1)
    assert "lists no model" in unnamed.stderr
    assert named.exit_code == 0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sglang://no-such-host.invalid:1/m", "the host is unknown"),
        ("sglang://no-such-host.invalid:1", "the host is unknown"),
        ("openai://no-such-host.invalid/v1/m", "the host is unknown"),
    ],
)
def test_an_unknown_host_is_called_that(url: str, says: str) -> None:
    """With the address to be checked, and no word of the model."""
    done = _writ("doctor", url)

    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.output
    assert says in done.stderr
    assert "check the address" in done.stderr
    assert "Name the model" not in done.stderr


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("openai://gpt-4.1", "openai://api.openai.com/v1/gpt-4.1"),
        ("sglang://Qwen3.5/Qwen3.5-8B", "sglang://127.0.0.1:30000/qwen3.5/Qwen3.5-8B"),
        ("openai://gpt.example.invalid/v1/gpt-4o", ""),
        ("sglang://gpt-4.1:30000", ""),
    ],
)
def test_a_model_where_its_server_belongs(url: str, meant: str) -> None:
    """A host that none can be is shown behind the address of one; a host that only does not exist is not."""
    done = _writ("doctor", url)

    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.output
    assert "the host is unknown" in done.stderr
    assert done.stderr.endswith(
        f"check the address; where it is the model, its server stands before it, as in {meant}.\n"
        if meant
        else "check the address.\n"
    )


def test_a_key_never_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in an error that quotes the server, nor anywhere in the run folder."""
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    lms = tmp_path / "lms.yaml"
    with StandIn(lambda _: Fault("400", text="bad key sk-very-secret")) as server:
        lms.write_text(json.dumps({"agent": {"model": server.url, "api_key_env": "MY_KEY"}}))
        done = _writ("synth", "-n", "2", "--lms", str(lms), "--out", str(tmp_path / "run"))
        assert server.requests[0].headers["authorization"] == "Bearer sk-very-secret"
    assert done.exit_code != 0
    kept = "".join(path.read_text() for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert "sk-very-secret" not in done.output + kept


def test_a_run_without_models_takes_none_later(tmp_path: Path) -> None:
    synthesize(n=2, out=tmp_path / "run", workers=1)
    done = _writ("simulate", str(tmp_path / "run"), "--lm", NOWHERE)
    assert done.exit_code == 2
    assert "has models for no role" in done.stderr


def test_a_run_without_models_has_no_conversations_at_a_time(tmp_path: Path) -> None:
    """What would be ignored is refused, when it is played on, too."""
    synthesize(n=2, out=tmp_path / "run", workers=1)
    done = _writ("simulate", str(tmp_path / "run"), "--concurrency", "4")
    assert done.exit_code == 2
    assert "every role is scripted" in done.stderr


@pytest.mark.parametrize(
    "asked", [{"lm": ""}, {"roles": {"agent": ""}}, {"mode": "free"}, {"concurrency": 4}, {"programs": {"agent": "x"}}]
)
def test_what_would_be_ignored_is_refused_from_python_too(tmp_path: Path, asked: dict[str, Any]) -> None:
    """And nothing is made."""
    with pytest.raises(ConfigError):
        synthesize(n=2, out=tmp_path / "run", **asked)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["", " "])
def test_doctor_asks_for_a_url(url: str) -> None:
    """An unset variable is the likely cause, and is named."""
    done = _writ("doctor", url)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "the model URL is empty: if it came from a variable of the shell, that is not set" in done.stderr


def test_doctor_tells_a_program_what_cannot_be_used() -> None:
    """As a state beside the findings, with the same exit code as for a reader."""
    with StandIn(lambda _: Fault("401", text="Invalid API Key")) as server:
        done = _writ("doctor", server.url, "--json")

    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["state"], "401 Invalid API Key" in found["why"]) == ("cannot be used", True)
    with StandIn() as server:
        assert json.loads(_writ("doctor", server.url, "--json").stdout)["state"] == "can be used"


@pytest.mark.parametrize("status", ["302", "307"])
def test_a_server_that_leads_elsewhere_is_not_followed(status: str) -> None:
    """Whether somebody listens there or not: nobody waits, the key stays here, and the address is told."""
    there: list[str] = []
    with StandIn() as other, StandIn(lambda _: Fault(status, text=f"{there[0]}/chat/completions")) as server:  # type: ignore[arg-type]
        there.append(f"http://127.0.0.1:{other.port}/v1")
        led = _writ("doctor", server.url)
        assert not other.requests
        there[0] = "http://127.0.0.1:9/v1"
        dead = _writ("doctor", server.url)

    assert (led.exit_code, dead.exit_code, led.stderr.count("\n")) == (1, 1, 1), led.output
    assert f"write that address in the URL, if it is right: http://127.0.0.1:{other.port}/v1." in led.stderr
    assert "http://127.0.0.1:9/v1." in dead.stderr


@pytest.mark.parametrize("status", ["401", "402", "403"])
def test_a_key_that_is_not_taken_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    """Who gave one is told which to check; who gave none, how to give one, with an option that the command has."""
    monkeypatch.setenv("HOUSE_KEY", "k-123")
    with StandIn(lambda _: Fault(status)) as server:
        with_key, without = (_writ("doctor", server.url, *more).stderr for more in (("--api-key-env", "HOUSE_KEY"), ()))

    assert all("--api-key-env NAME" in said for said in (with_key, without))
    assert ("the key that HOUSE_KEY holds: check that" in with_key) == (status == "401")
    assert "HOUSE_KEY" not in without
    assert "k-123" not in with_key


def test_doctor_shows_no_key_that_was_given_for_a_name() -> None:
    done = _writ("doctor", NOWHERE, "--api-key-env", "sk-secret-0123456789")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "secret" not in done.output
    assert "export OPENAI_API_KEY" in done.stderr


def test_a_model_is_served_only_for_a_run_that_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serving takes minutes: all that can be refused is refused before."""
    monkeypatch.setattr("writ_dspy.lm.launch.visible_gpus", lambda: ("0",))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a server was started")

    monkeypatch.setattr("writ_dspy.lm.serve.Supervisor", never)
    synthesize(n=2, seed=9, out=tmp_path / "other", workers=1)
    asked = ("synth", "-n", "2", "--serve", "some/model")
    for args in (("--firewall", "moon"), ("--out", str(tmp_path / "other")), ("--program", "agent=none")):
        done = _writ(*asked, "--out", str(tmp_path / "run"), *args)
        assert done.exit_code == 2, done.output


def test_doctor_tells_what_a_server_does() -> None:
    with StandIn() as server:
        shown, data = _writ("doctor", server.url), _writ("doctor", server.url, "--json")
    assert shown.exit_code == data.exit_code == 0
    assert "a run will use: model stand-in, mode schema" in shown.stdout
    assert json.loads(data.stdout)["mode"] == "schema"


def test_serve_prints_what_it_would_start(tmp_path: Path) -> None:
    done = _writ(
        "serve", str(tmp_path), "--cpu", "--replicas", "2", "--port", "4000", "--dry-run", "--", "--tp-size", "2"
    )
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [("--port 4001" in line, "--port 4002" in line, "router" in line) for line in lines] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip
    assert all("--tp-size 2" in line for line in lines[:2])


@pytest.mark.parametrize(
    ("gpus", "args", "cards"),
    [
        ((), (), ["0"]),
        ((), ("--replicas", "1"), ["0"]),
        ((), ("--replicas", "2", "--gpus-each", "2"), ["0,1", "2,3"]),
        (("3",), ("--replicas", "2"), ["0", "1"]),
        (("3", "5"), (), ["3", "5"]),
    ],
)
def test_a_plan_can_be_printed_anywhere(
    monkeypatch: pytest.MonkeyPatch, gpus: tuple[str, ...], args: tuple[str, ...], cards: list[str]
) -> None:
    """Before a GPU is rented, too; what was assumed is said, on stderr alone."""
    monkeypatch.setattr("writ_dspy.lm.launch.visible_gpus", lambda: gpus)
    done = _writ("serve", "Qwen/Qwen3-8B", "--dry-run", *args)

    assert done.exit_code == 0, done.output
    lines = [line for line in done.stdout.splitlines() if "launch_server" in line]
    assert [f"CUDA_VISIBLE_DEVICES={each} " in line for each, line in zip(cards, lines, strict=True)] == [True] * len(
        cards
    )
    assert (f"planned as for one with {len(','.join(cards).split(','))}" in done.stderr) == (len(gpus) < 2)


@pytest.mark.parametrize("there", [True, False])
def test_a_plan_says_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    monkeypatch.setattr("writ_dspy.cli.serve.find_spec", {"sglang": object() if there else None}.get)
    done = _writ("serve", "Qwen/Qwen3-8B", "--dry-run")

    assert done.exit_code == 0, done.output
    assert ("pip install 'writ-dspy[sglang]'" in done.stderr) is not there


@pytest.mark.parametrize(
    "args",
    [
        ("./no/such/folder", "--cpu"),
        (".", "--cpu", "--replicas", "0"),
        (".", "--memory", "7"),
        ("", "--cpu"),
        (" ",),
        (".", "--replicas", "1000000000000"),
        (".", "--gpus-each", "1000000000000"),
    ],
)
def test_serve_refuses_what_cannot_be(args: tuple[str, ...]) -> None:
    done = _writ("serve", *args, "--dry-run")
    assert done.exit_code == 2, done.output
    assert done.stderr.startswith("error: ")
