"""Defaults of options from a file: `writ.toml`, or `[tool.writ]` of `pyproject.toml`, in the working folder.

    [synth]                     # in pyproject.toml: [tool.writ.synth]
    n = 40
    seed = 7

A working folder may be somebody else's, so its file sets only what can do no harm: numbers, switches, and names from
our own lists (`HARMLESS`). Where a call writes, whom it asks or tells, what it loads and what it agrees to stand on the
command line, or in a file of one's own that `WRIT_CONFIG` names, which may set any option. `WRIT_CONFIG=off` and
`--no-config` look at no file. What a file set is said on stderr, and by `--help`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from writ_dspy.errors import ConfigError, brief
from writ_dspy.shown import shown

VARIABLE = "WRIT_CONFIG"
OFF = "off"
OWN, PROJECT = "writ.toml", "pyproject.toml"
LARGEST = 1_000_000
"""Bytes of the largest file that is read."""
HARMLESS = frozenset({
    "accepted", "agent", "auto", "burden", "check", "compose", "concurrency", "corrections", "cpu", "crashed", "dedup", "domain", "dry-run",
    "firewall", "format", "full", "gpus-each", "json", "kind", "max-tokens", "memory", "mode", "n", "no-pager",
    "objective", "optimizer", "per-kind", "quiet", "random", "rejected", "replicas", "rollouts", "seed", "split", "tasks",
    "temperature", "test-share", "tokens", "tries", "verbose", "workers", "writes",
})  # fmt: skip
"""Options, by their long names, that a file of the working folder may set."""
MAKING = {"mix": ("domain", "n"), "lm": ("serve",), "serve": ("lm",)}
OVERRULED: dict[str, dict[str, tuple[str, ...]]] = {
    "synth": MAKING,
    "propose": MAKING,
    "export": {"quota": ("per_kind",)},
    "optimize": {"run": ("tasks", "domain")},
    "show": {
        "conversations": (
            "kind", "domain", "check", "writes", "burden", "accepted", "rejected", "crashed", "n", "random",
        ),
        "accepted": ("rejected", "crashed", "check"),
        "rejected": ("accepted", "crashed"),
        "crashed": ("accepted", "rejected", "check"),
        "check": ("accepted", "crashed"),
    },
}  # fmt: skip
"""By verb, what an option on the command line takes the place of: defaults beside which it would be refused."""
MODELS = ("lm", "role", "lms", "serve")
WITH_MODELS = ("mode", "auto", "compose", "concurrency", "corrections", "program")
"""Of no use, and so no defaults, where no model is named."""
_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file of defaults."""

    path: Path
    section: str
    """Before the name of a verb."""
    tables: Mapping[str, Any]
    trusted: bool
    """Whether it is the user's own, named by `WRIT_CONFIG`."""

    def where(self, verb: str, key: str = "") -> str:
        """As an error names a place in it."""
        return f"{self.path}: [{self.section}{verb}]{f' {key}' if key else ''}"


def source() -> Source | None:
    """The file that counts here, if there is one.

    Raises:
        ConfigError: It cannot be read, or is no TOML.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return None if named in ("", OFF) else _source(Path(named), "", trusted=True)
    if os.path.lexists(OWN):
        return _source(Path(OWN), "", trusted=False)
    return _project(Path(PROJECT))


def _source(path: Path, section: str, *, trusted: bool) -> Source:
    text = _text(path)
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is no TOML ({error}). Mend it, or pass --no-config.") from error
    return Source(path, section, tables, trusted)


def _project(path: Path) -> Source | None:
    """A project's file is mostly about other things: only one with a section of ours counts."""
    if not path.is_file():
        return None
    try:
        text = _text(path)
    except ConfigError:
        return None
    if "tool" not in text or "writ" not in text:
        return None
    try:
        tables = tomllib.loads(text).get("tool", {}).get("writ")
    except (ValueError, RecursionError, AttributeError) as error:
        if "[tool.writ" not in text:
            return None
        raise ConfigError(f"{path} is no TOML ({error}). Mend it, or pass --no-config.") from error
    if tables is None:
        return None
    if not isinstance(tables, dict):
        raise ConfigError(
            f"{path}: tool.writ is {brief(tables)}: write a table for each verb, such as [tool.writ.synth]."
        )
    return Source(path, "tool.writ.", tables, trusted=False)


