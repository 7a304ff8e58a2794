"""Trials with SIGKILL: whenever a program is killed, the same command ends with the result of an undisturbed one."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hard.child import Outcome, watched
from tests.hard.damaged_files import BASE, program
from tests.hard.file_damage import contents
from tests.hard.subjects import FIXTURES
from tests.hard.verdict import Counts, Rule

PATIENCE = 600.0  # seconds of the processor for an undisturbed call


@dataclass(frozen=True)
class Work:
    """A program that writes.

    Args:
        name: What it does.
        call: The arguments of `lite-transformer`, given a directory for what it writes.
        results: Paths below that directory that must be equal in the end, or directories of them.
        tensorflow: Whether it needs TensorFlow.
        grows: Whether its results grow while it runs; those of others appear whole.
    """

    name: str
    call: Callable[[Path], Sequence[str]]
    results: tuple[str, ...]
    tensorflow: bool = False
    grows: bool = False


def _sets(*settings: str) -> list[str]:
    return [argument for setting in settings for argument in ("--set", setting)]


def _train(place: Path) -> Sequence[str]:
    data = ["--config", str(FIXTURES / "run.yaml"), "--data-dir", str(FIXTURES / "data")]
    sets = _sets("training.validation.every=10", "training.validation.score_every=10", "training.checkpoint_every=2")
    return ["train", "translation", *data, *sets, "--output", str(place / "run")]


LIGHT = (
    Work(
        "unpack",
        lambda place: ["unpack", str(FIXTURES / "bundle.ltpk"), "--output", str(place / "bundle")],
        ("bundle",),
    ),
    Work(
        "unpack --overwrite",
        lambda place: ["unpack", str(FIXTURES / "bundle.ltpk"), "--output", str(place / "bundle"), "--overwrite"],
        ("bundle",),
    ),
    Work(
        "pack",
        lambda place: ["pack", str(FIXTURES / "bundle"), "--output", str(place / "bundle.ltpk")],
        ("bundle.ltpk",),
    ),
    Work(
        "translate",
        lambda place: [
            *("translate", str(FIXTURES / "bundle.ltpk"), "--input", str(FIXTURES / "data" / "test.en")),
            *("--output", str(place / "answers.txt")),
        ],
        ("answers.txt",),
    ),
)
"""Programs of the base installation that write."""

HEAVY = (
    Work(
        "train",
        _train,
        ("run/model/weights.npz", "run/model/config.json", "run/test_hypotheses.txt"),
        tensorflow=True,
        grows=True,
    ),
    Work(
        "export",
        lambda place: ["export", "tflite", str(FIXTURES / "run"), "--output", str(place / "bundle")],
        ("bundle/model.tflite", "bundle/manifest.json", "bundle/vocabulary.model"),
        tensorflow=True,
    ),
    Work(
        "evaluate",
        lambda place: [
            *("evaluate", str(FIXTURES / "bundle"), "--languages", "en", "fr"),
            *("--data-dir", str(FIXTURES / "data"), "--output", str(place / "scores")),
        ],
        ("scores/hypotheses.txt",),
        tensorflow=True,
    ),
)
"""Programs that need TensorFlow."""


def left_over(place: Path) -> str | None:
    """Names of temporary files that nobody removes."""
    names = sorted(str(path.relative_to(place)) for path in place.rglob("*") if ".tmp" in path.name)
    return f"left behind: {names}" if names else None


def run_kills(work: Work, count: int, counts: Counts, seed: int = 0) -> None:
    """`count` times: the program is killed at a drawn moment, and the same command is given again."""
    draw = random.Random(f"{work.name} {seed}")
    with tempfile.TemporaryDirectory() as name:
        place, begin = Path(name), time.monotonic()
        good = watched(program(work.call(place)), PATIENCE)
        took = time.monotonic() - begin
        assert good.code == 0, (work.name, good)
        expected = contents(place, work.results)
    assert expected, work.name
    for number in range(count):
        after = draw.random() * took * (0.05 if number % 5 == 0 else 1.0)  # each fifth in the first moments
        again, lost = _killed(work, expected, after)
        counts.add(f"kills: {work.name}", f"after {after:.3f} s", again, Rule(None, good.memory + BASE), lost)


def _killed(work: Work, expected: Mapping[str, bytes], after: float) -> tuple[Outcome, str | None]:
    """The outcome of the second call, and what is wrong with what both wrote."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        watched(program(work.call(place)), PATIENCE, after)
        half = sorted(path for path, data in contents(place, work.results).items() if expected.get(path) != data)
        again = watched(program(work.call(place)), PATIENCE)
        if half and not work.grows:
            return again, f"half written: {half}"
        if contents(place, work.results) != expected:
            return again, f"another result: {again.err.strip() or sorted(contents(place, work.results))}"
        return again, left_over(place)
