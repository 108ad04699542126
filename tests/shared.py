"""What is the same in every process of a test run: made by the first that asks for it, read by the others."""

from __future__ import annotations

import fcntl
import functools
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

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
