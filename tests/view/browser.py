"""The pages of `writ view` in a real Chromium, as a person uses them. Run by job.py, in an environment that has playwright.

$WRIT_CHROMIUM names the browser. Screenshots go to $WRIT_SHOTS, where it is set.
"""

import importlib.util
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = os.environ.get("WRIT_CHROMIUM", "")
RUN, OTHER, HOSTILE, LARGE, FOREIGN = (
    Path(os.environ[name]) for name in ("WRIT_RUN", "WRIT_OTHER", "WRIT_HOSTILE", "WRIT_LARGE", "WRIT_FOREIGN")
)
PYTHON, ROOT = os.environ["WRIT_PYTHON"], os.environ["WRIT_ROOT"]
SHOTS = os.environ.get("WRIT_SHOTS", "")
AXE = Path(importlib.util.find_spec("axe_playwright_python").origin or "").parent / "axe.min.js"
SERIOUS = ("serious", "critical")

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="there is no Chromium here: apt-get install chromium, or set WRIT_CHROMIUM"
)


def served(*runs: Path) -> Iterator[str]:
    """The address of these runs, served by the command itself."""
    command = [PYTHON, "-m", "writ_dspy.cli.main", "view", *map(str, runs), "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout
            yield child.stdout.readline().split()[0]
        finally:
            child.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    yield from served(RUN, OTHER)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that complains of nothing: no error, no refused resource, and nothing asked of any other place."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    one = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    one.on("console", heard)
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on(
        "request",
        lambda asked: (
            complaints.append(asked.url) if not re.match(r"http://127\.0\.0\.1:|file:|data:", asked.url) else None
        ),
    )
    yield one
    context.close()
    assert complaints == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def until(page: Page, holds: str, seconds: float = 20) -> None:
    """Wait until an expression holds; playwright's own way to wait evaluates texts, which the policy of the pages forbids."""
    end = monotonic() + seconds
    while not page.evaluate(holds):
        assert monotonic() < end, holds
        page.wait_for_timeout(20)


def records(run: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]


def test_the_overview_counts_what_the_run_holds(page: Page, address: str) -> None:
    """Accepted and rejected as the verdicts have them; a number leads to the rows that it counts."""
    verdicts = records(RUN, "verdicts")
    page.goto(address)
    page.wait_for_selector("text=Findings by what was wanted")
    tiles = page.inner_text(".tiles")
    shot(page, "overview")

    assert f"accepted\n{sum(bool(one['accepted']) for one in verdicts)}" in tiles
    assert page.inner_text("h1") == str(RUN)
    link = page.locator("table:has(caption:has-text('Findings by check')) tbody a").first
    check = link.inner_text()
    link.click()
    page.wait_for_selector("table.rows")
    failed = sum(any(found["check"] == check for found in one["findings"]) for one in verdicts)
    assert page.inner_text(".found").startswith(f"{failed} of {len(verdicts)} ")


def test_filters_sorting_and_search(page: Page, address: str) -> None:
    """They narrow down and order what is there; the address holds them, and another visit to it shows the same."""
    page.goto(f"{address}#/0/table")
    page.click("summary:has-text('Filters')")
    page.click("fieldset label:has-text('rejected') input")
    rejected = sum(not one["accepted"] for one in records(RUN, "verdicts"))
    until(page, f"document.querySelector('.found').textContent.startsWith('{rejected} of ')")
    page.click("table.rows th >> text=burden")
    page.wait_for_selector("th[aria-sort=ascending]")
    burdens = [int(text) for text in page.locator("td.c-burden").all_inner_texts()]
    shot(page, "table")
    page.fill("#q", "Cancel")
    until(page, "location.hash.includes('q=Cancel')")
    found = page.inner_text(".found")
    page.goto("about:blank")
    page.goto(f"{address}#/0/table?{page.evaluate('0') or ''}q=Cancel&state=rejected&sort=burden")
    page.wait_for_selector("table.rows")

    assert burdens == sorted(burdens)
    assert page.inner_text(".found") == found
    assert int(found.split()[0]) < rejected
    assert page.locator("#q").input_value() == "Cancel"


def test_a_write_lights_up_its_evidence(page: Page, address: str) -> None:
    """Chosen in the chat: the reads that identify it are marked, each with its witness; the link to it shows the same."""
    page.goto(f"{address}#/0/table?state=accepted&writes=2%2B&sort=-burden")
    page.click("td.c-id a >> nth=0")
    page.wait_for_selector("ol.chat .call.write .pick")
    page.locator("ol.chat .call.write .pick").first.click()
    page.wait_for_selector(".turn.lit")
    lit = page.locator(".turn.lit").count()
    shot(page, "evidence")

    assert lit >= 1
    assert page.locator(".turn.lit .proof p").count() >= lit
    assert "had it shown" in page.locator(".turn.lit .proof").first.inner_text()
    assert page.locator(".turn.target").count() == 1
    assert "identify" in page.inner_text("#live")
    there = page.url
    assert "decision=" in there
    page.goto("about:blank")
    page.goto(there)
    page.wait_for_selector(".turn.lit")
    assert page.locator(".turn.lit").count() == lit
    page.locator("ol.chat details.result summary").first.click()
    assert page.locator("ol.chat details.result pre").first.is_visible()


def test_a_finding_stands_at_its_turn(page: Page, address: str) -> None:
    """The overview leads to it, and it is under the turn that it is about."""
    verdict = next(one for one in records(RUN, "verdicts") if one["findings"])
    finding = verdict["findings"][0]
    page.goto(f"{address}#/0/talk/{verdict['id']}?turn={finding['turn']}")
    page.wait_for_selector(f"#a-{finding['turn']} .finding")
    shot(page, "finding")

    assert finding["check"] in page.inner_text(f"#a-{finding['turn']} .finding")
    assert page.evaluate("document.activeElement.id") == f"a-{finding['turn']}"


def test_all_by_keyboard(page: Page, address: str) -> None:
    """From the overview to the table, down to a row, into it, through its evidence, on to the next, and back."""
    page.goto(address)
    page.wait_for_selector(".tiles")
    page.keyboard.press("t")
    page.wait_for_selector("table.rows")
    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.closest('tr').dataset.at") == "1"
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.chat")
    first = page.url
    page.keyboard.press("e")
    page.wait_for_selector("[aria-pressed=true]")
    page.keyboard.press("n")
    until(page, f"location.href.split('?')[0] !== {json.dumps(first)}")
    page.wait_for_selector("ol.chat")
    page.keyboard.press("Escape")
    page.wait_for_selector("table.rows")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()


def test_two_runs_compared(page: Page, address: str) -> None:
    """Their yields stand side by side, and a task that both have opens with both conversations beside each other."""
    page.goto(f"{address}#/compare")
    page.wait_for_selector("h2")
    text = page.inner_text("main")
    shot(page, "compare")

    assert "tasks are in both" in text
    page.locator("text=side by side").first.click()
    page.wait_for_selector(".pair ol.chat >> nth=1")
    assert page.locator("ol.chat").count() == 2
    shot(page, "beside")


def test_no_text_of_a_run_is_ever_performed(page: Page) -> None:
    """Markup, scripts and handlers in every text of a run are read as texts, on every page and as one file; no dialog opens."""
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for address in served(HOSTILE):
        for place in ("", "#/0/table", "#/compare"):
            page.goto("about:blank")
            page.goto(f"{address}{place}")
            page.wait_for_selector("h1")
        for verdict in records(HOSTILE, "verdicts")[:6]:
            page.goto(f"{address}#/0/talk/{verdict['id']}")
            page.wait_for_selector("ol.chat")
            page.keyboard.press("e")
            page.wait_for_timeout(100)
            assert "<img src=x onerror=" in page.inner_text("main")
            assert page.evaluate("window.bad") is None
            assert page.locator("main img, main script").count() == 0
        shot(page, "hostile")
        page.goto("about:blank")  # before the server goes, of which it may still want something


def test_a_page_of_another_site_gets_nothing(browser: Browser, address: str) -> None:
    """It can neither load the data as a script, nor fetch it, nor frame the pages."""
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "http://evil.example/**",
        lambda route: route.fulfill(body="<!doctype html><title>evil</title>", content_type="text/html"),
    )
    page.goto("http://evil.example/")
    got = page.evaluate(
        """async (address) => {
            window.writ = { put: (...given) => (window.stolen = given) };
            const script = document.createElement("script");
            script.src = `${address}data/runs.js`;
            await new Promise((done) => { script.onload = script.onerror = done; document.head.append(script); });
            let text = "";
            try { text = await (await fetch(`${address}data/runs.js`)).text(); } catch { text = "refused"; }
            return [window.stolen ?? null, text];
        }""",
        address,
    )
    context.close()

    assert got == [None, "refused"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, address: str, scheme: str) -> None:
    """On every page, in light and dark, with evidence lit up."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    bad = next(one for one in records(RUN, "verdicts") if one["findings"])
    good = next(one for one in records(RUN, "verdicts") if one["accepted"])
    for place, there in (("", ".owed, .broad"), ("#/0/table", "table.rows"), (f"#/0/talk/{good['id']}?decision=0", "ol.chat"),
                         (f"#/0/talk/{bad['id']}", ".finding"), ("#/compare", "h2")):  # fmt: skip
        page.goto("about:blank")
        page.goto(f"{address}{place}")
        page.wait_for_selector(there)
        for one in page.locator("summary").all()[:3]:
            one.click()
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document).then((all) => all.violations)")
        serious = [
            f"{place}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')[:300]}"
            for one in found
            if one["impact"] in SERIOUS
        ]
        assert serious == []
    shot(page, f"{scheme}")


def test_a_phone_shows_all_of_it(page: Page, address: str) -> None:
    """Nothing is wider than a small screen, on any page; the row of a table names its conversation, kind and verdict."""
    page.set_viewport_size({"width": 360, "height": 740})
    key = records(RUN, "verdicts")[0]["id"]
    for place, there in (
        ("", ".tiles"),
        ("#/0/table", "table.rows td"),
        (f"#/0/talk/{key}", "ol.chat"),
        ("#/compare", "h2"),
    ):
        page.goto("about:blank")
        page.goto(f"{address}{place}")
        page.wait_for_selector(there)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
        heads = "[...document.querySelectorAll('table.bars thead th')].every((head) => head.scrollWidth <= head.clientWidth)"
        assert page.evaluate(heads), place
        shot(page, f"phone-{there.strip('.#').replace(' ', '-')}")
    page.goto(f"{address}#/0/table")
    page.wait_for_selector("table.rows td")
    box = page.locator("td.c-id a").first.bounding_box()
    assert page.locator("td.c-state").first.is_visible()
    assert box
    assert box["width"] > 100  # wide enough to be read, and to be hit


def test_pages_from_a_folder_and_as_one_file(page: Page, tmp_path: Path) -> None:
    """Opened from the disk, without a server, they show the same."""
    for words in (
        ("view", str(RUN), "--out", str(tmp_path / "pages")),
        ("report", str(RUN), "--html", str(tmp_path / "one.html")),
    ):
        subprocess.run([PYTHON, "-m", "writ_dspy.cli.main", "-q", *words], cwd=ROOT, check=True)
    page.goto(f"file://{tmp_path}/pages/index.html")
    page.wait_for_selector(".broad")
    page.keyboard.press("t")
    page.click("td.c-id a >> nth=1")
    page.wait_for_selector("ol.chat")
    page.goto(f"file://{tmp_path}/one.html")
    page.wait_for_selector(".broad")
    shot(page, "one-file")

    assert page.locator("nav[aria-label=pages] a").all_inner_texts() == ["Overview"]


def test_rows_of_a_set_that_name_no_try_are_tasks_of_their_own(page: Page) -> None:
    """Row 10 of somebody else's set is no other try at the task of row 11."""
    page.goto(f"file://{FOREIGN}/index.html#/0/talk/row-10")
    page.wait_for_selector("ol.chat")

    assert "No other try at this task" in (page.text_content("aside.panel") or "")


