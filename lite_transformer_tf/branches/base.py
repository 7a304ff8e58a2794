"""The interface of branches and the registry of their kinds. Every folder beside this file lists its own in `KINDS`."""

from __future__ import annotations

import dataclasses
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.operation_counts import Count

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.branches.graphs import FusedBranch
    from lite_transformer_tf.litert.builder.linear import Weights


def require(condition: bool, rule: str, received: object) -> None:
    """Raises ValueError with the rule and the value received unless the condition holds."""
    if not condition:
        raise ValueError(f"{rule} Received: {received!r}")


def require_count(value: object, name: str) -> None:
    """Raises ValueError unless `value` is a positive whole number."""
    require(
        isinstance(value, int) and not isinstance(value, bool) and value > 0,
        f"{name} must be a positive whole number.",
        value,
    )


def require_heads(heads: int, channels: int) -> None:
    """Raises ValueError unless a branch's channels divide evenly among its heads."""
    require_count(heads, "A branch's heads")
    require(channels % heads == 0, "A branch's heads must divide its channels.", (heads, channels))


POSITIONS = ("channels", "heads", "kernel_size", "glu")
"""Positional arguments of `BranchConfig(kind, ...)`."""


@dataclass(frozen=True)
class BranchUse:
    """How a layer uses its branches. Each kind reads the settings that apply to it.

    Args:
        causal: Whether position t sees only positions up to t.
        attention_dropout: Dropout rate on attention weights.
        weight_dropout: Dropout rate on softmaxed convolution taps.
        pads_leak: Whether pads are zeroed as the reference implementation does, see `LightweightConvolution`.
    """

    causal: bool = False
    attention_dropout: float = 0.0
    weight_dropout: float = 0.0
    pads_leak: bool = False


class _ByKind(type):
    """Makes `BranchConfig(kind, channels, ...)` return a configuration of that kind."""

    def __call__(cls, *values: object, **settings: Any) -> BranchConfig:
        if cls is not BranchConfig:
            return super().__call__(*values, **settings)
        if not values:
            require("kind" in settings, "A branch needs a kind.", settings)
            return branch_kind(settings.pop("kind")).of_settings((), settings)
        return branch_kind(values[0]).of_settings(values[1:], settings)


@dataclass(frozen=True)
class BranchConfig(metaclass=_ByKind):
    """One branch of a layer.

    `BranchConfig("attention", 80, 4)` returns a configuration of that kind, here an `AttentionBranch`. It takes the
    arguments of the kind's own class.

    Args:
        kind: Name of the kind, one of `branch_kinds()`.
        channels: Number of channels that the branch reads and writes.

    Raises:
        ValueError: The kind or a setting is unknown, or a value is invalid.
    """

    kind: str = dataclasses.field(default="", init=False)
    channels: int

    part: ClassVar[str]
    """Name of the branch in weight names."""
    causal_only: ClassVar[bool] = False
    """Whether the branch only reads from left to right, so that an encoder cannot use it."""
    cache: ClassVar[CacheSpec]

    def __post_init__(self) -> None:
        require_count(self.channels, "A branch's channels")

    @classmethod
    def of_settings(cls, values: Sequence[object], settings: Mapping[str, Any]) -> Self:
        """A configuration from its arguments.

        Settings of other kinds are ignored where they are `None` or `False`, because older files contain them.
        """
        fields = {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(cls) if field.init}
        rule = f"The settings of a branch of kind {cls.kind!r} are {list(fields)}."
        require(len(values) <= len(POSITIONS), rule, list(values))
        named = {**dict(zip(POSITIONS, values)), **settings}
        unknown = {name: value for name, value in named.items() if name not in fields}
        require(all(value is None or value is False for value in unknown.values()), rule, unknown)
        missing = [name for name, needed in fields.items() if needed and name not in named]
        require(not missing, f"A branch of kind {cls.kind!r} needs {missing}.", named)
        return cls(**{name: value for name, value in named.items() if name in fields})

    @classmethod
    def of_layer(cls, channels: int, *, heads: int, kernel_size: int, glu: bool) -> Self:
        """The configuration of a branch in a layer with these settings, of which each kind uses its own."""
        raise NotImplementedError

    def layer(self, use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        """The Keras layer, (B, T, C) -> (B, T, C), with `initial_cache(batch_size)` where it is causal.

        Args:
            use: How the layer uses its branches.
            **kwargs: Arguments of `keras.layers.Layer`: `name`, `dtype`.
        """
        raise NotImplementedError

    def count(self, use: BranchUse, tokens: int) -> Count:
        """Weights, named as in the Keras layer, and arithmetic for this number of tokens.

        Args:
            use: How the layer uses its branches.
            tokens: Number of positions.
        """
        raise NotImplementedError

    def cached(self, tokens: int) -> int:
        """How many numbers a decoder's cache holds after this number of positions, for one hypothesis."""
        raise NotImplementedError

    def fuse(self, weights: Weights, name: str, begin: int, stack: Sequence[BranchConfig]) -> FusedBranch:
        """The weights as the phone graphs read them.

        Args:
            weights: Weights of the whole model by name.
            name: Path of this branch in weight names, such as `decoder/layer_0/lsra/attention`.
            begin: First channel of the layer that the branch reads.
            stack: Branches of all layers of its encoder or decoder, whose caches share tensors.
        """
        raise NotImplementedError

    @property
    def fused_parts(self) -> tuple[tuple[str, ...], ...]:
        """Groups of parts (Dense layers) whose kernels `fuse` stacks into one matrix."""
        return ()

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def branch_names(branches: Sequence[BranchConfig]) -> tuple[str, ...]:
    """Names of a layer's branches in weight names: `attention`, `convolution`, and for a second one `attention_1`."""
    names: list[str] = []
    for index, branch in enumerate(branches):
        count = sum(other.part == branch.part for other in branches[:index])
        names.append(branch.part if count == 0 else f"{branch.part}_{count}")
    return tuple(names)


PACKAGE = "lite_transformer_tf.branches"


@cache
def branch_kinds() -> dict[str, type[BranchConfig]]:
    """The configuration class of every kind, by the kind's name."""
    folders = [entry.name for entry in pkgutil.iter_modules(import_module(PACKAGE).__path__) if entry.ispkg]
    classes = [kind for name in sorted(folders) for kind in import_module(f"{PACKAGE}.{name}").KINDS]
    return {kind.kind: kind for kind in classes}


def branch_kind(name: object) -> type[BranchConfig]:
    """The configuration class of one kind.

    Raises:
        ValueError: There is no such kind.
    """
    kinds = branch_kinds()
    if not isinstance(name, str) or name not in kinds:
        raise ValueError(f"A branch's kind must be one of {list(kinds)}. Received: {name!r}")
    return kinds[name]


@cache
def known_caches() -> dict[str, CacheSpec]:
    """The caches of all kinds, by the name of a step's input tensor."""
    return {kind.cache.input: kind.cache for kind in branch_kinds().values()}
