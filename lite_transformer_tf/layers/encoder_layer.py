"""The layer of an encoder."""

from __future__ import annotations

import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.layers.residual_norm import ResidualNorm


@keras.utils.register_keras_serializable(PACKAGE)
class TransformerEncoderLayer(Composite):
    """LSRA and feed-forward, each followed by residual connection and LayerNorm (post-norm; paper, figure 3).

    Args:
        branches: Branches of the layer, see `LongShortRangeAttention`. A single attention branch gives the plain
            Transformer's layer.
        feed_forward_dim: Integer. Hidden width of the feed-forward network.
        dropout: Float. Dropout rate after each sub-layer. Defaults to `0.0`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Float. Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        activation_dropout: Float. Dropout rate inside the feed-forward network. Defaults to `0.0`.
        pads_leak: Bool. See `LightweightConvolution`. Defaults to `False`.

    Call arguments:
        inputs: (B, S, D).
        padding_mask: Bool (B, S), true at real positions. `None` if all are real.
        mask: The same as Keras hands it on, for example from `Embedding(mask_zero=True)`. A position is real if no
            given mask says otherwise. It goes on to the next layer, which `padding_mask` does not.

    Returns:
        (B, S, D).

    Example:
        >>> branches = [BranchConfig("attention", 16, 4), BranchConfig("lightweight", 16, 4, kernel_size=7)]
        >>> TransformerEncoderLayer(branches, feed_forward_dim=32)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(
        self,
        branches,
        feed_forward_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        weight_dropout: float = 0.0,
        activation_dropout: float = 0.0,
        pads_leak: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        policy = self.dtype_policy
        self.lsra = LongShortRangeAttention(
            branches, False, attention_dropout, weight_dropout, pads_leak, name="lsra", dtype=policy
        )
        self.lsra_norm = ResidualNorm(dropout, name="lsra_norm", dtype=policy)
        self.feed_forward = FeedForward(feed_forward_dim, activation_dropout, name="feed_forward", dtype=policy)
        self.feed_forward_norm = ResidualNorm(dropout, name="feed_forward_norm", dtype=policy)
        self._config = {
            "feed_forward_dim": feed_forward_dim,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "weight_dropout": weight_dropout,
            "activation_dropout": activation_dropout,
            "pads_leak": pads_leak,
        }

    @property
    def parts(self) -> dict[str, str]:
        return {name: name for name in ("lsra", "lsra_norm", "feed_forward", "feed_forward_norm")}

    def call(self, inputs, padding_mask=None, training=None, mask=None):
        update = self.lsra(inputs, padding_mask=padding_mask, training=training, mask=mask)
        states = self.lsra_norm(inputs, update, training=training)
        outputs = self.feed_forward_norm(states, self.feed_forward(states, training=training), training=training)
        return with_mask(outputs, mask)

    def get_config(self) -> dict:
        return {**super().get_config(), "branches": self.lsra.get_config()["branches"], **self._config}
