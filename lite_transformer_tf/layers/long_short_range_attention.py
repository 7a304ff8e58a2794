"""Long-Short Range Attention: branches side by side, each on its own channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import BranchConfig, BranchUse, CacheSpec
from lite_transformer_tf.branches.base import branch_names
from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import rate
from lite_transformer_tf.composite.masks import merged, with_mask


@keras.utils.register_keras_serializable(PACKAGE)
class LongShortRangeAttention(Composite):
    """Long-Short Range Attention (paper, section 4).

    Each branch reads and writes its own consecutive channels. The outputs are concatenated.

    Args:
        branches: Sequence of `BranchConfig` or dicts of their fields. Their channels add up to the input's.
        causal: Bool. Whether position t sees only positions up to t. Defaults to `False`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Float. Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        pads_leak: Bool. See `LightweightConvolution`. Defaults to `False`.

    Call arguments:
        inputs: (B, T, D), B sequences of T positions.
        padding_mask: Bool (B, T), true at real positions. `None` if all are real.
        cache: The result of `initial_cache` or of the previous call, with one entry per branch.
        mask: The same as Keras hands it on, for example from `Embedding(mask_zero=True)`. A position is real if no
            given mask says otherwise. It goes on to the next layer, which `padding_mask` does not.

    Returns:
        (B, T, D). With a cache: (outputs, new cache).

    Example:
        >>> branches = [BranchConfig("attention", 80, 4), BranchConfig("lightweight", 80, 4, kernel_size=7)]
        >>> LongShortRangeAttention(branches)(tf.zeros([2, 5, 160])).shape
        TensorShape([2, 5, 160])
    """

    def __init__(
        self,
        branches: Sequence[BranchConfig | Mapping[str, Any]],
        causal: bool = False,
        attention_dropout: float = 0.0,
        weight_dropout: float = 0.0,
        pads_leak: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        self.branches = tuple(
            branch if isinstance(branch, BranchConfig) else BranchConfig(**branch) for branch in branches
        )
        if not self.branches:
            raise ValueError(f"LongShortRangeAttention: branches must not be empty. Received: {branches!r}")
        self.causal = causal
        self.attention_dropout = rate(self, "attention_dropout", attention_dropout)
        self.weight_dropout = rate(self, "weight_dropout", weight_dropout)
        self.pads_leak = pads_leak
        self._names = branch_names(self.branches)
        use = BranchUse(causal, attention_dropout, weight_dropout, pads_leak)
        for name, branch in zip(self._names, self.branches, strict=True):
            setattr(self, name, branch.layer(use, name=name, dtype=self.dtype_policy))

    @property
    def parts(self) -> dict[str, str]:
        return {name: name for name in self._names}

    def build(self, input_shape) -> None:
        total = sum(branch.channels for branch in self.branches)
        if input_shape[-1] != total:
            raise ValueError(
                "LongShortRangeAttention: the branches' channels must add up to the input's. "
                f"Received: {total} and {input_shape[-1]}"
            )
        super().build(input_shape)

    @property
    def cache_specs(self) -> tuple[CacheSpec, ...]:
        """How the cache of each branch grows."""
        return tuple(branch.cache for branch in self.branches)

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple:
        """Caches of all branches that contain no position yet. The layer must be built."""
        return tuple(getattr(self, name).initial_cache(batch_size) for name in self._names)

    def call(self, inputs, padding_mask=None, cache=None, training=None, mask=None):
        real = merged(inputs.shape, padding_mask, mask)
        shares = tf.split(inputs, [branch.channels for branch in self.branches], -1)
        layers = [getattr(self, name) for name in self._names]
        if cache is None:
            outputs = [
                layer(share, padding_mask=real, training=training) for layer, share in zip(layers, shares, strict=True)
            ]
            return with_mask(tf.concat(outputs, -1), mask)
        results = [
            layer(share, padding_mask=real, cache=part, training=training)
            for layer, share, part in zip(layers, shares, cache, strict=True)
        ]
        outputs = with_mask(tf.concat([outputs for outputs, _ in results], -1), mask)
        return outputs, tuple(new for _, new in results)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "branches": [branch.to_dict() for branch in self.branches],
            "causal": self.causal,
            "attention_dropout": self.attention_dropout,
            "weight_dropout": self.weight_dropout,
            "pads_leak": self.pads_leak,
        }
