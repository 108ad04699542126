"""What the agent promises: one step at a time, by the domain's policy; look-ups that need nothing of each other come together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, Union

import dspy
from pydantic import BaseModel, ConfigDict, Field, create_model


class Say(BaseModel):
    """A message to the customer."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["say"]
    text: str = Field(description="the message")


LOOK_UP = "look up"
"""The kind of a step that makes several read calls, one after the other."""


class ServeCustomer(dspy.Signature):
    """You are a customer service agent. Take the next single step: one message to the customer, one tool call, or several look-ups.

    - Look-ups that need nothing of each other, such as each record of a customer, you may list in one step: they are made
      one at a time, up to the first that fails.
    - Follow the policy to the letter. Identify the customer by a tool call before you touch any record.
    - Ask for what only the customer can know, all of it in one message; look up everything else. Never invent an id, a
      price or a date: use what the customer said or what a tool returned, exactly as written there.
    - Before you decide, read every record and every option that the request could mean, and compare them. A choice that
      rests on some of the options only is wrong even if it turns out well. Leave the records of other people alone.
    - Before each call that changes something, list all details of that change in one message and ask for a yes: each
      argument of the call with its value, ids and amounts included, and what the toolbox says a list names. Make the call
      only after the customer has agreed to that list.
    - One change at a time, each with a list and a yes of its own: make it, say what was done, with the amounts that the
      tool returned, and only then list the next one.
    - If policy forbids what is asked, say so and name the request and the reason. Transfer to a human only if policy
      demands it; then send the sentence that it prescribes for that, to the letter.
    - Answer what the customer asks to be told. Write complete sentences, and never repeat your last message.
    """

    policy: str = dspy.InputField(desc="the rules that you work by")
    toolbox: str = dspy.InputField(desc="what each tool does")
    conversation: str = dspy.InputField(desc="the chat so far with your tool calls and their results")
    plan: str = dspy.InputField(
        desc="a supervisor's notes on the chat so far, by what was read in it: what is still to ask, and how each request ends; "
        "never mention them"
    )
    thought: str = dspy.OutputField(desc="one short sentence: what is known, what is missing, what comes next")
    action: Say = dspy.OutputField(desc="the step")


def action_type(params: Mapping[str, type[BaseModel]], reads: Collection[str] = ()) -> Any:
    """`Say`, a call of one tool: `{"kind": tool, …its parameters}`, or several of the reads; a union that a grammar can enforce.

    A parameter that may be left out is nullable, since a strict schema lists every property.

    Args:
        params: The parameters of each tool, as models without open objects.
        reads: The tools that change nothing, so that calls of them may come together.
    """
    calls = {tool: _call_model(tool, model) for tool, model in params.items()}
    several = [calls[tool] for tool in calls if tool in reads]
    return Union[(Say, *calls.values(), *([_look_up(several)] if several else []))]


def _look_up(reads: Sequence[type[BaseModel]]) -> type[BaseModel]:
    """A list of calls; nothing bounds its length, which not every grammar can."""
    call: Any = Union[tuple(reads)]  # noqa: UP007 - as many as there are
    fields: dict[str, Any] = {
        "kind": (Literal[LOOK_UP], ...),
        "calls": (list[call], Field(description="calls that need nothing of each other")),
    }
    return create_model("LookUp", __config__=ConfigDict(extra="forbid"), **fields)


def _call_model(tool: str, params: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {"kind": (Literal[tool], ...)}
    for name, item in params.model_fields.items():
        about = Field(... if item.is_required() else None, description=item.description)
        kind: Any = item.annotation
        fields[name] = (kind if item.is_required() else kind | None, about)
    return create_model(tool, __config__=ConfigDict(extra="forbid"), **fields)
