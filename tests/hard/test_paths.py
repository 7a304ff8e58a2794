"""Outputs that are no plain files, disks that are full or read-only, and what killed programs leave."""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lite_transformer_tf.files import (
    OutputError,
    atomic_directory,
    atomic_file,
    atomic_write_bytes,
    atomic_write_text,
    check_writable,
    is_leftover,
    remove_leftovers,
)
from lite_transformer_tf.files.directories import exchange, put_by_two_renames
from tests.hard.disks import make_read_only, small_disk
from tests.hard.file_damage import contents

pytestmark = pytest.mark.light
ROOT = Path(__file__).resolve().parents[2]


def device(path: Path, minor: int) -> Path:
    """A character device of memory: 3 is null, 7 is full."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
        path.open("wb").close()
    except PermissionError:
        pytest.skip("no right to make devices")
    return path


def test_a_device_remains_a_device(tmp_path):
    null = device(tmp_path / "null", 3)
    check_writable(null, directory=False)
    atomic_write_bytes(null, b"gone")
    assert stat.S_ISCHR(null.stat().st_mode) and os.listdir(tmp_path) == ["null"]
    full = device(tmp_path / "full", 7)
    with pytest.raises(OutputError, match=r"^The output needs space on the disk\. Received: '.*/full'") as caught:
        atomic_write_bytes(full, b"no room")
    assert caught.value.errno == errno.ENOSPC and stat.S_ISCHR(full.stat().st_mode)


def test_a_pipe_gets_the_bytes(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    check_writable(pipe, directory=False)
    atomic_write_bytes(pipe, b"through")
    reader.join(10)
    assert read == [b"through"] and pipe.is_fifo()


def test_standard_output_gets_the_bytes():
    code = "from lite_transformer_tf.files import *; check_writable('/dev/stdout', directory=False); "
    code += "atomic_write_text('/dev/stdout', 'text\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "text\n", "")


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "other").mkdir()
    for name in ("there", "missing"):
        target, link = tmp_path / "other" / name, tmp_path / name
        link.symlink_to(Path("other") / name)
        if name == "there":
            target.write_text("old")
        check_writable(link, directory=False)
        atomic_write_text(link, "new")
        assert link.is_symlink() and not target.is_symlink() and target.read_text() == "new"
    assert sorted(contents(tmp_path)) == ["missing", "other/missing", "other/there", "there"]


def test_what_cannot_be_written_is_refused_before_the_work(tmp_path):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s"))
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "file").write_text("kept")
        long = tmp_path / ("x" * 300)
        for path, rule in (
            (tmp_path / "s", "must be a file, a pipe, or a device that takes text"),
            (tmp_path / "loop", "must not be a link that leads to itself"),
            (long, "needs a shorter name"),
        ):
            for write in (lambda path: check_writable(path, directory=False), lambda path: atomic_write_text(path, "")):
                with pytest.raises(OutputError, match=f"^The output {rule}. Received: '{path}'"):
                    write(path)
        with pytest.raises(OSError, match="must lie in a directory. Received: '.*/file/inside'"):
            atomic_write_text(tmp_path / "file" / "inside", "")
        (tmp_path / "nowhere").symlink_to("gone")
        with pytest.raises(FileExistsError, match=r"must be a directory\. Received: .*nowhere', a link to .*gone'"):
            check_writable(tmp_path / "nowhere", directory=True)
    assert (tmp_path / "file").read_text() == "kept"


def test_names_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / ("ü" * 127)
    atomic_write_text(path, "whole")
    with atomic_directory(tmp_path / ("d" * 255)) as folder:
        (folder / "file").write_text("whole")
    assert sorted(map(len, contents(tmp_path))) == [127, 260]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        atomic_write_bytes(disk / "file", b"old")
        with pytest.raises(OutputError, match=r"needs space on the disk\. Received: '.*disk/file'"):
            atomic_write_bytes(disk / "file", b"x" * 200_000)
        with atomic_directory(disk / "folder") as folder:
            (folder / "file").write_bytes(b"old")
        with pytest.raises(OSError), atomic_directory(disk / "folder", overwrite=True) as folder:
            (folder / "file").write_bytes(b"x" * 200_000)
        assert contents(disk) == {"file": b"old", "folder/file": b"old"}
        make_read_only(disk)
        with pytest.raises(OutputError, match=r"must lie on a disk that can be written\. Received: '.*disk/file'"):
            atomic_write_bytes(disk / "file", b"new")
        with pytest.raises(PermissionError, match="is read-only"):
            check_writable(disk / "file", directory=False)
        with pytest.raises(OutputError, match="disk that can be written"), atomic_directory(disk / "another"):
            raise AssertionError("the refusal comes first")


WRITERS = {
    "file": "with atomic_file('{target}') as stream: stream.write(b'half'); stream.flush(); ready()",
    "folder": "with atomic_directory('{target}', overwrite=True) as d: (d / 'half').write_bytes(b'h'); ready()",
}
READY = """
import sys, time
from lite_transformer_tf.files import *
def ready():
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("kind", WRITERS)
def test_what_a_killed_program_left_is_removed_by_the_next_one(kind, tmp_path):
    target = tmp_path / kind
    code = READY + WRITERS[kind].format(target=target)
    writer = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    temporary = [name for name in os.listdir(tmp_path) if is_leftover(name, kind)]
    assert len(temporary) == 1 and remove_leftovers(tmp_path) == []
    _write(kind, target)
    assert set(os.listdir(tmp_path)) == {*temporary, kind}, "a program that is alive keeps its own"
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    (tmp_path / ".other.abcdefgh.tmp").write_text("of another target")
    (tmp_path / ".file.txt").write_text("somebody's own")
    _write(kind, target)
    assert set(os.listdir(tmp_path)) == {kind, ".other.abcdefgh.tmp", ".file.txt"}


def _write(kind: str, target: Path) -> None:
    if kind == "file":
        with atomic_file(target) as stream:
            stream.write(b"whole")
    else:
        with atomic_directory(target, overwrite=True) as folder:
            (folder / "whole").write_bytes(b"whole")


def test_a_kill_between_two_renames_loses_nothing(tmp_path):
    """Where the system cannot exchange two directories: the old one lies aside, and comes back by the next call."""
    aside = tmp_path / ".bundle.abcdefgh.old"
    aside.mkdir()
    (aside / "manifest.json").write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic_directory(tmp_path / "bundle", overwrite=True):
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"bundle/manifest.json": b"old"}


@pytest.mark.parametrize("put", [exchange, put_by_two_renames])
def test_a_directory_takes_the_place_of_another(put, tmp_path):
    for name in ("new.tmp", "bundle"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)
    if put(tmp_path / "new.tmp", tmp_path / "bundle") is False:
        pytest.skip("this system cannot exchange directories")
    assert os.listdir(tmp_path / "bundle") == ["new.tmp"]


def test_readers_always_find_a_bundle(tmp_path):
    """A reader that looks without a pause while a directory is replaced many times."""
    target = tmp_path / "bundle"
    _write("folder", target)
    if not exchange(target, target):
        pytest.skip("this system cannot exchange directories")
    missed, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            if not (target / "whole").is_file():
                missed.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        _write("folder", target)
    stop.set()
    reader.join()
    assert missed == [] and os.listdir(tmp_path) == ["bundle"]
