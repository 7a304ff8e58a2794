"""Finds the layers of a model that own weight matrices, and replaces them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import Composite, named_variables
from lite_transformer_tf.layers import TokenEmbedding
from lite_transformer_tf.layers.adaptive_embedding import EmbeddingBand

_TABLE_OWNERS = (TokenEmbedding, EmbeddingBand)


class WeightWrapper:
    """Base of the package's wrappers: a `layer`, and compressed forms of its weight matrix."""

    layer: keras.layers.Layer

    def masked(self) -> tf.Tensor:
        """The weight matrix with the zeros of the mask, float32."""
        raise NotImplementedError

    def baked(self) -> tf.Tensor:
        """The rounded weight matrix with the zeros of the mask, float32."""
        raise NotImplementedError


@dataclass(frozen=True)
class Place:
    """A layer that owns a weight matrix, and its owner.

    Args:
        name: Path of the layer, such as `decoder/layer_0/lsra/attention/query`: the stable name of its weight without
            the last part.
        owner: Layer or model that contains it.
        held: Attribute of the owner: the layer itself, or its wrapper.
        layer: Layer itself.
        weight: Name of the matrix, `"kernel"` (in, out) or `"table"` (rows, dim).
    """

    name: str
    owner: keras.layers.Layer
    held: keras.layers.Layer
    layer: keras.layers.Layer
    weight: str

    @property
    def is_table(self) -> bool:
        return self.weight == "table"

    @property
    def weight_name(self) -> str:
        return f"{self.name}/{self.weight}"

    @property
    def variable(self) -> tf.Variable:
        return getattr(self.layer, self.weight)

    @property
    def size(self) -> int:
        return int(self.variable.shape.num_elements())

    @property
    def wrapped(self) -> bool:
        return isinstance(self.held, WeightWrapper)

    def masked(self) -> np.ndarray:
        """The matrix, float32, with the zeros of the mask if the layer is wrapped."""
        return (self.held.masked() if self.wrapped else float32(self.variable)).numpy()

    def baked(self) -> np.ndarray:
        """The matrix, float32, rounded and with the zeros of the mask if the layer is wrapped."""
        return (self.held.baked() if self.wrapped else float32(self.variable)).numpy()


def float32(variable: tf.Variable) -> tf.Tensor:
    """The float32 values of a variable, even if a precision policy casts it."""
    return tf.convert_to_tensor(getattr(variable, "_variable", variable))


def unwrapped(layer: keras.layers.Layer) -> keras.layers.Layer:
    return layer.layer if isinstance(layer, WeightWrapper) else layer


def find_places(model: keras.Model) -> dict[str, Place]:
    """All layers with a weight matrix by name: Dense layers and embedding tables, wrapped or not.

    Raises:
        ValueError: The model has no such layers, or no weights yet.
    """
    if hasattr(model, "initialize"):
        model.initialize()
    places = {place.name: place for place in _places_of_model(model, "")}
    if not places:
        names = [layer.name for layer in getattr(model, "layers", [])]
        rule = "The model must contain layers to compress: Dense layers, or embeddings and other layers of this library"
        raise ValueError(f"{rule}. Received: {model.name!r} with the layers {names}")
    return places


def _parts(model: keras.Model) -> dict[str, keras.layers.Layer]:
    """The layers of a model by the first part of their names."""
    if hasattr(model, "weight_parts"):
        return model.weight_parts
    return {unwrapped(layer).name: layer for layer in model.layers}


def _places_of_model(model: keras.Model, prefix: str) -> Iterator[Place]:
    for name, layer in _parts(model).items():
        yield from _places(model, f"{prefix}{name}", layer)


def _places(owner: keras.layers.Layer, name: str, held: keras.layers.Layer) -> Iterator[Place]:
    layer = unwrapped(held)
    if isinstance(layer, keras.Model):
        yield from _places_of_model(layer, f"{name}/")
        return
    if not isinstance(layer, (Composite, keras.layers.Dense)):
        return
    if not layer.built:
        raise ValueError(f"The model must be built: call it once on data. Received: layer {name!r}, which is not built")
    if isinstance(layer, keras.layers.Dense):
        yield Place(name, owner, held, layer, "kernel")
        return
    if isinstance(layer, _TABLE_OWNERS):
        yield Place(name, owner, held, layer, "table")
    for part, attribute in layer.parts.items():
        below = getattr(layer, attribute)
        if isinstance(below, keras.layers.Layer):
            yield from _places(layer, f"{name}/{part}", below)


def all_weights(model: keras.Model) -> dict[str, tf.Variable]:
    """All variables by name. Those of foreign layers are named after their Keras layer."""
    if hasattr(model, "named_variables"):
        return model.named_variables()
    return dict(_variables(model, ""))


def _variables(model: keras.Model, prefix: str) -> Iterator[tuple[str, tf.Variable]]:
    for name, held in _parts(model).items():
        layer = unwrapped(held)
        if isinstance(layer, keras.Model):
            yield from _variables(layer, f"{prefix}{name}/")
        elif isinstance(layer, (Composite, keras.layers.Dense)):
            yield from named_variables(layer, f"{prefix}{name}/")
        else:
            for variable in layer.weights:
                yield f"{prefix}{name}/{variable.name.split('/')[-1].split(':')[0]}", variable


def replace(place: Place, layer: keras.layers.Layer) -> None:
    """Replaces `place.held` by `layer` in every attribute of the owner and, in a functional model, in its graph.

    The position among the owner's layers is kept, so that the order of the model's variables and the optimizer's state
    stay the same.
    """
    owner, old = place.owner, place.held
    rank = next(index for index, tracked in enumerate(owner._self_tracked_trackables) if tracked is old)
    attributes = [name for name, value in vars(owner).items() if value is old]
    for name in attributes:
        setattr(owner, name, layer)
    in_graph = isinstance(owner, keras.Sequential) or getattr(owner, "_is_graph_network", False)
    if in_graph:
        for node in place.layer._inbound_nodes:
            node.layer = layer
    if not attributes and not in_graph:
        raise ValueError(
            "A layer can only be wrapped when it is an attribute of its owner. "
            f"Received: {place.name!r} in {owner.name!r}"
        )
    others = [tracked for tracked in owner._self_tracked_trackables if tracked is not old and tracked is not layer]
    owner._self_tracked_trackables[:] = [*others[:rank], layer, *others[rank:]]


def forget_graphs(model: keras.Model) -> None:
    """Drops the traced graphs of `fit`, `evaluate` and `predict`, which use the former layers."""
    model.train_function = model.test_function = model.predict_function = None


def require_plain(places: dict[str, Place]) -> None:
    """Raises ValueError if a layer is already wrapped."""
    wrapped = [place.name for place in places.values() if place.wrapped]
    if wrapped:
        raise ValueError(f"The model's layers are already wrapped: call `strip` first. Received: wrapped {wrapped[:3]}")
