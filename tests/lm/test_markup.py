"""Thoughts and marks of protocols are taken off wherever they stand, or the reply is drawn again; words stay as they are."""

from __future__ import annotations

import json
from typing import Any

import dspy
import pytest
from dspy.utils.exceptions import AdapterParseError
from hypothesis import given
from hypothesis import strategies as st

from tests.lm.calls import TOOLS, over, using
from tests.standins.server import StandIn
from writ_dspy.lm import BadReply, Connection
from writ_dspy.lm.adapter import PlainAdapter, StructuredAdapter
from writ_dspy.lm.markup import apart
from writ_dspy.signatures.user import SpeakAsUser

SAID = "Hello Mia, your order #W123 goes to 12 Elm St. <3 It costs $5.00, less than [approx.] 6."
THOUGHT = 'I could say {"leave": false, "message": "DRAFT"} but no.'
AROUND = [
    "Okay, think.\n</think>\n\n{}", "<think>\n\n</think>\n\n{}", "<think>a <b></think>{}<think>b</think>",
    "<thinking>x</thinking>{}", "[THINK]x[/THINK]{}", "◁think▷x◁/think▷{}", "<seed:think>x</seed:think>{}", "/think>{}",
    "<reasoning>x</reasoning>\n{}", "<think>a</think>\n<think>b</think>{}", "<unused94>thought x<unused95>{}",
    "<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>{}<|END_RESPONSE|>", "<|channel>thought\nhm<channel|>{}",
    "<|begin_of_thought|>x<|end_of_thought|>\n<|begin_of_solution|>{}<|end_of_solution|>",
    "<think>x</think><answer>{}</answer>", "I count them. <answer>{}</answer>\n", "<output>{}</output>", "<|begin_of_box|>{}<|end_of_box|>",
    "<|channel|>analysis<|message|>We need.<|end|><|start|>assistant<|channel|>final<|message|>{}<|return|>",
    "<|channel|>final<|message|>{}", "analysisWe need to answer.assistantfinal{}", "analysisuser wants.assistantfinal{}",
    "analysis\n\nThe user wants\n\nassistant\nfinal\n\n{}", "commentaryLet me see.assistantfinal{}", "final{}",
    "<|im_start|>assistant\n{}", "{}<|im_end|>", "{}<|im_end|>\n<|im_start|>user\nMore please<|im_end|>", "{}</s>", "<s> {}",
    "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>", "assistant\n\n{}", "<start_of_turn>model\n{}<end_of_turn>",
    "<｜Assistant｜>{}<｜end▁of▁sentence｜>", "[gMASK]<sop>{}", "<|assistant|>\n{}", "{} <tool_call></tool_call>", "{}<|im_e",
    "{} </thi", "<|message|>{}", "{}<|endoftext|>Human: again", "{}\n<turn|>",
]  # fmt: skip
NOBODY = [
    '<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>', 'Let me look.<tool_call>{"name": "x"}',
    '[TOOL_CALLS][{"name": "x", "arguments": {}}]', "<|python_tag|>get(x=1)", '<function=get>{"a": 1}</function>',
    '<|channel|>commentary to=functions.look <|constrain|>json<|message|>{"id": "1"}<|call|>',
    'analysisNeed it.assistantcommentary to=functions.look json{"id": 1}', "<tool_code>print(x)</tool_code>",
    '<invoke name="x"><parameter name="a">1</parameter></invoke>', "<|tool_call>call:x{a: 1}<tool_call|>",
    "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n```json\n{}\n```<｜tool▁call▁end｜>",
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|>',
    "<think>only thoughts", "analysisOnly this", "<|reserved_special_token_5|> hi", "Hi. [[ ## completed ## ]]",
]  # fmt: skip
NATURAL = [
    SAID, "My final answer is yes.", "I prefer a price < $50 and > 20", "Your analysis\nis fine", "Reply <yes> or [no]",
    "The final[1] item", "I think> maybe", "the assistant finalized it", "final price: 20", "Finally done", "analysis",
    "Write it in <answer> tags, please", "Put </answer> behind it", "email <mia@example.org>", "a <- b", "x <", "see <https://a.example>", "output: 3", "<3", "assistant", "",
]  # fmt: skip


