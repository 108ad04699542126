"""What fields are called, a domain says of itself; the checks know no domain by the names of its fields."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import writ_dspy
from writ_dspy.domains import Domain, load
from writ_dspy.domains.declared.schema import names_in

ROOMS = ("verify", "simulate", "propose", "evidence", "domains/declared")
LEFT = 2
"""Names that still stand there; a change may only lower it."""


def _names(domain: Domain) -> set[str]:
    """What fields, arguments and tools are called there."""
    return {
        *names_in([list(table.values()) for table in domain.tables.values()]),
        *names_in([one.model_json_schema().get("properties", {}) for one in domain.params.values()]),
        *domain.kinds,
    }


def _literals(path: Path) -> Iterator[str]:
    """Texts of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_check_names_a_field_of_the_benchmark() -> None:
    """Names of its fields and tools stand in its own folder: elsewhere, fewer with every change."""
    fields = {
        name
        for domain in ("tau2:retail", "tau2:airline")
        for name in _names(load(domain))
        if re.fullmatch(r"[a-z]+(?:_[a-z0-9]+)+|[a-z]+\d", name)
    }
    home = Path(str(writ_dspy.__file__)).parent
    found = Counter(
        f"{path.relative_to(home)}: {text}"
        for room in ROOMS
        for path in sorted((home / room).rglob("*.py"))
        for text in _literals(path)
        if text in fields
    )

    assert found.total() <= LEFT, dict(found)
