"""One row as others have it: its JSON as text, ShareGPT, OpenAI's fine-tuning file, a task for reinforcement learning.

Rows come from Parquet as `pyarrow` gives them: messages and tools are JSON as text. Nothing is lost on the way but what a form has no place
for, and a row that a form cannot hold is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy.dataset.messages import GREETING
from writ_dspy.dataset.rows import NESTED
from writ_dspy.dataset.tau2_tasks import tau2_form
from writ_dspy.errors import StoreError
from writ_dspy.shown import counted
from writ_dspy.task import Json

Record = dict[str, Json]

SHAREGPT_COLUMNS = ("trajectory_id", "task_id", "domain", "kind", "messages", "tools")
OPENAI_COLUMNS = ("messages", "tools")
HERMES_COLUMNS = SHAREGPT_COLUMNS
TASK_COLUMNS = (
    "task_id", "domain", "split", "kind", "writes", "burden", "recipe", "gold_actions", "told", "user_scenario", "messages",
    "tools",
)  # fmt: skip
TAU2_COLUMNS = (
    "task_id", "domain", "split", "kind", "writes", "burden", "recipe", "gold_actions", "told", "user_scenario",
)  # fmt: skip

LLAMA_FACTORY = {
    "formatting": "sharegpt",
    "columns": {"messages": "conversations", "system": "system", "tools": "tools"},
}
"""What LLaMA-Factory's `dataset_info.json` says of the `sharegpt` configuration; the other names are its defaults."""
_NEXT_RESULT = "\n</tool_response>\n<tool_response>\n"
"""Between the results of several calls in one turn, as LLaMA-Factory itself joins them."""


def plain_text(row: Record) -> Record:
    """The row with its messages and its tools each as one text, a JSON list: no reader has to know JSON columns."""
    return row | {name: f"[{', '.join(row[name])}]" for name in NESTED}


def sharegpt(row: Record) -> Record:
    """ShareGPT with tools: texts only, user and model strictly by turns, first the user and last the model.

    A call is the JSON of its name and arguments; several in one turn are a list; a text beside them comes first.

    Raises:
        StoreError: The speakers do not take turns.

    Source:
        https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md
    """
    system, *rest = _messages(row)
    if rest and (rest[0]["role"], rest[0]["content"]) == ("assistant", GREETING):
        del rest[0]  # the form begins with the user
    turns: list[dict[str, str]] = []
    for message in rest:
        role, text = message["role"], message["content"]
        if role == "tool" and turns and turns[-1]["from"] == "observation":
            turns[-1]["value"] += _NEXT_RESULT + text
        elif "tool_calls" in message:
            calls = [json.dumps(_call(one), ensure_ascii=False) for one in message["tool_calls"]]
            said = calls[0] if len(calls) == 1 else f"[{', '.join(calls)}]"
            turns.append({"from": "function_call", "value": f"{text}\n<tool_call>{said}</tool_call>" if text else said})
        else:
            turns.append({"from": {"user": "human", "tool": "observation", "assistant": "gpt"}[role], "value": text})
    ours = [turn["from"] in ("function_call", "gpt") for turn in turns]
    if ours != [bool(index % 2) for index in range(len(turns))] or len(turns) % 2:
        raise StoreError(
            f"conversation {row['trajectory_id']}: user and agent do not take turns, so ShareGPT cannot hold it. "
            "Leave `sharegpt` out of the formats, or drop that conversation."
        )
    functions = [tool["function"] for tool in _tools(tuple(row["tools"]))]
    about = {name: row[name] for name in ("trajectory_id", "task_id", "domain", "kind")}
    return {
        "conversations": turns,
        "system": system["content"],
        "tools": json.dumps(functions, ensure_ascii=False),
    } | about


