"""`docs/declaration.md`: every key of a declaration, from the models that read it."""

from __future__ import annotations

import ast
import inspect
import itertools
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from pages.blocks import WRITTEN, table
from writ_dspy.domains.declared.model import Declared

INTRODUCTION = (
    "A declaration is one YAML file beside tools, data and a policy; [the tutorial](own-domain.md) writes one. In every phrase `[a|b]` is a choice, `[a|]` may be "
    "left out, and `{}` is the value. A key that is not listed here is refused, with its path."
)


def page() -> str:
    """All of it: the file itself first, then what stands within it, in the order in which that is met."""
    parts = ["# The declaration", WRITTEN, INTRODUCTION]
    for kind in _met(Declared):
        parts += [
            f"## {_head(kind)}",
            inspect.getdoc(kind) or "",
            table(["key", "what it holds", "what it says"], list(_rows(kind))),
        ]
    return "\n\n".join(parts) + "\n"


def _met(first: type[BaseModel]) -> list[type[BaseModel]]:
    found = [first]
    for kind in found:
        found += [one for field in kind.model_fields.values() for one in _models(field.annotation) if one not in found]
    return list(dict.fromkeys(found))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models(part)


_HEADS = {"Declared": "The file"}


def _head(kind: type[BaseModel]) -> str:
    return _HEADS.get(kind.__name__, kind.__name__)


def _rows(kind: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    texts = _texts(kind)
    for name, field in kind.model_fields.items():
        said = texts[name]
        default = "" if field.is_required() else " Optional."
        yield f"`{name}`", _shown(field.annotation), f"{said}{default}"


def _texts(kind: type[BaseModel]) -> dict[str, str]:
    """Field -> the text under it."""
    [described] = ast.parse(inspect.getsource(kind)).body
    body = described.body if isinstance(described, ast.ClassDef) else []
    found = {}
    for node, after in itertools.pairwise(body):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[node.target.id] = " ".join(str(after.value.value).split())
    return found


def _shown(annotation: Any) -> str:
    """A type as somebody writes it in YAML."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _shown(args[0])
    if origin is typing.Literal:
        return " · ".join(f"`{one}`" for one in args)
    if origin is dict:
        return f"by {'key' if args[0] is str else 'kind'}: {_shown(args[1])}"
    if origin is tuple:
        return _several(args)
    if isinstance(annotation, types.UnionType) or origin is typing.Union:
        return " or ".join(dict.fromkeys(_shown(one) for one in args if one is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return {str: "text", int: "number", float: "number", bool: "true or false", Any: "anything"}.get(
        annotation, str(annotation.__name__)
    )


def _several(parts: tuple[Any, ...]) -> str:
    """A list, of any length or of this one; of texts, one may stand alone."""
    if parts[1:] != (Ellipsis,):
        return f"[{', '.join(map(_shown, parts))}]"
    one = _shown(parts[0])
    return "a text, or a list of them" if one == "text" else f"a list of {one}"
