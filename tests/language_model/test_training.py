"""Trains a language model on the embedded corpus with the real program, evaluates it and completes a text."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tensorflow as tf
import yaml

from lite_transformer_tf.data import PlainText, TextSplits
from lite_transformer_tf.settings import SettingsError, load_settings
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL, run_language_model
from lite_transformer_tf.tasks.language_model_config import LanguageDataConfig, LanguageModelRunConfig
from lite_transformer_tf.tasks.task import RECIPES
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.optimizer import build_optimizer
from lite_transformer_tf.training.picture import draw_run
from lite_transformer_tf.training.run_directory import claim
from lite_transformer_tf.training.runlog import read_log
from lite_transformer_tf.training.score import PERPLEXITY
from train.__main__ import main

SMALL = [
    "data.block=64",
    "data.batch_size=8",
    "vocabulary={kind: words, min_count: 2}",
    "model={embed_dim: 48, kernel_sizes: [7, 15], cutoffs: [500], dropout: 0.1}",
    "training.epochs=2",
    "training.schedule={kind: cosine, peak: 1e-2, warmup_steps: 20}",
    "training.log_every=10",
]
CONFIG = RECIPES / "language_model_default.yaml"


def small(*overrides: str) -> LanguageModelRunConfig:
    return load_settings(LanguageModelRunConfig, CONFIG, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The run's directory, after two epochs on Python's documentation."""
    directory = tmp_path_factory.mktemp("language_model") / "run"
    settings = [part for override in SMALL for part in ("--set", override)]
    arguments = ["language-model", "--output", str(directory), "--quiet", *settings]
    assert main(arguments) == 0
    return directory


def test_training_lowers_the_perplexity(trained):
    report = json.loads((trained / "report.json").read_text())
    validations = [record for record in read_log(trained / "log.jsonl") if record["kind"] == "validation"]
    assert len(validations) == 2 and validations[1]["perplexity"] < validations[0]["perplexity"]
    assert (
        report["task"] == "language-model"
        and report["model"]["validation"]["perplexity"] <= validations[1]["perplexity"] * 1.001
    )
    test = report["test"]
    assert test["perplexity"] < report["data"]["vocabulary_size"] / 4, "far better than guessing"
    assert test["perplexity"] == pytest.approx(test["perplexity_per_word"]), "words are the tokens"
    assert test["context_window"] == 64 and test["tokens"] == test["words"] > 1000
    assert report["data"]["batches_per_epoch"] * 2 == report["training"]["updates"]


def test_mixed_precision_learns_as_much(trained, tmp_path):
    """A whole run in bfloat16 arithmetic, saved as float32, ends within a few percent of the float32 run."""
    result = run_language_model(
        small("training.precision=mixed_bfloat16"), None, tmp_path / "run", Display(2, quiet=True)
    )
    expected = json.loads((trained / "report.json").read_text())["test"]["perplexity"]
    assert result.finished and result.figures["test"]["perplexity"] == pytest.approx(expected, rel=0.05)
    with np.load(result.model_directory / "weights.npz") as weights:
        assert {weights[name].dtype for name in weights.files} == {np.dtype("float32")}


