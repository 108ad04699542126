"""`docs/api.md`: every public name of the package, with its signature and its docstring."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from pages.blocks import WRITTEN, fenced

ROOMS = (
    "propose",
    "simulate",
    "verify",
    "evidence",
    "domains",
    "dataset",
    "report",
    "run",
    "store",
    "lm",
    "optimize",
    "publish",
    "train",
)
"""In the order of the work; what they offer is their `__all__`."""
WIDTH = 100
SECTIONS = re.compile(r"^(Args|Attributes|Raises|Returns|Yields|Source|Example|Note):\n", re.MULTILINE)
HEAD = f"""# Python API

{WRITTEN}

`import writ_dspy as writ` offers the names of the first section; each is imported when it is first used. The other sections
are the rooms of the package, for those who build on its parts. Modules and names that do not stand here are not public and
may change at any time. Every error on purpose is a `WritError` of `writ_dspy.errors`."""


def page() -> str:
    """All of it; a name that several places offer is described at the first."""
    parts, seen = [HEAD], {}
    for module in ("writ_dspy", *(f"writ_dspy.{room}" for room in ROOMS)):
        room = importlib.import_module(module)
        parts += [f"## {module}", _first(room)]
        for name in sorted(room.__all__, key=str.lower):
            if name == "__version__":
                continue
            value = inspect.unwrap(getattr(room, name)) if name == "verify" else getattr(room, name)
            place = seen.setdefault(_place(value, name), f"{module}.{name}")
            if place == f"{module}.{name}":
                parts += [f"### {module}.{name}", *_described(name, value, room)]
            else:
                parts += [f"### {module}.{name}", f"The same as `{place}`."]
    return "\n\n".join(part for part in parts if part) + "\n"


def _place(value: Any, name: str) -> tuple[object, ...]:
    if inspect.isclass(value) or inspect.isfunction(value):
        return value.__module__, value.__qualname__
    return id(value), name


def _first(room: Any) -> str:
    return (inspect.getdoc(room) or "").partition("\n\n")[0].replace("\n", " ")


def _described(name: str, value: Any, room: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield from _class(name, value)
    elif (callable(value) and hasattr(value, "__wrapped__")) or inspect.isfunction(value):
        yield fenced(_signature(f"def {name}", value), "text")
        yield _prose(inspect.getdoc(value) or "")
    else:
        yield from _constant(name, value, room)


def _class(name: str, value: type) -> Iterator[str]:
    own_init = "__init__" in vars(value) or dataclasses.is_dataclass(value)
    bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
    yield fenced(_signature(f"class {name}", value) if own_init else f"class {name}({bases})", "text")
    if not dataclasses.is_dataclass(value) or not (value.__doc__ or "").startswith(f"{name}("):
        yield _prose(inspect.getdoc(value) or "")
    told = list(_fields(value))
    if told:
        yield "\n".join(f"- `{field}: {kind}`" + (f": {words}" if words else "") for field, kind, words in told)
    for method, made in vars(value).items():
        if method.startswith("_"):
            continue
        if isinstance(made, property):
            yield f"**`{name}.{method}`** (property): {_claim(made)}"
        elif inspect.isfunction(made) or isinstance(made, classmethod | staticmethod):
            plain = made.__func__ if isinstance(made, classmethod | staticmethod) else made
            yield f"**`{_signature(f'{name}.{method}', plain, wrap=False)}`**: {_claim(plain)}"


def _claim(made: Any) -> str:
    return " ".join((inspect.getdoc(made) or "").partition("\n\n")[0].split())


def _fields(value: type) -> Iterator[tuple[str, str, str]]:
    """Annotated fields, each with the text under it."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]
    except (OSError, TypeError):
        return
    assert isinstance(body, ast.ClassDef)
    for line, after in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and not line.target.id.startswith("_"):
            words = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                words = " ".join(str(after.value.value).split())
            yield line.target.id, ast.unparse(line.annotation), words


def _signature(head: str, value: Any, *, wrap: bool = True) -> str:
    """As it is written; one argument per line where a line does not hold them."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return head
    kept = [one for name, one in found.parameters.items() if name not in ("self", "cls")]
    words = [_parameter(one) for one in kept]
    star = next((at for at, one in enumerate(kept) if one.kind is one.KEYWORD_ONLY), None)
    if star is not None:
        words.insert(star, "*")
    back = (
        ""
        if head.startswith("class ") or found.return_annotation is found.empty
        else f" -> {_kind(found.return_annotation)}"
    )
    whole = f"{head}({', '.join(words)}){back}"
    if len(whole) <= WIDTH or not wrap:
        return whole
    return "\n".join([f"{head}(", *(f"    {word}," for word in words), f"){back}"])


def _parameter(one: inspect.Parameter) -> str:
    stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
    words = f"{stars}{one.name}" + ("" if one.annotation is one.empty else f": {_kind(one.annotation)}")
    if one.default is one.empty:
        return words
    default = repr(one.default)
    return f"{words} = {'…' if default.startswith('<') else default}"


def _kind(annotation: object) -> str:
    words = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:writ_dspy|collections|typing|types)\.(?:\w+\.)*(\w+)", r"\1", words)


def _prose(text: str) -> str:
    """A docstring as Markdown: the sections of Google's style become headings in bold with a list."""
    first, *rest = SECTIONS.split(text)
    parts = [first.strip()]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        inside, after = _dedented(body)
        parts += [f"**{title}**", _entries(inside), after]
    return "\n\n".join(part for part in parts if part)


def _dedented(body: str) -> tuple[str, str]:
    """The indented lines of a section, and what stands after them."""
    lines = body.splitlines()
    end = next((at for at, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
    return textwrap.dedent("\n".join(lines[:end])).strip("\n"), "\n".join(lines[end:]).strip()


def _entries(text: str) -> str:
    """`name: text` becomes an entry of a list; other text stays as it is."""
    entries: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" ") and re.match(r"[\w*`, ]+: ", line):
            name, _, words = line.partition(": ")
            entries.append(f"- `{name}`: {words}")
        elif entries and line.startswith(" "):
            entries[-1] += f" {line.strip()}"
        else:
            return text
    return "\n".join(entries)


def _constant(name: str, value: Any, room: Any) -> Iterator[str]:
    text = repr(value)
    kind = type(value).__name__
    if (
        isinstance(value, dict | tuple | list | frozenset) and not text.startswith(("typing", "<")) and len(text) < 240
    ) or isinstance(value, str | int):
        yield fenced(f"{name} = {text}", "text")
    else:
        yield (
            f"A `{kind}`."
            if isinstance(value, dict | tuple | list) or text.startswith("<")
            else f"A type: `{_kind(text)}`."
        )
    words = _text_under(name, room)
    if words:
        yield words


def _text_under(name: str, room: Any) -> str:
    """What stands under the assignment, in the module that it comes from."""
    for module in [room, *(importlib.import_module(m) for m in _imports(room, name))]:
        for line, after in itertools.pairwise(ast.parse(inspect.getsource(module)).body):
            if name in _assigned(line) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                return " ".join(str(after.value.value).split())
    return ""


def _assigned(line: ast.stmt) -> list[str]:
    targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _imports(room: Any, name: str) -> Iterator[str]:
    for line in ast.walk(ast.parse(inspect.getsource(room))):
        if isinstance(line, ast.ImportFrom) and line.module and any(one.name == name for one in line.names):
            yield line.module
