"""Translating a test set with any generator, timed and scored."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.decoding.line_by_line import LineTranslator
from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.evaluation.translation import check_pairs, score_translations


@dataclass(frozen=True)
class TimedHypotheses:
    """The best hypothesis of each text, and the wall-clock seconds that generating them took."""

    hypotheses: tuple[Hypothesis, ...]
    seconds: float

    @property
    def texts(self) -> list[str]:
        return [hypothesis.text for hypothesis in self.hypotheses]

    def speed(self) -> dict[str, float | int]:
        """Sentences and tokens per second; a hypothesis' `eos` counts as a token, for it costs a step."""
        tokens = sum(len(hypothesis.ids) + 1 for hypothesis in self.hypotheses)
        seconds = max(self.seconds, 1e-9)
        return {
            "sentences": len(self.hypotheses),
            "tokens": tokens,
            "seconds": self.seconds,
            "sentences_per_second": len(self.hypotheses) / seconds,
            "tokens_per_second": tokens / seconds,
        }


def generate_timed(generator: Generator, sources: Sequence[str], options: DecodingOptions) -> TimedHypotheses:
    """The best hypothesis of each source, by one call of the generator; loading and compiling in it are timed too."""
    start = time.perf_counter()
    answers = generator.generate(list(sources), options)
    seconds = time.perf_counter() - start
    if len(answers) != len(sources):
        raise ValueError(
            f"A generator must answer every text. Received: {len(answers)} answers to {len(sources)} texts"
        )
    return TimedHypotheses(tuple(hypotheses[0] for hypotheses in answers), seconds)


def answer_timed(
    generator: Generator, sources: Sequence[str], options: DecodingOptions, report: Callable[[str], None]
) -> tuple[TimedHypotheses, int]:
    """The best hypothesis of each text, timed, and how many texts were too long: those are reported, and empty."""
    answer = LineTranslator(generator, options, report)
    start = time.perf_counter()
    answers = answer(list(enumerate(sources, start=1)))
    seconds = time.perf_counter() - start
    best = tuple(found[0] if found else Hypothesis("", (), 0.0) for found in answers)
    return TimedHypotheses(best, seconds), answer.failures


def evaluate_generator(
    generator: Generator,
    sources: Sequence[str],
    references: Sequence[str],
    options: DecodingOptions | None = None,
) -> dict[str, Any]:
    """Scores and speed of a generator on a test set.

    Args:
        generator: a Keras model's or a bundle's.
        sources: texts to translate.
        references: one human translation each.
        options: of the search, beam search by default.

    Returns:
        ready for JSON: `scores` (see `score_translations`), `speed` (see `TimedHypotheses.speed`), `options`. To keep
        the translations as well, call `generate_timed` and `score_translations` instead.

    Raises:
        ValueError: the numbers of sources and references differ or are zero.
    """
    check_pairs(sources, references)
    used = options or DecodingOptions()
    timed = generate_timed(generator, sources, used)
    return {
        "scores": score_translations(timed.texts, references),
        "speed": timed.speed(),
        "options": dataclasses.asdict(used),
    }
