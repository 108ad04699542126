"""A declaration read from its file: what is wrong with it is said with the path of the key."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from writ_dspy.domains.declared.fitting import flaws
from writ_dspy.domains.declared.model import Declared
from writ_dspy.domains.declared.spoken import merged, strange
from writ_dspy.errors import ConfigError, brief
from writ_dspy.store.documents import Given, put_right, read_yaml

_WORKS = "`writ domains new DIR` writes one that works"


def given(path: Path) -> Given:
    """The file, as errors name it."""
    return Given(path, "a declaration", _WORKS)


def name_of(path: Path) -> str:
    """What a declaration calls its domain.

    Raises:
        ConfigError: It is no declaration.
    """
    data = read_yaml(given(path))
    if not isinstance(data, dict) or not isinstance(data.get("domain"), str):
        raise given(path).wrong("it has no key `domain` with a name", f"Begin with `domain: library`; {_WORKS}")
    return str(data["domain"])


def read(path: Path) -> Declared:
    """A declaration.

    Raises:
        ConfigError: The first flaw, with the path of its key and the value.
    """
    data = read_yaml(given(path))
    if not isinstance(data, dict):
        raise given(path).wrong("it holds no keys", f"Begin with `domain: library`; {_WORKS}")
    if isinstance(data.get("phrases"), str):
        data["phrases"] = read_yaml(given(file(path, data["phrases"], "phrases")))
    try:
        spec = Declared.model_validate(data)
    except ValidationError as error:
        raise given(path).mend(_said(error)) from error
    for where, why in (*strange(spec), *flaws(spec)):
        raise given(path).mend(f"{where}: {why}")
    return merged(spec)


def _said(error: ValidationError) -> str:
    """The first flaw; a key that is not known comes before one that is missing, which it may have been meant for."""
    found = error.errors()
    first = next((flaw for flaw in found if flaw["type"] == "extra_forbidden"), found[0])
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        *place, key = first["loc"]
        known = _keys(place)
        close = difflib.get_close_matches(str(key), known, 1, 0.6)
        meant = f"did you mean {close[0]}?" if close else f"the keys there are {', '.join(known)}"
        return f"{where}: there is no such key; {meant}"
    if first["type"] == "missing":
        return f"{where}: this key is missing"
    return f"{where} = {brief(first['input'])}: {put_right(first)}"


def _keys(place: Sequence[Any]) -> list[str]:
    """The keys that a place of a declaration can have."""
    model: Any = Declared
    for part in place:
        if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
            model = model.model_fields[str(part)].annotation
        while not (isinstance(model, type) and issubclass(model, BaseModel)):
            inner = [one for one in getattr(model, "__args__", ()) if one not in (str, type(None), Ellipsis)]
            if not inner:
                return []
            model = inner[-1]
    return list(model.model_fields)


def file(declaration: Path, name: str, where: str) -> Path:
    """A file that a declaration names, beside it.

    Raises:
        ConfigError: There is none.
    """
    path = (declaration.parent / name).resolve()
    if not path.is_file():
        raise ConfigError(f"{declaration}: {where} = {brief(name)}: there is no file {path}. Mend that; {_WORKS}.")
    return path
