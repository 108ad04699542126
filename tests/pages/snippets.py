"""The blocks of code in the README and in `docs/`, as a reader finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = {"api.md", "cli.md", "coverage.md", "map.md", "results.md"}
BLOCK = re.compile(r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ACTIVATE = "source .venv/bin/activate"
NOT_RUN = {
    r"git clone |cd writ-dspy$": "the test stands in a checkout",
    r"make (sample|test)\b": "`.ci/run` runs both",
    r"pip install ": "the environment is not the test's to change; extras are compared with pyproject.toml",
    r"\./check|pytest ": "the tests are a part of it",
    r"jupyter |python -m tests.standins.with_hub jupyter |zensical serve": "it does not end",
    r"python -m pages|python notebooks/pair.py": "it rewrites the checkout; tests compare what it would write",
    r"writ serve (?!.*--dry-run)|writ synth .*--serve ": "it needs a GPU; tests/lm/sglang has the test",
    r"writ synth .*--lm local": "it needs weights; tests/lm/test_local.py runs it in `./check local`",
}
"""What no test runs in a shell, and why; a command of ours is parsed all the same."""


@dataclass(frozen=True)
class Block:
    """A block between fences."""

    page: Path
    line: int
    kind: str
    text: str
    mark: str
    """The comment right above it: `not run: REASON`, `file: NAME`, `trainer`, or nothing."""

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def lines(self) -> Iterator[str]:
        """Commands without their comments."""
        for line in self.text.splitlines():
            command = re.sub(r"\s+#.*|^#.*", "", line).strip()
            if command:
                yield command


def pages() -> list[Path]:
    """Every page with code in it that people write."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if page.name not in GENERATED]


def blocks(page: Path) -> list[Block]:
    """All of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["kind"], found["text"], found["mark"] or "")
        for found in BLOCK.finditer(text)
    ]


def reason(command: str) -> str:
    """Why no test runs it, or nothing."""
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, command)), "")
