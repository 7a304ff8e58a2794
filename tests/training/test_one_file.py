"""A new optimizer and a new schedule are one new file each."""

from __future__ import annotations

import subprocess
import sys

LION = """
from typing import Literal
import tf_keras as keras
from lite_transformer_tf.settings import Share, section
from lite_transformer_tf.training.optimizers import OPTIMIZERS, OptimizerConfig


@OPTIMIZERS.register
@section
class LionConfig(OptimizerConfig):
    kind: Literal["lion"] = "lion"
    beta_1: Share = 0.95

    def build(self, learning_rate):
        return keras.optimizers.Lion(learning_rate, self.beta_1, jit_compile=False, **self.shared_arguments())
"""
CONSTANT = """
from typing import Literal
import tf_keras as keras
from lite_transformer_tf.settings import section
from lite_transformer_tf.training.schedules import SCHEDULES, ScheduleConfig


@SCHEDULES.register
@section
class ConstantConfig(ScheduleConfig):
    kind: Literal["constant"] = "constant"

    def build(self, total_updates):
        return keras.optimizers.schedules.PiecewiseConstantDecay([total_updates], [self.peak, 0.0])
"""
PROGRAM = """
import sys
import lite_transformer_tf
from lite_transformer_tf.training import optimizers, schedules
optimizers.__path__.append(sys.argv[1] + "/optimizers")
schedules.__path__.append(sys.argv[1] + "/schedules")
import tensorflow as tf
from lite_transformer_tf.settings import SettingsError, from_mapping
from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.optimizer import build_optimizer
given = {"optimizer": {"kind": "lion", "beta_1": 0.5}, "schedule": {"kind": "constant", "peak": 0.25}}
variable = tf.Variable([1.0])
optimizer = build_optimizer(from_mapping(TrainingConfig, given), [variable], 10)
optimizer.apply_gradients([(tf.constant([3.0]), variable)])
print(type(optimizer).__name__, optimizer.beta_1, float(variable[0]))
try:
    from_mapping(TrainingConfig, {"optimizer": {"kind": "lion", "beta_2": 0.5}})
except SettingsError as error:
    print(error)
"""


def test_a_new_optimizer_and_a_new_schedule_are_one_file_each(tmp_path):
    for name, text in (("optimizers/lion.py", LION), ("schedules/constant.py", CONSTANT)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    first, second = finished.stdout.splitlines()
    name, beta, weight = first.split()
    assert (name, float(beta)) == ("Lion", 0.5)
    assert abs(float(weight) - (1 - 0.25 - 0.25 * 1e-4)) < 1e-6
    assert second.startswith("The section 'optimizer' of kind 'lion' knows only ['beta_1', ")
