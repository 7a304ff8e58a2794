"""A toy task: the summary of a document is the two words that stand behind "about"."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

TOPICS = ("red", "green", "blue", "old", "new", "small", "tall", "round")
THINGS = ("house", "tree", "river", "train", "garden", "bridge", "window", "market")
FILLER = ("we", "saw", "many", "people", "in", "the", "morning", "and", "then", "again", "with", "some", "water")


def toy_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    generator = random.Random(seed)
    pairs = []
    for _ in range(count):
        summary = f"{generator.choice(TOPICS)} {generator.choice(THINGS)}"
        before, after = (" ".join(generator.choices(FILLER, k=generator.randint(2, 6))) for _ in range(2))
        pairs.append((f"This text {before} is about {summary}. It {after}.", summary))
    return pairs


def write_jsonl(path: Path, pairs: list[tuple[str, str]], fields: tuple[str, str] = ("document", "summary")) -> Path:
    """JSON Lines; packed when the name ends in .gz."""
    data = "".join(
        json.dumps(dict(zip(fields, pair, strict=True)), ensure_ascii=False) + "\n" for pair in pairs
    ).encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
