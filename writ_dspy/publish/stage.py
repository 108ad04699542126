"""A run as the folder that is published: card, license, manifest, every form of the rows, plots.

    RUN/hub/
      README.md  LICENSE  manifest.json
      retail/train-*.parquet  airline/…      the dataset itself, as `writ export` wrote it
      text/  sharegpt/  hermes/  tasks/  exports/  tau2/    other forms (see `formats`)
      assets/*.png

The same run gives the same bytes. What a person has changed in `README.md` or `LICENSE` stays.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.dataset.card import CARD, Held, Part, parts
from writ_dspy.dataset.drafts import Drafts
from writ_dspy.dataset.export import is_of, missing
from writ_dspy.dataset.folder import CONFIGS, Way, ready
from writ_dspy.dataset.formats import convert
from writ_dspy.dataset.manifest import Home, Manifest, known
from writ_dspy.dataset.parquet import sha256
from writ_dspy.dataset.shape import Shape
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import load
from writ_dspy.errors import StoreError
from writ_dspy.publish.card import Facts, card, is_ours
from writ_dspy.publish.recipes import license_of
from writ_dspy.publish.scan import Found, strangers
from writ_dspy.report.census import Census, rows_of
from writ_dspy.report.census import count as count_rows
from writ_dspy.report.plots import draw, require
from writ_dspy.run.folder import open_run
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import Synthesis
from writ_dspy.shown import counted
from writ_dspy.store.files import disk, inside, kind, plain, read_text
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
MANIFEST = "manifest.json"
FORMS = ("text", "sharegpt", "hermes", "openai", "tasks", "tau2")


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


class _Desk:
    """The folder while it is drafted."""

    def __init__(self, drafts: Drafts, old: Mapping[str, str]) -> None:
        self.drafts = drafts
        self.old = old
        """Path -> SHA-256 of what an earlier call wrote."""
        self.kept: list[str] = []
        """Files of the user's, which are published as they stand."""
        self.notes: list[str] = []

    @property
    def files(self) -> list[str]:
        """What is published, by path, sorted."""
        return sorted([*self.drafts.rows, *self.kept])

    def held(self, path: str) -> Held:
        """Rows, bytes and hash of a file that is published."""
        place = self.drafts.root / path
        return Held(0, place.stat().st_size, sha256(place)) if path in self.kept else self.drafts.held(path)

    def keep(self, path: str, why: str) -> None:
        """Publish a file of the user's as it stands."""
        self.kept.append(path)
        self.notes.append(
            f"{self.drafts.root / path} was {why} by hand and is published as it is; delete it to have it written anew."
        )

    def settle(self) -> None:
        """Put everything in its place, and take away what an earlier call wrote and this one did not."""
        gone = [path for path in self.old.keys() - set(self.files) if not Path(path).is_absolute()]
        self.drafts.settle(lambda *_: None, sorted(path for path in gone if ".." not in Path(path).parts), MANIFEST)


