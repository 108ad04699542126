"""Tone, haste, length and asides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from statistics import median

from writ_dspy import patterns as re
from writ_dspy.simulate.manner.words import EVERYDAY, sentences, stem, stems, usual, words
from writ_dspy.simulate.wishes.parts import parts

TERSE, CHATTY = 7.0, 17.0
"""Words of the middle message beside its courtesies, first one aside: at most, and at least."""
POLITE = 0.5
"""Share of the messages with a courtesy, from which on a tone is polite."""
MANY, CURT, SHORT = 8, 3, 3
"""Messages without a courtesy that are no chance; one in so many is curt of who is blunt in fewer; words of a curt one."""
FEW = 2
"""Messages beside the first, without which a length says nothing of a user."""

_COURTESY = re.compile(
    r"(?i)(?<!\w)(?:please|pls|plz|plea?se|thank(?:s|ful|fully|ing| you)?|thanx|thx|cheers|(?:much |really |greatly )?appreciat\w*|"
    r"grateful\w*|gratitude|"
    r"kind(?:ly)?(?! of)(?!s)|so sweet of you|obliged|sorry|apolog\w+|pardon|excuse me|forgive me|"
    r"if (?:it's|it is) (?:no|not too much) (?:trouble|bother)|if you (?:don't|do not|wouldn't) mind|would you mind|"
    r"have a (?:nice|good|great|lovely|wonderful|pleasant)|you(?:'re| are| have been|'ve been) (?:very|so|most|really|a great) (?:kind|"
    r"helpful|help)|sir|madam|ma'am)(?!\w)"
)
_NO_COURTESY = re.compile(
    r"(?i)\b(?:no thanks to|no thank you needed|not sorry|(?:what|any|some|this|that|every|each|no|same|which|another|different|other|of a|two|one) kind|the kind(?= (?:of|that|where|which|i|we|you)\b|\W*$|[,.!?;:]))(?!\w)"
)
_SOFT = re.compile(
    r"(?i)\b(?:(?:could|would|can|may|might) (?:you|i|we)\b|i(?:'d| would) (?:like|love|prefer|be (?:glad|happy))|i was (?:wondering|"
    r"hoping)|"
    r"i wonder|let me know|hello|hi|good (?:morning|afternoon|evening|day)|great|perfect|wonderful|lovely)\b"
)
_YES = re.compile(r"(?i)\W*(?:yes|yeah|yep|sure|ok|okay|fine|alright)\b,")
_HASTE = re.compile(
    r"(?i)\b(?:(?:in|such|bit of|kind of|kinda) (?:in )?(?:a |an |quite a |such a |a bit of a |a real |a big )?(?:rush|hurry|haste|"
    r"hurries)|"
    r"rush(?:ed|ing)|hurry(?:ing)?(?: up)?|hurried|make (?:it|this) (?:quick|fast|snappy|short)|(?:be|go|keep it|keep this) (?:quick|"
    r"fast|brief|short|snappy)|"
    r"(?:quickly|quick|fast|swiftly|promptly|speedily)(?= ?[,.!?;]| please| now| if| so| because| as| before| today|$)|as (?:soon|fast|quick|"
    r"quickly) as|asap|urgent\w*|pressing|"
    r"(?:running|already|getting|gonna be|going to be|i'm) (?:very |so |really )?late|(?:short|low|tight|pressed) (?:on|for|of) time|"
    r"(?:got|have|has|there is|there's|with) (?:very |really |so |too )?(?:no|little|hardly any|barely any|only a few|only \w+|just \w+|"
    r"about \w+|\w+) (?:time|minutes?|mins?|seconds?)(?! to\b)|"
    r"time(?:'s| is) (?:short|tight|ticking|running out|of the essence)|clock(?:'s| is) ticking|(?:don't|do not|haven't|can't) (?:have|"
    r"got|spare|spend|wait) (?:\w+ ){0,2}(?:long|all day|much time|time|forever|the time|ages)|"
    r"(?:have|need|got|gotta|must|about) (?:to )?(?:run|go|leave|dash|head out|be off|catch|board)(?= (?:in|soon|now|for|to|back|a|my|"
    r"the|at|within|before)\b|[,.!?;]|$)|"
    r"(?:only|just) (?:have|got|have got) (?:a few|a couple of|\w+) (?:minutes?|mins?|seconds?)|gotta (?:run|go|dash|bounce|jet)|"
    r"right away|straight ?away|immediately|this (?:instant|minute|second)|on the double|hurry|"
    r"speed (?:it|this|things) up|no time (?:to (?:lose|waste|spare)|for)|(?:boarding|starts?|leaves?|departs?|begins?|closes?|ends?|"
    r"waiting|shift|meeting|train|bus|cab|taxi|class|break) "
    r"(?:\w+ ){0,3}in (?:\w+ )?\w+ (?:minutes?|mins?|seconds?)|(?:chop|quick) (?:chop|quick)|pronto|on my way out|"
    r"can't stay (?:\w+ )?long|(?:class|lecture|shift|meeting|train|bus|flight|break|show|lesson|game) (?:starts?|begins?|leaves?|departs?|ends?|is (?:starting|leaving|over|up)) (?:\w+ )?(?:soon|shortly|any (?:minute|moment|second)|in a (?:bit|minute|moment|sec|second))|"
    r"(?:minutes?|mins?|seconds?) (?:left|on the clock|to go|remaining|(?:until|till) (?:i|we|my|our|the))|"
    r"(?:is|are|'s|'re) (?:almost|nearly|just about|as good as) (?:over|up)|(?:is|are|'s|'m|'re) about to (?:start|begin|leave|close|board|depart)|"
    r"(?<!i )(?<!we )(?:waits?|(?:is|are) (?:all |already |still )?waiting) (?:for|on) (?:me|us)|(?:next|another) \w+ (?:waits|is waiting|is due|is coming up)|"
    r"(?:gotta|got to|better) (?:get|be|head|go|run|hurry) back|"
    r"let's (?:roll|(?:move|go)(?=[.!,;]|$)|get (?:going|moving|rolling|on with it))|"
    r"(?:gotta|got to|have to|need to|want to|wanna|let's) (?:get|wrap|have) (?:this|it|that|things) (?:done|over|over with|sorted|wrapped|up|out of the way|finished) (?:before|by|while|quick\w*|fast|now))(?!\w)"
)
_CALM = re.compile(
    r"(?i)\b(?:no|not|isn't|aren't|ain't|never|without|don't|do not|wasn't|nothing|hardly|any|less|won't)\b(?:['’ ]\w+){0,3}? "
    r"(?:rush(?:ed|ing)?|hurry|hurried|haste|urgent|urgency|pressing|asap|right away|immediately|late|fast|quick|quickly|at once|be off|"
    r"go|run|leave)\b|"
    r"\bthank\w*\b[^.!?]*\b(?:quick\w*|fast|prompt\w*|soon|so)\b|\b(?:quick|fast|prompt|speedy) (?:reply|answer|response|help|service|"
    r"work|question|check|look|one|note|thing)\b|"
    r"\b(?:that|this|it) (?:was|is|went) (?:\w+ )?(?:quick|fast|prompt)\b|\bno (?:rush|hurry)\b|\btake your time\b|\b(?:plenty of|"
    r"all the|enough) time\b|\bwhenever\b|"
    r"\btoo (?:quick(?:ly)?|fast|swiftly|hast(?:y|ily)|soon)\b|\bfast(?:est|er)\b|\bquick(?:est|er)\b|\bas fast as they come\b|\b(?:as soon as) (?:it|that|they|you|possible (?:date|flight))\b|"
    r"\bright now (?:it|i'm (?:at|on|in|sitting))\b|"
    r"\b(?:does|do|did|is|are|will) (?:it|they|(?:that|the|my|this) (?:\w+ )?\w+)\b[^.!?]*\b(?:right away|straight ?away|immediately|at once)\b(?=[^.!]*\?)|"
    r"\b(?:package|parcel|order|letter|refund|seat|ticket|room|it|that|which)(?:'s| is| are)?(?: all| already| still)? wait\w* (?:for|on) (?:me|us)\b"
)
_ASIDE = re.compile(
    r"(?i)\b(?:by the (?:way|by)|btw|on (?:a|another|an) (?:side |different |unrelated |lighter |personal |other )?note|off[- ]?topic|"
    r"unrelated\w*|speaking of|(?:fun|random|funny|strange|odd) (?:fact|thought|story|thing|enough)|"
    r"incidentally|as an aside|(?:random|funny|weird),? (?:but|though)|(?:not that (?:it matters|you asked)|while (?:i'm|we're) at it|"
    r"apropos|before i forget|side note|changing the subject|you know what)|"
    r"guess what|isn't it (?:funny|odd|strange)|(?:(?<![\w'’] )|(?<=\bbut )|(?<=\bso )|(?<=\band )|(?<=\boh ))(?:anyhow|anyway))(?!\w)"
)
_LIFE_WORDS = """weather rain raining rained rainy sunny sunshine snow snowing snowed storm thunder windy cold freezing heat heatwave
    summer winter spring autumn dog dogs puppy cat cats kitten parrot hamster goldfish pony pets neighbor neighbors neighbour mother mom
    mum father dad sister brother wife husband grandma grandpa grandmother granddaughter grandson grandchildren aunt uncle cousin nephew
    niece son daughter kids kid baby toddler twins family wedding married anniversary birthday party holiday holidays vacation christmas
    easter weekend garden tomatoes roses flowers tree trees bees lawn beach lake mountains coffee tea cake bread baking baked cooking
    cooked soup pizza sandwich lunch dinner breakfast supper recipe oven chocolate cookies apple wine beer pub football soccer
    basketball baseball hockey tennis cricket marathon match team gym yoga jogging running choir piano guitar violin ukulele concert
    band song music movie film novel book club show episode netflix radio painting pottery knitting crossword chess puzzle traffic
    commute bus train subway bicycle bike construction noise drilling drill hammering sirens siren boss job colleague coworkers office
    school teacher homework exam college class shift doctor dentist flu headache sleep slept asleep nap dream dreamt dreamed tired
    yawning sofa couch kitchen balcony porch attic basement roof window curtains laundry dishes vacuum squirrel squirrels birds bird
    pigeon fox stars moon sunset sunrise sky joke laugh funny tooth haircut hair"""
_LIFE = frozenset(map(stem, _LIFE_WORDS.split()))
"""What people chat of: the day, the family, pets, food, home, play and work. A broad list of topics, and no list of remarks."""
_TALK_WORDS = """i me my we our you your it its this that these those the a an is are was were be been am do does did have has had will
    would can could should may might must to of in on at for with from by as and or but so if then than not no yes just only also too
    very really please thank thanks order orders item items return exchange refund cancel change need want know think help card payment
    address flight flights ticket trip reservation booking bag bags passenger cabin"""
_TALK = frozenset(map(stem, _TALK_WORDS.split()))


def verbosity(texts: Sequence[str], details: Sequence[int] = ()) -> tuple[str, float] | None:
    """Words of the middle message, without the first, which has the case to tell, and of one that gives several details for each of them.

    Courtesies, haste and a remark that calls itself one belong to other dimensions.

    Args:
        texts: What the user said.
        details: How many details each of them gives; one each without it.
    """
    given = [*details, *[1] * (len(texts) - len(details))]
    later = [_length(text) / max(1, number) for text, number in zip(texts[1:], given[1:], strict=True)]
    if len(later) < FEW:
        return None
    number = float(median(later))
    return "terse" if number <= TERSE else "chatty" if number >= CHATTY else "medium", number


def _length(text: str) -> int:
    """Words of a message beside its courtesies, its haste and its asides."""
    kept = (part for part in _marked_apart(text) if _ASIDE.match(part) is None)
    clauses = (clause for part in kept for clause in _CLAUSE.split(part) if not haste(clause))
    return len(_SPOKEN.findall(_COURTESY.sub(" ", _FORMS.sub(" ", ", ".join(clauses)))))


_PARTS = re.compile(r"(?<!\d)[,;:]\s+|,? (?=(?:and|but|so) )")
"""What parts a sentence into what it says."""
_CLAUSE = re.compile(r"(?<!\d)[,;:.!?](?:\s+|$)|,? (?=(?:and|but|so|'cause|because) i\b)")
_FORMS = re.compile(
    r"(?i)\b(?:(?:i'm|i am) (?:very |so |really )?sorry\b|(?:many )?thank(?:s| you)\b(?: (?:so|very) much| a lot)?(?: for (?:your |the |all )*\w+)?|(?:and )?(?:good ?bye|bye(?:-bye)?|good night|take care)\b)"
)
"""Whole phrases of courtesy, and goodbyes."""
_SPOKEN = re.compile(r"\S*\w\S*")


def tone(texts: Sequence[str]) -> tuple[str, float] | None:
    """Share of the messages with a courtesy; blunt is who has none and asks for nothing, but says what is to be done.

    Who is neither gruff nor thanks may say so little that none of it shows: of a short talk without a courtesy nothing is said, unless it
    is curt.
    """
    if len(texts) < FEW:
        return None
    polite = [_COURTESY.search(_NO_COURTESY.sub(" ", text)) is not None for text in texts]
    number = sum(polite) / len(texts)
    if number >= POLITE:
        return "polite", number
    soft = sum(_SOFT.search(text) is not None for text in texts)
    if any(polite) or soft * 4 > len(texts):
        return "neutral", number
    curt = sum(_is_curt(text) for text in texts)
    return ("blunt", number) if len(texts) >= MANY or curt * CURT >= len(texts) else None


def _is_curt(text: str) -> bool:
    """Whether it is said in so few words that more would be usual, or begins with an order."""
    first, *_ = parts(text) or (None,)
    return first is None or len(text.split()) <= SHORT or (first.ordered and _YES.match(text) is None)


def haste(text: str) -> int:
    """Signs of haste in a message; "no hurry" is none, and neither is praise for a quick answer."""
    return len(_HASTE.findall(_CALM.sub(" ", text.replace("’", "'"))))


def patience(texts: Sequence[str]) -> tuple[str, float]:
    """Signs of haste over the whole talk."""
    number = sum(map(haste, texts))
    return "hurried" if number else "patient", float(number)


def asides(text: str, case: AbstractSet[str]) -> int:
    """Sentences of a message that are about something else than the case.

    Args:
        text: The message.
        case: Stems of the words of the case, and of what the other side said.
    """
    return sum(1 for _ in _asides(text, case))


def _asides(text: str, case: AbstractSet[str]) -> Iterator[bool]:
    """Of each of them whether it calls itself one; who only says what the haste is about, or says goodbye, strays from nothing."""
    for whole in _marked_apart(text):
        sentence = ", ".join(part for part in _PARTS.split(_FORMS.sub(" ", whole)) if not haste(part))
        content = stems(sentence) - _TALK
        if not content - case or any(char.isdigit() for char in sentence):
            continue
        marked = _ASIDE.search(sentence) is not None
        if marked:  # what it is about shows in its telling words; small ones stand in any sentence
            content = frozenset(stem(word) for word in words(sentence) if usual(word) < EVERYDAY) - _TALK or content
        strange = content - case
        about = len(content) - len(strange)
        if about * 2 <= len(content) if marked else about * 3 <= len(content) and not strange.isdisjoint(_LIFE):
            yield marked


def _marked_apart(text: str) -> Iterator[str]:
    """Its sentences; what one goes on to say behind a "by the way" is one of its own."""
    for sentence in sentences(text):
        mark = _ASIDE.search(sentence)
        goes_on = mark is not None and any(map(str.isalpha, sentence[mark.end() :]))
        yield from (sentence[: mark.start()], sentence[mark.start() :]) if mark and goes_on else (sentence,)


def digression(
    texts: Sequence[str], cases: Sequence[AbstractSet[str]], *, talkative: bool = False
) -> tuple[str, float] | None:
    """Sentences that are about something else than the case is by then: who answers a remark takes up its words afterwards.

    Args:
        texts: What the user said.
        cases: For each of them the stems of the words of the case by then.
        talkative: Whether the user was asked for background, from which only a remark that calls itself one can be told.
    """
    found = [marked for text, case in zip(texts, cases, strict=True) for marked in _asides(text, case)]
    if talkative and found and not any(found):
        return None
    return "small talk" if found else "none", float(len(found))
