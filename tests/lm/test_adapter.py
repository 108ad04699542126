"""The adapter sends what the stock one would send, except where a server would not enforce it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from enum import Enum
from typing import Annotated, Any, Literal, Union

import dspy
import pytest
from dspy.lm15 import Request
from dspy.utils.callback import BaseCallback
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, create_model

from tests.standins.engines import ScriptedEngine
from writ_dspy.errors import ConfigError
from writ_dspy.lm import BadReply, Connection, LMSettings
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.lm.schema import lint, prepare
from writ_dspy.lm.shapes import bare, shape


class Mood(Enum):
    """How somebody feels."""

    GOOD = "good"
    BAD = "bad"


class Say(BaseModel):
    """Speak."""

    kind: Literal["say"] = "say"
    text: str


class Act(BaseModel):
    """Act."""

    kind: Literal["call"] = "call"
    tool: str
    amounts: list[float] = []


class Step(BaseModel):
    """Thought first, then one of two."""

    thought: str
    action: Say | Act


class Answer(dspy.Signature):
    """Answer the question."""

    question: str = dspy.InputField()
    answer: str = dspy.OutputField(desc="short")


class Serve(dspy.Signature):
    """Serve the customer.

    One step at a time.
    """

    policy: str = dspy.InputField(desc="the rules")
    names: list[str] = dspy.InputField()
    moods: dict[str, Mood] = dspy.InputField()
    step: Step = dspy.OutputField(desc="what comes next")
    mood: Mood = dspy.OutputField()
    note: str | None = dspy.OutputField(default=None)
    done: bool = dspy.OutputField()


class Chat(dspy.Signature):
    """Go on with the talk."""

    history: dspy.History = dspy.InputField()
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


STEP = Step(thought="hm", action=Act(tool="look"))
OUT = {"step": STEP.model_dump(), "mood": "good", "note": None, "done": False, "answer": "yes"}
HISTORY = dspy.History(messages=[{"question": "a?", "answer": "b"}, {"question": "c?", "answer": "{d}"}])
DEMO = dspy.Example(policy="p", names=["x"], moods={}, step=STEP, mood=Mood.BAD, note="n", done=True)
HALF = dspy.Example(policy="only this", done=True)
SERVE = {"policy": "be kind", "names": ["Ann", "Bob"], "moods": {"Ann": Mood.GOOD}}
CASES: dict[str, tuple[Any, list[dspy.Example], dict[str, Any]]] = {
    "string": (Answer, [], {"question": "why?"}),
    "string signature": ("question -> answer, done: bool", [], {"question": "why?"}),
    "nested": (Serve, [], SERVE),
    "demos": (Serve, [DEMO, HALF], SERVE),
    "history": (Chat, [dspy.Example(question="q", answer="a")], {"history": HISTORY, "question": "e?"}),
}


def asked(adapter: dspy.Adapter, signature: Any, demos: list[dspy.Example], inputs: dict[str, Any]) -> Request:
    """The request that an adapter makes."""
    engine = ScriptedEngine(lambda _: json.dumps(OUT))
    lm = Connection.over(engine).lm
    predictor = dspy.Predict(signature)
    predictor.demos = demos
    with dspy.context(lm=lm, adapter=adapter):
        asyncio.run(predictor.acall(config={"seed": 3}, **inputs))
    return engine.requests[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_equal_those_of_the_stock_adapter(case: tuple[Any, list[dspy.Example], dict[str, Any]]) -> None:
    """Messages, schema and settings; the first time, and when they come from memory."""
    ours = StructuredAdapter()
    stock = asked(dspy.JSONAdapter(), *case)

    for _ in range(2):
        alike(asked(ours, *case), stock)
    assert (stock.config.response_format or {})["type"] == "json_schema"


def alike(ours: Request, stock: Request) -> None:
    """Equal but for the form of the inputs, which they show themselves, blanks before the instructions, and the schema: once, as the form of the reply and without its titles, and in the prompt as a shape."""
    form = ours.config.response_format
    assert form == bare(stock.config.response_format)
    assert replace(ours.config, response_format=None) == replace(stock.config, response_format=None)
    assert ours.messages[:-1] == stock.messages[:-1]
    told, told_by_stock = str(ours.messages[-1]), str(stock.messages[-1])
    assert told.partition("Respond with")[0] == told_by_stock.partition("Respond with")[0]
    if "JSON schema" not in str(stock.system):
        before, form, after = str(stock.system).partition("All interactions will be structured")
        assert form
        said = before + after[after.index("Outputs will be a JSON object") :]
        assert str(ours.system).split() == said.split()
        assert "\n        " not in str(ours.system)
        assert told == told_by_stock
    else:
        assert "JSON schema" not in str(ours.system)
        assert '{kind: "call", tool: string, amounts: number[]}' in str(ours.system)
        assert len(str(ours.system)) < len(str(stock.system))
        assert "valid Python Step" not in told


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("listened", [False, True])
def test_the_short_cut_past_dspy_sends_the_same(
    case: tuple[Any, list[dspy.Example], dict[str, Any]], listened: bool
) -> None:
    """A connection's own calls equal those that DSPy makes, as it does when somebody listens."""
    signature, demos, inputs = case
    engine = ScriptedEngine(lambda _: json.dumps(OUT))
    connection = Connection.over(engine, LMSettings(model="openai://engine/engine", top_p=0.5))
    predictor = dspy.Predict(signature)
    predictor.demos = demos

    async def run() -> None:
        with dspy.context(lm=connection.lm, adapter=StructuredAdapter()):
            await predictor.acall(config={"seed": 3}, **inputs)
        with dspy.context(callbacks=[BaseCallback()] if listened else []):
            await connection.predict(predictor, seed=3, **inputs)

    asyncio.run(run())
    assert engine.requests[0] == engine.requests[1]


