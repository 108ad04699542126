"""More and less than the task: a request called off without its name, the same for something else, somebody or something more that comes along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.sayings import says_none
from writ_dspy.simulate.wishes.deeds import refuses, turned_down
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import Wanted, compiled

_REST = r"(?:(?:first|second|third|last|other|latter|former|next)(?: (?:one|thing|request|part|point|wish|matter|task))?|rest(?: of it)?|one of the (?:two|three))(?=\W*$| (?:now|then|for now|after all|please|altogether|for good))"
_ONE = re.compile(
    rf"\b(?:forget|skip|drop|scrap|ignore|leave out|never mind|strike|decided against|don't (?:do|bother with)|do without)\b(?: about)? (?:the |my |that )?{_REST}|\b(?:skip|drop|forget|leave out) one of (?:the|those|them)\b|\bonly the (?:first|second|last)(?: (?:one|thing|request|part|point))? (?:matters|counts|stands|is left|remains)\b"
)
"""One of several requests, called off."""
_ALL = re.compile(
    r"^(?:\w+ ){0,2}(?:let's|let us) not(?: (?:do|go through with|go ahead with|bother with) (?:it|this|that|any of it|anything))?(?: (?:after all|then|now))?\W*$"
    r"|\b(?:i|we) (?:won't|will not|don't want to|do not want to|'d rather not|would rather not|'m not going to)(?: \w+)? (?:do|go through with|go ahead with|have) (?:it|this|that|any of (?:it|this))(?: (?:after all|any ?more|now))?\W*$"
    r"|\b(?:forget|scrap|ignore|disregard|never mind) (?:about )?(?:what|everything|all(?: that)?|all of (?:it|that)|anything)(?: that)? (?:i|we)(?:'ve| have)? (?:asked|said|wanted|told|requested)\b"
    r"|\b(?:i|we)(?:'ve| have) (?:now )?decided against (?:it|that|this|all of (?:it|that))\W*$"
    r"|\b(?:keep|leave|have) (?:things|everything|it all|all of it|all) (?:just |exactly )?(?:as|the way|like) (?:they|it|things) (?:is|are|was|were|stands?)\b"
    r"|\bi (?:don't|do not|no longer) (?:need|want) (?:it|this|that|any of (?:it|this))(?: done| changed)? (?:any ?more|any longer|after all|now)\W*$"
)
"""All that was asked for, called off without its name."""
_KEPT_AS_REASON = frozenset({"cancel", "return"})
"""Deeds for which "I don't need it any more" is the reason."""
_NO_LONGER = re.compile(r"\b(?:need|want) (?:it|this|that|any of (?:it|this))(?! (?:done|changed))\b")
_SAME = re.compile(
    r"\b(?:the|that) (?:very )?same (?:thing )?(?:for|with|to|on|again for) (?:all |every |each )?(?:of )?(?:my|the|our|her|his|their) (?:other|others|second|rest|remaining|\w+'s)\b"
    r"|\b(?:repeat|do) (?:that|this|it|the same) (?:again )?(?:for|with|on) (?:everything|anything|all|the rest|every|each|my (?:other|second)|the other)\b|\bi (?:actually |really )?meant the other (?:one|order|trip|reservation|booking)\b"
)
"""What was asked for, wanted of something else."""
_KIN = (
    r"(?:sister|brother|mother|father|mom|mum|dad|son|daughter|wife|husband|partner|friend|colleague|coworker|boss|neighbou?r|cousin|aunt|uncle|niece|nephew|kids?|baby|child|children|girlfriend|boyfriend|"
    r"fianc[eé]e?|roommate|assistant|parents?|grand\w+|in-laws|twins|toddler|plus one)s?"
)
KIN = re.compile(rf"\b{_KIN}\b")
_JOINS = re.compile(
    rf"\b(?P<who>{_KIN})\b(?: \w+)? (?:(?:is|are|will be|'s) (?:coming|flying|traveling|travelling|joining|going)|comes|come|flies|fly|joins|join|travels|will (?:come|fly|join|travel))\b(?: along| with (?:me|us)| in my (?:place|stead)| instead| too| as well|,|\W*$)"
    rf"|\b(?:add|bring|bringing|take|taking|put|book|include|including)(?: along)? (?:my|a|our|the) (?:\w+ )?(?P<more>{_KIN})\b(?: \w+)? ?(?:to the (?:booking|reservation|trip|list)|on the (?:booking|reservation|flight|list|ticket)|along|as well|too|in|with (?:me|us)|\W*$)"
    rf"|\bput (?:my|our) (?P<put>{_KIN})(?:'s name)? on\b|\b(?:in|under) (?:my|our) (?P<name>{_KIN})'s name\b|\b(?:my|a|our) (?P<place>{_KIN}) (?:in my place|instead of me)\b"
)
"""Somebody who comes along, or goes in the user's place."""
_ANOTHER = r"(?:one more|another|an extra|one extra|an additional|one additional|a second|a third)"
_ADDS = re.compile(r"\b(?:more|extra|additional|another|besides|on top|in addition|further|second|third|add)\b")
MORE = re.compile(
    rf"\b(?:forget|skip|drop|scrap|ignore|leave out|never mind|strike|decided against|don't|do without|let's not|let us not|won't|rather not|no longer|same|repeat|other one|{_ANOTHER}|only the|as (?:they|it|things)|none?|without|extra|more)\b"
)
"""A quick look for words of these."""


