"""Writes the corpus as text files: `python -m lite_transformer_tf.data.travel_phrases --output DIRECTORY`."""

from __future__ import annotations

import argparse
from pathlib import Path

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data.travel_phrases.corpus import SPLITS, travel_phrases
from lite_transformer_tf.files import atomic_write_text


def write_corpus(directory: Path, seed: int = 1) -> None:
    """Writes `train.en`, `train.fr`, `valid.en` ... with one sentence per line; a file is complete or absent.

    Args:
        directory: Made if it does not exist. Files of the same names are replaced.
        seed: See `travel_phrases`.
    """
    for split in SPLITS:
        pairs = travel_phrases(split, seed=seed)
        for language, sentences in (("en", [pair.source for pair in pairs]), ("fr", [pair.target for pair in pairs])):
            atomic_write_text(directory / f"{split}.{language}", "\n".join(sentences) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lite_transformer_tf.data.travel_phrases", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="directory for train.en, train.fr, valid.en, ...")
    parser.add_argument("--seed", type=int, default=1, help="seed for the choice of sentences (default: 1)")
    arguments = parser.parse_args()
    write_corpus(arguments.output, arguments.seed)
    counts = ", ".join(f"{split} {len(travel_phrases(split, seed=arguments.seed))}" for split in SPLITS)
    print(f"Wrote {arguments.output}: {counts} pairs")


if __name__ == "__main__":
    run_script("travel_phrases", main)
