"""Configurations by name: builders of architectures, and presets of the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, TypeAlias, TypeVar, cast

from lite_transformer_tf.branches.base import require
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.readers.yaml_text import parse_yaml

ModelConfig: TypeAlias = LiteTransformerConfig | LanguageModelConfig

C = TypeVar("C")


def layered(**settings: Any) -> ModelConfig:
    """A configuration layer by layer, as its `to_dict` gives it; an encoder-decoder's has an `encoder`."""
    kind = LiteTransformerConfig if "encoder" in settings else LanguageModelConfig
    return kind.from_dict(settings)


BUILDERS: dict[str, Callable[..., ModelConfig]] = {
    "lite": LiteTransformerConfig.lite,
    "transformer": LiteTransformerConfig.transformer,
    "evolved": LiteTransformerConfig.evolved,
    "language-model": LanguageModelConfig.lite,
    "transformer-language-model": LanguageModelConfig.transformer,
    "layers": layered,
}


def build_config(settings: Mapping[str, Any]) -> ModelConfig:
    """A configuration from plain settings, as in a YAML file: `architecture` and the arguments of its builder.

    `lite` (the default), `transformer` and `evolved` give a `LiteTransformerConfig`, `language-model` and
    `transformer-language-model` a `LanguageModelConfig`; `layers` takes every layer as `to_dict` gives it, of either.

    Raises:
        ValueError: The architecture is unknown, a setting is unknown or missing, or a value is invalid.
    """
    rest = dict(settings)
    architecture = rest.pop("architecture", "lite")
    require(
        isinstance(architecture, str) and architecture in BUILDERS,
        f"architecture must be one of {sorted(BUILDERS)}.",
        architecture,
    )
    try:
        return BUILDERS[architecture](**rest)
    except TypeError as error:
        raise ValueError(
            f"A setting of the {architecture!r} architecture is missing or unknown: {error}. Received: {rest!r}"
        ) from error


def preset_names() -> list[str]:
    """The names of all presets."""
    folder = resources.files("lite_transformer_tf.config") / "preset_files"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def preset(name: str, **changes: Any) -> ModelConfig:
    """The configuration of a preset with some settings changed, for example `preset("iwslt_160", dropout=0.3)`.

    Args:
        name: One of `preset_names()`.
        **changes: Arguments of the architecture's builder, such as `LiteTransformerConfig.lite` or
            `LanguageModelConfig.lite`.

    Returns:
        A `LiteTransformerConfig`, or a `LanguageModelConfig` when the preset is a language model.
    """
    require(name in preset_names(), f"A preset's name must be one of {preset_names()}.", name)
    text = (resources.files("lite_transformer_tf.config") / "preset_files" / f"{name}.yaml").read_text(encoding="utf-8")
    return build_config({**parse_yaml(text), **changes})


def require_kind(config: ModelConfig, kind: type[C], name: str) -> C:
    """Returns `config` if it is of that kind; otherwise raises a ValueError that names the preset or architecture."""
    require(
        isinstance(config, kind),
        f"{name} must be the configuration of a {kind.__name__.removesuffix('Config')}.",
        type(config).__name__,
    )
    return cast(C, config)
