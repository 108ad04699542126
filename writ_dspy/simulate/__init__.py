"""User and agent talk over a world: behaviours, briefings, the loop, and roles that need no model."""
