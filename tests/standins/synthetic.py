"""A language model whose behaviour follows its instructions, with a known optimum for each role.

It plays its role perfectly but for one bad habit per task. A habit is dropped where the instructions hold the rule
against it, or where one of the demonstrations teaches it; with every rule it plays as the scripts do, and no program can
be better. Drawn once more for the same task, it has its habit in some draws only, as a model at a temperature has: SIMBA
learns from nothing but such differences. Asked for instructions, it proposes a missing rule that fits what it is shown. It is
deterministic: its answer depends on the request, and on the conversation that a request belongs to, alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import dspy
from dspy.lm15 import Request, Response

from tests.programs import proposing
from tests.programs.proposing import asked_for
from tests.shared import made_once
from tests.standins.engines import prompt, response
from tests.standins.perfect import WORDS, Perfect, shown
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, load
from writ_dspy.lm import Connection
from writ_dspy.lm.server import conversation
from writ_dspy.optimize.metric import ACCEPTED, Metric
from writ_dspy.optimize.students import Student
from writ_dspy.programs.compiled import fresh
from writ_dspy.programs.talk import Side, as_text
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.roles import Agent, User
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.simulate.scripted.careless import spoiled
from writ_dspy.task import Task


class Rule(NamedTuple):
    """What an instruction has to say, and how one sees that it does not."""

    text: str
    mark: str
    """Stands in whatever shows this habit to who reflects."""
    habit: str = ""


RULES: dict[str, tuple[Rule, Rule]] = {
    "agent": (
        Rule("Read the last option, too, before you decide.", "identified_before_write", "reads too little"),
        Rule("Never act on a list that nobody agreed to.", "confirmed_before_write", "skips the confirmation"),
    ),
    "user": (
        Rule("Never make up an order number.", "#W9999999"),
        Rule("Never make up a postal code.", "00000"),
    ),
    "proposer": (
        Rule("Return as many sentences as there are.", "there is no sentence under"),
        Rule("Call the actor you.", "second person"),
    ),
    "diversifier": (
        Rule("Put no year into a voice.", "1984"),
        Rule("Keep a voice under fifty words.", "words; write"),
    ),
}
CLEAN = 2
"""The habit of a task that brings out none."""
KINDS = {"new_instruction": "gepa", "proposed_instruction": "miprov2", "module_advice": "simba"}


def number(text: str, among: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % among


@dataclass
class Synthetic:
    """The engine.

    Args:
        role: What it plays.
        tasks: All tasks that it will be asked about.
        seed: As of the students.
        before: Told of every request before it is answered; what it raises, the request raises.
    """

    role: str
    tasks: Sequence[Task]
    seed: int = 0
    before: Callable[[Request], None] | None = None
    calls: Counter[str] = field(default_factory=Counter)
    """Requests by who made them: the role, or an optimizer."""
    tokens: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Who asked, and all that was shown."""

    def __post_init__(self) -> None:
        self._by_id = {task.id: task for task in self.tasks}
        self._who = {task.identity.text: task.id for task in self.tasks}
        self._next: dict[tuple[str, int, str], Turn | None] = {}
        self._wording = proposing.Perfect(self.tasks)

    async def complete(self, request: Request) -> Response:
        if self.before:
            self.before(request)
        seen = prompt(request)
        system = request.system if isinstance(request.system, str) else ""
        optimizer = next((name for field, name in KINDS.items() if f"`{field}`" in system), "")
        said = self._propose(optimizer, request) if optimizer else await self._play(request, system)
        self.calls[optimizer or self.role] += 1
        self.asked.append((optimizer or self.role, seen))
        tokens = (len(seen) // 4, 0, len(said) // 4)
        self.tokens += tokens[0] + tokens[2]
        return response(said, tokens=tokens)

    # ------------------------------------------------------------------ its instructions

    def habit(self, key: str) -> int:
        """Which rule a task takes: a third of the tasks each, and none for the last third."""
        return number(f"habit of {key}", CLEAN + 1)

    def _spoils(self, request: Request, system: str, key: str) -> int:
        """The habit that shows in this answer."""
        habit = self.habit(key)
        if habit == CLEAN or RULES[self.role][habit].text in system or self._is_lucky(conversation.get()):
            return CLEAN
        demos = [message.text or "" for message in request.messages[:-1] if message.role == "user"]
        return CLEAN if any(number(demo, CLEAN) == habit for demo in demos) else habit

    @staticmethod
    def _is_lucky(drawn: str) -> bool:
        """Whether the habit stays away from this draw: never from the first, by which programs are scored, and from half of the others."""
        return not drawn.endswith(".0") and number(f"luck of {drawn}", 2) == 0

    def _propose(self, optimizer: str, request: Request) -> str:
        rules, inputs = RULES[self.role], shown({"messages": [{"content": request.messages[-1].text}]})
        if optimizer == "gepa":
            old, examples = inputs["current_instruction"], inputs["examples_with_feedback"]
            new = next((rule.text for rule in rules if rule.mark in examples and rule.text not in old), "")
            return json.dumps({"new_instruction": f"{old}\n- {new}" if new else old})
        if optimizer == "miprov2":
            bits = number(prompt(request), 4)
            new = "".join(f"\n- {rule.text}" for index, rule in enumerate(rules) if bits >> index & 1)
            return json.dumps({"proposed_instruction": inputs["basic_instruction"] + new})
        worse = [text for name, text in inputs.items() if name.startswith("worse")]
        fits = next((rule.text for rule in rules if any(rule.mark in text for text in worse)), rules[0].text)
        return json.dumps(
            {"discussion": "as seen", "module_advice": dict.fromkeys(json.loads(inputs["module_names"]), fits)}
        )

    # ------------------------------------------------------------------ its roles

    async def _play(self, request: Request, system: str) -> str:
        if self.role == "proposer":
            return self._word(request, system)
        inputs = shown({"messages": [{"content": request.messages[-1].text}]})
        if self.role == "diversifier":
            return self._voice(request, system, inputs)
        key, _, attempt = conversation.get().rpartition(".")
        habit = self._spoils(request, system, key)
        for shows in (habit, CLEAN, self.habit(key)):  # what was said before may be of a predictor with other rules
            place = (conversation.get(), shows, inputs["conversation"])
            if place not in self._next:
                await self._rehearse(self._by_id[key], int(attempt), shows)
            if place in self._next:
                break
        turn = self._next[place]
        if self.role == "user":
            said = {"leave": turn is None, "message": turn.text if turn else ""}
            text = json.dumps(request.config.response_format)
            return json.dumps({name: value for name, value in said.items() if f'"{name}"' in text})
        assert turn is not None
        return json.dumps({"thought": "as planned", "action": Perfect._action(turn)})

    async def _rehearse(self, task: Task, attempt: int, habit: int) -> None:
        """What it will say in this conversation, from how the script would have it with that habit."""
        rule = RULES[self.role][habit] if habit != CLEAN else None
        user: User = ScriptedUser()
        agent: Agent = ScriptedAgent()
        if self.role == "user":
            user, agent = Inventive(rule.mark) if rule else user, Deaf()
        else:
            user, agent = Hearing(), Spoken(rule.habit if rule else "none")
        work = job(task, attempt, self.seed)
        talk = await converse(work, load(task.domain), user, agent)
        side: Side = "user" if self.role == "user" else "agent"
        for index, turn in enumerate((*talk.turns, None)):
            if turn is None or turn.role == self.role:
                self._next[work.id, habit, as_text(talk.turns[:index], side)] = turn

    def _word(self, request: Request, system: str) -> str:
        if asked_for(request) == "reading":
            return json.dumps(self._wording.reading(request))
        made = self._wording.brief(request)
        habit = self._spoils(request, system, self._who[json.loads(proposing.field(request, "sentences"))[0]["text"]])
        if habit == 0:
            made["rewritten"].pop()
        if habit == 1:
            made["brief"] = made["brief"].replace("You want this.", "It is about this.")
            made["brief"] = re.sub(r"\byou\b", "they", made["brief"], flags=re.IGNORECASE)
        return json.dumps(made)

    def _voice(self, request: Request, system: str, inputs: dict[str, str]) -> str:
        given = json.loads(inputs["sentences"])
        habit = self._spoils(request, system, self._who[given[0]["text"]])
        words = " ".join(random.Random(f"{inputs['seeds']}{inputs['sentences']}").sample(WORDS, 9))
        voice = {0: f"Born in 1984, with {words}.", 1: f"Someone like {' '.join([words] * 8)}."}
        new = [{"key": one["key"], "text": f"Now then, {one['text']}"} for one in given]
        return json.dumps({"voice": voice.get(habit, f"Someone like {words}."), "rewritten": new})


@made_once
def _plain(count: int) -> list[Task]:
    """The same for every role: proposing them takes as long as finding those of a role among them."""
    return assign(fill(Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=count), 7, "base").tasks, 7)


