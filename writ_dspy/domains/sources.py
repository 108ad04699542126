"""Where tools come from: each with its schema and its parameters, over a state that every world begins with."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from writ_dspy.domains.domain import Terms, ToolKind, World
from writ_dspy.errors import DomainError, brief
from writ_dspy.task import Call, Json


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    params: type[BaseModel]
    schema: Mapping[str, Json]
    """As OpenAI's function schemas are."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of some calls."""

    changed: bool
    """One of them changed something."""
    worked: bool
    """One of them was not refused."""


@dataclass(frozen=True, slots=True)
class Brings:
    """What a source has of its own beside tools and data; a declaration that says otherwise has the last word."""

    policy: str = ""
    prompt: str = ""
    """The system prompt."""
    splits: tuple[str, ...] = ()
    """Sets of evaluation tasks."""
    official: Callable[[str], Sequence[Json]] = lambda _split: ()
    """(split) -> its tasks."""
    terms: Terms | None = None


class Source(ABC):
    """Tools, with the state that every world begins with."""

    def __init__(self, name: str, tools: Mapping[str, Tool], base: dict[str, Any], kinds: dict[str, ToolKind]) -> None:
        """A source of a domain.

        Args:
            name: The domain's.
            tools: By name.
            base: The state, as plain values: tables of records by their ids, and whatever else there is.
            kinds: Of each tool; changed by whoever knows better.
        """
        self.name, self.tools, self.base, self.kinds = name, tools, base, kinds
        self.texts: tuple[str, ...] = ()
        """What beside schemas and state makes the tools what they are: their code, as far as there is any."""
        self.doubted: frozenset[str] = frozenset()
        """Tools that count as writes as long as no call of them is seen to work and to change nothing."""
        self.brings = Brings()
        self._pieces: dict[str, str] = {}

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of what runs for it, where something does."""

    @abstractmethod
    def world(self) -> World:
        """A state of one's own."""

    @abstractmethod
    def tried(self, calls: Iterable[Call]) -> Tried:
        """What comes of these calls on states of their own, whatever their tool is said to be."""

    def validate(self, tool: str, args: Mapping[str, Json]) -> dict[str, Json]:
        """The arguments in the tool's own types and order.

        Raises:
            DomainError: No such tool, or an argument is missing, unknown or of a wrong type.
        """
        return validated(self.name, {name: about.params for name, about in self.tools.items()}, tool, args)

    def is_write(self, tool: str) -> bool:
        """Whether a tool may change something."""
        return self.kinds.get(tool) == "write"

    def record_now(self, place: str, now: Json, before: Json) -> str | None:
        """Canonical JSON of a record if it is another than the base has at that place; empty where it is gone."""
        if now is None:
            return None if before is None else ""
        return canonical(now) if before is None else self.part_now(place, now, before)

    def part_now(self, place: str, now: Json, before: Json) -> str | None:
        """Canonical JSON of a part of the state if the base has another there."""
        text = canonical(now)
        known = self._pieces.get(place)
        if known is None:
            known = self._pieces[place] = canonical(before)
        return None if text == known else text


def validated(
    domain: str, models: Mapping[str, type[BaseModel]], tool: str, args: Mapping[str, Json]
) -> dict[str, Json]:
    """The arguments of a call in the tool's own types and order; see `Source.validate`."""
    model = models.get(tool)
    if model is None:
        raise DomainError(f"{domain} has no tool {tool!r}; it has {', '.join(models)}.")
    fields = model.model_fields
    if unknown := [key for key in args if key not in fields]:
        raise DomainError(f"{tool} of {domain} takes no {unknown}; it takes {', '.join(fields) or 'nothing'}.")
    try:
        return model.model_validate(dict(args)).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DomainError(f"{tool} of {domain}: {where} = {brief(first['input'])}: {first['msg']}.") from error


def is_table(part: object) -> bool:
    """Whether a part of the state is a table: records by their keys."""
    return isinstance(part, dict) and bool(part) and all(isinstance(record, dict) for record in part.values())


def canonical(value: Json) -> str:
    """JSON by which two values are the same."""
    return json.dumps(value, sort_keys=True, default=plain)


def plain(value: Any) -> Any:
    """A value that is none of JSON's, as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
