# ruff: noqa: D100 - its first cell says what it shows
# %% [markdown]
# # A dataset on the Hugging Face Hub, in one safe step
#
# A run becomes a dataset repository: card, plots, every format, checksums. It takes a token (`hf auth login`, or
# `HF_TOKEN`); what is published here is private, and nothing is ever sent before it was loaded and scanned.
#
# To run it: in the checkout, `source .venv/bin/activate`, `pip install 'writ-dspy[notebook]'`, `jupyter lab notebooks`.
# Without an account, let `python -m tests.standins.with_hub jupyter lab notebooks` start it: its Hub is one on your own
# machine, as it was for the outputs below.

# %%
import sys

import matplotlib.pyplot as plt
from datasets import disable_progress_bars, load_dataset
from IPython import display as show

import writ_dspy as writ
from writ_dspy.errors import WritError
from writ_dspy.publish.hub import signed_in
from writ_dspy.publish.published import census_of, load
from writ_dspy.publish.upload import Plan, prepare, publish

try:
    owner = signed_in()
except WritError as error:
    sys.exit(f"{error} Without an account: python -m tests.standins.with_hub python notebooks/03_publish.py")

disable_progress_bars()
run = writ.synthesize(domains=["tau2:retail", "tau2:airline"], n=12, seed=0)
run.conversations()[0]

# %% [markdown]
# First what would be sent. `prepare` stages the folder, loads each configuration as a stranger would, and looks for
# secrets and for people and records that no database holds. It asks nothing of the Hub. On the command line:
# `writ publish RUN OWNER/NAME --dry-run`.

# %%
name = f"{owner}/writ-notebook"
plan = Plan(name, tag="v1")
staged, to_agree_to = prepare(run.folder, plan)
assert to_agree_to == []
[(path, (staged.folder / path).stat().st_size) for path in staged.files]

# %% [markdown]
# The card is written from the facts of the run.

# %%
text = (staged.folder / "README.md").read_text(encoding="utf-8")
show.display(show.Markdown(text.partition("-->\n")[2].partition("## Fields")[0]))
plt.imshow(plt.imread(staged.folder / "assets" / "axes.png"))
frame = plt.axis("off")

# %% [markdown]
# One commit, verified by checksum and by loading it back at that commit, then tagged. Broken off anywhere, the same
# call finishes; done twice, it finds nothing to do.

# %%
done = publish(run.folder, plan)
again = publish(run.folder, plan)
(done.url, len(done.changed), len(again.changed))

# %% [markdown]
# Anybody whom you let see it loads it as any dataset; `hf:` reads back what it holds and how it was made.

# %%
rows = load_dataset(name, split="train", revision="v1")
there = load(f"hf:{name}@v1")
print(there.report())

# %%
assert len(rows) == census_of(there).splits["train"]
assert census_of(there) == census_of(run)
assert there.report() == load(run.folder).report()
assert again.commit == done.commit
assert again.changed == ()
