"""The download form: the same bytes after unpacking, near the entropy, and refused when damaged."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from export.__main__ import main
from lite_transformer_tf.bundle.codec import lzma_code
from lite_transformer_tf.bundle.codec.entropy import TOTAL, decode, encode, shares_of, weight_codes
from lite_transformer_tf.bundle.codec.errors import PackedDataError
from lite_transformer_tf.bundle.codec.segments import METHODS
from lite_transformer_tf.bundle.container import HEAD, MAGIC, pack_file, packed_sizes, unpack_file
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.open import open_bundle
from tests.tflite.models import CONFIGS, SENTENCES, keras_model, text_model

RANDOM = np.random.default_rng(0)
SYMBOLS = {
    "one symbol": np.full(5, 7, np.uint8),
    "one byte": np.array([255], np.uint8),
    "all bytes": np.arange(256, dtype=np.uint8),
    "even": RANDOM.integers(0, 256, 3001).astype(np.uint8),
    "sparse": np.where(RANDOM.random(20_001) < 0.6, 0, np.clip(np.round(RANDOM.normal(size=20_001) * 30), -127, 127))
    .astype(np.int8)
    .view(np.uint8),
    "very sparse": (RANDOM.random(9_000) < 1e-4).astype(np.uint8),
}


def entropy(symbols: np.ndarray) -> float:
    """Bytes of a perfect code that knows how often each symbol occurs."""
    shares = np.bincount(symbols) / len(symbols)
    return float(-len(symbols) * (shares[shares > 0] * np.log2(shares[shares > 0])).sum() / 8)


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_come_back(name):
    symbols = SYMBOLS[name]
    packed = encode(symbols)
    np.testing.assert_array_equal(decode(packed, len(symbols)), symbols)
    spoiled = (
        packed[:-1],
        packed[:-2],
        packed + b"xy",
        packed[:40],
        b"",
        bytes([0]) + packed[1:],
        bytes([65]) + packed[1:],
    )
    for damaged in (data for data in spoiled if data != packed):
        with pytest.raises(PackedDataError):
            decode(damaged, len(symbols))


def test_symbols_cost_little_more_than_their_entropy():
    symbols = SYMBOLS["sparse"]
    assert entropy(symbols) < len(encode(symbols)) < 1.04 * entropy(symbols)
    assert len(encode(symbols)) < 0.92 * len(zlib.compress(symbols.tobytes(), 9))


def test_the_specification_by_hand():
    """A reader written from docs/download.md alone, one symbol at a time."""
    symbols = np.array([3, 0, 0, 1, 0, 3, 0, 0, 0, 2] * 300, np.uint8)
    packed = encode(symbols)
    lanes, length = packed[0], int.from_bytes(packed[1:3], "little")
    codes = list(zlib.decompressobj(-15).decompress(packed[3 : 3 + length]))
    weights = [(8 + (c - 1) % 8) * 2 ** ((c - 1) // 8) if c else 0 for c in codes]
    shares = [max(1, w * 2**14 // sum(weights)) if w else 0 for w in weights]
    shares[shares.index(max(shares))] += 2**14 - sum(shares)
    starts = [sum(shares[:s]) for s in range(len(shares))]
    states = list(struct.unpack_from(f"<{lanes}I", packed, 3 + length))
    words = iter(struct.iter_unpack("<H", packed[3 + length + 4 * lanes :]))
    found = []
    for begin in range(0, len(symbols), lanes):
        active = range(min(lanes, len(symbols) - begin))
        for lane in active:
            slot = states[lane] % 2**14
            symbol = max(s for s in range(len(shares)) if shares[s] and starts[s] <= slot)
            states[lane] = shares[symbol] * (states[lane] // 2**14) + slot - starts[symbol]
            found.append(symbol)
        for lane in active:
            if states[lane] < 2**16:
                states[lane] = states[lane] * 2**16 + next(words)[0]
    assert found == symbols.tolist() and next(words, None) is None and set(states) == {2**16}


def test_shares_add_up_and_name_every_symbol_that_occurs():
    for counts in ([1], [1, 10**9], [0, 5, 0, 7], RANDOM.integers(0, 1000, 256).tolist(), [10**9] + [1] * 255):
        padded = np.array([*counts, *[0] * (256 - len(counts))])
        shares = shares_of(weight_codes(padded))
        assert shares.sum() == TOTAL and ((shares > 0) == (padded > 0)).all()
        expected = padded / padded.sum()
        large = expected > 0.01
        np.testing.assert_allclose(shares[large] / TOTAL, expected[large], rtol=0.12)


def sparse_model() -> bytes:
    """An int8 file of which half the weights are zero."""
    weights = {
        name: np.where(RANDOM.random(value.shape) < 0.5, 0, value).astype(np.float32)
        if name.endswith(("kernel", "table"))
        else value
        for name, value in keras_model("dynamic_glu").named_weights().items()
    }
    return make_variant(compile_model(CONFIGS["dynamic_glu"], weights, GraphOptions((8,), 1)), "int8")


def test_a_model_is_cut_at_its_constants():
    content = sparse_model()
    files = {"manifest.json": b"{}", "model.tflite": content, "empty": b"", "text.txt": b"the same words " * 100}
    data = pack_file(files)
    assert unpack_file(data) == files
    sizes = packed_sizes(data)
    assert sum(entry["packed"] for entry in sizes.values()) < len(data) < 0.42 * sum(map(len, files.values()))
    assert sizes["model.tflite"]["packed"] < 0.9 * len(zlib.compress(content, 9))
    assert set(sizes["text.txt"]["methods"]) == {"lzma"} and sizes["empty"]["packed"] == 0


def test_every_method_is_its_own_inverse():
    floats = RANDOM.normal(size=16_000).astype("<f4").tobytes()
    halves = (RANDOM.binomial(15, 0.5, 1500) | RANDOM.binomial(15, 0.5, 1500) << 4).astype(np.uint8).tobytes()
    files = {
        "stored": RANDOM.bytes(300),
        "lzma": b"abcabc" * 50,
        "symbols": SYMBOLS["sparse"].tobytes(),
        "nibbles": halves,
        "planes": floats,
    }
    sizes = packed_sizes(pack_file(files))
    assert {name: list(entry["methods"]) for name, entry in sizes.items()} == {
        name: [name] for name in (method.name for method in METHODS)
    }
    assert unpack_file(pack_file(files)) == files


@pytest.mark.parametrize(
    "data",
    [b"", b"a", b"ab" * 50_000, bytes(1 << 21), RANDOM.bytes(5000)],
    ids=["none", "one", "pairs", "zeros", "noise"],
)
def test_lzma_ends_where_it_says(data):
    packed = lzma_code.compress(data)
    assert lzma_code.decompress(packed, len(data)) == data
    spoiled = [packed[:-1], packed + b"x", packed[:5], b"", b"\xff" + packed[1:], bytes([4 * 9 + 8]) + packed[1:]]
    for damaged, size in [
        (packed, len(data) + 1),
        *([(packed, len(data) - 1)] if data else []),
        *((bad, len(data)) for bad in spoiled),
    ]:
        with pytest.raises(PackedDataError, match="This download is damaged .a segment of LZMA"):
            lzma_code.decompress(damaged, size)


def test_damage_is_noticed_at_every_byte():
    files = {
        "a": b"some words " * 9,
        "b": SYMBOLS["even"].tobytes()[:700],
        "c": np.linspace(0, 1, 90, dtype="<f4").tobytes(),
    }
    data = pack_file(files)
    for place in range(0, len(data), 23):
        damaged = bytearray(data)
        damaged[place] ^= 0x41
        with pytest.raises(PackedDataError):
            unpack_file(bytes(damaged))
    for cut in (0, 3, 8, 20, len(data) // 2, len(data) - 1):
        with pytest.raises(PackedDataError):
            unpack_file(data[:cut])


def head(entries: object, version: int = 2) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = entries if isinstance(entries, str) else json.dumps(entries)
    packed = packer.compress(text.encode()) + packer.flush()
    return HEAD.pack(MAGIC, version, len(packed)) + packed


def entry(**changes: object) -> bytes:
    return head({"files": [{"name": "a", "sha256": "", **changes}]})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4 a zip", "must begin with b'LTPK'"),
        (head({"files": []}, version=1), "unpacks version 2.*Received: 1"),
        (head([]), "list of files is of the kind list"),
        (
            head({"files": [{"name": "../a", "size": 0, "sha256": "", "segments": []}]}),
            r"files\[0\].name must be the name of a file without a directory. Received: '../a'",
        ),
        (entry(size=1 << 40, segments=[[0, 1 << 40, 1]]), "size must be less than or equal to 1073741823"),
        (entry(size=1, segments=[[9, 1, 1]]), r"segments\[0\]\[0\] must be less than 5. Received: 9"),
        (entry(size=1, segments=[[0, 1]]), r"segments\[0\]\[2\] must be given"),
        (entry(size=2, segments=[[0, 1, 1]]), "segments of 'a' must add up to its size"),
        (entry(size=True, segments=[[0, 1, 1]]), "size must be a whole number. Received: True"),
        (head({"files": [{"name": "a", "size": 0, "sha256": "", "segments": []}] * 2}), "must name each file once"),
        (head("[" * 100_000 + "]" * 100_000), "list of files is not JSON: it is nested too deeply"),
        (head('{"files": NaN}'), "not JSON: it has a number that is nan"),
        (head({}), "files must be given"),
        (
            head({"files": [{"name": n, "size": 1 << 29, "sha256": "", "segments": [[0, 1 << 29, 1]]} for n in "abc"]}),
            "1 packed bytes would give 536870912; at most 128 bytes for each packed one are taken",
        ),
        (head({"files": [], "fill": " " * (1 << 24)}), "at most 1048576 bytes"),
        (head({"files": []}) + b"more", "the last segment ends at byte 24, the file at 28"),
    ],
)
def test_what_is_no_download_is_refused(data, message):
    with pytest.raises(PackedDataError, match=message):
        unpack_file(data)


def test_a_bundle_comes_back(tmp_path: Path, capsys):
    model, vocabularies = text_model()
    export_bundle(model, vocabularies, tmp_path / "bundle", ExportJob(SENTENCES, graph=GraphOptions((8, 16), 1)))
    assert main(["pack", str(tmp_path / "bundle"), "--output", str(tmp_path / "model.ltpk")]) == 0
    assert f"{(tmp_path / 'model.ltpk').stat().st_size:,} bytes" in capsys.readouterr().out
    assert main(["unpack", str(tmp_path / "model.ltpk"), "--output", str(tmp_path / "again")]) == 0
    before, after = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("bundle", "again")
    )
    assert before == after
    assert open_bundle(tmp_path / "model.ltpk").manifest == open_bundle(tmp_path / "bundle").manifest
    assert main(["unpack", str(tmp_path / "model.ltpk"), "--output", str(tmp_path / "again")]) == 2
    (tmp_path / "bundle" / "README.md").write_text("changed")
    assert main(["pack", str(tmp_path / "bundle"), "--output", str(tmp_path / "other.ltpk")]) == 2
    assert not (tmp_path / "other.ltpk").exists()
    (tmp_path / "model.ltpk").write_bytes((tmp_path / "model.ltpk").read_bytes()[:-5])
    assert main(["unpack", str(tmp_path / "model.ltpk"), "--output", str(tmp_path / "third")]) == 2
    assert not (tmp_path / "third").exists()
