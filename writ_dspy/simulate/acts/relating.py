"""Whether a contribution is about what was proposed, or beside it."""

from __future__ import annotations

from itertools import pairwise

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import ACTS, ANY_DEED, deeds, stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import Event

_NOT, _FIRST, _ELSE, _DROP, _GO, _ALSO = (CODES[name] for name in ("NOT", "FIRST", "ELSE", "DROP", "GO", "ALSO"))
_DROPS = frozenset({"skip", "drop", "withdraw", "undo", "scrap", "abort", "dismiss"})
_UNTRUE = frozenset(
    {"wrong", "incorrect", "inaccurate", "false", "mistaken", "incomplete", "misspelled", "outdated", "a mistake", "an error", "a typo",
     "too much"}
)  # fmt: skip
_MORE_OF_IT = frozenset({"extra", "additional", "remaining", "rest", "further"})
_THE_EXTRA = over("(?:DET|THIS) ELSE")
_OTHERS = frozenset({"other", "others", "rest", "remaining"})


_ARTICLES = frozenset({"the", "my", "our", "those", "these"})
_IT = frozenset({"it", "that", "this", "they"})
_KEEPS_THOSE = re.compile(
    r"(?:and |so )*(?:i|we) (?:am |are |will |would )?(?:(?:just|definitely|happily|surely) )*(?:keep|keeping|leave|leaving|stick with|sticking with) (?:it|that|this|those|these|them|that one)(?: one| as is| as it is| there)?"
)


def dropped_aside(stand: Stance, event: Event) -> bool:
    """Whether what is dropped is only what the sentence just named ("no bed to return, forget that"), or the reason is money."""
    before, named = stand.before, not event.clause.codes.strip(_DROP + CODES["VERY"] + CODES["THIS"] + CODES["SO"])
    apart = (
        before is not None
        and not stand.same_sentence(event)
        and before.sentence == event.clause.sentence
        and "x" in before.codes
    )
    pointed = before is not None and _KEEPS_THOSE.fullmatch(" ".join(event.clause.words)) is not None
    told = (
        {stem(w) for code, w in zip(before.codes, before.words, strict=True) if code == "x"} if before else set[str]()
    )
    asked = stand.asked.stems if stand.asked is not None else frozenset[str]()
    named_first = before is not None and before.words[0] in _ARTICLES and _IT.isdisjoint(before.words)
    elsewhere = pointed and apart and named_first and not told & asked
    return (apart and named) or elsewhere or "afford" in event.clause.words


_LETS_BE = re.compile(
    r"(?:(?:then|so|please|just|okay|let us) )*(?:leave|drop|forget|skip|scrap|keep) (?:it|that|this|them|everything)(?: then| be| as it is| as is| alone| please)*"
)


def lets_be(clause: Clause | None) -> bool:
    """Whether a clause lets what was proposed be."""
    return clause is not None and _LETS_BE.fullmatch(" ".join(clause.words)) is not None


def dropped_as_proposed(stand: Stance, event: Event) -> bool:
    """Whether what is to be dropped is what was proposed to be."""
    words = {
        word.split()[0] for code, word in zip(event.clause.codes, event.clause.words, strict=True) if code == _DROP
    }
    proposed = stand.asked.words if stand.asked is not None else frozenset[str]()
    return event.kind == "neg" and _NOT not in event.clause.codes and bool(words & _DROPS & proposed)


GIVEN = frozenset({"go", "actit", "act", "confirm"})
"""What a yes rests on that no mere word of approval is."""
_OTHER_ONE = frozenset({"that one", "the other", "the other one", "those", "that other", "the rest"})
_GIVES_UP = re.compile(
    r"\b(?:forget|drop|skip|scratch|leave|let|scrap|never ?mind|give (?:it|that|this|those) up|give up(?: on)?|no need for)\b"
)
"""How a wish is given up; "I'd rather not" gives up what was proposed as well."""
_ABOUT = frozenset({"REASON", "IF", "BEFORE", "ONCE"})


