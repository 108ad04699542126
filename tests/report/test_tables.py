"""Tables: no word is cut at any width, and a row is one line wherever it fits."""

from __future__ import annotations

import io
import random
import re

import pytest
from rich.console import Console
from rich.text import Text

from writ_dspy.report.tables import Table, plain


def lines(table: Table, width: int) -> list[str]:
    """What is drawn on that many columns."""
    console = Console(width=width, file=(paper := io.StringIO()), color_system=None)
    console.print(table)
    return [line.rstrip() for line in paper.getvalue().splitlines()]


def some(seed: int) -> tuple[Table, list[tuple[str, str, str, str]]]:
    """A table of names, kinds, numbers and prose."""
    rng = random.Random(seed)
    words = ["provenance", "identified_before_write", "tau2:airline", "write-intensive", "an", "order", "of", "two"]
    rows = [
        (
            rng.choice(words[:3]),
            rng.choice(words[2:4]),
            str(rng.randrange(10**6)),
            " ".join(rng.choices(words, k=rng.randrange(1, 30))),
        )
        for _ in range(6)
    ]
    table = Table("name", "kind", ">conversations", "~for example")
    for row in rows:
        table.add(*row)
    return table, rows


@pytest.mark.parametrize("seed", range(5))
def test_in_a_pipe_a_row_is_a_line(seed: int) -> None:
    """All cells of a row stand in one line, in order, and there are as many lines as rows below the heading."""
    table, rows = some(seed)
    _, head, rule, *body = lines(table, 10_000)

    assert [re.split(r"\s{2,}", line) for line in body] == [list(row) for row in rows]
    assert re.split(r"\s{2,}", head) == ["name", "kind", "conversations", "for example"]
    assert set(rule) == {"─"}


@pytest.mark.parametrize("width", [120, 80, 60, 40])
@pytest.mark.parametrize("seed", range(5))
def test_no_word_is_cut(seed: int, width: int) -> None:
    """At any width at which a word fits, every word of every cell is there whole, in order, and no line is longer."""
    table, rows = some(seed)
    drawn = lines(table, width)
    flat = " ".join(" ".join(drawn).split())

    assert max(map(len, drawn)) <= width
    for name, kind, number, prose in rows:
        assert name in flat
        assert kind in flat
        assert number in flat
        assert all(word in flat.split() for word in prose.split())
    assert "…" not in flat


def test_numbers_stand_to_the_right() -> None:
    """Below each other by their last digit; words by their first letter."""
    table = Table("name", ">number")
    table.add("a", 5)
    table.add("long name", 12345)
    _, head, _, first, second = lines(table, 80)

    assert len(head) == len(first) == len(second)
    assert (first[0], second[:9]) == ("a", "long name")


def test_wide_letters_count_for_their_width() -> None:
    """Columns stay columns beside letters of two cells."""
    table = Table("name", ">n")
    table.add("東京", 1)
    table.add("ab", 2)
    first, second = lines(table, 80)[-2:]

    assert Text(first).cell_len == Text(second).cell_len


def test_cells_are_shown_and_stay_lines() -> None:
    """Markup is text, controls are visible, and a new line in a cell makes no new row; nor does a heading act."""
    table = Table("~/a folder", ">[bold]n[/bold]")
    table.add("[/] \x1b[2J\nfake row", 1)
    _, head, _, row = lines(table, 80)

    assert row.startswith("[/] ␛[2J␤fake row")
    assert head.split("  ")[0] == "/a folder"
    assert head.endswith("[bold]n[/bold]")


def test_as_plain_text_nothing_wraps() -> None:
    """`plain` gives each row one line however long it is, without styles and without empty lines around."""
    table = Table("one", "~two")
    table.add("a", "word " * 100)
    table.add("b", Text("red", style="red"))

    text = plain(table)

    assert text.splitlines()[2:] == [f"a    {'word ' * 100}".rstrip(), "b    red"]
    assert text == text.strip("\n")
    assert "\x1b" not in text


def test_an_empty_table_is_none() -> None:
    """So that a report leaves it out."""
    assert not Table("a")
