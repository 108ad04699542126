"""The real clients of the Hub, turned to the loopback one, and a small run to publish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.standins import hub_routes
from tests.standins.hub import OWNER, WRITE, StandIn
from writ_dspy.dataset.formats import Sources
from writ_dspy.dataset.manifest import Home, read_manifest
from writ_dspy.propose.mix import Cell, Mix

assert hub_routes.__doc__  # it gives StandIn its routes

NAME = f"{OWNER}/writ"
CELLS = tuple(
    Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=count)
    for domain, kind, writes, burden, count in (
        ("tau2:retail", "read-heavy", 1, 5, 5),
        ("tau2:retail", "no-write", 0, 3, 3),
        ("tau2:airline", "normal", 1, 3, 4),
    )
)
MIX = Mix(cells=CELLS)


@contextmanager
def connected(folder: Path, *, xet: bool = False, token: str = WRITE) -> Iterator[StandIn]:
    """A loopback Hub that `huggingface_hub` and `datasets` in this process talk to, with caches of its own.

    Both read their environment when they are imported, so it is set where they keep it.
    """
    import datasets
    from huggingface_hub import constants, hf_api

    with StandIn(folder, xet=xet) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", token)
        patch.setattr(constants, "HF_TOKEN_PATH", str(folder / "token"))
        patch.setattr(constants, "HF_STORED_TOKENS_PATH", str(folder / "tokens"))
        patch.setattr(constants, "ENDPOINT", hub.url)
        patch.setattr(hf_api.api, "endpoint", hub.url)
        patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + "/{repo_id}/resolve/{revision}/{filename}")
        patch.setattr(constants, "HF_HUB_CACHE", str(folder / "cache"))
        patch.setattr(constants, "HF_XET_CACHE", str(folder / "xet-cache"))
        patch.setattr(constants, "HF_HUB_DISABLE_XET", not xet)
        patch.setattr(datasets.config, "HF_ENDPOINT", hub.url)
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", str(folder / "datasets"))
        yield hub


def files_of(run: Path) -> Sources:
    """The Parquet of a run's dataset."""
    there = read_manifest(run / "dataset")
    assert there is not None
    return there.sources(Home.of_run(run))


def state(hub: StandIn) -> tuple[dict[str, str], dict[str, str]]:
    """Branches and tags of the repository; nothing where there is none."""
    repo = hub.repos.get(NAME)
    return (dict(repo.branches), dict(repo.tags)) if repo else ({}, {})
