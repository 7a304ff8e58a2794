"""The configuration of cells that consist of branches and a feed-forward network."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lite_transformer_tf.branches.base import BranchConfig, branch_names, require, require_count
from lite_transformer_tf.cells.base import Role


def check_keys(kind: type, data: Mapping[str, Any], what: str) -> None:
    """Raises a ValueError that names the unknown and missing keys of `data` as arguments of the dataclass `kind`."""
    fields = dataclasses.fields(kind)
    known = {field.name: field.default is dataclasses.MISSING for field in fields}
    unknown = sorted(str(name) for name in data if name not in known)
    missing = sorted(name for name, needed in known.items() if needed and name not in data)
    require(not unknown, f"Unknown {what} settings; valid settings are {sorted(known)}.", unknown)
    require(not missing, f"Missing {what} settings: {missing}.", sorted(data))


@dataclass(frozen=True)
class LayerConfig:
    """One layer: its branches, its feed-forward width and, in a decoder, its cross-attention heads.

    Args:
        branches: Branches that share the layer's channels. Long-Short Range Attention has two.
        feed_forward_dim: Hidden width of the feed-forward network.
        cross_attention_heads: Number of heads of the attention to an encoder's output. `None` without an encoder.
        cell: Kind of the layer, "post_norm" or "pre_norm". `None` uses the model's default.
    """

    branches: tuple[BranchConfig, ...]
    feed_forward_dim: int
    cross_attention_heads: int | None = None
    cell: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "branches", tuple(self.branches))
        require(len(self.branches) > 0, "A layer needs at least one branch.", self.branches)
        require_count(self.feed_forward_dim, "feed_forward_dim")

    @property
    def dim(self) -> int:
        return sum(branch.channels for branch in self.branches)

    @property
    def branch_names(self) -> tuple[str, ...]:
        """Names of the branches in weight names; see `branches.base.branch_names`."""
        return branch_names(self.branches)

    def check(self, role: Role) -> None:
        """Raises ValueError if the layer cannot be used in this role."""
        if role is Role.ENCODER:
            for branch in self.branches:
                rule = f"A branch of kind {branch.kind!r} reads from left to right; an encoder cannot use it."
                require(not branch.causal_only, rule, branch)
        if role is Role.DECODER:
            heads = self.cross_attention_heads
            rule = "A decoder layer's cross_attention_heads must divide embed_dim."
            require(isinstance(heads, int) and heads > 0 and self.dim % heads == 0, rule, (heads, self.dim))
        else:
            rule = f"Only a decoder's layers have cross_attention_heads; leave it out in the {role.value}."
            require(self.cross_attention_heads is None, rule, self.cross_attention_heads)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `dataclasses.asdict`.

        Raises:
            ValueError: A key is unknown or missing, or a value is invalid.
        """
        check_keys(cls, data, "layer")
        branches = data["branches"]
        require(isinstance(branches, (list, tuple)), "A layer's branches must be a list.", branches)
        for branch in branches:
            require(isinstance(branch, Mapping), "A branch must be a section of settings.", branch)
        return cls(**{**data, "branches": tuple(BranchConfig(**branch) for branch in branches)})
