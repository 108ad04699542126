"""What every test of publishing does without."""

from __future__ import annotations

import pytest

from writ_dspy.publish import stage
from writ_dspy.report.census import Census
from writ_dspy.report.plots import draw

_drawn: dict[str, dict[str, bytes]] = {}


def _once(found: Census) -> dict[str, bytes]:
    key = repr(found)
    if key not in _drawn:
        _drawn[key] = draw(found)
    return dict(_drawn[key])


@pytest.fixture(autouse=True)
def _plots_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is most of staging, and the same every time (see `test_card`): each census is drawn for all tests."""
    monkeypatch.setattr(stage, "draw", _once)
