"""The card of a published dataset, written from the facts of its run; the same facts give the same text.

It carries a mark with a hash of itself, so that a card that a person has changed can be told from ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from writ_dspy.dataset.card import Part, dumped, head
from writ_dspy.dataset.rows import COLUMNS
from writ_dspy.domains import Domain, load
from writ_dspy.propose.firewall import named
from writ_dspy.publish.recipes import recipes
from writ_dspy.report.census import Census, spread
from writ_dspy.report.percent import percent
from writ_dspy.report.tables import written
from writ_dspy.shown import counted
from writ_dspy.task import KINDS, Json
from writ_dspy.verify.checks import CHECKS

if TYPE_CHECKING:
    from writ_dspy.report.summary import Report

MARK = re.compile(r"<!-- written by writ-dspy, sha256:([0-9a-f]{64}) -->\n")
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
TAGS = ("agents", "dialogue", "function-calling", "multi-turn", "sft", "synthetic", "tool-use", "writ")
HUB_LICENSES = frozenset(
    (
        "apache-2.0",
        "bsd-3-clause",
        "cc-by-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-sa-4.0",
        "cc-by-sa-4.0",
        "cc0-1.0",
        "cdla-permissive-2.0",
        "mit",
        "odc-by",
        "odbl",
        "pddl",
    )
)
"""Licenses of data that the Hub knows by these names."""
WRIT, TAU2, CODE = (
    "https://arxiv.org/abs/2606.02908",
    "https://arxiv.org/abs/2506.07982",
    "https://github.com/sierra-research/tau2-bench",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a card says."""

    name: str
    """OWNER/NAME."""
    tag: str
    parts: Sequence[Part]
    census: Census
    report: Report
    made: Mapping[str, Json]
    """How the run was made, as `manifest.json` has it."""
    dropped: Mapping[str, int]
    """Accepted trajectories that shaping left out, by reason."""
    strange: int = 0
    """E-mail addresses and ids in what was said that nothing accounts for."""
    images: Sequence[str] = ()

    @property
    def domains(self) -> list[Domain]:
        """Those that the run was made in."""
        return [load(name) for name in self.made["domains"]]

    @property
    def benchmark(self) -> bool:
        """Whether τ²-bench evaluates with all of these tools."""
        return all(domain.terms.benchmark for domain in self.domains)

    @property
    def license(self) -> str:
        """The one that all of it is under, as the Hub knows it."""
        found = {domain.terms.license.lower() for domain in self.domains}
        return found.pop() if len(found) == 1 and found <= HUB_LICENSES else "other"


def card(facts: Facts) -> str:
    """README.md: the head that the Hub reads, and the page."""
    sections = (
        _summary(facts), _loading(facts), _counts(facts), _fields(), _method(facts), _yield(facts), _limits(facts), recipes(facts.name), _citation(facts),
    )  # fmt: skip
    return signed(f"{_head(facts)}\n" + "\n".join(line for section in sections for line in (*section, "")))


def signed(text: str) -> str:
    """The text with the mark, after its head."""
    head, body = _split(text)
    return f"{head}<!-- written by writ-dspy, sha256:{_hash(head + body)} -->\n{body}"


def is_ours(text: str) -> bool:
    """Whether no person has changed this card since it was written."""
    found = MARK.search(text)
    return found is not None and found[1] == _hash(text[: found.start()] + text[found.end() :])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _split(text: str) -> tuple[str, str]:
    """The head with its fences, and the rest."""
    end = text.index("\n---\n", 3) + len("\n---\n")
    return text[:end], text[end:]


# ----------------------------------------------------------------------------- the head


def _head(facts: Facts) -> str:
    """All keys that the Hub reads."""
    tags = sorted({*TAGS, *(["tau2-bench"] if any(domain.terms.benchmark for domain in facts.domains) else [])})
    about: dict[str, Any] = {
        "license": facts.license,
        "language": ["en"],
        "pretty_name": facts.name.partition("/")[2],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "source_datasets": ["original"],
        "size_categories": [next((name for most, name in SIZES if facts.census.rows < most), "n>1M")],
        "task_categories": ["text-generation"],
        "tags": tags,
    }
    return f"---\n{dumped(about | head(facts.parts))}---\n"


