"""What a run came to, as tables or as JSON; `counting` counts it.

Crashed conversations stand apart: they are owed again, so they enter no rate. Neither do conversations that
have no verdict yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

from writ_dspy.lm.usage import Usage
from writ_dspy.report.cost import costs, per_accepted
from writ_dspy.report.found import Found, findings
from writ_dspy.report.manner import Manner, manners
from writ_dspy.report.percent import percent
from writ_dspy.report.tables import Table, one_line, plain, written
from writ_dspy.report.trials import Tried, tried
from writ_dspy.shown import counted, shown
from writ_dspy.task import Json

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

BAR = 24
"""Characters of the longest bar of a histogram."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over one group of tasks."""

    tasks: int = 0
    conversations: int = 0
    """Those that came to an end, crashed ones excluded."""
    judged: int = 0
    """Of these, those with a verdict."""
    accepted: int = 0
    crashed: int = 0
    """Attempts that crashed; of these, `Report.owed_again` says what is still owed."""

    @property
    def rate(self) -> float | None:
        """Accepted among judged; None where nothing was judged, which is not zero."""
        return self.accepted / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """What one check turned down."""

    check: str
    conversations: int
    """Those with at least one finding of it."""
    alone: int
    """Of these, those that no other check turned down."""
    example: str
    """The first such finding of the run, in one line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    total: Tally
    by_kind: Mapping[tuple[str, str], Tally]
    """By domain and kind of task."""
    by_writes: Mapping[int, Tally]
    by_burden: Mapping[int, Tally]
    rejections: tuple[Rejection, ...]
    """The check that turned down the most first."""
    tools: Mapping[tuple[str, str], int]
    """By domain and write tool: accepted conversations whose gold calls it; zero for one not covered."""
    redraws: int = 0
    """Turns that were drawn again, over all conversations that came to an end."""
    owed_again: int = 0
    """Conversations that crashed and that no later attempt has brought to an end."""
    crash: str = ""
    """The first crash of the run, in one line."""
    contamination: Mapping[str, int] = field(default_factory=dict)
    """Per official split: tasks of this run that touch one of its users or records."""
    wording: Mapping[str, int] = field(default_factory=dict)
    """In surface mode: messages that the model worded (`model`), and why the script's words stood (`script: …`)."""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """What the calls of each role's model came to, over all calls of this run."""
    composed: Mapping[str, float] = field(default_factory=dict)
    """Where a model composed goals: `tasks` that came of them, `tries` (one for each customer), and what each task cost in `tokens` and `USD`."""
    lengths: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Of accepted conversations, by what is counted: least, median, mean, 95th percentile and most."""
    seconds: float | None = None
    """Wall-clock time of the run, where it was measured."""
    by_denied: Mapping[int, Tally] = field(default_factory=dict)
    """By the number of requests that have to be denied."""
    denials: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By domain and rule: accepted conversations in which a request is denied by it."""
    without_task: int = 0
    """Conversations whose task is gone: they are told of, and enter no other count."""
    beside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How often a check was `not applicable` or `not judged`, by check; of `claims`, how many were `judged` or left `open`."""
    manner: tuple[Manner, ...] = ()
    """By dimension, level asked for and level seen."""
    trials: tuple[Tried, ...] = ()
    """By trial: how often it was dealt, and how often it showed."""
    findings: tuple[Found, ...] = ()
    """What the checks found, by what they wanted instead, with conversations and turns."""

    @property
    def cost(self) -> dict[str, Json]:
        """By role: what the calls of its model came to for each accepted conversation (see `cost.per_accepted`)."""
        return per_accepted(self.usage, self.total.accepted)

    def __str__(self) -> str:
        """As `writ report` prints it into a pipe; `render` fits a terminal."""
        return plain(render(self))

    @property
    def trajectories_per_second(self) -> float | None:
        """Accepted conversations per second of the run; None where it was not timed."""
        return self.total.accepted / self.seconds if self.seconds else None

    def to_json(self) -> dict[str, Json]:
        """Plain JSON: mappings by pairs become lists of objects, and rates stand beside their counts."""
        return {
            "total": _tally_json(self.total),
            "by_kind": [{"domain": d, "kind": k} | _tally_json(tally) for (d, k), tally in self.by_kind.items()],
            "by_writes": [{"writes": n} | _tally_json(tally) for n, tally in self.by_writes.items()],
            "by_burden": [{"burden": n} | _tally_json(tally) for n, tally in self.by_burden.items()],
            "by_denied": [{"denied": n} | _tally_json(tally) for n, tally in self.by_denied.items()],
            "denials": [{"domain": d, "rule": rule, "accepted": n} for (d, rule), n in self.denials.items()],
            "rejections": [asdict(rejection) for rejection in self.rejections],
            "beside": {name: dict(found) for name, found in self.beside.items()},
            "manner": [asdict(found) for found in self.manner],
            "trials": [asdict(found) for found in self.trials],
            "tools": [{"domain": d, "tool": t, "accepted": n} for (d, t), n in self.tools.items()],
            "redraws": self.redraws,
            "owed_again": self.owed_again,
            "crash": self.crash,
            "contamination": dict(self.contamination),
            "wording": dict(self.wording),
            "findings": [found.to_json() for found in self.findings],
            "usage": {role: used.to_json() for role, used in self.usage.items()},
            "per_accepted": self.cost,
            "composed": dict(self.composed),
            "lengths": {name: dict(found) for name, found in self.lengths.items()},
            "seconds": self.seconds,
            "trajectories_per_second": self.trajectories_per_second,
            "without_task": self.without_task,
        }

    @classmethod
    def from_json(cls, data: Json) -> Report:
        """The inverse of `to_json`; whatever is not JSON of a report raises KeyError, TypeError or ValueError."""
        plain = ("redraws", "owed_again", "crash", "contamination", "wording", "seconds")
        return cls(
            total=_tally(data["total"]),
            by_kind={(item["domain"], item["kind"]): _tally(item) for item in data["by_kind"]},
            by_writes={int(item["writes"]): _tally(item) for item in data["by_writes"]},
            by_burden={int(item["burden"]): _tally(item) for item in data["by_burden"]},
            rejections=tuple(Rejection(**item) for item in data["rejections"]),
            tools={(item["domain"], item["tool"]): item["accepted"] for item in data["tools"]},
            usage={role: Usage.from_json(used) for role, used in data["usage"].items()},
            lengths={name: dict(found) for name, found in data.get("lengths", {}).items()},  # none in those of 0.1
            composed=dict(data.get("composed", {})),  # the same
            beside={name: dict(found) for name, found in data.get("beside", {}).items()},  # the same
            manner=tuple(Manner(**found) for found in data.get("manner", ())),  # the same
            trials=tuple(Tried(**found) for found in data.get("trials", ())),  # the same
            findings=tuple(map(Found.from_json, data.get("findings", ()))),  # the same
            without_task=data.get("without_task", 0),  # the same
            by_denied={int(item["denied"]): _tally(item) for item in data.get("by_denied", ())},  # the same
            denials={(item["domain"], item["rule"]): item["accepted"] for item in data.get("denials", ())},  # the same
            **{name: data[name] for name in plain},
        )


