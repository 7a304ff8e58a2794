"""Beam and greedy search give the reference's tokens and scores."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.decoding.keras_generator import search_function
from lite_transformer_tf.decoding.options import DecodingOptions
from tests.golden_vectors import FULL, MINI, golden


def reference_hypotheses(arrays, beam: int, sentence: int) -> list[tuple[tuple[int, ...], float]]:
    """(tokens without eos, score), best first."""
    found = []
    while f"beam{beam}/s{sentence}/h{len(found)}/tokens" in arrays:
        key = f"beam{beam}/s{sentence}/h{len(found)}"
        found.append((tuple(int(token) for token in arrays[f"{key}/tokens"][:-1]), float(arrays[f"{key}/score"])))
    return found


@pytest.mark.parametrize("beam", [4, 1])
@pytest.mark.parametrize("name", [*MINI, *FULL])
def test_search_equals_the_reference(name, beam):
    vectors = golden(name)
    options = DecodingOptions(beam_size=beam, length_penalty=vectors.meta["lenpen"], n_best=beam)
    limits = tf.fill([3], vectors.meta["max_len_b"])
    # The reference searched the whole left-padded batch, so its leak of pads is part of the numbers.
    result = search_function(vectors.model(), options)(tf.constant(vectors.ids("src_tokens")), limits)
    answers = [
        [(tuple(tokens[:length].tolist()), score) for tokens, length, score in zip(*sentence, strict=True)]
        for sentence in zip(*(part.numpy() for part in result), strict=True)
    ]
    for sentence, hypotheses in enumerate(answers):
        reference = reference_hypotheses(vectors.arrays, beam, sentence)
        assert [ids for ids, _ in hypotheses] == [ids for ids, _ in reference]
        np.testing.assert_allclose([score for _, score in hypotheses], [score for _, score in reference], atol=1e-4)
