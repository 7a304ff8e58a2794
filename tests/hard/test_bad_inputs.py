"""Whatever a user gives to a program, the answer is one line and a documented exit code, before TensorFlow loads."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

import lite_transformer_tf.cli.programs  # noqa: F401 (its import belongs to no call)
from lite_transformer_tf.boundary.errors import FAILED, WRONG
from lite_transformer_tf.bundle.archive import unpack_bundle
from lite_transformer_tf.cli.main import main
from tests.cli.test_missing_files import write_run
from tests.hard import makers

pytestmark = pytest.mark.light

DOWNLOAD = Path(__file__).parents[1] / "upgrade" / "fixtures" / "bundle.ltpk"
SLOWEST = 10  # seconds of processor time


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "b"
    unpack_bundle(DOWNLOAD, folder)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> dict[str, Path | str]:
    return write_run(tmp_path_factory.mktemp("run"), "translation")


def refused(capsys, *words: object, codes: tuple[int, ...] = (WRONG,)) -> str:
    """Runs a command line that must fail; returns its one line."""
    begin = time.process_time()
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    assert code in codes, captured.err
    assert captured.err.startswith("lite-transformer ") and captured.err.count("\n") == 1
    assert captured.err[:-1].isprintable() and len(captured.err) < 2500 and "fault of the program" not in captured.err
    assert time.process_time() - begin < SLOWEST
    return captured.err


@pytest.mark.parametrize("name", sorted(makers.yaml_texts().keys() - makers.MAPPINGS))
def test_configurations(name, run, tmp_path, capsys):
    path = tmp_path / "a.yaml"
    path.write_bytes(makers.yaml_texts()[name])
    line = refused(
        capsys, "train", "translation", "--config", path, "--output", tmp_path / "out", "--data-dir", run["run"]
    )
    assert "onfiguration" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", makers.json_texts())
def test_documents_of_models(name, tmp_path, capsys):
    content = makers.json_texts()[name]
    assert "config.json must" in refused(capsys, "profile", makers.write(tmp_path / "a", {"config.json": content}))
    assert "manifest.json" in refused(
        capsys, "translate", makers.write(tmp_path / "b", {"manifest.json": content}), "text"
    )


def test_downloads(tmp_path, capsys):
    path = tmp_path / "a.ltpk"
    for _, content in makers.broken(DOWNLOAD.read_bytes(), flips=6):
        path.write_bytes(content)
        refused(capsys, "translate", path, "one two")


@pytest.mark.parametrize("end", [".tflite", ".model"])
def test_files_of_bundles_with_the_digests_of_the_manifest(end, bundle, tmp_path, capsys):
    """What LiteRT and SentencePiece say reaches the user as one line; a small change may well give an answer."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    name = next(name for name in manifest["files"] if name.endswith(end))
    for number, (kind, content) in enumerate(makers.broken((bundle / name).read_bytes(), flips=6)):
        folder = Path(shutil.copytree(bundle, tmp_path / str(number)))
        makers.resigned(folder, name, lambda _, content=content: content)
        small = "turned" in kind or "a byte" in kind
        if small:
            assert main(["translate", str(folder), "one two"]) in (0, FAILED, WRONG), kind
            assert "fault of the program" not in capsys.readouterr().err
        else:
            refused(capsys, "translate", folder, "one two")


@pytest.mark.parametrize("name", makers.packed_texts())
def test_files_of_texts(name, run, tmp_path, capsys):
    folder = makers.write(tmp_path, makers.packed_texts())
    if not name.startswith(("cut", "turned")):  # read for what they are; lines that are no text are told
        assert main(["translate", str(DOWNLOAD), "--input", str(folder / name)]) in (0, FAILED)
        assert "fault of the program" not in capsys.readouterr().err
    else:
        assert name in refused(capsys, "translate", DOWNLOAD, "--input", folder / name, codes=(FAILED, WRONG))


WORDS = {
    "a text of half a character": ("translate", DOWNLOAD, "a\udcff"),
    "an output below a file": ("translate", DOWNLOAD, "a", "--output", DOWNLOAD / "x"),
    "an output with too long a name": ("translate", DOWNLOAD, "a", "--output", "n" * 300),
    "an output with a zero byte": ("translate", DOWNLOAD, "a", "--output", "a\0b"),
    "a model with a zero byte": ("translate", "a\0b", "a"),
    "a model with too long a name": ("translate", "n" * 5000, "a"),
    "a model with a terminal's commands": ("translate", "\x1b[2J", "a"),
    "a model for another task": ("complete", DOWNLOAD, "a"),
    "an infinite penalty": ("translate", DOWNLOAD, "a", "--length-penalty", "1e999"),
    "a penalty that is no number": ("translate", DOWNLOAD, "a", "--length-penalty", "nan"),
    "a beam beyond all memory": ("translate", DOWNLOAD, "a", "--beam-size", "9" * 30),
    "no beam": ("translate", DOWNLOAD, "a", "--beam-size", "0"),
    "no tokens": ("profile", "iwslt_160", "--source", "-5"),
    "no heads": ("profile", "iwslt_160", "--heads", "0"),
    "a directory to unpack": ("unpack", DOWNLOAD.parent, "--output", "x"),
    "a file to pack": ("pack", DOWNLOAD.parent / "none", "--output", "x"),
}


@pytest.mark.parametrize("name", WORDS)
def test_words(name, capsys):
    refused(capsys, *WORDS[name], codes=(FAILED, WRONG))
