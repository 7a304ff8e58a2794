"""Writes Python's answers for the tests of the Kotlin copy check and confidence (docs/trust.md).

    python android_demo/tools/trust_fixtures.py --output android_demo/core/target/fixtures

OUTPUT/trust gets JSON Lines in ASCII:

    items.jsonl         texts with their shapes and items
    comparisons.jsonl   pairs of texts, with what the second lacks and adds, and the second mended
    answers.jsonl       hypotheses of a search, with the answers of two tasks under options
    confidences.jsonl   scores, lengths and length penalties, with the confidence

The same arguments give the same files.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fixture_texts import HOSTILE
from tokenizer_fixtures import write_lines

from lite_transformer_tf.decoding.answers import CHECKS, AnswerRules
from lite_transformer_tf.decoding.confidence import Confidence, sureness
from lite_transformer_tf.decoding.copying import items_of, mended, missing, shape, unsupported
from lite_transformer_tf.decoding.options import DecodingOptions

FIXTURES = Path(__file__).resolve().parents[1] / "core" / "target" / "fixtures"
CALIBRATION = Confidence(-1.5, 2.7, 4.6)
PARTS = (
    "1 2 5 7 12 19 20 21 30 65 87 100 878 1984 2000 007 05 0 1.5 1,50 0.125 30.20 3.0 1,200.50 1.200,50 1'200 1’200.5 "
    "1.234 1,234,567 12,34,567 1.2.3 17.05.2020 2020-05-17 7:45 19:45 7h45 19h 24h00 7:05 10:15:30 7:60 25:00 1st 21st "
    "1er 2e 3rd 1950s 20-year-old 5km 5KM 10am 7p.m. 4x4 3D 12A R2-D2 AB-1234 ab-1234 AB_12-XY MP3-Player covid-19 "
    "v1.2 mid-1990s A1/B2 ISBN-13 50% $5 5$ €30.20 30,20€ £7 ¥100 US$20 https://example.org/a?b=1 http://x.y/%20z. "
    "WWW.Example.COM example.com/x. a.b.co.uk me.you+tag@mail-host.example.com Me@Example.Org e.g. z.B. the.end "
    "١٢ ３４ 五 2個 H₂O ½ naïve Ünï Ǆ ǅ x² 𝟏𝟐 𝐀1 Ⅷ"
).split()
PHONES = (
    "06 12 34 56 78",
    "06.12.34.56.78",
    "+33 6 12 34 56 78",
    "0171/1234567",
    "020 7946 0958",
    "0800-123-456",
    "+1 555-010-9999",
    "05.06.2020",
    "05/06/20",
    "06 12",
    "06 12 34 78",
)
SPACED = (
    "1 200,50",
    "1\u00a0200",
    "1\u202f234\u202f567",
    "5 100 g",
    "7 h 45",
    "7 pm",
    "7 p.m.",
    "19 h",
    "7 heures 45",
    *PHONES,
)
BETWEEN = (" ", " ", " ", ", ", ". ", "\n", "\t", "-", "", "/", "(", "\u2212", "\u00a0", " and ", " – ")
WORDS = ("two", "the", "euros", "chambre", "é", "h", "pm", "st", "AM")


def texts(count: int, seed: int) -> Iterator[str]:
    """Hostile texts, every part, and mixtures of parts."""
    generator = random.Random(seed)
    yield from ("", *HOSTILE, *PARTS, *SPACED)
    for _ in range(count):
        chosen = generator.choices((*PARTS, *SPACED, *WORDS), k=generator.randint(1, 8))
        yield "".join(part + generator.choice(BETWEEN) for part in chosen)


def changed(text: str, generator: random.Random) -> str:
    """A text with other characters, or other words, in a few places."""
    words = text.split(" ")
    for _ in range(generator.randint(0, 3)):
        place = generator.randrange(len(words))
        others = generator.choices((*PARTS, *SPACED), k=3)
        words[place] = generator.choice(("", words[place][:-1], words[place] * 2, *others))
    generator.shuffle(words)
    return " ".join(words)


def item_lines(count: int) -> Iterator[dict[str, Any]]:
    for text in texts(count, 1):
        items = [dataclasses.asdict(item) for item in items_of(text)]
        yield {"text": text, "shape": shape(text) if max(text, default="") <= "\uffff" else None, "items": items}


def comparison_lines(count: int) -> Iterator[dict[str, Any]]:
    generator = random.Random(2)
    for source in texts(count, 3):
        answer = changed(source, generator)
        sides = items_of(source), items_of(answer)
        found = {"missing": missing(*sides), "added": unsupported(*sides), "mended": mended(sides[0], answer)}
        yield {"source": source, "answer": answer, **found}


def answer_lines(count: int) -> Iterator[dict[str, Any]]:
    """Hypotheses number their ids; some have the same text."""
    generator = random.Random(4)
    for source in texts(count, 5):
        beam = generator.randint(1, 5)
        hypotheses = [changed(source, generator) for _ in range(beam)]
        hypotheses[-1] = generator.choice(hypotheses)
        scores = sorted((round(-generator.expovariate(2), 4) for _ in hypotheses), reverse=True)
        found = [((place,) * (place + 1), score) for place, score in enumerate(scores)]
        options = DecodingOptions(
            beam_size=beam,
            n_best=generator.randint(1, beam),
            length_penalty=generator.choice((0.0, 1.0, 0.6)),
            copy_check=generator.random() < 0.8,
        )
        answers = {}
        for task in CHECKS:
            question = AnswerRules(CHECKS[task], CALIBRATION).question(source, options)
            chosen = question.answers(found, partial(text_of, hypotheses))
            answers[task] = [dataclasses.asdict(answer) for answer in chosen]
        yield {
            "source": source,
            "hypotheses": [{"text": text, "score": score} for text, score in zip(hypotheses, scores, strict=True)],
            "options": dataclasses.asdict(options),
            "answers": answers,
        }


def text_of(hypotheses: Sequence[str], ids: Sequence[int]) -> str:
    """The text of the hypothesis whose number its ids repeat."""
    return hypotheses[ids[0]]


def confidence_lines(count: int) -> Iterator[dict[str, Any]]:
    generator = random.Random(6)
    for _ in range(count):
        score, length = -generator.expovariate(1), generator.randint(1, 100)
        penalty, faulty = generator.choice((0.0, 0.6, 1.0, 2.0)), generator.random() < 0.5
        value = CALIBRATION(sureness(score, length, penalty), faulty)
        yield {"score": score, "length": length, "length_penalty": penalty, "faulty": faulty, "confidence": value}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=FIXTURES, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--count", type=int, default=2000, metavar="N", help="random cases (default: %(default)s)")
    arguments = parser.parse_args()
    makers = {
        "items": item_lines,
        "comparisons": comparison_lines,
        "answers": answer_lines,
        "confidences": confidence_lines,
    }
    for name, lines in makers.items():
        count = write_lines(arguments.output / "trust" / f"{name}.jsonl", lines(arguments.count))
        print(f"trust/{name}: {count} cases", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
