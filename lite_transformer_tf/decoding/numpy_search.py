"""Greedy and beam search over a `Runner`: docs/decoding.md, step by step, in NumPy.

Steps list the most probable tokens of each row; whenever that list does not settle the candidates (forbidden tokens, ties at its end,
the forced `eos`), the row's logits are read instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.runtime.runner import BeamState, Memory, Runner

Scored = tuple[tuple[int, ...], float]


def search(
    runner: Runner,
    source_ids: Sequence[int],
    options: DecodingOptions,
    *,
    eos_id: int,
    pad_id: int,
    vocabulary_size: int,
) -> list[Scored]:
    """The best hypotheses for one source, its final `eos` included.

    Returns:
        up to `options.n_best` pairs (ids without `eos`, score), best first.

    Raises:
        TextTooLongError: the source is longer than the largest bucket.
    """
    memory = runner.encode(source_ids)
    task = _Search(options, options.limit(len(source_ids), runner.capacity), eos_id, pad_id, vocabulary_size)
    if options.beam_size == 1 or runner.beam_size == 1:
        if options.beam_size > 1:
            raise ValueError(
                f"This file was exported without beam_step, so beam_size must be 1. Received: {options.beam_size!r}"
            )
        return task.greedy(runner, memory)
    return task.beam(runner, memory)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """float32 log-probabilities of one row (V)."""
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum(dtype=np.float32))


def blocked_tokens(ids: Sequence[int], size: int) -> list[int]:
    """Tokens that would complete an n-gram of `size` that `ids` already holds."""
    if size <= 0 or len(ids) < size - 1:
        return []
    prefix = tuple(ids[len(ids) - size + 1 :])
    return sorted({ids[i + size - 1] for i in range(len(ids) - size + 1) if tuple(ids[i : i + size - 1]) == prefix})


class _Search:
    """The options of one sentence's search."""

    def __init__(self, options: DecodingOptions, limit: int, eos_id: int, pad_id: int, vocabulary_size: int) -> None:
        self.options, self.limit = options, limit
        self.eos_id, self.pad_id, self.vocabulary_size = eos_id, pad_id, vocabulary_size

    def score(self, total: np.floating, length: int) -> float:
        return float(total / np.float32(length) ** np.float32(self.options.length_penalty))

    def forbidden(self, ids: Sequence[int]) -> list[int]:
        """Tokens that may not follow `ids`, when there is room for more than `eos`."""
        banned = [self.pad_id]
        if len(ids) < self.options.min_length:
            banned.append(self.eos_id)
        return banned + blocked_tokens(ids, self.options.no_repeat_ngram)

    def allowed_log_probabilities(self, logits: np.ndarray, ids: Sequence[int]) -> np.ndarray:
        """(V): log-probabilities with minus infinity where a token may not follow `ids`."""
        row = log_softmax(logits[: self.vocabulary_size])
        if len(ids) == self.limit:
            only = np.full_like(row, -np.inf)
            only[self.eos_id] = row[self.eos_id]
            return only
        row[self.forbidden(ids)] = -np.inf
        return row

    # Greedy search

    def greedy(self, runner: Runner, memory: Memory) -> list[Scored]:
        state = runner.greedy(memory)
        ids: list[int] = []
        total, token = np.float32(0), self.eos_id
        blocks = self.options.no_repeat_ngram > 0
        while True:
            token, log_probability = state.step(token)
            step = len(ids)
            if (
                step == self.limit
                or (token == self.eos_id and step < self.options.min_length)
                or (blocks and token in self.forbidden(ids))
            ):
                row = self.allowed_log_probabilities(state.logits(), ids)
                token = int(row.argmax())
                log_probability = row[token]
                if log_probability == -np.inf:
                    return []
            total += np.float32(log_probability)
            if token == self.eos_id:
                return [(tuple(ids), self.score(total, step + 1))]
            ids.append(token)

    # Beam search

    def beam(self, runner: Runner, memory: Memory) -> list[Scored]:
        size = self.options.beam_size
        state = runner.beam(memory, size)
        live: list[list[int]] = [[]]
        totals = np.zeros(1, np.float32)
        finished: list[Scored] = []
        tokens = [self.eos_id]
        for step in range(self.limit + 1):
            top_tokens, top_values = state.step(tokens)
            rows, candidates, values = self._candidates(state, live, totals, top_tokens, top_values)
            kept: list[int] = []
            for place, (row, token, value) in enumerate(zip(rows.tolist(), candidates.tolist(), values, strict=True)):
                if token != self.eos_id:
                    if len(kept) < size:
                        kept.append(place)
                elif place < size and len(finished) < size:
                    finished.append((tuple(live[row]), self.score(value, step + 1)))
            if len(finished) == size or step == self.limit or not kept:
                break
            parents = rows[kept].tolist()
            tokens = candidates[kept].tolist()
            totals = values[kept]
            live = [[*live[parent], token] for parent, token in zip(parents, tokens, strict=True)]
            state.reorder(parents)
        order = sorted(
            range(len(finished)), key=lambda i: -finished[i][1]
        )  # stable: equal scores stay in the order in which they finished
        return [finished[i] for i in order[: self.options.n_best]]

    def _candidates(
        self,
        state: BeamState,
        live: list[list[int]],
        totals: np.ndarray,
        listed: np.ndarray,
        log_probabilities: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The 2 B best (row, token, value), best first; the lower row, then the lower token on a tie.

        Args:
            state: for the logits of rows that the lists do not settle.
            live: hypotheses, k lists of ids.
            totals: (k) float32, their sums of log-probabilities.
            listed, log_probabilities: (k, K) most probable next tokens, best first.
        """
        wanted, step = 2 * self.options.beam_size, len(live[0])
        allowed = (listed != self.pad_id) & (listed < self.vocabulary_size)
        if step < self.options.min_length:
            allowed &= listed != self.eos_id
        if self.options.no_repeat_ngram:
            for row, ids in enumerate(live):
                allowed[row] &= ~np.isin(listed[row], blocked_tokens(ids, self.options.no_repeat_ngram))
        # A list settles its row when enough allowed tokens lie above its last entry, with which unlisted tokens may tie.
        settled = (allowed & (log_probabilities > log_probabilities[:, -1:])).sum(1) >= wanted
        if listed.shape[1] >= self.vocabulary_size:
            settled[:] = True
        if step == self.limit:
            settled[:] = False
        rows, places = np.nonzero(allowed & settled[:, None])
        tokens = listed[rows, places]
        values = totals[rows] + log_probabilities[rows, places]
        for open_row in np.flatnonzero(~settled).tolist():
            everything = self.allowed_log_probabilities(state.logits(open_row), live[open_row])
            best = np.argsort(-everything, kind="stable")[:wanted]
            best = best[everything[best] > -np.inf]
            rows, tokens = np.append(rows, np.full(len(best), open_row)), np.append(tokens, best)
            values = np.append(values, totals[open_row] + everything[best])
        order = np.lexsort((tokens, rows, -values))[:wanted]
        return rows[order], tokens[order], values[order]
