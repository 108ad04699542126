"""`docs/llms.txt`: what pages there are and what each is about, for language models that read documentation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages.blocks import ROOT

CONFIG = ROOT / "zensical.toml"


def llms(texts: Mapping[Path, str]) -> str:
    """The navigation of `zensical.toml`, each page with its first sentence as it stands in these texts."""
    project = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]
    lines = [f"# {project['site_name']}", "", f"> {project['site_description']}", ""]
    for section, entries in _sections(project["nav"]):
        lines += [f"## {section}", "", *(f"- [{title}]({path}): {about(path, texts)}" for title, path in entries), ""]
    return "\n".join(lines)


def _sections(nav: list[dict[str, Any]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for entry in nav:
        ((title, inside),) = entry.items()
        if isinstance(inside, str):
            yield title, [(title, inside)]
        else:
            yield title, [pair for one in inside for pair in one.items()]


def pages() -> list[str]:
    """Every page of the navigation, in order."""
    nav = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]["nav"]
    return [path for _, entries in _sections(nav) for _, path in entries]


def about(path: str, texts: Mapping[Path, str]) -> str:
    """The first sentence of a page that is no heading, table, comment, list or code."""
    if path in ("api.md", "cli.md", "map.md", "policy-checks.md", "templates.md"):  # they are written after this
        return {"api.md": "Every public name of the package, with its signature and docstring.",
                "cli.md": "Every command with its arguments and options.",
                "map.md": "Every module with the first sentence of its docstring.",
                "policy-checks.md": "What both policies ask of an agent, with the check that holds each clause.",
                "templates.md": "What each chat template shows of a row, as it was measured."}[path]  # fmt: skip
    place = ROOT / "docs" / path
    text = texts[place] if place in texts else place.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->|^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for block in text.split("\n\n"):
        words = " ".join(block.split())
        if words and words[0] not in "#|-!>=" and not words.startswith("<"):
            words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)
            return re.split(r"(?<=[.?!]) (?=[A-Z`*])", words)[0].rstrip(":").replace("**", "")
    raise ValueError(f"docs/{path} has no sentence")
