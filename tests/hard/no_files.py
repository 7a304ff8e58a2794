"""Trials with directories in which a pipe, a device, a link, a directory or nothing stands where a file should."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from tests.hard.damaged_files import BASE, FACTOR, in_place
from tests.hard.subjects import Subject
from tests.hard.verdict import Counts, Rule

Make = Callable[[Path], None]


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the system takes short paths of sockets only
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def device(minor: int) -> Make:
    """A device of memory of its own, so that no program touches the machine's: 3 is null, 5 has no end, 7 is full."""
    return lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))


def link(to: str) -> Make:
    """A link."""
    return lambda path: path.symlink_to(to)


ODD: Mapping[str, Make] = MappingProxyType(
    {
        "a directory": Path.mkdir,
        "a link to nothing": link("nothing"),
        "a link to itself": lambda path: path.symlink_to(path.name),
        "a device without a content": device(3),
        "a device that is always full": device(7),
        "a device without an end": device(5),
        "a pipe": os.mkfifo,
        "a socket": _socket,
        "nothing": lambda path: None,
    }
)
"""What is no file, by name; each maker puts it at a path."""


def _put(copy: Path, file: str, make: Make) -> None:
    path = copy / file
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    make(path)


def run_no_files(subjects: Sequence[Subject], counts: Counts, seconds: Callable[[Subject], float]) -> None:
    """Each of ODD in the place of each file of the subjects that are directories, added to `counts`."""
    for subject in subjects:
        if subject.source.is_file():
            continue
        good = in_place(subject, 120.0)
        assert good.code == 0, (subject.name, good)
        rule = Rule(good.out, good.memory + BASE + FACTOR * subject.size)
        for file in subject.files:
            for kind, make in ODD.items():
                try:
                    found = in_place(subject, seconds(subject), partial(_put, file=file, make=make))
                except PermissionError:  # only the administrator makes devices
                    continue
                counts.add("files that are no files", f"{subject.name}: {file}: {kind}", found, rule)
