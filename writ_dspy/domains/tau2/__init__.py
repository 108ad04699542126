"""The domains of τ²-bench: an adapter to its environments, and what we know about two of them.

`adapter` alone imports `tau2`; `retail` and `airline` are packs over it and read no code of the benchmark.
"""
