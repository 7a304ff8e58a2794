"""Configuration of the decoder-only language model, made of the same layers and branches as the encoder-decoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lite_transformer_tf.branches.base import require, require_count
from lite_transformer_tf.cells import CellConfig, Role
from lite_transformer_tf.config.checks import (
    attention_layers,
    check_layers,
    check_rates,
    check_special_ids,
    check_used_rates,
    check_width,
    layers_of,
)
from lite_transformer_tf.config.stacked import StackedConfig

RATES = ("dropout", "attention_dropout", "weight_dropout", "activation_dropout", "adaptive_dropout")


@dataclass(frozen=True)
class Band:
    """Tokens of similar frequency that share one table: ids in [begin, end), rows of `dim` numbers."""

    begin: int
    end: int
    dim: int

    @property
    def size(self) -> int:
        return self.end - self.begin


@dataclass(frozen=True)
class LanguageModelConfig(StackedConfig):
    """Configuration of a language model: a stack of causal layers with tied input and output embeddings.

    Args:
        embed_dim: Width D of the model.
        vocabulary_size: Number of tokens V.
        decoder: One configuration per layer, without cross-attention: `LayerConfig`, or another cell's.
        cutoffs: Increasing ids below V at which a new band begins, for the adaptive input (Baevski and Auli 2019) and
            the adaptive softmax (Grave et al. 2017). The vocabulary must be sorted by frequency. Defaults to `()`: one
            table and a plain softmax.
        adaptive_factor: Factor between the widths of bands: band i has rows of `int(D / adaptive_factor**i)` numbers.
            Defaults to `4.0`.
        dropout: Dropout rate after embeddings and sub-layers. Defaults to `0.1`.
        attention_dropout: Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        activation_dropout: Dropout rate inside the feed-forward network. Defaults to `0.0`.
        adaptive_dropout: Dropout rate on the input of the adaptive softmax and on the projections of its tails.
            Defaults to `0.0`.
        bos_id, pad_id, eos_id, unk_id: Special token ids. A text starts with `eos_id`, as in the reference
            implementation. Default to `0`, `1`, `2` and `3`.

    Raises:
        ValueError: A value is invalid, or two values contradict each other.
    """

    embed_dim: int
    vocabulary_size: int
    decoder: tuple[CellConfig, ...]
    cutoffs: tuple[int, ...] = ()
    adaptive_factor: float = 4.0
    dropout: float = 0.1
    attention_dropout: float = 0.0
    weight_dropout: float = 0.0
    activation_dropout: float = 0.0
    adaptive_dropout: float = 0.0
    bos_id: int = 0
    pad_id: int = 1
    eos_id: int = 2
    unk_id: int = 3

    stacks: ClassVar[tuple[str, ...]] = ("decoder",)
    default_cell: ClassVar[str] = "pre_norm"

    def __post_init__(self) -> None:
        check_width(self.embed_dim)
        require_count(self.vocabulary_size, "vocabulary_size")
        check_layers(self.decoder, Role.CAUSAL, self.embed_dim, self.default_cell)
        check_rates(self, RATES)
        check_used_rates(self, RATES[:-1], self.decoder, self.default_cell)
        check_special_ids(self, self.vocabulary_size)
        object.__setattr__(self, "cutoffs", tuple(self.cutoffs))
        if self.cutoffs:
            self._check_cutoffs()

    def _check_cutoffs(self) -> None:
        edges = (0, *self.cutoffs, self.vocabulary_size)
        require(
            all(isinstance(cutoff, int) for cutoff in self.cutoffs)
            and all(low < high for low, high in zip(edges, edges[1:])),
            "cutoffs must be increasing whole numbers between 0 and vocabulary_size.",
            (self.cutoffs, self.vocabulary_size),
        )
        require(self.adaptive_factor >= 1, "adaptive_factor must be at least 1.", self.adaptive_factor)
        narrowest = self.bands[-1].dim
        require(
            narrowest >= 1,
            "The last band's rows would be empty; use fewer cutoffs or a smaller adaptive_factor.",
            narrowest,
        )

    @property
    def adaptive(self) -> bool:
        """Whether input and softmax are adaptive."""
        return bool(self.cutoffs)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands of the vocabulary; a single one without cutoffs."""
        edges = (0, *self.cutoffs, self.vocabulary_size)
        return tuple(
            Band(low, high, int(self.embed_dim // self.adaptive_factor**i))
            for i, (low, high) in enumerate(zip(edges, edges[1:]))
        )

    @classmethod
    def lite(
        cls,
        *,
        embed_dim: int,
        kernel_sizes: Sequence[int] = (15, 15, 31, 31, 31, 31, 63, 63, 63, 63, 63, 63),
        convolution: str = "dynamic",
        branches: Sequence[str] | None = None,
        glu: bool = True,
        heads: int = 4,
        feed_forward_dim: int | None = None,
        **settings: Any,
    ) -> LanguageModelConfig:
        """A Lite Transformer language model (paper, section 5), with the arguments of `LiteTransformerConfig.lite`.

        `branches` are the kinds of a layer's branches. `None` uses attention and `convolution`.
        """
        decoder = layers_of(
            ("attention", convolution) if branches is None else branches,
            kernel_sizes,
            embed_dim=embed_dim,
            heads=heads,
            glu=glu,
            feed_forward_dim=feed_forward_dim,
        )
        return cls(embed_dim=embed_dim, decoder=decoder, **settings)

    @classmethod
    def transformer(
        cls, *, embed_dim: int, layers: int = 6, heads: int = 4, feed_forward_dim: int | None = None, **settings: Any
    ) -> LanguageModelConfig:
        """A plain Transformer language model: one attention branch over all channels, by default 4 D hidden units."""
        decoder = attention_layers(layers, embed_dim=embed_dim, heads=heads, feed_forward_dim=feed_forward_dim)
        return cls(embed_dim=embed_dim, decoder=decoder, **settings)
