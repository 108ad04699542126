"""Failures in words: nobody says that a system failed that did not, nor, of what was just done, that it was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.noise import bag
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.refutable import TAKEN
from writ_dspy.verify.sentences import HEDGED

_ERROR = re.compile(
    r"\b(?:(?:returned|got|gave|hit|ran into|encountered|received) an? (?:\w+ )?(?:error|problem|failure)|went wrong"
    r"|(?:has |have )?failed(?: to \w+)?|technical (?:issue|problem|error|difficult\w+)"
    r"|an? (?:\w+ )?(?:error|failure) (?:came up|has come up|occurred|has occurred|arose|happened|appeared|showed up|popped up)|there (?:was|has been) an? (?:\w+ )?(?:error|failure)|(?<!if )(?:the|our) system (?:has |had )?(?:refused|rejected|declined) (?:it|this|that)|waiting for (?:the|our) system)\b",
    re.IGNORECASE,
)
_PITIES = re.compile(
    r"\b(?:sorry|pity|shame|sad)\b(?: (?:to (?:hear|read)|that|about|it's|so))*(?: what| (?:it|this|things|your [\w ]{2,20}|the [\w ]{2,20}))(?: all)? went wrong\Z",
    re.IGNORECASE,
)
"""What is felt for a user to whom something befell, before anything was looked up."""
_FAILED = re.compile(
    r"\b(?:(?:could|can|did|does|was|were)(?:n['’]t| not) (?:\w+ ){0,2}(?:able|complete[d]?|process(?:ed)?|go through|work"
    r"|succeed|possible|done|made|change[d]?|cancel(?:l?ed)?|book(?:ed)?|update[d]?)"
    r"|(?:it|that|this) (?:has |had |just )*failed|nothing (?:has gone|went|came) through|unable to|nothing (?:was|has been|is) (?:\w+ly |yet |now |actually |ever )*(?!(?:charged|billed|debited|deducted|owed|paid|refunded|credited|needed|required)\b)(?:\w+ed|done|made|sent|saved|set|put|gone|taken)\b"
    r"|(?:cancell?ation|return|refund|exchange|booking|change|update|modification|upgrade|request)s? (?:was|has been|got|is) (?:\w+ )?(?:turned down|rejected|declined|refused|denied|blocked|reversed|undone)"
    r"|(?:order|reservation|booking|trip) (?:still )?(?:stays|remains|is|stands)(?: exactly| just)? (?:as (?:it|they) (?:was|were)|unchanged|untouched|the same as before))\b",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"\b(?:still|yet) (?:has|have|needs?|to)\b(?: to)? be (?:processed|approved|confirmed|finali[sz]ed|reviewed|done|made|booked|saved)\b|\b(?:waiting|awaiting|subject to|pending)(?: for| on)? (?:an? |the )?(?:\w+ )?(?:approval|review|system|clearance)\b"
    r"|\b(?:haven['’]t|have not|did(?:n['’]t| not)) (?:yet |really |actually )?(?:done|changed?|made?|booked?|saved?|touch(?:ed)?|do|start(?:ed)?) (?:anything|any of (?:it|this|that)|a thing|it|that|this)\b"
    r"|\b(?:have|need|going) to (?:try|do) (?:it |this |that )?(?:again|once more|later)\b|\bsystem (?:has |had )?(?:refused|rejected|declined|blocked|(?:did|would)(?:n['’]t| not) (?:accept|take|let))\b"
    r"|\bnone of (?:it|this|that|them|these) (?:has|have|was|were|is|went)\b|\bonly (?:reserved|held|requested|provisional|noted|a draft)\b|\b(?:not|isn['’]t)(?: yet)? final\b|\bstill (?:waiting|working on|trying)\b",
    re.IGNORECASE,
)
"""How it is said of what was just done that it is yet to be done."""
_NEXT = re.compile(
    r"\b(?:would|next(?! steps?\b)|as for|regarding|your (?:other|second|confirmation|answer)|before I|once you|from you)\b",
    re.IGNORECASE,
)
"""Words with which a message goes over to what was not done yet."""
_LOOKED = re.compile(
    r"\b(?:find|locate|look(?:ed)? up|search(?:ed)?|pull up|read|match|identify|verify)\b", re.IGNORECASE
)
"""That it was a look that failed: that is no word on a write after it."""
_STILL = re.compile(
    r"\b(?P<what>[\w'’-]+)\s+(?:still\s+(?:goes?|has|have|holds?|shows?|is|are)|(?:is|are|stays?|remains?)\b)(?:\s+\w+){0,2}?\s+"
    r"(?:(?:the|its|your|their) (?:old|previous|former)\b|the same(?: as before)?\b(?! (?:one|as|now)\b)|as (?:it|they) (?:was|were)\b|unchanged\b|on it\b|(?P<state>active|valid|booked)\b)",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"\b(?:only|just|merely) (?:(?:do|did|done|complete[d]?|finish(?:ed)?|process(?:ed)?|manage[d]?|handle[d]?|get|got) )?(?:the )?(?:first|one|half|part|some|second|other)\b(?: (?:half|part|step|of (?:it|them|that|this|your requests?)))?(?: (?:done|completed|through|so far))?"
    r"|\b(?:one|a|some|another) (?:part|half|step|bit)(?: of (?:it|that|this|them|your requests?))? (?:has |have |had )?(?:failed|went wrong|got stuck|is missing|(?:did|could|was)(?:n['’]t| not))\b"
    r"|\b(?:first|one|half|part|second) (?:half |part |step |of (?:it|them) )?(?:only|alone)\b|(?<!n['’]t )(?<!\bnot )(?<!\bis )(?<!\bare )(?<!\bbe )\b(?:half|part) of (?:it|that|this|them|your request)\b|\b(?:partly|partially|half) (?:done|completed?|processed|finished|through)\b"
    r"|\b(?:the )?(?:rest|remainder|other half|second (?:half|part))(?: of (?:it|that|this|your request))? (?:is|remains|has|could|must|will|follows|still|was|did|failed)\b"
    r"|\bnot (?:all|everything)(?: of (?:it|that|them))? (?:was|is|has|could|went)\b",
    re.IGNORECASE,
)
"""How it is said that a part of what was asked for was done, and the rest was not."""
_FIRST = re.compile(
    r"\b(?:only|just|merely) (?:(?:do|did|done|complete[d]?|process(?:ed)?|manage[d]?|handle[d]?) )?(?:the )?first\b(?: (?:half|part|step|one|request))?"
    r"|\b(?:do|did|done|complete[d]?|process(?:ed)?|manage[d]?|handle[d]?) (?:the )?first (?:half |part |step |one |request )?(?:only|alone)\b",
    re.IGNORECASE,
)
_FAILS = bag("""error errors fail failed failure wrong unable nothing technical problem problems not issue difficulties difficulty turned rejected declined refused denied blocked reversed
    waiting awaiting pending subject approval yet again none final trying working
    partly partially half part only just alone rest remainder everything all undone stays remains still stands unchanged same no""")  # fmt: skip
"""What occurs in every message that claims a failure."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_CLAUSE = re.compile(r"(?<=[.!?;:])\s+|(?:\n|\\n)+|,\s+(?=but |so |and (?:I|it|your|the)\b)")
_NEGATED = re.compile(
    r"(?:\b(?:is|are|was|were|has been|have been)(?:n['’]t| not)|\b(?:it|that|this|order|trip|reservation)['’]s not)(?: now| yet)?\b",
    re.IGNORECASE,
)
_WONT = re.compile(
    r"\b(?:(?:will|does|do|can|could) not|won['’]t|doesn['’]t|don['’]t) (?:now )?(?:be )?(?:\w+ed|sent|paid|go|get)?\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\b(?:and|but) (?:is|are|was|were|has|have|will)\b")
