"""Said before used: what a decision rests on was said by the user before it was taken, in whichever words."""

# Longer than 400 lines: what a sentence says, to which request it belongs and when it counts is decided together.
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, StopReason, Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.sayings import ASKING
from writ_dspy.domains.values import values
from writ_dspy.domains.whole import is_whole
from writ_dspy.simulate.acts import assents, heard, user_acts
from writ_dspy.simulate.acts.lexicon import KNOWN
from writ_dspy.simulate.behaviour import OPENS, share_of_opening
from writ_dspy.simulate.manner.language import casual
from writ_dspy.simulate.manner.words import respelled
from writ_dspy.simulate.wishes import wanted_of
from writ_dspy.simulate.wishes.limits import UNDECIDED
from writ_dspy.simulate.wishes.parts import parts
from writ_dspy.task import Json, Request, in_own_words
from writ_dspy.trial import Feels
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import consented, seen_before
from writ_dspy.verify.elliptic import (
    asks_of,
    chosen_from,
    lengthened,
    of_them_left_out,
    taken_up,
    with_its_noun,
    with_the_one_before,
)
from writ_dspy.verify.everyday import is_everyday
from writ_dspy.verify.needs import MEANS, Need, needs
from writ_dspy.verify.strange import lexicon
from writ_dspy.verify.vocabulary import vocabulary

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")
_SHARED = re.compile(
    r"\b(?:both|same(?! one)(?! (?:\w+ ){1,2}(?:in|but|with|only|just)\b)|all|each|every|everything|either|again|too|also(?! (?:tell|like|want|need|let|give|please)\b)|likewise|as well"
    r"|them|those|two|three|before)\b"
)
"""Words by which one sentence speaks for several details."""
_TOGETHER = {"items", "version"}
"""Details of one request that a sentence states in one go."""
_OPEN = re.compile(
    r"\bor\b|\b(?:which|what|how|when|where|who|whose|why|any|anything|else)\b|\b(?:tell|give|have|need|provide|ask)\b"
)
"""Words of a question that puts no single thing to the user."""
_AGREES = re.compile(
    r"(?i)\b(?:y|ye[sapuh]+|sure|right|correct|exactly|ok|okay|indeed|true|that's|absolutely|definitely|do|fine|perfect|good|certainly|course|please|aye)\b|👍"
)
"""A quick look for words that begin a yes."""
_CASE = re.compile(r"^\W*(?:and |but |so )?(?:if|should|in case|unless)\b[^,]*,")
_FAILS = re.compile(r"\b(?:if|should|in case|unless)\b")
_SHORT = 3
"""Words of a yes that says nothing else."""
_EARLY = 8
"""Letters that may stand before a yes."""
WHOLE_OPENING = 0.75
"""Share of the words of its opening by which a text brings a request up beside another one."""
_WORDS = re.compile(r"[a-z0-9']+")
_PUTS = re.compile(r"\?|^\W*(?:[-*•]|\d+[.)])|\b(?:please|tell|let me know|send|give|need|list|share|provide|name)\b")
"""What a sentence that asks for something has; others only speak of it."""
_RECORD = frozenset({"order", "reservation"})
"""Details that name what a reason is for."""
_AS_BEFORE = re.compile(
    r"\b(?:same|(?<!thanks )(?<!thank you )again|(?:as|like) (?:before|last time|the (?:first|other|last))|that one|ditto|the one (?:we|you|i) (?:just|had)|once more)\b"
)
"""Words by which an answer refers to what was said of it before."""
_CHOSEN = {
    "payment": "method",
    "refund": "method",
    "reason": "reason",
    "cabin": "cabin",
    "trip": "trip",
    "insurance": "insurance",
}
"""Key of a detail -> the choice that it is, where one of its values excludes the others."""
_ANY_WORDS = frozenset({"reason", "wish"})
"""Details that can be anything; the others are said in a few words."""
_FRAGMENT = 7
"""Words of an answer that is no sentence of its own."""
_ASIDE = re.compile(
    r"^\W*(?:oh |and )*(?:by the way|btw|on another note|fun(?:ny)? (?:fact|enough|thing)|side note|speaking of|apropos|incidentally)\b"
)
"""How small talk begins."""
_PUTS_OFF = re.compile(
    r"^\W*(?:(?:oh|no|but|sorry|please|just)\W+)*(?:hold on|hang on|wait|not so fast|one (?:moment|second|sec|minute)|first things first|before (?:we|you|that|i))\b"
)
"""How somebody begins who puts the answer off."""
_PUT_OFF = re.compile(r"(?:please|ok(?:ay)?|thanks?|sorry|let me (?:see|think|check|look))?\W*")
"""All that may stand behind such a beginning where it is no answer at all."""
_HOPES = re.compile(
    r"^\W*(?:(?:and|so|well|but)\W+)*(?:(?:i|we)(?: do| really| just| only)* hope|hopefully|fingers crossed)\b"
)
_HASTE = re.compile(
    r"\blet's (?:\w+ ){1,4}(?:right away|at once|quick(?:ly)?|fast|soon|short|brief|now|straight away)\b"
)
"""What is said of the talk, whatever is told beside it: "my cab is waiting, so let's do this right away"."""
_FELT = 0.6
"""Share of a sentence's words by which it is the feeling that a user brings along."""
_GOES_ON = re.compile(r"^\W*(?:(?:what|which|who|where|when|how)ever\b|no matter\b|regardless\b|including\b|except\b)")
"""How a sentence goes on that only says which ones are meant."""
_CLAUSE = re.compile(
    r"\b(?:you|your|thanks?|that'?s (?:all|it|everything)|(?:i|we)(?:'\w+)? \w+|\w+(?:'s|'re| is| are) \w+ing)\b(?<!i paid)(?<!i did)(?<!i bought)"
)
_FILLING = frozenset(
    [
        "let",
        "see",
        "hmm",
        "okay",
        "sorry",
        "moment",
        "second",
        "sec",
        "minute",
        "wait",
        "lot",
        "much",
        "far",
        "know",
        "again",
        "already",
        "hold",
        "one",
        "just",
        "well",
        "where",
        "was",
        "now",
        "then",
        "you",
        "know",
        "and",
        "the",
        "for",
        "that",
        "this",
        "here",
        "please",
        "thanks",
        "thank",
        "look",
        "looking",
        "check",
        "think",
        "sure",
        "yes",
        "yeah",
        "yep",
        "nope",
        "nah",
        "good",
        "fine",
        "great",
        "hello",
        "hey",
        "back",
        "all",
        "right",
        "got",
        "get",
        "can",
        "could",
        "would",
        "will",
        "not",
        "but",
        "with",
        "phone",
        "rang",
        "once",
        "twice",
        "thrice",
    ]
)
"""Words of somebody who gains time and says nothing."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that the user said, or that the agent asked and the user agreed to."""

    turn: int
    text: str
    """In lower case, as it was written."""
    asked: str
    """What the agent said before, in lower case."""
    asks: bool = False
    """It asks back about a proposal, and so states no wish."""
    meant: str = ""
    """The same without slips of the keyboard and with clipped words in full, where it has any."""
    first: bool = False
    """It is the first of its turn."""
    behind: str = ""
    """It and the sentence before it, where it points back at that."""

    def says(self, test: Callable[[str], bool]) -> bool:
        """Whether it passes a test, as it is written, as it was meant, or with the one that it points back at."""
        return test(self.text) or any(test(text) for text in (self.meant, self.behind) if text)


