"""What `synthesize` is asked for from Python, where an argument may be anything: taken as it is meant, or refused.

The command line has its own types for these; the library has nobody before it. Each refusal is a `ConfigError` with the
name of the argument, its value and what to give, before anything is made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from writ_dspy.errors import ConfigError, brief, whole
from writ_dspy.lm.endpoint import MOST_AT_ONCE
from writ_dspy.propose.mix import Mix, composes, default_mix, mix_of
from writ_dspy.run.casting import choose, pinned, with_composer
from writ_dspy.run.settings import Settings
from writ_dspy.run.shard import Shard

OFF = "off"
"""No firewall, as the command line says it."""
PLAIN = (str, os.PathLike)


def settings_of(
    domains: object,
    n: object,
    mix: object,
    seed: object,
    agent: object,
    tries: object,
    firewall: object,
    models: Mapping[str, Any],
) -> Settings:
    """The settings of a run, checked.

    Args:
        domains, n, mix, seed, agent, tries: As `synthesize` takes them.
        firewall: A split, or None or `off` for no firewall.
        models: `lm`, `roles`, `lms`, `mode`, `programs`, `api_key_env`, `compose`, `corrections` and `shard`, as `synthesize` takes them.

    Raises:
        ConfigError: One of them cannot be.
        DomainError: A domain cannot be loaded, or has no such split.
        StoreError: The file of a program cannot be trusted.
    """
    wanted = _mix(domains, n, mix)
    _check("agent", agent, str, "give the name of a role, such as `scripted`")
    _check("firewall_split", firewall, (str, type(None)), "give a split, such as `base`; None or `off` for no firewall")
    _check("lm", models["lm"], (str, type(None)), "give a model URL")
    _check("lms", models["lms"], (*PLAIN, type(None)), "give the path of a file of models")
    _check("mode", models["mode"], (str, type(None)), "give surface, guided or free")
    _check("api_key_env", models["api_key_env"], (str, type(None)), "give the name of a variable")
    roles = _pairs("roles", models["roles"], "a model URL")
    programs = _pairs("programs", models["programs"], "the name, digest or file of a program")
    lms, mode = choose(models["lm"], roles, models["lms"], models["mode"], models["api_key_env"])
    wall = None if firewall == OFF else firewall
    lms = with_composer(lms, roles, composes=composes(wanted, models["compose"]))
    fixed = pinned(programs, lms, mode)
    part = None if models["shard"] is None else Shard.parse(models["shard"])
    settings = Settings(
        wanted, cast("int", seed), cast("str", agent), tries=cast("int", tries), firewall=cast("str | None", wall), lms=lms,
        mode=mode, programs=fixed, compose=models["compose"], corrections=models["corrections"], shard=part,
    )  # fmt: skip
    settings.check()
    return settings


def check_work(progress: object, concurrency: object, *, grow: object) -> None:
    """Refuse what would only show when the work is under way.

    Raises:
        ConfigError: One of them cannot be.
    """
    if progress is not None and not isinstance(progress, Callable):  # type: ignore[arg-type]
        raise ConfigError(f"progress = {brief(progress)}: give a function of (stage, done, wanted, counts), or None.")
    if concurrency is not None:
        whole("concurrency", concurrency, 1, MOST_AT_ONCE)
    _check("grow", grow, bool, "give True or False")


def _mix(domains: object, n: object, mix: object) -> Mix:
    if mix is not None:
        return mix_of(mix)
    if not isinstance(domains, Iterable) or isinstance(domains, bytes):
        raise ConfigError(f"domains = {brief(domains)}: give names, such as ['tau2:retail'].")
    return default_mix(cast("Iterable[str]", domains), cast("int", n))


def _pairs(name: str, given: object, what: str) -> dict[str, str]:
    """A mapping of roles to texts."""
    form = f"give {{'agent': …}} with {what} for each role"
    if not isinstance(given, Mapping | None):
        raise ConfigError(f"{name} = {brief(given)}: {form}.")
    pairs: dict[str, str] = {}
    for role, value in (given or {}).items():
        if not isinstance(role, str) or not isinstance(value, PLAIN):
            raise ConfigError(f"{name} = {brief(given)}: {brief(role)} has {brief(value)}; {form}.")
        pairs[role] = os.fspath(value)
    return pairs


def _check(name: str, value: object, kinds: type | tuple[type, ...], remedy: str) -> None:
    if not isinstance(value, kinds):
        raise ConfigError(f"{name} = {brief(value)}: {remedy}.")
