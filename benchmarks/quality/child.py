"""One training of the comparison, in a process of its own: trains, or resumes, and keeps the record of what has ended.

python -m benchmarks.quality.child TASK CONFIG DATA RUN RECORD [--search]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.measuring import measure
from benchmarks.quality.records import data_digests, read_record, write_record
from lite_transformer_tf.boundary.errors import Failure
from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.registry import find_task

if TYPE_CHECKING:
    from lite_transformer_tf.training.display import Display


def work(
    name: str, config_file: Path, data: Path, run: Path, record: Path, whole: bool, display: Display | None = None
) -> int:
    """Trains or resumes a run, and keeps its record.

    Args:
        name: Name of the task.
        config_file: Configuration of the run.
        data: Directory of the data.
        run: The run directory.
        record: File of the record.
        whole: Whether the record has scores, answers and bytes; a run of the search needs none.
        display: Shows the progress. Defaults to `None`: on the terminal.

    Returns:
        0 for a finished run, 130 for one that was stopped.

    Raises:
        Failure: The loss was not finite.
    """
    task = find_task(name)
    config = load_settings(task.config, config_file)
    digests = data_digests(task, config.data, data)
    from lite_transformer_tf.training.checkpoints import DivergedError

    try:
        result = task.run(config, data, run, display)
    except DivergedError as error:
        write_record(record, config, digests, {"diverged": str(error)})
        raise Failure(str(error)) from error
    if not result.finished:
        return 130
    if read_record(record, config, run) is None:
        write_record(record, config, digests, measure(run, name, data, whole))
    return 0


def main() -> int:
    """The exit code of `work`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task")
    for name in ("config", "data", "run", "record"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--search", action="store_true", help="a run of the search, whose record needs no scores")
    given = parser.parse_args()
    return work(given.task, given.config, given.data, given.run, given.record, not given.search)


if __name__ == "__main__":
    run_script("quality.child", main)
