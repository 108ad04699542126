# ruff: noqa: D100 - its first cell says what it shows
# %% [markdown]
# # A better prompt for the model you have
#
# `writ optimize` lets one of DSPy's optimizers change the instructions of a role, and scores every try with the
# verifier. Here the model is a synthetic one that plays the user and does what its instructions say: so the best
# prompt is known, and the whole search takes seconds. On the command line it is
# `writ optimize user --lm URL --reflection-lm URL`.
#
# To run it: in the checkout, `source .venv/bin/activate`, `pip install 'writ-dspy[notebook]'`, `jupyter lab notebooks`.
# It needs the checkout, since the synthetic model is one of the tests' tools.

# %%
import sys
from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt

import writ_dspy as writ
from writ_dspy.lm import Connection
from writ_dspy.optimize import Budget, optimize
from writ_dspy.optimize.metric import Metric
from writ_dspy.optimize.students import Student
from writ_dspy.report.transcript import show as chat

sys.path.append(str(Path(writ.__file__).parents[1]))  # the synthetic model is one of the tests' tools
from tests.standins.synthetic import RULES, Synthetic, tasks_for

tasks = tasks_for("user")
model = Connection.over(Synthetic("user", tasks), role="user")

# %% [markdown]
# A *rollout* is one conversation, with the other roles frozen as scripts. This user makes something up, and the
# verifier sees it.

# %%
student = Student("user", model, tasks)
rollout = student(key=tasks[0].id).rollout
chat(rollout.task, rollout.talk, rollout.verdict.to_json())

# %% [markdown]
# The *metric* makes a score with partial credit of that, and text that an optimizer can learn from.

# %%
judged = Metric("user").judge(rollout)
print(f"score {judged.score:.2f}\n{judged.feedback}")

# %% [markdown]
# The *optimizer* learns from some of the tasks, chooses by others, and never sees the held-out ones. What it may cost
# is a number of rollouts, everything included; the ledger says where they went.

# %%
folder = Path(mkdtemp())
outcome = optimize(
    "user", model, reflection=model, tasks=tasks, budget=Budget(rollouts=120), folder=folder, programs=folder
)
print(outcome)

# %%
print(outcome.diff)

# %%
figure, axes = plt.subplots(figsize=(6, 3.5))
outcome.draw(axes)

# %%
assert outcome.improved
assert all(rule.text in outcome.diff for rule in RULES["user"])
assert outcome.heldout.after.mean > outcome.heldout.before.mean