def said_before_used(case: Case) -> Iterator[Finding]:
    """Every detail that a write, a refusal or an answer rests on was said by the user before it."""
    wanted = needs(case.task, case.domain)
    if not any(wanted):
        return
    sentences = list(_sentences(case))
    ends = _ends(case)
    used: dict[tuple[str, str], list[tuple[str, set[int]]]] = {}
    for index, (request, owed) in enumerate(zip(case.task.requests, wanted, strict=True)):
        end = ends[index]
        if not _decided(case, request):
            continue  # nothing was used yet
        scope = _scope(case, request, owed, wanted, sentences, _start(ends, index), end)
        later = [i for i, item in enumerate(sentences) if item.turn >= end]
        missing: dict[str, str] = {}
        aside = {i for i in (*scope, *later) if _other_case(case, request, sentences[i].text)}
        for need in owed:
            places = _places(case, need, scope, later, sentences) or _told_otherwise(
                case, need, scope, sentences, wanted, owed
            )
            if need.same[0] == "idea" and need.slot != "fallback":
                places -= aside
            places = places or _as_of_another(case, request, need, scope, sentences, wanted)
            if need.aside and not _put(case, need, end):
                continue
            seats = {seat for place in places for seat in _seats(need, place, sentences[place])}
            if places and not _shared(f"{index}:{need.slot}", need, places, seats, used, sentences):
                used.setdefault(need.same, []).append((f"{index}:{need.slot}", seats))
            elif not (
                _named_in_the_yes(case, request, need, sentences, end)
                or _offered_and_taken(case, request, need, sentences, end)
                or _left_by_what_there_is(need, scope, sentences, owed)
                or _named_in_the_question(case, request, need, scope, sentences, owed)
                or _only_means(case, request, need, [sentences[i] for i in scope], owed)
                or _unread(case, need, scope, sentences, owed)
            ):
                missing.setdefault(need.slot, need.what)
        if missing:
            yield Finding(
                "said_before_used", min(end, case.last), f"{request.topic} decided without {', '.join(missing.values())}",
                "the user saying that first, or agreeing to it when asked",
            )  # fmt: skip


def _places(
    case: Case, need: Need, scope: Sequence[int], later: Sequence[int], sentences: Sequence[Sentence]
) -> set[int]:
    """The sentences that say a detail."""
    within = [*scope, *later] if need.late else [i for i in scope if not sentences[i].asks]
    if need.slot == "reason":
        within = [i for i in within if not _of_the_talk(case, sentences[i].text)]
    places = {i for i in within if sentences[i].says(need.said_in)}
    if need.bare is not None:
        places |= {i for i in within if _answered(case, need, sentences[i])}
    if not places:
        places |= {i for i in within if _again(case, need, sentences, i)}
    if not places:
        places |= {i for i in within if _chosen_from(case, need, sentences[i])}
    return places


def _chosen_from(case: Case, need: Need, sentence: Sentence) -> bool:
    """Whether a sentence chooses from what the question names that it answers."""
    short = replace(sentence, text=of_them_left_out(sentence.text), meant=of_them_left_out(sentence.meant))
    return _says_something(case, need, short) and chosen_from(need.said_in, sentence.asked, sentence.text)


def _told_otherwise(
    case: Case,
    need: Need,
    scope: Sequence[int],
    sentences: Sequence[Sentence],
    wanted: Sequence[Sequence[Need]],
    owed: Sequence[Need],
) -> set[int]:
    """Sentences that say nothing else, where a detail without a value is asked for, or a reason stands beside what it is the reason for.

    Why somebody cancels, who flies, or that all of it is meant can be said in any words: what answers the question about it, and is no
    other detail, no other value of it and no filler, may well say it.
    """
    if need.same[0] == "value" and need.slot != "reason":
        return set()
    others = [other for needs_ in wanted for other in needs_ if other is not need]
    if _turned_around(need, scope, sentences, others):
        return set()
    open_ = [i for i in scope if _says_something(case, need, sentences[i]) and not _says_any(others, sentences[i])]
    found = {i for i in open_ if _asked_about(case, need, sentences[i].asked)}
    if need.same[0] == "extreme":
        found = {i for i in found if _may_rank(case, sentences[i])}
    if need.slot == "reason":
        found |= {i for i in open_ if _beside_its_matter(i, sentences, owed)}
        for i in scope:
            rest = _behind_the_wish(sentences[i], owed) or _ahead_of_the_wish(sentences[i], owed)
            if rest and _says_something(case, need, rest) and not _says_any(others, rest):
                found.add(i)
    return found


