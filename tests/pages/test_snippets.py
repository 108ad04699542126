"""Every command and every snippet of the README and of the documentation does what a reader is told it does."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from tests.calls import ROOT, writ
from tests.pages.snippets import ACTIVATE, Block, blocks, pages, reason
from tests.publish.calls import connected
from tests.standins.hub import OWNER
from tests.standins.hub import StandIn as Hub
from tests.standins.perfect import EveryRole
from tests.standins.server import StandIn, obedient
from writ_dspy.cli.main import app
from writ_dspy.dataset.records import LLAMA_FACTORY
from writ_dspy.programs.proposer import with_spare
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.publish.recipes import recipes
from writ_dspy.run.synth import synthesize
from writ_dspy.task import Task

DOMAINS = ("tau2:retail", "tau2:airline")
FEW, SAMPLE = 2, 12
SHELL = ("sh",)
EXTRAS = {"mcp": "mcp"}
"""Page -> the extra that its commands need."""
LONG = {"mcp"}
"""Pages whose commands take a minute: of this one `own-domain` has the same commands, and `domains/test_served.py` proves the servers."""
DATA = {"yaml": yaml.safe_load, "json": json.loads, "toml": tomllib.loads}
SILENT = ("text", "")
CODE = [page for page in pages() if any(block.kind in SHELL for block in blocks(page))]
PYTHON = [page for page in pages() if any(block.kind == "python" and not block.mark for block in blocks(page))]


def name(page: Path) -> str:
    return page.stem


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of `make sample`, with fewer tasks."""
    return synthesize(DOMAINS, SAMPLE, seed=0, out=tmp_path_factory.mktemp("pages") / "sample", workers=1).folder


@pytest.fixture
def checkout(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader has it after `make sample`."""
    shutil.copytree(sample, tmp_path / "runs" / "sample")
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A Hugging Face Hub of our own."""
    with connected(tmp_path / "hub") as one:
        yield one


class Models:
    """A model server that plays every role well, in whatever run the command at hand makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.role: EveryRole | None = None

    def turn_to(self, command: str) -> None:
        """From here on, this command asks."""
        run = re.search(r"--out (\S+)", command)
        if run:
            self.role = EveryRole(drafted(), self.folder / run[1], 0)

    def __call__(self, body: dict[str, Any]) -> str | dict[str, Any]:
        return self.role(body) if self.role else obedient(body)


@cache
def drafted() -> list[Task]:
    """What code proposes for a run of few tasks."""
    return [task for cell in default_mix(DOMAINS, FEW).cells for task in fill(with_spare(cell), 0, "base").tasks]


def instead(text: str, server: str) -> str:
    """With servers and names that a test can reach, and fewer tasks; nothing else is changed."""
    for found, here in {
        "sglang://127.0.0.1:30000": server,
        "openai://api.openai.com/v1/gpt-5-mini": server,
        "-n 200": f"-n {FEW}",
        "-n 40": f"-n {SAMPLE}",
        "-n 20 --seed": f"-n {FEW} --seed",
        "studio.yaml -n 12": f"studio.yaml -n {FEW}",
        "tau2:airline -n 12 --seed 1": f"tau2:airline -n {FEW} --seed 1",
        "-n 4 --role composer": "-n 2 --role composer",
        "my-org/": f"{OWNER}/",
    }.items():
        text = text.replace(found, here)
    return text


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] * (page.stem in LONG), id=name(page)) for page in CODE]
)
@pytest.mark.usefixtures("hub")
@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own
@pytest.mark.long
def test_the_commands_of_a_page_run_one_after_the_other(
    page: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder that `make sample` leaves, from top to bottom; what cannot be run stands in a table with its reason."""
    if page.stem in EXTRAS:
        pytest.importorskip(
            EXTRAS[page.stem], reason=f"the page is about it: pip install 'writ-dspy[{EXTRAS[page.stem]}]'"
        )
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # for the server
    models, active = Models(checkout), False
    with StandIn(models) as server:
        for block in blocks(page):
            if block.mark.startswith("file: "):
                (checkout / block.mark.removeprefix("file: ")).write_text(instead(block.text, server.url))
            for line in block.lines() if block.kind in SHELL and not block.mark.startswith("not run") else ():
                active |= line == ACTIVATE
                if line == ACTIVATE or reason(line):
                    continue
                assert active, f"{block.where}: the environment is not active yet"
                models.turn_to(line)
                command, _, file = instead(line, server.url).partition(" > ")
                done = writ(*shlex.split(command)[1:])
                if file:
                    (checkout / file).write_text(done.out)

                assert done.code == 0, f"{block.where}: {line}\n{done.out[-500:]}{done.err[-1000:]}"


@pytest.mark.slow
@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "start.md", ROOT / "docs" / "runs.md"], ids=name)
def test_the_first_pages_run_in_a_shell(page: Path, checkout: Path) -> None:
    """As a reader pastes them, line after line, into a shell that has nothing but the environment that they activate."""
    place = checkout / ".venv" / "bin"
    place.mkdir(parents=True)
    for command, module in (("writ", "-m writ_dspy.cli.main"), ("python", "")):
        (place / command).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module} "$@"\n')
        (place / command).chmod(0o755)
    (place / "activate").write_text(f'PATH={shlex.quote(str(place))}:"$PATH"\n')
    own = [block for block in blocks(page) if block.kind in SHELL and not block.mark]
    lines = [line for block in own for line in block.text.splitlines() if not reason(line.strip())]
    done = subprocess.run(
        ["/bin/bash", "-c", instead("\n".join(["set -eo pipefail", *lines]), "none")],
        env={"PATH": "/usr/bin:/bin", "HOME": str(checkout), "PYTHONPATH": str(ROOT)},
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2000:]
    assert "accepted" in done.stdout


