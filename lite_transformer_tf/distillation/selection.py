"""Which answers become training pairs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lite_transformer_tf.data.held_out import HeldOutTexts
from lite_transformer_tf.data.hold_out import key_of
from lite_transformer_tf.decoding.options import Hypothesis
from lite_transformer_tf.distillation.questions import HELD_OUT, REPEATED, Limits
from lite_transformer_tf.distillation.settings import DistillationSettings

UNANSWERED, FAULTY, COPY = "without an answer", "with faults that the copy check found", "copies of their text"
LOW_SCORE, LOW_CONFIDENCE, REAL = "below --min-score", "below --min-confidence", "equal to a real pair"
COPIED_WORDS = 3  # a copy of fewer words may be right: names, "OK"


@dataclass(frozen=True)
class Answer:
    """One answer as it is stored.

    Args:
        text: The answer.
        score: Its log-probability over length^penalty.
        tokens: Its number of tokens, `eos` not counted.
        faults: Number of faults that the copy check found.
        confidence: Probability that it is acceptable; `None` for a teacher that was not calibrated.
    """

    text: str
    score: float
    tokens: int
    faults: int = 0
    confidence: float | None = None

    @classmethod
    def of(cls, found: Hypothesis) -> Answer:
        """A hypothesis, its numbers rounded to what is stored."""
        sure = None if found.confidence is None else round(found.confidence, 4)
        faults = found.faults
        return cls(found.text, round(found.score, 4), len(found.ids), faults, sure)

    def probability(self, length_penalty: float) -> float:
        """The geometric mean of its tokens' probabilities."""
        return math.exp(min(0.0, self.score * (self.tokens + 1) ** (length_penalty - 1)))


@dataclass(frozen=True)
class Row:
    """One training pair.

    Args:
        source, target: Its texts.
        score, confidence: Those of the answer.
        similarity: Of the answer to its reference, from 0 to 100; `None` without one.
    """

    source: str
    target: str
    score: float
    confidence: float | None = None
    similarity: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields that have a value."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def similarity_of(name: str) -> Callable[[str, str], float]:
    """The sentence score of this name, (answer, reference) -> 0 to 100."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF() if name == "chrf" else BLEU(effective_order=True)
    return lambda answer, reference: float(metric.sentence_score(answer, [reference]).score)


@dataclass
class Selection:
    """Chooses among the answers of a teacher and collects the training pairs.

    Args:
        settings: What is chosen.
        limits: Limits of the lengths.
        held_out: Texts that no answer may be.
        real: Real pairs (text, reference), which the chosen ones are added to; empty where they are not.

    Attributes:
        rows: The chosen pairs, each with the place by which the file is sorted.
        left_out: Number of answers that were left out, by the reason.
    """

    settings: DistillationSettings
    limits: Limits
    held_out: HeldOutTexts
    real: frozenset[tuple[str, str]] = frozenset()
    rows: list[tuple[int, Row]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._similarity = similarity_of(self.settings.similarity)
        self._seen: set[tuple[str, str]] = set()

    def fault(self, text: str, tokens: int, answer: Answer) -> str | None:
        """Why an answer to a text of `tokens` tokens is left out; `None` if it is not."""
        settings = self.settings
        if reason := self.limits.fault(tokens, answer.tokens if answer.text.strip() else 0):
            return reason
        if answer.faults:
            return FAULTY
        if len(text.split()) >= COPIED_WORDS and key_of(text) == key_of(answer.text):
            return COPY
        if settings.min_score is not None and answer.score < settings.min_score:
            return LOW_SCORE
        if settings.min_confidence is not None and (answer.confidence or 0.0) < settings.min_confidence:
            return LOW_CONFIDENCE
        return HELD_OUT if answer.text in self.held_out else None

    def add(self, text: str, tokens: int, answers: Sequence[Answer], references: Sequence[tuple[int, str]]) -> None:
        """Chooses among the answers to a text, best first.

        Args:
            text: The text.
            tokens: Its number of tokens.
            answers: The answers.
            references: Place and reference of each real pair with this text; of a text without one its own place, and
                an empty reference.
        """
        if not answers:
            self.left_out[UNANSWERED] += 1
            return
        keep = self.settings.keep
        judged = [(answer, self.fault(text, tokens, answer)) for answer in answers]
        if keep == "all":
            for answer, reason in judged:
                self._take(references[0][0], text, answer, reason)
            return
        usable = [answer for answer, reason in judged if reason is None]
        for place, reference in references if keep == "interpolated" else references[:1]:
            if not usable or keep == "best":
                self._take(place, text, *judged[0])
            else:
                self._take(place, text, *self.interpolated(usable, reference))

    def interpolated(self, answers: Sequence[Answer], reference: str) -> tuple[Answer, None, float]:
        """The answer with the greatest similarity to a reference times probability^score_weight; the first of equals.

        Returns:
            The answer, `None` for no fault, and its similarity.
        """
        weight, penalty = self.settings.score_weight, self.settings.decoding.length_penalty
        similar = [self._similarity(answer.text, reference) for answer in answers]
        values = [value * answer.probability(penalty) ** weight for answer, value in zip(answers, similar, strict=True)]
        best = values.index(max(values))
        return answers[best], None, round(similar[best], 2)

    def _take(
        self, place: int, text: str, answer: Answer, reason: str | None = None, similarity: float | None = None
    ) -> None:
        pair = (text, answer.text)
        reason = reason or (REAL if pair in self.real else None) or (REPEATED if pair in self._seen else None)
        if reason is not None:
            self.left_out[reason] += 1
            return
        self._seen.add(pair)
        sides = pair[::-1] if self.settings.reverse else pair
        self.rows.append((place, Row(*sides, answer.score, answer.confidence, similarity)))