"""Where a clause that denied something goes on to what is so."""
_NONE = re.compile(r"\s*no (?:\w+ ){1,3}(?:was|were|is|are|has been|have been) (?P<verb>\w+)\b", re.IGNORECASE)
_APART = re.compile(
    r"\b(?:other|else|another|remaining|rest|first|further(?! (?:changes?|modifications?))|additional|extra|more)\b",
    re.IGNORECASE,
)


def claimed_failed(case: Case, index: int, text: str, news: Sequence[Step]) -> Iterator[Finding]:
    """Nobody says that a system failed that did not, nor, after a write that succeeded, that nothing was done."""
    if _FAILS.isdisjoint(_WORD.findall(text.lower())) and "n't" not in text and "n’t" not in text:
        return
    failed = any(step.recorded.error for step in case.steps if step.turn < index)
    undone = any(step.recorded.error for step in case.steps if step.turn < index and case.kind(step.call) == "write")
    wrote = [step for step in news if case.kind(step.call) == "write"]
    refused = any(o.call is None for o in case.task.decided) or not case.knows("refusals")
    for clause in _CLAUSE.split(text):
        if clause.rstrip().endswith("?"):
            continue
        error = None if failed else _ERROR.search(clause)
        pities = error and not news and _PITIES.search(clause, 0, error.end())
        if error and not pities and not HEDGED.search(clause, 0, error.start()):
            yield Finding("grounded", index, short(clause.strip(), 90), "an error only after a call returned one")
            return
        if wrote and _misses(case, index, clause, refused=refused):
            yield Finding("grounded", index, short(clause.strip(), 90), "all that was asked for, which was done")
            return
        if not wrote or _APART.search(clause):
            continue
        pending = None if wrote[-1].fresh.error else _PENDING.search(clause)
        if (
            pending
            and not _is_read(case, index, clause, pending[0])
            and not _NEXT.search(text, 0, text.find(clause) + len(clause))
        ):
            yield Finding("grounded", index, short(clause.strip(), 90), f"success: {wrote[-1].call.tool} went through")
            return
        if _denied(case, wrote[-1], clause, text) or (
            not wrote[-1].fresh.error and _as_before(case, wrote[-1], clause)
        ):
            yield Finding("grounded", index, short(clause.strip(), 90), f"what {wrote[-1].call.tool} did")
            return
        if (
            not undone
            and (not refused or (_AT_ONCE.match(clause) and _right_behind(case, text, clause, wrote[-1])))
            and _fails(clause)
            and not (failed and _LOOKED.search(clause))
        ):
            yield Finding("grounded", index, short(clause.strip(), 90), f"success: {wrote[-1].call.tool} went through")
            return


