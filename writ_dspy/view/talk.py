"""One conversation with all that is known of it: what each write and each refusal rests on, and at which turn that was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.dataset.matters import REFUSAL, matters
from writ_dspy.domains import Domain, load
from writ_dspy.errors import DomainError, WritError, boundary
from writ_dspy.report.proof import Proven, proven
from writ_dspy.report.transcript import Transcript
from writ_dspy.task import Call, Json, Task
from writ_dspy.trial import name, spoken, times
from writ_dspy.view.index import safe


def document(one: Transcript) -> dict[str, Json]:
    """The conversation with its task, verdict and proof, as the browser gets it; every text is shown, none is performed."""
    task, talk, verdict = one.task, one.talk, one.verdict or {}
    domain = load(task.domain)
    found = {
        "id": talk.id, "task": task.id, "domain": task.domain, "kind": task.kind, "recipe": task.recipe,
        "writes": task.axes.writes, "burden": task.axes.burden, "denied": task.axes.denied,
        "reads": task.axes.search_reads, "twin": task.twin or "",
        "instruction": task.instruction, "facts": [fact.text for fact in task.facts], "told": list(task.told),
        "gold": [str(call) for call in task.gold],
        "agent": talk.agent, "user": talk.user, "seed": talk.seed, "stop": talk.stop.value, "error": talk.error,
        "judged": one.verdict is not None, "accepted": bool(verdict.get("accepted")),
        "findings": [{name: finding[name] for name in ("check", "turn", "saw", "wanted")} for finding in verdict.get("findings", ())],
        "not_judged": sorted(verdict.get("not_judged", {})),
        "voice": task.behaviour.voice if task.behaviour else "",
        "behavior": _behaviour(task, verdict),
        "trials": _trials(task, verdict),
        "turns": [_turn(turn, domain) for turn in talk.turns],
        "decisions": _decisions(task, talk, domain),
    }  # fmt: skip
    shown: dict[str, Json] = safe(found)
    return shown


def _behaviour(task: Task, verdict: Mapping[str, Json]) -> list[Json]:
    """Of each dimension the level that was asked for, the one that was seen, and the number that it rests on."""
    seen = verdict.get("manner", {})
    levels = task.behaviour.levels if task.behaviour else ()
    return [[name, asked, *(list(seen[name]) if name in seen else ["", None])] for name, asked in levels]


def _trials(task: Task, verdict: Mapping[str, Json]) -> list[Json]:
    """How the user was to make it hard: each trial with what it has the user say, how often that was asked for, and how often seen."""
    seen = {trial: number for trial, _, number in verdict.get("trials", ())}
    dealt = task.behaviour.trials if task.behaviour else ()
    return [[name(trial), list(spoken(trial)), times(trial), seen.get(name(trial))] for trial in dealt]


def _turn(turn: Turn, domain: Domain) -> dict[str, Json]:
    calls = [{"tool": call.tool, "args": call.args, "kind": domain.kinds.get(call.tool, "")} for call in turn.calls]
    found = {"role": turn.role, "text": turn.text, "calls": calls, "error": turn.error, "worded": turn.worded}
    return {name: value for name, value in found.items() if value}


def _decisions(task: Task, talk: Conversation, domain: Domain) -> list[Json]:
    """What is wanted, one by one, with its proof and its places in this conversation.

    A conversation that cannot be laid beside its proof, as one that was edited, has no places.
    """
    names = [decision.tool for decision in task.goal.decisions] + [tell.topic for tell in task.goal.tells]
    proofs = proven(task, domain)
    try:
        with boundary(DomainError, f"laying out {talk.id}"):
            read, written, refused = _places(task, talk, domain)
    except WritError:
        read, written, refused = {}, {}, []
    found = []
    for title, proof in zip(names, proofs, strict=False):
        call = proof.outcome.call
        found.append(
            proof.to_json() | {
                "name": call.tool if call else title, "own": proof.outcome.own, "transfer": proof.outcome.transfer,
                "write": written.get(domain.effect(call)) if call else None,
                "refused": refused if proof.outcome.refusal else [],
                "evidence": _evidence(proof, read),
            }
        )  # fmt: skip
    return found


def _evidence(proof: Proven, read: Mapping[Call, int]) -> list[Json]:
    """Each read with its witness, and the turn at which it was made."""
    return [
        {
            "read": str(call),
            "turn": read.get(call),
            "change": witness and witness.change,
            "outcome": witness and witness.outcome,
            "locates": witness and witness.locates,
        }
        for call, witness in proof.reads
    ]


def _places(task: Task, talk: Conversation, domain: Domain) -> tuple[dict[Call, int], dict[Call, int], Sequence[int]]:
    """By read of the evidence and by effect of a write the first turn at which it was made; and the turns that refuse."""
    atom = domain.pack.atom
    made: dict[object, int] = {}
    written: dict[Call, int] = {}
    for index, call, result in talk.steps():
        kind = domain.kinds.get(call.tool)
        if kind == "read":
            made.setdefault(atom(call, result.text), index)
        elif kind == "write":
            written.setdefault(domain.effect(call), index)
    wanted = {call for outcome in task.outcomes for call in outcome.evidence}
    read = {call: made[key] for call in wanted if (key := atom(call, domain.read(call).text)) in made}
    refused = [index for index, why in enumerate(matters(task, talk, domain)[1:]) if why == REFUSAL]
    return read, written, refused
