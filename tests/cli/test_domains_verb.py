"""`writ domains`: a domain to begin with is written and holds; a domain of one's own is listed, mixed and checked by its place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.calls import writ
from tests.domains.library import FILE, spec, written
from writ_dspy import domains
from writ_dspy.domains import kept, places
from writ_dspy.examine import Examined, Flaw, examined


def test_a_domain_to_begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four files, which are found by their place; none of them is ever written over."""
    monkeypatch.chdir(tmp_path)
    made = writ("domains", "new", "library")
    assert made.code == 0, made.err
    assert sorted(path.name for path in (tmp_path / "library").iterdir()) == [
        "data.py",
        "library.yaml",
        "policy.md",
        "tools.py",
    ]

    listed = json.loads(writ("domains", "--domain", "library/library.yaml", "--json").out)
    assert [one["domain"] for one in listed["domains"]] == ["town:library"]
    assert listed["domains"][0]["write"] == 4
    assert listed["domains"][0]["tools"]["renew_loan"] == "write"
    shown = writ("domains", "--domain", "library/library.yaml").out
    assert re.search(r"^renew_loan +write +\w", shown, re.MULTILINE)
    assert "town:library" in writ("domains", "--mix", "--domain", "library/library.yaml", "-n", "5").out
    again = writ("domains", "new", "library")
    assert again.code == 2
    assert "is there already" in again.err


@pytest.mark.parametrize("grave", [True, False])
def test_a_check_ends_with_a_verdict(grave: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 where something does not hold; advice is printed and changes nothing."""
    found = Examined((Flaw("policy", "no clause stands for it", grave),), 4, 4, (("a cell", 4, 4),), 0.5)
    monkeypatch.setattr("writ_dspy.examine.examine", lambda *_args, tell: (tell("drafting"), found)[1])
    assert "drafting" in writ("domains", "check", FILE).err
    assert not writ("domains", "check", FILE, "-q").err
    said, told = writ("domains", "check", FILE), writ("domains", "check", FILE, "--json")
    assert said.code == told.code == int(grave)
    assert ("does not hold: policy" if grave else "could be better: policy") in said.out
    assert json.loads(told.out)["holds"] is not grave
    assert examined.TASKS == 40
    assert (
        "50% of the sequences of three words in the requests are new, the others repeat one; 35% are enough" in said.out
    )


@pytest.fixture
def _forgetful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user who has named no domain yet."""
    monkeypatch.setattr(places, "_places", {})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.usefixtures("_forgetful")
def test_what_was_named_is_listed_and_forgotten(tmp_path: Path) -> None:
    """With its file, whether that is there, and where all this is kept; a name that is none is refused with those that are."""
    path = written(tmp_path, spec() | {"domain": "town:copy"})
    assert "town:copy" not in writ("domains").out
    assert writ("domains", "--domain", path).code == 0
    listed = writ("domains")
    assert [line.split() for line in listed.out.splitlines() if "town:copy" in line] == [["town:copy", str(path)]]
    assert str(kept.memory()) in listed.out
    assert "writ domains forget NAME" in listed.out
    path.unlink()
    assert "not there any more" in writ("domains").out
    told = json.loads(writ("domains", "--json").out)
    assert told["yours"] == [{"domain": "town:copy", "place": str(path), "there": False}]

    odd = writ("domains", "forget", "town:copi")
    assert (odd.code, "There are town:copy." in odd.err) == (2, True)
    assert "stays as it is" in writ("domains", "forget", "copy").out
    assert json.loads(writ("domains", "--json").out)["yours"] == []


@pytest.mark.usefixtures("_forgetful")
@pytest.mark.parametrize("holds", [True, False])
def test_a_check_that_does_not_hold_takes_no_name_over(
    holds: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only what holds is meant by the name from then on."""
    found = Examined((() if holds else (Flaw("policy", "no clause stands for it", grave=True),)), 4, 4, (), 0.5)
    monkeypatch.setattr("writ_dspy.examine.examine", lambda *_args, tell: (tell("drafting"), found)[1])
    monkeypatch.setattr(domains, "_loaded", places.load)  # as each process does once
    for name in ("good", "other"):
        (tmp_path / name).mkdir()
    good, other = (
        written(tmp_path / name, spec() | {"domain": "town:copy", "about": name}) for name in ("good", "other")
    )
    assert writ("domains", "--domain", good).code == 0
    checked = writ("domains", "check", other)

    assert places.meant("town:copy") == str(other if holds else good)
    assert (f"the name town:copy keeps meaning {good}" in checked.err) is not holds


@pytest.mark.parametrize(
    "args", [("check",), ("new",), ("check", "a", "--mix"), ("check", "nowhere.yaml"), ("check", "tau2:moon")]
)
def test_what_cannot_be_checked_is_refused(args: tuple[str, ...]) -> None:
    """In one line."""
    done = writ("domains", *args)
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1


@pytest.mark.slow
def test_a_declaration_is_drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the tools and the data of the library; what is left to do is one list, and a file that is there stays."""
    monkeypatch.chdir(tmp_path)
    for name in ("tools.py", "data.py", "policy.md"):
        (tmp_path / name).write_text((FILE.parent / name).read_text("utf-8"), "utf-8")
    asked = ("domains", "draft", "tools.py", "--data", "data.py:make", "--policy", "policy.md")
    made = writ(*asked, "-o", "desk.yaml", "--json")

    assert made.code == 0, made.err
    said = json.loads(made.out)
    assert said["writes"] == ["renew_loan", "place_hold", "cancel_hold", "change_pickup"]
    assert said["todo"]
    assert json.loads(writ("domains", "-d", "desk.yaml", "--json").out)["domains"][0]["write"] == 4
    again = writ(*asked, "-o", "desk.yaml")
    assert (again.code, "is there already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("draft", "tools.py"), "say where the declaration goes"),
        (("draft", "tools.py", "-o", "desk.json"), "ends in .yaml"),
        (("draft", "tools.py", "-o", "Ümlaut.yaml"), "cannot be called"),
        (("draft", "none.py", "--data", "d.json", "-o", "desk.yaml"), "there is no file"),
        (("check", "retail", "--policy", "p.md"), "belong to draft alone"),
        (("phrases", "desk.yaml"), "needs a model"),
        (("check", "retail", "--lm", "local"), "belong to draft and phrases"),
        (("phrases", "retail", "--lm", "local"), "it takes the file"),
        (
            (
                "--data",
                "d.json",
            ),
            "belong to draft alone",
        ),
    ],
)
def test_what_cannot_be_drafted_is_refused_in_one_line(
    args: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit code 2, and nothing written."""
    monkeypatch.chdir(tmp_path)
    done = writ("domains", *args)

    assert (done.code, says in done.err, list(tmp_path.iterdir())) == (2, True, [])
