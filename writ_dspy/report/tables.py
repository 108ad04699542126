"""The one style of tables: words stay whole, and a row stays a line wherever it fits.

A column is named as it is headed; `>` before the name sets numbers to the right, `~` marks prose, which may wrap.
Where the columns do not fit, prose at the end goes under its row; where that is not enough, each row becomes a
paragraph: its first words, then every number with its name.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.shown import shown

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

Cell: TypeAlias = "str | int | Text"
GAP = 2
INDENT = 4
RULE = 100
"""Columns of the longest line under headings."""
WIDE = 10_000
"""Columns of what is no terminal."""
PROSE = 40
"""Columns with less than these are too narrow to read prose in."""


WHOLE = 100
"""From here on no decimals are told: they would say nothing of counts, and less of estimates."""


def written(number: float) -> str:
    """A mean, a median or a most, with no more digits than say something."""
    return f"{number:,.0f}" if number >= WHOLE else f"{round(number, 1):,g}"


class Table:
    """Rows under headings, for rich's print."""

    def __init__(self, *columns: str, caption: str = "") -> None:
        self.names = tuple(name[name.startswith((">", "~")) :] for name in columns)
        self._numbers = tuple(name.startswith(">") for name in columns)
        self._prose = tuple(name.startswith("~") for name in columns)
        self._caption = caption
        self._rows: list[tuple[Text, ...]] = []

    def add(self, *cells: Cell) -> None:
        """One more row; whatever acts or hides in a text is shown, a new line, too."""
        from rich.text import Text

        self._rows.append(
            tuple(cell if isinstance(cell, Text) else Text(shown(str(cell), line=True)) for cell in cells)
        )

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text("")
        yield from self._lines(console, options.max_width)
        if self._caption:
            yield Text(self._caption, style="italic")

    def _lines(self, console: Console, width: int) -> Iterator[Text]:
        from rich.text import Text

        sizes = [
            max(Text(name).cell_len, *(row[place].cell_len for row in self._rows), 0)
            for place, name in enumerate(self.names)
        ]
        room = width - sum(size + GAP for size, prose in zip(sizes, self._prose, strict=True) if not prose)
        prose = [place for place, is_prose in enumerate(self._prose) if is_prose]
        wanted = sum(sizes[place] + GAP for place in prose) - GAP if prose else -GAP
        if wanted <= room:
            yield from self._grid(console, sizes)
        elif prose and room >= PROSE * len(prose):
            share = room // len(prose) - GAP * (len(prose) - 1)
            yield from self._grid(
                console, [min(size, share) if p else size for size, p in zip(sizes, self._prose, strict=True)]
            )
        elif prose == [len(sizes) - 1] and room + GAP >= 0:
            yield from self._grid(console, sizes[:-1], under=width)
        else:
            yield from self._paragraphs(console, width)

    def _grid(self, console: Console, sizes: list[int], under: int = 0) -> Iterator[Text]:
        """A line for each row; prose that is longer than its column goes on below."""
        from rich.text import Text

        yield self._line([Text(name, style="bold") for name in self.names[: len(sizes)]], sizes)
        yield Text("─" * min(sum(sizes) + GAP * (len(sizes) - 1), RULE), style="dim")
        for row in self._rows:
            parts = [
                list(cell.wrap(console, size)) if prose and cell.cell_len > size else [cell]
                for cell, size, prose in zip(row, sizes, self._prose, strict=False)
            ]
            for place in range(max(map(len, parts))):
                yield self._line([part[place] if place < len(part) else Text("") for part in parts], sizes)
            if under:
                yield from _under(console, row[-1], under)

    def _line(self, cells: list[Text], sizes: list[int]) -> Text:
        from rich.text import Text

        line = Text(no_wrap=True, overflow="ignore")
        for place, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
            space = " " * (size - cell.cell_len)
            line.append_text(Text(space) + cell if self._numbers[place] else cell + Text(space))
            line.append(" " * GAP)
        line.rstrip()
        return line

    def _paragraphs(self, console: Console, width: int) -> Iterator[Text]:
        """Of each row the words in a line, and below them what has a name."""
        from rich.text import Text

        words = len(
            list(takewhile(lambda place: not (self._numbers[place] or self._prose[place]), range(len(self.names))))
        )
        words = max(words, 1)
        for row in self._rows:
            yield Text(" · ").join(cell for cell in row[:words] if cell.plain)
            named = zip(self.names[words:], row[words:], self._prose[words:], strict=True)
            rest = [(name, cell, prose) for name, cell, prose in named if cell.plain]
            short = [Text(f"{name} ").append_text(cell) for name, cell, prose in rest if not prose]
            if short:
                yield from _under(console, Text(", ").join(short), width)
            for _, cell, prose in rest:
                if prose:
                    yield from _under(console, cell, width)


def plain(what: RenderableType) -> str:
    """As it stands in a pipe: without styles, and each row is one line however long it is."""
    from rich.console import Console

    paper = Console(
        file=io.StringIO(),
        width=WIDE,
        color_system=None,
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with paper.capture() as seen:
        paper.print(what, soft_wrap=True)
    return "\n".join(line.rstrip() for line in seen.get().strip("\n").split("\n"))


def _under(console: Console, text: Text, width: int) -> Iterable[Text]:
    from rich.text import Text

    for line in text.wrap(console, max(width - INDENT, 1)):
        yield Text(" " * INDENT, no_wrap=True).append_text(line)


def one_line(text: str, size: int = 240) -> str:
    """One line, cut to a length that a table can show."""
    flat = " ".join(text.split())
    return flat if len(flat) <= size else f"{flat[: size - 1]}…"
