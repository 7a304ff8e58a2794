"""`translate` says what is missing in an answer, and how sure the model is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.tasks.stored_model import find_model, open_model

SOURCES = ["one 878", "two", "see AB-1234"]
FLAGS = ["--beam-size", "3", "--max-length", "6"]
OPTIONS = DecodingOptions(beam_size=3, max_length=6)
CONFIDENCE = {"bias": 1.0, "slope": 0.5, "doubt": 2.0, "sentences": 100}


@pytest.fixture(scope="module")
def calibrated(model_directory, tmp_path_factory) -> Path:
    """The tiny model with a confidence."""
    folder = Path(shutil.copytree(model_directory, tmp_path_factory.mktemp("calibrated") / "model"))
    description = json.loads((folder / "config.json").read_text())
    description["settings"]["confidence"] = CONFIDENCE
    del description["sha256"]
    (folder / "config.json").write_text(json.dumps(description))
    return folder


@pytest.fixture(scope="module")
def bundle(calibrated) -> Path:
    """Its bundle."""
    texts, output = calibrated / "check_sentences.txt", calibrated.parent / "bundle"
    texts.write_text("one two\n")
    arguments = ["--output", str(output), "--variant", "float32", "--buckets", "32", "--beam-size", "3"]
    assert main(["export", str(calibrated), *arguments]) == 0
    return output


def test_what_is_missing_is_said_beside_the_answers(bundle, capfd) -> None:
    command = ["translate", str(bundle), *SOURCES, *FLAGS]
    assert main(command) == 0
    output, errors = capfd.readouterr()
    lines = [line for line in errors.split("\n") if line.startswith("translate: ")]
    assert lines == [
        "translate: line 1: not in the translation: 878",
        "translate: line 3: not in the translation: AB-1234",
    ]
    assert main([*command, "--copy-check", "off"]) == 0
    plain, errors = capfd.readouterr()
    assert "not in the" not in errors and len(plain.split("\n")) == len(output.split("\n")) == 4
    with pytest.raises(SystemExit):
        main([*command, "--copy-check", "perhaps"])
    assert "argument --copy-check: invalid switch value: 'perhaps'" in capfd.readouterr().err


def test_the_confidence_stands_behind_the_score(bundle, model_directory, capfd) -> None:
    found = [answers[0] for answers in open_model(bundle).generate(SOURCES, OPTIONS)]
    assert [bool(answer.missing) for answer in found] == [True, False, True]
    assert main(["translate", str(bundle), *SOURCES, *FLAGS, "--confidence"]) == 0
    rows = [line.split("\t", 1) for line in capfd.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == [f"{answer.confidence:.4f}" for answer in found]
    assert main(["translate", str(bundle), "two", *FLAGS, "--confidence", "--n-best", "2"]) == 0
    number, score, confidence, _ = capfd.readouterr().out.splitlines()[0].split("\t")
    assert (number, score, confidence) == ("1", f"{found[1].score:.6f}", f"{found[1].confidence:.4f}")
    assert main(["translate", str(bundle), "https://a.org/b", "", *FLAGS, "--confidence"]) == 0
    assert capfd.readouterr().out.splitlines()[0] == "\thttps://a.org/b"
    assert main(["translate", str(model_directory), "two", "--confidence"]) == 2
    assert "--confidence needs a model that was calibrated in training. Received: " in capfd.readouterr().err


def test_a_bundle_says_what_its_model_says(calibrated, bundle) -> None:
    assert find_model(bundle).settings["confidence"] == CONFIDENCE
    model, file = (open_model(path).generate(SOURCES, OPTIONS) for path in (calibrated, bundle))
    for (expected,), (actual,) in zip(model, file, strict=True):
        assert (actual.text, actual.ids, actual.missing) == (expected.text, expected.ids, expected.missing)
        assert actual.confidence == pytest.approx(expected.confidence, abs=1e-5)


def test_a_bundle_with_another_confidence_is_refused(bundle, tmp_path) -> None:
    damaged = Path(shutil.copytree(bundle, tmp_path / "damaged"))
    manifest = json.loads((damaged / "manifest.json").read_text())
    manifest["settings"]["confidence"] = {"bias": 1}
    (damaged / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="manifest.json: The confidence saved with a model must have the numbers"):
        open_bundle(damaged)


def test_evaluate_measures_the_confidence(bundle, tmp_path, capfd) -> None:
    for name, lines in (("s", SOURCES), ("t", ["eins 878", "zwei", "siehe AB-1234"])):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    files = ["--source", str(tmp_path / "s"), "--target", str(tmp_path / "t"), "--output", str(tmp_path / "o")]
    assert main(["evaluate", str(bundle), *files, *FLAGS]) == 0
    output, errors = capfd.readouterr()
    trust = json.loads((tmp_path / "o" / "report.json").read_text())["trust"]
    found = [answers[0].confidence for answers in open_model(bundle).generate(SOURCES, OPTIONS)]
    mean = sum(found) / 3
    assert trust["confidence"] == pytest.approx(mean) and trust["calibration_error"] == pytest.approx(mean)
    assert (trust["copy_faults"], trust["copy_mended"], trust["acceptable"]) == (2, 0, 0)
    assert f"confidence {mean:.4f} on average; 0.0% are acceptable, calibration error {mean:.4f}" in output
    assert "2 answers have faults that the copy check found" in errors
