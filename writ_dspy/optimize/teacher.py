"""The script as a teacher: where a program has too little to show, what scripts say and the verifier accepts is shown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import dspy

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, load
from writ_dspy.optimize.students import Rollout
from writ_dspy.optimize.watched import Watched, plain
from writ_dspy.programs import user
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.compiled import fresh
from writ_dspy.programs.diversifier import asked, seeds
from writ_dspy.programs.talk import shown
from writ_dspy.programs.tries import Rejected, derive, fault_of
from writ_dspy.programs.voice import Known, behaviour_of, check_sentence, check_together, check_voice, known_of
from writ_dspy.programs.wording import by_key, check_kept, given
from writ_dspy.propose.rephrase import rephrasings
from writ_dspy.shown import counted
from writ_dspy.signatures.proposer import GivenSentence, Sentence
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify
from writ_dspy.verify.fidelity import plain as plain_words
from writ_dspy.verify.fidelity import same

ROLES = ("diversifier", "user", "agent")
"""The roles whose script says more than the task does: a proposer would only learn to copy it."""
Step = tuple[dict[str, Any], dict[str, Any]]
"""Inputs and outputs of a predictor."""
Steps = list[Step]


class Script(dspy.Module):
    """In a program's place, the scripted role: what it says goes into the trace as if the program had said it.

    It asks no model, so it costs nothing and is not counted.

    Args:
        student: Whose demonstrations are wanted; its role is one of `ROLES`.
    """

    def __init__(self, student: Watched) -> None:
        super().__init__()
        self.program = fresh(student.stage.role)
        self.stage = student.stage

    def forward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """What the script does about the task with that id, as `.rollout`."""
        teach = self._voice if self.stage.role == "diversifier" else self._talk
        task = self.stage.task(key)
        steps, rollout = self.stage.wait(teach(task, load(task.domain), attempt))
        (predictor,) = self.program.predictors()
        dspy.settings.trace.extend((predictor, plain(inputs), dspy.Prediction(**plain(said))) for inputs, said in steps)
        return dspy.Prediction(rollout=rollout)

    async def _talk(self, task: Task, domain: Domain, attempt: int) -> tuple[Steps, Rollout]:
        stage = self.stage
        talk = await converse(job(task, attempt, stage.seed), domain, ScriptedUser(), ScriptedAgent())
        steps = (self._agent if stage.role == "agent" else _user)(task, domain, talk.turns)
        start = derive("teach", task.id) % len(steps)  # DSPy takes a trace's last half of the time: let each be last
        return steps[start:] + steps[:start], Rollout(stage.role, task, talk, verify(task, talk, domain))

    async def _voice(self, task: Task, domain: Domain, attempt: int) -> tuple[Steps, Rollout]:
        stage = self.stage
        try:
            step, made = voiced(task, domain, derive(stage.seed, "teach", task.id, attempt))
        except Rejected as why:
            return [], Rollout(stage.role, task, rejected=str(why))
        talk = await converse(job(made, attempt, stage.seed), domain, ScriptedUser(), ScriptedAgent())
        return [step], Rollout(stage.role, task, talk, verify(made, talk, domain), made)

    def _agent(self, task: Task, domain: Domain, turns: Sequence[Turn]) -> Steps:
        agent = ModelAgent(self.stage.connection, guided=self.stage.mode == "guided")
        steps: Steps = []
        for index, turn in enumerate(turns):
            if turn.role == "agent" and agent.unasked(task, domain, turns[:index]) is None:
                calls = [(f"Next: {shown(call)}.", {"kind": call.tool, **call.args}) for call in turn.calls]
                said = calls or [("Next I write to them.", {"kind": "say", "text": turn.text})]
                known = agent.asked(task, domain, turns[:index])
                steps += [(known, {"thought": thought, "action": action}) for thought, action in said]
        return steps


def _user(task: Task, _: Domain, turns: Sequence[Turn]) -> Steps:
    said = [
        (user.asked(task, turns[:index]), {"leave": False, "message": turn.text})
        for index, turn in enumerate(turns)
        if turn.role == "user"
    ]
    return [*said, (user.asked(task, turns), {"leave": True, "message": "Goodbye."})]


# ----------------------------------------------------------------------------- voices


def voiced(task: Task, domain: Domain, seed: int) -> tuple[Step, Task]:
    """A voice out of its seeds, and the sentences in words of other drafts, all but one at least: as a program's would be.

    Raises:
        Rejected: There are no such words, or they are not faithful.
    """
    behaviour, known, given_ones = behaviour_of(task), known_of(task, domain), given(task)
    others = _others(task, seed)
    who, mood, habit = grown = seeds(random.Random(seed), behaviour)
    voice = f"{who[0].upper()}{who[1:]}: {mood}, {habit}."
    check_voice(voice, task, domain)
    said = []
    for one in given_ones:
        fit = [text for text in others.get(one.key, ()) if _fits(one, text, known)]
        said.append(Sentence(key=one.key, text=min(fit, key=lambda text: _likeness(one.text, text), default=one.text)))
    copied = sum(one.text == new.text for one, new in zip(given_ones, said, strict=True))
    if copied > 1:
        raise Rejected(
            "the same words again", f"no recipe has other words for {copied} of {counted(len(said), 'sentence')}"
        )
    texts = by_key(given_ones, said)
    check_together(task, texts, domain)
    own = replace(behaviour, voice=voice, wording=tuple(texts.items()))
    return (asked(task, grown), {"voice": voice, "rewritten": said}), replace(task, behaviour=own)


@lru_cache(maxsize=64)
def _others(task: Task, seed: int) -> dict[str, list[str]]:
    """Drawn once for all the candidates that a search tries."""
    return rephrasings(task, load(task.domain), seed)


def _fits(one: GivenSentence, text: str, known: Known) -> bool:
    checks = (fault_of(check_kept, one, text), fault_of(check_sentence, one.text, text, known))
    return not same(one.text, text) and not any(checks)


def _likeness(one: str, other: str) -> float:
    """Share of the words that two texts have in common."""
    mine, yours = set(plain_words(one).split()), set(plain_words(other).split())
    return len(mine & yours) / len(mine | yours)
