"""Verified training trajectories for tool-using, user-facing agents.

import writ_dspy as writ

run = writ.synthesize(domains=["tau2:retail"], n=20, seed=0)
run.conversations()[0]
run.dataset()
writ.verify("results.json")
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from writ_dspy.version import __version__

if TYPE_CHECKING:
    from writ_dspy.conversation import Finding
    from writ_dspy.domains import load as domain
    from writ_dspy.imports.judge import Verification, verify
    from writ_dspy.propose.mix import Cell, Mix, default_mix, read_mix
    from writ_dspy.publish.published import Published, load
    from writ_dspy.report.transcript import Transcript
    from writ_dspy.run.synth import Synthesis, synthesize
    from writ_dspy.train.episode import Episode
    from writ_dspy.verify.checks import Verdict

_PLACES = {
    "Cell": "propose.mix",
    "Episode": "train.episode",
    "Finding": "conversation",
    "Mix": "propose.mix",
    "Published": "publish.published",
    "Synthesis": "run.synth",
    "Transcript": "report.transcript",
    "Verdict": "verify.checks",
    "Verification": "imports.judge",
    "default_mix": "propose.mix",
    "domain": "domains",
    "load": "publish.published",
    "read_mix": "propose.mix",
    "synthesize": "run.synth",
    "verify": "verify",
}  # fmt: skip

__all__ = [
    "Cell", "Episode", "Finding", "Mix", "Published", "Synthesis", "Transcript", "Verdict", "Verification", "__version__", "default_mix", "domain",
    "load", "read_mix", "synthesize", "verify",
]  # fmt: skip


class _Called(ModuleType):
    """The room `writ_dspy.verify`, which can be called as well: `writ.verify(…)` judges conversations wherever they are."""

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """What is called; `inspect.signature` and `help` look for it under this name."""
        found: Callable[..., Any] = import_module("writ_dspy.imports.judge").verify
        return found

    def __call__(self, *args: Any, **more: Any) -> Any:
        """See `writ_dspy.imports.judge.verify`."""
        return self.__wrapped__(*args, **more)


class _Front(ModuleType):
    """This package. Python sets each room as an attribute here when it is first imported: that of `verify` becomes one that can be called.

    So the room need not know who judges files (docs/decisions/0009-a-room-that-is-called.md).
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "verify":
            value.__class__ = _Called
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front


def __getattr__(name: str) -> Any:
    """Names are imported when they are first used, so that `import writ_dspy` is instant."""
    if name not in _PLACES:
        raise AttributeError(f"module 'writ_dspy' has no attribute {name!r}")
    module = import_module(f"writ_dspy.{_PLACES[name]}")
    if name == "verify":  # importing the room has set it
        return module
    value = getattr(module, "load" if name == "domain" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """What `import writ_dspy as writ` offers, whether or not it has been imported yet."""
    return sorted(__all__)
