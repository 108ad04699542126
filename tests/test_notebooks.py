"""Every notebook runs, as a script and as a notebook, and its two forms are the same."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls import ENVIRONMENT, ROOT
from tests.publish.calls import environment
from tests.standins.hub import StandIn

pytest.importorskip("matplotlib", reason="the notebooks draw: pip install 'writ-dspy[notebook]'")

SPEC = importlib.util.spec_from_file_location("pair", ROOT / "notebooks" / "pair.py")
assert SPEC is not None
assert SPEC.loader is not None
pair = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pair)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which the Hugging Face Hub is one of our own, which `03_publish` publishes to."""
    with StandIn(tmp_path) as one:
        yield environment(one, tmp_path)


every = pytest.mark.parametrize("script", pair.scripts(), ids=lambda path: path.stem)


@every
def test_both_forms_are_the_same(script: Path) -> None:
    """The notebook holds the cells of the script, without outputs; `notebooks/pair.py` writes it."""
    import nbformat

    text = script.with_suffix(".ipynb").read_text(encoding="utf-8")

    assert text == pair.notebook(script.read_text(encoding="utf-8"))
    nbformat.validate(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]


@every
def test_it_is_short_and_ends_in_an_assert(script: Path) -> None:
    """One idea in 80 lines: it defines nothing that belongs in the library, and proves its point."""
    lines = script.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 80
    assert lines[-1].startswith("assert ")
    assert not [line for line in lines if line.lstrip().startswith(("def ", "class ", "async def "))]


@every
def test_it_runs_as_a_script(script: Path, tmp_path: Path, hub: dict[str, str]) -> None:
    """From any folder, without a screen."""
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=ENVIRONMENT | hub | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@every
@pytest.mark.filterwarnings("default")
def test_it_runs_as_a_notebook(
    script: Path, tmp_path: Path, hub: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a kernel, whose event loop runs already; a conversation shows as HTML and the figure as an image."""
    import nbformat
    from nbclient import NotebookClient

    for name, value in {"PYTHONPATH": str(ROOT), **hub}.items():
        monkeypatch.setenv(name, value)
    made = nbformat.read(script.with_suffix(".ipynb"), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]

    complaints = [output["text"] for output in outputs if output.get("name") == "stderr"]
    assert not [text for text in complaints if "tqdm" not in text]  # tqdm of `datasets` misses ipywidgets
    shown = [output.get("data", {}) for output in outputs]
    assert any('<div style="font-family' in data.get("text/html", "") for data in shown)
    assert any("image/png" in data for data in shown)
