"""Text of others is shown: letters as they are, and whatever acts on a terminal or hides as something to see."""

from __future__ import annotations

import json
import random
import sys
import unicodedata

import pytest

from writ_dspy.errors import ConfigError
from writ_dspy.shown import MARKS, shown


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
