"""Runs a command with a Hugging Face Hub of our own on the loopback interface, so that it needs no account and no network.

    python -m tests.standins.with_hub jupyter lab notebooks
    python -m tests.standins.with_hub python notebooks/03_publish.py

The command finds the Hub and a token in its environment; what it publishes is gone when it ends.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.publish.calls import environment
from tests.standins.hub import StandIn


def main() -> int:
    """The exit code of the command."""
    with tempfile.TemporaryDirectory(prefix="writ-hub-") as place, StandIn(Path(place)) as hub:
        return subprocess.run(sys.argv[1:], env={**os.environ, **environment(hub, Path(place))}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
