"""Scores against known values, and a report of a generator that reads the answers from a book."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import pytest

from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.evaluation import evaluate_generator, generate_timed, score_translations

pytestmark = pytest.mark.light

REFERENCES = [
    "The museum opens at nine o'clock and closes at six.",
    "I would like a room for two nights, please.",
    "Turn left at the traffic lights and then walk straight on.",
]
SOURCES = ["Le musée ouvre à neuf heures.", "Je voudrais une chambre.", "Tournez à gauche aux feux."]


class Phrasebook:
    """A generator that knows some sentences by heart."""

    def __init__(self, entries: dict[str, str]) -> None:
        self.entries = entries

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [[Hypothesis(self.entries[text], tuple(range(4)), -0.5)][: options.n_best] for text in texts]


def test_equal_texts_score_one_hundred() -> None:
    scores = score_translations(REFERENCES, REFERENCES)
    assert {name: round(entry["score"], 6) for name, entry in scores.items()} == dict.fromkeys(scores, 100.0)


def test_signatures_say_what_was_measured() -> None:
    signatures = {
        name: entry["signature"].split("|version")[0]
        for name, entry in score_translations(REFERENCES, REFERENCES).items()
    }
    assert signatures == {
        "bleu": "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp",
        "bleu_lowercase": "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp",
        "bleu_lowercase_tokenised": "nrefs:1|case:lc|eff:no|tok:intl|smooth:none",
        "chrf": "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no",
    }


def test_bleu_by_hand() -> None:
    scores = score_translations(["the cat sat on the mat today"], ["the cat sat on the red mat today"])
    precisions = (7 / 7, 5 / 6, 3 / 5, 2 / 4)  # n-grams of the hypothesis found in the reference
    expected = 100 * math.exp(1 - 8 / 7) * math.prod(precisions) ** 0.25
    assert scores["bleu"]["score"] == pytest.approx(expected)


def test_case_counts_only_where_the_signature_says_so() -> None:
    scores = score_translations([text.upper() for text in REFERENCES], REFERENCES)
    assert scores["bleu"]["score"] < 5 and scores["chrf"]["score"] < 30
    assert scores["bleu_lowercase"]["score"] == pytest.approx(100) == scores["bleu_lowercase_tokenised"]["score"]


def test_a_generator_is_scored_and_timed() -> None:
    book = Phrasebook(dict(zip(SOURCES, REFERENCES, strict=True)))
    report = evaluate_generator(book, SOURCES, REFERENCES, DecodingOptions(beam_size=2))
    assert report["scores"]["bleu"]["score"] == pytest.approx(100)
    assert report["options"]["beam_size"] == 2
    speed = report["speed"]
    assert (speed["sentences"], speed["tokens"]) == (3, 15)  # eos counted
    assert speed["tokens_per_second"] == pytest.approx(15 / speed["seconds"]) and speed[
        "sentences_per_second"
    ] == pytest.approx(3 / speed["seconds"])
    assert json.loads(json.dumps(report)) == report
    assert generate_timed(book, SOURCES, DecodingOptions()).texts == REFERENCES


def test_uneven_and_empty_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="Received: 2 hypotheses, 3 references"):
        score_translations(REFERENCES[:2], REFERENCES)
    with pytest.raises(ValueError, match="at least one hypothesis"):
        score_translations([], [])
    with pytest.raises(TypeError, match="lists of texts"):
        score_translations("one text", REFERENCES)
