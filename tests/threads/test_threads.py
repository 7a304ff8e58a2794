"""Objects that threads share: every answer is that of a single thread, or the second use is an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.keras_completer import KerasCompleter
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.decoding.turns import ConcurrentUseError, OneReader, PerThread, Turns
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_language_model, compile_model
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.text.corpus import trained
from tests.tflite.language_models import language_model_of, lite
from tests.tflite.models import SENTENCES, random_source, text_model

THREADS, COUNT = 4, 150
TEXTS = [f"{SENTENCES[i % len(SENTENCES)]} {SENTENCES[i % 5][: i % 11]}" for i in range(COUNT)]
GREEDY, BEAM = DecodingOptions(beam_size=1, max_length=12), DecodingOptions(beam_size=2, max_length=12)
DRAWN = SamplingOptions(seed=4, max_tokens=9, min_tokens=9)


def in_threads(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """The results in the order of the items, from threads that begin together."""
    with ThreadPoolExecutor(THREADS) as pool:
        barrier = threading.Barrier(THREADS)
        for begun in [pool.submit(barrier.wait) for _ in range(THREADS)]:
            begun.result()
        return list(pool.map(function, items))


@pytest.fixture(scope="module")
def generators() -> dict[str, TFLiteGenerator | KerasGenerator]:
    model, (source, target) = (pair := text_model())[0], (pair[1].source, pair[1].target)
    content = compile_model(model.config, model.named_weights(), GraphOptions((16, 64), 2))
    runner = Runner(content, (16, 64), 2, model.config.pad_id)
    return {
        "file": TFLiteGenerator(runner, source, target, max_source_tokens=20),
        "keras": KerasGenerator(model, source, target, max_source_tokens=20),
    }


@pytest.fixture(scope="module")
def completers() -> dict[str, Completer]:
    vocabulary = trained("unigram")
    model = language_model_of(lite(vocabulary_size=vocabulary.size), seed=3)
    content = compile_language_model(model.config, model.named_weights(), (8, 64))
    runner = LanguageModelRunner(content, (8, 64))
    return {"file": TFLiteCompleter(runner, vocabulary), "keras": KerasCompleter(model, vocabulary)}


@pytest.mark.parametrize("kind, count, searches", [("file", COUNT, (GREEDY, BEAM)), ("keras", 12, (GREEDY,))])
def test_a_generator_in_four_threads(generators, kind: str, count: int, searches: Sequence[DecodingOptions]) -> None:
    generator = generators[kind]
    for options in searches:
        alone = [generator.generate([text], options) for text in TEXTS[:count]]
        together = in_threads(lambda text: generator.generate([text], options), TEXTS[:count])  # noqa: B023
        assert together == alone
        assert len({answer[0][0].ids for answer in alone}) > count // 8  # wrong answers would be seen


@pytest.mark.parametrize("kind", ["file", "keras"])
def test_every_thread_has_its_own_number_of_truncated_texts(generators, kind: str) -> None:
    generator, long = generators[kind], "Two dogs play in the snow on the bench. " * 3

    def truncated(count: int) -> int:
        generator.generate([long] * count + ["Snow"], GREEDY)
        time.sleep(0.001)
        return generator.truncated

    assert in_threads(truncated, [0, 1, 2, 3] * 3) == [0, 1, 2, 3] * 3


@pytest.mark.parametrize("kind, count", [("file", COUNT), ("keras", 24)])
def test_a_completer_in_four_threads(completers, kind: str, count: int) -> None:
    completer, prompts = completers[kind], [text[:9] for text in TEXTS[:count]]
    alone = [completer.complete(prompt, DRAWN, sample) for sample, prompt in enumerate(prompts)]
    assert in_threads(lambda item: completer.complete(item[1], DRAWN, item[0]), list(enumerate(prompts))) == alone
    streams = in_threads(lambda item: list(completer.stream(item[1], DRAWN, item[0])), list(enumerate(prompts)))
    assert ["".join(pieces) for pieces in streams] == alone


@pytest.mark.parametrize("kind", ["file", "keras"])
def test_a_call_within_a_stream(completers, kind: str) -> None:
    """The same thread completes another text after each piece, with the same completer."""
    completer = completers[kind]
    expected = completer.complete("A boy", DRAWN), completer.complete("Snow", DRAWN, 1)
    pieces, others = [], set()
    for piece in completer.stream("A boy", DRAWN):
        pieces.append(piece)
        others.add(completer.complete("Snow", DRAWN, 1))
    assert ("".join(pieces), others) == (expected[0], {expected[1]})


def test_states_of_a_language_model_in_four_threads(completers) -> None:
    completer = completers["file"]
    assert isinstance(completer, TFLiteCompleter)
    texts = [[2, *range(5 + i, 9 + i)] for i in range(40)]

    def read(ids: list[int]) -> np.ndarray:
        state = completer.runner.prefill(ids[:2])
        return np.stack([state.step(token) for token in ids[2:]])

    alone = [read(ids) for ids in texts]
    np.testing.assert_array_equal(in_threads(read, texts), alone)


def test_states_of_a_runner_in_four_threads(generators) -> None:
    """A state answers right, or says that another one has taken its bucket."""
    runner = generators["file"].runner
    sources = [random_source(text_model()[0].config, 2 + i % 10, i) for i in range(60)]

    def greedy(source: list[int]) -> list[int] | None:
        try:
            state, token, found = runner.start(source), 2, []
            for _ in range(8):
                token = state.step(token)[0]
                found.append(token)
            return found
        except ConcurrentUseError:
            return None

    alone = [greedy(source) for source in sources]
    together = in_threads(greedy, sources)
    assert None not in alone
    assert all(found in (None, right) for found, right in zip(together, alone, strict=True))


def test_a_built_keras_model_in_four_threads() -> None:
    model, _ = text_model()
    sources = [np.array([random_source(model.config, 6, i)]) for i in range(12)]
    encode = tf.function(lambda ids: model.encode(ids)[0], input_signature=[tf.TensorSpec([1, 6], tf.int32)])
    alone = [encode(ids).numpy() for ids in sources]
    np.testing.assert_array_equal(in_threads(lambda ids: encode(ids).numpy(), sources), alone)


def test_a_state_whose_bucket_another_one_has_taken(generators) -> None:
    """In one thread too: it would read the caches of the other text."""
    runner, source = generators["file"].runner, generators["file"].source_ids("A boy runs.")
    first, beam = runner.start(source), runner.start_beam(source, 2)
    first.step(2)
    second = runner.start(source)
    uses: list[Callable[[], object]] = [lambda: first.step(2), first.logits]
    beam.step([2])
    runner.start_beam(source, 2)
    uses += [lambda: beam.step([5, 6]), lambda: beam.reorder([1, 0]), lambda: beam.logits(0)]
    for use in uses:
        with pytest.raises(ConcurrentUseError, match="one state at a time.*Received: a use of a state after"):
            use()
    assert second.step(2) == runner.start(source).step(2)


def test_a_vocabulary_in_four_threads() -> None:
    vocabulary = trained("unigram")
    alone = [vocabulary.encode(text) for text in TEXTS]
    assert in_threads(vocabulary.encode, TEXTS) == alone
    assert in_threads(vocabulary.decode, alone) == [vocabulary.decode(ids) for ids in alone]


def test_a_stream_is_read_by_one_thread_at_a_time() -> None:
    reading, release = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        reading.set()
        release.wait(20)
        yield 1
        yield next(stream)  # from within itself

    stream = OneReader(items())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(next, stream)
        assert reading.wait(20)
        with pytest.raises(ConcurrentUseError, match="A stream is read by one thread at a time"):
            next(stream)
        release.set()
        assert first.result() == 1
    with pytest.raises(ConcurrentUseError, match="Received: a second use during the first"):
        next(stream)


def test_a_run_from_within_a_run_is_an_error_and_not_a_deadlock() -> None:
    turns = Turns()
    with turns.whole(), turns.whole(), turns:
        with pytest.raises(ConcurrentUseError, match="such as from a signal handler"), turns:
            pass
    with turns, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(turns.__enter__)
        time.sleep(0.01)
        assert not waiting.done()
        turns.__exit__()
        waiting.result(20)
        pool.submit(turns.__exit__).result(20)
        turns.__enter__()


def test_an_attribute_per_thread_is_forgotten_with_its_object() -> None:
    class Owner:
        count = PerThread(0)

    one, two = Owner(), Owner()
    one.count = 5
    assert (one.count, two.count, in_threads(lambda _: one.count, range(2))) == (5, 0, [0, 0])
    one = Owner()
    assert one.count == 0
