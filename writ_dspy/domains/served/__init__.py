"""Tools that an MCP server has, over the state that it keeps.

`settings` says how a server is run and how its state is seen, `session` speaks with one, `state` looks at what it holds, `answers`
and `schemas` read what it says, `pool` has as many as the worlds need, and `source` makes the tools of a domain of it.
"""

from writ_dspy.domains.served.settings import Ask, Settings
from writ_dspy.domains.served.source import McpSource, source

__all__ = ["Ask", "McpSource", "Settings", "source"]
