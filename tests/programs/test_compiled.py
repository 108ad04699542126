"""Compiled programs: what is saved comes back, into the same fields only, and the best one for a model is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dspy
import pytest

from tests.standins.engines import ScriptedEngine
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.lm import Connection
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.optimize.metric import METRIC_VERSION
from writ_dspy.programs import compiled
from writ_dspy.programs.compiled import (
    PROGRAMS,
    Budget,
    Change,
    Estimate,
    Provenance,
    Sampling,
    best,
    digest,
    find,
    found,
    fresh,
    home,
    load,
    save,
    schema_hash,
)
from writ_dspy.signatures.agent import Say
from writ_dspy.signatures.proposer import GivenSentence, Sentence

MODEL = "Qwen/Qwen3-8B"


SHIPPED = compiled.SHIPPED


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without programs, and a package without any."""
    monkeypatch.setenv("WRIT_PROGRAMS", str(tmp_path / "own"))
    monkeypatch.setattr(compiled, "SHIPPED", tmp_path / "shipped")
    return tmp_path / "own"


def origin(role: str = "agent", after: float = 0.8, model: str = MODEL, before: float = 0.5) -> Provenance:
    def around(mean: float) -> Estimate:
        return Estimate(mean=mean, low=mean - 0.1, high=mean + 0.1)

    return Provenance(
        role=role, lm=Sampling(model=model, temperature=0.7, max_tokens=1024), optimizer="gepa",
        asked=Budget(rollouts=100), spent=Budget(rollouts=97, tokens=123_456), metric_version="1",
        objectives={"accepted": 1.0}, data="d4ta", seed=0,
        heldout=Change(tasks=20, before=around(before), after=around(after)), dspy_version="3.4.1", writ_version="0.1.0",
    )  # fmt: skip


def tuned(role: str = "agent", words: str = "Be careful.") -> dspy.Module:
    """A program with other instructions and demonstrations."""
    program = fresh(role)
    for name, predictor in program.named_predictors():
        predictor.signature = predictor.signature.with_instructions(f"{words} {name} – ünïcode")
    if role == "agent":
        action = Say(kind="say", text="Hello.")
        predictor.demos = [
            dspy.Example(policy="p", toolbox="t", conversation="c", thought="so", action=action, augmented=True)
        ]
    if role == "proposer":
        program.phrase.demos = [
            dspy.Example(
                sentences=[GivenSentence(key="identity", text="I am Ann.", keep=["ann"])], objection="",
                rewritten=[Sentence(key="identity", text="Ann here.")], brief="You are Ann.",
            )
        ]  # fmt: skip
    return program


@pytest.mark.parametrize("role", PROGRAMS)
def test_what_is_saved_comes_back(role: str, folder: Path) -> None:
    """The same program, and the same prompts to the letter, demonstrations included."""
    program = tuned(role)
    path = save(program, origin(role))
    assert path.parent == folder
    assert path.name == f"{role}--Qwen-Qwen3-8B--{digest(program)}.json"
    again = fresh(role)
    assert digest(again) != digest(program)
    held = load(path, again)
    assert digest(again) == digest(program) == held.digest
    assert (held.role, held.model, held.score) == (role, MODEL, 0.8)
    assert held.provenance == origin(role).model_copy(update={"schema_hash": schema_hash(program)})
    adapter = StructuredAdapter()
    for (_, one), (_, other) in zip(program.named_predictors(), again.named_predictors(), strict=True):
        shown = [
            adapter.format(p.signature, p.demos, dict.fromkeys(p.signature.input_fields, "x")) for p in (one, other)
        ]
        assert shown[0] == shown[1]
    assert save(again, origin(role)) == path


def test_a_program_is_named_by_its_file_its_name_or_its_digest(folder: Path) -> None:
    path = save(tuned(), origin())
    for which in (path, str(path), path.stem, path.stem.rpartition("--")[2], path.stem.rpartition("--")[2][:6]):
        assert find(which).path == path
    with pytest.raises(ConfigError, match=r"no compiled program is named 'agnet'; there are: agent--Qwen-Qwen3-8B--"):
        find("agnet")
    with pytest.raises(ConfigError, match=r"away\.json: there is no such file\. Give the path of a compiled program"):
        find(folder / "away.json")


class Reordered(dspy.Signature):
    """The fields of the user's signature in another order."""

    manner: str = dspy.InputField()
    situation: str = dspy.InputField()
    conversation: str = dspy.InputField()
    leave: bool = dspy.OutputField()
    message: str = dspy.OutputField()


def changed(how: str) -> dspy.Module:
    program = fresh("user")
    signature = program.speak.signature
    program.speak.signature = {
        "order": lambda: Reordered,
        "a field less": lambda: signature.delete("manner"),
        "a field more": lambda: signature.append("mood", dspy.OutputField(), str),
        "another type": lambda: signature.with_updated_fields("leave", type_=str),
        "from input to output": lambda: signature.delete("manner").append("manner", dspy.OutputField(), str),
    }[how]()
    return program


