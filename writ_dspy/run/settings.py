"""What a run is asked for.

The settings with the versions that they were made with are the manifest of a run folder. They are checked before
anything is written.
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from writ_dspy.domains import NAMES, exists, known, load, places
from writ_dspy.domains.places import GoneError
from writ_dspy.errors import ConfigError, StoreError, brief, whole
from writ_dspy.lm.endpoint import LMSettings, RoleLMs
from writ_dspy.propose.firewall import releases
from writ_dspy.propose.mix import MOST_TASKS, Cell, Mix, composed_of, composes, default_mix, usual
from writ_dspy.run.casting import AGENTS, MODES, USERS, Casting, Mode, role, with_composer
from writ_dspy.run.shard import Shard
from writ_dspy.shown import counted
from writ_dspy.simulate.behaviour import Stretch
from writ_dspy.simulate.loop import Limits
from writ_dspy.store.run import Found, Run
from writ_dspy.task import Json
from writ_dspy.verify.checks import CHECKS_VERSION
from writ_dspy.version import __version__

MOST_TRIES = 1_000
"""Conversations per task: pass^k takes a dozen. More is a slip of the finger."""
CORRECTIONS = 2
"""Fresh draws of a step, unless something else is asked for."""
MOST_CORRECTIONS = 20
"""Of one step: who has not mended it by then never will."""
MOST_TURNS = 1_000
"""Of a conversation; long ones have forty."""


class Stage(BaseModel):
    """What a run was asked for until it was made to grow."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    mix: Annotated[tuple[Cell, ...], Field(min_length=1)]
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)]


