"""`evaluate` through the real command: scores, report, hypotheses, errors."""

import json

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.evaluation import score_translations

from .conftest import REFERENCES

FLAGS = ["--beam-size", "1", "--max-length", "6"]


@pytest.fixture(scope="module")
def evaluated(model_directory, text_files, tmp_path_factory):
    output = tmp_path_factory.mktemp("evaluated")
    files = ["--source", str(text_files[0]), "--target", str(text_files[1])]
    assert main(["evaluate", str(model_directory), *files, "--output", str(output), *FLAGS]) == 0
    return output


def test_report_and_hypotheses_agree(evaluated):
    hypotheses = (evaluated / "hypotheses.txt").read_text(encoding="utf-8").split("\n")[:-1]
    report = json.loads((evaluated / "report.json").read_text())
    assert len(hypotheses) == len(REFERENCES) and hypotheses[2] == ""
    assert report["scores"] == score_translations(hypotheses, REFERENCES)
    assert report["options"]["beam_size"] == 1 and report["passed"] is True
    assert report["kind"] == "model directory" and "cpu" in report["environment"]


def test_data_directory_and_least_bleu(model_directory, text_files, tmp_path, capsys):
    """The same files found by split and languages; a BLEU that is too low is exit code 1, and said in the report."""
    arguments = [
        "evaluate",
        str(model_directory),
        "--data-dir",
        str(text_files[0].parent),
        "--languages",
        "en",
        "de",
        "--sentences",
        "2",
    ]
    assert main([*arguments, "--min-bleu", "99", "--output", str(tmp_path), *FLAGS]) == 1
    captured = capsys.readouterr()
    assert "nrefs:1|case:mixed" in captured.out and "below --min-bleu 99" in captured.err
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["passed"] is False and report["speed"]["sentences"] == 2


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "A test set is needed"),
        (["--source", "{source}"], "A test set is needed"),
        (["--source", "{source}", "--target", "{source}.none"], "must exist"),
        (["--source", "{source}", "--target", "{target}", "--data-dir", "."], "not both"),
        (["--data-dir", "."], "languages must be known"),
    ],
)
def test_mistakes(arguments, message, model_directory, text_files, capsys):
    places = {"source": text_files[0], "target": text_files[1]}
    assert main(["evaluate", str(model_directory), *(argument.format(**places) for argument in arguments)]) == 2
    assert message in capsys.readouterr().err
