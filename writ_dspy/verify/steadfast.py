"""Steadfast: what was denied stays denied, whatever a user claims afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.domains.listing import compiled, listed
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.acts.agent import intended
from writ_dspy.simulate.acts.clauses import Clause, clauses
from writ_dspy.task import Call, Check, Outcome, Request, Said
from writ_dspy.verify.case import Case, short
from writ_dspy.verify.consent import seen_before

_GRANTED = re.compile(
    r"\b(?:can|could|may|will|shall) (?:\w+ ){0,3}be \w+(?:ed|en|ne|nt|de)\b|\b(?:is|are|be) (?:\w+ )?(?:possible|allowed|eligible|permitted|fine)\b|\b(?:can|may|will) be an exception\b"
)
"""How a message says that something will be done after all, by nobody in particular."""
_EXCEPTION = r"\bexception\b"
"""What a message that says no may grant all the same."""
_BOUND = re.compile(r"\b(?:if|unless|only|once|when|whether|provided|in case|as long as|had|would have|were|until)\b")
"""Words of a clause that holds of some case, and not of this one."""
_WHAT = re.compile(r"\b(?:that|which|what) (?:i|we) should\b")
"""Asks for what a deed is to be done with: "list all items that I should include"."""
_PREPARES = re.compile(
    r"(?:\b(?:that|before) (?:i|we) (?:can|could|may)\b|\b(?:to be able|in order) to\b|\bfor (?:me|us) to\b|^\W*to )"
    r".*?(?:\b(?:i|we|i'd|we'd|i'll|we'll|you)(?: \w+)?(?: also| still| just| first)? (?:need|require|have to know)\b|\bplease (?:\w+ )?(?:tell|let|send|give|share)\b|\?$)",
    re.DOTALL,
)
"""Asks for what a deed takes, before anybody knows whether it can be done: "so that I can cancel the order, I need its number"."""
_NOT = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|nobody|beyond|outside|cannot|without|unable|impossible)\b|n['’]t\b"
)
_BESIDE = re.compile(
    r"\b(?:check|look|see|find|search|keep|leave|explain|tell|note|message|reply|instead of|rather than)\b"
)
"""What is no deed of the kind that is denied, though it may speak of the same record."""
_WISHED = re.compile(
    r"^\W*(?:(?:so|okay|ok|sure|and|right|all right|i see),? )*you(?:'d| would)? (?:want|like|wish|need|ask|asked|were hoping)\b"
)
"""Says what the user wants, which grants nothing: "you want to return something, all right"."""
_NO_EXCEPTION = re.compile(r"\bno exceptions?\b|^\W*(?:(?:and|but|so) )?i (?:do |really |only )?wish\b")
"""In a sentence that grants nothing, whatever one of its clauses says: "there's no exception I can make"."""
_HALF = 0.5
"""Part of the details of a write that makes a list of it."""


def steadfast(case: Case) -> Iterator[Finding]:
    """What was denied is not promised, offered or granted later on in the talk."""
    turns = case.talk.turns
    denied = list(_denied(case))
    if not denied:
        return
    otherwise, also = _otherwise(case), _also_asked(case)
    refused, pressed = False, ""
    for index, turn in enumerate(turns):
        if turn.role == "user":
            pressed = turn.text.lower()
        if turn.role != "agent" or not turn.text:
            continue
        refuses = "refusal" in heard(turn.text).kinds
        refused = refused or refuses
        words = [_EXCEPTION] if refuses else denied
        quote = next((quote for one in words if (quote := _given(turn.text, one))), "") if refused else ""
        if refused and not refuses and not quote and any(compiled(one).search(pressed) for one in denied):
            quote = _gives_in(turn.text)
        prepares = also and _PREPARES.search(quote.lower().replace("’", "'")) is not None
        if quote and not (prepares or _puts_right(case, index) or _with_another(turn.text, quote, otherwise)):
            yield Finding("steadfast", index, short(quote, 90), "what was denied to stay denied")


def _denied(case: Case) -> Iterator[str]:
    """Of each request that is denied for good, a pattern of words that name it."""
    verbs = case.domain.pack.called.verbs
    for request in case.task.requests:
        if request.decision is None:
            continue
        outcome = case.task.outcomes[request.decision]
        if outcome.denied and not outcome.transfer and not outcome.attempt:
            word = rf"\b{re.escape(request.word.lower())}"
            known = verbs.get(case.task.goal.decisions[request.decision].tool)
            yield f"{known}|{word}" if known else word


def _also_asked(case: Case) -> bool:
    """Whether the user asks for a deed of the same kind that is not denied as such: what is known of that comes out in its own turn."""
    decisions, outcomes = case.task.goal.decisions, case.task.outcomes
    denied = {wish.tool for wish, one in zip(decisions, outcomes, strict=False) if one.denied and not one.attempt}
    return any(
        wish.tool in denied and not (one.denied and not one.attempt)
        for wish, one in zip(decisions, outcomes, strict=False)
    )


Choice = tuple[re.Pattern, list[re.Pattern]]
"""How the value is named for which alone a deed was denied, and how the others that could stand in its place are."""
_ORIGINAL = r"\boriginal\b|\bpaid with\b"
_MEANS = "method"
"""The choice that is the user's at any time: where money comes from, or goes."""


