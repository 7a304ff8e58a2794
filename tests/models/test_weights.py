"""Named weights, model directories, configurations."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.saving import (
    ModelDirectoryError,
    load_config,
    load_model,
    load_weights,
    save_model,
    save_weights,
)
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair
from tests.text.corpus import trained
from tests.tiny import randomize, tiny_batch, tiny_config, tiny_model

ONE_LAYER = {"kernel_sizes": (3,), "convolution": "dynamic", "glu": True}


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return VocabularyPair(trained("unigram"), trained("bpe", 424))


@pytest.fixture(scope="module")
def model() -> LiteTransformer:
    return tiny_model(source_vocabulary_size=420, target_vocabulary_size=424, **ONE_LAYER)


@pytest.fixture
def directory(model, vocabularies, tmp_path):
    save_model(model, vocabularies, tmp_path / "model")
    return tmp_path / "model"


def assert_same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> None:
    assert set(first) == set(second)
    for name, value in first.items():
        assert value.dtype == second[name].dtype == np.float32
        np.testing.assert_array_equal(value, second[name], err_msg=name)


def test_assigned_weights_come_back():
    model = LiteTransformer(tiny_config(**ONE_LAYER))
    weights = randomize(model.named_weights(), 3)
    model.assign_named_weights(weights)
    assert_same(model.named_weights(), weights)
    other = LiteTransformer(tiny_config(**ONE_LAYER))
    inputs, _ = tiny_batch(model.config, [(3, 4), (5, 2)])
    assert np.abs(other(inputs) - model(inputs)).max() > 0.1
    other.assign_named_weights(weights)
    np.testing.assert_array_equal(other(inputs), model(inputs))


TAPS = "encoder/layer_0/lsra/convolution/taps/kernel"


@pytest.mark.parametrize(
    "change, message",
    [
        (
            lambda weights: weights.pop(TAPS),
            rf"names must be the model's. Received: missing \['{TAPS}'\], unknown \[\]",
        ),
        (lambda weights: weights.update(surplus=np.zeros(1)), r"Received: missing \[\], unknown \['surplus'\]"),
        (
            lambda weights: weights.update({TAPS: np.zeros((8, 5), np.float32)}),
            rf"Weight '{TAPS}' must have the shape \(8, 6\). Received: \(8, 5\)",
        ),
    ],
)
def test_wrong_weights_change_nothing(change, message):
    model = tiny_model(**ONE_LAYER)
    before = model.named_weights()
    weights = {name: value + 1 for name, value in before.items()}
    change(weights)
    with pytest.raises(ValueError, match=message):
        model.assign_named_weights(weights)
    assert_same(model.named_weights(), before)


def test_shared_tables_have_one_name_and_one_variable():
    model = tiny_model(embedding_sharing="all", source_vocabulary_size=13, kernel_sizes=(3,))
    tables = [name for name in model.named_variables() if name.endswith("table")]
    assert tables == ["source_embedding/table"]
    assert model.output_embedding is model.target_embedding is model.source_embedding


def test_the_configuration_makes_the_same_model():
    model = tiny_model(**ONE_LAYER)
    other = LiteTransformer.from_config(json.loads(json.dumps(model.get_config())))
    assert other.config == model.config and other.name == model.name
    other.assign_named_weights(model.named_weights())
    inputs, _ = tiny_batch(model.config, [(3, 4)])
    np.testing.assert_array_equal(other(inputs), model(inputs))


def test_a_model_directory_gives_the_same_model(model, vocabularies, directory):
    loaded, loaded_vocabularies = load_model(directory)
    assert loaded.config == model.config and load_config(directory) == model.config
    assert_same(loaded.named_weights(), model.named_weights())
    assert loaded_vocabularies == vocabularies
    assert sorted(path.name for path in directory.iterdir()) == [
        "config.json",
        "source.model",
        "target.model",
        "weights.npz",
    ]
    assert [path.name for path in directory.parent.iterdir()] == ["model"]


def test_a_joint_vocabulary_is_one_file(tmp_path):
    pair = VocabularyPair(trained("unigram"))
    model = tiny_model(source_vocabulary_size=420, target_vocabulary_size=420, embedding_sharing="all", **ONE_LAYER)
    save_model(model, pair, tmp_path / "new" / "model")
    assert sorted(path.name for path in (tmp_path / "new" / "model").glob("*.model")) == ["vocabulary.model"]
    assert load_model(tmp_path / "new" / "model")[1].joint


def test_vocabularies_must_fit_the_model(model, vocabularies, tmp_path):
    with pytest.raises(ValueError, match=r"sizes must be the model's \(420, 424\). Received: \(420, 420\)"):
        save_model(model, VocabularyPair(vocabularies.source), tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_an_existing_model_is_replaced(model, vocabularies, directory):
    (directory / "vocabulary.model").write_bytes(b"left over")
    other = tiny_model(1, source_vocabulary_size=420, target_vocabulary_size=424, **ONE_LAYER)
    save_model(other, vocabularies, directory)
    assert_same(load_model(directory)[0].named_weights(), other.named_weights())
    assert not (directory / "vocabulary.model").exists()
    assert [path.name for path in directory.parent.iterdir()] == ["model"]


def test_a_save_that_fails_leaves_the_old_model(model, vocabularies, directory):
    class FullDisk(VocabularyPair):
        def save(self, directory):
            raise OSError("No space left on device")

    other = tiny_model(1, source_vocabulary_size=420, target_vocabulary_size=424, **ONE_LAYER)
    with pytest.raises(OSError, match="No space left"):
        save_model(other, FullDisk(vocabularies.source, vocabularies.target), directory)
    assert_same(load_model(directory)[0].named_weights(), model.named_weights())
    assert [path.name for path in directory.parent.iterdir()] == ["model"]


def test_what_is_not_to_be_replaced(model, vocabularies, directory, tmp_path):
    with pytest.raises(FileExistsError, match="must be new or empty"):
        save_model(model, vocabularies, directory, overwrite=False)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"meow")
    with pytest.raises(FileExistsError, match="Only a directory with a file 'config.json' is overwritten"):
        save_model(model, vocabularies, tmp_path / "photos")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"meow"


def edit_config(directory, change) -> None:
    stored = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(change(stored)))


DAMAGE = {
    "no directory": (lambda d: d.rename(d.parent / "elsewhere"), "must be the directory of a model"),
    "no config": (lambda d: (d / "config.json").unlink(), "must hold config.json"),
    "no JSON": (lambda d: (d / "config.json").write_text("{"), "must hold config.json"),
    "no UTF-8": (lambda d: (d / "config.json").write_bytes(b"\xff\xfe"), "must hold config.json"),
    "no mapping": (
        lambda d: (d / "config.json").write_text("[1]"),
        r"must say format 1 and the name of a task. Received: \[1\]",
    ),
    "another format": (lambda d: edit_config(d, lambda c: {**c, "format": 2}), "must say format 1.*'format': 2"),
    "no task": (lambda d: edit_config(d, lambda c: {**c, "task": None}), "must say format 1.*'task': None"),
    "no model": (
        lambda d: edit_config(d, lambda c: {"format": 1, "task": "translation"}),
        "must hold a model configuration",
    ),
    "null model": (lambda d: edit_config(d, lambda c: {**c, "model": None}), "must hold a model configuration"),
    "unknown setting": (
        lambda d: edit_config(d, lambda c: {**c, "model": {**c["model"], "depth": 1}}),
        "Unknown model settings.*depth",
    ),
    "wrong setting": (
        lambda d: edit_config(d, lambda c: {**c, "model": {**c["model"], "dropout": 7}}),
        r"dropout must be in \[0, 1\)",
    ),
    "no weights": (lambda d: (d / "weights.npz").unlink(), "complete .npz file"),
    "empty weights": (lambda d: (d / "weights.npz").write_bytes(b""), "complete .npz file"),
    "cut weights": (
        lambda d: (d / "weights.npz").write_bytes((d / "weights.npz").read_bytes()[:-100]),
        "complete .npz file",
    ),
    "pickled weights": (lambda d: np.savez(d / "weights.npz", a=np.array([{}], object)), "complete .npz file"),
    "one plain array": (
        lambda d: (np.save(d / "a.npy", np.zeros(3)), (d / "a.npy").rename(d / "weights.npz")),
        "complete .npz file",
    ),
    "other weights": (
        lambda d: save_weights(tiny_model().named_weights(), d / "weights.npz"),
        "must be a complete.*names must be the model's",
    ),
    "no vocabulary": (lambda d: (d / "target.model").unlink(), "must be complete.*'source.model' and 'target.model'"),
    "damaged vocabulary": (lambda d: (d / "target.model").write_bytes(b"no model"), "must be complete.*target.model"),
    "another vocabulary": (
        lambda d: trained("bpe", 421).save(d / "target.model"),
        r"sizes must be the model's \(420, 424\). Received: \(420, 421\)",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_directories(kind, directory):
    """Of an earlier version, which stated no hashes; tests/hard/test_untrusted.py damages those that do."""
    damage, message = DAMAGE[kind]
    edit_config(directory, lambda c: {name: c[name] for name in c.keys() - {"files", "sha256"}})
    damage(directory)
    with pytest.raises(ModelDirectoryError, match=message):
        load_model(directory)


def test_no_changed_byte_of_the_weights_goes_unnoticed(tmp_path):
    """Changes each byte in turn.

    The file is rejected, or an array is missing, which `assign_named_weights` rejects, or the arrays are the same,
    because the byte is in an unused field such as a time.
    """
    weights = {"a/kernel": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1.5], np.float32)}
    save_weights(weights, tmp_path / "weights.npz")
    assert_same(load_weights(tmp_path / "weights.npz"), weights)
    data = (tmp_path / "weights.npz").read_bytes()
    refused = 0
    for place in range(len(data)):
        for flip in (0x01, 0x80):
            changed = bytearray(data)
            changed[place] ^= flip
            (tmp_path / "changed.npz").write_bytes(changed)
            try:
                loaded = load_weights(tmp_path / "changed.npz")
            except ModelDirectoryError:
                refused += 1
                continue
            assert_same(loaded, {name: weights[name] for name in loaded})
    assert refused > len(data)


def test_weights_are_plain_float32_arrays_by_name(model, directory):
    with zipfile.ZipFile(directory / "weights.npz") as archive:
        assert sorted(archive.namelist()) == sorted(f"{name}.npy" for name in model.named_weights())


def test_float32_is_stored_under_mixed_precision(tmp_path):
    model = LiteTransformer(tiny_config(**ONE_LAYER), dtype="mixed_bfloat16")
    weights = randomize(model.named_weights())
    model.assign_named_weights(weights)
    assert_same(model.named_weights(), weights)
    assert {variable.dtype for variable in model.trainable_variables} == {tf.float32}


def test_the_vocabulary_fixture_is_real(vocabularies):
    assert isinstance(vocabularies.source, Vocabulary) and vocabularies.sizes == (420, 424)
