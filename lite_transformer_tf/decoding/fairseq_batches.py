"""The batches of fairseq's `generate.py`, so that answers that depend on pads can be reproduced (docs/fairseq.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FairseqBatches:
    """Which sentences `generate.py` answers together. Each source is padded on the left to the longest of its batch.

    Args:
        sentences: Most sentences of a batch, `--batch-size` there. Defaults to `None`: any number.
        tokens: Most tokens of a batch with its pads, `--max-tokens` there. Defaults to `None`: any number.
        references: (N,) numbers of tokens of the references, `eos` included, which order sources of one length.
            Defaults to `None`: no references.
        multiple: Batches of more sentences have a multiple of this number.
        seed: Seed of the order of pairs with equal lengths.

    Raises:
        ValueError: A number is not positive.
    """

    sentences: int | None = None
    tokens: int | None = None
    references: tuple[int, ...] | None = None
    multiple: int = 8
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("sentences", "tokens", "multiple"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} of fairseq's batches must be positive. Received: {value!r}")

    def rows(self, lengths: Sequence[int]) -> list[list[int]]:
        """Numbers of the sentences of each batch.

        Args:
            lengths: (N,) numbers of tokens of the sources, `eos` included.

        Raises:
            ValueError: There is not one reference per source, or a sentence is longer than a batch.
        """
        references = np.array(self.references if self.references is not None else lengths, np.int64)
        if len(references) != len(lengths):
            rule = "fairseq's batches need one reference per source"
            raise ValueError(f"{rule}. Received: {len(references)} for {len(lengths)} sources")
        order = np.random.RandomState(self.seed).permutation(len(lengths))
        if self.references is not None:
            order = order[np.argsort(references[order], kind="mergesort")]
        order = order[np.argsort(np.array(lengths, np.int64)[order], kind="mergesort")]
        longest = [max(length, int(reference)) for length, reference in zip(lengths, references, strict=True)]
        return self._cut([int(row) for row in order], longest)

    def _cut(self, order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
        batches: list[list[int]] = []
        batch: list[int] = []
        longest = 0
        for row in order:
            if self.tokens is not None and lengths[row] > self.tokens:
                rule = f"A sentence must have at most the {self.tokens} tokens of a batch"
                raise ValueError(f"{rule}. Received: {lengths[row]}")
            longest = max(longest, lengths[row])
            wide = self.tokens is not None and (len(batch) + 1) * longest > self.tokens
            if batch and (len(batch) == self.sentences or wide):
                whole = max(self.multiple * (len(batch) // self.multiple), len(batch) % self.multiple)
                batches.append(batch[:whole])
                batch = batch[whole:]
                longest = max(lengths[other] for other in (*batch, row))
            batch.append(row)
        return [*batches, batch] if batch else batches
