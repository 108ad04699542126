"""Documents that somebody hands over: read whole and safely, or refused with the place and a remedy."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml

from tests.cli.bad_input.documents import MIX, NO_YAML, bomb, keyed_bomb
from writ_dspy.errors import ConfigError
from writ_dspy.store import documents
from writ_dspy.store.documents import MOST_DEPTH, MOST_VALUES, Given, read_text, read_yaml

PLAIN = {
    "": None, "7": 7, "a: 1\nb: [x, 'y', 2.5, true, null]": {"a": 1, "b": ["x", "y", 2.5, True, None]}, "a: 2024-01-31": {"a": "2024-01-31"},
    "a: &x [1]\nb: *x": {"a": [1], "b": [1]}, "d: &d {a: 1, b: 2}\ne: {<<: *d, b: 3}": {"d": {"a": 1, "b": 2}, "e": {"a": 1, "b": 3}},
    "e: {<<: [{a: 1}, {a: 2, c: 3}], d: 4}": {"e": {"a": 1, "c": 3, "d": 4}}, "{a: 1}": {"a": 1}, "a: 2024-99-99": {"a": "2024-99-99"},
    "a: |\n  two\n  lines\n": {"a": "two\nlines\n"}, "a: !!str 7": {"a": "7"}, "7: a": {7: "a"},
}  # fmt: skip
FLAWS = {
    "a: 1\na: 2": "line 2, column 1: the key 'a' occurs twice. Leave one of them out", "x: {a: 1, 'a': 2}": "the key 'a' occurs twice",
    "a: !!int zz": "line 1, column 4: 'zz' is no int", "a: !!bool maybe": "'maybe' is no bool", "a: !!float ''": "'' is no float",
    f"a: {'9' * 5000}": "is no int", f"a: 0x{'f' * 500}": "more than 100 digits", "a: !secret b": "the tag '!secret' is not taken here",
    "a: !!timestamp 2024-01-01": "the tag '!!timestamp' is not taken", "a: !!set {b}": "the tag '!!set'", "? [a]\n: b": "a key that is a list",
    "a: &a [*a]": r"\*a contains itself", "a: *b": "which stands nowhere before it", "a: 1\n---\nb: 2": "this is no YAML: .*another document",
    "a: [": "this is no YAML: line 2, column 1", "a: b: c": "this is no YAML: line 1, column 5",
    "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1): f"more than {MOST_DEPTH} lists and mappings",
    bomb("a: *a9"): "more than 200,000 values", keyed_bomb("a: *a9"): "more than 200,000 values",
    f"[{'1,' * (MOST_VALUES + 1)}]": "more than 200,000 values",
}  # fmt: skip


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
