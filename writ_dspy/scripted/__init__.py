"""Roles without a model: a user, a careful agent, and a careless one."""

from writ_dspy.scripted.agent import ScriptedAgent
from writ_dspy.scripted.careless import CarelessAgent
from writ_dspy.scripted.user import ScriptedUser

__all__ = ["CarelessAgent", "ScriptedAgent", "ScriptedUser"]
