"""What a sentence denies: how far a no reaches, where a case is only supposed, and what is to happen in that case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from writ_dspy import patterns as re

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\s*[;\n]\s*|\s+[-–—]+\s+|\s*—\s*")
_CLAUSE = re.compile(
    r"(?::|,)\s+|,?\s+(?=(?:but|because|since|so(?<!if so)|otherwise|unless|whether|while|though|although|if|when|in case|or else)\b)|"
    r"\s+(?=(?:and|or|then)\s+(?:then\s+)?(?:i|i'd|i'll|i'm|we|we'd|we'll|it|it's|they|please|make|use|put|take|leave|keep|"
    r"cancel|do|don't|only|just|no|not|with|without|that's|also|forget|drop|skip|replace|change|switch|let|send|return|get|give|have|charge|pay|book|add|remove|move|refund|ship|buy)\b)"
)
_NO = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|cant|dont|wont|\w+n't|"
    r"skip\w*|avoid\w*|leav(?:e|ing) out|drop(?:ping)?(?= (?:the|any|my|that|travel)\b)|forget|forgo|decline|refuse|exclude|excluding|except|unlike|minus|"
    r"rather than|instead of|other than|away from|"
    r"(?:do|go|manage) without|no longer|not any|pass(?:ing)? on|opt(?:ing)? out of|lost|lacks?|far from|fails? to|steer clear of|stay clear of)\b"
)
_BUT = re.compile(
    r"\b(?:any|every|each|all)\b(?: \w+){0,3} (?:but|except|save|bar)\b|\b(?:any|every)\w+ (?:but|except|save|bar)\b"
)
"""Right before what alone is left out; "nothing but" and "none but" leave out all the rest."""
_NOTHING_BUT = re.compile(
    r"\b(?:nothing|none|nobody|no one|no other|nowhere)(?: \w+){0,2} (?:but|except|other than|than)\b"
)
_SAME_EXCEPT = re.compile(r"\b(?:same|identical)\b[^.;:!?]{0,40}?,? \bexcept(?= (?:with|in|that it)\b)")
"""What follows is wanted in place of what the other has: "the very same watch, except with a metal strap"."""
_OUT_OF_REACH = (
    r"\bi (?:don't|do not|can't|cannot|couldn't) (?:\w+ly )?(?:have (?:it|that|them|the|my|any)|get at|get to|access|find|reach|open|"
    r"see(?! (?:the |any |much |a |what )?(?:point|sense|use|need|reason|value|good)\b))\b"
)
"""The speaker cannot get at what follows, which is neither denied nor granted."""
_MIND = re.compile(
    r"\b(?:not|n't)(?: \w+ly| too| very| that| so)? (?:picky|fussy|particular|choosy|bothered|tied|set)\b|\b(?:don't|do not|wouldn't|would not|won't|doesn't|does not|not|no|never)(?: \w+ly)? (?:mind|care|matter|bother|worry|worries|problem|doubt|hesitate|forget|only|"
    r"idea|less|later|sooner|fail|to worry|offense|rush|hurry)\b|\b(?:don't|do not|didn't|did not|can't|cannot|couldn't|won't|never|not) (?:really |quite |even )?(?:know|remember|recall|understand|recognize|decide|tell (?:what|which|how|you)|say (?:what|which|how)|mean(?:t|ing)? to|sure)\b|"
    + _OUT_OF_REACH
    + r"|\b(?:lo(?:st|se|sing) (?:all )?(?:track|count|sight) of|forget(?= (?:which|what|who|where|whether)\b))"
    r"|\bno (?:idea|clue)\b|\b(?:not|isn't|aren't|wasn't) (?:\w+ )?(?:happy|pleased|satisfied|sure|certain)\b|(?:\bnot|n't) (?:\w+ )?(?:settled|decided|chosen)\b(?! against)|\bnot an? (?:\w+ )?(?:day|minute|dollar|cent) (?:more|less|before|after|later|earlier)\b|\bwhy (?:don't|not)\b|\bcan't (?:wait|be helped|complain|stand|go wrong|beat)\b|"
    r"\b(?:should(?:n't| not| never) have|should(?:'ve| have) never|never should(?:'ve| have)|wish(?:ed)? (?:i|we|i'd|we'd) (?:hadn't|had not|had never|never))\b|"
    r"\b(?:whatever|what|anything|the (?:rest|part)) (?:\w+ ){0,3}?(?:doesn't|does not|can't|cannot|won't|isn't|is not) (?:cover\w*|pay|reach|stretch|take care)\b|"
    r"\b(?:couldn't|can't) (?:i|we|you)\b|\bisn't it\b|\bno(?:thing|body| one|where)? (?:other|else|more|further|longer than)\b|\bwon't you\b"
)
"""Words of a no that deny nothing of what follows."""
_UNREACHED = re.compile(_OUT_OF_REACH)
_ENDS = re.compile(r"\b(?:but|only|just|until|till|than|instead|rather|yet|still)\b")
"""Words up to which a no reaches."""
_BEHIND = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:is|are|was|were|will|would|does|do|did|can|has|have|had)?\s?(?:n't|not|no) (?!(?:work|turn|pan)\w* out\b)(?:\w+\W+){0,2}?"
    r"(?:for me|for us|an option|needed|necessary|required|wanted|good|acceptable|okay|ok|possible|my thing|happening|interested|work(?:ed|ing)?(?! out)|suit|count|fit)\b|"
    r"\W*(?:\w+\W+){0,2}?(?:is|are|'s|'re) (?:something|things?|nothing)? ?(?:that |which )?(?:i|we) (?:can't|cannot|won't|don't|wouldn't|can not|will not|do not|would not)\b|"
    r"(?: \w+){0,4}? where (?:i|we) (?:can't|couldn't|could not|am not|are not)\b|"
    r"(?: \w+){0,6}? (?:is|are) (?:somewhere|someplace|something|the (?:one|ones|place|day|time)|an? (?:place|day|time|one|thing)) (?:that |which |where |when |at which |on which )?(?:i|we) (?:can't|cannot|couldn't|could not|am not|are not|'m not)\b|"
    r"\W*(?:\w+\W+){0,2}?(?:is|are|'s|'re) (?:out of the question|a no-go|off the table|ruled out)|"
    r"\W*(?:does|do|is|are|will|would|can)(?:n't| not)(?=\W*$| (?:either|though|at all)\b)|"
    r"\W*(?:\w+\W+){0,2}?(?:is|are|was|were)(?: of)? (?:no (?:use|good|interest|value)|useless|worthless|pointless|not (?:something|anything|a thing) (?:i|we) (?:can|want|do|like|need))\b|"
    r"\W*(?:\w+\W+){0,2}?(?:stays?|be left|gets? left) (?:off|out|away)\b|\W*(?:\w+\W+){0,2}?(?:is|are) out\b(?! of)|\W*(?:\w+\W+){0,2}?: no\b"
)
"""What denies the thing that stands right before it."""
_IN_FRONT = re.compile(r"^(?:(?:and|but|also|as for|well|the|an?|any|more|extra|travel|trip|checked|additional) )*$")
_UNWANTED = re.compile(
    r"(?: \w+){0,2}? (?:i|we)(?:'ll|'d| will| would)?(?: \w+ly| just| also| rather| gladly)? (?:don't|do not|won't|will not|wouldn't|(?:can |could )?(?:do without|live without|skip|pass on|forgo|decline|leave (?:out|off|away)))(?: \w+ly| be)?(?: (?:need|want|take|have|bring|buy|use|pay for|care for|require|needing|taking|bringing|buying))?"
    r"(?: (?:this time|either|at all|though|thanks|thank you|for this|here|today))*$"
)
"""What denies the thing with which its clause begins: "travel insurance I don't need"; of a thing within a clause it says which one it is."""
_NO_THANKS = re.compile(r"\W*(?:\w+\W+){0,2}?(?:no,? thanks|no thank you)")
"""What denies it, too, and says a no that was said before once more."""


_PASSIVE = re.compile(
    r"\b(?:(?:should|must|can|may|could|need|will|is|are)(?:n't| not| never)(?: to)? be \w+(?:ed|en|ut)|not to (?:use|be \w+))\b"
)
"""What denies all that stands before it: "my card shouldn't be charged"."""
_STAYS = re.compile(
    r"\b(?:keep\w*|kept|(?:hang|hold)(?:ing)? on ?to|leave(?! out)|leaving(?! out)|hands off|(?:stays?|remains?|staying)(?! (?:home|on|in|at|for|over|with|off|out|away)\b))\b(?! (?:home|on (?:may|june)|before|after|at|by|from|in the))"
)
_CHANGES = re.compile(
    r"\b(?:chang\w+|alter\w*|touch\w*|edit\w*|modif\w+|replac\w+|remov\w+|delet\w+|ignor\w+|rul(?:e|ed|ing) out|mess(?:ing)? with|swap\w*|exchang\w+|cancel\w*|(?:take|taking|give|giving|send|sending|go(?:es)?) (?:\w+ ){0,3}back(?! (?:to|onto|on|into)\b(?! you\b))|return\w*(?! (?:flight|leg|trip|date|ticket|way|by|on|from|to|at|in|home|via)\b))\b"
)


@dataclass(frozen=True)
class Clause:
    """A stretch of a sentence, in lower case, without marks around it."""

    text: str
    sentence: int
    """Which sentence of the text it belongs to."""
    conditional: str
    """The word that makes it a case that may come about (`if`, `unless`, …); empty where it is none."""
    joined: bool = False
    """No mark parts it from the clause before: "no booking if it is above"."""

    def denied(self, place: int, end: int) -> bool:
        """Whether what stands between these places is denied; a no of a no denies nothing."""
        if _PASSIVE.search(self.text, end):
            return True
        before = _quiet(self.text[:place])
        denied = False
        last = 0
        for match in _denials(before):
            if _ENDS.search(before, last, match.start()):
                denied = False
            denied = not denied
            last = match.end()
        if denied and _ENDS.search(before, last):
            denied = False
        if _NO_THANKS.match(self.text, end):
            return True
        if _IN_FRONT.match(self.text[:place]) and _UNWANTED.match(self.text, end):
            return not denied
        return denied != (_BEHIND.match(self.text, end) is not None)

    @cached_property
    def out_of_reach(self) -> int:
        """Where it begins to name what the speaker cannot get at; its length where nothing is so."""
        match = _UNREACHED.search(self.text)
        return len(self.text) if match is None else match.end()

    @cached_property
    def unkept(self) -> bool:
        """Whether its no is said of keeping: who won't keep a thing does not deny the thing."""
        match = _STAYS.search(self.text)
        return match is not None and self.denied(*match.span())

    @cached_property
    def spared(self) -> bool | None:
        """Whether what it is about stays as it is: True where it is kept, or not changed; False where it is; None where it does not say."""
        for pattern, stays in ((_STAYS, True), (_CHANGES, False)):
            match = pattern.search(self.text)
            if match is not None:
                return stays != self.denied(match.start(), match.end())
        return None


