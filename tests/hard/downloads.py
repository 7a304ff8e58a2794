"""Downloads that claim more than their bytes can give. Each maker returns the bytes of a `.ltpk` file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from lite_transformer_tf.bundle.codec.entropy import LOWEST, deflate
from lite_transformer_tf.bundle.codec.lzma_code import compress
from lite_transformer_tf.bundle.container import HEAD, MAGIC, VERSION

SYMBOLS, LZMA = 2, 1


def download(
    segments: Sequence[tuple[int, int, bytes]], name: str = "manifest.json", content: bytes | None = None
) -> bytes:
    """A download of one file: method, claimed size and packed bytes of each segment; its hash is that of `content`."""
    entry = {
        "name": name,
        "size": sum(size for _, size, _ in segments),
        "sha256": "0" * 64 if content is None else hashlib.sha256(content).hexdigest(),
        "segments": [[method, size, len(packed)] for method, size, packed in segments],
    }
    return with_head({"files": [entry]}) + b"".join(packed for _, _, packed in segments)


def with_head(head: Any) -> bytes:
    """The beginning of a download with this list of files."""
    packed = deflate(json.dumps(head, separators=(",", ":")).encode())
    return HEAD.pack(MAGIC, VERSION, len(packed)) + packed


def one_symbol(lanes: int, symbol: int = 200) -> bytes:
    """Symbols that are all the same: any number of them in these bytes, for no state ever changes."""
    table = deflate(bytes(symbol) + b"\xa0")
    return bytes([lanes]) + len(table).to_bytes(2, "little") + table + LOWEST.to_bytes(4, "little") * lanes


def endless_symbols(claimed: int, lanes: int = 1) -> bytes:
    """Some 100 bytes that claim to be `claimed` equal symbols, which took a processor hours, one by one."""
    return download([(SYMBOLS, claimed, one_symbol(lanes))])


def lzma_bomb(claimed: int, real: int = 1 << 22) -> bytes:
    """Zeros under LZMA, 7,000 for each byte."""
    return download([(LZMA, claimed, compress(bytes(real)))])


def many_segments(count: int) -> bytes:
    """A head that lists so many empty segments, which deflates to a thousandth."""
    segments = [[0, 0, 0]] * count
    return with_head({"files": [{"name": "manifest.json", "size": 0, "sha256": "0" * 64, "segments": segments}]})
