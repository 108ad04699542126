"""Who plays which role: scripted roles, and the models that word or take them over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from writ_dspy.errors import ConfigError, brief
from writ_dspy.lm.endpoint import ROLES, SCRIPTED, RoleLMs
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.propose.twins import Pairing
from writ_dspy.roles import Agent, User
from writ_dspy.simulate.scripted import CarelessAgent, ScriptedAgent, ScriptedUser
from writ_dspy.task import Task

if TYPE_CHECKING:
    from writ_dspy.lm import Connection, Usage
    from writ_dspy.programs.composer import Composer
    from writ_dspy.programs.diversifier import ModelDiversifier
    from writ_dspy.programs.proposer import ModelProposer

Mode = Literal["surface", "guided", "free", "chat"]
MODES: dict[Mode, str] = {
    "surface": "the script decides what happens, the model words it",
    "guided": "the model decides; look-ups that are due are made for the agent, and it is shown how each request ends",
    "free": "the model decides, with what a deployed agent would see",
    "chat": "free, and the agent is asked by chat messages and native tools, as rows show them",
}
AGENTS: dict[str, Callable[[], Agent]] = {"scripted": ScriptedAgent, "careless": CarelessAgent}
USERS: dict[str, Callable[[], User]] = {"scripted": ScriptedUser}
T = TypeVar("T")
GIVE = "Give a model with --lm URL or --role ROLE=URL"


@dataclass(frozen=True)
class Casting:
    """What decides who plays; picklable, and part of a run's manifest."""

    agent: str = "scripted"
    user: str = "scripted"
    lms: RoleLMs = field(default_factory=RoleLMs)
    mode: Mode = "guided"
    programs: tuple[tuple[str, str], ...] = ()
    """Compiled programs, as pairs of role and `place#digest` (see `pinned`); other roles have those of the package."""
    firewall: str | None = "base"
    """Official split whose entities no composed task may touch."""

    @property
    def live(self) -> bool:
        """Whether any role needs a model."""
        return any(True for _ in self.lms.items())

    def mode_of(self, name: Literal["agent", "user"]) -> str:
        """How that role is played: `scripted`, `surface`, `guided`, `free`, or `chat`, which is the agent's alone."""
        if getattr(self.lms, name) is None:
            return "scripted"
        return "free" if name == "user" and self.mode in ("guided", "chat") else self.mode


def choose(
    lm: str | None,
    roles: Mapping[str, str] | None,
    path: Path | None,
    mode: Mode | None,
    api_key_env: str | None = None,
) -> tuple[RoleLMs, Mode]:
    """The models of the roles and how far they go, from what was asked for.

    Where nothing is said, an embedded model only words what the script decides. It then also leaves the tasks alone:
    a proposer or a diversifier takes a model that can read its own words back.

    Raises:
        ConfigError: See `RoleLMs.of`; a mode, and no model that it could be about.
    """
    lms = RoleLMs.of(lm, roles, path, api_key_env)
    if mode is not None and mode not in MODES:
        raise ConfigError(f"no mode {brief(mode)}; there are {', '.join(MODES)}. Choose one of them.")
    if mode is not None and not any(True for _ in lms.items()):
        raise ConfigError(
            f"mode {mode} says how far models go, and every role is scripted. {GIVE}, or leave the mode out."
        )
    speaker = lms.agent or lms.user
    if mode is None:
        mode = "surface" if speaker and speaker.endpoint.scheme == "local" else "guided"
    if mode == "surface" and path is None:
        lms = lms.model_copy(update={name: None for name in ("proposer", "diversifier") if name not in (roles or {})})
    return lms, mode


def with_composer(lms: RoleLMs, roles: Mapping[str, str] | None, *, composes: bool) -> RoleLMs:
    """The models, with one for the composer exactly where something is to be composed.

    Raises:
        ConfigError: There is something to compose and no model for it, or a flag names one and there is nothing.
    """
    if composes and lms.composer is None:
        raise ConfigError(
            "there are tasks to be composed, and the composer has no model. Give it one with --lm URL or --role "
            "composer=URL, or leave out --compose and `source: model`."
        )
    named = (roles or {}).get("composer", SCRIPTED)
    if not composes and named != SCRIPTED:
        raise ConfigError(
            f"--role composer={named}: nothing is to be composed. Say how much with --compose SHARE or with `source: "
            "model` in a cell of the mix, or leave the role out."
        )
    return lms if composes else lms.model_copy(update={"composer": None})


