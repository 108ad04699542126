"""What makes a list of details no proposal of a write: it is denied, taken back, or about another deed."""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, compiled
from writ_dspy.simulate.acts import heard
from writ_dspy.verify.case import Case, Step

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_DENIED = re.compile(
    r"\b(?:will|would|can|could|shall|am|going|do|does|is|are)(?: not|n't|not)\b[^.?!\n]{0,25}\b(?:do|make|happen|carry out|process|going to)\b[^.?!\n]{0,20}"
    r"(?:\b(?:any|none|all) of (?:this|that|the following|these|it|them)\b|\b(?:this|that|it|the following|following):|\bthe following\b)|"
    r"\bnone of (?:this|that|these|the following|it)\b[^.?!\n]{0,20}\b(?:going to|will|would)\b|\bnothing (?:at all|of (?:this|that|it))\b"
)
_CORRECTS = re.compile(
    r"(?:^|[.!?\n]\s*)correction\b|\b(?:correct myself|let me correct|misspoke|(?:forget|ignore|disregard|scratch) (?:all )?(?:of )?(?:the |that|this|what|my|above)|(?:everything|all) (?:of )?(?:that|this|it|(?:the )?above)\b[^.?!\n]{0,30}\binstead)\b"
)
_CONDITION = re.compile(
    r"\bonly (?:works? |valid |possible |goes? through |takes? effect |happens? )?(?:if|when|provided|on condition)\b|\b(?:effect|valid|works|happens|possible) only (?:after|if|when|once you)\b|\bonly after you\b|\bon (?:the )?condition that\b"
)
_YOURS = re.compile(
    r"\byou(?:r|'d|'ve)?\b[^.?!\n]{0,20}\b(?:asked|want\w*|said|say|told|wish\w*|like|confirm\w*|agree\w*|limit|condition|request\w*|mentioned|set)\b|\bonly if you (?:agree|confirm|say)\b"
)
_INTENT = re.compile(
    r"\bi (?:would|will|shall|can|could|am going to|plan to|'?d|'?ll)(?: (?:now|also|then|only|just|be able to|like to|go ahead and|gladly|happily|first))* (?P<verb>[a-z]+)\b"
    r"|\bi'(?:d|ll|m going to)(?: (?:now|also|then|only|just|like to|go ahead and))* (?P<short>[a-z]+)\b"
    r"|\b(?:this|that|it|everything|all of (?:this|it)) (?:would|will)(?: (?:only|then|just|now))* be (?P<passive>[a-z]+(?:ed|en)|put|sent|cut)\b"
)
_SAYS = """address add adjust advise alert amend assist guide explore gather recalculate revise walk answer apply arrange ask assign attach be book bring buy calculate call cancel carry change charge check choose clarify clear come
    compare complete conclude confirm consider continue convert correct cover create credit deduct deliver describe do downgrade edit email enter ensure
    exchange execute explain fill finalize find finish fix follow get give go handle have help honor include inform initiate issue keep know leave let
    like list look lower make match mention modify move need note notify offer open order pay pick place point prepare proceed process propose provide
    purchase put query raise read rebook recap receive recommend record redo refund register reimburse remind remove rename repeat replace request require
    reschedule reserve restate return review route say schedule see select send set settle share ship show sort split spread start state submit suggest sum
    summarize swap switch take tell tidy total transfer try turn understand undo update upgrade use verify wait walk want wish work write
"""
_ANY = frozenset(_SAYS.split())
"""Verbs by which an agent says what it would do in any of its writes, or in talking about them."""
_IS = """able added adjusted applied arranged available back booked cancelled canceled changed charged cheapest complete completed converted corrected covered
    credited deducted delivered done downgraded exchanged final finalized free gone handled immediate included issued left made modified moved needed
    paid placed possible processed purchased put rebooked refunded registered reimbursed removed replaced requested reserved returned saved scheduled sent set settled
    shipped split submitted swapped switched the to transferred updated upgraded used waived your a an in for on from issued happy glad sure
"""
_MADE = frozenset(_IS.split())
_NEVER = frozenset(
    [
        "close",
        "delete",
        "destroy",
        "donate",
        "double",
        "erase",
        "freeze",
        "lock",
        "sell",
        "sign",
        "subscribe",
        "suspend",
        "terminate",
        "triple",
        "wipe",
    ]
)
_POINTS = re.compile(
    r"\bthe following\b|\b(?:all of )?(?:this|that|these|it|them|everything)\b\W*$|\b(?:all|everything)\b[^.]*\byour account\b"
)
"""Words by which a sentence points to the list."""
_NOWHERE = re.compile(r"\bwaiting list\b|\bfor good\b|\bdelete\b|\bclose your account\b")


