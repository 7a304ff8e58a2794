"""The figure of a validation that tells a better model from a worse one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAST_ANSWERS = 50  # of a validation, for a score to mean anything
SAME = 1.1  # times the lowest negative log-likelihood


@dataclass(frozen=True)
class Score:
    """What a task is judged by.

    Args:
        name: Of the figure that `Task.validate` returns.
        label: For people.
        higher_is_better: Whether a greater figure is a better one.
        noise: Below it the figure is noise; `None` for one that never is.
    """

    name: str
    label: str
    higher_is_better: bool = True
    noise: float | None = None

    def merit(self, figure: float) -> float:
        """The figure, negated when lower is better: the greater merit is the better model."""
        return figure if self.higher_is_better else -figure

    def counts(self, figures: Mapping[str, Any]) -> bool:
        """Whether the score of a validation was measured and is more than noise.

        Args:
            figures: "nll"; where answers were decoded, the score, and perhaps their number, "answers", and how many of
                them are "empty".
        """
        figure, answers = figures.get(self.name), figures.get("answers", LEAST_ANSWERS)
        return figure is not None and (self.noise is None or (figure >= self.noise and answers >= LEAST_ANSWERS))

    def rank(self, figures: Mapping[str, Any]) -> float:
        """How good a validated model is; the greater rank is the better model.

        It is the merit of the score. Where the score does not count, for it is below `noise`, of fewer
        than 50 answers, or not measured, it is the negated negative log-likelihood: a model with a score that counts is
        better than all models without. A model that answers every text with nothing has the rank of minus infinity.

        Args:
            figures: See `counts`.
        """
        if "empty" in figures and figures["empty"] == figures["answers"]:
            return -math.inf
        if not self.counts(figures):
            return -float(figures["nll"])
        return self.merit(float(figures[self.name]))

    def as_good(self, figures: Mapping[str, Any], best: float) -> bool:
        """Whether a model is as good as one of rank `best` that was trained less, while the score is noise.

        Likelihoods that differ by less than a tenth count as equal then. On some hundred pairs, the likelihood of other
        text is highest long before even the training pairs are learnt: after it, answers become better while the model
        becomes too sure of them.

        Args:
            figures: See `counts`.
            best: The greatest rank so far.
        """
        noise = self.name in figures and not self.counts(figures)
        return noise and best < 0 and self.rank(figures) >= SAME * best


BLEU = Score("bleu", "BLEU", noise=10.0)
ROUGE_L = Score("rougeL", "ROUGE-L", noise=15.0)
PERPLEXITY = Score("perplexity", "perplexity", higher_is_better=False)
