"""What one clause of an agent's message asks for: a yes to an act, information, or what else there is to do."""

# Longer than 400 lines by a few: the forms of a question exclude each other, and are read together.

from __future__ import annotations

from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import names_deed
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over

_C = CODES
_TOLD = frozenset({_C["INFORM"], _C["SAY"], _C["CONFIRM"]})
_LEAD = over("^(?:AND|SO|ADV|OKAY|YES|OR|HELLO)*")
_MAY_I = over("^MODAL I ADV (?:GO|ACT|CANCEL|$|THIS)|^WANT I SMALL? ADV (?:GO|ACT|CANCEL)")
_SHALL_I = over("^MODAL I ADV (?:x|CHECK|INFORM|CONFIRM)")
_MAY_I_IT = over("^MODAL I ADV x THIS ADV $")
"""A question for leave to do something to what was named, by whatever verb: "may I save it?"."""
_LEARNS = frozenset({"know", "understand", "hear", "believe", "mention"})
_WOULD_YOU = over("^(?:DO|MODAL) YOU ADV WANT SMALL? (?:I |GO|CANCEL|ACT|AGREE|HAVE? THIS ADV $)")
_AT_THAT = re.compile(
    r"(?:(?:so|then|and|now|well|okay|ok)\W+)*(?:would|do) you (?:\w+ )?(?:like|want) (?:it|that|this|them|those|these)(?: then)? (?:for|at) (?:a total of |the )?"
    r"(?:\$\d[\d,.]*|(?:that|this|the|such a) )?(?:price|fare|rate|total|amount|cost)?\W*"
)
"""Whether what was put forward is wanted, at what it costs: "would you like it for $215?"."""
_STILL = re.compile(
    r"(?:(?:so|then|and|now|well|okay|ok)\W+)*(?:do you |are you |you )?(?:still (?:want|up for|good with|okay with|ok with|fine with|happy with) (?:it|that|this|them|those|these)|want me to)(?: (?:then|now|done))?\W*"
)
"""A short question whether what was put forward is wanted: "still want it?", "want me to?"."""
_HOW_ABOUT = re.compile(r"\b(?:how|what) about [^,.?!]*[,–—-]\s*\Z")
_IT = over("(?:ACT|HAVE|WANT|SMALL) THIS ADV $")
_DO_YOU = over(
    "^(?:DO|MODAL) YOU ADV (?:SAY|HAVE|x) (?:I|DET|AN)* YES|^BE THIS (?:ADV|AN|DET|YOU)* YES SMALL|^(?:DO YOU|BE YOU|HAVE YOU|YOU)? ADV (?:AGREE|CONFIRM)|^(?:DO|MODAL) I HAVE (?:DET|YOU|AN) _* (?:PERM|AGREE|YES|OKAY|x)|^HAVE I _{0,2} (?:DET|YOU|AN) _{0,2} (?:PERM|AGREE|YES|OKAY)|^(?:DO|MODAL) YOU _* PERM"
)
_CAN_YOU = over("^MODAL YOU ADV (?:AGREE|CONFIRM)")
_ARE = over("^BE (?:YOU|THIS) ADV $")
_ARE_YOU = over(
    "^BE THIS ADV WH YOU (?:MODAL|ADV)* WANT|^BE THIS ADV WH THIS ADV OUGHT|^BE YOU ADV (?:OKAY|GOOD|SURE|AGREE|PERM)|^MODAL YOU BE ADV (?:OKAY|GOOD|AGREE) SMALL* I? SMALL (?:GO|ACT|CANCEL|THIS)"
)
_FINE = over("^(?:SEEM|ADV)* (?:GOOD|OKAY|WORK) (?:SMALL|GO|YOU|I)* $")
"""A question in two words: "sound good?", "all right?"."""
_TO_GO = over("^(?:BE|I|YOU|ADV)* (?:GOOD|OKAY|SURE|WANT) SMALL? (?:GOES|GO) (?:SMALL|ADV|THIS)* $")
"""A question that asks for leave whatever stands before it: "good to go?", "are we okay to proceed?"."""
_IT_DONE = over("^(?:DO|MODAL) YOU ADV WANT THIS ADV (?P<done>ACT|x)")
"""A question that names the act as done: "do you want both sent there?"."""
_OKAY_TO = over("^OKAY SMALL ADV (?:x|ACT|CANCEL|GO)")
"""A question in short for leave to do something, by whatever verb: "OK to save that?"."""
_THE_DEED = over("^(?:DO|MODAL) YOU ADV WANT (?:DET|THIS) (?P<what>(?:ADV|x|#|ACT|CANCEL)*) (?:$|SMALL)")
"""A question that calls the act by its noun: "do you want the upgrade for $90?"."""
_IS_IT = over("^(?:BE|DO|MODAL) (?:THIS|DET|AN|x|#|BE|SEEM|ADV|AND|SMALL)* (?:OKAY|GOOD|WORK|AGREE|PERM)")
_OBJECTS = over("^(?:DO|MODAL) YOU (?:MIND|HAVE (?:ANY|AN) TROUBLE)|^(?:BE|ANY)? _{0,3} ANY TROUBLE")
_BARE = over("^(?:OKAY|GOOD|SURE|WANT)? SMALL? (?:GO|AGREE|CONFIRM|ACT|CANCEL) END")
_TAG = over("^(?:OKAY|GOOD|AGREE|SURE) SMALL* I? $")
_CHOICE = over("OR (?!NOT|NO|KEEP|LEAVE|MODAL|DO|BE|WH|DROP|STOP|ELSE|ANY)")
_CONFIRMED = over("CONFIRM (?:END|WANT|_* (?:GO|YES)|SMALL? THIS? (?:YOU (?:MODAL|BE)? WANT|I MODAL)|IF)")
_ALL_RIGHT = over(
    "^(?:THIS|VERY|DET|x)+ (?:BE|SEEM|ADV)* (?:GOOD|OKAY|WORK|AGREE)|^YOU (?:MODAL|BE|ADV)* (?:WANT SMALL? (?:I|GO|ACT|CANCEL|THIS)|AGREE|OKAY|GOOD)"
)
_IS_SO = over("^THIS (?:BE|SEEM|ADV)* (?:GOOD|OKAY|WORK|AGREE|SURE) (?:SMALL|I|YOU|ADV)* $")
_WITH_LEAVE = over("^SMALL DET (?:ADV|x)* (?:OKAY|PERM|AGREE|YES) I MODAL ADV (?:GO|ACT|CANCEL)")
"""What announces the act for the other's leave: "with your okay, I'll go ahead"."""
_PROVIDED = re.compile(r"(?:that is |that's )?(?:provided|confirmed|received|selected|chosen)\b")
_I_WILL = over("^I MODAL ADV (?:GO|CANCEL)")
_WISHED = over("^YOU (?:MODAL|ADV)* WANT SMALL? ADV (?:CANCEL|ACT|GO)")
_TELL = over("^ADV INFORM END")
_THEN_I = over("^I (?:MODAL|BE) ADV (?:GO|ACT|CANCEL)")
_PROCEEDS = frozenset({"proceed", "go ahead", "continue", "move forward"})
"""What asks for a yes to what was just put, though another way is named behind it."""
_DETAILS = frozenset({"id", "ids", "details", "following", "information"})
_OPEN_WISH = over("^I MODAL _* YOU (?:MODAL|ADV)* WANT")
NUMBERED = re.compile(r"#\w*\d|\b\d{6,}")
_IN_ORDER_TO = over("^SMALL ADV (?:GO|ACT|CANCEL)")
_NEEDS_CONFIRMED = over("^I (?:MODAL|ADV)* NEED YOU SMALL ADV CONFIRM")
_WITH_A_YES = over("CONFIRM SMALL (?:AN|x|ADV|DET)* YES")
_PLEA = over("^(?:YOU|MODAL|x|ADV)* (?:CONFIRM|AGREE|SAY|INFORM)")
WH = over("^ADV SMALL? WH")
_ASKING = over("^(?:DO YOU|MODAL (?:I|YOU)|BE (?:YOU|THIS|DET)|WH ELSE? (?:MODAL|BE|DO))")
_WANTS = over("^(?:NEED|WANT) (?:ANY|ELSE)")
_POLAR = over("^(?:BE|DO|MODAL|HAVE|OKAY) NOT?")
_YES_TO = over("^(?:x|ADV) YES (?:OR? NO)? SMALL (?:GO|ACT|CANCEL|CONFIRM|AGREE)")
_MINE = over("^I (?:MODAL|BE|HAVE)")
_ALL = over("CONFIRM SMALL? THIS BE")
_OPEN = frozenset(_C[name] for name in ("ELSE", "ANY", "OR"))
"""What leaves it open which act is meant."""
_YES_OR_NO = (_C["YES"] + _C["NO"], _C["YES"] + _C["OR"] + _C["NO"])
_A_YES = re.compile(
    r"(?:(?:so|and|well|then) )*(?:is|was|would|will|shall i take) (?:that|this|it)(?: then)?(?: be| as)? (?:a|your) (?:clear |firm |final )?(?:yes|go|go-ahead|deal|ok|okay|approval)\b"
)
"""Asks in so many words whether the answer is yes."""
_LEAVE = frozenset(
    {
        "ok",
        "okay",
        "alright",
        "all right",
        "fine",
        "acceptable",
        "agreeable",
        "works",
        "work",
        "suit",
        "suits",
        "sound",
        "sounds",
    }
)
_EXTRAS = frozenset({"need", "require", "help", "like", "would like", "want", "else", "anything else"})
_CHOICES = frozenset({"take", "choose", "select", "pick", "get", "put", "add", "give", "have"})
_USES = _CHOICES | {"use", "pay"}
_INFO = frozenset(
    {"email", "e-mail", "zip", "name", "names", "id", "ids", "number", "numbers", "phone", "birth", "dob", "reason", "city", "date", "dates", "your"}
)  # fmt: skip
_DEEDS = frozenset(
    {"details", "change", "changes", "cancellation", "exchange", "return", "booking", "action", "actions", "modification", "summary", "everything",
     "above", "all of the above", "upgrade", "update", "purchase", "refund", "this", "these", "it"}
)  # fmt: skip
_AGREES = frozenset({"agree", "approve", "accept", "authorize", "authorise", "consent"})
_FOR_IT = over("^ADV INFORM (?:AN|DET|x|SMALL|OF|ELSE|DIFF|#)* GO")
_REPLY_WITH = re.compile(r"\b(?:reply|respond|say|type|answer|confirm)\b[^.?!]*$")
_REPLIES = frozenset({"reply", "respond", "answer", "type", "say"})
_SHOULD_I = re.compile(
    r"\b(?:i (?:should|may|can)|you'd like me|you would like me|you want me|you agree|(?:that|this) works|(?:you'd like|you would like|you want) to (?:proceed|go ahead|continue)|"
    r"to (?:proceed|go ahead))"
)
_IS_RIGHT = re.compile(
    r"\bwhether (?:that|this|it|everything|all of (?:that|this|it))(?:'s| is| looks) (?:\w+ )?(?:right|correct|fine|ok|okay|all right|good)\b"
)
_PARTICIPLE = re.compile(r"[a-z]{2,}ed|sent|done|put|made|set|paid|bought|swapped")
_IF_YOU = re.compile(
    r"\byou (?:\w+ )?(?:agree|confirm|approve|(?:say|reply|answer|respond|write|type)(?: with)?(?: an?)? (?:yes|ok|okay)|are (?:okay|ok|fine|happy)|give)"
)
_AWAITS = re.compile(
    r"\b(?<!that would )(?:need|needs|require|requires|await|awaiting|waiting for|as soon as i have|as soon as you give me|give me) (?:\w+ ){0,2}"
    r"(?:your|a) (?:explicit |final |written |clear )?(?:confirmation|consent|approval|go-ahead|permission|agreement|yes|ok)\b"
)
_EXPLICIT = re.compile(r"(?<!\bget your )\bexplicit (?:confirmation|approval|consent|yes)\b")
_WILL_ASK = re.compile(r"\b(?:will|i'll) (?:\w+ ){0,8}ask")

