"""`python -m tests.hard`: all trials, and docs/reliability.md with what they counted.

Takes hours with the default numbers, and minutes with `--light --share 0.02`. The counts of each suite are stored in a
JSON file beside the page, which keeps those of the suites that a call leaves out. Ends with exit code 1 when a trial is
a fault.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import tests.hard.imported  # noqa: F401
from lite_transformer_tf.files import atomic_write_text
from tests.hard import damaged_files, full_disk, hostile_texts, kills, no_files, paths, subjects
from tests.hard.report import page, stored
from tests.hard.verdict import Counts

FILES, KILLS, DISKS = 250, 100, 50  # trials of each subject or program
TENSORFLOW = 300.0  # seconds of the processor for a trial that needs it

Run = Callable[[Counts], None]


def runs(share: float, heavy: bool) -> Iterator[tuple[str, Run]]:
    """All suites, each with a share of its trials."""

    def number(count: int) -> int:
        return max(1, round(share * count))

    yield "paths", paths.run_paths
    yield "texts", hostile_texts.run_texts
    tried = (*subjects.LIGHT, *(subjects.HEAVY if heavy else ()))
    yield "files that are no files", lambda counts: no_files.run_no_files(tried, counts, _seconds)
    for subject in tried:
        yield f"damaged: {subject.name}", partial(_files, subject, number(FILES))
    for work in (*kills.LIGHT, *(kills.HEAVY if heavy else ())):
        yield f"kills: {work.name}", partial(kills.run_kills, work, number(KILLS))
        yield f"full disk: {work.name}", partial(_disks, work, number(DISKS))


def _seconds(subject: subjects.Subject) -> float:
    return TENSORFLOW if subject.tensorflow else 10.0


def _files(subject: subjects.Subject, count: int, counts: Counts) -> None:
    damaged_files.run_subject(subject, count, counts, _seconds(subject))


def _disks(work: kills.Work, count: int, counts: Counts) -> None:
    try:
        full_disk.run_full_disk(work, count, counts)
    except PermissionError as error:
        print(f"full disk: left out, since this user must not mount one: {error}", file=sys.stderr)


def main() -> int:
    """Runs the trials; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.hard", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, metavar="X", help="part of the trials (default: 1, all)")
    parser.add_argument("--light", action="store_true", help="only what needs no TensorFlow")
    parser.add_argument("--only", default="", metavar="TEXT", help="only suites with this text in their name")
    parser.add_argument("--output", type=Path, metavar="FILE", help="page to write (docs/reliability.md)")
    arguments = parser.parse_args()
    if not 0 < arguments.share <= 1:
        parser.error(f"--share must be in (0, 1]. Received: {arguments.share}")
    order = [name for name, _ in runs(1.0, heavy=True)]
    faulty = False
    for name, run in runs(arguments.share, not arguments.light):
        if arguments.only in name:
            counts, begin = Counts(), time.monotonic()
            run(counts)
            for fault, verdict, said in counts.faults:
                print(f"{verdict}: {fault}: {said}", flush=True)
            faulty = faulty or bool(counts.faults)
            found = {suite: counted.found for suite, counted in counts.suites.items()}
            print(f"{name}: {found}, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
            if arguments.output and counts.suites:  # after each suite, so that a long call can be stopped
                suites = stored(arguments.output.with_suffix(".json"), counts, order)
                atomic_write_text(arguments.output, page(suites, order))
    return int(faulty)


if __name__ == "__main__":
    raise SystemExit(main())
