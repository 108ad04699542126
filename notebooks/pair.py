"""Each percent script here as a notebook beside it, with its outputs: `python notebooks/pair.py` runs and writes them all.

The Hub that `03_publish` talks to is then one of the tests', on the loopback interface. It takes the extra `notebook`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def scripts() -> list[Path]:
    """The scripts that have a notebook: those with a number."""
    return sorted(FOLDER.glob("[0-9]*.py"))


def notebook(script: str) -> dict[str, Any]:
    """The notebook with the cells of a percent script, without outputs."""
    cells = []
    for number, block in enumerate(script.split("# %%")[1:], 1):
        head, _, body = block.partition("\n")
        text = body.strip("\n")
        common: dict[str, object] = {"id": f"cell-{number}", "metadata": {}}
        if head.strip() == "[markdown]":
            source = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())
            cells.append({"cell_type": "markdown", **common, "source": source})
        else:
            cells.append({"cell_type": "code", **common, "source": text, "execution_count": None, "outputs": []})
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def executed(script: Path, environment: Mapping[str, str]) -> Any:
    """The notebook of a script with what its cells put out, run in an empty folder."""
    import nbformat
    from nbclient import NotebookClient

    made = nbformat.from_dict(notebook(script.read_text(encoding="utf-8")))  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory(prefix="writ-notebook-") as place:
        client = NotebookClient(made, timeout=600, resources={"metadata": {"path": place}})
        client.execute(env={**os.environ, "PYTHONPATH": str(FOLDER.parent), **environment})
    return made


def text(made: Any) -> str:
    """A notebook as it is committed: without the times at which its cells ran, and without what libraries complained of."""
    cells = [{**cell, "metadata": {}} for cell in made["cells"]]
    for cell in cells:
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if output.get("name") != "stderr"]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    for cell in whole["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Run and write all of them."""
    sys.path.append(str(FOLDER.parent))
    from tests.standins.hub import StandIn
    from tests.standins.with_hub import environment

    for script in scripts():
        print(script.stem, flush=True)
        with tempfile.TemporaryDirectory(prefix="writ-hub-") as place, StandIn(Path(place)) as hub:
            made = executed(script, environment(hub, Path(place)))
        script.with_suffix(".ipynb").write_text(text(made), encoding="utf-8")


if __name__ == "__main__":
    main()
