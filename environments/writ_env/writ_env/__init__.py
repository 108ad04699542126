"""Tasks of writ-dspy as a verifiers v1 taskset."""

from writ_env.taskset import WritEnv, WritTaskset

__all__ = ["WritEnv", "WritTaskset"]