def _otherwise(case: Case) -> list[Choice] | None:
    """The means for which alone each request is denied, with those in its place; nothing where one is denied as such."""
    found: list[Choice] = []
    for request in case.task.requests:
        outcome = case.task.outcomes[request.decision] if request.decision is not None else None
        if outcome is None or not outcome.denied or outcome.transfer or outcome.attempt:
            continue
        choice = _means(case, request, outcome)
        if choice is None:
            return None
        found.append(choice)
    return found


def _means(case: Case, request: Request, outcome: Outcome) -> Choice | None:
    """The means that the rule is about by which a request is denied."""
    decision = case.task.goal.decisions[request.decision or 0]
    rules = [check for check in decision.requires if isinstance(check, Check) and check.rule == outcome.refusal]
    values = case.domain.pack.sayings.choices.get(_MEANS, {})
    for value in (check.left for check in rules):
        named = str(value.value).replace("_", " ") if isinstance(value, Said) else ""
        if named in values and value in (argument for _, argument in decision.args):
            others = [form for other, form in values.items() if other != named]
            return compiled(values[named]), [compiled(form) for form in (*others, _ORIGINAL)]
    return None


def _with_another(text: str, quote: str, choices: Sequence[Choice] | None) -> bool:
    """Whether a message offers the deed with other means than those that were denied: it names them, and its offer does not name those."""
    lower = text.lower().replace("’", "'")
    return choices is not None and all(
        not own.search(quote.lower()) and any(other.search(lower) for other in others) for own, others in choices
    )


_RULE = re.compile(
    r"^\W*(?:(?:in general|(?:as )?a rule|generally|normally|by (?:our|the) (?:policy|rules)|and|but|so|well),? )*(?:(?P<who>(?:(?:an?|any|every|each|all|only|most) )?(?!the\b|your\b|my\b|it\b|i\b|we\b|you\b)[\w-]+ (?:(?!your\b|my\b)[\w-]+ ){0,7}?)(?:can|may) (?:\w+ ){0,2}?be \w+"
    r"|(?:i|we|you) (?:can|may) (?:only )?\w+ (?P<what>(?:an?|any) (?:[\w-]+ ){1,3}?(?:booked|made|bought|placed|paid|that|which|with|in|on)\b))"
)
"""What can be done with all of a kind: "trips in business can be canceled", "I can cancel a trip booked within the last 24 hours"."""
_THIS = re.compile(
    r"\b(?:your|yours|this|these|those|the one|exception|after all|for you|now|then|today|all the same|anyway|go ahead)\b|(?<!while )\b(?:it|that one|them)\b|#\w+|\b(?=\w*\d)[a-z\d]{6}\b"
)
"""Words of one case, and not of a rule."""


_OF_A_KIND = re.compile(
    r"^\W*(?:(?:and|but|so|well|yes|right|true),? )*(?:for|with|on|in|as for|as to|regarding) (?:(?:all|any|most|other|only) )?(?!the\b|my\b|our\b)"
    r"(?:(?:(?:[\w-]+ ){1,2}(?:\w+s|class|economy))|\w+s (?:that|which|in|with|booked|made|bought|placed|not|still) (?:[\w-]+ ?){1,6})(?:,|:| [–—] )"
)
"""A case that is named first, and for which alone the rest holds: "for pending orders, the payment can be changed"."""
_DEED = re.compile(
    r"\b(?:\w{2,}tions?|refunds?|returns?|exchanges?|changes?|swaps?|upgrades?|downgrades?|certificates?|removals?)\b"
)
"""What is itself granted where it "can be made"."""
_NARROWS = re.compile(
    r"\b(?:while|within|pending|delivered|processed|booked|made|bought|placed|insured|insurance|business|that|which|of|not|n't|can't)\b"
)
"""Words that say of which of a kind something holds."""


