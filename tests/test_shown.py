"""Text of others is shown: letters as they are, and whatever acts on a terminal or hides as something to see."""

from __future__ import annotations

import ast
import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from writ_dspy.errors import ConfigError
from writ_dspy.shown import MARKS, counted, shown

ROOT = Path(__file__).parents[1]
NOUNS = re.compile(
    r" (?:[a-z]+ )?(?:bags|bytes|calls|checks|conversations|decisions|demonstrations|details|files|look-ups|passengers|"
    r"payments|programs|records|rollouts|rows|sentences|tasks|times|tokens|trajectories|tries|turns|verdicts|words|writes)\b(?![=/])"
)
SEVERAL = {
    "settings.tries", "workers", "len(found)", "streak", "times", "len(turn.calls)", "mean", "context", "seen[1][1]", "gain",
    "len(name)", "len(part.encode())", "self.count", "len(hits)", "len(tasks)",
}  # fmt: skip
"""Numbers that are never one where they stand before a noun: such as how many is too many."""
WORDS = {
    "self.split",
    "split",
    "name",
    "place",
    "domain",
    "stage",
    "sure",
    "tokens",
    "' and no '.join(missing)",
    "high",
}
"""What is no number alone."""


def harmless(text: str) -> bool:
    """Nothing in it is a control, a surrogate or a separator of lines but the new line."""
    return all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") for char in text)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x1b]52;c;QUJD\x1b\\", "␛]52;c;QUJD␛\\"),
        ("\x1b[2J\x1b[8mhidden", "␛[2J␛[8mhidden"),
        ("\x9b2J and \x9d0;x\x9c", r"\u009b2J and \u009d0;x\u009c"),
        ("good\rbad", "good␍bad"),
        ("one\r\ntwo\ttabbed", "one\ntwo    tabbed"),
        ("\x00\x08\x7f", r"␀␈\u007f"),
        ("user\u202etxt.exe", r"user\u202etxt.exe"),
        ("a\u2066b\u2069\u200f", r"a\u2066b\u2069\u200f"),
        ("pay\u200bpal pay\u200dpal \ufeff", r"pay\u200bpal pay\u200dpal \ufeff"),
        ("\U000e0041", r"\udb40\udc41"),
        ("end\u2028of line", r"end\u2028of line"),
        ("\udce9.txt", r"\udce9.txt"),
        ("a\ufe01", r"a\ufe01"),
        ("[red]markup[/red] [/]", "[red]markup[/red] [/]"),
    ],
)
def test_what_acts_or_hides_is_shown(raw: str, seen: str) -> None:
    """Each kind of it has a form that can be read and does nothing."""
    assert shown(raw) == seen


@pytest.mark.parametrize(
    "text",
    [
        "plain\nand 2 lines", "Grüße, 東京, Ελληνικά, \N{NO-BREAK SPACE}€", "نمی\u200cخواهم", "क्\u200dष",
        "👩\u200d💻 and ❤\ufe0f and 1\ufe0f\u20e3", "e\u0301\u0323", "שלום",
    ],
)  # fmt: skip
def test_languages_and_pictures_stay(text: str) -> None:
    """What a language or a picture needs is no trick."""
    assert shown(text) == text


def test_a_line_stays_a_line() -> None:
    """A new line is shown where one line is wanted."""
    assert shown("a\nb\r\nc", line=True) == "a␤b␤c"


def test_no_letter_is_covered() -> None:
    """A tower of marks is cut down to some, and the rest are shown."""
    tower = "Z" + "\u0301" * 50

    assert shown(tower).count("\u0301") == MARKS
    assert shown(tower).count("\\u0301") == 50 - MARKS


def test_every_character_is_harmless_afterwards() -> None:
    """Whatever stands beside it, and a second time changes nothing; of what has no meaning yet, a sixteenth."""
    rng = random.Random(0)
    codes = [code for code in range(sys.maxunicode + 1) if not 0x4E00 < code < 0x9FFF]
    every = [chr(code) for code in codes if code % 16 == 7 or unicodedata.category(chr(code)) not in ("Cn", "Co", "Lo")]
    rng.shuffle(every)
    text = "".join(every)

    assert harmless(shown(text))
    assert shown(shown(text)) == shown(text)


def test_json_reads_the_same() -> None:
    """Of a JSON document that holds such characters unescaped, what is shown is the same document."""
    data = {"a\u202e\x7f": ["\x9b \ud800 \U000e0041 \u200b", "\x1b[0m\t\n"]}
    text = json.dumps(data, ensure_ascii=False)

    assert shown(text) != text
    assert json.loads(shown(text)) == data


def test_errors_show_what_they_quote() -> None:
    """A message of writ is safe wherever it is printed."""
    assert str(ConfigError("no model '\x1b]0;x\x07'")) == "no model '␛]0;x␇'"


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows")])
def test_one_of_a_thing_is_called_one(number: int, words: str) -> None:
    """The noun goes with the number; one with a plural of its own brings it along."""
    assert counted(number, "row") == words
    assert counted(number, "is", "are").endswith("is") is (number == 1)


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Of every text with a number before a noun in the plural: the number's expression, and what follows."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for value, after in zip(node.values, node.values[1:], strict=False):
                if (
                    isinstance(value, ast.FormattedValue)
                    and isinstance(after, ast.Constant)
                    and NOUNS.match(after.value)
                ):
                    yield ast.unparse(value.value), after.value


@pytest.mark.long
def test_no_text_says_1_rows() -> None:
    """Wherever a number that may be one stands before a noun, `counted` words both."""
    found = [
        f"{path.relative_to(ROOT)}: {{{number}}}{after[:30]}"
        for path in (ROOT / "writ_dspy").rglob("*.py")
        for number, after in _texts(path)
        if number not in SEVERAL | WORDS and not number.rpartition(".")[2].isupper() and number != "len(CHECKS)"
    ]

    assert found == []
