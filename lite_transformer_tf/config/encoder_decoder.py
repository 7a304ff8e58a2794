"""Configuration of the encoder-decoder.

A layer is a list of *branches*, each over its own channels. Long-Short Range Attention (paper, section 4) is two
branches over half of the channels each; the plain Transformer is one attention branch over all channels. Both run the
same code with different numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, get_args

from lite_transformer_tf.branches.base import require, require_count
from lite_transformer_tf.cells import CellConfig, Role, cell_of
from lite_transformer_tf.cells.evolved_config import EvolvedDecoderConfig, EvolvedEncoderConfig
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

Sharing = Literal["all", "target", "none"]
RATES = ("dropout", "attention_dropout", "weight_dropout", "activation_dropout")


@dataclass(frozen=True)
class LiteTransformerConfig(StackedConfig):
    """Configuration of an encoder-decoder.

    Args:
        embed_dim: Width D of the model, an even number.
        source_vocabulary_size, target_vocabulary_size: Numbers of rows of the embedding tables.
        encoder, decoder: One configuration per layer: `LayerConfig`, or another cell's.
        embedding_sharing: `"all"` (one table for source, target and output), `"target"` (one for target and output) or
            `"none"`. Defaults to `"all"`.
        dropout: Dropout rate after embeddings and sub-layers. Defaults to `0.1`.
        attention_dropout: Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        activation_dropout: Dropout rate inside the feed-forward network. Defaults to `0.0`.
        bos_id, pad_id, eos_id, unk_id: Special token ids. Decoding starts from `eos_id`, as in the reference
            implementation. Default to `0`, `1`, `2` and `3`.
        pads_leak: Whether the bias of the convolution's input projection reaches real positions from padded ones, as
            in the reference implementation. Only for checkpoints imported from it. Defaults to `False`.

    Raises:
        ValueError: A value is invalid, or two values contradict each other.
    """

    embed_dim: int
    source_vocabulary_size: int
    target_vocabulary_size: int
    encoder: tuple[CellConfig, ...]
    decoder: tuple[CellConfig, ...]
    embedding_sharing: Sharing = "all"
    dropout: float = 0.1
    attention_dropout: float = 0.0
    weight_dropout: float = 0.0
    activation_dropout: float = 0.0
    bos_id: int = 0
    pad_id: int = 1
    eos_id: int = 2
    unk_id: int = 3
    pads_leak: bool = False

    stacks: ClassVar[tuple[str, ...]] = ("encoder", "decoder")
    default_cell: ClassVar[str] = "post_norm"

    def __post_init__(self) -> None:
        check_width(self.embed_dim)
        sharings = get_args(Sharing)
        require(
            self.embedding_sharing in sharings, f"embedding_sharing must be one of {sharings}.", self.embedding_sharing
        )
        sizes = (self.source_vocabulary_size, self.target_vocabulary_size)
        for name, size in zip(("source_vocabulary_size", "target_vocabulary_size"), sizes, strict=True):
            require_count(size, name)
        require(
            self.embedding_sharing != "all" or sizes[0] == sizes[1],
            'embedding_sharing "all" needs equal vocabulary sizes for source and target.',
            sizes,
        )
        check_rates(self, RATES)
        require(isinstance(self.pads_leak, bool), "pads_leak must be true or false.", self.pads_leak)
        for role, layers in ((Role.ENCODER, self.encoder), (Role.DECODER, self.decoder)):
            check_layers(layers, role, self.embed_dim, self.default_cell)
        every = (*self.encoder, *self.decoder)
        check_used_rates(self, RATES, every, self.default_cell)
        if self.pads_leak:
            tight = [layer for layer in every if not cell_of(layer, self.default_cell).leaks_pads]
            require(not tight, "pads_leak is for models whose cells are all post_norm.", tight[:1])
        check_special_ids(self, min(sizes))

    @property
    def embedding_names(self) -> tuple[str, str, str]:
        """Weight names of the tables of source, target and output. Shared tables have equal names."""
        source, target, output = (f"{which}_embedding/table" for which in ("source", "target", "output"))
        if self.embedding_sharing == "all":
            return source, source, source
        if self.embedding_sharing == "target":
            return source, target, target
        return source, target, output

    @classmethod
    def lite(
        cls,
        *,
        embed_dim: int,
        kernel_sizes: Sequence[int] = (3, 7, 15, 31, 31, 31),
        decoder_kernel_sizes: Sequence[int] | None = None,
        convolution: str = "lightweight",
        decoder_branches: Sequence[str] | None = None,
        glu: bool = False,
        heads: int = 4,
        cross_attention_heads: int = 4,
        feed_forward_dim: int | None = None,
        **settings: Any,
    ) -> LiteTransformerConfig:
        """A Lite Transformer (paper, section 4).

        Half of the channels go to attention, half to a convolution. The feed-forward network is flattened.

        Args:
            embed_dim: Width D of the model.
            kernel_sizes: Number of taps of each encoder layer's convolution.
            decoder_kernel_sizes: Number of taps of each decoder layer's convolution. `None` uses `kernel_sizes`.
            convolution: Kind of the second branch, "lightweight" or "dynamic".
            decoder_branches: Kinds of a decoder layer's branches, such as `["ssru"]`, which divide its channels
                equally. `None` uses those of the encoder.
            glu: Whether convolutions have a gated linear unit.
            heads: Number of heads of attention and convolution branches.
            cross_attention_heads: Number of heads of the decoder's attention to the encoder's output.
            feed_forward_dim: Hidden width of feed-forward networks. `None` uses `embed_dim`.
            **settings: Other arguments of the class.
        """
        stack = partial(layers_of, embed_dim=embed_dim, heads=heads, glu=glu, feed_forward_dim=feed_forward_dim)
        kinds = ("attention", convolution)
        decoder_kernels = kernel_sizes if decoder_kernel_sizes is None else decoder_kernel_sizes
        return cls(
            embed_dim=embed_dim,
            encoder=stack(kinds, kernel_sizes),
            decoder=stack(
                kinds if decoder_branches is None else decoder_branches,
                decoder_kernels,
                cross_attention_heads=cross_attention_heads,
            ),
            **settings,
        )

    @classmethod
    def transformer(
        cls,
        *,
        embed_dim: int,
        layers: int = 6,
        heads: int = 4,
        feed_forward_dim: int | None = None,
        **settings: Any,
    ) -> LiteTransformerConfig:
        """A plain Transformer: one attention branch over all channels, by default a feed-forward network of 4 D."""
        stack = partial(attention_layers, layers, embed_dim=embed_dim, heads=heads, feed_forward_dim=feed_forward_dim)
        return cls(
            embed_dim=embed_dim,
            encoder=stack(),
            decoder=stack(cross_attention_heads=heads),
            **settings,
        )

    @classmethod
    def evolved(
        cls,
        *,
        embed_dim: int,
        encoder_layers: int = 3,
        decoder_layers: int = 4,
        heads: int = 4,
        cross_attention_heads: int | None = None,
        **settings: Any,
    ) -> LiteTransformerConfig:
        """An Evolved Transformer (So et al. 2019), with a LayerNorm after the last cell of each stack.

        Args:
            embed_dim: Width D of the model.
            encoder_layers, decoder_layers: Numbers of cells. Default to `3` and `4`, as in the authors' code.
            heads: Number of heads of every self-attention but the first of a decoder cell, which has twice as many.
            cross_attention_heads: Number of heads of attentions to the encoder's output. `None` uses `heads`.
            **settings: Other arguments of the class. There is no `weight_dropout` and no `activation_dropout`:
                `dropout` also applies inside the cells.
        """
        for name, count in (("encoder_layers", encoder_layers), ("decoder_layers", decoder_layers)):
            require_count(count, name)
        across = heads if cross_attention_heads is None else cross_attention_heads
        return cls(
            embed_dim=embed_dim,
            encoder=tuple(
                EvolvedEncoderConfig(embed_dim, heads, index == encoder_layers - 1) for index in range(encoder_layers)
            ),
            decoder=tuple(
                EvolvedDecoderConfig(embed_dim, heads, index == decoder_layers - 1, across)
                for index in range(decoder_layers)
            ),
            **settings,
        )