@pytest.mark.parametrize("form", AROUND)
def test_words_come_out_of_whatever_is_around_them(form: str) -> None:
    """Open, closed or half; before, after and between; and taking apart what was taken apart changes nothing."""
    found = apart(form.replace("{}", SAID))

    assert (found.words, found.flaw) == (SAID, "")
    assert apart(found.words) == (SAID, "", "")


@pytest.mark.parametrize("text", NOBODY)
def test_what_cannot_be_told_from_words_is_no_reply(text: str) -> None:
    """Neither in plain replies, nor beside tools, nor within an object."""
    found = apart(text)

    assert found.flaw or not found.words
    with pytest.raises(AdapterParseError):
        PlainAdapter().parse(dspy.Signature("x -> y"), text)
    for schema in (True, False):
        with pytest.raises(AdapterParseError):
            StructuredAdapter(schema=schema).parse(SpeakAsUser, json.dumps({"leave": False, "message": text}))
    with StandIn(lambda _: text) as server:

        async def run(connection: Connection) -> Any:
            return await connection.predict(
                dspy.Predict(SpeakAsUser), seed=1, tools=TOOLS, situation="", manner="", conversation=""
            )

        with pytest.raises(BadReply):
            using(over(server.url), run)


@pytest.mark.parametrize("text", NATURAL)
def test_natural_words_stay_as_they_are(text: str) -> None:
    """Also where they hold signs and words that protocols use."""
    assert apart(text) == (text, "", "")


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_can_be_taken_apart(text: str) -> None:
    """And what remains of it holds no more thoughts."""
    found = apart(text)

    assert apart(found.words).words == found.words


@pytest.mark.parametrize("schema", [True, False])
@pytest.mark.parametrize("form", [form for form in AROUND if "[" not in form and "{}<" not in form])
def test_an_object_is_read_behind_thoughts_and_in_its_texts(form: str, schema: bool) -> None:
    """A draft in the thoughts is never the answer."""
    said = json.dumps({"leave": False, "message": SAID})
    around = form.replace("{}", said).replace("We need", THOUGHT)
    within = json.dumps({"leave": False, "message": form.replace("{}", SAID)})
    adapter = StructuredAdapter(schema=schema)

    assert adapter.parse(SpeakAsUser, around)["message"] == SAID
    assert adapter.parse(SpeakAsUser, within)["message"] == SAID


DRAFTS = [
    (
        'I could say {"leave": false, "message": "DRAFT"}. Better:\n{"leave": false, "message": "the answer"}',
        "the answer",
    ),
    ('```json\n{"leave": false, "message": "the answer"}\n```\nOr {"leave": true, "message": "OTHER"}?', "the answer"),
    ('{"leave": false, "message": "the answer"}\n\nCUSTOMER: {"leave": true, "message": "RUN ON"}', "the answer"),
    ('For { this } chat, {"message": "DRAFT"}, so: {"leave": false, "message": "the answer"}', "the answer"),
    ('{"leave": false, "message": "the answer",}', "the answer"),
    ('Sure! {"leave": false, "message": "the answer", "note": {"leave": 1}} as asked', "the answer"),
]


@pytest.mark.parametrize(("reply", "message"), DRAFTS)
def test_words_alone_are_read_for_the_answer(reply: str, message: str) -> None:
    """Drafts come before it, chatter after it."""
    assert StructuredAdapter(schema=False).parse(SpeakAsUser, reply)["message"] == message


def test_content_in_parts_is_one_text() -> None:
    """Thoughts among the parts are thoughts."""
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Hello."}]
    with StandIn(lambda _: {"role": "assistant", "content": parts}) as server:

        async def run(connection: Connection) -> Any:
            return await connection.predict(
                dspy.Predict(SpeakAsUser), seed=1, tools=TOOLS, situation="", manner="", conversation=""
            )

        assert using(over(server.url), run).text == "Hello."


def test_an_instruction_may_name_a_mark() -> None:
    """What an optimizer is given back is said to nobody."""
    text = "Think within <think> tags, then answer. Never write [TOOL_CALLS]."
    signature = dspy.Signature("x -> instruction")

    found = StructuredAdapter(schema=False, speech=False).parse(signature, json.dumps({"instruction": text}))

    assert found == {"instruction": text}
