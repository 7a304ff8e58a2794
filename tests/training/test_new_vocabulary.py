"""A training that begins with a model of another vocabulary: which embeddings it takes, and what it refuses."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.data.splits import embedded_splits
from lite_transformer_tf.models.saving import load_weights
from lite_transformer_tf.text import Vocabulary, VocabularyPair
from lite_transformer_tf.training.new_vocabulary import carried, shared
from train.__main__ import main

FROZEN = [
    "training.epochs=1",
    "training.average=0",
    "training.validation.scores=false",
    "training.schedule.peak=1e-12",
    "training.schedule.initial=1e-12",
    "training.optimizer.weight_decay=0",
]


def train(config: Path, data: Path, output: Path, *words: str) -> int:
    call = ["translation", "--config", str(config), "--data-dir", str(data), "--output", str(output), "--quiet"]
    return main([*call, *words, *(word for setting in FROZEN for word in ("--set", setting))])


@pytest.fixture(scope="module")
def parent(tiny_config, toy_data, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("parent") / "run"
    assert train(tiny_config, toy_data, output) == 0
    return output


@pytest.fixture(scope="module")
def other_language(toy_data, tmp_path_factory) -> Path:
    """The same sentences into a language of other words."""
    folder = tmp_path_factory.mktemp("other")
    words = {"eins": "uno", "zwei": "dos", "drei": "tres", "vier": "cuatro", "fünf": "cinco", "sechs": "seis"}
    for stem in ("train", "valid", "test"):
        (folder / f"{stem}.en").write_bytes((toy_data / f"{stem}.en").read_bytes())
        lines = (toy_data / f"{stem}.de").read_text().splitlines()
        (folder / f"{stem}.de").write_text(
            "".join(" ".join(words.get(word, word) for word in line.split()) + "\n" for line in lines)
        )
    return folder


def test_layers_stay_and_tokens_of_both_vocabularies_keep_their_embeddings(
    parent, tiny_config, other_language, tmp_path
):
    run = tmp_path / "run"
    assert train(tiny_config, other_language, run, "--start", str(parent), "--new-vocabulary") == 0
    before, after = (load_weights(path / "model" / "weights.npz") for path in (parent, run))
    old, new = (VocabularyPair.load(path / "model") for path in (parent, run))
    assert old.source != new.source and 0 < shared(old.source, new.source) < new.source.size
    tables = [name for name in before if before[name].shape[0] == old.source.size]
    assert len(tables) == 1  # one for source, target and output
    for name in set(before) - set(tables):
        np.testing.assert_allclose(after[name], before[name], atol=1e-8, err_msg=name)
    expected = carried(before[tables[0]], old.source, new.source)
    np.testing.assert_allclose(after[tables[0]], expected, atol=1e-8)
    assert json.loads((run / "model" / "card.json").read_text())["training_command"].endswith(
        "--start MODEL --new-vocabulary"
    )
    assert train(tiny_config, other_language, run, "--start", str(parent), "--new-vocabulary") == 0  # it has finished


def test_an_embedding_is_that_of_the_token_or_the_mean_of_its_parts():
    pairs = list(islice(embedded_splits().train, 400))
    old, new = Vocabulary.train([one for one, _ in pairs], 500), Vocabulary.train([other for _, other in pairs], 480)
    table = np.random.default_rng(0).normal(size=(old.size, 8)).astype(np.float32)
    known = {old.piece(number): number for number in range(old.size)}
    found, compared = carried(table, old, new), {"same": 0, "parts": 0}
    assert found.shape == (480, 8) and found.dtype == np.float32
    for number in range(new.size):
        piece = new.piece(number)
        if piece in known:
            compared["same"] += 1
            np.testing.assert_array_equal(found[number], table[known[piece]])
            continue
        compared["parts"] += 1
        text = piece.replace("\u2581", " ")
        parts = old.encode(text)
        if len(parts) > 1 and old.piece(parts[0]) == "\u2581":
            parts = parts[1:]
        assert text.strip() in old.decode(parts) or not parts
        np.testing.assert_allclose(found[number], table[parts].mean(axis=0) if parts else table.mean(axis=0), rtol=1e-6)
    assert min(compared.values()) > 50
    assert np.array_equal(carried(table, old, old), table)


def test_what_is_refused(parent, tiny_config, toy_data, tmp_path, capfd):
    rule = "--new-vocabulary must come with --start, and without a teacher, whose vocabularies are used"
    assert train(tiny_config, toy_data, tmp_path / "run", "--new-vocabulary") == 2
    assert f"{rule}. Received: --start None, None" in capfd.readouterr().err
    both = ["--start", str(parent), "--teacher", str(parent), "--new-vocabulary"]
    assert train(tiny_config, toy_data, tmp_path / "run", *both) == 2
    assert rule in capfd.readouterr().err
    assert not (tmp_path / "run").exists()
