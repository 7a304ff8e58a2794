"""The NumPy search equals docs/decoding.md in plain Python, over an automaton full of ties; needs no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.numpy_search import log_softmax, search
from lite_transformer_tf.decoding.options import DecodingOptions
from tests.decoding import reference_search

PAD, EOS, STATES = 1, 2, 29


class Automaton:
    """A `Stepper` whose logits depend on all tokens before: each token moves a state, and each state has its logits.

    Args:
        logits: (STATES, V or more): entries behind the vocabulary are fill, as in a file.
        listed: Number of tokens that a step lists.
        size: Size of the vocabulary.
    """

    def __init__(self, logits: np.ndarray, listed: int, size: int) -> None:
        self.table, self.listed, self.size = logits, listed, size
        self.capacity: int | None = None
        self.beam_limit: int | None = None

    def start(self, source_ids: Sequence[int]) -> GreedyRow:
        return GreedyRow(self, len(source_ids))

    def start_beam(self, source_ids: Sequence[int], rows: int) -> Rows:
        return Rows(self, len(source_ids))

    def after(self, source_length: int, ids: Sequence[int]) -> np.ndarray:
        """Log-probabilities (V) of the next token."""
        rows = Rows(self, source_length)
        for token in (EOS, *ids):
            rows.step([token])
        return log_softmax(rows.logits(0)[: self.size])


class Rows:
    def __init__(self, automaton: Automaton, start: int) -> None:
        self.automaton, self.states = automaton, [start]

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        self.states = [(3 * state + 5 * token + 1) % STATES for state, token in zip(self.states, tokens, strict=True)]
        rows = np.stack([log_softmax(self.logits(row)[: self.automaton.size]) for row in range(len(tokens))])
        listed = np.argsort(-rows, axis=1, kind="stable")[:, : self.automaton.listed]
        return listed, np.take_along_axis(rows, listed, 1)

    def logits(self, row: int) -> np.ndarray:
        return self.automaton.table[self.states[row]].copy()

    def reorder(self, parents: Sequence[int]) -> None:
        self.states = [self.states[parent] for parent in parents]


class GreedyRow:
    def __init__(self, automaton: Automaton, start: int) -> None:
        self.rows = Rows(automaton, start)

    def step(self, token: int) -> tuple[int, float]:
        listed, log_probabilities = self.rows.step([token])
        return int(listed[0, 0]), float(log_probabilities[0, 0])

    def logits(self) -> np.ndarray:
        return self.rows.logits(0)


def find(automaton: Automaton, source: Sequence[int], options: DecodingOptions | None):
    return search(automaton, source, options, eos_id=EOS, pad_id=PAD, vocabulary_size=automaton.size)


@st.composite
def automata(draw: st.DrawFn) -> Automaton:
    generator, size = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(4, 9))
    shape = STATES, size + draw(st.integers(0, 2))
    logits = generator.integers(0, 3, shape) if draw(st.booleans()) else generator.normal(0, 1.5, shape)
    return Automaton(logits.astype(np.float32), draw(st.integers(1, size)), size)


@st.composite
def decoding_options(draw: st.DrawFn) -> DecodingOptions:
    beam_size, min_length = draw(st.integers(1, 5)), draw(st.integers(0, 3))
    return DecodingOptions(
        beam_size=beam_size,
        n_best=draw(st.integers(1, beam_size)),
        length_penalty=draw(st.sampled_from([0.0, 0.6, 1.0, 2.0])),
        min_length=min_length,
        max_length=draw(st.integers(max(1, min_length), 8)),
        no_repeat_ngram=draw(st.integers(0, 3)),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(automaton=automata(), options=decoding_options())
def test_the_search_is_that_of_the_page(automaton: Automaton, options: DecodingOptions) -> None:
    source = [3, 3, EOS]
    names = ("beam_size", "length_penalty", "min_length", "max_length", "no_repeat_ngram", "n_best")
    plain = reference_search.Options(**{name: getattr(options, name) for name in names})
    expected = reference_search.search(lambda ids: automaton.after(len(source), ids), plain, eos=EOS, pad=PAD)
    found = find(automaton, source, options)
    assert [ids for ids, _ in found] == [ids for ids, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-6)


def automaton_of_five() -> Automaton:
    return Automaton(np.zeros((STATES, 5), np.float32), 5, 5)


def test_defaults_follow_the_stepper() -> None:
    automaton, source = automaton_of_five(), [3, EOS]
    assert find(automaton, source, None) == find(automaton, source, DecodingOptions())
    automaton.beam_limit, automaton.capacity = 2, 6
    assert find(automaton, source, None) == find(automaton, source, DecodingOptions(beam_size=2, max_length=6))
    automaton.beam_limit = 1
    assert find(automaton, source, None) == find(automaton, source, DecodingOptions(beam_size=1, max_length=6))


def test_what_a_stepper_cannot_do_is_refused() -> None:
    automaton = automaton_of_five()
    automaton.beam_limit, automaton.capacity = 1, 6
    with pytest.raises(ValueError, match="beam_size must be at most 1 for a file.*--beam-size 1. Received: 4"):
        find(automaton, [3, EOS], DecodingOptions())
    with pytest.raises(ValueError, match="min_length must not exceed the 6 tokens.*Received: 7"):
        find(automaton, [3, EOS], DecodingOptions(beam_size=1, min_length=7))
    assert issubclass(TextTooLongError, ValueError)
