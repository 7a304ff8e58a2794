"""How many BLEU points a model loses on careless input: lower case, capitals, no final mark, other quotes, no accents.

    python benchmarks/noise.py --source test.en --target test.fr --output runs/noise MODEL

MODEL is a run, a model directory or a bundle that translates. Every source is disturbed as `data.noise` does it, with a
share of 1; the references stay. A disturbance that changes few sources, such as accents in English, is scored on those
it changes, beside the plain text's score on the same ones.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data.noise import disturbed
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.evaluation.translation import score_translations
from lite_transformer_tf.report import write_report
from lite_transformer_tf.tasks.stored_model import open_model

KINDS = {
    "lower case": "lower_case",
    "capitals": "capitals",
    "no final mark": "no_final_mark",
    "other quotes": "quotes",
    "no accents": "missing_accents",
    "a doubled letter": "doubled_letters",
    "lower case, no mark, no accents": "lower_case no_final_mark missing_accents",
}
CHOICE = 0.7  # umlauts lose their dots; the doubled letter lies in the last third


def measure(model: Path, pairs: list[tuple[str, str]], options: DecodingOptions) -> list[dict[str, Any]]:
    """For each disturbance the number of sources that it changes, and BLEU on these, plain and disturbed."""
    generator: Any = open_model(model, "translation")

    def translated(sources: list[str]) -> list[str]:
        return [best.text for best, *_ in generator.generate(sources, options)]

    def bleu(answers: list[str], references: list[str]) -> float:
        return round(score_translations(answers, references)["bleu"]["score"], 2)

    plain, rows = translated([source for source, _ in pairs]), []
    rows.append({"name": "none", "sentences": len(pairs), "plain": bleu(plain, [target for _, target in pairs])})
    for name, kinds in KINDS.items():
        careless = [disturbed(source, frozenset(kinds.split()), CHOICE) for source, _ in pairs]
        places = [place for place, (source, _) in enumerate(pairs) if careless[place] != source]
        if not places:
            continue
        references = [pairs[place][1] for place in places]
        answers = translated([careless[place] for place in places])
        row = {"plain": bleu([plain[place] for place in places], references), "disturbed": bleu(answers, references)}
        rows.append({"name": name, "sentences": len(places), **row, "lost": round(row["plain"] - row["disturbed"], 2)})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a run, a model directory or a bundle")
    parser.add_argument("--source", type=Path, required=True, help="file of the sources")
    parser.add_argument("--target", type=Path, required=True, help="file of the references")
    parser.add_argument("--sentences", type=int, help="only so many, evenly spread (default: all)")
    parser.add_argument("--beam-size", type=int, default=4, help="(default: 4)")
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    arguments = parser.parse_args()
    pairs = list(ParallelText.from_files(arguments.source, arguments.target))
    count = min(arguments.sentences or len(pairs), len(pairs))
    pairs = [pairs[i * len(pairs) // count] for i in range(count)]
    rows = measure(arguments.model, pairs, DecodingOptions(beam_size=arguments.beam_size))
    write_report(arguments.output, {"sentences": len(pairs), "beam_size": arguments.beam_size, "noise": rows})
    print("| disturbance | sentences | BLEU plain | BLEU disturbed | lost |\n|---|---|---|---|---|")
    for row in rows:
        figures = [row["sentences"], row["plain"], row.get("disturbed", ""), row.get("lost", "")]
        print(f"| {row['name']} | {' | '.join(map(str, figures))} |")


if __name__ == "__main__":
    run_script("noise", main)
