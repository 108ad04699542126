"""The map of the repository, and the order of its rooms."""

from __future__ import annotations

import ast
import itertools
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pages import blocks
from pages.blocks import ROOT

FOLDERS = ("signatures", "programs", "writ_dspy", "environments", "recipes", "benchmarks", "pages")
NBSP = "\N{NO-BREAK SPACE}"


def page() -> str:
    """`docs/map.md`."""
    head = "# Map\n\n" + blocks.WRITTEN + "\n\nEvery module with the first sentence of its docstring, folder by folder."
    return "\n".join([head, *tree(), ""])


def tree() -> Iterator[str]:
    """Every module with the first sentence of its docstring."""
    for folder in FOLDERS:
        paths = [path for path in (ROOT / folder).rglob("*.py") if not path.parent.is_symlink()]
        for place, own in itertools.groupby(sorted(paths, key=_order), key=lambda path: path.parent):
            yield f"\n## `{place.relative_to(ROOT)}/`\n"
            yield from (f"- `{path.name}`: {_claim(path)}" for path in own)


def _order(path: Path) -> tuple[tuple[str, ...], bool, str]:
    """By folder; the package itself before its modules."""
    return path.relative_to(ROOT).parent.parts, path.name != "__init__.py", path.name


def _claim(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.) ", " ".join(text.split("\n\n")[0].split()))[0].rstrip(".:")


def layers() -> str:
    """The import contract of `pyproject.toml`; a layer may import from those after it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = project["tool"]["importlinter"]["contracts"][0]["layers"]
    joined = " > ".join(room.replace(" ", NBSP) for room in rooms)
    return blocks.fenced(textwrap.fill(joined, 100).replace(NBSP, " "))
