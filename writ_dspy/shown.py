r"""Text of others as a person may safely look at it: what would act on a terminal, or hide, is shown instead.

Conversations, model servers, program files and folder names are written by others. An escape sequence in them could
set the title, fill the clipboard or clear the screen; a bidirectional control could turn a sentence around; a
character without width could hide a word. `shown` leaves the letters and makes these visible: ESC as `␛`, the other
control characters as the pictures that Unicode has for them, the rest as `\u202e`, which JSON reads as the same text.
"""

from __future__ import annotations

from unicodedata import category

CONTROLS = {code: 0x2400 + code for code in range(32)} | {ord("\n"): "\n", ord("\t"): "    ", 0x7F: r"\u007f"}
"""ASCII that is no letter: a picture each, but for a new line and a tab, which is four spaces."""
MARKS = 4
"""Most marks on one letter; more of them would cover the lines above and below."""
_JOINERS, _STYLES = "\u200c\u200d", "\ufe0e\ufe0f"
_JOINED = ("Lo", "Mn", "Mc", "So", "Sk")
"""What joiners stand between by right: letters of Arabic and Indic scripts, and pictures."""
_STYLED = ("So", "Sm", "Sk", "Po", "Nd")
"""After what one selector of a style stands by right: pictures, and the signs of keys."""
_UNSEEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0", (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
"""What shows nothing though Unicode calls it a letter, a mark or nothing yet."""


def shown(text: str, *, line: bool = False) -> str:
    r"""The text with all that acts or hides made visible.

    Args:
        text: Whatever it is.
        line: Whether it must stay one line: then a new line is shown, too, as `␤`.
    """
    text = text.replace("\r\n", "\n")
    if not text.isascii():
        text = _seen(text)
    elif text.isprintable():
        return text
    text = text.translate(CONTROLS)
    return text.replace("\n", "␤") if line else text


def _seen(text: str) -> str:
    """Beyond ASCII, character by character."""
    found: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        kind = category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        hidden = kind in ("Cf", "Cs", "Zl", "Zp") or (kind == "Cc" and char > "\x7f") or _unseen(char)
        if (hidden and not _by_right(char, text[index - 1 : index], text[index + 1 : index + 2])) or marks > MARKS:
            found.append(_escaped(char))
        else:
            found.append(char)
    return "".join(found)


def _unseen(char: str) -> bool:
    code = ord(char)
    return char in _UNSEEN[0] or any(low <= code <= high for low, high in _UNSEEN[1:])


def _by_right(char: str, before: str, after: str) -> bool:
    """Whether a joiner or a style is where languages and pictures need one."""
    if not before:
        return False
    if char in _JOINERS:
        return bool(after) and all(category(side) in _JOINED or side in _STYLES for side in (before, after))
    return char in _STYLES and category(before) in _STYLED


def _escaped(char: str) -> str:
    """As JSON writes it; beyond the first 65,536 characters as a pair."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(rf"\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def counted(number: int, one: str, several: str = "") -> str:
    """`1 row`, `2,000 rows`: the number with its noun, whose plural is given where it takes more than an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
