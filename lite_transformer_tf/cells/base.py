"""The interface of cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

from lite_transformer_tf.operation_counts import Count

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.branches.base import BranchConfig
    from lite_transformer_tf.branches.graphs import FusedBranch
    from lite_transformer_tf.cells.cross_attention import CrossAttention
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.linear import Weights
    from lite_transformer_tf.litert.builder.operators import Graph

    BranchWriter = Callable[[FusedBranch, Tensor], Tensor]
    CrossWriter = Callable[[CrossAttention, Tensor], Tensor]


class Role(StrEnum):
    """The stack that a cell is part of."""

    ENCODER = "encoder"
    DECODER = "decoder"
    CAUSAL = "language model"


@dataclass(frozen=True)
class CellUse:
    """Settings of a model that all of its cells share.

    Args:
        role: Stack that the cells are part of.
        rates: Dropout rates by name: `dropout`, `attention_dropout`, `weight_dropout` and `activation_dropout`.
        pads_leak: See `LightweightConvolution`.
    """

    role: Role
    rates: Mapping[str, float]
    pads_leak: bool = False


class CellConfig(Protocol):
    """What every cell's configuration has."""

    @property
    def cell(self) -> str | None:
        """Name of the kind. `None` uses the model's default."""

    @property
    def dim(self) -> int:
        """Width D of the cell's input and output."""

    @property
    def branches(self) -> tuple[BranchConfig, ...]:
        """Branches whose caches share tensors with those of the other cells of the stack."""

    def check(self, role: Role) -> None:
        """Raises ValueError if the cell cannot be used in this role."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """A configuration from plain settings. Raises ValueError if one is unknown, missing or invalid."""


C = TypeVar("C", bound=CellConfig)


class Cell(ABC, Generic[C]):
    """One kind of cell, with configurations of the class C."""

    name: ClassVar[str]
    roles: ClassVar[frozenset[Role]]
    rates: ClassVar[frozenset[str]]
    """Names of the dropout rates of `CellUse.rates` that the cell uses."""
    leaks_pads: ClassVar[bool] = False
    """Whether the cell can follow `CellUse.pads_leak`."""
    config: type[C]
    """Class of the cell's configuration."""

    @abstractmethod
    def layer(self, config: C, use: CellUse, **kwargs: Any) -> keras.layers.Layer:
        """The Keras layer. `kwargs` are `name` and `dtype`."""

    @abstractmethod
    def count(self, config: C, role: Role, tokens: int, context: int) -> Count:
        """Weights, named as in the Keras layer, and arithmetic.

        Args:
            config: Configuration of this cell.
            role: Stack that it is part of.
            tokens: Number of positions.
            context: Number of positions of an encoder's output.
        """

    def cached(self, config: C, tokens: int, context: int) -> int:
        """How many numbers a decoder's cache holds for one hypothesis, with keys and values of the source.

        Args:
            config: Configuration of this cell.
            tokens: Number of positions that were decoded.
            context: Number of positions of an encoder's output.
        """
        crossed = 2 * config.dim * context * len(self.cross_attentions(config))
        return sum(branch.cached(tokens) for branch in config.branches) + crossed

    @abstractmethod
    def fuse(self, config: C, weights: Weights, name: str, stack: Sequence[CellConfig], cross_dim: int) -> FusedCell:
        """The weights as the phone graphs read them.

        Args:
            config: Configuration of this cell.
            weights: Weights of the whole model by name.
            name: Path of this cell in weight names, such as `decoder/layer_0`.
            stack: Configurations of all cells of its encoder or decoder.
            cross_dim: Width of the heads of all cross-attentions. Narrower heads are padded with zeros.
        """

    @abstractmethod
    def cross_attentions(self, config: C) -> tuple[tuple[str, int], ...]:
        """(name of the part, heads) of each attention to an encoder's output, in the order in which they are called."""

    @abstractmethod
    def fused_parts(self, config: C) -> tuple[tuple[str, ...], ...]:
        """Groups of Dense layers whose kernels `fuse` stacks into one matrix, as paths within the cell."""


class FusedCell(ABC):
    """The weights of one cell for the phone graphs."""

    branches: tuple[FusedBranch, ...]

    @abstractmethod
    def write(self, graph: Graph, x: Tensor, branch: BranchWriter, cross: CrossWriter | None = None) -> Tensor:
        """Writes the cell, (M, D) -> (M, D).

        Args:
            graph: Graph to write to.
            x: States (M, D).
            branch: Writes one branch on its own channels.
            cross: Writes one attention to an encoder's output. Only decoders need it.
        """
