"""Who speaks for the user of an episode: the script, a model by its URL, or any other object that satisfies `roles.User`."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from writ_dspy.errors import ConfigError, brief
from writ_dspy.roles import User
from writ_dspy.run.casting import USERS, Cast, Casting, choose

T = TypeVar("T")
CLOSING = 5.0
"""Seconds that the connections to models get to close, when the process ends."""


def user_of(user: User | str) -> User:
    """The role itself.

    Args:
        user: `scripted`, the URL of a model (`sglang://HOST:PORT/MODEL`), or a role.

    Raises:
        ConfigError: It is none of these.
        LMError: The model's server cannot be reached, or cannot serve the role.
    """
    if not isinstance(user, str):
        if not callable(getattr(user, "speak", None)) or not isinstance(getattr(user, "name", None), str):
            raise ConfigError(
                f"user = {brief(user)}: give `scripted`, the URL of a model, or an object that has a `name` and can `speak`."
            )
        return user
    if user in USERS:
        return USERS[user]()
    if "://" not in user and user != "local":
        raise ConfigError(f"user = {brief(user)}: there is no such user. Give `scripted`, or the URL of a model.")
    return _model(user).user


def wait_for(speaking: Coroutine[Any, Any, T]) -> T:
    """What a role says, waited for.

    All episodes of a process share one event loop, in a thread of its own: a notebook's cell runs one already, and the
    connections to a model belong to the loop on which they were opened. A process that is forked off has a loop of its own;
    an episode whose user is a model is made there, and not before.
    """
    return asyncio.run_coroutine_threadsafe(speaking, _loop()).result()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="writ-episodes", daemon=True).start()
    return loop


@cache
def _model(url: str) -> Cast:
    """A model as the user, met once per process."""
    lms, mode = choose(None, {"user": url}, None, None)
    cast = Cast(Casting(lms=lms, mode=mode))
    wait_for(cast.ready())
    atexit.register(_close, cast)
    return cast


def _close(cast: Cast) -> None:
    # the interpreter starts no thread any more in which to wait for one that nobody uses; it ends with the process
    with suppress(RuntimeError):
        asyncio.run_coroutine_threadsafe(cast.aclose(), _loop()).result(CLOSING)


def _forked() -> None:
    """In a process that was forked off the thread of the loop is gone, and the connections are those of its parent."""
    _loop.cache_clear()
    _model.cache_clear()
    atexit.unregister(_close)


os.register_at_fork(after_in_child=_forked)
