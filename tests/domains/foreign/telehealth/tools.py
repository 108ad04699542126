"""The tools of tau-trait's telehealth desk as plain functions: its own classes, each with the state in front, and with a clock that stands still."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import inspect
import sys
import types
import typing
from collections.abc import Callable
from datetime import datetime
from typing import Any

NOW = datetime(2025, 5, 30)


def _package() -> types.ModuleType:
    """The tools alone: the packages above them need clients of language models, which the tools do not."""
    found = importlib.util.find_spec("tau_trait")
    assert found is not None and found.submodule_search_locations is not None  # noqa: PT018 - the test has looked
    home = next(iter(found.submodule_search_locations))
    for name, folder in (
        ("tau_trait", ""),
        ("tau_trait.envs", "/envs"),
        ("tau_trait.envs.telehealth", "/envs/telehealth"),
    ):
        if name not in sys.modules:
            made = sys.modules[name] = types.ModuleType(name)
            made.__path__ = [f"{home}{folder}"]
            made.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
            made.__spec__.submodule_search_locations = made.__path__
    return importlib.import_module("tau_trait.envs.telehealth.tools")


class _Frozen(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return NOW.replace(tzinfo=tz)


def _tool(one: Any) -> Callable[..., str]:
    about = one.get_info()["function"]
    types_ = typing.get_type_hints(one.invoke)
    parameters = list(inspect.signature(one.invoke).parameters.values())[1:]
    described = about["parameters"].get("properties", {})

    def tool(state: dict[str, Any], **args: Any) -> str:
        return str(one.invoke(state, **args))

    first = inspect.Parameter("state", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=dict)
    rest = [parameter.replace(annotation=types_[parameter.name]) for parameter in parameters]
    tool.__signature__ = inspect.Signature([first, *rest])  # type: ignore[attr-defined]
    lines = "\n".join(f"    {name}: {text.get('description', name)}" for name, text in described.items())
    tool.__name__, tool.__doc__ = about["name"], f"{about['description']}\n\nArgs:\n{lines}"
    return tool


_TOOLS = _package()
sys.modules["tau_trait.envs.telehealth.tools.cancel_appointment"].datetime = _Frozen  # type: ignore[attr-defined]
globals().update({tool.__name__: tool for tool in map(_tool, _TOOLS.ALL_TOOLS)})
