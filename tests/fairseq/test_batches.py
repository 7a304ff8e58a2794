"""The batches of fairseq's generate.py, beside its own rules written down again."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.decoding.fairseq_batches import FairseqBatches

pytestmark = pytest.mark.light


def theirs(sources: list[int], targets: list[int] | None, tokens: int | None, sentences: int | None) -> list[list[int]]:
    """`LanguagePairDataset.ordered_indices` and `batch_by_size_fast`, line by line."""
    np.random.seed(1)
    indices = np.random.permutation(len(sources))
    if targets is not None:
        indices = indices[np.argsort(np.array(targets)[indices], kind="mergesort")]
    indices = indices[np.argsort(np.array(sources)[indices], kind="mergesort")]
    most_tokens, most_sentences = tokens or 10**9, sentences or 10**9
    sample_len, sample_lens, batch, batches = 0, [], [], []
    for idx in indices.tolist():
        num_tokens = max(sources[idx], 0 if targets is None else targets[idx])
        sample_lens.append(num_tokens)
        sample_len = max(sample_len, num_tokens)
        num_tokens = (len(batch) + 1) * sample_len
        if batch and (len(batch) == most_sentences or num_tokens > most_tokens):
            mod_len = max(8 * (len(batch) // 8), len(batch) % 8)
            batches.append(batch[:mod_len])
            batch = batch[mod_len:]
            sample_lens = sample_lens[mod_len:]
            sample_len = max(sample_lens) if sample_lens else 0
        batch.append(idx)
    return [*batches, batch] if batch else batches


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("tokens, sentences", [(None, 128), (400, None), (None, 6), (120, 20), (None, None)])
def test_batches(tokens, sentences, seed):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(0, 300))
    sources, targets = (generator.integers(1, 40, count).tolist() for _ in range(2))
    for references in (None, targets):
        batches = FairseqBatches(sentences, tokens, None if references is None else tuple(references))
        assert batches.rows(sources) == theirs(sources, references, tokens, sentences)


def test_what_is_refused():
    for settings in ({"sentences": 0}, {"tokens": -1}, {"multiple": 0}):
        with pytest.raises(ValueError, match="must be positive"):
            FairseqBatches(**settings)
    with pytest.raises(ValueError, match="one reference per source"):
        FairseqBatches(4, references=(3,)).rows([3, 4])
    with pytest.raises(ValueError, match="at most the 5 tokens"):
        FairseqBatches(tokens=5).rows([6])
