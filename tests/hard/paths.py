"""Trials with paths: devices, pipes, links and names that a file system does not take, for what is read and written."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from tests.hard.child import Outcome, watched
from tests.hard.damaged_files import BASE, program
from tests.hard.no_files import ODD, device, link
from tests.hard.subjects import FIXTURES, TEXTS
from tests.hard.verdict import Counts, Rule

Make = Callable[[Path], str]
PRECIOUS = "precious\n"  # what a file holds that a program must not lose


def _made(name: str, make: Callable[[Path], None]) -> Make:
    def path_of(place: Path) -> str:
        make(place / name)
        return str(place / name)

    return path_of


def _below(name: str) -> Make:
    return lambda place: f"{place}/{name}"


PIPE = "a pipe that nobody serves for a second"
PATHS: Mapping[str, Make] = MappingProxyType(
    {
        "an empty name": lambda place: "",
        "a name with a zero byte": _below("a\0b"),
        "a name of 300 characters": _below("n" * 300),
        "a path of 5,000 characters": _below("d/" * 2500),
        "a name that is no Unicode text": _below(os.fsdecode(b"\xff\xfe")),
        "a name of spaces and line feeds": _below(" \n "),
        "a directory": _below("directory"),
        "a file with a slash behind": _below("precious.txt/"),
        "a path below a file": _below("precious.txt/below"),
        "a link to a file": _made("link", link("precious.txt")),
        "a link to nothing": _made("link", link("nothing")),
        "a link to itself": _made("link", link("link")),
        "a link to a directory": _made("link", link("directory")),
        "the device without a content": _made("device", device(3)),
        "the device that is always full": _made("device", device(7)),
        "the device without an end": _made("device", device(5)),
        PIPE: _made("pipe", os.mkfifo),
        "a socket": _made("socket", ODD["a socket"]),
        "a path that is missing": _below("missing/file"),
    }
)

_BUNDLE, _DOWNLOAD = str(FIXTURES / "bundle"), str(FIXTURES / "bundle.ltpk")


@dataclass(frozen=True)
class Place:
    """An argument that takes a path.

    Args:
        name: What it is.
        call: The arguments of `lite-transformer`, given the path.
    """

    name: str
    call: Callable[[str], Sequence[str]]


READ = (
    Place("translate MODEL", lambda path: ["translate", path, *TEXTS]),
    Place("translate --input", lambda path: ["translate", _BUNDLE, "--input", path]),
    Place("unpack FILE", lambda path: ["unpack", path, "--output", "unpacked"]),
    Place("pack DIRECTORY", lambda path: ["pack", path, "--output", "packed.ltpk"]),
)
"""Arguments of the base installation that are read."""
WRITTEN = (
    Place("translate --output", lambda path: ["translate", _BUNDLE, *TEXTS, "--output", path]),
    Place("unpack --output", lambda path: ["unpack", _DOWNLOAD, "--output", path]),
    Place("pack --output", lambda path: ["pack", _BUNDLE, "--output", path]),
)
"""Arguments of the base installation that are written."""


def _state(place: Path) -> dict[str, tuple[int, bytes]]:
    """Kind and content of what stood there before: the part that a program must leave alone."""
    found = {}
    for path in place.iterdir():
        mode = path.lstat().st_mode
        content = path.read_bytes() if stat.S_ISREG(mode) else b""
        if path.is_symlink():
            content = os.fsencode(os.readlink(path))
        found[str(path)] = (stat.S_IFMT(mode), content)
    return found


def _lost(before: Mapping[str, tuple[int, bytes]], place: Path, served: bool) -> str | None:
    """What is not as it was: another kind of file, another content after a refusal, a temporary file left behind."""
    after = _state(place)
    for path, (kind, content) in before.items():
        if path not in after or after[path][0] != kind:
            return f"{path} was replaced"
        if not served and after[path][1] != content:
            return f"{path} has another content"
    left = [path for path in after if path not in before and path.endswith(".tmp")]
    return f"left behind: {left}" if left else None


@contextmanager
def _reader(path: str | None) -> Iterator[Callable[[], bool]]:
    """Reads a pipe, a second later than a program begins to write; yields what says whether anything came."""
    if path is None:
        yield lambda: True
        return
    call = ["sh", "-c", f"sleep 1; exec cat {shlex.quote(path)}"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        try:
            yield lambda: bool(reader.communicate(timeout=10)[0])
        finally:
            reader.kill()


def _trial(argument: Place, kind: str, seconds: float) -> tuple[Outcome, str | None] | None:
    """One call in a directory of its own; its outcome, and what is lost; None where this user cannot make it."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "directory").mkdir()
        (place / "precious.txt").write_text(PRECIOUS)
        try:
            path = PATHS[kind](place)
        except PermissionError:  # only the administrator makes devices
            return None
        before = _state(place)

        def call() -> int:
            os.chdir(place)
            return program(argument.call(path))()

        with _reader(path if kind == PIPE and argument in WRITTEN else None) as read:
            found = watched(call, seconds)
            lost = "nothing came through the pipe" if found.code == 0 and not read() else None
        return replace(found, out=found.out.replace(name, ""), err=found.err.replace(name, "")), (
            lost or _lost(before, place, found.code == 0)
        )


def run_paths(counts: Counts, places: Sequence[Place] = (*READ, *WRITTEN), seconds: float = 10.0) -> None:
    """Every path for every argument, added to `counts`."""
    good = watched(program(["translate", _BUNDLE, *TEXTS]), 120.0)
    assert good.code == 0, good
    for argument in places:
        for kind in PATHS:
            tried = _trial(argument, kind, seconds)
            if tried is not None:
                found, lost = tried
                counts.add("paths", f"{argument.name}: {kind}", found, Rule(None, good.memory + BASE), lost)
