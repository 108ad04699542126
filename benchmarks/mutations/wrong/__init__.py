"""Kinds of wrong, by family."""

from benchmarks.mutations.wrong import (
    answers,
    claims,
    consent,
    deeds,
    details,
    done,
    listing,
    malformed,
    noise,
    roles,
    strays,
    swaps,
    wishes,
    words,
)

FAMILIES = (
    consent.REFUSED, consent.MOVED, listing.LISTED, details.DETAILS,
    claims.INVENTED, claims.PROMISED, done.DONE, done.REPORT, answers.ANSWER,
    deeds.WRITTEN, deeds.READ, malformed.TURNS, malformed.HANDED, noise.NOISE,
    wishes.UNSAID, wishes.SPOKEN, words.FALSE, words.PART, words.HOUSE, roles.ANSWERED, roles.ROLES, strays.LOOSE, strays.HEDGED,
    swaps.SWAPPED, swaps.WAITING,
)  # fmt: skip
