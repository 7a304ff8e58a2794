"""Compares two generators on a check set, token by token."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator

NO_HYPOTHESIS = Hypothesis("", (), float("-inf"))


class VerificationError(ValueError):
    """The answers of the compiled file differ from the model's, so no bundle was written."""


Answer = TypeVar("Answer")


class Answers:
    """A model's answers and the time that they took, so that it is asked once for all files compared with it."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[object, float]] = {}

    def get(self, question: Hashable, ask: Callable[[], Answer]) -> tuple[Answer, float]:
        """The answer to a question, and the seconds that it took when it was asked."""
        if question not in self._known:
            start = time.perf_counter()
            answer = ask()
            self._known[question] = answer, time.perf_counter() - start
        known, seconds = self._known[question]
        return cast(Answer, known), seconds


@dataclass(frozen=True)
class Difference:
    """A sentence for which the best hypotheses differ."""

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

    Attributes:
        search: Name of the search, such as "greedy" or "beam 4".
        compared: Number of compared texts.
        too_long: Number of texts that the bundle refuses; they are not compared.
        differences: Sentences for which the best hypotheses differ.
        largest_score_difference: Over the sentences with equal hypotheses.
        expected_seconds, actual_seconds: Wall-clock time of each generator for all texts.
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
    """Decodes `texts` with both and compares the ids of the best hypotheses.

    Args:
        expected: The model, which takes texts of any length.
        actual: The compiled file. Texts longer than its largest bucket are skipped and counted. Where the options allow
            more target tokens than it has room for, both get its limit.
        texts: The check set.
        options: Options of the search, which is compared without the copy check.
        answers: The model's answers of earlier comparisons.
    """
    options = options.replace(copy_check=False)
    lengths = {index: len(actual.source_ids(text)) for index, text in enumerate(texts)}
    fitting = [index for index, length in lengths.items() if length <= actual.runner.buckets[-1]]
    memories = answers or Answers(), Answers()
    seconds = [0.0, 0.0]
    found: dict[int, list[Hypothesis]] = {index: [] for index in fitting}
    for group_options, indices in _groups(
        {index: lengths[index] for index in fitting}, options, actual.runner.capacity
    ):
        group = [texts[index] for index in indices]
        for side, generator in enumerate((expected, actual)):
            ask = partial(generator.generate, group, group_options)
            results, taken = memories[side].get((tuple(group), group_options), ask)
            seconds[side] += taken
            for index, result in zip(indices, results, strict=True):
                found[index].append(result[0] if result else NO_HYPOTHESIS)
    differences, largest = [], 0.0
    for index, (one, other) in found.items():
        if one.ids != other.ids:
            differences.append(Difference(index, texts[index], one.ids, other.ids, one.score, other.score))
        elif one.score != other.score:
            largest = max(largest, abs(one.score - other.score))
    too_long = len(texts) - len(fitting)
    return Comparison(search_name(options), len(fitting), too_long, tuple(differences), largest, *seconds)


def _groups(
    lengths: Mapping[int, int], options: DecodingOptions, capacity: int
) -> list[tuple[DecodingOptions, list[int]]]:
    """The texts that are decoded together, with their options: those whose limit fits, and those that are capped.

    Args:
        lengths: Number of source tokens of each text, by its index.
        options: Options of the search.
        capacity: Number of target tokens that the compiled file has room for.
    """
    within = [index for index, length in lengths.items() if options.limit(length) <= capacity]
    beyond = [index for index, length in lengths.items() if options.limit(length) > capacity]
    groups = ((options, within), (options.replace(max_length=max(capacity, 1)), beyond))
    return [(group_options, indices) for group_options, indices in groups if indices]


def describe_differences(comparison: Comparison, limit: int = 5) -> str:
    """For an error message: how many sentences differ, and which the first of them are."""
    named = "; ".join(
        f"sentence {entry.index + 1} ({entry.text!r}) from token {entry.common_prefix + 1} on"
        for entry in comparison.differences[:limit]
    )
    return f"{len(comparison.differences)} of {comparison.compared} differ with {comparison.search} search: {named}"