def negative(text: str) -> bool:
    """Whether a clause as a whole says that something is not so; a no of a no says that it is."""
    return sum(1 for _ in _denials(_quiet(text))) % 2 == 1


def _denials(text: str) -> Iterator[re.Match[str]]:
    taken = -1
    for match in sorted((*_NO.finditer(text), *_BUT.finditer(text)), key=lambda found: found.start()):
        if match.start() >= taken:
            yield match
            taken = match.end()


def _quiet(text: str) -> str:
    """The text with blanks for what sounds like a no and is none."""
    for pattern in (_NOTHING_BUT, _MIND):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _except(match: re.Match[str]) -> str:
    """Of "anything but", the "but" is no end of a clause."""
    return re.sub(r" (?:but|save|bar)$", " except", match[0])


_NO_BEHIND = re.compile(
    r"\s*(?:[—–:,]|\s-)\s*(?:(?:no|(?:nah|nope)(?!\b[^.!?]*\b(?:i|we)(?:'ll| will|'d| would)? (?:want|take|like|have|need) (?:it|that|one|some|them)\b))(?:,? (?:thanks?|thank you)(?: very much)?)?|"
    r"(?:none|not)(?: (?:of (?:it|that|them)|for (?:me|us)|at all|needed|wanted|required|necessary|please|thanks|thank you|this time|today))+|none)(?=\s*(?:[.!;,—–]|$))"
)
"""A no that stands behind what it denies, parted by a mark: "insurance — no, thank you", "insurance: none for me"."""
_NO_ANSWERED = re.compile(
    r"(?:(?<=[.!?] )|^)(?P<what>(?!(?:is|are|was|can|could|do|does|did|will|would|should|shall|may|have|has|what|how|when|where|why|who|which|if|not|no|none|nothing|over|above|under|below|too|in|out|anything|more|less|really|you|i|it|that)\b)[\w'-]+(?: [\w'-]+){0,3})\? "
    r"(?:no|nope|nah|no way|not (?:for me|interested|this time|necessary|needed)|(?:i|we) (?:don't|do not) (?:need|want)(?: (?:it|any|one|that))?|(?:don't|do not) bother|no need|hard pass|pass|(?:skip|forget) (?:it|that)|none(?: for (?:me|us)| at all| needed| wanted| please)*|(?:leave|keep) (?:it|that|them|those) (?:off|out))"
    r"(?:,? (?:i'm|i am|we're) (?:good|fine|okay|all right)|,? (?:no )?(?:thanks|thank you)|,? not for me)?(?=\s*(?:[.!;,—–]|$))"
)
"""What is asked in a few words, and turned down by the same speaker: "Insurance? Nah, I'm good."."""
_NO_TOLD = re.compile(
    r"(?:(?<=[.!?] )|^)(?P<what>(?!(?:is|are|was|can|could|do|does|did|will|would|should|shall|may|have|has|what|how|when|where|why|who|which|if|not|no|none|nothing|of|or|and|but|oh|well|i|we|you|it|that|this|there|sorry|please|say|said|a)\b)[\w'-]+(?: [\w'-]+){0,2}) "
    r"no(?:,? (?:thanks|thank you|please))?(?=\s*(?:[.!;—–]|,|$))"
)
"""A thing and a plain no behind it: "insurance no, thank you"."""
_POINTED_AT = re.compile(
    r"(?:(?<=[.!?] )|^)(?P<what>(?:the|my|those|these|that|this|only the|just the) [\w'-]+(?: [\w'-]+){0,3}), (?:t\w{2,3}'s|it's|that is|they're|those are|these are) "
    r"(?:(?:the|all|only|one|single|thing|things|item|items|ones|part|bit)\b ?)+(?:that |which )?(?P<no>(?:i|we) (?:\w+ )?(?:don't|do not|no longer|won't|will not) (?:\w+ly )?(?:want|need|like|take|keep))\b"
)
"""What is named first and pointed at by what is said of it: "the lamp, that's the only thing I don't want" names it and denies it."""
_LEFT_OUT = re.compile(
    r"\b(?P<verb>leav(?:e|ing)|keep(?:ing)?) (?P<what>(?!(?:it|that|this|them|those|these) )(?:[\w'-]+ ){1,4}?)(?:out|off|away)(?: of (?P<of>(?:the |my |your )?[\w'-]+)| (?:it|this|that|them)\b| (?:the|my|this|that) (?:booking|reservation|order|list|trip|ticket))?(?=,? please\b|,? thank|\s*(?:[.!;,—–]|$))"
)
"""What is left out or off, before the "out"; and of what."""
_PRONOUNS = ("it", "this", "that", "them")
_TOPIC_OUT = re.compile(
    r"(?:(?<=[.!?] )|^)(?:(?:and|but|also|please|yeah|ok|okay|well),? )*(?:as for |about )?(?P<what>(?!(?:i|we|you|it|if|so|then|that|please|no|not)\b)(?:the |my |any |that )?(?:[\w'-]+ ?){1,3}?)[:,–—] ?(?:so |just |please |you can |then )*(?:leave|keep) (?:it|that|them|those) (?:off|out|away)\b(?: of (?:it|this|that))?"
)
"""What is named first, and left out behind: "travel insurance, leave it off"."""
_CLEFT = re.compile(
    r"\b(?:it's|it is|that's|that is)(?: (?:only|just|really|actually))* (?P<what>(?!(?:the |one |a )?(?:only|one|thing|things|reason|way|day|all|what|why|because|something|nothing|not|so|too|as)\b)(?:(?!because\b)[\w'-]+ ){1,5}?)(?:that |which )?(?P<no>(?:i|we) (?:\w+ )?(?:don't|do not|no longer|won't|will not) (?:\w+ly )?(?:want|need|like|take|keep))\b"
)
"""What is singled out and denied behind: "it's the lamp that I don't want" says no to the lamp."""
_RESUMED = re.compile(
    r"(?:(?<=[.!?] )|^)(?:just |only )?(?P<what>(?:the|my|those|these|that|this) [\w'-]+(?: [\w'-]+){0,3}), (?P<no>(?:i|we) (?:\w+ )?(?:don't|do not|no longer|won't|will not) (?:\w+ly )?(?:want|need|like|take|keep)) (?:it|that|this|them|those|these|that one)\b"
)
"""What is named first and taken up again by a pronoun: "the boots, I don't want those"."""
_TOPIC = re.compile(
    r"(?:(?<=[.!?] )|^)(?:(?:and|but|also|well|as for|about),? )*(?P<what>(?!(?:i|we|you|it|he|she|they|if|so|then|that|this|please|yes|yeah|no|not|none|sorry|to|in|on|at|for|with|when|because|since|as|or|is|are|what|which|how)\b)[\w'-]+(?: [\w'-]+){0,2})[,:] "
    r"(?:(?:no|nah|nope|well|honestly|really|thanks|sorry),? )*(?:(?:i|we) (?:really |just |also )?(?:don't|do not|won't|will not|wouldn't) (?:want|need|like|take|have|buy)(?: to (?:have|take|buy|get))? (?:any(?: of (?:it|that|those|them))?|one|some)|none(?: of (?:it|that|those|them))?)\b"
)
"""What is named first, and of which none is wanted behind: "insurance, I don't want any"."""
_AUX = r"(?:is|are|was|were|am|have|has|had|do|does|did|will|would|can|could|should|must|may)"
_FEELING = (
    r"(?!(?:only|early|daily|weekly|monthly|family|fly|july|reply)\b)(?:\w{3,}ly(?: enough| speaking)?|alas|however|though|of course|in fact|after all|as it happens|as it were|as you know|you know|"
    r"i(?:'m| am) (?:afraid|sorry to say)|sorry to say|to be (?:honest|fair|frank)|truth be told|mind you|i (?:think|guess|suppose))"
)
_BETWEEN = re.compile(rf"\b(?P<aux>{_AUX}), {_FEELING}, |, {_FEELING}, (?={_AUX}\b)")
"""How the speaker feels about what is said, put in the midst of it: "they are, sadly, not needed"."""
_DISLIKE = re.compile(
    r"\b(?P<who>i|we)(?: (?:really |just |simply |kinda |honestly )?(?:hate|dislike|detest|dread|loathe|can't stand|cannot stand|can't bear|cannot bear)"
    r"|(?:'m| am|'re| are) (?!not\b)(?:\w+ )?(?:bad|terrible|awful|hopeless|lousy|rubbish|useless|no good) at|(?:'m| am|'re| are) no (?:friend|fan|lover) of)(?= (?:\w+ )?\w+ing\b)"
)
"""What one does not like to do, in words that hold no no."""
_NOT_BAD = re.compile(r"\bnot (?:so |too |that |half )?(?:bad|terrible) at\b")
_CANNOT = re.compile(r"\bcan ?not\b")
_OPEN_TO = re.compile(
    r"\b(?:care|mind|matters?|bother(?:s|ed)?|fussy|picky|sure|know|wonder\w*|difference)(?: to me| to us| much| at all)*$"
)
"""Behind what nothing hangs on: an "if" that follows begins no case, but what is left open."""
_CONDITION = re.compile(
    r"^(?:(?:and|but|so|or|then|please|well|only|just|even)\s+)*(?P<deed>(?:do|go|cancel|book|change|proceed|go ahead)(?: \w+){0,3} (?:only )?)?"
    r"(?P<word>even if|even when|if|in case|should (?=it|that|there|they|this|the\b|my\b)|unless|supposing|provided|when|once|(?:as|so) long as|assuming|over my|above my|not enough|(?:(?:anything|any fare|a fare|a price|costs?) )?(?:over|above|beyond|under|below|more than|less than)(?= \$\d| \d+ (?:dollars|bucks|usd)\b)(?!.*\b(?:is|are|works?|would|will|fine|okay|ok|good)\b))\b"
)


