"""`docs/images/sample.svg`: the sample's conversation, and beside it the proof of its evidence."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from html import escape

from pages.sample import Shown
from writ_dspy.conversation import Turn
from writ_dspy.task import Call
from writ_dspy.verify.checks import CHECKS

WIDTH, LEFT, GAP = 980, 590, 24
"""Of the whole, of the conversation's side, and around everything."""
LINE = 17
TEXT, CODE = 7.2, 7.4
"""Pixels that a letter takes, rather too many than too few: nobody knows the reader's fonts."""
STYLE = """
text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.code { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.head { font-weight: 600; font-size: 15px }
.dim { fill: #59636e }
.mark { font-weight: 600; fill: #ffffff; text-anchor: middle; font-size: 12px }
.no { fill: #b3261e }
.yes { fill: #1a7f37; font-weight: 600 }
"""


class Page:
    """What has been drawn so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "") -> None:
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{escape(words)}</text>'
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> None:
        size = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        self.parts.append(f'<rect {size} rx="9" fill="{fill}" stroke="{edge}"/>')

    def mark(self, x: float, y: float, number: int) -> None:
        self.parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="9" fill="#8250df"/>')
        self.text(x, y + 4, str(number), "mark")


def svg(shown: Shown) -> str:
    """The whole picture; its height follows from what is said."""
    page = Page()
    height = max(_talk(page, shown), _proof(page, shown)) + GAP
    said = f"A conversation with {shown.task.axes.burden} reads and one write, and for each read the proof that it was needed"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{said}">'
    back = f'<rect width="{WIDTH}" height="{height:g}" rx="12" fill="#f6f8fa" stroke="#d1d9e0"/>'
    return "\n".join([head, f"<title>{said}</title>", f"<style>{STYLE}</style>", back, *page.parts, "</svg>", ""])


def _talk(page: Page, shown: Shown) -> float:
    """The conversation down the left; the y where it ends."""
    page.text(GAP, 36, "A conversation that was kept", "head")
    y = 56.0
    numbers = {str(read): number for number, read in enumerate(shown.outcome.evidence, 1)}
    for turn in shown.talk.turns:
        if turn.role == "tool":
            page.text(GAP + 300, y - 15, f"{len(turn.text):,} characters came back", "dim")
        elif turn.calls:
            for call in turn.calls:
                y = _call(page, y, call, numbers.get(str(call)))
        else:
            y = _bubble(page, y, turn)
    return y


def _call(page: Page, y: float, call: Call, number: int | None) -> float:
    """A call of the agent: a read of the evidence has its number, a write stands out."""
    if number:
        page.mark(GAP + 9, y + 11, number)
    args = ", ".join(json.dumps(value) for value in call.args.values())
    page.text(GAP + 26, y + 15, f"{call.tool}", "code" if number else "code yes")
    page.text(GAP + 26, y + 31, f"({args})", "code dim")
    return y + 42


def _bubble(page: Page, y: float, turn: Turn) -> float:
    """What somebody says: the user at the left, the agent at the right."""
    user = turn.role == "user"
    lines = [line for part in turn.text.splitlines() for line in textwrap.wrap(part, 64)]
    width = max(len(line) for line in lines) * TEXT + 24
    x = GAP if user else LEFT - GAP - width
    page.box(x, y, width, len(lines) * LINE + 14, "#ddf4ff" if user else "#ffffff", "#b6e3ff" if user else "#d1d9e0")
    for at, line in enumerate(lines):
        page.text(x + 12, y + 20 + at * LINE, line)
    return y + len(lines) * LINE + 24


def _proof(page: Page, shown: Shown) -> float:
    """Down the right: why each read was needed, what was right, and what the checks found."""
    x, width = LEFT + GAP / 2, WIDTH - LEFT - 1.5 * GAP
    page.text(x, 36, "Why each of these reads was needed", "head")
    page.text(x, 54, "(~ marks an invented value)", "dim")
    y = 66.0
    for number, proof in enumerate(shown.proof, 1):
        room = int((width - 44) / TEXT)
        lines = [("Had it shown", "dim"), *((line, "") for line in textwrap.wrap(_change(proof.change), room))]
        lines += [("the right thing would have been to", "dim")]
        lines += [(line, "no") for line in textwrap.wrap(_outcome(proof.outcome), room)]
        height = len(lines) * LINE + 14
        page.box(x, y, width, height, "#ffffff", "#d1d9e0")
        page.mark(x + 18, y + 17, number)
        for at, (line, kind) in enumerate(lines):
            page.text(x + 36, y + 20 + at * LINE, line, kind)
        y += height + 10
    for line in textwrap.wrap("So there is one right write, computed before anybody spoke:", int(width / TEXT)):
        page.text(x, y + 18, line, "dim")
        y += LINE
    y -= LINE
    for line in textwrap.wrap(str(shown.outcome.call), int(width / CODE)):
        y += LINE + 2
        page.text(x, y + 18, line, "code yes")
    for line in _summary(shown):
        y += LINE + 4
        page.text(x, y + 20, line)
    return y + 20


def _change(change: str) -> str:
    """A witness's change in a reader's words."""
    field, arrow, new = change.partition(" -> ")
    if not arrow:
        return change
    where, _, name = field.partition("] ")
    name, _, old = name.partition(" ")
    return f"{name.replace('_', ' ')} {new} in place of {old}" if where else change


def _outcome(outcome: str) -> str:
    refused = outcome.removeprefix("refused: ")
    short = re.sub(r"\b\w+=(?=['\d\[])", "", outcome)
    return f"refuse: {refused}" if refused != outcome else f"call {short}"


def _summary(shown: Shown) -> Iterator[str]:
    axes = shown.task.axes
    yield f"writes: {axes.writes}   evidence burden: {axes.burden}"
    if shown.verdict.accepted:
        yield f"{len(CHECKS)} checks in code: no finding"
