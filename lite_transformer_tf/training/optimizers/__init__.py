"""Optimizers: each kind is one module here, with its settings, its Keras class where it has one, and how it is built.

A new kind is a new module that registers a section with `OPTIMIZERS`; nothing else changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lite_transformer_tf.settings import Kinds, NonNegativeFloat, PositiveFloat, section

if TYPE_CHECKING:
    import tf_keras as keras


@section
class OptimizerConfig:
    """What every optimizer has.

    Args:
        kind: Which one.
        weight_decay: Each update takes `learning_rate * weight_decay` of every weight.
        decay_biases_and_norms: Whether biases and LayerNorm weights decay as well, as they do in the reference.
        clip_norm: Largest global norm of the gradients; `None` does not clip.
    """

    kind: str
    weight_decay: NonNegativeFloat = 1e-4
    decay_biases_and_norms: bool = True
    clip_norm: PositiveFloat | None = None

    def build(self, learning_rate: keras.optimizers.schedules.LearningRateSchedule) -> keras.optimizers.Optimizer:
        """The Keras optimizer, without its slots."""
        raise NotImplementedError

    def shared_arguments(self) -> dict[str, Any]:
        """Arguments of any Keras optimizer."""
        return {"weight_decay": self.weight_decay, "global_clipnorm": self.clip_norm}


OPTIMIZERS: Kinds[OptimizerConfig] = Kinds(__name__)
