"""Students: one role's program played in its place, counted exactly, and in the hands of DSPy's optimizers."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import dspy
import pytest
from dspy.lm15 import Request
from dspy.teleprompt import SIMBA, BootstrapFewShot

from tests.programs import proposing
from tests.programs.proposing import field
from tests.programs.test_diversifier import answered
from tests.propose.proposed import proposed
from tests.standins.engines import ScriptedEngine, prompt
from tests.standins.perfect import Perfect
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Dial, Domain, load
from writ_dspy.errors import ConfigError, DomainError, LMError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.lm import Connection
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.optimize import Budget, optimize, search, students
from writ_dspy.optimize.metric import Metric
from writ_dspy.optimize.plan import deal
from writ_dspy.optimize.students import ROLES, Rollout, Student, examples
from writ_dspy.optimize.students import Reply as Reply_
from writ_dspy.optimize.teacher import voiced
from writ_dspy.programs import compiled
from writ_dspy.programs.guide import wish
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.propose.accept import accept
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.users import MEMORIES
from writ_dspy.signatures.composer import SubmitStep
from writ_dspy.signatures.goal import to_asked, to_form
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.briefing import situation
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

Reply = Callable[[Request], str]
GIVEN = tuple(role for role in ROLES if role != "composer")
"""Roles whose rollout is about the task itself; a composer's is about another one of the same dials."""


def deaf(turns: Sequence[Turn], side: str) -> list[Turn]:
    """The turns without what that side meant by them, as when a model spoke."""
    return [replace(turn, intent=None) if turn.role == side else turn for turn in turns]


class DeafUser(ScriptedUser):
    """The scripted user as a model agent meets it: it has to guess what a message means."""

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        return await super().speak(task, domain, deaf(turns, "agent"), seed)


class DeafAgent(ScriptedAgent):
    """The scripted agent as a model user meets it."""

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        return await super().act(task, domain, deaf(turns, "user"), seed)


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    """Six whose users the scripted roles understand without being told what was meant."""
    every = (task for task in assign(proposed("tau2:retail"), 3) if task.behaviour)
    pairs = ((task, talk(task, user=DeafUser()), talk(task, agent=DeafAgent())) for task in every)
    plain = (p[0] for p in pairs if not any(verify(p[0], one, load(p[0].domain)).findings for one in p[1:]))
    return [*itertools.islice(plain, 6)]


def talk(task: Task, user: ScriptedUser | None = None, agent: ScriptedAgent | None = None) -> Conversation:
    roles = user or ScriptedUser(), agent or ScriptedAgent()
    return asyncio.run(converse(job(task, 0, 0), load(task.domain), *roles))


def perfect(role: str, tasks: Sequence[Task]) -> Reply:
    """A model that plays the role as the script would."""
    if role == "proposer":
        return proposing.Perfect(tasks)
    if role == "diversifier":
        return lambda request: json.dumps(answered(request))
    roles: Any = {"user": DeafUser()} if role == "agent" else {"agent": DeafAgent()}
    known = Perfect([(task, talk(task, **roles)) for task in tasks])

    def reply(request: Request) -> str:
        said = known(
            {"messages": [{"content": request.messages[-1].text}], "response_format": request.config.response_format}
        )
        return said if isinstance(said, str) else json.dumps(said)

    return reply


@pytest.fixture
def made() -> Iterator[list[Student]]:
    """Students whose threads end with the test."""
    every: list[Student] = []
    yield every
    for one in every:
        one.close()


@pytest.fixture
def student(made: list[Student], tasks: list[Task]) -> Callable[..., tuple[Student, ScriptedEngine, list[Rollout]]]:
    def make(role: str, reply: Reply | None = None, **more: Any) -> tuple[Student, ScriptedEngine, list[Rollout]]:
        engine = ScriptedEngine(reply or perfect(role, tasks))
        counted: list[Rollout] = []
        more.setdefault("count", counted.append)
        settings = more.pop("settings", None)
        made.append(Student(role, Connection.over(engine, settings, role=role), tasks, **more))
        return made[-1], engine, counted

    return make


# ----------------------------------------------------------------------------- playing


