"""The paper's comparison: trains what is missing, then writes table and plots.

    python -m benchmarks.quality --data-dir DIR --output runs/quality
    python -m benchmarks.quality --data-dir DIR --output runs/quality --plan
    python -m benchmarks.quality --output runs/quality --table

DIR has a folder for each case. The same command resumes after a stop, a crash or kill -9. --plan lists all runs, what
is done, and the target tokens that each sees, and trains nothing; --table writes table and plots of what has finished.
--records names where the records of runs are kept that have ended; a run with a record is not trained again.
docs/quality.md has the method, and the time that it takes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.quality.budgets import FROZEN
from benchmarks.quality.cases import CASES, chosen_cases
from benchmarks.quality.gathering import diverged, gather
from benchmarks.quality.plan import plan_lines
from benchmarks.quality.plots import draw_case
from benchmarks.quality.records import check_data, data_digests
from benchmarks.quality.runs import DIVERGED, DONE, Comparison, Run, merged
from benchmarks.quality.tables import markdown
from lite_transformer_tf.boundary.errors import CommandError, Failure
from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.cli.paths import Check, all_told, data_files, writable
from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.settings import read_settings
from lite_transformer_tf.tasks.task import RECIPES

ROOT = Path(__file__).resolve().parents[2]
JSON, PAGE = "quality.json", "quality.md"


def check(comparisons: Sequence[Comparison], data: Path) -> None:
    """Raises, before anything is trained, for all data that are missing and outputs that cannot be written."""

    def find(comparison: Comparison) -> None:
        case = comparison.case
        settings = merged(read_settings(RECIPES / f"{case.recipe}.yaml"), case.settings)
        data_files(case.kind, settings, data / case.folder)

    def same_data(comparison: Comparison) -> None:
        digests: dict[str, str] = {}
        for run in comparison.runs():
            if (record := run.record) is not None:
                digests = digests or data_digests(comparison.case.kind, run.configuration().data, data_of(run, data))
                check_data(record, run.record_file, digests)

    folders = {path for one in comparisons for path in (one.output, one.records) if path is not None}
    checks: list[Check] = [partial(find, comparison) for comparison in comparisons]
    all_told([*checks, *(check for path in sorted(folders) for check in writable(path, directory=True))])
    all_told([partial(same_data, comparison) for comparison in comparisons])


def data_of(run: Run, data: Path) -> Path:
    """Directory of the data of a run."""
    return (data / run.case.folder).absolute()


def train(run: Run, data: Path) -> int:
    """Trains or resumes a run in a process of its own, and keeps its record; returns the exit code.

    Raises:
        Failure: The search for its learning rate found none.
    """
    settings = run.configuration().to_yaml()
    print(f"{run.place.as_posix()}: {run.updates} updates, rate {run.rate:g}", flush=True)
    run.config_file.parent.mkdir(parents=True, exist_ok=True)
    atomic_write_text(run.config_file, settings)
    paths = (run.config_file, data_of(run, data), run.directory, run.record_file)
    words = [run.case.task, *(str(path.absolute()) for path in paths), *(["--search"] if run.searches else [])]
    return subprocess.run([sys.executable, "-m", "benchmarks.quality.child", *words], cwd=ROOT, check=False).returncode


def train_all(comparisons: Sequence[Comparison], data: Path) -> int:
    """Trains what is missing; returns the exit code of the first run that could not be finished, otherwise 0.

    A run whose loss was not finite is told, and left out; the others go on.
    """
    for comparison in comparisons:
        for run in comparison.runs():
            if run.state in (DONE, DIVERGED):
                continue
            code = train(run, data)
            if code < 0:
                raise Failure(f"{run.place.as_posix()} was ended by signal {-code}; the same command resumes")
            if code and run.state != DIVERGED:
                return code
    return 0


def write(comparisons: Sequence[Comparison], folder: Path) -> None:
    """Writes table and plots of what has finished."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = gather(comparisons)
    for name, case in figures["cases"].items():
        draw_case(case, folder / f"{name}.png")
    atomic_write_json(folder / JSON, figures)
    atomic_write_text(folder / PAGE, markdown(figures))
    print(f"table: {folder / PAGE}\nfigures: {folder / JSON}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="directory with a folder for each case")
    parser.add_argument("--output", type=Path, default=Path("runs/quality"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--records", type=Path, metavar="DIR", help="where records are kept (default: the output)")
    parser.add_argument("--tables", type=Path, metavar="DIR", help="where table and plots go (default: the output)")
    parser.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case; may be repeated")
    parser.add_argument("--full", action="store_true", help="all cases, architectures and seeds, the paper's sizes too")
    parser.add_argument("--plan", action="store_true", help="list all runs, and train nothing")
    parser.add_argument("--table", action="store_true", help="write table and plots, and train nothing")
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FILE", help="other cases than the package's")
    parser.add_argument("--sizes", type=Path, default=FROZEN, metavar="FILE", help="their sizes, see budgets")
    arguments = parser.parse_args()
    if arguments.data_dir is None and not (arguments.plan or arguments.table):
        raise CommandError("Training needs data: give --data-dir DIR, or --plan or --table. Received: none of them")
    return arguments


def main() -> int:
    """Exit code 0 when everything has finished, 1 when a run diverged, otherwise that of the run that stopped."""
    arguments = parse()
    cases = chosen_cases(arguments.case, arguments.full, arguments.cases)
    places = arguments.full, arguments.sizes, arguments.records
    comparisons = [Comparison(arguments.output, name, case, *places) for name, case in cases.items()]
    if arguments.data_dir is not None:
        check(comparisons, arguments.data_dir)
    if arguments.plan:
        print("\n".join(plan_lines(comparisons)))
        return 0
    code = 0 if arguments.table else train_all(comparisons, arguments.data_dir)
    write(comparisons, arguments.tables or arguments.output)
    lost = diverged(comparisons)
    if lost and not code:
        raise Failure(f"Every run must have a finite loss. Received: {[run.place.as_posix() for run in lost]} diverged")
    return code


if __name__ == "__main__":
    run_script("quality", main)