def gives_up_denied(stand: Stance, event: Event) -> bool:
    """Whether, behind a yes and in a sentence of its own, what is given up is what the agent had just said no to.

    It is named there itself ("forget the return"), or it is what the sentence is about ("about the return …, let's forget it").
    """
    asked, words = stand.asked, f" {' '.join(event.clause.words)} "
    if asked is None or not asked.denies or stand.stance != "+" or stand.same_sentence(event):
        return False
    if stand.by in GIVEN and any(f" {one} " in words for one in _OTHER_ONE):
        return True
    if stand.by not in (*GIVEN, "yes") or not _GIVES_UP.search(words):
        return False
    own = _topic(event.clause)
    before = [part for part in stand.earlier if part.sentence == event.clause.sentence and part.link not in _ABOUT]
    named = own or [word for part in before for word in _topic(part)]
    numbered = any(word.isdigit() and len(word) == 1 for word in named)
    return asked.turned_down(named, some=bool(own)) or any(asked.turned_down((word,)) for word in named) or numbered


def on_denied(stand: Stance, event: Event) -> bool:
    """Whether what is said in a sentence of its own, behind a yes, is about something that the agent had just said no to: "about the shipping: I'm not happy"."""
    asked = stand.asked
    if asked is None or not asked.denies or stand.stance != "+" or stand.same_sentence(event):
        return False
    if _FIRST in event.clause.codes or not _WHOLLY.isdisjoint(event.clause.words):
        return False
    led = [part for part in stand.earlier if part.sentence == event.clause.sentence and part.link not in _ABOUT]
    named = [word for part in led for word in _topic(part)]
    return asked.turned_down([*named, *_topic(event.clause)], some=True)


_WHOLLY = frozenset(
    {
        "any",
        "anything",
        "all",
        "all of it",
        "all of them",
        "both",
        "everything",
        "none",
        "nothing",
        "the lot",
        "the whole thing",
    }
)
"""Words by which a clause is about all that was put forward."""
_HOUSE = re.compile(
    r"\b\d+ (?:[a-z]+ )+(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|place|court|terrace)\b|\b\d+ broadway\b"
)
"""The first line of an address."""


def gives_address(stand: Stance, event: Event) -> bool:
    """Whether an order behind a yes says where something goes, which was asked beside it: "yes. Send the other one to 797 Canal Street"."""
    asked = stand.asked
    wanted = stand.stance == "+" and asked is not None and asked.wants_address
    return wanted and _HOUSE.search(" ".join(event.content)) is not None


_PIECES = frozenset({"part", "bit", "idea", "wish", "request", "point", "thing", "plan", "matter", "question"})


def _topic(clause: Clause) -> list[str]:
    """The words of a clause that name a thing or a deed."""
    named = (word for code, word in zip(clause.codes, clause.words, strict=True) if code in _NAMING)
    return [part for word in named for part in word.split() if part not in _PIECES]


_NAMING = frozenset({"x", "#", *ACTS})
_ANOTHER = frozenset({"another", "other", "others"})


def looks_later(stand: Stance, event: Event) -> bool:
    """Whether what the user wants to look at comes after the act, or is something else ("then let's look at my other trip")."""
    clause = event.clause
    if _FIRST in clause.codes:
        return False
    if comes_afterwards(stand, event) or (not stand.same_sentence(event) and _ANOTHER & set(clause.words)):
        return True
    if not event.content:
        return False
    together = any(pair == ("let", "us") for pair in zip(clause.words, clause.words[1:], strict=False))
    then = clause.link == "SO" and not stand.same_sentence(event)
    return together or then or stand.also(event)


_AFTERWARDS = frozenset(
    {
        "afterwards",
        "after that",
        "after this",
        "next",
        "one more thing",
        "another thing",
        "lastly",
        "last thing",
        "later on",
    }
)


