"""Consent: what was proposed before a write, and whether the user agreed to it."""

# Longer than 400 lines: what was put forward, what of it still stands and what was answered is one walk through a talk.
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import Seen
from writ_dspy.domains.listing import DAY, Detail, compiled, has_date, listed
from writ_dspy.domains.values import UNITS
from writ_dspy.evidence.identify import missing
from writ_dspy.simulate.acts import agreed, assents, heard, user_acts
from writ_dspy.simulate.listpart import proposed, read_for_denials
from writ_dspy.simulate.trials.shown import insists
from writ_dspy.task import Call
from writ_dspy.trial import Feels, Insists
from writ_dspy.verify.belonging import belonging, own_lists
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.echoed import echoed
from writ_dspy.verify.elsewhere import elsewhere
from writ_dspy.verify.invited import FRAME, asks_for_another, invites_yes
from writ_dspy.verify.jointly import left_out, of_this
from writ_dspy.verify.misplaced import misplaced
from writ_dspy.verify.narrowed import narrowed, of_another, without_means
from writ_dspy.verify.numbered import own_words
from writ_dspy.verify.ordered import ordered
from writ_dspy.verify.postponed import postponed
from writ_dspy.verify.proposal import ANY_CHANGE, asks_for_yes, spoiled
from writ_dspy.verify.replaced import replaced
from writ_dspy.verify.reserved import reserved
from writ_dspy.verify.sentences import sentences


@dataclass(frozen=True, slots=True)
class Shown:
    """An agent message that lists details of a write."""

    turn: int
    text: str
    """In lower case."""
    details: frozenset[str]
    """Names of those that it states."""


def confirmed_before_write(case: Case) -> Iterator[Finding]:
    """Before a write it was proposed, each detail as it is then made, and the user's last word on that was a yes."""
    for step in case.writes:
        if step.fresh.error:
            continue  # nothing was changed; no_unwanted_write or policy judge the attempt
        wanted = _wanted(case, step)
        if wanted:
            yield Finding("confirmed_before_write", step.turn, str(step.call), wanted)


_ANEW = 0.8
"""Part of what a write owes, by which a message puts it to the user once more, and does not only report it."""


def consented(case: Case, step: Step) -> bool:
    """Whether a write was proposed before it, and the user agreed to it."""
    return not _wanted(case, step)


def put_again(case: Case, step: Step, since: int) -> bool:
    """Whether a write that was made at a turn is put to the user once more after it, for another yes."""
    owed = [detail for detail in details_of(case, step.call, step.turn) if not detail.given("")]
    whole = (
        item.turn for item in _shown(case, step, owed) if item.turn > since and len(item.details) >= _ANEW * len(owed)
    )
    return any(asks_for_yes(case.talk.turns[turn].text) for turn in whole)


def _wanted(case: Case, step: Step) -> str:
    """What the write lacks, or nothing."""
    case = own_words(case, step, lambda other: details_of(case, other.call, other.turn))
    details = details_of(case, step.call, step.turn)
    owed = [detail for detail in details if not detail.given("")] or details
    shown = _shown(case, step, owed)
    if not shown:
        return f"{', '.join(detail.name for detail in owed[:4])} listed first" if owed else "the details listed first"
    answer = max((i for i in range(step.turn) if case.talk.turns[i].role == "user"), default=step.turn)
    base = _base([item for item in shown if item.turn < answer] or shown, owed)
    parts = [
        (item, read_for_denials(owed, _of_others(case, step, item.text))) for item in shown if item.turn > base.turn
    ]
    spoken = read_for_denials(owed, _of_others(case, step, base.text))
    lacking = _lacking(case, step, base, _undenied(case, step, base, shown, owed), owed)
    if lacking:
        return f"{', '.join(lacking[:4])} listed first"
    begin = _begins(base, shown, owed)
    first = next((item for item in shown if item.turn == begin < base.turn), None)
    if fault := (
        _contradicted(case, step, base, details, parts, spoken)
        or (_begun_otherwise(case, step, first, base, details, owed) if first else "")
        or misplaced(case, step, base.turn, owed)
        or _answered_otherwise(case, step, details)
    ):
        return fault
    reply = _reply(case, step)
    put = "\n".join(turn.text for turn in case.talk.turns[begin : step.turn] if turn.role == "agent").lower()
    if (
        part := narrowed(case, step, of_this(case, step, reply))
        or left_out(case, step, reply)
        or postponed(case, step)
        or echoed(case, step, put, _NEXT.split(of_this(case, step, reply))[0])
        or ordered(case, step, put, reply)
        or reserved(case, step, put, reply)
        or elsewhere(case, step, put, seen_before(case, step.turn))
    ):
        return part
    fault = spoiled(case, step, base.turn, begin, owed)
    if fault:
        return fault
    if not _answered(case, step, begin, base.turn) and not _said_so(case, step, base.turn, owed):
        return f"an explicit yes after the list{_no_yes(case, step)}"
    return _unread(case, step, base.turn)


