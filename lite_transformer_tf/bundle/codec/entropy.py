"""Entropy coding of byte arrays by interleaved range asymmetric numeral systems (Duda 2013) with one table of shares.

docs/download.md is the specification; phone code decodes the same bytes. Lanes make the loop short enough for NumPy:
every step codes one symbol of each lane.
"""

from __future__ import annotations

import zlib

import numpy as np

from lite_transformer_tf.bundle.codec.errors import damaged

PROBABILITY_BITS = 14
TOTAL = 1 << PROBABILITY_BITS
LOWEST = 1 << 16  # a state lies in [2^16, 2^32); a lane that falls below reads 16 bits
MOST_LANES = 64
LARGEST_CODE = 240  # the weight of one symbol stays below 2^34


def deflate(data: bytes) -> bytes:
    """Raw deflate (RFC 1951), without a header."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def lanes_for(count: int) -> int:
    """Number of lanes for `count` symbols: a power of two, at most 64, so that their first states cost little."""
    lanes = 1
    while lanes < MOST_LANES and lanes * 1024 < count:
        lanes *= 2
    return lanes


def weight_codes(counts: np.ndarray) -> np.ndarray:
    """Counts (256) as small floating-point numbers (256) uint8.

    0 means that a symbol does not occur; otherwise a code is three bits behind the leading one, and an exponent.
    """
    scaled = 8 * np.maximum(np.asarray(counts, np.int64), 1)
    exponents = np.frexp(scaled.astype(np.float64))[1].astype(np.int64) - 4
    codes = exponents * 8 + (scaled >> exponents) - 8 + 1
    return np.where(np.asarray(counts) > 0, codes, 0).astype(np.uint8)


def shares_of(codes: np.ndarray) -> np.ndarray:
    """Whole shares (256) int64 of 2^14 from codes (256).

    They are proportional to `(8 + (c - 1) % 8) << (c - 1) // 8`, and at least 1 where a code is not 0. What rounding
    leaves goes to the greatest share, the first one of equals.

    Raises:
        PackedDataError: every code is 0, or one is above 240.
    """
    codes = np.asarray(codes, np.int64)
    if codes.max() == 0 or codes.max() > LARGEST_CODE:
        raise damaged(f"the largest code of a table is {codes.max()}, not in [1, {LARGEST_CODE}]")
    weights = np.where(codes > 0, (8 + (codes - 1) % 8) << np.maximum(codes - 1, 0) // 8, 0)
    shares = np.where(codes > 0, np.maximum(1, weights * TOTAL // weights.sum()), 0)
    shares[shares.argmax()] += TOTAL - shares.sum()
    return shares


def encode(symbols: np.ndarray) -> bytes:
    """Symbols (N,) uint8, N >= 1, as bytes: lanes (1 byte), table, first states, 16-bit words; see docs/download.md.

    Raises:
        ValueError: there is no symbol.
    """
    symbols = np.ascontiguousarray(symbols, np.uint8)
    if not len(symbols):
        raise ValueError("The entropy coder needs at least one symbol. Received: none")
    codes = weight_codes(np.bincount(symbols, minlength=256))
    frequencies = shares_of(codes)
    starts = np.cumsum(frequencies) - frequencies
    lanes = lanes_for(len(symbols))
    states = np.full(lanes, LOWEST, np.uint64)
    limits = frequencies.astype(np.uint64) << np.uint64(32 - PROBABILITY_BITS)
    words: list[np.ndarray] = []
    f64, s64 = frequencies.astype(np.uint64), starts.astype(np.uint64)
    for begin in range((len(symbols) - 1) // lanes * lanes, -1, -lanes):
        chunk = symbols[begin : begin + lanes]
        active = states[: len(chunk)]
        full = active >= limits[chunk]
        words.append((active[full] & np.uint64(0xFFFF)).astype("<u2"))
        active = np.where(full, active >> np.uint64(16), active)
        share = f64[chunk]
        states[: len(chunk)] = ((active // share) << np.uint64(PROBABILITY_BITS)) + active % share + s64[chunk]
    return (
        bytes([lanes])
        + _table(codes)
        + states.astype("<u4").tobytes()
        + b"".join(part.tobytes() for part in reversed(words))
    )


def decode(data: bytes, count: int) -> np.ndarray:
    """The first `count` symbols (count,) uint8 of what `encode` wrote.

    The work grows with `count`, which nothing in the bytes bounds: a symbol with all of the probability costs no bits.
    `container.unpack_file` bounds it by the packed bytes before it calls this.

    Raises:
        PackedDataError: the bytes are not what `encode` writes for that many symbols.
    """
    frequencies, lanes, place = _read_head(data)
    if lanes != lanes_for(count):
        raise damaged(f"{count} symbols are in {lanes} lanes, not in {lanes_for(count)}")
    begin = place + 4 * lanes
    if len(data) < begin or (len(data) - begin) % 2:
        raise damaged(f"{len(data)} bytes of symbols cannot hold {lanes} states and whole words")
    states = np.frombuffer(data, "<u4", lanes, place).astype(np.uint64)
    words = np.frombuffer(data, "<u2", -1, begin).astype(np.uint64)
    if frequencies.max() == TOTAL:
        return _only_symbol(int(frequencies.argmax()), count, states, words)
    symbol_of = np.repeat(np.arange(256, dtype=np.uint8), frequencies)
    share, start = frequencies.astype(np.uint64), (np.cumsum(frequencies) - frequencies).astype(np.uint64)
    result, read = np.empty(count, np.uint8), 0
    mask, bits, word_bits, lowest = np.uint64(TOTAL - 1), np.uint64(PROBABILITY_BITS), np.uint64(16), np.uint64(LOWEST)
    for first in range(0, count, lanes):
        active = states[: count - first]
        slots = active & mask
        chunk = symbol_of[slots]
        result[first : first + lanes] = chunk
        active = share[chunk] * (active >> bits) + slots - start[chunk]
        low = np.flatnonzero(active < lowest)
        if read + len(low) > len(words):
            raise damaged(f"the entropy decoder needs more than {len(words)} words")
        active[low] = (active[low] << word_bits) | words[read : read + len(low)]
        read += len(low)
        states[: len(active)] = active
    if read != len(words) or (states != lowest).any():
        raise damaged("the entropy decoder ended in a wrong state")
    return result


def _only_symbol(symbol: int, count: int, states: np.ndarray, words: np.ndarray) -> np.ndarray:
    """What the loop gives where one symbol has all of the probability: no state ever changes."""
    if len(words) or (states != LOWEST).any():
        raise damaged("the entropy decoder ended in a wrong state")
    return np.full(count, symbol, np.uint8)


def _table(codes: np.ndarray) -> bytes:
    """Length (16 bits) and raw deflate of the codes up to the last symbol that occurs."""
    packed = deflate(codes[: int(np.flatnonzero(codes)[-1]) + 1].tobytes())
    return len(packed).to_bytes(2, "little") + packed


def _read_head(data: bytes) -> tuple[np.ndarray, int, int]:
    """Shares (256) int64, lanes, and where the states begin."""
    end = 3 + int.from_bytes(data[1:3], "little")
    if len(data) < 4 or len(data) < end or not 1 <= data[0] <= MOST_LANES:
        raise damaged(f"{len(data)} bytes of symbols begin with {data[:3]!r}, not with at most {MOST_LANES} lanes")
    unpacker = zlib.decompressobj(-15)
    try:
        codes = unpacker.decompress(data[3:end], 257)
    except zlib.error as error:
        raise damaged(f"a table of symbols cannot be inflated: {error}") from error
    if not 1 <= len(codes) <= 256 or not unpacker.eof or unpacker.unused_data:
        raise damaged(f"a table of symbols has {len(codes)} codes or more, not 1 to 256")
    return shares_of(np.frombuffer(codes.ljust(256, b"\0"), np.uint8)), data[0], end
