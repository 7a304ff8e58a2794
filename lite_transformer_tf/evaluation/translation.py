"""Translation scores by sacreBLEU (Post, 2018), each with the signature that lets others compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

METRICS: dict[str, Callable[[], Any]] = {
    "bleu": BLEU,
    "bleu_lowercase": lambda: BLEU(lowercase=True),
    "bleu_lowercase_tokenised": lambda: BLEU(lowercase=True, tokenize="intl", smooth_method="none"),
    "chrf": CHRF,
}


def check_pairs(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """Raises unless there is one reference for each of at least one hypothesis (ValueError), in lists (TypeError)."""
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise TypeError("Hypotheses and references must be lists of texts. Received: one text")
    if len(hypotheses) != len(references):
        received = f"{len(hypotheses)} hypotheses, {len(references)} references"
        raise ValueError(f"There must be one reference for each hypothesis. Received: {received}")
    if not hypotheses:
        raise ValueError("There must be at least one hypothesis to score. Received: none")


def score_translations(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, dict[str, Any]]:
    """BLEU and chrF of whole texts, detokenised as people write them.

    Args:
        hypotheses: the system's translations.
        references: one human translation each.

    Returns:
        name to `{"score": float in [0, 100], "signature": str}`, ready for JSON:

        - `bleu`: sacreBLEU as usual, cased, mteval-v13a tokens. The figure to report.
        - `bleu_lowercase`: the same on lower-cased text, as Multi30k papers score.
        - `bleu_lowercase_tokenised`: lower-cased, tokens split at all Unicode punctuation and symbols (mteval-v14,
          "international"), no smoothing: the nearest that sacreBLEU has to `multi-bleu.perl` on lower-cased, tokenised
          files, which older papers report.
        - `chrf`: chrF2, character n-grams to order 6, cased.

    Raises:
        ValueError: the numbers of hypotheses and references differ or are zero.
    """
    check_pairs(hypotheses, references)
    scores = {}
    for name, build in METRICS.items():
        metric = build()
        result = metric.corpus_score(list(hypotheses), [list(references)])
        scores[name] = {"score": float(result.score), "signature": str(metric.get_signature())}
    return scores
