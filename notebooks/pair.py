"""Each percent script here as a notebook beside it: `python notebooks/pair.py` writes what has changed."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def scripts() -> list[Path]:
    """The scripts that have a notebook: those with a number."""
    return sorted(FOLDER.glob("[0-9]*.py"))


def notebook(script: str) -> str:
    """The text of the notebook with the cells of a percent script, without outputs."""
    cells = []
    for number, block in enumerate(script.split("# %%")[1:], 1):
        head, _, body = block.partition("\n")
        text = body.strip("\n")
        common: dict[str, object] = {"id": f"cell-{number}", "metadata": {}}
        if head.strip() == "[markdown]":
            source = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())
            cells.append({"cell_type": "markdown", **common, "source": source.splitlines(keepends=True)})
        else:
            code: dict[str, object] = {"source": text.splitlines(keepends=True), "execution_count": None, "outputs": []}
            cells.append({"cell_type": "code", **common, **code})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for path in scripts():
        path.with_suffix(".ipynb").write_text(notebook(path.read_text(encoding="utf-8")), encoding="utf-8")