def _text(path: Path) -> str:
    from writ_dspy.errors import StoreError
    from writ_dspy.store.files import disk, reading

    try:
        with disk(path, "cannot read"), reading(path) as file:
            data = file.read(LARGEST + 1)
    except StoreError as error:
        raise ConfigError(f"{error} It would hold defaults: pass --no-config to do without.") from error
    if len(data) > LARGEST:
        raise ConfigError(
            f"{path} is larger than {LARGEST:,} bytes, too large for defaults. Shorten it, or pass --no-config."
        )
    try:
        return data.decode("utf-8")
    except ValueError as error:
        raise ConfigError(f"{path} is not UTF-8 ({error}). Save it as UTF-8, or pass --no-config.") from error


# ----------------------------------------------------------------------------- what it says


def of(verb: str, verbs: Sequence[str], options: Mapping[str, Any], found: Source) -> dict[str, Any]:
    """The values that a file sets for a verb, by the long names of the options.

    Args:
        verb: The verb that is called.
        verbs: All that there are.
        options: The type of each of its options.
        found: The file.

    Raises:
        ConfigError: It names something that is not there, a value is of another type, or it may not set that.
    """
    for name, table in found.tables.items():
        if name not in verbs and isinstance(table, dict):
            raise ConfigError(f"{found.where(name)}: there is no verb of that name. {_hint(name, verbs)}")
        if name not in verbs:
            raise ConfigError(
                f"{found.path}: {name} = {brief(table)} stands below no verb. Put it below one, such as [{found.section}synth]."
            )
        if not isinstance(table, dict):
            raise ConfigError(
                f"{found.where(name)} is {brief(table)}: write a table of its options, such as [{found.section}{name}]."
            )
    values = {}
    for key, value in found.tables.get(verb, {}).items():
        name = key.replace("_", "-")
        if name not in options:
            raise ConfigError(
                f"{found.where(verb, key)}: `writ {verb}` has no such option. {_hint(name, list(options))}"
            )
        if not found.trusted:
            _harmless(found, verb, name, value)
        values[name] = _value(found.where(verb, key), value, options[name])
    return values


def _harmless(found: Source, verb: str, name: str, value: Any) -> None:
    """Refuse what a file of a folder may not set."""
    allowed = name in HARMLESS
    if allowed and name == "domain":
        from writ_dspy.domains import NAMES  # a file of the folder chooses among these, and loads nothing

        short = {name.rpartition(":")[2] for name in NAMES}
        allowed = all(one in NAMES or one in short for one in (value if isinstance(value, list) else [value]))
    if not allowed:
        raise ConfigError(
            f"{found.where(verb, name)} = {brief(value)}: a file of the folder may not choose where a call writes, whom it asks, "
            f"what it loads or what it agrees to. Pass it on the command line, or name a file of your own: {VARIABLE}=FILE."
        )


def _value(where: str, value: Any, kind: Any) -> Any:
    """The value as its option takes it."""
    one, several = _kind(kind)
    values = value if several and isinstance(value, list) else [value]
    for each in values:
        fits = type(each) in (int, float) if one is float else type(each) is one
        if not fits:
            wanted = f"{_KINDS[one]}{', or a list of them' if several else ''}"
            raise ConfigError(f"{where} = {brief(value)}: write {wanted}.")
        if one is str and shown(each, line=True) != each:
            raise ConfigError(f"{where} = {brief(value)}: it holds a control character. Leave it out.")
    return values if several else value


def _kind(hint: Any) -> tuple[type, bool]:
    """The type of one value of an option, and whether it takes several."""
    if typing.get_origin(hint) is typing.Annotated:
        hint = typing.get_args(hint)[0]
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    several = typing.get_origin(hint) is list
    one = typing.get_args(hint)[0] if several else hint
    return (one if one in _KINDS else str), several


def _hint(name: str, there: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, there, 1)
    return f"Did you mean {close[0]}?" if close else f"Choose one of {', '.join(sorted(there))}, or leave it out."


def written(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def overruled(verb: str, given: set[str], set_: Sequence[str]) -> Iterator[str]:
    """Of the parameters that a file set, those that what was given on the command line leaves no room for."""
    models = not given.isdisjoint(MODELS) or not set(MODELS).isdisjoint(set_)
    for name in set_:
        if any(name in OVERRULED.get(verb, {}).get(one, ()) for one in given) or (name in WITH_MODELS and not models):
            yield name
