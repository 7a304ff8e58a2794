"""Atomic files and directories, and report.json."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.files import (
    atomic_directory,
    atomic_file,
    atomic_write_bytes,
    atomic_write_json,
    atomic_write_text,
    check_output,
)
from lite_transformer_tf.report import environment, write_report

pytestmark = pytest.mark.light


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    atomic_write_text(path, "é\r\n")
    assert path.read_bytes() == b"\xc3\xa9\r\n"
    with pytest.raises(RuntimeError, match="stop"), atomic_file(path) as stream:
        stream.write(b"half")
        raise RuntimeError("stop")
    assert path.read_bytes() == b"\xc3\xa9\r\n"
    atomic_write_bytes(path, b"new")
    assert path.read_bytes() == b"new" and [entry.name for entry in path.parent.iterdir()] == ["b.txt"]
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert path.stat().st_mode == plain.stat().st_mode
    with pytest.raises(IsADirectoryError):
        atomic_write_bytes(tmp_path / "a", b"")


def test_json_without_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        atomic_write_json(tmp_path / "x.json", float("nan"))
    assert list(tmp_path.iterdir()) == []


def test_directories_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "out"
    with pytest.raises(RuntimeError, match="stop"), atomic_directory(path) as new:
        (new / "x").write_text("half")
        raise RuntimeError("stop")
    assert list(path.parent.iterdir()) == []
    with atomic_directory(path) as new:
        (new / "x").write_text("1")
    assert (path / "x").read_text() == "1"
    with pytest.raises(FileExistsError, match="must be new or empty"), atomic_directory(path):
        pytest.fail("the block must not run")
    with pytest.raises(FileExistsError, match="Only a directory with a file 'y'"):
        check_output(path, overwrite=True, marker="y")
    with pytest.raises(RuntimeError, match="stop"), atomic_directory(path, overwrite=True, marker="x") as new:
        raise RuntimeError("stop")
    assert (path / "x").read_text() == "1"
    with atomic_directory(path, overwrite=True, marker="x") as new:
        (new / "z").write_text("2")
    assert [entry.name for entry in path.iterdir()] == ["z"] and [entry.name for entry in path.parent.iterdir()] == [
        "out"
    ]


def test_empty_directories_are_filled_and_files_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with atomic_directory(tmp_path / "empty") as new:
        (new / "x").write_text("1")
    assert (tmp_path / "empty" / "x").exists()
    with pytest.raises(FileExistsError, match="a file of this name exists"):
        check_output(tmp_path / "empty" / "x", overwrite=True)


def test_report_holds_figures_and_environment(tmp_path: Path) -> None:
    figures = {
        "bleu": np.float32(31.5),
        "steps": np.int64(7),
        "losses": np.array([1.0, np.nan]),
        "pair": (1, "a"),
        "flag": np.bool_(True),
        "none": None,
    }
    path = write_report(tmp_path / "run", figures, seed=3)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == "report.json"
    assert report.pop("environment") == environment()
    assert report == {
        "bleu": 31.5,
        "steps": 7,
        "losses": [1.0, None],
        "pair": [1, "a"],
        "flag": True,
        "none": None,
        "seed": 3,
    }
    with pytest.raises(TypeError, match="A figure of a report"):
        write_report(tmp_path, {"x": object()})


def test_environment_names_no_host_and_no_path() -> None:
    found = environment()
    assert found["python"] == platform.python_version() and found["cores"] >= 1 and found["packages"]["tensorflow"]
    text = json.dumps(found)
    assert "/home" not in text and str(Path.cwd()) not in text and (not platform.node() or platform.node() not in text)
