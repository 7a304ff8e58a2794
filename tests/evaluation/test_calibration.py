"""The confidence finds a known law again, and says on new data what will happen."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.decoding.confidence import Confidence
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.evaluation.calibration import calibrate, calibration_error, fit, is_acceptable

LAW = Confidence(-1.0, 1.5, 2.0)


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features, and whether answers were acceptable by the law."""
    generator = np.random.default_rng(seed)
    features = np.stack([generator.normal(1.5, 1.2, count), generator.random(count) < 0.2], 1)
    chance = np.array([LAW(sure, bool(faulty)) for sure, faulty in features])
    return features, generator.random(count) < chance


def test_a_known_law_is_found_again() -> None:
    features, acceptable = drawn(20_000, 1)
    found = fit(features, acceptable)
    np.testing.assert_allclose([found.bias, found.slope, found.doubt], [LAW.bias, LAW.slope, LAW.doubt], atol=0.08)
    assert found == fit(features, acceptable)  # the same data give the same numbers


def test_held_out_answers_are_as_good_as_it_says() -> None:
    found = fit(*drawn(1000, 2))
    features, acceptable = drawn(20_000, 3)
    confidences = np.array([found(sure, bool(faulty)) for sure, faulty in features])
    assert calibration_error(confidences, acceptable) < 0.03
    assert calibration_error(np.full(len(acceptable), 0.95), acceptable) > 0.2


def test_the_calibration_error_of_a_page() -> None:
    confidences, acceptable = np.array([0.9, 0.1, 0.8, 0.2]), np.array([True, False, False, True])
    assert calibration_error(confidences, acceptable, 2) == pytest.approx(0.5 * 0.35 + 0.5 * 0.35)
    assert calibration_error(confidences, acceptable, 4) == pytest.approx((0.1 + 0.1 + 0.8 + 0.8) / 4)


@pytest.mark.parametrize("good", [0, 1, 99, 100])
def test_few_good_or_bad_answers_give_finite_numbers(good: int) -> None:
    features = np.stack([np.linspace(0, 4, 100), np.zeros(100)], 1)
    found = fit(features, np.arange(100) >= 100 - good)
    assert found.slope >= 0 and found.doubt == 0 and abs(found.bias) < 20
    low, high = found(0.0, False), found(4.0, False)
    assert low <= high and (low + high) / 2 == pytest.approx(good / 100, abs=0.35)


def test_a_score_that_misleads_counts_for_nothing() -> None:
    features = np.stack([np.linspace(0, 4, 100), np.zeros(100)], 1)
    found = fit(features, np.arange(100) < 50)
    assert (found.slope, found.doubt) == (0, 0) and found(0.0, False) == pytest.approx(0.5, abs=0.01)


def test_what_is_acceptable() -> None:
    assert is_acceptable("Il fait froid.", "Il fait froid.")
    assert not is_acceptable("Il fait froid.", "Je voudrais une chambre.")
    assert not is_acceptable("Ça coûte 87 euros.", "Ça coûte 878 euros.")  # chrF would let it pass
    assert is_acceptable("Ça coûte 87 euros !", "Ça coûte 87 euros.")


def test_calibrate_reads_answers() -> None:
    texts = ["Il fait froid aujourd'hui.", "Je ne sais pas."]
    answers = [Hypothesis(texts[number % 5 == 0], (5, 6), -0.02 if number % 5 else -0.6) for number in range(120)]
    found = calibrate(answers, [texts[0]] * 120, DecodingOptions())
    confidence = Confidence.of({"confidence": found})
    assert confidence is not None
    assert {name: found[name] for name in ("sentences", "acceptable", "doubt")} == {
        "sentences": 120,
        "acceptable": 0.8,
        "doubt": 0,
    }
    assert confidence(3.5, False) > 0.95 and confidence(0.5, False) < 0.05 and found["held_out_error"] < 0.05
    with pytest.raises(ValueError, match="at least 100 answers. Received: 99"):
        calibrate(answers[:99], [texts[0]] * 99, DecodingOptions())


@pytest.mark.parametrize("field", ["missing", "added", "mended"])
def test_what_the_model_copied_wrongly_tells_of_its_answer(field: str) -> None:
    right, wrong = "Il fait froid aujourd'hui.", "Je ne sais pas."
    answers = [
        Hypothesis(wrong, (5,), -0.1, **{field: ("7",)}) if number % 4 == 0 else Hypothesis(right, (5,), -0.1)
        for number in range(120)
    ]
    confidence = Confidence.of({"confidence": calibrate(answers, [right] * 120, DecodingOptions())})
    assert confidence is not None and confidence.doubt > 3  # the scores are equal, so only the faults can tell
