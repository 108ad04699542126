"""Phrases that code makes of names alone: right, and as dull as names are; whoever reads the draft puts better ones there."""

from __future__ import annotations

from writ_dspy import patterns as re

PARTICIPLES = {
    "set": "set", "put": "put", "cut": "cut", "make": "made", "send": "sent", "give": "given", "take": "taken", "get": "got", "buy": "bought", "sell": "sold",
    "pay": "paid", "hold": "held", "keep": "kept", "write": "written", "begin": "begun", "withdraw": "withdrawn", "rebook": "rebooked", "redo": "redone", "find": "found",
    "leave": "left", "bring": "brought", "undo": "undone", "do": "done", "lend": "lent", "submit": "submitted", "refer": "referred", "transfer": "transferred", "swap": "swapped",
    "drop": "dropped", "plan": "planned", "ship": "shipped", "stop": "stopped", "reset": "reset",
}  # fmt: skip
PARTICLES = ("back", "up", "in", "out", "off", "over", "down", "on", "away")
MOST_WORDS = 9
"""Of a request; a longer description says more than what is asked for."""
_FIRST = re.compile(r"^([A-Za-z][^.,;:(\n]*)")


def words(name: str) -> str:
    """A name of code as people read it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower().strip()


def deed(tool: str, description: str, user: str) -> str:
    """What a tool does, behind "I would like to": the begin of its description where that says it, else its name."""
    verb = words(tool).split()[0]
    match = _FIRST.match(description.strip())
    said = match[1].strip() if match else ""
    rest = words(tool).removeprefix(verb).strip()
    plain = f"{verb} {article(rest)} {rest}" if rest else verb
    if not said or said.split()[0].lower() != verb or len(said.split()) > MOST_WORDS:
        return plain
    said = re.sub(rf"\b(?:for|of|by) (?:a|an|the) (?:{re.escape(user)}|user|customer|client)\b", "", said)
    said = re.sub(rf"\b(?:a|an|the) (?:{re.escape(user)}|user|customer|client)'s\b", "my", said)
    found = " ".join(f"{verb}{said[len(verb) :]}".split())
    return plain if re.search(rf"(?i)\b(?:{re.escape(user)}|user|customer|client)s?\b", found) else found


def done_of(tool: str) -> str:
    """The participle of what a tool does: "hand back" is "handed back"."""
    verb, *rest = words(tool).split()
    return " ".join([participle(verb), *(rest if " ".join(rest) in PARTICLES else ())])


def participle(verb: str) -> str:
    """Of a verb: "cancel" is "cancelled"."""
    if verb in PARTICIPLES:
        return PARTICIPLES[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    if verb.endswith("cel"):
        return f"{verb}led"
    return f"{verb}ed"


def article(noun: str) -> str:
    """What stands before a noun, "a" or "an"."""
    return "an" if noun[:1].lower() in "aeiou" else "a"
