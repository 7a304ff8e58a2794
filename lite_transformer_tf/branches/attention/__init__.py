"""Attention, the long-range branch (paper, section 4; Vaswani et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lite_transformer_tf.branches.attention.graph import CACHE, fuse
from lite_transformer_tf.branches.base import BranchConfig, BranchUse, require_heads
from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.operation_counts import SOFTMAX, Count, Kind, Operation, dense, joined

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.branches.graphs import FusedBranch
    from lite_transformer_tf.litert.builder.linear import Weights


def attention_count(channels: int, heads: int, tokens: int, keys: int, *, bias: bool = True) -> Count:
    """Projections, scores and weighted sums, for every pair of positions, causal or not.

    Args:
        channels: Channels of queries, keys and values.
        heads: Number of heads.
        tokens: Number of queries.
        keys: Number of positions that each of them sees.
        bias: Whether the projections have biases.
    """
    lengths = {"query": tokens, "key": keys, "value": keys, "output": tokens}
    scores = heads * tokens * keys
    core = (
        Operation("core", Kind.ATTENTION, 2 * tokens * keys * channels),
        Operation("core", Kind.SOFTMAX, tokens * channels + SOFTMAX * scores),
        Operation("core", Kind.MASK, scores),
    )
    projections = (dense(channels, channels, length, bias=bias).below(name) for name, length in lengths.items())
    return joined(projections) + Count(operations=core)


@dataclass(frozen=True)
class AttentionBranch(BranchConfig):
    """Multi-head self-attention.

    Args:
        channels: Channels that the branch reads and writes.
        heads: Number of attention heads, a divisor of `channels`.
    """

    kind: str = field(default="attention", init=False)
    heads: int

    part: ClassVar[str] = "attention"
    cache: ClassVar[CacheSpec] = CACHE

    def __post_init__(self) -> None:
        super().__post_init__()
        require_heads(self.heads, self.channels)

    @classmethod
    def of_layer(cls, channels: int, *, heads: int, kernel_size: int, glu: bool) -> Self:
        return cls(channels, heads)

    def layer(self, use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.branches.attention.layer import MultiHeadAttention

        return MultiHeadAttention(self.heads, use.causal, use.attention_dropout, **kwargs)

    def count(self, use: BranchUse, tokens: int) -> Count:
        return attention_count(self.channels, self.heads, tokens, tokens)

    def cached(self, tokens: int) -> int:
        return 2 * self.channels * tokens

    def fuse(self, weights: Weights, name: str, begin: int, stack: Sequence[BranchConfig]) -> FusedBranch:
        widest = max(branch.channels // branch.heads for branch in stack if isinstance(branch, AttentionBranch))
        return fuse(weights, name, begin, self.channels, self.heads, widest)

    @property
    def fused_parts(self) -> tuple[tuple[str, ...], ...]:
        return (("query", "key", "value"),)


KINDS = (AttentionBranch,)
