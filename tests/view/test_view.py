"""The pages of runs: right about what they show, safe whatever a run says, and served to nobody but the user."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import tree, writ
from tests.publish.calls import NAME, connected
from tests.view.hostile import HOSTILE, hostile_copy
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import StoreError
from writ_dspy.publish.upload import Plan, send
from writ_dspy.run.looking import rows
from writ_dspy.run.synth import load
from writ_dspy.view.folder import overview
from writ_dspy.view.rows import Rows
from writ_dspy.view.server import Server
from writ_dspy.view.site import SCRIPTS, STYLES, Site, front, put

if TYPE_CHECKING:
    from writ_dspy.publish.stage import Staged

FRONT = Path(__file__).parents[2] / "writ_dspy" / "view" / "front"
PUT = re.compile(rb'writ\.put\("([^"\\]*)", ("(?:[^"\\\n]|\\.)*")\);\n')
BANNED = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\b|new Function|"
    r"setTimeout\(['\"`]|\bfetch\(|XMLHttpRequest|WebSocket|https?://|url\(|@import|import\("
)
"""What makes markup or code of a text, or asks the net for something."""


def data(site: Site, path: str) -> Any:
    """What a file of data hands over; it is one call with one text in ASCII, and nothing else."""
    text = site.get(path)
    assert text is not None
    found = PUT.fullmatch(text)
    assert found, text[:200]
    assert text.isascii()
    assert found[1].decode() == path.removeprefix("data/").removesuffix(".js")
    return json.loads(json.loads(found[2]))


def test_columns_are_the_rows(careless_run: Path) -> None:
    """Each conversation once, by id, with the verdict, the dials and the failed checks that `writ show` lists."""
    found = data(Site.of([careless_run]), "data/0/index.js")
    columns, names = found["columns"], found["names"]
    wanted = rows(load(careless_run))

    assert {len(column) for column in columns.values()} == {len(wanted)}
    for place, row in enumerate(wanted):
        assert columns["id"][place] == row.id
        assert ["rejected", "accepted", "crashed", "not judged"][columns["state"][place]] == row.state
        assert names["kind"][columns["kind"][place]] == row.kind
        assert (columns["writes"][place], columns["burden"][place]) == (row.writes, row.burden)
        assert tuple(names["check"][number] for number in columns["checks"][place]) == row.checks


def test_a_write_points_to_the_reads_that_identify_it(careless_run: Path) -> None:
    """Each at the turn that made it, with a witness; in an accepted conversation all are there, and before the write."""
    site = Site.of([careless_run])
    states = data(site, "data/0/index.js")["columns"]["state"]
    seen = 0
    for place, state in enumerate(states):
        doc = data(site, f"data/0/talk/0/{place}.js")
        for one in doc["decisions"]:
            if one["write"] is not None:
                assert one["name"] in [call["tool"] for call in doc["turns"][one["write"]]["calls"]]
            for read in one["evidence"]:
                assert read["change"]
                if read["turn"] is not None:
                    assert {call["kind"] for call in doc["turns"][read["turn"]]["calls"]} == {"read"}
                    seen += 1
            if state == 1 and one["gold"]:
                assert all(read["turn"] is not None and read["turn"] < one["write"] for read in one["evidence"])
        assert (
            tuple(dict.fromkeys(finding["check"] for finding in doc["findings"]))
            == rows(load(careless_run))[place].checks
        )
        assert load_domain(doc["domain"]).name == doc["domain"]
    assert seen


def test_whatever_a_run_says_is_data(careless_run: Path, tmp_path: Path) -> None:
    """It comes as a text, which is read as JSON; what hides or turns text around is shown."""
    site = Site.of([hostile_copy(careless_run, tmp_path / "run")])
    found = [data(site, f"data/0/{name}.js") for name in ("index", "report", "talk/0/0")]
    within = overview(site).partition('id="data">')[2].partition("</script>")[0]

    assert all("<img src=x onerror=" in json.dumps(one) for one in (found[0], found[2]))
    assert "\u202e" not in json.dumps(found, ensure_ascii=False)
    assert "<" not in within
    assert json.loads(within)["0/report"] == found[1]


def test_no_text_becomes_markup_and_nothing_is_fetched() -> None:
    """The front end makes elements and texts; it has no word that parses markup, runs a text or asks the net."""
    for name in (*STYLES, *SCRIPTS):
        assert not re.findall(BANNED, front(name)), name
        assert "</script" not in front(name)
        assert len(front(name).splitlines()) <= 400
    assert {path.name for path in FRONT.iterdir()} == {*STYLES, *SCRIPTS}


def test_the_overview_is_one_file(careless_run: Path, tmp_path: Path) -> None:
    """It runs the script and takes the style whose hashes its policy names, and refers to nothing; a file of others stays."""
    path, other = tmp_path / "report.html", tmp_path / "other.html"
    other.write_text("mine")
    done, again, refused = (writ("report", careless_run, "--html", one) for one in (path, path, other))
    text = path.read_text()
    parts = [*re.findall(r"<(script|style)>(.*?)</\1>", text, re.DOTALL)]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)

    assert (done.code, again.code, refused.code, other.read_text()) == (0, 0, 2, "mine")
    assert "did not make" in refused.err
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    assert sorted(name for name, _ in parts) == ["script", "style"]
    for _, part in parts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" in policy[1]
    assert not re.findall(r'(?:src|href)="(?!#main|data:,)[^"]*"', text)


def test_pages_as_a_folder(careless_run: Path, tmp_path: Path) -> None:
    """Every file is there as it is served, and again the same; a folder with something else stays as it is."""
    out, mine = tmp_path / "pages", tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("mine")
    done = writ("view", careless_run, "--out", out)
    assert re.search(r"^files (\d+)/\1\b", done.err, re.MULTILINE)  # and no conversations
    first, site = tree(out), Site.of([careless_run])
    again = writ("view", careless_run, "--out", out)
    refused = writ("view", careless_run, "--out", mine)

    assert (done.code, again.code, refused.code) == (0, 0, 2)
    assert first == {path: site.get(path) for path in site.paths()}
    assert tree(out) == first
    assert "nothing was changed" in refused.err
    assert tree(mine) == {"index.html": b"mine"}


def test_pages_written_anew_keep_nothing_of_the_old_ones(careless_run: Path, small_run: Path, tmp_path: Path) -> None:
    """What only the earlier pages showed is gone, so that it is not sent along; what somebody else put there stays, a link unfollowed."""
    out, mine = tmp_path / "pages", tmp_path / "mine"
    mine.mkdir()
    (mine / "kept.js").write_text("mine")
    assert writ("view", careless_run, small_run, "--out", out).code == 0
    (out / "data" / "notes.txt").write_text("mine")
    (out / "data" / "linked").symlink_to(mine)
    assert writ("view", small_run, "--out", out).code == 0
    site = Site.of([small_run])

    assert tree(out) == {path: site.get(path) for path in site.paths()} | {"data/notes.txt": b"mine"}
    assert not (out / "data" / "1").exists()
    assert (mine / "kept.js").read_text() == "mine"


@pytest.fixture(scope="module")
def server(careless_run: Path) -> Iterator[Server]:
    """The pages of a run, served."""
    with Server(Site.of([careless_run]), 0) as one:
        thread = threading.Thread(target=one.serve_forever, args=(0.02,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """An answer, with its headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def test_only_the_user_is_answered(server: Server) -> None:
    """Not a page of another site, nor a name of others that leads here; nothing outside the site, and nothing by POST."""
    outside = (
        "/../site.py",
        "/%2e%2e/site.py",
        "/data/0/talk/0/999999.js",
        "/data/9/index.js",
        "/data/0/talk/1/0.js",
        "//etc",
        "//[",
        "/%00",
        "/%ff%fe",
    )

    assert ask(server, "/")[0] == ask(server, "/data/0/index.js", Sec_Fetch_Site="same-origin")[0] == 200
    assert ask(server, "/", Host=f"evil.example:{server.port}")[0] == ask(server, "/", Host="127.0.0.1")[0] == 403
    assert ask(server, "/data/runs.js", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(server, "/data/runs.js", Sec_Fetch_Site="same-site")[0] == 403
    assert ask(server, "/", "POST")[0] == 501
    assert {path: ask(server, path)[0] for path in outside} == dict.fromkeys(outside, 404)
    assert server.server_address[0] == "127.0.0.1"


def test_every_answer_says_what_a_page_may_do(server: Server) -> None:
    """The same policy with every answer; a head is a page without its content."""
    for path in ("/", "/view.css", "/main.js", "/data/runs.js", "/none"):
        status, headers, body = ask(server, path)
        head = ask(server, path, "HEAD")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert (head[0], head[1]["Content-Length"], head[2]) == (status, str(len(body)), b"")
    assert ask(server, "/")[1]["Content-Type"] == "text/html; charset=utf-8"


def test_bad_requests_are_one_line(
    careless_run: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown run, a busy port, no such port, no browser: each with its remedy, and nothing is changed."""

    def none(*_: object) -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    before = tree(careless_run)
    for words, says in (
        (("view", tmp_path / "none", "--no-browser"), "is not a run"),
        (("view", careless_run, "--no-browser", "--port", server.port), "is taken by another program"),
        (("view", careless_run, "--no-browser", "--port", 70_000), "65,535"),
        (("view", careless_run), "--no-browser"),
        (("view", careless_run, "--out", careless_run), "nothing was changed"),
        (("report", tmp_path / "none", "--html", tmp_path / "a.html"), "is not a run"),
    ):
        done = writ(*words)
        assert done.code == 2, words
        assert says in done.err
        assert len(done.err.splitlines()) == 1
    assert tree(careless_run) == before
    assert not (tmp_path / "a.html").exists()


def test_put_is_read_back() -> None:
    """Any JSON comes back as it was, through a script that is ASCII."""
    value = {"a": [HOSTILE, None, 1.5, "\ud800", "é漢"], HOSTILE: {}}
    found = PUT.fullmatch(put("x", value).encode())

    assert found
    assert json.loads(json.loads(found[2])) == value


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own
@pytest.mark.long
def test_a_published_set_is_shown(staged: Staged, small_run: Path, tmp_path: Path) -> None:
    """From the Hub: the rows that the run has accepted, with the turns of their evidence; a set of others has what its rows say."""
    with connected(tmp_path / "hub"):
        send(staged, Plan(NAME))
        site = Site.of([f"hf:{NAME}", small_run])
        found, ours = (data(site, f"data/{number}/index.js") for number in (0, 1))
        docs = [data(site, f"data/0/talk/0/{place}.js") for place in range(len(found["columns"]["id"]))]
        report = data(site, "data/0/report.js")
        missing = writ("view", "hf:nobody/none", "--no-browser")
    accepted = [key for key, state in zip(ours["columns"]["id"], ours["columns"]["state"], strict=True) if state == 1]

    assert sorted(key.rpartition("-")[0] for key in found["columns"]["id"]) == accepted
    assert report["total"]["accepted"] == len(accepted)
    for doc in docs:
        assert doc["turns"][0]["role"] == "user"
        assert len(doc["decisions"]) >= 1
        assert all(
            one["turn"] is not None for decision in doc["decisions"] for one in decision["evidence"] if decision["gold"]
        )
    assert any(decision["write"] is not None for doc in docs for decision in doc["decisions"])
    assert missing.code == 2
    assert len(missing.err.splitlines()) == 1


def test_what_a_set_does_not_say_is_none() -> None:
    """A row of few columns has no dials, and no decisions; a row without messages is refused by its number."""
    said = [{"role": "user", "content": HOSTILE}, {"role": "assistant", "content": "ok"}]
    few = Rows("hf:a/b", [{"messages": said, "domain": "retail", "trajectory_type": "normal", "tools": []}], {}, {})
    doc = few.talk(0)

    assert few.document["columns"]["writes"] == [None]
    assert doc is not None
    assert (doc["writes"], doc["decisions"], len(doc["turns"])) == (None, [], 2)
    with pytest.raises(StoreError, match="hf:a/b: row 0 is no trajectory"):
        Rows("hf:a/b", [{"text": "a story"}], {}, {}).document  # noqa: B018 - read here
