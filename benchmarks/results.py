"""The rows as Markdown: `results.md`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.measured import Row

HEAD = """# Results

Written by `python -m benchmarks.run`, never by hand. A ratio compares two measurements of one run on one
machine: how many times less ours takes. `none`: τ² has no such thing, or none without a model.
"""
MUTATIONS = Path(__file__).with_name("mutations.md")
"""What `python -m benchmarks.mutations --write` found last."""
STAGES = Path(__file__).with_name("stages.md")
"""What `python -m benchmarks.stages --write` found last."""
GPU = Path(__file__).with_name("gpu.md")
NO_GPU = """Not measured: no GPU was at hand. The command is ready: `writ serve MODEL` on the machine with the GPU, then
`python -m benchmarks.gpu sglang://HOST:30000` beside it. It plays 64, 256 and 1,024 conversations at once with both roles
on that server, and writes conversations per minute, tokens per second, the cache's share and the client's CPU per call here."""


def results(rows: Sequence[Row], place: Sequence[str]) -> str:
    """The whole page."""
    parts = [HEAD, "\n".join(f"- {line}" for line in place), "", "## In short", "", in_short(rows, place), ""]
    for theme in dict.fromkeys(row.theme for row in rows):
        own = [row for row in rows if row.theme == theme]
        parts += [f"## {theme.capitalize()}", "", table(own, notes=True), ""]
    for title, path in ((_STAGES, STAGES), (_MUTATIONS, MUTATIONS)):
        if path.exists():
            parts += [f"## {title}", "", path.read_text(encoding="utf-8").strip(), ""]
    parts += ["## On a GPU", "", GPU.read_text(encoding="utf-8").strip() if GPU.exists() else NO_GPU, ""]
    return "\n".join(parts)


_STAGES, _MUTATIONS = "Where the time goes", "Mutations, kind by kind"


def with_stages(page: str, found: str) -> str:
    """A page that was written before, with another section on where the time goes."""
    return _with(page, f"## {_STAGES}", found)


def with_mutations(page: str, found: str) -> str:
    """A page that was written before, with another section on mutations."""
    return _with(page, f"## {_MUTATIONS}", found)


def _with(page: str, title: str, found: str) -> str:
    head, _, rest = page.partition(f"{title}\n")
    tail = rest[rest.find("\n## ") + 1 :]
    if title not in page:
        head, sep, tail = page.partition("## On a GPU\n")
        tail = sep + tail
    return f"{head}{title}\n\n{found.strip()}\n\n{tail}"


def in_short(rows: Sequence[Row], place: Sequence[str]) -> str:
    """The rows that matter most, with where they were measured."""
    found = dict(line.split(": ", 1) for line in place if ": " in line)
    short = table([row for row in rows if row.key], notes=False)
    return f"{short}\n\nMeasured on {found['machine']}; commit {found['commit']}; {found['date']}."


def table(rows: Sequence[Row], *, notes: bool) -> str:
    """One line per row."""
    names = ["what", "ours", "τ² itself", "ratio", "target", *(["met", "note"] if notes else [])]
    lines = [_line(names), _line(["---"] * len(names))]
    for row in rows:
        cells = [row.what, number(row.ours, row.unit), number(row.stock, row.unit), _ratio(row), _target(row)]
        if notes:
            cells += ["" if row.met is None else "yes" if row.met else "**no**", row.note]
        lines.append(_line(cells))
    return "\n".join(lines)


def number(value: float | str | None, unit: str) -> str:
    """Three digits that count, with the unit."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} {unit}".strip()


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{number(row.ratio, '')}×"


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    if isinstance(row.target, str):
        return row.target
    return f"≤ {number(row.target, row.unit)}" if row.target else number(row.target, row.unit)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
