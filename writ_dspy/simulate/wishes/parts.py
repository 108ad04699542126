"""A user's turn in parts, each with its mood: what is wanted is told from what is asked, supposed, remembered or described."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from writ_dspy import patterns as re

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+|\s+[-–—]+\s+|;\s*|—")
_CLAUSE = re.compile(
    r",\s+(?=(?:and|but|so|or|not|then|just|please(?!\W*$)|i|i'?[md]|i'll|we|it|that|the|my|no|don't|do not|leave|keep|make|use|take|only|"
    r"if|in case|unless|because|since|as)\b)|,?\s+(?=but\b)|,\s+(?!(?:please|pls|though|thanks?|thank you)\W*$)|\s+(?=(?:if|in case|unless|because|until)\b)|"
    r"\s+and\s+(?=(?:please|then|also|i|i'd|i'll|we|we'd|don't|do|keep|leave|make|use|put|take|cancel|"
    r"send|swap|return|it|only|just|want|need|would)\b)"
)
_WILL = re.compile(
    r"\b(?:want|wants|wanna|need|needs|wish|(?<!\b(?:is|on|at|in|of|be|it) )(?<!'s )(?<!'m )(?<!are )(?<!was )(?<!just )(?<!kinda )(?<!feels )(?<!looks )(?<!seems )(?<!sounds )(?<!more )(?<!thing )(?<!with )(?<!for )like(?=(?:d|s)? (?:to|it|that|the|a|an|my|our|some|you|me|us|"
    r"nonstop|direct|\w+ly|\w+))|love to|prefer|rather|"
    r"please|pls|plz|let's|let us|lets|should|must|has to|have to|gotta|got to|had better|gonna|go for|"
    r"go with|i'll|we'll|i will|we will|i'd|we'd|"
    r"only|would be (?:great|good|nice|best|perfect|better)|decided (?:on|for|to)|instead|make it|has got to|insist|(?:can|could|would|"
    r"will) (?:you|i|we)|may i|i'm (?:after|looking for)|looking for)\b"
)
_ORDER = re.compile(
    r"^(?:\d{1,2}[.)]\W*)?(?:(?:and|also|so|then|but|just|now|please|pls|oh|ok|okay|actually|well|no|yes|yeah|sure|instead|"
    r"plus|first|next|hey|hi|hello|right|fine|sorry|additionally|"
    r"while you're at it|and then|after that|in addition|on second thought|kindly|simply|rather|better|never|don't|do not|hm+|uh|um)\W+)*"
    r"(?:make|put|use|take|give|get|charge|pay|move|switch|change|cancel|book|add|send|ship|return|"
    r"exchange|swap|replace|trade|refund|pick|choose|select|find|set|"
    r"buy|order|remove|drop|keep|leave|call|scrap|reserve|update|modify|correct|upgrade|downgrade|include|"
    r"bill|go|let|do|deliver|redirect|forget|skip|"
    r"reschedule|rebook|apply|issue|close|delete|compensate|include|count|have|look|enter|transfer|run|"
    r"split|fly|seat|offer|grab|bring|increase|reduce|raise|lower)\b"
)
_NOT_WANTED = re.compile(
    r"\b(?:no longer|not|never|don't|dont|doesn't|didn't|won't|wouldn't|can't|cannot|isn't|wasn't|"
    r"shouldn't|mustn't|needn't|aren't|hasn't|haven't|n't|nor|neither|"
    r"without|no need|nobody|refuse)\b"
)
_MIND = re.compile(
    r"\b(?:don't|do not|wouldn't|would not|not|doesn't|won't) (?:really )?(?:mind|care|matter|bother|"
    r"worry|forget|hesitate)\b|\bno (?:problem|matter|worries)\b|\bnot only\b|\bwhy (?:don't|not)\b|"
    r"\bcan't wait\b|\blast but not least\b|\bif not\b|\bnot least\b"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|used to|paid|ordered|bought|got|received|came|arrived|chose|picked|booked|"
    r"went|moved|(?<!second )(?<!further )thought|forgot|lost|found|told|said|sent|"
    r"have been|has been|'ve been|have (?:already )?\w+ed|(?:i've|we've) (?!decided)\w+|last (?:time|month|week|"
    r"year)|back then|previously|originally|before that|already)\b"
)
_NARRATED = re.compile(
    r"\b(?:ate|became|began|blew|broke|brought|built|caught|drank|drew|drove|dug|dropped|fell|felt|flew|fought|gave|grew|heard|held|hid|hung|kept|knew|"
    r"laid|lent|lit|made|met|rang|rode|rose|sang|sank|sat|saw|shook|shot|slept|sold|spent|spoke|stole|stood|struck|stuck|swam|swore|taught|threw|took|"
    r"tore|understood|woke|won|wore|wrote)\b"
    r"|\b(?:i|we|he|she|they|you|it|who)(?: (?:\w+ly|never|always|once|just|also|only|even|still|all|both))? (?!need\b|feed\b|proceed\b|exceed\b|succeed\b|speed\b)\w{2,}ed\b"
)
"""Verbs in the past: those with a form of their own, and others behind who did it. "Left", "meant" and what is the same in the present tell nothing."""
_ELSEWHERE = re.compile(
    r"\b(?:he|she|they|(?:my|our|his|her) \w+|people|everybody|everyone|nobody|somebody|someone|friends?)(?: (?:always|never|often|still|only|just|also|usually|keeps?))? (?:says?|thinks?|tells?|believes?|claims?|swears?|saying|telling|hates?|loves?|likes?)\b"
    r"|\b(?:he|she|they|(?:my|our|his|her) \w+|every(?:body|one)) (?:would (?:like|love|prefer)|wants?|begs?|keeps? (?:asking|begging|telling)) (?:me|us) to\b|^\W*(?:and |but )?next (?:year|summer|winter),? (?:we|i)\b"
    r"|\b(?:some ?day|one day(?=\W*$)|at least once|once in (?:my|a) life(?:time)?|next time)\b"
)
"""What others say, and what is for another day."""
_STATE = re.compile(
    r"\b(?:currently|at the moment|right now|is now|as of now|for now|at present|"
    r"the (?:\w+ ){0,2}(?:one )?(?:i|we) have|i have (?:a|an|the|my|no|in|it)|i've got|we have (?:a|an|"
    r"the|my|no)|"
    r"mine is|i (?:understand|see|know|realize|noticed|thought|guess|believe)|it(?:'s| is) an?|my current|"
    r"the current|my old|the old|i own|i only have|(?:am|are|is|'m|'re|'s) (?:too|in(?! stock)|on|at|so|sick|tired|"
    r"getting|going|not sure|just)|(?:looks|feels|seems|runs|costs|fits))\b"
)
_TARGET = re.compile(
    r"\b(?:make|want|need|like|prefer|give|get|should|must|has to|have to|let|take|go for|go with|put|use|switch|change|move|upgrade)\b"
)
_SUPPOSED = re.compile(
    r"^(?:and |but |so |or |then |only )*(?:if|in case|should (?:it|that|there|they|the)|unless|supposing|"
    r"suppose|provided|when|whenever|once|assuming|even if|had i)\b"
)
_REMARK = re.compile(r"^(?:and |but |so |or |then )*(?:because|since|as (?:i|we|my|it)|that's why|hence)\b")
_ASKED = re.compile(
    r"^(?:(?:and|but|so|or|then|well|okay|oh|also|wait|hm+|just|sorry|hi|hello|hey|btw|"
    r"by the way)\W+)*(?:is|are|am|was|were|do|does|did|has|have|what|which|who|how|when|where|why|whose|"
    r"won't|will (?!you)|would (?!you|it be possible)|should|can (?:it|that|they|there)|could (?:it|that|"
    r"there)|isn't|aren't|doesn't|don't)\b"
)
_REQUESTED = re.compile(
    r"\b(?:can|could|would|will|may|might) (?:you|i|we)\b|\bplease\b|\bwould it be possible\b|"
    r"\bis it possible\b|\bhow (?:do|can) (?:i|we)\b|\bhow about\b|\bwhat about\b|\bcan't (?:you|i|we)\b"
)
_SORRY = re.compile(
    r"\b(?:sorry|scratch that|correction|i mean|i meant|meant to say|oops|my bad|mistake|mistyped|slip|"
    r"wait|no,|nah|rather|make that|that's wrong|wrong:|apologies|let me correct)\b"
)


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence that says one thing, in lower case."""

    text: str
    start: int
    end: int
    sentence: int
    asked: bool
    """It asks, and asks for nothing to be done."""
    supposed: bool
    """It is a case that may come about."""
    remark: bool
    """It gives a reason."""

    @cached_property
    def ordered(self) -> bool:
        """It begins with what is to be done."""
        return _ORDER.match(self.text) is not None

    @cached_property
    def wills(self) -> bool:
        """It says what shall be, in so many words."""
        return not (self.asked or self.supposed or self.remark) and (
            self.ordered or _WILL.search(self.text) is not None
        )

    @cached_property
    def denies(self) -> bool:
        """It says no to what it names."""
        return _NOT_WANTED.search(_MIND.sub(" ", self.text)) is not None

    @cached_property
    def tells(self) -> bool:
        """It tells how things are or were, and wants nothing."""
        if self.asked or self.supposed or self.remark:
            return True
        past = _PAST.search(self.text) is not None or _NARRATED.search(self.text) is not None
        past = past or _ELSEWHERE.search(self.text) is not None
        told = past or _STATE.search(self.text) is not None
        return told and not self.ordered and (not self.wills or past)

    def denied(self, place: int) -> bool:
        """Whether what stands at a place of the text is denied there."""
        before = _MIND.sub(" ", self.text[:place])
        last = None
        for last in DENYING.finditer(before):  # noqa: B007 - the last one counts
            pass
        if last is None or (_COORDINATES.search(before) and DENYING.match(self.text, place)):
            return False
        return not _AFFIRMS.search(before, last.end()) and len(before) - last.end() < 45

    def compared(self, place: int) -> bool:
        """Whether what stands at a place is what something is set against: "from economy", "rather than PayPal"."""
        return _COMPARED.search(self.text[:place]) is not None


