"""`python -m export`: exit status 0 only when every check held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.__main__ import main
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import save_model
from tests.tflite.models import SENTENCES, keras_model_of, text_model


@pytest.fixture
def model_directory(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    save_model(*text_model(), folder)
    (folder / "check_sentences.txt").write_text("\n".join(SENTENCES[:2]) + "\n")
    return folder


def test_export_then_verify(model_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "bundle"
    call = [
        "tflite",
        str(model_directory),
        "--output",
        str(bundle),
        "--variant",
        "float32",
        "--buckets",
        "8",
        "64",
        "--beam-size",
        "1",
    ]
    assert main([*call, "--languages", "en", "de"]) == 0
    assert "float32, greedy: 2 of 2 texts as the model" in capsys.readouterr().out
    assert read_manifest(bundle).languages == ("en", "de")
    assert json.loads((bundle / "report.json").read_text())["variant"] == "float32"

    assert main(["verify", str(bundle), "--model", str(model_directory), "--report", str(tmp_path / "checked")]) == 0
    assert json.loads((tmp_path / "checked" / "report.json").read_text())["comparisons"][0]["equal"] == 2

    assert main(["verify", str(bundle), "--model", str(model_directory), "--float-activations"]) == 2
    assert (
        "Only bundles of the variants ('int8', 'int4') round activations for each call. Received: 'float32'"
        in capsys.readouterr().err
    )

    other = tmp_path / "other"
    model, vocabularies = text_model()
    save_model(keras_model_of(model.config, seed=8), vocabularies, other)
    (other / "check_sentences.txt").write_text(SENTENCES[0])
    assert main(["verify", str(bundle), "--model", str(other)]) == 1
    assert "0 of 1 texts as the model" in capsys.readouterr().out

    assert main(call) == 2
    assert "must be new or empty" in capsys.readouterr().err
    assert open_bundle(bundle).manifest == read_manifest(bundle)


def test_no_check_set(model_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (model_directory / "check_sentences.txt").unlink()
    assert main(["tflite", str(model_directory), "--output", str(tmp_path / "bundle")]) == 2
    assert "An export needs sentences to check" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()
