"""Random small models give the same ids through the graph search, the NumPy search over TFLite, and over Keras."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import tensorflow as tf

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.keras_stepper import KerasStepper
from lite_transformer_tf.decoding.numpy_search import Scored, search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.stepper import Stepper
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite.models import keras_model_of, random_source

BUCKETS, BEAM = (5, 16), 3
COMPILED_SEARCHES = (
    2  # configurations whose search runs as a graph; the others run the same code eagerly, ten times faster
)


def random_branches(draw: random.Random, embed_dim: int) -> tuple[BranchConfig, ...]:
    """One to three branches whose dimensions add up to the model's."""
    count = min(draw.choice([1, 2, 2, 3]), embed_dim // 4)
    cuts = sorted(draw.sample(range(4, embed_dim, 4), count - 1))
    branches = []
    for begin, end in zip([0, *cuts], [*cuts, embed_dim], strict=True):
        heads = draw.choice([1, 2, 4])
        kind = draw.choice(["attention", "lightweight", "dynamic"])
        if kind == "attention":
            branches.append(BranchConfig(kind, end - begin, heads))
        else:
            kernel, glu = draw.choice([1, 2, 3, 5, 8]), draw.random() < 0.5
            branches.append(BranchConfig(kind, end - begin, heads, kernel, glu=glu))
    return tuple(branches)


def random_config(seed: int) -> LiteTransformerConfig:
    draw = random.Random(seed)
    embed_dim, sharing = draw.choice([8, 16, 24, 32]), draw.choice(["all", "target", "none"])
    target = draw.choice([7, 13, 29, 61])
    source = target if sharing == "all" else draw.choice([6, 11, 40])

    def layer(cross_attention_heads: int | None) -> LayerConfig:
        width = draw.choice([8, 20, 48])
        return LayerConfig(random_branches(draw, embed_dim), width, cross_attention_heads)

    return LiteTransformerConfig(
        embed_dim=embed_dim,
        encoder=tuple(layer(None) for _ in range(draw.randint(1, 2))),
        decoder=tuple(layer(draw.choice([1, 2, 4])) for _ in range(draw.randint(1, 2))),
        embedding_sharing=sharing,
        source_vocabulary_size=source,
        target_vocabulary_size=target,
    )


def random_options(seed: int) -> list[DecodingOptions]:
    """Greedy search, and a beam with other rules; both long enough to leave the first bucket."""
    draw = random.Random(seed)
    lengths = {"max_length": draw.randint(6, 8), "min_length": draw.choice([0, 1, 6])}
    beam = draw.choice([2, BEAM, BEAM + 2])  # a wider beam than the file's runs it twice a step
    penalty, ngram = draw.choice([0.0, 0.6, 1.0]), draw.choice([0, 1, 2, 3])
    return [
        DecodingOptions(beam_size=1, no_repeat_ngram=draw.choice([0, 2]), **lengths),
        DecodingOptions(beam_size=beam, n_best=beam, length_penalty=penalty, no_repeat_ngram=ngram, **lengths),
    ]


@pytest.fixture(autouse=True)
def eager_searches(request: pytest.FixtureRequest) -> Iterator[None]:
    tf.config.run_functions_eagerly(request.getfixturevalue("seed") >= COMPILED_SEARCHES)
    yield
    tf.config.run_functions_eagerly(False)


def assert_same(found: list[Scored], expected: list[Scored]) -> None:
    assert [ids for ids, _ in found] == [ids for ids, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-4)


@pytest.mark.parametrize("seed", range(30))
def test_three_searches(seed: int) -> None:
    config = random_config(seed)
    model = keras_model_of(config, seed)
    content = compile_model(config, model.named_weights(), GraphOptions(BUCKETS, BEAM))
    sources = [random_source(config, length, seed) for length in (3, 11)]
    steppers: list[Stepper] = [Runner(content, BUCKETS, BEAM, config.pad_id)]
    if seed % 5 == 0:
        steppers.append(KerasStepper(model))
    size = config.target_vocabulary_size
    for options in random_options(seed):
        answers = KerasGenerator(
            model, None, None
        ).generate_ids(  # type: ignore[arg-type]
            [source[:-1] for source in sources], options
        )
        for source, expected in zip(sources, answers, strict=True):
            for stepper in steppers:
                ids = {"eos_id": config.eos_id, "pad_id": config.pad_id, "vocabulary_size": size}
                assert_same(search(stepper, source, options, **ids), expected)
