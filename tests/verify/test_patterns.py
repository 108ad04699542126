"""What a verdict costs does not grow with what the conversations are about."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from tests.simulate.playing import Played, some_of
from writ_dspy.verify import verify

FEW = 4
"""Patterns per conversation: of numbers, and of values that the first half has none of."""


def test_a_conversation_needs_hardly_a_new_pattern(played: list[Played], monkeypatch: pytest.MonkeyPatch) -> None:
    """Records, people, items and routes are looked for as they are: to compile a pattern for each is what takes longest."""
    compiler = import_module("re._compiler")
    stock: Callable[..., Any] = compiler.compile
    compiled: list[object] = []

    def counted(pattern: object, flags: int = 0) -> object:
        compiled.append(pattern)
        return stock(pattern, flags)

    some = some_of(played, 36)
    for item in some[::2]:
        verify(item.task, item.talk, item.domain)
    monkeypatch.setattr(compiler, "compile", counted)
    others = some[1::2]
    for item in others:
        verify(item.task, item.talk, item.domain)

    assert len(compiled) <= FEW * len(others), sorted({str(pattern) for pattern in compiled})
