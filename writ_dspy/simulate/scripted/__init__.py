"""Roles without a model: a user, a careful agent, and a careless one."""

from writ_dspy.simulate.scripted.agent import ScriptedAgent
from writ_dspy.simulate.scripted.careless import CarelessAgent
from writ_dspy.simulate.scripted.user import ScriptedUser

__all__ = ["CarelessAgent", "ScriptedAgent", "ScriptedUser"]
