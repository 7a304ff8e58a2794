"""Checkpoints survive: damaged bytes, kills, full disks, lost snapshots; runs of earlier versions resume."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.files import OutputError
from lite_transformer_tf.model_directory import save_weights
from lite_transformer_tf.training.averaging import snapshot_path
from lite_transformer_tf.training.checkpoint_files import CheckpointError, read_state
from lite_transformer_tf.training.checkpoints import RunCheckpoints
from lite_transformer_tf.training.progress import Progress
from tests.hard.disks import make_read_only, small_disk
from tests.hard.file_damage import DAMAGES, contents, flip

WIDTH = 3


class Bench:
    """A model of one matrix, which holds the number of the last update, and its run."""

    def __init__(self, run: Path, width: int = WIDTH) -> None:
        self.run, self.folder = run, run / "checkpoints"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model = keras.Sequential([keras.layers.Dense(width, use_bias=False, input_shape=(2,))])
        self.optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
        self.optimizer.build(self.model.trainable_variables)
        self.lines: list[str] = []
        self.checkpoints = self.new()

    def new(self) -> RunCheckpoints:
        return RunCheckpoints(self.folder, self.model, self.optimizer, announce=self.lines.append)

    def progress(self, update: int) -> Progress:
        """Two snapshots for the average; the best is the first update."""
        return Progress(update=update, snapshots=[max(1, update - 1), update], best_update=1, best_score=2.0)

    def save(self, update: int) -> None:
        self.model.weights[0].assign(tf.fill(self.model.weights[0].shape, float(update)))
        save_weights({"kernel": self.model.weights[0].numpy()}, snapshot_path(self.folder, update))
        self.checkpoints.save(self.progress(update))

    def resumed(self) -> Progress | None:
        """Where a new process would resume; the weights are those of its update."""
        self.model.weights[0].assign(tf.zeros_like(self.model.weights[0]))
        self.checkpoints = self.new()
        progress = self.checkpoints.restore()
        expected = 0 if progress is None else progress.update
        np.testing.assert_array_equal(
            self.model.weights[0].numpy(), np.full((2, self.model.weights[0].shape[1]), expected)
        )
        return progress


@pytest.fixture
def bench(tmp_path) -> Bench:
    """A run with three updates, of which the last two have checkpoints."""
    bench = Bench(tmp_path / "run")
    (bench.run / "vocabulary.model").write_bytes(b"pieces")
    for update in (1, 2, 3):
        bench.save(update)
    return bench


def test_the_state_names_what_is_there(bench):
    names = {"ckpt-2", "ckpt-3"}
    files = {f"{name}{end}" for name in names for end in (".index", ".data-00000-of-00001")}
    snapshots = {f"weights-{update:08d}.npz" for update in (1, 2, 3)}
    assert set(contents(bench.folder)) == files | snapshots | {"state.json"}
    assert bench.resumed() == bench.progress(3) and bench.lines == []
    bench.save(4)
    assert {path.name for path in bench.folder.glob("weights*")} == {f"weights-{i:08d}.npz" for i in (1, 2, 3, 4)}
    assert [entry.name for entry in read_state(bench.folder).checkpoints] == ["ckpt-3", "ckpt-4"]


@pytest.mark.parametrize("how", DAMAGES)
def test_damage_of_any_file_costs_one_checkpoint_at_most_and_deletes_nothing(how, bench):
    whole = contents(bench.folder)
    for name in whole if how == "flip" else ("ckpt-3.index", "ckpt-3.data-00000-of-00001", "state.json"):
        shutil.rmtree(bench.folder)
        bench.folder.mkdir()
        for other, data in whole.items():
            (bench.folder / other).write_bytes(data)
        DAMAGES[how](bench.folder / name, 1)
        before = contents(bench.folder)
        bench.lines.clear()
        progress = bench.resumed()
        assert progress is not None and progress.update == (2 if name.startswith("ckpt-3") else 3), name
        told = not name.startswith("ckpt-2") and (how, name) != ("remove", "state.json")
        assert bool(bench.lines) == told, name
        after = contents(bench.folder)
        assert sorted(after.values()) == sorted(before.values()), f"{name}: every byte is kept"
        bench.save(5)
        assert bench.resumed().update == 5


def test_a_run_without_a_whole_checkpoint_is_refused_and_kept(bench):
    for path in bench.folder.glob("ckpt-*.index"):
        flip(path)
    before = contents(bench.run)
    with pytest.raises(CheckpointError, match=r"A run resumes from a whole checkpoint; .*ckpt-3.index has other bytes"):
        bench.new().restore()
    for path in bench.folder.glob("ckpt-*"):
        path.unlink()
    with pytest.raises(CheckpointError, match="ckpt-3: .* is missing"):
        bench.new().restore()
    (bench.folder / "state.json").unlink()
    (bench.folder / "checkpoint").write_text('model_checkpoint_path: "ckpt-9"')
    with pytest.raises(CheckpointError, match="none of those that it lists"):
        bench.new().restore()
    assert {
        name: data for name, data in before.items() if "ckpt" not in name and "state" not in name
    }.items() <= contents(bench.run).items()


def test_another_model_does_not_fit_and_nothing_is_moved(bench):
    before = contents(bench.folder)
    with pytest.raises(ValueError, match="The checkpoint does not fit this model"):
        Bench(bench.run, WIDTH + 1).new().restore()
    assert contents(bench.folder) == before


def test_a_kill_before_the_state_is_written_leaves_the_checkpoint_before(bench):
    state = (bench.folder / "state.json").read_bytes()
    bench.save(4)
    (bench.folder / "state.json").write_bytes(state)
    (bench.folder / "ckpt-5_temp").mkdir()
    (bench.folder / "ckpt-5.data-00000-of-00001").write_bytes(b"half")
    (bench.folder / ".state.json.abcdefgh.tmp").write_bytes(b"half")
    whole = Bench(bench.run)
    assert whole.new().restore().update == 3
    assert {path.name.split(".")[0] for path in bench.folder.glob("*ckpt*")} == {"ckpt-3"}
    assert not list(bench.folder.glob(".*"))


def test_changed_vocabularies_are_refused(bench):
    (bench.run / "vocabulary.model").write_bytes(b"others")
    with pytest.raises(
        CheckpointError, match=r"with the vocabularies that it began with.*\['vocabulary.model'\] changed"
    ):
        bench.new().restore()


def test_lost_snapshots_are_told_and_the_run_goes_on(bench):
    flip(snapshot_path(bench.folder, 1))
    snapshot_path(bench.folder, 2).unlink()
    progress = bench.resumed()
    assert (progress.snapshots, progress.best_update, progress.best_score) == ([3], None, None)
    assert len(bench.lines) == 2 and all("the finished model is chosen without it" in line for line in bench.lines)
    snapshot_path(bench.folder, 3).unlink()
    finished = Progress(update=3, snapshots=[3], finished=True)
    bench.checkpoints.save(finished)
    assert not bench.resumed().finished, "a finished run without any weights is judged once more"


@pytest.fixture
def earlier(tmp_path) -> Bench:
    """A run of an earlier version: TensorFlow's manager wrote its checkpoints."""
    bench = Bench(tmp_path / "run")
    state = tf.Variable("", dtype=tf.string, trainable=False)
    checkpoint = tf.train.Checkpoint(model=bench.model, optimizer=bench.optimizer, progress=state)
    manager = tf.train.CheckpointManager(checkpoint, str(bench.folder), max_to_keep=2)
    for update in (1, 2, 3):
        bench.model.weights[0].assign(tf.fill((2, WIDTH), float(update)))
        save_weights({"kernel": bench.model.weights[0].numpy()}, snapshot_path(bench.folder, update))
        state.assign(bench.progress(update).to_json())
        manager.save()
    return bench


