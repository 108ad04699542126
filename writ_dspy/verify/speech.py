"""What no service agent and no customer says, whatever the domain: abuse, the stage behind the scene, the other's part.

Each function looks at one message and says what it saw, or nothing. A pattern is tried where one of its words occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.everyday import is_everyday
from writ_dspy.verify.noise import Written, bag, written

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+")


class Kind(NamedTuple):
    """A way of saying something."""

    cues: frozenset[str]
    """Words of which one occurs wherever the pattern matches."""
    pattern: re.Pattern
    """Over the text in lower case with straight apostrophes."""


def kind_of(cues: str, *patterns: str) -> Kind:
    """A kind with its cues, one word each, and its patterns."""
    return Kind(bag(cues), re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"))


def first(said: Written, kinds: Sequence[Kind]) -> str:
    """What of the message is of one of these kinds, if anything."""
    lower = ""
    for kind in kinds:
        if not kind.cues.isdisjoint(said.bag):
            lower = lower or said.text.lower().replace("’", "'")
            if match := kind.pattern.search(lower):
                return match[0]
    return ""


# ------------------------------------------------------------------ language

ENGLISH = bag("""the a an and or but of to in on at by for with from as is are was were be been am will would can could may might shall should must do does did
    has have had not no yes this that these those it its i you your we our us he she they their them my me if so than then there here what which who
    when where how why all any some more other one two please thank thanks hello hi sorry sure let's i'm i've i'll i'd you're you'd it's that's don't
    can't okay ok just also about into out up now after before only per""")  # fmt: skip
"""The commonest little words of English, which tell nothing."""
_FOREIGN = bag("""der die das und nicht ist ich sie ihr ihre ihren ihnen für mit auf ein eine einen einem einer wir haben wird werden möchten noch auch bei oder zu zum zur von vom sind kann
    el la los las una uno del que por para con su sus usted está este esta puedo quiere muchas gracias pero como más lo le al es de y se en un
    les des du et est vous nous votre vos pour avec dans sur ne pas je ce cette qui au aux une merci puis sont sera
    il gli della dello dei delle che per non sono suo sua questo questa grazie si è anche
    os da do dos das não em uma seu você obrigado mais são
    het een van niet voor u uw met zijn heeft wordt dank wij
    nie jest na się że dla och att det som är inte jag din ett
    ve bir bu için ile değil teşekkür anda saya untuk yang dengan ini itu terima kasih tidak akan ng mga ang sa""") - ENGLISH  # fmt: skip
"""The commonest little words of other languages that are written with Latin letters."""


_STRANGE = 3
"""Words of a sentence in small letters, at least, of which one in four has to be known."""
_SMALL = re.compile(r"(?<![\w@.#/-])[^\W\d_A-Z][^\W\d_A-Z']+(?![\w@/-])")
_DATA = re.compile(r"^\s*(?:[-•*|]|\d+[.)])|[\"_|{}=]")
"""A line of a list, or data."""


def foreign(said: Written, known: frozenset[str]) -> str:
    """A sentence in another language than English, told by its little words, or as none of its words is known.

    Args:
        said: The message.
        known: Words and names of the domain, and those with which people agree and ask.
    """
    if len(_FOREIGN & said.bag) < 2 and said.text.isascii() and len(said.bag - known) < _STRANGE:
        return ""
    for clause in _CLAUSE.split(said.text):
        words = [word for word in written(clause).words if word.upper() not in clause]  # no codes, no shouting
        strange = sum(word in _FOREIGN for word in words)
        accented = sum(not word.isascii() for word in words)
        own = sum(word in ENGLISH for word in words)
        if not own and not _DATA.search(clause) and len(words) > _STRANGE:
            small = _SMALL.findall(clause.replace("’", "'"))
            if len(small) >= _STRANGE and sum(word in known for word in small) * 4 < len(small):
                return clause[:60]
        if not _DATA.search(clause) and _unheard_of(clause, words, known):
            return clause[:60]
        if strange > max(1, own) and len(words) > 3 and (strange + own) * 5 >= len(words):
            return clause[:60]
        if accented > max(1, 2 * own) and len(words) > 3:
            return clause[:60]
    return ""