def comes_afterwards(stand: Stance, event: Event) -> bool:
    """Whether a clause is said to come after the act ("and afterwards I need help with another one", "then something else")."""
    clause = event.clause
    then = (
        clause.link == "SO"
        or clause.words[0] == "then"
        or (stand.before is not None and stand.before.words == ("then",))
    )
    return not _AFTERWARDS.isdisjoint(clause.words) or (
        then and _ELSE in clause.codes and not stand.same_sentence(event)
    )


_LEADS = frozenset({"then", "after that", "next", "afterwards"})
_OWN = over("^(?:AND|SO|ADV)* (?:I ADV)? (?:MODAL ADV)? HAVE (?!BE) _* DIFF|^(?:AND|SO|ADV)* SMALL DIFF")
_NEEDED = over("^(?:AND|SO|ADV)* DIFF (?:x|ADV)* (?:NEED|HAVE|MODAL|BE)")
_THERE = frozenset({"there is", "have", "got", "has"})
_ALL = frozenset({"both", "do both", "all", "do them", "everything"})


def turns_to_another(stand: Stance, event: Event) -> bool:
    """Whether an "instead" belongs to the next of several deeds, the first of which was agreed to by its name ("… Then the exchange instead")."""
    clause = event.clause
    named = {deed for deed in deeds(clause) if deed not in ANY_DEED}
    if not named or clause.link.startswith("BUT"):
        return False
    said = [other for other in stand.earlier if stand.at is not None and other.start >= stand.at.start]
    agreed = {deed for other in said for deed in deeds(other)}
    bid = any(_GO in other.codes for other in said)
    leads = clause.link == "SO" or bool(
        _LEADS.intersection(clause.words[:2])
        or (stand.before is not None and (_LEADS.intersection(stand.before.words[:2]) or stand.before.link == "SO"))
    )
    if leads and (agreed or bid) and not named & agreed:
        return True
    several = stand.asked is not None and len(stand.asked.all_deeds - ANY_DEED) > 1 and named <= stand.asked.all_deeds
    return several and any(not _ALL.isdisjoint(other.words) for other in said)


def has_another(stand: Stance, event: Event) -> bool:
    """Whether the "other one" is one more wish beside what was agreed to ("got another one to send back, too"), and no other choice."""
    clause = event.clause
    too = _ALSO in clause.codes or (clause.link == "SO" and stand.before is not None and not stand.opens(event))
    if _NEEDED.search(clause.codes):
        return too
    has = _OWN.search(clause.codes) is not None and not _THERE.isdisjoint(clause.words)
    return has and (too or stand.foreign(event))


def grumbles(stand: Stance, event: Event) -> bool:
    """Whether a new sentence finds fault with something, but not with what was proposed being as it was said."""
    if stand.same_sentence(event) or not event.content:
        return False
    return event.kind == "bad" and _UNTRUE.isdisjoint(event.clause.words)


_RELIEVED = re.compile(
    r"\b(?:can|could|may|will|would)(?: (?:finally|now|at last|just|then))* (?:stop|quit) \w+ing\b"
    r"|^(?!(?:and |so |then )*(?:i|we|you|please)\b).*\b(?:will|would|does|do|did|can) not \w+(?: \w+){0,3} (?:any ?more|any longer|again)$"
    r"|^(?!.*\b(?:would|will)\b).*\bnever (?:really |quite |even |once )*(?!(?:mind|again|do|will|would)\b|(?:want|ask|agree|mean|request|approv|consent|confirm|authori|allow|order)\w*|sa(?:id|y)\b)\w+ed?\b"
    r"|\bnever (?:really |quite |even )*(?:sat|fit|sat|felt|got|wore|was|were|had|went|came|found|knew)\b"
    r"|\b(?:i|we) have not (?:the |much |any |so much |that much |enough |a lot of |all |many )*(?:time|patience|day|nerves?|energy|hours?|minutes?|choice|doubts?|questions?|objections?)\b"
)


