"""Compares two generators on a check set, token by token."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator


class VerificationError(ValueError):
    """The compiled file does not answer as the model does, so no bundle was written."""


class Answers:
    """What a model answered, and how long it took, so that several files are compared with it while it is asked once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, float]] = {}

    def get(self, question: Hashable, ask: Callable[[], Any]) -> tuple[Any, float]:
        """The answer to a question and the seconds that it took when it was asked."""
        if question not in self._known:
            start = time.perf_counter()
            answer = ask()
            self._known[question] = answer, time.perf_counter() - start
        return self._known[question]


@dataclass(frozen=True)
class Difference:
    """A sentence whose best hypotheses differ."""

    index: int
    text: str
    expected: tuple[int, ...]
    actual: tuple[int, ...]
    expected_score: float
    actual_score: float

    @property
    def common_prefix(self) -> int:
        """Tokens before the first difference."""
        pairs = zip(self.expected, self.actual, strict=False)
        return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(self.expected), len(self.actual)))


@dataclass(frozen=True)
class Comparison:
    """Two generators on the same texts with the same options.

    search says how, such as "greedy" or "beam 4"; compared counts texts; too_long those that the bundle refuses (left out); seconds are
    wall-clock times of each generator for all.
    """

    search: str
    compared: int
    too_long: int
    differences: tuple[Difference, ...]
    largest_score_difference: float
    expected_seconds: float
    actual_seconds: float

    @property
    def identical(self) -> bool:
        return self.compared > 0 and not self.differences

    def to_dict(self) -> dict[str, Any]:
        """For JSON; at most 20 differing sentences are named."""
        return {
            "search": self.search,
            "sentences": self.compared,
            "too_long": self.too_long,
            "equal": self.compared - len(self.differences),
            "largest_score_difference": self.largest_score_difference,
            "seconds_model": self.expected_seconds,
            "seconds_bundle": self.actual_seconds,
            "differing": [
                {
                    "index": entry.index,
                    "text": entry.text,
                    "first_difference_at_token": entry.common_prefix,
                    "ids_model": list(entry.expected),
                    "ids_bundle": list(entry.actual),
                    "score_model": _finite(entry.expected_score),
                    "score_bundle": _finite(entry.actual_score),
                }
                for entry in self.differences[:20]
            ],
        }


def _finite(score: float) -> float | None:
    """JSON has no infinities; minus infinity stands for no hypothesis at all."""
    return score if math.isfinite(score) else None


def search_name(options: DecodingOptions) -> str:
    """ "greedy" or "beam 4"."""
    return "greedy" if options.beam_size == 1 else f"beam {options.beam_size}"


def compare_generators(
    expected: Generator,
    actual: TFLiteGenerator,
    texts: Sequence[str],
    options: DecodingOptions,
    answers: Answers | None = None,
) -> Comparison:
    """Translates `texts` with both and compares the ids of the best hypotheses.

    Args:
        expected: the model; it may hold any length.
        actual: the compiled file. Texts longer than its largest bucket are left out and counted, and where the options allow more
            target tokens than it holds, both get its limit: that is what it documents.
        texts: the check set.
        options: of the search.
        answers: of the model, known from another comparison.
    """
    runner, known = actual.runner, answers or Answers()
    lengths = {index: len(actual.source_ids(text)) for index, text in enumerate(texts)}
    fitting = [index for index, length in lengths.items() if length <= runner.buckets[-1]]
    capped = options.replace(max_length=max(runner.capacity, 1))
    groups = {
        options: [index for index in fitting if options.limit(lengths[index]) <= runner.capacity],
        capped: [index for index in fitting if options.limit(lengths[index]) > runner.capacity],
    }
    seconds = [0.0, 0.0]
    found: dict[int, list[Hypothesis | None]] = {index: [] for index in fitting}
    for group_options, indices in groups.items():
        group = [texts[index] for index in indices]
        for side, (generator, memory) in enumerate(((expected, known), (actual, Answers()))):
            results, taken = (
                memory.get((tuple(group), group_options), partial(generator.generate, group, group_options))
                if group
                else ([], 0.0)
            )
            seconds[side] += taken
            for index, result in zip(indices, results, strict=True):
                found[index].append(result[0] if result else None)
    differences, largest = [], 0.0
    for index in fitting:
        one, other = (answer or Hypothesis("", (), float("-inf")) for answer in found[index])
        if one.ids != other.ids:
            differences.append(
                Difference(index, texts[index], tuple(one.ids), tuple(other.ids), one.score, other.score)
            )
        elif one.score != other.score:
            largest = max(largest, abs(one.score - other.score))
    return Comparison(
        search_name(options), len(fitting), len(texts) - len(fitting), tuple(differences), largest, *seconds
    )


def describe_differences(comparison: Comparison, limit: int = 5) -> str:
    """A sentence for an error message: how many differ, and the first of them by name."""
    named = "; ".join(
        f"sentence {entry.index + 1} ({entry.text!r}) from token {entry.common_prefix + 1} on"
        for entry in comparison.differences[:limit]
    )
    return f"{len(comparison.differences)} of {comparison.compared} differ with {comparison.search} search: {named}"