@pytest.mark.parametrize("role", GIVEN)
@pytest.mark.long
def test_a_perfect_model_is_accepted_and_every_token_counted(role: str, student: Any, tasks: list[Task]) -> None:
    """Each rollout's counts add up to what the engine answered and to what the connection has counted."""
    one, engine, counted = student(role)
    metric = Metric(role)
    for task in tasks:
        before = len(engine.requests)
        rollout = one(key=task.id).rollout
        assert rollout.accepted, (rollout.rejected, rollout.crash, rollout.verdict)
        assert rollout.usage.calls == len(engine.requests) - before > 0
        assert metric.judge(rollout).score > 0.98
    assert not metric.crashes
    total = one.stage.connection.usage
    assert total.calls == len(engine.requests) == sum(rollout.usage.calls for rollout in counted)
    assert total.input_tokens == 100 * len(engine.requests) == sum(rollout.usage.input_tokens for rollout in counted)
    assert [rollout.task for rollout in counted] == tasks


def drafting(request: Request) -> str:
    """A composer that submits what a recipe drafts for the customer of the prompt, and a reader that reads just that."""
    if "step" not in json.dumps(request.config.response_format):
        return json.dumps({"reading": "", "goal": to_asked(DRAFTED[-1].goal).model_dump()})
    cell = Cell(
        domain="tau2:retail", kind=field(request, "kind"), writes=int(field(request, "writes")),
        burden=int(field(request, "burden")), count=1,
    )  # fmt: skip
    domain, text = load(cell.domain), field(request, "records")
    task = drafted_for(next(user for user in domain.pack.users(domain) if user in text), cell)
    DRAFTED.append(task)
    wishes = [wish(one).model_dump() for one in task.requests]
    return json.dumps(
        {"idea": "", "step": {"kind": "submit", "goal": to_form(task.goal).model_dump(), "wishes": wishes}}
    )


DRAFTED: list[Task] = []


def drafted_for(user: str, cell: Cell) -> Task:
    """A task of this user that meets the cell."""
    domain, wall = load(cell.domain), firewall(cell.domain, "base")
    for seed in range(40):
        rng = random.Random(seed)
        for recipe in domain.pack.recipes:
            for memory in MEMORIES:
                draft = recipe.draft(domain, user, Dial(cell.burden, memory), rng)
                try:
                    if draft is not None:
                        return accept(replace(draft, legal=None), cell, domain, wall)
                except (Unresolved, DomainError):
                    continue
    raise AssertionError(f"{user} {cell}")


def test_a_composer_s_rollout_is_another_task_of_the_same_dials(student: Any, tasks: list[Task]) -> None:
    """Accepted at once it is worth nearly all; the reader's tokens count, and its calls stand in no trace."""
    task = next(one for one in tasks if one.axes.writes == 1)
    one, engine, _ = student("composer", drafting)
    with dspy.context(trace=[]):
        rollout = one(key=task.id).rollout
        trace = dspy.settings.trace

    assert rollout.accepted, (rollout.rejected, rollout.crash)
    assert (rollout.made.kind, rollout.made.axes.writes, rollout.made.axes.burden) == (task.kind, 1, task.axes.burden)
    assert rollout.usage.calls == len(engine.requests) == 2
    assert [id(step[0]) for step in trace] == [id(one.program.compose)]
    assert Metric("composer").judge(rollout).score > 0.98


def test_a_composer_gets_credit_for_how_far_it_came(tasks: list[Task]) -> None:
    """From no goal over other writes, a far and a near burden and misread words to a task that was accepted."""
    task = tasks[0]
    step = {"kind": "submit", "goal": to_form(task.goal), "wishes": []}
    said = dspy.Prediction(idea="", step=SubmitStep.model_validate(step))
    inputs = {"writes": 1, "log": ""}

    def rollout(rejected: str, said: Any = said) -> Rollout:
        return Rollout(
            "composer", task, made=None if rejected else task, rejected=rejected, replies=(Reply_(inputs, said),)
        )

    reasons = [
        "another number of writes: 0 writes where 1 was asked for.",
        "another burden: a burden of 9 where 3 was asked for.",
        "another burden: a burden of 4 where 3 was asked for.",
        "not read back: another tool: a reader would use another one",
        "",
    ]
    metric = Metric("composer")
    ladder = [
        metric.judge(rollout("the reply is truncated", None)).score,
        *(metric.judge(rollout(why)).score for why in reasons),
    ]

    assert ladder[:3] == sorted(set(ladder[:3]))
    assert ladder[2] < ladder[3] < ladder[5]
    assert ladder[4] < ladder[5]
    assert "Last step" in metric.judge(rollout(reasons[0])).feedback
    assert not metric.crashes


