"""What is wanted of a publication, and what is looked at before any work: nothing is left behind where it is refused."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from writ_dspy.errors import ConfigError, WritError, brief
from writ_dspy.publish import hub
from writ_dspy.publish.hub import Place
from writ_dspy.report.plots import require
from writ_dspy.run.settings import Settings
from writ_dspy.store.files import disk, kind
from writ_dspy.store.run import Run


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted."""

    name: str
    """OWNER/NAME."""
    tag: str = "v1"
    revision: str = "main"
    """The branch that the commit is made on."""
    public: bool = False
    create_pr: bool = False
    message: str = ""

    def check(self) -> None:
        """Refuse what cannot be, before any work.

        Raises:
            ConfigError: A name that the Hub would not take, or two wishes that exclude each other.
        """
        if Place.of(self.name).revision is not None:
            raise ConfigError(
                f"{brief(self.name)}: a set is published as OWNER/NAME. Name the branch with --revision, the version with --tag."
            )
        for flag, name in (("--tag", self.tag), ("--revision", self.revision)):
            if not re.fullmatch(r"[A-Za-z0-9](?:[\w./-]{0,78}[A-Za-z0-9])?", name) or ".." in name or "//" in name:
                raise ConfigError(f"{flag} {name}: write letters, digits, dots and dashes, such as v1.")
        if self.create_pr and self.revision != "main":
            raise ConfigError(
                f"--create-pr and --revision {self.revision}: a pull request is opened against main. Leave one out."
            )


def look_first(run: Path, plan: Plan, *, online: bool) -> None:
    """Refuse before any work what can be refused then: the plan, the run, a package, the token, the network.

    Raises:
        ConfigError: The plan cannot be, matplotlib is missing, or the token is.
        StoreError: The folder is no run, or the Hub cannot be reached.
    """
    plan.check()
    Settings.of(Run.read(run))
    require()
    if online:
        hub.signed_in()
        hub.look(plan.name, plan.revision)


@contextmanager
def leaving_nothing(run: Path, folder: Path | None) -> Iterator[None]:
    """A folder that was staged in the block is gone again if it is refused there; one that was there before stays."""
    place = folder or run / "hub"
    with disk(place, "cannot look at"):
        new = kind(place) is None
    try:
        yield
    except WritError:
        if new and kind(place) == "a folder":
            shutil.rmtree(place)
        raise