# ----------------------------------------------------------------------------- the page


def _summary(facts: Facts) -> Iterator[str]:
    domains = sorted({domain for domain, _ in facts.census.kinds})
    yield f"# {facts.name.partition('/')[2]}"
    yield ""
    yield (
        f"{facts.census.rows:,} multi-turn trajectories of a customer-service agent that uses tools, in the "
        f"{_listed(domains)} domain{'s' * (len(domains) > 1)}{f' of [τ²-bench]({CODE})' * facts.benchmark}, for supervised fine-tuning. Made with writ-dspy, an "
        f"implementation of WRIT, *Write-Read Intensive Trajectory Synthesis* ([arXiv 2606.02908]({WRIT}))."
    )
    yield ""
    yield (
        "A task is a typed goal that was executed against the domain's database: that computed its correct tool calls (the *gold*), and "
        "how much has to be read before they can be known. No model wrote or judged that gold. A conversation is a row only if "
        f"{len(CHECKS)} checks in code found nothing wrong with it; one of them is that no write came before its evidence was read."
    )


def _loading(facts: Facts) -> Iterator[str]:
    domains = sorted({domain for domain, _ in facts.census.kinds})
    yield "## Loading"
    yield ""
    yield "```python"
    yield "from datasets import load_dataset"
    yield ""
    yield f'load_dataset("{facts.name}", "text")  # any datasets since 2.19; messages and tools are JSON text'
    yield f'load_dataset("{facts.name}")  # datasets >= 4.7: both as JSON; every domain, with the splits {_listed(list(facts.census.splits))}'
    yield from (f'load_dataset("{facts.name}", "{domain}")' for domain in domains)
    yield f'load_dataset("{facts.name}", revision="{facts.tag}")  # exactly this version'
    yield f'load_dataset("{facts.name}", split="{next(iter(facts.census.splits))}", streaming=True)'
    yield "```"
    yield ""
    yield "Other forms of the same trajectories:"
    yield ""
    yield "| where | what | rows |"
    yield "| --- | --- | ---: |"
    what = {
        "text": "configuration `text`: every column, with messages and tools as JSON text (any version of datasets, pandas, DuckDB)",
        "sharegpt": "configuration `sharegpt`: text columns only (LLaMA-Factory, any version of datasets)",
        "hermes": "configuration `hermes`: roles and texts, with tools, calls and results in the texts (verl's SFT, torchtune, slime)",
        "tasks": "configuration `tasks`: the tasks without conversations, for reinforcement learning (verl, AReaL, slime)",
    }
    for config, text in what.items():
        if rows := sum(part.rows for part in facts.parts if part.config == config):
            yield f"| `{config}/` | {text} | {rows:,} |"
    for split, rows in facts.census.splits.items():
        name = "openai.jsonl" if split == "train" else f"openai-{split}.jsonl"
        yield f"| `exports/{name}` | OpenAI's format for fine-tuning, one conversation a line | {rows:,} |"
    yield "| `tau2/{domain}/tasks.json` | the tasks in τ²-bench's own form, for its runner and evaluator | |"
    yield "| `manifest.json` | SHA-256 and rows of every file, and how they were made | |"


