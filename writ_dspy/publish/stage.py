"""A run as the folder that is published: card, license, manifest, every form of the rows, plots.

    RUN/hub/
      README.md  LICENSE  manifest.json
      retail/train-*.parquet  airline/…      the dataset itself, as `writ export` wrote it
      sharegpt/  tasks/  exports/  tau2/     other forms (see `formats`)
      assets/*.png

The same run gives the same bytes. What a person has changed in `README.md` or `LICENSE` stays.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.dataset.formats import convert
from writ_dspy.dataset.parquet import rows_in, sha256
from writ_dspy.errors import StoreError
from writ_dspy.publish.card import Facts, Part, card, is_ours
from writ_dspy.publish.recipes import LICENSE
from writ_dspy.publish.scan import Found, strangers
from writ_dspy.report.census import Census, of_folder, rows_of
from writ_dspy.report.plots import draw
from writ_dspy.run.folder import open_run
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import Synthesis
from writ_dspy.store.files import disk, inside, is_file, kind, make_folder, plain, read_text, reading, replacing
from writ_dspy.store.judged import standing, verdicts
from writ_dspy.store.run import Run
from writ_dspy.task import Json

if TYPE_CHECKING:
    from writ_dspy.report.summary import Report

Tell: TypeAlias = Callable[[str, int, int, Mapping[str, int]], None]
"""(step, done, wanted, counts), as a progress display takes it."""

FORMAT = 1
KEY = "writ_dataset"
"""In `manifest.json`, with the number of its format."""
MANIFEST, CARD = "manifest.json", "README.md"
FORMS = ("sharegpt", "openai", "tasks", "tau2")
CONFIGS = ("sharegpt", "tasks")
"""Configurations beside the default and those of the domains."""


@dataclass(frozen=True)
class Staged:
    """A folder that is ready to be published."""

    folder: Path
    run: Run
    files: tuple[str, ...]
    """What is published, by path, sorted."""
    parts: tuple[Part, ...]
    census: Census
    strange: tuple[Found, ...] = ()
    """E-mail addresses and ids that nothing shows to be made up."""
    notes: tuple[str, ...] = ()
    """What the user should know, such as that a card was left as it is."""

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum((self.folder / path).stat().st_size for path in self.files)


@dataclass
class _Desk:
    """The folder while it is written."""

    folder: Path
    old: Mapping[str, str]
    """Path -> SHA-256 of what an earlier call wrote."""
    rows: dict[str, int] = field(default_factory=dict)
    """Path -> rows of each file written so far; 0 for one without rows."""
    notes: list[str] = field(default_factory=list)

    def put(self, path: str, data: bytes) -> None:
        """The file appears whole or not at all; one that says the same already is left alone."""
        place = self.folder / path
        self.rows[path] = 0
        make_folder(self.folder, place.parent)
        if plain(place) and sha256(place) == hashlib.sha256(data).hexdigest():
            return
        with replacing(place) as file:
            file.write(data)

    def copy(self, path: str, source: Path, rows: int) -> None:
        """The file as it stands elsewhere, however large; the same as `put`."""
        place = self.folder / path
        self.rows[path] = rows
        make_folder(self.folder, place.parent)
        if plain(place) and sha256(place) == sha256(source):
            return
        with reading(source) as there, replacing(place) as file:
            shutil.copyfileobj(there, file)

    def keep(self, path: str, why: str) -> None:
        """Publish a file of the user's as it stands."""
        self.rows[path] = 0
        self.notes.append(
            f"{self.folder / path} was {why} by hand and is published as it is; delete it to have it written anew."
        )

    def tidy(self) -> None:
        """Remove what an earlier call wrote and this one did not."""
        for path in sorted(self.old.keys() - self.rows.keys()):
            if ".." in Path(path).parts or Path(path).is_absolute():  # a manifest that somebody else wrote
                continue
            inside(self.folder, self.folder / path).unlink(missing_ok=True)
            for parent in (self.folder / path).parents:
                if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()


