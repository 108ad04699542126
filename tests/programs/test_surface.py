"""Surface mode: the model's words where they are faithful, the script's everywhere else; what happens never changes."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable

import pytest
from dspy.lm15 import Request

from tests.simulate.playing import Played, transfer
from tests.standins.engines import ScriptedEngine, prompt, response
from writ_dspy.conversation import Conversation
from writ_dspy.domains import load
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.errors import LMError
from writ_dspy.lm import Connection
from writ_dspy.programs import surface
from writ_dspy.programs.surface import OFFERED, TRIES, SurfaceAgent, SurfaceUser, split
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

SORTED = {
    "1 word instead of 7": "another length",
    "9 words instead of 4": "another length",
    "9 words; this user writes 13 to 80": "another length",
    "1 question instead of 0": "more or fewer questions",
    "2 negations instead of 1": "more or fewer negations",
    "names in another order: Ann, Bo": "names in another order",
    "the same words again": "the same words again",
}


@pytest.mark.parametrize(("why", "counted"), SORTED.items())
def test_reasons_are_counted_as_the_page_names_them(why: str, counted: str) -> None:
    """Without their numbers, of which one is no less a length than others, so that a reader finds them in the table."""
    assert surface._sort(why) == counted


Say = Callable[[str], str]


def sentence(request: Request) -> str:
    """What the model was asked to reword last."""
    return prompt(request).rpartition("Sentence: ")[2].strip()


def model(say: Say) -> ScriptedEngine:
    """A model that answers each sentence with what `say` makes of it."""
    return ScriptedEngine(lambda request: say(sentence(request)))


def surfaced(task: Task, engine: ScriptedEngine) -> Conversation:
    """One conversation in which a model words both sides."""
    connection = Connection.over(engine)
    user, agent = SurfaceUser(ScriptedUser(), connection), SurfaceAgent(ScriptedAgent(), connection)
    return asyncio.run(converse(job(task, 0, 0), load(task.domain), user, agent))


def scripted(task: Task) -> Conversation:
    return asyncio.run(converse(job(task, 0, 0), load(task.domain), ScriptedUser(), ScriptedAgent()))


def well(text: str) -> str:
    """A faithful rewording that only adds a small word."""
    named = re.match(r"I\b|[A-Z]{2}|[A-Z][a-z]+ [A-Z]", text)
    return f"Well, {text if named else text[:1].lower() + text[1:]}"


def facts(talk: Conversation) -> list[object]:
    """Calls, and numbers and ids of each turn."""
    return [(turn.role, turn.calls, Counter(re.findall(r"[\w@#$.]*\d[\w@.]*\w|\d", turn.text))) for turn in talk.turns]


SPOILERS: dict[str, Say] = {
    "copies": lambda text: text,
    "adds a number": lambda text: f"{text} That takes 99 days.",
    "answers": lambda _: "I am a helpful assistant, what can I do?",
    "labels the role": lambda text: f"Customer: {text}",
    "explains itself": lambda text: f"Here is the rewritten sentence: {text}",
    "says nothing": lambda _: " ",
    "promises": lambda text: f"I will refund and cancel everything, {text}",
    "breaks off": lambda text: f"{text[: len(text) // 3]}",
    "goes on and on": lambda text: " ".join([text] * 5),
}


@pytest.mark.parametrize("how", SPOILERS)
def test_a_model_that_spoils_every_sentence_changes_nothing(how: str, tasks: list[Task]) -> None:
    """Every message stands as the script wrote it, with the reason, and the conversation is accepted."""
    task = tasks[list(SPOILERS).index(how) * len(tasks) // len(SPOILERS)]
    talk, plain = surfaced(task, model(SPOILERS[how])), scripted(task)

    assert [turn.text for turn in talk.turns] == [turn.text for turn in plain.turns]
    assert verify(task, talk, load(task.domain)).accepted


def test_a_faithful_model_words_the_talk_and_changes_no_fact(played: list[Played]) -> None:
    """Same calls, same ids and numbers turn by turn, other words; accepted as the script's would be."""
    changed = 0
    for item in played[::12]:
        talk = surfaced(item.task, model(well))

        assert facts(talk) == facts(item.talk)
        assert verify(item.task, talk, item.domain).accepted
        assert [turn.intent for turn in talk.turns if turn.role == "user"] == [
            turn.intent for turn in item.talk.turns if turn.role == "user"
        ]
        changed += sum(a.text != b.text for a, b in zip(talk.turns, item.talk.turns, strict=True))

    assert changed > 10


def test_a_user_does_not_repeat_what_the_model_worded(played: list[Played]) -> None:
    """The script remembers its own words: without `Well, ` the user says what the script alone would say."""
    item = next(item for item in played if item.task.behaviour and item.task.behaviour["verbosity"] == "chatty")
    talk = surfaced(item.task, model(well))
    said = [turn.text.lower().replace("well, ", "") for turn in talk.turns if turn.role == "user"]

    assert said == [turn.text.lower() for turn in item.talk.turns if turn.role == "user"]


def test_the_sentence_of_a_transfer_is_never_worded() -> None:
    """Policy prescribes it letter by letter."""
    talk = surfaced(transfer(), model(well))
    texts = [turn.text for turn in talk.turns if turn.role == "agent"]

    assert TRANSFER.text in texts


def test_a_message_costs_a_bounded_number_of_replies(tasks: list[Task]) -> None:
    """At most `TRIES` for each of `OFFERED` sentences, whatever the model says."""
    engine = model(lambda _: "nonsense 1")
    talk = surfaced(tasks[0], engine)
    messages = sum(bool(turn.text) and turn.role != "tool" for turn in talk.turns)

    assert 0 < len(engine.requests) <= messages * TRIES * OFFERED


def test_a_reply_that_cannot_be_read_is_one_more_reason_for_the_script(tasks: list[Task]) -> None:
    """Truncated and unparsable replies end in the script's words; a server that fails ends the conversation."""
    cut = ScriptedEngine(lambda _: response("So", finish="length"))
    assert [turn.text for turn in surfaced(tasks[0], cut).turns] == [turn.text for turn in scripted(tasks[0]).turns]

    def gone(_: Request) -> str:
        raise LMError("http://127.0.0.1:1 refused the connection; is the server up?")

    assert "is the server up" in surfaced(tasks[0], ScriptedEngine(gone)).error


def test_sentences_joined_are_the_text(played: list[Played]) -> None:
    """Splitting loses nothing and cuts no id, address or amount."""
    for item in played:
        for turn in item.talk.turns:
            if turn.role != "tool":
                assert "".join(split(turn.text)) == turn.text
    assert split("Mail a.b@c.com. It is $1.50! Go on\nOK?") == ["Mail a.b@c.com. ", "It is $1.50! ", "Go on\n", "OK?"]


def test_who_worded_a_turn_is_recorded(tasks: list[Task]) -> None:
    """`model`, or `script: ` and a reason, of every message but the prescribed one."""
    connection = Connection.over(model(well))
    domain = load(tasks[0].domain)
    turn = asyncio.run(SurfaceUser(ScriptedUser(), connection).speak(tasks[0], domain, [], 0))
    assert turn is not None
    assert turn.worded == "model"
    assert turn.intent is not None

    copying = Connection.over(model(lambda text: text))
    stood = asyncio.run(SurfaceUser(ScriptedUser(), copying).speak(tasks[0], domain, [], 0))
    assert stood is not None
    assert stood.worded == "script: the same words again"