def more_or_less(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """A request called off, or one more of something than the task has, as (place, saw, wanted)."""
    for part in fresh:
        if any((other.supposed or other.asked) and other.sentence == part.sentence for other in turn):
            continue
        if dropped := _dropped(wanted, part, heard):
            yield part.start, dropped, "all that its task wants"
        same = _SAME.search(part.text)
        if same and not part.denied(same.start()) and not _meant(wanted, same[0], heard):
            yield part.start, same.group(), "only what its task is about"
        again = _SECOND.search(part.text)
        if (
            again
            and not part.denied(again.start())
            and not _COULD.search(part.text[: again.start()])
            and not _ADDS.search(wanted.text)
            and again.group() not in wanted.text
            and again.group() not in heard.text
        ):
            yield part.start, again.group(), "only what its task is about"
        if not after(turn, part, 0):
            yield from _joined(wanted, part, heard)
            yield from _counted(wanted, part)


def _meant(wanted: Wanted, same: str, heard: Heard) -> bool:
    """Whether what the same is wanted for may be the task's own, or what the agent asked about; somebody's whom nobody named is neither."""
    whose = _WHOSE.search(same)
    if whose is not None and whose[1] not in wanted.text and whose[1] not in heard.text:
        return False
    return (same.startswith(("the", "that")) and _SEVERAL.search(wanted.text) is not None) or _WHICH.search(
        heard.last
    ) is not None


_WHOSE = re.compile(r"\b(\w+)'s$")
_WHICH = re.compile(
    r"(?<!by )(?<!for )\bwhich (?:one|of (?:the|your|these|them|those)|(?:order|trip|reservation|booking|purchase)s?)\b(?! (?:id|number|code))"
)
"""How an agent asks which of several is meant."""
_COULD = re.compile(r"\b(?:could|can|might|able to)\b")
_SECOND = re.compile(
    r"\b(?:throw in|add|give me|get me|send me|order) (?:a second|another|one more|an extra|two more) (?:one|of (?:them|those|these))\W*$|\bthrow in (?:a second|another|one more|an extra)\W*$|\b(?:reorder|order again)\b"
)
_SEVERAL = re.compile(r"\b(?:each of|every one|both (?:orders|trips|of)|same (?:for|on|with))\b")


def _dropped(wanted: Wanted, part: Part, heard: Heard) -> str:
    """What calls a request off, where something is done for the user and the agent offered nothing that could be meant."""
    if (
        not (wanted.granted or (wanted.task.gold and not refuses(heard.text)))
        or turned_down(heard)
        or ("?" in heard.last and re.search(r"\b(?:instead|alternativ\w*|rather|all the same)\b", heard.last))
    ):
        return ""
    one = _ONE.search(part.text) if len(wanted.task.requests) > 1 else None
    found = one or _ALL.search(part.text)
    if found is None or part.denied(found.start()) or found.group() in wanted.text:
        return ""
    reason = _NO_LONGER.search(found.group()) is not None and not _KEPT_AS_REASON.isdisjoint(wanted.deeds)
    return "" if reason else found.group()


def _joined(wanted: Wanted, part: Part, heard: Heard) -> Iterator[tuple[int, str, str]]:
    """Somebody who flies, too, or in the user's place, and of whom the task knows nothing."""
    party = wanted.domain.pack.fields.party
    match = _JOINS.search(part.text) if party and wanted.sets(party) else None
    if match is None or part.tells or part.denied(match.start()):
        return
    who = next(filter(None, match.groups()))
    if who not in wanted.text and who not in heard.text:
        yield part.start, match.group(), "the people of its task"


def _counted(wanted: Wanted, part: Part) -> Iterator[tuple[int, str, str]]:
    """One more of what the task counts, or none of it at all."""
    for noun, argument in wanted.domain.pack.sayings.counted_things.items():
        least = _least(wanted, argument)
        if least is None or (part.tells and not _HAVE.search(part.text)):
            continue
        counted = compiled(rf"\b(?:{noun})(?![a-z])")
        more = compiled(rf"\b{_ANOTHER} (?:\w+ )?(?:{noun})(?![a-z])|\bone (?:{noun}) more\b").search(part.text)
        adds = any(counted.search(text) and _ADDS.search(text) for text in wanted.details)
        if more and not adds and not part.denied(more.start()):
            yield part.start, more.group(), "a number that its task has"
        none = _NOT_LEFT.sub(" ", _NO_MORE.sub(" ", part.text))
        own = any(says_none(counted.pattern, text) for text in wanted.details)
        if least > 0 and not own and says_none(counted.pattern, none) and not _PAID.search(none):
            yield part.start, part.text[:60], "a number that its task has"


def _least(wanted: Wanted, argument: str) -> int | None:
    """The least number that the right writes set under names that fit a pattern; None if they set none."""
    found = (value for call in wanted.task.gold for name, value in call.args.items() if compiled(argument).search(name))
    return min((value for value in found if isinstance(value, int)), default=None)


_HAVE = re.compile(r"\b(?:i|we)(?:'ve| have)(?: got)?\b")
_NO_MORE = re.compile(r"\b(?:no|any|not any) (?:more|other|others|further|extra|additional)\b")
_NOT_LEFT = re.compile(
    r"\b(?:not|never|cannot|\w+n't)(?: \w+){0,2}? (?:(?:leav|forget|skip|miss|los|ditch|spar)\w*|drop(?:ping)?|give up|giving up|(?:go|do|be|live|manage|cope) without|part(?:ing)? with|without|"
    r"(?:take|taking|put|putting|cut|cutting|strike|cross)(?= [^.;!?]*\b(?:off|out|away|aside)\b))(?! (?:\w+ ){0,2}with)"
)
"""A no to going without is none to the thing: "I can't leave any of them behind" takes all."""
_PAID = re.compile(
    r"\b(?:bucks?|dollars?|cents?|money|price|pay\w*|fees?|charges?|cost\w*|free|problem|carry-?on|hand)\b"
)
