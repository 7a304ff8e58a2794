"""Real pairs for the tests of this room: sentences alone, by twos and by threes; and files written from them."""

from __future__ import annotations

import gzip
from itertools import islice, permutations
from pathlib import Path

from lite_transformer_tf.text import VocabularyPair
from tests.text.corpus import ENGLISH, FRENCH

SENTENCES = list(zip(ENGLISH, FRENCH, strict=True))
PAIRS = [
    (" ".join(source for source, _ in chosen), " ".join(target for _, target in chosen))
    for count in (1, 2, 3)
    for chosen in islice(permutations(SENTENCES, count), 600)
]


def joint_vocabulary(size: int = 440) -> VocabularyPair:
    return VocabularyPair.train(ENGLISH, FRENCH, size)


def write_lines(path: Path, lines: list[str]) -> Path:
    """A text file; packed when its name ends in .gz."""
    data = "".join(f"{line}\n" for line in lines).encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
