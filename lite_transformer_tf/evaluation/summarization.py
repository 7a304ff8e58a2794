"""ROUGE (Lin, 2004) by Google's rouge-score, beside the lead baseline: the document's beginning as its summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

from lite_transformer_tf.evaluation.translation import check_pairs

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

NAMES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])|\n+")
_LEAD = re.compile(r"([1-9]\d*) (words?|sentences?)")


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, which is cut at line breaks, and after `.`, `!` or `?` before a capital letter or digit."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


@dataclass(frozen=True)
class Lead:
    """The baseline: the first words, for titles, or sentences, for news.

    Args:
        count: Number of them.
        unit: What is counted.
    """

    count: int = 3
    unit: Literal["words", "sentences"] = "sentences"

    @classmethod
    def parse(cls, text: str) -> Lead:
        """From `"10 words"` or `"3 sentences"`.

        Raises:
            ValueError: another form.
        """
        found = _LEAD.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            raise ValueError(f"A lead must have the form '10 words' or '3 sentences'. Received: {text!r}")
        return cls(int(found[1]), "words" if found[2].startswith("word") else "sentences")

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count > 1 else self.unit[:-1]}"

    def __call__(self, document: str) -> str:
        """The beginning of a document; sentences are joined by line breaks."""
        if self.unit == "words":
            return " ".join(document.split()[: self.count])
        return "\n".join(split_sentences(document)[: self.count])


@lru_cache(maxsize=1)
def scorer() -> RougeScorer:
    """What counts common words; made once."""
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(NAMES), use_stemmer=True)


def signature(name: str) -> str:
    """What one must know to compare a score with others."""
    return f"{name}|f1|mean|stem:porter|tok:a-z0-9|rouge-score:{metadata.version('rouge-score')}"


def rouge(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """ROUGE-1, -2, -L and -Lsum: F1 of each pair, averaged, in [0, 100].

    Words are lower-cased runs of a-z and 0-9, Porter-stemmed; text in other letters scores 0. ROUGE-L takes a text as
    one sequence, ROUGE-Lsum each sentence by itself (`split_sentences`).

    Args:
        hypotheses, references: one text each; an empty hypothesis scores 0.

    Raises:
        ValueError: their numbers differ or are zero.
    """
    check_pairs(hypotheses, references)
    totals = dict.fromkeys(NAMES, 0.0)
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        lines = ["\n".join(split_sentences(text)) for text in (reference, hypothesis)]
        for name, score in scorer().score(*lines).items():
            totals[name] += score.fmeasure
    return {name: 100 * total / len(hypotheses) for name, total in totals.items()}


def score_summaries(
    hypotheses: Sequence[str], references: Sequence[str], documents: Sequence[str], lead: Lead | None = None
) -> dict[str, dict[str, Any]]:
    """ROUGE of summaries, always beside that of the lead baseline on the same documents.

    Args:
        hypotheses: the system's summaries.
        references: one human summary each.
        documents: what they summarize.
        lead: which baseline; three sentences by default.

    Returns:
        name to `{"score": float, "lead": float, "signature": str, "lead_is": str}`, scores in [0, 100]; names `rouge1`,
        `rouge2`, `rougeL`, `rougeLsum`; see `rouge`.

    Raises:
        ValueError: the numbers of texts differ or are zero.
    """
    check_pairs(documents, references)
    baseline = lead or Lead()
    scores, leads = rouge(hypotheses, references), rouge([baseline(document) for document in documents], references)
    return {
        name: {"score": scores[name], "lead": leads[name], "lead_is": str(baseline), "signature": signature(name)}
        for name in NAMES
    }