def _turned_around(need: Need, scope: Sequence[int], sentences: Sequence[Sentence], others: Sequence[Need]) -> bool:
    """Whether the opposite of a detail was said, and is no other detail."""
    if not need.contrary or any(other.same[1] == need.contrary for other in others):
        return False
    return any(compiled(need.contrary).search(sentences[i].text) for i in scope)


_RANKS = re.compile(r"\b(?:[a-z]{3,}est|most|least|best|top|max|min|first|last|as \w+ as)\b")


def _may_rank(case: Case, sentence: Sentence) -> bool:
    """Whether a sentence may say which end of what is compared is wanted: by a superlative, or in a word that is not known."""
    words = _LETTERS.findall(sentence.meant or sentence.text)
    return _RANKS.search(sentence.text) is not None or any(_is_new(case, word) for word in words)


def _behind_the_wish(sentence: Sentence, owed: Sequence[Need]) -> Sentence | None:
    """What a sentence that names its record tells behind a mark, where that wants nothing: "cancel X1, an exam was moved"."""
    records = [need for need in owed if need.slot in _RECORD]
    if not _says_any(records, sentence):
        return None
    for mark in _MARKED.finditer(sentence.text):
        rest = replace(sentence, text=sentence.text[mark.end() :], meant="", behind="")
        wants = any(part.wills or part.asked or part.supposed for part in parts(rest.text))
        told = len(rest.text.split()) > _SHORT and not (wants or _GOES_ON.match(rest.text))
        if told and not _says_any(records, rest):
            return rest
    return None


def _ahead_of_the_wish(sentence: Sentence, owed: Sequence[Need]) -> Sentence | None:
    """What a sentence that names its record tells ahead of what is wanted for it: "X1: an exam was moved, so please cancel"."""
    if not _says_any([need for need in owed if need.slot in _RECORD], sentence):
        return None
    cause = _SO.search(sentence.text) or _AS.search(sentence.text)
    if cause is None or not any(part.wills for part in parts(sentence.text[cause.end() :])):
        return None
    why = (cause["why"] or "").rpartition(": ")[2]
    return replace(sentence, text=why, meant="", behind="") if len(why.split()) > _SHORT else None


_SO = re.compile(
    r"^(?P<why>.+?)(?:,|;|\s[-–—]+)? (?:and )?(?:so|hence|therefore|thus|that's why|that is why|which is why|for that reason)\b,? (?=(?:please|pls|kindly|i|i'd|i'm|we|we'd|can|could|would|cancel|call|scrap|let)\b)"
)
_AS = re.compile(r"(?:^\W*|: )(?:as|since|because|now that|given that|seeing that) (?P<why>[^,]+), ")
"""What is told as the cause of a wish."""
_MARKED = re.compile(r"(?:,|\s[-–—]+|:(?= [a-z]{2,}))\s+")
"""Before what is told of a wish in the same sentence."""


def _of_the_talk(case: Case, text: str) -> bool:
    """Whether a sentence says how the user feels, hopes or hurries in this talk: that is no reason for what it wants."""
    if _HOPES.match(text) or _HASTE.search(text):
        return True
    trials = case.task.behaviour.trials if case.task.behaviour else ()
    words = set(_WORDS.findall(text))
    felt = (set(_WORDS.findall(trial.text.lower())) for trial in trials if isinstance(trial, Feels))
    return any(len(words & one) >= _FELT * max(1, len(words)) for one in felt)


def _says_any(needs_: Sequence[Need], sentence: Sentence) -> bool:
    return any(sentence.says(need.said_in) for need in needs_)


def _says_something(case: Case, need: Need, sentence: Sentence) -> bool:
    """Whether a sentence states something that is neither a question, nor an id, nor another value of the detail."""
    sayings = case.domain.pack.sayings
    if _PUTS_OFF.match(sentence.text) or (need.slot == "reason" and _of_the_talk(case, sentence.text)):
        return False
    if sentence.asks or sentence.text.rstrip().endswith("?") or case.domain.pack.ids(sentence.text):
        return False
    words = _WORDS.findall(sentence.meant or sentence.text)
    if need.slot in _ANY_WORDS:
        talk = all(map(_talk, words)) and not _GOES_NOT.search(sentence.text)
        if _FAILS.search(sentence.text) or _ASIDE.match(sentence.text) or talk:
            return False  # a case, small talk, or talk about the talk
    elif (
        len(words) > _FRAGMENT
        or _CLAUSE.search(sentence.text)
        or all(len(word) < 3 or word in _FILLING or casual([word]) for word in words)
        or (len(words) == 1 and not sentence.first and is_everyday(words[0]))
    ):
        return False
    if need.slot != "reason" and any(
        compiled(idea).search(sentence.text) for idea in sayings.ideas.get(need.slot, ()) if idea != need.same[1]
    ):
        return False
    role = _CHOSEN.get(need.slot, "")
    own = wanted_of(case.task, case.domain).choices(role) if role == "reason" else UNDECIDED
    return not any(
        (match := compiled(form).search(sentence.text)) and (role != "reason" or sayings.in_role(role, match))
        for value, form in sayings.choices.get(role, {}).items()
        if value not in own
    )


