"""What is the same in every process of a test run: made by the first that asks for it, read by the others."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from writ_dspy.conversation import Conversation
from writ_dspy.domains import NAMES, Domain, load
from writ_dspy.task import Task
from writ_dspy.verify import checks

P = ParamSpec("P")
T = TypeVar("T")
folder: Path | None = None
"""Of this test run; set where several processes share it."""


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """A cache like `functools.cache`, for all processes of a run; the result has to be one that can be pickled."""

    @functools.cache
    @functools.wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        if folder is None:
            return make(*args, **kwargs)
        name = "-".join([make.__module__, make.__name__, *map(str, args), *map(str, kwargs.items())])
        path = folder / f"{name.replace(':', '-')}.pickle"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                path.write_bytes(pickle.dumps(make(*args, **kwargs)))
        result: T = pickle.loads(path.read_bytes())  # noqa: S301 - from a process of our own
        return result

    return made


class _Out(pickle.Pickler):
    """Writes the name of a domain in its place: each process has loaded its own."""

    def persistent_id(self, obj: object) -> str | None:
        return obj.name if isinstance(obj, Domain) else None


class _In(pickle.Unpickler):
    def persistent_load(self, pid: str) -> Domain:
        return load(pid)


def made_at(key: object, make: Callable[[], T]) -> T:
    """What is made for this key, once for all processes of a run; two that begin at the same time both make it."""
    if folder is None:
        return make()
    path = folder / f"{hashlib.sha256(repr(key).encode()).hexdigest()}.pickle"
    with suppress(FileNotFoundError):
        kept: T = _In(BytesIO(path.read_bytes())).load()
        return kept
    made, out = make(), BytesIO()
    _Out(out).dump(made)
    ours = path.with_suffix(f".{os.getpid()}")
    ours.write_bytes(out.getvalue())
    ours.rename(path)
    return made


def judged_once(judge: Callable[..., Any], finish: Callable[[Any], Any] = lambda judged: judged) -> Callable[..., Any]:
    """What is made of a task, its talk and their domain, kept for whoever asks again: in this process, and of stock domains in all."""
    known: dict[tuple[object, ...], tuple[Domain, Any]] = {}
    stock = checks.CHECKS

    def once(task: Task, talk: Conversation, domain: Domain, *more: object) -> Any:
        asked = repr((task, talk, more))
        key = asked, id(domain), id(checks.CHECKS)

        def make() -> Any:
            return finish(judge(task, talk, domain, *more))

        if key not in known:
            alike = checks.CHECKS is stock and domain.name in NAMES and load(domain.name) is domain
            made = made_at((judge.__module__, judge.__name__, domain.name, asked), make) if alike else make()
            known[key] = (domain, made)  # the domain stays, so that no other gets its id
        return known[key][1]

    return once
