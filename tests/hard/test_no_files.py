"""Pipes, devices and empty names where a file is meant; directories that killed programs leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.files import received, temporary_directory
from lite_transformer_tf.limits import file_sha256, read_limited
from lite_transformer_tf.readers.errors import DocumentError
from lite_transformer_tf.readers.json_text import read_json
from lite_transformer_tf.readers.yaml_text import read_yaml
from tests.hard.no_files import ODD

pytestmark = pytest.mark.light
ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "a directory": "a directory",
    "a device without an end": "a device",
    "a pipe": "a pipe",
    "a socket": "a socket",
    "a link to itself": None,
    "nothing": None,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_read_by_nobody(kind, tmp_path):
    path = tmp_path / "odd"
    try:
        ODD[kind](path)
    except PermissionError:
        pytest.skip("no right to make devices")
    assert received(path) == f"'{path}'" + (f", {KINDS[kind]}" if KINDS[kind] else "")
    for read in (lambda path: read_limited(path, 100), file_sha256, read_json, read_yaml):
        with pytest.raises((OSError, DocumentError)):
            read(path)


def test_a_document_comes_through_a_pipe_that_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(DocumentError, match="A YAML file must be YAML: it is a pipe to which nothing is written"):
        read_yaml(pipe)
    shell = ["bash", "-c", 'exec "$0" "$@" <(sleep 0.2; echo a: 1)']
    code = "import sys; from lite_transformer_tf.readers.yaml_text import read_yaml; print(read_yaml(sys.argv[1]))"
    done = subprocess.run([*shell, sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{'a': 1}\n", "")


def test_a_pipe_as_input_is_refused_by_its_name(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    bundle = str(ROOT / "tests" / "upgrade" / "fixtures" / "bundle")
    assert main(["translate", bundle, "--input", str(tmp_path / "pipe")]) == 2
    assert capsys.readouterr().err.endswith(
        f"--input must name a file that exists. Received: '{tmp_path}/pipe', a pipe\n"
    )


@pytest.mark.parametrize("words", [["unpack", "x.ltpk", "--output", ""], ["pack", "", "--output", "x"]])
def test_an_empty_path_is_not_the_current_directory(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2 and "a path must not be empty. Received: ''\n" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_a_temporary_directory_of_a_killed_program_goes_with_the_next_one(tmp_path, monkeypatch):
    code = """
import time
from lite_transformer_tf.files import temporary_directory
with temporary_directory() as folder:
    (folder / "large").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    writer = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    left = Path(writer.stdout.readline().strip())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_directory() as folder:
        assert folder.parent == left.parent == tmp_path and (left / "large").is_file(), "its program is alive"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with temporary_directory() as folder:
        assert os.listdir(tmp_path) == [folder.name]
    assert os.listdir(tmp_path) == []
