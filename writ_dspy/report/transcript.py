"""One conversation to read: in a terminal, in a notebook, or as HTML.

    print(show(task, talk, verdict))     # rich's print
    show(task, talk, verdict)            # the last line of a notebook cell
    Path("t.html").write_text(show(task, talk).to_html())

Long tool results are cut, unless they are wanted whole; nothing else is left out. Findings stand under the turn that they are about.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.report.proof import Proven
from writ_dspy.shown import counted, shown
from writ_dspy.task import Json, Task
from writ_dspy.trial import name as trial_name

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

CUT = 240
"""Characters of a tool result that are shown."""
MADE = '<meta name="generator" content="writ">'
"""In every page that is made here."""
MEASURE = 100
"""Columns of the widest transcript: longer lines are hard to read."""

_BOX = "border-radius:.7em;padding:.4em .8em;margin:.3em 0;white-space:pre-wrap;width:fit-content;max-width:80%"
_CODE = "font-family:monospace;text-align:right;overflow-wrap:anywhere"
_STYLES = {
    "user": f"{_BOX};background:#dbeafe;color:#111",
    "agent": f"{_BOX};background:#e5e7eb;color:#111;margin-left:auto",
    "call": f"{_CODE};margin:.3em 0 0;font-size:.85em",
    "tool": f"{_CODE};margin:0 0 .3em;font-size:.75em;opacity:.65",
    "finding": "margin:.2em 0;color:#b91c1c;font-size:.85em",
    "head": "margin:0 0 .3em;font-size:.9em;font-weight:600;opacity:.85",
    "about": "margin:0 0 .3em;font-size:.9em;opacity:.85;white-space:pre-wrap;overflow-wrap:anywhere",
}


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """A conversation with its task and, where it was judged, its verdict."""

    task: Task
    talk: Conversation
    verdict: Mapping[str, Json] | None = None
    """The record that the run keeps: `accepted`, and `findings` with `check`, `turn`, `saw` and `wanted`."""
    proof: tuple[Proven, ...] = ()
    """What each decision comes to and on what it rests, where that was asked for (`proof.proven`)."""
    full: bool = False
    """Whether long tool results are whole."""

    def __repr__(self) -> str:
        """One short line; `str` has the talk."""
        judged = "" if self.verdict is None else ", accepted" if self.verdict["accepted"] else ", rejected"
        return f"<conversation {self.talk.id}: {counted(len(self.talk.turns), 'turn')}{judged}>"

    def __str__(self) -> str:
        """Plain text: a paragraph per turn, after the name of who speaks."""
        names = {"user": "User: ", "agent": "Agent: ", "tool": "   -> "}
        lines = [line for line, _ in self._head()]
        for index, turn in enumerate(self.talk.turns):
            words = (self._said(turn), *(f"→ {call}" for call in turn.calls))
            lines += [f"{names[turn.role]}{text}" for text in words if text]
            lines += [f"  ✗ {line}" for line in self._findings(index)]
        return shown("\n".join([*lines, *(f"  ✗ {line}" for line in self._beyond())]))

    def __rich__(self) -> RenderableType:
        """Bubbles: the user on the left, the agent on the right, its calls and their results in between."""
        from rich.console import Group
        from rich.constrain import Constrain

        parts: list[RenderableType] = [_hanging(line, style) for line, style in self._head()]
        for index, turn in enumerate(self.talk.turns):
            parts += _bubbles(turn, self._said(turn))
            parts += [_text(f"✗ {line}", "red") for line in self._findings(index)]
        parts += [_text(f"✗ {line}", "red") for line in self._beyond()]
        return Constrain(Group(*parts), MEASURE)

    def to_html(self) -> str:
        """The same as one self-contained HTML fragment; every text is escaped."""
        first, *more = self._head()
        parts = [_div("head", first[0]), *(_div("about", line) for line, _ in more)]
        for index, turn in enumerate(self.talk.turns):
            if turn.text:
                role = {"tool": "tool", "user": "user"}.get(turn.role, "agent")
                parts.append(_div(role, self._said(turn), error=turn.error))
            parts += [_div("call", f"→ {call}") for call in turn.calls]
            parts += [_div("finding", f"✗ {line}") for line in self._findings(index)]
        parts += [_div("finding", f"✗ {line}") for line in self._beyond()]
        style = "font-family:system-ui,sans-serif;line-height:1.4;max-width:52em"
        return f'<div style="{style}">{"".join(parts)}</div>'

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.to_html()

    def _head(self) -> list[tuple[str, str]]:
        """Lines above the talk, each with its style."""
        task, talk = self.task, self.talk
        axes = f"writes {task.axes.writes}, burden {task.axes.burden}"
        judged = "" if self.verdict is None else " · accepted" if self.verdict["accepted"] else " · rejected"
        lines = [(f"{talk.id} · {task.domain} · {task.kind} · {axes} · {talk.stop.value}{judged}", "bold")]
        lines.append((task.instruction, "italic"))
        if task.behaviour:
            lines.append((", ".join(f"{name}: {level}" for name, level in task.behaviour.levels), "dim"))
            if task.behaviour.trials:
                lines.append((f"trials: {', '.join(map(trial_name, task.behaviour.trials))}", "dim"))
        for one in self.proof:
            lines += [(line, "green" if line.startswith("gold") else "dim") for line in one.lines()]
        if talk.error:
            lines.append((f"crashed: {talk.error}", "red"))
        return lines

    def _said(self, turn: Turn) -> str:
        """The text of a turn; a long tool result cut, unless all of it is wanted."""
        if turn.role != "tool" or self.full or len(turn.text) <= CUT:
            return turn.text
        return f"{turn.text[:CUT]}… ({len(turn.text) - CUT:,} of {len(turn.text):,} characters not shown)"

    def _findings(self, turn: int) -> list[str]:
        findings = (self.verdict or {}).get("findings", ())
        return [
            f"{finding['check']}: saw {finding['saw']}; wanted {finding['wanted']}"
            for finding in findings
            if finding["turn"] == turn
        ]

    def _beyond(self) -> list[str]:
        """Findings about a turn that is not there, as in an empty conversation."""
        turns = {finding["turn"] for finding in (self.verdict or {}).get("findings", ())}
        return [line for turn in sorted(turns - set(range(len(self.talk.turns)))) for line in self._findings(turn)]


def show(task: Task, talk: Conversation, verdict: Mapping[str, Json] | None = None) -> Transcript:
    """A conversation to read; print it with rich, or leave it as the last line of a notebook cell."""
    return Transcript(task, talk, verdict)


def page(transcripts: Iterable[Transcript], title: str) -> Iterator[str]:
    """A whole HTML page of them, in pieces; it needs nothing else, and nothing in it is executed."""
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{MADE}<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<title>{_escaped(title)}</title></head>\n<body style="margin:2em auto;max-width:56em;padding:0 1em">'
    )
    for number, one in enumerate(transcripts):
        yield f"{'<hr>' if number else ''}\n{one.to_html()}"
    yield "\n</body></html>\n"


def _bubbles(turn: Turn, said: str) -> list[RenderableType]:
    from rich.align import Align
    from rich.padding import Padding
    from rich.panel import Panel

    if turn.role == "tool":
        return [Padding(_text(said, "red" if turn.error else "dim"), (0, 0, 0, 4))]
    parts: list[RenderableType] = []
    if said:
        side, color = ("left", "cyan") if turn.role == "user" else ("right", "green")
        panel = Panel.fit(_text(said), title=turn.role, title_align="left", border_style=color)
        parts.append(Align.left(panel) if side == "left" else Align.right(panel))
    parts += [Padding(_text(f"→ {call}", "yellow"), (0, 0, 0, 2)) for call in turn.calls]
    return parts


def _hanging(line: str, style: str) -> RenderableType:
    """A line whose later lines start below its words, not below its label."""
    from rich.table import Table

    label = re.match(r"(\w+)?  +", line)
    if label is None:
        return _text(line, style)
    grid = Table.grid(padding=0)
    grid.add_column(width=label.end())
    grid.add_column()
    grid.add_row(_text(label[0].rstrip(), style), _text(line[label.end() :], style))
    return grid


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(shown(text), style=style)


def _div(kind: str, text: str, *, error: bool = False) -> str:
    color = ";color:#b91c1c" if error else ""
    return f'<div style="{_STYLES[kind]}{color}">{_escaped(text)}</div>'


def _escaped(text: str) -> str:
    return html.escape(shown(text))
