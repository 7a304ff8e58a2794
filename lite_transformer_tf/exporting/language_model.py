"""What is particular to exporting a language model: its graphs, completions, the perplexity of the check set."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.data.language_modeling import TokenStream
from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.sampling import SamplingOptions, rounding_decides, uniform
from lite_transformer_tf.evaluation.perplexity import completer_perplexity
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.verify import Answers, Comparison, Difference
from lite_transformer_tf.litert.builder.linear import Weights
from lite_transformer_tf.litert.graph.compiler import compile_language_model
from lite_transformer_tf.litert.quantize.calibration import observe
from lite_transformer_tf.litert.quantize.ranges import Ranges
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.text import AnyVocabulary
from lite_transformer_tf.text.single_vocabulary import vocabulary_file

if TYPE_CHECKING:
    from lite_transformer_tf.models.language_model import LanguageModel

TOKENS = 32  # of each compared completion
SEARCHES = {
    "greedy": SamplingOptions(temperature=0, max_tokens=TOKENS),
    "sampling": SamplingOptions(top_k=40, seed=1, max_tokens=TOKENS),
}
TIE = 1e-4  # log-probabilities that are nearer than this may change places: a rounding error decides
SPEED_TOKENS = 64


class LanguageModelExport:
    """See `export.Export`.

    Args:
        config, weights: the model; names and shapes of `model.named_weights()`.
        vocabulary: of the size that the config states.
        reference: completer over the same weights, the Keras model's.
        job: what else is needed.
    """

    def __init__(
        self,
        config: LanguageModelConfig,
        weights: Weights,
        vocabulary: AnyVocabulary,
        reference: Completer,
        job: ExportJob,
    ) -> None:
        if vocabulary.size != config.vocabulary_size:
            raise ValueError(
                f"The vocabulary must have the model's size {config.vocabulary_size}. Received: {vocabulary.size}"
            )
        if job.references:
            received = f"{len(job.references)} references"
            raise ValueError(f"A language model is checked on texts only, without references. Received: {received}")
        self.config, self.weights, self.job = config, weights, job
        self._vocabulary, self._reference = vocabulary, reference

    @property
    def vocabulary_files(self) -> dict[str, bytes]:
        return dict([vocabulary_file(self._vocabulary)])

    def compile(self) -> bytes:
        return compile_language_model(self.config, self.weights, self.job.graph.buckets)

    def open(self, content: bytes) -> TFLiteCompleter:
        return TFLiteCompleter(
            LanguageModelRunner(content, self.job.graph.buckets, threads=self.job.threads), self._vocabulary
        )

    def calibrate(self, content: bytes) -> Ranges:
        ranges = Ranges()
        for bucket in self.job.graph.buckets:  # each alone, so that both of its signatures run
            runner = LanguageModelRunner(content, (bucket,))
            observe(runner, content, ranges)
            completer = TFLiteCompleter(runner, self._vocabulary)
            for text in self.job.calibration_texts:
                prompt = self._vocabulary.encode(text)[: bucket // 2]
                list(
                    completer.stream_ids(
                        prompt, SEARCHES["sampling"].replace(max_tokens=min(TOKENS, bucket - len(prompt) - 1))
                    )
                )
        return ranges

    def compare(self, candidate: TFLiteCompleter) -> list[Comparison]:
        return verify_completions(self._reference, candidate, self.job.check_texts, self.job.answers)

    def metrics(self, candidate: TFLiteCompleter, comparisons: Sequence[Comparison]) -> dict[str, Any]:
        job = self.job
        stream = TokenStream.from_text(list(job.check_texts), self._vocabulary)
        block = max(1, candidate.capacity // 2)
        perplexities = [
            completer_perplexity(completer, stream, block, candidate.capacity - block)
            for completer in (self._reference, candidate)
        ]
        how = f"{job.machine}; the prompt has {SPEED_TOKENS // 2} tokens."
        return {
            "speed": {"how": how, "unit": "call", "milliseconds": call_times(candidate)},
            "scores": {
                "perplexity": {
                    "score": perplexities[1].per_token,
                    "signature": f"{stream.name} of {perplexities[1].tokens} tokens, the check set",
                },
                "perplexity of the model": {"score": perplexities[0].per_token, "signature": "the same"},
            },
        }

    def limits(self) -> list[str]:
        most = self.job.graph.buckets[-1]
        return [f"Prompt and completion have at most {most} tokens together; a longer prompt is refused, never cut."]

    @staticmethod
    def verify(reference: Completer, candidate: TFLiteCompleter, texts: Sequence[str]) -> list[Comparison]:
        """A bundle beside a model: greedy and sampled completions."""
        return verify_completions(reference, candidate, texts)

    @staticmethod
    def reference(model: LanguageModel, vocabulary: AnyVocabulary, settings: Mapping[str, Any]) -> Completer:
        """The model as a completer."""
        from lite_transformer_tf.decoding.keras_completer import KerasCompleter  # needs TensorFlow

        return KerasCompleter(model, vocabulary)

    def contract(self) -> dict[str, Any]:
        name, size, buckets = next(iter(self.vocabulary_files)), self.config.vocabulary_size, self.job.graph.buckets
        return {
            "vocabulary_sizes": {"source": size, "target": size},
            "vocabulary_files": {"source": name, "target": name},
            "buckets": buckets,
            "beam_size": 1,
            "max_source_tokens": buckets[-1] - 1,
            "max_target_tokens": buckets[-1],
        }


def verify_completions(
    reference: Completer, candidate: TFLiteCompleter, texts: Sequence[str], known: Answers | None = None
) -> list[Comparison]:
    """Completes the first half of each text with both, greedily and by sampling, and compares the ids.

    A token that differs is forgiven where log-probabilities that differ by `TIE` could give either: there a rounding
    error decides.
    """
    room = candidate.capacity - 1
    encoded = [candidate.vocabulary.encode(text) for text in texts]
    prompts = [ids[: min(-(-len(ids) // 2), room // 2)] for ids in encoded]
    comparisons = []
    for name, options in SEARCHES.items():
        limit = options.replace(max_tokens=min(options.max_tokens, max(1, room - room // 2)))
        question = tuple(map(tuple, prompts)), limit
        expected_ids, expected_seconds = (known or Answers()).get(
            question, partial(_complete, reference, prompts, limit)
        )
        actual_ids, actual_seconds = Answers().get(question, partial(_complete, candidate, prompts, limit))
        differences, largest = [], 0.0
        for index, (expected, actual) in enumerate(zip(expected_ids, actual_ids, strict=True)):
            if expected == actual:
                continue
            found = Difference(index, texts[index], expected, actual, 0.0, 0.0)
            log_probs = _before(reference, prompts[index], found)
            gap, step = _gap(reference, log_probs, found), found.common_prefix
            largest = max(largest, gap if name == "greedy" else 0.0)
            allowed = reference.allowed(log_probs, limit, step)
            near = (
                gap <= TIE if name == "greedy" else rounding_decides(allowed, limit, uniform(limit.seed, 0, step), TIE)
            )
            if not near:
                differences.append(found)
        comparisons.append(
            Comparison(name, len(prompts), 0, tuple(differences), largest, expected_seconds, actual_seconds)
        )
    return comparisons


def _complete(
    completer: Completer, prompts: Sequence[Sequence[int]], options: SamplingOptions
) -> list[tuple[int, ...]]:
    return [tuple(completer.stream_ids(prompt, options)) for prompt in prompts]


def _before(reference: Completer, prompt: Sequence[int], difference: Difference) -> np.ndarray:
    """The model's log-probabilities (V) of the first token that differs."""
    shared = difference.expected[: difference.common_prefix]
    return reference.start([reference.vocabulary.eos_id, *prompt, *shared]).log_probabilities


def _gap(reference: Completer, log_probabilities: np.ndarray, difference: Difference) -> float:
    """By how much the model prefers the token that it chose to the other one, in nats."""
    shared, end = difference.common_prefix, (reference.vocabulary.eos_id,)
    first, second = ((tuple(ids) + end)[shared] for ids in (difference.expected, difference.actual))
    return float(abs(log_probabilities[first] - log_probabilities[second]))


def call_times(completer: TFLiteCompleter) -> dict[str, float]:
    """Milliseconds of reading a prompt and of one step, the medians of repeated calls."""
    eos = completer.vocabulary.eos_id
    length = min(SPEED_TOKENS, completer.capacity)
    prompt = [eos] * max(1, length // 2)
    prefills, steps = [], []
    for _ in range(5):
        start = time.perf_counter()
        state = completer.start(prompt)
        prefills.append(time.perf_counter() - start)
        for _ in range(length - len(prompt)):
            start = time.perf_counter()
            state.step(eos)
            steps.append(time.perf_counter() - start)
    return {
        "prefill": 1000 * float(np.median(prefills)),
        "decode_step": 1000 * float(np.median(steps)) if steps else 0.0,
    }
