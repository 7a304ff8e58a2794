"""Beam search equals docs/decoding.md in plain Python: on automata full of ties, and on tiny models."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.decoding.graph_search import BeamSearch
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions
from tests.decoding.reference_search import Options, search
from tests.tiny import EOS, PAD, randomize, sentence, tiny_config, tiny_model

Answers = list[list[tuple[tuple[int, ...], float]]]


class Automaton:
    """Next-token logits that depend on everything before: each token moves a state, and each state has its logits.

    Each row of the cache is a hypothesis' state, so a search that reorders caches wrongly takes wrong logits.
    """

    STATES = 29

    def __init__(self, tokens: int, seed: int, *, ties: bool) -> None:
        generator = np.random.default_rng(seed)
        drawn = (
            generator.integers(0, 3, (self.STATES, tokens)) if ties else generator.normal(0, 1.5, (self.STATES, tokens))
        )
        self.log_probs = tf.nn.log_softmax(tf.constant(drawn, tf.float32)).numpy()
        self.logits = tf.constant(self.log_probs)

    def start(self, sentence: int) -> int:
        return 7 * sentence % self.STATES

    def next(self, state, token):
        return (3 * state + 5 * token + 1) % self.STATES

    def step(self, tokens, position, cache):
        state = self.next(cache["state"], tokens[:, None])
        return tf.gather(self.logits, state[:, 0]), {"state": state}

    def log_probs_after(self, sentence: int, ids: tuple[int, ...]) -> np.ndarray:
        state = self.next(self.start(sentence), EOS)
        for token in ids:
            state = self.next(state, token)
        return tf.nn.log_softmax(self.log_probs[None, state]).numpy()[0]  # as the search does it once more


def found(automaton: Automaton, options: DecodingOptions, limits: list[int]) -> Answers:
    """What the product finds for a batch of sentences with these limits."""
    rows = [automaton.start(index) for index in range(len(limits)) for _ in range(options.beam_size)]
    result = BeamSearch(options, pad_id=PAD, eos_id=EOS)(
        automaton.step, {"state": tf.constant(rows)[:, None]}, tf.constant(limits)
    )
    answers = []
    for tokens, lengths, scores in zip(*(part.numpy() for part in result), strict=True):
        kept = [
            (tuple(row[:length].tolist()), float(score))
            for row, length, score in zip(tokens, lengths, scores, strict=True)
            if np.isfinite(score)
        ]
        answers.append(kept[: options.n_best])
        assert all((row[length:] == PAD).all() for row, length in zip(tokens, lengths, strict=True))
    return answers


def reference(automaton: Automaton, options: DecodingOptions, limits: list[int]) -> Answers:
    return [
        search(lambda ids, index=index: automaton.log_probs_after(index, ids), plain(options, limit), eos=EOS, pad=PAD)
        for index, limit in enumerate(limits)
    ]


def plain(options: DecodingOptions, limit: int) -> Options:
    names = ("beam_size", "length_penalty", "min_length", "no_repeat_ngram", "n_best")
    return Options(max_length=limit, **{name: getattr(options, name) for name in names})


def assert_equal(ours: Answers, expected: Answers) -> None:
    assert [[ids for ids, _ in answer] for answer in ours] == [[ids for ids, _ in answer] for answer in expected]
    for answer, other in zip(ours, expected, strict=True):
        np.testing.assert_allclose([score for _, score in answer], [score for _, score in other], rtol=1e-6)


@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
@pytest.mark.parametrize("beam", [1, 2, 4, 5])
def test_automata_with_random_options(beam, ties):
    draw = random.Random(beam)
    seen_nothing = seen_several = 0
    for seed in range(6):
        options = DecodingOptions(
            beam_size=beam,
            length_penalty=draw.choice([0.0, 0.6, 1.0, 2.0]),
            min_length=draw.choice([0, 1, 1, 3]),
            no_repeat_ngram=draw.choice([0, 0, 1, 2, 3]),
            n_best=draw.randint(1, beam),
        )
        limits = [draw.randint(1, 8) for _ in range(3)]
        automaton = Automaton(draw.choice([4, 5, 9]), seed, ties=ties)
        ours = found(automaton, options, limits)
        assert_equal(ours, reference(automaton, options, limits))
        assert all(token != PAD and token != EOS for answer in ours for ids, _ in answer for token in ids)
        seen_nothing += sum(not answer for answer in ours)
        seen_several += sum(len(answer) > 1 for answer in ours)
    assert beam == 1 or seen_several > 3


@pytest.mark.parametrize(
    "changes",
    [{"length_penalty": 0.0}, {"length_penalty": 2.0}, {"min_length": 6}, {"no_repeat_ngram": 1}, {"beam_size": 1}],
)
def test_each_option_has_its_effect_on_these_automata(changes):
    """The comparison above would not notice an option that both sides ignore."""
    base = DecodingOptions(beam_size=4, n_best=1)
    differ = 0
    for seed in range(6):
        automaton = Automaton(9, seed, ties=False)
        first, other = (found(automaton, options, [8, 8]) for options in (base, base.replace(**changes)))
        differ += [answer[0][0] if answer else None for answer in first] != [
            answer[0][0] if answer else None for answer in other
        ]
    assert differ > 0


def test_the_sentences_beside_change_nothing():
    automaton, options, limits = Automaton(9, 0, ties=True), DecodingOptions(beam_size=3, n_best=3), [2, 7, 1, 5]
    together = found(automaton, options, limits)
    for index, limit in enumerate(limits):
        alone = search(
            lambda ids, index=index: automaton.log_probs_after(index, ids), plain(options, limit), eos=EOS, pad=PAD
        )
        assert_equal([together[index]], [alone])


def test_no_hypothesis_when_every_end_is_forbidden():
    """min_length beyond the limit: nothing may end, and at the limit nothing else may follow."""
    automaton, options = Automaton(9, 0, ties=False), DecodingOptions(beam_size=2, min_length=5)
    assert found(automaton, options, [3, 6])[0] == [] == reference(automaton, options, [3])[0]
    assert found(automaton, options, [3, 6])[1] != []


class Constant(Automaton):
    """The same log-probability for every token, always."""

    def __init__(self, tokens: int) -> None:
        super().__init__(tokens, 0, ties=True)
        self.log_probs = np.full_like(self.log_probs, -math.log(tokens))
        self.logits = tf.constant(self.log_probs)


TIED = {
    # Tokens 0, 3, 4 may follow; 2 ends. Step 0: the candidates are 0, 3, 4. Step 1: (0)+0, (0)+2, (0)+3, (0)+4, so
    # (0) ends and (0, 0), (0, 3) go on. Step 2 is the limit: (0, 0) ends, and the sentence has its two hypotheses.
    2: [(0,), (0, 0)],
    # Step 1 with three: (0)+0, (0)+2, (0)+3, (0)+4, (3)+0, (3)+2: only the first three may end.
    # Step 2: (0, 0) and (0, 3) end.
    3: [(0,), (0, 0), (0, 3)],
    1: [(0, 0)],
}


@pytest.mark.parametrize("beam", TIED)
def test_ties_take_the_lower_hypothesis_then_the_lower_token(beam):
    """Worked out by hand from the page; without a length penalty the shorter ones come first."""
    options = DecodingOptions(beam_size=beam, length_penalty=0.0, n_best=beam)
    answers = found(Constant(5), options, [2])
    assert [ids for ids, _ in answers[0]] == TIED[beam]
    np.testing.assert_allclose(
        [score for _, score in answers[0]], [-(len(ids) + 1) * math.log(5) for ids in TIED[beam]], rtol=1e-6
    )


def test_equal_scores_stay_in_the_order_of_finishing():
    options = DecodingOptions(beam_size=4, length_penalty=0.0, min_length=2, n_best=4)
    answers = found(Constant(5), options, [2])
    assert [ids for ids, _ in answers[0]] == [(0, 0), (0, 3), (0, 4), (3, 0)]


# Tiny models. The reference runs the decoder over the whole prefix each time, without a cache.


class ModelReference:
    """Log-probabilities after a prefix for one source, each prefix computed once."""

    def __init__(self, model, source: list[int]) -> None:
        self.model = model
        self.memory, self.mask = model.encode(np.array([[*source, EOS]], np.int32))
        self.known: dict[tuple[int, ...], np.ndarray] = {}

    def __call__(self, ids: tuple[int, ...]) -> np.ndarray:
        if ids not in self.known:
            states = self.model.decode(np.array([[EOS, *ids]], np.int32), self.memory, self.mask)
            logits = tf.cast(self.model.output_embedding(states[:, -1], reverse=True), tf.float32)
            self.known[ids] = tf.nn.log_softmax(logits).numpy()[0]
        return self.known[ids]


SOURCES = [sentence(length, 11, seed) for seed, length in enumerate((5, 1, 3))]
CASES = {
    "beam": (DecodingOptions(beam_size=4, n_best=4, max_length=6), {"kernel_sizes": (3,)}),
    "ngrams": (
        DecodingOptions(beam_size=2, length_penalty=2.0, max_length=7, no_repeat_ngram=2),
        {"kernel_sizes": (4,), "convolution": "dynamic", "glu": True},
    ),
    "greedy": (
        DecodingOptions(beam_size=1, min_length=3, max_length_ratio=1.0, max_length_offset=2),
        {"kernel_sizes": (3,)},
    ),
}


@pytest.fixture(scope="module", params=CASES)
def case(request) -> tuple[KerasGenerator, DecodingOptions]:
    options, settings = CASES[request.param]
    return KerasGenerator(tiny_model(**settings), None, None), options


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_models(case, seed):
    generator, options = case
    generator.model.assign_named_weights(randomize(generator.model.named_weights(), seed))
    references = [ModelReference(generator.model, source) for source in SOURCES]
    expected = [
        search(log_probs, plain(options, options.limit(len(source) + 1)), eos=EOS, pad=PAD)
        for log_probs, source in zip(references, SOURCES, strict=True)
    ]
    answers = generator.generate_ids(SOURCES, options)
    assert [[ids for ids, _ in answer] for answer in answers] == [[ids for ids, _ in answer] for answer in expected]
    for answer, other in zip(answers, expected, strict=True):
        np.testing.assert_allclose([score for _, score in answer], [score for _, score in other], rtol=0, atol=1e-5)
    for index, source in enumerate(SOURCES):  # one by one: the same ids
        alone = generator.generate_ids([source], options)[0]
        assert [ids for ids, _ in alone] == [ids for ids, _ in answers[index]]
    for answer, log_probs in zip(answers, references, strict=True):  # scores by the definition: sum of log p over L^a
        for ids, score in answer:
            total = sum(float(log_probs(ids[:place])[token]) for place, token in enumerate((*ids, EOS)))
            assert score == pytest.approx(total / (len(ids) + 1) ** options.length_penalty, abs=1e-5)


def test_small_batches_change_nothing_and_empty_sources_have_the_empty_answer(case):
    generator, options = case
    sources = [SOURCES[0], [], SOURCES[1], SOURCES[2], []]
    whole = generator.generate_ids(sources, options)
    assert whole[1] == whole[4] == [((), 0.0)]
    small = KerasGenerator(generator.model, None, None, tokens_per_batch=1)
    small._searches = generator._searches  # the same graphs: only the batches differ
    assert [len(batch) for batch in small._batches(sources, 4)] == [1, 1, 1]
    assert [len(batch) for batch in generator._batches(sources, 4)] == [3]
    assert [[ids for ids, _ in answer] for answer in small.generate_ids(sources, options)] == [
        [ids for ids, _ in answer] for answer in whole
    ]


def test_nothing_but_empty_sources_runs_nothing():
    generator = KerasGenerator(None, None, None)
    assert generator.generate_ids([[], []], DecodingOptions()) == [[((), 0.0)], [((), 0.0)]]
    assert generator.generate_ids([], DecodingOptions()) == []


def test_a_model_that_cannot_decide_takes_the_lowest():
    model = tiny_model(config=tiny_config(kernel_sizes=(3,), target_vocabulary_size=5))
    model.assign_named_weights({name: np.zeros_like(value) for name, value in model.named_weights().items()})
    options = DecodingOptions(beam_size=3, length_penalty=0.0, n_best=3, max_length=2)
    answers = KerasGenerator(model, None, None).generate_ids([[4, 5], [6]], options)
    assert [[ids for ids, _ in answer] for answer in answers] == [TIED[3]] * 2