@dataclass(frozen=True)
class Settings:
    """All that a run depends on; with the versions, the manifest of its folder."""

    mix: Mix
    seed: int = 0
    agent: str = "scripted"
    user: str = "scripted"
    tries: int = 1
    """Conversations per task."""
    firewall: str | None = "base"
    """Official split that no task may touch; None lets everything through."""
    turns: int = Limits().turns
    corrections: int = CORRECTIONS
    """Fresh draws of a step of a model's agent in which the verifier finds something before it is taken."""
    lms: RoleLMs = field(default_factory=RoleLMs)
    """The roles that models play; the others are scripted."""
    mode: Mode = "guided"
    """How far models go, where there are any."""
    programs: tuple[tuple[str, str], ...] = ()
    """Compiled programs of the roles, pinned (see `casting.pinned`)."""
    compose: float = 0.0
    """Share of the tasks of each cell of source `code` that the composer's model thinks up; recipes fill in what it cannot."""
    grown: tuple[Stage, ...] = ()
    """What was asked for before the run was made to grow, the first first."""
    shard: Shard | None = None
    """The part of the run that this is; None for all of it."""

    @property
    def casting(self) -> Casting:
        """Who plays which role."""
        return Casting(self.agent, self.user, self.lms, self.mode, self.programs, self.firewall)

    @property
    def corrects(self) -> bool:
        """Whether a model decides what the agent does, so that its steps can be judged before they are taken."""
        return self.casting.mode_of("agent") in ("guided", "free")

    @property
    def domains(self) -> list[str]:
        """Names of the domains in the mix, sorted."""
        return sorted({cell.domain for cell in self.mix.cells})

    @property
    def composed(self) -> list[int]:
        """Of each cell, how many tasks a model is to compose."""
        return composed_of(self.mix, self.compose)

    @property
    def shares(self) -> list[range]:
        """The places of each cell that are to be filled here: all of them, unless this is a shard."""
        return (
            [range(cell.count) for cell in self.mix.cells] if self.shard is None else self.shard.shares(self.mix.cells)
        )

    @property
    def wanted(self) -> int:
        """Tasks to be made here."""
        return sum(map(len, self.shares))

    def manifest(self) -> dict[str, Json]:
        """The settings with the versions that they were made with."""
        return {
            **versions(self.domains),
            "mix": [cell.model_dump() for cell in self.mix.cells],
            "seed": self.seed,
            "agent": self.agent,
            "user": self.user,
            "tries": self.tries,
            "firewall": self.firewall,
            "official": {name: known for name in self.domains if (known := releases(load(name)))},
            "turns": self.turns,
            **(self._live() if self.casting.live else {}),
            **({"grown": [stage.model_dump(mode="json") for stage in self.grown]} if self.grown else {}),
            **({"shard": str(self.shard)} if self.shard else {}),
        }

    @property
    def stretches(self) -> list[tuple[Stretch, ...]]:
        """Of each cell, what was asked for at first and with each growth, so that no task gets another place."""
        found: dict[Cell, list[Stretch]] = {}
        had: dict[Cell, int] = {}
        start = 0
        for cells in (*(stage.mix for stage in self.grown), self.mix.cells):
            for cell in cells:
                point = cell.model_copy(update={"count": 1})
                first, had[point] = had.get(point, 0), cell.count
                if first < cell.count:
                    found.setdefault(point, []).append((first, cell.count, start))
                    start += cell.count - first
        return [tuple(found[cell.model_copy(update={"count": 1})]) for cell in self.mix.cells]

    def _live(self) -> dict[str, Json]:
        more: dict[str, Json] = {"programs": [list(pair) for pair in self.programs]} if self.programs else {}
        more |= {"compose": self.compose} if self.compose else {}
        more |= {"corrections": self.corrections} if self.corrects else {}
        return {"lms": self.lms.model_dump(mode="json"), "mode": self.mode, **more}

    @classmethod
    def of(cls, run: Run | Found) -> Settings:
        """The settings that a run was made with.

        Raises:
            StoreError: Its manifest lacks one, or holds what none can be.
        """
        made = run.manifest.get("domains")
        try:
            for name, version in made.items() if isinstance(made, Mapping) else ():
                places.bind(str(name), str(version))
                _check_known(run, str(name), str(version))
            found = _Manifest.model_validate_json(json.dumps(run.manifest))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            hidden = first["type"] == "missing" or "api_key_env" in first["loc"]  # where a key may have been pasted
            seen = "" if hidden else f" = {brief(first['input'])}"
            raise _spoiled(run, f"{where}{seen}: {first['msg'].removeprefix('Value error, ')}.") from error
        except GoneError as error:  # nothing is wrong with the run
            raise StoreError(f"{run.folder}: {error}") from error
        except ConfigError as error:  # a model that is none
            raise _spoiled(run, f"lms: {error}") from error
        values = found.model_dump(
            exclude={"writ", "checks", "domains", "official", "mix", "lms", "grown", "shard", "corrections"}
        )
        made = cls(Mix(cells=found.mix), **values, lms=found.lms, grown=found.grown, shard=found.shard)
        silent = 0 if made.corrects else CORRECTIONS
        return replace(made, corrections=silent if found.corrections is None else found.corrections)

    def check(self) -> None:
        """Refuse what cannot work, before anything is written.

        Raises:
            ConfigError: An unknown role, or a number out of range.
            DomainError: A domain that cannot be loaded, or has no such official split.
        """
        role("agent", AGENTS, self.agent)
        role("user", USERS, self.user)
        if self.agent != "scripted" and self.lms.agent and self.mode != "surface":
            raise ConfigError(
                f"--agent {self.agent} is a script, and in mode {self.mode} {self.lms.agent.model} decides what the "
                "agent does: leave one of them out, or take --mode surface."
            )
        if self.mode not in MODES:
            raise ConfigError(f"no mode {self.mode!r}; there are {', '.join(MODES)}. Choose one of them.")
        whole("seed", self.seed)
        whole("tries", self.tries, 1, MOST_TRIES)
        whole("turns", self.turns, 2, MOST_TURNS)
        whole("corrections", self.corrections, 0, MOST_CORRECTIONS)
        if self.corrections != CORRECTIONS and not self.corrects:
            raise ConfigError(
                f"corrections = {self.corrections}: no model decides what the agent does here, so no step is judged before it is "
                "taken. Leave it out, or give the agent a model in mode guided or free."
            )
        with_composer(self.lms, None, composes=composes(self.mix, self.compose))
        if not self.mix.cells:
            raise ConfigError("the mix has no cells, so there is nothing to make. Give it one or more.")
        if self.shard is not None:
            self._check_shard(self.shard)
        for name in self.domains:
            if self.firewall is not None:
                load(name).official(self.firewall)

    def _check_shard(self, shard: Shard) -> None:
        """What a model words depends on what it has worded before, so that only code can find the tasks of a shard alone."""
        if shard.of > self.mix.count:
            raise ConfigError(
                f"--shard {shard}: the whole run has {counted(self.mix.count, 'task')}, so it has no more than "
                f"{counted(self.mix.count, 'shard')}. Ask for fewer shards or more tasks."
            )
        words = [name for name in ("proposer", "composer", "diversifier") if getattr(self.lms, name) is not None]
        if words:
            raise ConfigError(
                f"--shard {shard}: a model is the {' and the '.join(words)}, and how it words a task depends on the tasks "
                f"before. Add {' '.join(f'--role {name}=scripted' for name in words)}, or make the run without --shard."
            )

    def command(self, folder: Path) -> str:
        """The command line that makes, or goes on with, such a run in `folder`."""
        default = Settings(self.mix)
        options = [
            f"--{name} {'off' if value is None else value}"
            for name in ("seed", "agent", "tries", "firewall")
            if (value := getattr(self, name)) != getattr(default, name)
        ]
        options += [f"--role {name}={lm.model}" for name, lm in self.lms.items()]
        options += [f"--compose {self.compose:g}"] if self.compose else []
        options += [f"--mode {self.mode}"] if self.casting.live else []
        options += [f"--corrections {self.corrections}"] if self.corrections != CORRECTIONS else []
        options += [f"--program {name}={place.rpartition('#')[0]}" for name, place in self.programs]
        options += [f"--shard {self.shard}"] if self.shard else []
        names = usual(self.mix)
        asked = "--mix FILE"  # a mix of the user's own: only they have the file
        if names:
            domains = () if names == NAMES else names
            asked = " ".join([*(f"--domain {name}" for name in domains), f"-n {self.mix.count}"])
        return " ".join(["writ synth", asked, *options, "--out", shlex.quote(str(folder))])

    def larger(self, times: float) -> Settings:
        """The same with so many times the tasks; as it is where there would be too many, or where the mix is the user's own."""
        names, count = usual(self.mix), math.ceil(times * self.mix.count)
        return replace(self, mix=default_mix(names, count)) if names and count <= MOST_TASKS else self


