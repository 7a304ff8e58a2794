"""The figure of a validation that tells a better model from a worse one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """What a task is judged by.

    Args:
        name: of the figure that `Task.validate` returns.
        label: for people.
        higher_is_better: whether a greater figure is a better one.
    """

    name: str
    label: str
    higher_is_better: bool = True

    def merit(self, figure: float) -> float:
        """The figure, negated when lower is better: the greater merit is the better model."""
        return figure if self.higher_is_better else -figure


BLEU = Score("bleu", "BLEU")
ROUGE_L = Score("rougeL", "ROUGE-L")
PERPLEXITY = Score("perplexity", "perplexity", higher_is_better=False)