IDENTITY = re.compile(
    r"\b(?:e-?mail|zip|user ?(?:id|name)|your (?:full |first |last )?name|verify|verification|authenticat\w+|reservation (?:id|number))\b"
)
"""What is asked of one who is not known yet: nothing can be agreed to so early."""
_HELPS = frozenset({"help", "assist", "helping", "assisting", "assistance"})
_NOTES = frozenset(
    {
        "note",
        "wait",
        "hold",
        "hold on",
        "allow",
        "remember",
        "be",
        "feel free",
        "not",
        "keep",
        "await",
        "understand",
        "expect",
    }
)
_GIVES = frozenset({"provide", "share", "send", "enter", "specify", "give"})
_HUMANS = frozenset(
    {"human", "agent", "agents", "colleague", "colleagues", "representative", "specialist", "person", "supervisor", "team", "somebody", "someone",
     "department", "manager"}
)  # fmt: skip
_MOVES = frozenset(
    {"transfer", "transferred", "transferring", "connect", "connecting", "hand", "handing", "escalate", "escalating"}
)


def moves(part: Clause) -> bool:
    """Whether a clause hands the user over."""
    words = part.words
    if _MOVES.isdisjoint(words):
        return False
    return not _HUMANS.isdisjoint(words) or "transferred" in words or ("transfer" in words and "you" in words)