def spoiled(case: Case, step: Step, base: int, begin: int, details: Sequence[Detail]) -> str:
    """What takes a list back, or makes it the list of something else; nothing, if it proposes the write.

    Args:
        case: The case.
        step: The write.
        base: The turn of the list.
        begin: The turn at which it begins, where it comes in several messages.
        details: What is owed in it.
    """
    turns = case.talk.turns
    messages = [
        (i, turns[i].text.lower()) for i in range(base, step.turn) if turns[i].role == "agent" and turns[i].text
    ]
    first = messages[0][1]
    if _DENIED.search(first):
        return "a list of what will be done"
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    said = (turns[i].text.lower() for i in range(begin, step.turn) if turns[i].role == "agent")
    if verbs and not any(compiled(verbs).search(text) for text in said):
        return f"a word of what is done ({step.call.tool.replace('_', ' ')})"
    for index, text in messages:
        if index > base and "proposal" not in heard(turns[index].text).kinds:
            continue
        wrong = _other_deed(text, verbs or "")
        if wrong:
            return f"nothing but {step.call.tool.replace('_', ' ')} proposed, not to {wrong}"
        extra = _extra(details, text)
        if extra:
            return f"nothing but {step.call.tool.replace('_', ' ')} proposed, not also '{extra[:60]}'"
        if _condition(text):
            return "a proposal without a condition that the user did not set"
        if _moved_on(details, text) or _other_record(case, step, text):
            return "a list that the agent does not take back"
    return ""


_WORDS = re.compile(
    r"\b(?:read|repeat|explain|go over|go through|list|copy|e-?mail|wait|summarize|questions?|remind)\b"
)


_TAG = re.compile(
    r"(?:is (?:that|this|it) |are you |all )?(?:ok|okay|alright|all right|right|agreed|fine|good|deal|correct|yes)(?: (?:with|for|by) you)?\W*"
)


_YES_OR_NO = re.compile(
    r"(?:\(\s*y(?:es)?\s*(?:/|or)\s*no?\s*\)\s*\?|\b(?:yes or no|yes/no|(?:is|was) (?:that|this|it) a yes)\s*\?)[^?]{0,60}\Z"
)
"""How a question ends that wants a yes or a no."""
_CONSENT = re.compile(
    r"\b(?:go ahead|proceed|agree\w*|approv\w+|consent|permission|authoriz\w+|confirm\w*|accept\w*|a yes|deal|what do you say|in order|as (?:listed|described|above)|"
    r"(?:shall|should|may|can|could|do|am) (?:i|we)|(?:want|wants|like|wish|let|for|have|need) (?:me|us)|"
    r"ok|okay|alright|all right|right|correct|fine|good|works?|suits?|sounds?|happy|want(?:ed)? (?:this|that|it|to)|(?:this|that|it)(?: is|'s)? what you)\b"
)
"""What a question holds that wants a yes to an act, and not one to a fact: "Do you have another card (yes/no)?" is no proposal."""


def asks_for_yes(text: str) -> bool:
    """Whether a message asks for a yes to an act, were it by a mere "OK?"."""
    if "proposal" in heard(text).kinds or _wants_yes(text.lower()):
        return not offers_words(text)
    last = _SENTENCE.split(text.strip().lower())[-1]
    return last.endswith("?") and _TAG.fullmatch(last) is not None


def _wants_yes(lower: str) -> bool:
    ends = _YES_OR_NO.search(lower)
    if ends is None:
        return False
    question = _SENTENCE.split(lower[: ends.end()])[-1]
    return (
        len(re.findall(r"\w+", question)) <= 3 or _CONSENT.search(question) is not None
    )  # "(yes/no)?" alone asks about all that stands before it


def offers_words(text: str) -> bool:
    """Whether the last question of a message only offers to say or send something."""
    questions = [part for part in _SENTENCE.split(text.lower()) if part.rstrip().endswith("?")]
    return (
        bool(questions)
        and _WORDS.search(questions[-1]) is not None
        and not re.search(r"\b(?:go ahead|proceed|yes)\b", questions[-1])
    )


