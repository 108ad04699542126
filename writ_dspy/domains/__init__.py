"""Domains by name: `load("tau2:retail")`."""

from __future__ import annotations

from functools import cache
from typing import Any

from writ_dspy.domains.domain import (
    Before,
    Dial,
    Domain,
    Draft,
    Memory,
    Pack,
    Phrases,
    Recipe,
    Rule,
    Topic,
    Transfer,
    World,
    observe,
)
from writ_dspy.domains.observed import Observation, Result, Row, Seen, Views
from writ_dspy.errors import ConfigError, brief

NAMES = ("tau2:retail", "tau2:airline")

__all__ = [
    "NAMES", "Before", "Dial", "Domain", "Draft", "Memory", "Observation", "Pack", "Phrases", "Recipe", "Result", "Row", "Rule",
    "Seen", "Topic", "Transfer", "Views", "World", "full", "load", "observe",
]  # fmt: skip


def full(name: Any) -> Any:
    """The whole name of a domain that is given by its last part, as `airline`, where one alone has it; else as it is given."""
    found = [known for known in NAMES if known.rpartition(":")[2] == name]
    return found[0] if len(found) == 1 else name


def load(name: str) -> Domain:
    """The domain of that name, in full or for short; loaded once per process, since its base is shared by all worlds.

    Raises:
        ConfigError: No such domain.
        DomainError: The package that carries it is not installed.
    """
    name = full(name)
    if name not in NAMES:
        raise ConfigError(
            f"no domain {brief(name)}; there are {', '.join(NAMES)}. Choose one; `writ domains` describes them."
        )
    return _loaded(name)


@cache
def _loaded(name: str) -> Domain:
    from writ_dspy.domains.tau2 import adapter as tau2

    if name == "tau2:retail":
        from writ_dspy.domains.tau2.retail import PACK
    else:
        from writ_dspy.domains.tau2.airline import PACK
    return tau2.build(name.removeprefix("tau2:"), PACK)
