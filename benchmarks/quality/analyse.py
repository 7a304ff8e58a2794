"""Looks into a trained run: attention maps, kernels, which branch each layer needs, what summaries miss.

    python -m benchmarks.quality.analyse RUN --data-dir DIR --output DIR

RUN is a finished run whose layers have branches (a Lite Transformer or a Transformer), DIR the folder of its data.
Writes encoder.png and decoder.png (attention maps and kernels of one text), and analysis.md and analysis.json.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.cli.paths import all_told, writable
from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import find_directory
from lite_transformer_tf.text import is_blank

TEXTS, LONGEST = 200, 48  # validation texts; tokens of a line of a language model
Batch = dict[str, np.ndarray]


def padded(rows: list[list[int]], pad: int) -> np.ndarray:
    """Rows of ids as one array, padded on the right."""
    width = max(map(len, rows))
    return np.array([row + [pad] * (width - len(row)) for row in rows], np.int32)


def batch_of(
    model: Any, vocabularies: Any, texts: list[Any], longest: int | None = None
) -> tuple[Batch, dict[str, list[str]]]:
    """Texts, or pairs of texts, as inputs of a model, and the pieces of the first one per stack.

    Args:
        model, vocabularies: The model's.
        texts: At least one.
        longest: Tokens of a source that the model reads.
    """
    config = model.config
    eos, pad = config.eos_id, config.pad_id
    if isinstance(texts[0], str):
        rows = [[eos, *vocabularies.encode(text)][:LONGEST] for text in texts]
        return {"ids": padded(rows, pad)}, {"decoder": pieces(vocabularies, rows[0])}
    sources = [[*vocabularies.source.encode(source)[:longest], eos] for source, _ in texts]
    targets = [[eos, *vocabularies.target.encode(target)] for _, target in texts]
    shown = {"encoder": pieces(vocabularies.source, sources[0]), "decoder": pieces(vocabularies.target, targets[0])}
    return {"source_ids": padded(sources, pad), "target_ids": padded(targets, pad)}, shown


def pieces(vocabulary: Any, ids: list[int]) -> list[str]:
    """Each token as text."""
    return [vocabulary.decode([token]) or "·" for token in ids]


def analyse(run: Path, data: Path, output: Path, texts: int = TEXTS, decode: bool = True) -> dict[str, Any]:
    """Writes plots and tables of a run, see the module.

    Args:
        run: A finished run.
        data: Directory of its data.
        output: Directory that is written.
        texts: Number of validation texts.
        decode: Whether the model without a branch also answers them.

    Returns:
        The figures of analysis.json.

    Raises:
        ValueError: The layers of the model have no branches.
    """
    from benchmarks.quality.ablation import ablate, judge_of, open_run, table
    from benchmarks.quality.branches import describe, draw

    opened = open_run(run, data, texts)
    model, stored = opened.model, opened.stored
    shown = [text for text in opened.valid if not isinstance(text, str) or not is_blank(text)]
    inputs, tokens = batch_of(model, opened.vocabularies, shown, stored.settings.get("max_source_tokens"))
    output.mkdir(parents=True, exist_ok=True)
    draw(model, {name: ids[:1, : len_of(ids[0], model)] for name, ids in inputs.items()}, output, tokens)
    figures: dict[str, Any] = {"branches": describe(model, inputs), "ablation": ablate(model, judge_of(opened, decode))}
    page = ["# Branches\n", branch_table(figures["branches"]), "\n# Ablation\n", table(figures["ablation"])]
    if stored.task.name == "summarization":
        figures["missed"] = missed_of(run, data)
        page += [
            "\n# What summaries miss\n",
            *(f"- {name}: {share:.3f}\n" for name, share in figures["missed"].items()),
        ]
    atomic_write_json(output / "analysis.json", figures)
    atomic_write_text(output / "analysis.md", "\n".join(page))
    return figures


def len_of(ids: np.ndarray, model: Any) -> int:
    """Number of real tokens of a row."""
    return int(np.count_nonzero(ids != model.config.pad_id))


def branch_table(rows: list[dict[str, Any]]) -> str:
    """What each branch does, as Markdown."""
    lines = [
        "| branch | kind | weight within 3 tokens | mean distance | largest tap (offset, weight) |",
        "|---" * 5 + "|",
    ]
    for row in rows:
        attention = (f"{row['near']:.3f}", f"{row['distance']:.2f}") if "near" in row else ("", "")
        tap = f"{row['largest']:+d}, {row['weight']:.3f} of {row['taps']}" if "taps" in row else ""
        lines.append(f"| {row['branch']} | {row['kind']} | {attention[0]} | {attention[1]} | {tap} |")
    return "\n".join(lines) + "\n"


def missed_of(run: Path, data: Path) -> dict[str, float]:
    """What the summaries of a run's test set miss."""
    from benchmarks.quality.measuring import test_answers
    from benchmarks.quality.titles import missed

    stored = find_directory(run)
    assert isinstance(stored.task, SequenceToSequence)
    pairs, hypotheses = test_answers(run, stored.task, data)
    return missed(hypotheses, [target for _, target in pairs], [source for source, _ in pairs])


def main() -> int:
    """Writes what `analyse` writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="a finished run")
    parser.add_argument("--data-dir", type=Path, required=True, metavar="DIR", help="directory of its data")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="directory of plots and tables")
    parser.add_argument("--texts", type=int, default=TEXTS, metavar="N", help="validation texts (default: %(default)s)")
    parser.add_argument("--loss-only", action="store_true", help="do not answer the texts without each branch")
    arguments = parser.parse_args()
    if arguments.texts < 1:
        parser.error(f"--texts must be at least 1. Received: {arguments.texts}")
    all_told([lambda: find_directory(arguments.run), *writable(arguments.output, directory=True)])
    analyse(arguments.run, arguments.data_dir, arguments.output, arguments.texts, not arguments.loss_only)
    print((arguments.output / "analysis.md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    run_script("quality.analyse", main)
