"""A run on the Hugging Face Hub, in one step that is safe to break off and to repeat.

Stage, load it as a stranger would, scan it, make the repository (private), one atomic commit on top of the head that was
looked at, verify checksums and rows at that commit, make it public if asked, tag. Until the commit nothing that anybody
sees has changed; after it the same command only does what is missing.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from writ_dspy.dataset.card import CARD
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.publish import card, hub, scan
from writ_dspy.publish.first import Plan, leaving_nothing, look_first
from writ_dspy.publish.hub import Remote
from writ_dspy.publish.stage import KEY, MANIFEST, Staged, Tell, check, copy_of, quiet, stage
from writ_dspy.shown import counted
from writ_dspy.task import Json

SHOWN = 5
"""Findings that a message names."""
Ask = Callable[[Sequence[str]], bool]
"""Shown what has to be agreed to; whether it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""

    name: str
    staged: Staged
    commit: str | None
    """The commit that holds it; None where nothing was sent."""
    changed: tuple[str, ...] = ()
    """Files that this call sent or removed."""
    tag: str | None = None
    pull_request: str | None = None
    """`refs/pr/N`."""
    private: bool = True
    notes: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The page of it."""
        from huggingface_hub import constants

        number = (self.pull_request or "").rpartition("/")[2]
        return f"{constants.ENDPOINT}/datasets/{self.name}" + (f"/discussions/{number}" if number else "")

    def to_json(self) -> dict[str, Json]:
        sent: dict[str, Json] = {"commit": self.commit, "changed": list(self.changed), "tag": self.tag}
        here = {"folder": str(self.staged.folder), "files": list(self.staged.files), "bytes": self.staged.bytes}
        rows = {f"{part.config}/{part.split}": part.rows for part in self.staged.parts}
        more = {"pull_request": self.pull_request, "private": self.private, "url": self.url, "notes": list(self.notes)}
        return {"name": self.name, **sent, **here, "rows": rows, **more}


def prepare(run: Path, plan: Plan, folder: Path | None = None, tell: Tell | None = None) -> tuple[Staged, list[str]]:
    """Stage, load and scan; returns also what has to be agreed to before this is published.

    Raises:
        ConfigError: The plan cannot be, or a secret was found: then nothing makes up for it.
        StoreError: See `stage` and `check`.
    """
    look_first(run, plan, online=False)
    told = tell or (lambda *_: None)
    staged = stage(run, plan.name, plan.tag, folder, told)
    check(str(staged.folder), staged.parts, told, "check")
    told("scan", 0, 1, {})
    if leaks := list(scan.secrets(staged.folder, staged.files)):
        raise ConfigError(
            f"not published, since this looks like a secret in {_some(leaks)}. Take it out of {run}, or publish another run."
        )
    told("scan", 1, 1, {})
    strange = staged.strange
    reasons = [f"it speaks of people or records that nothing shows to be made up: {_some(strange)}"] if strange else []
    paths = [who for who in staged.census.speakers if re.search(r": [/~]", who)]
    reasons += [f"its rows name models by their place on this machine: {_some(paths)}"] if paths else []
    return staged, reasons


def publish(
    run: Path, plan: Plan, *, folder: Path | None = None, ask: Ask | None = None, tell: Tell | None = None
) -> Outcome:
    """Put a run on the Hub; with the same plan again, do what is still missing, which may be nothing.

    What is refused before anything is sent leaves no staged folder behind.

    Args:
        run: A run folder.
        plan: What is wanted.
        folder: Where it is staged; `hub` in the run folder by default.
        ask: Asked before anything that cannot be taken back lightly; without it, such things are refused.
        tell: Told of progress.

    Raises:
        ConfigError, StoreError: See `look_first`, `prepare` and `send`.
    """
    look_first(run, plan, online=True)
    with leaving_nothing(run, folder):
        staged, reasons = prepare(run, plan, folder, tell)
        seen = survey(staged, plan)
        agree([*reasons, *seen.reasons], ask)
    return deliver(staged, plan, seen, tell)


def send(
    staged: Staged, plan: Plan, reasons: Sequence[str] = (), *, ask: Ask | None = None, tell: Tell | None = None
) -> Outcome:
    """The part of the work that the Hub sees.

    Args:
        staged: What `prepare` gave.
        plan: What is wanted.
        reasons: What has to be agreed to.
        ask: As for `publish`.
        tell: Told of progress.

    Raises:
        ConfigError, StoreError: See `survey` and `deliver`, or something was not agreed to.
    """
    seen = survey(staged, plan)
    agree([*reasons, *seen.reasons], ask)
    return deliver(staged, plan, seen, tell)


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands on the Hub."""

    remote: Remote | None
    """None: there is no repository yet."""
    files: Mapping[str, str]
    """What the commit will be made on top of: path to hash."""
    reasons: tuple[str, ...]
    """What has to be agreed to."""


