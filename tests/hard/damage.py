"""What happens to files: ways to damage bytes, each at a place that a seed draws."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

Damage = Callable[[bytes, random.Random], bytes]
LONGEST = 64  # bytes of a damaged stretch


def _stretch(data: bytes, draw: random.Random) -> tuple[int, int]:
    """Where a damaged stretch of at least one byte begins and ends."""
    begin = draw.randrange(len(data))
    return begin, min(len(data), begin + draw.randint(1, LONGEST))


def _flip_bit(data: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def _zeros(data: bytes, draw: random.Random) -> bytes:
    begin, end = _stretch(data, draw)
    return data[:begin] + bytes(end - begin) + data[end:]


def _ones(data: bytes, draw: random.Random) -> bytes:
    """Four bytes of ones: as a number, the largest, or minus one."""
    place = draw.randrange(max(1, len(data) - 3))
    return data[:place] + b"\xff" * 4 + data[place + 4 :]


def _noise(data: bytes, draw: random.Random) -> bytes:
    begin, end = _stretch(data, draw)
    return data[:begin] + draw.randbytes(end - begin) + data[end:]


def _cut_end(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def _cut_beginning(data: bytes, draw: random.Random) -> bytes:
    return data[draw.randrange(1, len(data) + 1) :]


def _cut_out(data: bytes, draw: random.Random) -> bytes:
    begin, end = _stretch(data, draw)
    return data[:begin] + data[end:]


def _insert(data: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(data) + 1)
    return data[:place] + draw.randbytes(draw.randint(1, LONGEST)) + data[place:]


def _double(data: bytes, draw: random.Random) -> bytes:
    begin, end = _stretch(data, draw)
    return data[:end] + data[begin:end] + data[end:]


def _swap(data: bytes, draw: random.Random) -> bytes:
    """Two halves of a stretch change places."""
    begin, end = _stretch(data, draw)
    middle = (begin + end) // 2
    return data[:begin] + data[middle:end] + data[begin:middle] + data[end:]


def _append(data: bytes, draw: random.Random) -> bytes:
    return data + draw.randbytes(draw.randint(1, LONGEST))


def _twice(data: bytes, draw: random.Random) -> bytes:
    return data + data


def _empty(data: bytes, draw: random.Random) -> bytes:
    return b""


def _text(data: bytes, draw: random.Random) -> bytes:
    return b"This is a text.\n" * draw.randint(1, 100)


def _page(data: bytes, draw: random.Random) -> bytes:
    """What a failed download leaves."""
    return b"<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n"


def _lines_swapped(data: bytes, draw: random.Random) -> bytes:
    """Windows' line ends, which a careless copy makes of every line feed."""
    return data.replace(b"\n", b"\r\n") if b"\n" in data else data + b"\r\n"


DAMAGES: Mapping[str, Damage] = MappingProxyType(
    {
        "one bit flipped": _flip_bit,
        "a stretch of zeros": _zeros,
        "four bytes of ones": _ones,
        "a stretch of noise": _noise,
        "the end cut off": _cut_end,
        "the beginning cut off": _cut_beginning,
        "a stretch cut out": _cut_out,
        "a stretch inserted": _insert,
        "a stretch doubled": _double,
        "two stretches swapped": _swap,
        "bytes appended": _append,
        "the file twice": _twice,
        "an empty file": _empty,
        "a text in its place": _text,
        "an error page in its place": _page,
        "other line ends": _lines_swapped,
    }
)


def damaged(data: bytes, kind: str, seed: int) -> bytes:
    """`data` with one damage; never equal to `data`.

    Args:
        data: Bytes of a whole file, at least one.
        kind: Key of DAMAGES.
        seed: Draws the place, and again where the damage changes nothing (zeros over zeros).
    """
    draw = random.Random(f"{kind} {seed}")
    for _ in range(1000):
        found = DAMAGES[kind](data, draw)
        if found != data:
            return found
    raise ValueError(f"damage must change the file. Received: {kind!r} for {len(data)} bytes {data[:16]!r}")
