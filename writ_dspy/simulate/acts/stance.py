"""Where a user stands after the clauses so far, and how a clause relates to that and to what was asked."""

from __future__ import annotations

from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import ANY_DEED, alike, deeds, stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.message import Act, Heard
from writ_dspy.simulate.acts.user import Event

NAMES = {"+": "assent", "-": "dissent", "?": "conditional", "~": "correction"}
_ALSO, _ELSE, _SO = CODES["ALSO"], CODES["ELSE"], CODES["SO"]
_TALK = """booking reservation order item items change changes exchange cancellation return refund details one ones trip flight
    flights request update upgrade way listed above said described now thing things payment method account please shown summarized
    proposed suggested mentioned both process thank transaction modification purchase back new all information following plan"""
_ANY_TALK = frozenset(stem(word) for word in _TALK.split())
"""What any answer may name without naming anything new."""
_WHOLE = frozenset(stem(word) for word in ("whole", "entire", "full"))
"""What is cancelled is cancelled as a whole; of what is returned or changed, the whole is more."""


class Stance:
    """The stance so far, and the acts beside it."""

    def __init__(self, asked: Heard | None) -> None:
        self.asked = asked
        kinds = asked.kinds if asked is not None else frozenset({"proposal"})
        self.for_act = "proposal" in kinds
        """Whether the message before asks for a yes to an act."""
        self.informs = bool(kinds & {"question", "offer"})
        """Whether it asks for something else, too."""
        self.unasked = asked is not None and (not asked.acts or bool(kinds & {"refusal", "handover"}))
        """Whether there is nothing to agree to: the talk begins, or the message before says no."""
        self.minds = asked is not None and asked.minds
        self.contrary = False
        """Whether something else than what was proposed is announced."""
        self.stance = ""
        self.by = ""
        """The kind of the contribution that it rests on."""
        self.at: Clause | None = None
        self.given: tuple[str, Clause | None] = ("", None)
        """What the last yes rested on that something else was said to."""
        self.pending: Clause | None = None
        """A condition that nothing hangs on yet."""
        self.sought: Clause | None = None
        """A clause that has the agent look for something first: what follows is about that, and not about what was proposed."""
        self.before: Clause | None = None
        """The clause before."""
        self.earlier: list[Clause] = []
        """All clauses before."""
        self.beside: list[Act] = []
        """Acts other than the stance."""

    def acts(self) -> tuple[Act, ...]:
        """All acts, in order."""
        stance, at = self.stance, self.at
        if not stance and self.pending is not None and self.for_act and not self.asks_back():
            stance, at = "?", self.pending
        found = list(self.beside)
        if stance and at is not None:
            found.append(Act(NAMES[stance], at.start, at.end))
        return tuple(sorted(dict.fromkeys(found), key=lambda act: act.start))

    def take(self, stance: str, event: Event) -> None:
        """The last word so far."""
        if stance != self.stance == "+":
            self.given = (self.by, self.at)
        self.stance, self.by, self.at = stance, event.kind, event.clause

    def other(self, name: str, event: Event) -> None:
        """An act beside the stance."""
        self.beside.append(Act(name, event.clause.start, event.clause.end))

    def asks_back(self) -> bool:
        """Whether the turn asks something."""
        return any(act.kind == "question" for act in self.beside)

    def restates(self, event: Event, share: float = 1.0) -> bool:
        """Whether a clause names what the message before it named, and nothing else but `1 - share` of its words."""
        clause, asked = event.clause, self.asked
        if asked is None or _ALSO in clause.codes or _ELSE in clause.codes:
            return False
        named_deeds = asked.deeds - ANY_DEED or asked.stems
        if any(not alike(deed) & named_deeds for deed in deeds(clause)[:1] if deed not in ANY_DEED):
            return False
        said = _ANY_TALK | _WHOLE if stem("cancel") in asked.deeds else _ANY_TALK
        named = [stem(word) in asked.stems or stem(word) in said for word in event.content]
        return sum(named) >= share * len(named)

    def foreign(self, event: Event) -> bool:
        """Whether a clause names a deed, and none that was proposed."""
        asked = self.asked
        if asked is None or not self.for_act:
            return False
        proposed, named = asked.deeds - ANY_DEED, [deed for deed in deeds(event.clause) if deed not in ANY_DEED]
        return bool(proposed and named) and not any(alike(deed) & proposed for deed in named)

    def also(self, event: Event) -> bool:
        """Whether a clause is said to come next, or in addition, by itself or by the clause that leads to it."""
        before = self.before
        leads = before is not None and before.sentence == event.clause.sentence and set(before.codes) <= {_ALSO, _SO}
        return leads or _ALSO in event.clause.codes

    def small_talk(self, event: Event) -> bool:
        """Whether a new sentence is about something that the message before did not name."""
        asked = self.asked
        if asked is None or not event.content or self.same_sentence(event):
            return False
        return not any(stem(word) in asked.stems or stem(word) in _ANY_TALK for word in event.content)

    def same_sentence(self, event: Event) -> bool:
        """Whether a clause stands in the sentence of the stance."""
        return self.at is not None and self.at.sentence == event.clause.sentence

    def opens(self, event: Event) -> bool:
        """Whether a clause is the first of its sentence."""
        return self.before is None or self.before.sentence != event.clause.sentence

    def hangs(self, event: Event) -> bool:
        """Whether a clause says what is to be done if something else is the case, be that a sentence of its own right before ("Only if it's free. Then do it")."""
        pending = self.pending
        if pending is None or pending.sentence == event.clause.sentence:
            return pending is not None
        alone = [clause for clause in self.earlier if clause.sentence == pending.sentence] == [pending]
        return alone and self.before is pending and not self.stance

    def continues(self, event: Event, word: str) -> bool:
        """Whether a clause goes on, behind an "and", with what the clause before says with this word."""
        before = self.before
        joined = before is not None and event.clause.link == "AND" and before.sentence == event.clause.sentence
        return joined and before is not None and word in before.words

    def against(self, event: Event) -> bool:
        """Whether a "but" sets the clause against the stance, and not against small talk between them, or what was turned down."""
        asked = self.asked
        by_number = bool(event.content) and all(word.isdigit() and len(word) == 1 for word in event.content)
        denied = asked is not None and (
            asked.turned_down(event.content) or (by_number and "refusal" in asked.kinds)
        )  # "but number 4 …", of a list of which some is denied
        plea = asked is not None and asked.denies and asked.turned_down(event.content, some=True)
        aside = self.opens(event) and (denied or plea)
        return (
            not aside
            and event.clause.link.startswith("BUT")
            and (self.at is None or self.same_sentence(event) or self.opens(event))
        )
