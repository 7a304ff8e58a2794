"""A language model's bundle: written after verification only, and served by the same commands as the model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from export.__main__ import main as export_main
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.data.language_modeling import TokenStream
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.evaluation.perplexity import completer_perplexity, evaluate_perplexity
from lite_transformer_tf.exporting.export import export_weights, reference_of
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.verify import VerificationError
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import load_model, save_model
from lite_transformer_tf.tasks.stored_model import ModelNotFoundError, open_model
from lite_transformer_tf.text import Vocabulary, WordVocabulary
from tests.tflite.language_models import language_model_of, lite
from tests.tflite.models import SENTENCES

TEXTS = [*SENTENCES, "The boy reads a book to the girl while two dogs play in the snow on the bench."]
SETTINGS = {"evaluation": {"block": 8, "context_window": 8}}
GRAPH = ["--buckets", "8", "48"]


def words() -> WordVocabulary:
    return WordVocabulary.train(TEXTS)


def saved(folder: Path, vocabulary, **settings) -> Path:
    config = (
        lite(cutoffs=(9, 20)).replace(vocabulary_size=vocabulary.size)
        if vocabulary.size < 200
        else lite().replace(vocabulary_size=vocabulary.size)
    )
    save_model(language_model_of(config, **settings), vocabulary, folder, settings=SETTINGS)
    (folder / "check_sentences.txt").write_text("".join(f"{text}\n" for text in TEXTS))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return saved(tmp_path_factory.mktemp("words") / "model", words())


@pytest.fixture(scope="module")
def bundles(model, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bundles")
    for variant in ("float32", "int8"):
        assert export_main(["tflite", str(model), "--output", str(folder / variant), "--variant", variant, *GRAPH]) == 0
    return {variant: folder / variant for variant in ("float32", "int8")}


def test_the_manifest_carries_the_task(bundles, model):
    manifest = read_manifest(bundles["float32"])
    size = words().size
    assert (manifest.task, manifest.settings, manifest.buckets, manifest.beam_size) == (
        "language-model",
        SETTINGS,
        (8, 48),
        1,
    )
    assert (manifest.vocabulary_sizes, manifest.vocabulary_files) == (
        {"source": size, "target": size},
        dict.fromkeys(("source", "target"), "vocabulary.txt"),
    )
    assert set(manifest.signatures) == {f"{kind}_{bucket}" for kind in ("prefill", "decode_step") for bucket in (8, 48)}
    assert (manifest.max_source_tokens, manifest.max_target_tokens) == (47, 48)
    float32 = manifest.verification["comparisons"]["float32"]
    assert [(entry["search"], entry["equal"], entry["sentences"]) for entry in float32] == [
        ("greedy", len(TEXTS), len(TEXTS)),
        ("sampling", len(TEXTS), len(TEXTS)),
    ]
    card = (bundles["float32"] / "README.md").read_text()
    assert (
        "Prompt and completion have at most 48 tokens together" in card and "2 layers" in card and "ms per call" in card
    )
    scores = manifest.metrics["scores"]
    assert scores["perplexity"]["score"] == pytest.approx(scores["perplexity of the model"]["score"], rel=1e-5)


def test_completions_are_the_models(bundles, model):
    expected, actual = open_model(model), open_model(bundles["float32"])
    for options in (SamplingOptions(temperature=0, max_tokens=12), SamplingOptions(top_p=0.9, seed=7, max_tokens=12)):
        for prompt in ("", "The man reads", TEXTS[-1]):
            assert actual.complete(prompt, options) == expected.complete(prompt, options)


def test_the_perplexity_is_the_models(bundles, model, capsys, tmp_path):
    keras, vocabulary = load_model(model)
    stream = TokenStream.from_text(TEXTS, vocabulary)
    expected = evaluate_perplexity(keras, stream, 8, 8)
    for name, tolerance in (("float32", 1e-5), ("int8", 0.05)):
        found = completer_perplexity(open_bundle(bundles[name]), stream, 8, 8)
        assert (found.tokens, found.words, found.characters) == (expected.tokens, expected.words, expected.characters)
        assert found.nll == pytest.approx(expected.nll, rel=tolerance)
    (tmp_path / "text.txt").write_text("".join(f"{text}\n" for text in TEXTS))
    assert (
        main(
            [
                "evaluate",
                str(bundles["float32"]),
                "--text",
                str(tmp_path / "text.txt"),
                "--output",
                str(tmp_path / "out"),
            ]
        )
        == 0
    )
    assert "blocks of 8 tokens, context window of 8" in capsys.readouterr().out
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["kind"], report["perplexity"]) == ("bundle", pytest.approx(expected.per_token, rel=1e-5))
    assert (
        main(["evaluate", str(bundles["float32"]), "--text", str(tmp_path / "text.txt"), "--context-window", "41"]) == 2
    )
    assert "must fit into 48 positions. Received: 8 + 41" in capsys.readouterr().err


def test_verify_and_complete(bundles, model, capsys):
    assert export_main(["verify", str(bundles["float32"]), "--model", str(model)]) == 0
    assert f"sampling: {len(TEXTS)} of {len(TEXTS)} texts as the model" in capsys.readouterr().out
    assert main(["complete", str(bundles["float32"]), "The", "man", "--temperature", "0", "--max-tokens", "5"]) == 0
    expected = open_model(model).complete("The man", SamplingOptions(temperature=0, max_tokens=5))
    assert capsys.readouterr().out == f"The man{expected}\n"
    assert main(["complete", str(bundles["float32"]), "the " * 60]) == 2
    assert "at most 47 tokens" in capsys.readouterr().err


def test_pieces_as_vocabulary(tmp_path):
    vocabulary = Vocabulary.train(TEXTS, 290, "unigram")
    model = saved(tmp_path / "model", vocabulary)
    assert export_main(["tflite", str(model), "--output", str(tmp_path / "bundle"), *GRAPH]) == 0
    opened = open_bundle(tmp_path / "bundle")
    assert opened.vocabulary.encode(TEXTS[0]) == vocabulary.encode(TEXTS[0])
    assert read_manifest(tmp_path / "bundle").vocabulary_files["source"] == "vocabulary.model"


def test_a_model_that_differs_gets_no_bundle(model, tmp_path):
    keras, vocabulary = load_model(model)
    weights = dict(keras.named_weights())
    weights["decoder/layer_1/feed_forward_norm/beta"] = weights["decoder/layer_1/feed_forward_norm/beta"] + 1
    job = ExportJob(TEXTS, variant="float32", graph=GraphOptions((48,), 1), task="language-model")
    with pytest.raises(VerificationError, match="of 7 differ with greedy search"):
        export_weights(keras.config, weights, vocabulary, reference_of(keras, vocabulary), tmp_path / "bundle", job)
    assert list(tmp_path.iterdir()) == []


def test_near_ties_are_forgiven_and_nothing_else(model):
    """A token whose log-probability differs from the chosen one's by rounding may stand in its place."""
    from lite_transformer_tf.exporting.language_model import verify_completions

    keras, vocabulary = load_model(model)
    reference = reference_of(keras, vocabulary)
    best = int(reference.start([vocabulary.eos_id, *vocabulary.encode("The")]).log_probabilities.argmax())
    other = (best + 1) % vocabulary.size if (best + 1) % vocabulary.size > 3 else 5

    class Other(type(reference)):
        capacity = 48

        def stream_ids(self, prompt, options=None, sample=0):
            return iter([other])

    candidate = Other(keras, vocabulary)
    candidate.capacity = 48
    (greedy, _) = verify_completions(reference, candidate, ["The man"])
    gap = reference.start([vocabulary.eos_id, *vocabulary.encode("The")]).log_probabilities[[best, other]]
    assert greedy.identical is bool(np.ptp(gap) <= 1e-4)