_GOES_NOT = re.compile(
    r"\w[^.;!?]{8,}(?:,|;| and)? (?:so|hence|therefore|that's why|which is why) (?:(?:i|we)(?: \w+){0,2}?(?:n't|'m not| am not|'re not| are not| not| no longer)\b|no (?:trip|flight|journey)\b)"
)
"""A cause, with the way that is not made because of it: whatever it is, it is the reason."""


def _talk(word: str) -> bool:
    """Whether a word names nothing that a reason could be."""
    plain = word.partition("'")[0]
    return len(plain) < 3 or plain in _FILLING or plain in KNOWN or is_everyday(plain)


def _asked_about(case: Case, need: Need, asked: str) -> bool:
    """Whether the agent's message asks about the detail."""
    sayings = case.domain.pack.sayings
    patterns = [pattern for pattern in (sayings.asks.get(need.slot), sayings.which.get(need.slot)) if pattern]
    asking = (asked[start:end] for start, end in _spans(asked) if patterns)
    return any(compiled(pattern).search(one) for one in asking if _PUTS.search(one) for pattern in patterns)


def _beside_its_matter(place: int, sentences: Sequence[Sentence], owed: Sequence[Need]) -> bool:
    """Whether a sentence stands right beside the one that names the record, in the same turn."""
    if len(sentences[place].text.split()) < _SHORT + 1:
        return False
    near = (at for at in (place - 1, place + 1) if 0 <= at < len(sentences))
    return any(
        sentences[at].turn == sentences[place].turn
        and _says_any([need for need in owed if need.slot in _RECORD], sentences[at])
        for at in near
    )


def _unread(case: Case, need: Need, scope: Sequence[int], sentences: Sequence[Sentence], owed: Sequence[Need]) -> bool:
    """Whether the user may have said a detail in a word that nothing here knows; that is counted, and not judged.

    What the word means is the agent's to know: its list has the detail, and the yes to that is judged elsewhere.
    """
    others = [other for other in owed if other is not need]
    if any(_says_another(case, need, sentences[i], others) for i in scope) or _turned_around(
        need, scope, sentences, others
    ):
        return False
    found = any(_may_say(case, need, sentences[i], others) for i in scope)
    case.unjudged["said_before_used"] += found
    return found


def _may_say(case: Case, need: Need, sentence: Sentence, others: Sequence[Need]) -> bool:
    """Whether a sentence answers the question about a detail in words that are not read, or says what becomes of a thing that is not known ("the power bank: the bluest")."""
    new = {word for word in _LETTERS.findall(sentence.meant or sentence.text) if _is_new(case, word)}
    if _asked_about(case, need, sentence.asked) and _says_something(case, need, sentence):
        return (bool(new) or _answers_only(case, need, sentence, others)) and not _says_any(others, sentence)
    if not (_is_thing(case, need) and new.intersection(_NAMED.findall(sentence.text))):
        return False
    things = [other for other in others if _is_thing(case, other) and other.same != need.same]
    told = [other for other in others if other.slot in _TOGETHER and not _is_thing(case, other)]
    return _says_any(told, sentence) and not _says_any(things, sentence)


def _says_another(case: Case, need: Need, sentence: Sentence, others: Sequence[Need]) -> bool:
    """Whether a sentence that says other details of the request names another value of the same option: then it says that, in words that are read."""
    if _chooses_another(case, need, sentence):
        return True
    noun = case.domain.pack.sayings.counted.get(need.slot)
    if (
        noun
        and compiled(noun).search(sentence.text)
        and any(item.quantity == "count" for item in values(sentence.text))
    ):
        return True
    told = [other for other in others if other.slot == need.slot]
    if need.same[0] != "value" or not told or not _says_any(told, sentence):
        return False
    own = need.same[1].lower()
    kinds = [{value.lower() for value in values_} for values_ in vocabulary(case.domain).options.values()]
    rivals = {value for values_ in kinds if own in values_ for value in values_} - {own}
    return any(is_whole(value, sentence.text) for value in rivals if len(value) > _CLEAR)


def _chooses_another(case: Case, need: Need, sentence: Sentence) -> bool:
    """Whether the answer to a question about a choice names another of its values."""
    values_ = case.domain.pack.sayings.choices.get(_CHOSEN.get(need.slot, ""), {})
    own = wanted_of(case.task, case.domain)
    mine = {value for value in values_ if any(compiled(values_[value]).search(detail) for detail in own.details)}
    named = {value for value, form in values_.items() if compiled(form).search(sentence.text)}
    return bool(named) and not sentence.asks and not named & mine and _asked_about(case, need, sentence.asked)


_CLEAR = 4
"""Letters of a value that is none of another option, too."""
_NAMED = re.compile(
    r"(?:^|\b(?:the|my|that|this)\s)(?:[a-z-]+\s)?([a-z-]+)(?=\s*(?:[:,=→-]|(?:should|shall|has|must|to|for|into|becomes?|gets?|is)\b|$))"
)
"""The last word of what a sentence begins with as that of which it is told."""
_LETTERS = re.compile(r"(?<![\w@.#-])[a-z]{3,}(?![\w@#-])")


def _answers_only(case: Case, need: Need, sentence: Sentence, others: Sequence[Need]) -> bool:
    """Whether a sentence comes first in answer to a question about that one detail, and holds no value that any could have."""
    asked = {other.slot for other in others if _asked_about(case, other, sentence.asked)} - {need.slot}
    return sentence.first and not asked and not _KNOWS_NOT.match(sentence.text) and _holds_no_value(case, sentence)


_KNOWS_NOT = re.compile(
    r"^\W*(?:no\b|none|not\b|nothing|never|dunno|idk|(?:i )?(?:don't|dont|do not|can't|cannot) (?:know|say|remember|care))"
)
"""An answer that gives none."""


