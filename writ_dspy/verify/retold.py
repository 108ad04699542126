"""Retold: the report of a write that went through neither denies it nor tells it of another record, a part, or with other figures.

Judged is the message that comes right after one write, and of it only sentences whose form leaves no doubt that the write is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import UNITS, singular, values
from writ_dspy.shown import counted
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.recounted import recounted
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, own_id, subject_of, until_next

_OPENS = r"\W*(?:(?:well|okay|ok|done|all done|all set|i['’]m afraid|unfortunately|sorry|that['’]s not possible|not possible)\W+)*"
_CANNOT = r"(?:can['’]?t|cannot|can not|could not|couldn['’]t|was not|wasn['’]t|has not been|hasn['’]t been)(?: be)?"
_DENIES = re.compile(_CANNOT, re.IGNORECASE)
_AT_ONCE = re.compile(r"\W*(?:(?:that|this)(?: is|['’]s| was) )?not possible\s*(?:[.:;!]|\Z)", re.IGNORECASE)
_NOT_YET = re.compile(
    r"(?:\A\W*|(?:is|are|was|['’]s)(?:n['’]t)? )(?P<not>not )?(?:done|booked|cancell?ed|changed|requested|submitted|placed|swapped|moved) yet\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:other|others|second|next|rest|remaining|another)\b", re.IGNORECASE)
_UNPAID = re.compile(
    r"\s(?:(?:won['’]t|will not|isn['’]t|is not|can['’]t|cannot|wasn['’]t|was not) (?:be |being |going to be )?(?:refunded|returned|paid back|credited|charged)|stays? with us)\b",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(?:but|instead|rather|only|any ?more|again|until|unless|if|yet|otherwise|separately|twice|extra)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\bcancell?ed,? (?:except(?: for)?|all but|but not|minus) (?:the|your|one)\b", re.IGNORECASE)
_ONE_WAY = re.compile(
    r"\b(?:the |only )?(?:first|second|outbound|return|inbound) (?:flight|leg|way|half|segment)s? (?:only|alone)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\byou(?:['’]re| are|['’]ll|['’]ll be| will| will be)?(?: now)? (?:fly|flying|travel|travell?ing) alone\b",
    re.IGNORECASE,
)
_COUNT = "|".join(UNITS)
_N_OF_M = re.compile(
    rf"\b(?:return|exchange) of (?P<some>\d+|{_COUNT}) of (?:the|your) (?P<all>\d+|{_COUNT}) items?\b", re.IGNORECASE
)
_PAID_BAGS = re.compile(rf"\b(?P<some>\d+|{_COUNT}) of (?:them|these|those|which)(?: is| are)? (?P<how>paid|free)\b", re.IGNORECASE)  # fmt: skip
_INSTEAD = re.compile(r"\b(?:instead of|in place of|replac(?:es|ing))\s+(?P<who>[A-Z][\w'’-]+ [A-Z][\w'’-]+)")
_NOW_ON = re.compile(r"\b(?:now has|is now on|you['’]re now on|now flies on|has been moved to)\W+(?P<rest>[^.;\n]+)", re.IGNORECASE)  # fmt: skip
_GOES_ON = re.compile(
    r":\s*\Z|\blet me (?:confirm|read|repeat|go over|check|list)\b|\b(?:would|shall|next|as for|now for|now to|back to(?! (?:you|your|the)\b)|please|proposal|plan)\b|['’]d\b",
    re.IGNORECASE,
)
"""In a sentence with which a message leaves its report."""


def retold(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a report that tells the write otherwise than it went.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    subject = subject_of(case, index, ground, news)
    if subject is None or not subject.made or sum(case.kind(step.call) == "write" for step in news) > 1:
        return
    text = case.talk.turns[index].text
    until = until_next(case, ground, subject.step, text)
    for place, (start, end) in enumerate(sentences(text)):
        sentence = text[start:end].strip()
        if start >= until or (place and _GOES_ON.search(sentence)):
            return  # what is put forward next is no report
        if sentence.endswith("?"):
            continue
        wanted = (
            _denied(case, index, subject, sentence, first=place == 0)
            or _unpaid(subject, sentence)
            or _of_another(case, index, subject, sentence, first=place == 0)
            or _in_part(subject, sentence)
            or _otherwise(case, subject, sentence)
            or _besides(case, index, subject, sentence)
        )
        if wanted:
            yield sentence, wanted


def _key(subject: Subject) -> str:
    """The id of the record that a write changes, or that it made."""
    return own_id(subject.domain, subject.args) or own_id(subject.domain, subject.after)


def _denied(case: Case, index: int, subject: Subject, sentence: str, *, first: bool) -> str:
    """That it was not done, cannot be, or is yet to be."""
    tool = subject.step.call.tool
    deed = case.domain.pack.deeds.get(tool)
    key = re.escape(_key(subject)).lstrip("#") or r"\Z"
    others = [
        one for one in case.domain.pack.ids(sentence) if "_" not in one and one.lstrip("#") != _key(subject).lstrip("#")
    ]
    wanted = f"success: {tool} went through"
    about = rf"(?:(?:order |reservation |booking )?#?{key}{'|it|that' if first else ''})"
    if deed and _DENIES.search(sentence) and re.match(rf"{_OPENS}{about} {_CANNOT} (?:{deed})(?=\W|\Z)(?! (?:any|again|for|by|before|later|now))", sentence, re.IGNORECASE):  # fmt: skip
        return wanted
    if not first or others:
        return ""
    asked = "?" in next((turn.text for turn in reversed(case.talk.turns[:index]) if turn.role == "user"), "?")
    rest = case.talk.turns[index].text.partition(sentence)[2]
    if not asked and _AT_ONCE.match(sentence) and _key(subject) and _key(subject) in _next(rest):
        return wanted
    yet = None if _OTHER.search(sentence) else _NOT_YET.search(sentence)
    if yet and (yet["not"] or "n't" in yet[0] or "n’t" in yet[0]) and not _left(case, index):
        return wanted
    held = "on hold" in sentence.lower() and re.match(rf"{_OPENS}(?:it|#?{key})(?: is|['’]s) on hold\b", sentence, re.IGNORECASE)  # fmt: skip
    return wanted if held else ""


def _next(text: str) -> str:
    """The first sentence of a text."""
    return next((text[start:end] for start, end in sentences(text) if text[start:end].strip()), "")


def _left(case: Case, index: int) -> bool:
    """Whether a write that is wanted is still to be made."""
    made = [step.effect for step in case.writes if step.turn < index and not step.fresh.error]
    return not case.knows("gold") or any(call not in made for call in case.gold)


def _unpaid(subject: Subject, sentence: str) -> str:
    """That the amount which a write moved is not moved."""
    money = [value for value in values(sentence) if value.quantity == "money"]
    if len(money) != 1 or _BUT.search(sentence) or subject.rise is None or not subject.rise:
        return ""
    same = abs(float(money[0].number) - abs(subject.rise)) < 0.005
    none = re.search(r"\bno \Z", sentence[: money[0].start], re.IGNORECASE) and re.match(r" (?:was |is |were )?(?:charged|refunded|taken)\b", sentence[money[0].end :])  # fmt: skip
    return f"that ${abs(subject.rise):.2f} is moved" if same and (none or _UNPAID.match(sentence, money[0].end)) else ""


def _of_another(case: Case, index: int, subject: Subject, sentence: str, *, first: bool) -> str:
    """A record or a thing that another write changed, or none."""
    tool, key = subject.step.call.tool, _key(subject).lstrip("#")
    if first and key:
        named = [one.lstrip("#") for one in case.domain.pack.ids(sentence) if "_" not in one]
        match = re.match(rf"{_OPENS}#?(?P<key>\w+)(?: is|['’]s| has been)(?: now)? (?:moved|changed|cancell?ed|updated|upgraded|returned|exchanged|swapped)\b", sentence, re.IGNORECASE)  # fmt: skip
        if match and match["key"] in named and match["key"] != key and key not in case.talk.turns[index].text:
            before = [step for step in case.writes if step.turn < index and step.call.tool == tool]
            if not any(match["key"] in step.call.text for step in before):
                return f"{key}, which {tool} changed"
    return _thing(case, index, subject, sentence)


def _thing(case: Case, index: int, subject: Subject, sentence: str) -> str:
    """A product of which no item was sent back, as that of a return."""
    fields = case.fields
    if not re.match(r"(?:return|exchange)_", subject.step.call.tool):
        return ""
    match = re.search(r"\b(?:the|your) (?P<what>[\w -]{3,30}?)(?:['’]s?) (?:return|exchange) (?:is|has been|was)\b|\b(?:return|exchange) of (?:the|your) (?P<of>[\w -]{3,30}?) (?:is|has been|was)\b", sentence, re.IGNORECASE)  # fmt: skip
    if match is None:
        return ""
    said = singular((match["what"] or match["of"]).lower().split()[-1])
    names = {str(row[fields.part]): str(row["product_name"]).lower() for view in (fields.versions, fields.parts) for row in subject.ground.seen.rows(view) if row.get("product_name")}  # fmt: skip
    written = " ".join(step.call.text for step in case.writes if step.turn < index)
    mine = {name for key, name in names.items() if key in written}
    lasts = {singular(name.split()[-1]) for name in names.values()}
    return f"{' and '.join(sorted(mine))}, as it was called with" if said in lasts and mine and not any(said in name for name in mine) else ""  # fmt: skip


def _number(word: str) -> int:
    return int(word) if word.isdigit() else UNITS.index(word.lower())


def _in_part(subject: Subject, sentence: str) -> str:
    """A part of what was done, as the whole."""
    fields = subject.fields
    args, tool, lower = subject.args, subject.step.call.tool, sentence.lower()
    key = _key(subject).lstrip("#").lower()
    if tool.startswith("cancel") and key in lower and re.search(r"\bcancell?ed\b", lower):
        part = re.search(rf"\bthe (?:outbound|return|first|second|inbound)(?: flight| leg| half| part)? of #?{re.escape(key)} (?:is|was|has been)\b", lower)  # fmt: skip
        if part or _EXCEPT.search(sentence):
            return f"all of {key}, which was cancelled"
    cabin = str(args.get(fields.grade, ""))
    if (
        fields.grade in args
        and not tool.startswith("book")
        and cabin != subject.before.get(fields.grade)
        and cabin.replace("_", " ") in lower
        and len(subject.flights) > 1
        and _ONE_WAY.search(sentence)
    ):
        return "the cabin of all flights, which was changed"
    if fields.legs in args and len(subject.people) > 1 and _ALONE.search(sentence):
        return counted(len(subject.people), "passenger")
    ids = args.get(fields.taken)
    if isinstance(ids, list) and (some := _N_OF_M.search(sentence)) and _number(some["some"]) != len(ids):
        return f"{len(ids)} items, as it was called with"
    bags, paid = args.get(fields.bags), args.get(fields.paid_bags)
    if isinstance(bags, int) and isinstance(paid, int) and (some := _PAID_BAGS.search(sentence)):
        right = paid if some["how"].lower() == "paid" else bags - paid
        if _number(some["some"]) != right and not re.search(r"\b(?:new|added|additional|extra|more)\b", lower):
            return f"{right} of them, as it was called with"
    return ""


def _otherwise(case: Case, subject: Subject, sentence: str) -> str:
    """Passengers, flights or shares of payment that are others than those of the write."""
    fields, anew = case.fields, subject.step.call.tool.startswith("book")
    if fields.party in subject.args and not anew and (match := _INSTEAD.search(sentence)):
        names = {f"{one.get(fields.given)} {one.get(fields.family)}" for one in subject.people}
        if match["who"] in names:
            return f"whom they replaced: {match['who']} still flies"
    if fields.legs in subject.args and not anew and (now := _NOW_ON.search(sentence)):
        own = {str(row.get(fields.leg)) for row in subject.flights}
        told = {token.upper() for token in case.domain.pack.ids(now["rest"])}
        flights = {token for token in told if re.fullmatch(r"[A-Z]{3}\d{3}", token)}
        if (
            flights
            and not flights & own
            and not re.search(r"\b(?:instead|rather|from|was|were|replac\w*|not)\b", sentence)
        ):
            return f"its flights: {' and '.join(sorted(own))}"
    return recounted(subject, sentence)


_NO_TOOL = re.compile(
    r"\b(?-i:(?!You|All|Everyone|Everything)[A-Z][a-z'’-]+) has been (?:told|informed|notified|contacted|alerted)\b|\bI(?:['’]ve| have) put an? (?:stop|hold|block|freeze) on (?:the|your|it|that)\b"
    r"|\balready on (?:a|the|its|our) (?:truck|van|lorry)\b|\byour [\w -]{2,30} (?:was|has been|were|have been) (?:just |already )?(?:picked up|collected)\b",
    re.IGNORECASE,
)
"""Deeds of couriers and offices, which a write to a database does not do."""
_HOW_TO = re.compile(r"\b(?:how the )?(?P<deed>cancel)l?ation (?:instructions|labels?|forms?|works)\b", re.IGNORECASE)
"""What comes with a deed, by the name of another one."""
_SEATED = re.compile(r"\bhas (?:now |got )?a seat on (?:the|an?) (?:next|other|later|earlier)\b", re.IGNORECASE)
_ORDER_ANEW = re.compile(
    r"\b(?:please|you(?:['’]ll| will)? need to|you must|you(?:['’]ll| will)? have to) (?:now |then )?place a new order for the (?:new|replacement)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(r"\bon all (?:of )?your (?:bookings|reservations|orders) (?:from now on|now)\b", re.IGNORECASE)
_AND_ORDERS = re.compile(r"\byour (?:profile|account) and (?:all )?(?:of )?your (?:open |pending |other )*orders (?:now )?(?:show|have|carry|go|ship)\b", re.IGNORECASE)  # fmt: skip
_AND_PROFILE = re.compile(
    r"\b(?:your|the) (?:default |profile |account |standard |home )+(?:address )?(?:(?:is|has|was) )?(?:now|also|too|likewise|been updated|been changed|updated|changed)\b(?! (?:not|stays?|still|remains?|kept|un\w+)\b)|\b(?:and|as well as|plus) (?:on |in )?your (?:profile|account|default address)\W*\Z",
    re.IGNORECASE,
)
_ROW = re.compile(r"[-•*]\s*[*]*(?P<what>[\w #'’-]{2,40}?)[*]*:[*]* (?P<how>cancell?ed|unchanged)\b", re.IGNORECASE)
"""A line of a recap."""


def _besides(case: Case, index: int, subject: Subject, sentence: str) -> str:
    """What no tool does, or none that was called."""
    tool, ground = subject.step.call.tool, subject.ground
    called = [step.call.tool for step in case.writes if step.turn < index and not step.fresh.error]
    if (way := _HOW_TO.search(sentence)) and not any(way["deed"].lower()[:6] in name for name in called):
        return f"what to do for {tool}"
    if (deed := _NO_TOOL.search(sentence)) and not ground.knows(deed[0]):  # fmt: skip
        return "deeds that a tool does"
    books = any(name.startswith("book") for name in called)
    if case.fields.legs and tool.startswith("cancel") and _SEATED.search(sentence) and not books:
        return "a booking before a seat"
    if tool.startswith("exchange_") and _ORDER_ANEW.search(sentence) and "no need" in case.domain.policy:
        return "no new order, which policy has no need of"
    if called.count(tool) == 1 and _key(subject) and _EVERYWHERE.search(sentence):
        return f"{_key(subject)} alone"
    moved, account = _moved(case, index), case.domain.pack.whose in subject.args
    if case.fields.street in subject.args and (not account) not in moved:
        if account and _AND_ORDERS.search(sentence):
            return "the profile alone, which was changed"
        if not account and _AND_PROFILE.search(sentence):
            return "the order alone, which was changed"
    return _as_if(subject, sentence) or _recap(subject, sentence, called, moved)


def _moved(case: Case, index: int) -> set[bool]:
    """Of what the address was changed before a message: of the account (true), of a record (false)."""
    made = (step.call.args for step in case.writes if step.turn < index and not step.fresh.error)
    return {case.domain.pack.whose in args for args in made if case.fields.street in args}


_GOES_OUT = re.compile(r"shipped|delivered|dispatched", re.IGNORECASE)


def _as_if(subject: Subject, sentence: str) -> str:
    """That an order went out which is pending."""
    key = re.escape(_key(subject))
    shipped = key and _GOES_OUT.search(sentence) and re.search(rf"{key} (?:has|was) (?:already |just )?(?:been )?(?:shipped|delivered|dispatched)\b", sentence, re.IGNORECASE)  # fmt: skip
    if shipped and str(subject.after.get("status", "")).startswith("pending"):
        return f"its status: {subject.after['status']}"
    return ""


def _recap(subject: Subject, sentence: str, called: Sequence[str], moved: set[bool]) -> str:
    """What a line of a recap tells of a write that was not made, or was."""
    row = _ROW.match(sentence)
    if row is None:
        return ""
    if row["how"].lower() == "unchanged":
        return "the new address" if True in moved and row["what"].lower() == "default address" else ""
    done = any(name.startswith("cancel") for name in called) or any('"cancelled"' in found.lower for found in subject.ground.shown)  # fmt: skip
    return "" if done else "a write that cancels before it is told"