def _check_known(run: Run | Found, name: str, version: str) -> None:
    """Nothing is wrong with a run of a domain that was never named here: it may come from another machine, or the name was forgotten."""
    if places.NAME.fullmatch(name) and not name.startswith("tau2:") and not exists(known(name)):
        raise StoreError(
            f"{run.folder}: it was made in the domain {name} ({brief(version)}), and where that is declared is not known here. Name its "
            "declaration once: writ domains check FILE. Every command finds it then."
        )


def _spoiled(run: Run | Found, why: str) -> StoreError:
    return StoreError(
        f"{run.folder / 'run.json'}: {why} Restore the file from a copy, or make the run again with another --out."
    )


class _Manifest(BaseModel):
    """What `run.json` must hold."""

    model_config = ConfigDict(extra="forbid", strict=True)

    writ: str
    checks: str
    domains: dict[str, str]
    mix: Annotated[tuple[Cell, ...], Field(min_length=1)]
    seed: int
    agent: str
    user: str
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)]
    firewall: str | None
    official: dict[str, tuple[str, ...]] = {}
    """Which releases of the official tasks the firewall knew; an older writ, which knew 0.2.0 alone, says nothing."""
    turns: Annotated[int, Field(ge=2, le=MOST_TURNS)]
    lms: RoleLMs = RoleLMs()
    mode: Mode = "guided"
    programs: tuple[tuple[str, str], ...] = ()
    corrections: Annotated[int, Field(ge=0, le=MOST_CORRECTIONS)] | None = None
    """An older writ, which judged no step, says nothing."""
    compose: Annotated[float, Field(ge=0, le=1)] = 0.0
    grown: tuple[Stage, ...] = ()
    shard: Annotated[Shard | None, BeforeValidator(lambda text: None if text is None else _shard(text))] = None


def _shard(text: object) -> Shard:
    """As a manifest has it."""
    try:
        return Shard.parse(text)
    except ConfigError as error:
        raise ValueError(str(error)) from error


def moved(settings: Settings, lm: str | None, roles: Mapping[str, str], api_key_env: str | None = None) -> Settings:
    """The settings with the models of a run where they are served now; which model each role has stays as it was.

    Raises:
        ConfigError: A role that this run has no model for, a URL of another model, or a key for none of the URLs.
    """
    there = dict(settings.lms.items())
    RoleLMs.of(lm, roles, api_key_env=api_key_env)  # refuses what is no URL
    odd = [name for name in roles if name not in there]
    if odd or (lm and not there):
        raise ConfigError(
            f"this run has models for {', '.join(there) or 'no role'}: {', '.join(odd) or lm} cannot be changed now. "
            "Make another run with another --out."
        )
    update = {}
    key = {} if api_key_env is None else {"api_key_env": api_key_env}
    for name, old in there.items():
        url = roles.get(name, lm)
        if url is not None:
            update[name] = LMSettings.of(old.model_dump() | {"model": url} | key, f"LM of the {name}")
    return replace(settings, lms=settings.lms.model_copy(update=update))


def versions(domains: Sequence[str]) -> dict[str, Json]:
    """What makes the results of a run: this software, its checks, and where its domains come from."""
    return {
        "writ": __version__,
        "checks": CHECKS_VERSION,
        "domains": {name: load(name).version for name in domains},
    }