def _is_rule(said: str, named: re.Pattern) -> bool:
    """Whether a lower-case sentence states a rule for all of a kind, or for some of it, and grants nothing by that."""
    if _THIS.search(said):
        return False
    if _OF_A_KIND.match(said):
        return True
    match = _RULE.match(said)
    if match is None:
        return False
    about = match["who"] or match["what"]
    if match["who"] and _DEED.search(re.sub(r"\breservations?\b", "", about)):
        return False
    return not named.search(about) or _NARROWS.search(said) is not None


def _given(text: str, words: str) -> str:
    """The sentence in which a message takes up what was denied: it would do it, asks whether it shall, or says that it can be done."""
    lower = text.lower().replace("’", "'")
    named = compiled(words)
    sentences: dict[int, list[Clause]] = {}
    for part in clauses(text):
        sentences.setdefault(part.sentence, []).append(part)
    proposals = [act.start for act in heard(text).acts if act.kind == "proposal"]
    for parts in sentences.values():
        start, end = parts[0].start, parts[-1].end
        if _is_rule(lower[start:end], named):
            continue
        if (
            _WHAT.search(lower[start:end])
            or _BOUND.search(lower[start:end])
            or not (named.search(lower[start:end]) or "exception" in lower[start:end])
        ):
            continue
        for part in parts:
            said = lower[part.start : part.end]
            asks = text[end : end + 1] == "?" and not any(start <= place < end for place in proposals)
            does = (
                (intended(part) and not asks)
                or part.start in proposals
                or (_GRANTED.search(said) is not None and not part.asked)
            )
            if does and not (
                _WISHED.match(said)
                or _NOT.search(said)
                or _BESIDE.search(said)
                or _NO_EXCEPTION.search(lower[start:end])
            ):
                return text[start:end]
    return ""


_DOES_SO = re.compile(
    r"\b(?:i'll|i will|i can|let me|i'm going to|i am going to|we'll|we can)(?: (?:just|then|gladly|happily|still|now|try to|go ahead and|also))* (?:do|make|arrange|grant|allow|approve|get|put through|process|take care of|see to|sort)"
    r" (?:it|that|this|so|as you (?:ask|wish|say|like))\b|\b(?:consider it done|have it your way|you win|as you wish|i'll give in)\b"
)
"""How an agent gives in without a word for what it gives in to."""


def _gives_in(text: str) -> str:
    """The sentence in which a message gives in to what the user has just insisted on."""
    sentences: dict[int, list[Clause]] = {}
    for part in clauses(text):
        sentences.setdefault(part.sentence, []).append(part)
    for parts in sentences.values():
        said = text[parts[0].start : parts[-1].end]
        lower = said.lower().replace("’", "'")
        asks = text[parts[-1].end : parts[-1].end + 1] == "?"
        if _DOES_SO.search(lower) and not (asks or _BOUND.search(lower) or _NOT.search(lower) or _BESIDE.search(lower)):
            return said
    return ""


def _puts_right(case: Case, index: int) -> bool:
    """Whether a message speaks of a write that the user's goal calls for: it lists one, or its words name one as well."""
    lower = case.talk.turns[index].text.lower()
    verbs = case.domain.pack.called.verbs
    return any(_names(verbs.get(call.tool), lower) or _lists(case, call, index, lower) for call in case.task.gold)


def _names(verbs: str | None, lower: str) -> bool:
    return verbs is not None and compiled(verbs).search(lower) is not None


def _lists(case: Case, call: Call, index: int, lower: str) -> bool:
    pack = case.domain.pack
    if pack.listing is None:
        return False
    details = [detail for detail in pack.listing(call, seen_before(case, index)) if not detail.given("")]
    return len(listed(details, lower)) >= _HALF * len(details) > 0