def survey(staged: Staged, plan: Plan) -> Survey:
    """Look at the repository; nothing there is changed.

    Raises:
        ConfigError: The token is none, or the tag exists with other content.
        StoreError: The Hub cannot be reached.
    """
    hub.signed_in()
    remote = hub.look(plan.name, plan.revision)
    if remote is None:
        return Survey(None, {}, ())
    base = plan.revision if remote.head else "main"
    files = hub.tree(plan.name, base)
    _guard(plan, staged, remote)
    return Survey(remote, files, tuple(_reasons(plan, staged, remote, files, base)))


def agree(reasons: Sequence[str], ask: Ask | None) -> None:
    """Go on only if all of this is meant.

    Raises:
        ConfigError: It is not, or there is nobody to ask.
    """
    if reasons and not (ask and ask(reasons)):
        raise ConfigError(
            f"not published: {'; '.join(reasons)}. Repeat the command with --yes if all of that is meant."
        )


def _guard(plan: Plan, staged: Staged, remote: Remote) -> None:
    """Refuse to publish other content under a tag that exists."""
    if plan.create_pr or plan.tag not in remote.tags:
        return
    if wrong := _wrong(plan.name, remote.tags[plan.tag], staged):
        numbers = [int(found[1]) for tag in remote.tags if (found := re.fullmatch(r"v(\d+)", tag))]
        raise ConfigError(
            f"{plan.name} has a tag {plan.tag} with other content ({_some(wrong)}). A tag never changes: publish this as "
            f"--tag v{max(numbers, default=0) + 1}."
        )


def _reasons(plan: Plan, staged: Staged, remote: Remote, there: Mapping[str, str], base: str) -> list[str]:
    """What a user should agree to before it happens."""
    reasons = []
    if remote.private and plan.public:
        reasons.append(f"{plan.name} is private, and --public shows it with all its history to everybody")
    if not remote.private and not plan.public:
        reasons.append(f"{plan.name} is public already, so everybody will see this (--public says that this is meant)")
    if CARD in there and CARD in hub.differing(there, staged.folder, [CARD]):
        text = hub.text_of(plan.name, CARD, base) or ""
        if not card.is_ours(text):
            reasons.append(
                f"the README.md of {plan.name} was written or changed by hand and would be replaced (it stays in the history; "
                f"to publish it, save it as {staged.folder / CARD})"
            )
    return reasons