# ----------------------------------------------------------------------------- tables


def render(report: Report) -> RenderableType:
    """The report for a terminal or a notebook; whatever was not measured is left out."""
    from rich.console import Group
    from rich.text import Text

    return Group(Text(_headline(report), style="bold"), *filter(None, _tables(report)), *_crash(report))


def render_short(report: Report) -> RenderableType:
    """What a call says that has made or gone on with a run: how much there is, and what turned the rest down."""
    from rich.console import Group
    from rich.text import Text

    parts = [Text(_headline(report), style="bold")]
    if report.rejections:
        parts.append(
            Text(f"rejected by {', '.join(f'{one.check} {one.conversations:,}' for one in report.rejections)}")
        )
    return Group(*parts, *_crash(report))


def _crash(report: Report) -> Iterator[Text]:
    from rich.text import Text

    if report.crash:
        yield Text(f"\nfirst crash: {shown(report.crash)}", style="red")


def _tables(report: Report) -> Iterator[Table]:
    """Those that have no row are left out."""
    yield _kinds(report)
    yield _histogram("gold writes", report.by_writes)
    yield _histogram("evidence burden", report.by_burden)
    yield _histogram("denied requests", report.by_denied)
    yield _lengths(report.lengths)
    yield _rejections(report.rejections)
    yield findings(report.findings)
    for name, found in report.beside.items():
        if name == "claims":
            yield _numbers("claims of the agents", {_CLAIMS.get(what, what): number for what, number in found.items()})
        else:
            yield _numbers(f"conversations of which a check is {name}", found)
    yield manners(report.manner)
    yield tried(report.trials)
    yield _written(report.tools if report.total.judged else {})  # before that nothing can be covered
    yield _denials(report.denials)
    yield _numbers("contact with official tasks", _contact(report.contamination))
    yield _numbers("messages worded by", report.wording)
    yield _usage(report.usage)
    yield costs(report.cost)
    yield _of_composing(report.composed)
    yield _why("sent back to the", {role: used.sent_back for role, used in report.usage.items()})
    yield _why("turned down of the", {role: used.turned_down for role, used in report.usage.items()})


def _headline(report: Report) -> str:
    total = report.total
    gone = f"{counted(report.without_task, 'conversation')} whose task is gone" if report.without_task else ""
    if not total.conversations and not total.crashed:
        return f"{counted(total.tasks, 'task')} · {gone or 'nothing was played yet'}"
    accepted = f"{total.accepted} accepted ({_percent(total)})"
    parts = [counted(total.tasks, "task"), counted(total.conversations, "conversation"), accepted]
    if total.judged < total.conversations:
        parts.append(f"{total.conversations - total.judged} not judged yet")
    if total.crashed:
        again = f", {report.owed_again} owed again" if report.owed_again else ", all played again since"
        parts.append(f"{counted(total.crashed, 'crash', 'crashes')}{again}")
    parts += [gone] if gone else []
    parts.append(f"{counted(report.redraws, 'turn')} redrawn")
    if report.trajectories_per_second is not None:
        parts.append(speed(report.trajectories_per_second))
    return " · ".join(parts)