_HERMES = """

# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""
"""What follows the system prompt, word for word as the templates of Qwen2.5 and Qwen3 have it."""


def hermes(row: Record) -> Record:
    """Roles and texts alone, with tools, calls and results in the texts: for trainers and templates that know no tools.

    What ChatML makes of it is what Qwen2.5's own template makes of the messages and tools, letter for letter.

    Source:
        https://huggingface.co/Qwen/Qwen2.5-7B-Instruct, tokenizer_config.json
    """
    system, *rest = _messages(row)
    tools = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in _tools(tuple(row["tools"])))
    messages = [{"role": "system", "content": system["content"] + _HERMES.format(tools=tools)}]
    after = ""
    for message in rest:
        role, text = message["role"], message["content"]
        if role == "tool":
            said = f"<tool_response>\n{text}\n</tool_response>"
            if after == "tool":
                messages[-1]["content"] += f"\n{said}"
            else:
                messages.append({"role": "user", "content": said})
        else:
            calls = (json.dumps(_call(one), ensure_ascii=False) for one in message.get("tool_calls", ()))
            parts = [*filter(None, [text]), *(f"<tool_call>\n{call}\n</tool_call>" for call in calls)]
            messages.append({"role": role, "content": "\n".join(parts)})
        after = role
    return {"messages": messages} | {name: row[name] for name in ("trajectory_id", "task_id", "domain", "kind")}


def openai(row: Record) -> Record:
    """A line of OpenAI's fine-tuning file: arguments are JSON as text, every message has a content, and nothing is null.

    Source:
        https://platform.openai.com/docs/guides/supervised-fine-tuning
    """
    messages = _messages(row)
    return {
        "messages": list(_bare(messages)),
        "tools": _tools(tuple(row["tools"])),
        "parallel_tool_calls": any(len(message.get("tool_calls", ())) > 1 for message in messages),
    }


def _bare(messages: Sequence[Record]) -> Iterator[Record]:
    for message in messages:
        bare: Record = {"role": message["role"], "content": message["content"]}
        if "tool_calls" in message:
            bare["tool_calls"] = [call | {"function": _called(call["function"])} for call in message["tool_calls"]]
        if message["role"] == "tool":
            bare["tool_call_id"] = message["tool_call_id"]
        yield bare


def rl_task(row: Record, index: int) -> Record:
    """The task of a row as a prompt with its ground truth: verl's columns, and what AReaL and slime look for.

    The prompt is the policy and how the user opened. No struct is empty and no value null, since Parquet holds no
    empty struct and trainers unpack what they find.

    Source:
        https://verl.readthedocs.io/en/latest/preparation/prepare_data.html
    """
    task = tau2_task_of(row)
    wanted = task["evaluation_criteria"]
    truth = {
        "actions": [{"name": one["name"], "arguments": one["arguments"]} for one in wanted["actions"]],
        "communicate_info": wanted["communicate_info"],
        "reward_basis": wanted["reward_basis"],
    }
    text = json.dumps(truth, ensure_ascii=False)
    facts = {name: row[name] for name in ("task_id", "domain", "split", "kind", "writes", "burden")}
    return {
        "data_source": f"writ/{row['domain']}",
        "prompt": list(_prompt(_messages(row))),
        "ability": "tool-use",
        "reward_model": {"style": "rule", "ground_truth": text},
        "extra_info": {
            "index": index,
            **facts,
            "need_tools_kwargs": False,
            "interaction_kwargs": {"name": "tau2", "domain": row["domain"], "task_id": row["task_id"]},
        },
        "agent_name": "tool_agent",
        "task_id": row["task_id"],
        "domain": row["domain"],
        "split": row["split"],
        "label": text,
        "tools": json.dumps(_tools(tuple(row["tools"])), ensure_ascii=False),
        "task": json.dumps(task, ensure_ascii=False),
    }


def _prompt(messages: Sequence[Record]) -> Iterator[Record]:
    """Up to the user's first message."""
    for message in messages:
        yield {"role": message["role"], "content": message["content"]}
        if message["role"] == "user":
            return


def tau2_task_of(row: Record) -> Record:
    """The task of a row in τ²-bench's own form: what `tau2_tasks.tau2_task` makes of the task itself."""
    return tau2_form(
        row["task_id"],
        f"{row['kind']}: {counted(row['writes'], 'gold write')}, evidence burden {row['burden']}.",
        row["recipe"],
        json.loads(row["user_scenario"]),
        [(call["name"], call["arguments"]) for call in json.loads(row["gold_actions"])],
        json.loads(row["told"]),
    )


def _call(call: Record) -> Record:
    function = call["function"]
    return {"name": function["name"], "arguments": function["arguments"]}


def _called(function: Record) -> Record:
    """With its arguments as text, which is how OpenAI's API has them."""
    return function | {"arguments": json.dumps(function["arguments"], ensure_ascii=False)}


def _messages(row: Record) -> list[Record]:
    return [json.loads(text) for text in row["messages"]]


@lru_cache(maxsize=16)
def _tools(texts: tuple[str, ...]) -> list[Json]:
    """Parsed once for all rows of a domain; not to be changed."""
    return [json.loads(text) for text in texts]
