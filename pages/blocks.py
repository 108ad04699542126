"""Blocks in pages that people write, and the little Markdown that all generated parts need."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST = 10
WORDS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
WRITTEN = "<!-- Written by `python -m pages`; never by hand. -->"


def rewritten(text: str, found: Mapping[str, str]) -> str:
    """A page with these blocks as the code has them now.

    Raises:
        ValueError: A block is not there, or there twice.
    """
    for name, block in found.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"the page has no block `{name}`, or two")
        text = f"{text.partition(start)[0]}{start}{block}{end}{text.partition(end)[2]}"
    return text


def at_home(text: str) -> str:
    """A page whose links to this repository start with the address that pyproject.toml states."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    home = project["urls"]["Repository"]
    raw = home.replace("github.com", "raw.githubusercontent.com")
    text = re.sub(rf"https://github\.com/[\w.-]+/{project['name']}(?=[/\")#\s])", home, text)
    return re.sub(rf"https://raw\.githubusercontent\.com/[\w.-]+/{project['name']}(?=/)", raw, text)


def counted(text: str, number: int) -> str:
    """A page that says how many checks there are, in words or in figures."""
    word = WORDS[number - FIRST]
    for was, now in (("|".join(WORDS), word), ("|".join(map(str.capitalize, WORDS)), word.capitalize())):
        text = re.sub(rf"\b(?:{was})(?= checks\b)", now, text)
    return re.sub(r"\b\d\d(?= checks\b)", str(number), text)


def fenced(text: str, kind: str = "text") -> str:
    """A block of code."""
    return f"```{kind}\n{text.strip(chr(10))}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """One line per row; a bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in lines)