def test_a_run_of_an_earlier_version_resumes(earlier):
    assert earlier.resumed() == earlier.progress(3) and earlier.lines == []
    earlier.save(4)
    assert {path.name.split(".")[0] for path in earlier.folder.glob("*") if "weights" not in path.name} == {
        "ckpt-3",
        "ckpt-4",
        "state",
    }
    assert earlier.resumed() == earlier.progress(4)


def test_one_changed_byte_in_the_list_of_an_earlier_version(earlier):
    """It restarted the run and deleted its checkpoints."""
    flip(earlier.folder / "checkpoint")
    before = contents(earlier.folder)
    assert earlier.resumed() == earlier.progress(3) and contents(earlier.folder) == before


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("end", [".index", ".data-00000-of-00001"])
def test_a_damaged_newest_checkpoint_of_an_earlier_version(how, end, earlier):
    """It ended the run for good."""
    DAMAGES[how](earlier.folder / f"ckpt-3{end}", 2)
    before = sorted(contents(earlier.folder).values())
    assert earlier.resumed() == earlier.progress(2)
    assert sorted(contents(earlier.folder).values()) == before
    assert len(earlier.lines) == 1 and "ckpt-3 is damaged" in earlier.lines[0]
    earlier.save(3)
    assert json.loads((earlier.folder / "state.json").read_text())["checkpoints"][-1]["name"] == "ckpt-4"
    assert earlier.resumed() == earlier.progress(3)


def test_a_full_disk_keeps_the_checkpoint_before(tmp_path):
    with small_disk(tmp_path / "disk", "256k") as disk:
        bench = Bench(disk / "run")
        bench.save(1)
        (disk / "big").write_bytes(bytes(256 * 1024 - 2 * sum(map(len, contents(bench.run).values())) - 24 * 4096))
        with (disk / "rest").open("wb", buffering=0) as rest, pytest.raises(OSError):
            while True:
                rest.write(bytes(4096))
        before = contents(bench.folder)
        with pytest.raises(OutputError, match="A checkpoint needs a disk that has space .* the same command resumes"):
            bench.checkpoints.save(bench.progress(1))
        assert contents(bench.folder) == before
        make_read_only(disk)
        with pytest.raises(OutputError, match="A checkpoint needs a disk that has space and can be written"):
            bench.checkpoints.save(bench.progress(1))
        assert contents(bench.folder) == before
