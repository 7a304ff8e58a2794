"""The checkpoints of a stopped run of earlier code, whole and damaged; nothing is trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from lite_transformer_tf.data import find_splits
from lite_transformer_tf.tasks.translation import TRANSLATION
from lite_transformer_tf.training.checkpoints import RunCheckpoints
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.run import compile_model
from tests.hard.file_damage import flip, truncate

FIXTURES = Path(__file__).parent / "fixtures"


def test_checkpoints_of_earlier_code_are_restored(tmp_path):
    """Its list may be damaged; without the newest checkpoint the one before is taken."""
    run = Path(shutil.copytree(FIXTURES / "unfinished", tmp_path / "run"))
    config = load_run_config(run / "config.yaml")
    task = TRANSLATION.make(config, find_splits(FIXTURES / "data", config.data.source, config.data.target))
    task.prepare(run)
    model = task.build_model()
    compile_model(model, config.training, task.data.steps_per_epoch)
    before, lines = model.named_weights(), []

    def restored() -> int:
        progress = RunCheckpoints(run / "checkpoints", model, model.optimizer, announce=lines.append).restore()
        assert progress is not None and int(model.optimizer.iterations) == progress.update
        return progress.update

    flip(run / "checkpoints" / "checkpoint")
    assert restored() == 17
    assert any(not np.array_equal(value, before[name]) for name, value in model.named_weights().items())
    assert [line for line in lines if "ckpt" in line] == []
    truncate(run / "checkpoints" / "ckpt-5.data-00000-of-00001")
    assert 0 < restored() < 17
    assert any("ckpt-5 is damaged" in line for line in lines)