DENYING = re.compile(
    r"\b(?:no longer|not|never|don't|dont|doesn't|didn't|won't|wouldn't|can't|cannot|isn't|wasn't|"
    r"shouldn't|mustn't|needn't|aren't|hasn't|haven't|nor|neither|without|no|avoid|forget(?: about)?|"
    r"nothing|none|nobody)\b"
)
_COORDINATES = re.compile(r"(?:\b(?:and|or|nor|plus|also)|,)\W*$")
"""Right before a second no, which the first one does not turn around: "no bags and no insurance"."""
_AFFIRMS = re.compile(r"\b(?:but|only|just|until|unless|instead|than|and (?:want|need|would|\w+ to))\b|,")
_COMPARED = re.compile(
    r"\b(?:from|instead of|rather than|than|not|over|unlike|except|besides|as|in place of|"
    r"(?<!go )(?<!going )(?<!went )(?<!opt )(?<!opting )(?<!settle )(?<!ask )(?<!asking )(?<!looking )(?<!look )(?<!vote )(?<!wish )(?<!hoping )(?<!change )(?<!upgrade )"
    r"for)\s+(?:(?:the|a|an|my|our|this|that|any|class|in|with|using|on|to|her|his)\s+){0,3}$"
)
"""What is gone for, or asked for, is wanted; other things stand behind "for" as what is paid or given."""


