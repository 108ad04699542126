"""Free ports in a row for servers that others start, claimed so that no two processes of tests are given the same."""

from __future__ import annotations

import contextlib
import os
import socket

_FIRST, _LAST, _BLOCK = 20000, 32000, 8  # below where systems take the ports of those who ask for any
_claims: list[socket.socket] = []


def ports(count: int) -> int:
    """The first of so many; they are this process's until it ends.

    Who asks claims a whole block by listening at its first port: the system lets no other do that, in whatever checkout or by
    whichever user the tests are run, and takes the claim back however the process ends.
    """
    assert count < _BLOCK
    blocks = range(_FIRST, _LAST, _BLOCK)
    begin = os.getpid() % len(blocks)
    for first in (*blocks[begin:], *blocks[:begin]):
        with contextlib.ExitStack() as looks, contextlib.suppress(OSError):
            claim = looks.enter_context(socket.socket())
            claim.bind(("127.0.0.1", first))
            claim.listen(1)
            for port in range(first + 1, first + 1 + count):
                looks.enter_context(socket.socket()).bind(("127.0.0.1", port))
            _claims.append(claim.dup())
            return first + 1
    raise AssertionError("no free ports")


def give_back() -> None:
    """End all claims, for the end of the tests: Python warns of sockets that are left open."""
    while _claims:
        _claims.pop().close()
