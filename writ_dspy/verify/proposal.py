"""What makes a list of details no proposal of a write: it is denied, taken back, or about another deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import Detail, compiled
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.listpart import unreported
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ontop import on_top

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_DENIED = re.compile(
    r"\b(?:will|would|can|could|shall|am|going|do|does|is|are)(?: not|n't|not)\b[^.?!\n]{0,25}\b(?:do|make|happen|carry out|process|going to)\b[^.?!\n]{0,20}"
    r"(?:\b(?:any|none|all) of (?:this|that|the following|these|it|them)\b|\b(?:this|that|it|the following|following):|\bthe following\b)|"
    r"\bnone of (?:this|that|these|the following|it)\b[^.?!\n]{0,20}\b(?:going to|will|would)\b|"
    r"\bnothing (?:at all|of (?:this|that|it))\b(?=[^.?!\n,;]{0,30}\b(?:will|would|shall|is going|gets?|happens?|to be|changes?)\b)|\b(?:will|would|shall|'ll|do|to|going)\b[^.?!\n,;]{0,30}\bnothing (?:at all|of (?:this|that|it))\b"
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
_ELSEWHERE = "clos(?:e|ed|ing)|delet(?:e|ed|ing)|destroy(?:ed|ing)?|donat(?:e|ed|ing)|doubl(?:e|ed|ing)|eras(?:e|ed|ing)|freez(?:e|ing)|frozen|lock(?:ed|ing)?|sell(?:ing)?|sold|sign|signed|subscrib(?:e|ed|ing)|suspend(?:ed|ing)?|terminat(?:e|ed|ing)|tripl(?:e|ed|ing)|wip(?:e|ed|ing)"
"""What no write of any domain here does, whatever it is called by."""
_INTENT = re.compile(
    r"\b(?:i|we)(?: (?:would|will|shall|can|could|am going to|are going to|plan to)|'(?:d|ll|m going to|re going to))"
    rf"(?: (?:now|also|then|only|just|be able to|like to|go ahead and|gladly|happily|first))* (?P<verb>{_ELSEWHERE})\b"
    r"|\b(?:this|that|it|everything|all of (?:this|it)|they|these) (?:would|will)(?: (?:only|then|just|now))* be "
    rf"(?P<passive>{_ELSEWHERE})\b"
)
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
    verbs = case.domain.pack.called.verbs.get(step.call.tool, "")
    if verbs and not _deed(case, step, begin):
        return f"a word of what is done ({step.call.tool.replace('_', ' ')})"
    for index, text in messages:
        if index > base and _taken_back(text):
            return "a list of what will be done"
        if index > base and "proposal" not in heard(turns[index].text).kinds:
            continue
        wrong = _other_deed(text, verbs)
        if wrong:
            return f"nothing but {step.call.tool.replace('_', ' ')} proposed, not to {wrong}"
        extra = _extra(details, text) or on_top(case, step, text)
        if extra:
            return f"nothing but {step.call.tool.replace('_', ' ')} proposed, not also '{extra[:60]}'"
        if _condition(text):
            return "a proposal without a condition that the user did not set"
        if _moved_on(details, text) or _other_record(case, step, text):
            return "a list that the agent does not take back"
    return ""


_OF_THESE = re.compile(
    r"\b(?:none|any|all) of (?:this|these|the following)\b|\bthe following\b|\b(?:will|would) not\b.*\bthis\b"
)
_UNTIL = re.compile(r"\b(?:until|till|before|unless|without|if|except|but)\b|\bas long as\b")
_SAYS_NO = re.compile(r"^\W*(?:no|nope|not at all|nothing|don't worry|rest assured)\b")


def _taken_back(text: str) -> bool:
    """Whether a message behind a list begins by saying that none of it will be done; what a yes is waited for is no such thing, nor an answer."""
    start = next((part for part in _SENTENCE.split(text) if part), "")
    return not (_SAYS_NO.match(text) or _UNTIL.search(start)) and all(
        pattern.search(start) for pattern in (_DENIED, _OF_THESE)
    )


def _deed(case: Case, step: Step, begin: int) -> bool:
    """Whether it is clear which write a list is of: by a word of it, by its details, or by what the talk is about.

    The details decide where no other write takes nothing but such. Else the list, or what is said behind it, calls the deed, or both
    sides have called it before, and no other one that would fit is called there.
    """
    turns, called = case.talk.turns, case.domain.pack.called.verbs
    own = compiled(called[step.call.tool])
    listing = [turn.text.lower() for turn in turns[begin : step.turn] if turn.role == "agent"]
    if any(own.search(text) for text in listing):
        return True
    takes = _parameters(case.domain)
    mine = takes.get(step.call.tool, frozenset())
    record = case.domain.pack.called.record
    if record and not any(
        re.search(record, text) for text in listing
    ):  # a deed on a record that is not named is not meant
        called = {
            tool: verbs for tool, verbs in called.items() if takes.get(tool, mine) <= mine or tool == step.call.tool
        }
    if any(calls_another(text, called, step.call.tool) for text in listing if "?" in text):
        return False
    rivals = [
        compiled(verbs) for tool, verbs in called.items() if tool != step.call.tool and takes.get(tool, mine) <= mine
    ]
    if not rivals:
        return True
    if any(rival.search(unreported(text)) for rival in rivals for text in listing):
        return False
    return any(own.search(turn.text.lower()) for turn in turns[: step.turn] if turn.role != "tool")


ANY_CHANGE = re.compile(r"\b(?:chang|updat|modif|switch|adjust|correct|replac|edit|mak)\w*\b")
"""What any write that changes a record may be called."""


def calls_another(text: str, called: Mapping[str, str], tool: str) -> bool:
    """Whether the last question of a message names the deed of another write alone: "shall I cancel it?"."""
    question = [part for part in _SENTENCE.split(text) if part.rstrip().endswith("?")][-1:]
    if not question or ANY_CHANGE.search(question[0]):
        return False
    return any(compiled(verbs).search(question[0]) for other, verbs in called.items() if other != tool)


def _parameters(domain: Domain) -> Mapping[str, frozenset[str]]:
    """Tool -> the parameters that are listed: whose account it is need not be."""
    found: dict[str, frozenset[str]] = {}
    for tool in domain.tools:
        function = tool["function"]
        if isinstance(function, dict):
            parameters = function["parameters"]
            names = parameters["properties"] if isinstance(parameters, dict) else {}
            found[str(function["name"])] = (
                frozenset(map(str, names)) - {domain.pack.whose} if isinstance(names, dict) else frozenset()
            )
    return found


_WORDS = re.compile(
    r"\b(?:i|we|me|us)(?: (?:to|and|now|also|first|just|quickly|briefly|please))* (?:read|repeat|explain|go over|go through|list|copy|e-?mail|wait|summarize|remind)\b"
    r"|\bquestions?\b"
)
"""What an agent offers to say or send, or asks to be asked; a list that it only names ("is this list complete?") is none."""


_TAG = re.compile(
    r"(?:(?:is|are) (?:that|this|it|we|you|things|everything) (?:all )?|all |everything |still |(?:it's|that's) )?(?:still )?(?:ok|okay|alright|all right|right|agreed|fine|good|deal|correct|yes|go|a go)(?: (?:(?:with|for|by) you|(?:like|as) (?:that|this)|(?:that|this) way|so))*\W*"
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
    r"(?<![\w-])(?:free|complimentary|bonus|courtesy) (?!of\b|to\b|for\b|and\b|as\b|with\b|if\b|but\b|or\b|on\b|in\b|time\b|moment\b|minute\b|second\b|(?:[\w-]+ ){0,2}(?:seats?|places?|slots?|spots?)\b(?! (?:up|choice|select|reserv|assign)))[a-z]|"
    r"\b(?:includes?|comes? with|get|receive|add|throw in|part of)\b.{0,60}(?:\bat no (?:extra |additional )?(?:charge|cost)\b|\bfor free\b|\bon the house\b|\bfree of charge\b|\bas a (?:gift|courtesy|bonus)\b)"
)
_OWN_FREE = re.compile(
    r"\b(?:bags?|baggage|luggage|suitcases?|pieces?|allowance|carry-?ons?|returns?|returning|exchang\w+|cancel\w*|chang\w+|ship\w*|delivery|insurance)\b"
)
"""What rules make free, or not: other checks judge that."""
_LABEL = re.compile(rf"\W*(?:\w+ )?{_OWN_FREE.pattern}\W{{0,3}}:")
"""A line that is about such a thing by its label."""


def _extra(details: Sequence[Detail], text: str) -> str:
    """What a proposal puts on top: a change of the account that nobody can make, or a gift."""
    for line in text.split("\n"):
        own = _LABEL.match(line) is not None  # "Bags: three; as a silver member you have two free ones"
        for sentence in _SENTENCE.split(line):
            if _INTENDED.search(sentence) and _ON_ACCOUNT.search(sentence):
                return sentence.strip(" -•*")
            rule = _OWN_FREE.search(sentence) or (own and not _INTENDED.search(sentence))
            gift = None if rule else _GIFT.search(sentence)
            beside = (
                gift and sentence[: gift.start()] + sentence[gift.end() :]
            )  # "at no cost" alone may be a detail of bags
            if beside is not None and not any(detail.given(beside) for detail in details):
                return sentence.strip(" -•*")
    return ""


_INSTEAD_OF = re.compile(r"\binstead of\b([^.;]*)")


def _other_record(case: Case, step: Step, text: str) -> bool:
    """Whether a sentence names another record "instead", and none that is written to upon the same yes; a report of what is so does not."""
    record, args = case.domain.pack.called.record, " ".join(one.call.text for one in case.together(step)).lower()
    for sentence in _SENTENCE.split(text) if record and "instead" in text else ():
        if _REPORTS.search(sentence):
            continue
        named = [match[0].strip() for match in re.finditer(record, sentence)]
        if "instead" in sentence and named and "if you" not in sentence and not any(name in args for name in named):
            left = _INSTEAD_OF.search(sentence)
            if left and not any(name in left[1] for name in (*args.split('"'), "that", "this", "it") if name):
                continue  # what is left is another deed or thing of the record that the sentence is about
            return True
    return False


def _other_deed(text: str, verbs: str) -> str:
    """A deed that is none of any write's, and that an agent announces in a sentence without a word for this one.

    The deed of another write is none: one message may propose both, and which of them a list is of, `_deed` says.
    """
    for sentence in _SENTENCE.split(text):
        if (verbs and compiled(verbs).search(sentence)) or not (match := _INTENT.search(sentence)):
            continue
        return match["verb"] or f"be {match['passive']}"
    odd = _NOWHERE.search(text)
    return odd[0] if odd else ""


_REPORTS = re.compile(r"\b(?:is|are|was|were|has|have|'s|'re|'ve)(?: (?:now|been|already|just))+\b")
"""What has been done, and is no part of what is proposed: "she is now on it instead of him"."""


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
