"""Packed bytes come back, whatever they are, and damaged ones end in one sentence."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.bundle.codec.entropy import decode, encode
from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.codec.lzma_code import compress, decompress
from lite_transformer_tf.bundle.codec.segments import FEWEST_NIBBLES, METHODS, pack_smallest
from lite_transformer_tf.bundle.container import HEAD, MAGIC, VERSION, pack_file, unpack_file

SENTENCE = r"This download is damaged \(.+\)\. Fetch it again\."
BY_NAME = {method.name: method for method in METHODS}
FILES = {
    "manifest.json": b'{"format": "lite-transformer-bundle"}' * 3,
    "symbols": bytes([0] * 700 + list(range(256))),
    "floats": np.linspace(0, 1, 400, dtype="<f4").tobytes(),
    "empty": b"",
}
PACKED = pack_file(FILES)


def skewed_bytes(largest: int = 5000) -> st.SearchStrategy[bytes]:
    """Long ones with few symbols, as weights are, and short ones of every kind."""
    few = st.tuples(st.binary(min_size=1, max_size=4), st.integers(1, largest), st.integers(0, 2**32 - 1))
    return st.one_of(
        st.binary(min_size=1, max_size=300),
        few.map(lambda entry: np.random.default_rng(entry[2]).choice(list(entry[0]), entry[1]).astype("u1").tobytes()),
    )


@given(skewed_bytes())
@settings(max_examples=150, deadline=None)
def test_symbols_come_back(data: bytes):
    symbols = np.frombuffer(data, np.uint8)
    np.testing.assert_array_equal(decode(encode(symbols), len(symbols)), symbols)


@pytest.mark.parametrize("count", [1, 2, 1023, 1024, 1025, 65_537])
def test_a_single_symbol_costs_no_words(count: int):
    """Its probability is 1, whatever the number of lanes."""
    packed = encode(np.full(count, 200, np.uint8))
    assert decode(packed, count).tolist() == [200] * count
    assert len(packed) <= 3 + 12 + 4 * packed[0]


def test_no_symbol_is_refused():
    with pytest.raises(ValueError, match="at least one symbol. Received: none"):
        encode(np.array([], np.uint8))


@given(skewed_bytes(2000), st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_symbols_are_noticed_or_stay_within_their_length(data: bytes, choose):
    """A flipped bit of a state or a word may give other symbols, which the SHA-256 of the file finds."""
    packed = bytearray(encode(np.frombuffer(data, np.uint8)))
    packed[choose.draw(st.integers(0, len(packed) - 1))] ^= choose.draw(st.integers(1, 255))
    try:
        assert len(decode(bytes(packed), len(data))) == len(data)
    except PackedDataError as error:
        assert str(error).startswith("This download is damaged (") and str(error).endswith("). Fetch it again.")


@given(st.binary(max_size=4000))
@settings(max_examples=60, deadline=None)
def test_lzma_comes_back(data: bytes):
    packed = compress(data)
    assert decompress(packed, len(data)) == data
    with pytest.raises(PackedDataError, match=SENTENCE):
        decompress(packed, len(data) + 1)


@given(st.binary(max_size=200), st.integers(0, 300))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_are_no_segment_or_have_its_length(data: bytes, size: int):
    for method in METHODS:
        try:
            assert len(method.unpack(data, size)) == size
        except PackedDataError as error:
            assert "Fetch it again." in str(error)


@given(skewed_bytes(3000).flatmap(lambda data: st.sampled_from([data, data + b"\0" * (-len(data) % 4), b""])))
@settings(max_examples=60, deadline=None)
def test_every_method_that_applies_is_its_own_inverse(data: bytes):
    applied = set()
    for method in METHODS:
        packed = method.pack(data)
        if packed is not None:
            applied.add(method.name)
            assert method.unpack(packed, len(data)) == data
    assert {"stored", "lzma"} <= applied
    assert ("symbols" in applied) == bool(data) and ("nibbles" in applied) == (len(data) >= FEWEST_NIBBLES)
    assert ("planes" in applied) == bool(data and len(data) % 4 == 0)
    number, packed = pack_smallest(data)
    assert METHODS[number].unpack(packed, len(data)) == data and len(packed) <= len(data)


@given(st.dictionaries(st.text("abc.é", min_size=1).filter(lambda name: name not in (".", "..")), skewed_bytes(1500)))
@settings(max_examples=30, deadline=None)
def test_files_come_back(files: dict[str, bytes]):
    assert unpack_file(pack_file(files)) == files


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_changed_byte_of_a_download_is_noticed_or_renames_a_file(choose):
    """No hash covers names; a bundle misses the file then."""
    damaged = bytearray(PACKED)
    place = choose.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= choose.draw(st.integers(1, 255))
    try:
        assert sorted(unpack_file(bytes(damaged)).values()) == sorted(FILES.values())
    except PackedDataError as error:
        assert place < len(MAGIC) + 1 or "Fetch it again." in str(error)


def head_of(text: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(text) + packer.flush()
    return HEAD.pack(MAGIC, VERSION, len(packed)) + packed


def original_head() -> bytes:
    length = HEAD.unpack_from(PACKED)[2]
    return zlib.decompress(PACKED[HEAD.size : HEAD.size + length], -15)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_head_that_lies_is_refused(choose):
    """Another value anywhere in the list of files, behind which the segments are as they were."""
    value = json.loads(original_head())
    entry = choose.draw(st.sampled_from([entry for entry in value["files"] if entry["size"]]))
    key = choose.draw(st.sampled_from(sorted(entry)))
    before, entry[key] = entry[key], choose.draw(JSON_VALUES)
    data = head_of(json.dumps(value).encode()) + PACKED[HEAD.size + HEAD.unpack_from(PACKED)[2] :]
    if entry[key] == before or (key == "name" and isinstance(entry[key], str)):
        return
    with pytest.raises(PackedDataError, match="Fetch it again"):
        unpack_file(data)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_a_head_of_arbitrary_bytes_is_refused(text: bytes):
    with pytest.raises(PackedDataError, match=SENTENCE.replace(".+", "(?s:.+)")):
        unpack_file(head_of(text))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_head_with_a_changed_character_is_refused_or_renames_a_file(choose):
    text = bytearray(original_head())
    text[choose.draw(st.integers(0, len(text) - 1))] = choose.draw(st.integers(0, 255))
    data = head_of(bytes(text)) + PACKED[HEAD.size + HEAD.unpack_from(PACKED)[2] :]
    try:
        assert sorted(unpack_file(data).values()) == sorted(FILES.values())
    except PackedDataError as error:
        assert "Fetch it again." in str(error)
