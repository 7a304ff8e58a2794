"""One training of the comparison, in a process of its own: trains, or resumes, and measures what has finished.

python -m benchmarks.quality.child TASK CONFIG DATA RUN [--measure]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.measuring import keep_measurement
from lite_transformer_tf.boundary.errors import Failure
from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.registry import find_task

if TYPE_CHECKING:
    from lite_transformer_tf.training.display import Display


def beside(run: Path, suffix: str) -> Path:
    """A file beside a run directory."""
    return run.with_name(f"{run.name}{suffix}")


def work(name: str, config_file: Path, data: Path, run: Path, measured: bool, display: Display | None = None) -> int:
    """Trains or resumes a run, and measures it.

    Args:
        name: Name of the task.
        config_file: Configuration of the run.
        data: Directory of the data.
        run: The run directory.
        measured: Whether the figures of the finished model are written beside the run.
        display: Shows the progress. Defaults to `None`: on the terminal.

    Returns:
        0 for a finished run, 130 for one that was stopped.

    Raises:
        Failure: The loss was not finite.
    """
    task = find_task(name)
    config = load_settings(task.config, config_file)
    from lite_transformer_tf.training.checkpoints import DivergedError

    try:
        result = task.run(config, data, run, display)
    except DivergedError as error:
        atomic_write_json(beside(run, ".diverged.json"), {"error": str(error)})
        raise Failure(str(error)) from error
    if not result.finished:
        return 130
    if measured:
        keep_measurement(run, name, data, beside(run, ".measured.json"))
    return 0


def main() -> int:
    """The exit code of `work`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task")
    parser.add_argument("config", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--measure", action="store_true", help="write the figures of the finished model beside the run")
    arguments = parser.parse_args()
    return work(arguments.task, arguments.config, arguments.data, arguments.run, arguments.measure)


if __name__ == "__main__":
    run_script("quality.child", main)
