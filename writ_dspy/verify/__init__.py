"""The verifier: a conversation is laid out as a case, and checks in code, no model among them, find what is wrong.

`case` replays it, `checks` lists all checks: of `deeds`, of `consent`, of `words`, of the `user`, and `clean`, whose kinds are in
`noise` and `speech`; `fidelity` compares a rewording with what was said before.

`writ_dspy.verify(…)` is a call as well: see `_Room`.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.checks import CHECKS, CHECKS_VERSION, Verdict, verify

__all__ = ["CHECKS", "CHECKS_VERSION", "Case", "Step", "Verdict", "verify"]


class _Room(ModuleType):
    """The room as `writ.verify(…)`, which judges conversations wherever they are.

    Python makes a package an attribute of the one above it as soon as it is imported, by anybody, so that name is this room's:
    the call has to work on the room (docs/decisions/0009-a-room-that-is-called.md).
    """

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """What is called; `inspect.signature` and `help` look for it under this name."""
        found: Callable[..., Any] = import_module("writ_dspy.imports.judge").verify
        return found

    def __call__(self, *args: Any, **more: Any) -> Any:
        """See `writ_dspy.imports.judge.verify`."""
        return self.__wrapped__(*args, **more)


sys.modules[__name__].__class__ = _Room
