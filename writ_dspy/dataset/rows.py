"""One accepted conversation as one typed row; what each column holds stands in `COLUMNS`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.codec import to_json
from writ_dspy.conversation import Conversation, Turn, conversation_to_json
from writ_dspy.dataset.matters import matters
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.parquet import from_texts
from writ_dspy.dataset.reasoning import reasonings
from writ_dspy.dataset.splits import Split, split, split_key
from writ_dspy.dataset.tau2_tasks import short_name, user_scenario
from writ_dspy.domains import Domain
from writ_dspy.errors import StoreError
from writ_dspy.simulate.briefing import task_instructions
from writ_dspy.simulate.manner import measured, put_right
from writ_dspy.simulate.manner import to_json as to_manner
from writ_dspy.simulate.trials import shown
from writ_dspy.task import Call, Json, Task
from writ_dspy.verify.checks import CHECKS_VERSION
from writ_dspy.version import __version__

if TYPE_CHECKING:
    from pyarrow import DataType, Schema, Table

Row: TypeAlias = dict[str, Json]

COLUMNS: dict[str, tuple[str, str]] = {
    "trajectory_id": (
        "string",
        "id of the conversation, and a hash of what was said, how the user behaved and who spoke; unique, also across runs",
    ),
    "task_id": ("string", "id of the task; shared by the tries at it"),
    "domain": ("string", "last part of the name of the domain: `retail`"),
    "trajectory_type": ("string", "`write-intensive`, `read-heavy`, `normal` or `no-write`"),
    "kind": ("string", "the same as `trajectory_type`"),
    "has_user_script": ("bool", "whether the user followed a drawn behaviour"),
    "split": ("string", "`train` or `test`; all tasks of one user are on the same side"),
    "messages": ("list of JSON", "the chat: system, user, then in turns; ends with the assistant"),
    "matters": (
        "texts",
        "for each message of `messages`: `evidence` (a read that an outcome rests on), `write` (a gold write), `refusal`, or empty",
    ),
    "tools": ("list of JSON", "OpenAI function schemas of the domain"),
    "num_turns": ("int32", "messages of the user and of the assistant"),
    "num_tool_calls": ("int32", "tool calls made"),
    "num_read_calls": ("int32", "of these, calls of read tools"),
    "num_write_calls": ("int32", "of these, calls of write tools"),
    "writes": ("int32", "gold writes of the task"),
    "burden": ("int32", "reads in the largest evidence set of its decisions, those that only locate included"),
    "denied": ("int32", "requests that have to be denied: policy forbids them, or there is no such thing"),
    "search_reads": ("int32", "reads that a careful reader makes over the whole task"),
    "reward": ("float64", "1.0: only accepted conversations are rows"),
    "gold_actions": ("string", "JSON: the gold writes, in order, as name and arguments"),
    "evidence": ("string", "JSON: for each decision and each question, the reads that identify its answer"),
    "locates": ("string", "JSON: as `evidence`, of its reads those that only find a record; all others decide"),
    "refusals": ("string", "JSON: the decisions that must be refused, with the rule that forbids each"),
    "told": ("string", "JSON: texts of which each must occur in what the assistant says"),
    "user_scenario": ("string", "JSON: what the user was told, as τ²-bench's UserScenario"),
    "user_behavior": ("string", "how the user was told to behave, in plain English"),
    "behavior": ("string", "JSON: the level of each behaviour dimension; {} without a script"),
    "behavior_seen": (
        "string",
        "JSON: of each dimension of manner the level that the user's messages show, and its number; `not measured`, without one, where none can be",
    ),
    "trials": (
        "string",
        "JSON: how the user was to make it hard, trial by trial, with its number (rounds of insisting) as it was asked for and as the talk shows it",
    ),
    "recipe": ("string", "names of the recipes that drafted the task"),
    "twin": (
        "string",
        "task_id of its near miss in this dataset: the two differ in one thing that the user says, one is granted and one refused; empty without one",
    ),
    "agent_model": ("string", "who spoke for the service: the name of a model, or of a script"),
    "agent_mode": (
        "string",
        "`scripted`; `surface`: a model worded what a script decided; `guided`: it decided, and look-ups that were due were made for it; `free` or `chat`: it decided",
    ),
    "user_model": ("string", "who spoke for the user"),
    "user_mode": ("string", "the same as `agent_mode`, for the user"),
    "num_texts": ("int32", "messages with words"),
    "num_worded": ("int32", "of these, messages that a model worded"),
    "seed": ("int64", "seed of the conversation"),
    "writ_version": ("string", "version of writ-dspy that made the conversation"),
    "domain_version": ("string", "package and version that the domain came from"),
    "checks_version": ("string", "version of the checks that accepted the conversation"),
    "content_sha256": ("string", "SHA-256 of the canonical JSON of the row without this column"),
}
"""Every column in order: its type, and what it holds."""
ENCODING = 3
"""How a row is written; raised whenever the same conversation gives other bytes, so that older exports are renewed."""
_JSON = "list of JSON"
NESTED = tuple(name for name, (kind, _) in COLUMNS.items() if kind == _JSON)
"""Columns that are lists of JSON: what does not apply is absent there, where a struct would have null."""


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The columns in Arrow; always given, because inferred ones depend on the data. `datasets` reads its features off it."""
    import pyarrow as pa

    nested = pa.list_(pa.json_())
    return pa.schema([(name, nested if name in NESTED else _plain(kind)) for name, (kind, _) in COLUMNS.items()])


