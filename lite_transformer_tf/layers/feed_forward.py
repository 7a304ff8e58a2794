"""The position-wise feed-forward network."""

from __future__ import annotations

import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.arguments import count, rate
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.ops.dropout import dropout


@keras.utils.register_keras_serializable(PACKAGE)
class FeedForward(Composite):
    """Dense, ReLU, Dense. Lite Transformer flattens it: the hidden width equals D (paper, section 3).

    Args:
        hidden_dim: Integer. Width between the two Dense layers.
        activation_dropout: Float. Dropout rate after the ReLU. Defaults to `0.0`.

    Call arguments:
        inputs: (B, T, D).
        mask: Bool (B, T) as Keras hands it on. It goes on to the next layer.

    Returns:
        (B, T, D).

    Example:
        >>> FeedForward(hidden_dim=64)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    rounds_activations = True

    def __init__(self, hidden_dim: int, activation_dropout: float = 0.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.hidden_dim = count(self, "hidden_dim", hidden_dim)
        self.activation_dropout = rate(self, "activation_dropout", activation_dropout)

    @property
    def parts(self) -> dict[str, str]:
        return {"inner": "inner", "outer": "outer"}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.inner = dense(self, self.hidden_dim, activation="relu", name="inner")
        self.outer = dense(self, input_shape[-1], name="outer")

    def call(self, inputs, training=None, mask=None):
        hidden = project(self.inner, inputs)
        return with_mask(project(self.outer, dropout(hidden, self.activation_dropout, training)), mask)

    def get_config(self) -> dict:
        return {**super().get_config(), "hidden_dim": self.hidden_dim, "activation_dropout": self.activation_dropout}