def deliver(staged: Staged, plan: Plan, seen: Survey, tell: Tell | None = None) -> Outcome:
    """Make what is missing: the repository, the branch, the commit, its verification, the tag.

    Raises:
        ConfigError: The token may not do that.
        StoreError: The Hub could not be reached, had no room, or was changed by somebody else. Its branch is as it
            was, or holds all of it; the same command goes on.
    """
    remote, there, told = seen.remote, seen.files, tell or (lambda *_: None)
    line = hub.api()
    steps = 4
    told("publish", 0, steps, {})
    if remote is None:
        with hub.asking(f"making {plan.name}"):
            line.create_repo(plan.name, repo_type="dataset", private=True, exist_ok=True)
        remote = hub.look(plan.name, plan.revision)
        if remote is None:
            raise StoreError(
                f"{plan.name} was made, and cannot be seen. Check that the token may read it, then run the same command again."
            )
        there = hub.tree(plan.name, plan.revision if remote.head else "main")
    if remote.head is None:
        with hub.asking(f"making the branch {plan.revision} of {plan.name}"):
            line.create_branch(plan.name, branch=plan.revision, repo_type="dataset", exist_ok=True)
        remote = hub.look(plan.name, plan.revision) or remote
    changing = hub.differing(there, staged.folder, staged.files)
    size = sum((staged.folder / path).stat().st_size for path in changing)
    told("publish", 1, steps, {"files": len(changing), "kB": size // 1000})
    commit, changed, pull = _committed(plan, staged, remote, there)
    told("publish", 2, steps, {})
    _verify(plan.name, staged, commit, told)
    told("publish", 3, steps, {})
    private = remote.private
    if plan.public and private and not plan.create_pr:
        with hub.asking(f"making {plan.name} public"):
            line.update_repo_settings(plan.name, repo_type="dataset", private=False)
        private = False
    notes = list(staged.notes)
    tag: str | None = plan.tag
    if pull:
        tag = None
        notes.append(f"{pull} is open; once it is merged, the same command without --create-pr verifies and tags it")
    elif plan.tag not in remote.tags:
        _tag(plan, staged, commit)
    told("publish", steps, steps, {})
    return Outcome(plan.name, staged, commit, tuple(changed), tag, pull, private, tuple(notes))


def _committed(
    plan: Plan, staged: Staged, remote: Remote, there: Mapping[str, str]
) -> tuple[str, list[str], str | None]:
    """The commit that holds the staged files, what it changed, and its pull request; no new one if there is one."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    head = remote.head
    if head is None:
        raise StoreError(
            f"{plan.name} has no branch {plan.revision}, though it was just made. Run the same command again."
        )
    gone = _gone(plan.name, staged, there, head)
    changed = hub.differing(there, staged.folder, staged.files)
    if not changed and not gone:
        return head, [], None
    if plan.create_pr:
        for ref, commit in remote.pulls.items():
            if not _wrong(plan.name, commit, staged):
                return commit, [], ref
    adds = [CommitOperationAdd(path, staged.folder / path) for path in changed]
    message = plan.message or f"{counted(staged.census.rows, 'trajectory', 'trajectories')} ({plan.tag})"
    try:
        with hub.asking(f"sending {counted(len(changed), 'file')} to {plan.name}"), quiet():
            info = hub.api().create_commit(
                plan.name,
                [*adds, *(CommitOperationDelete(path) for path in gone)],
                commit_message=message,
                repo_type="dataset",
                revision=plan.revision,
                parent_commit=head,
                create_pr=plan.create_pr,
            )
    except StoreError:
        if (done := _arrived(plan, staged, head)) is None:
            raise
        return done, [*changed, *gone], None
    return info.oid, [*changed, *gone], info.pr_revision if plan.create_pr else None


def _arrived(plan: Plan, staged: Staged, before: str) -> str | None:
    """The new head, if the commit was made and only its answer was lost."""
    if plan.create_pr:
        return None
    try:
        remote = hub.look(plan.name, plan.revision)
        head = remote.head if remote else None
        return head if head and head != before and not _wrong(plan.name, head, staged) else None
    except (StoreError, ConfigError):  # then the first failure is the one to tell of
        return None


def _gone(name: str, staged: Staged, there: Mapping[str, str], head: str) -> list[str]:
    """Files there that an earlier call published and that are no longer staged; those of others stay."""
    if MANIFEST not in there:
        return []
    try:
        found = json.loads(hub.text_of(name, MANIFEST, head) or "{}")
        ours = set(found["files"]) if KEY in found else set()
    except (ValueError, KeyError, TypeError):  # somebody else's manifest.json; ours replaces it
        ours = set()
    return sorted((ours & there.keys()) - set(staged.files))


def _wrong(name: str, revision: str, staged: Staged) -> list[str]:
    """Files that are missing at a revision, differ there, or are there and no longer staged."""
    there = hub.tree(name, revision)
    return hub.differing(there, staged.folder, staged.files) + _gone(name, staged, there, revision)


def _verify(name: str, staged: Staged, commit: str, told: Tell) -> None:
    """The Hub has every staged file with the same checksum, and a stranger loads as many rows."""
    with tempfile.TemporaryDirectory(prefix="writ-") as only:
        copy_of(staged.folder, staged.files, Path(only))
        with hub.asking(f"verifying {name}"):
            found = hub.api().verify_repo_checksums(name, repo_type="dataset", revision=commit, local_dir=only)
    wrong = sorted({one["path"] for one in found.mismatches} | set(found.extra_paths))
    if wrong:
        raise StoreError(
            f"{name} at {commit[:8]} differs from what was staged: {_some(wrong)}. It was not tagged. {hub.AGAIN}; if it stays so, "
            "report it to the Hub."
        )
    with hub.asking(f"reading {name} back"):
        check(name, staged.parts, told, "verify", commit)


def _tag(plan: Plan, staged: Staged, commit: str) -> None:
    """Tag it; a tag of the same name and content that somebody else was faster with will do."""
    try:
        with hub.asking(f"tagging {plan.name}"):
            hub.api().create_tag(plan.name, tag=plan.tag, revision=commit, repo_type="dataset")
    except StoreError:
        remote = hub.look(plan.name, plan.revision)
        if remote is None or plan.tag not in remote.tags or _wrong(plan.name, remote.tags[plan.tag], staged):
            raise


def _some(items: Sequence[object]) -> str:
    shown = ", ".join(map(str, items[:SHOWN]))
    return shown if len(items) <= SHOWN else f"{shown} and {len(items) - SHOWN} more"
