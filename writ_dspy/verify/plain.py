"""Plain facts: what the agent says of the world in words without a value, though no record, policy or user has a word of it.

Each topic is something that service agents make up and hardly a system knows. Where a tool or the user has spoken of it in the same
words, it is known; where the agent asks, wishes, denies or makes it a condition, nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH, Kind, kind_of

_OPEN = re.compile(
    r"\b(?:if|whether|unless|would|could|might|(?-i:may)|not|never|no|cannot|unable|sorry|understand|hear|don['’]t|hope|wish|once|depends?|let me|i['’]ll|i will|as far as|want|like to|need to)\b|n['’]t\b|\?\s*$",
    re.IGNORECASE,
)
"""Words of a sentence that states nothing of the kind."""
_ENJOYED = re.compile(
    r"(?:\A\W*|[,;:!.–—-] ?|\b(?:and|so|then|but|please|do|you)\s)enjoy (?:[\w'’]+ )*?(?:breakfast|brunch|lunch|dinner|supper|meals?|snacks?|drinks)"
    r"(?![^.!?\n]*\b(?:on ?board|in-?flight|flights?|planes?|air|served?|included|free|complimentary|lounge|cabin)\b)",
    re.IGNORECASE,
)
"""A wish for what the user is about to eat, wherever that is, and no word of what is served on the way."""
_SKY = r"(?:sun(?:ny|shine)?|rain(?:y|ing|fall)?|snow(?:y|ing|fall)?|storms?|stormy|thunderstorms?|fog(?:gy)?|wind(?:y|s)?|cloud(?:y|s)|hail|frost|degrees|celsius|fahrenheit|heat ?wave|humid|freezing|hurricanes?|blizzards?)"
_MEALS = r"(?:wi-?fi|breakfast|lunch|dinner|meals?|snacks?|drinks|entertainment|legroom|movies|power outlets?|usb ports?|champagne|blankets?|lounge (?:access|pass(?:es)?|entry|visits?)|priority boarding|fast[- ]track|amenity kits?)"
_PARCEL = r"(?:the |your |our |a )?(?:courier|driver|carrier|parcel|package|shipment|delivery|mailman|truck|van|depot|warehouse)"
_TOPICS: tuple[Kind, ...] = (
    kind_of(
        "sun sunny sunshine rain rainy raining snow snowy snowing storm storms stormy thunderstorm thunderstorms fog foggy wind windy cloudy degrees celsius fahrenheit humid freezing weather hail "
        "frost hurricane blizzard",
        rf"(?:it(?:'s| is| will be|'ll be| was)|(?:the )?weather|expect|temperatures?|forecast|skies|there(?:'s| is| will be)|because of|due to)\b[^.;\n]*\b{_SKY}",
        rf"(?:a |the |some |heavy |light )*{_SKY} (?:is|are|will be|was) (?:expected|forecast|likely|coming|on its way|predicted)",
        r"(?:the )?weather (?:\w+ ){0,4}(?:is|looks|will be|was) (?:\w+ )?(?:fine|good|nice|bad|great|clear|warm|cold|hot|mild)",
    ),
    kind_of("aisle window middle exit row sitting sit seats seat together", r"(?:aisle|window|middle|exit|front|bulkhead)[- ](?:row )?seats?", r"(?:in |is )?row \d+", r"seats? (?:is|are|will be) (?:right )?(?:by|at|near|next to|on) the (?:window|aisle|exit|front|back)", r"(?:sit|sitting|seated) (?:right )?(?:next to|together|apart|side by side|beside)"),
    kind_of(
        "wifi wi-fi fi breakfast lunch dinner meals meal snacks drinks entertainment legroom movies outlets outlet usb champagne blankets blanket lounge boarding track amenity",
        rf"(?:has|have|with|is|are|comes with|includes?|offers?|serves?|free|get|enjoy) (?:\w+ ){{0,3}}{_MEALS}", rf"{_MEALS} (?:(?:is|are|will be) (?:\w+ )?)?(?:served|free|included|available|provided|offered)",
        rf"{_MEALS} (?:comes? (?:with|along|on top|free)|(?:is|are) yours)",
    ),
    kind_of("gate terminal airbus boeing embraer boarding opens closes starts begins", r"(?:gate|terminal) (?:[a-z]?\d+\w?|[a-e])", r"airbus|boeing|embraer", r"(?:boarding|check-in|the gates?) (?:opens?|closes?|starts?|begins?|ends?)"),
    kind_of("time schedule late", r"(?:flight|plane|it|trip)(?:'s| is| was) (?:running |right )?(?:on time|on schedule|late|ahead of schedule)"),
    kind_of(
        "courier driver carrier parcel package shipment delivery truck van depot warehouse",
        rf"{_PARCEL} (?:has |have |had |is |was |will be )?(?:already |just |currently |now )?(?:tried|attempted|left|leaves|in|at|arriv\w+|reached|passed|cleared|waiting|knocked|stuck|on (?:its|the|his) way|out|loaded|sorted|handed|coming|held)",
        r"out for delivery", r"(?:left|leaves|in|at|from|reached) (?:our|the) (?:\w+ )?(?:warehouse|depot|distribution cent(?:er|re)|sorting (?:facility|cent(?:er|re))|store ?room)",
    ),
    kind_of(
        "plenty few full everywhere quick hurry fast gone restock restocked stock more",
        r"(?:there (?:are|is)|we have) (?:only )?(?:plenty|lots|loads|dozens|hundreds|a few|a couple|just a few|one last)", r"only a (?:few|handful|couple)\b[^.;\n]*\b(?:left|remain\w*)",
        r"(?:is |are |it's )?(?:nearly|almost|close to) (?:full|gone|sold out|fully booked)", r"sold out everywhere", r"so (?:be quick|hurry)", r"(?:going|selling) fast", r"get more (?:of (?:it|them|those|these) )?in\b",
        r"(?:restock(?:ed)?|back in stock) (?:\w+ )?(?:in|on|by|next|soon|tomorrow)",
    ),
    kind_of(
        "bestseller seller seller's popular customers reviews review rated ratings rating award stars",
        r"best-?sell(?:er|ing)s?", r"(?:most|many|other|our) (?:\w+ )?(?:customers|people|buyers|travell?ers) (?:like|love|prefer|choose|buy|rate|recommend)", r"(?:great|good|excellent|top|positive|rave|bad|poor|five-star) (?:customer )?(?:reviews?|ratings?)",
        r"(?:very|most|really|extremely) popular", r"award-winning|won an? (?:\w+ )?award", r"rated \w+",
    ),
    kind_of(
        "made manufactured produced comes fits lasts lifetime assembled designed", r"(?:is|are|was|were|it's) (?:made|manufactured|produced|assembled|designed) (?:in|of|from|by) (?!the (?:same|order))\w+(?: \w+)?", r"comes with (?:a|an|its|two|free) \w+", r"fits (?:all|most|any|every) \w+",
        r"battery (?:\w+ )?lasts (?:\w+ )+hours",
    ),
    kind_of(
        "customer colleague called contacted note notes returned complained before loyal", r"(?:been|are|were) an? (?:\w+ )?customer (?:of ours )?(?:for|since)", r"(?:that )?you (?:have |had )?(?:called|contacted|phoned|e-?mailed|visited) us", r"notes? (?:on|in|under) (?:your|the) (?:account|profile|file|order)",
        r"you(?:'ve| have) (?:\w+ )?(?:returned|complained|cancell?ed|exchanged) (?:\w+ )?(?:before|in the past|previously|too often|many times)", r"(?:my|a|our) colleagues? (?:has|have|had|told|said|promised|noted|wrote|from)",
    ),
)  # fmt: skip


def made_up(ground: Ground, text: str) -> Iterator[str]:
    """What a message states of things that nobody here can know."""
    bag = written(text).bag
    kinds = [kind for kind in _TOPICS if not kind.cues.isdisjoint(bag)]
    for start, end in sentences(text) if kinds else ():
        sentence = _ENJOYED.sub("", text[start:end])
        if _OPEN.search(sentence):
            continue
        lower = sentence.lower().replace("’", "'")
        for kind in kinds:
            match = kind.pattern.search(lower)
            if match is not None and not _known(ground, match[0], kind):
                yield sentence.strip()
                break


_LINKS = frozenset({"because", "there", "expect", "will", "that", "this", "with", "your"})
"""Words of such a statement that tell nothing."""


_GENERAL = frozenset({"weather", "forecast", "expected", "temperature", "temperatures"})
"""Words for a topic as a whole: who has spoken of a storm has spoken of the weather."""


def _known(ground: Ground, said: str, kind: Kind) -> bool:
    """Whether the user or a tool has spoken in these words, or of that topic where they are words for all of it."""
    words = [word for word in written(said).words if len(word) > 3 and word not in _LINKS]
    if any(cue in text for text in ground.texts[1:] for cue in kind.cues if len(cue) > 3):
        words = [word for word in words if word not in _GENERAL] or []
        if not words:
            return True
    rules = ground.texts[0]  # a word of the policy's tells which rule is meant, unless it is what the topic is about
    telling = [word for word in words if word not in ENGLISH and (word in kind.cues or word[:5] not in rules)] or words
    as_told = [match[0] if word in kind.cues and (match := re.search(rf"\b(?:on|for) {word}\b", said)) else word for word in telling]  # fmt: skip
    return bool(telling) and all(any(word in text for text in ground.texts[1:]) for word in as_told)