@lru_cache(maxsize=1)
def text_schema() -> Schema:
    """The columns with each list of JSON as one text."""
    import pyarrow as pa

    return pa.schema([(name, pa.string() if name in NESTED else _plain(kind)) for name, (kind, _) in COLUMNS.items()])


def _plain(kind: str) -> DataType:
    import pyarrow as pa

    return pa.list_(pa.string()) if kind == "texts" else pa.type_for_alias(kind)


def table(batch: Iterable[Row]) -> Table:
    """Rows as one Arrow table of `schema`; each is looked at once, and not held."""
    return from_texts(map(_stored, batch), schema())


def _stored(example: Row) -> Row:
    """The row with its JSON as text."""
    return example | {name: as_texts(example[name]) for name in NESTED}


def as_texts(some: Iterable[Json]) -> list[str]:
    """Each as JSON text, which is how a list of JSON is given to Arrow."""
    return [_text(one) for one in some]


def row(  # noqa: PLR0913 - what a row holds, and how
    task: Task,
    talk: Conversation,
    domain: Domain,
    *,
    side: Split | None = None,
    checks: str = CHECKS_VERSION,
    writ: str = __version__,
    manner: Json = None,
    twin: str = "",
    opening: bool = False,
    reasoning: bool = False,
) -> Row:
    """One accepted conversation as a row; that it was accepted is the caller's word.

    Args:
        task: The task that it is a try at.
        talk: The conversation.
        domain: The domain of both.
        side: Its split, where the caller knows more than the task shows (`split_keys`).
        checks: Version of the checks that accepted it.
        writ: Version of writ-dspy that made it.
        manner: How the user talked, as it was measured when the conversation was judged; measured now where it was not.
        twin: The id of its near miss, where that one is in the same dataset.
        opening: Whether τ²'s opening line stands before the user's first message (see `to_messages`).
        reasoning: Whether messages that rest on a comparison hold it (see `reasonings`).

    Raises:
        StoreError: It is a try at another task, or no chat to learn from (see `to_messages`).
    """
    if talk.task_id != task.id or task.domain != domain.name:
        raise StoreError(
            f"conversation {talk.id} is a try at {talk.task_id}, and got task {task.id} of {task.domain} "
            f"over {domain.name}. Give it its own."
        )
    compared = reasonings(task, talk, domain) if reasoning else {}
    messages = to_messages(talk, domain, opening=opening, reasoning=compared)
    why = matters(task, talk, domain)
    if opening and talk.turns[0].role == "user":
        why.insert(1, "")
    kinds = [domain.kinds.get(call.tool) for turn in talk.turns for call in turn.calls]
    spoken = sum(message["role"] in ("user", "assistant") for message in messages)
    counts = {
        "num_turns": spoken,
        "num_tool_calls": len(kinds),
        "num_read_calls": kinds.count("read"),
        "num_write_calls": kinds.count("write"),
    }
    found = {
        "trajectory_id": trajectory_id(task, talk),
        "messages": messages,
        "matters": why[: len(messages)],
        "tools": [dict(tool) for tool in domain.tools],
        "split": side or split(split_key(task, domain)),
        **dict(zip(("agent_mode", "agent_model"), played(talk.agent), strict=True)),
        **dict(zip(("user_mode", "user_model"), played(talk.user), strict=True)),
        "num_texts": sum(bool(turn.text) for turn in talk.turns if turn.role != "tool"),
        "num_worded": sum(_worded(turn, talk) for turn in talk.turns),
        "behavior_seen": _text(
            {name: _bare(seen) for name, seen in (manner or to_manner(measured(task, domain, talk.turns))).items()}
        ),
        "trials": _text([one._asdict() for one in shown(task, domain, put_right(task, talk.turns))]),
        "twin": twin,
        "seed": talk.seed,
        "reward": 1.0,
        "writ_version": writ,
        "domain_version": domain.version,
        "checks_version": checks,
    }
    unordered = found | counts | _of_task(task)
    whole = {name: unordered[name] for name in COLUMNS if name != "content_sha256"}
    return whole | {"content_sha256": content_sha256(whole)}


