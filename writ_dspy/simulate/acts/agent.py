"""What an agent's message does: does it ask for a yes to an act, for information, or does it report, refuse, hand over?"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.asking import IDENTITY, NUMBERED, WH, Around, Asking, Message, moves
from writ_dspy.simulate.acts.clauses import Clause, clauses
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over

Span = tuple[str, int, int]
"""An act with its place in the message."""
_LISTED = re.compile(
    r"(?mi)^\s*(?:[-•*]|\d+[.)])\s(?![^\n]*(?:\?|\b(?:yes|reply|confirm|confirmation|please|approve|authorize)\b))[^\n]*$"
)
"""A line of a list that asks nothing."""

_INTENDS = over(
    "I (?:ADV|BE)* (?:MODAL|WANT) (?:ADV|BE|SMALL)* (?:ACT|CANCEL|GO|x)|MODAL I (?:ACT|CANCEL|GO)|^YOU MODAL (?:ACT|GO|CANCEL)"
)
_WANTED = over("^(?:ADV|AND|SO|OKAY)* YOU (?:ADV|MODAL)* WANT SMALL? ADV (?:ACT|CANCEL|GO)")
_RELATIVE = over("^WH (?:MODAL|BE) (?:ACT|CANCEL|x|BE)")
_SHOWN = re.compile(r"\n\s*[-•*\d]|\bhere(?:'s| is| are)\b|\bthe following\b")
_DONE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|been|'s|'ve)(?: now| just| already| successfully| all)*(?: been)?(?: now| successfully)* "
    r"(?:now\b|\w+ed\b|sent\b|made\b|done\b|set\b|put\b|paid\b|split\b|gone through|on (?:its|the|your)\b|complete\b|all set)|^done\b|\bwent through\b|"
    r"\bi(?:'ve| have)? (?:now |just |already |successfully )*(?:\w+ed|found|sent|made|put|set)\b|"
    r"\bwill (?:now )?(?:receive|get|be (?:refunded|credited|charged))\b"
)
CANNOT = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|will not|unable|not able|isn't possible|not possible|impossible|not allowed|isn't allowed|"
    r"not permitted|not eligible|does not allow|doesn't allow|do not allow|don't allow|does not permit|doesn't permit|have to decline|must decline|"
    r"not available|could not find|no match|(?:do|does)(?: not|n't) (?:offer|provide|support|issue|refund|allow)|outside (?:of )?(?:what|my)|not in a position|not authorized|isn't eligible|aren't allowed|no way to|"
    r"may not|(?:not|n't) something)\b"
)
SORRY = re.compile(
    r"\b(?:sorry|unfortunately|afraid|regret|apologi[sz]e)\b|"
    r"\b(?:i|we)(?:'m| am| are| have)? (?:can't|cannot|can not|won't|will not|not able|unable|must decline|to decline)"
)
_DENIED = re.compile(
    r"(?:^|[.!?:\n]\s*|,\s+(?:so|but|and) )(?:sorry,? )?(?:can't|cannot|can not|won't|not possible|not allowed|no luck|no can do)\b|"
    r"\b(?:is|are|was|were)(?: not|n't)(?: \w+)? (?:permitted|possible|allowed|eligible|refundable|an option)\b|"
    r"\b(?:can't|cannot|can not|could not|couldn't) be (?:\w+ed|done|granted|undone|made|given|met)\b"
)
"""What says so without a word of regret; beside a proposal it only says what to mind."""
_NOT_YET = re.compile(r"\b(?:until|unless|without|before)\b")
_GIVEN = re.compile(
    r"\bwithout (?:\w+ ){0,4}?(?:your?|knowing|verif\w+|identif\w+|confirm\w*|approval|permission|consent|yes|okay|go-ahead|details?|information|ids?|numbers?|names?|e-?mail|zip|address|date|order|look\w*|check\w*|read\w*|ask\w*)\b"
)
"""What is missing is for the other to say, or to be looked up."""
_NOTHING_OF_IT = over(
    "I (?:MODAL|DO|BE|WANT|ADV)* NOT (?:ADV|WANT|BE)* (?:GO|ACT|CANCEL|DO|x) (?:SMALL|OF|DET|AN|DO|ANY|x)* (?:THIS|x)* ADV $|"
    "NONE (?:SMALL|OF)? DET? (?:THIS|x) (?:(?!HAVE)_){0,3} (?:MODAL|BE)"
)
_UNABLE = frozenset({"can", "could", "may", "able"})
_POINTING = frozenset(
    {"this", "that", "these", "those", "them", "it", "any", "following", "above", "all of this", "all of these", "either", "both"}
)  # fmt: skip
_BACK = frozenset({"it", "that"})
"""Those that point at what was spoken of last, and never ahead at a list."""


_UNKNOWN = re.compile(
    r"\b(?:provide|share|give me|tell me|i (?:first |still )?need)\b[^.?!:\n]{0,60}(?::?\s*\n\s*(?:[-•*]|\d[.)]) ?|\b)"
    r"(?:your user ?(?:id|name)|your (?:first |full |last )?name|(?:first|full|last) name|your e-?mail|your zip|zip code)\b(?!\**:)"
)
"""Where one has to say who one is, only a plain "reply yes" asks for a yes to the act."""
MANY = 3
"""Questions with which a message gathers details: only a plain "reply yes" or "go ahead" in it asks for a yes to the act."""
_LATER = re.compile(
    r"\b(?:i'll|i will|i can) (?:then |also |first )?(?:(?:confirm|summari[sz]e|present)\b[^.?!\n]{0,140}\bbefore (?:proceeding|i proceed|applying|making|submitting|any change)|"
    r"[^.?!\n]{0,160}\b(?:ask for your (?:confirmation|approval)\b|(?:for|get) your (?:(?:explicit|final) )?(?:confirmation|approval|yes|review)\b(?! to\b)))"
)
"""Where one is told that one will be asked later, only "shall I go ahead?" asks now."""
_C_GO, _C_YES = CODES["GO"], CODES["YES"]
_PLAIN = frozenset({CODES["GO"], CODES["YES"], CODES["AGREE"], CODES["PERM"]})


_YES_NO = re.compile(r"(?i)\((?:yes|yes ?/ ?no|y ?/ ?n)\)(?=\W+\w)")
"""The "(yes)" of "do you confirm (yes) to proceed?", named in passing."""


_DO_ALL = re.compile(
    r"(?i)(?<=\bdo )(?:the (?:following|above|(?:first|last|other|remaining)(?: (?:one|two|three|four|five|\d))?|rest)|all (?:of )?(?:this|that|these|two|three|four|five|the (?:following|above))"
    r"|(?:(?:numbers?|points?|steps?|items?) )?\d(?:(?:,|,? and|,? to|-|–) ?\d)+)\b"
)
"""What "shall I do …?" is asked of where a list stands beside it; read as "this"."""


def _this(found: re.Match[str]) -> str:
    return "this".ljust(len(found.group()))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def intended(part: Clause) -> bool:
    """Whether a clause says what the agent would do, or what it takes the user to want done."""
    wanted = not part.asked and not part.link.endswith("IF") and _WANTED.match(part.codes) is not None
    return wanted or _INTENDS.search(part.codes) is not None


def agent_events(text: str) -> Iterator[Span]:
    """The acts of a message; a proposal that the message takes back is left out."""
    lower = text.lower().replace("’", "'")
    parts = clauses(_DO_ALL.sub(_this, _YES_NO.sub(_blank, _LISTED.sub(_blank, text))))
    found = list(_asked_for(parts, lower))
    taken_back = _taken_back(parts, lower)
    if taken_back is not None:
        found = [item for item in found if item[0] != "proposal"]
        found.append(("refusal", taken_back.start, taken_back.end))
    kinds = {kind for kind, _, _ in found}
    yield from found
    refused = CANNOT.search(lower) if "refusal" not in kinds and SORRY.search(lower) else None
    if refused is None and not kinds & {"refusal", "proposal"}:
        refused = _DENIED.search(lower)
    if refused and not _waits(lower[refused.end() : refused.end() + 80], kinds):
        yield "refusal", refused.start(), refused.end()
        kinds.add("refusal")
    if moved := next((part for part in parts if moves(part)), None):
        yield "handover", moved.start, moved.end
        kinds.add("handover")
    done = _DONE.search(lower) if not kinds & {"refusal", "proposal", "handover"} else None
    if done:
        yield "report", done.start(), done.end()
    elif not kinds and text.strip():
        yield "report", 0, len(text)


def _waits(behind: str, kinds: AbstractSet[str]) -> bool:
    """Whether what cannot be done waits for something that is asked for; "without a replacement" only says what is lacking."""
    match = _NOT_YET.search(behind)
    if match is None or match[0] != "without":
        return match is not None
    return "question" in kinds or _GIVEN.search(behind) is not None


def _asked_for(parts: tuple[Clause, ...], lower: str) -> Iterator[Span]:
    """What the clauses ask for; the announcement that a yes will be asked for does not count where the user is still unknown."""
    intends = _SHOWN.search(lower) is not None or any(intended(part) for part in parts)
    asked = frozenset(part.sentence for part in parts if part.asked)
    message = Message(lower, intends, asked, NUMBERED.search(lower) is not None)
    mine = False
    opened, found, plain, going = "", list[Span](), set[int](), set[int]()
    for index, part in enumerate(parts):
        before = parts[index - 1] if index and parts[index - 1].sentence == part.sentence else None
        after = parts[index + 1] if index + 1 < len(parts) and parts[index + 1].sentence == part.sentence else None
        follows = found[-1][0] if found and before else ""
        later = "".join(other.codes for other in parts[index + 1 :] if other.sentence == part.sentence)
        seen = Asking(
            part, before, after, message, Around(opened if before else "", follows, later, mine and before is not None)
        )
        mine = seen.mine
        kind = seen.kind()
        if before is None or (WH.match(seen.rest) and not _RELATIVE.match(seen.rest)):
            opened = seen.rest
        if kind:
            found.append((kind, part.start, part.end))
        if not _PLAIN.isdisjoint(part.codes) or (kind == "proposal" and "confirmation" in part.words):
            plain.add(part.start)
        if _C_GO in part.codes or _C_YES in part.codes:
            going.add(part.start)
    asks = any(kind in ("question", "proposal") for kind, _, _ in found)
    stranger = any(kind == "question" and IDENTITY.search(lower[start:end]) for kind, start, end in found)
    many = sum(kind == "question" for kind, _, _ in found) >= MANY
    unknown = _UNKNOWN.search(lower) is not None
    told_later = _LATER.search(lower) is not None
    for kind, start, end in found:
        if kind == "proposal" and (((unknown or many) and start not in plain) or (told_later and start not in going)):
            yield "question", start, end
        elif kind not in ("announced", "awaited"):
            yield kind, start, end
        elif not (asks and stranger) and not told_later and (kind == "announced" or not (unknown or many)):
            yield "proposal", start, end


def _taken_back(parts: tuple[Clause, ...], lower: str) -> Clause | None:
    """The clause that says that nothing of what is listed will be done; one that points back, ahead of what would be done, speaks of something else."""
    rows = [row.start() for row in _LISTED.finditer(lower)][-1:]
    last = max(
        (part.sentence for part in parts if (intended(part) or part.end <= min(rows, default=0)) and not part.asked),
        default=-1,
    )
    for part in parts:
        if part.sentence < last and _POINTING.intersection(part.words) <= _BACK:
            continue
        all_of_it = (
            _NOTHING_OF_IT.search(part.codes)
            and not _POINTING.isdisjoint(part.words)
            and _UNABLE.isdisjoint(part.words)
        )
        if all_of_it and not _NOT_YET.search(lower[part.start : part.end + 60]):
            return part
    return None
