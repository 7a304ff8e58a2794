"""The position-wise feed-forward network."""

from __future__ import annotations

import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.arguments import count, rate
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.layers.layer_norm import EVOLVED_EPSILON, LayerNorm
from lite_transformer_tf.ops.dropout import dropout

ACTIVATIONS = ("relu", "swish")


@keras.utils.register_keras_serializable(PACKAGE)
class FeedForward(Composite):
    """Dense, activation, Dense. Lite Transformer flattens it: the hidden width equals D (paper, section 3).

    Args:
        hidden_dim: Integer. Width between the two Dense layers.
        activation_dropout: Float. Dropout rate after the activation. Defaults to `0.0`.
        activation: String. `"relu"` or `"swish"`. Defaults to `"relu"`.
        inner_norm: Bool. Whether a LayerNorm precedes the second Dense layer, as in the decoder of the Evolved
            Transformer. Defaults to `False`.

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

    def __init__(
        self,
        hidden_dim: int,
        activation_dropout: float = 0.0,
        activation: str = "relu",
        inner_norm: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        self.hidden_dim = count(self, "hidden_dim", hidden_dim)
        self.activation_dropout = rate(self, "activation_dropout", activation_dropout)
        if activation not in ACTIVATIONS:
            raise ValueError(f"FeedForward: activation must be one of {ACTIVATIONS}. Received: {activation!r}")
        self.activation = activation
        if inner_norm:
            self.inner_norm = LayerNorm(EVOLVED_EPSILON, name="inner_norm", dtype=self.dtype_policy)
        self._normed = inner_norm

    @property
    def parts(self) -> dict[str, str]:
        names = ("inner", "inner_norm", "outer") if self._normed else ("inner", "outer")
        return {name: name for name in names}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.inner = dense(self, self.hidden_dim, activation=self.activation, name="inner")
        self.outer = dense(self, input_shape[-1], name="outer")

    def call(self, inputs, training=None, mask=None):
        hidden = dropout(project(self.inner, inputs), self.activation_dropout, training)
        return with_mask(project(self.outer, self.inner_norm(hidden) if self._normed else hidden), mask)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "hidden_dim": self.hidden_dim,
            "activation_dropout": self.activation_dropout,
            "activation": self.activation,
            "inner_norm": self._normed,
        }
