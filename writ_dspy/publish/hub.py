"""The line to the Hugging Face Hub: who we are there, and what its refusals mean in one sentence with a remedy.

`huggingface_hub` is imported when something is asked of it. The token is read as its own tools read it ($HF_TOKEN,
else the file that `hf auth login` writes); nothing here stores, shows or logs it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writ_dspy.errors import ConfigError, StoreError, WritError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

AGAIN = "Run the same command again: what has arrived is not sent twice"
READ_AGAIN = "Run the same command again: what has arrived is not fetched twice"
QUOTA = re.compile(r"quota|storage|billing|too large|limit", re.IGNORECASE)
TOKEN = "Make one with write access at https://huggingface.co/settings/tokens, then `hf auth login` or set HF_TOKEN"  # noqa: S105 - no token
READ_TOKEN = TOKEN.replace("write access", "read access")
EXTRA = "pip install 'writ-dspy[publish]'"


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset repository at a revision: `OWNER/NAME[@REVISION]`."""

    name: str
    revision: str | None = None

    @classmethod
    def of(cls, text: str) -> Place:
        """Read it, with or without `hf:` or `hf://datasets/` before it.

        Raises:
            ConfigError: It names no repository.
        """
        bare = re.sub(r"^hf:(//)?(datasets/)?", "", text)
        name, found, revision = bare.partition("@")
        part = r"[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9])?"
        if not re.fullmatch(rf"{part}/{part}", name) or "--" in name or ".." in name or (found and not revision):
            raise ConfigError(f"{text!r} names no dataset repository. Write OWNER/NAME, such as my-org/writ-2k.")
        return cls(name, revision or None)

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name


def api() -> HfApi:
    """The client.

    Raises:
        ConfigError: The extra is not installed.
    """
    try:
        from huggingface_hub import HfApi
    except ImportError as error:
        raise ConfigError(f"talking to the Hub takes huggingface_hub, which is not installed: {EXTRA}") from error
    return HfApi(library_name="writ-dspy")


def signed_in() -> str:
    """The name of the account that the token belongs to.

    Raises:
        ConfigError: There is no token, or it is not valid.
        StoreError: The Hub cannot be reached.
    """
    from huggingface_hub import get_token

    line = api()
    if not get_token():
        raise ConfigError(f"publishing takes a Hugging Face token, and there is none. {TOKEN}.")
    with asking("asking the Hub who the token belongs to"):
        return str(line.whoami()["name"])


@contextmanager
def asking(doing: str, *, reads: bool = False) -> Iterator[None]:
    """Whatever the Hub refuses leaves the block as one sentence with a remedy, in which no token stands.

    Args:
        doing: What is asked of it; opens the sentence.
        reads: Whether nothing is sent, but only fetched.

    Raises:
        ConfigError: What the user has to change: the token, the name, the card.
        StoreError: What passes, or has to be made room for.
    """
    from huggingface_hub import errors
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    again = READ_AGAIN if reads else AGAIN
    http_error: type[Exception] = errors.HTTPError  # type: ignore[attr-defined] # of httpx, or of httpx2 from 2.0 on

    try:
        yield
    except WritError:
        raise
    except OfflineModeIsEnabled as error:
        raise StoreError(
            f"{doing}: HF_HUB_OFFLINE is set, so the Hub is not asked. Unset it{'' if reads else ', or add --dry-run'}."
        ) from error
    except HfHubHTTPError as error:
        raise _refused(doing, error.response.status_code, _said(error), reads=reads) from error
    except (http_error, ConnectionError, TimeoutError) as error:
        why = _clean(f"{type(error).__name__}: {error}")
        raise StoreError(f"{doing}: no answer ({why}). Check the network, then go on. {again}.") from error
    except ValueError as error:
        if "metadata" in str(error):
            raise ConfigError(
                f"{doing}: the Hub finds the head of README.md wrong: {_clean(str(error))}. Put it right."
            ) from error
        raise StoreError(f"{doing}: {_clean(str(error))}. {again}.") from error
    except (OSError, RuntimeError) as error:  # a transport of large files gave up, for a reason that it may name
        if isinstance(error.__cause__, HfHubHTTPError):
            raise _refused(doing, error.__cause__.response.status_code, _said(error.__cause__), reads=reads) from error
        why = ": ".join(str(one).strip(". ") for one in (error, error.__cause__) if one)
        raise StoreError(f"{doing}: {_clean(why)}. {again}.") from error