def trajectory_id(task: Task, talk: Conversation) -> str:
    """The id of a row: that of the conversation, which runs share, and a hash of all that may differ between runs.

    A run of another size deals other behaviours to the same tasks, and another model says something else. Where two rows
    have the same id, the same was said, by the same, to a user who behaves the same.
    """
    about = [task.twin, to_json(task.behaviour), conversation_to_json(talk)]
    text = json.dumps(about, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"{talk.id}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def content_sha256(example: Row) -> str:
    """Hash of the canonical JSON of a row without its hash; taken before Arrow, whose JSON rounds numbers.

    Raises:
        StoreError: A text holds half a surrogate pair, which no file can store.
    """
    bare = {name: value for name, value in example.items() if name != "content_sha256"}
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        near = text[max(0, error.start - 30) : error.start]
        raise StoreError(
            f"{example['trajectory_id']}: broken text after {near!r}; no row can hold it. Drop it."
        ) from error


def played(role: str) -> tuple[str, str]:
    """How a role was played, and by whom, from its name: `guided:Qwen3-8B` was played by a model, `scripted` was not."""
    mode, found, model = role.partition(":")
    return (mode, model) if found else ("scripted", role)


def _worded(turn: Turn, talk: Conversation) -> bool:
    """Whether a model found the words of this turn."""
    if not turn.text or turn.role == "tool":
        return False
    mode, _ = played(talk.agent if turn.role == "agent" else talk.user)
    return turn.worded == "model" if mode == "surface" else mode != "scripted"


def _of_task(task: Task) -> Row:
    """The columns that depend on the task alone."""
    return {
        "task_id": task.id,
        "domain": short_name(task.domain),
        "trajectory_type": task.kind,
        "kind": task.kind,
        "has_user_script": task.behaviour is not None,
        "writes": task.axes.writes,
        "burden": task.axes.burden,
        "denied": task.axes.denied,
        "search_reads": task.axes.search_reads,
        "gold_actions": _text(_named(task.gold)),
        "evidence": _text(_of_each(task, [outcome.evidence for outcome in task.outcomes])),
        "locates": _text(_of_each(task, [outcome.locates for outcome in task.outcomes])),
        "refusals": _text(
            [
                {"tool": decision.tool, "rule": outcome.refusal, "transfer": outcome.transfer}
                for decision, outcome in zip(task.goal.decisions, task.decided, strict=True)
                if outcome.refusal is not None
            ]
        ),
        "told": _text(task.told),
        "user_scenario": _text(user_scenario(task)),
        "user_behavior": task_instructions(task),
        "behavior": _text(dict(task.behaviour.levels) if task.behaviour else {}),
        "recipe": task.recipe,
    }


def _bare(values: Sequence[Json]) -> list[Json]:
    """Without what is None: a number that could not be measured."""
    return [value for value in values if value is not None]


def _of_each(task: Task, reads: Sequence[tuple[Call, ...]]) -> list[Json]:
    """Reads by decision and by question."""
    names = [{"decision": decision.tool} for decision in task.goal.decisions]
    names += [{"question": tell.topic} for tell in task.goal.tells]
    return [name | {"reads": _named(calls)} for name, calls in zip(names, reads, strict=True)]


def _named(calls: Iterable[Call]) -> list[Json]:
    return [{"name": call.tool, "arguments": call.args} for call in calls]


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
