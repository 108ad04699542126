"""What is the same in every process of a test run: made by the first that asks for it, read by the others."""

from __future__ import annotations

import fcntl
import functools
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from writ_dspy.conversation import Conversation
from writ_dspy.domains import Domain
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


def judged_once(judge: Callable[..., Any], finish: Callable[[Any], Any] = lambda judged: judged) -> Callable[..., Any]:
    """What is made of a task, its talk and their domain, kept for whoever asks in this process again."""
    known: dict[tuple[object, ...], tuple[Domain, Any]] = {}

    def once(task: Task, talk: Conversation, domain: Domain, *more: object) -> Any:
        key = repr((task, talk, more)), id(domain), id(checks.CHECKS)
        if key not in known:
            known[key] = (
                domain,
                finish(judge(task, talk, domain, *more)),
            )  # the domain stays, so that no other gets its id
        return known[key][1]

    return once
