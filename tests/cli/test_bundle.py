"""The same commands on a bundle: the model's translations, and texts that are too long for it."""

import json

import pytest

import lite_transformer_tf as lt
from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.runtime.open import open_bundle as open_sequences
from lite_transformer_tf.models.saving import load_model
from lite_transformer_tf.tasks.stored_model import find_model, open_model

from .conftest import REFERENCES, SENTENCES

LONG = "one two three four five six seven " * 8
FLAGS = ["--beam-size", "1", "--max-length", "6"]


@pytest.fixture(scope="module")
def bundle(model_directory, tmp_path_factory):
    directory = tmp_path_factory.mktemp("bundles") / "bundle"
    model, vocabularies = load_model(model_directory)
    facts = ModelFacts(languages=("en", "de"))
    job = ExportJob(SENTENCES, variant="float32", graph=GraphOptions(buckets=(32,), beam_size=1), facts=facts)
    export_bundle(model, vocabularies, directory, job)
    return directory


def test_translations_are_the_models(bundle, model_directory, tmp_path):
    """Line by line."""
    expected = open_model(model_directory).generate(SENTENCES, DecodingOptions(beam_size=1, max_length=6))
    source, output = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text("".join(f"{line}\n" for line in SENTENCES))
    assert find_model(bundle).is_bundle
    assert main(["translate", str(bundle), "--input", str(source), "--output", str(output), *FLAGS]) == 0
    lines = output.read_text(encoding="utf-8").split("\n")[:-1]
    assert lines == [one_line(hypotheses[0].text) for hypotheses in expected]


def test_a_line_that_is_too_long_is_translated_in_parts(bundle, tmp_path, capfd):
    source = tmp_path / "in.txt"
    source.write_text(f"{SENTENCES[0]}\n{LONG}\n{SENTENCES[1]}\n")
    assert main(["translate", str(bundle), "--input", str(source), *FLAGS]) == 0
    options = DecodingOptions(beam_size=1, max_length=6)
    expected = open_model(bundle).generate([SENTENCES[0], LONG, SENTENCES[1]], options)
    assert capfd.readouterr().out == "".join(f"{one_line(answers[0].text)}\n" for answers in expected)
    assert len(expected[1][0].ids) > 6 == options.max_length  # of several parts


def test_paragraphs_are_answered_everywhere_and_lines_are_evaluated_whole(bundle, model_directory, tmp_path, capfd):
    """A test set's line is one sequence, although it holds two sentences; a user's text is split."""
    options = DecodingOptions(beam_size=1, max_length=6)
    text = f"{SENTENCES[0].capitalize()}. {SENTENCES[1].capitalize()}!\n<b>{SENTENCES[3]}</b> https://example.com"
    with lt.BundlePool(bundle, size=1) as pool:
        openers = (open_model(model_directory), open_model(bundle), lt.open_bundle(bundle), pool)
        answers = [opened.generate([text], options)[0][0] for opened in openers]
    assert {(answer.text, answer.ids) for answer in answers} == {(answers[0].text, answers[0].ids)}
    assert answers[0].text.count("\n") == 1 and answers[0].text.endswith("</b> https://example.com")
    assert main(["translate", str(bundle), text, *FLAGS]) == 0
    assert capfd.readouterr().out == f"{one_line(answers[0].text)}\n"
    line = text.partition("\n")[0]
    (tmp_path / "test.en").write_text(f"{line}\n", encoding="utf-8")
    (tmp_path / "test.de").write_text("x\n", encoding="utf-8")
    assert main(["evaluate", str(bundle), "--data-dir", str(tmp_path), "--output", str(tmp_path / "out"), *FLAGS]) == 0
    (whole,) = open_sequences(bundle).generate([line], options)[0]
    assert (tmp_path / "out" / "hypotheses.txt").read_text(encoding="utf-8") == f"{one_line(whole.text)}\n"
    assert whole.ids != lt.open_bundle(bundle).generate([line], options)[0][0].ids


def test_evaluation_counts_what_is_too_long(bundle, tmp_path, capfd):
    for name, lines in (("test.en", [*SENTENCES, LONG]), ("test.de", [*REFERENCES, "lang"])):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert main(["evaluate", str(bundle), "--data-dir", str(tmp_path), "--output", str(tmp_path / "out"), *FLAGS]) == 1
    assert "line 6" in capfd.readouterr().err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["kind"] == "bundle" and report["untranslated"] == 1 and report["passed"] is False
    assert (tmp_path / "out" / "hypotheses.txt").read_text(encoding="utf-8").split("\n")[5] == ""


def test_an_option_that_the_bundle_lacks_is_one_sentence(bundle, capsys):
    assert main(["translate", str(bundle), "one", "--beam-size", "4"]) == 2
    assert "beam_size must be at most 1" in capsys.readouterr().err


def test_a_bundle_without_beam_search_answers_default_calls(bundle, tmp_path, capsys):
    """docs/bundle.md recommends `--beam-size 1` for files that need no beam; nobody has to repeat it."""
    text = SENTENCES[0]
    expected = open_model(bundle, "translation").generate([text], DecodingOptions(beam_size=1))[0][0].text
    assert open_model(bundle, "translation").generate([text])[0][0].text == expected
    assert main(["translate", str(bundle), text]) == 0
    assert capsys.readouterr().out == f"{one_line(expected)}\n"
    for name, lines in (("test.en", SENTENCES), ("test.de", REFERENCES)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert main(["evaluate", str(bundle), "--data-dir", str(tmp_path)]) == 0
    assert main(["translate", str(bundle), text, "--n-best", "2"]) == 2
    assert "n_best must not exceed beam_size, 1. Received: 2" in capsys.readouterr().err
