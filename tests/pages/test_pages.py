"""The README and the documentation say what the code says, and lead where they say."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
import typer

from pages import index, written
from pages.blocks import at_home, counted
from tests.calls import ROOT
from writ_dspy.cli.main import app
from writ_dspy.conversation import StopReason
from writ_dspy.lm.endpoint import ROLES, Endpoint
from writ_dspy.run.casting import MODES
from writ_dspy.verify.checks import CHECKS

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOME = PROJECT["urls"]["Repository"]
RAW = HOME.replace("github.com", "raw.githubusercontent.com") + "/main/"
FRONT = 12_000
"""Bytes that a front door may have."""
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
NO_ANCHOR = re.compile(r"^(#+) (.*?)(?: \{.*\})?$", re.MULTILINE)


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead, code left out."""
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)\s]+)\)", text)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT)).replace("/", "|")


@pytest.fixture(scope="module")
def wanted() -> dict[Path, str]:
    """What code writes; the sample is proposed and played for it."""
    return written()


def test_every_generated_page_is_what_the_code_says(wanted: dict[Path, str]) -> None:
    """Sample, proof, picture, tables, command line, API, map and index are current; `python -m pages` writes them."""
    stale = [str(path.relative_to(ROOT)) for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]

    assert not stale, "run `python -m pages`"


def test_the_front_door_is_short() -> None:
    """The README is read in a few minutes; everything else is documentation."""
    assert len(README.encode()) <= FRONT


def test_the_readme_holds_wherever_it_is_shown() -> None:
    """A package index shows it, too: no link is relative, and each of ours names a file that is there."""
    ours = [link for link in links(ROOT / "README.md") if link.startswith((HOME, RAW))]

    assert all(link.startswith("https://") for link in links(ROOT / "README.md"))
    for link in ours:
        assert leads(link), link
    assert [link for link in ours if link.startswith(RAW)] == [f"{RAW}docs/images/sample.svg"]


def test_links_follow_the_repository_when_it_moves() -> None:
    """One address in pyproject.toml; `python -m pages` brings it to every page."""
    there = README.replace("writ-dspy/writ-dspy", "somebody/writ-dspy")

    assert there != README
    assert at_home(there) == README
    assert at_home("https://github.com/sierra-research/tau2-bench/writ-dspy/") == (
        "https://github.com/sierra-research/tau2-bench/writ-dspy/"
    )


