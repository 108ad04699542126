"""What code writes of the README and of `docs/`: help texts, a sample with its proof and its picture, tables, indexes.

`python -m pages` writes all of it anew, and a test compares it with what the code says now. In a page that people write
a block stands between `<!-- name -->` and `<!-- /name -->`; the other pages are written as a whole. Links to the repository
follow `[project.urls]` of pyproject.toml, so that it can move, and the number of checks is that of the code.
"""

from __future__ import annotations

from pathlib import Path

from pages import api, blocks, clauses, commands, declaration, index, modules, picture, sample, tables, templates
from pages.blocks import ROOT
from writ_dspy.verify.checks import CHECKS

DOCS = ROOT / "docs"


def written() -> dict[Path, str]:
    """Every page that code has a part in, with its text as it has to be."""
    shown = sample.played()
    parts = {
        ROOT / "README.md": {
            "sample": sample.transcript(shown, cut=48),
            "invented": sample.invented(shown),
            "proof": sample.table(shown),
        },
        DOCS / "architecture.md": {"layers": modules.layers()},
        DOCS / "burden.md": {
            "cell": sample.cell(),
            "sample": sample.transcript(shown, cut=150),
            "facts": sample.facts(shown),
            "witness": sample.witnesses(shown),
        },
        DOCS / "checks.md": {"checks": tables.checks()},
        DOCS / "dataset.md": {"columns": tables.columns()},
        DOCS / "mix.md": {"mix": tables.mix()},
    }
    people = [ROOT / "CONTRIBUTING.md", index.CONFIG, *(DOCS / page for page in index.pages())]
    texts = {path: path.read_text(encoding="utf-8") for path in [*parts, *people] if not path.is_symlink()}
    found = {
        path: blocks.counted(blocks.at_home(blocks.rewritten(text, parts.get(path, {}))), len(CHECKS))
        for path, text in texts.items()
    }
    return found | {
        DOCS / "api.md": api.page(),
        DOCS / "cli.md": commands.page(),
        DOCS / "declaration.md": declaration.page(),
        DOCS / "llms.txt": index.llms(found),
        DOCS / "map.md": modules.page(),
        DOCS / "policy-checks.md": clauses.page(),
        DOCS / "templates.md": templates.page(),
        DOCS / "images" / "sample.svg": picture.svg(shown),
    }
