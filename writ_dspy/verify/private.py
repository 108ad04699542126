"""Private: what no agent may ask for, such as passwords, codes and papers."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from writ_dspy import patterns as re
from writ_dspy.verify.noise import Written, bag

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+")
_SECRET = re.compile(
    r"\b(?:pass(?:word|code|phrase)s?|pin(?: (?:code|number))?|cvv2?|cvc2?|(?:security|verification) (?:code|number)|one-time (?:code|password)|otp|"
    r"social security(?: number)?|ssn|mother's maiden name|bank (?:account|login)(?: (?:number|details))?|routing number|(?:log-?in|banking|account) credentials|"
    r"(?:full|complete|entire|whole|16-digit|sixteen-digit)[\w, -]{0,20}(?:card|account) number|card(?:'s)? number|"
    r"(?:(?:full|complete|entire|whole|exact) |all (?:the )?)(?:numbers?|digits) (?:of|on|from) (?:your|the|that|this)(?: \w+){0,2} card|expir(?:y|ation) date|"
    r"codes? (?:on|from|at) the (?:back|front|reverse)|(?:full|complete|entire|whole) number(?=,? please|\W*\Z)|(?:annual|yearly|monthly|your) (?:\w+ )?(?:income|salary|earnings))\b"
)
_ASKS = re.compile(
    r"\b(?:please|could you|can you|would you|may i|might i|i(?:'ll|'d| will| would)? (?:also )?(?:need|require)|we need|let me (?:have|know)|what(?:'s| is| are| was)|"
    r"tell|give|send|read|type|provide|share|enter|state|confirm|supply|verify|repeat)\b"
)
_HIDDEN = bag(
    "digits password passwords passcode passcodes passphrase pin cvv cvc otp security verification ssn maiden bank routing credentials expiry expiration code codes income salary earnings"
)
_OF_A_CARD = frozenset({"card", "card's"})
_WITHHELD = re.compile(
    r"\b(?:not|never|no|without|cannot|unable|rather than|instead of|neither|nor|avoid|last (?:four|4|few)|end(?:s|ing) (?:in|with))\b|n't\b"
)


def secret(said: Written) -> str:
    """A request for what no agent may ask: passwords, whole card numbers, their codes."""
    if _HIDDEN.isdisjoint(said.bag) and ("number" not in said.bag or _OF_A_CARD.isdisjoint(said.bag)):
        return ""
    for clause in _CLAUSE.split(said.text.lower().replace("’", "'")):
        match = _SECRET.search(clause)
        if match and (_ASKS.search(clause) or clause.rstrip().endswith("?")) and not _WITHHELD.search(clause):
            return match[0]
    return ""


_DOCUMENT = re.compile(
    r"\b(?P<kind>passport|driver'?s|driving|identity|national id|photo id|tax)(?: (?:licen[cs]e|card|document|id))?(?:'s)? (?:numbers?|copy|copies|scan|photo|picture|details)\b"
    r"|\b(?:send|upload|show|attach|scan|submit|present|e-?mail) (?:me |us )?(?:an? |your |the |his |her |their )(?:\w+ of (?:an? |your |the )?)?(?P<paper>passport|driver'?s licen[cs]e|photo id|identity card|signature|selfie|utility bill|birth certificate|fingerprint)\b"
)
_PROOF = re.compile(
    r"\b(?:last|first|final) (?:four|4|three|3|six|6) (?:digits|numbers)\b[^.?!]*\b(?:for (?:your |our |the )?(?:security|verification|safety|protection|identification)|to (?:verify|prove|confirm) (?:your |that you|you|who you)|as (?:a )?proof)\b"
)
_EVIDENCE = re.compile(
    r"\b(?:an?|the|some|any|your|his|her|their) (?:[\w']+ ){0,2}?(?:letter|document|receipt|proof|paper|evidence|photo|picture|screenshot|scan|copy|attest|invoice)s?,? "
    r"(?:that|which|to) (?:shows?|proves?|states?|documents?|backs?|supports?)\b|\b(?:proof|evidence|attestation) (?:of|for|that)\b|\b(?:a|your|the) (?:(?:doctor|employer|hospital|school|company)(?:'s)? (?:note|letter|certificate|statement|attest))"
)
"""What would prove something that users need only say."""
_PAPERS = bag("""
    passport driver's drivers driving identity national photo tax birth utility fingerprint selfie signature digits numbers letter note document documents receipt
    proof paper papers evidence picture screenshot scan copy attest attestation invoice doctor's employer's
""")


def papers(said: Written, known: AbstractSet[str]) -> str:
    """A request for a document, or for digits as a proof, that neither policy nor a tool asks for.

    Args:
        said: The message.
        known: Words of the domain's policy, tools and records.
    """
    if _PAPERS.isdisjoint(said.bag):
        return ""
    for clause in _CLAUSE.split(said.text.lower().replace("’", "'")):
        match = _DOCUMENT.search(clause)
        unknown = match is not None and re.findall(r"[a-z]+", match["kind"] or match["paper"])[0] not in known
        asked = _ASKS.search(clause) is not None or clause.rstrip().endswith("?")
        if asked and unknown and not _UNNEEDED.search(clause):
            return match[0] if match else ""
        if asked and (proof := _PROOF.search(clause)):
            return proof[0]
        if asked and (shown := _EVIDENCE.search(clause)) and not _UNNEEDED.search(clause):
            return shown[0]
    return ""


_INSTEAD = re.compile(
    r"(?:(?<![^.;:!?,()\n])|(?=[.;:!?,()\n]))(?P<known>[^.;:!?,()\n]*),?[^\w\n]{0,2}\b(?:or|otherwise|alternatively|failing that)\b,? (?:else |alternatively |with |by |just |simply |even |also )*(?P<way>(?:the |your |an? |any |phone\b|mobile\b|card\b|passport\b)[^.;:!?,()\n]*)"
)
"""It begins with its clause, which is where the first match does: tried at each letter of it, it takes the square of its length."""
_OWN_DATA = re.compile(
    r"\b(?:digits|cards?|(?:phone|mobile|telephone)(?! (?:notification|alert|update|call|message)s?\b)|birth\w*|dob|passports?|licen[cs]e|street|address|iban|code|signature)\b"
)
_NO_DATA = re.compile(r"\b(?:e-?mail|zip|postal|post ?code|names?|user id)\b")


def other_way(said: Written, identity: re.Pattern) -> str:
    """Another way of being found than those by which the domain finds its users: "your e-mail address, or the last digits of your card".

    Args:
        said: The message.
        identity: The words for those ways.
    """
    for match in _INSTEAD.finditer(said.text.lower().replace("’", "'")):
        known, way = match["known"].rpartition(" and ")[2], match["way"].partition(" and ")[0]
        if identity.search(known) and _OWN_DATA.search(way) and not (_NO_DATA.search(way) or identity.search(way)):
            return way.strip()
    return ""


_UNNEEDED = re.compile(r"\b(?:not|never|no|without|cannot|neither|nor|to yourself|private|safe)\b|n't\b")
