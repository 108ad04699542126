"""Thoughts and marks of protocols in what a model said, taken apart from its words.

A server that does not know the form of its model's replies passes them on as they were made: thoughts between tags, or
before a tag that closes what the prompt opened; harmony's channels, whole or with their marks skipped; the tokens between
turns; tool calls as text. What was said to the other side is cut out of that. What cannot be told from words is named as
a flaw, and whoever asked draws again.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_THOUGHT = (
    r"(?:[\w-]+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratch_?pad|cot"
    r"|inner[_ -]?(?:monologue|thoughts?)|working_out)"
)
_ANSWER = r"(?:answer|final|final[_ -]?answer|response|solution|output|box)"
_CALL = r"(?:[\w-]+:)?(?:(?:tool|function)[_▁ -]?(?:calls?|code|use|outputs?|responses?|sep)?s?\b|invoke\b|python_tag|plugin|action_start)"
_OPEN, _SHUT = r"(?:begin|start)[_▁ ]?(?:of[_▁ ])?", r"end[_▁ ]?(?:of[_▁ ])?"
_BAR = r"[|｜]"
_MARKS = {
    "close": rf"</\s?{_THOUGHT}\s?>|\[/THINK\]|◁/think(?:ing)?▷|<{_BAR}\s?(?:/|{_SHUT}){_THOUGHT}\s?{_BAR}>|<channel\|>"
    rf"|<unused95>|(?m:^)\s*/?think(?:ing)?>",
    "open": rf"<\s?(?:{_OPEN})?{_THOUGHT}(?:\s[^<>\n]*)?>|\[THINK\]|◁think(?:ing)?▷|<{_BAR}\s?(?:{_OPEN})?{_THOUGHT}\s?{_BAR}>"
    r"|<\|channel>\s*thought|<unused94>\s*thought",
    "answered": rf"</{_ANSWER}>|<{_BAR}(?:/|{_SHUT}){_ANSWER}{_BAR}>",
    "answer": rf"<{_ANSWER}>|<{_BAR}(?:{_OPEN}){_ANSWER}{_BAR}>",
    "called": rf"</{_CALL}[^<>\n]*>|</(?:function|parameter)>|<{_BAR}\s?(?:/{_CALL}|{_CALL}[^<>|｜\n]*{_SHUT.removesuffix('?')}?)[^<>|｜\n]*{_BAR}>"
    rf"|<{_CALL}\|>|\[/TOOL_\w+\]|<{_BAR}call{_BAR}>",
    "call": rf"<\s?(?:{_OPEN})?{_CALL}[^<>\n]*>|<(?:function|parameter)=[^<>\n]*>|\[(?:TOOL_CALLS?|AVAILABLE_TOOLS|TOOL_RESULTS?)\]"
    rf"|<{_BAR}[^<>|｜\n]*?{_CALL}[^<>|｜\n]*{_BAR}?>|<{_BAR}DSML{_BAR}[^<>\n]*>",
    "channel": r"<\|channel\|>\s*(?P<name>\w+)(?P<to>[^<]*?)(?:<\|constrain\|>\s*\w*\s*)?<\|message\|>"
    r"|(?<![a-z] )assistant(?:\s*\n\s*)?(?P<glued>final|analysis|commentary)(?P<glued_to>\s?to=\S+)?",
    "start": rf"(?:<{_BAR}(?:im_start|start|start_header_id|start_of_role|turn){_BAR}?>|<start_of_turn>)\s*(?P<role>\w*)"
    rf"(?:\s*<{_BAR}(?:end_header_id|end_of_role|im_sep){_BAR}>)?(?:[ \t]*\n)?"
    rf"|<{_BAR}\s?(?P<who>assistant|user|system|model|developer|observation|human|bot)\s?{_BAR}>|\[(?P<inst>INST)\]",
    "end": rf"<{_BAR}[^<>|｜\n]*?(?:end|eot|eom|eos|return|stop)[^<>|｜\n]*{_BAR}>|</s>|<eos>|<end_of_turn>|<turn\|>|\[/INST\]",
    "nothing": rf"<(?:s|bos|pad|unk|sop)>|\[gMASK\]|<{_BAR}(?:begin|start)[^<>|｜\n]*{_BAR}>|<{_BAR}(?:message|im_sep|pad|unk){_BAR}>",
    "odd": rf"<{_BAR}[^<>\n]{{1,40}}{_BAR}>|\[\[ ## \w+ ## \]\]",
}  # fmt: skip
"""What each mark says of the text behind it; the first that fits decides."""
_MARK = re.compile("|".join(f"(?P<{kind}>{mark})" for kind, mark in _MARKS.items()), re.IGNORECASE)
_NEXT = {
    "open": ("", "thought"),
    "close": ("", "words"),
    "answer": ("", "words"),
    "answered": ("words", "rest"),
    "end": ("words", "rest"),
    "call": ("not thought", "call"),
    "called": ("call", "words"),
}
"""Where a mark leads: within what (anything, if empty), and to what."""
_ANSWERED = re.compile(_MARKS["answered"], re.IGNORECASE)
_SIGNS = ("<", "[", "◁", "think>", "assistant", "analysis", "commentary", "final")
"""None of them stands in most of what is said; looked for first."""
_OPENING = re.compile(
    r"\s*(?:(?P<thought>(?:assistant\s*)?(?:analysis|commentary))(?=[^\W\d_]|\n)|final(?=[A-Z{\[\"*])|(?:assistant|model)\s*\n)"
)
"""Words of a protocol at the very start, whose marks were skipped."""
_CUT = re.compile(r"\s*<(?:[|｜/][\w▁ ]{0,24}[|｜]?|/?(?:t|th|thi|thin|think|thinki|thinkin|thinking))$")
"""Half a mark at the very end."""
_OWN = frozenset(["", "assistant", "model", "bot"])
_EMPTY = " \t\n[]{}()"


class Apart(NamedTuple):
    """What a model said, parted."""

    words: str
    thoughts: str = ""
    flaw: str = ""
    """What nobody says and what cannot be told from the words; such a reply is of no use."""


def apart(text: str) -> Apart:
    """The words that were meant for the other side, what was thought on the way, and what is wrong with them."""
    if not any(sign in text for sign in _SIGNS) or _is_json(text):
        return Apart(text)
    reading = _Reading()
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    if opening and opening["thought"]:
        reading.part = "thought"
    for mark in _MARK.finditer(text, start):
        reading.add(text[start : mark.start()])
        reading.meet(mark)
        start = mark.end()
    reading.add(_CUT.sub("", text[start:]))
    words = "".join(reading.found["words"])
    if words == text:
        return Apart(text)
    called = "".join(reading.found["call"]).strip(_EMPTY)
    flaw = f"a tool call as text ({called[:60]})" if called else reading.flaw
    return Apart(words.strip(), "".join(reading.found["thought"]).strip(), flaw)


def leaves(value: Any) -> Any:
    """A value with all the texts in it taken apart.

    Raises:
        ValueError: One of them holds what nobody says, or thoughts alone.
    """
    if isinstance(value, dict):
        return {key: leaves(part) for key, part in value.items()}
    if isinstance(value, list):
        return [leaves(part) for part in value]
    return spoken(value) if isinstance(value, str) else value


def spoken(text: str) -> str:
    """The words of a text.

    Raises:
        ValueError: It holds what nobody says, or thoughts alone.
    """
    found = apart(text)
    if found.flaw:
        raise ValueError(f"it holds {found.flaw}")
    if text.strip() and not found.words:
        raise ValueError("it holds thoughts alone")
    return found.words


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(text, strict=False), dict)
    except (ValueError, RecursionError):
        return False


class _Reading:
    """A reply read from mark to mark."""

    def __init__(self) -> None:
        self.part = "words"
        """What the next text belongs to; `rest` is nobody's."""
        self.found: dict[str, list[str]] = {"words": [], "thought": [], "call": [], "rest": []}
        self.flaw = ""
        self.framed = False
        """Whether an answer was marked as such."""

    def add(self, text: str) -> None:
        said = self.found[self.part]
        if text and said and not said[-1][-1].isspace() and text[0].isalnum():
            text = f" {text}"
        if text:
            said.append(text)

    @property
    def _spoke(self) -> bool:
        return any(part.strip() for part in self.found["words"])

    def _only_thought(self) -> None:
        """What was taken for words so far were thoughts."""
        self.found["thought"] += self.found["words"]
        self.found["words"] = []

    def meet(self, mark: re.Match[str]) -> None:
        """What a mark says of what comes next, and of what came before."""
        kind = next(kind for kind in _MARKS if mark[kind])
        if kind in ("answer", "answered") and not self._frames(kind, mark):
            self.add(mark[0])
            return
        if kind == "channel":
            self._channel((mark["name"] or mark["glued"]).lower(), mark["to"] or mark["glued_to"] or "")
        elif kind == "start":
            role = "user" if mark["inst"] else (mark["role"] or mark["who"] or "").lower()
            self.part = "words" if role in _OWN and not self._spoke else "rest"
        elif kind == "odd":
            self.flaw = self.flaw or f"the mark {mark[0]}"
        elif kind == "answer" or (kind == "close" and self.part != "thought"):
            self._only_thought()
        if kind in _NEXT:
            before, after = _NEXT[kind]
            if before in ("", self.part) or (before == "not thought" and self.part != "thought"):
                self.part = "words" if after == "rest" and not self._spoke else after

    def _frames(self, kind: str, mark: re.Match[str]) -> bool:
        """Whether a mark is one around the answer, and no word among others: it stands before all words, or its end after them."""
        if kind == "answer":
            ends = any(
                end[0] for end in _ANSWERED.finditer(mark.string, mark.end()) if not mark.string[end.end() :].strip()
            )
            self.framed = self.framed or not self._spoke or ends
        return self.framed

    def _channel(self, name: str, to: str) -> None:
        if name == "final":
            self._only_thought()
        self.part = "words" if name == "final" else "call" if "to=" in to else "thought"
