"""Natural variants, by family."""

from benchmarks.mutations.natural import calls, listings, lists, roles, strays, talking, true, users, words, yes

FAMILIES = (
    yes.YES,
    yes.AROUND,
    lists.FORMS,
    listings.LISTINGS,
    talking.AGENT,
    users.USER,
    true.TRUE,
    calls.CALLS,
    words.PLAIN,
    words.NAMING,
    words.HOUSE,
    roles.ANSWERED,
    roles.ROLES,
    strays.FIRM,
    strays.ASIDE,
)