def speed(rate: float) -> str:
    """Trajectories a second, or seconds for each where it is less than one."""
    return f"{1 / rate:.3g} s a trajectory" if 0 < rate < 1 else f"{rate:.1f} trajectories/s"


def _kinds(report: Report) -> Table:
    table = Table("domain", "kind", ">tasks", ">conversations", ">accepted", ">rate", ">crashed")
    for (domain, kind), tally in (*report.by_kind.items(), (("all", ""), report.total)):
        table.add(domain, kind, tally.tasks, tally.conversations, tally.accepted, _percent(tally), tally.crashed or "")
    return table


def _histogram(title: str, tallies: Mapping[int, Tally]) -> Table:
    """Bars show accepted conversations, to the scale of the largest."""
    table = Table(title, ">tasks", ">accepted", "")
    most = max((tally.accepted for tally in tallies.values()), default=0)
    for value, tally in tallies.items():
        length = -(-tally.accepted * BAR // most) if most else 0
        table.add(value, tally.tasks, tally.accepted, "█" * length)
    return table


def _lengths(lengths: Mapping[str, Mapping[str, float]]) -> Table:
    table = Table("length of accepted", ">least", ">median", ">mean", ">p95", ">most")
    for name, found in lengths.items():
        table.add(name, *(written(found[key]) for key in ("least", "median", "mean", "p95", "most")))
    return table


_CLAIMS = {"judged": "judged", "open": "open: nothing in them that code could judge"}
"""How the report calls what a verdict counts; an open claim is no error."""


def _rejections(rejections: Iterable[Rejection]) -> Table:
    table = Table("rejected by", ">conversations", ">alone", "~for example")
    for item in rejections:
        table.add(item.check, item.conversations, item.alone, item.example)
    return table


def _written(tools: Mapping[tuple[str, str], int]) -> Table:
    from rich.text import Text

    table = Table("domain", "write tool", ">accepted")
    for (domain, tool), number in tools.items():
        table.add(domain, tool, number or Text("0: no accepted task asks for it", style="yellow"))
    return table


def _denials(denials: Mapping[tuple[str, str], int]) -> Table:
    table = Table("domain", "~denied, since", ">accepted")
    for (domain, rule), number in denials.items():
        table.add(domain, rule, number)
    return table


def _contact(counts: Mapping[str, int]) -> Mapping[str, int]:
    """As counted; one line for all where there is none."""
    if any(counts.values()) or len(counts) < 2:
        return counts
    known = dict.fromkeys(what.rpartition(" tasks of ")[2] for what in counts if " tasks of " in what)
    whose = f" of {'; '.join(known)}" if known else ""
    return {f"tasks that touch a user or record of any of the {len(counts)} official task sets{whose}": 0}


def _numbers(title: str, counts: Mapping[str, int]) -> Table:
    table = Table(f"~{title}", ">number")
    for name, number in counts.items():
        table.add(name, f"{number:,}")
    return table


def _of_composing(found: Mapping[str, float]) -> Table:
    table = Table("goals composed", ">tries", ">accepted", ">rate", ">tokens a task", ">USD a task")
    if found:
        tasks, tries = round(found["tasks"]), round(found["tries"])
        each = (f"{found['tokens']:,}" if tasks else "–", f"{found['USD']:.4f}" if found.get("USD") else "")
        table.add("by the composer", f"{tries:,}", f"{tasks:,}", percent(tasks / tries) if tries else "–", *each)
    return table


def _usage(usage: Mapping[str, Usage]) -> Table:
    table = Table(
        "model of the",
        ">calls",
        ">input",
        ">of it cached",
        ">output",
        ">s a call",
        ">sent again",
        ">unusable",
        ">drawn again",
        ">USD",
    )
    for role, used in usage.items():
        cached = percent(used.cached_tokens / used.input_tokens) if used.input_tokens else "–"
        seconds = f"{used.seconds / used.calls:.2f}" if used.calls else "–"
        tokens = (f"{used.input_tokens:,}", cached, f"{used.output_tokens:,}", seconds)
        failures = (f"{used.retries:,}", f"{used.bad_replies.total():,}", f"{used.redraws:,}")
        table.add(role, f"{used.calls:,}", *tokens, *failures, f"{used.cost:.2f}" if used.cost else "")
    return table


def _why(title: str, reasons: Mapping[str, Counter[str]]) -> Table:
    """By role, the most frequent first."""
    table = Table(title, ">number", "~because")
    for role, counts in reasons.items():
        for reason, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            table.add(role, f"{number:,}", one_line(reason))
    return table


def _percent(tally: Tally) -> str:
    return "–" if tally.rate is None else percent(tally.rate)


def _tally(data: Json) -> Tally:
    return Tally(**{item.name: data[item.name] for item in fields(Tally)})


def _tally_json(tally: Tally) -> dict[str, Json]:
    return asdict(tally) | {"rate": tally.rate}