def stage(run: Path, name: str, tag: str, folder: Path | None = None, tell: Tell | None = None) -> Staged:
    """Write the folder of a run that is to be published as `name`; what is missing of its dataset is exported first.

    Args:
        run: A run folder.
        name: OWNER/NAME, which the card speaks of.
        tag: The version that the card speaks of.
        folder: Where; `hub` in the run folder by default.
        tell: Told of progress.

    Raises:
        StoreError: The run holds nothing to publish or is no longer what was exported, the folder is somebody
            else's, or the disk refuses.
        ConfigError: matplotlib is not installed.
    """
    place = folder or run / "hub"
    told = tell or (lambda *_: None)
    kept = Run.read(run)
    dataset = run / "dataset"
    dropped = _exported(kept, dataset, told)
    if folder is None:
        inside(run, place / MANIFEST)
    desk = _Desk(place, _claimed(place))
    told("stage", 1, 6, {})
    with disk(place, "cannot stage in"):
        make_folder(place if folder else run, place)
        for path in sorted(dataset.glob("*/*.parquet")):
            desk.copy(path.relative_to(dataset).as_posix(), inside(run, path), rows_in(path))
        told("stage", 2, 6, {})
        desk.rows |= convert(dataset, place, FORMS)
        told("stage", 3, 6, {})
        census = of_folder(dataset)
        images = {f"assets/{image}": data for image, data in draw(census).items()}
        for image, data in images.items():
            desk.put(image, data)
        told("stage", 4, 6, {})
        report = dataclasses.replace(
            Synthesis(kept, Settings.of(kept)).report(), crash=""
        )  # it may name hosts and paths
        parts = tuple(_parts(desk))
        strange = tuple(strangers(kept, rows_of(dataset)))
        facts = Facts(name, tag, parts, census, report, _made(kept), dropped, len(strange), tuple(images))
        _license(desk)
        _card(desk, facts)
        told("stage", 5, 6, {})
        desk.put(MANIFEST, _manifest(desk, facts))
        desk.tidy()
    told("stage", 6, 6, {"rows": census.rows})
    return Staged(place, kept, tuple(sorted(desk.rows)), parts, census, strange, tuple(desk.notes))


def _exported(run: Run, dataset: Path, tell: Tell) -> dict[str, int]:
    """See to it that the dataset is there and is that of the run; returns what shaping left out, by reason."""
    accepted = standing(run).accepted
    if not accepted:
        make = f"writ simulate {shlex.quote(str(run.folder))}"
        raise StoreError(
            f"{run.folder} holds no accepted conversation, so there is nothing to publish. Make some: {make}"
        )
    path = dataset / MANIFEST
    known = _json(path) if plain(path) else {}
    ids: Mapping[str, Json] = (known.get("dropped") or {}).get("ids") or {}
    rows = sum(rows_in(file) for file in dataset.glob("*/*.parquet"))
    if rows + len(ids) != accepted:
        again = f"writ export {shlex.quote(str(run.folder))}"
        if ids:
            raise StoreError(
                f"{dataset} has {rows} rows and leaves out {len(ids)}, and the run has {accepted} accepted conversations: it has "
                f"gone on since. Export it again with the same options: {again} …"
            )
        settings = Settings.of(run)
        tell("export", 0, accepted, {})
        with open_run(run.folder, settings) as opened:
            Synthesis(opened, settings).export()
        tell("export", accepted, accepted, {})
        known = _json(path) if plain(path) else {}
    for name, about in (known.get("files") or {}).items():
        if ".." not in Path(name).parts and is_file(dataset / name) and sha256(dataset / name) != about["sha256"]:
            raise StoreError(
                f"{dataset / name} is not what was exported: somebody changed it. Write it again with writ export."
            )
    return dict((known.get("dropped") or {}).get("by_reason") or {})


def _claimed(folder: Path) -> dict[str, str]:
    """What an earlier call wrote into the folder; refuses one that holds anything else but a card of the user's."""
    if plain(folder / MANIFEST):
        found = _json(folder / MANIFEST)
        if KEY in found:
            return {path: about["sha256"] for path, about in found["files"].items()} | {MANIFEST: ""}
    known = r"(?:README\.md|LICENSE)|(?:(?:sharegpt|tasks|exports|tau2|assets|retail|airline)/.*)|.*\.tmp"  # a killed call leaves these
    with disk(folder, "cannot read"):
        files = (
            [path.relative_to(folder).as_posix() for path in folder.rglob("*") if kind(path) != "a folder"]
            if folder.is_dir()
            else []
        )
    if foreign := [path for path in sorted(files) if not re.fullmatch(known, path)]:
        raise StoreError(
            f"{folder} holds {foreign[0]}, which writ did not put there. Choose another folder with --stage."
        )
    return {}


def _parts(desk: _Desk) -> Iterator[Part]:
    """Every split of every configuration."""
    files = {path: rows for path, rows in desk.rows.items() if path.endswith(".parquet")}
    domains = list(dict.fromkeys(path.partition("/")[0] for path in files if path.partition("/")[0] not in CONFIGS))
    sources = {
        "default": domains,
        **{domain: [domain] for domain in domains},
        **{config: [config] for config in CONFIGS},
    }
    for config, folders in sources.items():
        for split in ("train", "test"):
            found = [path for path in files for folder in folders if path.startswith(f"{folder}/{split}-")]
            if found:
                patterns = tuple(f"{path.partition('/')[0]}/{split}-*.parquet" for path in found)
                size = sum((desk.folder / path).stat().st_size for path in found)
                yield Part(config, split, patterns, sum(files[path] for path in found), size)


