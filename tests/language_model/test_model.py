"""The language model: caches, causality, adaptive softmax, losses, errors, saving."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import preset
from lite_transformer_tf.models import language_model
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.saving import ModelDirectoryError, load_config, load_model, save_model
from lite_transformer_tf.text import WordVocabulary
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests.language_model.models import ADAPTIVE, some_ids, tiny_config, tiny_model

KINDS = {"plain": {}, "adaptive": ADAPTIVE, "lightweight": {"convolution": "lightweight", "glu": False}}


@pytest.fixture(params=KINDS, scope="module")
def model(request):
    return tiny_model(**KINDS[request.param])


def test_cached_steps_equal_the_whole(model, monkeypatch):
    ids = some_ids(2, 9)
    whole = tf.nn.log_softmax(model({"ids": ids})).numpy()
    cache = model.initial_cache(2)
    for position in range(9):
        logits, cache = model.decode_step(ids[:, position], position, cache)
        np.testing.assert_allclose(tf.nn.log_softmax(logits), whole[:, position], rtol=0, atol=2e-5)
    for piece in (4, 100):
        monkeypatch.setattr(language_model, "PREFILL", piece)
        logits, cache = model.prefill(tf.constant(ids[:, :8]))
        np.testing.assert_allclose(tf.nn.log_softmax(logits), whole[:, 7], rtol=0, atol=2e-5)
        logits, _ = model.decode_step(ids[:, 8], 8, cache)
        np.testing.assert_allclose(tf.nn.log_softmax(logits), whole[:, 8], rtol=0, atol=2e-5)


def test_no_look_into_the_future(model):
    ids = some_ids(1, 9)
    changed = ids.copy()
    changed[0, 5:] = model.config.pad_id
    before, after = (model({"ids": value}).numpy() for value in (ids, changed))
    # An adaptive softmax multiplies as many rows as a band has tokens: products of another shape round differently.
    np.testing.assert_allclose(after[:, :5], before[:, :5], rtol=0, atol=1e-5)
    assert np.abs(before[:, 5] - after[:, 5]).max() > 1e-2


def test_adaptive_log_probabilities_are_head_and_tails():
    """They sum to one, and a tail's token has p(class) p(token within the band), computed with NumPy."""
    model = tiny_model(**ADAPTIVE)
    ids = some_ids(2, 5)
    log_probs = model({"ids": ids}).numpy().astype(np.float64)
    np.testing.assert_allclose(np.exp(log_probs).sum(-1), 1, rtol=1e-5)
    weights = {name: value.astype(np.float64) for name, value in model.named_weights().items()}
    states = model.features(ids).numpy().astype(np.float64)

    def log_softmax(scores: np.ndarray) -> np.ndarray:
        return scores - np.log(np.exp(scores).sum(-1, keepdims=True))

    table = "embedding/band_{}/table"
    head = log_softmax(
        np.concatenate([states @ weights[table.format(0)].T, states @ weights["adaptive_softmax/classes/kernel"]], -1)
    )
    tails = [
        log_softmax(states @ weights[f"embedding/band_{i}/projection/kernel"].T @ weights[table.format(i)].T)
        + head[..., 6 + i, None]
        for i in (1, 2)
    ]
    np.testing.assert_allclose(log_probs, np.concatenate([head[..., :7], *tails], -1), rtol=0, atol=1e-4)


def test_adaptive_embedding_is_table_times_projection():
    model = tiny_model(**ADAPTIVE)
    weights = model.named_weights()
    ids = np.array([[0, 6, 7, 11, 12, 22]], np.int32)
    expected = [
        weights[f"embedding/band_{band}/table"][row] @ weights[f"embedding/band_{band}/projection/kernel"] * 4.0
        for band, row in ((0, 0), (0, 6), (1, 0), (1, 4), (2, 0), (2, 10))
    ]
    np.testing.assert_allclose(model.embedding(ids)[0], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("labels", ["mixed", "head only", "one tail only"])
def test_adaptive_loss_and_gradients_are_those_of_the_whole_matrix(labels):
    model = tiny_model(**ADAPTIVE)
    low, high = {"mixed": (4, 23), "head only": (4, 7), "one tail only": (12, 23)}[labels]
    targets = np.random.default_rng(3).integers(low, high, (3, 6)).astype(np.int32)
    targets[1, 4:] = model.config.pad_id
    ids = some_ids(3, 6)
    variables = model.named_variables()
    results = []
    for whole in (True, False):
        with tf.GradientTape() as tape:
            if whole:
                losses = -tf.gather(model({"ids": ids}), targets, batch_dims=2) * tf.cast(targets != 1, tf.float32)
            else:
                losses, _ = model.token_losses({"ids": ids}, targets)
            loss = tf.reduce_sum(losses)
        gradients = tape.gradient(loss, list(variables.values()), unconnected_gradients="zero")
        results.append(
            (losses.numpy(), dict(zip(variables, (tf.convert_to_tensor(g).numpy() for g in gradients), strict=True)))
        )
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=0, atol=2e-5)
    for name, value in results[0][1].items():
        np.testing.assert_allclose(results[1][1][name], value, rtol=1e-3, atol=1e-4, err_msg=name)