@lru_cache(maxsize=8192)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order."""
    found: list[Clause] = []
    lower = _BUT.sub(_except, " ".join(text.lower().replace("’", "'").split()))
    lower = _SAME_EXCEPT.sub(lambda match: f"{match[0].removesuffix('except')}only", lower)
    lower = _BETWEEN.sub(lambda match: f"{match['aux'] or ''} ", lower)
    lower = _DISLIKE.sub(lambda match: f"{match['who']} don't like", _NOT_BAD.sub("good at", lower))
    lower = _TOPIC.sub(lambda match: f"{match['what']} no thanks", lower)
    lower = _POINTED_AT.sub(lambda match: f"{match['what']}, {match['no']} {match['what']}", lower)
    lower = _CLEFT.sub(lambda match: f"{match['no']} {match['what'].strip()}", _CANNOT.sub("can't", lower))
    lower = _RESUMED.sub(lambda match: f"{match['no']} {match['what']}", lower)
    lower = _TOPIC_OUT.sub(lambda match: f"{match['what'].strip()} no thanks", lower)
    lower = _LEFT_OUT.sub(
        lambda match: (
            f"leave out {match['what'].strip()} {'' if match['of'] in (None, *_PRONOUNS) else match['of']}".strip()
        ),
        lower,
    )
    lower = _NO_TOLD.sub(lambda match: f"{match['what']} no thanks", lower)
    lower = _NO_ANSWERED.sub(lambda match: f"{match['what']} no thanks", lower)
    for number, sentence in enumerate(_SENTENCE.split(_NO_BEHIND.sub(" no thanks", lower))):
        begin, joined = 0, False
        for gap in (*_CLAUSE.finditer(sentence), None):
            bare = sentence[begin : gap.start() if gap else None].strip(" ,.!;")
            if bare:
                match = None if joined and _OPEN_TO.search(found[-1].text) else _CONDITION.match(bare)
                found.append(Clause(bare, number, match["word"] if match else "", joined))
            if gap:
                begin, joined = gap.end(), not gap[0].strip() and bool(bare)
    return tuple(found)


_NOTHING = re.compile(
    r"\b(?:leave (?:it|that|things|everything)|forget|skip|drop|pass|don't|do not|dont|never mind|nevermind|no thanks|keep (?:it|that|the|my)|do nothing|not (?:interested|do)|"
    r"we leave|call it off|stop(?= (?:it|there|here|the|this|that)\b|$)(?<!\w stop)|stays?|hands off|won't|no deal|no way|wouldn't|(?:i'm|we're|i am|we are) (?:not \w+ing|out)|no (?:\w+ing|purchase|sale|exchange|swap|cancellation|order|upgrade))\b"
)
"""What is said where nothing is to be done."""


def wanted(all_: tuple[Clause, ...], place: int, *, holds: bool) -> bool | None:
    """What has to hold for the wish, where a clause says that something holds: a case and what is to happen in it come to that."""
    clause = all_[place]
    if clause.conditional in ("even if", "even when"):
        return None
    if not clause.conditional:
        return holds
    own = _CONDITION.match(clause.text)
    if own and own["deed"]:
        nothing = _NOTHING.search(own["deed"]) is not None
    else:
        nothing = _NOTHING.search(_then(all_, place)) is not None
    return holds == nothing if clause.conditional == "unless" else holds != nothing


_POLITE = re.compile(r"(?:please|thanks|thank you|sorry|kindly|ok|okay|well)(?: \w+)?")
"""A clause that says nothing of the matter."""


def _then(all_: tuple[Clause, ...], place: int) -> str:
    """What is to happen in a case: the clause behind it, or before it where the case comes last."""
    here = all_[place].sentence
    later = [other.text for other in all_[place + 1 :] if other.sentence == here and not _POLITE.fullmatch(other.text)]
    earlier = [other.text for other in all_[:place] if other.sentence == here and not _POLITE.fullmatch(other.text)]
    if earlier and all_[place].joined and not all_[place].text.startswith(("so ", "and ", "but ")):
        return earlier[-1]
    if later and not later[0].startswith(("otherwise", "because", "since")):
        return later[0]
    if earlier:
        return earlier[-1]
    return all_[place + 1].text if place + 1 < len(all_) else ""
