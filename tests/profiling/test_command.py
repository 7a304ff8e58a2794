"""`profile` through the real command."""

import json

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.files import atomic_write_json
from tests.tiny import tiny_config, tiny_model


@pytest.fixture
def model_directory(tmp_path):
    """A configuration is all that `profile` reads of a model."""
    directory = tmp_path / "run" / "model"
    atomic_write_json(directory / "config.json", {"format": 1, "task": "translation", "model": tiny_config().to_dict()})
    return directory


def test_a_preset_as_a_table(capsys):
    assert main(["profile", "wmt_en_de_200"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if line}
    assert rows["total"][:3] == ["9,438,000", "90,132,000", "90,660,000"]
    assert rows["target_embedding"][:2] == ["shared", "0"]
    assert rows["decoder/layer_5"][0] == "325,500"
    assert rows["backbone"][0] == "2,884,400"
    assert "paper 90.13M, products 90.66M" in "\n".join(lines)
    assert "width 130, 6 layers, 2 heads: 89.50M" in lines[-1]


def test_model_and_run_directories_as_json(model_directory, capsys):
    results = []
    for directory in (model_directory, model_directory.parent):
        assert main(["profile", str(directory), "--source", "4", "--target", "6", "--layers", "2", "--json"]) == 0
        results.append(json.loads(capsys.readouterr().out))
    assert {**results[0], "model": ""} == {**results[1], "model": ""}
    weights = tiny_model().named_weights()
    assert results[0]["parameters"]["total"] == sum(value.size for value in weights.values())
    assert (results[0]["source_tokens"], results[0]["target_tokens"]) == (4, 6)
    assert sum(row["complete"] for row in results[0]["layers"]) == results[0]["mult_adds"]["complete"]
    assert sum(row["parameters"] for row in results[0]["parts"]) == results[0]["parameters"]["total"]
    assert results[0]["equal_transformer"]["layers"] == 2


def test_a_language_model_s_directory(tmp_path, capsys):
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3, 5), heads=2, vocabulary_size=40, cutoffs=(10,))
    atomic_write_json(tmp_path / "config.json", {"format": 1, "task": "language-model", "model": config.to_dict()})
    assert main(["profile", str(tmp_path), "--target", "8"]) == 0
    output = capsys.readouterr().out
    assert (
        f"{tmp_path}: 8 tokens" in output and "embeddings  600 (embedding 600)" in output
    )  # 10 * 16 + 16 * 16 + 30 * 4 + 4 * 16


def test_the_presets_as_a_table_and_as_json(capsys):
    assert main(["presets"]) == 0
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["evolved_small"] == "128 3 + 4 2,981,632 7,175,936 30, 30 92.38M 94M 536.6".split()
    assert rows["wikitext103_896"][:2] == ["896", "12"] and "1.33G" in rows["wmt_en_fr_792"]
    assert main(["presets", "--json"]) == 0
    figures = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert set(figures) | {"name"} == set(rows)
    assert figures["cnndm_496"]["target_tokens"] == 60 and figures["iwslt_240"]["published"] is None


def test_parts(model_directory, capsys):
    assert main(["profile", str(model_directory), "--parts", "--layers", "1"]) == 0
    output = capsys.readouterr().out
    assert "encoder/layer_1/lsra/convolution " in output and "decoder/layer_0/cross_attention_norm " in output


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["wmt_en_xx_200"], "must be the name of a preset (cnndm_496, evolved_base,"),
        (["{empty}"], "holds none of their files"),
        (["wmt_en_fr_200", "--source", "0"], "The source length must be at least 1 token. Received: 0"),
        (["wmt_en_fr_200", "--target", "-3"], "The target length must be at least 1 token. Received: -3"),
        (["{model}", "--heads", "0"], "heads must be at least 1"),
    ],
)
def test_mistakes(arguments, message, model_directory, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    places = {"empty": tmp_path / "empty", "model": model_directory}
    assert main(["profile", *(argument.format(**places) for argument in arguments)]) == 2
    errors = capsys.readouterr().err
    assert message in errors and "\n" not in errors.strip()