def test_many_threads_play_what_one_would(student: Any, tasks: list[Task]) -> None:
    """On one loop; counts stay with their rollouts however the calls interleave."""
    one, engine, counted = student("agent")
    engine.delay = 0.001
    alone = [one(key=task.id).rollout for task in tasks]
    with ThreadPoolExecutor(6) as pool:
        together = [pred.rollout for pred in pool.map(lambda task: one(key=task.id), tasks)]
    assert [a.talk for a in alone] == [b.talk for b in together]
    assert [a.usage.calls for a in alone] == [b.usage.calls for b in together]
    assert len(counted) == 2 * len(tasks)
    assert one.stage.connection.usage.calls == len(engine.requests)


def test_only_the_roles_own_program_can_change(student: Any) -> None:
    """An optimizer's copies share everything else; what it writes into one shows in no other, and in what is sent."""
    names = {role: [name for name, _ in student(role, lambda _: "")[0].named_predictors()] for role in ROLES}
    assert names == {
        "proposer": ["program.phrase", "program.read_back"],
        "composer": ["program.compose"],
        "diversifier": ["program.diversify"],
        "user": ["program.speak"],
        "agent": ["program.step"],
    }
    one, engine, _ = student("agent")
    copy = one.deepcopy()
    assert copy.stage is one.stage
    copy.program.step.signature = copy.program.step.signature.with_instructions("Do as you are told.")
    key = one.stage.tasks[0].id
    copy(key=key)
    assert all("Do as you are told." in prompt(request) for request in engine.requests)
    engine.requests.clear()
    one(key=key)
    assert not any("Do as you are told." in prompt(request) for request in engine.requests)


@pytest.mark.parametrize("role", GIVEN)
def test_the_trace_holds_every_call_of_the_program(role: str, student: Any, tasks: list[Task]) -> None:
    """By its own predictors and with their own inputs, so that optimizers can tell which did what."""
    one, engine, _ = student(role)
    with dspy.context(trace=[]):
        one(key=tasks[0].id)
        trace = dspy.settings.trace
    assert len(trace) == len(engine.requests)
    own = {id(predictor): predictor for predictor in one.predictors()}
    for predictor, inputs, _ in trace:
        assert id(predictor) in own
        assert set(inputs) <= set(predictor.signature.input_fields)


def test_another_attempt_is_another_draw(student: Any, tasks: list[Task]) -> None:
    """Equal attempts ask with equal seeds; an LM that an optimizer sets for a sample sets draw and temperature."""
    one, engine, _ = student("user", lambda _: json.dumps({"message": "Well?", "leave": False}))

    def seeds() -> list[int]:
        found = [request.config.seed for request in engine.requests]
        engine.requests.clear()
        return found

    one(key=tasks[0].id)
    first = seeds()
    one(key=tasks[0].id)
    assert seeds() == first
    one(key=tasks[0].id, attempt=1)
    second = seeds()
    assert second[0] != first[0]
    copy = one.deepcopy()
    copy.set_lm(one.stage.connection.lm.copy(rollout_id=1, temperature=0.25))
    copy(key=tasks[0].id)
    assert {request.config.temperature for request in engine.requests} == {0.25}
    assert seeds() == second
    assert one.stage.connection.usage.calls == sum(map(len, (first, first, second, second)))


def test_a_guided_agent_sees_the_plan(student: Any, tasks: list[Task]) -> None:
    one, engine, _ = student("agent", mode="guided")
    one(key=tasks[0].id)
    assert all("[[ ## plan ## ]]" in prompt(request) for request in engine.requests)


def test_a_talk_in_circles_is_cut_off(student: Any, tasks: list[Task]) -> None:
    """At twice the script's length and some, which the verifier finds fault with."""
    count = iter(range(10_000))
    said = lambda _: json.dumps({"thought": "", "action": {"kind": "say", "text": f"Tell me more, {next(count)}?"}})  # noqa: E731
    one, _, counted = student("agent", said)
    rollout = one(key=tasks[0].id).rollout
    script = len(talk(tasks[0]).turns)
    assert len(rollout.talk.turns) <= 2 * script + 20
    assert not rollout.accepted
    assert not counted[0].crash


# ----------------------------------------------------------------------------- failures


def down(_: Request) -> str:
    raise LMError("http://127.0.0.1:1: nobody listens. Start the server.")


@pytest.mark.parametrize("role", ROLES)
def test_a_server_that_fails_is_a_crash(role: str, student: Any, tasks: list[Task]) -> None:
    """Nothing is raised; it is counted, and says nothing about the program."""
    one, _, counted = student(role, down)
    rollout = one(key=tasks[0].id).rollout
    assert "nobody listens" in rollout.crash
    assert [item.crash for item in counted] == [rollout.crash]
    assert Metric(role)(None, dspy.Prediction(rollout=rollout)).feedback.startswith("crash")


