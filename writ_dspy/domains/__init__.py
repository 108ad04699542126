"""Domains by name: `load("tau2:retail")`; and by where others keep theirs: `find("./library.yaml")`."""

from __future__ import annotations

from functools import cache
from typing import Any

from writ_dspy.domains import places
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
    Terms,
    Topic,
    Transfer,
    Wished,
    World,
    observe,
)
from writ_dspy.domains.observed import Observation, Result, Row, Seen, Views
from writ_dspy.errors import ConfigError, brief

NAMES = ("tau2:retail", "tau2:airline")
"""Those that come with writ."""
_OURS = frozenset(name.partition(":")[0] for name in NAMES)
"""What stands before the colon of these, and so names no module."""

__all__ = [
    "NAMES", "Before", "Dial", "Domain", "Draft", "Memory", "Observation", "Pack", "Phrases", "Recipe", "Result", "Row", "Rule",
    "Seen", "Terms", "Topic", "Transfer", "Views", "Wished", "World", "all_names", "exists", "find", "full", "known", "load", "observe", "places",
]  # fmt: skip


def full(given: Any) -> Any:
    """The name of the domain that somebody names: in full, by its last part, as `airline`, or by its place; else as it is given.

    A place is imported, so it has to come from whoever runs this, and from no file: for those there is `known`.

    Raises:
        WritError: There is something at the place that is given, and it is no domain.
    """
    if not isinstance(given, str) or exists(known(given)) or given.partition(":")[0] in _OURS:
        return known(given)
    return places.named(given) or given


def known(name: Any) -> Any:
    """The full name of a domain that comes with writ, is installed, or was named before; else as it is given. Imports nothing else."""
    if not isinstance(name, str) or exists(name):
        return name
    found = [one for one in all_names() if one.rpartition(":")[2] == name]
    return found[0] if len(found) == 1 else places.recalled(name) or name


def exists(name: Any) -> bool:
    """Whether there is a domain of that full name."""
    return isinstance(name, str) and (name in NAMES or name in places.met())


def all_names() -> tuple[str, ...]:
    """Those that come with writ, and those that this process has met."""
    return (*NAMES, *places.met())


def find(given: str) -> Domain:
    """The domain that somebody names, as `full` does: `find("./library.yaml")`, `find("desks.library:domain")`, `find("retail")`.

    Raises:
        WritError: There is none, or it cannot be loaded.
    """
    return load(full(given))


def load(name: str) -> Domain:
    """The domain of that name; loaded once per process, since its base is shared by all worlds.

    Raises:
        ConfigError: No such domain.
        DomainError: The package that carries it is not installed.
    """
    name = known(name)
    if not exists(name):
        raise ConfigError(
            f"no domain {brief(name)}; there are {', '.join(all_names())}. Choose one, or name the file of a declaration; `writ domains` describes them."
        )
    return _loaded(name)


@cache
def _loaded(name: str) -> Domain:
    if name not in NAMES:
        return places.load(name)
    from writ_dspy.domains.tau2 import adapter as tau2

    if name == "tau2:retail":
        from writ_dspy.domains.tau2.retail import PACK
    else:
        from writ_dspy.domains.tau2.airline import PACK
    return tau2.build(name.removeprefix("tau2:"), PACK)
