"""Natural variants, by family."""

from benchmarks.mutations.natural import yes

FAMILIES = (yes.YES,)