@dataclass(frozen=True, slots=True)
class Message:
    """What a clause's reading needs of the whole message."""

    lower: str
    intends: bool
    """Whether it says what would be done."""
    asked: frozenset[int]
    """The sentences that end in a question mark."""
    numbered: bool
    """Whether it names a record by its id."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a clause's reading needs of its sentence."""

    opened: str
    """The clause that the sentence, or its question, begins with."""
    follows: str
    """The act of the clause before."""
    later: str
    """The categories of the clauses after it."""
    mine: bool
    """Whether the sentence says what the agent itself does."""


class Asking:
    """One clause of an agent's message in its place."""

    def __init__(
        self, part: Clause, before: Clause | None, after: Clause | None, message: Message, around: Around
    ) -> None:
        lead, lower = _LEAD.match(part.codes), message.lower
        self.rest = part.codes[lead.end() :] if lead else part.codes
        self.words = part.words[len(part.codes) - len(self.rest) :]
        self.part, self.before, self.after, self.intends = part, before, after, message.intends
        self.text = lower[part.start : part.end]
        self.numbered = message.numbered
        self.beyond = lower[part.start : max(part.end + 40, after.end if after else 0)]
        self.leading = lower[max(0, part.start - 60) : part.start]
        self.earlier = lower[max(0, part.start - 80) : part.end]
        self.colon = lower[part.end : part.end + 1] == ":"
        self.opened, self.follows, self.later = around.opened, around.follows, around.later
        self.mine = around.mine or _MINE.match(self.rest) is not None
        polar = part.sentence in message.asked and _POLAR.match(self.rest) is not None
        relative = before is not None and _C["WH"] in self.rest[:1]
        self.asked = part.asked or polar or (_ASKING.match(self.rest) is not None and not relative)

    def names(self, words: frozenset[str]) -> bool:
        """Whether it holds one of these words."""
        return not words.isdisjoint(self.words)

    def kind(self) -> str:
        """The act, or nothing."""
        codes = self.part.codes
        if codes in _YES_OR_NO or not self.rest:
            return "proposal" if not self.rest and self._tagged() else ""
        if _C["BYE"] in codes or self.names(frozenset({"welcome", "pleasure"})):
            return "farewell"
        if _C["HELLO"] in codes[:2]:
            return "greeting"
        if _C["THANKS"] in codes:
            return "farewell" if self.names(frozenset({"contacting", "calling", "chatting"})) else ""
        if _YES_TO.match(self.part.codes) or (self.part.asked and _A_YES.match(self.text)):
            return "proposal"
        if self.part.link.endswith(("IF", "BEFORE", "ONCE", "REASON")):
            return self._hanging()
        if self._offers():
            return "proposal" if _WOULD_YOU.match(self.rest) and self._proposes() else "offer"
        return self._question() if self.asked else self._plea()

    def _tagged(self) -> bool:
        """Whether it asks for leave behind what the agent would do ("I will cancel it now, all right?")."""
        intends = self.before is not None and (self.intends or moves(self.before))
        return self.part.asked and intends and not _LEAVE.isdisjoint(self.part.words)

    def _offers(self) -> bool:
        helps = self.names(_HELPS)
        if self.asked and (helps or " do for you" in self.text):
            return True
        if _C["ELSE"] not in self.rest or not (self.asked or helps):
            return False
        return (
            helps
            or self.rest[0] == _C["ELSE"]
            or _WANTS.match(self.rest) is not None
            or _POLAR.match(self.rest) is not None
            or WH.match(self.rest) is not None
        )

    def _hanging(self) -> str:
        """A clause with "if", "once" …: what the yes will set off, or whether one is wanted."""
        link, before = self.part.link, self.before
        condition = link.endswith("IF")
        wanted = before is not None and not _TOLD.isdisjoint(before.codes)
        if (
            condition
            and _WISHED.match(self.rest)
            and _OPEN.isdisjoint(self.rest + self.later)
            and not self.names(_CHOICES)
        ):
            tell = self.after if before is None else before if wanted else None
            if tell is not None and _TELL.match(tell.codes):
                return "proposal"
        if condition and (_C["ELSE"] in self.rest or _C["ANY"] in self.rest) and self.names(_EXTRAS):
            return "offer"
        then_i = self.after is not None and _THEN_I.match(self.after.codes) is not None and _ALL_RIGHT.match(self.rest)
        if condition and wanted and (then_i or _SHOULD_I.search(self.beyond)):
            return "proposal"  # "let me know if this looks good, and I'll proceed"
        if link == "ONCE" and _PROVIDED.match(self.text) and self.after is not None and _I_WILL.match(self.after.codes):
            return "awaited" if "will" in self.after.words else ""
        if link in ("IF", "ONCE") and _IF_YOU.search(self.text):
            if condition or _C["YES"] in self.rest:
                return "proposal"
            return "" if self.names(_INFO - {"your"}) else "announced"
        so = _IS_SO.match(self.rest) and self.after is not None and _THEN_I.match(self.after.codes)
        leave = self.intends and "you" in self.words and (_C["OKAY"] in self.rest or self.names(_LEAVE))
        if condition and (so or leave):
            return "proposal"  # "if that's right, I'll put it through"
        return "question" if condition and wanted and self.names(_CHOICES) else ""

    def _plea(self) -> str:
        """What a sentence without a question mark asks for."""
        if (
            self.names(frozenset({"say the word", "give the word"}))
            or _YES_TO.match(self.part.codes)
            or self._by_leave()
        ):
            return "proposal"
        if self.words[:1] == ("confirmation",) and _IN_ORDER_TO.match(self.rest[1:]):
            return "proposal"  # an entry of what is to be replied with: "2. Confirmation to proceed"
        if (_AWAITS.search(self.text) or _EXPLICIT.search(self.text)) and not _WILL_ASK.search(self.earlier):
            return "proposal"
        if (
            "whether" in self.words
            and _C["INFORM"] in self.rest
            and (_SHOULD_I.search(self.text) or _IS_RIGHT.search(self.text))
        ):
            return "proposal"
        if self.part.codes[0] == _C["YES"] and _REPLY_WITH.search(self.leading):
            return "proposal"  # "reply with: YES and your card, to proceed"
        bids_wait = self.part.codes.lstrip(_C["PLEASE"] + _C["VERY"])[:1] == _C["STOP"]
        polite = _C["PLEASE"] in self.part.codes[:3] and not bids_wait
        if (_PLEA.match(self.rest) or self.names(_REPLIES)) and not self.mine:
            return self._reply()
        if _NEEDS_CONFIRMED.match(self.rest):
            return self._confirms()
        return self._told(polite=polite)

    def _by_leave(self) -> bool:
        """Whether the act is announced for the other's word: "let me know, and I'll go ahead", "with your okay, I'll do it"."""
        after = self.after
        follows = after is not None and after.link == "AND" and _THEN_I.match(after.codes) is not None
        told = follows and after is not None and _C["GO"] in after.codes and _TELL.match(self.rest) is not None
        return told or _WITH_LEAVE.match(self.rest) is not None

    def _told(self, *, polite: bool) -> str:
        """Whether it asks to be told something."""
        if polite and not self.names(_NOTES):
            return "question"
        if not _GIVES.isdisjoint(self.words[:2]) and self.names(_INFO):
            return "question"
        if _C["NEED"] in self.rest[:4] and _C["I"] in self.rest[:1] and self.names(_INFO):
            return "question"
        told = _C["INFORM"] in self.rest[:2] and not self.mine
        return (
            "question"
            if told or re.search(r"\bi(?:'ll| will| would|'d)?(?: also)? need (?:to know|your)\b", self.text)
            else ""
        )

    def _reply(self) -> str:
        rest = self.rest
        if "feel free" in self.words and _C["YES"] not in rest:
            return ""  # "if you have any questions, feel free to reply"
        if (
            _C["GO"] in rest
            or _C["YES"] in rest
            or _C["PERM"] in rest
            or (self.names(_AGREES) and _C["INFORM"] not in rest)
        ):
            return "question" if _C["WH"] in rest or _FOR_IT.match(rest) else "proposal"
        if _C["CONFIRM"] in rest:
            return self._confirms()
        if "confirmation" in self.words and self.names(_REPLIES):
            return "proposal"  # "reply with your choice and confirmation"
        return "question" if _C["INFORM"] in rest and len(rest) > 1 else ""

    def _confirms(self) -> str:
        """To confirm is asked: the act, or something about it?"""
        rest, before = self.rest, self.before
        after = self.after
        further = after is not None and after.link == "AND" and _SHOULD_I.search(self.beyond) is not None
        if further or _WITH_A_YES.search(rest):
            return "proposal"  # "confirm that these are all items and that you'd like me to proceed", "confirm with a simple yes"
        if _C["WH"] in rest or (_ALL.search(rest) and self.names(frozenset({"all", "only", "everything"}))):
            return "question"
        if (
            after is not None
            and after.link == "IF"
            and not (_SHOULD_I.search(self.beyond) or (_ALL_RIGHT.match(after.codes) and _USES.isdisjoint(after.words)))
        ):
            return "question"
        if after is not None and _OPEN_WISH.search(after.codes):
            return "question"  # "… and I'll make the changes you'd like"
        if after is not None and _THEN_I.match(after.codes) and not IDENTITY.search(self.text):
            return "proposal"  # "confirm the order id and the reason, and I'll proceed with the cancellation"
        in_order_to = before is not None and _IN_ORDER_TO.match(before.codes) is not None
        if in_order_to and self.numbered and self.names(_DETAILS) and not IDENTITY.search(self.text):
            return "proposal"  # "to cancel the order, please confirm its id, #W1, and the reason"
        if _CONFIRMED.search(rest):
            return "announced" if self.colon else "proposal"
        return "proposal" if self.names(_DEEDS) and not self.names(_INFO) and _C["BE"] not in rest else "question"

    def _question(self) -> str:
        """What a question asks for: a yes to an act, or to know something."""
        rest, words = self.rest, self.words
        if _TAG.match(rest) and self.before is not None:
            return "proposal" if self.names(_LEAVE) and (self.intends or moves(self.before)) else "question"
        named = _HOW_ABOUT.search(self.leading) is not None  # "how about the booking, shall I make it?"
        anew = (self.part.link == "COLON" or named) and _MAY_I.match(
            rest
        ) is not None  # "how does that sound: shall I do it?"
        wanted = _WOULD_YOU.match(rest) or _AT_THAT.fullmatch(self.text)
        if self.opened and self.before is not None and WH.match(self.opened) and not (anew or wanted):
            return "question"
        if WH.match(rest) or ("include" in words and not _WOULD_YOU.match(rest)):
            return "question"
        if self._proposes():
            return "proposal"
        hangs = (
            self.follows in ("proposal", "question")
            and self.part.link in ("COMMA", "DASH", "AND")
            and not _POLAR.match(rest)
        )
        return "" if hangs else "question"

    def _proposes(self) -> bool:
        rest, words = self.rest, self.words
        choice = _CHOICE.search(rest) is not None or (
            not self.names(_PROCEEDS) and _CHOICE.match(self.later) is not None
        )
        if may := _MAY_I.match(rest):
            leave = not {_C["PERM"], _C["AGREE"], _C["YES"], _C["OKAY"]}.isdisjoint(rest)  # "can I get your yes?"
            return not choice and (leave or not (words[may.end() - 1] in _CHOICES and "your" in words))
        if self._named_deed() or _AT_THAT.fullmatch(self.text) or _STILL.fullmatch(self.text):
            return not choice
        if _SHALL_I.match(rest):
            does = _MAY_I_IT.match(rest) is not None and self.names(_LEARNS) is False
            return (does or words[0] in ("shall", "should")) and not choice
        if _WOULD_YOU.match(rest):
            chosen = not {_C["I"], _C["GO"]} & set(rest) and self.names(_CHOICES) and not _IT.search(rest)
            return not (
                choice
                or chosen
                or (_C["I"] not in rest and "insurance" in words)
                or _C["ANY"] in rest
                or _C["KEEP"] in rest
            )
        if _CAN_YOU.match(rest) or _DO_YOU.match(rest):
            return self._agreement(choice=choice)
        okay_to = _OKAY_TO.match(self.part.codes) is not None and self.part.words[1] == "to" and not self.names(_LEARNS)
        to_go = okay_to or _TO_GO.match(rest) is not None or words[-1:] == ("good to go",)
        if (
            to_go
            or _ARE_YOU.match(rest)
            or (self.intends and any(form.match(rest) for form in (_ARE, _FINE, _OBJECTS)))
        ):
            return True
        if _IS_IT.match(rest):
            informed = self.names(frozenset({"name", "names", "email", "reason", "there", "alternative"}))
            return (self.intends or self.names(_LEAVE)) and not choice and not informed
        return _BARE.match(rest) is not None

    def _named_deed(self) -> bool:
        """Whether what is wanted is the act by its noun, or as done: "do you want the upgrade?", "do you want both sent there?"."""
        done, noun = _IT_DONE.match(self.rest), _THE_DEED.match(self.rest)
        if done is not None and _PARTICIPLE.fullmatch(self.words[done.end("done") - 1]):
            return True
        return noun is not None and bool(noun["what"]) and names_deed(self.words[noun.end("what") - 1])

    def _agreement(self, *, choice: bool) -> bool:
        """Whether "do you agree", "can you confirm", "do I have your …" asks for a yes to the act."""
        rest = self.rest
        if _CAN_YOU.match(rest):
            return self._confirms() == "proposal" if _C["CONFIRM"] in rest else not choice
        if rest[1:2] == _C["I"]:
            return not {_C["PERM"], _C["AGREE"], _C["YES"], _C["OKAY"]}.isdisjoint(rest) or self.names(
                frozenset({"confirmation", "ok", "okay"})
            )
        return _C["WH"] not in rest
