"""For whom, of what, from what: what a message says of the scope of the write that it puts, or tells, is so of its call.

Judged is the message before a write, or its report: who is on it, how many flights it is of, which class or which options it goes to. What a
sentence leaves out is no matter of this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import UNITS
from writ_dspy.shown import counted
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.recorded import polarity
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, options, own_id, put_next, subject_at
from writ_dspy.verify.vocabulary import vocabulary

_NAME = r"(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
_ALONE = re.compile(
    rf"\bfor {_NAME} (?:alone|only)\b|\b(?:only|just) for {_NAME.replace('who', 'one')}\b(?! and)|\b(?:for|on) you(?:rself)? (?:alone|only)\b"
)
_KEEPS = re.compile(
    rf"\b{_NAME}(?: then| would| will| still)? (?:keeps?|stays on|remains on|still (?:has|flies)) (?:hers|his|theirs|(?:her|his|their) (?:seat|place|ticket|flight|booking)|it|the (?:booking|trip|reservation))\b|\b(?:cancel|cancelling|take off|drop) (?:only )?your (?:own )?(?:seat|place|ticket|part)\b"
)
_COMES_OFF = re.compile(
    r"\byour (?:own )?(?:name|seat) (?:comes|is taken|is|would be|will be|gets)(?: taken| removed| dropped)? (?:off|out|removed|dropped)\b|\byou(?:rself)? (?:come|are taken|drop|would come|will come) (?:off|out)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:reason|because|since|as)\b[^.;?!]*?(?:\bcancell?ed by (?:the )?(?:airline|carrier)|\b(?:airline|carrier) (?:has |had )?cancell?ed)\b",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"\?|\b(?:specify|tell me|let me know|which|whether|or (?:an)?other)\b", re.IGNORECASE)
"""Reasons that are only offered to choose from."""
_CALLED_OFF = re.compile(r"\bcancell?ed\b|\bcancellation by\b|\bcalled off\b|airline|carrier")
_AN_ANSWER = re.compile(r"\A\W*no\b", re.IGNORECASE)
_BIRTH = re.compile(
    r"\b(?:date of birth|birth ?dates?|birthdays?|dob)\b[^.;,:?!]{0,20}?\b(?:changes?|(?:is|are) changed|is corrected|becomes|moves)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|nothing|neither|nor|unless|without|can|cannot)\b|n['’]t\b", re.IGNORECASE)
_FLIGHTS = re.compile(
    rf"\b(?:(?P<both>both)(?: of)?(?: the| your| these)?|(?:all|the|all the|all of the|these)\s(?P<all>{'|'.join(UNITS[2:10])}|\d)) flights?\b",
    re.IGNORECASE,
)
_CABIN = r"(?:basic economy|economy|business)"
_ARROW = re.compile(rf"\b(?P<old>{_CABIN})[*_]*\s*(?:→|->|=>|–>)\s*[*_]*(?P<new>{_CABIN})\b", re.IGNORECASE)
_BECOMES = re.compile(
    r"\b(?:becomes?|turns into|would become|will become|is swapped for|is exchanged for|is replaced (?:by|with))\b|→|->|=>",
    re.IGNORECASE,
)
_AFTER_ALL = re.compile(
    r"\b(?:order|it|that|this)\b[^.;:?!]{0,20} (?:can|could|may) (?:still|also|always|then|easily|again)(?: \w+)? be (?:cancell?ed|modified|changed|updated|edited)\b|\b(?:order|it) (?:can|could|may) be (?:cancell?ed|modified|changed|updated|edited) (?:again|later|after(?:wards)?|any ?time)\b"
    r"|\b(?:you|we|i) (?:can|could|may) (?:still|always|also) (?:cancel|modify|change) (?:it|the order|that)\b",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"\b(?:in|with|by|as|through|for|have|make|request|do|be) (?:an?|another|the) (?:second|further|later|separate|new|additional|other|third|next) (?:exchange|modification|change|request)\b|\banother (?:exchange|modification) (?:is|can|later|next|after)\b",
    re.IGNORECASE,
)


def in_scope(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that lets a write be for others, of more or fewer flights, or go to something else than it does.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    subject_of, following = subject_at(case, index, ground, news), put_next(case, index, ground)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if (
            wanted := _once(case, index, sentence)
            or _of_orders_too(case, index, sentence)
            or _of_profile_too(case, index, sentence)
        ):
            yield sentence, wanted
        subject = subject_of(start) or _by_its_name(case, following, sentence)
        if subject is None or _of_another(case, subject, sentence):
            continue
        if wanted := _bags_cost(subject, sentence):
            yield sentence, wanted
        if not (subject.final or subject.made):
            continue
        wanted = (
            _for_whom(ground, subject, sentence)
            or _of_flights(subject, sentence)
            or _to_cabin(subject, sentence)
            or _to_options(subject, sentence)
            or _kept(subject, sentence)
            or _only_changes(subject, sentence)
            or _in_part(subject, sentence)
            or _insured_as_before(subject, sentence)
        )
        if wanted:
            yield sentence, wanted


def _by_its_name(case: Case, following: Subject | None, sentence: str) -> Subject | None:
    """The write that is put next, behind the report of several others, where a sentence names its record."""
    keys = {own_id(case.domain, following.args)} if following else set()
    return following if keys & set(case.domain.pack.ids(sentence)) else None


def _of_another(case: Case, subject: Subject, sentence: str) -> bool:
    """Whether a sentence names records, and not the one that is written to."""
    keys = {own_id(case.domain, subject.args), own_id(case.domain, subject.after)}
    tables = [table for table in case.domain.tables.values() if keys & table.keys()]
    named = {one for one in case.domain.pack.ids(sentence) if any(one in table for table in tables)}
    return bool(named) and named.isdisjoint(keys)


def _names(subject: Subject) -> list[str]:
    return [f"{row.get(subject.fields.given)} {row.get(subject.fields.family)}" for row in subject.people]


def _for_whom(ground: Ground, subject: Subject, sentence: str) -> str:
    """One alone of several who are on it; somebody who is said to come off, or to stay on."""
    fields = ground.fields
    tool, names, takes = (
        subject.step.call.tool,
        _names(subject),
        bool(fields.party) and fields.party in subject.step.call.tool,
    )
    if not takes and len(names) > 1 and (_named_alone(names, sentence) or _is_for_one(sentence, made=subject.made)):
        return f"{counted(len(names), 'passenger')}: {' and '.join(names)}"
    if (
        tool.startswith("cancel")
        and _REASON.search(sentence)
        and not _ASKS_WHICH.search(sentence)
        and not any(_CALLED_OFF.search(text) for text in ground.texts[1:])
    ):
        return "the reason that the user gave"
    if (
        tool.startswith("cancel")
        and len(names) > 1
        and (match := _KEEPS.search(sentence))
        and not _NOT.search(sentence[: match.start()])
    ):
        return f"all of it, for {' and '.join(names)}"
    if not takes:
        return ""
    if (
        _COMES_OFF.search(sentence)
        and not _NOT.search(sentence)
        and ground.own_name in [name.lower() for name in names]
    ):
        return "the user still on it"
    was = {(str(row.get(fields.given)), str(row.get(fields.born))) for row in _rows(subject.before.get(fields.party))}
    births = {birth for _, birth in was}
    if (
        _BIRTH.search(sentence)
        and not _NOT.search(_AN_ANSWER.sub("", sentence))
        and births
        and {str(row.get(fields.born)) for row in subject.people} == births
    ):
        return "the dates of birth as they are"
    return ""


_CLAUSE_END = re.compile(r"[,;:](?!\d)|\s[–—-]\s")
_ITEM_ALONE = re.compile(rf"(?:\A|[,;:–—-])\W*{_NAME.replace('who', 'own')} (?:alone|only)(?=\W*(?:[,;.]|\Z))")


def _is_for_one(sentence: str, *, made: bool) -> bool:
    """Whether a sentence lets a write be for one alone: one seat, or one fare, may well be."""
    match = _ALONE.search(sentence)
    if match is None:
        return False
    # a report names what was paid in a clause of its own
    parts = [part for part in _CLAUSE_END.split(sentence) if match[0] in part] if made and match.start() else []
    return not re.search(r"\bseats?\b|\$", parts[0] if parts else sentence)


def _named_alone(names: Sequence[str], sentence: str) -> bool:
    """Whether one of several is listed as the only one: "economy as before, Evelyn Khan only"."""
    return any(match["own"] in names for match in _ITEM_ALONE.finditer(sentence))


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else ()


def _of_flights(subject: Subject, sentence: str) -> str:
    """As many flights as a trip that is cancelled does not have."""
    match = _FLIGHTS.search(sentence)
    flights = _rows(subject.before.get(subject.fields.legs))
    if (
        match is None
        or not flights
        or not subject.step.call.tool.startswith("cancel")
        or "cancel" not in sentence.lower()
    ):
        return ""
    word = (match["all"] or "two").lower()
    told = int(word) if word.isdigit() else UNITS.index(word)
    return "" if told == len(flights) else f"{counted(len(flights), 'flight')}, as there are"


def _to_cabin(subject: Subject, sentence: str) -> str:
    """A class behind an arrow that is not the one which the call has."""
    match = _ARROW.search(sentence)
    if match is None or subject.step.call.tool.startswith("book") or subject.fields.grade not in subject.args:
        return ""
    told, cabin = match["new"].lower(), subject.cabin
    return "" if told == cabin or match["old"].lower() == told else f"{cabin}, as it is called with"


_COMES_FOR = re.compile(
    r"(?:\A\W*|[,;:]\s|\band )(?P<new>(?:your|the|an?) [a-z][\w' -]{2,60}?) (?:now |then )?(?:replaces|takes the place of|comes in place of|will replace|is to replace)\b",
    re.IGNORECASE,
)
"""The new version ahead of the old one."""


def _to_options(subject: Subject, sentence: str) -> str:
    """A version behind "becomes" that has an option of another version than the new one."""
    arrows = list(_BECOMES.finditer(sentence))
    comes = _COMES_FOR.search(sentence) if not arrows else None
    if len(arrows) + (comes is not None) != 1 or len(subject.swaps) != 1:
        return ""
    (old, new) = subject.swaps[0]
    right = (comes["new"] if comes else sentence[arrows[0].end() :]).lower()
    right = right.replace(
        str(old.get("name", "\n")).lower(), " "
    )  # an "espresso machine" is of no type "espresso" by its name
    right = re.split(r"\$|\bwith\b|\bfor\b|\binstead\b|;|\(", right)[0]
    mine = options(subject.fields, new)
    every = vocabulary(subject.domain).options
    others = {value for name in mine for value in every.get(name, ())} - set(mine.values())
    wrong = next(
        (value for value in sorted(others) if re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w.-])", right)), None
    )
    covered = wrong is None or any(wrong in value and value in right for value in mine.values())
    return "" if covered else f"{', '.join(mine.values())}, as it is called with"


def _once(case: Case, index: int, sentence: str) -> str:
    """That an order can be changed again after what can be done to it only once, and is done next or was done last."""
    policy, denied = case.domain.policy, _NOT.search(re.sub(r"\b(?:can|could)\b", "", sentence))
    if denied or sentence.endswith("?") or "can only be called once per order" not in policy:
        return ""
    tools = [tool for tool in _near(case, index) if "item" in tool]
    again = _AFTER_ALL.search(sentence) and _LATER.search(sentence) and _SURE in policy
    if again and any(tool.startswith("modify") for tool in tools):
        return "no more changes after this one"
    anew = _ANEW.search(sentence) and any(tool.startswith(("exchange", "modify")) for tool in tools)
    return "one such change for an order" if anew else ""


def _near(case: Case, index: int) -> list[str]:
    """The tools of the write that was made last before a message, and of the one that is made next."""
    made = [step for step in case.writes if step.turn < index and not step.fresh.error]
    return [step.call.tool for step in (*made[-1:], *[step for step in case.writes if step.turn > index][:1])]


def _all_before(case: Case, index: int) -> list[str]:
    """The tools of the writes that a message reports together: since the agent last said something."""
    turns = case.talk.turns
    said = max((at for at in range(index) if turns[at].role == "agent" and turns[at].text), default=0)
    return [step.call.tool for step in case.writes if said < step.turn < index and not step.fresh.error]


_THOSE = r"(?:(?:(?:open|pending|existing|other|all|any|running|current|your|the|these|those|both) ){1,3}orders|(?:every|each|any|whatever|whichever) (?:\w+ )?order)"
_ORDERS_TOO = re.compile(
    rf"\b{_THOSE}\b(?: [\w']+){{0,3}}? (?:follows?(?: along| suit)?|(?:too|as well|likewise|along)\b|(?:is|are|gets?|will be|would be|have been|has been)(?: also| now)? (?:updated|changed|moved|redirected|adjusted|switched))\b"
    rf"|\b(?:profile|account)\b[^.;:?!]{{0,20}},? (?:and|as well as|plus|but also) (?:also |even )?(?:for|in|on|to) {_THOSE}\b",
    re.IGNORECASE,
)
_NOT_THOSE = re.compile(
    r"\b(?:not|no|never|none|stays?|keeps?|remains?|unaffected|unchanged|only|just|except|without|(?:future|new|next|upcoming|later) (?:\w+ )?orders?|place|from now on|onwards?|separate\w*|if|would you|do you|should|shall|unless|whether)\b|n['’]t\b",
    re.IGNORECASE,
)


def _of_orders_too(case: Case, index: int, sentence: str) -> str:
    """That orders take the address of the profile that is changed, where none of them is."""
    told = _ORDERS_TOO.search(sentence)
    if told is None or _NOT_THOSE.search(sentence) or any("order_address" in step.call.tool for step in case.writes):
        return ""
    changes = any("user" in tool and "address" in tool for tool in (*_near(case, index), *_all_before(case, index)))
    return "the address of the profile alone: orders keep theirs" if changes else ""


_PROFILE_TOO = re.compile(
    r"\b(?:your|the) (?:(?:profile|account)(?:['’]s)?,? )?(?:(?:default|standard|home|usual|profile|account|saved) )+address (?:has (?:now |also |been )*been|is|was|gets|(?:now |also )*reads)(?: now| also| already| been| likewise)* (?:updated|changed|set|adjusted|switched|corrected|replaced|the (?:new|same) one)\b",
    re.IGNORECASE,
)


def _of_profile_too(case: Case, index: int, sentence: str) -> str:
    """That the address of the profile was changed, which no write of the conversation changes."""
    told = _PROFILE_TOO.search(sentence)
    if told is None or _NOT_THOSE.search(sentence) or any("user_address" in step.call.tool for step in case.writes):
        return ""
    wrote = any("address" in step.call.tool and step.turn < index for step in case.writes)
    return "the address of the order alone: that of the profile stays" if wrote else ""


_KEPT = re.compile(
    r"\b(?:you(?:['’]ll)? (?:may|can|could|get to|are welcome to|are free to|needn['’]t return|needn['’]t send)|(?:may|can) (?:just |simply )?(?:be )?(?:kept|keep)|yours to keep"
    r"|you (?:don['’]t|do not|needn['’]t|won['’]t) (?:have to |need to )?(?:send|return|give)(?: \w+){0,3}? (?:back|in)|no need to (?:send|return|give) (?!me\b)(?:\w+ ){0,4}?(?:back|in)\b)",
    re.IGNORECASE,
)


def _kept(subject: Subject, sentence: str) -> str:
    """That the user keeps what an exchange or a return sends back."""
    fields = subject.fields
    tool, ids = subject.step.call.tool, subject.args.get(fields.taken)
    if not tool.startswith(("exchange", "return")) or not _KEPT.search(sentence) or "?" in sentence:
        return ""
    rows = _rows(subject.before.get(fields.parts)) if isinstance(ids, list) else ()
    own = [str(row.get("name", "")).lower() for row in rows if isinstance(ids, list) and row.get(fields.part) in ids]
    lower = sentence.lower()
    keeps = re.search(r"\bke(?:ep|pt)\b|\bback\b|\bin\b", lower)
    of_it = re.search(r"\bold\b", lower) or any(word in lower for name in own for word in (name, name.split()[-1]))
    return "what is sent back, as an email will explain" if keeps and of_it else ""


_ONLY = re.compile(
    r"\bonly (?:the |its )?(?P<what>[a-z][a-z ,-]{2,50}?) (?:changes?|differs?|would (?:change|differ)|will (?:change|differ)|(?:is|are) (?:new|different|changed))\b|\bnothing but the (?P<that>[a-z][a-z ,-]{2,50}?) (?:changes?|differs?)\b",
    re.IGNORECASE,
)


def _only_changes(subject: Subject, sentence: str) -> str:
    """All that is said to change of a thing, where an option of these stays, or another one changes, too."""
    match = _ONLY.search(sentence)
    if match is None or len(subject.swaps) != 1 or sentence.endswith("?"):
        return ""
    (old, new), told = subject.swaps[0], (match["what"] or match["that"]).lower().replace("colour", "color")
    before, after = options(subject.fields, old), options(subject.fields, new)
    named = {name for name in before if name in told}
    changed = {name for name in before if before[name] != after.get(name)}
    return f"what changes: {', '.join(sorted(changed))}" if named and named != changed else ""


_THING_ONLY = re.compile(
    r"\bcancel(?:l?ing|l?ed)? (?:the |your )(?P<thing>[a-z][a-z' -]{2,30}?) (?:only|alone)\b|\bcancel(?:l?ing|l?ed)? (?:only|just) (?:the |your )(?P<other>[a-z][a-z' -]{2,30}?)(?=[,.;:(]| from | in | out )",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?:half|a third|a quarter|part|some|most) of (?:the |your |that )?[*_]*\$(?P<amount>\d[\d,]*(?:\.\d\d)?)", re.IGNORECASE)  # fmt: skip


def _in_part(subject: Subject, sentence: str) -> str:
    """One thing of an order that is cancelled as a whole, or a share of an amount that moves as a whole."""
    thing, share = _THING_ONLY.search(sentence), _SHARE.search(sentence)
    rows = _rows(subject.before.get(subject.fields.parts))
    names = {str(row.get("name", "")).lower() for row in rows}
    clause = re.split(r"[,;:]", sentence[: thing.start()])[-1] if thing else ""
    if thing and len(rows) > 1 and subject.step.call.tool.startswith("cancel") and not _NOT.search(clause):
        told = (thing["thing"] or thing["other"]).lower()
        if any(told == name or told.split()[-1] == name.split()[-1] for name in names):
            return f"all {len(rows)} items of it"
    moved = float(share["amount"].replace(",", "")) if share else 0.0
    whole = share and not _NOT.search(sentence) and any(abs(moved - one) < _CENT for one in subject.moved)
    return f"all of ${moved:,.2f}" if whole else ""


_CENT = 0.005
_RULES = re.compile(r"\b(?:cover\w*|reason|if|can|could|add\w*|would|buy|want\w*|new|the other|claim|policy|bought|changes?)\b", re.IGNORECASE)  # fmt: skip


def _insured_as_before(subject: Subject, sentence: str) -> str:
    """Insurance that the trip which a write changes does not have, or the lack of one that it has."""
    fields = subject.fields
    was = {"yes": True, "no": False}.get(str(subject.before.get(fields.cover)))
    if was is None or subject.made or fields.cover in subject.args or _RULES.search(sentence):
        return ""  # behind a report, a booking that is put next names no record
    told = [said for part in re.split(r"[,;]", sentence.lower()) if (said := polarity(fields.cover, part)) is not None]
    return f"a trip {'with' if was else 'without'} insurance, as it was read" if told and (not was) in told else ""


_COSTS = re.compile(
    r"\byour (?:(?:one|two|three|four|five|\d) )?(?:checked )?bags?(?: on it)? (?:will |would |then |now )*(?:cost|costs)(?: you)? \$[1-9]",
    re.IGNORECASE,
)


def _bags_cost(subject: Subject, sentence: str) -> str:
    """That the bags of a trip cost something, where the write takes none of them, or pays for none."""
    if _COSTS.search(sentence) is None or not own_id(subject.domain, subject.args):
        return ""
    return "" if subject.args.get(subject.fields.paid_bags) else "no charge for bags, which the write has none for"


_LATER = re.compile(r"\b(?:after(?! the order (?:is|was) placed)|afterwards|later|then|again)\b", re.IGNORECASE)
_SURE = "not be able to modify or cancel the order anymore"