def _unheard_of(clause: str, words: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a short clause has hardly a word that English or the domain has, and is no row of names: "Einen Augenblick bitte."."""
    new = [word for word in words if word not in known and word not in ENGLISH and not is_everyday(word)]
    small = [word for word in new if f" {word}" in clause or f"'{word}" in clause]
    return len(new) >= _STRANGE and len(words) - len(new) <= 1 and bool(small) and not any(map(str.isdigit, clause))


# ------------------------------------------------------------------ abuse

_ABUSE = (
    kind_of(
        "idiot idiots idiotic moron morons imbecile imbeciles stupid dumb dumbass retard retarded asshole assholes bastard bastards bitch bitches fuck fucking fucked shit shitty "
        "bullshit dickhead scumbag scumbags dimwit halfwit damn",
        r"idiots?|idiotic|morons?|imbeciles?|stupid|dumb(?:ass)?|retard(?:ed)?|assholes?|bastards?|bitch(?:es)?|fuck\w*|shit(?:ty)?|bullshit|dickhead|scumbags?|dimwit|halfwit|damn (?:you|fool|it)",
    ),
    kind_of("shut screw lost piss hell dead", r"shut (?:up|your \w+)|screw you|get lost|piss off|go to hell|drop dead"),
    kind_of("find else regret sue live sorry block ban blacklist hunt punish pay", r"i(?:'ll| will) find you(?=[.!]|$)", r"or else\b(?=[.!]|$)", r"you(?:'ll| will) (?:regret|be sorry|pay for)", r"i know where you live", r"i(?:'ll| will) (?:block|ban|blacklist|hunt|punish|sue) you"),
    kind_of(
        "pathetic worthless useless hopeless ridiculous liar loser clown fool nuisance waste annoying insane crazy disgusting",
        r"you(?:'re| are) (?:just )?(?:an? )?(?:\w+ )?(?:pathetic|worthless|useless|hopeless|ridiculous|liar|loser|clown|fool|nuisance|waste|annoying|insane|crazy|disgusting)",
    ),
    kind_of(
        "waste wasted wasting people sick hate care cares business alone whining bothering complaining deaf blind wrong",
        r"wast(?:e|ed|ing) my time", r"hate you", r"i don't care (?:about you|what you)", r"nobody cares", r"none of your business", r"leave me alone",
        r"people like you", r"makes? me sick", r"stop (?:whining|bothering|complaining)", r"are you (?:deaf|blind)", r"what(?:'s| is) wrong with you",
    ),
)  # fmt: skip


def abuse(said: Written) -> str:
    """An insult."""
    return first(said, _ABUSE)


# ------------------------------------------------------------------ behind the scene

_MACHINE = (
    kind_of("model models llm llms", r"(?:large |big )?language models?|llms?|ai models?"),
    kind_of(
        "ai artificial chatbot chat bot machine virtual neural",
        r"(?:as|being|like|i am|i'm) (?:only |just |merely |but )?an? (?:\w+ ){0,3}(?:ai|artificial intelligence|chat ?bot|bot|machine|virtual entity|neural network)",
    ),
    kind_of(
        "training knowledge weights context fine-tuning fine openai chatgpt anthropic gpt trained",
        r"(?:my|the) (?:training data|training cut-?off|model weights|context window|fine-?tuning)|knowledge cut-?off|trained (?:by|on) (?:a|the|my) (?:company|lab|large|data|dataset|makers?|developers?|conversations?)|openai|chatgpt|anthropic|gpt-?\d\w*|i was trained|trained by",
    ),
)  # fmt: skip
_HUMAN_ASKED = frozenset({"ai", "bot", "robot", "chatbot", "machine", "automated", "human"})
_MODEL = frozenset({"model", "models", "llm", "llms", "openai", "chatgpt", "training"})


def machine(said: Written, heard: frozenset[str]) -> str:
    """The agent speaks of itself as a language model; that it is no human it may say to one who asked.

    Args:
        said: The message.
        heard: Words that the user has said.
    """
    saw = first(said, _MACHINE)
    return saw if saw and (_HUMAN_ASKED.isdisjoint(heard) or not _MODEL.isdisjoint(said.bag)) else ""


_WHOSE = "(?:my|the|these|hidden|secret|internal|system|given|original)"
_STAGE = (
    kind_of(
        "scenario script persona sheet brief briefing character description profile",
        r"(?:according to|as per|per|following|as (?:stated|written|described|given|said) in|in) (?:my|the) (?:scenario|script|persona|task description|role description|brief(?:ing)?)",
        r"(?:my|the|this) (?:scenario|script|persona|brief(?:ing)?|role) (?:says?|tells?|states?|wants?|asks?|requires?|has me|would|should|doesn't|does not|forbids?|allows?|is that)",
        r"(?:my|the|this) (?:user |customer |agent )?persona", r"(?:task|role|character|user|persona) (?:description|sheet|card|profile (?:says|tells))s?(?= (?:says?|tells?|that|i|above|below)\b|[,.;:!)]|$)", r"(?:stay(?:ing)?|remain(?:ing)?|be(?:ing)?|break(?:ing)?) (?:in|out of) character",
    ),
    kind_of(
        "playing play acting act portraying impersonating pretending pretend test simulated",
        r"(?:i(?:'m| am| was)|as i(?:'m| am)) (?:just |only )?(?:playing|acting as|portraying|impersonating|pretending to be|supposed to (?:be|play)) (?:a|an|the|your) (?:\w+ )?(?:customer|user|client|caller|agent|shopper|passenger|travell?er|role|part|character)",
        r"(?:in|for|during|of) (?:this|the) (?:test|experiment|exercise|simulation|role-?play)(?=[.,;!)]|$)", r"this is (?:just |only |all )?(?:a|an) (?:test|simulation|exercise|experiment|role-?play)(?=[.,;!)]|$)",
        r"simulated (?:user|customer|client|caller|agent|conversation|chat|call)s?",
    ),
    kind_of(
        "prompt prompts prompted developer message system instruction instructions instructed programmed configured injection shot few-shot",
        r"(?:system|developer|user|initial|hidden) (?:prompt|message|instruction)s?(?= (?:says?|tells?|asks?|states?|wants?|requires?|is|was|to|that|i|above|below)\b|[,.;:!)]|$)", r"system (?:prompt|message)s?", r"(?:my|this|hidden|initial|original) prompts?", r"the prompt(?! (?:and|reply|response|payment|answer|service|attention|action|delivery|handling|help|refund|way|feedback|processing)\b)", r"prompt injection", r"few-?shot",
        rf"{_WHOSE} instructions? (?:say|says|tell|tells|state|states|require|requires|are to|is to|were to|i (?:was|have been|received|got))",
        r"(?:according to|as per|per|following) my instructions?", r"i (?:was|am|have been|'ve been) (?:instructed|prompted|programmed|configured) (?:to|by)",
    ),
    kind_of("told asked supposed meant goal task role sheet card instructions", r"i (?:was|am|have been|'ve been|'m) (?:told|asked|supposed|meant) to (?:act|play|pretend|simulate|behave as|end the conversation)",
          r"end the conversation when", r"i (?:was|have been|'ve been|'m) told to (?:give|say|tell|mention|reveal|answer|reply|ask|name|keep|only) [^.!?]*\b(?:per|each|message|turn|detail|at a time|only when|until)\b", r"according to my (?:sheet|card|instructions)", r"(?:my|the) (?:goal|task|role) (?:is|was) (?:reached|met|completed?|to (?:play|act|simulate|pretend))"),
    kind_of(
        "supervisor supervisor's supervisors notes note hints hint script plan sheet key gold golden truth hidden secret",
        r"supervisor(?:'s|s)?'? (?:notes?|plan|hints?)", r"(?:according to|as per|per|from|in|as|listed in) (?:my|the) (?:hidden |secret |internal )?(?:notes?|hints?|script|cheat ?sheet|answer key|plan)(?= (?:says?|tells?|lists?|states?|the|i|it|that (?:records|reads))\b|[,.;:]|$)",
        r"the (?:plan|notes?|hints?|script) (?:says?|tells? me|lists?|states?|requires?)", r"(?:hidden|secret) (?:plan|goal|notes?|task|objective|hint|instruction)s?", r"ground[- ]truth",
        r"gold(?:en)? (?:answer|action|label|write|solution|trajectory|standard answer)s?", r"answer key", r"cheat ?sheet",
    ),
    kind_of("ignore disregard forget", r"(?:ignore|disregard|forget) (?:all |any |the |your |my )*(?:previous|prior|above|earlier|system) (?:instructions?|messages?|rules?|prompts?)"),
    kind_of("override mode instructions jailbreak", r"(?:system|admin|developer|debug|root) (?:override|mode|command)", r"new instructions?\s?:", r"jailbreak"),
    kind_of("grader graders evaluator evaluators annotator annotators", r"(?<!first )(?<!second )(?<!third )(?<!fourth )(?<!fifth )(?<!sixth )(?<!seventh )(?<!eighth )(?<!\d(?:st|nd|rd|th) )(?:graders?|evaluators?|annotators?)"),
    kind_of(
        "records record evidence expected",
        r"(?:records?|reads?) that (?:settles?|decides?|identif(?:y|ies)) (?:this|it|the|that|each)", r"evidence (?:set|for decision)", r"expected (?:output|tool call|action)s?",
    ),
    kind_of(
        "simulated simulation simulating simulate simulator role-play role roleplay roleplaying scenario test evaluation benchmark episode dataset reward harness score grade",
        r"simulat(?:ed|ion of (?:a|the)|ing a|e a) (?:user|customer|agent|conversation)s?", r"(?:this|the|a) simulation", r"role-?play(?:ing)?", r"user (?:simulator|scenario)",
        r"(?:test|evaluation|benchmark|training) (?:case|scenario|episode|run|data|example|set)s?", r"test harness", r"reward (?:function|model|signal)", r"my (?:reward|score|grade) (?:function|signal|depends|is|goes|will|would|if|counts)",
    ),
    kind_of(
        "tool tools function api backend json",
        r"(?:tool|function|api)[- ](?:call|result|response|output)(?:s|ing|ed)?", r"(?:call(?:ing)?|us(?:e|ing)|invok(?:e|ing)) (?:the|a|my|this) [\w ]{0,20}?(?:tool|function|api)", r"json",
    ),
)  # fmt: skip


def stage(said: Written) -> str:
    """A speaker speaks of prompts, plans, tools and tests."""
    return first(said, _STAGE)


_FINITE = r"(?:seems?|wants?|wanted|needs|needed|says?|said|asks?|asked|is|was|has|had|appears?|likes?|confirms|confirmed|agrees|agreed|sounds?|looks?|would like|just|already|now|gave|provided|mentioned|prefers|refuses|insists)"
_THINKS = (
    kind_of("he she they", rf"(?:he|she|they) {_FINITE}[^.!?\n]{{0,80}}?,? so i(?:'ll| should| will| must| need to| can)"),
    kind_of(
        "user customer client caller",
        rf"(?:^|(?<=[.!?;:\n] )|(?<=\n)|(?:okay|ok|so|hmm|well|now|alright|right|think|see|seems|looks like),? (?:so |that )?)(?:the|this|our) (?:user|customer|client|caller) {_FINITE}",
        r"(?:ask|tell|inform|thank|greet|help|remind|answer) the (?:user|customer|client|caller)",
    ),
    kind_of(
        "think thinking reason",
        r"(?:let me |i (?:should|need to|must|have to) |let's )?(?:think|reason)(?:ing)? (?:\w+ )?step[- ]by[- ]step", r"let me think (?:about |of )?(?:what|how|which way) (?:to|i should|i can) (?:say|answer|respond|reply|do|put|proceed)",
    ),
    kind_of(
        "should must need have next",
        r"i (?:should|must|need to|have to) (?:now |first |next |then |probably |also |just )*(?:say (?:goodbye|good-bye|bye|thanks)|close|end|conclude|wrap up|finish|respond|reply|answer|greet|list|summari[sz]e|stop|ask for (?:a |the )?confirmation|make (?:a|the|one) call)"
        r"(?: (?:now|here|first|next|this|politely|the (?:conversation|chat|call|talk|details|user|customer|request)|this (?:conversation|chat|call)|to (?:this|that|the user|the customer|them|him|her)))?(?= ?[.!?;,]| ?$)",
        r"i (?:should|must|need to|have to) (?:now |first |next |then |probably |also )*(?:ask|tell|inform|thank|remind|help|refund|transfer) (?:them|him|her)",
        r"my next (?:step|move|action|message|turn) (?:is|should|will|would)", r"what (?:should|do) i (?:say|do|answer|reply) (?:now|next)",
    ),
)  # fmt: skip


def thinks(said: Written) -> str:
    """What an agent thinks, and says to nobody: of the customer as of a third person, of its own next move."""
    return first(said, _THINKS)


_RUN = 6
"""Words in a row that no one says by chance as the instructions do."""
_TO_THE_AGENT = re.compile(
    r"\b(?:agents?|users?(?! id)|customers?|tools?|api)\b|\byou (?:should|must|have to|can only)\b"
)
_ADDRESSED = frozenset({"agent", "agents", "user", "users", "customer", "customers", "tool", "tools", "api", "you"})


@lru_cache(maxsize=64)
def _instructions(domain: Domain) -> frozenset[tuple[str, ...]]:
    """Runs of words of the system prompt that speak of or to the agent; what policy has it say to the user is none."""
    hand_over = domain.pack.transfer.text if domain.pack.transfer else ""
    text = domain.system_prompt.replace(hand_over, " . ") if hand_over else domain.system_prompt
    runs: set[tuple[str, ...]] = set()
    for line in re.split(r"[.!?:\n]+", text):
        words = written(line).words
        for at in range(len(words) - _RUN + 1):
            run = words[at : at + _RUN]
            if _TO_THE_AGENT.search(" ".join(run)):
                runs.add(run)
    return frozenset(runs)


_ONESELF = bag("i we i'm we're")
_ABLE = bag("can cannot can't could couldn't may")
_NEAR = 4
"""Words back in which an agent that says of itself what a rule says has begun to do so."""


def leaked(said: Written, domain: Domain) -> str:
    """What the instructions tell the agent, said to the user word for word."""
    if _ADDRESSED.isdisjoint(said.bag):
        return ""
    known, words = _instructions(domain), said.words
    for at in range(len(words) - _RUN + 1):
        near = words[max(0, at - _NEAR) : at + 1]  # "I can only help one user per conversation"
        own = not (_ONESELF.isdisjoint(near[:-1]) or _ABLE.isdisjoint(near))
        if not own and words[at : at + _RUN] in known:
            return " ".join(words[at : at + _RUN])
    return ""


@lru_cache(maxsize=64)
def _tools(domain: Domain) -> re.Pattern:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(name for name in domain.kinds if '_' in name)))})\b")


def tool_named(said: Written, domain: Domain) -> str:
    """A tool by its name."""
    match = _tools(domain).search(said.text.lower()) if "_" in said.text else None
    return match[0] if match else ""


# ------------------------------------------------------------------ the other's part

_SERVES = (
    kind_of(
        "glad happy pleasure pleased helped help",
        r"(?:i'm |we're |i am )?(?:so |very |always )?(?:glad|happy|pleased|delighted) (?:that )?(?:i|we) (?:could|was able to|were able to|can|got to) (?:help|assist|be of (?:help|service|assistance))",
        r"(?:glad|happy|pleased) to (?:have (?:helped|assisted)|be of (?:help|service|assistance))", r"(?:it was|it's been|always) (?:a|my|our) pleasure (?:to (?:help|assist|serve)|helping|assisting|serving)",
    ),
    kind_of("chatting shopping flying business customer choosing", r"thank(?:s| you)(?: \w+){0,2} for (?:chatting|shopping|flying|booking|your business|being (?:a|our) (?:\w+ )?customer)(?: with us)?", r"thank(?:s| you) for (?:talking|speaking) (?:to|with) us"),
    kind_of("trip flight journey order purchase travels", r"(?:enjoy|have a (?:great|good|nice|wonderful|safe|pleasant)) (?:your |the )?(?:new )?(?:trip|flight|journey|purchase|order|travels)(?=[^\w]|$)"),
    kind_of(
        "help assist do",
        r"(?:how|what)(?: else)? (?:can|may|could) (?:i|we) (?:help|assist|do for) you(?: with)?(?: (?:today|further))?", r"(?:can|may|could) i (?:help|assist) you",
        r"(?:anything|something) else (?:that )?(?:i|we) can (?:help|assist|do for)", r"(?:i|we)(?:'d|'ll|'m|'re| would| will| am| are)? (?:be )?(?:happy|glad|here|able) to (?:help|assist) you",
    ),
    kind_of(
        "your yes proceed verify",
        r"(?:please )?(?:give|send|tell|provide|share)(?: me)?(?: with)? your (?:e-?mail|full name|first name|last name|name|zip|user id|order number|order id|reservation|date of birth)", r"so that i can (?:verify|identify|authenticate|find) you",
        r"(?:shall|should|may|can) i (?:proceed|go ahead|continue|place (?:it|the order)|book (?:it|this|that)|cancel (?:it|this|that)|make (?:the|this|that) (?:change|booking|exchange))(?: with (?:it|this|that))?\W*(?:\(yes/no\))?(?=\?|$)", r"\(yes/no\)",
        r"your (?:refund|return|exchange|money|credit) (?:will|takes|goes|should|is on|has been|was)", r"(?:i(?:'ve| have)|we(?:'ve| have)) (?:now |just |already )?(?:updated|changed|cancelled|canceled|booked|processed) (?:it|that|this|them) in (?:the|our) system",
        r"let me (?:check|look at|see) your (?:order|reservation|booking|account|profile|trip)",
    ),
    kind_of("contacting calling reaching choosing transferred", r"thank(?:s| you) for (?:contacting|calling|reaching out|choosing)", r"you are being transferred"),
    kind_of(
        "you",
        r"(?:i|we)(?:'ve| have)(?: now| just| already)? (?:cancel|process|refund|book|updat|chang|exchang|return)\w* (?:it|that|this|them|the \w+)(?: \w+)? for you",
    ),
    kind_of(
        "your you",
        r"(?:i|we)(?:'ve| have| will|'ll)(?: now| just| successfully)? (?:cancel|process|refund|transfer|updat|book|locat|verif|authenticat)\w* (?:you|your \w+)",
        r"let me (?:look up|pull up|check|verify|find|locate) your \w+", r"(?:i|we)(?:'ll| will) (?:look up|pull up|transfer|refund) you", r"may i have your \w+",
    ),
)  # fmt: skip


_MINE = r"my (?:\w+ )?(?:order|orders|reservation|reservations|booking|trip|flight|luggage|baggage|bags?|refund|user id|profile|account|credit card|gift card|paypal|e-?mail address)"
_IS_SERVED = (
    kind_of("side need me today", r"(?:nothing (?:else|more)|no(?:thing)? further|that(?:'s| is| was|'ll be| will be) (?:all|everything|it)) (?:(?:from|on) my (?:side|end|part)|for me(?: today)?|(?:that )?i (?:need|needed|want|wanted))(?: today)?"),
    kind_of(
        "order orders reservation reservations booking trip flight luggage baggage bag bags refund id profile account card paypal email mail address",
        rf"(?:i(?:'d| would)? (?:want|need|like|wish)(?: you)? to|please|can you|could you) (?:\w+ )?(?:cancel|return|exchange|change|modify|update|book|refund|move|check|use) {_MINE}",
        rf"(?:{_MINE}) (?:is|number is|was|has|arrived|hasn't)", rf"i (?:bought|ordered|booked|placed|received|lost) (?:\w+ )?{_MINE}",
    ),
)  # fmt: skip
_QUOTES = re.compile(r"[\"“”]|\byou(?:['’]d| would)? (?:\w+ )?(?:say|said|wrote|reply|asked|write|answer)\b")


_GOES_ON = re.compile(
    r"(?i)\bthat(?:'s| is| was) (?:all|everything)[^.!?]*\bi (?:need|needed|want|wanted)\b[^.!?]*[.!]\s.*(?:\b(?:i'll|i will|i would|i'd|i can|i have|i've|let me|let's|here is|here's|one moment)\b|\byour?\b[^.!?]*\?)",
    re.DOTALL,
)
"""An agent who now has what it asked for, and goes on: "that's everything I need. I would change …"."""


def served(said: Written) -> str:
    """An agent who says what only the customer says."""
    saw = "" if _QUOTES.search(said.text) else first(said, _IS_SERVED)
    return "" if saw.startswith("that") and _GOES_ON.search(said.text.replace("’", "'")) else saw


_WELCOMES = (
    kind_of(
        "welcome pleasure",
        r"(?:you're|you are) (?:very |most |always )?welcome(?= ?[.!,]|$)",
        r"(?:my|our) pleasure(?= ?[.!,]|$)",
    ),
)


def welcomes(said: Written) -> str:
    """An answer to thanks."""
    return first(said, _WELCOMES)


def serves(said: Written) -> str:
    """A customer who says what only the agent says."""
    return first(said, _SERVES)
