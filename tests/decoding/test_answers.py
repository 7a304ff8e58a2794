"""From finished hypotheses to answers: no text twice, faithful ones first, each with its confidence."""

from __future__ import annotations

import math

import pytest

from lite_transformer_tf.decoding.answers import CHECKS, AnswerRules
from lite_transformer_tf.decoding.confidence import Confidence, sureness
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis

TEXTS = ("Ça coûte 87 ou 88 euros.", "Ça coûte 878 euros.", "Ça coûte 878 euros.", "Le prix est de 8 euros.")
FOUND = [((place,), -0.1 * (place + 1)) for place in range(4)]
SOURCE = "It costs 878 euros."


def answers(options: DecodingOptions, source: str = SOURCE, rules: AnswerRules | None = None) -> list[Hypothesis]:
    question = (rules or AnswerRules()).question(source, options)
    assert question.search_options.replace(n_best=options.n_best) == options
    return question.answers(FOUND, lambda ids: TEXTS[ids[0]])


def test_the_best_answer_keeps_its_numbers() -> None:
    assert answers(DecodingOptions()) == [Hypothesis(TEXTS[1], (1,), -0.2)]
    assert answers(DecodingOptions(copy_check=False)) == [Hypothesis(TEXTS[0], (0,), -0.1)]


def test_no_text_comes_twice_and_the_others_follow_by_score() -> None:
    ordered = [
        Hypothesis(TEXTS[1], (1,), -0.2),
        Hypothesis("Le prix est de 878 euros.", (3,), -0.4, mended=("878",)),
        Hypothesis(TEXTS[0], (0,), -0.1, missing=("878",)),
    ]
    assert answers(DecodingOptions(n_best=4)) == ordered
    assert answers(DecodingOptions(n_best=2)) == ordered[:2]
    found = answers(DecodingOptions(n_best=3, copy_check=False))
    assert [(answer.ids, answer.missing) for answer in found] == [((0,), ()), ((1,), ()), ((3,), ())]


def test_a_source_with_nothing_to_copy_is_searched_as_before() -> None:
    options = DecodingOptions()
    question = AnswerRules().question("It costs nothing.", options)
    assert question.search_options is options
    assert AnswerRules().question(SOURCE, options).search_options == options.replace(n_best=4)
    assert answers(options, "It costs nothing.") == [Hypothesis(TEXTS[0], (0,), -0.1)]


def test_summaries_are_searched_for_what_they_add_and_other_tasks_for_nothing() -> None:
    rules = AnswerRules.of("summarization", {})
    found = answers(DecodingOptions(n_best=2), "They cost 878 euros and 12 cents.", rules)
    assert [(answer.text, answer.missing, answer.added) for answer in found] == [
        (TEXTS[1], (), ()),
        (TEXTS[3], (), ()),  # 8 may have been a word
    ]
    assert answers(DecodingOptions(), "They cost nothing.", rules)[0].text == TEXTS[3]
    assert answers(DecodingOptions(n_best=4), "Nothing.", rules)[2].added == ("87", "88")
    assert "language-model" not in CHECKS
    assert answers(DecodingOptions(), SOURCE, AnswerRules.of("language-model", {}))[0].text == TEXTS[0]


def test_a_mended_answer_counts_as_the_best_that_it_is() -> None:
    rules, texts = AnswerRules(), ("Ça coûte 87 euros.", "Ça coûte 878 euros.", "8, 78 euros", "87 euros et 88")
    (best, other, last) = rules.question(SOURCE, DecodingOptions(n_best=3)).answers(FOUND, lambda ids: texts[ids[0]])
    assert best == Hypothesis(texts[1], (0,), -0.1, mended=("878",))
    assert (other.ids, other.missing, last.ids) == ((2,), ("878",), (3,))
    assert rules.question(SOURCE, DecodingOptions(copy_check=False)).answers(FOUND, lambda ids: texts[ids[0]]) == [
        Hypothesis(texts[0], (0,), -0.1)
    ]


def test_the_confidence_falls_with_the_score_and_with_a_fault() -> None:
    confidence = Confidence(-1.5, 2.5, 3.0)
    rules = AnswerRules(confidence=confidence)
    kept, mended, lost = answers(DecodingOptions(n_best=3, length_penalty=0.0), rules=rules)
    # With penalty 0 the score is a sum: 2 tokens, `eos` counted.
    expected = 1 / (1 + math.exp(1.5 + 2.5 * math.log(0.01 + 0.2 / 2)))
    assert kept.confidence == pytest.approx(expected, abs=1e-12)
    assert lost.confidence == pytest.approx(1 / (1 + math.exp(4.5 + 2.5 * math.log(0.01 + 0.1 / 2))), abs=1e-12)
    assert mended.missing == ()
    assert mended.confidence == pytest.approx(1 / (1 + math.exp(4.5 + 2.5 * math.log(0.01 + 0.4 / 2))), abs=1e-12)
    values = [confidence(sureness(-mean, 7, 1.0), False) for mean in (0.0, 0.01, 0.1, 1.0, 10.0, 1e9)]
    assert values == sorted(values, reverse=True) and 0 <= values[-1] < values[0] < 1
    assert answers(DecodingOptions())[0].confidence is None


def test_the_saved_confidence_is_checked() -> None:
    assert AnswerRules.of("translation", {}).confidence is None
    saved = {"bias": 1, "slope": 0.0, "doubt": 2.5, "sentences": 200, "later": "ignored"}
    assert AnswerRules.of("translation", {"confidence": saved}).confidence == Confidence(1.0, 0.0, 2.5)
    for wrong in ([], 1, {**saved, "slope": -1}, {**saved, "bias": "1"}, {**saved, "doubt": True}, {"bias": 1.0}):
        with pytest.raises(ValueError, match="must have the numbers bias, slope >= 0 and doubt >= 0. Received: "):
            AnswerRules.of("translation", {"confidence": wrong})