def _misses(case: Case, index: int, clause: str, *, refused: bool) -> bool:
    """Whether a clause says that a part was done, where all was; or the first of it alone, where it was the first that was refused."""
    if refused:
        return bool(case.task.decided) and case.task.decided[0].call is None and _FIRST.search(clause) is not None
    first = _FIRST.search(clause) if _left(case, index) else None
    if first is not None:  # what is left was not tried, so that nobody can know that it cannot be done
        return re.search(r"\b(?:could|able|managed)\b", clause, re.IGNORECASE) is not None
    return not _left(case, index) and _PARTLY.search(clause) is not None


_AT_ONCE = re.compile(
    r"\W*(?:(?:i['’]m )?(?:sorry|unfortunately|sadly|alas|afraid)(?: to say)?,? (?:but )?)*(?:that|this|it|nothing|no change)\b",
    re.IGNORECASE,
)
"""How a report of what was done just now begins: nothing else was spoken of yet."""


def _right_behind(case: Case, text: str, clause: str, step: Step) -> bool:
    """Whether a clause begins a message, or stands right behind what names the record of a write."""
    ahead = text[: text.find(clause)].strip()
    return not ahead or any(key.lstrip("#") in _CLAUSE.split(ahead)[-1] for key in _keys(case, step))


def _keys(case: Case, step: Step) -> frozenset[str]:
    """Ids that a write is called with, and those of what it made."""
    given = frozenset(value for value in step.call.args.values() if isinstance(value, str) and _KEY.fullmatch(value))
    return given if step.fresh.error else given | case.domain.pack.ids(step.fresh.text)


