"""Documents that somebody hands over: read whole and safely, or refused with the place and a remedy."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.cli.bad_input.documents import MIX, NO_YAML, bomb, keyed_bomb
from writ_dspy.errors import ConfigError
from writ_dspy.store import documents
from writ_dspy.store.documents import MOST_DEPTH, MOST_VALUES, Given, put_right, read_text, read_yaml

PLAIN = {
    "": None, "7": 7, "a: 1\nb: [x, 'y', 2.5, true, null]": {"a": 1, "b": ["x", "y", 2.5, True, None]}, "a: 2024-01-31": {"a": "2024-01-31"},
    "a: &x [1]\nb: *x": {"a": [1], "b": [1]}, "d: &d {a: 1, b: 2}\ne: {<<: *d, b: 3}": {"d": {"a": 1, "b": 2}, "e": {"a": 1, "b": 3}},
    "e: {<<: [{a: 1}, {a: 2, c: 3}], d: 4}": {"e": {"a": 1, "c": 3, "d": 4}}, "{a: 1}": {"a": 1}, "a: 2024-99-99": {"a": "2024-99-99"},
    "a: |\n  two\n  lines\n": {"a": "two\nlines\n"}, "a: !!str 7": {"a": "7"}, "7: a": {7: "a"},
}  # fmt: skip
FLAWS = {
    "a: 1\na: 2": "line 2, column 1: the key 'a' occurs twice. Leave one of them out", "x: {a: 1, 'a': 2}": "the key 'a' occurs twice",
    "a: !!int zz": "line 1, column 4: 'zz' is no int", "a: !!bool maybe": "'maybe' is no bool", "a: !!float ''": "'' is no float",
    f"a: {'9' * 5000}": "is no int", f"a: 1{'0' * 200}": "more than 100 digits", "a: !secret b": "the tag '!secret' is not taken here",
    "a: !!timestamp 2024-01-01": "the tag '!!timestamp' is not taken", "a: !!set {b}": "the tag '!!set'", "? [a]\n: b": "a key that is a list",
    "a: &a [*a]": r"\*a contains itself", "a: *b": "which stands nowhere before it", "a: 1\n---\nb: 2": "this is no YAML: .*another document",
    "a: [": "this is no YAML: line 2, column 1", "a: b: c": "this is no YAML: line 1, column 5",
    "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1): f"more than {MOST_DEPTH} lists and mappings",
    bomb("a: *a9"): "more than 200,000 values", keyed_bomb("a: *a9"): "more than 200,000 values",
    f"[{'1,' * (MOST_VALUES + 1)}]": "more than 200,000 values",
}  # fmt: skip


SLIPS = {
    "a:\n\tb: 1": "Indent with spaces: a tab", "a:\n  b: 1\n\tc: 2": "Indent with spaces: a tab", "a: the desk: of a town": "Put a text with a colon and a blank in it in quotes",
    "a: @b": "begins with @ in quotes", "a: %b": "begins with % in quotes", "a: `b`": "begins with ` in quotes", "- *": r"begins with \* in quotes",
    "a:\n  - - [x] y": r"begins with \[ in quotes", "a:\n  - {} wrote it": "begins with { in quotes", "a: 'open\nb: 1": "Close the quote, or put ' twice",
    'a: "open': 'Close the quote, or put " twice', "a: 1\nbc\nd: 2": "Write KEY: VALUE",
}  # fmt: skip
TYPED = {
    "text: true": "text = True: put it in quotes: YAML takes true and false", "text:": "text = None: write a text here; a text that begins with #",
    "text: #5": "text = None: write a text here; a text that begins with #", "text: {M}": "write a text, in quotes where it begins with {",
    "text: [a]": "write a text, in quotes", "text: 7": "text = 7: put it in quotes, so that it is a text", "number: '7'": "number = '7': write the number without quotes",
    "number: 2026-03-02": "number = '2026-03-02': write a whole number", "number: 1.5": "number = 1.5: write a whole number", "day: 20260302": "write a date as in 2026-03-02",
    "day: 2 March 2026": "day = '2 March 2026': write a date as in 2026-03-02", "day: 2026-02-30": "write a date as in", "flag: 2": "flag = 2: write true or false",
    "many: a": "many = 'a': write a list, as in", "keys: a": "keys = 'a': write keys with their values", "number: -1": "number = -1: Input should be greater than",
}  # fmt: skip


class Form(BaseModel):
    """A document with a value of each kind."""

    model_config = ConfigDict(strict=True)

    text: str = ""
    number: Annotated[int, Field(ge=0)] = 0
    day: Annotated[date, Field(strict=False)] = date(2026, 3, 2)
    flag: bool = False
    many: Annotated[tuple[str, ...], Field(strict=False)] = ()
    keys: dict[str, int] = {}


def given(path: Path) -> Given:
    """As `--mix` has it."""
    return Given(path, "a mix file", "`writ domains --mix` prints one", "--mix")


@pytest.mark.parametrize("text", PLAIN)
def test_plain_values(tmp_path: Path, text: str) -> None:
    """YAML becomes lists, dicts, texts, numbers, truth values and None; a date is a text."""
    (tmp_path / "a.yaml").write_text(text)

    assert read_yaml(given(tmp_path / "a.yaml")) == PLAIN[text]


@pytest.mark.parametrize("text", FLAWS, ids=lambda text: text[:20])
def test_what_is_not_taken(tmp_path: Path, text: str) -> None:
    """What YAML leaves open, or what grows when it is read, is refused in one line with its place, at once."""
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=FLAWS[text]) as error:
        read_yaml(given(path))

    assert str(error.value).startswith(f"--mix {path}: ")
    assert str(error.value).endswith("; `writ domains --mix` prints one.")
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 300 + len(str(path))


@pytest.mark.parametrize("text", SLIPS, ids=lambda text: text[:20])
@pytest.mark.parametrize("parser", ["in C", "in Python"])
def test_a_slip_is_told_with_what_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, parser: str
) -> None:
    """Where YAML takes a text for something else, the remedy is how to write that text, whichever parser read it."""
    if parser == "in Python":
        monkeypatch.setattr(documents, "_Loader", yaml.SafeLoader)
        monkeypatch.setattr(documents, "_Parser", yaml.SafeLoader)
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=f"this is no YAML: line .*{SLIPS[text]}"):
        read_yaml(given(path))


@pytest.mark.parametrize("text", TYPED)
def test_a_value_of_another_kind_is_told_with_what_to_write(tmp_path: Path, text: str) -> None:
    """In words of the file, as often as YAML makes another kind of value of it than it looks like."""
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ValidationError) as error:
        Form.model_validate(read_yaml(given(path)))
    (flaw,) = error.value.errors()

    assert TYPED[text] in f"{flaw['loc'][0]} = {flaw['input']!r}: {put_right(flaw)}"


@pytest.mark.parametrize(
    "text", ["no", "Yes", "on", "off", "y", "17:45", "1_000", "0123", "0x1F", "0b1", "190:20:30", "2026-03-02", "1e3"]
)
def test_what_is_written_stays_what_it_is(tmp_path: Path, text: str) -> None:
    """Only true and false are truth values and only plain numbers are numbers, as a value and as a key."""
    path = tmp_path / "a.yaml"
    path.write_text(f"a: [{text}, true, False, 7, -1, 0, 1.5, .5, null, ~]\n{text}: b\n")
    assert read_yaml(given(path)) == {"a": [text, True, False, 7, -1, 0, 1.5, 0.5, None, None], text: "b"}


def test_without_the_parser_in_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML has no parser in C, the same is taken and the same is refused."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    spec = importlib.util.spec_from_file_location("in_python", documents.__file__)
    assert spec is not None
    assert spec.loader is not None
    plain = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "in_python", plain)
    spec.loader.exec_module(plain)
    path = tmp_path / "a.yaml"
    for text, value in PLAIN.items():
        path.write_text(text)
        assert plain.read_yaml(given(path)) == value
    for name in ("deep-lists", "deep-maps", "dashes", "self", "open-list"):
        path.write_text(str(NO_YAML[name]))
        with pytest.raises(ConfigError, match=r"within each other|contains itself|no YAML"):
            plain.read_yaml(given(path))


def test_what_is_no_file(tmp_path: Path) -> None:
    """A missing file is not called bad YAML; a folder, a device, an endless file and a pipe without a writer are named."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "large").write_bytes(b"a" * (documents.MOST_BYTES + 1))
    (tmp_path / "latin").write_bytes(b"ok\ncaf\xe9\n")
    os.mkfifo(tmp_path / "pipe")
    wanted = {
        "none": "there is no such file", ".": "a folder, not a file", "loop": "leads back to itself", "pipe": "a pipe to which nobody writes",
        "x" * 300: "no path may be so long", "a\0b": "no path holds a NUL", "/dev/zero": "a device, not a file", "large": "larger than 4 MB",
        "latin": "line 2 is no UTF-8: it has the byte 0xe9. Save it as UTF-8", "latin/x": "there is no such file",
    }  # fmt: skip

    for name, why in wanted.items():
        with pytest.raises(ConfigError, match=why) as error:
            read_text(given(tmp_path / name))
        assert "YAML" not in str(error.value)


