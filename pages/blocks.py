"""Blocks in pages that people write, and the little Markdown that all generated parts need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
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


def fenced(text: str, kind: str = "text") -> str:
    """A block of code."""
    return f"```{kind}\n{text.strip(chr(10))}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """One line per row; a bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in lines)
