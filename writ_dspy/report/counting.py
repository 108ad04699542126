"""What a run keeps, counted from its files in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping

from writ_dspy.conversation import StopReason
from writ_dspy.lm.usage import Usage, read_totals
from writ_dspy.report.found import Findings
from writ_dspy.report.manner import Manners
from writ_dspy.report.summary import Rejection, Report, Tally
from writ_dspy.report.tables import one_line
from writ_dspy.report.trials import Trials
from writ_dspy.store.judged import understood, verdicts
from writ_dspy.store.run import CRASH, Run
from writ_dspy.task import COMPOSED, KINDS, Json

USAGE = "usage.json"
"""File of a run folder: what the calls of each role's model have come to."""


def summarize(
    run: Run,
    *,
    tools: Mapping[str, Iterable[str]] | None = None,
    contamination: Mapping[str, int] | None = None,
    seconds: float | None = None,
) -> Report:
    """Count what the run keeps; memory holds a few words per task and nothing per turn.

    Args:
        run: Open or read-only.
        tools: Write tools to cover, by domain; one that no accepted conversation needs is reported at zero.
        contamination: Tasks that touch official ones, by official split.
        seconds: How long the run took.

    Raises:
        StoreError: A record is none; names its line.
    """
    count = _Count()
    for record in run.records("tasks"):
        understood(run, "tasks", record, count.task)
    for record in run.records("conversations"):
        understood(run, "conversations", record, count.conversation)
    for record in verdicts(run):
        count.verdict(record)
    usage = read_totals(run.folder / USAGE)
    wanted = {(domain, tool): 0 for domain, names in (tools or {}).items() for tool in names}
    return Report(
        total=count.tally("all", None),
        by_kind=dict(sorted(count.tallies("kind"), key=lambda item: (item[0][0], KINDS.index(item[0][1])))),
        by_writes=dict(sorted(count.tallies("writes"))),
        by_burden=dict(sorted(count.tallies("burden"))),
        by_denied=dict(sorted(count.tallies("denied"))),
        denials=dict(sorted(count.denials.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))),
        rejections=count.rejections(),
        beside={name: dict(sorted(found.items())) for name, found in count.beside.items()},
        manner=count.manners.found(),
        trials=count.trials.found(),
        findings=count.findings.found(),
        tools=wanted | dict(sorted(count.tools.items())),
        redraws=count.redraws,
        owed_again=count.owed_again,
        crash=count.crash,
        contamination=dict(contamination or {}),
        wording=dict(count.wording.most_common()),
        usage=usage,
        composed=_composed(count.composed, usage.get("composer")),
        seconds=seconds,
        without_task=count.without_task,
    )


def _composed(tasks: int, used: Usage | None) -> dict[str, float]:
    """The yield of composing and what a task cost; nothing where no model was asked to."""
    if used is None or not used.calls:
        return {}
    tries = tasks + used.turned_down.total()
    tokens = used.input_tokens + used.output_tokens
    per_task = {"tokens": round(tokens / tasks), "USD": round(used.cost / tasks, 6)} if tasks else {}
    return {"tasks": tasks, "tries": tries, **per_task}


class _Count:
    """Counters over one pass: tasks first, then conversations, then verdicts."""

    def __init__(self) -> None:
        self.tools: Counter[tuple[str, str]] = Counter()
        self.denials: Counter[tuple[str, str]] = Counter()
        self.beside: dict[str, Counter[str]] = {name: Counter() for name in ("not applicable", "not judged", "claims")}
        self.composed = 0
        self.redraws = 0
        self.without_task = 0
        self.crash = ""
        self.wording: Counter[str] = Counter()
        self._counts: dict[tuple[str, Hashable], Counter[str]] = {}
        self._groups: dict[str, tuple[tuple[str, Hashable], ...]] = {}
        self._gold: dict[str, tuple[tuple[str, str], ...]] = {}
        self._rules: dict[str, tuple[tuple[str, str], ...]] = {}
        self._crashed: set[str] = set()
        self._ended: set[str] = set()
        self._found: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self.manners = Manners()
        self.trials = Trials()
        self.findings = Findings()

    def task(self, record: Json) -> None:
        groups = (
            ("kind", (record["domain"], record["kind"])),
            ("writes", record["axes"]["writes"]),
            ("burden", record["axes"]["burden"]),
            ("denied", record["axes"].get("denied", 0)),  # of which tasks of 0.1 say nothing
        )
        rules = {outcome["refusal"] for outcome in record["outcomes"] if outcome["refusal"] and not outcome.get("own")}
        tools = {(record["domain"], outcome["call"]["tool"]) for outcome in record["outcomes"] if outcome["call"]}
        self.composed += record["recipe"] == COMPOSED
        self._groups[record["id"]] = (("all", None), *groups)
        self._gold[record["id"]] = tuple(sorted(tools))
        self.manners.task(record)
        self._rules[record["id"]] = tuple((record["domain"], rule) for rule in sorted(rules))
        self._add(record["id"], "tasks")

    def conversation(self, record: Json) -> None:
        """One whose task is gone is left out: nobody can say what it was about."""
        if record["task_id"] not in self._groups:
            self.without_task += 1
            return
        if record["stop"] == StopReason.CRASHED.value:
            self._crashed.add(record["id"])
            self._add(record["task_id"], "crashed")
            self.crash = self.crash or one_line(f"{record['id']}: {record['error']}")
            return
        self._add(record["task_id"], "conversations")
        self._ended.add(record["id"])
        self.redraws += record["redraws"]
        self.wording.update(turn["worded"] for turn in record["turns"] if "worded" in turn)

    def verdict(self, record: Json) -> None:
        """One that counts, so that its task and its conversation are there."""
        if record["id"] in self._crashed:
            return
        self._add(record["task_id"], "judged")
        if record["accepted"]:
            self._add(record["task_id"], "accepted")
            self.tools.update(self._gold[record["task_id"]])
            self.denials.update(self._rules[record["task_id"]])
        for name, seen in self.beside.items():
            what = record.get(name.replace(" ", "_"), {})
            seen.update(what if name == "claims" else list(what))
        self.manners.verdict(record)
        self.trials.verdict(record)
        self.findings.verdict(record)
        checks = {finding["check"] for finding in record["findings"]}
        self._found.update(checks)
        self._alone.update(checks if len(checks) == 1 else ())
        for finding in record["findings"]:
            what = f"{record['id']}, turn {finding['turn']}: saw {finding['saw']}; wanted {finding['wanted']}"
            self._examples.setdefault(finding["check"], one_line(what))

    @property
    def owed_again(self) -> int:
        return len({key.partition(CRASH)[0] for key in self._crashed} - self._ended)

    def tally(self, axis: str, group: Hashable) -> Tally:
        return Tally(**self._counts.get((axis, group), Counter()))

    def tallies(self, axis: str) -> Iterator[tuple[Json, Tally]]:
        return ((group, self.tally(axis, group)) for name, group in self._counts if name == axis)

    def rejections(self) -> tuple[Rejection, ...]:
        ranked = sorted(self._found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Rejection(name, number, self._alone[name], self._examples[name]) for name, number in ranked)

    def _add(self, task_id: str, what: str) -> None:
        for group in self._groups[task_id]:
            self._counts.setdefault(group, Counter())[what] += 1
