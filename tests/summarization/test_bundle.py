"""A summarization model's bundle: cut documents, the run's options, ROUGE, and the same commands as for the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.__main__ import main as export_main
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.evaluation.summarization import Lead, score_summaries
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import save_model
from lite_transformer_tf.tasks.stored_model import ModelNotFoundError, open_model
from lite_transformer_tf.tasks.summarization import SUMMARIZATION
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair
from tests.summarization.corpus import toy_pairs, write_jsonl
from tests.tflite.models import keras_model_of

LONGEST = 60
SETTINGS = {
    "max_source_tokens": LONGEST,
    "lead": "4 words",
    "decoding": {"beam_size": 2, "min_length": 2, "max_length": 8, "no_repeat_ngram": 3},
}
OPTIONS = SUMMARIZATION.default_options(SETTINGS)
PAIRS = [
    (f"{document} {'And so on. ' * (9 * (i % 2))}".strip(), summary)
    for i, (document, summary) in enumerate(toy_pairs(8, 3))
]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    documents, summaries = zip(*toy_pairs(60, 0), strict=True)
    vocabularies = VocabularyPair.train(documents, summaries, 300)
    config = LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3, 7), source_vocabulary_size=300, target_vocabulary_size=300
    )
    folder = tmp_path_factory.mktemp("model") / "model"
    save_model(keras_model_of(config, seed=5), vocabularies, folder, task="summarization", settings=SETTINGS)
    return folder


@pytest.fixture(scope="module")
def bundle(model, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    pairs = write_jsonl(folder / "pairs.jsonl.gz", [*PAIRS, ("", "no document")])
    assert (
        export_main(
            ["tflite", str(model), "--output", str(folder / "bundle"), "--variant", "float32", "--pairs", str(pairs)]
        )
        == 0
    )
    return folder / "bundle"


def test_the_manifest_carries_the_task(bundle):
    manifest = read_manifest(bundle)
    assert (manifest.task, manifest.settings) == ("summarization", SETTINGS)
    assert (manifest.buckets, manifest.max_source_tokens) == ((32, 64), 64)
    assert [entry["search"] for entry in manifest.verification["comparisons"]["float32"]] == ["greedy", "beam 4"]
    assert all(
        entry["equal"] == entry["sentences"] == len(PAIRS) for entry in manifest.verification["comparisons"]["float32"]
    )
    card = (bundle / "README.md").read_text()
    assert "Of a longer text its first 60 tokens are read" in card and "A summary has at most 63 tokens." in card


def test_documents_are_cut_and_counted_as_by_the_model(bundle, model):
    documents = [document for document, _ in PAIRS]
    expected, actual = open_model(model, "summarization"), open_bundle(bundle)
    assert [answer[0].ids for answer in actual.generate(documents, OPTIONS)] == [
        answer[0].ids for answer in expected.generate(documents, OPTIONS)
    ]
    assert actual.truncated == expected.truncated == 4
    with pytest.raises(
        ModelNotFoundError, match="A model for translation is needed. Received: .*, a model for summarization"
    ):
        open_model(bundle, "translation")


def test_rouge_of_the_bundle_stands_beside_the_lead(bundle):
    documents, references = zip(*PAIRS, strict=True)
    options = OPTIONS.replace(beam_size=4)
    answers = [answer[0].text for answer in open_bundle(bundle).generate(documents, options)]
    assert read_manifest(bundle).metrics["scores"] == score_summaries(answers, references, documents, Lead(4, "words"))


def test_commands_take_the_options_of_the_training_run(bundle, tmp_path, capfd):
    expected = [answer[0].text for answer in open_bundle(bundle).generate([PAIRS[0][0]], OPTIONS)]
    assert main(["summarize", str(bundle), PAIRS[0][0]]) == 0
    assert capfd.readouterr().out.splitlines() == expected
    pairs = write_jsonl(tmp_path / "test.jsonl", PAIRS)
    assert main(["evaluate", str(bundle), "--pairs", str(pairs), "--output", str(tmp_path / "out")]) == 0
    assert "lead: the first 4 words" in capfd.readouterr().out
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["truncated"], report["options"]["no_repeat_ngram"], report["options"]["beam_size"]) == (4, 3, 2)
    assert main(["translate", str(bundle), "text"]) == 2
    assert "A model for translation is needed. Received" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("longest", "buckets"), [(None, (32, 64, 128)), (20, (32,)), (31, (32,)), (32, (32, 64)), (150, (32, 64, 128, 160))]
)
def test_buckets_hold_the_longest_document(longest, buckets):
    assert SUMMARIZATION.default_graph({"max_source_tokens": longest}).buckets == buckets


def test_buckets_that_are_too_small_are_refused():
    with pytest.raises(ValueError, match=r"must hold the 128 tokens.*Received: buckets \(32, 64, 128\)"):
        ExportJob(["a"], task="summarization", settings={"max_source_tokens": 128})


def test_export_takes_pairs_or_two_files(model, tmp_path, capsys):
    pairs = write_jsonl(tmp_path / "pairs.jsonl", PAIRS)
    assert (
        export_main(
            ["tflite", str(model), "--output", str(tmp_path / "b"), "--pairs", str(pairs), "--check-set", str(pairs)]
        )
        == 2
    )
    assert "Give --pairs, or --check-set and --references" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()
