"""Domains that are declared rather than programmed: a YAML file beside tools, data and a policy becomes a `Domain`.

`model` says what a declaration holds, `reading` reads it, `schema` says what follows from it; `lenses`, `policies`, `saying` and
`phrases` make what the core needs to know, `person`, `pointing`, `choosing`, `wishing` and `recipes` draft goals, `pack` puts all
of it together, and `building` the domain.
"""

from writ_dspy.domains.declared.building import load
from writ_dspy.domains.declared.model import Declared
from writ_dspy.domains.declared.reading import name_of, read

__all__ = ["Declared", "load", "name_of", "read"]
