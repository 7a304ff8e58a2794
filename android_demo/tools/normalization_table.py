"""Writes the table of the Kotlin NFKC normalisation from this Python's `unicodedata`, which training uses.

    python android_demo/tools/normalization_table.py            # writes the resource of android_demo/core
    python android_demo/tools/normalization_table.py --check    # exit status 1 when the resource differs

Numbers have a variable length: seven bits per byte, lowest first, with the highest bit set in all bytes but the last.
Lists are ascending, with the difference to the entry before instead of the code point:

    "NFKC", Unicode version (3 numbers)
    count; difference, length, code points      full compatibility decompositions, without Hangul syllables
    count; difference, length, class            runs of code points of one canonical combining class other than 0
    count; difference, second, composite        pairs that compose, by the first (difference 0: the same first again)
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

RESOURCE = Path(__file__).parent.parent / "core/src/main/resources/dev/litetransformer/text/nfkc.bin"
HANGUL = range(0xAC00, 0xD7A4)
SURROGATES = range(0xD800, 0xE000)


def characters() -> Iterator[str]:
    """Every character that may have an entry."""
    return (chr(code) for code in range(sys.maxunicode + 1) if code not in HANGUL and code not in SURROGATES)


def decompositions() -> list[tuple[int, list[int]]]:
    """Code points whose NFKD form differs."""
    forms = ((character, unicodedata.normalize("NFKD", character)) for character in characters())
    return [(ord(character), [len(form), *map(ord, form)]) for character, form in forms if form != character]


def combining_classes() -> list[tuple[int, list[int]]]:
    """Begin of each run, its length and its class."""
    runs: list[tuple[int, list[int]]] = []
    for character in characters():
        code, combining = ord(character), unicodedata.combining(character)
        if combining and runs and runs[-1][1][1] == combining and runs[-1][0] + runs[-1][1][0] == code:
            runs[-1][1][0] += 1
        elif combining:
            runs.append((code, [1, combining]))
    return runs


def compositions() -> list[tuple[int, list[int]]]:
    """First, second and composite of each canonical pair, without the composition exclusions, which NFC decomposes."""
    pairs = []
    for character in characters():
        parts = unicodedata.decomposition(character).split()
        if len(parts) == 2 and parts[0][0] != "<" and unicodedata.normalize("NFC", character) == character:
            pairs.append((int(parts[0], 16), [int(parts[1], 16), ord(character)]))
    return sorted(pairs)


def number(value: int) -> bytes:
    """One variable-length number."""
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes([*result, value])


def section(entries: list[tuple[int, list[int]]]) -> Iterable[int]:
    """The numbers of one list."""
    yield len(entries)
    previous = 0
    for code, rest in entries:
        yield code - previous
        yield from rest
        previous = code


def table() -> bytes:
    """The whole resource."""
    numbers = [
        *map(int, unicodedata.unidata_version.split(".")),
        *section(decompositions()),
        *section(combining_classes()),
        *section(compositions()),
    ]
    return b"NFKC" + b"".join(map(number, numbers))


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the table of the Kotlin NFKC normalisation.")
    parser.add_argument("--output", type=Path, default=RESOURCE, help="the file to write")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if the file differs")
    arguments = parser.parse_args()
    data = table()
    if arguments.check:
        same = arguments.output.is_file() and arguments.output.read_bytes() == data
        print(f"{arguments.output.name} is {'that' if same else 'not that'} of Unicode {unicodedata.unidata_version}")
        return 0 if same else 1
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: Unicode {unicodedata.unidata_version}, {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