@made_once
def tasks_for(role: str, each: int = 6, seed: int = 0) -> list[Task]:
    """Plain tasks at which the model is accepted if it has every rule, so many with each habit and with none."""
    found: dict[int, list[Task]] = {habit: [] for habit in range(CLEAN + 1)}
    for task in _plain(16 * each):
        kept = found[Synthetic(role, [task]).habit(task.id)]
        if len(kept) < each and play(role, [task], with_every_rule(role), seed)[0] >= ACCEPTED:
            kept.append(task)
    assert all(len(kept) == each for kept in found.values())
    return [task for kept in found.values() for task in kept]


def with_every_rule(role: str) -> dspy.Module:
    """The best program there is."""
    program = fresh(role)
    for predictor in program.predictors():
        rules = "".join(f"\n- {rule.text}" for rule in RULES[role])
        predictor.signature = predictor.signature.with_instructions(predictor.signature.instructions + rules)
    return program


def play(role: str, tasks: Sequence[Task], program: dspy.Module, seed: int = 0) -> list[float]:
    """The score of each task."""
    student = Student(role, Connection.over(Synthetic(role, tasks, seed), role=role), tasks, seed=seed)
    student.program = program
    try:
        return [Metric(role).judge(student(key=task.id).rollout).score for task in tasks]
    finally:
        student.close()


class Spoken:
    """The scripted agent, with one habit of a careless one, in words that need no intent beside them."""

    name = "spoken"

    def __init__(self, habit: str) -> None:
        self.habit = habit

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        desk = Desk(task, domain, turns, seed)
        turn = spoiled(self.habit, desk, desk.next())
        asks = turn.intent and turn.intent.kind in ("ask", "propose")
        return turn if asks else dataclasses.replace(turn, text=turn.text.replace("?", "."))


class Hearing(ScriptedUser):
    """The scripted user, who hears the agent's words and no intent: a model sends none."""

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        heard = [dataclasses.replace(turn, intent=None) if turn.role == "agent" else turn for turn in turns]
        return await super().speak(task, domain, heard, seed)


class Deaf(ScriptedAgent):
    """The scripted agent, who hears the user's words and no intent."""

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        heard = [dataclasses.replace(turn, intent=None) if turn.role == "user" else turn for turn in turns]
        return await super().act(task, domain, heard, seed)


class Inventive(ScriptedUser):
    """The scripted user, who opens with something that it cannot know."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        turn = await super().speak(task, domain, turns, seed)
        return dataclasses.replace(turn, text=f"{turn.text} It is {self.mark}.") if turn and not turns else turn
