"""Where the domains of others come from: an entry point, `module:attribute`, or the file of a declaration.

A run names its domains by their own names, so that its records are the same on every machine. Where such a domain was
found is kept by this process, handed to its workers, and remembered for this user: only what somebody named on a command
line or in their own code is ever imported, never what a run folder says.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import logging
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Domain
from writ_dspy.domains.prints import prints_apart
from writ_dspy.errors import ConfigError, DomainError, boundary, brief

GROUP = "writ.domains"
"""Entry points by which a package offers its domains: the name of the domain, and `module:attribute`."""
VARIABLE = "WRIT_DOMAINS"
"""Places that a process knows from the start, as JSON by name: what a worker gets."""
ENDINGS = (".yaml", ".yml")
MOST_VERSIONS = 100
"""Of one domain whose files are remembered."""
LOG = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9][a-z0-9-]*(?::[a-z0-9][a-z0-9_-]*)?")
"""How a domain is called: the part behind the colon names its folder in a dataset."""
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_places: dict[str, str] = {}
_recalled: set[str] = set()
"""Names whose place stands there because this user named it before."""


def met() -> dict[str, str]:
    """Place of each domain that this process has met, by name; what `VARIABLE` gives a worker."""
    return dict(_places)


class GoneError(ConfigError):
    """A domain that was named before is no longer where it was declared."""


def named(given: str) -> str | None:
    """The name of the domain at a place, of an entry point, or named before; None where there is none.

    Raises:
        WritError: There is something at that place, and it is no domain.
    """
    if given.endswith(ENDINGS):
        from writ_dspy.domains import declared

        path = Path(given).resolve()
        return _met(declared.name_of(path), str(path))
    found = recalled(given) or _of_attribute(given)
    if found is None and given and "\0" not in given:
        _no_folder(given)
    return found


def _no_folder(given: str) -> None:
    """Refuse a folder, with the declaration that lies in it."""
    try:
        there = sorted(path for path in Path(given).iterdir() if path.suffix in ENDINGS)
    except OSError:
        return
    if there:
        raise ConfigError(f"{given} is a folder. Name the declaration in it: {' or '.join(map(str, there[:3]))}")


def recalled(name: str) -> str | None:
    """The name of a domain that is installed, or whose place was named before."""
    return _of_entry_point(name) or _remembered(name)


def bind(name: str, version: str) -> None:
    """Let a name mean the file that a run was made of, as long as it is there and nobody has named another one for this process.

    Two files may declare one name, and it means the one that was named last: a run keeps to its own.
    """
    found = made_of(name, version)
    if found and name not in _places and name not in _given() and name not in _entry_points():
        last = _kept().get(name)
        _places[name] = last if last in found else found[-1]
        _recalled.add(name)


def made_of(name: str, version: str) -> list[str]:
    """The files that declared a domain of this version when this user had them loaded, as far as they are there; the last one last."""
    return [place for place in _versions().get(name, {}).get(version, ()) if Path(place).is_file()]


def load(name: str) -> Domain:
    """The domain of a name that `named` gave.

    Raises:
        WritError: It cannot be loaded any more.
    """
    place = _places[name]
    try:
        found = _declared(place) if place.endswith(ENDINGS) else _attribute(place)
    except (ConfigError, DomainError) as error:
        if name not in _recalled:
            raise
        raise type(error)(
            f"the domain {name} was last taken from {place}, which does not load now: {error} Mend it, or name the right file "
            "once: writ domains check FILE."
        ) from error
    if found.name != name:
        raise DomainError(
            f"{place} calls its domain {brief(found.name)} now, no longer {name}. Name the place once more."
        )
    if name not in _recalled:
        _remember(name, place)  # only what loads takes a name over
    if place.endswith(ENDINGS):
        _remember_version(name, found.version, place)
    return found


def _declared(path: str | os.PathLike[str]) -> Domain:
    from writ_dspy.domains import declared  # only who declares a domain waits for it

    return declared.load(Path(path))


def _met(name: str, place: str) -> str:
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{place}: a domain cannot be called {brief(name)}. Write small letters, digits and dashes, as in library or city:library."
        )
    if _places.get(name) != place:
        _places[name] = place
        _recalled.discard(name)
    return name


def _of_entry_point(given: str) -> str | None:
    place = _entry_points().get(given)
    return None if place is None else _met(_attribute(place).name, place)


@cache
def _entry_points() -> dict[str, str]:
    return {point.name: point.value for point in importlib.metadata.entry_points(group=GROUP)}


def _of_attribute(given: str) -> str | None:
    if not _ATTRIBUTE.fullmatch(given):
        return None
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # as a console script leaves it out
    top = given.partition(":")[0].partition(".")[0]
    if importlib.util.find_spec(top) is None:
        return None
    return _met(_attribute(given).name, given)


@cache
def _attribute(place: str) -> Domain:
    """A domain, or what a function without arguments makes: a domain, or the path of its declaration."""
    module, _, path = place.partition(":")
    with boundary(DomainError, f"loading the domain {place}"), prints_apart():
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise ConfigError(f"{place}: {error}. Install what has it, or run where it can be imported.") from error
        for part in path.split("."):
            if not hasattr(found, part):
                raise ConfigError(
                    f"{place}: {module} has no {path}. Name a `Domain`, a function that makes one, or a path."
                )
            found = getattr(found, part)
        if isinstance(found, Callable) and not isinstance(found, Domain):  # type: ignore[arg-type]  # typing's own name
            found = found()
    if isinstance(found, str | os.PathLike):
        found = _declared(found)
    if not isinstance(found, Domain):
        raise ConfigError(
            f"{place} is {brief(found)}, and no domain. Name a `Domain`, a function that makes one, or a path."
        )
    return found


# ----------------------------------------------------------------------------- what this user named before


def _memory() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "writ" / "domains.json"


def _remembered(given: str) -> str | None:
    """A name whose place this user gave before, or a parent process knows; its last part will do, where one alone has it."""
    there = _kept() | _given()
    close = [name for name in there if name.rpartition(":")[2] == given]
    if given not in there and len(close) == 1:
        given = close[0]
    place = there.get(given)
    if place is None:
        return None
    if place.endswith(ENDINGS) and not Path(place).is_file():
        raise GoneError(
            f"the domain {given} was declared in {place}, which is not there any more. If it has moved, name its new place "
            "once: writ domains check FILE. Every command finds it again then."
        )
    others = [] if given in _given() or given in _places else _namesakes(given, place)
    if others:
        LOG.warning("%s is %s, which was named last; %s declares that name, too.", given, place, " and ".join(others))
    _places[given] = place
    _recalled.add(given)
    return given


def _namesakes(name: str, place: str) -> list[str]:
    """Other files, loaded before, that declare a domain of this name now."""
    from writ_dspy.domains import declared

    found = []
    for other in sorted({one for places in _versions().get(name, {}).values() for one in places} - {place}):
        try:
            if Path(other).is_file() and declared.name_of(Path(other)) == name:
                found.append(other)
        except ConfigError:
            continue
    return found


@cache
def _given() -> dict[str, str]:
    return _parsed(os.environ.get(VARIABLE, ""))


def _kept() -> dict[str, str]:
    try:
        return _parsed(_memory().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, UnicodeDecodeError):  # no file, no home: nothing was named before
        return {}


def _parsed(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _remember(name: str, place: str) -> None:
    """For `writ report RUN` and the like, in later processes; a home that cannot be written to remembers nothing."""
    if name in _given():
        return
    kept = _kept()
    before = kept.get(name, place)
    if before == place and name in kept:
        return
    if before != place and before in _namesakes(name, place):
        LOG.warning(
            "%s is %s from now on. It was %s, which is still there: runs that were made of that keep to it.",
            name,
            place,
            before,
        )
    _write(_memory(), kept | {name: place})


def _versions() -> dict[str, dict[str, list[str]]]:
    """Of each domain, the files that declared it, by its version."""
    try:
        found = json.loads(_memory().with_name("versions.json").read_text(encoding="utf-8"))
        return {
            str(name): {str(key): [*map(str, places)] for key, places in one.items()} for name, one in found.items()
        }
    except (OSError, RuntimeError, ValueError, RecursionError, AttributeError, TypeError):  # none, or none of ours
        return {}


def _remember_version(name: str, version: str, place: str) -> None:
    """So that a run finds the file that it was made of."""
    known = _versions()
    mine = known.get(name, {})
    there = [one for one in mine.get(version, ()) if one != place and Path(one).is_file()]
    if name in _given() or [*there, place] == mine.get(version):
        return
    mine = {key: value for key, value in mine.items() if key != version} | {version: [*there, place]}
    _write(_memory().with_name("versions.json"), known | {name: dict(list(mine.items())[-MOST_VERSIONS:])})


def _write(path: Path, kept: dict[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
    except (OSError, RuntimeError):
        return
