"""How each role keeps its promise: DSPy modules, and the states that optimizers compiled for them.

Imported as `writ_dspy.programs`. A module runs one signature and satisfies one protocol of
`writ_dspy.roles`.
"""

if __name__ == "programs":
    raise ImportError(
        "`programs` was imported by its folder name, which would make a second copy of every class in it. "
        "Use `import writ_dspy.programs`."
    )
