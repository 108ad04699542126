"""What takes back, or complains of, what was done: no word of a user who got what its task wants."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.simulate.wishes.parts import bare, parts, sentences
from writ_dspy.simulate.wishes.wanted import Wanted

_DONE = r"(?:it|that|this|them|those|these|everything|all of it|things|(?:the|my|that|this|your|last) (?:\w+ ){0,2}(?:change|changes|step|action|booking|order|reservation|cancell?ation|return|exchange|flights?|trip|address|update|payment))"
_UNDO = re.compile(
    rf"\b(?:undo|revert|reverse|roll back|restore|reinstate|rescind|annul|unbook|uncancel|un-cancel)(?:ing)?\b(?: (?:back )?{_DONE})?|"
    rf"\b(?:change|put|switch|turn|set|move|bring|get|make)(?:ing)? {_DONE} back\b(?! (?:on|onto|to|into|in|for) (?:my|the|a) (?:\w+ )?(?:card|paypal|account|gift|certificate|method))|"
    rf"\b(?:want|like|need|make|put|leave|have|prefer)\b[^.;!?]{{0,20}}\b(?:the way|how|as|like|what) (?:it|they|that|things|everything) (?:was|were)\b|"
    rf"\b(?:want|like|need|give me|rather have|have)\b (?:my|the) (?:old|original|previous|former) \w+(?: \w+)? back\b|"
    rf"\b(?:cancel|drop|scrap|forget|stop|withdraw|take back) (?:what (?:you|we) (?:just )?(?:did|have done|changed)|(?:that|this|the last) (?:change|update|step)|(?:it|that|this) (?:again|after all))\b"
)
"""Words that want back what was before."""
_WANTED = r"(?:want(?:ed)?|ask(?:ed)?(?: you)?(?: for)?|mean[t]?|request(?:ed)?|order(?:ed)?|said|say|agree(?:d)?(?: to)?|had in mind|approv(?:e|ed)|expected|told you|need(?:ed)?)"
_COMPLAINT = re.compile(
    rf"\bnot (?:at all |really |exactly |quite )?(?:what|the (?:one|thing|way|flight|item|version|card)s?(?: that)?|how|as) (?:i|we)(?:'d| had|'ve| have)? {_WANTED}\b|"
    rf"n't (?:at all |really |exactly |quite )?(?:what|the (?:one|thing|way|flight|item|version|card)s?(?: that)?|how) (?:i|we)(?:'d| had|'ve| have)? {_WANTED}\b|"
    rf"\byou(?:'ve| have)? (?:just )?(?:got|took|picked|chose|changed|booked|cancell?ed|returned|exchanged|did|done|made|gave|sent|used|charged)\b[^.;!?]{{0,20}}\b(?:wrong|mistakes?|incorrect(?:ly)?|by accident|an error)\b|"
    rf"\b(?:i|we) (?:actually |really |only )?(?:wanted|asked for|meant|ordered|said|needed) (?:\w+ )?(?:other|another|a different|something else|the opposite|someone else)\b|"
    rf"\b(?:that|this|it)(?:'s| is| was) (?:all |just |clearly |simply |completely )*(?:the )?wrong\b|\bwrong (?:one|item|flight|order|day|card|address)\b|"
    rf"\b(?:i|we) (?:never|didn't|did not|haven't) (?:ask|asked|want|wanted|agree|agreed|say|said|order|mean|approve|authori[sz]e|request)(?:d|ed)?\b[^.;!?]{{0,10}}\b(?:that|this|it|any of)\b|"
    rf"\byou (?:misunderstood|mixed|messed|screwed|botched|misread|misheard)\b|\b(?:changed|changing) (?:my|our) minds?\b|\b(?:i|we) (?:already )?regret\b|"
    rf"\b(?:i'd|we'd|i would) (?:rather|sooner|prefer to) (?:have )?(?:not|kept|keep|never)\b|\b(?:should|shouldn't) have (?:taken|kept|left|picked|chosen|gone)\b"
)
"""Words by which what was done is not what was wanted."""


def regrets(wanted: Wanted, text: str) -> Iterator[str]:
    """Each stretch of a turn that wants back what was before, or says that something else was wanted; questions and cases are none."""
    turn, said = parts(text), sentences(text)
    for part in turn:
        if bare(said[part.sentence]) in wanted.sentences:
            continue
        if part.asked or part.supposed or any(other.supposed and other.sentence == part.sentence for other in turn):
            continue
        undone = _UNDO.search(part.text)
        wills = undone is not None and (part.wills or undone.start() < _EARLY) and not part.denied(undone.start())
        found = undone if wills else _COMPLAINT.search(part.text)
        if found is not None and found.group() not in wanted.text and not _NOT_HERE.search(part.text):
            yield found.group()


_EARLY = 24
"""Letters that may stand before the word of an order: "hmm, actually"."""
_NOT_HERE = re.compile(
    r"\b(?:last (?:time|week|month|year)|back then|at first|originally|used to|years? ago|yesterday|other (?:shop|store|airline|company)s?|glad|happy|relieved|almost|nearly)\b"
)
"""Of another matter, or a mistake that was none."""