def test_a_verifier_that_fails_is_a_crash(student: Any, tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    one, engine, counted = student("agent")
    monkeypatch.setattr(students, "verify", lambda *_: 1 / 0)
    one(key=tasks[0].id)
    assert "ZeroDivisionError" in counted[0].crash
    assert counted[0].usage.calls == len(engine.requests)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("reply", ["no JSON at all", "{}", "null", ""])
def test_replies_that_nobody_can_use_are_the_programs_fault(
    role: str, reply: str, student: Any, tasks: list[Task]
) -> None:
    """They are no crash, so that instructions under which a model rambles lose; their tokens count."""
    one, engine, counted = student(role, lambda _: reply)
    rollout = one(key=tasks[0].id).rollout
    assert rollout.rejected
    assert not rollout.crash
    assert counted[0].usage.calls == len(engine.requests)
    found = Metric(role).judge(rollout)
    assert 0 <= found.score < 0.5
    assert "TURNED DOWN" in found.feedback


def test_a_count_that_raises_ends_the_rollout(student: Any, tasks: list[Task]) -> None:
    """So that a driver can stop a run."""

    def stop(_: Rollout) -> None:
        raise KeyboardInterrupt

    one, _, _ = student("user", count=stop)
    with pytest.raises(KeyboardInterrupt):
        one(key=tasks[0].id)


def test_what_cannot_be_tried_is_refused(student: Any, tasks: list[Task]) -> None:
    connection = Connection.over(ScriptedEngine(lambda _: ""))
    with pytest.raises(ConfigError, match="no role 'judge'; there are proposer"):
        Student("judge", connection, tasks)
    with pytest.raises(ConfigError, match="no tasks to try the user on"):
        Student("user", connection, [])
    with pytest.raises(ConfigError, match="has no behaviour"):
        Student("diversifier", connection, [replace(tasks[0], behaviour=None)])
    with pytest.raises(ConfigError, match="no task 'x' among the 6"):
        student("user")[0](key="x")
    settings = LMSettings(model="openai://engine/engine", mode="tools")
    with pytest.raises(ConfigError, match="leave no trace to learn from"):
        student("agent", settings=settings)[0].open()
    student("agent")[0].open()


def test_a_closed_student_can_be_used_again(student: Any, tasks: list[Task]) -> None:
    one, _, _ = student("user")
    assert one(key=tasks[0].id).rollout.accepted
    one.close()
    assert one(key=tasks[0].id).rollout.accepted


def test_async_code_awaits_it(student: Any, tasks: list[Task]) -> None:
    one, _, counted = student("user")
    assert asyncio.run(one.acall(key=tasks[0].id)).rollout.accepted
    assert len(counted) == 1


# ----------------------------------------------------------------------------- optimizers

MAGIC = "Finish every sentence."


def obedient(role: str, tasks: Sequence[Task]) -> Reply:
    """Plays well only when it is told to; otherwise it says one useless thing."""
    well = perfect(role, tasks)

    def reply(request: Request) -> str:
        if MAGIC in prompt(request):
            return well(request)
        if role == "agent":
            return json.dumps({"thought": "", "action": {"kind": "say", "text": "I cannot help you with"}})
        return json.dumps(
            {"leave": False, "message": "Well?"}
            if "leave" in str(request.config.response_format)
            else {"message": "Well?"}
        )

    return reply


class Coach:
    """A reflection model that always has the same advice, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def __call__(self, candidate: dict[str, str], reflective_dataset: Any, components_to_update: list[str]) -> Any:
        self.shown.append(str(reflective_dataset))
        return {name: f"{candidate[name]}\n{MAGIC}" for name in components_to_update}


@pytest.mark.parametrize("role", [pytest.param("agent", marks=pytest.mark.slow), "user"])
def test_gepa_finds_what_the_model_obeys(role: str, student: Any, tasks: list[Task]) -> None:
    """The rollouts counted are the metric calls that GEPA says it made; its coach is told what was wrong."""
    one, _, counted = student(role, obedient(role, tasks))
    coach = Coach()
    gepa = dspy.GEPA(
        metric=Metric(role), max_metric_calls=40, reflection_lm=dspy.utils.DummyLM([]), instruction_proposer=coach,
        track_stats=True, num_threads=4, seed=0,
    )  # fmt: skip
    best = gepa.compile(one, trainset=examples(tasks[:3]), valset=examples(tasks[3:]))
    assert MAGIC in best.predictors()[0].signature.instructions
    assert best.detailed_results.val_aggregate_scores[best.detailed_results.best_idx] == pytest.approx(1, abs=0.01)
    assert len(counted) == best.detailed_results.total_metric_calls
    assert "WRONG at turn" in coach.shown[0]
    assert "The step shown is turn" in coach.shown[0]


def test_bootstrapping_takes_only_what_was_accepted(student: Any, tasks: list[Task]) -> None:
    """Demonstrations come from the talks that the verifier accepts, and stay usable in a prompt."""
    well, bad = perfect("user", tasks), {situation(task) for task in tasks[:2]}

    def reply(request: Request) -> str:
        spoiled = proposing.field(request, "situation") in bad
        return json.dumps({"leave": False, "message": "Well?"}) if spoiled else well(request)

    one, engine, counted = student("user", reply)
    few = BootstrapFewShot(metric=Metric("user").scalar, max_bootstrapped_demos=2, max_labeled_demos=0, max_rounds=1)
    with dspy.context(lm=one.stage.connection.lm):
        best = few.compile(one, trainset=examples(tasks))
    assert [rollout.accepted for rollout in counted] == [False, False, True, True]
    demos = best.predictors()[0].demos
    assert len(demos) == 2
    assert not {demo.situation for demo in demos} & bad
    engine.requests.clear()
    assert best(key=tasks[4].id).rollout.accepted
    assert demos[0].message in prompt(engine.requests[0])


def imitator(role: str, tasks: Sequence[Task]) -> Reply:
    """Plays well once it is shown how, and says one useless thing before."""
    well, lost = perfect(role, tasks), obedient(role, ())

    def reply(request: Request) -> str:
        return well(request) if len(request.messages) > 1 else lost(request)

    return reply


@pytest.mark.parametrize("role", [pytest.param("agent", marks=pytest.mark.slow), "user"])
@pytest.mark.long
def test_the_script_teaches_whoever_has_nothing_to_show(role: str, tasks: list[Task], tmp_path: Path) -> None:
    """No talk of the program's own is accepted: the demonstrations are the script's, and cost no rollout and no call."""
    engine = ScriptedEngine(imitator(role, tasks))
    line = Connection.over(engine, role=role)
    outcome = optimize(
        role, line, optimizer="bootstrap", budget=Budget(30), folder=tmp_path, tasks=tasks, split=(0.3, 0.3, 0.4),
        programs=tmp_path / "programs", threads=2,
    )  # fmt: skip
    program = compiled.fresh(role)
    assert outcome.path is not None
    compiled.load(outcome.path, program)
    demos = program.predictors()[0].demos
    turns = [turn for task in tasks for turn in talk(task).turns if turn.role == role]
    acts = [{"kind": "say", "text": turn.text} for turn in turns if turn.text]
    acts += [{"kind": call.tool, **call.args} for turn in turns for call in turn.calls]
    script = [act.get("text") for act in acts] + ["Goodbye."] if role == "user" else acts
    said = [demo["message" if role == "user" else "action"] for demo in demos]

    assert outcome.heldout.before.mean < 0.85
    assert outcome.heldout.after.mean > 0.9
    assert demos
    assert all(one in script for one in said)
    assert outcome.ledger["total"]["calls"] == len(engine.requests)
    assert outcome.ledger["total"]["rollouts"] <= 30


@pytest.mark.long
def test_the_script_teaches_voices(tmp_path: Path) -> None:
    """Nothing of the program's own is accepted: demonstrations are drafts in other words, and make up for all of it."""
    plainest = sorted(assign(proposed("tau2:retail"), 3), key=lambda task: (task.axes.writes, task.axes.burden))
    taught = list(itertools.islice(filter(_teaches, plainest), 4))

    def reply(request: Request) -> str:
        said = answered(request)
        if len(request.messages) == 1:
            said["voice"] = "No more than 1 voice."
        return json.dumps(said)

    engine = ScriptedEngine(reply)
    outcome = optimize(
        "diversifier", Connection.over(engine, role="diversifier"), optimizer="bootstrap", budget=Budget(12),
        folder=tmp_path, tasks=taught, split=(0.5, 0.25, 0.25), programs=tmp_path / "programs", threads=2,
    )  # fmt: skip
    program = compiled.fresh("diversifier")
    assert outcome.path is not None
    compiled.load(outcome.path, program)
    train = {given(task)[0].text for task in deal(taught, (2, 1, 1), 0)[0]}

    assert outcome.heldout.before.mean < 0.85
    assert outcome.heldout.after.mean > 0.9
    assert {demo["sentences"][0]["text"] for demo in program.predictors()[0].demos} <= train
    assert outcome.ledger["total"]["calls"] == len(engine.requests)


@pytest.mark.long
def test_a_voice_is_an_example_only_as_it_was_kept(tmp_path: Path) -> None:
    """Whoever needs a second try shows its result, not the first try, nobody else's voice, and no objection."""
    tasks = assign(proposed("tau2:retail"), 3)[:6]
    train = {given(task)[0].text for task in deal(tasks, (4, 1, 1), 0)[0]}

    def reply(request: Request) -> str:
        said = answered(request)
        if not proposing.field(request, "objection"):
            said["voice"] = "No more than 1 voice."
            said["rewritten"][0]["text"] = "All 3 of them."
        return json.dumps(said)

    seen: list[list[Any]] = []
    engine = ScriptedEngine(reply)
    outcome = optimize(
        "diversifier", Connection.over(engine, role="diversifier"), optimizer="bootstrap", budget=Budget(24),
        folder=tmp_path, tasks=tasks, split=(0.67, 0.17, 0.16), programs=tmp_path / "programs", threads=2,
    )  # fmt: skip
    for request in engine.requests:
        shown = request.messages[:-1]
        seen += [[ask.text, answer.text] for ask, answer in zip(shown[::2], shown[1::2], strict=True)]
    assert outcome.candidates > 1
    assert seen
    for ask, answer in seen:
        assert any(text in ask for text in train)
        assert "1 voice" not in answer
        assert "All 3" not in answer
        assert not ask.partition("[[ ## objection ## ]]")[2].strip()


def _teaches(task: Task) -> bool:
    try:
        voiced(task, load(task.domain), 0)
    except Rejected:
        return False
    return True


@pytest.mark.long
def test_two_customers_who_are_asked_for_twice_cost_one_reply_each(tmp_path: Path) -> None:
    """Each rollout asks for the next customer's voice, too, which that customer's own rollout asks for in the same words."""
    tasks = assign(proposed("tau2:retail"), 3)[:6]
    engine = ScriptedEngine(lambda request: json.dumps(answered(request)))
    optimize(
        "diversifier", Connection.over(engine, role="diversifier"), optimizer="bootstrap", budget=Budget(20),
        folder=tmp_path, tasks=tasks, split=(0.3, 0.3, 0.4), programs=tmp_path / "programs", threads=4,
    )  # fmt: skip
    plain = [request for request in engine.requests if len(request.messages) == 1]
    assert len(plain) == len(tasks)
    assert len({prompt(request) for request in plain}) == len(tasks)


@pytest.mark.long
def test_who_has_something_to_show_needs_no_script(
    tasks: list[Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With enough accepted talks of its own a program is its own teacher: the script is not even asked."""
    train = {situation(task) for task in deal(tasks, (2, 2, 2), 0)[0]}
    well, lost = perfect("user", tasks), obedient("user", ())
    engine = ScriptedEngine(lambda request: (well if proposing.field(request, "situation") in train else lost)(request))

    def asked(_: object) -> None:
        raise AssertionError("the script was asked")

    monkeypatch.setattr(search, "Script", asked)
    outcome = optimize(
        "user", Connection.over(engine, role="user"), optimizer="bootstrap", budget=Budget(30), folder=tmp_path,
        tasks=tasks, split=(0.3, 0.3, 0.4), programs=tmp_path / "programs", threads=2,
    )  # fmt: skip

    assert outcome.candidates > 1
    assert any(len(request.messages) > 1 for request in engine.requests)


def test_simba_draws_different_samples(student: Any, tasks: list[Task]) -> None:
    """Its copies of the LM ask with other seeds, and what they use is counted like everything else."""
    one, engine, counted = student("user", obedient("user", tasks))
    with dspy.context(lm=one.stage.connection.lm):
        simba = SIMBA(metric=Metric("user"), bsize=2, num_candidates=2, max_steps=1, max_demos=1, num_threads=2)
        simba.compile(one, trainset=examples(tasks[:2]), seed=0)
    played = [request for request in engine.requests if request.config.seed is not None]
    assert len(played) == sum(rollout.usage.calls for rollout in counted)
    firsts = {request.config.seed for request in played if "(nothing yet)" in prompt(request)}
    assert len(firsts) == 4
