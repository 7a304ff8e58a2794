"""The page docs/reliability.md, written from what the trials counted."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from lite_transformer_tf.files import atomic_write_json
from tests.hard.damaged_files import BASE, FACTOR
from tests.hard.no_files import ODD
from tests.hard.verdict import REFUSED, SERVED, Counts, Suite

HEAD = """# What damaged files, power cuts, full disks and strange texts do

    make hard

runs these trials with the real programs, each in a process of its own that is watched, and writes this page; its counts
are those of reliability.json. `python -m tests.hard --only TEXT --output docs/reliability.md` runs the suites with this
text in their names again, and keeps the counts of the others, so that a slow machine makes the page in parts. A trial
is good when it is *served*, with the answer of the undamaged files, or *refused* in one line that names what is wrong.
Everything else is a fault: a traceback, more than ten seconds of the processor (300 where TensorFlow is needed), a
signal, more memory than the undamaged files take and {base} MiB and {factor} times the bytes of the files, another
answer, something lost or left behind.

- **Damaged files**: {kinds}. Each kind at drawn places, in each file of a subject in turn.
- **Kills**: SIGKILL at a drawn moment, each fifth in the first moments; then the same command again, which must end
  with the bytes of an undisturbed call.
- **Full disk**: a file system in memory with less room than the result needs.
- **Paths**: devices, pipes, links, and names that no file system takes, for each argument that is a path.
- **Files that are no files**: {odd}, in the place of each file of a directory.
- **Texts**: the strings that break tokenizers, one file each: as many lines of answers as lines of text.

A bundle's manifest.json has no hash of its own. What is *served* with a damaged one has other white space, or other
records that no program computes with (comparisons, scores, texts); the answers are the same, which the trials compare
also behind `pack` and `unpack`.

Wrong settings have a suite of their own, tests/training/test_every_setting.py, which walks every field.

"""


def machine() -> str:
    """Where trials run, in words."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def read(path: Path) -> dict[str, Suite]:
    """The suites that an earlier call stored; none without a file."""
    if not path.is_file():
        return {}
    return {name: Suite(**suite) for name, suite in json.loads(path.read_text(encoding="utf-8")).items()}


def stored(path: Path, counts: Counts, order: Sequence[str]) -> dict[str, Suite]:
    """Stores suites beside those of earlier calls, of which those of the same names are replaced; returns all.

    Args:
        path: JSON file of the suites.
        counts: What was counted now.
        order: Names of all suites, in the order of the page; others come last.
    """
    for suite in counts.suites.values():
        suite.machine = suite.machine or machine()
    found = {**read(path), **counts.suites}
    names = [*(name for name in order if name in found), *(name for name in found if name not in order)]
    suites = {name: found[name] for name in names}
    atomic_write_json(path, {name: asdict(suite) for name, suite in suites.items()})
    return suites


def page(suites: Mapping[str, Suite], order: Sequence[str]) -> str:
    """The page.

    Args:
        suites: What the trials counted, by name.
        order: Names of all suites.
    """
    from tests.hard.damage import DAMAGES

    head = HEAD.format(base=BASE >> 20, factor=FACTOR, kinds=", ".join(DAMAGES), odd=", ".join(ODD))
    rows = [
        "| suite | trials | served | refused | faults | slowest, s | memory, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    total = [0, 0, 0, 0]
    for name, suite in suites.items():
        served, refused = suite.found.get(SERVED, 0), suite.found.get(REFUSED, 0)
        values = [suite.trials, served, refused, suite.trials - served - refused]
        total = [a + b for a, b in zip(total, values, strict=True)]
        numbers = " | ".join(f"{value:,}" for value in values)
        rows.append(f"| {name} | {numbers} | {suite.slowest:.1f} | {suite.largest >> 20:,} |")
    rows.append(f"| **all** | {' | '.join(f'**{value:,}**' for value in total)} | | |")
    machines = "; ".join(dict.fromkeys(suite.machine for suite in suites.values()))
    made = f"Seconds are those of the processor. Made on {machines}."
    missing = [name for name in order if name not in suites]
    if missing:
        made += f" Without counts yet: {', '.join(missing)}."
    faults = [
        f"- {fault}: {name}: {trial}: `{said[:200]}`"
        for name, suite in suites.items()
        for trial, fault, said in suite.faults
    ]
    listed = ["", "## Faults", "", *faults] if faults else []
    return "\n".join([head + made, "", *rows, *listed]) + "\n"
