"""Checks that the configurations of all models share, and builders of their layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lite_transformer_tf.branches.base import branch_kind, require, require_count
from lite_transformer_tf.cells import CellConfig, LayerConfig, Role, cell_of
from lite_transformer_tf.cells.registry import cell_kinds

MOST_LAYERS = 1000
"""Of a stack. A model is built layer by layer, so a configuration of 20,000 would keep a program busy for hours."""
SPECIAL_IDS = ("bos_id", "pad_id", "eos_id", "unk_id")


def check_width(embed_dim: object) -> None:
    """Raises ValueError unless `embed_dim` is a positive even integer."""
    whole = isinstance(embed_dim, int) and not isinstance(embed_dim, bool)
    good = whole and embed_dim > 0 and embed_dim % 2 == 0  # type: ignore[operator]
    require(good, "embed_dim must be positive and even.", embed_dim)


def check_rates(config: object, names: Sequence[str]) -> None:
    """Raises ValueError unless every dropout rate lies in [0, 1)."""
    for name in names:
        rate = getattr(config, name)
        number = isinstance(rate, (int, float)) and not isinstance(rate, bool) and math.isfinite(rate)
        require(number and 0 <= rate < 1, f"{name} must be in [0, 1).", rate)


def check_special_ids(config: object, smallest_vocabulary: int) -> None:
    """Raises ValueError unless the four special ids differ and are in every vocabulary."""
    ids = tuple(getattr(config, name) for name in SPECIAL_IDS)
    good = all(isinstance(i, int) and not isinstance(i, bool) and 0 <= i < smallest_vocabulary for i in ids)
    rule = f"The four special ids must differ and lie in [0, {smallest_vocabulary}), the vocabulary."
    require(good and len(set(ids)) == 4, rule, ids)


def check_layers(layers: Sequence[CellConfig], role: Role, embed_dim: int, default_cell: str) -> None:
    """Raises ValueError unless there are layers, all of the model's width and usable in this role."""
    require(len(layers) > 0, f"The {role.value} needs at least one layer.", layers)
    require(len(layers) <= MOST_LAYERS, f"The {role.value} may have at most {MOST_LAYERS} layers.", len(layers))
    for layer in layers:
        rule = f"The channels of the {role.value}'s branches must add up to embed_dim."
        require(layer.dim == embed_dim, rule, (layer.dim, embed_dim))
        cell = cell_of(layer, default_cell)
        fitting = [name for name, kind in cell_kinds().items() if role in kind.roles]
        require(role in cell.roles, f"The cell of a layer in the {role.value} must be one of {fitting}.", cell.name)
        layer.check(role)


def check_used_rates(config: object, names: Sequence[str], layers: Sequence[CellConfig], default_cell: str) -> None:
    """Raises ValueError if a dropout rate is given that no layer has."""
    used = frozenset[str]().union(*(cell_of(layer, default_cell).rates for layer in layers))
    for name in names:
        rule = f"No layer of this model has {name}: leave it at 0. Its layers have {sorted(used)}."
        require(name in used or not getattr(config, name), rule, getattr(config, name))


def layers_of(
    kinds: Sequence[str],
    kernel_sizes: Sequence[int],
    *,
    embed_dim: int,
    heads: int,
    glu: bool,
    feed_forward_dim: int | None,
    cross_attention_heads: int | None = None,
) -> tuple[LayerConfig, ...]:
    """One layer per kernel size, whose branches of these kinds divide the channels equally.

    Raises:
        ValueError: A kind is unknown, or the channels cannot be divided equally.
    """
    check_width(embed_dim)
    require_count(heads, "heads")
    require(len(kinds) > 0, "A layer needs at least one kind of branch.", kinds)
    share = embed_dim // len(kinds)
    halves = "Half of embed_dim" if len(kinds) == 2 else f"embed_dim / {len(kinds)}"
    require(
        embed_dim % len(kinds) == 0 and share % heads == 0, f"{halves} must be a multiple of heads.", (embed_dim, heads)
    )
    return tuple(
        LayerConfig(
            tuple(branch_kind(kind).of_layer(share, heads=heads, kernel_size=kernel, glu=glu) for kind in kinds),
            embed_dim if feed_forward_dim is None else feed_forward_dim,
            cross_attention_heads,
        )
        for kernel in kernel_sizes
    )


def attention_layers(
    layers: int, *, embed_dim: int, heads: int, feed_forward_dim: int | None, cross_attention_heads: int | None = None
) -> tuple[LayerConfig, ...]:
    """The plain Transformer's layers: one attention branch over all channels, by default a feed-forward of 4 D."""
    require_count(layers, "layers")
    wide = 4 * embed_dim if feed_forward_dim is None else feed_forward_dim
    return layers_of(
        ("attention",),
        (1,) * layers,
        embed_dim=embed_dim,
        heads=heads,
        glu=False,
        feed_forward_dim=wide,
        cross_attention_heads=cross_attention_heads,
    )
