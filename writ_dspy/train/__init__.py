"""From tasks to a better agent: a task as an environment that any trainer or harness can play.

`episode` is the environment itself; `tools` makes methods of a domain's tools, `users` finds who speaks for the user, and
`progress` is the shaped reward.
"""

from writ_dspy.train.episode import Episode

__all__ = ["Episode"]
