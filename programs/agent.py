"""The agent as a program: a message, one tool call, or several look-ups that are made one after the other, through one action schema."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dspy

from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError
from writ_dspy.lm import BadReply, Connection
from writ_dspy.lm.adapter import OBJECTION
from writ_dspy.programs.notes import look_ups, notes
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.toolbox import toolbox
from writ_dspy.programs.tries import derive, unusable
from writ_dspy.signatures.agent import LOOK_UP, Say, ServeCustomer, action_type
from writ_dspy.task import Call, Json, Task

DRAWS = 3
"""Draws of one turn, the first included, while the reply cannot be used."""
MOST_FAULTS = 5
"""Of one step that are told: whoever mends the first often mends them all."""


class AgentProgram(dspy.Module):
    """One predictor; its instructions and demonstrations are what an optimizer changes."""

    def __init__(self) -> None:
        super().__init__()
        self.step = dspy.Predict(ServeCustomer)

    async def aforward(self, **inputs: str) -> dspy.Prediction:
        """The next step, with the model of the surrounding `dspy.context`."""
        return await self.step.acall(**inputs)


class ModelAgent:
    """Satisfies the `Agent` protocol with a language model.

    Of a guided one the look-ups that the talk leaves no choice about are made without asking the model, and it is shown
    what is still to ask and how each request ends. That is a teacher's hint: it stands in the prompt alone, and a
    trajectory is rebuilt from the turns.
    """

    def __init__(self, connection: Connection, program: AgentProgram | None = None, *, guided: bool = False) -> None:
        self.connection = connection
        self.program = program or AgentProgram()
        self.guided = guided
        self.name = f"{'guided' if guided else 'free'}:{connection.model_name}"
        self._signatures: dict[tuple[str, type[dspy.Signature], bool], type[dspy.Signature]] = {}
        self._tools: dict[str, str] = {}

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The next step; a reply that is cut off or no step at all is drawn again, never executed.

        Raises:
            LMError: The server failed, or no reply in `DRAWS` draws was a step.
        """
        if (due := self.unasked(task, domain, turns)) is not None:
            return due
        return await self._act(domain, turns, self.asked(task, domain, turns), seed)

    async def act_again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn:
        """The step anew: the model is told what was wrong with the one that it wrote.

        Raises:
            LMError: The server failed, or no reply in `DRAWS` draws was a step.
        """
        usage = self.connection.usage
        usage.redraws += 1
        usage.sent_back.update({fault.check for fault in faults})
        inputs = self.asked(task, domain, turns)
        return await self._act(domain, turns, inputs | {OBJECTION: objected(refused, faults)}, seed)

    async def _act(self, domain: Domain, turns: Sequence[Turn], inputs: dict[str, str], seed: int) -> Turn:
        told = inputs.get(OBJECTION, "")
        for draw in range(DRAWS):
            self.connection.usage.redraws += draw > 0
            try:
                return await self._draw(domain, inputs, derive(seed, len(turns), draw))
            except BadReply as reply:
                if draw == DRAWS - 1:
                    raise
                inputs |= {OBJECTION: " ".join(filter(None, (told, unusable(reply))))}
        raise AssertionError("unreachable")

    def unasked(self, task: Task, domain: Domain, turns: Sequence[Turn]) -> Turn | None:
        """The next step where no model has to be asked: a look-up that the last reply listed, or one that is due whoever serves."""
        if (listed := _ahead(turns)) is not None or not self.guided:
            return listed
        return next((Turn("agent", calls=(call,)) for call in look_ups(task, domain, turns)), None)

    def asked(self, task: Task, domain: Domain, turns: Sequence[Turn]) -> dict[str, str]:
        """What the program is given for the next step."""
        hint = {"plan": notes(task, domain, turns)} if self.guided else {}
        known = {"policy": domain.policy, "toolbox": self._tool_text(domain), "conversation": self._conversation(turns)}
        return known | hint

    def _conversation(self, turns: Sequence[Turn]) -> str:
        """What was said and done; whoever has a supervisor's notes needs none of its own."""
        return as_text(turns, "agent", thoughts=not self.guided)

    async def _draw(self, domain: Domain, inputs: Mapping[str, Any], seed: int) -> Turn:
        if self.connection.mode == "tools":
            return await self._native(domain, inputs, seed)
        said = await self.connection.predict(
            self.program.step, seed=seed, signature=self._signature(domain, inputs), **inputs
        )
        action, thought = said.action, " ".join(said.thought.split())
        if isinstance(action, Say):
            return Turn("agent", action.text.strip(), thought=thought)
        calls = [
            _call(domain, one.kind, one.model_dump(mode="json", exclude={"kind"}, exclude_none=True))
            for one in (action.calls if action.kind == LOOK_UP else [action])
        ]
        if not calls:
            raise BadReply("unparsable", "a look-up of nothing", fault="a look-up of nothing")
        return _one_by_one(calls, thought)

    async def _native(self, domain: Domain, inputs: Mapping[str, Any], seed: int) -> Turn:
        """Through the server's own tool calls, where no schema is enforced but tools work.

        The first call counts, or all look-ups before anything else.
        """
        said = await self.connection.predict(
            self.program.step,
            seed=seed,
            signature=self._signature(domain, inputs),
            tools=[dict(tool) for tool in domain.tools],
            **inputs,
        )
        if said.calls:
            calls = [_call(domain, tool, args) for tool, args in said.calls]
            reads = itertools.takewhile(lambda call: domain.kinds[call.tool] == "read", calls)
            return _one_by_one([*reads] or calls[:1])
        return Turn("agent", said.text.strip())

    def _signature(self, domain: Domain, inputs: Collection[str] = ()) -> type[dspy.Signature]:
        """The predictor's signature with the domain's actions, and with an objection where one is told; made once per domain and set of instructions."""
        base, objected = self.program.step.signature, OBJECTION in inputs
        key = (domain.name, base, objected)
        if key not in self._signatures:
            typed = base.with_updated_fields("action", type_=action_type(domain.params, _reads(domain)))
            typed = typed if self.guided else typed.delete("plan")
            self._signatures[key] = typed.append(OBJECTION, dspy.InputField(), str) if objected else typed
        return self._signatures[key]

    def _tool_text(self, domain: Domain) -> str:
        if domain.name not in self._tools:
            tools = toolbox([tool["function"] for tool in domain.tools])
            named = f"\nA list before a change names: {domain.pack.lists}." if domain.pack.lists else ""
            self._tools[domain.name] = f"{tools}{named}"
        return self._tools[domain.name]


