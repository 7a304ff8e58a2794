"""A trained translation model's confidence is calibrated on its validation set when it is saved."""

from __future__ import annotations

import pytest

from lite_transformer_tf.data import ParallelText, TranslationSplits
from lite_transformer_tf.decoding.confidence import Confidence
from lite_transformer_tf.model_directory import read_description
from lite_transformer_tf.settings import from_mapping
from lite_transformer_tf.tasks.translation import TRANSLATION
from lite_transformer_tf.training.config import RunConfig
from tests.training.conftest import TINY, WORDS

WORD = list(WORDS)


def pairs(count: int) -> ParallelText:
    sources = [f"{WORD[n % 9]} {WORD[n // 9 % 9]} {100 + n}" for n in range(count)]
    return ParallelText.from_pairs([(text, " ".join(WORDS.get(w, w) for w in text.split())) for text in sources])


@pytest.mark.parametrize("count", [100, 99])
def test_a_model_is_saved_with_its_confidence(count: int, tmp_path) -> None:
    config = from_mapping(RunConfig, {**TINY, "decoding": {"beam_size": 1, "max_length": 3}})
    said: list[str] = []
    splits = TranslationSplits(pairs(120), pairs(count), None)
    training = TRANSLATION.make(config, splits, said.append)
    training.prepare(tmp_path)
    model = training.build_model()
    training.save(model, tmp_path / "model", {})
    settings = dict(read_description(tmp_path / "model").settings)
    if count < 100:
        assert "confidence" not in settings
        assert said[-1] == "confidence: none, it needs 100 validation pairs. Received: 99"
        return
    saved = settings["confidence"]
    assert Confidence.of(settings) == Confidence(saved["bias"], saved["slope"], saved["doubt"])
    # An untrained model copies no number, so all of its answers are bad.
    assert (saved["sentences"], saved["acceptable"], saved["slope"] >= 0, saved["doubt"] >= 0) == (100, 0, True, True)
    assert Confidence.of(settings)(3.0, True) < 0.1 and saved["held_out_error"] < 0.05  # type: ignore[misc]
    assert said[-1].startswith("confidence: calibrated on 100 validation sentences, 0.0% of the answers acceptable")
    training.save(model, tmp_path / "again", {})
    assert read_description(tmp_path / "again").settings == settings
