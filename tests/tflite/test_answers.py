"""A model is asked once, however many files are compared with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.exporting.verify import Answers, compare_generators
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite.models import SENTENCES, text_model


class _Counted(KerasGenerator):
    asked = 0

    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        self.asked += len(texts)
        return super().generate(texts, options)


def test_a_second_file_is_compared_with_what_the_model_said_before() -> None:
    model, vocabularies = text_model()
    reference = _Counted(model, vocabularies.source, vocabularies.target)
    compiled = compile_model(model.config, model.named_weights(), GraphOptions((48,), 1))
    answers, found = Answers(), []
    for variant in ("float32", "int8"):
        file = TFLiteGenerator(
            Runner(make_variant(compiled, variant), (48,), 1, 1), vocabularies.source, vocabularies.target
        )
        found.append(compare_generators(reference, file, SENTENCES, DecodingOptions(beam_size=1), answers))
    assert reference.asked == len(SENTENCES) == found[0].compared
    assert found[0].identical and found[0].expected_seconds == found[1].expected_seconds > 0
    assert (
        compare_generators(reference, file, SENTENCES, DecodingOptions(beam_size=1, max_length=3), answers).compared
        == found[1].compared
    )
    assert reference.asked == 2 * found[0].compared  # other options are another question
    again = compare_generators(reference, file, SENTENCES, DecodingOptions(beam_size=1))
    assert (
        again.differences == found[1].differences
        and again.largest_score_difference == found[1].largest_score_difference
    )


@pytest.mark.parametrize("max_length", [46, 47, 48, None])
def test_a_limit_near_the_largest_bucket(max_length: int | None) -> None:
    """The file has room for 47 tokens: a limit of 47 is its own capacity."""
    model, vocabularies = text_model()
    reference = KerasGenerator(model, vocabularies.source, vocabularies.target)
    runner = Runner(compile_model(model.config, model.named_weights(), GraphOptions((48,), 1)), (48,), 1, 1)
    file = TFLiteGenerator(runner, vocabularies.source, vocabularies.target)
    texts = [*SENTENCES[:2], "Two dogs play. " * 9]  # the last is longer than the bucket
    comparison = compare_generators(reference, file, texts, DecodingOptions(beam_size=1, max_length=max_length))
    assert (comparison.compared, comparison.too_long, comparison.identical) == (2, 1, True)


def test_a_bundle_s_generator_answers_without_options() -> None:
    model, vocabularies = text_model()
    sides = vocabularies.source, vocabularies.target
    for beam_size, beam_limit in ((1, 1), (2, None)):
        compiled = compile_model(model.config, model.named_weights(), GraphOptions((48,), beam_size))
        file = TFLiteGenerator(Runner(compiled, (48,), beam_size, 1), *sides)
        assert file.beam_limit == beam_limit
        asked = DecodingOptions(beam_size=beam_limit or 4)
        assert file.generate(SENTENCES[:2]) == file.generate(SENTENCES[:2], asked)