def _made(run: Run) -> dict[str, Json]:
    """How the run was made, without the addresses of its servers and the names of its keys and folders."""
    settings = Settings.of(run)
    sampled = ("temperature", "top_p", "max_tokens", "thinking")
    models = {
        role: {"model": _model(lm.endpoint.model, lm.endpoint.scheme), **{name: getattr(lm, name) for name in sampled}}
        for role, lm in settings.lms.items()
    }
    programs = {
        role: f"{Path(place.rpartition('#')[0]).stem}#{place.rpartition('#')[2]}" for role, place in settings.programs
    }
    checks = sorted({str(record.get("checks") or run.manifest["checks"]) for record in verdicts(run)})
    named = ("writ", "domains", "mix", "seed", "agent", "user", "tries", "firewall", "turns")
    plain = {name: run.manifest[name] for name in named}
    return plain | {"checks": checks, "mode": settings.mode, "models": models, "programs": programs}


def _model(name: str | None, scheme: str) -> str:
    """What a model is called; of a path on this machine only the end."""
    if name is None:
        return "the default embedded model" if scheme == "local" else "the model that the server had"
    return Path(name).name if name.startswith(("/", "~", ".")) else name


def _license(desk: _Desk) -> None:
    path = desk.folder / "LICENSE"
    there = read_text(path, "replace")
    if there not in (None, LICENSE) and sha256(path) != desk.old.get("LICENSE"):
        desk.keep("LICENSE", "changed")
    else:
        desk.put("LICENSE", LICENSE.encode())


def _card(desk: _Desk, facts: Facts) -> None:
    path = desk.folder / CARD
    there = read_text(path, "replace")
    if there is not None and not is_ours(there):
        desk.keep(CARD, "written or changed")
    else:
        desk.put(CARD, card(facts).encode())


def _manifest(desk: _Desk, facts: Facts) -> bytes:
    files = {}
    for path, rows in sorted(desk.rows.items()):
        size = (desk.folder / path).stat().st_size
        files[path] = {"sha256": sha256(desk.folder / path), "bytes": size} | ({"rows": rows} if rows else {})
    report: Report = facts.report
    found = {
        KEY: FORMAT,
        "made": facts.made,
        "dropped": dict(facts.dropped),
        "report": report.to_json(),
        "files": files,
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _json(path: Path) -> dict[str, Json]:
    with disk(path, "cannot read"):
        text = read_text(path, "replace") or ""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise StoreError(f"{path} is no JSON ({error}). Delete it and run the same command again.") from error
    if not isinstance(found, dict):
        raise StoreError(f"{path} is no JSON object. Delete it and run the same command again.")
    return found


# ----------------------------------------------------------------------------- as a stranger reads it


def check(source: str, parts: Sequence[Part], tell: Tell, step: str, revision: str | None = None) -> None:
    """Load every configuration as a user would, and compare the number of rows with what was staged.

    Args:
        source: A staged folder, or OWNER/NAME on the Hub.
        parts: What there must be.
        tell: Told of progress.
        step: What this is called there.
        revision: On the Hub, a commit.

    Raises:
        StoreError: Something cannot be loaded, or rows are missing.
    """
    from datasets import load_dataset
    from datasets.builder import DatasetGenerationError
    from datasets.exceptions import DatasetsError

    with quiet(), tempfile.TemporaryDirectory(prefix="writ-") as cache:
        for done, part in enumerate(parts):
            tell(step, done, len(parts), {})
            try:
                found = load_dataset(source, part.config, split=part.split, revision=revision, cache_dir=cache)
            except (DatasetsError, DatasetGenerationError, OSError, ValueError) as error:
                why = " ".join(str(error.__cause__ or error).split())[:300]
                head = "; if README.md is yours, its head has to fit the files" if revision is None else ""
                raise StoreError(
                    f"{source}: load_dataset cannot read the split {part.split} of the configuration {part.config} ({why}). Nothing "
                    f"more was done{head}. Put it right, then run the same command again."
                ) from error
            if len(found) != part.rows:
                raise StoreError(
                    f"{source}: {part.config}/{part.split} loads {len(found)} rows, and {part.rows} were staged. Look at the "
                    "head of README.md, then run the same command again."
                )
        tell(step, len(parts), len(parts), {})


@contextmanager
def quiet() -> Iterator[None]:
    """Without the progress bars of the clients: our own display says how far things are."""
    import datasets
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    ours, theirs = datasets.is_progress_bar_enabled(), not are_progress_bars_disabled()
    datasets.disable_progress_bars()
    disable_progress_bars()
    try:
        yield
    finally:
        if ours:
            datasets.enable_progress_bars()
        if theirs:
            enable_progress_bars()


def copy_of(folder: Path, paths: Sequence[str], to: Path) -> None:
    """The same files, and nothing else, in another folder; linked where the disk allows it."""
    for path in paths:
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(folder / path, to / path)
        except OSError:
            shutil.copyfile(folder / path, to / path)
