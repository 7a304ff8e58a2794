"""How many of 1,000 sentences with prices, times, dates, rooms and other numbers keep them in translation.

    python benchmarks/numbers_kept.py --from en --output runs/numbers_kept MODEL

MODEL is a run, a model directory or a bundle between English and French. The sentences are drawn by
`evaluation.numbers_kept` from templates that no training phrase has; `--frames ENGLISH FRENCH` adds sentences of a test
set with other numbers, up to 40 %. An answer keeps its numbers when the copy check misses nothing (docs/trust.md).
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.evaluation.numbers_kept import COUNT, NumberSentence, number_sentences, numbers_kept
from lite_transformer_tf.evaluation.translation import score_translations
from lite_transformer_tf.report import write_report
from lite_transformer_tf.tasks.stored_model import open_model


def measure(model: Path, sentences: list[NumberSentence], language: str, options: DecodingOptions) -> dict[str, Any]:
    """Shares of sentences that keep their numbers, in all and by kind, and what was lost."""
    generator: Any = open_model(model, "translation")
    sides = [(s.english, s.french) if language == "en" else (s.french, s.english) for s in sentences]
    answers = [best.text for best, *_ in generator.generate([source for source, _ in sides], options)]
    faults = numbers_kept([source for source, _ in sides], answers)
    kinds, kept = Counter(s.kind for s in sentences), Counter(s.kind for s, lost in zip(sentences, faults) if not lost)
    lost = [
        {"source": source, "answer": answer, "missing": list(fault)}
        for (source, _), answer, fault in zip(sides, answers, faults)
        if fault
    ]
    return {
        "kept": round(kept.total() / len(sentences), 4),
        "kinds": {kind: {"sentences": count, "kept": round(kept[kind] / count, 4)} for kind, count in kinds.items()},
        "bleu": score_translations(answers, [target for _, target in sides])["bleu"],
        "lost": lost,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a run, a model directory or a bundle")
    parser.add_argument("--from", dest="language", choices=("en", "fr"), required=True, help="language of the sources")
    parser.add_argument("--frames", type=Path, nargs=2, metavar=("ENGLISH", "FRENCH"), help="files of a test set")
    parser.add_argument("--count", type=int, default=COUNT, help="number of sentences (default: 1000)")
    parser.add_argument("--beam-size", type=int, default=4, help="(default: 4)")
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    arguments = parser.parse_args()
    frames = ParallelText.from_files(*arguments.frames) if arguments.frames else ()
    sentences = number_sentences(arguments.count, frames)
    report = measure(arguments.model, sentences, arguments.language, DecodingOptions(beam_size=arguments.beam_size))
    write_report(arguments.output, {"sentences": len(sentences), "from": arguments.language, **report})
    print("| kind | sentences | numbers kept |\n|---|---|---|")
    for kind, figures in report["kinds"].items():
        print(f"| {kind} | {figures['sentences']} | {figures['kept']:.1%} |")
    print(f"| all | {len(sentences)} | {report['kept']:.1%} |")
    for entry in report["lost"][:10]:
        print(f"{entry['source']} -> {entry['answer']}: {', '.join(entry['missing'])}")


if __name__ == "__main__":
    run_script("numbers_kept", main)