def relieved(stand: Stance, event: Event) -> bool:
    """Whether a "not" behind a yes tells why it is given, or in what haste: "and I can stop worrying", "it never sat right", "I have not the time"."""
    given = stand.stance == "+" and stand.by in (*GIVEN, "yes", "content", "echo") and not stand.against(event)
    return given and event.kind in ("neg", "bad") and _RELIEVED.search(" ".join(event.clause.words)) is not None


_ANOTHERS = re.compile(
    r"^(?:and |so |also |then |now |next |but )*(?:some(?:thing| things| of the things| items?| stuff)?|a few(?: things)?|one|two|three|another|other|things) .*\b(?:i|we) (?:\w+ )?(?:ordered|bought|got|received|purchased|booked|own)\b"
)


_INSTEAD_OF = re.compile(
    r"(?:the |my )?(?:\w+ ){1,3}instead of (?:the |my )?\w+(?: \w+)? (?:is|are|would be|sounds|looks) (?:all )?(?:okay|ok|fine|good|right|correct|perfect|great)"
)


def swapped_as_listed(stand: Stance, event: Event) -> bool:
    """Whether a yes says again what takes the place of what, both as they were listed: "Liam instead of Raj is okay"."""
    told = _INSTEAD_OF.fullmatch(" ".join(event.clause.words)) is not None
    return stand.stance == "+" and told and not stand.against(event) and stand.restates(event)


_ANNOUNCES = frozenset({"next", "after", "afterwards", "another", "other", "second", "besides", "also", "then", "more"})
_HERE = frozenset({"list", "listed", "there", "here", "above", "included", "this", "that", "it"})


def of_another(stand: Stance, event: Event) -> bool:
    """Whether fault is found, behind a yes, with something else that the user has: so the next wish begins ("some things I ordered are not right for me")."""
    given = stand.stance == "+" and stand.by in (*GIVEN, "yes", "content", "echo")
    led = " ".join(word for one in stand.earlier if one.sentence == event.clause.sentence for word in one.words).split()
    begins = stand.opens(event) or led[:1] == ["and"] or not _ANNOUNCES.isdisjoint(led)
    here = not _HERE.isdisjoint(" ".join(event.clause.words).split())
    return given and begins and not here and _ANOTHERS.search(" ".join(event.clause.words)) is not None


def fears_otherwise(stand: Stance, event: Event) -> bool:
    """Whether a condition, behind what it hangs on, is that the outcome be not as it was listed: that the agent has said already."""
    before, asked = stand.before, stand.asked
    led = before is not None and before.sentence == event.clause.sentence and before is not stand.given[1]
    led = led and (stand.stance in ("?", "~") or (stand.stance == "+" and before is not stand.at))
    named = [word for word in event.content if word not in ("right", "really")]
    return (
        led
        and asked is not None
        and bool(named)
        and _NOT in event.clause.codes
        and all(stem(word) in asked.stems for word in named)
    )


_GLAD = re.compile(
    r"(?:i|we|it|that) would (?:\w+ )?(?:appreciate|love|be (?:\w+ )?(?:glad|happy|grateful|thankful|delighted|pleased|great|nice|lovely|wonderful|perfect|good|kind))\b"
)


def would_be_glad(stand: Stance, event: Event) -> bool:
    """Whether a condition is the deed itself that was proposed, which would please: "I'd be glad if you booked it"."""
    before, asked, words = stand.before, stand.asked, event.clause.words
    led = (
        before is not None
        and before.sentence == event.clause.sentence
        and _GLAD.search(" ".join(before.words)) is not None
    )
    if not led or asked is None or words[0] != "you":
        return False
    return stand.restates(event) and any(stem(word) in asked.all_deeds for word in words[1:])


_MISTAKES = over("THIS BE ADV BAD (?:SMALL|THIS)* I (?!MODAL)|^ADV I (?:ADV|HAVE)* BAD|I (?:ADV|HAVE|x)* BAD")
_IT_WAS = over("^ADV THIS BE ADV BAD ADV $")


