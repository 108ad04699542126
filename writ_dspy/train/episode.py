"""One task as an environment: anybody plays the agent, by calling tools and saying things."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from types import MethodType

from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains import Domain, World
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import ConfigError, DomainError, RoleError, StoreError, boundary, brief, whole
from writ_dspy.roles import User
from writ_dspy.run.settings import Settings
from writ_dspy.shown import counted
from writ_dspy.simulate.loop import Job, Limits, ended, job, played, speak
from writ_dspy.store.judged import understood
from writ_dspy.store.parsed import parsed
from writ_dspy.store.places import path_of
from writ_dspy.store.run import Run
from writ_dspy.task import Call, Json, Task
from writ_dspy.train.progress import progress
from writ_dspy.train.tools import method
from writ_dspy.train.users import user_of, wait_for
from writ_dspy.verify.checks import Verdict, verify

_LIMITS = Limits()


class Episode:
    """One task, to be played by any agent: `reset()`, then tools and `say`, until `done`; `reward()` is exact and asks no model.

    Each tool of the domain is a method, typed and documented as its schema says: `episode.get_order_details("#W1")`. What it
    returns is the tool's answer as text, refusals included. Every episode has a world of its own, and the user is played as
    in a run: a turn in which it says what it cannot know is drawn again.

    Example:
        episode = writ.Episode(run="runs/first", task_id=task_id)
        print(episode.reset())           # what the user says first
        print(episode.get_user_details("mia_li_3668"))
        print(episode.say("Done. Anything else?"))
        print(episode.done, episode.reward(), episode.verdict().findings)
    """

    def __init__(
        self,
        task: Task | None = None,
        *,
        run: str | os.PathLike[str] | None = None,
        task_id: str | None = None,
        domain: str | None = None,
        user: User | str = "scripted",
        run_seed: int | None = None,
        limits: Limits = _LIMITS,
    ) -> None:
        """Nothing is said before `reset`.

        Args:
            task: What is played. Without it, `task_id` names one of `run`, or `reset` is given one.
            run: A run folder, for its tasks.
            task_id: One of them.
            domain: By name: all tasks that this episode will play are of this domain. Its tools are methods at once, also
                where no task is chosen yet.
            user: `scripted`, which listens to words and needs no model; the URL of a model; or any `roles.User`.
            run_seed: Of the user's choice of words; that of the run where nothing is said, so that the user is that of the run.
            limits: Where the talk is cut off.

        Raises:
            ConfigError: What is given does not fit together, or there is no such task, domain or user.
            StoreError: `run` is no run folder.
            LMError: The user's model cannot be reached.
        """
        if task is not None and not isinstance(task, Task):
            raise ConfigError(f"task = {brief(task)}: give a `Task`, such as one of `writ.load(RUN).tasks()`.")
        if task is not None and (run is not None or task_id is not None):
            raise ConfigError(
                "task is given, and so is run or task_id: give either the task, or where it is to be found."
            )
        if task_id is not None and run is None:
            raise ConfigError(f"task_id = {brief(task_id)}: say which run holds it: run=FOLDER.")
        if run_seed is not None:
            whole("run_seed", run_seed)
        self._run = None if run is None else Run.read(path_of(run, "run"))
        kept = 0 if self._run is None else Settings.of(self._run).seed
        self._run_seed = kept if run_seed is None else run_seed
        self._user, self._limits = user_of(user), limits
        self._fixed = None if domain is None else load_domain(domain)
        self._domain: Domain | None = None
        self._work: Job | None = None
        self._world: World | None = None
        self._turns: list[Turn] = []
        self._redraws = 0
        self._stop: StopReason | None = None
        self._judged: tuple[int, Verdict] | None = None
        self._names: tuple[str, ...] = ()
        if self._fixed is not None:
            self._take(self._fixed)
        self._task = task if task_id is None else self._find(task_id)
        if self._task is not None:
            self._take(load_domain(self._task.domain))

    def __repr__(self) -> str:
        about = self._task.id if self._task else "no task yet"
        return f"<episode of {about}: {counted(len(self._turns), 'turn')}{', done' if self.done else ''}>"

    def __getattr__(self, name: str) -> Callable[..., str]:
        """Only what is not there comes here: a tool that the domain does not have."""
        if name.startswith("_"):
            raise AttributeError(name)
        names = ", ".join(self._names) or "none before `reset` has got a task, or `domain` is given"
        raise AttributeError(f"the episode has no tool {name!r}; there are {names}")

    # ------------------------------------------------------------------ playing

    def reset(self, **row: Json) -> str:
        """Begin, on a fresh world; returns what the user says first.

        Args:
            row: What to play, as a dataset's row has it: `task_id`, one of the run; or `task`, a `Task`, or its JSON as
                `writ export --format env` writes it; and `run_seed`. Everything else in it is left alone: the `seed` of a
                trajectory is that of one talk. Without either, the task of before.

        Raises:
            ConfigError: There is no task to play, or it is of another domain than this episode's. What was begun goes on.
            StoreError: `task` is no task. What was begun goes on.
            LMError: The user's model failed. Nothing is begun then: reset once more.
        """
        task = self._chosen(row)
        if self._fixed is not None and task.domain != self._fixed.name:
            raise ConfigError(f"task {task.id} is of {task.domain}, and this episode plays {self._fixed.name} alone.")
        run_seed = row.get("run_seed")
        if run_seed is not None:
            whole("run_seed", run_seed)
        self._take(load_domain(task.domain))
        self._task, self._work = task, job(task, 0, self._run_seed if run_seed is None else run_seed)
        self._turns, self._redraws, self._stop, self._judged = [], 0, None, None
        self._world = self.domain.world()
        try:
            return "".join(turn.text for turn in self._hear())
        except BaseException:
            self._world = self._work = None
            raise

    def say(self, text: str) -> str:
        """Say something to the user, and wait for the answer.

        Args:
            text: What to say.

        Returns:
            What the user answers; empty when the user has left, and the episode is `done`.

        Raises:
            RoleError: The episode has not begun, or is done.
            LMError: The user's model failed. Nothing was said then: say it again.
        """
        if not isinstance(text, str):
            raise RoleError(f"say({brief(text)}): say a text.")
        return "".join(turn.text for turn in self.act(Turn("agent", text)))

    def call(self, tool: str, arguments: dict[str, Json]) -> str:
        """Call a tool by its name; returns its answer. The same as the method of that name.

        Raises:
            RoleError: The episode has not begun, or is done; or the arguments are no JSON object.
        """
        return self.act(Turn("agent", calls=(_call(tool, arguments),)))[0].text

    def act(self, turn: Turn) -> tuple[Turn, ...]:
        """Any turn of an agent, such as a text beside a call, or several calls.

        Returns:
            The results of its calls, in order; or without calls the user's answer, which is missing when the user has left.

        Raises:
            RoleError: The episode has not begun, or is done; or the turn is none of an agent.
            LMError: The user's model failed. The turn was not made then.
        """
        if self._world is None:
            raise RoleError("the episode has not begun: call `reset` first.")
        if self.done:
            raise RoleError(f"the episode is over ({self._stop and self._stop.value}): `reset` begins another.")
        _check(turn)
        made = played(self.domain, self._world, turn)
        self._turns += made
        if turn.calls:
            self._cut_off()
            return tuple(made[1:])
        try:
            return self._hear()
        except BaseException:
            self._turns.pop()
            raise

    # ------------------------------------------------------------------ looking

    @property
    def done(self) -> bool:
        """Whether it has come to an end: the user has left, or the limit is reached."""
        return self._stop is not None

    @property
    def task(self) -> Task:
        """What is played.

        Raises:
            RoleError: No task is chosen yet.
        """
        if self._task is None:
            raise RoleError("the episode has no task yet: give one to `reset`.")
        return self._task

    @property
    def domain(self) -> Domain:
        """Its tools and its policy: `domain.system_prompt` is what the agent is told, `domain.tools` are the schemas.

        Raises:
            RoleError: No task is chosen yet.
        """
        if self._domain is None:
            raise RoleError("the episode has no domain yet: give a task to `reset`, or `domain` when it is made.")
        return self._domain

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said and done since `reset`."""
        return tuple(self._turns)

    def conversation(self) -> Conversation:
        """The talk so far, as a run keeps it; one that is not `done` was cut off.

        Raises:
            RoleError: The episode has not begun.
        """
        if self._work is None:
            raise RoleError("the episode has not begun: call `reset` first.")
        work, stop = self._work, self._stop or StopReason.CUT_OFF
        return Conversation(
            work.id, work.task.id, self.turns, stop, work.seed, "episode", self._user.name, self._redraws
        )

    def verdict(self) -> Verdict:
        """What the seventeen checks find in the talk so far; one that is not `done` is rejected for that.

        Raises:
            RoleError: The episode has not begun.
        """
        talk = self.conversation()
        if self._judged is None or self._judged[0] != len(talk.turns):
            self._judged = len(talk.turns), verify(self.task, talk, self.domain)
        return self._judged[1]

    def reward(self, *, shaped: bool = False) -> float:
        """1.0 if no check finds anything, else 0.0.

        Args:
            shaped: Give a rejected episode up to 0.5, for the reads and writes that it made of those that the task takes; see
                `writ_dspy.train.progress`. It is as exact, and easier to learn from; 1.0 still means accepted.

        Raises:
            RoleError: The episode has not begun.
        """
        if self.verdict().accepted:
            return 1.0
        return progress(self.task, self.conversation(), self.domain) if shaped else 0.0

    # ------------------------------------------------------------------ inside

    def _chosen(self, row: dict[str, Json]) -> Task:
        given, task_id = row.get("task"), row.get("task_id")
        if given is not None:
            return given if isinstance(given, Task) else read_task(given)
        if task_id is not None and not (self._task and self._task.id == task_id):
            return self._find(task_id)
        if self._task is None:
            raise ConfigError(
                "there is no task to play: give `task_id` with a run, or `task`, to the episode or to `reset`."
            )
        return self._task

    def _find(self, task_id: Json) -> Task:
        run = self._run
        if run is None:
            raise ConfigError(f"task_id = {brief(task_id)}: this episode has no run to find it in; give it run=FOLDER.")
        if not isinstance(task_id, str) or run.digest("tasks", task_id) is None:
            raise ConfigError(
                f"task_id = {brief(task_id)}: {run.folder} holds no such task. `writ.load({str(run.folder)!r}).tasks()` are its own."
            )
        found: Task = understood(run, "tasks", run.get("tasks", task_id), from_json)
        return found

    def _take(self, domain: Domain) -> None:
        """Make the tools of a domain methods of this object, instead of those of before."""
        if domain is self._domain:
            return
        for name in self._names:
            delattr(self, name)
        names = [schema["function"]["name"] for schema in domain.tools]
        if taken := [name for name in names if hasattr(type(self), name) or name.startswith("_")]:
            raise DomainError(
                f"{domain.name} has a tool {taken[0]!r}, and so is an episode's own method called. Rename the tool."
            )
        for name, function in _methods(domain).items():
            setattr(self, name, MethodType(function, self))
        self._domain, self._names = domain, tuple(names)

    def _hear(self) -> tuple[Turn, ...]:
        """The user's next turn, if there is one."""
        assert self._work is not None  # noqa: S101 - both callers have begun
        if self._cut_off():
            return ()
        with boundary(RoleError, f"playing the user of {self._work.id}"):
            said, redraws = wait_for(speak(self._work, self.domain, self._user, self._turns, self._limits))
        self._redraws += redraws
        if said is None:
            self._stop = ended(self.domain, self._turns)
            return ()
        self._turns.append(said)
        self._cut_off()
        return (said,)

    def _cut_off(self) -> bool:
        if len(self._turns) >= self._limits.turns:
            self._stop = StopReason.TURN_LIMIT
        return self.done


