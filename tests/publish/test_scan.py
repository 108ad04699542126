"""The scan: every kind of secret is found wherever it hides, and everything made up is known to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.domains.library import library
from tests.publish.calls import MIX, files_of
from writ_dspy.publish import scan
from writ_dspy.report.census import rows_of
from writ_dspy.run.synth import synthesize
from writ_dspy.store.run import Run

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789" * 3
EXAMPLES = {
    "a Hugging Face token": "hf_" + LETTERS[:34],
    "an API key": "sk-proj-" + LETTERS[:40],
    "an AWS key": "AKIA" + "ABCDEFGH12345678",
    "a GitHub token": "ghp_" + LETTERS[:36],
    "a GitLab token": "glpat-" + LETTERS[:20],
    "a Slack token": "xoxb-" + "123456789012-abcdef",
    "a Google key": "AIza" + LETTERS[:35],
    "a key of Groq": "gsk_" + LETTERS[:48],
    "a key of NVIDIA": "nvapi-" + LETTERS[:60],
    "a Weights & Biases key": "wandb login " + "0123456789abcdef" * 2 + "01234567",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a JSON web token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "a password in a URL": "https://me:" + "secret1@example.com/x",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small run with its dataset."""
    return synthesize(mix=MIX, out=tmp_path_factory.mktemp("made") / "run", workers=1).run


def found(folder: Path, name: str) -> list[scan.Found]:
    return list(scan.secrets(folder, [name]))


def test_every_shape_has_an_example() -> None:
    """No pattern stands there that nothing was ever found with."""
    assert set(EXAMPLES) == {what for what, _, _ in scan.SECRETS}


@pytest.mark.parametrize("what", EXAMPLES)
def test_a_secret_is_found_in_text_and_parquet(what: str, tmp_path: Path) -> None:
    """In a line of JSON, and deep within a nested column; the place is named, the secret is not."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    text = f"before {EXAMPLES[what]} after"
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"b": "' + text + '"}\n')
    rows = [{"m": [{"content": "hello", "calls": [{"arguments": text}]}]}, {"m": []}]
    write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")

    assert (f"a.jsonl, line 2: {what}",) == tuple(map(str, found(tmp_path, "a.jsonl")))
    (in_column,) = found(tmp_path, "a.parquet")
    assert str(in_column) == f"a.parquet, column m.calls.arguments, row group 0: {what}"


def test_a_live_key_is_found_whatever_its_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also as JSON writes it; short values and other variables are not looked for."""
    monkeypatch.setenv("MY_SERVER_API_KEY", 'plain words with a "quote"')
    monkeypatch.setenv("SHORT_TOKEN", "abc")
    monkeypatch.setenv("EDITOR", "plain words abc")
    (tmp_path / "a.json").write_text('{"a": "plain words with a \\"quote\\""}\n{"b": "plain words abc"}\n')

    assert [str(one) for one in found(tmp_path, "a.json")] == ["a.json, line 1: the value of $MY_SERVER_API_KEY"]


def test_plain_words_are_no_secret(run: Run) -> None:
    """Nothing is found in a dataset: it can be published."""
    folder = run.folder / "dataset"

    assert not list(scan.secrets(folder, [str(path.relative_to(folder)) for path in folder.glob("*/*.parquet")]))


def adding(message: str, text: str) -> str:
    """The message with more words, as Parquet has both."""
    found = json.loads(message)
    return json.dumps(found | {"content": found["content"] + text})


def test_everything_that_code_made_is_known(run: Run) -> None:
    """Ids of the database, of the tools and of the tasks are no strangers."""
    assert not list(scan.strangers(run, rows_of(files_of(run.folder))))


@pytest.mark.parametrize("text", ["jane.doe@gmail.com", "#W9999999", "mia_li_99999", "credit_card_42424242", "ZZ9QXJ"])
def test_a_stranger_is_found(text: str, run: Run) -> None:
    """An address or id from nowhere, in what somebody said, with the row that it stands in."""
    import pyarrow as pa

    split, table = next(iter(rows_of(files_of(run.folder))))
    rows = table.to_pylist()
    rows[0]["messages"][1] = adding(rows[0]["messages"][1], f" It is {text}.")
    changed = pa.Table.from_pylist(rows)
    (one,) = scan.strangers(run, [(split, changed)])

    assert one.text == text
    assert rows[0]["trajectory_id"] in one.place


def test_what_a_trial_has_a_user_say_wrong_is_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address that code drew for a task is nobody's."""
    import pyarrow as pa

    split, table = next(iter(rows_of(files_of(run.folder))))
    row = table.to_pylist()[0]
    row["messages"][1] = adding(row["messages"][1], " It is jane.doe@gmail.com.")
    task = run.get("tasks", row["task_id"])
    behaviour = (task["behaviour"] or {}) | {"trials": [{"slot": "identity", "wrong": "jane.doe@gmail.com"}]}
    monkeypatch.setattr(Run, "get", lambda *_: task | {"behaviour": behaviour})

    assert not list(scan.strangers(run, [(split, pa.Table.from_pylist([row]))]))


def test_what_a_tool_returned_is_known(run: Run) -> None:
    """An id that a tool made up within the conversation, as for a new reservation, may be spoken of."""
    import pyarrow as pa

    split, table = next(iter(rows_of(files_of(run.folder))))
    rows = table.to_pylist()
    messages = rows[0]["messages"]
    tool = next(at for at, message in enumerate(messages) if json.loads(message)["role"] == "tool")
    messages[tool] = adding(messages[tool], " ZZ9QXJ")
    messages[-1] = adding(messages[-1], " Your reservation is ZZ9QXJ.")

    assert not list(scan.strangers(run, [(split, pa.Table.from_pylist(rows))]))


@pytest.mark.parametrize(
    ("domain", "text", "ids"),
    [
        ("town:library", "I mean H24500, not L99999 (room H12).", {"H24500", "L99999"}),
        ("tau2:retail", "Order #W2378156 and item 6777246137, please.", {"#W2378156", "6777246137"}),
        ("tau2:airline", "A REFUND for 4WQ150, at once: mia_li_3668.", {"4WQ150", "mia_li_3668"}),
    ],
)
def test_ids_are_those_of_the_domain(domain: str, text: str, ids: set[str]) -> None:
    """Each domain has its own; a word in capitals is none of them."""
    library()

    assert scan.mentioned(text, domain) == ids
