"""Hostile files are refused before they cost time or memory, and changed models before they answer."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.bundle.codec.entropy import decode, encode
from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.codec.lzma_code import compress
from lite_transformer_tf.bundle.container import pack_file, unpack_file
from lite_transformer_tf.bundle.directory import read_bundle, read_manifest
from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.limits import Limits, TooLargeError, read_limited
from lite_transformer_tf.model_directory import ModelDirectoryError, load_weights, read_description
from lite_transformer_tf.restoring.stored import stored_weights
from lite_transformer_tf.text.vocabulary import Vocabulary
from tests.hard import downloads, model_directories
from tests.hard.manifests import whole_manifest
from tests.hard.model_directories import add_array, array_header, edit_config, flip, forget_hashes, write_model

pytestmark = pytest.mark.light

SECONDS, BYTES = 2.0, 64 << 20
"""Processor time and memory that a refusal may take; the files claim hours and gigabytes."""


def refused(kind: type[Exception], rule: str, call: Callable[[], object]) -> None:
    """The call is refused with this rule, within `SECONDS` of processor time and `BYTES`."""
    tracemalloc.start()
    begin = time.process_time()
    try:
        with pytest.raises(kind, match=rule) as caught:
            call()
        assert time.process_time() - begin < SECONDS
        assert tracemalloc.get_traced_memory()[1] < BYTES
        assert len(str(caught.value)) < 900
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("claimed", [(1 << 20) + 50_000, 1 << 25, (1 << 30) - 1])
def test_a_download_gives_no_more_than_its_bytes_allow(claimed: int):
    for data in (downloads.endless_symbols(claimed), downloads.endless_symbols(claimed, 64)):
        assert len(data) < 400
        refused(PackedDataError, "at most 128 bytes for each packed one", lambda data=data: unpack_file(data))
    if claimed > 1 << 22:
        bomb = downloads.lzma_bomb(claimed)
        refused(PackedDataError, "at most 128 bytes for each packed one", lambda: unpack_file(bomb))


def test_what_follows_pays_for_nothing_before_it():
    data = downloads.download([(2, 1 << 22, downloads.one_symbol(64)), (0, 1 << 20, bytes(1 << 20))])
    refused(PackedDataError, "packed bytes would give 4194304", lambda: unpack_file(data))
    cut = pack_file({"manifest.json": bytes(range(256))})[:-1]
    refused(PackedDataError, "the last segment ends at", lambda: unpack_file(cut))


def test_a_symbol_with_all_of_the_probability_is_a_fill():
    for lanes in (1, 2, 32, 63):
        with pytest.raises(PackedDataError, match=f"1000000 symbols are in {lanes} lanes, not in 64"):
            decode(downloads.one_symbol(lanes), 1_000_000)
    begin = time.process_time()
    assert (decode(downloads.one_symbol(64), 10_000_000) == 200).all()
    assert time.process_time() - begin < SECONDS
    assert decode(encode(np.full(5000, 7, np.uint8)), 5000).tolist() == [7] * 5000
    wrong = bytearray(downloads.one_symbol(64))
    wrong[-1] ^= 1
    for data in (bytes(wrong), downloads.one_symbol(64) + b"\0\0"):
        with pytest.raises(PackedDataError, match="ended in a wrong state"):
            decode(data, 100_000)


def test_a_long_list_of_files_is_refused():
    data = downloads.many_segments(1_000_000)
    assert len(data) < 20_000
    refused(PackedDataError, "must be whole and have at most 1048576 bytes", lambda: unpack_file(data))


def zeros_of(count: int) -> bytes:
    """An honest download of zeros."""
    return downloads.download([(downloads.LZMA, count, compress(bytes(count)))], "zeros", bytes(count))


def test_a_caller_sets_limits():
    assert unpack_file(zeros_of(1 << 20)) == {"zeros": bytes(1 << 20)}
    data = zeros_of(1 << 22)
    with pytest.raises(PackedDataError, match="at most 128 bytes"):
        unpack_file(data)
    assert unpack_file(data, limits=Limits(expansion=100_000)) == {"zeros": bytes(1 << 22)}
    with pytest.raises(
        TooLargeError, match="at most 1,000,000 bytes, unless its reader allows more. Received: one of 4"
    ):
        unpack_file(data, limits=Limits(expansion=100_000, bundle_bytes=1_000_000))
    for wrong in (0, -1, 1.5, True, "1"):
        with pytest.raises(ValueError, match="The limit expansion must be a positive whole number"):
            Limits(expansion=wrong)  # type: ignore[arg-type]


def sparse(path: Path, size: int) -> Path:
    """A file of zeros that takes no room on the disk."""
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


def test_sizes_come_before_reading(tmp_path: Path):
    size = 20 << 30
    for name in ("manifest.json", "config.json", "card.json", "weights.npz", "vocabulary.model"):
        sparse(tmp_path / name, size)
    refused(BundleError, "manifest.json must have at most 16,777,216 bytes", lambda: read_manifest(tmp_path))
    refused(ModelDirectoryError, "config.json must have at most 16,777,216", lambda: read_description(tmp_path))
    refused(ValueError, "card.json must have at most 16,777,216", lambda: ModelFacts.load(tmp_path))
    refused(ValueError, "must have at most 67,108,864", lambda: Vocabulary.load(tmp_path / "vocabulary.model"))
    refused(ModelDirectoryError, "not a zip file", lambda: load_weights(tmp_path / "weights.npz"))
    packed = sparse(tmp_path / "file.ltpk", size)
    refused(BundleError, "which begins with b'\\\\x00", lambda: read_manifest(packed))
    with packed.open("r+b") as stream:
        stream.write(b"LTPK\2")
    refused(BundleError, "file.ltpk must have at most 1,07", lambda: read_manifest(packed))


def test_the_files_of_a_bundle_have_their_sizes_before_they_are_read(tmp_path: Path):
    fields = whole_manifest()
    for name in fields["files"]:
        (tmp_path / name).write_bytes(b"abc")
    sparse(tmp_path / "model.tflite", 20 << 30)
    (tmp_path / "manifest.json").write_text(json.dumps(fields))
    refused(BundleError, "model.tflite must have 3 bytes", lambda: read_bundle(tmp_path))
    fields["files"]["model.tflite"]["size"] = 20 << 30
    (tmp_path / "manifest.json").write_text(json.dumps(fields))
    refused(BundleError, "The files of a bundle must have at most 1,073,741,824", lambda: read_bundle(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "config.json")
    with pytest.raises(ModelDirectoryError, match="config.json must be a regular file"):
        read_description(tmp_path)
    with pytest.raises(OSError, match="must be a regular file"):
        read_limited("/dev/zero", 10)


def test_a_configuration_has_bounds(tmp_path: Path):
    directory = write_model(tmp_path / "model")
    forget_hashes(directory)

    def deep(stored):
        return {**stored, "model": {**stored["model"], "encoder": stored["model"]["encoder"][:1] * 3000}}

    edit_config(directory, deep)
    refused(
        ModelDirectoryError,
        "The encoder may have at most 1000 layers. Received: 3000",
        lambda: stored_weights(directory),
    )


WEIGHTS = {
    "an array that the model does not have": (array_header((1 << 30, 3)) + bytes(1000), "names must be the model's"),
    "an array larger than its member": (array_header((1 << 40,)), "must have .* bytes, as its header says"),
    "objects": (array_header((3,), "|O") + bytes(24), "must have plain numbers. Received: object"),
    "zeros": (array_header((1 << 24,)) + bytes(1 << 26), "may have at most .* bytes, unless its reader allows more"),
    "no array": (b"\x93NUMPY\x03\x00", "must be an array of version 1.0 or 2.0"),
    "text": (b"hello", "complete .npz file"),
}


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("model", [True, False], ids=["of a model", "of a snapshot"])
def test_names_and_shapes_come_before_arrays(kind: str, model: bool, tmp_path: Path):
    content, rule = WEIGHTS[kind]
    directory = write_model(tmp_path / "model")
    forget_hashes(directory)
    add_array(directory / "weights.npz", "extra/kernel", content)
    if not model and "names must be" in rule:
        rule = "must have .* bytes, as its header says"
    if "names must be" in rule:
        rule = f"({rule}|as its header says)"
    read = (lambda: stored_weights(directory)) if model else (lambda: load_weights(directory / "weights.npz"))
    refused(ModelDirectoryError, rule, read)


def test_a_whole_array_of_another_name_or_shape_is_not_read(tmp_path: Path):
    directory = write_model(tmp_path / "model")
    forget_hashes(directory)
    add_array(directory / "weights.npz", "extra", array_header((3,)) + bytes(12))
    with pytest.raises(
        ModelDirectoryError, match=r"names must be the model's. Received: missing \[\], unknown \['extra'\]"
    ):
        stored_weights(directory)
    assert "extra" in load_weights(directory / "weights.npz")
    with zipfile.ZipFile(directory / "weights.npz", "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("extra.npy", b"")
    with pytest.raises(ModelDirectoryError, match="must name each array once"):
        load_weights(directory / "weights.npz")
    other = write_model(tmp_path / "other", embed_dim=32)
    (directory / "weights.npz").write_bytes((other / "weights.npz").read_bytes())
    with pytest.raises(ModelDirectoryError, match="must have the shape"):
        stored_weights(directory)


def test_a_model_of_before_loads_with_what_can_be_checked(tmp_path: Path):
    directory = write_model(tmp_path / "model")
    before = stored_weights(directory)
    forget_hashes(directory)
    description = read_description(directory)
    assert description.files is None and description.to_dict().keys() == {"format", "task", "settings", "model"}
    after = stored_weights(directory)
    assert before.keys() == after.keys() and all((before[name] == after[name]).all() for name in before)


def test_changed_files_of_a_model_are_refused(tmp_path: Path):
    directory = write_model(tmp_path / "model")
    other = write_model(tmp_path / "other", seed=1)
    weights = (directory / "weights.npz").read_bytes()
    (directory / "weights.npz").write_bytes((other / "weights.npz").read_bytes())
    with pytest.raises(
        ModelDirectoryError, match="weights.npz must have .*as config.json says; it was damaged or replaced"
    ):
        stored_weights(directory)
    (directory / "weights.npz").write_bytes(weights)
    flip(directory / "vocabulary.model", 77)
    with pytest.raises(ModelDirectoryError, match="vocabulary.model must have 500 bytes and the SHA-256"):
        stored_weights(directory)
    (directory / "vocabulary.model").write_bytes(b"short")
    with pytest.raises(ModelDirectoryError, match="Received: 5 bytes"):
        stored_weights(directory)
    (directory / "vocabulary.model").unlink()
    with pytest.raises(ModelDirectoryError, match="Received: no such file"):
        stored_weights(directory)


def test_no_changed_bit_of_the_configuration_goes_unnoticed(tmp_path: Path):
    """A change of the space between its entries, or of the name of the hash itself, changes nothing else."""
    directory = write_model(tmp_path / "model")
    path = directory / "config.json"
    whole, expected = path.read_bytes(), read_description(directory)
    refusals = 0
    for place in range(0, len(whole), 7):
        flip(path, place, place % 8)
        try:
            assert read_description(directory) == expected
        except ModelDirectoryError:
            refusals += 1
        path.write_bytes(whole)
    assert refusals > len(whole) // 7 * 0.6
    edit_config(directory, lambda stored: {**stored, "settings": {"max_source_tokens": 8}})
    with pytest.raises(ModelDirectoryError, match="changed after it was written; if you changed it on purpose, remove"):
        read_description(directory)
    edit_config(directory, lambda stored: {name: stored[name] for name in stored.keys() - {"sha256"}})
    assert read_description(directory).settings == {"max_source_tokens": 8}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(value: float, tmp_path: Path):
    directory = write_model(tmp_path / "model")
    weights = stored_weights(directory)
    name = sorted(weights)[0]
    weights[name].flat[1] = value
    description = read_description(directory)
    model_directories.save_weights(weights, directory / "weights.npz")
    model_directories.write_description(directory, description, description.files)
    with pytest.raises(ModelDirectoryError, match=f"must be finite numbers. Received: 1 of .* are not in '{name}'"):
        stored_weights(directory)
