"""How to train on a published set, for the card: one recipe per trainer; and the license that the set is under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.domains import Domain

LICENSE = """MIT License

Copyright (c) 2025 Sierra Research (τ²-bench: policies, agent prompt, tools, databases and what the tools return)
Copyright (c) 2026 whoever publishes this dataset (everything else in it)

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def license_of(domains: Sequence[Domain]) -> str:
    """The file that says what the data of these domains is under: τ²-bench's license, or what each of them declares."""
    if all(domain.terms.benchmark for domain in domains):
        return LICENSE
    others = [domain for domain in domains if not domain.terms.benchmark]
    parts = [
        "\n".join((f"{domain.name}: {domain.terms.license or 'no license was declared'}", "", *domain.terms.notice[1:]))
        for domain in others
    ]
    parts += [LICENSE] if len(others) < len(domains) else []
    return "\n\n".join(part.strip() for part in parts) + "\n"


_TRL = """### TRL

```python
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer(
    model="Qwen/Qwen3-4B-Instruct-2507",
    train_dataset=load_dataset("{name}", split="train").select_columns(["messages", "tools"]),
    args=SFTConfig(assistant_only_loss=True, max_length=32768, packing=False),
)
trainer.train()
```"""

_AXOLOTL = """### Axolotl

```yaml
datasets:
  - path: {name}
    type: chat_template
    field_messages: messages
    field_tools: tools
    roles_to_train: [assistant]
    train_on_eos: turn
```"""

_LLAMA_FACTORY = """### LLaMA-Factory

In `data/dataset_info.json`:

```json
{{
  "writ": {{
    "hf_hub_url": "{name}",
    "subset": "sharegpt",
    "formatting": "sharegpt",
    "columns": {{"messages": "conversations", "system": "system", "tools": "tools"}}
  }}
}}
```"""

_OPENAI = """### OpenAI

```python
from huggingface_hub import hf_hub_download
from openai import OpenAI

client = OpenAI()
path = hf_hub_download("{name}", "exports/openai.jsonl", repo_type="dataset")
with open(path, "rb") as lines:
    file = client.files.create(file=lines, purpose="fine-tune")
client.fine_tuning.jobs.create(training_file=file.id, model="gpt-4.1-mini-2025-04-14")
```"""


def recipes(name: str) -> Iterator[str]:
    """Lines of the card's section on training on `name`."""
    yield "## Training on it"
    for recipe in (_TRL, _AXOLOTL, _LLAMA_FACTORY, _OPENAI):
        yield ""
        yield from recipe.format(name=name).splitlines()
