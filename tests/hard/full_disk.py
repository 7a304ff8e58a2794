"""Trials with a disk that fills up: the program says so and names the file, and leaves nothing half-written."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from tests.hard.child import watched
from tests.hard.damaged_files import BASE, program
from tests.hard.disks import mounted
from tests.hard.file_damage import contents
from tests.hard.kills import PATIENCE, Work, left_over
from tests.hard.verdict import Counts, Rule

PAGE = 4096  # bytes; the smallest disk has one


def run_full_disk(work: Work, count: int, counts: Counts, seed: int = 0) -> None:
    """`count` times: the program writes to a disk of a drawn size, smaller than what it writes.

    Raises:
        PermissionError: This user must not mount a disk.
    """
    draw = random.Random(f"{work.name} {seed}")
    with tempfile.TemporaryDirectory() as name:
        good = watched(program(work.call(Path(name))), PATIENCE)
        assert good.code == 0, (work.name, good)
        expected = contents(Path(name), work.results)
        size = sum(path.stat().st_size for path in Path(name).rglob("*") if path.is_file())
    for _ in range(count):
        room = int(size * draw.random() * 0.95)
        with tempfile.TemporaryDirectory() as name, mounted(Path(name), max(PAGE, room)) as place:
            found = watched(program(work.call(place)), PATIENCE)
            half = sorted(path for path, data in contents(place, work.results).items() if expected.get(path) != data)
            lost = f"half written: {half}" if half and not work.grows else left_over(place)
            if found.code == 0 and contents(place, work.results) != expected:
                lost = "another result"
            elif found.code and str(place) not in found.err:
                lost = f"no path named: {found.err.strip()[:200]}"
        rule = Rule(None, good.memory + BASE)
        counts.add(f"full disk: {work.name}", f"{room:,} of {size:,} bytes", found, rule, lost)
