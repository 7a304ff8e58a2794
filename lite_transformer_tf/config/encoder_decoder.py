"""Model configuration: frozen dataclasses, and the presets that name them.

A layer is a list of *branches*, each an attention or a convolution over its own share of the channels. Long-Short Range Attention
(paper, section 4) is two branches of half the channels; the plain Transformer is one attention branch of all of them. Both are the
same code with other numbers.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import yaml

if TYPE_CHECKING:
    from typing import TypeAlias

    from lite_transformer_tf.config.language_model import LanguageModelConfig

    ModelConfig: TypeAlias = "LiteTransformerConfig | LanguageModelConfig"

C = TypeVar("C")

BranchKind = Literal["attention", "lightweight", "dynamic"]
Sharing = Literal["all", "target", "none"]
BRANCH_KINDS = ("attention", "lightweight", "dynamic")
SHARINGS = ("all", "target", "none")


def _require(condition: bool, rule: str, received: object) -> None:
    if not condition:
        raise ValueError(f"{rule} Received: {received!r}")


@dataclass(frozen=True)
class BranchConfig:
    """One branch of a layer.

    Args:
        kind: `"attention"` (long range), `"lightweight"` or `"dynamic"` convolution (short range).
        channels: channels that the branch reads and writes.
        heads: attention heads, or groups of channels that share one convolution kernel.
        kernel_size: taps of the convolution; `None` for attention.
        glu: whether a gated linear unit stands before the convolution.
    """

    kind: BranchKind
    channels: int
    heads: int
    kernel_size: int | None = None
    glu: bool = False

    def __post_init__(self) -> None:
        _require(self.kind in BRANCH_KINDS, f"A branch's kind must be one of {BRANCH_KINDS}.", self.kind)
        _require(self.channels > 0, "A branch's channels must be positive.", self.channels)
        _require(
            self.heads > 0 and self.channels % self.heads == 0,
            "A branch's heads must divide its channels.",
            (self.heads, self.channels),
        )
        if self.kind == "attention":
            _require(
                self.kernel_size is None and not self.glu, "An attention branch has no kernel_size and no glu.", self
            )
        else:
            _require(
                self.kernel_size is not None and self.kernel_size > 0,
                "A convolution branch needs a positive kernel_size.",
                self.kernel_size,
            )

    @property
    def is_convolution(self) -> bool:
        return self.kind != "attention"


@dataclass(frozen=True)
class LayerConfig:
    """One encoder or decoder layer: its branches, its feed-forward width and, in a decoder, its cross-attention heads."""

    branches: tuple[BranchConfig, ...]
    feed_forward_dim: int
    cross_attention_heads: int | None = None

    def __post_init__(self) -> None:
        _require(len(self.branches) > 0, "A layer needs at least one branch.", self.branches)
        _require(self.feed_forward_dim > 0, "feed_forward_dim must be positive.", self.feed_forward_dim)

    @property
    def dim(self) -> int:
        return sum(branch.channels for branch in self.branches)

    @property
    def branch_names(self) -> tuple[str, ...]:
        """Names of the branches in weight names: `attention`, `convolution`; the second of a kind is `attention_1`, and so on."""
        names: list[str] = []
        for branch in self.branches:
            base = "convolution" if branch.is_convolution else "attention"
            count = sum(name.split("_")[0] == base for name in names)
            names.append(base if count == 0 else f"{base}_{count}")
        return tuple(names)


def _check_keys(kind: type, data: Mapping[str, Any], what: str) -> None:
    """Raises a ValueError that names the keys of `data` which the dataclass `kind` does not know, or needs and does not find."""
    known = {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(kind)}
    unknown, missing = (
        sorted(set(data) - set(known)),
        sorted(name for name, needed in known.items() if needed and name not in data),
    )
    _require(not unknown, f"Unknown {what} settings; known ones are {sorted(known)}.", unknown)
    _require(not missing, f"Missing {what} settings: {missing}.", sorted(data))


def _layer_from_dict(data: Mapping[str, Any]) -> LayerConfig:
    _check_keys(LayerConfig, data, "layer")
    for branch in data["branches"]:
        _check_keys(BranchConfig, branch, "branch")
    return LayerConfig(**{**data, "branches": tuple(BranchConfig(**branch) for branch in data["branches"])})


@dataclass(frozen=True)
class LiteTransformerConfig:
    """The whole encoder-decoder.

    Args:
        embed_dim: width D of the model.
        source_vocabulary_size, target_vocabulary_size: rows of the embedding tables.
        encoder, decoder: one `LayerConfig` a layer.
        embedding_sharing: `"all"` (one table for source, target and output), `"target"` (target and output share), `"none"`.
        dropout: rate after embeddings and sub-layers.  attention_dropout: on attention weights.
        weight_dropout: on the softmaxed convolution taps.  activation_dropout: inside the feed-forward.
        bos_id, pad_id, eos_id, unk_id: special token ids. Decoding starts from `eos_id`, as in the reference implementation.
        pads_leak: `True` reproduces the reference implementation, where the bias of the convolution's input projection reaches
            real positions from padded ones; only for checkpoints imported from it.
    """

    embed_dim: int
    source_vocabulary_size: int
    target_vocabulary_size: int
    encoder: tuple[LayerConfig, ...]
    decoder: tuple[LayerConfig, ...]
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

    def __post_init__(self) -> None:
        _require(self.embed_dim > 0 and self.embed_dim % 2 == 0, "embed_dim must be positive and even.", self.embed_dim)
        _require(
            self.embedding_sharing in SHARINGS, f"embedding_sharing must be one of {SHARINGS}.", self.embedding_sharing
        )
        _require(
            self.embedding_sharing != "all" or self.source_vocabulary_size == self.target_vocabulary_size,
            'embedding_sharing "all" needs one vocabulary size for source and target.',
            (self.source_vocabulary_size, self.target_vocabulary_size),
        )
        for rate in ("dropout", "attention_dropout", "weight_dropout", "activation_dropout"):
            _require(0 <= getattr(self, rate) < 1, f"{rate} must be in [0, 1).", getattr(self, rate))
        for where, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            _require(len(layers) > 0, f"The {where} needs at least one layer.", layers)
            for layer in layers:
                _require(
                    layer.dim == self.embed_dim,
                    f"The {where}'s branches must add up to embed_dim.",
                    (layer.dim, self.embed_dim),
                )
        for layer in self.decoder:
            heads = layer.cross_attention_heads
            _require(
                heads is not None and heads > 0 and self.embed_dim % heads == 0,
                "A decoder layer's cross_attention_heads must divide embed_dim.",
                (heads, self.embed_dim),
            )
        ids = (self.bos_id, self.pad_id, self.eos_id, self.unk_id)
        smallest = min(self.source_vocabulary_size, self.target_vocabulary_size)
        _require(
            len(set(ids)) == 4 and all(0 <= i < smallest for i in ids),
            "The four special ids must differ and lie in the vocabulary.",
            ids,
        )

    @property
    def embedding_names(self) -> tuple[str, str, str]:
        """Weight names of the tables that serve source, target and output; shared ones are equal."""
        source, target, output = (f"{which}_embedding/table" for which in ("source", "target", "output"))
        if self.embedding_sharing == "all":
            return source, source, source
        if self.embedding_sharing == "target":
            return source, target, target
        return source, target, output

    def to_dict(self) -> dict[str, Any]:
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LiteTransformerConfig:
        """Inverse of `to_dict`; an unknown or missing key is an error that names it."""
        _check_keys(cls, data, "model")
        stacks = {name: tuple(_layer_from_dict(layer) for layer in data[name]) for name in ("encoder", "decoder")}
        return cls(**{**data, **stacks})

    def replace(self, **changes: Any) -> LiteTransformerConfig:
        """A copy with some settings changed."""
        return dataclasses.replace(self, **changes)

    @classmethod
    def lite(
        cls,
        *,
        embed_dim: int,
        kernel_sizes: Sequence[int] = (3, 7, 15, 31, 31, 31),
        decoder_kernel_sizes: Sequence[int] | None = None,
        convolution: Literal["lightweight", "dynamic"] = "lightweight",
        glu: bool = False,
        heads: int = 4,
        cross_attention_heads: int = 4,
        feed_forward_dim: int | None = None,
        **settings: Any,
    ) -> LiteTransformerConfig:
        """A Lite Transformer: half of the channels to attention, half to a convolution, flattened feed-forward (paper, section 4)."""
        half = embed_dim // 2
        _require(
            embed_dim % 2 == 0 and half % heads == 0,
            "Half of embed_dim must be a multiple of heads.",
            (embed_dim, heads),
        )

        def stack(kernels: Sequence[int], cross: int | None) -> tuple[LayerConfig, ...]:
            return tuple(
                LayerConfig(
                    (BranchConfig("attention", half, heads), BranchConfig(convolution, half, heads, kernel, glu)),
                    feed_forward_dim or embed_dim,
                    cross,
                )
                for kernel in kernels
            )

        decoder_kernels = kernel_sizes if decoder_kernel_sizes is None else decoder_kernel_sizes
        return cls(
            embed_dim=embed_dim,
            encoder=stack(kernel_sizes, None),
            decoder=stack(decoder_kernels, cross_attention_heads),
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
        """A plain Transformer: one attention branch over all channels, feed-forward four times as wide."""
        wide = feed_forward_dim or 4 * embed_dim
        branches = (BranchConfig("attention", embed_dim, heads),)
        return cls(
            embed_dim=embed_dim,
            encoder=(LayerConfig(branches, wide),) * layers,
            decoder=(LayerConfig(branches, wide, heads),) * layers,
            **settings,
        )


def _builders() -> dict[str, Callable[..., ModelConfig]]:
    from lite_transformer_tf.config.language_model import LanguageModelConfig  # it builds on this module

    return {
        "lite": LiteTransformerConfig.lite,
        "transformer": LiteTransformerConfig.transformer,
        "language-model": LanguageModelConfig.lite,
        "transformer-language-model": LanguageModelConfig.transformer,
    }


def build_config(settings: Mapping[str, Any]) -> ModelConfig:
    """A config from plain settings, as a YAML file holds them: `architecture` and the arguments of its builder.

    `lite` (the default) and `transformer` make a `LiteTransformerConfig`, `language-model` and `transformer-language-model` a
    `LanguageModelConfig`.
    """
    rest, builders = dict(settings), _builders()
    architecture = rest.pop("architecture", "lite")
    _require(architecture in builders, f"architecture must be one of {sorted(builders)}.", architecture)
    try:
        return builders[architecture](**rest)
    except TypeError as error:
        raise ValueError(
            f"A setting of the {architecture!r} architecture is missing or unknown: {error}. Received: {rest!r}"
        ) from error


def preset_names() -> list[str]:
    """Names that `preset` knows."""
    folder = resources.files("lite_transformer_tf.config") / "presets"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def preset(name: str, **changes: Any) -> ModelConfig:
    """The configuration of that name with some settings changed, for example `preset("iwslt_160", dropout=0.3)`.

    Args:
        name: one of `preset_names()`.
        **changes: arguments of the architecture's builder, such as `LiteTransformerConfig.lite` or `LanguageModelConfig.lite`.

    Returns:
        a `LiteTransformerConfig`, or a `LanguageModelConfig` when the preset is a language model.
    """
    _require(name in preset_names(), f"A preset's name must be one of {preset_names()}.", name)
    text = (resources.files("lite_transformer_tf.config") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    return build_config({**yaml.safe_load(text), **changes})


def require_kind(config: ModelConfig, kind: type[C], name: str) -> C:
    """`config` itself when it is of that kind; a ValueError that names the preset or architecture when it is not."""
    _require(
        isinstance(config, kind),
        f"{name} must be the configuration of a {kind.__name__.removesuffix('Config')}.",
        type(config).__name__,
    )
    return cast(C, config)
