"""manifest.json and card.json: every field is checked, and an error names the rule, the place and the value."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.bundle.archive import pack_bundle, unpack_bundle
from lite_transformer_tf.bundle.container import pack_file
from lite_transformer_tf.bundle.directory import read_bundle, read_files, read_manifest, write_bundle
from lite_transformer_tf.bundle.manifest import FIRST_CACHES, BundleError, FileInfo, Manifest

FIELDS = {field.name for field in dataclasses.fields(Manifest)} - {
    "format",
    "schema_version",
    "caches",
    "licence",
    "attribution",
}
DIGEST = "ab" * 32


def manifest_of(**changes: Any) -> dict[str, Any]:
    tensor = {"name": "token", "shape": [1], "dtype": "int32", "meaning": "the token"}
    fields = {
        "format": "lite-transformer-bundle",
        "schema_version": 1,
        "task": "translation",
        "variant": "int8",
        "languages": ["en", "fr"],
        "special_ids": {"bos": 0, "pad": 1, "eos": 2, "unk": 3},
        "vocabulary_sizes": {"source": 100, "target": 90},
        "embed_dim": 16,
        "parameters": 1000,
        "buckets": [32, 64],
        "beam_size": 4,
        "max_source_tokens": 64,
        "max_target_tokens": 63,
        "vocabulary_files": {"source": "source.model", "target": "target.model"},
        "signatures": {"encode_32": {"inputs": [tensor], "outputs": []}},
        "files": {name: {"size": 3, "sha256": DIGEST} for name in ("model.tflite", "source.model", "target.model")},
        "minimum_runtime": "2.18.0",
        "quantization": {"weights": "int8", "activations": "float32"},
        "config": {"embed_dim": 16},
        "settings": {"max_source_tokens": 50},
        "verification": {"comparisons": {}},
        "metrics": {},
    }
    return {**fields, **changes}


def read(**changes: Any) -> Manifest:
    return Manifest.from_json(json.dumps(manifest_of(**changes)))


def test_a_manifest_comes_back_and_is_as_it_was():
    text = json.dumps(manifest_of())
    manifest = Manifest.from_json(text)
    assert json.loads(manifest.to_json()) == manifest_of()
    assert Manifest.from_json(manifest.to_json()) == manifest == Manifest.from_json(text.encode())
    assert (manifest.buckets, manifest.languages, manifest.signatures["encode_32"].inputs[0].shape) == (
        (32, 64),
        ("en", "fr"),
        (1,),
    )


def test_fields_of_newer_programs_are_ignored():
    newer = manifest_of(later="x")
    newer["files"]["model.tflite"]["mode"] = 1
    newer["special_ids"]["sep"] = 4
    assert Manifest.from_json(json.dumps(newer)) == read()


def test_caches_are_listed_or_those_of_the_first_bundles():
    assert read().step_caches == FIRST_CACHES and read(caches=[]).step_caches == ()
    state = {"input": "state", "output": "new_state", "growth": "state"}
    manifest = read(caches=[state], schema_version=2)
    assert manifest.step_caches == (CacheSpec("state", "new_state", Growth.STATE),)
    assert json.loads(manifest.to_json())["caches"] == [state]
    assert [Manifest.version_for(caches) for caches in (FIRST_CACHES, (), manifest.step_caches)] == [1, 1, 2]
    for wrong in (3, ["state"], [{**state, "growth": "tree"}], [{"input": "state"}], [{**state, "output": 1}]):
        with pytest.raises(BundleError, match="manifest.json: caches"):
            read(caches=wrong)


def test_licence_and_attribution_are_there_or_empty():
    rights = {"licence": "CC BY 2.0", "attribution": "Tatoeba"}
    manifest = read(**rights)
    assert (manifest.licence, manifest.attribution) == ("CC BY 2.0", "Tatoeba")
    assert json.loads(manifest.to_json()) == manifest_of(**rights)
    assert (read().licence, read().attribution) == ("", "")
    for name in rights:
        with pytest.raises(BundleError, match=f"manifest.json: {name} must be text. Received: 3"):
            read(**{name: 3})


TEXT, WHOLE, LIST, OBJECT = "must be text", "must be a whole number", "must be a list", "must be an object"
WRONG = [
    *(("task", value, TEXT) for value in (None, 3, ["translation"], {})),
    ("task", "", "must not be empty"),
    *(("variant", value, TEXT) for value in (None, 8, True)),
    *(("languages", value, LIST) for value in (None, "en", 2)),
    ("languages", ["en", None], rf"languages\[1\] {TEXT}. Received: None"),
    *(("special_ids", value, OBJECT) for value in (None, [0, 1, 2, 3], 1)),
    ("special_ids", {"bos": 0, "pad": 1, "eos": 2}, r"\['unk'\] are missing"),
    ("special_ids", {"bos": 0, "pad": -1, "eos": 2, "unk": 3}, "special_ids.pad must be greater than or equal to 0"),
    ("special_ids", {"bos": 0, "pad": True, "eos": 2, "unk": 3}, f"special_ids.pad {WHOLE}. Received: True"),
    ("special_ids", {"bos": 0, "pad": 1, "eos": 2, "unk": 90}, "must have special_ids below the vocabulary_sizes"),
    *(("vocabulary_sizes", value, OBJECT) for value in (None, [1, 2])),
    ("vocabulary_sizes", {"source": 100}, r"\['target'\] are missing"),
    ("vocabulary_sizes", {"source": 100, "target": "90"}, f"vocabulary_sizes.target {WHOLE}. Received: '90'"),
    *(("embed_dim", value, WHOLE) for value in (None, "16", 16.0, True, [16])),
    ("embed_dim", 0, "must be greater than or equal to 1. Received: 0"),
    *(("parameters", value, WHOLE) for value in (None, "1", 1.0)),
    *(("buckets", value, LIST) for value in (None, 32, "32")),
    ("buckets", [64, 32], r"manifest.json: buckets must be ascending. Received: \[64, 32\]"),
    ("buckets", [32, 32], "must be ascending"),
    ("buckets", [], "must be ascending"),
    ("buckets", [8.5], rf"buckets\[0\] {WHOLE}. Received: 8.5"),
    ("buckets", [0, 32], r"buckets\[0\] must be greater than or equal to 1"),
    *(("beam_size", value, WHOLE) for value in (None, "4", 4.0, True)),
    ("beam_size", 0, "greater than or equal to 1"),
    *(("max_source_tokens", value, WHOLE) for value in (None, "64", False)),
    ("max_source_tokens", 65, "max_source_tokens of at most the largest bucket, 64. Received: 65"),
    *(("max_target_tokens", value, WHOLE) for value in (None, [])),
    ("max_target_tokens", 1000, "max_target_tokens of at most the largest bucket, 64. Received: 1000"),
    *(("vocabulary_files", value, OBJECT) for value in (None, "source.model")),
    ("vocabulary_files", {"source": "source.model"}, r"\['target'\] are missing"),
    ("vocabulary_files", {"source": "a/b", "target": "target.model"}, "vocabulary_files.source must be the name of a"),
    ("vocabulary_files", {"source": 1, "target": "target.model"}, f"vocabulary_files.source {TEXT}. Received: 1"),
    ("vocabulary_files", {"source": "none", "target": "target.model"}, "files must have 'none'"),
    *(("signatures", value, OBJECT) for value in (None, [], "encode_32")),
    ("signatures", {"e": {"inputs": []}}, "signatures.e.outputs must be given. Received: nothing"),
    ("signatures", {"e": {"inputs": [3], "outputs": []}}, rf"signatures.e.inputs\[0\] {OBJECT}. Received: 3"),
    ("signatures", {"e": None}, f"signatures.e {OBJECT}"),
    *(("files", value, OBJECT) for value in (None, ["model.tflite"])),
    ("files", {"../model.tflite": {"size": 1, "sha256": DIGEST}}, r"files\['../model.tflite'\] must be the name of a"),
    ("files", {"manifest.json": {"size": 1, "sha256": DIGEST}}, "files other than manifest.json itself"),
    ("files", {"a\0b": {"size": 1, "sha256": DIGEST}}, "must be the name of a file"),
    ("files", {"model.tflite": {"size": -1, "sha256": DIGEST}}, r"files\['model.tflite'\].size must be greater"),
    ("files", {"model.tflite": {"size": 1, "sha256": DIGEST[1:]}}, "sha256 must be 64 hexadecimal digits"),
    ("files", {"model.tflite": {"size": 1, "sha256": DIGEST.upper()}}, "sha256 must be 64 hexadecimal digits"),
    ("files", {"model.tflite": {"size": 1}}, "sha256 must be given"),
    ("files", {"x": {"size": 1, "sha256": DIGEST}}, r"files must have 'model.tflite'. Received: \['x'\]"),
    *(("minimum_runtime", value, TEXT) for value in (None, 2.18, [2, 18, 0])),
    ("minimum_runtime", "2.18", "must be a version such as 2.18.0. Received: '2.18'"),
    ("minimum_runtime", "newest", "must be a version"),
    *(("quantization", value, OBJECT) for value in (None, "int8")),
    ("quantization", {"weights": "int8"}, r"\['activations'\] are missing"),
    ("quantization", {"weights": 8, "activations": "x"}, f"quantization.weights {TEXT}"),
    *(("config", value, OBJECT) for value in (None, [], "lite")),
    *(("settings", value, OBJECT) for value in (None, [])),
    ("settings", {"max_source_tokens": "96"}, "settings must have a positive whole number as max_source_tokens"),
    ("settings", {"max_source_tokens": 0}, "positive whole number"),
    ("settings", {"max_source_tokens": True}, "positive whole number"),
    *(("verification", value, OBJECT) for value in (None, 1)),
    *(("metrics", value, OBJECT) for value in (None, [])),
]


@pytest.mark.parametrize(("field", "value", "rule"), WRONG, ids=lambda entry: repr(entry)[:40])
def test_a_field_of_a_wrong_kind_is_refused(field: str, value: Any, rule: str):
    with pytest.raises(BundleError, match=rule) as caught:
        read(**{field: value})
    message = str(caught.value)
    assert message.startswith("manifest.json: ") and "\n" not in message and "pydantic" not in message


def test_every_field_has_wrong_kinds_in_the_table():
    assert {field for field, _, _ in WRONG} == FIELDS


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_missing_field_is_named(field: str):
    fields = manifest_of()
    del fields[field]
    with pytest.raises(BundleError, match=f"manifest.json: {field} must be given. Received: nothing"):
        Manifest.from_json(json.dumps(fields))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "must be JSON in UTF-8. Received: Expecting property name"),
        (b"\xff\xfe{}", "must be JSON in UTF-8. Received: 'utf-8' codec"),
        ("[]", "must have the format 'lite-transformer-bundle'. Received: 'list'"),
        ("{}", "must have the format 'lite-transformer-bundle'. Received: None"),
        ("[" * 200_000, "must be JSON in UTF-8. Received: it is nested too deeply"),
        (json.dumps(manifest_of(config=json.loads("[" * 99 + "]" * 99))), "config must be an object"),
        ('{"a":' * 150 + "1" + "}" * 150, "nested too deeply"),
        ('{"format": NaN}', "a number that is nan"),
        ('{"format": 1e999}', "a number that is inf"),
        (json.dumps(manifest_of(format="zip")), "Received: 'zip'"),
        (
            json.dumps(manifest_of(schema_version=3)),
            "schema version 1 and 2; use the program that wrote it.*Received: 3",
        ),
        (json.dumps(manifest_of(schema_version=True)), "schema version 1.*Received: True"),
        (json.dumps(manifest_of(schema_version=1.0)), "schema version 1.*Received: 1.0"),
        (json.dumps(manifest_of(task="\ud800")), "task must be a valid string|half a surrogate pair in"),
        (json.dumps(manifest_of(buckets="9" * 5000)), r"Received: '9{199}\.\.\. \(5002 characters\)"),
    ],
    ids=lambda entry: repr(entry)[:30],
)
def test_what_is_no_manifest_is_refused_in_one_sentence(content: str | bytes, message: str):
    with pytest.raises(BundleError, match=message) as caught:
        Manifest.from_json(content)
    assert len(str(caught.value)) < 600


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_manifest_with_any_value_anywhere_opens_or_is_refused(choose):
    """Whatever opens is written again, and then reads as the same."""
    fields = copy.deepcopy(manifest_of())
    place, key = fields, choose.draw(st.sampled_from(sorted(fields)))
    while isinstance(place[key], dict) and place[key] and choose.draw(st.booleans()):
        place = place[key]
        key = choose.draw(st.sampled_from(sorted(place)))
    place[key] = choose.draw(ODD)
    try:
        manifest = Manifest.from_json(json.dumps(fields))
    except BundleError as error:
        assert "\n" not in str(error) and "Received" in str(error)
    else:
        assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_bundle_is_read_alike_from_a_directory_and_from_its_download(tmp_path: Path):
    contents = {"model.tflite": b"abc", "source.model": b"def", "target.model": b"ghi"}
    manifest = write_bundle(tmp_path / "bundle", read(), contents)
    assert manifest.files == {name: FileInfo.of(content) for name, content in contents.items()}
    figures = pack_bundle(tmp_path / "bundle", tmp_path / "bundle.ltpk")
    assert figures["unpacked"] == sum(path.stat().st_size for path in (tmp_path / "bundle").iterdir())
    for path in (tmp_path / "bundle", tmp_path / "bundle.ltpk"):
        assert read_manifest(path) == manifest
        assert read_bundle(path) == (manifest, contents)
    unpack_bundle(tmp_path / "bundle.ltpk", tmp_path / "again")
    assert read_bundle(tmp_path / "again") == (manifest, contents)


@pytest.mark.parametrize("packed", [False, True])
def test_files_that_differ_are_named(tmp_path: Path, packed: bool):
    contents = {"model.tflite": b"abc", "source.model": b"def", "target.model": b"ghi"}
    manifest = write_bundle(tmp_path / "bundle", read(), contents)

    def path(changed: dict[str, bytes]) -> Path:
        if packed:
            (tmp_path / "file.ltpk").write_bytes(pack_file(changed))
            return tmp_path / "file.ltpk"
        for name, content in changed.items():
            (tmp_path / "bundle" / name).write_bytes(content)
        for name in contents.keys() - changed.keys():
            (tmp_path / "bundle" / name).unlink()
        return tmp_path / "bundle"

    text = manifest.to_json().encode()
    with pytest.raises(BundleError, match="source.model must have 3 bytes.*damaged, copy or export it again.*4 bytes"):
        read_files(path({**contents, "source.model": b"defg"}), manifest)
    with pytest.raises(BundleError, match="every file of its manifest. Received: no 'target.model'"):
        read_bundle(path({"manifest.json": text, "model.tflite": b"abc", "source.model": b"def"}))
    (tmp_path / "bundle/manifest.json").unlink()
    with pytest.raises(
        BundleError, match="A bundle is a directory with a manifest.json.*Received: no manifest.json in"
    ):
        read_manifest(path(contents))


def test_a_damaged_download_says_so_and_nothing_is_written(tmp_path: Path):
    download = tmp_path / "file.ltpk"
    download.write_bytes(pack_file({"manifest.json": b"{}"})[:-1])
    with pytest.raises(BundleError, match=r"file.ltpk: This download is damaged \(.*\). Fetch it again."):
        read_manifest(download)
    download.write_bytes(pack_file({"manifest.json": b"{}"}))
    with pytest.raises(BundleError, match="must have the format"):
        unpack_bundle(download, tmp_path / "bundle")
    assert [path.name for path in tmp_path.iterdir()] == ["file.ltpk"]


def test_no_bundle_is_written_without_its_vocabularies(tmp_path: Path):
    with pytest.raises(BundleError, match="files must have 'source.model'"):
        write_bundle(tmp_path / "bundle", read(), {"model.tflite": b"abc"})
    assert list(tmp_path.iterdir()) == []
