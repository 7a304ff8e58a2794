"""What is damaged: real files of each kind, and the call that reads them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hard.damage import DAMAGES, damaged

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "upgrade" / "fixtures"
TEXTS = ("Where is the station?", "I would like a glass of water.")


@dataclass(frozen=True)
class Subject:
    """A file or directory that a program reads.

    Args:
        name: Name of the suite.
        source: What is copied.
        files: Paths inside of it that are damaged, one at a time; "" for the file itself.
        call: The arguments of `lite-transformer`, given where the copy lies and a directory for what it writes.
        tensorflow: Whether the call needs TensorFlow.
        then: The arguments of a second call when the first succeeds, given the same directory: what it prints is the
            answer. Defaults to `None`: the first call's.
    """

    name: str
    source: Path
    files: tuple[str, ...]
    call: Callable[[Path, Path], Sequence[str]]
    tensorflow: bool = False
    then: Callable[[Path], Sequence[str]] | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        paths = [self.source] if self.source.is_file() else self.source.rglob("*")
        return sum(path.stat().st_size for path in paths if path.is_file())

    def copy(self, to: Path) -> Path:
        """A copy of its own in the directory `to`."""
        target = to / self.source.name
        if self.source.is_dir():
            shutil.copytree(self.source, target)
        else:
            shutil.copy(self.source, target)
        return target


def _translate(path: Path, output: Path) -> Sequence[str]:
    return ["translate", str(path), *TEXTS]


def _unpack(path: Path, output: Path) -> Sequence[str]:
    return ["unpack", str(path), "--output", str(output / "unpacked")]


def _pack(path: Path, output: Path) -> Sequence[str]:
    return ["pack", str(path), "--output", str(output / "packed.ltpk")]


def _train(run: Path, output: Path) -> Sequence[str]:
    fixtures = ["--config", str(FIXTURES / "run.yaml"), "--data-dir", str(FIXTURES / "data")]
    sets = ("training.validation.every=10", "training.validation.score_every=10")
    return ["train", "translation", *fixtures, *(part for one in sets for part in ("--set", one)), "--output", str(run)]


LIGHT = (
    Subject("a download", FIXTURES / "bundle.ltpk", ("",), _translate),
    Subject(
        "a bundle",
        FIXTURES / "bundle",
        ("manifest.json", "model.tflite", "vocabulary.model", "report.json"),
        _translate,
    ),
    Subject(
        "unpacking a download",
        FIXTURES / "bundle.ltpk",
        ("",),
        _unpack,
        then=lambda output: _translate(output / "unpacked", output),
    ),
    Subject(
        "packing a bundle",
        FIXTURES / "bundle",
        ("manifest.json", "model.tflite", "vocabulary.model"),
        _pack,
        then=lambda output: _translate(output / "packed.ltpk", output),
    ),
)
"""Subjects that the base installation reads."""

HEAVY = (
    Subject(
        "a model directory",
        FIXTURES / "run" / "model",
        ("config.json", "weights.npz", "vocabulary.model", "card.json"),
        _translate,
        tensorflow=True,
    ),
    Subject(
        "a finished run",
        FIXTURES / "run",
        ("config.yaml", "data.json", "report.json", "vocabulary.model", "model/config.json", "model/weights.npz"),
        _train,
        tensorflow=True,
    ),
)
"""Subjects that need TensorFlow."""


def trials(subject: Subject, count: int) -> Iterator[tuple[str, str, str, int]]:
    """File, kind of damage, name and seed of `count` trials: all kinds for all files in turn."""
    rounds = [(file, kind) for kind in DAMAGES for file in subject.files]
    for number in range(count):
        file, kind = rounds[number % len(rounds)]
        seed = number // len(rounds)
        yield file, kind, f"{file or subject.source.name}, {kind}, seed {seed}", seed


def damage(copy: Path, file: str, kind: str, seed: int) -> int:
    """Damages one file of a copy in place; returns its bytes now."""
    path = copy / file if file else copy
    found = damaged(path.read_bytes(), kind, seed)
    path.write_bytes(found)
    return len(found)
