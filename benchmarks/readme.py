"""Blocks of the README and of `docs/architecture.md` that code writes: help texts, a sample, the map of files, ….

`python -m benchmarks.readme` writes them anew; a test compares them with what the code says now. Each stands
between `<!-- name -->` and `<!-- /name -->`. The block `numbers` belongs to `benchmarks.run`.
"""

from __future__ import annotations

import ast
import asyncio
import itertools
import os
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

from benchmarks.measured import ROOT
from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.dataset.rows import COLUMNS
from writ_dspy.domains import load
from writ_dspy.evidence.witness import certify
from writ_dspy.propose.mix import Cell, default_mix, to_yaml
from writ_dspy.run.worker import Propose
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task
from writ_dspy.verify.checks import CHECKS, Verdict, verify

VERBS = (
    "", "synth", "propose", "simulate", "export", "report", "show", "domains", "publish", "optimize", "programs", "serve",
    "doctor",
)  # fmt: skip
SAMPLE = Cell(domain="tau2:retail", kind="read-heavy", writes=1, burden=5, count=1)
"""The cell whose first task, with seed 0, the README shows."""
SHOWN = (
    "trajectory_id", "kind", "split", "messages", "tools", "writes", "burden", "search_reads", "gold_actions",
    "evidence", "refusals", "user_scenario", "behavior", "content_sha256",
)  # fmt: skip
"""Columns that the README names."""
FOLDERS = ("signatures", "programs", "writ_dspy", "benchmarks")
WIDTH = 92
CUT = 150


def blocks() -> dict[str, str]:
    """What each block has to hold, by name."""
    task, talk, verdict = played()
    found = {f"help {verb}".strip(): _fenced(help_of(verb)) for verb in VERBS}
    found["sample"] = "\n\n".join((_fenced(transcript(talk)), facts(task, talk, verdict)))
    found["witness"] = _fenced("\n".join(witnesses(task)))
    found["mix"] = _fenced(to_yaml(default_mix(("tau2:retail", "tau2:airline"), 6)), "yaml")
    found["columns"] = "\n".join(
        ["| column | type | holds |", "| --- | --- | --- |"]
        + [f"| `{name}` | {COLUMNS[name][0]} | {COLUMNS[name][1]} |" for name in SHOWN]
    )
    found["map"] = "\n".join(tree()).strip()
    return found


def help_of(verb: str) -> str:
    """What `writ VERB --help` prints on a terminal of 80 columns, without colors."""
    from typer.testing import CliRunner

    from writ_dspy.cli.main import app

    plain = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    with mock.patch.dict(os.environ, plain):
        shown = CliRunner().invoke(app, [*verb.split(), "--help"], prog_name="writ", color=False)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.stdout).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def played() -> tuple[Task, Conversation, Verdict]:
    """The sample: exactly what `writ synth` makes of this cell with seed 0."""
    _, (record,), _ = Propose(0, SAMPLE, 0, "base", 0).run()
    task: Task = from_json(record)
    domain = load(task.domain)
    talk = asyncio.run(converse(job(task, 0, 0), domain, ScriptedUser(), ScriptedAgent()))
    return task, talk, verify(task, talk, domain)


def transcript(talk: Conversation) -> str:
    """One paragraph per turn; tool results are cut."""
    return "\n".join(line for turn in talk.turns for line in _turn(turn))


def _turn(turn: Turn) -> Iterator[str]:
    text = turn.text
    if turn.role == "tool" and len(text) > CUT:
        text = f"{text[:CUT]}… ({len(text):,} characters)"
    for words in [f"→ {call}" for call in turn.calls] or [text]:
        indent = " " * 7
        yield from textwrap.wrap(
            words, WIDTH, initial_indent=f"{turn.role:7}", subsequent_indent=indent, break_on_hyphens=False
        )


def facts(task: Task, talk: Conversation, verdict: Verdict) -> str:
    """What the run keeps beside the talk."""
    (outcome,) = task.decided
    levels = dict(task.behaviour.levels) if task.behaviour else {}
    rows = {
        "kind": f"{task.kind}; {task.axes.writes} write, burden {task.axes.burden}",
        "gold": f"`{outcome.call}`",
        "evidence": "<br>".join(f"`{call}`" for call in outcome.evidence),
        "behavior": ", ".join(f"{name}: {level}" for name, level in levels.items()),
        "checks": f"{', '.join(check.__name__ for check in CHECKS)}: "
        + ("no finding" if verdict.accepted else "; ".join(map(str, verdict.findings))),
    }
    return "\n".join([f"| | `{talk.id}` |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in rows.items())])


def witnesses(task: Task) -> Iterator[str]:
    """For each read of the sample's evidence: the change that alone flips the gold."""
    domain, (outcome,), (decision,) = load(task.domain), task.decided, task.goal.decisions
    for number, proof in enumerate(certify(decision, outcome, domain), 1):
        yield f"{number}. {proof.read}"
        yield from _indented(f"change: {proof.change}")
        yield from _indented(f"then:   {proof.outcome}")


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="   ", subsequent_indent=" " * 11, break_on_hyphens=False)


def tree() -> Iterator[str]:
    """Every module with the first sentence of its docstring, folder by folder."""
    for folder in FOLDERS:
        paths = [path for path in (ROOT / folder).rglob("*.py") if not path.parent.is_symlink()]
        for place, own in itertools.groupby(sorted(paths, key=_order), key=lambda path: path.parent):
            yield f"\n**`{place.relative_to(ROOT)}/`**\n"
            yield from (f"- `{path.name}`: {_claim(path)}" for path in own)


def _order(path: Path) -> tuple[tuple[str, ...], bool, str]:
    """By folder; the package itself before its modules."""
    return path.relative_to(ROOT).parent.parts, path.name != "__init__.py", path.name


def _claim(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.) ", " ".join(text.split("\n\n")[0].split()))[0].rstrip(".:")


def layers() -> str:
    """The import contract of `pyproject.toml`; a layer may import from those after it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    joined = " > ".join(layer.replace(" ", "\N{NO-BREAK SPACE}") for layer in contracts[0]["layers"])
    return _fenced(textwrap.fill(joined, 100).replace("\N{NO-BREAK SPACE}", " "))


def _fenced(text: str, kind: str = "text") -> str:
    return f"```{kind}\n{text.strip(chr(10))}\n```"


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


def pages() -> dict[Path, dict[str, str]]:
    """The pages with such blocks."""
    return {ROOT / "README.md": blocks(), ROOT / "docs" / "architecture.md": {"layers": layers()}}


def main() -> None:
    """Bring all pages up to date."""
    for path, found in pages().items():
        path.write_text(rewritten(path.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
