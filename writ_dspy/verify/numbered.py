"""Numbered: what a reply that answers the entries of a numbered list one by one says of the entry of one write.

"2 and 3: yes. 1: the cheapest other one": what stands behind a number is about the entry of that number, and of nothing else. Which entry a
write is, the details tell that only that entry states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail
from writ_dspy.simulate.acts import assents
from writ_dspy.verify.case import Case, Step

_ENTRY = re.compile(r"(?m)(?:^[ \t]*(?:[*_#>]+[ \t]*)?\(?|(?<=[\s:;,])\()(?P<number>[1-9])[.):](?=[ \t*_])")
"""Begins an entry of a list, on a line of its own or in brackets within a sentence."""
_MANY = r"(?P<{name}>[1-9](?:\s*(?:[,&+/]|and|plus)+\s*(?:number\s*|no\.\s*|#\s*)?[1-9])*)"
_CALLED = r"(?:(?:numbers?|nos?\.?|nr\.?|points?|items?|entr(?:y|ies)|requests?|#)\s*)?"
_ANSWER = r"(?:yes|yeah|yep|yup|no|nope|nah|ok|okay|sure|fine|agreed|go ahead|do it|please do|not)\b"
_BEGINS = r"(?:\A|(?<=[.!?;,:\n(–—-])|\band |\s(?=[1-9](?:\)| (?:yes|no|ok|okay)\b)))[ \t*]*"
_ABOUT = r"(?:for|to|on|about|regarding|concerning|as (?:for|to))"
_DEED = r"do|carry out|go ahead with|go on with|proceed with|go for|approve|confirm|execute|make|skip|leave|forget|drop|don't do|not"
_STATE = r"(?:can|could|should|shall|must|may|will|would|has|have|had|is|are|isn't|aren't|stays?|needs?|waits?|sounds?|looks?|works?)\b"
_HEAD = re.compile(
    rf"{_BEGINS}(?:{_ABOUT} )?{_CALLED}{_MANY.format(name='many')}"
    rf"(?:\s*[:)=]+(?!\d)|\s+[-–—]+(?=\s)|\.(?=\s+[^\W\d])|(?:,|\s+(?:is|are)\s+an?)?(?=\s+(?:(?:i'd say|that's a|a|it's a)\s+)?{_ANSWER})|(?P<state>)(?=\s+{_STATE}))\s*"
    rf"|{_BEGINS}(?P<said>(?:(?:and|but|so|then) )?{_ANSWER}(?:,? (?:please|pls|plz|thanks|thank you))?),? (?:to|for|on|with|about) (?:both )?{_CALLED}{_MANY.format(name='to')}(?=\s*(?:[.,;!?\n)–—]|\Z|please\b|pls\b|but\b|and\b|thanks?\b))"
    rf"|{_BEGINS}(?P<deed>(?:(?:yes|so|and|then|please|just|but),? )*(?:{_DEED})) (?:only |just |both )?{_CALLED}{_MANY.format(name='these')}(?=\s*(?:[.,;!?\n)–—]|\Z|please\b|pls\b|but\b|and\b|then\b|now\b|first\b|thanks?\b))"
    rf"|{_BEGINS}{_ABOUT} {_CALLED}{_MANY.format(name='of')},?(?=\s+(?:i|we|please|pls|just|the|let's|you|use|take)\b)"
    rf"|{_BEGINS}(?:{_ABOUT} )?(?:the |my )?(?P<name>[a-z][a-z-]+(?: [a-z-]+)?): ",
    re.IGNORECASE,
)
"""Begins what is said of one entry or several: "2 and 3: …", "number 1 - …", "2 yes", "the bike: …"; or says it: "yes to 2 and 3"."""
_GENERAL = re.compile(
    r"\s*(?:(?:and|but|so|oh|hm+|no)\W+)*(?:wait|hold on|hang on|stop|actually|on second thoughts?|don't do|do nothing|not yet|(?:\w+ ){0,3}?(?:all|both|everything|anything|any) of (?:it|this|that|them|these)|forget (?:it all|all|everything)|never ?mind all)\b",
    re.IGNORECASE,
)
"""Begins a sentence that takes back what was said, whatever entry the one before was about."""
_STOP = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class _List:
    """The numbered entries of a message, in lower case."""

    entries: Mapping[int, str]

    def own(self, details: Sequence[Detail]) -> frozenset[int]:
        """The numbers of the entries that alone state details of a write; none where the list does not tell."""
        stating = [[detail.given(entry) for entry in self.entries.values()] for detail in details]
        alone = [sum(row[at] for row in stating if sum(row) == 1) for at in range(len(self.entries))]
        most = max(alone, default=0)
        return frozenset(
            number for number, count in zip(self.entries, alone, strict=True) if most and 2 * count >= most
        )

    def named(self, name: str) -> frozenset[int]:
        """The numbers of the entries that hold all words of a name; none where each does."""
        words = {word[:_STEM] for word in name.lower().split()}
        found = {
            number for number, entry in self.entries.items() if all(re.search(rf"\b{word}", entry) for word in words)
        }
        return frozenset(found) if len(found) < len(self.entries) else frozenset()


_STEM = 5
"""Letters by which a name in a reply is the word of a list: "return", "returning"."""


def own_words(case: Case, step: Step, details: Callable[[Step], Sequence[Detail]]) -> Case:
    """The case, the user's last word before a write as far as it is about that write, where it answers entry by entry.

    Args:
        case: The case.
        step: The write.
        details: What a write has to have listed.
    """
    turns = case.talk.turns
    index = next((i for i in range(step.turn - 1, -1, -1) if turns[i].role == "user"), None)
    if index is None or _HEAD.search(turns[index].text) is None:
        return case
    listed = _listed(next((turn.text for turn in reversed(turns[:index]) if turn.role == "agent" and turn.text), ""))
    lead, said = _answers(turns[index].text, listed)
    own = listed.own([one for one in details(step) if not one.given("")])
    if own:
        answered = frozenset[int]().union(*(numbers for numbers, _ in said))
        kept = [text for numbers, text in said if numbers & own] if own <= answered else []
    elif said and all(assents(text, _PLAIN_QUESTION) for _, text in said):
        kept = [text for _, text in said]
    else:
        return case
    text = " ".join(part if part[-1] in ".!?" else f"{part}." for part in (lead, *kept) if part)
    return case.hearing((*turns[:index], replace(turns[index], text=text), *turns[index + 1 :])) if said else case


_PLAIN_QUESTION = "Shall I go ahead?"


def _answers(text: str, listed: _List) -> tuple[str, list[tuple[frozenset[int], str]]]:
    """What a reply says ahead of its first number, and what of which."""
    heads = [(head, numbers) for head in _HEAD.finditer(text) if (numbers := _meant(head, listed))]
    if not heads:
        return text, []
    lead, found = text[: heads[0][0].start()].strip(_MARKS), list[tuple[frozenset[int], str]]()
    ends = [*(head.start() for head, _ in heads[1:]), len(text)]
    for (head, numbers), end in zip(heads, ends, strict=True):
        behind = text[head.end() : end].strip(_MARKS)
        said, whole = _without_general(
            f"{_opened(head)}{'. ' if behind[:1].isupper() and _opened(head) else ' '}{behind}"
        )
        found.append((numbers, said.strip()))
        if whole:
            found.append((frozenset(range(10)), whole))
    return lead, found


def _opened(head: re.Match[str]) -> str:
    """What a head says itself, with a pronoun in the place of the numbers."""
    if head["deed"]:
        return f"{head['deed']} it"
    return "they" if head["state"] is not None else head["said"] or ""


_MARKS = " ,;–—-(*"


def _meant(head: re.Match[str], listed: _List) -> frozenset[int]:
    """The entries that a head names."""
    if head["name"]:
        return listed.named(head["name"])
    return frozenset(map(int, re.findall(r"[1-9]", head["many"] or head["to"] or head["these"] or head["of"])))


def _without_general(text: str) -> tuple[str, str]:
    """What is said of an entry, and what behind it is said of all."""
    for stop in _STOP.finditer(text):
        if _GENERAL.match(text, stop.end()):
            return text[: stop.start()], text[stop.end() :]
    return text, ""


def _listed(text: str) -> _List:
    """The entries of a message that numbers them one after another."""
    heads = list(_ENTRY.finditer(text))
    numbers = [int(head["number"]) for head in heads]
    if len(numbers) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return _List({})
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return _List(
        {number: text[head.end() : end].lower() for number, head, end in zip(numbers, heads, ends, strict=True)}
    )
