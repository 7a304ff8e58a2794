"""The program of a process that encodes texts, and what is said between it and the process that started it.

It reads frames from standard input and writes frames to standard output: first names and contents of the vocabularies'
files, then texts, which are answered with ids. It ends when its input does.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Sequence
from itertools import chain
from typing import IO

import numpy as np

from lite_transformer_tf.text.single_vocabulary import AnyVocabulary, read_vocabulary

LENGTH = np.dtype("<i4")
"""Type of lengths, and of ids in a frame."""


def write_frame(stream: IO[bytes], *parts: bytes) -> None:
    """Writes several byte strings, for `read_frame` at the other end of a pipe."""
    stream.write(struct.pack(f"<I{len(parts)}Q", len(parts), *map(len, parts)))
    for part in parts:
        stream.write(part)
    stream.flush()


def read_frame(stream: IO[bytes]) -> list[bytes] | None:
    """What `write_frame` wrote; `None` where the stream ends."""
    if len(head := stream.read(4)) < 4:
        return None
    count = struct.unpack("<I", head)[0]
    if len(head := stream.read(8 * count)) < 8 * count:
        return None
    lengths = struct.unpack(f"<{count}Q", head)
    parts = [stream.read(length) for length in lengths]
    return parts if all(len(part) == length for part, length in zip(parts, lengths)) else None


def packed_texts(texts: Sequence[str]) -> tuple[bytes, bytes]:
    """Texts as two byte strings: their lengths, and all of them in UTF-8."""
    data = [text.encode("utf-8") for text in texts]
    return np.array([len(text) for text in data], LENGTH).tobytes(), b"".join(data)


def unpacked_texts(lengths: bytes, data: bytes) -> list[str]:
    """The texts of `packed_texts`."""
    ends = np.cumsum(np.frombuffer(lengths, LENGTH), dtype=np.int64).tolist()
    return [data[begin:end].decode("utf-8") for begin, end in zip([0, *ends], ends)]


def encoded(texts: Sequence[str], vocabulary: AnyVocabulary) -> tuple[bytes, bytes]:
    """Ids of texts, without `eos`, as two byte strings: their lengths, and all of them."""
    ids = [vocabulary.encode(text) for text in texts]
    lengths = np.array([len(each) for each in ids], LENGTH)
    return lengths.tobytes(), np.fromiter(chain.from_iterable(ids), LENGTH, int(lengths.sum())).tobytes()


def main() -> None:
    """Reads the vocabularies, then answers each frame of texts with a frame of ids."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the one that started this ends it
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints belongs to no frame
    models = read_frame(sys.stdin.buffer)
    if models is None:
        return
    vocabularies = [read_vocabulary(model, name.decode()) for name, model in zip(models[::2], models[1::2])]
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        sides = unpacked_texts(*frame[:2]), unpacked_texts(*frame[2:])
        write_frame(output, *encoded(sides[0], vocabularies[0]), *encoded(sides[1], vocabularies[-1]))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # nobody reads any more
        os._exit(1)