def test_plain_loss_has_label_smoothing_and_adaptive_refuses_it():
    ids, labels = some_ids(2, 5), some_ids(2, 5, seed=1)
    loss = LabelSmoothedCrossEntropy(0.1)
    model = tiny_model()
    model.compile(optimizer="sgd", loss=loss)
    losses, nlls = model.token_losses({"ids": ids}, labels)
    expected = loss.token_losses(tf.constant(labels), model({"ids": ids}))
    np.testing.assert_allclose(losses, expected[0], rtol=1e-5)
    np.testing.assert_allclose(nlls, expected[1], rtol=1e-5)
    adaptive = tiny_model(**ADAPTIVE)
    adaptive.compile(optimizer="sgd", loss=loss)
    with pytest.raises(ValueError, match="label_smoothing must be 0 .* Received: 0.1"):
        adaptive.token_losses({"ids": ids}, labels)


def test_fit_lowers_the_loss():
    model = tiny_model(**ADAPTIVE)
    ids = np.tile(some_ids(1, 13), (8, 1))
    model.compile(optimizer="adam", loss=LabelSmoothedCrossEntropy(0.0), towers=2)
    model.optimizer.learning_rate = 0.02
    dataset = tf.data.Dataset.from_tensors(({"ids": ids[:, :-1]}, ids[:, 1:])).repeat(30)
    before = model.evaluate(dataset.take(1), verbose=0, return_dict=True)["loss"]
    model.fit(dataset, verbose=0)
    assert model.evaluate(dataset.take(1), verbose=0, return_dict=True)["loss"] < before / 2


@pytest.mark.parametrize("kind", ["plain", "adaptive"])
def test_tokens_outside_the_vocabulary(kind):
    model = tiny_model(**KINDS[kind])
    good = np.array([[4, 5]], np.int32)
    for bad in (np.array([[4, 23]], np.int32), np.array([[-1, 4]], np.int32)):
        with pytest.raises(ValueError, match=r"ids must lie in \[0, 23\), the vocabulary.*Received: \[(23|-1)\]"):
            model({"ids": bad})
        with pytest.raises(ValueError, match=r"labels must lie in \[0, 23\)"):
            model.token_losses({"ids": good}, bad)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"ids must lie in \[0, 23\)"):
            tf.function(lambda ids: model({"ids": ids}))(bad)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"cutoffs": (7, 7)}, r"cutoffs must be increasing.*Received: \(\(7, 7\), 23\)"),
        ({"cutoffs": (7, 23)}, "cutoffs must be increasing whole numbers between 0 and vocabulary_size"),
        ({"cutoffs": (0, 5)}, "cutoffs must be increasing"),
        ({"cutoffs": (7.5,)}, "cutoffs must be increasing whole"),
        ({"cutoffs": (7, 12), "adaptive_factor": 8.0}, "rows would be empty.*Received: 0"),
        ({"cutoffs": (7,), "adaptive_factor": 0.5}, "adaptive_factor must be at least 1"),
        ({"dropout": 1.0}, "dropout must be in"),
        ({"vocabulary_size": 3}, "special ids"),
        ({"heads": 3}, "multiple of heads"),
    ],
)
def test_wrong_configurations(changes, message):
    with pytest.raises(ValueError, match=message):
        tiny_config(**changes)


def test_the_paper_model_has_the_papers_size():
    config = preset("wikitext103_896")
    assert isinstance(config, LanguageModelConfig)
    assert [(band.size, band.dim) for band in config.bands] == [(20000, 896), (40000, 224), (207744, 56)]
    assert LanguageModelConfig.from_dict(config.to_dict()) == config
    model = LanguageModel(config.replace(vocabulary_size=60004))  # the backbone is that of the whole model
    sizes = {name: int(np.prod(variable.shape)) for name, variable in model.named_variables().items()}
    assert sum(size for name, size in sizes.items() if name.startswith("decoder/")) == 37_182_208
    assert (
        sum(size for name, size in sizes.items() if not name.startswith("decoder/"))
        == 39_567_360 + 1_792 - (207_744 - 4) * 56
    )


def test_a_preset_of_the_other_kind_is_refused():
    with pytest.raises(
        ValueError,
        match="'wikitext103_896' must be the configuration of a LiteTransformer. Received: 'LanguageModelConfig'",
    ):
        LiteTransformer.from_preset("wikitext103_896", vocabulary_size=70000)
    with pytest.raises(ValueError, match="'iwslt_160' must be the configuration of a LanguageModel"):
        LanguageModel.from_preset("iwslt_160")


def test_save_and_load(tmp_path):
    model = tiny_model(**ADAPTIVE)
    vocabulary = WordVocabulary(["<s>", "<pad>", "<eos>", "<unk>", *(f"w{i}" for i in range(19))])
    save_model(model, vocabulary, tmp_path / "model")
    loaded, words = load_model(tmp_path / "model")
    assert words == vocabulary and loaded.config == model.config
    ids = some_ids(2, 6)
    np.testing.assert_array_equal(loaded({"ids": ids}), model({"ids": ids}))
    assert load_config(tmp_path / "model", "language-model") == model.config
    with pytest.raises(ModelDirectoryError, match="needs a model for .*'translation'. Received: 'language-model'"):
        load_model(tmp_path / "model", "translation")
    with pytest.raises(ValueError, match=r"must be the model's \(23,\). Received: \(5,\)"):
        save_model(model, WordVocabulary(vocabulary.words[:5]), tmp_path / "other")
    assert not (tmp_path / "other").exists()