def test_what_does_not_fit_together(bundles, model, tmp_path, capsys):
    with pytest.raises(
        ModelNotFoundError, match="A model for translation is needed. Received: .*, a model for language-model"
    ):
        open_model(bundles["int8"], "translation")
    keras, vocabulary = load_model(model)
    job = ExportJob(TEXTS, TEXTS, graph=GraphOptions((48,), 1), task="language-model")
    with pytest.raises(ValueError, match="without references. Received: 7"):
        export_weights(
            keras.config, keras.named_weights(), vocabulary, reference_of(keras, vocabulary), tmp_path / "b", job
        )
    other = WordVocabulary([*vocabulary.words, "more"])
    with pytest.raises(ValueError, match=f"model's size {vocabulary.size}. Received: {vocabulary.size + 1}"):
        export_weights(
            keras.config, keras.named_weights(), other, None, tmp_path / "b", ExportJob(TEXTS, task="language-model")
        )
    assert not (tmp_path / "b").exists()


def test_a_damaged_word_list_is_refused(bundles, tmp_path):
    import hashlib
    import shutil

    shutil.copytree(bundles["int8"], tmp_path / "copy")
    path = tmp_path / "copy" / "vocabulary.txt"
    path.write_text("one\none\n")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    manifest["files"]["vocabulary.txt"] = {"size": 8, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="vocabulary of a bundle must be readable. Received: 'vocabulary.txt'"):
        open_bundle(tmp_path / "copy")