def pinned(programs: Mapping[str, str], lms: RoleLMs, mode: Mode) -> tuple[tuple[str, str], ...]:
    """Compiled programs by role, each with the digest that it has now, so that a run cannot go on with another.

    Raises:
        ConfigError: No such program or role, one of another role or of other fields, or for a role that runs none.
        StoreError: Its file cannot be trusted.
    """
    models = dict(lms.items())
    pairs = []
    for name, which in programs.items():
        if name not in ROLES:
            raise ConfigError(
                f"--program {name}={which}: there is no such role; there are {', '.join(ROLES)}. Choose one of them."
            )
        if name not in models:
            raise ConfigError(
                f"--program {name}={which}: the {name} has no model here, so no program of it runs. Give it one with "
                f"--role {name}=URL, or leave --program out."
            )
        if mode == "chat" and name == "agent":
            raise ConfigError(
                f"--program {name}={which}: in mode chat no program of the agent runs. Take --mode free, or leave --program out."
            )
        if mode == "surface" and name in ("user", "agent"):
            raise ConfigError(
                f"--program {name}={which}: in mode surface the script decides, and no program of the {name} runs. Take "
                "--mode guided or --mode free, or leave --program out."
            )
        from writ_dspy.programs.compiled import fill, find, fresh

        found = find(which)
        if found.role != name:
            raise ConfigError(f"--program {name}={which}: {found.name} is a program of the {found.role}. Name another.")
        fill(found, fresh(name))
        place = str(Path(which).resolve()) if which.endswith(".json") else found.name
        pairs.append((name, f"{place}#{found.digest}"))
    return tuple(sorted(pairs))


async def best_programs(lms: RoleLMs, mode: Mode) -> dict[str, str]:
    """For each role with a model, the compiled program that did best with it, where one beat what the package ships.

    Raises:
        LMError: A server that has to be asked for the name of its model cannot be reached.
    """
    from writ_dspy.lm import connect
    from writ_dspy.programs.compiled import best

    chosen = {}
    for name, settings in lms.items():
        if (mode == "surface" and name in ("user", "agent")) or (mode == "chat" and name == "agent"):
            continue
        found = best(name, settings.endpoint.model or "") if settings.endpoint.scheme != "local" else None
        if found is None and (settings.endpoint.scheme == "local" or not settings.endpoint.model):
            connection = connect(settings, role=name)
            try:
                await connection.ready()
                found = best(name, connection.model_name)
            finally:
                await connection.aclose()
        if found is not None:
            chosen[name] = found.name
    return chosen


