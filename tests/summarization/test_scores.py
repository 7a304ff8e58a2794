"""ROUGE against values worked out by hand, and the lead baseline beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lite_transformer_tf.data.summaries import find_summaries
from lite_transformer_tf.evaluation.summarization import Lead, rouge, score_summaries, split_sentences

pytestmark = pytest.mark.light

ACL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "acl-abstract-title"


def test_one_pair_by_hand() -> None:
    """6 words against 5: all 5 are found, in order; 3 of 4 and of 5 pairs of words."""
    scores = rouge(["the cat on the mat"], ["The cat sat on the mat."])
    assert scores["rouge1"] == pytest.approx(100 * 10 / 11)
    assert scores["rouge2"] == pytest.approx(100 * 2 * 3 / (4 + 5))
    assert scores["rougeL"] == scores["rougeLsum"] == pytest.approx(100 * 10 / 11)


def test_order_matters_to_the_longest_subsequence_only() -> None:
    scores = rouge(["dogs chase cats"], ["cats chase dogs"])
    assert scores["rouge1"] == pytest.approx(100)
    assert scores["rouge2"] == 0
    assert scores["rougeL"] == pytest.approx(100 / 3)


def test_sentences_are_matched_one_by_one() -> None:
    """Two sentences in the other order: ROUGE-L takes the longer of them, 3 of 5 words; ROUGE-Lsum finds both."""
    scores = rouge(["We eat bread. They sleep."], ["They sleep. We eat bread."])
    assert scores["rougeL"] == pytest.approx(60)
    assert scores["rougeLsum"] == pytest.approx(100)


def test_words_are_stemmed_and_scores_averaged() -> None:
    assert rouge(["running quickly", ""], ["runs quickly", "something"])["rouge1"] == pytest.approx(50)


def test_leads() -> None:
    text = "First it rains. Then, at 3.5 p.m., the sun shines! Is that so? Yes.\nThe end."
    assert split_sentences(text) == [
        "First it rains.",
        "Then, at 3.5 p.m., the sun shines!",
        "Is that so?",
        "Yes.",
        "The end.",
    ]
    assert Lead(4, "words")(text) == "First it rains. Then,"
    assert Lead()(text) == "First it rains.\nThen, at 3.5 p.m., the sun shines!\nIs that so?"
    assert Lead.parse("10 words") == Lead(10, "words") and Lead.parse("1 sentence") == Lead(1, "sentences")
    assert (str(Lead(10, "words")), str(Lead(1, "sentences"))) == ("10 words", "1 sentence")
    for wrong in ("words", "0 words", "3 lines", "3"):
        with pytest.raises(ValueError, match=f"'10 words' or '3 sentences'. Received: '{wrong}'"):
            Lead.parse(wrong)


def test_every_score_stands_beside_the_lead() -> None:
    documents = ["the cat on the mat is grey", "dogs chase cats all day"]
    references = ["the cat sat on the mat", "cats chase dogs"]
    scores = score_summaries(["the cat sat on the mat", ""], references, documents, Lead(5, "words"))
    assert list(scores) == ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    assert scores["rouge1"]["score"] == pytest.approx(50)
    assert scores["rouge1"]["lead"] == pytest.approx(100 * (10 / 11 + 2 * 3 / 8) / 2)
    assert scores["rougeL"]["lead_is"] == "5 words"
    assert scores["rougeL"]["signature"].startswith("rougeL|f1|mean|stem:porter|tok:a-z0-9|rouge-score:0.1")


def test_numbers_must_fit() -> None:
    with pytest.raises(ValueError, match="one reference for each hypothesis"):
        score_summaries(["a"], ["a", "b"], ["a", "b"])
    with pytest.raises(ValueError, match="Received: none"):
        score_summaries([], [], [])


@pytest.mark.skipif(not ACL.is_dir(), reason="needs abstracts and titles beside the checkout")
def test_lead_of_abstracts() -> None:
    """The figures that a trained model has to beat."""
    pairs = list(find_summaries(ACL, "test"))
    lead = Lead(10, "words")
    scores = rouge([lead(document) for document, _ in pairs], [title for _, title in pairs])
    assert {name: round(value, 2) for name, value in scores.items()} == {
        "rouge1": 24.19,
        "rouge2": 10.34,
        "rougeL": 21.21,
        "rougeLsum": 21.26,
    }
