"""Trials with texts: whatever a line holds, there is one line of answer for it, or a sentence that refuses the file."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lite_transformer_tf.lines import split_lines
from tests.hard.child import watched
from tests.hard.damaged_files import BASE, FACTOR, program
from tests.hard.subjects import FIXTURES
from tests.hard.verdict import Counts, Rule
from tests.text.corpus import HOSTILE

BUNDLE = str(FIXTURES / "bundle")


def texts(drawn: int = 40) -> Mapping[str, bytes]:
    """Contents of files by name: strings that break tokenizers, what no text is, and `drawn` strings of any bytes."""
    draw = random.Random(0)
    found = {f"hostile text {number}": text.encode("utf-8", "surrogatepass") for number, text in enumerate(HOSTILE)}
    return {
        **found,
        "a word of 20,000 letters": b"a" * 20_000,
        "500 words": b"word " * 500,  # each costs the model 3 ms, and each accent 15 ms
        "100 accents over one letter": b"e" + "\u0301".encode() * 100,
        "1,000 marks of one sentence": b"Help" + b"!" * 1000,
        "1,000 empty lines": b"\n" * 1000,
        "a file in UTF-16": "Where is the station?\n".encode("utf-16"),
        "a file in Latin-1": "Où est la gare ?\n".encode("latin-1"),
        "zero bytes": bytes(1000),
        "half of a letter": "é".encode()[:1],
        "letters of four bytes": "😀".encode() * 500,
        **{f"drawn bytes {number}": draw.randbytes(draw.randint(1, 300)) for number in range(drawn)},
    }


def run_texts(counts: Counts, drawn: int = 40, seconds: float = 10.0) -> None:
    """Every text as a file of lines, added to `counts`."""
    for name, content in texts(drawn).items():
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "texts.txt"
            path.write_bytes(content)
            found = watched(program(["translate", BUNDLE, "--input", str(path)]), seconds)
        lines = sum(1 for _ in split_lines(io.BytesIO(content)))
        answered = found.out.count("\n")
        lost = f"{lines} lines, {answered} answers" if found.code in (0, 1) and answered != lines else None
        # a warning of a line that could not be answered whole is no refusal of the program
        plain = replace(found, code=0) if found.code == 1 and answered == lines else found
        counts.add("texts", name, plain, Rule(None, (256 << 20) + BASE + FACTOR * len(content)), lost)