def test_what_the_readme_says_of_an_invented_flight_stands_in_its_proof() -> None:
    """Both names of the sentence above the table are in the table, and the real one is not the right one."""
    sentence, proof = re.search(
        r"<!-- invented -->\n(.*?)<!-- /invented -->.*<!-- proof -->\n(.*?)<!-- /proof -->", README, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    invented, real = re.findall(r"`(~?HAT\d+)`", sentence)[:2]
    assert invented == f"~{real}"
    assert re.search(rf"also (?:~\w+ \+ )*{invented} (?:\+ ~\w+ )*with ", proof)
    assert f"'{invented}' (not '{real}')" in proof


def test_every_word_of_a_report_is_in_the_glossary() -> None:
    """Those by which its tables and the head of a conversation are read."""
    known = (DOCS / "glossary.md").read_text(encoding="utf-8").lower()
    words = (
        "trial",
        "claim",
        "judged",
        "open",
        "denied",
        "kind",
        "burden",
        "redrawn",
        "not applicable",
        "manner",
        "locates",
    )
    words += tuple(reason.value for reason in StopReason)
    assert [word for word in words if f"**{word}**" not in known and f"*{word}*" not in known] == []
    rows = re.findall(r"^\| \*\*(.+?)\*\*", known, re.MULTILINE)
    assert rows == sorted(rows)
    roles = re.search(r"\| \*\*role\*\* \| (.*?)\. ", known)
    assert roles is not None
    assert all(role in roles[1] for role in ROLES)
    assert all(f"`{mode}`" in known for mode in MODES)


def test_the_number_of_checks_is_said_where_a_reader_asks() -> None:
    """The front pages count the checks; `python -m pages` keeps the number."""
    for page in ("README.md", "docs/index.md", "docs/checks.md", "docs/glossary.md", "docs/architecture.md"):
        text = (ROOT / page).read_text(encoding="utf-8")

        assert counted(text, 20) != text, page
        assert counted(counted(text, 20), len(CHECKS)) == text, page


def test_every_reason_why_words_are_turned_down_is_explained() -> None:
    """What code can answer to a model's words stands in the table that says what it means."""
    table = (DOCS / "models.md").read_text(encoding="utf-8").partition("## Why words are turned down")[2]
    told = [text.rstrip("… ") for line in table.splitlines() for text in re.findall(r"`([^`]+)`", line.split(" | ")[0])]
    judges = "".join(
        (ROOT / "programs" / f"{name}.py").read_text() for name in ("composer", "proposer", "voice", "wording")
    )
    fidelity = (ROOT / "writ_dspy" / "verify" / "fidelity.py").read_text()
    found = [*re.findall(r'Rejected\(\s*f?"([^"]+)"', judges), *re.findall(r'yield f?"([^"{]+)', fidelity)]

    assert len(found) > 30
    assert not [reason for reason in found if not any(reason.startswith(start) for start in told)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_address_of_a_model_is_one(page: Path) -> None:
    """It is read as an address, and where a port is written, it stays that port."""
    for url in set(
        re.findall(
            r"(?<![\w`])(?:sglang|openai)://[a-z0-9][^\s`\"',|]+", page.read_text(encoding="utf-8").replace("`", " ")
        )
    ):
        found = Endpoint.parse(url)

        host = url.partition("://")[2].partition("/")[0]
        assert found.base_url.partition("://")[2].partition("/")[0] == host, url
        assert found.base_url.startswith("https:") == (":" not in host and "." in host), url


def test_the_badges_are_true() -> None:
    """What they state stands in pyproject.toml."""
    assert PROJECT["requires-python"] == ">=3.11"
    assert "python-3.11%20or%20newer" in README
    assert PROJECT["license"] == "Apache-2.0"
    assert "license-Apache--2.0" in README
    assert "Development Status :: 3 - Alpha" in PROJECT["classifiers"]
    assert "status-alpha" in README


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of the repository, or to a heading of a page; of links to the repository on the web, to a file in it."""
    for link in links(page):
        if link.startswith((f"{HOME}/blob/", RAW)):
            assert leads(link), link
        elif not re.match(r"https?://", link):
            assert found(page.parent / link if not link.startswith("#") else Path(f"{page}{link}")), link


def leads(link: str) -> bool:
    """Whether a link to the repository on the web names a file that is here."""
    return found(ROOT / link.removeprefix(f"{HOME}/blob/main/").removeprefix(RAW))


def found(place: Path) -> bool:
    """Whether there is such a file, with such a heading."""
    path, _, anchor = unquote(str(place)).partition("#")
    return Path(path).exists() and (not anchor or anchor in headings(Path(path)))


def headings(page: Path) -> set[str]:
    """The anchors of a page."""
    titles = [found[1] for found in NO_ANCHOR.findall(page.read_text(encoding="utf-8"))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_the_navigation_holds_every_page() -> None:
    """A page that no menu leads to is found by nobody; and the docs link to no file outside of them."""
    assert sorted(index.pages()) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))
    for page in DOCS.rglob("*.md"):
        inside = [link for link in links(page) if not re.match(r"https?://|#", link)]
        gone = [
            link
            for link in inside
            if not Path(os.path.normpath(page.parent / link.partition("#")[0])).is_relative_to(DOCS)
        ]

        assert not gone, page


def test_every_verb_and_option_is_in_the_reference() -> None:
    """Nothing that the command line takes is left out of `docs/cli.md`."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    for verb, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        section = text.partition(f"\n## writ {verb}\n")[2].partition("\n## ")[0]
        options = [
            option
            for one in command.params
            for option in one.opts
            if one.param_type_name == "option" and not one.hidden
        ]

        assert section, verb
        assert not [option for option in options if not re.search(rf"{option}\b", section)], verb


def test_the_picture_stands_on_its_own() -> None:
    """An SVG that fetches nothing and runs nothing, with a name for who cannot see it, and everything that was said."""
    text = (DOCS / "images" / "sample.svg").read_text(encoding="utf-8")
    tree = ET.fromstring(text)  # noqa: S314 - our own file

    assert tree.get("aria-label")
    assert not re.search(r"href|<script|<image|url\(|@import", text)
    shown = " ".join(" ".join(part.text or "" for part in tree.iter("{http://www.w3.org/2000/svg}text")).split())
    burden = re.search(r"an \*evidence burden\* of (\d+)", README)
    assert burden
    assert f"evidence burden: {burden[1]}" in shown
    assert shown.count("Had it shown") == int(burden[1])


def test_the_index_for_language_models_is_whole() -> None:
    """`llms.txt` names every page with a sentence about it."""
    lines = (DOCS / "llms.txt").read_text(encoding="utf-8").splitlines()
    found = {match[1]: match[2] for line in lines if (match := re.fullmatch(r"- \[[^]]+\]\(([^)]+)\): (.+)", line))}

    assert list(found) == index.pages()
    assert all(len(words.split()) > 3 for words in found.values())


def test_a_page_is_about_what_it_says_first() -> None:
    """Its first sentence, also one that begins with code; not the heading, a picture, a table, or a block."""
    words = "# X\n\n![p](p.svg)\n\n```sh\nwrit\n\nx\n```\n\n`writ x` does **y** [here](z.md). More.\n"

    assert index.about("x.md", {DOCS / "x.md": words}) == "`writ x` does y here."


def test_the_glossary_is_in_order() -> None:
    """A reader finds a word by the alphabet."""
    words = re.findall(r"^\| \*\*(.+?)\*\*", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert words == sorted(words, key=str.lower)
    assert {"burden", "cell", "dry", "evidence", "firewall", "gold", "kept", "owed", "twin", "witness"} <= set(words)


def test_architecture_stays_one_page() -> None:
    """At most 100 lines, and one diagram."""
    lines = (DOCS / "architecture.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 100


def test_a_line_of_the_changelog_is_short() -> None:
    """One outcome a line, in at most 25 words."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    items = [" ".join(item.split()) for item in re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)]

    assert items
    assert not [item for item in items if len(item.split()) > 25]
