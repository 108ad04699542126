"""Lengths in the report of a run are those of the rows of its dataset."""

from __future__ import annotations

import pytest

from tests.calls import MIX
from writ_dspy.publish.published import census_of
from writ_dspy.report import lengths as module
from writ_dspy.report.census import spread
from writ_dspy.report.lengths import CALLS, TOKENS, TURNS, lengths
from writ_dspy.report.summary import Report
from writ_dspy.report.tables import written
from writ_dspy.run.synth import Synthesis, synthesize


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A small run."""
    return synthesize(mix=MIX, out=tmp_path_factory.mktemp("made") / "run", workers=1)


def test_lengths_are_those_of_the_rows(made: Synthesis) -> None:
    """Messages, calls and tokens equal what the census counts in the exported rows, and survive as JSON."""
    report, counted = made.report(), census_of(made)

    assert report.lengths == {
        TURNS: spread(counted.turns),
        CALLS: spread(counted.calls),
        TOKENS: spread(counted.tokens),
    }
    assert Report.from_json(report.to_json()).lengths == report.lengths
    old = {key: value for key, value in report.to_json().items() if key != "lengths"}
    assert Report.from_json(old).lengths == {}


@pytest.mark.parametrize(
    ("number", "told"), [(12382.5, "12,382"), (3036.28, "3,036"), (17.25, "17.2"), (4, "4"), (100, "100"), (0.0, "0")]
)
def test_no_more_digits_than_say_something(number: float, told: str) -> None:
    """An estimate of thousands has no decimals, and a whole number none, either."""
    assert written(number) == told


def test_of_very_many_some_are_measured(made: Synthesis, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand evenly apart, and the report says how many."""
    keys = [talk.talk.id for talk in made.conversations()]
    monkeypatch.setattr(module, "MOST", 3)
    found = lengths(made.run, keys)
    even = [keys[place * len(keys) // 3] for place in range(3)]

    assert list(found) == [f"{name} (3 of {len(keys)})" for name in (TURNS, CALLS, TOKENS)]
    assert list(found.values()) == list(lengths(made.run, even).values())
    assert lengths(made.run, []) == {}
