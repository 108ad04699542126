"""Kinds of wrong, by family."""

from benchmarks.mutations.wrong import answers, claims, consent, details, done, listing

FAMILIES = (
    consent.REFUSED, consent.MOVED, listing.LISTED, details.DETAILS,
    claims.INVENTED, claims.PROMISED, done.DONE, done.REPORT, answers.ANSWER,
)  # fmt: skip