class Cast:
    """The roles themselves, each model with a connection of its own; closes them when left."""

    def __init__(self, casting: Casting) -> None:
        from writ_dspy.lm import connect

        self.casting = casting
        self.connections: dict[str, Connection] = {
            name: connect(settings, role=name) for name, settings in casting.lms.items()
        }

    async def ready(self) -> None:
        """Find out what each server can do, before the first task is spent on it.

        Raises:
            LMError: A server cannot be reached, or cannot serve its role.
        """
        for connection in self.connections.values():
            await connection.meet()
        self.agent = self._agent()
        self.user = self._user()
        self.proposer = self._proposer()
        self.composer = self._composer()
        self.diversifier = self._diversifier()

    async def filling(
        self, filled: Filled, seed: int, split: str | None, kept: Sequence[Task], shared: Sequence[Pairing] = ()
    ) -> AsyncGenerator[Task]:
        """The tasks that a cell lacks beside those that are kept, found by code and worded by the proposer's model.

        Each comes as soon as it is settled; `filled` counts them. Only where the proposer has a model.
        """
        from writ_dspy.programs.proposer import with_spare

        if self.proposer is None:
            raise AssertionError("no model proposes")
        drafted = await asyncio.to_thread(fill, with_spare(filled.cell), seed, split, shared)
        async with aclosing(self.proposer.filling(filled, seed, split, drafted, kept)) as tasks:
            async for task in tasks:
                yield task

    async def voicing(self, tasks: AsyncGenerator[Task], seed: int, kept: Sequence[Task]) -> AsyncGenerator[Task]:
        """The same tasks, in the voices that the diversifier's model gives their users, if there is one."""
        if self.diversifier is None:
            async with aclosing(tasks):
                async for task in tasks:
                    yield task
            return
        turned_down = self.connections["diversifier"].usage.turned_down
        voices = [task.behaviour.voice for task in kept if task.behaviour and task.behaviour.voice]
        async with aclosing(self.diversifier.voicing(tasks, seed, voices)) as voiced:
            async for one in voiced:
                if one.scripted or one.partly:
                    turned_down[one.scripted or f"in part: {one.partly}"] += 1
                yield one.task

    @property
    def words(self) -> bool:
        """Whether a model words tasks, or the users that have them."""
        return self.proposer is not None or self.diversifier is not None

    def usage(self) -> dict[str, Usage]:
        """What each role's model calls have come to."""
        return {name: connection.usage for name, connection in self.connections.items()}

    async def aclose(self) -> None:
        """Let go of every connection."""
        for connection in self.connections.values():
            await connection.aclose()

    def _agent(self) -> Agent:
        script = role("agent", AGENTS, self.casting.agent)
        connection = self.connections.get("agent")
        if connection is None:
            return script
        if self.casting.mode == "surface":
            from writ_dspy.programs.surface import SurfaceAgent

            return SurfaceAgent(script, connection)
        if self.casting.mode == "chat":
            from writ_dspy.programs.chat import ChatAgent

            return ChatAgent(connection)
        from writ_dspy.programs.agent import ModelAgent

        return ModelAgent(connection, self._program("agent"), guided=self.casting.mode == "guided")

    def _user(self) -> User:
        script = role("user", USERS, self.casting.user)
        connection = self.connections.get("user")
        if connection is None:
            return script
        if self.casting.mode == "surface":
            from writ_dspy.programs.surface import SurfaceUser

            return SurfaceUser(script, connection)
        from writ_dspy.programs.user import ModelUser

        return ModelUser(connection, self._program("user"))

    def _proposer(self) -> ModelProposer | None:
        connection = self.connections.get("proposer")
        if connection is None:
            return None
        from writ_dspy.programs.proposer import ModelProposer

        return ModelProposer(connection, wording=self._program("proposer"))

    def _composer(self) -> Composer | None:
        connection = self.connections.get("composer")
        if connection is None:
            return None
        from writ_dspy.programs.composer import Composer

        reader = None if self.proposer is None else self.proposer.reader(self.casting.firewall)
        return Composer(connection, self._program("composer"), self.casting.firewall, reader)

    def _diversifier(self) -> ModelDiversifier | None:
        connection = self.connections.get("diversifier")
        if connection is None:
            return None
        from writ_dspy.programs.diversifier import ModelDiversifier

        read = None if self.proposer is None else self.proposer.reader().read_back
        return ModelDiversifier(connection, self._program("diversifier"), read)

    def _program(self, name: str) -> Any:
        """The role's program: compiled, or None for the one of the package."""
        place, found, digest = dict(self.casting.programs).get(name, "").rpartition("#")
        if not found:
            return None
        from writ_dspy.programs.compiled import fresh, load

        program = fresh(name)
        compiled = load(place, program)
        if compiled.digest != digest:
            raise ConfigError(
                f"{place} has changed since this run began: its digest is {compiled.digest}, and was {digest}. "
                "Restore it, or make another run with another --out."
            )
        return program


def role(kind: str, roles: Mapping[str, Callable[[], T]], name: str) -> T:
    """The role of that kind and name.

    Raises:
        ConfigError: There is none.
    """
    if name not in tuple(roles):  # not the dict, which takes no list
        raise ConfigError(f"no {kind} {brief(name)}; there are {', '.join(roles)}. Choose one of them.")
    return roles[name]()