def _counts(facts: Facts) -> Iterator[str]:
    found = facts.census
    domains = list(dict.fromkeys(domain for domain, _ in found.kinds))
    yield "## What is in it"
    yield ""
    yield f"| kind | {' | '.join(domains)} | all |"
    yield f"| --- |{' ---: |' * (len(domains) + 1)}"
    for kind in KINDS:
        row = [found.kinds.get((domain, kind), 0) for domain in domains]
        if any(row):
            yield f"| `{kind}` | {' | '.join(f'{n:,}' for n in row)} | {sum(row):,} |"
    totals = [sum(n for (one, _), n in found.kinds.items() if one == domain) for domain in domains]
    yield f"| all | {' | '.join(f'{n:,}' for n in totals)} | {found.rows:,} |"
    yield ""
    yield f"Splits: {', '.join(f'`{name}` {rows:,}' for name, rows in found.splits.items())}; all tasks of one user are on the same side."
    yield ""
    yield from (f"![{name.partition('.')[0].rpartition('/')[2]}]({name})" for name in facts.images)
    yield ""
    yield "| per trajectory | least | median | mean | 95 % | most |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for label, histogram in (
        ("gold writes", found.writes), ("evidence burden", found.burden), ("messages of user and assistant", found.turns),
        ("tool calls", found.calls), ("tokens, estimated", found.tokens),
    ):  # fmt: skip
        numbers = spread(histogram)
        if numbers:
            yield f"| {label} | {' | '.join(written(number) for number in numbers.values())} |"
    yield ""
    yield "*Gold writes*: changes to the database that the task asks for. *Evidence burden*: reads that it takes until the arguments of one change are fixed."
    if facts.report.denials:
        yield ""
        yield "| denied, since | domain | accepted |"
        yield "| --- | --- | ---: |"
        yield from (f"| {rule} | {domain} | {number:,} |" for (domain, rule), number in facts.report.denials.items())
    if facts.report.trials:
        yield ""
        yield "| trial of the user | conversations | accepted | in which it shows |"
        yield "| --- | ---: | ---: | ---: |"
        yield from (
            f"| {one.trial} | {one.conversations:,} | {one.accepted:,} | {one.shown:,} |" for one in facts.report.trials
        )


def _fields() -> Iterator[str]:
    yield "## Fields"
    yield ""
    yield "| column | type | holds |"
    yield "| --- | --- | --- |"
    yield from (f"| `{name}` | {kind} | {what} |" for name, (kind, what) in COLUMNS.items())


def _method(facts: Facts) -> Iterator[str]:
    made = facts.made
    yield "## How it was made"
    yield ""
    yield "1. Goals were sampled to a mix of kinds, writes and burdens, and executed on a fresh copy of the database: that is the gold."
    yield "2. For every read that counts for a burden, a changed database was found that gives another outcome (a *witness*)."
    yield "3. Each user was given a behavior, and each task was played as a conversation over tools that really ran."
    yield f"4. Each conversation was replayed and judged by these checks, version {_listed(made['checks'])}: {', '.join(f'`{check.__name__}`' for check in CHECKS)}."
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    yield f"| writ-dspy | {made['writ']} |"
    yield from (f"| `{name}` | {version} |" for name, version in made["domains"].items())
    yield f"| seed | {made['seed']} |"
    yield f"| tries per task | {made['tries']} |"
    yield from (
        f"| {who.partition(': ')[0]} | {who.partition(': ')[2]}: {counted(rows, 'row')} |"
        for who, rows in facts.census.speakers.items()
    )
    yield from (f"| model of the {role} | {_model(settings)} |" for role, settings in made["models"].items())
    yield f"| mode | {made['mode']} |" if made["models"] else "| models | none: every role is a script |"
    yield from (f"| program of the {role} | `{name}` |" for role, name in made["programs"].items())
    for role, used in facts.report.usage.items():
        yield f"| calls of the {role}'s model | {used.calls:,}; {counted(used.input_tokens, 'token')} in, {used.output_tokens:,} out |"


def _model(settings: Mapping[str, Json]) -> str:
    more = ", ".join(f"{key} {value}" for key, value in settings.items() if key != "model" and value is not None)
    return f"{settings['model']} ({more})"


def _yield(facts: Facts) -> Iterator[str]:
    total = facts.report.total
    rate = "–" if total.rate is None else percent(total.rate, 1)
    yield "## Yield"
    yield ""
    yield (
        f"{counted(total.tasks, 'task')}, {counted(total.conversations, 'conversation')}, {total.accepted:,} accepted ({rate}); "
        f"{counted(facts.report.redraws, 'turn was', 'turns were')} drawn again because it broke the user's own rules, or because the "
        "verifier found something in a model's step before it was taken."
    )
    if facts.report.rejections:
        yield ""
        yield "| rejected by | conversations | by it alone |"
        yield "| --- | ---: | ---: |"
        yield from (f"| `{item.check}` | {item.conversations:,} | {item.alone:,} |" for item in facts.report.rejections)
    if facts.dropped:
        yield ""
        left_out = ", ".join(f"{reason} ({number:,})" for reason, number in facts.dropped.items())
        yield f"Accepted, and left out of this set: {left_out}."


