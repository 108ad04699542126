"""The judged conversations of a run as one Inspect log: an `.eval` file, which `inspect view` shows and `read_eval_log` reads.

Each is a sample: the task by its id, the try as its epoch, the verdict as its score, findings beside the message that they are
about. The file is a ZIP of JSON, as Inspect's own recorder writes it; it is written here without Inspect, and the same run
gives the same bytes, so its times are not those of any clock.

Source: inspect_ai.log, https://github.com/UKGovernmentBEIS/inspect_ai.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.dataset.matters import matters
from writ_dspy.dataset.messages import call_id
from writ_dspy.dataset.origin import Origin
from writ_dspy.dataset.splits import Split
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import Domain
from writ_dspy.store.records import talk_on, task_on
from writ_dspy.task import Call, Json, Task
from writ_dspy.version import __version__

if TYPE_CHECKING:
    from zipfile import ZipFile

PATH = "inspect/run.eval"
"""Of the file, within the folder of an export."""
VERSION = 2
"""Of the form of Inspect's logs."""
WHEN = "1980-01-01T00:00:00+00:00"
"""Stands for the times that Inspect asks for: the first day that a ZIP can hold."""
SCORE = "accepted"
"""The one score of a sample: `C` for accepted, `I` for rejected."""
_OURS = "writ-dspy"


class Sample(NamedTuple):
    """One conversation, as its texts in the file."""

    name: str
    whole: str
    summary: str
    accepted: bool
    agent: str
    domain: str


@dataclass(frozen=True)
class Sampling:
    """Some conversations of one split with their verdicts, as the run keeps them; a worker makes them samples."""

    number: int
    side: Split
    talks: tuple[tuple[bytes, Json], ...]
    """The line of each conversation, and its verdict."""
    tasks: tuple[bytes, ...]
    origin: Origin = field(default_factory=Origin)

    def run(self) -> tuple[int, list[Sample]]:
        """One sample per conversation, in order."""
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [task_on(line)]}
        found = []
        for line, verdict in self.talks:
            talk = talk_on(line)
            task = tasks[talk.task_id]
            found.append(sample(task, talk, verdict, self.origin.domain(task.domain), self.side))
        return self.number, found


def sample(task: Task, talk: Conversation, verdict: Mapping[str, Json], domain: Domain, side: Split) -> Sample:
    """A judged conversation as a sample, whole and in short."""
    attempt = int(talk.id.rpartition(".")[2]) + 1
    findings = verdict["findings"]
    said = "\n".join(
        f"turn {one['turn']}, {one['check']}: saw {one['saw']}; wanted {one['wanted']}" for one in findings
    )
    score: dict[str, Json] = {
        "value": "C" if verdict["accepted"] else "I",
        "answer": "; ".join(map(str, _writes(talk, domain))) or "no write",
        "explanation": said or "No check found anything.",
        "history": [],
    }
    head = {
        "id": task.id,
        "epoch": attempt,
        "input": task.instruction,
        "target": [
            *map(str, task.gold),
            *(f"refused: {one.refusal}" for one in task.outcomes if one.refusal),
            *task.told,
        ],
        "metadata": _about(task, talk, verdict, side),
        "scores": {SCORE: score},
        "model_usage": {},
        "role_usage": {},
    }
    messages = _messages(task, talk, findings, domain)
    whole = head | {
        "messages": messages,
        "output": {"model": talk.agent, "choices": [], "completion": ""},
        "store": {}, "events": [], "attachments": {},
    }  # fmt: skip
    short = head | {"completed": True, "message_count": len(messages)}
    return Sample(
        f"samples/{task.id}_epoch_{attempt}.json", _text(whole), _text(short), verdict["accepted"], talk.agent,
        task.domain,
    )  # fmt: skip


def _writes(talk: Conversation, domain: Domain) -> Iterator[Call]:
    return (call for turn in talk.turns for call in turn.calls if domain.kinds.get(call.tool) == "write")


def _about(task: Task, talk: Conversation, verdict: Mapping[str, Json], side: Split) -> dict[str, Json]:
    """What a table of samples may show, sort and filter by."""
    seen = {name: level for name, (level, *_) in verdict.get("manner", {}).items()}
    asked = dict(task.behaviour.levels) if task.behaviour else {}
    evidence = [[str(read) for read in outcome.evidence] for outcome in task.outcomes]
    return {
        "trajectory": talk.id, "domain": short_name(task.domain), "kind": task.kind, "split": side,
        "writes": task.axes.writes, "burden": task.axes.burden, "denied": task.axes.denied,
        "search_reads": task.axes.search_reads, "recipe": task.recipe, "twin": task.twin or "",
        "failed": sorted({one["check"] for one in verdict["findings"]}), "stop": talk.stop.value,
        "agent": talk.agent, "user": talk.user, "seed": talk.seed, "checks": verdict.get("checks", ""),
        "behavior": asked, "behavior_seen": seen, "evidence": evidence,
        "refusals": [outcome.refusal for outcome in task.outcomes if outcome.refusal],
    }  # fmt: skip


