"""The configurations of the cells of the Evolved Transformer (So et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lite_transformer_tf.branches.attention import AttentionBranch
from lite_transformer_tf.branches.base import BranchConfig, require, require_count
from lite_transformer_tf.cells.base import Role
from lite_transformer_tf.cells.config import check_keys

ENCODER_CELL, DECODER_CELL = "evolved_encoder", "evolved_decoder"
ENCODER_KERNEL, ENCODER_OUTPUT_KERNEL = 3, 9
LEFT_KERNEL, RIGHT_KERNEL, OUTPUT_KERNEL = 11, 7, 7
MOST_WIDE_HEADS = 16


@dataclass(frozen=True)
class EvolvedConfig:
    """What both cells have.

    Args:
        dim: Width D, an even number.
        heads: Number of heads of self-attention.
        output_norm: Whether a LayerNorm follows the cell, as it does after the last one of a stack.
    """

    dim: int
    heads: int
    output_norm: bool = False

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        require_count(self.dim, "An evolved cell's dim")
        require(self.dim % 2 == 0, "An evolved cell's dim must be even.", self.dim)
        require(isinstance(self.output_norm, bool), "output_norm must be true or false.", self.output_norm)
        require(self.cell == self.kind, f"The cell of an {type(self).__name__} is {self.kind!r}.", self.cell)
        assert self.branches  # checks the heads

    @property
    def cell(self) -> str | None:
        raise NotImplementedError

    @property
    def branches(self) -> tuple[BranchConfig, ...]:
        """The self-attentions, whose caches share tensors with those of the other cells of the stack."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `dataclasses.asdict`.

        Raises:
            ValueError: A key is unknown or missing, or a value is invalid.
        """
        check_keys(cls, data, "layer")
        return cls(**data)


@dataclass(frozen=True)
class EvolvedEncoderConfig(EvolvedConfig):
    """The encoder cell: gated linear unit, convolutions, self-attention, feed-forward network of 4 D.

    Args:
        dim, heads, output_norm: See `EvolvedConfig`.
        cell: Name of the kind.
    """

    cell: str = ENCODER_CELL  # type: ignore[assignment]

    kind: ClassVar[str] = ENCODER_CELL

    @property
    def branches(self) -> tuple[BranchConfig, ...]:
        return (AttentionBranch(self.dim, self.heads),)

    def check(self, role: Role) -> None:
        """Raises nothing: every configuration can be used in an encoder."""


@dataclass(frozen=True)
class EvolvedDecoderConfig(EvolvedConfig):
    """The decoder cell: self-attention beside cross-attention, convolutions, self-attention, cross-attention, and a
    feed-forward network of 4 D.

    Args:
        dim, output_norm: See `EvolvedConfig`.
        heads: Number of heads H of the second self-attention. The first one has `wide_heads`.
        cross_attention_heads: Number of heads of both attentions to an encoder's output. `None` without an encoder,
            which leaves them out.
        cell: Name of the kind.
    """

    cross_attention_heads: int | None = None
    cell: str = DECODER_CELL  # type: ignore[assignment]

    kind: ClassVar[str] = DECODER_CELL

    @property
    def wide_heads(self) -> int:
        """max(min(2 H, 16), H)."""
        return max(min(2 * self.heads, MOST_WIDE_HEADS), self.heads)

    @property
    def branches(self) -> tuple[BranchConfig, ...]:
        narrow = AttentionBranch(self.dim, self.heads)
        rule = "The heads of an evolved decoder cell's first self-attention, max(min(2 H, 16), H), must divide its dim."
        require(self.dim % self.wide_heads == 0, rule, (self.wide_heads, self.dim))
        return AttentionBranch(self.dim, self.wide_heads), narrow

    def check(self, role: Role) -> None:
        """Raises ValueError if the cell cannot be used in this role."""
        heads = self.cross_attention_heads
        if role is Role.DECODER:
            rule = "A decoder layer's cross_attention_heads must divide embed_dim."
            require(isinstance(heads, int) and heads > 0 and self.dim % heads == 0, rule, (heads, self.dim))
        else:
            rule = f"Only a decoder's layers have cross_attention_heads; leave it out in the {role.value}."
            require(heads is None, rule, heads)
