"""What a training asks of its batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf


class TrainingData(Protocol):
    """Batches in an order that depends on the epoch alone, which can be entered anywhere."""

    def dataset(self, epoch: int, skip: int = 0) -> tf.data.Dataset:
        """The epoch's batches from number `skip` on."""
        ...

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches of every epoch."""
        ...
