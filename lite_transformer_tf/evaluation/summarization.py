"""ROUGE (Lin, 2004) by Google's rouge-score, beside the lead baseline: the document's beginning as its summary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.data.lead import Lead, split_sentences
from lite_transformer_tf.evaluation.translation import check_pairs

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

NAMES = ("rouge1", "rouge2", "rougeL", "rougeLsum")


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
