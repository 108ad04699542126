"""Formats: each is made from the Parquet alone, holds all that its form has a place for, and is read back the same."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.by_hand import airline_tasks, convert, parts, retail_tasks, tables, tree, write
from writ_dspy.dataset import formats
from writ_dspy.dataset.folder import Way, fill
from writ_dspy.dataset.formats import FORMATS, check_formats
from writ_dspy.dataset.manifest import Home
from writ_dspy.dataset.messages import call_id
from writ_dspy.dataset.records import LLAMA_FACTORY, hermes, sharegpt
from writ_dspy.dataset.rows import NESTED, Row, content_sha256
from writ_dspy.dataset.splits import Split
from writ_dspy.dataset.tau2_tasks import tau2_files, tau2_text
from writ_dspy.errors import ConfigError, StoreError

NAMES = ("text", "sharegpt", "hermes", "openai", "tasks", "tau2")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows as Parquet."""
    folder = tmp_path_factory.mktemp("dataset")
    write(folder, tables(parts()))
    return folder


@pytest.fixture(scope="module")
def made(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in every format."""
    folder = tmp_path_factory.mktemp("made")
    convert(dataset, folder, NAMES)
    return folder


@lru_cache(maxsize=1)
def by_side() -> dict[Split, list[Row]]:
    """The rows of each split, in the order of the files."""
    return {
        side: [row for part in sorted(parts()) if part[1] == side for row in parts()[part]]
        for side in ("train", "test")
    }


def loaded(folder: Path, cache: Path) -> dict[str, list[Row]]:
    """What a stranger gets from a folder of Parquet."""
    from datasets import load_dataset

    return {name: list(side) for name, side in load_dataset(str(folder), cache_dir=str(cache)).items()}


def test_files_and_counts(dataset: Path, made: Path, tmp_path: Path) -> None:
    """The files are where `FORMATS` says, the counts are of their rows, and the parts are the whole."""
    counts = convert(dataset, tmp_path, NAMES)
    tasks = {side: len({row["task_id"] for row in rows}) for side, rows in by_side().items()}

    assert counts == {
        **{
            f"{name}/{side}-00000-of-00001.parquet": len(rows)
            for name in ("text", "sharegpt", "hermes")
            for side, rows in by_side().items()
        },
        "exports/openai.jsonl": len(by_side()["train"]),
        "exports/openai-test.jsonl": len(by_side()["test"]),
        **{f"tasks/{side}-00000-of-00001.parquet": count for side, count in tasks.items()},
        **{f"tau2/airline/{name}.json": len(airline_tasks()) for name in ("split_tasks", "tasks")},
        **{f"tau2/retail/{name}.json": len(retail_tasks()) for name in ("split_tasks", "tasks")},
    }
    assert set(tree(tmp_path)) == set(counts)
    assert tree(tmp_path) == tree(made)
    assert convert(dataset, tmp_path, ["parquet"]) == {}


def test_text_is_the_same_rows_for_readers_of_text(dataset: Path, made: Path, tmp_path: Path) -> None:
    """With its two JSON texts read, each row is what `load_dataset` gives of the dataset itself; no column is more than a text or number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    typed, got = loaded(dataset, tmp_path / "1"), loaded(made / "text", tmp_path / "2")
    for side, rows in by_side().items():
        back = [row | {name: json.loads(row[name]) for name in NESTED} for row in got[side]]
        assert [strict(row) for row in back] == [strict(row) for row in rows]
        assert {row["content_sha256"]: content_sha256(row) for row in back} == {
            row["content_sha256"]: row["content_sha256"] for row in rows
        }
        assert sorted(map(strict, typed[side])) == sorted(map(strict, back))
        kinds = set(pq.read_schema(made / "text" / f"{side}-00000-of-00001.parquet").types)
        assert kinds <= {
            pa.string(),
            pa.list_(pa.field("element", pa.string())),
            pa.bool_(),
            pa.int32(),
            pa.int64(),
            pa.float64(),
        }


def strict(value: Any) -> str:
    """JSON that tells 1 from True, and an absent key from null."""
    return json.dumps(value, sort_keys=True)


def test_no_format_holds_a_null(dataset: Path, made: Path, tmp_path: Path) -> None:
    """In no row of any file, however it is read, and in no JSON that stands in one as text."""
    for number, folder in enumerate((dataset, *(made / name for name in ("text", "sharegpt", "hermes", "tasks")))):
        for rows in loaded(folder, tmp_path / str(number)).values():
            assert not any(map(unsaid, rows))
    lines = [line for path in (made / "exports").glob("*.jsonl") for line in path.read_text().splitlines()]
    assert not any(unsaid(json.loads(line)) for line in lines)
    assert not any(unsaid(json.loads(path.read_text())) for path in (made / "tau2").glob("*/*.json"))
    assert unsaid({"a": ['{"b": [null]}']})


def unsaid(value: Any) -> bool:
    """Whether anything in it is null; texts that are JSON are looked into, but for what a tool of the domain returned."""
    if isinstance(value, dict) and value.get("role", value.get("from")) in ("tool", "observation"):
        return None in value.values()
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return unsaid(json.loads(value))
    if isinstance(value, dict | list):
        return any(map(unsaid, value.values() if isinstance(value, dict) else value))
    return value is None


def test_sharegpt_is_strict_and_loses_nothing(made: Path, tmp_path: Path) -> None:
    """User and model by turns, every value a text; put back together it is the chat that it was made from."""
    got = loaded(made / "sharegpt", tmp_path)
    for side, rows in by_side().items():
        for example, row in zip(got[side], rows, strict=True):
            turns = example["conversations"]
            assert [turn["from"] in ("function_call", "gpt") for turn in turns] == [
                bool(i % 2) for i in range(len(turns))
            ]
            assert len(turns) % 2 == 0
            assert {type(value) for value in example.values()} == {list, str}
            back: list[Any] = [("system", example["system"])]
            for turn in turns:
                kind = {"human": "user", "observation": "tool", "gpt": "assistant", "function_call": "call"}[
                    turn["from"]
                ]
                back.append((kind, json.loads(turn["value"]) if kind == "call" else turn["value"]))
            assert back == [
                ("call", {key: message["tool_calls"][0]["function"][key] for key in ("name", "arguments")})
                if "tool_calls" in message
                else (message["role"], message["content"])
                for message in row["messages"]
            ]
            assert json.loads(example["tools"]) == [tool["function"] for tool in row["tools"]]
            assert [example[name] for name in ("trajectory_id", "task_id", "domain", "kind")] == [
                row[name] for name in ("trajectory_id", "task_id", "domain", "kind")
            ]
    assert (
        LLAMA_FACTORY["columns"].items() <= {"messages": "conversations", "system": "system", "tools": "tools"}.items()
    )  # type: ignore[attr-defined]


def call(name: str, number: int) -> dict[str, Any]:
    return {"id": call_id(number), "type": "function", "function": {"name": name, "arguments": {"n": number}}}


def message(role: str, content: str, *calls: dict[str, Any]) -> str:
    """As Parquet has it."""
    return json.dumps({"role": role, "content": content} | ({"tool_calls": list(calls)} if calls else {}))


def chat(*messages: str) -> Row:
    about = dict.fromkeys(("trajectory_id", "task_id", "domain", "kind"), "x")
    return {**about, "tools": ['{"function": {"name": "a"}}'], "messages": [message("system", "s"), *messages]}


def test_hermes_is_what_qwen_renders(made: Path, tmp_path: Path) -> None:
    """Under ChatML, the letters that Qwen2.5's own rules make of messages and tools; roles are by turns, and only three."""
    got = loaded(made / "hermes", tmp_path)
    for side, rows in by_side().items():
        for example, row in zip(got[side], rows, strict=True):
            text = "".join(f"<|im_start|>{one['role']}\n{one['content']}<|im_end|>\n" for one in example["messages"])
            assert text == qwen(row["messages"], row["tools"])
            roles = [one["role"] for one in example["messages"]]
            assert roles == ["system", *(("user", "assistant") * len(roles))[: len(roles) - 1]]
            assert roles[-1] == "assistant"


def qwen(messages: list[Any], tools: list[Any]) -> str:
    """Qwen2.5's template in the words of this test, over the messages themselves."""
    lines = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
    found = f"<|im_start|>system\n{messages[0]['content']}\n\n# Tools\n\nYou may call one or more functions to assist with the user "
    found += f"query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n{lines}\n</tools>\n\n"
    found += "For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:"
    found += '\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n'
    for index, one in enumerate(messages[1:], start=1):
        if one["role"] == "tool":
            found += "" if messages[index - 1]["role"] == "tool" else "<|im_start|>user"
            found += f"\n<tool_response>\n{one['content']}\n</tool_response>"
            found += "" if messages[index + 1]["role"] == "tool" else "<|im_end|>\n"
        else:
            found += f"<|im_start|>{one['role']}" + (f"\n{one['content']}" if one["content"] else "")
            for call in one.get("tool_calls", ()):
                arguments = json.dumps(call["function"]["arguments"], ensure_ascii=False)
                found += (
                    f'\n<tool_call>\n{{"name": "{call["function"]["name"]}", "arguments": {arguments}}}\n</tool_call>'
                )
            found += "<|im_end|>\n"
    return found


def test_hermes_of_several_calls_at_once() -> None:
    """A text comes before its calls, and the results of one turn are one turn of the user."""
    row = chat(
        message("user", "u"),
        message("assistant", "Wait.", call("a", 0), call("b", 1)),
        message("tool", "one"),
        message("tool", "two"),
        message("assistant", "bye"),
    )
    text = "".join(f"<|im_start|>{one['role']}\n{one['content']}<|im_end|>\n" for one in hermes(row)["messages"])

    assert text == qwen([json.loads(one) for one in row["messages"]], [json.loads(one) for one in row["tools"]])


def test_sharegpt_of_other_chats() -> None:
    """Several calls at once are a list and their results one turn; a text beside a call comes before it."""
    made = sharegpt(
        chat(
            message("user", "u"),
            message("assistant", "", call("a", 0), call("b", 1)),
            message("tool", "one"),
            message("tool", "two"),
            message("assistant", "Wait.", call("a", 2)),
            message("tool", "three"),
            message("assistant", "bye"),
        )
    )

    assert [turn["value"] for turn in made["conversations"]] == [
        "u",
        '[{"name": "a", "arguments": {"n": 0}}, {"name": "b", "arguments": {"n": 1}}]',
        "one\n</tool_response>\n<tool_response>\ntwo",
        'Wait.\n<tool_call>{"name": "a", "arguments": {"n": 2}}</tool_call>',
        "three",
        "bye",
    ]


@pytest.mark.parametrize(
    "messages",
    [
        [message("assistant", "Hi!"), message("user", "u"), message("assistant", "a")],
        [message("user", "u"), message("user", "u"), message("assistant", "a")],
        [message("user", "u"), message("assistant", "a"), message("assistant", "a")],
        [message("user", "u")],
    ],
)
def test_sharegpt_refuses_what_it_cannot_hold(messages: list[str]) -> None:
    """A greeting first, two in a row, or no answer: LLaMA-Factory would drop such a row without a word."""
    with pytest.raises(StoreError, match="do not take turns"):
        sharegpt(chat(*messages))


def test_openai_lines_are_what_openai_takes(made: Path) -> None:
    """By the types of OpenAI's own client; nothing is null, arguments are text, and every word is there."""
    from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
    from pydantic import TypeAdapter

    messages, tools = TypeAdapter(list[ChatCompletionMessageParam]), TypeAdapter(list[ChatCompletionToolParam])
    for side, name in (("train", "openai"), ("test", "openai-test")):
        lines = (made / "exports" / f"{name}.jsonl").read_text().splitlines()
        for line, row in zip(lines, by_side()[side], strict=True):  # type: ignore[index]
            example = json.loads(line)
            assert not nulls(example["messages"])
            assert set(example) == {"messages", "tools", "parallel_tool_calls"}
            assert example["parallel_tool_calls"] is False
            messages.validate_python(example["messages"])
            tools.validate_python(example["tools"])
            assert example["tools"] == row["tools"]
            for said, meant in zip(example["messages"], row["messages"], strict=True):
                assert said.get("content", "") == meant["content"]
                assert [(one["id"], one["function"]["name"]) for one in said.get("tool_calls", ())] == [
                    (one["id"], one["function"]["name"]) for one in meant.get("tool_calls", ())
                ]
                assert [json.loads(one["function"]["arguments"]) for one in said.get("tool_calls", ())] == [
                    one["function"]["arguments"] for one in meant.get("tool_calls", ())
                ]
                assert said.get("tool_call_id") == meant.get("tool_call_id")


def nulls(value: Any) -> bool:
    """Whether anything in it is null or an empty struct."""
    if isinstance(value, dict):
        return not value or any(map(nulls, value.values()))
    if isinstance(value, list):
        return any(map(nulls, value))
    return value is None


def test_tasks_are_verls_columns(made: Path, tmp_path: Path) -> None:
    """One row per task; its truth is the gold; nothing is null or empty; pandas and datasets read the same."""
    import pandas as pd

    by_id = {task.id: task for task in (*retail_tasks(), *airline_tasks())}
    got = loaded(made / "tasks", tmp_path)
    for side, rows in got.items():
        assert [row["task_id"] for row in rows] == list(dict.fromkeys(row["task_id"] for row in by_side()[side]))  # type: ignore[index]
        assert [row["extra_info"]["index"] for row in rows] == list(range(len(rows)))
        frame = pd.read_parquet(made / "tasks" / f"{side}-00000-of-00001.parquet", dtype_backend="pyarrow")
        for row, (_, seen) in zip(rows, frame.iterrows(), strict=True):
            task = by_id[row["task_id"]]
            truth = json.loads(row["reward_model"]["ground_truth"])
            assert not nulls(row)
            assert seen["extra_info"] == row["extra_info"]
            assert [one["role"] for one in row["prompt"]] == ["system", "user"]
            assert truth["actions"] == [{"name": one.tool, "arguments": one.args} for one in task.gold]
            assert (row["label"], row["split"], row["extra_info"]["split"]) == (
                json.dumps(truth, ensure_ascii=False),
                side,
                side,
            )
            assert json.loads(row["task"]) == json.loads(tau2_text(task))
            assert json.loads(row["tools"])[0]["type"] == "function"


def test_tau2_files_are_those_of_the_tasks(made: Path) -> None:
    """Made from Parquet, they are byte for byte what the tasks themselves give."""
    sides: dict[str, Split] = {row["task_id"]: row["split"] for rows in parts().values() for row in rows}
    for name, tasks in (("retail", retail_tasks()), ("airline", airline_tasks())):
        for file, text in tau2_files({task.id: tau2_text(task) for task in tasks}, sides).items():
            assert (made / "tau2" / name / file).read_text(encoding="utf-8") == text


def test_batches_do_not_show(dataset: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read three rows at a time, the bytes are the same, and progress counts every row of every format."""
    told: list[int] = []
    monkeypatch.setattr(formats, "BATCH", 3)
    convert(dataset, tmp_path, NAMES, told.append)

    assert tree(tmp_path) == tree(made)
    assert sum(told) == len(NAMES) * sum(map(len, by_side().values()))
    assert max(told) <= 3


def test_a_failed_conversion_changes_nothing(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When one row does not fit, the earlier files are as they were, and no draft is left."""
    convert(dataset, tmp_path, NAMES)
    before = tree(tmp_path)

    def failing(row: Row, index: int) -> Row:
        raise StoreError(f"{index} {row['task_id']}")

    monkeypatch.setattr(formats, "rl_task", failing)
    with pytest.raises(StoreError):
        convert(dataset, tmp_path, NAMES)
    assert tree(tmp_path) == before
    with pytest.raises(StoreError):
        convert(dataset, tmp_path / "new", NAMES)
    assert tree(tmp_path / "new") == {}


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.dataset.by_hand import convert
from writ_dspy.dataset import formats
formats.rl_task = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
convert(Path(sys.argv[1]), Path(sys.argv[2]), ["sharegpt", "tasks"])
"""


def test_kill_9_leaves_whole_files(dataset: Path, tmp_path: Path) -> None:
    """Killed while it drafts, a conversion leaves every file as it was, and the next one clears up after it."""
    folder = tmp_path / "d"
    convert(dataset, folder, NAMES)
    before = tree(folder)
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(dataset), str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(formats.__file__).parents[2])},
        check=False,
    )
    after = tree(folder)

    assert child.returncode == -signal.SIGKILL
    assert {name: data for name, data in after.items() if not name.endswith(".tmp")} == before
    assert len(after) > len(before)
    convert(dataset, folder, NAMES)
    assert tree(folder) == before


def test_a_split_without_rows_makes_no_file(tmp_path: Path) -> None:
    """No empty file, and none that an earlier export of that form left."""
    write(tmp_path / "d", tables(parts()), "text", "sharegpt", "hermes", "openai", "tasks", "tau2")
    write(
        tmp_path / "d",
        tables({("retail", "train"): parts()["retail", "train"]}),
        "text",
        "sharegpt",
        "hermes",
        "openai",
        "tasks",
    )
    cards = {
        "README.md",
        *(f"{folder}/.huggingface.yaml" for folder in ("text", "sharegpt", "hermes", "tasks", "exports")),
    }

    assert {name for name in tree(tmp_path / "d") if not name.startswith("tau2")} == {
        "manifest.json",
        "retail/train-00000-of-00001.parquet",
        "text/train-00000-of-00001.parquet",
        "sharegpt/train-00000-of-00001.parquet",
        "hermes/train-00000-of-00001.parquet",
        "exports/openai.jsonl",
        "tasks/train-00000-of-00001.parquet",
        *cards,
    }


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("text/train-00000-of-00001.parquet", "text"),
        ("sharegpt/train-00000-of-00001.parquet", "sharegpt"),
        ("tasks/test-00000-of-00001.parquet", "tasks"),
        ("exports/openai.jsonl", "openai"),
        ("tau2/retail/tasks.json", "tau2"),
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, name: str, form: str) -> None:
    """A file of the user's where a form goes is not written over, and nothing else is written either."""
    folder = tmp_path / "run"
    home = Home.of_run(folder)
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"mine")
    with pytest.raises(StoreError, match="is in the way, and writ did not write it"):
        fill(Way(home, check_formats([form])), tables(parts()))
    assert tree(folder) == {name: b"mine"}
    fill(Way(home, check_formats([form]), overwrite=True), tables(parts()))
    assert (folder / name).read_bytes() != b"mine"


def test_a_format_that_is_none(dataset: Path, tmp_path: Path) -> None:
    """It is named, with those that there are."""
    with pytest.raises(ConfigError, match=f"--format alpaca.* {', '.join(FORMATS)} or all"):
        convert(dataset, tmp_path, ["alpaca"])


def test_formats_are_named_once() -> None:
    """Parquet is always among them; every format says what it is, for whom, and where."""
    assert check_formats(["tau2", "openai", "tau2"]) == ("parquet", "openai", "tau2")
    assert check_formats(["all"]) == check_formats(["all", "tau2"]) == tuple(FORMATS)
    assert all(one.name == name and one.what and one.readers and one.where for name, one in FORMATS.items())
