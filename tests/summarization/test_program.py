"""The whole way on a toy task: `train summarization`, its run, `evaluate` and `summarize`, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.evaluation.summarization import Lead, rouge
from lite_transformer_tf.models.saving import ModelDirectoryError, load_config, load_model, load_task
from lite_transformer_tf.settings import SettingsError, load_settings
from lite_transformer_tf.tasks.stored_model import open_model
from lite_transformer_tf.tasks.summarization import SUMMARIZATION
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
from tests.summarization.corpus import toy_pairs, write_jsonl
from train.__main__ import main

CONFIGS = Path(__file__).resolve().parents[2] / "train" / "configs"
LONGEST = 36
TINY = {
    "data": {"tokens_per_batch": 400, "lead": "4 words", "cleaning": {"max_source_tokens": LONGEST, "max_ratio": None}},
    "vocabulary": {"size": 320},
    "model": {"embed_dim": 16, "kernel_sizes": [3], "heads": 2, "cross_attention_heads": 2, "dropout": 0.0},
    "training": {
        "epochs": 2,
        "towers": 1,
        "schedule": {"peak": 1e-2, "warmup_steps": 10},
        "average": 2,
        "validation": {"sentences": 10},
    },
    "decoding": {"beam_size": 2, "min_length": 2, "max_length": 8, "no_repeat_ngram": 3},
}
TEST = toy_pairs(12, 2)


def program(*arguments: str) -> int:
    return main(list(map(str, arguments)))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("toy")
    write_jsonl(directory / "train.jsonl.gz", [*toy_pairs(300, 0), ("", "no document"), ("no summary", " ")])
    write_jsonl(directory / "valid.jsonl", [*toy_pairs(12, 1), ("", "no document")])
    write_jsonl(directory / "test.jsonl", TEST)
    return directory


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("config") / "tiny.yaml"
    path.write_text(yaml.safe_dump(TINY))
    return path


@pytest.fixture(scope="module")
def run(data, config, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("runs") / "summaries"
    assert program("summarization", "--config", config, "--data-dir", data, "--output", output, "--quiet") == 0
    return output


def test_report_counts_and_compares(run):
    report = json.loads((run / "report.json").read_text())
    assert report["task"] == "summarization"
    cleaning = report["data"]["cleaning"]
    assert (cleaning["read"], cleaning["empty"], cleaning["kept"]) == (302, 2, 300) and 0 < cleaning["truncated"] < 300
    assert report["data"]["left_out_as_empty"] == {"validation": 1, "test": 0}
    hypotheses = (run / "test_hypotheses.txt").read_text().split("\n")[:-1]
    references = [summary for _, summary in TEST]
    lead = Lead(4, "words")
    assert {name: entry["score"] for name, entry in report["test"]["scores"].items()} == pytest.approx(
        rouge(hypotheses, references)
    )
    leads = rouge([lead(document) for document, _ in TEST], references)
    assert {name: entry["lead"] for name, entry in report["test"]["scores"].items()} == pytest.approx(leads)
    assert report["test"]["rougeL"] == report["test"]["scores"]["rougeL"]["score"]
    assert "rougeL" in report["model"]["validation"]


def test_the_model_knows_its_task(run):
    task, settings = load_task(run / "model")
    assert (task, settings["max_source_tokens"], settings["lead"]) == ("summarization", LONGEST, "4 words")
    assert DecodingOptions(**settings["decoding"]) == DecodingOptions(
        beam_size=2, min_length=2, max_length=8, no_repeat_ngram=3
    )
    assert load_config(run / "model", "summarization").embed_dim == 16
    with pytest.raises(ModelDirectoryError, match="needs a model for .*'translation'. Received: 'summarization'"):
        load_model(run / "model", "translation")
    card = json.loads((run / "model" / "card.json").read_text())
    assert (
        card["training_command"]
        == "python -m train summarization --config RUN/config.yaml --data-dir DIR --output NEW_RUN"
    )
    assert set(card["scores"]) >= {"rougeL", "rougeL of the first 4 words"}


def test_a_finished_run_says_so(run, data, config, capfd):
    assert program("summarization", "--config", config, "--data-dir", data, "--output", run) == 0
    assert "is finished" in capfd.readouterr().err


def test_long_documents_are_cut_as_in_training(run):
    """The words behind the limit change nothing."""
    generator = open_model(run, "summarization")
    document = TEST[0][0]
    ids = generator.source_vocabulary.encode(document + " The end." * 50)
    beginning = generator.source_vocabulary.decode(ids[:LONGEST])
    assert generator.source_vocabulary.encode(beginning) == ids[:LONGEST]
    options = DecodingOptions(beam_size=1, max_length=6)
    short = generator.generate([beginning], options)
    assert generator.truncated == 0
    assert generator.generate([document + " The end." * 50], options) == short
    assert generator.truncated == 1


def test_evaluate_prints_rouge_beside_the_lead(run, data, tmp_path, capsys):
    assert program("evaluate", run, "--data-dir", data, "--output", tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    trained = json.loads((run / "report.json").read_text())["test"]["scores"]
    assert "lead: the first 4 words of the document" in lines[0]
    for line, (name, entry) in zip(lines[1:5], trained.items(), strict=True):
        assert line.split()[:3] == [name, f"{entry['score']:.2f}", f"{entry['lead']:.2f}"]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["scores"] == trained and report["options"]["no_repeat_ngram"] == 3


def test_evaluate_takes_one_file_and_a_least_score(run, data, capsys):
    command = [
        "evaluate",
        run,
        "--pairs",
        data / "valid.jsonl",
        "--lead",
        "1 sentence",
        "--beam-size",
        "1",
        "--min-rouge",
        "100.5",
    ]
    assert program(*command) == 1
    captured = capsys.readouterr()
    assert "lead: the first 1 sentence" in captured.out
    assert "1 of 13 pairs lack a document or a summary" in captured.err and "below --min-rouge 100.5" in captured.err


def test_summarize_uses_the_options_of_the_run(run, capfd):
    documents = [document for document, _ in TEST[:3]]
    options = DecodingOptions(beam_size=2, min_length=2, max_length=8, no_repeat_ngram=3)
    expected = [answer[0].text for answer in open_model(run, "summarization").generate(documents, options)]
    assert program("summarize", run, *documents) == 0
    assert capfd.readouterr().out.splitlines() == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", "{run}", "text"], "A model for translation is needed. Received"),
        (["evaluate", "{run}", "--pairs", "{data}/none.jsonl"], "A file of records must exist"),
        (["evaluate", "{run}", "--pairs", "{data}/valid.jsonl", "--data-dir", "{data}"], "only one of them"),
        (
            ["evaluate", "{run}", "--data-dir", "{data}", "--fields", "text", "title"],
            "no 'text', but ['document', 'summary']",
        ),
        (["evaluate", "{run}", "--data-dir", "{data}", "--lead", "five"], "'10 words' or '3 sentences'"),
        (["summarization", "--config", "{config}"], "needs a data directory (--data-dir DIR), or data.files"),
        (["summarization", "--data-dir", "{data}", "--set", "data.lead=3 lines"], "data.lead must have the form"),
        (["summarization", "--set", "data.corpus=tensorflow_datasets"], "go together"),
        (
            ["summarization", "--config", "{config}", "--data-dir", "{data}/none", "--output", "{data}/run"],
            "A data directory must exist",
        ),
    ],
)
def test_mistakes(arguments, message, run, data, config, capsys):
    places = {"run": run, "data": data, "config": config}
    assert program(*(argument.format(**places) for argument in arguments)) == 2
    assert message in capsys.readouterr().err


def test_empty_documents_everywhere_are_an_error(data, config, tmp_path, capsys):
    write_jsonl(tmp_path / "train.jsonl", toy_pairs(20, 0))
    write_jsonl(tmp_path / "valid.jsonl", [("", "a summary"), (" ", "another")])
    assert program("summarization", "--config", config, "--data-dir", tmp_path, "--output", tmp_path / "run") == 2
    assert "At least one pair must have a document and a summary. Received:" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["acl_titles", "cnndm_496", "summarization_default"])
def test_recipes_can_be_read(name):
    config = load_settings(SummarizationConfig, CONFIGS / f"{name}.yaml")
    assert config.decoding.no_repeat_ngram == 3 and config.data.cleaning.max_ratio is None
    if name == "cnndm_496":
        decoding, training = config.decoding, config.training
        assert (decoding.beam_size, decoding.length_penalty, decoding.min_length, decoding.max_length) == (
            4,
            2.0,
            55,
            140,
        )
        assert (training.max_updates, training.schedule.warmup_steps, training.schedule.period) == (
            50_000,
            10_000,
            40_000,
        )
        assert config.data.tokens_per_batch * training.accumulation_steps == 4096 * 16 * 8
        model = config.build_model_config(30_000, 30_000)
        assert (model.embed_dim, model.dropout, model.attention_dropout, model.weight_dropout) == (496, 0.15, 0.1, 0.1)


def test_embedded_corpus_needs_no_directory(tmp_path):
    data = load_settings(SummarizationConfig, CONFIGS / "summarization_default.yaml").data
    with pytest.raises(SettingsError, match="needs no data directory"):
        SUMMARIZATION.load(data, tmp_path)