_NEXT = re.compile(
    r"(?<=[.!\n])\s*(?:next|after that|(?:my |the )?(?:next|second) (?:thing|request|point)(?: is)?)\b[,:]?\s+(?=i|please|can|could|there|my)"
)
"""Where a reply goes on to another wish: "next, I need my pending order changed"."""
_READ_AS = {"dissent": "an objection", "conditional": "a condition", "correction": "a change", "question": "a question"}


def _no_yes(case: Case, step: Step) -> str:
    """The words of the last answer that were read as none, and as what."""
    turns = case.talk.turns
    at = max((i for i in range(step.turn) if turns[i].role == "user"), default=None)
    if at is None:
        return ""
    text = turns[at].text
    before = next((turn.text for turn in reversed(turns[:at]) if turn.role == "agent" and turn.text), None)
    acts = [act for act in user_acts(text, before) if act.kind in _READ_AS]
    last = next((act for act in reversed(acts) if act.kind != "question"), acts[-1] if acts else None)
    if last is None:
        return f"; {short(text, 60)!r} is read as none" if text else ""
    return f"; {short(text[last.start : last.end], 60)!r} is read as {_READ_AS[last.kind]}"


_WORD = re.compile(r"[a-z0-9$#']+")


def _of_others(case: Case, step: Step, text: str) -> str:
    """A message without what it tells of other records only, or lists of the other writes that the same yes is for."""
    record, own = case.domain.pack.called.record, step.call.text.lower()
    others = [_stating(case, other) for other in case.together(step) if other is not step]
    text = own_lists(text, _stating(case, step), others) if others else text
    if not record:
        return text
    lower = text.lower()
    made = "|".join(re.escape(key) for key in sorted(_made_before(case, step)) if key in lower)
    any_record = compiled(rf"{record}|\b(?:{made})\b" if made else record)

    def names(lower: str) -> Sequence[tuple[int, int, bool]]:
        return [(*match.span(), match[0] in own) for match in any_record.finditer(lower)]

    return belonging(text, names)


def _stating(case: Case, step: Step) -> Callable[[str], int]:
    """How many details of a write a text in lower case states, without those that nobody need state."""
    details = [detail for detail in details_of(case, step.call, step.turn) if not detail.given("")]
    return lambda text: sum(detail.given(text) for detail in details)


_ID = re.compile(r'"\w+_id": ?"([^"]+)"')


def _made_before(case: Case, step: Step) -> frozenset[str]:
    """Ids, in lower case, of the records that writes before have made or changed, whatever they look like."""
    found = (_ID.search(other.fresh.text) for other in case.writes if other.turn < step.turn and not other.fresh.error)
    return frozenset(match[1].lower() for match in found if match is not None)


def _contradicted(
    case: Case,
    step: Step,
    base: Shown,
    details: Sequence[Detail],
    parts: Sequence[tuple[Shown, Sequence[str]]],
    spoken: Sequence[str],
) -> str:
    """What of a write the list, what comes behind it or a question for the yes states otherwise."""
    for detail in details:
        if detail.denied is not None and (
            (any(map(detail.denied, spoken)) and not _set_right(case, base, detail, parts))
            or any(any(map(detail.denied, texts)) and not detail.given(item.text) for item, texts in parts)
        ):
            return f"{detail.name} listed, and nothing else in its place"
        if detail.asked is not None and any(map(detail.asked, _asked(case, base.turn, step.turn))):
            return f"{detail.name} asked for, and nothing else in its place"
    return ""


def _begun_otherwise(
    case: Case, step: Step, first: Shown, base: Shown, details: Sequence[Detail], owed: Sequence[Detail]
) -> str:
    """What a whole list states otherwise that a shorter message puts forward again, without a word on that."""
    if len(first.details) < _AGAIN * len(owed):
        return ""
    texts = read_for_denials(owed, _of_others(case, step, first.text))
    for detail in details:
        put_right = not detail.given("") and detail.given(base.text)
        if detail.denied is not None and not put_right and any(map(detail.denied, texts)):
            return f"{detail.name} listed, and nothing else in its place"
    return ""


