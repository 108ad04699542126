"""A run on the Hugging Face Hub, and sets read back from it.

`stage` makes the folder, `card` its page, `scan` looks for secrets, `upload` sends it in one commit, `published` reads it again.
"""
