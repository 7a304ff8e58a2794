"""Lightweight and dynamic convolution, the short-range branches (paper, section 4; Wu et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lite_transformer_tf.branches.base import BranchConfig, BranchUse, require, require_count, require_heads
from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.branches.convolution.graph import CACHE, fuse_dynamic, fuse_lightweight
from lite_transformer_tf.operation_counts import SIGMOID, SOFTMAX, Count, Kind, Operation, arithmetic, dense

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.branches.convolution.lightweight_layer import LightweightConvolution
    from lite_transformer_tf.branches.graphs import FusedBranch
    from lite_transformer_tf.litert.builder.linear import Weights


@dataclass(frozen=True)
class ConvolutionBranch(BranchConfig):
    """Settings of both kinds of convolution.

    Args:
        channels: Number of channels that the branch reads and writes.
        heads: Number of groups of consecutive channels that share one kernel, a divisor of `channels`.
        kernel_size: Number of taps K of each kernel.
        glu: Whether a gated linear unit precedes the convolution.
    """

    heads: int
    kernel_size: int
    glu: bool = False

    part: ClassVar[str] = "convolution"
    cache: ClassVar[CacheSpec] = CACHE

    def __post_init__(self) -> None:
        super().__post_init__()
        require_heads(self.heads, self.channels)
        require_count(self.kernel_size, "A convolution branch's kernel_size")
        require(isinstance(self.glu, bool), "A branch's glu must be true or false.", self.glu)

    @classmethod
    def of_layer(cls, channels: int, *, heads: int, kernel_size: int, glu: bool) -> Self:
        return cls(channels, heads, kernel_size, glu)

    def count(self, use: BranchUse, tokens: int) -> Count:
        """Projections, gate, and taps times channels."""
        columns = self.channels * (2 if self.glu else 1)
        entering = dense(self.channels, columns, tokens)
        if self.glu:
            entering += arithmetic(Kind.ACTIVATION, (SIGMOID + 1) * self.channels * tokens)
        core = arithmetic(Kind.CONVOLUTION, self.kernel_size * self.channels * tokens)
        if not use.causal:
            core += arithmetic(Kind.MASK, self.channels * tokens)
        output = dense(self.channels, self.channels, tokens)
        return entering.below("input") + self._taps(tokens) + core.below("core") + output.below("output")

    def cached(self, tokens: int) -> int:
        return (self.kernel_size - 1) * self.channels

    def _taps(self, tokens: int) -> Count:
        raise NotImplementedError

    def _layer(self, kind: type[LightweightConvolution], use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        return kind(self.kernel_size, self.heads, use.causal, self.glu, use.weight_dropout, use.pads_leak, **kwargs)


@dataclass(frozen=True)
class LightweightBranch(ConvolutionBranch):
    """Lightweight convolution: one softmaxed kernel per head. See `ConvolutionBranch` for the arguments."""

    kind: str = field(default="lightweight", init=False)

    def layer(self, use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.branches.convolution.lightweight_layer import LightweightConvolution

        return self._layer(LightweightConvolution, use, **kwargs)

    def _taps(self, tokens: int) -> Count:
        """The softmax of the taps counts once."""
        softmax = Operation("taps", Kind.SOFTMAX, SOFTMAX * self.heads * self.kernel_size)
        return Count({"taps": (self.heads, self.kernel_size)}, (softmax,))

    def fuse(self, weights: Weights, name: str, begin: int, stack: Sequence[BranchConfig]) -> FusedBranch:
        return fuse_lightweight(weights, name, begin, self.channels, self.heads, self.glu)


@dataclass(frozen=True)
class DynamicBranch(ConvolutionBranch):
    """Dynamic convolution: every position predicts its kernels. See `ConvolutionBranch` for the arguments."""

    kind: str = field(default="dynamic", init=False)

    def layer(self, use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.branches.convolution.dynamic_layer import DynamicConvolution

        return self._layer(DynamicConvolution, use, **kwargs)

    def _taps(self, tokens: int) -> Count:
        taps = self.heads * self.kernel_size
        predicted = dense(self.channels, taps, tokens, bias=False)
        return (predicted + arithmetic(Kind.SOFTMAX, SOFTMAX * taps * tokens)).below("taps")

    def fuse(self, weights: Weights, name: str, begin: int, stack: Sequence[BranchConfig]) -> FusedBranch:
        return fuse_dynamic(weights, name, begin, self.channels, self.heads, self.glu)


KINDS = (LightweightBranch, DynamicBranch)