def test_quick_at_a_hundred_thousand_rows(page: Page) -> None:
    """Filtering, sorting, searching and scrolling to the end each take less than a second; only the rows that are seen are there."""
    for address in served(LARGE):
        page.goto(f"{address}#/0/table")
        page.wait_for_selector("table.rows td", timeout=60_000)
        total = page.inner_text(".found").split(" of ")[1].split()[0]
        assert int(total.replace(",", "")) >= 100_000
        took = {}
        for name, place in {
            "filter": "state=accepted",
            "sort": "sort=-burden",
            "search": "q=cancel+order",
            "all": "q=book&state=accepted&sort=text",
        }.items():
            started = monotonic()
            page.evaluate("(place) => { location.hash = `#/0/table?${place}`; }", place)
            until(page, f"document.querySelector('.found') && location.hash.endsWith('{place}')")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            took[name] = monotonic() - started
        started = monotonic()
        page.evaluate("location.hash = '#/0/table'")
        until(page, f"document.querySelector('.found').textContent.startsWith('{total} of')")
        page.evaluate("(() => { const box = document.querySelector('.window'); box.scrollTop = box.scrollHeight; })()")
        until(
            page,
            f"[...document.querySelectorAll('tr[aria-rowindex]')].some((row) => row.getAttribute('aria-rowindex') === '{int(total.replace(',', '')) + 1}')",
        )
        took["to the end"] = monotonic() - started
        shot(page, "large")
        if SHOTS:
            (Path(SHOTS) / "large.json").write_text(json.dumps(took))

        assert page.locator("table.rows tbody tr").count() < 120
        assert max(took.values()) < 2.0
        page.goto("about:blank")
