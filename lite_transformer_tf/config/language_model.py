"""Configuration of the decoder-only language model, of the same layers and branches as `lite_transformer_tf.config.encoder_decoder` has them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lite_transformer_tf.config.encoder_decoder import (
    BranchConfig,
    LayerConfig,
    _check_keys,
    _layer_from_dict,
    _require,
)


@dataclass(frozen=True)
class Band:
    """Tokens of like frequency that share one table: ids in [begin, end), rows of `dim` numbers."""

    begin: int
    end: int
    dim: int

    @property
    def size(self) -> int:
        return self.end - self.begin


@dataclass(frozen=True)
class LanguageModelConfig:
    """A stack of causal layers over one vocabulary; input and output embedding share their tables.

    Args:
        embed_dim: width D of the model.
        vocabulary_size: number of tokens V.
        decoder: one `LayerConfig` a layer, without cross-attention.
        cutoffs: empty for one table and a plain softmax; otherwise increasing ids below V at which a new band begins, for the
            adaptive input (Baevski and Auli 2019) and the adaptive softmax (Grave et al. 2017). The vocabulary must be sorted by frequency.
        adaptive_factor: band i has rows of `int(D / adaptive_factor**i)` numbers.
        dropout: rate after embeddings and sub-layers.  attention_dropout: on attention weights.
        weight_dropout: on the softmaxed convolution taps.  activation_dropout: inside the feed-forward.
        adaptive_dropout: on what enters the adaptive softmax and on the projections of its tails.
        bos_id, pad_id, eos_id, unk_id: special token ids. A text begins behind an `eos`, as in the reference implementation.
    """

    embed_dim: int
    vocabulary_size: int
    decoder: tuple[LayerConfig, ...]
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

    def __post_init__(self) -> None:
        _require(self.embed_dim > 0 and self.embed_dim % 2 == 0, "embed_dim must be positive and even.", self.embed_dim)
        _require(len(self.decoder) > 0, "A language model needs at least one layer.", self.decoder)
        for layer in self.decoder:
            _require(
                layer.dim == self.embed_dim,
                "The branches of a layer must add up to embed_dim.",
                (layer.dim, self.embed_dim),
            )
            _require(
                layer.cross_attention_heads is None,
                "A language model's layer has no cross-attention.",
                layer.cross_attention_heads,
            )
        for rate in ("dropout", "attention_dropout", "weight_dropout", "activation_dropout", "adaptive_dropout"):
            _require(0 <= getattr(self, rate) < 1, f"{rate} must be in [0, 1).", getattr(self, rate))
        ids = (self.bos_id, self.pad_id, self.eos_id, self.unk_id)
        _require(
            len(set(ids)) == 4 and all(0 <= i < self.vocabulary_size for i in ids),
            "The four special ids must differ and lie in the vocabulary.",
            ids,
        )
        object.__setattr__(self, "cutoffs", tuple(self.cutoffs))
        if self.cutoffs:
            self._check_cutoffs()

    def _check_cutoffs(self) -> None:
        edges = (0, *self.cutoffs, self.vocabulary_size)
        _require(
            all(isinstance(cutoff, int) for cutoff in self.cutoffs)
            and all(low < high for low, high in zip(edges, edges[1:])),
            "cutoffs must be increasing whole numbers between 0 and vocabulary_size.",
            (self.cutoffs, self.vocabulary_size),
        )
        _require(self.adaptive_factor >= 1, "adaptive_factor must be at least 1.", self.adaptive_factor)
        narrowest = self.bands[-1].dim
        _require(
            narrowest >= 1,
            "The last band must have rows of at least one number: fewer cutoffs, or a smaller adaptive_factor.",
            narrowest,
        )

    @property
    def adaptive(self) -> bool:
        """Whether input and softmax are adaptive."""
        return bool(self.cutoffs)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands of the vocabulary, a single one without cut-offs."""
        edges = (0, *self.cutoffs, self.vocabulary_size)
        return tuple(
            Band(low, high, int(self.embed_dim // self.adaptive_factor**i))
            for i, (low, high) in enumerate(zip(edges, edges[1:]))
        )

    def to_dict(self) -> dict[str, Any]:
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LanguageModelConfig:
        """Inverse of `to_dict`; an unknown or missing key is an error that names it."""
        _check_keys(cls, data, "model")
        return cls(**{**data, "decoder": tuple(_layer_from_dict(layer) for layer in data["decoder"])})

    def replace(self, **changes: Any) -> LanguageModelConfig:
        """A copy with some settings changed."""
        return dataclasses.replace(self, **changes)

    @classmethod
    def lite(
        cls,
        *,
        embed_dim: int,
        kernel_sizes: Sequence[int] = (15, 15, 31, 31, 31, 31, 63, 63, 63, 63, 63, 63),
        convolution: Literal["lightweight", "dynamic"] = "dynamic",
        glu: bool = True,
        heads: int = 4,
        feed_forward_dim: int | None = None,
        **settings: Any,
    ) -> LanguageModelConfig:
        """A Lite Transformer language model: half of the channels to attention, half to a convolution, flattened feed-forward (paper, section 5)."""
        half = embed_dim // 2
        _require(
            embed_dim % 2 == 0 and half % heads == 0,
            "Half of embed_dim must be a multiple of heads.",
            (embed_dim, heads),
        )
        decoder = tuple(
            LayerConfig(
                (BranchConfig("attention", half, heads), BranchConfig(convolution, half, heads, kernel, glu)),
                feed_forward_dim or embed_dim,
            )
            for kernel in kernel_sizes
        )
        return cls(embed_dim=embed_dim, decoder=decoder, **settings)

    @classmethod
    def transformer(
        cls, *, embed_dim: int, layers: int = 6, heads: int = 4, feed_forward_dim: int | None = None, **settings: Any
    ) -> LanguageModelConfig:
        """A plain Transformer language model: one attention branch over all channels, feed-forward four times as wide."""
        layer = LayerConfig((BranchConfig("attention", embed_dim, heads),), feed_forward_dim or 4 * embed_dim)
        return cls(embed_dim=embed_dim, decoder=(layer,) * layers, **settings)