_KEY = re.compile(r"#?(?=\w*\d)\w{5,}")
_OTHERS = re.compile(
    r"\b(?:other|others|second|either|neither|any|by hand|on its own|alone|separately|until|before|so far|earlier|at first)\b",
    re.IGNORECASE,
)


def _could_not(words: str, step: Step, clause: str) -> bool:
    """Whether a clause says in the past tense that what a write just did was not done, or could not be."""
    told = re.search(rf"\b(?:could|was|were|has|have|had|did)(?:n['’]t| not)(?: yet)?(?: be| been| get)? (?:{words})\b", clause, re.IGNORECASE)  # fmt: skip
    if told is None or _OTHERS.search(clause) or HEDGED.search(clause, 0, told.start()):
        return False
    ids = re.findall(r"#?\b(?=[A-Z\d]*\d)[A-Z\d]{5,}\b", clause)
    return all(one in f"{step.call.text} {step.fresh.text}" for one in ids)


_CAN_BE = re.compile(
    r"(?:could|can)(?:n['’]t| not) (?:\w+ )?be (?:change[d]?|cancel(?:l?ed)?|book(?:ed)?|update[d]?)\b", re.IGNORECASE
)
_IN_GENERAL = re.compile(
    r"\b(?:normally|usually|otherwise|generally|ordinarily|in general|as a rule|typically|by itself|on its own|any ?more|again|afterwards|later)\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:the|your|this|that|these|those|it|they|everything|both|all)\b|[#\d]|(?-i:\b[A-Z]{2,}\d*)", re.IGNORECASE
)
"""Names something in particular: what can or cannot be done to a kind of things is a rule, and no report."""


_SOONER = re.compile(r"\w*\s(?:any )?(?:sooner|earlier|faster|quicker|better|before now|until now)\b", re.IGNORECASE)
"""Behind what could not be: it was, only later."""


def _fails(clause: str) -> bool:
    """Whether a clause says that something was not done; where no money was moved is judged by what was paid (`refuted`)."""
    failed = _FAILED.search(clause)
    if failed is None or TAKEN.search(clause) or _SOONER.match(clause, failed.end()):
        return False
    return not (_CAN_BE.match(failed[0]) and (_IN_GENERAL.search(clause) or not _THIS.search(clause[: failed.start()])))


def _is_read(case: Case, index: int, clause: str, words: str) -> bool:
    """Whether a result says just that of a record that a clause names: a state of its own, and no word on what was done."""
    ids, state = case.domain.pack.ids, words.lower().removeprefix("still ")
    shown = [step.fresh.text for step in case.steps if step.turn < index]
    last = (next((text for text in reversed(shown) if one in ids(text)), "") for one in ids(clause))
    return any(state in text.lower().replace("_", " ") for text in last)


def _left(case: Case, index: int) -> bool:
    """Whether a write that is wanted was not made by a turn."""
    return not case.gold_turns or any(turn is None or turn > index for turn in case.gold_turns)


def _denied(case: Case, step: Step, clause: str, text: str) -> bool:
    """Whether a clause denies what a write just did, or what it was called with."""
    words = case.domain.pack.deeds.get(step.call.tool, "done")
    if not step.fresh.error and _could_not(words, step, clause):
        return True
    none = _NONE.match(clause)
    if none and not step.fresh.error and re.fullmatch(words, none["verb"], re.IGNORECASE):
        return True
    leaves = [value for value in step.call.args.values() if isinstance(value, str) and len(value) > 3]
    wont = _WONT.search(clause)
    denied = _AND.split(clause[wont.end() :].lower())[0] if wont else ""
    if not step.fresh.error and any(value.lower() in denied for value in leaves):
        return True
    match = _NEGATED.search(clause)
    if match is None:
        return False
    rest = clause[match.end() :].lstrip(' *"“').lower()
    if rest.startswith("charged") and ("payment" not in step.call.text or asks_for_yes(text)):
        return False  # it took no money, or what is put next would take none
    return (
        any(rest.startswith(value.lower()) for value in leaves)
        or _is_not_it(step, clause[: match.start()].lower(), rest)
        or (
            (towards := _TOWARDS.match(rest)) and any(rest.startswith(value.lower(), towards.end()) for value in leaves)
        )
        or re.match(rf"(?:{words}|closed|final|done|saved|requested|confirmed|complete|charged)\b", rest) is not None
    )