def _undenied(
    case: Case, step: Step, base: Shown, shown: Sequence[Shown], details: Sequence[Detail]
) -> Sequence[Shown]:
    """The messages, a list before the last one without the details of which it states another value, too."""
    most = _AGAIN * len(details)

    def told(item: Shown) -> frozenset[str]:
        texts = read_for_denials(details, _of_others(case, step, item.text))
        return item.details - {one.name for one in details if one.denied is not None and any(map(one.denied, texts))}

    return [
        replace(item, details=told(item)) if item.turn < base.turn and len(item.details) >= most else item
        for item in shown
    ]


def _set_right(case: Case, base: Shown, detail: Detail, parts: Sequence[tuple[Shown, Sequence[str]]]) -> bool:
    """Whether a part of a list is put otherwise behind it, as it is then written, once the user has spoken."""
    if detail.given(""):
        return False  # nothing need be said of it, so nothing shows that it was
    for item, texts in parts:
        spoke = any(turn.role == "user" for turn in case.talk.turns[base.turn : item.turn])
        if spoke and detail.given(item.text) and asks_for_yes(case.talk.turns[item.turn].text):
            return detail.denied is None or not any(map(detail.denied, texts))
    return False


def _answered_otherwise(case: Case, step: Step, details: Sequence[Detail]) -> str:
    """What of a write the reply says otherwise."""
    reply = _reply(case, step)
    beside = [
        one for other in case.together(step) if other is not step for one in details_of(case, other.call, other.turn)
    ]
    return next(
        (f"a yes to {detail.name} as listed" for detail in details if _otherwise(detail, reply, [*details, *beside])),
        "",
    )


def _asked(case: Case, base: int, write: int) -> Iterator[str]:
    """The questions for a yes since the list, in lower case."""
    for turn in case.talk.turns[base:write]:
        if turn.role == "agent" and turn.text and asks_for_yes(turn.text):
            yield from (
                turn.text[start:end].lower() for start, end in sentences(turn.text) if "?" in turn.text[start:end]
            )


def details_of(case: Case, call: Call, turn: int) -> Sequence[Detail]:
    """What of a write has to be listed, as far as the reads before a turn show what changes."""
    pack = case.domain.pack
    if pack.listing is None:
        return tuple(
            Detail(group[0], lambda text, group=group: any(form in text for form in group))  # type: ignore[misc]
            for group in pack.phrases.renderings(call)
        )
    return pack.listing(call, seen_before(case, turn))


def seen_before(case: Case, turn: int) -> Seen:
    """What the agent's calls had shown before a turn, the latest first."""
    seen = Seen()
    changed = case.writes[0].turn if case.writes else turn
    for step in case.steps:
        if step.turn >= turn:
            break
        if not step.fresh.error:
            fresh = step.turn < changed and case.kind(step.call) == "read"
            seen.add(
                step.call, case.domain.read(step.call).views if fresh else case.domain.views(step.call, step.fresh.text)
            )
    return seen


# ----------------------------------------------------------------------------- the list


def _shown(case: Case, step: Step, details: Sequence[Detail]) -> list[Shown]:
    """The agent's messages since the last list that the user agreed to, for another write, as far as they list details."""
    found: list[Shown] = []
    for index in range(step.turn - 1, -1, -1):
        turn = case.talk.turns[index]
        if turn.role == "agent" and turn.text:
            lower = turn.text.lower()
            names = frozenset(detail.name for detail in proposed(details, lower))
            if names:
                found.append(Shown(index, lower, names))
    return found


