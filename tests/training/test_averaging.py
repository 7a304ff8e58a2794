"""Snapshots and their average."""

import numpy as np
import pytest

from lite_transformer_tf.models.saving import load_weights, save_weights
from lite_transformer_tf.training.averaging import average_snapshots, snapshot_path


def test_average_is_the_float64_mean(tmp_path):
    random = np.random.default_rng(0)
    paths, values = [], []
    for update in (10, 20, 30):
        values.append(
            {
                "a/kernel": random.normal(size=(5, 4)).astype(np.float32) * 1e4,
                "b": random.normal(size=3).astype(np.float32),
            }
        )
        paths.append(snapshot_path(tmp_path, update))
        save_weights(values[-1], paths[-1])
    average = average_snapshots(paths)
    for name in ("a/kernel", "b"):
        expected = np.mean([value[name].astype(np.float64) for value in values], axis=0).astype(np.float32)
        assert average[name].dtype == np.float32
        np.testing.assert_array_equal(average[name], expected)


def test_average_of_one_and_of_equal_ones_is_the_snapshot(tmp_path):
    weights = {"w": np.float32([1.1, -2.3, 1e-30])}
    for update in (1, 2, 3, 4):
        save_weights(weights, snapshot_path(tmp_path, update))
    for count in (1, 4):
        average = average_snapshots(snapshot_path(tmp_path, update) for update in range(1, count + 1))
        np.testing.assert_array_equal(average["w"], weights["w"])


def test_snapshot_round_trip_leaves_no_other_file(tmp_path):
    path = snapshot_path(tmp_path / "new", 7)
    save_weights({"x/y": np.arange(3, dtype=np.float32)}, path)
    assert [entry.name for entry in path.parent.iterdir()] == ["weights-00000007.npz"]
    np.testing.assert_array_equal(load_weights(path)["x/y"], [0, 1, 2])


def test_errors(tmp_path):
    with pytest.raises(ValueError, match="at least one snapshot"):
        average_snapshots([])
    save_weights({"w": np.zeros(2, np.float32)}, tmp_path / "a.npz")
    save_weights({"w": np.zeros(3, np.float32)}, tmp_path / "b.npz")
    with pytest.raises(ValueError, match="agree in names and shapes"):
        average_snapshots([tmp_path / "a.npz", tmp_path / "b.npz"])
    (tmp_path / "c.npz").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(ValueError, match=r"complete \.npz file"):
        load_weights(tmp_path / "c.npz")
