"""A toy language pair and a tiny model, real in every part."""

import random
from pathlib import Path

import pytest
import yaml

WORDS = {
    "one": "eins",
    "two": "zwei",
    "three": "drei",
    "four": "vier",
    "five": "fünf",
    "six": "sechs",
    "and": "und",
    "minus": "minus",
    "is": "ist",
}

TINY = {
    "data": {"source": "en", "target": "de", "tokens_per_batch": 100},
    "vocabulary": {"size": 290},
    "model": {
        "embed_dim": 16,
        "kernel_sizes": [3],
        "heads": 2,
        "cross_attention_heads": 2,
        "dropout": 0.1,
        "weight_dropout": 0.1,
    },
    "training": {
        "epochs": 2,
        "towers": 1,
        "schedule": {"peak": 1e-2, "warmup_steps": 10},
        "checkpoint_every": 4,
        "log_every": 2,
        "average": 2,
        "validation": {"beam_size": 1, "score_every": 1},
    },
    "decoding": {"beam_size": 2, "max_length": 12},
}


def write_pairs(directory: Path, stem: str, count: int, seed: int) -> None:
    generator = random.Random(seed)
    sources = [" ".join(generator.choice(list(WORDS)) for _ in range(generator.randint(2, 7))) for _ in range(count)]
    (directory / f"{stem}.en").write_text("".join(f"{text}\n" for text in sources))
    (directory / f"{stem}.de").write_text(
        "".join(" ".join(WORDS[word] for word in text.split()) + "\n" for text in sources)
    )


def write_splits(directory: Path, train: int, others: int, seed: int = 0) -> Path:
    """Training, validation and test files, of so many sentences; returns their directory."""
    for offset, (stem, count) in enumerate((("train", train), ("valid", others), ("test", others))):
        write_pairs(directory, stem, count, seed + offset)
    return directory


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory) -> Path:
    return write_splits(tmp_path_factory.mktemp("toy"), 300, 12)


@pytest.fixture(scope="session")
def tiny_config(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("config") / "tiny.yaml"
    path.write_text(yaml.safe_dump(TINY))
    return path
