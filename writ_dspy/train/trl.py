"""Episodes for TRL's `GRPOTrainer(environment_factory=…)`: a class per domain, with its tools and `say` as methods.

The policy acts by calling tools, and talks to the user by the tool `say`; a message without a call ends its rollout. TRL reads
tools off the methods of the class, and gives the columns of a row to `reset`. Nothing of TRL is imported.
"""

from __future__ import annotations

import os
from typing import Any

from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import NAMES, Domain, load
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.roles import User
from writ_dspy.task import Json
from writ_dspy.train.episode import Episode
from writ_dspy.train.tools import method

LEFT = "(The user has left.)"
"""What `say` returns once the user is gone, so that a policy can tell it from silence."""


class Environment:
    """One rollout after another over tasks of one domain; `environment` makes the class that has the domain's tools, too."""

    _options: dict[str, Any]
    """What each episode is made with."""
    _shaped = False

    def __init__(self) -> None:
        self._episode = Episode(**self._options)

    def reset(self, **row: Json) -> str:
        """Begin the task of a row of `writ export --format env`; returns what the user says first."""
        return self._episode.reset(**row)

    def say(self, text: str) -> str:
        """Say something to the user, and get the answer.

        Args:
            text: What to say.
        """
        return self._episode.say(text) or LEFT

    def get_reward(self) -> float:
        """The reward of the talk so far."""
        return self._episode.reward(shaped=self._shaped)


def environment(
    domain: str, *, run: str | os.PathLike[str] | None = None, user: User | str = "scripted", shaped: bool = False
) -> type[Environment]:
    """The class for tasks of one domain, as `environment_factory` takes it.

    Args:
        domain: By name.
        run: Where tasks are found whose rows have no `task`.
        user: As `Episode` takes it.
        shaped: Reward a rejected episode for how far it came.

    Raises:
        ConfigError: There is no such domain.
        DomainError: A tool of it has the name of something that the class has already.
    """
    found: Domain = load(domain)
    tools = {schema["function"]["name"]: method(schema, _call) for schema in found.tools}
    if taken := [name for name in tools if hasattr(Environment, name) or name.startswith("_")]:
        raise DomainError(
            f"{found.name} has a tool {taken[0]!r}, and so is a method of the environment called that TRL calls or that talks "
            "to the user. Rename the tool in the domain."
        )
    name = f"{found.slug.title().replace('-', '')}Environment"
    about = {
        "_options": {"domain": domain, "run": run, "user": user},
        "_shaped": shaped,
        "__doc__": Environment.__doc__,
    }
    return type(name, (Environment,), {**tools, **about})


def environments(
    *domains: str, run: str | os.PathLike[str] | None = None, user: User | str = "scripted", shaped: bool = False
) -> dict[str, type[Environment]]:
    """A class per domain, by the name that the column `environment` of the rows has: all domains in one training.

    Args:
        domains: By name, those of your own included. Default: all that come with writ.
        run: As `environment` takes it, and so are the others.
        user: Who speaks for the user.
        shaped: Reward a rejected episode for how far it came.

    Raises:
        ConfigError: There is no such domain, or two of them go by one name in the rows.
        DomainError: A tool of one has the name of something that the class has already.
    """
    names = dict.fromkeys(load(name).name for name in domains or NAMES)
    made = {short_name(name): environment(name, run=run, user=user, shaped=shaped) for name in names}
    if len(made) < len(names):
        raise ConfigError(
            f"{', '.join(names)}: two of these are the same in the column `environment`. Train on one of them at a time."
        )
    return made


def _call(made: Environment, tool: str, arguments: dict[str, Json]) -> str:
    return made._episode.call(tool, arguments)  # noqa: SLF001 - a method of it, made outside
