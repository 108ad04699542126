"""What a user tells by the way, of a matter that nobody put forward: no judgment of the act."""

from __future__ import annotations

from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import Event

_LEADS = (
    "by the way", "btw", "funny enough", "fun fact", "off topic", "on another note", "on a different note", "unrelated",
    "random but", "speaking of", "side note", "incidentally",
)  # fmt: skip
"""How a sentence begins that goes off to another matter."""
_CONTENT = frozenset("x#")
"""Categories of what a clause names."""
_TRADE = """price cost fare money total sum amount fee bill budget deal offer discount payment order trip booking flight ticket seat
    parcel delivery list change plan idea thought answer mind yes no name date day"""
_MATTER = frozenset(stem(word) for word in _TRADE.split())
"""What belongs to the matter in hand, whether it was named or not."""
_POINTS = frozenset(CODES[name] for name in ("THIS", "YOU", "ELSE", "DIFF", "ONLY", "CANCEL"))
"""Categories of words that point to what was put forward, or turn to the other."""

_ENDS = frozenset((" ", CODES["BE"], CODES["ALSO"], CODES["MODAL"]))
"""What comes behind an "all" or "one" that is a thing by itself."""
_COUNTS = frozenset({"one", "all", "both", "each"})
_OWN = frozenset(CODES[name] for name in ("I", "MODAL", "LET"))
"""Categories of words by which a clause says what the user does, or would have done."""


def tells_aside(stand: Stance, event: Event) -> bool:
    """Whether what would object judges what its own sentence told by the way: "by the way, I got a big melon, too much for one man"."""
    if stand.stance != "+" or stand.same_sentence(event):
        return False
    told = [clause for clause in stand.earlier if clause.sentence == event.clause.sentence]
    begins = " ".join(word for clause in told for word in clause.words)
    if not begins.startswith(_LEADS):
        return False
    named = [clause for clause in told if _named(clause)]
    return (
        bool(named)
        and _OWN.isdisjoint(event.clause.codes)
        and not any(_of_the_matter(stand, clause) for clause in (*named, event.clause))
    )


def _named(clause: Clause) -> list[str]:
    """The words of a clause that name something, without how it leads to another matter."""
    words = [word for code, word in zip(clause.codes, clause.words, strict=True) if code in _CONTENT]
    lead = next((lead for lead in _LEADS if " ".join(clause.words).startswith(lead)), "")
    return [word for word in words if word not in lead.split()]


def _of_the_matter(stand: Stance, clause: Clause) -> bool:
    """Whether a clause points to what was put forward, or names something of it."""
    if not _POINTS.isdisjoint(_pointing(clause)):
        return True
    stems = {stem(word) for word in _named(clause)}
    return bool(stems & (_MATTER | (stand.asked.stems if stand.asked is not None else frozenset())))


def _pointing(clause: Clause) -> str:
    """The categories of a clause, without an "all" or "one" that counts what follows it: "for one man"."""
    pairs = zip(clause.codes, clause.words, clause.codes[1:] + " ", strict=True)
    return "".join(code for code, word, after in pairs if word not in _COUNTS or after in _ENDS)
