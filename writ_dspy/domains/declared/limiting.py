"""Limits that a user sets to a wish: a number or a day that what they get keeps, or breaks."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import Condition, Side, leaves, worked_out
from writ_dspy.domains.declared.model import Attribute, Only
from writ_dspy.domains.declared.pointing import Words
from writ_dspy.domains.declared.saying import LIMIT
from writ_dspy.domains.declared.wish import Limit, Wish
from writ_dspy.task import Fact, Json, Scalar

_DAYS = (1, 2, 3, 5, 7, 10)
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


def limited(wish: Wish, rng: random.Random, *, holds: bool) -> Iterator[Wish]:
    """The wish with one of the limits that its write may have, which it keeps, or which it breaks."""
    for only in rng.sample(wish.write.only, len(wish.write.only)):
        about = wish.schema.condition(only.check)
        found = worked_out(about.left, wish.value)
        if found is None or isinstance(found, list):
            continue
        for value in _values(wish, about, found, rng, holds=holds):
            condition = Condition(about.left, about.op, value)
            if condition.holds(wish.value) is holds:
                yield _with(wish, only, condition, value)
                break


def _with(wish: Wish, only: Only, condition: Condition, value: Scalar) -> Wish:
    kind = _kind(wish, condition)
    shown = wish.schema.said(kind, value)
    if kind.type == "money" and shown.endswith(".00"):
        shown = shown[:-3]
    patterns = tuple(text.replace("{}", "{value}") for text in only.say)
    words = Words(LIMIT, wording.CONDITION, patterns, {"value": shown}, (shown.lower(),))
    because = only.because[0].replace("{}", shown)
    text = only.say[0].replace("{}", shown)
    fact = Fact("limit", value, f"{text[:1].upper()}{text[1:]}.")
    return replace(
        wish,
        words=(*wish.words, words),
        facts=(*wish.facts, fact),
        limits=(*wish.limits, Limit(condition, because)),
    )


def _kind(wish: Wish, condition: Condition) -> Attribute:
    """How the value of a limit is said: as the first field that it is worked out of."""
    known = (
        wish.schema.attribute(side.table, side.attribute)
        for side in leaves(condition.left)
        if side.table in wish.schema.spec.tables
    )
    return next((one for one in known if one is not None), Attribute())  # fmt: skip


def _values(wish: Wish, about: Condition, found: Json, rng: random.Random, *, holds: bool) -> Iterator[Scalar]:
    """What a user may name as the limit, round values near what there is."""
    up = (about.op in ("<", "<=")) is holds
    if isinstance(found, bool) or about.op in ("is", "is not"):
        side = about.left
        others = wish.schema.values_of(side) if isinstance(side, Side) else ()
        yield from (found, *rng.sample(others, len(others)))
    elif isinstance(found, str):
        try:
            day = dt.date.fromisoformat(found[:10])
        except ValueError:
            return
        for days in rng.sample(_DAYS, len(_DAYS)):
            yield (day + dt.timedelta(days=days if up else -days)).isoformat()
    else:
        yield from _round(found, rng, up=up)


def _round(found: float, rng: random.Random, *, up: bool) -> Iterator[Scalar]:
    fitting = [step for step in _STEPS if step <= max(1, abs(found) / 2)] or [1]
    near = fitting[-3:]
    for step in rng.sample(near, len(near)):
        nearest = math.ceil(found / step) if up else math.floor(found / step)
        for value in ((nearest + (0 if nearest * step != found else 1 if up else -1)) * step, nearest * step):
            if value >= 0:
                yield value
