"""Patterns cost nothing until they are used, and find what `re` finds."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from pathlib import Path

import pytest

from writ_dspy import patterns
from writ_dspy.patterns import Pattern

ROOT = Path(__file__).parents[2]
COUNT = """
import gc, writ_dspy.verify.checks
from writ_dspy.patterns import Pattern
made = [found for found in gc.get_objects() if isinstance(found, Pattern)]
print(len(made), sum("compiled" in vars(found) for found in made))
"""


def test_a_pattern_finds_what_that_of_re_finds() -> None:
    """Each method of a pattern gives what the one of `re` gives, at its first use and later."""
    text, pattern = "Twice: a1, B22 and c3.", r"(?P<letter>[a-z])(?P<number>\d+)"
    plain, lazy = re.compile(pattern, re.IGNORECASE), patterns.compile(pattern, re.IGNORECASE)

    for _ in range(2):
        found, wanted = lazy.search(text, 8), plain.search(text, 8)
        assert found is not None
        assert wanted is not None
        assert found.span("number") == wanted.span("number")
        assert lazy.findall(text) == plain.findall(text)
        assert [match.span() for match in lazy.finditer(text)] == [match.span() for match in plain.finditer(text)]
        assert lazy.sub("x", text) == plain.sub("x", text)
        assert lazy.split(text, maxsplit=1) == plain.split(text, 1)
        assert lazy.match(text) is None
        assert lazy.fullmatch("a1") is not None
        assert lazy.groups == plain.groups
    assert found.re is lazy.compiled


def test_a_pattern_goes_to_another_process() -> None:
    """A pattern that was used is sent as what it says."""
    lazy = patterns.compile("[ab]+", patterns.IGNORECASE)
    assert lazy.search("xA")

    again = copy.deepcopy(lazy)

    assert isinstance(again, Pattern)
    assert again is lazy


def test_a_pattern_has_nothing_that_re_has_not() -> None:
    """A name that no pattern has is an error, so that copying and pickling do not take it for one."""
    with pytest.raises(AttributeError):
        _ = patterns.compile("a").searched


def test_to_import_the_verifier_compiles_no_patterns() -> None:
    """A worker starts without compiling what it may never search for."""
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True, cwd=ROOT)

    made, compiled = map(int, done.stdout.split())
    assert made > 300
    assert compiled < 20


def test_every_room_that_judges_takes_its_patterns_from_here() -> None:
    """No module of the domains, the roles and the verifier compiles a pattern of `re` itself."""
    rooms = ("domains", "evidence", "simulate", "verify")
    found = [
        str(path)
        for room in rooms
        for path in (ROOT / "writ_dspy" / room).rglob("*.py")
        if "re.compile(" in (text := path.read_text()) and "from writ_dspy import patterns as re" not in text
    ]

    assert found == []