def _messages(
    task: Task, talk: Conversation, findings: Sequence[Mapping[str, Json]], domain: Domain
) -> list[dict[str, Json]]:
    """The chat as it happened, cut or malformed ones too; what a message matters for and what was found in it beside it."""
    found: dict[int, list[str]] = {}
    for one in findings:
        found.setdefault(one["turn"], []).append(f"{one['check']}: saw {one['saw']}; wanted {one['wanted']}")
    why = matters(task, talk, domain)
    messages: list[dict[str, Json]] = [{"id": "system", "role": "system", "content": domain.system_prompt}]
    calls: deque[tuple[str, Call]] = deque()
    number = 0
    for index, turn in enumerate(talk.turns):
        made = [(call_id(number + offset), call) for offset, call in enumerate(turn.calls)]
        number += len(made)
        calls.extend(made)
        answers = calls.popleft() if turn.role == "tool" and calls else None
        message = {"id": f"turn{index}"} | _message(turn, made, answers)
        matter = why[index + 1] if index + 1 < len(why) else ""
        more: dict[str, Json] = {"matters": matter, "findings": found.get(index, [])}
        said = {name: value for name, value in more.items() if value}
        messages.append(message | ({"metadata": said} if said else {}))
    return messages


def _message(turn: Turn, made: Sequence[tuple[str, Call]], answers: tuple[str, Call] | None) -> dict[str, Json]:
    if turn.role == "user":
        return {"role": "user", "content": turn.text}
    if turn.role == "agent":
        calls = [{"id": key, "function": call.tool, "arguments": call.args, "type": "function"} for key, call in made]
        return {"role": "assistant", "content": turn.text} | ({"tool_calls": calls} if calls else {})
    message: dict[str, Json] = {"role": "tool", "content": turn.text}
    if answers:
        message |= {"tool_call_id": answers[0], "function": answers[1].tool}
    return message | ({"error": {"type": "unknown", "message": turn.text}} if turn.error else {})


# ----------------------------------------------------------------------------- the file


def write_log(file: IO[bytes], samples: Iterable[Sample]) -> int:
    """Write a log of these samples to an empty file; returns how many there are.

    They are taken one at a time; their short forms stay in memory, about two kilobytes each.
    """
    from zipfile import ZipFile

    count = accepted = 0
    key = hashlib.sha256()
    agents: dict[str, None] = {}
    domains: dict[str, None] = {}
    tries, summaries = 1, list[str]()
    with ZipFile(file, "w") as log:
        for one in samples:
            _add(log, one.name, one.whole)
            key.update(one.whole.encode())
            summaries.append(one.summary)
            count += 1
            accepted += one.accepted
            agents.setdefault(one.agent)
            domains.setdefault(one.domain)
            tries = max(tries, int(one.name.rpartition("_")[2].partition(".")[0]))
        head = _head(count, accepted, sorted(agents), sorted(domains), tries, key.hexdigest()[:22])
        _add(log, "_journal/start.json", _text({name: head[name] for name in ("version", "eval", "plan")}))
        _add(log, "summaries.json", f"[{','.join(summaries)}]")
        _add(log, "header.json", _text(head))
    return count


def _head(
    count: int, accepted: int, agents: Sequence[str], domains: Sequence[str], tries: int, key: str
) -> dict[str, Json]:
    metrics = {"accuracy": {"name": "accuracy", "value": accepted / count if count else 0.0, "params": {}}}
    names = "-".join(map(short_name, domains))
    return {
        "version": VERSION,
        "status": "success",
        "eval": {
            "eval_id": key, "run_id": key, "task_id": key, "created": WHEN,
            "task": f"writ/{names}", "task_version": 0, "task_attribs": {}, "task_args": {}, "task_args_passed": {},
            "solver_args_passed": {}, "dataset": {"name": f"writ/{names}", "samples": count}, "model": ", ".join(agents),
            "model_generate_config": {}, "model_args": {}, "config": {"epochs": tries},
            "packages": {_OURS: __version__},
        },
        "plan": {"name": "plan", "steps": [], "config": {}},
        "results": {
            "total_samples": count, "completed_samples": count,
            "scores": [{"name": SCORE, "scorer": SCORE, "params": {}, "metrics": metrics}],
        },
        "stats": {"started_at": WHEN, "completed_at": WHEN, "model_usage": {}, "role_usage": {}},
    }  # fmt: skip


def is_ours(file: IO[bytes]) -> bool:
    """Whether a file is a log that was written here."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(file) as log:
            found = json.loads(log.read("header.json"))
    except (BadZipFile, KeyError, ValueError, NotImplementedError):
        return False
    return isinstance(found, dict) and _OURS in (found.get("eval") or {}).get("packages", {})


def _add(log: ZipFile, name: str, text: str) -> None:
    """A file of the ZIP; its bytes depend on the text alone."""
    from zipfile import ZIP_DEFLATED, ZipInfo

    member = ZipInfo(name)  # of the first day that a ZIP can hold
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    log.writestr(member, text)


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
