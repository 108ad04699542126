"""Reports and transcripts: every number is what an independent count gives, every text is shown as it was."""

from __future__ import annotations

import dataclasses
import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console, RenderableType

from writ_dspy.codec import to_json
from writ_dspy.conversation import Conversation, StopReason, Turn, conversation_to_json
from writ_dspy.lm.usage import Usage, write_totals
from writ_dspy.report.cost import per_accepted
from writ_dspy.report.counting import USAGE, summarize
from writ_dspy.report.found import PLACES, gist
from writ_dspy.report.summary import BAR, Rejection, Report, Tally, render
from writ_dspy.report.transcript import CUT, show
from writ_dspy.store.run import Run
from writ_dspy.task import KINDS, Axes, Behaviour, Call, Decision, Goal, Outcome, Slot, Task

CHECKS = ("end_state", "provenance", "communicated")
TOOLS = {"tau2:retail": ("cancel", "exchange"), "tau2:airline": ("book",)}


def make_task(number: int, luck: random.Random) -> Task:
    """A task with chance axes; what it is about does not matter here."""
    domain = luck.choice(sorted(TOOLS))
    writes = luck.randint(0, 3)
    tools = luck.choices(TOOLS[domain][:1], k=writes)
    outcomes = tuple(Outcome(Call.of(tool, {"id": index}), None, (), ()) for index, tool in enumerate(tools))
    return Task(
        id=f"t{number}",
        domain=domain,
        kind=luck.choice(KINDS),
        goal=Goal(tuple(Decision(tool, ()) for tool in tools)),
        facts=(),
        identity=Slot("identity", "I am Mia."),
        requests=(),
        instruction=f"You want thing {number}.",
        outcomes=outcomes,
        told=(),
        axes=Axes(writes, luck.randint(2, 9), 10),
        memory="knows ids",
        recipe="by hand",
        behaviour=luck.choice((None, Behaviour((("tone", "blunt"),)), Behaviour((("tone", "polite"),)))),
    )


def make_talk(task: Task, attempt: int, luck: random.Random) -> Conversation:
    """One try at a task; about one in seven crashed."""
    crashed = luck.random() < 0.15
    return Conversation(
        f"{task.id}.{attempt}",
        task.id,
        (Turn("user", "Hi."), Turn("agent", "Hello.")),
        StopReason.CRASHED if crashed else StopReason.USER_DONE,
        attempt,
        "scripted",
        "scripted",
        redraws=luck.randint(0, 2),
        error="boom\nin two lines" if crashed else "",
    )


def make_verdict(talk: Conversation, luck: random.Random) -> dict[str, Any]:
    """A verdict in which each check fails by chance, with two findings; an older writ saw no manner."""
    failed = [check for check in CHECKS if luck.random() < 0.25]
    findings = [
        {"check": check, "turn": turn, "saw": f"{check} saw", "wanted": "[/b] x"} for check in failed for turn in (1, 0)
    ]
    manner = {"tone": luck.choice((["polite", 0.75], ["blunt", 0.0], ["not measured", None]))}
    seen = {"manner": manner} if luck.random() < 0.8 else {}
    return {"id": talk.id, "task_id": talk.task_id, "accepted": not failed, "findings": findings} | seen


