"""What is particular to exporting an encoder-decoder: its graphs, its searches, its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.decoding.options import DecodingOptions, Generator
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.verify import Comparison, compare_generators, search_name
from lite_transformer_tf.litert.builder.linear import Weights
from lite_transformer_tf.litert.graph.compiler import compile_model
from lite_transformer_tf.litert.quantize.calibration import observe
from lite_transformer_tf.litert.quantize.ranges import Ranges
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

if TYPE_CHECKING:
    from lite_transformer_tf.models.lite_transformer import LiteTransformer


class SequenceToSequenceExport:
    """See `export.Export`.

    Args:
        config, weights: the model; names and shapes of `model.named_weights()`.
        vocabularies: of the sizes that the config states.
        reference: generator over the same weights, the Keras model's.
        job: what else is needed.
    """

    def __init__(
        self,
        config: LiteTransformerConfig,
        weights: Weights,
        vocabularies: VocabularyPair,
        reference: Generator,
        job: ExportJob,
    ) -> None:
        expected = (config.source_vocabulary_size, config.target_vocabulary_size)
        if vocabularies.sizes != expected:
            raise ValueError(f"The vocabularies must have the model's sizes {expected}. Received: {vocabularies.sizes}")
        self.config, self.weights, self.job = config, weights, job
        self._vocabularies, self._reference = vocabularies, reference
        self._searches = searches(job.task, job.settings, job.graph.beam_size)

    @property
    def vocabulary_files(self) -> dict[str, bytes]:
        return {name: vocabulary.model for name, vocabulary in self._vocabularies.files.items()}

    def compile(self) -> bytes:
        return compile_model(self.config, self.weights, self.job.graph)

    def open(self, content: bytes) -> TFLiteGenerator:
        job, vocabularies = self.job, self._vocabularies
        runner = Runner(content, job.graph.buckets, job.graph.beam_size, self.config.pad_id, threads=job.threads)
        return TFLiteGenerator(
            runner, vocabularies.source, vocabularies.target, max_source_tokens=job.max_source_tokens
        )

    def calibrate(self, content: bytes) -> Ranges:
        job, vocabularies, ranges = self.job, self._vocabularies, Ranges()
        for bucket in job.graph.buckets:  # each alone, so that every one of its signatures runs
            runner = Runner(content, (bucket,), job.graph.beam_size, self.config.pad_id)
            observe(runner, content, ranges)
            longest = min(bucket - 1, job.max_source_tokens or bucket)
            generator = TFLiteGenerator(runner, vocabularies.source, vocabularies.target, max_source_tokens=longest)
            for options in self._searches:
                generator.generate(job.calibration_texts, options)
        return ranges

    def compare(self, candidate: TFLiteGenerator) -> list[Comparison]:
        job = self.job
        return [
            compare_generators(self._reference, candidate, job.check_texts, options, job.answers)
            for options in self._searches
        ]

    def metrics(self, candidate: TFLiteGenerator, comparisons: Sequence[Comparison]) -> dict[str, Any]:
        job = self.job
        how = f"Mean over {comparisons[0].compared} check sentences, {job.machine}."
        milliseconds = {entry.search: 1000 * entry.actual_seconds / entry.compared for entry in comparisons}
        metrics: dict[str, Any] = {"speed": {"how": how, "unit": "sentence", "milliseconds": milliseconds}}
        if job.references:
            limit = candidate.runner.buckets[-1]
            pairs = [
                pair
                for pair in zip(job.check_texts, job.references, strict=True)
                if len(candidate.source_ids(pair[0])) <= limit
            ]
            answers = candidate.generate([text for text, _ in pairs], self._searches[-1])
            texts = [answer[0].text if answer else "" for answer in answers]
            metrics["scores"] = purpose(job.task).measure(texts, pairs, job.settings)
            metrics["scored_with"] = search_name(self._searches[-1])
        return metrics

    def limits(self) -> list[str]:
        task, last, longest = purpose(self.job.task), self.job.graph.buckets[-1], self.job.max_source_tokens
        if longest is None:
            read = f"A source has at most {last} tokens, end-of-sentence included; {task.longer}."
        else:
            read = f"Of a longer text its first {longest} tokens are read, as in training."
        written = f"A {task.answer} has at most {last - 1} tokens."
        return [read, written, f"Made for one {task.source} at a time."]

    def contract(self) -> dict[str, Any]:
        names, config, graph = list(self.vocabulary_files), self.config, self.job.graph
        return {
            "vocabulary_sizes": {"source": config.source_vocabulary_size, "target": config.target_vocabulary_size},
            "vocabulary_files": {"source": names[0], "target": names[-1]},
            "buckets": graph.buckets,
            "beam_size": graph.beam_size,
            "max_source_tokens": graph.buckets[-1],
            "max_target_tokens": graph.buckets[-1] - 1,
        }

    @staticmethod
    def verify(reference: Generator, candidate: TFLiteGenerator, texts: Sequence[str]) -> list[Comparison]:
        """A bundle beside a model: greedy search, and the beam that the bundle is made for."""
        manifest = candidate.manifest
        assert manifest is not None  # it was opened from a bundle
        options = searches(manifest.task, manifest.settings, candidate.runner.beam_size)
        return [compare_generators(reference, candidate, texts, entry) for entry in options]

    @staticmethod
    def reference(model: LiteTransformer, vocabularies: VocabularyPair, settings: Mapping[str, Any]) -> Generator:
        """The model as a generator."""
        from lite_transformer_tf.decoding.keras_generator import KerasGenerator  # needs TensorFlow

        longest = settings.get("max_source_tokens")
        return KerasGenerator(model, vocabularies.source, vocabularies.target, max_source_tokens=longest)


def purpose(task: str) -> SequenceToSequence:
    """The task of an encoder-decoder by its name.

    Raises:
        ValueError: It is a task of other models.
    """
    found = find_task(task)
    if not isinstance(found, SequenceToSequence):
        raise ValueError(f"An encoder-decoder must have a task of its kind. Received: {task!r}")
    return found


def searches(task: str, settings: Mapping[str, Any], beam_size: int) -> list[DecodingOptions]:
    """The searches that are compared: greedy, and the beam that the file is made for; other options as saved."""
    options = purpose(task).default_options(settings)
    return [options.replace(beam_size=size, n_best=1) for size in sorted({1, beam_size})]
