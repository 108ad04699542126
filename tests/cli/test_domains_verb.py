"""`writ domains`: a domain to begin with is written and holds; a domain of one's own is listed, mixed and checked by its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.calls import writ
from tests.domains.library import FILE
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
