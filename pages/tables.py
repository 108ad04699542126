"""Tables that the code knows by heart: the checks, the columns of a row, a mix."""

from __future__ import annotations

import inspect

from pages import blocks
from pages.blocks import table
from writ_dspy.dataset.rows import COLUMNS
from writ_dspy.propose.mix import default_mix, to_yaml
from writ_dspy.verify.checks import CHECKS


def checks() -> str:
    """Every check with the first sentence of its docstring, in the order in which they run."""
    rows = [
        [f"`{check.__name__}`", " ".join((inspect.getdoc(check) or "").partition("\n\n")[0].split())]
        for check in CHECKS
    ]
    return table(["check", "what it holds a conversation to"], rows)


def columns() -> str:
    """Every column of a row."""
    return table(["column", "type", "holds"], [[f"`{name}`", kind, holds] for name, (kind, holds) in COLUMNS.items()])


def mix() -> str:
    """The default mix of six tasks."""
    return blocks.fenced(to_yaml(default_mix(("tau2:retail", "tau2:airline"), 6)), "yaml")