@settings(max_examples=25, deadline=None)
@given(
    st.text(), st.lists(st.text(max_size=20), max_size=3), st.dictionaries(st.text(max_size=5), st.sampled_from(Mood))
)
def test_any_input_is_rendered_as_the_stock_adapter_does(policy: str, names: list[str], moods: dict[str, Mood]) -> None:
    """Whatever characters it holds."""
    inputs = {"policy": policy, "names": names, "moods": moods}
    ours, stock = StructuredAdapter(), dspy.JSONAdapter()

    ((_, asked_ours), (_, asked_stock)) = (adapter.format(Serve, [], inputs) for adapter in (ours, stock))
    assert asked_ours["content"].partition("Respond with")[0] == asked_stock["content"].partition("Respond with")[0]


def test_a_shape_names_every_field_once() -> None:
    """Kinds come first, choices are spelled out, what is used twice or holds itself is written once."""

    class Leaf(BaseModel):
        kind: Literal["leaf"]
        mood: Mood
        size: Annotated[int, Field(description="in inches")]

    class Tree(BaseModel):
        kind: Literal["tree"]
        parts: list[Leaf]
        best: Leaf | None

    assert shape(Tree.model_json_schema()) == (
        '{kind: "tree", parts: Leaf[], best: Leaf | null}\nwhere\n'
        '- Leaf: {kind: "leaf", mood: "good" | "bad", size: integer (in inches)}'
    )
    assert "(in inches)" not in json.dumps(bare(Tree.model_json_schema()))
    assert TypeAdapter(Tree).json_schema()["properties"].keys() == bare(Tree.model_json_schema())["properties"].keys()


def test_what_was_told_of_a_field_is_told_once() -> None:
    """Another example of the same form says nothing new, and neither does another word; another form and another sentence do."""

    def action(kind: str, about: str) -> type[BaseModel]:
        return create_model(kind, kind=(Literal[kind], ...), id=(str, Field(description=about)))

    texts = (
        "The id, such as 'ZFA04Y'. There may be duplicates 'x'",
        "The id, such as '8JX2WO'",
        "The id, such as '#W12'",
        "The number, such as '8JX2WO'. Never an 'alias'",
    )
    made = tuple(action(f"kind{number}", text) for number, text in enumerate(texts))
    said = shape(TypeAdapter(Union[made]).json_schema())  # noqa: UP007 - as many as there are

    assert [line.partition("id: string")[2].rstrip("}") for line in said.splitlines()[1:]] == [
        " (The id, such as 'ZFA04Y'. There may be duplicates 'x')",
        "",
        " (The id, such as '#W12')",
        " (Never an 'alias')",
    ]


def test_changed_instructions_are_another_signature() -> None:
    """What an optimizer proposes is what is sent."""
    adapter = StructuredAdapter()
    asked(adapter, Answer, [], {"question": "?"})

    assert "Sing it." in str(asked(adapter, Answer.with_instructions("Sing it."), [], {"question": "?"}).system)


def predict(connection: Connection, signature: Any, **inputs: Any) -> Any:
    return asyncio.run(connection.predict(dspy.Predict(signature), seed=1, **inputs))


def test_a_reply_is_typed() -> None:
    """Nested models, enumerations and defaults arrive as what the signature says."""
    found = predict(Connection.over(ScriptedEngine(lambda _: json.dumps(OUT))), Serve, **SERVE)

    assert (found.step, found.mood, found.note, found.done) == (STEP, Mood.GOOD, None, False)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('{"answer": "cut', "no JSON object"),
        ('Sure: {"answer": "a"}', "no JSON object"),
        ('["a"]', "no JSON object"),
        ("{}", "without answer"),
        ('{"answer": {"deep": 1}}', "answer: "),
        (r'{"answer": "half a smile: \ud83d"}', "no JSON object"),
    ],
)
def test_a_reply_to_a_schema_is_real_json_of_the_right_shape(said: str, why: str) -> None:
    """Nothing is repaired: what a schema did not enforce is not trusted."""
    connection = Connection.over(ScriptedEngine(lambda _: said))
    with pytest.raises(BadReply, match=why) as caught:
        predict(connection, Answer, question="?")

    assert (caught.value.reason, caught.value.text) == ("unparsable", said)
    assert (connection.usage.calls, connection.usage.bad_replies) == (1, {"unparsable": 1})


