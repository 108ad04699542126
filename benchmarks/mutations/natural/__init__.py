"""Natural variants, by family."""

from benchmarks.mutations.natural import calls, lists, talking, true, users, yes

FAMILIES = (yes.YES, yes.AROUND, lists.FORMS, talking.AGENT, users.USER, true.TRUE, calls.CALLS)
