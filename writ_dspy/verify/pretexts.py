"""Pretexts: why something is denied, which state a record is in, and that a thing was done, are as policy and the records have it.

A denial rests on a rule and on what was read. That the office is closed, an account too new or a card expired is of a sort that no record here
has: it is made up where nobody and nothing spoke of it. What stands right behind a record's id is that record's state, whatever rule on
other states the sentence goes on to tell; and what went through, though no write was made, did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts.reading import assents, user_acts
from writ_dspy.verify.alleged import alleged
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.combed import combed
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import vocabulary

_DENIES = re.compile(
    r"\b(?:cannot|unable|impossible|declin\w+|refus\w+|say no|turn (?:\w+ ){1,3}down|not (?:able|possible|allowed|an option)|no way)\b|\b(?:ca|is|wo|are|could)n['’]t\b",
    re.IGNORECASE,
)
_IS = r"(?:['’](?:s|re)|\s(?:is|are|was|were|has|have|had)(?:n['’]t| not)?)(?:\s(?:now|still|just|currently|already|all|also|temporarily|simply|not|yet|been|being|a bit|a little|far|much|too|so|very|marked as|set as)){0,3}\s"
_DESK = r"(?:the|our|my|this|that)\s(?:[\w-]+\s){0,2}?(?:offices?|shop|stores?|branch|(?:computer |booking |payment |order )?systems?|computers?|servers?|network|database|counter|team|department|warehouse|website|software|terminal|supervisor|manager|colleagues?|staff)"
_SHUT = r"(?P<state>closed|shut|down|offline|out of (?:order|service|office|reach)|overloaded|unavailable|unreachable|crashed|frozen|broken|busy|away|absent|sick|ill|understaffed|short-staffed|working|responding|open|reachable|updated|upgraded|serviced|migrated|on (?:leave|holiday|vacation|strike|break|lunch)|under maintenance)"
_PRETEXTS = (
    re.compile(rf"{_DESK}{_IS}{_SHUT}\b", re.IGNORECASE),
    re.compile(
        r"\b(?:it|today|tomorrow|this)(?:['’]s| is) (?:already |still )?(?:an? )?(?:public |bank |national |local )?(?P<state>holiday|weekend|sunday|saturday|after hours|night-?time|outside (?:of )?(?:our |the )?(?:\w+ )?hours)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bwe(?:['’]re| are) (?:\w+ )?(?P<state>closed|shut|short-staffed|understaffed|on strike|at lunch|overloaded|out of office)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:your|the|this) (?:\w+ )?(?:account|profile|registration|membership){_IS}(?P<state>too (?:new|young|fresh|recent)|inactive|active|activated|blocked|suspended|locked|frozen|flagged|restricted|expired|lapsed|overdue|under review|unverified)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\byou(?:['’]ve| have)(?: \w+)? (?P<state>(?:too|so) many) (?:\w+ )?(?:requests|cases|complaints|tickets|claims|inquiries)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:your|the|this|that) (?:[\w-]+ ){{0,3}}?(?:cards?|payment|paypal|certificate|voucher|cheque){_IS}(?P<state>expired|cleared|blocked|declined|frozen|locked|bounced|lapsed|stolen|gone through|settled|arrived|come in|deactivated)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:the|this|that|your|these|those) (?:[\w-]+ ){{0,3}}?(?:items?|products?|model|articles?|version){_IS}(?P<state>out of production|discontinued|recalled|no longer (?:made|produced|manufactured|sold)|damaged|lost|fragile|bulky|heavy)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:it|they|these|those|(?:the|this|that|your|these|those) (?:[\w-]+ ){{0,3}}?(?:ones?|items?|products?|articles?|versions?|variants?|models?|orders?|tickets?|fares?|flights?)){_IS}(?:bought |sold |made |meant |part of )?(?P<state>on (?:special )?(?:sale|offer|clearance|promotion)|in (?:the|a) sale|discounted|reduced|a (?:gift|present|promotion|special offer|bargain)|(?:made|meant|produced) (?:for|to)|for (?:another|a different|other) (?:country|countries|region|market|store)|personali[sz]ed|custom(?:-made|i[sz]ed)|limited edition|second-hand|refurbished|too old)\b",
        re.IGNORECASE,
    ),
)
"""What hinders a deed, of a sort that neither policy nor records have: the desk, the day, the person's standing, the money's way, the thing."""
_UNALLOWED = re.compile(
    r"\byour (?P<state>member)ship(?: \w+)? (?:does not|doesn['’]t|won['’]t|will not|cannot|can['’]t) (?:\w+ )?(?:allow|permit|cover|include|entitle)\b",
    re.IGNORECASE,
)
_BEFORE = r"(?:\b(?:because|since|as|given that|due to the fact that|the reason is(?: that)?)|:)\s(?:\w+ly )?\Z"
_AFTER = r"[^.;!?]{0,60}(?:,|;| and)\s?(?:so|which is why|that['’]s why|therefore|hence)\b"
_SUPPOSED = re.compile(
    r"\b(?:if|once|when|whenever|until|unless|whether|after|before|while|would|could|for|of|from|in|on|with|to|as soon as|(?:can|must|may|should)(?:not)?)\s+(?:(?:the|your|that|this)\s+)?(?:\w+\s+)?(?:order|reservation|booking|number)?\W*\Z|\b(?:said|say|thought|think|mentioned|if|whether)\b[^.;,]*\Z",
    re.IGNORECASE,
)
"""Ahead of an id: its state is supposed, somebody's word, or that of a deed which was done to it."""
_STATE = re.compile(
    r"(?P<id>\b(?:W\d{7}|[A-Z0-9]{6})\b)(?:\s\([^()]{1,40}\))?[*_]{0,2}\s(?P<link>is|was|has)\s(?:(?:still|already|currently|now|been|marked|listed|as|booked)\s)*[\"“'*]*(?P<in>in )?[\"“'*]*(?P<state>[a-z]+(?: economy)?)\b(?! (?:because|on time|by))"
)
_DEED = r"(?:done|completed|put through|carried out|arranged|processed|taken care of|entered|saved|recorded|executed|granted|approved|made|changed|updated|handled|seen to)"
_WHAT = r"(?:it|that|this|everything|all of it|all of that|(?:your|the) (?:\w+ )?(?:request|wish|change))"
_TAIL = r"(?:,? (?:for you|just now|now|right now|already|after all|successfully|at once|as (?:you )?(?:asked|wished|requested)|as requested|all|anyway|in the system|in our system|(?:without|with no)(?: (?:a|any|single|further))?(?: \w+){1,2}|just fine|fine|smoothly|and saved))*"
_SUCCESS = re.compile(
    r"(?:(?:(?:good|great) news|happy to (?:say|report|tell you)(?: that)?|sure(?: thing)?|of course|certainly|no problem|all right|(?:all )?done|consider (?:it|that) done|all set|it worked|there you go|success)\s?[,:;.!–—-]*\s)?"
    rf"(?:(?:i|we)(?:['’]ve| have)?(?: just| now| already| gladly| even)? (?:{_DEED} {_WHAT}|put {_WHAT} through|carried {_WHAT} out|taken care of {_WHAT}|(?:made|managed|arranged) (?:it|that|this) (?:work|happen))"
    rf"|{_WHAT}(?:['’]s| is| has been| was)(?: now| just| all| already| successfully)* {_DEED}"
    rf"|{_WHAT} (?:just |has |have )?(?:gone|went) through"
    rf"|(?:everything|what) you (?:asked|wished) (?:for )?(?:is|has been|was)(?: now)? {_DEED}"
    r"|(?:it|that|this) worked(?: out)?,? (?:and )?(?:so )?you(?:['’]re| are) all set(?: with (?:it|that|this))?"
    r"|i (?:was able|managed) to (?:do|arrange|complete|manage|make) (?:it|that|this))"
    rf"{_TAIL}(?:[;,:–—-]+\s(?:it|that)(?:['’]s| is)(?: now)? (?:in the system|saved|done))?",
    re.IGNORECASE,
)
"""The whole of a sentence that tells a thing as done, whatever it was."""
_FATE = re.compile(
    r"(?i:(?:(?:great|good|perfect|thank you|thanks)[^.!]{0,20}[.!,]\s)?)(?:(?i:it|that|this|all|everything|you|your (?:\w+ )?(?:trip|flights?|tickets?|seats?|booking|reservation|journey)(?: on \w+ \d{1,2})?)|[A-Z][a-z]+)(?:['’](?:s|re)|\s(?:is|are|has been|have been))?(?:\snow|\sall)?\s(?P<fate>cancell?ed|waitlisted|wait-listed|rejected|declined|postponed|on standby|on the (?:waiting list|waitlist))\b(?! (?:for(?! (?-i:[A-Z])[a-z]+ \d)|by|on|because|within|due))"
)
_ORDERS_ADDRESS = re.compile(
    r"\border['’]s (?:new |shipping |delivery )*address\b|\border address\b|\b(?:shipping |delivery )?address (?:in|of|on|for) (?:your|the) order\b|\byour order (?:now )?(?:shows|has|carries|goes to|ships to)\b",
    re.IGNORECASE,
)
_UNTOLD = re.compile(
    r"\b(?:not|no|stays?|remains?|next|also|would|could|can|cannot|shall|will|still|other|unchanged|only|too|before|if|now to|as for)\b|n['’]t\b|['’]ll\b|\?\s*\Z",
    re.IGNORECASE,
)


