"""Bundles: written after verification only, whole or not at all, and refused when anything is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.bundle.directory import read_files, read_manifest, write_bundle
from lite_transformer_tf.bundle.manifest import BundleError, FileInfo, Manifest
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.exporting.check_set import check_pairs
from lite_transformer_tf.exporting.export import export_bundle, export_weights, verify_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.verify import VerificationError
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.runtime.open import open_bundle
from tests.tflite.models import SENTENCES, text_model

GRAPH = GraphOptions((8, 16, 64), 2)
FACTS = ModelFacts(
    ("en", "de"),
    "Six sentences.",
    "python -m train translation",
    {"bleu": {"score": 12.5, "signature": "nrefs:1"}},
    ("Toy.",),
    "MIT",
)


def job(**changes) -> ExportJob:
    return ExportJob(**{"check_texts": SENTENCES, "graph": GRAPH, "facts": FACTS, **changes})


@pytest.fixture(scope="module")
def keras_reference() -> KerasGenerator:
    model, vocabularies = text_model()
    return KerasGenerator(model, vocabularies.source, vocabularies.target)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory, keras_reference: KerasGenerator) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bundles")
    model, vocabularies = text_model()
    for variant in ("float32", "int8"):
        references = SENTENCES[::-1] if variant == "int8" else ()
        options = job(variant=variant, references=references)
        export_weights(model.config, model.named_weights(), vocabularies, keras_reference, folder / variant, options)
    return {variant: folder / variant for variant in ("float32", "int8")}


@pytest.fixture
def damaged(bundles: dict[str, Path], tmp_path: Path) -> Path:
    """A copy to spoil."""
    copy = tmp_path / "bundle"
    copy.mkdir()
    for path in bundles["int8"].iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def edit_manifest(bundle: Path, **changes: object) -> None:
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_float32_bundle_translates_as_the_model(bundles: dict[str, Path], keras_reference: KerasGenerator) -> None:
    texts = [*SENTENCES, "", "  ", "Ünknown wörds ✓"]
    generator = open_bundle(bundles["float32"])
    for options in (DecodingOptions(beam_size=1, max_length=12), DecodingOptions(beam_size=2, max_length=12, n_best=2)):
        expected = keras_reference.generate(texts, options)
        actual = generator.generate(texts, options)
        assert [[(found.text, found.ids) for found in answer] for answer in actual] == [
            [(found.text, found.ids) for found in answer] for answer in expected
        ]
    assert actual[len(SENTENCES)][0].text == "" and actual[len(SENTENCES)][0].score == 0
    assert all(entry.identical for entry in verify_bundle(bundles["float32"], keras_reference, SENTENCES))


def test_manifest_tells_the_whole_contract(bundles: dict[str, Path]) -> None:
    model, vocabularies = text_model()
    manifest = read_manifest(bundles["int8"])
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert (manifest.task, manifest.variant, manifest.languages) == ("translation", "int8", ("en", "de"))
    assert manifest.special_ids == {"bos": 0, "pad": 1, "eos": 2, "unk": 3}
    assert (manifest.buckets, manifest.beam_size, manifest.max_source_tokens, manifest.max_target_tokens) == (
        (8, 16, 64),
        2,
        64,
        63,
    )
    assert manifest.parameters == sum(value.size for value in model.named_weights().values())
    assert manifest.vocabulary_files == {"source": "vocabulary.model", "target": "vocabulary.model"}
    assert set(manifest.signatures) == {
        f"{kind}_{bucket}" for kind in ("encode", "decode_step", "beam_step") for bucket in (8, 16, 64)
    }
    shapes = {
        tensor.name: (tensor.shape, tensor.dtype)
        for side in ("inputs", "outputs")
        for tensor in getattr(manifest.signatures["beam_step_16"], side)
    }
    assert shapes == {
        "token": ((2,), "int32"),
        "position": ((1,), "int32"),
        "source_length": ((1,), "int32"),
        "memory": ((16, 16, 8), "float32"),
        "attention_cache": ((2, 16, 15, 4), "float32"),
        "window": ((2, 6, 32), "float32"),
        "logits": ((2, 290), "float32"),
        "top_tokens": ((2, 6), "int32"),
        "top_log_probabilities": ((2, 6), "float32"),
        "new_attention": ((2, 16, 1, 4), "float32"),
        "new_window": ((2, 1, 32), "float32"),
    }
    for name, info in manifest.files.items():
        assert FileInfo.of((bundles["int8"] / name).read_bytes()) == info
    assert set(manifest.files) | {"manifest.json"} == {path.name for path in bundles["int8"].iterdir()}
    assert set(manifest.metrics["scores"]) >= {"bleu", "chrf"}


def test_report_and_card(bundles: dict[str, Path]) -> None:
    report = json.loads((bundles["int8"] / "report.json").read_text())
    float32, int8 = report["verification"]["comparisons"]["float32"], report["verification"]["comparisons"]["int8"]
    assert [entry["search"] for entry in float32] == [entry["search"] for entry in int8] == ["greedy", "beam 2"]
    assert all(entry["equal"] == entry["sentences"] == len(SENTENCES) and entry["too_long"] == 0 for entry in float32)
    assert (
        report["model_bytes"]["int8"]
        == (bundles["int8"] / "model.tflite").stat().st_size
        < report["model_bytes"]["float32"]
    )
    forms = ["float32", "int8 weights, float32 activations", "int8"]
    assert list(report["verification"]["comparisons"]) == forms and all(
        f"| {form} | greedy |" in (bundles["int8"] / "README.md").read_text() for form in forms
    )
    weights = report["verification"]["weights"]
    assert (
        0 < weights["equal"] < weights["weights"] and 0.3 / 127 < weights["largest_difference"] < 0.51 / 127
    )  # rounded after training
    assert "weights" not in json.loads((bundles["float32"] / "report.json").read_text())["verification"]
    card = (bundles["int8"] / "README.md").read_text()
    for part in (
        "en to de",
        "Six sentences.",
        "`python -m train translation`",
        "| bleu | the model, after training | 12.50 | `nrefs:1` |",
        "2.18.0",
        "MIT",
    ):
        assert part in card


def test_a_bundle_is_compared_with_float_activations(bundles: dict[str, Path], keras_reference: KerasGenerator) -> None:
    stored = read_manifest(bundles["int8"]).verification["comparisons"]["int8 weights, float32 activations"]
    for found, entry in zip(
        verify_bundle(bundles["int8"], keras_reference, SENTENCES, widened=True), stored, strict=True
    ):
        assert (found.search, found.compared - len(found.differences)) == (entry["search"], entry["equal"])
        assert found.largest_score_difference == entry["largest_score_difference"]


def test_a_model_that_differs_gets_no_bundle(tmp_path: Path, keras_reference: KerasGenerator) -> None:
    model, vocabularies = text_model()
    weights = dict(model.named_weights())
    weights["decoder/layer_1/feed_forward_norm/beta"] = weights["decoder/layer_1/feed_forward_norm/beta"] + 1
    with pytest.raises(
        VerificationError, match=r"of 6 differ with greedy search: sentence 1 \('A boy runs.'\) from token"
    ):
        export_weights(model.config, weights, vocabularies, keras_reference, tmp_path / "bundle", job())
    assert list(tmp_path.iterdir()) == []


def test_no_check_set_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="An export needs sentences to check"):
        check_pairs(tmp_path, None, None)
    with pytest.raises(ValueError, match="at least one sentence"):
        job(check_texts=["", "  "])
    (tmp_path / "check_sentences.txt").write_text("one\n\ntwo\nthree\n")
    (tmp_path / "answers.txt").write_text("eins\n\nzwei\ndrei\n")
    assert check_pairs(tmp_path, None, tmp_path / "answers.txt", 2) == (["one", "two"], ["eins", "zwei"])


def test_sentences_that_do_not_fit_are_refused_not_cut(
    bundles: dict[str, Path], keras_reference: KerasGenerator
) -> None:
    long = " ".join(SENTENCES) * 3
    generator = open_bundle(bundles["float32"])
    tokens = len(generator.source_ids(long))
    with pytest.raises(TextTooLongError, match=f"at most 64 tokens.*Received: {tokens} tokens"):
        generator.generate([SENTENCES[0], long], DecodingOptions())
    (greedy, _) = verify_bundle(bundles["float32"], keras_reference, [long, SENTENCES[0]])
    assert (greedy.compared, greedy.too_long, greedy.identical) == (1, 1, True)


def test_an_existing_directory_is_replaced_only_when_asked_and_only_if_a_bundle(
    damaged: Path, bundles: dict[str, Path], tmp_path: Path
) -> None:
    model, vocabularies = text_model()
    with pytest.raises(FileExistsError, match="must be new or empty"):
        export_bundle(model, vocabularies, damaged, job())
    (damaged / "manifest.json").unlink()
    with pytest.raises(FileExistsError, match="Only a directory with a file 'manifest.json' is overwritten"):
        export_bundle(model, vocabularies, damaged, job(), overwrite=True)
    (damaged / "manifest.json").write_text("{}")
    manifest = read_manifest(bundles["float32"])
    files = read_files(bundles["float32"], manifest)
    assert write_bundle(damaged, manifest, files, overwrite=True) == manifest == read_manifest(damaged)
    with pytest.raises(BundleError, match="must be a TFLite file"):  # what does not open again is not put in its place
        write_bundle(damaged, manifest, {**files, "model.tflite": b"?"}, overwrite=True, check=open_bundle)
    assert read_manifest(damaged) == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_damaged_files_are_refused(damaged: Path) -> None:
    for name in ("model.tflite", "vocabulary.model", "README.md"):
        content = (damaged / name).read_bytes()
        (damaged / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(BundleError, match=f"{name} must have .* bytes and the SHA-256 .*damaged"):
            open_bundle(damaged)
        (damaged / name).write_bytes(content[:-7])
        with pytest.raises(BundleError, match=f"{name} must have .* bytes and the SHA-256 .*damaged"):
            open_bundle(damaged)
        (damaged / name).unlink()
        with pytest.raises(BundleError, match=f"must hold every file.*no '{name}'"):
            open_bundle(damaged)
        (damaged / name).write_bytes(content)
    open_bundle(damaged)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": 3}, "schema version 1 and 2; use the program.*Received: 3"),
        ({"schema_version": "1"}, "schema version 1.*Received: '1'"),
        ({"format": "something"}, "format 'lite-transformer-bundle'.*Received: 'something'"),
        ({"buckets": [16, 8]}, "buckets must be ascending"),
        ({"task": None}, "task must be text. Received: None"),
        ({"files": {"model.tflite": {"size": 1, "sha256": "0" * 64}}}, "files must have 'vocabulary.model'"),
        ({"signatures": {}}, "signatures of model.tflite must be those of the manifest. Received: different tensors"),
        ({"vocabulary_sizes": {"source": 291, "target": 290}}, "must have a config.source_vocabulary_size of 291"),
    ],
)
def test_manifests_of_another_time_or_kind_are_refused(damaged: Path, changes: dict, message: str) -> None:
    edit_manifest(damaged, **changes)
    with pytest.raises(BundleError, match=message):
        open_bundle(damaged)


def test_what_is_no_bundle_is_refused(damaged: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="directory with a manifest.json"):
        open_bundle(tmp_path / "nowhere")
    with pytest.raises(BundleError, match="directory with a manifest.json.*begins with"):
        open_bundle(damaged / "model.tflite")
    manifest = json.loads((damaged / "manifest.json").read_text())
    for text, message in (
        ("{", "must be JSON"),
        ("[]", "must have the format"),
        (json.dumps({**manifest, "format": None}), "must have the format"),
    ):
        (damaged / "manifest.json").write_text(text)
        with pytest.raises(BundleError, match=message):
            open_bundle(damaged)
    (damaged / "manifest.json").write_bytes(b"\xff\xfe")
    with pytest.raises(BundleError, match="UTF-8"):
        open_bundle(damaged)
    del manifest["metrics"]
    (damaged / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="metrics must be given"):
        open_bundle(damaged)


def test_ids_are_checked(bundles: dict[str, Path]) -> None:
    generator = open_bundle(bundles["float32"], threads=2)
    options = DecodingOptions(beam_size=1, max_length=4)
    with pytest.raises(ValueError, match="must end with eos"):
        generator.translate_ids([5, 6], options)
    with pytest.raises(ValueError, match="must lie in"):
        generator.translate_ids([290, 2], options)
    assert len(generator.translate_ids([5, 6, 2], options)) == 1


def test_meanings_may_be_worded_differently(damaged: Path) -> None:
    """A bundle of another version opens although a tensor's description has changed since."""
    path = damaged / "manifest.json"
    path.write_text(path.read_text().replace("number of real tokens in", "how many tokens are real in"))
    open_bundle(damaged)