def _holds_no_value(case: Case, sentence: Sentence) -> bool:
    """Whether nothing in a sentence is a value that some detail could have: then what it says is not read, and not another value."""
    text, words = sentence.meant or sentence.text, vocabulary(case.domain)
    named = (*words.things, *words.places, *(value for values_ in words.options.values() for value in values_))
    return not values(text) and not any(is_whole(name, text) for name in named if len(name) > 1)


def _is_thing(case: Case, need: Need) -> bool:
    return need.same[0] == "value" and need.same[1].lower() in vocabulary(case.domain).things


def _is_new(case: Case, word: str) -> bool:
    """Whether a word is none of any talk, slang or not, and none of the domain."""
    return not (lexicon(case.domain).knows(word) or word in _FILLING or _talk(word) or casual([word]))


def _named_in_the_yes(case: Case, request: Request, need: Need, sentences: Sequence[Sentence], end: int) -> bool:
    """Whether the user said an id for another request, and names it for this one between the proposal and the write."""
    write = case.gold_turns[request.decision] if request.decision is not None else None
    if write is None or need.bare is not None or not any(map(str.isdigit, need.same[1])):
        return False
    said = (turn.text for turn in case.talk.turns[end:write] if turn.role == "user")
    known = any(item.turn < end and item.says(need.said_in) for item in sentences)
    return known and any(need.said_in(text.lower()) for text in said)


def _offered_and_taken(case: Case, request: Request, need: Need, sentences: Sequence[Sentence], end: int) -> bool:
    """Whether the agent asked for it ahead of its list ("should it be the same address?"), and the user says it in the yes."""
    write = case.gold_turns[request.decision] if request.decision is not None else None
    if write is None or need.same[0] != "idea":
        return False
    asked = case.talk.turns[end].text.lower()
    puts = any(one.endswith("?") and need.said_in(one) for one in (asked[a:b].strip() for a, b in _spans(asked)))
    return puts and any(end < item.turn < write and item.says(need.said_in) for item in sentences)


def _left_by_what_there_is(
    need: Need, scope: Sequence[int], sentences: Sequence[Sentence], owed: Sequence[Need]
) -> bool:
    """Whether the user chose among what the agent had told, all of which is so ("there is no direct flight, only those with one stop")."""
    if need.same[0] != "extra":
        return False
    others = [other for other in owed if other.slot == need.slot and other is not need]
    contrary = compiled(need.contrary) if need.contrary else None
    return any(
        _says_any(others, sentences[i])
        and need.said_in(sentences[i].asked)
        and _NONE_SUCH.search(sentences[i].asked)
        and not (contrary is not None and contrary.search(sentences[i].text))
        for i in scope
    )


_NONE_SUCH = re.compile(r"\b(?:no|none|not any|n['’]t any) (?:\w+ ){0,2}?(?:flights?|connections?|ones?)\b|\bonly\b")
"""Nothing else is there to choose from."""


def _only_means(case: Case, request: Request, need: Need, said: Sequence[Sentence], owed: Sequence[Need]) -> bool:
    """Whether it is the only means of payment that the profile was read to have, and the user, not asked for it alone, agreed to a list with it."""
    write = case.gold_turns[request.decision] if request.decision is not None else None
    step = next((step for step in case.writes if step.turn == write), None)
    if step is None or need.slot not in MEANS or any(_asks_how_to_pay(case, need, one.asked, owed) for one in said):
        return False
    stored = {str(row.get("id")) for row in seen_before(case, step.turn).rows(case.fields.purse)}
    return len(stored) == 1 and stored.pop() in step.call.text and consented(case, step)


def _asks_how_to_pay(case: Case, need: Need, asked: str, owed: Sequence[Need]) -> bool:
    """Whether a message asks by what means, and for no other detail."""
    forms = case.domain.pack.sayings.choices.get(_CHOSEN[need.slot], {}).values()
    named = any(compiled(form).search(part) for part in _SENTENCE.split(asked) if part.endswith("?") for form in forms)
    others = (other for other in owed if other.slot != need.slot)
    return (named or _asked_about(case, need, asked)) and not any(_asked_about(case, one, asked) for one in others)


def _named_in_the_question(
    case: Case,
    request: Request,
    need: Need,
    scope: Sequence[int],
    sentences: Sequence[Sentence],
    owed: Sequence[Need],
) -> bool:
    """Whether the user spoke of a person for another detail, and then answered what it was asked of that one alone."""
    write = case.task.outcomes[request.decision].call if request.decision is not None else None
    if write is None or need.slot != "person":
        return False
    people = json.dumps(write.args).lower()
    names = [name for name in _FIRST_NAME.findall(people) if not need.said_in(name)]
    told = [other for other in owed if other.slot != need.slot and other.slot not in _RECORD]
    known = next((i for i in scope if sentences[i].says(need.said_in)), len(sentences))

    def others(text: str) -> bool:
        return any(is_whole(name, text) for name in names)

    return any(
        i > known and asks_of(sentences[i].asked, need.said_in, others) and not others(sentences[i].text)
        for i in scope
        if _says_any(told, sentences[i])
    )


def _as_of_another(
    case: Case,
    request: Request,
    need: Need,
    scope: Sequence[int],
    sentences: Sequence[Sentence],
    wanted: Sequence[Sequence[Need]],
) -> set[int]:
    """The sentences that name a detail as what the record of another request has ("the address of the order with the luggage set"), which the write takes over."""
    call = case.task.outcomes[request.decision].call if request.decision is not None else None
    word = case.domain.pack.sayings.names.get(need.slot, need.slot)
    if call is None or need.same[0] != "idea":
        return set()
    taken = {
        value for name, value in call.args.items() if isinstance(value, str) and value and not name.endswith("_id")
    }
    found: set[int] = set()
    for other, owed in zip(case.task.requests, wanted, strict=True):
        theirs = case.task.outcomes[other.decision].call if other.decision is not None else None
        if other is request or theirs is None or not taken or not _is_in_one(case, theirs.args.values(), taken):
            continue
        named = [one for one in owed if one.slot in _RECORD]
        found |= {i for i in scope if is_whole(word, sentences[i].text) and _says_any(named, sentences[i])}
    return found


