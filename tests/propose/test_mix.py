"""Mixes have the size that was asked for; a file that asks for the impossible is refused in one line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writ_dspy.domains import NAMES, full, load
from writ_dspy.errors import ConfigError
from writ_dspy.propose.mix import (
    DIALS,
    MAX_DENIED,
    MOST_READ_TO_DENY,
    SHARES,
    Cell,
    Mix,
    default_mix,
    read_mix,
    to_yaml,
)
from writ_dspy.propose.proposer import fill
from writ_dspy.task import KINDS

SETTINGS = settings(deadline=None, derandomize=True, database=None)
GOOD = {"domain": "tau2:retail", "kind": "normal", "writes": 1, "burden": 2, "count": 3}
LOW, HIGH = {"write-intensive": 2, "read-heavy": 1, "normal": 1, "no-write": 0}, {"write-intensive": 5}


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Any cell that can be."""
    kind = draw(st.sampled_from(KINDS))
    writes = draw(st.integers(LOW[kind], HIGH.get(kind, LOW[kind])))
    burden = draw(st.integers(4 if kind == "read-heavy" else 2, 3 if kind == "normal" else 16))
    denied = draw(st.integers(0, MAX_DENIED)) if kind != "no-write" or burden <= MOST_READ_TO_DENY else 0
    domain, count = draw(st.sampled_from(NAMES)), draw(st.integers(1, 9))
    return Cell(domain=domain, kind=kind, writes=writes, burden=burden, denied=denied, count=count)


def test_a_default_mix_has_exactly_n_tasks() -> None:
    """For every n, and any choice of domains, in any order and also named twice."""
    for names in (NAMES, NAMES[:1], NAMES[1:], NAMES[::-1], NAMES * 2):
        for n in (*range(1, 130), 200, 1000, 2001):
            mix = default_mix(names, n)
            per_domain = Counter({name: sum(c.count for c in mix.cells if c.domain == name) for name in set(names)})
            assert mix.count == sum(cell.count for cell in mix.cells) == n
            assert max(per_domain.values()) - min(per_domain.values()) <= 1
            assert len({c.point for c in mix.cells}) == len(mix.cells)


def test_a_default_mix_keeps_its_shares() -> None:
    """Each kind has its share to within two tasks per domain, and every dial of the table comes up."""
    for n in (20, 40, 100, 333, 2000):
        mix = default_mix(NAMES, n)
        for kind, share in SHARES.items():
            wanted = n * share / sum(SHARES.values())
            assert abs(sum(c.count for c in mix.cells if c.kind == kind) - wanted) <= 2 * len(NAMES)
    drawn = {(c.domain, c.kind): set() for c in default_mix(NAMES, 2000).cells}
    for c in default_mix(NAMES, 2000).cells:
        drawn[c.domain, c.kind].add((c.writes, c.burden, c.denied))

    assert drawn == {point: set(dials) for point, dials in DIALS.items()}


@pytest.mark.parametrize(("name", "least"), [("tau2:airline", 0.4), ("tau2:retail", 0.2)])
def test_a_default_mix_has_enough_to_deny(name: str, least: float) -> None:
    """The share of tasks in which policy denies something."""
    for n in (20, 100, 400, 2000):
        assert sum(c.count for c in default_mix(name, n).cells if c.denied) >= least * n


def test_a_default_mix_is_a_function_of_its_arguments() -> None:
    """The same request gives the same cells; a larger one only adds to them."""

    def counts(n: int) -> Counter[str]:
        return Counter({str(cell): cell.count for cell in default_mix(NAMES, n).cells})

    assert default_mix(NAMES, 77) == default_mix(list(NAMES), 77)
    assert all(counts(n) <= counts(n + 1) for n in range(1, 80))


def test_a_domain_may_be_named_for_short() -> None:
    """By its last part, wherever a name is taken: the same mix, the same cell, the same domain, and never twice."""
    cell = {"kind": "normal", "writes": 1, "burden": 2, "count": 1}

    assert default_mix("airline", 9) == default_mix(["tau2:airline", "airline"], 9)
    assert Cell(domain="retail", **cell).domain == "tau2:retail"
    assert load("airline") is load("tau2:airline")
    assert [full(name) for name in ("retail", "tau2:retail", "moon", "", 5, [])] == ["tau2:retail"] * 2 + [
        "moon",
        "",
        5,
        [],
    ]


@pytest.mark.parametrize(
    ("names", "n", "why"),
    [
        (NAMES, 0, "-n 0: nothing to make"),
        (NAMES, -5, "-n -5: nothing to make"),
        ((), 5, "none given"),
        (("tau2:shop",), 5, "no domain tau2:shop; there are tau2:retail, tau2:airline"),
        ((*NAMES, "a", "b"), 5, "no domain a, b"),
    ],
)
def test_a_default_mix_of_nothing_is_refused(names: tuple[str, ...], n: int, why: str) -> None:
    """No task, no domain or an unknown one is refused with the value and what there is."""
    with pytest.raises(ConfigError, match=why):
        default_mix(names, n)