def _limits(facts: Facts) -> Iterator[str]:
    yield from _contamination(facts)
    yield ""
    yield "## Personal data"
    yield ""
    looked_up = (
        "Before publication every e-mail address and id in what was said was looked up there: "
        f"{facts.strange or 'none'} could not be accounted for. Every file was searched for secrets."
    )
    if facts.benchmark:
        yield (
            "People, e-mail addresses, postal addresses and payment methods are those of τ²-bench's synthetic databases, or were "
            f"drawn by code; none of them is real. {looked_up}"
        )
    else:
        yield f"People and their records are those of the databases of the domains, or were drawn by code. {looked_up}"
    yield ""
    yield "## Licenses"
    yield ""
    if facts.benchmark:
        yield (
            "MIT. The system prompts, tool descriptions and tool results are τ²-bench's, word for word, under the MIT license, Copyright "
            "(c) 2025 Sierra Research; keep the notice in `LICENSE` with every copy."
        )
    else:
        yield from dict.fromkeys(" ".join(filter(None, domain.terms.notice)) for domain in facts.domains)
    if models := sorted({str(settings["model"]) for settings in facts.made["models"].values()}):
        yield ""
        yield f"Words of the conversations were generated with {_listed(models)}: the terms of that model apply to what you train on them."


def _releases(facts: Facts) -> str:
    """Which releases of the official tasks the run knew: the benchmark has replaced tasks under their ids."""
    known = dict.fromkeys(release for some in facts.made.get("official", {}).values() for release in some)
    return f" (of {named([*known])})" if known else ""


def _contamination(facts: Facts) -> Iterator[str]:
    wall = facts.made["firewall"]
    yield "## Contamination"
    yield ""
    open_ = [domain.name for domain in facts.domains if not domain.splits]
    if open_:
        yield f"There was **no firewall** for {_listed(f'`{name}`' for name in open_)}: no evaluation tasks were declared that these tasks could have been kept from."
        yield ""
    if len(open_) == len(facts.domains):
        return
    whose = "τ²-bench task" if facts.benchmark else "evaluation task"
    records = "order or reservation" if facts.benchmark else "or record"
    if wall:
        yield (
            f"No task touches a user, {records} that an official {whose} of the split `{wall}`{_releases(facts)} touches, nor repeats "
            "a gold write, an end state or eight words in a row of one; code refused such tasks. Counted afterwards:"
        )
    elif facts.benchmark:
        yield "The firewall against official τ²-bench tasks was **off**: do not evaluate on τ²-bench what was trained on this. Counted:"
    else:
        yield "The firewall against evaluation tasks was **off**: do not evaluate on them what was trained on this. Counted:"
    yield ""
    yield "| | number |"
    yield "| --- | ---: |"
    yield from (f"| {what} | {number:,} |" for what, number in facts.report.contamination.items())
    if facts.benchmark:
        yield ""
        yield (
            "The tools, policies and databases are those that τ²-bench evaluates with: a model trained on this knows its retail and "
            "airline domains, so report results on them as in-domain."
        )


def _citation(facts: Facts) -> Iterator[str]:
    yield "## Citation"
    yield ""
    yield "```bibtex"
    yield "@misc{writ2026,"
    yield "  title         = {{WRIT}: Write-Read Intensive Trajectory Synthesis},"
    yield "  year          = {2026},"
    yield "  eprint        = {2606.02908},"
    yield "  archivePrefix = {arXiv}"
    yield "}"
    if any(domain.terms.benchmark for domain in facts.domains):
        yield from _TAU2_CITATION
    yield "```"


_TAU2_CITATION = (
    "",
    "@misc{barres2025tau2,",
    "  title         = {$\\tau^2$-Bench: Evaluating Conversational Agents in a Dual-Control Environment},",
    "  author        = {Barres, Victor and Dong, Honghua and Ray, Soham and Si, Xujie and Narasimhan, Karthik},",
    "  year          = {2025},",
    "  eprint        = {2506.07982},",
    "  archivePrefix = {arXiv}",
    "}",
)


def _listed(items: Iterable[str] | str) -> str:
    """a, b and c."""
    names = [items] if isinstance(items, str) else list(items)
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