def objected(refused: Turn, faults: Sequence[Finding]) -> str:
    """What a model is told of a step that was not taken."""
    calls = "; ".join(map(str, refused.calls))
    step = f"Your call {calls} was not made." if calls else f'Your message "{refused.text}" was not sent.'
    told = (f"wanted: {f.wanted}" if f.saw in calls else f"{f.saw}; wanted: {f.wanted}" for f in faults[:MOST_FAULTS])
    why = "\n".join(f"- {one}" for one in told)
    return f"{step} What was wrong with it:\n{why}\nWrite another step, with the same care for everything else."


def _reads(domain: Domain) -> list[str]:
    return [tool for tool, kind in domain.kinds.items() if kind == "read"]


def _one_by_one(calls: Sequence[Call], thought: str = "") -> Turn:
    """The first of the calls; those behind it stand ready, each once."""
    first, *rest = dict.fromkeys(calls)
    return Turn("agent", calls=(first,), thought=thought, ahead=tuple(rest))


def _ahead(turns: Sequence[Turn]) -> Turn | None:
    """The look-up that the last reply asked for next; None where there is none, or the one before it failed.

    It is read off the talk, so that one that was broken off goes on where it was, and an agent serves many talks.
    """
    if len(turns) < 2 or turns[-1].role != "tool" or turns[-1].error or not turns[-2].ahead:
        return None
    first, *rest = turns[-2].ahead
    return Turn("agent", calls=(first,), ahead=tuple(rest))


def _call(domain: Domain, tool: str, args: Mapping[str, Json]) -> Call:
    """The call in canonical form; with arguments that the tool refuses, as it is, for the environment to answer.

    Raises:
        BadReply: There is no such tool.
    """
    if tool not in domain.kinds:
        lacks = f"a call of {tool!r}, which {domain.name} does not have"
        raise BadReply("unparsable", lacks, fault=lacks)
    try:
        return domain.canonical(tool, args)
    except DomainError:
        return Call.of(tool, args)
