"""BLEU as published for Multi30k; the tokens were made by the Perl programs' rules."""

from __future__ import annotations

import pytest

from lite_transformer_tf.evaluation.published import can_score, published_tokens, score_published

pytestmark = pytest.mark.light


def test_without_sacremoses_it_says_so():
    if not can_score():
        with pytest.raises(ModuleNotFoundError, match="sacremoses"):
            score_published(["a"], ["a"], "de")
    with pytest.raises(ValueError, match="1 hypotheses, 0 references"):
        score_published(["a"], [], "de")


def test_texts_are_lower_cased_normalised_and_tokenised():
    pytest.importorskip("sacremoses")
    texts = ["Ein Mann, der „Hallo“ sagt, z.B. um 3.5 Uhr.", "Zwei Männer (mit Hüten) – warum?"]
    assert published_tokens(texts, "de") == [
        "ein mann , der &quot; hallo &quot; sagt , z.b. um 3.5 uhr .",
        "zwei männer ( mit hüten ) - warum ?",
    ]
    assert published_tokens(["A dog's 4-year-old."], "en") == ["a dog &apos;s 4-year-old ."]


def test_scores_are_those_of_tokens_without_smoothing():
    pytest.importorskip("sacremoses")
    references = ["Ein Mann steht vor dem Haus.", "Zwei Hunde spielen im Schnee."]
    found = score_published([text.upper() for text in references], references, "de")
    assert found["score"] == pytest.approx(100)
    assert "case:lc|norm:moses-de-perl|tok:moses-de|smooth:none" in found["signature"]
    half = score_published(["ein mann steht vor dem haus .", "zwei katzen spielen im schnee ."], references, "de")
    # 12 of 13 unigrams, 9 of 11 bigrams, 7 of 9 trigrams, 5 of 7 four-grams
    expected = 100 * (12 / 13 * 9 / 11 * 7 / 9 * 5 / 7) ** 0.25
    assert half["score"] == pytest.approx(expected)