@lru_cache(maxsize=16)
def _methods(domain: Domain) -> dict[str, Callable[..., str]]:
    """The tools of a domain as functions of an episode; not to be changed."""
    return {schema["function"]["name"]: method(schema, Episode.call) for schema in domain.tools}


def _call(tool: str, arguments: dict[str, Json]) -> Call:
    try:
        call = Call.of(tool, arguments)
    except (TypeError, ValueError, RecursionError) as error:
        raise RoleError(
            f"{brief(tool)} was called with {brief(arguments)}: {error}. Give it values of JSON."
        ) from error
    return call


def _check(turn: Turn) -> None:
    """Refuse what no agent can have said or called.

    Raises:
        RoleError: It is no turn, one of somebody else, or holds what is neither text nor a call.
    """
    if not isinstance(turn, Turn):
        raise RoleError(f"act({brief(turn)}): give a `Turn`, or use `say` and `call`.")
    if turn.role != "agent":
        raise RoleError(f"a turn of the {turn.role}: an episode is played by the agent.")
    if not isinstance(turn.text, str):
        raise RoleError(f"a turn with the text {brief(turn.text)}: say a text.")
    for call in turn.calls:
        if not isinstance(call, Call):
            raise RoleError(f"a turn with the call {brief(call)}: give `Call.of(tool, arguments)`.")
        if not isinstance(call.tool, str):
            raise RoleError(f"a call of the tool {brief(call.tool)}: name one, as a text.")
        if not _is_object(call.text):
            raise RoleError(f"{call.tool} was called with {brief(call.text)}: arguments are an object of JSON.")


def _is_object(text: str) -> bool:
    try:
        return isinstance(parsed(text), dict)
    except ValueError:
        return False


ENV = "`writ export RUN --format env`"


def read_task(given: Json) -> Task:
    """A task from its JSON, as text or as an object.

    Raises:
        StoreError: It is none.
    """
    try:
        data = json.loads(given) if isinstance(given, str) else given
        task = from_json(data)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StoreError(
            f"task = {brief(given)}: no task of writ ({error!r:.100}). Take the column `task` of {ENV}."
        ) from error
    if not isinstance(task, Task):
        raise StoreError(f"task = {brief(given)}: no task of writ. Take the column `task` of {ENV}.")
    return task
