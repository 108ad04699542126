"""What the rows of a run were made with: the versions of its manifest, and the texts of its domains as they were then.

A row shows the system prompt and the tools of its domain. So that it shows those that its conversation was played under,
also after an upgrade, a run keeps them in `domains.json` as soon as something is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from writ_dspy.domains import Domain, load
from writ_dspy.domains.kept import same_version
from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, read_text, replacing
from writ_dspy.store.parsed import parsed
from writ_dspy.store.run import Found, Run
from writ_dspy.task import Json
from writ_dspy.version import __version__

NAME = "domains.json"
Texts = dict[str, Json]
"""Of one domain: `system_prompt`, `tools` and `kinds`."""
_TYPES = {"system_prompt": str, "tools": list, "kinds": dict}


@dataclass(frozen=True)
class Origin:
    """Picklable, and small unless a domain has another version by now."""

    writ: str = __version__
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of each domain when the run was made; of others, that of now counts."""
    texts: Mapping[str, Texts] = field(default_factory=dict)
    """Of each domain that has another version now, as far as the run kept them."""

    def domain(self, name: str) -> Domain:
        """The domain with the version and the texts that it had; its tools and its database are those of now."""
        domain = load(name)
        version = self.versions.get(name, domain.version)
        if version == domain.version:
            return domain
        texts = self.texts.get(name) or _texts(domain)
        return replace(
            domain,
            version=version,
            system_prompt=texts["system_prompt"],
            tools=tuple(texts["tools"]),
            kinds=texts["kinds"],
        )


def origin_of(run: Run) -> Origin:
    """What a run was made with.

    Raises:
        StoreError: What it kept of its domains is spoiled, and is needed.
    """
    made = run.manifest.get("domains")
    versions = {str(name): str(version) for name, version in made.items()} if isinstance(made, Mapping) else {}
    other = [name for name, version in versions.items() if load(name).version != version]  # or only another file name
    kept = _kept(run) if other else {}
    return Origin(
        str(run.manifest.get("writ", __version__)), versions, {name: kept[name] for name in other if name in kept}
    )


def keep_domains(run: Run, names: Sequence[str]) -> None:
    """Keep the texts of these domains, as they are now, with the run; those that it has stay as they are."""
    kept = _kept(run)
    if missing := [name for name in names if name not in kept]:
        _write(run, kept | {name: _texts(load(name)) for name in missing})


def changed_texts(run: Run | Found, domain: Domain) -> list[str]:
    """Which texts of a domain are others now than those that a run kept, by their names; none where it kept none."""
    kept = _kept(run).get(domain.name, {})
    now = json.loads(json.dumps(_texts(domain)))
    return [name for name, text in kept.items() if text != now[name]]


def copy_domains(runs: Sequence[Run], to: Run) -> None:
    """Keep with a run the texts that runs of the same versions have kept."""
    kept = _kept(to)
    found = {name: texts for run in runs for name, texts in _kept(run).items()} | kept
    if found != kept:
        _write(to, found)


def remarks(run: Run) -> Iterator[str]:
    """A line for each domain whose rows show other texts than their conversations were played under."""
    origin = origin_of(run)
    for name, version in origin.versions.items():
        now = load(name).version
        if not same_version(version, now) and name not in origin.texts:
            yield f"{run.folder} was made with {version} and kept no texts of {name}: rows show the prompt and tools of {now}"


def _texts(domain: Domain) -> Texts:
    return {"system_prompt": domain.system_prompt, "tools": list(domain.tools), "kinds": dict(domain.kinds)}


def _write(run: Run, kept: Mapping[str, Texts]) -> None:
    path = run.folder / NAME
    with disk(path, "cannot write"), replacing(path) as file:
        file.write(f"{json.dumps(dict(sorted(kept.items())), ensure_ascii=False, indent=1)}\n".encode())


def _kept(run: Run | Found) -> dict[str, Texts]:
    path = run.folder / NAME
    with disk(path, "cannot read"):
        text = read_text(path, "replace")
    try:
        found = parsed(text) if text is not None else {}
        for texts in found.values():
            if {name: type(texts.get(name)) for name in _TYPES} != _TYPES:
                raise ValueError("a text is missing")
    except (ValueError, AttributeError) as error:
        raise StoreError(
            f"{path} does not hold the texts of domains ({error}). Restore it from a copy, or delete it: rows then show the "
            "texts of the installed version."
        ) from error
    return dict(found)
