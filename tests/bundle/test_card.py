"""card.json: what a model directory says about a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lite_transformer_tf.bundle.card import ModelFacts

CARD = {
    "languages": ["en", "fr"],
    "data": "Sentences.",
    "training_command": "python -m train",
    "scores": {"bleu": {"score": 20.5, "signature": "s"}, "perplexity": 30},
    "limits": ["Short."],
    "licence": "MIT",
}


def load_card(folder: Path, content: str | bytes) -> ModelFacts:
    (folder / "card.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return ModelFacts.load(folder)


def test_a_card_is_read(tmp_path: Path):
    assert ModelFacts.load(tmp_path) == ModelFacts()
    facts = load_card(tmp_path, json.dumps(CARD))
    assert facts == ModelFacts(**{**CARD, "languages": ("en", "fr"), "limits": ("Short.",)})
    assert load_card(tmp_path, "{}") == ModelFacts()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "card.json must be JSON in UTF-8"),
        (b"\xff", "card.json must be JSON in UTF-8"),
        ("[" * 200_000, "nested too deeply"),
        ("[]", "card.json must be a JSON object. Received: list"),
        *((json.dumps({"languages": value}), "card.json: languages must be a list") for value in ("en", None, 1)),
        (json.dumps({"languages": [1]}), r"card.json: languages\[0\] must be text. Received: 1"),
        (json.dumps({"languages": ["en", ""]}), r"card.json: languages\[1\] must not be empty"),
        (json.dumps({"limits": "Short."}), "card.json: limits must be a list. Received: 'Short.'"),
        *((json.dumps({key: 3}), f"card.json: {key} must be text") for key in ("data", "training_command", "licence")),
        (json.dumps({"scores": []}), "card.json: scores must be an object"),
        (json.dumps({"scores": {"bleu": "20"}}), "card.json: scores must have a number.*for 'bleu'"),
        (json.dumps({"scores": {"bleu": {"value": 20}}}), "card.json: scores must have a number"),
        (json.dumps({"scores": {"bleu": True}}), "card.json: scores must have a number"),
        (json.dumps({"license": "MIT"}), "card.json: license is not a field of this file. Received: 'MIT'"),
    ],
    ids=lambda entry: repr(entry)[:30],
)
def test_a_card_of_a_wrong_kind_is_refused_in_one_sentence(tmp_path: Path, content: str | bytes, message: str):
    with pytest.raises(ValueError, match=message) as caught:
        load_card(tmp_path, content)
    assert "\n" not in str(caught.value)