def owns_up(stand: Stance, event: Event) -> bool:
    """Whether the mistake is the user's own, for which what was proposed is done ("it was a mistake that I ordered it")."""
    asked = stand.asked
    wrong = {word.split()[-1] for word in event.clause.words if word in _UNTRUE}
    if event.kind != "bad" or stand.stance != "+":
        return False
    told = _MISTAKES.search(event.clause.codes) or ("was" in event.clause.words and _IT_WAS.match(event.clause.codes))
    return asked is not None and bool(wrong & asked.words) and told is not None and bool(told)


def changes_nothing(stand: Stance, event: Event) -> bool:
    """Whether what sounds like a change after a yes changes nothing of what was proposed."""
    known = not _MORE_OF_IT.isdisjoint(event.clause.words) and _THE_EXTRA.search(event.clause.codes) is not None
    if known and _GO in event.clause.codes:
        return True  # "go ahead and add the extra bag"
    stated = event.kind == "ought" and not any(char.isdigit() for word in event.content for char in word)
    return (
        stated
        or _quotes(stand, event)
        or stand.small_talk(event)
        or (bool(event.content) and stand.restates(event, 0.6))
    )


def _quotes(stand: Stance, event: Event) -> bool:
    """Whether a clause repeats a number of what was proposed with the word behind it ("proceed with 0 beyond")."""
    asked, codes, words = stand.asked, event.clause.codes, event.clause.words
    text = asked.text.lower() if asked is not None else ""
    return any(
        first == "#" and second == _ELSE and f" {words[at]} {words[at + 1]}" in text
        for at, (first, second) in enumerate(pairwise(codes))
    )


def proposed_instead(stand: Stance, event: Event) -> bool:
    """Whether the "instead" is the one that was proposed."""
    asked = stand.asked
    if asked is None or "instead" not in event.clause.words or "instead" not in asked.words:
        return False
    return "question" not in asked.kinds and stand.restates(event)


def proposed_others(stand: Stance, event: Event) -> bool:
    """Whether "the others" are what was proposed, too."""
    named = {stem(word) for word in event.content}
    others = (
        stand.asked is not None
        and not _OTHERS.isdisjoint(event.clause.words)
        and not _OTHERS.isdisjoint(stand.asked.words)
    )
    return others and stand.for_act and stand.asked is not None and named <= stand.asked.stems


_FINDS = frozenset({"find", "search", "hunt", "browse", "scan"})
_FOR = frozenset({"look for", "look", "check", "compare", "see", "review"})
_LED = frozenset(
    CODES[name] for name in ("PLEASE", "ACTUALLY", "SO", "AND", "HURRY", "YES", "OKAY", "SURE", "GOOD", "FIRST")
) | {CODES["NO"]}
_MODAL, _YOU, _ME, _AND = CODES["MODAL"], CODES["YOU"], CODES["I"], CODES["AND"]


def searches(stand: Stance, clause: Clause) -> bool:
    """Whether a clause bids look for something that nobody has put forward yet: "find the cheapest", "check the others"."""
    if stand.asked is not None and (_FINDS | _FOR).intersection(clause.words) & stand.asked.offered:
        return False  # so it was proposed
    at = 0
    while at < len(clause.codes) and (clause.codes[at] in _LED or clause.words[at] in ("just", "hmm", "well", "oh")):
        at += 1
    if _AND in clause.codes[:at]:
        return False  # "yes, and find …" comes on top
    if clause.codes[at : at + 2] == _MODAL + _YOU:
        at += 2
    words, codes = clause.words[at:], clause.codes[at:].replace(_ME, "")
    if len(codes) < 2:
        return False
    if words[0] in _FINDS:
        return "x" in codes[1:] or _ELSE in codes
    return words[0] in _FOR and (_ELSE in codes or "for" in words[1:2])