def _refused(doing: str, status: int, said: str, *, reads: bool) -> WritError:
    """The error for an answer of the Hub."""
    again, token = (READ_AGAIN, READ_TOKEN) if reads else (AGAIN, TOKEN)
    seen = f"{doing}: the Hub answered {status}" + (f" ({said})" if said else "")
    if status in (413, 507) or (status in (402, 403) and QUOTA.search(said)):
        return StoreError(
            f"{seen}: there is no room. Free some at https://huggingface.co/settings/storage, then go on. {again}."
        )
    if status == 401:
        return ConfigError(f"{seen}: the token is missing, wrong or too old. {token}.")
    if status == 403:
        return ConfigError(
            f"{seen}: this token may not do that. {token}{'' if reads else ', or name a place of your own'}."
        )
    if status == 404:
        return ConfigError(
            f"{seen}: there is no such thing, or this token may not see it. Check OWNER/NAME and the revision."
        )
    if status in (409, 412):
        return StoreError(
            f"{seen}: somebody else has changed it meanwhile; nothing of ours was added. Look at it, then run the same command again."
        )
    if status == 429:
        return StoreError(f"{seen}: too many requests. Wait some minutes. {again}.")
    if status >= 500:
        return StoreError(f"{seen}: a fault on its side. {again}.")
    return StoreError(f"{seen}. Put right what it names, then run the same command again.")


def _said(error: Any) -> str:
    """What the server gave as its reason, or nothing."""
    return _clean(str(error.server_message or error.response.headers.get("X-Error-Message") or ""))


def _clean(text: str, size: int = 240) -> str:
    """One line without whatever looks like a token, and without the token that we use."""
    from huggingface_hub import get_token

    flat = " ".join(text.split())
    for secret in filter(None, (get_token(),)):
        flat = flat.replace(secret, "<token>")
    flat = re.sub(r"hf_[A-Za-z0-9]{20,}", "<token>", flat).rstrip(".")
    return flat if len(flat) <= size else f"{flat[: size - 1]}…"


# ----------------------------------------------------------------------------- what stands there


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository as it was found; `head` is None for a revision that is not there yet."""

    private: bool
    head: str | None
    branches: Mapping[str, str]
    tags: Mapping[str, str]
    pulls: Mapping[str, str]
    """`refs/pr/N` to its commit."""


def look(name: str, revision: str) -> Remote | None:
    """The repository, or None if there is none yet."""
    from huggingface_hub.errors import RepositoryNotFoundError

    line = api()
    with asking(f"looking at {name}"):
        try:
            info = line.dataset_info(name)
        except RepositoryNotFoundError as error:
            if error.response.status_code == 401:
                raise
            return None
        refs = line.list_repo_refs(name, repo_type="dataset", include_pull_requests=True)
    branches = {branch.name: branch.target_commit for branch in refs.branches}
    tags = {tag.name: tag.target_commit for tag in refs.tags}
    pulls = {pull.ref: pull.target_commit for pull in refs.pull_requests or ()}
    return Remote(bool(info.private), branches.get(revision), branches, tags, pulls)


def tree(name: str, revision: str) -> dict[str, str]:
    """Every file there with the hash that the Hub knows it by: SHA-256 of a large one, Git's of another."""
    from huggingface_hub.hf_api import RepoFile

    with asking(f"listing {name} at {revision}"):
        entries = list(api().list_repo_tree(name, repo_type="dataset", recursive=True, revision=revision))
    files = [entry for entry in entries if isinstance(entry, RepoFile)]
    return {file.path: file.lfs.sha256 if file.lfs else file.blob_id for file in files}


def differing(there: Mapping[str, str], folder: Path, paths: Iterable[str]) -> list[str]:
    """Files of the folder that are missing there, or have another content."""
    return [path for path in paths if there.get(path) not in _hashes(folder / path)]


def _hashes(path: Path) -> tuple[str, str]:
    state = path.stat()
    return _hashed(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=4096)
def _hashed(path: Path, size: int, changed: int) -> tuple[str, str]:  # noqa: ARG001 - a changed file is another
    """SHA-256, and Git's hash; of a file that does not change meanwhile."""
    whole, git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % size)  # noqa: S324 - what Git uses
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            whole.update(chunk)
            git.update(chunk)
    return whole.hexdigest(), git.hexdigest()


def text_of(name: str, path: str, revision: str) -> str | None:
    """A small text file of a repository; None if it is not there.

    Raises:
        ConfigError: There is no such repository or revision.
        StoreError: It cannot be fetched.
    """
    from huggingface_hub.errors import RemoteEntryNotFoundError

    with asking(f"reading {path} of {name}"):
        try:
            found = api().hf_hub_download(name, path, repo_type="dataset", revision=revision)
        except RemoteEntryNotFoundError:
            return None
        return Path(found).read_text(encoding="utf-8", errors="replace")
