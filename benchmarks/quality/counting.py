"""Counts the mean target tokens of an update of each case on its data: `tokens_per_update` of cases.yaml.

    python -m benchmarks.quality.counting --data-dir DIR

Makes the vocabulary and the batches in a temporary folder, as a run does, and trains nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.quality.cases import CASES, Case, chosen_cases
from benchmarks.quality.runs import Comparison
from lite_transformer_tf.boundary.program import run_script


def tokens_per_update(comparison: Comparison, data: Path) -> float:
    """The mean target tokens of an update of a case's runs."""
    case: Case = comparison.case
    run = comparison.search(next(iter(case.budgets)), comparison.architectures[0]).runs[0]
    config, task = run.configuration(), case.kind
    splits = task.load(config.data, data / case.folder)
    training = task.make(config.fitted(splits.train), splits)
    with tempfile.TemporaryDirectory(prefix="lite_transformer_counting_") as folder:
        training.prepare(Path(folder))
        figures, batches = training.describe(), training.data.steps_per_epoch
    per_epoch = figures.get("target_tokens_per_epoch") or figures["tokens"]["train"]
    return per_epoch / batches * config.training.accumulation_steps


def main() -> int:
    """Prints a line per case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True, metavar="DIR", help="directory of all cases' folders")
    parser.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case; may be repeated")
    parser.add_argument("--full", action="store_true", help="all cases")
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FILE", help="other cases than the package's")
    arguments = parser.parse_args()
    for name, case in chosen_cases(arguments.case, arguments.full, arguments.cases).items():
        count = tokens_per_update(Comparison(Path("."), name, case, arguments.full), arguments.data_dir)
        print(f"{name}: tokens_per_update: {round(count)}", flush=True)
    return 0


if __name__ == "__main__":
    run_script("quality.counting", main)
