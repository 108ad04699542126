"""Manners: an agent blames nobody, judges no user, loses no patience, and keeps its taste and its forecasts to itself.

Rudeness has few shapes, whatever its words: the user is at fault, is of a bad sort, cannot do a simple thing, takes too long, or asks for what is
silly; or is told off ("don't be so …", "calm down"). So has advice: what the agent would do, likes, finds nicer, or knows that people do.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.verify.noise import Written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import Kind, kind_of

_VERY = r"(?:(?:really|so|very|rather|quite|just|being|a bit|a little|simply|too|pretty|clearly|obviously|such an?|an?|rather an?|getting|truly|terribly|awfully|always) )*"
_BAD = r"(?:slow|lazy|difficult|impossible|childish|rude|careless|silly|unreasonable|forgetful|clumsy|stubborn|tiresome|dense|thick|clueless|naive|incompetent|ignorant|hysterical|paranoid|needy|demanding|pushy|greedy|ungrateful|sloppy|exhausting|tedious|boring|pain|burden|baby|child|amateur|disgrace|disorgani[sz]ed|absent-minded|dim|annoying|ridiculous)"
_FOOLISH = r"(?:silly|stupid|dumb|ridiculous|absurd|pointless|foolish|childish|idiotic|nonsensical|lame|annoying|useless|senseless|laughable|petty|trivial)"
_ASKED = r"(?:things?|questions?|requests?|ideas?|wish(?:es)?|complaints?|excuses?|remarks?|stor(?:y|ies)|demands?|mistakes?|orders?|reasons?|behaviou?r|attitude)"
_SKILL = (
    r"(?:write|read|spell|type|remember|count|understand|decide|express|think|listen|follow|concentrate|explain|behave)"
)
_NOT = re.compile(r"\b(?:not|no|never|nothing|hardly|isn't|wasn't|aren't|without)\b[^,.;]*\Z")
_TIME = r"(?:all day|forever|time for (?:this|that|games|jokes)|the (?:time|patience)|endless (?:time|patience)|(?:any )?more time)"

_RUDE: tuple[Kind, ...] = (
    kind_of("fault blame forced doing known read careful yourself should know time seems apparently",
            r"your (?:own )?fault", r"(?:you|you've) only (?:got |have )?yourself to blame", r"you(?:'re| are) to blame", r"(?:nobody|no one|who) (?:forced|made|asked|told) you to", r"that(?:'s| is) your own (?:doing|mistake|problem)",
            r"you should(?:'ve| have| really have) (?:\w+ )?(?:read|known|thought|checked|told|looked|listened|asked|paid|been|noticed|remembered|taken|bought|booked|chosen|added|ordered|written|called|said|done|kept|thought)\b", r"as you (?:\w+ )?well know\b", r"as you (?:should|ought to|must) know\b",
            r"(?:that|this)(?:'s| is)(?: already| now)? the (?:second|third|fourth|fifth|sixth|tenth|umpteenth) time(?: now| already| you|\W*$)", r"you were (?:\w+ )?(?:late|careless|wrong|slow|absent)\b[^.;]*\byourself\b", r"you (?:missed|forgot|lost|broke|overslept)\b[^.;]*\b(?:yourself|it seems|apparently)\b"),
    kind_of("problem concern", r"(?:not|hardly|isn't|none of) (?:really )?(?:my|our) (?:problem|concern)\b"),
    kind_of("you're you aren't", rf"(?:you're|you are|you were|aren't you) {_VERY}{_BAD}\b"),
    kind_of("don't stop", rf"(?:^|[.!?,;:] |\band |\bplease )don't be (?:so |too )?(?:such )?(?:an? )?{_BAD}\b", r"(?:^|[.!?,;:] |\band |\bplease )stop (?:being|acting|asking|repeating|changing your|playing|making (?:a fuss|things))\b"),
    kind_of("day forever time patience", rf"(?:i|we) (?:don't|do not|haven't|have not)(?: got| have)*(?: exactly| really)? {_TIME}", r"(?:my|our) (?:own )?(?:patience|nerves)\b(?! with| while)", r"(?:losing|lost|running out of) patience", r"wast(?:e|ed|ing) (?:my|our|everyone's|everybody's) time", r"what took you so long"),
    kind_of("hurry calm mind point grip attention head brain eyes read spell write listen grow", r"(?:^|[.!?,;:] |\band |\bso |\bplease |\bjust )(?:hurry up|calm down|get to the point|get on with it|get a grip|grow up|get over it|make up your mind|pay (?:more |some )?attention|use your (?:head|brains?|eyes))\b", rf"learn (?:how )?to {_SKILL}\b"),
    kind_of("listening reading serious awake hard difficult times told", r"are you (?:even|really|actually|still) (?:listening|reading|serious|awake|there at all)", r"how (?:hard|difficult) (?:can|could) (?:it|that|this) be", r"how (?:many times|often) (?:do|must|should|have) i", r"i(?:'ve| have)? (?:already )?told you (?:that |this |so )?(?:already|before|twice|\w+ times)"),
    kind_of("silly stupid dumb ridiculous absurd pointless foolish childish idiotic nonsensical lame annoying useless senseless laughable petty trivial", rf"{_FOOLISH} {_ASKED}\b"),
    kind_of("doubt believe", r"(?:though|but|and|which) i (?:rather |very much |really |honestly |do |strongly )*(?:doubt|don't believe|can't believe) (?:it|that|you)?(?=\W|$)"),
    kind_of("nobody everyone everybody one customers people kind", r"(?:other|most|all other) (?:people|customers|users|travell?ers|passengers) (?:manage|cope|get by|succeed|have no (?:trouble|problem))\b", r"(?:nobody|no one) (?:else )?(?:asks|wants|needs|complains|takes|makes|has (?:ever )?asked) (?:for )?(?:such|so|this|that)\b", r"(?:every(?:one|body)) else (?:manages|understands|can|knows|gets|has)\b", r"you people\b", r"(?:customers|someone|somebody|people|the likes) (?:like|of) you\b", r"your kind\b(?= (?:of people|always|never|is|are|do))"),
    kind_of("write read spell type remember count understand decide express think listen follow idea clue", rf"if you (?:can't|cannot|could only|would only|aren't able to|are not able to|don't even)(?: even| just)? {_SKILL}\b(?=[^.;]*\b(?:properly|even|right|clearly|hard|help|then|simple|correctly|yourself|fault|problem)\b)", rf"you (?:never|can't even|don't even|cannot even|won't even) {_SKILL}\b", r"you (?:clearly|obviously|really) (?:have no (?:idea|clue)|don't (?:know|understand|listen|read))\b"),
    kind_of("typing spelling writing english grammar memory", r"your (?:typing|spelling|writing|english|grammar|memory) (?:is|was) (?:\w+ )?(?:terrible|awful|bad|poor|horrible|atrocious|a joke|a mess)"),
)  # fmt: skip


def rude(said: Written) -> str:
    """A sentence that blames, judges, hurries or tells off the user."""
    return _stated(said, _RUDE)


_NICER = r"(?:prettier|nicer|better|best|uglier|worse|lovelier|smarter|classier|cozier|comfier|handsomer|(?:more|most|less|rather|quite|very|really|so|too) (?:elegant|attractive|practical|stylish|useful|reliable|beautiful|pleasant|sensible|comfortable|tasteful|modern|fun|fancy)|(?:rather|too|so|quite|very) (?:expensive|dear|plain))"
_MOST = r"(?:most|many|few|some|a lot of|plenty of|nearly all|almost all) (?:people|customers|users|buyers|travell?ers|passengers|guests|of (?:us|our \w+))"
_ADVICE: tuple[Kind, ...] = (
    kind_of("find think consider like prefer love hate dislike", rf"i (?:do |really |personally |honestly )?(?:find|think|consider) (?:this|that|the|it|these|those)\b[^.;,]{{0,25}}? (?:is |are )?(?:much |far |a lot |way )?{_NICER}\b", r"i (?:do |really |personally |honestly )?(?:like|love|prefer|hate|dislike) the (?:\w+ ){1,3}?(?:more|better|most|best|myself|one|version|option|color|colour)\b"),
    kind_of("favorite favourite choice pick preference tip taste mind eyes opinion", r"my (?:own|personal|absolute) (?:favou?rite|preference|pick|tip|taste|choice)\b", r"my (?:favou?rite|preference|pick|tip) (?:\w+ )?(?:is|would be|here)\b", r"to my (?:mind|taste|eye)", r"in my eyes", r"for my taste"),
    kind_of("people customers users buyers passengers travelers travellers guests us", rf"{_MOST} (?:\w+ )?(?:regret|love|prefer|choose|like|hate|avoid|complain|pick|take|buy|decide|change their|are (?:happy|unhappy|glad|sorry)|find)\b"),
    kind_of("wait bother twice skip avoid hold hurry steer rather keep", r"i(?:'d| would)(?:n't| not)? (?:probably |definitely |certainly |rather )?(?:wait (?:a|until|for|with|till)|bother|think twice|skip (?:it|that|this|the)|avoid (?:it|that|this|the)|hold off|hurry|steer clear)\b", r"i(?:'d| would) rather (?:keep|take|have|go for|choose|pick|buy|leave)\b"),
    kind_of("wrong better wise suits steal bargain waste mistake trust word", r"you can(?:'t|not) go wrong", r"you(?:'d| would) be (?:\w+ )?(?:better off|wise|foolish|smart|crazy|mad) (?:to|with|not|if)\b", r"(?:suits?|fits?|becomes?) you (?:\w+ )?(?:better|well|more|best|nicely)", r"a (?:real )?(?:steal|bargain|waste of (?:money|time))\b", r"you(?:'re| are|'d be| would be) making a (?:\w+ )?mistake", r"(?:^|[.!?] )(?:trust me|take my word)"),
    kind_of("price prices fare fares", r"(?:prices?|fares?) (?:are|will|'ll|is|might|may)(?: \w+)?(?: going to| about to)? (?:fall|drop|rise|go (?:up|down)|come down|get cheaper|sink|climb)\b"),
    kind_of("wouldn't not either too", r"i (?:wouldn't|would not) (?:take|buy|choose|pick|want|need|pay|book|bring|do) [^.;,]*\b(?:either|too|myself)\b", r"(?:so would i|neither would i|nor would i)\b"),
    kind_of("route trip flight order case that", r"for (?:that|this|your|such an?) (?:route|trip|flight|order|journey|purpose),? i(?:'d| would) (?:go|take|choose|pick|use|have)\b"),
    kind_of("place shoes", r"i(?:'d| would)(?:n't| not)? [^.;,]{1,40} in your (?:place|shoes|position)", r"in your (?:place|shoes|position),? i\b", r"if i were in your (?:place|shoes|position)"),
)  # fmt: skip


def advice(said: Written) -> str:
    """A sentence with the agent's own taste, advice or forecast."""
    return _stated(said, _ADVICE)


def _stated(said: Written, kinds: tuple[Kind, ...]) -> str:
    """The first sentence in which one of the kinds is found that is not denied."""
    found = [kind for kind in kinds if not kind.cues.isdisjoint(said.bag)]
    for start, end in sentences(said.text) if found else ():
        lower = said.text[start:end].lower().replace("’", "'")
        for kind in found:
            match = kind.pattern.search(lower)
            if match and not _NOT.search(lower, 0, match.start()):
                return said.text[start:end].strip()
    return ""
