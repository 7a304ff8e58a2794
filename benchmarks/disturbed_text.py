"""How many translations change when a phrase contains white space or invisible characters of pasted text.

    python benchmarks/disturbed_text.py --output runs/disturbed_text MODEL

MODEL is a run, a model directory or a bundle that translates English. 80 travel phrases of the test set are translated
as they are, then with each of 15 disturbances, by the vocabulary with text schema 1 ("before") and with text schema 2
("after"); weights and pieces are the same. None of the disturbances changes what a reader sees, but for line breaks and
wider gaps. A translation counts as changed when its text differs from that of the plain phrase in the same schema.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data import embedded_splits
from lite_transformer_tf.decoding.options import Generator
from lite_transformer_tf.report import write_report
from lite_transformer_tf.tasks.stored_model import open_model

PHRASES = 80
SCHEMAS = {"before": 1, "after": 2}


def gap(replacement: str) -> Callable[[str], str]:
    """Replaces the middle one of the phrase's spaces."""

    def disturb(phrase: str) -> str:
        words = phrase.split(" ")
        middle = len(words) // 2
        return " ".join(words[:middle]) + replacement + " ".join(words[middle:])

    return disturb


def inside(character: str) -> Callable[[str], str]:
    """Puts a character into the middle of the longest word."""

    def disturb(phrase: str) -> str:
        longest = max(phrase.split(" "), key=len)
        place = phrase.index(longest) + len(longest) // 2
        return phrase[:place] + character + phrase[place:]

    return disturb


def around(begin: str, end: str) -> Callable[[str], str]:
    """Puts one character in front of the phrase and one behind it."""
    return lambda phrase: begin + phrase + end


DISTURBANCES = {
    "tab for a space": gap("\t"),
    "line feed for a space": gap("\n"),
    "CR LF for a space": gap("\r\n"),
    "line separator U+2028 for a space": gap("\u2028"),
    "next line U+0085 for a space": gap("\x85"),
    "no-break space for a space": gap("\xa0"),
    "two spaces for one": gap("  "),
    "line feed at the end": around("", "\n"),
    "byte order mark in front": around("\ufeff", ""),
    "left-to-right mark in front": around("\u200e", ""),
    "right-to-left mark at the end": around("", "\u200f"),
    "embedding U+202A ... U+202C around": around("\u202a", "\u202c"),
    "soft hyphen in a word": inside("\xad"),
    "zero-width space in a word": inside("\u200b"),
    "word joiner in a word": inside("\u2060"),
}


def held_out_phrases(count: int) -> list[str]:
    """English test phrases of several words, evenly spread over the test set."""
    test = embedded_splits().test
    assert test is not None
    phrases = [source for source, _ in test if " " in source]
    return [phrases[i * len(phrases) // count] for i in range(count)]


def changed(generator: Generator, phrases: list[str]) -> dict[str, int]:
    """Number of changed translations for each disturbance."""
    plain = [best.text for best, *_ in generator.generate(phrases)]
    counts = {}
    for name, disturb in DISTURBANCES.items():
        disturbed = [best.text for best, *_ in generator.generate([disturb(phrase) for phrase in phrases])]
        counts[name] = sum(a != b for a, b in zip(plain, disturbed, strict=True))
    return counts


def measure(model: Path, count: int) -> dict[str, dict[str, int]]:
    """`changed` under each text schema."""
    phrases, counts = held_out_phrases(count), {}
    for name, version in SCHEMAS.items():
        generator: Any = open_model(model, "translation")
        generator.source_vocabulary = generator.source_vocabulary.with_text_schema(version)
        counts[name] = changed(generator, phrases)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a run, a model directory or a bundle")
    parser.add_argument("--phrases", type=int, default=PHRASES, help="number of phrases")
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    arguments = parser.parse_args()
    counts = measure(arguments.model, arguments.phrases)
    write_report(arguments.output, {"phrases": arguments.phrases, "changed": counts})
    print(f"| of {arguments.phrases} translations change | {' | '.join(counts)} |\n|---|---|---|")
    for name in DISTURBANCES:
        print(f"| {name} | {' | '.join(str(column[name]) for column in counts.values())} |")


if __name__ == "__main__":
    run_script("disturbed_text", main)