def test_a_control_character_in_a_string_is_no_flaw() -> None:
    """Some grammars let raw newlines into strings."""
    assert (
        predict(Connection.over(ScriptedEngine(lambda _: '{"answer": "a\nb"}')), Answer, question="?").answer == "a\nb"
    )


@pytest.mark.parametrize(
    "said", ['Sure!\n```json\n{"answer": "a"}\n```\nDone {x}', '{"answer": "a"} {"answer": "b"}', "{'answer': 'a'}"]
)
def test_by_words_alone_the_first_object_counts_and_no_schema_is_sent(said: str) -> None:
    """A server that enforces nothing gets no schema, and its model is read with patience."""
    engine = ScriptedEngine(lambda _: said)
    connection = Connection.over(engine, LMSettings(model="local", mode="prompt"))

    assert predict(connection, Answer, question="?").answer == "a"
    assert engine.requests[0].config.response_format is None


class Open(BaseModel):
    """An open object, nested, which DSPy would close to `{}`."""

    args: dict[str, Any]


class Pattern(BaseModel):
    """A string that has to match."""

    code: str = Field(pattern="^ab$")


class Bounded(BaseModel):
    """A string that must not be long."""

    text: Annotated[str, Field(max_length=3)]
    parts: list[Annotated[str, Field(min_length=1)]]


@pytest.mark.parametrize(
    ("output", "why"), [(Open, "without named properties"), (dict[str, str], "open-ended"), (Pattern, "pattern")]
)
def test_a_signature_that_no_server_enforces_is_refused_before_any_request(output: Any, why: str) -> None:
    """The message says what to change."""
    engine = ScriptedEngine(lambda _: "{}")
    signature = dspy.Signature("question -> ").append("out", dspy.OutputField(), output)  # type: ignore[no-untyped-call]
    with pytest.raises(ConfigError, match=why):
        predict(Connection.over(engine), signature, question="?")

    assert engine.requests == []


def test_length_bounds_are_not_sent_but_checked() -> None:
    """They distort strings under a grammar; pydantic holds them afterwards."""
    engine = ScriptedEngine(lambda _: '{"out": {"text": "long", "parts": []}}')
    signature = dspy.Signature("question -> ").append("out", dspy.OutputField(), Bounded)  # type: ignore[no-untyped-call]
    with pytest.raises(BadReply, match="at most 3"):
        predict(Connection.over(engine), signature, question="?")

    assert "Length" not in json.dumps(engine.requests[0].config.response_format)


def test_length_bounds_reach_a_server_that_enforces_them_well() -> None:
    """The embedded engine does, and a small model needs them to come to an end."""
    sent = StructuredAdapter(lengths=True).response_format(
        dspy.Signature("question -> ").append("out", dspy.OutputField(), Bounded)
    )  # type: ignore[no-untyped-call]

    assert "maxLength" in json.dumps(sent)


FLAWED: dict[str, dict[str, Any]] = {
    "not": {"not": {"type": "string"}},
    "if": {"if": {}},
    "multipleOf": {"type": "integer", "multipleOf": 2},
    "uniqueItems": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    "contains": {"type": "array", "contains": {"type": "string"}},
    "dependentRequired": {"type": "object", "properties": {"a": {}}, "dependentRequired": {"a": ["b"]}},
    "allOf": {"allOf": [{"type": "string"}, {"type": "string"}]},
    "pattern": {"type": "string", "pattern": "a+"},
    "lookaround": {"type": "string", "pattern": "(?!a)b"},
    "format": {"type": "string", "format": "isbn"},
    "maxLength": {"type": "string", "maxLength": 3},
    "named properties": {"type": "object"},
    "additional": {"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}},
}
WRAPS = {
    "bare": lambda part: part,
    "property": lambda part: {"type": "object", "properties": {"p": part}},
    "items": lambda part: {"type": "array", "items": part},
    "branch": lambda part: {"anyOf": [{"type": "null"}, part]},
    "definition": lambda part: {"$defs": {"D": part}, "$ref": "#/$defs/D"},
}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("schema", FLAWED.values(), ids=FLAWED)
def test_every_keyword_that_is_not_enforced_is_found_wherever_it_stands(schema: dict[str, Any], wrap: Any) -> None:
    """One line for each."""
    assert len(lint(wrap(schema))) == 1


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_prepare_takes_length_bounds_and_nothing_else(wrap: Any) -> None:
    """A field may be called minLength and stays."""
    kept = {"type": "object", "properties": {"minLength": {"type": "string"}}, "additionalProperties": False}
    bounded = {**kept, "properties": {"minLength": {"type": "string", "minLength": 1, "maxLength": 2}}}

    assert prepare(wrap(bounded)) == wrap(kept)
    assert lint(prepare(wrap(bounded))) == []