def test_evaluate_prints_the_reports_figures(trained, tmp_path, capsys):
    assert main(["evaluate", str(trained), "--output", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    report = json.loads((trained / "report.json").read_text())["test"]
    assert f"{report['perplexity']:.2f}" in shown and "context window of 64" in shown
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["perplexity"] == pytest.approx(report["perplexity"], rel=1e-5) and written["block"] == 64
    (tmp_path / "a.txt").write_text("the value of the name\n" * 3)
    flags = ["--text", str(tmp_path / "a.txt"), "--block", "4", "--context-window", "0"]
    assert main(["evaluate", str(trained), *flags, "--max-perplexity", "1.5"]) == 1
    assert "18 words" in capsys.readouterr().out
    for wrong, message in (
        (["--source", "x", "--target", "y"], "--source is an option for models for translation or summarization"),
        (["--text", "none.txt"], "must exist"),
        (["--block", "0"], "block must be"),
    ):
        assert main(["evaluate", str(trained), *wrong]) == 2
        assert message in capsys.readouterr().err


def test_complete_goes_on_with_the_prompt(trained, capsys):
    flags = ["--max-tokens", "6", "--min-tokens", "6", "--seed", "5"]
    assert main(["complete", str(trained), "the", "value", "--n", "2", *flags]) == 0
    shown = capsys.readouterr().out
    first, second = shown.rstrip("\n").split("\n\n")
    assert first.startswith("the value ") and second.startswith("the value ") and first != second
    assert len(first.split()) == len(second.split()) == 8
    assert main(["complete", str(trained / "model"), "the", "value", *flags]) == 0
    assert capsys.readouterr().out == first + "\n"
    assert main(["complete", str(trained), "--temperature", "-1"]) == 2
    assert "temperature must not be negative" in capsys.readouterr().err
    assert main(["translate", str(trained)]) == 2
    assert "A model for translation is needed. Received: " in capsys.readouterr().err


def test_a_finished_run_says_so_and_another_configuration_is_refused(trained):
    result = run_language_model(small(), None, trained, Display(2, quiet=True))
    assert result.finished and result.already
    with pytest.raises(SettingsError, match="data.block: 64 -> 32"):
        run_language_model(small("data.block=32"), None, trained, Display(2, quiet=True))


def test_a_run_goes_on_after_settings_have_come(tmp_path):
    """A configuration that an older version stored lacks new settings: their defaults are meant."""
    config = small("training.optimizer={kind: muon}")
    old = config.to_dict()
    del old["training"]["optimizer"]["momentum"]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(old))
    (tmp_path / "data.json").write_text("{}")
    (tmp_path / "report.json").write_text("{}")
    claim(tmp_path, config, {})
    with pytest.raises(SettingsError, match="momentum: 0.95 -> 0.5"):
        claim(tmp_path, small("training.optimizer={kind: muon, momentum: 0.5}"), {})


def test_the_paper_optimizer():
    """One update of Nesterov's method from rest moves by (1 + momentum) times rate times the clipped gradient."""
    config = load_settings(
        LanguageModelRunConfig,
        RECIPES / "wikitext103.yaml",
        ["training.schedule.warmup_steps=0", "training.schedule.initial=1.0"],
    )
    weight = tf.Variable([3.0, 4.0])
    optimizer = build_optimizer(config.training, [weight], 10)
    optimizer.apply_gradients([(tf.constant([6.0, 8.0]), weight)])
    np.testing.assert_allclose(weight.numpy(), np.array([3.0, 4.0]) - 1.99 * np.array([0.06, 0.08]), rtol=1e-5)
    assert len(optimizer.variables) == 2, "the count of updates and one momentum; the rate is a schedule"


@pytest.mark.parametrize("name", ["language_model_default", "wikitext2_words", "wikitext103"])
def test_the_recipes_are_valid(name):
    config = load_settings(LanguageModelRunConfig, RECIPES / f"{name}.yaml")
    assert LanguageModelRunConfig.from_dict(yaml.safe_load(config.to_yaml())) == config
    model = config.build_model_config(267744)
    if name == "wikitext103":
        assert (model.embed_dim, len(model.decoder), model.cutoffs, model.adaptive_dropout) == (
            896,
            12,
            (20000, 60000),
            0.2,
        )
        assert (
            config.evaluation.context_window,
            config.training.optimizer.kind,
            config.training.optimizer.clip_norm,
        ) == (2560, "sgd", 0.1)


@pytest.mark.parametrize(
    "overrides, message",
    [
        (["model.cutoffs=[500, 400]"], "model: cutoffs must be increasing"),
        (["training.label_smoothing=0.1"], "no label smoothing"),
        (["vocabulary={kind: bpe}"], "vocabulary.size of a vocabulary of kind bpe must be given"),
        (["model.preset=iwslt_160"], "model: "),
        (["model.preset=huge"], "preset must be one of"),
        (["model.architecture=lite"], "model: "),
        (["training.validation.scores=true"], "knows only"),
        (["data.block=1"], "block must be at least 2"),
        (["evaluation.context_window=-1"], "context_window must not be negative"),
    ],
)
def test_errors_name_the_setting(overrides, message):
    with pytest.raises(SettingsError, match=message):
        small(*overrides)


def test_texts_and_sizes_that_do_not_fit(tmp_path):
    with pytest.raises(SettingsError, match="needs a data directory"):
        LANGUAGE_MODEL.load(LanguageDataConfig(), None)
    with pytest.raises(SettingsError, match="comes with Python"):
        LANGUAGE_MODEL.load(LanguageDataConfig(corpus="python_docs"), tmp_path)
    text = PlainText.from_lines(["one two two"] * 3)
    texts = TextSplits(text, text, None)
    with pytest.raises(
        SettingsError, match=r"cutoffs must be increasing whole numbers between 0 and vocabulary_size.*\(\(500,\), 6\)"
    ):
        LANGUAGE_MODEL.make(small(), texts).prepare(tmp_path)
    with pytest.raises(ValueError, match="A text must have at least 64 tokens.*Received: text in memory with 12"):
        LANGUAGE_MODEL.make(small("model.cutoffs=[]"), texts).prepare(tmp_path)


def test_the_picture_shows_perplexity(tmp_path):
    records = [{"kind": "validation", "update": 4 * i, "nll": 2.0, "perplexity": 9.0 - i} for i in range(3)]
    draw_run(records, tmp_path / "run.png", "title", PERPLEXITY)
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    assert PERPLEXITY.merit(5.0) > PERPLEXITY.merit(6.0)