@dataclasses.dataclass
class Made:
    """A run together with what went into it."""

    run: Run
    tasks: list[Task]
    talks: list[Conversation]
    verdicts: list[dict[str, Any]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Sixty tasks, two tries each; some crashed, some never judged, one crash wrongly judged all the same."""
    luck = random.Random(5)
    tasks = [make_task(number, luck) for number in range(60)]
    talks = [make_talk(task, attempt, luck) for task in tasks for attempt in range(2)]
    ended = [talk for talk in talks if talk.stop is not StopReason.CRASHED]
    verdicts = [make_verdict(talk, luck) for talk in ended if luck.random() < 0.9]
    crashed = next(talk for talk in talks if talk.stop is StopReason.CRASHED)
    extra = {"id": crashed.id, "task_id": crashed.task_id, "accepted": True, "findings": []}
    with Run.open(tmp_path / "run", {}) as run:
        run.append("tasks", [cast("dict[str, Any]", to_json(task)) for task in tasks])
        run.append("conversations", map(conversation_to_json, talks))
        run.append("verdicts", [*verdicts, extra])
    return Made(run, tasks, talks, verdicts)


def counted(made: Made, group: Callable[[Task], object], key: object) -> Tally:
    """The tally of the tasks of one group, counted the slow way."""
    ids = {task.id for task in made.tasks if group(task) == key}
    ended = [talk for talk in made.talks if talk.task_id in ids and not talk.error]
    verdicts = [verdict for verdict in made.verdicts if verdict["task_id"] in ids]
    crashed = sum(talk.task_id in ids and bool(talk.error) for talk in made.talks)
    return Tally(len(ids), len(ended), len(verdicts), sum(verdict["accepted"] for verdict in verdicts), crashed)


def text_of(shown: RenderableType, width: int = 200) -> str:
    """What a terminal of that width would show."""
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(shown)
    return console.export_text()


def test_manners_are_those_of_a_recount(made: Made) -> None:
    """How many of those asked for a level were seen at which, and how many of these were accepted; shown, and kept as JSON."""
    asked = {task.id: task.behaviour["tone"] if task.behaviour else "" for task in made.tasks}
    wanted = Counter(
        (asked[one["task_id"]], one["manner"]["tone"][0], accepted)
        for one in made.verdicts
        if "manner" in one
        for accepted in (False, *([True] if one["accepted"] else []))
    )
    report = summarize(made.run)

    assert {(one.asked, one.seen): (one.conversations, one.accepted) for one in report.manner} == {
        key[:2]: (number, wanted[(*key[:2], True)]) for key, number in wanted.items() if not key[2]
    }
    assert {one.mean for one in report.manner if one.seen == "polite"} == {0.75}
    assert {one.mean for one in report.manner if one.seen == "not measured"} == {None}
    assert Report.from_json(json.loads(json.dumps(report.to_json()))).manner == report.manner
    met = sum(one.conversations for one in report.manner if one.asked == one.seen == "blunt")
    assert f"blunt {met} (0)" in text_of(render(report))


def test_counts_are_those_of_a_recount(made: Made) -> None:
    """Totals, kinds and both histograms equal an independent count; crashed ones are in none of the rates."""
    report = summarize(made.run, tools=TOOLS)

    assert report.total == counted(made, lambda _: True, key=True)
    for name, tallies, group in (
        ("kind", report.by_kind, lambda task: (task.domain, task.kind)),
        ("writes", report.by_writes, lambda task: task.axes.writes),
        ("burden", report.by_burden, lambda task: task.axes.burden),
    ):
        groups = {group(task) for task in made.tasks}
        assert {key: counted(made, group, key) for key in groups} == tallies, name
    assert list(report.by_writes) == sorted(report.by_writes)
    assert list(report.by_burden) == sorted(report.by_burden)
    assert report.total.crashed == sum(bool(talk.error) for talk in made.talks) > 0
    assert report.redraws == sum(talk.redraws for talk in made.talks if not talk.error)
    assert report.total.rate == report.total.accepted / len(made.verdicts)
    assert report.crash.endswith("boom in two lines")


def test_a_crash_is_owed_until_a_later_attempt_ends(made: Made) -> None:
    """Crashes stay counted; owed again are the conversations that none of the later attempts has ended."""
    crashed = [talk for talk in made.talks if talk.error]
    again = [dataclasses.replace(talk, id=f"{talk.id}.crash0") for talk in crashed]
    ended = dataclasses.replace(crashed[0], stop=StopReason.USER_DONE, error="")
    with Run.open(made.run.folder.with_name("again"), {}) as run:
        run.append("tasks", [cast("dict[str, Any]", to_json(task)) for task in made.tasks])
        run.append("conversations", map(conversation_to_json, again))
        before = summarize(run)
        run.append("conversations", [conversation_to_json(ended)])
        after = summarize(run)

    assert before.owed_again == before.total.crashed == after.total.crashed == len(crashed)
    assert after.owed_again == len(crashed) - 1
    alone = dataclasses.replace(after, owed_again=0)
    assert f"{len(crashed)} crashes, {len(crashed) - 1} owed again" in text_of(render(after))
    assert f"{len(crashed)} crashes, all played again since" in text_of(render(alone))


def test_every_finding_is_counted_with_its_turn(made: Made) -> None:
    """What a check wanted counts together, apart from the values of one conversation; the first places are named."""
    report = summarize(made.run)
    every = [(verdict["id"], finding) for verdict in made.verdicts for finding in verdict["findings"]]

    assert sum(one.findings for one in report.findings) == len(every) > 0
    for one in report.findings:
        own = [
            (key, found["turn"])
            for key, found in every
            if (found["check"], gist(found["wanted"])) == (one.check, one.wanted)
        ]
        assert (one.findings, one.conversations) == (len(own), len({key for key, _ in own}))
        assert one.places == tuple(own[:PLACES])
    assert f"{report.findings[0].places[0][0]} turn 1" in text_of(render(report), 400)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("the user told '527.00'", "the user told '56.00'", True),
        ("cancel_pending_order(order_id='#W1') once only", "cancel_pending_order(order_id='#W2') once only", True),
        ("a refusal, since the order is delivered", "a refusal, since the fare is above the limit", False),
        ("2 of 3 details", "4 of 5 details", True),
        ("the customer's wish, and the agent's yes", "the customer's order, and the agent's yes", False),
    ],
)
def test_like_findings_count_together(one: str, other: str, alike: bool) -> None:
    """Those that differ in a value do, those that differ in words do not."""
    assert (gist(one) == gist(other)) is alike


def test_what_an_accepted_conversation_cost(made: Made) -> None:
    """All calls count, those for what was thrown away too; where nothing is accepted there is no such number."""
    used = {
        "agent": Usage(calls=60, input_tokens=6000, cached_tokens=3000, output_tokens=600, seconds=30.0, cost=1.5),
        "user": Usage(calls=30, input_tokens=900, output_tokens=90, seconds=3.0),
    }
    found = per_accepted(used, 30)

    assert found["agent"] == {
        "calls": 2, "input_tokens": 200, "cached_tokens": 100, "output_tokens": 20, "seconds": 1.0, "cost": 0.05,
    }  # fmt: skip
    assert found["user"]["cost"] is None
    assert found["all roles"]["calls"] == 3
    assert found["all roles"]["cost"] == 0.05
    assert per_accepted(used, 0) == per_accepted({}, 30) == {}
    report = dataclasses.replace(summarize(made.run), usage=used)
    assert report.to_json()["per_accepted"] == per_accepted(used, report.total.accepted)
    assert "for each accepted, the" in text_of(render(report))


def test_what_was_sent_back_stands_in_the_report(made: Made) -> None:
    """Why sentences and readings were asked for anew, by role; an older writ did not count it."""
    used = Usage(calls=9, redraws=3, sent_back=Counter({"not read back: another item": 2, "a detail is missing": 1}))
    text = text_of(render(dataclasses.replace(summarize(made.run), usage={"proposer": used})))
    old = {name: value for name, value in used.to_json().items() if name not in ("redraws", "sent_back")}

    assert re.search(r"proposer\s+2\s+not read back: another item", text)
    assert "drawn again" in text
    assert Usage.from_json(used.to_json()) == used
    assert Usage.from_json(old) == Usage(calls=9)
    assert used + used == Usage(calls=18, redraws=6, sent_back=used.sent_back + used.sent_back)


def test_rejections_name_each_check_once(made: Made) -> None:
    """Conversations by check, alone and not, the most first, with the first finding as the example."""
    report = summarize(made.run)
    failed = {verdict["id"]: {f["check"] for f in verdict["findings"]} for verdict in made.verdicts}
    found = Counter(check for checks in failed.values() for check in checks)
    alone = Counter(check for checks in failed.values() if len(checks) == 1 for check in checks)

    assert [(item.check, item.conversations) for item in report.rejections] == sorted(
        found.items(), key=lambda item: (-item[1], item[0])
    )
    assert {item.check: item.alone for item in report.rejections} == {check: alone[check] for check in found}
    for item in report.rejections:
        first = next(name for name, checks in failed.items() if item.check in checks)
        assert item.example == f"{first}, turn 1: saw {item.check} saw; wanted [/b] x"


def test_tools_show_what_is_not_covered(made: Made) -> None:
    """A write tool counts conversations, not calls, and one that nothing needs stands at zero."""
    report = summarize(made.run, tools=TOOLS)
    accepted = [verdict["task_id"] for verdict in made.verdicts if verdict["accepted"]]
    by_id = {task.id: task for task in made.tasks}
    wanted = Counter(by_id[key].domain for key in accepted if by_id[key].axes.writes)

    assert report.tools == {
        ("tau2:retail", "cancel"): wanted["tau2:retail"],
        ("tau2:retail", "exchange"): 0,
        ("tau2:airline", "book"): wanted["tau2:airline"],
    }
    assert "0: no accepted task asks for it" in text_of(render(report))


def test_what_is_about_a_lost_task_is_not_counted(made: Made) -> None:
    """Its conversations and verdicts enter no number: nobody can say any more what they were about."""
    before = summarize(made.run, tools=TOOLS)
    stray = [dataclasses.replace(talk, id=f"x.{n}", task_id="x") for n, talk in enumerate(made.talks[:9])]
    with Run.open(made.run.folder, {}) as run:
        run.append("conversations", map(conversation_to_json, stray))
        run.append("verdicts", [{"id": "x.0", "task_id": "x", "accepted": True, "findings": []}])

        assert summarize(run, tools=TOOLS) == dataclasses.replace(before, without_task=9)


def test_nothing_is_not_zero(tmp_path: Path) -> None:
    """An empty run has no rate and no speed, and renders all the same."""
    with Run.open(tmp_path / "run", {}) as run:
        report = summarize(run)

    assert (report.total, report.total.rate, report.trajectories_per_second) == (Tally(), None, None)
    assert "0 tasks · nothing was played yet" in text_of(render(report))
    assert report.to_json()["total"]["rate"] is None


def test_json_says_what_the_tables_say(made: Made) -> None:
    """The JSON form survives a round trip and holds every count; the tables print the same numbers."""
    used = Usage(calls=50, input_tokens=4000, cached_tokens=3000, output_tokens=777, seconds=25.0, cost=1.5)
    write_totals(made.run.folder / USAGE, {"agent": used})
    report = summarize(made.run, tools=TOOLS, contamination={"user of an official task": 1234}, seconds=4.0)
    data = report.to_json()
    table = text_of(render(report))

    assert json.loads(json.dumps(data)) == data
    assert set(data) == {field.name for field in dataclasses.fields(Report)} | {
        "trajectories_per_second", "per_accepted",
    }  # fmt: skip
    assert data["trajectories_per_second"] == report.total.accepted / 4
    assert sum(item["accepted"] for item in data["by_kind"]) == data["total"]["accepted"] == report.total.accepted
    for line in (
        "1,234",
        "[/b] x",
        f"{report.total.crashed} crashes, {report.owed_again} owed again",
        "not judged yet",
    ):
        assert line in table
    assert re.search(r"agent\s+50\s+4,000\s+75%\s+777\s+0\.50\s+0\s+0\s+0\s+1\.50", table)
    for (domain, kind), tally in report.by_kind.items():
        assert re.search(rf"{domain}\s+{kind}\s+{tally.tasks}\s+{tally.conversations}\s+{tally.accepted}\s", table)


def test_bars_are_to_scale() -> None:
    """The largest bar has full length, others their share, and what is there is never invisible."""
    tallies = {1: Tally(9, 9, 9, 80), 2: Tally(9, 9, 9, 40), 3: Tally(900, 1, 1, 0), 4: Tally(accepted=1)}
    lines = text_of(render(Report(Tally(), {}, tallies, {}, (), {}))).splitlines()
    bars = {line.split()[0]: line.count("█") for line in lines if re.match(r"\d+ +\d+ +\d+", line.strip())}

    assert bars == {"1": BAR, "2": BAR // 2, "3": 0, "4": 1}


def test_before_a_conversation_was_played_none_is_counted() -> None:
    """Nothing can be covered then, and no rate is zero: the report says that nothing was played."""
    tools = {("tau2:retail", "cancel_pending_order"): 0}
    before = str(Report(Tally(tasks=3), {}, {}, {}, (), tools))
    crashed = str(Report(Tally(tasks=3, crashed=1), {}, {}, {}, (), tools, owed_again=1))
    played = str(Report(Tally(tasks=1, conversations=1, judged=1), {}, {}, {}, (), tools))

    lost = Report(Tally(), {}, {}, {}, (), {}, without_task=2)

    assert before.splitlines()[0] == "3 tasks · nothing was played yet"
    assert str(lost).splitlines()[0] == "0 tasks · 2 conversations whose task is gone"
    assert Report.from_json(lost.to_json()) == lost
    assert "no accepted task" not in before + crashed
    assert "1 crash, 1 owed again" in crashed
    assert "0: no accepted task asks for it" in played
    assert "1 task · 1 conversation · 0 accepted" in played


def test_a_narrow_terminal_loses_nothing() -> None:
    """At 60 columns the example of a rejection is folded, not cut; printed from Python, every row is a line."""
    report = Report(Tally(), {}, {}, {}, (Rejection("provenance", 3, 1, "word " * 40 + "end"),), {})
    assert "word " * 40 + "end" in str(report)
    assert str(report).splitlines()[0] == "0 tasks · nothing was played yet"
    assert "end" in text_of(render(report), width=60)


# ----------------------------------------------------------------------------- transcripts


@pytest.fixture
def talk() -> Conversation:
    """Texts that look like markup, a long result and a refused call."""
    turns = (
        Turn("user", "[bold]Hi[/bold] <b>& bye</b>"),
        Turn("agent", calls=(Call.of("get_order", {"id": "#W1"}),)),
        Turn("tool", "x" * CUT + "SECRET TAIL"),
        Turn("agent", calls=(Call.of("cancel", {"id": "#W1"}),)),
        Turn("tool", "Error: no <such> order", error=True),
        Turn("agent", "Sorry [/]."),
    )
    return Conversation("t0.0", "t0", turns, StopReason.USER_DONE, 0, "scripted", "scripted")


@pytest.fixture
def task() -> Task:
    """A task with one level of behavior."""
    return dataclasses.replace(make_task(0, random.Random(1)), behaviour=Behaviour((("tone", "blunt"),)))


VERDICT = {
    "accepted": False,
    "findings": [
        {"check": "policy", "turn": 3, "saw": "a <write>", "wanted": "none [/x]"},
        {"check": "completed", "turn": 99, "saw": "nothing", "wanted": "an end"},
    ],
}


class _Texts(HTMLParser):
    """The text of an HTML fragment, and the tags that it opens and closes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: Counter[str] = Counter()
        self.feed(source)

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self.tags[tag] -= 1


def flattened(text: str) -> str:
    """Without the boxes and the ends of lines, which depend on the width."""
    return re.sub(r"[\s╭╮╰╯│─]", "", text)


def test_a_transcript_shows_every_turn_in_order(task: Task, talk: Conversation) -> None:
    """Terminal and HTML show the same: texts as they were, calls, cut results, findings under their turn."""
    shown = show(task, talk, VERDICT)
    page = _Texts(shown.to_html())
    wanted = (
        "rejected",
        task.instruction,
        "tone: blunt",
        "[bold]Hi[/bold] <b>& bye</b>",
        "→ get_order(id='#W1')",
        "x" * 100,
        "→ cancel(id='#W1')",
        "✗ policy: saw a <write>; wanted none [/x]",
        "Error: no <such> order",
        "Sorry [/].",
        "✗ completed: saw nothing; wanted an end",
    )

    for text in (text_of(shown, width=400), page.text):
        flat = flattened(text)
        places = [flat.index(flattened(piece)) for piece in wanted]
        assert places == sorted(places)
        assert "SECRETTAIL" not in flat
        assert flattened(f"(11 of {CUT + 11} characters not shown)") in flat
    assert "SECRETTAIL" in flattened(text_of(dataclasses.replace(shown, full=True)))
    assert set(page.tags.values()) == {0}
    assert set(page.tags) == {"div"}
    assert shown._repr_html_() == shown.to_html()


def test_a_transcript_says_how_it_was_judged(task: Task, talk: Conversation) -> None:
    """Accepted, rejected and not judged read differently; a crash shows its error."""
    heads = [show(task, talk, verdict).to_html() for verdict in (None, {"accepted": True, "findings": []}, VERDICT)]
    crashed = dataclasses.replace(talk, stop=StopReason.CRASHED, error="LMError: <gone>")

    assert ["accepted" in head for head in heads] == [False, True, False]
    assert ["rejected" in head for head in heads] == [False, False, True]
    assert "crashed: LMError: &lt;gone&gt;" in show(task, crashed).to_html()
    assert "crashed: LMError: <gone>" in text_of(show(task, crashed))