def stage(run: Path, name: str, tag: str, folder: Path | None = None, tell: Tell | None = None) -> Staged:
    """Write the folder of a run that is to be published as `name`; what is missing of its dataset is exported first.

    All that may be refused is looked at before anything is written.

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
    settings = Settings.of(kept)
    require()
    report = dataclasses.replace(Synthesis(kept, settings).report(), crash="")  # it may name hosts and paths
    if folder is None:
        inside(run, place / MANIFEST)
    old = _claimed(place, settings.domains)
    there = _exported(kept, settings, told)
    rows = {path: held.rows for path, held in there.of(["parquet"]).items()}
    sources = there.sources(Home.of_run(run))
    told("stage", 1, 6, {})
    with disk(place, "cannot stage in", "--stage"), Drafts(place) as drafts:
        desk = _Desk(drafts, old)
        for path, count in sorted(rows.items()):
            drafts.copy(path, run / "dataset" / path, count)
        told("stage", 2, 6, {})
        convert(sources, drafts, FORMS)
        told("stage", 3, 6, {})
        census = count_rows(rows_of(sources))
        images = {f"assets/{image}": data for image, data in draw(census).items()}
        for image, data in images.items():
            drafts.put(image, data)
        told("stage", 4, 6, {})
        found = tuple(parts({path: drafts.held(path) for path in drafts.rows}, CONFIGS))
        strange = tuple(strangers(kept, rows_of(sources)))
        dropped = there.dropped.by_reason
        facts = Facts(name, tag, found, census, report, _made(kept), dropped, len(strange), tuple(images))
        _license(desk, settings.domains)
        _card(desk, facts)
        told("stage", 5, 6, {})
        drafts.put(MANIFEST, _manifest(desk, facts))
        desk.settle()
    told("stage", 6, 6, {"rows": census.rows})
    return Staged(place, kept, tuple(desk.files), found, census, strange, tuple(desk.notes))


def _exported(run: Run, settings: Settings, tell: Tell) -> Manifest:
    """The dataset of a run, as its manifest has it; written first where it is missing, or the run has gone on since."""
    accepted = standing(run).accepted
    if not accepted:
        make = f"writ simulate {shlex.quote(str(run.folder))}"
        raise StoreError(
            f"{run.folder} holds no accepted conversation, so there is nothing to publish. Make some: {make}"
        )
    home = Home.of_run(run.folder)
    before = ready(Way(home, ("parquet",)), map(short_name, settings.domains))
    there = before.manifest
    if there is None or before.pending or not is_of(there, run) or missing(home, there.of(["parquet"])):
        if there is not None and there.shape != Shape() and there.accepted != accepted:
            raise StoreError(
                f"{home.folder} was shaped when the run had {counted(there.accepted, 'accepted conversation')}, and it has {accepted}: it "
                f"has gone on since. Shape it again in the same way: {home.again} --keep-shape"
            )
        tell("export", 0, accepted, {})
        with open_run(run.folder, settings) as opened:
            Synthesis(opened, settings).export()
        tell("export", accepted, accepted, {})
        there = known(home).manifest
    if there is None or not there.kept:
        raise StoreError(
            f"{home.folder} is shaped so that no row is left, and there is nothing to publish. Shape it otherwise: {home.again}"
        )
    return there


def _claimed(folder: Path, domains: Sequence[str]) -> dict[str, str]:
    """What an earlier call wrote into the folder; refuses one that holds anything else but a card of the user's."""
    if plain(folder / MANIFEST):
        found = _json(folder / MANIFEST)
        if KEY in found:
            return {path: about["sha256"] for path, about in found["files"].items()} | {MANIFEST: ""}
    own = "|".join(re.escape(short_name(name)) for name in domains)
    known = rf"(?:README\.md|LICENSE)|(?:(?:text|sharegpt|hermes|tasks|exports|tau2|assets|{own})/.*)|.*\.tmp"  # a killed call leaves these
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
    plain |= {
        "official": run.manifest.get("official")
        or {name: ["0.2.0"] for name in plain["domains"] if name.startswith("tau2:")}
    }
    return plain | {"checks": checks, "mode": settings.mode, "models": models, "programs": programs}


def _model(name: str | None, scheme: str) -> str:
    """What a model is called; of a path on this machine only the end."""
    if name is None:
        return "the default embedded model" if scheme == "local" else "the model that the server had"
    return Path(name).name if name.startswith(("/", "~", ".")) else name


def _license(desk: _Desk, domains: Sequence[str]) -> None:
    path, ours = desk.drafts.root / "LICENSE", license_of([load(name) for name in domains])
    there = read_text(path, "replace")
    if there not in (None, ours) and sha256(path) != desk.old.get("LICENSE"):
        desk.keep("LICENSE", "changed")
    else:
        desk.drafts.put("LICENSE", ours.encode())


def _card(desk: _Desk, facts: Facts) -> None:
    path = desk.drafts.root / CARD
    there = read_text(path, "replace")
    if there is not None and not is_ours(there):
        desk.keep(CARD, "written or changed")
    else:
        desk.drafts.put(CARD, card(facts).encode())


def _manifest(desk: _Desk, facts: Facts) -> bytes:
    files = {}
    for path in desk.files:
        held = desk.held(path)
        files[path] = {"sha256": held.sha256, "bytes": held.bytes} | ({"rows": held.rows} if held.rows else {})
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
                    f"{source}: {part.config}/{part.split} loads {counted(len(found), 'row')}, and {counted(part.rows, 'was', 'were')} staged. Look at the "
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
