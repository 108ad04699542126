"""The README and the pages beside it say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.readme import VERBS, pages, rewritten
from benchmarks.results import NOT_MEASURED
from writ_dspy.cli.main import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def written() -> dict[Path, dict[str, str]]:
    """What code writes into each page; the sample is proposed and played for it."""
    return pages()


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md"])
def test_every_block_is_what_the_code_says(name: str, written: dict[Path, dict[str, str]]) -> None:
    """Help texts, sample, witness, mix, columns, map and layers are current; `python -m benchmarks.readme` writes them."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert text == rewritten(text, written[ROOT / name])


def test_every_verb_has_its_help_in_the_readme() -> None:
    """A new verb does not stay out of the README."""
    verbs = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]

    assert sorted(verbs) == sorted(filter(None, VERBS))


def test_the_numbers_are_those_of_the_results() -> None:
    """The table of the README is a part of `benchmarks/results.md`, or says that nothing was measured."""
    results = ROOT / "benchmarks" / "results.md"
    (block,) = re.findall(r"<!-- numbers -->\n(.*?)\n<!-- /numbers -->", README, re.DOTALL)

    assert block in results.read_text(encoding="utf-8") if results.exists() else block == NOT_MEASURED


def test_every_link_leads_somewhere() -> None:
    """Links within the repository name files that are there."""
    for page in (ROOT / "README.md", ROOT / "docs" / "architecture.md", ROOT / "CONTRIBUTING.md"):
        links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8"))
        gone = [link for link in links if not (page.parent / link).exists()]

        assert not gone, page


def test_architecture_stays_one_page() -> None:
    """At most 100 lines, and one diagram."""
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 100


def test_a_line_of_the_changelog_is_short() -> None:
    """One outcome a line, in at most 25 words."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    items = [" ".join(item.split()) for item in re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)]

    assert items
    assert not [item for item in items if len(item.split()) > 25]


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its block of Python runs from top to bottom, and ends in an accepted verdict."""
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    *statements, last = block.strip().splitlines()
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec("\n".join([*statements, f"verdict = {last}"]), names)  # noqa: S102 - our own README

    assert getattr(names["verdict"], "accepted", None) is True
