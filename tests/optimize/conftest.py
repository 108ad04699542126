"""What all runs of an optimizer here do without."""

from __future__ import annotations

import pytest

from writ_dspy.optimize import Outcome


@pytest.fixture(autouse=True)
def _unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture is drawn of a run that one test makes for itself; of a shared one it is, and looked at."""
    monkeypatch.setattr(Outcome, "picture", lambda *_: None)
