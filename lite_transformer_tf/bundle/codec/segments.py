"""The methods by which a segment of a file is packed. docs/download.md describes the bytes of each."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.bundle.codec import entropy, lzma_code
from lite_transformer_tf.bundle.codec.errors import damaged

FEWEST_NIBBLES = 1024  # bytes below which halves of bytes are not tried


@dataclass(frozen=True)
class Method:
    """One way to pack bytes.

    Args:
        name: Name in reports.
        pack: Packs the bytes of a segment; `None` where the method does not apply.
        unpack: Packed bytes and the length of the segment to its bytes. Raises PackedDataError.
    """

    name: str
    pack: Callable[[bytes], bytes | None]
    unpack: Callable[[bytes, int], bytes]


def pack_smallest(part: bytes) -> tuple[int, bytes]:
    """Number of the method with the shortest result, and that result; the first one of equals."""
    forms = [(number, method.pack(part)) for number, method in enumerate(METHODS)]
    return min(((number, form) for number, form in forms if form is not None), key=lambda entry: len(entry[1]))


def _stored(packed: bytes, size: int) -> bytes:
    if len(packed) != size:
        raise damaged(f"a stored segment has {len(packed)} bytes, not {size}")
    return packed


def _pack_symbols(part: bytes) -> bytes | None:
    return entropy.encode(np.frombuffer(part, np.uint8)) if part else None


def _unpack_symbols(packed: bytes, size: int) -> bytes:
    return entropy.decode(packed, size).tobytes()


def _pack_nibbles(part: bytes) -> bytes | None:
    """The low half of each byte, then its high half."""
    if len(part) < FEWEST_NIBBLES:
        return None
    values = np.frombuffer(part, np.uint8)
    return entropy.encode(np.stack([values & 15, values >> 4], 1).reshape(-1))


def _unpack_nibbles(packed: bytes, size: int) -> bytes:
    halves = entropy.decode(packed, 2 * size).reshape(-1, 2)
    if halves.size and halves.max() > 15:
        raise damaged(f"half a byte is {halves.max()}, not in [0, 15]")
    return (halves[:, 0] | halves[:, 1] << 4).astype(np.uint8).tobytes()


def _pack_planes(part: bytes) -> bytes | None:
    """Float32 by the significance of its bytes: four times a length (32 bits) and the symbols of one plane."""
    if not part or len(part) % 4:
        return None
    values = np.frombuffer(part, np.uint8)
    planes = [entropy.encode(values[plane::4]) for plane in range(4)]
    return b"".join(struct.pack("<I", len(plane)) + plane for plane in planes)


def _unpack_planes(packed: bytes, size: int) -> bytes:
    result, place = np.empty(size, np.uint8), 0
    for plane in range(4):
        if place + 4 > len(packed):
            raise damaged(f"a segment of planes has {plane} of four")
        (length,) = struct.unpack_from("<I", packed, place)
        result[plane::4] = entropy.decode(packed[place + 4 : place + 4 + length], len(result[plane::4]))
        place += 4 + length
    if place != len(packed):
        raise damaged(f"a segment of planes goes on for {len(packed) - place} bytes behind the fourth")
    return result.tobytes()


METHODS = (
    Method("stored", bytes, _stored),
    Method("lzma", lzma_code.compress, lzma_code.decompress),
    Method("symbols", _pack_symbols, _unpack_symbols),
    Method("nibbles", _pack_nibbles, _unpack_nibbles),
    Method("planes", _pack_planes, _unpack_planes),
)
"""By the number that a head calls them."""
