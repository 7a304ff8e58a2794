"""BLEU as papers on Multi30k publish it: lower-cased, punctuation normalised, tokenised by Moses' rules.

The recipe of the data set is `lowercase.perl | normalize-punctuation.perl -l LANG | tokenizer.perl -l LANG` for
hypotheses and references alike, scored by `multi-bleu.perl`. sacremoses (Python's port of these programs, the extra
`moses`) does the first three steps. sacreBLEU without tokenisation and smoothing counts as `multi-bleu.perl` does.

Such a figure is some points higher than sacreBLEU's own. Only compare it with figures that were made in this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from sacrebleu.metrics.bleu import BLEU

from lite_transformer_tf.evaluation.translation import check_pairs

NAME = "bleu_published"


def can_score() -> bool:
    """Whether sacremoses is installed."""
    return find_spec("sacremoses") is not None


def published_tokens(texts: Iterable[str], language: str) -> list[str]:
    """Lower-cased, normalised and tokenised texts, tokens separated by blanks.

    Args:
        texts: Texts as people write them.
        language: Code of their language, such as `"de"`, for rules about abbreviations and quotation marks.

    Raises:
        ModuleNotFoundError: sacremoses is not installed.
    """
    from sacremoses import MosesPunctNormalizer, MosesTokenizer

    normalizer, tokenizer = MosesPunctNormalizer(language, perl_parity=True), MosesTokenizer(language)
    return [tokenizer.tokenize(normalizer.normalize(text.lower()), return_str=True) for text in texts]


def unsmoothed() -> BLEU:
    """BLEU of texts that are tokenised already, as `multi-bleu.perl` counts."""
    return BLEU(tokenize="none", smooth_method="none", force=True)


def signature(language: str) -> str:
    """What one must know to compare a score with others."""
    return (
        f"nrefs:1|case:lc|norm:moses-{language}-perl|tok:moses-{language}|smooth:none|"
        f"sacremoses:{metadata.version('sacremoses')}|sacrebleu:{metadata.version('sacrebleu')}"
    )


def score_published(hypotheses: Sequence[str], references: Sequence[str], language: str) -> dict[str, Any]:
    """BLEU in [0, 100] as published for Multi30k.

    Args:
        hypotheses: The system's translations.
        references: One human translation each.
        language: Code of their language.

    Returns:
        `{"score": float, "signature": str}`, ready for JSON.

    Raises:
        ValueError: The numbers of hypotheses and references differ or are zero.
        ModuleNotFoundError: sacremoses is not installed.
    """
    check_pairs(hypotheses, references)
    texts = [published_tokens(side, language) for side in (hypotheses, references)]
    result = unsmoothed().corpus_score(texts[0], [texts[1]])
    return {"score": float(result.score), "signature": signature(language)}
