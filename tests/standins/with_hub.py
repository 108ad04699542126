"""Runs a command with a Hugging Face Hub of our own on the loopback interface, so that it needs no account and no network.

    python -m tests.standins.with_hub jupyter lab notebooks
    python -m tests.standins.with_hub python notebooks/03_publish.py

The command finds the Hub and a token in its environment; what it publishes is gone when it ends.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.standins import hub_routes
from tests.standins.hub import WRITE, StandIn

assert hub_routes.__doc__  # it gives StandIn its routes

USAGE = "python -m tests.standins.with_hub jupyter lab notebooks"


def environment(hub: StandIn, folder: Path, token: str = WRITE) -> dict[str, str]:
    """In which a process of its own finds the Hub, with caches of its own."""
    places = {"HF_ENDPOINT": hub.url, "HF_HOME": str(folder / "home"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    return places | {"HF_TOKEN": token, "HF_HUB_DISABLE_XET": "0" if hub.store else "1"}


def main() -> int:
    """The exit code of the command."""
    command = sys.argv[1:]
    if not command or shutil.which(command[0]) is None:
        missing = f"there is no command {command[0]!r} on the PATH" if command else "name the command to run"
        sys.exit(f"error: {missing}, as in: {USAGE}")
    with tempfile.TemporaryDirectory(prefix="writ-hub-") as place, StandIn(Path(place)) as hub:
        return subprocess.run(command, env={**os.environ, **environment(hub, Path(place))}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
