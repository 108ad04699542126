"""What each role promises: DSPy signatures only, each a contract that can be read aloud.

Imported as `writ_dspy.signatures`. The folder lies at the top of the repository because these
contracts are what a reader looks for first.
"""

if __name__ == "signatures":
    raise ImportError(
        "`signatures` was imported by its folder name, which would make a second copy of every class in it. "
        "Use `import writ_dspy.signatures`."
    )
