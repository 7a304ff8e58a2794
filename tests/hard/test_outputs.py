"""Directories that killed, damaged and read-only runs leave: what the programs say, and what they never touch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.training.config import RunConfig
from lite_transformer_tf.training.run_directory import claim, finished_figures, locked, refuse_foreign
from tests.hard.disks import make_read_only, small_disk
from tests.hard.file_damage import contents
from tests.training.conftest import TINY

pytestmark = pytest.mark.light
CONFIG = RunConfig.from_dict(TINY)
DATA = {"train": "1", "validation": "2"}


@pytest.mark.parametrize("left", [".config.yaml.abcd_123.tmp", ".data.json.abcd_123.tmp"])
def test_a_kill_in_the_first_moments_does_not_block_the_directory(left, tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / left).write_text("half")
    refuse_foreign(tmp_path)
    with locked(tmp_path):
        claim(tmp_path, CONFIG, DATA)
    assert sorted(contents(tmp_path)) == [".lock", "config.yaml", "data.json"]


@pytest.mark.parametrize("name", [".notes.txt.abcd_123.tmp", ".config.yaml.tmp", "config.yaml.abcd_123.tmp"])
def test_what_is_somebody_else_s_still_does(name, tmp_path):
    (tmp_path / name).write_text("dear")
    with pytest.raises(SettingsError, match="must be a new or empty directory, or a run"):
        refuse_foreign(tmp_path)
    assert contents(tmp_path) == {name: b"dear"}


@pytest.mark.parametrize("name", ["state.json", "checkpoint", "ckpt-3.index", "damaged-ckpt-3.index"])
def test_a_run_with_anything_to_lose_is_never_begun_anew(name, tmp_path):
    claim(tmp_path, CONFIG, DATA)
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / name).write_text("?")
    before = contents(tmp_path)
    with pytest.raises(SettingsError, match="started with different settings or data"):
        claim(tmp_path, CONFIG, {**DATA, "train": "other"})
    assert contents(tmp_path) == before


def test_a_failed_start_is_begun_anew_without_touching_what_it_does_not_know(tmp_path):
    claim(tmp_path, CONFIG, DATA)
    for name in ("checkpoints/weights-00000001.npz", "checkpoints/mine.npz", "tensorboard/events.1", "log.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    claim(tmp_path, CONFIG, {**DATA, "train": "other"})
    assert sorted(contents(tmp_path)) == ["checkpoints/mine.npz", "config.yaml", "data.json"]


def finished(run: Path) -> Path:
    """A finished run, without its weights."""
    claim(run, CONFIG, DATA)
    (run / "report.json").write_text(json.dumps({"training": {"updates": 7}}))
    (run / "model").mkdir()
    (run / "model" / "config.json").write_text("{}")
    return run


@pytest.mark.parametrize("report", ["", "{}", "[1]", '{"training": {"updates": "x"}}', "[" * 10**5])
def test_a_damaged_report_is_no_finished_run(report, tmp_path):
    run = finished(tmp_path)
    assert finished_figures(run) == {"training": {"updates": 7}}
    (run / "report.json").write_text(report)
    with pytest.raises(SettingsError, match=r"A finished run must have report\.json and its model, whole; .* damaged"):
        finished_figures(run)
    finished(tmp_path / "other")
    (tmp_path / "other" / "model" / "config.json").unlink()
    with pytest.raises(SettingsError, match=r"without model/config\.json"):
        finished_figures(tmp_path / "other")


def test_a_finished_run_on_a_read_only_disk_is_asked(tmp_path):
    """Nothing is written: neither a lock nor its configuration."""
    with small_disk(tmp_path / "disk") as disk:
        run = disk / "run"
        run.mkdir()
        finished(run)
        make_read_only(disk)
        refuse_foreign(run)
        assert finished_figures(run) == {"training": {"updates": 7}}
        claim(run, CONFIG, DATA)
        with (
            pytest.raises(OSError, match=r"must lie on a disk that can be written\. Received: '.*/run/\.lock'"),
            locked(run),
        ):
            raise AssertionError("it is not finished")


@pytest.mark.parametrize("words", ["pack {bundle} --output {file}/x", "unpack {packed} --output {file}"])
def test_outputs_are_refused_before_the_work(words, tmp_path, capsys):
    fixtures = Path(__file__).parents[1] / "upgrade" / "fixtures"
    (tmp_path / "file").write_text("kept")
    places = {"bundle": fixtures / "bundle", "packed": fixtures / "bundle.ltpk", "file": tmp_path / "file"}
    assert main([word.format(**places) for word in words.split()]) == 2
    assert "The output must" in capsys.readouterr().err and contents(tmp_path) == {"file": b"kept"}
