"""Where output leaves the process: nothing of others acts on the terminal, and a stream that fails is said once."""

from __future__ import annotations

import errno
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.text import Text

from tests.calls import ENVIRONMENT
from writ_dspy.cli import door
from writ_dspy.cli.door import Door, Unsaid
from writ_dspy.report.tables import Table

EVIL = "\x1b]0;x\x07\u202e\x9b2J"
SAFE = r"␛]0;x␇\u202e\u009b2J"
WRIT = [sys.executable, "-m", "writ_dspy"]


class Tty(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


class Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def terminal() -> Iterator[Tty]:
    """What reaches a terminal of 80 columns."""
    paper = Tty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", Door(paper, "stdout"))
        patch.setenv("COLUMNS", "80")
        patch.setenv("TERM", "xterm-256color")
        for name in ("NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield paper


def test_print_shows_and_our_styles_stay() -> None:
    """Whatever prints, what it prints is shown; colors are only those that we draw, and so are pieces of a table."""
    table = Table("name", ">number")
    table.add(EVIL, 1)
    with terminal() as out:
        print(EVIL)  # noqa: T201
        door.draw(table)
        door.draw(Text(EVIL, style="red"))
    seen = out.getvalue()

    assert seen.replace("␇", "").count(SAFE.replace("␇", "")) == 3  # of a Text, rich itself drops a bell
    assert "\x1b[31m" in seen
    assert "\x1b]" not in seen
    assert not set("\x07\u202e\x9b\r") & set(seen)


def test_a_table_is_kept_apart_only_from_what_is_above() -> None:
    """Output begins with no empty line; below something else, one stands before each table."""
    table = Table("name")
    table.add("x")
    with terminal() as first:
        door.draw(table)
        door.draw(table)
    with terminal() as below:
        print("said")  # noqa: T201
        door.draw(table)

    plain = [re.sub(r"\x1b\[[\d;]*m", "", out.getvalue()) for out in (first, below)]
    assert plain == ["name\n────\nx\n\nname\n────\nx\n", "said\n\nname\n────\nx\n"]


def test_bars_of_libraries_stay_in_place() -> None:
    """A piece that starts at the margin and ends no line is a bar; a return anywhere else is shown."""
    with terminal() as out:
        sys.stdout.write("\r 10% \x1b[2J")
        sys.stdout.write("\rfake\n")
        sys.stdout.write("true\rfake")

    assert out.getvalue() == "\r 10% ␛[2J␍fake\ntrue␍fake"


def test_there_is_no_way_around() -> None:
    """No bytes can be written past it."""
    assert not hasattr(Door(io.StringIO(), "stdout"), "buffer")


def test_letters_that_a_terminal_lacks() -> None:
    """They are spelled out, and nothing fails."""
    raw = io.BytesIO()
    stream = Door(io.TextIOWrapper(raw, encoding="ascii"), "stdout")
    stream.write("τ² → 3 × …é\n")
    stream.flush()

    assert raw.getvalue() == b"t2 -> 3 x ...\\xe9\n"


@pytest.mark.parametrize(
    ("columns", "tty", "width"),
    [("", False, door.PIPE), ("", True, 80), ("0", False, door.PIPE), ("0", True, 80), ("60", False, 60), ("7", True, door.NARROW),
     ("many", False, door.PIPE), ("²", False, door.PIPE)],
)  # fmt: skip
def test_widths(monkeypatch: pytest.MonkeyPatch, columns: str, tty: bool, width: int) -> None:
    """$COLUMNS where it is a width; else a terminal's own, and as much as a row needs in a pipe."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
    stream = Tty() if tty else io.StringIO()
    monkeypatch.setattr(stream, "fileno", lambda: 1)

    assert door.width(stream) == width


def test_a_full_disk_is_said_once() -> None:
    """Of stdout it ends the call with one line; a full stderr ends nothing."""
    stream, silent = (Door(Full(), name) for name in ("stdout", "stderr"))
    with pytest.raises(Unsaid, match="cannot write to stdout: No space left on device"):
        stream.write("x")
    silent.write("x")
    silent.write("y")
    silent.flush()


def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A shell line with `writ` as $W."""
    env = ENVIRONMENT | {"W": " ".join(WRIT)} | environment
    return subprocess.run(["/bin/bash", "-c", command], env=env, capture_output=True, text=True, check=False)


def test_streams_that_fail(tmp_path: Path) -> None:
    """A full disk, a reader that leaves, and closed streams: a line or nothing, never a traceback."""
    full, head = run("$W domains --mix > /dev/full"), run("$W domains --mix -n 4000 | head -1; exit ${PIPESTATUS[0]}")
    closed, mute = run("$W domains --mix >&-"), run(f"$W report {tmp_path} 2>&-")

    assert (full.returncode, full.stderr.count("\n")) == (1, 1)
    assert full.stderr.startswith("error: cannot write to stdout: No space left on device.")
    assert (head.returncode, head.stderr) == (0, "")
    assert (closed.returncode, closed.stdout, closed.stderr) == (0, "", "")
    assert (mute.returncode, mute.stdout, mute.stderr) == (2, "", "")


def test_help_in_an_ascii_locale() -> None:
    """It is printed with the letters that there are."""
    done = run("$W export --help", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, "")
    assert "tasks as t2 task files" in " ".join(done.stdout.replace("|", " ").split())