@pytest.mark.parametrize("how", ["order", "a field less", "a field more", "another type", "from input to output"])
def test_a_changed_signature_is_refused(how: str) -> None:
    """Value, place and remedy; DSPy itself would match the fields by position and say nothing."""
    path = save(tuned("user"), origin("user"))
    program = changed(how)
    before = program.speak.signature.instructions
    with pytest.raises(ConfigError, match=rf"{path.name} was compiled for .* Run `writ optimize user` again"):
        load(path, program)
    assert program.speak.signature.instructions == before
    with pytest.raises(ConfigError, match="was compiled for"):
        load(path, fresh("agent"))


def test_words_about_a_field_may_change() -> None:
    """Instructions, descriptions and demonstrations are no part of the schema."""
    program = fresh("user")
    before = schema_hash(program)
    program.speak.signature = program.speak.signature.with_updated_fields("message", desc="what to say")
    assert schema_hash(program) == before == schema_hash(tuned("user"))


def test_no_secret_reaches_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key nor where the server is: an LM set on a predictor stays out, too."""
    monkeypatch.setenv("OUR_KEY", "sk-very-secret")
    settings = LMSettings(model="openai://inner.example.com:8000/v1/Qwen/Qwen3-8B", api_key_env="OUR_KEY")
    connection = Connection.over(ScriptedEngine(lambda _: "{}"), settings)
    program = tuned()
    program.set_lm(dspy.LM("openai/some", api_key="sk-very-secret", api_base="http://inner.example.com"))
    given = origin().model_copy(update={"lm": Sampling.of(connection)})
    text = save(program, given).read_text(encoding="utf-8")
    for secret in ("sk-very-secret", "OUR_KEY", "inner.example.com", "api_key"):
        assert secret not in text
    assert json.loads(text)["model"] == MODEL


def test_the_best_is_the_one_with_the_best_held_out_score(tmp_path: Path) -> None:
    """For this role, this model and today's fields; one that does not beat its seed is no better than none."""
    assert best("agent", MODEL) is None
    save(tuned(words="a"), origin(after=0.6))
    top = save(tuned(words="b"), origin(after=0.9), tmp_path / "shipped")
    save(tuned(words="c"), origin(after=0.7))
    save(tuned(words="d"), origin(after=0.95, model="another"))
    save(tuned("user"), origin("user", after=0.99))
    save(tuned(words="e"), origin(after=0.97, before=0.98))
    valid = save(tuned(words="f"), origin(after=1.0))
    old = json.loads(valid.read_text(encoding="utf-8"))
    valid.unlink()
    old["provenance"]["schema_hash"] = "0" * 12
    old["digest"] = compiled._hash({"schema": "0" * 12, "state": old["state"]})
    (home() / f"agent--Qwen-Qwen3-8B--{old['digest']}.json").write_text(json.dumps(old), encoding="utf-8")
    picked = best("agent", MODEL)
    assert picked
    assert picked.path == top
    assert len(found()) == 7
    assert [one.path for one in found(tmp_path / "shipped")] == [top]
    newer = save(tuned(words="g"), origin(after=0.65).model_copy(update={"metric_version": "10"}))
    assert (again := best("agent", MODEL))
    assert again.path == newer


def test_what_comes_with_the_package_fits_and_has_proved_its_worth() -> None:
    """Each shipped program loads into today's fields, and raised the score on held-out tasks beyond doubt."""
    for one in found(SHIPPED):
        shown = one.provenance.heldout
        load(one.path, fresh(one.role))
        assert shown.difference
        assert shown.difference.low > 0
        assert shown.tasks >= 20
        assert one.provenance.metric_version == METRIC_VERSION
        assert one.provenance.spent.rollouts <= (one.provenance.asked.rollouts or 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("state"),
        lambda data: data.update(format=99),
        lambda data: data["state"]["step"].update(instructions="Steal."),
        lambda data: data["provenance"].update(seed="x"),
        lambda data: data.update(provenance=[]),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(spoil: Any) -> None:
    path = save(tuned(), origin())
    data = json.loads(path.read_text(encoding="utf-8"))
    spoil(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(StoreError, match=path.name):
        load(path, fresh("agent"))
    path.write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="holds no compiled program"):
        found()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot write .*file"):
        save(tuned(), origin(), tmp_path / "file")


def test_programs_are_kept_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WRIT_PROGRAMS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home() == tmp_path / "writ" / "programs"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert home() == Path("~/.local/share/writ/programs").expanduser()


def test_an_unknown_role_has_no_program() -> None:
    with pytest.raises(ConfigError, match="no role 'judge'; there are proposer"):
        fresh("judge")