@settings(SETTINGS, max_examples=60)
@given(st.lists(cells(), min_size=1, max_size=8))
def test_a_mix_survives_its_file(tmp_path_factory: pytest.TempPathFactory, chosen: list[Cell]) -> None:
    """A mix that was written out is read back equal, also one with several cells at one point."""
    mix = Mix(cells=tuple(chosen))
    place = tmp_path_factory.mktemp("mix") / "mix.yaml"
    place.write_text(to_yaml(mix), encoding="utf-8")
    points = [c.point for c in mix.cells]

    assert read_mix(place) == mix
    assert len(set(points)) == len(points)
    assert mix.count == sum(cell.count for cell in chosen)
    assert set(points) == {c.point for c in chosen}


def _yaml(**changes: object) -> str:
    """A file with one good cell, and one with these changes; None leaves a field out."""
    cell = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return f"cells:\n  - {json.dumps(GOOD | {'burden': 3})}\n  - {json.dumps(cell)}\n"


REFUSED = {
    "an empty file": ("", "has no cells. Write `cells:`"),
    "no cells": ("cells:\n", "has no cells"),
    "an empty list": ("cells: []\n", "has no cells"),
    "a list": ("- 1\n", "has no cells"),
    "a number for the cells": ("cells: 5\n", "cells = 5: "),
    "a text for the cells": ("cells: many\n", "cells = 'many': "),
    "a number for a cell": ("cells: [5]\n", r"cells\.0 = 5: "),
    "no YAML": ("cells:\n- [}\n", "is no YAML: line 2, column 4: "),
    "two documents": ("--- 1\n--- 2\n", "is no YAML: line 2, column 1: "),
    "a Python object": ("!!python/object/apply:os.getcwd []\n", "line 1, column 1: the tag .* is not taken here"),
    "an extra key": (_yaml() + "seed: 1\n", ": there is no key 'seed'; the keys are cells"),
    "an extra key in a cell": (_yaml(seed=1), r"cells\.1: there is no key 'seed'; the keys are domain"),
    "a missing key": (_yaml(count=None), r"cells\.1\.count.*Field required"),
    "count zero": (_yaml(count=0), r"cells\.1\.count = 0: .*greater than or equal to 1"),
    "a count in words": (_yaml(count="three"), r"cells\.1\.count = 'three': write a whole number"),
    "a count in quotes": (_yaml(count="3"), r"cells\.1\.count = '3': write the number without quotes"),
    "half a task": (_yaml(count=1.5), r"cells\.1\.count = 1\.5: write a whole number"),
    "a count of true": (_yaml(count=True), r"cells\.1\.count = True: write a whole number"),
    "an unknown domain": (_yaml(domain="tau2:shop"), r"cells\.1 = .*no domain 'tau2:shop'; there are"),
    "an unknown kind": (_yaml(kind="odd"), r"cells\.1\.kind = 'odd': .*Kinds are write-int"),
    "too many writes": (_yaml(kind="write-intensive", writes=6), r"cells\.1\.writes = 6: .*equal to 5"),
    "fewer than no writes": (_yaml(kind="no-write", writes=-1), r"cells\.1\.writes = -1: "),
    "too large a burden": (_yaml(kind="read-heavy", burden=17), r"cells\.1\.burden = 17: .*equal to 16"),
    "too small a burden": (_yaml(burden=1), r"cells\.1\.burden = 1: .*greater than or equal to 2"),
    "a normal task that is hard": (_yaml(burden=4), "a normal task has a burden of 2 or 3, not 4"),
    "a read-heavy task that is not": (_yaml(kind="read-heavy", burden=3), "burden of 4 or more, not 3"),
    "a single write-intensive write": (_yaml(kind="write-intensive"), "task has 2 to 5 writes, not 1"),
    "a no-write task that writes": (_yaml(kind="no-write"), "no-write task has 0 writes, not 1"),
    "a normal task with two writes": (_yaml(writes=2), "normal task has 1 write, not 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused(tmp_path: Path, name: str) -> None:
    """Each mistake is one error of one line that names the file, the place and the value."""
    text, why = REFUSED[name]
    place = tmp_path / "mix.yaml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=why) as error:
        read_mix(place)

    assert str(error.value).startswith(str(place))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400 + len(str(place))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text are named with what is wrong about them."""
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00cells")
    for place, why in (("none.yaml", "no such file"), (".", "a folder"), ("bytes.yaml", "UTF-8")):
        with pytest.raises(ConfigError, match=why) as error:
            read_mix(tmp_path / place)
        assert str(error.value).startswith(str(tmp_path / place))


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_is_filled_the_same_whatever_was_filled_before(name: str) -> None:
    """Another cell in between, and the same once more, are no difference; another seed is one."""
    one = Cell(domain=name, kind="normal", writes=1, burden=3, count=2)
    other = Cell(domain=name, kind="no-write", writes=0, burden=3, count=1)
    first = fill(one, 8, "base")
    between = fill(other, 8, "base")

    assert fill(one, 8, "base") == first
    assert fill(other, 8, "base") == between
    assert not {task.id for task in fill(one, 9, "base").tasks} & {task.id for task in first.tasks}
