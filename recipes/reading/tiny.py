"""A transformer of under a million weights, trained from nothing on a CPU: it reads and writes the tokens of `compact.py`.

Two things stand in for what a pretrained model brings along. The tokens of numbers and dates begin with vectors that follow their amounts, so that
the order of numbers need not be learned from comparisons; and each token is seen with the five before it, so that looking up what stands
behind a name comes easily. Both are the same for every set.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from compact import CALL, END, PAD, SAY, UNKNOWN, Tokens, quantity
from torch import Tensor, nn
from torch.nn import functional

NEAR = 6
"""Tokens that one is seen with, itself included."""
Cache = list[tuple[Tensor, Tensor] | None]


@dataclass(frozen=True)
class Shape:
    """How large it is, and how it is trained."""

    layers: int = 3
    width: int = 128
    heads: int = 4
    lr: float = 3e-3
    batch: int = 2048
    """Tokens of a step."""
    warm: float = 0.1
    """Share of the steps in which the rate rises."""


class Block(nn.Module):
    """Attention, then a layer on each token for itself."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        wide = shape.width
        self.heads = shape.heads
        self.one, self.two = nn.RMSNorm(wide), nn.RMSNorm(wide)
        self.take, self.give = nn.Linear(wide, 3 * wide, bias=False), nn.Linear(wide, wide, bias=False)
        self.up, self.down = nn.Linear(wide, 4 * wide, bias=False), nn.Linear(4 * wide, wide, bias=False)

    def forward(self, x: Tensor, turns: Tensor, before: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Any]:
        rows, length, wide = x.shape
        q, k, v = self.take(self.one(x)).view(rows, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k = _turned(q, turns), _turned(k, turns)
        if before is not None:
            k, v = torch.cat((before[0], k), 2), torch.cat((before[1], v), 2)
        mask = torch.ones(length, k.shape[2], dtype=torch.bool).tril(k.shape[2] - length)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.give(seen.transpose(1, 2).reshape(rows, length, wide))
        return x + self.down(functional.gelu(self.up(self.two(x)))), (k, v)


class Net(nn.Module):
    """Predicts the next token."""

    def __init__(self, vocabulary: Sequence[str], shape: Shape) -> None:
        super().__init__()
        self.shape, self.words = shape, {token: index for index, token in enumerate(vocabulary)}
        self.vocabulary = list(vocabulary)
        self.table = nn.Embedding(len(vocabulary), shape.width)
        nn.init.normal_(self.table.weight, std=shape.width**-0.5)
        self._order()
        self.near = nn.Conv1d(shape.width, shape.width, NEAR, groups=shape.width, bias=False)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last = nn.RMSNorm(shape.width)

    def _order(self) -> None:
        """Numbers and dates begin where their amounts put them."""
        found = [(index, *amount) for index, token in enumerate(self.vocabulary) if (amount := quantity(token))]
        for kind in sorted({kind for _, kind, _ in found}):
            amounts = {index: amount for index, one, amount in found if one == kind}
            low, high = min(amounts.values()), max(amounts.values())
            base = torch.randn(self.shape.width) * self.shape.width**-0.5
            along = torch.randn(3, self.shape.width) * self.shape.width**-0.5
            for index, amount in amounts.items():
                at = (amount - low) / max(high - low, 1)
                waves = torch.tensor([2 * at - 1, math.cos(math.pi * at), math.cos(2 * math.pi * at)])
                with torch.no_grad():
                    self.table.weight[index] = base + 0.3 * self.table.weight[index] + waves @ along

    def forward(self, ids: Tensor, cache: Cache | None = None, start: int = 0) -> tuple[Tensor, Cache]:
        """Logits for the tokens from `start` on, of which `cache` knows those before."""
        x = self.table(ids[:, max(0, start - NEAR + 1) :])
        mixed = self.near(functional.pad(x.transpose(1, 2), (NEAR - 1, 0))).transpose(1, 2)
        x = (x + mixed)[:, min(start, NEAR - 1) :]
        turns = torch.arange(start, ids.shape[1]).float()
        kept: Cache = []
        for block, before in zip(self.blocks, cache or [None] * len(self.blocks), strict=True):
            x, now = block(x, turns, before)
            kept.append(now)
        return functional.linear(self.last(x), self.table.weight), kept

    def ids(self, tokens: Sequence[str]) -> list[int]:
        return [self.words.get(token, self.words[UNKNOWN]) for token in tokens]


def _turned(x: Tensor, at: Tensor) -> Tensor:
    """Rotary positions."""
    half = x.shape[-1] // 2
    angles = at[:, None] * 10000 ** (-torch.arange(half) / half)
    one, two = x[..., :half], x[..., half:]
    return torch.cat((one * angles.cos() - two * angles.sin(), two * angles.cos() + one * angles.sin()), -1)


# ----------------------------------------------------------------------------- training


def train(
    rows: Sequence[Tokens], vocabulary: Sequence[str], steps: int, seed: int, keep: Path, shape: Shape, tell: Callable[[str], None]
) -> Net:  # fmt: skip
    """A model trained for so many steps; goes on where a run that was stopped has left `keep`."""
    torch.manual_seed(seed)
    net = Net(vocabulary, shape)
    optimizer = torch.optim.AdamW(net.parameters(), lr=shape.lr, betas=(0.9, 0.98), weight_decay=0.01)
    done, spent = 0, 0.0
    if keep.exists():
        kept = torch.load(keep, weights_only=True)
        net.load_state_dict(kept["net"])
        optimizer.load_state_dict(kept["optimizer"])
        done, spent = kept["done"], kept["spent"]
    began, said, losses = time.process_time(), time.monotonic(), list[float]()
    for step, batch in enumerate(_batches(rows, net, shape.batch, seed)):
        if step >= steps:
            break
        if step < done:
            continue
        for group in optimizer.param_groups:
            group["lr"] = shape.lr * _rate(step / steps, shape.warm)
        losses.append(_step(net, optimizer, *batch))
        if time.monotonic() - said > 30 or step + 1 == steps:
            said = time.monotonic()
            seconds = spent + time.process_time() - began
            _save(keep, net, optimizer, step + 1, seconds)
            tell(
                f"step {step + 1} of {steps}: loss {sum(losses[-20:]) / len(losses[-20:]):.3f}, {seconds:.0f} s of CPU"
            )
    return net


def _rate(at: float, warm: float) -> float:
    return at / warm if at < warm else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (at - warm) / (1 - warm)))


