"""What all runs of an optimizer here do without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shared import judged_once
from writ_dspy.optimize import Outcome, students
from writ_dspy.verify.checks import verify


@pytest.fixture(scope="session", autouse=True)
def _rollouts_are_judged_once() -> Iterator[None]:
    """Optimizers play the same talks over and over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(students, "verify", judged_once(verify))
        yield


@pytest.fixture(autouse=True)
def _unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture is drawn of a run that one test makes for itself; of a shared one it is, and looked at."""
    monkeypatch.setattr(Outcome, "picture", lambda *_: None)
