"""Where the domains of others come from: an entry point, `module:attribute`, or the file of a declaration.

A run names its domains by their own names, so that its records are the same on every machine. Where such a domain was
found is kept by this process, handed to its workers, and remembered for this user: only what somebody named on a command
line or in their own code is ever imported, never what a run folder says.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains import kept
from writ_dspy.domains.domain import Domain
from writ_dspy.domains.prints import prints_apart
from writ_dspy.errors import ConfigError, DomainError, boundary, brief

GROUP = "writ.domains"
"""Entry points by which a package offers its domains: the name of the domain, and `module:attribute`."""
VARIABLE = "WRIT_DOMAINS"
"""Places that a process knows from the start, as JSON by name: what a worker gets."""
ENDINGS = (".yaml", ".yml")
LOG = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9][a-z0-9-]*(?::[a-z0-9][a-z0-9_-]*)?")
"""How a domain is called: the part behind the colon names its folder in a dataset."""
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_places: dict[str, str] = {}
_recalled: set[str] = set()
"""Names whose place stands there because this user named it before."""
_tried: set[str] = set()
"""Names whose place is being tried out."""


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

    Two files may declare one name, and it means the one that was named last: a run keeps to its own, also under another file name.

    Raises:
        GoneError: That file is gone, and so is the one that was named last.
    """
    if name in _places or name in _given() or name in _entry_points():
        return
    last, files, found = kept.names().get(name), kept.files_of(name, version), made_of(name, version)
    if found:
        _places[name] = last if last in found else found[-1]
        _recalled.add(name)
    elif files and last is not None:
        if not is_there(last):
            raise _gone(name, files[-1])
        LOG.warning("%s was declared in %s, which is not there any more; it is read with %s.", name, files[-1], last)


def made_of(name: str, version: str) -> list[str]:
    """The files that declared a domain of this version when this user had them loaded, as far as they are there; the last one last."""
    return [place for place in kept.files_of(name, version) if Path(place).is_file()]


@contextmanager
def trying(name: str) -> Iterator[None]:
    """Within this, the place that this process has for a name takes it from no other file that is there: it may not hold."""
    _tried.add(name)
    try:
        yield
    finally:
        _tried.discard(name)


def settle(domain: Domain) -> None:
    """What was tried holds, so its name means it from now on."""
    if domain.name in _places and domain.name not in _given():
        _remember(domain.name, _places[domain.name])
        _remember_version(domain, _places[domain.name])


def meant(name: str) -> str | None:
    """The place that a name means for this user: what `find(name)` loads in another process."""
    return (kept.names() | _given()).get(name)


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
    if name not in _given():
        takes = name in _recalled or _remember(name, place)  # only what loads takes a name over
        if takes or kept.files_of(name, found.version):
            _remember_version(found, place)
    return found


def _remember_version(domain: Domain, place: str) -> None:
    if place.endswith(ENDINGS):
        kept.remember_version(domain.name, domain.version, place)


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
            if _needs_arguments(found):
                raise ConfigError(
                    f"{place} takes arguments, and what makes a domain takes none. "
                    "Name a `Domain`, a function that makes one, or a path."
                )
            found = found()
    if isinstance(found, str | os.PathLike):
        found = _declared(found)
    if not isinstance(found, Domain):
        raise ConfigError(
            f"{place} is {brief(found)}, and no domain. Name a `Domain`, a function that makes one, or a path."
        )
    return found


def _needs_arguments(function: Callable[..., object]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return True
    except ValueError:  # some built-ins do not say what they take
        return False
    return False


# ----------------------------------------------------------------------------- what this user named before


def _remembered(given: str) -> str | None:
    """A name whose place this user gave before, or a parent process knows; its last part will do, where one alone has it."""
    there = kept.names() | _given()
    close = [name for name in there if name.rpartition(":")[2] == given]
    if given not in there and len(close) == 1:
        given = close[0]
    place = there.get(given)
    if place is None:
        return None
    if not is_there(place):
        raise _gone(given, place)
    others = [] if given in _given() or given in _places else _namesakes(given, place)
    if others:
        LOG.warning(
            "%s is %s, which was named last; the same name stands in %s, too.", given, place, " and ".join(others)
        )
    _places[given] = place
    _recalled.add(given)
    return given


def is_there(place: str) -> bool:
    """Whether the file of a place is where it was; an attribute of a module is looked for when it is loaded."""
    return not place.endswith(ENDINGS) or Path(place).is_file()


def _gone(name: str, place: str) -> GoneError:
    return GoneError(
        f"the domain {name} was declared in {place}, which is not there any more. Put it back; or, if it has moved or goes by "
        "another file name, name it there once: writ domains check FILE. Every command finds it again then."
    )


def _namesakes(name: str, place: str) -> list[str]:
    """Other files, loaded before, that declare a domain of this name now."""
    from writ_dspy.domains import declared

    found = []
    for other in sorted({*kept.files_of(name)} - {place}):
        try:
            if Path(other).is_file() and declared.name_of(Path(other)) == name:
                found.append(other)
        except ConfigError:
            continue
    return found


@cache
def _given() -> dict[str, str]:
    return kept.parsed(os.environ.get(VARIABLE, ""))


def _remember(name: str, place: str) -> bool:
    """For `writ report RUN` and the like, in later processes; says whether the name means this place now.

    What is only tried takes no name from a file that is there.
    """
    before = kept.names().get(name)
    if before == place:
        return True
    if before is not None and name in _tried and is_there(before):
        return False
    if before is not None and before in _namesakes(name, place):
        LOG.warning(
            "%s is %s from now on. It was %s, which is still there: runs that were made of that keep to it.",
            name,
            place,
            before,
        )
    kept.remember(name, place)
    return True