def _step(net: Net, optimizer: torch.optim.Optimizer, ids: Tensor, goal: Tensor) -> float:
    logits, _ = net(ids)
    loss = functional.cross_entropy(logits.flatten(0, 1), goal.flatten(), ignore_index=-100)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _batches(rows: Sequence[Tokens], net: Net, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of so many tokens, forever, in an order that the seed alone decides."""
    known = [(net.ids(row.tokens), row.learned) for row in rows]
    rng, batch, held = random.Random(seed), list[tuple[list[int], tuple[bool, ...]]](), 0
    while True:
        order = list(range(len(known)))
        rng.shuffle(order)
        for index in order:
            batch.append(known[index])
            held += len(known[index][0])
            if held >= size:
                yield _padded(batch, net.words[PAD])
                batch, held = [], 0


def _padded(batch: Sequence[tuple[list[int], tuple[bool, ...]]], pad: int) -> tuple[Tensor, Tensor]:
    length = max(len(ids) for ids, _ in batch)
    ids, goal = torch.full((len(batch), length - 1), pad), torch.full((len(batch), length - 1), -100)
    for row, (one, learned) in enumerate(batch):
        ids[row, : len(one) - 1] = torch.tensor(one[:-1])
        goal[row, : len(one) - 1] = torch.tensor(
            [token if mine else -100 for token, mine in zip(one[1:], learned[1:], strict=True)]
        )
    return ids, goal


def _save(keep: Path, net: Net, optimizer: torch.optim.Optimizer, done: int, spent: float) -> None:
    draft = keep.with_suffix(".tmp")
    state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "done": done, "spent": spent}
    torch.save(state | {"shape": asdict(net.shape), "vocabulary": net.vocabulary}, draft)
    draft.replace(keep)


# ----------------------------------------------------------------------------- speaking


class Speaker:
    """Answers token by token, the likeliest each time; what it has read once it does not read again."""

    def __init__(self, net: Net) -> None:
        self.net, self.ids, self.cache = net.eval(), list[int](), None
        self.read = 0

    @torch.inference_mode()
    def answer(self, heard: Sequence[str], most: int) -> list[str]:
        """What it says after hearing this, its end left out; cut off after so many tokens."""
        self.ids += self.net.ids(heard)
        said: list[str] = []
        while len(said) < most:
            logits, self.cache = self.net(torch.tensor([self.ids]), self.cache, self.read)
            self.read = len(self.ids)
            self.ids.append(int(logits[0, -1].argmax()))
            token = self.net.vocabulary[self.ids[-1]]
            if token == END:
                break
            said.append(token)
        return said if said and said[0] in (SAY, CALL) else []
