"""Every notebook runs, as a script and as a notebook, and its two forms are the same."""

from __future__ import annotations

import importlib.util
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import writ_dspy
from tests.calls import ENVIRONMENT, ROOT
from tests.standins import with_hub
from tests.standins.hub import OWNER, StandIn
from tests.standins.with_hub import environment

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
    """The notebook holds the cells of the script; `notebooks/pair.py` writes it."""
    import nbformat

    kept = nbformat.read(script.with_suffix(".ipynb"), as_version=4)  # type: ignore[no-untyped-call]
    wanted = pair.notebook(script.read_text(encoding="utf-8"))

    nbformat.validate(kept)
    assert [(cell.cell_type, cell.source) for cell in kept.cells] == [
        (cell["cell_type"], cell["source"]) for cell in wanted["cells"]
    ]


@every
def test_it_is_committed_as_it_ran(script: Path) -> None:
    """Who only looks at it sees the chat, the figure and the results: no error, no path of a machine, little to load."""
    text = script.with_suffix(".ipynb").read_text(encoding="utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in cells for output in cell["outputs"]]

    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert {output["output_type"] for output in outputs} <= {"display_data", "execute_result", "stream"}
    assert any('<div style="font-family' in "".join(one.get("data", {}).get("text/html", "")) for one in outputs)
    assert any("image/png" in one.get("data", {}) for one in outputs)
    assert not re.search(r"/(?:tmp|home|root|Users|work)/|site-packages", text)
    assert len(text) < 200_000


@every
def test_its_first_cell_says_how_to_run_it(script: Path) -> None:
    """What to install, and what to start."""
    first = pair.notebook(script.read_text(encoding="utf-8"))["cells"][0]["source"]

    assert all(
        words in first for words in ("source .venv/bin/activate", "'writ-dspy[notebook]'", "jupyter lab notebooks")
    )


@every
def test_it_is_short_and_ends_in_an_assert(script: Path) -> None:
    """One idea in 80 lines: it defines nothing that belongs in the library, and proves its point."""
    lines = script.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 80
    assert lines[-1].startswith("assert ")
    assert not [line for line in lines if line.lstrip().startswith(("def ", "class ", "async def "))]


def test_a_hub_of_ones_own_takes_no_pytest() -> None:
    """Where the extra `notebook` is all that is installed, the stand-in Hub starts, and the command finds it."""
    code = (
        "import runpy, sys; sys.modules['pytest'] = None; "
        "sys.argv[1:] = [sys.executable, '-c', 'from huggingface_hub import whoami; print(whoami()[\"name\"])']; "
        "runpy.run_module('tests.standins.with_hub', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{OWNER}\n", "")


@pytest.mark.slow
def test_the_synthetic_model_takes_no_pytest() -> None:
    """Nor does what `02_optimize` takes from the tests."""
    code = "import sys; sys.modules['pytest'] = None; import tests.standins.synthetic"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", [[], ["no-such-command"]], ids=["none", "unknown"])
def test_a_hub_for_no_command_says_so(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with an example, before anything is started."""
    monkeypatch.setattr(sys, "argv", ["with_hub", *command])
    with pytest.raises(
        SystemExit, match=r"^error: .* as in: python -m tests\.standins\.with_hub jupyter lab notebooks$"
    ):
        with_hub.main()


def test_publishing_without_a_token_ends_in_a_line(
    tmp_path: Path, lfs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first cell looks for it, before anything is made, and says what to do, also without an account."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(
        SystemExit, match=r"there is none\. .* `hf auth login`.* Without an account: python -m tests\."
    ) as ended:
        runpy.run_path(str(pair.FOLDER / "03_publish.py"), run_name="__main__")

    assert "\n" not in str(ended.value)
    assert not lfs.asked
    assert not list(tmp_path.glob("**/run.json"))


@pytest.mark.slow
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
@pytest.mark.long
def test_its_cells_hold(script: Path, tmp_path: Path, lfs: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, here, where everything is loaded; the slow tests give each notebook a kernel of its own.

    Of fewer tasks than it asks for, as many as it asks for are made there, too.
    """
    import matplotlib.pyplot as plt

    made = writ_dspy.synthesize
    monkeypatch.setattr(writ_dspy, "synthesize", lambda **asked: made(**asked | {"n": 4}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    plt.switch_backend("agg")
    runpy.run_path(str(script), run_name="__main__")
    plt.close("all")

    assert bool(lfs.asked) == (script.stem == "03_publish")


@pytest.mark.slow
@every
@pytest.mark.filterwarnings("default")
def test_it_runs_as_a_notebook(script: Path, hub: dict[str, str]) -> None:
    """In a kernel, whose event loop runs already; a conversation shows as HTML and the figure as an image."""
    made = pair.executed(script, hub)
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]

    complaints = [output["text"] for output in outputs if output.get("name") == "stderr"]
    assert not [text for text in complaints if "tqdm" not in text]  # tqdm of `datasets` misses ipywidgets
    shown = [output.get("data", {}) for output in outputs]
    assert any('<div style="font-family' in data.get("text/html", "") for data in shown)
    assert any("image/png" in data for data in shown)
