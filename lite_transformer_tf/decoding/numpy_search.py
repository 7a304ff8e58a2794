"""Greedy and beam search over a `Stepper`: docs/decoding.md, step by step, in NumPy.

Steps list the most probable tokens of each row. Where such a list does not settle the candidates (forbidden tokens,
ties at its end, the forced `eos`), the search reads the row's logits instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.rules.registry import ActiveRules
from lite_transformer_tf.decoding.rules.rule import SpecialIds
from lite_transformer_tf.decoding.stepper import BeamSteps, GreedySteps, Stepper

Scored = tuple[tuple[int, ...], float]


def search(
    stepper: Stepper,
    source_ids: Sequence[int],
    options: DecodingOptions | None = None,
    *,
    eos_id: int,
    pad_id: int,
    vocabulary_size: int,
) -> list[Scored]:
    """The best hypotheses for one source.

    Args:
        stepper: The model.
        source_ids: Ids of the source, its final `eos` included.
        options: Options of the search. None means the defaults, with a beam within the stepper's limit.
        eos_id, pad_id: Special ids of the target vocabulary.
        vocabulary_size: Size of the target vocabulary.

    Returns:
        up to `options.n_best` pairs (ids without `eos`, score), best first.

    Raises:
        TextTooLongError: The source does not fit.
        ValueError: `options` asks for a larger beam than the stepper has, or for more tokens.
    """
    limit = stepper.beam_limit
    if options is None:
        options = DecodingOptions().within(limit)
    if limit is not None and options.beam_size > limit:
        raise ValueError(
            f"beam_size must be at most {limit} for a file that was exported with --beam-size {limit}. "
            f"Received: {options.beam_size!r}"
        )
    limits = options.limit(len(source_ids), stepper.capacity)
    task = _Search(options, limits, SpecialIds(pad_id, eos_id), vocabulary_size)
    if options.beam_size == 1:
        return task.greedy(stepper.start(source_ids))
    return task.beam(stepper.start_beam(source_ids, options.beam_size))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """float32 log-probabilities of one row (V)."""
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum(dtype=np.float32))


@cache
def _all_tokens(vocabulary_size: int) -> np.ndarray:
    """(1, V)."""
    tokens = np.arange(vocabulary_size, dtype=np.int32)[None]
    tokens.setflags(write=False)
    return tokens


class _Search:
    """The search for one sentence."""

    def __init__(self, options: DecodingOptions, limit: int, special: SpecialIds, vocabulary_size: int) -> None:
        self.options, self.limit = options, limit
        self.eos_id, self.vocabulary_size = special.eos_id, vocabulary_size
        self.rules = ActiveRules(options, special)

    def score(self, total: np.floating, length: int) -> float:
        return float(total / np.float32(length) ** np.float32(self.options.length_penalty))

    def allowed_log_probabilities(self, logits: np.ndarray, ids: Sequence[int]) -> np.ndarray:
        """(V): log-probabilities with minus infinity where a token may not follow `ids`."""
        row = log_softmax(logits[: self.vocabulary_size])
        np.copyto(row, -np.inf, where=self.rules.forbidden(_all_tokens(self.vocabulary_size), [ids], self.limit)[0])
        return row

    # Greedy search

    def greedy(self, steps: GreedySteps) -> list[Scored]:
        ids: list[int] = []
        total, token = np.float32(0), self.eos_id
        step, forbids, limit = steps.step, self.rules.forbids, self.limit
        while True:
            token, log_probability = step(token)
            if forbids(token, ids, limit):
                row = self.allowed_log_probabilities(steps.logits(), ids)
                token = int(row.argmax())
                log_probability = row[token]
                if log_probability == -np.inf:
                    return []
            total += np.float32(log_probability)
            if token == self.eos_id:
                return [(tuple(ids), self.score(total, len(ids) + 1))]
            ids.append(token)

    # Beam search

    def beam(self, steps: BeamSteps) -> list[Scored]:
        size = self.options.beam_size
        live: list[list[int]] = [[]]
        totals = np.zeros(1, np.float32)
        finished: list[Scored] = []
        tokens = [self.eos_id]
        for step in range(self.limit + 1):
            listed, log_probabilities = steps.step(tokens)
            rows, candidates, values = self._candidates(steps, live, totals, listed, log_probabilities)
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
            steps.reorder(parents)
        # The sort is stable: equal scores stay in the order in which they finished.
        return sorted(finished, key=lambda hypothesis: -hypothesis[1])[: self.options.n_best]

    def _candidates(
        self,
        steps: BeamSteps,
        live: list[list[int]],
        totals: np.ndarray,
        listed: np.ndarray,
        log_probabilities: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The 2 B best (row, token, value), best first; the lower row, then the lower token on a tie.

        Args:
            steps: For the logits of rows that the lists do not settle.
            live: Hypotheses, k lists of ids.
            totals: (k) float32, their sums of log-probabilities.
            listed, log_probabilities: (k, K) most probable next tokens, best first.
        """
        wanted = 2 * self.options.beam_size
        allowed = ~self.rules.forbidden(listed, live, self.limit) & (listed < self.vocabulary_size)
        # Unlisted tokens may tie with a list's last entry: enough allowed tokens above it settle the row.
        settled = (allowed & (log_probabilities > log_probabilities[:, -1:])).sum(1) >= wanted
        if listed.shape[1] >= self.vocabulary_size:
            settled[:] = True
        rows, places = np.nonzero(allowed & settled[:, None])
        tokens = listed[rows, places]
        values = totals[rows] + log_probabilities[rows, places]
        for open_row in np.flatnonzero(~settled).tolist():
            everything = self.allowed_log_probabilities(steps.logits(open_row), live[open_row])
            best = np.argsort(-everything, kind="stable")[:wanted]
            best = best[everything[best] > -np.inf]
            rows, tokens = np.append(rows, np.full(len(best), open_row)), np.append(tokens, best)
            values = np.append(values, totals[open_row] + everything[best])
        order = np.lexsort((tokens, rows, -values))[:wanted]
        return rows[order], tokens[order], values[order]
