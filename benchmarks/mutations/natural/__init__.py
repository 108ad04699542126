"""Natural variants, by family."""

from benchmarks.mutations.natural import calls, listings, lists, talking, true, users, yes

FAMILIES = (yes.YES, yes.AROUND, lists.FORMS, listings.LISTINGS, talking.AGENT, users.USER, true.TRUE, calls.CALLS)