_IT = re.compile(
    r"(?:your|the)(?: (?:new|current|own|default|standard|usual|home|profile|account|saved|shipping|delivery)(?:['’]s)?)* (?P<what>\w+)\s*(?:\Z|[.,;!]|now\b|yet\b|any ?more\b)"
)


def _is_not_it(step: Step, head: str, rest: str) -> bool:
    """Whether what a write was called with is denied to be what the write makes it: "208 Cedar Street is not your default address"."""
    match = _IT.match(rest)
    if match is None or step.fresh.error or _single(match["what"]) not in {*step.call.tool.split("_")} & _PARTS:
        return False
    return any(isinstance(value, str) and len(value) > 3 and value.lower() in head for value in step.call.args.values())


_TOWARDS = re.compile(
    r"(?:(?!yet\b|only\b|just\b|any\b)\w+ ){1,2}(?:to|at|in|on|with|by|from) (?:the |your )?", re.IGNORECASE
)
"""Behind a no, up to the value that it denies: "is not addressed to 208 Cedar Street"."""


def _as_before(case: Case, step: Step, clause: str) -> bool:
    """Whether a clause says that what a write just changed is still what it was."""
    match = _STILL.search(clause)
    if match is None or HEDGED.search(clause, 0, match.start()) or (match["state"] and "still" not in match[0].lower()):
        return False
    if _ONE_WAY.search(clause, 0, match.start()) and _keeps(case, step):
        return False
    parts = {_single(part) for part in step.call.tool.split("_")}
    named = _CALLED.get(_single(match["what"].lower()), _single(match["what"].lower()))
    changed = parts & _PARTS
    if _HOW_MANY.search(clause, 0, match.start()) and any(
        isinstance(value, tuple | list) for value in step.call.args.values()
    ):
        return False  # other ones, as many
    if match["state"] and named in parts and not changed:
        return True
    return named in changed or (named in parts and (not changed or "old" in match[0]))


_HOW_MANY = re.compile(r"\b(?:number|count) of (?:the |your )?\Z", re.IGNORECASE)
_ONE_WAY = re.compile(
    r"\b(?:return|outbound|inbound|outward|way (?:back|out|there|home)|connecting)\W+\Z", re.IGNORECASE
)
"""Before the noun where only one way of a trip, or one part of it, is spoken of."""


def _keeps(case: Case, step: Step) -> bool:
    """Whether a write names, beside what it changes, a row that its record had before: "the return flight stays the same"."""
    rows = [row for value in step.call.args.values() if isinstance(value, tuple | list) for row in value]
    ids = case.domain.pack.ids(step.call.text)
    shown = [
        other.fresh.text
        for other in case.steps
        if other.turn < step.turn
        and not other.fresh.error
        and not ids.isdisjoint(case.domain.pack.ids(other.call.text))
    ]
    return any(
        isinstance(row, dict) and any(all(str(part) in text for part in row.values()) for text in shown) for row in rows
    )


_PARTS = {"flight", "baggage", "passenger", "item", "payment", "address"}
"""Of the words in the names of writes, those that say what of a record they change."""
_CALLED = {
    "bag": "baggage",
    "luggage": "baggage",
    "name": "passenger",
    "trip": "reservation",
    "booking": "reservation",
    "profile": "address",
    "it": "order",
}


def _single(word: str) -> str:
    """A word without the ending of the plural."""
    return word if word.endswith("ss") else word.removesuffix("s")