@pytest.mark.parametrize("page", PYTHON, ids=name)
@pytest.mark.usefixtures("checkout")
def test_the_python_of_a_page_runs_from_top_to_bottom(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one session, as somebody types it; what a comment promises about a line that prints is printed."""
    own = [block for block in blocks(page) if block.kind == "python" and not block.mark]
    names: dict[str, object] = {}
    for block in own:
        exec(compile(block.text, block.where, "exec"), names)  # noqa: S102 - our own pages
    shown = capsys.readouterr().out

    for promised in re.findall(r"^print\(.*# (<.*>)$", "".join(block.text for block in own), re.MULTILINE):
        assert promised.replace("40", str(SAMPLE)) in shown
    assert own


def commands() -> list[tuple[str, str]]:
    """Every call of `writ` in a page, with its place."""
    found = [
        (block.where, line)
        for page in pages()
        for block in blocks(page)
        if block.kind in SHELL
        for line in block.lines()
    ]
    return [(where, line.partition(" > ")[0]) for where, line in found if line.startswith("writ ")]


@pytest.mark.parametrize(("where", "line"), commands(), ids=lambda each: each.replace("/", "|")[:60])
def test_every_call_of_writ_is_one_that_it_takes(where: str, line: str) -> None:
    """Also where it is not run: the verb is there, and every option and argument is known."""
    verb, *arguments = shlex.split(line)[1:]
    command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]

    context = command.make_context(verb, arguments)

    assert context.params, where


def every() -> list[Block]:
    return [block for page in pages() for block in blocks(page)]


@pytest.mark.parametrize("block", every(), ids=lambda block: block.where.replace("/", "|"))
def test_a_block_is_of_a_kind_that_is_looked_at(block: Block) -> None:
    """A new kind of block does not slip by; data can be read; a mark is one that means something."""
    assert block.kind in (*SHELL, "python", *DATA, *SILENT)
    assert re.fullmatch(r"(not run: .{10,}|file: [\w./]+|trainer|/?[a-z]+)?", block.mark)
    if block.kind in DATA:
        assert DATA[block.kind](block.text)
    if block.kind in SHELL:
        assert not [line for line in block.lines() if line.endswith("\\")]


@pytest.mark.long
def test_the_tutorial_prints_what_its_page_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copied as they stand, its files hold without a complaint, and the check ends with the lines on the page."""
    own = blocks(ROOT / "docs" / "own-domain.md")
    for block in own:
        if block.mark.startswith("file: "):
            (tmp_path / block.mark.removeprefix("file: ")).write_text(block.text)
    (promised,) = (block.text for block in own if block.mark == "checked")
    monkeypatch.chdir(tmp_path)
    checked = writ("domains", "check", "studio.yaml", "-n", "40", "-q")

    assert checked.code == 0, checked.err
    assert checked.out.endswith(promised)
    assert "could be better" not in checked.out


def test_the_recipes_are_those_of_the_cards() -> None:
    """What the page on training says to Axolotl and LLaMA-Factory is what trainers' own code is tested with."""
    own = blocks(ROOT / "docs" / "training.md")
    (axolotl,), (factory,) = ([block.text for block in own if block.kind == kind] for kind in ("yaml", "json"))
    card = re.search(r"```yaml\n(.*?)```", "\n".join(recipes("runs/sample/dataset")), re.DOTALL)

    assert card
    assert yaml.safe_load(axolotl) == yaml.safe_load(card[1])
    assert LLAMA_FACTORY.items() <= json.loads(factory)["writ"].items()


def test_every_extra_that_is_named_is_one() -> None:
    """`pip install 'writ-dspy[NAME]'` names an extra of pyproject.toml."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = {found for page in pages() for found in re.findall(r"pip install .*'writ-dspy\[(\w+)\]'", page.read_text())}

    assert len(named) > 3
    assert named - {"NAME"} <= set(extras)
