"""What is said to be on its way, or in the mail: no more than what a tool sends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.noise import written

_ARRIVES = re.compile(
    r"\b(?P<what>money|amount|refund|e-?mail|message|text|sms|confirmation|receipt|letter|parcel|package|replacement|order|item|certificate|voucher|code|invoice|label)s?\b(?:\s[\w#-]+){0,3}?\s*(?:['’]s|['’]re|\b(?:is|are|has been|was))\s+(?:(?:now|already|just|on|all)\s+)*"
    r"(?:on (?:its|the|their) way|under ?way|in your (?:account|inbox|mailbox|spam|e-?mail)|back (?:in|on) your|with you|in transit|out for delivery|shipped|dispatched)\b"
    r"|\byou(?:['’]ll| will| should)(?: also| soon| shortly)? (?:find|see|have|get|receive)\b[^.!?\n]{0,40}?\b(?P<mail>e-?mail|text message|sms|letter|inbox|phone call)s?\b"
    r"|\bI(?:['’]m| am)(?: now| just)? (?:sending|e-?mailing|texting|mailing|shipping|forwarding)\b(?!\s+(?:you )?(?:back|over))",
    re.IGNORECASE,
)
_MAIL = r"(?:e-?mail|text message|sms|confirmation|receipt|letter|invoice|label|notification|voucher|boarding pass)"
_MAILED = re.compile(
    rf"\b(?P<what>{_MAIL})s?\b(?:\s(?!will|would)[\w#-]+){{0,4}}?\s(?:(?:has|have)\s)?(?:(?:now|already|just|also|all)\s)*(?:went|gone|landed|(?:been )?(?:sent|mailed|e-?mailed|dispatched|issued))\b(?:\s(?:out|off|over|straight))*(?:\s(?:to|in|by|at|via|with)\b|\s*[.,;!)])"
    rf"|\b(?P<mail>{_MAIL})s?\b[^.!?\n]{{0,40}}?(?:\s(?:will|should)|['’]ll)\s(?:(?:also|shortly|soon|now)\s)*(?:follow|arrive|come|reach|land|go out|be (?:e-?mailed|mailed|sent|with you|in your))\b",
    re.IGNORECASE,
)
"""How it is said of mail that it went by itself, or is to follow."""
_HEDGED = re.compile(r"\b(?:if|once|would|will|may|might|could|should|when|whether|in case|unless)\b", re.IGNORECASE)
_TO_THE_END = re.compile(r"[^.!?\n]*[.!?]?")


@lru_cache(maxsize=256)
def given_by(domain: Domain, text: str) -> tuple[str, ...] | None:
    return next((tools for form, tools in domain.pack.things.items() if re.search(form, text, re.IGNORECASE)), None)


def underway(case: Case, text: str, before: Sequence[Step]) -> tuple[str, str] | None:
    """What is said to be on its way, or in the mail, though no tool sends it."""
    made = {step.call.tool for step in before}
    for match in (*_ARRIVES.finditer(text), *_MAILED.finditer(text)):
        if _HEDGED.search(text, _begin(text, match.start()), match.start()) or _asking(text, match.end()):
            continue
        what = (match["what"] or match["mail"] or "e-mail").lower()
        if match["what"] and (head := _head(text, match)) is not None:
            what = head
        if not what:
            continue
        said = match[0] if match["what"] is None or what == match["what"].lower() else what
        tools = given_by(case.domain, said)
        if tools and (set(tools) & made or (match["mail"] and _spoken(text, tools))):
            continue
        if (
            match["what"]
            and what in ("parcel", "package", "replacement", "order", "item")
            and _said(case, match[0].split()[-1])
        ):
            continue
        return (
            match[0],
            f"that only after {' or '.join(tools) or 'a tool that sends it'} succeeded"
            if tools
            else "a deed of a tool: nothing sends that",
        )
    return None


_INSIDE = re.compile(
    r"\b(?:for|of|with|about|from|to|on|in|regarding|concerning)\s+(?:[\w#'’-]+\s+){0,4}\Z", re.IGNORECASE
)
_THING = re.compile(
    r"\b(money|amount|refund|e-?mail|message|text|sms|confirmation|receipt|letter|parcel|package|replacement|certificate|voucher|code|invoice|label)s?\b",
    re.IGNORECASE,
)


def _head(text: str, match: re.Match[str]) -> str | None:
    """What is on its way, where the word before the verb only says more of it: "an email for the old items is …"; nothing if unknown, None if that word is it."""
    ahead = text[_begin(text, match.start()) : match.start("what")]
    if _INSIDE.search(ahead) is None:
        return None
    head = _THING.search(ahead)
    return head[1].lower() if head else ""


def _begin(text: str, at: int) -> int:
    """Where the sentence begins that a place is in."""
    return max(text.rfind(sign, 0, at) for sign in ".?!\n") + 1


def _asking(text: str, at: int) -> bool:
    """Whether the sentence that goes on at a place is a question."""
    rest = _TO_THE_END.match(text, at)
    return rest is not None and rest[0].endswith("?")


def _spoken(text: str, tools: Sequence[str]) -> bool:
    """Whether a message speaks of what one of the tools would do."""
    return any(word.startswith(tool.split("_")[0][:6]) for word in written(text).bag for tool in tools)


def _said(case: Case, word: str) -> bool:
    """Whether a tool said so."""
    return any(word.lower() in step.recorded.text.lower() for step in case.steps)
