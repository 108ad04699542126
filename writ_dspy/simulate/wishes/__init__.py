"""What a user's sentences want, against what its task wants: statements of will, read as values in roles.

`parts` cuts a turn and says of each part whether it wants, asks, tells or supposes; `wanted` says what a task wants; `choices`, `deeds`
and `amounts` each compare one kind of statement, and `strays` gathers them; `regrets` reads what takes back a deed that was done. What cannot be read is not judged.
"""

from writ_dspy.simulate.wishes.deeds import refuses
from writ_dspy.simulate.wishes.parts import begins_anew, sentences
from writ_dspy.simulate.wishes.regrets import regrets
from writ_dspy.simulate.wishes.strays import speaks, strays
from writ_dspy.simulate.wishes.wanted import Wanted, wanted_of

__all__ = ["Wanted", "begins_anew", "refuses", "regrets", "sentences", "speaks", "strays", "wanted_of"]