def corrects(text: str) -> bool:
    """Whether words take back what was said right before them."""
    return _SORRY.search(text) is not None


def begins_anew(text: str) -> bool:
    """Whether a message begins with taking back what the one before it said."""
    return _ANEW.match(text.lower()) is not None


_ANEW = re.compile(
    r"(?:(?:oh|ah|wait|no|hm+|uh|um|actually|well|hold on|and)\W+)*(?:sorry|scratch|correction|i (?:misspoke|meant|mistyped)|my bad|oops|apologies|let me correct|that was wrong)\b"
)
_SOON = 80
"""Letters within which a slip is taken back."""


def after(turn: Sequence[Part], part: Part, place: int) -> str:
    """What is said soon after a place of a part, if it takes back what stands there; else nothing."""
    later = f"{part.text[place:]} ; {' ; '.join(other.text for other in turn if other.start > part.start)}"
    return later if corrects(later[:_SOON]) else ""


def _lower(text: str) -> str:
    """In lower case, letter by letter, so that places stay."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lower.replace("’", "'")


def _spans(lower: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(lower):
        yield start, match.end()
        start = match.end()
    yield start, len(lower)


def sentences(text: str) -> list[str]:
    """Each sentence, in lower case and without the marks around it; parallel to `Part.sentence`."""
    lower = _lower(text)
    return [lower[start:end].strip(" .!?;,-–—\n") for start, end in _spans(lower)]


_TAG = re.compile(
    r"(?:yes|yeah|no|right|correct|true|huh|eh|is(?:n't)? (?:it|that right)|am i right|don't i|do(?:n't)? (?:we|i|they)|won't it)[\s?!\"')]*"
)
"""What makes a question of the statement before it."""


def bare(sentence: str) -> str:
    """A sentence without articles and the words that only give it its tone: "but please" and "honestly" make it no other one."""
    return " ".join(_TONE.sub(" ", sentence).split())


_TONE = re.compile(
    r"\b(?:an?|the|please|pls|plz|thanks|thank you|well|oh|ok|okay|but|and|so|just|honestly|really|sorry|you know|look|hey|hi|hello)\b|[^\w\s$#@']|(?<!\d)[.,]|[.,](?!\d)"
)


@lru_cache(maxsize=1024)
def parts(text: str) -> tuple[Part, ...]:
    """All parts of a turn, in order."""
    lower = _lower(text)
    return tuple(
        part for number, (start, end) in enumerate(_spans(lower)) for part in _parts(lower, start, end, number)
    )


def _parts(lower: str, start: int, end: int, number: int) -> list[Part]:
    sentence = lower[start:end]
    question = sentence.rstrip(" \n\"')").endswith("?") and not _REQUESTED.search(sentence.rpartition(":")[2])
    found: list[Part] = []
    begin, supposed = 0, False
    places = [match.span() for match in _CLAUSE.finditer(sentence)]
    tagged = places[-1][0] if question and places and _TAG.fullmatch(sentence, places[-1][1]) else -1
    for stop, following in [*places, (len(sentence), len(sentence))]:
        text = sentence[begin:stop].strip()
        if text:
            last = following == len(sentence)
            supposed = _SUPPOSED.match(text) is not None
            asked = question and (last or _ASKED.match(text) is not None or _ASKED.match(sentence.strip()) is not None)
            asked = asked or (stop == tagged and _ORDER.match(text) is None)
            offset = start + begin + len(sentence[begin:stop]) - len(sentence[begin:stop].lstrip())
            found.append(
                Part(text, offset, offset + len(text), number, asked, supposed, _REMARK.match(text) is not None)
            )
        begin = following
    return found
