"""What was found out about a model server, and so what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from writ_dspy.lm.endpoint import Mode
from writ_dspy.shown import counted

State = Literal["yes", "no", "unknown"]


class Check(BaseModel):
    """One thing that was tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    state: State
    """`unknown` when the try itself failed; it never counts as a yes."""
    found: str
    means: str


class Findings(BaseModel):
    """What a server does, and so what is asked of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    model: str
    models: tuple[str, ...] = ()
    server: str = "unknown"
    """Kind and version."""
    context: int | None = None
    mode: Mode
    extra: dict[str, Any] = {}
    """Fields that every request will carry to turn thinking off."""
    fields: str = ""
    """How requests are changed for this model, in words; empty where it takes them as they are."""
    checks: tuple[Check, ...] = ()

    def lines(self) -> list[tuple[str, str, str]]:
        """What, found, what it means: the rows of a table."""
        names = ", ".join(self.models[:5]) + (", …" if len(self.models) > 5 else "")
        rows = [
            ("server", self.server, self.url),
            ("model", self.model, f"serves {names}" if names else "it does not list its models"),
            ("context", counted(self.context, "token") if self.context else "not told", "prompt and reply together"),
        ]
        if self.fields:
            rows.append(("fields", self.fields, "as it refuses the usual ones"))
        return rows + [(check.what, check.found, check.means) for check in self.checks]

    def settings(self) -> dict[str, Any]:
        """What a run will use."""
        return {"model": self.model, "mode": self.mode, "extra fields": self.extra, "fields": self.fields}


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value obeys a schema made of closed objects, anyOf, const, enum, strings and integers."""
    if "anyOf" in schema:
        return any(fits(value, part) for part in schema["anyOf"])
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return value in schema["enum"]
    if schema["type"] == "object":
        fields = schema["properties"]
        return (
            isinstance(value, dict)
            and value.keys() == fields.keys()
            and all(fits(value[key], fields[key]) for key in fields)
        )
    return (
        isinstance(value, str) if schema["type"] == "string" else isinstance(value, int) and not isinstance(value, bool)
    )
