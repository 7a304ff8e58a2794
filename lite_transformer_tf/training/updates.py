"""Counting the updates of the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tf_keras as keras


class UpdateCounter:
    """Tells which batches updated the weights.

    In float16 an update is skipped when a gradient is not finite. Keras counts it all the same, which moves the
    schedule and Adam's bias correction; here the optimizer's count is put right.

    Args:
        optimizer: A Keras optimizer, perhaps with loss scaling.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer) -> None:
        self._optimizer = optimizer
        self._scaled = bool(getattr(optimizer, "dynamic", False))
        self.count = int(optimizer.iterations.numpy())
        self._scale = self._loss_scale()

    def _loss_scale(self) -> float:
        return float(self._optimizer.loss_scale) if self._scaled else 0.0

    def updated(self) -> bool:
        """Whether the batch that was just used made an update. To be asked once per batch."""
        before, self._scale = self._scale, self._loss_scale()
        if int(self._optimizer.iterations.numpy()) == self.count:
            return False
        if self._scaled and int(self._optimizer.dynamic_counter.numpy()) == 0 and self._scale <= before:
            self._optimizer.iterations.assign(self.count)
            return False
        self.count += 1
        return True