_HELD = (
    r"(?:default (?!(?:shipping |delivery |home )?address)\w+|e-?mail\b|(?:phone|mobile|frequent[ -]flyer|loyalty)(?: number)?\b|password|settings?\b|preferences?\b|"
    r"newsletter|mailing list|membership|username|user name)"
)
"""What an account holds and no write of any domain here changes."""
_ON_ACCOUNT = re.compile(
    r"\b(?:add|alter|change|correct|edit|enroll|enter|make|modify|put|register|remove|replace|reset|save|set|sign|store|switch|turn|update|upgrade)\b"
    rf"(?: (?!to\b|from\b|with\b|by\b|via\b|as\b|using\b|on\b|in\b)[\w'-]+){{0,3}}? (?:(?:for|to) (?:the|our|your) )?{_HELD}"
)
_INTENDED = re.compile(r"\b(?:i|we)(?:'d|'ll|'m| would| will| shall| can| could| am)\b|\b(?:would|will) be\b")
_GIFT = re.compile(
    r"(?<![\w-])(?:free|complimentary|bonus|courtesy) (?!of\b|to\b|for\b|and\b|as\b|with\b|if\b|but\b|or\b|on\b|in\b|time\b|moment\b|minute\b|second\b)[a-z]|"
    r"\b(?:includes?|comes? with|get|receive|add|throw in|part of)\b.{0,60}(?:\bat no (?:extra |additional )?(?:charge|cost)\b|\bfor free\b|\bon the house\b|\bfree of charge\b|\bas a (?:gift|courtesy|bonus)\b)"
)
_OWN_FREE = re.compile(
    r"\b(?:bags?|baggage|luggage|suitcases?|pieces?|allowance|carry-?ons?|returns?|returning|exchang\w+|cancel\w*|chang\w+|ship\w*|delivery|insurance)\b"
)
"""What rules make free, or not: other checks judge that."""


def _extra(details: Sequence[Detail], text: str) -> str:
    """What a proposal puts on top: a change of the account that nobody can make, or a gift."""
    for sentence in _SENTENCE.split(text):
        if _INTENDED.search(sentence) and _ON_ACCOUNT.search(sentence):
            return sentence.strip(" -•*")
        gift = _GIFT.search(sentence) if not _OWN_FREE.search(sentence) else None
        beside = (
            gift and sentence[: gift.start()] + sentence[gift.end() :]
        )  # "at no cost" alone may be a detail of bags
        if beside is not None and not any(detail.given(beside) for detail in details):
            return sentence.strip(" -•*")
    return ""


def _other_record(case: Case, step: Step, text: str) -> bool:
    """Whether a sentence names another record "instead", and not the one that is written to."""
    record, args = case.domain.pack.called.record, step.call.text.lower()
    for sentence in _SENTENCE.split(text) if record and "instead" in text else ():
        named = [match[0].strip() for match in re.finditer(record, sentence)]
        if "instead" in sentence and named and "if you" not in sentence and not any(name in args for name in named):
            return True
    return False


def _other_deed(text: str, verbs: str) -> str:
    """A deed that an agent announces in a sentence without a word for the write, and that is none of any write's."""
    for sentence in _SENTENCE.split(text):
        if verbs and re.search(verbs, sentence):
            continue
        for match in _INTENT.finditer(sentence):
            verb = match["verb"] or match["short"]
            if verb and verb not in _ANY and not verb.endswith("ly") and (verb in _NEVER or _POINTS.search(sentence)):
                return verb
            if match["passive"] and match["passive"] not in _MADE:
                return f"be {match['passive']}"
    odd = _NOWHERE.search(text)
    return odd[0] if odd else ""


def _condition(text: str) -> bool:
    return any(_CONDITION.search(sentence) and not _YOURS.search(sentence) for sentence in _SENTENCE.split(text))


def _moved_on(details: Sequence[Detail], text: str) -> bool:
    """Whether the agent corrects itself to something that is not what is then written."""
    marks = list(_CORRECTS.finditer(text))
    if not marks:
        return False
    after = text[marks[-1].start() :]
    sentences: Sequence[str] = [part for part in _SENTENCE.split(after) if part]
    rest = " ".join(sentences[:3])
    return not any(detail.given(rest) for detail in details) or bool(re.search(r"\b(?:other|instead|not)\b", rest))
