# ruff: noqa: D100 - its first cell says what it shows
# %% [markdown]
# # From nothing to verified trajectories
#
# One call makes tasks whose answers are computed, plays each as a conversation between a user, an agent and
# the tools of a domain, and keeps the conversations that every check accepts. No model is involved.
#
# To run it: in the checkout, `source .venv/bin/activate`, `pip install 'writ-dspy[notebook]'`, `jupyter lab notebooks`.

# %%
from collections import Counter

import matplotlib.pyplot as plt
from rich import print as show

import writ_dspy as writ

run = writ.synthesize(domains=["tau2:retail", "tau2:airline"], n=12, seed=0)
print(run.report())

# %% [markdown]
# Each accepted conversation reads as a chat: the user on the left, the agent on the right, its tool calls and
# what they returned in between. The user knows the request above it; the agent has to find it out.

# %%
trajectory = run.conversations()[0]
trajectory

# %% [markdown]
# The answer was worked out before anybody spoke. These reads identify the arguments of the first decision, no
# fewer would do, and their number is the *burden* of the task.

# %%
decision = trajectory.task.decided[0] if trajectory.task.decided else trajectory.task.outcomes[0]
show([str(read) for read in decision.evidence])

# %% [markdown]
# As a dataset, a trajectory is one row: the chat in the format of OpenAI, the tools, and what made it hard.

# %%
sides = run.dataset()
rows = [row for side in sides.values() for row in side]
show(rows[0]["messages"][-3:])

# %% [markdown]
# WRIT asks for hard tasks along two axes: many writes, or much to read before a single one.

# %%
points = Counter((row["domain"], row["writes"], row["burden"]) for row in rows)
figure, axes = plt.subplots(figsize=(6, 3.5))
for domain, shift in (("retail", -0.08), ("airline", 0.08)):
    here = [(writes + shift, burden, 60 * n) for (name, writes, burden), n in points.items() if name == domain]
    writes, burdens, sizes = zip(*here, strict=True)
    axes.scatter(writes, burdens, sizes, alpha=0.7, label=domain)
axes.set(xlabel="gold writes", ylabel="evidence burden", title="writes × burden of the accepted trajectories")
legend = axes.legend()

# %%
assert {row["domain"] for row in rows} == {"retail", "airline"}
assert len(rows) == len(run.conversations())
assert all(row["reward"] == 1.0 for row in rows)
assert not any(run.contamination().values())
