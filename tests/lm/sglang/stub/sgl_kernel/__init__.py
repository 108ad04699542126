"""A stand-in for SGLang's compiled kernels, of which no CPU wheel is published.

On a processor without AMX, SGLang runs dense text models on plain torch, and asks this package only for names, at
import. A name is a function that refuses to be called.
"""

from collections.abc import Callable
from typing import NoReturn

__version__ = "0.0.0+import-only"


def __getattr__(name: str) -> Callable[..., NoReturn]:
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*_: object, **__: object) -> NoReturn:
        raise NotImplementedError(f"sgl_kernel.{name}: this stand-in has no kernels (tests/lm/sglang/stub)")

    return missing
