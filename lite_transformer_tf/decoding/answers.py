"""From a search's finished hypotheses to answers: no text twice, faithful ones first, each with its confidence.

docs/trust.md has the rules; both generators use this, and `Answers.kt` is the same in Kotlin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.decoding.confidence import Confidence, sureness
from lite_transformer_tf.decoding.copying import Item, items_of, mended, missing, unsupported
from lite_transformer_tf.decoding.numpy_search import Scored
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis


@dataclass(frozen=True)
class CopyCheck:
    """A way of comparing an answer with its source.

    Args:
        field: Field of `Hypothesis` with what it finds.
        compare: (items of the source, items of the answer) -> texts of the faults.
        reads_every_answer: Whether a source without items can have answers with faults.
        mend: (items of the source, an answer with faults) -> the answer with what could be mended. None mends nothing.
    """

    field: str
    compare: Callable[[Sequence[Item], Sequence[Item]], tuple[str, ...]]
    reads_every_answer: bool
    mend: Callable[[Sequence[Item], str], str] | None = None


CHECKS = {
    "translation": CopyCheck("missing", missing, reads_every_answer=False, mend=mended),
    "summarization": CopyCheck("added", unsupported, reads_every_answer=True),
}
"""The check of a task by its name. The answers of another task are not checked."""


@dataclass(frozen=True)
class AnswerRules:
    """What a generator makes of finished hypotheses.

    Args:
        check: How answers are compared with their source. None compares none.
        confidence: Calibrated on validation data. None for a model without one.
    """

    check: CopyCheck | None = CHECKS["translation"]
    confidence: Confidence | None = None

    @classmethod
    def of(cls, task: str, settings: Mapping[str, Any]) -> AnswerRules:
        """The rules for a task, with the settings that were saved with the model.

        Raises:
            ValueError: The saved confidence is invalid.
        """
        return cls(CHECKS.get(task), Confidence.of(settings))

    def question(self, source: str, options: DecodingOptions) -> Question:
        """A source with what must be known of it."""
        check = self.check if options.copy_check else None
        items = [] if check is None else items_of(source)
        if check is not None and not items and not check.reads_every_answer:
            check = None
        return Question(self, options, items, check)


@dataclass(frozen=True)
class Question:
    """A source whose answers are chosen, see `AnswerRules.question`."""

    rules: AnswerRules
    options: DecodingOptions
    items: Sequence[Item]
    check: CopyCheck | None

    @property
    def search_options(self) -> DecodingOptions:
        """Those of the search: where answers are compared with each other, it returns all that it has."""
        if self.check is None and self.options.n_best == 1:
            return self.options
        return self.options.replace(n_best=self.options.beam_size)

    def answers(self, found: Sequence[Scored], decode: Callable[[list[int]], str]) -> list[Hypothesis]:
        """The answers, best first, at most `options.n_best`.

        Args:
            found: Finished hypotheses with their scores, best first.
            decode: Turns ids into their text.
        """
        chosen: dict[str, Hypothesis] = {}
        for ids, score in found[: self.search_options.n_best]:
            answer = self._judged(decode(list(ids)), ids, score)
            chosen.setdefault(answer.text, answer)
        ranked = sorted(chosen.values(), key=lambda answer: answer.faults)
        return ranked[: self.options.n_best]

    def _judged(self, text: str, ids: tuple[int, ...], score: float) -> Hypothesis:
        confidence, found = None, {}
        faults = () if self.check is None else self.check.compare(self.items, items_of(text))
        if faults and self.check is not None:
            written = text if self.check.mend is None else self.check.mend(self.items, text)
            found = {self.check.field if written == text else "mended": faults}
            text = written
        if self.rules.confidence is not None:
            sure = sureness(score, len(ids) + 1, self.options.length_penalty)
            confidence = self.rules.confidence(sure, bool(faults))
        return Hypothesis(text, ids, score, confidence=confidence, **found)