def test_a_pipe_with_a_writer(tmp_path: Path) -> None:
    """What another process writes is read to its end, also when it comes late and in pieces."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    opened = threading.Event()

    def write() -> None:
        with path.open("w", buffering=1) as file:
            opened.set()
            for line in ("a: 1\n", "b: 2\n"):
                time.sleep(0.05)
                file.write(line)

    holder = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer finds a reader
    thread = threading.Thread(target=write)
    thread.start()
    opened.wait()
    found = read_yaml(given(path))
    thread.join()
    os.close(holder)

    assert found == {"a": 1, "b": 2}


def test_a_mix_from_another_command(tmp_path: Path) -> None:
    """What bash calls process substitution works: `--mix <(…)` names a pipe."""
    code = "from writ_dspy.propose.mix import read_mix; import sys; print(read_mix(sys.argv[1], '--mix').count)"
    (tmp_path / "mix.yaml").write_text(MIX)
    command = f'{sys.executable} -c "{code}" <(sleep 0.2; cat {tmp_path}/mix.yaml)'
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run([bash, "-c", command], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("desk.yml", "desk.yaml"), ("dsek.yaml", "desk.yaml"), ("other.yaml", None), ("none/desk.yaml", None)],
)
def test_a_file_that_is_not_there_names_the_one_beside_it(tmp_path: Path, asked: str, meant: str | None) -> None:
    """With the other ending of YAML, or nearly of that name; what is like none is only said not to be there."""
    for name in ("desk.yaml", "policy.md"):
        (tmp_path / name).write_text("a: 1")
    with pytest.raises(ConfigError, match="there is no such file") as refused:
        read_yaml(Given(tmp_path / asked, "a mix file", "see elsewhere"))

    assert (f"did you mean {tmp_path / str(meant)}?" in str(refused.value)) is (meant is not None)
    assert ("did you mean" in str(refused.value)) is (meant is not None)
