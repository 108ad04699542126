"""Compiled programs on disk: what an optimizer found, where it came from, and for which signatures it holds.

A file holds instructions and demonstrations only. DSPy matches the fields of a saved state by position, so a file also
holds a hash of the names, order and types of the fields, and is loaded into no others.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import dspy
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.lm import Connection
from writ_dspy.programs.agent import AgentProgram
from writ_dspy.programs.composer import ComposerProgram
from writ_dspy.programs.diversifier import DiversifierProgram
from writ_dspy.programs.proposer import ProposerProgram
from writ_dspy.programs.user import UserProgram
from writ_dspy.store.documents import Given, read_text
from writ_dspy.store.files import disk
from writ_dspy.store.parsed import parsed

FORMAT = 1
MOST_BYTES = 64 << 20
"""Of one program: its demonstrations are whole conversations."""
SHIPPED = Path(__file__).parent / "compiled"
"""Programs that come with the package."""
PROGRAMS: dict[str, type[dspy.Module]] = {
    "proposer": ProposerProgram,
    "composer": ComposerProgram,
    "diversifier": DiversifierProgram,
    "user": UserProgram,
    "agent": AgentProgram,
}
Json = Any


def home() -> Path:
    """Where programs are kept that were compiled here: `$WRIT_PROGRAMS`, or the user's data folder."""
    own = os.environ.get("WRIT_PROGRAMS")
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(own or f"{data}/writ/programs").expanduser()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """A mean score with its interval over tasks."""

    mean: float
    low: float
    high: float


class Change(_Frozen):
    """Scores on the same tasks before and after."""

    tasks: int
    before: Estimate
    after: Estimate
    difference: Estimate | None = None
    """Of the paired scores."""


class Sampling(_Frozen):
    """The model and how it was sampled; neither its address nor any key."""

    model: str
    temperature: float
    top_p: float | None = None
    max_tokens: int
    thinking: bool = False
    mode: str = "auto"

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """As a connection that is ready samples."""
        settings = connection.settings
        kept = {name: getattr(settings, name) for name in ("temperature", "top_p", "max_tokens", "thinking")}
        return cls(model=connection.model_name, mode=connection.mode, **kept)


class Budget(_Frozen):
    """What optimizing may cost, or did."""

    rollouts: int
    tokens: int | None = None


class Provenance(_Frozen):
    """How a compiled program came about."""

    role: str
    lm: Sampling
    optimizer: str
    asked: Budget
    spent: Budget
    metric_version: str = Field(pattern=r"^\d+$")
    objectives: dict[str, float]
    data: str
    """Digest of the tasks, in their splits."""
    seed: int
    train: Change | None = None
    heldout: Change
    reflection: str = ""
    """Model that wrote the instructions, where it is another one."""
    schema_hash: str = ""
    """Filled in by `save`."""
    dspy_version: str
    writ_version: str


@dataclass(frozen=True)
class Compiled:
    """A compiled program as it stands on disk."""

    role: str
    model: str
    digest: str
    state: Mapping[str, Json]
    """Of each predictor, `instructions` and `demos`."""
    provenance: Provenance
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def score(self) -> float:
        """Mean on the held-out tasks."""
        return self.provenance.heldout.after.mean


# ----------------------------------------------------------------------------- what a program is


def fresh(role: str) -> dspy.Module:
    """The role's program as the package ships it.

    Raises:
        ConfigError: There is no such role.
    """
    if role not in PROGRAMS:
        raise ConfigError(f"no role {role!r}; there are {', '.join(PROGRAMS)}. Choose one of them.")
    return PROGRAMS[role]()


def schema_hash(program: dspy.Module) -> str:
    """Of the names, order and types of all fields of all predictors; instructions and descriptions do not count."""
    return _hash({name: _fields(predictor.signature) for name, predictor in program.named_predictors()})


def digest(program: dspy.Module) -> str:
    """Of all that an optimizer may change, and of the fields; names the program in manifests and file names."""
    return _hash({"schema": schema_hash(program), "state": _state(program)})


def _fields(signature: type[dspy.Signature]) -> list[list[Json]]:
    sides = (("in", signature.input_fields), ("out", signature.output_fields))
    return [[side, name, _shape(field.annotation)] for side, fields in sides for name, field in fields.items()]


def _shape(annotation: Any) -> Json:
    """The type as a JSON schema without what is only said about it."""
    return _bare(TypeAdapter(annotation).json_schema())


def _bare(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    said = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: _bare(value) for key, value in schema.items() if key not in said}


def _state(program: dspy.Module) -> dict[str, Json]:
    return {
        name: {
            "instructions": predictor.signature.instructions,
            "demos": to_jsonable_python([dict(demo) for demo in predictor.demos]),
        }
        for name, predictor in program.named_predictors()
    }


def _hash(data: Json) -> str:
    # the order of fields counts, so keys are not sorted
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:12]


# ----------------------------------------------------------------------------- disk


