"""LZMA for what repeats: descriptions of graphs, tables of floats, texts. docs/download.md describes the bytes."""

from __future__ import annotations

import lzma

from lite_transformer_tf.bundle.codec.errors import damaged

DICTIONARY = 1 << 20  # bytes that a reader keeps, whatever a file claims
LITERALS = ((3, 0, 0), (0, 0, 0), (0, 2, 2), (1, 2, 2))  # lc, lp, pb: texts, bytes, words of four bytes, floats
SAMPLE = 1 << 16  # bytes that decide between them


def compress(data: bytes) -> bytes:
    """The byte of lc, lp and pb, then raw LZMA with an end marker; the best of `LITERALS` for the first bytes."""
    samples = {literals: _raw(data[:SAMPLE], *literals) for literals in LITERALS}
    lc, lp, pb = best = min(samples, key=lambda literals: len(samples[literals]))
    return bytes([(pb * 5 + lp) * 9 + lc]) + (samples[best] if len(data) <= SAMPLE else _raw(data, *best))


def decompress(data: bytes, size: int) -> bytes:
    """Inverse of `compress`.

    Raises:
        PackedDataError: the data are damaged, or are not `size` bytes.
    """
    rest, lc = divmod(data[0] if data else 255, 9)
    pb, lp = divmod(rest, 5)
    try:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_filters(lc, lp, pb))
        result = unpacker.decompress(data[1:], max_length=size + 1)
        if not unpacker.eof and len(result) == size:
            result += unpacker.decompress(b"", max_length=1)  # the end marker
    except (lzma.LZMAError, ValueError, EOFError) as error:
        raise damaged(f"a segment of LZMA cannot be read: {error or type(error).__name__}") from error
    if len(result) != size or not unpacker.eof or unpacker.unused_data:
        raise damaged(f"a segment of LZMA has {len(result)} bytes or more, not {size}")
    return result


def _raw(data: bytes, lc: int, lp: int, pb: int) -> bytes:
    return lzma.compress(data, lzma.FORMAT_RAW, filters=_filters(lc, lp, pb))


def _filters(lc: int, lp: int, pb: int) -> list[dict[str, int]]:
    """Of the slowest and smallest encoder; a decoder reads of them the dictionary and the three numbers."""
    fixed = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": DICTIONARY,
        "mode": lzma.MODE_NORMAL,
        "mf": lzma.MF_BT4,
        "nice_len": 273,
    }
    return [{**fixed, "lc": lc, "lp": lp, "pb": pb}]
