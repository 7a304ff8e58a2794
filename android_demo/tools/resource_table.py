"""Rewrites a compiled resource table (resources.arsc) in the encodings that older tools read.

The tables of Android 14 and newer use 16-bit offsets and compact entries, which aapt2 2.19 of Debian 12 cannot read.
Structures are those of `ResourceTypes.h` in the Android framework.
"""

from __future__ import annotations

import struct

TABLE_HEADER = 12
PACKAGE, TYPE, TYPE_SPEC, OVERLAYABLE, OVERLAYABLE_POLICY, STAGED_ALIAS = 0x0200, 0x0201, 0x0202, 0x0204, 0x0205, 0x0206
# Chunks that a linker does not need and that aapt2 2.19 cannot read.
DROPPED = {OVERLAYABLE, OVERLAYABLE_POLICY, STAGED_ALIAS}
SPARSE, OFFSETS_16_BIT = 1, 2
COMPLEX, COMPACT = 1, 8
NO_ENTRY = 0xFFFFFFFF


def expand(table: bytes) -> bytes:
    """Returns the same table with 32-bit offsets for every entry, and no compact or sparse ones."""
    parts = [table[8:TABLE_HEADER]]
    for kind, chunk in _chunks(table, TABLE_HEADER):
        parts.append(_expand_package(chunk) if kind == PACKAGE else chunk)
    return _chunk(table, b"".join(parts))


def _expand_package(package: bytes) -> bytes:
    (header_size,) = struct.unpack_from("<H", package, 2)
    parts = [package[8:header_size]]
    entry_counts: dict[int, int] = {}
    for kind, chunk in _chunks(package, header_size):
        if kind == TYPE_SPEC:
            entry_counts[chunk[8]] = struct.unpack_from("<I", chunk, 12)[0]
        if kind not in DROPPED:
            parts.append(_expand_type(chunk, entry_counts[chunk[8]]) if kind == TYPE else chunk)
    return _chunk(package, b"".join(parts))


def _expand_type(chunk: bytes, entry_count: int) -> bytes:
    header_size, flags = struct.unpack_from("<H", chunk, 2)[0], chunk[9]
    stored, start = struct.unpack_from("<II", chunk, 12)
    offsets = [NO_ENTRY] * entry_count
    for i in range(stored):
        if flags & SPARSE:
            index, quarter = struct.unpack_from("<HH", chunk, header_size + 4 * i)
            offsets[index] = 4 * quarter
        elif flags & OFFSETS_16_BIT:
            (quarter,) = struct.unpack_from("<H", chunk, header_size + 2 * i)
            offsets[i] = NO_ENTRY if quarter == 0xFFFF else 4 * quarter
        else:
            (offsets[i],) = struct.unpack_from("<I", chunk, header_size + 4 * i)
    entries, places = bytearray(), []
    for offset in offsets:
        places.append(NO_ENTRY if offset == NO_ENTRY else len(entries))
        if offset != NO_ENTRY:
            entries += _expand_entry(chunk, start + offset)
    header = bytearray(chunk[8:header_size])
    header[1] = 0
    struct.pack_into("<II", header, 4, entry_count, header_size + 4 * entry_count)
    return _chunk(chunk, bytes(header) + struct.pack(f"<{entry_count}I", *places) + bytes(entries))


def _expand_entry(chunk: bytes, place: int) -> bytes:
    size, flags = struct.unpack_from("<HH", chunk, place)
    if flags & COMPACT:
        key, data = size, struct.unpack_from("<I", chunk, place + 4)[0]
        return struct.pack("<HHIHBBI", 8, flags & 0xFF & ~COMPACT, key, 8, 0, flags >> 8, data)
    if flags & COMPLEX:
        (count,) = struct.unpack_from("<I", chunk, place + 12)
        return chunk[place : place + size + 12 * count]
    return chunk[place : place + size + 8]


def _chunks(data: bytes, place: int) -> list[tuple[int, bytes]]:
    found = []
    while place < len(data):
        kind, _, size = struct.unpack_from("<HHI", data, place)
        found.append((kind, data[place : place + size]))
        place += size
    return found


def _chunk(original: bytes, rest: bytes) -> bytes:
    """A chunk of the kind of `original` with `rest` after its first eight bytes, and the matching size."""
    return original[:4] + struct.pack("<I", 8 + len(rest)) + rest