def _is_in_one(case: Case, keys: Iterable[Json], texts: Iterable[str]) -> bool:
    """Whether a record with one of these ids holds all of these texts."""
    tables = case.domain.tables.values()
    rows = [json.dumps(table[key]) for key in keys if isinstance(key, str) for table in tables if key in table]
    return any(all(json.dumps(text) in row for text in texts) for row in rows)


_FIRST_NAME = re.compile(r'"first_name": "([^"]+)"')


def _shared(
    key: str,
    need: Need,
    places: set[int],
    seats: set[int],
    used: Mapping[tuple[str, str], list[tuple[str, set[int]]]],
    sentences: Sequence[Sentence],
) -> bool:
    """Whether no sentence is left for the detail, since other details with the same words need them, and none speaks for several."""
    request, _, _ = key.partition(":")
    plain = need.same[0] == "value" and any(char.isdigit() for char in need.same[1])
    held: dict[object, set[int]] = {}
    for same in used:
        for number, (slot, found) in enumerate(used[same]):
            holder, _, name = slot.partition(":")
            own = holder == request and (plain or {name, need.slot} <= _TOGETHER)
            if _alike(same, need.same) and slot != key and not own:
                one = holder if name in _TOGETHER else (same, number)
                held[one] = held.get(one, set()) | found
    if not held or any(_SHARED.search(_CASE.sub(" ", sentences[i].text)) for i in places):
        return False
    return not _matched([*held.values(), seats])


_COMMA = re.compile(r",\s+|\s+(?:and|but|then)\s+|:\s+|\s[-–—]\s")
_OF_IT = re.compile(r"\b(?:on|in|of|for|from|with|does|will|is) (?:it|that|them|there)\b|\bthereof\b|\bthere\b")
_SEATS = 100
"""More than a sentence has clauses."""


def _seats(need: Need, place: int, sentence: Sentence) -> set[int]:
    """The clauses of a sentence that say the detail, numbered through all: each may speak for another one with the same words."""
    text = sentence.meant or sentence.text
    parted = _COMMA.split(text)
    said = {number for number, clause in enumerate(parted) if need.said_in(clause)}
    if need.late:  # "put it on my gift card, and tell me what is left on it"
        pairs = enumerate(pairwise(parted), start=1)
        said |= {
            n
            for n, (before, own) in pairs
            if _OF_IT.search(own) and ASKING.search(own) and need.said_in(f"{before}, {own}")
        }
    return {place * _SEATS + number % _SEATS for number in said or {0}}


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the same words say two details: the same value, or the last digits of one number, few or many of them."""
    if one == other:
        return True
    ends = one[1].endswith(other[1]) or other[1].endswith(one[1])
    return ends and one[0] == other[0] == "value" and min(len(one[1]), len(other[1])) > 2 and one[1][-1:].isdigit()


def _other_case(case: Case, request: Request, text: str) -> bool:
    """Whether a sentence says what is to be done else if the request fails: "if not, cancel the whole trip"."""
    if request.decision is None or not _FAILS.search(text):
        return False
    sayings, tool = case.domain.pack.sayings, case.task.goal.decisions[request.decision].tool
    others = (pattern for deed, pattern in sayings.wishes.items() if deed not in sayings.wished_by.get(tool, (deed,)))
    found = [part for part in parts(text) if not part.supposed]
    return len(found) < len(parts(text)) and any(compiled(one).search(part.text) for one in others for part in found)


def _matched(choices: Sequence[set[int]]) -> bool:
    """Whether each can have a place of its own."""
    holder: dict[int, int] = {}

    def seat(who: int, tried: set[int]) -> bool:
        for place in choices[who] - tried:
            tried.add(place)
            if place not in holder or seat(holder[place], tried):
                holder[place] = who
                return True
        return False

    return all(seat(who, set()) for who in range(len(choices)))


def _put(case: Case, need: Need, end: int) -> bool:
    """Whether the agent asked for the detail."""
    texts = [turn.text for turn in case.talk.turns[:end] if turn.role == "agent" and "?" in turn.text]
    asks = case.domain.pack.sayings.asks.get(need.slot)
    if asks and any(compiled(asks).search(text.lower()) for text in texts):
        return True
    return any(question in text for question in case.domain.pack.phrases.questions.get(need.slot, ()) for text in texts)


def _again(case: Case, need: Need, sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence refers to what was said of the detail before."""
    again, item = case.domain.pack.sayings.again.get(need.slot), sentences[place]
    named = again is not None and compiled(again).search(item.text) is not None
    if not named and not (_asked_about(case, need, item.asked) and _AS_BEFORE.search(item.text)):
        return False
    return any(item.says(need.said_in) for item in sentences[:place])


def _answered(case: Case, need: Need, sentence: Sentence) -> bool:
    """Whether a bare answer to the agent's question about it says it."""
    which = case.domain.pack.sayings.which.get(need.slot)
    if need.bare is not None and which and compiled(which).search(sentence.asked) and sentence.says(need.bare):
        return True
    asks = case.domain.pack.sayings.asks.get(need.slot)
    if need.bare is None or not asks or not compiled(asks).search(sentence.asked):
        return False
    if need.same[1] in _OPPOSITE and _LEAVES_OPEN.search(sentence.text):
        return False
    if _plainly(case, need, sentence, compiled(asks)):
        return True
    whole = with_its_noun(sentence.text, sentence.asked, compiled(asks))
    if whole and need.same[1] in _OPPOSITE and need.said_in(whole):
        other = case.domain.pack.sayings.forms.get(_OPPOSITE[need.same[1]])
        return not (other and compiled(other).search(whole))
    others = (pattern for key, pattern in case.domain.pack.sayings.asks.items() if key != need.slot)
    return sentence.says(need.bare) and not any(compiled(pattern).search(sentence.text) for pattern in others)


