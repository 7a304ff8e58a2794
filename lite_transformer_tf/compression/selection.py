"""One setting for all layers, or one per layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import TypeVar

from lite_transformer_tf.compression.places import Place

Setting = TypeVar("Setting")


def per_layer(
    setting: Setting | Mapping[str, Setting],
    places: Mapping[str, Place],
    check: Callable[[object], Setting],
    *,
    embeddings: bool,
) -> dict[str, Setting]:
    """The setting of each layer that has one.

    Args:
        setting: One value for all layers, or a mapping from layer names or patterns (`"decoder/*/feed_forward/*"`) to
            values. The last pattern that matches a layer counts.
        places: The model's layers.
        check: Returns a valid value and raises ValueError for an invalid one.
        embeddings: Whether a single value also applies to embedding tables. A mapping names them itself.

    Raises:
        ValueError: a pattern matches no layer.
    """
    if not isinstance(setting, Mapping):
        value = check(setting)
        chosen = {name: value for name, place in places.items() if embeddings or not place.is_table}
        if not chosen:
            raise ValueError(
                f"The model must have layers besides embedding tables, or embeddings must be True. "
                f"Received: {sorted(places)[:5]}"
            )
        return chosen
    chosen = {}
    for pattern, value in setting.items():
        fitting = [name for name in places if name == pattern or fnmatchcase(name, pattern)]
        if not fitting:
            raise ValueError(f"A layer's name or pattern must match one of {list(places)}. Received: {pattern!r}")
        chosen.update(dict.fromkeys(fitting, check(value)))
    return chosen