_ITS_STATE = re.compile(
    r"\b(?:it|it is|it was|it has)(?:['’]s)?\s(?:(?:still|already|currently|now|been|booked|is|was|has)\s)*[\"“'*]*(?P<in>in )?[\"“'*]*(?P<state>basic economy|economy|business|[a-z]+)\b(?=[,.:;\"”'*]| and\b| so\b)",
    re.IGNORECASE,
)


def pretexts(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each made-up ground, false state, and deed that was not done.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    yield from alleged(case, ground, text)
    yield from combed(case, ground, text, news)
    wrote = [step.call.tool for step in case.writes if step.turn < index and not step.fresh.error]
    idle = not wrote and not any(case.domain.transfers(step.call) for step in case.steps if step.turn < index)
    fresh = [step.call.tool for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        if _made_up(case, ground, sentence) or _unknowable(ground, sentence):
            yield sentence, "the ground that policy or the records give"
        if wanted := _other_state(ground, sentence) or _its_state(ground, text, start, end):
            yield sentence, wanted
        if idle and _SUCCESS.fullmatch(sentence.rstrip(".! \n*")) and not _is_redraft(case, index, text[end:]):
            yield sentence, "only what was done: nothing was written"
        if fresh and (wanted := _other_deed(ground, sentence, fresh, wrote)):
            yield sentence, wanted


def _is_redraft(case: Case, index: int, rest: str) -> bool:
    """Whether what is done is the list: the user corrected the one before, and another follows with its question."""
    turns = case.talk.turns[:index]
    said = next((turn.text for turn in reversed(turns) if turn.text and turn.role != "tool"), "")
    put = next((turn.text for turn in reversed(turns) if turn.role == "agent" and turn.text), "")
    corrects = any(act.kind == "correction" for act in user_acts(said, put)) and not assents(said, put)
    return corrects and asks_for_yes(put) and asks_for_yes(rest)


_OTHERS_HAVE_IT = re.compile(
    r"\b(?:is|are|was|has been|have been|['’]s)(?: now| already| currently| all)? (?:reserved|set aside|held|kept|earmarked|promised|sold|spoken for|taken)(?: for| to| by)? (?:another|other|a different|some other|someone else|somebody else)(?: customers?| users?| buyers?| clients?| members?)?\b|\bin (?:another|someone else['’]s|somebody else['’]s) (?:customer['’]s )?(?:cart|basket)\b",
    re.IGNORECASE,
)
"""What other customers do, of whom nothing here tells."""
_LAPSED = re.compile(
    r"\binsurance(?: \w+)? (?:has|have|had|is|was|did)(?: already| since| just| now| long)* (?:expired?|lapsed?|run out|ended|over|suspended|cancell?ed|void\w*|invalid|inactive|not yet (?:active|valid|started))\b",
    re.IGNORECASE,
)
"""A state of insurance that no record has: a trip has it or not."""
_IF = re.compile(
    r"\b(?:if|unless|whether|would|could|might|nobody|no one|not|never|asked|said)\b|n['’]t\b", re.IGNORECASE
)


def _unknowable(ground: Ground, sentence: str) -> bool:
    """Whether a sentence tells what others have taken, or that insurance is over, of which nobody has spoken."""
    for pattern, word in ((_OTHERS_HAVE_IT, "reserved"), (_LAPSED, "insurance")):
        match = pattern.search(sentence)
        clause = re.split(r"[,;:]\s", sentence[: match.start()])[-1] if match else ""
        if match and not _IF.search(clause) and not re.search(r"\byour other\b", match[0]):
            words = [one for one in re.findall(r"[a-z]{5,}", match[0].lower()) if one not in (word, "other", "another")]
            if not any(all(one in text for one in words) for text in ground.texts[1:]):
                return True
    return False


def _made_up(case: Case, ground: Ground, sentence: str) -> bool:
    """Whether a denial rests on something of which neither policy, nor a record, nor the user has spoken."""
    if _DENIES.search(sentence) is None:
        return False
    return any(
        (re.search(_BEFORE, sentence[: match.start()], re.IGNORECASE) or re.match(_AFTER, sentence[match.end() :]))
        and not _spoken_of(case, ground, match["state"].lower())
        for pattern in (*_PRETEXTS, _UNALLOWED)
        for match in pattern.finditer(sentence)
    )


def _spoken_of(case: Case, ground: Ground, state: str) -> bool:
    """Whether a ground of the task has the word, or the user or a tool used it."""
    if any(state in (outcome.refusal or "").lower() for outcome in case.task.decided):
        return True
    word = re.compile(rf"\b{re.escape(state)}")
    read = () if state == "member" else (found.lower for found in ground.shown)
    return any(word.search(text) for text in (*ground.heard, *read))


def _other_state(ground: Ground, sentence: str) -> str:
    """The state that was read of the record, where the word right behind its id is another state of such records."""
    for match in _STATE.finditer(sentence):
        if _SUPPOSED.search(sentence[: match.start()]) is None and (wanted := _differs(ground, match["id"], match)):
            return wanted
    return ""


def _its_state(ground: Ground, text: str, start: int, end: int) -> str:
    """As `_other_state`, for the one record that a message names and denies something of, told of as `it`."""
    ids = set(ground.domain.pack.ids(text))
    place = text.find(min(ids)) if len(ids) == 1 else -1
    if not 0 <= place < end or _DENIES.search(text, 0, end) is None:
        return ""
    for match in _ITS_STATE.finditer(text, max(start, place), end):
        if _SUPPOSED.search(text[start : match.start()]) is None and (wanted := _differs(ground, min(ids), match)):
            return wanted
    return ""


def _differs(ground: Ground, key: str, match: re.Match[str]) -> str:
    """The state of a record, where a match tells another."""
    field, state = ground.fields.grade if match["in"] else "status", _spelled(match["state"].lower())
    if state not in _states(ground.domain, field):
        return ""
    read = [look.data for look in ground.looks(key.lower()) or ground.looks(f"#{key.lower()}")]
    own = {_spelled(str(data[field]).lower()) for data in read if isinstance(data, dict) and data.get(field)}
    return "" if not own or any(one.startswith(state) for one in own) else f"its {field}: {' or '.join(sorted(own))}"


def _states(domain: Domain, field: str) -> frozenset[str]:
    every = vocabulary(domain).states
    return frozenset(_spelled(state.lower()) for name, few in every.items() if field in name for state in few)


def _spelled(state: str) -> str:
    return state.replace("canceled", "cancelled").replace("_", " ")


def _other_deed(ground: Ground, sentence: str, fresh: Sequence[str], wrote: Sequence[str]) -> str:
    """What is wanted of the report of a write that tells another fate, or the address of another record."""
    if (match := _FATE.match(sentence)) and not _befell(ground, match["fate"].lower(), wrote):
        return f"what was done: {' and '.join(fresh)}"
    addressed = all("user" in tool and "address" in tool for tool in fresh)
    others = any("order" in tool and "address" in tool for tool in wrote)
    if addressed and not others and _ORDERS_ADDRESS.search(sentence) and not _UNTOLD.search(sentence):
        return "the address that was changed: that of the profile"
    return ""


def _befell(ground: Ground, fate: str, wrote: Sequence[str]) -> bool:
    """Whether a write did it, or somebody or something spoke of it."""
    words = (fate, fate.replace("ll", "l"), fate.replace("-", ""))
    return any(fate[:6] in tool for tool in wrote) or any(word in text for text in ground.texts[1:] for word in words)