_OPPOSITE = {"yes": "no", "no": "yes"}
_PLAIN = 6
"""Words of an answer that is no more than a yes or a no, at most."""
_LEAVES_OPEN = re.compile(
    r"\b(?:not|n't) (?:\w+ )?(?:sure|certain|know|decided|now|yet)\b|\blet me (?:think|see|check|ask)\b|\b(?:think|thinking) (?:about|it over)\b|\b(?:maybe|perhaps|possibly|depends)\b"
)
"""Words of an answer that is none yet."""
_BARELY = {"yes": "assent", "no": "dissent"}


def _plainly(case: Case, need: Need, sentence: Sentence, asks: re.Pattern) -> bool:
    """Whether a short answer is the yes, or the no, to the last question, which asks for nothing else than this: "I'd rather not"."""
    wanted = _BARELY.get(str(need.same[1]))
    last = next((one for one in reversed(_SENTENCE.split(sentence.asked)) if one.rstrip(" *_)").endswith("?")), "")
    begins = _PUTS_OFF.match(sentence.text)
    if begins is not None and _PUT_OFF.fullmatch(sentence.text[begins.end() :].strip(" .,;:!?-")):
        return False
    if wanted is None or not asks.search(last) or len(sentence.text.split()) > _PLAIN or _NUMBER.search(sentence.text):
        return False
    others = (pattern for key, pattern in case.domain.pack.sayings.asks.items() if key != need.slot)
    if any(compiled(pattern).search(text) for pattern in others for text in (last, sentence.text)):
        return False
    kinds = {act.kind for act in user_acts(sentence.text)} - {"thanks"}
    return kinds == {wanted}


# ----------------------------------------------------------------------------- what was said


def _numbers(text: str) -> frozenset[Decimal]:
    return frozenset(item.number for item in values(text.lower()) if item.quantity == "count")


def _sentences(case: Case) -> Iterator[Sentence]:
    """What the user said, without the yes to a proposal; with what the agent asked and the user agreed to."""
    before = ""
    listed = [case.domain.pack.phrases.renderings(call) for call in case.task.gold]
    openings = [frozenset(_WORDS.findall(request.opening.lower())) for request in in_own_words(case.task).requests]
    begun = frozenset[Decimal]().union(*(_numbers(request.opening) for request in in_own_words(case.task).requests))
    known = frozenset(_WORDS.findall(wanted_of(case.task, case.domain).text))
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent" and turn.text:
            before = turn.text
        elif turn.role == "user" and turn.text:
            proposed = _proposes(before, listed)
            acts = user_acts(turn.text, before) if proposed else ()
            agreed = [act for act in acts if act.kind == "assent"]
            asked = before.lower()
            asks_back = proposed and not {"correction", "request"} & {act.kind for act in acts}
            last = ""
            for start, end in _spans(turn.text):
                consents = proposed and any(act.start < end and start < act.end for act in agreed)
                opening = _opens(openings, turn.text[start:end], case.domain)
                opening = opening and not _numbers(turn.text[start:end]) - begun
                if not (opening or (consents and not _names_another(turn.text[start:end], before))):
                    asks = asks_back and turn.text[start:end].rstrip().endswith("?")
                    said = turn.text[start:end].lower()
                    meant = lengthened(respelled(said, known), asked)
                    meant = "" if meant == said else meant
                    yield Sentence(index, said, asked, asks, meant, not start, with_the_one_before(said, last))
                last = turn.text[start:end].lower()
            if not proposed and (offer := taken_up(before, turn.text)):
                yield Sentence(index, offer, "")
            if not proposed and "?" in before and _says_yes(turn.text, before.count("?")):
                for start, end in _spans(before):
                    question = before[start:end].lower()
                    if question.rstrip().endswith("?") and not _OPEN.search(question):
                        yield Sentence(index, question, "")


_NUMBER = re.compile(r"\d{3,}")


def _names_another(said: str, before: str) -> bool:
    """Whether what sounds like a yes names a number that the proposal does not: "it should go on the card ending in 4201"."""
    return any(number not in before for number in _NUMBER.findall(said))


def _proposes(message: str, listed: Sequence[Sequence[tuple[str, ...]]]) -> bool:
    """Whether a message puts a whole write to the user for a yes."""
    lower = message.lower()
    whole = any(all(any(text in lower for text in group) for group in groups) for groups in listed)
    return whole and "proposal" in heard(message).kinds


def _says_yes(text: str, questions: int) -> bool:
    """Whether an answer says yes before anything else, and to several questions nothing but that."""
    if not _AGREES.search(text[:40]):
        return False
    first = next(_spans(text), (0, 0))
    alone = questions == 1 or len(text[slice(*first)].split()) <= _SHORT
    return alone and assents(text) and any(act.kind == "assent" and act.start < _EARLY for act in user_acts(text))


def _opens(openings: Sequence[frozenset[str]], sentence: str, domain: Domain) -> bool:
    """Whether a sentence only brings a request up, and names no id or number besides."""
    words = frozenset(_WORDS.findall(sentence.lower()))
    ids = {found.lower() for found in domain.pack.ids(sentence)}
    return any(
        len(words & opening) >= 0.7 * max(len(words), len(opening))
        and not any(word in ids or any(map(str.isdigit, word)) for word in words - opening)
        for opening in openings
    )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _SENTENCE.finditer(text):
        yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)