def save(program: dspy.Module, provenance: Provenance, folder: Path | None = None) -> Path:
    """Write the program to the folder, `home()` if none is given; the file appears whole or not at all.

    Raises:
        StoreError: The folder cannot be written.
    """
    folder = folder or home()
    whole = provenance.model_copy(update={"schema_hash": schema_hash(program)})
    own = digest(program)
    record = {
        "format": FORMAT, "role": whole.role, "model": whole.lm.model, "digest": own, "state": _state(program),
        "provenance": whole.model_dump(mode="json"),
    }  # fmt: skip
    path = folder / f"{whole.role}--{_slug(whole.lm.model)}--{own}.json"
    draft = path.with_name(f"{path.name}.tmp")
    with disk(path, "cannot write"):
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        draft.replace(path)
    return path


def _slug(model: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", model).strip("-.") or "model"


def read(path: Path) -> Compiled:
    """The program in a file.

    Raises:
        ConfigError: It cannot be read.
        StoreError: It holds something else.
    """
    text = read_text(Given(path, "a compiled program", "`writ programs` lists them", most=MOST_BYTES))
    try:
        data = parsed(text)
        if data["format"] != FORMAT:
            raise StoreError(
                f"{path} is of format {data['format']}; this version of writ reads {FORMAT}. Run `writ optimize` again."
            )
        provenance = Provenance.model_validate(data["provenance"])
        state = {str(name): {"instructions": str(one["instructions"]), "demos": list(one["demos"])}
                 for name, one in data["state"].items()}  # fmt: skip
        found = Compiled(data["role"], data["model"], data["digest"], state, provenance, path)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise StoreError(
            f"{path} holds no compiled program ({error}). Name another file, or compile it again."
        ) from error
    if _hash({"schema": provenance.schema_hash, "state": found.state}) != found.digest:
        raise StoreError(f"{path} was edited: its content is not that of {found.digest}. Compile it again.")
    return found


def load(which: Path | str, program: dspy.Module) -> Compiled:
    """Put a compiled program's instructions and demonstrations into a program, which is changed.

    Args:
        which: A file, or the name of a program, or the start of its digest.
        program: A fresh one of the same role.

    Raises:
        ConfigError: There is no such program, or it was compiled for other fields.
        StoreError: Its file cannot be trusted.
    """
    compiled = find(which)
    fill(compiled, program)
    return compiled


def fill(compiled: Compiled, program: dspy.Module) -> None:
    """As `load`, for a program that was read already.

    Raises:
        ConfigError: It was compiled for other fields.
    """
    predictors = dict(program.named_predictors())
    wanted, held = schema_hash(program), compiled.provenance.schema_hash
    if wanted != held or set(predictors) != set(compiled.state):
        raise ConfigError(
            f"{compiled.path} was compiled for signatures with fields {held}, and {type(program).__name__} has {wanted}: "
            f"its inputs or outputs have changed. Run `writ optimize {compiled.role}` again, or leave this program out."
        )
    for name, predictor in predictors.items():
        predictor.signature = predictor.signature.with_instructions(compiled.state[name]["instructions"])
        predictor.demos = [dict(demo) for demo in compiled.state[name]["demos"]]


def find(which: Path | str) -> Compiled:
    """The compiled program of that path, name or start of a digest.

    Raises:
        ConfigError: There is none, or several.
        StoreError: Its file cannot be trusted.
    """
    path = Path(which)
    if path.suffix == ".json":
        return read(path)
    every = found()
    named = [one for one in every if one.name == str(which)] or [
        one for one in every if len(str(which)) >= 4 and one.digest.startswith(str(which))
    ]
    if len({one.digest for one in named}) == 1:
        return named[0]
    what = "several compiled programs are" if named else "no compiled program is"
    known = ", ".join(one.name for one in every) or f"none in {SHIPPED} and {home()}"
    raise ConfigError(f"{what} named {which!r}; there are: {known}. Name one of them, or a file.")


def found(folder: Path | None = None) -> list[Compiled]:
    """All compiled programs of a folder; without one, those of this user and then those of the package.

    Raises:
        StoreError: A file cannot be trusted.
    """
    return [read(path) for path in _files((folder,) if folder else (home(), SHIPPED))]


def misnamed(folder: Path) -> list[Path]:
    """Other JSON files of a folder: a program is found only under the name that it was saved as."""
    named = set(_files((folder,)))
    return sorted(path for path in folder.glob("*.json") if path not in named)


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    known: set[str] = set()
    for folder in folders:
        with disk(folder, "cannot list"):
            paths = sorted(folder.glob("*--*--*.json")) if folder.is_dir() else []
        for path in paths:
            if path.name not in known:
                known.add(path.name)
                yield path


def best(role: str, model: str) -> Compiled | None:
    """The program with the best held-out score of those for this model that fit today's fields and beat their seed.

    Scores by different metrics cannot be compared, so those by the newest one come first.
    """
    fields = schema_hash(fresh(role))
    fits = [
        one
        for one in found()
        if (one.role, one.model, one.provenance.schema_hash) == (role, model, fields)
        and one.score > one.provenance.heldout.before.mean
    ]
    return max(fits, key=lambda one: (int(one.provenance.metric_version), one.score, one.digest), default=None)