def _base(shown: Sequence[Shown], details: Sequence[Detail]) -> Shown:
    """The last message that lists most of it; without one, the one that lists the most."""
    whole = len(details)
    most = max(len(item.details) for item in shown)
    enough = max(min(most, (whole + 1) // 2), (4 * most) // 5)
    return next(item for item in shown if len(item.details) >= enough)


def _begins(base: Shown, shown: Sequence[Shown], details: Sequence[Detail]) -> int:
    """The turn at which the list begins: before the last message of it, where that leaves details to one before."""
    if len(base.details) == len(details):
        return base.turn
    earlier = (item for item in shown if item.turn < base.turn and item.details - base.details)
    return max((item.turn for item in earlier if len(item.details) > 1), default=base.turn)


def _lacking(case: Case, step: Step, base: Shown, shown: Sequence[Shown], details: Sequence[Detail]) -> list[str]:
    """Details that are not in the list, nor beside it in another message that lists the rest, and that it does not replace."""
    named, gone = set(base.details), set[str]()
    for item in reversed(shown):
        shared = len(item.details & base.details)
        whole = len(base.details) >= 0.6 * len(details) and shared >= max(2, 0.6 * len(item.details))
        same = whole and shared >= len(base.details) / 2 and item.turn < base.turn
        if not same or _begins_it(case, item.turn, base.turn):
            named |= item.details - _only_asked(case, item, details)
        elif _left_standing(case, item.turn, base.turn):
            gone -= item.details  # one before may have said something else in its place
            texts = case.talk.turns[item.turn].text, case.talk.turns[base.turn].text
            left = [one for one in details if one.name in item.details - base.details]
            gone |= {one.name for one in left if replaced(one, *texts, step.call)}
            if any(turn.role == "user" and _only_agrees(turn.text) for turn in case.talk.turns[item.turn : base.turn]):
                recap = _of_others(case, step, texts[1])
                gone |= {one.name for one in left if replaced(one, texts[0], recap, step.call, joint=True)}
            named |= item.details - _dropped(case, left, base, details, step.call)
        else:
            named |= _same_day(case, item, base, details)
    gone -= set[str]().union(*(item.details for item in shown if item.turn > base.turn))
    for item in shown:  # a shorter list behind it, which says something else
        if _begins_it(case, base.turn, item.turn):
            continue
        if item.turn > base.turn and len(item.details) > 1 and _left_standing(case, base.turn, item.turn):
            texts = case.talk.turns[base.turn].text, case.talk.turns[item.turn].text
            left = [one for one in details if one.name in base.details - item.details]
            said = (turn.text for turn in case.talk.turns[base.turn : item.turn] if turn.role == "user")
            answers = len(item.details) < _AGAIN * len(base.details) and any(_asks(one, texts[0]) for one in said)
            put = _put_again(case, step, texts[1]) if answers else texts[1]
            gone |= {one.name for one in left if asks_for_yes(texts[1]) and replaced(one, texts[0], put, step.call)}
            if any(turn.role == "user" and _only_agrees(turn.text) for turn in case.talk.turns[base.turn : item.turn]):
                recap = _of_others(case, step, put)
                gone |= {one.name for one in left if replaced(one, texts[0], recap, step.call, joint=True)}
    named -= gone
    answer = next((turn.text for turn in reversed(case.talk.turns[base.turn : step.turn]) if turn.role == "user"), "")
    if len(named) < len(details) and answer and assents(answer):
        own = {one.name for one in listed(details, answer.lower())} - gone  # "yes, with my gift card"
        named |= own - {one.name for one in details if one.name in own - base.details and _denied_in(base, one)}
    again = _named_again(base, shown, details) - gone
    named = (named - _left_out(case, base, shown, details)) | again
    lacking = [detail for detail in details if detail.name not in named]
    talk = " ".join(turn.text for turn in case.talk.turns[: base.turn + 1] if turn.role != "tool").lower()
    return [one.name for one in lacking if one.name in gone or one.spoken is None or not one.spoken(talk)]


_SO_FAR = re.compile(r"\b(?:so far|up to (?:here|this point|now)|until here|this far)\b[^.!?]*\?\W*\Z", re.IGNORECASE)


def _begins_it(case: Case, first: int, second: int) -> bool:
    """Whether a message asks whether its part of a list is right so far, and the user only agreed before the rest came."""
    said = [turn.text for turn in case.talk.turns[first:second] if turn.role == "user"]
    return (
        bool(said)
        and _SO_FAR.search(case.talk.turns[first].text) is not None
        and all(not _asks(one, "") and assents(one) for one in said)
    )


def _denied_in(item: Shown, detail: Detail) -> bool:
    """Whether a list states another value: what follows from a word of the yes, as a way from its flight, does not put that right."""
    return detail.denied is not None and any(map(detail.denied, read_for_denials([detail], item.text)))


def _same_day(case: Case, item: Shown, base: Shown, details: Sequence[Detail]) -> set[str]:
    """The days that a message of options gave to all of them, where the user picked one of them and named no day, and the list of that names none either."""
    said = [turn.text.lower() for turn in case.talk.turns[item.turn : base.turn] if turn.role == "user"]
    if any(map(has_date, said)):
        return set()
    return {
        one.name
        for one in details
        if one.kind == DAY
        and one.name in item.details
        and one.rival is not None
        and not one.rival(base.text)
        and not (one.foreign is not None and one.foreign(item.text))
    }


_WHICH = re.compile(
    r"(?:[\W\d]|\b(?:and|so|then|now|by|to|on|with|from|for|in|finally|last|lastly|also)\b)*(?:which|what|how)\b",
    re.IGNORECASE,
)
"""Begins a question that asks for one of several."""


def _only_asked(case: Case, item: Shown, details: Sequence[Detail]) -> set[str]:
    """What a message names only where it asks which of several it shall be: a choice that is put is no list."""
    text = case.talk.turns[item.turn].text
    parts = [text[start:end] for start, end in sentences(text)]
    told = [part for part in parts if not (part.rstrip().endswith("?") and _WHICH.match(part))]
    if len(told) == len(parts):
        return set()
    left = {detail.name for detail in proposed(details, "\n".join(told).lower())}
    return set(item.details) - left


def _left_standing(case: Case, first: int, second: int) -> bool:
    """Whether the user did no more than ask something about a list, doubt or agree to it, before it was put forward again, in part: all of it stands then."""
    turns = case.talk.turns
    spoke, before = False, turns[first].text
    for turn in turns[first + 1 : second]:
        if turn.role == "user":
            spoke = any(map(_only_agrees, (turn.text, _unechoed(turn.text, None, before)))) or (
                _asks(turn.text, before) and not _changes(turn.text, before)
            )
            if not spoke:
                return False
        elif turn.role == "agent" and turn.text:
            before = turn.text
    return spoke


_MAKES_SURE = re.compile(
    r"\b(?:right|correct|yes|no|true|ok|okay|then|isn't it|is it|aren't they)\s*\?\s*\Z", re.IGNORECASE
)
"""At the end of what somebody says to hear whether it is so: "only the tablet changes, right?"."""


def _asks(text: str, before: str) -> bool:
    """Whether a turn asks something."""
    return "?" in text or any(act.kind == "question" for act in user_acts(text, before))


def _changes(text: str, before: str) -> bool:
    """Whether a turn asks for something, or for something else than was listed; what is only asked to be sure, or within a question, does not."""
    acts = user_acts(text, before)
    asked = [(act.start, act.end) for act in acts if act.kind == "question"]
    asked += [span for span in sentences(text) if _MAKES_SURE.search(text[slice(*span)])]
    return any(
        act.kind in ("correction", "request", "conditional")
        and not any(start <= act.start < end for start, end in asked)
        for act in acts
    )


def _only_agrees(text: str) -> bool:
    """Whether a turn says yes to what was put forward and no word against it, as to a list of several writes that are then made one by one."""
    kinds = {act.kind for act in user_acts(text)}
    return "assent" in kinds and kinds.isdisjoint({"dissent", "conditional", "correction", "request"})


_POINTS_BACK = re.compile(
    r"\bas (?:\w+ )?(?:listed|described|above|said|shown|before)\b|\b(?:the (?:rest|others?|list)|all|both|every(?:thing)?|above|nothing else)\b"
)
"""Words by which a shorter list points back to a longer one."""


def _dropped(case: Case, left: Sequence[Detail], base: Shown, details: Sequence[Detail], call: Call) -> set[str]:
    """Things that a second list names no more, where it names others of them and does not point back.

    What a thing is exchanged for stands as long as the thing itself is named: "the watch".
    """
    some = any(detail.kind == "item" and detail.name in base.details for detail in details)
    if not some or _POINTS_BACK.search(base.text):
        return set()
    old, new = (call.args.get(name) for name in (case.fields.taken, case.fields.replacing))
    pairs = zip(old, new, strict=False) if isinstance(old, list) and isinstance(new, list) else ()
    kept = [
        f"item {after}"
        for before, after in pairs
        if any(one.name in base.details and f"item {before}" in one.name for one in details)
    ]
    return {one.name for one in left if one.kind == "item" and not any(name in one.name for name in kept)}


def _named_again(base: Shown, shown: Sequence[Shown], details: Sequence[Detail]) -> set[str]:
    """Passengers whom a list before gave in full, and whom this one names, were it by a first name that no other has: the rest need not be told again."""
    before = set[str]().union(*(item.details for item in shown if item.turn < base.turn))
    people = [one for one in details if one.kind == "passenger"]
    firsts = Counter(name.split()[0] for name in {one.name.partition(",")[0].lower() for one in people})

    def again(name: str) -> bool:
        first = name.split(maxsplit=1)[0]
        called = name if name in base.text or firsts[first] > 1 else first
        places = [match.end() for match in re.finditer(rf"\b{re.escape(called)}\b", base.text)]
        others = "|".join(re.escape(one) for one in firsts if one != first)
        own = rf"[^\n]*?(?=\b(?:{others})\b|\n|\Z)" if others else r"[^\n]*"
        behind = (re.compile(own).match(base.text, end, end + _BORN) for end in places)
        # One that is told is judged; a date behind the next name is of that one.
        return bool(places) and not any(match and has_date(match[0]) for match in behind)

    return {one.name for one in people if one.name in before and again(one.name.partition(",")[0].lower())}


_BORN = 40
"""Letters behind a name in which its birth date stands."""
_AGAIN = 0.8
"""Share of a list's details that makes it the same list once more, and no answer to a question."""
_LINES = 2
"""Line ends, and details, that a list has more of."""


def _left_out(case: Case, base: Shown, shown: Sequence[Shown], details: Sequence[Detail]) -> set[str]:
    """What the list leaves out of a number of things of which it names others, unless the message before begins it."""
    kinds = {detail.kind for detail in details if detail.kind == "passenger" and detail.name in base.details}
    turns = case.talk.turns
    begun = next((i for i in range(base.turn - 1, -1, -1) if turns[i].role == "agent" and turns[i].text), -1)
    again = (
        base.text.count("\n") > _LINES
        and len(base.details) > _LINES
        and not (begun >= 0 and _begins_it(case, begun, base.turn))
    )
    if again and any(item.turn == begun and 2 * len(item.details & base.details) > len(base.details) for item in shown):
        begun = (
            base.turn
        )  # a list of its own, which this one takes the place of; a question that names it again is none
    beside = frozenset().union(*(item.details for item in shown if item.turn == begun or item.turn >= base.turn))
    return {detail.name for detail in details if detail.kind in kinds and detail.name not in beside}


# ----------------------------------------------------------------------------- the yes


def _reply(case: Case, step: Step) -> str:
    """What the user said last before a write, in lower case."""
    said = (turn.text for turn in reversed(case.talk.turns[: step.turn]) if turn.role == "user")
    return next(said, "").lower()


def _otherwise(detail: Detail, reply: str, details: Sequence[Detail]) -> bool:
    """Whether a reply names another value than the one that was listed; a birth date alone may stand for its passenger.

    Where several of a sort are listed, such as two payments, it may name just one of them.
    """
    if detail.denied is None or detail.kind == "passenger":
        return False
    sort = detail.name.partition(" with ")[0]
    if any(other.given(reply) for other in details if other.name.partition(" with ")[0] == sort):
        return False
    return any(map(detail.denied, read_for_denials([detail], reply)))


def _answered(case: Case, step: Step, begin: int, base: int) -> bool:
    """Whether the user agreed to a proposal that is the list, or that comes behind it."""
    turns, write = _without_others(case, step, _without_protest(case)), step.turn
    if _asked_something_else(case, step, turns, base):
        return False
    for index in range(write - 1, base - 1, -1):
        turn = turns[index]
        if turn.role != "agent" or not turn.text:
            continue
        before = "\n".join(_told(item.text) for item in turns[begin:index] if item.role == "agent")
        since = max((other.turn for other in case.writes if other.turn < index), default=0)
        spoken = "\n".join(item.text for item in turns[since:index] if item.role == "agent")
        if asks_for_another(case, step, turn.text, spoken, _reply_to(turns, index, write)) or not (
            asks_for_yes(turn.text) or invites_yes(case, step, turn.text, spoken)
        ):
            continue
        heard_so = _without_echo(
            turns, write, f"{spoken}\n{turn.text}\n{step.call.text}", step.call.text, len(case.together(step))
        )
        begun = begin < base or any(_begins_it(case, first, index) for first in range(base, index))
        if any(agreed(one, index, write, before, begun=begun) is not None for one in (turns, heard_so)):
            return True
    return False


def _asked_something_else(case: Case, step: Step, turns: Sequence[Turn], base: int) -> bool:
    """Whether what the agent said last, behind a list, asks leave for something else: the yes is to that."""
    last = next((i for i in range(step.turn - 1, base, -1) if turns[i].role == "agent" and turns[i].text), base)
    if last == base:
        return False
    spoken = "\n".join(item.text for item in turns[base:last] if item.role == "agent")
    return asks_for_another(case, step, turns[last].text, spoken, _reply_to(turns, last, step.turn))


def _reply_to(turns: Sequence[Turn], index: int, write: int) -> str:
    """What the user said next after a message, before a write."""
    return next((turn.text for turn in turns[index + 1 : write] if turn.role == "user"), "")


_PART = re.compile(r"[^,;.!?\n]+[,;.!?\n]*")
_LIMITS = re.compile(
    r"\b(?:not|no|nor|never|only|just|but|except|without|unless|if|instead|rather|other|another|else|first|last|second|half|until|after|before|when|find|look|search|check|compare)\b|n't\b"
)
"""Words by which a part of a reply takes something out of what was listed, or puts something else in its place."""


_FIRST = re.compile(r"\bthe first (two|three|four|five|[2-5])\b", re.IGNORECASE)
_COUNTS = {word: count for count, name in enumerate(UNITS[:6]) for word in (name, str(count))}


def _without_echo(turns: Sequence[Turn], write: int, listed: str, call: str, together: int) -> Sequence[Turn]:
    """The turns, the last one of the user without the orders that say again, in words of the list, what is to be done.

    "Yes, make it with the card" is one, and so is "yes, the first three" where three writes are made upon it.
    """
    index = next((i for i in range(write - 1, -1, -1) if turns[i].role == "user"), None)
    if index is None:
        return turns
    text = _FIRST.sub(lambda one: f"all {one[1]}" if _COUNTS[one[1].lower()] == together else one[0], turns[index].text)
    text = without_means(call, text) if together == 1 else text
    before = next((turn.text for turn in reversed(turns[:index]) if turn.role == "agent" and turn.text), "")
    left = _unechoed(text, before, listed)
    if left == turns[index].text or not assents(left):
        return turns
    return (*turns[:index], replace(turns[index], text=left), *turns[index + 1 :])


def _unechoed(text: str, before: str | None, listed: str) -> str:
    """A reply to a message, or to a plain question for a yes, without the orders that hold no word that was not listed."""
    known = frozenset(_WORD.findall(listed.lower()))
    text = _without_slips(text, known)
    ordered = [act for act in user_acts(text, before) if act.kind in ("correction", "request")]

    def echoes(part: re.Match[str]) -> bool:
        said = part[0].lower()
        bids = any(act.start < part.end() and part.start() < act.end for act in ordered)
        new = set(_WORD.findall(ANY_CHANGE.sub(" ", said))) - FRAME
        return bids and not _LIMITS.search(said) and known.issuperset(new)

    return "".join(part[0] for part in _PART.finditer(text) if not echoes(part))


def _without_others(case: Case, step: Step, turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns, the last one of the user without sentences about a thing beside the one that is written to: "I'll think about the other shirt later"."""
    index = next((i for i in range(step.turn - 1, -1, -1) if turns[i].role == "user"), None)
    if index is None or " other " not in turns[index].text:
        return turns
    parts = [turns[index].text[start:end] for start, end in sentences(turns[index].text)]
    left = [part for at, part in enumerate(parts) if not at or not of_another(case, step, part.lower())]
    return (
        turns
        if len(left) == len(parts)
        else (*turns[:index], replace(turns[index], text=" ".join(left)), *turns[index + 1 :])
    )


_SLIP = re.compile(
    r"\b(?:oops|whoops|typos?|mistyped|mistype|autocorrect\w*|sorry|thumbs?|fingers?|keyboard)\b", re.IGNORECASE
)


def _without_slips(text: str, known: Collection[str]) -> str:
    """A reply without the sentences that put an id right which was mistyped, as the list has it already: "oops, typo, it's W1812830"."""
    bare = {word.lstrip("#") for word in known}

    def right(sentence: str) -> bool:
        words = {word.strip("#'") for word in _WORD.findall(_SLIP.sub(" ", sentence.lower()))} - FRAME
        ids = {word for word in words if sum(map(str.isdigit, word)) > 3}
        return bool(ids) and _SLIP.search(sentence) is not None and words <= bare

    parts = [text[start:end] for start, end in sentences(text)]
    left = [part for part in parts if not right(part)]
    return text if len(left) == len(parts) else " ".join(part.strip() for part in left)


def _put_again(case: Case, step: Step, text: str) -> str:
    """What a message puts forward: its questions, what it says of the deed, and amounts; the rest of an answer tells what is so."""
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    parts = (text[start:end] for start, end in sentences(text))
    return "\n".join(
        part
        for part in parts
        if part.rstrip().endswith("?") or "$" in part or (verbs and compiled(verbs).search(part.lower()))
    )


def _told(text: str) -> str:
    """A message without its questions: what they asked has been answered, and no yes that comes later is to them."""
    return "\n".join(part for start, end in sentences(text) if not (part := text[start:end]).rstrip().endswith("?"))


_ALIKE = 0.6
"""Share of a sentence's words that a feeling was dealt with."""


def _without_protest(case: Case) -> tuple[Turn, ...]:
    """The turns, without the sentences by which a user says how it feels, or holds on to what was denied beside the proposal."""
    turns, task, domain = case.talk.turns, case.task, case.domain
    trials = task.behaviour.trials if task.behaviour else ()
    felt = [frozenset(re.findall(r"[a-z']+", trial.text.lower())) for trial in trials if isinstance(trial, Feels)]
    if not felt and not any(isinstance(trial, Insists) for trial in trials):
        return turns

    def beside(sentence: str, before: str, *, refused: bool) -> bool:
        words = frozenset(re.findall(r"[a-z']+", sentence.lower()))
        feels = any(len(words & one) >= _ALIKE * max(1, len(words)) for one in felt)
        return (feels and not assents(sentence, before)) or (refused and insists(task, domain, sentence))

    kept: list[Turn] = []
    for index, turn in enumerate(turns):
        before = next((other.text for other in reversed(turns[:index]) if other.role == "agent" and other.text), "")
        if turn.role == "user":
            refused = "refusal" in heard(before).kinds
            spans = [turn.text[start:end] for start, end in sentences(turn.text)]
            left = [span.strip() for span in spans if not beside(span, before, refused=refused)]
            if left and len(left) < len(spans):
                turn = replace(turn, text=" ".join(left))  # noqa: PLW2901 the same turn, shorter
        kept.append(turn)
    return tuple(kept)


_CHANGES = re.compile(r"(?:update|modify)_")
_CHANGE_IT = re.compile(
    r"\A(?:ok(?:ay)? |oh |cool,? )?(?:yes|yeah|yep|yup|sure|correct|exactly|right)\b(?!.*\b(?:but|only|except|first)\b).*\b(?:change|update|modify|correct|fix|enter) (?:it|that|this|them|these|those|him|her|everything)"
    r"(?: (?:please|now|then|like that|like this|so|that way))?\s*(?:[.!]|\Z)"
)
"""To a list of what a record would become, "change it" is a yes, and asks for no other change."""


def _said_so(case: Case, step: Step, base: int, details: Sequence[Detail]) -> bool:
    """Whether the user's last message says yes and names the deed itself, whatever it was asked."""
    last = next((turn.text for turn in reversed(case.talk.turns[base : step.turn]) if turn.role == "user"), "")
    if not last or not assents(last):
        return False
    lower = last.lower()
    if _CHANGES.match(step.call.tool) and _CHANGE_IT.search(lower):
        return any(turn.role == "agent" and asks_for_yes(turn.text) for turn in case.talk.turns[base : step.turn])
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    return bool(listed(details, lower)) and bool(verbs and compiled(verbs).search(lower))


def _unread(case: Case, step: Step, base: int) -> str:
    """What the proposal rests on and was read only after it."""
    for wish, outcome, turn in zip(case.task.goal.decisions, case.task.decided, case.gold_turns, strict=False):
        if turn == step.turn and case.knows("evidence"):
            unread = missing(outcome, case.atoms(base), case.domain, wish)
            if unread and not missing(outcome, case.atoms(step.turn), case.domain, wish):
                return f"the list after {', '.join(map(str, unread[:3]))}"
    return ""


def proposal(case: Case, call: Call) -> int | None:
    """The last agent turn that lists a call's details."""
    pack = case.domain.pack
    details = pack.listing(call, seen_before(case, case.last + 1)) if pack.listing else ()
    for index in range(len(case.talk.turns) - 1, -1, -1):
        turn = case.talk.turns[index]
        if turn.role == "agent" and turn.text and details and len(listed(details, turn.text.lower())) == len(details):
            return index
    return None