# ----------------------------------------------------------------------------- when it has to be said


def _decided(case: Case, request: Request) -> bool:
    """Whether the write was made; whether the talk came to its end, where there is none to make."""
    if request.decision is None or case.task.outcomes[request.decision].call is None:
        return case.talk.stop in (StopReason.USER_DONE, StopReason.TRANSFERRED)
    return case.gold_turns[request.decision] is not None


def _ends(case: Case) -> list[int]:
    """Per request, the turn by which its details are said: its proposal, its refusal, or the end."""
    turns = case.talk.turns
    ends: list[int] = []
    for index, request in enumerate(case.task.requests):
        write = case.gold_turns[request.decision] if request.decision is not None else None
        if write is not None:
            ends.append(_last_put(turns, write))
        else:
            later = case.task.requests[index + 1] if index + 1 < len(case.task.requests) else None
            ends.append(_opening(case, later, _brought(case, request)) if later else _over(case))
    return ends


def _brought(case: Case, request: Request) -> int:
    """The turn by which a request that is not written was brought up, and all was read that its outcome rests on: before it, nothing is decided."""
    outcome = None if request.decision is None else case.task.outcomes[request.decision]
    known = -1 if outcome is None else case.known_by(outcome)
    own = _opening(case, request, 0)
    return max(known, own if own < len(case.talk.turns) else 0)


def _last_put(turns: Sequence[Turn], write: int) -> int:
    """The message that the user's last word before a write answers.

    A user may put right what was listed first, or ask about it, and the agent list it anew in words that are no plain proposal.
    """
    last = next((i for i in range(write - 1, -1, -1) if turns[i].role == "user"), -1)
    return next((i for i in range(last - 1, -1, -1) if turns[i].role == "agent" and turns[i].text), write)


def _over(case: Case) -> int:
    """The agent's last question whether there is anything else, behind all that it looked up; its last message, where it asks none."""
    turns = case.talk.turns
    said = [i for i, turn in enumerate(turns) if turn.role == "agent" and turn.text]
    looked = max((step.turn for step in case.steps if case.kind(step.call) == "read"), default=-1)
    offers = (i for i in reversed(said[-2:]) if i > looked and "offer" in heard(turns[i].text).kinds)
    return next(offers, said[-1] if said else 0)


def _opening(case: Case, request: Request, after: int) -> int:
    """The turn after that one in which the user brings a request up, most of all turns; the end, if that cannot be seen.

    Another request may begin with nearly the same words ("I need to upgrade a trip I booked" before "I need to book a trip").
    """
    turns = enumerate(case.talk.turns)
    found = [i for i, turn in turns if i > after and turn.role == "user" and _most_of_all(case, request, turn.text)]
    return max(
        found, key=lambda i: (share_of_opening(request, case.talk.turns[i].text), -i), default=len(case.talk.turns)
    )


def _most_of_all(case: Case, request: Request, text: str) -> bool:
    """Whether a message brings a request up, and no other one more than it."""
    share = share_of_opening(request, text)
    return share >= OPENS and all(share_of_opening(other, text) <= share for other in case.task.requests)


def _start(ends: Sequence[int], index: int) -> int:
    """Where the talk about a request begins: behind what was asked for, and decided, before it."""
    return max((end for end in ends[:index] if end < ends[index]), default=-1)


def _brings_up(case: Case, request: Request, text: str) -> bool:
    """Whether a message brings a request up; nearly whole where another one is there, too, since both may begin with the same words."""
    share = share_of_opening(request, text)
    return share >= WHOLE_OPENING or (
        share >= OPENS and all(share_of_opening(other, text) <= share for other in case.task.requests)
    )


def _stands(word: str, text: str) -> bool:
    """Whether the word that a request goes by stands in a lower-case sentence."""
    return bool(word) and is_whole(word.lower(), text, endings=("", "s", "es"))


def _orders_for(sentence: Sentence, own: Sequence[Need]) -> bool:
    """Whether a sentence wants something done with a record that this request alone names: "cancel the one that ends in 5PW"."""
    records = [need for need in own if need.slot in _RECORD]
    return _says_any(records, sentence) and any(part.wills and not part.asked for part in parts(sentence.text))


def _calls(case: Case, request: Request, lower: str) -> bool:
    """Whether a turn has the word of a request, or a verb of its deed: "send back" of a return."""
    verbs = case.domain.pack.called.verbs.get(
        "" if request.decision is None else case.task.goal.decisions[request.decision].tool
    )
    return _stands(request.word, lower) or (verbs is not None and compiled(verbs).search(lower) is not None)


def _scope(
    case: Case,
    request: Request,
    owed: Sequence[Need],
    wanted: Sequence[Sequence[Need]],
    sentences: Sequence[Sentence],
    start: int,
    end: int,
) -> list[int]:
    """The sentences about a request: those since the one before was decided, and of earlier turns that speak of it."""
    others = {need.same for needs in wanted if needs is not owed for need in needs}
    own = [need for need in owed if need.same not in others]
    turns = dict.fromkeys(item.turn for item in sentences if item.turn <= start)
    about = {
        turn
        for turn in turns
        if _brings_up(case, request, case.talk.turns[turn].text)
        or len({need.slot for item in sentences if item.turn == turn for need in own if item.says(need.said_in)}) > 1
        or any(item.turn == turn and _orders_for(item, own) for item in sentences)
        or (
            _calls(case, request, case.talk.turns[turn].text.lower())
            and any(item.turn == turn and item.says(need.said_in) for item in sentences for need in owed)
        )
    }
    return [i for i, item in enumerate(sentences) if item.turn < end and (item.turn > start or item.turn in about)]
