"""Repositories as the loopback Hub of the tests keeps them: commits, branches, tags and pull requests, in memory."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LFS = (".parquet", ".png", ".arrow")
"""Endings of files that go by LFS or Xet, and not within the commit itself."""
DATE = "2026-01-01T00:00:00.000Z"


class RefusalError(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        """What the client reads in `X-Error-Code`."""


@dataclass(frozen=True)
class Blob:
    """One version of one file."""

    oid: str
    """Git's hash of the file, or of the pointer that stands for it."""
    size: int
    data: bytes = b""
    """The file itself, if it is within the commit."""
    sha256: str = ""
    """Of a file that is stored beside the commit."""
    pointer: int = 0

    @classmethod
    def of(cls, data: bytes) -> Blob:
        return cls(git_hash(data), len(data), data)

    @classmethod
    def beside(cls, sha256: str, size: int) -> Blob:
        text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
        return cls(git_hash(text), size, sha256=sha256, pointer=len(text))

    @property
    def key(self) -> str:
        """What the client compares its own file with, and what an ETag says."""
        return self.sha256 or self.oid

    def described(self, path: str) -> dict[str, Any]:
        lfs = {"lfs": {"oid": self.sha256, "size": self.size, "pointerSize": self.pointer}} if self.sha256 else {}
        return {"type": "file", "path": path, "oid": self.oid, "size": self.size, **lfs}


@dataclass(frozen=True)
class Commit:
    """All files after one change."""

    oid: str
    parent: str | None
    title: str
    files: Mapping[str, Blob]


@dataclass(frozen=True)
class Change:
    """One operation of a commit: a file that is set, or one that goes (`blob` is None)."""

    path: str
    blob: Blob | None = None


@dataclass
class Repo:
    """One dataset repository."""

    name: str
    private: bool
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    """Pull requests are branches named `refs/pr/N`."""
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = Blob.of(b"*.parquet filter=lfs diff=lfs merge=lfs -text\n")
        self.branches["main"] = self._keep(None, "initial commit", {".gitattributes": first})

    def find(self, revision: str) -> Commit:
        """The commit that a branch, tag or (start of a) hash means."""
        named = self.branches.get(revision) or self.tags.get(revision)
        oids = [named] if named else [oid for oid in self.commits if len(revision) >= 7 and oid.startswith(revision)]
        if not oids:
            raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[oids[0]]

    def commit(self, branch: str, changes: Sequence[Change], head: Mapping[str, Any]) -> str:
        """A commit on a branch, refused if somebody else was faster than its author thinks."""
        if branch not in self.branches:
            raise RefusalError(404, f"no branch {branch}", "RevisionNotFound")
        parent = self.find(branch)
        if head.get("parentCommit") not in (None, parent.oid):
            raise RefusalError(412, "A commit has happened since. Please refresh and try again.")
        files = dict(parent.files)
        for change in changes:
            if change.blob is not None:
                files[change.path] = change.blob
            elif files.pop(change.path, None) is None:
                raise RefusalError(400, f"A file with this name doesn't exist: {change.path}")
        self.branches[branch] = self._keep(parent.oid, str(head.get("summary", "")), files)
        return self.branches[branch]

    def propose(self, onto: str) -> str:
        """A branch for a new pull request."""
        name = f"refs/pr/{1 + sum(branch.startswith('refs/pr/') for branch in self.branches)}"
        self.branches[name] = self.find(onto).oid
        return name

    def _keep(self, parent: str | None, title: str, files: Mapping[str, Blob]) -> str:
        tree = sorted((path, blob.oid) for path, blob in files.items())
        oid = hashlib.sha1(json.dumps([parent, title, len(self.commits), tree]).encode()).hexdigest()  # noqa: S324
        self.commits[oid] = Commit(oid, parent, title, files)
        return oid

    # ------------------------------------------------------------------------- what the API says of it

    def info(self, commit: Commit) -> dict[str, Any]:
        owner = self.name.partition("/")[0]
        siblings = [{"rfilename": path} for path in sorted(commit.files)]
        said = {"sha": commit.oid, "siblings": siblings, "private": self.private, "lastModified": DATE}
        return {"_id": "1", "id": self.name, "author": owner, "disabled": False, "gated": False, "tags": [], **said}

    def refs(self) -> dict[str, Any]:
        def listed(refs: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
            return [{"name": name, "ref": f"{prefix}{name}", "targetCommit": oid} for name, oid in refs.items()]

        pulls = {name: oid for name, oid in self.branches.items() if name.startswith("refs/pr/")}
        branches = {name: oid for name, oid in self.branches.items() if name not in pulls}
        found = {"branches": listed(branches, "refs/heads/"), "tags": listed(self.tags, "refs/tags/"), "converts": []}
        return found | {"pullRequests": listed(pulls, "")}

    def tree(self, commit: Commit, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
        """Files and folders under a folder."""
        start = f"{folder}/" if folder else ""
        inside = {path[len(start) :]: blob for path, blob in sorted(commit.files.items()) if path.startswith(start)}
        if folder and not inside and folder not in commit.files:
            raise RefusalError(404, f"{folder} does not exist on {commit.oid}", "EntryNotFound")
        parents = ("/".join(parts[:n]) for path in inside for parts in [path.split("/")] for n in range(1, len(parts)))
        folders = [path for path in dict.fromkeys(parents) if recursive or "/" not in path]
        found = [described_folder(start + path) for path in folders]
        return found + [blob.described(start + path) for path, blob in inside.items() if recursive or "/" not in path]

    def paths(self, commit: Commit, wanted: Sequence[str]) -> list[dict[str, Any]]:
        """Those of the wanted paths that exist."""
        folders = set(itertools.chain.from_iterable(_above(path) for path in commit.files))
        found = []
        for path in (raw.strip("/") for raw in wanted):
            if path in commit.files:
                found.append(commit.files[path].described(path))
            elif path in folders:
                found.append(described_folder(path))
        return found


def git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - what git uses


def described_folder(path: str) -> dict[str, Any]:
    return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]
